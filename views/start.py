"""Where do I begin? One field for firms, processes and places; the week; what is new; the region and its firms."""

from __future__ import annotations

from typing import Any, NoReturn

import streamlit as st

from graph.audience import may_see
from graph.capture import left
from graph.geo import Gazetteer
from graph.resolve import read_sources
from graph.search import Found, search
from graph.waiting import Waiting
from render.plain import process_name
from render.region_map import LAYER, region_deck
from texts import Texts
from views import captured
from views.common import (
    Region,
    headline,
    is_dark,
    open_firm,
    plain,
    region,
    say,
    section,
    texts,
    viewer,
    warn,
)
from views.overview import Overview, all_firms, firms_found, named, overview
from views.table import Column, Value, table
from views.week import week

MAP_PX = 390


def page() -> None:
    """Search, the manager's week, what waits and what is new beside the map, then all firms."""
    here = region()
    sentences = texts()
    if here.is_empty:
        headline(sentences("start.empty"), sentences("start.empty_what"))
        if may_see(viewer(), "ledger"):
            st.page_link("views/load.py", label=sentences("start.load_first"))
        return
    known = overview(here)
    headline(sentences("start.headline", companies=known.firms, able=known.able, places=len(known.counts)))
    _search_field(here, sentences)
    ask_next = week(here) if may_see(viewer(), "week") else None
    left, right = st.columns([5, 6], gap="medium")
    with right:
        chosen = _map(known.counts, sentences)
    with left:
        if may_see(viewer(), "ledger"):
            _waiting(here, known, sentences)
            _news(known, sentences)
        else:
            say(sentences("start.intro"), "intro")
    _firms(here, chosen, sentences)
    if ask_next:
        ask_next()


# -- the field -------------------------------------------------------------------------------------------------------


def _search_field(here: Region, sentences: Texts) -> None:
    text = st.text_input(
        sentences("start.search"),
        key="search",
        placeholder=sentences("start.search_example"),
        label_visibility="collapsed",
        icon=":material/search:",
        persist_state="session",
    ).strip()
    if not text:
        return
    found = search(here.companies.values(), text)
    if not found:
        warn(sentences("start.nothing_found", text=text), sentences("start.nothing_found_what"))
        return
    with st.container(key="found", border=True):
        if found.firms:
            firms_found(here, "found_firms", found.firms)
        _found_others(found, sentences)


def _found_others(found: Found, sentences: Texts) -> None:
    with st.container(horizontal=True, key="found_others"):
        for code in found.processes:
            label = plain(sentences("start.who_can", process=process_name(code, sentences)))
            if st.button(label, key=f"process_{code}"):
                _find(mode="processes", processes=[code])
        for number, place in enumerate(found.places):
            if st.button(plain(sentences("start.near_place", place=place)), key=f"place_{number}"):
                _find(near=place)


def _find(**fields: object) -> NoReturn:
    """Go to the search with these fields filled in."""
    st.session_state.update(fields)
    st.switch_page("views/find.py")


# -- what waits and what is new --------------------------------------------------------------------------------------


def _waiting(here: Region, known: Overview, sentences: Texts) -> None:
    """What waits beside the week, a line each; the firms of the one that is chosen below."""
    captures = len(left(captured.noted()))
    counts = ({"captures": captures} if captures else {}) | {e.code: len(e.company_ids) for e in known.waiting}
    if not counts:
        return
    section(sentences("start.waiting"))
    lines: list[dict[str, Value]] = [
        {"company_id": code, "what": sentences(f"start.waits.{code}"), "count": count} for code, count in counts.items()
    ]
    columns = [
        Column("what", sentences("start.columns.what"), firm=True),
        Column("count", sentences("start.columns.count"), number=True),
    ]
    clicked = table("waiting", columns, lines, alt=sentences("start.waiting"))
    if clicked == "captures":
        captured.open_list()
    if clicked:
        standing = st.session_state.get("waits")
        st.session_state["waits"] = None if clicked == standing else clicked
    for each in known.waiting:
        if each.code == st.session_state.get("waits"):
            _firms_waiting(here, each, sentences)


def _firms_waiting(here: Region, found: Waiting, sentences: Texts) -> None:
    section(sentences(f"start.waits.{found.code}"))
    columns = [
        Column("name", sentences("start.columns.name"), firm=True),
        Column("place", sentences("start.columns.place")),
        *([Column("on", sentences("start.confirm_by"))] if found.dates else []),
    ]
    rows = [
        {**named(here, company_id, sentences), "on": found.dates.get(company_id)} for company_id in found.company_ids
    ]
    clicked = table(f"waits_{found.code}", columns, rows, alt=sentences(f"start.waits.{found.code}"))
    if clicked:
        open_firm(clicked)


def _news(known: Overview, sentences: Texts) -> None:
    section(sentences("start.news"))
    if not known.loads:
        say(sentences("start.no_news"), "note")
    for each in known.loads:
        files = sorted({source.file for source in read_sources(each.sources) if source.file})
        what = ", ".join(files[:3]) + (" …" if len(files) > 3 else "") if files else sentences("start.by_hand")
        say(sentences("start.load_line", on=each.loaded_on, what=what, claims=each.claims), "facts")


# -- the map and the firms -------------------------------------------------------------------------------------------


def _map(counts: tuple[tuple[str, int], ...], sentences: Texts) -> str | None:
    """Draw the region; code of the municipality that is chosen."""
    known = dict(counts)
    linked = st.query_params.get("municipality")
    chosen = linked if linked in known else None
    with st.container(key="region_map_frame"):
        event: Any = st.pydeck_chart(
            region_deck(counts, chosen=chosen, dark=is_dark()),
            height=MAP_PX,
            on_select="rerun",
            key="region_map",
            alt=sentences("start.map_alt", places=len(known)),
        )
    say(sentences("start.map_legend"), "note")
    picked = [str(each["properties"]["code"]) for each in event["selection"]["objects"].get(LAYER, [])]
    clicked = picked[0] if picked else None
    if clicked != st.session_state.get("start_clicked"):
        st.session_state["start_clicked"] = clicked
        if clicked and clicked != chosen:
            st.query_params["municipality"] = clicked
        else:
            st.query_params.pop("municipality", None)
        st.rerun()
    return chosen


def _firms(here: Region, chosen: str | None, sentences: Texts) -> None:
    place = Gazetteer.default().municipality_name(chosen or "")
    section(sentences("start.firms_in", place=place) if place else sentences("start.firms"))
    if chosen and st.button(sentences("start.all_places"), type="tertiary", key="all_places"):
        st.query_params.pop("municipality", None)
        st.rerun()
    all_firms(here, "firms", chosen)


page()

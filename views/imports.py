"""Which lines of an import list could come home? A list dropped (and not stored) or a firm's own; a place; a radius."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from graph.errors import NarverkError
from graph.geo import radius_km
from graph.import_list import STATUSES, ImportList, Sites, import_list
from graph.lookup import Origin, find_origin
from graph.model import ImportedPart
from render.import_list import dependencies, headline, line_rows, list_table, notes, ordered, shares
from render.plain import error_sentence
from texts import Texts
from views.bars import Bar, bars, parts
from views.common import Region, firm_name, plain, region, say, section, texts, warn
from views.common import headline as show_headline
from views.downloads import downloads
from views.file_field import dress
from views.import_file import ask_to_keep, dropped_list
from views.import_line import show_line
from views.question import RADII, START_RADIUS
from views.table import Column, table

STYLE = (Path(__file__).parent / "imports.css").read_text(encoding="utf-8")
MANY_LINES = 300  # from here it takes long enough to say that it is at work
FILE, FIRM = "file", "firm"
ALL = "all"
FILLS = {"can": "accepted", "nobody": "rejected", "unclear": "unchanged", "unplaced": "review"}
"""The style of each status in the picture."""
COLUMNS = ("part", "value", "origin", "status", "found", "best")


@dataclass(frozen=True)
class Listed:
    """The lines to answer, and where they are wanted."""

    parts: Sequence[ImportedPart]
    origin: Origin | None
    within_km: float


def page() -> None:
    """The list, its answer, and what can be done with it."""
    here = region()
    sentences = texts()
    dress()
    st.html(f"<style>{STYLE}</style>")
    if here.is_empty:
        show_headline(sentences("imports.empty"), sentences("imports.empty_what"))
        return
    source = _source(here, sentences)
    listed = _listed(here, source, sentences)
    if listed is None:
        say(sentences(f"imports.intro.{source}"), "intro", tag="h1")
        return
    found = _answer(here, listed, sentences)
    show_headline(headline(found, sentences), " ".join(notes(found, sentences)))
    _pictures(found, sentences)
    _lines(here, found, sentences)
    if source == FILE:
        ask_to_keep(here, sentences)


# -- which list, and where -------------------------------------------------------------------------------------------


def _source(here: Region, sentences: Texts) -> str:
    sources = [FILE, FIRM] if here.parts else [FILE]
    chosen = st.segmented_control(
        sentences("imports.source"),
        sources,
        default=FILE,
        format_func=lambda each: sentences(f"imports.sources.{each}"),
        key="imports_source",
        label_visibility="collapsed",
        required=True,
        persist_state="session",
    )
    return str(chosen)


def _listed(here: Region, source: str, sentences: Texts) -> Listed | None:
    """What the fields ask for; None as long as there is no list, or its place is not understood."""
    with st.container(key="fields"):
        what, near_field, within_field = st.columns([6, 2.4, 1.4], vertical_alignment="bottom")
    with what:
        chosen = _firm_field(here, sentences) if source == FIRM else dropped_list(sentences)
    near = near_field.text_input(
        sentences("find.near"),
        value=here.main_place if source == FILE else "",
        key=f"imports_near_{source}",
        placeholder=sentences("imports.near_own" if source == FIRM else "find.near_example"),
        persist_state="session",
    ).strip()
    within = within_field.selectbox(
        sentences("find.within"),
        RADII,
        index=RADII.index(START_RADIUS),
        key="imports_within",
        accept_new_options=True,
        help=sentences("find.within_help"),
        persist_state="session",
    )
    if chosen is None:
        return None
    try:
        within_km = radius_km(within or START_RADIUS)
        if isinstance(chosen, str):
            own = [each for each in here.parts.values() if each.company_id == chosen]
            return Listed(own, find_origin(here.snapshot, near) if near else _site(here, chosen), within_km)
        return Listed(chosen.parts, find_origin(here.snapshot, near) if near else None, within_km)
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return None


def _site(here: Region, company_id: str) -> Origin | None:
    return here.kept("sites", lambda: Sites(here.snapshot)).origin(company_id)


def _firm_field(here: Region, sentences: Texts) -> str | None:
    """A firm that imports, those of the greatest value first."""
    importers = here.kept("importers", lambda: _importers(here))
    return st.selectbox(
        sentences("imports.firm"),
        list(importers),
        index=None,
        format_func=lambda each: sentences("imports.firm_label", name=firm_name(here, each), parts=importers[each]),
        key="imports_firm",
        placeholder=sentences("imports.firm_example"),
        persist_state="session",
    )


def _importers(here: Region) -> dict[str, int]:
    counts: dict[str, int] = {}
    values: dict[str, int] = {}
    for each in here.parts.values():
        if each.company_id in here.companies:
            counts[each.company_id] = counts.get(each.company_id, 0) + 1
            values[each.company_id] = values.get(each.company_id, 0) + (each.value_sek or 0)
    return {each: counts[each] for each in sorted(counts, key=lambda one: (-values[one], one))}


# -- the answer ------------------------------------------------------------------------------------------------------


def _answer(here: Region, listed: Listed, sentences: Texts) -> ImportList:
    """The list's answer, kept by the session as long as nothing it rests on changes."""
    asked = (here.address, here.snapshot.revision, here.day, listed.origin, listed.within_km, tuple(listed.parts))
    kept = st.session_state.get("imports_answer")
    if kept is None or kept[0] != asked:
        with st.spinner(sentences("imports.work")) if len(listed.parts) > MANY_LINES else nullcontext():
            found = import_list(here.finder, listed.parts, listed.origin, listed.within_km, learned=here.learned)
        kept = st.session_state["imports_answer"] = (asked, found)
    answer: ImportList = kept[1]
    return answer


def _pictures(found: ImportList, sentences: Texts) -> None:
    """What could come home, as one bar; beside it how dependent the buyer is."""
    with st.container(key="imports_pictures"):
        left, right = st.columns(2, gap="large")
    with left:
        section(sentences("imports.picture"))
        for name in ("value", "lines"):
            shown = shares(found, sentences, by_value=name == "value")
            if shown:
                title = sentences(f"imports.by.{name}")
                say(title, "label")
                parts([(FILLS[status], words, amount) for status, words, amount in shown], title)
    with right:
        section(sentences("imports.dependency"), term="dependency")
        figures = dependencies(found, sentences)
        bars([Bar(*each) for each in figures], sentences("imports.dependency"))
        say(sentences("imports.dependency_what"), "note")


def _lines(here: Region, found: ImportList, sentences: Texts) -> None:
    """The lines as a table; a click on one shows who could make it."""
    section(sentences("imports.list"))
    chosen = _chosen(found, sentences)
    rows = line_rows(found.lines, chosen, partial(firm_name, here), sentences)
    columns = [
        Column(
            each,
            sentences(f"imports.columns.{each}"),
            firm=each == "part",
            number=each in ("value", "found"),
            quiet=each == "best",
        )
        for each in COLUMNS
    ]
    clicked = table("imports_lines", columns, rows, alt=sentences("imports.list"))
    downloads(lambda: list_table(found, partial(firm_name, here), sentences), sentences("imports.file_name"))
    if clicked is not None:
        show_line(here, found, int(clicked))


def _chosen(found: ImportList, sentences: Texts) -> list[int]:
    """The numbers of the lines to show, the most valuable first."""
    counts = {status: found.by_status[status].lines for status in STATUSES if found.by_status[status].lines}
    labels = {ALL: sentences("imports.all", count=len(found.lines))}
    labels |= {status: f"{sentences(f'imports.status.{status}')} {count}" for status, count in counts.items()}
    chosen = st.segmented_control(
        sentences("imports.filter"),
        list(labels),
        default=ALL,
        format_func=lambda each: plain(labels[each]),
        key="imports_status",
        label_visibility="collapsed",
        required=True,
    )
    return [each for each in ordered(found.lines) if chosen in (ALL, found.lines[each].status)]


page()

"""How do areas compare: who is there, what can they make, and what is traded across the border between them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from graph.gazetteer import Gazetteer
from graph.makers import Makers
from graph.model import Region as NamedRegion
from graph.regions import (
    REACH_KM,
    Area,
    Comparison,
    compare,
    counties,
    municipality,
    named_regions,
    together,
    usual,
)
from render.company import Wording
from render.regions import (
    AREA_COLUMNS,
    FLOW_COLUMNS,
    Row,
    area_rows,
    area_table,
    by_area_table,
    ends,
    flow_rows,
    flow_table,
    import_rows,
    kind_rows,
    notes,
    process_rows,
)
from render.regions import headline as sentence_of
from render.regions import ribbons as flows_of
from texts import Texts
from views.common import Region, headline, region, say, section, texts
from views.downloads import downloads
from views.edit import Editing, form_if_open, open_form, undo_row
from views.ribbons import Ribbon, ribbons
from views.table import Column, table

CHOSEN, OWN, OWN_BOX, MOST_AREAS = "regions_chosen", "regions_own", "regions_own_box", 5
DECIMALS = {"index": 2}
SHOWN = 24  # rows of a table beside another


def page() -> None:
    """The sentence, the areas to choose, what flows between them, and tables of what they have."""
    here, sentences = region(), texts()
    undo_row()
    if here.is_empty:
        headline(sentences("regions.empty"), sentences("regions.empty_what"))
        return
    st.html(f"<style>{_style()}</style>")
    said = st.container(key="regions_said")
    chosen = _chosen(here, sentences)
    form_if_open(here, Wording(sentences, lambda key: here.companies[key].name or key))
    if not chosen:
        with said:
            headline(sentences("regions.choose_first"))
        return
    found = _found(here, chosen, sentences)
    with said:
        headline(sentence_of(found, sentences), notes(found, sentences))
    left, right = st.columns([7, 5], gap="large")
    with left:
        _picture(found, sentences)
    with right:
        _flows(found, sentences)
    _figures(found, sentences)
    left, right = st.columns(2, gap="large")
    with left:
        _by_area("imports", import_rows(found, sentences), found, sentences, head="maker")
        say(sentences("regions.imports_note", km=REACH_KM), "note")
        _by_area("kinds", kind_rows(found, sentences), found, sentences)
    with right:
        _by_area("processes", process_rows(found, sentences), found, sentences, head="process")


@cache
def _style() -> str:
    return Path(__file__).with_name("regions.css").read_text(encoding="utf-8")


# -- which areas -----------------------------------------------------------------------------------------------------


def _offered(here: Region) -> dict[str, Area]:
    """Named regions, counties and municipalities where there are firms, and those put together by hand; by key."""

    def offered() -> list[Area]:
        firms = Counter(code for _, code in here.network.nodes(data="municipality") if code)
        some = [each for each in counties() if any(code in firms for code in each.municipalities)]
        places = sorted(firms, key=lambda code: (-firms[code], code))
        return [*named_regions(here.snapshot), *some, *map(municipality, places)]

    own: list[Area] = st.session_state.get(OWN, [])
    return {each.key: each for each in (*here.kept("areas", offered), *own)}


def _chosen(here: Region, sentences: Texts) -> list[Area]:
    """The areas to compare, and a way to put one together."""
    offered = _offered(here)
    kept = [each for each in st.session_state.get(CHOSEN, ()) if each in offered]
    if CHOSEN not in st.session_state or len(kept) < len(st.session_state[CHOSEN]):
        st.session_state[CHOSEN] = kept or [each.key for each in usual(here.snapshot, here.network)]
    with st.container(horizontal=True, vertical_alignment="bottom", key="regions_choose"):
        keys = st.multiselect(
            sentences("regions.choose"),
            list(offered),
            format_func=lambda key: offered[key].name,
            key=CHOSEN,
            max_selections=MOST_AREAS,
            label_visibility="collapsed",
            placeholder=sentences("regions.choose"),
        )
        with st.popover(sentences("regions.own"), on_change="rerun", key=OWN_BOX) as box:
            if box.open:
                _own(here, sentences)
    return [offered[each] for each in keys]


def _own(here: Region, sentences: Texts) -> None:
    """Municipalities put together: to be compared with, or kept under a name."""
    gazetteer = Gazetteer.default()
    codes = st.multiselect(
        sentences("regions.own_which"),
        [each.municipality or "" for each in gazetteer.municipalities],
        format_func=lambda code: gazetteer.municipality_name(code) or code,
        key="regions_own_codes",
        placeholder=sentences("regions.own_which"),
    )
    with st.container(horizontal=True):
        st.button(sentences("regions.own_add"), on_click=_add, args=(codes,), disabled=not codes, key="regions_own_add")
        st.button(
            sentences("regions.own_keep"),
            on_click=_keep,
            args=(here, codes),
            disabled=not codes,
            key="regions_own_keep",
            type="tertiary",
        )


def _add(codes: Sequence[str]) -> None:
    area = together([municipality(each) for each in sorted(codes)])
    st.session_state[OWN] = [*(each for each in st.session_state.get(OWN, []) if each.key != area.key), area]
    chosen = [each for each in st.session_state.get(CHOSEN, []) if each != area.key]
    st.session_state[CHOSEN] = [*chosen[: MOST_AREAS - 1], area.key]
    st.session_state[OWN_BOX] = False


def _keep(here: Region, codes: Sequence[str]) -> None:
    """Let the form of a region stand open, with the municipalities in it."""
    names = "|".join(Gazetteer.default().municipality_name(each) or each for each in codes)
    note = texts()("regions.own_note")
    open_form(Editing(NamedRegion, suggested=(("municipalities", names), ("is_home", "no")), note=note), here)
    st.session_state[OWN_BOX] = False


def _found(here: Region, areas: Sequence[Area], sentences: Texts) -> Comparison:
    def work() -> Comparison:
        with st.spinner(sentences("regions.work")):
            makers = here.kept("makers", lambda: Makers(here.snapshot, today=here.day))
            return compare(here.snapshot, here.network, areas, learned=here.learned, makers=makers)

    return here.kept(("regions", tuple(each.key for each in areas)), work)


# -- what is shown ---------------------------------------------------------------------------------------------------


def _picture(found: Comparison, sentences: Texts) -> None:
    section(sentences("regions.flows"))
    outside = len(found.areas)
    flows = [
        Ribbon(seller, buyer, links, told, is_strong=seller != buyer and outside not in (seller, buyer))
        for seller, buyer, links, told in flows_of(found, sentences)
    ]
    heads = sentences("regions.sellers"), sentences("regions.buyers")
    ribbons(ends(found, sentences), flows, heads, sentences("regions.flows_alt"))
    say(sentences("regions.flows_legend"), "note")


def _flows(found: Comparison, sentences: Texts) -> None:
    rows = flow_rows(found, sentences)
    if not rows:
        say(sentences("regions.flows_none"), "intro")
        return
    columns = [
        Column(each, sentences(f"regions.columns.{each}"), number=each == "links", decimals=0) for each in FLOW_COLUMNS
    ]
    table("regions_flows", columns, rows, alt=sentences("regions.flows"))
    downloads(flow_table(found, sentences), sentences("regions.flows_file"))


def _figures(found: Comparison, sentences: Texts) -> None:
    section(sentences("regions.figures"))
    columns = [
        Column(
            each,
            sentences(f"regions.columns.{each}"),
            number=each != "name",
            decimals=DECIMALS.get(each, 0),
            term="compared_areas" if each == "index" else "",
        )
        for each in AREA_COLUMNS
    ]
    table("regions_figures", columns, area_rows(found), alt=sentences("regions.figures"))
    downloads(area_table(found, sentences), sentences("regions.file"))


def _by_area(name: str, rows: Sequence[Row], found: Comparison, sentences: Texts, *, head: str = "what") -> None:
    """A table with a column for each area."""
    section(sentences(f"regions.{name}"))
    if not rows:
        say(sentences("regions.processes_none" if head == "process" else "regions.none"), "note")
        return
    what = sentences(f"regions.columns.{head}")
    columns = [Column("what", what)]
    columns += [Column(f"area{n}", each.area.name, number=True, decimals=0) for n, each in enumerate(found.areas)]
    table(f"regions_{name}", columns, rows[:SHOWN], alt=sentences(f"regions.{name}"))
    if len(rows) > SHOWN:
        say(sentences("regions.more", shown=SHOWN, count=len(rows)), "note")
    downloads(lambda: by_area_table(rows, found, what), sentences(f"regions.file_of.{name}"))


page()

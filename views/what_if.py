"""What would be different if firms stopped, two began to trade, or a new one came? Worked out on a copy, never kept."""

from __future__ import annotations

import streamlit as st

from graph.errors import NarverkError
from graph.geo import Gazetteer
from graph.what_if import Change, Figures, NewFirm, what_if
from render.answers import company_name
from render.network import as_table
from render.plain import error_sentence, process_names
from render.resilience import figure_rows
from texts import Texts
from views.common import Region, plain, say, section, texts, warn
from views.downloads import downloads
from views.table import Column, table

COLUMNS = ("figure", "before", "after", "difference")
ASKED = "what_if_asked"


def what_if_panel(here: Region, within_km: float, firm: str | None) -> None:
    """The change to try, which is drawn only when asked for, and the figures before and after."""
    sentences = texts()
    if not st.toggle(sentences("without.what_if.open"), key="what_if_open"):
        return
    say(sentences("without.what_if.what"), "note")
    change = _form(here, firm, sentences)
    if change is not None:
        st.session_state[ASKED] = change
    asked: Change | None = st.session_state.get(ASKED)
    if asked is None or asked.is_empty:
        return
    try:
        before, after = here.kept(("what_if", within_km, asked), lambda: what_if(here.snapshot, asked, within_km))
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return
    _result(before, after, sentences)


def _form(here: Region, firm: str | None, sentences: Texts) -> Change | None:
    """The change that was just asked for; None where none was, or not a whole one."""
    names = _names(here, sentences)
    makes = process_names(sentences)

    def said(key: str) -> str:
        return plain(names.get(key, key))

    with st.form("what_if", border=False):
        stopped = st.multiselect(
            sentences("without.what_if.stopped"),
            list(names),
            default=[firm] if firm else [],
            format_func=said,
            placeholder=sentences("without.what_if.stopped_example"),
            key=f"what_if_stopped_{firm or ''}",
        )
        left, right = st.columns(2)
        nobody = sentences("without.what_if.nobody")
        seller = left.selectbox(sentences("without.what_if.seller"), list(names), None, said, placeholder=nobody,
                                key="what_if_seller")  # fmt: skip
        buyer = right.selectbox(sentences("without.what_if.buyer"), list(names), None, said, placeholder=nobody,
                                key="what_if_buyer")  # fmt: skip
        place = left.text_input(
            sentences("without.what_if.new_place"),
            placeholder=sentences("without.what_if.new_place_example"),
            key="what_if_place",
        ).strip()
        does = right.multiselect(
            sentences("without.what_if.new_makes"),
            list(makes),
            format_func=lambda each: plain(makes[each]),
            placeholder=sentences("without.what_if.new_makes_example"),
            key="what_if_makes",
        )
        if not st.form_submit_button(sentences("without.what_if.run"), type="primary"):
            return None
    if (seller or buyer) and (not seller or not buyer or seller == buyer):
        warn(sentences("without.what_if.half_trade"))
        return Change()
    if bool(place) != bool(does):
        warn(sentences("without.what_if.half_firm"))
        return Change()
    try:
        new = (_new_firm(place, tuple(does), sentences),) if place else ()
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return Change()
    trades = ((seller, buyer),) if seller and buyer else ()
    change = Change(tuple(sorted(stopped)), trades, new)
    if change.is_empty:
        warn(sentences("without.what_if.nothing"))
    return change


def _new_firm(place: str, makes: tuple[str, ...], sentences: Texts) -> NewFirm:
    found = Gazetteer.default().one(place)
    return NewFirm(sentences("without.what_if.new_name"), makes, found.point, found.municipality)


def _names(here: Region, sentences: Texts) -> dict[str, str]:
    """The firms that trade, by name."""

    def make() -> dict[str, str]:
        traded = [each for each in here.network if here.network.degree[each]]
        named = {each: company_name(here.network.nodes[each]["name"], sentences) for each in traded}
        return dict(sorted(named.items(), key=lambda pair: (pair[1].casefold(), pair[0])))

    return here.kept(("what_if_names", sentences.language), make)


def _result(before: Figures, after: Figures, sentences: Texts) -> None:
    section(sentences("without.what_if.result"))
    rows = figure_rows(before, after, sentences)
    heads = {each: sentences(f"without.columns.{each}") for each in COLUMNS}
    columns = [Column(each, heads[each], number=each != "figure") for each in COLUMNS]
    table("what_if_result", columns, rows, alt=sentences("without.what_if.result"))
    downloads(as_table(rows, heads), sentences("without.what_if.file"))

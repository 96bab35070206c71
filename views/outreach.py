"""How does it stand with each firm that is to be interviewed, and whom should somebody ask next?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.outreach import STATES, Outreach, Standing
from render.introductions import namer
from render.isolated import place_name
from render.network import Row, as_table
from render.week import OUTREACH_COLUMNS, OUTREACH_TAKEN, counted, outreach_headline, standing_rows
from texts import Texts
from views.common import Region, headline, open_firm, plain, region, say, section, texts
from views.downloads import downloads
from views.edit import undo_row
from views.outreach_heard import heard_and_next
from views.outreach_marks import MARKS, marked, saved
from views.table import Column, table

ALL = "all"
STATE, PLACE, CHOSEN, PRESSED = "outreach_state", "outreach_place", "outreach_chosen", "outreach_mark"


def page() -> None:
    """How many have answered, whom to ask next, who has been heard, and how it stands with each."""
    here = region()
    sentences = texts()
    undo_row()
    standings = here.kept("standings", lambda: Outreach(here.snapshot, here.network, here.day).standings())
    if not standings:
        headline(sentences("week.outreach.empty"), sentences("week.outreach.empty_what"))
        return
    headline(here.kept(("outreach_headline", sentences.language), lambda: outreach_headline(standings, sentences)))
    state, place = _filter(here, standings, sentences)
    shown = here.kept(("standings", state, place), lambda: _filtered(standings, state, place))
    _mark(here, shown, sentences)
    rows = here.kept(
        ("standing_rows", state, place, sentences.language),
        lambda: standing_rows(shown, namer(here.names, sentences), sentences),
    )
    _list(rows, sentences)
    heard_and_next(here)


def _filter(here: Region, standings: Sequence[Standing], sentences: Texts) -> tuple[str, str | None]:
    """The states with their numbers, and the municipalities; those that were chosen."""
    counts = here.kept("standing_counts", lambda: counted(standings))
    labels = {ALL: sentences("week.outreach.all", count=len(standings))}
    for state in STATES:
        if counts[state]:
            name = sentences(f"week.outreach.states.{state}")
            labels[state] = sentences("week.outreach.state_count", state=name, count=counts[state])
    codes = here.kept("standing_places", lambda: {each.municipality or "" for each in standings})
    places = {each: place_name(each, sentences) for each in codes}
    with st.container(horizontal=True, vertical_alignment="center", key="outreach_filters"):
        state = st.segmented_control(
            sentences("week.outreach.filter"),
            list(labels),
            default=ALL,
            format_func=lambda each: plain(labels[each]),
            key=STATE,
            label_visibility="collapsed",
            required=True,
            width="content",
        )
        place = st.selectbox(
            sentences("week.outreach.place"),
            sorted(places, key=lambda each: (not each, places[each])),
            index=None,
            format_func=lambda each: places[each],
            placeholder=sentences("week.outreach.every_place"),
            key=PLACE,
            label_visibility="collapsed",
            width=260,
        )
    return str(state), place


def _filtered(standings: Sequence[Standing], state: str, place: str | None) -> list[Standing]:
    return [
        each
        for each in standings
        if state in (ALL, each.state) and (place is None or (each.municipality or "") == place)
    ]


def _list(rows: Sequence[Row], sentences: Texts) -> None:
    section(sentences("week.outreach.list"))
    if not rows:
        say(sentences("week.outreach.none"), "note")
        return
    heads = {each: sentences(f"week.outreach.columns.{each}") for each in OUTREACH_TAKEN}
    told = [each for each in OUTREACH_COLUMNS if any(row[each] for row in rows)]
    columns = [Column(each, heads[each], firm=each == "name", quiet=each == "branch") for each in told]
    clicked = table("standings", columns, rows, alt=sentences("week.outreach.list"))
    downloads(lambda: as_table(rows, heads), sentences("week.outreach.file"))
    if clicked:
        open_firm(clicked)


# -- several at once ---------------------------------------------------------------------------------------------------


def _mark(here: Region, shown: Sequence[Standing], sentences: Texts) -> None:
    """Choose firms, and say of all of them what has happened today; who wants never to be asked is not among them."""
    may_ask = [each.company_id for each in shown if each.state != "never"]
    with st.expander(sentences("week.outreach.mark"), on_change="rerun", key="outreach_mark_box") as box:
        if not box.open:
            return
        say(sentences("week.outreach.mark_what"), "note")
        names = namer(here.names, sentences)
        chosen = [each for each in st.session_state.get(CHOSEN, ()) if each in may_ask]
        st.session_state[CHOSEN] = chosen
        st.multiselect(
            sentences("week.outreach.choose"),
            may_ask,
            format_func=names,
            key=CHOSEN,
            placeholder=sentences("week.outreach.choose_some"),
        )
        with st.container(horizontal=True, vertical_alignment="center", key="outreach_mark_row"):
            every = sentences("week.outreach.choose_all", count=len(may_ask))
            st.button(every, on_click=_choose, args=(may_ask,), type="tertiary", key="outreach_choose_all")
            none = sentences("week.outreach.choose_none")
            st.button(none, on_click=_choose, args=((),), type="tertiary", key="outreach_choose_none")
            st.pills(
                sentences("week.acts"),
                MARKS,
                format_func=lambda each: sentences(f"week.do.{each}"),
                key=PRESSED,
                on_change=_press,
                args=(here,),
                label_visibility="collapsed",
                disabled=not st.session_state[CHOSEN],
                width="content",
            )


def _choose(company_ids: Sequence[str]) -> None:
    st.session_state[CHOSEN] = list(company_ids)


def _press(here: Region) -> None:
    """Say of all that are chosen what was clicked, as one load."""
    mark, chosen = st.session_state[PRESSED], st.session_state[CHOSEN]
    st.session_state[PRESSED] = None
    if not mark or not chosen:
        return
    sentences = texts()
    told = sentences("week.outreach.marked", count=len(chosen), what=sentences(f"week.do.{mark}"))
    if saved(here, marked(here, chosen, mark), told):
        st.session_state[CHOSEN] = []


page()

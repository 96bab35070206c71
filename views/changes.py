"""What has changed in the region between two moments?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from graph import ledger
from graph.changes import KINDS, Changes, changes
from graph.enquiries import enquiries
from graph.errors import NarverkError
from graph.model import Decision, Load, SnapshotName
from graph.moments import Moment, moments, region_at
from render.changes import balance as rows_of
from render.changes import event_rows, event_table, kind_name, moment_name, notes
from render.changes import headline as sentence_of
from render.plain import error_sentence
from texts import Texts
from views.balance import Balance, balance
from views.common import (
    Region,
    headline,
    open_firm,
    plain,
    region,
    say,
    section,
    store,
    texts,
    today,
    viewer,
    warn,
)
from views.downloads import downloads
from views.file_field import dress
from views.table import Column, table

FROM, TO, KIND, NAMED, FAILED = "changes_from", "changes_to", "changes_kind", "changes_named", "changes_failed"
NOW = ""
COLUMNS = ("name", "place", "other", "about", "value")
WIDTH = 320  # pixels


def page() -> None:
    """The sentence, the two moments, what was gained and lost, and the firms of one kind of change."""
    here, sentences = region(), texts()
    known = here.kept("moments", lambda: moments(store().snapshot(Load, Decision, SnapshotName)))
    if not known:
        headline(sentences("changes.nothing_yet"), sentences("changes.nothing_yet_what"))
        return
    dress()
    st.html(f"<style>{_style()}</style>")
    said = st.container(key="changes_said")
    since, until = _chosen(known, sentences)
    if until is not None and until.at <= since.at:
        with said:
            headline(sentences("changes.same"))
        return
    found = _found(here, since, until, sentences)
    with said:
        headline(sentence_of(found, moment_name(since, sentences), sentences), _notes(found, since, until, sentences))
    if found:
        _balance(found, sentences)
        _list(here, found, sentences)


@cache
def _style() -> str:
    return Path(__file__).with_name("changes.css").read_text(encoding="utf-8")


# -- from when to when -----------------------------------------------------------------------------------------------


def _key(moment: Moment) -> str:
    return f"{moment.kind}:{moment.at}:{moment.name}"


def _chosen(known: tuple[Moment, ...], sentences: Texts) -> tuple[Moment, Moment | None]:
    """The two moments (the later is None: now), and the button that gives the present a name."""
    by_key = {_key(each): each for each in known}
    for key in (FROM, TO):
        if st.session_state.get(key) not in (*by_key, NOW):
            st.session_state.pop(key, None)

    def words(key: str) -> str:
        return moment_name(by_key.get(key), sentences)

    with st.container(horizontal=True, vertical_alignment="bottom", key="changes_choose"):
        first = st.selectbox(
            sentences("changes.from"), list(by_key), index=_usual(known), format_func=words, key=FROM, width=WIDTH
        )
        last = st.selectbox(sentences("changes.to"), [NOW, *by_key], format_func=words, key=TO, width=WIDTH)
        st.button(sentences("changes.keep"), on_click=_name_now, key="changes_keep", type="tertiary")
    if failed := st.session_state.pop(FAILED, None):
        warn(failed)
    if named := st.session_state.pop(NAMED, None):
        say(sentences("changes.kept", name=named), "saved", role="status", narrow=True)
    return by_key[str(first)], by_key.get(str(last))


def _usual(known: tuple[Moment, ...]) -> int:
    """The newest moment somebody named, else what was before the newest load: the number of it."""
    loads = [number for number, each in enumerate(known) if each.kind in ("load", "start")]
    named = [number for number, each in enumerate(known) if each.kind == "named"]
    return named[0] if named else loads[min(1, len(loads) - 1)]


def _name_now() -> None:
    """Give the region as it is now the name of the day."""
    taken = {each.name for each in store().snapshot(SnapshotName).of(SnapshotName)}
    day = today()
    name = next(each for each in (day, *(f"{day} ({number})" for number in range(2, 1000))) if each not in taken)
    try:
        ledger.name_snapshot(store(), name)
        st.session_state[NAMED] = name
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, texts())


# -- what is shown ---------------------------------------------------------------------------------------------------


def _found(here: Region, since: Moment, until: Moment | None, sentences: Texts) -> Changes:
    def work() -> Changes:
        with st.spinner(sentences("changes.work")):
            new = region_at(store(), until.at) if until else here.snapshot
            return changes(region_at(store(), since.at), new, (since.day, until.day if until else here.day))

    return here.kept(("changes", since.at, until.at if until else None), work)


def _notes(found: Changes, since: Moment, until: Moment | None, sentences: Texts) -> str:
    last = until.day if until else today()
    ordered = [each for each in enquiries(store(), viewer()) if each.status == "ordered"]
    return notes(found, sum(since.day < each.since <= last for each in ordered), sentences)


def _balance(found: Changes, sentences: Texts) -> None:
    section(sentences("changes.balance"), term="compared_moments")
    heads = sentences("changes.lost"), sentences("changes.gained")
    balance([Balance(*each) for each in rows_of(found, sentences)], heads, sentences("changes.balance_alt"))


def _list(here: Region, found: Changes, sentences: Texts) -> None:
    section(sentences("changes.list"))
    kinds = [each for each in KINDS if found.count(each)]
    if st.session_state.get(KIND) not in kinds:
        st.session_state[KIND] = kinds[0]
    kind = st.segmented_control(
        sentences("changes.kinds"),
        kinds,
        format_func=lambda each: plain(f"{kind_name(each, sentences)} {found.count(each)}"),
        key=KIND,
        label_visibility="collapsed",
        required=True,
    )
    rows = event_rows(found, str(kind), sentences)
    for row in rows:
        row["company_id"] = row["company_id"] if row["company_id"] in here.companies else None
    columns = [
        Column(each, sentences(f"changes.columns.{each}"), firm=each == "name", quiet=each == "about")
        for each in COLUMNS
        if any(row[each] for row in rows)
    ]
    clicked = table(f"changes_{kind}", columns, rows, alt=kind_name(str(kind), sentences))
    downloads(lambda: event_table(found, sentences), sentences("changes.file"))
    if clicked:
        open_firm(clicked)


page()

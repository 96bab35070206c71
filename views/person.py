"""What is held about one person? Search, choose who is meant, an extract to hand out, and erasure for good.

Whom somebody looks for stands in no address and in nothing that is kept: only in the session, until the page is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from graph.erasure import lift
from graph.errors import NarverkError
from graph.marks import Marks
from graph.persons import Candidate, Held, Holdings, suppressed
from ingest.identity import masked
from ingest.persons import erase_person, subject_in, whom
from render import persons as words
from render.company import Wording
from render.plain import error_sentence
from texts import Texts
from views.common import (
    Region,
    forget_regions,
    headline,
    open_firm,
    plain,
    refuse_in_preview,
    region,
    say,
    section,
    store,
    texts,
    today,
    warn,
)
from views.counted import forget_seen
from views.downloads import downloads
from views.file_field import dress
from views.table import Column, table

MOST_SHOWN = 20
WHO, PICKED, SURE = "person_who", "person_picked", "person_sure"
DONE, FAILED, KEPT = "person_done", "person_failed", "person_kept"


def page() -> None:
    """The field, those who may be meant, what is held, and the way to let it go."""
    here, sentences = region(), texts()
    dress()
    said = st.container(key="person_said")
    text = _field(sentences)
    if failed := st.session_state.pop(FAILED, None):
        warn(failed)
    done = st.session_state.pop(DONE, ())
    for each in done:
        say(each, "saved", role="status")
    if not text:
        with said:
            headline(sentences("person.intro"), sentences("person.intro_what"))
        return
    holdings = _holdings(here)
    found = whom(holdings, text)
    blocked = suppressed(holdings, text, subject_in(holdings, text))
    if not found:
        with said:
            headline(sentences("person.none", text=masked(text)), sentences("person.none_what"))
        _blocks(blocked, sentences)
        return
    chosen = _chosen(here, found, said, sentences)
    if chosen:
        marks = holdings.marks(chosen)
        held = holdings.held(marks)
        name = words.called(chosen[0], sentences)
        with said:
            headline(words.headline(held, name, sentences), words.note(held, sentences))
        _held(here, held, name, sentences)
        _erasing(holdings, chosen, marks, sentences)
    _blocks(blocked, sentences)


def _field(sentences: Texts) -> str:
    return st.text_input(
        sentences("person.search"),
        key=WHO,
        placeholder=sentences("person.search_example"),
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=_start_anew,
    ).strip()


def _holdings(here: Region) -> Holdings:
    """All that the store holds, kept by the session alone, which lets go of it when somebody is erased."""
    at = (here.address, here.snapshot.revision)
    kept = st.session_state.get(KEPT)
    if kept is None or kept[0] != at:
        with st.spinner(texts()("person.reading")):
            kept = st.session_state[KEPT] = (at, Holdings(store()))
    holdings: Holdings = kept[1]
    return holdings


def _start_anew() -> None:
    """Nobody is chosen yet, and nothing confirmed."""
    for number in range(MOST_SHOWN):
        st.session_state.pop(f"{PICKED}{number}", None)
    _unsure()


def _unsure() -> None:
    st.session_state.pop(SURE, None)


def _name_of(here: Region) -> Callable[[str], str]:
    def name_of(company_id: str) -> str:
        firm = here.companies.get(here.company_of.get(company_id, company_id))
        return (firm.name if firm else None) or company_id.partition(":")[2]

    return name_of


def _chosen(
    here: Region, found: Sequence[Candidate], said: st.delta_generator.DeltaGenerator, sentences: Texts
) -> list[Candidate]:
    """The one who is meant, or those that a person has chosen among several."""
    if len(found) == 1:
        return list(found)
    shown = found[:MOST_SHOWN]
    with st.container(key="person_which", border=True):
        picked = [
            each
            for number, each in enumerate(shown)
            if st.checkbox(
                plain(words.candidate_text(each, _name_of(here), sentences)).replace("@", "@\u2060"),  # no link
                key=f"{PICKED}{number}",
                on_change=_unsure,
            )
        ]
        if len(found) > len(shown):
            say(sentences("person.more", count=len(found) - len(shown)), "note")
    if not picked:
        with said:
            headline(sentences("person.several", count=len(found)), sentences("person.several_what"))
    return picked


# -- what is held ------------------------------------------------------------------------------------------------------


def _held(here: Region, held: Sequence[Held], name: str, sentences: Texts) -> None:
    wording = Wording(sentences, _name_of(here))
    section(sentences("person.list"))
    rows = words.rows(held, wording, _name_of(here), sentences)
    columns = [
        Column(
            each,
            sentences(f"person.columns.{each}"),
            firm=each == "about",
            number=each == "on",
            quiet=each in ("source", "state"),
        )
        for each in words.COLUMNS
        if any(row[each] for row in rows)
    ]
    shown = [{**row, "company_id": row["company_id"] if row["company_id"] in here.companies else None} for row in rows]
    clicked = table("person_held", columns, shown, alt=sentences("person.list"))
    lines = words.table(held, wording, _name_of(here), sentences)
    title = words.headline(held, name, sentences)
    downloads(lines, sentences("person.file"), lambda: words.sheet(title, lines, today(), sentences))
    if clicked:
        open_firm(clicked)


# -- letting it go -----------------------------------------------------------------------------------------------------


def _erasing(holdings: Holdings, chosen: Sequence[Candidate], marks: Marks, sentences: Texts) -> None:
    section(sentences("person.erase"))
    with st.container(key="person_erase", border=True):
        say(sentences("person.erase_what"), "facts")
        name = words.called(chosen[0], sentences)
        is_sure = st.checkbox(plain(sentences("person.sure", name=name)), key=SURE)
        st.button(
            sentences("person.do_erase"),
            on_click=_erase,
            args=(holdings, chosen, marks),
            disabled=not is_sure,
            type="primary",
            key="person_do_erase",
        )


def _erase(holdings: Holdings, chosen: Sequence[Candidate], marks: Marks) -> None:
    sentences = texts()
    try:
        refuse_in_preview()
        reached = erase_person(holdings, chosen, marks)
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, sentences)
        return
    forget_regions()
    forget_seen()
    st.session_state[DONE] = tuple(words.reached_lines(reached, sentences))
    st.session_state[WHO] = ""
    st.session_state.pop(KEPT, None)
    _start_anew()


def _blocks(blocked: dict[str, Marks], sentences: Texts) -> None:
    """The blocks against loading whom the words name, each with the way to lift it."""
    for erasure_id, marks in blocked.items():
        with st.container(horizontal=True, vertical_alignment="center", key=f"person_block_{erasure_id}"):
            say(sentences("person.blocked", on=marks.on), "facts", narrow=True)
            st.button(
                sentences("person.lift"),
                on_click=_lift,
                args=(erasure_id,),
                type="tertiary",
                key=f"person_lift_{erasure_id}",
            )


def _lift(erasure_id: str) -> None:
    sentences = texts()
    try:
        lift(store(), erasure_id)
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, sentences)
        return
    st.session_state[DONE] = (sentences("person.lifted", count=1),)


page()

"""What is left to do after the meeting? What was noted there, by day and firm, each with the click that does it.

The list writes nothing of the region: a click leads to the form that does, with the words at hand, and there it is
saved by whoever reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

import streamlit as st

from graph.access_log import moment
from graph.audience import may_see
from graph.capture import (
    CAN,
    CONSENT,
    DONE,
    DROPPED,
    LEFT,
    MEET,
    NEEDS,
    Captured,
    Said,
    captured,
    firm_of,
    left,
    mark,
)
from graph.consent import ALL_OF_IT
from graph.errors import NarverkError
from graph.model import Company, Introduction, Need, Offer
from graph.taxonomy import fold
from graph.understanding import understand
from render.answers import company_name
from render.plain import error_sentence
from render.tables import Cell
from texts import Texts
from views.common import (
    Region,
    headline,
    leave_for,
    open_firm,
    plain,
    region,
    say,
    section,
    store,
    texts,
    viewer,
)
from views.downloads import downloads
from views.edit import Editing, open_form
from views.firm_consent import open_choice

ASKED, AT_HAND, SAVED = "captured_asked", "captured_at_hand", "captured_saved"
SHOWS, BEFORE, AFTER = "meeting_shows", "before", "after"  # of the page "meeting": the seats, or what is left to do
PLACES = ("company", "introductions")
"""Pages on which what a note asks for is done."""
COLUMNS = ("day", "firm", "kind", "other", "words", "who", "state")


def noted() -> list[Captured]:
    """All notes, for who may see them; asked anew at every run, since they move no revision."""
    return captured(store(), viewer()) if may_see(viewer(), "captures") else []


def _company(here: Region, firm: str) -> str | None:
    """Today's company of a note's firm, where there is one."""
    if firm in here.companies:
        return firm
    return here.kept(("captured_firm", firm), lambda: firm_of(here.snapshot, firm))


# -- the list --------------------------------------------------------------------------------------------------------


def after_meeting(here: Region, notes: Sequence[Captured]) -> None:
    """How much is left, each thing with what does it, what is done, and all of it to take along."""
    sentences = texts()
    open_notes = left(notes)
    count = len(open_notes)
    headline(sentences(f"captured.{('none', 'one')[count] if count < 2 else 'many'}", count=count))
    if open_notes:
        say(sentences("captured.what"), "note")
    _saved_row(sentences)
    for day, those in groupby(open_notes, key=lambda each: each.said.on):
        section(sentences("captured.day", day=day))
        for firm, of_firm in _by_firm(here, those, sentences):
            _firm(here, firm, of_firm, sentences)
    _finished(here, [each for each in notes if each.state != LEFT], sentences)
    downloads(lambda: _taken_along(here, notes, sentences), sentences("captured.file"))


def _by_firm(
    here: Region, notes: Iterator[Captured], sentences: Texts
) -> Iterator[tuple[str | None, list[Captured]]]:  # fmt: skip
    """The notes of each firm, None being one that nobody knows, in the order of their names."""

    def name(each: Captured) -> tuple[str, str]:
        return fold(_name(here, each.said.firm, sentences)), each.said.firm

    for _, those in groupby(sorted(notes, key=name), key=name):
        of_firm = list(those)
        yield _company(here, of_firm[0].said.firm), of_firm


def _name(here: Region, firm: str, sentences: Texts) -> str:
    """What a note's firm is called: as it is known today, else as it was typed."""
    found = here.companies.get(_company(here, firm) or "")
    return company_name(found.name, sentences) if found else firm


def _firm(here: Region, company_id: str | None, notes: Sequence[Captured], sentences: Texts) -> None:
    """A firm, which opens, and a line for each of its notes."""
    key = notes[0].capture_id
    name = _name(here, notes[0].said.firm, sentences)
    with st.container(key=f"captured_firm_{key}"):
        if company_id is None:
            say(sentences("captured.unknown", name=name), "label")
        elif st.button(plain(name), type="tertiary", key=f"captured_open_{key}"):
            open_firm(company_id)
        for each in notes:
            _line(here, each, company_id, sentences)


def _line(here: Region, note: Captured, company_id: str | None, sentences: Texts) -> None:
    """What was said, and what can be done about it."""
    key = note.capture_id
    with st.container(horizontal=True, vertical_alignment="center", key=f"captured_line_{key}"):
        st.html(_words(here, note.said, sentences))
        act = note.said.kind if company_id else "new"
        if st.button(sentences(f"captured.do.{act}"), key=f"captured_do_{key}"):
            _go(note, company_id)
        for state in (DONE, DROPPED):
            label = sentences(f"captured.mark.{state}")
            st.button(label, on_click=_mark, args=(key, state), type="tertiary", key=f"captured_{state}_{key}")


def _words(here: Region, said: Said, sentences: Texts, firm: str = "") -> str:
    """A note as a line of HTML: what it is about, whom they want to meet, the words, and who said them."""
    kind = sentences(f"capture.kinds.{said.kind}")
    other = _name(here, said.other, sentences) if said.other else ""
    told = " · ".join(filter(None, (firm, other, said.words)))
    who = f"<small>{escape(said.said_by)}</small>" if said.said_by else ""
    return f'<p class="nv-captured-line"><b>{escape(kind)}</b> <span>{escape(told)}</span> {who}</p>'


def _finished(here: Region, notes: Sequence[Captured], sentences: Texts) -> None:
    """What is done or dropped, and the way back."""
    if not notes:
        return
    with st.expander(sentences("captured.finished", count=len(notes)), on_change="rerun", key="captured_box") as box:
        if not box.open:
            return
        for each in notes:
            with st.container(horizontal=True, vertical_alignment="center", key=f"captured_line_{each.capture_id}"):
                name = _name(here, each.said.firm, sentences)
                say(f"{each.said.on} · {sentences(f'captured.state.{each.state}')}", "facts", narrow=True)
                st.html(_words(here, each.said, sentences, name))
                label, args = sentences("captured.take_back"), (each.capture_id, LEFT)
                st.button(label, on_click=_mark, args=args, type="tertiary", key=f"captured_back_{each.capture_id}")


def _taken_along(here: Region, notes: Sequence[Captured], sentences: Texts) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[sentences(f"captured.columns.{each}") for each in COLUMNS]]
    for each in notes:
        said = each.said
        rows.append([
            said.on,
            _name(here, said.firm, sentences),
            sentences(f"capture.kinds.{said.kind}"),
            _name(here, said.other, sentences) if said.other else None,
            said.words,
            said.said_by or None,
            sentences(f"captured.state.{each.state}"),
        ])  # fmt: skip
    return rows


# -- what became of it -----------------------------------------------------------------------------------------------


def _mark(capture_id: str, state: str) -> None:
    try:
        mark(store(), viewer(), capture_id, state, at=moment())
        st.session_state[SAVED] = (capture_id if state != LEFT else "", texts()(f"captured.marked.{state}"))
    except NarverkError as error:
        st.session_state[SAVED] = ("", error_sentence(error, texts()))


def _saved_row(sentences: Texts) -> None:
    """What was just said of a note, and the button that takes it back."""
    saved: tuple[str, str] | None = st.session_state.get(SAVED)
    if saved is None:
        return
    capture_id, sentence = saved
    with st.container(horizontal=True, vertical_alignment="center", key="captured_saved_row"):
        say(sentence, "saved", role="status", narrow=True)
        if capture_id:
            st.button(sentences("edit.undo"), on_click=_mark, args=(capture_id, LEFT), key="captured_undo")


# -- doing it --------------------------------------------------------------------------------------------------------


def _go(note: Captured, company_id: str | None) -> None:
    """Leave for the page where it is done."""
    st.session_state[ASKED] = st.session_state[AT_HAND] = note.capture_id
    if company_id is None:
        leave_for("company")
    if note.said.kind == MEET:
        leave_for("introductions")
    open_firm(company_id)


def take_up(here: Region) -> None:
    """Open the form that a note just asked for, with its words at hand; for the pages of :data:`PLACES`."""
    asked = st.session_state.pop(ASKED, None)
    note = next((each for each in noted() if each.capture_id == asked), None) if asked else None
    if note is None:
        return
    said, company_id = note.said, _company(here, note.said.firm)
    words = texts()("captured.words", words=said.words) if said.words else ""
    if company_id is None:
        open_form(Editing(Company, suggested=(("name", said.firm),), note=words), here)
    elif said.kind == CAN:
        guessed = [each.process for each in understand(said.words).processes][:1]
        suggested = tuple(("capability", each) for each in guessed)
        open_form(Editing(Offer, about=company_id, suggested=suggested, note=words), here)
    elif said.kind == NEEDS:
        suggested = (("description", said.words), ("stated_on", said.on))
        open_form(Editing(Need, about=company_id, suggested=suggested), here)
    elif said.kind == CONSENT:
        open_choice(here.companies[company_id], ALL_OF_IT)
    elif said.kind == MEET:
        suggested = (
            ("other_id", _company(here, said.other) or said.other),
            ("introduced_on", here.day),
            ("outcome", "open"),
            ("reason", said.words),
        )
        open_form(Editing(Introduction, about=company_id, suggested=suggested, note=_pair(here, said)), here)


def _pair(here: Region, said: Said) -> str:
    sentences = texts()
    one, other = (_name(here, each, sentences) for each in (said.firm, said.other))
    return sentences("introductions.chosen", one=one, other=other)


def _as_typed(here: Region, firm: str) -> str:
    """A firm as somebody would type it: its name, or its identifier where others answer to that name."""
    company_id = _company(here, firm)
    name = here.companies[company_id].name if company_id else None
    return name if name and _company(here, name) == company_id else company_id or firm


def at_hand(page: str) -> None:
    """The note that is being worked off, on the pages where that is done, with the way back to the list."""
    if page not in PLACES or not may_see(viewer(), "captures"):
        st.session_state.pop(AT_HAND, None)
        return
    capture_id = st.session_state.get(AT_HAND)
    note = next((each for each in noted() if each.capture_id == capture_id), None) if capture_id else None
    if note is None:
        return
    here, sentences = region(), texts()
    with st.container(horizontal=True, vertical_alignment="center", key="captured_at_hand"):
        say(sentences("captured.at_hand", day=note.said.on), "label", narrow=True)
        st.html(_words(here, note.said, sentences, _name(here, note.said.firm, sentences)), width="content")
        if st.button(sentences("captured.mark.done"), type="primary", key="captured_at_hand_done"):
            _mark(note.capture_id, DONE)
            _to_list()
        if st.button(sentences("captured.to_list"), type="tertiary", key="captured_at_hand_back"):
            _to_list()


def _to_list() -> None:
    st.session_state.pop(AT_HAND, None)
    open_list()


def open_list() -> None:
    """Leave for the list of what is left to do."""
    st.session_state[SHOWS] = AFTER
    leave_for("meeting")

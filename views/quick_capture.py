"""What was just said, and of which firm? A window for one note, quick to fill in, from every page.

It can be opened in meeting mode, before the eyes of the room: it names no firm that the room may not see, and of what
was written it tells only how much there is.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import streamlit as st

from graph.access_log import moment
from graph.capture import CAN, KINDS, MEET, Said
from graph.errors import NarverkError
from graph.geo import Gazetteer
from ingest.identity import without_personal_numbers
from ingest.typed import MOST_CHARACTERS
from render.plain import error_sentence
from texts import Texts
from views.common import Region, guarded, notes_of_meeting, pin_now, plain, region, say, texts, today, warn
from views.edit import close_form
from views.enquiry import close_enquiry
from views.firm_consent import close_choice

OPEN, TURN = "capture_open", "capture_turn"
KIND = "capture_kind"


def way_in() -> None:
    """The button that opens the window, and how much has been written down today."""
    sentences = texts()
    st.button(sentences("capture.take"), on_click=_open, icon=":material/edit_note:", key="capture_take")
    with suppress(NarverkError):  # what cannot be read is told by the page itself
        if count := notes_of_meeting().count(today()):
            key = "capture.saved_one" if count == 1 else "capture.saved"
            say(sentences(key, count=count), "captured", role="status")


def _open() -> None:
    """Let the window stand open, and no other: two cannot be."""
    for leave in (close_form, close_choice, close_enquiry):
        leave()
    st.session_state[OPEN] = True
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def close() -> None:
    """The window does not stand open."""
    st.session_state.pop(OPEN, None)


def window_if_open() -> None:
    """The window, where it stands open."""
    if st.session_state.get(OPEN):
        st.dialog(plain(texts()("capture.title")), on_dismiss=close)(_window)()


def _window() -> None:
    with guarded():
        _fields(region(), texts())


def _fields(here: Region, sentences: Texts) -> None:
    """What kind of word it is, of which firm, the word itself and who said it."""
    turn = st.session_state.get(TURN, 0)
    kind = st.segmented_control(
        sentences("capture.kind"),
        KINDS,
        default=CAN,
        format_func=lambda each: plain(sentences(f"capture.kinds.{each}")),
        key=f"{KIND}_{turn}",
        label_visibility="collapsed",
        required=True,
    )
    with st.form(f"capture_form_{turn}", border=False):
        firm = _firm_field(here, sentences("capture.firm"), f"capture_firm_{turn}", sentences)
        other = ""
        if kind == MEET:
            other = _firm_field(here, sentences("capture.other"), f"capture_other_{turn}", sentences)
        words = _line(sentences("capture.words"), f"capture_words_{turn}", sentences(f"capture.example.{kind}"))
        said_by = _line(sentences("capture.said_by"), f"capture_said_by_{turn}")
        submitted = st.form_submit_button(sentences("capture.save"), type="primary", key=f"capture_save_{turn}")
    notes = ["edit.no_classified", *(["capture.on_screen"] if pin_now() is not None else [])]
    say(" ".join(map(sentences, notes)), "note")
    if submitted:
        _save(Said(kind or CAN, firm, moment(), words, said_by, other), sentences)


def _line(label: str, key: str, example: str | None = None) -> str:
    """A line of text; the browser proposes nothing that was written before, to be read by the room."""
    typed = st.text_input(label, max_chars=MOST_CHARACTERS, key=key, placeholder=example, autocomplete="off")
    return without_personal_numbers(typed or "")


def _firm_field(here: Region, label: str, key: str, sentences: Texts) -> str:
    """A firm that the eyes in the room may see, chosen by its name, or beside it a name that is not among those."""
    names = here.kept("names_to_capture", lambda: _names(here))
    left, right = st.columns([3, 2], gap="small")
    with left:
        chosen = st.selectbox(
            label,
            list(names),
            index=None,
            format_func=lambda each: names.get(each, each),
            key=key,
            placeholder=sentences("capture.firm_example"),
        )
    with right:
        typed = _line(sentences("capture.not_listed"), f"{key}_typed")
    return chosen or typed


def _names(here: Region) -> dict[str, str]:
    """What each firm is called, told apart by its place where others are called the same, in order."""
    named = [each for each in here.companies.values() if each.name]
    counts = Counter(each.name for each in named)
    found: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for each in sorted(named, key=lambda each: ((each.name or "").casefold(), each.company_id)):
        name = each.name or ""
        if counts[name] > 1:
            place = each.locality or Gazetteer.default().municipality_name(each.municipality or "")
            name = ", ".join(filter(None, (name, place)))
        taken[name] += 1
        found[each.company_id] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return found


def _save(said: Said, sentences: Texts) -> None:
    try:
        notes_of_meeting().add(said)
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return
    close()
    st.rerun()

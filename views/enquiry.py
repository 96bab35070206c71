"""How does one enquiry stand, and what happened since? Its window: what was told, what is new, and the letter again."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from graph.enquiries import ENDED, REASONS, STATUSES, Enquiry, Event, take_back, told
from graph.errors import NarverkError
from render.answers import company_name
from render.plain import error_sentence, process_name
from texts import Texts
from views.common import Region, guarded, open_firm, plain, say, store, texts, today, viewer, warn
from views.letter import DAYS_TO_ANSWER, letter_fields, say_contact

OPEN, SAVED = "enquiry_open", "enquiry_saved"
MOST_WORDS = 500


def open_enquiry(enquiry_id: str) -> None:
    """Let the enquiry stand open from now on; :func:`enquiry_if_open` draws it."""
    st.session_state[OPEN] = enquiry_id


def close_enquiry() -> None:
    """No enquiry stands open."""
    st.session_state.pop(OPEN, None)


def enquiry_if_open(here: Region, known: list[Enquiry]) -> None:
    """The window of the enquiry that stands open, where one does."""
    found = next((each for each in known if each.enquiry_id == st.session_state.get(OPEN)), None)
    if found is not None:
        title = plain(part_words(found, texts()))
        st.dialog(title, width="large", on_dismiss=close_enquiry)(_window)(here, found)


def undo_row() -> None:
    """What was just told, and the button that takes it back."""
    saved: tuple[str, str, str] | None = st.session_state.get(SAVED)
    if saved is None:
        return
    sentence, enquiry_id, event_id = saved
    with st.container(horizontal=True, vertical_alignment="center", key="saved_row"):
        say(sentence, "saved", role="status", narrow=True)
        st.button(texts()("edit.undo"), on_click=_take_back, args=(enquiry_id, event_id), key="enquiry_undo")


def part_words(enquiry: Enquiry, sentences: Texts) -> str:
    """The part as the buyer describes it, else what is to be done with it."""
    sought = enquiry.sought
    processes = ", ".join(process_name(each, sentences) for each in sought.processes)
    return " ".join(sought.words.split()) or processes or sentences("letter.the_part")


def firm_name(here: Region, company_id: str | None, sentences: Texts) -> str:
    """The firm's name, or the words for one that has none or is gone."""
    company = here.companies.get(company_id or "")
    return company_name(company.name if company else None, sentences)


def status_words(event: Event, sentences: Texts) -> str:
    """The status, of a refusal with why."""
    said = sentences(f"enquiry.status.{event.status}")
    return f"{said}: {sentences(f'enquiry.reason.{event.reason}')}" if event.reason else said


# -- the window ------------------------------------------------------------------------------------------------------


def _window(here: Region, enquiry: Enquiry) -> None:
    with guarded():
        sentences = texts()
        _facts(here, enquiry, sentences)
        stands, the_letter = st.tabs([sentences("enquiry.stands"), sentences("enquiry.letter")])
        with stands:
            happened, new = st.columns(2, gap="large")
            with happened:
                _events(enquiry, sentences)
            with new:
                _form(here, enquiry, sentences)
        with the_letter:
            letter_fields(here, enquiry.sought)


def _facts(here: Region, enquiry: Enquiry, sentences: Texts) -> None:
    sought = enquiry.sought
    with st.container(horizontal=True, vertical_alignment="center", key="enquiry_firm"):
        name = firm_name(here, sought.supplier_id, sentences)
        if sought.supplier_id in here.companies:
            if st.button(plain(name), type="tertiary", icon=":material/factory:", key="enquiry_open_firm"):
                close_enquiry()
                open_firm(sought.supplier_id)
        else:
            say(name, "label", narrow=True)
        say_contact(here, sought.supplier_id, sentences)
    said = []
    if sought.buyer_id:
        said.append(sentences("enquiry.buyer", name=firm_name(here, sought.buyer_id, sentences)))
    if sought.value_sek is not None:
        said.append(sentences("enquiry.at_stake", sek=sentences.number(sought.value_sek)))
    if enquiry.tonne_km_spared is not None:
        said.append(sentences("enquiry.spares", tonne_km=sentences.number(enquiry.tonne_km_spared, 0)))
    if said:
        say(" · ".join(said), "note")


def _events(enquiry: Enquiry, sentences: Texts) -> None:
    """What was told, the newest first, each with the way to take it back."""
    say(sentences("enquiry.happened"), "label")
    for each in reversed(enquiry.events):
        said = [f"{each.on}  {status_words(each, sentences)}"]
        if each.words:
            said.append(f"”{' '.join(each.words.split())}”")
        if each.follow_up_on:
            said.append(sentences("enquiry.follow_up", day=each.follow_up_on))
        with st.container(horizontal=True, vertical_alignment="center", key=f"history_row_{each.event_id}"):
            say(" · ".join(said), "line")
            if st.button(sentences("enquiry.take_back"), type="tertiary", key=f"take_back_{each.event_id}"):
                _take_back(enquiry.enquiry_id, each.event_id)
                close_enquiry()
                st.rerun()


def _take_back(enquiry_id: str, event_id: str) -> None:
    sentences = texts()
    try:
        undone = take_back(store(), viewer(), enquiry_id, event_id, today=today())
        st.session_state[SAVED] = (sentences("enquiry.taken_back"), enquiry_id, undone)
    except NarverkError as error:
        st.session_state.pop(SAVED, None)
        warn(error_sentence(error, sentences))


def _form(here: Region, enquiry: Enquiry, sentences: Texts) -> None:
    """What is new: status, day, why, and when to come back to it."""
    key = f"{enquiry.enquiry_id}_{len(enquiry.events)}"
    say(sentences("enquiry.what_is_new"), "label")
    status = st.segmented_control(
        sentences("enquiry.new_status"),
        STATUSES,
        default=enquiry.status,
        format_func=lambda each: sentences(f"enquiry.status.{each}"),
        key=f"status_{key}",
        label_visibility="collapsed",
        required=True,
    )
    reason = None
    if status == "refused":
        reason = st.selectbox(
            sentences("enquiry.why"),
            REASONS,
            index=REASONS.index(enquiry.last.reason) if enquiry.last.reason in REASONS else None,
            format_func=lambda each: sentences(f"enquiry.reason.{each}"),
            placeholder=sentences("edit.choose"),
            key=f"reason_{key}",
        )
    told = sentences("edit.no_classified")
    words = st.text_input(sentences("enquiry.words"), max_chars=MOST_WORDS, key=f"words_{key}", placeholder=told)
    on, follow_up_on = _days(here, enquiry, status, key, sentences)
    if st.button(sentences("edit.save"), type="primary", key=f"save_{key}"):
        event = Event(status, on or here.day, reason=reason, words=words, follow_up_on=follow_up_on)
        _save(here, enquiry, event)


def _days(here: Region, enquiry: Enquiry, status: str, key: str, sentences: Texts) -> tuple[str | None, str | None]:
    """When it happened, and when to come back to it."""
    day = date.fromisoformat(here.day)
    left, right = st.columns(2)
    with left:
        on = st.date_input(sentences("enquiry.on"), day, max_value=day, format="YYYY-MM-DD", key=f"on_{key}")
    with right:
        follow_up = st.date_input(
            sentences("enquiry.follow_up_on"),
            _follow_up(enquiry, status, day),
            format="YYYY-MM-DD",
            key=f"follow_up_{key}_{status}",
        )
    return _iso(on), _iso(follow_up)


def _follow_up(enquiry: Enquiry, status: str, day: date) -> date | None:
    """The day proposed to come back to it: as it stands, else in two weeks where an answer is awaited."""
    if status in ENDED or status == "shortlisted":
        return None
    stands = enquiry.last.follow_up_on
    if status == enquiry.status and stands and stands > day.isoformat():
        return date.fromisoformat(stands)
    return day + timedelta(days=DAYS_TO_ANSWER)


def _iso(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None


def _save(here: Region, enquiry: Enquiry, event: Event) -> None:
    sentences = texts()
    try:
        event_id = told(store(), viewer(), enquiry.enquiry_id, event, today=here.day)
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        return
    said = sentences(
        "enquiry.saved", part=part_words(enquiry, sentences), status=sentences(f"enquiry.status.{event.status}")
    )
    st.session_state[SAVED] = (said, enquiry.enquiry_id, event_id)
    close_enquiry()
    st.rerun()

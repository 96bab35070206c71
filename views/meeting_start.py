"""Who comes to the meeting: a list dropped, an activity or firms chosen; and how each change is planned and kept."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import streamlit as st

from graph.affinity import Affinity
from graph.errors import NarverkError, UserMistake
from graph.introductions import vetoes
from graph.meeting_note import Meeting, keep, planned
from graph.meeting_plan import LEAST_TABLE, Attendee
from graph.model import Activity, Decision
from graph.secret import secret_for
from ingest.attendees import attendees_of, read_attendees
from render.plain import error_sentence, problem_sentence
from texts import Texts
from views.common import Region, headline, say, store, texts, warn
from views.file_field import file_field
from views.picture import at_work
from views.uploads import Uploads

ENDINGS = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods")
MOST_MEGABYTES = 10
FILE, ACTIVITY, FIRMS = SOURCES = ("file", "activity", "firms")
ODD, FAILED, SAID, TURN = "meeting_odd", "meeting_failed", "meeting_said", "meeting_turn"


def affinity_of(here: Region) -> Affinity:
    """What the region's firms have to tell each other."""
    return here.kept("affinity", lambda: Affinity(here.snapshot, here.network))


def plan_and_keep(here: Region, meeting: Meeting) -> None:
    """Plan the open rounds anew and keep the meeting; what cannot be planned is said, and the meeting stays."""
    try:
        apart = vetoes(store().snapshot(Decision).of(Decision), here.company_of)
        pairs = [(one, other) for one, other in (sorted(each) for each in apart)]
        if len(meeting.there) < LEAST_TABLE:
            raise UserMistake("too_few_attendees")
        with at_work(here):
            keep(store(), planned(meeting, affinity_of(here), pairs))
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, texts())


def say_failed() -> None:
    """Say what could not be done, or was, at the click before."""
    if failed := st.session_state.pop(FAILED, None):
        warn(failed)
    if said := st.session_state.pop(SAID, None):
        say(said, "saved", role="status")


def who_comes(here: Region, sentences: Texts) -> None:
    """The fields for who comes, as long as there is no meeting."""
    headline(sentences("meeting.empty"), sentences("meeting.no_firms" if here.is_empty else "meeting.empty_what"))
    say_failed()
    sources = [FILE] if here.is_empty else SOURCES
    chosen = st.segmented_control(
        sentences("meeting.source"),
        sources,
        default=FILE,
        format_func=lambda each: sentences(f"meeting.sources.{each}"),
        key="meeting_source",
        label_visibility="collapsed",
        required=True,
    )
    found: Sequence[Attendee] = ()
    if chosen == FILE:
        label = sentences("meeting.drop", megabytes=MOST_MEGABYTES)
        turn = st.session_state.get(TURN, 0)
        dropped = file_field(label, ENDINGS, f"meeting_file_{turn}", megabytes=MOST_MEGABYTES)
        if dropped is not None:
            _read(here, dropped.name, dropped.getvalue(), sentences)
            st.rerun()
    elif chosen == ACTIVITY:
        found = _activity(here, sentences)
    else:
        found = _chosen_firms(here, sentences)
    if chosen != FILE and st.button(sentences("meeting.seat"), type="primary", disabled=not found, key="meeting_seat"):
        plan_and_keep(here, Meeting(tuple(found)))
        st.rerun()


def _read(here: Region, name: str, content: bytes, sentences: Texts) -> None:
    """Read the list in a folder that is gone when this returns, and seat those it names."""
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    uploads = Uploads([(name, BytesIO(content))])
    try:
        found = read_attendees(uploads.paths[0], here.snapshot, secret_for(store(), keep=False))
        st.session_state[ODD] = [problem_sentence(each, sentences) for each in found.problems]
        plan_and_keep(here, Meeting(found.attendees))
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, sentences)
    finally:
        uploads.remove()


def _activity(here: Region, sentences: Texts) -> tuple[Attendee, ...]:
    held = [each for each in here.snapshot.of(Activity) if len(each.participants) >= LEAST_TABLE]
    held.sort(key=lambda each: (each.held_on or "", each.activity_id), reverse=True)
    chosen = st.selectbox(
        sentences("meeting.activity"),
        held,
        index=None,
        format_func=lambda each: sentences(
            "meeting.activity_label", name=each.name, day=each.held_on, count=len(each.participants)
        ),
        placeholder=sentences("meeting.activity_example"),
        key="meeting_activity",
    )
    return attendees_of(here.snapshot, chosen.participants) if chosen else ()


def _chosen_firms(here: Region, sentences: Texts) -> tuple[Attendee, ...]:
    names = {each: one.name or sentences("meeting.nameless") for each, one in here.companies.items()}
    chosen = st.multiselect(
        sentences("meeting.firms"),
        sorted(names, key=lambda each: (names[each], each)),
        format_func=names.__getitem__,
        placeholder=sentences("meeting.firms_example"),
        key="meeting_firms",
    )
    return attendees_of(here.snapshot, chosen) if len(chosen) >= LEAST_TABLE else ()

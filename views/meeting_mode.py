"""Is the room to see only what it may? Meeting mode: started by the manager, said on every page, unlocked deliberately.

How far it reaches is decided by :func:`views.common.viewer`, which asks the pin at every turn; here it is started, told
and ended. A window that stood open when it was gives up what it held, and begins anew with what may be seen now.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from graph.audience import Viewer, may_see
from graph.errors import NarverkError
from graph.model import Level
from graph.pinned import LEVELS, pin, unlock
from render.plain import error_sentence
from texts import Texts
from views import quick_capture
from views.common import (
    guarded,
    home_store,
    is_preview,
    leave_for,
    leave_if_changed,
    pin_now,
    plain,
    region,
    say,
    texts,
    viewer,
    warn,
    who,
)
from views.pinned import forget_pins
from views.preview import look_as

ASKED, PINNED_AS = "pin_asked", "pinned_as"
START, UNLOCK = "start", "unlock"
WATCH_EVERY = "5s"


@cache
def _style() -> str:
    return Path(__file__).with_name("meeting_mode.css").read_text(encoding="utf-8")


def banner() -> None:
    """That it is on, with what can be done meanwhile; outside of it, for the manager, the way to take a note."""
    _begin_anew()
    level = pin_now()
    may_capture = may_see(who().viewer or Viewer(), "captures")
    if level is None and (not may_capture or is_preview()):
        return
    sentences = texts()
    key = "pinned_row" if level is not None else "capture_row"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.html(f"<style>{_style()}</style>")
        if level is not None:
            say(sentences(f"pinned.as.{viewer().level.name}"), "pinned", role="status", narrow=True)
        if may_capture:
            quick_capture.way_in()
        if level is not None:
            st.button(sentences("pinned.unlock"), on_click=_ask, args=(UNLOCK,), type="tertiary", key="pin_unlock")
        with st.container(key="pin_watch"):
            _watch()
        _dialogs(level, sentences)
    if level is not None:
        with guarded():
            region()  # what cannot be read ends the page with its sentence


def offer(key: str = "foot") -> None:
    """The way to start it, for the manager."""
    if pin_now() is None and may_see(viewer(), "meeting_plan"):
        label = texts()("pinned.start")
        st.button(label, on_click=_ask, args=(START,), icon=":material/lock:", type="tertiary", key=f"pin_{key}")


@st.fragment(run_every=WATCH_EVERY)
def _watch() -> None:
    """See to it that a window which stands open, on the projector or not, follows what is done in another."""
    leave_if_changed()


def _begin_anew() -> None:
    """Let go of what the session held where it was worked out under another pin."""
    level = pin_now()
    known = PINNED_AS in st.session_state
    if known and st.session_state[PINNED_AS] != level:
        look_as(None)
        st.session_state[PINNED_AS] = level
        leave_for("start")
    st.session_state[PINNED_AS] = level


def _ask(what: str) -> None:
    quick_capture.close()
    st.session_state[ASKED] = what


def _leave_it() -> None:
    st.session_state.pop(ASKED, None)


def _dialogs(level: Level | None, sentences: Texts) -> None:
    """The window that stands open: one at a time."""
    asked = st.session_state.get(ASKED)
    if asked == START and level is None:
        st.dialog(plain(sentences("pinned.title")), on_dismiss=_leave_it)(_start)()
    elif asked == UNLOCK and level is not None:
        st.dialog(plain(sentences("pinned.unlock_title")), on_dismiss=_leave_it)(_unlock)()
    else:
        quick_capture.window_if_open()


def _start() -> None:
    """Who is in the room, and what that means."""
    with guarded():
        sentences = texts()
        say(sentences("pinned.what"), "note")
        chosen = st.radio(
            sentences("pinned.for_whom"),
            LEVELS,
            format_func=lambda level: plain(sentences(f"pinned.level.{level.name}")),
            key="pin_level",
        )
        if st.button(sentences("pinned.begin"), type="primary", key="pin_begin"):
            _change(chosen)


def _unlock() -> None:
    """What will be seen again; it takes a word that the projector is turned away, and then the button."""
    with guarded():
        sentences = texts()
        say(sentences("pinned.unlock_what"), "note")
        is_turned = st.checkbox(sentences("pinned.turned_away"), key="pin_turned_away")
        pressed = st.button(sentences("pinned.unlock_go"), type="primary", disabled=not is_turned, key="pin_unlock_go")
        if pressed and is_turned:
            _change(None)


def _change(level: Level | None) -> None:
    """Pin or unlock, and begin anew at the first page."""
    try:
        if level is None:
            unlock(home_store(), who().key)
        else:
            pin(home_store(), viewer(), who().key, level)
    except NarverkError as error:
        warn(error_sentence(error, texts()))
        return
    finally:
        forget_pins()
    _leave_it()
    st.rerun()

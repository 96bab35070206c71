"""How does one get in, and out? The door where nobody may pass, the name and its menu in the header, and the watch.

What the app serves without a log-in is said here too: quietly, at the foot of each page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from graph.access import LogIn
from graph.errors import NarverkError, UserMistake
from graph.model import Level
from graph.settings import settings
from render.plain import capital, error_sentence
from texts import Texts
from views.common import headline, home_store, leave_if_changed, plain, say, texts, warn
from views.who import DEFAULT, Who, log_in_claims, log_in_section, log_out, providers

WATCH_EVERY = "1m"
NOBODY = ("machine", "given", "forwarded", "broken")
"""States of who looks in which there is nothing to log in to, or nobody to log out."""
HEADLINES = {
    **dict.fromkeys(("forwarded", "broken"), "log_in.closed"),
    **dict.fromkeys(("out", "expired", "ended"), "log_in.asked"),
}


@cache
def _style() -> str:
    return Path(__file__).with_name("log_in.css").read_text(encoding="utf-8")


def door(who: Who) -> None:
    """End the page where who looks may see nothing, and where there is no room; each with what to do."""
    sentences = texts()
    if who.viewer is None:
        st.html(f"<style>{_style()}</style>")
        say(sentences("app.name"), "door-name")
        with st.container(key="door"):
            headline(sentences(HEADLINES.get(who.state, "log_in.not_yet")))
            _why(who, sentences)
            if who.state in HEADLINES and who.state not in NOBODY:
                with st.container(horizontal=True, key="door_ways"):
                    _ways_in("door", sentences, kind="primary")
        st.stop()
    if who.state != "machine" and _is_full(who):
        headline(sentences("log_in.full"), sentences("log_in.full_what"))
        st.button(sentences("app.again"), key="try_again")
        st.stop()


def _why(who: Who, sentences: Texts) -> None:
    """Why nobody gets further, and what is to be done about it."""
    if who.problem is not None:
        advice = "log_in.see_docs" if isinstance(who.problem, UserMistake) else "app.store_what"
        warn(error_sentence(who.problem, sentences), sentences(advice))
    elif who.state == "forwarded":
        warn(sentences("log_in.why.forwarded"), sentences("log_in.see_docs"))
    elif who.state == "out":
        say(sentences("log_in.why.out"), "intro")
    else:
        warn(sentences(f"log_in.why.{who.state}"))
        if who.name:
            say(sentences("log_in.as", name=who.name), "note")
        if who.state not in HEADLINES:
            st.button(sentences("log_in.other"), on_click=_leave, key="door_out")


def header(who: Who) -> None:
    """Who is logged in, with the way out; or the way in. Of whoever looks without a role, why."""
    if who.state in NOBODY:
        return
    sentences = texts()
    st.html(f"<style>{_style()}</style>")
    with st.container(key="who"):
        if who.is_in:
            with st.popover(plain(who.name.partition("@")[0]), icon=":material/account_circle:", key="who_menu"):
                say(who.name, "label")
                say(capital(sentences(f"access.role.{who.role}")), "note")
                st.button(sentences("log_in.out"), on_click=_leave, icon=":material/logout:", key="log_out")
        else:
            _ways_in("header", sentences)
    if not who.is_in and who.state != "out":
        warn(sentences(f"log_in.why.{who.state}"))


def _ways_in(key: str, sentences: Texts, kind: str = "secondary") -> None:
    """A button for each provider there is to log in with."""
    known: Sequence[str] = providers(log_in_section() or {})
    for each in known:
        named = sentences("log_in.in") if len(known) == 1 else sentences("log_in.in_with", provider=each.capitalize())
        args = () if each == DEFAULT else (each,)
        st.button(plain(named), on_click=st.login, args=args, key=f"log_in_{key}_{each}", type=kind)  # type: ignore[arg-type]


def _leave() -> None:
    claims = log_in_claims()
    with suppress(NarverkError):  # the cookie is let go of whatever the store says
        log_out(home_store(), LogIn.of(claims))


def foot(who: Who) -> None:
    """That the app serves this machine alone."""
    if who.state == "machine":
        say(texts()("log_in.this_machine"), "status")


@st.fragment(run_every=WATCH_EVERY)
def watch() -> None:
    """See to it that what stands open goes when its reader may see it no more, though nobody clicks."""
    leave_if_changed()


# -- how many at once ------------------------------------------------------------------------------------------------

_sessions: set[str] = set()
_lock = Lock()


def _is_full(who: Who) -> bool:
    """Whether as many look as the settings allow, and this session is not among them; the manager always gets in."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return False
    try:
        most = settings().most_sessions
    except NarverkError:
        return False
    running = runtime.get_instance()
    with _lock:
        _sessions.intersection_update([each for each in _sessions if running.is_active_session(each)])
        if context.session_id not in _sessions and len(_sessions) >= most:
            return who.viewer is None or who.viewer.level < Level.MANAGER
        _sessions.add(context.session_id)
    return False

"""How does somebody else see this? All of the app as another viewer gets it, the banner that says so, and the way back.

Whose eyes are borrowed stands in the session alone, and is asked at every run by :func:`views.common.viewer`, which
only ever narrows. What the session held is let go of on the way there and back: it was worked out for other eyes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from graph.audience import Viewer
from graph.model import Level
from graph.preview import reaches
from render.answers import company_name
from texts import Texts
from views.common import (
    PREVIEW,
    Region,
    guarded,
    is_preview,
    leave_for,
    open_firm,
    pin_now,
    plain,
    region,
    say,
    texts,
    viewer,
    who,
)
from views.once import ask_anew

KEPT = ("language", "invented")
CHOSEN, ASKED = "preview_firm", "preview_asked"
OTHERS = (Viewer(Level.MEMBERS), Viewer(Level.PUBLIC))


@cache
def _style() -> str:
    return Path(__file__).with_name("preview.css").read_text(encoding="utf-8")


def banner() -> None:
    """As whom it is shown, and the way back, where it is shown as somebody else sees it; meeting mode has its own."""
    if not is_preview() or pin_now() is not None:
        return
    sentences = texts()
    st.html(f"<style>{_style()}</style>")
    with st.container(horizontal=True, vertical_alignment="center", key="preview_row"):
        say(_whose(viewer(), sentences), "preview", role="status", narrow=True)
        if st.button(sentences("preview.back"), key="preview_back"):
            firm = viewer().company_id
            look_as(None)
            if firm:
                open_firm(firm)
            leave_for("start")


def _whose(other: Viewer, sentences: Texts) -> str:
    if other.company_id is None:
        return sentences(f"preview.as.{other.level.name}")
    firm = region().companies.get(other.company_id)
    return sentences("preview.as_firm", name=company_name(firm.name if firm else None, sentences))


def look_as(other: Viewer | None) -> None:
    """Borrow somebody's eyes (None: one's own again), and let go of what the session held."""
    for key in list(st.session_state):
        if key not in KEPT:
            del st.session_state[key]
    st.session_state[PREVIEW] = other
    ask_anew()


def offer() -> None:
    """The ways to see it as others do, for who may see more than they."""
    mine = who().viewer or Viewer()
    others = [each for each in OTHERS if reaches(mine, each) and each != mine]
    if not others:
        return
    sentences = texts()
    with st.container(horizontal=True, vertical_alignment="center", key="preview_offer"):
        say(sentences("preview.see_as"), "note", narrow=True)
        for each in others:
            if st.button(
                sentences(f"preview.who.{each.level.name}"), type="tertiary", key=f"preview_{each.level.name}"
            ):
                _go(each)
        if mine.level >= Level.MANAGER:
            st.button(sentences("preview.who.firm"), on_click=_ask, type="tertiary", key="preview_firm_asked")
    if mine.level >= Level.MANAGER and st.session_state.get(ASKED):
        st.dialog(plain(sentences("preview.which")), on_dismiss=_leave_it)(_which_firm)()


def _ask() -> None:
    st.session_state[ASKED] = True


def _leave_it() -> None:
    st.session_state.pop(ASKED, None)


def _which_firm() -> None:
    """Whose own people, by the firm's name."""
    with guarded():
        here, sentences = region(), texts()
        chosen = st.selectbox(
            sentences("access.company"),
            _by_name(here),
            index=None,
            format_func=lambda each: plain(here.companies[each].name or each),
            placeholder=sentences("access.company_choose"),
            key=CHOSEN,
        )
        if st.button(sentences("preview.go"), type="primary", disabled=chosen is None, key="preview_go") and chosen:
            _go(Viewer(Level.MEMBERS, chosen))


def _by_name(here: Region) -> list[str]:
    return here.kept("firms_by_name", lambda: sorted(here.companies, key=lambda each: (_name(here, each), each)))


def _name(here: Region, company_id: str) -> str:
    return (here.companies[company_id].name or company_id).casefold()


def offer_firm(company_id: str) -> None:
    """The way to see it as the firm's own people do, from its page."""
    if st.button(texts()("preview.firm"), key="preview_this_firm"):
        _go(Viewer(Level.MEMBERS, company_id))


def _go(other: Viewer) -> None:
    look_as(other)
    if other.company_id:
        open_firm(other.company_id)
    leave_for("start")

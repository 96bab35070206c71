"""What stands around every page: what the app looks like, and what Streamlit leaves out for who hears it or uses keys.

Streamlit's page says that it is English whatever is written, names its own buttons in English, tells of no new answer,
and its windows go past our own components.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from texts import Texts

NAMED = {
    "Skip to main content": "skip",
    "App pages": "pages",
    "Close": "close",
    "Dismiss": "close",
    "Open": "choices",
    "Clear all": "clear",
    "Choose date": "day",
    "Increment": "more",
    "Decrement": "less",
    "Remove ": "remove",
    "Help for ": "help",
    "Fullscreen: ": "large",
}
"""What Streamlit calls its own, and the key of what it is called here; with a space: what such a name begins with."""
_component = st.components.v2.component(
    "narverk_frame", js=Path(__file__).with_name("frame.js").read_text(encoding="utf-8")
)


def frame(sentences: Texts) -> None:
    """Give the page its look, and tell the browser its language and what Streamlit's buttons are called in it."""
    st.html(_style())
    names = {theirs: sentences(f"frame.{ours}") for theirs, ours in NAMED.items()}
    _component(key="frame", data={"language": sentences.language, "names": names})


@cache
def _style() -> str:
    return f"<style>{Path(__file__).with_name('app.css').read_text(encoding='utf-8')}</style>"

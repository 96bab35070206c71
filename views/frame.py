"""What does Streamlit's page leave out for who hears it or works it by keys? Its language, and a way to each component.

Streamlit's page says that it is English whatever is written, and its windows go past our own components.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "narverk_frame", js=Path(__file__).with_name("frame.js").read_text(encoding="utf-8")
)


def frame(language: str) -> None:
    """Tell the browser the page's language, by its code as in ``sv``, and lead the keyboard on; it draws nothing."""
    _component(key="frame", data={"language": language})

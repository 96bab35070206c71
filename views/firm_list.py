"""The list of firms as a component of the page: a click opens a firm there and then, and tells Python which.

It is a component because twenty firms as widgets would be a hundred elements a run. Its script sets text as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

KEY = "hits"
_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "narverk_firm_list",
    html='<div class="hits"></div>',
    css=(_HERE / "hits.css").read_text(encoding="utf-8"),
    js=(_HERE / "hits.js").read_text(encoding="utf-8"),
)


def firm_list(data: Mapping[str, object], on_choice: Callable[[str | None], None]) -> str | None:
    """Draw the groups of firms; ``on_choice`` gets the firm opened, or None when one is closed.

    Returns the firm whose page was just asked for, else None.
    """
    result = _component(
        key=KEY,
        data=dict(data),
        on_firm_change=lambda: on_choice(st.session_state[KEY]["firm"] or None),
        on_page_change=lambda: None,
    )
    asked_for = result.get("page")
    return str(asked_for) if asked_for else None

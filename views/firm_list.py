"""The list of firms as a component of the page: a click opens a firm there and then, and tells Python which.

It is a component because twenty firms as widgets would be a hundred elements a run. Its script sets text as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Act:
    """What was just asked for of a firm in the list: "open", "write" or "keep_need"."""

    name: str
    company_id: str


def firm_list(data: Mapping[str, object], on_choice: Callable[[str | None], None]) -> Act | None:
    """Draw the groups of firms; ``on_choice`` gets the firm opened, or None when one is closed."""
    result = _component(
        key=KEY,
        data=dict(data),
        on_firm_change=lambda: on_choice(st.session_state[KEY]["firm"] or None),
        on_act_change=lambda: None,
    )
    asked = result.get("act")
    return Act(str(asked["name"]), str(asked["firm"])) if asked else None

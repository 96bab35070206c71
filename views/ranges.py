"""A value on a scale beside the range that chance would give: one row each, with its number in words.

Drawn as HTML, like :mod:`views.bars`. A dot outside its range is filled, one inside it hollow.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Range:
    """A row: its label, the value and the range on a scale from 0.0 to 1.0, and the words."""

    label: str
    value: float
    low: float
    high: float
    told: str


def ranges(rows: Iterable[Range], ends: tuple[str, str], alt: str) -> None:
    """The rows under the names of the scale's two ends."""
    lines = "".join(
        f'<li><span class="nv-bar-label">{html.escape(each.label)}</span>'
        f'<span class="nv-range" aria-hidden="true">'
        f'<span class="nv-range-chance" style="left:{_percent(each.low)};right:{_percent(1 - each.high)}"></span>'
        f'<span class="nv-range-dot{_hollow(each)}" style="left:{_percent(each.value)}"></span></span>'
        f'<span class="nv-bar-told">{html.escape(each.told)}</span></li>'
        for each in rows
    )
    first, last = (html.escape(each) for each in ends)
    scale = f'<li aria-hidden="true" class="nv-range-ends"><span></span><span><b>{first}</b><b>{last}</b></span></li>'
    st.html(f'<ul class="nv-bars nv-ranges" aria-label="{html.escape(alt, quote=True)}">{scale}{lines}</ul>')


def _hollow(row: Range) -> str:
    return " nv-range-hollow" if row.low <= row.value <= row.high else ""


def _percent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.2f}%"

"""Shares as bars: one bar a row, or one bar of several parts, each with its number in words beside it.

Drawn as HTML, so that it is read by a screen reader, prints, and asks nobody for anything. Colour is never the only
sign: every part stands in the legend in the order of the bar, with its number. The style is in ``load.css``.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its label, the share of the whole (0.0 to 1.0) that is filled, more that is hatched, and the words."""

    label: str
    share: float
    told: str
    also: float = 0.0


def bars(rows: Iterable[Bar], alt: str) -> None:
    """One bar a row."""
    lines = "".join(
        f'<li><span class="nv-bar-label">{html.escape(each.label)}</span>'
        f'<span class="nv-bar-track" aria-hidden="true">{_fill("full", each.share)}{_fill("also", each.also)}</span>'
        f'<span class="nv-bar-told">{html.escape(each.told)}</span></li>'
        for each in rows
    )
    st.html(f'<ul class="nv-bars" aria-label="{html.escape(alt, quote=True)}">{lines}</ul>')


def parts(parted: Sequence[tuple[str, str, int]], alt: str) -> None:
    """One bar of several parts: (style, words, number); parts of nothing are left out."""
    shown = [each for each in parted if each[2] > 0]
    total = sum(number for _, _, number in shown) or 1
    pieces = "".join(_fill(style, number / total) for style, _, number in shown)
    legend = "".join(
        f'<li><span class="nv-swatch nv-fill-{style}" aria-hidden="true"></span>{html.escape(words)}</li>'
        for style, words, _ in shown
    )
    st.html(
        f'<figure class="nv-parts" aria-label="{html.escape(alt, quote=True)}">'
        f'<span class="nv-bar-track nv-bar-tall" aria-hidden="true">{pieces}</span><ul>{legend}</ul></figure>'
    )


def _fill(style: str, share: float) -> str:
    percent = 100 * min(max(share, 0.0), 1.0)
    return f'<span class="nv-fill-{style}" style="width:{percent:.2f}%"></span>' if percent else ""

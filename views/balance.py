"""What was gained and what was lost, counted: one row a kind, gains to the right of the middle and losses to the left.

Drawn as HTML, like :mod:`views.bars`. Side and words tell which is which, colour alone never does.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Balance:
    """A row: its label, how many were gained and lost, and the words."""

    label: str
    gained: int
    lost: int
    told: str


def balance(rows: Sequence[Balance], heads: tuple[str, str], alt: str) -> None:
    """The rows under the names of the two sides (lost, gained), all on one scale."""
    most = max((max(each.gained, each.lost) for each in rows), default=0) or 1
    lost, gained = (html.escape(each) for each in heads)
    lines = "".join(
        f'<li><span class="nv-bar-label">{html.escape(each.label)}</span>'
        f'<span class="nv-balance" aria-hidden="true">{_side("lost", each.lost, most)}'
        f"{_side('gained', each.gained, most)}</span>"
        f'<span class="nv-bar-told">{html.escape(each.told)}</span></li>'
        for each in rows
    )
    st.html(
        f'<ul class="nv-bars nv-balances" aria-label="{html.escape(alt, quote=True)}">'
        f'<li aria-hidden="true" class="nv-balance-heads"><span></span>'
        f'<span class="nv-balance"><b>← {lost}</b><b>{gained} →</b></span><span></span></li>{lines}</ul>'
    )


def _side(side: str, number: int, most: int) -> str:
    bar = f'<i style="width:max(3px,{100 * number / most:.2f}%)"></i>' if number else ""
    return f'<span class="nv-balance-{side}">{bar}</span>'

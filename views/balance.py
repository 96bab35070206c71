"""What was gained and what was lost, counted: one row a kind, gains to the right of the middle and losses to the left.

Drawn as HTML, like :mod:`views.bars`. Side and words tell which is which, colour alone never does.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

LEAST = 0.25  # how wide a side is at least, of the other


@dataclass(frozen=True, slots=True)
class Balance:
    """A row: its label, how many were gained and lost, and the words."""

    label: str
    gained: int
    lost: int
    told: str


def balance(rows: Sequence[Balance], heads: tuple[str, str], alt: str) -> None:
    """The rows under the names of the two sides (lost, gained), all on one scale; each side as wide as it needs."""
    most = [max((getattr(each, side) for each in rows), default=0) for side in ("lost", "gained")]
    whole = max(most) or 1
    left, right = (max(number / whole, LEAST) for number in most)
    style = f"grid-template-columns:{left:.3f}fr {right:.3f}fr"
    lost, gained = (html.escape(each) for each in heads)
    lines = "".join(
        f'<li><span class="nv-bar-label">{html.escape(each.label)}</span>'
        f'<span class="nv-balance" style="{style}" aria-hidden="true">'
        f"{_side('lost', each.lost / whole / left)}{_side('gained', each.gained / whole / right)}</span>"
        f'<span class="nv-bar-told">{html.escape(each.told)}</span></li>'
        for each in rows
    )
    st.html(
        f'<ul class="nv-bars nv-balances" aria-label="{html.escape(alt, quote=True)}">'
        f'<li aria-hidden="true" class="nv-balance-heads"><span></span>'
        f'<span class="nv-balance" style="{style}"><b>← {lost}</b><b>{gained} →</b></span><span></span></li>'
        f"{lines}</ul>"
    )


def _side(side: str, share: float) -> str:
    bar = f'<i style="width:max(3px,{100 * share:.2f}%)"></i>' if share else ""
    return f'<span class="nv-balance-{side}">{bar}</span>'

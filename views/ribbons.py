"""Flows from those on the left to those on the right, as ribbons whose width tells how much goes there.

Drawn as HTML, like :mod:`views.bars`: a ribbon is a box cut to shape, since Streamlit takes SVG out of what it shows.
The labels are text beside the drawing and keep their size where it is narrow. What the ribbons say stands in a table
too.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

GAP, LEAST = 4.0, 9.0  # between two ends, and the height of the smallest, in percent of the drawing's height
STEPS = 16  # of a curve
STYLE = Path(__file__).with_name("ribbons.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow from one end to another (numbers of labels), how much, its words, and whether it is what it is about."""

    source: int
    target: int
    amount: int
    told: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class _Side:
    """The ends of one side: where each begins, how high it is, and how much it holds."""

    tops: dict[int, float]
    heights: dict[int, float]
    amounts: dict[int, int]


def ribbons(
    labels: Sequence[str],
    flows: Iterable[Ribbon],
    heads: tuple[str, str],
    alt: str,
    *,
    told: Callable[[int], str] | None = str,
) -> None:
    """The flows between the ends under the names of the two sides; an end that nothing goes to is left out.

    ``told``: how what an end's ribbons hold is written under its name; None where it is not.
    """
    flows = [each for each in flows if each.amount > 0]
    left, right = _side(flows, lambda each: each.source), _side(flows, lambda each: each.target)
    drawn = "".join(_path(each, *place) for each, place in zip(flows, _places(flows, left, right), strict=True))
    st.html(f"<style>{STYLE}</style>")
    st.html(
        f'<figure class="nv-ribbons" aria-label="{html.escape(alt, quote=True)}">'
        f"{_labels(left, labels, heads[0], told)}"
        f'<div class="nv-ribbons-drawing" aria-hidden="true">{drawn}</div>'
        f"{_labels(right, labels, heads[1], told)}</figure>"
    )


def _side(flows: Sequence[Ribbon], end: Callable[[Ribbon], int]) -> _Side:
    amounts: dict[int, int] = {}
    for each in flows:
        amounts[end(each)] = amounts.get(end(each), 0) + each.amount
    room = 100.0 - GAP * (len(amounts) - 1)
    small: set[int] = set()
    while True:  # those that would be lower than the least are as high as that; the others share what is left
        free = room - LEAST * len(small)
        whole = sum(amount for key, amount in amounts.items() if key not in small) or 1
        lower = {key for key, amount in amounts.items() if key not in small and free * amount / whole < LEAST}
        if not lower:
            break
        small |= lower
    heights = {key: LEAST if key in small else free * amount / whole for key, amount in amounts.items()}
    tops, top = {}, 0.0
    for key in sorted(amounts):
        tops[key] = top
        top += heights[key] + GAP
    return _Side(tops, heights, amounts)


def _places(flows: Sequence[Ribbon], left: _Side, right: _Side) -> list[tuple[float, float, float, float]]:
    """Of each flow its top and height at the left end and at the right, stacked in the order of the other ends."""
    found = [(0.0, 0.0, 0.0, 0.0)] * len(flows)
    sold, bought = dict(left.tops), dict(right.tops)
    begins = {}
    for number in sorted(range(len(flows)), key=lambda each: (flows[each].source, flows[each].target)):
        each = flows[number]
        height = left.heights[each.source] * each.amount / left.amounts[each.source]
        begins[number] = (sold[each.source], height)
        sold[each.source] += height
    for number in sorted(range(len(flows)), key=lambda each: (flows[each].target, flows[each].source)):
        each = flows[number]
        height = right.heights[each.target] * each.amount / right.amounts[each.target]
        found[number] = (*begins[number], bought[each.target], height)
        bought[each.target] += height
    return found


def _path(each: Ribbon, top: float, height: float, other_top: float, other_height: float) -> str:
    strong = " nv-ribbon-strong" if each.is_strong else ""
    upper = list(_curve(top, other_top))
    lower = list(_curve(top + height, other_top + other_height))
    shape = ",".join(f"{across:.1f}% {down:.2f}%" for across, down in (*upper, *reversed(lower)))
    told = html.escape(each.told, quote=True)
    return f'<span class="nv-ribbon{strong}" title="{told}" style="clip-path:polygon({shape})"></span>'


def _curve(start: float, end: float) -> Iterator[tuple[float, float]]:
    """Points of a curve that leaves and arrives level, in percent from the left and from the top."""
    for step in range(STEPS + 1):
        share = step / STEPS
        yield 100 * share, start + (end - start) * share * share * (3 - 2 * share)


def _labels(side: _Side, labels: Sequence[str], head: str, told: Callable[[int], str] | None) -> str:
    def amount(key: int) -> str:
        return f"<b>{html.escape(told(side.amounts[key]))}</b>" if told else ""

    lines = "".join(
        f'<li style="top:{side.tops[key]:.2f}%;height:{side.heights[key]:.2f}%">'
        f"<span>{html.escape(labels[key])}</span>{amount(key)}</li>"
        for key in sorted(side.tops)
    )
    return f'<div><span class="nv-ribbons-head">{html.escape(head)}</span><ul>{lines}</ul></div>'

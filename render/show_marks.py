"""What is a slide of the show drawn with? Texts, areas, circles, strokes and dots on a ground of 1600 by 900 points.

A mark has a key: what two slides share keeps it, so that it can move from one to the other, and a firm stands in the
same place on every map. x grows to the right and y downwards; a text stands on its base line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from render.lettering import Measure, legible, lines, measure
from render.region_drawing import Box, Points

WIDE, HIGH = 1600.0, 900.0
LABEL_SIZE, LEAST_SIZE = 26.0, 22.0
"""Of letters; a room reads the least from ten metres on a wall of two and a half."""
LINE = 1.25
CURVE_STEPS, BALANCING_STEPS = 24, 8
COLOURS: Mapping[str, str] = {
    "paper": "#fafaf7",
    "ink": "#1b2629",
    "quiet": "#4f5c61",
    "accent": "#0f5c5c",
    "accent_mid": "#5d9a96",
    "accent_soft": "#a9cbc6",
    "warm": "#b4501e",
    "card": "#eff1eb",
    "land": "#e3e8e0",
    "land_edge": "#a9b3ab",
    "around": "#f2f4ef",
}
"""What a colour is for, and which it is on paper and on a wall; other themes have their own."""
SHEER = 0.6
"""How much a sheer area covers."""


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text.

    ``anchor`` is ``start``, ``middle`` or ``end``; ``role`` is ``title``, ``line``, ``number`` or ``foot`` for what
    another medium may have a place of its own for, and ``map`` for what stands on a map and must be told from it.
    """

    key: str
    x: float
    y: float
    text: str
    size: float
    tone: str = "ink"
    is_bold: bool = False
    anchor: str = "start"
    role: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """Closed outlines that are filled; ``edge`` is a tone, "" none; through a sheer one what lies under it is seen."""

    key: str
    rings: tuple[Points, ...]
    tone: str
    edge: str = ""
    is_sheer: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """A disc."""

    key: str
    x: float
    y: float
    radius: float
    tone: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points."""

    key: str
    points: Points
    tone: str
    width: float
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dots:
    """A dot for each firm, in the order of the deck's firms; NaN where one has no place. ``strong`` are of the accent.

    The others are of the quieter tone.
    """

    key: str
    points: Points
    radius: float
    strong: tuple[bool, ...]


Mark: TypeAlias = Text | Area | Circle | Stroke | Dots


def fitted(text: str, wide: float, sizes: Sequence[float], most: int) -> tuple[float, list[str]]:
    """The largest of the sizes in which the text has room on so many lines, and the lines; the least cuts it.

    The lines are about as long as each other, so that no word is left alone on the last.
    """
    said = legible(text)
    for size in sizes:
        how_wide = measure(size, bold=True)
        made = lines(said, wide, how_wide, most + 1)
        if len(made) <= most:
            return size, _balanced(said, wide, how_wide, made)
    return sizes[-1], lines(said, wide, measure(sizes[-1], bold=True), most)


def _balanced(text: str, wide: float, how_wide: Measure, made: list[str]) -> list[str]:
    """The text on as many lines, in the narrowest column that has room for them and for each of its words."""
    least, best = max(wide / 2, *map(how_wide, text.split(" "))), made
    for _ in range(BALANCING_STEPS if len(made) > 1 and least < wide else 0):
        middle = (least + wide) / 2
        tried = lines(text, middle, how_wide, len(made) + 1)
        if len(tried) == len(made) and max(map(how_wide, tried)) <= middle:
            wide, best = middle, tried
        else:
            least = middle
    return best


def rectangle(key: str, x: float, y: float, wide: float, high: float, tone: str) -> Area:
    """An upright rectangle from its upper left corner."""
    return Area(key, (np.array([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]),), tone)


def clipped(ring: Points, box: Box) -> Points:
    """What of an outline lies in a box: each side cuts it (I. Sutherland and G. Hodgman, 1974)."""
    points = [(float(x), float(y)) for x, y in ring]
    for axis, limit, keep in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        made: list[tuple[float, float]] = []
        for one, other in zip(points, points[1:] + points[:1], strict=True):
            is_in, is_next_in = ((each[axis] - limit) * keep >= 0 for each in (one, other))
            if is_in:
                made.append(one)
            if is_in != is_next_in:
                share = (limit - one[axis]) / (other[axis] - one[axis])
                made.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
        points = made
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def ribbon(x: float, y: float, high: float, other_x: float, other_y: float, other_high: float) -> Points:
    """A band that leaves and arrives level."""
    shares = np.linspace(0.0, 1.0, CURVE_STEPS)
    eased = shares * shares * (3 - 2 * shares)
    xs = x + (other_x - x) * shares
    upper = np.column_stack((xs, y + (other_y - y) * eased))
    lower = np.column_stack((xs, y + high + (other_y + other_high - y - high) * eased))
    return np.concatenate((upper, lower[::-1]))


def arc(start: Points, end: Points, bend: float) -> Points:
    """A curve from one point to another that bends to one side by a share of its length."""
    middle = (start + end) / 2 + bend * np.array([end[1] - start[1], start[0] - end[0]])
    shares = np.linspace(0.0, 1.0, CURVE_STEPS)[:, None]
    curve: Points = (1 - shares) ** 2 * start + 2 * shares * (1 - shares) * middle + shares**2 * end
    return curve


def ring(middle: Points, radius: float) -> Points:
    """The outline of a circle."""
    turns = np.linspace(0.0, 2 * pi, 97)
    return np.column_stack((middle[0] + radius * np.cos(turns), middle[1] + radius * np.sin(turns)))


def inside(points: Points, box: Box) -> list[Points]:
    """The parts of a line that lie in a box, each of two points or more."""
    is_in: NDArray[np.bool_] = np.all((points >= box[:2]) & (points <= box[2:]), axis=1)
    parts = np.split(np.arange(len(points)), np.flatnonzero(np.diff(is_in)) + 1)
    return [points[part] for part in parts if is_in[part[0]] and len(part) > 1]

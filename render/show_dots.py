"""Where does the dot of each firm stand on the show's map? In its town, side by side with the town's others.

The towns are those of the map's discs. In each the firms lie on a spiral of sunflower seeds (H. Vogel, 1979), in the
order of the deck's firms, so that a firm has the same place on every slide and in every file of the same region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from math import hypot, pi, sqrt

import numpy as np

from render.region_drawing import Fit, Points
from render.show_deck import Deck

GOLDEN = pi * (3 - sqrt(5))
LARGEST, SMALLEST = 5.5, 1.0  # radius of a dot, in points of the ground
LARGE_FROM = 20  # firms
LARGEST_TOWN = 62.0  # the same of all of a town's dots together
SPREAD = 1.3  # radii of a dot that the spiral grows by: dots do not touch


def dots(deck: Deck, laid: Fit) -> tuple[Points, float]:
    """A point for each of the deck's firms, NaN where its place is not known, and the radius of a dot."""
    towns: dict[int, list[int]] = defaultdict(list)
    for number, each in enumerate(deck.figures.firms):
        if (town := deck.drawing.disc_of.get(each.company.company_id)) is not None:
            towns[town].append(number)
    points = np.full((len(deck.figures.firms), 2), np.nan)
    radius = _radius(deck, laid, {town: len(firms) for town, firms in towns.items()})
    for town, firms in towns.items():
        disc = deck.drawing.discs[town]
        at = np.arange(len(firms))
        away = SPREAD * radius * np.sqrt(at)
        middle = laid.points(np.array([disc.x, disc.y]))
        points[firms] = middle + np.column_stack((away * np.cos(at * GOLDEN), away * np.sin(at * GOLDEN)))
    return points, radius


def _radius(deck: Deck, laid: Fit, firms: Mapping[int, int]) -> float:
    """Of a dot: so large that the largest town is no larger than it may be, and that large towns do not meet."""
    most = max(firms.values(), default=1)
    found = LARGEST_TOWN / (SPREAD * sqrt(most))
    large = [(deck.drawing.discs[town], sqrt(count)) for town, count in firms.items() if count >= LARGE_FROM]
    for (one, size), (other, other_size) in combinations(large, 2):
        apart = laid.scale * hypot(one.x - other.x, one.y - other.y)
        found = min(found, apart / (SPREAD * (size + other_size)))
    return min(LARGEST, max(SMALLEST, found))

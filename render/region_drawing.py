"""Where do a region's firms lie, drawn without a browser? Outlines, discs and names for a picture and a printed page.

Equirectangular, the longitudes scaled by the cosine of the middle latitude: a county's edges are so right to a few per
cent in width, the whole country's only to a quarter. On the drawing x grows to the right and y downwards.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.gazetteer import Gazetteer
from graph.model import Workplace
from graph.network import home_municipalities
from graph.outlines import KM_PER_DEGREE
from graph.tables import fold
from render.export_firms import Figures, Firm
from render.region_map import middle_of
from render.taken import Taken

PLACE_DEGREES = 2  # decimals: firms of no named town are of one place within a kilometre
LARGEST_DISC = 0.062  # radius of the largest disc, of the shorter side
MOST_COVERED = 0.15  # of the region's land, by all discs
SMALLEST_DISC = 0.0022  # what can be seen at all
LEAST_MOST = 12  # firms that the largest disc stands for at least, so that a lone firm is no giant
IN_KEY = (1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000)
BESIDE = ((0, 1), (0, -1), (1, 0), (-1, 0), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
"""Where a name may stand by a disc, best first: under it, above it, beside it."""
STEPS = (0.0, -1.0, 1.0, -2.0, 2.0)
"""And around the middle of a municipality, in heights of the name."""

Points: TypeAlias = NDArray[np.float64]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Land:
    """A municipality: how many firms it has, its outer rings in km, and the middle of the largest."""

    name: str
    is_home: bool
    firms: int
    rings: tuple[Points, ...]
    middle: Points


@dataclass(frozen=True)
class Disc:
    """So many firms at a place of a municipality; in km, or on the drawing with its radius."""

    x: float
    y: float
    count: int
    land: str = ""
    radius: float = 0.0


@dataclass(frozen=True)
class Drawing:
    """A region to draw, in km from no particular point, y downwards."""

    lands: tuple[Land, ...]
    discs: tuple[Disc, ...]  # the largest first
    scale: Points  # km a degree of longitude and of latitude
    disc_of: Mapping[str, int]  # the number of the disc that a company is counted in

    def km(self, point: tuple[float, float]) -> Points:
        """Where a point (latitude, longitude) lies."""
        return np.array(point[::-1]) * self.scale

    @property
    def placed(self) -> int:
        """Firms that a disc stands for."""
        return sum(each.count for each in self.discs)

    @property
    def home(self) -> tuple[Land, ...]:
        """The region's own municipalities."""
        return tuple(each for each in self.lands if each.is_home)

    def key(self) -> tuple[int, ...]:
        """Counts that a legend shows as discs: one, some, and about as many as the largest place has."""
        most = max((each.count for each in self.discs), default=0)
        told = [each for each in IN_KEY if each <= most]
        return tuple(dict.fromkeys((told[0], told[len(told) // 2], told[-1]))) if told else ()


@dataclass(frozen=True)
class Fit:
    """A drawing laid into a box: :meth:`points` in km to points on the paper, and how large a disc is."""

    scale: float
    left: float
    top: float
    disc: float  # radius of a disc of one firm
    least: float

    def points(self, km: Points) -> Points:
        """Where points lie on the paper."""
        placed: Points = km * self.scale + (self.left, self.top)
        return placed

    def radius(self, count: int) -> float:
        """Of a disc whose area tells how many it stands for."""
        return max(self.least, self.disc * sqrt(count))

    def place(self, disc: Disc) -> Disc:
        """The disc on the paper."""
        x, y = self.points(np.array([disc.x, disc.y]))
        return Disc(float(x), float(y), disc.count, disc.land, self.radius(disc.count))


@dataclass(frozen=True)
class Name:
    """A name, and the middle of where it stands."""

    text: str
    x: float
    y: float


def drawing(taken: Taken, told: Figures) -> Drawing:
    """The region of these figures with all that lies around it; where none is said, the municipalities of its firms."""
    home = home_municipalities(taken.snapshot) or {each.code for each in told.firms}
    outlines = {str(each["properties"]["code"]): each for each in Gazetteer.default().outlines()}
    own = [outlines[code] for code in sorted(home & outlines.keys())] or list(outlines.values())
    latitudes = [point[1] for each in own for polygon in each["geometry"]["coordinates"] for point in polygon[0]]
    scale = np.array([KM_PER_DEGREE * cos(radians((min(latitudes) + max(latitudes)) / 2)), -KM_PER_DEGREE])
    firms = Counter(each.code for each in told.firms)
    lands = tuple(
        Land(
            str(each["properties"]["name"]),
            code in home,
            firms[code],
            tuple(np.array(polygon[0], dtype=np.float64) * scale for polygon in each["geometry"]["coordinates"]),
            np.array(middle_of(each)) * scale,
        )
        for code, each in outlines.items()
    )
    towns = _towns(taken, {each.company.company_id: each for each in told.firms}, scale)
    disc_of = {firm: number for number, (_, firms_there) in enumerate(towns) for firm in firms_there}
    return Drawing(lands, tuple(disc for disc, _ in towns), scale, disc_of)


def _towns(taken: Taken, firms: Mapping[str, Firm], scale: Points) -> list[tuple[Disc, list[str]]]:
    """The firms by the town of their first site in their municipality: one disc a town, in the middle of its sites.

    Where a natural person works is often a home: it moves no disc, and alone in a town it stands in the municipality's
    middle.
    """
    sites: dict[str, Workplace] = {}
    for site in taken.snapshot.of(Workplace):
        firm = firms.get(site.company_id or "")
        if firm and site.municipality in (None, firm.code) and None not in (site.latitude, site.longitude):
            sites.setdefault(firm.company.company_id, site)
    towns: dict[tuple[str, object], dict[str, Points]] = defaultdict(dict)
    for company_id, site in sites.items():
        point = np.array((site.longitude or 0.0, site.latitude or 0.0))
        about = fold(site.locality) if site.locality else tuple(point.round(PLACE_DEGREES).tolist())
        towns[firms[company_id].code, about][company_id] = point
    found = []
    for (code, _), points in towns.items():
        known = [point for company_id, point in points.items() if not company_id.startswith("person:")]
        x, y = (np.mean(known, axis=0) if known else _middle(code, [*points.values()])) * scale
        found.append((Disc(float(x), float(y), len(points), firms[next(iter(points))].place), list(points)))
    return sorted(found, key=lambda each: (-each[0].count, each[0].x, each[0].y))


def _middle(code: str, points: Sequence[Points]) -> Points:
    """Of a municipality (longitude, latitude); of one without an outline about where the points are."""
    outlines = (each for each in Gazetteer.default().outlines() if each["properties"]["code"] == code)
    outline = next(outlines, None)
    return np.array(middle_of(outline)) if outline else np.mean(points, axis=0).round(1)


def fit(drawn: Drawing, box: Box) -> Fit:
    """The region as large as a box has room for, in its middle."""
    rings = [ring for each in drawn.home or drawn.lands for ring in each.rings]
    corners = np.concatenate(rings)
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = np.array([box[2] - box[0], box[3] - box[1]])
    scale = float((size / np.maximum(high - low, 1e-6)).min())
    left, top = np.array(box[:2]) + (size - (high - low) * scale) / 2 - low * scale
    side, most = float(size.min()), max((each.count for each in drawn.discs), default=1)
    land = scale**2 * sum(map(_area, rings))
    disc = min(LARGEST_DISC * side / sqrt(max(most, LEAST_MOST)), sqrt(MOST_COVERED * land / pi / max(1, drawn.placed)))
    return Fit(scale, float(left), float(top), disc, SMALLEST_DISC * side)


def _area(ring: Points) -> float:
    """Of a closed ring."""
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2


def seen(drawn: Drawing, laid: Fit, box: Box) -> list[tuple[Land, list[Points]]]:
    """What of the land lies in a box, with its rings on the paper; the region's own last and so on top."""
    found = []
    for land in sorted(drawn.lands, key=lambda each: each.is_home):
        rings = [laid.points(ring) for ring in land.rings]
        inside = [each for each in rings if _meets((*each.min(axis=0), *each.max(axis=0)), box)]
        if inside:
            found.append((land, inside))
    return found


def names(
    drawn: Drawing, laid: Fit, box: Box, size: Callable[[str], tuple[float, float]], write: Callable[[str], str] = str
) -> list[Name]:
    """The municipalities' names where none covers another, those with most firms first; one without room is left out.

    ``size`` is how wide and how high a name is, ``write`` how it is written.
    """
    discs = [laid.place(each) for each in drawn.discs]
    taken: list[Box] = []
    found = []
    for land in sorted(drawn.home, key=lambda each: (-each.firms, each.name)):
        text = write(land.name)
        boxes = list(_places(land, discs, laid, size(text)))
        free = [each for each in boxes if _holds(box, each) and not any(_meets(each, other) for other in taken)]
        if free:
            best = min(free, key=lambda each: (_covered(each, discs), boxes.index(each)))
            taken.append(best)
            found.append(Name(text, (best[0] + best[2]) / 2, (best[1] + best[3]) / 2))
    return found


def _places(land: Land, discs: Sequence[Disc], laid: Fit, size: tuple[float, float]) -> Iterator[Box]:
    """Where a municipality's name may stand: by its largest disc, else in its middle."""
    wide, high = size
    if town := next((each for each in discs if each.land == land.name), None):
        for right, down in BESIDE:
            x = town.x + right * (town.radius + wide / 2)
            yield _around(x, town.y + down * (town.radius + high / 2), wide, high)
    x, y = laid.points(land.middle)
    for step in STEPS:
        yield _around(float(x), float(y) + step * high, wide, high)


def _around(x: float, y: float, wide: float, high: float) -> Box:
    return (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _meets(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _holds(whole: Box, part: Box) -> bool:
    return whole[0] <= part[0] and whole[1] <= part[1] and part[2] <= whole[2] and part[3] <= whole[3]


def _covered(box: Box, discs: Iterable[Disc]) -> int:
    """Firms whose discs a name would hide something of."""
    return sum(
        each.count
        for each in discs
        if hypot(each.x - min(max(each.x, box[0]), box[2]), each.y - min(max(each.y, box[1]), box[3])) < each.radius
    )

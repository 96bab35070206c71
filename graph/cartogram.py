"""Which disc of the picture belongs to which place, how large is it, and where is there room for it?

A cartogram after Dorling (1996): every municipality is a disc as large as its number of firms, near where it lies, and
discs never overlap. Firms elsewhere in Sweden share a disc for each county, firms abroad one for each part of the
world, and those whose place nobody knows have one of their own. Firms without any trade sit in discs below the map.

Coordinates are those of a picture: x to the right, y down, 1.0 between two seats of the map side by side. A disc is an
ellipse, wider than tall; room is looked for among circles, before heights are divided by ``FLATNESS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, cos, hypot, inf, log, pi, radians, sin, sqrt
from typing import TypeAlias

from graph.geo import Gazetteer, Point
from graph.outlines import KM_PER_DEGREE

FLATNESS = 1.8  # a picture is wider than tall, and so is a name: heights are divided by this
GOLDEN_ANGLE = pi * (3 - sqrt(5))
SEAT_STEP = 0.62  # a seat's distance from the middle is this times the square root of its number; next ones are 1.0 off
GAP = 1.2  # between discs
ALONE_ROOM = 2.0  # firms that stand alone are few and are looked at one by one: they sit this much wider apart
SPARE_SHARE, SPARE_SEATS = 1.25, 4
FILL = 0.6  # of the ground that the home municipalities' main towns span, this much is disc
PUSHES = 400  # rounds in which discs that overlap push each other apart, before the rest is settled one by one
STEPS_AROUND = 48  # directions tried around a place that is taken
HOME, UNKNOWN, ALONE, COUNTY = "home", "unknown", "alone:", "county:"
ABROAD = {
    "nordic": ("NO DK FI IS AX FO GL", (66.0, 8.0)),
    "europe": (
        "DE NL BE LU FR CH AT IT ES PT IE GR MT CY GB PL CZ SK HU RO BG SI HR RS ME XK BA MK AL EE LV LT UA BY MD RU "
        "LI MC SM AD GI VA IM JE GG",
        (47.0, 14.0),
    ),
    "asia": ("CN HK MO TW JP KR KP MN IN PK BD LK NP TH VN MY SG ID PH KH LA MM BN TR GE AM AZ KZ UZ", (35.0, 100.0)),
    "america": ("US CA MX BR AR CL CO PE UY EC VE PR", (58.0, -60.0)),
    "elsewhere": ("", (10.0, 20.0)),
}
"""Parts of the world: their countries, and the (latitude, longitude) that gives their direction."""
UNKNOWN_AT = (50.0, -10.0)

Circle: TypeAlias = tuple[float, float, float]  # x, y before it is divided by FLATNESS, radius

_PART_OF = {code: part for part, (codes, _) in ABROAD.items() for code in codes.split()}


@dataclass(frozen=True, slots=True)
class Disc:
    """A place of the picture: whose it is, its middle, and how many seats it has."""

    key: str  # a municipality's code, "county:19", "nordic" or another part of the world, "unknown"; after "alone:" too
    x: float
    y: float
    seats: int

    @property
    def radius(self) -> float:
        """Half its width; its height is less by ``FLATNESS``."""
        return _radius(self.key, self.seats)

    @property
    def apart(self) -> float:
        """How far two seats side by side are from each other."""
        return _apart(self.key)

    def seat(self, number: int) -> tuple[float, float]:
        """(x, y) of a seat."""
        reach, turn = SEAT_STEP * self.apart * sqrt(number + 0.5), number * GOLDEN_ANGLE
        return self.x + reach * cos(turn), self.y + reach * sin(turn) / FLATNESS


@dataclass(frozen=True, slots=True)
class Ground:
    """How the map's kilometres become the picture's lengths: around a middle, and drawn in beyond a distance."""

    latitude: float
    longitude: float
    reach_km: float  # farther places are drawn in
    per_km: float

    def at(self, latitude: float, longitude: float) -> Point:
        """Where a place would stand with all the room in the world, before heights are divided by ``FLATNESS``."""
        east = (longitude - self.longitude) * KM_PER_DEGREE * cos(radians(self.latitude))
        south = (self.latitude - latitude) * KM_PER_DEGREE
        far_km = hypot(east, south)
        drawn_in = 1.0 if far_km <= self.reach_km else self.reach_km * (1 + log(far_km / self.reach_km)) / far_km
        return east * drawn_in * self.per_km, south * drawn_in * self.per_km


SWEDEN = Ground(62.0, 16.0, 500.0, 0.05)  # where no firm of the region has a place
LEAST_REACH_KM = 10.0  # of a region that is one municipality


def place_of(municipality: str | None, country: str | None, is_home: bool | None) -> str:
    """Key of the disc for firms of a place: the municipality in the region, the county or part of the world outside.

    >>> place_of("1883", "SE", True), place_of("1480", None, False), place_of(None, "DE", False)
    ('1883', 'county:14', 'europe')
    """
    if country not in (None, "SE"):
        return _PART_OF.get(country or "", "elsewhere")
    if municipality is None:
        return UNKNOWN
    return municipality if is_home else COUNTY + municipality[:2]


def _apart(key: str) -> float:
    return ALONE_ROOM if key.startswith(ALONE) else 1.0


def _radius(key: str, seats: int) -> float:
    return _apart(key) * (SEAT_STEP * sqrt(seats) + 0.5)


def seats_for(firms: int) -> int:
    """Seats for so many firms, with some to spare."""
    return ceil(firms * SPARE_SHARE) + SPARE_SEATS


def order(key: str, firms: int) -> tuple[object, ...]:
    """Home first and the largest first, then what lies outside, then those that stand alone."""
    return (key.startswith(ALONE), not key.removeprefix(ALONE).isdigit(), -firms, key)


def new_disc(ground: Ground, discs: Sequence[Disc], key: str, seats: int, wish: Circle | None = None) -> Disc:
    """A disc beside those there are, where there is room for it, as near as can be to where it belongs."""
    radius = _radius(key, seats)
    circles = [(each.x, each.y * FLATNESS, each.radius) for each in discs]
    alone = [circle for circle, each in zip(circles, discs, strict=True) if each.key.startswith(ALONE)]
    above = [circle for circle in circles if circle not in alone]
    if key.startswith(ALONE):
        x, y = _next_in_row(radius, alone, above)
    else:
        home = [circle for circle, each in zip(circles, discs, strict=True) if each.key.isdigit()]
        target = wish[:2] if wish else ground.at(*_point(key))
        line = min((y - r for _, y, r in alone), default=inf)
        x, y = _room(target if key.isdigit() else _beyond(target, radius, home), radius, circles, line)
    return Disc(key, round(x, 2), round(y / FLATNESS, 2), seats)


def _point(key: str) -> Point:
    """(latitude, longitude) of a place, or of the direction in which it is drawn."""
    gazetteer = Gazetteer.default()
    if key.startswith(COUNTY):
        county = gazetteer.counties.get(key.removeprefix(COUNTY))
        return gazetteer.find(county)[0].point if county else UNKNOWN_AT
    if key.isdigit():
        return gazetteer.municipality(key).point if gazetteer.municipality_name(key) else UNKNOWN_AT
    return ABROAD[key][1] if key in ABROAD else UNKNOWN_AT


def _beyond(target: Point, radius: float, home: Iterable[Circle]) -> Point:
    """Where the region ends in the target's direction."""
    far = hypot(*target) or 1.0
    along = target[0] / far, target[1] / far
    reach = max((x * along[0] + y * along[1] + r for x, y, r in home), default=0.0) + radius + GAP
    return along[0] * reach, along[1] * reach


def _next_in_row(radius: float, alone: Sequence[Circle], above: Sequence[Circle]) -> Point:
    """The next place in the rows below the map, which are no wider than it."""
    left = min((x - r for x, _, r in above), default=0.0)
    right = max((x + r for x, _, r in above), default=0.0)
    if not alone:
        return left + radius, max((y + r for _, y, r in above), default=0.0) + 4 * GAP + radius
    last_x, last_y, last_radius = alone[-1]
    x = last_x + last_radius + GAP + radius
    if x + radius <= right:
        return x, last_y - last_radius + radius
    return left + radius, max(y + r for _, y, r in alone) + GAP + radius


def _room(target: Point, radius: float, circles: Sequence[Circle], line: float) -> Point:
    """The free place nearest to the target, above a line."""
    import numpy as np

    others = np.array(circles, dtype=np.float64).reshape(-1, 3)
    turns = np.arange(STEPS_AROUND) * (2 * pi / STEPS_AROUND)
    step = max(0.5, radius / 6)
    for ring in count():
        x, y = target[0] + ring * step * np.cos(turns), target[1] + ring * step * np.sin(turns)
        apart = np.hypot(x[:, None] - others[:, 0], y[:, None] - others[:, 1]) - others[:, 2] - radius - GAP
        free = (apart >= 0).all(axis=1) & (y + radius + GAP <= line)
        if free.any():
            first = int(np.argmax(free))
            return float(x[first]), float(y[first])
    raise AssertionError  # the plane is endless


# -- the first time --------------------------------------------------------------------------------------------------


def ground_of(firms: Mapping[str, int]) -> Ground:
    """Middle and scale: such that the home discs cover a good half of what their main towns span."""
    gazetteer = Gazetteer.default()
    home = {gazetteer.municipality(key): firms[key] for key in sorted(firms) if gazetteer.municipality_name(key)}
    if not home:
        return SWEDEN
    total = sum(home.values())
    latitude = sum(place.latitude * number for place, number in home.items()) / total
    longitude = sum(place.longitude * number for place, number in home.items()) / total
    flat = Ground(latitude, longitude, inf, 1.0)
    squares = sum(hypot(*flat.at(*place.point)) ** 2 * number for place, number in home.items())
    reach_km = max(LEAST_REACH_KM, 2 * sqrt(squares / total))
    discs = sum(_radius(HOME, seats_for(number)) ** 2 for number in home.values())
    return Ground(round(latitude, 4), round(longitude, 4), round(reach_km, 1), round(sqrt(discs / FILL) / reach_km, 4))


def wishes_of(ground: Ground, firms: Mapping[str, int]) -> dict[str, Circle]:
    """Where the home discs would lie if all came at once: from their main towns, pushed apart two by two."""
    import numpy as np

    keys = [each for each in sorted(firms, key=lambda each: order(each, firms[each])) if each.isdigit()]
    if not keys:
        return {}
    place = np.array([ground.at(*_point(each)) for each in keys])
    radius = np.array([_radius(each, seats_for(firms[each])) for each in keys])
    need = radius[:, None] + radius + GAP
    share = (radius**2)[None, :] / (radius[:, None] ** 2 + radius**2)  # the smaller one gives way
    for _ in range(PUSHES):
        off = place[:, None, :] - place[None, :, :]
        far = np.hypot(off[..., 0], off[..., 1])
        np.fill_diagonal(far, np.inf)
        push = np.maximum(0.0, need - far) * share / np.maximum(far, 1e-6)
        if not push.any():
            break
        place += 0.5 * (off * push[..., None]).sum(axis=1)
    return {key: (float(x), float(y), float(r)) for key, (x, y), r in zip(keys, place, radius, strict=True)}

"""Which point do two numbers mean? Swedish lists give degrees, degrees the wrong way round, or metres of a grid.

Grid metres are turned to degrees by Lantmäteriet's published formulas (Gauss Conformal Projection, Krüger's formulas),
good to a millimetre in SWEREF 99 TM. RT 90 2.5 gon V goes through Lantmäteriet's direct projection, good to some
decimetres. SWEREF 99 is taken as WGS84: they are within a metre. The local SWEREF 99 zones (12 00 to 23 15) look alike
and cannot be told apart from the numbers, so they are not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan, cos, cosh, degrees, isfinite, sin, sinh

from graph.geo import Point

GRS80_AXIS_M = 6378137.0  # by definition (Moritz, Geodetic Reference System 1980)
GRS80_FLATTENING = 1 / 298.257222101
SWEDEN_LATITUDES = (55.2, 69.2)  # Smygehuk 55.34, Treriksröset 69.06
SWEDEN_LONGITUDES = (10.5, 24.3)  # the Koster islands 10.9, Haparanda archipelago 24.2


@dataclass(frozen=True, slots=True)
class Grid:
    """A transverse Mercator grid on GRS80; northings and eastings are metres."""

    name: str
    central_meridian: float
    scale: float
    false_northing_m: float
    false_easting_m: float
    eastings_m: tuple[float, float]  # within Sweden
    northings_m: tuple[float, float] = (6_100_000.0, 7_720_000.0)

    def holds(self, northing_m: float, easting_m: float) -> bool:
        """Whether these can be metres of this grid in Sweden."""
        north, east = self.northings_m, self.eastings_m
        return north[0] <= northing_m <= north[1] and east[0] <= easting_m <= east[1]


SWEREF_99_TM = Grid("sweref99", 15.0, 0.9996, 0.0, 500_000.0, (250_000.0, 930_000.0))
RT_90 = Grid(  # 2.5 gon V 0:-15, Lantmäteriet's parameters for going straight to SWEREF 99
    "rt90", 15 + 48 / 60 + 22.624306 / 3600, 1.00000561024, -667.711, 1_500_064.274, (1_200_000.0, 1_900_000.0)
)


@dataclass(frozen=True, slots=True)
class ReadPoint:
    """Degrees, and how they were written: ``degrees``, ``swapped``, ``sweref99``, ``rt90`` or ``abroad``."""

    latitude: float
    longitude: float
    written: str
    rounding_km: float  # half a unit of the last decimal given; 0 for grid metres


def from_grid(northing_m: float, easting_m: float, grid: Grid) -> Point:
    """(latitude, longitude) of a point of a grid.

    >>> latitude, longitude = from_grid(6576524.664, 472904.363, SWEREF_99_TM)
    >>> round(latitude, 6), round(longitude, 6)
    (59.32667, 14.52386)
    """
    f = GRS80_FLATTENING
    e2 = f * (2 - f)
    n = f / (2 - f)
    radius = grid.scale * GRS80_AXIS_M / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    series = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161280,
    )
    north = (northing_m - grid.false_northing_m) / radius
    east = (easting_m - grid.false_easting_m) / radius
    xi = north - sum(d * sin(2 * i * north) * cosh(2 * i * east) for i, d in enumerate(series, 1))
    eta = east - sum(d * cos(2 * i * north) * sinh(2 * i * east) for i, d in enumerate(series, 1))
    conformal = asin(sin(xi) / cosh(eta))
    square = sin(conformal) ** 2
    rest = (
        e2 + e2**2 + e2**3 + e2**4
        - (7 * e2**2 + 17 * e2**3 + 30 * e2**4) / 6 * square
        + (224 * e2**3 + 889 * e2**4) / 120 * square**2
        - 4279 * e2**4 / 1260 * square**3
    )  # fmt: skip
    latitude = conformal + sin(conformal) * cos(conformal) * rest
    return degrees(latitude), grid.central_meridian + degrees(atan(sinh(eta) / cos(xi)))


def read_point(latitude: float, longitude: float, *, swedish: bool | None = None) -> ReadPoint | None:
    """The point meant by two numbers of a list, or None when they make no sense.

    ``swedish`` says whether the row is known to be of Sweden; None: not known, then a point abroad is believed.
    """
    if not (isfinite(latitude) and isfinite(longitude)) or latitude == longitude == 0:
        return None
    rounding_km = _rounding_km(latitude, longitude)
    if swedish is not False:
        if in_sweden(latitude, longitude):
            return ReadPoint(latitude, longitude, "degrees", rounding_km)
        if in_sweden(longitude, latitude):
            return ReadPoint(longitude, latitude, "swapped", rounding_km)
        for grid in (SWEREF_99_TM, RT_90):
            for northing_m, easting_m in ((latitude, longitude), (longitude, latitude)):
                if grid.holds(northing_m, easting_m):
                    point = from_grid(northing_m, easting_m, grid)
                    return ReadPoint(*point, grid.name, 0.0) if in_sweden(*point) else None
    if swedish or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return ReadPoint(latitude, longitude, "abroad", rounding_km)


def in_sweden(latitude: float, longitude: float) -> bool:
    """Whether the point lies in the rectangle around Sweden."""
    return (
        SWEDEN_LATITUDES[0] <= latitude <= SWEDEN_LATITUDES[1]
        and SWEDEN_LONGITUDES[0] <= longitude <= SWEDEN_LONGITUDES[1]
    )


def _rounding_km(latitude: float, longitude: float) -> float:
    """Half a unit of the last decimal written; a point as 59.3, 14.5 may be 5.6 km off."""
    decimals = max(len(repr(float(each)).partition(".")[2].rstrip("0")) for each in (latitude, longitude))
    return 0.5 * 111.2 / 10.0 ** min(decimals, 9)

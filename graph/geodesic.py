"""How long is the geodesic on the WGS84 ellipsoid, for one pair of points or for arrays of them?

Coordinates are degrees, latitude first. Up to 300 km a geodesic follows from the chord through the earth and the
curvature of the ellipsoid half-way; farther it is Vincenty's inverse formula; where that does not converge (points
nearly opposite each other), Karney's algorithm in geographiclib, the one geopy uses. Karney's algorithm also decides
every point nearer than 1 mm to a radius, so that "within" is just what geopy would say.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from geographiclib.geodesic import Geodesic

from graph.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Point: TypeAlias = tuple[float, float]  # (latitude, longitude)

EQUATOR_RADIUS_KM = 6378.137  # a of WGS84 (NGA.STND.0036), by definition
FLATTENING = 1 / 298.257223563  # f of WGS84, by definition
ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)  # e squared
SECOND_ECCENTRICITY_2 = ECCENTRICITY_2 / (1 - ECCENTRICITY_2)
CHORD_LIMIT_KM = 300.0  # below it the chord formula errs by less than 1e-7 km (measured over the whole globe)
BORDER_KM = 1e-6  # nearer than this to a radius, Karney's algorithm decides
NOT_DEGREES = "coordinates must be degrees, latitude first"
DECIMALS = 9  # distances are rounded to a micrometre, so that the order of hits never hangs on a last bit

_WGS84_KM = Geodesic(EQUATOR_RADIUS_KM, FLATTENING)  # in km, as geopy has it: equal to the last bit


def distance_km(a: Point, b: Point) -> float:
    """Geodesic between two points, by Karney's algorithm, the one of ``geopy.distance.geodesic``.

    >>> round(distance_km((59.32667, 14.52386), (59.27412, 15.2066)), 3)  # Karlskoga - Örebro
    39.336
    """
    return float(_WGS84_KM.Inverse(a[0], a[1], b[0], b[1], Geodesic.DISTANCE)["s12"])


def distances_km(latitudes: ArrayLike, longitudes: ArrayLike, origin: Point) -> NDArray[np.float64]:
    """Geodesics from each point to the origin, in their order; within 1e-6 km of :func:`distance_km`.

    Raises:
        ValueError: a latitude beyond a pole, or a coordinate that is no number.
    """
    lat, lon = np.ascontiguousarray(latitudes, np.float64), np.ascontiguousarray(longitudes, np.float64)
    found, are_near = _near_km(lat, lon, cartesian_of(origin))
    return found if are_near else exact_km(to_cartesian(lat, lon), lat, lon, np.arange(len(lat)), origin)


def within_km(
    latitudes: ArrayLike, longitudes: ArrayLike, origin: Point, radius_km: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Indices and distances of the points at most ``radius_km`` away, nearest first, then by index.

    Raises:
        ValueError: a latitude beyond a pole, or a coordinate that is no number.
    """
    lat, lon = np.asarray(latitudes, dtype=np.float64), np.asarray(longitudes, dtype=np.float64)
    points, centre = to_cartesian(lat, lon), cartesian_of(origin)
    near = np.flatnonzero(chords_2(points, centre) <= (radius_km + BORDER_KM) ** 2)
    return inside_radius(near, exact_km(points[near], lat, lon, near, origin), (lat, lon), origin, radius_km)


def exact_km(
    points: NDArray[np.float64],
    latitudes: NDArray[np.float64],
    longitudes: NDArray[np.float64],
    indices: NDArray[np.int64],
    origin: Point,
) -> NDArray[np.float64]:
    """Geodesics from these points, which have these indices among the coordinates."""
    found = chord_distances_km(points, cartesian_of(origin))
    far = (found > CHORD_LIMIT_KM).nonzero()[0]
    if len(far):
        found[far] = _vincenty_km(latitudes[indices[far]], longitudes[indices[far]], origin)
    rounded: NDArray[np.float64] = found.round(DECIMALS)
    return rounded


def inside_radius(
    indices: NDArray[np.int64],
    found_km: NDArray[np.float64],
    coordinates: tuple[NDArray[np.float64], NDArray[np.float64]],
    origin: Point,
    radius_km: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Those of some points with known distances that lie within the radius, sorted; the border decided exactly."""
    kept = found_km <= radius_km
    for number in np.flatnonzero(np.abs(found_km - radius_km) <= BORDER_KM):
        index = indices[number]
        decided_km = distance_km((float(coordinates[0][index]), float(coordinates[1][index])), origin)
        kept[number], found_km[number] = decided_km <= radius_km, min(round(decided_km, DECIMALS), radius_km)
    indices, found_km = indices[kept], found_km[kept]
    order = np.lexsort((indices, found_km))
    return indices[order], found_km[order]


def to_cartesian(latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.float64]:
    """Points of the ellipsoid as (x, y, z) in km from the earth's centre, one a row.

    Raises:
        ValueError: a latitude beyond a pole, or a coordinate that is no number.
    """
    lat, lon = np.ascontiguousarray(latitudes, np.float64), np.ascontiguousarray(longitudes, np.float64)
    points = np.empty((len(lat), 3))
    if not _place(lat, lon, points):
        raise ValueError(NOT_DEGREES)
    return points


def cartesian_of(point: Point) -> tuple[float, float, float]:
    """One point as (x, y, z) in km, as :func:`to_cartesian` has it; the same error."""
    if not (abs(point[0]) <= 90 and abs(point[1]) < np.inf):
        raise ValueError(NOT_DEGREES)
    return _cartesian(float(point[0]), float(point[1]))


@compiled
def _place(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64], points: NDArray[np.float64]) -> bool:
    """Write the points; False where a coordinate is none."""
    for number in range(len(latitudes)):
        if not (abs(latitudes[number]) <= 90 and abs(longitudes[number]) < np.inf):
            return False
        points[number, 0], points[number, 1], points[number, 2] = _cartesian(latitudes[number], longitudes[number])
    return True


@compiled
def _cartesian(latitude: float, longitude: float) -> tuple[float, float, float]:
    latitude, longitude = radians(latitude), radians(longitude)
    sine = sin(latitude)
    normal = EQUATOR_RADIUS_KM / sqrt(1 - ECCENTRICITY_2 * sine * sine)
    aside = normal * cos(latitude)
    return aside * cos(longitude), aside * sin(longitude), normal * (1 - ECCENTRICITY_2) * sine


def chords_2(points: NDArray[np.float64], centre: Sequence[float]) -> NDArray[np.float64]:
    """Squares of the straight lines through the earth, km2; a geodesic is never shorter than its chord."""
    apart = points - centre
    squares: NDArray[np.float64] = np.einsum("ij,ij->i", apart, apart)
    return squares


def chords_2_between(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """As :func:`chords_2`, from each of some points (rows) to each of others (columns); within 1 m.

    Points that are given from a place among them lose nothing of their last digits.
    """
    squares = (points**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * (points @ others.T)
    above: NDArray[np.float64] = np.maximum(squares, 0.0)
    return above


@compiled
def chord_distances_km(points: NDArray[np.float64], centre: tuple[float, float, float]) -> NDArray[np.float64]:
    """Geodesics from their chords c: the arc over c with the ellipsoid's curvature k half-way, towards the point.

    k = (1 + e'^2 t^2) / N, where t is the share of the chord along the axis and N the normal's length (Euler's and
    Meusnier's theorems); the arc is 2/k asin(k c / 2). Errs by less than 1e-7 km up to 300 km; beyond, a lower guide.
    """
    found = np.empty(len(points))
    for number in range(len(points)):
        found[number] = _arc_of_chord_km(points[number], centre)
    return found


@compiled
def _arc_of_chord_km(point: NDArray[np.float64], centre: tuple[float, float, float]) -> float:
    x, y, z = point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]
    square = x * x + y * y + z * z
    middle_2 = ((point[2] + centre[2]) / 2) ** 2
    sine_2 = middle_2 / ((EQUATOR_RADIUS_KM * (1 - ECCENTRICITY_2)) ** 2 + ECCENTRICITY_2 * middle_2)
    tilt = z * z / max(square, 1e-300)
    curvature = (1 + SECOND_ECCENTRICITY_2 * tilt) * sqrt(1 - ECCENTRICITY_2 * sine_2) / EQUATOR_RADIUS_KM
    arc: float = 2 * asin(min(curvature * sqrt(square) / 2, 1.0)) / curvature
    return arc


@compiled
def _near_km(
    latitudes: NDArray[np.float64], longitudes: NDArray[np.float64], centre: tuple[float, float, float]
) -> tuple[NDArray[np.float64], bool]:
    """Geodesics by their chords, rounded; and whether that is enough: they are coordinates, and none is far."""
    found, points = np.empty(len(latitudes)), np.empty((len(latitudes), 3))
    if not _place(latitudes, longitudes, points):
        return found, False
    for number in range(len(latitudes)):
        arc_km = _arc_of_chord_km(points[number], centre)
        if not arc_km <= CHORD_LIMIT_KM:
            return found, False
        found[number] = np.rint(arc_km * 10**DECIMALS) / 10**DECIMALS
    return found, True


def _vincenty_km(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64], origin: Point) -> NDArray[np.float64]:
    """Vincenty's inverse formula (Survey Review 23, 1975), each point iterated by itself; errs by under 1e-6 km."""
    f = FLATTENING
    u1 = np.arctan((1 - f) * np.tan(np.radians(latitudes)))
    u2 = np.arctan((1 - f) * np.tan(np.radians(origin[0])))
    apart = np.radians(np.remainder(longitudes - origin[1] + 180.0, 360.0) - 180.0)
    turn = apart.copy()
    found = np.full(len(latitudes), np.nan)
    todo = np.arange(len(latitudes))
    for _ in range(40):
        sin_u1, cos_u1, sin_u2, cos_u2 = np.sin(u1[todo]), np.cos(u1[todo]), np.sin(u2), np.cos(u2)
        sin_turn, cos_turn = np.sin(turn[todo]), np.cos(turn[todo])
        sin_s = np.hypot(cos_u2 * sin_turn, cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_turn)
        cos_s = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_turn
        arc = np.arctan2(sin_s, cos_s)
        sin_a = cos_u1 * cos_u2 * sin_turn / np.maximum(sin_s, 1e-300)
        cos2_a = 1 - sin_a**2
        middle = np.where(cos2_a > 1e-12, cos_s - 2 * sin_u1 * sin_u2 / np.maximum(cos2_a, 1e-12), 0.0)
        c = f / 16 * cos2_a * (4 + f * (4 - 3 * cos2_a))
        inner = middle + c * cos_s * (2 * middle**2 - 1)
        new = apart[todo] + (1 - c) * f * sin_a * (arc + c * sin_s * inner)
        done = np.abs(new - turn[todo]) < 1e-13
        found[todo[done]] = _arc_km(arc, sin_s, cos_s, middle, cos2_a)[done]
        turn[todo] = new
        todo = todo[~done & (np.abs(new) <= np.pi)]
        if not len(todo):
            break
    for number in np.flatnonzero(np.isnan(found)):
        found[number] = distance_km((float(latitudes[number]), float(longitudes[number])), origin)
    return found


def _arc_km(
    arc: NDArray[np.float64],
    sin_s: NDArray[np.float64],
    cos_s: NDArray[np.float64],
    middle: NDArray[np.float64],
    cos2_a: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Length on the ellipsoid of an arc on Vincenty's auxiliary sphere."""
    u_2 = cos2_a * SECOND_ECCENTRICITY_2
    a = 1 + u_2 / 16384 * (4096 + u_2 * (-768 + u_2 * (320 - 175 * u_2)))
    b = u_2 / 1024 * (256 + u_2 * (-128 + u_2 * (74 - 47 * u_2)))
    square = middle * middle
    last = b / 6 * middle * (4 * sin_s * sin_s - 3) * (4 * square - 3)
    change = b * sin_s * (middle + b / 4 * (cos_s * (2 * square - 1) - last))
    length: NDArray[np.float64] = EQUATOR_RADIUS_KM * (1 - FLATTENING) * a * (arc - change)
    return length

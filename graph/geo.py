"""How many kilometres lie between two places, and what lies within a radius? The one door to all about distance.

Coordinates are degrees WGS84, latitude first. Distances are straight lines over the ground (geodesics), within a
micrometre of geopy's (:mod:`graph.geodesic`); many points are searched through an index (:mod:`graph.near`); names of
places are looked up in a gazetteer (:mod:`graph.gazetteer`). A town's middle is not the firm's gate, so a distance
between such points is told as an interval.
"""

from __future__ import annotations

import re

from graph.errors import UserMistake
from graph.gazetteer import Gazetteer, Place
from graph.geodesic import DECIMALS, Point, distance_km, distances_km, within_km
from graph.near import FARTHEST_KM, NearIndex

__all__ = [
    "Gazetteer",
    "NearIndex",
    "Place",
    "Point",
    "distance_km",
    "distances_km",
    "interval_km",
    "radius_km",
    "road_km",
    "within_km",
]

KM_PER_MIL = 10.0  # a Swedish mil, since 1889
ROAD_DETOUR = 1.3  # a way by road over the straight line; assumed, about the mean of the literature for Europe

_RADIUS = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*(km|kilometer|mil)?\s*", re.IGNORECASE)


def interval_km(between_km: float, uncertainty_a_km: float, uncertainty_b_km: float) -> tuple[float, float]:
    """Least and greatest distance when each end may lie this far from its point.

    >>> interval_km(0.0, 2.0, 3.0), interval_km(39.3, 4.3, 8.0)
    ((0.0, 5.0), (27.0, 51.6))
    """
    either_km = uncertainty_a_km + uncertainty_b_km
    return max(0.0, round(between_km - either_km, DECIMALS)), round(between_km + either_km, DECIMALS)


def road_km(straight_km: float) -> float:
    """About how far it is by road: the straight line times :data:`ROAD_DETOUR`."""
    return straight_km * ROAD_DETOUR


def radius_km(text: str) -> float:
    """Kilometres from "40", "40 km", "3 mil" or "1,5 mil"; a bare number is kilometres.

    Raises:
        UserMistake: ``bad_radius`` with ``text`` when it is nothing of the kind, zero, or farther than the globe.

    >>> radius_km("3 mil"), radius_km("40"), radius_km("2,5 km")
    (30.0, 40.0, 2.5)
    """
    if said := _RADIUS.fullmatch(text):
        km = float(said[1].replace(",", ".")) * (KM_PER_MIL if (said[2] or "").lower() == "mil" else 1.0)
        if 0 < km <= FARTHEST_KM:
            return km
    raise UserMistake("bad_radius", text=text)

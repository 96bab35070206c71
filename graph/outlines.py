"""In which municipality does a point lie? Answered from outlines right to about a kilometre at a border.

Outlines are polygons of (longitude, latitude), as GeoJSON has them; every function here takes latitude first.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from math import cos, radians
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ring: TypeAlias = Sequence[Sequence[float]]  # (longitude, latitude), the last point as the first

KM_PER_DEGREE = 111.2  # of a great circle, mean radius 6,371 km; a degree north is 111.1-111.6 km in Sweden


def inside(ring: Ring, latitude: float, longitude: float) -> bool:
    """Whether a point lies within a closed ring, by counting crossings; only one of two neighbours has an edge."""
    found = False
    x1, y1 = ring[0][0], ring[0][1]
    for point in ring[1:]:
        x2, y2 = point[0], point[1]
        if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
            found = not found
        x1, y1 = x2, y2
    return found


class Outlines:
    """The outlines of a country's municipalities."""

    def __init__(self, features: Sequence[Mapping[str, Any]]) -> None:
        self._features = {str(each["properties"]["code"]): each for each in features}
        self._polygons: list[tuple[str, list[Ring]]] = [
            (code, polygon) for code, each in self._features.items() for polygon in each["geometry"]["coordinates"]
        ]
        corners = [np.array(polygon[0]) for _, polygon in self._polygons]
        self._low = np.array([points.min(axis=0) for points in corners])
        self._high = np.array([points.max(axis=0) for points in corners])

    @classmethod
    def read(cls, path: Path) -> Outlines:
        """Reads a GeoJSON file of MultiPolygons with the properties ``code`` and ``name``."""
        return cls(json.loads(path.read_text(encoding="utf-8"))["features"])

    def features(self, codes: Collection[str] | None = None) -> tuple[Mapping[str, Any], ...]:
        """GeoJSON features of these municipalities, or of all, in the order of their codes."""
        wanted = self._features if codes is None else codes
        return tuple(self._features[code] for code in sorted(wanted) if code in self._features)

    def containing(self, latitude: float, longitude: float) -> str | None:
        """Code of the municipality whose outline holds the point, or None outside all."""
        point = (longitude, latitude)
        for number in np.flatnonzero(((self._low <= point) & (point <= self._high)).all(axis=1)):
            code, polygon = self._polygons[number]
            if sum(inside(ring, latitude, longitude) for ring in polygon) % 2:  # a second ring is a hole
                return code
        return None

    def nearest(self, latitude: float, longitude: float, prefix: str = "") -> tuple[str, float]:
        """Code and distance in km of the nearest outline whose code begins with ``prefix``; 0 km inside.

        Planar around the point: right to one per cent within 100 km.

        Raises:
            ValueError: no outline begins with ``prefix``.
        """
        held = self.containing(latitude, longitude)
        if held is not None and held.startswith(prefix):
            return held, 0.0
        starts, ends, owners = self._segments
        chosen = np.char.startswith(owners, prefix)
        scale = np.array([KM_PER_DEGREE * cos(radians(latitude)), KM_PER_DEGREE])
        origin = np.array([longitude, latitude])
        start, along = (starts[chosen] - origin) * scale, (ends - starts)[chosen] * scale
        length = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(-(start * along).sum(axis=1) / length, 0.0, 1.0)
        distances_km = np.hypot(*(start + along * share[:, None]).T)
        best = int(distances_km.argmin())
        return str(owners[chosen][best]), float(distances_km[best])

    @cached_property
    def _segments(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.str_]]:
        rings = [(code, np.array(ring, dtype=np.float64)) for code, polygon in self._polygons for ring in polygon]
        starts = np.concatenate([ring[:-1] for _, ring in rings])
        ends = np.concatenate([ring[1:] for _, ring in rings])
        return starts, ends, np.repeat([code for code, _ in rings], [len(ring) - 1 for _, ring in rings])

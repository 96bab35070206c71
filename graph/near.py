"""Which points of a group are nearest, or within a radius? Answered from an index built once from columns.

Points are sorted by group (a process, say) and 0.2 degree cell; a search reads the runs of cells its circle touches,
drops what is too far by its chord, and works out exact distances for the rest.
"""

from __future__ import annotations

from copy import copy
from math import asin, cos, degrees, floor, radians, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.compiled import compiled
from graph.geodesic import BORDER_KM, Point, cartesian_of, chords_2, exact_km, inside_radius, to_cartesian

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

CELL_DEGREES = 0.2
ROWS, COLUMNS = 900, 1800  # cells of that size from pole to pole, and around
LEAST_DEGREE_KM = 110.5  # a degree of latitude is 110.57 km at the equator and longer elsewhere
WIDE_KM = 400.0  # a wider search for the nearest looks near by first
FIRST_REACH_KM = 25.0
FARTHEST_KM = 20_100.0  # no two points of the earth are farther apart


class CellOrder:
    """The order of things by group (a process, say) and cell, and where in it the things near a place stand."""

    def __init__(self, cells: NDArray[np.int64], groups: ArrayLike | None = None) -> None:
        """Sorts them; ``cells`` are :func:`cells_of` their places, ``groups`` integers from 0 up.

        Raises:
            ValueError: a group below 0.
        """
        keys = cells if groups is None else _grouped(cells, np.asarray(groups))
        order = np.argsort(keys, kind="stable").astype(np.int32 if len(keys) < 2**31 else np.int64)
        keys = keys[order]
        unknown = int(np.searchsorted(keys, 0))  # a place that is not known has a key below 0
        self.order: NDArray[Any] = order[unknown:]
        keys = keys[unknown:]
        self._starts = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys = keys[self._starts]
        self._starts = np.append(self._starts, len(keys))

    def forget_order(self) -> NDArray[Any]:
        """The order, for whoever keeps the things in it: it is not needed to tell where they stand."""
        order, self.order = self.order, np.empty(0, dtype=np.int32)
        return order

    def near(self, origin: Point, radius_km: float, groups: ArrayLike = 0) -> list[slice]:
        """Runs of :attr:`order` that hold all of the groups' things within the radius, and some a little farther."""
        every = np.atleast_1d(np.asarray(groups, dtype=np.int64))
        runs = _runs(self._keys, self._starts, origin[0], origin[1], radius_km, every)
        return [slice(a, b) for a, b in runs.tolist()]

    def reached(
        self,
        origin: Point,
        radius_km: float,
        groups: NDArray[np.int64],
        places: NDArray[np.int32],
        points: NDArray[np.float64],
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Places in the order of the groups' things whose chord is within the radius, and the chords squared.

        ``places`` say, for each thing in the order, at which of the ``points`` (x, y, z; km) it stands.
        """
        within = (origin[0], origin[1], radius_km, groups)
        return _reached(self._keys, self._starts, *within, places, points, cartesian_of(origin), radius_km + BORDER_KM)


class NearIndex:
    """Points sorted by group (a process, say) and 0.2 degree cell, so that a search reads only the cells it must.

    Answers as :func:`within_km` does, at any latitude and across the date line. Rows whose coordinates are not a
    number are of unknown place and never found. Keeps the coordinate arrays given, so they must not be changed.
    Memory beyond them: 28 bytes a point. ``points`` are (x, y, z) in km, in the order of ``order``.
    """

    def __init__(self, latitudes: ArrayLike, longitudes: ArrayLike, groups: ArrayLike | None = None) -> None:
        """Sorts the points; ``groups`` are integers from 0 up, None puts all in group 0.

        Raises:
            ValueError: a latitude beyond a pole, or a group below 0.
        """
        self._latitudes = np.asarray(latitudes, dtype=np.float64)
        self._longitudes = np.asarray(longitudes, dtype=np.float64)
        self._sorted = CellOrder(cells_of(self._latitudes, self._longitudes), groups)
        self.order = self._sorted.order
        self.points = np.empty((len(self.order), 3))
        for part in parts(len(self.order)):
            chosen = self.order[part]
            self.points[part] = to_cartesian(self._latitudes[chosen], self._longitudes[chosen])
        self._gone = np.empty(0, dtype=np.int64)
        self._late: NearIndex | None = None
        self._late_columns = [np.empty(0), np.empty(0), np.empty(0)]  # latitudes, longitudes, groups

    def changed(
        self, removed: ArrayLike, latitudes: ArrayLike, longitudes: ArrayLike, groups: ArrayLike | None = None
    ) -> NearIndex:
        """An index without the points of some indices and with new points, numbered on from the last index.

        Shares what is sorted already; this index stays as it is for whoever reads it. The new points are kept aside, so
        build anew when a good part has changed.

        Raises:
            ValueError: a latitude beyond a pole, or a group below 0.
        """
        found = copy(self)
        found._gone = np.union1d(self._gone, np.asarray(removed, dtype=np.int64))
        new_groups = np.zeros(len(np.asarray(latitudes))) if groups is None else groups
        fresh = [np.asarray(each, dtype=np.float64) for each in (latitudes, longitudes, new_groups)]
        found._late_columns = [np.concatenate(pair) for pair in zip(self._late_columns, fresh, strict=True)]
        found._late = NearIndex(*found._late_columns)
        return found

    def within(
        self, origin: Point, radius_km: float, group: int | Sequence[int] = 0
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Indices and exact distances of a group's points (or several groups') within the radius, nearest first."""
        indices, points, _ = self._candidates(origin, radius_km, group)
        found = self._decided(indices, points, origin, radius_km)
        return self._up_to_date(found, self._late.within(origin, radius_km, group) if self._late else None)

    def nearest(
        self, origin: Point, count: int, group: int | Sequence[int] = 0, radius_km: float = FARTHEST_KM
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The ``count`` nearest points of a group (or of several) within the radius, nearest first, then by index."""
        wanted = count + len(self._gone)
        found = self._first(origin, wanted, group, radius_km)
        late = self._late.nearest(origin, wanted, group, radius_km) if self._late else None
        indices, found_km = self._up_to_date(found, late)
        return indices[:count], found_km[:count]

    def _up_to_date(
        self,
        found: tuple[NDArray[np.int64], NDArray[np.float64]],
        late: tuple[NDArray[np.int64], NDArray[np.float64]] | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Hits with those kept aside, and without those that are gone."""
        if late is None:
            return found
        indices = np.concatenate([found[0], late[0] + len(self._latitudes)])
        found_km = np.concatenate([found[1], late[1]])
        stays = ~np.isin(indices, self._gone)
        indices, found_km = indices[stays], found_km[stays]
        order = np.lexsort((indices, found_km))
        return indices[order], found_km[order]

    def _first(
        self, origin: Point, count: int, group: int | Sequence[int], radius_km: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """At least the ``count`` nearest of those sorted, in order."""
        reach_km = radius_km if radius_km < WIDE_KM else FIRST_REACH_KM
        indices, points, squares = self._candidates(origin, reach_km, group)
        while reach_km < radius_km and np.count_nonzero(squares <= (reach_km * 0.99) ** 2) < count:
            reach_km = min(reach_km * 4, radius_km)
            indices, points, squares = self._candidates(origin, reach_km, group)
        if len(indices) > count > 0:
            # No chord is longer than its geodesic: what is farther by chord than these by geodesic is not among them.
            first = np.argpartition(squares, count - 1)[:count]
            bound_km = float(self._exact_km(indices[first], points[first], origin).max()) + BORDER_KM
            kept = squares <= bound_km**2
            indices, points = indices[kept], points[kept]
        return self._decided(indices, points, origin, radius_km)

    def _candidates(
        self, origin: Point, radius_km: float, group: int | Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Indices, points and squared chords of all whose chord is within the radius."""
        slices = self._sorted.near(origin, radius_km, group)
        if not slices:
            return np.empty(0, np.int64), np.empty((0, 3)), np.empty(0)
        points = np.concatenate([self.points[each] for each in slices])
        squares = chords_2(points, cartesian_of(origin))
        near = np.flatnonzero(squares <= (radius_km + BORDER_KM) ** 2)
        indices = np.concatenate([self.order[each] for each in slices])[near].astype(np.int64)
        return indices, points[near], squares[near]

    def _exact_km(self, indices: NDArray[np.int64], points: NDArray[np.float64], origin: Point) -> NDArray[np.float64]:
        return exact_km(points, self._latitudes, self._longitudes, indices, origin)

    def _decided(
        self, indices: NDArray[np.int64], points: NDArray[np.float64], origin: Point, radius_km: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        found_km = self._exact_km(indices, points, origin)
        return inside_radius(indices, found_km, (self._latitudes, self._longitudes), origin, radius_km)


def parts(length: int, size: int = 1 << 18) -> list[slice]:
    """Slices that together are the whole, so that what is worked out on the way stays small."""
    return [slice(start, start + size) for start in range(0, length, size)]


def cells_of(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of each point's cell, or the lowest integer where a coordinate is not a number."""
    found = np.empty(len(latitudes), dtype=np.int64)
    for part in parts(len(found)):
        found[part] = _some_cells(latitudes[part], longitudes[part])
    return found


def _some_cells(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> NDArray[np.int64]:
    known = np.isfinite(latitudes) & np.isfinite(longitudes)
    north, east = np.where(known, latitudes, 0.0) + 90, np.where(known, longitudes, 0.0) + 180
    rows = np.minimum(north / CELL_DEGREES, ROWS - 1).astype(np.int64)
    columns = np.minimum(np.remainder(east, 360) / CELL_DEGREES, COLUMNS - 1).astype(np.int64)
    return np.where(known, rows * COLUMNS + columns, np.iinfo(np.int64).min)


def _grouped(cells: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The group in front of each cell; below 0 where the place is not known."""
    if (groups < 0).any():
        raise ValueError("groups must be 0 or more")
    keys = cells.copy()
    for part in parts(len(keys)):
        keys[part] += np.where(keys[part] >= 0, groups[part].astype(np.int64) * (ROWS * COLUMNS), 0)
    return keys


@compiled
def _runs(
    keys: NDArray[np.int64],
    starts: NDArray[np.int64],
    latitude: float,
    longitude: float,
    radius_km: float,
    groups: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Beginning and end, a row each, of the runs of things in the cells that a circle touches (or a little more)."""
    reach = radius_km / LEAST_DEGREE_KM + 1e-6
    first_row = int(max((latitude - reach + 90) / CELL_DEGREES, 0.0))
    last_row = min(int((latitude + reach + 90) / CELL_DEGREES), ROWS - 1)
    west, east = 0, COLUMNS - 1
    if abs(latitude) + reach < 89.9:
        aside = 1.01 * degrees(asin(min(1.0, sin(radians(reach)) / cos(radians(latitude))))) + 1e-6
        middle = (longitude + 180) % 360
        west, east = floor((middle - aside) / CELL_DEGREES), floor((middle + aside) / CELL_DEGREES)
        if east - west >= COLUMNS - 1:
            west, east = 0, COLUMNS - 1
    found = np.empty((2 * len(groups) * max(last_row - first_row + 1, 0), 2), dtype=np.int64)
    count = 0
    for group in groups:
        for row in range(first_row, last_row + 1):
            base = (group * ROWS + row) * COLUMNS
            for turn in (-COLUMNS, 0, COLUMNS):  # of the columns: across the date line they go on at the other end
                low, high = max(west + turn, 0), min(east + turn, COLUMNS - 1)
                if low <= high:
                    start = starts[np.searchsorted(keys, base + low)]
                    end = starts[np.searchsorted(keys, base + high, side="right")]
                    if start < end:
                        found[count, 0], found[count, 1] = start, end
                        count += 1
    return found[:count]


@compiled
def _reached(
    keys: NDArray[np.int64],
    starts: NDArray[np.int64],
    latitude: float,
    longitude: float,
    radius_km: float,
    groups: NDArray[np.int64],
    places: NDArray[np.int32],
    points: NDArray[np.float64],
    centre: tuple[float, float, float],
    most_km: float,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Of the things in a circle's runs: those whose chord to the centre is at most so long, and it squared."""
    runs = _runs(keys, starts, latitude, longitude, radius_km, groups)
    total = (runs[:, 1] - runs[:, 0]).sum()
    numbers, squares, count = np.empty(total, dtype=np.int32), np.empty(total), 0
    for run in range(len(runs)):
        for number in range(runs[run, 0], runs[run, 1]):
            place = places[number]
            x, y, z = points[place, 0] - centre[0], points[place, 1] - centre[1], points[place, 2] - centre[2]
            square = x * x + y * y + z * z
            if square <= most_km * most_km:
                numbers[count], squares[count] = number, square
                count += 1
    return numbers[:count], squares[:count]

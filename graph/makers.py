"""Who is the nearest firm that could make each of very many parts? The answer of a search, worked out part beside part.

A search (:class:`graph.replacement.Finder`) ranks the firms for one demand. Here demands for the same processes are put
to the same offers in one matrix, which says whether anybody could and how far off the nearest is, for tens of thousands
of parts in seconds. What makes a hit is the same: :mod:`graph.replacement` says it, and the tests compare the two. The
nearest is chosen, and reach decided, by the chord, which within 100 km is shorter than the geodesic by at most 1 m.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.demands import Demand, it_grade
from graph.geo import distances_km, interval_km
from graph.geodesic import chords_2_between, to_cartesian
from graph.judging import LEAST_FIT, UNMET, Codes, Floats, Integers, material_bits
from graph.lookup import Origin
from graph.store import Snapshot
from graph.supply_columns import certified, codes_of, columns_of, firms_of
from graph.taxonomy import taxonomy

Booleans: TypeAlias = NDArray[np.bool_]
Asked: TypeAlias = tuple[Demand, Origin]
MOST_PAIRS = 2_000_000  # of parts and offers that are compared at once
NOBODY = -1
UNLIMITED = np.int8(127)  # no offer's tolerance grade is coarser


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest firm that could make a part."""

    company_id: str
    distance_km: float
    distance_low_km: float
    distance_high_km: float


class Makers:
    """The offers and places of a snapshot (Company, Workplace, Offer, Certificate), to put many demands to."""

    def __init__(self, snapshot: Snapshot, *, today: str = "") -> None:
        """``today`` (ISO) tells which certificates still run, and "" takes all as running."""
        self._today = today
        self._firms = firms_of(snapshot)
        self._columns = columns_of(self._firms, codes_of(self._firms))
        self._by_firm = np.argsort(self._columns.offer_firm, kind="stable")  # offers, a firm's own side by side
        self._sites = np.argsort(self._columns.site_firm, kind="stable")
        latitudes, longitudes = self._columns.site_latitude, self._columns.site_longitude
        self._points = to_cartesian(latitudes[self._sites], longitudes[self._sites])
        self._site_firm = self._columns.site_firm[self._sites]
        self._tops: dict[str, int] = {}
        self._top = np.array([self._top_of(each.company_id) for each in self._firms.companies], dtype=np.int64)
        self._certified: dict[tuple[str, ...], Booleans] = {}
        self._lacking: dict[str, Booleans] = {}
        self._offers: dict[str, Integers] = {}

    def nearest(self, asked: Sequence[Asked], reach_km: float) -> list[Nearest | None]:
        """For each demand the nearest firm that could meet it within reach of its place; None: nobody known could."""
        by_origin: dict[Origin, list[tuple[int, int]]] = defaultdict(list)
        for number, firm in enumerate(self._nearest_firms(asked, reach_km).tolist()):
            if firm != NOBODY:
                by_origin[asked[number][1]].append((number, firm))
        found: list[Nearest | None] = [None] * len(asked)
        for origin, some in by_origin.items():
            for number, best in self._told(origin, some):
                found[number] = best
        return found

    def anybody(self, asked: Sequence[Asked], reach_km: float) -> Booleans:
        """For each demand whether a firm within reach of its place could meet it."""
        found: Booleans = self._nearest_firms(asked, reach_km) != NOBODY
        return found

    def _nearest_firms(self, asked: Sequence[Asked], reach_km: float) -> Integers:
        """The number of the nearest firm for each demand, or :data:`NOBODY`."""
        groups: dict[tuple[tuple[str, ...], bool, int | None], list[int]] = defaultdict(list)
        for number, (demand, _) in enumerate(asked):
            codes = tuple(code for code, _ in demand.processes)
            groups[codes, demand.all_processes, demand.deciding].append(number)
        found = np.full(len(asked), NOBODY, dtype=np.int64)
        for (codes, is_all, _), numbers in groups.items():
            offers = [self._offers_for(code) for code in codes]
            if not codes or not (all if is_all else any)(map(len, offers)):
                continue
            size = max(1, MOST_PAIRS // (sum(map(len, offers)) + 1))
            for start in range(0, len(numbers), size):
                some = numbers[start : start + size]
                found[some] = self._answers([asked[each] for each in some], offers, reach_km)
        return found

    def _offers_for(self, code: str) -> Integers:
        """Offers that serve the process, a firm's own side by side."""
        if code not in self._offers:
            serves = np.array([taxonomy().satisfies(each, code) for each in self._columns.codes], dtype=np.bool_)
            self._offers[code] = self._by_firm[serves[self._columns.process[self._by_firm]]]
        return self._offers[code]

    def _answers(self, asked: Sequence[Asked], offers: Sequence[Integers], reach_km: float) -> Integers:
        """As :meth:`_nearest_firms`, for demands for the same processes."""
        firms = np.unique(np.concatenate([self._columns.offer_firm[each] for each in offers]))
        first = np.searchsorted(self._site_firm, firms)
        firms = firms[np.searchsorted(self._site_firm, firms, "right") > first]  # those whose place is known
        if not len(firms):
            return np.full(len(asked), NOBODY, dtype=np.int64)
        could = self._could([demand for demand, _ in asked], offers, firms)
        could &= self._top[firms] != np.array([self._own_top(*each) for each in asked])[:, None]
        squares = np.where(could, self._squares([origin for _, origin in asked], firms), np.inf)
        best = squares.argmin(axis=1)
        near = squares[np.arange(len(asked)), best] <= reach_km**2
        return np.where(near, firms[best], NOBODY)

    def _could(self, demands: Sequence[Demand], offers: Sequence[Integers], firms: Integers) -> Booleans:
        """Which of the firms (columns) could meet each demand (rows), wherever they are."""
        fine = np.zeros((len(offers), len(demands), len(firms)), dtype=np.bool_)
        able = np.zeros((len(offers), len(firms)), dtype=np.bool_)
        for number, every in enumerate(offers):
            some = every[np.isin(self._columns.offer_firm[every], firms)]
            if len(some):
                of = self._columns.offer_firm[some]
                starts = np.flatnonzero(np.diff(of, prepend=-1))
                at = np.searchsorted(firms, of[starts])
                able[number, at] = True
                fine[number][:, at] = np.logical_or.reduceat(self._nothing_against(demands, some), starts, axis=1)
        if demands[0].all_processes:
            could: Booleans = np.asarray(fine.all(axis=0))
        else:
            could = fine[able.argmax(axis=0), :, np.arange(len(firms))].T  # the likeliest that the firm does
            could &= able[0] | (_shares(demands) @ able[: demands[0].deciding] >= LEAST_FIT)
        for row, demand in enumerate(demands):
            if demand.certificates:
                could[row] &= ~self._lacks(demand.certificates)[firms]
        return could

    def _nothing_against(self, demands: Sequence[Demand], offers: Integers) -> Booleans:
        """Offers (columns) against which nothing is known that each demand (rows) asks."""
        columns = self._columns
        wanted = np.array([material_bits((each.material,)) if each.material else 0 for each in demands], np.uint64)
        listed = columns.materials[offers]
        fine = (listed == 0) | (wanted == 0)[:, None] | ((listed & wanted[:, None]) != 0)
        fine &= ~(columns.max_length_mm[offers] < _measures([each.length_mm for each in demands]))
        fine &= ~(columns.max_weight_kg[offers] < _measures([each.piece_weight_kg for each in demands]))
        fine &= ~(columns.tolerance[offers] > _grades(demands)[:, None])
        found: Booleans = fine
        return found

    def _lacks(self, certificates: tuple[str, ...]) -> Booleans:
        """Firms that are known to lack one of the certificates."""
        if certificates not in self._certified:
            for each in certificates:
                if each not in self._lacking:
                    self._lacking[each] = certified(self._firms, each, self._today) == UNMET
            self._certified[certificates] = np.any([self._lacking[each] for each in certificates], axis=0)
        return self._certified[certificates]

    # -- who, and how far -----------------------------------------------------------------------------------------

    def _top_of(self, company_id: str) -> int:
        """A number for who stands on top of the company's group."""
        return self._tops.setdefault(self._firms.top.get(company_id, company_id), len(self._tops))

    def _own_top(self, demand: Demand, origin: Origin) -> int:
        own = demand.buyer_id or origin.company_id
        return self._top_of(own) if own else -1

    def _squares(self, origins: Sequence[Origin], firms: Integers) -> Floats:
        """Squared chords (km2) from each origin (rows) to the nearest site of each firm (columns)."""
        sites = np.flatnonzero(np.isin(self._site_firm, firms))
        centres = to_cartesian([each.point[0] for each in origins], [each.point[1] for each in origins])
        squares = chords_2_between(centres, self._points[sites])
        starts = np.flatnonzero(np.diff(self._site_firm[sites], prepend=-1))
        found: Floats = np.minimum.reduceat(squares, starts, axis=1)
        return found

    def _told(self, origin: Origin, some: Sequence[tuple[int, int]]) -> Iterator[tuple[int, Nearest]]:
        """Firms (each with a number of whoever asked) at their exact distances from a place."""
        firms = np.array([firm for _, firm in some])
        firsts, lasts = (np.searchsorted(self._site_firm, firms, side).tolist() for side in ("left", "right"))
        sites = np.concatenate([self._sites[first:last] for first, last in zip(firsts, lasts, strict=True)])
        columns = self._columns
        km = distances_km(columns.site_latitude[sites], columns.site_longitude[sites], origin.point)
        at = 0
        for (number, firm), count in zip(some, (np.array(lasts) - firsts).tolist(), strict=True):
            nearest = at + int(km[at : at + count].argmin())
            at += count
            unsure_km = self._firms.sites[int(sites[nearest])].location_uncertainty_km or 0.0
            low_km, high_km = interval_km(float(km[nearest]), origin.uncertainty_km, unsure_km)
            company_id = self._firms.companies[firm].company_id
            yield number, Nearest(company_id, round(float(km[nearest]), 3), round(low_km, 3), round(high_km, 3))


def _measures(values: Sequence[float | None]) -> NDArray[np.float32]:
    """A column of what is asked; nothing compares with what is not."""
    return np.array([[each or np.nan] for each in values], dtype=np.float32)


def _grades(demands: Sequence[Demand]) -> Codes:
    """The coarsest tolerance grade that each demand allows."""
    asked = (it_grade(each.tolerance, each.length_mm) if each.tolerance else None for each in demands)
    return np.array([UNLIMITED if each is None else each for each in asked], dtype=np.int8)


def _shares(demands: Sequence[Demand]) -> Floats:
    """The weight of each process that decides in each demand (rows), as shares of their sum."""
    weights = np.array([[weight for _, weight in each.processes[: each.deciding]] for each in demands])
    found: Floats = weights / weights.sum(axis=1, keepdims=True)
    return found

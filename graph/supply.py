"""Which firms can do what is asked near a place, and in what order? Answered from columns, exactly, for any size.

What firms offer is kept as arrays, sorted by process and 0.2 degree cell, so that a question reads only the offers of
its processes near its place; :mod:`graph.judging` makes firms of them. Distances that could change the answer or its
order are worked out exactly; of the others a chord through the earth is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.demands import Demand
from graph.geodesic import Point, distance_km, distances_km, to_cartesian
from graph.judging import (
    BYTES_OF_ROW,
    NEARNESS,
    ROW,
    ROW_OF_OFFER,
    Codes,
    Floats,
    Integers,
    Judged,
    Seen,
    SupplyColumns,
    Weights,
    by_firm,
    names_asked,
    nearness,
    nothing_against,
    shares_of_rows,
    statuses_of,
)
from graph.near import CellOrder, NearIndex, cells_of, parts
from graph.taxonomy import taxonomy

GENERAL_SHARE = 0.8  # of the points of a process, for an offer of "turning" where "hard turning" is asked for
LEAST_KINSHIP = 0.5  # of a process whose firms could take up the one asked for
SMALLEST_KM = 6300.0  # no smaller radius of curvature bends a geodesic away from its chord
BORDER_KM = 1e-6
METRES = 3  # decimals of the kilometres that are told, and that order those alike in points
ROUNDING = 0.05  # points by which rounding five terms to the hundredth can change the distance of two scores


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The best hits, best first, with all their reasons; ``found`` counts all hits."""

    names: tuple[str, ...]
    found: int
    rows: Integers  # of what was judged
    firms: NDArray[np.int32]
    sites: NDArray[np.int32]
    km: Floats
    offers: NDArray[np.int32]
    statuses: Codes
    terms: Floats  # points of each term, to the hundredth

    @property
    def scores(self) -> Floats:
        """The sum of each firm's terms."""
        scores: Floats = np.round(self.terms.sum(axis=1), 2)
        return scores

    def take(self, order: Integers) -> Ranking:
        """Some of the firms, in this order."""
        parts = ("rows", "firms", "sites", "km", "offers", "statuses", "terms")
        return replace(self, **{name: getattr(self, name)[order] for name in parts})


# -- the index --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _First:
    """The numbers of a block's first firm, site and offer."""

    firm: int = 0
    site: int = 0
    offer: int = 0


class _Block:
    """Firms with their offers and sites, sorted once and never changed; its numbers go on from the blocks before."""

    def __init__(self, columns: SupplyColumns, first: _First) -> None:
        self.columns, self.first = columns, first
        self.near = NearIndex(columns.site_latitude, columns.site_longitude)
        offer, site = _pairs(columns)
        cells = cells_of(columns.site_latitude, columns.site_longitude)
        self._cells = CellOrder(cells[site], columns.process[offer])
        order = self._cells.forget_order()
        offer = offer[order]
        place = np.empty(len(columns.site_firm), dtype=np.int32)
        place[self.near.order] = np.arange(len(self.near.order), dtype=np.int32)
        self._places = place[site[order]]
        del cells, site, order, place
        rows = np.empty(len(offer), dtype=ROW)
        for part in parts(len(offer)):
            for name in ROW_OF_OFFER:
                rows[name][part] = getattr(columns, name)[offer[part]]
            rows["site"][part] = self.near.order[self._places[part]] + first.site
        rows["offer"] = offer + first.offer
        rows["offer_firm"] += first.firm
        self._rows = rows.view(BYTES_OF_ROW)

    def reached(self, groups: Integers, point: Point, centre: Floats, reach_km: float) -> tuple[NDArray[Any], Floats]:
        """Offers of the groups, each with a site of its firm whose chord is within reach, and the chords squared."""
        runs = self._cells.near(point, reach_km, groups)
        if not runs:
            return self._rows[:0].view(ROW), np.empty(0)
        apart = self.near.points.take(np.concatenate([self._places[each] for each in runs]), axis=0)
        apart -= centre
        squares: Floats = np.einsum("ij,ij->i", apart, apart)
        near = (squares <= (reach_km + BORDER_KM) ** 2).nonzero()[0]
        numbers = np.concatenate([np.arange(each.start, each.stop) for each in runs]).take(near)
        return self._rows.take(numbers).view(ROW), squares.take(near)


def _pairs(columns: SupplyColumns) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Every offer with every site of its firm, as their numbers."""
    order = np.argsort(columns.site_firm, kind="stable").astype(np.int32)
    firms = columns.site_firm[order]
    low = np.searchsorted(firms, columns.offer_firm, "left").astype(np.int32)
    counts = np.searchsorted(firms, columns.offer_firm, "right").astype(np.int32) - low
    offer = np.repeat(np.arange(len(low), dtype=np.int32), counts)
    within = np.arange(len(offer), dtype=np.int32) - np.repeat(np.cumsum(counts, dtype=np.int32) - counts, counts)
    return offer, order[np.repeat(low, counts) + within]


class Supply:
    """An index of :class:`SupplyColumns`. Whoever changes a firm gets a new one that shares all that stays."""

    def __init__(self, columns: SupplyColumns) -> None:
        """Sorts the columns and keeps them, so they must not be changed."""
        self._blocks: tuple[_Block, ...] = (_Block(columns, _First()),)
        self._gone = np.zeros(0, dtype=np.int32)
        self._levels: dict[tuple[str, bool], Floats] = {}
        self.codes = columns.codes

    def changed(self, gone: Sequence[int], columns: SupplyColumns) -> Supply:
        """Without some firms, and with those of the columns numbered on from the last.

        The columns have the same codes. Build anew when a good part has changed.
        """
        held, first = self._blocks[-1].columns, self._blocks[-1].first
        follows = _First(
            first.firm + len(held.key), first.site + len(held.site_firm), first.offer + len(held.offer_firm)
        )
        found = copy(self)
        found._blocks = (*self._blocks, _Block(columns, follows))
        found._gone = np.union1d(self._gone, np.asarray(gone, dtype=np.int32))
        return found

    @property
    def changes(self) -> int:
        """How many times it has been changed since it was sorted."""
        return len(self._blocks) - 1

    def rank(
        self,
        demand: Demand,
        point: Point,
        within_km: float,
        *,
        weights: Weights | None = None,
        limit: int = 20,
        certified: Sequence[Codes] = (),
        left_out: Sequence[int] = (),
    ) -> Ranking:
        """The best hits with all their reasons; arguments as of :meth:`judge`, the radius decided exactly."""
        weights = weights or Weights()
        seen = self._near(demand, point, within_km, left_out=left_out)
        if len(demand.processes) == 1:
            seen, found = self._promising(seen, certified, point, within_km, weights, limit)
            judged = by_firm(demand, seen, certified)
            best = self.best(judged, np.arange(len(judged.firms)), point, weights=weights, limit=limit)
            return replace(best, found=found)
        judged = by_firm(demand, seen, certified)
        hits = self.hits(judged, point, within_km)
        return self.best(judged, hits, point, weights=weights, limit=limit)

    def _promising(
        self,
        seen: Seen,
        certified: Sequence[Codes],
        point: Point,
        within_km: float,
        weights: Weights,
        limit: int,
    ) -> tuple[Seen, int]:
        """Of offers for one process: those that can lead to one of the best hits; and how many hits there are."""
        seen = seen.where(nothing_against(seen, certified))
        seen = seen.where(self._inside(np.sqrt(seen.squares), seen.rows["site"], point, within_km))
        firms = seen.rows["offer_firm"]
        ordered = np.sort(firms)
        again = ordered[1:][ordered[1:] == ordered[:-1]]  # firms met more than once: each of their offers could count
        found = len(firms) - len(again)
        if found <= limit:
            return seen, found
        chords = np.sqrt(seen.squares)
        rough = shares_of_rows(seen, certified) @ weights.points + weights.nearness * nearness(chords)
        if len(again):
            alone = again[np.minimum(np.searchsorted(again, firms), len(again) - 1)] != firms
        else:
            alone = np.ones(len(firms), dtype=np.bool_)
        if np.count_nonzero(alone) <= limit:
            return seen, found
        slack = ROUNDING + weights.nearness * _bent(chords)
        least = np.partition(rough[alone], -limit)[-limit] - slack
        return seen.where((rough >= least) | ~alone), found

    def judge(
        self,
        demand: Demand,
        point: Point,
        reach_km: float,
        *,
        certified: Sequence[Codes] = (),
        left_out: Sequence[int] = (),
        related: bool = False,
    ) -> Judged:
        """Every firm with a site within reach that offers something of what is asked.

        Args:
            demand: what is asked.
            point: (latitude, longitude) from where.
            reach_km: how far, by chord: a firm may lie a little farther than that.
            certified: for each certificate asked for, the status of every firm.
            left_out: firms that do not count: the buyer's own group.
            related: take in related processes, too, of firms that could take up the one asked for.

        An offer serves a process at a level: 1, :data:`GENERAL_SHARE`, or (related) minus how nearly it is related.
        """
        seen = self._near(demand, point, reach_km, left_out=left_out, related=related)
        return by_firm(demand, seen, certified)

    def _near(
        self, demand: Demand, point: Point, reach_km: float, *, left_out: Sequence[int], related: bool = False
    ) -> Seen:
        """Offers near the point of what is asked."""
        centre = to_cartesian([point[0]], [point[1]])[0]
        names = names_asked(demand)
        found = []
        for number, (code, _) in enumerate(demand.processes):
            level = self._level(code, related=related)
            groups = np.flatnonzero(level)
            for block in self._blocks:
                rows, squares = block.reached(groups, point, centre, reach_km)
                asked = np.full(len(rows), number, dtype=np.int64)
                found.append(
                    Seen(names, rows, asked, squares, level[rows["process"]], statuses_of(demand, names, rows))
                )
        seen = found[0] if len(found) == 1 else Seen.joined(found)
        if len(left_out) or len(self._gone):
            away = np.append(self._gone, np.asarray(left_out, dtype=np.int32))
            seen = seen.where(~np.isin(seen.rows["offer_firm"], away))
        return seen

    def _level(self, code: str, *, related: bool) -> Floats:
        """At which level an offer of each process serves the one asked for; 0 where it does not."""
        key = (code, related)
        if key not in self._levels:
            terms = taxonomy()
            kin = dict(terms.related(code)) if related and code in terms.processes else {}
            above = terms.ancestors(code)
            found = np.zeros(len(self.codes))
            for number, offered in enumerate(self.codes):
                if offered in above:
                    found[number] = GENERAL_SHARE
                elif terms.satisfies(offered, code):
                    found[number] = 1.0
                elif kin.get(offered, 0.0) >= LEAST_KINSHIP:
                    found[number] = -kin[offered]
            self._levels[key] = found
        return self._levels[key]

    # -- hits and their order -------------------------------------------------------------------------------------

    def hits(self, judged: Judged, point: Point, within_km: float) -> Integers:
        """Rows of the firms that nothing hard speaks against, within the radius."""
        rows = np.flatnonzero(judged.enough & (judged.unmet == 0))
        return rows[self.inside(judged, rows, point, within_km)]

    def inside(self, judged: Judged, rows: Integers, point: Point, within_km: float) -> NDArray[np.bool_]:
        """Which of the rows lie within the radius, by the geodesic."""
        return self._inside(judged.chords_km[rows], judged.sites[rows], point, within_km)

    def _inside(self, chords_km: Floats, sites: NDArray[np.int32], point: Point, within_km: float) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = chords_km <= within_km
        doubtful = np.flatnonzero(found & (chords_km + _bend_km(chords_km) > within_km - BORDER_KM))
        if len(doubtful):
            km = distances_km(*self._sites_at(sites[doubtful]), point)
            found[doubtful] = km <= within_km
            for number in np.flatnonzero(np.abs(km - within_km) <= BORDER_KM).tolist():
                found[doubtful[number]] = distance_km(self.place(int(sites[doubtful[number]])), point) <= within_km
        return found

    def best(
        self,
        judged: Judged,
        rows: Integers,
        point: Point,
        *,
        weights: Weights | None = None,
        limit: int = 20,
    ) -> Ranking:
        """The best of the rows: by score, then by distance to the metre, then by the firms' keys."""
        points = (weights or Weights()).points
        found = len(rows)
        if found > limit:
            rough = judged.shares[rows] @ points
            rough += points[NEARNESS] * nearness(judged.chords_km[rows])
            bent = points[NEARNESS] * _bent(judged.chords_km[rows])
            rows = rows[rough >= np.partition(rough, -limit)[-limit] - ROUNDING - bent]
        told = self.told(judged, rows, point, weights=weights, found=found)
        order = np.lexsort((self._column("key", told.firms), told.km, -told.scores))[:limit]
        return told.take(order)

    def told(
        self,
        judged: Judged,
        rows: Integers,
        point: Point,
        *,
        weights: Weights | None = None,
        found: int = 0,
    ) -> Ranking:
        """The rows in their order, with all their reasons."""
        points = (weights or Weights()).points
        sites = judged.sites[rows]
        km = np.round(distances_km(*self._sites_at(sites), point), METRES)
        shares = judged.shares[rows].copy()
        shares[:, NEARNESS] = nearness(km)
        terms = np.round(shares * points, 2)
        return Ranking(
            judged.names, found, rows, judged.firms[rows], sites, km, judged.offers[rows], judged.statuses[rows], terms
        )

    def firms_within(self, point: Point, within_km: float) -> NDArray[np.int32]:
        """The firms with a site within the radius, by number."""
        found = []
        for block in self._blocks:
            sites, _ = block.near.within(point, within_km)
            found.append(block.columns.site_firm[sites] + np.int32(block.first.firm))
        firms: NDArray[np.int32] = np.setdiff1d(np.concatenate(found), self._gone)
        return firms

    # -- sites and keys -------------------------------------------------------------------------------------------

    def place(self, site: int) -> Point:
        """(latitude, longitude) of a site."""
        latitudes, longitudes = self._sites_at(np.array([site], dtype=np.int32))
        return float(latitudes[0]), float(longitudes[0])

    def _sites_at(self, sites: NDArray[np.int32]) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
        return self._column("site_latitude", sites), self._column("site_longitude", sites)

    def _column(self, name: str, numbers: NDArray[np.int32]) -> NDArray[np.generic]:
        """Values of firms or of sites by their numbers."""
        kind = "site" if name.startswith("site_") else "firm"
        first = np.array([getattr(block.first, kind) for block in self._blocks])
        columns: list[NDArray[np.generic]] = [getattr(block.columns, name) for block in self._blocks]
        if len(columns) == 1:
            return columns[0][numbers]
        of = np.searchsorted(first, numbers, "right") - 1
        found = np.empty(len(numbers), dtype=np.result_type(*columns))
        for block, column in enumerate(columns):
            found[of == block] = column[numbers[of == block] - first[block]]
        return found


def _bent(chords_km: Floats) -> float:
    """At most so much less is the share of nearness by a geodesic than by its chord."""
    return float((nearness(chords_km) - nearness(chords_km + _bend_km(chords_km))).max())


def _bend_km(chords_km: Floats) -> Floats:
    """At most so much longer than its chord c is a geodesic: c^3 / 24 R^2 and a twentieth, up to a third of R."""
    bend: Floats = np.where(chords_km < SMALLEST_KM / 3, 1.05 * chords_km**3 / (24 * SMALLEST_KM**2), np.inf)
    return bend

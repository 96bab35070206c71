"""Which firms can do what is asked near a place, and in what order? Answered from columns, exactly, for any size.

What firms offer is kept as arrays, sorted by process and 0.2 degree cell, so that a question reads only the offers of
its processes near its place; :mod:`graph.judging` makes firms of them. Distances that could change the answer or its
order are worked out exactly; of the others a chord through the earth is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.demands import Demand
from graph.geodesic import Point, distance_km, distances_km
from graph.judging import (
    BORDER_KM,
    BYTES_OF_ROW,
    ROW,
    ROW_OF_OFFER,
    Codes,
    Floats,
    Integers,
    Judged,
    Seen,
    SupplyColumns,
    Weights,
    able,
    by_chord,
    by_firm,
    nearness,
    promising,
    terms_of,
)
from graph.near import CellOrder, NearIndex, cells_of, parts
from graph.taxonomy import taxonomy

GENERAL_SHARE = 0.8  # of the points of a process, for an offer of "turning" where "hard turning" is asked for
LEAST_KINSHIP = 0.5  # of a process whose firms could take up the one asked for
METRES = 3  # decimals of the kilometres that are told, and that order those alike in points


class Ranking(NamedTuple):
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
    scores: Floats  # the sum of each firm's terms


def _ranking(judged: Judged, rows: Integers, km: Floats, told: tuple[Floats, Floats], found: int) -> Ranking:
    """Some rows of what was judged, at these distances, with these terms and scores."""
    parts = (judged.firms[rows], judged.sites[rows], km, judged.offers[rows], judged.statuses[rows])
    return Ranking(judged.names, found, rows, *parts, *told)


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

    def reached(self, groups: Integers, point: Point, reach_km: float) -> tuple[NDArray[Any], Floats]:
        """Offers of the groups, each with a site of its firm whose chord is within reach, and the chords squared."""
        numbers, squares = self._cells.reached(point, reach_km, groups, self._places, self.near.points)
        return self._rows.take(numbers).view(ROW), squares


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
        self._levels: dict[tuple[str, bool], tuple[Floats, Integers]] = {}
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
        judged = self.judge(demand, point, within_km, certified=certified, left_out=left_out)
        hits = self.hits(judged, point, within_km)
        return self.best(judged, hits, point, weights=weights, limit=limit)

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
        levels = [self._level(code, related=related) for code, _ in demand.processes]
        seen = Seen.joined(
            [
                (number, *block.reached(groups, point, reach_km))
                for number, (_, groups) in enumerate(levels)
                for block in self._blocks
            ]
        )
        if len(left_out) or len(self._gone):
            away = np.append(self._gone, np.asarray(left_out, dtype=np.int32))
            seen = seen.where(~np.isin(seen.rows["offer_firm"], away))
        every = levels[0][0] if len(levels) == 1 else np.concatenate([each for each, _ in levels])
        return by_firm(demand, seen, every, certified)

    def _level(self, code: str, *, related: bool) -> tuple[Floats, Integers]:
        """At which level an offer of each process (columns) serves the one asked for, 0: not at all; those that do."""
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
            self._levels[key] = found[None], np.flatnonzero(found)
        return self._levels[key]

    # -- hits and their order -------------------------------------------------------------------------------------

    def hits(self, judged: Judged, point: Point, within_km: float) -> Integers:
        """Rows of the firms that nothing hard speaks against, within the radius."""
        rows, unsure = able(judged.enough, judged.unmet, judged.chords_km, within_km)
        return rows[self.inside(judged, rows, point, within_km)] if unsure else rows

    def inside(self, judged: Judged, rows: Integers, point: Point, within_km: float) -> NDArray[np.bool_]:
        """Which of the rows lie within the radius, by the geodesic."""
        found, unsure = by_chord(judged.chords_km, rows, within_km)
        if len(unsure):
            sites = judged.sites[rows[unsure]]
            km = distances_km(*self._sites_at(sites), point)
            found[unsure] = km <= within_km
            for number in np.flatnonzero(np.abs(km - within_km) <= BORDER_KM).tolist():
                found[unsure[number]] = distance_km(self.place(int(sites[number])), point) <= within_km
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
        found, points = len(rows), (weights or Weights()).points
        if found > limit:
            rows = promising(judged.shares, judged.chords_km, rows, points, limit)
        km = self._metres(judged, rows, point)
        terms, scores = terms_of(judged.shares, rows, km, points)
        order = np.lexsort((self._column("key", judged.firms[rows]), km, -scores))[:limit]
        return _ranking(judged, rows[order], km[order], (terms[order], scores[order]), found)

    def told(self, judged: Judged, rows: Integers, point: Point, *, weights: Weights | None = None) -> Ranking:
        """The rows in their order, with all their reasons."""
        km = self._metres(judged, rows, point)
        return _ranking(judged, rows, km, terms_of(judged.shares, rows, km, (weights or Weights()).points), len(rows))

    def _metres(self, judged: Judged, rows: Integers, point: Point) -> Floats:
        """How far each of the rows is, in km to the metre."""
        km: Floats = distances_km(*self._sites_at(judged.sites[rows]), point).round(METRES)
        return km

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
        if len(self._blocks) == 1:
            columns = self._blocks[0].columns
            return columns.site_latitude[sites], columns.site_longitude[sites]
        return self._column("site_latitude", sites), self._column("site_longitude", sites)

    def _column(self, name: str, numbers: NDArray[np.int32]) -> NDArray[np.generic]:
        """Values of firms or of sites by their numbers."""
        if len(self._blocks) == 1:
            one: NDArray[np.generic] = getattr(self._blocks[0].columns, name)[numbers]
            return one
        columns: list[NDArray[np.generic]] = [getattr(block.columns, name) for block in self._blocks]
        kind = "site" if name.startswith("site_") else "firm"
        first = np.array([getattr(block.first, kind) for block in self._blocks])
        of = np.searchsorted(first, numbers, "right") - 1
        found = np.empty(len(numbers), dtype=np.result_type(*columns))
        for block, column in enumerate(columns):
            found[of == block] = column[numbers[of == block] - first[block]]
        return found


def compile_ahead() -> None:
    """Compile what a search runs, or read what was compiled before: some seconds that nobody then waits for."""
    one = np.zeros(2, dtype=np.int8)
    place, firm, size = one.astype(np.float64), np.arange(2, dtype=np.int32), one.astype(np.float32)
    code = next(iter(taxonomy().processes))
    made = SupplyColumns(
        (code,), firm, firm, place, place, firm, one.astype(np.int16), one.astype(np.uint64), size, size, one, size,
        one, one,
    )  # fmt: skip
    supply, demand = Supply(made), Demand(((code, 1.0),))
    judged = supply.judge(demand, (0.0, 0.0), 1.0)
    hits = supply.hits(judged, (0.0, 0.0), 1.0)
    supply.inside(judged, hits, (0.0, 0.0), 1.0)
    supply.best(judged, hits, (0.0, 0.0), limit=1)
    supply.firms_within((0.0, 0.0), 1.0)
    nearness(judged.chords_km)

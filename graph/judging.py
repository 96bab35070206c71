"""How does each firm answer what is asked? Offers near a place, judged demand by demand, become firms.

Every demand is met (0), unknown (1) or unmet (2). A firm is judged by its best offer for each process asked for: the
one that is able, speaks least against, is nearest to what is asked and best known. The score is a sum of printed
terms (:class:`Weights`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from math import log1p, sqrt
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.compiled import compiled
from graph.demands import SOFT, Demand, it_grade
from graph.taxonomy import taxonomy

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

MET, UNKNOWN, UNMET = np.int8(0), np.int8(1), np.int8(2)
NEAR_KM, FAR_KM = 10.0, 300.0  # of nearness; assumed
FADES = log1p(FAR_KM / NEAR_KM)
LEAST_FIT = 0.5  # of the weight of the processes that decide, where they were understood from a text
ENOUGH_FREE_PERCENT = 50.0
EVIDENCE = ("", "inferred", "stated", "verified")
EVIDENCE_SHARE = np.array((0.0, 0.2, 0.7, 1.0))
NO_CERTIFICATES = np.empty((0, 0), dtype=np.int8)
NO_MATERIAL = np.uint64(0)
OTHER_MATERIAL = 1 << 63  # the bit of a material that the taxonomy does not know
MOST_CODES = 1023  # processes that are told apart where all else is alike
SMALLEST_KM = 6300.0  # no smaller radius of curvature bends a geodesic away from its chord
BORDER_KM = 1e-6  # nearer than this to the radius, a geodesic decides
ROUNDING = 0.05  # points by which rounding five terms to the hundredth can change the distance of two scores


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of each term of the score; a full match has their sum. The one place where they stand."""

    process: float = 40.0
    nearness: float = 35.0
    demands: float = 18.0  # the share of the other demands known to be met
    evidence: float = 5.0  # verified 1, stated 0.7, inferred 0.2
    capacity: float = 2.0  # free capacity, of what was said

    @property
    def points(self) -> Floats:
        """The weights in the order of the terms."""
        return np.array((self.process, self.nearness, self.demands, self.evidence, self.capacity))


TERMS = len(fields(Weights))
NEARNESS = 1  # the place of its term among them


Share = TypeVar("Share", float, Floats)


@compiled
def nearness(km: Share) -> Share:
    """The share of the points of nearness at a distance: 1 at the door, 0 from :data:`FAR_KM` on, by its logarithm.

    1 - ln(1 + d/10) / ln(1 + 300/10). The radius has no say in it, so that who is best near by stays so when it grows;
    a kilometre counts more near by than far off, as in models of trade and distance.

    >>> nearness(np.array([0.0, 10.0, 40.0, 100.0, 300.0, 900.0])).round(2).tolist()
    [1.0, 0.8, 0.53, 0.3, 0.0, 0.0]
    """
    share: Share = np.maximum(0.0, 1.0 - np.log1p(km / NEAR_KM) / FADES)
    return share


@dataclass(frozen=True, slots=True, eq=False)
class SupplyColumns:
    """What firms offer and where they stand, an array a field; firms are numbered from 0.

    Sites in degrees, latitude first; NaN is an unknown place. Of an offer: ``process`` is the place of its code among
    ``codes``, ``materials`` a bit for each material of the taxonomy in its order (0: none listed), ``tolerance`` an
    ISO 286 grade (0: unknown), ``evidence`` the place in :data:`EVIDENCE`; NaN is unknown.
    """

    codes: tuple[str, ...]
    key: NDArray[np.generic]  # of each firm: what those alike in all else are sorted by
    site_firm: NDArray[np.int32]
    site_latitude: Floats
    site_longitude: Floats
    offer_firm: NDArray[np.int32]
    process: NDArray[np.int16]
    materials: NDArray[np.uint64]
    max_length_mm: NDArray[np.float32]
    max_weight_kg: NDArray[np.float32]
    tolerance: Codes
    batch_min: NDArray[np.float32]
    evidence: Codes
    free_percent: Codes


ROW = np.dtype(
    [
        ("offer_firm", np.int32), ("offer", np.int32), ("site", np.int32),
        ("max_length_mm", np.float32), ("max_weight_kg", np.float32), ("batch_min", np.float32),
        ("materials", np.uint64),
        ("process", np.int16), ("tolerance", np.int8), ("evidence", np.int8), ("free_percent", np.int8),
    ],
    align=True,
)  # fmt: skip
"""An offer at one of its firm's sites: what is compared lies side by side, since it is read together."""
BYTES_OF_ROW = np.dtype((np.void, ROW.itemsize))  # copied as it is, where ROW would be copied field by field
ROW_OF_OFFER = tuple(name for name in ROW.names or () if name not in ("offer", "site"))


class Judged(NamedTuple):
    """Firms near a place that have to do with what is asked, by number; arrays of one row a firm.

    ``offers`` and ``levels`` have a column a process asked for: the number of the offer chosen (-1: none), and how well
    it serves (see :meth:`Supply.judge`). ``statuses`` have a column for each of ``names``; ``shares`` one for each term
    of the score, nearness left at 0.
    """

    names: tuple[str, ...]
    firms: NDArray[np.int32]
    sites: NDArray[np.int32]  # the nearest of each
    chords_km: Floats
    offers: NDArray[np.int32]
    levels: Floats
    enough: NDArray[np.bool_]  # whether it offers as much of what is asked as it takes
    statuses: Codes
    telling: Codes  # of the processes asked for: the number of that whose offer gave each status
    unmet: Integers  # how many hard demands, radius and process apart
    shares: Floats


class Seen(NamedTuple):
    """Offers met near a place, once for every process asked for that they serve and every site of the firm."""

    rows: NDArray[Any]  # of :data:`ROW`
    met_for: Integers  # the number of the process asked for
    squares: Floats

    @classmethod
    def joined(cls, parts: Sequence[tuple[int, NDArray[Any], Floats]]) -> Seen:
        """Of several runs of rows: what each was met for, the rows, and the squares of their chords."""
        if len(parts) == 1 and parts[0][0] == 0:
            return cls(parts[0][1], np.zeros(len(parts[0][1]), dtype=np.int64), parts[0][2])
        numbers, rows, squares = zip(*parts, strict=True)
        met_for = np.repeat(np.array(numbers, dtype=np.int64), [len(each) for each in rows])
        together = np.concatenate([each.view(BYTES_OF_ROW) for each in rows]).view(ROW)
        return cls(together, met_for, np.concatenate(squares))

    def where(self, chosen: NDArray[np.bool_]) -> Seen:
        """The rows chosen."""
        return Seen(self.rows[chosen], self.met_for[chosen], self.squares[chosen])


# -- demands ----------------------------------------------------------------------------------------------------------


def material_bits(materials: Sequence[str]) -> int:
    """The materials as bits, in the taxonomy's order; all that it does not know are one."""
    found = 0
    for each in materials:
        found |= _bit(each)
    return found


@cache
def _bit(material: str) -> int:
    known = list(taxonomy().materials)
    return 1 << known.index(material) if material in taxonomy().materials else OTHER_MATERIAL


_FIELDS = {
    "material": "material",
    "size": "length_mm",
    "weight": "piece_weight_kg",
    "tolerance": "tolerance",
    "quantity": "annual_quantity",
}
"""Where each demand on an offer stands in :class:`Demand`, in the order in which demands are told."""
_HARD = tuple(name not in SOFT for name in _FIELDS)
_MATERIAL, _SIZE, _WEIGHT, _TOLERANCE, _QUANTITY = range(len(_FIELDS))  # their places in that order


class _Asked(NamedTuple):
    """What is asked, as numbers."""

    levels: Floats  # a row for each process asked for: at which level an offer of every process serves it
    weights: Floats
    deciding: int
    all_processes: bool
    demands: Integers  # on an offer, by their places in the order of all
    material: np.uint64  # its bit
    hard: tuple[bool, ...]  # of all demands on an offer
    limits: tuple[float, ...]  # of all; of a tolerance the grade, -1 where nobody knows it
    certified: Codes  # a row for each certificate asked for: every firm's status


def _asked(demand: Demand, levels: Floats, certified: Sequence[Codes]) -> tuple[tuple[str, ...], _Asked]:
    """The names of the demands, and what is asked."""
    values = [getattr(demand, each) for each in _FIELDS.values()]
    grade = it_grade(demand.tolerance, demand.length_mm) if demand.tolerance else None
    grade = -1 if grade is None else grade
    limits = tuple(float(each or 0) for each in (0, values[_SIZE], values[_WEIGHT], grade, values[_QUANTITY]))
    asked = _Asked(
        levels,
        np.array([weight for _, weight in demand.processes]),
        len(demand.processes) if demand.deciding is None else demand.deciding,
        demand.all_processes,
        np.array([place for place, value in enumerate(values) if value], dtype=np.int64),
        np.uint64(_bit(demand.material or "")),
        _HARD,
        limits,
        np.stack(certified) if certified else NO_CERTIFICATES,
    )
    names = tuple(name for name, value in zip(_FIELDS, values, strict=True) if value)
    return (*names, *("certificate",) * len(certified)), asked


# -- firms ------------------------------------------------------------------------------------------------------------


def by_firm(demand: Demand, seen: Seen, levels: Floats, certified: Sequence[Codes]) -> Judged:
    """Each firm by its best offer for each process, and by the nearest of its sites.

    ``levels`` have a row for each process asked for and a column for each that is offered (see
    :meth:`graph.supply.Supply.judge`); ``certified`` are every firm's answers to each certificate asked for.
    """
    names, asked = _asked(demand, levels, certified)
    return Judged(names, *_firms(seen.rows, seen.met_for, seen.squares, asked))


@compiled
def _status(row: Any, demand: int, asked: _Asked) -> np.int8:
    """What an offer answers to a demand."""
    if demand == _MATERIAL:
        return UNKNOWN if row.materials == NO_MATERIAL else MET if row.materials & asked.material else UNMET
    limit = np.float32(asked.limits[demand])  # rounded as what offers state is
    if demand == _TOLERANCE:
        return UNKNOWN if limit < 0 or row.tolerance == 0 else MET if row.tolerance <= limit else UNMET
    if demand == _QUANTITY:
        return UNKNOWN if np.isnan(row.batch_min) else MET if row.batch_min <= limit else UNMET
    most = row.max_length_mm if demand == _SIZE else row.max_weight_kg
    return UNKNOWN if np.isnan(most) else MET if most >= limit else UNMET


@compiled
def _quality(row: Any, level: float, against: int, met: int) -> int:
    """Which of a firm's offers is judged: what is able, speaks least against, is nearest, best known, first listed."""
    found = int(level > 0)
    found = found << 3 | 7 - against
    found = found << 3 | met
    found = found << 7 | round(abs(level) * 100)
    found = found << 2 | row.evidence
    found = found << 10 | max(MOST_CODES - row.process, 0)
    return int(found)


@compiled
def _best_of_each(
    rows: NDArray[Any], met_for: Integers, squares: Floats, asked: _Asked
) -> tuple[Codes, Integers, Integers]:
    """Each row's statuses; and of each firm the rows of its best offer for each process (-1: none), its nearest site.

    ``met_for`` are the numbers of the processes asked for.
    """
    size = 8
    while size < 2 * len(rows):
        size *= 2
    slots = np.full(size, -1, dtype=np.int32)  # of firms, by open addressing: their places in what is found
    firms = np.empty(len(rows), dtype=np.int32)
    statuses = np.empty((len(rows), len(asked.demands)), dtype=np.int8)
    chosen = np.empty((len(rows), len(asked.levels)), dtype=np.int64)
    best = np.empty((len(rows), len(asked.levels)), dtype=np.int64)
    nearest = np.empty(len(rows), dtype=np.int64)
    count = 0
    for number in range(len(rows)):
        row, process = rows[number], met_for[number]
        slot = (row.offer_firm * 0x9E3779B1) & (size - 1)
        while slots[slot] >= 0 and firms[slots[slot]] != row.offer_firm:
            slot = (slot + 1) & (size - 1)
        at = slots[slot]
        if at < 0:
            at = slots[slot] = count
            firms[at], nearest[at], chosen[at], best[at] = row.offer_firm, number, -1, -1
            count += 1
        other = nearest[at]
        if squares[number] < squares[other] or (squares[number] == squares[other] and row.site < rows[other].site):
            nearest[at] = number
        against, met = 0, 0
        for column in range(len(asked.demands)):
            demand = asked.demands[column]
            status = _status(row, demand, asked)
            statuses[number, column] = status
            against += status == UNMET and asked.hard[demand]
            met += status == MET
        quality = _quality(row, asked.levels[process, row.process], against, met)
        if quality > best[at, process]:
            chosen[at, process], best[at, process] = number, quality
    return statuses, chosen[:count], nearest[:count]


@compiled
def _firms(rows: NDArray[Any], met_for: Integers, squares: Floats, asked: _Asked) -> tuple[Any, ...]:
    """The columns of :class:`Judged` but for the names."""
    of_rows, chosen, nearest = _best_of_each(rows, met_for, squares, asked)
    (count, processes), demands, standards = chosen.shape, len(asked.demands), len(asked.certified)
    firms, sites = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    chords_km, offers = np.empty(count), np.full((count, processes), -1, dtype=np.int32)
    levels, enough = np.zeros((count, processes)), np.empty(count, dtype=np.bool_)
    statuses = np.empty((count, demands + standards), dtype=np.int8)
    telling = np.empty((count, demands), dtype=np.int8)
    unmet, shares = np.zeros(count, dtype=np.int64), np.zeros((count, TERMS))
    whole, deciding = asked.weights.sum(), asked.weights[: asked.deciding].sum()
    for firm in range(count):
        row = rows[nearest[firm]]
        firms[firm], sites[firm], chords_km[firm] = row.offer_firm, row.site, sqrt(squares[nearest[firm]])
        known, able, evidence, free, fit, decided = 0, 0, 0.0, 0.0, 0.0, 0.0
        for process in range(processes):
            if chosen[firm, process] >= 0:
                offer = rows[chosen[firm, process]]
                level = asked.levels[process, offer.process]
                offers[firm, process], levels[firm, process] = offer.offer, level
                known += 1
                evidence += EVIDENCE_SHARE[offer.evidence]
                free = max(free, float(offer.free_percent))
                if level > 0:
                    fit += level * asked.weights[process]
                    able += 1
                    decided += asked.weights[process] if process < asked.deciding else 0.0
        if asked.all_processes:
            enough[firm] = able == processes
        else:
            enough[firm] = levels[firm, 0] > 0 or decided >= LEAST_FIT * deciding
        met = 0
        for column in range(demands):
            tells, most = 0, -1  # the worst answer, or (of a text) that for the likeliest process
            for process in range(processes):
                if chosen[firm, process] >= 0:
                    level = levels[firm, process]
                    how = of_rows[chosen[firm, process], column] if asked.all_processes else 1 + (level > 0)
                    if how > most:
                        tells, most = process, how
            status = of_rows[chosen[firm, tells], column]
            telling[firm, column], statuses[firm, column] = tells, status
            met += status == MET
            unmet[firm] += status == UNMET and asked.hard[asked.demands[column]]
        for standard in range(standards):
            status = asked.certified[standard, row.offer_firm]
            statuses[firm, demands + standard] = status
            met += status == MET
            unmet[firm] += status == UNMET
        shares[firm, 0] = fit / whole if whole else 0.0
        shares[firm, 2] = met / (demands + standards) if demands + standards else 1.0
        shares[firm, 3] = evidence / known
        shares[firm, 4] = min(free, ENOUGH_FREE_PERCENT) / ENOUGH_FREE_PERCENT
    return firms, sites, chords_km, offers, levels, enough, statuses, telling, unmet, shares


# -- their order ------------------------------------------------------------------------------------------------------


@compiled
def _longest_km(chord_km: float) -> float:
    """No geodesic with this chord c is longer: c + c^3 / 24 R^2 and a twentieth of that, up to a third of R."""
    if chord_km >= SMALLEST_KM / 3:
        return np.inf
    return chord_km + 1.05 * chord_km**3 / (24 * SMALLEST_KM**2)


@compiled
def by_chord(chords_km: Floats, rows: Integers, within_km: float) -> tuple[NDArray[np.bool_], Integers]:
    """Which of the rows can lie within the radius, by their chords; and the numbers of those a geodesic must decide."""
    found = np.empty(len(rows), dtype=np.bool_)
    unsure, count = np.empty(len(rows), dtype=np.int64), 0
    for number in range(len(rows)):
        chord_km = chords_km[rows[number]]
        found[number] = chord_km <= within_km
        if found[number] and _longest_km(chord_km) > within_km - BORDER_KM:
            unsure[count] = number
            count += 1
    return found, unsure[:count]


@compiled
def able(enough: NDArray[np.bool_], unmet: Integers, chords_km: Floats, within_km: float) -> tuple[Integers, bool]:
    """Rows of firms that do what is asked, nothing hard against them, near enough; whether geodesics must decide."""
    found, count, unsure = np.empty(len(unmet), dtype=np.int64), 0, False
    for row in range(len(unmet)):
        if enough[row] and unmet[row] == 0 and chords_km[row] <= within_km:
            found[count] = row
            count += 1
            unsure |= _longest_km(chords_km[row]) > within_km - BORDER_KM
    return found[:count], unsure


@compiled
def promising(shares: Floats, chords_km: Floats, rows: Integers, points: Floats, limit: int) -> Integers:
    """Of more rows than the limit those that can be among the best, however much longer than chords geodesics are."""
    rough, longest_km = np.empty(len(rows)), 0.0  # the longest of the chords where nearness is not 0 yet
    best = np.full(limit, -np.inf)  # the best so far, rising
    for number in range(len(rows)):
        row = rows[number]
        if chords_km[row] < FAR_KM:
            longest_km = max(longest_km, chords_km[row])
        score = points[NEARNESS] * nearness(chords_km[row])
        for term in range(TERMS):
            if term != NEARNESS:
                score += points[term] * shares[row, term]
        rough[number] = score
        if score > best[0]:
            place = 1
            while place < limit and best[place] < score:
                best[place - 1] = best[place]
                place += 1
            best[place - 1] = score
    bent = points[NEARNESS] * (nearness(longest_km) - nearness(_longest_km(longest_km)))  # at most, of any
    found: Integers = rows[rough >= best[0] - ROUNDING - bent]
    return found


@compiled
def terms_of(shares: Floats, rows: Integers, km: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Points of each term of rows at these distances, and their sums, all to the hundredth."""
    found, scores = np.empty((len(rows), TERMS)), np.zeros(len(rows))
    for number in range(len(rows)):
        for term in range(TERMS):
            share = nearness(km[number]) if term == NEARNESS else shares[rows[number], term]
            found[number, term] = np.rint(share * points[term] * 100) / 100
            scores[number] += found[number, term]
        scores[number] = np.rint(scores[number] * 100) / 100
    return found, scores

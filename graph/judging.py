"""How does each firm answer what is asked? Offers near a place, judged demand by demand, become firms.

Every demand is met (0), unknown (1) or unmet (2). A firm is judged by its best offer for each process asked for: the
one that is able, speaks least against, is nearest to what is asked and best known. The score is a sum of printed
terms (:class:`Weights`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.demands import SOFT, Demand, it_grade
from graph.taxonomy import taxonomy

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

MET, UNKNOWN, UNMET = np.int8(0), np.int8(1), np.int8(2)
NEAR_KM, FAR_KM = 10.0, 300.0  # of nearness; assumed
LEAST_FIT = 0.5  # of the weight of the processes that decide, where they were understood from a text
ENOUGH_FREE_PERCENT = 50.0
EVIDENCE = ("", "inferred", "stated", "verified")
EVIDENCE_SHARE = np.array((0.0, 0.2, 0.7, 1.0))
OTHER_MATERIAL = 1 << 63  # the bit of a material that the taxonomy does not know
MOST_CODES = 1023  # processes that are told apart where all else is alike
QUALITY_BITS = 26


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


def nearness(km: Floats) -> Floats:
    """The share of the points of nearness at a distance: 1 at the door, 0 from :data:`FAR_KM` on, by its logarithm.

    1 - ln(1 + d/10) / ln(1 + 300/10). The radius has no say in it, so that who is best near by stays so when it grows;
    a kilometre counts more near by than far off, as in models of trade and distance.

    >>> nearness(np.array([0.0, 10.0, 40.0, 100.0, 300.0, 900.0])).round(2).tolist()
    [1.0, 0.8, 0.53, 0.3, 0.0, 0.0]
    """
    share: Floats = np.maximum(0.0, 1.0 - np.log1p(km / NEAR_KM) / np.log1p(FAR_KM / NEAR_KM))
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


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
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


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Offers met near a place, once for every process asked for that they serve and every site of the firm."""

    names: tuple[str, ...]  # of the demands put to them
    rows: NDArray[Any]  # of :data:`ROW`
    asked: Integers  # the number of the process asked for
    squares: Floats
    levels: Floats
    statuses: Codes

    @classmethod
    def joined(cls, parts: Sequence[Seen]) -> Seen:
        """Of several, one after the other."""
        rows = np.concatenate([part.rows.view(BYTES_OF_ROW) for part in parts]).view(ROW)
        others = (np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)[2:])
        return cls(parts[0].names, rows, *others)

    def where(self, chosen: NDArray[np.bool_]) -> Seen:
        """The rows chosen."""
        if chosen.all():
            return self
        numbers = chosen.nonzero()[0]  # taken by number: quicker than by a mask
        rows = self.rows.view(BYTES_OF_ROW).take(numbers).view(ROW)
        others = (getattr(self, each.name).take(numbers, axis=0) for each in fields(self)[2:])
        return Seen(self.names, rows, *others)


# -- demands ----------------------------------------------------------------------------------------------------------


def material_bits(materials: Sequence[str]) -> int:
    """The materials as bits, in the taxonomy's order; all that it does not know are one."""
    found = 0
    for each in materials:
        found |= _bit(each)
    return found


def _bit(material: str) -> int:
    known = list(taxonomy().materials)
    return 1 << known.index(material) if material in taxonomy().materials else OTHER_MATERIAL


def _of_material(demand: Demand, rows: NDArray[Any]) -> Codes:
    listed = rows["materials"]
    fits = (listed & np.uint64(_bit(demand.material or ""))) != 0
    return np.where(listed == 0, UNKNOWN, np.where(fits, MET, UNMET))


def _at_least(limits: NDArray[np.float32], asked: float) -> Codes:
    return np.where(np.isnan(limits), UNKNOWN, np.where(limits >= np.float32(asked), MET, UNMET))


def _of_tolerance(demand: Demand, rows: NDArray[Any]) -> Codes:
    grade, grades = it_grade(demand.tolerance or "", demand.length_mm), rows["tolerance"]
    if grade is None:
        return np.full(len(rows), UNKNOWN, dtype=np.int8)
    return np.where(grades == 0, UNKNOWN, np.where(grades <= grade, MET, UNMET))


def _of_quantity(demand: Demand, rows: NDArray[Any]) -> Codes:
    least = rows["batch_min"]
    return np.where(np.isnan(least), UNKNOWN, np.where(least <= (demand.annual_quantity or 0), MET, UNMET))


_STATUS: Mapping[str, Callable[[Demand, NDArray[Any]], Codes]] = {
    "material": _of_material,
    "size": lambda demand, rows: _at_least(rows["max_length_mm"], demand.length_mm or 0.0),
    "weight": lambda demand, rows: _at_least(rows["max_weight_kg"], demand.piece_weight_kg or 0.0),
    "tolerance": _of_tolerance,
    "quantity": _of_quantity,
}
"""What offers answer to each demand on them, in the order in which demands are told."""

_ASKED: Mapping[str, Callable[[Demand], object]] = {
    "material": lambda demand: demand.material,
    "size": lambda demand: demand.length_mm,
    "weight": lambda demand: demand.piece_weight_kg,
    "tolerance": lambda demand: demand.tolerance,
    "quantity": lambda demand: demand.annual_quantity,
}


def names_asked(demand: Demand) -> tuple[str, ...]:
    """The demands made on an offer."""
    return tuple(name for name, asked in _ASKED.items() if asked(demand))


def statuses_of(demand: Demand, names: Sequence[str], rows: NDArray[Any]) -> Codes:
    """What offers answer to the demands named, a column a name."""
    found = np.empty((len(rows), len(names)), dtype=np.int8)
    for column, name in enumerate(names):
        found[:, column] = _STATUS[name](demand, rows)
    return found


# -- firms ------------------------------------------------------------------------------------------------------------


def _hard(names: Sequence[str]) -> list[int]:
    return [number for number, name in enumerate(names) if name not in SOFT]


def _quality(seen: Seen) -> Integers:
    """Which of a firm's offers is judged: what is able, speaks least against, is nearest, best known, first listed."""
    against = (seen.statuses[:, _hard(seen.names)] == UNMET).sum(axis=1)
    met = (seen.statuses == MET).sum(axis=1)
    found: Integers = (seen.levels > 0).astype(np.int64)
    for bits, value in (
        (3, 7 - against),
        (3, met),
        (7, np.rint(np.abs(seen.levels) * 100).astype(np.int64)),
        (2, seen.rows["evidence"]),
        (10, np.maximum(MOST_CODES - seen.rows["process"], 0)),
    ):
        found = (found << bits) | value
    return found


def nothing_against(seen: Seen, certified: Sequence[Codes]) -> NDArray[np.bool_]:
    """Offers that nothing hard is known to speak against."""
    fine = np.ones(len(seen.rows), dtype=np.bool_)
    for column, name in enumerate(seen.names):
        if name not in SOFT:
            fine &= seen.statuses[:, column] != UNMET
    for answers in certified:
        fine &= answers[seen.rows["offer_firm"]] != UNMET
    return fine


def shares_of_rows(seen: Seen, certified: Sequence[Codes]) -> Floats:
    """Of the points of each term what an offer of the one process asked for gives, nearness left at 0."""
    firms = seen.rows["offer_firm"]
    met = (seen.statuses == MET).sum(axis=1)
    for answers in certified:
        met += answers[firms] == MET
    asked = len(seen.names) + len(certified)
    shares = np.zeros((len(firms), TERMS))
    shares[:, 0] = seen.levels
    shares[:, 2] = met / asked if asked else 1.0
    shares[:, 3] = EVIDENCE_SHARE[seen.rows["evidence"]]
    shares[:, 4] = np.minimum(seen.rows["free_percent"], ENOUGH_FREE_PERCENT) / ENOUGH_FREE_PERCENT
    return shares


def by_firm(demand: Demand, seen: Seen, certified: Sequence[Codes]) -> Judged:
    """Each firm by its best offer for each process, and by the nearest of its sites."""
    asked = len(demand.processes)
    every_firm = seen.rows["offer_firm"]
    key = ((every_firm.astype(np.int64) * asked + seen.asked) << QUALITY_BITS) | _quality(seen)
    order = key.argsort()
    of_process = _begins(key[order] >> QUALITY_BITS)
    chosen = order[np.roll(of_process, -1)]  # the last of each firm and process: the best
    of_firm = _begins(every_firm[chosen])
    firms = every_firm[chosen[of_firm]]
    picked = seen.rows.view(BYTES_OF_ROW)[chosen].view(ROW)
    at = (of_firm.cumsum() - 1, seen.asked[chosen])
    offers = np.full((len(firms), asked), -1, dtype=np.int32)
    offers[at] = picked["offer"]
    levels = np.zeros((len(firms), asked))
    levels[at] = seen.levels[chosen]
    each_status = np.full((len(firms), asked, len(seen.names)), -1, dtype=np.int8)
    each_status[at] = seen.statuses[chosen]
    statuses, telling = _of_firm(demand, levels, each_status, [each[firms] for each in certified])
    every = (*seen.names, *("certificate",) * len(certified))
    chords_km, sites = _nearest(seen, order, np.flatnonzero(of_process)[of_firm])
    evidence, free = np.zeros(offers.shape), np.zeros(offers.shape)
    evidence[at] = EVIDENCE_SHARE[picked["evidence"]]
    free[at] = picked["free_percent"]
    weights = np.array([weight for _, weight in demand.processes])
    shares = np.zeros((len(firms), TERMS))
    shares[:, 0] = (np.maximum(levels, 0.0) @ weights) / (weights.sum() or 1.0)
    shares[:, 2] = (statuses == MET).sum(axis=1) / len(every) if every else 1.0
    shares[:, 3] = evidence.sum(axis=1) / (offers >= 0).sum(axis=1)
    shares[:, 4] = np.minimum(free.max(axis=1, initial=0.0), ENOUGH_FREE_PERCENT) / ENOUGH_FREE_PERCENT
    unmet = (statuses[:, _hard(every)] == UNMET).sum(axis=1)
    enough = _enough(demand, levels > 0, weights)
    return Judged(every, firms, sites, chords_km, offers, levels, enough, statuses, telling, unmet, shares)


def _enough(demand: Demand, able: NDArray[np.bool_], weights: Floats) -> NDArray[np.bool_]:
    """Whether each firm does as much of what is asked as it takes: all of it, or (of a text) what leads or half."""
    if demand.all_processes:
        return np.asarray(able.all(axis=1))
    deciding = weights[: demand.deciding]
    return np.asarray(able[:, 0] | (able[:, : demand.deciding] @ deciding >= LEAST_FIT * deciding.sum()))


def _begins(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where each run of equal values begins."""
    found = np.empty(len(values), dtype=np.bool_)
    found[:1] = True
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _of_firm(demand: Demand, levels: Floats, each: Codes, certified: Sequence[Codes]) -> tuple[Codes, Codes]:
    """The firm's answer, and which offer gives it: the worst, or (of a text) that for the likeliest process."""
    if levels.shape[1] == 1:
        telling, of_offers = np.zeros((len(each), each.shape[2]), dtype=np.int8), each[:, 0, :]
    else:
        if demand.all_processes:
            worst = each.argmax(axis=1)
        else:
            leading = np.argmax(np.where(levels != 0, 1.0 + (levels > 0), 0.0), axis=1)
            worst = np.repeat(leading[:, None], each.shape[2], axis=1)
        telling, of_offers = worst.astype(np.int8), np.take_along_axis(each, worst[:, None, :], axis=1)[:, 0, :]
    return np.column_stack([of_offers, *certified]) if certified else of_offers, telling


def _nearest(seen: Seen, order: Integers, first: Integers) -> tuple[Floats, NDArray[np.int32]]:
    """Each firm's least chord in km, and the site it leads to: of several the one listed first."""
    if not len(order):
        return np.empty(0), np.empty(0, dtype=np.int32)
    squares, sites = seen.squares[order], seen.rows["site"][order]
    least = np.minimum.reduceat(squares, first)
    if len(first) < len(order):
        farther = squares > np.repeat(least, np.diff(first, append=len(order)))
        sites[farther] = np.iinfo(np.int32).max
        sites = np.minimum.reduceat(sites, first)
    return np.sqrt(least), sites

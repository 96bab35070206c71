"""Where would the firm that is known to have made a part have stood, had nobody known of it?

A case is a demand, where it was asked and which firms are right. :class:`Contest` lets Närverk's own ranking and the
plain ones it must beat answer it over the same firms: placed, active, inside the radius, not of the buyer's group.
:class:`graph.replacement.Finder` is given no trade at all, and what the buyer of a case buys counts for nobody's
popularity, so nothing ranks by what is to be found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.demands import Demand
from graph.geo import NearIndex
from graph.lookup import Origin
from graph.model import Certificate, Company, Offer, Record, Trade, Workplace
from graph.replacement import Candidate, Finder
from graph.store import Snapshot
from graph.supply_columns import tops
from graph.taxonomy import taxonomy
from graph.validation import MEASURES, Floats, Interval, figures, intervals, ties

OURS = "narverk"
CONTENDERS = (
    OURS, "process_distance", "process_popularity", "process", "random_in_process", "distance", "popularity",
)  # fmt: skip
"""``process``: the share of the asked processes that is offered; ``random_in_process``: all who offer it, tied;
``popularity``: how many others buy of it. Whoever does not offer the process is ranked by the last two alone."""
FINDER_KINDS: tuple[type[Record], ...] = (Company, Workplace, Offer, Certificate)
NO_DEMAND = frozenset(
    {"processes", "all_processes", "buyer_id", "mass_kg", "origin_country", "transport_mode", "lead_time_days"}
)
BESIDE_KM = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """What was asked and who is right; ``group`` is the buyer, whose cases are drawn together."""

    group: str
    demand: Demand
    origin: Origin
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What each contender reached over the same cases, and why right firms are not among Närverk's hits.

    ``reached`` and ``gain`` go by contender and measure; a gain is what Närverk is ahead, case by case, and negative
    where the contender leads. Both are empty without a case. ``lost`` counts a firm once for each of its reasons: codes
    of :meth:`Contest.why_not`.
    """

    cases: int
    buyers: int
    reached: Mapping[str, Mapping[str, Interval]]
    gain: Mapping[str, Mapping[str, Interval]]
    right: int
    found: int
    lost: Counter[str] = field(default_factory=Counter)

    def best(self, measure: str) -> str:
        """The contender with the highest mean; Närverk where several have it."""
        return max(self.reached, key=lambda name: (self.reached[name][measure].mean, name == OURS))


class Contest:
    """Answers cases on one snapshot (Company, Workplace, Offer, Certificate, Trade)."""

    def __init__(self, snapshot: Snapshot, *, today: str = "") -> None:
        """Index the snapshot; ``today`` as for :class:`graph.replacement.Finder`."""
        self._today = today
        self._finder = Finder(Snapshot(0, {kind: snapshot.of(kind) for kind in FINDER_KINDS}), today=today)
        self.companies = {each.company_id: each for each in snapshot.of(Company)}
        self._number = {company_id: number for number, company_id in enumerate(self.companies)}
        self._of_company = {kind: _by_company(snapshot.of(kind)) for kind in FINDER_KINDS[1:]}
        placed = [each for each in snapshot.of(Workplace) if each.latitude is not None]
        self._owners = np.array([self._number.get(each.company_id or "", -1) for each in placed], dtype=np.int64)
        self._near = NearIndex(
            np.array([each.latitude for each in placed], dtype=np.float64),
            np.array([each.longitude for each in placed], dtype=np.float64),
        )
        self._top_of = tops(snapshot.of(Company))
        self._tops = np.array([self._top(each) for each in self.companies], dtype=object)
        self._active = np.array([each.is_active for each in self.companies.values()], dtype=bool)
        self._sellers: dict[str, set[int]] = defaultdict(set)
        for trade in snapshot.of(Trade):
            if trade.seller_id in self._number:
                self._sellers[trade.buyer_id or ""].add(self._number[trade.seller_id])
        sold = [number for sellers in self._sellers.values() for number in sellers]
        self._all_customers = np.bincount(sold, minlength=len(self.companies)).astype(np.float64)

    def _top(self, company_id: str) -> str:
        return self._top_of.get(company_id, company_id)

    # -- the contenders --

    def measure(self, cases: Sequence[Case], within_km: float, contenders: Sequence[str] = CONTENDERS) -> Measured:
        """Let the contenders, :data:`OURS` among them, answer the cases within a radius."""
        values = np.zeros((len(cases), len(contenders), len(MEASURES)))
        lost, found = Counter[str](), 0
        for row, case in enumerate(cases):
            scores = self._scores(case, within_km)
            numbers = [self._number[each] for each in case.right if each in self._number]
            for column, name in enumerate(contenders):
                values[row, column] = figures(ties(scores[name], numbers), len(case.right))
            hits = {each for each in case.right if each in self._number and self._is_ranked(scores[OURS], each)}
            found += len(hits)
            for each in sorted(case.right - hits):
                lost.update(self.why_not(case, each, within_km))
        groups = [case.group for case in cases]
        reached, gain = _compared(values, groups, contenders)
        right = sum(len(case.right) for case in cases)
        return Measured(len(cases), len(set(groups)), reached, gain, right, found, lost)

    def rank(self, case: Case, within_km: float) -> list[str]:
        """Identifiers of all of Närverk's hits, best first."""
        return [each.company_id for each in self._hits(case.demand, case.origin, within_km)]

    def _is_ranked(self, scores: Floats, company_id: str) -> bool:
        return bool(scores[self._number[company_id]] > -np.inf)

    def _hits(self, demand: Demand, origin: Origin, within_km: float) -> Sequence[Candidate]:
        if not demand.processes:
            return ()
        return self._finder.candidates(demand, origin, within_km, limit=max(1, len(self.companies)))[1]

    def _scores(self, case: Case, within_km: float) -> dict[str, Floats]:
        """What each contender gives each firm, in the order of ``companies``."""
        scores = {name: np.full(len(self.companies), -np.inf) for name in CONTENDERS}
        for place, company_id in enumerate(self.rank(case, within_km)):
            scores[OURS][self._number[company_id]] = -place
        near = self._distances(case, within_km)
        customers = self._customers(case.demand.buyer_id or case.origin.company_id)
        inside = np.isfinite(near)
        scores["distance"][inside] = -near[inside]
        scores["popularity"][inside] = customers[inside]
        offering = self._hits(_bare(case.demand), case.origin, within_km)
        able = np.array([self._number[each.company_id] for each in offering], dtype=np.int64)
        scores["process_distance"][able] = -near[able]
        scores["process_popularity"][able] = customers[able]
        scores["process"][able] = [self._fit(case.demand, each.company_id) for each in offering]
        scores["random_in_process"][able] = 0.0
        return scores

    def _distances(self, case: Case, within_km: float) -> Floats:
        """Kilometres to each eligible firm's nearest workplace, not finite for the others."""
        indices, distances = self._near.within(case.origin.point, within_km)
        owners = self._owners[indices]
        found = np.full(len(self.companies), np.inf)
        np.minimum.at(found, owners[owners >= 0], distances[owners >= 0])
        found[~self._active] = np.inf
        buyer = case.demand.buyer_id or case.origin.company_id
        if buyer in self._number:
            found[self._tops == self._tops[self._number[buyer]]] = np.inf
        return found

    def _customers(self, buyer_id: str | None) -> Floats:
        """How many firms other than the buyer are known to buy of each."""
        found = self._all_customers.copy()
        found[list(self._sellers.get(buyer_id or "", ()))] -= 1
        return found

    def _fit(self, demand: Demand, company_id: str) -> float:
        offered = [str(getattr(each, "capability", "")) for each in self._of_company[Offer].get(company_id, ())]
        return sum(
            weight for code, weight in demand.processes if any(taxonomy().satisfies(each, code) for each in offered)
        )

    # -- why not --

    def why_not(self, case: Case, company_id: str, within_km: float) -> tuple[str, ...]:
        """Why a firm is not among the hits; () where it is one.

        ``nothing_understood`` (of the part), ``unknown_company``, ``ended``, ``unplaced``, ``own_group``,
        ``no_capability`` stand alone;
        ``radius`` and the names of the demands that rule it out may be several, and ``together`` is said where each
        demand is met by some offer and all of them by none.
        """
        company, place = self.companies.get(company_id), self._place(company_id)
        buyer = case.demand.buyer_id or case.origin.company_id
        if company is None:
            return ("unknown_company",)
        if not company.is_active:
            return ("ended",)
        if place is None:
            return ("unplaced",)
        if buyer in self._number and self._top(buyer) == self._top(company_id):
            return ("own_group",)
        if not case.demand.processes:
            return ("nothing_understood",)
        if not self._of_company[Offer].get(company_id):
            return ("no_capability",)
        is_near = self._is_ranked(-self._distances(case, within_km), company_id)
        return (*([] if is_near else ["radius"]), *self._ruled_out_by(case.demand, company, place))

    def _ruled_out_by(self, demand: Demand, company: Company, place: Workplace) -> tuple[str, ...]:
        """The demands that rule the firm out wherever it stands: it alone is asked, at its own door."""
        alone = self._alone(company)
        here = Origin("", (place.latitude or 0.0, place.longitude or 0.0), 0.0)
        demand = replace(demand, buyer_id=None)

        def answers(asked: Demand) -> tuple[bool, tuple[str, ...]]:
            found = alone.find(asked, here, BESIDE_KM, limit=1)
            return bool(found.hits), tuple(gap.name for miss in found.near_misses for gap in miss.missing)

        if not answers(_bare(demand))[0]:
            return ("process",)
        names = [answers(each)[1] for each in _one_by_one(demand)]
        said = tuple(dict.fromkeys(name for each in names for name in each))
        return said or (() if answers(demand)[0] else ("together",))

    def _place(self, company_id: str) -> Workplace | None:
        places = self._of_company[Workplace].get(company_id, ())
        return next((each for each in places if isinstance(each, Workplace) and each.latitude is not None), None)

    def _alone(self, company: Company) -> Finder:
        own: dict[type[Record], Sequence[Record]] = {Company: [replace(company, parent_id=None)]}
        own |= {kind: found.get(company.company_id, ()) for kind, found in self._of_company.items()}
        return Finder(Snapshot(0, own), today=self._today)


def _compared(
    values: NDArray[np.float64], groups: Sequence[str], contenders: Sequence[str]
) -> tuple[dict[str, dict[str, Interval]], dict[str, dict[str, Interval]]]:
    """What each reached and what ours is ahead of the others, all of the same draws."""
    if not len(values):
        return {}, {}
    ours = contenders.index(OURS)
    both = np.concatenate([values, values[:, [ours]] - values], axis=1)
    found = iter(intervals(both.reshape(len(values), -1), groups))
    reached = {name: {measure: next(found) for measure in MEASURES} for name in contenders}
    gain = {name: {measure: next(found) for measure in MEASURES} for name in contenders}
    del gain[OURS]
    return reached, gain


def _by_company(records: Iterable[Record]) -> Mapping[str, Sequence[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for each in records:
        found[getattr(each, "company_id", None) or ""].append(each)
    return found


def _bare(demand: Demand) -> Demand:
    """The same processes of the same buyer, and nothing else."""
    return Demand(demand.processes, demand.all_processes, buyer_id=demand.buyer_id)


def _one_by_one(demand: Demand) -> Iterator[Demand]:
    """The demand with each of its other demands alone."""
    for each in fields(Demand):
        value = getattr(demand, each.name)
        if each.name not in NO_DEMAND and value:
            for one in value if isinstance(value, tuple) else (value,):
                asked: dict[str, Any] = {each.name: (one,) if isinstance(value, tuple) else one}
                yield replace(_bare(demand), **asked)

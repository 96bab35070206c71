"""Who nearby could supply this part, and why; who nearly could.

A firm is a hit when it offers what is asked and nothing it is known by speaks against it. Hard demands (process,
certificate, material, size, weight, tolerance, radius, not the same group) are each met, unmet or unknown; one unmet
makes it a near miss at most, never a hit with fewer points. Unknown is "ask them". The score is a sum of printed terms
(:class:`graph.judging.Weights`) and orders the hits alone.

Which processes must be offered: all of those chosen or listed with the part; of those understood from a text, the
leading one or half of the weight of those that shape the part. Certificates and materials are known to be lacking only
where a firm has listed its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from math import ceil

import numpy as np

from graph.demands import MET as IS_MET
from graph.demands import SOFT, Constraint, Demand, it_grade, of_offer
from graph.demands import UNKNOWN as IS_UNKNOWN
from graph.demands import UNMET as IS_UNMET
from graph.footprint import Saving, saving
from graph.geo import Gazetteer, distances_km, interval_km
from graph.judging import EVIDENCE, MET, NEARNESS, Codes, Floats, Integers, Judged, Weights, nearness
from graph.lookup import Origin
from graph.model import Offer, Workplace
from graph.store import Changed, Snapshot
from graph.supply import LEAST_KINSHIP, Ranking, Supply
from graph.supply_columns import (
    best_evidence,
    certified,
    codes_of,
    columns_of,
    firms_of,
    is_running,
    touched_companies,
)
from graph.taxonomy import taxonomy

NEAR_MISS_REACH = 1.5  # a firm this many radii away is still told of
ENOUGH_HITS = 10
MOST_NEAR_MISSES = 10
MOST_CHANGED, MOST_CHANGES = 0.05, 20  # share of the firms, times; more, and the index is built anew
STEADY_AMONG = 5  # how often a firm stays among the first so many, when the weights vary
WEIGHT_DRAWS = 200
WEIGHT_VARIES = 0.5  # each weight by up to half of itself, either way
SEED = 1
STATED = EVIDENCE.index("stated")
STATUS = (IS_MET, IS_UNKNOWN, IS_UNMET)
CHANGES = ("radius", "size", "weight", "tolerance", "certificate", "material", "process")
"""What could be changed to make a firm that nearly could a hit."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A term of the score, or a fact worth saying; ``points`` is 0 where it does not count."""

    code: str
    points: float
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replacement:
    """A firm that could supply the part (or, with ``missing``, nearly could)."""

    company_id: str
    name: str | None
    locality: str | None
    point: tuple[float, float]
    distance_km: float
    distance_low_km: float
    distance_high_km: float
    score: float
    coverage: float  # the share of demands whose answer is known
    constraints: tuple[Constraint, ...]
    reasons: tuple[Reason, ...]
    co2e: Saving | None
    missing: tuple[Constraint, ...] = ()
    steady: float | None = None  # how often it is among the first five, of many draws of the weights
    lead_time_days: int | None = None
    lead_time_now_days: int | None = None  # of what it would replace


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit in brief: who, where, how far (km) and its score."""

    company_id: str
    name: str | None
    locality: str | None
    point: tuple[float, float]
    distance_km: float
    distance_low_km: float
    distance_high_km: float
    score: float
    uncertainty_km: float  # of its place


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One thing that, were it otherwise, would make hits of ``firms`` more firms."""

    name: str  # the demand
    asked: str
    needed: str | None  # the least change, where it can be told: "47 km", "2500 mm"
    firms: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Firms within the radius by what is known of their capabilities, whatever they are.

    ``silent`` are municipalities (codes) whose main place lies within the radius, and of whose firms nothing is known.
    """

    stated: int
    inferred: int
    none: int
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits and near misses, best first; ``found`` counts the hits before the limit."""

    demand: Demand
    origin: Origin
    within_km: float
    coverage: Coverage
    found: int
    hits: tuple[Replacement, ...]
    near_misses: tuple[Replacement, ...]
    relaxations: tuple[Relaxation, ...] = ()


class Finder:
    """Answers demands on one snapshot of a region (Company, Workplace, Offer, Certificate)."""

    def __init__(self, snapshot: Snapshot, *, weights: Weights | None = None, today: str = "") -> None:
        """Index the snapshot; ``today`` (ISO) tells which certificates still run, and "" takes all as running."""
        self._weights = weights or Weights()
        self._today = today
        self._firms = firms_of(snapshot)
        columns = columns_of(self._firms, codes_of(self._firms))
        self.supply = Supply(columns)
        self._known = best_evidence(columns)
        self._certified: dict[str, Codes] = {}

    def changed(self, snapshot: Snapshot, companies: Collection[str]) -> Finder:
        """The finder of a later snapshot in which only these companies differ; shares what is sorted already."""
        new = firms_of(snapshot, companies)
        if any(each.capability not in self.supply.codes for each in new.offers):
            return Finder(snapshot, weights=self._weights, today=self._today)
        columns = columns_of(new, self.supply.codes)
        gone = [number for number, each in enumerate(self._firms.companies) if each.company_id in companies]
        found = Finder.__new__(Finder)
        found._weights, found._today = self._weights, self._today
        found._firms = self._firms.followed_by(new)
        found.supply = self.supply.changed(gone, columns)
        found._known = np.concatenate([self._known, best_evidence(columns)])
        found._known[gone] = 0
        found._certified = {
            asked: np.concatenate([answers, certified(new, asked, self._today)])
            for asked, answers in self._certified.items()
        }
        return found

    def following(self, snapshot: Snapshot, changed: Changed) -> Finder:
        """The finder of a later snapshot, built anew only where a good part of the firms has changed since."""
        companies = touched_companies(changed)
        many = len(companies) > MOST_CHANGED * len(self._firms.companies)
        if changed.forgotten or many or self.supply.changes >= MOST_CHANGES:
            return Finder(snapshot, weights=self._weights, today=self._today)
        return self.changed(snapshot, companies)

    # -- the question -----------------------------------------------------------------------------------------------

    def find(
        self, demand: Demand, origin: Origin, within_km: float, *, limit: int = 20, weights: Weights | None = None
    ) -> Answer:
        """Firms within the radius that could meet the demand, and those that nearly could."""
        weights = weights or self._weights
        judged = self._judge(demand, origin, within_km)
        rows = self.supply.hits(judged, origin.point, within_km)
        best = self.supply.best(judged, rows, origin.point, weights=weights, limit=limit)
        steady = _steadiness(judged, rows, weights)
        hits = [
            replace(self._told(demand, origin, within_km, best, judged, at), steady=steady[int(row)])
            for at, row in enumerate(best.rows)
        ]
        near, relaxations = (
            self._near_misses(demand, origin, within_km, weights) if len(rows) < ENOUGH_HITS else ((), ())
        )
        coverage = self._coverage(origin, within_km)
        return Answer(demand, origin, within_km, coverage, len(rows), tuple(hits), near, relaxations)

    def rank(self, demand: Demand, origin: Origin, within_km: float, *, limit: int = 20) -> Ranking:
        """The best hits as columns: all that :meth:`find` says of them but the words, in a fraction of its time."""
        answers, own = self._asked_of_firms(demand, origin)
        return self.supply.rank(
            demand, origin.point, within_km, weights=self._weights, limit=limit, certified=answers, left_out=own
        )

    def candidates(
        self, demand: Demand, origin: Origin, within_km: float, *, limit: int
    ) -> tuple[int, tuple[Candidate, ...]]:
        """How many hits there are, and who are the best of them and where."""
        ranking = self.rank(demand, origin, within_km, limit=limit)
        columns = (ranking.firms.tolist(), ranking.sites.tolist(), ranking.km.tolist(), ranking.scores.tolist())
        found = []
        for firm, number, km, score in zip(*columns, strict=True):
            company, site = self._firms.companies[firm], self._firms.sites[number]
            unsure_km = site.location_uncertainty_km or 0.0
            low_km, high_km = interval_km(km, origin.uncertainty_km, unsure_km)
            point = (site.latitude or 0.0, site.longitude or 0.0)
            locality = site.locality or company.locality
            who = (company.company_id, company.name, locality, point)
            found.append(Candidate(*who, km, low_km, high_km, score, unsure_km))
        return ranking.found, tuple(found)

    def _judge(self, demand: Demand, origin: Origin, reach_km: float, *, related: bool = False) -> Judged:
        answers, own = self._asked_of_firms(demand, origin)
        return self.supply.judge(demand, origin.point, reach_km, certified=answers, left_out=own, related=related)

    def _asked_of_firms(self, demand: Demand, origin: Origin) -> tuple[list[Codes], list[int]]:
        """Every firm's answer to each certificate asked for, and the firms of the buyer's own group."""
        answers = [self._certificate_answers(each) for each in demand.certificates]
        return answers, self._own_group(demand.buyer_id or origin.company_id)

    def _own_group(self, company_id: str | None) -> list[int]:
        """The numbers of the company and of all firms of its group."""
        if company_id is None:
            return []
        top = self._firms.top.get(company_id, company_id)
        return self._group[top]

    @cached_property
    def _group(self) -> Mapping[str, list[int]]:
        """The firms below each top of a group, itself among them."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(self._firms.companies):
            found[self._firms.top.get(each.company_id, each.company_id)].append(number)
        return found

    def _certificate_answers(self, asked: str) -> Codes:
        if asked not in self._certified:
            self._certified[asked] = certified(self._firms, asked, self._today)
        return self._certified[asked]

    # -- what is known ----------------------------------------------------------------------------------------------

    def _coverage(self, origin: Origin, within_km: float) -> Coverage:
        known = self._known[self.supply.firms_within(origin.point, within_km)]
        stated, inferred = int(np.count_nonzero(known >= STATED)), int(np.count_nonzero(known == STATED - 1))
        return Coverage(stated, inferred, len(known) - stated - inferred, self._silent(origin, within_km))

    @cached_property
    def _heard(self) -> frozenset[str]:
        """Municipalities of one of whose firms it is known what it can do."""
        can = {each.company_id for each, known in zip(self._firms.companies, self._known, strict=True) if known}
        homes = {each.municipality for each in self._firms.companies if each.company_id in can}
        return frozenset(
            each for each in (*homes, *(e.municipality for e in self._firms.sites if e.company_id in can)) if each
        )

    def _silent(self, origin: Origin, within_km: float) -> tuple[str, ...]:
        places = Gazetteer.default().municipalities
        km = distances_km([each.latitude for each in places], [each.longitude for each in places], origin.point)
        near = [each for each, away in zip(places, km.tolist(), strict=True) if away <= within_km]
        return tuple(each.municipality for each in near if each.municipality and each.municipality not in self._heard)

    # -- who nearly could -------------------------------------------------------------------------------------------

    def _near_misses(
        self, demand: Demand, origin: Origin, within_km: float, weights: Weights
    ) -> tuple[tuple[Replacement, ...], tuple[Relaxation, ...]]:
        """Firms that one change would make hits, the smallest change of each kind first; and what each kind gains."""
        reach_km = within_km * NEAR_MISS_REACH
        judged = self._judge(demand, origin, reach_km, related=True)
        every = np.arange(len(judged.firms))
        inside = self.supply.inside(judged, every, origin.point, within_km)
        lacking = (judged.levels <= 0).sum(axis=1) if demand.all_processes else 1
        lacks = judged.unmet + ~inside + np.where(judged.enough, 0, lacking)
        rows = np.flatnonzero((lacks == 1) & self.supply.inside(judged, every, origin.point, reach_km))
        told = self.supply.told(judged, rows, origin.point, weights=weights)
        misses = [self._told(demand, origin, within_km, told, judged, at) for at in range(len(rows))]
        by_change: dict[str, list[Replacement]] = defaultdict(list)
        for each in misses:
            by_change[each.missing[0].name].append(each)
        kinds = [sorted(by_change[name], key=_smallest_change) for name in CHANGES if name in by_change]
        mixed = [each for some in zip_longest(*kinds) for each in some if each is not None]
        return tuple(mixed[:MOST_NEAR_MISSES]), tuple(_relaxations(kinds))

    # -- words ------------------------------------------------------------------------------------------------------

    def _told(
        self, demand: Demand, origin: Origin, within_km: float, ranking: Ranking, judged: Judged, at: int
    ) -> Replacement:
        """One firm of a ranking with its records' words."""
        row = int(ranking.rows[at])
        company = self._firms.companies[int(ranking.firms[at])]
        site = self._firms.sites[int(ranking.sites[at])]
        offers = {asked: self._firms.offers[n] for asked, n in enumerate(ranking.offers[at].tolist()) if n >= 0}
        km = float(ranking.km[at])
        low_km, high_km = interval_km(km, origin.uncertainty_km, site.location_uncertainty_km or 0.0)
        inside = bool(self.supply.inside(judged, ranking.rows[at : at + 1], origin.point, within_km)[0])
        constraints = [_process(demand, judged.levels[row], offers, enough=bool(judged.enough[row]))]
        for column, (name, status) in enumerate(zip(judged.names, ranking.statuses[at].tolist(), strict=True)):
            if name == "certificate":
                asked = demand.certificates[column - judged.telling.shape[1]]
                constraints.append(self._certificate(company.company_id, asked, STATUS[status]))
            else:
                telling = offers[int(judged.telling[row, column])]
                constraints.append(of_offer(name, STATUS[status], demand, telling))
        constraints.append(_radius(site, km, high_km, within_km, inside=inside))
        missing = tuple(each for each in constraints if each.status == IS_UNMET and each.name not in SOFT)
        leads = [each.lead_time_days for each in offers.values() if each.lead_time_days is not None]
        return Replacement(
            company_id=company.company_id,
            name=company.name,
            locality=site.locality or company.locality,
            point=(site.latitude or 0.0, site.longitude or 0.0),
            distance_km=km,
            distance_low_km=round(low_km, 3),
            distance_high_km=round(high_km, 3),
            score=float(ranking.scores[at]),
            coverage=round(sum(each.status != IS_UNKNOWN for each in constraints) / len(constraints), 3),
            constraints=tuple(constraints),
            reasons=(
                *_terms(ranking, at, judged.shares[row], offers, (low_km, high_km)),
                *_could_start(missing, offers),
            ),
            co2e=saving(demand.mass_kg, demand.origin_country, demand.transport_mode, origin.point, (low_km, high_km)),
            missing=missing,
            lead_time_days=max(leads, default=None),
            lead_time_now_days=demand.lead_time_days,
        )

    def _certificate(self, company_id: str, asked: str, status: str) -> Constraint:
        """The demand for a certificate, with the one that meets it, has run out, or those that are listed instead."""
        held = self._firms.certificates.get(company_id, ())
        if status == IS_UNKNOWN:
            return Constraint("certificate", status, asked)
        if status == IS_MET:
            best = next(each for each in held if is_running(each, asked, self._today))
            return Constraint("certificate", status, asked, best.standard, best.evidence, best.valid_until)
        ended = next((each for each in held if is_running(each, asked, "")), None)
        if ended is not None:
            return Constraint("certificate", status, asked, None, ended.evidence, ended.valid_until)
        listed = ", ".join(sorted(each.standard or "" for each in held))
        return Constraint("certificate", status, asked, listed, held[0].evidence)


def _process(demand: Demand, levels: Floats, offers: Mapping[int, Offer], *, enough: bool) -> Constraint:
    able = [code for (code, _), level in zip(demand.processes, levels, strict=True) if level > 0]
    missing = [code for (code, _), level in zip(demand.processes, levels, strict=True) if level <= 0]
    asked = able if enough else missing if demand.all_processes else missing[:1]
    has = " + ".join(sorted({each.capability or "" for each in offers.values()})) or None
    best = next(iter(offers.values()))
    status = IS_MET if enough else IS_UNMET
    return Constraint("process", status, " + ".join(asked), has, best.evidence, best.stated_on)


def _radius(site: Workplace, km: float, high_km: float, within_km: float, *, inside: bool) -> Constraint:
    status = IS_UNMET if not inside else IS_MET if high_km <= within_km else IS_UNKNOWN
    return Constraint("radius", status, f"{within_km:g} km", f"{km:.1f} km", site.location_precision)


def _terms(
    ranking: Ranking, at: int, shares: Floats, offers: Mapping[int, Offer], km: tuple[float, float]
) -> Iterator[Reason]:
    """The terms of the score, in the order of the weights; ``km`` is the least and the greatest distance."""
    process, nearness_points, demands, evidence, capacity = ranking.terms[at].tolist()
    met = int(np.count_nonzero(ranking.statuses[at] == MET))
    free = max((each.free_capacity_percent or 0 for each in offers.values()), default=0)
    listed = [each.capability for each in offers.values()]
    yield Reason("process_fit", process, {"share": round(float(shares[0]), 3), "processes": listed})
    yield Reason("nearness", nearness_points, {"low_km": round(km[0], 3), "high_km": round(km[1], 3)})
    yield Reason("demands_met", demands, {"met": met, "of": len(ranking.names)})
    yield Reason("evidence", evidence, {"evidence": next(iter(offers.values())).evidence})
    yield Reason("free_capacity", capacity, {"percent": free})


def _could_start(missing: Sequence[Constraint], offers: Mapping[int, Offer]) -> Iterator[Reason]:
    """From which of its processes a firm could soonest take up the one it lacks."""
    terms = taxonomy()
    for each in missing:
        if each.name == "process" and each.asked in terms.processes:
            kin = dict(terms.related(each.asked))
            best = max(
                (offer.capability or "" for offer in offers.values()), key=lambda code: (kin.get(code, 0.0), code)
            )
            if kin.get(best, 0.0) >= LEAST_KINSHIP:
                machines = sorted({*terms.processes[best].machines} & {*terms.processes[each.asked].machines})
                values = {"process": each.asked, "by": best, "kinship": kin[best], "machines": machines}
                yield Reason("could_start", 0.0, values)


def _smallest_change(miss: Replacement) -> tuple[float, float, float, bytes]:
    """Orders near misses of one kind."""
    (lack,) = miss.missing
    change = 0.0
    if lack.name == "radius":
        change = miss.distance_km
    elif lack.name in ("size", "weight") and lack.has:
        change = _number(lack.asked) / max(_number(lack.has), 1e-9)
    elif lack.name == "tolerance":
        change = float(it_grade(lack.has or "") or 0)
    elif lack.name == "process":
        change = -max(
            (float(str(each.values["kinship"])) for each in miss.reasons if each.code == "could_start"), default=0
        )
    return (change, -miss.score, miss.distance_km, miss.company_id.encode())


def _number(measured: str) -> float:
    return float(measured.split(maxsplit=1)[0])


def _relaxations(kinds: Iterable[Sequence[Replacement]]) -> Iterator[Relaxation]:
    """What each kind of change would need at least, and how many firms it would gain."""
    for misses in kinds:
        asked: dict[str, list[Replacement]] = defaultdict(list)
        for each in misses:
            asked[each.missing[0].asked].append(each)
        for what, firms in asked.items():
            lack, needed = firms[0].missing[0], None
            if lack.name == "radius":
                needed = f"{ceil(firms[0].distance_km)} km"
            elif lack.name in ("size", "weight", "tolerance"):
                needed = lack.has
            yield Relaxation(lack.name, what, needed, len(firms))


def _steadiness(judged: Judged, rows: Integers, weights: Weights) -> dict[int, float]:
    """How often each of the rows is among the best few when each weight varies by up to half of itself."""
    if not len(rows):
        return {}
    draws = np.random.default_rng(SEED).uniform(
        1 - WEIGHT_VARIES, 1 + WEIGHT_VARIES, (len(weights.points), WEIGHT_DRAWS)
    )
    shares = judged.shares[rows].copy()
    shares[:, NEARNESS] = nearness(judged.chords_km[rows])
    scores = shares @ (weights.points[:, None] * draws)
    least = np.partition(scores, -min(STEADY_AMONG, len(rows)), axis=0)[-min(STEADY_AMONG, len(rows))]
    often = np.mean(scores >= least - 1e-9, axis=1)
    return dict(zip(rows.tolist(), often.round(3).tolist(), strict=True))

"""Who nearby could supply this part, and why; who nearly could.

A firm is a hit when it offers what is asked and nothing it is known by speaks against it. Hard demands (process,
certificate, material, size, weight, tolerance, radius, not the same group) are each met, unmet or unknown; one unmet
makes it a near miss at most, never a hit with fewer points. Unknown is "ask them". The score is a sum of printed terms
(:class:`Weights`) and orders the hits alone.

Which processes must be offered: all of those chosen or listed with the part; of those understood from a text, the
likeliest one or half of the weight of all. Certificates and materials are known to be lacking only where a firm has
listed its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graph.demands import MET, UNKNOWN, UNMET, Constraint, Demand, offer_constraints
from graph.footprint import Saving, saving
from graph.geo import NearIndex, interval_km
from graph.lookup import Origin
from graph.model import Certificate, Company, Offer, Workplace
from graph.store import Snapshot
from graph.taxonomy import Taxonomy, taxonomy

NEAR_MISS_REACH = 1.5  # a firm this many radii away is still told of
ENOUGH_HITS = 10
MOST_NEAR_MISSES = 10
LEAST_FIT = 0.5
SOFT = ("quantity",)  # a firm's usual series can be talked about


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of each term of the score; a full match is 100."""

    process: float = 40.0
    nearness: float = 20.0
    demands: float = 25.0  # the share of the other demands known to be met
    evidence: float = 10.0  # verified 1, stated 0.7, inferred 0.2
    capacity: float = 5.0  # free capacity, of what was said


EVIDENCE_SHARE = {"verified": 1.0, "stated": 0.7, "inferred": 0.2}


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


@dataclass(frozen=True, slots=True)
class Coverage:
    """Firms within the radius by what is known of their capabilities, whatever they are."""

    stated: int
    inferred: int
    none: int


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


@dataclass(frozen=True, slots=True)
class _Site:
    workplace: Workplace
    distance_km: float
    low_km: float
    high_km: float


class Finder:
    """Answers demands on one snapshot of a region (Company, Workplace, Offer, Certificate)."""

    def __init__(self, snapshot: Snapshot, *, weights: Weights | None = None, today: str = "") -> None:
        """Index the snapshot; ``today`` (ISO) tells which certificates still run, and "" takes all as running."""
        self._weights = weights or Weights()
        self._today = today
        self._terms: Taxonomy = taxonomy()
        self._companies = {each.company_id: each for each in snapshot.of(Company)}
        self._placed = [each for each in snapshot.of(Workplace) if each.latitude is not None]
        self._near = NearIndex(
            np.array([each.latitude for each in self._placed], dtype=np.float64),
            np.array([each.longitude for each in self._placed], dtype=np.float64),
        )
        self._offers: dict[str, list[Offer]] = defaultdict(list)
        for offer in snapshot.of(Offer):
            self._offers[offer.company_id or ""].append(offer)
        self._certificates: dict[str, list[Certificate]] = defaultdict(list)
        for certificate in snapshot.of(Certificate):
            self._certificates[certificate.company_id or ""].append(certificate)

    def find(self, demand: Demand, origin: Origin, within_km: float, *, limit: int = 20) -> Answer:
        """Firms within the radius that could meet the demand, and those that nearly could."""
        sites = self._sites(origin, within_km * NEAR_MISS_REACH)
        inside = {key for key, site in sites.items() if site.distance_km <= within_km}
        hits, misses = [], []
        for company_id, site in sites.items():
            found = self._judge(demand, origin, company_id, site, within_km)
            if found is None:
                continue
            if not found.missing and company_id in inside:
                hits.append(found)
            elif len(found.missing) == 1:
                misses.append(found)
        hits.sort(key=_best_first)
        misses.sort(key=_best_first)
        return Answer(
            demand,
            origin,
            within_km,
            self._coverage(inside),
            len(hits),
            tuple(hits[:limit]),
            tuple(misses[:MOST_NEAR_MISSES]) if len(hits) < ENOUGH_HITS else (),
        )

    def _sites(self, origin: Origin, reach_km: float) -> dict[str, _Site]:
        """The nearest workplace of each firm within reach that has not been struck off, by its best-known point."""
        indices, distances = self._near.within(origin.point, reach_km)
        found: dict[str, _Site] = {}
        for index, distance in zip(indices.tolist(), distances.tolist(), strict=True):
            place = self._placed[index]
            company = self._companies.get(place.company_id or "")
            if company is not None and company.is_active and company.company_id not in found:
                low, high = interval_km(distance, origin.uncertainty_km, place.location_uncertainty_km or 0.0)
                found[company.company_id] = _Site(place, distance, low, high)
        return found

    def _coverage(self, inside: set[str]) -> Coverage:
        kinds = [{each.evidence for each in self._offers.get(key, ())} for key in inside]
        stated = sum(bool(each & {"stated", "verified"}) for each in kinds)
        inferred = sum(each == {"inferred"} for each in kinds)
        return Coverage(stated, inferred, len(kinds) - stated - inferred)

    def _same_group(self, one: str, other: str | None) -> bool:
        return other is not None and self._top(one) == self._top(other)

    def _top(self, company_id: str) -> str:
        seen = {company_id}
        while (company := self._companies.get(company_id)) and company.parent_id and company.parent_id not in seen:
            company_id = company.parent_id
            seen.add(company_id)
        return company_id

    def _judge(
        self, demand: Demand, origin: Origin, company_id: str, site: _Site, within_km: float
    ) -> Replacement | None:
        """The firm against the demand; None where it offers nothing of what is asked, or is the buyer's own."""
        if self._same_group(company_id, demand.buyer_id or origin.company_id):
            return None
        chosen, fit, process = self._processes(demand, company_id)
        if not chosen:
            return None
        constraints = [process, *self._offer_constraints(demand, chosen)]
        constraints += [self._certificate(company_id, each) for each in demand.certificates]
        constraints.append(_radius(site, within_km))
        company = self._companies[company_id]
        reasons = self._score(chosen, fit, constraints, site.distance_km / within_km)
        return Replacement(
            company_id=company_id,
            name=company.name,
            locality=site.workplace.locality or company.locality,
            point=(site.workplace.latitude or 0.0, site.workplace.longitude or 0.0),
            distance_km=round(site.distance_km, 3),
            distance_low_km=round(site.low_km, 3),
            distance_high_km=round(site.high_km, 3),
            score=round(sum(each.points for each in reasons), 2),
            coverage=round(sum(each.status != UNKNOWN for each in constraints) / len(constraints), 3),
            constraints=tuple(constraints),
            reasons=tuple(reasons),
            co2e=saving(
                demand.mass_kg,
                demand.origin_country,
                demand.transport_mode,
                origin.point,
                (site.low_km, site.high_km),
            ),
            missing=tuple(each for each in constraints if each.status == UNMET and each.name not in SOFT),
        )

    def _processes(self, demand: Demand, company_id: str) -> tuple[list[Offer], float, Constraint]:
        """The offer chosen for each process met, the share of the asked weight met, and the demand's constraint."""
        chosen: list[Offer] = []
        offered: list[str] = []
        met = 0.0
        missing = []
        for code, weight in demand.processes:
            able = [
                each for each in self._offers.get(company_id, ()) if self._terms.satisfies(each.capability or "", code)
            ]
            if able:
                chosen.append(max(able, key=lambda each: self._fitness(each, code, demand)))
                offered.append(code)
                met += weight
            else:
                missing.append(code)
        fit = met / (sum(weight for _, weight in demand.processes) or 1.0)
        leads = bool(demand.processes) and demand.processes[0][0] not in missing
        enough = not missing if demand.all_processes else leads or fit >= LEAST_FIT
        if not enough and len(missing) > 1:
            return [], fit, Constraint("process", UNMET, " + ".join(missing))
        best = chosen[0] if chosen else None
        has = " + ".join(sorted({each.capability or "" for each in chosen})) or None
        status = MET if enough else UNMET
        source, date = (best.evidence, best.stated_on) if best else (None, None)
        return chosen, fit, Constraint("process", status, " + ".join(offered if enough else missing), has, source, date)

    def _fitness(self, offer: Offer, code: str, demand: Demand) -> tuple[float, ...]:
        """Of several offers that would do: the one that speaks least against, exact before kin, best evidence first."""
        found = offer_constraints(demand, offer)
        return (
            -sum(each.status == UNMET for each in found),
            sum(each.status == MET for each in found),
            float(offer.capability == code),
            EVIDENCE_SHARE.get(offer.evidence or "", 0.0),
        )

    @staticmethod
    def _offer_constraints(demand: Demand, chosen: Sequence[Offer]) -> list[Constraint]:
        """Material, size, weight, tolerance and quantity, each by the offer that answers it worst."""
        worst: dict[str, Constraint] = {}
        severity = (MET, UNKNOWN, UNMET)
        for offer in chosen if demand.all_processes else chosen[:1]:
            for each in offer_constraints(demand, offer):
                known = worst.get(each.name)
                if known is None or severity.index(each.status) > severity.index(known.status):
                    worst[each.name] = each
        return list(worst.values())

    def _certificate(self, company_id: str, asked: str) -> Constraint:
        held = self._certificates.get(company_id, [])
        fitting = [each for each in held if self._terms.covers(each.standard or "", asked)]
        running = [each for each in fitting if not each.valid_until or each.valid_until >= self._today]
        if running:
            best = running[0]
            return Constraint("certificate", MET, asked, best.standard, best.evidence, best.valid_until)
        if fitting:
            return Constraint("certificate", UNMET, asked, None, fitting[0].evidence, fitting[0].valid_until)
        if held:
            listed = ", ".join(sorted(each.standard or "" for each in held))
            return Constraint("certificate", UNMET, asked, listed, held[0].evidence)
        return Constraint("certificate", UNKNOWN, asked)

    def _score(
        self, chosen: Sequence[Offer], fit: float, constraints: Sequence[Constraint], radii: float
    ) -> list[Reason]:
        weights = self._weights
        others = [each for each in constraints if each.name not in ("process", "radius")]
        met = sum(each.status == MET for each in others) / len(others) if others else 1.0
        nearness = max(0.0, 1.0 - radii)
        evidence = sum(EVIDENCE_SHARE.get(each.evidence or "", 0.0) for each in chosen) / len(chosen)
        free = max((each.free_capacity_percent or 0 for each in chosen), default=0)
        processes = [each.capability for each in chosen]
        return [
            Reason("process_fit", round(weights.process * fit, 2), {"share": round(fit, 3), "processes": processes}),
            Reason("nearness", round(weights.nearness * nearness, 2), {"share_of_radius": round(radii, 3)}),
            Reason(
                "demands_met", round(weights.demands * met, 2), {"met": round(met * len(others)), "of": len(others)}
            ),
            Reason("evidence", round(weights.evidence * evidence, 2), {"evidence": chosen[0].evidence}),
            Reason("free_capacity", round(weights.capacity * min(free, 50) / 50, 2), {"percent": free}),
        ]


def _best_first(found: Replacement) -> tuple[float, float, bytes]:
    return (-found.score, found.distance_km, found.company_id.encode())


def _radius(site: _Site, within_km: float) -> Constraint:
    status = MET if site.high_km <= within_km else UNKNOWN if site.distance_km <= within_km else UNMET
    return Constraint(
        "radius", status, f"{within_km:g} km", f"{site.distance_km:.1f} km", site.workplace.location_precision
    )

"""Who stands alone, of which kind, and whom they could meet.

Kinds, the first that holds: no trade is known and only the network's own work links the firm to others
(``only_through_network``); no trade is known and it has answered (``no_trade_known``) or nobody has an answer
(``not_asked``: a lack of data, not of trades); every partner is known to lie outside the region (``only_outside``);
it is in a component of at most five firms (``small_island``); it has one partner (``one_partner``). The firms looked at
are those known to lie in the region; public bodies, support organisations, staffing firms, consultants and firms struck
off are left out. Partners count, not rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.branches import LENT_OUT, branch_of
from graph.geo import NearIndex
from graph.model import Activity, Company, ImportedPart, Interview, Introduction, Offer, Workplace
from graph.network import project
from graph.replacement import Reason
from graph.store import Snapshot
from graph.taxonomy import taxonomy

if TYPE_CHECKING:
    import networkx as nx

SMALL_ISLAND = 5
LEFT_OUT = ("public", "support", *LENT_OUT)
PARTNER_REACH_KM = 40.0
MOST_PARTNERS = 3
NEXT_ACTION = {
    "only_through_network": ("follow_up_introduction",),
    "no_trade_known": ("introduce",),
    "not_asked": ("interview",),
    "only_outside": ("introduce_locally",),
    "small_island": ("join_to_neighbours",),
    "one_partner": ("find_second_partner",),
}


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody nearby the firm could sell to, and why."""

    company_id: str
    name: str | None
    distance_km: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class IsolationFinding:
    """A firm that stands alone."""

    company_id: str
    name: str | None
    municipality: str | None
    kind: str
    reasons: tuple[Reason, ...]
    next_actions: tuple[str, ...]
    likely_partners: tuple[Partner, ...]


@dataclass(frozen=True, slots=True)
class Isolation:
    """All findings, how many firms were looked at and have answered, and how many were left out as :data:`LENT_OUT`."""

    companies: int
    asked: int
    findings: tuple[IsolationFinding, ...]
    left_out: int = 0


def isolated(snapshot: Snapshot) -> Isolation:
    """The firms of the region that stand alone, by municipality and name."""
    import networkx as nx

    network = project(snapshot)
    answered = {each.company_id for each in snapshot.of(Interview) if each.outcome == "answered"}
    met = _met(snapshot)
    island_of = {key: len(component) for component in nx.weakly_connected_components(network) for key in component}
    here = [each for each in snapshot.of(Company) if network.nodes[each.company_id]["in_region"] and each.is_active]
    looked_at = [each for each in here if branch_of(each) not in LEFT_OUT]
    likely = _LikelyPartners(snapshot, network)
    findings = []
    for company in looked_at:
        key = company.company_id
        partners = set(network.predecessors(key)) | set(network.successors(key))
        kind = _kind(network, partners, island=island_of[key], has_answered=key in answered, has_met=key in met)
        if kind:
            reasons = (Reason(kind, 0.0, {"partners": len(partners), "component": island_of[key]}),)
            findings.append(
                IsolationFinding(
                    key,
                    company.name,
                    network.nodes[key]["municipality"],
                    kind,
                    reasons,
                    NEXT_ACTION[kind],
                    likely.of(key, partners),
                )
            )
    findings.sort(key=lambda each: (each.municipality or "", each.name or "", each.company_id))
    asked = sum(each.company_id in answered for each in looked_at)
    left_out = sum(branch_of(each) in LENT_OUT for each in here)
    return Isolation(len(looked_at), asked, tuple(findings), left_out)


def _met(snapshot: Snapshot) -> set[str]:
    """Firms that the network's own work has brought together with another."""
    found: set[str] = set()
    for introduction in snapshot.of(Introduction):
        found.update(each for each in (introduction.company_id, introduction.other_id) if each)
    for activity in snapshot.of(Activity):
        if len(activity.participants) > 1:
            found.update(activity.participants)
    return found


def _kind(network: nx.DiGraph, partners: set[str], *, island: int, has_answered: bool, has_met: bool) -> str | None:
    if not partners:
        if has_met:
            return "only_through_network"
        return "no_trade_known" if has_answered else "not_asked"
    if all(network.nodes[each]["in_region"] is False for each in partners):
        return "only_outside"
    if island <= SMALL_ISLAND:
        return "small_island"
    return "one_partner" if len(partners) == 1 else None


class _LikelyPartners:
    """Who nearby imports what a firm makes, or buys it from others."""

    def __init__(self, snapshot: Snapshot, network: nx.DiGraph) -> None:
        self._network = network
        self._terms = taxonomy()
        self._offers: dict[str, set[str]] = defaultdict(set)
        for offer in snapshot.of(Offer):
            self._offers[offer.company_id or ""].add(offer.capability or "")
        self._imports: dict[str, set[str]] = defaultdict(set)
        for part in snapshot.of(ImportedPart):
            self._imports[part.company_id or ""].update(part.capabilities)
        ended = {each.company_id for each in snapshot.of(Company) if not each.is_active}
        placed = [
            each
            for each in snapshot.of(Workplace)
            if each.latitude is not None and each.company_id and each.company_id not in ended
        ]
        self._owners = [each.company_id or "" for each in placed]
        self._points = {each.company_id: (each.latitude, each.longitude) for each in reversed(placed)}
        self._near = NearIndex(
            np.array([each.latitude for each in placed], dtype=np.float64),
            np.array([each.longitude for each in placed], dtype=np.float64),
        )

    def of(self, company_id: str, partners: Iterable[str]) -> tuple[Partner, ...]:
        """The best few, most reasons first, then nearest."""
        makes = self._offers.get(company_id, set())
        point = self._points.get(company_id)
        if not makes or point is None or point[0] is None or point[1] is None:
            return ()
        known = {company_id, *partners}
        found: dict[str, Partner] = {}
        indices, distances = self._near.within((point[0], point[1]), PARTNER_REACH_KM)
        for index, distance in zip(indices.tolist(), distances.tolist(), strict=True):
            other = self._owners[index]
            if other in known or other in found or other not in self._network:
                continue
            reasons = self._reasons(makes, other)
            if reasons:
                name = self._network.nodes[other]["name"]
                found[other] = Partner(other, name, round(distance, 3), reasons)
        best = sorted(found.values(), key=lambda each: (-_points(each), each.distance_km, each.company_id))
        return tuple(best[:MOST_PARTNERS])

    def _reasons(self, makes: set[str], other: str) -> tuple[Reason, ...]:
        reasons = []
        imported = {code for code in self._imports.get(other, ()) if any(self._terms.satisfies(m, code) for m in makes)}
        if imported:
            reasons.append(Reason("imports_what_you_make", 2.0 * len(imported), {"processes": sorted(imported)}))
        bought = {code for seller in self._network.predecessors(other) for code in self._offers.get(seller, ())} & makes
        if bought:
            reasons.append(Reason("buys_what_you_make", 1.0 * len(bought), {"processes": sorted(bought)}))
        return tuple(reasons)


def _points(partner: Partner) -> float:
    return sum(each.points for each in partner.reasons)

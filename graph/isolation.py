"""Who stands alone, of which kind, and whom they could meet.

Kinds, the first that holds: no trade is known and only the network's own work links the firm to others
(``only_through_network``); no trade is known and it has answered (``no_trade_known``) or nobody has an answer
(``not_asked``: a lack of data, not of trades); every partner is known to lie outside the region (``only_outside``);
it is in a component of at most five firms (``small_island``); it has one partner (``one_partner``); it has several, but
all of them are marked sensitive, so that wherever others look it seems to have none (``hidden``). The firms looked at
are those known to lie in the region; public bodies, support organisations, staffing firms, consultants and firms struck
off are left out. Partners count, not rows.

A likely partner is one nearby with whom the firm has something to sell, to buy or to share (:mod:`graph.affinity`), who
is no rival and not known to it yet: no partner, none of its group, nobody it was introduced to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.affinity import Affinity
from graph.arrays import Floats
from graph.audience import sensitive_firms
from graph.branches import LEFT_OUT, LENT_OUT, branch_of
from graph.geo import NearIndex
from graph.model import Activity, Company, Interview, Introduction, Workplace
from graph.network import project
from graph.replacement import Reason
from graph.store import Snapshot

if TYPE_CHECKING:
    import networkx as nx

SMALL_ISLAND = 5
PARTNER_REACH_KM = 40.0
MOST_PARTNERS = 3
ROWS = 256  # firms whose partners are looked for at once: bounds the memory
NEXT_ACTION = {
    "only_through_network": ("follow_up_introduction",),
    "no_trade_known": ("introduce",),
    "not_asked": ("interview",),
    "only_outside": ("introduce_locally",),
    "small_island": ("join_to_neighbours",),
    "one_partner": ("find_second_partner",),
    "hidden": ("introduce_openly",),
}


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody nearby the firm could sell to, buy from or learn with, and why."""

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
    """All findings; how many firms were looked at, asked and have answered; how many were :data:`LENT_OUT`."""

    companies: int
    asked: int
    answered: int
    findings: tuple[IsolationFinding, ...]
    left_out: int = 0
    unplaced: int = 0  # firms that may or may not lie in the region

    @property
    def unknown(self) -> int:
        """The findings that are a lack of data and not of trades: nobody has asked."""
        return sum(each.kind == "not_asked" for each in self.findings)


def isolated(snapshot: Snapshot, network: nx.DiGraph | None = None, affinity: Affinity | None = None) -> Isolation:
    """The firms of the region that stand alone, by municipality and name.

    ``network`` and ``affinity`` are those of the snapshot, where they are at hand.
    """
    network = project(snapshot) if network is None else network
    active, here = _active(snapshot, network)
    looked_at = _looked_at(here)
    reasons = _reasons(snapshot, network, looked_at)
    likely = _likely_partners(snapshot, network, affinity or Affinity(snapshot, network), [*reasons])
    findings = []
    for key, why in reasons.items():
        facts = network.nodes[key]
        told = (key, facts["name"], facts["municipality"], why.code)
        findings.append(IsolationFinding(*told, (why,), NEXT_ACTION[why.code], likely[key]))
    findings.sort(key=lambda each: (each.municipality or "", each.name or "", each.company_id))
    asked = {each.company_id for each in snapshot.of(Interview) if each.asked_on or each.outcome}
    were_asked, have_answered = (len(some.intersection(looked_at)) for some in (asked, _answered(snapshot)))
    left_out = sum(branch_of(each) in LENT_OUT for each in here)
    unplaced = sum(
        network.nodes[each.company_id]["in_region"] is None for each in active if branch_of(each) not in LEFT_OUT
    )
    return Isolation(len(looked_at), were_asked, have_answered, tuple(findings), left_out, unplaced)


def kinds(snapshot: Snapshot, network: nx.DiGraph) -> dict[str, str | None]:
    """Each firm that is looked at with the kind in which it stands alone; None where it does not."""
    looked_at = _looked_at(_active(snapshot, network)[1])
    reasons = _reasons(snapshot, network, looked_at)
    return {each: reasons[each].code if each in reasons else None for each in looked_at}


def _active(snapshot: Snapshot, network: nx.DiGraph) -> tuple[list[Company], list[Company]]:
    """The firms that there are, and those of them that are known to lie in the region."""
    active = [each for each in snapshot.of(Company) if each.is_active]
    return active, [each for each in active if network.nodes[each.company_id]["in_region"]]


def _looked_at(here: Sequence[Company]) -> list[str]:
    return [each.company_id for each in here if branch_of(each) not in LEFT_OUT]


def _reasons(snapshot: Snapshot, network: nx.DiGraph, looked_at: Sequence[str]) -> dict[str, Reason]:
    """The firms that stand alone, each with its kind, its number of partners and the size of its component."""
    import networkx as nx

    answered, met = _answered(snapshot), _met(snapshot)
    silent = sensitive_firms(snapshot)
    island_of = {key: len(component) for component in nx.weakly_connected_components(network) for key in component}
    found = {}
    for key in looked_at:
        partners = _partners(network, key)
        kind = _kind(network, partners, island=island_of[key], has_answered=key in answered, has_met=key in met)
        if kind is None and partners <= silent and key not in silent:
            kind = "hidden"
        if kind:
            found[key] = Reason(kind, 0.0, {"partners": len(partners), "component": island_of[key]})
    return found


def _answered(snapshot: Snapshot) -> set[str]:
    return {each.company_id for each in snapshot.of(Interview) if each.outcome == "answered" and each.company_id}


def _partners(network: nx.DiGraph, company_id: str) -> set[str]:
    return {*network.pred[company_id], *network.succ[company_id]}


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


# -- whom they could meet --------------------------------------------------------------------------------------------


def _likely_partners(
    snapshot: Snapshot, network: nx.DiGraph, affinity: Affinity, company_ids: Sequence[str]
) -> dict[str, tuple[Partner, ...]]:
    """Of each firm the best few nearby, most points first, then nearest."""
    nearby = _Nearby(snapshot, network)
    found: dict[str, tuple[Partner, ...]] = {}
    for start in range(0, len(company_ids), ROWS):
        rows = company_ids[start : start + ROWS]
        scores = affinity.scores(rows, nearby.company_ids)
        scores[affinity.competing(rows, nearby.company_ids) | affinity.acquainted(rows, nearby.company_ids)] = 0.0
        for row, company_id in zip(scores, rows, strict=True):
            found[company_id] = tuple(
                Partner(each, network.nodes[each]["name"], km, affinity.between(company_id, each).reasons)
                for each, km in nearby.best_for(company_id, row)
            )
    return found


class _Nearby:
    """The firms that somebody could be introduced to, by where they are."""

    def __init__(self, snapshot: Snapshot, network: nx.DiGraph) -> None:
        firms = [each for each in snapshot.of(Company) if each.company_id in network and each.is_active]
        self.company_ids = [each.company_id for each in firms if branch_of(each) not in LEFT_OUT]
        number_of = {each: number for number, each in enumerate(self.company_ids)}
        placed = [
            (each.company_id or "", (each.latitude, each.longitude))
            for each in snapshot.of(Workplace)
            if each.latitude is not None and each.longitude is not None
        ]
        self._points = dict(reversed(placed))  # each firm's first
        met = [(number_of[owner], point) for owner, point in placed if owner in number_of]
        self._owners = np.array([owner for owner, _ in met], dtype=np.int64)
        points = np.array([point for _, point in met], dtype=np.float64).reshape(-1, 2)
        self._near = NearIndex(points[:, 0], points[:, 1])

    def best_for(self, company_id: str, scores: Floats) -> list[tuple[str, float]]:
        """The best few by their scores, and how far each is; none for a firm of unknown place."""
        if company_id not in self._points:
            return []
        sites, km = self._near.within(self._points[company_id], PARTNER_REACH_KM)
        owners = self._owners[sites]
        points = scores[owners]
        found: dict[str, float] = {}
        for each in np.lexsort((owners, km, -points)):
            other = self.company_ids[owners[each]]
            if points[each] <= 0 or len(found) == MOST_PARTNERS:
                break
            found.setdefault(other, round(float(km[each]), 3))  # of several sites the nearest comes first
        return [*found.items()]

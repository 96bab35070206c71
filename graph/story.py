"""What can a meeting be told of the region? Its own answers, each as far as the audience may have it.

Whoever is named is named as the audience sees the region (:func:`graph.audience.view`), so that nothing need be left
out afterwards: a part is there where its buyer has opened it, an introduction where both have. That a firm looks for
others to meet is told by its own word alone (:data:`graph.consent.MEETINGS`), and never that nobody buys of it. What is
counted of all that is known is told only where it is of three firms at least, and of those marked sensitive never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import networkx as nx
import numpy as np

from graph.affinity import Affinity
from graph.audience import Viewer, sensitive_firms, view_at, views
from graph.changes import Changes, changes
from graph.consent import MEETINGS, Choice, Consents
from graph.demands import demand_of_part
from graph.footprint import import_km
from graph.import_list import Sites
from graph.introductions import vetoes
from graph.isolation import kinds
from graph.lookup import Origin
from graph.model import (
    Alias,
    Company,
    Decision,
    ImportedPart,
    Introduction,
    Level,
    Load,
)
from graph.moments import Moment, day_of, region_at
from graph.network import project
from graph.replacement import Finder, Reason, Replacement
from graph.store import Snapshot, Store
from graph.supply_columns import tops
from graph.suppression import LEAST
from graph.totals import NEAR_KM, Totals, totals

MOST_PARTS, MOST_MAKERS, MOST_PAIRS, MOST_OF_A_FIRM = 4, 3, 12, 2
NO_PARTNER = frozenset({"no_trade_known", "only_outside", "only_through_network"})
"""Kinds of standing alone in which no firm of the region is known to trade with the firm."""
COUNTED = (
    *("new_firm", "new_trade", "joined", "introduced", "introduction_traded", "part_home", "gap_closed"),
    *("certificate_gained", "support_granted"),
)
"""Kinds of change that are counted: what was gained, for it is a meeting and not an audit."""
SHOWN = ("new_firm", "certificate_gained", "introduction_traded", "part_home", "gap_closed")
"""Kinds that are told firm by firm: those that what others do not see could not make look otherwise."""


@dataclass(frozen=True, slots=True)
class PartStory:
    """A part that may be told of, how far it comes, and who within :data:`graph.totals.NEAR_KM` could make it."""

    part: ImportedPart
    buyer: Company
    origin: Origin
    import_km: float | None
    found: int
    makers: tuple[Replacement, ...]  # the first few of them


@dataclass(frozen=True, slots=True)
class Pair:
    """Two firms that want to meet others, and what they have to tell each other."""

    company_id: str
    other_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since an earlier moment.

    ``shown`` are those of :data:`SHOWN` that the audience may have in full; ``counted`` how many there are in all, by
    kind, where so much may be told.
    """

    moment: Moment
    day: str  # of the moment (ISO)
    shown: Changes
    counted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Story:
    """What a meeting can be told on a day (ISO).

    ``looked_at`` firms were asked whether they stand alone; ``no_partner`` of them have no known partner in the region
    and ``not_asked`` have not been asked: None where that may not be told.
    """

    snapshot: Snapshot
    viewer: Viewer
    day: str
    totals: Totals
    parts: tuple[PartStory, ...]
    looked_at: int
    no_partner: int | None
    not_asked: int | None
    seekers: tuple[Company, ...]  # by name
    pairs: tuple[Pair, ...]
    introductions: tuple[Introduction, ...]
    since: Since | None


def story(
    store: Store,
    viewer: Viewer,
    day: str,
    since: Moment | None = None,
    *,
    seen: Mapping[Level, Snapshot] | None = None,
    counted: Totals | None = None,
) -> Story:
    """What may be told.

    Args:
        store: the region.
        viewer: the audience; no company's own people.
        day: today (ISO).
        since: the moment that changes are told from; None tells none.
        seen: the region as each level gets it, where it is at hand, see :func:`graph.audience.views`.
        counted: the store's totals, likewise.

    Raises:
        UnknownName: for a moment that the store has not reached.
    """
    seen = seen or views(store)
    shown, whole = seen[viewer.level], seen[Level.MANAGER]
    network = project(whole)
    alone = kinds(whole, network)
    silent = sensitive_firms(whole)
    owner = tops(whole.of(Company))
    seekers = _seekers(store, shown, silent)
    without = {each for each, kind in alone.items() if kind in NO_PARTNER}
    unasked = {each for each, kind in alone.items() if kind == "not_asked"}

    def told(firms: Iterable[str]) -> int | None:
        some = set(firms) - silent
        return len(some) if len({owner.get(each, each) for each in some}) >= LEAST else None

    return Story(
        snapshot=shown,
        viewer=viewer,
        day=day,
        totals=counted or totals(store, seen),
        parts=_parts(shown, day),
        looked_at=len(alone.keys() - silent),
        no_partner=told(without),
        not_asked=told(unasked),
        seekers=seekers,
        pairs=_pairs(store, shown, seekers, network),
        introductions=tuple(sorted(shown.of(Introduction), key=lambda each: (each.introduced_on or "", each.key))),
        since=_since(store, viewer, shown, whole, since, day) if since else None,
    )


# -- parts -----------------------------------------------------------------------------------------------------------


def _parts(shown: Snapshot, day: str) -> tuple[PartStory, ...]:
    """Those of most value first, and of those whose value nobody may see the ones that come farthest."""
    finder, sites = Finder(shown, today=day), Sites(shown)
    companies = {each.company_id: each for each in shown.of(Company)}
    parts = sorted(shown.of(ImportedPart), key=lambda each: (-(each.value_sek or 0), each.key))
    found = (_part(each, companies, finder, sites) for each in parts)
    best = islice((each for each in found if each is not None), MOST_PARTS)
    return tuple(sorted(best, key=lambda each: (-(each.part.value_sek or 0), -(each.import_km or 0), each.part.key)))


def _part(part: ImportedPart, companies: Mapping[str, Company], finder: Finder, sites: Sites) -> PartStory | None:
    """The part's story; None where nobody knows what it asks, where its buyer is, or who near could make it."""
    demand, buyer = demand_of_part(part), companies.get(part.company_id or "")
    origin = sites.origin(part.company_id or "")
    if not demand.processes or buyer is None or origin is None:
        return None
    answer = finder.find(demand, origin, NEAR_KM, limit=MOST_MAKERS)
    if not answer.hits:
        return None
    far_km = import_km(part.origin_country or "", part.transport_mode, origin.point)
    return PartStory(part, buyer, origin, far_km, answer.found, answer.hits)


# -- firms that want to meet others ------------------------------------------------------------------------------------


def _seekers(store: Store, shown: Snapshot, silent: frozenset[str]) -> tuple[Company, ...]:
    told = store.snapshot(Alias, Decision)
    company_of = {each.alias: each.company_id or each.alias for each in told.of(Alias)}
    consents = Consents.of(told.of(Decision), company_of)
    found = [
        each
        for each in shown.of(Company)
        if each.is_active
        and each.name
        and company_of.get(each.company_id, each.company_id) not in silent
        and consents.choice(company_of.get(each.company_id, each.company_id), MEETINGS) is Choice.OPEN
    ]
    return tuple(sorted(found, key=lambda each: ((each.name or "").casefold(), each.key)))


def _pairs(store: Store, shown: Snapshot, seekers: Sequence[Company], network: nx.DiGraph) -> tuple[Pair, ...]:
    """Whom of those who want to meet others to bring together, for what the audience knows of them, the best first.

    Pairs that trade, were introduced, shall not be, compete or belong together are left out, whoever knows of it.
    """
    firms = [each.company_id for each in seekers]
    if len(firms) < 2:
        return ()
    affinity = Affinity(shown, project(shown))
    barred = _barred(store, shown, network)
    scores = affinity.scores(firms)
    apart = ~(affinity.competing(firms) | affinity.of_one_group(firms))
    ranked = sorted(
        (-float(scores[one, other]), firms[one], firms[other])
        for one, other in zip(*np.nonzero(np.triu(apart & (scores > 0))), strict=True)
    )
    times = Counter[str]()
    found = []
    for _, one, other in ranked:
        if frozenset((one, other)) not in barred and max(times[one], times[other]) < MOST_OF_A_FIRM:
            times.update((one, other))
            found.append(Pair(one, other, affinity.between(one, other).reasons))
    return tuple(found[:MOST_PAIRS])


def _barred(store: Store, shown: Snapshot, network: nx.DiGraph) -> set[frozenset[str]]:
    """Pairs that are not to be proposed, by the identifiers that the audience knows."""
    told = store.snapshot(Alias, Decision, Introduction)
    company_of = {each.alias: each.company_id or each.alias for each in told.of(Alias)}
    now = {company_of.get(each.company_id, each.company_id): each.company_id for each in shown.of(Company)}
    pairs = {*vetoes(told.of(Decision), company_of), *map(frozenset[str], network.edges)}
    pairs |= {frozenset((each.company_id or "", each.other_id or "")) for each in told.of(Introduction)}
    return {frozenset(now.get(each, each) for each in pair) for pair in pairs}


# -- what changed ------------------------------------------------------------------------------------------------------


def _since(store: Store, viewer: Viewer, shown: Snapshot, whole: Snapshot, since: Moment, day: str) -> Since:
    days = (day_of(store.snapshot(Load, Decision), since.at), day)
    old = view_at(store, viewer, since.at)
    all_of_it = changes(region_at(store, since.at), whole, days)
    found = changes(old, shown, days)
    kept = replace(found, events={kind: found.events[kind] for kind in SHOWN})
    return Since(since, days[0], kept, _counted(all_of_it, whole))


def _counted(found: Changes, whole: Snapshot) -> dict[str, int]:
    """How many changes there are of each kind, where they are of enough firms."""
    silent, owner = sensitive_firms(whole), tops(whole.of(Company))
    counts = {}
    for kind in COUNTED:
        events = [each for each in found.events.get(kind, ()) if not {each.company_id, each.other_id} & silent]
        firms = {owner.get(each.company_id, each.company_id) for each in events}
        if len(firms) >= LEAST:
            counts[kind] = len(events)
    return counts

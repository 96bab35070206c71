"""Which three to eight firms would gain from meeting as a group: an exchange of experience, a study visit, a purchase?

A group shares one topic: a theme in which all have stated a need (``common_need``), or goods that all import
(``common_import``, by the four-digit heading of the customs' list: the same bearings bought together cost less). Its
members do not compete (:mod:`graph.affinity`), are of different groups of companies, and lie within :data:`MOST_KM` of
the first. Built greedily: the firm with most of the topic's firms nearby first, then those nearest to it; a firm is in
at most one group a topic. Firms of unknown place are in none, since nobody can tell that they are near, and neither are
sensitive firms, whose answers stay with the manager.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from graph.affinity import Affinity, Booleans
from graph.arrays import Floats
from graph.audience import sensitive_firms
from graph.model import ImportedPart, Need
from graph.replacement import Reason
from graph.store import Snapshot

FEWEST, MOST = 3, 8
MOST_KM = 50.0
MOST_A_TOPIC = {"common_need": 2, "common_import": 1}
HEADING_DIGITS = 4
KINDS = ("common_need", "common_import")


@dataclass(frozen=True, slots=True)
class FirmGroup:
    """Firms to invite together; ``topic`` is a theme or a heading of the customs' list.

    ``spread_km`` is how far apart the two are that lie farthest from each other.
    """

    kind: str
    topic: str
    company_ids: tuple[str, ...]
    reasons: tuple[Reason, ...]
    spread_km: float


def groups(snapshot: Snapshot, affinity: Affinity, among: Collection[str] | None = None) -> tuple[FirmGroup, ...]:
    """The best few groups of each topic: themes first, then goods; the largest first, then the closest.

    Args:
        snapshot: with Need and ImportedPart.
        affinity: of the same snapshot.
        among: only these companies; None: all that may be proposed to others.
    """
    invited = affinity.meetable - sensitive_firms(snapshot)
    if among is not None:
        invited &= set(among)
    found = [
        group
        for kind, topics in (("common_need", _by_theme(snapshot)), ("common_import", _by_heading(snapshot)))
        for topic, values in sorted(topics.items())
        for group in _of_topic(affinity, kind, topic, _able(values, invited))
    ]
    order = {kind: number for number, kind in enumerate(KINDS)}
    return tuple(sorted(found, key=lambda each: (order[each.kind], -len(each.company_ids), each.spread_km, each.topic)))


def _by_theme(snapshot: Snapshot) -> Mapping[str, dict[str, int]]:
    """The firms that have stated a need in each theme, with how many."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in snapshot.of(Need):
        if each.theme and each.company_id:
            found[each.theme][each.company_id] += 1
    return found


def _by_heading(snapshot: Snapshot) -> Mapping[str, dict[str, int]]:
    """The firms that import goods of each heading, with the value a year in SEK."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in snapshot.of(ImportedPart):
        if each.cn_code and len(each.cn_code) >= HEADING_DIGITS and each.company_id:
            found[each.cn_code[:HEADING_DIGITS]][each.company_id] += each.value_sek or 0
    return found


def _able(values: Mapping[str, int], invited: Set[str]) -> dict[str, int]:
    """Those of a topic's firms that may be invited, sorted."""
    return {each: values[each] for each in sorted(values) if each in invited}


def themes_to_tell(snapshot: Snapshot) -> Mapping[str, Set[str]]:
    """By firm the themes that others may hear it has needs in: it has agreed to all of them being passed on."""
    found: dict[str, set[str]] = defaultdict(set)
    kept: set[tuple[str | None, str | None]] = set()
    for each in snapshot.of(Need):
        if each.theme and each.company_id:
            found[each.company_id].add(each.theme)
        if not each.may_share:
            kept.add((each.company_id, each.theme))
    silent = sensitive_firms(snapshot)
    return {
        firm: {each for each in themes if (firm, each) not in kept}
        for firm, themes in found.items()
        if firm not in silent
    }


def _of_topic(affinity: Affinity, kind: str, topic: str, values: Mapping[str, int]) -> Iterator[FirmGroup]:
    firms = [*values]
    km = affinity.distances_km(firms)
    unfit = affinity.competing(firms) | (km > MOST_KM) | affinity.of_one_group(firms)
    free: Booleans = np.isfinite(np.diagonal(km)).copy()
    for _ in range(MOST_A_TOPIC[kind]):
        members = _grown(km, unfit, free)
        if len(members) < FEWEST:
            return
        free[members] = False
        names = tuple(sorted(firms[each] for each in members))
        spread_km = round(float(km[np.ix_(members, members)].max()), 1)
        total = sum(values[each] for each in names)
        shared = Reason(kind, float(len(names)), {"topic": topic, "total": total})
        yield FirmGroup(kind, topic, names, (shared, Reason("near", 0.0, {"km": spread_km})), spread_km)


def _grown(km: Floats, unfit: Booleans, free: Booleans) -> Sequence[int]:
    """A group around the firm that has most company, the nearest first."""
    if not free.any():
        return []
    company = np.where(free, (~unfit & free).sum(axis=1), -1)
    first = int(company.argmax())
    members = [first]
    for each in np.argsort(np.where(free, km[first], np.inf), kind="stable").tolist():
        if len(members) == MOST:
            break
        if free[each] and each != first and not unfit[each, members].any():
            members.append(each)
    return members

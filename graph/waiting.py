"""What waits for the network's manager beside the week? Long lists, each with the firms it is about.

In this order: firms whose offers should be confirmed by now; firms with no known place; firms of the region that nobody
has said anything of: no process, and no answer when asked. Who wants never to be asked again is in none that asks. What
has a day and a click of its own is in :mod:`graph.week`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.branches import LEFT_OUT, branch_of
from graph.freshness import stale
from graph.model import Company, Interview, Offer, Workplace
from graph.network import home_municipalities, in_region
from graph.outreach import never_again
from graph.store import Snapshot


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to look at, the firms it is about in the order of their names, and the first day of each, if any."""

    code: str
    company_ids: tuple[str, ...]
    dates: Mapping[str, str] = field(default_factory=dict)


def waiting(snapshot: Snapshot, today: str) -> list[Waiting]:
    """All that waits on the day (ISO text), leaving out what nothing waits of."""
    companies = {each.company_id: each for each in snapshot.of(Company)}
    placed = {each.company_id for each in snapshot.of(Workplace) if each.latitude is not None}
    able = {each.company_id for each in snapshot.of(Offer)}
    answered = {each.company_id for each in snapshot.of(Interview) if each.outcome == "answered"}
    never = never_again(snapshot)
    told = able | answered | never
    home = home_municipalities(snapshot)
    unknown = [
        (each.company_id, None)
        for each in companies.values()
        if each.company_id not in told
        and branch_of(each) not in LEFT_OUT
        and each.is_active
        and in_region(each.country, each.municipality, home)
    ]
    found: dict[str, Sequence[tuple[str | None, str | None]]] = {
        "offers_stale": [
            (each.company_id, each.confirm_by)
            for each in stale(snapshot, today)
            if each.kind == Offer.__name__ and each.company_id not in never
        ],
        "unplaced": [(each, None) for each in companies if each not in placed],
        "unknown_ability": unknown,
    }
    return [_waiting(code, pairs, companies) for code, pairs in found.items() if pairs]


def _waiting(code: str, pairs: Sequence[tuple[str | None, str | None]], companies: Mapping[str, Company]) -> Waiting:
    dates: dict[str, str] = {}
    for company_id, day in pairs:
        if company_id and day:
            dates[company_id] = min(day, dates.get(company_id, day))
    known = {company_id for company_id, _ in pairs if company_id and company_id in companies}
    return Waiting(code, tuple(sorted(known, key=lambda each: (companies[each].name or "", each))), dates)

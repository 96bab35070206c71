"""What waits for the network's manager? Counts of what somebody should look at, each with the firms it is about.

Waiting are, in this order: pairs that may be one company; certificates that have run out or will within
:data:`SOON_DAYS`; what firms offer and should confirm by now; introductions that nobody has followed up; firms with no
known place; firms of the region that nobody has said anything of: no process, and no answer when asked. So are contacts
whose day of review has come, and what is kept longer than the network has settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from graph.branches import LEFT_OUT, branch_of
from graph.freshness import review_on, stale
from graph.model import Certificate, Company, Contact, Interview, Introduction, Offer, Workplace
from graph.network import home_municipalities, in_region
from graph.retention import past_time
from graph.store import Snapshot

SOON_DAYS = 60
OPEN_DAYS = 30  # an introduction without a result is left in peace so long


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to look at, the firms it is about in the order of their names, and the first day of each, if any."""

    code: str
    company_ids: tuple[str, ...]
    dates: Mapping[str, str] = field(default_factory=dict)


def waiting(snapshot: Snapshot, today: str) -> list[Waiting]:
    """All that waits on the day (ISO text), leaving out what nothing waits of."""
    companies = {each.company_id: each for each in snapshot.of(Company)}
    soon = (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()
    long_ago = (date.fromisoformat(today) - timedelta(days=OPEN_DAYS)).isoformat()
    placed = {each.company_id for each in snapshot.of(Workplace) if each.latitude is not None}
    able = {each.company_id for each in snapshot.of(Offer)}
    asked = {each.company_id for each in snapshot.of(Interview) if each.outcome == "answered"}
    home = home_municipalities(snapshot)
    certificates = [(each.company_id, each.valid_until) for each in snapshot.of(Certificate) if each.valid_until]
    introduced = [
        (each.company_id, each.introduced_on)
        for each in snapshot.of(Introduction)
        if each.outcome in (None, "open") and each.introduced_on and each.introduced_on < long_ago
    ]
    unknown = [
        (each.company_id, None)
        for each in companies.values()
        if each.company_id not in able | asked
        and branch_of(each) not in LEFT_OUT
        and each.is_active
        and in_region(each.country, each.municipality, home)
    ]
    people = snapshot.of(Contact) if Contact in snapshot.kinds else ()
    contacts = [(each.company_id, due) for each in people if (due := review_on(each)) and due <= today]
    past = [(each.company_id, each.due) for each in past_time(snapshot, today)]
    found: dict[str, Sequence[tuple[str | None, str | None]]] = {
        "certificates_out": [(key, until) for key, until in certificates if until < today],
        "certificates_soon": [(key, until) for key, until in certificates if today <= until <= soon],
        "offers_stale": [(each.company_id, each.confirm_by) for each in stale(snapshot, today) if each.kind == "Offer"],
        "introductions_open": introduced,
        "contacts_review": contacts,
        "past_time": past,
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

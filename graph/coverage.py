"""How much is known of the region's firms? Counts of firms by what is known of them, for whoever looks.

The firms counted are those of the region and those whose place is unknown; firms elsewhere are trading partners, and
staffing firms and consultants no industry of their own. What the viewer may not see is not counted, because it is not
in the snapshot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from graph.branches import LENT_OUT, branch_of
from graph.model import Certificate, Company, Interview, Load, Offer, Trade, Workplace
from graph.network import home_municipalities, in_region
from graph.store import Snapshot

PRECISIONS = ("address", "postcode", "locality", "municipality")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Firms, and how many of them there is something of each kind about."""

    companies: int
    placed: Mapping[str, int]  # by how exactly the best of a firm's workplaces is placed
    stated: int  # a process is stated or verified
    inferred: int  # only inferred
    certified: int  # a certificate that holds on the day, or whose end is unknown
    trading: int
    answered: int  # an interview was answered
    left_out: int = 0  # staffing firms and consultants, which none of the other numbers count


def coverage(snapshot: Snapshot, today: str) -> Coverage:
    """Count the firms of a snapshot on the day (ISO text)."""
    home = home_municipalities(snapshot)
    near = [each for each in snapshot.of(Company) if in_region(each.country, each.municipality, home) is not False]
    firms = {each.company_id for each in near if branch_of(each) not in LENT_OUT}
    best: dict[str, int] = {}
    for site in snapshot.of(Workplace):
        if site.company_id in firms and site.latitude is not None and site.location_precision in PRECISIONS:
            rank = PRECISIONS.index(site.location_precision)
            best[site.company_id] = min(rank, best.get(site.company_id, rank))
    placed = Counter(PRECISIONS[rank] for rank in best.values())
    offers = snapshot.of(Offer)
    stated = {each.company_id for each in offers if each.evidence != "inferred"} & firms
    inferred = ({each.company_id for each in offers} & firms) - stated
    certified = {
        each.company_id for each in snapshot.of(Certificate) if not each.valid_until or each.valid_until >= today
    }
    trading = {firm for each in snapshot.of(Trade) for firm in (each.seller_id, each.buyer_id)}
    answered = {each.company_id for each in snapshot.of(Interview) if each.outcome == "answered"}
    return Coverage(
        len(firms),
        {each: placed[each] for each in PRECISIONS},
        len(stated),
        len(inferred),
        len(certified & firms),
        len(trading & firms),
        len(answered & firms),
        len(near) - len(firms),
    )


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest day or year of each kind of knowledge; None where there is none."""

    loaded_on: str | None
    stated_on: str | None
    asked_on: str | None
    traded_in: int | None


def newest(snapshot: Snapshot, loads: tuple[Load, ...] = ()) -> Newest:
    """How new the newest of each kind is."""
    return Newest(
        max((each.loaded_on for each in loads if each.withdrawn is None), default=None),
        max((each.stated_on for each in snapshot.of(Offer) if each.stated_on), default=None),
        max((each.asked_on for each in snapshot.of(Interview) if each.asked_on), default=None),
        max((each.year for each in snapshot.of(Trade) if each.year), default=None),
    )

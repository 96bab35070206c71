"""To which moments can one go back, what was the region like then, and which firm of now is which firm of then?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph.ledger import records_at, today
from graph.model import REGION_KINDS, Alias, Company, Decision, Load, SnapshotName
from graph.resolve import Resolution
from graph.store import Snapshot, Store, sort_key


@dataclass(frozen=True, slots=True)
class Moment:
    """A revision to go back to, and the day (ISO) of what was newest in it.

    ``kind`` is ``named`` (``name`` is what somebody called it), ``load`` (``name`` is the load's id: what it left),
    ``start``, before all loads, or ``revision`` (``name`` is its number).
    """

    at: int
    day: str
    kind: str
    name: str


def moments(snapshot: Snapshot) -> tuple[Moment, ...]:
    """The moments that somebody named, those that loads which count have left, and the start; the newest first.

    ``snapshot`` holds Load, Decision and SnapshotName.
    """
    found = [Moment(each.at, day_of(snapshot, each.at), "named", each.name) for each in snapshot.of(SnapshotName)]
    loads = [each for each in snapshot.of(Load) if each.withdrawn is None]
    found += [Moment(each.revision, each.loaded_on, "load", each.load_id) for each in loads]
    if loads:
        found.append(Moment(0, day_of(snapshot, 0), "start", ""))
    return tuple(sorted(found, key=lambda each: (-each.at, each.kind != "named", each.name)))


def day_of(snapshot: Snapshot, at: int) -> str:
    """The day (ISO) of the newest load or decision at a revision; before all of them that of the first."""
    days = [(each.revision, each.loaded_on) for each in snapshot.of(Load)]
    days += [(each.revision, each.decided_on) for each in snapshot.of(Decision)]
    until = [day for revision, day in days if revision <= at]
    return max(until) if until else min((day for _, day in days), default=today())


def region_at(store: Store, at: int) -> Snapshot:
    """The region, of every kind but the taxonomy's own, as it was at a revision.

    Raises:
        UnknownName: for a revision the store has not reached.
    """
    return region_of(records_at(store, at), at)


def region_of(resolution: Resolution, at: int) -> Snapshot:
    """Records derived from the ledger, as of a revision, as a store would give them."""
    return Snapshot(at, {kind: sorted(resolution.of(kind).values(), key=sort_key) for kind in REGION_KINDS})


def followed(old: Snapshot, new: Snapshot) -> dict[str, str | None]:
    """The newer identifier of each older firm, by any identifier the two moments share; None where there is none."""
    now = {each.alias: each.company_id for each in new.of(Alias)}
    firms = {each.company_id for each in new.of(Company)}
    also: dict[str, list[str]] = defaultdict(list)
    for each in old.of(Alias):
        also[each.company_id or ""].append(each.alias)
    found: dict[str, str | None] = {}
    for company in old.of(Company):
        key = company.company_id
        meant = (now.get(alias) for alias in (key, *also[key]))
        found[key] = next((each for each in meant if each in firms), None)
    return found


def known_before(old: Snapshot, new: Snapshot) -> set[str]:
    """Newer firms of which an identifier was that of an older firm, whatever it means now."""
    firms = {each.company_id for each in old.of(Company)}
    then = {each.alias for each in old.of(Alias) if each.company_id in firms} | firms
    return {each.company_id or "" for each in new.of(Alias) if each.alias in then} | firms

"""How many firms that are met only through the network's manager can make a thing, without telling which?

They are counted by county and process alone, and told as "at least" so and so many. Areas that overlapped, or answers
that followed the demand more closely, could be set against each other until one firm stood alone; counties do not
overlap, and of fewer than :data:`LEAST` nothing is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graph.audience import Viewer, heard, resolved
from graph.consent import Consents
from graph.demands import Demand
from graph.geo import Gazetteer, Point
from graph.model import Alias, Capability, Company, Decision, Level, Offer
from graph.network import municipalities
from graph.store import Snapshot, Store
from graph.suppression import LEAST

STEPS = (LEAST, 5, 10, 20, 50)
"""What "at least" is said of."""


class Told(NamedTuple):
    """In a county (its code) at least so many firms, whom nobody but the manager names, can do a process."""

    process: str
    county: str
    at_least: int


class Unnamed:
    """The firms that nobody but the manager names, by county and process; only :meth:`at_least` leaves it."""

    def __init__(self, firms: Mapping[tuple[str, str], frozenset[str]]) -> None:
        self._firms = firms

    @classmethod
    def of(cls, store: Store, viewer: Viewer) -> Unnamed:
        """Those whom a viewer does not get to see, but for whom the manager may be asked; for the manager, nobody."""
        if viewer.level >= Level.MANAGER:
            return cls({})
        snapshot, claims = heard(store)
        company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
        if not Consents.of(snapshot.of(Decision), company_of).has_through:
            return cls({})
        shown = resolved(snapshot, claims, viewer)
        opened = resolved(snapshot, claims, viewer, through_opened=True)
        named = {each.key for each in shown.of(Offer)}
        active = {each.company_id for each in opened.of(Company) if each.is_active}
        homes = municipalities(opened)
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for offer in opened.of(Offer):
            firm = offer.company_id or ""
            if offer.key not in named and firm in active and firm in homes:
                for process in _with_general(opened, offer.capability or ""):
                    found[homes[firm][:2], process].add(firm)
        return cls({key: frozenset(firms) for key, firms in found.items()})

    def at_least(self, municipality: str, process: str) -> int | None:
        """A number that at least so many firms in the municipality's county reach, None where it is not told."""
        count = len(self._firms.get((municipality[:2], process), ()))
        return max((step for step in STEPS if step <= count), default=None)

    def told(self, demand: Demand, near: Point) -> list[Told]:
        """What may be said to who asks for a part near a point (latitude, longitude): of each process, by itself."""
        municipality = Gazetteer.default().municipality_of(*near) if self._firms else None
        if municipality is None:
            return []
        asked = (code for code, _ in demand.processes[: demand.deciding])
        counts = ((code, self.at_least(municipality, code)) for code in asked)
        return [Told(code, municipality[:2], count) for code, count in counts if count]


def _with_general(snapshot: Snapshot, process: str) -> Iterator[str]:
    """A process and those more general ones that it counts for."""
    parents = {each.capability: each.parent for each in snapshot.of(Capability)}
    at: str | None = process
    while at:
        yield at
        at = parents.get(at)

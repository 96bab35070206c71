"""Which buyer's requirement does which supplier not meet, since when or from when, and how is that known?

A supplier is who sells to the buyer in the network. Certificates are judged as the search judges them: one that covers
the one asked for and runs on the day is ``met``; one that has run out is ``unmet``, and so is a firm that lists others
but not this; of a firm of which no certificate is known it is ``unknown``. Processes likewise, by what the firm has
said itself: what is only concluded of it is unknown. A requirement in words is for a person to ask about. The day is
that on which the requirement applies; what is met and runs out within :data:`SOON_DAYS` is a gap from the day after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from graph.demands import MET, UNKNOWN, UNMET
from graph.model import OWN_WORD, Certificate, Company, Offer, Requirement
from graph.store import Snapshot
from graph.supply_columns import is_running
from graph.taxonomy import taxonomy

if TYPE_CHECKING:
    import networkx as nx

SOON_DAYS = 180  # assumed: about what it takes to get a certificate renewed
SURE = ("ran_out", "runs_out")
REASONS = ("ran_out", "runs_out", "lists_others", "nothing_listed", "inferred", "in_words", "holds", "stated")
"""How a standing is known, what is surest of the gaps first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A supplier against a requirement of one of its buyers.

    ``unmet_from`` is the day (ISO) from which it is not met, None where that is so already; ``has`` is what the firm
    lists instead or what meets the requirement, ``until`` the day until which that runs.
    """

    company_id: str
    buyer_id: str
    requirement_id: str
    what: str  # certificate, capability, other
    asked: str  # the standard, the process's code, or the buyer's words
    applies_from: str | None  # None: now
    status: str  # met, unmet, unknown
    reason: str  # of REASONS
    unmet_from: str | None = None
    has: str | None = None
    until: str | None = None

    @property
    def is_gap(self) -> bool:
        """Whether it is known not to be met, now or from a day."""
        return self.status == UNMET

    @property
    def is_sure(self) -> bool:
        """Whether a certificate of its own has run out or will, not only that the firm lists others."""
        return self.reason in SURE

    @property
    def urgency(self) -> tuple[object, ...]:
        """Orders standings: unmet now, unmet from a day, unknown, met; then what is surest."""
        group = {UNMET: 1 if self.unmet_from else 0, UNKNOWN: 2, MET: 3}[self.status]
        day = self.unmet_from or self.applies_from or ""
        return (group, day, REASONS.index(self.reason), self.until or "", self.company_id, self.buyer_id, self.asked)


def standings(snapshot: Snapshot, network: nx.DiGraph, today: str) -> tuple[Standing, ...]:
    """Every supplier's standing against every requirement of its buyers on the day (ISO), most urgent first.

    Firms struck off or being wound up are neither buyers nor suppliers.
    """
    active = {each.company_id for each in snapshot.of(Company) if each.is_active}
    judge = _Judge(snapshot, today)
    found = [
        judge.standing(supplier, asked)
        for asked in snapshot.of(Requirement)
        if asked.buyer_id in active and asked.buyer_id in network
        for supplier in network.predecessors(asked.buyer_id)
        if supplier in active
    ]
    return tuple(sorted(found, key=lambda each: each.urgency))


def gaps_of(found: Iterable[Standing]) -> tuple[Standing, ...]:
    """Those that are known not to be met, in the order given."""
    return tuple(each for each in found if each.is_gap)


def by_firm(found: Iterable[Standing]) -> tuple[tuple[Standing, ...], ...]:
    """Standings of a firm against the same requirement of several buyers together: to a firm they are one thing to do.

    Groups and their standings keep the order given.
    """
    groups: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for each in found:
        groups[each.company_id, each.asked].append(each)
    return tuple(tuple(group) for group in groups.values())


class _Judge:
    """What is known of each firm, and how it stands against a requirement."""

    def __init__(self, snapshot: Snapshot, today: str) -> None:
        self._today = today
        self._soon = (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()
        self._certificates: Mapping[str, list[Certificate]] = defaultdict(list)
        for each in snapshot.of(Certificate):
            self._certificates[each.company_id or ""].append(each)
        self._offers: Mapping[str, list[Offer]] = defaultdict(list)
        for offer in snapshot.of(Offer):
            self._offers[offer.company_id or ""].append(offer)

    def standing(self, supplier: str, asked: Requirement) -> Standing:
        """How the supplier stands."""
        if asked.standard:
            return self._certificate(supplier, asked, asked.standard)
        if asked.capability:
            return self._capability(supplier, asked, asked.capability)
        return self._told(supplier, asked, asked.description or "", UNKNOWN, "in_words")

    def _certificate(self, supplier: str, asked: Requirement, standard: str) -> Standing:
        day = max(self._today, asked.applies_from or "")
        later = day if day > self._today else None
        held = self._certificates.get(supplier, [])
        if not held:
            return self._told(supplier, asked, standard, UNKNOWN, "nothing_listed")
        covering = [each for each in held if is_running(each, standard, "")]
        if not covering:
            listed = ", ".join(sorted({each.standard or "" for each in held}))
            return self._told(supplier, asked, standard, UNMET, "lists_others", later, listed)
        best = max(covering, key=lambda each: (each.valid_until or "9999", each.key))
        until = best.valid_until
        if until is None or until >= max(day, self._soon):
            return self._told(supplier, asked, standard, MET, "holds", None, best.standard, until)
        if until < self._today:
            return self._told(supplier, asked, standard, UNMET, "ran_out", later, best.standard, until)
        after = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
        return self._told(supplier, asked, standard, UNMET, "runs_out", max(after, day), best.standard, until)

    def _capability(self, supplier: str, asked: Requirement, process: str) -> Standing:
        offers = self._offers.get(supplier, [])
        fitting = [each for each in offers if taxonomy().satisfies(each.capability or "", process)]
        said = [each for each in fitting if each.evidence in OWN_WORD]
        if said:
            return self._told(supplier, asked, process, MET, "stated", None, said[0].capability)
        if fitting:
            return self._told(supplier, asked, process, UNKNOWN, "inferred", None, fitting[0].capability)
        others = sorted({each.capability or "" for each in offers if each.evidence in OWN_WORD})
        if not others:
            return self._told(supplier, asked, process, UNKNOWN, "nothing_listed")
        later = asked.applies_from if (asked.applies_from or "") > self._today else None
        return self._told(supplier, asked, process, UNMET, "lists_others", later, ", ".join(others))

    def _told(
        self,
        supplier: str,
        asked: Requirement,
        what: str,
        status: str,
        reason: str,
        unmet_from: str | None = None,
        has: str | None = None,
        until: str | None = None,
    ) -> Standing:
        applies = asked.applies_from if (asked.applies_from or "") > self._today else None
        kind = "certificate" if asked.standard else "capability" if asked.capability else "other"
        buyer, key = asked.buyer_id or "", asked.requirement_id
        return Standing(supplier, buyer, key, kind, what, applies, status, reason, unmet_from, has, until)


# -- what a lack belongs to ------------------------------------------------------------------------------------------

THEME_OF_STANDARD: Mapping[str, str] = {
    "ISO 14001": "climate",
    "ISO 50001": "climate",
    "ISO 45001": "inclusion",  # whose theme covers the working environment
    "ISO 27001": "digitalisation",
    "AQAP 2110": "preparedness",
    "AQAP 2120": "preparedness",
    "AQAP 2130": "preparedness",
    "AQAP 2131": "preparedness",
    "AQAP 2310": "preparedness",
}
"""The theme of a standard beside that of getting certified at all; a rule of thumb."""


def themes_of(gap: Standing) -> Sequence[str]:
    """Themes of development that a gap belongs to, the likeliest first; none where it is known in words only."""
    if gap.what == "capability":
        return ("automation",)
    if gap.what == "certificate":
        own = THEME_OF_STANDARD.get(taxonomy().certificate_of(gap.asked) or gap.asked)
        return ("process_maturity", own) if own else ("process_maturity",)
    return ()

"""Which facts are old enough to be asked about again? An offer or a certificate has a day to be confirmed by.

It is the day the firm has named itself; else an offer's is :data:`OFFER_DAYS` after it was told, and a certificate's is
the day it runs out. What the program has concluded is not old but unconfirmed, and what bears no day at all cannot be
told to be old: neither is listed. Firms struck off or being wound up are asked
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from graph.model import Certificate, Company, Offer
from graph.store import Snapshot

OFFER_DAYS = 730
"""Machines come and go: two years, assumed."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A fact to ask about: whose, of which kind (``Offer``, ``Certificate``), the process or standard, and the days."""

    company_id: str
    kind: str
    item: str
    confirm_by: str
    stated_on: str | None


def confirm_by(fact: Offer | Certificate) -> str | None:
    """The day (ISO) by which the fact should be confirmed; None where it bears no day or was never said.

    >>> confirm_by(Offer("a/turning", stated_on="2024-03-01", evidence="stated"))
    '2026-03-01'
    >>> confirm_by(Certificate("a/ISO 9001", valid_until="2027-01-31"))
    '2027-01-31'
    """
    if fact.confirm_by:
        return fact.confirm_by
    if isinstance(fact, Certificate):
        return fact.valid_until
    if fact.inferred_from or not fact.stated_on:
        return None
    return (date.fromisoformat(fact.stated_on) + timedelta(days=OFFER_DAYS)).isoformat()


def stale(snapshot: Snapshot, by: str) -> list[Stale]:
    """Facts to be confirmed by the day (ISO) or before it, the longest overdue first.

    ``snapshot`` holds Company, Offer and Certificate.
    """
    asked = {each.company_id for each in snapshot.of(Company) if each.is_active}
    facts: list[tuple[Offer | Certificate, str | None, str | None]] = [
        *((each, each.capability, each.stated_on) for each in snapshot.of(Offer)),
        *((each, each.standard, None) for each in snapshot.of(Certificate)),
    ]
    found = [
        Stale(each.company_id or "", type(each).__name__, item or "", due, told)
        for each, item, told in facts
        if each.company_id in asked and (due := confirm_by(each)) and due <= by
    ]
    return sorted(found, key=lambda each: (each.confirm_by, each.company_id, each.kind, each.item))

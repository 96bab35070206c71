"""Which facts are old enough to be asked about again? An offer or a certificate has a day to be confirmed by.

It is the day the firm has named itself; else an offer's is :data:`OFFER_DAYS` after it was told, and a certificate's is
the day it runs out. What the program has concluded is not old but unconfirmed, and what bears no day at all cannot be
told to be old: neither is listed. Firms struck off or being wound up are asked nothing.

A contact has a day by which somebody asks whether it is still needed: the one it names, else so many days after it was
told as ``NARVERK_REVIEW_DAYS`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from graph.model import Certificate, Company, Contact, Offer
from graph.settings import days_of
from graph.store import Snapshot

OFFER_DAYS = 730
"""Machines come and go: two years, assumed."""
REVIEW, REVIEW_DAYS = "NARVERK_REVIEW_DAYS", 365


@dataclass(frozen=True, slots=True)
class Stale:
    """A fact to ask about: whose, of which kind, the process, standard or contact's name, and the days."""

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


def review_on(contact: Contact) -> str | None:
    """The day (ISO) by which somebody should ask whether the contact is still needed; None where none can be told.

    Raises:
        UserMistake: ``bad_setting``.
    """
    if contact.review_on or not contact.stated_on:
        return contact.review_on
    days = days_of(REVIEW, REVIEW_DAYS) or REVIEW_DAYS
    return (date.fromisoformat(contact.stated_on) + timedelta(days=days)).isoformat()


def stale(snapshot: Snapshot, by: str) -> list[Stale]:
    """Facts to be confirmed by the day (ISO) or before it, the longest overdue first.

    ``snapshot`` holds Company, Offer and Certificate, and perhaps Contact.
    """
    asked = {each.company_id for each in snapshot.of(Company) if each.is_active}
    facts: list[tuple[Offer | Certificate, str | None, str | None]] = [
        *((each, each.capability, each.stated_on) for each in snapshot.of(Offer)),
        *((each, each.standard, None) for each in snapshot.of(Certificate)),
    ]
    contacts = snapshot.of(Contact) if Contact in snapshot.kinds else ()
    dated: list[tuple[Offer | Certificate | Contact, str | None, str | None, str | None]] = [
        *((each, item, told, confirm_by(each)) for each, item, told in facts),
        *((each, each.name or each.email or each.phone, each.stated_on, review_on(each)) for each in contacts),
    ]
    found = [
        Stale(each.company_id or "", type(each).__name__, item or "", due, told)
        for each, item, told, due in dated
        if each.company_id in asked and due and due <= by
    ]
    return sorted(found, key=lambda each: (each.confirm_by, each.company_id, each.kind, each.item))

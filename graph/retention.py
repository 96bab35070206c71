"""What is kept of persons longer than the network has settled, and how it is let go.

``NARVERK_RETAIN_CONTACTS``: so many days after its day of review (:func:`graph.freshness.review_on`) a contact goes;
``NARVERK_RETAIN_NOTES``: so many days after an interview what was noted in it does. Where they are not set nothing is
too old. Nothing goes by itself: somebody is told, and says so. What is let go may be told anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from graph.erasure import Reached, erase
from graph.freshness import review_on
from graph.marks import Marks
from graph.model import Contact, Interview
from graph.persons import Candidate, Holdings
from graph.settings import days_of
from graph.store import Snapshot, Store

CONTACTS, NOTES = "NARVERK_RETAIN_CONTACTS", "NARVERK_RETAIN_NOTES"


@dataclass(frozen=True, slots=True)
class Past:
    """Something past its time: a contact or an interview with notes, whose, and the day (ISO) it should have gone."""

    record: Contact | Interview
    company_id: str
    due: str


def past_time(snapshot: Snapshot, today: str) -> list[Past]:
    """What should have gone by the day (ISO), the oldest first; ``snapshot`` holds Contact and Interview.

    Raises:
        UserMistake: ``bad_setting``.
    """
    found = [each for each in _dated(snapshot) if each.due < today]
    return sorted(found, key=lambda each: (each.due, each.record.key))


def _dated(snapshot: Snapshot) -> Iterator[Past]:
    contacts, notes = days_of(CONTACTS, None), days_of(NOTES, None)
    if contacts is not None:
        for contact in snapshot.of(Contact) if Contact in snapshot.kinds else ():
            if reviewed := review_on(contact):
                yield Past(contact, contact.company_id or "", _after(reviewed, contacts))
    if notes is not None:
        for each in snapshot.of(Interview):
            if each.notes and each.asked_on:
                yield Past(each, each.company_id or "", _after(each.asked_on, notes))


def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def let_go(store: Store, past: Sequence[Past], today: str) -> Reached:
    """Erase what is past its time, as :func:`graph.erasure.erase`; a list may tell of it anew."""
    if not past:
        return Reached()
    holdings = Holdings(store)
    contacts = [each.record for each in past if isinstance(each.record, Contact)]
    marks = [replace(holdings.marks([_candidate(each)]), keeps_out=False) for each in contacts]
    asked = [each.record.asked_on for each in past if isinstance(each.record, Interview) and each.record.asked_on]
    if asked:
        marks.append(Marks(notes_until=max(asked), on=today, keeps_out=False))
    return erase(store, *marks)


def _candidate(contact: Contact) -> Candidate:
    known = ((each,) if each else () for each in (contact.name, contact.title, contact.email, contact.phone))
    return Candidate(*known, firms=(contact.company_id,) if contact.company_id else ())  # type: ignore[misc]

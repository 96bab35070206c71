"""Whom does a text mean, a personal number too; and all erased that is kept of the person, beside the region too."""

from __future__ import annotations

from collections.abc import Sequence

from graph.erasure import Reached, erase
from graph.marks import Marks
from graph.persons import Candidate, Holdings
from graph.secret import secret_for
from ingest.identity import person_subject, read_number
from ingest.online import forget


def subject_in(holdings: Holdings, text: str) -> str:
    """The identifier of the sole trader whose personal number the text is, "" where it is none."""
    number = read_number(text)
    return person_subject(secret_for(holdings.store), number.digits) if number.personal and number.digits else ""


def whom(holdings: Holdings, text: str) -> list[Candidate]:
    """Everybody whom a name, an e-mail address, a telephone number or a personal number may mean."""
    return holdings.candidates(text, subject_in(holdings, text))


def erase_person(holdings: Holdings, chosen: Sequence[Candidate], marks: Marks) -> Reached:
    """Erase the chosen, who are one person, with the places of the person's own firm that were looked up.

    Raises:
        UserMistake, WrongSecret, StoreError: see :func:`ingest.online.forget` and :func:`graph.erasure.erase`.
    """
    forget(holdings.addresses(chosen))
    return erase(holdings.store, marks)

"""What was said in one interview, as one draft: several records by hand, saved together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.model import Claim, Record
from ingest.by_hand import Desk, Draft
from ingest.typed import Mistake


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of an interview: its kind, the text of each field that has one, and the company it belongs to."""

    kind: type[Record]
    typed: Mapping[str, str]
    about: str


@dataclass(frozen=True, slots=True)
class Together:
    """The draft of all entries, without claims where anything is wrong; mistakes by the number of the entry."""

    draft: Draft
    mistakes: Mapping[int, tuple[Mistake, ...]]


def drafted(desk: Desk, entries: Sequence[Entry]) -> Together:
    """All entries as one draft; each is checked, so that all that is wrong is told at once."""
    drafts = [desk.add(each.kind, each.typed, about=each.about) for each in entries]
    mistakes = {number: draft.mistakes for number, draft in enumerate(drafts) if draft.mistakes}
    if mistakes:
        return Together(Draft(mistakes=tuple(each for wrong in mistakes.values() for each in wrong)), mistakes)
    claims: list[Claim] = []
    for draft in drafts:
        claims += [each for each in draft.claims if each not in claims]
    subjects = frozenset().union(*(draft.subjects for draft in drafts))
    return Together(Draft(tuple(claims), subjects=subjects), {})

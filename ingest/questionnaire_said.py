"""What one row of a questionnaire says, and the claims that it makes as the firm's own word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from graph.consent import Choice
from graph.model import Claim
from graph.questionnaire import Row
from ingest.by_hand import Desk, Draft
from ingest.questionnaire import ANSWER, Known, Page

Act = Literal["new", "changed", "gone", "confirmed", "seen"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says: the record, what becomes of it, and the texts of its fields."""

    page: Page
    item: str  # the record's key below its firm, "" for one that gets its key when it is added
    act: Act
    typed: Row
    moved: frozenset[str] = frozenset()  # fields that somebody has changed since; ANSWER: the record itself
    choice: Choice | None = None
    choice_field: str = ""


def draft_of(desk: Desk, known: Known, said: Said, *, with_moved: bool = True) -> Draft:
    """The claims of a row; without what somebody has changed since it was asked, unless ``with_moved``."""
    if not with_moved and ANSWER in said.moved:
        return Draft()
    typed = {name: text for name, text in said.typed.items() if with_moved or name not in said.moved}
    account = known.account(said.page.kind, said.item)
    if said.act == "new":
        return desk.add(said.page.kind, typed, about=known.company_id)
    if account is None:
        return Draft()
    if said.act == "gone":
        return desk.close([account])
    changed = desk.change(account, typed) if typed else Draft()
    if said.act != "confirmed":
        return changed
    confirmed = desk.confirm(account)
    claims = (*_beside(confirmed.claims, changed.claims), *changed.claims)
    return Draft(claims, changed.mistakes, confirmed.subjects)


def _beside(confirmed: Sequence[Claim], changed: Sequence[Claim]) -> Iterator[Claim]:
    """What is confirmed, without the fields that are changed at once."""
    new = {(each.kind, name) for each in changed for name in each.fields}
    for each in confirmed:
        yield replace(each, fields={name: value for name, value in each.fields.items() if (each.kind, name) not in new})

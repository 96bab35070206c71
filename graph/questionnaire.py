"""Questionnaires that were made for firms: the code inside each, what it asked, and what became of it.

They are notes of the region and no claims: what a firm answers becomes its own word only when it is published. A code
is drawn at random and tells nothing of the firm; beside it stands every cell as it was filled in, so that an answer is
compared with what was asked and not with what somebody has changed since. The words of invitations and reminders are
kept the same way.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

import orjson

from graph.audience import Viewer, require
from graph.errors import UnknownName, UserMistake
from graph.ledger import today
from graph.model import Alias, Company, Load
from graph.own_view import current_id
from graph.store import Store

RESULT = "questionnaires"
NOTES = "questionnaire:"
CODES, LETTERS = f"{NOTES}code:", f"{NOTES}letter:"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without what is mistaken for something else on paper
CODE_CHARACTERS, GROUP = 16, 4
OLD_DAYS = 400

Row = Mapping[str, str]
"""The text of each cell of a row, by field."""
Filled = Mapping[str, Mapping[str, Row]]
"""What a questionnaire says before anybody has answered: rows by kind and item."""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One firm's questionnaire."""

    code: str
    company_id: str  # as it was called when it was made
    language: str
    made_on: str
    cells: Filled
    number: int = 0  # in the order in which they were made
    how: str = ""  # what the interview says of how it was asked
    sent_on: str = ""
    reminded_on: str = ""
    answered_on: str = ""
    load_id: str = ""  # that the answers were published in, "" where nothing was new
    decisions: tuple[str, ...] = field(default=())  # ids of the choices that came with them


def shown(code: str) -> str:
    """The code as it stands on paper.

    >>> shown("ABCDEFGH23456789")
    'ABCD-EFGH-2345-6789'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain(text: str) -> str:
    """The code that a text means, whatever stands between its letters."""
    return "".join(each for each in text.upper() if each in ALPHABET)


# -- making ----------------------------------------------------------------------------------------------------------


def ask(
    store: Store, viewer: Viewer, forms: Iterable[tuple[str, Filled]], *, language: str, on: str
) -> list[Questionnaire]:
    """A questionnaire for each firm and what it is filled with; one that asks the same and is not answered stays.

    Another one takes over from it that the firm has been asked and reminded; the code of the first still counts.

    Raises:
        NotAllowed: the viewer is not the manager.
    """
    require(viewer, RESULT)
    known_before = questionnaires(store, viewer)
    number = max((each.number for each in known_before), default=0)
    waiting = _by_firm(store, (each for each in known_before if not each.answered_on and not _is_old(each, on)))
    made = []
    for company_id, cells in forms:
        known = waiting.get(company_id)
        if known is None or (known.language, known.cells) != (language, cells):
            code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
            number += 1
            new = Questionnaire(code, company_id, language, on, cells, number)
            if known is not None:
                new = replace(new, how=known.how, sent_on=known.sent_on, reminded_on=known.reminded_on)
            known = new
            keep(store, viewer, known)
        made.append(known)
    return made


def keep(store: Store, viewer: Viewer, questionnaire: Questionnaire) -> None:
    """Keep it as it is now.

    Raises:
        NotAllowed: the viewer is not the manager.
    """
    require(viewer, RESULT)
    store.remember(CODES + questionnaire.code, orjson.dumps(asdict(questionnaire)).decode())


# -- finding ---------------------------------------------------------------------------------------------------------


def questionnaires(store: Store, viewer: Viewer) -> list[Questionnaire]:
    """All that were made, the oldest first; one whose answers were taken back waits for an answer again.

    Raises:
        NotAllowed: the viewer is not the manager.
    """
    require(viewer, RESULT)
    found = _standing(store, map(_read, store.notes(CODES).values()))
    return sorted(found, key=lambda each: (each.made_on, each.number, each.code))


def _standing(store: Store, found: Iterable[Questionnaire]) -> list[Questionnaire]:
    """Those whose load was undone wait for an answer again."""
    found = list(found)
    named = {each.load_id for each in found if each.load_id}
    loads = store.matching(Load, "load_id", named) if named else ()
    gone = {each.load_id for each in loads if each.withdrawn is not None}
    return [unanswered(each) if each.load_id in gone else each for each in found]


def unanswered(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire as it was before it was answered."""
    return replace(questionnaire, answered_on="", load_id="", decisions=())


def newest(found: Sequence[Questionnaire], store: Store) -> dict[str, Questionnaire]:
    """The one of each firm of today that counts: the last that was answered or made."""
    order = sorted(found, key=lambda each: (each.answered_on or each.made_on, bool(each.answered_on), each.number))
    return _by_firm(store, order)


def _by_firm(store: Store, found: Iterable[Questionnaire]) -> dict[str, Questionnaire]:
    """The last one of each firm, as it is called today."""
    found = list(found)
    named = {each.company_id for each in found}
    today_of = {each.alias: each.company_id or each.alias for each in store.matching(Alias, "alias", named)}
    return {today_of.get(each.company_id, each.company_id): each for each in found}


def of_code(store: Store, viewer: Viewer, text: str, *, on: str | None = None) -> tuple[Questionnaire, str]:
    """The questionnaire that a code belongs to, waiting for its answer, and the firm as it is called today.

    Raises:
        NotAllowed: the viewer is not the manager.
        UnknownName: ``questionnaire_unknown``, ``questionnaire_firm_gone``.
        UserMistake: ``questionnaire_answered``, ``questionnaire_old``.
    """
    require(viewer, RESULT)
    code = plain(text)
    kept = store.recall(CODES + code) if code else None
    if kept is None:
        raise UnknownName("questionnaire_unknown", form=text)
    (found,) = _standing(store, [_read(kept)])
    company_id = current_id(store, found.company_id)
    if not store.matching(Company, "company_id", [company_id]):
        raise UnknownName("questionnaire_firm_gone", form=shown(code))
    if found.answered_on:
        raise UserMistake("questionnaire_answered", form=shown(code), day=found.answered_on)
    if _is_old(found, on or today()):
        raise UserMistake("questionnaire_old", form=shown(code), day=found.made_on)
    return found, company_id


def _is_old(questionnaire: Questionnaire, on: str) -> bool:
    last = max(questionnaire.sent_on, questionnaire.made_on)
    return date.fromisoformat(last) + timedelta(days=OLD_DAYS) < date.fromisoformat(on)


def _read(value: str) -> Questionnaire:
    """As it was written; what a newer program wrote beside it is passed over."""
    said = orjson.loads(value)
    names = {each.name for each in fields(Questionnaire)}
    known: dict[str, Any] = {name: each for name, each in said.items() if name in names}
    return Questionnaire(**{**known, "decisions": tuple(known["decisions"])})


# -- the words of letters --------------------------------------------------------------------------------------------


def keep_letter(store: Store, viewer: Viewer, name: str, letter: Mapping[str, str] | None) -> None:
    """Keep the network's own words of a letter; None: the program's own count again.

    Raises:
        NotAllowed: the viewer is not the manager.
    """
    require(viewer, RESULT)
    store.remember(LETTERS + name, orjson.dumps(dict(letter)).decode() if letter else None)


def letter_of(store: Store, viewer: Viewer, name: str) -> Mapping[str, str]:
    """The network's own words of a letter, empty where it has none.

    Raises:
        NotAllowed: the viewer is not the manager.
    """
    require(viewer, RESULT)
    kept = store.recall(LETTERS + name)
    found: Mapping[str, str] = orjson.loads(kept) if kept else {}
    return found

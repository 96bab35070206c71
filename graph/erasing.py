"""What is left of what was said and kept when some people are taken out of it?

Pure: a claim, a decision, a load and a note, each as it may stay, or None where nothing of it may. What is said of a
person as a contact, and of a person's own firm, goes whole; of what is said of others, the name, the address and the
number alone go. A firm keeps its name, even one that bears its owner's.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from graph.identity import is_company
from graph.marks import ERASED, Reader, words_of
from graph.model import (
    KIND_BY_NAME,
    Activity,
    Claim,
    Company,
    Contact,
    Decision,
    ImportedPart,
    Interview,
    Load,
    Record,
    SupportActor,
    SupportCase,
    Value,
    Workplace,
)
from graph.resolve import read_sources, write_sources
from graph.schema import SHAPES, company_references

FIRM_NAMES: Mapping[type[Record], str] = {
    Company: "name",
    Workplace: "name",
    SupportActor: "name",
    ImportedPart: "supplier",
    SupportCase: "actor",
}
"""Fields that hold the name of a firm: a person's name within it stays."""
SIGNED = frozenset({"asked_by", "introduced_by"})
"""Fields that hold a person's name and little else."""
SHARED = frozenset({"email", "phone"})
"""Fields of a contact that another contact may have too: a switchboard, an office's mailbox."""
EMAIL, NOTES = "email", "notes"
OF_A_FIRM = ("enquiry:", "capture:", "week:", "questionnaire:")
"""What the names of notes begin with that go whole where the firm they are about is a person's own."""


@dataclass(slots=True)
class _Entry:
    """All that is said of one contact of a firm."""

    names: set[tuple[str, ...]] = field(default_factory=set)  # folded
    name: str = ""
    mails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)


class Erasing:
    """Takes the people whose marks a reader knows out of a region's ledger."""

    def __init__(self, reader: Reader, claims: Iterable[Claim], company_of: Mapping[str, str]) -> None:
        """``claims`` are all there are, so that what one of them says of a contact is known of the others."""
        self.reader = reader
        self._company_of = company_of
        self._entries: dict[tuple[str, str], _Entry] = defaultdict(_Entry)
        for claim in claims:
            if claim.kind == Contact.__name__:
                self._gather(claim)
        self._gone = {key for key, entry in self._entries.items() if all(map(self.is_contact, entry.claims))}
        self._owners: dict[str, str] = {}

    def _gather(self, claim: Claim) -> None:
        entry = self._entries[self._about(claim)]
        entry.claims.append(claim)
        name, mail, phone = (str(claim.fields.get(each) or "") for each in ("name", "email", "phone"))
        if name:
            entry.names.add(tuple(sorted(words_of(name))))
            entry.name = name
        entry.mails.update({mail} if mail else ())
        entry.phones.update({phone} if phone else ())

    def _about(self, claim: Claim) -> tuple[str, str]:
        return self._company_of.get(claim.subject, claim.subject), claim.item

    def _firms(self, *identifiers: str) -> set[str]:
        return {*identifiers, *(self._company_of.get(each, each) for each in identifiers)}

    # -- claims ------------------------------------------------------------------------------------------------------

    def is_contact(self, claim: Claim, day: str = "") -> bool:
        """Whether the claim, loaded on the day, is about one of the people as a firm's contact."""
        if claim.kind != Contact.__name__:
            return False
        entry = self._entries[self._about(claim)]
        name = str(claim.fields.get("name") or "") or (entry.name if len(entry.names) == 1 else "")
        mail, phone = (claim.fields.get(each) for each in ("email", "phone"))
        mails, phones = {str(mail)} if mail else entry.mails, {str(phone)} if phone else entry.phones
        return self.reader.knows_contact(name, mails, phones, self._firms(claim.subject), day)

    def claim(self, claim: Claim, day: str) -> Claim | None:
        """The claim as it may stay, the very same where nobody is in it; ``day`` (ISO) is when it was loaded."""
        if self.reader.is_own(claim.subject) or self.is_contact(claim, day):
            return None
        kind = KIND_BY_NAME[claim.kind]
        named = {each.field for each in company_references(kind)}
        firms = self._firms(claim.subject, *(each for name in named for each in _listed(claim.fields.get(name))))
        values: dict[str, Value] = {}
        noted = str(claim.fields.get("asked_on") or claim.as_of or day)
        for name, value in claim.fields.items():
            if kind is Interview and name == NOTES and noted <= self.reader.notes_until:
                continue
            if kind is Contact and name in SHARED:
                values[name] = value
            elif name not in named:
                values[name] = self._value(kind, name, value, firms, day)
            elif any(map(self.reader.is_own, _listed(value))):
                if SHAPES[kind].edge:
                    return None  # nothing is left of an affair without the other end
                if isinstance(value, tuple):
                    values[name] = tuple(each for each in value if not self.reader.is_own(each))
            else:
                values[name] = value
        item = self.reader.without(claim.item, firms, day, names=kind not in FIRM_NAMES)
        subject = self.reader.without(claim.subject, firms, day) if kind is Activity else claim.subject
        if (values, item, subject) == (claim.fields, claim.item, claim.subject):
            return claim
        return replace(claim, fields=values, item=item, subject=subject)

    def _value(self, kind: type[Record], name: str, value: Value, firms: Collection[str], day: str) -> Value:
        if isinstance(value, tuple):
            return tuple(sorted({self.reader.without(each, firms, day) for each in value}))
        if not isinstance(value, str):
            return value
        is_name = FIRM_NAMES.get(kind) == name
        if name in SIGNED or (is_name and kind in (ImportedPart, SupportCase)):
            return self._signed(value, firms, day, names=not is_name)
        return self.reader.without(value, firms, day, names=not is_name)

    def _signed(self, text: str, firms: Collection[str], day: str, *, names: bool = True) -> str:
        if self.reader.names_whole(text, firms, day):
            return ERASED
        return self.reader.without(text, firms, day, names=names)

    # -- decisions and loads -----------------------------------------------------------------------------------------

    def decision(self, decision: Decision) -> Decision | None:
        """The decision as it may stay: one about a person or a person's firm does not."""
        if any(map(self.reader.is_own, decision.subjects)):
            return None
        firms, day = self._firms(*decision.subjects), decision.decided_on
        if decision.kind == Contact.__name__ and any((each, decision.item or "") in self._gone for each in firms):
            return None
        value = decision.value
        if value is not None:
            told = orjson.loads(value)
            if any(map(self.reader.is_own, _strings(told))):
                return None
            left = _walked(told, lambda text: self._signed(text, firms, day))
            if left != told:
                value = orjson.dumps(left, option=orjson.OPT_SORT_KEYS).decode()
        subjects, item = decision.subjects, decision.item
        if decision.kind == Activity.__name__:
            subjects = tuple(self.reader.without(each, firms, day) for each in subjects)
        by = self._signed(decision.decided_by, firms, day)
        item = self.reader.without(item, firms, day) if item else item
        return replace(decision, value=value, decided_by=by, item=item, subjects=subjects)

    def load(self, load: Load, claims: int) -> Load:
        """The load with the names of its files as they may stay, and so many claims."""
        sources = read_sources(load.sources)
        left = tuple(
            replace(
                each,
                owner=self._owner(each.owner),
                file=self.reader.without(each.file, (each.owner,), load.loaded_on),
                sheet=self.reader.without(each.sheet, (each.owner,), load.loaded_on),
            )
            for each in sources
        )
        return replace(load, sources=load.sources if left == sources else write_sources(left), claims=claims)

    def _owner(self, owner: str) -> str:
        """Whose list it is; a person's lists stay one person's, under a name that tells nothing."""
        if not self.reader.is_own(owner):
            return owner
        return self._owners.setdefault(owner, f"erased:{secrets.token_hex(8)}")

    # -- notes -------------------------------------------------------------------------------------------------------

    def notes(self, notes: Mapping[str, str]) -> dict[str, str | None]:
        """The notes that change, by name: what they are to say, None where they may not stay."""
        told = {name: _read(value) for name, value in notes.items()}
        gone = [name for name, value in told.items() if self._is_of_person(name, value)]
        changed: dict[str, str | None] = {}
        for name, value in told.items():
            if any(name == each or name.startswith(f"{each}:") for each in gone):
                changed[name] = None
                continue
            near = (each for other in _parents(name, told) for each in _strings(told[other]) if is_company(each))
            firms = self._firms(*near)
            left = _walked(value, lambda text, firms=firms: self._noted(text, firms))  # type: ignore[misc]
            if left != value:
                changed[name] = left if isinstance(left, str) else orjson.dumps(left).decode()
        return changed

    def _is_of_person(self, name: str, value: Any) -> bool:
        """Whether a note is about one of the people: a role, what was asked of a person's firm, a log-in."""
        if any(key in name for each in self.reader.marks for key in each.log_ins):
            return True
        if not isinstance(value, dict):
            return False
        mail = value.get(EMAIL)
        if isinstance(mail, str) and self.reader.without(mail) != mail:
            return True
        return name.startswith(OF_A_FIRM) and any(map(self.reader.is_own, _strings(value)))

    def _noted(self, text: str, firms: Collection[str]) -> str | None:
        if self.reader.is_own(text):
            return None
        for each in self.reader.marks:
            for key in each.log_ins:
                text = text.replace(key, ERASED)
        return self._signed(text, firms, "")


def strings_of(value: str) -> Iterator[str]:
    """Every text of a note, or of a value of JSON, without the names of its parts."""
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:
        found = value
    yield from _strings(found, keys=False)


def _parents(name: str, told: Mapping[str, Any]) -> Iterator[str]:
    """The note itself and those that it hangs on: of an event, its enquiry."""
    parts = name.split(":")
    for length in range(1, len(parts) + 1):
        above = ":".join(parts[:length])
        if above in told:
            yield above


def _read(value: str) -> Any:
    """What a note says: JSON, else a text."""
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return found if isinstance(found, (dict, list)) else value


def _strings(value: Any, *, keys: bool = True) -> Iterator[str]:
    """Every text in a value of JSON, with its keys or without."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if keys:
                yield key
            yield from _strings(each, keys=keys)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, keys=keys)


def _walked(value: Any, of_text: Callable[[str], str | None]) -> Any:
    """A value of JSON with every text, keys too, put through a function; entries that it leaves out are gone."""
    if isinstance(value, str):
        return of_text(value)
    if isinstance(value, dict):
        left = ((of_text(key), _walked(each, of_text)) for key, each in value.items())
        return {key: each for key, each in left if key is not None}
    if isinstance(value, list):
        kept = [(each, _walked(each, of_text)) for each in value]
        return [left for each, left in kept if left is not None or each is None]
    return value


def _listed(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()

"""Who comes to a meeting: a list of names or organisation numbers, read and matched to the region's firms; not stored.

A firm is known by its number, its name in any spelling that can only mean it, or the first words of one firm's name
alone. Whoever is not known, or may be several, keeps the name that was written and has a seat all the same; one
sentence tells of it, with the firm that was perhaps meant. Two rows of one firm are two people of it, and the same
person twice is one. A list without a heading that is understood is taken as names in its first column.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph.errors import AmbiguousName, UserMistake
from graph.meeting_plan import Attendee
from graph.model import Alias, Claim, Company
from graph.names import name_key
from graph.store import Snapshot
from ingest.headings import Headings
from ingest.identity import Number, read_number, subject_of, without_personal_numbers
from ingest.pipeline import placeless
from ingest.rows import RowProblem, map_columns
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table, read_tables

HEADINGS: Headings = {
    "number": ("Org.nr", "Organisationsnummer", "Orgnr", "Org number", "Organisation number"),
    "firm": (
        "Företag", "Företagsnamn", "Firma", "Bolag", "Organisation", "Arbetsgivare", "Deltagande företag", "Company",
        "Company name", "Firm", "Employer",
    ),
    "person": (
        "Deltagare", "Person", "Namn", "Kontaktperson", "Förnamn och efternamn", "Participant", "Attendee", "Name",
    ),
}  # fmt: skip
"""As :mod:`ingest.headings`: the first is Närverk's own in Swedish, the last in English."""
GUEST = "guest:"
LEAST_LIKENESS = 80  # of a name that is suggested, as rapidfuzz counts: 100 is the same
MOST_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Attendees:
    """Who comes, how many rows were read, and what is odd about them."""

    attendees: tuple[Attendee, ...]
    read: int
    problems: tuple[RowProblem, ...]


def read_attendees(path: Path, snapshot: Snapshot, secret: bytes) -> Attendees:
    """Those who come, from every sheet of a file, in its order.

    Args:
        path: a workbook or a text file.
        snapshot: with Company and Alias.
        secret: the install's own, behind the identifiers of natural persons.

    Raises:
        UnreadableFile: as :func:`ingest.tables.read_tables`.
        UserMistake: ``no_attendees`` where no row names anybody.
    """
    firms = Firms(snapshot)
    draft = _Draft(firms)
    for found in read_tables(path):
        table = _as_list(found)
        draft.problems += table.problems
        reading = Reading(table, HEADINGS, placeless(secret, ""))
        for result in read_rows(reading, draft.take, name_unknown_columns=False):
            draft.problems += result.problems
            draft.read += result.is_row
    if not draft.attendees:
        raise UserMistake("no_attendees", file=path.name)
    return Attendees(tuple(draft.attendees), draft.read, tuple(draft.problems))


def attendees_of(snapshot: Snapshot, company_ids: Iterable[str]) -> tuple[Attendee, ...]:
    """One attendee for each company, in order."""
    names = {each.company_id: each.name or "" for each in snapshot.of(Company)}
    return tuple(Attendee(each, names[each], each) for each in dict.fromkeys(company_ids) if each in names)


def one_attendee(snapshot: Snapshot, text: str, secret: bytes) -> Attendee:
    """Whom a few words name: a firm by name or number, else a guest.

    Raises:
        AmbiguousName: several firms may be meant.
    """
    firms, number = Firms(snapshot), read_number(text)
    identifier = _subject(number, secret) if number.digits else ""
    found = firms.named(identifier, text)
    if len(found) > 1:
        raise AmbiguousName("ambiguous_company", name=text, candidates=firms.described(found))
    name = firms.names[found[0]] if found else without_personal_numbers(text)
    return Attendee(found[0] if found else GUEST + (name_key(name) or name), name, found[0] if found else None)


class Firms:
    """The region's firms by what people write of them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.names = {each.company_id: each.name or "" for each in snapshot.of(Company)}
        self._company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
        self._keys = {company_id: name_key(name) for company_id, name in self.names.items() if name}
        self._by_key: dict[str, list[str]] = defaultdict(list)
        self._by_start: dict[str, set[str]] = defaultdict(set)
        for company_id, key in self._keys.items():
            self._by_key[key].append(company_id)
            words = key.split()
            for count in range(1, len(words)):
                self._by_start[" ".join(words[:count])].add(company_id)

    def named(self, identifier: str, name: str) -> list[str]:
        """The companies that are meant: one, several, or none that is known."""
        company = self._company_of.get(identifier, identifier)
        if company in self.names:
            return [company]
        key = name_key(name) if name else ""
        return self._by_key.get(key) or sorted(self._by_start.get(key, ()))

    def alike(self, name: str) -> list[str]:
        """Companies whose names look like it, the likest first."""
        from rapidfuzz import fuzz, process

        key = name_key(name)
        found = process.extract(key, self._keys, scorer=fuzz.ratio, limit=MOST_SUGGESTIONS, score_cutoff=LEAST_LIKENESS)
        return [company_id for _, _, company_id in found]

    def described(self, company_ids: Iterable[str]) -> str:
        """Companies as somebody can tell them apart, with the number to write instead where it is a public one."""
        told = (
            f"{self.names[each]} ({each.removeprefix('org:')})" if each.startswith("org:") else self.names[each]
            for each in company_ids
        )
        return ", ".join(sorted(told)[:MOST_SUGGESTIONS])


@dataclass(slots=True)
class _Draft:
    firms: Firms
    attendees: list[Attendee] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    read: int = 0
    people: set[tuple[str, str]] = field(default_factory=set)
    seats: Counter[str] = field(default_factory=Counter)

    def take(self, reading: Reading) -> list[Claim] | None:
        """Give whoever the row names a seat; no claim is made of it. None where it names nobody."""
        person = without_personal_numbers(reading.text("person"))
        identifier = _identifier(reading)
        firm = "" if identifier and read_number(reading.raw("firm")).digits else reading.text("firm")
        if not {"firm", "number"} & reading.columns.keys():
            firm = person  # a list of names alone names firms, where it names any
        firm = without_personal_numbers(firm)
        if not (firm or identifier or person):
            reading.problem("firm", "guest_missing", "", "error")
            return None
        company_id = self._company(reading, identifier, firm)
        name = self.firms.names[company_id] if company_id else firm or person or identifier.partition(":")[2]
        base = company_id or GUEST + (name_key(name) or name)
        if person and (base, name_key(person)) in self.people:
            reading.problem("person", "guest_twice", person, "info")
            return []
        self.people.add((base, name_key(person)))
        self.seats[base] += 1
        attendee_id = base if self.seats[base] == 1 else f"{base}#{self.seats[base]}"
        self.attendees.append(Attendee(attendee_id, name, company_id, person if person != name else ""))
        return []

    def _company(self, reading: Reading, identifier: str, firm: str) -> str | None:
        """The one company that is meant, or None and why."""
        found = self.firms.named(identifier, firm)
        if len(found) == 1:
            return found[0]
        where = "firm" if firm else "number"
        if found:
            reading.problem(where, "guest_doubtful", firm, "warning", self.firms.described(found))
        elif firm or identifier:
            alike = self.firms.described(self.firms.alike(firm)) if firm else ""
            reading.problem(where, "guest_unknown", firm or reading.raw("number"), "info", alike or None)
        return None


def _identifier(reading: Reading) -> str:
    """The identifier of a number, in its own column or where the name should be; "" where there is none."""
    own = reading.number("number")
    if own.problem and reading.raw("number"):
        reading.problem("number", own.problem, reading.raw("number"))
    number = own if own.digits else reading.number("firm")
    return _subject(number, reading.context.secret) if number.digits else ""


def _subject(number: Number, secret: bytes) -> str:
    return subject_of(number, secret=secret, vat="", country="", name="", municipality="", natural=False)


def _as_list(table: Table) -> Table:
    """The table, or as a list of names in its first column where no heading is understood."""
    if map_columns(table.headings, HEADINGS, table.told):
        return table
    rows = (table.headings, *table.rows)
    numbers = (table.heading_row, *(number for number, _ in table.numbered()))
    headings = (HEADINGS["firm"][0], *("" for _ in table.headings[1:]))
    return replace(table, headings=headings, rows=rows, numbers=numbers)

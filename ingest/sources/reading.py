"""A row at a time: its cells by field, the companies it names, and claims of what is known.

Nothing here knows a kind of sheet; a source gives :func:`read_rows` a function that makes a row's claims.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from graph.model import Claim, Level, Value
from graph.names import winding_up
from ingest.cells import EXCEL_ERRORS, UNKNOWN_WORDS, Bad, Parser, choice, country, parts
from ingest.headings import SHEETS, Headings
from ingest.identity import Number, masked, read_number, subject_of, swedish_vat
from ingest.locate import Location, PlaceProblem
from ingest.rows import RowProblem, Severity, map_columns, unknown_columns
from ingest.sources.common import Context, LookUp, Party, RowResult, clean
from ingest.suggestions import heading_meant, is_name, meant
from ingest.tables import Table
from ingest.totals import is_sum, is_total, last_row
from ingest.workbooks import NOT_CALCULATED

T = TypeVar("T")

PRIVATE_OF_PERSONS = ("name", "website", "business")
"""Fields of a natural person's firm that tell who it is: the manager's alone."""

AUDIENCES = choice(
    {
        "alla": "PUBLIC", "public": "PUBLIC", "offentligt": "PUBLIC", "medlemmar": "MEMBERS", "members": "MEMBERS",
        "nätverket": "MEMBERS", "nätverkets ledning": "MANAGER", "ledningen": "MANAGER", "ledning": "MANAGER",
        "ingen": "MANAGER", "manager": "MANAGER", "everybody": "PUBLIC", "the network's managers": "MANAGER",
    }
)  # fmt: skip


class Reading:
    """One pass over a table: the cells of the present row, by field, and what is wrong with them."""

    def __init__(self, table: Table, headings: Headings, context: Context) -> None:
        self.table = table
        self.headings = headings
        self.context = context
        self.columns: Mapping[str, int] = map_columns(table.headings, headings, table.told)
        self.problems: list[RowProblem] = []
        self.row = 0
        self._places = tuple(self.columns.items())
        self._said: dict[str, str] = {}
        self._mentioned: set[tuple[object, ...]] = set()
        self._cleaned: dict[str, str] = {"": ""}
        self._numbers: dict[str, Number] = {"": Number()}
        self._located: dict[tuple[object, ...], Location | PlaceProblem | None] = {}

    @classmethod
    def of_kind(cls, table: Table, kind: str, context: Context) -> Reading:
        """A reading with the headings of a sheet kind."""
        return cls(table, SHEETS[kind][1], context)

    def start(self, row: int, cells: tuple[str, ...]) -> None:
        """Turn to a row."""
        self.row = row
        self._said = {field: text for field, index in self._places if (text := cells[index])}
        self.problems = []

    # -- cells --

    def raw(self, field: str) -> str:
        """The cell as written, stripped; "" where empty, marked unknown, an Excel error, or without a column."""
        text = self._said.get(field)
        if text is None:
            return ""
        text = text.strip()
        if len(text) < 16 and text:
            if text[0] == "#" and text in EXCEL_ERRORS:
                self.problem(field, "excel_error", text)
                return ""
            if text == NOT_CALCULATED:
                self.problem(field, "formula_not_calculated")
                return ""
            if text.lower() in UNKNOWN_WORDS:
                return ""
        return text

    def says(self, *fields: str) -> bool:
        """Whether one of these cells has something in it."""
        return not self._said.keys().isdisjoint(fields)

    def text(self, field: str) -> str:
        """Free text, cleaned."""
        if field not in self._said:
            return ""
        text = self.raw(field)
        found = self._cleaned.get(text)
        if found is None:
            found = self._cleaned[text] = clean(text)
        return found

    def number(self, field: str) -> Number:
        """The organisation number in the cell, good or bad; nothing is said of a bad one here."""
        text = self.raw(field)
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = read_number(text)
        return found

    def value(self, field: str, parser: Parser[T]) -> T | None:
        """The parsed cell; a bad one is a problem and unknown."""
        if field not in self._said:
            return None
        text = self.raw(field)
        if not text:
            return None
        found = parser(text)
        if isinstance(found, Bad):
            self.problem(field, found.code, text, suggestion=found.suggestion)
            return None
        return found

    def problem(
        self,
        field: str,
        code: str,
        value: str = "",
        severity: Severity = "warning",
        suggestion: str | None = None,
    ) -> None:
        """Note a problem of this row; ``field`` "" is the row as a whole."""
        index = self.columns.get(field)
        column = self.table.headings[index] if index is not None else ""
        table = self.table
        said = masked(" ".join(value.split()))[:120]
        suggestion = suggestion or meant(code, value)
        self.problems.append(RowProblem(table.file, table.sheet, self.row, column, code, said, severity, suggestion))

    def audience(self) -> Level | None:
        """Who may see the row, as it says itself; what cannot be read is the manager's alone."""
        text = self.raw("audience")
        if not text:
            return None
        found = AUDIENCES(text)
        if isinstance(found, Bad):
            self.problem("audience", "audience_unknown", text, suggestion=found.suggestion)
            return Level.MANAGER
        return Level[found]

    def entries(self, field: str, code: str) -> list[str]:
        """The entries of a list cell; one that is a name as it stands is not parted at its commas and "och".

        ``code`` is that of the problem where an entry is not known.
        """
        text = self.raw(field)
        return [text] if is_name(code, text) else parts(text)

    def look_up(self, field: str, code: str, texts: Iterable[str], look_up: LookUp) -> tuple[str, ...]:
        """Taxonomy codes of the entries, sorted; an entry that has none is a problem with this code."""
        found = set()
        for each in texts:
            known = look_up(each)
            if known is None:
                self.problem(field, code, each)
            else:
                found.add(known)
        return tuple(sorted(found))

    # -- companies --

    def party(
        self,
        org_field: str,
        name_field: str,
        *,
        vat_field: str = "",
        country_code: str = "",
        municipality: str = "",
        natural: bool = False,
    ) -> Party | None:
        """The company these cells name, or None where they name none."""
        number, vat = self.number(org_field), self.raw(vat_field)
        if not number.digits and vat:
            number = swedish_vat(vat, number)
        if number.problem and country_code in {"", "SE"}:
            self.problem(org_field, number.problem, self.raw(org_field))
        name = self.text(name_field)
        subject = subject_of(
            number,
            secret=self.context.secret,
            vat=vat,
            country=country_code,
            name=name,
            municipality=municipality,
            natural=natural,
        )
        if not subject:
            return None
        if subject.startswith("org:") and not country_code:
            country_code = "SE"
        return Party(subject, name, country_code)

    def ends(
        self, seller: Party | None, buyer: Party | None, seller_field: str, buyer_field: str
    ) -> tuple[Party, Party] | None:
        """Seller and buyer of a trade, None where either is missing, which is told at its field."""
        if seller is None:
            self.problem(seller_field, "seller_missing", "", "error")
        if buyer is None:
            self.problem(buyer_field, "buyer_missing", "", "error")
        return (seller, buyer) if seller and buyer else None

    def company(
        self,
        party: Party,
        fields: Mapping[str, Value] | None = None,
        *,
        as_of: str | None = None,
        audience: Level | None = None,
    ) -> list[Claim]:
        """Claims that the company is there; what tells who a natural person is stands apart, for the manager alone."""
        said: dict[str, Value] = {"name": party.name, "country": party.country, **(fields or {})}
        if not said.get("winding_up") and (proceeding := winding_up(party.name)):
            said["winding_up"] = proceeding
        if not party.natural:
            return [self.claim(party.subject, "Company", "", said, as_of=as_of, audience=audience)]
        private = {name: said.pop(name) for name in PRIVATE_OF_PERSONS if name in said}
        return [
            self.claim(party.subject, "Company", "", said, as_of=as_of, audience=audience),
            self.claim(party.subject, "Company", "", private, as_of=as_of, audience=Level.MANAGER),
        ]

    def mention(
        self, party: Party, fields: Mapping[str, Value] | None = None, *, audience: Level | None = None
    ) -> list[Claim]:
        """As :meth:`company`, once a table for the same words to the same audience."""
        said = (party.subject, party.name, party.country, audience, *(fields or {}).items())
        if said in self._mentioned:
            return []
        self._mentioned.add(said)
        return self.company(party, fields, audience=audience)

    def owner(self) -> Party | None:
        """The company the caller says the list belongs to."""
        context = self.context
        return Party(context.owner, context.owner_name) if context.owner else None

    def country(self, field: str = "country") -> str:
        """ISO code of the cell, "" unknown."""
        return self.value(field, country) or ""

    def locate(self, asked: Mapping[str, Any]) -> Location | PlaceProblem | None:
        """The context's answer to where this is; the same question is asked once a table."""
        key = tuple(asked.items())
        if key not in self._located:
            self._located[key] = self.context.locate(**asked)
        return self._located[key]

    # -- claims --

    def claim(
        self,
        subject: str,
        kind: str,
        item: str,
        fields: Mapping[str, Value],
        *,
        evidence: str = "stated",
        as_of: str | None = None,
        audience: Level | None = None,
    ) -> Claim:
        """A claim of this row, of what is known only."""
        known = {name: value for name, value in fields.items() if value not in (None, "", ())}
        return Claim(subject, kind, item, known, self.row, self.context.source, evidence, as_of, audience)


def read_rows(
    reading: Reading, make: Callable[[Reading], list[Claim] | None], *, name_unknown_columns: bool = True
) -> Iterator[RowResult]:
    """One result for each row that is not blank; ``make`` gives a row's claims, None where it must be rejected."""
    table = reading.table
    unread = tuple(_unread(reading)) if name_unknown_columns else ()
    if unread:
        yield RowResult(table.heading_row, (), unread, is_row=False)
    width, last = len(table.headings), last_row(table)
    for row, cells in table.numbered():
        joined = "".join(cells)
        if not joined or joined.isspace():
            continue
        reading.start(row, cells)
        made = None
        if len(cells) > width:
            reading.problem("", "row_too_wide", " ".join(cells[width:]), "error")
        elif is_total(cells) or (row == last and is_sum(table)):
            reading.problem("", "row_is_total", joined, "info")
        elif cells == table.headings:
            reading.problem("", "row_is_heading", joined, "info")
        else:
            made = make(reading)
        yield RowResult(row, tuple(made or ()), tuple(reading.problems), made is None)


def _unread(reading: Reading) -> Iterator[RowProblem]:
    """The columns that are not read, each with the heading it was perhaps to have."""
    for each in unknown_columns(reading.table, reading.columns):
        yield replace(each, suggestion=heading_meant(each.value, reading.headings, reading.columns))


def told_apart(results: Iterable[RowResult], kind: str, *, merge_equal: bool) -> Iterator[RowResult]:
    """Give records of the kind that would have the same key a number each, whatever the order of the rows.

    Records with one key are numbered by what they say, so that a list sorted anew gives the same keys. Rows that say
    the very same are one record (``merge_equal``) or as many as there are rows.
    """
    found = list(results)
    same_key: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for index, result in enumerate(found):
        for place, claim in enumerate(result.claims):
            if claim.kind == kind:
                same_key[claim.subject, claim.item].append((index, place))
    for places in same_key.values():
        if len(places) > 1:
            _number(found, places, merge_equal)
    return iter(found)


def _number(results: list[RowResult], places: list[tuple[int, int]], merge_equal: bool) -> None:
    said = [repr(sorted(results[index].claims[place].fields.items())) for index, place in places]
    ranks = {text: rank for rank, text in enumerate(sorted(set(said)))}
    ordered = sorted(range(len(places)), key=said.__getitem__)
    for rank, which in enumerate(ordered):
        number = ranks[said[which]] if merge_equal else rank
        index, place = places[which]
        if number:
            claims = list(results[index].claims)
            claims[place] = replace(claims[place], item=f"{claims[place].item}-{number + 1}")
            results[index] = replace(results[index], claims=tuple(claims))

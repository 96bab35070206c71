"""A network's own list of past cases, which part and who took it, read to measure the ranking by; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.errors import UserMistake
from graph.model import Claim
from ingest.cells import year
from ingest.headings import Headings
from ingest.identity import subject_of
from ingest.rows import RowProblem, map_columns
from ingest.sources.common import Context
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table, read_tables

HEADINGS: Headings = {
    "part": ("Del", "Artikel", "Benämning", "Detalj", "Beskrivning", "Vad", "Description", "Item", "Part"),
    "firm_number": ("Org.nr", "Organisationsnummer", "Leverantör org.nr", "Supplier org number", "Org number"),
    "firm": (
        "Vem tog den", "Vem tog delen", "Vem gjorde den", "Tillverkare", "Leverantör", "Ny leverantör", "Företag",
        "Maker", "Company", "New supplier", "Supplier", "Who took it",
    ),
    "near": ("Nära", "Ort", "Köparens ort", "Plats", "Town", "Place", "Near"),
    "buyer": ("Köpare", "Kund", "Customer", "Buyer"),
    "year": ("År", "Year"),
}  # fmt: skip
"""As :mod:`ingest.headings`: the first is Närverk's own in Swedish, the last in English."""


@dataclass(frozen=True, slots=True)
class PastCase:
    """One row: a part, and the firm that took it by name (``firm``) or identifier (``firm_id``, "" without a number).

    ``near`` and ``buyer`` are as written, "" unknown.
    """

    file: str
    sheet: str
    row: int
    part: str
    firm: str
    firm_id: str
    near: str
    buyer: str
    year: int | None


@dataclass(frozen=True, slots=True)
class PastCases:
    """The rows that can be asked about, how many rows there are, and what is odd about them."""

    cases: tuple[PastCase, ...]
    read: int
    problems: tuple[RowProblem, ...]


def read_past_cases(path: Path, secret: bytes) -> PastCases:
    """The cases of every sheet that has a column for the part and one for who took it.

    Args:
        path: a workbook or a text file.
        secret: the install's own, behind the identifiers of natural persons.

    Raises:
        UnreadableFile: as :func:`ingest.tables.read_tables`.
        UserMistake: ``no_past_cases`` where no sheet has the columns, or no row a part and a firm.
    """
    tables = [each for each in read_tables(path) if _is_list(each)]
    cases: list[PastCase] = []
    problems: list[RowProblem] = []
    read = 0
    for table in tables:
        problems += table.problems
        reading = Reading(table, HEADINGS, _asking_nothing(secret))
        for result in read_rows(reading, lambda each: _keep(each, cases)):
            problems += result.problems
            read += result.is_row
    if not cases:
        raise UserMistake("no_past_cases", file=path.name)
    return PastCases(tuple(cases), read, tuple(problems))


def _is_list(table: Table) -> bool:
    columns = map_columns(table.headings, HEADINGS)
    return "part" in columns and bool({"firm", "firm_number"} & columns.keys())


def _asking_nothing(secret: bytes) -> Context:
    """A context without a place or a taxonomy: the cells are kept in their writer's words."""
    return Context(
        secret=secret,
        locate=lambda **_: None,
        process_of=lambda _: None,
        material_of=lambda _: None,
        certificate_of=lambda _: None,
        theme_of=lambda _: None,
    )


def _keep(reading: Reading, cases: list[PastCase]) -> list[Claim] | None:
    """Add the row's case; no claim is made of it. None where it names no part or nobody."""
    part, firm, firm_id = reading.text("part"), *_firm(reading)
    if not part:
        reading.problem("part", "case_part_missing", "", "error")
    if not (firm or firm_id):
        reading.problem("firm", "case_firm_missing", "", "error")
    if not part or not (firm or firm_id):
        return None
    table, near, buyer = reading.table, reading.text("near"), reading.text("buyer")
    cases.append(
        PastCase(table.file, table.sheet, reading.row, part, firm, firm_id, near, buyer, reading.value("year", year))
    )
    return []


def _firm(reading: Reading) -> tuple[str, str]:
    """Name and identifier; the number may stand in its own column or where the name should."""
    own, secret = reading.number("firm_number"), reading.context.secret
    if own.problem and reading.raw("firm_number"):
        reading.problem("firm_number", own.problem, reading.raw("firm_number"))
    number = own if own.digits else reading.number("firm")
    if not number.digits:
        return reading.text("firm"), ""
    subject = subject_of(number, secret=secret, vat="", country="", name="", municipality="", natural=False)
    return reading.text("firm"), subject

"""How are the open files of Bolagsverket and Statistics Sweden (SCB) laid out: what is a row, and where does it lie?

Both are one text with headings, read here as bytes; only a row that is kept is decoded. Bolagsverket's is UTF-8 with
``;``, every cell in quotes that nobody escapes reliably, sub-fields parted by ``$``, and line breaks inside texts.
SCB's is Latin-1 with tabs; its file of legal units (JE) has a postal address, one of workplaces (AE) more.
Seen by others in files of May and June 2026: 2.96 and 1.81 million rows, names of up to 24 kB.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.rows import fold

MAX_ROW_BYTES = 1 << 20
MAX_LINES = 20  # that a row of SCB's is looked for in
IDENTITY_BYTES = 48
HEAD_BYTES = 1 << 16
MARK = b"\xef\xbb\xbf"

BOLAGSVERKET = (
    "organisationsidentitet", "namnskyddslopnummer", "registreringsland", "organisationsnamn", "organisationsform",
    "avregistreringsdatum", "avregistreringsorsak", "pagandeAvvecklingsEllerOmstruktureringsforfarande",
    "registreringsdatum", "verksamhetsbeskrivning", "postadress",
)  # fmt: skip
FREE_TEXT = BOLAGSVERKET.index("verksamhetsbeskrivning")  # the one cell that may hold what parts the cells
SCB = ("peorgnr", "postnr", "postort")
MUNICIPALITY = ("kommunkod", "kommun", "besokskommun", "besokskommunkod")  # assumed: no file of workplaces was at hand

_QUOTED = re.compile(r'"\s*;\s*"')


Line = tuple[int, bytes]
"""A line of the file with its number, the headings being 1."""
Key = tuple[bytes, bytes, bytes, bytes]
"""What tells whether a row is about the region: number, postcode, town, municipality; b"" where it does not say."""


@dataclass(frozen=True, slots=True)
class Register:
    """A register's layout."""

    headings: tuple[str, ...]
    encoding: str
    rows: Callable[[Iterator[Line]], Iterator[Line]]
    key: Callable[[bytes], Key]
    cells: Callable[[str], tuple[str, ...]]


def register_of(head: bytes) -> Register | None:
    """The register a file is from, by its first line alone; None where it is another list."""
    first = head.removeprefix(MARK).partition(b"\n")[0].rstrip(b"\r")
    headings = [each.strip().strip('"') for each in first.decode("latin-1").split(";")]
    if len(headings) >= len(BOLAGSVERKET) and tuple(headings[: len(BOLAGSVERKET)]) == BOLAGSVERKET:
        return Register(BOLAGSVERKET, "utf-8", _rows_by_identity, _key_of_bolagsverket, _cells_of_bolagsverket)
    headings = first.decode("latin-1").rstrip("\t").split("\t")
    return _scb(tuple(headings)) if set(SCB) <= {fold(each) for each in headings} else None


# -- Bolagsverket ----------------------------------------------------------------------------------------------------


def _rows_by_identity(lines: Iterator[Line]) -> Iterator[Line]:
    """Rows that begin with an identity; a line that does not goes on with the row before it."""
    at, size = 0, 0
    parts: list[bytes] = []
    for number, line in lines:
        if b"-IDORG" in line[:IDENTITY_BYTES]:
            if parts:
                yield at, b" ".join(parts)
            at, parts, size = number, [line], len(line)
        elif parts and size < MAX_ROW_BYTES:
            parts.append(line)
            size += len(line) + 1
    if parts:
        yield at, b" ".join(parts)


def _key_of_bolagsverket(row: bytes) -> Key:
    parts = row.rsplit(b"$", 3)
    number = row[1:11] if row[:1] == b'"' else row[:10]
    return (number, parts[2], parts[1], b"") if len(parts) == 4 else (number, b"", b"", b"")


def _cells_of_bolagsverket(row: str) -> tuple[str, ...]:
    """Eleven cells. What is between the last quotes but one and the rest is the text, whatever stands in it.

    >>> _cells_of_bolagsverket('"1";"";"";"";"";"";"";"";"2004-03-01";"Rör 4"" och "kök";"tak";"Box 1$$ÅMÅL$66200$"')[9]
    'Rör 4" och "kök";"tak'
    """
    row = row.strip()
    quoted = row[:1] == row[-1:] == '"' and len(row) > 1
    cells = _QUOTED.split(row[1:-1]) if quoted else row.split(";")
    joint, width = '";"' if quoted else ";", len(BOLAGSVERKET)
    if len(cells) > width:
        rest = len(cells) - (width - FREE_TEXT - 1)
        cells = [*cells[:FREE_TEXT], joint.join(cells[FREE_TEXT:rest]), *cells[rest:]]
    return (*(each.replace('""', '"') for each in cells), *[""] * (width - len(cells)))


# -- Statistics Sweden -----------------------------------------------------------------------------------------------


def _scb(headings: tuple[str, ...]) -> Register:
    """The layout of a file of SCB's, its columns found by their headings."""
    places = {fold(each): index for index, each in enumerate(headings)}
    number, postcode, town = (places[each] for each in SCB)
    municipality = next((places[each] for each in MUNICIPALITY if each in places), -1)
    width = len(headings)
    last = max(number, postcode, town, municipality) + 1

    def rows(lines: Iterator[Line]) -> Iterator[Line]:
        """Rows with all their cells; a line with fewer goes on in the next."""
        at, tabs = 0, 0
        parts: list[bytes] = []
        for index, line in lines:
            at = at if parts else index
            parts.append(line)
            tabs += line.count(b"\t")
            if tabs >= width - 1 or len(parts) >= MAX_LINES:
                yield at, b" ".join(parts)
                parts, tabs = [], 0
        if parts:
            yield at, b" ".join(parts)

    def key(row: bytes) -> Key:
        cells = row.split(b"\t", last)
        if len(cells) < last:
            return b"", b"", b"", b""
        return cells[number][-10:], cells[postcode], cells[town], cells[municipality] if municipality >= 0 else b""

    def cells(row: str) -> tuple[str, ...]:
        return _fitted(row.rstrip("\r").split("\t"), width)

    return Register(headings, "latin-1", rows, key, cells)


def _fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells[:width], *[""] * (width - len(cells)))

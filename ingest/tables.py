"""Any list a file holds, as tables of text: nothing is guessed about a cell before a source asks for it.

Every cell is text first, so that ``0012``, a CN code's leading zero and the country ``NA`` survive. Rows are counted as
a spreadsheet counts them: the first is 1, a line break inside a cell starts no row.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graph.errors import UnreadableFile
from ingest.headings import SHEETS
from ingest.rows import fold
from ingest.workbooks import MAX_CELLS, OLE_MAGIC, ZIP_MAGIC, read_workbook

MAX_FILE_BYTES = 256_000_000
DELIMITERS = ";\t,|"
HEADING_ROWS_SEARCHED = 40
SNIFFED_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or a text file: headings and the rows below them.

    Rows are as wide as the headings; only a row of a text file may be wider, and then its cells stand in the wrong
    columns. ``kind`` and ``told`` are what a person has said of the sheet, see :mod:`ingest.mapping`.
    """

    file: str
    sheet: str
    headings: tuple[str, ...]
    heading_row: int
    rows: tuple[tuple[str, ...], ...]
    hidden: bool = False
    numbers: tuple[int, ...] = ()  # the user's row numbers, where rows were passed over; else they follow the headings
    passed_over: int = 0  # rows that are about firms outside the region, and were not kept
    kind: str = ""  # of ingest.headings.SHEETS; "": to be found out
    told: tuple[tuple[int, str], ...] = ()  # field of a column by its index, "" not to be read

    def numbered(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row with its number, as the user's program counts: the first line of a sheet is 1."""
        numbers = self.numbers or range(self.heading_row + 1, self.heading_row + 1 + len(self.rows))
        return zip(numbers, self.rows, strict=True)


def read_tables(path: Path | str) -> tuple[Table, ...]:
    """The tables of a CSV, TSV, TXT, XLSX, XLS or ODS file, told by its content, not by its name.

    Raises:
        UnreadableFile: file_missing, not_a_file, file_unreadable, file_empty, file_too_large, sheet_too_large,
            not_a_table, workbook_damaged or workbook_encrypted.
    """
    path = Path(path)
    content = _content(path)
    if content.startswith((ZIP_MAGIC, OLE_MAGIC)):
        sheets = [(each.name, each.rows, each.hidden) for each in read_workbook(content, path.name)]
    else:
        sheets = [("", read_delimited(decode(content, path.name), path.name), False)]
    tables = [_table(path.name, name, rows, hidden) for name, rows, hidden in sheets]
    found = tuple(each for each in tables if each is not None)
    if not found:
        said = any(cell.strip() for _, rows, _ in sheets for row in rows for cell in row)
        raise UnreadableFile("not_a_table" if said else "file_empty", file=path.name)
    return found


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableFile("not_a_file", file=path.name)
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            megabytes = MAX_FILE_BYTES // 1_000_000
            raise UnreadableFile("file_too_large", file=path.name, megabytes=size // 1_000_000, limit=megabytes)
        content = path.read_bytes()
    except FileNotFoundError as cause:
        raise UnreadableFile("file_missing", file=path.name) from cause
    except OSError as cause:
        raise UnreadableFile("file_unreadable", file=path.name) from cause
    if not content.strip():
        raise UnreadableFile("file_empty", file=path.name)
    return content


# -- text files ----------------------------------------------------------------------------------------------------


def decode(content: bytes, file: str = "") -> str:
    """Text of a file: UTF-8, UTF-16 by its mark, code page 437 where ``#FORMAT PC8`` says so, else Windows-1252.

    Raises:
        UnreadableFile: not_a_table for what is no text at all.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\x00" in content or content.startswith((b"%PDF", b"{\\rtf", b"\x1f\x8b")):
        raise UnreadableFile("not_a_table", file=file)
    if b"#FORMAT PC8" in content[:4096]:
        return content.decode("cp437")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def read_delimited(text: str, file: str = "") -> list[list[str]]:
    """Rows of a delimited text; the delimiter is found out.

    Raises:
        UnreadableFile: not_a_table where no reading makes sense, sheet_too_large.
    """
    first, _, rest = text.partition("\n")
    told = first.strip().casefold().startswith("sep=") and len(first.strip()) == 5
    delimiter = first.strip()[4] if told else sniff_delimiter(text)
    lines = rest if told else text
    try:
        rows = _rows(lines, delimiter)
    except csv.Error as cause:
        raise UnreadableFile("not_a_table", file=file) from cause
    cells = sum(map(len, rows))
    if cells > MAX_CELLS:
        raise UnreadableFile("sheet_too_large", file=file, sheet="", cells=cells, limit=MAX_CELLS)
    return [[], *rows] if told else rows


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not _swallowed(rows, delimiter):
        return rows
    plain = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return [[_unquoted(cell) for cell in row] for row in plain]


def sniff_delimiter(text: str) -> str:
    r"""The character that parts the cells: the one under which most headings are known and most rows as wide.

    >>> sniff_delimiter("Namn;Belopp\nA, B och C;1,5\n")
    ';'
    """
    sample = text[:SNIFFED_CHARACTERS]
    return max(DELIMITERS, key=lambda each: _fit(sample, each, cut=len(text) > len(sample)))


def _fit(sample: str, delimiter: str, cut: bool) -> tuple[int, float, int]:
    try:
        rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return (0, 0.0, 0)
    rows = rows[:-1] if cut and len(rows) > 1 else rows
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, 0.0, 0)
    width, count = widths.most_common(1)[0]
    return (max(_known(row) for row in rows[:HEADING_ROWS_SEARCHED]), count / len(rows), width)


def _swallowed(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether a stray quote has made one cell of several rows."""
    width = max(map(len, rows), default=0)
    return width > 1 and any(
        "\n" in cell and any(line.count(delimiter) >= width - 1 for line in cell.split("\n")[1:])
        for row in rows
        for cell in row
    )


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


# -- headings ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _known_headings() -> frozenset[str]:
    return frozenset(
        fold(heading) for _, headings, _ in SHEETS.values() for names in headings.values() for heading in names
    )


def _known(row: Sequence[str]) -> int:
    known = _known_headings()
    return sum(1 for cell in row if len(cell) < 60 and fold(cell) in known)


def _heading_index(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the heading row: enough known headings, else the first row about as full as any."""
    top = rows[:HEADING_ROWS_SEARCHED]
    filled = [sum(1 for cell in row if cell.strip()) for row in rows[: HEADING_ROWS_SEARCHED * 2]]
    for index, row in enumerate(top):
        known = _known(row) if filled[index] else 0
        if known >= 2 and known * 2 >= filled[index]:
            return index
    usual = max(filled, default=0)
    return next((index for index in range(len(top)) if filled[index] and filled[index] * 2 > usual), None)


def _table(file: str, sheet: str, rows: list[list[str]], hidden: bool) -> Table | None:
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    index = _heading_index(rows)
    if index is None:
        return None
    headings = [" ".join(cell.split()) for cell in rows[index]]
    body = rows[index + 1 :]
    if sheet:  # a remark beside the table of a workbook is no shifted row
        headings += [""] * (max(map(len, body), default=0) - len(headings))
    else:
        while headings and not headings[-1]:
            headings.pop()
    width = len(headings)
    return Table(file, sheet, tuple(headings), index + 1, tuple(_fitted(row, width) for row in body), hidden)


def _fitted(row: list[str], width: int) -> tuple[str, ...]:
    if len(row) == width:
        return tuple(row)
    if len(row) < width:
        return (*row, *[""] * (width - len(row)))
    while len(row) > width and not row[-1].strip():
        row.pop()
    return tuple(row)

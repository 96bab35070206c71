"""Any list a file holds, as tables of text: nothing is guessed about a cell before a source asks for it.

Every cell is text first, so that ``0012``, a CN code's leading zero and the country ``NA`` survive. Rows are counted as
a spreadsheet counts them: the first is 1, a line break inside a cell starts no row.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from graph.errors import UnreadableFile
from ingest.corrections import Corrected, corrected
from ingest.headings import COMPANY, SHEETS
from ingest.rows import RowProblem, fold
from ingest.sie import PC8_MARK, decode_pc8, is_sie, is_sie5, sie_rows
from ingest.workbooks import MAX_CELLS, OLE_MAGIC, ZIP_MAGIC, Sheet, read_workbook

MAX_FILE_BYTES = 256_000_000
DELIMITERS = ";\t,|"
HEADING_ROWS_SEARCHED = 40
SNIFFED_CHARACTERS = 20_000
NO_TEXT = (b"%PDF", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"BZh", b"MIME-Version:", b'{"', b'[{"', b"\xff\xd8\xff", b"GIF8")
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:[!?]|(?:html|head|meta|body|style|table|div|center|workbook)\b)", re.IGNORECASE
)


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
    problems: tuple[RowProblem, ...] = ()  # what is odd about the sheet, whatever it lists

    def numbered(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row with its number, as the user's program counts: the first line of a sheet is 1."""
        numbers = self.numbers or range(self.heading_row + 1, self.heading_row + 1 + len(self.rows))
        return zip(numbers, self.rows, strict=True)


def read_tables(path: Path | str) -> tuple[Table, ...]:
    """The tables of a CSV, TSV, TXT, XLSX, XLS or ODS file, told by its content, not by its name.

    Raises:
        UnreadableFile: file_missing, not_a_file, file_unreadable, file_empty, file_too_large, sheet_too_large,
            not_a_table, workbook_damaged, workbook_encrypted or sie5.
    """
    path = Path(path)
    found = read_sheets(path)
    tables = [table for sheet in found.sheets for table in _tables(path.name, sheet)]
    if not tables:
        said = any(cell.strip() for sheet in found.sheets for row in sheet.rows for cell in row)
        raise UnreadableFile("not_a_table" if said else "file_empty", file=path.name)
    tables[0] = replace(tables[0], problems=(*found.problems, *tables[0].problems))
    return tuple(tables)


def read_sheets(path: Path) -> Corrected:
    """The sheets of a file as rows of text, with the corrections that a person accepted; a text file is one sheet.

    Raises:
        UnreadableFile: as :func:`read_tables`.
    """
    content = _content(path)
    if content.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return corrected(path.name, read_workbook(content, path.name))
    text = decode(content, path.name)
    rows = sie_rows(text) if is_sie(text) else read_delimited(text, path.name)
    return Corrected([Sheet("", rows)], [], [])


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
        UnreadableFile: not_a_table for what is no text at all, web_page for HTML or XML (often called .xls), sie5.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and not content.startswith(b"\xff\xfe\0\0"):
        text = content.decode("utf-16", "replace")
        if "\0" not in text:
            return text
    if b"\0" in content or content.startswith(NO_TEXT):
        raise UnreadableFile("not_a_table", file=file)
    if _MARKUP.match(content):
        raise UnreadableFile("sie5" if is_sie5(content) else "web_page", file=file)
    if PC8_MARK in content[:4096]:
        return decode_pc8(content)
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
    except _TooMany as cause:
        raise UnreadableFile("sheet_too_large", file=file, sheet="", cells=cause.args[0], limit=MAX_CELLS) from cause
    return [[], *rows] if told else rows


class _TooMany(Exception):
    """More cells than may be kept; how many were counted."""


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return _kept(text, delimiter, strict=True)
    except csv.Error:
        pass
    try:
        rows = _kept(text, delimiter)
        if not _swallowed(rows, delimiter):
            return rows
    except csv.Error:  # a stray quote has swallowed more than a cell may hold
        pass
    return [[_unquoted(cell) for cell in row] for row in _kept(text, delimiter, quoted=False)]


def _kept(text: str, delimiter: str, *, strict: bool = False, quoted: bool = True) -> list[list[str]]:
    rows, cells = [], 0
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict, quoting=quoting):
        rows.append(row)
        cells += len(row) or 1
        if cells > MAX_CELLS:
            raise _TooMany(cells)
    return rows


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
        if filled[index] and _looks_like_headings(row):
            return index
    usual = max(filled, default=0)
    return next((index for index in range(len(top)) if filled[index] and filled[index] * 2 > usual), None)


def _tables(file: str, sheet: Sheet) -> list[Table]:
    """The tables that stand below each other on a sheet, parted by a blank row and headings of their own."""
    rows = sheet.rows
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    index = _heading_index(rows)
    if index is None:
        return []
    later = list(_later_headings(rows, index + 1))
    starts, ends = [index, *(start for _, start in later)], [*(end for end, _ in later), len(rows)]
    found = [_table(file, sheet, start, end) for start, end in zip(starts, ends, strict=True)]
    found[0] = replace(found[0], problems=_hidden(file, sheet, index + 1))
    return found


def _later_headings(rows: Sequence[Sequence[str]], after: int) -> Iterator[tuple[int, int]]:
    """Where a blank row ends a table and the headings of another stand below it, perhaps under a title."""
    blank_at, titles = -1, 0
    for index in range(after, len(rows)):
        row = rows[index]
        if not any(row) or not "".join(row).strip():
            blank_at, titles = index, 0
        elif blank_at >= 0 and _looks_like_headings(row):
            yield blank_at, index
            blank_at = -1
        elif titles or sum(1 for cell in row if cell.strip()) > 1:
            blank_at = -1
        else:
            titles = 1


def _looks_like_headings(row: Sequence[str]) -> bool:
    known = _known(row)
    return known >= 2 and known * 2 >= sum(1 for cell in row if cell.strip())


def _hidden(file: str, sheet: Sheet, heading_row: int) -> tuple[RowProblem, ...]:
    """That something is read which the user has put out of sight, and how much."""
    rows = [
        number
        for number in sheet.hidden_rows
        if heading_row < number <= len(sheet.rows) and "".join(sheet.rows[number - 1]).strip()
    ]
    found = []
    if sheet.hidden:
        found.append(RowProblem(file, sheet.name, heading_row, "", "sheet_hidden", severity="info"))
    if rows:
        found.append(RowProblem(file, sheet.name, rows[0], "", "rows_hidden", str(len(rows)), "info"))
    return tuple(found)


def _table(file: str, sheet: Sheet, start: int, end: int) -> Table:
    """The table whose headings stand in the row of index ``start`` and the one below it, if they take two."""
    headings, start = _headings(sheet.rows, start)
    body = sheet.rows[start + 1 : end]
    while body and not any(cell.strip() for cell in body[-1]):
        body.pop()
    if sheet.name:  # a remark beside the table of a workbook is no shifted row
        headings += [""] * (max(map(len, body), default=0) - len(headings))
    else:
        while headings and not headings[-1]:
            headings.pop()
    width = len(headings)
    return Table(file, sheet.name, tuple(headings), start + 1, tuple(_fitted(row, width) for row in body), sheet.hidden)


_NAMES = frozenset(map(fold, COMPANY["name"]))


def _headings(rows: Sequence[Sequence[str]], index: int) -> tuple[list[str], int]:
    """Headings and the index of the row they end in: two rows are one where the lower has known headings too."""
    upper = [" ".join(cell.split()) for cell in rows[index]]
    lower = [" ".join(cell.split()) for cell in rows[index + 1]] if index + 1 < len(rows) else []
    if lower == upper or not _looks_like_headings(lower):
        return upper, index
    known, group, found = _known_headings(), "", []
    upper += [""] * (len(lower) - len(upper))
    lower += [""] * (len(upper) - len(lower))
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        joined = f"{group} {below}"
        if not below or (fold(below) in _NAMES and fold(group) in known):
            found.append(group)
        elif fold(joined) in known:
            found.append(joined)
        else:
            found.append(below)
    return found, index + 1


def _fitted(row: list[str], width: int) -> tuple[str, ...]:
    if len(row) == width:
        return tuple(row)
    if len(row) < width:
        return (*row, *[""] * (width - len(row)))
    while len(row) > width and not row[-1].strip():
        row.pop()
    return tuple(row)

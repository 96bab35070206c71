"""XLSX, XLS and ODS into rows of text, with bounds kept before anything large is built.

python-calamine reads them, fast and without running anything; it builds a dense sheet however few cells are filled,
and shows Excel's error values as empty. So a first look at the parts of the file counts what it would cost and finds
the error cells, the formulas nobody has worked out yet, and the rows that are hidden.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from graph.errors import UnreadableFile

MAX_UNPACKED_BYTES = 600_000_000
MAX_CELLS = 15_000_000
"""About 1 GB while a sheet is read; 50,000 rows of 43 columns are 2 million."""
MOST_COLUMNS = 16_384
LONGEST_REFERENCE = 40  # letters and digits of a cell; ten are the most a spreadsheet program writes

NOT_CALCULATED = "#FORMEL?"
"""Instead of the value of a formula that no spreadsheet program has worked out."""
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP_MAGIC = b"PK\x03\x04"

# Written as every spreadsheet program writes it; whatever else XML allows is read attribute by attribute.
_ROW = re.compile(rb'<row [^>]*?r="(\d+)')
_COLUMN = re.compile(rb' r="([A-Z]{1,3})\d')
_UNUSUAL = (b"r='", b"r =", b"r= ", b"\tr=", b"\nr=", b"\rr=", b":row ")
_UNUSUAL_VALUE = re.compile(rb' r="(?![A-Z]{0,3}\d{1,7}")')
_ANY_VALUE = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)")
_REFERENCE = re.compile(rb"([A-Z]*)(\d*)", re.IGNORECASE)
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*/>|<f.*?</f>)?<v>([^<]*)</v>', re.DOTALL
)
_NEW_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"(?![^>]*\bt="(?:str|e)")[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
_HIDDEN_ROW = re.compile(rb'<row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ODS_ROW = re.compile(rb"<table:table-row([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb'<table:(?:covered-)?table-cell(?:[^>]*number-columns-repeated\s*=\s*["\'](\d+))?')
_ODS_ROWS = re.compile(rb'number-rows-repeated\s*=\s*["\'](\d+)')
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ET.ParseError)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True)
class _Seen:
    """What the first look found of a sheet: cells (row, column, from 0) that calamine shows as empty; hidden rows."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows from the very first line on, every cell as text, "" where it is empty."""

    name: str
    rows: list[list[str]]
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()  # as a spreadsheet counts: the first is 1


def read_workbook(content: bytes, file: str) -> list[Sheet]:
    """The sheets of a workbook.

    Raises:
        UnreadableFile: workbook_encrypted, workbook_damaged, file_too_large, sheet_too_large or not_a_table.
    """
    seen: Mapping[str, _Seen] | None = None
    if content.startswith(ZIP_MAGIC):
        seen = _look_inside(content, file)
    elif "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile("workbook_encrypted", file=file)
    if seen is None:
        from ingest.apart import read_apart

        return read_apart(content, file)
    return sheets_of(content, file, seen)


def sheets_of(content: bytes, file: str, seen: Mapping[str, _Seen] | None = None) -> list[Sheet]:
    """The sheets, whatever they cost.

    Raises:
        UnreadableFile: workbook_encrypted, workbook_damaged or sheet_too_large.
    """
    known = seen or {}
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            return [
                _sheet(book, file, each.name, known.get(each.name, _Seen()), each.visible != SheetVisibleEnum.Visible)
                for each in book.sheets_metadata
                if each.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as cause:
        raise UnreadableFile("workbook_encrypted", file=file) from cause
    except (CalamineError, OSError, ValueError) as cause:
        raise UnreadableFile("workbook_damaged", file=file) from cause


def _sheet(book: CalamineWorkbook, file: str, name: str, seen: _Seen, hidden: bool) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    size = sheet.height * sheet.width
    if size > MAX_CELLS:
        raise UnreadableFile("sheet_too_large", file=file, sheet=name, cells=size, limit=MAX_CELLS)
    if sheet.start is None:
        found: list[list[str]] = []
    else:
        blank = [""] * sheet.start[1]
        found = [[] for _ in range(sheet.start[0])]
        for row in sheet.to_python(skip_empty_area=True):
            cells = [value if value.__class__ is str else as_text(value) for value in row]
            found.append(blank + cells if blank else cells)
    for (row_index, column), value in seen.cells.items():
        while len(found) <= row_index:
            found.append([])
        _put(found[row_index], column, value)
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        spanned = found[top][left] if top < len(found) and left < len(found[top]) else ""
        for cells in found[top + 1 : bottom + 1] if spanned else ():
            _put(cells, left, spanned)
    return Sheet(name, found, hidden, seen.hidden_rows)


def _put(cells: list[str], column: int, value: str) -> None:
    """Let the value stand in a row's cell where nothing does."""
    cells += [""] * (column + 1 - len(cells))
    cells[column] = cells[column] or value


def as_text(value: object) -> str:
    """A cell's value as text: 12.0 is "12", a day "2026-10-01", true "true"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
        plain = repr(value)
        return f"{Decimal(plain):f}" if "e" in plain else plain
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (time, timedelta)):
        return str(value)
    return str(value)


# -- the first look ------------------------------------------------------------------------------------------------


def _look_inside(content: bytes, file: str) -> dict[str, _Seen] | None:
    """Refuse what would cost too much, and find by sheet name what calamine does not tell; None where neither can."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _look_at_parts(archive, file)
    except UnreadableFile:
        raise
    except (*_DAMAGE, KeyError, ValueError, NotImplementedError) as cause:
        raise UnreadableFile("workbook_damaged", file=file) from cause
    except RuntimeError as cause:  # zipfile's word for a password
        raise UnreadableFile("workbook_encrypted", file=file) from cause


def _look_at_parts(archive: zipfile.ZipFile, file: str) -> dict[str, _Seen] | None:
    names = {each.casefold() for each in archive.namelist()}
    unpacked = sum(each.file_size for each in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        megabytes = MAX_UNPACKED_BYTES // 1_000_000
        raise UnreadableFile("file_too_large", file=file, megabytes=unpacked // 1_000_000, limit=megabytes)
    if names.isdisjoint({"xl/workbook.xml", "xl/workbook.bin", "content.xml"}):
        raise UnreadableFile("not_a_table", file=file)
    sheet_of = _sheet_parts(archive) if "xl/workbook.xml" in names else {}
    found: dict[str, _Seen] = {}
    for entry in archive.infolist():  # by entry: a name may stand there twice
        part = archive.read(entry)  # refuses a part that is longer than it says
        sheet = sheet_of.get(entry.filename)
        cells = 0
        if sheet is not None or b"sheetData" in part:  # also what the index names otherwise than we read it
            cells = _dense_cells(part)
        elif b"table:table" in part:
            cells = max(map(_dense_ods_cells, part.split(b"<table:table ")))
        if cells > MAX_CELLS:
            raise UnreadableFile("sheet_too_large", file=file, sheet=sheet or "", cells=cells, limit=MAX_CELLS)
        if sheet is not None:
            found[sheet] = _look_at_sheet(part)
    return None if "xl/workbook.bin" in names else found


def _look_at_sheet(part: bytes) -> _Seen:
    seen = _Seen()
    if b't="e"' in part:
        for column, row, value in _ERROR_CELL.findall(part):
            seen.cells[int(row) - 1, _column_index(column)] = value.decode("utf-8", "replace")
    if b"<f" in part:
        for column, row in _NEW_FORMULA.findall(part):
            seen.cells[int(row) - 1, _column_index(column)] = NOT_CALCULATED
    if b" hidden=" in part:
        seen.hidden_rows = tuple(map(int, _HIDDEN_ROW.findall(part)))
    return seen


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name by the part it lies in."""
    index, relations = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    if b"<!ENTITY" in index or b"<!ENTITY" in relations:
        raise zipfile.BadZipFile
    targets = {each.get("Id"): each.get("Target", "") for each in ET.fromstring(relations)}  # noqa: S314
    found = {}
    for each in ET.fromstring(index).iter():  # noqa: S314
        target = targets.get(each.get(_RELATION))
        if each.tag.endswith("}sheet") and target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found[part] = each.get("name", "")
    return found


def _dense_cells(part: bytes) -> int:
    """Rows times columns of the rectangle the cells span, whatever the sheet says of itself."""
    if b"\0" in part[:200]:  # UTF-16, which no spreadsheet program writes
        raise zipfile.BadZipFile
    if any(each in part for each in _UNUSUAL) or _UNUSUAL_VALUE.search(part):
        return _dense_unusual_cells(part)
    rows = max(map(int, _ROW.findall(part)), default=0)
    if re.search(rb' r="[A-Z]{1,3}\d{%d,}' % (len(str(rows)) + 1), part):  # cells that say another row than theirs
        rows = max(map(int, re.findall(rb' r="[A-Z]{1,3}(\d+)', part)))
    if rows * MOST_COLUMNS <= MAX_CELLS:
        return rows
    columns = max((_column_index(each) + 1 for each in set(_COLUMN.findall(part))), default=0)
    return rows * columns


def _dense_unusual_cells(part: bytes) -> int:
    rows = columns = 0
    for value in set(_ANY_VALUE.findall(part)):
        reference = _REFERENCE.fullmatch(value.strip())
        if reference is None or len(value) > LONGEST_REFERENCE:
            raise zipfile.BadZipFile
        rows = max(rows, int(reference[2] or 0))
        columns = max(columns, _column_index(reference[1].upper()) + 1)
    return rows * columns if columns > MOST_COLUMNS or rows * MOST_COLUMNS > MAX_CELLS else rows


def _dense_ods_cells(part: bytes) -> int:
    """As :func:`_dense_cells`; ODS says how often a row or cell is repeated, mostly of the empty rest of the sheet."""
    rows = last = width = 0
    for row in _ODS_ROW.finditer(part):
        repeated = _ODS_ROWS.search(row[1])
        rows += int(repeated[1]) if repeated else 1
        filled = row[2][: row[2].rfind(b"value-type") + 1]
        if filled:
            last = rows
            width = max(width, sum(int(each or 1) for each in _ODS_CELL.findall(filled)))
    return last * width


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1

"""XLSX, XLS and ODS into rows of text, with bounds kept before anything large is built.

python-calamine reads them, fast and without running anything; it builds a dense sheet however few cells are filled,
and shows Excel's error values as empty. So a first look at the parts of the file counts what it would cost and finds
the error cells.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from graph.errors import UnreadableFile

MAX_UNPACKED_BYTES = 600_000_000
MAX_CELLS = 15_000_000
"""About 1 GB while a sheet is read; 50,000 rows of 43 columns are 2 million."""

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP_MAGIC = b"PK\x03\x04"

# Written as every spreadsheet program writes it; other spellings XML allows take the slow patterns.
_PLAIN = (re.compile(rb'<row [^>]*?r="(\d+)'), re.compile(rb' r="([A-Z]{1,3})\d'), rb' r="[A-Z]{1,3}')
_ANY = (
    re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'](\d+)"),
    re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})\d"),
    rb"\sr\s*=\s*[\"'][A-Z]{1,3}",
)
_UNUSUAL = (b"r='", b"r =", b"r= ", b"\tr=", b"\nr=", b"\rr=", b":row ")
_ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*/>|<f.*?</f>)?<v>([^<]*)</v>', re.DOTALL
)
_ODS_ROW = re.compile(rb"<table:table-row([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb'<table:(?:covered-)?table-cell(?:[^>]*number-columns-repeated="(\d+)")?')
_ODS_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ET.ParseError)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Errors = Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows from the very first line on, every cell as text, "" where it is empty."""

    name: str
    rows: list[list[str]]
    hidden: bool


def read_workbook(content: bytes, file: str) -> list[Sheet]:
    """The sheets of a workbook.

    Raises:
        UnreadableFile: workbook_encrypted, workbook_damaged, file_too_large, sheet_too_large or not_a_table.
    """
    errors: Mapping[str, Errors] = {}
    if content.startswith(ZIP_MAGIC):
        errors = _look_inside(content, file)
    elif "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile("workbook_encrypted", file=file)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            return [
                Sheet(
                    each.name,
                    _rows(book, each.name, errors.get(each.name, {})),
                    each.visible != SheetVisibleEnum.Visible,
                )
                for each in book.sheets_metadata
                if each.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as cause:
        raise UnreadableFile("workbook_encrypted", file=file) from cause
    except (CalamineError, OSError, ValueError) as cause:
        raise UnreadableFile("workbook_damaged", file=file) from cause


def _rows(book: CalamineWorkbook, name: str, errors: Errors) -> list[list[str]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None:
        found: list[list[str]] = []
    else:
        blank = [""] * sheet.start[1]
        found = [[] for _ in range(sheet.start[0])]
        for row in sheet.to_python(skip_empty_area=True):
            cells = [value if value.__class__ is str else as_text(value) for value in row]
            found.append(blank + cells if blank else cells)
    for (row_index, column), value in errors.items():
        while len(found) <= row_index:
            found.append([])
        found[row_index] += [""] * (column + 1 - len(found[row_index]))
        found[row_index][column] = value
    return found


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


def _look_inside(content: bytes, file: str) -> dict[str, Errors]:
    """Refuse what would cost too much, and find the error cells by sheet name."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(each.file_size for each in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                megabytes = MAX_UNPACKED_BYTES // 1_000_000
                raise UnreadableFile("file_too_large", file=file, megabytes=unpacked // 1_000_000, limit=megabytes)
            if "xl/workbook.xml" in names:
                return _look_at_xlsx(archive, file)
            if "xl/workbook.bin" not in names and "content.xml" not in names:
                raise UnreadableFile("not_a_table", file=file)
            for name in names:
                part = archive.read(name)  # refuses a part that is longer than it says
                cells = max(map(_dense_ods_cells, part.split(b"<table:table "))) if name == "content.xml" else 0
                if cells > MAX_CELLS:
                    raise UnreadableFile("sheet_too_large", file=file, sheet="", cells=cells, limit=MAX_CELLS)
    except UnreadableFile:
        raise
    except (*_DAMAGE, KeyError, ValueError, NotImplementedError) as cause:
        raise UnreadableFile("workbook_damaged", file=file) from cause
    except RuntimeError as cause:  # zipfile's word for a password
        raise UnreadableFile("workbook_encrypted", file=file) from cause
    return {}


def _look_at_xlsx(archive: zipfile.ZipFile, file: str) -> dict[str, Errors]:
    sheet_of = _sheet_parts(archive)
    found: dict[str, Errors] = {}
    for name in archive.namelist():
        part = archive.read(name)
        sheet = sheet_of.get(name)
        if sheet is None:
            continue
        cells = _dense_cells(part)
        if cells > MAX_CELLS:
            raise UnreadableFile("sheet_too_large", file=file, sheet=sheet, cells=cells, limit=MAX_CELLS)
        if b't="e"' in part:
            found[sheet] = {
                (int(row) - 1, _column_index(column)): value.decode("utf-8", "replace")
                for column, row, value in _ERROR_CELL.findall(part)
            }
    return found


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
    row, column, cell = _ANY if any(each in part for each in _UNUSUAL) else _PLAIN
    rows = max(map(int, row.findall(part)), default=0)
    if re.search(cell + rb"\d{%d,}" % (len(str(rows)) + 1), part):  # cells that say another row than theirs
        rows = max(map(int, re.findall(cell + rb"(\d+)", part)))
    if rows * 16_384 <= MAX_CELLS:
        return rows
    columns = max((_column_index(each) + 1 for each in set(column.findall(part))), default=0)
    return rows * columns


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

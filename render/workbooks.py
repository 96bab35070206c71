"""The user's own workbooks, opened to write in: nothing of theirs is lost that openpyxl can keep.

A workbook is kept as it is; further ones come beside it as values with their formats, and text files, XLS and ODS as
text. openpyxl forgets what a spreadsheet program has worked out, so the values of formulas are put back into the file.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.errors import UserMistake
from ingest.corrections import CHOICES_MARK, Corrected, Correction
from ingest.tables import read_sheets
from ingest.workbooks import ZIP_MAGIC

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CELLS = 1_000_000
"""openpyxl needs about half a kilobyte and 50 microseconds a cell, to read and write it."""
LONGEST_TITLE = 31
LONGEST_TEXT = 32_767
WIDEST = 60

_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# An empty value is written <v></v> where lxml is installed.
_BARE_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"((?: s="\d+")?)>(<f(?:[^>]*/>|[^>]*>[^<]*</f>))(?:<v ?/>|<v></v>)</c>')
_STYLES = ("number_format", "font", "fill", "border", "alignment")


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet of a list in the workbook, and what its cells say as Närverk reads them."""

    page: Worksheet
    rows: Sequence[Sequence[str]]

    def said(self, row: int, column: int) -> str:
        """The text of a cell; rows count from 1, columns from 0."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else ()
        return cells[column] if column < len(cells) else ""


@dataclass(slots=True)
class OwnBook:
    """The files of one load as one workbook, and where in it each of their sheets stands, by file and sheet."""

    book: Workbook
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    worked_out: dict[str, dict[str, Any]] = field(default_factory=dict)  # formula's value by sheet title and cell

    def content(self) -> bytes:
        """The workbook as a file."""
        out = BytesIO()
        with _no_warnings():
            self.book.save(out)
        return _with_values(out.getvalue(), [self.worked_out.get(page.title, {}) for page in self.book.worksheets])


def open_own(paths: Sequence[Path]) -> OwnBook:
    """The files as one workbook: the first that is a workbook as it is, the others beside it.

    Raises:
        UnreadableFile: as :func:`ingest.tables.read_tables`.
        UserMistake: ``annotate_too_large``.
    """
    from openpyxl import Workbook

    read = [(path, read_sheets(path)) for path in paths]
    cells = sum(len(row) for _, found in read for sheet in found.sheets for row in sheet.rows)
    if cells > MOST_CELLS:
        raise UserMistake("annotate_too_large", cells=cells, limit=MOST_CELLS)
    first = next((path for path, _ in read if (book := _loaded(path)) is not None), None)
    own = OwnBook(book if first is not None and book is not None else Workbook())
    if first is None:
        del own.book["Sheet"]
    for path, found in read:
        if path is first:
            _keep(own, path, found)
        else:
            _put_beside(own, path, found)
    return own


def _loaded(path: Path, *, values: bool = False) -> Workbook | None:
    """The file as openpyxl opens it, None where it is no XLSX or one that openpyxl does not understand."""
    from openpyxl import load_workbook

    content = path.read_bytes()
    if not content.startswith(ZIP_MAGIC) or b"xl/workbook.xml" not in content:
        return None
    try:
        with _no_warnings():
            return load_workbook(BytesIO(content), data_only=values, rich_text=not values)
    except Exception:  # whatever it stumbles over, the text of the cells is read already
        return None


def _keep(own: OwnBook, path: Path, found: Corrected) -> None:
    """Take over the workbook itself, without what Närverk wrote into it before."""
    lists = {sheet.name: sheet for sheet in found.sheets}
    for page in own.book.worksheets:
        if page.title in lists:
            own.places[path.name, page.title] = Place(page, lists[page.title].rows)
        else:
            own.book.remove(page)
    _write(own, path.name, found.corrections)
    formulas = {
        page.title: [cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f"]
        for page in own.book.worksheets
    }
    worked_out = _loaded(path, values=True) if any(formulas.values()) else None
    if worked_out is not None:
        own.worked_out = {
            title: {each: worked_out[title][each].value for each in cells} for title, cells in formulas.items()
        }


def _put_beside(own: OwnBook, path: Path, found: Corrected) -> None:
    """Add the sheets of another file: values with their formats where it is a workbook, else text."""
    source = _loaded(path, values=True)
    for sheet in found.sheets:
        title = _free_title(own.book, sheet.name or path.stem, path.stem)
        page = own.book.create_sheet(title)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        own.places[path.name, sheet.name] = Place(page, sheet.rows)
        if source is not None and sheet.name in source.sheetnames:
            _copy(source[sheet.name], page)
        else:
            for number, cells in enumerate(sheet.rows, 1):
                for column, text in enumerate(cells, 1):
                    if text:
                        put_text(page, number, column, text)
            fit_columns(page, sheet.rows)
    if source is not None:
        _write(own, path.name, found.corrections)


def _copy(source: Worksheet, target: Worksheet) -> None:
    """Values, formats, widths, merged cells and hidden rows of a sheet of another workbook."""
    for row in source.iter_rows():
        for cell in row:
            if cell.value is None and not cell.has_style:
                continue
            made = target.cell(cell.row, cell.column)
            if isinstance(cell.value, str):
                put_text(target, cell.row, cell.column, cell.value)
            else:
                made.value = cell.value
            for name in _STYLES if cell.has_style else ():
                setattr(made, name, copy(getattr(cell, name)))
    for letters, each in source.column_dimensions.items():
        target.column_dimensions[letters].width = each.width
        target.column_dimensions[letters].hidden = each.hidden
    for number, line in source.row_dimensions.items():
        target.row_dimensions[number].hidden = line.hidden
    for merged in source.merged_cells.ranges:
        target.merge_cells(str(merged))
    target.freeze_panes = source.freeze_panes


def _write(own: OwnBook, file: str, corrections: Sequence[Correction]) -> None:
    """Put what was accepted before into the cells themselves; one of a merged cell stays as it is."""
    from openpyxl.cell.cell import MergedCell

    for each in corrections:
        page = own.places[file, each.sheet].page
        if not isinstance(page.cell(each.row, each.column + 1), MergedCell):
            put_text(page, each.row, each.column + 1, each.right)


def put_text(page: Worksheet, row: int, column: int, text: str) -> None:
    """Write text that no spreadsheet program takes for a formula, whatever it begins with; both count from 1."""
    cell = page.cell(row, column)
    cell.value = in_xml(text)[:LONGEST_TEXT]
    if cell.data_type != "s":
        cell.data_type = "s"
        cell.quotePrefix = True


def in_xml(text: str) -> str:
    """The text without the characters that no XML file may hold."""
    return _NOT_IN_XML.sub("", text)


def fit_columns(page: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as what stands in their first rows."""
    from openpyxl.utils import get_column_letter

    for place in range(max(map(len, rows[:200]), default=0)):
        longest = max((len(row[place]) for row in rows[:200] if place < len(row)), default=0)
        page.column_dimensions[get_column_letter(place + 1)].width = min(WIDEST, 3 + longest)


def _free_title(book: Workbook, wanted: str, file: str) -> str:
    """A title no sheet of the workbook has, with the file's name where the plain one is taken."""
    bare = _NOT_IN_TITLE.sub(" ", wanted).strip("' ")[:LONGEST_TITLE] or "1"
    taken = {each.casefold() for each in book.sheetnames}
    if bare.casefold() in taken:
        more = _NOT_IN_TITLE.sub(" ", file)[:15].strip("' ")
        bare = f"{bare[: LONGEST_TITLE - len(more) - 3]} ({more})"
    title, number = bare, 2
    while title.casefold() in taken:
        title, number = f"{bare[: LONGEST_TITLE - 4]} {number}", number + 1
    return title


class ChoiceLists:
    """Lists of words for the drop-downs of a workbook, on one hidden sheet of it, each there once."""

    def __init__(self, book: Workbook, title: str) -> None:
        self._book, self._title = book, title
        self._ranges: dict[tuple[str, ...], str] = {}
        self._page: Worksheet | None = None

    def range_of(self, words: tuple[str, ...]) -> str:
        """The cells that hold the words, as a data validation names them."""
        from openpyxl.utils import get_column_letter

        if self._page is None:
            self._page = self._book.create_sheet(_free_title(self._book, self._title, ""))
            self._page.sheet_state = "hidden"
            put_text(self._page, 1, 1, CHOICES_MARK)
        if words not in self._ranges:
            column = len(self._ranges) + 2
            for number, word in enumerate(words, 2):
                put_text(self._page, number, column, word)
            letters = get_column_letter(column)
            self._ranges[words] = f"'{self._page.title}'!${letters}$2:${letters}${len(words) + 1}"
        return self._ranges[words]


def _with_values(content: bytes, worked_out: Sequence[Mapping[str, Any]]) -> bytes:
    """The workbook with the values of its formulas, by sheet in their order."""
    if not any(worked_out):
        return content
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if number and (values := worked_out[int(number[1]) - 1]):
                part = _BARE_FORMULA.sub(lambda found, values=values: _formula(found, values), part)  # type: ignore[misc]
            new.writestr(name, part)
    return out.getvalue()


def _formula(found: re.Match[bytes], values: Mapping[str, Any]) -> bytes:
    cell, style, formula = found[1], found[2], found[3]
    kind, said = _stored(values.get(cell.decode()))
    if not kind:
        return found[0]
    return b'<c r="%s"%s t="%s">%s<v>%s</v></c>' % (cell, style, kind, formula, escape(said, quote=False).encode())


def _stored(value: object) -> tuple[bytes, str]:
    """A value as the file format has it: its type and its text; no type for none."""
    from openpyxl.utils.datetime import to_excel

    if value is None:
        return b"", ""
    if isinstance(value, bool):
        return b"b", str(int(value))
    if isinstance(value, (datetime, date, time, timedelta)):
        return b"n", repr(to_excel(value))
    if isinstance(value, (int, float)):
        return b"n", repr(value)
    text = in_xml(str(value))
    return (b"e" if text.startswith("#") and text.endswith(("!", "?", "/A")) else b"str"), text


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Openpyxl warns of what it leaves out; there is nobody to tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

"""A viewer's region as a workbook: a first sheet that says what it is, then one sheet a kind of record.

Text is written as text, marked so that no spreadsheet program takes it for a formula even when it is edited; days are
days and numbers are numbers. The file tells nothing of who made it, where or at what hour.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ingest.corrections import NO_LISTS
from render.export_sheets import Cell, Sheet, sheets
from render.tables import neutral
from render.taken import Taken
from render.workbooks import LONGEST_TEXT, WIDEST, in_xml
from texts import LANGUAGES, Texts

NARROWEST = 10
MOST_MEASURED = 500  # rows that a column's width is taken from
BLUE, INK, QUIET = "#2F4858", "#1B2629", "#5B686D"


def workbook(taken: Taken, texts: Texts) -> bytes:
    """The workbook (XLSX)."""
    import xlsxwriter

    made = list(sheets(taken.snapshot, taken.viewer.level, texts))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": texts("export.title"), "created": datetime.fromisoformat(taken.day)})
        styles = _Styles(book)
        _first(book.add_worksheet(texts("export.sheet.first")), taken, made, styles, texts)
        for each in made:
            _list(book.add_worksheet(each.title), each, styles)
    return out.getvalue()


class _Styles:
    """The formats of the workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **said: Any) -> Any:
        key = tuple(sorted({"valign": "top", **said}.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(key))
        return self._made[key]


def _first(page: Any, taken: Taken, made: Sequence[Sheet], styles: _Styles, texts: Texts) -> None:
    """What the file is: whose region, of which day, for whom, and how much of what."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 62)
    page.write_string(0, 0, NO_LISTS[LANGUAGES.index(texts.language)], styles(font_color=QUIET, font_size=8))
    page.write_string(1, 0, texts("export.title"), styles(bold=True, font_size=16, font_color=INK))
    told: dict[str, Cell] = {
        "region": taken.region or texts("value.unknown"),
        "day": date.fromisoformat(taken.day),
        "shown_to": taken.shown_to(texts),
    }
    for row, (name, value) in enumerate(told.items(), 3):
        page.write_string(row, 0, texts(f"export.first.{name}"), styles(font_color=QUIET))
        _write(page, row, 1, value, styles, bold=True, align="left")
    row = 4 + len(told)
    for each in made:
        row += 1
        page.write_string(row, 0, each.title)
        page.write_number(row, 1, len(each.rows), styles(align="left", num_format="#,##0"))
    for note in taken.notes(texts, is_list=True):
        row += 2
        page.merge_range(row, 0, row, 1, "")
        page.set_row(row, 48)
        page.write_string(row, 0, note, styles(text_wrap=True, font_color=INK))


def _list(page: Any, sheet: Sheet, styles: _Styles) -> None:
    """Headings and rows."""
    heading = styles(bold=True, font_color="#FFFFFF", bg_color=BLUE, text_wrap=True, valign="vcenter")
    for column, name in enumerate(sheet.headings):
        page.write_string(0, column, name, heading)
        page.set_column(column, column, _width(name, [row[column] for row in sheet.rows[:MOST_MEASURED]]))
    for number, line in enumerate(sheet.rows, 1):
        for column, cell in enumerate(line):
            _write(page, number, column, cell, styles)
    page.set_row(0, 32)
    page.freeze_panes(1, min(2, len(sheet.headings)))
    page.autofilter(0, 0, len(sheet.rows), len(sheet.headings) - 1)


def _write(page: Any, row: int, column: int, cell: Cell, styles: _Styles, **style: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        text = in_xml(cell.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_TEXT]
        if neutral(text) != text:
            style["quote_prefix"] = True
        if len(text) > WIDEST or "\n" in text:
            style["text_wrap"] = True
        page.write_string(row, column, text, styles(**style))
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, styles(num_format="yyyy-mm-dd", **style))
    else:
        page.write_number(row, column, cell, styles(**style))


def _width(heading: str, cells: Sequence[Cell]) -> int:
    """As wide as the heading on two lines and what stands below it."""
    below = max((len(str(each)) for each in cells if each is not None), default=0)
    return min(WIDEST, max(NARROWEST, 4 + len(heading) // 2, 2 + below))

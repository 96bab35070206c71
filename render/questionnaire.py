"""A firm's questionnaire as a workbook: what is known of it, columns to answer in, and drop-downs where words are few.

The first row and the first column of a page are hidden and say which cell is which, so that nothing depends on
headings, their order or the language. What is filled in and what is written are the same texts, which are kept.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from graph.consent import Choice
from graph.model import Company, Offer, Value
from graph.questionnaire import Filled, Questionnaire, shown
from graph.taxonomy import taxonomy
from ingest.corrections import CHOICES_MARK, NO_LISTS
from ingest.questionnaire import ANSWER, AUDIENCE, CODE_SHEET, PAGES, Known, Line, Page, lines, may_be_opened
from ingest.questionnaire_read import mark_of
from ingest.sources.common import slug
from render.choices import choices
from render.company import Wording
from render.workbooks import in_xml
from texts import LANGUAGES, Texts

INK, QUIET, HEAD, OPEN_HEAD, PAPER, LOCKED = "#22313A", "#5B6B73", "#DCE5EA", "#2F4858", "#FFFDF2", "#F4F6F7"
HOW = ("blank", "tick", "gone", "seen", "several")
GROUP = "group"
WIDE = {"capability": 34, "standard": 28, "theme": 34, "description": 40, "materials": 30, "material": 26,
        "supplier": 24, AUDIENCE: 28, GROUP: 40, ANSWER: 14, "part_number": 18, "origin_country": 18}  # fmt: skip
USUAL_WIDE = 15
A4 = 9  # as spreadsheets number paper
VALUE_ROWS = {"sector": "sector", "no_mailings": "yes_no", "sensitive": "yes"}
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wording(texts: Texts) -> Wording:
    """The words of values; no page names another firm."""
    return Wording(texts, lambda _: "")


def text_of(name: str, value: Value, words: Wording, texts: Texts) -> str:
    """A value as a cell says it, and as it is read again."""
    if value is None or value == ():
        return ""
    if name == ANSWER:
        return "x"
    if name == AUDIENCE:
        return texts(f"consent.choice.{value}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.12g}" if isinstance(value, float) else str(value)
    if isinstance(value, tuple):
        return "; ".join(words.value(name, each) for each in value)
    return words.value(name, value)


def filled(known: Known, texts: Texts) -> Filled:
    """What a firm's questionnaire says before anybody has answered: only the cells with something in them."""
    words = wording(texts)
    found: dict[str, dict[str, dict[str, str]]] = {}
    for page in PAGES:
        rows = {each.key: _texts(page, each, words, texts) for each in lines(page, known)}
        found[page.kind.__name__] = {key: cells for key, cells in rows.items() if cells}
    return found


def _texts(page: Page, line: Line, words: Wording, texts: Texts) -> dict[str, str]:
    name_of = {"value": line.name}
    found = {
        column: text_of(name_of.get(column, column), line.values.get(column), words, texts)
        for column in page.columns
        if column != page.key
    }
    return {column: text for column, text in found.items() if text}


# -- the workbook ----------------------------------------------------------------------------------------------------


def workbook(asked: Questionnaire, known: Known, texts: Texts, *, answer_by: str = "") -> bytes:
    """The workbook (XLSX) of one questionnaire; ``answer_by`` is the last day (ISO), "" for none."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": texts("questionnaire.title"), "created": datetime.fromisoformat(asked.made_on)})
        styles = _Styles(book)
        name = str(firm_name(known))
        _first(book.add_worksheet(texts("questionnaire.sheet.first")), asked, name, answer_by, styles, texts)
        pages = [(page, book.add_worksheet(texts(f"questionnaire.sheet.{page.name}"))) for page in PAGES]
        lists = _Lists(book.add_worksheet("_val"))
        for page, sheet in pages:
            _Sheet(page, sheet, asked, styles, lists, texts).write(lines(page, known))
        code = book.add_worksheet("_kod")
        code.write_string(0, 0, CODE_SHEET)
        code.write_string(0, 1, asked.code)
        code.very_hidden()
    return out.getvalue()


def firm_name(known: Known) -> str:
    """The firm's own name, as its own people see it."""
    account = known.account(Company, "")
    return str(getattr(account.record, "name", None) or "") if account else ""


class _Styles:
    """The formats of the workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **said: Any) -> Any:
        key = tuple(sorted({"valign": "top", "font_color": INK, **said}.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(key))
        return self._made[key]


class _Lists:
    """The words of drop-downs, on one hidden sheet, each list once."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._ranges: dict[tuple[str, ...], str] = {}
        sheet.write_string(0, 0, CHOICES_MARK)
        sheet.hide()

    def range_of(self, words: tuple[str, ...]) -> str:
        """The cells that hold the words."""
        from xlsxwriter.utility import xl_range_abs

        if words not in self._ranges:
            column = len(self._ranges) + 1
            for row, word in enumerate(words, 1):
                self._sheet.write_string(row, column, word)
            self._ranges[words] = f"='{self._sheet.get_name()}'!{xl_range_abs(1, column, len(words), column)}"
        return self._ranges[words]


def _first(page: Any, asked: Questionnaire, name: str, answer_by: str, styles: _Styles, texts: Texts) -> None:
    """Whose it is, until when, and how it is filled in."""
    page.hide_gridlines(2)
    page.set_column(0, 0, 92)
    page.write_string(0, 0, NO_LISTS[LANGUAGES.index(texts.language)], styles(font_color=QUIET, font_size=8))
    page.write_string(1, 0, in_xml(texts("questionnaire.headline", name=name)), styles(bold=True, font_size=16))
    said = [texts("questionnaire.until", day=answer_by)] if answer_by else []
    said += [texts(f"questionnaire.fill_in.{each}") for each in HOW]
    said += [texts("edit.no_classified"), texts("questionnaire.code", code=shown(asked.code))]
    for row, each in enumerate(said, 3):
        page.set_row(row, 18 + 15 * (len(each) // 95))
        page.write_string(row, 0, each, styles(text_wrap=True, bold=each == said[0] and bool(answer_by)))
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.protect("", {"select_locked_cells": True})


class _Sheet:
    """One page of the workbook."""

    def __init__(
        self, page: Page, sheet: Any, asked: Questionnaire, styles: _Styles, lists: _Lists, texts: Texts
    ) -> None:
        self._page, self._sheet, self._styles, self._lists, self._texts = page, sheet, styles, lists, texts
        self._asked = asked
        self._cells = asked.cells.get(page.kind.__name__, {})
        shown_columns = (*((GROUP,) if page.kind is Offer else ()), *page.columns)
        if page.kind is Company:
            shown_columns = ("name", "now", *page.columns)
        self._columns = {name: at for at, name in enumerate(shown_columns, 1)}

    def write(self, rows: Sequence[Line]) -> None:
        """Hidden names, headings, rows; what is not to be changed is locked."""
        sheet, styles = self._sheet, self._styles
        sheet.write_string(0, 0, mark_of(self._page, self._asked.code))
        sheet.set_column(0, 0, None, None, {"hidden": True})
        for name, at in self._columns.items():
            sheet.write_string(0, at, name)
            width = 46 if self._page.kind is Company and name in ("now", "value") else WIDE.get(name, USUAL_WIDE)
            sheet.set_column(at, at, 30 if name == "name" else width)
            is_open = name in self._page.columns and name != self._page.key
            colour = {"bg_color": OPEN_HEAD, "font_color": "#FFFFFF"} if is_open else {"bg_color": HEAD}
            sheet.write_string(1, at, self.heading(name), styles(bold=True, text_wrap=True, valign="vcenter", **colour))
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 34)
        for row, line in enumerate(rows, 2):
            sheet.write_string(row, 0, line.key)
            self._line(row, line)
        last = len(rows) + 1
        sheet.freeze_panes(2, 2 if self._page.kind is not Offer else 3)
        if self._page.kind is Offer:
            sheet.autofilter(1, 1, last, len(self._columns))
        self._drop_downs(rows, last)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer(f"&C{shown(self._asked.code)}")
        allowed = ("format_columns", "format_rows", "autofilter", "sort", "select_unlocked_cells")
        sheet.protect("", dict.fromkeys(allowed, True))

    def heading(self, name: str) -> str:
        """The heading of a column."""
        if name in ("name", "now", "value", GROUP, AUDIENCE):
            return self._texts(f"questionnaire.column.{name}")
        if name == ANSWER:
            return self._texts(f"questionnaire.answer.{self._page.name}")
        return self._texts(f"field.{name}")

    def _line(self, row: int, line: Line) -> None:
        cells = self._cells.get(line.key, {})
        locked = self._styles(bg_color=LOCKED, text_wrap=True, bold=bool(cells.get(ANSWER)))
        for name, at in self._columns.items():
            if name == GROUP:
                text = family_name(line.group, self._texts)
            elif name == "name":
                text = self._texts(f"field.{line.name}")
            elif name == "now":
                text = cells.get("value", "")
            elif name == self._page.key and line.name:
                text = name_of(self._page, line, self._texts)
            else:
                self._open(row, at, name, line, cells)
                continue
            self._sheet.write_string(row, at, in_xml(text), locked)

    def _open(self, row: int, at: int, name: str, line: Line, cells: Mapping[str, str]) -> None:
        """A cell to answer in, with what is known."""
        if self._page.kind is Company and name == AUDIENCE and not may_be_opened(line.key):
            self._sheet.write_blank(row, at, None, self._styles(bg_color=LOCKED))
            return
        centre = {"align": "center"} if name == ANSWER else {}
        style = self._styles(bg_color=PAPER, border=1, border_color="#D8D2B8", locked=False, text_wrap=True, **centre)
        text = "" if name == "value" else cells.get(name, "")
        value = line.values.get(name)
        if not text:
            self._sheet.write_blank(row, at, None, style)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            self._sheet.write_number(row, at, float(text), style)
        else:
            self._sheet.write_string(row, at, in_xml(text), style)

    def _drop_downs(self, rows: Sequence[Line], last: int) -> None:
        for name, at in self._columns.items():
            words = self._words(name)
            if words:
                self._validate(2, last, at, words, strict=name in (ANSWER, AUDIENCE))
        for row, line in enumerate(rows, 2):
            if self._page.kind is Company and (asked := VALUE_ROWS.get(line.key)):
                self._validate(row, row, self._columns["value"], self._value_words(asked), strict=False)

    def _words(self, name: str) -> tuple[str, ...]:
        texts = self._texts
        if name == ANSWER:
            return ("x", texts("value.no"))
        if name == AUDIENCE:
            return tuple(texts(f"consent.choice.{each}") for each in Choice)
        if name in ("material", "materials", "origin_country", "may_share"):
            return choices(self._page.name, name, texts)
        if name == "priority":
            return ("1", "2", "3")
        return ()

    def _value_words(self, asked: str) -> tuple[str, ...]:
        yes, no = self._texts("value.yes"), self._texts("value.no")
        if asked == "sector":
            return choices("company", "sector", self._texts)
        return (yes,) if asked == "yes" else (yes, no)

    def _validate(self, first: int, last: int, at: int, words: tuple[str, ...], *, strict: bool) -> None:
        rule = {"validate": "list", "source": self._lists.range_of(words), "show_error": strict}
        self._sheet.data_validation(first, at, last, at, rule)


def name_of(page: Page, line: Line, texts: Texts) -> str:
    """What names a row; of what only the program has concluded, with the question whether it is so."""
    name = wording(texts).value(page.key, line.name)
    return texts("questionnaire.is_it_so", what=name) if line.concluded else name


def family_name(family: str, texts: Texts) -> str:
    """A family of processes in the reader's language."""
    found = taxonomy().families.get(family)
    if found is None:
        return ""
    return found.name_sv if texts.language == "sv" else found.name_en


# -- several -----------------------------------------------------------------------------------------------------------


def packed(files: Iterable[tuple[str, str, bytes]], ending: str) -> bytes:
    """Files of several firms as one ZIP: the name of each firm, its code and the content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, code, content in files:
            archive.writestr(file_name(name, code, ending), content)
    return out.getvalue()


def file_name(name: str, code: str, ending: str) -> str:
    """A name that is no path, may stand on any disk and tells whose file it is."""
    return f"{slug(name)}-{code[:4].lower()}{ending}"

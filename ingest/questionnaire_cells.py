"""The cells of one page of a questionnaire that came back: what each says, and which of them cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.consent import Choice
from graph.model import Alias, Company, Value
from graph.questionnaire import Row
from graph.store import Snapshot
from graph.taxonomy import taxonomy
from ingest.cells import EXCEL_ERRORS, Bad, yes_no
from ingest.forms import FORMS
from ingest.questionnaire import ANSWER, AUDIENCE, CHOICES, Page, is_free
from ingest.typed import Mistake, read_form
from ingest.workbooks import NOT_CALCULATED, Sheet

FIRST_LINE = 2  # below the hidden names of the columns and the headings
VALUE = "value"
NOBODY = Snapshot(0, {Company: (), Alias: ()})


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that cannot be read, as a spreadsheet names it."""

    sheet: str
    cell: str
    mistake: Mistake


class Cells:
    """One page, row by row; ``odd`` are the cells that could not be read so far."""

    def __init__(self, page: Page, sheet: Sheet) -> None:
        self.page, self._sheet, self._form = page, sheet, FORMS[page.kind]
        self._columns = {name: at for at, name in enumerate(sheet.rows[0]) if at and name in page.columns}
        self._row = 0
        self.odd: list[Odd] = []

    def rows(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The key of each row, and the texts of the cells that somebody may have answered in."""
        for row in range(FIRST_LINE, len(self._sheet.rows)):
            self._row = row
            key = cell(self._sheet, row, 0)
            said = {name: text for name, at in self._columns.items() if (text := cell(self._sheet, row, at))}
            if not is_free(key):
                said.pop(self.page.key, None)  # it names the row, and is no answer
            yield key, said

    def wrong(self, column: str, mistake: Mistake) -> None:
        """Note what is wrong with a cell of this row."""
        at = self._columns.get(column, 0)
        self.odd.append(Odd(self._sheet.name, f"{_letters(at)}{self._row + 1}", mistake))

    def all_wrong(self, mistakes: Iterable[Mistake]) -> bool:
        """Note what is wrong with the row's fields; whether anything is."""
        found = list(mistakes)
        for each in found:
            self.wrong(VALUE if self.page.kind is Company else each.field, each)
        return bool(found)

    def value(self, name: str, text: str) -> Value | Bad:
        """What a text says in a field; Bad is noted."""
        found = self.parsed(name, text)
        if isinstance(found, Mistake):
            self.all_wrong([found])
            return Bad(found.code)
        return found

    def parsed(self, name: str, text: str) -> Value | Mistake:
        """What a text says in a field, or what is wrong with it."""
        if text in EXCEL_ERRORS or text == NOT_CALCULATED:
            return Mistake(name, "cell_error", text)
        read = read_form(self._form, {name: one_name(name, text)}, [self._form.field(name)], NOBODY)
        if read.mistakes:
            return read.mistakes[0]
        if name == "sensitive" and read.values[name] is False:
            return Mistake(name, "choice_unknown", text)  # a firm does not say that it is not
        return plain(read.values[name])

    def before(self, name: str, asked: Row, column: str = "") -> Value:
        """What a cell said when it was filled in."""
        text = asked.get(column or name, "")
        found = self.parsed(name, text) if text else None
        return None if isinstance(found, Mistake) else found

    def choice(self, changed: Row, before: Value) -> Choice | None:
        """Who may see it, where that is another choice than today's."""
        if AUDIENCE not in changed:
            return None
        found = CHOICES(changed[AUDIENCE])
        if isinstance(found, Bad):
            self.wrong(AUDIENCE, Mistake(AUDIENCE, found.code, changed[AUDIENCE]))
            return None
        return Choice(found) if found != before else None

    def is_so(self, changed: Row) -> bool | None:
        """What the row answers, None for nothing."""
        if ANSWER not in changed:
            return None
        found = yes_no(changed[ANSWER])
        if isinstance(found, Bad):
            self.wrong(ANSWER, Mistake(ANSWER, found.code, changed[ANSWER]))
            return None
        return found


def plain(value: Value) -> Value:
    """The value, None for an empty list too."""
    return None if value == () else value


def one_name(name: str, text: str) -> str:
    """The code of a text that is one name of the taxonomy, whatever commas or "and" stand in it; else the text."""
    if name in ("materials", "material"):
        return taxonomy().material_of(text) or text
    return text


def cell(sheet: Sheet, row: int, column: int) -> str:
    """The text of a cell, "" where there is none; both count from 0."""
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    return cells[column].strip() if column < len(cells) else ""


def _letters(column: int) -> str:
    """A column, counted from 0, as a spreadsheet names it."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found

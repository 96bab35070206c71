"""Which corrections did a person accept? They stand in a sheet of the workbook and count before anything else is read.

Närverk writes that sheet itself (:mod:`render.annotated`); it is told by its headings, and it is no list. A correction
counts where it is accepted, has a value, and the cell still says what it said when the sheet was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.cells import yes_no
from ingest.headings import Headings
from ingest.identity import masked
from ingest.rows import RowProblem, fold
from ingest.workbooks import Sheet

CORRECTIONS: Headings = {
    "file": ("Fil", "File"),
    "sheet": ("Blad", "Sheet"),
    "cell": ("Cell", "Cell"),
    "row": ("Rad", "Row"),
    "column": ("Kolumn", "Column"),
    "found": ("Står nu", "Stands now"),
    "wrong": ("Vad som är fel", "What is wrong"),
    "suggestion": ("Förslag", "Suggestion"),
    "right": ("Rätt värde", "Right value"),
    "accepted": ("Godkänn", "Accept"),
}
"""The headings of the sheet of corrections: Swedish, English."""
NEEDED = ("sheet", "cell", "found", "right", "accepted")
CHOICES_MARK = "närverk: val"
"""In the first cell of a sheet that only holds the entries of drop-downs."""
NO_LISTS = ("Närverk läser inte in det här bladet.", "Närverk does not read this sheet back.")
"""In the first cell of a sheet that Närverk has written for people to read: Swedish, English."""

_HEADING_ROWS = 10
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_NEUTRALISED = re.compile(r"'(?=\s*[=+\-@＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Correction:
    """What shall stand in a cell instead of what was found there; ``row`` counts from 1, ``column`` from 0."""

    sheet: str
    row: int
    column: int
    found: str
    right: str


@dataclass(slots=True)
class Corrected:
    """The sheets of lists with the accepted corrections in place, which those were, and those that do not count."""

    sheets: list[Sheet]
    corrections: list[Correction]
    problems: list[RowProblem]


def as_told(text: str) -> str:
    """A cell as the sheet of corrections quotes it: on one line, without personal numbers."""
    return masked(" ".join(text.split()))


def corrected(file: str, sheets: Sequence[Sheet]) -> Corrected:
    """The sheets with what a person accepted; the cells of ``sheets`` themselves are changed."""
    lists: dict[str, Sheet] = {}
    found: list[tuple[Sheet, int, Mapping[str, int]]] = []
    for each in sheets:
        index, columns = _headings(each)
        if columns:
            found.append((each, index, columns))
        elif not (each.rows and each.rows[0] and each.rows[0][0] in (CHOICES_MARK, *NO_LISTS)):
            lists[each.name] = each
    result = Corrected(list(lists.values()), [], [])
    for sheet, index, columns in found:
        for number, cells in enumerate(sheet.rows[index + 1 :], index + 2):
            said = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
            if said.get("accepted") and yes_no(said["accepted"]) is True and said.get("cell"):
                code = _apply(said, lists, result.corrections)
                if code:
                    heading = sheet.rows[index][columns["right"]]
                    value = as_told(said.get("right", ""))
                    result.problems.append(RowProblem(file, sheet.name, number, heading, code, value))
    return result


def _headings(sheet: Sheet) -> tuple[int, Mapping[str, int]]:
    """Where the headings of a sheet of corrections stand, and its columns; none where it is not one."""
    for index, cells in enumerate(sheet.rows[:_HEADING_ROWS]):
        places = {fold(cell): place for place, cell in reversed(list(enumerate(cells))) if cell}
        columns = {
            field: places[fold(name)] for field, names in CORRECTIONS.items() for name in names if fold(name) in places
        }
        if all(field in columns for field in NEEDED):
            return index, columns
    return 0, {}


def _apply(said: Mapping[str, str], lists: Mapping[str, Sheet], done: list[Correction]) -> str:
    """Put the right value in place; returns the code of why not."""
    place = _CELL.fullmatch(said["cell"])
    sheet = lists.get(said.get("sheet", ""))
    if place is None or sheet is None:
        return "correction_without_cell"
    right = plain(said.get("right", ""))
    if not right:
        return "correction_without_value"
    row, column = int(place[2]), column_index(place[1])
    cells = sheet.rows[row - 1] if 0 < row <= len(sheet.rows) else []
    stands = cells[column] if column < len(cells) else ""
    if stands.strip() == right:
        return ""
    if as_told(stands) != plain(said.get("found", "")) or not cells:
        return "correction_out_of_date"
    cells += [""] * (column + 1 - len(cells))
    cells[column] = right
    done.append(Correction(sheet.name, row, column, stands, right))
    return ""


def plain(text: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from taking it for a formula.

    >>> plain("'-5"), plain("'Kalles'")
    ('-5', "'Kalles'")
    """
    return _NEUTRALISED.sub("", text, count=1) if text.startswith("'") else text


def column_index(letters: str) -> int:
    """The column's place, from 0, by a spreadsheet's name of it.

    >>> column_index("A"), column_index("AB")
    (0, 27)
    """
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1

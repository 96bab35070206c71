"""The user's own workbook, with every odd cell marked and commented and a sheet of corrections to accept.

Marks are conditional formats, so that the user's own formats stay; a sign stands beside the colour. Put back into
Närverk, the workbook loads with what was accepted (:mod:`ingest.corrections`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.errors import UserMistake
from ingest.corrections import CORRECTIONS, as_told
from ingest.pipeline import LoadReport, SheetReport
from ingest.rows import RowProblem, column_letters
from render.choices import SEVERAL, choices
from render.loads import SEVERITIES, problem_words
from render.plain import capital
from render.tables import neutral
from render.workbooks import MOST_CELLS, ChoiceLists, OwnBook, Place, open_own, put_text
from texts import LANGUAGES, Texts

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

AUTHOR = "Närverk"
SIGNS = {"error": "✖", "warning": "▲", "info": "●"}
FILLS = {"error": "F6C6C0", "warning": "FBE3A6", "info": "D5E5F5"}
EDGES = {"error": "9C2A1C", "warning": "8A6100", "info": "2F5F8F"}
OURS = 'N("Närverk")=0'
"""Always true; tells our marks from the user's own conditional formats."""
PARTED = "\n— Närverk —\n"
"""Between a user's comment and ours."""
HEADING_ROW = 4
WIDTHS = {"file": 22, "sheet": 18, "cell": 8, "row": 7, "column": 20, "found": 30, "wrong": 60, "suggestion": 26,
          "right": 30, "accepted": 11}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Spot:
    """A cell something is wrong with; ``column`` -1 is the row as a whole."""

    place: Place
    file: str
    row: int
    column: int
    heading: str
    choices: tuple[str, ...]
    holds_several: bool
    problems: tuple[RowProblem, ...]

    @property
    def severity(self) -> str:
        """Of the gravest problem."""
        return min((each.severity for each in self.problems), key=SEVERITIES.index)

    @property
    def cell(self) -> str:
        """As a spreadsheet calls it."""
        return f"{column_letters(max(self.column, 0))}{self.row}"

    @property
    def can_be_corrected(self) -> bool:
        """Whether another value in this cell may help."""
        return self.column >= 0 and (self.severity != "info" or any(each.suggestion for each in self.problems))


def annotated(paths: Sequence[Path], report: LoadReport, texts: Texts) -> bytes:
    """The files of a load as one workbook (XLSX) with what its report finds odd.

    Raises:
        UnreadableFile: a file that cannot be read any more.
        UserMistake: ``annotate_too_large``.
    """
    if _size(report) > MOST_CELLS:  # before a register's file is opened whole
        raise UserMistake("annotate_too_large", cells=_size(report), limit=MOST_CELLS)
    own = open_own(paths)
    spots = _spots(own, report, texts)
    for place in own.places.values():
        _clear(place.page)
    for each in spots:
        _comment(each, texts)
    _mark(spots)
    _corrections(own, [each for each in spots if each.can_be_corrected or each.severity == "error"], texts)
    return own.content()


def can_be_marked(report: LoadReport) -> bool:
    """Whether there is something to mark, in lists of a size that can be marked."""
    return bool(report.problems) and _size(report) <= MOST_CELLS


def _size(report: LoadReport) -> int:
    """How many cells were read or passed over."""
    return sum((each.rows + each.passed_over) * len(each.headings) for each in report.sheets)


# -- which cells -----------------------------------------------------------------------------------------------------


def _spots(own: OwnBook, report: LoadReport, texts: Texts) -> list[_Spot]:
    """Every cell with problems, the gravest first, else in the order of the lists."""
    sheets: dict[tuple[str, str], list[SheetReport]] = defaultdict(list)
    for each in report.sheets:
        sheets[each.file, each.sheet].append(each)
    found: dict[tuple[str, str, int, str], list[RowProblem]] = defaultdict(list)
    for problem in report.problems:
        if (problem.file, problem.sheet) in own.places:
            found[problem.file, problem.sheet, problem.row, problem.column].append(problem)
    spots = [
        _spot(own.places[file, sheet], sheets[file, sheet], row, column, problems, texts)
        for (file, sheet, row, column), problems in found.items()
    ]
    return sorted(spots, key=lambda each: SEVERITIES.index(each.severity))


def _spot(
    place: Place, tables: Sequence[SheetReport], row: int, heading: str, problems: Sequence[RowProblem], texts: Texts
) -> _Spot:
    above = [each for each in tables if each.heading_row <= row] or list(tables)
    table = above[-1] if above else None
    column = table.headings.index(heading) if table and heading and heading in table.headings else -1
    use = next((each.field for each in table.columns if each.heading == heading), "") if table else ""
    if table and row == table.heading_row:
        use = ""
    return _Spot(
        place,
        problems[0].file,
        row,
        column,
        heading,
        choices(table.kind, use, texts) if table and use else (),
        use in SEVERAL,
        tuple(problems),
    )


# -- marks -----------------------------------------------------------------------------------------------------------


def _clear(page: Worksheet) -> None:
    """Take off what Närverk marked before."""
    from openpyxl.comments import Comment
    from openpyxl.formatting.formatting import ConditionalFormattingList

    kept = ConditionalFormattingList()
    for each in page.conditional_formatting:
        for rule in each.rules:
            if OURS not in rule.formula:
                kept.add(str(each.sqref), rule)
    page.conditional_formatting = kept
    for cells in page.iter_rows():
        for cell in cells:
            if cell.comment and cell.comment.author == AUTHOR:
                theirs = cell.comment.text.rpartition(PARTED)[0]
                cell.comment = Comment(theirs, "") if theirs else None


def _comment(spot: _Spot, texts: Texts) -> None:
    """What is wrong and what was perhaps meant, at the cell or the one it is merged into; behind the user's own."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment

    page = spot.place.page
    cell = page.cell(spot.row, max(spot.column, 0) + 1)
    if isinstance(cell, MergedCell):
        merged = next(each for each in page.merged_cells.ranges if cell.coordinate in each)
        cell = page.cell(merged.min_row, merged.min_col)
    said = "\n".join(f"{SIGNS[each.severity]} {_words(each, texts)}" for each in spot.problems)
    before = cell.comment
    if before and before.author == AUTHOR:
        said = f"{before.text}\n{said}"
    elif before:
        said = f"{before.text}{PARTED}{said}"
    cell.comment = Comment(said, AUTHOR, height=40 + 18 * (1 + len(said) // 38), width=300)


def _words(problem: RowProblem, texts: Texts) -> str:
    suggestion = texts("problem.suggestion", suggestion=problem.suggestion) if problem.suggestion else ""
    return capital(problem_words(problem.code, texts)) + suggestion


def _mark(spots: Iterable[_Spot]) -> None:
    """Colour and edge for every cell; a sign before the text of those that hold text."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Border, PatternFill, Side
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.styles.numbers import NumberFormat

    cells: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    pages: dict[str, Worksheet] = {}
    for each in spots:
        page = pages[each.place.page.title] = each.place.page
        is_text = isinstance(page[each.cell].value, str)
        cells[each.place.page.title, each.severity, is_text].append(each.cell)
    for (title, severity, is_text), places in cells.items():
        edge = Side(style="medium", color=EDGES[severity])
        style = DifferentialStyle(
            fill=PatternFill(bgColor=FILLS[severity], fill_type="solid"),
            border=Border(left=edge),
            numFmt=NumberFormat(numFmtId=190 + SEVERITIES.index(severity), formatCode=_signed(severity))
            if is_text
            else None,
        )
        rule = Rule(type="expression", dxf=style, formula=[OURS])
        pages[title].conditional_formatting.add(" ".join(dict.fromkeys(places)), rule)


def _signed(severity: str) -> str:
    return f'General;-General;General;"{SIGNS[severity]} "@'


# -- the sheet of corrections ----------------------------------------------------------------------------------------


def _corrections(own: OwnBook, spots: Sequence[_Spot], texts: Texts) -> None:
    """The first sheet: what stands where, what is wrong, what was perhaps meant; two columns to fill in."""
    page = own.book.create_sheet(texts("annotate.sheet"), 0)
    own.book.active = 0
    for each in own.book.worksheets:
        each.sheet_view.tabSelected = each is page
    _head(page, texts)
    looks = _Looks()
    for number, spot in enumerate(spots, HEADING_ROW + 1):
        _line(page, number, spot, looks, texts)
    last = HEADING_ROW + max(len(spots), 1)
    lists = ChoiceLists(own.book, texts("annotate.choices_sheet"))
    by_words: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for number, spot in enumerate(spots, HEADING_ROW + 1):
        words = spot.choices or tuple(_alternatives(spot))
        if len(words) > 1:
            by_words[words].append(f"{_letters('right')}{number}")
    for words, places in by_words.items():
        _choose(page, " ".join(places), lists.range_of(words), strict=False)
    yes_no = lists.range_of((texts("value.yes"), texts("value.no")))
    _choose(page, f"{_letters('accepted')}{HEADING_ROW + 1}:{_letters('accepted')}{last}", yes_no, strict=True)
    page.auto_filter.ref = f"A{HEADING_ROW}:{_letters('accepted')}{last}"


def _head(page: Worksheet, texts: Texts) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    page["A1"].font = Font(bold=True, size=14)
    put_text(page, 1, 1, texts("annotate.title"))
    put_text(page, 2, 1, texts("annotate.what"))
    for place, (name, width) in enumerate(WIDTHS.items(), 1):
        put_text(page, HEADING_ROW, place, _heading(name, texts))
        cell = page.cell(HEADING_ROW, place)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="2F4858")
        cell.alignment = Alignment(vertical="center")
        page.column_dimensions[column_letters(place - 1)].width = width
    page.row_dimensions[HEADING_ROW].height = 22
    page.freeze_panes = f"A{HEADING_ROW + 1}"
    page.sheet_view.showGridLines = False


def _heading(name: str, texts: Texts) -> str:
    return CORRECTIONS[name][LANGUAGES.index(texts.language)]


def _letters(name: str) -> str:
    return column_letters(list(WIDTHS).index(name))


def _line(page: Worksheet, number: int, spot: _Spot, looks: _Looks, texts: Texts) -> None:
    from openpyxl.worksheet.hyperlink import Hyperlink

    for place, (name, text) in enumerate(_cells(spot, texts).items(), 1):
        if text and name == "row":
            page.cell(number, place, spot.row)
        elif text:
            put_text(page, number, place, neutral(text))
        looks.give(page.cell(number, place), _look(spot, name))
    link = page.cell(number, list(WIDTHS).index("cell" if spot.column >= 0 else "row") + 1)
    title = spot.place.page.title.replace("'", "''")
    link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{title}'!{spot.cell}")
    looks.give(link, "link")


def _cells(spot: _Spot, texts: Texts) -> dict[str, str]:
    """The text of each column of a correction."""
    found = spot.place.said(spot.row, spot.column) if spot.column >= 0 else ""
    wrong = (f"{SIGNS[each.severity]} {capital(problem_words(each.code, texts))}" for each in spot.problems)
    return {
        "file": spot.file,
        "sheet": spot.place.page.title,
        "cell": spot.cell if spot.column >= 0 else "",
        "row": str(spot.row),
        "column": as_told(spot.heading),
        "found": as_told(found),
        "wrong": "\n".join(wrong),
        "suggestion": "; ".join(dict.fromkeys(each.suggestion for each in spot.problems if each.suggestion)),
        "right": _right(spot, found) if spot.can_be_corrected else "",
        "accepted": "",
    }


def _look(spot: _Spot, name: str) -> str:
    if name not in {"right", "accepted"}:
        return "plain"
    return "open" if spot.can_be_corrected else "closed"


class _Looks:
    """How the cells of corrections look; each look is made once, since openpyxl takes long over styles."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def give(self, cell: Any, look: str) -> None:
        """Give the cell a look: plain, link, open or closed to be filled in."""
        if look not in self._made:
            self._make(cell, look)
            self._made[look] = copy(cell._style)
        cell._style = copy(self._made[look])

    @staticmethod
    def _make(cell: Any, look: str) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(bottom=Side(style="thin", color="D9D9D9"))
        if look in {"open", "closed"}:
            cell.number_format = "@"
            cell.fill = PatternFill("solid", fgColor="FFFBE8" if look == "open" else "EEEEEE")
        elif look == "link":
            cell.font = Font(color="1F5FA8", underline="single")


def _alternatives(spot: _Spot) -> Iterator[str]:
    for each in spot.problems:
        yield from (each.suggestion or "").split("; ") if each.suggestion else ()


def _right(spot: _Spot, found: str) -> str:
    """The cell with the suggestion in place of what was wrong; "" where there is none, or more than one."""
    if as_told(found) != " ".join(found.split()):
        return ""  # a number that must not be written anywhere stands beside it
    right, is_better = found, False
    for each in spot.problems:
        suggestion = each.suggestion
        if not suggestion or "; " in suggestion:
            continue
        is_better = True
        if spot.holds_several and each.value and each.value in right:
            right = re.sub(rf"(?<!\w){re.escape(each.value)}(?!\w)", lambda _, new=suggestion: new, right, count=1)  # type: ignore[misc]
        else:
            right = suggestion
    return right if is_better else ""


def _choose(page: Worksheet, places: str, words: str, *, strict: bool) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=strict)
    rule.sqref = places
    page.add_data_validation(rule)

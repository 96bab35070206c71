"""The results on one page of A4 as a Word document, to write more around: the same figures as the PDF's."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from render.lettering import cut
from render.results import Grid, Page, Row
from render.workbooks import in_xml
from texts import Texts

if TYPE_CHECKING:
    from docx.document import Document

FONT = "Calibri"
SIDE_CM, TOP_CM = 1.6, 1.3
WHOLE_CM = 21.0 - 2 * SIDE_CM
COLUMNS_CM = (4.6, 2.6, 3.9, 6.7)
NAME_CM = 3.8
SMALL, PLAIN = 6.5, 8.0
MOST_LINES = 24
"""Lines by municipality and project that there is room for, where no figure has a goal; a goal takes as much as one."""
MOST_WORDS, MOST_STAMP = 60, 160
"""Letters."""
LEAST_LINES = 5
"""Of them, kept for a table that follows."""
HEADS = ("figure", "value", "target", "definition")


def results_docx(page: Page, texts: Texts) -> bytes:
    """The page as a Word document."""
    import docx
    from docx.shared import Cm, Pt

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(SIDE_CM)
    section.top_margin = section.bottom_margin = Cm(TOP_CM)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(PLAIN)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    _about(made, page, texts)
    _write(made.add_paragraph(), page.title, 17, bold=True)
    _write(made.add_paragraph(), cut(page.stamp, MOST_STAMP, len), PLAIN)
    headline = made.add_paragraph()
    headline.paragraph_format.space_after = Pt(5)
    _write(headline, page.headline, 10.5, bold=True)
    _figures(made, page.rows, texts)
    room = MOST_LINES - sum(bool(row.goal or row.words) for row in page.rows)
    for grid, left_out in _fitting(page.grids, room):
        _grid(made, grid)
        if left_out:
            _write(made.add_paragraph(), texts("results.left_out", count=left_out), SMALL)
    for each in (" ".join(page.notes), page.foot):
        last = made.add_paragraph()
        last.paragraph_format.space_before = Pt(3)
        _write(last, each, SMALL)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _about(made: Document, page: Page, texts: Texts) -> None:
    """What the file says of itself: the same for the same results, and nothing of who made it."""
    about = made.core_properties
    about.title, about.author, about.comments = in_xml(f"{page.title}: {page.stamp}"), "", ""
    about.created = about.modified = datetime(2000, 1, 1, tzinfo=UTC)
    about.language = texts.language


def _write(paragraph: Any, text: str, size: float, *, bold: bool = False, right: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(in_xml(text))
    run.font.size, run.bold = Pt(size), bold
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(made: Document, rows: int, widths: Sequence[float]) -> Any:
    from docx.shared import Cm

    table = made.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.autofit = False
    _only_lines(table)
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Cm(wide)
        for cell in column.cells:
            cell.width = Cm(wide)
    return table


def _only_lines(table: Any) -> None:
    """Thin lines between the rows, and none between the columns."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single" if side in ("top", "bottom", "insideH") else "nil")
        line.set(qn("w:sz"), "4")
        line.set(qn("w:color"), "C4CCCE")
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _figures(made: Document, rows: Sequence[Row], texts: Texts) -> None:
    table = _table(made, len(rows) + 1, COLUMNS_CM)
    for cell, head in zip(table.rows[0].cells, HEADS, strict=True):
        _write(cell.paragraphs[0], texts(f"results.columns.{head}"), SMALL, bold=True)
    for line, row in zip(table.rows[1:], rows, strict=True):
        name, value, goal, what = line.cells
        _write(name.paragraphs[0], row.name, PLAIN, bold=True)
        _write(value.paragraphs[0], row.shown, PLAIN, bold=True, right=True)
        if row.note:
            _write(value.paragraphs[0], f" {row.note}", SMALL)
        if row.words:
            _write(name.add_paragraph(), cut(row.words, MOST_WORDS, len), SMALL)
        _write(goal.paragraphs[0], row.goal, SMALL)
        _write(what.paragraphs[0], row.definition, SMALL)


def _fitting(grids: Sequence[Grid], room: int) -> list[tuple[Grid, int]]:
    """The tables with as many lines as there is room for, their last, the whole, among them; how many are left out."""
    made = []
    for number, grid in enumerate(grids):
        most = max(2, room - LEAST_LINES * (len(grids) - number - 1))
        left_out = max(0, len(grid.lines) - most)
        shown = grid.lines if not left_out else (*grid.lines[: most - 1], grid.lines[-1])
        made.append((Grid(grid.title, grid.heads, shown), left_out))
        room -= len(shown)
    return made


def _grid(made: Document, grid: Grid) -> None:
    from docx.shared import Pt

    gap = made.add_paragraph()
    gap.paragraph_format.space_before = Pt(5)
    _write(gap, grid.title, PLAIN, bold=True)
    step = (WHOLE_CM - NAME_CM) / max(1, len(grid.heads))
    table = _table(made, len(grid.lines) + 1, (NAME_CM, *(step for _ in grid.heads)))
    for cell, head in zip(table.rows[0].cells[1:], grid.heads, strict=True):
        _write(cell.paragraphs[0], head, SMALL, bold=True, right=True)
    for number, (line, (name, cells)) in enumerate(zip(table.rows[1:], grid.lines, strict=True), 1):
        is_whole = number == len(grid.lines)
        _write(line.cells[0].paragraphs[0], name, SMALL, bold=is_whole)
        for cell, said in zip(line.cells[1:], cells, strict=True):
            _write(cell.paragraphs[0], said, SMALL, bold=is_whole, right=True)

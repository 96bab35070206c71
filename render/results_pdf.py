"""The results on one page of A4 as PDF: the figures with their goals and what they count, and by municipality.

The letters are in the file, and the same results give the same bytes. What has no room among the lines by municipality
and project is left to the workbook, and one sees that it is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from render.export_picture import ACCENT, BAR, EDGE, INK, QUIET
from render.lettering import cut, fonts, legible, lines, measure
from render.results import Grid, Page, Row
from texts import Texts

WIDE, HIGH = 595.0, 842.0  # A4 in points
SIDE, TOP, FOOT = 42.0, 46.0, 30.0
WHOLE = WIDE - 2 * SIDE
NAME_WIDE, VALUE_WIDE, GOAL_WIDE, BETWEEN = 148.0, 66.0, 112.0, 10.0
LINE_WIDE = 118.0  # of the names of municipalities and projects
WHAT_WIDE = WHOLE - NAME_WIDE - VALUE_WIDE - GOAL_WIDE - 2 * BETWEEN
SMALL, PLAIN = 6.6, 8.4
LINE = 9.4  # of the tables by municipality and project
LEAST_SCALE = 0.6  # of a cell that is wider than its column
MOST_WHAT_LINES, MOST_GOAL_LINES = 4, 3


def results_pdf(page: Page, texts: Texts) -> bytes:
    """The page as PDF."""
    out = io.BytesIO()
    paper = _Paper(out, page, texts)
    paper.head()
    for row in page.rows:
        paper.row(row)
    paper.y += 5
    paper.grids(page.grids)
    paper.foot()
    paper.save()
    return out.getvalue()


class _Paper:
    """The one page, filled from the top."""

    def __init__(self, out: io.BytesIO, page: Page, texts: Texts) -> None:
        from reportlab.lib.colors import HexColor
        from reportlab.pdfgen.canvas import Canvas

        self._canvas = Canvas(out, pagesize=(WIDE, HIGH), invariant=1, pageCompression=1, lang=texts.language,
                              initialFontName=fonts()[0])  # fmt: skip
        self._canvas.setTitle(legible(f"{page.title}: {page.stamp}"))
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("Närverk")
        self._colour, self._page, self._texts = HexColor, page, texts
        self.y = TOP

    def head(self) -> None:
        """What it is, of which period and whose, and the sentence."""
        self._line(SIDE, self._page.title, 19, bold=True)
        self.y += 15
        self._block(self._page.stamp, 8.2, QUIET, 1)
        self.y += 5
        self._block(self._page.headline, 10.5, INK, 3, bold=True)
        self.y += 6

    def row(self, row: Row) -> None:
        """A figure, what it counts, and its goal."""
        told = lines(legible(row.definition), WHAT_WIDE, measure(SMALL), MOST_WHAT_LINES)
        note = " ".join(filter(None, (row.note, row.words)))
        goal = lines(legible(row.goal), GOAL_WIDE, measure(SMALL), MOST_GOAL_LINES) if row.goal else []
        bar = 7.0 if row.share is not None else 0.0
        high = (
            max(len(goal) * SMALL * 1.22 + bar, len(told) * SMALL * 1.22, PLAIN * 1.3 + (SMALL * 1.3 if note else 0))
            + 5.5
        )
        self._rule()
        top, right = self.y, SIDE + NAME_WIDE + VALUE_WIDE
        self.y = top + PLAIN + 2.5
        self._line(SIDE, cut(legible(row.name), NAME_WIDE, measure(PLAIN, bold=True)), PLAIN, bold=True)
        shown = legible(row.shown)
        self._line(right - measure(PLAIN, bold=True)(shown), shown, PLAIN, ACCENT, bold=True)
        if note:
            self.y += SMALL * 1.3
            self._line(SIDE, cut(legible(note), NAME_WIDE + VALUE_WIDE, measure(SMALL)), SMALL, QUIET)
        for number, each in enumerate(told):
            self.y = top + SMALL + 2.5 + number * SMALL * 1.22
            self._line(right + BETWEEN, each, SMALL, QUIET)
        self._goal(goal, row.share, top, right + 2 * BETWEEN + WHAT_WIDE)
        self.y = top + high

    def _goal(self, goal: Sequence[str], share: float | None, top: float, left: float) -> None:
        """From where, to where, and how far of the way as a bar."""
        self.y = top + SMALL + 2.5
        for each in goal:
            self._line(left, each, SMALL)
            self.y += SMALL * 1.22
        if share is not None:
            self.y -= SMALL * 0.7
            for wide, colour in ((GOAL_WIDE, BAR), (GOAL_WIDE * share, ACCENT)):
                self._canvas.setFillColor(self._colour(colour))
                self._canvas.rect(left, HIGH - self.y - 3.5, wide, 3.2, stroke=0, fill=1)

    def grids(self, grids: Sequence[Grid]) -> None:
        """The tables, each as long as there is room."""
        room = HIGH - self._foot_high() - self.y
        for number, grid in enumerate(grids):
            rest = sum(len(each.lines) + 2 for each in grids[number + 1 :]) * LINE
            most = int((room - min(rest, 8 * LINE if number + 1 < len(grids) else 0)) / LINE) - 2
            if most < 3:
                return
            used = self._grid(grid, most)
            room -= used

    def _grid(self, grid: Grid, most: int) -> float:
        start, size = self.y, 7.0
        step = (WHOLE - LINE_WIDE) / max(1, len(grid.heads))
        self.y += LINE
        self._line(SIDE, grid.title, size + 0.6, bold=True)
        self._cells(grid.heads, step, size - 0.6, QUIET)
        self._rule(2.5)
        *shown, whole = grid.lines
        left_out = max(0, len(shown) - (most - 1))
        kept = shown[: most - 2] if left_out else shown
        left_out = len(shown) - len(kept)
        for number, (name, cells) in enumerate([*kept, whole]):
            self.y += LINE
            is_whole = number == len(kept)
            self._line(SIDE, cut(legible(name), LINE_WIDE, measure(size, bold=is_whole)), size, bold=is_whole)
            self._cells(cells, step, size, INK, bold=is_whole)
        if left_out:
            self.y += LINE
            self._line(SIDE, self._texts("results.left_out", count=left_out), SMALL, QUIET)
        self.y += LINE * 0.7
        return self.y - start

    def _cells(self, cells: Sequence[str], step: float, size: float, colour: str, *, bold: bool = False) -> None:
        for number, each in enumerate(cells, 1):
            text, room = legible(each), step - 5
            fits = size * min(1.0, max(LEAST_SCALE, room / measure(size, bold=bold)(text)))
            text = cut(text, room, measure(fits, bold=bold))
            right = SIDE + LINE_WIDE + number * step
            self._line(right - measure(fits, bold=bold)(text), text, fits, colour, bold=bold)

    def _foot_lines(self) -> list[str]:
        notes = lines(legible(" ".join(self._page.notes)), WHOLE, measure(SMALL), 4)
        return [*notes, *lines(legible(self._page.foot), WHOLE, measure(SMALL), 3)]

    def _foot_high(self) -> float:
        return FOOT + len(self._foot_lines()) * SMALL * 1.3 + 6

    def foot(self) -> None:
        """What one must know, and of which day it is."""
        self.y = HIGH - self._foot_high()
        self._rule()
        for each in self._foot_lines():
            self.y += SMALL * 1.3
            self._line(SIDE, each, SMALL, QUIET)

    def save(self) -> None:
        """The page is drawn."""
        self._canvas.showPage()
        self._canvas.save()

    def _block(self, text: str, size: float, colour: str, most: int, *, bold: bool = False) -> None:
        for each in lines(legible(text), WHOLE, measure(size, bold=bold), most):
            self._line(SIDE, each, size, colour, bold=bold)
            self.y += size * 1.3

    def _rule(self, below: float = 0.0) -> None:
        self.y += below
        self._canvas.setStrokeColor(self._colour(EDGE))
        self._canvas.setLineWidth(0.5)
        self._canvas.line(SIDE, HIGH - self.y, WIDE - SIDE, HIGH - self.y)

    def _line(self, x: float, text: str, size: float, colour: str = INK, *, bold: bool = False) -> None:
        self._canvas.setFont(fonts()[bold], size)
        self._canvas.setFillColor(self._colour(colour))
        self._canvas.drawString(x, HIGH - self.y, legible(text))

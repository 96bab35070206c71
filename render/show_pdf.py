"""The show on paper: a slide a page, drawn from its marks, to take home after the meeting.

The letters are in the file, what is written can be searched and copied, and the same show gives the same bytes. What is
for whoever speaks is not in it.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from render.lettering import fonts, legible, measure
from render.region_drawing import Points
from render.show_deck import Deck
from render.show_marks import COLOURS, HIGH, SHEER, WIDE, Area, Circle, Dots, Mark, Stroke, Text
from render.show_scene import scene
from texts import Texts

PAGE_WIDE, PAGE_HIGH = 842.0, 595.0  # A4 lying, in points
SCALE = min(PAGE_WIDE / WIDE, PAGE_HIGH / HIGH)
LEFT, BELOW = (PAGE_WIDE - WIDE * SCALE) / 2, (PAGE_HIGH - HIGH * SCALE) / 2
HALO = 5.0  # wide, around what stands on a map
NUMBER_PLACE = (1520.0, 866.0)


def show_pdf(deck: Deck, texts: Texts) -> bytes:
    """The hand-outs as PDF."""
    out = io.BytesIO()
    sheets = _Sheets(out, deck, texts)
    for number, slide in enumerate(deck.slides, 1):
        sheets.begin(legible(slide.title), number)
        for mark in scene(deck, slide, texts):
            sheets.draw(mark)
        sheets.end(f"{number} / {len(deck.slides)}")
    sheets.save()
    return out.getvalue()


class _Sheets:
    """Sheets of paper, one after the other; a mark's points are turned upside down, for here y grows upwards."""

    def __init__(self, out: io.BytesIO, deck: Deck, texts: Texts) -> None:
        from reportlab.lib.colors import HexColor
        from reportlab.pdfgen.canvas import Canvas

        self._plain, self._bold = fonts()
        self._canvas = Canvas(out, pagesize=(PAGE_WIDE, PAGE_HIGH), invariant=1, pageCompression=1, lang=texts.language,
                              initialFontName=self._plain)  # fmt: skip
        self._canvas.setTitle(legible(deck.title))
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("Närverk")
        self._canvas.showOutline()
        self._colour = {tone: HexColor(colour) for tone, colour in COLOURS.items()}

    def begin(self, title: str, number: int) -> None:
        """A new sheet, which the outline leads to."""
        self._canvas.bookmarkPage(str(number))
        self._canvas.addOutlineEntry(title, str(number))
        self._canvas.setFillColor(self._colour["paper"])
        self._canvas.rect(0, 0, PAGE_WIDE, PAGE_HIGH, stroke=0, fill=1)

    def end(self, number: str) -> None:
        """The sheet's number, and the end of it."""
        self.draw(Text("page", *NUMBER_PLACE, number, 22.0, "quiet", anchor="end"))
        self._canvas.showPage()

    def save(self) -> None:
        """All sheets are drawn."""
        self._canvas.save()

    def draw(self, mark: Mark) -> None:
        """A mark on the sheet."""
        match mark:
            case Text():
                self._text(mark)
            case Area():
                self._area(mark)
            case Circle():
                self._canvas.setFillColor(self._colour[mark.tone])
                self._canvas.circle(*_place(mark.x, mark.y), mark.radius * SCALE, stroke=0, fill=1)
            case Stroke():
                self._stroke(mark)
            case Dots():
                for (x, y), is_strong in zip(mark.points.tolist(), mark.strong, strict=True):
                    if not np.isnan(x):
                        self._canvas.setFillColor(self._colour["accent" if is_strong else "accent_mid"])
                        self._canvas.circle(*_place(x, y), mark.radius * SCALE, stroke=0, fill=1)

    def _text(self, mark: Text) -> None:
        write = {
            "start": self._canvas.drawString,
            "middle": self._canvas.drawCentredString,
            "end": self._canvas.drawRightString,
        }[mark.anchor]
        self._canvas.setFont(self._bold if mark.is_bold else self._plain, mark.size * SCALE)
        if mark.role == "map":
            self._ground(mark)
        self._canvas.setFillColor(self._colour[mark.tone])
        write(*_place(mark.x, mark.y), mark.text)

    def _ground(self, mark: Text) -> None:
        """Paper under what stands on a map, so that it can be told from it."""
        wide = measure(mark.size, bold=mark.is_bold)(mark.text)
        left = mark.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor]
        self._canvas.setFillColor(self._colour["paper"], alpha=SHEER)
        corner = _place(left - HALO, mark.y + 0.25 * mark.size)
        self._canvas.roundRect(*corner, (wide + 2 * HALO) * SCALE, mark.size * SCALE, 3, stroke=0, fill=1)
        self._canvas.setFillAlpha(1.0)

    def _area(self, mark: Area) -> None:
        self._canvas.setFillColor(self._colour[mark.tone], alpha=SHEER if mark.is_sheer else 1.0)
        self._canvas.setStrokeColor(self._colour[mark.edge or mark.tone])
        self._canvas.setLineWidth(1.0 * SCALE)
        for ring in mark.rings:
            self._canvas.drawPath(self._path(ring, is_closed=True), stroke=bool(mark.edge), fill=1)
        self._canvas.setFillAlpha(1.0)

    def _stroke(self, mark: Stroke) -> None:
        self._canvas.setStrokeColor(self._colour[mark.tone])
        self._canvas.setLineWidth(mark.width * SCALE)
        self._canvas.setDash(*((4, 4) if mark.is_dashed else ()))
        self._canvas.drawPath(self._path(mark.points), stroke=1, fill=0)
        self._canvas.setDash()

    def _path(self, points: Points, *, is_closed: bool = False) -> Any:
        path = self._canvas.beginPath()
        path.moveTo(*_place(*points[0].tolist()))
        for point in points[1:].tolist():
            path.lineTo(*_place(*point))
        if is_closed:
            path.close()
        return path


def _place(x: float, y: float) -> tuple[float, float]:
    """A point of the ground on the sheet."""
    return LEFT + x * SCALE, PAGE_HIGH - BELOW - y * SCALE

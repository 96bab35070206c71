"""Who makes what, to print: the region in figures and on a map, its firms by municipality, and an index of processes.

Everything is drawn here: the letters are in the file, the map is lines and discs, and the same region gives the same
bytes. The index stands last, when it is known which page each firm came to stand on.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from graph.network import home_municipalities
from graph.tables import fold
from render.export_firms import Figures, Firm, facts, figures, firms_of
from render.export_picture import (
    ACCENT,
    AROUND,
    AROUND_EDGE,
    BAR,
    EDGE,
    INK,
    LAND,
    PAPER,
    QUIET,
    known_of,
    notes_of,
    title_of,
)
from render.lettering import cut, fonts, legible, lines, measure
from render.plain import process_name
from render.region_drawing import Box, Drawing, Fit, drawing, fit, names, seen
from render.taken import Taken
from texts import Texts

PAGE_WIDE, PAGE_HIGH = 595.0, 842.0  # A4 in points
EDGE_SIDE, EDGE_TOP, EDGE_FOOT = 48.0, 52.0, 56.0
GUTTER = 22.0
WHOLE = PAGE_WIDE - 2 * EDGE_SIDE
MAP_HIGH, BAR_STEP, LABEL_WIDE, BAR_WIDE = 330.0, 12.5, 178.0, 34.0
TITLE_SIZE, MOST_TITLE_LINES = 24.0, 3
BETWEEN = 7.0  # firms


def catalogue_to_print(taken: Taken, texts: Texts) -> bytes:
    """The catalogue as PDF."""
    firms = firms_of(taken)
    told = figures(taken, firms)
    title = texts("export.page.title", region=taken.region) if taken.region else texts("export.page.title_alone")
    out = io.BytesIO()
    pages = _Pages(out, legible(title), legible(texts("export.page.shown", level=taken.shown_to(texts), day=taken.day)),
                   texts)  # fmt: skip
    _first(pages, taken, told, texts)
    found = _firms(pages, _by_place(taken, firms, texts), texts)
    if found:
        _index(pages, found, texts)
    pages.save()
    return out.getvalue()


# -- pages -----------------------------------------------------------------------------------------------------------


@cache
def _style(size: float, colour: str = INK, bold: bool = False, indent: float = 0.0) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        "text", fontName=fonts()[bold], fontSize=size, leading=size * 1.32, textColor=HexColor(colour),
        leftIndent=indent, firstLineIndent=-indent, splitLongWords=1,
    )  # fmt: skip


def _text(text: str, size: float, colour: str = INK, *, bold: bool = False, indent: float = 0.0) -> Any:
    """A text as a paragraph: nothing in it is mark-up."""
    return _marked(escape(legible(text)), size, colour, bold, indent)


def _marked(markup: str, size: float, colour: str = INK, bold: bool = False, indent: float = 0.0) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(markup, _style(size, colour, bold, indent))


class _Pages:
    """Sheets of paper that are filled from the top, in one column or several."""

    def __init__(self, out: io.BytesIO, title: str, foot: str, texts: Texts) -> None:
        from reportlab.lib.colors import HexColor
        from reportlab.pdfgen.canvas import Canvas

        self.canvas = Canvas(out, pagesize=(PAGE_WIDE, PAGE_HIGH), invariant=1, pageCompression=1, lang=texts.language,
                             initialFontName=fonts()[0])  # fmt: skip
        self.canvas.setTitle(title)
        self.canvas.setAuthor("")
        self.canvas.setSubject("")
        self.canvas.setCreator("Närverk")
        self.canvas.showOutline()
        self.colour = HexColor
        self.title, self.foot, self.texts = title, foot, texts
        self.number, self.columns, self.column = 1, 1, 0
        self.y = self.top = EDGE_TOP

    @property
    def wide(self) -> float:
        """Of a column."""
        return (WHOLE - GUTTER * (self.columns - 1)) / self.columns

    @property
    def left(self) -> float:
        """Where the column begins."""
        return EDGE_SIDE + self.column * (self.wide + GUTTER)

    @property
    def room(self) -> float:
        """Left in the column, in points."""
        return PAGE_HIGH - EDGE_FOOT - self.y

    def begin(self, columns: int, heading: str) -> None:
        """A new page, which the reader finds in the list of contents."""
        self._turn()
        self.columns = 1
        self.mark(heading, 0)
        self.put([_text(heading, 17, bold=True)])
        self.y += 8
        self.columns, self.top = columns, self.y

    def mark(self, heading: str, level: int) -> None:
        """An entry in the list of contents, of the place that comes next."""
        key = f"{self.number}-{self.column}-{self.y:.0f}-{level}"
        self.canvas.bookmarkHorizontal(key, 0, PAGE_HIGH - self.y + 12)
        self.canvas.addOutlineEntry(legible(heading), key, level, closed=level == 0 and self.number > 1)

    def put(self, block: Sequence[Any], least: float = 0.0, *, parted: bool = False) -> int:
        """Paragraphs under each other, together where a column has room for them and for ``least`` more.

        What is ``parted`` begins where it stands; gives the page it begins on.
        """
        high = sum(each.wrap(self.wide, PAGE_HIGH)[1] for each in block)
        if high + least > self.room and self.y > self.top and not parted:
            self.next()
        page = self.number
        for each in block:
            self._one(each)
        return page

    def next(self) -> None:
        """The next column, or the next page."""
        self.column += 1
        if self.column == self.columns:
            self._turn()
        self.y = self.top

    def _one(self, paragraph: Any) -> None:
        _, high = paragraph.wrap(self.wide, PAGE_HIGH)
        while high > self.room:
            parts = paragraph.split(self.wide, self.room)
            if len(parts) == 2:
                parts[0].wrap(self.wide, self.room)
                parts[0].drawOn(self.canvas, self.left, PAGE_HIGH - self.y - parts[0].height)
                paragraph = parts[1]
            self.next()
            _, high = paragraph.wrap(self.wide, PAGE_HIGH)
        paragraph.drawOn(self.canvas, self.left, PAGE_HIGH - self.y - high)
        self.y += high

    def line(self, x: float, y: float, text: str, size: float, colour: str = INK, *, bold: bool = False) -> None:
        """A text on one line, its foot at y from the top."""
        self.canvas.setFont(fonts()[bold], size)
        self.canvas.setFillColor(self.colour(colour))
        self.canvas.drawString(x, PAGE_HIGH - y, text)

    def _turn(self) -> None:
        self._finish()
        self.number += 1
        self.canvas.bookmarkPage(str(self.number))  # what the index links to
        self.column, self.y, self.top = 0, EDGE_TOP, EDGE_TOP

    def _finish(self) -> None:
        page = self.texts("export.print.page", page=self.number)
        wide = measure(7.5)
        self.line(EDGE_SIDE, PAGE_HIGH - 30, cut(self.foot, WHOLE - 80, wide), 7.5, QUIET)
        self.line(PAGE_WIDE - EDGE_SIDE - wide(page), PAGE_HIGH - 30, page, 7.5, QUIET)
        self.canvas.showPage()

    def save(self) -> None:
        """The last page is finished, and the file."""
        self._finish()
        self.canvas.save()


# -- the first page --------------------------------------------------------------------------------------------------


def _first(pages: _Pages, taken: Taken, told: Figures, texts: Texts) -> None:
    """What it is, for whom, where the firms lie and what they make."""
    drawn = drawing(taken, told)
    pages.mark(pages.title, 0)
    title = lines(pages.title, WHOLE - 6, measure(TITLE_SIZE, bold=True), MOST_TITLE_LINES)
    pages.put([_text(each, TITLE_SIZE, bold=True) for each in title])
    pages.y += 6
    head = f"{title_of(taken, told, texts)}. {known_of(told, texts)}"
    pages.put([_text(head, 10.5), *(_text(each, 8.5, QUIET) for each in notes_of(taken, told, drawn, texts))])
    pages.y += 10
    if told.firms:
        _key(pages, drawn, _map(pages, drawn), texts)
        pages.y += 12
        _bars(pages, texts("export.print.families"), told.by_family(texts), texts)
    pages.y += 10
    for note in taken.notes(texts):
        pages.put([_text(note, 8.5, INK)])
        pages.y += 4


def _map(pages: _Pages, drawn: Drawing) -> Fit:
    """The region between what lies around it; gives how it is laid."""
    canvas, colour = pages.canvas, pages.colour
    box: Box = (EDGE_SIDE, pages.y, EDGE_SIDE + WHOLE, pages.y + MAP_HIGH)
    home: Box = (box[0] + 14, box[1] + 14, box[2] - 14, box[3] - 14)
    laid = fit(drawn, home)
    canvas.saveState()
    frame = canvas.beginPath()
    frame.rect(box[0], PAGE_HIGH - box[3], WHOLE, MAP_HIGH)
    canvas.clipPath(frame, stroke=0, fill=0)
    for land, rings in seen(drawn, laid, box):
        canvas.setFillColor(colour(LAND if land.is_home else AROUND))
        canvas.setStrokeColor(colour(EDGE if land.is_home else AROUND_EDGE))
        canvas.setLineWidth(0.6)
        for ring in rings:
            path = canvas.beginPath()
            for index, (x, y) in enumerate(ring):
                (path.lineTo if index else path.moveTo)(float(x), PAGE_HIGH - float(y))
            path.close()
            canvas.drawPath(path, stroke=1, fill=1)
    canvas.setFillColor(colour(ACCENT))
    canvas.setStrokeColor(colour(PAPER))
    canvas.setFillAlpha(0.8)
    for disc in map(laid.place, drawn.discs):
        canvas.circle(disc.x, PAGE_HIGH - disc.y, disc.radius, stroke=1, fill=1)
    canvas.setFillAlpha(1)
    _names(pages, drawn, home)
    canvas.restoreState()
    pages.y = box[3] + 6
    return laid


def _names(pages: _Pages, drawn: Drawing, home: Box) -> None:
    """The municipalities' names, each on a ground that the map shows through."""
    canvas, size = pages.canvas, 7.5
    wide = measure(size, bold=True)
    for name in names(drawn, fit(drawn, home), home, lambda text: (wide(text) + 4, size * 1.3), legible):
        half = wide(name.text) / 2
        canvas.setFillColor(pages.colour(PAPER), alpha=0.7)
        canvas.roundRect(name.x - half - 2, PAGE_HIGH - name.y - 5, 2 * half + 4, 10, 2, stroke=0, fill=1)
        canvas.setFillAlpha(1)
        pages.line(name.x - half, name.y + size * 0.36, name.text, size, bold=True)


def _key(pages: _Pages, drawn: Drawing, laid: Fit, texts: Texts) -> None:
    """What the area of a disc says, with discs of some counts beside it."""
    told = texts("export.picture.key")
    counts = drawn.key()
    if not counts:
        return
    tall = laid.radius(counts[-1])
    middle = pages.y + max(tall, 6)
    pages.line(EDGE_SIDE, middle + 3, told, 8, QUIET)
    x = EDGE_SIDE + measure(8)(told) + 18
    for count in counts:
        radius = laid.radius(count)
        pages.canvas.setFillColor(pages.colour(ACCENT))
        pages.canvas.circle(x + radius, PAGE_HIGH - middle, radius, stroke=0, fill=1)
        pages.line(x + 2 * radius + 4, middle + 3, texts.number(count), 8)
        x += 2 * radius + 34
    pages.y = middle + max(tall, 6)


def _bars(pages: _Pages, heading: str, counts: Mapping[str, int], texts: Texts) -> None:
    """Counts as bars in two columns, the second going on where the first ends."""
    if not counts:
        return
    pages.put([_text(heading, 10.5, bold=True)])
    pages.y += 4
    most, half = max(counts.values()), (len(counts) + 1) // 2
    for index, (name, count) in enumerate(counts.items()):
        left = EDGE_SIDE + (index // half) * (WHOLE + GUTTER) / 2
        y = pages.y + (index % half) * BAR_STEP
        wide = max(1.0, BAR_WIDE * count / most)
        pages.canvas.setFillColor(pages.colour(BAR))
        pages.canvas.rect(left + LABEL_WIDE, PAGE_HIGH - y - 10, wide, 8.5, stroke=0, fill=1)
        pages.line(left, y + 8.5, cut(legible(name), LABEL_WIDE - 8, measure(7.5)), 7.5)
        pages.line(left + LABEL_WIDE + wide + 5, y + 8.5, texts.number(count), 7.5)
    pages.y += half * BAR_STEP


# -- the firms -------------------------------------------------------------------------------------------------------


def _by_place(taken: Taken, firms: Sequence[Firm], texts: Texts) -> dict[str, list[Firm]]:
    """The firms by municipality; then those elsewhere, then those of which it is not known."""
    home = home_municipalities(taken.snapshot)
    found: dict[tuple[int, str], list[Firm]] = defaultdict(list)
    for each in firms:
        if each.company.country not in (None, "SE") or (each.place and home and each.code not in home):
            found[1, texts("export.print.elsewhere")].append(each)
        elif each.place:
            found[0, each.place].append(each)
        else:
            found[2, texts("export.print.place_unknown")].append(each)
    return {key[1]: found[key] for key in sorted(found, key=lambda key: (key[0], fold(key[1])))}


def _firms(pages: _Pages, places: Mapping[str, Sequence[Firm]], texts: Texts) -> dict[str, list[tuple[str, int]]]:
    """The firms in two columns; gives for each process, by its name, the firms and their pages."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    if places:
        pages.begin(2, texts("export.print.firms"))
    for place, firms in places.items():
        if pages.room < 90:
            pages.next()
        pages.mark(place, 1)
        pages.put([_text(place, 12.5, ACCENT, bold=True)])
        pages.y += 5
        for firm in firms:
            page = pages.put(list(_firm(firm, texts)))
            pages.y += BETWEEN
            for process in dict.fromkeys(offer.capability or "" for offer in firm.offers):
                found[process_name(process, texts)].append((firm.name(texts), page))
        pages.y += BETWEEN
    return found


def _firm(firm: Firm, texts: Texts) -> Iterator[Any]:
    yield _text(firm.name(texts), 9, bold=True)
    yield _text(" · ".join(firm.about(texts)), 7.5, QUIET)
    if not firm.offers:
        yield _text(texts("export.page.not_known"), 7.5, QUIET)
    for offer in firm.offers:
        name = escape(legible(process_name(offer.capability or "", texts)))
        known = escape(legible(" · ".join(facts(offer, texts))))
        yield _marked(f'{name} <font color="{QUIET}">{known}</font>', 8, indent=8)
    if firm.standards:
        yield _text(", ".join(dict.fromkeys(firm.standards)), 7.5, ACCENT, indent=8)


def _index(pages: _Pages, found: Mapping[str, Sequence[tuple[str, int]]], texts: Texts) -> None:
    """Each process with the firms that make it, and the pages they stand on."""
    pages.begin(2, texts("export.print.index"))
    for process in sorted(found, key=fold):
        listed = ", ".join(
            f'{escape(legible(name))}&nbsp;<a href="#{page}" color="{ACCENT}">{page}</a>'
            for name, page in sorted(found[process], key=lambda each: fold(each[0]))
        )
        pages.put([_text(process, 8.5, bold=True)], least=30)
        pages.put([_marked(listed, 7.5)], parted=True)
        pages.y += BETWEEN

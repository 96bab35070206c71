"""Where do the region's firms lie? Its map as a picture for a slide or a web page, legible without pointing at it.

Drawn at twice its size and scaled down. What is written on it is what :func:`labels` gives and nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from render.export_firms import Figures, figures, firms_of
from render.lettering import BOLD, REGULAR, cut, legible, letters, lines
from render.region_drawing import Box, Disc, Drawing, Fit, Name, drawing, fit, names, seen
from render.taken import Taken
from texts import Texts

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT, FINER = 1920, 1080, 2
MAP: Box = (690, 0, WIDTH, HEIGHT)
HOME: Box = (750, 56, WIDTH - 60, HEIGHT - 56)  # what the region itself is laid into
LEFT, COLUMN = 72, 540
BARS, BAR_WIDE, ROWS_END = 282, 250, 715
MOST_ROWS = 12
NAME_SIZE, NAME_SIZE_ALONE = 21.0, 29.0
PAPER, INK, QUIET, ACCENT = "#fafaf7", "#1b2629", "#4f5c61", "#0f5c5c"
AROUND, AROUND_EDGE, LAND, EDGE, BAR = "#f2f4ef", "#dde2db", "#e3e8e0", "#a9b3ab", "#c6d8d5"
DISC = (15, 92, 92, 205)


@dataclass(frozen=True)
class Words:
    """All that is written on the picture."""

    title: str
    known: str
    rows: tuple[tuple[str, int, str], ...]  # municipality and firms, as a number and as it is written
    more: str  # that there are more of them
    key: str
    counts: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    names: tuple[str, ...]


def picture(taken: Taken, texts: Texts) -> bytes:
    """The picture as PNG, 1920 by 1080, without a word about who made it."""
    told = figures(taken, firms_of(taken))
    drawn = drawing(taken, told)
    return drawn_picture(drawn, words_of(taken, told, drawn, texts))


def labels(taken: Taken, texts: Texts) -> list[str]:
    """Every text that may stand on the picture, whole: on it a long one is parted over lines, or cut."""
    told = figures(taken, firms_of(taken))
    words = words_of(taken, told, drawing(taken, told), texts)
    rows = [each for name, _, count in words.rows for each in (name, count)]
    counts = [each for _, each in words.counts]
    return [words.title, words.known, *rows, words.more, words.key, *counts, *words.notes, *words.names]


def words_of(taken: Taken, told: Figures, drawn: Drawing, texts: Texts) -> Words:
    """What is written on the picture of a region."""
    all_rows = list(told.by_municipality.items())
    rows = all_rows[:MOST_ROWS]
    return Words(
        title=legible(title_of(taken, told, texts)),
        known=legible(known_of(told, texts)),
        rows=tuple((legible(name), count, texts.number(count)) for name, count in rows),
        more=texts("export.slides.first", count=len(rows), all=len(all_rows)) if len(all_rows) > len(rows) else "",
        key=texts("export.picture.key") if drawn.discs else "",
        counts=tuple((each, texts.number(each)) for each in drawn.key()),
        notes=tuple(map(legible, notes_of(taken, told, drawn, texts))),
        names=tuple(legible(each.name) for each in drawn.home),
    )


def title_of(taken: Taken, told: Figures, texts: Texts) -> str:
    """How many firms the region has, as a sentence."""
    count = len(told.firms)
    region = taken.region or texts("export.region")
    if count < 2:
        return texts("export.picture.one" if count else "export.picture.none", region=region)
    return texts("export.picture.title", count=count, region=region)


def known_of(told: Figures, texts: Texts) -> str:
    """Of how many it is known what they make, "" without firms."""
    return texts("export.picture.known", known=told.known, count=len(told.firms)) if told.firms else ""


def notes_of(taken: Taken, told: Figures, drawn: Drawing, texts: Texts) -> Iterator[str]:
    """What a reader of the map must know: who is not on it, and whose view of which day it is."""
    if missing := len(told.firms) - drawn.placed:
        yield texts("export.picture.not_placed", count=missing)
    if told.place_unknown:
        yield texts("export.picture.place_unknown", count=told.place_unknown)
    if told.elsewhere:
        yield texts("export.picture.elsewhere", count=told.elsewhere)
    yield texts("export.page.shown", level=taken.shown_to(texts), day=taken.day)


# -- drawing ---------------------------------------------------------------------------------------------------------


def drawn_picture(drawn: Drawing, words: Words) -> bytes:
    """The map with the words beside it as PNG."""
    image, brush, laid = _drawn(drawn, NAME_SIZE)
    _panel(brush, image, words, laid)
    return _finished(image, (0, 0, WIDTH, HEIGHT))


def drawn_map(drawn: Drawing, words: Words) -> bytes:
    """The map alone as PNG, :data:`MAP` in size, with larger letters, for where the words stand beside it."""
    image, brush, laid = _drawn(drawn, NAME_SIZE_ALONE)
    if words.counts:
        _key(brush, image, words, laid, (MAP[0] + 36, HEIGHT - 40), NAME_SIZE_ALONE)
    return _finished(image, MAP)


def _drawn(drawn: Drawing, size: float) -> tuple[Image, _Brush, Fit]:
    """The map on its ground, the names in letters of a size."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), PAPER)
    brush = _Brush(ImageDraw.Draw(image))
    laid = fit(drawn, HOME)
    _map(brush, drawn, laid)
    _discs(image, [laid.place(each) for each in drawn.discs])
    brush.on.rectangle((0, 0, MAP[0] * FINER - 1, HEIGHT * FINER), fill=PAPER)
    for name in names(drawn, laid, HOME, partial(brush.size, points=size, bold=True), legible):
        brush.name(name, size)
    return image, brush, laid


def _finished(image: Image, box: Box) -> bytes:
    """A part of the picture at its own size, as PNG."""
    from PIL import Image as Images

    fine = (box[0] * FINER, box[1] * FINER, box[2] * FINER, box[3] * FINER)
    size = (round(box[2] - box[0]), round(box[3] - box[1]))
    out = io.BytesIO()
    image.resize(size, Images.Resampling.LANCZOS, box=fine).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Brush:
    """Draws in the picture's own points on its finer ground."""

    def __init__(self, on: ImageDraw) -> None:
        self.on = on
        self._fonts: dict[tuple[str, float], FreeTypeFont] = {}

    def font(self, points: float, bold: bool = False) -> FreeTypeFont:
        from PIL import ImageFont

        key = (BOLD if bold else REGULAR, points)
        if key not in self._fonts:
            self._fonts[key] = ImageFont.truetype(
                io.BytesIO(letters(key[0])), points * FINER, layout_engine=ImageFont.Layout.BASIC
            )
        return self._fonts[key]

    def wide(self, text: str, points: float, bold: bool = False) -> float:
        return self.font(points, bold).getlength(text) / FINER

    def size(self, text: str, points: float, bold: bool = False) -> tuple[float, float]:
        return self.wide(text, points, bold) + 8, points * 1.3

    def text(self, x: float, y: float, text: str, points: float, *, bold: bool = False, **how: Any) -> None:
        self.on.text((x * FINER, y * FINER), text, font=self.font(points, bold), **{"fill": INK, **how})

    def name(self, name: Name, points: float) -> None:
        self.text(name.x, name.y, name.text, points, bold=True, anchor="mm", stroke_width=3 * FINER, stroke_fill=PAPER)

    def paragraph(self, y: float, text: str, points: float, most: int, **how: Any) -> float:
        """A text over the column's lines; gives where the next thing may stand."""
        bold = bool(how.get("bold"))
        for line in lines(text, COLUMN, partial(self.wide, points=points, bold=bold), most) if text else ():
            self.text(LEFT, y, line, points, **how)
            y += points * 1.32
        return y


def _map(brush: _Brush, drawn: Drawing, laid: Fit) -> None:
    for land, rings in seen(drawn, laid, MAP):
        fill, edge, wide = (LAND, EDGE, 1.5) if land.is_home else (AROUND, AROUND_EDGE, 1)
        for ring in rings:
            points = [(float(x) * FINER, float(y) * FINER) for x, y in ring]
            brush.on.polygon(points, fill=fill)
            brush.on.line(points, fill=edge, width=round(wide * FINER), joint="curve")


def _discs(image: Image, discs: list[Disc]) -> None:
    """Discs that one sees the land and each other through; the small ones last."""
    from PIL import Image as Images
    from PIL import ImageDraw

    for disc in discs:
        side = round(2 * disc.radius * FINER) + 2 * FINER
        stamp = Images.new("RGBA", (side, side))
        ImageDraw.Draw(stamp).ellipse((0, 0, side - 1, side - 1), fill=DISC, outline=PAPER, width=FINER)
        image.paste(stamp, (round(disc.x * FINER - side / 2), round(disc.y * FINER - side / 2)), stamp)


def _panel(brush: _Brush, image: Image, words: Words, laid: Fit) -> None:
    """The column beside the map: the sentence, the municipalities in figures, what a disc says, what is left out."""
    y = brush.paragraph(72, words.title, 46, 3, bold=True)
    y = brush.paragraph(y + 14, words.known, 23, 2, fill=QUIET)
    _rows(brush, words, y + 26)
    below = HEIGHT - 60.0
    for note in reversed(words.notes):
        height = len(lines(note, COLUMN, partial(brush.wide, points=18), 3)) * 18 * 1.32
        below -= height + 6
        brush.paragraph(below, note, 18, 3, fill=QUIET)
    if words.counts:
        tall = _key(brush, image, words, laid, (LEFT, below - 24), NAME_SIZE)
        brush.paragraph(below - 24 - tall - 40, words.key, 19, 1, fill=QUIET)


def _rows(brush: _Brush, words: Words, y: float) -> None:
    """The municipalities with their counts as bars, closer where the title is long."""
    if not words.rows:
        return
    step = min(34.0, (ROWS_END - y) / (len(words.rows) + bool(words.more)))
    most = max(count for _, count, _ in words.rows)
    for name, count, told in words.rows:
        end = BARS + max(2, BAR_WIDE * count / most)
        brush.on.rectangle([each * FINER for each in (BARS, y + 2, end, y + 23)], fill=BAR)
        brush.text(LEFT, y, cut(name, BARS - LEFT - 10, partial(brush.wide, points=20)), 20)
        brush.text(end + 10, y, told, 20)
        y += step
    brush.paragraph(y + 4, words.more, 18, 1, fill=QUIET)


def _key(brush: _Brush, image: Image, words: Words, laid: Fit, foot: tuple[float, float], points: float) -> float:
    """Discs of some counts side by side, from a point at their foot on; gives how high they are."""
    x, tall = foot[0], laid.radius(words.counts[-1][0])
    discs: list[Disc] = []
    for count, told in words.counts:
        radius = laid.radius(count)
        discs.append(Disc(x + radius, foot[1] - tall, count, radius=radius))
        brush.text(x + 2 * radius + 8, foot[1] - tall, told, points, anchor="lm")
        x += 2 * radius + 36 + brush.wide(told, points)
    _discs(image, discs)
    return 2 * tall

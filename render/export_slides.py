"""The region on a few slides: where its firms are, what they make, what they hold, and what nobody knows.

The charts are PowerPoint's own (:mod:`render.powerpoint`). The notes say what was counted.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from render.export_firms import Figures, figures, firms_of
from render.export_picture import ACCENT, INK, MAP, PAPER, QUIET, drawn_map, known_of, notes_of, title_of, words_of
from render.lettering import cut, legible, lines, measure
from render.powerpoint import (
    HIGH,
    LONGEST_LABEL,
    TITLE_ONLY,
    TITLE_SLIDE,
    WIDE,
    Place,
    Series,
    add_slide,
    bar_chart,
    describe,
    empty_show,
    lay,
    plain,
    points,
    rgb,
    saved,
)
from render.region_drawing import Drawing, drawing
from render.taken import Taken
from texts import Texts

SIDE, TOP, TITLE_HIGH, FOOT = 46.0, 26.0, 74.0, 26.0
WHOLE = WIDE - 2 * SIDE
CHART_TOP = TOP + TITLE_HIGH + 8
CHART_HIGH = HIGH - CHART_TOP - FOOT - 34
Bar: TypeAlias = tuple[str, int]
"""What is counted, and how many firms."""
HEAD: Place = (SIDE, TOP, WHOLE, TITLE_HIGH)
INSET = 16.0  # of a frame's width, left free
SIZES, LEAST_SIZE, MOST_LINES = (30, 26, 22, 18), 9, 99
MOST_BARS, BAR_HIGH = 15, 40.0


def slides(taken: Taken, texts: Texts) -> bytes:
    """The slides as PPTX."""
    told = figures(taken, firms_of(taken))
    drawn = drawing(taken, told)
    show = _Show(taken, told, texts)
    show.title()
    show.map(drawn)
    if told.firms:
        show.chart("municipality", told.by_municipality)
    if families := told.by_family(texts):
        show.chart("family", families)
    if told.by_certificate:
        show.chart("certificate", told.by_certificate)
    show.not_known(drawn)
    return show.save()


class _Show:
    """The slides one after the other."""

    def __init__(self, taken: Taken, told: Figures, texts: Texts) -> None:
        self.taken, self.told, self.texts = taken, told, texts
        self.made = empty_show()
        self.region = plain(taken.region or texts("export.region"))
        self.shown = plain(texts("export.page.shown", level=taken.shown_to(texts), day=taken.day))

    # -- the slides --------------------------------------------------------------------------------------------------

    def title(self) -> None:
        """What it is, whose view of which day, and what whoever shows it must know."""
        slide = self._slide(TITLE_SLIDE, title_of(self.taken, self.told, self.texts),
                            (SIDE, 140, WHOLE, 88), (40, 34, 28, 22))  # fmt: skip
        under = slide.placeholders[1]
        lay(under, SIDE, 232, WHOLE, 80)
        told = [each for each in (known_of(self.told, self.texts), self.shown) if each]
        self._write(under.text_frame, told, 20, QUIET)
        notes = [plain(each) for each in self.taken.notes(self.texts)]
        self._box(slide, (SIDE, 350, WHOLE, 140), notes, 14)
        self._say(slide)

    def map(self, drawn: Drawing) -> None:
        """The map as a picture, and beside it what it shows."""
        words = words_of(self.taken, self.told, drawn, self.texts)
        wide = HIGH * (MAP[2] - MAP[0]) / (MAP[3] - MAP[1])
        column = WIDE - wide - SIDE - 8
        slide = self._slide(TITLE_ONLY, self.texts("export.slides.where"), (SIDE, 60, column, 84))
        image = io.BytesIO(drawn_map(drawn, words))
        picture = slide.shapes.add_picture(image, *points(WIDE - wide, 0, wide, HIGH))
        told = self._bars([(name, count) for name, count, _ in words.rows])
        describe(picture, self.texts("export.slides.map", region=self.region, told=told))
        key = [self.texts("export.picture.key")] if drawn.discs else []
        said = [title_of(self.taken, self.told, self.texts), *key]
        said += notes_of(self.taken, self.told, drawn, self.texts)
        self._box(slide, (SIDE, 156, column, 330), [plain(each) for each in said], 16)
        self._say(slide, "map")

    def chart(self, what: str, counts: Mapping[str, int]) -> None:
        """Counts as bars, the largest first, under a sentence about the largest."""
        from pptx.util import Pt

        bars = [(cut(plain(name), LONGEST_LABEL, len), count) for name, count in islice(counts.items(), MOST_BARS)]
        name, count = bars[0]
        headline = self.texts(f"export.slides.most.{what}", name=name, count=count, all=len(self.told.firms))
        slide = self._slide(TITLE_ONLY, headline)
        series = Series(self.texts("export.slides.companies"), [count for _, count in bars], ACCENT)
        where = (SIDE, CHART_TOP, WHOLE, min(CHART_HIGH, BAR_HIGH * (len(bars) + 1)))
        frame = bar_chart(slide, where, [name for name, _ in bars], [series], self.taken.day)
        frame.chart.font.size = Pt(14 if len(bars) < 13 else 12)
        frame.chart.font.color.rgb = rgb(INK)
        describe(frame, self.texts("export.slides.chart", told=self._bars(bars)))
        if len(counts) > len(bars):
            left = self.texts("export.slides.first", count=len(bars), all=len(counts))
            self._box(slide, (SIDE, HIGH - FOOT - 30, WHOLE, 24), [left], 12)
        self._foot(slide)
        self._say(slide, what)

    def not_known(self, drawn: Drawing) -> None:
        """Of how many what is not known, and where more stands."""
        slide = self._slide(TITLE_ONLY, self.texts("export.slides.not_known"))
        count, texts = len(self.told.firms), self.texts
        said = [] if count else [title_of(self.taken, self.told, texts)]
        if missing := count - self.told.known:
            said.append(texts("export.slides.no_offers", count=missing, all=count))
        if missing := count - self.told.certified:
            said.append(texts("export.slides.no_standard", count=missing, all=count))
        said += list(notes_of(self.taken, self.told, drawn, texts))[:-1]
        self._box(slide, (SIDE, CHART_TOP, WHOLE, 250), [plain(each) for each in said], 20)
        last = [texts("export.note.unknown"), texts("export.slides.further")]
        self._box(slide, (SIDE, CHART_TOP + 262, WHOLE, 90), last, 16)
        self._foot(slide)
        self._say(slide)

    # -- what stands on them -----------------------------------------------------------------------------------------

    def _slide(self, layout: int, headline: str, place: Place = HEAD, sizes: Sequence[int] = SIZES) -> Any:
        """A slide with its headline, on two lines at most."""
        slide = add_slide(self.made, layout, PAPER)
        said, wide = plain(headline), place[2] - INSET
        size = next((each for each in sizes if _rows(said, wide, each, bold=True) <= 2), sizes[-1])
        if _rows(said, wide, size, bold=True) > 2:
            said = " ".join(lines(said, wide, _wide(size, bold=True), 2))
        lay(slide.shapes.title, *place)
        self._write(slide.shapes.title.text_frame, [said], size, INK, bold=True)
        return slide

    def _write(self, frame: Any, said: Sequence[str], size: float, colour: str, *, bold: bool = False) -> None:
        """Paragraphs in a frame, aligned to the left."""
        from pptx.enum.lang import MSO_LANGUAGE_ID
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM if bold else MSO_ANCHOR.TOP
        for index, text in enumerate(said):
            paragraph = frame.add_paragraph() if index else frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.LEFT
            paragraph.space_after = Pt(size / 2)
            run = paragraph.add_run()
            run.text = text
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = rgb(colour)
            swedish = self.texts.language == "sv"
            run.font.language_id = MSO_LANGUAGE_ID.SWEDISH if swedish else MSO_LANGUAGE_ID.ENGLISH_UK

    def _box(self, slide: Any, place: Place, said: Sequence[str], size: float) -> None:
        """A box of paragraphs, in smaller letters where there are too many for it."""
        wide = place[2] - INSET
        while size > LEAST_SIZE and sum(_rows(each, wide, size) * size * 1.25 + size / 2 for each in said) > place[3]:
            size -= 1
        box = slide.shapes.add_textbox(*points(*place))
        self._write(box.text_frame, said, size, INK)

    def _foot(self, slide: Any) -> None:
        told = cut(self.shown, WHOLE - 20, _wide(11))
        box = slide.shapes.add_textbox(*points(SIDE, HIGH - FOOT - 4, WHOLE, 22))
        self._write(box.text_frame, [told], 11, QUIET)

    def _say(self, slide: Any, what: str = "") -> None:
        """The notes: where the figures come from."""
        level, count = self.taken.shown_to(self.texts), len(self.told.firms)
        said = [
            self.texts("export.slides.source.all", count=count, region=self.region, level=level, day=self.taken.day)
        ]
        said += [self.texts(f"export.slides.source.{what}")] if what else []
        slide.notes_slide.notes_text_frame.text = plain(" ".join(said))

    def _bars(self, bars: Sequence[Bar]) -> str:
        return "; ".join(self.texts("export.slides.bar", name=name, count=count) for name, count in bars)

    def save(self) -> bytes:
        """The file."""
        title = title_of(self.taken, self.told, self.texts)
        return saved(self.made, title, self.texts.language, self.taken.day)


def _wide(size: float, *, bold: bool = False) -> Any:
    """How wide a text is at most: PowerPoint's letters are narrower than those measured with."""
    width = measure(size, bold=bold)
    return lambda text: width(legible(text))


def _rows(text: str, wide: float, size: float, *, bold: bool = False) -> int:
    return len(lines(text, wide, _wide(size, bold=bold), MOST_LINES))

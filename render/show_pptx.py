"""The show in PowerPoint: whoever holds the meeting can change its words, its charts and what stands where.

A slide's sentence is its title, what is said to it are its notes, bars are PowerPoint's own charts, and every other
picture is a group of its own shapes (:mod:`render.show_shapes`). All stands where :mod:`render.show_scene` puts it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from render.lettering import CUT, cut, legible
from render.powerpoint import (
    HIGH,
    LONGEST_LABEL,
    TITLE_ONLY,
    Series,
    add_slide,
    bar_chart,
    describe,
    dress,
    empty_show,
    lay_plot,
    plain,
    rgb,
    saved,
    show_legend,
)
from render.show_charts import MOST_STEP
from render.show_deck import Bar, Bars, Card, Cards, Deck, Journey, Places, Slide
from render.show_marks import COLOURS, LINE, Area, Circle, Dots, Mark, Text
from render.show_marks import HIGH as GROUND_HIGH
from render.show_scene import BOTTOM, COLUMN, LEFT, RIGHT, TITLE_LINE, scene
from render.show_shapes import ABOVE, Inside, Paragraph, Shapes
from texts import Texts

LETTERS = "Segoe UI"
"""On every Windows, and narrower than the letters that are measured with; elsewhere something like it stands in."""
THEME = {"dk1": "ink", "lt1": "paper", "dk2": "quiet", "lt2": "card", "accent1": "accent", "accent2": "accent_mid",
         "accent3": "accent_soft", "accent4": "warm", "accent5": "land", "accent6": "land_edge"}  # fmt: skip
POINT = HIGH / GROUND_HIGH
WORDS = ("title", "line", "number", "foot")
"""Roles of texts that are no part of a slide's picture."""
ON_CARD = ("card-head", "card-line")
FIGURE_LINE, HEAD_APART, NUMBER_WIDE = 1.1, 4.0, 120.0
UNDER_WORDS, KEY_HIGH, NAME_APART, TOLD_APART = 44.0, 56.0, 16.0, 14.0
"""From words to the bars, the key over them, and from a bar to its name and to what it amounts to, as in the scene."""
LEAST_STEP = 1.0  # of a bar that somebody's many lines leave no room for: less is no file that can be opened
NOTES_SIZE = 20.0


def show_pptx(deck: Deck, texts: Texts) -> bytes:
    """The show as PPTX, a slide for each of the deck's."""
    made = empty_show()
    dress(made, LETTERS, {name: COLOURS[tone] for name, tone in THEME.items()})
    for number, each in enumerate(deck.slides, 1):
        _Making(made, deck, each, texts).all(number)
    return saved(made, deck.title, deck.language, deck.day)


class _Making:
    """One slide while it is made; what comes first is read out first."""

    def __init__(self, made: Any, deck: Deck, slide: Slide, texts: Texts) -> None:
        self._deck, self._slide, self._texts = deck, slide, texts
        marks = scene(deck, slide, texts)
        self._wide = COLUMN if isinstance(slide.picture, Places | Journey) else RIGHT - LEFT
        self._words = [each for each in marks if isinstance(each, Text) and each.role in WORDS]
        self._picture = [each for each in marks if not (isinstance(each, Text) and each.role in WORDS)]
        self._page = add_slide(made, TITLE_ONLY, COLOURS["paper"])
        self._shapes = Shapes(self._page, deck.language)

    def all(self, number: int) -> None:
        """Everything on the slide, which has this number, and its notes."""
        self._title()
        self._lines()
        self._numbers()
        if isinstance(self._slide.picture, Bars):
            self._chart(self._slide.picture)
        else:
            self._group()
        self._foot(number)
        self._shapes.fade_in()
        if self._slide.notes:
            said = [Paragraph(each, NOTES_SIZE) for each in self._slide.notes]
            self._shapes.write(self._page.notes_slide.notes_placeholder, said)

    # -- words ---------------------------------------------------------------------------------------------------------

    def _of(self, role: str) -> list[Text]:
        return [each for each in self._words if each.role == role]

    def _title(self) -> None:
        first, *others = self._of("title")
        (said,) = _whole([first, *others], [self._slide.title])
        bottom = _bottom([first, *others][-1], TITLE_LINE)
        box = (LEFT, _top(first, TITLE_LINE), LEFT + self._wide, bottom)
        self._shapes.write(self._page.shapes.title, [_paragraph(first, said, line=TITLE_LINE)], box)

    def _lines(self) -> None:
        """One box for all of them; where they are marked by dashes, they hang after those."""
        marked = [each for each in self._of("line") if each.key.startswith("mark:")]
        rows = [each for each in self._of("line") if each not in marked]
        if not rows:
            return
        first, last = rows[0], rows[-1]
        starts = [at for at, each in enumerate(rows) if each.key.endswith(".0")]
        after = rows[starts[1]].y - rows[starts[1] - 1].y - LINE * first.size if len(starts) > 1 else 0.0
        indent = first.x - marked[0].x if marked else 0.0
        said = [_paragraph(first, each, after=after, indent=indent) for each in _whole(rows, self._slide.lines)]
        self._shapes.text_box("lines", (LEFT, _top(first), LEFT + self._wide, _bottom(last)), said)

    def _numbers(self) -> None:
        """A box for each figure with what it counts, as wide as up to the next."""
        found = self._of("number")
        for figure, label in zip(found[::2], found[1::2], strict=True):
            right = min((each.x for each in found if each.x > figure.x), default=LEFT + self._wide)
            box = (figure.x, _top(figure, FIGURE_LINE), right, _bottom(label))
            self._shapes.text_box(figure.key, box, [_paragraph(figure, line=FIGURE_LINE), _paragraph(label)])

    def _foot(self, number: int) -> None:
        (foot,) = self._of("foot")
        top, bottom, split = _top(foot), _bottom(foot), RIGHT - NUMBER_WIDE
        self._shapes.foot("ftr", 11, (LEFT, top, split, bottom), _paragraph(foot))
        self._shapes.foot("sldNum", 12, (split, top, RIGHT, bottom), _paragraph(foot, str(number), align="r"))

    # -- pictures ------------------------------------------------------------------------------------------------------

    def _group(self) -> None:
        """The picture's marks; what stands in a disc or on a card is written in it."""
        inside = dict(self._inside())
        left_out = {each.key for each in self._picture if isinstance(each, Text) and _holder(each) in inside}
        marks = [part for each in self._picture if each.key not in left_out for part in self._parted(each)]
        self._shapes.group(self._slide.key, self._slide.alt, marks, inside)

    def _parted(self, mark: Mark) -> Iterator[Mark]:
        """Dots by town, so that one can be told apart and none is more than PowerPoint draws at once."""
        if not isinstance(mark, Dots):
            yield mark
            return
        drawn, towns = self._deck.drawing, defaultdict[int, list[int]](list)
        for at, each in enumerate(self._deck.figures.firms):
            if (town := drawn.disc_of.get(each.company.company_id)) is not None:
                towns[town].append(at)
        for town, firms in sorted(towns.items()):
            name = f"{mark.key}:{drawn.discs[town].land}"
            yield replace(mark, key=name, points=mark.points[firms], strong=tuple(mark.strong[at] for at in firms))

    def _inside(self) -> Iterator[tuple[str, Inside]]:
        picture, texts = self._slide.picture, [each for each in self._picture if isinstance(each, Text)]
        for mark in self._picture:
            rows = [each for each in texts if _holder(each) == mark.key]
            if rows and isinstance(mark, Circle):
                yield mark.key, Inside(tuple(_paragraph(each, line=1.0, align="ctr") for each in rows))
            elif rows and isinstance(mark, Area) and isinstance(picture, Cards):
                card = picture.cards[int(mark.key.partition(":")[2])]
                yield mark.key, self._on_card(mark, card, rows)

    @staticmethod
    def _on_card(area: Area, card: Card, rows: Sequence[Text]) -> Inside:
        heads, others = ([each for each in rows if each.is_bold == is_bold] for is_bold in (True, False))
        said = [_paragraph(heads[0], each, after=HEAD_APART) for each in _whole(heads, [card.head])]
        said += [_paragraph(others[0], each) for each in _whole(others, card.lines)]
        left, top = area.rings[0].min(axis=0).tolist()
        return Inside(tuple(said), (heads[0].x - left, _top(heads[0]) - top))

    def _chart(self, bars: Bars) -> None:
        """A native chart where the scene has its bars, so that none is longer than there."""
        names = [each for each in self._picture if isinstance(each, Text) and each.key.startswith("bar-name:")]
        ends = [each.x for each in self._picture if isinstance(each, Text) and each.key.startswith("bar-told:")]
        top = max(each.y for each in self._words if each.role != "foot") + UNDER_WORDS
        key = KEY_HIGH if bars.part else 0.0
        high = key + len(bars.bars) * max(LEAST_STEP, min(MOST_STEP, (BOTTOM - top - key) / len(bars.bars)))
        start, end = names[0].x + NAME_APART, max(ends) - TOLD_APART
        parts = [Series(plain(bars.part), [each.part for each in bars.bars], COLOURS["accent"])] if bars.part else []
        tone = "accent_soft" if parts else "accent_mid"
        whole = Series(plain(bars.series), [each.amount for each in bars.bars], COLOURS[tone])
        where = (LEFT * POINT, top * POINT, (RIGHT - LEFT) * POINT, high * POINT)
        labels = [cut(plain(each.name), LONGEST_LABEL, len) for each in bars.bars]
        frame = bar_chart(self._page, where, labels, [whole, *parts], self._deck.day)
        frame.name = self._slide.key
        describe(frame, self._slide.alt)
        lay_plot(
            frame.chart, ((start - LEFT) / (RIGHT - LEFT), key / high, (end - start) / (RIGHT - LEFT), 1 - key / high)
        )
        self._dress(frame.chart, bars, names[0].size * POINT)

    def _dress(self, chart: Any, bars: Bars, size: float) -> None:
        """The chart's letters and colours; amounts that are no plain numbers are told as elsewhere."""
        from pptx.util import Pt

        chart.font.size, chart.font.color.rgb = Pt(size), rgb(COLOURS["ink"])
        whole = chart.plots[0].series[0]
        if bars.part:
            show_legend(chart)
        else:
            whole.points[0].format.fill.solid()
            whole.points[0].format.fill.fore_color.rgb = rgb(COLOURS["accent"])
        whole.data_labels.font.bold = True
        whole.data_labels.number_format, whole.data_labels.number_format_is_linked = "#,##0", False
        for at, each in enumerate(bars.bars):
            if each.part_told or each.told != self._texts.number(each.amount):
                _tell(whole.points[at].data_label, each, size)


def _tell(label: Any, bar: Bar, size: float) -> None:
    """What a bar amounts to, in words."""
    from pptx.enum.chart import XL_LABEL_POSITION
    from pptx.util import Pt

    label.text_frame.word_wrap = False
    paragraph = label.text_frame.paragraphs[0]
    for text, tone, is_bold in ((bar.told, "ink", True), (bar.part_told, "quiet", False)):
        if text:
            run = paragraph.add_run()
            run.text = plain(text) if is_bold else f"  {plain(text)}"
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), is_bold, rgb(COLOURS[tone])
    label.position = XL_LABEL_POSITION.OUTSIDE_END


def _holder(text: Text) -> str:
    """The key of the disc or card that a text stands on."""
    name, _, number = text.key.partition(":")
    return f"card:{number.partition('.')[0]}" if name in ON_CARD else text.key.removesuffix(":told")


def _paragraph(text: Text, said: str | None = None, **more: Any) -> Paragraph:
    return Paragraph(text.text if said is None else said, text.size, text.tone, text.is_bold, **more)


def _top(text: Text, line: float = LINE) -> float:
    """Where a line begins that a text is the first on."""
    return text.y - ABOVE * line * text.size


def _bottom(text: Text, line: float = LINE) -> float:
    return text.y + (1 - ABOVE) * line * text.size


def _whole(rows: Sequence[Text], told: Sequence[str]) -> list[str]:
    """What is told in these rows, each without the breaks between them; what is cut there is cut."""
    found, left = [], [each.text for each in rows]
    for each in told:
        taken: list[str] = []
        wanted = "".join(legible(each).split())
        while left and (not taken or len("".join("".join(taken).split())) < len(wanted)):
            taken.append(left.pop(0))
            if taken[-1].endswith(CUT):
                break
        if taken:
            is_whole = "".join("".join(taken).split()) == wanted
            found.append(plain(each) if is_whole else " ".join(taken))
    return found

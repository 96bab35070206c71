"""Where does everything on a slide of the show stand? The same for every way of showing it.

Letters are measured as wide as the widest that a medium may have (:mod:`render.lettering`), so that nothing runs out of
its place elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from graph.show import OWN
from render.lettering import cut, legible, lines, measure
from render.region_drawing import Box, Fit, Points, fit, names, seen
from render.show_charts import bars_in, cards_in, flows_in
from render.show_deck import Bars, Cards, Deck, Flows, Journey, Places, Slide
from render.show_dots import SPREAD, dots
from render.show_marks import (
    HIGH,
    LABEL_SIZE,
    LEAST_SIZE,
    LINE,
    WIDE,
    Area,
    Circle,
    Dots,
    Mark,
    Stroke,
    Text,
    arc,
    clipped,
    fitted,
    inside,
    ring,
)
from texts import Texts

LEFT, RIGHT, TOP, BOTTOM, FOOT = 80.0, 1520.0, 128.0, 800.0, 866.0
COLUMN = 560.0  # wide, beside a map
MAP: Box = (720.0, 56.0, 1560.0, 816.0)
AROUND: Box = (660.0, 0.0, WIDE, HIGH)
TITLE_SIZES, NUMBER_SIZE = (60.0, 52.0, 44.0, 38.0), 56.0
TEXT_SIZES, LARGE_SIZES = (30.0, 26.0, 22.0), (46.0, 36.0, 28.0, 22.0)
LEAST_PICTURE = 420.0  # high, under a sentence and its lines
TITLE_LINE, MOST_LINES = 1.12, 3
RINGS_KM = (25.0, 50.0)
BESIDE = (42.0, 62.0, 84.0)
TURNS = tuple(np.linspace(-2.4, 2.4, 9))
"""Where a firm's mark may stand beside its place: so far off, in these directions."""


def scene(deck: Deck, slide: Slide, texts: Texts) -> list[Mark]:
    """The marks of a slide, those that lie on others last."""
    scenery = _Scenery(deck, slide, texts)
    words = [*scenery.words()]
    return [*scenery.picture(), *words, *scenery.foot()]


class _Scenery:
    """One slide while it is laid out; :attr:`_below` is where its words end."""

    def __init__(self, deck: Deck, slide: Slide, texts: Texts) -> None:
        self._deck, self._slide, self._texts = deck, slide, texts
        self._is_beside = isinstance(slide.picture, Places | Journey)
        self._is_large = slide.kind in ("ask", OWN)
        self._wide = COLUMN if self._is_beside else RIGHT - LEFT
        self._below = TOP
        self._laid = fit(deck.drawing, MAP)

    # -- what is written ---------------------------------------------------------------------------------------------

    def words(self) -> Iterator[Mark]:
        """The sentence, its lines, the figures, and who is marked on the map."""
        slide = self._slide
        size, title = fitted(slide.title, self._wide, TITLE_SIZES, 3 if self._is_beside else 2)
        if slide.kind in ("first", OWN):
            self._below = 250.0
        for number, line in enumerate(title):
            self._below += size * TITLE_LINE if number else 0.0
            yield Text(f"title:{number}", LEFT, self._below, line, size, "ink", True, role="title")
        yield from self._lines()
        yield from self._numbers()
        if isinstance(slide.picture, Journey):
            yield from self._who(slide.picture)

    def _lines(self) -> Iterator[Text]:
        """What stands under the sentence, smaller where there is much of it; what finds no room is left out."""
        sizes, apart = (LARGE_SIZES, 0.95) if self._is_large else (TEXT_SIZES, 0.4)
        indent = 44.0 if self._slide.kind == "ask" else 0.0
        told = [legible(each) for each in self._slide.lines]
        for size in sizes:
            wrapped = [lines(each, self._wide - indent, measure(size), MOST_LINES) for each in told]
            y = self._below + (size * 2.2 if self._is_large else 56.0)
            if y + sum(len(each) * LINE + apart for each in wrapped) * size <= self._lines_end():
                break
        for number, rows in enumerate(wrapped if told else ()):
            if y + (len(rows) - 1) * size * LINE > self._lines_end():
                return
            if indent:
                yield Text(f"mark:{number}", LEFT, y, "–", size, "accent", True, role="line")
            for at, line in enumerate(rows):
                tone = "ink" if self._is_large else "quiet"
                yield Text(f"line:{number}.{at}", LEFT + indent, y, line, size, tone, role="line")
                self._below = y
                y += size * LINE
            y += apart * size

    def _lines_end(self) -> float:
        """How far down the lines under the sentence may go, for what comes under them to have room."""
        match self._slide.picture:
            case Journey() as way:
                return FOOT - 20 - 74 - 58 - 32 - 88 * (len(way.makers) - 1)
            case Places():
                return BOTTOM - 116 * len(self._slide.numbers)
            case None:
                return BOTTOM
            case _:
                return BOTTOM - LEAST_PICTURE - (130 if self._slide.numbers else 0)

    def _numbers(self) -> Iterator[Text]:
        """Figures under each other beside a map, else side by side."""
        numbers = self._slide.numbers
        step = (RIGHT - LEFT) / max(len(numbers), 1)
        top = self._below + 92
        for at, (figure, label) in enumerate(numbers):
            x, y = (LEFT, top + at * 116) if self._is_beside else (LEFT + at * step, top)
            wide = self._wide if self._is_beside else step - 24
            yield Text(f"number:{at}", x, y, legible(figure), NUMBER_SIZE, "accent", True, role="number")
            said = cut(legible(label), wide, measure(LABEL_SIZE))
            yield Text(f"label:{at}", x, y + 38, said, LABEL_SIZE, "quiet", role="number")
            self._below = y + 38

    def _who(self, way: Journey) -> Iterator[Mark]:
        """Who buys the part, and who near could make it, as they are marked on the map."""
        y = self._below + 74
        for number, (name, told) in enumerate([(way.buyer, ""), *((each.name, each.told) for each in way.makers)]):
            yield from self._numbered(f"key:{number}", np.array([LEFT + 19, y - 9]), number)
            said = cut(legible(name), self._wide - 60, measure(LABEL_SIZE, bold=True))
            yield Text(f"who:{number}", LEFT + 56, y, said, LABEL_SIZE, "ink", True)
            if told:
                yield Text(f"who-told:{number}", LEFT + 56, y + 32, legible(told), LEAST_SIZE, "quiet")
            y += 88 if told else 58

    @staticmethod
    def _numbered(key: str, point: Points, number: int) -> Iterator[Mark]:
        """The mark of a maker, by its number; of the buyer, by none."""
        x, y = float(point[0]), float(point[1])
        yield Circle(key, x, y, 19.0 if number else 15.0, "accent" if number else "ink")
        if number:
            yield Text(f"{key}:told", x, y + 8, str(number), LEAST_SIZE, "paper", True, "middle")

    def foot(self) -> Iterator[Text]:
        """For whom and of what day, on every slide."""
        told = cut(legible(self._deck.foot), RIGHT - LEFT, measure(LEAST_SIZE))
        yield Text("foot", LEFT, FOOT, told, LEAST_SIZE, "quiet", role="foot")

    # -- what is drawn -----------------------------------------------------------------------------------------------

    def picture(self) -> Iterator[Mark]:
        """The picture's marks."""
        box: Box = (LEFT, self._below + 44, RIGHT, BOTTOM)
        match self._slide.picture:
            case Places() as places:
                yield from self._places(places)
            case Bars() as bars:
                yield from bars_in(box, bars)
            case Flows() as flows:
                yield from flows_in(box, flows)
            case Journey() as way:
                yield from self._journey(way)
            case Cards() as cards:
                yield from cards_in(box, cards)
            case _:
                pass

    def _land(self) -> Iterator[Area]:
        """The region's municipalities and what lies around them, at the same place on every slide."""
        for land, rings in seen(self._deck.drawing, self._laid, AROUND):
            tones = ("land", "land_edge") if land.is_home else ("around", "")  # no edge where the ground cuts it
            parts = tuple(part for part in (clipped(each, AROUND) for each in rings) if len(part) > 2)
            if parts:
                yield Area(f"land:{land.name}", parts, *tones)

    def _places(self, places: Places) -> Iterator[Mark]:
        """The map with its names, which keep off the dots whether those are shown or not."""
        yield from self._land()
        points, radius = dots(self._deck, self._laid)
        if places.has_firms:
            yield Dots("firms", points, radius, (True,) * len(points))
        crowd: Fit = replace(self._laid, disc=SPREAD * radius, least=radius)
        wide = measure(LEAST_SIZE)
        for each in names(self._deck.drawing, crowd, MAP, lambda text: (wide(text) + 8, LEAST_SIZE * 1.3), legible):
            yield Text(
                f"name:{each.text}", each.x, each.y + 8, each.text, LEAST_SIZE, "ink", anchor="middle", role="map"
            )

    def _journey(self, way: Journey) -> Iterator[Mark]:
        """From far beyond the map to the buyer, and from those near; rings of kilometres tell how near."""
        yield from self._land()
        drawn, laid = self._deck.drawing, self._laid
        buyer = laid.points(drawn.km(way.point))
        for km in RINGS_KM:
            for number, part in enumerate(inside(ring(buyer, km * laid.scale), AROUND)):
                yield Stroke(f"ring:{km:.0f}.{number}", part, "quiet", 2.0, is_dashed=True)
            x, y = float(buyer[0]), float(buyer[1] - km * laid.scale - 8)
            if y > LEAST_SIZE:
                told = self._texts("show.km", km=round(km))
                yield Text(f"ring-km:{km:.0f}", x, y, told, LEAST_SIZE, "quiet", anchor="middle", role="map")
        if way.far_point:
            yield from self._from_far(buyer, drawn.km(way.far_point) - drawn.km(way.point), way)
        placed = [buyer]
        for each in way.makers:
            placed.append(_apart(laid.points(drawn.km(each.point)), placed))
        for number, point in enumerate(placed[1:], 1):
            yield Stroke(f"near:{number}", arc(point, buyer, 0.2), "accent", 4.0)
        for number, point in enumerate(placed):
            yield from self._numbered(f"firm:{number}", point, number)

    def _from_far(self, buyer: Points, way_km: Points, way: Journey) -> Iterator[Mark]:
        """The way that the part comes today, from the map's edge on; what it is called stands where it begins."""
        direction = way_km / np.hypot(*way_km)
        limits = np.where(direction > 0, (AROUND[2] - 24, AROUND[3] - 24), (AROUND[0] + 24, AROUND[1] + 24))
        with np.errstate(divide="ignore"):
            reach = float(np.abs((limits - buyer) / direction).min())
        edge = buyer + reach * direction
        yield Stroke("far", arc(edge, buyer, -0.16), "warm", 6.0)
        told = legible(" · ".join(filter(None, (way.origin, way.far_told))))
        half = measure(LABEL_SIZE, bold=True)(told) / 2
        aside = (half + 36) * (1 if edge[0] < buyer[0] else -1)  # beside the way, on the side of the buyer
        x = min(max(float(edge[0]) + aside, AROUND[0] + half + 16), AROUND[2] - half - 16)
        y = min(max(float(edge[1]), 56.0), HIGH - 84)
        yield Text("far-told", x, y, told, LABEL_SIZE, "warm", True, "middle", "map")


def _apart(point: Points, others: Sequence[Points]) -> Points:
    """The point, or one beside it where it would cover one of the others."""
    near = (point + away * np.array([np.cos(turn), np.sin(turn)]) for away in BESIDE for turn in TURNS)
    free = (each for each in (point, *near) if min(float(np.hypot(*(each - other))) for other in others) >= BESIDE[0])
    return next(free, point)

"""What is on the slides of a meeting's show? A slide has a sentence, a picture of one of five kinds, and notes.

Every way of showing it (in the app, as a page, as slides, on paper) draws these and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from render.export_firms import Figures
from render.region_drawing import Drawing, drawing
from render.taken import Taken


@dataclass(frozen=True, slots=True)
class Places:
    """The map, with a mark for each firm where ``has_firms``."""

    has_firms: bool = True


@dataclass(frozen=True, slots=True)
class Bar:
    """An amount by name and as it is told; ``part`` of it is what the slide is about.

    ``is_rest``: it is put together of what has no bar of its own.
    """

    name: str
    amount: int
    told: str
    part: int = 0
    part_told: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts, the largest first.

    ``series`` names what is counted, ``part`` what the part is, "" where there is none. ``firms`` is the bar that each
    of :attr:`Deck.figures`' firms stands in, where each stands in one.
    """

    bars: tuple[Bar, ...]
    series: str
    part: str = ""
    firms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """So much from one end to another (numbers of :attr:`Flows.ends`)."""

    source: int
    target: int
    amount: int
    told: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Flows:
    """What goes from sellers on the left to buyers on the right."""

    ends: tuple[str, ...]
    flows: tuple[Flow, ...]
    heads: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Maker:
    """A firm that could make a part: its name, how far it is as told, and where (latitude, longitude)."""

    name: str
    told: str
    point: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Journey:
    """A part's way to its buyer: from where it comes today, and from those near who could make it, the nearest first.

    Points are (latitude, longitude); None and "" are unknown.
    """

    origin: str
    far_told: str
    far_point: tuple[float, float] | None
    buyer: str
    point: tuple[float, float]
    makers: tuple[Maker, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A firm, a pair of them or a thing that happened, with a few lines."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards side by side in so many columns; ``more`` tells of those that found no room."""

    cards: tuple[Card, ...]
    more: str = ""
    columns: int = 2


Picture: TypeAlias = Places | Bars | Flows | Journey | Cards


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide.

    ``key`` stays the same as long as it tells the same; ``numbers`` are figures as told with what they count; ``alt``
    is the picture in words.
    """

    key: str
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    picture: Picture | None = None
    alt: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deck:
    """All of a show: what stands on every slide (``foot``), the map and the firms that several draw, and the slides."""

    title: str
    language: str
    foot: str
    day: str
    taken: Taken
    figures: Figures
    slides: tuple[Slide, ...]
    empty: tuple[str, ...]  # kinds of steps that had nothing to tell

    @cached_property
    def drawing(self) -> Drawing:
        """The map under all slides."""
        return drawing(self.taken, self.figures)


def figures_on(slide: Slide) -> list[str]:
    """Every figure and name that a slide shows, as it is told, so that two renderings can be compared."""
    found = [text for number in slide.numbers for text in number]
    match slide.picture:
        case Bars(bars=bars):
            found += [text for each in bars for text in (each.name, each.told, each.part_told) if text]
        case Flows(flows=flows):
            found += [each.told for each in flows]
        case Journey() as way:
            found += [way.origin, way.far_told, way.buyer]
            found += [text for each in way.makers for text in (each.name, each.told)]
        case Cards(cards=cards):
            found += [text for each in cards for text in (each.head, *each.lines)]
        case _:
            pass
    return found

"""How are bars, flows and cards drawn in the show? In a box under the slide's sentence, as large as it has room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from render.lettering import cut, legible, lines, measure
from render.region_drawing import Box
from render.show_deck import Bars, Cards, Flow, Flows
from render.show_marks import LABEL_SIZE, LEAST_SIZE, LINE, Area, Dots, Mark, Text, rectangle, ribbon

MOST_STEP, BAR_SHARE, LONGEST_NAME = 84.0, 0.7, 560.0
FLOW_GAP, FLOW_LEAST = 12.0, 18.0
CARD_GAP, CARD_HIGH, PADDING = 24.0, 190.0, 28.0
BETWEEN_LINES = 0.35  # of a line's size, where there is room for it
DOT_SHARE = 0.42  # of the way between two dots that is a dot's radius

Ends = dict[int, tuple[float, float]]
"""Of each end where it begins and how high it is."""


# -- bars ------------------------------------------------------------------------------------------------------------


def bars_in(box: Box, bars: Bars) -> Iterator[Mark]:
    """Names, bars and what they amount to; where each firm stands in one bar, its dots make it up."""
    left, top, right, bottom = box
    if bars.part:
        yield rectangle("key", left, top + 2, 26, 26, "accent")
        yield Text("key-told", left + 40, top + 25, legible(bars.part), LABEL_SIZE, "quiet")
        top += 56
    step = min(MOST_STEP, (bottom - top) / len(bars.bars))
    size = min(LABEL_SIZE, max(LEAST_SIZE, step * 0.5))
    told = measure(size, bold=True)
    name_wide = min(LONGEST_NAME, max(measure(size)(legible(each.name)) for each in bars.bars)) + 20
    told_wide = max(told(legible(each.told)) + measure(size)(legible(each.part_told)) for each in bars.bars) + 46
    room, most = right - left - name_wide - told_wide, max(each.amount for each in bars.bars)
    start = left + name_wide
    reach = [max(3.0, room * each.amount / most) for each in bars.bars]
    if bars.firms:
        dots, reach = _dots(bars, (start, top, room, step))
        yield dots
    for at, each in enumerate(bars.bars):
        y, base = top + at * step, top + (at + 0.5) * step + size * 0.35
        name = cut(legible(each.name), name_wide - 16, measure(size))
        yield Text(f"bar-name:{at}", start - 16, base, name, size, anchor="end")
        if not bars.firms:
            tone = "accent_soft" if bars.part or each.is_rest else "accent" if at == 0 else "accent_mid"
            yield rectangle(f"bar:{at}", start, y + step * 0.15, reach[at], step * BAR_SHARE, tone)
        if each.part:
            wide = max(3.0, room * each.part / most)
            yield rectangle(f"bar-part:{at}", start, y + step * 0.15, wide, step * BAR_SHARE, "accent")
        x = start + reach[at] + 14
        yield Text(f"bar-told:{at}", x, base, legible(each.told), size, "ink", True)
        if each.part_told:
            yield Text(f"bar-part-told:{at}", x + told(legible(each.told)) + 16, base, legible(each.part_told), size,
                       "quiet")  # fmt: skip


def _dots(bars: Bars, place: tuple[float, float, float, float]) -> tuple[Dots, list[float]]:
    """Columns of dots in each bar from its name on, as large as the longest has room for, and how far they reach."""
    start, top, room, step = place
    most = max(each.amount for each in bars.bars)
    rows = next(each for each in range(1, most + 2) if step * BAR_SHARE / each * -(-most // each) <= room)
    apart = step * BAR_SHARE / rows
    counts = Counter[int]()
    points = np.full((len(bars.firms), 2), np.nan)
    for firm, bar in enumerate(bars.firms):
        column, row = divmod(counts[bar], rows)
        middle = top + (bar + 0.5) * step
        points[firm] = start + (column + 0.5) * apart, middle + (row - (rows - 1) / 2) * apart
        counts[bar] += 1
    reach = [-(-counts[at] // rows) * apart for at in range(len(bars.bars))]
    return Dots("firms", points, apart * DOT_SHARE, tuple(bar == 0 for bar in bars.firms)), reach


# -- flows -----------------------------------------------------------------------------------------------------------


def flows_in(box: Box, flows: Flows) -> Iterator[Mark]:
    """Ribbons as wide as what goes through them, sellers on the left and buyers on the right.

    How much it is stands where a ribbon begins, on those that have room for it.
    """
    left, top, right, bottom = box
    top += 40
    wide = max(measure(LABEL_SIZE)(legible(each)) for each in flows.ends) + 30
    inner = (left + wide, right - wide)
    sold = _stacked([(each.source, each.amount) for each in flows.flows], top, bottom)
    bought = _stacked([(each.target, each.amount) for each in flows.flows], top, bottom)
    amounts = []
    for each, one, other in _through(flows.flows, sold, bought):
        shape = ribbon(inner[0] + 10, *one, inner[1] - 10, *other)
        tone = "accent" if each.is_strong else "accent_soft" if each.source == each.target else "warm"
        yield Area(f"ribbon:{each.source}-{each.target}", (shape,), tone, is_sheer=True)
        y, height = one
        if height >= LEAST_SIZE * LINE:
            base = y + height / 2 + LEAST_SIZE * 0.35
            amounts.append(Text(f"ribbon-told:{each.source}-{each.target}", inner[0] + 22, base, str(each.amount),
                                LEAST_SIZE))  # fmt: skip
    yield from amounts
    for side, (ends, x, anchor) in enumerate(((sold, inner[0], "end"), (bought, inner[1] - 10, "start"))):
        name_x = x - 14 if anchor == "end" else x + 24
        yield Text(f"head:{side}", name_x, top - 16, legible(flows.heads[side]), LEAST_SIZE, "quiet", anchor=anchor)
        for end, (y, height) in ends.items():
            yield rectangle(f"end:{side}:{end}", x, y, 10.0, height, "ink")
            name = legible(flows.ends[end])
            yield Text(f"end-name:{side}:{end}", name_x, y + height / 2 + 9, name, LABEL_SIZE, anchor=anchor)


def _stacked(amounts: Sequence[tuple[int, int]], top: float, bottom: float) -> Ends:
    """The ends below each other, as high as what they hold, none lower than the least."""
    sums = Counter[int]()
    for end, amount in amounts:
        sums[end] += amount
    room = bottom - top - FLOW_GAP * (len(sums) - 1)
    small: set[int] = set()
    while True:
        free, whole = room - FLOW_LEAST * len(small), sum(sums[each] for each in sums if each not in small) or 1
        lower = {each for each in sums if each not in small and free * sums[each] / whole < FLOW_LEAST}
        if not lower:
            break
        small |= lower
    found, y = {}, top
    for end in sorted(sums):
        height = FLOW_LEAST if end in small else free * sums[end] / whole
        found[end] = (y, height)
        y += height + FLOW_GAP
    return found


def _through(
    flows: Sequence[Flow], left: Ends, right: Ends
) -> list[tuple[Flow, tuple[float, float], tuple[float, float]]]:
    """Each flow with its top and height on the left and on the right, by the other ends' order; the widest first."""
    sold, bought = Counter[int](), Counter[int]()
    for each in flows:
        sold[each.source] += each.amount
        bought[each.target] += each.amount
    begins = {(0, end): y for end, (y, _) in left.items()} | {(1, end): y for end, (y, _) in right.items()}

    def taken(side: int, end: int, high: float) -> tuple[float, float]:
        y = begins[side, end]
        begins[side, end] += high
        return y, high

    first = {
        each: taken(0, each.source, left[each.source][1] * each.amount / sold[each.source])
        for each in sorted(flows, key=lambda each: (each.source, each.target))
    }
    last = {
        each: taken(1, each.target, right[each.target][1] * each.amount / bought[each.target])
        for each in sorted(flows, key=lambda each: (each.target, each.source))
    }
    return [(each, first[each], last[each]) for each in sorted(flows, key=lambda each: -each.amount)]


# -- cards -----------------------------------------------------------------------------------------------------------


def cards_in(box: Box, cards: Cards) -> Iterator[Mark]:
    """Cards side by side: their heads on two lines at most, and as much of their lines as has room."""
    left, top, right, bottom = box
    columns = cards.columns
    rows = -(-len(cards.cards) // columns)
    wide = (right - left - CARD_GAP * (columns - 1)) / columns
    high = min(CARD_HIGH * (2.4 if rows == 1 else 1), (bottom - top - CARD_GAP * (rows - 1)) / rows)
    for number, card in enumerate(cards.cards):
        x = left + (number % columns) * (wide + CARD_GAP)
        y = top + (number // columns) * (high + CARD_GAP)
        yield rectangle(f"card:{number}", x, y, wide, high, "card")
        yield rectangle(f"card-edge:{number}", x, y, 6.0, high, "accent")
        inside, base = wide - 2 * PADDING, y + 16.0
        for at, line in enumerate(lines(legible(card.head), inside, measure(LABEL_SIZE, bold=True), 2)):
            base += LABEL_SIZE * LINE
            yield Text(f"card-head:{number}.{at}", x + PADDING, base, line, LABEL_SIZE, "ink", True)
        size = LABEL_SIZE if rows == 1 else LEAST_SIZE
        yield from _lines_of(number, card.lines, (x + PADDING, base + 4), inside, y + high - 12, size)
    if cards.more:
        yield Text("more", right, bottom + 34, cards.more, LEAST_SIZE, "quiet", anchor="end")


def _lines_of(
    number: int, told: Sequence[str], start: tuple[float, float], wide: float, bottom: float, size: float
) -> Iterator[Text]:
    """Lines from a point on, as many as end above the bottom; each may go on for two, or three where they are large."""
    x, y = start
    made = 0
    for each in told:
        room = int((bottom - y) // (size * LINE))
        for line in lines(legible(each), wide, measure(size), min(3 if size > LEAST_SIZE else 2, room)) if room else ():
            made += 1
            y += size * LINE
            yield Text(f"card-line:{number}.{made}", x, y, line, size, "quiet")
        y += size * BETWEEN_LINES if size > LEAST_SIZE else 0.0

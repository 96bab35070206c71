"""Which cells of a table of firms' amounts may be shown, so that no firm's own amount can be told from it?

A cell is unsafe where fewer than three firms (on either side, where it has a seller's and a buyer's) make it up; where
one has more than 80 % of it; or where some firm, taking off what it takes part in itself, comes within 20 % of another
firm's amount (the p % rule, p = 20). What is asked of a cell is asked of each total too, and of what a line hides
together, since its total tells that sum.

An unsafe cell is hidden, and with it the cheapest rectangle of cells in whose corners amounts can be moved about, up
and down, without any shown figure changing: the hypercube method for magnitudes (R. D. Repsilber, "Preservation of
confidentiality in aggregated data", 1994; S. Giessing and D. Repsilber, GHMITER, 2002). How far a cell must be able to
move is what would make it safe (A. Hundepool et al., "Statistical disclosure control", 2012, 4.2-4.3); a corner gives
no more cover than it holds without its largest firm, so that none sees through it by knowing its own part. All
measures of a table share one pattern of hidden cells. Nought is shown: there is no firm that it tells of.

Not covered: two firms that put together what they know, who knows something from elsewhere, a firm's sum over hidden
cells of several lines, and what the pattern itself tells who knows the method.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.model import Level
from graph.suppression import A_TOTAL, LEAST, TOTAL, Key

LARGEST_PERCENT = 80
"""The most of a sum that one firm may have."""
NEAREST_PERCENT = 20
"""How near a firm may come to another's amount, in percent of it."""

Amounts: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
MOST = np.iinfo(np.int64).max // 8


class Part(NamedTuple):
    """What a firm, or a seller and a buyer together, give to a cell: an amount for each of the table's measures."""

    row: str
    column: str
    firms: tuple[str, ...]
    amounts: tuple[int, ...]
    seen_by: tuple[Level, ...]  # the least level that may see each amount elsewhere, and in this very cell


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table's sums by measure, totals under :data:`graph.suppression.TOTAL`, and which cells are not to be shown."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    sums: tuple[Mapping[Key, int], ...]
    hidden: frozenset[Key]


def lacking(told: Iterable[tuple[tuple[str, ...], int]]) -> int:
    """How much more a sum would have to be for it to be safe; 0 where it is.

    Args:
        told: the firms (one, or a seller and a buyer) and the amount of each part of the sum; none is negative.

    >>> lacking([(("a",), 50), (("b",), 40), (("c",), 10)]), lacking([(("a",), 50), (("b",), 40), (("c",), 9)])
    (0, 1)
    >>> lacking([(("a",), 100)]), lacking([(("a",), 1)]), lacking([])
    (25, 2, 0)
    """
    parts = [(firms, amount) for firms, amount in told if amount > 0]
    if not parts:
        return 0
    whole = sum(amount for _, amount in parts)
    taken, between = Counter[str](), Counter[frozenset[str]]()
    for firms, amount in parts:
        both = frozenset(firms)
        between[both] += amount
        for firm in both:
            taken[firm] += amount
    order = sorted(taken, key=lambda firm: (-taken[firm], firm))
    short = -(-100 * taken[order[0]] // LARGEST_PERCENT) - whole
    for firm in order:
        if whole - taken[firm] - taken[order[0]] >= NEAREST_PERCENT * taken[firm] / 100 and firm != order[0]:
            break  # nor can anybody come near those that have less
        left = whole - taken[firm] - _most_known(firm, order, taken, between)
        short = max(short, ceil(NEAREST_PERCENT * taken[firm] / 100) - left)
    if min(len({firms[side] for firms, _ in parts}) for side in range(len(parts[0][0]))) < LEAST:
        short = max(short, 1, LEAST - whole)
    return max(short, 0)


def _most_known(
    firm: str, order: Sequence[str], taken: Mapping[str, int], between: Mapping[frozenset[str], int]
) -> int:
    """The most that another firm takes part in without this one."""
    most = 0
    for other in order:
        if taken[other] <= most:
            break
        if other != firm:
            most = max(most, taken[other] - between.get(frozenset((firm, other)), 0))
    return most


def without_few(parts: Sequence[Part]) -> list[Part]:
    """The parts without those, and those amounts, that a level does not see and that are too few in their cell.

    What the total of a cell tells beside what a viewer sees is then nothing, or a sum that is safe in itself; so is
    what each line tells, being a sum of such.
    """
    for level in (Level.MEMBERS, Level.PUBLIC):
        for measure in range(len(parts[0].amounts) if parts else 0):
            unseen: dict[Key, list[Part]] = defaultdict(list)
            for each in parts:
                if each.seen_by[measure] > level:
                    unseen[each.row, each.column].append(each)
            few = {key for key, some in unseen.items() if lacking((e.firms, e.amounts[measure]) for e in some)}
            parts = [
                _without(each, measure) if (each.row, each.column) in few and each.seen_by[measure] > level else each
                for each in parts
            ]
            parts = [each for each in parts if each.amounts[0]]
    return [*parts]


def _without(part: Part, measure: int) -> Part:
    return part._replace(amounts=tuple(0 if at == measure else each for at, each in enumerate(part.amounts)))


def with_unseen(parts: Sequence[Part]) -> list[Part]:
    """The parts with what members, and the public, do not see of each as measures of their own, guarded as others."""
    measures = range(len(parts[0].amounts) if parts else 0)
    partly = [
        (level, measure)
        for level in (Level.MEMBERS, Level.PUBLIC)
        for measure in measures
        if any(each.seen_by[measure] <= level for each in parts)
    ]
    return [
        each._replace(
            amounts=each.amounts
            + tuple(each.amounts[measure] if each.seen_by[measure] > level else 0 for level, measure in partly)
        )
        for each in parts
    ]


def guard(parts: Sequence[Part], limits: Mapping[Key, int] | None = None) -> Guarded:
    """The table of the parts' sums, and which of its cells are not to be shown.

    Args:
        parts: each with a row and a column that are not "", and as many amounts, none negative. The first measure
            counts something, and has something wherever another has: it is what hiding a cell costs.
        limits: what another table tells that the first measure of a cell does not exceed.
    """
    table = _Table(parts, limits or {})
    table.hide_unsafe()
    return table.guarded()


class _Table:
    """A table while it is worked out which of its cells to hide."""

    def __init__(self, parts: Sequence[Part], limits: Mapping[Key, int]) -> None:
        self._rows = (*sorted({each.row for each in parts}), TOTAL)
        self._columns = (*sorted({each.column for each in parts}), TOTAL)
        self._measures = range(len(parts[0].amounts) if parts else 0)
        row_at = {name: place for place, name in enumerate(self._rows)}
        column_at = {name: place for place, name in enumerate(self._columns)}
        self._parts: dict[tuple[int, int], list[Part]] = defaultdict(list)
        for each in parts:
            for row in (row_at[each.row], row_at[TOTAL]):
                for column in (column_at[each.column], column_at[TOTAL]):
                    self._parts[row, column].append(each)
        shape = (len(self._measures), len(self._rows), len(self._columns))
        self._sums: Amounts = np.zeros(shape, dtype=np.int64)
        self._cover: Amounts = np.full(shape, MOST, dtype=np.int64)
        for (row, column), some in self._parts.items():
            for measure in self._measures:
                amounts = [(each.firms, each.amounts[measure]) for each in some]
                self._sums[measure, row, column] = sum(amount for _, amount in amounts)
                if row < shape[1] - 1 and column < shape[2] - 1:  # a total moves with its cells
                    self._cover[measure, row, column] = _without_largest(amounts)
        for (row_name, column_name), limit in limits.items():
            if row_name in row_at and column_name in column_at:
                place = 0, row_at[row_name], column_at[column_name]
                self._cover[place] = min(self._cover[place], limit - self._sums[place])
        self._hidden: Flags = np.zeros(shape[1:], dtype=np.bool_)

    def guarded(self) -> Guarded:
        """The sums with what is to be hidden of them."""
        keys = [(i, j, (row, column)) for i, row in enumerate(self._rows) for j, column in enumerate(self._columns)]
        sums = tuple({key: int(self._sums[measure, i, j]) for i, j, key in keys} for measure in self._measures)
        hidden = frozenset(key for i, j, key in keys if self._hidden[i, j])
        return Guarded(self._rows[:-1], self._columns[:-1], sums, hidden)

    def _needs(self, some: Sequence[Part]) -> Amounts:
        """What is lacking of each measure of a sum of parts."""
        return np.array(
            [lacking((each.firms, each.amounts[measure]) for each in some) for measure in self._measures],
            dtype=np.int64,
        )

    def hide_unsafe(self) -> None:
        """Hide the unsafe cells, what it takes for nobody to work them out, and what lines would tell together."""
        unsafe = [(place, needs) for place, some in self._parts.items() if (needs := self._needs(some)).any()]
        for place, _ in unsafe:
            self._hidden[place] = True
        for place, needs in sorted(unsafe, key=lambda each: (self._sums[0][each[0]], each[0])):
            self._protect(place, needs)
        while (told := self._told_by_a_line()) is not None:
            self._protect(told, self._needs(()))

    def _protect(self, place: tuple[int, int], needs: Amounts) -> None:
        """Hide the cell and the cheapest rectangle with a corner in it in which it can move far enough."""
        row, column = place
        self._hidden[place] = True
        present = self._sums[0] > 0
        wanted = np.maximum(needs, self._sums[:, row, column] > 0)
        roomy = present & (self._cover >= wanted[:, None, None]).all(axis=0)
        fits = roomy & roomy[row][None, :] & roomy[:, column][:, None]
        fits[row], fits[:, column] = False, False
        if not fits.any():
            self._hide_lines(row, column)
            return
        price = np.where(self._hidden, 0, self._sums[0])
        price[-1] += np.where(self._hidden[-1], 0, A_TOTAL)
        price[:, -1] += np.where(self._hidden[:, -1], 0, A_TOTAL)
        costs = np.where(fits, price[row][None, :] + price[:, column][:, None] + price, MOST)
        other_row, other_column = divmod(int(costs.argmin()), costs.shape[1])
        self._hidden[np.ix_((row, other_row), (column, other_column))] = True

    def _hide_lines(self, row: int, column: int) -> None:
        """Hide all that adds up to a total, of whose cells none gives cover: of the grand total all there is."""
        present = self._sums[0] > 0
        wanted = np.zeros_like(present)
        wanted[slice(None) if row == len(present) - 1 else row] = True
        if column < present.shape[1] - 1:
            wanted[:] &= np.arange(present.shape[1]) == column
        wanted[-1] |= wanted.any(axis=0)
        wanted[:, -1] |= wanted.any(axis=1)
        self._hidden |= wanted & present

    def _told_by_a_line(self) -> tuple[int, int] | None:
        """The next cell to hide, since what a row or a column hides is an unsafe sum that its shown total tells."""
        rows, columns = self._hidden.shape
        for i in range(rows):
            line = [(i, j) for j in range(columns - 1)]
            if (found := self._to_hide(line, (i, columns - 1))) is not None:
                return found
        for j in range(columns):
            line = [(i, j) for i in range(rows - 1)]
            if (found := self._to_hide(line, (rows - 1, j))) is not None:
                return found
        return None

    def _to_hide(self, line: Sequence[tuple[int, int]], total: tuple[int, int]) -> tuple[int, int] | None:
        """The cheapest cell of the line that makes what it hides a safe sum, its total where none does."""
        hidden = [place for place in line if self._hidden[place]]
        if self._hidden[total] or not hidden:
            return None
        together = [each for place in hidden for each in self._parts[place]]
        if not self._needs(together).any():
            return None
        shown = [place for place in line if not self._hidden[place] and self._sums[0][place]]
        for place in sorted(shown, key=lambda each: (self._sums[0][each], each)):
            if not self._needs([*together, *self._parts[place]]).any():
                return place
        return total


def _without_largest(amounts: Iterable[tuple[tuple[str, ...], int]]) -> int:
    """What is left of a sum without what its largest firm takes part in."""
    whole, taken = 0, Counter[str]()
    for firms, amount in amounts:
        whole += amount
        for firm in set(firms):
            taken[firm] += amount
    return whole - max(taken.values(), default=0)

"""An attacker of tables: what can be worked out of hidden cells, by linear programming, and what a safe sum is, slowly.

Written without the program's own rule and method, so that both can be judged by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import permutations, product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from graph.suppression import TOTAL, Key

Told = Sequence[tuple[tuple[str, ...], int]]
"""Of each part of a sum the firms that take part in it, and the amount."""


def taken(told: Told, *firms: str) -> int:
    """What any of the firms takes part in."""
    return sum(amount for each, amount in told if {*firms} & {*each})


class _Sum:
    """A sum by who takes part in it."""

    def __init__(self, told: Told) -> None:
        self.parts = [(firms, amount) for firms, amount in told if amount]
        self.whole = sum(amount for _, amount in self.parts)
        self.of, self.between = Counter[str](), Counter[frozenset[str]]()
        for firms, amount in self.parts:
            for each in {*firms}:
                self.of[each] += amount
            self.between[frozenset(firms)] += amount

    def unknown(self) -> Iterator[tuple[int, int]]:
        """For each firm and each other: what the firm has, and what is neither's of the sum."""
        for firm, knows in permutations(self.of, 2):
            either = self.of[firm] + self.of[knows] - self.between[frozenset((firm, knows))]
            yield self.of[firm], self.whole - either


def is_safe(told: Told) -> bool:
    """Three firms a side, none above 80 %, and none that can tell another's amount closer than 20 %."""
    found = _Sum(told)
    if not found.parts:
        return True
    sides = range(len(found.parts[0][0]))
    return (
        all(len({firms[side] for firms, _ in found.parts}) >= 3 for side in sides)
        and all(10 * each <= 8 * found.whole for each in found.of.values())
        and all(10 * left >= 2 * has for has, left in found.unknown())
    )


def needed(told: Told) -> float:
    """How far above the truth a hidden sum must be able to be, for nobody to come near a firm's amount."""
    found = _Sum(told)
    most = max(found.of.values(), default=0)
    return max([0.0, most / 0.8 - found.whole, *(0.2 * has - left for has, left in found.unknown())])


class Attack:
    """What follows from a table's shown cells, for who knows the least that each cell can be (0 where it is not said).

    ``bounded`` is what another table tells that a cell does not exceed.
    """

    def __init__(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        shown: Mapping[Key, int],
        known: Mapping[Key, int] | None = None,
        bounded: Mapping[Key, int] | None = None,
    ) -> None:
        self._keys = list(product(rows, columns))
        self._equations = np.array([self._sums(key) for key in shown]) if shown else None
        self._values = np.array([float(value) for value in shown.values()]) if shown else None
        self._bounds = [((known or {}).get(key, 0), (bounded or {}).get(key)) for key in self._keys]

    def _sums(self, key: Key) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        row, column = key
        return np.array([float(row in (TOTAL, r) and column in (TOTAL, c)) for r, c in self._keys])

    def interval(self, key: Key) -> tuple[float, float]:
        """The least and the greatest that a cell or total can be."""
        wanted, found = self._sums(key), []
        for sign in (1.0, -1.0):
            answer: Any = linprog(sign * wanted, A_eq=self._equations, b_eq=self._values, bounds=self._bounds)
            assert answer.status in (0, 3), answer.message
            found.append(sign * float(answer.fun) if answer.status == 0 else sign * -np.inf)
        return found[0], found[1]


def of_cell(key: Key, parts: Iterable[tuple[str, str, tuple[str, ...], int]]) -> Told:
    """The parts of a cell or a total."""
    row, column = key
    return [(firms, amount) for r, c, firms, amount in parts if row in (TOTAL, r) and column in (TOTAL, c)]


def assert_holds(
    parts: Collection[tuple[str, str, tuple[str, ...], int]],
    hidden: Collection[Key],
    *,
    unsafe: Collection[Key] = (),
    bounded: Mapping[Key, int] | None = None,
) -> None:
    """No shown sum is unsafe; no unsafe one can be told from without, nor by a firm that knows its own part.

    Args:
        parts: row, column, firms and amount of one measure.
        hidden: the cells and totals that are not shown.
        unsafe: those that another measure forbids to show.
        bounded: see :class:`Attack`.
    """
    rows, columns = sorted({each[0] for each in parts}), sorted({each[1] for each in parts})
    told = {key: of_cell(key, parts) for key in product((*rows, TOTAL), (*columns, TOTAL))}
    sums = {key: sum(amount for _, amount in some) for key, some in told.items()}
    shown = {key: value for key, value in sums.items() if key not in hidden}
    for key in shown:
        assert is_safe(told[key]), (key, told[key])
    _assert_lines(rows, columns, told, hidden)
    outside = Attack(rows, columns, shown, bounded=bounded)
    for key in sorted(hidden):
        true, far = sums[key], needed(told[key])
        low, high = outside.interval(key)
        if true and (key in unsafe or not is_safe(told[key])):
            assert high - low >= 1 - 1e-6, (key, low, high)
        assert high >= true + far - 1e-6 * max(1, true), (key, low, high, true, far)
        assert low <= true - min(far, true) + 1e-6 * max(1, true), (key, low, high, true, far)
        everybody = sorted({firm for firms, _ in told[key] for firm in firms}, key=lambda each: -taken(told[key], each))
        if is_safe(told[key]):
            continue
        for knows in everybody[:2]:
            own = {each: taken(some, knows) for each, some in told.items() if TOTAL not in each}
            _, high = Attack(rows, columns, shown, own, bounded).interval(key)
            for other in everybody:
                if other != knows:
                    estimate = high - taken(told[key], knows, other) + taken(told[key], other)
                    assert estimate >= 1.2 * taken(told[key], other) - 1e-6 * max(1, true), (key, knows, other)


def unsafe_sums(parts: Collection[tuple[str, str, tuple[str, ...], int]]) -> set[Key]:
    """The cells and totals that must not be shown."""
    rows, columns = {each[0] for each in parts}, {each[1] for each in parts}
    return {key for key in product((*rows, TOTAL), (*columns, TOTAL)) if not is_safe(of_cell(key, parts))}


def _assert_lines(
    rows: Sequence[str], columns: Sequence[str], told: Mapping[Key, Told], hidden: Collection[Key]
) -> None:
    """What a line hides together is told by its shown total, and is a safe sum."""
    lines = [((row, TOTAL), [(row, column) for column in columns]) for row in (*rows, TOTAL)]
    lines += [((TOTAL, column), [(row, column) for row in rows]) for column in (*columns, TOTAL)]
    for total, cells in lines:
        if total not in hidden:
            together = [each for key in cells if key in hidden for each in told[key]]
            assert is_safe(together), (total, together)

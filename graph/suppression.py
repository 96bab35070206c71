"""Which cells of a table of firms may be shown, so that no group smaller than three can be told from it?

A cell of one firm or two is hidden, and with it as many others as it takes for nobody to work it out from the totals:
for each hidden cell the cheapest rectangle of cells is hidden in whose corners firms can be moved about without any
shown figure changing. This is the hypercube method (R. D. Repsilber, "Preservation of confidentiality in aggregated
data", 1994; S. Giessing and D. Repsilber, "Tools and strategies to protect multiple tables with the GHQUAR cell
suppression engine", 2002) on a table of two dimensions, totals being cells like others. What is shown leaves every
hidden cell at least two values, and every one that was too small a value that is large enough. Nought is shown: there
is no firm that it tells of. Not covered: who knows the method and its order may sometimes rule more out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

TOTAL = ""
"""The row and the column of the totals."""
LEAST = 3
A_TOTAL = 10**9  # what hiding a total costs beside hiding any cell

Key: TypeAlias = tuple[str, str]
Counts: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shown:
    """A table with its totals as it may be shown; None is a hidden cell, and each key is (row, column)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Key, int | None]

    @property
    def hidden(self) -> frozenset[Key]:
        """The cells that are not shown."""
        return frozenset(key for key, value in self.cells.items() if value is None)


def suppress(
    table: Mapping[Key, int], least: int = LEAST, *, small: Collection[Key] = (), columns_stay: bool = False
) -> Shown:
    """The table as it may be shown.

    Args:
        table: how many firms each (row, column) has; a cell that is not there has none.
        least: the fewest firms that are shown.
        small: other cells or totals to hide, such as a total of many answers by two firms.
        columns_stay: the columns' totals and the grand total stand in other tables beside this one, so they are not
            hidden; none of them may be smaller than ``least``.

    Raises:
        ValueError: a count is negative, or a column whose total is to stay is too small.

    >>> shown = suppress({("a", "x"): 1, ("a", "y"): 5, ("b", "x"): 6, ("b", "y"): 7, ("b", "z"): 4})
    >>> sorted(shown.hidden), shown.cells["b", "z"], shown.cells["a", ""]
    ([('a', 'x'), ('a', 'y'), ('b', 'x'), ('b', 'y')], 4, 6)
    """
    rows = tuple(sorted({row for row, _ in table}))
    columns = tuple(sorted({column for _, column in table}))
    values = _with_totals(table, rows, columns)
    if (values < 0).any() or (columns_stay and ((values[-1] > 0) & (values[-1] < least)).any()):
        raise ValueError(table)
    hidden = (values > 0) & (values < least)
    places = [(*rows, TOTAL), (*columns, TOTAL)]
    for row, column in small:
        hidden[places[0].index(row), places[1].index(column)] = True
    order = np.lexsort((*np.nonzero(hidden)[::-1], values[hidden]))
    for row, column in np.argwhere(hidden)[order].tolist():
        _protect(values, hidden, row, column, least, columns_stay=columns_stay)
    cells = {
        (row, column): None if hidden[i, j] else int(values[i, j])
        for i, row in enumerate(places[0])
        for j, column in enumerate(places[1])
    }
    return Shown(rows, columns, cells)


def _with_totals(table: Mapping[Key, int], rows: tuple[str, ...], columns: tuple[str, ...]) -> Counts:
    values = np.zeros((len(rows) + 1, len(columns) + 1), dtype=np.int64)
    row_at, column_at = ({each: number for number, each in enumerate(names)} for names in (rows, columns))
    for (row, column), count in table.items():
        values[row_at[row], column_at[column]] = count
    values[:, -1] = values.sum(axis=1)
    values[-1] = values.sum(axis=0)
    return values


def _protect(values: Counts, hidden: Flags, row: int, column: int, least: int, *, columns_stay: bool) -> None:
    """Hide the cheapest rectangle with a corner in the cell in whose corners firms can be moved far enough."""
    down, right = _signs(len(values), row), _signs(values.shape[1], column)
    beside, below = values[row], values[:, column]
    fits = (beside > 0)[None, :] & (below > 0)[:, None] & (values > 0)
    fits[row], fits[:, column] = False, False
    if columns_stay:
        fits[-1] = False
    most = np.iinfo(np.int64).max
    room = np.minimum(
        np.minimum(np.where(right < 0, beside, most)[None, :], np.where(down < 0, below, most)[:, None]),
        np.where(down[:, None] * right[None, :] < 0, values, most),
    )
    fits &= room >= max(1, least - values[row, column])
    if not fits.any():
        _hide_line(values, hidden, row, column)
        return
    price = np.where(hidden, 0, values)
    price[-1] += np.where(hidden[-1], 0, A_TOTAL)
    price[:, -1] += np.where(hidden[:, -1], 0, A_TOTAL)
    costs = np.where(fits, price[row][None, :] + price[:, column][:, None] + price, most)
    other_row, other_column = divmod(int(costs.argmin()), values.shape[1])
    hidden[np.ix_((row, other_row), (column, other_column))] = True


def _signs(length: int, place: int) -> Counts:
    """Whether a firm more in the line at ``place`` is one less (-1) in each other line, or one more: in the total."""
    signs = np.full(length, -1 if place < length - 1 else 1, dtype=np.int64)
    signs[-1] = 1
    return signs


def _hide_line(values: Counts, hidden: Flags, row: int, column: int) -> None:
    """Hide all of the cell's column (of a row's total: all of its row), and the totals of the rows it touches."""
    total = values.shape[1] - 1
    cells = values[:-1] > 0
    wanted = np.zeros_like(cells)
    if column < total:
        wanted[:, column] = cells[:, column]
    else:
        wanted[row] = cells[row]
        wanted[:, total] = cells[:, total]
    wanted[:, total] |= wanted[:, :total].any(axis=1)
    hidden[:-1] |= wanted & cells

"""How coarse must a table be for most of it to be shown, when what would tell of a single firm is hidden?

Rows and columns of little are put together with others of their sort, the smallest first, until no total has to be
hidden and at least two thirds of the cells are shown. Putting together costs a reader less than hiding: a total of one
municipality is hidden only with another, and each of those with more. See :mod:`graph.disclosure`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from graph.disclosure import Guarded, Part, guard
from graph.suppression import TOTAL, Key

FEWEST = 10
"""Parts of a line, for it to stand by itself."""
MOST_HIDDEN = 1 / 3
STEP = 1.3  # times as many parts are asked of a line where the table cannot be read

Wider: TypeAlias = Callable[[str], str | None]
"""What a row or a column is put into where it is too small; None where it stays as it is."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table with its hidden cells, and what each row came to stand in."""

    table: Guarded
    row_of: Mapping[str, str]


def fitted(
    parts: Sequence[Part],
    wider: tuple[Wider, Wider],
    prepare: Callable[[Sequence[Part]], Sequence[Part]],
    *,
    is_square: bool = False,
    limits: Mapping[Key, int] | None = None,
) -> Fitted:
    """The finest table of the parts that can be read.

    Args:
        parts: see :func:`graph.disclosure.guard`.
        wider: of rows, and of columns.
        prepare: what is done with the parts of a table before it is guarded.
        is_square: rows and columns are of the same things, and are put together alike.
        limits: see :func:`graph.disclosure.guard`.
    """
    lines = _Lines(parts, wider, is_square=is_square)
    fewest = float(FEWEST)
    while True:
        while (smallest := lines.smallest()) and smallest.size < fewest:
            lines.merge(smallest)
        found = guard(prepare(lines.parts()), limits)
        if smallest is None or _is_readable(found):
            return Fitted(found, lines.row_of)
        fewest = max(fewest * STEP, smallest.size + 1)


def _is_readable(found: Guarded) -> bool:
    inner = [key for key, amount in found.sums[0].items() if amount and TOTAL not in key] if found.sums else []
    return not any(TOTAL in key for key in found.hidden) and len(found.hidden) <= MOST_HIDDEN * len(inner)


class _Line(NamedTuple):
    """A row or a column that may be put into a wider one."""

    size: int
    axis: int
    name: str
    into: str


class _Lines:
    """The rows and columns of a table, while they are put together."""

    def __init__(self, parts: Sequence[Part], wider: tuple[Wider, Wider], *, is_square: bool) -> None:
        self._parts, self._wider = parts, wider
        rows, columns = Counter(each.row for each in parts), Counter(each.column for each in parts)
        self._sizes = [rows + columns] if is_square else [rows, columns]
        self._stands_in = [{name: name for name in sizes} for sizes in self._sizes]

    @property
    def row_of(self) -> Mapping[str, str]:
        """What each row has come to stand in."""
        return self._stands_in[0]

    def parts(self) -> list[Part]:
        """The parts in the lines that there are now."""
        rows, columns = self._stands_in[0], self._stands_in[-1]
        return [each._replace(row=rows[each.row], column=columns[each.column]) for each in self._parts]

    def smallest(self) -> _Line | None:
        """The smallest line that may be put into one that is there, or together with another such."""
        found = []
        for axis, sizes in enumerate(self._sizes):
            into = {name: wide for name in sizes if (wide := self._wider[axis](name)) not in (None, name)}
            others = Counter(into.values())
            found += [_Line(sizes[each], axis, each, wide) for each, wide in into.items() if wide]
            found = [each for each in found if each.axis != axis or each.into in sizes or others[each.into] > 1]
        return min(found, default=None)

    def merge(self, line: _Line) -> None:
        """Put a line into the wider one."""
        sizes, stands_in = self._sizes[line.axis], self._stands_in[line.axis]
        sizes[line.into] += sizes.pop(line.name)
        stands_in |= {name: line.into for name, now in stands_in.items() if now == line.name}

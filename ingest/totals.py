"""Is a row a total of those above it, and no company?

Told by its first word and the few that may follow it, so that "Total Sverige AB" stays a firm, or by its numbers: a
last row of nothing but numbers, one of which is the sum of its column.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.cells import Bad, number
from ingest.tables import Table

_FIRST = frozenset({"summa", "summor", "totalt", "total", "totaler", "totalsumma", "delsumma", "slutsumma", "sum",
                    "totals", "subtotal", "grand"})  # fmt: skip
_AFTER = frozenset({"summa", "totalt", "total", "antal", "belopp", "kr", "tkr", "mkr", "sek", "kronor", "exkl", "inkl",
                    "moms", "st", "stycken", "företag", "leverantörer", "fakturor", "rader", "alla", "år", "amount",
                    "number", "excl", "incl", "vat", "of", "all", "companies", "suppliers", "count"})  # fmt: skip
_LONGEST = 40
_INITIALS = frozenset(each[0] for each in _FIRST) | frozenset(each[0].upper() for each in _FIRST)
_WORDS = re.compile(r"[^\W\d_]+")
_ROUNDING = 0.005
"""Of each number summed: lists show two decimals."""


def is_total(cells: tuple[str, ...]) -> bool:
    """Whether the first cell that is filled names a total."""
    first = next(each for each in cells if each and not each.isspace())
    return first.lstrip()[:1] in _INITIALS and len(first) <= _LONGEST and _names_total(first)


@lru_cache(maxsize=4096)
def _names_total(text: str) -> bool:
    words = _WORDS.findall(text.casefold())
    return bool(words) and words[0] in _FIRST and all(each in _AFTER or each in _FIRST for each in words[1:])


def last_row(table: Table) -> int:
    """The number of the last row with anything in it, 0 without one."""
    filled = next((place for place in range(len(table.rows) - 1, -1, -1) if any(table.rows[place])), None)
    if filled is None:
        return 0
    return table.numbers[filled] if table.numbers else table.heading_row + 1 + filled


def is_sum(table: Table) -> bool:
    """Whether the last row with anything in it is nothing but numbers, one of them the sum of two or more above it."""
    rows = [cells for cells in table.rows if any(cells)]
    filled = {place: value for place, cell in enumerate(rows[-1]) if cell.strip() for value in [_number(cell)]}
    return None not in filled.values() and any(_sums_up(rows[:-1], place, rows[-1][place]) for place in filled)


def _sums_up(rows: list[tuple[str, ...]], place: int, total: str) -> bool:
    values = [value for cells in rows if (value := _number(cells[place])) is not None]
    wanted = _number(total)
    return wanted is not None and len(values) > 1 and abs(sum(values) - wanted) <= _ROUNDING * len(values)


def _number(text: str) -> float | None:
    found = number(text.strip()) if text.strip() else Bad("number_bad")
    return None if isinstance(found, Bad) else found

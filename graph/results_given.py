"""Which figures of the network's work may be given away, so that none of fewer than three firms can be told from them?

All figures that may ever be given of a period hang together: those of a municipality are of the whole, and so are those
of a project; who holds two sheets may subtract. So each figure is one table, municipalities by projects with their
totals, and it is the table that is made safe, whatever of it is asked for: counts by :mod:`graph.suppression`, amounts
by :mod:`graph.disclosure`, whose measures share one pattern. Where that would hide more totals than it takes to make
the totals alone safe, they alone are given, and nothing of a municipality's part of a project; and where the grand
total would go though it is safe by itself, it alone is given. A total of fewer than three firms is hidden like any
other cell; nought is told.

What counts in two lines at once, such as a pair or a firm of two projects, is guarded as if it were two: nobody can
subtract more exactly than that. How many activities there were is hidden where it is hidden how many took part. Not
covered: periods that overlap, whose difference may be of few, and what figures of different kinds tell of each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeAlias

from graph.disclosure import Part, guard
from graph.results import AMOUNTS, FIRMS, Line, Tally, Told
from graph.suppression import LEAST, TOTAL, Key, suppress

ALL = "all"
"""The one column, or row, of a table of totals."""
GRAND: Key = (TOTAL, TOTAL)
Folded: TypeAlias = Callable[[Key], Key]
"""In which cell of a smaller table a cell is counted."""
Hides: TypeAlias = Callable[[Folded, bool], frozenset[Key]]
"""Which cells of the table, folded, are hidden; and, if so told, its grand total with what that takes."""


def hidden_in(tally: Tally) -> dict[str, frozenset[Key]]:
    """By figure the (municipality, project) whose figure is not given away; either may be a total."""
    found = {}
    for figure in (*FIRMS, "pairs"):
        cells = tally.counted[figure]
        found[figure] = _hidden(cells, lambda folded, total, cells=cells: _of_few(cells, folded, total))  # type: ignore[misc]
    found["activities"] = found["participants"]
    for name in {name for name, _ in AMOUNTS.values()}:
        parts = [each._replace(amounts=tuple(map(abs, each.amounts))) for each in tally.parts[name]]
        keys = {(each.row, each.column) for each in parts}
        unsafe = _hidden(keys, lambda folded, total, parts=parts: _unsafe(parts, folded, total))  # type: ignore[misc]
        found |= {figure: unsafe for figure, (each, _) in AMOUNTS.items() if each == name}
    return found


def _hidden(keys: Collection[Key], hides: Hides) -> frozenset[Key]:
    """What to hide of a table of these cells, and of its totals."""
    if not keys:
        return frozenset()
    whole = hides(lambda key: key, False)
    margins = _margins(keys, hides)
    if {key for key in whole if TOTAL in key} <= margins:
        return whole
    places, projects = ({*names} for names in zip(*keys, strict=True))
    return margins | {(place, project) for place in places for project in projects}


def _margins(keys: Collection[Key], hides: Hides) -> frozenset[Key]:
    """The totals to hide where nothing else is told; the grand total only where it is unsafe by itself."""
    is_unsafe = GRAND in hides(lambda _: (ALL, ALL), False)
    by_place = {(place, TOTAL) for place, _ in hides(lambda key: (key[0], ALL), is_unsafe)}
    by_project = {(TOTAL, project) for _, project in hides(lambda key: (ALL, key[1]), is_unsafe)}
    if not is_unsafe and GRAND in by_place:
        by_place = {(place, TOTAL) for place, _ in keys}
    if not is_unsafe and GRAND in by_project:
        by_project = {(TOTAL, project) for _, project in keys}
    return frozenset(by_place | by_project)


def _of_few(cells: Mapping[Key, set[str]], folded: Folded, total: bool) -> frozenset[Key]:
    table: dict[Key, set[str]] = defaultdict(set)
    for key, some in cells.items():
        table[folded(key)] |= some
    places, projects = ({*names, TOTAL} for names in zip(*table, strict=True))
    margins = [(place, project) for place in places for project in projects if TOTAL in (place, project)]
    small = [key for key in margins if 0 < _count(table, key) < LEAST]
    return suppress({key: len(some) for key, some in table.items()}, small=[*small, *([GRAND] if total else [])]).hidden


def _count(table: Mapping[Key, set[str]], key: Key) -> int:
    """How much there is once of a total, where some is in several of its cells."""
    within = (
        some for (place, project), some in table.items() if key[0] in (TOTAL, place) and key[1] in (TOTAL, project)
    )
    return len(set[str]().union(*within))


def _unsafe(parts: Collection[Part], folded: Folded, total: bool) -> frozenset[Key]:
    told = []
    for each in parts:
        row, column = folded((each.row, each.column))
        told.append(each._replace(row=row, column=column))
    found = guard(told)
    return frozenset(found.sums[0]) if total else found.hidden


def given(told: Told) -> Told:
    """The answer as it may be given away: what is hidden is not in it."""
    return replace(
        told,
        whole=_given(told.whole),
        municipalities={key: _given(each) for key, each in told.municipalities.items()},
        projects={key: _given(each) for key, each in told.projects.items()},
    )


def _given(line: Line) -> Line:
    values: Mapping[str, float | None] = {
        figure: None if figure in line.hidden else value for figure, value in line.values.items()
    }
    unknown = {figure: count for figure, count in line.unknown.items() if figure not in line.hidden}
    return replace(line, values=values, unknown=unknown)

"""What a heading means and what is wrong with a cell: columns mapped by known names, problems with stable codes.

A problem names file, sheet, row, column and value; the sentence is looked up by its code. A bad cell costs the cell,
not the row: only what leaves a row without its subject rejects it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from graph.names import repaired
from ingest.headings import SHEETS, Headings

if TYPE_CHECKING:
    from ingest.tables import Table

Severity = Literal["error", "warning", "info"]

_NOT_ALNUM = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is odd about a cell, a row (column "") or a sheet (row of its headings).

    ``error``: the row was rejected; ``warning``: the cell was left out; ``info``: nothing is lost. Values that may be a
    natural person's number are masked before they come here.
    """

    file: str
    sheet: str
    row: int
    column: str
    code: str
    value: str = ""
    severity: Severity = "warning"
    suggestion: str | None = None


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A heading or a word of a list, so that case, accents, spaces and signs do not count.

    >>> fold("Org.nr"), fold("max_längd_mm"), fold("Ledig kapacitet %")
    ('orgnr', 'maxlangdmm', 'ledigkapacitet')
    """
    decomposed = unicodedata.normalize("NFKD", repaired(text).casefold())
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    return _NOT_ALNUM.sub("", bare)


def map_columns(headings: Sequence[str], known: Headings, told: Iterable[tuple[int, str]] = ()) -> dict[str, int]:
    """Column index by field. The first heading of a field's list wins, then the leftmost column; a column serves once.

    What a person has ``told`` of a column (its index and field, "" not to be read) goes before its heading.

    >>> map_columns(["orgnr", "Namn", "obs"], SHEETS["company"][1])
    {'org_number': 0, 'name': 1}
    >>> map_columns(["orgnr", "Namn", "obs"], SHEETS["company"][1], [(1, ""), (2, "name")])
    {'name': 2, 'org_number': 0}
    """
    places: dict[str, int] = {}
    for index, heading in enumerate(headings):
        folded = fold(heading)
        if folded:
            places.setdefault(folded, index)
    found = {field: index for index, field in told if field in known}
    taken = {index for index, _ in told}
    for field, names in known.items():
        for name in names if field not in found else ():
            index = places.get(fold(name), -1)
            if index >= 0 and index not in taken:
                found[field] = index
                taken.add(index)
                break
    return found


def has_required(columns: Mapping[str, int], kind: str) -> bool:
    """Whether the sheet has at least one column of each group its kind needs."""
    return all(any(field in columns for field in group) for group in SHEETS[kind][2])


def sheet_score(headings: tuple[str, ...], title: str, kind: str) -> float:
    """How well a sheet fits the kind: share of its headings that are known, a little more where its title says so.

    0.0 where a required column is missing.
    """
    own_title, known, _ = SHEETS[kind]
    columns = map_columns(headings, known)
    if not has_required(columns, kind):
        return 0.0
    named = sum(1 for each in headings if each)
    return (len(columns) + (0.75 if fold(own_title) in fold(title) else 0.0)) / (named + 0.75)


@lru_cache(maxsize=256)
def _best_kind(headings: tuple[str, ...], title: str) -> tuple[str | None, float]:
    best = max(SHEETS, key=lambda kind: sheet_score(headings, title, kind))
    score = sheet_score(headings, title, best)
    return (best, score) if score > 0 else (None, 0.0)


def sheet_kind_of(table: Table) -> str | None:
    """The kind of :data:`ingest.headings.SHEETS` a person has named or that fits best, or None where none does."""
    return table.kind or _best_kind(table.headings, title_of(table))[0]


def kind_score(table: Table, kinds: Sequence[str]) -> float:
    """How well the table fits its best kind where that is one of these, else 0.0."""
    if table.kind:
        return 1.0 if table.kind in kinds else 0.0
    best, score = _best_kind(table.headings, title_of(table))
    return score if best in kinds else 0.0


def title_of(table: Table) -> str:
    """The sheet's name, of a text file the file's."""
    return table.sheet or PurePath(table.file).stem


def unknown_columns(table: Table, columns: Mapping[str, int]) -> Iterator[RowProblem]:
    """One info problem for each column that is not read though it has something in it."""
    used = {*columns.values(), *(index for index, _ in table.told)}
    for index, heading in enumerate(table.headings):
        if index not in used:
            example = next((row[index].strip() for row in table.rows if index < len(row) and row[index].strip()), "")
            if example:
                name = heading or column_letters(index)
                yield RowProblem(table.file, table.sheet, table.heading_row, name, "column_unknown", heading, "info")


def column_letters(index: int) -> str:
    """A spreadsheet's name of the column.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

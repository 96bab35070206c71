"""Which columns of a list mean what, where its headings are not known: a person says it once for all lists like it.

Lists are alike where they have the same headings, in any order. What was said is a decision, so that it survives every
re-import and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from graph.errors import UserMistake
from graph.ledger import decide
from graph.model import Decision
from graph.resolve import live_decisions
from graph.store import Store
from ingest.headings import SHEETS
from ingest.identity import masked
from ingest.rows import fold, has_required, map_columns, sheet_kind_of
from ingest.sources.common import SourceModule, digest
from ingest.tables import Table, read_tables

COLUMNS = "columns"
"""Verb of the decision."""
SKIPPED = ""
"""Instead of a field: the column is not to be read."""
EXAMPLES, LONGEST_EXAMPLE, ROWS_LOOKED_AT = 3, 40, 500


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What a person has said of all lists with the same headings: the kind of sheet, and the field of each column.

    ``columns`` goes by folded heading (see :func:`ingest.rows.fold`); a column that is not named is read as its heading
    says.
    """

    kind: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of a list: its heading, the field it is read as (:data:`SKIPPED` for none), what stands in it."""

    heading: str
    field: str
    examples: tuple[str, ...]
    is_told: bool = False  # a person has said it of lists like this


def layout_of(headings: Iterable[str]) -> str:
    """What lists with the same headings have in common, whatever the order of the columns.

    >>> layout_of(["Bolag", "Ort"]) == layout_of(["ort", "BOLAG", ""])
    True
    """
    return f"{COLUMNS}:{digest(*sorted({fold(each) for each in headings} - {''}))}"


def remember(store: Store, headings: Sequence[str], kind: str, columns: Mapping[str, str], *, by: str = "") -> str:
    """Keep what the columns mean, for this list and all with the same headings; returns the decision's id.

    Args:
        store: the region.
        headings: of the list, as written.
        kind: of :data:`ingest.headings.SHEETS`.
        columns: field of each heading, :data:`SKIPPED` for one that is not to be read; headings as written.
        by: who says it.

    Raises:
        UserMistake: as :func:`check_columns`.
    """
    told = check_columns(headings, kind, columns)
    return decide(store, COLUMNS, [layout_of(headings)], value={"kind": kind, "columns": told}, by=by)


def remember_in(store: Store, paths: Iterable[Path], kind: str, columns: Mapping[str, str]) -> None:
    """As :func:`remember`, for those sheets of the files that have all the columns.

    Raises:
        UserMistake: as :func:`check_columns`; ``no_such_column`` where no sheet has them all.
        UnreadableFile: as :func:`ingest.tables.read_tables`.
    """
    tables = [table for path in paths for table in read_tables(path)]
    wanted = {fold(each) for each in columns}
    found = [each for each in tables if wanted <= {fold(heading) for heading in each.headings}]
    if not found:
        headings = [fold(heading) for each in tables for heading in each.headings]
        missing = next((each for each in columns if fold(each) not in headings), next(iter(columns)))
        known = tuple(dict.fromkeys(heading for each in tables for heading in each.headings if heading))
        raise UserMistake("no_such_column", name=missing, known=known)
    for each in found:
        remember(store, each.headings, kind, columns)


def check_columns(headings: Sequence[str], kind: str, columns: Mapping[str, str]) -> dict[str, str]:
    """What is said of the columns, by folded heading; the arguments are those of :func:`remember`.

    Raises:
        UserMistake: ``no_such_sheet_kind``, ``no_such_column``, ``no_such_column_field``, ``column_twice`` or
            ``columns_missing``.
    """
    if kind not in SHEETS:
        raise UserMistake("no_such_sheet_kind", name=kind, known=tuple(SHEETS))
    known = SHEETS[kind][1]
    present = {fold(each) for each in headings}
    told = {fold(heading): field for heading, field in columns.items()}
    for heading, field in columns.items():
        if not fold(heading) or fold(heading) not in present:
            raise UserMistake("no_such_column", name=heading, known=tuple(each for each in headings if each))
        if field != SKIPPED and field not in known:
            raise UserMistake("no_such_column_field", name=field, known=tuple(known))
    fields = [field for field in told.values() if field != SKIPPED]
    twice = next((each for each in fields if fields.count(each) > 1), None)
    if twice is not None:
        raise UserMistake("column_twice", field=known[twice][0])
    columns_told = [(index, told[fold(each)]) for index, each in enumerate(headings) if fold(each) in told]
    if not has_required(map_columns(headings, known, columns_told), kind):
        raise UserMistake("columns_missing", headings=tuple(known[group[0]][0] for group in SHEETS[kind][2]))
    return told


def remembered(decisions: Iterable[Decision]) -> dict[str, ColumnMapping]:
    """What counts of each layout: the newest word that was not taken back."""
    return {
        each.subjects[0]: ColumnMapping(**orjson.loads(each.value or "{}"))
        for each in live_decisions(decisions)
        if each.verb == COLUMNS
    }


def mapped(table: Table, known: Mapping[str, ColumnMapping]) -> Table:
    """The table with what a person has said of lists like it."""
    mapping = known.get(layout_of(table.headings))
    if mapping is None or table.kind:
        return table
    told: dict[str, int] = {}
    for index, heading in enumerate(table.headings):
        if fold(heading) in mapping.columns:
            told.setdefault(fold(heading), index)
    return replace(table, kind=mapping.kind, told=tuple((told[each], mapping.columns[each]) for each in told))


def columns_of(table: Table, source: SourceModule | None) -> tuple[str, tuple[ColumnUse, ...]]:
    """The kind of a sheet and how each of its columns is read; ("", ()) where the source has headings of its own."""
    if source is not None and not source.KINDS:
        return "", ()
    kind = sheet_kind_of(table) or (source.KINDS[0] if source is not None and len(source.KINDS) == 1 else None)
    by_index: dict[int, str] = {}
    if kind:
        by_index = {index: field for field, index in map_columns(table.headings, SHEETS[kind][1], table.told).items()}
    told = {index for index, _ in table.told}
    uses = (
        ColumnUse(heading, by_index.get(index, SKIPPED), _examples(table, index), index in told)
        for index, heading in enumerate(table.headings)
        if heading
    )
    return kind or "", tuple(uses)


def _examples(table: Table, index: int) -> tuple[str, ...]:
    """The first few different entries, as a person may see them."""
    found: dict[str, None] = {}
    for row in table.rows[:ROWS_LOOKED_AT]:
        text = masked(" ".join(row[index].split()))[:LONGEST_EXAMPLE] if index < len(row) else ""
        if text:
            found[text] = None
        if len(found) == EXAMPLES:
            break
    return tuple(found)

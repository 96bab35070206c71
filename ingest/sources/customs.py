"""Tullverket's "Statistik import": a company's own import declarations, a goods item repeated once a type of duty.

Source: https://www.tullverket.se, the e-service "Statistik import", whose page lists the columns (MRN, Godtagendatum,
Varupostnummer, Exportör, Ursprungsland, …) and says that each type of duty has a row of its own. A goods item (MRN and
number) counts once; duties are not read. How items become parts is told in :mod:`ingest.sources.goods`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from graph.model import Claim, Level
from ingest.cells import country, number, size
from ingest.rows import kind_score
from ingest.sources.common import Context, RowResult
from ingest.sources.goods import Parts
from ingest.sources.reading import Reading, read_rows
from ingest.sources.sums import completed, of_sheet
from ingest.tables import Table

SOURCE_TYPE = "customs"
KINDS = ("customs",)
AUDIENCE = Level.MANAGER


def recognises(table: Table) -> float:
    """Whether it lists goods items of declarations."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of the importer's parts; without an importer nothing is read, and it is said why."""
    reading, parts = Reading.of_kind(table, "customs", context), Parts()
    if not context.owner and not {"importer", "importer_id"} & reading.columns.keys():
        yield of_sheet(table, "import_owner_unknown", severity="warning")
    results = list(read_rows(reading, partial(_item, parts)))
    yield from parts.period(reading)
    yield from completed(results, "ImportedPart", parts.totals())


def _item(parts: Parts, reading: Reading) -> list[Claim] | None:
    mrn, item = reading.text("mrn"), reading.text("item")
    if not mrn or not item:
        reading.problem("item" if mrn else "mrn", "goods_item_unknown", "", "error")
        return None
    owner = reading.party("importer_id", "importer") or reading.owner()
    if owner is None:
        return None
    amounts = (reading.value("value_sek", number), reading.value("mass_kg", size))
    return parts.add(reading, owner, f"{mrn} {item}", amounts, origin=reading.value("origin_country", country) or "")

"""Intrastat: what a company told SCB that it brought in from the other countries of the EU, a line at a time.

Source: SCB-FS 2021:34, 4 §: member state, nature of transaction, commodity code, net mass, other quantity and invoiced
value; the country of origin is asked of dispatches only, so an arrival seldom has it. The sending state is where a
lorry came from, not where the goods were made: it keeps parts apart and is never taken for an origin. Dispatches and
goods that come back from a customer (nature of transaction 2x) are no purchases. Headings differ between programs;
those known are in :mod:`ingest.headings`. How lines become parts is told in :mod:`ingest.sources.goods`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from graph.model import Claim, Level
from ingest.cells import Bad, choice, country, number, size
from ingest.rows import kind_score
from ingest.sources.common import Context, RowResult
from ingest.sources.goods import Parts
from ingest.sources.reading import Reading, read_rows
from ingest.sources.sums import completed, of_sheet
from ingest.tables import Table

SOURCE_TYPE = "intrastat"
KINDS = ("intrastat",)
AUDIENCE = Level.MANAGER

FLOWS = choice(
    {
        "i": "arrival", "införsel": "arrival", "import": "arrival", "a": "arrival", "arrival": "arrival",
        "arrivals": "arrival", "1": "arrival", "u": "dispatch", "utförsel": "dispatch", "export": "dispatch",
        "e": "dispatch", "d": "dispatch", "dispatch": "dispatch", "dispatches": "dispatch", "2": "dispatch",
    }
)  # fmt: skip


def recognises(table: Table) -> float:
    """Whether it lists arrivals or dispatches."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of the owner's parts; without an owner nothing is read, and it is said why."""
    reading, parts = Reading.of_kind(table, "intrastat", context), Parts()
    if not context.owner:
        yield of_sheet(table, "import_owner_unknown", severity="warning")
    results = list(read_rows(reading, partial(_line, parts)))
    yield from parts.period(reading)
    yield from completed(results, "ImportedPart", parts.totals())


def _line(parts: Parts, reading: Reading) -> list[Claim] | None:
    owner = reading.owner()
    if owner is None or not _is_purchase(reading):
        return None
    sent_from = reading.value("sending_state", country) or reading.value("partner_state", country)
    return parts.add(
        reading,
        owner,
        str(reading.row),
        (reading.value("value_sek", number), reading.value("mass_kg", size)),
        origin=reading.value("origin_country", country) or "",
        sent_from=sent_from or "",
    )


def _is_purchase(reading: Reading) -> bool:
    text = reading.raw("flow")
    flow = FLOWS(text) if text else "arrival"
    if isinstance(flow, Bad):
        reading.problem("flow", "flow_unknown", text, "error")
    elif flow == "dispatch":
        reading.problem("flow", "row_is_dispatch", text, "info")
    elif reading.raw("transaction_type").startswith("2"):
        reading.problem("transaction_type", "row_is_return", reading.raw("transaction_type"), "info")
    else:
        return True
    return False

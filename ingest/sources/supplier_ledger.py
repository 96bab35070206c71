"""A company's supplier ledger: one row a supplier, with what was bought of it."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level
from ingest.cells import count, sek, year
from ingest.identity import masked
from ingest.rows import RowProblem, kind_score
from ingest.sources.common import Context, Party, RowResult, digest
from ingest.sources.places import site, workplace
from ingest.sources.reading import Reading, read_rows, told_apart
from ingest.tables import Table

SOURCE_TYPE = "supplier_ledger"
KINDS = ("ledger",)
AUDIENCE = Level.MANAGER


def recognises(table: Table) -> float:
    """Whether it lists suppliers with amounts."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of the suppliers and, where the buyer is known, of trades with it.

    The buyer is the row's own, else the context's owner; without either the sheet gives companies alone.
    """
    reading = Reading.of_kind(table, "ledger", context)
    if not context.owner and not {"buyer", "buyer_org_number"} & reading.columns.keys():
        said = RowProblem(table.file, table.sheet, table.heading_row, "", "ledger_owner_unknown")
        yield RowResult(table.heading_row, (), (said,), is_row=False)
    yield from told_apart(read_rows(reading, _supplier), "Trade", merge_equal=False)


def _supplier(reading: Reading) -> list[Claim] | None:
    country = reading.country()
    where = site(reading, country)
    supplier = reading.party(
        "org_number", "name", vat_field="vat_number", country_code=country, municipality=where.municipality
    )
    if supplier is None:
        reading.problem("name", "seller_missing", "", "error")
        return None
    said = {"municipality": where.municipality, "locality": where.fields.get("locality")}
    found = [*reading.company(supplier, said), *workplace(reading, supplier, where)]
    buyer = _buyer(reading)
    if buyer is not None and buyer.subject == supplier.subject:
        reading.problem("name", "trade_with_itself", supplier.name)
    elif buyer is not None:
        found += [*reading.mention(buyer), _trade(reading, supplier, buyer)]
    return found


def _buyer(reading: Reading) -> Party | None:
    if reading.raw("buyer") or reading.raw("buyer_org_number"):
        return reading.party("buyer_org_number", "buyer")
    return reading.owner()


def _trade(reading: Reading, supplier: Party, buyer: Party) -> Claim:
    when = reading.value("year", year)
    own_key = masked(reading.raw("supplier_number"))
    return reading.claim(
        supplier.subject,
        "Trade",
        digest(supplier.subject, buyer.subject, None, when, own_key),
        {
            "buyer_id": buyer.subject,
            "value_sek": reading.value("value_sek", sek),
            "year": when,
            "contracts": reading.value("invoices", count),
        },
    )

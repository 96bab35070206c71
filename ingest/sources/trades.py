"""A list of who sells what to whom: a survey's answers, a cluster's own map of its trades."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level
from ingest.cells import count, sek, year
from ingest.rows import kind_score
from ingest.sources.common import Context, RowResult, digest
from ingest.sources.places import place
from ingest.sources.reading import Reading, read_rows, told_apart
from ingest.tables import Table

SOURCE_TYPE = "trades"
KINDS = ("trade",)
AUDIENCE = Level.MANAGER


def recognises(table: Table) -> float:
    """Whether it lists sellers with buyers."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of trades and of the companies at both ends; rows that say the very same stay as many trades."""
    rows = read_rows(Reading.of_kind(table, "trade", context), _trade)
    return told_apart(rows, "Trade", merge_equal=False)


def _trade(reading: Reading) -> list[Claim] | None:
    country = reading.country("seller_country")
    locality = reading.text("seller_locality")
    where = place(reading, {"locality": locality, "country": country or None}, "seller_locality") if locality else None
    municipality = where.municipality if where else ""
    named = reading.party("seller_org_number", "seller", country_code=country, municipality=municipality)
    ends = reading.ends(named, reading.party("buyer_org_number", "buyer"), "seller", "buyer")
    if ends is None:
        return None
    seller, buyer = ends
    if seller.subject == buyer.subject:
        reading.problem("buyer", "trade_with_itself", buyer.name, "error")
        return None
    what = reading.text("what")
    when = reading.value("year", year)
    trade = reading.claim(
        seller.subject,
        "Trade",
        digest(seller.subject, buyer.subject, what, when),
        {
            "buyer_id": buyer.subject,
            "what": what,
            "code": reading.text("code"),
            "value_sek": reading.value("value_sek", sek),
            "year": when,
            "contracts": reading.value("contracts", count),
        },
    )
    said = {"locality": locality, "municipality": municipality}
    return [*reading.mention(seller, said), *reading.mention(buyer), trade]

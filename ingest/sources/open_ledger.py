"""A public buyer's ledger as open data: the national specification "leverantörsreskontra" 1.1.

Source: https://lankadedata.se/spec/leverantorsreskontra/1.1/ (MetaSolutions, CC-BY 4.0). A row is a posting, and a
purchase has as many as it was booked on accounts. A trade here is a purchase: all postings of one buyer, supplier, year
and voucher number, or day where the number is missing; its value is their sum without VAT, unknown where one of them
cannot be read, and it is called after the account that took most of it. So a file in another order, published anew or
loaded for each month gives the same trades, and a credit note is a trade of its own with a negative value.

A supplier without a good number whose name has no word of a firm is taken for a natural person, since publishers leave
out just those numbers. Where they withhold the name too, the row tells nothing and is not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from graph.model import Claim, Level, Value
from graph.names import says_corporate
from ingest.cells import Bad, day, number, sek
from ingest.headings import OPEN_LEDGER
from ingest.identity import read_number, read_vat
from ingest.locate import Location
from ingest.rows import kind_score, map_columns
from ingest.sources.common import Context, Party, RowResult, digest
from ingest.sources.reading import Reading, read_rows
from ingest.sources.sums import Key, completed, of_sheet
from ingest.tables import Table

SOURCE_TYPE = "open_ledger"
KINDS = ("open_ledger",)
AUDIENCE = Level.PUBLIC

FEWEST_IDS = 4
"""So many different ids a column must have before it is judged as a whole."""

_WITHHELD = re.compile(
    r"personuppgift|sekretess|maskera|anonymiser|skyddad(?:e| identitet)|privatperson|enskild person|uppgift saknas|"
    r"^[\W_xX]+$",
    re.IGNORECASE,
)
# Words of a firm beside those of graph.names.says_corporate. Measured on the suppliers of the procurement register of
# 2021: of 8,058 Swedish limited companies and partnerships 8 have none, of 213 natural persons 2 have one.
_FIRM = re.compile(
    r"\b(?:inc|corp|corporation|llc|llp|lp|plc|limited|gmbh|ag|kg|oyj?|as|asa|aps|bv|nv|sarl|sas|srl|spa|sl|sau|sro|se|"
    r"a/s|b\.v|n\.v|s\.p\.a|s\.l|s\.r\.l|m\.b\.h|filial|stad|universitet\w*|högskol\w+|församling\w*|samfällighet\w*|"
    r"\w+(?:verket|bolag|bolaget|förening|föreningen|förbund|förbundet|myndigheten|sällskap|sällskapet|institut|institutet|"
    r"klubb|styrelsen|försäkringar))\b",
    re.IGNORECASE,
)
_VAT_ACCOUNT = re.compile(
    r"^(?:ing(?:ående|\.)?|utg(?:ående|\.)?|debiterad|avdragsgill|ej avdragsgill|fiktiv|beräknad)?\s*"
    r"(?:moms|mervärdesskatt)(?!\s*(?:fri|pliktig))\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Purchase:
    """The postings of one purchase; amounts in öre."""

    year: int | None
    rows: int = 0
    readable: bool = True
    ore_by_account: Counter[tuple[str, str]] = field(default_factory=Counter)

    def fields(self) -> dict[str, Value]:
        name, account = min(self.ore_by_account, key=lambda each: (-abs(self.ore_by_account[each]), each))
        return {
            "what": name,
            "code": f"konto {account}" if account else "",
            "value_sek": round(self.ore_by_account.total() / 100) if self.readable else None,
            "year": self.year,
            "contracts": 1,
        }


def recognises(table: Table) -> float:
    """Whether it has the specification's columns."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of the buyer, the suppliers, and one trade a purchase."""
    ids = map_columns(table.headings, OPEN_LEDGER, table.told).get("supplier_id")
    if ids is not None and _are_internal(row[ids] for row in table.rows):
        yield of_sheet(table, "supplier_ids_internal", column=ids)
        table = replace(table, told=(*(each for each in table.told if each[0] != ids), (ids, "")))
    purchases: dict[Key, _Purchase] = {}
    results = list(read_rows(Reading.of_kind(table, "open_ledger", context), partial(_posting, purchases)))
    several = sum(each.rows - 1 for each in purchases.values())
    if several:
        yield of_sheet(table, "rows_of_one_purchase", str(several))
    yield from completed(results, "Trade", {key: each.fields() for key, each in purchases.items()})


def _are_internal(cells: Iterator[str]) -> bool:
    """Whether a column of ids holds the buyer's own supplier numbers: most of them are no organisation numbers."""
    told = {each.strip() for each in cells}
    ids = [each for each in told if any(sign.isdigit() for sign in each)]
    good = sum(1 for each in ids if read_number(each).digits or read_vat(each))
    return len(ids) >= FEWEST_IDS and good * 2 < len(ids)


def _posting(purchases: dict[Key, _Purchase], reading: Reading) -> list[Claim] | None:
    account = reading.text("account_name")
    if _VAT_ACCOUNT.search(account):
        reading.problem("account_name", "posting_is_vat", account, "info")
        return None
    if _WITHHELD.search(reading.text("supplier")) and not reading.number("supplier_id").digits:
        reading.problem("supplier", "supplier_withheld", "", "info")
        return None
    ends = reading.ends(_supplier(reading), _buyer(reading), "supplier", "buyer")
    if ends is None:
        return None
    supplier, buyer = ends
    if buyer.subject == supplier.subject:
        reading.problem("supplier", "trade_with_itself", supplier.name, "info")
        return None
    booked = reading.value("booked_on", day)
    year = int(booked[:4]) if booked else None
    item = digest(supplier.subject, buyer.subject, year, reading.text("voucher") or booked)
    _add(purchases.setdefault((supplier.subject, item), _Purchase(year)), reading, account)
    return [
        *reading.mention(buyer, {"sector": "public", "municipality": _municipality(reading)}),
        *reading.mention(supplier),
        reading.claim(supplier.subject, "Trade", item, {"buyer_id": buyer.subject}),
    ]


def _add(purchase: _Purchase, reading: Reading, account_name: str) -> None:
    ore = reading.value("value_sek", _ore)
    purchase.rows += 1
    purchase.readable = purchase.readable and ore is not None
    purchase.ore_by_account[account_name, reading.text("account")] += ore or 0


def _ore(text: str) -> int | Bad:
    """Hundredths of kronor; what :func:`ingest.cells.sek` cannot read cannot be read here."""
    kronor, exact = sek(text), number(text)
    if isinstance(kronor, Bad):
        return kronor
    return exact if isinstance(exact, Bad) else round(exact * 100)


def _municipality(reading: Reading) -> str:
    """The code in the row, where there is such a municipality."""
    found = reading.locate({"municipality": reading.raw("municipality")})
    return (found.municipality or "") if isinstance(found, Location) else ""


def _buyer(reading: Reading) -> Party | None:
    return reading.party("buyer_id", "buyer") or reading.owner()


def _supplier(reading: Reading) -> Party | None:
    name, id_ = reading.text("supplier"), reading.raw("supplier_id")
    vat = read_vat(id_)
    is_firm = bool(vat or reading.number("supplier_id").digits or says_corporate(name) or _FIRM.search(name))
    told = any(each.isdigit() for each in id_)  # a masked one tells nothing
    return reading.party(
        "supplier_id" if told else "",
        "supplier",
        vat_field="supplier_id" if vat else "",
        country_code=vat[:2],
        natural=not is_firm,
    )

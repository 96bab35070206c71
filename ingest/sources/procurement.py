"""Upphandlingsmyndigheten's statistics on public procurement: who won whose contracts, and for what.

A row is a tender that won, with the buyer's number, the supplier's name alone, and how many contracts it stands for.
Codes are trusted, their labels are not (the file calls SNI 62 natural gas). Suppliers that are natural persons get a
keyed identifier; where even the name is withheld ("Personuppgift") each tender is a person of its own, since nothing
says that two are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.model import Claim, Level, Value
from graph.names import name_key, says_sole_trader
from ingest.cells import Bad, choice, count, sni, year
from ingest.headings import Headings
from ingest.identity import Number, name_subject, person_subject
from ingest.rows import map_columns
from ingest.sources.common import Context, Party, RowResult, digest
from ingest.sources.reading import Reading, read_rows, told_apart
from ingest.tables import Table

SOURCE_TYPE = "procurement"
KINDS = ()
AUDIENCE = Level.PUBLIC

HEADINGS: Headings = {
    "buyer": ("Namn för köpare",),
    "buyer_org_number": ("Organisationsnummer för köpare",),
    "cpv": ("Huvudsaklig CPV-kod",),
    "title": ("Upphandlingens titel",),
    "year": ("År",),
    "lot": ("Anbudsområdes-ID", "Upphandlings-ID"),
    "supplier": ("Namn för leverantör",),
    "supplier_sector": ("Sektor för leverantör",),
    "supplier_size": ("Företagsstorlek för leverantör",),
    "supplier_form": ("Juridisk form för leverantör",),
    "supplier_sni": ("SNI-Detaljgrupp för leverantör",),
    "contracts": ("Antal kontrakterade anbud*, Summa", "Antal kontrakterade anbud"),
}
NEEDED = frozenset({"buyer", "supplier", "cpv"})

WITHHELD = frozenset({"personuppgift", "personuppgifter"})
# The European classes by headcount; they are coarser than Närverk's own and kept as they are.
SIZES = choice(
    {
        "mikroföretag": "0-9", "små företag": "10-49", "medelstora företag": "50-249", "stora företag": "250+",
    }
)  # fmt: skip
_CPV = re.compile(r"(\d{8})(?:-\d)?\s*(.*)", re.DOTALL)


def recognises(table: Table) -> float:
    """Whether it has the statistics' own headings."""
    return 1.0 if map_columns(table.headings, HEADINGS).keys() >= NEEDED else 0.0


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of buyers, suppliers and one trade a row; the other columns of the statistics are not read."""
    rows = read_rows(Reading(table, HEADINGS, context), _tender, name_unknown_columns=False)
    return told_apart(rows, "Trade", merge_equal=False)


def _tender(reading: Reading) -> list[Claim] | None:
    ends = reading.ends(_supplier(reading), _buyer(reading), "supplier", "buyer")
    if ends is None:
        return None
    supplier, buyer = ends
    code, label = _cpv(reading)
    title = reading.text("title")
    when = reading.value("year", year)
    fields: dict[str, Value] = {
        "buyer_id": buyer.subject,
        "what": f"{label}: {title}" if label and title else label or title,
        "code": code,
        "year": when,
        "contracts": reading.value("contracts", count),
    }
    item = digest(supplier.subject, buyer.subject, fields["what"], when, reading.raw("lot"))
    return [
        *reading.mention(buyer, {"sector": "public"}),
        *reading.mention(supplier, _supplier_facts(reading)),
        reading.claim(supplier.subject, "Trade", item, fields),
    ]


def _buyer(reading: Reading) -> Party | None:
    """The buyer; no natural person buys in public, so that a number of a person's form is wrong like any other."""
    number, name = reading.number("buyer_org_number"), reading.text("buyer")
    if number.digits and not number.personal:
        return Party(f"org:{number.digits}", name, "SE")
    if number != Number():
        reading.problem(
            "buyer_org_number", number.problem or "org_number_personal_form", reading.raw("buyer_org_number")
        )
    subject = name_subject(name)
    return Party(subject, name) if subject else None


def _supplier(reading: Reading) -> Party | None:
    name = reading.text("supplier")
    secret = reading.context.secret
    if name.casefold() in WITHHELD:
        said = (reading.raw(each) for each in ("buyer", "buyer_org_number", "lot", "supplier_sni", "supplier_form"))
        return Party(person_subject(secret, "\x1f".join(("withheld", *said))))
    key = name_key(name)
    if not key:
        return None
    if reading.raw("supplier_form") == "Fysiska personer" or says_sole_trader(name):
        return Party(person_subject(secret, f"{key}@"), name)
    return Party(name_subject(name), name)


def _supplier_facts(reading: Reading) -> dict[str, Value]:
    code = reading.value("supplier_sni", _sni_2007)
    return {
        "sni": code,
        "sni_version": "2007" if code else None,
        "size_class": reading.value("supplier_size", SIZES),
        "sector": "public" if reading.raw("supplier_sector") == "Offentlig" else None,
    }


def _sni_2007(text: str) -> str | Bad | None:
    """The code before the label; the file has lost leading zeros ("1500" is 01500), and 0 says that none is known."""
    digits = text.partition(" ")[0]
    if digits == "0":
        return None
    return digits.zfill(5) if len(digits) in {4, 5} and digits.isdigit() else sni(text)


def _cpv(reading: Reading) -> tuple[str, str]:
    text = reading.text("cpv")
    found = _CPV.fullmatch(text)
    if text and not found:
        reading.problem("cpv", "cpv_bad", text)
    return (f"CPV {found[1]}", found[2]) if found else ("", text)

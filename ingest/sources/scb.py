"""Statistics Sweden's open bulk file: every firm's trade (SNI), legal form and postal address, and who wants no mail.

Of up to five trades the first is the main one, and the only one read. The file does not say which SNI it follows: it
is told by codes that only one of them has, and unknown where both or neither occur. A workplace file (AE) is read as
far as its headings are these. A natural person's number is kept as a keyed hash alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level, Value
from ingest.cells import Bad, sni, sni_is_ambiguous, sni_version_of
from ingest.headings import Headings
from ingest.rows import map_columns
from ingest.sources.common import Context, RowResult
from ingest.sources.postal import placed, postal_site, registered
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "scb"
KINDS = ()
AUDIENCE = Level.PUBLIC

HEADINGS: Headings = {
    "org_number": ("PeOrgNr",),
    "name": ("Foretagsnamn",),
    "legal_name": ("Namn", "Benamning"),
    "legal_form": ("JurForm",),
    "sni": ("Ng1",),
    "address": ("Gatuadress", "BesoksAdress"),
    "postcode": ("PostNr",),
    "locality": ("PostOrt",),
    "municipality": ("Kommunkod", "Kommun", "BesoksKommunkod", "BesoksKommun"),
    "no_mailings": ("Reklamsparrtyp",),
}
NEEDED = frozenset({"org_number", "postcode", "locality"})

NATURAL_PERSON = "10"
PUBLIC_BODIES = frozenset({"81", "82", "83", "84", "87", "89"})
# The register's legal forms (SCB, "Variabelbeskrivning för Företagsregistret") by Bolagsverket's letters. 31 is both
# HB and KB; forms without letters of their own are left out.
FORMS = {
    NATURAL_PERSON: "EF", "31": "HB/KB", "41": "BAB", "42": "FAB", "43": "SE", "49": "AB", "51": "EK", "53": "BRF",
    "54": "KHF", "55": "SCE", "61": "I", "63": "TSF", "71": "S", "72": "S", "92": "OFB", "93": "SB",
}  # fmt: skip
NO_TRADE = "00000"


def recognises(table: Table) -> float:
    """Whether it has the file's own headings."""
    return 1.0 if map_columns(table.headings, HEADINGS).keys() >= NEEDED else 0.0


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of the firms and of where they probably work; the marks of what changed are not read."""
    reading = Reading(table, HEADINGS, context)
    version = _version(table, reading)

    def firm(reading: Reading) -> list[Claim] | None:
        return _firm(reading, version)

    return read_rows(reading, firm, name_unknown_columns=False)


def _version(table: Table, reading: Reading) -> str | None:
    """The SNI the file follows, where its codes tell."""
    column = reading.columns.get("sni")
    if column is None:
        return None
    codes = (sni(each) for each in {row[column].strip() for row in table.rows})
    found = {sni_version_of(code) for code in codes if isinstance(code, str)} - {None}
    return found.pop() if len(found) == 1 else None


def _firm(reading: Reading, version: str | None) -> list[Claim] | None:
    form = reading.raw("legal_form")
    number = reading.number("org_number")
    natural = form == NATURAL_PERSON or number.personal
    name = reading.text("name") or reading.text("legal_name")
    where = postal_site(
        reading,
        street=reading.text("address"),
        postcode=reading.text("postcode"),
        town=reading.text("locality"),
        natural=natural,
        column="locality",
        municipality=reading.text("municipality"),
    )
    written = reading.raw("org_number")
    firm = registered(reading, number, name, where, natural=natural, column="org_number", written=written)
    if firm is None:
        return None
    return [*reading.company(firm, _facts(reading, form, version)), *placed(reading, firm, where)]


def _facts(reading: Reading, form: str, version: str | None) -> dict[str, Value]:
    code = reading.value("sni", _trade)
    if code and not version and sni_is_ambiguous(code):
        reading.problem("sni", "sni_version_unknown", code, "info")
    return {
        "legal_form": FORMS.get(form),
        "sector": "public" if form in PUBLIC_BODIES else None,
        "sni": code,
        "sni_version": (version or sni_version_of(code)) if code else None,
        "no_mailings": reading.value("no_mailings", _mark_against_mailings),
    }


def _trade(text: str) -> str | Bad | None:
    return None if text == NO_TRADE else sni(text)


def _mark_against_mailings(text: str) -> bool | None:
    """SCB's mark: 1 or 11-13 takes mailings, 2 or 21-23 does not; unknown for anything else."""
    return {"1": False, "2": True}.get(text[:1]) if text.isdigit() else None

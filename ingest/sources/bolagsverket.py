"""Bolagsverket's open bulk file: every registered firm's name, form, business and postal address, and when it ended.

Cells hold sub-fields parted by ``$`` and lists parted by ``|``. The name is the newest of the firm's own; special
business names (särskilda företagsnamn) belong to a part of the business and are not read, nor is ``c/o``, which may be
a person. A sole trader's number is kept as a keyed hash alone, the name for the manager alone. A firm that was struck
off is kept with its day, and one in bankruptcy or liquidation as such, until that proceeding is ended.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level
from ingest.cells import day
from ingest.headings import Headings
from ingest.identity import read_number
from ingest.rows import map_columns
from ingest.sources.common import Context, RowResult, clean
from ingest.sources.postal import placed, postal_site, registered
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "bolagsverket"
KINDS = ()
AUDIENCE = Level.PUBLIC

HEADINGS: Headings = {
    "identity": ("organisationsidentitet",),
    "name": ("organisationsnamn",),
    "legal_form": ("organisationsform",),
    "ended_on": ("avregistreringsdatum",),
    "proceedings": ("pagandeAvvecklingsEllerOmstruktureringsforfarande",),
    "business": ("verksamhetsbeskrivning",),
    "address": ("postadress",),
}

OWN_NAME = "FORETAGSNAMN"
SOLE_TRADER = "E"  # Bolagsverket's code of an enskild näringsverksamhet
WINDING_UP = {"KK": "bankruptcy", "LI": "liquidation"}
GOES_ON = "-AVOMFO"  # of a proceeding; "-AVSLAVOMFO" ends it
OUR_FORMS = {SOLE_TRADER: "EF"}


def recognises(table: Table) -> float:
    """Whether it has the file's own headings."""
    return 1.0 if map_columns(table.headings, HEADINGS).keys() == HEADINGS.keys() else 0.0


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of the firms and of where they probably work."""
    return read_rows(Reading(table, HEADINGS, context), _firm, name_unknown_columns=False)


def _firm(reading: Reading) -> list[Claim] | None:
    identity, _, kind = reading.raw("identity").partition("$")
    form = reading.raw("legal_form").partition("-")[0]
    natural = form == SOLE_TRADER or not kind.startswith(("ORGNR", "GDNR"))
    name = clean(_newest_name(reading.raw("name")))
    street, _, town, postcode, *_ = [*reading.raw("address").split("$"), *[""] * 4]
    where = postal_site(
        reading, street=clean(street), postcode=clean(postcode), town=clean(town), natural=natural, column="address"
    )
    number = read_number(identity)
    firm = registered(reading, number, name, where, natural=natural, column="identity", written=identity)
    if firm is None:
        return None
    said = {
        "legal_form": OUR_FORMS.get(form, form),
        "ended_on": reading.value("ended_on", day),
        "winding_up": _winding_up(reading.raw("proceedings")),
        "business": reading.text("business"),
    }
    return [*reading.company(firm, said), *placed(reading, firm, where)]


def _newest_name(cell: str) -> str:
    """The name registered last among the firm's own ones, else the first of all.

    >>> _newest_name("Nya Verken AB$FORETAGSNAMN-ORGNAM$2004-03-01|Verken AB$FORETAGSNAMN-ORGNAM$1990-01-01")
    'Nya Verken AB'
    >>> _newest_name("Svarven$SARSKILT_FORETAGSNAMN-ORGNAM$2010-01-01|Verken AB$FORETAGSNAMN-ORGNAM$1990-01-01")
    'Verken AB'
    """
    names = [[*each.split("$"), "", ""] for each in cell.split("|") if each]
    own = [each for each in names if each[1].startswith(OWN_NAME)]
    return max(own, key=lambda each: each[2])[0] if own else names[0][0] if names else ""


def _winding_up(cell: str) -> str | None:
    """What the newest entry of the proceedings says, where that is one that winds the firm up.

    >>> _winding_up("LI-AVOMFO$2023-01-31|KK-AVOMFO$2024-05-02")
    'bankruptcy'
    >>> _winding_up("KK-AVOMFO$2024-05-02|KK-AVSLAVOMFO$2025-01-07")
    """
    entries = [each.split("$") for each in cell.split("|") if each]
    if not entries:
        return None
    newest = max(entries, key=lambda each: each[-1] if len(each) > 1 else "")[0]
    return WINDING_UP.get(newest.removesuffix(GOES_ON)) if newest.endswith(GOES_ON) else None

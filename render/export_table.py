"""A viewer's region as one table: a row a firm and process, for a spreadsheet or a script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from graph.model import Certificate, Company, Offer
from render.export_sheets import Parties, public_number
from render.plain import capital
from render.tables import Cell, as_csv
from render.taken import Taken
from texts import Texts

OF_FIRM = ("name", "municipality", "locality", "country", "sector", "employees", "website")
OF_OFFER = (
    *("capability", "materials", "max_length_mm", "max_weight_kg", "tolerance", "batch_min", "batch_max"),
    *("lead_time_days", "free_capacity_percent", "evidence", "stated_on"),
)


def table(taken: Taken, texts: Texts) -> bytes:
    """The firms and what they make, as CSV; a firm of which no process is known has one row without any."""
    names = ("org_number", *OF_FIRM, *OF_OFFER, "certificates")
    return as_csv([[texts(f"field.{each}") for each in names], *_rows(taken, texts)], texts.language)


def _rows(taken: Taken, texts: Texts) -> Iterator[list[Cell]]:
    parties = Parties(taken.snapshot, texts)
    offers: dict[str, list[Offer]] = defaultdict(list)
    for offer in taken.snapshot.of(Offer):
        offers[offer.company_id or ""].append(offer)
    held: dict[str, list[str]] = defaultdict(list)
    for each in taken.snapshot.of(Certificate):
        held[each.company_id or ""].append(each.standard or "")
    for company in taken.snapshot.of(Company):
        firm = [public_number(company.company_id), *(_cell(name, company, parties) for name in OF_FIRM)]
        standards = ", ".join(held.get(company.company_id, ()))
        for one in offers.get(company.company_id) or [Offer("")]:
            yield [*firm, *(_cell(name, one, parties) for name in OF_OFFER), standards]


def _cell(name: str, record: Company | Offer, parties: Parties) -> Cell:
    value = getattr(record, name)
    if value is None or isinstance(value, (int, float)):
        return value
    return capital(parties.wording.value(name, value)) if name == "evidence" else parties.wording.value(name, value)

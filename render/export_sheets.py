"""A viewer's region as sheets with the headings of the template, so that whoever may load lists can load it again.

A row is a record, under the headings of :mod:`ingest.headings`; what those have no column for stands after them. A
natural person's firm has its key in place of a number. What only the manager may load comes back as the manager's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from graph.gazetteer import Gazetteer
from graph.model import (
    Activity,
    Certificate,
    Company,
    Contact,
    ImportedPart,
    Interview,
    Introduction,
    Level,
    Need,
    Offer,
    Record,
    Region,
    Requirement,
    SupportActor,
    SupportCase,
    SupportOffer,
    Trade,
    Value,
    Workplace,
    field_names,
)
from graph.store import Snapshot
from ingest.cells import parts
from ingest.headings import SHEETS
from ingest.sources.places import MAIN
from render.company import Wording
from render.loads import field_name
from render.template import DAYS
from texts import Texts

Cell: TypeAlias = str | int | float | date | None
Cells: TypeAlias = dict[str, Cell]

KIND_OF: Mapping[str, type[Record]] = {
    "company": Company, "offer": Offer, "certificate": Certificate, "workplace": Workplace, "contact": Contact,
    "trade": Trade, "import": ImportedPart, "requirement": Requirement, "need": Need, "interview": Interview,
    "introduction": Introduction, "activity": Activity, "support_actor": SupportActor, "support_offer": SupportOffer,
    "support_case": SupportCase, "region": Region,
}  # fmt: skip
"""Which records each sheet of :data:`ingest.headings.SHEETS` holds."""
PARTIES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "contact": {"company_id": ("org_number", "company")},
    "workplace": {"company_id": ("org_number", "company")},
    "trade": {"seller_id": ("seller_org_number", "seller"), "buyer_id": ("buyer_org_number", "buyer")},
    "requirement": {"buyer_id": ("org_number", "name")},
    "introduction": {"company_id": ("org_number", "name"), "other_id": ("other_org_number", "other")},
}
"""Fields that name a company, and the columns of its number and name; elsewhere those of :data:`OWNER`."""
OWNER = {"company_id": ("org_number", "name")}
RENAMED: Mapping[str, Mapping[str, str]] = {
    "offer": {"capability": "process"},
    "import": {"capabilities": "processes"},
    "requirement": {"capability": "process"},
}
"""Columns that are called otherwise than the records' fields."""
MORE: Mapping[str, tuple[str, ...]] = {
    "offer": ("inferred_from",),
}
"""Fields that the template has no column for, which stand last and are not read back."""
SAYS_WHO = ("company", "offer", "certificate", "workplace", "requirement")
"""Sheets whose rows say who may see them."""
SITE = ("address", "postcode", "locality", "municipality")
DATES = DAYS | {"member_since", "applies_from"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, headings and rows."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


class Parties:
    """Companies as the cells of a list name them, and their words."""

    def __init__(self, snapshot: Snapshot, texts: Texts) -> None:
        self.companies = {each.company_id: each for each in snapshot.of(Company)}
        self.sites: dict[str, list[Workplace]] = {}
        for each in snapshot.of(Workplace):
            self.sites.setdefault(each.company_id or "", []).append(each)
        self.actors = {each.actor_id: each.name for each in snapshot.of(SupportActor)}
        self.texts = texts
        self.wording = Wording(texts, self.name)

    def name(self, company_id: str) -> str:
        """The company's name, "" where the viewer may not know it."""
        company = self.companies.get(company_id)
        return (company.name if company else None) or ""

    def named(self, company_id: str | None, columns: tuple[str, str]) -> Cells:
        """Number and name of a company in the columns of those names."""
        return dict(zip(columns, (number_of(company_id or ""), self.name(company_id or "")), strict=True))

    def main_site(self, company_id: str) -> Workplace | None:
        """The site that stands on the company's own row."""
        return next((e for e in self.sites.get(company_id, ()) if e.key.partition("/")[2] == MAIN), None)


def number_of(company_id: str) -> str:
    """What stands in the column of organisation numbers: a natural person's key, never a number; "" for none."""
    kind, _, number = company_id.partition(":")
    if kind == "org":
        return f"{number[:6]}-{number[6:]}"
    return company_id if kind == "person" else ""


def public_number(company_id: str) -> str:
    """The number in a public register, a foreign one's too; a natural person's key, "" for none."""
    prefix, _, number = company_id.partition(":")
    return number if prefix == "vat" else number_of(company_id)


def sheets(snapshot: Snapshot, level: Level, texts: Texts) -> Iterator[Sheet]:
    """A sheet for each kind that there is anything of, with the columns that anything stands in."""
    parties = Parties(snapshot, texts)
    for kind, record_kind in KIND_OF.items():
        rows = [row for each in snapshot.of(record_kind) for row in _ROWS.get(kind, _row)(kind, each, parties)]
        if level >= Level.MANAGER and kind in SAYS_WHO:
            rows = [row | {"audience": texts(f"status.level.{Level.MANAGER.name}")} for row in rows]
        if rows:
            yield _sheet(kind, rows, texts)


def _sheet(kind: str, rows: Sequence[Cells], texts: Texts) -> Sheet:
    needed = {field for group in SHEETS[kind][2] for field in group}
    said = {name for row in rows for name, cell in row.items() if cell not in (None, "")}
    known = [name for name in SHEETS[kind][1] if name in needed | said]
    more = [name for name in MORE.get(kind, ()) if name in said]
    headings = (*(field_name(kind, name, texts) for name in known), *(texts(f"field.{name}") for name in more))
    title = texts(f"template.sheet.{kind}" if texts.has(f"template.sheet.{kind}") else f"export.sheet.{kind}")
    return Sheet(title, headings, [[row.get(name) for name in (*known, *more)] for row in rows])


# -- a record as a row -----------------------------------------------------------------------------------------------


def cell_of(name: str, value: Value, wording: Wording) -> Cell:
    """A value as it stands in a list: numbers as numbers, days as days, codes in words."""
    if isinstance(value, str) and name in DATES and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, tuple):
        return _listed([wording.value(name, each) for each in value])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return wording.value(name, value) or None


def _listed(words: Sequence[str]) -> str:
    """Several in a cell; one that would be taken for several is closed by the mark between them."""
    joined = "; ".join(words)
    return f"{joined};" if len(words) == 1 and parts(joined) != [joined] else joined


def _row(kind: str, record: Record, parties: Parties) -> Iterator[Cells]:
    """The record's fields under the columns of its sheet."""
    columns = SHEETS[kind][1].keys() | {*MORE.get(kind, ())}
    row: Cells = {}
    for field, place in PARTIES.get(kind, OWNER).items():
        if field in field_names(type(record)):
            row |= parties.named(getattr(record, field), place)
    renamed = RENAMED.get(kind, {})
    for field in field_names(type(record))[1:]:
        column = renamed.get(field, field)
        if column in columns and column not in row:
            row[column] = cell_of(field, getattr(record, field), parties.wording)
    yield row


def _company(kind: str, record: Company, parties: Parties) -> Iterator[Cells]:
    (row,) = _row(kind, record, parties)
    prefix, _, number = record.company_id.partition(":")
    row["vat_number"] = number if prefix == "vat" else None
    if record.parent_id:
        row |= parties.named(record.parent_id, ("parent_org_number", "parent"))
    site = parties.main_site(record.company_id)
    for name in SITE if site else ():
        row[name] = cell_of(name, getattr(site, name), parties.wording) or row.get(name)
    if site and site.location_precision == "address":
        row |= {"latitude": site.latitude, "longitude": site.longitude}
    yield row


def _trade(kind: str, record: Trade, parties: Parties) -> Iterator[Cells]:
    (row,) = _row(kind, record, parties)
    seller = parties.companies.get(record.seller_id or "")
    if seller is not None and seller.company_id.startswith("name:"):
        row["seller_locality"] = seller.locality
        if seller.country not in (None, "SE"):
            row["seller_country"] = cell_of("country", seller.country, parties.wording)
    yield row


def _activity(kind: str, record: Activity, parties: Parties) -> Iterator[Cells]:
    (row,) = _row(kind, record, parties)
    firms = [number_of(each) or parties.name(each) for each in record.participants]
    yield row | {"participant_org_numbers": "; ".join(filter(None, firms))}


def _support_offer(kind: str, record: SupportOffer, parties: Parties) -> Iterator[Cells]:
    (row,) = _row(kind, record, parties)
    yield row | {"actor": parties.actors.get(record.actor_id or "")}


def _region(_kind: str, record: Region, parties: Parties) -> Iterator[Cells]:
    """A row a municipality, as a list of regions has it."""
    is_home = cell_of("is_home", record.is_home, parties.wording)
    for code in record.municipalities:
        name = Gazetteer.default().municipality_name(code) or code
        yield {"name": record.name, "municipality": name, "is_home": is_home}


def _other_site(kind: str, site: Workplace, parties: Parties) -> Iterator[Cells]:
    """A site that does not stand on its company's row, or has a name of its own, which that row has no place for."""
    is_main = site == parties.main_site(site.company_id or "")
    if site.name or not is_main:
        (row,) = _row(kind, site, parties)
        if site.location_precision != "address":
            row |= dict.fromkeys(("latitude", "longitude"))  # they follow from the words
        yield row | {"is_main": parties.texts("value.yes") if is_main else None}


_ROWS: Mapping[str, Callable[[str, Any, Parties], Iterator[Cells]]] = {
    "company": _company,
    "workplace": _other_site,
    "trade": _trade,
    "activity": _activity,
    "support_offer": _support_offer,
    "region": _region,
}

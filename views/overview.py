"""What the start page shows of a region, worked out once a revision and level, and the region's firms as tables.

Beside the page and not in it, since a page's own definitions are made anew at every run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.audience import may_see
from graph.geo import Gazetteer
from graph.model import Alias, Company, Decision, Load, Offer
from graph.network import home_municipalities
from graph.resolve import live_decisions
from graph.waiting import Waiting, waiting
from ingest.identify import Doubt, doubts
from render.answers import company_name
from render.plain import process_name
from render.region_map import firms_by_municipality
from render.tables import Cell
from texts import Texts
from views.common import Region, open_firm, store, texts, viewer
from views.downloads import downloads
from views.table import Column, Value, table

NEWEST_LOADS = 4


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts, what the firms can do and, for who may see it, what waits and what is new."""

    counts: tuple[tuple[str, int], ...]  # firms by municipality code
    able: int  # firms of the region that somebody has told a process of
    offers: Mapping[str, Sequence[str]]
    waiting: Sequence[Waiting] = ()
    doubts: Sequence[Doubt] = ()
    loads: Sequence[Load] = ()

    @property
    def firms(self) -> int:
        """How many firms are known to lie in the region."""
        return sum(count for _, count in self.counts)


def overview(here: Region) -> Overview:
    """The region at a glance."""
    return here.kept("overview", lambda: _overview(here))


def _overview(here: Region) -> Overview:
    snapshot, network = here.snapshot, here.network
    offers: dict[str, list[str]] = defaultdict(list)
    for each in snapshot.of(Offer):
        offers[each.company_id or ""].append(each.capability or "")
    able = sum(network.nodes[each]["in_region"] is not False for each in offers)
    counts = tuple(firms_by_municipality(network, home_municipalities(snapshot)).items())
    if not may_see(viewer(), "ledger"):
        return Overview(counts, able, offers)
    said = store().snapshot(Load, Decision)
    live = [each for each in said.of(Load) if each.withdrawn is None]
    names = {each.alias: each.name_keys for each in snapshot.of(Alias)}
    return Overview(
        counts,
        able,
        offers,
        waiting(snapshot, here.day),
        doubts(names, here.company_of, live_decisions(said.of(Decision)), names),
        sorted(live, key=lambda each: -each.revision)[:NEWEST_LOADS],
    )


def named(here: Region, company_id: str, sentences: Texts) -> dict[str, Value]:
    """A firm by name and place, as a row of a table."""
    company = here.companies[company_id]
    return {
        "company_id": company_id,
        "name": company_name(company.name, sentences),
        "place": company.locality or Gazetteer.default().municipality_name(company.municipality or ""),
        "business": company.business,
    }


def firms_found(here: Region, key: str, firms: Sequence[Company]) -> None:
    """A table of what a search has found; a click opens one."""
    sentences = texts()
    columns = [
        Column("name", sentences("start.columns.name"), firm=True),
        Column("place", sentences("start.columns.place")),
        Column("business", sentences("start.columns.business"), quiet=True),
    ]
    rows = [named(here, each.company_id, sentences) for each in firms]
    if clicked := table(key, columns, rows, alt=sentences("start.found_firms")):
        open_firm(clicked)


def all_firms(here: Region, key: str, municipality: str | None = None) -> None:
    """A table of the region's firms, or of one municipality's, and all of it to take along; a click opens one."""
    sentences = texts()
    columns = [
        Column("name", sentences("start.columns.name"), firm=True),
        Column("place", sentences("start.columns.place")),
        Column("makes", sentences("start.columns.makes")),
        Column("employees", sentences("start.columns.employees"), number=True),
    ]
    if may_see(viewer(), "network"):
        columns.append(Column("partners", sentences("start.columns.partners"), number=True, term="partners"))
    rows = firm_rows(here, municipality, sentences)
    if clicked := table(key, columns, rows, alt=sentences("start.firms")):
        open_firm(clicked)

    def taken_along() -> list[list[Cell]]:
        return [[each.title for each in columns], *([row.get(each.field) for each in columns] for row in rows)]

    downloads(taken_along, sentences("start.file"))


def firm_rows(here: Region, municipality: str | None, sentences: Texts) -> Sequence[Mapping[str, Value]]:
    """The firms of the region (or of one of its municipalities, by code), by name, as rows of a table."""
    key = ("firm_rows", municipality, sentences.language)
    return here.kept(key, lambda: _firm_rows(here, municipality, sentences))


def _firm_rows(here: Region, municipality: str | None, sentences: Texts) -> list[dict[str, Value]]:
    offers, network = overview(here).offers, here.network
    ids = [
        company_id
        for company_id, data in network.nodes(data=True)
        if data["in_region"] is not False and municipality in (None, data["municipality"])
    ]
    ids.sort(key=lambda each: (here.companies[each].name or "~", each))
    return [
        {
            **named(here, each, sentences),
            "makes": ", ".join(process_name(code, sentences) for code in sorted(offers.get(each, ()))),
            "employees": here.companies[each].employees,
            "partners": len({*network.predecessors(each), *network.successors(each)}),
        }
        for each in ids
    ]

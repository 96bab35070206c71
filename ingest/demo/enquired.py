"""Whom the invented network has asked for parts that are imported, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from graph.audience import Viewer
from graph.demands import demand_of_part
from graph.enquiries import Event, Sought, enquire, sought_of, told
from graph.footprint import import_km
from graph.geo import distance_km, road_km
from graph.import_list import Sites
from graph.model import ImportedPart, Level
from graph.store import Snapshot, Store
from ingest.demo.region import day, workday

MANAGER = Viewer(Level.MANAGER)
ASKED = slice(1, 15)  # of the parts of most value: the first came home by itself
FIRST_DAYS, BETWEEN_DAYS = 210, 13
PATHS: Sequence[tuple[Event, ...]] = (
    (Event("quoted", ""), Event("ordered", "")),
    (Event("quoted", ""),),
    (Event("quoted", ""), Event("ordered", "")),
    (Event("refused", "", reason="no_capacity"),),
    (Event("ordered", ""),),
    (),
)
"""What came of an enquiry after it was sent, one after the other; nothing is that no answer has come."""


def enquired(store: Store, now: Snapshot, parts: Sequence[tuple[ImportedPart, str]]) -> None:
    """Ask for the parts, each of the firm beside it, at days of the last half-year."""
    sites = Sites(now)
    for number, (part, maker) in enumerate(parts[ASKED]):
        sent = FIRST_DAYS - BETWEEN_DAYS * number
        path = PATHS[number % len(PATHS)]
        waits = None if path else day(BETWEEN_DAYS - sent)
        first = Event("contacted", workday(-sent), follow_up_on=waits)
        enquiry_id = enquire(store, MANAGER, _sought(part, maker, sites), first, today=day(0))
        for turn, event in enumerate(path, 1):
            on = workday(min(0, BETWEEN_DAYS * turn - sent))
            told(store, MANAGER, enquiry_id, Event(event.status, on, event.reason), today=day(0))


def _sought(part: ImportedPart, maker: str, sites: Sites) -> Sought:
    """What is asked of the maker, with the tonne-kilometres a year from where the part comes, and from there."""
    buyer, seller = (sites.origin(each) for each in (part.company_id or "", maker))
    tonne_km: tuple[float | None, float | None] = (None, None)
    if part.mass_kg and part.origin_country and buyer and seller:
        far = import_km(part.origin_country, part.transport_mode, buyer.point)
        near = road_km(distance_km(buyer.point, seller.point))
        tonnes = part.mass_kg / 1000
        tonne_km = (None if far is None else round(tonnes * far, 1), round(tonnes * near, 1))
    return sought_of(
        demand_of_part(part),
        maker,
        words=part.description or "",
        part_id=part.part_id,
        value_sek=part.value_sek,
        supplier_now=part.supplier,
        tonne_km=tonne_km,
    )

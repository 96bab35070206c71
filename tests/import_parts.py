"""Small regions with imported parts, made by hand: what the tests of import lists and of the potential share."""

from __future__ import annotations

from typing import Any

from graph.model import Certificate, Company, ImportedPart, Offer, Record, Workplace
from graph.replacement import Finder
from graph.store import Snapshot, sort_key

KARLSKOGA = (59.3267, 14.5239)
KM_PER_DEGREE = 111.4  # of latitude, at this latitude
KINDS = (Company, Workplace, Offer, Certificate, ImportedPart)


def snapshot_of(*records: Record) -> Snapshot:
    return Snapshot(1, {kind: sorted((e for e in records if type(e) is kind), key=sort_key) for kind in KINDS})


def finder_of(snapshot: Snapshot) -> Finder:
    return Finder(snapshot, today="2026-11-23")


def firm(key: str, km_north: float, *processes: str, unsure_km: float = 0.0, **offer: Any) -> list[Record]:
    """A firm about so many kilometres north of Karlskoga, and its offers."""
    company = Company(key, name=key.upper(), municipality=offer.pop("municipality", "1883"),
                      parent_id=offer.pop("parent_id", None))  # fmt: skip
    latitude = KARLSKOGA[0] + km_north / KM_PER_DEGREE
    site = Workplace(f"{key}/1", key, latitude=latitude, longitude=KARLSKOGA[1], location_uncertainty_km=unsure_km)
    return [company, site, *(Offer(f"{key}/{each}", key, each, evidence="stated", **offer) for each in processes)]


def part(key: str, buyer: str | None = None, **fields: Any) -> ImportedPart:
    return ImportedPart(key, buyer, **fields)


def turned(key: str, buyer: str | None = None, **fields: Any) -> ImportedPart:
    return part(key, buyer, capabilities=("turning",), **fields)

"""What the transport of an imported part emits, and of its local replacement: kg CO2e a year, low and high.

Transport only: production is not in it. Each leg is mass x km x factor; factors are UK DESNZ 2025, well to wheel, in
kg CO2e per tonne-km (``data/freight``). Sea: port to Göteborg by way of Suez (low) or the Cape (high), a haul of
150 km before it, and Göteborg to the firm by road. Road and rail: great circle from the country's industrial centre
x 1.2. Air: great circle without (low) and with (high) radiative forcing, and a haul of 150 km at either end. Local:
geodesic x 1.3 by rigid truck (low) or van (high). The detour factors of roads (1.2, and 1.3: ``graph.geo.ROAD_DETOUR``)
are assumed, not measured here. An origin without a known route is unknown, never zero.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graph.geo import distance_km, road_km

TABLES = Path(__file__).resolve().parent.parent / "data" / "freight"
GOTEBORG = (57.7072, 11.9668)
FOREIGN_HAUL_KM = 150.0
LONG_ROAD_DETOUR = 1.2
FACTOR_YEAR = 2025
MODES = ("sea", "road", "rail", "air")
FACTOR_OF = {"sea": "sea_container", "road": "truck_artic", "rail": "rail", "air": "air_long_norf"}
"""Which row of the table a mode's kilometres are counted by; flights at least."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a country's goods are taken to come from, (latitude, longitude), and how, where nobody has said."""

    country: str
    centre: str
    point: tuple[float, float]
    default_mode: str


@dataclass(frozen=True, slots=True)
class Saving:
    """kg CO2e a year that local transport spares, and what it was worked out from."""

    low_kg: float
    high_kg: float
    mode: str
    mode_is_stated: bool
    factor_kg_per_tkm: float  # of that mode, well to wheel
    factor_year: int = FACTOR_YEAR


def _rows(table: str) -> list[dict[str, str]]:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@lru_cache(maxsize=1)
def factors() -> Mapping[str, float]:
    """Factors in kg CO2e per tonne-km, well to wheel, by mode of the table."""
    return {row["mode"]: float(row["wtw_kgco2e_per_tkm"]) for row in _rows("emission_factors")}


@lru_cache(maxsize=1)
def origins() -> Mapping[str, Origin]:
    """Known origins by country code."""
    return {
        row["country"]: Origin(
            row["country"], row["centre"], (float(row["latitude"]), float(row["longitude"])), row["default_mode"]
        )
        for row in _rows("origins")
    }


@lru_cache(maxsize=1)
def _sea_km() -> Mapping[str, tuple[float, float]]:
    """Shortest way by Suez and by the Cape, of each country's ports."""
    found: dict[str, tuple[float, float]] = {}
    for row in _rows("sea_routes"):
        way = (float(row["suez_km"]), float(row["cape_km"]))
        found[row["country"]] = min(found.get(row["country"], way), way)
    return found


@lru_cache(maxsize=4096)
def import_kg_per_tonne(country: str, mode: str | None, firm: tuple[float, float]) -> tuple[float, float, str] | None:
    """Low and high kg CO2e for a tonne from the country to a firm at (latitude, longitude), and the mode counted.

    None where the origin, or a route of the mode, is not known. A mode nobody stated is the origin's usual one.
    """
    origin = origins().get(country)
    if origin is None:
        return None
    mode = mode or origin.default_mode
    factor = factors()
    straight_km = distance_km(origin.point, firm)
    haul = FOREIGN_HAUL_KM * factor["truck_artic"]
    if mode == "sea" and country in _sea_km():
        suez_km, cape_km = _sea_km()[country]
        inland = distance_km(GOTEBORG, firm) * LONG_ROAD_DETOUR * factor["truck_artic"]
        low, high = (km * factor[FACTOR_OF[mode]] + haul + inland for km in (suez_km, cape_km))
    elif mode in ("road", "rail"):
        low = high = straight_km * LONG_ROAD_DETOUR * factor[FACTOR_OF[mode]]
    elif mode == "air":
        low = straight_km * factor[FACTOR_OF[mode]] + 2 * haul
        high = straight_km * factor["air_long_rf"] + 2 * haul
    else:
        return None
    return low, high, mode


def import_km(country: str, mode: str | None, firm: tuple[float, float]) -> float | None:
    """Kilometres from the country to a firm at (latitude, longitude), hauls and detours in it; by sea by way of Suez.

    None where the origin, or a route of the mode, is not known. A mode nobody stated is the origin's usual one.
    """
    origin = origins().get(country)
    if origin is None:
        return None
    mode = mode or origin.default_mode
    straight_km = distance_km(origin.point, firm)
    if mode == "sea" and country in _sea_km():
        return _sea_km()[country][0] + FOREIGN_HAUL_KM + distance_km(GOTEBORG, firm) * LONG_ROAD_DETOUR
    if mode in ("road", "rail"):
        return straight_km * LONG_ROAD_DETOUR
    return straight_km + 2 * FOREIGN_HAUL_KM if mode == "air" else None


def saving(
    mass_kg: float | None,
    country: str | None,
    mode: str | None,
    firm: tuple[float, float],
    local_km: tuple[float, float],
) -> Saving | None:
    """What a year's mass spares when it comes from ``local_km`` (low, high) away instead.

    None where mass or origin is not known. It may be negative: a close border can beat a far corner of the region.
    """
    if mass_kg is None or country is None:
        return None
    imported = import_kg_per_tonne(country, mode, firm)
    if imported is None:
        return None
    low, high, counted = imported
    factor = factors()
    near = road_km(local_km[0]) * factor["truck_rigid"]
    far = road_km(local_km[1]) * factor["van"]
    tonnes = mass_kg / 1000
    spared = (round(tonnes * (low - far), 1), round(tonnes * (high - near), 1))
    return Saving(*spared, counted, mode is not None, factor[FACTOR_OF[counted]])

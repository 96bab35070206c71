"""Where the invented firms stand: the county's localities, and for large regions the towns around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from graph.geodesic import distance_km as geodesic_km
from ingest.demo.tables import rows, split, weights


@dataclass(frozen=True, slots=True)
class Locality:
    """A built-up place, at its middle point in degrees WGS84."""

    index: int
    name: str
    municipality_code: str
    municipality: str
    latitude: float
    longitude: float
    population: int
    postcode_areas: tuple[str, ...]
    in_county: bool


@lru_cache(maxsize=1)
def localities() -> tuple[Locality, ...]:
    """Every locality, those of the county first."""
    return tuple(
        Locality(
            index, row["name"], row["municipality_code"], row["municipality"], float(row["latitude"]),
            float(row["longitude"]), int(row["population"]), split(row["postcode_areas"]), row["in_county"] == "yes",
        )
        for index, row in enumerate(rows("localities"))
    )  # fmt: skip


@lru_cache(maxsize=1)
def county_codes() -> tuple[str, ...]:
    """Codes of the region's twelve municipalities."""
    return tuple(row["municipality_code"] for row in rows("municipalities"))


@cache
def distance_km(one: int, other: int) -> float:
    """Geodesic kilometres between two localities, by index."""
    if one == other:
        return 0.0
    if one > other:
        return distance_km(other, one)
    here, there = localities()[one], localities()[other]
    return geodesic_km((here.latitude, here.longitude), (there.latitude, there.longitude))


@cache
def within(index: int, radius_km: float) -> frozenset[int]:
    """Localities at most so far from this one, itself among them."""
    return frozenset(each.index for each in localities() if distance_km(index, each.index) <= radius_km)


@lru_cache(maxsize=1)
def attraction() -> dict[tuple[str, str], float]:
    """How much more (or less) of a branch a municipality has: (municipality code, sector) -> factor."""
    return {
        (row["municipality_code"], sector): factor
        for row in rows("municipalities")
        for sector, factor in weights(row["sector_factors"])
    }


@lru_cache(maxsize=1)
def firm_factors() -> dict[str, float]:
    """Firms per inhabitant relative to the mean, by municipality code."""
    return {row["municipality_code"]: float(row["firm_factor"]) for row in rows("municipalities")}

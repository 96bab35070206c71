"""Where is the workplace a row tells of? Answered without a network, by the finest thing the row says.

The ladder: coordinates given, postcode (where the user loaded a table), locality with municipality, locality alone,
municipality. Each step states how far the true place may lie from the point. A name that may mean several places is
settled by the municipality, then by the region at hand, then by being a municipality's own name; else a person is
asked. Misspelt names are suggested, never taken.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graph.errors import UnreadableFile
from graph.gazetteer import Gazetteer, Place, fold
from graph.geo import distance_km
from ingest.coordinates import ReadPoint, read_point

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Mapping
    from pathlib import Path

ADDRESS_UNCERTAINTY_KM = 0.2  # a factory yard; geocoders' points stand at the street or the building
POSTCODE_UNCERTAINTY_KM = 3.0  # a guess of a delivery area's size: no open source gives their borders
BORDER_KM = 2.0  # the outlines' own error: a stated municipality this near is believed
NEIGHBOUR_KM = 30.0  # a post town may serve the next municipality, but hardly one farther away
SWEDEN = frozenset({"", "se", "swe", "sverige", "sweden"})

_POSTCODE = r"(?:SE?[- ]?)?(\d{3})\s?(\d{2})"
_TOWN_LINE = re.compile(rf"(?:^|,|\n|\s)\s*{_POSTCODE}\s+([^\W\d][^,\n]*)", re.IGNORECASE)
_ONLY_POSTCODE = re.compile(rf"\s*{_POSTCODE}(?:\.0)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Location:
    """A point in degrees WGS84 and what it is worth; ``notes`` are codes of what was assumed on the way."""

    latitude: float
    longitude: float
    locality: str | None
    municipality: str | None  # four-digit code; None abroad
    precision: str  # address, postcode, locality, municipality
    uncertainty_km: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceProblem:
    """No point: ``place_unknown`` with suggestions, or ``place_ambiguous`` with the candidates."""

    code: str
    field: str  # what of the row it is about: locality, municipality, postcode, latitude
    value: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostcodePlace:
    """A line of a postcode table; ``shared`` when several postcodes stand on the same point."""

    locality: str
    municipality: str | None
    latitude: float
    longitude: float
    shared: bool


def read_postcodes(path: Path | zipfile.Path) -> dict[str, PostcodePlace]:
    """Reads a GeoNames postcode file (``SE.txt``: tab-separated, UTF-8, no headings), keyed by five digits.

    Raises:
        UnreadableFile: ``not_a_postcode_file`` with ``file`` and ``row``.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except UnicodeError as error:
        raise UnreadableFile("not_a_postcode_file", file=path.name, row=1) from error
    read: dict[str, tuple[str, str, float, float]] = {}
    for number, row in enumerate(rows, 1):
        try:
            postcode = postcode_digits(row[1]) or ""
            read[postcode] = (row[2], row[6], float(row[9]), float(row[10]))
        except (IndexError, ValueError) as error:
            raise UnreadableFile("not_a_postcode_file", file=path.name, row=number) from error
    often = Counter(line[2:] for line in read.values())
    return {
        postcode: PostcodePlace(name, code or None, latitude, longitude, often[latitude, longitude] > 1)
        for postcode, (name, code, latitude, longitude) in read.items()
    }


def postcode_digits(text: str | None) -> str | None:
    """Five digits of a Swedish postcode ("693 70", "SE-69370"), or None.

    >>> postcode_digits("S-691 50"), postcode_digits("K1A 0B1")
    ('69150', None)
    """
    found = _ONLY_POSTCODE.fullmatch(text or "")
    return found[1] + found[2] if found else None


class Locator:
    """Locates the rows of a list; the same words are looked up once.

    ``home`` are the municipality codes of the region at hand: they settle a name that several places have.
    """

    def __init__(
        self,
        gazetteer: Gazetteer | None = None,
        *,
        home: frozenset[str] = frozenset(),
        postcodes: Mapping[str, PostcodePlace] | None = None,
    ) -> None:
        self._gazetteer = gazetteer or Gazetteer.default()
        self._home = home
        self._postcodes = postcodes or {}
        self._known: dict[tuple[str, str, str], Location | PlaceProblem | None] = {}

    def locate(
        self,
        *,
        address: str | None = None,
        postcode: str | None = None,
        locality: str | None = None,
        municipality: str | None = None,
        latitude: float | None = None,
        longitude: float | None = None,
        country: str | None = None,
    ) -> Location | PlaceProblem | None:
        """The place of a row; None when it says nothing of a place, or only of one abroad.

        ``country`` is a code or "Sverige"; None: not said, most often Sweden. Towns written into the address or
        behind a postcode ("691 50 Karlskoga") are understood.
        """
        swedish = fold(country or "") in SWEDEN
        words = self._words(address, postcode, locality, municipality)
        named: Location | PlaceProblem | None = None
        if swedish:
            if words not in self._known:
                self._known[words] = self._by_name(*words)
            named = self._known[words]
        if latitude is None or longitude is None:
            return named
        point = read_point(latitude, longitude, swedish=swedish if country else None)
        if point is not None:
            return self._at(point, words[1], words[2])
        if isinstance(named, Location):
            return replace(named, notes=("coordinates_unusable", *named.notes))
        return named or PlaceProblem("place_unknown", "latitude", f"{latitude}, {longitude}")

    def _words(self, *said: str | None) -> tuple[str, str, str]:
        """Postcode, locality and municipality, each empty when not said."""
        address, postcode, locality, municipality = (" ".join((each or "").split()) for each in said)
        for line in (locality, address if not locality else ""):
            if town := _TOWN_LINE.search(line):
                postcode, locality = postcode or town[1] + town[2], town[3].strip()
        return postcode, locality, municipality

    def _at(self, point: ReadPoint, locality: str, stated: str) -> Location:
        """A location at given coordinates."""
        latitude, longitude = point.latitude, point.longitude
        notes = [] if point.written == "degrees" else [f"coordinates_{point.written}"]
        code = None if point.written == "abroad" else self._gazetteer.municipality_of(latitude, longitude)
        said = self._gazetteer.municipality_code(stated)
        if said is not None and said != code:
            if point.written != "abroad" and self._gazetteer.outside_km(latitude, longitude, said) <= BORDER_KM:
                code = said
            else:
                notes.append("municipality_differs")
        uncertainty_km = round(max(ADDRESS_UNCERTAINTY_KM, point.rounding_km), 1)
        return Location(latitude, longitude, locality or None, code, "address", uncertainty_km, tuple(notes))

    def _by_name(self, postcode: str, locality: str, municipality: str) -> Location | PlaceProblem | None:
        code = self._gazetteer.municipality_code(municipality)
        if municipality and code is None and not locality:
            return self._unknown("municipality", municipality)
        places = [place for place in self._gazetteer.find(locality) if place.kind != "county"]
        notes: tuple[str, ...] = ("municipality_unknown",) if municipality and code is None else ()
        found: Location | PlaceProblem | None
        entry = self._postcodes.get(postcode_digits(postcode) or "")
        if entry is not None and not self._far(entry, places):
            found = self._at_postcode(entry, locality)
        elif places:
            found = self._among(places, locality, code)
            notes += () if entry is None else ("postcode_differs",)
        elif code is not None:
            notes = ("locality_unknown",) if locality else ()
            found = _location(self._gazetteer.municipality(code), locality or None)
        elif locality:
            found = self._unknown("locality", locality)
        else:
            found = PlaceProblem("place_unknown", "postcode", postcode) if postcode else None
        return replace(found, notes=(*notes, *found.notes)) if isinstance(found, Location) else found

    def _among(self, places: list[Place], name: str, code: str | None) -> Location | PlaceProblem:
        """One of the places a locality's name may mean."""
        if places[0].kind == "municipality":
            return _location(places[0])
        if code is not None:
            return self._in_municipality(places, name, code)
        if len(places) == 1:
            return _location(places[0])
        at_home = [place for place in places if place.municipality in self._home]
        if len(at_home) == 1:
            return _location(at_home[0], notes=("locality_of_region",))
        seats = [each for each in places if self._gazetteer.municipality_name(each.municipality or "") == each.name]
        if len(seats) == 1 and not at_home:
            return _location(seats[0], notes=("locality_of_municipality",))
        return self._ambiguous(at_home or places, name)

    def _in_municipality(self, places: list[Place], name: str, code: str) -> Location | PlaceProblem:
        """The place in the stated municipality, else a neighbour's post town that serves it."""
        outside_km = {place: self._gazetteer.outside_km(*place.point, code) for place in places}
        for place in places:
            if place.municipality == code:
                return _location(place)
        nearest = min(places, key=lambda place: outside_km[place])
        if outside_km[nearest] <= NEIGHBOUR_KM:
            served = _location(nearest, notes=("locality_outside_municipality",))
            farther_km = round(outside_km[nearest] + nearest.uncertainty_km, 1)
            return replace(served, municipality=code, uncertainty_km=farther_km)
        if len(places) == 1:
            return _location(nearest, notes=("municipality_differs",))
        return self._ambiguous(places, name)

    def _at_postcode(self, entry: PostcodePlace, locality: str) -> Location:
        """A postcode's point; where many share it, it is no better than the town's."""
        uncertainty_km = POSTCODE_UNCERTAINTY_KM
        if entry.shared:
            towns = self._gazetteer.find(entry.locality, entry.municipality)
            uncertainty_km = max([uncertainty_km, *(town.uncertainty_km for town in towns)])
        return Location(
            latitude=entry.latitude,
            longitude=entry.longitude,
            locality=locality or entry.locality,
            municipality=entry.municipality or self._gazetteer.municipality_of(entry.latitude, entry.longitude),
            precision="locality" if entry.shared else "postcode",
            uncertainty_km=uncertainty_km,
        )

    def _far(self, entry: PostcodePlace, places: list[Place]) -> bool:
        """Whether a postcode contradicts the town beside it."""
        point = entry.latitude, entry.longitude
        return bool(places) and all(
            distance_km(point, place.point) > NEIGHBOUR_KM + place.uncertainty_km for place in places
        )

    def _unknown(self, field: str, value: str) -> PlaceProblem:
        return PlaceProblem("place_unknown", field, value, self._gazetteer.suggest(value))

    def _ambiguous(self, places: list[Place], name: str) -> PlaceProblem:
        return PlaceProblem("place_ambiguous", "locality", name, self._gazetteer.describe(places))


def _location(place: Place, locality: str | None = None, notes: tuple[str, ...] = ()) -> Location:
    """A place of the gazetteer as a location; a municipality's point may stand for another locality."""
    return Location(
        latitude=place.latitude,
        longitude=place.longitude,
        locality=place.name if place.kind == "locality" else locality,
        municipality=place.municipality,
        precision=place.precision,
        uncertainty_km=place.uncertainty_km,
        notes=notes,
    )

"""Which place does a name mean, and how sure is the point? Answered from the tables in ``data/`` alone.

A locality is a point with an uncertainty: how far from it a firm with that town in its address may well lie.
Names are sure only when written right up to case, spaces and hyphens; "Orebro" or "?rebro" is a suggestion, since
Åmål and Amal may be two places. Swedish localities from about 500 inhabitants are known, and smaller ones of Örebro
county.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from graph.errors import AmbiguousName, UnknownName
from graph.outlines import KM_PER_DEGREE, Outlines

DATA = Path(__file__).resolve().parents[1] / "data"

# Radius of a circle as large as a town's built-up area: 0.08 km x inhabitants^0.34, large towns being denser. Chosen
# so that the places of data/places.csv cover 8,000 km2 for their 10.1 million (districts counted twice); Statistics
# Sweden (MI 38 SM 1901) has 6,100 km2 for 8.9 million in the 2,011 localities of 2018. One town may be a third off.
TOWN_RADIUS_KM = 0.08
TOWN_EXPONENT = 0.34
EDGE_FACTOR = 1.5  # a town is no circle, and firms like its edge; judged, not measured
LEAST_UNCERTAINTY_KM = 1.0
UNKNOWN_POPULATION = 500  # places GeoNames leaves out are smaller

COAST_KM = 8.0  # outlines are simplified and leave out small islands: this far outside still counts
MISDRAWN_KM = 2.0  # around a main locality that its own outline leaves to a neighbour (Kil, Gnesta)
MUNICIPALITY_WORDS = frozenset({"kommun", "kommuns", "kommunen", "stad", "stads", "municipality"})
COUNTY_WORDS = frozenset({"län", "läns", "länet", "county"})
OTHER_MUNICIPALITY_NAMES = {"falu": "2080", "region gotland": "0980"}  # as they write themselves
OTHER_LOCALITY_NAMES = {"gothenburg": "göteborg"}
SURE_SUGGESTION_PERCENT = 75.0  # rapidfuzz ratio: one letter in four wrong

_DAMAGE = re.compile(r"[^\w\s.,:'()/&-]+|[�\x80-\x9f]+")


def fold(name: str) -> str:
    """A name as it is compared: case, accents but å ä ö, and all but letters and digits set aside.

    >>> fold("  EKEBY-Almby "), fold("Malmø")
    ('ekeby almby', 'malmö')
    """
    folded = []
    for letter in unicodedata.normalize("NFC", name).casefold().replace("æ", "ä").replace("ø", "ö"):
        plain = letter if letter in "åäö" else unicodedata.normalize("NFD", letter)[0]
        folded.append(plain if plain.isalnum() else " ")
    return " ".join("".join(folded).split())


def ascii_fold(name: str) -> str:
    """A name as it is compared for suggestions: å ä ö lost in any of the usual ways.

    >>> ascii_fold("Örebro") == ascii_fold("Oerebro") == ascii_fold("Orebro")
    True
    """
    plain = fold(name).translate(str.maketrans("åäö", "aao"))
    return plain.replace("aa", "a").replace("ae", "a").replace("oe", "o")


def locality_uncertainty_km(population: int | None, coordinate_error_km: float) -> float:
    """How far from its point a firm of a town may lie: the town's edge plus the point's own error."""
    radius_km = TOWN_RADIUS_KM * (population or UNKNOWN_POPULATION) ** TOWN_EXPONENT
    return round(max(LEAST_UNCERTAINTY_KM, EDGE_FACTOR * float(radius_km) + coordinate_error_km), 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A named place; ``municipality`` and ``county`` are Statistics Sweden's codes, degrees are WGS84."""

    name: str
    kind: str  # locality, municipality, county
    municipality: str | None
    county: str
    latitude: float
    longitude: float
    uncertainty_km: float
    population: int | None = None

    @property
    def precision(self) -> str:
        """What a point taken from this place is right to."""
        return self.kind

    @property
    def point(self) -> tuple[float, float]:
        """(latitude, longitude)."""
        return self.latitude, self.longitude


class Gazetteer:
    """Sweden's localities, municipalities and counties, read once from a folder of tables."""

    def __init__(self, folder: Path = DATA) -> None:
        self._folder = folder

    @staticmethod
    @lru_cache(maxsize=1)
    def default() -> Gazetteer:
        """The tables that come with Närverk."""
        return Gazetteer()

    def find(self, name: str, municipality: str | None = None) -> tuple[Place, ...]:
        """All places a name may mean, of the finest kind that has any, the largest first; empty when unknown.

        "Fors, Avesta" and "Fors (Avesta)" mean the Fors in Avesta; "Örebro kommun" and "1880" a municipality.
        ``municipality`` (code or name) keeps those within it.
        """
        found = self._find(name)
        if municipality is not None:
            code = self.municipality_code(municipality)
            return tuple(place for place in found if code is not None and place.municipality == code)
        if not found and (parts := re.fullmatch(r"([^,(]+)[,(]([^,()]+)\)?\s*", name)):
            return self.find(parts[1], parts[2])
        return found

    def one(self, name: str) -> Place:
        """The one place a name means.

        Raises:
            UnknownName: ``unknown_place`` with ``name`` and ``suggestions``.
            AmbiguousName: ``ambiguous_place`` with ``name`` and ``candidates`` ("Fors, Avesta").
        """
        found = self.find(name)
        if not found:
            raise UnknownName("unknown_place", name=name, suggestions=self.suggest(name))
        if len(found) > 1:
            raise AmbiguousName("ambiguous_place", name=name, candidates=self.describe(found))
        return found[0]

    def describe(self, places: Iterable[Place]) -> tuple[str, ...]:
        """Names that :meth:`find` tells apart: "Fors, Avesta"."""
        return tuple(f"{place.name}, {self.municipality_name(place.municipality or '')}" for place in places)

    def suggest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """Known names that may have been meant, best first: damaged letters undone, else the most alike."""
        meant = [self._names[key] for key in self._names_like(name)]
        return tuple(dict.fromkeys(meant or self._alike(name, limit)))[:limit]

    def municipality_of(self, latitude: float, longitude: float) -> str | None:
        """Code of the municipality at a point; None abroad and at sea. May err within 1 km of a border."""
        for place in self._misdrawn:
            if _near(place.point, (latitude, longitude)):
                return place.municipality
        code = self._outlines.containing(latitude, longitude)
        if code is None and 55 <= latitude <= 69.5 and 10 <= longitude <= 25:
            near, distance_km = self._outlines.nearest(latitude, longitude)
            return near if distance_km <= COAST_KM else None
        return code

    def outside_km(self, latitude: float, longitude: float, municipality: str) -> float:
        """How far outside a municipality's outline a point lies; 0 inside."""
        return self._outlines.nearest(latitude, longitude, municipality)[1]

    def municipality_code(self, name: str) -> str | None:
        """Code of a municipality given by code or name ("Karlskoga", "Falu kommun", "Göteborgs stad")."""
        key = fold(name)
        if key.isdigit():
            return key.zfill(4) if key.zfill(4) in self._municipalities else None
        words = key.split()
        if len(words) > 1 and words[-1] in MUNICIPALITY_WORDS:
            key = " ".join(words[:-1])
        return self._municipality_codes.get(key) or self._municipality_codes.get(key.removesuffix("s"))

    def municipality_codes(self, name: str) -> tuple[str, ...]:
        """Codes of the municipality, or of all in the county, that is meant; () where neither is known.

        >>> known = Gazetteer.default()
        >>> known.municipality_codes("Karlskoga"), len(known.municipality_codes("Örebro län"))
        (('1883',), 12)
        """
        if fold(name).rpartition(" ")[2] not in COUNTY_WORDS and (code := self.municipality_code(name)):
            return (code,)
        counties = {each.county for each in self._find(name) if each.kind == "county"}
        return tuple(code for code in self._municipalities if code[:2] in counties)

    def municipality_name(self, code: str) -> str | None:
        """Name of a municipality, without "kommun"."""
        place = self._municipalities.get(code)
        return place.name if place else None

    def county_name(self, code: str) -> str | None:
        """Name of a county by its code, with "län"."""
        return self._counties.get(code)

    def municipality(self, code: str) -> Place:
        """The municipality as a place: at its main locality, uncertain by the circle of its own area.

        Raises:
            UnknownName: ``unknown_place`` with ``name`` and ``suggestions``.
        """
        if code not in self._municipalities:
            raise UnknownName("unknown_place", name=code, suggestions=())
        return self._municipalities[code]

    @property
    def municipalities(self) -> tuple[Place, ...]:
        """All 290, by code."""
        return tuple(self._municipalities.values())

    @cached_property
    def counties(self) -> Mapping[str, str]:
        """Code and name of all 21 ("18": "Örebro län")."""
        return {row["code"]: row["name"] for row in self._rows("counties.csv")}

    @cached_property
    def localities(self) -> tuple[Place, ...]:
        """All known localities, by name and municipality."""
        rows = (*self._rows("places.csv"), *self._rows("local_places.csv"))
        return tuple(sorted(map(_locality, rows), key=lambda place: (place.name, place.municipality or "")))

    def outlines(self, codes: Collection[str] | None = None) -> tuple[Mapping[str, Any], ...]:
        """GeoJSON features (properties ``code`` and ``name``) of these municipalities, or of all."""
        return self._outlines.features(codes)

    # -- how it is looked up -------------------------------------------------------------------------------------

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self._folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def _find(self, name: str) -> tuple[Place, ...]:
        key = fold(name)
        last = key.rpartition(" ")[2]
        if last in COUNTY_WORDS:
            return self._county_names.get(key.rpartition(" ")[0], ())
        code = self.municipality_code(name)
        if code and (last in MUNICIPALITY_WORDS or last.isdigit()):
            return (self._municipalities[code],)
        if found := self._locality_names.get(OTHER_LOCALITY_NAMES.get(key, key)):
            return found
        return (self._municipalities[code],) if code else self._county_names.get(key, ())

    @cached_property
    def _outlines(self) -> Outlines:
        return Outlines.read(self._folder / "municipalities.geojson")

    @cached_property
    def _misdrawn(self) -> tuple[Place, ...]:
        """Municipalities whose outline leaves their own main locality to a neighbour."""
        held = ((place, self._outlines.containing(*place.point)) for place in self._municipalities.values())
        return tuple(place for place, code in held if code not in {None, place.municipality})

    @cached_property
    def _municipalities(self) -> dict[str, Place]:
        return {row["code"]: _municipality(row) for row in self._rows("municipalities.csv")}

    @cached_property
    def _municipality_codes(self) -> dict[str, str]:
        named = {fold(place.name): code for code, place in self._municipalities.items()}
        return OTHER_MUNICIPALITY_NAMES | named

    @cached_property
    def _locality_names(self) -> dict[str, tuple[Place, ...]]:
        return _by_name((place.name, place) for place in self.localities)

    @cached_property
    def _counties(self) -> dict[str, str]:
        return {row["code"]: row["name"] for row in self._rows("counties.csv")}

    @cached_property
    def _county_names(self) -> dict[str, tuple[Place, ...]]:
        counties = [_county(row) for row in self._rows("counties.csv")]
        short = [(place.name.removesuffix(" län"), place) for place in counties]
        return _by_name([*short, *((name.removesuffix("s"), place) for name, place in short)])

    @cached_property
    def _names(self) -> dict[str, str]:
        """Every folded name that can be suggested, the largest place's own spelling first."""
        largest = sorted(self.localities, key=lambda place: -(place.population or 0))
        return {fold(place.name): place.name for place in (*largest, *self.municipalities)}

    @cached_property
    def _plain_names(self) -> dict[str, list[str]]:
        plain: dict[str, list[str]] = {}
        for key in self._names:
            plain.setdefault(ascii_fold(key), []).append(key)
        return plain

    def _names_like(self, name: str) -> list[str]:
        """Folded names that this is a damaged spelling of."""
        for encoding in ("cp1252", "latin-1"):  # UTF-8 that was read as one of these
            try:
                repaired = fold(name.encode(encoding).decode("utf-8"))
            except UnicodeError:
                continue
            if repaired in self._names:
                return [repaired]
        if _DAMAGE.search(name):
            parts = [re.escape(fold(part)) for part in _DAMAGE.split(name)]
            damaged = re.compile("[^a-z0-9 ]{1,2}".join(parts))
            if found := [key for key in self._names if damaged.fullmatch(key)]:
                return found
        return self._plain_names.get(ascii_fold(name), [])

    def _alike(self, name: str, limit: int) -> list[str]:
        from rapidfuzz import fuzz, process

        alike = process.extract(
            ascii_fold(name),
            list(self._plain_names),
            scorer=fuzz.ratio,
            limit=limit,
            score_cutoff=SURE_SUGGESTION_PERCENT,
        )
        return [self._names[self._plain_names[key][0]] for key, _, _ in alike]


def _near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    north_km = (one[0] - other[0]) * KM_PER_DEGREE
    east_km = (one[1] - other[1]) * KM_PER_DEGREE * cos(radians(one[0]))
    return hypot(north_km, east_km) <= MISDRAWN_KM


def _by_name(named: Iterable[tuple[str, Place]]) -> dict[str, tuple[Place, ...]]:
    found: dict[str, dict[Place, None]] = {}
    for name, place in named:
        found.setdefault(fold(name), {})[place] = None
    return {
        key: tuple(sorted(places, key=lambda place: (-(place.population or 0), place.municipality or "")))
        for key, places in found.items()
    }


def _locality(row: Mapping[str, str]) -> Place:
    population = int(row["population"]) if row["population"] else None
    return Place(
        name=row["name"],
        kind="locality",
        municipality=row["municipality"],
        county=row["municipality"][:2],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        uncertainty_km=locality_uncertainty_km(population, float(row["coordinate_error_km"])),
        population=population,
    )


def _municipality(row: Mapping[str, str]) -> Place:
    point = float(row["latitude"]), float(row["longitude"])
    code = row["code"]
    return Place(row["name"], "municipality", code, code[:2], *point, uncertainty_km=float(row["radius_km"]))


def _county(row: Mapping[str, str]) -> Place:
    point = float(row["latitude"]), float(row["longitude"])
    return Place(row["name"], "county", None, row["code"], *point, uncertainty_km=float(row["radius_km"]))

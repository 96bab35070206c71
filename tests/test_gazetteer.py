"""Which place a name means: on the tables that come with Närverk.

Coordinates of the county's main localities are those of ``kommuner_orebro_lan.csv``, made by somebody else.
"""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import AmbiguousName, UnknownName
from graph.gazetteer import Gazetteer, Place, ascii_fold, fold, locality_uncertainty_km
from graph.geo import distance_km
from graph.outlines import Outlines

GAZETTEER = Gazetteer.default()


def one(name: str, municipality: str | None = None) -> Place:
    (place,) = GAZETTEER.find(name, municipality)
    return place


@pytest.mark.parametrize(
    ("code", "municipality", "main_locality", "latitude", "longitude"),
    [
        ("1814", "Lekeberg", "Fjugesta", 59.17375, 14.87227),
        ("1860", "Laxå", "Laxå", 58.9863, 14.61904),
        ("1861", "Hallsberg", "Hallsberg", 59.06463, 15.10993),
        ("1862", "Degerfors", "Degerfors", 59.23797, 14.43077),
        ("1863", "Hällefors", "Hällefors", 59.78388, 14.52197),
        ("1864", "Ljusnarsberg", "Kopparberg", 59.87597, 14.99436),
        ("1880", "Örebro", "Örebro", 59.27412, 15.2066),
        ("1881", "Kumla", "Kumla", 59.1277, 15.14341),
        ("1882", "Askersund", "Askersund", 58.87988, 14.9023),
        ("1883", "Karlskoga", "Karlskoga", 59.32667, 14.52386),
        ("1884", "Nora", "Nora", 59.51926, 15.03979),
        ("1885", "Lindesberg", "Lindesberg", 59.59202, 15.2304),
    ],
)
def test_the_county(code: str, municipality: str, main_locality: str, latitude: float, longitude: float) -> None:
    place = one(f"{municipality} kommun")
    assert (place.kind, place.municipality, place.county) == ("municipality", code, "18")
    assert place.point == (latitude, longitude)
    assert one(main_locality).point == (latitude, longitude)
    assert GAZETTEER.municipality_of(latitude, longitude) == code
    assert GAZETTEER.municipality_name(code) == municipality


def test_the_whole_country_is_there() -> None:
    assert len(GAZETTEER.municipalities) == 290
    assert len(GAZETTEER.counties) == 21
    assert len(GAZETTEER.outlines()) == 290
    assert len(GAZETTEER.localities) > 1300


def test_areas_agree_with_statistics_sweden() -> None:
    """Örebro county has 8,504 km2 of land (regionfakta.com); the outlines hold its lakes as well, some 1,100 km2."""
    area_km2 = sum(pi * place.uncertainty_km**2 for place in GAZETTEER.municipalities if place.county == "18")
    assert 8_504 < area_km2 < 9_900


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("Karlskoga", "locality", "1883"),
        ("  KARLSKOGA ", "locality", "1883"),
        ("Ekeby Almby", "locality", "1880"),
        ("O\u0308rebro", "locality", "1880"),
        ("Gothenburg", "locality", "1480"),
        ("Fors, Avesta", "locality", "2084"),
        ("Fors (Avesta kommun)", "locality", "2084"),
        ("Karlskoga kommun", "municipality", "1883"),
        ("Falu kommun", "municipality", "2080"),
        ("Göteborgs stad", "municipality", "1480"),
        ("Malmö stad", "municipality", "1280"),
        ("Lekeberg", "municipality", "1814"),
        ("Upplands-Bro", "municipality", "0139"),
        ("1883", "municipality", "1883"),
        ("114", "municipality", "0114"),
    ],
)
def test_names_as_people_write_them(name: str, kind: str, code: str) -> None:
    place = one(name)
    assert (place.kind, place.municipality) == (kind, code)


@pytest.mark.parametrize(
    ("name", "county"), [("Örebro län", "18"), ("Värmland", "17"), ("Stockholms län", "01"), ("Västra Götaland", "14")]
)
def test_counties(name: str, county: str) -> None:
    place = one(name)
    assert (place.kind, place.county, place.municipality) == ("county", county, None)


@pytest.mark.parametrize(
    ("name", "code"),
    [("Åtorp", "1862"), ("Strömtorp", "1862"), ("Bofors", "1883"), ("Bångbro", "1864"), ("Zinkgruvan", "1882")],
)
def test_places_geonames_lacks(name: str, code: str) -> None:
    assert one(name).municipality == code


def test_a_name_of_several_places_lists_them() -> None:
    assert {place.municipality for place in GAZETTEER.find("Fors")} == {"2084", "2284"}
    with pytest.raises(AmbiguousName) as refused:
        GAZETTEER.one("Fors")
    assert refused.value.code == "ambiguous_place"
    for candidate in ("Fors, Avesta", "Fors, Örnsköldsvik"):
        assert candidate in refused.value.values["candidates"]  # type: ignore[operator]
        assert GAZETTEER.one(candidate).name == "Fors"


def test_every_place_can_be_told_from_every_other() -> None:
    for place in GAZETTEER.localities:
        assert GAZETTEER.find(*GAZETTEER.describe([place])) == (place,), place


@pytest.mark.parametrize(
    "damaged", ["Orebro", "Oerebro", "?rebro", "�rebro", "��rebro", "Ã–rebro", "™rebro", "\x99rebro", "\\rebro"]
)
def test_damaged_letters_are_suggested_and_never_taken(damaged: str) -> None:
    assert GAZETTEER.find(damaged) == ()
    assert GAZETTEER.suggest(damaged) == ("Örebro",)
    with pytest.raises(UnknownName) as refused:
        GAZETTEER.one(damaged)
    assert refused.value.values == {"name": damaged, "suggestions": ("Örebro",)}


def test_misspelt_names_are_suggested_best_first() -> None:
    assert GAZETTEER.suggest("Karlskoha")[0] == "Karlskoga"
    assert GAZETTEER.suggest("Degefors")[0] == "Degerfors"
    assert GAZETTEER.suggest("Ningbo") == ()
    assert GAZETTEER.suggest("") == ()


@given(st.text(max_size=30))
def test_any_text_is_answered(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert ascii_fold(text) == ascii_fold(fold(text))
    GAZETTEER.find(text)
    assert len(GAZETTEER.suggest(text)) <= 3


def test_hand_written_places_lie_where_they_say() -> None:
    """Each point is within its own uncertainty of the municipality it names."""
    for place in GAZETTEER.localities:
        assert GAZETTEER.outside_km(*place.point, place.municipality or "") <= max(place.uncertainty_km, 8.0), place
        if place.county == "18":
            assert GAZETTEER.outside_km(*place.point, place.municipality or "") <= place.uncertainty_km, place


def test_municipality_of_a_point() -> None:
    assert GAZETTEER.municipality_of(59.335, 14.535) == "1883"
    assert GAZETTEER.municipality_of(59.50234, 13.31277) == "1715"  # Kil, which its own outline leaves out
    assert GAZETTEER.municipality_of(57.61639, 11.78556) == "1480"  # the island of Styrsö
    assert GAZETTEER.municipality_of(59.91, 10.75) is None  # Oslo
    assert GAZETTEER.municipality_of(58.5, 20.0) is None  # the Baltic
    assert GAZETTEER.municipality_of(-33.9, 151.2) is None  # Sydney


def test_a_point_lies_in_at_most_one_municipality_and_nearly_every_locality_in_its_own() -> None:
    wrong = [
        place.name for place in GAZETTEER.localities if GAZETTEER.municipality_of(*place.point) != place.municipality
    ]
    assert len(wrong) < 0.01 * len(GAZETTEER.localities), wrong


def test_outlines_are_geojson_latitude_last() -> None:
    (feature,) = GAZETTEER.outlines(["1883"])
    assert feature["properties"] == {"code": "1883", "name": "Karlskoga"}
    longitude, latitude = feature["geometry"]["coordinates"][0][0][0]
    assert distance_km((latitude, longitude), one("Karlskoga").point) < 40


def test_holes_and_shared_edges_by_hand() -> None:
    """A square of 4 degrees with a square hole, and a neighbour east of it."""

    def square(low: float, high: float, east: float = 0.0) -> list[list[float]]:
        corners = [(low, low), (high, low), (high, high), (low, high), (low, low)]
        return [[longitude + east, latitude] for longitude, latitude in corners]

    def feature(code: str, *rings: list[list[float]]) -> dict[str, object]:
        return {"properties": {"code": code}, "geometry": {"coordinates": [list(rings)]}}

    outlines = Outlines([feature("01", square(0, 4), square(1, 3)), feature("02", square(0, 4, east=4.0))])
    assert outlines.containing(0.5, 0.5) == "01"
    assert outlines.containing(2.0, 2.0) is None
    code, outside_km = outlines.nearest(2.0, 2.5)
    assert code == "01"
    assert outside_km == pytest.approx(0.5 * 111.2, rel=0.01)
    assert outlines.containing(2.0, 4.0) == "02"  # the edge belongs to one of them
    assert outlines.nearest(2.0, 5.0, "01")[1] == pytest.approx(111.2, rel=0.01)


def test_uncertainty_by_hand() -> None:
    # 1.5 * 0.08 * 27490 ** 0.34 + 0.2: ln 27490 = 10.2216, * 0.34 = 3.4753, e^ = 32.31, * 0.12 = 3.877, + 0.2
    assert locality_uncertainty_km(27490, 0.2) == 4.1
    assert locality_uncertainty_km(None, 2.0) == 3.0  # as a place of 500: 0.12 * 8.27 + 2
    assert locality_uncertainty_km(200, 0.2) == 1.0  # never less


def test_no_place_with_that_code() -> None:
    assert GAZETTEER.municipality_name("9999") is None
    assert GAZETTEER.municipality_code("Ingenstans kommun") is None
    with pytest.raises(UnknownName):
        GAZETTEER.municipality("9999")

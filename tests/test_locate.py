"""Where a row's workplace is: the ladder, rung by rung.

Grid metres were worked out from degrees by pyproj 3 (PROJ, EPSG:3006 and EPSG:3021), run apart, once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.errors import UnreadableFile
from graph.geo import Point, distance_km
from ingest.coordinates import RT_90, SWEREF_99_TM, Grid, from_grid, read_point
from ingest.locate import Location, Locator, PlaceProblem, PostcodePlace, postcode_digits, read_postcodes

KARLSKOGA = (59.32667, 14.52386)


def located(locator: Locator | None = None, **row: Any) -> Location:
    found = (locator or Locator()).locate(**row)
    assert isinstance(found, Location)
    return found


def problem(locator: Locator | None = None, **row: Any) -> PlaceProblem:
    found = (locator or Locator()).locate(**row)
    assert isinstance(found, PlaceProblem)
    return found


# -- coordinates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "northing_m", "easting_m"),
    [
        (KARLSKOGA, 6576524.663961707, 472904.3629245714),
        ((55.34, 13.36), 6133851.935650924, 395985.58948098123),
        ((68.4333, 22.45), 7609647.628101591, 804983.4114701247),
        ((57.6, 11.2), 6390538.990917568, 272956.713261473),
        ((65.8, 24.1), 7327768.609211275, 915084.4506507486),
    ],
)
def test_sweref_99_tm_equals_pyproj(point: Point, northing_m: float, easting_m: float) -> None:
    assert distance_km(from_grid(northing_m, easting_m, SWEREF_99_TM), point) < 1e-6  # a millimetre


@pytest.mark.parametrize(
    ("point", "northing_m", "easting_m"),
    [
        (KARLSKOGA, 6579131.374280215, 1427058.4305816607),
        ((59.982008, 17.835033), 6653174.267698673, 1613318.775599153),
        ((55.34, 13.36), 6137174.034412813, 1344858.8166147484),
        ((68.4333, 22.45), 7608284.619304303, 1772265.8341712372),
    ],
)
def test_rt_90_equals_pyproj(point: Point, northing_m: float, easting_m: float) -> None:
    assert distance_km(from_grid(northing_m, easting_m, RT_90), point) < 0.001


def test_the_example_lantmateriet_publishes() -> None:
    """Gauss Conformal Projection (Transverse Mercator), Krüger's formulas: the worked example at 66, 24 degrees."""
    grid = Grid("example", 13 + 35 / 60 + 7.692 / 3600, 1.00000254, -6226307.864, 84182.879, (0.0, 1e7))
    assert from_grid(1135809.413803, 555304.016555, grid) == pytest.approx((66.0, 24.0), abs=1e-9)


@pytest.mark.parametrize(
    ("latitude", "longitude", "note"),
    [
        (59.32667, 14.52386, ()),
        (14.52386, 59.32667, ("coordinates_swapped",)),
        (6576524.7, 472904.4, ("coordinates_sweref99",)),
        (472904.4, 6576524.7, ("coordinates_sweref99",)),
        (6579131.4, 1427058.4, ("coordinates_rt90",)),
        (1427058.4, 6579131.4, ("coordinates_rt90",)),
    ],
)
def test_coordinates_however_written(latitude: float, longitude: float, note: tuple[str, ...]) -> None:
    for country in (None, "SE", "Sverige"):
        found = located(latitude=latitude, longitude=longitude, country=country)
        assert distance_km((found.latitude, found.longitude), KARLSKOGA) < 0.001
        assert (found.municipality, found.precision, found.uncertainty_km) == ("1883", "address", 0.2)
        assert found.notes == note


def test_coordinates_win_over_names_and_say_so_when_they_differ() -> None:
    found = located(latitude=59.32667, longitude=14.52386, locality="Örebro", municipality="Örebro")
    assert (found.latitude, found.municipality, found.locality) == (59.32667, "1883", "Örebro")
    assert found.notes == ("municipality_differs",)


def test_few_decimals_are_uncertain() -> None:
    assert located(latitude=59.3, longitude=14.5).uncertainty_km == 5.6  # 0.05 degrees of 111.2 km
    assert located(latitude=59.33, longitude=14.5).uncertainty_km == 0.6


@pytest.mark.parametrize("point", [(0.0, 0.0), (159.0, 14.5), (float("nan"), 14.5), (6576524.7, 14.5), (48.1, 11.6)])
def test_senseless_coordinates_fall_back_on_the_names(point: Point) -> None:
    row: dict[str, Any] = {"latitude": point[0], "longitude": point[1], "country": "SE"}
    found = located(**row, locality="Nora")
    assert (found.precision, found.notes) == ("locality", ("coordinates_unusable",))
    assert problem(**row).field == "latitude"


def test_a_point_abroad() -> None:
    for country in (None, "DE"):
        found = located(latitude=48.137, longitude=11.575, country=country)
        assert (found.latitude, found.municipality) == (48.137, None)
        assert found.notes == ("coordinates_abroad",)
    assert read_point(15.2, 59.3, swedish=False) is not None  # the Arabian Sea, when the row says it is abroad


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        {"locality": "Karlskoga"},
        {"locality": "KARLSKOGA", "municipality": "1883"},
        {"locality": "691 50 KARLSKOGA"},
        {"locality": "SE-691 50 Karlskoga"},
        {"address": "Bergsmansgatan 5, 691 32 Karlskoga"},
        {"address": "Box 12\n691 21 Karlskoga", "country": "SE"},
    ],
)
def test_a_locality_however_written(row: dict[str, Any]) -> None:
    found = located(**row)
    assert (found.latitude, found.longitude) == KARLSKOGA
    assert (found.locality, found.municipality) == ("Karlskoga", "1883")
    assert (found.precision, found.uncertainty_km, found.notes) == ("locality", 4.1, ())


def test_a_municipality_settles_a_name_of_several_places() -> None:
    assert located(locality="Fors", municipality="Avesta").municipality == "2084"
    asked = problem(locality="Fors")
    assert (asked.code, asked.field, asked.value) == ("place_ambiguous", "locality", "Fors")
    assert set(asked.suggestions) == {"Fors, Avesta", "Fors, Örnsköldsvik"}


def test_the_region_at_hand_settles_it_and_says_so() -> None:
    found = located(Locator(home=frozenset({"1880", "1881"})), locality="Ekeby")
    assert (found.municipality, found.notes) == ("1881", ("locality_of_region",))
    assert problem(locality="Ekeby").code == "place_ambiguous"


def test_a_town_that_bears_its_municipality_s_name_is_meant() -> None:
    found = located(locality="Mora")
    assert (found.municipality, found.notes) == ("2062", ("locality_of_municipality",))


def test_a_post_town_across_the_border_is_less_sure() -> None:
    found = located(locality="Örebro", municipality="Lekeberg")
    plain = located(locality="Örebro")
    assert (found.latitude, found.municipality) == (plain.latitude, "1814")
    assert found.uncertainty_km > plain.uncertainty_km + 5
    assert found.notes == ("locality_outside_municipality",)


def test_a_town_far_from_the_stated_municipality_wins() -> None:
    found = located(locality="Karlskoga", municipality="Stockholm")
    assert (found.municipality, found.notes) == ("1883", ("municipality_differs",))
    assert problem(locality="Fors", municipality="Karlskoga").code == "place_ambiguous"


def test_an_unknown_locality_falls_back_on_the_municipality() -> None:
    found = located(locality="Okändby", municipality="Karlskoga kommun")
    assert (found.precision, found.locality, found.municipality) == ("municipality", "Okändby", "1883")
    assert found.notes == ("locality_unknown",)
    assert 10 < found.uncertainty_km < 15  # a circle as large as the municipality's 500 km2 has 12.6 km


def test_an_unknown_municipality_beside_a_known_locality_is_noted() -> None:
    assert located(locality="Karlskoga", municipality="Bergslagen").notes == ("municipality_unknown",)


def test_what_is_unknown_comes_with_suggestions() -> None:
    assert problem(locality="?rebro") == PlaceProblem("place_unknown", "locality", "?rebro", ("Örebro",))
    assert problem(municipality="Karlskoha").suggestions[0] == "Karlskoga"
    assert problem(postcode="691 50") == PlaceProblem("place_unknown", "postcode", "691 50")


def test_nothing_said_and_abroad_are_no_problem() -> None:
    assert Locator().locate() is None
    assert Locator().locate(locality="", municipality="  ") is None
    assert Locator().locate(locality="Ningbo", country="CN") is None
    assert Locator().locate(locality="Nora", country="NO") is None


# -- postcodes ------------------------------------------------------------------------------------------------------

GEONAMES_LINES = (
    "SE\t691 50\tKarlskoga\tÖrebro\t15\tKarlskoga\t1883\t\t\t59.3267\t14.5239\t4\n"
    "SE\t691 32\tKarlskoga\tÖrebro\t15\tKarlskoga\t1883\t\t\t59.3267\t14.5239\t4\n"
    "SE\t693 70\tÅtorp\tÖrebro\t15\tDegerfors\t1862\t\t\t59.105\t14.36\t4\n"
)


@pytest.fixture
def postcodes(tmp_path: Path) -> dict[str, PostcodePlace]:
    (tmp_path / "SE.txt").write_text(GEONAMES_LINES, encoding="utf-8")
    return read_postcodes(tmp_path / "SE.txt")


def test_a_postcode_table_is_finer_where_it_has_a_point_of_its_own(postcodes: dict[str, PostcodePlace]) -> None:
    found = located(Locator(postcodes=postcodes), postcode="SE-693 70", locality="Åtorp")
    assert (found.latitude, found.longitude, found.municipality) == (59.105, 14.36, "1862")
    assert (found.precision, found.uncertainty_km) == ("postcode", 3.0)


def test_postcodes_on_one_point_are_no_finer_than_the_town(postcodes: dict[str, PostcodePlace]) -> None:
    found = located(Locator(postcodes=postcodes), postcode="69150")
    assert (found.precision, found.uncertainty_km, found.locality) == ("locality", 4.1, "Karlskoga")


def test_a_postcode_that_contradicts_the_town_is_noted(postcodes: dict[str, PostcodePlace]) -> None:
    found = located(Locator(postcodes=postcodes), postcode="69150", locality="Lund")
    assert (found.municipality, found.notes) == ("1281", ("postcode_differs",))


@pytest.mark.parametrize("text", [b"org.nr;namn\n1;2\n", b"\xff\xfe\x00", b"SE\t691 50\tK\t\t\t\t\t\t\tnorr\t14\t4\n"])
def test_another_file_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "SE.txt").write_bytes(text)
    with pytest.raises(UnreadableFile) as refused:
        read_postcodes(tmp_path / "SE.txt")
    assert refused.value.code == "not_a_postcode_file"
    assert refused.value.values == {"file": "SE.txt", "row": 1}


@pytest.mark.parametrize(
    ("text", "digits"), [("693 70", "69370"), ("SE-69370", "69370"), ("69370.0", "69370"), ("6937", None), (None, None)]
)
def test_postcodes_as_written(text: str | None, digits: str | None) -> None:
    assert postcode_digits(text) == digits

"""Whom or where a person means: companies by number, name and first words; a company before a place before a county."""

from __future__ import annotations

import pytest

from graph.errors import AmbiguousName, UnknownName
from graph.geo import Gazetteer
from graph.lookup import MOST_CANDIDATES, find_company, find_origin
from graph.model import Alias, Company, Workplace
from graph.store import Snapshot

ALFA, BETA, GAMMA = "org:4099000012", "org:4099000020", "name:gamma svets@1883"


def snapshot(*more: Company, sites: tuple[Workplace, ...] = ()) -> Snapshot:
    companies = [
        Company(ALFA, "Åtorps Mekaniska Verkstad AB", locality="Åtorp"),
        Company(BETA, "Örebro Fasad & Puts AB", municipality="1880"),
        Company(GAMMA, "Gamma Svets", municipality="1883"),
        *more,
    ]
    aliases = [Alias(each.company_id, each.company_id) for each in companies]
    aliases += [Alias("name:åtorps mek@1862", ALFA), Alias("name:ingens", None)]
    places = [Workplace(f"{ALFA}/1", ALFA, latitude=59.1, longitude=14.37, location_uncertainty_km=3.0), *sites]
    return Snapshot(1, {Company: companies, Alias: aliases, Workplace: places})


@pytest.mark.parametrize(
    "text",
    [
        ALFA, "4099000012", "409900-0012", " 409900-0012 ", "16409900-0012", "164099000012", "409900 0012",
        "409900–0012", "name:åtorps mek@1862", "Åtorps Mekaniska Verkstad AB", "ÅTORPS MEK. VERKSTAD AKTIEBOLAG",
        "åtorps mekaniska", "Åtorps",
    ],
)  # fmt: skip
def test_a_company_by_number_alias_name_and_first_words(text: str) -> None:
    assert find_company(snapshot(), text).company_id == ALFA


@pytest.mark.parametrize(
    "text", ["", "  ", "409900-0099", "Åtorp", "Mekaniska", "verkstad", "name:ingens", "{0}", "AB"]
)
def test_nobody_answers_to_it(text: str) -> None:
    with pytest.raises(UnknownName, match="unknown_company") as error:
        find_company(snapshot(), text)
    assert error.value.values["name"] == text.strip()
    assert isinstance(error.value.values["suggestions"], tuple)


def test_a_slip_of_the_pen_is_suggested() -> None:
    with pytest.raises(UnknownName) as error:
        find_company(snapshot(), "Åtorps Mekanniska Verkstad")
    assert error.value.values["suggestions"] == ("Åtorps Mekaniska Verkstad AB",)


def test_the_very_name_counts_before_first_words() -> None:
    found = find_company(snapshot(Company("org:4099000038", "Gamma Svets Nora AB")), "gamma svets")
    assert found.company_id == GAMMA


def test_several_of_one_name_are_listed_so_that_one_can_choose() -> None:
    several = tuple(Company(f"org:41000000{n:02}", "Delta AB", municipality="1880") for n in range(12))
    with pytest.raises(AmbiguousName, match="ambiguous_company") as error:
        find_company(snapshot(*several), "Delta")
    candidates = error.value.values["candidates"]
    assert isinstance(candidates, tuple)
    assert len(candidates) == MOST_CANDIDATES
    assert candidates[0] == "Delta AB (Örebro, org:4100000000)"
    for each in candidates:
        company_id = each.rpartition(", ")[2].rstrip(")")
        assert find_company(snapshot(*several), company_id).company_id == company_id


def test_first_words_of_several_are_ambiguous() -> None:
    with pytest.raises(AmbiguousName):
        find_company(
            snapshot(Company("org:4099000038", "Gamma Svets Nora AB"), Company("org:4099000046", "Gamma Lack")), "gamma"
        )


def test_an_origin_is_a_company_with_its_site_and_how_sure_that_is() -> None:
    found = find_origin(snapshot(), "409900-0012")
    assert (found.company_id, found.point, found.uncertainty_km) == (ALFA, (59.1, 14.37), 3.0)
    assert found.name == "Åtorps Mekaniska Verkstad AB"


def test_a_place_is_a_place_though_a_firm_is_called_after_it() -> None:
    """One firm alone whose name begins "Örebro" must not take the town's place."""
    found = find_origin(snapshot(), "Örebro")
    assert (found.name, found.company_id) == ("Örebro", None)
    with pytest.raises(UnknownName, match="company_unplaced"):
        find_origin(snapshot(), "Örebro Fasad")


def test_a_firm_of_the_very_name_counts_before_the_place() -> None:
    site = Workplace("org:4099000038/1", "org:4099000038", latitude=60.0, longitude=15.0)
    found = find_origin(snapshot(Company("org:4099000038", "Kumla AB"), sites=(site,)), "Kumla")
    assert (found.company_id, found.point, found.uncertainty_km) == ("org:4099000038", (60.0, 15.0), 0.0)
    twins = (Company("org:4099000038", "Kumla AB"), Company("org:4099000046", "AB Kumla"))
    assert find_origin(snapshot(*twins), "Kumla").company_id is None


def test_a_locality_counts_before_the_municipality_of_the_name() -> None:
    gazetteer = Gazetteer.default()
    town = find_origin(snapshot(), "Karlskoga")
    county = find_origin(snapshot(), "Karlskoga kommun")
    assert town.uncertainty_km < county.uncertainty_km
    assert town.point == gazetteer.one("Karlskoga").point
    assert find_origin(snapshot(), "1883").point == county.point


def test_namesakes_are_told_apart_by_their_municipality() -> None:
    with pytest.raises(AmbiguousName, match="ambiguous_place") as error:
        find_origin(snapshot(), "Fors")
    candidates = error.value.values["candidates"]
    assert isinstance(candidates, tuple)
    assert "Fors, Avesta" in candidates
    assert len({find_origin(snapshot(), each).point for each in candidates}) == len(candidates)


def test_nowhere_suggests_places_then_firms() -> None:
    with pytest.raises(UnknownName, match="unknown_near") as error:
        find_origin(snapshot(), "Karlskga")
    suggestions = error.value.values["suggestions"]
    assert isinstance(suggestions, tuple)
    assert suggestions[0] == "Karlskoga"
    with pytest.raises(UnknownName, match="unknown_near"):
        find_origin(snapshot(), "")

"""Which pairs of names are put to a person: few enough to be answered, and never two firms that are surely two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Decision
from graph.names import name_key
from ingest.identify import ALIKE, Doubt, doubts

NUMBERED = "org:4099000012"


def asked(one: str, other: str, *, place: str = "", numbered: str = NUMBERED, told: tuple[Decision, ...] = ()) -> bool:
    """Whether a name without a number is asked about, where a numbered firm bears the other name."""
    weak = f"name:{name_key(one)}" + (f"@{place}" if place else "")
    names = {weak: {name_key(one)}, numbered: {name_key(other)}}
    return bool(doubts(names, {each: each for each in names}, told, {weak}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Åtorps Mekanniska AB", "Åtorps Mekaniska AB"), ("Nåiden Bygg", "Nåidenbygg AB"),
        ("Ravasen Detaljteknik AB", "Rävåsen Detaljteknik AB"), ("Gr?bruks Pl?tteknik AB", "Gråbruks Plåtteknik AB"),
        ("Skoghielm & Granstam Tun", "Skoghielm & Granstam Tungmekan AB"), ("Alvruds Frakt", "Älvruds Frakt AB"),
        ("Karlskoga Svets & Plåt", "Karlskoga Svets och Plat AB"), ("?tervinning Norr", "Återvinning Norr AB"),
        ("Söderströms Industriservice i Ör", "Söderströms Industriservice i Örebro län AB"),
    ],
)  # fmt: skip
def test_spellings_of_one_firm_are_asked_about(one: str, other: str) -> None:
    assert asked(one, other)
    assert asked(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Brenkamp Antriebstechnik GmbH", "Velskamp Antriebstechnik GmbH"), ("Volvo", "Volvo Construction Equipment"),
        ("Svets i Nora AB", "Svets i Kumla AB"), ("Peab", "Peab Asfalt AB"), ("AB Alfa", "AB Beta"),
        ("Skanska Sverige AB", "Skanska Sverige Industrial Solutions"),
        ("Nora Bygg", "Noras Byggnadsvård och Entreprenad i Örebro"),
    ],
)  # fmt: skip
def test_two_firms_are_not_asked_about(one: str, other: str) -> None:
    assert not asked(one, other)


def test_two_numbers_are_two_firms_and_two_persons_are_none_of_our_business() -> None:
    names = {NUMBERED: {"svets i nora"}, "org:4099000020": {"svets i norra"}, "person:ab": {"svets i nora"}}
    assert doubts(names, {each: each for each in names}, [], set(names)) == []


def test_places_known_to_differ_keep_names_apart() -> None:
    names = {"name:svets@1883": {"svets teknik"}, "name:svetss@1880": {"svets tekniks"}}
    company_of = {each: each for each in names}
    assert doubts(names, company_of, [], set(names)) == []
    near = {"name:svets@1883": {"svets teknik"}, "name:svetss@1883": {"svets tekniks"}}
    assert len(doubts(near, {each: each for each in near}, [], set(near))) == 1


def test_what_is_one_company_already_is_no_question() -> None:
    names = {"name:svets teknik": {"svets teknik"}, NUMBERED: {"svets tekniks"}}
    assert doubts(names, dict.fromkeys(names, NUMBERED), [], set(names)) == []


@pytest.mark.parametrize("verb", ["same", "not_same"])
def test_an_answer_is_remembered(verb: str) -> None:
    pair = ("name:svets teknik", NUMBERED)
    told = Decision("D1", verb, tuple(sorted(pair)))
    assert asked("Svets Teknik", "Svets Tekniks AB")
    assert not asked("Svets Teknik", "Svets Tekniks AB", told=(told,))


def test_a_name_that_could_be_several_numbered_firms_is_asked_about() -> None:
    names = {"name:svets": {"svets"}, NUMBERED: {"svets"}, "org:4099000020": {"svets"}}
    found = doubts(names, {each: each for each in names}, [], {"name:svets"})
    assert found == [Doubt("name:svets", NUMBERED, 100.0), Doubt("name:svets", "org:4099000020", 100.0)]


def test_a_question_comes_with_whichever_of_the_two_is_loaded_last() -> None:
    names = {"name:svets teknik": {"svets teknik"}, NUMBERED: {"svets tekniks"}}
    company_of = {each: each for each in names}
    expected = doubts(names, company_of, [], {"name:svets teknik"})
    assert [(each.one, each.other) for each in expected] == [("name:svets teknik", NUMBERED)]
    assert doubts(names, company_of, [], {NUMBERED}) == expected
    assert doubts(names, company_of, [], set()) == []


NAMES = st.lists(st.text("abåäö ", min_size=1, max_size=24).map(str.strip).filter(bool), max_size=12, unique=True)


@given(NAMES)
def test_questions_are_in_order_and_each_once(names: list[str]) -> None:
    keys = {f"name:{each}": {each} for each in names}
    found = doubts(keys, {each: each for each in keys}, [], set(keys))
    assert found == doubts(dict(reversed(keys.items())), {each: each for each in keys}, [], set(keys))
    pairs = [frozenset((each.one, each.other)) for each in found]
    assert len(pairs) == len(set(pairs))
    assert all(ALIKE <= each.score <= 100 and each.one != each.other for each in found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_a_region_of_like_names_is_not_a_flood() -> None:
    """Six hundred firms named after places and trades, as in a real county: nobody is asked about any of them."""
    places = [f"{a}{b}" for a in ("Ler", "Sten", "Björk", "Ek", "Alm", "Gran") for b in ("torp", "hult", "näs", "vik")]
    trades = ["Bygg", "Måleri", "Svets", "Transport", "Elektriska", "Plåtslageri", "Verktyg", "Redovisning"]
    names = [name_key(f"{place} {trade} AB") for place in places for trade in trades]
    keys = {f"name:{each}": {each} for each in names}
    assert len(keys) == 192
    found = doubts(keys, {each: each for each in keys}, [], set(keys))
    assert len(found) <= len(keys) * 0.05

"""Which identifiers mean one company: a person's word, then numbers, then names and places; no guesses."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identity import Sighting, companies_of, is_company, place_of, rank
from graph.model import Decision
from graph.spellings import spelling
from tests.strategies import SPELLINGS

A, B = "org:4000000001", "org:4000000002"
GERMAN, PERSON = "vat:DE100000001", "person:aa11"
EK, EK_KARLSKOGA, EK_ORREBRO = "name:ek", "name:ek@1883", "name:ek@1880"


def seen(*names: str, at: str = "") -> Sighting:
    return Sighting(frozenset(map(spelling, names)), frozenset({at} - {""}))


def said(verb: str, one: str, other: str, revision: int = 1) -> Decision:
    subjects = tuple(sorted((one, other)))
    return Decision(f"D{revision}", verb, subjects, revision=revision)


def test_a_name_without_a_number_belongs_to_the_one_numbered_firm_of_that_name() -> None:
    assert companies_of({EK: seen("ek"), A: seen("ek")}, []) == {EK: A, A: A}


def test_a_name_that_two_firms_bear_stands_alone() -> None:
    found = companies_of({EK: seen("ek"), A: seen("ek"), B: seen("ek")}, [])
    assert found == {EK: EK, A: A, B: B}


def test_a_place_tells_two_firms_of_one_name_apart() -> None:
    found = companies_of({EK_KARLSKOGA: seen("ek"), A: seen("ek", at="1883"), B: seen("ek", at="1880")}, [])
    assert found[EK_KARLSKOGA] == A


def test_a_firm_known_to_lie_elsewhere_is_not_meant() -> None:
    assert companies_of({EK_KARLSKOGA: seen("ek"), A: seen("ek", at="1880")}, [])[EK_KARLSKOGA] == EK_KARLSKOGA


def test_a_firm_of_unknown_place_may_be_meant_and_keeps_the_name_of_two_firms_open() -> None:
    sightings = {EK_KARLSKOGA: seen("ek"), A: seen("ek", at="1883"), B: seen("ek")}
    assert companies_of(sightings, [])[EK_KARLSKOGA] == EK_KARLSKOGA
    assert companies_of({each: sightings[each] for each in (EK_KARLSKOGA, B)}, [])[EK_KARLSKOGA] == B


def test_a_name_without_a_place_belongs_to_the_one_placed_name() -> None:
    assert (
        companies_of({EK: seen("ek"), EK_KARLSKOGA: seen("ek")}, [])[EK]
        == companies_of({EK: seen("ek"), EK_KARLSKOGA: seen("ek")}, [])[EK_KARLSKOGA]
    )
    alone = companies_of({EK: seen("ek"), EK_KARLSKOGA: seen("ek"), EK_ORREBRO: seen("ek")}, [])
    assert alone == {each: each for each in (EK, EK_KARLSKOGA, EK_ORREBRO)}


def test_names_that_fold_differently_are_never_joined() -> None:
    assert companies_of({"name:eek": seen("eek"), A: seen("ek")}, [])["name:eek"] == "name:eek"


def test_a_natural_person_is_never_found_by_name() -> None:
    assert companies_of({EK: seen("ek"), PERSON: seen("ek")}, [])[EK] == EK
    name, otherwise, _ = SPELLINGS
    assert companies_of({EK: seen(otherwise), PERSON: seen(name)}, [])[EK] == EK


def test_a_spelling_belongs_to_the_one_numbered_firm_it_can_only_be_meant_for() -> None:
    name, otherwise, in_another_order = SPELLINGS
    assert companies_of({EK: seen(otherwise), A: seen(name)}, [])[EK] == A
    assert companies_of({EK: seen(in_another_order), A: seen(name)}, [])[EK] == A
    assert companies_of({EK: seen(otherwise), A: seen(name), B: seen(name)}, [])[EK] == EK, "two could be meant"
    assert companies_of({EK: seen(otherwise), A: seen(name), B: seen(otherwise)}, [])[EK] == B, "its own name first"
    assert companies_of({EK: seen(otherwise), A: seen(name)}, [said("not_same", EK, A)])[EK] == EK
    assert companies_of({EK: seen(otherwise), "name:al": seen(name)}, [])[EK] == EK, "two names without a number"


def test_place_and_legal_form_speak_against_a_spelling_as_against_a_name() -> None:
    name, otherwise, _ = SPELLINGS
    weak = seen(otherwise, at="1883")
    assert companies_of({EK_KARLSKOGA: weak, A: seen(name, at="1880")}, [])[EK_KARLSKOGA] == EK_KARLSKOGA
    assert companies_of({EK_KARLSKOGA: weak, A: seen(name, at="1883"), B: seen(name, at="1880")}, [])[EK_KARLSKOGA] == A
    limited = Sighting(frozenset({spelling(name)}), frozenset(), frozenset({"AB"}))
    partners = Sighting(frozenset({spelling(otherwise)}), frozenset(), frozenset({"HB"}))
    assert companies_of({EK: partners, A: limited}, [])[EK] == EK


def test_a_name_that_another_numbered_firm_bears_elsewhere_is_no_spelling_of_a_third() -> None:
    name, otherwise, _ = SPELLINGS
    sightings = {EK_KARLSKOGA: seen(otherwise, at="1883"), A: seen(otherwise, at="1880"), B: seen(name, at="1883")}
    assert companies_of(sightings, [])[EK_KARLSKOGA] == EK_KARLSKOGA


def test_two_numbers_stay_two_companies_though_a_name_is_seen_with_both() -> None:
    """One identifier borne under two names, each a firm's own: several could be meant, so it stands alone."""
    found = companies_of({EK: seen("ek", "al"), A: seen("ek"), B: seen("al")}, [])
    assert found == {EK: EK, A: A, B: B}


def test_two_numbers_stay_two_companies_though_a_person_joined_two_names() -> None:
    sightings = {EK: seen("ek"), "name:al": seen("al"), A: seen("ek"), B: seen("al")}
    found = companies_of(sightings, [said("same", EK, "name:al")])
    assert found == {EK: "name:al", "name:al": "name:al", A: A, B: B}


def test_a_persons_word_beats_the_name() -> None:
    sightings = {EK: seen("ek"), A: seen("ek"), B: seen("al")}
    assert companies_of(sightings, [said("same", EK, B)]) == {EK: B, A: A, B: B}
    assert companies_of(sightings, [said("not_same", EK, A)]) == {EK: EK, A: A, B: B}


def test_a_person_may_join_two_numbers() -> None:
    assert companies_of({A: seen("ek"), B: seen("al")}, [said("same", A, B)]) == {A: A, B: A}


def test_what_a_person_set_apart_is_not_joined_through_a_third() -> None:
    sightings = {A: seen("al"), B: seen("gran"), EK: seen("ek")}
    told = [said("not_same", A, B, 1), said("same", A, EK, 2), said("same", EK, B, 3)]
    assert companies_of(sightings, told) == {A: A, EK: A, B: B}


def test_setting_one_apart_leaves_the_other_to_be_meant() -> None:
    sightings = {EK: seen("ek"), A: seen("ek"), B: seen("ek")}
    assert companies_of(sightings, [said("not_same", EK, A)])[EK] == B
    placed = {EK: seen("ek"), EK_KARLSKOGA: seen("ek"), EK_ORREBRO: seen("ek")}
    assert companies_of(placed, [said("not_same", EK, EK_KARLSKOGA)])[EK] == EK


def test_a_withdrawn_or_strange_word_counts_for_nothing() -> None:
    sightings = {A: seen("ek"), B: seen("al")}
    gone = Decision("D1", "same", (A, B), revision=1, withdrawn=2)
    assert companies_of(sightings, [gone, said("same", A, GERMAN)]) == {A: A, B: B}


def test_the_best_identifier_names_the_company() -> None:
    every = (A, B, GERMAN, PERSON, EK)
    for order in permutations(every):
        assert sorted(order, key=rank) == list(every)
    told = [said("same", EK, GERMAN, 1), said("same", GERMAN, A, 2)]
    assert set(companies_of({each: seen() for each in (EK, GERMAN, A)}, told).values()) == {A}


@pytest.mark.parametrize(
    ("subject", "place"), [(EK_KARLSKOGA, "1883"), (EK, ""), ("name:a@b@DE", "DE"), ("org:1@2", "")]
)
def test_a_name_may_carry_its_place(subject: str, place: str) -> None:
    assert place_of(subject) == place


def test_actors_regions_and_activities_are_no_companies() -> None:
    assert [is_company(each) for each in (A, GERMAN, PERSON, EK)] == [True] * 4
    assert not any(map(is_company, ("actor:almi", "region:orebro", "activity:visit", "")))


WORLD = (A, B, GERMAN, PERSON, EK, EK_KARLSKOGA, EK_ORREBRO, "name:al")
SIGHTINGS = st.dictionaries(
    st.sampled_from(WORLD),
    st.builds(
        Sighting,
        st.frozensets(st.sampled_from(("ek", "al", *SPELLINGS)).map(spelling), max_size=2),
        st.frozensets(st.sampled_from(("1880", "1883")), max_size=2),
    ),
)
PAIRS = st.lists(st.sampled_from(WORLD), min_size=2, max_size=2, unique=True)
TOLD = st.lists(st.tuples(st.sampled_from(("same", "not_same")), PAIRS), max_size=4).map(
    lambda each: [said(verb, pair[0], pair[1], revision) for revision, (verb, pair) in enumerate(each, 1)]
)


@given(sightings=SIGHTINGS, told=TOLD, seed=st.randoms())
def test_the_rule_holds_in_any_small_world_and_in_any_order(
    sightings: dict[str, Sighting], told: list[Decision], seed: object
) -> None:
    found = companies_of(sightings, told)
    shuffled = list(sightings.items())
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert companies_of(dict(shuffled), told[::-1]) == found
    for decision in {frozenset(each.subjects): each for each in told}.values():  # the later word on a pair counts
        one, other = decision.subjects
        if decision.verb == "not_same" and one in found and other in found:
            assert found[one] != found[other]
    if not any(each.verb == "same" for each in told):
        numbered = [each for each in found if not each.startswith("name:")]
        assert [found[each] for each in numbered] == numbered
    for subject, company in found.items():
        assert found[company] == company
        assert rank(company) <= rank(subject)

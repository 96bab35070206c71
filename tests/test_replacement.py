"""Who could supply a part, and why: a mini region around Karlskoga, made by hand."""

from __future__ import annotations

from math import log
from typing import Any

import pytest
from geopy.distance import geodesic

from graph.demands import Demand, demand_of_part, demand_of_text, it_grade
from graph.judging import Weights
from graph.lookup import Origin
from graph.model import Certificate, Company, ImportedPart, Offer, Record, Workplace
from graph.replacement import Answer, Finder, Replacement
from graph.store import Snapshot

KARLSKOGA = (59.3267, 14.5239)
HERE = Origin("Karlskoga", KARLSKOGA, 0.0)
TURNING = Demand((("turning", 1.0),))


def region(*records: Record) -> Finder:
    return Finder(
        Snapshot(1, {k: [e for e in records if type(e) is k] for k in (Company, Workplace, Offer, Certificate)}),
        today="2026-11-22",
    )


def firm(key: str, north: float = 0.05, process: str = "turning", unsure_km: float = 0.0, **offer: Any) -> list[Record]:
    """A firm so many degrees north of Karlskoga, with one offer."""
    parent = offer.pop("parent_id", None)
    place = Workplace(f"{key}/1", key, latitude=KARLSKOGA[0] + north, longitude=KARLSKOGA[1])
    place = Workplace(**{f: getattr(place, f) for f in ("workplace_id", "company_id", "latitude", "longitude")},
                      location_uncertainty_km=unsure_km)  # fmt: skip
    offer = {"evidence": "stated", "stated_on": "2026-01-01", **offer}
    return [Company(key, name=key, parent_id=parent), place, Offer(f"{key}/{process}", key, process, **offer)]


def find(records: list[Record], demand: Demand = TURNING, within_km: float = 40.0, origin: Origin = HERE) -> Answer:
    return region(*records).find(demand, origin, within_km)


def only(answer: Answer) -> Replacement:
    (hit,) = answer.hits
    return hit


def status(found: Replacement) -> dict[str, str]:
    return {each.name: each.status for each in found.constraints}


def test_a_firm_that_offers_the_process_nearby_is_a_hit_at_its_exact_distance() -> None:
    hit = only(find(firm("a")))
    assert hit.distance_km == round(geodesic(KARLSKOGA, (KARLSKOGA[0] + 0.05, KARLSKOGA[1])).km, 3)
    assert status(hit) == {"process": "met", "radius": "met"}
    assert (hit.coverage, hit.missing) == (1.0, ())


def test_a_firm_of_another_trade_is_neither_hit_nor_near_miss() -> None:
    answer = find([*firm("a", process="food_processing"), Company("b")])
    assert (answer.hits, answer.near_misses) == ((), ())


def test_a_parent_process_counts_for_its_child_and_the_child_for_it() -> None:
    records = [*firm("a", process="milling_3"), *firm("b", process="drilling")]
    for asked in ("milling_3", "drilling"):
        assert {each.company_id for each in find(records, Demand(((asked, 1.0),))).hits} == {"a", "b"}


@pytest.mark.parametrize(
    ("offer", "demand", "name"),
    [
        ({"materials": ("brass",)}, {"material": "steel"}, "material"),
        ({"max_length_mm": 99.0}, {"length_mm": 100.0}, "size"),
        ({"max_weight_kg": 4.9}, {"piece_weight_kg": 5.0}, "weight"),
        ({"tolerance": "IT8"}, {"tolerance": "h7"}, "tolerance"),
    ],
)
def test_what_speaks_against_a_firm_makes_a_near_miss_and_what_is_unknown_does_not(
    offer: dict[str, Any], demand: dict[str, Any], name: str
) -> None:
    asked = Demand(TURNING.processes, **demand)
    against = find(firm("a", **offer), asked)
    assert against.hits == ()
    assert [(each.company_id, each.missing[0].name) for each in against.near_misses] == [("a", name)]
    unknown = only(find(firm("a"), asked))
    assert status(unknown)[name] == "unknown"
    assert unknown.coverage == round(2 / 3, 3)
    wanted: dict[str, Any] = {"materials": ("brass", "steel"), "max_length_mm": 100.0, "max_weight_kg": 5.0,
                              "tolerance": "IT7", "batch_min": 1_000}  # fmt: skip
    assert status(only(find(firm("a", **wanted), asked)))[name] == "met"


def test_a_firms_usual_series_can_be_talked_about() -> None:
    hit = only(find(firm("a", batch_min=1_001), Demand(TURNING.processes, annual_quantity=1_000)))
    assert status(hit)["quantity"] == "unmet"
    fits = only(find(firm("a", batch_min=1_000), Demand(TURNING.processes, annual_quantity=1_000)))
    assert status(fits)["quantity"] == "met"
    assert hit.score < fits.score


def test_two_things_against_a_firm_are_one_too_many() -> None:
    asked = Demand(TURNING.processes, material="steel", length_mm=100.0)
    answer = find(firm("a", materials=("brass",), max_length_mm=50.0), asked)
    assert (answer.hits, answer.near_misses) == ((), ())


def test_one_process_of_two_is_a_near_miss() -> None:
    answer = find(firm("a"), Demand((("turning", 1.0), ("hardening", 1.0))))
    assert answer.hits == ()
    (miss,) = answer.near_misses
    assert (miss.missing[0].name, miss.missing[0].asked, miss.missing[0].has) == ("process", "hardening", "turning")


def test_a_text_is_met_by_its_likeliest_process_or_by_half_of_its_weight() -> None:
    understood = (("turning", 0.4), ("hardening", 0.35), ("painting", 0.25))
    asked = Demand(understood, all_processes=False)
    records = [*firm("a"), *firm("b", process="painting"), *firm("c", process="hardening")]
    records += [Offer("c/painting", "c", "painting", evidence="stated")]
    assert {each.company_id for each in find(records, asked).hits} == {"a", "c"}


# -- distance ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "leading"),
    [
        ("AXEL D35H6 L420 C45E härdad och målad", "turning"),
        ("Turned shaft, hardened and painted", "turning"),
        ("Varmförzinkade konsoler", "bending"),
        ("Varmförzinkning av konsoler", "hdg"),
        ("Härdning av axlar", "hardening"),
        ("Lackering av kåpor", "painting"),
        ("Painting of welded frames", "painting"),
    ],
)
def test_what_shapes_a_part_leads_unless_the_treatment_is_what_is_asked_for(text: str, leading: str) -> None:
    demand = demand_of_text(text)
    assert demand.processes[0][0] == leading


def test_who_only_hardens_and_paints_does_not_make_a_turned_shaft() -> None:
    demand = demand_of_text("AXEL D35H6 L420 C45E härdad och målad")
    painter = [*firm("b", process="painting"), Offer("b/hardening", "b", "hardening", evidence="stated")]
    answer = find([*firm("a"), *painter], demand)
    assert [each.company_id for each in answer.hits] == ["a"]


def test_within_the_radius_is_by_the_best_known_point_and_known_only_where_the_high_end_is() -> None:
    """0.3 degrees north are 33.4 km; give or take 5 km is 28.4-38.4, give or take 10 is 23.4-43.4."""
    for unsure_km, known in ((5.0, "met"), (10.0, "unknown")):
        hit = only(find(firm("a", 0.3, unsure_km=unsure_km)))
        assert status(hit)["radius"] == known
        assert hit.distance_high_km == pytest.approx(hit.distance_km + unsure_km, abs=0.002)
        assert hit.distance_low_km == pytest.approx(hit.distance_km - unsure_km, abs=0.002)


def test_the_origins_own_uncertainty_counts_too() -> None:
    hit = only(find(firm("a", 0.3, unsure_km=4.0), origin=Origin("x", KARLSKOGA, 4.0)))
    assert status(hit)["radius"] == "unknown"


def test_just_outside_is_a_near_miss_and_far_outside_is_nothing() -> None:
    """0.4 degrees are 44.6 km, 0.6 degrees 66.8 km: near misses reach 1.5 radii, 60 km."""
    answer = find([*firm("near", 0.4), *firm("far", 0.6)])
    assert answer.hits == ()
    assert [(each.company_id, each.missing[0].name) for each in answer.near_misses] == [("near", "radius")]


def test_the_nearest_workplace_counts_and_one_without_a_place_is_not_found() -> None:
    second = Workplace("a/2", "a", latitude=KARLSKOGA[0] + 0.01, longitude=KARLSKOGA[1])
    nowhere = [Company("b"), Workplace("b/1", "b"), Offer("b/turning", "b", "turning")]
    assert only(find([*firm("a", 0.3), second, *nowhere])).distance_km == pytest.approx(1.114, abs=0.002)


# -- the buyer's own group --------------------------------------------------------------------------------------------


def test_the_buyers_own_group_is_left_out() -> None:
    records = [
        *firm("buyer"), *firm("sister", parent_id="top"), *firm("niece", parent_id="sister"), *firm("other"),
        Company("top"),
    ]  # fmt: skip
    records[0] = Company("buyer", parent_id="top")
    asked = Demand(TURNING.processes, buyer_id="buyer")
    assert [each.company_id for each in find(records, asked).hits] == ["other"]
    from_buyer = Origin("buyer", KARLSKOGA, 0.0, company_id="buyer")
    assert [each.company_id for each in find(records, origin=from_buyer).hits] == ["other"]


def test_groups_that_own_each_other_in_a_ring_end_the_search() -> None:
    records = [*firm("a", parent_id="b"), *firm("b", parent_id="a"), *firm("c")]
    assert "c" in {each.company_id for each in find(records, Demand(TURNING.processes, buyer_id="a")).hits}


# -- certificates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "until", "answer"),
    [
        ("ISO 9001", None, "met"),
        ("ISO 9001", "2026-11-22", "met"),
        ("ISO 9001", "2026-11-21", "unmet"),
        ("IATF 16949", "2027-01-01", "met"),
        ("ISO 14001", None, "unmet"),
        (None, None, "unknown"),
    ],
)
def test_a_certificate_covers_expires_and_is_lacking_only_where_others_are_listed(
    held: str | None, until: str | None, answer: str
) -> None:
    certificates = [Certificate("c", "a", held, until, "stated")] if held else []
    found = find([*firm("a"), *certificates], Demand(TURNING.processes, certificates=("ISO 9001",)))
    judged = (*found.hits, *found.near_misses)
    assert [status(each)["certificate"] for each in judged] == [answer]
    assert bool(found.hits) == (answer != "unmet")


# -- the score --------------------------------------------------------------------------------------------------------


def test_the_terms_add_up_to_the_score_as_worked_out_by_hand() -> None:
    """Process 40, nearness 35 (1 - ln(1 + d/10) / ln 31), demands 18 x 1/2, evidence 5 x 0.7, capacity 2 x 20/50."""
    asked = Demand(TURNING.processes, material="steel", length_mm=10.0)
    hit = only(find(firm("a", materials=("steel",), free_capacity_percent=20), asked))
    distance = round(geodesic(KARLSKOGA, (KARLSKOGA[0] + 0.05, KARLSKOGA[1])).km, 3)  # told, and counted, to the metre
    by_hand = [40.0, 35 * (1 - log(1 + distance / 10) / log(31)), 9.0, 3.5, 0.8]
    assert [each.points for each in hit.reasons] == pytest.approx(by_hand, abs=0.00501)
    assert hit.score == round(sum(each.points for each in hit.reasons), 2)
    assert [each.code for each in hit.reasons] == [
        "process_fit", "nearness", "demands_met", "evidence", "free_capacity",
    ]  # fmt: skip


def test_a_full_match_is_a_hundred_points() -> None:
    assert sum(getattr(Weights(), name) for name in Weights.__slots__) == 100
    hit = only(find(firm("a", 0.0, evidence="verified", free_capacity_percent=80)))
    assert hit.score == 100


def test_hits_come_best_first_then_nearest_then_by_key() -> None:
    records = [*firm("b"), *firm("a"), *firm("c", evidence="inferred"), *firm("d", 0.01)]
    assert [each.company_id for each in find(records).hits] == ["d", "a", "b", "c"]
    assert len(region(*records).find(TURNING, HERE, 40.0, limit=2).hits) == 2


def test_coverage_says_how_much_is_known_within_the_radius() -> None:
    records = [*firm("a"), *firm("b", evidence="inferred"), *firm("c", evidence="verified"), *firm("d", 0.6)]
    silent = [Company("e"), Workplace("e/1", "e", latitude=KARLSKOGA[0], longitude=KARLSKOGA[1])]
    coverage = find([*records, *silent]).coverage
    assert (coverage.stated, coverage.inferred, coverage.none) == (2, 1, 1)


def test_the_best_of_several_offers_is_judged() -> None:
    second = Offer("a/milling_5", "a", "turning", ("steel",), evidence="inferred")
    records = [*firm("a", materials=("brass",)), second]
    hit = only(find(records, Demand(TURNING.processes, material="steel")))
    assert status(hit)["material"] == "met"


# -- what a part asks for ---------------------------------------------------------------------------------------------


def test_a_part_asks_for_what_its_list_says_and_for_what_its_text_does_only_without_a_process() -> None:
    part = ImportedPart(
        "p", "buyer", description="Svarvad axel i rostfritt stål, 300 mm", capabilities=("milling_5",),
        material="brass",
        mass_kg=10.0, origin_country="CN", transport_mode="sea", certificates=("ISO 9001",),
    )  # fmt: skip
    asked = demand_of_part(part)
    assert (asked.processes, asked.all_processes, asked.material) == ((("milling_5", 1.0),), True, "brass")
    assert (asked.length_mm, asked.buyer_id, asked.mass_kg, asked.origin_country) == (None, "buyer", 10.0, "CN")
    read = demand_of_part(ImportedPart("p", "buyer", description="Svarvad axel"))
    assert (read.processes[0][0], read.all_processes) == ("turning", False)
    sized = demand_of_part(ImportedPart("p", "buyer", description="Svarvad axel, 300 mm lång", material="brass"))
    assert (sized.length_mm, sized.material) == (300.0, "brass")


@pytest.mark.parametrize(
    ("text", "grade"),
    [("IT7", 7), ("h6", 6), (" H11 ", 11), ("ISO 2768-mK", 14), ("iso2768 f", 12), ("fint", None), ("", None)]
)  # fmt: skip
def test_tolerances_are_compared_by_their_grade(text: str, grade: int | None) -> None:
    assert it_grade(text) == grade

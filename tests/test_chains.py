"""Chains of firms around Karlskoga, laid out by hand: distances by geopy, ways by trying them all."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from geopy.distance import geodesic

from graph.chains import Chains, chains, steps_of
from graph.demands import Demand
from graph.lookup import Origin
from graph.model import Company, Offer, Record, Workplace
from graph.replacement import Finder
from tests.test_supply import snapshot_of

KARLSKOGA = (59.3267, 14.5239)
HERE = Origin("Karlskoga", KARLSKOGA, 0.0)
MILL_HARDEN_PAINT = Demand((("milling_3", 1.0), ("hardening", 1.0), ("painting", 1.0)))


def firm(key: str, north: float, east: float, *processes: str, evidence: str = "stated") -> list[Record]:
    place = Workplace(f"{key}/1", key, latitude=KARLSKOGA[0] + north, longitude=KARLSKOGA[1] + east)
    offers = [Offer(f"{key}/{each}", key, each, evidence=evidence) for each in processes]
    return [Company(key, name=key.upper()), place, *offers]


def asked(records: list[Record], demand: Demand = MILL_HARDEN_PAINT, within_km: float = 40.0) -> Chains:
    return chains(Finder(snapshot_of(records)), demand, HERE, within_km)


def test_the_shortest_way_through_all_steps_to_the_buyer() -> None:
    records = [
        *firm("mill", 0.1, 0.0, "milling_3"),
        *firm("near", 0.1, 0.02, "hardening"),
        *firm("far", -0.3, 0.0, "hardening"),
        *firm("paint", 0.05, 0.01, "painting"),
    ]
    best, other = asked(records).found
    assert [(each.process, each.firm.company_id) for each in best.steps] == [
        ("milling_3", "mill"), ("hardening", "near"), ("painting", "paint"),
    ]  # fmt: skip
    points = [(KARLSKOGA[0] + n, KARLSKOGA[1] + e) for n, e in ((0.1, 0.0), (0.1, 0.02), (0.05, 0.01))]
    way = sum(geodesic(a, b).km for a, b in zip(points, [*points[1:], KARLSKOGA], strict=True))
    assert best.total_km == pytest.approx(way, abs=0.002)
    assert [each.firm.company_id for each in other.steps] == ["mill", "far", "paint"]
    assert best.steps[best.weakest].process == "milling_3"  # one firm alone can, and its score is not the best
    assert best.steps[1].able == 2


def test_two_steps_at_one_firm_cost_no_way_and_one_firm_for_all_is_no_chain() -> None:
    records = [*firm("both", 0.1, 0.0, "milling_3", "hardening"), *firm("paint", 0.1, 0.1, "painting")]
    (only,) = asked(records).found
    assert (only.firms, only.steps[0].onward_km) == (2, 0.0)
    assert asked(firm("all", 0.1, 0.0, "milling_3", "hardening", "painting")).found == ()


def test_a_step_that_nobody_can_do_is_named() -> None:
    found = asked([*firm("mill", 0.1, 0.0, "milling_3"), *firm("paint", 0.1, 0.1, "painting")])
    assert (found.found, found.lacking) == ((), ("hardening",))


def test_a_firm_beyond_the_radius_takes_no_step() -> None:
    records = [*firm("mill", 0.1, 0.0, "milling_3"), *firm("hard", 0.8, 0.0, "hardening")]
    assert asked(records, Demand((("milling_3", 1.0), ("hardening", 1.0)))).lacking == ("hardening",)


def test_a_part_of_one_step_and_a_service_have_no_chain() -> None:
    assert asked(firm("mill", 0.1, 0.0, "milling_3"), Demand((("milling_3", 1.0),))) == Chains(("milling_3",))


def test_what_a_text_hardly_speaks_for_is_no_step() -> None:
    said = Demand((("turning", 0.9), ("hardening", 0.5), ("painting", 0.2)), all_processes=False)
    assert steps_of(said) == ("turning", "hardening")


def test_the_best_chains_are_the_best_of_all_ways() -> None:
    draw = np.random.default_rng(5)
    records: list[Record] = []
    for process in ("milling_3", "hardening", "painting"):
        for number in range(5):
            records += firm(f"{process}{number}", *draw.uniform(-0.2, 0.2, 2).tolist(), process)
    at = {each.company_id: (each.latitude, each.longitude) for each in records if isinstance(each, Workplace)}
    ways = []
    for way in product(*([f"{process}{n}" for n in range(5)] for process in ("milling_3", "hardening", "painting"))):
        stops = [*(at[each] for each in way), KARLSKOGA]
        ways.append((sum(geodesic(a, b).km for a, b in pairwise(stops)), list(way)))
    ways.sort()
    found = asked(records).found
    assert [[step.firm.company_id for step in each.steps] for each in found] == [way for _, way in ways[:3]]
    assert [each.total_km for each in found] == pytest.approx([km for km, _ in ways[:3]], abs=0.002)

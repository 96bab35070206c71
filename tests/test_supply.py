"""The arrays against the plainest program that answers the same: a loop over firms with geopy, demand by demand."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Any

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.demands import Demand, it_grade
from graph.judging import Weights
from graph.ledger import publish, withdraw
from graph.lookup import Origin
from graph.model import Certificate, Claim, Company, Level, Offer, Record, Source, Workplace
from graph.replacement import Finder
from graph.store import Snapshot, Store, sort_key
from graph.supply_columns import touched_companies
from graph.taxonomy import taxonomy

TODAY = "2026-11-23"
KARLSKOGA = (59.3267, 14.5239)
KINDS = (Company, Workplace, Offer, Certificate)
PROCESSES = ("turning", "hard_turning", "milling_3", "hardening", "painting", "drilling")
EVIDENCE = {"inferred": 0.2, "stated": 0.7, "verified": 1.0}


def snapshot_of(records: list[Record]) -> Snapshot:
    return Snapshot(1, {kind: sorted((e for e in records if type(e) is kind), key=sort_key) for kind in KINDS})


# -- the plain program -------------------------------------------------------------------------------------------------


def level(offered: str, asked: str) -> float:
    terms = taxonomy()
    if offered in terms.ancestors(asked):
        return 0.8
    return 1.0 if terms.satisfies(offered, asked) else 0.0


def answers(demand: Demand, offer: Offer) -> dict[str, str]:
    said = {}
    if demand.material:
        said["material"] = (
            "unknown" if not offer.materials else "met" if demand.material in offer.materials else "unmet"
        )
    for name, asked, most in (
        ("size", demand.length_mm, offer.max_length_mm),
        ("weight", demand.piece_weight_kg, offer.max_weight_kg),
    ):
        if asked:
            said[name] = "unknown" if most is None else "met" if most >= asked else "unmet"
    if demand.tolerance:
        wanted, offered = it_grade(demand.tolerance), it_grade(offer.tolerance or "")
        said["tolerance"] = "unknown" if wanted is None or offered is None else "met" if offered <= wanted else "unmet"
    if demand.annual_quantity:
        least = offer.batch_min
        said["quantity"] = "unknown" if least is None else "met" if demand.annual_quantity >= least else "unmet"
    return said


def choice(demand: Demand, asked: str, offer: Offer) -> tuple[Any, ...]:
    said = answers(demand, offer)
    hard = [status for name, status in said.items() if name != "quantity"]
    codes = list(taxonomy().processes)
    return (
        -hard.count("unmet"),
        list(said.values()).count("met"),
        level(offer.capability or "", asked),
        EVIDENCE[offer.evidence or ""],
        -codes.index(offer.capability or ""),
    )


def plain(records: list[Record], demand: Demand, point: tuple[float, float], within_km: float) -> list[dict[str, Any]]:
    """Every hit, best first, by loops alone."""
    weights, found = Weights(), []
    for company in (each for each in records if isinstance(each, Company)):
        if company.company_id == demand.buyer_id or not company.is_active:
            continue
        sites = [e for e in records if isinstance(e, Workplace) and e.company_id == company.company_id]
        km = min((geodesic((e.latitude, e.longitude), point).km for e in sites), default=1e9)
        offers = [e for e in records if isinstance(e, Offer) and e.company_id == company.company_id]
        chosen: dict[int, Offer] = {}
        for number, (code, _) in enumerate(demand.processes):
            able = [each for each in offers if level(each.capability or "", code)]
            if able:
                chosen[number] = max(able, key=lambda each, code=code: choice(demand, code, each))  # type: ignore[misc]
        total = sum(weight for _, weight in demand.processes)
        deciding = len(demand.processes) if demand.deciding is None else demand.deciding
        part = sum(weight for _, weight in demand.processes[:deciding])
        met = sum(demand.processes[number][1] for number in chosen if number < deciding) / part
        enough = len(chosen) == len(demand.processes) if demand.all_processes else 0 in chosen or met >= 0.5
        if km > within_km or not chosen or not enough:
            continue
        order = ("met", "unknown", "unmet")
        judged = list(chosen.values()) if demand.all_processes else [chosen[min(chosen)]]
        said: dict[str, str] = {}
        for each in judged:
            for name, status in answers(demand, each).items():
                said[name] = max(said.get(name, "met"), status, key=order.index)
        held = [e for e in records if isinstance(e, Certificate) and e.company_id == company.company_id]
        for standard in demand.certificates:
            running = any(
                taxonomy().covers(e.standard or "", standard) and (not e.valid_until or e.valid_until >= TODAY)
                for e in held
            )
            said[f"certificate {standard}"] = "met" if running else "unmet" if held else "unknown"
        if any(status == "unmet" and name != "quantity" for name, status in said.items()):
            continue
        km = round(km, 3)
        fit = sum(level(chosen[n].capability or "", demand.processes[n][0]) * demand.processes[n][1] for n in chosen)
        terms = (
            weights.process * fit / total,
            weights.nearness * max(0.0, 1 - log(1 + km / 10) / log(31)),
            weights.demands * (list(said.values()).count("met") / len(said) if said else 1.0),
            weights.evidence * sum(EVIDENCE[each.evidence or ""] for each in chosen.values()) / len(chosen),
            weights.capacity * min(max(each.free_capacity_percent or 0 for each in chosen.values()), 50) / 50,
        )
        found.append({"id": company.company_id, "km": km, "terms": terms, "said": said})
    return found


# -- regions to ask ----------------------------------------------------------------------------------------------------

maybe = st.none
offers: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    capability=st.sampled_from(PROCESSES),
    materials=st.sampled_from([(), ("steel",), ("brass", "steel"), ("aluminium",), ("unobtainium",)]),
    max_length_mm=maybe() | st.sampled_from([50.0, 100.0, 500.0]),
    max_weight_kg=maybe() | st.sampled_from([1.0, 10.0]),
    tolerance=maybe() | st.sampled_from(["IT6", "h8", "ISO 2768-m", "fint"]),
    batch_min=maybe() | st.sampled_from([1, 100]),
    evidence=st.sampled_from(sorted(EVIDENCE)),
    free_capacity_percent=maybe() | st.sampled_from([0, 20, 80]),
)
places = st.tuples(st.floats(-0.5, 0.5), st.floats(-1.0, 1.0))
firms: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    offers=st.lists(offers, max_size=4, unique_by=lambda each: each["capability"]),
    places=st.lists(places, max_size=2),
    held=st.lists(st.sampled_from(["ISO 9001", "IATF 16949", "ISO 14001"]), max_size=2, unique=True),
    until=maybe() | st.sampled_from(["2026-01-01", "2027-01-01"]),
    ended=st.sampled_from([None, None, None, "2025-01-01"]),
)
demands = st.builds(
    Demand,
    processes=st.lists(
        st.tuples(st.sampled_from(PROCESSES), st.sampled_from([0.3, 0.5, 1.0])),
        min_size=1, max_size=3, unique_by=lambda pair: pair[0],
    ).map(tuple),
    all_processes=st.booleans(),
    deciding=maybe() | st.just(1),
    material=maybe() | st.sampled_from(["steel", "aluminium"]),
    certificates=st.sampled_from([(), (), ("ISO 9001",), ("ISO 9001", "ISO 14001")]),
    length_mm=maybe() | st.sampled_from([60.0, 100.0]),
    piece_weight_kg=maybe() | st.just(5.0),
    tolerance=maybe() | st.sampled_from(["IT7", "ISO 2768-c"]),
    annual_quantity=maybe() | st.just(50),
    buyer_id=maybe() | st.just("f1"),
)  # fmt: skip


def records_of(made: list[dict[str, Any]], first: int = 0) -> list[Record]:
    records: list[Record] = []
    for number, each in enumerate(made, first):
        key = f"f{number}"
        records.append(Company(key, name=key, ended_on=each["ended"]))
        for at, (north, east) in enumerate(each["places"]):
            where = {"latitude": KARLSKOGA[0] + north, "longitude": KARLSKOGA[1] + east}
            records.append(Workplace(f"{key}/{at}", key, **where))
        records += [Offer(f"{key}/{offer['capability']}", key, **offer) for offer in each["offers"]]
        records += [Certificate(f"{key}/{held}", key, held, each["until"], "stated") for held in each["held"]]
    return records


def check(finder: Finder, records: list[Record], demand: Demand, within_km: float) -> None:
    expected = {each["id"]: each for each in plain(records, demand, KARLSKOGA, within_km)}
    answer = finder.find(demand, Origin("Karlskoga", KARLSKOGA, 0.0), within_km, limit=1000)
    assert answer.found == len(expected)
    assert {each.company_id for each in answer.hits} == expected.keys()
    for hit in answer.hits:
        found = expected[hit.company_id]
        assert hit.distance_km == pytest.approx(found["km"], abs=0.0005)
        assert [each.points for each in hit.reasons] == pytest.approx(found["terms"], abs=0.0051)
        said = {e.name if e.name != "certificate" else f"certificate {e.asked}": e.status for e in hit.constraints}
        assert {name: said[name] for name in found["said"]} == found["said"]
    ordered = sorted(answer.hits, key=lambda each: (-each.score, each.distance_km, each.company_id.encode()))
    assert list(answer.hits) == ordered
    count, best = finder.candidates(demand, Origin("Karlskoga", KARLSKOGA, 0.0), within_km, limit=3)
    assert count == answer.found
    assert [(each.company_id, each.score) for each in best] == [(e.company_id, e.score) for e in answer.hits[:3]]


@settings(max_examples=100, deadline=None)
@given(made=st.lists(firms, max_size=12), demand=demands, within_km=st.sampled_from([5.0, 30.0, 60.0]))
def test_the_arrays_answer_as_the_loops_do(made: list[dict[str, Any]], demand: Demand, within_km: float) -> None:
    records = records_of(made)
    check(Finder(snapshot_of(records), today=TODAY), records, demand, within_km)


@settings(max_examples=40, deadline=None)
@given(
    made=st.lists(firms, min_size=2, max_size=8),
    other=st.lists(firms, min_size=1, max_size=3),
    demand=demands,
    at=st.integers(0, 5),
)
def test_a_changed_firm_is_found_as_in_an_index_built_anew(
    made: list[dict[str, Any]], other: list[dict[str, Any]], demand: Demand, at: int
) -> None:
    at = min(at, len(made))
    before = records_of(made)
    after = records_of([*made[:at], *other, *made[at + len(other) :]])
    touched = {f"f{number}" for number in range(at, max(len(made), at + len(other)))}
    finder = Finder(snapshot_of(before), today=TODAY)
    finder.find(demand, Origin("Karlskoga", KARLSKOGA, 0.0), 60.0)
    check(finder.changed(snapshot_of(after), touched), after, demand, 60.0)


def test_every_process_of_the_taxonomy_is_found_at_every_firm_that_offers_it() -> None:
    codes = [code for code, each in taxonomy().processes.items() if each.parent is None]
    records: list[Record] = []
    for number in range(3):
        key = f"f{number}"
        where = {"latitude": KARLSKOGA[0] + 0.01 * number, "longitude": KARLSKOGA[1]}
        records += [Company(key, name=key), Workplace(f"{key}/1", key, **where)]  # type: ignore[arg-type]
        records += [Offer(f"{key}/{code}", key, code, evidence="stated") for code in codes]
    finder = Finder(snapshot_of(records))
    for code in codes:
        best = finder.rank(Demand(((code, 1.0),)), Origin("K", KARLSKOGA, 0.0), 10.0)
        assert (best.found, best.firms.tolist()) == (3, [0, 1, 2]), code


def test_a_finder_that_follows_the_store_answers_as_a_new_one(store: Store) -> None:
    """Offers come, change and go, a firm is renamed, one is struck off, a load is undone; on both stores."""
    by_hand = Source("by_hand", "network", Level.PUBLIC)
    place: dict[str, Any] = {"latitude": KARLSKOGA[0], "longitude": KARLSKOGA[1], "municipality": "1883"}

    def firm(number: int, **more: Any) -> list[Claim]:
        key = f"org:400000000{number}"
        return [
            Claim(key, "Company", "", {"name": f"Firma {number} AB", **more}),
            Claim(key, "Workplace", "1", place),
            Claim(key, "Offer", "turning", {"capability": "turning"}, evidence="stated"),
        ]

    steps: list[list[Claim]] = [
        [claim for number in range(9) for claim in firm(number)],
        [Claim("org:4000000001", "Offer", "milling_3", {"capability": "milling_3"}, evidence="verified")],
        [Claim("org:4000000002", "Company", "", {"ended_on": "2026-01-01"})],
        firm(9),
        [Claim("org:4000000003", "Certificate", "ISO 9001", {"standard": "ISO 9001"})],
    ]  # fmt: skip
    demands = [
        Demand((("turning", 1.0),)),
        Demand((("milling_3", 1.0),)),
        Demand((("turning", 1.0),), certificates=("ISO 9001",)),
    ]
    origin, finder, at, loads = Origin("K", KARLSKOGA, 0.0), None, 0, []
    for number in range(len(steps) + 2):
        if number < len(steps):
            loads.append(publish(store, [by_hand], steps[number]).load_id)
        else:
            withdraw(store, loads[-1 - (number - len(steps))] or "")
        snapshot = store.snapshot(*KINDS)
        fresh = Finder(snapshot, today=TODAY)
        finder = fresh if finder is None else finder.changed(snapshot, touched_companies(store.changed_since(at)))
        at = snapshot.revision
        for demand in demands:
            expected, found = (each.find(demand, origin, 10.0, limit=50) for each in (fresh, finder))
            assert found == expected


# -- the edges of the earth and of the radius --------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [KARLSKOGA, (89.9, 10.0), (-89.95, -170.0), (12.0, 179.95), (0.0, -179.99)])
def test_every_hit_is_where_geopy_says_also_near_the_border_the_poles_and_the_date_line(
    origin: tuple[float, float],
) -> None:
    """Firms are laid out around the radius itself, some within a millimetre of it."""
    draw = np.random.default_rng(7)
    records: list[Record] = []
    for number in range(120):
        away_km = 50.0 + float(draw.choice([0.0, 1e-6, -1e-6, 0.01, -0.01, 5.0, -5.0]))
        there = geodesic(kilometers=away_km).destination(origin, bearing=float(draw.uniform(0, 360)))
        key = f"f{number:03d}"
        records += [
            Company(key, name=key),
            Workplace(f"{key}/1", key, latitude=there.latitude, longitude=there.longitude),
            Offer(f"{key}/turning", key, "turning", evidence="stated"),
        ]
    inside = {
        each.company_id
        for each in records
        if isinstance(each, Workplace) and geodesic((each.latitude, each.longitude), origin).km <= 50.0
    }
    finder = Finder(snapshot_of(records))
    turning = Demand((("turning", 1.0),))
    answer = finder.find(turning, Origin("here", origin, 0.0), 50.0, limit=1000)
    assert {each.company_id for each in answer.hits} == inside
    assert finder.rank(turning, Origin("here", origin, 0.0), 50.0, limit=5).found == len(inside)
    for radius in (5_000.0, 20_000.0):
        assert finder.find(turning, Origin("here", origin, 0.0), radius, limit=1).found == 120


def test_the_best_of_many_are_the_best_of_all() -> None:
    """More firms than are shown, with scores close together: what is left out early could not have been shown."""
    draw = np.random.default_rng(3)
    records: list[Record] = []
    for number in range(3000):
        key = f"f{number:04d}"
        north, east = draw.normal(0, 0.4), draw.normal(0, 0.8)
        records += [
            Company(key, name=key),
            Workplace(f"{key}/1", key, latitude=KARLSKOGA[0] + north, longitude=KARLSKOGA[1] + east),
            Offer(
                f"{key}/t", key, str(draw.choice(["turning", "hard_turning"])), evidence="stated",
                free_capacity_percent=int(draw.integers(0, 60)),
            ),
        ]  # fmt: skip
    finder, origin = Finder(snapshot_of(records)), Origin("Karlskoga", KARLSKOGA, 0.0)
    for asked in ("turning", "hard_turning"):
        demand = Demand(((asked, 1.0),))
        every = finder.find(demand, origin, 80.0, limit=3000)
        for limit in (1, 20, 100):
            count, best = finder.candidates(demand, origin, 80.0, limit=limit)
            assert [each.company_id for each in best] == [each.company_id for each in every.hits[:limit]]
            assert count == every.found


# -- how sure the order is ---------------------------------------------------------------------------------------------


def test_a_firm_that_is_best_by_every_term_stays_first_however_the_weights_vary() -> None:
    records = records_of(
        [
            {"offers": [{"capability": "turning", "evidence": e, "free_capacity_percent": f}], "places": [(n, 0.0)],
             "held": [], "until": None, "ended": None}
            for e, f, n in [("verified", 80, 0.0), *[("stated", 10, 0.2)] * 5, ("inferred", 0, 0.3)]
        ]
    )  # fmt: skip
    answer = Finder(snapshot_of(records)).find(Demand((("turning", 1.0),)), Origin("K", KARLSKOGA, 0.0), 60.0)
    steady = {each.company_id: each.steady for each in answer.hits}
    assert steady["f0"] == 1.0
    assert steady["f6"] == 0.0


def test_weights_given_with_the_question_count() -> None:
    near = {"offers": [{"capability": "turning", "evidence": "inferred"}], "places": [(0.01, 0.0)]}
    known = {"offers": [{"capability": "turning", "evidence": "verified"}], "places": [(0.4, 0.0)]}
    records = records_of([{"held": [], "until": None, "ended": None, **each} for each in (near, known)])
    finder, turning, origin = Finder(snapshot_of(records)), Demand((("turning", 1.0),)), Origin("K", KARLSKOGA, 0.0)
    by_nearness = finder.find(turning, origin, 60.0, weights=replace(Weights(), nearness=60.0, evidence=0.0))
    by_evidence = finder.find(turning, origin, 60.0, weights=replace(Weights(), nearness=0.0, evidence=60.0))
    assert [each.company_id for each in by_nearness.hits] == ["f0", "f1"]
    assert [each.company_id for each in by_evidence.hits] == ["f1", "f0"]


def test_a_tolerance_in_plus_and_minus_is_compared_by_the_size_it_is_asked_of() -> None:
    """ISO 286-1, 30 to 50 mm: IT7 25 µm, IT8 39 µm, IT9 62 µm; ±0.02 mm is 40 µm."""
    assert it_grade("±0,02", 40.0) == 8
    assert it_grade("+/-0.031", 40.0) == 9
    assert it_grade("±0.02") is None

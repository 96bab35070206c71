"""Cases asked of a mini region around Karlskoga, made by hand: who is ranked where, and why somebody is not."""

from __future__ import annotations

from typing import Any

import pytest

from graph.demands import Demand
from graph.hide_and_rank import CONTENDERS, OURS, Case, Contest, Measured
from graph.lookup import Origin
from graph.model import Certificate, Company, Offer, Record, Trade, Workplace
from graph.replacement import Finder
from graph.store import Snapshot

KARLSKOGA = (59.3267, 14.5239)
HERE = Origin("Karlskoga", KARLSKOGA, 0.0)
TURNING = Demand((("turning", 1.0),), buyer_id="buyer")
KINDS = (Company, Workplace, Offer, Certificate, Trade)


def region(*records: Record) -> Snapshot:
    return Snapshot(1, {kind: [each for each in records if type(each) is kind] for kind in KINDS})


def firm(key: str, north: float | None, *processes: str, **company: Any) -> list[Record]:
    """A firm so many degrees north of Karlskoga (0.1 is 11 km) and an offer for each process."""
    offer = {name: company.pop(name) for name in list(company) if name in Offer.__dataclass_fields__}
    found: list[Record] = [Company(key, name=key, **company)]
    if north is not None:
        found.append(Workplace(f"{key}/1", key, latitude=KARLSKOGA[0] + north, longitude=KARLSKOGA[1]))
    return found + [Offer(f"{key}/{each}", key, each, evidence="stated", **offer) for each in processes]


def trade(seller: str, buyer: str) -> Trade:
    return Trade(f"{seller}-{buyer}", seller, buyer, "Axlar", year=2025)


REGION = [
    *firm("buyer", 0.0),
    *firm("near", 0.05, "turning"),
    *firm("far", 0.2, "turning"),
    *firm("baker", 0.01, "food_processing"),
    trade("far", "x"), trade("far", "y"), trade("near", "buyer"), trade("near", "x"),
    trade("baker", "x"), trade("baker", "y"), trade("baker", "z"),
]  # fmt: skip


def asked(*right: str, group: str = "buyer", demand: Demand = TURNING) -> Case:
    return Case(group, demand, HERE, frozenset(right))


def measured(*cases: Case, records: list[Record] = REGION, within_km: float = 40.0) -> Measured:
    return Contest(region(*records), today="2026-11-22").measure(cases, within_km)


def reciprocal_ranks(*cases: Case, records: list[Record] = REGION, within_km: float = 40.0) -> dict[str, float]:
    found = measured(*cases, records=records, within_km=within_km)
    return {name: row["mrr"].mean for name, row in found.reached.items()}


def test_each_contender_ranks_by_what_it_knows() -> None:
    """Of baker (1 km), near (6 km) and far (22 km): the two turners tie by process; two others buy of far, one of near
    when the buyer is not counted, and three of the baker."""
    assert reciprocal_ranks(asked("far")) == {
        OURS: 0.5, "process_distance": 0.5, "process_popularity": 1.0, "process": 0.75, "random_in_process": 0.75,
        "distance": pytest.approx(1 / 3), "popularity": 0.5,
    }  # fmt: skip
    assert reciprocal_ranks(asked("near")) == {
        OURS: 1.0, "process_distance": 1.0, "process_popularity": 0.5, "process": 0.75, "random_in_process": 0.75,
        "distance": 0.5, "popularity": pytest.approx(1 / 3),
    }  # fmt: skip


def test_what_the_buyer_itself_buys_makes_nobody_popular() -> None:
    only_ours = [each for each in REGION if not isinstance(each, Trade)] + [trade("near", "buyer")]
    found = reciprocal_ranks(asked("near"), records=only_ours)
    assert found["process_popularity"] == 0.75  # tied with far: nobody else buys of either
    assert found["popularity"] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_the_ranking_is_given_no_trade(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Snapshot] = []

    class Watched(Finder):
        def __init__(self, snapshot: Snapshot, **options: Any) -> None:
            given.append(snapshot)
            super().__init__(snapshot, **options)

    monkeypatch.setattr("graph.hide_and_rank.Finder", Watched)
    measured(asked("near"))
    assert given
    assert not any({Trade} & set(each.kinds) for each in given)


def test_everybody_ranks_the_same_firms() -> None:
    """Neither the buyer, nor its group, nor a firm that is gone or beyond the radius takes anybody's place."""
    records = [
        *firm("buyer", 0.0, "turning", parent_id="top"),
        *firm("top", 0.01, "turning"),
        *firm("sister", 0.01, "turning", parent_id="top"),
        *firm("gone", 0.01, "turning", ended_on="2020-01-01"),
        *firm("beyond", -0.5, "turning"),
        *firm("right", 0.3, "turning"),
    ]
    assert set(reciprocal_ranks(asked("right"), records=records).values()) == {1.0}


def test_the_nearest_workplace_counts() -> None:
    branch = Workplace("far/2", "far", latitude=KARLSKOGA[0] + 0.02, longitude=KARLSKOGA[1])
    assert reciprocal_ranks(asked("far"), records=[*REGION, branch])["process_distance"] == 1.0


def test_process_goes_by_the_share_that_is_offered() -> None:
    both = Demand((("turning", 0.6), ("hardening", 0.4)), all_processes=False, buyer_id="buyer")
    records = [*REGION, *firm("whole", 0.3, "turning", "hardening")]
    found = reciprocal_ranks(asked("whole", demand=both), records=records)
    assert found["process"] == 1.0
    assert found["random_in_process"] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_gains_are_ours_less_theirs_and_lost_firms_are_counted() -> None:
    found = measured(asked("near"), asked("far", "baker", group="other"))
    assert (found.cases, found.buyers, found.right, found.found) == (2, 2, 3, 2)
    assert found.lost == {"process": 1}
    assert found.gain["distance"]["mrr"].mean == pytest.approx((1.0 - 1 / 2 + 1 / 2 - 1.0) / 2)  # the baker is nearest
    assert OURS not in found.gain
    assert found.best("recall@3") == "distance"  # all three in the first three
    assert found.best("mrr") == OURS  # 0.75, as several


def test_no_case_is_no_figure() -> None:
    found = measured()
    assert (found.cases, found.reached, found.gain, found.lost) == (0, {}, {}, {})


@pytest.mark.parametrize(
    ("records", "demand", "reasons"),
    [
        ([], {}, ("unknown_company",)),
        (firm("it", 0.1, "turning", ended_on="2020-01-01"), {}, ("ended",)),
        (firm("it", 0.1, "turning", winding_up="bankruptcy"), {}, ("ended",)),
        (firm("it", None, "turning"), {}, ("unplaced",)),
        (firm("it", 0.1, "turning", parent_id="buyer"), {}, ("own_group",)),
        (firm("it", 0.1), {}, ("no_capability",)),
        (firm("it", 0.1, "food_processing"), {}, ("process",)),
        (firm("it", 0.5, "turning"), {}, ("radius",)),
        (firm("it", 0.5, "food_processing"), {}, ("radius", "process")),
        (firm("it", 0.1, "turning", max_length_mm=99.0), {"length_mm": 100.0}, ("size",)),
        (firm("it", 0.5, "turning", materials=("brass",), max_length_mm=9.0),
         {"length_mm": 100.0, "material": "steel"}, ("radius", "material", "size")),
        ([*firm("it", 0.1, "turning"), Certificate("it/9001", "it", "ISO 9001")],
         {"certificates": ("EN 9100", "ISO 9001")}, ("certificate",)),
        ([*firm("it", 0.1, "turning"), Certificate("it/9001", "it", "ISO 9001", valid_until="2026-01-01")],
         {"certificates": ("ISO 9001",)}, ("certificate",)),
        (firm("it", 0.1, "turning"), {"length_mm": 100.0, "material": "steel"}, ()),
        (firm("it", 0.1, "turning"), {"processes": ()}, ("nothing_understood",)),
    ],
)  # fmt: skip
def test_why_somebody_is_not_a_hit(records: list[Record], demand: dict[str, Any], reasons: tuple[str, ...]) -> None:
    wanted = Demand(**{"processes": TURNING.processes, "buyer_id": "buyer", **demand})
    contest = Contest(region(*firm("buyer", 0.0), *records), today="2026-11-22")
    case = asked("it", demand=wanted)
    assert contest.why_not(case, "it", 40.0) == reasons
    assert ("it" in contest.rank(case, 40.0)) is not bool(reasons)


def test_offers_that_meet_each_demand_and_none_all_of_them() -> None:
    records = firm("it", 0.1, "turning", materials=("brass",), max_length_mm=100.0)
    records += [Offer("it/2", "it", "turning", materials=("steel",), max_length_mm=9.0, evidence="stated")]
    case = asked("it", demand=Demand(TURNING.processes, material="steel", length_mm=100.0))
    assert Contest(region(*records)).why_not(case, "it", 40.0) == ("together",)


def test_all_contenders_are_told_apart() -> None:
    assert len(set(CONTENDERS)) == len(CONTENDERS) == len(measured(asked("near")).reached)

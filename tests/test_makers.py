"""The nearest maker of many parts at once, against the search that ranks them one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.demands import Demand
from graph.lookup import Origin
from graph.makers import Makers
from graph.model import Certificate, Company, Offer, Record, Workplace
from tests.import_parts import KARLSKOGA, finder_of, firm, snapshot_of

HERE = Origin("Karlskoga", KARLSKOGA, 1.0)
PROCESSES = ("turning", "hard_turning", "milling_3", "drilling", "iron_casting")
EVERYBODY = 10_000
DAY = "2026-11-23"


@st.composite
def regions(draw: st.DrawFn) -> list[Record]:
    """Up to eight firms around Karlskoga: some without a place, some with two, some of one group, some gone."""
    records: list[Record] = []
    for number in range(draw(st.integers(0, 8))):
        key = f"f{number}"
        parent = draw(st.sampled_from([None, None, "f0"]))
        gone = draw(st.sampled_from([None, None, None, "2025-01-01"]))
        records.append(Company(key, parent_id=parent if parent != key else None, ended_on=gone))
        for site in range(draw(st.integers(0, 2))):
            north = draw(st.floats(-1.2, 1.2))
            east = draw(st.floats(-1.0, 1.0))
            place = (KARLSKOGA[0] + north, KARLSKOGA[1] + east)
            records.append(
                Workplace(f"{key}/{site}", key, latitude=place[0], longitude=place[1], location_uncertainty_km=0.5)
            )
        records += [
            Offer(
                f"{key}/{code}", key, code, evidence="stated",
                materials=draw(st.sampled_from([(), ("steel",), ("brass", "steel")])),
                max_length_mm=draw(st.sampled_from([None, 100.0, 500.0])),
                max_weight_kg=draw(st.sampled_from([None, 5.0])),
                tolerance=draw(st.sampled_from([None, "IT7", "h9"])),
                batch_min=draw(st.sampled_from([None, 1000])),
            )
            for code in draw(st.sets(st.sampled_from(PROCESSES), max_size=3))
        ]  # fmt: skip
        if draw(st.booleans()):
            ends = draw(st.sampled_from([None, "2020-01-01", "2030-01-01"]))
            records.append(Certificate(f"{key}/c", key, draw(st.sampled_from(["ISO 9001", "ISO 14001"])), ends))
    return records


DEMANDS = st.builds(
    Demand,
    st.lists(
        st.tuples(st.sampled_from(PROCESSES), st.sampled_from([1.0, 0.9, 0.3])),
        max_size=3,
        unique_by=lambda each: each[0],
    ).map(tuple),
    all_processes=st.booleans(),
    deciding=st.sampled_from([None, 1, 2]),
    material=st.sampled_from([None, "steel", "brass"]),
    certificates=st.sampled_from([(), ("ISO 9001",)]),
    length_mm=st.sampled_from([None, 100.0, 300.0]),
    piece_weight_kg=st.sampled_from([None, 4.0, 6.0]),
    tolerance=st.sampled_from([None, "IT8", "h6", "fint"]),
    annual_quantity=st.sampled_from([None, 10]),
    buyer_id=st.sampled_from([None, "f0", "f1", "elsewhere"]),
)


@settings(max_examples=150, deadline=None)
@given(regions(), st.lists(DEMANDS, max_size=5), st.sampled_from([20.0, 60.0, 120.0]))
def test_the_nearest_is_the_nearest_of_all_hits(records: list[Record], demands: list[Demand], reach_km: float) -> None:
    snapshot = snapshot_of(*records)
    finder = finder_of(snapshot)
    asked = [(each, HERE) for each in demands]
    makers = Makers(snapshot, today=DAY)
    found = makers.nearest(asked, reach_km)
    assert [each is not None for each in found] == makers.anybody(asked, reach_km).tolist()
    for demand, best in zip(demands, found, strict=True):
        hits = finder.candidates(demand, HERE, reach_km, limit=EVERYBODY)[1] if demand.processes else ()
        every = {each.company_id: each.distance_km for each in hits}
        assert (best is None) == (not every), (demand, every)
        if best is not None:
            assert best.distance_km == pytest.approx(min(every.values()), abs=0.0015)
            assert every[best.company_id] == pytest.approx(best.distance_km, abs=0.0015)
            assert best.distance_high_km == pytest.approx(best.distance_km + 1.5, abs=0.001)


def test_what_is_compared_in_several_goes_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = snapshot_of(*firm("a", 5, "turning", max_length_mm=100.0), *firm("b", 9, "turning"))
    asked: list[Any] = [(Demand((("turning", 1.0),), length_mm=each), HERE) for each in (50.0, 150.0, None, 99.0)]
    whole = Makers(snapshot).nearest(asked, 40.0)
    assert [each and each.company_id for each in whole] == ["a", "b", "a", "a"]
    monkeypatch.setattr("graph.makers.MOST_PAIRS", 1)
    assert Makers(snapshot).nearest(asked, 40.0) == whole


def test_nothing_asked_and_nobody_there() -> None:
    nobody = Makers(snapshot_of())
    assert nobody.nearest([], 40.0) == []
    assert nobody.nearest([(Demand((("turning", 1.0),)), HERE), (Demand(()), HERE)], 40.0) == [None, None]

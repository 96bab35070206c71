"""A whole list at once, against the search asked line by line and against sums worked out by hand."""

from __future__ import annotations

from dataclasses import fields
from random import Random
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.demands import demand_of_part
from graph.footprint import saving
from graph.import_list import CAN, NOBODY, STATUSES, UNCLEAR, UNPLACED, ImportList, Sites, Sums, import_list
from graph.lookup import Origin
from graph.model import ImportedPart
from graph.store import Snapshot
from tests.import_parts import KARLSKOGA, finder_of, firm, part, snapshot_of, turned

HERE = Origin("Karlskoga", KARLSKOGA, 2.0)
REGION = snapshot_of(
    *firm("near", 5, "turning", unsure_km=1.0, max_length_mm=500.0),
    *firm("middle", 30, "turning", "milling_3"),
    *firm("sister", 2, "turning", parent_id="mother"),
    *firm("far", 60, "iron_casting"),
    *firm("mother", 0),
)


def answer(parts: list[ImportedPart], within_km: float = 40.0, origin: Origin | None = HERE) -> ImportList:
    return import_list(finder_of(REGION), parts, origin, within_km)


def test_each_line_says_who_or_why_not() -> None:
    found = answer(
        [
            turned("a", value_sek=600, mass_kg=1000.0, origin_country="CN"),
            part("b", capabilities=("iron_casting",), value_sek=300),
            part("c", description="Blurb", value_sek=100),
            turned("d"),
        ]
    )
    assert [each.status for each in found.lines] == [CAN, NOBODY, UNCLEAR, CAN]
    best = found.lines[0]
    assert (best.found, [each.company_id for each in best.candidates]) == (3, ["sister", "near", "middle"])
    near = best.candidates[1]
    assert near.distance_km == pytest.approx(5, abs=0.05)
    assert near.distance_low_km == pytest.approx(near.distance_km - 3)  # 2 km of the place, 1 km of the firm
    assert near.distance_high_km == pytest.approx(near.distance_km + 3)
    first = best.candidates[0]
    assert best.saving == saving(1000.0, "CN", None, KARLSKOGA, (first.distance_low_km, first.distance_high_km))
    assert found.lines[3].saving is None  # neither mass nor origin


def test_the_sums_by_hand() -> None:
    found = answer(
        [
            turned("a", value_sek=600, mass_kg=1000.0, origin_country="CN"),
            turned("b", mass_kg=5.0),
            part("c", capabilities=("iron_casting",), value_sek=300),
            part("d", description="Blurb", value_sek=100, mass_kg=7.0),
            turned("e", value_sek=-50),
        ]
    )
    whole, can = found.whole, found.by_status[CAN]
    assert (whole.lines, whole.valued, whole.value_sek, whole.weighed, whole.mass_kg) == (5, 4, 1000, 3, 1012.0)
    assert (can.lines, can.valued, can.value_sek, can.counted) == (3, 2, 600, 1)
    assert [found.share_of_value(each) for each in STATUSES] == [0.6, 0.3, 0.1, 0.0]


def test_a_text_that_was_not_understood_is_never_counted_as_cannot() -> None:
    found = answer([part("a", description="Blurb", value_sek=100)])
    assert found.by_status[NOBODY] == Sums(0, 0, 0, 0, 0.0, 0, 0.0, 0.0)
    assert found.share_of_value(UNCLEAR) == 1.0


def test_without_values_there_is_no_share() -> None:
    assert answer([turned("a")]).share_of_value(CAN) is None
    assert answer([]).share_of_value(CAN) is None


def test_without_a_place_nothing_is_searched_for() -> None:
    found = answer([turned("a"), part("b", description="Blurb")], origin=None)
    assert [each.status for each in found.lines] == [UNPLACED, UNCLEAR]


def test_the_own_group_makes_nothing_for_itself() -> None:
    own = Sites(REGION).origin("mother")
    assert own is not None
    assert own.company_id == "mother"
    assert [each.company_id for each in answer([turned("a")], origin=own).lines[0].candidates] == ["near", "middle"]


def test_a_firm_without_a_place_has_no_origin() -> None:
    assert Sites(REGION).origin("nobody") is None


LINES = st.lists(
    st.builds(
        ImportedPart,
        st.uuids().map(str),
        description=st.sampled_from(["Svarvad axel", "Gjuten kåpa", "Blurb", None]),
        capabilities=st.sampled_from([(), ("turning",), ("milling_3", "turning"), ("iron_casting",)]),
        length_mm=st.sampled_from([None, 400.0, 600.0]),
        value_sek=st.none() | st.integers(0, 10**6),
        mass_kg=st.none() | st.sampled_from([1.5, 2.25, 1000.0]),
        origin_country=st.sampled_from([None, "CN", "DE"]),
    ),
    max_size=10,
)


@settings(max_examples=30, deadline=None)
@given(LINES, st.randoms(use_true_random=False))
def test_a_list_is_its_lines_asked_one_by_one_in_any_order(parts: list[ImportedPart], random: Random) -> None:
    found, finder = answer(parts), finder_of(REGION)
    for line in found.lines:
        demand = demand_of_part(line.part)
        asked = finder.find(demand, HERE, 40.0, limit=3) if demand.processes else None
        assert line.found == (asked.found if asked else 0)
        hits = asked.hits if asked else ()
        assert [_told(each) for each in line.candidates] == [_told(each) for each in hits]
        assert line.saving == (hits[0].co2e if hits else None)
    shuffled = answer(random.sample(parts, len(parts)))
    assert shuffled.whole == found.whole
    assert shuffled.by_status == found.by_status
    _add_up(found)


def _told(each: Any) -> tuple[object, ...]:
    names = ("company_id", "distance_km", "distance_low_km", "distance_high_km", "score")
    return tuple(getattr(each, name) for name in names)


def _add_up(found: ImportList) -> None:
    for each in fields(Sums):
        parts = sum(getattr(sums, each.name) for sums in found.by_status.values())
        assert parts == pytest.approx(getattr(found.whole, each.name), abs=0.5), each.name


def test_what_asks_the_same_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = finder_of(REGION)
    asked = Mock(side_effect=finder.rank)
    monkeypatch.setattr(finder, "rank", asked)
    parts = [turned(str(number), value_sek=number, supplier=f"S{number}", year=2000 + number) for number in range(50)]
    assert import_list(finder, parts, HERE, 40.0).by_status[CAN].lines == 50
    assert asked.call_count == 1


def test_an_empty_region_answers_nobody() -> None:
    empty: Snapshot = snapshot_of()
    assert import_list(finder_of(empty), [turned("a")], HERE, 40.0).lines[0].status == NOBODY

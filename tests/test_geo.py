"""Kilometres: against geopy (Karney's algorithm), against pyproj's numbers, and by hand.

pyproj 3 (PROJ's geod, another implementation) was run apart, once: its numbers are written down here.
"""

from __future__ import annotations

from math import inf, nan

import geopy.distance
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graph.errors import UserMistake
from graph.geo import NearIndex, Point, distance_km, distances_km, interval_km, radius_km, within_km
from graph.geodesic import CHORD_LIMIT_KM, cartesian_of, chord_distances_km, to_cartesian

KARLSKOGA, OREBRO, KIRUNA = (59.32667, 14.52386), (59.27412, 15.2066), (67.85572, 20.22513)

latitudes = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 0.0, 89.95, -89.95, 59.3]))
longitudes = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.99, -179.99, 0.0, 14.5]))
points = st.tuples(latitudes, longitudes)


def geopy_km(a: Point, b: Point) -> float:
    return float(geopy.distance.geodesic(a, b).km)


def columns(places: list[Point]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = np.array(places, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def by_geopy(places: list[Point], origin: Point, radius: float) -> list[int]:
    return [number for number, place in enumerate(places) if geopy_km(place, origin) <= radius]


# -- one distance ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "expected_km"),
    [
        (KARLSKOGA, OREBRO, 39.3362166517),
        (KARLSKOGA, KIRUNA, 990.9575092212),
        ((90.0, 0.0), (-90.0, 0.0), 20003.9314586254),
        ((0.0, 179.9), (0.0, -179.9), 22.2638981587),
    ],
)
def test_distance_equals_pyproj(a: Point, b: Point, expected_km: float) -> None:
    assert distance_km(a, b) == pytest.approx(expected_km, abs=1e-9)
    assert distances_km(*columns([a]), b)[0] == pytest.approx(expected_km, abs=1e-6)


def test_an_arc_of_the_equator_by_hand() -> None:
    # 0.4 degrees of a circle of 6378.137 km: 6378.137 * 0.4 * pi / 180 = 44.5277963...
    assert distances_km([0.0], [-179.8], (0.0, 179.8))[0] == pytest.approx(44.5277963, abs=1e-7)


@given(points, points)
@example((0.0, 0.0), (0.0, 180.0))
@example((0.5, 0.0), (-0.5, 179.7))  # nearly opposite: Vincenty does not converge
@example((90.0, 0.0), (90.0, 120.0))
@example((59.3, 14.5), (59.3, 14.5))
@settings(max_examples=300, deadline=None)
def test_distances_equal_geopy(a: Point, b: Point) -> None:
    assert distances_km(*columns([a]), b)[0] == pytest.approx(geopy_km(a, b), abs=1e-6)
    assert distance_km(a, b) == geopy_km(a, b)


@given(points, st.floats(0, 360), st.floats(0.001, CHORD_LIMIT_KM))
@settings(max_examples=300, deadline=None)
def test_the_chord_formula_keeps_its_promise(origin: Point, bearing: float, length_km: float) -> None:
    place = geopy.distance.geodesic(kilometers=length_km).destination(origin, bearing)
    there = to_cartesian([place.latitude], [place.longitude])
    found = chord_distances_km(there, cartesian_of(origin))[0]
    assert found == pytest.approx(geopy_km((place.latitude, place.longitude), origin), abs=1e-7)


def test_the_same_point_is_exactly_nought_away() -> None:
    assert distances_km(*columns([KARLSKOGA]), KARLSKOGA)[0] == 0.0


@pytest.mark.parametrize("bad", [(90.1, 0.0), (nan, 0.0), (0.0, inf), (0.0, nan)])
def test_what_is_no_coordinate_is_refused(bad: Point) -> None:
    with pytest.raises(ValueError, match="degrees"):
        distances_km(*columns([bad]), KARLSKOGA)
    with pytest.raises(ValueError, match="degrees"):
        distances_km(*columns([KARLSKOGA]), bad)
    with pytest.raises(ValueError, match="degrees"):
        within_km(*columns([KARLSKOGA]), bad, 10.0)


# -- within a radius ------------------------------------------------------------------------------------------------


near_places = st.lists(points, max_size=25)


@given(near_places, points, st.one_of(st.floats(0, 500), st.floats(0, 20_100)))
@example([(90.0, 10.0), (89.5, -170.0), (89.5, 10.0)], (89.8, 10.0), 80.0)
@example([(60.0, -179.9), (60.0, 179.9)], (60.0, 179.95), 30.0)
@settings(max_examples=200, deadline=None)
def test_within_and_the_index_equal_a_geopy_loop(places: list[Point], origin: Point, radius: float) -> None:
    expected = by_geopy(places, origin, radius)
    for indices, found_km in (
        within_km(*columns(places), origin, radius),
        NearIndex(*columns(places)).within(origin, radius),
    ):
        assert sorted(indices.tolist()) == expected
        assert found_km == pytest.approx([geopy_km(places[number], origin) for number in indices], abs=1e-6)
        assert list(zip(found_km, indices, strict=True)) == sorted(zip(found_km, indices, strict=True))


@given(st.lists(points, min_size=1, max_size=25), points, st.data())
@settings(max_examples=150, deadline=None)
def test_a_point_on_the_very_border_is_decided_as_geopy_does(
    places: list[Point], origin: Point, data: st.DataObject
) -> None:
    border = geopy_km(places[data.draw(st.integers(0, len(places) - 1))], origin)
    for radius in (border, float(np.nextafter(border, 0)), float(np.nextafter(border, inf))):
        expected = by_geopy(places, origin, radius)
        assert sorted(within_km(*columns(places), origin, radius)[0].tolist()) == expected
        assert sorted(NearIndex(*columns(places)).within(origin, radius)[0].tolist()) == expected


@given(st.integers(0, 2**32 - 1), st.sampled_from([20.0, 90.0, 350.0]), points)
@settings(max_examples=40, deadline=None)
def test_many_points_around_anywhere(seed: int, spread_km: float, origin: Point) -> None:
    draw = np.random.default_rng(seed)
    ends = [
        geopy.distance.geodesic(kilometers=float(km)).destination(origin, float(bearing))
        for km, bearing in zip(draw.uniform(0, 2 * spread_km, 120), draw.uniform(0, 360, 120), strict=True)
    ]
    places = [(end.latitude, end.longitude) for end in ends]
    groups = draw.integers(0, 3, 120)
    index = NearIndex(*columns(places), groups)
    expected = by_geopy(places, origin, spread_km)
    for group in range(3):
        found = index.within(origin, spread_km, group)[0]
        assert sorted(found.tolist()) == [number for number in expected if groups[number] == group]
    both = index.within(origin, spread_km, [0, 2])[0]
    assert sorted(both.tolist()) == [number for number in expected if groups[number] != 1]


@given(near_places, points, st.integers(0, 8), st.sampled_from([50.0, 700.0, 20_100.0]))
@settings(max_examples=150, deadline=None)
def test_nearest_are_the_first_of_those_within(places: list[Point], origin: Point, count: int, radius: float) -> None:
    index = NearIndex(*columns(places))
    everything, everything_km = within_km(*columns(places), origin, radius)
    indices, found_km = index.nearest(origin, count, radius_km=radius)
    assert found_km.tolist() == everything_km[:count].tolist()
    assert indices.tolist() == everything[:count].tolist()


@given(st.lists(points, min_size=1, max_size=20), near_places, st.sets(st.integers(0, 19)), points)
@settings(max_examples=150, deadline=None)
def test_a_changed_index_answers_as_one_built_anew(
    places: list[Point], added: list[Point], removed: set[int], origin: Point
) -> None:
    gone = [number for number in removed if number < len(places)]
    groups, new_groups = np.arange(len(places)) % 2, np.arange(len(added)) % 2
    before = NearIndex(*columns(places), groups)
    changed = before.changed(gone, *columns(added), new_groups)
    kept = np.array([nan if number in gone else 0.0 for number in range(len(places) + len(added))])
    latitude, longitude = columns(places + added)
    anew = NearIndex(latitude + kept, longitude, np.concatenate([groups, new_groups]))
    for group in (0, 1):
        for ours, theirs in zip(changed.within(origin, 9000, group), anew.within(origin, 9000, group), strict=True):
            assert ours.tolist() == theirs.tolist()
        for ours, theirs in zip(changed.nearest(origin, 3, group), anew.nearest(origin, 3, group), strict=True):
            assert ours.tolist() == theirs.tolist()
    assert len(before.within(origin, 20_100, [0, 1])[0]) == len(places)


def test_changes_follow_each_other() -> None:
    index = (
        NearIndex(*columns([KARLSKOGA, OREBRO])).changed([0], *columns([KARLSKOGA])).changed([2], *columns([KIRUNA]))
    )
    assert index.within(KARLSKOGA, 2000)[0].tolist() == [1, 3]
    assert index.nearest(KIRUNA, 1)[0].tolist() == [3]


def test_stacked_firms_come_in_their_own_order() -> None:
    index = NearIndex(*columns([OREBRO, KARLSKOGA, OREBRO, KARLSKOGA]))
    assert index.nearest(KARLSKOGA, 3)[0].tolist() == [1, 3, 0]


def test_a_firm_of_unknown_place_is_never_found() -> None:
    index = NearIndex([nan, 59.3, 59.3], [14.5, nan, 14.5], [0, 0, 0])
    assert index.within(KARLSKOGA, 20_000)[0].tolist() == [2]


def test_an_empty_index_and_an_unknown_group_answer_nothing() -> None:
    assert NearIndex([], []).nearest(KARLSKOGA, 5)[0].tolist() == []
    assert NearIndex([59.3], [14.5], [4]).within(KARLSKOGA, 100, 5)[0].tolist() == []
    assert NearIndex([59.3], [14.5], [4]).within(KARLSKOGA, 100, 4)[0].tolist() == [0]


def test_a_group_below_nought_is_refused() -> None:
    with pytest.raises(ValueError, match="groups"):
        NearIndex([59.3], [14.5], [-1])


# -- what a person writes and reads -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected_km"),
    [("3 mil", 30.0), ("40 km", 40.0), ("40", 40.0), ("1,5 mil", 15.0), ("0.5km", 0.5), (" 10\u00a0KM ", 10.0)],
)
def test_a_radius_is_read(text: str, expected_km: float) -> None:
    assert radius_km(text) == expected_km


@pytest.mark.parametrize("text", ["", "nära", "-5", "0", "40 m", "30 miles", "1e3", "nan", "99999", "4 0", "٣"])
def test_what_is_no_radius_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(UserMistake) as refused:
        radius_km(text)
    assert (refused.value.code, refused.value.values) == ("bad_radius", {"text": text})


@given(st.floats(0, 20_000), st.floats(0, 100), st.floats(0, 100))
def test_an_interval_holds_the_distance(between: float, a: float, b: float) -> None:
    low, high = interval_km(between, a, b)
    assert 0 <= low <= between + 1e-9
    assert high == pytest.approx(between + a + b, abs=1e-9)


def test_two_firms_on_the_same_point_are_not_nought_apart() -> None:
    assert interval_km(0.0, 4.1, 4.1) == (0.0, 8.2)

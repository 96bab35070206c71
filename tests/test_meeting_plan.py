"""Rounds and tables: against every plan in small cases, against networkx in larger ones, and by their rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import UserMistake
from graph.meeting_note import Meeting, keep, planned, recall, round_over, with_latecomers
from graph.meeting_plan import Attendee, Plan, Round, Wishes, plan_pairs, plan_tables, wishes_of
from graph.seating import best_pairs, best_tables, random_mean, score_of, table_sizes, together, upper_bound
from tests.regions import opened
from tests.test_affinity import firm, offer, part, world


def drawn(people: int, seed: int, share: float = 0.6) -> np.ndarray:
    """Symmetric wishes, some of them nought."""
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.integers(1, 100, (people, people)) * (rng.random((people, people)) < share), 1)
    return (upper + upper.T).astype(np.float64)


def wishes(people: int, seed: int = 1, apart: Sequence[tuple[int, int]] = (), share: float = 0.6) -> Wishes:
    kept_apart = np.zeros((people, people), dtype=np.bool_)
    for one, other in apart:
        kept_apart[one, other] = kept_apart[other, one] = True
    return Wishes(tuple(f"p{each:03}" for each in range(people)), drawn(people, seed, share), kept_apart)


def met(plan: Plan) -> Counter[tuple[str, str]]:
    return Counter(pair for each in plan.rounds for group in each.groups for pair in combinations(sorted(group), 2))


# -- one to one -------------------------------------------------------------------------------------------------------


@given(st.integers(2, 11), st.integers(0, 10_000), st.floats(0.1, 1.0))
@settings(max_examples=60, deadline=None)
def test_a_round_of_pairs_is_a_maximum_weight_matching_of_maximum_cardinality(
    people: int, seed: int, density: float
) -> None:
    weights = drawn(people, seed)
    rng = np.random.default_rng(seed + 1)
    upper = np.triu(rng.random((people, people)) < density, 1)
    allowed = upper | upper.T
    found = best_pairs(weights, allowed, [0] * people)
    graph = nx.Graph()
    graph.add_edges_from((one, other, {"weight": weights[one, other]}) for one, other in np.argwhere(upper).tolist())
    oracle = nx.max_weight_matching(graph, maxcardinality=True)
    assert len(found) == len(oracle)
    assert len({each for pair in found for each in pair}) == 2 * len(found)
    assert all(allowed[pair] for pair in found)
    assert sum(weights[pair] for pair in found) == pytest.approx(sum(weights[pair] for pair in oracle))


def test_three_triangles_that_cannot_all_be_paired() -> None:
    allowed = np.kron(np.eye(3, dtype=np.bool_), ~np.eye(3, dtype=np.bool_))
    found = best_pairs(np.ones((9, 9)), allowed, [0] * 9)
    assert len(found) == 3  # a programme without whole numbers would say four and a half


def test_everybody_meets_everybody_once_in_as_many_rounds_as_it_takes() -> None:
    plan = plan_pairs(wishes(6), 5)
    assert set(met(plan).values()) == {1}
    assert len(met(plan)) == 15
    assert plan.quality.is_exact
    after = plan_pairs(wishes(6), 6)
    assert after.rounds[5].groups == ()
    assert len(after.rounds[5].resting) == 6  # nobody is left to meet


def test_nobody_rests_twice_while_another_has_not() -> None:
    plan = plan_pairs(wishes(7), 9)
    resting = [one for each in plan.rounds[:6] for one in each.resting]
    assert len(resting) == len(set(resting)) == 6


def test_who_is_to_be_kept_apart_rests_sooner_than_meets() -> None:
    plan = plan_pairs(wishes(4, apart=[(0, 1), (0, 2), (0, 3)]), 2)
    assert all("p000" in each.resting for each in plan.rounds)
    assert not plan.kept_together


def test_pairs_are_near_what_no_plan_exceeds_and_far_above_chance() -> None:
    quality = plan_pairs(wishes(60, share=0.3), 5).quality
    assert quality.random_mean < 0.5 * quality.score
    assert 0.97 * quality.upper_bound <= quality.score <= quality.upper_bound


# -- tables -----------------------------------------------------------------------------------------------------------


def seatings(people: Sequence[int], sizes: Sequence[int]) -> Iterator[list[tuple[int, ...]]]:
    """Every way to seat people at tables of these sizes, tables of one size in any order."""
    if not sizes:
        yield []
        return
    for others in combinations(people[1:], sizes[0] - 1):
        rest = [each for each in people[1:] if each not in others]
        for tail in seatings(rest, sizes[1:]):
            yield [(people[0], *others), *tail]


@pytest.mark.parametrize(("people", "size"), [(6, 3), (8, 4), (9, 3), (8, 2)])
@pytest.mark.parametrize("seed", range(4))
def test_tables_are_the_best_of_all_where_all_can_be_tried(people: int, size: int, seed: int) -> None:
    weights = drawn(people, seed)
    sizes = table_sizes(people, size)
    none = np.zeros((people, people), dtype=np.int64)
    best = max(score_of(weights, together(each, people)) for each in seatings(range(people), sizes))
    found = best_tables(weights, none > 0, none, sizes, 0)
    assert score_of(weights, together(found, people)) == best
    assert best <= upper_bound(weights, sizes, 1) + 1e-6


@given(st.integers(1, 40), st.integers(2, 9))
@settings(max_examples=50, deadline=None)
def test_sizes_hold_all_and_differ_by_at_most_one(people: int, size: int) -> None:
    sizes = table_sizes(people, size)
    assert sum(sizes) == people
    assert max(sizes) <= size
    assert max(sizes) - min(sizes) <= 1


def test_nobody_meets_the_same_at_two_tables_where_it_can_be_helped() -> None:
    plan = plan_tables(wishes(16), 3, 4)  # orthogonal Latin squares of order 4 exist: five such rounds do
    assert not plan.met_again
    crowded = plan_tables(wishes(6), 3, 3)
    assert crowded.met_again


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_where_pairs_must_meet_again_nobody_meets_thrice_whatever_the_wishes(share: float) -> None:
    """16 people, tables of 6, 5 and 5: any two rounds have 3 + 2 + 2 pairs in common at least.

    A table's six come from three tables before, at best two from each; its five as two, two and one. So three rounds
    have 21 pairs that meet again where nobody meets thrice, and no plan has fewer meetings in common.
    """
    plan = plan_tables(wishes(16, share=share), 3, 6)
    assert max(met(plan).values()) == 2
    assert len(plan.met_again) == 21


def test_those_who_have_met_least_meet_again_first() -> None:
    ways = [[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0, 3], [1, 2]]]  # the only ones: four people, two tables
    for fewest in ways:
        met_before = sum(together(way, 4).astype(np.int64) * (1 if way == fewest else 2) for way in ways)
        none = np.zeros((4, 4), dtype=np.bool_)
        assert best_tables(np.ones((4, 4)), none, np.asarray(met_before), [2, 2], 0) == fewest


def test_vetoes_at_tables_are_heeded_and_told_where_they_cannot_be() -> None:
    apart = [(0, 1), (2, 3), (4, 5)]
    plan = plan_tables(wishes(12, apart=apart), 3, 4)
    assert not plan.kept_together
    assert not set(met(plan)) & {("p000", "p001"), ("p002", "p003"), ("p004", "p005")}
    alone = plan_tables(wishes(3, apart=[(0, 1)]), 1, 4)
    assert alone.kept_together == (("p000", "p001"),)


def test_random_seating_has_the_mean_that_chance_gives() -> None:
    weights = drawn(12, 3)
    expected = weights.sum() / 2 * (3 / 11)  # two people share a table of four out of twelve with chance 3/11
    assert random_mean(weights, [4, 4, 4], 1) == pytest.approx(expected, rel=0.05)
    assert random_mean(weights, [12], 3) == pytest.approx(weights.sum() / 2)


def test_the_same_question_has_the_same_answer_in_any_order() -> None:
    records = [firm(each) for each in "abcdef"] + [offer(each, "turning") for each in "abc"] + [part("f", "turning")]
    affinity = world(*records, offer("d", "forging"))
    people = [Attendee(each, each, each) for each in "fedcba"]
    one = plan_tables(wishes_of(affinity, people), 2, 3)
    assert one == plan_tables(wishes_of(affinity, people[::-1]), 2, 3)


# -- whom ------------------------------------------------------------------------------------------------------------


def test_colleagues_competitors_and_vetoes_are_kept_apart() -> None:
    affinity = world(*(firm(each) for each in "abc"), *(offer(each, "turning") for each in "ab"), offer("c", "forging"))
    people = [Attendee("a", "A", "a"), Attendee("a#2", "A", "a"), Attendee("b", "B", "b"), Attendee("guest:x", "X")]
    found = wishes_of(affinity, people, apart=[("b", "guest:x")])
    assert found.attendee_ids == ("a", "a#2", "b", "guest:x")
    assert np.argwhere(np.triu(found.apart)).tolist() == [[0, 1], [2, 3]]
    rivals = wishes_of(affinity, people, competitors_apart=True)
    assert np.argwhere(np.triu(rivals.apart)).tolist() == [[0, 1], [0, 2], [1, 2]]
    by_firm = wishes_of(affinity, people, apart=[("a", "b")])
    assert np.argwhere(np.triu(by_firm.apart)).tolist() == [[0, 1], [0, 2], [1, 2]]


def test_firms_of_one_group_are_kept_apart_as_people_of_one_firm_are() -> None:
    owned = [firm("a"), firm("b", parent_id="a"), firm("c", parent_id="b"), firm("d", parent_id="x"), firm("e")]
    affinity = world(*owned, offer("a", "turning"), part("c", "turning"), part("e", "turning"))
    people = [Attendee(each, each, each) for each in "abcde"] + [Attendee("guest:x", "X"), Attendee("f", "F", "x")]
    found = wishes_of(affinity, people)
    assert found.attendee_ids == ("a", "b", "c", "d", "e", "f", "guest:x")
    together_never = [[0, 1], [0, 2], [1, 2], [3, 5]]  # the last: an owner that is in no list, and its firm
    assert np.argwhere(np.triu(found.apart)).tolist() == together_never
    assert found.weights[0, 2] == 0
    assert found.weights[0, 4] > 0
    pairs, tables = plan_pairs(found, 3), plan_tables(found, 1, 3)
    assert not set(met(pairs)) & {("a", "b"), ("a", "c"), ("b", "c"), ("d", "f")}
    assert not tables.kept_together


def test_what_no_meeting_has_is_refused() -> None:
    for wrong, code in (
        (lambda: plan_pairs(wishes(4), 0), "bad_rounds"),
        (lambda: plan_tables(wishes(4), 1, 1), "bad_table_size"),
        (lambda: wishes_of(world(), [Attendee(str(each), "") for each in range(401)]), "too_many_attendees"),
    ):
        with pytest.raises(UserMistake) as refused:
            wrong()
        assert refused.value.code == code


def test_nobody_and_one_alone() -> None:
    assert plan_pairs(wishes(0), 1).rounds == (Round(()),)
    assert plan_tables(wishes(0), 1, 4).rounds == (Round(()),)
    assert plan_pairs(wishes(1), 1).rounds == (Round((), ("p000",)),)
    assert plan_tables(wishes(1), 2, 4).quality.share is None


# -- as it goes on ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["pairs", "tables"])
def test_finished_rounds_stay_whoever_comes_or_goes(form: str) -> None:
    affinity = world(*(firm(f"f{each:02}") for each in range(9)), offer("f01", "turning"), part("f02", "turning"))
    people = tuple(Attendee(each, each, each) for each in affinity.company_ids[:8])
    meeting = planned(Meeting(people, form, rounds=4, table_size=3), affinity)
    assert meeting.plan is not None
    meeting = round_over(meeting)
    first = meeting.plan.rounds[0] if meeting.plan else None
    changed = with_latecomers(meeting, [Attendee("f08", "f08", "f08"), Attendee("guest:x", "X")])
    changed = planned(Meeting(changed.attendees, form, 4, 3, gone=("f00",), plan=changed.plan), affinity)
    assert changed.plan is not None
    assert changed.plan.rounds[0] == first
    assert changed.plan.finished == 1
    for each in changed.plan.rounds[1:]:
        seated = [one for group in each.groups for one in group] + list(each.resting)
        assert sorted(seated) == sorted({one.attendee_id for one in changed.there})
    if form == "pairs":
        assert set(met(changed.plan).values()) == {1}
        rested = [one for each in changed.plan.rounds for one in each.resting]
        assert not {"f08", "guest:x"} & set(rested)  # who was not there has rested once already


def test_a_round_is_opened_again_and_no_further_than_there_are_rounds() -> None:
    meeting = planned(Meeting(tuple(Attendee(each, each) for each in "abcd"), rounds=2), world())
    counts = []
    for undo in (True, False, False, False, True):
        meeting = round_over(meeting, undo=undo)
        counts.append(meeting.plan.finished if meeting.plan else None)
    assert counts == [0, 1, 2, 2, 1]


def test_who_comes_back_is_the_same_and_a_second_of_a_firm_is_another() -> None:
    meeting = Meeting((Attendee("a", "A", "a"), Attendee("b", "B", "b")), gone=("a",))
    back = with_latecomers(meeting, [Attendee("a", "A", "a"), Attendee("b", "B", "b")])
    assert [each.attendee_id for each in back.there] == ["a", "b", "b#2"]
    assert back.gone == ()


def test_a_meeting_is_kept_with_the_region_and_moves_no_revision(tmp_path: Path) -> None:
    people = tuple(Attendee(each, "=1+1 <b>", None, "Åsa") for each in "abcde")
    meeting = round_over(planned(Meeting(people, "pairs", competitors_apart=True), world()))
    with opened(tmp_path / "r.sqlite") as store:
        before = store.revision()
        keep(store, meeting)
        assert recall(store) == meeting
        assert store.revision() == before
        store.remember("meeting:plan", '{"attendees": 3}')
        assert recall(store) is None
        keep(store, None)
        assert recall(store) is None

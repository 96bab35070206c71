"""The figures of a ranking: by hand, by every order of the tied, and beside scikit-learn."""

from __future__ import annotations

from itertools import pairwise, permutations
from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from graph.validation import MEASURES, Interval, Tie, figures, intervals, ties

ABSENT = -np.inf


def of(scores: list[float], right: list[int], wanted: int | None = None) -> dict[str, float]:
    found = ties(np.array(scores), right)
    return dict(zip(MEASURES, figures(found, len(right) if wanted is None else wanted), strict=True))


def by_every_order(scores: list[float], right: list[int]) -> list[float]:
    """The same, from its definition: the mean over all orders that the scores allow, of those that are ranked."""
    ranked = [index for index, score in enumerate(scores) if score > ABSENT]
    orders = [order for order in permutations(ranked) if all(scores[a] >= scores[b] for a, b in pairwise(order))]
    rows = []
    for order in orders:
        places = [place for place, index in enumerate(order, start=1) if index in right]
        best = sum(1 / log2(place + 1) for place in range(1, min(len(right), 10) + 1))
        rows.append(
            (
                sum(place <= 3 for place in places) / len(right),
                sum(place <= 10 for place in places) / len(right),
                max((1 / place for place in places), default=0.0),
                sum(1 / log2(place + 1) for place in places if place <= 10) / best,
            )
        )
    return [float(np.mean(column)) for column in zip(*rows, strict=True)]


# -- one ranking -------------------------------------------------------------------------------------------------------


def test_the_right_one_in_second_place() -> None:
    assert of([9.0, 8.0, 7.0, 6.0], [1]) == {
        "recall@3": 1.0, "recall@10": 1.0, "mrr": 0.5, "ndcg@10": pytest.approx(1 / log2(3)),
    }  # fmt: skip


def test_two_right_ones_first_and_fourth() -> None:
    found = of([9.0, 8.0, 7.0, 6.0], [0, 3])
    assert found["recall@3"] == 0.5
    assert found["recall@10"] == found["mrr"] == 1.0
    assert found["ndcg@10"] == pytest.approx((1 + 1 / log2(5)) / (1 + 1 / log2(3)))  # (1 + 0.4307) / (1 + 0.6309)
    assert found["ndcg@10"] == pytest.approx(0.8772, abs=1e-4)


def test_the_eleventh_is_found_by_its_rank_alone() -> None:
    found = of([float(-each) for each in range(20)], [10])
    assert list(found.values()) == [0.0, 0.0, pytest.approx(1 / 11), 0.0]


def test_all_tied_is_chance() -> None:
    found = of([1.0] * 4, [2])
    assert found["recall@3"] == 0.75
    assert found["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)


def test_chance_agrees_with_many_seeded_draws() -> None:
    rng, scores, right = np.random.default_rng(7), [3.0] * 2 + [1.0] * 14, [1, 5, 9]
    drawn = [of(list(np.array(scores) + rng.uniform(0, 0.5, 16)), right) for _ in range(4000)]
    for measure, expected in of(scores, right).items():
        assert np.mean([each[measure] for each in drawn]) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("scores", [[ABSENT, 1.0], [ABSENT, ABSENT]])
def test_the_right_one_that_is_not_ranked_is_never_found(scores: list[float]) -> None:
    assert set(of(scores, [0]).values()) == {0.0}


def test_a_right_one_that_is_no_candidate_counts_as_not_found() -> None:
    assert of([2.0, 1.0], [0], wanted=2)["recall@10"] == 0.5
    assert set(of([2.0, 1.0], [], wanted=1).values()) == {0.0}


def test_nothing_right_is_no_case() -> None:
    with pytest.raises(ValueError, match="right"):
        figures((), 0)


def test_where_the_right_ones_stand() -> None:
    assert ties(np.array([5.0, 4.0, 4.0, 4.0, ABSENT]), [4, 3, 1, 0]) == (Tie(0, 1, 1), Tie(1, 3, 2))


RANKING = st.lists(st.sampled_from([1.0, 2.0, 3.0, ABSENT]), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(scores=RANKING, data=st.data())
def test_expected_values_are_the_mean_over_every_order(scores: list[float], data: st.DataObject) -> None:
    right = data.draw(st.sets(st.integers(0, len(scores) - 1), min_size=1))
    assert list(of(scores, sorted(right)).values()) == pytest.approx(by_every_order(scores, sorted(right)))


@settings(max_examples=60, deadline=None)
@given(scores=st.lists(st.integers(0, 5).map(float), min_size=2, max_size=30), data=st.data())
def test_ndcg_is_scikit_learns(scores: list[float], data: st.DataObject) -> None:
    right = data.draw(st.sets(st.integers(0, len(scores) - 1), min_size=1))
    truth = [float(each in right) for each in range(len(scores))]
    assert of(scores, sorted(right))["ndcg@10"] == pytest.approx(ndcg_score([truth], [scores], k=10))


# -- intervals ---------------------------------------------------------------------------------------------------------


def column(*values: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64).reshape(-1, 1)


def test_without_a_case_there_is_no_figure() -> None:
    assert intervals(np.zeros((0, 4)), []) == []


def test_one_buyer_has_a_mean_and_no_interval() -> None:
    (found,) = intervals(column(0.0, 1.0, 1.0, 0.0), ["a"] * 4)
    assert found == Interval(0.5, None, None)
    assert not found.excludes_zero


def test_two_buyers_leave_everything_open() -> None:
    (found,) = intervals(column(0.0, 1.0), ["a", "b"])
    assert found == Interval(0.5, 0.0, 1.0)  # a quarter of the draws is the one twice, a quarter the other


def test_a_mean_is_over_cases_and_a_draw_over_buyers() -> None:
    """One buyer of three good cases, one of a single bad one: (3, 0), (3, 1) or (0, 1) of them are drawn."""
    (found,) = intervals(column(1.0, 1.0, 1.0, 0.0), ["a", "a", "a", "b"])
    assert found == Interval(0.75, 0.0, 1.0)


def test_the_same_cases_told_twice_make_nothing_surer() -> None:
    values, groups = np.random.default_rng(3).uniform(size=(40, 1)), [str(each) for each in range(40)]
    twice = intervals(np.repeat(values, 2, axis=0), [each for each in groups for _ in range(2)])
    (one,), (other,) = intervals(values, groups), twice
    assert (one.mean, one.low, one.high) == pytest.approx((other.mean, other.low, other.high))


def test_many_buyers_give_the_interval_of_theory() -> None:
    values = np.random.default_rng(5).normal(0.4, 0.2, size=(500, 1))
    (found,) = intervals(values, range(500))
    half = 1.96 * values.std() / np.sqrt(500)
    assert found.low == pytest.approx(found.mean - half, abs=0.1 * half)
    assert found.high == pytest.approx(found.mean + half, abs=0.1 * half)
    assert found.excludes_zero


def test_differences_are_paired() -> None:
    """Two that differ by a tenth in every case differ by a tenth in every draw, however unlike the cases are."""
    values = np.random.default_rng(9).uniform(size=(30, 1))
    one, other, ahead = intervals(np.concatenate([values, values - 0.1, np.full((30, 1), 0.1)], axis=1), range(30))
    assert (ahead.low, ahead.high) == pytest.approx((0.1, 0.1))
    assert one.low is not None
    assert other.high is not None
    assert one.low < other.high


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    values = np.random.default_rng(1).uniform(size=(50, 2))
    assert intervals(values, range(50)) == intervals(values, range(50))
    assert intervals(values, range(50)) != intervals(values, range(50), seed=2)

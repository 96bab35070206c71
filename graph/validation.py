"""How well does a ranking find what is known to be right, and how sure is that?

A ranking is a score for each candidate, higher first; ``-inf`` is not ranked at all. Candidates with one score are
tied: their order is chance, and every figure is the expected value over all orders, worked out and not drawn (so "at
random" is a ranking in which all are tied). What is right and not ranked counts as never found.

Intervals are 95 % percentile bootstraps that draw whole groups (buyers), since one buyer's cases are alike. With the
same groups and seed every figure is of the same draws, so a difference case by case is a paired one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

MEASURES = ("recall@3", "recall@10", "mrr", "ndcg@10")
CUTS = (3, 10)
NDCG_CUT = 10
DRAWS, SEED = 10_000, 1
LOW_HIGH = (2.5, 97.5)
CELLS_AT_ONCE = 4_000_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tie:
    """Candidates with one score, of which ``right`` are right; ``before`` others are ranked above them."""

    before: int
    size: int
    right: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over cases; ``low`` and ``high`` are None where fewer than two groups leave nothing to draw from."""

    mean: float
    low: float | None
    high: float | None

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of nought."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def ties(scores: Floats, right: Sequence[int]) -> tuple[Tie, ...]:
    """Where the right candidates (by index) stand, best first; those not ranked are left out.

    >>> ties(np.array([3.0, 2.0, 2.0, -np.inf]), [1, 3])
    (Tie(before=1, size=2, right=1),)
    """
    found = scores[np.asarray(right, dtype=np.int64)]
    values, counts = np.unique(found[found > -np.inf], return_counts=True)
    return tuple(
        Tie(int(np.count_nonzero(scores > value)), int(np.count_nonzero(scores == value)), int(count))
        for value, count in zip(values[::-1], counts[::-1], strict=True)
    )


def figures(found: Sequence[Tie], right: int) -> tuple[float, ...]:
    """The expected :data:`MEASURES` of one case, of which ``right`` candidates are right in all.

    Recall at k is the share of the right ones that stand among the first k; the reciprocal rank is that of the first
    of them; NDCG counts every right one alike.

    Raises:
        ValueError: nothing is right, so that there is nothing to find.
    """
    if right < 1:
        raise ValueError("a case needs something that is right")
    recalls = (sum(each.right * _share_within(each, cut) for each in found) / right for cut in CUTS)
    return (*recalls, _reciprocal_rank(found[0]) if found else 0.0, _ndcg(found, right))


def _share_within(tie: Tie, cut: int) -> float:
    """How likely one of the tied stands among the first ``cut``."""
    return min(max(cut - tie.before, 0), tie.size) / tie.size


def _reciprocal_rank(tie: Tie) -> float:
    """Of the first right one among the tied, over all their orders."""
    ways = comb(tie.size, tie.right)
    last = tie.size - tie.right + 1
    return sum(comb(tie.size - at, tie.right - 1) / ways / (tie.before + at) for at in range(1, last + 1))


def _ndcg(found: Sequence[Tie], right: int) -> float:
    gains = 1 / np.log2(np.arange(2, NDCG_CUT + 2))
    got = sum(each.right * float(gains[each.before : each.before + each.size].sum()) / each.size for each in found)
    return float(got / gains[:right].sum())


def intervals(values: Floats, groups: Sequence[Hashable], *, draws: int = DRAWS, seed: int = SEED) -> list[Interval]:
    """The mean of each column over its cases (rows), with its interval over groups drawn whole; [] without a case.

    Args:
        values: a row a case, a column a figure.
        groups: of each row; rows of one group are drawn together.
        draws: how many times the groups are drawn.
        seed: of the draws; the same gives the same.
    """
    if not len(values):
        return []
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    of_row = np.array([numbers[each] for each in groups])
    sums = np.zeros((len(numbers), values.shape[1]))
    np.add.at(sums, of_row, values)
    means = values.mean(axis=0)
    if len(numbers) < 2:
        return [Interval(float(mean), None, None) for mean in means]
    ends = np.percentile(_drawn(sums, np.bincount(of_row), draws, seed), LOW_HIGH, axis=0)
    return [Interval(*map(float, each)) for each in zip(means, *ends, strict=True)]


def _drawn(sums: Floats, counts: NDArray[np.int64], draws: int, seed: int) -> Floats:
    """The means of as many draws; a group that is drawn twice counts twice, with all its cases."""
    rng, groups = np.random.default_rng(seed), len(counts)
    step = max(1, CELLS_AT_ONCE // groups)
    found = []
    for start in range(0, draws, step):
        times = rng.multinomial(groups, np.full(groups, 1 / groups), size=min(step, draws - start))
        found.append((times @ sums) / (times @ counts)[:, None])
    return np.concatenate(found)

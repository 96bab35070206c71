"""Who sits with whom, so that those who have most to tell each other meet? The sums behind :mod:`graph.meeting_plan`.

People are numbers, wishes a symmetric matrix of non-negative floats; a pair counts once however often it meets, and
not at all where it was to be kept apart. A round of pairs is an exact matching: as many pairs as can be, then those
rest who have rested least, then the greatest sum of wishes. A round at tables is a local search (swaps, the best first,
from several starts), since the exact answer (a clique partition) is out of reach for more than a handful of people.
Everything is seeded: the same question has the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Floats, Numbers

Booleans: TypeAlias = NDArray[np.bool_]
Pairs: TypeAlias = list[tuple[int, int]]

SEED = 7
STARTS = 6  # of the local search, a round
KICKS = 30  # times that a start's best tables are shaken and improved again
DRAWS = 200  # of random seating
STEPS = 2.0**20  # a wish is a whole number of these parts of the greatest, so that no sum of them is rounded
MOST_NODES = 500  # of the branch and bound, before the slower but sure method
LEAST_GAIN = 1e-9
DECIMALS = 6


def best_pairs(wishes: Floats, allowed: Booleans, rests: Sequence[int]) -> Pairs:
    """The pairs of one round, each (lower, higher), in order; who is in none rests.

    Args:
        wishes: what each pair has to tell each other.
        allowed: which pairs may meet, symmetric.
        rests: how often each has rested before.
    """
    found = _whole(wishes, allowed, rests)
    return sorted(_sure(wishes, allowed, rests) if found is None else found)


def _whole(wishes: Floats, allowed: Booleans, rests: Sequence[int]) -> Pairs | None:
    """As :func:`best_pairs`, where all can be paired but one who has rested least; None where they cannot.

    A linear programme over the edges with whole numbers; its relaxation is nearly always whole by itself.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    count = len(wishes)
    first, second = np.nonzero(np.triu(allowed, 1))
    gains = wishes[first, second]
    if count % 2:
        resting = np.flatnonzero(np.asarray(rests) == min(rests))
        first, second = np.append(first, resting), np.append(second, np.full(len(resting), count))
        gains = np.append(gains, np.zeros(len(resting)))
    if not len(first):
        return None if count else []
    ends = incidence(first, second, count + count % 2)
    solved = milp(
        -gains,
        constraints=LinearConstraint(ends, 1, 1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(first), dtype=np.int64),
        options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES},
    )
    if solved.status != 0:
        return None
    chosen = np.flatnonzero(solved.x > 0.5)
    pairs = zip(first[chosen].tolist(), second[chosen].tolist(), strict=True)
    return [(one, other) for one, other in pairs if other < count]


def _sure(wishes: Floats, allowed: Booleans, rests: Sequence[int]) -> Pairs:
    """As :func:`best_pairs`, whatever the vetoes: Edmonds' blossoms, on whole numbers so that nothing is rounded."""
    import networkx as nx

    scaled = np.rint(wishes * 10**DECIMALS).astype(np.int64)
    fairness = int(scaled.max(initial=0)) * len(wishes) + 1
    graph = nx.Graph()
    for one, other in np.argwhere(np.triu(allowed, 1)).tolist():
        graph.add_edge(one, other, weight=int(scaled[one, other]) + fairness * (rests[one] + rests[other]))
    found = nx.max_weight_matching(graph, maxcardinality=True)
    return [(min(pair), max(pair)) for pair in found]


# -- tables -----------------------------------------------------------------------------------------------------------


def table_sizes(people: int, table_size: int) -> list[int]:
    """How many sit at each table: as few tables as hold them all, sizes that differ by at most one, larger first.

    >>> table_sizes(42, 6), table_sizes(10, 4), table_sizes(3, 8), table_sizes(0, 4)
    ([6, 6, 6, 6, 6, 6, 6], [4, 3, 3], [3], [])
    """
    tables = -(-people // table_size)
    return [people // tables + (number < people % tables) for number in range(tables)]


def best_tables(wishes: Floats, apart: Booleans, met: Numbers, sizes: Sequence[int], seed: int) -> list[list[int]]:
    """The tables of one round: first nobody beside whom they are to be kept from, then nobody met before, then wishes.

    ``apart`` and ``met`` (how often) are symmetric; where they cannot all be heeded as few as possible are not, by the
    search's best knowledge. Who has met twice weighs as four who have met once, so that few meet thrice.
    """
    people = len(wishes)
    if not people:
        return []
    unmet = np.where(apart | (met > 0), 0.0, wishes) / (float(wishes.max()) or 1.0)
    pairs = sum(size * (size - 1) // 2 for size in sizes)  # no round's wishes are more, nor its pairs that have met
    again = (pairs + 1.0) * met**2
    worth = np.rint(unmet * STEPS) / STEPS - again - (pairs + 1.0) * (float(again.max()) + 1.0) * apart
    np.fill_diagonal(worth, 0.0)
    rng = np.random.default_rng((SEED, seed))
    at_table = np.repeat(np.arange(len(sizes)), sizes)
    best, best_sum = at_table, -np.inf
    for _ in range(STARTS):
        seats = _improved(worth, rng.permutation(at_table), len(sizes))
        total = _total(worth, seats)
        for _ in range(KICKS if len(sizes) > 1 else 0):
            shaken = _improved(worth, _shaken(seats, rng), len(sizes))
            if (new := _total(worth, shaken)) > total + LEAST_GAIN:
                seats, total = shaken, new
        if total > best_sum + LEAST_GAIN:
            best, best_sum = seats, total
    return sorted(np.flatnonzero(best == table).tolist() for table in range(len(sizes)))


def _improved(worth: Floats, seats: Numbers, tables: int) -> Numbers:
    """The seats after swapping two people of different tables, the best pair first, until no swap helps."""
    seats = seats.copy()
    people = np.arange(len(seats))
    at = np.zeros((len(seats), tables))
    at[people, seats] = 1.0
    liking = worth @ at  # of each person for each table
    while True:
        gain = liking[:, seats] - liking[people, seats][:, None]  # of each who takes each other's seat
        gain = gain + gain.T - 2 * worth
        gain[seats[:, None] == seats] = 0.0
        one, other = divmod(int(gain.argmax()), len(seats))
        if gain[one, other] <= LEAST_GAIN:
            return seats
        change = worth[:, other] - worth[:, one]
        liking[:, seats[one]] += change
        liking[:, seats[other]] -= change
        seats[[one, other]] = seats[[other, one]]


def _shaken(seats: Numbers, rng: np.random.Generator) -> Numbers:
    """The seats after a few people have changed places at random."""
    moved = rng.choice(len(seats), size=max(3, len(seats) // 8) if len(seats) > 3 else len(seats), replace=False)
    shaken = seats.copy()
    shaken[moved] = seats[rng.permutation(moved)]
    return shaken


def _total(worth: Floats, seats: Numbers) -> float:
    return float(worth[seats[:, None] == seats].sum()) / 2


# -- how good it is ---------------------------------------------------------------------------------------------------


def together(groups: Sequence[Sequence[int]], people: int) -> Booleans:
    """Who meets whom in some groups."""
    found = np.zeros((people, people), dtype=np.bool_)
    for group in groups:
        found[np.ix_(group, group)] = True
    np.fill_diagonal(found, val=False)
    return found


def score_of(wishes: Floats, who: Booleans) -> float:
    """The sum of the wishes of those who meet, each pair once."""
    return round(float(np.triu(np.where(who, wishes, 0.0), 1).sum()), DECIMALS)


def upper_bound(wishes: Floats, sizes: Sequence[int], rounds: int) -> float:
    """No plan of so many rounds in groups of these sizes scores more.

    Who meets whom is relaxed to a linear programme: nobody meets more than a full group in each round, no pair more
    than once, and no more pairs meet than the groups hold. The truth may be lower.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    first, second = np.nonzero(np.triu(wishes, 1))
    if not len(first) or not rounds or not sizes:
        return 0.0
    each = LinearConstraint(incidence(first, second, len(wishes)), ub=rounds * (max(sizes) - 1))
    every = LinearConstraint(np.ones((1, len(first))), ub=rounds * sum(size * (size - 1) // 2 for size in sizes))
    solved = milp(-wishes[first, second], constraints=(each, every), bounds=Bounds(0, 1))
    return round(-float(solved.fun or 0.0), DECIMALS)


def random_mean(wishes: Floats, sizes: Sequence[int], rounds: int) -> float:
    """What so many rounds score on average when seats are drawn, over :data:`DRAWS` seeded draws."""
    people = len(wishes)
    if not people or not rounds or not sizes:
        return 0.0
    seats = np.full(people, -1, dtype=np.int64)  # a group of its own for each who rests
    seats[: sum(sizes)] = np.repeat(np.arange(len(sizes)), sizes)
    rng = np.random.default_rng(SEED)
    total = 0.0
    for _ in range(DRAWS):
        met = np.zeros((people, people), dtype=np.bool_)
        for _ in range(rounds):
            drawn = rng.permutation(seats)
            met |= (drawn[:, None] == drawn) & (drawn >= 0)
        total += float(wishes[met].sum()) / 2
    return round(total / DRAWS, DECIMALS)


def incidence(first: Numbers, second: Numbers, people: int) -> sparse.csr_array:
    """1 where a person (row) is an end of a pair (column)."""
    pairs = np.arange(len(first))
    ends = (np.concatenate([first, second]), np.concatenate([pairs, pairs]))
    return sparse.csr_array((np.ones(2 * len(first)), ends), shape=(people, len(first)))

"""Who meets whom at a meeting, round by round, one to one or at tables?

A plan is made of those who come and of what their firms have to tell each other (:mod:`graph.affinity`). Nobody meets
the same person twice one to one, and at tables only where it cannot be helped, as evenly as it goes. People of one firm
or of one group of companies, those somebody wants apart and (when asked) competitors are never paired; at tables they
are kept apart as far as it goes, and who is not is told (``Plan.kept_together``). Where the number is odd one rests,
and nobody twice while another has not rested; a round that somebody missed counts as rest.

A meeting goes on: rounds that are finished are kept as they were, whoever has come or gone since, and the rest is
planned anew for those who are there. A guest no list knows has a seat, and nothing known to tell anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeAlias

import numpy as np

from graph.affinity import Affinity
from graph.arrays import Floats, Numbers
from graph.errors import UserMistake
from graph.seating import (
    Booleans,
    best_pairs,
    best_tables,
    random_mean,
    score_of,
    table_sizes,
    together,
    upper_bound,
)

Group: TypeAlias = tuple[str, ...]
MOST_PEOPLE, MOST_ROUNDS = 400, 20
LEAST_TABLE, MOST_TABLE = 2, 20


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who comes; ``company_id`` is None for a guest of a firm that is not in the region's lists."""

    attendee_id: str
    name: str  # the firm's, or the guest's as written
    company_id: str | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """Who sits together (attendees by identifier, sorted), and who rests."""

    groups: tuple[Group, ...]
    resting: Group = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """The sum of wishes that the open rounds fulfil; no plan can have more than the bound; random seating has the mean.

    ``is_exact``: the bound is what the best plan has.
    """

    score: float
    upper_bound: float
    random_mean: float

    @property
    def is_exact(self) -> bool:
        """Whether nothing better exists."""
        return self.score >= self.upper_bound - 1e-6

    @property
    def share(self) -> float | None:
        """The score as a share of the bound; None where nobody is known to have anything to tell."""
        return self.score / self.upper_bound if self.upper_bound else None

    @property
    def random_share(self) -> float | None:
        """The same of random seating."""
        return self.random_mean / self.upper_bound if self.upper_bound else None


@dataclass(frozen=True, slots=True)
class Plan:
    """All rounds, the finished ones first; ``kept_together`` and ``met_again`` could not be helped."""

    rounds: tuple[Round, ...]
    finished: int
    quality: Quality
    kept_together: tuple[tuple[str, str], ...] = ()
    met_again: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Wishes:
    """What pairs of attendees have to tell each other, and who is to be kept apart; both symmetric."""

    attendee_ids: tuple[str, ...]
    weights: Floats
    apart: Booleans


def wishes_of(
    affinity: Affinity,
    attendees: Sequence[Attendee],
    *,
    apart: Iterable[tuple[str, str]] = (),
    competitors_apart: bool = False,
) -> Wishes:
    """The wishes of those who come, sorted by identifier so that the order of the list changes nothing.

    Args:
        affinity: of the region.
        attendees: those who come, each identifier once.
        apart: pairs of companies or attendees who are not to meet.
        competitors_apart: keep those apart who do much the same for the same buyers.

    Raises:
        UserMistake: ``too_many_attendees``.
    """
    if len(attendees) > MOST_PEOPLE:
        raise UserMistake("too_many_attendees", count=len(attendees), most=MOST_PEOPLE)
    people = sorted({each.attendee_id: each for each in attendees}.values(), key=lambda each: each.attendee_id)
    firms = [each.company_id or each.attendee_id for each in people]
    weights = affinity.scores(firms)
    kept_apart = affinity.of_one_group(firms)
    weights[kept_apart] = 0.0
    if competitors_apart:
        kept_apart |= affinity.competing(firms)
    rows: dict[str, set[int]] = defaultdict(set)
    for number, (each, company) in enumerate(zip(people, firms, strict=True)):
        rows[each.attendee_id].add(number)
        rows[company].add(number)
    for one, other in apart:
        for row, column in product(rows.get(one, ()), rows.get(other, ())):
            kept_apart[row, column] = kept_apart[column, row] = True
    np.fill_diagonal(kept_apart, val=False)
    return Wishes(tuple(each.attendee_id for each in people), weights, kept_apart)


def plan_pairs(wishes: Wishes, rounds: int, *, finished: Sequence[Round] = (), gone: Collection[str] = ()) -> Plan:
    """Rounds one to one.

    Args:
        wishes: of all who are there.
        rounds: how many in all, the finished ones among them.
        finished: rounds that are over, kept as they were.
        gone: of those with wishes, who has left or never came.

    Raises:
        UserMistake: ``bad_rounds``.
    """

    def make(there: _There, number: int) -> list[list[int]]:  # noqa: ARG001 - a matching is found anew, not drawn
        pairs = best_pairs(there.weights, ~there.apart & (there.met == 0), there.rests)
        return [list(pair) for pair in pairs]

    return _planned(wishes, rounds, 2, make, finished, gone)


def plan_tables(
    wishes: Wishes, rounds: int, table_size: int, *, finished: Sequence[Round] = (), gone: Collection[str] = ()
) -> Plan:
    """Rounds at tables of at most ``table_size``; the rest as :func:`plan_pairs`.

    Raises:
        UserMistake: ``bad_rounds`` or ``bad_table_size``.
    """
    if not LEAST_TABLE <= table_size <= MOST_TABLE:
        raise UserMistake("bad_table_size", least=LEAST_TABLE, most=MOST_TABLE)

    def make(there: _There, number: int) -> list[list[int]]:
        sizes = table_sizes(len(there.weights), table_size)
        return best_tables(there.weights, there.apart, there.met, sizes, number)

    return _planned(wishes, rounds, table_size, make, finished, gone)


@dataclass(eq=False)
class _There:
    """Those who are there, by number: their wishes, how often each has met each other and has rested."""

    weights: Floats
    apart: Booleans
    met: Numbers
    rests: list[int]


_Make: TypeAlias = Callable[[_There, int], list[list[int]]]


def _planned(
    wishes: Wishes, rounds: int, size: int, make: _Make, finished: Sequence[Round], gone: Collection[str]
) -> Plan:
    if not 1 <= rounds <= MOST_ROUNDS:
        raise UserMistake("bad_rounds", most=MOST_ROUNDS)
    here = [number for number, each in enumerate(wishes.attendee_ids) if each not in set(gone)]
    ids = [wishes.attendee_ids[each] for each in here]
    number_of = {each: number for number, each in enumerate(ids)}
    there = _There(wishes.weights[np.ix_(here, here)], wishes.apart[np.ix_(here, here)], *_before(ids, finished))
    met_before = there.met.copy()
    open_rounds = max(0, rounds - len(finished))
    made = []
    for turn in range(len(finished), len(finished) + open_rounds):
        groups = make(there, turn)
        made.append(_round(groups, ids))
        there.met = there.met + together(groups, len(ids))
        seated = {number_of[each] for group in made[-1].groups for each in group}
        there.rests = [rests + (number not in seated) for number, rests in enumerate(there.rests)]
    plan_rounds = (*finished, *made)
    return Plan(
        plan_rounds,
        len(finished),
        _quality(
            there, met_before > 0, made, number_of, table_sizes(len(ids), size) if size > 2 else [2] * (len(ids) // 2)
        ),
        _together(made, {frozenset((ids[a], ids[b])) for a, b in np.argwhere(there.apart).tolist()}),
        _again(plan_rounds, len(finished)),
    )


def _before(ids: Sequence[str], finished: Sequence[Round]) -> tuple[Numbers, list[int]]:
    """How often who has met whom in the finished rounds, and how many of them each has sat out."""
    number_of = {each: number for number, each in enumerate(ids)}
    met = np.zeros((len(ids), len(ids)), dtype=np.int64)
    rests = [0] * len(ids)
    for each in finished:
        groups = [[number_of[one] for one in group if one in number_of] for group in each.groups]
        met += together([group for group in groups if group], len(ids))
        seated = {number for group in groups for number in group}
        rests = [count + (number not in seated) for number, count in enumerate(rests)]
    return met, rests


def _round(groups: Sequence[Sequence[int]], ids: Sequence[str]) -> Round:
    named = tuple(tuple(ids[each] for each in group) for group in groups)
    seated = {each for group in named for each in group}
    return Round(named, tuple(each for each in ids if each not in seated))


def _quality(
    there: _There, met_before: Booleans, made: Sequence[Round], number_of: dict[str, int], sizes: Sequence[int]
) -> Quality:
    """Of the open rounds: pairs that have met already, or are to be kept apart, count for nothing."""
    counted = np.where(met_before | there.apart, 0.0, there.weights)
    who = np.zeros(counted.shape, dtype=np.bool_)
    for each in made:
        who |= together([[number_of[one] for one in group] for group in each.groups], len(counted))
    score = score_of(counted, who)
    bound = max(score, upper_bound(counted, sizes, len(made)))
    return Quality(score, bound, random_mean(counted, sizes, len(made)))


def _together(rounds: Iterable[Round], apart: Collection[frozenset[str]]) -> tuple[tuple[str, str], ...]:
    pairs = {pair for each in rounds for group in each.groups for pair in combinations(sorted(group), 2)}
    return tuple(sorted(pair for pair in pairs if frozenset(pair) in apart))


def _again(rounds: Sequence[Round], finished: int) -> tuple[tuple[str, str], ...]:
    """Pairs that meet in an open round and have met in an earlier one."""
    seen: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    for number, each in enumerate(rounds):
        pairs = {pair for group in each.groups for pair in combinations(sorted(group), 2)}
        if number >= finished:
            found |= pairs & seen
        seen |= pairs
    return tuple(sorted(found))

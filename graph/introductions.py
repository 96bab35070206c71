"""Whom is it worth bringing together, what would that do to the network, and what has come of it?

A pair is proposed where two firms of the region have something to tell each other (:mod:`graph.affinity`), or one of
them nearly fits a part that the other imports and nobody nearby makes; not where they trade, belong to one group, do
the same work for the same buyers, have been introduced before, or a person has said "not these two". The score is the
sum of its printed reasons: those of the affinity, and

* ``near_miss``: :data:`MISS_POINTS` for each imported part that one nearly fits;
* ``joins_islands``: :data:`ISLAND_POINTS` where the two are in different components of the network;
* ``stands_alone``: :data:`ALONE_POINTS` for each of the two that :mod:`graph.isolation` finds to stand alone.

Lack of data makes no island: a firm that nobody has asked (``not_asked``) counts as neither, nor does one whose trades
are only hidden. Who has been introduced, whatever has come of it but "none", counts as tied when the effect of the next
pair is worked out. The order is by score, then by the effect, then by identifier; but no firm is in more than
:data:`MOST_EACH` of any :data:`PAGE` pairs that are read together: those that are over wait for the next such page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graph.affinity import Affinity, Booleans
from graph.arrays import Floats, arrays_of
from graph.branches import LEFT_OUT, branch_of
from graph.import_list import Demands, Sites
from graph.isolation import Isolation
from graph.makers import Makers
from graph.model import Company, Decision, ImportedPart, Introduction
from graph.new_ties import NewTies
from graph.replacement import Finder, Reason, Replacement
from graph.resolve import live_decisions
from graph.store import Snapshot

if TYPE_CHECKING:
    import networkx as nx

Pair: TypeAlias = tuple[str, str]  # company_ids, in order
NOT_INTRODUCED = "not_introduced"
"""Verb of a person's word that two firms shall not be proposed to each other."""
MISS_POINTS, ISLAND_POINTS, ALONE_POINTS = 2.0, 2.0, 2.0
LEAST_SCORE = 6.0  # of a pair that is worth a person's time; judgement, not measured
WEAK_SCORE, MOST_WEAK = 1.0, 10  # where no pair reaches that, as in a young region: so many with this and more
PAGE, MOST_EACH = 20, 2
ROWS = 256  # firms whose pairs are scored at once: bounds the memory
PARTS_LOOKED_AT = 40  # imported parts nobody nearby makes, the most valuable first
MISSES_OF_EACH = 2
MISS_REACH_KM = 40.0
DECIMALS = 3
UNDER_WAY = ("open", "met", "quoted")
OUTCOMES = (*UNDER_WAY, "ordered", "none")
FOLLOW_UP_DAYS: Mapping[str, int] = {"open": 30, "met": 90, "quoted": 180}
"""How long after the introduction somebody should ask how it goes; judgement, not measured."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A firm that one change would make a supplier of a part that another imports."""

    maker: str
    importer: str
    part: ImportedPart
    lacks: str  # what would have to change, as :class:`graph.demands.Constraint` calls it
    asked: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two firms worth bringing together, why, and what it would do to the network: see :mod:`graph.new_ties`."""

    company_ids: Pair
    reasons: tuple[Reason, ...]  # most points first
    score: float
    components_joined: int
    newly_within_two_steps: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The best proposals, and how many pairs are worth it in all; where none is, the proposals are weak ones."""

    proposals: tuple[Proposal, ...]
    worth: int


@dataclass(frozen=True, slots=True)
class Followed:
    """An introduction that was made. ``outcome`` is never None: nobody has said is ``open``."""

    introduction: Introduction
    outcome: str
    follow_up_on: str | None  # None: it has ended, or its day is not known
    is_overdue: bool


def vetoes(decisions: Iterable[Decision], company_of: Mapping[str, str]) -> frozenset[frozenset[str]]:
    """Pairs of companies that a person has said shall not be introduced, and has not taken back.

    Args:
        decisions: of a region, whatever they say.
        company_of: the company of each identifier; a pair that turns out to be one company is none.
    """
    said = [each for each in live_decisions(decisions) if each.verb == NOT_INTRODUCED]
    pairs = {frozenset(company_of.get(subject, subject) for subject in each.subjects) for each in said}
    return frozenset(pair for pair in pairs if len(pair) > 1)


def followed(snapshot: Snapshot, today: str) -> list[Followed]:
    """Every introduction: what goes on first, the one longest due on top; then what has ended, the newest first."""
    found = [_followed(each, today) for each in snapshot.of(Introduction) if each.company_id and each.other_id]
    found.sort(key=lambda each: each.introduction.key)
    found.sort(key=lambda each: each.introduction.introduced_on or "", reverse=True)
    return sorted(found, key=lambda each: (each.outcome not in UNDER_WAY, each.follow_up_on or "9999"))


def _followed(introduction: Introduction, today: str) -> Followed:
    outcome, day = introduction.outcome or "open", introduction.introduced_on
    if outcome not in FOLLOW_UP_DAYS or not day:
        return Followed(introduction, outcome, None, is_overdue=False)
    due = (date.fromisoformat(day) + timedelta(days=FOLLOW_UP_DAYS[outcome])).isoformat()
    return Followed(introduction, outcome, due, is_overdue=due < today)


def near_misses(snapshot: Snapshot, finder: Finder, makers: Makers) -> list[Miss]:
    """For the most valuable imports that nobody near the importer makes, the firms that come nearest to it.

    ``finder`` and ``makers`` are the snapshot's. At most :data:`PARTS_LOOKED_AT` parts and :data:`MISSES_OF_EACH` firms
    each; who lacks the process itself counts where it has machines for it.
    """
    sites, demands = Sites(snapshot), Demands()
    worth = sorted(snapshot.of(ImportedPart), key=lambda each: (-(each.value_sek or 0), each.part_id))
    parts = [(each, demands.of(each), sites.origin(each.company_id or "")) for each in worth]
    asked = [(part, demand, origin) for part, demand, origin in parts if demand.processes and origin is not None]
    is_made = makers.anybody([(demand, origin) for _, demand, origin in asked], MISS_REACH_KM).tolist()
    unmade = [each for each, made in zip(asked, is_made, strict=True) if not made]
    found: list[Miss] = []
    for part, demand, origin in unmade[:PARTS_LOOKED_AT]:
        misses = finder.find(demand, origin, MISS_REACH_KM, limit=1).near_misses
        near = [each for each in misses if each.missing[0].name != "process" or _could_start(each)]
        found += [
            Miss(each.company_id, part.company_id or "", part, each.missing[0].name, each.missing[0].asked)
            for each in near[:MISSES_OF_EACH]
        ]
    return found


def _could_start(miss: Replacement) -> bool:
    return any(each.code == "could_start" and each.values["machines"] for each in miss.reasons)


# -- the queue -------------------------------------------------------------------------------------------------------


class Introductions:
    """The pairs of one region that are worth bringing together."""

    def __init__(
        self,
        snapshot: Snapshot,
        network: nx.DiGraph,
        *,
        affinity: Affinity,
        isolation: Isolation,
        misses: Iterable[Miss] = (),
        vetoed: Iterable[frozenset[str]] = (),
        again: bool = False,
    ) -> None:
        """``network``, ``affinity`` and ``isolation`` are the snapshot's; ``again``: also pairs that came to none."""
        self._affinity, self._number_of = affinity, affinity.number_of
        made = _made(snapshot)
        tied = [tuple(pair) for pair, outcomes in made.items() if outcomes != {"none"}]
        self._ties = NewTies(arrays_of(network), [(self._number_of[a], self._number_of[b]) for a, b in tied])
        self._firms = [
            each.company_id
            for each in snapshot.of(Company)
            if network.nodes[each.company_id]["in_region"] and each.is_active and branch_of(each) not in LEFT_OUT
        ]
        self._column_of = {each: column for column, each in enumerate(self._firms)}
        came_to_none = {pair for pair, outcomes in made.items() if outcomes == {"none"}}
        self._again = {(a, b) for a, b in came_to_none if again and not _trade(network, a, b)}
        self._never = {(a, b) for a, b in map(sorted, vetoed)} | made.keys() - self._again
        self._kinds = {each.company_id: each.kind for each in isolation.findings}
        self._alone = np.array([ALONE_POINTS * self._stands_alone(each) for each in self._firms])
        self._asked = np.array([self._kinds.get(each) != "not_asked" for each in self._firms], dtype=np.bool_)
        numbers = [self._number_of[each] for each in self._firms]
        self._island = self._ties.component_of[numbers]
        self._misses: dict[Pair, list[Miss]] = defaultdict(list)
        for each in misses:
            self._misses[_pair(each.maker, each.importer)].append(each)

    def queue(self, limit: int) -> Queue:
        """The best pairs, at most so many, in the order in which they should be taken up."""
        pairs = self._scored(LEAST_SCORE)
        worth = len(pairs)
        if not pairs:
            pairs, limit = self._scored(WEAK_SCORE), min(limit, MOST_WEAK)
        ones, others = (np.array([self._number_of[pair[n]] for pair in pairs], dtype=np.int64) for n in (0, 1))
        joined, newly = self._ties.effects(ones, others)
        effects = dict(zip(pairs, zip(joined.tolist(), newly.tolist(), strict=True), strict=True))
        ranked = sorted(pairs, key=lambda pair: (-pairs[pair], -effects[pair][0], -effects[pair][1], pair))
        chosen = _spread(ranked, limit)
        return Queue(tuple(self._proposal(pair, *effects[pair]) for pair in chosen), worth)

    def _proposal(self, pair: Pair, joined: int, newly: int) -> Proposal:
        reasons = [*self._affinity.between(*pair).reasons, *self._more_reasons(pair)]
        reasons.sort(key=lambda each: (-each.points, each.code, str(each.values)))
        return Proposal(pair, tuple(reasons), _score(reasons), joined, newly)

    def _more_reasons(self, pair: Pair) -> Iterator[Reason]:
        """The reasons beside the affinity's."""
        for miss in self._misses.get(pair, ()):
            part = miss.part.description or miss.part.part_number or miss.part.part_id
            yield Reason(
                "near_miss",
                MISS_POINTS,
                {
                    "maker": miss.maker,
                    "asker": miss.importer,
                    "part": part,
                    "lacks": miss.lacks,
                    "asked": miss.asked,
                    "value_sek": miss.part.value_sek,
                },
            )
        one, other = (self._column_of[each] for each in pair)
        if self._island[one] != self._island[other] and self._asked[one] and self._asked[other]:
            sizes = sorted(int(self._ties.sizes[self._number_of[each]]) for each in pair)
            yield Reason("joins_islands", ISLAND_POINTS, {"smaller": sizes[0], "larger": sizes[1]})
        for each in pair:
            if self._stands_alone(each):
                yield Reason("stands_alone", ALONE_POINTS, {"company_id": each, "kind": self._kinds[each]})

    def _stands_alone(self, company_id: str) -> bool:
        return self._kinds.get(company_id) not in (None, "not_asked", "hidden")

    # -- which pairs ------------------------------------------------------------------------------------------------

    def _scored(self, least: float) -> dict[Pair, float]:
        """The pairs that have a score of so much and more."""
        found: dict[Pair, float] = {}
        for start in range(0, len(self._firms), ROWS):
            found.update(self._good_pairs(start, least))
        for pair in self._misses:
            if all(each in self._column_of for each in pair) and not self._barred(pair[:1], pair)[0, 1]:
                found[pair] = _score([*self._affinity.between(*pair).reasons, *self._more_reasons(pair)])
        return {pair: score for pair, score in found.items() if score >= least}

    def _good_pairs(self, start: int, least: float) -> Iterator[tuple[Pair, float]]:
        """The pairs of some firms with those that come after them that score so much and more."""
        rows, columns = self._firms[start : start + ROWS], self._firms[start:]
        scores = self._affinity.scores(rows, columns)
        scores[scores > 0] += self._bonuses(start)[scores > 0]
        scores[self._barred(rows, columns)] = 0.0
        for row, column in np.argwhere(np.triu(scores, 1) >= least).tolist():
            yield _pair(rows[row], columns[column]), round(float(scores[row, column]), DECIMALS)

    def _bonuses(self, start: int) -> Floats:
        """What islands and standing alone give the pairs of some firms with those that come after them."""
        rows, columns = slice(start, start + ROWS), slice(start, None)
        apart = self._island[rows][:, None] != self._island[columns]
        apart &= self._asked[rows][:, None] & self._asked[columns]
        found: Floats = self._alone[rows][:, None] + self._alone[columns] + ISLAND_POINTS * apart
        return found

    def _barred(self, rows: Sequence[str], columns: Sequence[str]) -> Booleans:
        """Pairs of a firm (rows) and another (columns) that are never proposed."""
        barred = self._affinity.acquainted(rows, columns)
        row_of, column_of = ({each: number for number, each in enumerate(some)} for some in (rows, columns))
        for pairs, is_barred in ((self._again, False), (self._never, True)):
            for one, other in (*pairs, *((b, a) for a, b in pairs)):
                if one in row_of and other in column_of:
                    barred[row_of[one], column_of[other]] = is_barred
        found: Booleans = barred | self._affinity.competing(rows, columns)
        return found


def _made(snapshot: Snapshot) -> dict[Pair, set[str]]:
    """The pairs that have been introduced, and what came of it each time."""
    found: dict[Pair, set[str]] = defaultdict(set)
    for each in snapshot.of(Introduction):
        if each.company_id and each.other_id and each.company_id != each.other_id:
            found[_pair(each.company_id, each.other_id)].add(each.outcome or "open")
    return found


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _trade(network: nx.DiGraph, one: str, other: str) -> bool:
    return other in network.succ[one] or other in network.pred[one]


def _score(reasons: Iterable[Reason]) -> float:
    return round(sum(each.points for each in reasons), DECIMALS)


def _spread(ranked: Sequence[Pair], limit: int) -> list[Pair]:
    """The first so many pairs, no firm in more than :data:`MOST_EACH` of those that are read together."""
    chosen: list[Pair] = []
    waiting = list(ranked)
    while waiting and len(chosen) < limit:
        seen: Counter[str] = Counter()
        page: list[Pair] = []
        later: list[Pair] = []
        for pair in waiting:
            if len(page) < PAGE and all(seen[each] < MOST_EACH for each in pair):
                page.append(pair)
                seen.update(pair)
            else:
                later.append(pair)
        chosen += page
        waiting = later
    return chosen[:limit]

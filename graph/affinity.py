"""How much have two firms to tell each other, and why?

The score of a pair is the sum of its printed reasons, each a :class:`graph.replacement.Reason` with its points:

* ``imports_what_other_makes``: 3 for each process that one imports from far away and the other offers, times how rare
  that process is: 1 where one firm alone offers it, 0 where all do;
* ``buys_what_other_makes``: 2 for a process that one's suppliers offer, one's own firm does not and the other does,
  times its rarity and shared among all that the supplier offers, since which of them is bought is not known; what is
  bought within one's own group does not count;
* ``need_names_process``: 3 where the words of one's need name a process that the other offers;
* ``same_theme``: 1 for each theme in which both have stated a need;
* ``shared_buyers``: 1 for a buyer with two suppliers, less for one with many (Adamic and Adar 2003: 1 / log2 of them);
* ``near``: half as much again for firms of one place, nothing more from 50 km on;
* ``knows_already``: takes three quarters away where the two trade, have been introduced or belong to one group.

No processes, no place, no needs known: no reason, never one against. Judgement, not measured. Reasons tell of imports,
purchases and needs, which are the manager's: see :data:`PUBLIC_REASONS` for what a third person may be told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from graph.arrays import Floats, Numbers, arrays_of
from graph.branches import LEFT_OUT, branch_key, branch_of
from graph.geodesic import chords_2_between, to_cartesian
from graph.model import Company, ImportedPart, Introduction, Need, Offer, Workplace
from graph.replacement import Reason
from graph.store import Snapshot
from graph.supply_columns import tops
from graph.taxonomy import taxonomy
from graph.understanding import understand

if TYPE_CHECKING:
    import networkx as nx

Booleans: TypeAlias = NDArray[np.bool_]
_Question: TypeAlias = Callable[[Numbers, Numbers], Floats]

IMPORT_POINTS, PURCHASE_POINTS, NEED_POINTS, THEME_POINTS, BUYER_POINTS = 3.0, 2.0, 3.0, 1.0, 1.0
NEAR_KM, NEAR_SHARE = 50.0, 0.5
KNOWN_SHARE = 0.25  # of the points is left where the two know each other
COMPETES_FROM = 0.5  # of all that either offers, both do
LEAST_GUESS = 0.6  # of a process in the words of a need
NEEDS_OF_WORK = ("supply", "international", "materials_testing", "innovation")
"""Themes whose needs a firm with the right process can meet; in others a process is what the need is about."""
PUBLIC_REASONS = ("near",)
"""Reasons that tell nothing but what anybody may know."""
DECIMALS = 6
MIDDLE = np.array([3153.2, 844.9, 5461.1])  # 59.3 N, 15 E in km: points are kept from here, so that squares stay exact


@dataclass(frozen=True, slots=True)
class Pairing:
    """What two firms have to tell each other; ``competes``: much the same work, for the same kind of buyers."""

    score: float
    reasons: tuple[Reason, ...]
    competes: bool


class Affinity:
    """Pairs of a region's firms; built once from a snapshot and the network of it (:mod:`graph.network`).

    Firms are those of the network, by number in its order (:attr:`number_of`). The score of a pair is the same
    whichever comes first.
    """

    def __init__(self, snapshot: Snapshot, network: nx.DiGraph) -> None:
        """``snapshot`` has Company, Workplace, Offer, ImportedPart, Need and Introduction."""
        self._arrays = arrays_of(network)
        self.number_of = self._arrays.number_of
        self.company_ids = self._arrays.company_ids
        self._companies = {each.company_id: each for each in snapshot.of(Company)}
        self._points = self._places(snapshot.of(Workplace))
        self._codes = _codes(snapshot)
        self._offered = self._marked(self._codes, ((each.company_id, each.capability) for each in snapshot.of(Offer)))
        self._makes = self._offered @ _satisfying(self._codes)
        np.minimum(self._makes, 1.0, out=self._makes)
        top = tops([*self._companies.values()])
        self._top = np.array([top.get(each, each) for each in self.company_ids], dtype=object)
        self._asked = self._asks(snapshot)
        self._wanted: Floats = np.sum([*self._asked.values()], axis=0)
        self._theme_codes = tuple(taxonomy().themes)
        self._themes = self._marked(self._theme_codes, ((each.company_id, each.theme) for each in snapshot.of(Need)))
        self._sells = self._sales()
        self._known = self._acquaintances(snapshot.of(Introduction))

    # -- pairs ------------------------------------------------------------------------------------------------------

    def between(self, a: str, b: str) -> Pairing:
        """What the two have to tell each other; nothing where one is no firm of the network, or both are the same."""
        if a == b or a not in self.number_of or b not in self.number_of:
            return Pairing(0.0, (), competes=False)
        one, other = sorted((self.number_of[a], self.number_of[b]))
        reasons = [*self._served(one, other), *self._served(other, one), *self._shared(one, other)]
        points = sum(each.points for each in reasons)
        km = float(self._km(np.array([one]), np.array([other]))[0, 0])
        if points and km < NEAR_KM:
            reasons.append(Reason("near", round(points * float(_nearness(km)), DECIMALS), {"km": round(km, 1)}))
            points *= 1 + float(_nearness(km))
        if points and self._known[one, other]:
            reasons.append(Reason("knows_already", round((KNOWN_SHARE - 1) * points, DECIMALS), {}))
            points *= KNOWN_SHARE
        reasons.sort(key=lambda each: (-each.points, each.code))
        return Pairing(round(points, DECIMALS), tuple(reasons), bool(self._rivals([one], [other])[0, 0]))

    def scores(self, company_ids: Sequence[str], others: Sequence[str] | None = None) -> Floats:
        """The scores of each firm (rows) with each of the others (columns; None: with each other).

        A firm that is not of the network, and a firm with itself, have 0. It takes memory for rows times columns.
        """
        return self._table(company_ids, others, self._scores)

    def competing(self, company_ids: Sequence[str], others: Sequence[str] | None = None) -> Booleans:
        """Which of the firms (rows) compete with which of the others (columns), as :meth:`scores` has them."""
        return self._table(company_ids, others, self._rivals) > 0

    def acquainted(self, company_ids: Sequence[str], others: Sequence[str] | None = None) -> Booleans:
        """Which firms (rows) trade with, were introduced to or belong with which others, as :meth:`scores` has them."""
        return self._table(company_ids, others, lambda rows, columns: self._known[rows][:, columns].toarray()) > 0

    def of_one_group(self, company_ids: Sequence[str]) -> Booleans:
        """Which of the firms have the same owner on top as which others; each has with itself."""
        numbers = ((each, self.number_of.get(each)) for each in company_ids)
        owners = np.array([each if number is None else self._top[number] for each, number in numbers], dtype=np.str_)
        found: Booleans = owners[:, None] == owners
        return found

    def partners_of(
        self, company_id: str, within_km: float, *, limit: int | None = None
    ) -> list[tuple[str, Pairing, float]]:
        """Firms within the radius that share a reason with this one, best first: who, why and how many km away.

        Left out are firms that are going, public bodies, support organisations and who lends people out. Distances are
        between the firms' first workplaces; a firm of unknown place has no partners.
        """
        number = self.number_of.get(company_id)
        if number is None:
            return []
        every = np.arange(len(self.company_ids))
        km = self._km(np.array([number]), every)[0]
        scores = self._scores([number], every)[0]
        meetable = np.array([each in self.meetable for each in self.company_ids])
        near = np.flatnonzero(meetable & (scores > 0) & (km <= within_km))
        best = near[np.lexsort((near, km[near], -scores[near]))][:limit]
        found = ((self.company_ids[each], float(km[each])) for each in best.tolist())
        return [(other, self.between(company_id, other), round(away, 3)) for other, away in found]

    def distances_km(self, company_ids: Sequence[str], others: Sequence[str] | None = None) -> Floats:
        """How far apart firms are (by the chord, within 1 m up to 100 km), infinite where a place is not known."""
        return self._table(company_ids, others, self._km, unknown=np.inf)

    @cached_property
    def meetable(self) -> frozenset[str]:
        """Firms that may be proposed to others: none that is going, no public body, no support organisation."""
        firms = (self._companies.get(each) for each in self.company_ids)
        return frozenset(
            each.company_id for each in firms if each and each.is_active and branch_of(each) not in LEFT_OUT
        )

    # -- reasons ----------------------------------------------------------------------------------------------------

    def _served(self, asker: int, maker: int) -> Iterator[Reason]:
        """Why the one could buy from the other."""
        who = {"asker": self.company_ids[asker], "maker": self.company_ids[maker]}
        for code, asked in self._asked.items():
            points = asked[asker] * self._makes[maker]
            if points.any():
                processes = tuple(self._codes[each] for each in np.flatnonzero(points))
                yield Reason(code, round(float(points.sum()), DECIMALS), {**who, "processes": processes})

    def _shared(self, one: int, other: int) -> Iterator[Reason]:
        themes = np.flatnonzero(self._themes[one] * self._themes[other])
        if len(themes):
            names = tuple(self._theme_codes[each] for each in themes)
            yield Reason("same_theme", THEME_POINTS * len(names), {"themes": names})
        buyers = sorted(self._buyers_of[one] & self._buyers_of[other])
        if buyers:
            points = BUYER_POINTS * float(self._shares[buyers].sum())
            names = tuple(self.company_ids[each] for each in buyers)
            yield Reason("shared_buyers", round(points, DECIMALS), {"buyers": names})

    # -- many pairs at once -----------------------------------------------------------------------------------------

    def _table(
        self, company_ids: Sequence[str], others: Sequence[str] | None, ask: _Question, *, unknown: float = 0.0
    ) -> Floats:
        """A question's answers for firms that may not be of the network."""
        rows, columns = self._numbers(company_ids), self._numbers(company_ids if others is None else others)
        found = np.full((len(rows), len(columns)), unknown)
        known_rows, known_columns = np.flatnonzero(rows >= 0), np.flatnonzero(columns >= 0)
        found[np.ix_(known_rows, known_columns)] = ask(rows[known_rows], columns[known_columns])
        return found

    def _numbers(self, company_ids: Sequence[str]) -> Numbers:
        return np.array([self.number_of.get(each, -1) for each in company_ids], dtype=np.int64)

    def _scores(self, rows: ArrayLike, columns: ArrayLike) -> Floats:
        rows, columns = np.asarray(rows), np.asarray(columns)
        found = self._wanted[rows] @ self._makes[columns].T + self._makes[rows] @ self._wanted[columns].T
        found += THEME_POINTS * (self._themes[rows] @ self._themes[columns].T)
        found += (self._sells[rows] @ self._sells[columns].T).toarray()
        found *= 1 + _nearness(self._km(rows, columns))
        found *= np.where(self._known[rows][:, columns].toarray() > 0, KNOWN_SHARE, 1.0)
        found[rows[:, None] == columns] = 0.0
        rounded: Floats = found.round(DECIMALS)
        return rounded

    def _rivals(self, rows: ArrayLike, columns: ArrayLike) -> Floats:
        """1 where much the same is offered to buyers of the same kind, or to buyers who are not known."""
        rows, columns = np.asarray(rows), np.asarray(columns)
        one, other = self._roots[rows], self._roots[columns]
        both = one @ other.T
        either = one.sum(axis=1)[:, None] + other.sum(axis=1) - both
        alike: Booleans = self._buyers_kinds[rows] @ self._buyers_kinds[columns].T > 0
        alike |= ~self._buyers_kinds[rows].any(axis=1)[:, None] | ~self._buyers_kinds[columns].any(axis=1)
        found: Floats = ((both > 0) & (both >= COMPETES_FROM * either) & alike).astype(np.float64)
        found[rows[:, None] == columns] = 0.0
        return found

    def _km(self, rows: ArrayLike, columns: ArrayLike) -> Floats:
        """Distances by the chord (within 1 m up to 100 km), infinite where a place is not known."""
        one, other = self._points[np.asarray(rows)], self._points[np.asarray(columns)]
        found: Floats = np.nan_to_num(np.sqrt(chords_2_between(one, other)), nan=np.inf)
        return found

    # -- columns ----------------------------------------------------------------------------------------------------

    def _places(self, workplaces: Iterable[Workplace]) -> Floats:
        """Each firm's first workplace in space (km), not a number where none is placed."""
        found = np.full((len(self.company_ids), 3), np.nan)
        for each in sorted(workplaces, key=lambda each: each.workplace_id, reverse=True):
            number = self.number_of.get(each.company_id or "")
            if number is not None and each.latitude is not None and each.longitude is not None:
                found[number] = to_cartesian([each.latitude], [each.longitude])[0] - MIDDLE
        return found

    def _marked(self, codes: Sequence[str], said: Iterable[tuple[str | None, str | None]]) -> Floats:
        """1 for each firm (rows) and code (columns) said of it."""
        column_of = {each: column for column, each in enumerate(codes)}
        found = np.zeros((len(self.company_ids), len(codes)))
        for company_id, code in said:
            if company_id in self.number_of and code in column_of:
                found[self.number_of[company_id], column_of[code]] = 1.0
        return found

    def _asks(self, snapshot: Snapshot) -> dict[str, Floats]:
        """By reason the points that a firm (rows) gives to whoever offers a process (columns)."""
        rarity = _rarity(self._makes)
        imports = ((each.company_id, code) for each in snapshot.of(ImportedPart) for code in each.capabilities)
        needs = (
            (each.company_id, code)
            for each in snapshot.of(Need)
            if each.theme in NEEDS_OF_WORK
            for code in _named(each.description or "")
        )
        return {
            "imports_what_other_makes": IMPORT_POINTS * rarity * self._marked(self._codes, imports),
            "buys_what_other_makes": PURCHASE_POINTS * rarity * self._purchases(),
            "need_names_process": NEED_POINTS * self._marked(self._codes, needs),
        }

    def _purchases(self) -> Floats:
        """For each firm and process the largest share that it has of what a supplier outside its group offers."""
        shares = self._offered / np.maximum(self._offered.sum(axis=1, keepdims=True), 1.0)
        found = np.zeros_like(shares)
        sellers, buyers = self._arrays.sellers, self._arrays.buyers
        apart = self._top[sellers] != self._top[buyers]
        np.maximum.at(found, buyers[apart], shares[sellers[apart]])
        return np.where(self._makes > 0, 0.0, found)

    def _sales(self) -> sparse.csr_array:
        """Who sells to whom, each buyer's column the root of what a pair of its suppliers has in common."""
        weights = np.sqrt(BUYER_POINTS * self._shares[self._arrays.buyers])
        ends = (self._arrays.sellers, self._arrays.buyers)
        return sparse.csr_array((weights, ends), shape=(len(self.company_ids),) * 2)

    @cached_property
    def _shares(self) -> Floats:
        """What a pair of a buyer's suppliers has in common by it, 1 where they are its only two."""
        suppliers = np.bincount(self._arrays.buyers, minlength=len(self.company_ids))
        found: Floats = 1 / np.log2(np.maximum(suppliers, 2))
        return found

    @cached_property
    def _buyers_of(self) -> dict[int, set[int]]:
        """Whom each firm sells to."""
        found: dict[int, set[int]] = defaultdict(set)
        for seller, buyer in zip(self._arrays.sellers.tolist(), self._arrays.buyers.tolist(), strict=True):
            found[seller].add(buyer)
        return found

    def _acquaintances(self, introductions: Iterable[Introduction]) -> sparse.csr_array:
        pairs = [(each.company_id, each.other_id) for each in introductions]
        groups: dict[str, list[str]] = defaultdict(list)
        for company_id, top in zip(self.company_ids, self._top.tolist(), strict=True):
            groups[top].append(company_id)
        pairs += [pair for group in groups.values() for pair in combinations(group, 2)]
        numbers = [(self.number_of.get(a or ""), self.number_of.get(b or "")) for a, b in pairs]
        known = [(one, other) for one, other in numbers if one is not None and other is not None]
        ends = np.array([*known, *((b, a) for a, b in known)], dtype=np.int64).reshape(-1, 2)
        met = sparse.csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=self._arrays.ties.shape)
        known_both: sparse.csr_array = (self._arrays.ties + met).tocsr()
        return known_both

    @cached_property
    def _roots(self) -> Floats:
        """What each firm offers, special processes counted as the general ones they belong to."""
        known = taxonomy().processes
        roots = [taxonomy().root(each) if each in known else each for each in self._codes]
        column_of = {each: column for column, each in enumerate(dict.fromkeys(roots))}
        found = np.zeros((len(self.company_ids), len(column_of)))
        for column, root in enumerate(roots):
            np.maximum(found[:, column_of[root]], self._offered[:, column], out=found[:, column_of[root]])
        return found

    @cached_property
    def _buyers_kinds(self) -> Floats:
        """Which kinds of firms each sells to: SNI divisions, or the sector where no code is known."""
        known = (self._companies.get(each) for each in self.company_ids)
        kinds = [branch_key(each) if each else "" for each in known]
        column_of = {each: column for column, each in enumerate(dict.fromkeys(filter(None, kinds)))}
        found = np.zeros((len(self.company_ids), len(column_of)))
        for seller, buyer in zip(self._arrays.sellers.tolist(), self._arrays.buyers.tolist(), strict=True):
            if kind := kinds[buyer]:
                found[seller, column_of[kind]] = 1.0
        return found


def _codes(snapshot: Snapshot) -> tuple[str, ...]:
    """The processes of the taxonomy, then what else is offered."""
    known = taxonomy().processes
    return (*known, *sorted({each.capability for each in snapshot.of(Offer) if each.capability} - known.keys()))


@lru_cache(maxsize=2)
def _satisfying(codes: tuple[str, ...]) -> Floats:
    """1 where an offer of one process (rows) is a candidate for the other (columns)."""
    satisfies = taxonomy().satisfies
    return np.array([[float(satisfies(offered, asked)) for asked in codes] for offered in codes])


def _rarity(makes: Floats) -> Floats:
    """Of each process 1 where one firm alone offers it, 0 where all do of whom anything is known."""
    firms = max(int(makes.any(axis=1).sum()), 2)
    makers = np.clip(makes.sum(axis=0), 1, firms)
    found: Floats = 1 - np.log(makers) / np.log(firms)
    return found


def _nearness(km: Floats | float) -> Floats:
    """The share of the points that being near gives beside them."""
    found: Floats = NEAR_SHARE * np.maximum(0.0, 1 - np.asarray(km) / NEAR_KM)
    return found


@lru_cache(maxsize=4096)
def _named(text: str) -> tuple[str, ...]:
    """The processes that a need's words name beyond doubt."""
    return tuple(each.process for each in understand(text).processes if each.score >= LEAST_GUESS)

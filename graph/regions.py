"""How do areas compare: who is there, what can they make, and what is traded across the border between them?

An area is a free set of municipalities: a region that somebody has named, a county, a municipality, or several
together. A firm is of every area that holds its municipality, so where areas overlap it counts in each; one of unknown
place is in none, and how many those are is told. Firms struck off or being wound up are left out, but not the trades
that they had. A trade (seller and buyer once) is within an area where both ends are; it crosses from one to another
where its seller is of the first alone and its buyer of the second alone. An import counts as what the area of the
nearest firm that could make it within :data:`REACH_KM` could make.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

from graph.arrays import Arrays, arrays_of
from graph.branches import LEFT_OUT, branch_of
from graph.dependency import worth
from graph.errors import UnknownName
from graph.gathered import size_of
from graph.gazetteer import Gazetteer, fold
from graph.import_list import Demands, Sites
from graph.learned import Learned
from graph.makers import Booleans, Makers
from graph.model import OWN_WORD, Company, ImportedPart, Interview, Offer, Region
from graph.network import home_municipalities
from graph.store import Snapshot
from graph.structure import ei_index

if TYPE_CHECKING:
    import networkx as nx

REACH_KM = 100.0
ELSEWHERE, ABROAD, NOWHERE = "elsewhere", "abroad", "unknown"
"""Ends of trades that are in none of the areas: in Sweden, in another country, of unknown place."""
OUTSIDE = (ELSEWHERE, ABROAD, NOWHERE)
NOBODY, UNCLEAR = "nobody", "unclear"


@dataclass(frozen=True, slots=True)
class Area:
    """A set of municipalities (codes). ``key`` is the region's, ``county:18``, ``place:1883``, or several with "+"."""

    key: str
    name: str
    municipalities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Flow:
    """Trades from one area (or one of :data:`OUTSIDE`) to another; ``valued`` of the links have a known value."""

    seller: str
    buyer: str
    links: int
    value_sek: int
    valued: int


@dataclass(frozen=True, slots=True)
class Imports:
    """What the area's firms import.

    ``makers``: parts by where the nearest firm that could make them is: an area's key, one of :data:`OUTSIDE`,
    ``nobody`` within reach, or ``unclear`` where the text or the buyer's place does not tell.
    """

    parts: int
    value_sek: int
    valued: int
    makers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """An area in figures; shares and counts of what is known, so far as somebody has told."""

    area: Area
    companies: int
    branches: Mapping[str, int]  # by graph.branches, "" where neither sector nor trade tells
    sizes: Mapping[str, int]  # by graph.gathered.SIZE_ORDER, and "unknown"
    business: int  # without public bodies, support, staffing firms and consultants: what the next four are of
    stated: int  # firms that have stated a process
    alone: int  # answered, and no trade is known
    unheard: int  # no trade is known, but nobody has an answer either
    only_out: int  # all partners are known to lie outside the area
    processes: Mapping[str, int]  # stated, each with its firms
    within: Flow
    sold_out: int  # links whose buyer is elsewhere
    bought_in: int
    ei_index: float | None  # of ties; -1 all within, 1 all out, None where there is none
    imports: Imports


@dataclass(frozen=True, slots=True)
class Comparison:
    """Areas beside each other; ``flows`` go between two of them, or between one and :data:`OUTSIDE`."""

    areas: tuple[Measured, ...]
    flows: tuple[Flow, ...]
    unplaced: int  # firms of unknown place, which are in none
    overlaps: tuple[tuple[Area, Area, int], ...]  # two areas that share municipalities, and how many firms
    beyond: tuple[Area, ...]  # areas that reach out of the region itself, of which less is known

    @property
    def across(self) -> tuple[Flow, ...]:
        """The flows from one of the areas to another, most links first."""
        inner = {each.area.key for each in self.areas}
        return tuple(each for each in self.flows if {each.seller, each.buyer} <= inner)

    @property
    def differing(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Processes that one has and another lacks, each with its firms by area; those of most firms first."""
        counted = Counter[str]()
        for each in self.areas:
            counted.update(each.processes)
        rows = [(code, tuple(each.processes.get(code, 0) for each in self.areas)) for code in counted]
        return tuple(sorted((row for row in rows if 0 in row[1]), key=lambda row: (-sum(row[1]), row[0])))


# -- which areas -----------------------------------------------------------------------------------------------------


def named_regions(snapshot: Snapshot) -> tuple[Area, ...]:
    """The regions that somebody has named, by name."""
    found = [
        Area(each.region_id, each.name or each.region_id, frozenset(each.municipalities))
        for each in snapshot.of(Region)
        if each.municipalities
    ]
    return tuple(sorted(found, key=lambda each: (each.name, each.key)))


def counties() -> tuple[Area, ...]:
    """The 21 counties, by code."""
    gazetteer = Gazetteer.default()
    codes = [each.municipality or "" for each in gazetteer.municipalities]
    return tuple(
        Area(f"county:{county}", name, frozenset(code for code in codes if code[:2] == county))
        for county, name in sorted(gazetteer.counties.items())
    )


def municipality(code: str) -> Area:
    """One municipality as an area."""
    return Area(f"place:{code}", Gazetteer.default().municipality_name(code) or code, frozenset({code}))


def together(areas: Sequence[Area]) -> Area:
    """Several areas as one, in the order given."""
    if len(areas) == 1:
        return areas[0]
    codes = frozenset(code for each in areas for code in each.municipalities)
    return Area("+".join(each.key for each in areas), " + ".join(each.name for each in areas), codes)


def area_named(snapshot: Snapshot, text: str) -> Area:
    """The region, county or municipality of that name or code; several with "+" between them are one area.

    Raises:
        UnknownName: ``unknown_area``.
    """
    by_name = {fold(name): each for each in named_regions(snapshot) for name in (each.key, each.name)}
    by_name = {fold(each.name): each for each in counties()} | by_name
    if fold(text) in by_name:
        return by_name[fold(text)]
    parts = [each.strip() for each in text.split("+")]
    if len(parts) > 1 and all(parts):
        return together([area_named(snapshot, each) for each in parts])
    gazetteer = Gazetteer.default()
    codes = gazetteer.municipality_codes(text) if all(parts) else ()
    if not codes:
        raise UnknownName("unknown_area", name=text, suggestions=gazetteer.suggest(text))
    return municipality(codes[0]) if len(codes) == 1 else by_name[fold(gazetteer.counties[codes[0][:2]])]


def usual(snapshot: Snapshot, network: nx.DiGraph, most: int = 3) -> tuple[Area, ...]:
    """What to compare until somebody has chosen: the named regions, or the municipalities with most firms."""
    named = named_regions(snapshot)
    if len(named) > 1:
        return named[: most + 1]
    codes = Counter(code for _, code in network.nodes(data="municipality") if code)
    first = sorted(codes, key=lambda code: (-codes[code], code))[:most]
    return tuple(municipality(code) for code in first)


# -- comparing -------------------------------------------------------------------------------------------------------


def compare(
    snapshot: Snapshot,
    network: nx.DiGraph,
    areas: Sequence[Area],
    *,
    today: str = "",
    learned: Learned | None = None,
    makers: Makers | None = None,
) -> Comparison:
    """The areas, each of another key, beside each other.

    Args:
        snapshot: the region, of every kind.
        network: the snapshot's.
        areas: in the order in which they are to stand.
        today: the day (ISO), which tells which certificates still run; "" takes all as running.
        learned: what people have said of words.
        makers: of the snapshot, where they are at hand.
    """
    home = home_municipalities(snapshot)
    work = _Comparing(snapshot, network, areas)
    makers = makers or Makers(snapshot, today=today)
    made = work.makers_of_parts(makers, Demands(learned))
    flows = [work.flow(one, other) for one, other in permutations(range(len(areas)), 2)]
    flows += [flow for number in range(len(areas)) for flow in work.outward(number)]
    return Comparison(
        tuple(work.measured(number, made) for number in range(len(areas))),
        tuple(sorted(flows, key=lambda each: (-each.links, each.seller, each.buyer))),
        work.unplaced(),
        tuple(work.overlaps()),
        tuple(each for each in areas if home and not each.municipalities <= home),
    )


class _Comparing:
    """The firms of a network by area, and what is known of them."""

    def __init__(self, snapshot: Snapshot, network: nx.DiGraph, areas: Sequence[Area]) -> None:
        self._snapshot, self._areas = snapshot, areas
        self._arrays: Arrays = arrays_of(network, sorted(network))
        self._companies = {each.company_id: each for each in snapshot.of(Company)}
        self._places = [network.nodes[each]["municipality"] for each in self._arrays.company_ids]
        self._swedish = np.array(
            [self._companies[each].country in (None, "SE") for each in self._arrays.company_ids], dtype=np.bool_
        )
        self._inside: Booleans = np.array(
            [[code in area.municipalities for code in self._places] for area in areas], dtype=np.bool_
        ).reshape(len(areas), self._arrays.firms)
        self._inside &= self._swedish
        self._anywhere: Booleans = np.asarray(self._inside.any(axis=0))
        self._answered = {each.company_id for each in snapshot.of(Interview) if each.outcome == "answered"}

    def _keys(self, members: Booleans) -> list[str]:
        return [self._arrays.company_ids[each] for each in np.flatnonzero(members)]

    def unplaced(self) -> int:
        """Active firms that may be anywhere in Sweden."""
        firms = zip(self._arrays.company_ids, self._places, self._swedish.tolist(), strict=True)
        return sum(code is None and here and self._companies[key].is_active for key, code, here in firms)

    def overlaps(self) -> Iterable[tuple[Area, Area, int]]:
        """Areas that share municipalities, with the active firms that count in both."""
        for one, other in combinations(range(len(self._areas)), 2):
            if self._areas[one].municipalities & self._areas[other].municipalities:
                both = self._keys(self._inside[one] & self._inside[other])
                shared = sum(self._companies[each].is_active for each in both)
                yield self._areas[one], self._areas[other], shared

    # -- trades ----------------------------------------------------------------------------------------------------

    def _flow(self, seller: str, buyer: str, edges: Booleans) -> Flow:
        values = self._arrays.value_sek[edges]
        valued = int((~np.isnan(values)).sum())
        return Flow(seller, buyer, int(edges.sum()), int(np.nansum(values)) if valued else 0, valued)

    def flow(self, one: int, other: int) -> Flow:
        """Trades from one area to another; the same one: within it."""
        sells, buys = self._inside[one], self._inside[other]
        if one != other:
            sells, buys = sells & ~self._inside[other], buys & ~self._inside[one]
        edges = sells[self._arrays.sellers] & buys[self._arrays.buyers]
        return self._flow(self._areas[one].key, self._areas[other].key, edges)

    def outward(self, number: int) -> Iterable[Flow]:
        """Trades between the area and what is in none of them, both ways."""
        here, key = self._inside[number], self._areas[number].key
        none = ~self._anywhere
        placed = np.array([each is not None for each in self._places], dtype=np.bool_)
        ends = {
            ELSEWHERE: none & self._swedish & placed,
            ABROAD: none & ~self._swedish,
            NOWHERE: none & self._swedish & ~placed,
        }
        for name, there in ends.items():
            yield self._flow(key, name, here[self._arrays.sellers] & there[self._arrays.buyers])
            yield self._flow(name, key, there[self._arrays.sellers] & here[self._arrays.buyers])

    def _ei_index(self, here: Booleans) -> float | None:
        one, other = self._arrays.ties.nonzero()
        once = one < other
        ends = here[one[once]].astype(np.int64) + here[other[once]]
        within, out = int((ends == 2).sum()), int((ends == 1).sum())
        return ei_index(within, out)

    # -- firms -----------------------------------------------------------------------------------------------------

    def measured(self, number: int, made: Mapping[str, str | None]) -> Measured:
        """The area in figures; ``made``: the nearest firm that could make each part, None nobody, "" unclear."""
        here = self._inside[number]
        active = [self._companies[each] for each in self._keys(here) if self._companies[each].is_active]
        business = {each.company_id for each in active if branch_of(each) not in LEFT_OUT}
        offers = {
            (each.capability, each.company_id)
            for each in self._snapshot.of(Offer)
            if each.company_id in business and each.evidence in OWN_WORD and each.capability
        }
        silent = {each for each in business if not self._arrays.partners[self._arrays.number_of[each]]}
        heard = silent & self._answered
        sellers, buyers = here[self._arrays.sellers], here[self._arrays.buyers]
        return Measured(
            self._areas[number],
            len(active),
            Counter(branch_of(each) or "" for each in active),
            Counter(size_of(each) for each in active),
            len(business),
            len({firm for _, firm in offers}),
            len(heard),
            len(silent) - len(heard),
            sum(self._trades_out_only(each, here) for each in business - silent),
            Counter(str(process) for process, _ in offers),
            self.flow(number, number),
            int((sellers & ~buyers).sum()),
            int((buyers & ~sellers).sum()),
            self._ei_index(here),
            self._imports(here, made),
        )

    def _trades_out_only(self, company_id: str, here: Booleans) -> bool:
        """Whether every partner is known to lie outside: in another municipality, or abroad."""
        ties, firm = self._arrays.ties, self._arrays.number_of[company_id]
        partners = ties.indices[ties.indptr[firm] : ties.indptr[firm + 1]].tolist()
        return all(not here[each] and (self._places[each] is not None or not self._swedish[each]) for each in partners)

    # -- imports ---------------------------------------------------------------------------------------------------

    def makers_of_parts(self, makers: Makers, demands: Demands) -> dict[str, str | None]:
        """The nearest firm that could make each part of the areas' firms; None nobody, "" unclear."""
        sites = Sites(self._snapshot)
        buyers = {*self._keys(self._anywhere)}
        found: dict[str, str | None] = {}
        asked = []
        for part in self._snapshot.of(ImportedPart):
            if part.company_id not in buyers:
                continue
            demand, origin = demands.of(part), sites.origin(part.company_id or "")
            if not demand.processes or origin is None:
                found[part.part_id] = ""
            else:
                asked.append((part.part_id, (demand, origin)))
        nearest = makers.nearest([question for _, question in asked], REACH_KM)
        for (part_id, _), best in zip(asked, nearest, strict=True):
            found[part_id] = best.company_id if best else None
        return found

    def _imports(self, here: Booleans, made: Mapping[str, str | None]) -> Imports:
        buyers = {*self._keys(here)}
        parts = [each for each in self._snapshot.of(ImportedPart) if each.company_id in buyers]
        values = [value for each in parts if (value := worth(each)) is not None]
        where = Counter(key for each in parts for key in self._made_in(made[each.part_id]))
        return Imports(len(parts), sum(values), len(values), where)

    def _made_in(self, maker: str | None) -> Sequence[str]:
        """Every area of the firm."""
        if not maker:
            return (UNCLEAR if maker is not None else NOBODY,)
        firm = self._arrays.number_of[maker]
        areas = [self._areas[each].key for each in np.flatnonzero(self._inside[:, firm]).tolist()]
        if areas:
            return areas
        if not self._swedish[firm]:
            return (ABROAD,)
        return (NOWHERE,) if self._places[firm] is None else (ELSEWHERE,)

"""What is the network's shape? Who stands between others, where its core is, and how local its trades are.

* Brokers: firms that most chains of trade between others pass (:func:`graph.centrality.betweenness`). No list has all
  trades: each of many draws leaves out a fifth of the known ties at random, and the interval says between which ranks
  the firm stood in nine draws of ten (Borgatti, Carley and Krackhardt 2006, Social Networks 28).
* Communities: firms that trade more with each other than with the rest (:mod:`graph.communities`).
* Core: the firms of the innermost k-core, and how many of all ties touch them.
* Mixing: the E-I index of a municipality's firms, (ties out of it - ties within) / both, from -1 (all within) to 1
  (Krackhardt and Stern 1988, Social Psychology Quarterly 51), beside what chance would give: the same firms with the
  same number of ties each, their ends joined at random (the configuration model), 95 draws of 100. Ties with an end of
  unknown place are neither within nor out, and left out of both.
* Local: how far a trade reaches, between the firms' best-known points.

Each can be asked of all firms, or of business alone, without support organisations and public buyers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graph.arrays import Arrays, Floats, Numbers, arrays_of
from graph.branches import NOT_BUSINESS, branch_of
from graph.centrality import betweenness, centrality
from graph.geo import distances_km
from graph.model import Company, Workplace
from graph.network import Community, communities, counted
from graph.store import Snapshot

if TYPE_CHECKING:
    import networkx as nx

BROKERS = 15
LEFT_OUT_SHARE = 0.2
DRAWS = ((1_000, 60, 256), (10_000, 24, 64), (10**9, 4, 8))
"""Up to so many firms: so many draws for the intervals, and chains from so many firms in each."""
CHAINS = ((1_000, None), (10_000, 256), (10**9, 32))
"""Up to so many firms: chains from so many for the ranks themselves."""
RANDOM_DRAWS = 200
BANDS_KM = (0.0, 10.0, 30.0, 100.0)
SEED = 20261001


@dataclass(frozen=True, slots=True)
class Broker:
    """A firm between others. ``share``: of all pairs' shortest chains; ranks count from 1."""

    company_id: str
    share: float
    rank: int
    rank_low: int
    rank_high: int
    partners: int
    constraint: float


@dataclass(frozen=True, slots=True)
class Core:
    """The innermost group: each of its firms has at least ``partners`` partners in it.

    ``within`` and ``touching`` are shares of all ties; both 0 where there are none.
    """

    partners: int
    companies: tuple[str, ...]
    within: float
    touching: float


@dataclass(frozen=True, slots=True)
class Mixing:
    """Ties of a municipality's firms (or of all); the index, and between what and what chance would put it.

    Both ends of a tie have a known place. None where there is no tie.
    """

    municipality: str  # code; "" is all of them together
    firms: int
    within: int
    out: int
    index: float | None
    random_low: float | None
    random_high: float | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Trades (seller and buyer once) from ``from_km`` up to ``to_km`` (None: and further): links, and what is known."""

    from_km: float
    to_km: float | None
    links: int
    value_sek: int


@dataclass(frozen=True, slots=True)
class Local:
    """How far trades reach; ``abroad``: an end lies in another country, ``unknown``: an end has no known place."""

    links: int
    reaches: tuple[Reach, ...]
    abroad: int
    unknown: int
    within_municipality: int
    within_region: int
    median_km: float | None


@dataclass(frozen=True, slots=True)
class Structure:
    """The network's shape, of all firms or of business alone."""

    companies: int
    ties: int
    left_out: int
    cut_firms: int
    bridges: int
    clustering: float
    core: Core
    communities: tuple[Community, ...]
    brokers: tuple[Broker, ...]
    mixing: tuple[Mixing, ...]  # all together, then by municipality, those with most firms first
    local: Local


def structure(snapshot: Snapshot, network: nx.DiGraph, *, business_only: bool = False) -> Structure:
    """Work it out for a snapshot (Company, Workplace) and its network."""
    companies = {each.company_id: each for each in snapshot.of(Company)}
    everybody = counted(network)
    firms = [each for each in everybody if not business_only or branch_of(companies[each]) not in NOT_BUSINESS]
    arrays = arrays_of(network, firms)
    measured = centrality(arrays)
    known = measured.clustering[arrays.partners > 1]
    return Structure(
        arrays.firms,
        arrays.ties.nnz // 2,
        len(everybody) - arrays.firms,
        len(measured.cuts.firms),
        len(measured.cuts.bridges),
        float(known.mean()) if len(known) else 0.0,
        _core(arrays, measured.core),
        tuple(communities(network, firms)),
        _brokers(arrays, measured.constraint),
        _mixing(arrays, network),
        _local(arrays, network, companies, snapshot),
    )


# -- core and brokers ------------------------------------------------------------------------------------------------


def _core(arrays: Arrays, cores: Numbers) -> Core:
    depth = int(cores.max(initial=0))
    if not depth:
        return Core(0, (), 0.0, 0.0)
    inside = cores == depth
    one, other = arrays.ties.nonzero()
    return Core(
        depth,
        tuple(arrays.company_ids[each] for each in np.flatnonzero(inside)),
        float((inside[one] & inside[other]).mean()),
        float((inside[one] | inside[other]).mean()),
    )


def _brokers(arrays: Arrays, constraint: Floats) -> tuple[Broker, ...]:
    chains = next(chains for most, chains in CHAINS if arrays.firms <= most)
    shares = betweenness(arrays, chains)
    order = np.lexsort((np.arange(arrays.firms), -shares))[:BROKERS]
    order = order[shares[order] > 0]
    low, high = _rank_intervals(arrays, order)
    return tuple(
        Broker(
            arrays.company_ids[firm],
            float(shares[firm]),
            rank,
            min(rank, int(low[rank - 1])),
            max(rank, int(high[rank - 1])),
            int(arrays.partners[firm]),
            float(constraint[firm]),
        )
        for rank, firm in enumerate(order.tolist(), 1)
    )


def _rank_intervals(arrays: Arrays, firms: Numbers) -> tuple[Floats, Floats]:
    """The fifth and the ninety-fifth percentile of each firm's rank when a fifth of the ties is left out."""
    _, draws, chains = next(each for each in DRAWS if arrays.firms <= each[0])
    rng = np.random.default_rng(SEED)
    ranks = np.empty((draws, len(firms)))
    for draw in range(draws):
        kept = rng.random(len(arrays.sellers)) >= LEFT_OUT_SHARE
        shares = betweenness(arrays.only(kept), chains)
        ranks[draw] = [1 + np.count_nonzero(shares > shares[each]) for each in firms.tolist()]
    if not len(firms):
        return np.empty(0), np.empty(0)
    low, high = np.percentile(ranks, (5, 95), axis=0, method="nearest")
    return low, high


# -- mixing ----------------------------------------------------------------------------------------------------------


def _mixing(arrays: Arrays, network: nx.DiGraph) -> tuple[Mixing, ...]:
    """Of the region's municipalities and ties whose ends have a known place; firms elsewhere are out of all."""
    facts = [network.nodes[each] for each in arrays.company_ids]
    codes = sorted({each["municipality"] for each in facts if each["in_region"] and each["municipality"]})
    number = {code: place for place, code in enumerate(codes)}
    place = np.array([number.get(each["municipality"], -1) if each["in_region"] else -1 for each in facts], dtype=int)
    known = np.array([each["in_region"] is not None for each in facts], dtype=np.bool_)
    one, other = arrays.ties.nonzero()
    counts = (one < other) & known[one] & known[other]
    one, other = one[counts], other[counts]
    within, ends = _within(place, one, other, len(codes))
    drawn = _at_random(place, np.concatenate([one, other]), len(codes))
    firms = np.bincount(place[place >= 0], minlength=len(codes))
    found = [
        _mixed(code, int(firms[at]), int(within[at]), int(ends[at] - 2 * within[at]), drawn[:, at])
        for at, code in enumerate(codes)
    ]
    found.sort(key=lambda each: (-each.firms, each.municipality))
    touched = int(((place[one] >= 0) | (place[other] >= 0)).sum()) if len(one) else 0
    inside = int(within.sum())
    return (_mixed("", int(firms.sum()), inside, touched - inside, drawn[:, -1]), *found)


def _within(place: Numbers, one: NDArray[Any], other: NDArray[Any], places: int) -> tuple[Numbers, Numbers]:
    """Ties within each municipality, and ends of ties in each."""
    same = place[one][(place[one] == place[other]) & (place[one] >= 0)]
    ends = np.concatenate([place[one], place[other]])
    return np.bincount(same, minlength=places), np.bincount(ends[ends >= 0], minlength=places)


def _at_random(place: Numbers, ends: NDArray[Any], places: int) -> Floats:
    """The index of each municipality, and of all in the last column, with the ends of ties joined at random."""
    rng = np.random.default_rng(SEED)
    half = len(ends) // 2
    found = np.full((RANDOM_DRAWS, places + 1), np.nan)
    for draw in range(RANDOM_DRAWS):
        shuffled = rng.permutation(ends)
        one, other = shuffled[:half], shuffled[half:]
        within, all_ends = _within(place, one, other, places)
        touched = int(((place[one] >= 0) | (place[other] >= 0)).sum())
        inner = np.append(within, within.sum())
        outer = np.append(all_ends - 2 * within, touched - within.sum())
        with np.errstate(invalid="ignore"):
            found[draw] = (outer - inner) / (outer + inner)
    return found


def ei_index(within: int, out: int) -> float | None:
    """From -1, all ties within, to 1, all out; None where there is none."""
    return (out - within) / (out + within) if out + within else None


def _mixed(code: str, firms: int, within: int, out: int, drawn: Floats) -> Mixing:
    index = ei_index(within, out)
    if index is None:
        return Mixing(code, firms, 0, 0, None, None, None)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Mixing(code, firms, within, out, index, float(low), float(high))


# -- how far trades reach --------------------------------------------------------------------------------------------


def _local(arrays: Arrays, network: nx.DiGraph, companies: dict[str, Company], snapshot: Snapshot) -> Local:
    facts = [network.nodes[each] for each in arrays.company_ids]
    here = np.array([each["in_region"] is True for each in facts], dtype=np.bool_)
    foreign = np.array([companies[each].country not in (None, "SE") for each in arrays.company_ids], dtype=np.bool_)
    codes = np.array([each["municipality"] or "" for each in facts], dtype=object)
    sellers, buyers = arrays.sellers, arrays.buyers
    abroad = foreign[sellers] | foreign[buyers] if len(sellers) else np.zeros(0, dtype=np.bool_)
    km = _kilometres(arrays, snapshot)
    km[abroad] = np.nan
    known = ~np.isnan(km)
    values = np.nan_to_num(arrays.value_sek)
    reaches = []
    for low, high in pairwise((*BANDS_KM, np.inf)):
        inside = known & (km >= low) & (km < high)
        reaches.append(Reach(low, None if np.isinf(high) else high, int(inside.sum()), int(values[inside].sum())))
    same = (codes[sellers] == codes[buyers]) & (codes[sellers] != "") if len(sellers) else np.zeros(0, dtype=np.bool_)
    return Local(
        len(sellers),
        tuple(reaches),
        int(abroad.sum()),
        int((~known & ~abroad).sum()),
        int(same.sum()),
        int((here[sellers] & here[buyers]).sum()) if len(sellers) else 0,
        float(np.median(km[known])) if known.any() else None,
    )


def _kilometres(arrays: Arrays, snapshot: Snapshot) -> Floats:
    """The distance of each edge's two ends, between the first workplaces that have a point; NaN unknown."""
    points: dict[str, tuple[float, float]] = {}
    for site in snapshot.of(Workplace):
        if site.company_id and site.latitude is not None and site.longitude is not None:
            points.setdefault(site.company_id, (site.latitude, site.longitude))
    latitudes, longitudes = (
        np.array([points.get(each, (np.nan, np.nan)) for each in arrays.company_ids], dtype=np.float64).reshape(-1, 2).T
    )
    km = np.full(len(arrays.sellers), np.nan)
    sold: dict[int, list[int]] = defaultdict(list)
    for edge, (seller, buyer) in enumerate(zip(arrays.sellers.tolist(), arrays.buyers.tolist(), strict=True)):
        if not np.isnan(latitudes[seller]) and not np.isnan(latitudes[buyer]):
            sold[seller].append(edge)
    for seller, edges in sold.items():
        ends = arrays.buyers[edges]
        km[edges] = distances_km(latitudes[ends], longitudes[ends], (latitudes[seller], longitudes[seller]))
    return km

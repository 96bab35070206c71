"""The search among 650, 50,000 and 2,000,000 firms, given as columns: ``python -m benchmarks.scale [--firms N ...]``.

Firms stand on Sweden's localities in proportion to inhabitants, each moved by up to 5 km, with about 3.3 offers among
the general processes; of materials, sizes, tolerance and smallest series about half is known. A question asks for one
process near a firm drawn at random, bare or with five more demands. Timed is :meth:`graph.supply.Supply.rank`:
the exact best 20 with the points of every term and the answer to every demand, as columns, without the records' words.

Beside it, in the same run: (a) a networkx graph whose firms are gone through one by one with geopy, as everybody writes
it first (the distance, then the process) and with the process looked at first; timed on a part of the firms and scaled,
being linear, its answers compared on that part; and (b) with ``--neo4j``, Neo4j answering the same question in Cypher
with point and property indexes, its answers compared (:mod:`benchmarks.scale_neo4j`).
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import geopy.distance
import networkx as nx
import numpy as np

from benchmarks.distance import firms, seconds
from graph.demands import Demand
from graph.geo import Point
from graph.judging import EVIDENCE_SHARE, SupplyColumns, Weights, nearness
from graph.supply import Ranking, Supply
from graph.taxonomy import taxonomy

OFFERS_PER_FIRM = 3.3
QUERIES = 300
LOOP_FIRMS = 5_000
LOOP_QUERIES = 5
MOST_IN_A_LOOP = MOST_IN_NEO4J = 50_000
RADII = (30.0, 100.0, 300.0)
CODES = tuple(taxonomy().processes)
PROCESSES = 103
GENERAL = [number for number, code in enumerate(CODES) if taxonomy().processes[code].parent is None][:PROCESSES]
BARE: dict[str, object] = {}
FULL: dict[str, object] = {"material": "steel", "length_mm": 800.0, "piece_weight_kg": 20.0, "tolerance": "IT8",
                           "annual_quantity": 500}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A demand near a point."""

    demand: Demand
    point: Point


def columns(count: int, draw: np.random.Generator) -> SupplyColumns:
    """Invented firms, one site each."""
    latitudes, longitudes = firms(count, draw)
    offers = round(count * OFFERS_PER_FIRM)

    def known(low: float, high: float, share: float) -> np.ndarray:
        values = draw.uniform(low, high, offers).astype(np.float32)
        values[draw.random(offers) >= share] = np.nan
        return values

    process = np.array(GENERAL, dtype=np.int16)[draw.integers(0, len(GENERAL), offers)]
    owner = draw.integers(0, count, offers).astype(np.int32)
    once = np.unique(owner.astype(np.int64) * len(CODES) + process)  # a firm offers a process once, and in order
    owner, process, offers = (once // len(CODES)).astype(np.int32), (once % len(CODES)).astype(np.int16), len(once)
    return SupplyColumns(
        codes=CODES,
        key=np.arange(count),
        site_firm=np.arange(count, dtype=np.int32),
        site_latitude=latitudes,
        site_longitude=longitudes,
        offer_firm=owner,
        process=process,
        materials=np.where(draw.random(offers) < 0.6, draw.integers(1, 2**20, offers), 0).astype(np.uint64),
        max_length_mm=known(100, 6000, 0.6),
        max_weight_kg=known(1, 5000, 0.6),
        tolerance=np.where(draw.random(offers) < 0.5, draw.integers(5, 15, offers), 0).astype(np.int8),
        batch_min=known(1, 10_000, 0.4),
        evidence=draw.integers(1, 4, offers).astype(np.int8),
        free_percent=draw.integers(0, 100, offers).astype(np.int8),
    )


def questions(held: SupplyColumns, more: dict[str, object], draw: np.random.Generator) -> list[Question]:
    """Questions near firms drawn at random."""
    found = []
    for firm in draw.integers(0, len(held.key), QUERIES):
        code = CODES[GENERAL[int(draw.integers(len(GENERAL)))]]
        point = (float(held.site_latitude[firm]), float(held.site_longitude[firm]))
        found.append(Question(Demand(((code, 1.0),), **more), point))  # type: ignore[arg-type]
    return found


# -- the plain program ------------------------------------------------------------------------------------------------


def as_network(held: SupplyColumns, most: int) -> nx.MultiDiGraph:
    """The first firms as a networkx graph: (firm)-[OFFERS]->(process)."""
    network = nx.MultiDiGraph()
    for firm in range(min(most, len(held.key))):
        point = (float(held.site_latitude[firm]), float(held.site_longitude[firm]))
        network.add_node(firm, point=point)
    names = ("max_length_mm", "max_weight_kg", "batch_min", "materials", "tolerance", "evidence", "free_percent")
    for offer in np.flatnonzero(held.offer_firm < most):
        said = {name: getattr(held, name)[offer].item() for name in names}
        network.add_edge(int(held.offer_firm[offer]), CODES[held.process[offer]], **said)
    return network


def plain(
    network: nx.MultiDiGraph, asked: Question, within_km: float, *, distance_first: bool, limit: int = 20
) -> list[tuple[int, float]]:
    """Firm and score of the best, by going through all firms; only for a question without more demands."""
    weights, ((code, _),) = Weights(), asked.demand.processes
    found = []
    for firm, point in network.nodes(data="point"):
        if point is None:
            continue
        if distance_first and geopy.distance.geodesic(point, asked.point).km > within_km:
            continue
        able = [said for _, process, said in network.out_edges(firm, data=True) if process == code]
        if not able:
            continue
        km = geopy.distance.geodesic(point, asked.point).km
        if km > within_km:
            continue
        best = max(able, key=lambda said: said["evidence"])
        terms = (
            weights.process,
            weights.nearness * float(nearness(np.array([round(km, 3)]))[0]),
            weights.demands,
            weights.evidence * float(EVIDENCE_SHARE[best["evidence"]]),
            weights.capacity * min(best["free_percent"], 50) / 50,
        )
        found.append((firm, round(sum(round(each, 2) for each in terms), 2), round(km, 3)))
    found.sort(key=lambda each: (-each[1], each[2], each[0]))
    return [(firm, score) for firm, score, _ in found[:limit]]


def loop_seconds(held: SupplyColumns, asked: Sequence[Question], within_km: float, *, distance_first: bool) -> float:
    """What the plain program takes for all firms; its answers are compared first."""
    part = _first(held, LOOP_FIRMS)
    network, index = as_network(part, LOOP_FIRMS), Supply(part)
    for each in asked[:LOOP_QUERIES]:
        ours = index.rank(each.demand, each.point, within_km)
        theirs = plain(network, each, within_km, distance_first=distance_first)
        alike = np.allclose(ours.scores, [score for _, score in theirs], atol=0.011)
        if len(ours.firms) != len(theirs) or not alike:
            raise SystemExit("the index and the plain program disagree")
    took = [
        seconds(partial(plain, network, each, within_km, distance_first=distance_first))
        for each in asked[:LOOP_QUERIES]
    ]
    return float(np.median(took)) * len(held.key) / len(part.key)


def _first(held: SupplyColumns, most: int) -> SupplyColumns:
    """The first firms, which stand first in all columns."""
    offers = int(np.searchsorted(held.offer_firm, most))
    of_firms = {name: getattr(held, name)[:most] for name in ("key", "site_firm", "site_latitude", "site_longitude")}
    of_offers = {
        each.name: getattr(held, each.name)[:offers] for each in fields(held) if each.name not in {*of_firms, "codes"}
    }
    return replace(held, **of_firms, **of_offers)


# -- one size ---------------------------------------------------------------------------------------------------------


def times(ask: Callable[[Question], Ranking], asked: Sequence[Question]) -> tuple[float, float, float]:
    """Median and 95th percentile in ms, and the median of the hits."""
    for each in asked[:50]:
        ask(each)
    took, hits = [], []
    for each in asked:
        start = time.perf_counter()
        found = ask(each)
        took.append((time.perf_counter() - start) * 1e3)
        hits.append(found.found)
    return float(np.median(took)), float(np.quantile(took, 0.95)), float(np.median(hits))


def one_size(count: int, draw: np.random.Generator, *, beside_neo4j: bool) -> None:
    """Build, change, ask."""
    held = columns(count, draw)
    tracemalloc.start()
    Supply(held)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    built: list[Supply] = []
    build_s = seconds(lambda: built.append(Supply(held)))
    index = built[0]
    one = columns(1, draw)
    change_s = seconds(lambda: index.changed([0], one))
    print(
        f"\n{count:,} firms, {len(held.offer_firm):,} offers: index {build_s:.2f} s, peak {peak:.0f} MiB beside the"
        f" columns; one firm changed {change_s * 1e3:.2f} ms"
    )
    for within_km in RADII:
        one_radius(index, held, within_km, draw)
    if beside_neo4j and count <= MOST_IN_NEO4J:
        from benchmarks.scale_neo4j import beside

        beside(held, index, questions(held, BARE, draw), RADII)


def one_radius(index: Supply, held: SupplyColumns, within_km: float, draw: np.random.Generator) -> None:
    """Print the times of one radius, and how many times longer the plain programs take."""

    def ask(each: Question) -> Ranking:
        return index.rank(each.demand, each.point, within_km)

    bare = questions(held, BARE, draw)
    p50, p95, hits = times(ask, bare)
    p50_full, p95_full, hits_full = times(ask, questions(held, FULL, draw))
    print(
        f"  {within_km:3.0f} km: p50 {p50:.2f} ms, p95 {p95:.2f} ms, {hits:,.0f} hits;"
        f" five demands more: p50 {p50_full:.2f} ms, p95 {p95_full:.2f} ms, {hits_full:,.0f} hits"
    )
    if len(held.key) <= MOST_IN_A_LOOP:
        first, careful = (
            loop_seconds(held, bare, within_km, distance_first=each) / p50 * 1e3 for each in (True, False)
        )
        print(f"          networkx and geopy {first:,.0f} x, with the process looked at first {careful:,.0f} x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--firms", type=int, nargs="+", default=[650, 50_000, 2_000_000])
    parser.add_argument("--neo4j", action="store_true", help="beside Neo4j, up to 50,000 firms")
    said = parser.parse_args()
    draw = np.random.default_rng(said.seed)
    for count in said.firms:
        one_size(count, draw, beside_neo4j=said.neo4j)


if __name__ == "__main__":
    main()

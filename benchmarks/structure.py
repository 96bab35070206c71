"""The network's measures on arrays beside plain networkx: ``python -m benchmarks.structure [--firms N ...]``.

Firms stand in towns and trade mostly within their own; sellers are drawn by a Pareto weight, so that some have hundreds
of partners. Every number is the median of a few runs in one process; a ratio is of two numbers of the same run.

* exact: components, core numbers, constraint, articulation points and bridges, PageRank and clustering, all of them
  (:func:`graph.centrality.centrality` with the making of its arrays), and networkx on its own graph.
* communities: one run of each library that was found, with its modularity; and ours, which makes many runs agree.
* betweenness: chains from 200 firms, ours and networkx's, whose cost grows with the firms chosen.

Libraries that are not installed are passed over; scikit-network and rustworkx are no requirement of the project.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import networkit
import networkx as nx
import numpy as np
from scipy import sparse

from graph.arrays import Arrays, arrays_of
from graph.centrality import betweenness, centrality, ties_graph
from graph.communities import communities, modularity, weighted

FIRMS = (650, 5_600, 50_000)
TRADES_A_FIRM = 5
TOWN = 120
CHAINS = 200
MOST_NETWORKX = 5_600


def network_of(firms: int, seed: int = 1) -> nx.DiGraph:
    """A network like the one described above."""
    rng = np.random.default_rng(seed)
    town = np.sort(rng.integers(0, max(8, firms // TOWN), firms))
    weight = rng.pareto(1.5, firms) + 1
    sellers = rng.choice(firms, firms * TRADES_A_FIRM, p=weight / weight.sum())
    first, last = np.searchsorted(town, town[sellers]), np.searchsorted(town, town[sellers], side="right")
    near = first + (rng.random(len(sellers)) * (last - first)).astype(int)
    buyers = np.where(rng.random(len(sellers)) < 0.6, near, rng.integers(0, firms, len(sellers)))
    network = nx.DiGraph()
    network.add_nodes_from(f"org:{number:010}" for number in range(firms))
    ids = list(network)
    for seller, buyer in zip(sellers.tolist(), buyers.tolist(), strict=True):
        if seller != buyer:
            network.add_edge(ids[seller], ids[buyer], trades=1, value_sek=None)
    return network


def seconds(work: Callable[[], Any], runs: int = 5) -> float:
    """The median of a few runs."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def with_networkx(network: nx.DiGraph, plain: nx.Graph) -> None:
    """The same exact measures, as everybody writes them."""
    list(nx.connected_components(plain))
    nx.core_number(plain)
    nx.constraint(plain)
    list(nx.articulation_points(plain))
    list(nx.bridges(plain))
    nx.pagerank(network.reverse(copy=False), weight="trades", tol=1e-10, max_iter=500)
    nx.clustering(plain)


def measure_exact(network: nx.DiGraph, plain: nx.Graph) -> None:
    arrays = arrays_of(network)
    ours, bare = seconds(lambda: centrality(arrays_of(network))), seconds(lambda: centrality(arrays))
    print(f"  exact measures      {ours:8.3f} s ({bare:.3f} s of arrays that are there)", end="")
    if len(network) <= MOST_NETWORKX:
        theirs = seconds(lambda: with_networkx(network, plain), 3)
        print(f"; networkx {theirs:8.3f} s: {theirs / ours:.0f}x ({theirs / bare:.0f}x)", end="")
    print(flush=True)


def measure_communities(arrays: Arrays, plain: nx.Graph) -> None:
    ties = weighted(arrays)
    rivals: dict[str, Callable[[], Any]] = {
        "NetworKit Leiden": lambda: _divided(networkit.community.ParallelLeiden(ties_graph(arrays))),
        "NetworKit PLM": lambda: _divided(networkit.community.PLM(ties_graph(arrays), refine=True)),
    }
    try:
        from sknetwork.clustering import Leiden, Louvain

        matrix = sparse.csr_matrix(arrays.ties)
        rivals["scikit-network Leiden"] = lambda: Leiden(random_state=1).fit_predict(matrix)
        rivals["scikit-network Louvain"] = lambda: Louvain(random_state=1).fit_predict(matrix)
    except ImportError:
        pass
    if arrays.firms <= MOST_NETWORKX:
        rivals["networkx Louvain"] = lambda: _labels(nx.community.louvain_communities(plain, seed=1), arrays)
    taken = {name: seconds(work, 3) for name, work in rivals.items()}
    slowest = taken.get("networkx Louvain")
    for name, took in taken.items():
        good = modularity(ties, np.array(rivals[name](), dtype=np.int64))
        ratio = f", {slowest / took:.0f}x networkx" if slowest and name != "networkx Louvain" else ""
        print(f"  {name:<24}{took:8.3f} s, modularity {good:.4f}{ratio}")
    ours = seconds(lambda: communities(arrays), 1)
    print(f"  ours, runs that agree   {ours:8.3f} s, modularity {communities(arrays).modularity:.4f}", flush=True)


def _divided(method: Any) -> list[int]:
    found: list[int] = method.run().getPartition().getVector()
    return found


def _labels(groups: list[set[str]], arrays: Arrays) -> list[int]:
    number = {each: index for index, group in enumerate(groups) for each in group}
    return [number[each] for each in arrays.company_ids]


def measure_betweenness(arrays: Arrays, plain: nx.Graph) -> None:
    ours = seconds(lambda: betweenness(arrays, CHAINS), 3)
    print(f"  betweenness, chains from {CHAINS}: {ours:.3f} s", end="")
    if arrays.firms <= MOST_NETWORKX:
        theirs = seconds(lambda: nx.betweenness_centrality(plain, k=min(CHAINS, len(plain)), seed=1), 1)
        print(f"; networkx {theirs:.3f} s: {theirs / ours:.0f}x", end="")
    print(flush=True)


def main() -> None:
    """Print the seconds and ratios for each size."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--firms", type=int, nargs="+", default=FIRMS)
    for firms in asked.parse_args().firms:
        network = network_of(firms)
        plain = nx.Graph(network.to_undirected(as_view=True))
        arrays = arrays_of(network)
        partners = int(arrays.partners.max())
        print(f"{firms} firms, {arrays.ties.nnz // 2} ties, the busiest with {partners} partners", flush=True)
        start = time.perf_counter()
        measure_exact(network, plain)
        measure_communities(arrays, plain)
        measure_betweenness(arrays, plain)
        print(f"  all of this {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()

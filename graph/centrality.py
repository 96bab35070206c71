"""How does each firm stand in the network? The exact measures, worked out on arrays, equal to networkx's own.

All but PageRank look at ties: who deals with whom, whichever way and however often.

* component: firms that are joined by ties bear the same number, the largest component 0.
* core: the largest k for which the firm belongs to a group whose every member has k partners in it (k-core; Seidman
  1983, Social Networks 5).
* clustering: the share of a firm's pairs of partners that deal with each other (Watts and Strogatz 1998, Nature 393).
* constraint: how much a firm's partners are each other's partners, so that it has nothing to broker (Burt 1992,
  Structural Holes); NaN for a firm without partners.
* cut: without the firm its component falls apart; a bridge is a tie without which it does.
* pagerank: of a purchase going from buyer to seller, weighted by the number of trades: who is bought from by those who
  are themselves bought from (Brin and Page 1998, Computer Networks 30).
* betweenness: the share of all shortest chains of ties between two others that pass the firm (Freeman 1977,
  Sociometry 40); exact, or estimated from chains that start at some firms (Geisberger et al. 2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from graph.arrays import Arrays, Floats, Numbers

if TYPE_CHECKING:
    import networkit

DAMPING = 0.85
PAGERANK_TOLERANCE = 1e-10
PAGERANK_STEPS = 500
CHAIN_SEED = 20261001


@dataclass(frozen=True, slots=True, eq=False)
class Centrality:
    """The measures, one array each by the firms' numbers; ``bridges`` are pairs of numbers, the lower first, sorted."""

    component: Numbers
    core: Numbers
    clustering: Floats
    constraint: Floats
    pagerank: Floats
    cut: NDArray[np.bool_]
    bridges: NDArray[np.int64]


def centrality(arrays: Arrays) -> Centrality:
    """All exact measures of a network."""
    graph = ties_graph(arrays)
    cut, bridges = _cuts(graph, arrays)
    return Centrality(
        components(arrays),
        _cores(graph),
        _clustering(arrays.ties),
        _constraint(arrays.ties),
        pagerank(arrays),
        cut,
        bridges,
    )


def ties_graph(arrays: Arrays) -> networkit.Graph:
    """The ties as NetworKit's graph, in which one thread gives the same answer every time."""
    import networkit  # most of a second, which other questions need not wait for

    networkit.setNumberOfThreads(1)
    upper = sparse.triu(arrays.ties, k=1, format="coo")
    rows, columns = upper.coords
    return networkit.GraphFromCoo((rows.astype(np.uint64), columns.astype(np.uint64)), n=arrays.firms)


def components(arrays: Arrays) -> Numbers:
    """The number of each firm's component: the largest is 0, and of two of a size the one with the lower firm."""
    _, labels = csgraph.connected_components(arrays.ties, directed=False)
    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[labels]


def _cores(graph: networkit.Graph) -> Numbers:
    import networkit

    if not graph.numberOfNodes():
        return np.empty(0, dtype=np.int64)
    return np.array(networkit.centrality.CoreDecomposition(graph).run().scores(), dtype=np.int64)


def _clustering(ties: sparse.csr_array) -> Floats:
    partners = np.diff(ties.indptr).astype(np.float64)
    triangles = (ties @ ties).multiply(ties).sum(axis=1)  # each twice
    pairs = partners * (partners - 1)
    clustering: Floats = np.divide(triangles, pairs, out=np.zeros(len(pairs)), where=pairs > 0)
    return clustering


def _constraint(ties: sparse.csr_array) -> Floats:
    """The sum over partners j of (p_ij + sum over q of p_iq p_qj) squared, p being equal shares of a firm's ties."""
    partners = np.diff(ties.indptr)
    shares = sparse.diags_array(1 / np.maximum(partners, 1)) @ ties
    through = (shares @ shares).multiply(ties)
    constraint = np.asarray((shares + through).power(2).sum(axis=1), dtype=np.float64).reshape(-1)
    constraint[partners == 0] = np.nan
    return constraint


def pagerank(arrays: Arrays) -> Floats:
    """The shares of a walk from buyer to seller, summing to 1; a firm that buys of nobody sends it on to anybody.

    By power iteration until the shares change by less than 1e-10 a firm in all, as networkx has it.
    """
    firms = arrays.firms
    if not firms:
        return np.empty(0)
    bought = np.bincount(arrays.buyers, weights=arrays.trades, minlength=firms)
    shares = arrays.trades / bought[arrays.buyers] if len(arrays.buyers) else np.empty(0)
    walk = sparse.csr_array((shares, (arrays.sellers, arrays.buyers)), shape=(firms, firms))
    ends = bought == 0
    rank = np.full(firms, 1 / firms)
    for _ in range(PAGERANK_STEPS):
        before = rank
        rank = DAMPING * (walk @ before + before[ends].sum() / firms) + (1 - DAMPING) / firms
        if np.abs(rank - before).sum() < firms * PAGERANK_TOLERANCE:
            break
    return rank


def _cuts(graph: networkit.Graph, arrays: Arrays) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Firms that lie in several blocks (biconnected components), and the blocks that are one tie."""
    import networkit

    blocks: list[list[int]] = networkit.components.BiconnectedComponents(graph).run().getComponents()
    members = np.array([firm for block in blocks for firm in block], dtype=np.int64)
    cut = np.bincount(members, minlength=arrays.firms) > 1
    bridges = np.array(sorted(sorted(block) for block in blocks if len(block) == 2), dtype=np.int64).reshape(-1, 2)
    return cut, bridges


def betweenness(arrays: Arrays, chains_from: int | None = None) -> Floats:
    """The share of pairs of other firms whose shortest chain passes each firm, 0 to 1.

    Args:
        arrays: the network.
        chains_from: of how many firms, drawn by a fixed seed, the chains are looked at; None: of all, exactly.
    """
    import networkit

    firms = arrays.firms
    if firms < 3:
        return np.zeros(firms)
    graph: Any = ties_graph(arrays)
    if chains_from is None or chains_from >= firms:
        found = networkit.centrality.Betweenness(graph).run().scores()
    else:
        networkit.setSeed(CHAIN_SEED, False)
        found = networkit.centrality.EstimateBetweenness(graph, chains_from).run().scores()
    return np.array(found) / ((firms - 1) * (firms - 2))

"""How does each firm stand in the network? The exact measures, worked out on arrays, equal to networkx's own.

All but PageRank look at ties: who deals with whom, whichever way and however often.

* component: firms that are joined by ties bear the same number, the largest component 0.
* core: the largest k for which the firm belongs to a group whose every member has k partners in it (k-core; Seidman
  1983, Social Networks 5; peeled off layer by layer).
* clustering: the share of a firm's pairs of partners that deal with each other (Watts and Strogatz 1998, Nature 393).
* constraint: how much a firm's partners are each other's partners, so that it has nothing to broker (Burt 1992,
  Structural Holes); NaN for a firm without partners.
* cuts: firms and ties without which a component falls apart (:mod:`graph.cut_points`).
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
from graph.cut_points import CutPoints, cut_points

if TYPE_CHECKING:
    import networkit

DAMPING = 0.85
PAGERANK_TOLERANCE = 1e-10
PAGERANK_STEPS = 500
CHAIN_SEED = 20261001


@dataclass(frozen=True, slots=True, eq=False)
class Centrality:
    """The measures, one array each by the firms' numbers."""

    component: Numbers
    core: Numbers
    clustering: Floats
    constraint: Floats
    pagerank: Floats
    cuts: CutPoints


def centrality(arrays: Arrays) -> Centrality:
    """All exact measures of a network."""
    clustering, constraint = _closure(arrays.ties)
    return Centrality(components(arrays), cores(arrays), clustering, constraint, pagerank(arrays), cut_points(arrays))


def ties_graph(arrays: Arrays) -> networkit.Graph:
    """The ties as NetworKit's graph, in which one thread gives the same answer every time."""
    import networkit  # most of a second, which other questions need not wait for

    networkit.setNumberOfThreads(1)
    one, other = _pointed(arrays.ties)
    return networkit.GraphFromCoo((one.astype(np.uint64), other.astype(np.uint64)), n=arrays.firms)


def components(arrays: Arrays) -> Numbers:
    """The number of each firm's component: the largest is 0, and of two of a size the one with the lower firm."""
    _, labels = csgraph.connected_components(arrays.ties, directed=False)
    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[labels]


def cores(arrays: Arrays) -> Numbers:
    """The core of each firm: those with fewest partners left are taken away, together with whom that leaves as few."""
    ties, left = arrays.ties, arrays.partners.copy()
    core = np.zeros(arrays.firms, dtype=np.int64)
    standing = left > 0
    depth = 0
    while standing.any():
        depth = max(depth, int(left[standing].min()))
        leaving = np.flatnonzero(standing & (left <= depth))
        core[leaving] = depth
        standing[leaving] = False
        left -= np.bincount(_partners_of(ties, leaving), minlength=arrays.firms)
    return core


def _partners_of(ties: sparse.csr_array, firms: Numbers) -> NDArray[np.int32]:
    """The partners of some firms, one after the other."""
    starts, counts = ties.indptr[firms], np.diff(ties.indptr)[firms]
    ends = np.cumsum(counts)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
    partners: NDArray[np.int32] = ties.indices[places]
    return partners


def _closure(ties: sparse.csr_array) -> tuple[Floats, Floats]:
    """Clustering and constraint, both from the triangles.

    With equal shares p_ij = 1 / d_i the constraint of i, the sum over partners j of (p_ij + sum over q of p_iq p_qj)
    squared, is the sum of (1 + t_ij) squared over d_i squared, t_ij being the sum of 1 / d_q over common partners q.
    """
    firms, partners = ties.shape[0], np.diff(ties.indptr).astype(np.float64)
    one, other = _pointed(ties)
    low, high, across = _triangles(one, other, partners)
    corners = np.concatenate([one[low], other[low], other[high]])
    pairs = partners * (partners - 1) / 2
    clustering: Floats = np.divide(np.bincount(corners, minlength=firms), pairs, out=np.zeros(firms), where=pairs > 0)
    share = 1 / np.maximum(partners, 1)
    closed = np.ones(len(one))
    for tie, third in ((low, other[high]), (high, other[low]), (across, one[low])):
        closed += np.bincount(tie, share[third], len(one))
    squares = closed**2
    with np.errstate(invalid="ignore"):
        constraint: Floats = (np.bincount(one, squares, firms) + np.bincount(other, squares, firms)) / partners**2
    return clustering, constraint


def _pointed(ties: sparse.csr_array) -> tuple[Numbers, Numbers]:
    """Each tie once, from the end with fewer partners to the one with more; in order of the first."""
    partners = np.diff(ties.indptr)
    one, other = np.repeat(np.arange(len(partners)), partners), ties.indices.astype(np.int64)
    fewer, more = partners[one], partners[other]
    away = (fewer < more) | ((fewer == more) & (one < other))
    return one[away], other[away]


def _triangles(one: Numbers, other: Numbers, partners: Floats) -> tuple[Numbers, Numbers, Numbers]:
    """The three ties of each three firms that all deal with each other: two from its first firm, and the one across.

    Pointed as they are, no firm has many ties that begin at it, so that even one with hundreds of partners costs little
    (the forward algorithm; Schank and Wagner 2005, LNCS 3503).
    """
    firms, number = len(partners), np.arange(len(one))
    behind = np.searchsorted(one, one, side="right") - number - 1  # ties of the same firm that stand after each
    low = np.repeat(number, behind)
    high = low + 1 + np.arange(len(low)) - np.repeat(np.cumsum(behind) - behind, behind)
    left, right = other[low], other[high]
    swapped = partners[left] > partners[right]  # of two with as many partners the lower comes first, as it does here
    wanted = np.where(swapped, right * firms + left, left * firms + right)
    ties = one * firms + other
    across = np.minimum(np.searchsorted(ties, wanted), max(len(ties) - 1, 0))
    closed = ties[across] == wanted
    return low[closed], high[closed], across[closed]


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

"""Which firms, and which single ties, hold parts of the network together? Cut points and bridges.

A cut point (articulation point) is a firm without which its part of the network falls apart; a bridge is a tie of two
firms without which it does, however many trades they have. Found in one depth-first walk (Tarjan 1972, SIAM Journal on
Computing 1): ``low`` is the earliest firm of the walk that can be reached from below a firm without the way one came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from graph.arrays import Arrays, Numbers

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class CutPoints:
    """Numbers of the firms, and of both ends of each bridge, the lesser first; in order."""

    firms: tuple[int, ...]
    bridges: tuple[tuple[int, int], ...]


def cut_points(arrays: Arrays) -> CutPoints:
    """The cut points and bridges of a network; none in one without ties."""
    order, above, starts = _walk(arrays.ties)
    came = np.full(arrays.firms + 1, NEVER)
    came[order] = np.arange(len(order))
    low = _lowest(arrays.ties, order, above, came)
    below = order[~np.isin(order, starts)]  # every firm that was come to from another
    parents = above[below]
    cut = np.zeros(arrays.firms + 1, dtype=np.bool_)
    cut[parents[low[below] >= came[parents]]] = True
    cut[starts] = np.bincount(parents, minlength=arrays.firms + 1)[starts] > 1
    ends = np.stack([below, parents], axis=1)[low[below] > came[parents]]
    bridges = sorted((low, high) for low, high in np.sort(ends, axis=1).tolist())
    return CutPoints(tuple(np.flatnonzero(cut).tolist()), tuple(bridges))


def _walk(ties: sparse.csr_array) -> tuple[Numbers, Numbers, Numbers]:
    """The firms with ties in the order they are come to, from where each, and the first of each component.

    One walk goes through all components: a row more than there are firms leads to the first of each.
    """
    firms = ties.shape[0]
    _, labels = csgraph.connected_components(ties, directed=False)
    _, first = np.unique(labels, return_index=True)
    starts = first[np.diff(ties.indptr)[first] > 0]
    indptr = np.append(ties.indptr, ties.nnz + len(starts))
    indices = np.append(ties.indices, starts)
    joined = sparse.csr_array((np.ones(len(indices)), indices, indptr), shape=(firms + 1, firms + 1))
    order, above = csgraph.depth_first_order(joined, firms, directed=True, return_predecessors=True)
    return order[1:].astype(np.int64), above.astype(np.int64), starts.astype(np.int64)


def _lowest(ties: sparse.csr_array, order: Numbers, above: Numbers, came: Numbers) -> NDArray[np.int64]:
    rows = np.repeat(np.arange(ties.shape[0]), np.diff(ties.indptr))
    reached = np.where(ties.indices == above[rows], NEVER, came[ties.indices])
    low = came.copy()
    some = np.flatnonzero(np.diff(ties.indptr))
    if len(some):
        low[some] = np.minimum(low[some], np.minimum.reduceat(reached, ties.indptr[some]))
    lowest: list[int] = low.tolist()
    for firm, parent in zip(order[::-1].tolist(), above[order[::-1]].tolist(), strict=True):
        lowest[parent] = min(lowest[parent], lowest[firm])
    return np.array(lowest)

"""Which firms trade among themselves more than with the rest? Communities that do not change from run to run.

The Leiden method (Traag, Waltman and van Eck 2019, Scientific Reports 9, 5233) on the number of trades, as NetworKit
has it. Each run begins from its own seed and may end a little elsewhere, so many are made, and the ties are weighted
anew by how often the runs keep their two ends together, until the runs agree (consensus: Lancichinetti and Fortunato
2012, Scientific Reports 2, 336). Steady is how often the first runs kept two firms of a community that deal with
each other together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Arrays, Floats, Numbers

RUNS = ((100_000, 40), (10**12, 6))
"""Up to so many ties: so many runs a round."""
ROUNDS = 10
OFTEN = 0.5  # of the runs: ties that hold together more seldom are left out of the next round
SEED = 20261001


@dataclass(frozen=True, slots=True, eq=False)
class Communities:
    """The number of each firm's community, the largest 0; a firm without a tie is one of its own.

    ``steady`` is a share for each community, 1 where it has no tie; ``modularity`` that of the whole division (Newman
    and Girvan 2004, Physical Review E 69), 0 without ties.
    """

    of_firm: Numbers
    sizes: Numbers
    steady: Floats
    modularity: float

    def members(self, number: int) -> Numbers:
        """The firms of a community."""
        return np.flatnonzero(self.of_firm == number)


def communities(arrays: Arrays, seed: int = SEED) -> Communities:
    """The communities of a network, the same for the same trades whatever their order."""
    ties = weighted(arrays)
    rows, columns = ties.coords
    if not len(rows):
        alone = np.arange(arrays.firms)
        return Communities(alone, np.ones(arrays.firms, dtype=np.int64), np.ones(arrays.firms), 0.0)
    count = next(runs for most, runs in RUNS if len(rows) <= most)
    runs = _runs(ties, seed, count)
    first = together = _together(runs, rows, columns)
    for number in range(1, ROUNDS):
        if np.isin(together, (0.0, 1.0)).all():
            break
        kept = together > OFTEN
        agreed = sparse.coo_array((together[kept], (rows[kept], columns[kept])), shape=ties.shape)
        runs = _runs(agreed, seed + number * count, count)
        together = _together(runs, rows, columns)
    of_firm, sizes = _by_size(runs[0])
    inside = of_firm[rows] == of_firm[columns]
    kept_together = np.bincount(of_firm[rows[inside]], weights=first[inside], minlength=len(sizes))
    inner = np.bincount(of_firm[rows[inside]], minlength=len(sizes))
    steady = np.divide(kept_together, inner, out=np.ones(len(sizes)), where=inner > 0)
    return Communities(of_firm, sizes, steady, modularity(ties, of_firm))


def modularity(ties: sparse.coo_array, of_firm: Numbers) -> float:
    """The share of weight inside communities, less what chance would put there; ``ties`` has each tie once."""
    rows, columns = ties.coords
    weights = ties.data
    total = float(weights.sum())
    inside = float(weights[of_firm[rows] == of_firm[columns]].sum()) / total
    ends = np.bincount(of_firm[rows], weights, of_firm.max() + 1) + np.bincount(
        of_firm[columns], weights, of_firm.max() + 1
    )
    return inside - float(((ends / (2 * total)) ** 2).sum())


def weighted(arrays: Arrays) -> sparse.coo_array:
    """Each tie once, the lower number first, weighted by its trades; in order."""
    low, high = np.minimum(arrays.sellers, arrays.buyers), np.maximum(arrays.sellers, arrays.buyers)
    ties = sparse.csr_array((arrays.trades.astype(np.float64), (low, high)), shape=(arrays.firms, arrays.firms))
    ties.sum_duplicates()
    return ties.tocoo()


def _runs(ties: sparse.coo_array, seed: int, count: int) -> list[NDArray[np.int64]]:
    """The firms' communities in each of so many runs."""
    import networkit

    networkit.setNumberOfThreads(1)
    rows, columns = ties.coords
    ends = rows.astype(np.uint64), columns.astype(np.uint64)
    graph: Any = networkit.GraphFromCoo((ties.data, ends), n=ties.shape[0], weighted=True)
    found = []
    for number in range(count):
        networkit.setSeed(seed + number, False)
        run = networkit.community.ParallelLeiden(graph, randomize=True).run()
        found.append(np.array(run.getPartition().getVector(), dtype=np.int64))
    return found


def _together(runs: list[NDArray[np.int64]], rows: NDArray[Any], columns: NDArray[Any]) -> Floats:
    """How large a share of the runs keeps the two ends of each tie together."""
    together: Floats = np.mean([run[rows] == run[columns] for run in runs], axis=0)
    return together


def _by_size(of_firm: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """The same communities numbered by size, of two of a size first the one with the lower firm; and their sizes."""
    _, first, number, sizes = np.unique(of_firm, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[number], sizes[order]

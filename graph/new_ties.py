"""What would a new tie between two firms do to the network they are in?

Two numbers for each tie, both exact and each tie weighed alone. *Components joined* is how many fewer weakly connected
components there are afterwards: 1 where the two were in different ones, else 0; a firm without trade is a component of
its own. *Newly within two steps* counts the firms that one of the two then reaches in at most two steps and did not
reach before: the other firm, and its partners. No firm is new to both, since whoever is next to the one was at most one
step farther from the other only if the two were tied already; so the two ends' numbers are simply added.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from graph.arrays import Arrays, Numbers

Table: TypeAlias = sparse.csr_array
MOST_AT_ONCE = 4096  # ties whose neighbourhoods are compared in one step: bounds the memory


class NewTies:
    """A network of firms by number, and what each further tie would change."""

    def __init__(self, arrays: Arrays, more: Iterable[tuple[int, int]] = ()) -> None:
        """``more`` are ties that are no trades: pairs who have been introduced."""
        pairs = np.array([*more], dtype=np.int64).reshape(-1, 2)
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        ends = (np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]]))
        met = sparse.csr_array((np.ones(len(ends[0])), ends), shape=(arrays.firms, arrays.firms))
        ties = arrays.ties + met
        self.components, labels = connected_components(ties, directed=False)
        self.component_of: Numbers = labels.astype(np.int64)
        self.sizes: Numbers = np.bincount(self.component_of, minlength=self.components)[self.component_of]
        """How many firms each firm's component has."""
        self._near = _ones(ties + sparse.eye_array(arrays.firms, format="csr"))
        self._within_two = _ones(self._near @ self._near)

    def effects(self, ones: Numbers, others: Numbers) -> tuple[Numbers, Numbers]:
        """For each tie between one firm and another: components joined, and firms newly within two steps.

        >>> line = Arrays(("a", "b", "c"), np.array([0]), np.array([1]), np.array([1]), np.array([np.nan]))
        >>> joined, newly = NewTies(line).effects(np.array([0]), np.array([2]))
        >>> int(joined[0]), int(newly[0])  # c is new to a, a and b are new to c
        (1, 3)
        """
        joined = (self.component_of[ones] != self.component_of[others]).astype(np.int64)
        newly = np.zeros(len(ones), dtype=np.int64)
        for start in range(0, len(ones), MOST_AT_ONCE):
            some = slice(start, start + MOST_AT_ONCE)
            newly[some] = self._new_to(ones[some], others[some]) + self._new_to(others[some], ones[some])
        return joined, newly

    def _new_to(self, ones: Numbers, others: Numbers) -> Numbers:
        """How many firms of the others' next neighbourhood the ones do not reach in two steps."""
        near = self._near[others]
        known = near.multiply(self._within_two[ones])
        found: Numbers = np.rint(near.sum(axis=1) - known.sum(axis=1)).astype(np.int64)
        return found


def _ones(table: Table) -> Table:
    """1 wherever there is anything."""
    found = sparse.csr_array(table)
    found.data = np.ones(len(found.data), dtype=np.float32)
    return found

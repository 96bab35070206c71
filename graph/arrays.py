"""The network as arrays: what the fast measures read instead of walking a networkx graph firm by firm.

Firms are numbered in the order of the network's nodes. ``sellers``, ``buyers`` and ``trades`` say its edges, one
each; ``ties`` is who deals with whom, whichever way: a symmetric matrix of ones in compressed rows, whose columns are
sorted, without the diagonal.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    import networkx as nx

Numbers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Arrays:
    """Firms and who sells to whom, by number.

    ``trades`` counts the rows behind each edge and ``value_sek`` sums what is known of them, NaN where nothing is.
    """

    company_ids: tuple[str, ...]
    sellers: Numbers
    buyers: Numbers
    trades: Numbers
    value_sek: Floats

    @property
    def firms(self) -> int:
        """How many firms there are."""
        return len(self.company_ids)

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The number of each firm."""
        return {each: number for number, each in enumerate(self.company_ids)}

    @cached_property
    def ties(self) -> sparse.csr_array:
        """Who deals with whom, shape (firms, firms)."""
        ones = np.ones(2 * len(self.sellers))
        ends = (np.concatenate([self.sellers, self.buyers]), np.concatenate([self.buyers, self.sellers]))
        ties = sparse.csr_array((ones, ends), shape=(self.firms, self.firms))
        ties.sum_duplicates()
        ties.data[:] = 1.0
        return ties

    @cached_property
    def partners(self) -> Numbers:
        """How many firms each deals with."""
        partners: Numbers = np.diff(self.ties.indptr).astype(np.int64)
        return partners

    def without(self, gone: Collection[int]) -> Arrays:
        """The same firms under the same numbers, those of ``gone`` without a trade."""
        dropped = np.zeros(self.firms, dtype=np.bool_)
        dropped[list(gone)] = True
        return self.only(~(dropped[self.sellers] | dropped[self.buyers]))

    def only(self, kept: NDArray[np.bool_]) -> Arrays:
        """The same firms with some of the edges."""
        return Arrays(self.company_ids, self.sellers[kept], self.buyers[kept], self.trades[kept], self.value_sek[kept])


def arrays_of(network: nx.DiGraph, company_ids: Sequence[str] | None = None) -> Arrays:
    """The arrays of a network as :mod:`graph.network` projects it, of some of its firms or all; self-loops left out."""
    firms = tuple(network if company_ids is None else company_ids)
    number_of = {each: number for number, each in enumerate(firms)}
    sellers: list[int] = []
    buyers: list[int] = []
    trades: list[int] = []
    values: list[float] = []
    for seller in firms:
        number = number_of[seller]
        for buyer, facts in network.succ[seller].items():
            other = number_of.get(buyer, number)
            if other != number:
                sellers.append(number)
                buyers.append(other)
                trades.append(facts["trades"])
                value = facts["value_sek"]
                values.append(math.nan if value is None else value)
    ends = np.array(sellers, dtype=np.int64), np.array(buyers, dtype=np.int64)
    return Arrays(firms, *ends, np.array(trades, dtype=np.int64), np.array(values, dtype=np.float64))

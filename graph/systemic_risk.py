"""How much of the mapped trade would stop with one firm? The economic systemic risk index (ESRI), for every firm.

From C. Diem, A. Borsos, T. Reisch, J. Kertész and S. Thurner, "Quantifying firm-level economic systemic risk from
nation-wide supply networks", Scientific Reports 12, 7719 (2022), section Methods. Each firm makes one product and has
a generalised Leontief production function: it makes no more than its scarcest essential input allows, and the lack of
other inputs costs it their share of all it buys. Firm i stops; downstream each buyer has left

    h_d(t+1) = min( min_k 1 - sum_j s_j(t) (1 - h_d,j(t)) W_ji / sum_l W_li [same product k], essential j,
                    1 - sum_j s_j(t) (1 - h_d,j(t)) W_ji / sum_l W_li,                        other j        )

with ``s_j(t) = min(out_j / sum_l out_l h_d,l(t) [same product], 1)``: how little the rest of a branch could step in.
Upstream each seller has left ``h_u,i(t+1) = sum_j W_ij h_u,j(t) / out_i``; who sells to nobody here loses no sale. Both
start from a network that is whole but for the firm, and stop as soon as no firm changes by more than ``epsilon``. The
index is the sum of ``out_j (1 - min(h_d,j, h_u,j))`` over the sum of ``out``.

The rules of data. A product is the seller's division of SNI (two digits); a firm without a code is of its sector's
own, and of one common product where that is not known either. An input is essential where seller and buyer both make
goods (divisions 01-45; without a code: sector industry). A link without kronor counts as the median of those that have.
The index sees the mapped trades alone: what nobody has told of, stocks and time are not in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.arrays import Arrays, Floats, Numbers
from graph.branches import branch_of, division_of

if TYPE_CHECKING:
    from graph.model import Company

EPSILON = 1e-2  # the paper's
TINY = 1e-300  # kronor that a branch has left: nobody can step in
MOST_THREADS = 4  # numpy and scipy work side by side in them
TOGETHER = 32  # firms worked out side by side: what fits a processor's cache
LAST_OF_GOODS = 45  # divisions 01-45 make, build or carry goods in the paper's reading


@dataclass(frozen=True, eq=False)
class Economy:
    """Who supplies whom with how much of what; firms are numbered as in :class:`graph.arrays.Arrays`.

    ``supplies`` has a row a seller and a column a buyer; ``valued`` of its ``links`` rest on known kronor.
    """

    supplies: sparse.csr_array
    product: Numbers
    makes_goods: NDArray[np.bool_]
    links: int
    valued: int


def economy_of(arrays: Arrays, companies: Iterable[Company]) -> Economy:
    """The economy of a network; firms that are not among the companies have no branch."""
    branch = {each.company_id: _product(each) for each in companies}
    found = [branch.get(each, ("", False)) for each in arrays.company_ids]
    names = {name: number for number, name in enumerate(sorted({name for name, _ in found}))}
    known = arrays.value_sek > 0
    weights = np.where(known, arrays.value_sek, np.median(arrays.value_sek[known]) if known.any() else 1.0)
    shape = (arrays.firms, arrays.firms)
    return Economy(
        sparse.csr_array((weights, (arrays.sellers, arrays.buyers)), shape=shape),
        np.array([names[name] for name, _ in found], dtype=np.int64),
        np.array([goods for _, goods in found], dtype=np.bool_),
        len(weights),
        int(np.count_nonzero(known)),
    )


def _product(company: Company) -> tuple[str, bool]:
    """What the firm makes, by its branch, and whether that is goods."""
    if division := division_of(company):
        return division, int(division) <= LAST_OF_GOODS
    sector = branch_of(company)
    return sector or "", sector == "industry"


def systemic_risk(economy: Economy, firms: Sequence[int] | None = None, *, epsilon: float = EPSILON) -> Floats:
    """The index (0..1) of the firms with these numbers, all where None; 0 in a network without a trade."""
    numbers = np.arange(economy.supplies.shape[0]) if firms is None else np.asarray(firms, dtype=np.int64)
    cascade = _Cascade(economy, epsilon)
    some = [numbers[at : at + TOGETHER] for at in range(0, len(numbers), TOGETHER)]
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as threads:
        return np.concatenate([np.zeros(0), *threads.map(cascade.lost, some)])


class _Cascade:
    """The equations as matrices, for the losses ``1 - h`` of many first firms at once, a column each.

    Inside, firms stand in order of how many inputs they have: the n-th inputs of all that have one are then the first
    rows of what they lack, and the scarcest is found by comparing whole blocks of memory.
    """

    def __init__(self, economy: Economy, epsilon: float) -> None:
        self._epsilon = epsilon
        rows, sellers, shares, firms = _inputs(economy)
        ordered = np.argsort(-np.bincount(firms, minlength=len(economy.product)), kind="stable")
        self._place: Numbers = np.argsort(ordered)
        supplies = sparse.csr_array(economy.supplies[ordered][:, ordered])
        self._out: Floats = np.asarray(supplies.sum(axis=1), dtype=np.float64)
        self._total = float(self._out.sum())
        self._upstream = sparse.csr_array(sparse.diags_array(_inverse(self._out)) @ supplies)
        self._nth_inputs = _nth_inputs(rows, self._place[sellers], shares, self._place[firms], len(ordered))
        self._product = economy.product[ordered]
        places, products = np.arange(len(ordered)), int(self._product.max(initial=-1)) + 1
        self._branch = sparse.csr_array((self._out, (self._product, places)), shape=(products, len(ordered)))
        self._of_branch: Floats = np.asarray(self._branch.sum(axis=1), dtype=np.float64)[:, None]

    def lost(self, firms: Numbers) -> Floats:
        """The index of each of the firms."""
        found = np.zeros(len(firms))
        if not self._total:
            return found
        stopped, columns = self._place[firms], np.arange(len(firms))
        down = np.zeros((len(self._out), len(firms)))
        down[stopped, columns] = 1.0
        up = down.copy()
        while len(columns):
            next_down, next_up = self._downstream(down), _times(self._upstream, up)
            at = (stopped[columns], np.arange(len(columns)))
            next_down[at] = next_up[at] = 1.0
            moved = np.maximum(_most_moved(next_down, down), _most_moved(next_up, up))
            down, up = next_down, next_up
            done = moved <= self._epsilon
            if done.any():
                found[columns[done]] = self._out @ np.maximum(down[:, done], up[:, done]) / self._total
                columns, down, up = columns[~done], down[:, ~done], up[:, ~done]
        return found

    def _downstream(self, down: Floats) -> Floats:
        """What each buyer loses of its production when its suppliers have lost so much of theirs."""
        left = np.maximum(self._of_branch - self._branch @ down, TINY)[self._product]
        lost = np.divide(self._out[:, None], left, out=left)
        np.minimum(lost, 1.0, out=lost)
        lost *= down
        found = np.zeros_like(down)
        for inputs in self._nth_inputs:
            first = found[: inputs.shape[0]]
            np.maximum(first, _times(inputs, lost), out=first)
        return found


def _times(matrix: sparse.csr_array, columns: Floats) -> Floats:
    found: Floats = matrix @ columns
    return found


def _most_moved(after: Floats, before: Floats) -> Floats:
    """By how much each column has moved at most; ``before`` is not needed any more."""
    moved: Floats = np.subtract(after, before, out=before).max(axis=0)
    return moved


def _inputs(economy: Economy) -> tuple[Numbers, Numbers, Floats, Numbers]:
    """A row for each buyer's essential product, and for all else it buys: each supplier's share of that input.

    Given as the shares' rows, sellers and values, and each row's buyer; rows go by buyer.
    """
    links = sparse.coo_array(economy.supplies)
    sellers, buyers, weights = links.row.astype(np.int64), links.col.astype(np.int64), links.data
    essential = economy.makes_goods[sellers] & economy.makes_goods[buyers]
    products = int(economy.product.max(initial=-1)) + 2
    key = buyers * products + np.where(essential, economy.product[sellers] + 1, 0)
    keys, rows = np.unique(key, return_inverse=True)
    of_row = np.bincount(rows, weights, len(keys))
    bought = np.bincount(buyers, weights, len(economy.product))
    return rows, sellers, weights / np.where(essential, of_row[rows], bought[buyers]), keys // products


def _nth_inputs(rows: Numbers, sellers: Numbers, shares: Floats, buyers: Numbers, firms: int) -> list[sparse.csr_array]:
    """The first input of each place that has one, the second of each that has two, and so on; a row a place."""
    starts = np.flatnonzero(np.diff(buyers, prepend=-1))
    nth = np.arange(len(buyers)) - np.repeat(starts, np.diff(starts, append=len(buyers)))
    found = []
    for number in range(int(nth.max(initial=-1)) + 1):
        some = nth[rows] == number
        shape = (int(np.count_nonzero(nth == number)), firms)
        found.append(sparse.csr_array((shares[some], (buyers[rows[some]], sellers[some])), shape=shape))
    return found


def _inverse(values: Floats) -> Floats:
    """One over each value, 0 where that is 0."""
    found: Floats = np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)
    return found

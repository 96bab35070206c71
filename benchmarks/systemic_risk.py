"""The systemic risk index of 10,000 firms beside a plain loop over them: ``python -m benchmarks.systemic_risk``.

Links are drawn as in real networks, few firms having many: each firm buys from a few sellers, drawn by a power law.
The plain loop is the paper's equations firm by firm and link by link; it is timed on a few firms, being linear in
their number, and its figures are compared with ours.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

import numpy as np
from scipy import sparse

from graph.systemic_risk import EPSILON, Economy, systemic_risk

LINKS_A_FIRM = 7
PRODUCTS = 60
GOODS_SHARE = 0.6
TAIL = 2.3  # of the power law: links a seller has
LOOPED = 20


def drawn(firms: int, seed: int) -> Economy:
    """An invented economy."""
    draw = np.random.default_rng(seed)
    pull = draw.pareto(TAIL - 1, firms) + 1
    sellers = draw.choice(firms, firms * LINKS_A_FIRM, p=pull / pull.sum())
    buyers = draw.integers(0, firms, len(sellers))
    kept = sellers != buyers
    kronor = draw.lognormal(12, 1.5, len(sellers))
    supplies = sparse.csr_array((kronor[kept], (sellers[kept], buyers[kept])), shape=(firms, firms))
    supplies.sum_duplicates()
    product = draw.integers(0, PRODUCTS, firms)
    return Economy(supplies, product, product < GOODS_SHARE * PRODUCTS, supplies.nnz, supplies.nnz)


class Loop:
    """The paper's equations as they stand, one firm and one link at a time."""

    def __init__(self, economy: Economy) -> None:
        links = sparse.coo_array(economy.supplies)
        self.firms = economy.supplies.shape[0]
        self.product, self.goods = economy.product.tolist(), economy.makes_goods.tolist()
        self.links = list(zip(links.row.tolist(), links.col.tolist(), links.data.tolist(), strict=True))
        self.out, self.bought = [0.0] * self.firms, [0.0] * self.firms
        self.bought_of: dict[tuple[int, int], float] = defaultdict(float)
        for seller, buyer, weight in self.links:
            self.out[seller] += weight
            self.bought[buyer] += weight
            self.bought_of[buyer, self.product[seller]] += weight if self.is_essential(seller, buyer) else 0.0

    def is_essential(self, seller: int, buyer: int) -> bool:
        """Whether the buyer can make nothing without what the seller makes."""
        return bool(self.goods[seller] and self.goods[buyer])

    def index(self, firm: int, epsilon: float = EPSILON) -> float:
        """The share of all trade that stops with the firm."""
        down, up = [1.0] * self.firms, [1.0] * self.firms
        down[firm] = up[firm] = 0.0
        while True:
            next_down, next_up = self.downstream(down, firm), self.upstream(up, firm)
            moved = max(*(a - b for a, b in zip(down, next_down, strict=True)),
                        *(a - b for a, b in zip(up, next_up, strict=True)))  # fmt: skip
            down, up = next_down, next_up
            if moved <= epsilon:
                break
        lost = sum(out * (1 - min(d, u)) for out, d, u in zip(self.out, down, up, strict=True))
        return lost / sum(self.out) if any(self.out) else 0.0

    def downstream(self, down: list[float], stopped: int) -> list[float]:
        """What each firm can still make of what its suppliers deliver."""
        of_branch: dict[int, float] = defaultdict(float)
        for firm, health in enumerate(down):
            of_branch[self.product[firm]] += self.out[firm] * health
        lacks_essential: dict[tuple[int, int], float] = defaultdict(float)
        lacks_other = [0.0] * self.firms
        for seller, buyer, weight in self.links:
            left = of_branch[self.product[seller]]
            share = min(self.out[seller] / left, 1.0) if left > 0 else 1.0
            lost = share * (1 - down[seller]) * weight
            if self.is_essential(seller, buyer):
                key = (buyer, self.product[seller])
                lacks_essential[key] += lost / self.bought_of[key]
            else:
                lacks_other[buyer] += lost / self.bought[buyer]
        found = [1 - each for each in lacks_other]
        for (buyer, _), lost in lacks_essential.items():
            found[buyer] = min(found[buyer], 1 - lost)
        found[stopped] = 0.0
        return found

    def upstream(self, up: list[float], stopped: int) -> list[float]:
        """What each firm can still sell to its buyers."""
        sold = [0.0] * self.firms
        for seller, buyer, weight in self.links:
            sold[seller] += weight * up[buyer] / self.out[seller]
        found = [each if out else 1.0 for each, out in zip(sold, self.out, strict=True)]
        found[stopped] = 0.0
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--firms", type=int, nargs="+", default=[650, 10_000])
    said = parser.parse_args()
    for firms in said.firms:
        economy = drawn(firms, said.seed)
        start = time.perf_counter()
        found = systemic_risk(economy)
        ours_ms = (time.perf_counter() - start) / firms * 1e3
        some = np.random.default_rng(said.seed).choice(firms, LOOPED, replace=False).tolist()
        start = time.perf_counter()
        loop = Loop(economy)
        looped = [loop.index(each) for each in some]
        loop_ms = (time.perf_counter() - start) / LOOPED * 1e3
        if not np.allclose(found[some], looped, atol=1e-9):
            raise SystemExit("the matrices and the plain loop disagree")
        print(
            f"{firms:,} firms, {economy.links:,} links: {ours_ms:.2f} ms a firm, plain loop {loop_ms:.3g} ms,"
            f" {loop_ms / ours_ms:,.0f} x; largest index {found.max():.3f}, median {np.median(found):.5f}"
        )


if __name__ == "__main__":
    main()

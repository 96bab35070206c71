"""The systemic risk index: by hand, and beside the paper's equations written as a plain loop, on random networks."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from benchmarks.systemic_risk import Loop
from graph.arrays import arrays_of
from graph.model import Company
from graph.systemic_risk import Economy, economy_of, systemic_risk


def economy(links: dict[tuple[int, int], float], product: list[int], goods: list[bool]) -> Economy:
    firms = len(product)
    sellers, buyers = (list(each) for each in zip(*links, strict=True)) if links else ([], [])
    supplies = sparse.csr_array((np.array(list(links.values())), (sellers, buyers)), shape=(firms, firms))
    return Economy(supplies, np.array(product, dtype=np.int64), np.array(goods, dtype=np.bool_), len(links), len(links))


def drawn(seed: int) -> Economy:
    draw = np.random.default_rng(seed)
    firms = int(draw.integers(1, 40))
    links = {
        (seller, buyer): float(draw.lognormal(3, 2))
        for seller, buyer in draw.integers(0, firms, (int(draw.integers(0, 4 * firms)), 2)).tolist()
        if seller != buyer
    }
    products = int(draw.integers(1, 8))
    product = draw.integers(0, products, firms).tolist()
    return economy(links, product, [each < products / 2 for each in product])


@pytest.mark.parametrize(("seed", "epsilon"), [*((n, 1e-2) for n in range(30)), *((n, 1e-6) for n in range(10))])
def test_all_at_once_are_as_one_at_a_time(seed: int, epsilon: float) -> None:
    found = drawn(seed)
    loop = Loop(found)
    expected = [loop.index(firm, epsilon) for firm in range(loop.firms)]
    assert systemic_risk(found, epsilon=epsilon) == pytest.approx(expected, abs=1e-12)


def test_a_chain_of_essential_inputs_by_hand() -> None:
    """0 sells 10 to 1, who sells 30 to 2; each makes goods of its own.

    0 stops: 1 makes nothing, so all 40 of trade is lost. 1 stops: 0 sells nothing, 1 nothing: all is lost. 2 stops: 1
    sells nothing, and then 0: all is lost. With services in the middle the same, since all they buy is lost.
    """
    chain = {(0, 1): 10.0, (1, 2): 30.0}
    for goods in ([True] * 3, [False] * 3):
        assert systemic_risk(economy(chain, [0, 1, 2], goods)).tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_who_else_makes_the_same_softens_the_stop() -> None:
    """0 and 1 make the same, 10 and 30, for 2 (of 1 also for 3); nobody else is hit upstream but by lost sales.

    1 stops, h_1 = 0. Its branch has 10 left, so it cannot be replaced: s = min(30 / 10, 1) = 1. 2 buys 10 of 0 and 20
    of 1 of the product: 2 is left with 1 - 20/30. 2 and 3 sell nothing. Lost of all 40 trade: the 30 of 1.
    0 stops: its branch has 30 left: s = 10/30; lost is the 10 of 0.
    """
    links = {(0, 2): 10.0, (1, 2): 20.0, (1, 3): 10.0}
    found = systemic_risk(economy(links, [0, 0, 1, 2], [True] * 4))
    assert found.tolist() == pytest.approx([0.25, 0.75, 0.75, 0.25])  # 2 takes 10 of 0 and 20 of 1; 3 takes 10 of 1
    more = {**links, (2, 3): 60.0}
    # 0 stops: 2 loses 1/3 * 10/30 = 1/9 of its making; 60/9 + 10 of all 100 trade; 3 loses the most of (1/9, 0)
    assert systemic_risk(economy(more, [0, 0, 1, 2], [True] * 4), [0]).tolist() == pytest.approx([(60 / 9 + 10) / 100])


def test_nothing_traded_nothing_lost() -> None:
    assert systemic_risk(economy({}, [0, 0], [True, True])).tolist() == [0.0, 0.0]
    assert systemic_risk(economy({}, [], [])).tolist() == []


def test_the_economy_of_a_network() -> None:
    """A link without kronor, or of none, counts as the median of the others; branches by SNI, else by sector."""
    network = nx.DiGraph()
    network.add_nodes_from("abcd")
    for seller, buyer, value in (("a", "b", 10), ("a", "c", 30), ("b", "c", None), ("c", "d", -5)):
        network.add_edge(seller, buyer, trades=1, value_sek=value)
    companies = [
        Company("a", sni="25.110", sni_version="2007"),
        Company("b", sni="62010", sni_version="2007"),
        Company("c", sector="industry"),
    ]
    found = economy_of(arrays_of(network), companies)
    assert found.supplies.toarray()[:3, 1:].tolist() == [[10, 30, 0], [0, 20, 0], [0, 0, 20]]
    assert (found.links, found.valued) == (4, 2)
    assert found.makes_goods.tolist() == [True, False, True, False]
    assert len(set(found.product.tolist())) == 4

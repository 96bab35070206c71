"""The fast measures equal plain networkx on random networks, and communities are as good and steadier."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.arrays import Arrays, arrays_of
from graph.centrality import betweenness, centrality
from graph.communities import communities

FIRMS = 24
EDGES = st.lists(st.tuples(st.integers(0, FIRMS - 1), st.integers(0, FIRMS - 1), st.integers(1, 9)), max_size=3 * FIRMS)


def network_of(firms: int, edges: Sequence[tuple[int, int, int]]) -> nx.DiGraph:
    network = nx.DiGraph()
    network.add_nodes_from(f"f{number:04}" for number in range(firms))
    for seller, buyer, trades in edges:
        if seller != buyer:
            network.add_edge(f"f{seller:04}", f"f{buyer:04}", trades=trades, value_sek=None)
    return network


def towns(firms: int, towns: int, seed: int) -> nx.DiGraph:
    """Firms that trade mostly within their town, some of them far more than others."""
    rng = np.random.default_rng(seed)
    town = rng.integers(0, towns, firms)
    weight = rng.pareto(1.5, firms) + 1
    sellers = rng.choice(firms, 4 * firms, p=weight / weight.sum())
    edges = []
    for seller in sellers.tolist():
        near = np.flatnonzero(town == town[seller]) if rng.random() < 0.7 else np.arange(firms)
        edges.append((seller, int(rng.choice(near)), int(rng.integers(1, 5))))
    return network_of(firms, edges)


def undirected(network: nx.DiGraph) -> nx.Graph:
    plain = nx.Graph()
    plain.add_nodes_from(network)
    for seller, buyer, trades in network.edges(data="trades"):
        before = plain.edges[seller, buyer]["weight"] if plain.has_edge(seller, buyer) else 0
        plain.add_edge(seller, buyer, weight=before + trades)
    return plain


@settings(deadline=None)
@given(firms=st.integers(0, FIRMS), edges=EDGES)
def test_every_measure_equals_networkx(firms: int, edges: list[tuple[int, int, int]]) -> None:
    network = network_of(firms, [each for each in edges if max(each[:2]) < firms])
    plain, arrays = undirected(network), arrays_of(network)
    found, ids = centrality(arrays), arrays.company_ids

    def in_order(of: dict[str, float]) -> list[float]:
        return [of[each] for each in ids]

    groups = {frozenset(np.array(ids)[found.component == each].tolist()) for each in set(found.component.tolist())}
    assert groups == {frozenset(each) for each in nx.connected_components(plain)}
    assert found.core.tolist() == in_order(nx.core_number(plain))
    assert found.clustering == pytest.approx(in_order(nx.clustering(plain)))
    constraint = in_order(nx.constraint(plain)) if firms else []
    assert np.allclose(found.constraint, constraint, equal_nan=True)
    ranks = in_order(nx.pagerank(network.reverse(), weight="trades", tol=1e-10, max_iter=1000)) if firms else []
    assert found.pagerank == pytest.approx(ranks, abs=1e-8)
    assert {ids[each] for each in found.cuts.firms} == set(nx.articulation_points(plain))
    bridges = {frozenset((ids[one], ids[other])) for one, other in found.cuts.bridges}
    assert bridges == {frozenset(each) for each in nx.bridges(plain)}
    assert betweenness(arrays) == pytest.approx(in_order(nx.betweenness_centrality(plain)))


def test_betweenness_from_some_firms_is_near_the_exact_one_and_the_same_each_time() -> None:
    arrays = arrays_of(towns(600, 12, 1))
    exact, some = betweenness(arrays), betweenness(arrays, 200)
    assert np.array_equal(some, betweenness(arrays, 200))
    assert np.corrcoef(exact, some)[0, 1] > 0.97
    assert set(np.argsort(exact)[-5:]) <= set(np.argsort(some)[-10:])


# -- communities -----------------------------------------------------------------------------------------------------


def same_together(one: Sequence[int], other: Sequence[int]) -> float:
    """The adjusted Rand index of two divisions (Hubert and Arabie 1985)."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))


def labels(arrays: Arrays, groups: Sequence[set[str]]) -> list[int]:
    number = {each: index for index, group in enumerate(groups) for each in group}
    return [number[each] for each in arrays.company_ids]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_communities_are_no_worse_than_networkx_and_steadier_under_seed(seed: int) -> None:
    network = towns(400, 10, seed)
    plain, arrays = undirected(network), arrays_of(network)
    found = communities(arrays)
    groups = [{arrays.company_ids[each] for each in found.members(number)} for number in range(len(found.sizes))]
    assert found.modularity == pytest.approx(nx.community.modularity(plain, groups))
    louvain = [nx.community.louvain_communities(plain, seed=each) for each in (1, 2, 3)]
    assert found.modularity >= max(nx.community.modularity(plain, each) for each in louvain)
    others = [communities(arrays, seed=each) for each in (5, 77, 12345)]
    ours = np.mean([same_together(found.of_firm.tolist(), each.of_firm.tolist()) for each in others])
    theirs = np.mean([same_together(labels(arrays, louvain[0]), labels(arrays, each)) for each in louvain[1:]])
    assert ours > theirs
    assert found.sizes.tolist() == sorted(found.sizes.tolist(), reverse=True)
    assert np.array_equal(found.of_firm, communities(arrays).of_firm)


def test_cliques_are_steady_and_a_firm_without_ties_is_alone() -> None:
    edges = [(a, b, 1) for low in (0, 5) for a in range(low, low + 5) for b in range(a + 1, low + 5)]
    found = communities(arrays_of(network_of(11, [*edges, (0, 5, 1)])))
    assert found.of_firm.tolist() == [0] * 5 + [1] * 5 + [2]
    assert (found.sizes.tolist(), found.steady.tolist()) == ([5, 5, 1], [1.0, 1.0, 1.0])


@pytest.mark.parametrize("firms", [0, 3])
def test_without_trades_nobody_is_in_company(firms: int) -> None:
    found = communities(arrays_of(network_of(firms, [])))
    assert (found.of_firm.tolist(), found.sizes.tolist(), found.modularity) == ([*range(firms)], [1] * firms, 0.0)


# -- arrays ----------------------------------------------------------------------------------------------------------


def test_arrays_say_what_the_network_says() -> None:
    network = network_of(4, [(0, 1, 3), (1, 0, 2), (1, 2, 1)])
    network.edges["f0000", "f0001"]["value_sek"] = 70
    arrays = arrays_of(network)
    assert arrays.partners.tolist() == [1, 2, 1, 0]
    assert np.array_equal(arrays.value_sek, [70, np.nan, np.nan], equal_nan=True)
    without = arrays.without([2])
    assert (without.firms, without.partners.tolist()) == (4, [1, 1, 0, 0])
    some = arrays_of(network, ["f0002", "f0001"])
    assert (some.sellers.tolist(), some.buyers.tolist(), some.number_of) == ([1], [0], {"f0002": 0, "f0001": 1})

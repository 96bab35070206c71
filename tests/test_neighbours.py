"""A firm's partners, the closest first, and the links between places: worked out by hand."""

from __future__ import annotations

import networkx as nx
import pytest

from graph.neighbours import Tie, around, flows, ties


def network(*edges: tuple[str, str, int, int | None]) -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_nodes_from("abcdefgh")
    for seller, buyer, trades, value in edges:
        made.add_edge(seller, buyer, trades=trades, value_sek=value, what=("axlar",) if value else ())
    return made


def test_the_closest_is_who_trades_for_most_then_who_has_most_rows() -> None:
    """c: 60 + 50 kronor both ways; b: 100; e and d: nothing known, e with more rows."""
    traded = network(("a", "b", 1, 100), ("c", "a", 1, 60), ("a", "c", 1, 50), ("d", "a", 1, None), ("e", "a", 3, None))
    assert [each.company_id for each in ties(traded, "a")] == ["c", "b", "e", "d"]
    assert ties(traded, "a")[0] == Tie("c", 1, 1, 50, 60, ("axlar",))
    assert ties(traded, "d") == [Tie("a", 1, 0, None, None, ())]
    assert ties(traded, "h") == []


def test_partners_come_first_and_then_theirs_the_closest_partners_first() -> None:
    traded = network(("a", "b", 1, 9), ("a", "c", 1, 5), ("c", "d", 1, 99), ("b", "e", 1, 1), ("b", "f", 1, 2))
    whole = around(traded, "a", 10)
    assert (whole.partners, whole.beyond) == (("b", "c"), ("f", "e", "d"))
    assert (whole.partners_left, whole.beyond_left) == (0, 0)
    some = around(traded, "a", 3)
    assert (some.partners, some.beyond, some.beyond_left) == (("b", "c"), ("f",), 2)
    few = around(traded, "a", 1)
    assert (few.partners, few.beyond, few.partners_left, few.beyond_left) == (("b",), (), 1, 3)


def test_links_between_places_count_pairs_not_rows() -> None:
    traded = network(("a", "b", 7, None), ("b", "a", 1, None), ("c", "a", 1, None), ("c", "d", 1, None))
    where = dict.fromkeys("abcdefgh", "north") | {"c": "south", "d": "south"}
    assert flows(traded, where) == {("north", "north"): 2, ("south", "north"): 1, ("south", "south"): 1}


def test_a_firm_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        ties(network(), "nobody")

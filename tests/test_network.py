"""Who trades with whom: the projection's contract by hand, and against a plain loop on random trades."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.audience import Viewer, view
from graph.ledger import publish
from graph.model import Claim, Company, Level, Record, Region, Source, Trade, Workplace
from graph.network import communities, in_region, label, labelled, network_of, project, shape
from graph.store import Snapshot, Store

A, B, C, D = "org:1", "org:2", "org:3", "org:4"


def region(*records: Record) -> Snapshot:
    return Snapshot(1, {k: [e for e in records if type(e) is k] for k in (Company, Region, Workplace, Trade)})


def firms(*keys: str) -> list[Company]:
    return [Company(each, name=f"Firma {each}", municipality="1883") for each in keys]


def test_an_edge_sums_its_trades_by_the_stated_rule() -> None:
    """2025 is the newest year with a value: 10 + 5. 2026 has a row whose value is not known."""
    trades = [
        Trade("1", A, B, "axlar", value_sek=10, year=2025),
        Trade("2", A, B, "axlar", value_sek=5, year=2025),
        Trade("3", A, B, "bult", value_sek=900, year=2024),
        Trade("4", A, B, None, value_sek=None, year=2026),
        Trade("5", A, B, "skruv", value_sek=700, year=None),
        Trade("6", B, A, value_sek=None),
        Trade("7", A, A, value_sek=1),
        Trade("8", B, C, value_sek=0, year=None),
    ]
    network = project(region(*firms(A, B, C), *trades))
    assert network.edges[A, B] == {
        "trades": 5, "value_sek": 15, "year": 2025, "years": (2024, 2025, 2026), "what": ("axlar", "bult", "skruv"),
    }  # fmt: skip
    assert network.edges[B, A] == {"trades": 1, "value_sek": None, "year": None, "years": (), "what": ()}
    assert network.edges[B, C]["value_sek"] == 0
    assert not network.has_edge(A, A)
    found = shape(network)
    assert (found.companies, found.trades, found.links, found.components, found.isolated) == (3, 7, 3, 1, 0)
    assert (found.largest_component, found.value_sek) == (3, 15)


def test_nodes_say_where_they_are_and_whether_that_is_inside() -> None:
    companies = [
        Company(A, name="Ek", municipality="1883", locality="Karlskoga", sector="industry"),
        Company(B, municipality="0180"),
        Company(C),
        Company(D, country="DE", municipality="1883"),
    ]
    places = [Workplace("w2", C, municipality="1880", locality="Örebro"), Workplace("w1", C, locality="Kumla")]
    home = Region("region:r", municipalities=("1880", "1883"))
    network = project(region(*companies, *sorted(places, key=lambda each: each.key), home))
    assert list(network) == [A, B, C, D]
    assert network.nodes[A] == {
        "name": "Ek", "municipality": "1883", "locality": "Karlskoga", "sector": "industry", "division": None,
        "in_region": True,
    }  # fmt: skip
    assert [network.nodes[each]["in_region"] for each in (B, D)] == [False, False]
    assert network.nodes[C]["locality"] == "Kumla", "the first workplace by key"


def test_without_a_region_every_swedish_place_is_inside() -> None:
    assert in_region(None, "0180", frozenset()) is True
    assert in_region("SE", "0180", frozenset()) is True
    assert in_region("NO", None, frozenset()) is False
    assert in_region(None, None, frozenset()) is None


def test_an_empty_region_has_none_of_anything() -> None:
    found = shape(project(region()))
    assert (found.companies, found.trades, found.links, found.components, found.isolated) == (0, 0, 0, 0, 0)
    assert (found.largest_component, found.value_sek, found.communities) == (0, 0, ())


TRADES = st.lists(
    st.tuples(
        st.sampled_from((A, B, C, D)),
        st.sampled_from((A, B, C, D)),
        st.none() | st.integers(0, 10**12),
        st.none() | st.integers(2020, 2026),
        st.none() | st.sampled_from(("axlar", "bult")),
    ),
    max_size=30,
)


@given(rows=TRADES)
def test_the_projection_equals_a_plain_loop(
    rows: Sequence[tuple[str, str, int | None, int | None, str | None]],
) -> None:
    trades = [Trade(str(n), s, b, what, value_sek=v, year=y) for n, (s, b, v, y, what) in enumerate(rows)]
    network = project(region(*firms(A, B, C, D), *trades))
    pairs = {(s, b) for s, b, *_ in rows if s != b}
    assert set(network.edges) == pairs
    for seller, buyer in pairs:
        mine = [row for row in rows if row[:2] == (seller, buyer)]
        years = [y or 0 for _, _, v, y, _ in mine if v is not None]
        value = sum(v or 0 for _, _, v, y, _ in mine if (y or 0) == max(years)) if years else None
        edge = network.edges[seller, buyer]
        assert (edge["trades"], edge["value_sek"]) == (len(mine), value)
        assert edge["years"] == tuple(sorted({y for *_, y, _ in mine if y}))
    found = shape(network)
    plain = nx.Graph(list(pairs))
    assert found.components == nx.number_connected_components(plain)
    assert found.isolated == 4 - len(plain)
    assert found.largest_component == max(map(len, nx.connected_components(plain)), default=0)


def test_two_cliques_with_one_thread_between_are_two_communities() -> None:
    left, right = [f"a{n}" for n in range(5)], [f"b{n}" for n in range(4)]
    pairs = [(x, y) for group in (left, right) for x in group for y in group if x < y] + [("a0", "b0")]
    companies = [
        *(Company(e, name="Nav", municipality="1883", sni="25.530" if e < "a3" else "62010") for e in left),
        *(Company(e, municipality="1880", sni="22290" if e == "b0" else None) for e in (*right, "c")),
    ]
    network = project(region(*companies, *(Trade(f"{s}{b}", s, b) for s, b in pairs)))
    found = communities(network)
    assert [each.companies for each in found] == [tuple(left), tuple(right)]
    assert [label(each) for each in found] == ["Karlskoga: metallvaror", "Örebro"]
    assert label(found[0], "en") == "Karlskoga: metal products"
    assert [(each.centre, each.steady) for each in found] == [("a0", 1.0), ("b0", 1.0)]
    assert [name for name, _ in labelled([*found, found[0]])] == [
        "Karlskoga: metallvaror (Nav)",
        "Örebro",
        "Karlskoga: metallvaror (Nav)",
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_communities_do_not_depend_on_the_order_of_trades(order: int) -> None:
    trades = [Trade(f"{n}", f"c{n % 9}", f"c{(n * 7 + 1) % 9}") for n in range(40)]
    companies = firms(*(f"c{n}" for n in range(9)))
    reference = communities(project(region(*companies, *trades)))
    assert communities(project(region(*companies, *trades[::order]))) == reference


def test_the_network_is_as_its_viewer_sees_it_and_frozen(store: Store) -> None:
    sources = [Source("trades", "network")]
    first = [Claim(A, "Company", "", {"name": "Ek"}), Claim(B, "Company", "", {"name": "Al"})]
    publish(store, sources, [*first, Claim(A, "Trade", "t1", {"buyer_id": B, "value_sek": 5, "year": 2025})])
    network = network_of(view(store, Viewer(Level.MANAGER)))
    assert list(network.edges) == [(A, B)]
    assert nx.is_frozen(network)
    assert list(network_of(view(store, Viewer(Level.PUBLIC))).nodes) == [], "the source speaks to the manager alone"


def test_an_area_to_compare_with_is_not_the_networks_own() -> None:
    own, other = (
        Region("region:a", municipalities=("1883",)),
        Region("region:b", municipalities=("1880",), is_home=False),
    )
    records = [Company(A, municipality="1883"), Company(B, municipality="1880"), own, other]
    assert [inside for _, inside in project(region(*records)).nodes(data="in_region")] == [True, False]
    records[-1] = Region("region:b", municipalities=("1880",))
    assert [inside for _, inside in project(region(*records)).nodes(data="in_region")] == [True, True]

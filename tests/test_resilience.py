"""What breaks when a firm stops: small regions made by hand; cut points beside networkx on random graphs."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from graph.alternatives import AT_HAND, NEARBY, NONE, OUTSIDE, UNKNOWN_PROCESS, UNPLACED
from graph.arrays import arrays_of
from graph.cut_points import cut_points
from graph.geo import distance_km
from graph.model import Certificate, Company, ImportedPart, Offer, Record, Region, Trade, Workplace
from graph.network import project
from graph.resilience import Impact, Pieces, Resilience
from graph.store import Snapshot
from tests.regions import Built, built_region

__all__ = ["built_region"]

KINDS = (Company, Workplace, Region, Offer, Certificate, Trade, ImportedPart)
HOME = Region("region:r", municipalities=("1883",))
NORTH = 0.09  # degrees of latitude: 10.0 km


def region(*records: Record) -> Snapshot:
    return Snapshot(1, {kind: [each for each in (HOME, *records) if type(each) is kind] for kind in KINDS})


def firm(key: str, *makes: str, steps: float | None = 0, municipality: str = "1883", **more: str) -> list[Record]:
    """A firm so many steps of 10 km to the north, and what it offers."""
    found: list[Record] = [Company(key, name=f"Firma {key}", municipality=municipality, country="SE", **more)]  # type: ignore[arg-type]
    if steps is not None:
        found.append(Workplace(f"{key}/1", key, latitude=59.0 + NORTH * steps, longitude=14.5))
    return [*found, *(Offer(f"{key}/{each}", key, each, evidence="stated") for each in makes)]


def sells(*links: str, what: str | None = None, value: int | None = None) -> list[Record]:
    """Trades "ab": a sells to b."""
    return [Trade(f"{each}/{what}", each[0], each[1], what=what, value_sek=value, year=2025) for each in links]


def impact(*records: list[Record], of: str = "s", within_km: float = 50) -> Impact:
    return Resilience(region(*[each for some in records for each in some]), within_km).impact(of)


def statuses(found: Impact) -> dict[str, str]:
    return {each.company_id: each.status for each in found.affected}


TURNER = firm("s", "turning")


def test_a_buyer_has_an_alternative_where_another_firm_near_the_buyer_does_the_same() -> None:
    found = impact(TURNER, firm("b", steps=8), firm("t", "turning", steps=12), sells("sb"))
    assert statuses(found) == {"b": NEARBY}
    (one,) = found.affected
    (other,) = one.alternatives
    assert (other.company_id, one.found) == ("t", 1)
    assert other.distance_km == pytest.approx(distance_km((59.72, 14.5), (60.08, 14.5)), abs=1e-3)
    assert found.stranded == ()


def test_what_lies_beyond_the_radius_of_the_buyer_is_no_alternative() -> None:
    found = impact(TURNER, firm("b", steps=8), firm("t", "turning", steps=12), sells("sb"), within_km=40)
    assert statuses(found) == {"b": NONE}
    assert found.stranded == ("b",)


def test_capability_and_not_place_in_the_graph_decides() -> None:
    hub = [*firm("b"), *firm("c"), *firm("w", "welding"), *firm("v", "welding")]
    found = impact(TURNER, hub, sells("sb", "sc", "wb", "wc", "vb", "vc"))
    assert statuses(found) == {"b": NONE, "c": NONE}
    assert not found.is_cut_point


def test_a_more_special_process_serves() -> None:
    found = impact(TURNER, firm("b"), firm("t", "mill_turn"), sells("sb"))
    assert statuses(found) == {"b": NEARBY}


def test_a_present_supplier_counts_at_any_distance_by_its_offers_or_by_what_it_has_sold() -> None:
    far = [*firm("t", "turning", steps=90), *firm("b"), *firm("c"), *firm("u", steps=90)]
    bought = [*sells("sb", "sc", "tb"), *sells("uc", what="Svarvad axel i stål")]
    found = impact(TURNER, far, bought)
    assert statuses(found) == {"b": AT_HAND, "c": AT_HAND}
    assert [each.at_hand for each in found.affected] == [("t",), ("u",)]


@pytest.mark.parametrize("ends", [{"ended_on": "2025-01-01"}, {"parent_id": "s"}, {"parent_id": "b"}])
def test_firms_struck_off_and_firms_of_either_group_do_not_count(ends: dict[str, str]) -> None:
    found = impact(TURNER, firm("b"), firm("t", "turning", steps=0, municipality="1883", **ends), sells("sb"))
    assert statuses(found) == {"b": NONE}


def test_words_tell_which_of_the_sellers_processes_was_bought() -> None:
    both = firm("s", "forging", "turning")
    known = impact(both, firm("b"), firm("t", "forging"), sells("sb", what="Svarvad axel i stål"))
    assert (statuses(known), known.affected[0].bought.processes) == ({"b": NONE}, ("turning",))
    assert known.affected[0].bought.known_by == "words"
    either = impact(both, firm("b"), firm("t", "forging"), sells("sb"))
    assert (statuses(either), either.affected[0].bought.processes) == ({"b": NEARBY}, ("forging", "turning"))
    assert either.affected[0].bought.known_by == "offers"


@pytest.mark.parametrize(
    ("what", "processes"),
    [
        ("Pulverlackering", ("powder_coating",)),  # surely meant, whatever else the seller is known to do
        ("Axlar och bussningar", ("turning",)),  # one of several that may be meant, and what the seller does
        ("Varor", ()),  # a guess at most
        ("Enligt avtal", ()),
    ],
)
def test_words_that_mean_none_of_the_offers_are_believed_or_not_known_but_never_the_offers(
    what: str, processes: tuple[str, ...]
) -> None:
    (one,) = impact(TURNER, firm("b"), firm("t", "turning"), sells("sb", what=what)).affected
    assert (one.bought.processes, one.bought.known_by) == (processes, "words" if processes else "")
    assert one.status == {(): UNKNOWN_PROCESS, ("turning",): NEARBY}.get(processes, NONE)


@pytest.mark.parametrize("ends", [{"ended_on": "2026-01-01"}, {"winding_up": "bankruptcy"}])
def test_the_buyers_of_a_firm_that_is_going_are_told_and_it_helps_nobody_else(ends: dict[str, str]) -> None:
    going = firm("s", "turning", steps=0, municipality="1883", **ends)
    others = [*firm("b", "casting"), *firm("c"), *firm("d", ended_on="2025-01-01"), *firm("e"), *firm("t", "turning")]
    bought = sells("sb", "bc", "sd", "te", "se")
    found = impact(going, [each for each in others if each.key not in ("t", "t/1", "t/turning")], bought[:3])
    assert (statuses(found), found.affected[0].bought.processes) == ({"b": NONE}, ("turning",))
    assert [each.path for each in found.hits] == [("s", "b"), ("s", "b", "c")]
    whole = Resilience(region(*going, *others, *bought))
    assert {each.company_id: each.status for each in whole.impact("s").affected} == {"b": NEARBY, "e": AT_HAND}
    assert statuses(whole.impact("t")) == {"e": NONE}, "who is going is neither near nor at hand"
    assert {each.company_id: (each.buyers, each.stranded) for each in whole.critical()} == {
        "b": (1, 1),
        "s": (2, 0),
        "t": (1, 1),
    }


def test_what_is_not_known_is_no_loss() -> None:
    buyers = [*firm("b"), *firm("c", steps=None), *firm("d", municipality="0180")]
    silent = impact(firm("s"), buyers, sells("sb", "sc", "sd"))
    assert statuses(silent) == {"b": UNKNOWN_PROCESS, "c": UNKNOWN_PROCESS, "d": OUTSIDE}
    told = impact(TURNER, buyers, sells("sb", "sc", "sd"))
    assert statuses(told) == {"b": NONE, "c": UNPLACED, "d": OUTSIDE}
    assert told.stranded == ("b",)
    (row,) = Resilience(region(*TURNER, *buyers, *sells("sb", "sc", "sd"))).critical()
    assert (row.stranded, row.unknown, row.buyers) == (1, 1, 3)


def test_knock_on_goes_the_whole_way_each_firm_once_by_the_shortest_way() -> None:
    chain = [*firm("a", "welding"), *firm("b", "casting"), *firm("c", "forging"), *firm("d")]
    found = impact(TURNER, chain, sells("sa", "sb", "ac", "bc", "cd", "da"))
    assert [(each.company_id, each.path) for each in found.hits] == [
        ("a", ("s", "a")),
        ("b", ("s", "b")),
        ("c", ("s", "a", "c")),
        ("d", ("s", "a", "c", "d")),
    ]
    assert {each.company_id: each.knock_on for each in found.affected} == {"a": ("c", "d"), "b": ()}


def test_who_is_hit_can_no_longer_step_in_for_others() -> None:
    """c buys castings of a and could buy of b, until b is hit too: b has no other turner either."""
    chain = [*firm("a", "casting"), *firm("b", "casting"), *firm("c")]
    assert [each.company_id for each in impact(TURNER, chain, sells("sa", "ac")).hits] == ["a"]
    assert [each.company_id for each in impact(TURNER, chain, sells("sa", "sb", "ac")).hits] == ["a", "b", "c"]


def test_a_missing_service_is_told_apart_and_carries_nothing_on() -> None:
    found = impact(firm("s", "software"), firm("a", "turning"), firm("b"), sells("sa", "ab"))
    assert (found.stranded, found.stranded_services, found.hits) == ((), ("a",), ())
    whole = Resilience(region(*firm("s", "software"), *firm("a"), *sells("sa")))
    assert [each.company_id for each in whole.critical()] == []
    assert [each.stranded for each in whole.critical(services=True)] == [1]
    assert (whole.single_source(), len(whole.single_source(services=True))) == ([], 1)


def test_suppliers_lose_a_customer_and_their_share_of_known_sales() -> None:
    others = [*firm("b"), *firm("x"), *firm("y"), *firm("z")]
    bought = [*sells("xs", value=300), *sells("xb", value=100), *sells("ys"), *sells("zs", value=50), *sells("zb")]
    found = impact(TURNER, others, bought)
    assert [(each.company_id, each.value_sek, each.share, each.customers) for each in found.suppliers] == [
        ("z", 50, 1.0, 2),  # of its known sales; what it sells to b is not known
        ("x", 300, 0.75, 2),
        ("y", None, None, 1),
    ]


def test_pieces_before_and_after() -> None:
    """s holds a-b, c-d and e together; without it two pairs and a firm alone are left."""
    others = [each for key in "abcdef" for each in firm(key)]
    found = impact(TURNER, others, sells("sa", "ab", "sc", "cd", "se"))
    assert (found.before, found.after) == (Pieces(1, 1, 6), Pieces(2, 2, 2))
    assert (found.alone, found.is_cut_point) == (("e",), True)


def test_the_most_critical_come_first_by_buyers_then_kronor_then_identifier() -> None:
    makers = [*firm("s", "turning"), *firm("t", "casting"), *firm("u", "forging"), *firm("v", "grinding")]
    buyers = [each for key in "abcde" for each in firm(key)]
    bought = [*sells("sa", "sb", value=10), *sells("tc", value=7), *sells("ud", value=9), *sells("ve", value=7)]
    found = Resilience(region(*makers, *buyers, *bought)).critical()
    assert [(each.company_id, each.stranded, each.value_sek) for each in found] == [
        ("s", 2, 20), ("u", 1, 9), ("t", 1, 7), ("v", 1, 7),
    ]  # fmt: skip


def test_single_sources_and_parts_of_a_single_supplier() -> None:
    parts: list[Record] = [
        ImportedPart("1", "b", part_number="A", supplier="Gulde GmbH", value_sek=5),
        ImportedPart("2", "b", part_number="A", supplier="Annan GmbH"),
        ImportedPart("3", "b", part_number="B", supplier="Gulde GmbH"),
    ]
    known = Resilience(region(*TURNER, *firm("b"), *sells("sb", value=4), *parts))
    assert [(each.buyer_id, each.seller_id, each.processes) for each in known.single_source()] == [
        ("b", "s", ("turning",))
    ]
    assert [each.part.part_number for each in known.single_parts] == ["B"]


@pytest.mark.parametrize("seed", range(30))
def test_cut_points_are_those_of_networkx(seed: int) -> None:
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 60))
    network = nx.DiGraph()
    network.add_nodes_from(range(count))
    for seller, buyer in draw.integers(0, count, (int(draw.integers(0, 2 * count)), 2)).tolist():
        if seller != buyer:
            network.add_edge(seller, buyer, trades=1, value_sek=None)
    found, ties = cut_points(arrays_of(network)), nx.Graph(network)
    assert set(found.firms) == set(nx.articulation_points(ties))
    assert set(found.bridges) == {(min(each), max(each)) for each in nx.bridges(ties)}


def test_a_long_chain_is_walked() -> None:
    network = nx.DiGraph()
    nx.add_path(network, range(20_000), trades=1, value_sek=None)
    assert len(cut_points(arrays_of(network)).bridges) == 19_999


def test_the_whole_and_each_firm_agree_and_the_answer_does_not_depend_on_order(built: Built) -> None:
    """The ranking's figures are those of every firm asked alone; the pieces those of networkx."""
    known = Resilience(built.snapshot)
    network = project(built.snapshot)
    ranked = {each.company_id: each for each in known.critical()}
    assert len(ranked) > 30
    for key in sorted(ranked)[::7]:
        found = known.impact(key)
        assert ranked[key].stranded == len(found.stranded)
        left = nx.Graph(network)
        left.remove_node(key)
        sizes = [len(each) for each in nx.connected_components(left)]
        expected = (sum(size > 1 for size in sizes), sizes.count(1), max(sizes))
        assert (found.after.components, found.after.isolated, found.after.largest) == expected
    turned = Snapshot(1, {kind: list(reversed(built.snapshot.of(kind))) for kind in built.snapshot.kinds})
    assert Resilience(turned).critical() == known.critical()

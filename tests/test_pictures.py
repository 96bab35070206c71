"""What is drawn of the network, as plain data: the right firms, bounded, the same every time, and text as text."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import pyvis

from graph.cartogram import ALONE
from graph.isolation import NEXT_ACTION, IsolationFinding, isolated
from graph.layout import Layout, lay_out
from graph.model import Alias, Company, Region, Trade, Workplace
from graph.network import project
from graph.store import Snapshot
from render.network import community_rows, finding_rows, firm_rows, membership_table, partner_rows, place_rows
from render.pictures import (
    DARK,
    GLYPH_OF,
    LIGHT,
    MOST_NODES,
    SHAPE_OF,
    Drawing,
    isolates,
    municipalities,
    neighbourhood,
)
from tests.regions import Built, built_region
from tests.test_app import PAYLOADS
from texts import LANGUAGES, load

__all__ = ["built_region"]

ROOT = Path(__file__).resolve().parents[1]
SV = load("sv")


def firm(key: str, municipality: str | None = "1883", country: str = "SE") -> Company:
    return Company(key, name=f"{key} AB", municipality=municipality, country=country)


def drawn_from(companies: list[Company], *sales: tuple[str, str]) -> tuple[nx.DiGraph, Layout]:
    trades = [Trade(f"t{number}", seller, buyer, value_sek=1) for number, (seller, buyer) in enumerate(sales)]
    region = Region("r", "r", ("1883", "1880"))
    companies = sorted(companies, key=lambda each: each.key)
    snapshot = Snapshot(1, {Company: companies, Region: [region], Workplace: [], Trade: trades, Alias: []})
    network = project(snapshot)
    return network, lay_out(snapshot, network)


def data(drawing: Drawing) -> Any:
    """The drawing as the browser gets it."""
    names = ("nodes", "edges", "grounds", "captions", "palette")
    return json.loads(json.dumps({each: getattr(drawing, each) for each in names}))


def by_id(drawing: Drawing) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in data(drawing)["nodes"]}


def arrows(drawing: Drawing) -> list[tuple[str, str]]:
    return sorted((each["from"], each["to"]) for each in drawing.edges)


# -- a firm's neighbourhood ------------------------------------------------------------------------------------------


def test_a_neighbourhood_holds_the_firm_its_partners_and_theirs() -> None:
    companies = [firm("a"), firm("b"), firm("c", "1880"), firm("d", None, "DE"), firm("e"), firm("lone")]
    network, layout = drawn_from(companies, ("a", "b"), ("c", "a"), ("c", "b"), ("d", "c"), ("e", "d"))
    drawing = neighbourhood(network, layout, "a", SV)
    assert [each["id"] for each in drawing.nodes] == ["a", "b", "c", "d"]
    assert arrows(drawing) == [("a", "b"), ("c", "a"), ("c", "b"), ("d", "c")]
    nodes = by_id(drawing)
    assert [nodes[each]["label"].strip() for each in "abcd"] == ["a AB", "b AB", "c AB", ""]
    assert nodes["d"]["told"][0] == "d AB"
    assert (nodes["a"]["shape"], nodes["d"]["shape"]) == ("dot", "diamond")
    assert nodes["a"]["px"] > nodes["b"]["px"] > nodes["d"]["px"]
    assert (nodes["a"]["x"], nodes["a"]["y"]) == pytest.approx([30 * each for each in layout.position("a")], abs=0.06)
    by_arrow = {(each["from"], each["to"]): each["color"] for each in drawing.edges}
    assert by_arrow["a", "b"] == LIGHT["sells"]
    assert by_arrow["c", "a"] == LIGHT["buys"]
    assert drawing.left_out == 0


def test_a_neighbourhood_is_never_a_hairball() -> None:
    chance = random.Random(1)  # noqa: S311 - a seeded test
    keys = [f"k{number:03d}" for number in range(600)]
    sales = {(chance.choice(keys), chance.choice(keys)) for _ in range(1500)} | {("k000", key) for key in keys[1:300]}
    network, layout = drawn_from([firm(each) for each in keys], *sorted(sales))
    drawing = neighbourhood(network, layout, "k000", SV)
    assert len(drawing.nodes) == MOST_NODES
    partners = set(network.succ["k000"]) | set(network.pred["k000"])
    beyond = {other for key in partners for other in (*network.succ[key], *network.pred[key])} - partners - {"k000"}
    assert drawing.left_out == len(partners) + len(beyond) - (MOST_NODES - 1)
    assert data(drawing) == data(neighbourhood(network, layout, "k000", SV))
    assert {each["id"] for each in drawing.nodes} <= partners | {"k000"}


def test_a_firm_without_trade_stands_by_itself() -> None:
    network, layout = drawn_from([firm("a"), firm("b"), firm("c")], ("a", "b"))
    drawing = neighbourhood(network, layout, "c", SV)
    assert ([each["id"] for each in drawing.nodes], drawing.edges) == (["c"], [])
    assert SV("picture.alone_told") in drawing.nodes[0]["told"]


def test_the_dark_picture_differs_in_colour_alone() -> None:
    network, layout = drawn_from([firm("a"), firm("b")], ("a", "b"))
    light, dark = neighbourhood(network, layout, "a", SV), neighbourhood(network, layout, "a", SV, dark=True)
    assert (light.palette, dark.palette) == (LIGHT, DARK)
    assert LIGHT.keys() == DARK.keys()
    for each in (light, dark):
        assert {node["color"]["border"] for node in each.nodes} <= set(each.palette.values())


# -- municipalities --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_municipalities_are_counted_as_a_plain_loop_counts_them(built: Built, language: str) -> None:
    sentences = load(language)
    network = project(built.snapshot)
    layout = lay_out(built.snapshot, network)
    home = {code for each in built.snapshot.of(Region) for code in each.municipalities}
    firms: Counter[str] = Counter(
        network.nodes[each]["municipality"] for each in network if network.nodes[each]["municipality"] in home
    )
    drawing = municipalities(network, layout, sentences)
    nodes = by_id(drawing)
    for code, count in firms.items():
        assert nodes[code]["label"].endswith(f" {count}")
    outside = [each for each in nodes if each not in home]
    assert sum(int(nodes[each]["label"].rsplit(" ", 1)[1]) for each in nodes) == network.number_of_nodes()
    assert all(nodes[each]["shape"] != "dot" for each in outside)
    assert not any(each["from"] == each["to"] for each in drawing.edges)
    place = {each: layout.disc_of(each).key.removeprefix(ALONE) for each in network}
    between: Counter[tuple[str, str]] = Counter(
        (place[one], place[other]) for one, other in network.edges if place[one] != place[other]
    )
    drawn = sum(between[pair] for pair in arrows(drawing))
    assert drawing.left_out == sum(between.values()) - drawn
    rows = {str(each["company_id"]): each for each in place_rows(network, layout, sentences)}
    assert {key: each["firms"] for key, each in rows.items() if key in home} == firms
    assert sum(int(each["sold"] or 0) for each in rows.values()) == sum(between.values())
    assert sum(int(each["bought"] or 0) for each in rows.values()) == sum(between.values())


# -- firms that stand alone ------------------------------------------------------------------------------------------


def test_each_way_of_standing_alone_has_a_mark_of_its_own() -> None:
    assert list(SHAPE_OF) == list(GLYPH_OF) == list(NEXT_ACTION)
    assert len(set(SHAPE_OF.values())) == len(set(GLYPH_OF.values())) == len(NEXT_ACTION)


def test_firms_that_stand_alone_are_drawn_where_they_stand(built: Built) -> None:
    network = project(built.snapshot)
    layout = lay_out(built.snapshot, network)
    findings = isolated(built.snapshot).findings
    drawing = isolates(network, layout, findings, SV)
    nodes = by_id(drawing)
    assert {each.company_id for each in findings} <= nodes.keys()
    for each in findings:
        assert SV(f"isolation.{each.kind}") in nodes[each.company_id]["told"]
        assert (not network.degree[each.company_id]) == layout.disc_of(each.company_id).key.startswith(ALONE)
    assert [each["text"] for each in drawing.captions] == [SV("picture.alone_told")]
    few = [each for each in findings if each.kind == "one_partner"][:3]
    tied = isolates(network, layout, few, SV)
    assert arrows(tied) == sorted(pair for pair in network.edges if {*pair} & {each.company_id for each in few})


def test_very_many_that_stand_alone_are_drawn_in_part() -> None:
    companies = [firm(f"k{number:03d}") for number in range(300)]
    network, layout = drawn_from(companies)
    findings = [IsolationFinding(each.key, each.name, "1883", "not_asked", (), (), ()) for each in companies]
    drawing = isolates(network, layout, findings, SV)
    assert (len(drawing.nodes), drawing.left_out) == (MOST_NODES, 50)


# -- text is text -----------------------------------------------------------------------------------------------------


def test_names_are_plain_text_and_never_titles() -> None:
    companies = [Company(f"name:{number}", name=name, municipality="1883") for number, name in enumerate(PAYLOADS)]
    sales = [("name:0", each.key) for each in companies[1:]]
    network, layout = drawn_from(companies, *sales)
    findings = [IsolationFinding(each.key, each.name, "1883", "one_partner", (), (), ()) for each in companies]
    pictures = (
        neighbourhood(network, layout, "name:0", SV),
        isolates(network, layout, findings, SV),
        municipalities(network, layout, SV),
    )
    for drawing in pictures:
        for each in (*drawing.nodes, *drawing.edges):
            assert not {"title", "heading", "font", "image"} & each.keys()
    assert [each["label"] for each in pictures[0].nodes] == [each.name for each in companies]


def test_the_script_that_draws_is_pyvis_own_with_its_licence() -> None:
    own = Path(pyvis.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"
    assert (ROOT / "static" / "vis-network.min.js").read_bytes() == own.read_bytes()
    licence = (ROOT / "static" / "vis-network.LICENSE.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in licence


# -- the tables beside them ------------------------------------------------------------------------------------------


def test_partners_are_told_with_direction_and_kronor() -> None:
    network, _ = drawn_from(
        [firm("a"), firm("b"), firm("c"), firm("d")], ("a", "b"), ("a", "b"), ("b", "a"), ("c", "a")
    )
    rows = partner_rows(network, "a", SV)
    assert [(each["company_id"], each["value_sek"], each["sold_sek"], each["bought_sek"]) for each in rows] == [
        ("b", 3, 2, 1),
        ("c", 1, None, 1),
    ]
    assert [each["direction"] for each in rows] == [SV("network.direction.both"), SV("network.direction.buys")]
    assert [(each["company_id"], each["partners"], each["sells"]) for each in firm_rows(network, "abcd", SV)] == [
        ("a", 2, 1),
        ("b", 1, 1),
        ("c", 1, 1),
        ("d", 0, 0),
    ]


def test_groups_are_told_with_their_best_connected_member(built: Built) -> None:
    from graph.network import communities

    network = project(built.snapshot)
    found = communities(network)
    rows = community_rows(network, found, SV)
    for row, each in zip(rows, found, strict=True):
        assert row["members"] == len(each.companies)
        assert network.degree[row["company_id"]] == max(network.degree[member] for member in each.companies)
    table = membership_table(network, found, SV)
    assert len(table) == 1 + sum(len(each.companies) for each in found)


def test_findings_are_told_with_their_next_step_and_likely_partners(built: Built) -> None:
    findings = isolated(built.snapshot).findings
    for row, each in zip(finding_rows(findings, SV), findings, strict=True):
        assert row["company_id"] == each.company_id
        assert all(SV(f"next_action.{action}") in str(row["next"]) for action in each.next_actions)
        assert str(row["likely"]).count(" km)") == len(each.likely_partners)
        assert str(row["kind"]).startswith(GLYPH_OF[each.kind])

"""The network's tables: places, groups, a place's firms, a firm's partners, and the firms that stand alone.

A row is a dict of plain values by column; ``company_id`` is what a click on the row opens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from graph.cartogram import ALONE
from graph.gazetteer import Gazetteer
from graph.isolation import IsolationFinding
from graph.layout import Layout
from graph.neighbours import flows, ties
from graph.network import Community, labelled
from render.answers import company_name
from render.pictures import GLYPH_OF, place_name
from render.tables import Cell
from texts import Texts

if TYPE_CHECKING:
    import networkx as nx

Row: TypeAlias = dict[str, str | int | float | None]


def place_rows(network: nx.DiGraph, layout: Layout, sentences: Texts) -> list[Row]:
    """Every place of the picture: its firms, those without trade, and links within, out of and into it."""
    place_of = {each: layout.disc_of(each).key.removeprefix(ALONE) for each in network}
    firms = Counter(place_of.values())
    alone = Counter(place_of[each] for each in network if not network.degree[each])
    inside: Counter[str] = Counter()
    sold: Counter[str] = Counter()
    bought: Counter[str] = Counter()
    for (seller, buyer), links in flows(network, place_of).items():
        if seller == buyer:
            inside[seller] += links
        else:
            sold[seller] += links
            bought[buyer] += links
    return [
        {
            "company_id": key,
            "place": place_name(key, sentences),
            "firms": firms[key],
            "alone": alone[key],
            "inside": inside[key],
            "sold": sold[key],
            "bought": bought[key],
        }
        for key in sorted(firms, key=lambda each: (not each.isdigit(), -firms[each], each))
    ]


def firm_rows(network: nx.DiGraph, company_ids: Iterable[str], sentences: Texts) -> list[Row]:
    """Firms with how many they sell to and buy from, those with most partners first."""
    rows: list[Row] = [
        {
            "company_id": each,
            "name": company_name(network.nodes[each]["name"], sentences),
            "place": _place(network, each),
            "partners": len(network.succ[each].keys() | network.pred[each].keys()),
            "sells": network.out_degree(each),
            "buys": network.in_degree(each),
        }
        for each in company_ids
    ]
    return sorted(rows, key=lambda each: (-int(each["partners"] or 0), str(each["name"]), str(each["company_id"])))


def partner_rows(network: nx.DiGraph, company_id: str, sentences: Texts) -> list[Row]:
    """A firm's partners, the closest first; kronor of the newest year that has any."""
    return [
        {
            "company_id": each.company_id,
            "name": company_name(network.nodes[each.company_id]["name"], sentences),
            "place": _place(network, each.company_id),
            "value_sek": _sum(each.sold_sek, each.bought_sek),
            "sold_sek": each.sold_sek,
            "bought_sek": each.bought_sek,
            "direction": sentences(f"network.direction.{_direction(each.sold, each.bought)}"),
            "what": ", ".join(each.what),
        }
        for each in ties(network, company_id)
    ]


def _sum(*known: int | None) -> int | None:
    """What is known of it; None where nothing is."""
    said = [each for each in known if each is not None]
    return sum(said) if said else None


def _direction(sold: int, bought: int) -> str:
    return "both" if sold and bought else "sells" if sold else "buys"


def _place(network: nx.DiGraph, company_id: str) -> str | None:
    facts = network.nodes[company_id]
    name: str | None = facts["locality"] or Gazetteer.default().municipality_name(facts["municipality"] or "")
    return name


def community_rows(network: nx.DiGraph, communities: Sequence[Community], sentences: Texts) -> list[Row]:
    """Groups that trade among themselves, each with the member that has most partners."""
    rows: list[Row] = []
    for name, each in labelled(communities, sentences.language):
        rows.append(
            {
                "company_id": each.centre,
                "group": name or sentences("picture.part.unknown"),
                "members": len(each.companies),
                "name": company_name(each.centre_name, sentences),
                "partners": len(network.succ[each.centre].keys() | network.pred[each.centre].keys()),
                "steady": round(100 * each.steady),
            }
        )
    return rows


def membership_table(network: nx.DiGraph, communities: Sequence[Community], sentences: Texts) -> list[list[Cell]]:
    """Every firm of a group, to take along; the heading first."""
    heads = ("group", "name", "place", "partners", "company_id")
    table: list[list[Cell]] = [[sentences(f"network.columns.{each}") for each in heads]]
    for name, each in labelled(communities, sentences.language):
        rows = firm_rows(network, each.companies, sentences)
        table += [[name, *(row[head] for head in heads[1:])] for row in rows]
    return table


# -- firms that stand alone ------------------------------------------------------------------------------------------


def kind_label(kind: str, sentences: Texts) -> str:
    """A way of standing alone, behind the mark it has in the picture."""
    return f"{GLYPH_OF[kind]} {sentences(f'isolated.kinds.{kind}')}"


def finding_rows(findings: Sequence[IsolationFinding], sentences: Texts) -> list[Row]:
    """Firms that stand alone: where, how, the next step, and whom they could meet."""
    gazetteer = Gazetteer.default()
    return [
        {
            "company_id": each.company_id,
            "name": company_name(each.name, sentences),
            "municipality": gazetteer.municipality_name(each.municipality or "") or sentences("isolated.place_unknown"),
            "kind": kind_label(each.kind, sentences),
            "next": ", ".join(sentences(f"next_action.{action}") for action in each.next_actions),
            "likely": ", ".join(
                sentences(
                    "isolated.partner",
                    name=company_name(partner.name, sentences),
                    km=sentences.number(partner.distance_km, 0),
                )
                for partner in each.likely_partners
            ),
        }
        for each in findings
    ]


def as_table(rows: Sequence[Mapping[str, Cell]], heads: Mapping[str, str]) -> list[list[Cell]]:
    """Rows to take along: their columns by field and heading, the heading first."""
    return [list(heads.values()), *([row.get(field) for field in heads] for row in rows)]

"""How does the network's shape read? Sentences, rows of pictures, and tables to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.gazetteer import Gazetteer
from graph.network import labelled
from graph.structure import Local, Mixing, Reach, Structure
from render.answers import company_name
from render.import_list import percent
from render.tables import Cell
from texts import Texts

Json = dict[str, Any]
BROKER_COLUMNS = ("rank", "name", "place", "between", "ranks", "partners")
MIXING_COLUMNS = ("place", "firms", "within", "out", "index", "random_low", "random_high")


def headline(found: Structure, texts: Texts) -> str:
    """How much of the trade stays at home, and how much would by chance."""
    whole = found.mixing[0]
    if whole.index is None or whole.random_low is None or whole.random_high is None:
        return texts("structure.no_ties")
    low, high = home_share(whole.random_high), home_share(whole.random_low)
    said = {"share": percent(home_share(whole.index), texts), "low": percent(low, texts), "high": percent(high, texts)}
    if low <= home_share(whole.index) <= high:
        return texts("structure.headline_chance", **said)
    return texts("structure.headline_home" if whole.index < whole.random_low else "structure.headline_out", **said)


def home_share(index: float) -> float:
    """The share of ties that stay in the municipality, from an E-I index."""
    return (1 - index) / 2


def notes(found: Structure, texts: Texts) -> str:
    """What the sentence rests on."""
    said = [texts("structure.rests_on", ties=found.ties, companies=found.companies)]
    if found.left_out:
        said.append(texts("structure.left_out", count=found.left_out))
    if (km := found.local.median_km) is not None:
        said.append(texts("structure.median_local") if km < 1 else texts("structure.median", km=texts.number(km, 0)))
    return " ".join(said)


def core_sentence(found: Structure, texts: Texts) -> str:
    """How many firms the core has, and how much of the trade touches it."""
    core = found.core
    if not core.companies:
        return texts("structure.no_core")
    said = {"within": percent(core.within, texts), "touching": percent(core.touching, texts)}
    return texts("structure.core_told", firms=len(core.companies), partners=core.partners, **said)


def fragile_sentence(found: Structure, texts: Texts) -> str:
    """How many firms and ties hold parts of the network together."""
    return texts("structure.fragile", firms=found.cut_firms, ties=found.bridges)


def structure_lines(found: Structure, texts: Texts) -> Iterator[str]:
    """The shape in four sentences."""
    yield headline(found, texts)
    yield notes(found, texts)
    yield core_sentence(found, texts)
    yield fragile_sentence(found, texts)


def place_of(mixing: Mixing, texts: Texts) -> str:
    """A municipality's name; of all together what they are called."""
    if not mixing.municipality:
        return texts("structure.whole_region")
    return Gazetteer.default().municipality_name(mixing.municipality) or mixing.municipality


def mixing_rows(found: Structure, texts: Texts) -> list[tuple[str, float, float, float, str]]:
    """For each municipality with ties: label, share that stays at home, the range of chance, words."""
    rows = []
    for each in found.mixing:
        if each.index is None or each.random_low is None or each.random_high is None:
            continue
        share, low, high = home_share(each.index), home_share(each.random_high), home_share(each.random_low)
        said = {"share": percent(share, texts), "low": percent(low, texts), "high": percent(high, texts)}
        rows.append((place_of(each, texts), share, low, high, texts("structure.mixing_told", **said)))
    return rows


def reach_rows(local: Local, texts: Texts) -> list[tuple[str, float, str]]:
    """For each distance: label, share of the trades whose place is known, words."""
    whole = max(local.links - local.unknown, 1)
    known = [(_reach(each, texts), each.links) for each in local.reaches]
    known.append((texts("structure.abroad"), local.abroad))
    return [
        (label, links / whole, texts("structure.reach_told", links=links, share=percent(links / whole, texts)))
        for label, links in known
    ]


def _reach(reach: Reach, texts: Texts) -> str:
    if reach.to_km is None:
        return texts("structure.further", km=reach.from_km)
    return texts("structure.between_km", low=reach.from_km, high=reach.to_km)


def broker_rows(
    found: Structure, names: Mapping[str, tuple[str | None, str | None]], texts: Texts
) -> list[dict[str, Any]]:
    """Firms between others, first the one most chains pass; ``names``: each firm's name and place."""
    return [
        {
            "company_id": each.company_id,
            "rank": each.rank,
            "name": company_name(names[each.company_id][0], texts),
            "place": names[each.company_id][1],
            "between": round(100 * each.share, 1),
            "ranks": texts("structure.ranks", low=each.rank_low, high=each.rank_high)
            if each.rank_low != each.rank_high
            else str(each.rank_low),
            "partners": each.partners,
        }
        for each in found.brokers
    ]


def broker_table(rows: Sequence[Mapping[str, Any]], texts: Texts) -> list[list[Cell]]:
    """Firms between others, to take along; the heading first."""
    heads: list[Cell] = [texts(f"structure.columns.{each}") for each in BROKER_COLUMNS]
    return [heads, *([row[each] for each in BROKER_COLUMNS] for row in rows)]


def mixing_table(found: Structure, texts: Texts) -> list[list[Cell]]:
    """Every municipality's ties and E-I index, to take along; the heading first."""
    heads: list[Cell] = [texts(f"structure.columns.{each}") for each in MIXING_COLUMNS]
    rows: list[list[Cell]] = [
        [
            place_of(each, texts),
            each.firms,
            each.within,
            each.out,
            *(None if value is None else round(value, 3) for value in (each.index, each.random_low, each.random_high)),
        ]
        for each in found.mixing
    ]
    return [heads, *rows]


def as_json(found: Structure) -> Json:
    """What ``network`` says of the shape."""
    return {
        "companies": found.companies,
        "ties": found.ties,
        "left_out": found.left_out,
        "cut_firms": found.cut_firms,
        "bridges": found.bridges,
        "clustering": round(found.clustering, 4),
        "core": {
            "partners": found.core.partners,
            "companies": list(found.core.companies),
            "within": round(found.core.within, 4),
            "touching": round(found.core.touching, 4),
        },
        "communities": [
            {"label": name, "companies": list(each.companies), "steady": round(each.steady, 3)}
            for name, each in labelled(found.communities)
        ],
        "brokers": [
            {
                "company_id": each.company_id,
                "share": round(each.share, 5),
                "rank": each.rank,
                "rank_low": each.rank_low,
                "rank_high": each.rank_high,
                "partners": each.partners,
                "constraint": round(each.constraint, 4),
            }
            for each in found.brokers
        ],
        "ei_index": [
            {
                "municipality": each.municipality or None,
                "firms": each.firms,
                "within": each.within,
                "out": each.out,
                "index": _rounded(each.index),
                "random_low": _rounded(each.random_low),
                "random_high": _rounded(each.random_high),
            }
            for each in found.mixing
        ],
        "local": {
            "links": found.local.links,
            "within_municipality": found.local.within_municipality,
            "within_region": found.local.within_region,
            "abroad": found.local.abroad,
            "unknown": found.local.unknown,
            "median_km": _rounded(found.local.median_km),
            "reaches": [
                {"from_km": each.from_km, "to_km": each.to_km, "links": each.links, "value_sek": each.value_sek}
                for each in found.local.reaches
            ],
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

"""How do areas beside each other read? A sentence, flows for a picture, and tables to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.gathered import SIZE_ORDER, UNKNOWN
from graph.regions import NOBODY, OUTSIDE, UNCLEAR, Comparison, Flow, Measured
from render.import_list import money, percent
from render.isolated import branch_name
from render.plain import process_name
from render.tables import Cell
from texts import Texts

Json = dict[str, Any]
Row = dict[str, Any]
AREA_COLUMNS = (
    *("name", "companies", "stated", "within", "sold_out", "bought_in", "home", "index"),
    *("alone", "unheard", "only_out", "parts", "makeable"),
)
FLOW_COLUMNS = ("seller", "buyer", "links", "value")
OUT = "outside"


def home_share(each: Measured) -> float | None:
    """The share of the area's trades that stay in it; None where it has none."""
    links = each.within.links + each.sold_out + each.bought_in
    return each.within.links / links if links else None


def headline(found: Comparison, texts: Texts) -> str:
    """What is traded between the areas; of one alone how much stays in it."""
    names = {each.area.key: each.area.name for each in found.areas}
    if len(found.areas) == 1:
        (only,) = found.areas
        said = {"name": only.area.name, "companies": only.companies}
        share = home_share(only)
        if share is None:
            return texts("regions.headline_one_silent", **said)
        return texts("regions.headline_one", share=percent(share, texts), **said)
    links = sum(each.links for each in found.across)
    if not links:
        return texts("regions.headline_none", names=list(names.values()))
    most = found.across[0]
    said = {"links": links, "seller": names[most.seller], "buyer": names[most.buyer], "most": most.links}
    if len(found.areas) == 2:
        return texts("regions.headline_two", back=links - most.links, **said)
    return texts("regions.headline", areas=len(found.areas), **said)


def notes(found: Comparison, texts: Texts) -> str:
    """How much stays in each area; what is counted twice, and what not at all."""
    shares = [(each, share) for each in found.areas if (share := home_share(each)) is not None]
    said = []
    if len(found.areas) > 1 and shares:
        stays = [texts("regions.stays", name=each.area.name, share=percent(share, texts)) for each, share in shares]
        said.append(texts("regions.stay", areas=stays))
    for one, other, firms in found.overlaps:
        said.append(texts("regions.overlap", one=one.name, other=other.name, firms=firms))
    if found.beyond:
        said.append(texts("regions.partly_known", names=[each.name for each in found.beyond]))
    if found.unplaced:
        said.append(texts("regions.unplaced", count=found.unplaced))
    return " ".join(said)


def end_name(key: str, found: Comparison, texts: Texts) -> str:
    """What an end of a flow is called."""
    names = {each.area.key: each.area.name for each in found.areas}
    return names.get(key) or texts(f"regions.end.{key}")


def ends(found: Comparison, texts: Texts) -> list[str]:
    """The names of the picture's ends: the areas, then all that is outside them."""
    return [*(each.area.name for each in found.areas), texts(f"regions.end.{OUT}")]


def ribbons(found: Comparison, texts: Texts) -> list[tuple[int, int, int, str]]:
    """For each flow of the picture: numbers of seller and buyer in :func:`ends`, links, words."""
    number = {each.area.key: place for place, each in enumerate(found.areas)}
    links: dict[tuple[int, int], int] = {}
    for each in (*(area.within for area in found.areas), *found.flows):
        pair = number.get(each.seller, len(number)), number.get(each.buyer, len(number))
        links[pair] = links.get(pair, 0) + each.links
    names = ends(found, texts)
    return [
        (seller, buyer, count, texts("regions.ribbon", seller=names[seller], buyer=names[buyer], links=count))
        for (seller, buyer), count in sorted(links.items())
        if count
    ]


# -- tables ----------------------------------------------------------------------------------------------------------


def area_rows(found: Comparison) -> list[Row]:
    """The areas in figures, one each."""
    return [
        {
            "name": each.area.name,
            "companies": each.companies,
            "stated": _percent(each.stated, each.business),
            "within": each.within.links,
            "sold_out": each.sold_out,
            "bought_in": each.bought_in,
            "home": None if (share := home_share(each)) is None else round(100 * share),
            "index": None if each.ei_index is None else round(each.ei_index, 2),
            "alone": each.alone,
            "unheard": each.unheard,
            "only_out": each.only_out,
            "parts": each.imports.parts,
            "makeable": _percent(_makeable(each), each.imports.parts),
        }
        for each in found.areas
    ]


def _percent(some: int, every: int) -> int | None:
    return round(100 * some / every) if every else None


def _makeable(each: Measured) -> int:
    """Parts whose nearest maker is known, wherever it is."""
    return each.imports.parts - sum(each.imports.makers.get(key, 0) for key in (NOBODY, UNCLEAR))


def area_table(found: Comparison, texts: Texts) -> list[list[Cell]]:
    """The areas in figures, to take along; the heading first."""
    heads: list[Cell] = [texts(f"regions.columns.{each}") for each in AREA_COLUMNS]
    return [heads, *([row[each] for each in AREA_COLUMNS] for row in area_rows(found))]


def flow_rows(found: Comparison, texts: Texts) -> list[Row]:
    """Trades from one area to another, most first."""
    return [_flow_row(each, found, texts) for each in found.across if each.links]


def _flow_row(each: Flow, found: Comparison, texts: Texts) -> Row:
    return {
        "seller": end_name(each.seller, found, texts),
        "buyer": end_name(each.buyer, found, texts),
        "links": each.links,
        "value": money(each.value_sek, texts) if each.valued else None,
        "value_sek": each.value_sek if each.valued else None,
    }


def flow_table(found: Comparison, texts: Texts) -> list[list[Cell]]:
    """Every flow, within and out of the areas too, to take along; the heading first."""
    heads: list[Cell] = [texts(f"regions.columns.{each}") for each in ("seller", "buyer", "links", "value_sek")]
    flows = (*(each.within for each in found.areas), *found.flows)
    rows = [_flow_row(each, found, texts) for each in flows if each.links]
    return [heads, *([row[each] for each in ("seller", "buyer", "links", "value_sek")] for row in rows)]


def kind_rows(found: Comparison, texts: Texts) -> list[Row]:
    """Firms by branch and by size: what is counted, and the number in each area under its place among them."""
    branches = sorted({key for each in found.areas for key in each.branches}, key=lambda key: (not key, key))
    rows = [(branch_name(key, texts), [each.branches.get(key, 0) for each in found.areas]) for key in branches]
    for size in (*SIZE_ORDER, UNKNOWN):
        label = texts("regions.size_unknown") if size == UNKNOWN else texts("regions.size", size=size)
        rows.append((label, [each.sizes.get(size, 0) for each in found.areas]))
    return [_by_area(label, counts) for label, counts in rows if any(counts)]


def process_rows(found: Comparison, texts: Texts) -> list[Row]:
    """Processes that one area has and another lacks, with the firms of each area."""
    return [_by_area(process_name(code, texts), counts) for code, counts in found.differing]


def import_rows(found: Comparison, texts: Texts) -> list[Row]:
    """Each area's imported parts by where the nearest firm is that could make them: a place a row."""
    keys = [*(each.area.key for each in found.areas), *OUTSIDE, NOBODY, UNCLEAR]
    rows = [(end_name(key, found, texts), [each.imports.makers.get(key, 0) for each in found.areas]) for key in keys]
    return [_by_area(label, counts) for label, counts in rows if any(counts)]


def _by_area(label: str, counts: Sequence[int]) -> Row:
    return {"what": label} | {f"area{number}": count for number, count in enumerate(counts)}


def by_area_table(rows: Sequence[Row], found: Comparison, what: str) -> list[list[Cell]]:
    """Rows with a number for each area, to take along; the heading, which begins with ``what``, first."""
    heads: list[Cell] = [what, *(each.area.name for each in found.areas)]
    fields = ["what", *(f"area{number}" for number in range(len(found.areas)))]
    return [heads, *([row[each] for each in fields] for row in rows)]


# -- in a terminal ---------------------------------------------------------------------------------------------------


def lines(found: Comparison, texts: Texts) -> Iterator[str]:
    """The sentence, the areas in figures and the trades between them."""
    yield headline(found, texts)
    if said := notes(found, texts):
        yield said
    for row in area_rows(found):
        yield f"{row['name']}:"
        for each in AREA_COLUMNS[1:]:
            yield f"  {texts(f'regions.columns.{each}')}: {texts.text(row[each])}"
    for row in flow_rows(found, texts):
        yield texts("regions.flow_line", **{name: row[name] for name in FLOW_COLUMNS})


def as_json(found: Comparison) -> Json:
    """What ``regions`` says."""
    names = {each.area.key: each.area.name for each in found.areas}
    return {
        "regions": [_area_json(each, names) for each in found.areas],
        "between": [
            {"from": names[each.seller], "to": names[each.buyer], "links": each.links, "value_sek": each.value_sek,
             "valued": each.valued}
            for each in found.across
        ],
        "overlaps": [{"regions": [one.name, other.name], "companies": firms} for one, other, firms in found.overlaps],
        "unplaced": found.unplaced,
    }  # fmt: skip


def _area_json(each: Measured, names: Mapping[str, str]) -> Json:
    return {
        "name": each.area.name,
        "municipalities": sorted(each.area.municipalities),
        "companies": each.companies,
        "branches": dict(sorted(each.branches.items())),
        "sizes": dict(sorted(each.sizes.items())),
        "business": each.business,
        "stated": each.stated,
        "processes": dict(sorted(each.processes.items())),
        "no_trade_known": each.alone,
        "not_asked": each.unheard,
        "only_outside": each.only_out,
        "within": {"links": each.within.links, "value_sek": each.within.value_sek},
        "sold_out": each.sold_out,
        "bought_in": each.bought_in,
        "ei_index": None if each.ei_index is None else round(each.ei_index, 4),
        "imports": {
            "parts": each.imports.parts,
            "value_sek": each.imports.value_sek,
            "nearest_maker": {names.get(key, key): count for key, count in sorted(each.imports.makers.items())},
        },
    }

"""The region in figures that everybody may see, in words: a sentence, flows for a picture, tables, JSON and lines.

A hidden figure is a dash. Kronor are told in millions where they are read, and whole where they are taken along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.suppression import TOTAL
from graph.taxonomy import taxonomy
from graph.totals import ABROAD, ELSEWHERE, NEAR_KM, NOBODY_NEAR, OTHER, OUTSIDE, REST, Figures, Totals, rounded
from ingest.countries import country_name
from render.import_list import money
from render.isolated import branch_name, place_name
from render.plain import capital
from render.tables import Cell
from texts import Texts

Json = dict[str, Any]
MILLION = 1_000_000
MOST_ENDS = 4
"""Municipalities in the picture beside the rest of the region, the country and other countries."""
HIDDEN = "–"
TABLES = {
    "flows": ("trades", "sek"),
    "firms": ("firms", "employees"),
    "makers": ("firms",),
    "imports": ("sek",),
    "homes": ("sek",),
}
"""The tables in the order in which they are shown, and what each counts."""
CHAPTERS = (
    *("39", "40", "44", "48", "68", "69", "70", "72", "73", "74", "76", "81", "82", "83", "84", "85"),
    *("86", "87", "88", "89", "90", "94"),
)
"""Chapters of the combined nomenclature that have a short name here: those of industry."""
LAST = (REST, "other_industry", OTHER, NOBODY_NEAR, ELSEWHERE, ABROAD, TOTAL)
TURNED = ("firms", "makers")  # read with the places as columns


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is read: the heading first, then its lines; None is hidden."""

    head: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int | None, ...]], ...]
    has_total_row: bool
    has_total_column: bool


def figures_of(found: Totals, table: str) -> Figures:
    """One of the tables by its name."""
    figures: Figures = getattr(found, table)
    return figures


def is_empty(found: Totals) -> bool:
    """Whether there is no figure to show."""
    return not any(value for table in TABLES for value in figures_of(found, table).cells.values())


def headline(found: Totals, texts: Texts) -> str:
    """The region in a sentence, made of the grand totals that are shown."""
    told = []
    if found.firms.whole:
        firms, employees = found.firms.whole
        told.append(texts("totals.told.firms", firms=firms, employees=employees))
    if found.flows.whole:
        trades, sek = found.flows.whole
        key = "totals.told.trades" if sek else "totals.told.trades_only"
        told.append(texts(key, trades=trades, sek=rounded_money(sek, texts)))
    if found.imports.whole:
        told.append(texts("totals.told.imports", sek=rounded_money(found.imports.whole[0], texts)))
    return texts("totals.headline", told=told) if told else texts("totals.headline_none")


def rounded_money(sek: int, texts: Texts) -> str:
    """Two figures that mean something, without a nought after the comma."""
    return money(sek, texts).replace(",0 ", " ").replace(".0 ", " ")


def note(found: Totals, texts: Texts) -> str:
    """How much of the trade is between places of the region, and what is shown at all."""
    flows = found.flows
    inner = [each for each in flows.rows if each not in OUTSIDE]
    between = sum(
        value[0]
        for (row, column), value in flows.cells.items()
        if value and row in inner and column in inner and row != column
    )
    said = [texts("totals.between", trades=rounded(between, 1))] if between else []
    return " ".join([*said, texts("totals.note")])


# -- names -----------------------------------------------------------------------------------------------------------


def name_of(table: str, axis: str, code: str, texts: Texts) -> str:
    """What a row or a column is called."""
    if code == TOTAL:
        return texts("totals.all")
    if table == "flows" or (axis == "row" and table in TURNED):
        return texts(f"totals.place.{code}") if code in (REST, *OUTSIDE) else place_name(code, texts)
    if code == OTHER:
        kind = table if table != "imports" else "countries" if axis == "row" else "goods"
        return texts(f"totals.other.{kind}")
    if table == "firms":
        return texts("needs.other_industry") if code == "other_industry" else branch_name(code, texts)
    if table == "homes" and axis == "column":
        return texts(f"totals.near.{code}", km=round(NEAR_KM))
    if table in ("makers", "homes"):
        family = taxonomy().families[code]
        return capital(family.name_sv if texts.language == "sv" else family.name_en)
    if axis == "row":
        return capital(country_name(code, texts.language))
    return texts(f"totals.chapter.{code}") if code in CHAPTERS else texts("totals.chapter_only", chapter=code)


def _order(figures: Figures, codes: Sequence[str], at: int) -> list[str]:
    """Those of most first, what is put together after them."""

    def most(code: str) -> tuple[int, int, str]:
        key = (code, TOTAL) if at == 0 else (TOTAL, code)
        value = figures.cells.get(key)
        return (LAST.index(code) + 1 if code in LAST else 0, -(value[0] if value else 0), code)

    return sorted(codes, key=most)


# -- tables ----------------------------------------------------------------------------------------------------------


def grid(found: Totals, table: str, measure: str, texts: Texts) -> Grid:
    """One measure of a table, with its totals; answers of several kinds by one firm are not added up.

    A table of nothing has no lines.
    """
    figures = figures_of(found, table)
    if not figures.cells:
        return Grid((texts(f"totals.corner.{table}"),), (), has_total_row=False, has_total_column=False)
    at = figures.measures.index(measure)
    rows, columns = [*_order(figures, figures.rows, 0), TOTAL], [*_order(figures, figures.columns, 1), TOTAL]
    if table == "flows":  # who trades at home stands on the diagonal
        columns = [each for each in dict.fromkeys((*rows[:-1], *columns)) if each in columns]
    if table == "makers":
        columns.remove(TOTAL)
    axes = ("row", "column")
    if table in TURNED:
        rows, columns, axes = columns, rows, ("column", "row")

    def cell(row: str, column: str) -> int | None:
        value = figures.cells[(column, row) if table in TURNED else (row, column)]
        return None if value is None else value[at]

    return Grid(
        (texts(f"totals.corner.{table}"), *(name_of(table, axes[1], each, texts) for each in columns)),
        tuple((name_of(table, axes[0], row, texts), tuple(cell(row, column) for column in columns)) for row in rows),
        TOTAL in rows,
        TOTAL in columns,
    )


def shown(value: int | None, measure: str, texts: Texts) -> str:
    """A figure as it is read."""
    if value is None:
        return HIDDEN
    if measure != "sek" or not value:
        return texts.number(value)
    return texts.number(value / MILLION, 1 if value < 10 * MILLION else 0)


def as_table(found: Totals, table: str, measure: str, texts: Texts) -> list[list[Cell]]:
    """A table to take along; the heading first."""
    made = grid(found, table, measure, texts)
    taken: list[list[Cell]] = [[*made.head]]
    taken += [[name, *(HIDDEN if each is None else each for each in line)] for name, line in made.lines]
    return taken


# -- the picture -----------------------------------------------------------------------------------------------------


def ends(found: Totals) -> list[str]:
    """The places of the picture: those of most trades, then the rest and what lies outside."""
    flows = found.flows
    places = [each for each in _order(flows, flows.rows, 0) if each not in LAST]
    return [*places[:MOST_ENDS], REST, ELSEWHERE, ABROAD]


def end_names(found: Totals, texts: Texts) -> list[str]:
    """What the ends of the picture are called."""
    return [name_of("flows", "row", each, texts) for each in ends(found)]


def ribbons(found: Totals, texts: Texts) -> list[tuple[int, int, int, str, bool]]:
    """For each flow that is shown: numbers of seller and buyer in :func:`ends`, trades, words, and whether it goes out.

    Out of a place, that is, to another one of the region.
    """
    places = ends(found)
    number = {each: at for at, each in enumerate(places)}
    trades = Counter[tuple[int, int]]()
    for (seller, buyer), value in found.flows.cells.items():
        if value and TOTAL not in (seller, buyer):
            trades[number.get(seller, number[REST]), number.get(buyer, number[REST])] += value[0]
    names, outside = end_names(found, texts), {number[each] for each in OUTSIDE}
    return [
        (
            seller,
            buyer,
            count,
            texts("totals.ribbon", seller=names[seller], buyer=names[buyer], trades=count),
            seller != buyer and not {seller, buyer} & outside,
        )
        for (seller, buyer), count in sorted(trades.items())
        if count
    ]


# -- in a terminal ---------------------------------------------------------------------------------------------------


def lines(found: Totals, texts: Texts) -> Iterator[str]:
    """The sentence, and each table in columns."""
    yield headline(found, texts)
    if is_empty(found):
        return
    yield note(found, texts)
    for table, measures in TABLES.items():
        for measure in measures if figures_of(found, table).cells else ():
            yield ""
            yield f"{texts(f'totals.title.{table}')}: {texts(f'totals.measure.{measure}')}"
            yield from _columns(grid(found, table, measure, texts), measure, texts)
    yield ""
    yield texts("totals.hidden")


def _columns(made: Grid, measure: str, texts: Texts) -> Iterator[str]:
    rows = [made.head, *((name, *(shown(each, measure, texts) for each in line)) for name, line in made.lines)]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        yield "  ".join([f"  {first.ljust(wide[0])}", *(each.rjust(w) for each, w in zip(rest, wide[1:], strict=True))])


def as_json(found: Totals) -> Json:
    """What ``totals`` says: each table's cells with their codes ("" the totals), null where hidden."""
    return {table: _table_json(figures_of(found, table)) for table in TABLES}


def _table_json(figures: Figures) -> Json:
    def values(value: Sequence[int] | None) -> Mapping[str, int | None]:
        return {each: value[at] if value else None for at, each in enumerate(figures.measures)}

    return {
        "rows": [*figures.rows],
        "columns": [*figures.columns],
        "cells": [
            {"row": row, "column": column, **values(value)} for (row, column), value in sorted(figures.cells.items())
        ],
        "hidden": len(figures.hidden),
    }

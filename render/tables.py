"""An answer as a table to take along: CSV as a Swedish or English Excel opens it, and XLSX.

What comes from data is text. A cell of text that a spreadsheet would take for a formula gets an apostrophe first;
numbers stay numbers, negative ones too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from graph.geo import road_km
from graph.model import Company
from graph.replacement import Answer, Replacement
from render.answers import POINTS, Row, rows_of
from texts import Texts

Cell: TypeAlias = str | int | float | None
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
CSV_DIALECT = {"sv": (";", ","), "en": (",", ".")}  # between cells, and before decimals
WIDEST = 60
COLUMNS = (
    *("standing", "name", "place", "distance", "low", "high", "road", "score"),
    *(f"points_{each}" for each in POINTS),
    *("steady", "met", "unknown", "missing", "lead_time", "co2e_low", "co2e_high", "company_id"),
)


def neutral(text: str) -> str:
    """The text as a cell that starts no formula.

    >>> neutral("=1+1"), neutral("Åsbro AB"), neutral(" @x")
    ("'=1+1", 'Åsbro AB', "' @x")
    """
    if text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(FORMULA_STARTS):
        return "'" + text
    return text


def answer_table(answer: Answer, companies: Mapping[str, Company], texts: Texts) -> list[list[Cell]]:
    """Heading and one row a firm, hits first, near misses after them; the score is the sum of its points."""
    table: list[list[Cell]] = [[texts(f"table.{each}") for each in COLUMNS]]
    for standing, found in (("hit", answer.hits), ("near_miss", answer.near_misses)):
        rows = rows_of(found, companies, texts)
        table += [_line(texts(f"table.{standing}"), *pair) for pair in zip(found, rows, strict=True)]
    return table


def _line(standing: str, found: Replacement, row: Row) -> list[Cell]:
    by_status = {
        status: ", ".join(f"{each.name}: {each.asked}" for each in row.demands if each.status == status)
        for status in ("met", "unknown", "unmet")
    }
    points = {each.code: each.points for each in found.reasons}
    return [
        standing,
        row.name,
        row.place,
        found.distance_km,
        found.distance_low_km,
        found.distance_high_km,
        round(road_km(found.distance_km), 1),
        found.score,
        *(points.get(each) for each in POINTS),
        found.steady,
        by_status["met"],
        by_status["unknown"],
        by_status["unmet"],
        found.lead_time_days,
        found.co2e.low_kg if found.co2e else None,
        found.co2e.high_kg if found.co2e else None,
        found.company_id,
    ]


def as_csv(table: Sequence[Sequence[Cell]], language: str) -> bytes:
    """The table as CSV, with the marks Excel expects in that language, in UTF-8 with a byte order mark."""
    separator, decimal = CSV_DIALECT[language]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    for line in table:
        writer.writerow([_csv_cell(each, decimal) for each in line])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell, decimal: str) -> str:
    if cell is None:
        return ""
    return neutral(cell) if isinstance(cell, str) else str(cell).replace(".", decimal)


def as_xlsx(table: Sequence[Sequence[Cell]], sheet: str) -> bytes:
    """The table as a workbook of one sheet."""
    return as_book({sheet: table})


def as_book(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """Tables as a workbook, each on the sheet of its name."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for sheet, table in sheets.items():
            page = book.add_worksheet(sheet[:31])
            for number, line in enumerate(table):
                for column, cell in enumerate(line):
                    if isinstance(cell, str):
                        page.write_string(number, column, neutral(cell), None if number else bold)
                    elif cell is not None:
                        page.write_number(number, column, cell)
            for column, cells in enumerate(zip(*table, strict=True)):
                page.set_column(column, column, min(WIDEST, 2 + max(len(str(each or "")) for each in cells)))
            page.freeze_panes(1, 0)
    return out.getvalue()

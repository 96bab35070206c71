"""A report to a region or a funder, who may have to hand it to anybody who asks: figures fit for all, on A4 or as XLSX.

Firms are named in it only where they have said so themselves, see :mod:`graph.named`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from graph.named import Named
from graph.totals import NEAR_KM, Totals
from render.isolated import place_name
from render.plain import capital, process_name
from render.sheet import sheet_page, tag
from render.tables import Cell, as_book
from render.totals import TABLES, Grid, as_table, figures_of, grid, headline, is_empty, note, shown
from texts import Texts

STYLE = """<style>
@page { size: A4; margin: 14mm 13mm; }
td + td, th + th { text-align: right; font-variant-numeric: tabular-nums; padding: .2rem 0 .2rem .5rem; }
th { vertical-align: bottom; hyphens: auto; }
tr.total td { font-weight: 600; border-bottom: 0; border-top: 1px solid #1b2629; }
.total-column td:last-child, .total-column th:last-child { font-weight: 600; }
td:first-child { min-width: 7rem; }
section { break-inside: avoid; }
.named td + td, .named th + th { text-align: left; padding: .2rem .5rem .2rem 0; }
</style>"""


def report_page(found: Totals, firms: Sequence[Named], texts: Texts, day: str) -> bytes:
    """The report as a page to print, in UTF-8; ``day`` the day (ISO) on which it was made."""
    body = "\n".join([STYLE, *_body(found, firms, texts, day)])
    return sheet_page(texts("totals.report.title"), body, texts.language)


def _body(found: Totals, firms: Sequence[Named], texts: Texts, day: str) -> Iterator[str]:
    yield tag("h1", texts("totals.report.title"))
    yield tag("p", headline(found, texts))
    if not is_empty(found):
        yield tag("p", note(found, texts), "quiet")
    for table, measures in TABLES.items():
        for measure in measures:
            made = grid(found, table, measure, texts)
            if made.lines:
                heading = f"{texts(f'totals.title.{table}')}: {texts(f'totals.measure.{measure}')}"
                yield f"<section>{tag('h2', heading)}{_table(made, measure, texts)}</section>"
    for each in ("totals.hidden", "totals.makers_note", "totals.homes_note", "totals.not_counted"):
        yield tag("p", texts(each, km=round(NEAR_KM)), "quiet")
    if firms:
        yield tag("h2", texts("totals.report.named"))
        yield tag("p", texts("totals.report.named_what"), "quiet")
        yield _named(firms, texts)
    yield tag("p", texts("totals.report.made", day=day), "quiet")


def _table(made: Grid, measure: str, texts: Texts) -> str:
    head = "".join(tag("th", each) for each in made.head)
    body = ""
    for number, (name, line) in enumerate(made.lines, 1):
        style = ' class="total"' if made.has_total_row and number == len(made.lines) else ""
        cells = "".join(tag("td", shown(each, measure, texts)) for each in line)
        body += f"<tr{style}>{tag('td', name)}{cells}</tr>"
    style = ' class="total-column"' if made.has_total_column else ""
    return f"<table{style}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _named(firms: Sequence[Named], texts: Texts) -> str:
    head, *rows = named_table(firms, texts)
    body = "".join("<tr>" + "".join(tag("td", str(each or "")) for each in row) + "</tr>" for row in rows)
    heads = "".join(f"<th>{escape(str(each))}</th>" for each in head)
    return f'<table class="named"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def named_table(firms: Sequence[Named], texts: Texts) -> list[list[Cell]]:
    """The firms that let themselves be named, with a place and what they make; the heading first."""
    rows: list[list[Cell]] = [[texts(f"totals.report.column.{each}") for each in ("name", "place", "makes")]]
    for each in firms:
        place = place_name(each.municipality, texts) if each.municipality else None
        makes = capital(", ".join(process_name(code, texts) for code in each.processes)) if each.processes else None
        rows.append([each.name, place, makes])
    return rows


def report_book(found: Totals, firms: Sequence[Named], texts: Texts, day: str) -> bytes:
    """The report as a workbook: a sheet that says what it is, one a table, and one of the firms."""
    about: list[list[Cell]] = [[texts("totals.report.title")], [headline(found, texts)]]
    about += [[each] for each in (texts("totals.note"), texts("totals.hidden"), texts("totals.not_counted"))]
    about.append([texts("totals.report.made", day=day)])
    sheets = {texts("totals.report.about"): about}
    for table, measures in TABLES.items():
        for measure in measures if figures_of(found, table).cells else ():
            sheets[texts(f"totals.sheet.{table}", what=texts(f"totals.counted.{measure}"))] = as_table(
                found, table, measure, texts
            )
    if firms:
        sheets[texts("totals.sheet.named")] = named_table(firms, texts)
    return as_book(sheets)

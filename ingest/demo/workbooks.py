"""Rows to files: Excel workbooks and a supplier ledger's CSV, the same bytes for the same region."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from pathlib import Path

import xlsxwriter

from ingest.demo.ledgers import LEDGER_YEAR
from ingest.demo.region import TODAY, Firm, LedgerRow, Party
from ingest.demo.sheets import Row, dashed
from ingest.headings import LEDGER, SHEETS

NO_BREAK_SPACE = "\u00a0"
LEDGER_FIELDS = (
    "supplier_number", "name", "org_number", "postcode", "locality", "country", "vat_number", "invoices",
    "value_sek", "year", "buyer_org_number", "buyer",
)  # fmt: skip


def write_workbook(path: Path, sheets: Iterable[tuple[str, Iterator[Row]]]) -> dict[str, int]:
    """Write each sheet under our own title and headings; returns rows a sheet kind."""
    counts = {}
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "Påhittad region", "created": datetime.combine(TODAY, time(8))})
        bold = book.add_format({"bold": True})
        for kind, rows in sheets:
            sheet = book.add_worksheet(SHEETS[kind][0])
            counts[kind] = _fill(sheet, kind, rows, bold)
    return counts


def _fill(sheet: xlsxwriter.worksheet.Worksheet, kind: str, rows: Iterator[Row], bold: xlsxwriter.format.Format) -> int:
    headings = SHEETS[kind][1]
    columns: dict[str, int] = {}
    number = 0
    for number, row in enumerate(rows, start=1):
        if number == 1:
            columns = {field: place for place, field in enumerate(row)}
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns) - 1, 18)
            for field, place in columns.items():
                sheet.write_string(0, place, headings[field][0], bold)
        for field, cell in row.items():
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(number, columns[field], cell)
            elif cell is not None:
                sheet.write_number(number, columns[field], cell)
    return number


def write_ledger(path: Path, rows: Iterable[LedgerRow]) -> None:
    """A ledger as its system exports it: Windows-1252, semicolons, decimal comma, no-break space in thousands."""
    with path.open("w", encoding="cp1252", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow([LEDGER[field][0] for field in LEDGER_FIELDS])
        for row in rows:
            cells = _ledger_cells(row)
            writer.writerow([cells.get(field, "") for field in LEDGER_FIELDS])


def _ledger_cells(row: LedgerRow) -> dict[str, object]:
    supplier = row.supplier
    place = supplier.place
    return {
        "supplier_number": row.supplier_number,
        "name": row.written,
        "org_number": dashed(supplier.number) if row.with_org_number else "",
        "postcode": _postcode(supplier),
        "locality": place.name if place else "",
        "country": "SE" if isinstance(supplier, Firm) else supplier.country,
        "vat_number": f"SE{supplier.number}01" if row.with_org_number and int(row.supplier_number) % 3 else "",
        "invoices": row.invoices,
        "value_sek": amount(row.value_ore),
        "year": LEDGER_YEAR,
        "buyer_org_number": dashed(row.buyer.number),
        "buyer": row.buyer.name,
    }


def _postcode(party: Party) -> str:
    if isinstance(party, Firm):
        return party.postcode
    return f"{party.place.postcode_areas[0]} 00" if party.place else ""


def amount(ore: int) -> str:
    """Kronor and öre: ``1 234 567,50`` with no-break spaces."""
    kronor = f"{ore // 100:,}".replace(",", NO_BREAK_SPACE)
    return f"{kronor},{ore % 100:02d}"

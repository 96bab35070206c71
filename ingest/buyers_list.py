"""What does a buyer's own import list say? Its rows as imported parts, in memory alone: nothing is stored.

The lists that the loader knows are read by the same modules (import lists, customs, Intrastat); so is a plain list that
has a column for what is bought, under headings that the loader would ask about ("Artikel; Benämning; Land; Värde"). A
list of suppliers alone gives a line for each that is not Swedish: it tells of whom, not what, is bought, and where a
supplier sits is not taken for the goods' origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from graph.errors import UserMistake
from graph.model import Claim, ImportedPart
from ingest.headings import IMPORT, Headings
from ingest.mapping import ColumnMapping, mapped
from ingest.pipeline import placeless
from ingest.rows import RowProblem, map_columns
from ingest.sources import customs, imports, intrastat, open_ledger, source_of, supplier_ledger
from ingest.sources.common import RowResult, SourceModule
from ingest.tables import Table, read_tables

OWNER = "list:buyer"  # stands for whoever the list belongs to; no record keeps it
GOODS = (imports.SOURCE_TYPE, customs.SOURCE_TYPE, intrastat.SOURCE_TYPE)
SUMMED = (customs.SOURCE_TYPE, intrastat.SOURCE_TYPE)  # several of their rows are one part
SUPPLIERS = (supplier_ledger.SOURCE_TYPE, open_ledger.SOURCE_TYPE)
PLAIN: Headings = {
    "description": ("Benämning", "Beskrivning", "Artikelbenämning", "Artikelnamn", "Artikeltext", "Produkt", "Detalj",
                    "Del", "Vara", "Varubeskrivning", "Artikel", "Description", "Item", "Product", "Part"),
    "part_number": ("Artikelnr", "Artikelnummer", "Art.nr", "Art nr", "Artikel", "Detaljnr", "Part number", "Part no",
                    "Item no", "Item number"),
    "origin_country": ("Ursprungsland", "Ursprung", "Land", "Landskod", "Country of origin", "Origin", "Country"),
    "cn_code": ("KN-nummer", "KN8", "KN-kod", "Varukod", "HS-kod", "Taric", "Commodity code", "CN code",
                "HS code"),
    "supplier": ("Nuvarande leverantör", "Leverantör", "Leverantörsnamn", "Present supplier", "Supplier", "Vendor"),
    "value_sek": ("Värde SEK per år", "Värde SEK", "Värde", "Inköpsvärde", "Belopp", "Belopp SEK", "Summa", "Value SEK",
                  "Value", "Amount", "Spend"),
    "mass_kg": ("Vikt kg per år", "Nettovikt kg", "Nettovikt", "Total vikt kg", "Mass kg", "Net mass"),
    "piece_weight_kg": ("Styckvikt kg", "Styckvikt", "Piece weight kg"),
    "annual_quantity": ("Antal per år", "Antal/år", "Årsvolym", "Antal", "Annual quantity", "Quantity"),
}  # fmt: skip
"""What plain lists call the columns; of a heading that stands for two fields the first that has no other takes it."""
NOT_THE_BUYER = ("org_number", "name")  # in a plain list they are the supplier's or the product's


@dataclass(frozen=True, slots=True)
class BuyersList:
    """The list's lines as parts without a buyer; ``rows`` are the lines as the user counts them, one each part.

    ``domestic`` counts suppliers in Sweden, which a list of suppliers has too and which are no imports.
    """

    file: str
    parts: tuple[ImportedPart, ...]
    rows: tuple[int, ...]
    read: int
    domestic: int
    problems: tuple[RowProblem, ...]


@dataclass(slots=True)
class _Draft:
    parts: list[ImportedPart] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    read: int = 0
    domestic: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def add(self, key: str, row: int, known: Mapping[str, Any]) -> None:
        if key not in self.taken:
            self.taken.add(key)
            self.parts.append(ImportedPart(key, **known))
            self.rows.append(row)


def read_buyers_list(path: Path, secret: bytes, known: Mapping[str, ColumnMapping] | None = None) -> BuyersList:
    """The parts of every sheet that lists purchases; other sheets are told of as a problem.

    Args:
        path: a workbook or a text file.
        secret: the install's own, behind the identifiers of natural persons.
        known: what a person has said of lists with the same headings, see :func:`ingest.mapping.remembered`.

    Raises:
        UnreadableFile: as :func:`ingest.tables.read_tables`.
        UserMistake: ``no_import_lines`` where no sheet lists anything that is bought.
    """
    draft, context = _Draft(), placeless(secret, OWNER)
    for number, found in enumerate(read_tables(path)):
        draft.problems += found.problems
        source, table = _reader(mapped(found, known or {}))
        if source is None:
            where = (table.file, table.sheet, table.heading_row)
            draft.problems.append(RowProblem(*where, "", "sheet_not_understood", severity="warning"))
            continue
        for result in source.claims(table, context):
            draft.problems += result.problems
            draft.read += result.is_row
            _take(draft, source.SOURCE_TYPE, number, result)
    if not draft.parts:
        raise UserMistake("no_import_lines", file=path.name)
    return BuyersList(
        path.name, tuple(draft.parts), tuple(draft.rows), draft.read, draft.domestic, tuple(draft.problems)
    )


def _reader(table: Table) -> tuple[SourceModule | None, Table]:
    """The module that reads the table, and the table as it is to read it; None where it lists no purchases."""
    source = source_of(table)
    if source is not None and source.SOURCE_TYPE in GOODS:
        return source, table
    if source is None or source.SOURCE_TYPE in SUPPLIERS:
        columns = map_columns(table.headings, PLAIN, table.told)
        if "description" in columns:
            told = {index: name for name, index in columns.items()}
            told |= {index: "" for name, index in map_columns(table.headings, IMPORT).items() if name in NOT_THE_BUYER}
            return cast("SourceModule", imports), replace(table, kind="import", told=tuple(told.items()))
        return source, table
    return None, table


def _take(draft: _Draft, source_type: str, sheet: int, result: RowResult) -> None:
    """Add the row's line or lines."""
    for claim in result.claims:
        key = f"{sheet}/{claim.item}" if source_type in SUMMED else f"{sheet}/{result.row}"
        if claim.kind == "ImportedPart":
            buyer = None if claim.subject == OWNER else claim.subject
            draft.add(key, result.row, {"company_id": buyer, **claim.fields})
        elif claim.kind == "Trade":
            _take_supplier(draft, f"{sheet}/{claim.item}", result, claim)


def _take_supplier(draft: _Draft, key: str, result: RowResult, trade: Claim) -> None:
    """A supplier's line, where it is not known to be Swedish."""
    said: dict[str, Any] = {}
    for claim in result.claims:
        if claim.kind == "Company" and claim.subject == trade.subject:
            said |= claim.fields
    if trade.subject.startswith("org:") or said.get("country") == "SE":
        draft.domestic += 1
        return
    value, year = trade.fields.get("value_sek"), trade.fields.get("year")
    draft.add(key, result.row, {"supplier": said.get("name"), "value_sek": value, "year": year})

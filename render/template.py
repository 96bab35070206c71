"""An empty workbook to fill in: a sheet a kind of list, with the headings Närverk knows, help and drop-downs.

Examples stand in the help alone, so that nothing must be taken out before the workbook is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from ingest.headings import SHEETS
from render.choices import SEVERAL, choices
from render.loads import field_name
from render.workbooks import ChoiceLists, put_text
from texts import Texts

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

KINDS = (
    *("company", "offer", "certificate", "workplace", "contact", "trade", "import", "requirement", "need"),
    *("interview", "introduction", "activity", "support_actor", "support_offer", "support_case"),
)
"""The kinds of lists a network keeps itself; ledgers and customs files come out of other programs."""
DAYS = frozenset(
    {"ended_on", "member_until", "stated_on", "confirm_by", "valid_until", "asked_on", "introduced_on", "held_on",
     "deadline", "changed_on", "granted_on", "review_on", "reminded_on", "answered_on"}
)  # fmt: skip
NUMBERS = frozenset(
    {"latitude", "longitude", "employees", "max_length_mm", "max_weight_kg", "batch_min", "batch_max",
     "lead_time_days", "free_capacity_percent", "value_sek", "year", "mass_kg", "length_mm", "piece_weight_kg",
     "annual_quantity", "priority", "amount_sek", "contracts"}
)  # fmt: skip
STRICT = frozenset(
    {"no_mailings", "sensitive", "may_share", "sector", "evidence", "transport_mode", "outcome", "audience",
     "theme", "status", "legal_basis"}
)  # fmt: skip
"""Fields in which only the words of the drop-down are understood."""
FREE = frozenset({"description", "notes", "business", "what"})
"""Columns of free text, in which anything may be written."""
LAST_ROW = 5000
LONGEST_PROMPT = 255


def template(texts: Texts, kinds: Sequence[str] = KINDS) -> bytes:
    """The workbook (XLSX) with a sheet for each of these kinds of :data:`KINDS`."""
    from openpyxl import Workbook

    book = Workbook()
    del book["Sheet"]
    lists = ChoiceLists(book, texts("template.choices_sheet"))
    for kind in kinds:
        _sheet(book.create_sheet(texts(f"template.sheet.{kind}")), kind, lists, texts)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(page: Worksheet, kind: str, lists: ChoiceLists, texts: Texts) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    needed = {field for group in SHEETS[kind][2] for field in group}
    for place, field in enumerate(SHEETS[kind][1], 1):
        heading, told = field_name(kind, field, texts), help_text(kind, field, texts)
        put_text(page, 1, place, heading)
        cell = page.cell(1, place)
        cell.font = Font(bold=True, color="FFFFFF" if field in needed else "22313A")
        cell.fill = PatternFill("solid", fgColor="2F4858" if field in needed else "DCE5EA")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        if told:
            cell.comment = Comment(told, "Närverk", height=30 + 18 * (1 + len(told) // 38), width=300)
        letters = get_column_letter(place)
        column = page.column_dimensions[letters]
        column.width = max(12, len(heading) + 4, 26 if field in {"name", "description", "business", "company"} else 0)
        column.number_format = "yyyy-mm-dd" if field in DAYS else "General" if field in NUMBERS else "@"
        _validate(page, f"{letters}2:{letters}{LAST_ROW}", kind, field, lists, texts)
    page.row_dimensions[1].height = 32
    page.freeze_panes = "A2"


def _validate(page: Worksheet, cells: str, kind: str, field: str, lists: ChoiceLists, texts: Texts) -> None:
    """The drop-down of a column, and its help where the cursor stands."""
    from openpyxl.worksheet.datavalidation import DataValidation

    words, told = choices(kind, field, texts), help_text(kind, field, texts)
    rule = DataValidation(
        type="list" if words else None,
        formula1=lists.range_of(words) if words else None,
        allow_blank=True,
        showErrorMessage=field in STRICT,
        showInputMessage=bool(told),
        promptTitle=field_name(kind, field, texts)[:32] if told else None,
        prompt=told[:LONGEST_PROMPT] or None,
    )
    rule.sqref = cells
    if words or told:
        page.add_data_validation(rule)


def help_text(kind: str, field: str, texts: Texts) -> str:
    """What to write in a column, "" where its heading says all."""
    group = next((group for group in SHEETS[kind][2] if field in group), ())
    others = [field_name(kind, each, texts) for each in group if each != field]
    said = []
    if others:
        said.append(texts("template.needed_one", others=others))
    elif group:
        said.append(texts("template.needed"))
    if texts.has(f"template.help.{field}"):
        said.append(texts(f"template.help.{field}"))
    if field in DAYS:
        said.append(texts("template.day"))
    if choices(kind, field, texts):
        said.append(texts("template.choose" if field in STRICT else "template.choose_or_write"))
    if field in SEVERAL or field == "participant_org_numbers":
        said.append(texts("template.several"))
    if field in FREE:
        said.append(texts("edit.no_classified"))
    return " ".join(said)

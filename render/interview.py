"""A workbook in which an interview with one firm is filled in: the ordinary sheets, with the firm filled in.

The firm's number and name stand on the interview's first row; a row of needs takes them from there as soon as
something is written in it, so that rows left empty stay empty and nothing is copied by hand.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from graph.model import Company
from ingest.headings import SHEETS
from render.loads import field_name
from render.template import template
from render.workbooks import put_text
from texts import Texts

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

KINDS = ("interview", "need", "requirement")
WHO = ("org_number", "name")
NEED_ROWS = 20


def interview_book(company: Company, texts: Texts) -> bytes:
    """The workbook (XLSX); what it says is read back by an ordinary load."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(template(texts, KINDS)))
    talk, need = (book[texts(f"template.sheet.{kind}")] for kind in KINDS[:2])
    kind, _, number = company.company_id.partition(":")
    who = {"org_number": f"{number[:6]}-{number[6:]}" if kind == "org" else "", "name": company.name or ""}
    columns = _columns(talk, "interview", texts)
    for field in WHO:
        put_text(talk, 2, columns[field], who[field])
    _take_from(need, talk, columns, texts)
    book.calculation.fullCalcOnLoad = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _take_from(need: Worksheet, talk: Worksheet, columns: dict[str, int], texts: Texts) -> None:
    """Let each row of needs name the interview's firm once its theme or its words are filled in."""
    own = _columns(need, "need", texts)
    theme, words = (need.cell(1, own[field]).column_letter for field in ("theme", "description"))
    for row in range(2, 2 + NEED_ROWS):
        for field in WHO:
            whose = talk.cell(2, columns[field])
            taken = f"'{talk.title}'!${whose.column_letter}${whose.row}"
            cell = need.cell(row, own[field])
            cell.value = f'=IF(OR({theme}{row}<>"",{words}{row}<>""),{taken}&"","")'
            cell.number_format = "General"


def _columns(page: Worksheet, kind: str, texts: Texts) -> dict[str, int]:
    """The number of each field's column."""
    headings = {page.cell(1, number).value: number for number in range(1, page.max_column + 1)}
    return {field: headings[field_name(kind, field, texts)] for field in SHEETS[kind][1]}

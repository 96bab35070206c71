"""A firm's questionnaire as a form to print and fill in by hand: what is known, boxes to tick, lines to write on."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

from graph.model import Company, Need, Offer
from graph.questionnaire import Questionnaire, shown
from ingest.questionnaire import ANSWER, AUDIENCE, PAGES, Known, Line, Page, lines
from render.lettering import fonts, legible
from render.questionnaire import family_name, filled, firm_name, name_of
from texts import Texts

INK, QUIET, LINE = "#22313A", "#5B6B73", "#9AA7AD"
EDGE = 42.0
WIDE = 595.0 - 2 * EDGE
BOX = 11.0
IN_A_ROW = 3
EMPTY_LINES = 5
HOW = ("tick", "gone", "seen")


def form(asked: Questionnaire, known: Known, texts: Texts, *, answer_by: str = "") -> bytes:
    """The form (PDF) of one questionnaire; ``answer_by`` is the last day (ISO), "" for none."""
    from reportlab.platypus import SimpleDocTemplate

    out = io.BytesIO()
    foot = legible(texts("questionnaire.code", code=shown(asked.code)))
    made = SimpleDocTemplate(
        out, pagesize=(595.0, 842.0), leftMargin=EDGE, rightMargin=EDGE, topMargin=EDGE, bottomMargin=EDGE + 10,
        title=legible(texts("questionnaire.title")), author="", invariant=1, lang=texts.language,
    )  # fmt: skip

    def numbered(canvas: Any, document: Any) -> None:
        canvas.setFont(fonts()[0], 8)
        canvas.drawString(EDGE, EDGE - 8, foot)
        canvas.drawRightString(595.0 - EDGE, EDGE - 8, legible(texts("export.print.page", page=document.page)))

    story = [*_first(known, texts, answer_by), *(each for page in PAGES for each in _page(page, known, texts))]
    made.build(story, onFirstPage=numbered, onLaterPages=numbered)
    return out.getvalue()


def _text(text: str, size: float = 9.0, *, bold: bool = False, colour: str = INK, space: float = 0.0) -> Any:
    """A text as a paragraph: nothing in it is mark-up."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "text", fontName=fonts()[bold], fontSize=size, leading=size * 1.3, textColor=HexColor(colour),
        spaceBefore=space, spaceAfter=2, splitLongWords=1,
    )  # fmt: skip
    return Paragraph(escape(legible(text)), style)


def _first(known: Known, texts: Texts, answer_by: str) -> Iterator[Any]:
    yield _text(texts("questionnaire.headline", name=firm_name(known)), 16, bold=True)
    if answer_by:
        yield _text(texts("questionnaire.until", day=answer_by), bold=True, space=6)
    for each in HOW:
        yield _text(texts(f"questionnaire.fill_in.{each}"), space=2)
    yield _text(texts("edit.no_classified"), space=2)


def _page(page: Page, known: Known, texts: Texts) -> Iterator[Any]:
    """A heading, what is known with room for what is new, and boxes for all else."""
    yield _text(texts(f"questionnaire.sheet.{page.name}"), 13, bold=True, space=14)
    rows = lines(page, known)
    cells = filled(known, texts)[page.kind.__name__]
    if page.kind is Company:
        yield _facts(rows, cells, texts)
        return
    told = [each for each in rows if cells.get(each.key) or each.concluded]
    if told or page.free:
        yield _records(page, told, cells, texts)
    rest = [each for each in rows if each not in told and each.name]
    if page.kind is Offer:
        for family, group in groupby(rest, key=lambda each: each.group):
            yield _text(family_name(family, texts), 10, bold=True, space=8)
            yield _boxes(page, list(group), texts)
    elif rest:
        yield _boxes(page, rest, texts)
    if page.kind is Need:
        yield _text(texts("questionnaire.own_words"), space=6)
        yield _ruled(2)


def _facts(rows: Sequence[Line], cells: Any, texts: Texts) -> Any:
    heads = [texts(f"questionnaire.column.{each}") for each in ("name", "now", "value", AUDIENCE)]
    body = [[texts(f"field.{each.name}"), cells.get(each.key, {}).get("value", ""), "", ""] for each in rows]
    return _grid([heads, *body], [0.22, 0.33, 0.27, 0.18])


def _records(page: Page, told: Sequence[Line], cells: Any, texts: Texts) -> Any:
    """What is known: what it is, in how far, and a line for what is new; then empty lines."""
    body = []
    for each in told:
        row = cells.get(each.key, {})
        facts = [
            f"{texts(f'field.{name}')}: {text}"
            for name, text in row.items()
            if name not in (ANSWER, AUDIENCE, "part_number")
        ]
        name = name_of(page, each, texts) if page.key else row.get("part_number", "")
        body.append(["x" if row.get(ANSWER) else "", name, " · ".join(facts), "", row.get(AUDIENCE, "")])
    body += [[""] * 5 for _ in range(EMPTY_LINES if page.free else 0)]
    heads = [texts(f"questionnaire.answer.{page.name}")]
    heads += [texts(f"questionnaire.column.{each}") for each in ("name", "now", "value", AUDIENCE)]
    return _grid([heads, *body], [0.11, 0.21, 0.29, 0.21, 0.18])


def _grid(rows: Sequence[Sequence[str]], shares: Sequence[float]) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table

    body = [[_text(text, 8.5, bold=number == 0) for text in row] for number, row in enumerate(rows)]
    return Table(
        body,
        colWidths=[share * WIDE for share in shares],
        repeatRows=1,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, HexColor(LINE)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), HexColor("#EEF2F4")),
        ],
    )


def _boxes(page: Page, rows: Sequence[Line], texts: Texts) -> Any:
    """Boxes to tick, some beside each other."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table

    body = []
    style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 1),
                        ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]  # fmt: skip
    for number, start in enumerate(range(0, len(rows), IN_A_ROW)):
        row: list[Any] = []
        for at, each in enumerate(rows[start : start + IN_A_ROW]):
            row += ["", _text(name_of(page, each, texts), 8)]
            style.append(("BOX", (2 * at, number), (2 * at, number), 0.6, HexColor(INK)))
        body.append(row + [""] * (2 * IN_A_ROW - len(row)))
    return Table(body, colWidths=[BOX, WIDE / IN_A_ROW - BOX] * IN_A_ROW, style=style)


def _ruled(count: int) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table

    style = [("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(LINE))]
    return Table([[""]] * count, colWidths=[WIDE], rowHeights=20, style=style)

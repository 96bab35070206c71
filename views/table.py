"""A table that is read: headings that sort, words that filter, firms that open with a click.

It is a component because a table of two hundred firms as widgets would be a thousand elements a run, and because
Streamlit's own is a canvas that no screen reader reads. Its script sets text as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import streamlit as st

from texts import Texts
from views.common import texts

FIRST_ROWS, MOST_ROWS = 60, 200
_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "narverk_table",
    html='<div class="table"></div>',
    css=(_HERE / "table.css").read_text(encoding="utf-8"),
    js=(_HERE / "table.js").read_text(encoding="utf-8"),
)

Value: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the row's field, its heading, and how its cells are shown.

    ``firm``: a button that opens the row's ``company_id``. ``number``: to the right, in the language's form, with so
    many decimals. ``quiet``: smaller and paler, for where a fact comes from. ``told``: what its "?" explains.
    """

    field: str
    title: str
    firm: bool = False
    number: bool = False
    decimals: int | None = None
    quiet: bool = False
    term: str = ""


def table(key: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Value]], *, alt: str = "") -> str | None:
    """Draw the first rows, more when asked for; the ``company_id`` of the firm that was just clicked, else None.

    ``alt`` is the table's caption for who does not see it.
    """
    sentences = texts()
    has_all = f"{key}_has_all"
    shown = rows[: MOST_ROWS if st.session_state.get(has_all) else FIRST_ROWS]
    more = sentences("table.more", shown=len(shown), all=len(rows)) if len(rows) > len(shown) else ""
    data = {
        "columns": [
            {
                "title": each.title,
                "kind": "firm" if each.firm else "number" if each.number else "quiet" if each.quiet else "text",
                "told": sentences(f"glossary.{each.term}") if each.term else "",
            }
            for each in columns
        ],
        "rows": [
            {"firm": row.get("company_id"), "cells": [_cell(row.get(each.field), each, sentences) for each in columns]}
            for row in shown
        ],
        "words": {
            "filter": sentences("table.filter"),
            "none": sentences("table.none"),
            "sort": sentences("table.sort"),
        },
        "alt": alt,
        "more": more,
        "rest": sentences("table.rest", count=min(len(rows), MOST_ROWS))
        if len(shown) < min(len(rows), MOST_ROWS)
        else "",
    }
    result = _component(
        key=key,
        data=data,
        on_firm_change=lambda: None,
        on_rest_change=lambda: st.session_state.update({has_all: True}),
    )
    clicked = result.get("firm")
    return str(clicked) if clicked else None


def _cell(value: Value, column: Column, sentences: Texts) -> Sequence[Value]:
    """What stands in the cell, and what it is sorted by."""
    if value is None:
        return ("", None)
    if isinstance(value, str):
        return (value, value.casefold())
    return (sentences.number(value, column.decimals), value)

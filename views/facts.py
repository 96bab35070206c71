"""A company's records as a component of the page: dense tables, who says so below each row, a pencil to change it.

It is a component because a firm with three hundred trades as widgets would be a thousand elements a run. Its script
sets text as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from render.company import Part, Row, Wording, columns_of
from views.common import is_dark, texts

MOST_ROWS = 200
NUMBERS = frozenset(
    {"max_length_mm", "max_weight_kg", "batch_min", "batch_max", "lead_time_days", "free_capacity_percent", "value_sek",
     "mass_kg", "contracts", "length_mm", "piece_weight_kg", "annual_quantity", "priority", "amount_sek"}
)  # fmt: skip
SHORT = frozenset(
    {"valid_until", "year", "cn_code", "part_number", "postcode", "phone", "asked_on", "introduced_on", "held_on",
     "applies_from", "stated_on", "deadline", "evidence", "transport_mode"}
)  # fmt: skip
"""Fields whose cells stand on one line."""
LOOSE = frozenset({"email", "website"})
"""Fields whose long words may break anywhere."""
ACT = "company_act"
_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "narverk_facts",
    html='<div class="facts"></div>',
    css=(_HERE / "facts.css").read_text(encoding="utf-8"),
    js=(_HERE / "facts.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Act:
    """What was asked for with a click: ``firm``, ``edit``, ``add`` or ``replace``, and of what."""

    do: str
    key: str


def facts(key: str, parts: Sequence[Mapping[str, Any]]) -> None:
    """Draw the parts, see :func:`part_data`; what is clicked is given by :func:`just_asked` in the run that follows."""
    words = {each: texts()(f"company.words.{each}") for each in ("edit", "source", "differ", "disputed", "closed")}

    def ask() -> None:
        st.session_state[ACT] = st.session_state[key]["act"]

    _component(key=key, data={"parts": list(parts), "words": words, "dark": is_dark()}, on_act_change=ask)


def just_asked() -> Act | None:
    """What was asked for with the click that this run follows."""
    asked = st.session_state.pop(ACT, None)
    return Act(str(asked["do"]), str(asked["key"])) if asked else None


def part_data(
    part: Part,
    rows: Sequence[Row],
    wording: Wording,
    *,
    may_edit: bool = False,
    note: str = "",
    closed: Sequence[str] = (),
    extra: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """A part as the browser gets it.

    ``extra`` holds by key of the record what stands in one more column, and the label of a button beside it.
    """
    sentences = texts()
    names = columns_of(part, rows)
    shown = rows[:MOST_ROWS]
    columns = [{"title": wording.field(each), "style": _style(each)} for each in names]
    besides = [
        [(extra or {}).get(each.key, ("", ""))[0] for each in shown],
        [each.source for each in shown],
    ]
    heads = [("replaceable", ""), ("source", "quiet")]
    more = [index for index, texts_ in enumerate(besides) if any(texts_)]
    columns += [{"title": wording.field(heads[i][0]), "style": heads[i][1]} for i in more]
    lines = [_row(each, names, [besides[i][number] for i in more]) for number, each in enumerate(shown)]
    buttons = {key: label for key, (_, label) in (extra or {}).items()}
    return {
        "name": part.name,
        "title": sentences(f"company.part.{part.name}"),
        "told": sentences(f"glossary.{part.name}") if sentences.has(f"glossary.{part.name}") else "",
        "wide": part.wide and bool(rows),
        "act": sentences("company.add") if may_edit else "",
        "note": note,
        "columns": columns,
        "rows": [{**each, "replace": buttons.get(str(each["key"]), ""), "may_edit": may_edit} for each in lines],
        "more": sentences("table.more", shown=len(shown), all=len(rows)) if len(rows) > len(shown) else "",
        "closed": list(closed),
    }


def _style(name: str) -> str:
    return "number" if name in NUMBERS else "short" if name in SHORT else "loose" if name in LOOSE else ""


def _row(row: Row, names: Sequence[str], besides: Sequence[str]) -> dict[str, Any]:
    """A row's cells, those of the columns beside its own last."""
    cells = [row.cells.get(each, "") for each in names]
    blank = [""] * len(besides)
    return {
        "key": row.key,
        "title": next(filter(None, cells), ""),
        "cells": [*cells, *besides],
        "firms": [row.firms.get(each, "") for each in names] + blank,
        "warned": [texts()("company.expired") if each == row.expired else "" for each in names] + blank,
        "told": [
            {"name": each.name, "disputed": each.is_disputed, "words": [list(word) for word in each.words]}
            for each in row.told
        ],
    }

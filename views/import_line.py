"""Who could make this line of an import list, how far off, and why? A window, with the way to the whole search."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from graph.import_list import CAN, SHOWN, UNPLACED, ImportLine, ImportList
from render.answers import rows_of
from render.import_list import part_name, understood
from texts import Texts
from views.common import Region, guarded, open_firm, plain, say, texts
from views.table import Column, table

COLUMNS = ("firm", "place", "distance", "score", "met", "ask", "why")


def show_line(here: Region, found: ImportList, number: int) -> None:
    """Open the window for a line of the list."""
    if not 0 <= number < len(found.lines):
        return
    line = found.lines[number]
    st.dialog(plain(part_name(line.part, texts())), width="large")(_window)(here, found, line)


def _window(here: Region, found: ImportList, line: ImportLine) -> None:
    with guarded():
        sentences = texts()
        if line.demand.processes:
            say(sentences("imports.line_understood", processes=understood(line, sentences)), "facts")
        place = found.origin.name if found.origin else ""
        if line.status == CAN:
            say(sentences("imports.line_found", found=line.found, km=found.within_km, place=place), "facts")
            _candidates(here, found, line, sentences)
        else:
            say(sentences(f"imports.why.{line.status}", km=found.within_km, place=place), "facts")
        if line.status != UNPLACED and (line.part.part_id in here.parts or line.part.description):
            button = st.button(sentences("imports.open_find"), type="primary", key="imports_open_find")
            if button:
                _open_find(here, found, line)


def _candidates(here: Region, found: ImportList, line: ImportLine, sentences: Texts) -> None:
    """The best of them as the search tells of them; a click opens the firm."""
    if found.origin is None:
        return
    answer = here.finder.find(line.demand, found.origin, found.within_km, limit=SHOWN)
    rows = [
        {
            "company_id": each.company_id,
            "firm": each.name,
            "place": each.place,
            "distance": each.distance,
            "score": each.score,
            "met": ", ".join(one.short for one in each.demands if one.status == "met"),
            "ask": ", ".join(one.short for one in each.demands if one.status == "unknown"),
            "why": "; ".join(one.text for one in each.terms),
        }
        for each in rows_of(answer.hits, here.companies, sentences)
    ]
    columns = [
        Column(each, sentences(f"imports.columns.{each}"), firm=each == "firm", quiet=each in ("met", "ask", "why"))
        for each in COLUMNS
    ]
    if clicked := table("imports_candidates", columns, rows, alt=sentences("imports.line_found", found=line.found,
                        km=found.within_km, place=found.origin.name)):  # fmt: skip
        open_firm(clicked)


def _open_find(here: Region, found: ImportList, line: ImportLine) -> NoReturn:
    """Go to the search for this part: a stored one as itself, another by its words; neither stands in the address."""
    part, near = line.part, found.origin
    asked = {"within": f"{found.within_km:g} km"}
    if part.part_id in here.parts:
        asked |= {"mode": "part", "part": part.part_id, "part_filter": part.part_number or part.description or ""}
        asked |= {"near_part": near.name if near and near.company_id != part.company_id else ""}
    else:
        asked |= {"mode": "text", "text": part.description or ""}
        asked |= {"near": (near.company_id or near.name) if near else here.main_place}
    st.session_state.update(asked)
    st.switch_page("views/find.py")

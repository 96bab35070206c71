"""A table to take along: one button for Excel, one for CSV, perhaps one to print, made only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from render.tables import Cell, as_csv, as_xlsx
from views.common import texts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(
    table: Sequence[Sequence[Cell]] | Callable[[], Sequence[Sequence[Cell]]],
    name: str,
    sheet: Callable[[], bytes] | None = None,
) -> None:
    """Buttons for the table, whose first line is its heading; ``name`` is the file's, without its ending.

    A table that takes long to make may be given as the function that makes it; ``sheet`` makes a page to print.
    """
    sentences = texts()

    def made() -> Sequence[Sequence[Cell]]:
        return table() if callable(table) else table

    def xlsx() -> bytes:
        return as_xlsx(made(), name)

    def comma_separated() -> bytes:
        return as_csv(made(), sentences.language)

    with st.container(horizontal=True, key=f"downloads_{name}"):
        st.download_button(sentences("table.xlsx"), xlsx, f"{name}.xlsx", XLSX, on_click="ignore", key=f"{name}_xlsx")
        st.download_button(
            sentences("table.csv"), comma_separated, f"{name}.csv", "text/csv", on_click="ignore", key=f"{name}_csv"
        )
        if sheet is not None:
            label = sentences("table.print")
            st.download_button(label, sheet, f"{name}.html", "text/html", on_click="ignore", key=f"{name}_print")

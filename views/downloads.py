"""What is taken along: a file, or a table as Excel and CSV, made only when asked for and written down when taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from render.tables import Cell, as_csv, as_xlsx
from views.common import texts
from views.witness import taking

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(
    label: str, make: Callable[[], bytes], file: str, mime: str, key: str, *, is_primary: bool = False
) -> None:
    """The one button by which a file leaves the app."""
    taken = taking(file)

    def made() -> bytes:
        taken()
        return make()

    kind: Literal["primary", "secondary"] = "primary" if is_primary else "secondary"
    st.download_button(label, made, file, mime, on_click="ignore", key=key, type=kind)


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
        download(sentences("table.xlsx"), xlsx, f"{name}.xlsx", XLSX, f"{name}_xlsx")
        download(sentences("table.csv"), comma_separated, f"{name}.csv", "text/csv", f"{name}_csv")
        if sheet is not None:
            download(sentences("table.print"), sheet, f"{name}.html", "text/html", f"{name}_print")

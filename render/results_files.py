"""As which files can results be given? Each is made of what may be given away, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from graph.results_kept import Fixed, Results
from render.results import book, page
from render.results_docx import results_docx
from render.results_pdf import results_pdf
from texts import Texts


class Form(NamedTuple):
    """A kind of file: its ending without the dot, what makes it, and its media type."""

    name: str
    make: Callable[[Results, Fixed | None, Texts], bytes]
    mime: str


def _pdf(found: Results, fixed: Fixed | None, texts: Texts) -> bytes:
    return results_pdf(page(found, texts, fixed), texts)


def _docx(found: Results, fixed: Fixed | None, texts: Texts) -> bytes:
    return results_docx(page(found, texts, fixed), texts)


def _xlsx(found: Results, fixed: Fixed | None, texts: Texts) -> bytes:
    return book(found, texts, fixed)


FORMS: Mapping[str, Form] = {
    f".{each.name}": each
    for each in (
        Form("pdf", _pdf, "application/pdf"),
        Form("docx", _docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        Form("xlsx", _xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )
}
"""The kinds of files by their ending."""

"""In which files can a show be taken along? Each is drawn from the same deck.

A further kind is a line of :data:`FORMS`; the leak scan takes up whatever stands there.
"""

from __future__ import annotations

from collections.abc import Mapping

from render.exports import File
from render.show_deck import Deck
from render.show_page import show_page, zipped
from render.show_pdf import show_pdf
from render.show_pptx import show_pptx
from texts import Texts


def _zip(deck: Deck, texts: Texts) -> bytes:
    return zipped(show_page(deck, texts), deck.title, deck.day)


FORMS: Mapping[str, File[Deck]] = {
    f".{each.name}": each
    for each in (
        File("html", show_page, "text/html"),
        File("zip", _zip, "application/zip"),
        File("pptx", show_pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        File("pdf", show_pdf, "application/pdf"),
    )
}
"""The kinds of files by their ending."""

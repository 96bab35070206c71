"""In which files can a region be taken along? Each is made of one viewer's view of it and of nothing else.

A further kind of file is a line of :data:`FILES`; the leak scan takes up whatever stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from render.calendars import calendar
from render.catalogue import catalogue
from render.export_book import workbook
from render.export_map import points
from render.export_network import network
from render.export_picture import picture
from render.export_print import catalogue_to_print
from render.export_slides import slides
from render.export_table import table
from render.json_lines import lines
from render.taken import Taken
from render.vcards import cards
from texts import Texts

T = TypeVar("T")


class File(NamedTuple, Generic[T]):
    """A kind of file: its ending without the dot, what makes it of something, its media type, and who may have it.

    ``result`` is a kind of result as in :data:`graph.audience.RESULT_AUDIENCE`.
    """

    name: str
    make: Callable[[T, Texts], bytes]
    mime: str
    result: str = "export"


FILES: Mapping[str, File[Taken]] = {
    f".{each.name}": each
    for each in (
        File("xlsx", workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        File("csv", table, "text/csv"),
        File("html", catalogue, "text/html"),
        File("pdf", catalogue_to_print, "application/pdf"),
        File("pptx", slides, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        File("png", picture, "image/png"),
        File("vcf", cards, "text/vcard", result="contacts"),
        File("ics", calendar, "text/calendar"),
        File("geojson", points, "application/geo+json"),
        File("graphml", network, "application/xml"),
        File("jsonl", lines, "application/jsonl"),
    )
}
"""The kinds of files by their ending, those for people first."""

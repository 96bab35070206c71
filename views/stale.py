"""Which facts should somebody ask the firms about again? A table by the day they are due, each opening its firm."""

from __future__ import annotations

from datetime import date, timedelta

from graph.freshness import Stale, stale
from render.plain import process_name
from render.tables import Cell
from texts import Texts
from views.common import Region, open_firm, say, section, texts
from views.downloads import downloads
from views.table import Column, Value, table

WITHIN_DAYS = 90
COLUMNS = ("firm", "fact", "told", "by")


def ask_again(here: Region) -> None:
    """What is overdue or will be within :data:`WITHIN_DAYS`; one sentence where nothing is."""
    sentences = texts()
    by = (date.fromisoformat(here.day) + timedelta(days=WITHIN_DAYS)).isoformat()
    found = here.kept(("stale",), lambda: stale(here.snapshot, by))
    section(sentences("stale.title"), term="stale")
    if not found:
        say(sentences("stale.none", days=WITHIN_DAYS), "note")
        return
    firms = here.kept(("stale_firms",), lambda: len({each.company_id for each in found}))
    say(f"{sentences('stale.count', count=len(found), firms=firms)} "
        f"{sentences('stale.what')}", "note")  # fmt: skip
    rows = here.kept(("stale_rows", sentences.language), lambda: [_row(here, each, sentences) for each in found])
    columns = [Column(each, sentences(f"stale.{each}"), firm=each == "firm") for each in COLUMNS]
    clicked = table("stale", columns, rows, alt=sentences("stale.title"))
    if clicked:
        open_firm(clicked)
    heads: list[Cell] = [each.title for each in columns]
    downloads(lambda: [heads, *([row[each] for each in COLUMNS] for row in rows)], sentences("stale.file"))


def _row(here: Region, each: Stale, sentences: Texts) -> dict[str, Value]:
    firm = here.companies.get(each.company_id)
    return {
        "company_id": each.company_id,
        "firm": (firm.name if firm else None) or sentences("find.unnamed"),
        "fact": process_name(each.item, sentences) if each.kind == "Offer" else each.item,
        "told": each.stated_on or "",
        "by": each.confirm_by,
    }

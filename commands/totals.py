"""The region in figures that everybody may see, and a report of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from commands.asking import Asked, Said, write_file
from graph import ledger
from graph.audience import require
from graph.errors import UserMistake
from graph.named import Named, named
from graph.totals import Totals, totals
from render import totals as words
from render.report import report_book, report_page
from texts import Texts

FORMS: dict[str, Callable[[Totals, Sequence[Named], Texts, str], bytes]] = {".html": report_page, ".xlsx": report_book}


def show_totals(asked: Asked) -> Said:
    """The region in figures that everybody may see: firms, what they can make, trades and imports."""
    require(asked.viewer, "totals")
    with asked.store() as store:
        found = totals(store)
    return Said(words.as_json(found), words.lines(found, asked.texts))


def write_report(asked: Asked) -> Said:
    """Write the figures that everybody may see as a report to a region or a funder."""
    require(asked.viewer, "totals")
    target = Path(asked.args.file)
    make = FORMS.get(target.suffix.casefold())
    if make is None:
        raise UserMistake("not_a_report", file=str(target))
    if target.exists():
        raise UserMistake("file_exists", file=str(target))
    with asked.store() as store:
        found, firms = totals(store), named(store)
    write_file(target, make(found, firms, asked.texts, ledger.today()))
    return Said(
        {"file": str(target), "named": [each.company_id for each in firms]},
        [asked.texts("totals.written", path=str(target), firms=len(firms))],
    )

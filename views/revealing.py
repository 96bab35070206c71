"""Which firms tell, by what others see of them, of a chain that is to stay with the manager?"""

from __future__ import annotations

from functools import partial

from graph.audience import Viewer, view
from graph.model import Level
from graph.revealing import revealing
from render import revealing as words
from views.common import Region, firm_name, open_firm, say, section, store, texts
from views.table import Column, table


def what_reveals(here: Region) -> None:
    """A table of those firms for the manager; a click opens one."""
    sentences = texts()
    found = here.kept("revealing", lambda: revealing(here.snapshot, view(store(), Viewer(Level.MEMBERS))))
    section(sentences("reveals.title"))
    say(sentences("reveals.note" if found else "reveals.none"), "note")
    if not found:
        return
    columns = [Column(each, sentences(f"reveals.columns.{each}"), firm=each == "name") for each in words.COLUMNS]
    if clicked := table(
        "revealing", columns, words.rows(found, partial(firm_name, here), sentences), alt=sentences("reveals.title")
    ):
        open_firm(clicked)

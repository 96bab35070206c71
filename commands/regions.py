"""How do areas compare?"""

from __future__ import annotations

from commands.asking import Asked, Said
from graph import ledger
from graph.audience import require
from graph.network import project
from graph.regions import area_named, compare, usual
from render import regions as words


def show_regions(asked: Asked) -> Said:
    """Compare regions, counties or sets of municipalities."""
    require(asked.viewer, "regions")
    snapshot = asked.snapshot()
    network = project(snapshot)
    areas = {each.key: each for each in (area_named(snapshot, name) for name in asked.args.names)}
    chosen = [*areas.values()] or usual(snapshot, network)
    found = compare(snapshot, network, chosen, today=ledger.today(), learned=asked.learned())
    return Said(words.as_json(found), words.lines(found, asked.texts))

"""Who stands alone, whom to ask next, and whom to bring together."""

from __future__ import annotations

from commands.asking import Asked, Said
from graph import ledger
from graph.affinity import Affinity
from graph.audience import require
from graph.introductions import Introductions, near_misses, vetoes
from graph.isolation import isolated
from graph.makers import Makers
from graph.model import Alias, Company, Decision
from graph.network import project
from graph.outreach import Outreach
from graph.replacement import Finder
from render import introductions
from render import isolated as alone
from render.introductions import namer

ASKED_NEXT = 20


def show_isolated(asked: Asked) -> Said:
    """Who stands alone, and whom to ask next."""
    require(asked.viewer, "isolation")
    snapshot, day = asked.snapshot(), ledger.today()
    network = project(snapshot)
    found = isolated(snapshot, network)
    outreach = Outreach(snapshot, network, day)
    to_ask = outreach.ask_next(Makers(snapshot, today=day), ASKED_NEXT)
    names = {each.company_id: each.name for each in snapshot.of(Company)}
    return Said(alone.as_json(found, outreach.heard(), to_ask), alone.lines(found, to_ask, names, asked.texts))


def show_introductions(asked: Asked) -> Said:
    """Which pairs of firms are worth bringing together."""
    require(asked.viewer, "introductions")
    snapshot, day = asked.snapshot(), ledger.today()
    with asked.store() as store:
        decisions = store.snapshot(Decision).of(Decision)
    company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
    network = project(snapshot)
    affinity = Affinity(snapshot, network)
    found = Introductions(
        snapshot,
        network,
        affinity=affinity,
        isolation=isolated(snapshot, network, affinity),
        misses=near_misses(snapshot, Finder(snapshot, today=day), Makers(snapshot, today=day)),
        vetoed=vetoes(decisions, company_of),
        again=asked.args.again,
    ).queue(asked.args.limit)
    names = {each.company_id: each.name for each in snapshot.of(Company)}
    lines = introductions.lines(found, namer(names, asked.texts), asked.texts)
    return Said(introductions.as_json(found, names), lines)

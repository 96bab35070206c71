"""What is to be done this week, and how it stands with each firm that is to be interviewed."""

from __future__ import annotations

from commands.asking import Asked, Said
from graph.audience import require
from graph.enquiries import due, enquiries
from graph.ledger import today
from graph.makers import Makers
from graph.model import Alias, Company, Decision, Load
from graph.network import project
from graph.outreach import Outreach
from graph.resolve import live_decisions
from graph.store import Snapshot
from graph.week import groups, of_doubts, of_enquiries, of_records, of_to_ask, of_words
from graph.week_notes import resting
from ingest.identify import doubts
from render.introductions import NameOf, namer
from render.week import outreach_json, outreach_lines, week_json, week_lines
from texts import Texts

TO_ASK = 30


def show_week(asked: Asked) -> Said:
    """What is to be done this week, with what rests left out."""
    require(asked.viewer, "week")
    snapshot, day = asked.snapshot(), today()
    with asked.store() as store:
        said = store.snapshot(Load, Decision)
        late = due(enquiries(store, asked.viewer), day)
        rest = resting(store, asked.viewer)
    company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
    names = {each.alias: each.name_keys for each in snapshot.of(Alias)}
    doubtful = doubts(names, company_of, live_decisions(said.of(Decision)), names)
    pairs = {(company_of.get(each.one, each.one), company_of.get(each.other, each.other)): None for each in doubtful}
    of_all = of_records(snapshot, day)
    to_ask = Outreach(snapshot, project(snapshot), day).ask_next(Makers(snapshot, today=day), TO_ASK)
    items = [
        *of_enquiries(late),
        *of_all,
        *of_words(said.of(Load), company_of, day),
        *of_doubts(pairs),
        *of_to_ask(to_ask, of_all),
    ]
    found = groups(items, rest, day)
    name_of = _names(snapshot, asked.texts)
    return Said(week_json(found, name_of), week_lines(found, name_of, asked.texts))


def show_outreach(asked: Asked) -> Said:
    """Who has been asked, reminded and heard; the firms of a state where one is named."""
    require(asked.viewer, "outreach")
    snapshot = asked.snapshot()
    standings = Outreach(snapshot, project(snapshot), today()).standings()
    shown = [each for each in standings if asked.args.state and each.state in asked.args.state]
    names = _names(snapshot, asked.texts)
    return Said(outreach_json(standings, shown), outreach_lines(standings, shown, names, asked.texts))


def _names(snapshot: Snapshot, texts: Texts) -> NameOf:
    return namer({each.company_id: each.name for each in snapshot.of(Company)}, texts)

"""Who sits with whom at a meeting?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.asking import Asked, Said
from graph.affinity import Affinity
from graph.audience import require
from graph.introductions import vetoes
from graph.lookup import find_company
from graph.meeting_plan import plan_pairs, plan_tables, wishes_of
from graph.model import Alias, Decision
from graph.network import project
from graph.secret import secret_for
from graph.store import Snapshot
from ingest.attendees import read_attendees
from render import meeting as words
from render.plain import MOST_LINES, problem_sentence


def plan_meeting(asked: Asked) -> Said:
    """Plan one-to-one rounds and tables for those on a list."""
    require(asked.viewer, "meeting_plan")
    args, texts, snapshot = asked.args, asked.texts, asked.snapshot()
    with asked.store() as store:
        read = read_attendees(Path(args.attendees), snapshot, secret_for(store, keep=False))
        decisions = store.snapshot(Decision).of(Decision)
    affinity = Affinity(snapshot, project(snapshot))
    company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
    apart = [tuple(sorted(each)) for each in vetoes(decisions, company_of)]
    apart += _told_apart(snapshot, args.apart)
    wishes = wishes_of(
        affinity,
        read.attendees,
        apart=[(one, other) for one, other in apart],
        competitors_apart=args.apart_competitors,
    )
    pairs = plan_pairs(wishes, args.rounds)
    tables = plan_tables(wishes, args.rounds, args.table_size)
    problems = [{**asdict(each), "message": problem_sentence(each, texts)} for each in read.problems]
    json: dict[str, Any] = {**words.as_json(read.attendees, pairs, tables), "problems": problems}
    lines = [*words.lines(read.attendees, pairs, tables, texts)]
    lines += [problem_sentence(each, texts) for each in read.problems[:MOST_LINES]]
    return Said(json, lines)


def _told_apart(snapshot: Snapshot, pairs: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """The companies of each pair that was named, by identifier."""
    for pair in pairs:
        yield tuple(find_company(snapshot, each).company_id for each in pair)

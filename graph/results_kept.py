"""What was the work to lead to, and what has been given away of it, so that it can be given again?

Goals and results that were fixed are notes beside the region and move no revision. What is fixed is the figures
themselves, with what of them may be given, beside a name for the region as it was: enquiries are notes too, so the
region alone would not give the same figures again. A fixed result is never changed; it can be withdrawn, with a reason.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from graph.audience import Viewer, require
from graph.changes import changes
from graph.enquiries import enquiries
from graph.errors import UnknownName, UserMistake
from graph.ledger import name_snapshot
from graph.model import REGION_KINDS, Decision, Load, Region, SnapshotName
from graph.moments import day_of, region_at
from graph.results import FIGURES, Counting, Joined, Line, Question, Told, checked, told_of
from graph.results_given import hidden_in
from graph.store import Snapshot, Store
from graph.tables import fold

RESULT = "results"
NOTES, GOALS = "result:", "goal:"  # what the notes' names begin with
WITHDRAWN = ":withdrawn"
ID_BYTES = 9


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure was on a day, what it is to be on another, and in words; of the whole, or of a project."""

    figure: str
    project: str | None = None
    words: str = ""
    baseline: float | None = None
    baseline_on: str | None = None
    target: float | None = None
    target_on: str | None = None

    def __bool__(self) -> bool:
        return bool(self.words) or self.baseline is not None or self.target is not None


@dataclass(frozen=True, slots=True)
class Results:
    """The figures with their goals, of a region (its names) as it was known on a day, made on a day."""

    told: Told
    goals: Mapping[str, Goal]
    region: str
    known_on: str
    made_on: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """Results that were fixed under a name, and for whom; ``withdrawn_on``: the day they were taken back, and why."""

    result_id: str
    name: str
    given_to: str
    results: Results
    withdrawn_on: str | None = None
    reason: str = ""


# -- the figures -----------------------------------------------------------------------------------------------------


def results(
    store: Store,
    viewer: Viewer,
    question: Question,
    *,
    today: str,
    snapshot: Snapshot | None = None,
    joined: Callable[[Snapshot, str, str], Joined | None] | None = None,
) -> Results:
    """What came of the work of a period.

    Args:
        store: of the region.
        viewer: who asks.
        question: which period, and whose.
        today: the day, ISO.
        snapshot: the region, of every kind, where it is told of an earlier one, or is at hand.
        joined: gives what :func:`joined_between` does, which takes the longest, where it is kept.

    Raises:
        NotAllowed: the results are the manager's.
        UserMistake: ``not_a_day``, ``period_backwards``.
        UnknownName: ``no_such_project``.
    """
    require(viewer, RESULT)
    checked(question)
    snapshot = snapshot or store.snapshot(*REGION_KINDS)
    counting = Counting(snapshot, enquiries(store, viewer))
    lonely = joined or (lambda now, first, last: joined_between(store, now, first, last, today))
    since = lonely(snapshot, question.first, question.last)
    tally = counting.tally(question, since)
    told = told_of(counting, tally, question, hidden_in(tally), since.since if since else None)
    goals = goals_of(store, viewer, question.project) if question.municipality is None else {}
    names = ", ".join(each.name for each in snapshot.of(Region) if each.name and each.is_home is not False)
    return Results(told, goals, names, day_of(store.snapshot(Load, Decision), snapshot.revision), today)


def joined_between(store: Store, now: Snapshot, first: str, last: str, today: str) -> Joined | None:
    """The lonely firms that joined from what was known before a period, else first in it, until its end.

    None where nothing was known, or nothing that came after it.
    """
    known = store.snapshot(Load, Decision)
    told = [(each.revision, each.loaded_on) for each in known.of(Load)]
    told += [(each.revision, each.decided_on) for each in known.of(Decision)]
    told = [each for each in told if each[0] <= now.revision]
    before = [revision for revision, day in told if day < first]
    until = now.revision if last >= today else max((revision for revision, day in told if day <= last), default=0)
    start = max(before) if before else min((revision for revision, _ in told), default=0)
    if not start or until < start or (until == start and not before):
        return None
    old = region_at(store, start)
    new = now if until == now.revision else region_at(store, until)
    since = day_of(known, start)
    found = changes(old, new, (since, min(last, today)))
    return Joined(since, tuple(each.company_id for each in found.events["joined"]))


# -- goals -----------------------------------------------------------------------------------------------------------


def set_goal(store: Store, viewer: Viewer, goal: Goal) -> None:
    """Keep a goal in the place of the one before; one that says nothing is no goal.

    Raises:
        NotAllowed: the results are the manager's.
        UserMistake: ``not_a_day``.
    """
    require(viewer, RESULT)
    if goal.figure not in FIGURES:
        raise ValueError(goal.figure)
    for day in filter(None, (goal.baseline_on, goal.target_on)):
        checked(Question(day, day))
    kept = replace(goal, words=goal.words.strip())
    store.remember(_goal_name(goal.figure, goal.project), orjson.dumps(asdict(kept)).decode() if kept else None)


def goals_of(store: Store, viewer: Viewer, project: str | None = None) -> dict[str, Goal]:
    """The goals of the whole, or of a project, by figure.

    Raises:
        NotAllowed: the results are the manager's.
    """
    require(viewer, RESULT)
    kept = store.notes(GOALS)
    names = {figure: _goal_name(figure, project) for figure in FIGURES}
    return {figure: Goal(**orjson.loads(kept[name])) for figure, name in names.items() if name in kept}


def _goal_name(figure: str, project: str | None) -> str:
    return f"{GOALS}{figure}:{fold(project or '')}"


# -- what was given --------------------------------------------------------------------------------------------------


def fix(store: Store, viewer: Viewer, question: Question, name: str, *, given_to: str = "", today: str) -> Fixed:
    """Fix the results as they are now, and the region with them, under a name that nothing has yet.

    Raises:
        NotAllowed, UserMistake, UnknownName: as :func:`results`.
        UserMistake: ``result_name_taken``, ``bad_snapshot_name``.
    """
    name = " ".join(name.split())
    results(store, viewer, question, today=today)  # what cannot be told is not named
    taken = {each.name for each in store.snapshot(SnapshotName).of(SnapshotName)}
    if name in taken or any(name == each.name for each in fixed(store, viewer)):
        raise UserMistake("result_name_taken", name=name)
    at = name_snapshot(store, name)
    found = Fixed(
        secrets.token_urlsafe(ID_BYTES),
        name,
        " ".join(given_to.split()),
        results(store, viewer, question, today=today, snapshot=region_at(store, at)),
    )
    store.settle(NOTES + found.result_id, orjson.dumps(asdict(found)).decode())
    return found


def withdraw(store: Store, viewer: Viewer, result_id: str, reason: str, *, today: str) -> None:
    """Let a fixed result not stand any more; it can still be read, with the reason. The first word counts.

    Raises:
        NotAllowed: the results are the manager's.
        UnknownName: ``no_such_result``.
        UserMistake: ``withdrawn_without_reason``.
    """
    require(viewer, RESULT)
    if store.recall(NOTES + result_id) is None:
        raise UnknownName("no_such_result", name=result_id, known=None)
    if not reason.strip():
        raise UserMistake("withdrawn_without_reason")
    said = {"on": today, "reason": " ".join(reason.split())}
    store.settle(f"{NOTES}{result_id}{WITHDRAWN}", orjson.dumps(said).decode())


def fixed(store: Store, viewer: Viewer) -> list[Fixed]:
    """All that was fixed, the newest first, withdrawn or not.

    Raises:
        NotAllowed: the results are the manager's.
    """
    require(viewer, RESULT)
    notes = store.notes(NOTES)
    found = []
    for name, value in notes.items():
        if not name.endswith(WITHDRAWN):
            last = orjson.loads(notes.get(name + WITHDRAWN, "{}"))
            found.append(_fixed(orjson.loads(value), last.get("on"), last.get("reason", "")))
    return sorted(found, key=lambda each: (each.results.made_on, each.name), reverse=True)


def fixed_as(store: Store, viewer: Viewer, name: str) -> Fixed:
    """What was fixed under a name.

    Raises:
        NotAllowed: the results are the manager's.
        UnknownName: ``no_such_result``.
    """
    known = fixed(store, viewer)
    found = next((each for each in known if each.name == name), None)
    if found is None:
        raise UnknownName("no_such_result", name=name, known=tuple(each.name for each in known) or None)
    return found


def _fixed(said: dict[str, Any], withdrawn_on: str | None, reason: str) -> Fixed:
    kept = said["results"]
    told = kept["told"]
    read = Told(
        Question(**told["question"]),
        _line(told["whole"]),
        {key: _line(each) for key, each in told["municipalities"].items()},
        {key: _line(each) for key, each in told["projects"].items()},
        told["since"],
    )
    goals = {figure: Goal(**each) for figure, each in kept["goals"].items()}
    whole = Results(read, goals, kept["region"], kept["known_on"], kept["made_on"])
    return Fixed(said["result_id"], said["name"], said["given_to"], whole, withdrawn_on, reason)


def _line(said: dict[str, Any]) -> Line:
    return Line(said["values"], said["unknown"], tuple(said["hidden"]))

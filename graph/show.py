"""Which show is kept for which meeting: its steps in their order, and what people have put in the region's own words.

A show holds no answer. What its steps tell is worked out anew from the region each time it is shown
(:mod:`graph.story`), for the audience that it is made for; kept are the order, what is left out, and a person's words.
Shows are notes of the application's own: they move no revision.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

import orjson

from graph.audience import Viewer, require
from graph.errors import RevisionMoved, UnknownName, UserMistake
from graph.model import Level
from graph.store import Store

NOTES = "show:"  # what the notes' names begin with
KINDS = ("glance", "who", "makes", "trades", "imports", "parts", "alone", "introductions", "changes", "ask")
"""What the steps tell, in the order in which a new show has them."""
OWN = "own"
"""A step of a person's own words alone."""
MOST_STEPS, MOST_TEXT, MOST_LINES = 40, 2000, 12
ID_BYTES = 9


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a show; an empty text leaves the region's own words standing.

    ``lines`` are put in the place of what stands under the title, ``notes`` are for who speaks.
    """

    kind: str
    is_shown: bool = True
    title: str = ""
    lines: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """A show for one audience and day (ISO, "" not set); ``since`` is the revision that changes are told from."""

    name: str
    level: Level
    held_on: str
    steps: tuple[Step, ...] = tuple(map(Step, KINDS))
    since: int | None = None
    show_id: str = ""  # given when it is kept
    version: int = 0  # how often it was kept


def shows(store: Store, viewer: Viewer) -> list[Show]:
    """The shows that are kept, the latest meeting first.

    Raises:
        NotAllowed: to anybody but the manager.
    """
    require(viewer, "shows")
    found = [_read(name.removeprefix(NOTES), text) for name, text in store.notes(NOTES).items()]
    return sorted(found, key=lambda each: (each.held_on, each.name, each.show_id), reverse=True)


def keep_show(store: Store, viewer: Viewer, show: Show) -> Show:
    """Keep a new show, or what became of one that is kept.

    Raises:
        NotAllowed: to anybody but the manager.
        UserMistake: ``show_without_name``, ``show_bad_day``, ``show_bad_steps``, ``show_too_long``.
        RevisionMoved: ``show_moved``: somebody else has kept it meanwhile.
    """
    require(viewer, "shows")
    checked = _checked(show)
    show_id = checked.show_id or secrets.token_urlsafe(ID_BYTES)
    kept = store.recall(NOTES + show_id)
    now = _read(show_id, kept).version if kept else 0
    if now != checked.version:
        raise RevisionMoved("show_moved")
    made = replace(checked, show_id=show_id, version=now + 1)
    store.remember(NOTES + show_id, _written(made))
    return made


def drop_show(store: Store, viewer: Viewer, show_id: str) -> None:
    """Keep a show no longer.

    Raises:
        NotAllowed: to anybody but the manager.
        UnknownName: ``no_such_show``.
    """
    require(viewer, "shows")
    if store.recall(NOTES + show_id) is None:
        raise UnknownName("no_such_show", name=show_id)
    store.remember(NOTES + show_id, None)


def find_show(known: Sequence[Show], name: str) -> Show:
    """The show of that name or identifier, the latest where several have it.

    Raises:
        UnknownName: ``no_such_show``.
    """
    for each in known:
        if name in (each.show_id, each.name):
            return each
    raise UnknownName("no_such_show", name=name, suggestions=tuple(each.name for each in known[:MOST_LINES]))


def _checked(show: Show) -> Show:
    """The show with its texts trimmed.

    Raises:
        UserMistake: see :func:`keep_show`.
    """
    steps = tuple(
        replace(
            each,
            title=each.title.strip(),
            lines=tuple(line.strip() for line in each.lines if line.strip()),
            notes=each.notes.strip(),
        )
        for each in show.steps
    )
    if not show.name.strip():
        raise UserMistake("show_without_name")
    if show.held_on and not _is_day(show.held_on):
        raise UserMistake("show_bad_day", day=show.held_on)
    kinds = [each.kind for each in steps if each.kind != OWN]
    if len(steps) > MOST_STEPS or len(set(kinds)) < len(kinds) or not {*kinds} <= {*KINDS}:
        raise UserMistake("show_bad_steps", most=MOST_STEPS)
    texts = [show.name, *(text for each in steps for text in (each.title, each.notes, *each.lines))]
    if any(len(text) > MOST_TEXT for text in texts) or any(len(each.lines) > MOST_LINES for each in steps):
        raise UserMistake("show_too_long", letters=MOST_TEXT, lines=MOST_LINES)
    return replace(show, name=show.name.strip(), steps=steps)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _written(show: Show) -> str:
    told = asdict(show) | {"level": show.level.name}
    del told["show_id"]
    return orjson.dumps(told).decode()


def _read(show_id: str, text: str) -> Show:
    """The show as it was written; what a newer program wrote beside it is passed over."""
    told = orjson.loads(text)
    steps = tuple(Step(**_known(Step, each) | {"lines": tuple(each["lines"])}) for each in told["steps"])
    return Show(**_known(Show, told) | {"level": Level[told["level"]], "steps": steps, "show_id": show_id})


def _known(kind: type[Step | Show], told: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in told.items() if name in names}

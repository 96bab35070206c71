"""What was said of a firm at the meeting, and what is left to do about it?

A note is written down in a moment and worked off afterwards; it says nothing of the region until somebody does what it
asks for. Each note, and each word of what became of it, is kept by itself, so that two who write at once lose nothing,
and none moves the region's revision. Firms are read through the region's aliases; one that nobody knew stands by name.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from graph.audience import Viewer, require
from graph.errors import NarverkError, UnknownName, UserMistake
from graph.identity import is_company
from graph.lookup import find_company
from graph.model import Alias
from graph.store import Snapshot, Store

NOTES = "capture:"  # what the notes' names begin with
RESULT = "captures"
CAN, NEEDS, CORRECTION, CONSENT, MEET = KINDS = ("can", "needs", "correction", "consent", "meet")
"""What a firm can do, needs, wants put right, lets others see, or whom it wants to meet."""
SPEAKING = (CAN, NEEDS, CORRECTION)
"""Kinds that say nothing without words."""
LEFT, DONE, DROPPED = STATES = ("left", "done", "dropped")
ID_BYTES = 9


@dataclass(frozen=True, slots=True)
class Said:
    """What was said; a firm is its identifier, or the name as it was typed where nobody is known by it."""

    kind: str  # one of KINDS
    firm: str
    at: str  # when (UTC), ISO text
    words: str = ""
    said_by: str = ""  # who said it, as it was typed
    other: str = ""  # the firm to meet

    @property
    def on(self) -> str:
        """The day of the meeting, ISO text."""
        return self.at[:10]


@dataclass(frozen=True, slots=True)
class Captured:
    """A note, and what has become of it."""

    capture_id: str
    said: Said
    state: str = LEFT  # one of STATES


@dataclass(frozen=True, slots=True)
class _Event:
    """What became of a note; the last one counts."""

    state: str
    at: str
    number: int  # words known of the note before
    event_id: str = field(default="", kw_only=True)


class Notebook(NamedTuple):
    """All that can be done where nothing else may be written: to add a note, and to hear how many a day has."""

    add: Callable[[Said], str]
    count: Callable[[str], int]


def notebook(store: Store, viewer: Viewer) -> Notebook:
    """The way to :func:`capture` in a store that is otherwise only read; ``viewer`` is who really writes.

    Raises:
        NotAllowed: the viewer may not write such notes.
    """
    require(viewer, RESULT)

    def add(said: Said) -> str:
        return capture(store, viewer, said)

    def count(day: str) -> int:
        return sum(":" not in name.removeprefix(NOTES) for name in store.notes(f"{NOTES}{day}"))

    return Notebook(add, count)


def capture(store: Store, viewer: Viewer, said: Said) -> str:
    """Keep what was said as a note of its own, in the place of none, and return its id.

    Raises:
        NotAllowed: the viewer may not write such notes.
        UserMistake: ``capture_without_firm``, ``capture_without_other``, ``capture_with_itself``,
            ``capture_without_words``.
    """
    require(viewer, RESULT)
    said = _checked(said)
    capture_id = f"{said.on}-{secrets.token_urlsafe(ID_BYTES)}"
    store.settle(NOTES + capture_id, _written(said))
    return capture_id


def mark(store: Store, viewer: Viewer, capture_id: str, state: str, *, at: str) -> None:
    """Say at the moment (UTC, ISO text) what has become of a note; LEFT takes back what was said before.

    Raises:
        NotAllowed: the viewer may not see such notes.
        UnknownName: ``no_such_capture``.
    """
    require(viewer, RESULT)
    if state not in STATES:
        raise ValueError(state)
    known = [name for name in store.notes(NOTES + capture_id) if _ids(name)[0] == capture_id]
    if NOTES + capture_id not in known:
        raise UnknownName("no_such_capture")
    event = _Event(state, at, len(known))
    store.settle(f"{NOTES}{capture_id}:{secrets.token_urlsafe(ID_BYTES)}", _written(event))


def captured(store: Store, viewer: Viewer) -> list[Captured]:
    """All notes, those of the newest day first and of a day in the order they were written.

    Raises:
        NotAllowed: the viewer may not see such notes.
    """
    require(viewer, RESULT)
    notes: dict[str, Said] = {}
    last: dict[str, _Event] = {}
    for name, value in store.notes(NOTES).items():
        capture_id, event_id = _ids(name)
        if not event_id:
            notes[capture_id] = _read(Said, value)
            continue
        event = replace(_read(_Event, value), event_id=event_id)
        last[capture_id] = max(last.get(capture_id, event), event, key=lambda each: (each.number, each.event_id))
    company_of = _companies(store, notes.values())
    found = [
        Captured(
            capture_id,
            replace(said, firm=company_of.get(said.firm, said.firm), other=company_of.get(said.other, said.other)),
            last[capture_id].state if capture_id in last else LEFT,
        )
        for capture_id, said in notes.items()
    ]
    found.sort(key=lambda each: (each.said.at, each.capture_id))
    return sorted(found, key=lambda each: each.said.on, reverse=True)


def left(known: Iterable[Captured]) -> list[Captured]:
    """Those that nobody has done or dropped."""
    return [each for each in known if each.state == LEFT]


def firm_of(snapshot: Snapshot, firm: str) -> str | None:
    """Today's company of a note's firm; None where its name is nobody's, or several firms'."""
    if not firm:
        return None
    try:
        return find_company(snapshot, firm).company_id
    except NarverkError:
        return None


def _checked(said: Said) -> Said:
    if said.kind not in KINDS:
        raise ValueError(said.kind)
    datetime.fromisoformat(said.at)
    firm, other, words, said_by = (
        " ".join(each.split()) for each in (said.firm, said.other, said.words, said.said_by)
    )  # fmt: skip
    if not firm:
        raise UserMistake("capture_without_firm")
    if said.kind == MEET and not other:
        raise UserMistake("capture_without_other")
    if said.kind == MEET and other == firm:
        raise UserMistake("capture_with_itself")
    if said.kind in SPEAKING and not words:
        raise UserMistake("capture_without_words")
    return replace(said, firm=firm, other=other if said.kind == MEET else "", words=words, said_by=said_by)


def _ids(name: str) -> tuple[str, str]:
    """Whose note it is, and which word of what became of it; "" of the note itself."""
    capture_id, _, event_id = name.removeprefix(NOTES).partition(":")
    return capture_id, event_id


def _written(said: Said | _Event) -> str:
    return orjson.dumps(asdict(said)).decode()


def _read(kind: type[Any], value: str) -> Any:
    """The record as it was written; what a newer program wrote beside it is passed over."""
    names = {each.name for each in fields(kind)}
    return kind(**{name: each for name, each in orjson.loads(value).items() if name in names})


def _companies(store: Store, notes: Iterable[Said]) -> Mapping[str, str]:
    """Today's company of each identifier that notes name."""
    named = {each for said in notes for each in (said.firm, said.other) if is_company(each)}
    aliases = store.matching(Alias, "alias", named) if named else ()
    return {each.alias: each.company_id or each.alias for each in aliases}

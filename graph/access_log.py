"""Who saw and took out what, and when?

A person stands in the log as the key of :func:`graph.access.key_of`, never as an address or a name, and a firm as it
stands in a link: who has been taken off the list of people is nobody here. Lines are written some at a time, each
bundle a note of its own, so that a page waits for none of it and several processes lose nothing of each other's.
"""

from __future__ import annotations

import secrets
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta

import orjson

from graph.audience import Viewer, require
from graph.errors import NarverkError
from graph.store import Store

NOTES = "seen:"
PAGE, FILE, COMMAND = "page", "file", "command"
KINDS = (PAGE, FILE, COMMAND)
WAIT_S = 1.0
"""So long a line may wait for others; what a process that is killed had not written is lost."""
MOST_WAITING = 10_000
TOKEN_BYTES = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """One line: at which :func:`moment`, who, in which role, and what."""

    at: str
    who: str  # the person's key; "" is whoever sits at the machine
    role: str
    kind: str  # one of KINDS
    name: str  # of the page, the file or the command
    firm: str = ""  # looked at, as it stands in a link
    own: str = ""  # the firm whose person it was, as it stands in a link


def moment() -> str:
    """Now (UTC), as ISO text to the millisecond, so that what one person sees keeps its order."""
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds")


def write(store: Store, lines: Iterable[Seen]) -> None:
    """Keep the lines, those of a day together.

    Raises:
        StoreUnreachable: nothing more can be kept now.
    """
    days: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for each in lines:
        days[each.at[:10]].append(astuple(each))
    for day, said in days.items():
        store.remember(f"{NOTES}{day}:{secrets.token_hex(TOKEN_BYTES)}", orjson.dumps(said).decode())


def read(store: Store, viewer: Viewer, today: str, days: int) -> list[Seen]:
    """The lines of the last so many days, today among them, the newest first.

    Raises:
        NotAllowed: the viewer may not see who saw what.
    """
    require(viewer, "access")
    last = date.fromisoformat(today)
    found = [
        Seen(*line)
        for number in range(days)
        for bundle in store.notes(f"{NOTES}{(last - timedelta(number)).isoformat()}:").values()
        for line in orjson.loads(bundle)
    ]
    return sorted(found, key=lambda each: (each.at, *astuple(each)), reverse=True)


def forget_old(store: Store, today: str, days: int) -> int:
    """Drop what is older than so many days; returns how many bundles went."""
    first = (date.fromisoformat(today) - timedelta(days - 1)).isoformat()
    old = [name for name in store.notes(NOTES) if name.removeprefix(NOTES)[:10] < first]
    for name in old:
        store.remember(name, None)
    return len(old)


class Scribe:
    """Writes lines down beside the pages: a thread of its own for each bundle, which ends when that is written.

    Once a day it also drops what is older than is kept.
    """

    def __init__(self, store: Callable[[], Store], days: Callable[[], int]) -> None:
        self._store, self._days = store, days
        self._waiting: list[Seen] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._cleared_on = ""

    def note(self, line: Seen) -> None:
        """Write the line down within a second or so; the caller waits for nothing."""
        with self._lock:
            self._waiting.append(line)
            if self._timer is None:
                self._timer = threading.Timer(WAIT_S, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write all that waits; what cannot be written now waits for the next line."""
        with self._lock:
            lines, self._waiting = self._waiting, []
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
        if not lines:
            return
        try:
            write(self._store(), lines)
        except NarverkError:
            with self._lock:
                self._waiting = [*lines, *self._waiting][-MOST_WAITING:]
            return
        with suppress(NarverkError):
            self._clear(lines)

    def _clear(self, lines: Sequence[Seen]) -> None:
        day = lines[-1].at[:10]
        if day != self._cleared_on:
            forget_old(self._store(), day, self._days())
            self._cleared_on = day

"""To which level is whoever looks pinned now? Asked at every turn, so the answer is kept for the blink of an eye."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from graph.errors import NarverkError, StoreTooNew, StoreTooOld, UserMistake
from graph.model import Level
from graph.pinned import NARROWEST, pinned
from graph.store import Store
from views.once import ask_anew
from views.who import KNOWN_FOR_S, MOST_KNOWN

REMEMBERED_S = 60.0  # without an answer; while a store is gone nobody can pin anything
_known: dict[tuple[str, str], tuple[float, Level | None]] = {}
_lock = Lock()


def pinned_now(address: str, opened: Callable[[], Store], key: str) -> Level | None:
    """The level that a person's key is pinned to in the store at that address, which ``opened`` gives.

    None where there is no pin. Where the store cannot say it is what was known a moment ago, else the narrowest level.
    What is no store of this program's shows nothing to anybody.
    """
    now = time.monotonic()
    known = _known.get((address, key))
    if known is not None and now - known[0] < KNOWN_FOR_S:
        return known[1]
    try:
        store = opened()
        store.revision()  # of a server that is gone this is told at once, where a note is asked for again and again
        found = pinned(store, key)
    except (UserMistake, StoreTooNew, StoreTooOld):
        return None
    except NarverkError:
        return known[1] if known is not None and now - known[0] < REMEMBERED_S else NARROWEST
    with _lock:
        _known[address, key] = (now, found)
        while len(_known) > MOST_KNOWN:
            del _known[next(iter(_known))]
    return found


def forget_pins() -> None:
    """Ask the store anew: a pin has just come or gone here."""
    with _lock:
        _known.clear()
    ask_anew()

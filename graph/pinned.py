"""How much may be shown at most, whoever looks, until somebody unlocks it?

In a meeting the manager pins the app to its audience's level. The pin is a note of the region's store, under the key
that stands for the person (see :func:`graph.access.key_of`) or for whoever sits at the machine: it outlives the page,
the window and the program. What cannot be read pins to the narrowest level.
"""

from __future__ import annotations

from graph.audience import Viewer, require
from graph.model import Level
from graph.store import Store

NOTES = "pinned:"  # what the notes' names begin with
MACHINE = "machine"
"""Stands for whoever looks without a log-in."""
LEVELS = (Level.MEMBERS, Level.PUBLIC)
"""What can be pinned, the usual one first."""
NARROWEST = Level.PUBLIC


def pin(store: Store, viewer: Viewer, key: str, level: Level) -> None:
    """Show a person ("": whoever sits at the machine) no more than the level from now on.

    Raises:
        NotAllowed: the viewer is not the network's manager, or is pinned already.
    """
    require(viewer, "meeting_plan")
    if level not in LEVELS:
        raise ValueError(level)
    store.remember(_name(key), level.name)


def unlock(store: Store, key: str) -> None:
    """Let a person see all again that the person may see."""
    store.remember(_name(key), None)


def pinned(store: Store, key: str) -> Level | None:
    """The level a person is pinned to; None where there is no pin. A pin that is not understood is the narrowest."""
    kept = store.recall(_name(key))
    if kept is None:
        return None
    return next((each for each in LEVELS if each.name == kept), NARROWEST)


def under(viewer: Viewer, level: Level | None) -> Viewer:
    """The viewer, no higher than the level (None: as is); what a firm's own people see beyond others goes with it."""
    return viewer if level is None else Viewer(min(viewer.level, level))


def _name(key: str) -> str:
    return NOTES + (key or MACHINE)

"""What of the week rests until a day, or for ever where somebody has seen it: notes that move no revision.

A note is called by what :attr:`graph.week.Item.item_id` calls the thing, which tells neither firm nor thing; the firms
stand in it, so that it goes where a person's own firm is erased.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from graph.audience import Viewer, require
from graph.store import Store

NOTES = "week:"  # what the notes' names begin with


def put_off(store: Store, viewer: Viewer, item_id: str, firms: Sequence[str], until: str, *, today: str) -> None:
    """Let a thing rest until a day (ISO), on which it comes back; what has rested long enough is forgotten.

    Raises:
        NotAllowed: the viewer may not see what is to be done.
    """
    for each, day in resting(store, viewer).items():
        if day <= today:
            store.remember(NOTES + each, None)
    store.remember(NOTES + item_id, orjson.dumps({"until": until, "firms": list(firms)}).decode())


def take_up(store: Store, viewer: Viewer, item_id: str) -> None:
    """Let a thing rest no more.

    Raises:
        NotAllowed: the viewer may not see what is to be done.
    """
    require(viewer, "week")
    store.remember(NOTES + item_id, None)


def resting(store: Store, viewer: Viewer) -> dict[str, str]:
    """The day (ISO) until which each thing rests, by what it is called.

    Raises:
        NotAllowed: the viewer may not see what is to be done.
    """
    require(viewer, "week")
    return {name.removeprefix(NOTES): orjson.loads(value)["until"] for name, value in store.notes(NOTES).items()}

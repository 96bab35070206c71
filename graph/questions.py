"""A question somebody saved, found again by an id that tells nothing of it.

What was asked may be a secret (a part, a customer's drawing), so a link holds the id alone and the question stays in
the store, as a note that moves no revision. Whoever opens the link must be trusted as much as who saved it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass

import orjson

from graph.audience import Viewer
from graph.errors import NotAllowed, UnknownName
from graph.model import Level
from graph.store import Store

ID_BYTES = 9
_ID = re.compile(r"[A-Za-z0-9_-]{12}")


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """What stood in the fields of a search; ``near`` and ``within`` as they were written."""

    mode: str  # "text", "part" or "processes"
    text: str = ""
    part_id: str = ""
    processes: tuple[str, ...] = ()
    near: str = ""
    within: str = ""


def save_question(store: Store, viewer: Viewer, question: SavedQuestion) -> str:
    """Keep the question and return its id."""
    question_id = secrets.token_urlsafe(ID_BYTES)
    said = {**asdict(question), "least": int(viewer.level)}
    store.remember(_note(question_id), orjson.dumps(said).decode())
    return question_id


def saved_question(store: Store, viewer: Viewer, question_id: str) -> SavedQuestion:
    """The question with the id.

    Raises:
        UnknownName: ``no_such_question``.
        NotAllowed: whoever saved it is trusted with more than the viewer.
    """
    said = store.recall(_note(question_id)) if _ID.fullmatch(question_id) else None
    if said is None:
        raise UnknownName("no_such_question")
    values = orjson.loads(said)
    least = Level(values.pop("least"))
    if viewer.level < least:
        raise NotAllowed("not_allowed", needs=least.name)
    return SavedQuestion(**{**values, "processes": tuple(values["processes"])})


def _note(question_id: str) -> str:
    return f"question:{question_id}"

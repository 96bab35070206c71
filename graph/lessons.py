"""What has been taught about words, kept as decisions: it counts from then on, until it is taken back."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from graph.errors import UserMistake
from graph.learned import Lesson
from graph.ledger import decide
from graph.model import Decision
from graph.resolve import live_decisions
from graph.store import Store

MEANS = "means"


def teach(store: Store, lesson: Lesson, *, by: str = "") -> str:
    """Keep the lesson, in place of an earlier one about the very same words; returns the decision's id.

    Raises:
        UserMistake: ``no_words`` for a lesson about nothing, ``no_processes`` for one that says nothing.
        StoreError: nothing was written.
    """
    if not lesson.words:
        raise UserMistake("no_words")
    if not lesson.means and not lesson.not_:
        raise UserMistake("no_processes")
    return decide(store, MEANS, [f"{MEANS}:{' '.join(lesson.words)}"], value=lesson.as_json(), by=by)


def lessons(decisions: Iterable[Decision]) -> tuple[Lesson, ...]:
    """What counts: of the very same words the newest that was not taken back."""
    newest = {each.subjects[0]: each for each in live_decisions(decisions) if each.verb == MEANS}
    return tuple(Lesson.from_json(orjson.loads(each.value or "{}")) for each in newest.values())

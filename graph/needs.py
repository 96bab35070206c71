"""What would help a firm over what it lacks, and who gives such help?

A lack (a demand that a firm does not meet) belongs to a theme of development; support is offered by theme. Which theme
is a rule of thumb, for a person to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.model import SupportActor, SupportOffer
from graph.store import Snapshot

THEME_OF_LACK: Mapping[str, str] = {
    "process": "automation",
    "size": "automation",
    "weight": "automation",
    "tolerance": "automation",
    "certificate": "process_maturity",
    "material": "materials_testing",
    "radius": "supply",
}


@dataclass(frozen=True, slots=True)
class Help:
    """A support offer and who gives it."""

    actor: SupportActor
    offer: SupportOffer


def who_helps(snapshot: Snapshot, theme: str, today: str) -> tuple[Help, ...]:
    """Support offers of a theme that are still open on the day (ISO): those that close first, then by name."""
    actors = {each.actor_id: each for each in snapshot.of(SupportActor)}
    found = [
        Help(actors[each.actor_id], each)
        for each in snapshot.of(SupportOffer)
        if each.theme == theme and each.actor_id in actors and (each.deadline is None or each.deadline >= today)
    ]
    return tuple(sorted(found, key=lambda each: (each.offer.deadline or "9999", each.actor.name or "", each.offer.key)))

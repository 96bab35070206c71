"""A meeting as it stands: who comes, how it is arranged, which rounds are over; kept with the region as a note.

The rounds are kept as they were made, not made again: what has been printed holds, whatever the region learns
meanwhile. Only a change of who is there, or of the arrangement, plans the open rounds anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from graph.affinity import Affinity
from graph.meeting_plan import Attendee, Plan, Quality, Round, plan_pairs, plan_tables, wishes_of
from graph.store import Store

NOTE = "meeting:plan"
TABLES, PAIRS = "tables", "pairs"
FORMS = (TABLES, PAIRS)


@dataclass(frozen=True, slots=True)
class Meeting:
    """All that is decided of a meeting.

    ``apart`` are pairs of attendees who are not to meet there; ``gone`` are those who left or never came.
    """

    attendees: tuple[Attendee, ...]
    form: str = TABLES
    rounds: int = 3
    table_size: int = 6
    competitors_apart: bool = False
    apart: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    plan: Plan | None = None

    @property
    def there(self) -> tuple[Attendee, ...]:
        """Those who are there."""
        return tuple(each for each in self.attendees if each.attendee_id not in self.gone)


def planned(meeting: Meeting, affinity: Affinity, apart: Iterable[tuple[str, str]] = ()) -> Meeting:
    """The meeting with its open rounds planned anew; finished rounds stay as they were.

    Args:
        meeting: as it is arranged now.
        affinity: of the region.
        apart: pairs of companies that are never to meet, beside those of the meeting.

    Raises:
        UserMistake: as :mod:`graph.meeting_plan`.
    """
    finished = meeting.plan.rounds[: meeting.plan.finished] if meeting.plan else ()
    told = [*apart, *meeting.apart]
    wishes = wishes_of(affinity, meeting.there, apart=told, competitors_apart=meeting.competitors_apart)
    if meeting.form == PAIRS:
        plan = plan_pairs(wishes, meeting.rounds, finished=finished)
    else:
        plan = plan_tables(wishes, meeting.rounds, meeting.table_size, finished=finished)
    return replace(meeting, plan=plan)


def round_over(meeting: Meeting, *, undo: bool = False) -> Meeting:
    """The meeting with its next open round finished, or with the last finished one open again; the seats stay."""
    if meeting.plan is None:
        return meeting
    finished = meeting.plan.finished + (-1 if undo else 1)
    return replace(meeting, plan=replace(meeting.plan, finished=min(max(finished, 0), len(meeting.plan.rounds))))


def with_latecomers(meeting: Meeting, new: Sequence[Attendee]) -> Meeting:
    """The meeting with more people: who had gone comes back, and a second person of a firm is somebody else."""
    known = {each.attendee_id: each for each in meeting.attendees}
    gone = set(meeting.gone)
    for each in new:
        number, attendee_id = 1, each.attendee_id
        while attendee_id in known and attendee_id not in gone:
            number += 1
            attendee_id = f"{each.attendee_id}#{number}"
        gone.discard(attendee_id)
        known[attendee_id] = replace(each, attendee_id=attendee_id)
    return replace(meeting, attendees=tuple(known.values()), gone=tuple(sorted(gone)))


def keep(store: Store, meeting: Meeting | None) -> None:
    """Keep the meeting with the region, or forget it."""
    store.remember(NOTE, None if meeting is None else orjson.dumps(asdict(meeting)).decode())


def recall(store: Store) -> Meeting | None:
    """The meeting that was kept; None where there is none, or it was kept in a form that is not understood."""
    kept = store.recall(NOTE)
    if kept is None:
        return None
    try:
        return _meeting(orjson.loads(kept))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _meeting(said: dict[str, Any]) -> Meeting:
    plan = said.pop("plan")
    attendees = tuple(Attendee(**each) for each in said.pop("attendees"))
    meeting = Meeting(attendees, **{**said, "gone": tuple(said["gone"]), "apart": tuple(map(tuple, said["apart"]))})
    if plan is None:
        return meeting
    rounds = tuple(Round(tuple(map(tuple, each["groups"])), tuple(each["resting"])) for each in plan["rounds"])
    pairs = {name: tuple(map(tuple, plan[name])) for name in ("kept_together", "met_again")}
    return replace(meeting, plan=Plan(rounds, int(plan["finished"]), Quality(**plan["quality"]), **pairs))

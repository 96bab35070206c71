"""The network's activities in words: what was held, whom it has not reached, which needs it served, who is a member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.activities import Activities, has_been
from graph.model import Activity, Company
from graph.network import municipalities
from graph.store import Snapshot
from render.answers import company_name
from render.company import Wording
from render.needs import place_name
from render.plain import capital
from render.tables import Cell
from texts import Texts

COLUMNS = {
    "held": ("name", "activity_type", "held_on", "theme", "project", "firms"),
    "never": ("name", "place", "member_since"),
    "served": ("theme", "activities", "needing", "came"),
    "members": ("name", "place", "member_since", "member_until", "times", "last"),
}
NUMBERS = ("firms", "activities", "needing", "came", "times", "held_on", "member_since", "member_until", "last")
"""Columns of figures and days."""
SHOWN_MEMBERS = ("all", "new", "ended", "never")
Row = dict[str, Cell]


def headline(found: Activities, day: str, texts: Texts) -> tuple[str, str]:
    """What was held and how many firms it reached; below it what comes next, and how the members are."""
    held = [each for each in found.known if has_been(each, day)]
    coming = [each for each in found.known if not has_been(each, day)]
    said = texts(f"activities.held.{how_many(len(held))}", count=len(held))
    if found.reached:
        said += " " + texts(f"activities.reached.{how_many(found.reached)}", count=found.reached)
    notes = []
    if coming:
        first = coming[-1]  # the last of the newest first
        notes.append(texts("activities.next", name=first.name, day=first.held_on))
    if members := len(found.membership.members):
        never = len(found.membership.never)
        notes.append(texts("activities.members_never", members=members, never=never))
    return said, " ".join(notes)


def how_many(count: int) -> str:
    """Which of a sentence's three forms is meant."""
    return ("none", "one")[count] if count < 2 else "many"


def held_rows(found: Activities, wording: Wording, texts: Texts) -> list[Row]:
    """The activities, newest first; ``company_id`` is the activity's key."""
    return [
        {
            "company_id": each.activity_id,
            "name": each.name or texts("value.unknown"),
            "activity_type": capital(wording.value("activity_type", each.activity_type)),
            "held_on": each.held_on,
            "theme": wording.value("theme", each.theme),
            "project": each.project,
            "firms": len(each.participants),
        }
        for each in found.known
    ]


def firm_rows(
    snapshot: Snapshot, found: Activities, companies: Sequence[str], texts: Texts, *, by_name: bool = False
) -> list[Row]:
    """Firms with their membership and how often they took part: the members first, each lot in order of name."""
    homes = municipalities(snapshot)
    known = {each.company_id: each for each in snapshot.of(Company)}
    members = set(found.membership.members)
    rows = [_firm_row(known[each], homes.get(each), found, texts) for each in companies if each in known]
    return sorted(rows, key=lambda row: (not by_name and row["company_id"] not in members, str(row["name"]).casefold()))


def _firm_row(company: Company, home: str | None, found: Activities, texts: Texts) -> Row:
    visits = found.visits.get(company.company_id, ())
    return {
        "company_id": company.company_id,
        "name": company_name(company.name, texts),
        "place": company.locality or place_name(home, texts),
        "member_since": company.member_since,
        "member_until": company.member_until,
        "times": len(visits),
        "last": visits[0].held_on if visits else None,
    }


def served_rows(found: Activities, wording: Wording) -> list[Row]:
    """The themes, most needed first."""
    return [
        {
            "theme": wording.value("theme", each.theme),
            "activities": each.activities,
            "needing": len(each.needing),
            "came": len(each.came),
        }
        for each in found.themes
    ]


def as_table(rows: Sequence[Row], columns: Sequence[str], texts: Texts) -> list[list[Cell]]:
    """Heading and rows, to take along."""
    return [[texts(f"activities.columns.{each}") for each in columns], *([row[e] for e in columns] for row in rows)]


def served_sentence(found: Activities, activity: Activity, texts: Texts) -> str:
    """How many of those who have stated a need of its theme came; "" where nobody has."""
    served = next((each for each in found.themes if each.theme == activity.theme), None)
    if served is None or not served.needing:
        return ""
    came = len({*served.needing} & {*activity.participants})
    return texts("activities.served_by_it", needing=len(served.needing), came=came)


def activity_lines(activity: Activity, day: str, wording: Wording, texts: Texts) -> Iterator[str]:
    """What is known of an activity besides its name and who came."""
    for name in ("activity_type", "theme", "project"):
        if value := getattr(activity, name):
            yield capital(wording.value(name, value))
    if activity.held_on:
        yield texts("activities.was_on" if has_been(activity, day) else "activities.will_be_on", day=activity.held_on)

"""Who may see what, and who saw what, as rows of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TypeAlias

from graph.access import ROLES, Access
from graph.access_log import PAGE, Seen
from render.tables import Cell
from texts import Texts

Row: TypeAlias = dict[str, str | None]
PEOPLE = ("email", "role", "company", "status", "since", "until", "by", "last")
LOG = ("at", "who", "role", "kind", "name", "firm")
MACHINE = ""
"""Who has no key in the log sat at the machine."""


def headline(people: int, texts: Texts) -> str:
    """How many may log in."""
    if not people:
        return texts("access.nobody")
    return texts("access.headline", count=people) if people > 1 else texts("access.headline_one")


def status(access: Access, today: str, texts: Texts) -> str:
    """Whether it holds, and if not since when."""
    if access.revoked_on is not None:
        return texts("access.status.revoked", day=access.revoked_on)
    if not access.holds(today):
        return texts("access.status.over", day=access.until)
    return texts("access.status.holds")


def given_by(access: Access, texts: Texts) -> str:
    """Since when, and who gave it."""
    if access.by:
        return texts("access.given_by", day=access.since, by=access.by)
    return texts("access.given_on", day=access.since)


def person_row(
    key: str,
    access: Access,
    names: Mapping[str, str],
    texts: Texts,
    *,
    today: str,
    last: str | None = None,
    zone: tzinfo | None = None,
) -> Row:
    """A person, in the columns of PEOPLE; ``company_id`` is what a click on the row tells."""
    gone = texts("access.no_firm") if access.company_id else None
    return {
        "company_id": key,
        "email": access.email,
        "role": texts(f"access.role.{access.role}"),
        "company": names.get(access.company_id or "", gone),
        "status": status(access, today, texts),
        "since": access.since or None,
        "until": access.until,
        "by": access.by or None,
        "last": moment(last, zone) if last else None,
    }


def settled_row(email: str, last: str | None, texts: Texts, zone: tzinfo | None = None) -> Row:
    """A manager who is named where the app is started."""
    row: Row = dict.fromkeys(PEOPLE)
    told = {"email": email, "role": texts("access.role.MANAGER"), "status": texts("access.status.settled")}
    return {**row, **told, "company_id": None, "last": moment(last, zone) if last else None}


def last_seen(lines: Iterable[Seen]) -> dict[str, str]:
    """When each person last saw anything; the lines are the newest first."""
    found: dict[str, str] = {}
    for each in lines:
        found.setdefault(each.who, each.at)
    return found


def log_rows(
    lines: Iterable[Seen],
    emails: Mapping[str, str],
    firms: Mapping[str, str],
    texts: Texts,
    zone: tzinfo | None = None,
) -> list[Row]:
    """The lines in the columns of LOG; ``emails`` by the people's keys, ``firms`` are names by their links."""

    def firm(link: str) -> str | None:
        return firms.get(link, texts("access.no_firm")) if link else None

    return [
        {
            "at": moment(each.at, zone),
            "who": texts("access.machine") if each.who == MACHINE else emails.get(each.who, texts("access.gone")),
            "role": texts(f"access.role.{each.role}"),
            "kind": texts(f"access.kind.{each.kind}"),
            "name": page_name(each, texts),
            "firm": firm(each.firm),
        }
        for each in lines
    ]


def page_name(line: Seen, texts: Texts) -> str:
    """What a page is called in the menu; a file or a command is called what it is called."""
    key = f"page.{line.name}"
    return texts(key) if line.kind == PAGE and texts.has(key) else line.name


def moment(at: str, zone: tzinfo | None = None) -> str:
    """A moment as the clock of the zone shows it, to the minute; without a zone, this machine's.

    >>> from datetime import UTC
    >>> moment("2026-11-23T23:30:00Z", UTC)
    '2026-11-23 23:30'
    """
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def role_counts(people: Iterable[Access], settled: int, today: str, texts: Texts) -> list[tuple[str, int]]:
    """How many may see what today, the widest first; ``settled`` managers are named where the app is started."""
    counts = Counter(each.role for each in people if each.holds(today))
    counts["MANAGER"] += settled
    return [(texts(f"access.role.{role}"), counts[role]) for role in ROLES if counts[role]]


def most_seen(lines: Iterable[Seen], most: int, texts: Texts) -> list[tuple[str, int]]:
    """The pages looked at most, and how often."""
    counts = Counter(page_name(each, texts) for each in lines if each.kind == PAGE)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]


def as_table(rows: Sequence[Row], columns: Sequence[str], texts: Texts) -> list[list[Cell]]:
    """Heading and rows, to take along."""
    table: list[list[Cell]] = [[texts(f"access.columns.{each}") for each in columns]]
    table += [[row[each] for each in columns] for row in rows]
    return table

"""What has the network gathered its firms for, whom has it not reached, which needs did it serve, and who is a member?

Activities, introductions and membership are the network's own work and never trades: no measure of who trades with
whom (:mod:`graph.network`) reads them. What is planned counts as nobody's visit until its day has come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.model import Activity, Company, Need
from graph.network import home_municipalities, in_region, municipalities
from graph.store import Snapshot


@dataclass(frozen=True, slots=True)
class Served:
    """A theme: how many activities were held about it, who has stated a need of it, and who of them came."""

    theme: str
    activities: int
    needing: tuple[str, ...]
    came: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """The members on a day; who came and who left in its year; and who of the members has never taken part."""

    members: tuple[str, ...]
    new: tuple[str, ...]
    ended: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activities:
    """The activities, newest first, those without a day last; and what they tell of firms."""

    known: tuple[Activity, ...]
    visits: Mapping[str, tuple[Activity, ...]]  # of each firm that has taken part, newest first
    never: tuple[str, ...]  # active firms of the region that have taken part in nothing
    themes: tuple[Served, ...]  # most needed first
    membership: Membership

    @property
    def reached(self) -> int:
        """How many firms have taken part in anything."""
        return len(self.visits)


def activities(snapshot: Snapshot, day: str) -> Activities:
    """The activities of a snapshot that holds Activity, Company, Need, Region and Workplace, as of a day (ISO)."""
    known = sorted(snapshot.of(Activity), key=lambda each: (each.held_on or "", each.key), reverse=True)
    held = [each for each in known if has_been(each, day)]
    visits: dict[str, list[Activity]] = defaultdict(list)
    for each in held:
        for company in each.participants:
            visits[company].append(each)
    never = tuple(each for each in _near(snapshot) if each not in visits)
    return Activities(
        tuple(known),
        {company: tuple(each) for company, each in visits.items()},
        never,
        tuple(_served(held, snapshot.of(Need))),
        membership(snapshot.of(Company), visits, day),
    )


def has_been(activity: Activity, day: str) -> bool:
    """Whether it has been held; of one without a day it is taken to be so."""
    return not activity.held_on or activity.held_on <= day


def is_member(company: Company, day: str) -> bool:
    """Whether the firm is a member on the day; who never said from when or until when is none.

    >>> is_member(Company("a", member_since="2020-01-01"), "2026-05-01"), is_member(Company("a"), "2026-05-01")
    (True, False)
    >>> is_member(Company("a", member_since="2020-01-01", member_until="2025-12-31"), "2026-01-01")
    False
    """
    since, until = company.member_since, company.member_until
    return bool(since or until) and (since or day) <= day <= (until or day)


def membership(companies: Iterable[Company], took_part: Iterable[str], day: str) -> Membership:
    """Who is a member on the day (ISO), who became or ceased to be one in its year, and who has not taken part."""
    by_id = {each.company_id: each for each in companies}
    reached, year = set(took_part), day[:4]
    members = tuple(key for key, each in by_id.items() if is_member(each, day))
    new = tuple(key for key in members if (by_id[key].member_since or "").startswith(year))
    ended = tuple(
        key for key, each in by_id.items() if (until := each.member_until or "").startswith(year) and until < day
    )
    return Membership(members, new, ended, tuple(key for key in members if key not in reached))


def _near(snapshot: Snapshot) -> list[str]:
    """Active firms that are not known to lie outside the region."""
    home, homes = home_municipalities(snapshot), municipalities(snapshot)
    return [
        each.company_id
        for each in snapshot.of(Company)
        if each.is_active and in_region(each.country, homes.get(each.company_id), home) is not False
    ]


def _served(held: Iterable[Activity], needs: Iterable[Need]) -> list[Served]:
    """The themes that firms have named or that anything was held about."""
    needing: dict[str, set[str]] = defaultdict(set)
    came: dict[str, set[str]] = defaultdict(set)
    about: dict[str, list[Activity]] = defaultdict(list)
    for need in needs:
        if need.theme and need.company_id:
            needing[need.theme].add(need.company_id)
    for each in held:
        if each.theme:
            about[each.theme].append(each)
            came[each.theme].update(each.participants)
    found = [
        Served(theme, len(about[theme]), tuple(sorted(needing[theme])), tuple(sorted(needing[theme] & came[theme])))
        for theme in sorted({*needing, *about})
    ]
    return sorted(found, key=lambda each: (-len(each.needing), -each.activities, each.theme))

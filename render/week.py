"""What is to be done this week, and how it stands with each interview, in words; what the command line promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from graph.model import Interview
from graph.outreach import STATES, Standing
from graph.week import Group, Item
from render.introductions import NameOf
from render.isolated import ask_reason, branch_name, place_name
from render.network import Row
from render.plain import capital, theme_name
from texts import Texts

MOST_REASONS = 2  # that weigh most; the page of outreach tells all
ON_A_LINE = 3  # firms that a line of the terminal names
OUTREACH_COLUMNS = ("name", "municipality", "branch", "state", "asked_on", "how", "reminded_on", "asked_by", "project")
OUTREACH_TAKEN = (*OUTREACH_COLUMNS, "company_id")


def detail(item: Item, texts: Texts) -> str:
    """What is to be done, beside the names of the firms."""
    if item.kind == "next":
        return capital("; ".join(ask_reason(reason, texts) for reason in item.reasons[:MOST_REASONS]))
    told: dict[str, Any] = {**item.values, "day": item.day, "count": len(item.company_ids)}
    if item.kind == "certificates" and item.values["is_out"]:
        return texts("week.line.certificates_out", **told)
    if item.kind == "calls":
        told["theme"] = theme_name(str(item.values["theme"]), texts)
    if "how" in told and not told["how"]:
        told["how"] = texts("week.how.unknown")
    return texts(f"week.line.{item.kind}", **told)


def group_title(group: Group, texts: Texts) -> str:
    """What the things of the kind are, and how many."""
    return texts("week.group", kind=texts(f"week.kinds.{group.kind}"), count=len(group.items))


def week_json(groups: Sequence[Group], names: NameOf) -> dict[str, Any]:
    """``week``."""
    return {
        "groups": [
            {
                "kind": group.kind,
                "count": len(group.items),
                "nearest": group.nearest,
                "items": [
                    {
                        "key": each.key,
                        "day": each.day,
                        "companies": [{"company_id": key, "name": names(key)} for key in each.company_ids],
                        "reasons": [reason.code for reason in each.reasons],
                        **each.values,
                    }
                    for each in group.items
                ],
            }
            for group in groups
        ]
    }


def week_lines(groups: Sequence[Group], names: NameOf, texts: Texts) -> Iterator[str]:
    """Each kind, and a line for each thing to do."""
    if not groups:
        yield texts("week.nothing")
    for group in groups:
        yield group_title(group, texts)
        for each in group.items:
            shown = [names(key) for key in each.company_ids[:ON_A_LINE]]
            more = ["…"] if len(each.company_ids) > ON_A_LINE else []
            yield texts("week.cli_line", names=", ".join([*shown, *more]), detail=detail(each, texts))


# -- how it stands with each -------------------------------------------------------------------------------------------


def counted(standings: Sequence[Standing]) -> dict[str, int]:
    """How many firms are in each state."""
    counts = Counter(each.state for each in standings)
    return {state: counts[state] for state in STATES}


def outreach_headline(standings: Sequence[Standing], texts: Texts) -> str:
    """How many have answered, and how many an answer is waited for from."""
    counts = counted(standings)
    told = {"answered": counts["answered"], "companies": len(standings), "not_asked": counts["not_asked"]}
    return texts("week.outreach.headline", waiting=counts["asked"] + counts["reminded"], **told)


def standing_rows(standings: Sequence[Standing], names: NameOf, texts: Texts) -> list[Row]:
    """A row a firm: how it stands, since when and how it was asked."""
    return [
        {
            "company_id": each.company_id,
            "name": names(each.company_id),
            "municipality": place_name(each.municipality, texts),
            "branch": branch_name(each.branch, texts),
            "state": texts(f"week.outreach.states.{each.state}"),
            **_asked(each.interview),
        }
        for each in standings
    ]


def _asked(interview: Interview | None) -> Row:
    fields = ("asked_on", "how", "reminded_on", "asked_by", "project")
    return {name: getattr(interview, name) if interview else None for name in fields}


def outreach_json(standings: Sequence[Standing], shown: Sequence[Standing]) -> dict[str, Any]:
    """``outreach``: all are counted, some told."""
    return {
        "companies": len(standings),
        "states": counted(standings),
        "firms": [
            {
                "company_id": each.company_id,
                "name": each.name,
                "municipality": each.municipality,
                "branch": each.branch or None,
                "state": each.state,
                **_asked(each.interview),
            }
            for each in shown
        ],
    }


def outreach_lines(
    standings: Sequence[Standing], shown: Sequence[Standing], names: NameOf, texts: Texts
) -> Iterator[str]:  # fmt: skip
    """The states with their numbers, and the firms of those that were asked for."""
    yield outreach_headline(standings, texts)
    for state, count in counted(standings).items():
        yield texts("week.outreach.cli_state", state=texts(f"week.outreach.states.{state}"), count=count)
    for row in standing_rows(shown, names, texts):
        told = [row[each] for each in ("name", "municipality", "state", "asked_on", "how", "reminded_on")]
        yield "   " + ", ".join(str(each) for each in told if each)

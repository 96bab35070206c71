"""A meeting's plan in words: a sentence, who sits where, cards to print, and what a table has to talk of.

A meeting's page stands on a screen and its cards are handed out: they hold who one meets, of each firm only what the
public may know (the processes that it offers, rare ones first), and of needs only the themes that all who share them
have agreed to have passed on; never why two were paired.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape
from math import floor
from typing import Any

from graph.groups import FirmGroup
from graph.meeting_note import PAIRS, Meeting
from graph.meeting_plan import Attendee, Plan, Round
from graph.model import Offer
from graph.taxonomy import taxonomy
from render.plain import process_name, theme_name
from render.tables import Cell
from texts import Texts

MOST_TOPICS, MOST_PROCESSES = 3, 4
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 10mm; }}
body {{ font: 10pt/1.35 system-ui, "Segoe UI", Roboto, sans-serif; color: #1b2629; margin: 0; }}
main {{ display: grid; grid-template-columns: 1fr 1fr; gap: 6mm; max-width: 190mm; margin: 0 auto; }}
article {{ border: 1px dashed #8b979a; padding: 5mm; break-inside: avoid; }}
h1 {{ font-size: 14pt; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }}
.person {{ margin: 0; font-size: 11pt; }}
ol {{ list-style: none; margin: 3mm 0 0; padding: 0; }}
li {{ border-top: 1px solid #cfd6d8; padding: 1.2mm 0; overflow-wrap: anywhere; }}
b {{ display: block; }}
.quiet {{ color: #4d5a5e; font-size: 8.5pt; }}
@media screen {{ main {{ padding: 1.5rem; }} }}
@media (max-width: 640px) {{ main {{ grid-template-columns: 1fr; }} }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def as_json(attendees: Sequence[Attendee], pairs: Plan, tables: Plan) -> dict[str, Any]:
    """The plan as the terminal's contract has it; ``tables`` are the first round's."""
    return {
        "attendees": [asdict(each) for each in attendees],
        "rounds": [[list(group) for group in each.groups] for each in pairs.rounds],
        "resting": [list(each.resting) for each in pairs.rounds],
        "tables": [list(group) for group in tables.rounds[0].groups],
        "table_rounds": [[list(group) for group in each.groups] for each in tables.rounds],
        "quality": asdict(pairs.quality),
        "table_quality": asdict(tables.quality),
        "kept_together": [list(each) for each in tables.kept_together],
        "met_again": [list(each) for each in tables.met_again],
    }


def lines(attendees: Sequence[Attendee], pairs: Plan, tables: Plan, texts: Texts) -> Iterator[str]:
    """The plan for the terminal."""
    names = labels(attendees, texts)
    for plan, form in ((pairs, PAIRS), (tables, "tables")):
        yield sentence(plan, form, len(attendees), texts)
        yield from notes(plan, texts)
        for number, each in enumerate(plan.rounds, 1):
            yield "  " + texts("meeting.round", number=number)
            for place, group in enumerate(each.groups, 1):
                who = (" – " if form == PAIRS else ", ").join(names[one] for one in group)
                yield f"    {who}" if form == PAIRS else f"    {texts('meeting.table', number=place)}: {who}"
            if each.resting:
                yield f"    {texts('meeting.resting', names=[names[one] for one in each.resting])}"


def labels(attendees: Iterable[Attendee], texts: Texts) -> dict[str, str]:
    """Each attendee as the others know them: the firm, and the person or a number where it is needed."""
    found = {}
    for each in attendees:
        name = each.name or texts("meeting.nameless")
        number = each.attendee_id.rpartition("#")[2]
        found[each.attendee_id] = (
            f"{name} ({each.person})" if each.person else f"{name} {number}" if "#" in each.attendee_id else name
        )
    return found


def sentence(plan: Plan, form: str, people: int, texts: Texts) -> str:
    """How many meet how, and how good it is."""
    count = len(plan.rounds)
    rounds = texts("meeting.rounds_one" if count == 1 else "meeting.rounds_many", count=count)
    tables = len(plan.rounds[-1].groups) if plan.rounds else 0
    said = texts(f"meeting.headline.{form}", people=people, tables=tables, rounds=rounds)
    quality = plan.quality
    if quality.share is None or quality.random_share is None:
        return f"{said}."
    best = "best" if quality.is_exact else "at_least"
    share, drawn = (texts.number(floor(100 * each), 0) for each in (quality.share, quality.random_share))
    return f"{said}: {texts(f'meeting.quality.{best}', share=share, drawn=drawn)}"


def notes(plan: Plan, texts: Texts) -> Iterator[str]:
    """What could not be helped."""
    if plan.quality.share is None and plan.finished < len(plan.rounds):
        yield texts("meeting.nothing_known")
    if plan.kept_together:
        yield texts("meeting.kept_together", count=len(plan.kept_together))
    if plan.met_again:
        yield texts("meeting.met_again", count=len(plan.met_again))


def seat_rows(meeting: Meeting, texts: Texts) -> list[dict[str, str | int | float | None]]:
    """Who sits where in each round (``round_1``, ...), by name; those who have gone last of all."""
    names = labels(meeting.attendees, texts)
    rounds = meeting.plan.rounds if meeting.plan else ()
    rows = []
    for each in sorted(meeting.attendees, key=lambda one: (one.attendee_id in meeting.gone, names[one.attendee_id])):
        row: dict[str, str | int | float | None] = {
            "name": each.name or texts("meeting.nameless"),
            "person": each.person,
            "company_id": each.company_id,
            "gone": texts("meeting.gone") if each.attendee_id in meeting.gone else "",
        }
        for number, one in enumerate(rounds, 1):
            row[f"round_{number}"] = _place(one, each.attendee_id, meeting.form, names, texts)
        rows.append(row)
    return rows


def _place(one: Round, attendee_id: str, form: str, names: Mapping[str, str], texts: Texts) -> str:
    """The table, or the partner."""
    for number, group in enumerate(one.groups, 1):
        if attendee_id in group:
            if form == PAIRS:
                return ", ".join(names.get(each, "") for each in group if each != attendee_id)
            return texts("meeting.table", number=number)
    return texts("meeting.rests") if attendee_id in one.resting else ""


def seat_table(meeting: Meeting, texts: Texts) -> list[list[Cell]]:
    """The same to take along, with a heading."""
    rounds = len(meeting.plan.rounds) if meeting.plan else 0
    fields = ["name", "person", *(f"round_{number}" for number in range(1, rounds + 1)), "gone"]
    heads = [texts("meeting.columns.name"), texts("meeting.columns.person")]
    heads += [texts("meeting.round", number=number) for number in range(1, rounds + 1)]
    return [
        [*heads, texts("meeting.columns.gone")],
        *([row[each] for each in fields] for row in seat_rows(meeting, texts)),
    ]


def topics(themes: Mapping[str, Collection[str]], firms: Iterable[str | None], texts: Texts) -> str:
    """What the firms of a table share and may be told of, most of them first; "" where nothing is.

    ``themes`` are those of :func:`graph.groups.themes_to_tell`.
    """
    shared = Counter(theme for firm in {each for each in firms if each} for theme in themes.get(firm, ()))
    best = sorted((theme for theme, count in shared.items() if count > 1), key=lambda each: (-shared[each], each))
    return ", ".join(theme_name(each, texts) for each in best[:MOST_TOPICS])


# -- cards ------------------------------------------------------------------------------------------------------------


def cards(meeting: Meeting, offers: Sequence[Offer], texts: Texts) -> bytes:
    """One card for each who is there, to print and cut: the seat in each round, whom one meets and what they make.

    ``offers`` must be the public's view of the region: all of them may be printed on any card.
    """
    names, makes = labels(meeting.attendees, texts), _makes(offers, texts)
    there = sorted(meeting.there, key=lambda each: names[each.attendee_id])
    others = {
        each.attendee_id: _tag("b", each.name or texts("meeting.nameless"))
        + _tag("span", " · ".join(filter(None, (each.person, makes.get(each.company_id or "", "")))), "quiet")
        for each in meeting.attendees
    }
    body = "\n".join(_card(meeting, each, others, names, texts) for each in there)
    page = _PAGE.format(language=escape(texts.language), title=escape(texts("meeting.cards")), body=body)
    return page.encode("utf-8", errors="replace")


def _card(meeting: Meeting, who: Attendee, others: Mapping[str, str], names: Mapping[str, str], texts: Texts) -> str:
    items = []
    for number, each in enumerate(meeting.plan.rounds if meeting.plan else (), 1):
        place = _place(each, who.attendee_id, meeting.form, names, texts) if meeting.form != PAIRS else ""
        rests = texts("meeting.rests") if who.attendee_id in each.resting else ""
        title = " · ".join(filter(None, (texts("meeting.round", number=number), place or rests)))
        group = next((group for group in each.groups if who.attendee_id in group), ())
        met = "".join(others[one] for one in group if one != who.attendee_id and one in others)
        items.append(f"<li>{_tag('span', title, 'quiet')}{met}</li>")
    person = _tag("p", who.person, "person") if who.person else ""
    return f"<article>{_tag('h1', who.name or texts('meeting.nameless'))}{person}<ol>{''.join(items)}</ol></article>"


def _tag(tag: str, text: str, style: str = "") -> str:
    styled = f' class="{style}"' if style else ""
    return f"<{tag}{styled}>{escape(text)}</{tag}>"


def _makes(offers: Sequence[Offer], texts: Texts) -> dict[str, str]:
    """What each firm offers, the processes that fewest offer first."""
    common = Counter(each.capability for each in offers if each.capability)
    by_firm: dict[str, set[str]] = {}
    for each in offers:
        if each.capability and each.company_id:
            by_firm.setdefault(each.company_id, set()).add(each.capability)
    return {
        firm: ", ".join(
            process_name(code, texts) for code in sorted(codes, key=lambda code: (common[code], code))[:MOST_PROCESSES]
        )
        for firm, codes in by_firm.items()
    }


# -- groups -----------------------------------------------------------------------------------------------------------


def group_rows(found: Iterable[FirmGroup], names: Mapping[str, str], texts: Texts) -> list[dict[str, Any]]:
    """The groups as rows: what they share, who they are, how far apart."""
    return [
        {
            "topic": topic_name(each, texts),
            "kind": texts(f"meeting.group.{each.kind}"),
            "firms": ", ".join(sorted(names.get(one) or texts("meeting.nameless") for one in each.company_ids)),
            "count": len(each.company_ids),
            "km": each.spread_km,
        }
        for each in found
    ]


def topic_name(group: FirmGroup, texts: Texts) -> str:
    """The theme, or the goods by the customs' heading."""
    if group.kind == "common_need":
        return theme_name(group.topic, texts)
    goods = taxonomy().goods_name(group.topic, texts.language)
    return f"{goods} ({group.topic})" if goods else texts("meeting.group.heading", code=group.topic)

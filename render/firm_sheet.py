"""How a firm is seen, on paper: fact by fact what everybody, the members and the network's manager see of it.

Made to be handed to the firm, so it is self-contained HTML that asks nobody for anything. It holds what its reader may
know: a firm's own people get what is theirs, the manager's own copy also what only the manager knows, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from graph.consent import Fact
from graph.model import Company, Decision, Level
from render.firm_facts import LOWER, Line, Seen
from render.sheet import sheet_page, tag
from texts import Texts

COLUMNS = {"fact": 21, "public": 18, "members": 24, "whole": 24, "day": 13}
"""The columns, and how many percent of the paper each takes."""


def firm_sheet(
    name: str, seen: Sequence[Seen], chosen: Sequence[Line], texts: Texts, day: str, *, for_manager: bool = False
) -> bytes:
    """The sheet as UTF-8.

    Args:
        name: of the firm.
        seen: its facts.
        chosen: what the firm has chosen, as the lines of its page.
        texts: of the reader's language.
        day: on which it is made (ISO).
        for_manager: the facts hold what the firm itself does not see.
    """
    title = texts("firm_sheet.title", name=name)
    body = "\n".join(_body(title, seen, chosen, texts, day, for_manager=for_manager))
    return sheet_page(title, body, texts.language)


def _body(
    title: str, seen: Sequence[Seen], chosen: Sequence[Line], texts: Texts, day: str, *, for_manager: bool
) -> Iterator[str]:
    yield tag("h1", title)
    yield tag("p", texts("firm_sheet.copy.manager" if for_manager else "firm_sheet.copy.firm"))
    counts = {level.name.lower(): sum(each.sees(level) for each in seen) for level in LOWER}
    yield tag("p", texts("firm_sheet.counts", all=len(seen), **counts))
    choices = {each.fact: each for each in chosen if each.choice}
    for _, group in groupby(seen, key=lambda each: each.fact.kind):
        those = list(group)
        heading = texts("consent.about_firm") if those[0].fact.kind == Company.__name__ else those[0].kind
        yield tag("h2", heading[:1].upper() + heading[1:])
        yield _table(those, choices, texts, for_manager=for_manager)
    yield tag("p", texts("consent.never"), "quiet")
    yield tag("p", texts("firm_sheet.made", day=day), "quiet")


def _table(seen: Sequence[Seen], choices: Mapping[Fact, Line], texts: Texts, *, for_manager: bool) -> str:
    whole = "firm_sheet.columns.whole_manager" if for_manager else "firm_sheet.columns.whole"
    heads = [texts(whole if each == "whole" else f"firm_sheet.columns.{each}") for each in COLUMNS]
    rows = ["".join(f"<th>{escape(each)}</th>" for each in heads)]
    for fact, group in groupby(seen, key=lambda each: each.fact[:2]):
        those = list(group)
        line = choices.get(Fact(*fact))
        said = choice_text(line, texts) if line else ""
        if those[0].record:
            rows.append(
                f'<th colspan="{len(COLUMNS)}">{escape(" – ".join(filter(None, (those[0].record, said))))}</th>'
            )
        elif said:
            rows.append(f'<th colspan="{len(COLUMNS)}">{escape(said)}</th>')
        rows += [_row(each, choices.get(each.fact), texts) for each in those]
    head, *body = (f"<tr>{each}</tr>" for each in rows)
    widths = "".join(f'<col style="width: {each}%">' for each in COLUMNS.values())
    lines = f"<thead>{head}</thead><tbody>{''.join(body)}</tbody>"
    return f'<table class="even"><colgroup>{widths}</colgroup>{lines}</table>'


def _row(seen: Seen, line: Line | None, texts: Texts) -> str:
    hidden = texts("company.hidden")
    name = f"{seen.field} ({choice_text(line, texts)})" if line else seen.field
    values = [seen.by_level[level] or hidden for level in (*LOWER, Level.MANAGER)]
    cells = "".join(f"<td>{escape(each)}</td>" for each in (name, *values))
    return f'{cells}<td class="n">{escape(seen.day)}</td>'


def choice_text(line: Line, texts: Texts) -> str:
    """What the firm has chosen, since when and by whom."""
    decision: Decision | None = line.decision
    if line.choice is None or decision is None:
        return texts("consent.as_source")
    said = texts(f"consent.choice.{line.choice}")
    since = texts("consent.since", choice=said, day=decision.decided_on)
    return f"{since}. {texts('consent.ended_by', by=decision.decided_by)}" if decision.decided_by else since

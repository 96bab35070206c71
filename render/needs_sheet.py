"""What a firm's customers require of it, what it has said that it needs and who can help, on one sheet of paper.

The sheet is handed to the firm: nothing that a sensitive customer requires is on it, nor support for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from graph.gaps import Standing, by_firm
from graph.model import SupportCase
from graph.needs import Needs
from render.answers import company_name
from render.needs import Names, asked_text, buyers_text, match_text, place_name, when_text, why_text
from render.plain import choice_name, theme_name
from render.sheet import sheet_page, tag
from texts import Texts

MOST_ROWS = 14


def needs_sheet(
    found: Needs, company_id: str, cases: Sequence[SupportCase], names: Names, texts: Texts, day: str
) -> bytes:
    """The sheet of a firm as UTF-8; ``found`` is what concerns it, ``day`` the day (ISO) on which it was made."""
    title = texts("needs.sheet_title", name=company_name(names.get(company_id), texts))
    printed = replace(found, standings=tuple(each for each in found.standings if not _is_kept(each, found)))
    body = "\n".join(_body(printed, company_id, title, cases, names, texts, day))
    return sheet_page(title, body, texts.language)


def left_off(found: Needs, company_id: str) -> int:
    """How many requirements of the firm's customers would stand on its sheet, were the customers not sensitive."""
    unmet = (each for each in found.standings if each.company_id == company_id and each.status != "met")
    return sum(_is_kept(each, found) for each in unmet)


def _is_kept(each: Standing, found: Needs) -> bool:
    """Whether the requirement stays with the manager."""
    return each.buyer_id in found.support.sensitive


def _body(
    found: Needs, company_id: str, title: str, cases: Sequence[SupportCase], names: Names, texts: Texts, day: str
) -> Iterator[str]:
    yield tag("h1", title)
    yield tag("p", place_name(found.support.municipality(company_id), texts), "quiet")
    own = [each for each in found.standings if each.company_id == company_id]
    groups = by_firm(each for each in own if each.status != "met")[:MOST_ROWS]
    yield tag("h2", texts("needs.firm_asks"))
    rows = [
        (
            asked_text(group[0], texts),
            buyers_text(group, names, texts),
            when_text(group[0], texts),
            why_text(group[0], texts),
        )
        for group in groups
    ]
    yield _table(("asked", "buyer", "when", "why"), rows, texts) if rows else tag("p", texts("needs.firm_asks_none"))
    yield tag("h2", texts("needs.firm_needs"))
    said = [(theme_name(each.theme, texts), each.description or "", each.stated_on or "") for each in found.stated]
    yield _table(("theme", "words", "stated_on"), said, texts) if said else tag("p", texts("needs.firm_needs_none"))
    yield tag("h2", texts("needs.firm_helps"))
    helps = [(theme_name(each.offer.theme, texts), match_text(each, texts)) for each in found.helps(company_id)]
    yield _table(("theme", "help"), helps, texts) if helps else tag("p", texts("needs.firm_helps_none"))
    if cases:
        yield tag("h2", texts("needs.firm_cases"))
        told = [
            (
                theme_name(each.theme, texts),
                ": ".join(filter(None, (each.actor, each.description))),
                _status(each, texts),
            )
            for each in cases
        ]
        yield _table(("theme", "help", "when"), told, texts)
    yield tag("p", f"{texts('needs.sheet_made', day=day)} {texts('needs.sheet_inside')}", "quiet")


def _status(case: SupportCase, texts: Texts) -> str:
    status = choice_name(case.status, texts)
    return " ".join(filter(None, (status, case.changed_on)))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], texts: Texts) -> str:
    heads = "".join(f"<th>{escape(texts(f'needs.columns.{each}'))}</th>" for each in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"

"""What firms need and lack and who can help them; and a workbook to write an interview in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commands.asking import Asked, Said, write_file
from graph import ledger
from graph.audience import require
from graph.errors import UserMistake
from graph.gaps import Standing
from graph.lookup import find_company
from graph.model import Company, Need
from graph.needs import Needs, needs
from graph.network import project
from graph.support import Missed, NeedMatch, Outline
from graph.suppression import TOTAL, Shown
from render import needs as words
from render.interview import interview_book

MOST_LINES = 20


def show_needs(asked: Asked) -> Said:
    """Which requirements are not met, what firms need, and who can help; with --company of one firm."""
    require(asked.viewer, "needs")
    snapshot = asked.snapshot()
    found = needs(snapshot, project(snapshot), ledger.today())
    company_id = find_company(snapshot, asked.args.company).company_id if asked.args.company else ""
    if company_id:
        found = found.of(company_id)
    names = {each.company_id: each.name for each in snapshot.of(Company)}
    return Said(_as_json(found), words.lines(found, company_id, names, asked.texts, MOST_LINES))


def write_interview(asked: Asked) -> Said:
    """Write a workbook in which an interview with a firm is filled in; load reads it."""
    require(asked.viewer, "needs")
    target = Path(asked.args.file)
    if target.suffix.casefold() != ".xlsx":
        raise UserMistake("not_an_xlsx", file=str(target))
    if target.exists():
        raise UserMistake("file_exists", file=str(target))
    company = find_company(asked.snapshot(), asked.args.company)
    write_file(target, interview_book(company, asked.texts))
    return Said(
        {"file": str(target), "company_id": company.company_id},
        [asked.texts("interview.written", path=str(target))],
    )


# -- as JSON ---------------------------------------------------------------------------------------------------------


def _as_json(found: Needs) -> dict[str, Any]:
    picture = found.gathered
    return {
        "gaps": [_gap(each, found) for each in found.standings if each.status != "met"],
        "needs": [_need(each, found) for each in found.stated],
        "gathered": [
            {"theme": theme, "municipality": place, "companies": count}
            for place, theme, count in _cells(picture.tables["municipality"])
        ],
        "gathered_by": {
            by: [{"theme": theme, by: group, "companies": count} for group, theme, count in _cells(shown)]
            for by, shown in picture.tables.items()
        },
        "hidden": {by: len(shown.hidden) for by, shown in picture.tables.items()},
        "missed": [_missed(each) for each in found.missed],
        "outlines": [_outline(each) for each in found.outlines],
        "cases": {
            "by_status": dict(found.cases.by_status),
            "granted_sek": found.cases.granted_sek,
            "judged": found.cases.judged,
            "maturity_before": found.cases.before,
            "maturity_after": found.cases.after,
        },
    }


def _cells(shown: Shown) -> Iterator[tuple[str, str, int]]:
    """The inner cells of a table that are shown and not empty."""
    for (row, column), count in shown.cells.items():
        if count and TOTAL not in (row, column):
            yield row, column, count


def _gap(each: Standing, found: Needs) -> dict[str, Any]:
    helps = found.support.over(each) if each.is_gap else ()
    return {
        "company_id": each.company_id,
        "buyer_id": each.buyer_id,
        "requirement": each.asked,
        "status": each.status,
        "from": each.unmet_from,
        "support": [_match(match) for match in helps],
        "what": each.what,
        "applies_from": each.applies_from,
        "reason": each.reason,
        "sure": each.is_sure,
        "has": each.has,
        "until": each.until,
    }


def _need(each: Need, found: Needs) -> dict[str, Any]:
    helps = found.support.matches(each.company_id or "", [each.theme] if each.theme else [])
    return {
        "need_id": each.need_id,
        "company_id": each.company_id,
        "theme": each.theme,
        "description": each.description,
        "priority": each.priority,
        "stated_on": each.stated_on,
        "asked_by": each.asked_by,
        "may_share": each.may_share,
        "support": [_match(match) for match in helps],
    }


def _match(each: NeedMatch) -> dict[str, Any]:
    return {
        "support_offer_id": each.offer.support_offer_id,
        "actor": each.actor.name,
        "theme": each.offer.theme,
        "description": each.offer.description,
        "deadline": each.offer.deadline,
        "closes_in_days": each.closes_in_days,
        "amount_sek": each.offer.amount_sek,
        "reasons": list(each.reasons),
        "case_status": each.case.status if each.case else None,
    }


def _missed(each: Missed) -> dict[str, Any]:
    return {
        "company_id": each.company_id,
        "theme": each.theme,
        "needs": [need.need_id for need in each.needs],
        "requirements": sorted({gap.asked for gap in each.gaps}),
        "support": [_match(match) for match in each.matches],
    }


def _outline(each: Outline) -> dict[str, Any]:
    return {
        "theme": each.theme,
        "county": each.county,
        "companies": len(each.companies),
        "words": list(each.words),
        "partners": [actor.name for actor in each.partners],
        "standards": [{"standard": name, "companies": count} for name, count in each.standards],
    }

"""Firms that stand alone and firms to ask next, in words: why, what the command line promises, and its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.gazetteer import Gazetteer
from graph.isolation import Isolation, IsolationFinding
from graph.outreach import Heard, Hearings, ToAsk
from graph.replacement import Reason
from graph.taxonomy import taxonomy
from render.company import inside
from render.introductions import namer, reason_words
from render.network import Row
from render.plain import capital, choice_name, process_name, theme_name
from render.tables import Cell
from texts import Texts

TOLD = ("imports_what_other_makes", "buys_what_other_makes", "need_names_process", "same_theme", "shared_buyers",
        "knows_already")  # fmt: skip
"""Reasons for a likely partner, in the order they are told; how far off it is stands beside its name."""


def why_likely(finding: IsolationFinding, texts: Texts) -> str:
    """Why the likely partners are likely, each kind of reason once with the processes or themes of all of them."""
    named: dict[str, set[str]] = defaultdict(set)
    for partner in finding.likely_partners:
        for reason in sorted(partner.reasons, key=lambda each: each.code):
            if reason.code in TOLD:
                named[_key(reason, finding.company_id)].update(_named(reason, texts))
    order = sorted(named, key=lambda key: (TOLD.index(key.rpartition(".")[2]), key))
    return "; ".join(texts(key, processes=sorted(named[key]), themes=sorted(named[key])) for key in order)


def _key(reason: Reason, company_id: str) -> str:
    """The words for the reason as the firm itself sees it: it sells, it buys, or both do the same."""
    if "maker" not in reason.values:
        return f"isolated.why.{reason.code}"
    sells = reason.values["maker"] == company_id
    return f"isolated.why_sells.{reason.code}" if sells else f"isolated.why_buys.{reason.code}"


def _named(reason: Reason, texts: Texts) -> list[str]:
    processes, themes = (reason.values.get(each, ()) for each in ("processes", "themes"))
    found = [inside(process_name(str(each), texts)) for each in processes] if isinstance(processes, Sequence) else []
    return found + ([inside(theme_name(str(each), texts)) for each in themes] if isinstance(themes, Sequence) else [])


# -- who has been heard, and whom to ask next ------------------------------------------------------------------------


def headline(found: Isolation, texts: Texts) -> str:
    """How many stand alone; those of whom too little is known are told apart."""
    told = {"findings": len(found.findings) - found.unknown, "companies": found.companies}
    if found.unknown:
        return texts("isolated.headline_unknown", unknown=found.unknown, **told)
    return texts("isolated.headline", **told)


def branch_name(key: str, texts: Texts) -> str:
    """A division of SNI, or a sector, in the language's words."""
    if not key:
        return texts("outreach.unknown_branch")
    if not key.isdigit():
        return capital(choice_name(key, texts))
    return capital(taxonomy().division_name(key, texts.language) or key)


def place_name(key: str | None, texts: Texts) -> str:
    """A municipality's name."""
    return Gazetteer.default().municipality_name(key or "") or texts("outreach.unknown_place")


def ask_reason(reason: Reason, texts: Texts) -> str:
    """Why a firm should be asked, as the part of a sentence."""
    values: dict[str, Any] = dict(reason.values)
    if "processes" in values:
        values["processes"] = [inside(process_name(str(each), texts)) for each in values["processes"]]
    code = "unheard_cell_only" if values.get("companies") == 1 else reason.code
    return texts(f"reason.{code}", **values)


def ask_rows(found: Sequence[ToAsk], texts: Texts) -> list[Row]:
    """Whom to ask, in that order, with why."""
    return [
        {
            "company_id": each.company_id,
            "name": each.name or texts("find.unnamed"),
            "municipality": place_name(each.municipality, texts),
            "branch": branch_name(each.branch, texts),
            "why": capital("; ".join(ask_reason(reason, texts) for reason in each.reasons)),
            "score": round(each.score, 1),
        }
        for each in found
    ]


def heard_table(found: Hearings, texts: Texts) -> list[list[Cell]]:
    """Every cell, to take along; the heading first."""
    heads = ("municipality", "branch", "companies", "asked", "answered", "newest")
    table: list[list[Cell]] = [[texts(f"outreach.columns.{each}") for each in heads]]
    for (place, branch), each in found.cells.items():
        table.append(
            [place_name(place, texts), branch_name(branch, texts), each.companies, each.asked, each.answered,
             each.newest]
        )  # fmt: skip
    return table


# -- the command line ------------------------------------------------------------------------------------------------


def as_json(found: Isolation, heard: Hearings, to_ask: Sequence[ToAsk]) -> dict[str, Any]:
    """``isolated``."""
    return {
        "coverage": {
            "companies": found.companies,
            "asked": found.asked,
            "answered": found.answered,
            "by_municipality": [
                {"municipality": key or None, **_heard(each)} for key, each in heard.by_municipality.items()
            ],
            "by_branch": [{"branch": key or None, **_heard(each)} for key, each in heard.by_branch.items()],
        },
        "findings": [_finding(each) for each in found.findings],
        "ask_next": [
            {
                "company_id": each.company_id,
                "name": each.name,
                "municipality": each.municipality,
                "branch": each.branch or None,
                "score": each.score,
                "reasons": [{"code": reason.code, "points": reason.points, **reason.values} for reason in each.reasons],
            }
            for each in to_ask
        ],
    }


def _heard(each: Heard) -> dict[str, Any]:
    return {name: getattr(each, name) for name in ("companies", "asked", "answered", "newest")}


def _finding(each: IsolationFinding) -> dict[str, Any]:
    return {
        "company_id": each.company_id,
        "name": each.name,
        "municipality": each.municipality,
        "kind": each.kind,
        "reasons": [{"code": reason.code, **reason.values} for reason in each.reasons],
        "next_actions": list(each.next_actions),
        "likely_partners": [
            {
                "company_id": partner.company_id,
                "name": partner.name,
                "distance_km": partner.distance_km,
                "reasons": [
                    {"code": reason.code, "points": round(reason.points, 3), **reason.values}
                    for reason in partner.reasons
                ],
            }
            for partner in each.likely_partners
        ],
    }


def lines(found: Isolation, to_ask: Sequence[ToAsk], names: Mapping[str, str | None], texts: Texts) -> Iterator[str]:
    """Who stands alone, why, and what to do; then whom to ask next."""
    name_of = namer(names, texts)
    yield headline(found, texts)
    yield texts("isolated.coverage", asked=found.answered, companies=found.companies)
    if found.unplaced:
        yield texts("isolated.unplaced", count=found.unplaced)
    for each in found.findings:
        yield texts(
            "cli.finding",
            name=name_of(each.company_id),
            municipality=place_name(each.municipality, texts),
            kind=texts(f"isolation.{each.kind}"),
            next=[texts(f"next_action.{action}") for action in each.next_actions],
        )
        for partner in each.likely_partners:
            reasons = [reason_words(reason, name_of, texts) for reason in partner.reasons if reason.code in TOLD]
            yield texts(
                "cli.partner",
                name=name_of(partner.company_id),
                distance=texts.number(partner.distance_km, 0),
                reasons="; ".join(reasons),
            )
    said = {"answered": found.answered, "companies": found.companies, "asked": found.asked}
    yield texts("outreach.cli.heard", **said)
    yield texts("outreach.cli.next") if to_ask else texts("outreach.nobody")
    for number, firm in enumerate(to_ask, 1):
        why = "; ".join(ask_reason(reason, texts) for reason in firm.reasons)
        place = place_name(firm.municipality, texts)
        yield texts("outreach.cli.line", number=number, name=name_of(firm.company_id), municipality=place, why=why)

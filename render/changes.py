"""How does it read what has changed? A sentence, bars of what was gained and lost, and lists of the firms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from graph.changes import KINDS, PAIRS, Changes, Event
from graph.gazetteer import Gazetteer
from graph.moments import Moment
from render.answers import company_name
from render.import_list import money
from render.plain import process_name, theme_name
from render.tables import Cell
from texts import Texts

Row = dict[str, Any]
FIRST = (
    *("new_firm", "joined", "introduction_traded", "part_home", "gap_closed", "island_joined", "support_granted"),
    *("new_trade", "certificate_gained", "introduced", "need_stated"),
    *("gone_firm", "newly_alone", "gap_opened", "island_split", "certificate_lapsed", "gone_trade"),
)
"""Kinds in the order in which the sentence tells them."""
MOST_TOLD = 4
TAKEN_ALONG = ("kind", "name", "place", "other", "about", "value_sek", "company_id", "other_id")


def moment_name(moment: Moment | None, texts: Texts) -> str:
    """What a moment is called; None is now."""
    if moment is None:
        return texts("changes.now")
    return texts(f"changes.moment.{moment.kind}", name=moment.name, day=moment.day)


def headline(found: Changes, since: str, texts: Texts) -> str:
    """The first few kinds of change with their numbers."""
    told = [counted(kind, found.count(kind), texts) for kind in FIRST if found.count(kind)]
    if not told:
        return texts("changes.nothing", since=since)
    more = texts("changes.more") if len(told) > MOST_TOLD else ""
    return texts("changes.headline", since=since, changes=told[:MOST_TOLD], more=more)


def notes(found: Changes, orders: int, texts: Texts) -> str:
    """What is not in the picture: firms that became one, and orders that enquiries led to (``orders``)."""
    said = [texts("changes.merged", count=found.merged)] if found.merged else []
    if orders:
        said.append(texts("changes.orders", count=orders))
    return " ".join(said)


def counted(kind: str, count: int, texts: Texts) -> str:
    """A number of changes of a kind, in words."""
    return texts(f"changes.one.{kind}") if count == 1 else texts(f"changes.many.{kind}", count=count)


def kind_name(kind: str, texts: Texts) -> str:
    """What a kind of change is called."""
    return texts(f"changes.kind.{kind}")


def balance(found: Changes, texts: Texts) -> list[tuple[str, int, int, str]]:
    """For each pair of kinds of which there is any: label, gained, lost, words."""
    rows = []
    for gained, lost in PAIRS:
        plus, minus = found.count(gained), found.count(lost)
        if plus or minus:
            told = [counted(kind, number, texts) for kind, number in ((gained, plus), (lost, minus)) if number]
            rows.append((texts(f"changes.pair.{gained}"), plus, minus, ", ".join(told)))
    return rows


def event_rows(found: Changes, kind: str, texts: Texts) -> list[Row]:
    """The changes of a kind, one each; a firm that is gone has no page to open."""
    return [
        {
            "company_id": None if kind == "gone_firm" and each.how == "unlisted" else each.company_id,
            "name": company_name(found.name(each.company_id), texts),
            "place": _place(found, each.company_id),
            "other": company_name(found.name(each.other_id), texts) if each.other_id else None,
            "about": about(kind, each, texts),
            "value": None if each.value_sek is None else money(each.value_sek, texts),
        }
        for each in found.events[kind]
    ]


def _place(found: Changes, company_id: str) -> str | None:
    company = found.companies.get(company_id)
    if company is None:
        return None
    return company.locality or Gazetteer.default().municipality_name(company.municipality or "")


def about(kind: str, each: Event, texts: Texts) -> str:
    """What the change is about, in words."""
    if each.how == "capability":
        return process_name(each.about, texts)
    if each.how in ("need", "support"):
        return theme_name(each.about, texts)
    if kind in ("gone_firm", "introduction_traded"):
        return texts(f"changes.how.{each.how}")
    if each.count is not None:
        return texts(f"changes.count.{kind}", count=each.count)
    return each.about


def event_table(found: Changes, texts: Texts) -> list[list[Cell]]:
    """Every change, to take along; the heading first."""
    heads: list[Cell] = [texts(f"changes.columns.{each}") for each in TAKEN_ALONG]
    return [heads, *(list(row) for kind in KINDS for row in _cells(found, kind, texts))]


def _cells(found: Changes, kind: str, texts: Texts) -> Iterator[tuple[Cell, ...]]:
    for row, each in zip(event_rows(found, kind, texts), found.events[kind], strict=True):
        values = (each.value_sek, each.company_id, each.other_id)
        yield (kind_name(kind, texts), row["name"], row["place"], row["other"], row["about"], *values)


def as_json(found: Changes) -> dict[str, Any]:
    """What ``diff`` says of the region beside the counts of records."""
    events = {kind: [{**asdict(each), "name": found.name(each.company_id)} for each in found.events[kind]]
              for kind in KINDS}  # fmt: skip
    return {"counts": {kind: found.count(kind) for kind in KINDS}, "merged": found.merged, **events}

"""The parts of a firm's page: its own facts, and a table for each kind of record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.model import Company, Level, Offer, Record
from graph.own_word import SPOKEN
from graph.provenance import Provenance
from render.company import (
    FACTS,
    PARTS,
    Part,
    Row,
    Wording,
    counted_by,
    fact_table,
    plain_table,
    row_of,
    told_of,
)
from render.tables import Cell
from views.common import Region, texts, viewer
from views.downloads import downloads
from views.facts import part_data
from views.firm_known import replaceable

Records = Mapping[type[Record], Sequence[Record]]


def parts_of(
    here: Region, company: Company, records: Records, told: Provenance | None, wording: Wording
) -> list[dict[str, Any]]:
    """What there is something of, then (for who may tell) what there is nothing of; worked out once a revision."""
    key = ("firm_parts", company.company_id, texts().language)
    return here.kept(key, lambda: _parts(here, company, records, told, wording))


def _parts(
    here: Region, company: Company, records: Records, told: Provenance | None, wording: Wording
) -> list[dict[str, Any]]:
    parts = []
    for part in PARTS:
        if part.kind is Company:
            parts.append(_own_facts(part, company, told, wording))
            continue
        shown = [
            each
            for each in records.get(part.kind, ())
            if not part.role or getattr(each, part.role) == company.company_id
        ]
        if shown or may_add(part.kind, told):
            parts.append(_part(here, company, part, shown, told, wording))
    return sorted(parts, key=lambda each: not each["rows"])


def may_add(kind: type[Record], told: Provenance | None) -> bool:
    """Whether the viewer, who may know who says so, may say something of the kind."""
    return told is not None and (viewer().level >= Level.MANAGER or kind in SPOKEN)


def _part(
    here: Region,
    company: Company,
    part: Part,
    shown: Sequence[Record],
    told: Provenance | None,
    wording: Wording,
) -> dict[str, Any]:
    sentences = texts()
    rows = [
        row_of(each, told.account(part.kind, each.key) if told else None, wording, sentences, here.day)
        for each in shown
    ]
    extra, note = replaceable(here, company, shown, sentences) if part.name == "imports" and shown else (None, "")
    closed = [
        sentences("company.closed_line", what=_closed_title(each.key, part, wording), day=each.best.claim.as_of or "")
        for each in (told.of(part.kind, closed=True) if told and part.role != "buyer_id" else ())
    ]
    return part_data(part, rows, wording, may_edit=may_add(part.kind, told), note=note, closed=closed, extra=extra)


def _closed_title(key: str, part: Part, wording: Wording) -> str:
    item = key.partition("/")[2]
    return wording.value("capability", item) if part.kind is Offer else item or key


def _own_facts(part: Part, company: Company, told: Provenance | None, wording: Wording) -> dict[str, Any]:
    """What is told of the company itself, a row a field."""
    account = told.account(Company, company.company_id) if told else None
    whole = row_of(company, account, wording, texts(), "")
    words = {each.name: each for each in told_of(account, wording, texts())} if account else {}
    rows = []
    for name in ("name", *FACTS):
        label = wording.field(name)
        word = words.get(label)
        if whole.cells.get(name) or word:
            cells = {"what": label, "value": whole.cells.get(name, "")}
            firms = {"value": whole.firms[name]} if name in whole.firms else {}
            counting = account.words.get(name) if account else None
            source = counted_by(counting[0], texts()) if counting else ""
            rows.append(Row(name, cells, firms, source, (word,) if word and len(word.words) > 1 else ()))
    data = part_data(part, rows, wording)
    return {**data, "act": texts()("company.change") if told else ""}


def take_along(company: Company, records: Records, told: Provenance | None, wording: Wording) -> None:
    """All facts as a table, with who says so where the viewer may know."""

    def made() -> list[list[Cell]]:
        if told is not None:
            return fact_table(company, told.accounts, wording, texts())
        return plain_table({**records, Company: [company]}, wording, texts())

    downloads(made, texts()("company.file"))

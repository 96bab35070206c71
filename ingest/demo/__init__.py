"""An invented, seeded region: the workbooks a supplier network keeps, with the truth planted in them.

It looks like the county of Örebro: its twelve municipalities and localities, its branches and sizes of firms, a
defence cluster in the west, mines' and pumps' suppliers in the middle, steel and board in the north. All firms,
people and numbers are invented. Above six thousand firms the region spills over into the towns around the county.
The same number of firms and seed give the same files. What is true of it is said in :mod:`ingest.demo.truth`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

from graph.errors import UserMistake
from ingest.demo import sheets
from ingest.demo.firms import found_firms
from ingest.demo.imports import import_parts
from ingest.demo.ledgers import keep_ledgers
from ingest.demo.names import Namer, slug
from ingest.demo.offers import state_offers
from ingest.demo.own_work import work
from ingest.demo.region import Invented
from ingest.demo.roles import LEAST_COMPANIES, plant_roles
from ingest.demo.trades import trade
from ingest.demo.truth import planted_truth
from ingest.demo.workbooks import write_ledger, write_workbook

BOOKS = {
    "medlemsregister.xlsx": sheets.member_register,
    "affarer.xlsx": sheets.trade_book,
    "import.xlsx": sheets.import_book,
    "krav_och_behov.xlsx": sheets.asked_and_needed,
    "stod.xlsx": sheets.support_book,
    "natverket.xlsx": sheets.own_book,
}


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written: files by name, and rows a sheet kind (``ledger`` for all ledgers)."""

    folder: Path
    files: tuple[str, ...]
    rows: dict[str, int]
    truths: dict[str, int]  # entries a list of truth.json


def invent(companies: int, seed: int) -> Invented:
    """The region itself, before it is written.

    Raises:
        UserMistake: ``too_few_companies`` (``companies``, ``least``).
    """
    if companies < LEAST_COMPANIES:
        raise UserMistake("too_few_companies", companies=companies, least=LEAST_COMPANIES)
    rng = Random(seed)  # noqa: S311 - an invented region, not a secret
    region = Invented(rng, Namer(rng))
    found_firms(region, companies)
    islands = plant_roles(region)
    state_offers(region)
    trade(region, islands)
    keep_ledgers(region)
    import_parts(region)
    work(region)
    return region


def write_demo(folder: Path, companies: int = 650, seed: int = 1) -> DemoSummary:
    """Write an invented region's workbooks, ledgers and ``truth.json`` into the folder, made if need be.

    Raises:
        UserMistake: ``too_few_companies`` (``companies``, ``least``).
    """
    region = invent(companies, seed)
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    for name, book in BOOKS.items():
        for kind, count in write_workbook(folder / name, book(region)).items():
            counts[kind] = counts.get(kind, 0) + count
    ledgers = {f"reskontra_{slug(region.firms[index].name)}.csv": rows for index, rows in region.ledgers.items()}
    for name, rows in ledgers.items():
        write_ledger(folder / name, rows)
    counts["ledger"] = sum(len(rows) for rows in ledgers.values())
    truth = planted_truth(region, seed)
    text = json.dumps(truth, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    truths = {name: len(entries) for name, entries in truth.items() if isinstance(entries, list)}
    return DemoSummary(folder, (*BOOKS, *ledgers, "truth.json"), counts, truths)

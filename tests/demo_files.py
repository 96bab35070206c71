"""The invented region as its files give it, read cell by cell without any of the program's own readers."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ingest.demo import DemoSummary, write_demo

DATA = Path(__file__).resolve().parents[1] / "data"
COUNTY = {
    "Lekeberg", "Laxå", "Hallsberg", "Degerfors", "Hällefors", "Ljusnarsberg", "Örebro", "Kumla", "Askersund",
    "Karlskoga", "Nora", "Lindesberg",
}  # fmt: skip
TODAY = "2026-10-01"
TOLERANCES = ["ISO 2768-m", "ISO 2768-f", "IT9", "IT8", "IT7", "IT6"]  # coarse to fine
Row = dict[str, Any]


@dataclass(frozen=True)
class Written:
    folder: Path
    summary: DemoSummary
    sheets: dict[tuple[str, str], list[Row]]  # (file, sheet title) -> rows by heading
    ledgers: dict[str, list[Row]]
    truth: dict[str, Any]

    def rows(self, title: str) -> list[Row]:
        return next(rows for (_, sheet), rows in self.sheets.items() if sheet == title)


def read_sheets(folder: Path) -> Iterator[tuple[tuple[str, str], list[Row]]]:
    for path in sorted(folder.glob("*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        for title in book.sheet_names:
            headings, *rows = book.get_sheet_by_name(title).to_python()
            yield (path.name, title), [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def read_ledger(path: Path) -> list[Row]:
    with path.open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module", name="region")
def written_region(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("demo")
    summary = write_demo(folder, 650, 1)
    ledgers = {path.name: read_ledger(path) for path in sorted(folder.glob("reskontra_*.csv"))}
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    # the firms outside stand in a second sheet of the same title, which comes first by file name
    sheets = dict(sorted(read_sheets(folder), key=lambda each: each[0] == ("affarer.xlsx", "Företag")))
    return Written(folder, summary, sheets, ledgers, truth)


def digits(cell: object) -> str:
    return re.sub(r"\D", "", str(cell))


def by_number(rows: list[Row], heading: str = "Org.nr") -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[digits(row[heading])].append(row)
    return found


def coordinates() -> dict[str, tuple[float, float]]:
    with (DATA / "demo" / "localities.csv").open(encoding="utf-8") as file:
        return {
            row["name"]: (float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(file, delimiter=";")
        }


def column(table: str, name: str) -> set[str]:
    with (DATA / "taxonomy" / f"{table}.csv").open(encoding="utf-8") as file:
        return {row[name] for row in csv.DictReader(file, delimiter=";")}

"""Twelve months of an invented region, as its manager lives them: what is loaded, said, undone and put right.

The year is played through the command line alone. Beside it a diary is kept in plain sets and dicts of what the files
said, by this module's own rules; what the region is asked to give back is compared with it after each month.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

from graph.store import data_folder
from ingest.demo.names import luhn_digit
from ingest.headings import SHEETS
from tests.regions import Ran, run

YEAR = 2026
TOWNS = (("Karlskoga", "691 31"), ("Degerfors", "693 30"), ("Örebro", "702 27"), ("Kumla", "692 30"))
PROCESSES = ("CNC-svarvning", "Laserskärning", "Kantpressning", "MIG/MAG-svetsning", "TIG-svetsning")
HOME = ("Karlskoga", "Degerfors", "Örebro", "Kumla", "Lindesberg", "Nora")
FIRMS, BUYERS = 36, 6
Row = dict[str, Any]
Fact = tuple[Any, ...]


@dataclass
class Diary:
    """What is true at a moment, by kind; each fact is a tuple that begins with the numbers of its firms."""

    firms: dict[str, str] = field(default_factory=dict)  # number -> name
    facts: dict[str, set[Fact]] = field(default_factory=lambda: {kind: set() for kind in FACTS})
    merged: dict[str, str] = field(default_factory=dict)  # number -> the number it is known by
    ended: set[str] = field(default_factory=set)
    corrected: dict[str, int] = field(default_factory=dict)  # number -> how many work there, as a person put it right

    def known(self, number: str) -> str:
        """The number that a firm goes under now."""
        return self.merged.get(number, number)


FACTS: Mapping[str, tuple[str, ...]] = {
    "offer": ("org_number", "process"),
    "trade": ("seller_org_number", "buyer_org_number", "what", "value_sek", "year"),
    "import": ("org_number", "part_number", "value_sek", "supplier"),
    "interview": ("org_number", "asked_on", "how", "reminded_on", "outcome", "answered_on", "notes", "project"),
    "introduction": ("org_number", "other_org_number", "introduced_on", "outcome", "project"),
    "activity": ("participant_org_numbers", "name", "held_on", "project"),
    "support_case": ("org_number", "actor", "status", "amount_sek", "project"),
    "contact": ("org_number", "name", "email"),
    "certificate": ("org_number", "standard", "valid_until"),
}
"""The fields by which a fact is compared, those that name firms first."""
NAMING = ("org_number", "other_org_number", "seller_org_number", "buyer_org_number", "participant_org_numbers")
NOT_FOR_MEMBERS = ("notes", "email", "supplier", "part_number", "project")
"""What no member and nobody outside may read."""


class Year:
    """The region, its diary, and the files of its manager."""

    def __init__(self, folder: Path, seed: int, server: str) -> None:
        """``server`` is the address of a Neo4j that the region moves to one day."""
        self.rng = Random(seed)  # noqa: S311 - an invented year, not a secret
        self.folder, self.address, self.server = folder, f"sqlite:{folder / 'region.sqlite'}", server
        self.diary = Diary()
        self.rows: dict[str, dict[str, list[Row]]] = {}  # file -> sheet -> rows, as the manager keeps them
        self.secrets: set[str] = set()
        self.erased: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    # -- the command line --------------------------------------------------------------------------------------------

    def ask(self, *arguments: object) -> Ran:
        """A command that must succeed."""
        found = run("--store", self.address, *arguments)
        assert found.code == 0, (arguments, found.err)
        return found

    def load(self, file: str, *options: str) -> dict[str, Any]:
        """Write the manager's file as it is now, and load it."""
        said = self.ask("load", self.written(file), *options, "--json").json
        assert said["rejected"] == 0, said["problems"]
        return said

    def written(self, file: str) -> Path:
        """The manager's file as a workbook, a sheet a kind."""
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for kind, rows in self.rows[file].items():
            page = book.create_sheet(SHEETS[kind][0])
            names = list(dict.fromkeys(name for row in rows for name in row))
            page.append([SHEETS[kind][1][name][0] for name in names])
            for row in rows:
                page.append([row.get(name) for name in names])
        path = self.folder / file
        book.save(path)
        return path

    # -- what is written in the files, and in the diary --------------------------------------------------------------

    def new_firm(self) -> str:
        """The number of a firm that nobody has told of."""
        nine = f"40990{len(self.diary.firms) + 1:02}{self.rng.randrange(100):02}"
        number = nine + luhn_digit(nine)
        self.diary.firms[number] = f"Påhittade Verkstad {len(self.diary.firms) + 1:03} AB"
        return number

    def secret(self, kind: str) -> str:
        """Words that nobody but the manager may read."""
        made = f"hemligt{kind}{len(self.secrets):04}x{self.rng.randrange(10**6):06}"
        self.secrets.add(made)
        return made

    def say(self, file: str, kind: str, **row: Any) -> Row:
        """A row of a file, and the fact that it tells."""
        self.rows.setdefault(file, {}).setdefault(kind, []).append(row)
        if kind in FACTS:
            self.diary.facts[kind].add(fact(kind, row))
        return row

    def change(self, file: str, kind: str, row: Row, **fields: Any) -> None:
        """Write over cells of a row; the fact is another."""
        assert any(row is each for each in self.rows[file][kind])
        self.diary.facts[kind].discard(fact(kind, row))
        row.update(fields)
        self.diary.facts[kind].add(fact(kind, row))

    def unsay(self, file: str, kind: str, row: Row) -> None:
        """Take a row out of a file, and its fact out of the diary."""
        self.rows[file][kind].remove(row)
        if kind in FACTS:
            self.diary.facts[kind].discard(fact(kind, row))

    def member(self, number: str) -> None:
        """A row of the member list with its offers."""
        town, postcode = self.rng.choice(TOWNS)
        name = self.diary.firms[number]
        self.say("medlemmar.xlsx", "company", org_number=dashed(number), name=name, locality=town, municipality=town,
                 postcode=postcode, employees=self.rng.randrange(3, 120), member_since="2020-01-01")  # fmt: skip
        for process in self.rng.sample(PROCESSES, self.rng.randrange(1, 4)):
            self.say("medlemmar.xlsx", "offer", org_number=dashed(number), name=name, process=process)

    def trade(self, ends: Sequence[str], year: int = YEAR) -> None:
        """A row of the list of trades, seller and buyer, somewhere in it: lists are sorted anew."""
        seller, buyer = ends
        what = f"Detalj {self.rng.randrange(10**6)}"
        firms = self.diary.firms
        row = {"seller_org_number": dashed(seller), "seller": firms[seller], "buyer_org_number": dashed(buyer),
               "buyer": firms[buyer], "what": what, "value_sek": self.rng.randrange(1, 900) * 1000,
               "year": year}  # fmt: skip
        rows = self.rows.setdefault("affarer.xlsx", {}).setdefault("trade", [])
        rows.insert(self.rng.randrange(len(rows) + 1), row)
        self.diary.facts["trade"].add(fact("trade", row))

    def asked(self, number: str, on: date, outcome: str | None, project: str = "") -> Row:
        """A row of the manager's own work: somebody was asked."""
        said = {"notes": self.secret("anteckning")} if outcome == "svarade" else {}
        return self.say("arbetet.xlsx", "interview", org_number=dashed(number), name=self.diary.firms[number],
                        asked_on=on.isoformat(), how=self.rng.choice(("besök", "telefon")), reminded_on=None,
                        outcome=outcome, **said, project=project or None)  # fmt: skip

    def introduced(self, one: str, other: str, on: date, project: str = "") -> Row:
        """A row of the manager's own work: two firms were introduced."""
        return self.say("arbetet.xlsx", "introduction", org_number=dashed(one), name=self.diary.firms[one],
                        other_org_number=dashed(other), other=self.diary.firms[other], introduced_on=on.isoformat(),
                        outcome="väntar", project=project or None)  # fmt: skip

    def answered(self, number: str, process: str, on: date) -> None:
        """A firm ticks a process in its questionnaire and sends it back; nothing else has changed."""
        path = self.folder / "formulär.xlsx"
        self.ask("questionnaire", path, "--company", f"org:{number}")
        book = openpyxl.load_workbook(path)
        for row in book["Vad ni kan"].iter_rows(min_row=3):
            if row[2].value == process:
                row[3].value = "x"
        book.save(path)
        self.ask("answers", path)
        self.diary.facts["offer"].add((number, process))
        row = {
            "org_number": number,
            "asked_on": on.isoformat(),
            "how": "frågeformulär",
            "outcome": "svarade",
            "answered_on": on.isoformat(),
        }
        self.diary.facts["interview"].add(fact("interview", row))

    # -- what the region gives back ----------------------------------------------------------------------------------

    def given_back(self, audience: str = "MANAGER") -> dict[str, list[Row]]:
        """Every sheet of the workbook that an audience may take along: field -> cell, by our own headings."""
        path = self.folder / f"allt_{audience}.xlsx"
        self.ask("export", path, "--audience", audience, "--overwrite")
        book = openpyxl.load_workbook(path, read_only=True)
        found: dict[str, list[Row]] = {}
        for kind, (title, headings, _) in SHEETS.items():
            if title in book.sheetnames:
                heads, *rows = book[title].iter_rows(values_only=True)
                field_of = {names[0]: name for name, names in headings.items()}
                names = [field_of.get(str(each)) for each in heads]
                found[kind] = [{n: cell for n, cell in zip(names, row, strict=True) if n} for row in rows]
        book.close()
        return found

    def told_to(self, audience: str) -> Iterable[tuple[str, bytes]]:
        """Each way in which an audience may be told of the region, with all it says."""
        for ending in ("xlsx", "csv", "html"):
            path = self.folder / f"till_{audience}.{ending}"
            self.ask("export", path, "--audience", audience, "--overwrite")
            yield ending, unpacked(path)
        for command in (("network",), ("totals",), ("regions",)):
            yield command[0], run("--store", self.address, *command, "--audience", audience, "--json").out.encode()

    # -- what goes wrong with a machine ------------------------------------------------------------------------------

    def moved(self) -> None:
        """The region goes to a server, and its secret with it, as the handbook says."""
        self.ask("copy", "--to", self.server)
        data_folder().mkdir(exist_ok=True)
        (data_folder() / "server.secret").write_bytes((self.folder / "region.secret").read_bytes())
        self.address = self.server

    def made_older(self) -> None:
        """As a Närverk of last year left it: another schema, without columns that have come since."""
        connection = sqlite3.connect(self.address.removeprefix("sqlite:"))
        connection.executescript(
            """UPDATE state SET schema_version = 1;
            ALTER TABLE interview DROP COLUMN reminded_on;
            ALTER TABLE interview DROP COLUMN answered_on;"""
        )
        connection.close()


def fact(kind: str, row: Mapping[str, Any]) -> Fact:
    """A row as a fact: its firms' numbers, then what it says of them."""
    return tuple(_cell(name, row.get(name)) for name in FACTS[kind])


def _cell(name: str, value: Any) -> Any:
    if name == "participant_org_numbers":
        return tuple(sorted(plain(each) for each in str(value).split(";") if each.strip()))
    if name in NAMING:
        return plain(str(value))
    if hasattr(value, "date"):  # a day as a workbook holds it
        value = value.date()
    return value.isoformat() if isinstance(value, date) else value or None


def dashed(number: str) -> str:
    """A number as people write it."""
    return f"{number[:6]}-{number[6:]}"


def plain(number: str) -> str:
    """A number as digits alone."""
    return "".join(each for each in number if each.isdigit())


def unpacked(path: Path) -> bytes:
    """All that a file says, a packed one's parts one after the other."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(each) for each in archive.namelist())

"""The tables of ``data/taxonomy``: how they are read, and what a row of the main ones is."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLES = Path(__file__).resolve().parent.parent / "data" / "taxonomy"

Weighted = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A group of processes, after DIN 8580 where it applies."""

    family: str
    name_sv: str
    name_en: str
    asks: tuple[str, ...] = ()  # what decides who can do it, the most deciding first


@dataclass(frozen=True, slots=True)
class Process:
    """One capability a company can offer."""

    process: str
    family: str
    parent: str | None
    name_sv: str
    name_en: str
    synonyms_sv: tuple[str, ...]
    synonyms_en: tuple[str, ...]
    materials: tuple[str, ...]
    hs: tuple[str, ...]  # four-digit headings of the goods it makes
    sni2007: tuple[str, ...]  # four digits
    sni2025: tuple[str, ...]
    machines: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, its own two first."""
        return (self.name_sv, self.name_en, *self.synonyms_sv, *self.synonyms_en)


@dataclass(frozen=True, slots=True)
class Material:
    """A group of materials that the same workshops handle."""

    material: str
    name_sv: str
    name_en: str
    hs: str


@dataclass(frozen=True, slots=True)
class Standard:
    """What a company can be certified against."""

    standard: str
    name_sv: str
    name_en: str
    scope: str
    covers: tuple[str, ...]  # all it stands for, itself not counted


@dataclass(frozen=True, slots=True)
class Theme:
    """A kind of development need."""

    theme: str
    name_sv: str
    name_en: str
    covers_sv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a running text, from ``start`` up to ``end``."""

    what: str
    detail: str
    start: int
    end: int


def rows(table: str) -> Iterator[dict[str, str]]:
    """Each row of ``data/taxonomy/<table>.csv``."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


def fold(text: str) -> str:
    """What is left when case, spaces and punctuation do not count.

    >>> fold(" MIG/MAG-svetsning ")
    'migmagsvetsning'
    """
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


def weights(text: str) -> Weighted:
    """Read ``turning:0.8 milling_3:0.5``."""
    pairs = (each.rpartition(":") for each in text.split())
    return tuple((name, float(weight)) for name, _, weight in pairs)


def parts(text: str) -> tuple[str, ...]:
    """Read ``one|two``."""
    return tuple(part for part in text.split("|") if part)


def digits_of(code: str) -> str:
    """A code without its points and spaces."""
    return "".join(each for each in code if each.isdigit())


def read_processes() -> dict[str, Process]:
    """Every process by its code, in the order of the table."""
    machines = {row["process"]: tuple(row["machines"].split()) for row in rows("machines")}
    return {
        row["process_id"]: Process(
            process=row["process_id"],
            family=row["family_id"],
            parent=row["parent"] or None,
            name_sv=row["name_sv"],
            name_en=row["name_en"],
            synonyms_sv=parts(row["synonyms_sv"]),
            synonyms_en=parts(row["synonyms_en"]),
            materials=parts(row["materials"]),
            hs=parts(row["hs4"]),
            sni2007=tuple(digits_of(code) for code in parts(row["sni2007_4"])),
            sni2025=tuple(digits_of(code) for code in parts(row["sni2025_4"])),
            machines=machines.get(row["process_id"], ()),
        )
        for row in rows("processes")
    }


def read_standards() -> dict[str, Standard]:
    """Every standard by its name, with all it covers directly or through another."""
    table = {row["standard"]: row for row in rows("certificates")}

    def closed(standard: str) -> Iterator[str]:
        for below in parts(table[standard]["covers"]):
            yield below
            yield from closed(below)

    return {
        name: Standard(name, row["name_sv"], row["name_en"], row["scope"], tuple(dict.fromkeys(closed(name))))
        for name, row in table.items()
    }

"""What the invented region is made of: the hand-written tables in ``data/demo``, read once."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data" / "demo"
SIZE_CLASSES = ("1-9", "10-19", "20-49", "50-99", "100-199", "200-499", "500+")

Weights = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Sector:
    """A branch: how common it is, what it makes, holds, sells and buys (percent and relative weights).

    An entry ``Bageri/Bröd>10.71`` of SNI, business and sells is for firms with one of these words in their name,
    see :func:`fitting`.
    """

    code: str
    kind: str  # Company.sector
    weight: float
    size_tilt: float
    sni2007: tuple[str, ...]
    sni2025: str  # "" where no certain translation is known
    crafts: tuple[str, ...]
    business: tuple[str, ...]
    processes: Weights
    materials: tuple[str, ...]
    certificates: Weights
    sells: tuple[str, ...]
    buys: Weights


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the taxonomy with the limits its family usually has (millimetres, kilograms, days, pieces)."""

    code: str
    family: str
    materials: tuple[str, ...]
    length_mm: tuple[float, float]
    weight_kg: tuple[float, float]
    tolerances: tuple[str, ...]
    lead_days: tuple[int, int]
    batch_high: int


@dataclass(frozen=True, slots=True)
class PartTemplate:
    """A kind of imported part: shop text with ``{a/b}`` choices, what it takes, and where it comes from."""

    description: str
    processes: tuple[str, ...]
    material: str
    cn_code: str
    buyers: tuple[str, ...]
    origins: Weights
    weight_kg: tuple[float, float]
    price_sek_kg: tuple[float, float]
    quantity: tuple[float, float]
    certificates: Weights
    shape: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """How firms of a country are called, and how goods come from there."""

    suffixes: tuple[str, ...]
    stems: tuple[str, ...]
    words: dict[str, tuple[str, ...]]  # by trade: metal, casting, plastic, electronics
    transport: Weights


def rows(name: str) -> list[dict[str, str]]:
    """All rows of ``data/demo/<name>.csv``."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def split(text: str) -> tuple[str, ...]:
    """The parts of ``a|b|c``; none for an empty text."""
    return tuple(text.split("|")) if text else ()


def fitting(entries: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The entries meant for a firm of this name; where none is, those meant for all.

    >>> fitting(("Livsmedel", "Bageri/Kvarn>Bröd"), "Nyholms Bageri AB")
    ('Bröd',)
    """
    tagged = [each.partition(">")[::2] for each in entries]
    own = tuple(text for words, text in tagged if text and any(word in name for word in words.split("/")))
    return own or tuple(words for words, text in tagged if not text)


def weights(text: str) -> Weights:
    """``a:3|b:1`` as pairs."""
    pairs = (each.rsplit(":", 1) for each in split(text))
    return tuple((name, float(number)) for name, number in pairs)


def _span(row: dict[str, str], low: str, high: str, factor: float = 1.0) -> tuple[float, float]:
    return float(row[low]) * factor, float(row[high]) * factor


@lru_cache(maxsize=1)
def sectors() -> dict[str, Sector]:
    """Every branch by its code."""
    return {
        row["sector"]: Sector(
            row["sector"], row["kind"], float(row["weight"]), float(row["size_tilt"]), split(row["sni2007"]),
            row["sni2025"], split(row["crafts"]), split(row["business"]), weights(row["processes"]),
            split(row["materials"]), weights(row["certificates"]), split(row["sells"]), weights(row["buys"]),
        )
        for row in rows("sectors")
    }  # fmt: skip


@lru_cache(maxsize=1)
def processes() -> dict[str, Process]:
    """Every process by its code, its family's limits scaled by its own size factor."""
    families = {row["family"]: row for row in rows("families")}
    found = {}
    for row in rows("processes"):
        family, factor = families[row["family"]], float(row["size_factor"])
        found[row["process"]] = Process(
            row["process"], row["family"], split(row["materials"]),
            _span(family, "length_low_mm", "length_high_mm", factor),
            _span(family, "weight_low_kg", "weight_high_kg", factor), split(family["tolerances"]),
            (int(family["lead_low_days"]), int(family["lead_high_days"])), int(family["batch_high"]),
        )  # fmt: skip
    return found


@lru_cache(maxsize=1)
def part_templates() -> tuple[PartTemplate, ...]:
    """Every kind of imported part."""
    return tuple(
        PartTemplate(
            row["description"], split(row["processes"]), row["material"], row["cn_code"], split(row["buyers"]),
            weights(row["origins"]), _span(row, "weight_low_kg", "weight_high_kg"),
            _span(row, "price_low_sek_kg", "price_high_sek_kg"), _span(row, "quantity_low", "quantity_high"),
            weights(row["certificates"]), row["shape"],
        )
        for row in rows("parts")
    )  # fmt: skip


@lru_cache(maxsize=1)
def foreign() -> dict[str, Foreign]:
    """Countries by ISO code."""
    return {
        row["country"]: Foreign(
            split(row["suffixes"]),
            split(row["stems"]),
            {trade: split(row[trade]) for trade in ("metal", "casting", "plastic", "electronics")},
            weights(row["transport"]),
        )
        for row in rows("foreign")
    }


@lru_cache(maxsize=1)
def name_parts() -> dict[str, tuple[str, ...]]:
    """Parts of invented names by kind."""
    return {row["kind"]: split(row["values"]) for row in rows("name_parts")}


@lru_cache(maxsize=1)
def covered() -> dict[str, frozenset[str]]:
    """Of each standard, those it covers: itself, and what these cover in turn."""
    with (DATA.parent / "taxonomy" / "certificates.csv").open(encoding="utf-8", newline="") as file:
        direct = {row["standard"]: split(row["covers"]) for row in csv.DictReader(file, delimiter=";")}

    def closure(standard: str) -> frozenset[str]:
        return frozenset([standard]).union(*(closure(each) for each in direct.get(standard, ())))

    return {standard: closure(standard) for standard in direct}

"""What a buyer asks of whoever makes a part, and what an offer answers to it: met, unmet or unknown.

Demands come from a text, from a row of an import list, or from a person's choice. Size, weight and tolerance are
compared with what the offer states; what it does not state is unknown, which is "ask them" and never no.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import cbrt, sqrt

from graph.learned import Learned
from graph.model import ImportedPart, Offer
from graph.understanding import ProcessGuess, Understanding, understand

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
ISO_2768_AS_IT = {"f": 12, "m": 14, "c": 16, "v": 17}  # ISO 2768-1 linear classes beside ISO 286 grades, about 100 mm
SIZE_RANGES_MM = (1, 3, 6, 10, 18, 30, 50, 80, 120, 180, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500)
IT_FACTORS = {5: 7, 6: 10, 7: 16, 8: 25, 9: 40, 10: 64, 11: 100, 12: 160, 13: 250, 14: 400, 15: 640, 16: 1000}
TREATMENTS = frozenset({"heat", "surface", "quality"})  # families of what is done to a part that has its shape
FINISHING = frozenset({"grinding", "honing"})
LEAST_LEADING = 0.35  # of the likeliest guess's score, for what shapes the part to lead before it
SOFT = ("quantity",)  # a firm's usual series can be talked about


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a supplier; empty fields ask nothing. ``processes``: (code, weight), the leading one first."""

    processes: tuple[tuple[str, float], ...]
    all_processes: bool = True  # False: understood from text; the leading one will do, or half of those that decide
    deciding: int | None = None  # how many of the first decide who can make it (None: all); the others only count
    material: str | None = None
    certificates: tuple[str, ...] = ()
    length_mm: float | None = None
    piece_weight_kg: float | None = None
    tolerance: str | None = None
    annual_quantity: int | None = None
    mass_kg: float | None = None  # a year, for the footprint
    origin_country: str | None = None
    transport_mode: str | None = None
    lead_time_days: int | None = None  # today
    buyer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """One demand against one firm: what was asked, what it has, by which word and since when."""

    name: str
    status: str
    asked: str
    has: str | None = None
    source: str | None = None
    date: str | None = None


def demand_of_text(text: str, *, cn_code: str | None = None, learned: Learned | None = None) -> Demand:
    """What a part's text asks for; ``learned`` is what people have said of words."""
    return demand_of(understand(text, cn_code=cn_code, learned=learned), text)


def demand_of(said: Understanding, text: str) -> Demand:
    """What was understood of a text as a demand: what shapes the part decides who makes it, treatments come after.

    Where a text asks for a treatment of something that is there ("Lackering av kåpor"), the treatment leads.
    """
    first = [each for each in said.processes if not _is_lesser(each)]
    others = [each for each in said.processes if _is_lesser(each)]
    best = max((each.score for each in said.processes), default=0.0)
    if others and _asks_for(others[0].why, text):
        first, others = others, first
    elif not first or first[0].score < LEAST_LEADING * best:
        first, others = list(said.processes), []
    return Demand(
        processes=tuple((guess.process, guess.score) for guess in (*first, *others)),
        all_processes=False,
        deciding=len(first) or None,
        material=said.materials[0].material if said.materials else None,
        certificates=said.certificates,
        length_mm=said.sizes.largest_mm,
        piece_weight_kg=said.weight_kg,
        tolerance=said.tolerance,
        annual_quantity=said.annual_quantity,
    )


def _is_lesser(guess: ProcessGuess) -> bool:
    """Whether it is done to a part that has its shape already."""
    return guess.family in TREATMENTS or guess.process in FINISHING


def _asks_for(words: Sequence[str], text: str) -> bool:
    """Whether a text begins with the word for doing something: "Härdning av axlar", "Painting of covers"."""
    start = text.split(maxsplit=1)
    first = start[0].strip(",.;:-").casefold() if start else ""
    return first.endswith(("ning", "ing", "ningar")) and any(first == each.casefold() for each in words)


def demand_of_part(part: ImportedPart, *, learned: Learned | None = None) -> Demand:
    """What an imported part asks for: as its list says; a part listed without a process asks what its text does."""
    read = Demand(())
    if not part.capabilities:
        read = demand_of_text(part.description or "", cn_code=part.cn_code, learned=learned)
    return Demand(
        processes=tuple((each, 1.0) for each in part.capabilities) or read.processes,
        all_processes=bool(part.capabilities),
        deciding=None if part.capabilities else read.deciding,
        material=part.material or read.material,
        certificates=part.certificates or read.certificates,
        length_mm=part.length_mm or read.length_mm,
        piece_weight_kg=part.piece_weight_kg or read.piece_weight_kg,
        tolerance=part.tolerance or read.tolerance,
        annual_quantity=part.annual_quantity or read.annual_quantity,
        mass_kg=part.mass_kg,
        origin_country=part.origin_country,
        transport_mode=part.transport_mode,
        lead_time_days=part.lead_time_days,
        buyer_id=part.company_id,
    )


def of_offer(name: str, status: str, demand: Demand, offer: Offer) -> Constraint:
    """A demand on an offer (material, size, weight, tolerance, quantity) with what was asked and what it has."""
    asked, has = "", None
    if name == "material":
        asked, has = demand.material or "", ", ".join(offer.materials) or None
    elif name == "size":
        asked, has = _measured(demand.length_mm, "mm") or "", _measured(offer.max_length_mm, "mm")
    elif name == "weight":
        asked, has = _measured(demand.piece_weight_kg, "kg") or "", _measured(offer.max_weight_kg, "kg")
    elif name == "tolerance":
        asked, has = demand.tolerance or "", offer.tolerance
    elif name == "quantity":
        asked = str(demand.annual_quantity)
        has = None if offer.batch_min is None else str(offer.batch_min)
    return Constraint(name, status, asked, has, offer.evidence, offer.stated_on)


def _measured(amount: float | None, unit: str) -> str | None:
    return None if amount is None else f"{amount:g} {unit}"


def it_grade(text: str, size_mm: float | None = None) -> int | None:
    """ISO 286 grade of "IT7", "h6", "H7" or (by its linear class) "ISO 2768-m"; None for anything else.

    With the size it is asked of, "±0,02" is the coarsest grade that stays within it.

    >>> it_grade("h6"), it_grade("ISO 2768-mK"), it_grade("fint"), it_grade("±0,02", 50)
    (6, 14, None, 8)
    """
    if said := re.search(r"2768\s*-?\s*([fmcv])", text, re.IGNORECASE):
        return ISO_2768_AS_IT[said[1].lower()]
    if said := re.fullmatch(r"\s*(?:IT|[A-Za-z]{1,2})\s*(\d{1,2})\s*", text):
        return int(said[1])
    said = re.search(r"(?:±|\+/?-)\s*(\d+(?:[.,]\d+)?)", text)
    if said and size_mm:
        width_um = 2000 * float(said[1].replace(",", "."))
        factor_um = _tolerance_factor_um(size_mm)
        fitting = [grade for grade, factors in IT_FACTORS.items() if round(factors * factor_um) <= width_um]
        return max(fitting, default=min(IT_FACTORS) - 1)
    return None


def _tolerance_factor_um(size_mm: float) -> float:
    """The standard tolerance factor of ISO 286-1: 0.45 D^(1/3) + 0.001 D, from 500 mm 0.004 D + 2.1.

    D is the geometric mean of the standard's range of sizes; IT7 is 16 factors.
    """
    above = min(bisect_left(SIZE_RANGES_MM, size_mm), len(SIZE_RANGES_MM) - 1) or 1
    mean_mm = sqrt(SIZE_RANGES_MM[above - 1] * SIZE_RANGES_MM[above])
    if mean_mm > 500:
        return 0.004 * mean_mm + 2.1
    return 0.45 * cbrt(mean_mm) + 0.001 * mean_mm

"""What a buyer asks of whoever makes a part, and what an offer answers to it: met, unmet or unknown.

Demands come from a text, from a row of an import list, or from a person's choice. Size, weight and tolerance are
compared with what the offer states; what it does not state is unknown, which is "ask them" and never no.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.model import ImportedPart, Offer
from graph.understanding import understand

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
ISO_2768_AS_IT = {"f": 12, "m": 14, "c": 16, "v": 17}  # ISO 2768-1 linear classes beside ISO 286 grades, about 100 mm


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a supplier. ``processes`` are (code, weight); empty fields ask nothing."""

    processes: tuple[tuple[str, float], ...]
    all_processes: bool = True  # False: understood from text, see the module's rule
    material: str | None = None
    certificates: tuple[str, ...] = ()
    length_mm: float | None = None
    piece_weight_kg: float | None = None
    tolerance: str | None = None
    annual_quantity: int | None = None
    mass_kg: float | None = None  # a year, for the footprint
    origin_country: str | None = None
    transport_mode: str | None = None
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


def demand_of_text(text: str, *, cn_code: str | None = None) -> Demand:
    """What a part's text asks for."""
    said = understand(text, cn_code=cn_code)
    return Demand(
        processes=tuple((guess.process, guess.score) for guess in said.processes),
        all_processes=False,
        material=said.materials[0].material if said.materials else None,
        certificates=said.certificates,
        length_mm=said.sizes.largest_mm,
        piece_weight_kg=said.weight_kg,
        tolerance=said.tolerance,
        annual_quantity=said.annual_quantity,
    )


def demand_of_part(part: ImportedPart) -> Demand:
    """What an imported part asks for: as its list says; a part listed without a process asks what its text does."""
    read = Demand(()) if part.capabilities else demand_of_text(part.description or "", cn_code=part.cn_code)
    return Demand(
        processes=tuple((each, 1.0) for each in part.capabilities) or read.processes,
        all_processes=bool(part.capabilities),
        material=part.material or read.material,
        certificates=part.certificates or read.certificates,
        length_mm=part.length_mm or read.length_mm,
        piece_weight_kg=part.piece_weight_kg or read.piece_weight_kg,
        tolerance=part.tolerance or read.tolerance,
        annual_quantity=part.annual_quantity or read.annual_quantity,
        mass_kg=part.mass_kg,
        origin_country=part.origin_country,
        transport_mode=part.transport_mode,
        buyer_id=part.company_id,
    )


def offer_constraints(demand: Demand, offer: Offer) -> list[Constraint]:
    """What one offer says to each demand on it."""
    word = (offer.evidence, offer.stated_on)
    found = []
    if demand.material:
        listed = offer.materials
        status = UNKNOWN if not listed else MET if demand.material in listed else UNMET
        found.append(Constraint("material", status, demand.material, ", ".join(listed) or None, *word))
    for name, asked, has, unit in (
        ("size", demand.length_mm, offer.max_length_mm, "mm"),
        ("weight", demand.piece_weight_kg, offer.max_weight_kg, "kg"),
    ):
        if asked:
            status = UNKNOWN if has is None else MET if has >= asked else UNMET
            found.append(
                Constraint(name, status, f"{asked:g} {unit}", None if has is None else f"{has:g} {unit}", *word)
            )
    if demand.tolerance:
        status = _tolerance_status(demand.tolerance, offer.tolerance)
        found.append(Constraint("tolerance", status, demand.tolerance, offer.tolerance, *word))
    if demand.annual_quantity:
        least = offer.batch_min
        status = UNKNOWN if least is None else MET if demand.annual_quantity >= least else UNMET
        found.append(
            Constraint("quantity", status, str(demand.annual_quantity), None if least is None else str(least), *word)
        )
    return found


def _tolerance_status(asked: str, has: str | None) -> str:
    wanted, offered = it_grade(asked), it_grade(has or "")
    if wanted is None or offered is None:
        return UNKNOWN
    return MET if offered <= wanted else UNMET


def it_grade(text: str) -> int | None:
    """ISO 286 grade of "IT7", "h6", "H7" or (by its linear class) "ISO 2768-m"; None for anything else.

    >>> it_grade("h6"), it_grade("ISO 2768-mK"), it_grade("fint")
    (6, 14, None)
    """
    if said := re.search(r"2768\s*-?\s*([fmcv])", text, re.IGNORECASE):
        return ISO_2768_AS_IT[said[1].lower()]
    if said := re.fullmatch(r"\s*(?:IT|[A-Za-z]{1,2})\s*(\d{1,2})\s*", text):
        return int(said[1])
    return None

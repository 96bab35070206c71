"""How dependent is a buyer on few suppliers and far countries? Concentration, share from outside the EU, single ones.

Figures are by value. A line that does not say its supplier, origin or value is left out of the figure that needs it,
and each figure says how many lines it rests on: unknown is never taken for many suppliers, nor for the EU.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from graph.model import ImportedPart
from graph.names import name_key
from graph.taxonomy import fold

EU_SINCE = "2020-02-01"  # these 27 are the members (https://european-union.europa.eu/principles-countries-history)
_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_TERRITORIES = "AX GF GP MF MQ RE YT"  # of Finland and France, with country codes of their own (TFEU, article 355)
EU = frozenset(_MEMBERS.split()) | frozenset(_TERRITORIES.split())


@dataclass(frozen=True, slots=True)
class Dependency:
    """What some lines of purchases say of their suppliers and origins.

    ``hhi`` is the Herfindahl-Hirschman index: the sum of the suppliers' squared shares, 1 / n for n equal ones and 1
    for a single one (Rhoades, Federal Reserve Bulletin 79, 1993, 188-189); None where no line says supplier and value.
    ``single_origin`` and ``single_supplier`` are named where all lines say the same one.
    """

    lines: int
    suppliers: int  # different ones that are named
    hhi: float | None
    hhi_lines: int
    outside_eu: float | None  # 0..1
    origin_lines: int
    single_origin: str | None
    single_supplier: str | None


@dataclass(frozen=True, slots=True)
class PartDependency:
    """One part over all the lines that buy it."""

    part: ImportedPart  # its first line, which names it
    value_sek: int | None  # of the lines that say one
    dependency: Dependency


def worth(part: ImportedPart) -> int | None:
    """What the line counts for in SEK a year; None unknown. A credit note is worth nothing, and takes nothing away."""
    return None if part.value_sek is None else max(part.value_sek, 0)


def is_outside_eu(country: str) -> bool:
    """Whether a country (ISO 3166-1 alpha-2) lies outside the EU as it is since :data:`EU_SINCE`.

    >>> is_outside_eu("NO"), is_outside_eu("GB"), is_outside_eu("HR"), is_outside_eu("AX")
    (True, True, False, False)
    """
    return country not in EU


def dependency(parts: Sequence[ImportedPart]) -> Dependency:
    """The dependency of all the lines together."""
    by_supplier: dict[str, int] = defaultdict(int)
    hhi_lines = origin_lines = outside = placed = 0
    for part in parts:
        value = worth(part)
        if value is not None and part.supplier:
            by_supplier[_supplier(part)] += value
            hhi_lines += 1
        if value is not None and part.origin_country:
            placed += value
            outside += value if is_outside_eu(part.origin_country) else 0
            origin_lines += 1
    total = sum(by_supplier.values())
    return Dependency(
        lines=len(parts),
        suppliers=len({_supplier(each) for each in parts if each.supplier}),
        hhi=fsum((each / total) ** 2 for each in by_supplier.values()) if total else None,
        hhi_lines=hhi_lines,
        outside_eu=outside / placed if placed else None,
        origin_lines=origin_lines,
        single_origin=_only(each.origin_country for each in parts),
        single_supplier=_single_supplier(parts),
    )


def by_part(parts: Iterable[ImportedPart]) -> list[PartDependency]:
    """Each part's own dependency, the most valuable first.

    Lines are one part where the same buyer gives them the same number or, without one, the same words and CN code.
    """
    lines: dict[tuple[str, ...], list[ImportedPart]] = defaultdict(list)
    for each in parts:
        lines[_identity(each)].append(each)
    found = {key: PartDependency(min(some, key=_id), _value(some), dependency(some)) for key, some in lines.items()}
    ordered = sorted(found.items(), key=lambda pair: (-(pair[1].value_sek or 0), pair[0]))
    return [each for _, each in ordered]


def _id(part: ImportedPart) -> str:
    return part.part_id


def _identity(part: ImportedPart) -> tuple[str, ...]:
    buyer = part.company_id or ""
    if part.part_number:
        return (buyer, "number", fold(part.part_number))
    if part.description or part.cn_code:
        return (buyer, "words", fold(part.description or ""), part.cn_code or "")
    return (buyer, "line", part.part_id)


def _supplier(part: ImportedPart) -> str:
    """The supplier, so that its spelling and legal form do not count; "" unknown."""
    return name_key(part.supplier) or fold(part.supplier) if part.supplier else ""


def _single_supplier(parts: Sequence[ImportedPart]) -> str | None:
    """Its name, in the first of its spellings by alphabet."""
    return min(each.supplier or "" for each in parts) if _only(_supplier(each) for each in parts) else None


def _only(values: Iterable[str | None]) -> str | None:
    """The one value that all of them are, None where they differ or one is unknown."""
    found = set(values)
    return next(iter(found)) or None if len(found) == 1 else None


def _value(parts: Sequence[ImportedPart]) -> int | None:
    known = [value for each in parts if (value := worth(each)) is not None]
    return sum(known) if known else None

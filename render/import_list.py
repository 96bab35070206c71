"""How does the answer to a whole import list read? Its sentence, its figures, its lines as rows and as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from graph.dependency import Dependency, PartDependency
from graph.import_list import CAN, NOBODY, SHOWN, STATUSES, UNCLEAR, ImportLine, ImportList, Sums
from graph.model import ImportedPart
from graph.replacement import Candidate
from ingest.countries import country_name
from render.plain import distance_text, process_name
from render.tables import Cell
from texts import Texts

MILLION, BILLION = 1_000_000, 1_000_000_000
TONNES_FROM_KG = 10_000
PART_COLUMNS = ("part", "number", "cn", "origin", "supplier", "value", "mass", "status", "understood", "found")
CANDIDATE_COLUMNS = ("firm", "low", "high", "score")
MOST_LINES = 12
NameOf = Callable[[str], str]
"""What a company is called by its identifier."""


def money(sek: float, texts: Texts) -> str:
    """Kronor so that a person can take them in: "120 000 kr", "3,4 miljoner kr"."""
    for least, name in ((BILLION, "billion"), (MILLION, "million")):
        if abs(sek) >= least:
            return texts(f"money.{name}", amount=texts.number(sek / least, 1 if abs(sek) < 100 * least else 0))
    return texts("money.sek", amount=texts.number(round(sek)))


def spared(sums: Sums, texts: Texts) -> str:
    """What is spared in a year, low to high, and how many lines that rests on; "" where nothing is known."""
    if not sums.counted:
        return ""
    in_tonnes = max(abs(sums.saving_low_kg), abs(sums.saving_high_kg)) >= TONNES_FROM_KG
    low, high = (
        texts.number(each / 1000, 1) if in_tonnes else texts.number(round(each))
        for each in (sums.saving_low_kg, sums.saving_high_kg)
    )
    unit = texts("money.tonnes" if in_tonnes else "money.kg")
    return texts("imports.spared", low=low, high=high, unit=unit, lines=sums.counted)


def percent(share: float, texts: Texts) -> str:
    """A share as "61"; what is little and yet something is not told as 0, nor nearly all as 100."""
    if 0 < share < 0.01:
        return "<1"
    return texts.number(99 if 0.99 < share < 1 else round(100 * share))


def part_name(part: ImportedPart, texts: Texts) -> str:
    """What the part is called: by its words, its number, its code, else by who sells it."""
    code = texts("imports.cn", code=part.cn_code) if part.cn_code else None
    return part.description or part.part_number or code or part.supplier or texts("imports.unnamed")


# -- sentences -------------------------------------------------------------------------------------------------------


def headline(found: ImportList, texts: Texts) -> str:
    """The answer in one sentence."""
    whole, can = found.whole, found.by_status[CAN]
    if not whole.lines:
        return texts("imports.no_parts")
    if found.origin is None:
        return texts("imports.unplaced", lines=whole.lines)
    if found.by_status[UNCLEAR].lines == whole.lines:
        return texts("imports.nothing_understood", lines=whole.lines)
    said = {"can": can.lines, "lines": whole.lines, "km": found.within_km, "place": found.origin.name}
    share = found.share_of_value(CAN)
    if share is None:
        return texts("imports.headline_lines", **said)
    return texts("imports.headline", share=percent(share, texts), **said)


def notes(found: ImportList, texts: Texts) -> list[str]:
    """What the sentence rests on, and what must not be read into it."""
    whole, said = found.whole, []
    if whole.valued:
        value = money(whole.value_sek, texts)
        said.append(texts("imports.valued", value=value, valued=whole.valued, lines=whole.lines))
    else:
        said.append(texts("imports.no_value"))
    if found.by_status[NOBODY].lines:
        said.append(texts("imports.nobody_yet", lines=found.by_status[NOBODY].lines))
    if found.by_status[UNCLEAR].lines:
        said.append(texts("imports.not_understood", lines=found.by_status[UNCLEAR].lines))
    if spares := spared(found.by_status[CAN], texts):
        said.append(spares)
    return said


def shares(found: ImportList, texts: Texts, *, by_value: bool) -> list[tuple[str, str, int]]:
    """Each status with its words and what it counts for, in SEK or in lines."""
    parts = []
    whole = found.whole.value_sek if by_value else found.whole.lines
    for status, sums in found.by_status.items():
        amount = sums.value_sek if by_value else sums.lines
        if amount:
            worth = money(amount, texts) if by_value else texts("imports.count_lines", lines=amount)
            name = texts(f"imports.status.{status}")
            share = percent(amount / whole, texts)
            parts.append((status, texts("imports.share", status=name, share=share, worth=worth), amount))
    return parts


def dependencies(found: ImportList, texts: Texts) -> list[tuple[str, float, str]]:
    """The figures of dependency: name, share of the whole (0..1) and words; unknown ones are said to be unknown."""
    return [
        _outside_eu(found.dependency, texts),
        _concentration(found.dependency, texts),
        _single("single_origin", found.parts, texts),
        _single("single_supplier", found.parts, texts),
    ]


def _outside_eu(found: Dependency, texts: Texts) -> tuple[str, float, str]:
    name = texts("imports.outside_eu")
    if found.outside_eu is None:
        return name, 0.0, texts("imports.origin_unknown")
    told = texts("imports.outside_eu_told", share=percent(found.outside_eu, texts), lines=found.origin_lines)
    return name, found.outside_eu, told


def _concentration(found: Dependency, texts: Texts) -> tuple[str, float, str]:
    name = texts("imports.hhi")
    if found.hhi is None:
        return name, 0.0, texts("imports.supplier_unknown")
    said = {"hhi": texts.number(found.hhi, 2), "suppliers": found.suppliers, "lines": found.hhi_lines}
    return name, found.hhi, texts("imports.hhi_told", **said)


def _single(which: str, parts: Sequence[PartDependency], texts: Texts) -> tuple[str, float, str]:
    count = sum(getattr(each.dependency, which) is not None for each in parts)
    told = texts("imports.single_told", count=count, parts=len(parts))
    return texts(f"imports.{which}"), count / len(parts) if parts else 0.0, told


# -- lines ------------------------------------------------------------------------------------------------------------


def ordered(lines: Sequence[ImportLine]) -> list[int]:
    """The numbers of the lines, those of the greatest value first, those without a value last."""
    return sorted(range(len(lines)), key=lambda each: (-(lines[each].part.value_sek or 0), each))


def line_rows(
    lines: Sequence[ImportLine], chosen: Sequence[int], name_of: NameOf, texts: Texts
) -> list[dict[str, Any]]:
    """Lines as rows of a table; ``company_id`` is the line's number, which a click tells."""
    return [{"company_id": str(each), **_row(lines[each], name_of, texts)} for each in chosen]


def _row(line: ImportLine, name_of: NameOf, texts: Texts) -> dict[str, Any]:
    part = line.part
    return {
        "part": part_name(part, texts),
        "value": part.value_sek,
        "origin": country_name(part.origin_country, texts.language) if part.origin_country else None,
        "status": texts(f"imports.status.{line.status}"),
        "found": line.found if line.status in (CAN, NOBODY) else None,
        "best": _candidate(line.candidates[0], name_of, texts) if line.candidates else "",
    }


def _candidate(best: Candidate, name_of: NameOf, texts: Texts) -> str:
    return f"{name_of(best.company_id)}, {distance_text(best.distance_low_km, best.distance_high_km, texts)}"


def understood(line: ImportLine, texts: Texts) -> str:
    """The processes the line was taken to ask for."""
    return ", ".join(process_name(code, texts) for code, _ in line.demand.processes)


def list_table(found: ImportList, name_of: NameOf, texts: Texts) -> list[list[Cell]]:
    """Every line with its candidates, to take along; the order is the list's own."""
    heads: list[Cell] = [texts(f"imports.columns.{each}") for each in PART_COLUMNS]
    for rank in range(1, SHOWN + 1):
        heads += [f"{texts(f'imports.columns.{each}')} {rank}" for each in CANDIDATE_COLUMNS]
    heads += [texts("table.co2e_low"), texts("table.co2e_high")]
    return [heads, *(_cells(line, name_of, texts) for line in found.lines)]


def _cells(line: ImportLine, name_of: NameOf, texts: Texts) -> list[Cell]:
    part = line.part
    origin = country_name(part.origin_country, texts.language) if part.origin_country else None
    cells: list[Cell] = [
        part.description, part.part_number, part.cn_code, origin, part.supplier, part.value_sek, part.mass_kg,
        texts(f"imports.status.{line.status}"), understood(line, texts),
        line.found if line.status in (CAN, NOBODY) else None,
    ]  # fmt: skip
    for rank in range(SHOWN):
        if rank < len(line.candidates):
            each = line.candidates[rank]
            cells += [name_of(each.company_id), each.distance_low_km, each.distance_high_km, each.score]
        else:
            cells += [None] * len(CANDIDATE_COLUMNS)
    saved = line.saving
    return [*cells, saved.low_kg if saved else None, saved.high_kg if saved else None]


# -- for the terminal -------------------------------------------------------------------------------------------------


def as_json(found: ImportList, rows: Sequence[int]) -> dict[str, Any]:
    """``imports``: the totals, the dependency and every line, with its row where the list is a file."""
    return {
        "within_km": found.within_km,
        "near": found.origin.name if found.origin else None,
        "totals": {"whole": asdict(found.whole)} | {status: asdict(sums) for status, sums in found.by_status.items()},
        "share_of_value": {status: found.share_of_value(status) for status in STATUSES},
        "dependency": asdict(found.dependency),
        "parts": [
            {"description": each.part.description, "part_number": each.part.part_number, "value_sek": each.value_sek}
            | asdict(each.dependency)
            for each in found.parts
        ],
        "lines": [_line_json(line, row) for line, row in zip_longest(found.lines, rows)],
    }


def _line_json(line: ImportLine, row: int | None) -> dict[str, Any]:
    part = line.part
    said = ("part_number", "description", "cn_code", "origin_country", "supplier", "value_sek", "mass_kg")
    return {
        "row": row,
        **{name: getattr(part, name) for name in said},
        "status": line.status,
        "processes": [code for code, _ in line.demand.processes],
        "found": line.found,
        "candidates": [asdict(each) for each in line.candidates],
        "co2e_saving_kg": {"low": line.saving.low_kg, "high": line.saving.high_kg} if line.saving else None,
    }


def list_lines(found: ImportList, names: Mapping[str, str], texts: Texts) -> Iterator[str]:
    """The answer as lines of text: sentence, notes, dependency, and the most valuable lines."""
    yield headline(found, texts)
    yield " ".join(notes(found, texts))
    for name, _, told in dependencies(found, texts):
        yield f"{name}: {told}"
    order = ordered(found.lines)
    for each in line_rows(found.lines, order[:MOST_LINES], lambda key: names.get(key, key), texts):
        yield "  " + " · ".join(filter(None, (each["part"], each["status"], each["best"])))
    if len(order) > MOST_LINES:
        yield "  " + texts("imports.more_lines", count=len(order) - MOST_LINES)

"""Which goods does an owner bring in over a border in a year? Lines of declarations summed to imported parts.

The rule: a part is what has the same CN code (8 digits), country of origin, sending state, exporter and year; its value
and mass are the sums of its lines, unknown where one line does not say. The goods have no name in a declaration, so the
part is called what was declared where all its lines say the same, else what the taxonomy calls the code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.model import Claim, Value
from graph.names import name_key
from ingest.cells import Bad, cn_code, day
from ingest.sources.common import Party, RowResult, digest
from ingest.sources.imports import MODES
from ingest.sources.reading import Reading
from ingest.sources.sums import Key, of_sheet

MONTHS = 12
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH = re.compile(r"((?:19|20)\d\d)\D?(0[1-9]|1[0-2])(?:\D?\d\d)?")

Amounts = tuple[float | None, float | None]
"""Value (SEK) and mass (kg) of a line; None: not told."""


@dataclass(slots=True)
class _Part:
    known: dict[str, Value]
    names: set[str] = field(default_factory=set)
    exporters: set[str] = field(default_factory=set)
    modes: set[str | None] = field(default_factory=set)
    lines: dict[str, Amounts] = field(default_factory=dict)

    def fields(self) -> dict[str, Value]:
        value = _total(each for each, _ in self.lines.values())
        names = self.names - {""}
        return self.known | {
            "description": next(iter(names)) if len(names) == 1 else self.known["description"],
            "supplier": min(self.exporters),
            "transport_mode": next(iter(self.modes)) if len(self.modes) == 1 else None,
            "value_sek": None if value is None else round(value),
            "mass_kg": _total(each for _, each in self.lines.values()),
        }


def _total(amounts: Iterator[float | None]) -> float | None:
    told = list(amounts)
    known = [each for each in told if each is not None]
    return round(math.fsum(known), 3) if len(known) == len(told) else None


class Parts:
    """The parts of a list, line by line."""

    def __init__(self) -> None:
        self._parts: dict[Key, _Part] = {}
        self._months: set[str] = set()

    def add(self, reading: Reading, owner: Party, line: str, amounts: Amounts, **country: str) -> list[Claim] | None:
        """Add the row's line to its part; a line that was told before counts once. None: the goods have no code.

        Args:
            reading: the row; the fields ``cn_code``, ``supplier``, ``description`` and ``transport_mode`` are read.
            owner: who imports.
            line: what tells the line from all others of the list.
            amounts: its value and mass.
            country: ``origin`` where the goods were made, ``sent_from`` where they were sent from; "" unknown.
        """
        code = _code(reading)
        if code is None:
            return None
        month, exporter = self._month(reading), reading.text("supplier")
        year = int(month[:4]) if month else None
        item = digest(code, country.get("origin"), country.get("sent_from"), name_key(exporter), year)
        known: dict[str, Value] = {
            "cn_code": code,
            "origin_country": country.get("origin"),
            "year": year,
            "description": reading.context.goods_name(code),
        }
        part = self._parts.setdefault((owner.subject, item), _Part(known))
        part.names.add(reading.text("description"))
        part.exporters.add(exporter)
        part.modes.add(reading.value("transport_mode", MODES))
        self._count(part, reading, line, amounts)
        return [*reading.mention(owner), reading.claim(owner.subject, "ImportedPart", item, {})]

    def _month(self, reading: Reading) -> str:
        """The month (2025-05) of the row's ``period``, or the year where it tells that alone."""
        text = reading.raw("period")
        if not text or _YEAR.fullmatch(text):
            return text
        found = _MONTH.fullmatch(text)
        month = f"{found[1]}-{found[2]}" if found else day(text)
        if isinstance(month, Bad):
            reading.problem("period", month.code, text, suggestion=month.suggestion)
            return ""
        self._months.add(month[:7])
        return month[:7]

    @staticmethod
    def _count(part: _Part, reading: Reading, line: str, amounts: Amounts) -> None:
        before = part.lines.get(line, (None, None))
        if any(old is not None and new is not None and old != new for old, new in zip(before, amounts, strict=True)):
            reading.problem("", "goods_item_differs", line)
        value, mass = (old if old is not None else new for old, new in zip(before, amounts, strict=True))
        part.lines[line] = (value, mass)

    def totals(self) -> dict[Key, dict[str, Value]]:
        """What each part says in all."""
        return {key: part.fields() for key, part in self._parts.items()}

    def period(self, reading: Reading) -> Iterator[RowResult]:
        """A word about years of which the list has only some months: another list of that year replaces their sums."""
        for year in sorted({each[:4] for each in self._months}):
            months = sorted(each for each in self._months if each[:4] == year)
            if len(months) < MONTHS:
                told = months[0] if len(months) == 1 else f"{months[0]} – {months[-1]}"
                yield of_sheet(reading.table, "goods_year_in_part", told)


def _code(reading: Reading) -> str | None:
    text = reading.raw("cn_code")
    found = cn8(text) if text else Bad("goods_code_missing")
    if isinstance(found, Bad):
        reading.problem("cn_code", found.code, text, "error")
        return None
    return found


def cn8(text: str) -> str | Bad:
    """The eight digits of the Combined Nomenclature; a leading zero that a spreadsheet took is put back.

    >>> cn8("7325991000"), cn8("1012100"), cn8("7325").code
    ('73259910', '01012100', 'cn_code_length')
    """
    found = cn_code(text)
    digits = (found.suggestion or "") if isinstance(found, Bad) else found
    if len(digits) in {8, 10}:
        return digits[:8]
    return found if isinstance(found, Bad) and not digits else Bad("cn_code_length")

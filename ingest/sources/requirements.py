"""What buyers ask of their suppliers, now or from a day on."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level, Value
from ingest.cells import Bad, day_from
from ingest.rows import fold, kind_score
from ingest.sources.common import Context, RowResult, digest
from ingest.sources.member_sheet import standard
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "requirements"
KINDS = ("requirement",)
AUDIENCE = Level.MEMBERS

_NOW = frozenset({"nu", "now", "gallernu", "redannu", "idag"})


def recognises(table: Table) -> float:
    """Whether it lists requirements."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of requirements: one for a standard, one for a process, or one in words."""
    return read_rows(Reading.of_kind(table, "requirement", context), _requirement)


def _requirement(reading: Reading) -> list[Claim] | None:
    party = reading.party("org_number", "name") or reading.owner()
    asked = _asked(reading)
    if party is None:
        reading.problem("name", "company_missing", "", "error")
    if not asked:
        reading.problem("description", "requirement_missing", "", "error")
    if party is None or not asked:
        return None
    shared: dict[str, Value] = {
        "description": reading.text("description"),
        "applies_from": reading.value("applies_from", _from),
    }
    audience = reading.audience()
    return reading.mention(party, audience=audience) + [
        reading.claim(party.subject, "Requirement", digest(*each.values()), {**each, **shared}, audience=audience)
        for each in asked
    ]


def _asked(reading: Reading) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = []
    if text := reading.text("standard"):
        found.append({"what": "certificate", "standard": standard(reading, "standard", text)})
    if text := reading.text("process"):
        capability = reading.context.process_of(text)
        if capability is None:
            reading.problem("process", "process_unknown", text)
        else:
            found.append({"what": "capability", "capability": capability})
    description = reading.text("description")
    if not found and description:
        found.append({"what": "other", "description": description})
    return found


def _from(text: str) -> str | Bad | None:
    return None if fold(text) in _NOW else day_from(text)

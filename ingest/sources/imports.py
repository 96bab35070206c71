"""Parts a company buys from far away."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level, Value
from ingest.cells import choice, cn_code, count, country, parts, sek, size, year
from ingest.rows import kind_score
from ingest.sources.common import Context, RowResult, digest
from ingest.sources.member_sheet import standard
from ingest.sources.reading import Reading, read_rows, told_apart
from ingest.tables import Table

SOURCE_TYPE = "imports"
KINDS = ("import",)
AUDIENCE = Level.MANAGER

# With the codes of Intrastat and the customs' single document.
MODES = choice(
    {
        "sjö": "sea", "båt": "sea", "fartyg": "sea", "sjöfrakt": "sea", "sjötransport": "sea", "1": "sea",
        "väg": "road", "lastbil": "road", "bil": "road", "vägtransport": "road", "truck": "road", "3": "road",
        "järnväg": "rail", "tåg": "rail", "2": "rail",
        "flyg": "air", "flygfrakt": "air", "luft": "air", "4": "air",
    }
)  # fmt: skip


def recognises(table: Table) -> float:
    """Whether it lists imported parts."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of imported parts; rows that say the very same are one part."""
    rows = read_rows(Reading.of_kind(table, "import", context), _part)
    return told_apart(rows, "ImportedPart", merge_equal=True)


def _part(reading: Reading) -> list[Claim] | None:
    party = reading.party("org_number", "name") or reading.owner()
    part_number, description = reading.text("part_number"), reading.text("description")
    if party is None:
        reading.problem("name", "company_missing", "", "error")
    if not part_number and not description:
        reading.problem("description", "part_missing", "", "error")
    if party is None or not (part_number or description):
        return None
    fields = {"part_number": part_number, "description": description, **_trade_facts(reading), **_demands(reading)}
    item = part_number or digest(description)
    return [*reading.mention(party), reading.claim(party.subject, "ImportedPart", item, fields)]


def _trade_facts(reading: Reading) -> dict[str, Value]:
    return {
        "cn_code": reading.value("cn_code", cn_code),
        "origin_country": reading.value("origin_country", country),
        "supplier": reading.text("supplier"),
        "value_sek": reading.value("value_sek", sek),
        "mass_kg": reading.value("mass_kg", size),
        "transport_mode": reading.value("transport_mode", MODES),
        "year": reading.value("year", year),
        "lead_time_days": reading.value("lead_time_days", count),
    }


def _demands(reading: Reading) -> dict[str, Value]:
    context = reading.context
    asked = reading.entries("processes", "process_unknown")
    material = reading.text("material")
    known = context.material_of(material) if material else None
    if material and known is None:
        reading.problem("material", "material_unknown", material)
    return {
        "capabilities": reading.look_up("processes", "process_unknown", asked, context.process_of),
        "material": known,
        "certificates": tuple(
            sorted({standard(reading, "certificates", each) for each in parts(reading.text("certificates"))})
        ),
        "length_mm": reading.value("length_mm", size),
        "piece_weight_kg": reading.value("piece_weight_kg", size),
        "tolerance": reading.text("tolerance"),
        "annual_quantity": reading.value("annual_quantity", count),
    }

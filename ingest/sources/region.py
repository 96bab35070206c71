"""Named sets of municipalities."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from graph.model import Claim, Level
from ingest.cells import yes_no
from ingest.rows import kind_score
from ingest.sources.common import Context, RowResult, slug
from ingest.sources.places import place
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "region"
KINDS = ("region",)
AUDIENCE = Level.PUBLIC


def recognises(table: Table) -> float:
    """Whether it lists municipalities of regions."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """A claim of each region with all its municipalities, the same on every row that names one of them."""
    results = list(read_rows(Reading.of_kind(table, "region", context), _member))
    members: dict[str, set[str]] = defaultdict(set)
    for result in results:
        for claim in result.claims:
            members[claim.subject].update(claim.fields["municipalities"])  # type: ignore[arg-type]
    for result in results:
        yield replace(result, claims=tuple(_whole(each, members[each.subject]) for each in result.claims))


def _member(reading: Reading) -> list[Claim] | None:
    name, text = reading.text("name"), reading.text("municipality")
    where = place(reading, {"municipality": text}) if text else None
    code = where.municipality if where else ""
    if not name:
        reading.problem("name", "region_missing", "", "error")
    if not re.fullmatch(r"\d{4}", code):
        reading.problem("municipality", "municipality_missing", text, "error")
        return None
    if not name:
        return None
    fields = {"name": name, "municipalities": (code,), "is_home": reading.value("is_home", yes_no)}
    return [reading.claim(f"region:{slug(name)}", "Region", "", fields)]


def _whole(claim: Claim, members: set[str]) -> Claim:
    return replace(claim, fields={**claim.fields, "municipalities": tuple(sorted(members))})

"""Named sets of municipalities.

A list of nothing but municipalities is a region too: it is called as the county that it is, else as its file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from graph.gazetteer import Gazetteer
from graph.model import Claim, Level
from ingest.cells import yes_no
from ingest.headings import REGION
from ingest.rows import fold, kind_score, map_columns
from ingest.sources.common import Context, RowResult, slug
from ingest.sources.places import place
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "region"
KINDS = ("region",)
AUDIENCE = Level.PUBLIC
ALONE = frozenset(map(fold, (*REGION["municipality"], "Län", "Länskod", "Nr")))
"""What a list of municipalities and nothing else may have for headings."""


def recognises(table: Table) -> float:
    """Whether it lists municipalities of regions, or municipalities alone."""
    return 1.0 if _is_alone(table) else kind_score(table, KINDS)


def _is_alone(table: Table) -> bool:
    headings = {fold(each) for each in table.headings if each}
    return not table.kind and headings <= ALONE and not headings.isdisjoint(map(fold, REGION["municipality"]))


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """A claim of each region with all its municipalities, the same on every row that names one of them."""
    name = _name(table) if _is_alone(table) else ""
    results = list(read_rows(Reading.of_kind(table, "region", context), partial(_member, name)))
    members: dict[str, set[str]] = defaultdict(set)
    for result in results:
        for claim in result.claims:
            members[claim.subject].update(claim.fields["municipalities"])  # type: ignore[arg-type]
    for result in results:
        yield replace(result, claims=tuple(_whole(each, members[each.subject]) for each in result.claims))


def _name(table: Table) -> str:
    """What a region that nobody has named is called."""
    known = Gazetteer.default()
    column = map_columns(table.headings, REGION)["municipality"]
    codes = {known.municipality_code(row[column]) for row in table.rows if column < len(row) and row[column].strip()}
    for county, name in known.counties.items():
        if codes == {each.municipality for each in known.municipalities if (each.municipality or "")[:2] == county}:
            return name
    return PurePath(table.file).stem


def _member(default: str, reading: Reading) -> list[Claim] | None:
    name, text = reading.text("name") or default, reading.text("municipality")
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

"""What does a record say in all, of which each row of a list tells a part?

Rows of one record share one claim, the first row's, so that it is made once and every row is still counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from graph.model import Claim, Value
from ingest.rows import RowProblem, Severity
from ingest.sources.common import RowResult
from ingest.tables import Table

Key = tuple[str, str]
"""Subject and item of a claim."""


def completed(
    results: Iterable[RowResult], kind: str, totals: Mapping[Key, Mapping[str, Value]]
) -> Iterator[RowResult]:
    """Give each claim of the kind the fields its record has in all; unknown ones are left out."""
    shared: dict[Key, Claim] = {}

    def complete(claim: Claim) -> Claim:
        key = (claim.subject, claim.item)
        if claim.kind != kind:
            return claim
        if key not in shared:
            known = {name: value for name, value in totals[key].items() if value not in (None, "", ())}
            shared[key] = replace(claim, fields={**claim.fields, **known})
        return shared[key]

    for result in results:
        yield replace(result, claims=tuple(complete(each) for each in result.claims)) if result.claims else result


def of_sheet(
    table: Table, code: str, value: str = "", severity: Severity = "info", column: int | None = None
) -> RowResult:
    """What is to be said of the sheet as a whole, or of one of its columns."""
    heading = table.headings[column] if column is not None else ""
    said = RowProblem(table.file, table.sheet, table.heading_row, heading, code, value, severity)
    return RowResult(table.heading_row, (), (said,), is_row=False)

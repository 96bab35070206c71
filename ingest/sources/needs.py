"""What companies say that they need help with."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level
from ingest.cells import count, day, yes_no
from ingest.rows import kind_score
from ingest.sources.common import Context, RowResult, digest
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "needs"
KINDS = ("need",)
AUDIENCE = Level.MANAGER


def recognises(table: Table) -> float:
    """Whether it lists needs."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of needs; a theme that is not known is a problem, and the need stands with its words alone."""
    return read_rows(Reading.of_kind(table, "need", context), _need)


def _need(reading: Reading) -> list[Claim] | None:
    party = reading.party("org_number", "name") or reading.owner()
    theme = theme_of(reading)
    description = reading.text("description")
    if party is None:
        reading.problem("name", "company_missing", "", "error")
    if not theme and not description:
        reading.problem("theme", "need_missing", "", "error")
    if party is None or not (theme or description):
        return None
    as_of = reading.value("stated_on", day)
    fields = {
        "theme": theme,
        "description": description,
        "priority": reading.value("priority", count),
        "asked_by": reading.text("asked_by"),
        "may_share": reading.value("may_share", yes_no),
    }
    need = reading.claim(party.subject, "Need", digest(theme, description), fields, as_of=as_of)
    return [*reading.mention(party), need]


def theme_of(reading: Reading) -> str | None:
    """The taxonomy's code of the row's theme."""
    text = reading.text("theme")
    theme = reading.context.theme_of(text) if text else None
    if text and theme is None:
        reading.problem("theme", "theme_unknown", text)
    return theme

"""What became of offers of help: who advised which firm, what was applied for, what was granted."""

from __future__ import annotations

from collections.abc import Iterator

from graph.model import Claim, Level
from ingest.cells import choice, count, day, sek
from ingest.rows import kind_score
from ingest.sources.common import Context, RowResult, digest
from ingest.sources.needs import theme_of
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "support_cases"
KINDS = ("support_case",)
AUDIENCE = Level.MANAGER

STATUSES = choice(
    {
        "rådgivning": "advised", "rådgivet": "advised", "fått råd": "advised", "har fått råd": "advised",
        "sökt": "applied", "har sökt": "applied", "ansökt": "applied", "ansökan inlämnad": "applied",
        "beviljat": "granted", "beviljad": "granted", "godkänt": "granted",
        "avslag": "refused", "avslaget": "refused", "nekat": "refused", "ej beviljat": "refused",
        "avslutat": "ended", "avslutad": "ended", "klart": "ended", "slutfört": "ended",
    }
)  # fmt: skip
HIGHEST_MATURITY = 5


def recognises(table: Table) -> float:
    """Whether it lists cases of support."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of support cases; a case is known by its firm, its actor and what was given."""
    return read_rows(Reading.of_kind(table, "support_case", context), _case)


def _case(reading: Reading) -> list[Claim] | None:
    party = reading.party("org_number", "name") or reading.owner()
    actor = reading.text("actor")
    if party is None:
        reading.problem("name", "company_missing", "", "error")
    if not actor:
        reading.problem("actor", "actor_missing", "", "error")
    if party is None or not actor:
        return None
    theme, description = theme_of(reading), reading.text("description")
    as_of = reading.value("changed_on", day)
    fields = {
        "actor": actor,
        "theme": theme,
        "description": description,
        "status": reading.value("status", STATUSES),
        "changed_on": as_of,
        "granted_on": reading.value("granted_on", day),
        "amount_sek": reading.value("amount_sek", sek),
        "result": reading.text("result"),
        "maturity_before": _maturity(reading, "maturity_before"),
        "maturity_after": _maturity(reading, "maturity_after"),
        "project": reading.text("project"),
    }
    item = digest(actor.casefold(), theme, description)
    return [*reading.mention(party), reading.claim(party.subject, "SupportCase", item, fields, as_of=as_of)]


def _maturity(reading: Reading, field: str) -> int | None:
    """A step from 1 to 5; anything else is a problem and unknown."""
    found = reading.value(field, count)
    if found is not None and not 1 <= found <= HIGHEST_MATURITY:
        reading.problem(field, "maturity_out_of_range", str(found))
        return None
    return found

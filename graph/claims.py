"""Is a claim one that the ledger may keep? Known kinds and fields, values a store can hold, and who may close what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from graph.errors import BadValue
from graph.hearing import DERIVED_KINDS
from graph.model import KIND_BY_NAME, Alias, Claim, Company, Source, field_names
from graph.resolve import BY_HAND, CLOSED, EVIDENCE_RANK
from graph.schema import check_field


def check_claims(claims: Sequence[Claim], sources: Sequence[Source]) -> None:
    """Refuse claims of unknown kinds, fields and values; a value that loses today may win tomorrow, so all are checked.

    Raises:
        BadValue: for the first such claim.
    """
    allowed = {kind.__name__: frozenset(field_names(kind)) for kind in DERIVED_KINDS if kind is not Alias}
    columns: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for claim in claims:
        if claim.kind not in allowed or not claim.fields.keys() <= allowed[claim.kind] or not claim.subject:
            raise BadValue("bad_claim", kind=claim.kind, field=sorted(claim.fields)[:8], value=claim.subject)
        if not 0 <= claim.source < len(sources):
            raise BadValue("bad_claim", kind=claim.kind, field="source", value=claim.source)
        if claim.evidence not in EVIDENCE_RANK and not _may_close(claim, sources[claim.source]):
            raise BadValue("bad_claim", kind=claim.kind, field="evidence", value=claim.evidence)
        for name, value in claim.fields.items():
            if value is not None:
                columns[claim.kind, name].append(value)
    for (kind, name), values in columns.items():
        check_field(KIND_BY_NAME[kind], name, values)
    check_field(Alias, "alias", [each.subject for each in claims])
    check_field(Alias, "alias", [each.item for each in claims])


def _may_close(claim: Claim, source: Source) -> bool:
    """Whether it closes a record, which is done by hand; a company is never closed: others may refer to it."""
    return claim.evidence == CLOSED and source.source_type == BY_HAND and claim.kind != Company.__name__

"""Who has been erased and must not come back with a list, or by hand?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph.erasing import Erasing
from graph.erasure import suppressions
from graph.errors import UserMistake
from graph.marks import Keys, Reader
from graph.model import Alias, Claim
from graph.store import Store
from ingest.rows import RowProblem
from ingest.sources.common import RowResult
from ingest.tables import Table


class KeptOut:
    """The people erased from a region, for one load of the day (ISO)."""

    def __init__(self, store: Store, secret: bytes, day: str) -> None:
        """``secret`` is the region's, see :func:`graph.secret.secret_for`."""
        known = tuple(each for each in suppressions(store).values() if each.keeps_out)
        self._reader = Reader(known, Keys(secret)) if known else None
        aliases = store.snapshot(Alias).of(Alias) if known else ()
        self._company_of = {each.alias: each.company_id or each.alias for each in aliases}
        self._day = day

    def without(self, results: Sequence[RowResult], table: Table) -> tuple[list[RowResult], list[RowProblem]]:
        """The rows without what they say of the erased, and how many such facts there were, told of the sheet."""
        if self._reader is None:
            return list(results), []
        erasing = Erasing(self._reader, (each for result in results for each in result.claims), self._company_of)
        kept, count = [], 0
        for result in results:
            left = [erasing.claim(each, self._day) for each in result.claims]
            changed = sum(new is not old for new, old in zip(left, result.claims, strict=True))
            claims = tuple(each for each in left if each is not None)
            nothing = bool(result.claims) and not claims
            kept.append(replace(result, claims=claims, rejected=result.rejected or nothing) if changed else result)
            count += changed
        code, row = "person_erased", table.heading_row
        problem = RowProblem(table.file, table.sheet, row, "", code, str(count), severity="info")
        return kept, [problem] if count else []

    def refuse(self, claims: Iterable[Claim]) -> None:
        """Refuse what is typed about the erased.

        Raises:
            UserMistake: ``person_erased``.
        """
        said = list(claims)
        if self._reader is None:
            return
        erasing = Erasing(self._reader, said, self._company_of)
        if any(erasing.claim(each, self._day) is None for each in said):
            raise UserMistake("person_erased")

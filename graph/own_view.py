"""What a company's own people see: what members see, and their own firm whole, laid over it.

The members' region is one for all; a company's differs from it in that company's few records.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.audience import Viewer, without_loose_ends
from graph.model import REGION_KINDS, Alias, Company, Record
from graph.provenance import NAMING, provenance, seen_by
from graph.store import Snapshot, Store, sort_key


def with_own(store: Store, shared: Snapshot, viewer: Viewer) -> Snapshot:
    """The members' region with the viewer's own firm laid over it.

    Args:
        store: the region.
        shared: the region as the viewer's level gets it.
        viewer: with a company.

    Raises:
        RevisionMoved: the region changes faster than it can be read.
    """
    company_id = current_id(store, viewer.company_id or "")
    told = provenance(store, company_id)
    own = seen_by(told, Viewer(viewer.level, company_id))
    found: dict[type[Record], Sequence[Record]] = {}
    for kind in REGION_KINDS:
        mine = {each.key: each for each in own.get(kind, ())}
        others = [each for each in shared.of(kind) if each.key not in mine and not _owned(each, company_id)]
        found[kind] = sorted([*others, *mine.values()], key=sort_key)
    known = {each.key for each in found[Alias]}
    aliases = [Alias(alias, company_id) for alias, owner in told.company_of.items() if owner == company_id]
    found[Alias] = sorted([*found[Alias], *(each for each in aliases if each.key not in known)], key=sort_key)
    return Snapshot(shared.revision, without_loose_ends(found))


def current_id(store: Store, company_id: str) -> str:
    """The identifier that a company has now, which may have been merged since."""
    found = store.matching(Alias, "alias", [company_id])
    return (found[0].company_id or company_id) if found else company_id


def _owned(record: Record, company_id: str) -> bool:
    """Whether a record is the company itself or one that its own people see as they have told it."""
    if isinstance(record, Company):
        return record.company_id == company_id
    names = NAMING.get(type(record), ())
    return any(getattr(record, name) == company_id for name in names)

"""A store that an older Närverk wrote: backed up, and its records derived anew from what was said.

Records are never converted: they follow from the ledger. Killed on the way, the store still counts as old and the next
opening begins again; the copy stays.
"""

from __future__ import annotations

from pathlib import Path

from graph.ledger import rebuild
from graph.reference import capability_records
from graph.store import Store
from graph.transfer import place_of


def upgrade(store: Store) -> Path:
    """Bring a store to today's schema; returns the copy of what it was."""
    path = _free_path(store)
    path.parent.mkdir(parents=True, exist_ok=True)
    store.keep_copy(path)
    in_todays_schema(store)
    return path


def in_todays_schema(store: Store) -> None:
    """Take today's schema, keeping no copy of what it was."""
    store.restructure()
    rebuild(store, capability_records())
    store.mark_schema()


def _free_path(store: Store) -> Path:
    """Beside an embedded store, in the data folder for a server: name, schema, revision, and a number if need be."""
    folder, name = place_of(store)
    stem = f"{name}-schema{store.schema_version()}-revision{store.revision()}"
    tries = [folder / "backups" / f"{stem}{suffix}.sqlite" for suffix in ("", *(f"-{n}" for n in range(2, 100)))]
    return next(each for each in tries if not each.exists())

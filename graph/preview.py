"""Looking as another does: only ever as somebody who may see no more, and without writing anything."""

from __future__ import annotations

from typing import Any, NoReturn, cast

from graph.audience import Viewer
from graph.errors import NotAllowed
from graph.model import Level
from graph.store import Store

READ = frozenset({
    "address", "snapshot", "matching", "columns", "changed_since", "blocks", "counts", "revision", "recall", "notes",
    "check", "schema_version",
})  # fmt: skip
"""What of a store may be asked while looking as another; all else writes, or takes everything along."""


def reaches(viewer: Viewer, other: Viewer) -> bool:
    """Whether the viewer may see all that another one sees."""
    if viewer.level >= Level.MANAGER:
        return True
    return other.level <= viewer.level and other.company_id in (None, viewer.company_id)


class _ReadOnly:
    """A store of which what is not in :data:`READ` is refused."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name) if name in READ else _refuse


def _refuse(*_args: object, **_more: object) -> NoReturn:
    raise NotAllowed("previewing")


def read_only(store: Store) -> Store:
    """The store, in which nothing can be written.

    Whatever would write raises NotAllowed (``previewing``).
    """
    return cast("Store", _ReadOnly(store))

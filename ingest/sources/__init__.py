"""One module a kind of source; each turns checked rows into claims.

A new source is a new module here with the names of :class:`ingest.sources.common.SourceModule`, and a test.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ingest.sources.common import SourceModule
    from ingest.tables import Table


@lru_cache(maxsize=1)
def sources() -> tuple[SourceModule, ...]:
    """The modules of this folder that read a source, by name."""
    modules = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    return tuple(cast("SourceModule", each) for each in modules if hasattr(each, "SOURCE_TYPE"))


def source_of(table: Table) -> SourceModule | None:
    """The source that is surest to know the table, or None where none does."""
    best = max(sources(), key=lambda each: each.recognises(table))
    return best if best.recognises(table) > 0 else None

"""What a store must do, and how to open one by its address.

A store keeps records and, beside them, the ledger they were derived from. It is small on purpose: the algorithms
live in networkx and in arrays. The same records, keys, order and counts come back from every store.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_data_path

from graph.errors import NarverkError, UserMistake
from graph.model import KIND_BY_NAME, REGION_KINDS, Record, field_names
from graph.schema import SCHEMA_VERSION, field_types

R = TypeVar("R", bound=Record)
ERASING = "erasing"
"""The note that tells whose erasure has begun and is not done, see :mod:`graph.erasure`."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a load's claims, packed by :mod:`graph.packing`; ``(load_id, bucket)`` is its key."""

    load_id: str
    bucket: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What one write does: all of it or nothing.

    ``inserts`` are records known not to be there (by whoever read the region at ``expected``), which spares looking.
    """

    inserts: Mapping[type[Record], Sequence[Record]] = field(default_factory=dict)
    upserts: Mapping[type[Record], Sequence[Record]] = field(default_factory=dict)
    deletes: Mapping[type[Record], Collection[str]] = field(default_factory=dict)
    blocks: Sequence[Block] = ()
    expected: int | None = None  # the revision this was worked out from; another one refuses the write
    revision: int | None = None  # the revision to arrive at; None: the next
    token: str = field(default_factory=lambda: uuid4().hex)  # the same token is written once, however often sent
    erased: bool = False  # True: records and blocks that are there are dropped first (restore, rebuild)
    forgets: bool = False  # True: what is deleted, now and before, is noted nowhere; see Changed.forgotten

    def written(self) -> Iterator[tuple[type[Record], Sequence[Record]]]:
        """Kinds and records of inserts and upserts alike."""
        yield from self.inserts.items()
        yield from self.upserts.items()


class Snapshot:
    """Records of some kinds as of one revision, each kind sorted by key (UTF-8 byte order)."""

    def __init__(self, revision: int, records: Mapping[type[Record], Sequence[Record]]) -> None:
        self.revision = revision
        self._records = records

    def of(self, kind: type[R]) -> Sequence[R]:
        """All records of the kind."""
        return cast("Sequence[R]", self._records[kind])

    @property
    def kinds(self) -> tuple[type[Record], ...]:
        """The kinds that were asked for."""
        return tuple(self._records)

    def following(self, changed: Changed) -> Snapshot:
        """The same kinds as of a later revision; what is told to have changed since this one is all that differs."""
        records = dict(self._records)
        for kind, known in self._records.items():
            new, gone = changed.upserted.get(kind, ()), changed.deleted.get(kind, ())
            if new or gone:
                others = {*gone, *(each.key for each in new)}
                records[kind] = sorted([*(e for e in known if e.key not in others), *new], key=sort_key)
        return Snapshot(changed.revision, records)


@dataclass(frozen=True, slots=True)
class Changed:
    """What has come, changed and gone since a revision."""

    revision: int
    upserted: Mapping[type[Record], Sequence[Record]]
    deleted: Mapping[type[Record], Sequence[str]]
    forgotten: bool = False  # something went and may not be named: read all anew


FORGOTTEN = ""
"""Stands for a kind where it was noted that something went, and not what."""


class Store(Protocol):
    """A place for one region.

    Every method may raise StoreUnreachable; ``write`` may raise RevisionMoved, MissingEnd and BadValue, and has
    then written nothing. No other exceptions.
    """

    address: str  # as given, without secrets

    def write(self, change: Change) -> int:
        """Do all of the change or nothing, and return the region's revision. Sent again, it does nothing more."""

    def snapshot(self, *kinds: type[Record]) -> Snapshot:
        """All records of the kinds, as of one revision."""

    def matching(self, kind: type[R], name: str, values: Collection[str]) -> Sequence[R]:
        """Records whose field holds one of the values (for a list: holds it among others), sorted by key."""

    def columns(self, kind: type[Record], *names: str) -> Mapping[str, NDArray[Any]]:
        """Fields of all records of a kind as arrays, sorted by key; text as objects, unknown numbers as NaN."""

    def changed_since(self, revision: int) -> Changed:
        """What differs between then and now."""

    def blocks(self, keys: Mapping[str, Collection[int] | None]) -> Iterator[Block]:
        """Blocks of each load named, all of them where the buckets are None; in order of load and bucket."""

    def counts(self) -> Mapping[str, int]:
        """How many records there are of each kind of the region."""

    def revision(self) -> int:
        """Moves with every change of the region, never backwards; 0 for a new store."""

    def recall(self, name: str) -> str | None:
        """A note of the application's own, which moves no revision."""

    def remember(self, name: str, value: str | None) -> None:
        """Keep, replace or (None) forget such a note."""

    def settle(self, name: str, value: str) -> str:
        """Keep such a note where there is none, and return what is kept: the same to all who ask at once."""

    def notes(self, prefix: str) -> Mapping[str, str]:
        """All such notes whose names begin so, by name (UTF-8 byte order)."""

    def scrub(self) -> None:
        """Leave nothing in the store's own files of what was deleted or written over, as far as that can be reached."""

    def check(self) -> Sequence[str]:
        """What is not sound about the store, as codes; empty where all is well."""

    def schema_version(self) -> int:
        """The schema its records were written in; see :mod:`graph.upgrade`."""

    def keep_copy(self, path: Path) -> None:
        """Copy all there is, in whatever schema, into a new SQLite file."""

    def restructure(self) -> None:
        """Take today's schema. The ledger stays; records may be missing until they are derived anew."""

    def mark_schema(self) -> None:
        """Note that all is in today's schema."""

    def close(self) -> None:
        """Give back what was opened."""


def sort_key(record: Record) -> bytes:
    """Records sort by the UTF-8 bytes of their keys, on every store."""
    return record.key.encode()


def gone_keys(
    deletes: Iterable[tuple[str, Sequence[str]]], upserted: Mapping[type[Record], Sequence[Record]]
) -> dict[type[Record], list[str]]:
    """Keys deleted by kind, sorted; one that has come back since is not gone."""
    gone: dict[type[Record], set[str]] = {}
    for name, keys in deletes:
        if name == FORGOTTEN:
            continue
        gone.setdefault(KIND_BY_NAME[name], set()).update(keys)
    for kind in gone:
        gone[kind] -= {each.key for each in upserted.get(kind, ())}
    return {kind: sorted(keys, key=str.encode) for kind, keys in gone.items() if keys and kind in REGION_KINDS}


def as_columns(records: Sequence[Record], kind: type[Record], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The records' fields as arrays: float64 for numbers (NaN for unknown), objects for the rest."""
    types = dict(zip(field_names(kind), field_types(kind), strict=True))
    found: dict[str, NDArray[Any]] = {}
    for name in names:
        values = [getattr(each, name) for each in records]
        if types[name] in (int, float):
            found[name] = np.array([np.nan if each is None else each for each in values], dtype=np.float64)
        else:
            column = np.empty(len(values), dtype=object)
            column[:] = values
            found[name] = column
    return found


def data_folder() -> Path:
    """Where this user's regions live: ``NARVERK_DATA``, else the platform's own folder for such things."""
    given = os.environ.get("NARVERK_DATA")
    return Path(given) if given else user_data_path("narverk", appauthor=False)


def default_address() -> str:
    """``NEO4J_URI`` where it is set, else SQLite in the user's data folder."""
    return os.environ.get("NEO4J_URI") or f"sqlite:{data_folder() / 'region.sqlite'}"


def demo_address() -> str:
    """The invented region's own store, which never meets a real one."""
    return f"sqlite:{data_folder() / 'demo.sqlite'}"


def open_store(address: str | None = None, *, create: bool = True) -> Store:
    """Open the store at ``sqlite:PATH``, ``neo4j://…``, ``neo4j+s://…`` or ``bolt://…``; ``demo`` is invented.

    Without an address it is :func:`default_address`. A namespace in the address (``?namespace=varmland``) keeps
    several regions apart in one Neo4j database. Credentials come from the environment alone.

    Raises:
        UserMistake: for an address nobody understands, one with a password in it, or a missing file
            where ``create`` is false.
        StoreUnreachable, StoreRefused, StoreTooOld, StoreTooNew: as they say.
    """
    address = address or default_address()
    if address == "demo":
        address = demo_address()
    store = _open(address, create=create)
    if store.schema_version() < SCHEMA_VERSION:
        from graph.upgrade import upgrade

        upgrade(store)
    if store.recall(ERASING):
        from graph.erasure import finish

        with suppress(NarverkError):  # not now, then: the next opening tries again
            finish(store)
    return store


def _open(address: str, *, create: bool) -> Store:
    if address.startswith("sqlite:"):
        from graph.stores.sqlite import SqliteStore

        return SqliteStore(Path(address.removeprefix("sqlite:")), create=create)
    parts = urlsplit(address)
    if parts.scheme.split("+")[0] not in ("neo4j", "bolt") or not parts.hostname:
        raise UserMistake("bad_store_address", address=address.rsplit("@", maxsplit=1)[-1])
    if parts.username or parts.password:
        raise UserMistake("password_in_address", address=address.rsplit("@", maxsplit=1)[-1])
    from graph.stores.neo4j import Neo4jStore

    namespace = parse_qs(parts.query).get("namespace", ["default"])[0]
    return Neo4jStore(f"{parts.scheme}://{parts.netloc}", namespace=namespace)

"""The default store: one SQLite file, nothing to install, readable while somebody writes.

WAL lets readers go on during a load; ``BEGIN IMMEDIATE`` makes writers of several processes queue; every read of more
than one statement is one transaction, so it sees one revision. Lists of text are kept as JSON.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import orjson
from numpy.typing import NDArray

from graph.errors import RevisionMoved, StoreTooNew, StoreUnreachable, UserMistake
from graph.model import KINDS, LEDGER_KINDS, REGION_KINDS, Capability, Record, field_names, key_field, once_a_kind
from graph.reference import capability_records
from graph.schema import SCHEMA_VERSION, SHAPES, Reference, field_types, rows_of
from graph.store import FORGOTTEN, Block, Change, Changed, Snapshot, as_columns, gone_keys, sort_key
from graph.stores.integrity import check_change

R = TypeVar("R", bound=Record)
BUSY_SECONDS = 60
FEW = 32
"""So many texts are looked for one by one in lists; more are a set."""
SQL_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "INTEGER", tuple: "TEXT"}


def table_of(kind: type[Record]) -> str:
    """Name of the kind's table."""
    return f'"{kind.__name__.lower()}"'


def table_sql(kind: type[Record]) -> list[str]:
    """The statements that create the kind's table and indexes."""
    references = {each.field: each for each in SHAPES[kind].references if not each.many}
    columns = []
    for name, plain in zip(field_names(kind), field_types(kind), strict=True):
        sql = f'"{name}" {SQL_TYPES[plain]}'
        if name == key_field(kind):
            sql += " NOT NULL PRIMARY KEY"
        elif name in references:
            target = references[name].target
            sql += f' REFERENCES {table_of(target)}("{key_field(target)}") DEFERRABLE INITIALLY DEFERRED'
        columns.append(sql)
    columns.append('"_revision" INTEGER NOT NULL')
    indexes = [f'CREATE INDEX "{kind.__name__.lower()}_{name}" ON {table_of(kind)}("{name}")' for name in references]
    return [f"CREATE TABLE {table_of(kind)} ({', '.join(columns)}) WITHOUT ROWID", *indexes]


BASE_SQL = (
    "CREATE TABLE note (name TEXT NOT NULL PRIMARY KEY, value TEXT) WITHOUT ROWID",
    "CREATE TABLE state (revision INTEGER NOT NULL, token TEXT, schema_version INTEGER NOT NULL)",
    "CREATE TABLE claim_block (load_id TEXT NOT NULL, bucket INTEGER NOT NULL, payload BLOB NOT NULL,"
    " PRIMARY KEY (load_id, bucket))",
    "CREATE TABLE gone (revision INTEGER NOT NULL, kind TEXT NOT NULL, keys TEXT NOT NULL)",
)

OWN_TABLES = frozenset({"state", "note", "claim_block", "gone"})


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@once_a_kind
def _insert_sql(kind: type[Record]) -> str:
    return f"INSERT INTO {table_of(kind)} VALUES ({', '.join('?' * (len(field_names(kind)) + 1))})"  # noqa: S608


@once_a_kind
def _upsert_sql(kind: type[Record]) -> str:
    names = [f'"{name}"' for name in (*field_names(kind), "_revision")]
    sets = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return (
        f"INSERT INTO {table_of(kind)} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608  generated from the model
        f" ON CONFLICT({names[0]}) DO UPDATE SET {sets}"
    )


@once_a_kind
def _select_sql(kind: type[Record]) -> str:
    names = ", ".join(f'"{name}"' for name in field_names(kind))
    return f"SELECT {names} FROM {table_of(kind)}"  # noqa: S608  generated from the model


@once_a_kind
def _decoders(kind: type[Record]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    return tuple(
        (index, bool if plain is bool else _decode_list)
        for index, plain in enumerate(field_types(kind))
        if plain in (bool, tuple)
    )


def _decode_list(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(orjson.loads(text))


def _records(kind: type[R], rows: Sequence[tuple[Any, ...]]) -> list[R]:
    decoders = _decoders(kind)
    if not decoders:
        return [kind(*row) for row in rows]
    found = []
    for row in rows:
        values = list(row)
        for index, decode in decoders:
            if values[index] is not None:
                values[index] = decode(values[index])
        found.append(kind(*values))
    return found


def _encoded(kind: type[Record], records: Sequence[Record], revision: int) -> Iterator[tuple[Any, ...]]:
    lists = [index for index, plain in enumerate(field_types(kind)) if plain is tuple]
    for row in rows_of(records):
        if lists:
            values = list(row)
            for index in lists:
                values[index] = orjson.dumps(values[index]).decode() if values[index] else "[]"
            yield (*values, revision)
        else:
            yield (*row, revision)


class SqliteStore:
    """A region in one file."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the file, or make it.

        Raises:
            UserMistake: the file is missing and may not be made, or is not such a store.
            StoreTooNew: a newer Närverk wrote it.
            StoreUnreachable: the folder cannot be written, or the disk does not answer.
        """
        self.path = path
        self.address = f"sqlite:{path}"
        if not path.exists() and not create:
            raise UserMistake("store_missing", path=str(path))
        self._idle: list[sqlite3.Connection] = []
        self._thread = threading.local()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise StoreUnreachable("store_unreachable", address=self.address, why=str(error)) from error
            raise UserMistake("not_a_store", path=str(path)) from error
        except OSError as error:
            raise StoreUnreachable("store_unreachable", address=self.address, why=str(error)) from error

    def _prepare(self) -> None:
        with self._transaction():
            is_new = not _tables(self._connection)
        if is_new:
            with self._transaction(writing=True):
                if not _tables(self._connection):  # nobody made them while we waited
                    self._create()
        ((version,),) = self._rows("SELECT schema_version FROM state")
        if version > SCHEMA_VERSION:
            raise StoreTooNew("store_too_new", address=self.address, version=version, known=SCHEMA_VERSION)

    def _create(self) -> None:
        for statement in BASE_SQL:
            self._connection.execute(statement)
        for kind in KINDS:
            for statement in table_sql(kind):
                self._connection.execute(statement)
        self._connection.execute("INSERT INTO state VALUES (0, NULL, ?)", (SCHEMA_VERSION,))
        self._connection.executemany(_insert_sql(Capability), _encoded(Capability, capability_records(), 0))

    # -- the schema --------------------------------------------------------------------------------------------------

    def schema_version(self) -> int:
        """See :class:`graph.store.Store`."""
        return int(self._rows("SELECT schema_version FROM state")[0][0])

    def keep_copy(self, path: Path) -> None:
        """See :class:`graph.store.Store`."""
        with self._reachable(), closing(self._connect()) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))

    def restructure(self) -> None:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction(writing=True):
            self._connection.execute("PRAGMA defer_foreign_keys = ON")
            kept = {kind: self._shared_columns(kind) for kind in LEDGER_KINDS}
            for kind in KINDS:
                self._connection.execute(f"DROP TABLE IF EXISTS {table_of(kind)}")
            for kind in KINDS:
                for statement in table_sql(kind):
                    self._connection.execute(statement)
            for kind, (names, rows) in kept.items():
                places = ", ".join("?" * len(names))
                columns = ", ".join(f'"{name}"' for name in names)
                self._connection.executemany(f"INSERT INTO {table_of(kind)} ({columns}) VALUES ({places})", rows)  # noqa: S608

    def _shared_columns(self, kind: type[Record]) -> tuple[list[str], list[Any]]:
        """Rows of a kind's table as it is, in those columns that the kind still has."""
        found = {name for (_, name, *_) in self._rows(f"PRAGMA table_info({table_of(kind)})")}
        names = [name for name in (*field_names(kind), "_revision") if name in found]
        columns = ", ".join(f'"{name}"' for name in names)
        return names, self._rows(f"SELECT {columns} FROM {table_of(kind)}") if names else []  # noqa: S608

    def mark_schema(self) -> None:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction(writing=True):
            self._connection.execute("UPDATE state SET schema_version = ?", (SCHEMA_VERSION,))

    # -- writing -----------------------------------------------------------------------------------------------------

    def write(self, change: Change) -> int:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction(writing=True):
            ((found, token),) = self._rows("SELECT revision, token FROM state")
            revision = int(found)
            if token == change.token:
                return revision
            if change.expected not in (None, revision):
                raise RevisionMoved("revision_moved", expected=change.expected, found=revision)
            check_change(change, self._existing, self._referring)
            after = max(change.revision or 0, revision + 1)
            if change.erased:
                self._erase(after)
            for kind, keys in change.deletes.items():
                self._delete(kind, keys, after)
            if change.forgets:
                self._connection.execute("DELETE FROM gone")
                self._connection.execute("INSERT INTO gone VALUES (?, ?, '[]')", (after, FORGOTTEN))
            for kind, records in change.inserts.items():
                self._connection.executemany(_insert_sql(kind), _encoded(kind, records, after))
            for kind, records in change.upserts.items():
                self._connection.executemany(_upsert_sql(kind), _encoded(kind, records, after))
            self._connection.executemany(
                "INSERT OR REPLACE INTO claim_block VALUES (?, ?, ?)",
                ((each.load_id, each.bucket, each.payload) for each in change.blocks),
            )
            self._connection.execute("UPDATE state SET revision = ?, token = ?", (after, change.token))
            return after

    def _delete(self, kind: type[Record], keys: Collection[str], revision: int) -> None:
        key = key_field(kind)
        self._connection.executemany(
            f'DELETE FROM {table_of(kind)} WHERE "{key}" = ?',  # noqa: S608  generated from the model
            ((each,) for each in keys),
        )
        self._note_gone(kind, keys, revision)

    def _note_gone(self, kind: type[Record], keys: Collection[str], revision: int) -> None:
        self._connection.execute(
            "INSERT INTO gone VALUES (?, ?, ?)", (revision, kind.__name__, json.dumps(sorted(keys)))
        )

    def _erase(self, revision: int) -> None:
        for kind in KINDS:
            if kind in REGION_KINDS:
                keys = [key for (key,) in self._rows(f'SELECT "{key_field(kind)}" FROM {table_of(kind)}')]  # noqa: S608
                self._note_gone(kind, keys, revision)
            self._connection.execute(f"DELETE FROM {table_of(kind)}")  # noqa: S608
        self._connection.execute("DELETE FROM claim_block")

    def _existing(self, kind: type[Record], keys: Collection[str]) -> set[str]:
        key = key_field(kind)
        sql = f'SELECT "{key}" FROM {table_of(kind)} WHERE "{key}" IN (SELECT value FROM json_each(?))'  # noqa: S608
        return {found for (found,) in self._rows(sql, json.dumps(list(keys)))}

    def _referring(self, kind: type[Record], reference: Reference, keys: Collection[str]) -> Sequence[tuple[str, str]]:
        key, wanted = key_field(kind), json.dumps(list(keys))
        if reference.many:
            sql = (
                f'SELECT "{key}", each.value FROM {table_of(kind)}, json_each("{reference.field}") AS each'  # noqa: S608
                " WHERE each.value IN (SELECT value FROM json_each(?))"
            )
        else:
            sql = (
                f'SELECT "{key}", "{reference.field}" FROM {table_of(kind)}'  # noqa: S608
                f' WHERE "{reference.field}" IN (SELECT value FROM json_each(?))'
            )
        return self._rows(sql, wanted)

    # -- reading -----------------------------------------------------------------------------------------------------

    def snapshot(self, *kinds: type[Record]) -> Snapshot:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction():
            revision = self.revision()
            found = {
                kind: _records(kind, self._rows(f'{_select_sql(kind)} ORDER BY "{key_field(kind)}"')) for kind in kinds
            }
        return Snapshot(revision, found)

    def matching(self, kind: type[R], name: str, values: Collection[str]) -> Sequence[R]:
        """See :class:`graph.store.Store`."""
        plain = dict(zip(field_names(kind), field_types(kind), strict=True))[name]
        wanted = "(SELECT value FROM json_each(?))"
        sought: list[str] = [json.dumps(list(values))]
        if plain is not tuple:
            condition = f'"{name}" IN {wanted}'
        elif len(values) > FEW:
            condition = f'EXISTS (SELECT 1 FROM json_each("{name}") AS each WHERE each.value IN {wanted})'  # noqa: S608
        else:  # as it stands in the list, marks and all: a third of the time
            condition = " OR ".join(f'instr("{name}", ?)' for _ in values) or "0"
            sought = [orjson.dumps(each).decode() for each in values]
        with self._reachable():
            rows = self._rows(f"{_select_sql(kind)} WHERE {condition}", *sought)
        return sorted(_records(kind, rows), key=sort_key)

    def columns(self, kind: type[Record], *names: str) -> Mapping[str, NDArray[Any]]:
        """See :class:`graph.store.Store`."""
        return as_columns(self.snapshot(kind).of(kind), kind, names)

    def changed_since(self, revision: int) -> Changed:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction():
            upserted = {}
            for kind in REGION_KINDS:
                rows = self._rows(f"{_select_sql(kind)} WHERE _revision > ?", revision)
                if rows:
                    upserted[kind] = sorted(_records(kind, rows), key=sort_key)
            rows = self._rows("SELECT kind, keys FROM gone WHERE revision > ?", revision)
            gone = gone_keys([(name, json.loads(keys)) for name, keys in rows], upserted)
            return Changed(self.revision(), upserted, gone, any(name == FORGOTTEN for name, _ in rows))

    def blocks(self, keys: Mapping[str, Collection[int] | None]) -> Iterator[Block]:
        """See :class:`graph.store.Store`."""
        for load_id in sorted(keys):
            buckets = keys[load_id]
            sql, parameters = "SELECT * FROM claim_block WHERE load_id = ?", [load_id]
            if buckets is not None:
                sql += " AND bucket IN (SELECT value FROM json_each(?))"
                parameters.append(json.dumps(sorted(buckets)))
            with self._reachable():
                rows = self._rows(f"{sql} ORDER BY bucket", *parameters)
            yield from (Block(*row) for row in rows)

    def counts(self) -> Mapping[str, int]:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction():
            return {
                kind.__name__: self._rows(f"SELECT count(*) FROM {table_of(kind)}")[0][0]  # noqa: S608
                for kind in REGION_KINDS
            }

    def revision(self) -> int:
        """See :class:`graph.store.Store`."""
        with self._reachable():
            return int(self._rows("SELECT revision FROM state")[0][0])

    def recall(self, name: str) -> str | None:
        """See :class:`graph.store.Store`."""
        with self._reachable():
            rows = self._rows("SELECT value FROM note WHERE name = ?", name)
        return rows[0][0] if rows else None

    def remember(self, name: str, value: str | None) -> None:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction(writing=True):
            if value is None:
                self._connection.execute("DELETE FROM note WHERE name = ?", (name,))
            else:
                self._connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def settle(self, name: str, value: str) -> str:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._transaction(writing=True):
            self._connection.execute("INSERT OR IGNORE INTO note VALUES (?, ?)", (name, value))
            return str(self._rows("SELECT value FROM note WHERE name = ?", name)[0][0])

    def notes(self, prefix: str) -> Mapping[str, str]:
        """See :class:`graph.store.Store`."""
        sql = "SELECT name, value FROM note WHERE name BETWEEN ? AND ? AND substr(name, 1, ?) = ? ORDER BY name"
        with self._reachable():
            return dict(self._rows(sql, prefix, prefix + chr(sys.maxunicode), len(prefix), prefix))

    def scrub(self) -> None:
        """See :class:`graph.store.Store`; the log is emptied before and after the file is written anew."""
        with self._reachable(), closing(self._connect()) as connection:
            for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                found = connection.execute(statement).fetchone()
            if found[0]:  # somebody has been reading all the while
                raise StoreUnreachable("store_busy", address=self.address)

    def check(self) -> Sequence[str]:
        """See :class:`graph.store.Store`."""
        with self._reachable():
            damaged = self._rows("PRAGMA quick_check") != [("ok",)]
            dangling = bool(self._rows("PRAGMA foreign_key_check"))
        return [code for code, found in (("file_damaged", damaged), ("missing_ends", dangling)) if found]

    def close(self) -> None:
        """See :class:`graph.store.Store`."""
        while self._idle:
            with suppress(sqlite3.Error):
                self._idle.pop().close()

    # -- the connection ----------------------------------------------------------------------------------------------

    @property
    def _connection(self) -> sqlite3.Connection:
        """The connection of this thread's transaction."""
        connection: sqlite3.Connection = self._thread.connection
        return connection

    def _rows(self, sql: str, *parameters: Any) -> list[Any]:
        with self._transaction():
            return self._connection.execute(sql, parameters).fetchall()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        tables = _tables(connection)
        if tables and not tables >= OWN_TABLES:  # somebody else's file stays as it is
            connection.close()
            raise UserMistake("not_a_store", path=str(self.path))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")
        return connection

    @contextmanager
    def _transaction(self, *, writing: bool = False) -> Iterator[None]:
        """One transaction of this thread; inside another one it is part of that."""
        if getattr(self._thread, "connection", None) is not None:
            yield
            return
        connection = self._taken()
        try:
            connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
            self._thread.connection = connection
            yield
            connection.execute("COMMIT")
        finally:
            self._thread.connection = None
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._idle.append(connection)

    def _taken(self) -> sqlite3.Connection:
        """A connection that no other thread has."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnreachable("store_unreachable", address=self.address, why=str(error)) from error

"""A region on a Neo4j server: the only module that imports its driver.

Records are what their shape says: ``(:Company {company_id, …})`` and ``(:Company)-[:OFFERS {…}]->(:Capability)``, each
with a ``namespace``, since the Community edition has one database. A change is one managed transaction that first
locks the region's state node; values travel as parameters, never as text of a query.

Neo4j shows readers a commit while it is being applied: the new revision and not yet the new records, even half a
record. So a writer announces its revision just before it commits, holding a gate until all can be seen; a reader that
finds one announced, or a revision it has not met, waits at the gate once and reads again (:meth:`Neo4jStore._steady`).

A server that is being stopped may answer a commit with a success that is none, and the driver believes it: what was
written is lost without an error (:meth:`Neo4jStore._commit`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import neo4j
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError, TransientError
from numpy.typing import NDArray

from graph.errors import (
    NarverkError,
    RevisionMoved,
    StoreError,
    StoreRefused,
    StoreTooNew,
    StoreTooOld,
    StoreUnreachable,
    UserMistake,
)
from graph.model import KINDS, REGION_KINDS, Capability, Record, field_names
from graph.reference import capability_records
from graph.schema import SCHEMA_VERSION, SHAPES, field_types, is_edge, rows_of
from graph.store import FORGOTTEN, Block, Change, Changed, Snapshot, as_columns, gone_keys, sort_key
from graph.stores import cypher
from graph.stores.integrity import check_change, targets

logging.getLogger("neo4j").addHandler(logging.NullHandler())  # its retries are no concern of a terminal

R = TypeVar("R", bound=Record)
T = TypeVar("T")
OLDEST_SERVER = (5, 26)
BATCH_ROWS = 10_000
BATCH_BLOCKS = 500
DELETE_KEYS = 5_000
SNAPSHOT_ATTEMPTS = 20
MAX_RETRY_SECONDS = 60.0
COMMIT_ATTEMPTS = 3


def _records(kind: type[R], rows: Sequence[Sequence[Any]]) -> list[R]:
    lists = [index for index, plain in enumerate(field_types(kind)) if plain is tuple]
    if lists:
        for row in rows:
            for index in lists:
                row[index] = tuple(row[index] or ())  # type: ignore[index]
    return sorted((kind(*row) for row in rows), key=sort_key)


def _not_again_without_memory(
    work: Callable[[neo4j.ManagedTransaction], int],
) -> Callable[[neo4j.ManagedTransaction], int]:
    """The driver retries what it calls transient; a transaction too large for the server's memory stays too large."""

    def once(tx: neo4j.ManagedTransaction) -> int:
        try:
            return work(tx)
        except TransientError as error:
            if "OutOfMemory" in (error.code or ""):
                raise StoreError("server_memory") from error
            raise

    return once


class Neo4jStore:
    """A region in one namespace of one database."""

    def __init__(self, uri: str, *, namespace: str = "default") -> None:
        """Connect, and make the region's place ready; credentials are NEO4J_USERNAME and NEO4J_PASSWORD.

        Raises:
            StoreUnreachable: nobody answers at the address.
            StoreRefused: wrong user or password.
            StoreTooOld: a server older than 5.26.
            StoreTooNew: a newer Närverk wrote the region.
            UserMistake: an address the driver cannot read.
        """
        self.namespace = namespace
        self._settled = -1  # all of this revision can be seen
        self.address = f"{uri}?namespace={namespace}"
        self._database = os.environ.get("NEO4J_DATABASE") or None
        user = os.environ.get("NEO4J_USERNAME", "neo4j")
        password = os.environ.get("NEO4J_PASSWORD", "")
        with self._reachable():
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password),
                notifications_min_severity="OFF",
                max_transaction_retry_time=MAX_RETRY_SECONDS,
                connection_timeout=10.0,
                user_agent="narverk",
            )
        try:
            with self._reachable():
                self._driver.verify_connectivity()
                self._check_server()
                self._prepare()
        except BaseException:
            self._driver.close()
            raise

    def _check_server(self) -> None:
        ((versions,),) = self._rows(cypher.SERVER_VERSION)
        version = tuple(int(part) for part in versions[0].split("-")[0].split(".")[:2])
        if version < OLDEST_SERVER:
            raise StoreTooOld(
                "server_too_old",
                address=self.address,
                found=versions[0],
                oldest=".".join(map(str, OLDEST_SERVER)),
            )

    def _prepare(self) -> None:
        rows = self._rows(cypher.READ_STATE)
        if rows and rows[0][1] > SCHEMA_VERSION:
            raise StoreTooNew("store_too_new", address=self.address, version=rows[0][1], known=SCHEMA_VERSION)
        if rows:
            return
        self.restructure()
        self._commit(self._create)

    def _create(self, tx: neo4j.ManagedTransaction) -> None:
        ((created,),) = self._run(tx, cypher.CREATE_STATE, version=SCHEMA_VERSION)
        if created:
            self._write(tx, Capability, capability_records(), 0, are_new=True)
            self._relate(tx, Capability, capability_records(), are_new=True)

    # -- the schema --------------------------------------------------------------------------------------------------

    def schema_version(self) -> int:
        """See :class:`graph.store.Store`."""
        return int(self._rows(cypher.READ_STATE)[0][1])

    def keep_copy(self, path: Path) -> None:
        """See :class:`graph.store.Store`."""
        from graph.transfer import backup

        backup(self, path)

    def restructure(self) -> None:
        """See :class:`graph.store.Store`."""
        with self._reachable(), self._driver.session(database=self._database) as session:
            for statement in (*cypher.setup(), "CALL db.awaitIndexes(300)"):
                session.run(statement).consume()

    def mark_schema(self) -> None:
        """See :class:`graph.store.Store`."""
        self._commit(lambda tx: self._run(tx, cypher.MARK_SCHEMA, version=SCHEMA_VERSION))

    # -- writing -----------------------------------------------------------------------------------------------------

    def write(self, change: Change) -> int:
        """See :class:`graph.store.Store`."""

        def work(tx: neo4j.ManagedTransaction) -> int:
            ((revision, token),) = self._run(tx, cypher.LOCK_STATE)
            if token == change.token:
                return int(revision)
            if change.expected not in (None, revision):
                raise RevisionMoved("revision_moved", expected=change.expected, found=revision)
            check_change(
                change,
                lambda kind, keys: {key for (key,) in self._run(tx, cypher.existing(kind), keys=list(keys))},
                lambda kind, reference, keys: [
                    (key, target) for key, target in self._run(tx, cypher.referring(kind, reference), keys=list(keys))
                ],
            )
            after: int = max(change.revision or 0, revision + 1)
            self._apply(tx, change, after)
            self._run(tx, cypher.MOVE_STATE, revision=after, token=change.token)
            self._run(tx, cypher.TAKE_GATE)
            self._commit(lambda other: self._run(other, cypher.ANNOUNCE, revision=after))
            return after

        return self._commit(_not_again_without_memory(work))

    def _apply(self, tx: neo4j.ManagedTransaction, change: Change, revision: int) -> None:
        if change.erased:
            for kind in REGION_KINDS:
                key = field_names(kind)[0]
                keys = [key for (key,) in self._run(tx, f"MATCH {cypher.pattern(kind)} RETURN n.{key}")]
                self._run(tx, cypher.WRITE_GONE, revision=revision, kind=kind.__name__, keys=keys)
            self._erase(tx)
        for kind in sorted(change.deletes, key=is_edge, reverse=True):
            keys = sorted(change.deletes[kind])
            self._run_batched(tx, cypher.delete(kind), keys)
            self._run(tx, cypher.WRITE_GONE, revision=revision, kind=kind.__name__, keys=keys)
        if change.forgets:
            self._run(tx, cypher.FORGET_GONE)
            self._run(tx, cypher.WRITE_GONE, revision=revision, kind=FORGOTTEN, keys=[])
        parts = [(kind, records, True) for kind, records in change.inserts.items()]
        parts += [(kind, records, False) for kind, records in change.upserts.items()]
        for kind, records, are_new in sorted(parts, key=lambda part: is_edge(part[0])):
            self._write(tx, kind, records, revision, are_new=are_new)
        for kind, records, are_new in parts:
            if not is_edge(kind):
                self._relate(tx, kind, records, are_new=are_new)
        blocks = [{"load_id": b.load_id, "bucket": b.bucket, "payload": b.payload} for b in change.blocks]
        self._run_batched(tx, cypher.WRITE_BLOCKS, blocks)

    def _write(
        self,
        tx: neo4j.ManagedTransaction,
        kind: type[Record],
        records: Sequence[Record],
        revision: int,
        *,
        are_new: bool,
    ) -> None:
        if is_edge(kind) and not are_new:
            self._run_batched(tx, cypher.delete(kind), [each.key for each in records])
        query = cypher.write(kind, are_new=are_new)
        for start in range(0, len(records), BATCH_ROWS):
            rows = self._maps(kind, records[start : start + BATCH_ROWS])
            parameters = {"rows": rows, "namespace": self.namespace, "revision": revision}
            counters = tx.run(query, parameters).consume().counters
            if is_edge(kind) and counters.relationships_created != len(rows):
                raise StoreError("lost_rows", kind=kind.__name__)

    def _maps(self, kind: type[Record], records: Sequence[Record]) -> list[dict[str, Any]]:
        names = field_names(kind)
        lists = [name for name, plain in zip(names, field_types(kind), strict=True) if plain is tuple]
        floats = {name for name, plain in zip(names, field_types(kind), strict=True) if plain is float}
        rows = []
        for values in rows_of(records):
            row = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            for name in lists:
                row[name] = list(row.get(name, ()))
            for name in floats & row.keys():
                row[name] = float(row[name])  # a whole number stays one otherwise
            rows.append(row)
        return rows

    def _relate(
        self, tx: neo4j.ManagedTransaction, kind: type[Record], records: Sequence[Record], *, are_new: bool
    ) -> None:
        for reference in SHAPES[kind].references:
            if not are_new:
                self._run_batched(tx, cypher.unrelate(kind, reference), [each.key for each in records])
            rows = [{"key": each.key, "target": key} for each in records for key in targets(each, reference)]
            self._run_batched(tx, cypher.relate(kind, reference), rows)

    def _erase(self, tx: neo4j.ManagedTransaction) -> None:
        for label in (*(kind.__name__ for kind in KINDS if not is_edge(kind)), "ClaimBlock"):
            self._run(tx, f"MATCH (n:{label} {{namespace: $namespace}}) DETACH DELETE n")

    def _run(self, tx: neo4j.ManagedTransaction, query: str, **parameters: Any) -> list[list[Any]]:
        return tx.run(query, parameters, namespace=self.namespace).values()

    def _run_batched(self, tx: neo4j.ManagedTransaction, query: str, rows: Sequence[Any]) -> None:
        for start in range(0, len(rows), BATCH_ROWS):
            self._run(tx, query, rows=rows[start : start + BATCH_ROWS])

    # -- reading -----------------------------------------------------------------------------------------------------

    def snapshot(self, *kinds: type[Record]) -> Snapshot:
        """See :class:`graph.store.Store`; read again where somebody wrote in between."""

        def work(tx: neo4j.ManagedTransaction, revision: int) -> Snapshot:
            found = {
                kind: _records(kind, self._run(tx, f"MATCH {cypher.pattern(kind)} {cypher.returns(kind)}"))
                for kind in kinds
            }
            return Snapshot(revision, found)

        return self._steady(work)

    def _steady(self, work: Callable[[neo4j.ManagedTransaction, int], T]) -> T:
        """Read while no commit is being applied."""

        def attempt(tx: neo4j.ManagedTransaction) -> tuple[T] | None:
            def is_at(revision: int) -> bool:
                return self._run(tx, cypher.READ_STEADY) == [[revision, revision]]

            ((revision, coming),) = self._run(tx, cypher.READ_STEADY)
            if coming != revision or revision > self._settled:
                return None
            try:
                found = work(tx, revision)
            except (AttributeError, TypeError):
                if is_at(revision):
                    raise
                return None  # it was half a record
            return (found,) if is_at(revision) else None

        for _ in range(SNAPSHOT_ATTEMPTS):
            answer = self._read(attempt)
            if answer is not None:
                return answer[0]
            self._settle()
        raise StoreUnreachable("store_busy", address=self.address)

    def _settle(self) -> None:
        """Wait for the commit that is being applied, if any; who announced one and died is forgotten."""

        def work(tx: neo4j.ManagedTransaction) -> int:
            self._run(tx, cypher.TAKE_GATE)
            return int(self._run(tx, cypher.SETTLE)[0][0])

        self._settled = max(self._settled, self._commit(work))

    def matching(self, kind: type[R], name: str, values: Collection[str]) -> Sequence[R]:
        """See :class:`graph.store.Store`."""
        is_list = dict(zip(field_names(kind), field_types(kind), strict=True))[name] is tuple
        query = cypher.matching(kind, name, is_list=is_list)
        wanted = sorted(set(values))
        return self._steady(lambda tx, _: _records(kind, self._run(tx, query, values=wanted)))

    def columns(self, kind: type[Record], *names: str) -> Mapping[str, NDArray[Any]]:
        """See :class:`graph.store.Store`."""
        return as_columns(self.snapshot(kind).of(kind), kind, names)

    def changed_since(self, revision: int) -> Changed:
        """See :class:`graph.store.Store`."""

        def work(tx: neo4j.ManagedTransaction, now: int) -> Changed:
            upserted: dict[type[Record], Sequence[Record]] = {}
            for kind in REGION_KINDS:
                query = f"MATCH {cypher.pattern(kind)} WHERE n._revision > $revision {cypher.returns(kind)}"
                rows = self._run(tx, query, revision=revision)
                if rows:
                    upserted[kind] = _records(kind, rows)
            noted = [(name, keys) for name, keys in self._run(tx, cypher.READ_GONE, revision=revision)]
            return Changed(now, upserted, gone_keys(noted, upserted), any(name == FORGOTTEN for name, _ in noted))

        return self._steady(work)

    def blocks(self, keys: Mapping[str, Collection[int] | None]) -> Iterator[Block]:
        """See :class:`graph.store.Store`."""
        for load_id in sorted(keys):
            buckets = keys[load_id]
            if buckets is None:
                rows = self._rows(cypher.READ_BLOCKS, load_id=load_id)
            else:
                rows = self._rows(cypher.READ_SOME_BLOCKS, load_id=load_id, buckets=sorted(buckets))
            for bucket, payload in sorted(rows):
                yield Block(load_id, bucket, bytes(payload))

    def counts(self) -> Mapping[str, int]:
        """See :class:`graph.store.Store`."""
        queries = {kind.__name__: f"MATCH {cypher.pattern(kind)} RETURN count(n)" for kind in REGION_KINDS}
        return self._steady(lambda tx, _: {name: self._run(tx, query)[0][0] for name, query in queries.items()})

    def revision(self) -> int:
        """See :class:`graph.store.Store`; asked before every page, so a lost server is told at once, not retried."""
        with (
            self._reachable(),
            self._driver.session(database=self._database, default_access_mode=neo4j.READ_ACCESS) as session,
            session.begin_transaction() as tx,
        ):
            rows = tx.run(cypher.READ_STATE, namespace=self.namespace).values()
        return int(rows[0][0])

    def recall(self, name: str) -> str | None:
        """See :class:`graph.store.Store`."""
        rows = self._rows(cypher.READ_NOTE, name=name)
        return rows[0][0] if rows else None

    def remember(self, name: str, value: str | None) -> None:
        """See :class:`graph.store.Store`."""
        query = cypher.DELETE_NOTE if value is None else cypher.WRITE_NOTE
        self._commit(lambda tx: self._run(tx, query, name=name, value=value))

    def settle(self, name: str, value: str) -> str:
        """See :class:`graph.store.Store`."""
        return str(self._commit(lambda tx: self._run(tx, cypher.SETTLE_NOTE, name=name, value=value))[0][0])

    def notes(self, prefix: str) -> Mapping[str, str]:
        """See :class:`graph.store.Store`."""
        rows = self._rows(cypher.READ_NOTES, prefix=prefix)
        return dict(sorted(rows, key=lambda row: row[0].encode()))

    def scrub(self) -> None:
        """See :class:`graph.store.Store`; when a server writes over its logs and free pages is its own affair."""

    def check(self) -> Sequence[str]:
        """See :class:`graph.store.Store`."""
        loose = any(
            self._rows(cypher.dangling(kind, reference))
            for kind, shape in SHAPES.items()
            for reference in (() if shape.edge else shape.references)
        )
        return ["missing_ends"] if loose else []

    def drop(self) -> None:
        """Remove the namespace and all in it."""

        def work(tx: neo4j.ManagedTransaction) -> None:
            self._erase(tx)
            for label in cypher.STATE_LABELS:
                self._run(tx, f"MATCH (n:{label} {{namespace: $namespace}}) DETACH DELETE n")

        self._commit(work)

    def close(self) -> None:
        """See :class:`graph.store.Store`."""
        self._driver.close()

    # -- the connection ----------------------------------------------------------------------------------------------

    def _commit(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        """Run idempotent work until the server has confirmed it: a commit that took place carries a bookmark."""
        with self._reachable():
            for _ in range(COMMIT_ATTEMPTS):
                with self._driver.session(database=self._database) as session:
                    done = session.execute_write(work)
                    if session.last_bookmarks().raw_values:
                        return done
        raise StoreUnreachable("store_unreachable", address=self.address, why="CommitUnconfirmed")

    def _read(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        with self._reachable(), self._driver.session(database=self._database) as session:
            return session.execute_read(work)

    def _rows(self, query: str, **parameters: Any) -> list[list[Any]]:
        return self._read(lambda tx: self._run(tx, query, **parameters))

    @contextmanager
    def _reachable(self) -> Iterator[None]:
        try:
            yield
        except NarverkError:
            raise
        except AuthError as error:
            raise StoreRefused("store_refused", address=self.address) from error
        except (ConfigurationError, ValueError) as error:
            raise UserMistake("bad_store_address", address=self.address) from error
        except (DriverError, Neo4jError, OSError) as error:
            why = getattr(error, "code", None) or type(error).__name__
            if "OutOfMemory" in why:
                raise StoreError("server_memory") from error
            raise StoreUnreachable("store_unreachable", address=self.address, why=why) from error

"""How long does a load take, beside the least that anybody could do? Ratios of one run.

``workbook``: a sheet of 50,000 firms read, checked, located, identified and stored in SQLite, beside only reading it
with openpyxl (target: under half). ``person``: a person found and erased, beside loading the region. ``neo4j``: a
region published in Neo4j, claims and all, beside the plainest script that writes the same records with ``UNWIND``
(target: within 2), each once to warm the server up and then timed.

``python -m benchmarks.loads workbook 50000``, ``python -m benchmarks.loads person 5600``, ``python -m benchmarks.loads
neo4j 5600 [HEAP]``; without words all three, of 50,000 rows and 5,600 firms.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import neo4j
from openpyxl import load_workbook

from graph import ledger
from graph.erasure import erase
from graph.model import REGION_KINDS, Contact, Record, field_names, key_field
from graph.persons import Holdings
from graph.schema import SHAPES, rows_of
from graph.store import Snapshot, open_store
from graph.stores.neo4j import Neo4jStore
from ingest import pipeline
from ingest.demo import invent, sheets, write_demo
from ingest.demo.workbooks import write_workbook
from tools.neo4j_server import Neo4jServer, running_server

ROWS, FIRMS, HEAP = 50_000, 5_600, "2g"
BATCH = 5_000


def workbook(rows: int) -> None:
    """Our whole load beside reading alone."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "medlemmar.xlsx"
        firms = next(made for kind, made in sheets.member_register(invent(rows, 1)) if kind == "company")
        write_workbook(path, [("company", firms)])
        started = time.perf_counter()
        book = load_workbook(path, read_only=True, data_only=True)
        cells = sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
        book.close()
        reading = time.perf_counter() - started
        store = open_store(f"sqlite:{Path(name) / 'region.sqlite'}")
        started = time.perf_counter()
        report = pipeline.load_files(store, [path])
        loading = time.perf_counter() - started
        store.close()
    print(f"{report.read:,} rows, {cells:,} cells: openpyxl reads in {reading:.1f} s, Närverk loads in {loading:.1f} s")
    print(f"load / reading alone with openpyxl: {loading / reading:.2f}")


def person(firms: int) -> None:
    """Finding and erasing a person beside loading the region."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_demo(folder / "demo", firms, 1)
        store = open_store(f"sqlite:{folder / 'region.sqlite'}")
        started = time.perf_counter()
        pipeline.load_files(store, [folder / "demo"])
        loading = time.perf_counter() - started
        mail = next(each.email for each in store.snapshot(Contact).of(Contact) if each.email)
        started = time.perf_counter()
        holdings = Holdings(store)
        erase(store, holdings.marks(holdings.candidates(mail)))
        erasing = time.perf_counter() - started
        store.close()
    print(f"{firms:,} firms loaded in {loading:.1f} s, a person found and erased in {erasing:.1f} s")
    print(f"erasing / loading: {erasing / loading:.2f}")


def in_neo4j(firms: int, heap: str) -> None:
    """A publication beside the plainest script."""
    with tempfile.TemporaryDirectory() as name, running_server(heap=heap) as server:
        folder = Path(name)
        write_demo(folder / "demo", firms, 1)
        os.environ.update(NEO4J_USERNAME=server.username, NEO4J_PASSWORD=server.password)
        for _ in range(2):  # a server that has just started is several times slower, whoever asks
            published, records = _published(server, folder / "demo")
            plain = _plainly(server, records)
    print(f"{firms:,} firms: {sum(map(len, map(records.of, REGION_KINDS))):,} records")
    print(f"published in {published:.1f} s, the plain script writes the records in {plain:.1f} s")
    print(f"publishing, claims included / plain UNWIND: {published / plain:.2f}")


def _published(server: Neo4jServer, files: Path) -> tuple[float, Snapshot]:
    """Seconds for the publication alone, not for reading the files; and the records that it made."""
    store = Neo4jStore(server.uri, namespace="bench")
    taken: list[float] = []

    def timed(*arguments: Any, **options: Any) -> ledger.Publication:
        started = time.perf_counter()
        made = ledger.publish(*arguments, **options)
        taken.append(time.perf_counter() - started)
        return made

    pipeline.publish = timed  # type: ignore[attr-defined]
    pipeline.load_files(store, [files])
    records = store.snapshot(*REGION_KINDS)
    store.drop()
    store.close()
    return taken[0], records


def _plainly(server: Neo4jServer, records: Snapshot) -> float:
    """Seconds for the records alone: an index a kind, ``MERGE`` of nodes, ``MATCH`` and ``CREATE`` of relations."""
    auth = (server.username, server.password)
    with neo4j.GraphDatabase.driver(server.uri, auth=auth) as driver, driver.session() as session:
        for kind in REGION_KINDS:
            wipe = f"MATCH (n:Plain{kind.__name__}) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS"
            session.run(wipe).consume()
            session.run(f"CREATE INDEX IF NOT EXISTS FOR (n:Plain{kind.__name__}) ON (n.{key_field(kind)})")
        session.run("CALL db.awaitIndexes()").consume()
        started = time.perf_counter()
        for kind in (each for each in REGION_KINDS if not SHAPES[each].edge):
            key = key_field(kind)
            query = f"UNWIND $rows AS row MERGE (n:Plain{kind.__name__} {{{key}: row.{key}}}) SET n = row"
            for batch in _batches(_properties(kind, records.of(kind))):
                session.run(query, rows=batch).consume()
        for kind in REGION_KINDS:
            for query, rows in _relations(kind, records.of(kind)):
                for batch in _batches(rows):
                    session.run(query, rows=batch).consume()
        return time.perf_counter() - started


def _properties(kind: type[Record], records: Sequence[Record]) -> list[dict[str, Any]]:
    names = field_names(kind)
    rows = (dict(zip(names, values, strict=True)) for values in rows_of(records))
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _relations(kind: type[Record], records: Sequence[Record]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    shape, key = SHAPES[kind], key_field(kind)

    def matched(name: str, target: type[Record], value: str) -> str:
        return f"MATCH ({name}:Plain{target.__name__} {{{key_field(target)}: row.{value}}})"

    if shape.edge:
        start, end = shape.references[:2]
        ends = f"{matched('a', start.target, start.field)} {matched('b', end.target, end.field)}"
        yield f"UNWIND $rows AS row {ends} CREATE (a)-[n:{shape.edge}]->(b) SET n = row", _properties(kind, records)
        return
    for each in shape.references:
        rows: list[dict[str, Any]] = [
            {"key": record.key, "target": target}
            for record in records
            for target in _listed(getattr(record, each.field))
        ]
        if rows:
            ends = f"MATCH (n:Plain{kind.__name__} {{{key}: row.key}}) {matched('t', each.target, 'target')}"
            yield f"UNWIND $rows AS row {ends} CREATE (n)-[:{each.relation}]->(t)", rows


def _listed(value: Any) -> Sequence[str]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def main() -> None:
    words = sys.argv[1:]
    if not words or words[0] == "workbook":
        workbook(int(words[1]) if len(words) > 1 else ROWS)
    if not words or words[0] == "person":
        person(int(words[1]) if len(words) > 1 else FIRMS)
    if not words or words[0] == "neo4j":
        in_neo4j(int(words[1]) if len(words) > 1 else FIRMS, words[2] if len(words) > 2 else HEAP)


if __name__ == "__main__":
    main()

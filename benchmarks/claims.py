"""What does one claim cost, in bytes, on both stores, and how long do both take for the same region?

``python -m benchmarks.claims [COMPANIES] [HEAP]`` (650 and 1g). Block bytes are what the ledger's claims take, packed;
store bytes are all that the region takes, records and indexes included.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from graph.model import REGION_KINDS, Load
from graph.packing import packed_size
from graph.store import Store, open_store
from ingest.demo import write_demo
from ingest.pipeline import load_files
from tools.neo4j_server import running_server


def main() -> None:
    companies = int(sys.argv[1]) if len(sys.argv) > 1 else 650
    heap = sys.argv[2] if len(sys.argv) > 2 else "1g"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_demo(folder / "demo", companies, 1)
        file = folder / "region.sqlite"
        sqlite = open_store(f"sqlite:{file}")
        empty = file.stat().st_size
        taken = _load(sqlite, folder / "demo")
        sqlite.close()
        sqlite = open_store(f"sqlite:{file}")
        _print("sqlite", sqlite, taken, file.stat().st_size - empty)
        with running_server(heap=heap) as server:
            os.environ.update(NEO4J_USERNAME=server.username, NEO4J_PASSWORD=server.password)
            neo4j = open_store(f"{server.uri}?namespace=claims")
            ratio = _load(neo4j, folder / "demo") / taken
            same = all(sqlite.snapshot(kind).of(kind) == neo4j.snapshot(kind).of(kind) for kind in REGION_KINDS)
            _print("neo4j", neo4j, ratio * taken, None)
            print(f"neo4j / sqlite, time of the load: {ratio:.1f}; same records: {same}")
            neo4j.close()
        sqlite.close()


def _load(store: Store, folder: Path) -> float:
    start = time.perf_counter()
    load_files(store, [folder])
    return time.perf_counter() - start


def _print(name: str, store: Store, taken: float, grown: int | None) -> None:
    loads = store.snapshot(Load).of(Load)
    claims = sum(each.claims for each in loads)
    packed = packed_size(list(store.blocks({each.load_id: None for each in loads})))
    whole = "" if grown is None else f"; the whole store {grown / claims:.0f} bytes a claim"
    print(f"{name}: {claims:,} claims, {packed / claims:.1f} block bytes a claim{whole}; loaded in {taken:.1f} s")


if __name__ == "__main__":
    main()

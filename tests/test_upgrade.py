"""A store of an older schema is backed up and derived anew; nothing that was said or decided is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from graph import ledger
from graph.errors import StoreError
from graph.model import KINDS, Claim, Company, Level, Source
from graph.schema import SCHEMA_VERSION
from graph.store import Store, open_store
from graph.stores import sqlite
from graph.stores.neo4j import Neo4jStore

CLAIMS = [
    Claim("org:4099000012", "Company", "", {"name": "Exempel AB", "employees": 7}),
    Claim("org:4099000012", "Offer", "turning", {"materials": ("steel",)}),
]


def filled(store: Store) -> None:
    ledger.publish(store, [Source("member_sheet", "network", Level.MEMBERS)], CLAIMS, on="2026-01-01")
    ledger.decide(store, "correct", ["org:4099000012"], kind=Company, name="employees", value=9, by="Anna")


def whole(store: Store) -> dict[str, object]:
    return {kind.__name__: tuple(store.snapshot(kind).of(kind)) for kind in KINDS}


def made_old(path: Path) -> None:
    """As if a program before the first had written it: without one column, with one that is no more, and stale."""
    connection = sqlite3.connect(path)
    connection.executescript(
        """UPDATE state SET schema_version = 0;
        ALTER TABLE company DROP COLUMN website;
        ALTER TABLE load ADD COLUMN forgotten TEXT;
        UPDATE company SET name = 'stale';
        DELETE FROM capability WHERE capability = 'ndt';"""
    )
    connection.close()


def test_an_older_store_is_backed_up_and_its_records_derived_anew(tmp_path: Path) -> None:
    path = tmp_path / "region.sqlite"
    store = open_store(f"sqlite:{path}")
    filled(store)
    before, revision = whole(store), store.revision()
    store.close()
    made_old(path)
    store = open_store(f"sqlite:{path}")
    assert whole(store) == before
    assert store.schema_version() == SCHEMA_VERSION
    assert store.revision() > revision
    assert store.check() == []
    store.close()
    (copy,) = (tmp_path / "backups").iterdir()
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT name FROM company").fetchall() == [("stale",)]
    kept.close()


def test_killed_on_the_way_it_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "region.sqlite"
    store = open_store(f"sqlite:{path}")
    filled(store)
    before = whole(store)
    store.close()
    made_old(path)

    def killed(*_: object) -> int:
        raise StoreError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite.SqliteStore, "write", killed)
        with pytest.raises(StoreError, match="killed"):
            open_store(f"sqlite:{path}")
    store = open_store(f"sqlite:{path}")
    assert whole(store) == before
    store.close()
    assert len(list((tmp_path / "backups").iterdir())) == 2


def test_an_older_region_on_a_server(neo4j_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path))
    store = open_store(neo4j_address)
    filled(store)
    before = whole(store)
    assert isinstance(store, Neo4jStore)
    query = "MATCH (s:NarverkState {namespace: $namespace}) SET s.schema_version = 0"
    store._driver.execute_query(query, namespace=store.namespace)
    store.close()
    store = open_store(neo4j_address)
    try:
        assert whole(store) == before
        assert store.schema_version() == SCHEMA_VERSION
        (copy,) = (tmp_path / "backups").iterdir()
        kept = open_store(f"sqlite:{copy}")
        assert whole(kept) == before
        kept.close()
    finally:
        store.close()

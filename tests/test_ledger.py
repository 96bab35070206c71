"""Publish, withdraw, decide, look back: whatever happened, the stored records are what the whole ledger says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.stores.sqlite import SqliteStore
from tests.strategies import derived, histories, loads, only, stored, take, Publish, Step, Withdraw


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.sqlite"
    SqliteStore(path).close()
    return path


@contextmanager
def fresh(empty_file: Path) -> Iterator[SqliteStore]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "region.sqlite"
        shutil.copy(empty_file, path)
        store = SqliteStore(path)
        try:
            yield store
        finally:
            store.close()


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories)
def test_what_is_stored_is_what_the_whole_ledger_says(empty_file: Path, history: list[Step]) -> None:
    with fresh(empty_file) as store:
        before = stored(store)
        for step in history:
            if not take(store, step):
                assert only(stored(store)) == only(before)
            before = stored(store)
            assert only(before) == only(derived(store))

"""An invented region, loaded, and the command line asked in this process: what the tests of the outside share."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import cli
from graph.model import REGION_KINDS, Record
from graph.store import Snapshot, Store, open_store
from ingest.demo import write_demo
from ingest.pipeline import LoadReport, load_files

DAY = "2026-10-01"
COMPANIES, SEED = 150, 1
Shape = Any
"""A type, a tuple of types, a list with the shape of each element, or a dict of the keys that must be there."""


@dataclass(frozen=True)
class Built:
    """The invented region's files, and the store they were loaded into. Nobody writes to it."""

    folder: Path
    path: Path
    report: LoadReport
    truth: dict[str, Any]
    snapshot: Snapshot

    @property
    def address(self) -> str:
        return f"sqlite:{self.path}"


@dataclass(frozen=True)
class Ran:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        assert self.code in (0, 1), self.err
        assert len(self.out.splitlines()) == 1, self.out
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def run(*arguments: object) -> Ran:
    """Ask the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = cli.main([str(each) for each in arguments])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
    return Ran(code, out.getvalue(), err.getvalue())


@contextmanager
def opened(address: object, *, create: bool = True) -> Iterator[Store]:
    """The store, closed afterwards."""
    store = open_store(str(address) if ":" in str(address) else f"sqlite:{address}", create=create)
    try:
        yield store
    finally:
        store.close()


def records(store: Store) -> dict[type[Record], list[Record]]:
    """Everything a region is, without its ledger."""
    snapshot = store.snapshot(*REGION_KINDS)
    return {kind: list(snapshot.of(kind)) for kind in REGION_KINDS}


def misfits(value: object, shape: Shape, where: str = "") -> Iterator[str]:
    """Where a JSON value does not have the shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{where} is no object"
            return
        for key, each in shape.items():
            if key in value:
                yield from misfits(value[key], each, f"{where}.{key}")
            else:
                yield f"{where}.{key} is missing"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for index, each in enumerate(value):
            yield from misfits(each, shape[0], f"{where}[{index}]")
    elif not isinstance(value, shape) or (isinstance(value, bool) and shape is int):
        yield f"{where} is {value!r}"


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own region is near, nor a server or a secret of the environment's."""
    for name in ("NEO4J_URI", "NARVERK_SECRET", "NARVERK_LANG", "NARVERK_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module", name="built")
def built_region(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _built(tmp_path_factory.getbasetemp())


@cache
def _built(base: Path) -> Built:
    """Once for all tests of this process."""
    folder = base / "built"
    write_demo(folder / "files", COMPANIES, SEED)
    path = folder / "region.sqlite"
    with opened(path) as store:
        report = load_files(store, [folder / "files"], on=DAY)
        snapshot = store.snapshot(*REGION_KINDS)
    truth = json.loads((folder / "files" / "truth.json").read_text(encoding="utf-8"))
    return Built(folder / "files", path, report, truth, snapshot)

"""A load that is killed at any moment leaves the region as it was or as it should be, and can be made again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.model import REGION_KINDS, Load, Record
from graph.store import open_store
from ingest.demo import write_demo
from tests.conftest import ROOT

FIRMS = 60
SAME_FOR_ALL = "the same for all of them"
Records = dict[type[Record], list[Record]]


def loading(address: str, files: Path) -> subprocess.Popen[bytes]:
    """A load in a process of its own."""
    command = [sys.executable, "cli.py", "--store", address, "load", str(files), "--no-copy"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NARVERK_", "NEO4J_"))}
    kept["NARVERK_SECRET"] = SAME_FOR_ALL
    return subprocess.Popen(command, cwd=ROOT, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def held(address: str) -> tuple[int, Records]:
    """How many loads count, and all records; the store is sound."""
    store = open_store(address)
    assert store.check() == []
    snapshot = store.snapshot(*REGION_KINDS, Load)
    store.close()
    return len(snapshot.of(Load)), {kind: list(snapshot.of(kind)) for kind in REGION_KINDS}


@pytest.fixture(scope="module", name="files")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    write_demo(folder / "demo", FIRMS, 1)
    return folder / "demo"


@pytest.fixture(scope="module", name="whole")
def undisturbed(files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[float, Records]:
    """How long a load takes that nobody kills, in seconds, and what it leaves."""
    address = f"sqlite:{tmp_path_factory.mktemp('whole') / 'region.sqlite'}"
    started = time.monotonic()
    assert loading(address, files).wait(60) == 0
    return time.monotonic() - started, held(address)[1]


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9, 0.97])
def test_killed_at_any_moment(files: Path, whole: tuple[float, Records], tmp_path: Path, share: float) -> None:
    seconds, records = whole
    address = f"sqlite:{tmp_path / 'region.sqlite'}"
    process = loading(address, files)
    time.sleep(seconds * share)
    process.kill()
    process.wait(10)
    loads, found = held(address)
    assert loads in (0, 1)
    if loads:
        assert found == records
    else:
        assert not any(found[kind] for kind in REGION_KINDS if kind.__name__ != "Capability")
    assert loading(address, files).wait(60) == 0
    assert held(address) == (1, records)

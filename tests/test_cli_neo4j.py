"""The command line on a real Neo4j: the same JSON as on SQLite, copies both ways, undo of any of five loads.

The expected answers are SQLite's; that those are right is tested in tests/test_cli.py and tests/test_pipeline.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from graph import ledger
from graph.transfer import copy_region, unsound
from ingest.demo import write_demo
from tests.conftest import ROOT, Neo4jAddress
from tests.regions import Ran, opened, own_data, records, run
from tests.test_pipeline import FIVE, five_loads, load_all, region_list

__all__ = ["own_data"]


@dataclass(frozen=True)
class Both:
    """One region's files, and where it was loaded on each store."""

    folder: Path
    sqlite: str
    neo4j: str
    server: Neo4jAddress
    loaded: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def module_credentials(neo4j_server: Neo4jAddress) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NEO4J_URI", raising=False)
        patch.setenv("NEO4J_USERNAME", neo4j_server.username)
        patch.setenv("NEO4J_PASSWORD", neo4j_server.password)
        patch.setenv("NEO4J_DATABASE", neo4j_server.database)
        patch.setenv("NARVERK_SECRET", "the same on both stores")
        yield patch


@pytest.fixture(scope="module")
def both(
    neo4j_server: Neo4jAddress, module_credentials: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    module_credentials.setenv("NARVERK_DATA", str(folder / "data"))
    write_demo(folder / "files", 70, 5)
    neo4j = f"{neo4j_server.uri}?namespace=test_{uuid4().hex}"
    sqlite = f"sqlite:{folder / 'region.sqlite'}"
    loaded = {each: run("--store", each, "load", folder / "files", "--json").json for each in (sqlite, neo4j)}
    yield Both(folder / "files", sqlite, neo4j, neo4j_server, loaded)
    drop(neo4j)


@pytest.fixture(autouse=True)
def same_secret(own_data: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_SECRET", "the same on both stores")


def drop(address: str) -> None:
    from graph.stores.neo4j import Neo4jStore

    with opened(address) as store:
        assert isinstance(store, Neo4jStore)
        store.drop()


def test_a_load_reports_the_same(both: Both) -> None:
    assert both.loaded[both.neo4j] == both.loaded[both.sqlite]
    assert both.loaded[both.neo4j]["accepted"] > 500


QUESTIONS = {
    "replace text": ("replace", "--text", "Svarvad axel i 42CrMo4, härdad", "--near", "Karlskoga", "--within-km", "40"),
    "replace process": ("replace", "--process", "welding", "--near", "Örebro", "--within-km", "6 mil", "--limit", "50"),
    "replace public": ("replace", "--process", "turning", "--near", "Karlskoga", "--audience", "MEMBERS"),
    "network": ("network",),
    "isolated": ("isolated",),
    "totals": ("totals",),
    "difference": ("diff", "0", "now"),
    "check": ("check",),
    "dry run": ("load", "{folder}", "--dry-run"),
    "load again": ("load", "{folder}"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_gives_the_same_json(both: Both, name: str) -> None:
    arguments = [each.format(folder=both.folder) for each in QUESTIONS[name]]
    on = {each: run("--store", each, *arguments, "--json") for each in (both.sqlite, both.neo4j)}
    assert on[both.neo4j].err == ""
    assert on[both.neo4j].json == on[both.sqlite].json
    assert on[both.neo4j].out == on[both.sqlite].out


def test_a_part_gives_the_same_json(both: Both) -> None:
    from graph.model import ImportedPart

    with opened(both.sqlite) as store:
        part = next(each for each in store.snapshot(ImportedPart).of(ImportedPart) if each.capabilities)
    arguments = ("replace", "--part", part.part_id, "--near", part.company_id, "--json")
    found = [run("--store", each, *arguments) for each in (both.sqlite, both.neo4j)]
    assert found[0] == found[1]
    assert found[0].code == 0


def test_copies_both_ways_are_equal(both: Both, neo4j_address: str, tmp_path: Path) -> None:
    there = run("--store", both.sqlite, "copy", "--to", neo4j_address, "--json").json
    back = run("--store", neo4j_address, "copy", "--to", f"sqlite:{tmp_path / 'back'}", "--json").json
    assert (there["counts"], there["revision"]) == (back["counts"], back["revision"])
    with opened(both.sqlite) as first, opened(neo4j_address) as copied, opened(tmp_path / "back") as returned:
        assert records(copied) == records(first)
        assert records(returned) == records(first)
    refused = run("--store", both.sqlite, "copy", "--to", neo4j_address)
    assert (refused.code, refused.out) == (1, "")
    assert "Välj ett tomt lager" in refused.err
    backed = run("--store", neo4j_address, "backup", tmp_path / "backup", "--json").json
    assert backed["counts"] == there["counts"]
    run("--store", neo4j_address, "undo")
    assert run("--store", neo4j_address, "restore", tmp_path / "backup", "--json").json["counts"] == there["counts"]
    assert run("--store", neo4j_address, "check").code == 0


def test_undo_of_any_of_five_loads_is_as_if_it_had_never_been(both: Both, tmp_path: Path) -> None:
    """Five loads on SQLite, copied; one is undone on the server and compared with a SQLite region without it."""
    loads, home = five_loads(both.folder), region_list(both.folder, tmp_path / "region.csv")
    with opened(tmp_path / "all.sqlite") as store:
        ids = load_all(store, home, loads)
        whole = records(store)
        for index, load_id in enumerate(ids):
            address = f"{both.server.uri}?namespace=test_{uuid4().hex}"
            with opened(address) as undone, opened(tmp_path / f"without{index}.sqlite") as never:
                copy_region(store, undone)
                ledger.withdraw(undone, load_id)
                load_all(never, home, loads[:index] + loads[index + 1 :])
                expected = records(never)
                assert expected != whole
                assert records(undone) == expected, FIVE[index]
                assert unsound(undone) == []
            drop(address)


def test_decisions_by_the_command_line(both: Both, neo4j_address: str) -> None:
    run("--store", both.sqlite, "copy", "--to", neo4j_address)
    with opened(neo4j_address) as store:
        before = records(store)
    finding = run("--store", neo4j_address, "isolated", "--json").json["findings"][0]
    first = run("--store", neo4j_address, "correct", finding["company_id"], "website", "www.exempel.se", "--json").json
    other = run("--store", neo4j_address, "isolated", "--json").json["findings"][1]["company_id"]
    second = run("--store", neo4j_address, "same", finding["company_id"], other, "--json").json
    assert first["decision_id"] != second["decision_id"]
    assert len(run("--store", neo4j_address, "history", "--json").json["decisions"]) == 2
    for each in (second, first):
        assert run("--store", neo4j_address, "retract", each["decision_id"]).code == 0
    with opened(neo4j_address) as store:
        assert records(store) == before


# -- as a user meets it ----------------------------------------------------------------------------------------------


def process(both: Both, *arguments: str, **environment: str) -> Ran:
    wanted = {
        "PATH": os.environ["PATH"], "NARVERK_DATA": str(both.folder.parent / "data"),
        "NEO4J_USERNAME": both.server.username, "NEO4J_PASSWORD": both.server.password,
        "NEO4J_DATABASE": both.server.database, "NARVERK_SECRET": "the same on both stores", **environment,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "cli.py", *arguments], cwd=ROOT, env=wanted, capture_output=True, check=False
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_the_address_comes_from_the_environment(both: Both) -> None:
    expected = run("--store", both.sqlite, "network", "--json").out
    namespace = both.neo4j.partition("?")[2]
    for uri in (both.server.uri, both.server.routing_uri):
        found = process(both, "network", "--json", NEO4J_URI=f"{uri}?{namespace}")
        assert (found.code, found.err, found.out) == (0, "", expected)


def test_a_wrong_password_is_one_sentence_without_it(both: Both) -> None:
    wrong = "fel-lösenord"
    found = process(both, "--store", both.neo4j, "network", NEO4J_PASSWORD=wrong)
    assert (found.code, found.out) == (1, "")
    assert len(found.err.splitlines()) == 1
    assert "NEO4J_PASSWORD" in found.err
    assert wrong not in found.err


def test_regions_in_one_server_do_not_meet(both: Both, neo4j_address: str) -> None:
    counts = run("--store", neo4j_address, "network", "--json").json
    assert counts["companies"] == 0
    assert run("--store", both.neo4j, "network", "--json").json["companies"] > 70

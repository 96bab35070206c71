"""The secret behind ``person:`` keys: made once, for its owner alone, refused when another, in no output."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from graph import secret as secrets
from graph.errors import WrongSecret
from graph.model import Company
from graph.secret import NOTE, SECRET_BYTES, secret_file, secret_for
from graph.transfer import backup, copy_region
from ingest.pipeline import load_files
from tests.conftest import ROOT, Neo4jAddress
from tests.regions import opened, own_data, run

__all__ = ["own_data"]

PERSON = "811218-9876"  # the tax agency's own example number
MEMBERS = f"Org.nr;Företag;Processer\n{PERSON};Anna Exempelsson Svets, enskild firma;mig_mag\n"


def person_file(folder: Path) -> Path:
    path = folder / "enskilda.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    return path


def person_ids(address: object) -> list[str]:
    with opened(address) as store:
        return [each.company_id for each in store.snapshot(Company).of(Company)]


def test_made_beside_the_store_for_its_owner_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "min.region.sqlite") as store:
        path = secret_file(store)
        assert path == tmp_path / "min.region.secret"
        made = secret_for(store)
        assert len(made) == SECRET_BYTES
        assert path.read_bytes() == made == secret_for(store)
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert store.revision() == 0
        assert store.recall(NOTE) not in (None, made.hex())


def test_every_store_has_its_own(tmp_path: Path) -> None:
    with opened(tmp_path / "a.sqlite") as one, opened(tmp_path / "b.sqlite") as other:
        assert secret_for(one) != secret_for(other)


def test_a_server_has_its_secret_in_the_users_folder(tmp_path: Path, neo4j_address: str) -> None:
    with opened(neo4j_address) as store:
        assert secret_file(store) == tmp_path / "data" / "server.secret"
        secret_for(store)
        assert secret_file(store).exists()


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_SECRET", "en lång och hemlig mening")
    with opened(tmp_path / "r.sqlite") as store:
        assert secret_for(store) == "en lång och hemlig mening".encode()
        assert not secret_file(store).exists()
        monkeypatch.setenv("NARVERK_SECRET", "en annan")
        with pytest.raises(WrongSecret, match="wrong_secret"):
            secret_for(store)


@pytest.mark.parametrize("content", [None, b"", b"another secret than the first"])
def test_another_secret_is_refused_and_none_made(tmp_path: Path, content: bytes | None) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        secret_for(store)
        path = secret_file(store)
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        before = sorted(tmp_path.iterdir())
        with pytest.raises(WrongSecret, match="wrong_secret"):
            secret_for(store)
        assert sorted(tmp_path.iterdir()) == before
        assert content is None or path.read_bytes() == content


def test_a_dry_run_keeps_none(tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        assert len(secret_for(store, keep=False)) == SECRET_BYTES
        assert store.recall(NOTE) is None
        assert not secret_file(store).exists()


def test_two_processes_that_start_at_once_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        path = secret_file(store)
        real = secrets._from_file

        def late(each: Path) -> bytes | None:
            found = real(each)
            if found is None:
                path.write_bytes(b"the quicker process's own secret")
            return found

        monkeypatch.setattr(secrets, "_from_file", late)
        assert secret_for(store) == b"the quicker process's own secret"


def test_the_fingerprint_travels_and_the_secret_does_not(tmp_path: Path) -> None:
    with opened(tmp_path / "a.sqlite") as store:
        made = secret_for(store)
        load_files(store, [person_file(tmp_path)])
        with opened(tmp_path / "copy" / "b.sqlite") as target:
            copy_region(store, target)
            assert target.recall(NOTE) == store.recall(NOTE)
            with pytest.raises(WrongSecret):
                secret_for(target)
        backup(store, tmp_path / "copy" / "c.sqlite")
    assert [path.name for path in (tmp_path / "copy").glob("*.secret")] == []
    for path in tmp_path.rglob("*.sqlite*"):
        content = path.read_bytes()
        assert made not in content
        assert made.hex().encode() not in content.lower()
        assert b"811218" not in content


def test_no_output_tells_secret_or_number(tmp_path: Path) -> None:
    address, path = f"sqlite:{tmp_path / 'r.sqlite'}", person_file(tmp_path)
    loaded = run("--store", address, "load", path, "--json")
    made = (tmp_path / "r.secret").read_bytes().hex()
    (person,) = person_ids(address)
    assert person.startswith("person:")
    outputs = [loaded.out]
    for arguments in (("history",), ("isolated",), ("network",), ("diff", "0", "now"), ("check",)):
        found = run("--store", address, *arguments, "--json")
        assert found.code == 0
        outputs.append(found.out)
    with opened(address) as store:
        fingerprint = store.recall(NOTE)
    for out in outputs:
        for never in (made, str(fingerprint), "811218", "8112189876"):
            assert never not in out


def test_the_same_secret_gives_the_same_person_in_every_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = person_file(tmp_path)
    found = []
    for name, secret in (("a", "ett"), ("b", "ett"), ("c", "två")):
        monkeypatch.setenv("NARVERK_SECRET", secret)
        with opened(tmp_path / f"{name}.sqlite") as store:
            load_files(store, [path])
        found += person_ids(tmp_path / f"{name}.sqlite")
    assert found[0] == found[1] != found[2]


def test_two_loads_at_once_make_one_secret(tmp_path: Path) -> None:
    """Two processes, one new store."""
    path = person_file(tmp_path)
    command = [sys.executable, "cli.py", "--store", f"sqlite:{tmp_path / 'r.sqlite'}", "load", str(path)]
    environment = {"PATH": os.environ["PATH"], "NARVERK_DATA": str(tmp_path)}
    both = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    said = [each.communicate()[1].decode() for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert len(person_ids(tmp_path / "r.sqlite")) == 1


def test_credentials_are_in_no_address(neo4j_credentials: Neo4jAddress, neo4j_address: str) -> None:
    with opened(neo4j_address) as store:
        assert neo4j_credentials.password not in store.address

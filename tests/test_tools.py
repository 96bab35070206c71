"""The programs that the other tests lean on: a real Neo4j and a real Chromium."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import neo4j
import pytest
from neo4j.exceptions import AuthError, ServiceUnavailable

from tools.neo4j_jars import (
    JarsUnreachable,
    LockedJar,
    WrongJar,
    alone,
    cache_folder,
    ensure_jars,
    read_lock,
)
from tools.neo4j_server import ServerFailed, kept_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Neo4jAddress
    from tools.neo4j_server import Neo4jServer


def ask(uri: str, server: Neo4jAddress | Neo4jServer, query: str, **values: object) -> list[list[object]]:
    with neo4j.GraphDatabase.driver(uri, auth=(server.username, server.password)) as driver:
        return [record.values() for record in driver.execute_query(query, values, database_="neo4j").records]


# -- the server --------------------------------------------------------------------------------------------------


def test_bolt_and_routing_reach_the_same_server(neo4j_server: Neo4jAddress, neo4j_namespace: str) -> None:
    ask(neo4j_server.uri, neo4j_server, "CREATE (:ToolTest {namespace: $n, name: 'Å'})", n=neo4j_namespace)
    try:
        query = "MATCH (t:ToolTest {namespace: $n}) RETURN t.name"
        assert ask(neo4j_server.routing_uri, neo4j_server, query, n=neo4j_namespace) == [["Å"]]
        assert neo4j_server.routing_uri.startswith("neo4j")
    finally:
        ask(neo4j_server.uri, neo4j_server, "MATCH (t:ToolTest {namespace: $n}) DELETE t", n=neo4j_namespace)


def test_wrong_password_is_refused(neo4j_server: Neo4jAddress) -> None:
    with (
        neo4j.GraphDatabase.driver(neo4j_server.uri, auth=(neo4j_server.username, "not it")) as driver,
        pytest.raises(AuthError),
    ):
        driver.verify_connectivity()


def test_data_outlive_a_stop_and_a_kill(stoppable_neo4j: Neo4jServer, neo4j_namespace: str) -> None:
    server = stoppable_neo4j
    make = "CREATE (:ToolTest {namespace: $n, after: $after})"
    ask(server.uri, server, make, n=neo4j_namespace, after="start")
    before = server.uri
    server.stop()
    with (
        neo4j.GraphDatabase.driver(server.uri, auth=(server.username, server.password)) as driver,
        pytest.raises(ServiceUnavailable),
    ):
        driver.verify_connectivity()
    server.start()
    ask(server.uri, server, make, n=neo4j_namespace, after="stop")
    server.kill()
    assert not server.running
    server.start()
    found = ask(
        server.uri,
        server,
        "MATCH (t:ToolTest {namespace: $n}) WITH t, t.after AS after DETACH DELETE t RETURN after ORDER BY after",
        n=neo4j_namespace,
    )
    assert found == [["start"], ["stop"]]
    assert server.uri == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_command_says_how_to_connect_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "tools/neo4j_server.py", "--heap", "512m"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(cache_folder().parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            said = [process.stdout.readline().strip() for _ in range(3)]
            exported = dict(line.removeprefix("export ").split("=", 1) for line in said)
            with neo4j.GraphDatabase.driver(
                exported["NEO4J_URI"], auth=(exported["NEO4J_USERNAME"], exported["NEO4J_PASSWORD"])
            ) as driver:
                driver.verify_connectivity()
            (home,) = tmp_path.iterdir()
            running = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True)
            assert str(home) in running.stdout
            assert exported["NEO4J_PASSWORD"] not in running.stdout
        finally:
            process.terminate()
        assert process.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="XDG_CACHE_HOME is not Windows'")
def test_kept_data_are_open_to_one_server_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "narverk" / "neo4j-data").mkdir(parents=True)
    with (
        alone(tmp_path / "narverk" / "neo4j-data" / "in-use.lock"),
        pytest.raises(ServerFailed, match="stop that one first"),
        kept_server(),
    ):
        pass


# -- the jars ----------------------------------------------------------------------------------------------------


def jar_named(name: str, content: bytes) -> LockedJar:
    return LockedJar(f"org.example:{name}:1.0", hashlib.sha256(content).hexdigest())


def test_lock_names_every_jar_once() -> None:
    jars = read_lock()
    assert len({jar.file_name for jar in jars}) == len(jars)
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in jars)
    roots = ("org.neo4j:neo4j:5.26.", "org.neo4j.app:neo4j-server:5.26.", "org.neo4j:neo4j-slf4j-provider:5.26.")
    for root in roots:
        assert any(jar.coordinate.startswith(root) for jar in jars)


def test_classifier_is_part_of_the_file_name() -> None:
    assert LockedJar("io.netty:epoll:4.1:linux-x86_64", "").file_name == "epoll-4.1-linux-x86_64.jar"


def test_exchanged_jar_in_the_cache_is_refused(tmp_path: Path) -> None:
    jar = jar_named("one", b"as locked")

    def fetch(_: LockedJar, folder: Path) -> Path:
        fetched = folder / "fetched"
        fetched.write_bytes(b"as locked")
        return fetched

    (path,) = ensure_jars([jar], tmp_path, fetch)
    stamp = path.stat()
    path.write_bytes(b"as lockeD")  # the same size and the same time
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with pytest.raises(WrongJar, match=r"one-1\.0\.jar"):
        ensure_jars([jar], tmp_path, fetch)


def test_wrong_jar_from_outside_never_enters_the_cache(tmp_path: Path) -> None:
    def fetch(_: LockedJar, folder: Path) -> Path:
        fetched = folder / "fetched"
        fetched.write_bytes(b"something else")
        return fetched

    with pytest.raises(WrongJar):
        ensure_jars([jar_named("one", b"as locked")], tmp_path, fetch)
    assert list(tmp_path.glob("**/*.jar")) == []


def test_failed_fetch_keeps_what_came_and_the_next_one_goes_on(tmp_path: Path) -> None:
    jars = [jar_named(name, name.encode()) for name in ("one", "two", "three")]
    asked: list[str] = []
    broken = {"two"}

    def fetch(jar: LockedJar, folder: Path) -> Path:
        name = jar.coordinate.split(":")[1]
        asked.append(name)
        if name in broken:
            raise JarsUnreachable(name)
        fetched = folder / name
        fetched.write_bytes(name.encode())
        return fetched

    with pytest.raises(JarsUnreachable):
        ensure_jars(jars, tmp_path, fetch)
    broken.clear()
    asked.clear()
    paths = ensure_jars(jars, tmp_path, fetch)
    assert [path.read_bytes() for path in paths] == [b"one", b"two", b"three"]
    assert "two" in asked
    asked.clear()
    ensure_jars(jars, tmp_path, fetch)
    assert asked == []


def test_two_first_fetches_at_once_fetch_once(tmp_path: Path) -> None:
    jar = jar_named("one", b"as locked")
    asked: list[str] = []

    def fetch(_: LockedJar, folder: Path) -> Path:
        asked.append("one")
        time.sleep(0.3)
        fetched = folder / "fetched"
        fetched.write_bytes(b"as locked")
        return fetched

    both = [threading.Thread(target=ensure_jars, args=([jar], tmp_path, fetch)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert asked == ["one"]
    assert (tmp_path / "one-1.0.jar").read_bytes() == b"as locked"


@pytest.mark.skipif(sys.platform == "win32", reason="XDG_CACHE_HOME is not Windows'")
def test_cache_is_the_users_and_a_relative_one_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "narverk"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == tmp_path / "home" / ".cache" / "narverk"


# -- the browser -------------------------------------------------------------------------------------------------


def test_chromium_runs_a_script_and_paints(chromium_path: str) -> None:
    from playwright.sync_api import sync_playwright

    from tools.chromium import LAUNCH_ARGUMENTS

    page_text = """<canvas id="c" width="9" height="9"></canvas><p></p><script>
        const pen = document.getElementById("c").getContext("2d");
        pen.fillStyle = "rgb(10, 200, 30)"; pen.fillRect(0, 0, 9, 9);
        document.querySelector("p").textContent = [..."kreV"].reverse().join("") + " " + 6 * 7;</script>"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(LAUNCH_ARGUMENTS))
        page = browser.new_page()
        page.set_content(page_text)
        assert page.inner_text("p") == "Verk 42"
        pixel = page.evaluate("[...document.getElementById('c').getContext('2d').getImageData(4, 4, 1, 1).data]")
        assert pixel == [10, 200, 30, 255]
        browser.close()

"""What stands around the pages: the health address, bounds and headers, one making for many, and a clean end."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import pytest

from graph.audience import view, whole_view
from graph.errors import UnreadableFile
from graph.ledger import publish
from graph.model import Claim, Level, Source
from graph.network import network_of
from graph.store import open_store
from ingest import apart
from ingest.demo import write_demo
from tests.test_app import invent_region
from tests.test_browser import real_chromium, started, watched
from tests.test_browser_load import drop, headline, press
from tests.test_killed_load import held
from tools.session import session
from views import common, serving, uploads
from views.jobs import Desk, _desks, end_jobs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["real_chromium"]
T = TypeVar("T")
UPLOAD = "/_stcore/upload_file/nobody/1"
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=()",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture(scope="module", name="data")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", name="address")
def running_app(data: Path) -> Iterator[str]:
    with started(data, {"NARVERK_AUDIENCE": "PUBLIC"}) as (address, _):
        yield address


def ask(address: str, path: str, method: str = "GET", **more: Any) -> tuple[int, dict[str, str], str]:
    """Status, headers (names in small letters) and text of an answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        connection.request(method, path, **more)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives, in a thread of its own: a browser under test has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def add_firm(address: str, number: str) -> int:
    """A firm more, by another process; the revision afterwards."""
    store = open_store(address)
    publish(store, [Source("members", "network")], [Claim(number, "Company", "", {"name": "Ny AB"})])
    revision = store.revision()
    store.close()
    return revision


# -- how is it? ------------------------------------------------------------------------------------------------------


def test_health_tells_the_revision_of_the_store(data: Path, address: str) -> None:
    revision = add_firm(f"sqlite:{data / 'demo.sqlite'}", "org:4000000901")
    time.sleep(serving.HEALTH_KEPT_S)
    status, headers, said = ask(address, "/health")
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert json.loads(said) == {"status": "ok", "revision": revision, "version": serving.version()}


def test_health_says_that_the_store_is_gone_but_not_where_it_was(tmp_path: Path) -> None:
    gone = tmp_path / "gone.sqlite"
    with started(tmp_path, {"NARVERK_STORE": f"sqlite:{gone}"}) as (address, _):
        status, _, said = ask(address, "/health")
    assert (status, json.loads(said)["code"]) == (503, "store_missing")
    assert "gone" not in said
    assert not gone.exists()  # nor is one made by asking


def test_health_asks_a_slow_store_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = [], threading.Event()

    def slow() -> int:
        asked.append(1)
        answer.wait(10)
        return 7

    monkeypatch.setattr(serving, "standing_revision", slow)
    monkeypatch.setattr(serving, "HEALTH_LIMIT_S", 0.2)

    async def many() -> None:
        monkeypatch.setattr(serving, "_pulse", serving.Pulse())
        told = await asyncio.gather(*(serving.health(None) for _ in range(20)))  # type: ignore[arg-type]
        assert {(each.status_code, json.loads(bytes(each.body))["code"]) for each in told} == {(503, "store_slow")}
        answer.set()
        await asyncio.sleep(0.1)
        (well,) = [await serving.health(None)]  # type: ignore[arg-type]
        assert json.loads(bytes(well.body))["revision"] == 7

    in_a_loop(many())
    assert len(asked) == 2


# -- what comes in and what goes out ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/find", "/health", "/_stcore/health", "/app/static/vis-network.min.js", "/media/none.csv", UPLOAD]
)
def test_every_answer_carries_the_headers(address: str, path: str) -> None:
    _, headers, _ = ask(address, path)
    for name, value in HEADERS.items():
        assert value in headers[name], name
    assert "unsafe-eval'" not in headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")


@pytest.mark.parametrize(("path", "size"), [("/", 65_537), ("/health", 10**12), (UPLOAD, 202 * 1024**2)])
def test_a_body_is_refused_by_its_said_size_before_it_comes(address: str, path: str, size: int) -> None:
    status, headers, _ = ask(address, path, "PUT", headers={"Content-Length": str(size)})
    assert status == 413
    assert headers["x-content-type-options"] == "nosniff"


def test_a_body_without_a_said_size_is_counted() -> None:
    """Of a program that reads all that comes, as a form does."""

    async def reads(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass

    pieces, sent = iter([b"x" * 40_000] * 1000), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": next(pieces), "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "method": "POST", "headers": []}
    in_a_loop(serving.Around(reads)(scope, receive, send))
    assert sent[0]["status"] == 413
    assert len(list(pieces)) == 998


def test_a_script_that_got_into_a_page_does_not_run(browser: Browser, address: str) -> None:
    with watched(browser, address, link="find") as seen:
        seen.page.evaluate("""() => {
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.hacked = 1'>");
            const script = document.createElement("script");
            script.textContent = "window.hacked = 2";
            document.body.append(script);
        }""")
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate("window.hacked") is None
        assert any("Content Security Policy" in each for each in seen.complaints)


# -- made once for many ----------------------------------------------------------------------------------------------


def at_once(number: int, work: Callable[[], Any]) -> list[Any]:
    """What the work gives to so many threads that begin together."""
    gate, found = threading.Barrier(number), []

    def run() -> None:
        gate.wait()
        found.append(work())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return found


def test_sessions_that_arrive_together_share_one_region_and_one_network(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:{data / 'demo.sqlite'}"
    made = {"region": 0, "network": 0}

    def counted(name: str, usual: Any) -> Any:
        def count(*arguments: Any) -> Any:
            made[name] += 1
            time.sleep(0.05)
            return usual(*arguments)

        return count

    monkeypatch.setattr(common, "view", counted("region", view))
    monkeypatch.setattr(common, "whole_view", counted("region", whole_view))
    monkeypatch.setattr(common, "network_of", counted("network", network_of))
    found = {}
    for level in (Level.PUBLIC, Level.MANAGER):
        regions = at_once(20, lambda level=level: common._region(address, 1, level, "2026-11-23"))  # type: ignore[misc]
        assert len({id(each) for each in regions}) == 1
        assert len({id(each) for each in at_once(20, lambda here=regions[0]: here.network)}) == 1  # type: ignore[misc]
        found[level] = regions[0]
    assert made == {"region": 2, "network": 2}
    assert found[Level.PUBLIC] is not found[Level.MANAGER]
    common._region.clear()
    common.close_stores()


def test_what_could_not_be_made_is_tried_by_the_next(data: Path) -> None:
    here = common._region(f"sqlite:{data / 'demo.sqlite'}", 2, Level.PUBLIC, "2026-11-23")
    tries = []

    def make() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError
        return "made"

    with pytest.raises(OSError):  # noqa: PT011 - nothing is said
        here.kept("what fails", make)
    assert here.kept("what fails", make) == here.kept("what fails", make) == "made"
    assert len(tries) == 2
    common._region.clear()
    common.close_stores()


# -- the end ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_asked_to_end_it_tells_its_sessions_and_leaves_a_whole_file(tmp_path: Path) -> None:
    data = invent_region(tmp_path)
    (tmp_path / "temporary").mkdir()

    async def used(address: str, process: Any) -> tuple[float, int | None]:
        async with session(address) as one, session(address) as other:
            await asyncio.gather(one.open("find"), other.open("network"))
            slow = socket.create_connection(("127.0.0.1", urlsplit(address).port or 0))
            slow.sendall(f"PUT {UPLOAD} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx".encode())
            add_firm(f"sqlite:{data / 'demo.sqlite'}", "org:4000000902")
            await one.rerun()
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(one.connection.wait_closed(), 5)
            await asyncio.to_thread(process.wait, 15)
            slow.close()
            return time.monotonic() - began, one.connection.close_code

    with started(data, {"TMPDIR": str(tmp_path / "temporary")}) as (address, process):
        seconds, code = in_a_loop(used(address, process))
    assert code == 1012  # "service restart": the page looks for its server again
    assert seconds < serving.LEAVE_S + 4
    assert not list(data.glob("*-wal"))
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "Traceback" not in (data / f"app-{urlsplit(address).port}.log").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_a_load_that_is_under_way_is_made_or_not_made(browser: Browser, tmp_path: Path) -> None:
    data, lists = tmp_path / "data", tmp_path / "lists"
    data.mkdir()
    write_demo(lists, 200, 1)
    files = [each for each in sorted(lists.iterdir()) if each.suffix != ".json"]
    open_store(f"sqlite:{data / 'region.sqlite'}").close()
    with started(data) as (address, process), watched(browser, address, link="load") as seen:
        drop(seen.page, *files)
        headline(seen.page, "nya företag")
        press(seen.page, "Publicera")
        seen.page.wait_for_timeout(150)
        began = time.monotonic()
        process.terminate()
        process.wait(20)
        assert time.monotonic() - began < serving.LEAVE_S * 2 + 2
    loads, records = held(f"sqlite:{data / 'region.sqlite'}")
    firms = sum(len(found) for kind, found in records.items() if kind.__name__ == "Company")
    assert (loads, firms > 0) in ((0, False), (1, True))


def test_who_reads_a_workbook_is_gone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = tmp_path / "sleeper"
    sleeper.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n", encoding="utf-8")
    sleeper.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    said: list[str] = []

    def read() -> None:
        with pytest.raises(UnreadableFile) as refused:
            apart.read_apart(b"", "a.xls")
        said.append(refused.value.code)

    reading = threading.Thread(target=read)
    reading.start()
    while not apart._readers:
        time.sleep(0.01)
    (process,) = apart._readers
    apart.end_readers()
    reading.join(10)
    assert said == ["workbook_damaged"]
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_work_that_may_stop_stops_and_private_files_go() -> None:
    desk, begun = Desk(), threading.Event()
    _desks.add(desk)

    def work(tell: Any) -> None:
        begun.set()
        while True:
            tell("reading", "a.xlsx", 1, 2)
            time.sleep(0.01)

    desk.start("load", "load", work)
    kept = uploads.PrivateFolder()
    (kept.folder / "lista.csv").write_text("hemligt", encoding="utf-8")
    began = time.monotonic()
    end_jobs(5)
    uploads.remove_folders()
    assert time.monotonic() - began < 2
    job = desk.of("load")
    assert job is not None
    assert job.was_stopped
    assert not kept.folder.exists()

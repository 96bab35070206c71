"""Can fifty people use the app at once? Sessions over WebSocket, as browsers open them, for two minutes.

Each person opens a page, searches, changes the distance, looks at a firm and thinks in between; an interaction is timed
from the request to ``script_finished``. Printed are median and 95th percentile, what went wrong, and what a session
takes of the server's memory. ``python -m benchmarks.sessions 50 120 650`` chooses people, seconds and firms.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.pages import region_of, serving
from graph.model import Company
from graph.store import open_store
from tools.session import Session, session

ROOT = Path(__file__).resolve().parents[1]
PEOPLE, SECONDS, FIRMS = 50, 120, 650
THINK_S = 5.0  # from an answer to the next click, on average
PARTS = (
    "Svarvad axel i 42CrMo4, härdad",
    "Gjuten kåpa i segjärn, 40 kg, 300 per år",
    "Laserskuren och bockad kåpa i rostfri plåt 2 mm",
    "Turned bushing in brass, 2000 a year",
)
DISTANCES = ("20 km", "40 km", "60 km", "100 km")
PAGES = ("", "find", "network", "isolated", "needs", "regions", "structure", "about")


@dataclass
class Tally:
    """What many people met with."""

    seconds: dict[str, list[float]] = field(default_factory=dict)  # of each interaction, by what it was
    errors: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        """Of every interaction."""
        return sorted(each for kind in self.seconds.values() for each in kind)

    def lines(self) -> Iterator[str]:
        """A table."""
        yield f"{'':12} {'times':>6} {'median':>9} {'95 %':>9} {'worst':>9}"
        for kind, taken in [*sorted(self.seconds.items()), ("all", self.all)]:
            yield (
                f"{kind:12} {len(taken):6} {statistics.median(taken) * 1000:6.0f} ms"
                f" {percentile(taken, 95) * 1000:6.0f} ms {max(taken) * 1000:6.0f} ms"
            )


def percentile(values: list[float], share: int) -> float:
    """The value that ``share`` of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * share // 100) - 1, 0)]


async def person(address: str, seed: int, until: float, think_s: float, firms: list[str], tally: Tally) -> None:
    """One who opens pages, searches and looks at firms until the time is out (``time.monotonic()``)."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    try:
        await asyncio.sleep(chance.random() * think_s)
        async with session(address) as opened:
            while time.monotonic() < until:
                for kind, step in _visit(opened, chance, firms):
                    seconds, _ = await step
                    tally.seconds.setdefault(kind, []).append(seconds)
                    left = max(until - time.monotonic(), 0)
                    await asyncio.sleep(min(chance.expovariate(1 / think_s), left))
                    if not left:
                        break
    except Exception as error:  # counted: whatever a person meets with
        tally.errors.append(f"{type(error).__name__}: {error}")


def _visit(
    opened: Session, chance: random.Random, firms: list[str]
) -> Iterator[tuple[str, Coroutine[Any, Any, tuple[float, int]]]]:
    """What somebody does in a row, made one by one: each depends on what the one before showed."""
    page = chance.choice(PAGES)
    yield page or "start", opened.open(page)
    yield "find", opened.open("find")
    yield "search", opened.fill("text", chance.choice(PARTS))
    yield "distance", opened.fill("within", chance.choice(DISTANCES))
    yield "company", opened.open("company", f"firm={chance.choice(firms)}")


async def crowd(address: str, people: int, seconds: float, firms: list[str], think_s: float = THINK_S) -> Tally:
    """So many people for so long."""
    tally, until = Tally(), time.monotonic() + seconds
    await asyncio.gather(*(person(address, each, until, think_s, firms, tally) for each in range(people)))
    return tally


def memory_mb(process: int) -> float:
    """What a process keeps in memory; NaN where the system does not say so in ``/proc``."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(each.split()[1]) / 1024 for each in lines if each.startswith("VmRSS"))


def firms_of(data: Path, most: int = 40) -> list[str]:
    """Firms as they stand in links."""
    store = open_store(f"sqlite:{data / 'demo.sqlite'}", create=False)
    found = [each.company_id.removeprefix("org:") for each in store.snapshot(Company).of(Company) if each.employees]
    store.close()
    return found[:most]


def main(people: int = PEOPLE, seconds: int = SECONDS, firms: int = FIRMS) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        data = region_of(firms, Path(os.environ.get("NARVERK_BENCH", temporary)))
        known = firms_of(data)
        with serving(ROOT / "app.py", data) as (port, process):
            address = f"http://127.0.0.1:{port}"
            asyncio.run(crowd(address, 1, 15, known, think_s=0.05))  # one who has seen every page
            before = memory_mb(process)
            tally = asyncio.run(crowd(address, people, seconds, known))
            after = memory_mb(process)
        print(f"{people} people for {seconds} s, a region of {firms} firms, {os.cpu_count()} cores")
        print(*tally.lines(), sep="\n")
        print(f"errors: {len(tally.errors)}", *tally.errors[:10], sep="\n")
        print(f"memory: {before:.0f} MB before, {after:.0f} MB after: {(after - before) / people:.1f} MB a session")
    if tally.errors:
        sys.exit(1)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))

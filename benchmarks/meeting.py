"""How long a meeting takes to plan, and how good it gets: ``python -m benchmarks.meeting [FIRMS] [PEOPLE] [ROUNDS]``.

The participants are firms of an invented region, taken evenly; the share is of a bound that no plan exceeds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from graph.affinity import Affinity
from graph.audience import Viewer, view
from graph.groups import groups
from graph.meeting_plan import Attendee, Plan, plan_pairs, plan_tables, wishes_of
from graph.model import Level
from graph.network import project
from graph.store import Snapshot, open_store
from ingest.demo import write_demo
from ingest.pipeline import load_files

T = TypeVar("T")
TABLE_SIZE = 8


def main(firms: int = 650, people: int = 120, rounds: int = 6) -> None:
    """Print a line for each step."""
    snapshot = region(firms)
    network = project(snapshot)
    Affinity(snapshot, network)  # reads the taxonomy's words once
    affinity = timed("affinity of all firms", lambda: Affinity(snapshot, network))
    ids = sorted(affinity.meetable)[:: max(1, len(affinity.meetable) // people)][:people]
    timed("partners of one firm", lambda: affinity.partners_of(ids[0], 40.0, limit=20))
    timed("groups of the region", lambda: groups(snapshot, affinity))
    wishes = wishes_of(affinity, [Attendee(each, each, each) for each in ids])
    told("pairs", timed(f"{people} people in {rounds} rounds of pairs", lambda: plan_pairs(wishes, rounds)))
    told("tables", timed(f"the same at tables of {TABLE_SIZE}", lambda: plan_tables(wishes, rounds, TABLE_SIZE)))


def region(firms: int) -> Snapshot:
    """An invented region, as the manager sees it."""
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder) / "files", firms, 1)
        store = open_store(f"sqlite:{Path(folder) / 'region.sqlite'}")
        load_files(store, [Path(folder) / "files"])
        snapshot = view(store, Viewer(Level.MANAGER))
        store.close()
    return snapshot


def timed(what: str, make: Callable[[], T]) -> T:
    """Do it and print how long it took."""
    start = time.perf_counter()
    made = make()
    print(f"{what}: {time.perf_counter() - start:.3f} s")
    return made


def told(what: str, plan: Plan) -> None:
    """Print how good the plan is."""
    quality = plan.quality
    print(f"{what}: {quality.share or 0:.1%} of the bound, at random {quality.random_share or 0:.1%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

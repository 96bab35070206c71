"""How long does a meeting's show take to make, beside writing as many empty slides? Ratios of one run.

The empty slides are python-pptx' own. 650 firms are to take seconds, and 5,600 under a minute, the region's answers and
all files counted. ``python -m benchmarks.show 650 5600`` chooses the sizes; regions are kept as in
:mod:`benchmarks.pages`.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pptx import Presentation

from benchmarks.pages import SIZES, region_of
from graph.audience import Viewer
from graph.model import Decision, Level, Load, SnapshotName
from graph.moments import moments
from graph.show import Show
from graph.store import Store, open_store
from graph.story import Story, story
from ingest.demo.since import half_a_year
from render.show_page import show_page
from render.show_pdf import show_pdf
from render.show_pptx import show_pptx
from render.show_slides import deck
from texts import load

T = TypeVar("T")
DAY, ONLY_TITLE = "2026-11-20", 5
FILES = {"html": show_page, "pptx": show_pptx, "pdf": show_pdf}


def told(store: Store) -> Story:
    """What the region has to tell its members since their last meeting."""
    known = moments(store.snapshot(Load, Decision, SnapshotName))
    return story(store, Viewer(Level.MEMBERS), DAY, next(each for each in known if each.kind == "named"))


def empty_slides(count: int) -> bytes:
    """As many slides with nothing on them."""
    made, out = Presentation(), io.BytesIO()
    for _ in range(count):
        made.slides.add_slide(made.slide_layouts[ONLY_TITLE])
    made.save(out)
    return out.getvalue()


def timed(make: Callable[[], T]) -> tuple[T, float]:
    """What is made, and seconds."""
    started = time.perf_counter()
    made = make()
    return made, time.perf_counter() - started


def measured(firms: int, folder: Path) -> None:
    """All of a show, step by step."""
    texts = load("sv")
    with tempfile.TemporaryDirectory() as name:
        path = shutil.copy(region_of(firms, folder) / "demo.sqlite", name)
        store = open_store(f"sqlite:{path}", create=False)
        half_a_year(store)
        found, answering = timed(lambda: told(store))
        store.close()
    made, composing = timed(lambda: deck(Show("Meeting", Level.MEMBERS, DAY), found, texts))
    empty_slides(1)  # python-pptx is read once
    _, empty = timed(lambda: empty_slides(len(made.slides)))
    whole = answering + composing
    print(f"{firms:,} firms, {len(made.slides)} slides; as many empty ones: {empty:.2f} s")
    print(f"  the region's answers  {answering:6.2f} s, the slides {composing:.2f} s")
    for kind, write in FILES.items():
        written, taken = timed(lambda write=write: write(made, texts))  # type: ignore[misc]
        whole += taken
        print(f"  {kind:5} {taken:6.2f} s: {taken / empty:5.1f}x the empty slides  {len(written) / 1000:7.0f} kB")
    print(f"  all of it {whole:6.2f} s: {whole / empty:5.1f}x the empty slides", flush=True)


def main(sizes: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        for firms in sizes:
            measured(firms, Path(os.environ.get("NARVERK_BENCH", temporary)))


if __name__ == "__main__":
    main(tuple(int(each) for each in sys.argv[1:]) or SIZES)

"""Many at once, over WebSocket as browsers do it: nobody meets an error, and all see what one has changed.

The short form of ``python -m benchmarks.sessions``, which has fifty people for two minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.sessions import crowd, firms_of, memory_mb, percentile
from tests.test_app import invent_region
from tests.test_browser import started
from tests.test_serving import add_firm, in_a_loop
from tools.session import Session, session

PEOPLE, SECONDS, THINK_S = 20, 10, 1.0
MOST_MEDIAN_S = 2.0  # of a machine that does much else; an idle one takes some hundredths of a second
MOST_MB_EACH = 15.0


@pytest.fixture(scope="module", name="data")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", name="served")
def running_app(data: Path) -> Iterator[tuple[str, int]]:
    with started(data) as (address, process):
        yield address, process.pid


def test_twenty_people_for_ten_seconds(data: Path, served: tuple[str, int]) -> None:
    address, process = served
    firms = firms_of(data)
    in_a_loop(crowd(address, 1, 3, firms, think_s=0.01))
    before = memory_mb(process)
    tally = in_a_loop(crowd(address, PEOPLE, SECONDS, firms, think_s=THINK_S))
    assert tally.errors == []
    assert len(tally.all) > PEOPLE * 3
    assert set(tally.seconds) >= {"find", "search", "distance", "company"}
    assert percentile(tally.all, 50) < MOST_MEDIAN_S
    assert not (memory_mb(process) - before) / PEOPLE > MOST_MB_EACH  # NaN where it cannot be told
    log = data / f"app-{urlsplit(address).port}.log"
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_all_see_what_one_has_changed(data: Path, served: tuple[str, int]) -> None:
    address, _ = served

    async def seen() -> tuple[list[str], int, list[str]]:
        async with session(address) as one, session(address) as other:
            both = (one, other)
            await asyncio.gather(*(each.open("find") for each in both))
            before = [versions(each) for each in both]
            revision = await asyncio.to_thread(add_firm, f"sqlite:{data / 'demo.sqlite'}", "org:4000000904")
            await asyncio.gather(*(each.rerun() for each in both))
            return before, revision, [versions(each) for each in both]

    def versions(each: Session) -> str:
        return "".join(text for text in each.texts if "nv-status" in text)

    before, revision, after = in_a_loop(seen())
    assert before[0] == before[1] != after[0] == after[1]
    assert all(f"Version {revision}." in each for each in after)


@pytest.mark.parametrize(("share", "expected"), [(50, 2.0), (95, 4.0), (100, 4.0), (25, 1.0), (1, 1.0)])
def test_percentiles(share: int, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected

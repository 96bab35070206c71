"""Long work beside the pages: one at a time, how far it is, stopped, failed, kept until it is put away; and uploads.

What a person sees of it is in test_load_page.py and test_browser_load.py.
"""

from __future__ import annotations

import gc
import io
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UserMistake
from ingest.pipeline import Progress
from render.loads import progress_sentence
from texts import load
from views.jobs import Desk, Job, Stopped
from views.uploads import LONGEST_NAME, Uploads, free_name, safe_name

SECONDS = 10


class Gate:
    """Work that waits where the test wants it to."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, progress: Progress) -> str:
        progress("checking", "lista.csv", 1, 4)
        self.reached.set()
        assert self.open.wait(SECONDS)
        progress("checking", "lista.csv", 2, 4)
        progress("publishing", "", 0, 1)
        return "done"


def job_of(desk: Desk, place: str = "load") -> Job:
    job = desk.of(place)
    assert job is not None
    return job


def test_work_goes_on_beside_and_its_result_stays_until_it_is_put_away() -> None:
    desk, gate = Desk(), Gate()
    assert desk.start("load", "trial", gate, about="files")
    job = job_of(desk)
    assert gate.reached.wait(SECONDS)
    assert (desk.running, job.is_done, job.step) == (job, False, ("checking", "lista.csv", 1, 4))
    desk.put_away("load")  # not while it goes on
    assert desk.of("load") is job
    gate.open.set()
    assert job.done.wait(SECONDS)
    assert (job.result, job.error, job.about, desk.running) == ("done", None, "files", None)
    assert desk.all == {"load": job}
    desk.put_away("load")
    assert desk.of("load") is None
    desk.put_away("load")


def test_one_at_a_time() -> None:
    desk, gate = Desk(), Gate()
    assert desk.start("load", "trial", gate)
    assert not desk.start("copies", "backup", lambda _: "never")
    assert desk.of("copies") is None
    gate.open.set()
    assert job_of(desk).done.wait(SECONDS)
    assert desk.start("copies", "backup", lambda _: "now")
    assert (job_of(desk, "copies").result, job_of(desk).result) == ("now", "done")


def test_many_at_once_begin_one() -> None:
    desk, gate, begun = Desk(), Gate(), []
    threads = [
        threading.Thread(target=lambda n=n: begun.append(desk.start(f"place {n}", "trial", gate))) for n in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(SECONDS)
    assert sorted(begun) == [False] * 7 + [True]
    running = desk.running
    gate.open.set()
    assert running is not None
    assert running.done.wait(SECONDS)


def test_stopped_before_it_writes() -> None:
    desk, gate = Desk(), Gate()
    desk.start("load", "publish", gate)
    job = job_of(desk)
    assert gate.reached.wait(SECONDS)
    could = [job.may_stop]
    job.stop()
    could.append(job.may_stop)
    assert could == [True, False]
    gate.open.set()
    assert job.done.wait(SECONDS)
    assert (job.was_stopped, job.result) == (True, None)
    assert isinstance(job.error, Stopped)


@pytest.mark.parametrize("step", ["copying", "publishing", "weighing"])
def test_not_stopped_where_it_would_not_stop_or_is_writing(step: str) -> None:
    job = Job("publish")
    could = [job.may_stop]
    job.tell(step, "", 0, 1)
    could.append(job.may_stop)
    assert could == [True, False]
    job.stop()
    job.tell("publishing", "", 0, 1)
    with pytest.raises(Stopped):
        job.tell("checking", "", 0, 1)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_went_wrong_is_one_sentence(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = load(language)
    monkeypatch.setattr("views.jobs.texts", lambda: texts)

    def fail(_: Progress) -> None:
        raise UserMistake("file_missing", file="lista.csv")

    def break_down(_: Progress) -> None:
        raise ZeroDivisionError("secret detail")

    desk = Desk()
    desk.start("load", "trial", fail)
    assert job_of(desk).sentence() == texts("error.file_missing", file="lista.csv")
    stopped = Job("trial", error=Stopped())
    assert stopped.sentence() == texts("job.stopped")
    desk.start("load", "trial", break_down)
    assert job_of(desk).sentence() == texts("error.unexpected", what="ZeroDivisionError")


def test_how_far_it_is_in_words() -> None:
    sv, en = load("sv"), load("en")
    assert progress_sentence(("", "", 0, 0), sv) == "börjar"
    assert progress_sentence(("checking", "a.csv", 2000, 12000), sv) == "går igenom a.csv: 2000 av 12\xa0000"
    assert progress_sentence(("publishing", "", 0, 1), en) == "saving"


# -- uploads ---------------------------------------------------------------------------------------------------------


def uploads(*files: tuple[str, bytes]) -> Uploads:
    return Uploads((name, io.BytesIO(content)) for name, content in files)


def test_uploads_are_private_and_go_away() -> None:
    kept = uploads(("a.csv", b"1"), ("a.csv", b"2"), ("A.CSV", b"3"), ("../../b.csv", b"4"))
    assert [each.name for each in kept.paths] == ["a.csv", "a (2).csv", "A (3).CSV", "b.csv"]
    assert [each.read_bytes() for each in kept.paths] == [b"1", b"2", b"3", b"4"]
    assert {each.parent for each in kept.paths} == {kept.folder}
    if os.name == "posix":
        assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(each.stat().st_mode) for each in kept.paths} == {0o600}
    folder = kept.folder
    kept.remove()
    kept.remove()
    assert not folder.exists()


def test_uploads_that_nobody_holds_any_more_go_away() -> None:
    kept = uploads(("a.csv", b"1"))
    folder = kept.folder
    del kept
    gc.collect()
    assert not folder.exists()


def test_uploads_that_were_forgotten_go_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.uploads.KEPT_S", 0.05)
    kept = uploads(("a.csv", b"1"))
    kept._forgotten.join(SECONDS)
    assert not kept.folder.exists()
    kept.remove()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Medlemmar 2026 (ny).xlsx", "Medlemmar 2026 (ny).xlsx"),
        ("Åtorps lista.csv", "Åtorps lista.csv"),
        ("A\u030atorp.csv", "Åtorp.csv"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\windows\\x.csv", "x.csv"),
        ("..", "_"),
        ("", "_"),
        (".csv", "csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("CON", "_CON"),
        ("lpt1.xlsx", "_lpt1.xlsx"),
        ("lista.csv.", "lista.csv"),
    ],
)
def test_a_name_from_a_browser_is_never_a_path(name: str, expected: str) -> None:
    assert safe_name(name) == expected


@given(st.lists(st.text(max_size=150), min_size=1, max_size=5))
def test_any_names_are_files_of_one_folder(names: list[str]) -> None:
    taken: set[str] = set()
    found = [free_name(safe_name(each), taken) for each in names]
    assert len({each.casefold() for each in found}) == len(names)
    for each in found:
        assert 0 < len(each) <= LONGEST_NAME + 10
        assert Path(each).name == each
        assert not each.startswith(".")
        each.encode()

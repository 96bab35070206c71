"""What is being worked on, and how far is it? Long work in a thread, one at a time a store, found again from any page.

A person may leave the page, close the browser and come back: the work and what came of it are kept by the store's
address, in this process, until somebody puts them away. It can be stopped until it begins to write.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from graph.audience import may_see
from graph.errors import NarverkError
from ingest.pipeline import Progress
from render.loads import progress_sentence
from render.plain import error_sentence
from views.common import plain, say, store_address, texts, viewer

STOPS_AT = ("reading", "checking")  # steps that tell how far they are, and before which nothing has been written
PATIENCE_S = 0.3  # work that is done within this shows no progress at all
MOVES_EVERY_S = 0.7
PAGE_OF = {
    "load": "views/load.py",
    "history": "views/load.py",
    "compare": "views/load.py",
    "copies": "views/about.py",
}
"""Where what came of the work is shown."""
Work = Callable[[Progress], Any]


class Stopped(Exception):
    """Raised inside the work where a person wants it to stop."""


@dataclass
class Job:
    """A piece of work: ``name`` says what (a key of the texts' [job]), ``about`` is whatever its page must remember."""

    name: str
    about: Any = None
    step: tuple[str, str, int, int] = ("", "", 0, 0)  # as ingest.pipeline.Progress tells it
    result: Any = None
    error: Exception | None = None
    wants_stop: bool = False
    began: float = field(default_factory=time.monotonic)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def is_done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.done.is_set()

    @property
    def may_stop(self) -> bool:
        """Whether stopping it now leaves the region as it was."""
        return not self.is_done and not self.wants_stop and self.step[0] in ("", *STOPS_AT)

    @property
    def was_stopped(self) -> bool:
        """Whether a person stopped it."""
        return isinstance(self.error, Stopped)

    def stop(self) -> None:
        """Ask it to stop; it does at its next step, unless it writes by then."""
        self.wants_stop = True

    def tell(self, step: str, what: str, done: int, total: int) -> None:
        """Take note of how far it is."""
        if self.wants_stop and step in STOPS_AT:
            raise Stopped
        self.step = (step, what, done, total)

    def run(self, work: Work) -> None:
        """Do it, and keep what came of it."""
        try:
            self.result = work(self.tell)
        except Exception as error:  # shown to the person as one sentence
            self.error = error
        finally:
            self.done.set()

    def sentence(self) -> str:
        """What went wrong, in the reader's language."""
        if self.was_stopped:
            return texts()("job.stopped")
        if isinstance(self.error, NarverkError):
            return error_sentence(self.error, texts())
        return texts()("error.unexpected", what=type(self.error).__name__)


class Desk:
    """The work on one store; each part of a page has a place of its own for what it asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def of(self, place: str) -> Job | None:
        """What was asked for last there and has not been put away."""
        return self._jobs.get(place)

    @property
    def all(self) -> dict[str, Job]:
        """What is under way or has ended and was not put away, by its place."""
        return dict(self._jobs)

    @property
    def running(self) -> Job | None:
        """The work that is under way."""
        return next((each for each in self.all.values() if not each.is_done), None)

    def start(self, place: str, name: str, work: Work, about: Any = None) -> bool:
        """Begin, unless something is under way already; whether it was begun."""
        with self._lock:
            if self.running:
                return False
            job = self._jobs[place] = Job(name, about)
        threading.Thread(target=job.run, args=(work,), name=f"narverk {name}", daemon=True).start()
        job.done.wait(PATIENCE_S)
        return True

    def put_away(self, place: str) -> None:
        """Forget what has ended."""
        with self._lock:
            job = self._jobs.get(place)
            if job and job.is_done:
                del self._jobs[place]


_desks: weakref.WeakSet[Desk] = weakref.WeakSet()


@st.cache_resource(show_spinner=False)
def _desk(address: str) -> Desk:  # noqa: ARG001 - the key
    made = Desk()
    _desks.add(made)
    return made


def end_jobs(within_s: float) -> None:
    """Stop what may be stopped, and wait so long for what is being written; what does not end then is undone."""
    running = [job for each in list(_desks) if (job := each.running)]
    for job in running:
        job.stop()
    until = time.monotonic() + within_s
    for job in running:
        job.done.wait(max(until - time.monotonic(), 0))


def desk() -> Desk:
    """The work on the store that the viewer looks at."""
    return _desk(store_address())


def found_again(page: str) -> None:
    """What is under way or has ended and is shown by another page than this (its file), for who may see it."""
    if not may_see(viewer(), "ledger"):
        return
    sentences = texts()
    for place, job in desk().all.items():
        if PAGE_OF[place] == page:
            continue
        if not job.is_done:
            show(job)
        else:
            label = sentences("job.ended", what=sentences(f"job.{job.name}"))
            st.page_link(PAGE_OF[place], label=plain(label), icon=":material/task_alt:")


@st.fragment(run_every=MOVES_EVERY_S)
def show(job: Job) -> None:
    """Show work that is under way, moving, and run the page again when it has ended."""
    if job.is_done:
        st.rerun()
    sentences = texts()
    with st.container(key="job", border=True):
        say(sentences(f"job.{job.name}"), "label")
        _, _, done, total = job.step
        st.progress(min(done / total, 1.0) if total else 0.0, plain(progress_sentence(job.step, sentences)))
        seconds = int(time.monotonic() - job.began)
        with st.container(horizontal=True, vertical_alignment="center"):
            say(sentences("job.elapsed", seconds=seconds), "note")
            if job.may_stop:
                st.button(sentences("job.stop"), on_click=job.stop, key="job_stop", type="tertiary")
            elif job.wants_stop:
                say(sentences("job.stopping"), "note")

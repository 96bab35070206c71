"""What every command is given and gives back."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from graph.access import NOTES as PEOPLE
from graph.access_log import COMMAND, Seen, moment, write
from graph.audience import Viewer, may_see, view
from graph.errors import UnknownName, UserMistake
from graph.learned import Learned
from graph.lessons import lessons
from graph.model import Decision, Region
from graph.store import Snapshot, Store, default_address, open_store
from graph.unnamed import Unnamed
from texts import Texts

PROGRESS_AFTER_S = 1.0


class Said(NamedTuple):
    """What a command answers: as JSON, as lines, and the exit code."""

    json: dict[str, Any]
    lines: Iterable[str]
    code: int = 0


class Asked(NamedTuple):
    """What was asked, by whom, in which language."""

    args: argparse.Namespace
    texts: Texts
    viewer: Viewer

    @contextmanager
    def store(self, *, create: bool = False) -> Iterator[Store]:
        """The store that was named, closed afterwards."""
        store = open_store(self.args.store, create=create)
        try:
            yield store
            self._witness(store)
        finally:
            store.close()

    def _witness(self, store: Store) -> None:
        """Write down, once, that the command was run, where people log in to the region: whoever sits here sees it too.

        A region that nobody has been given access to is this machine's own, and of that nothing is written.
        """
        if not getattr(self.args, "witnessed", False) and store.notes(PEOPLE):
            self.args.witnessed = True
            write(store, [Seen(moment(), "", self.viewer.level.name, COMMAND, self.args.command)])

    @contextmanager
    def store_to_load(self) -> Iterator[Store]:
        """The store for a load; a dry run makes none where there is none, but tries on one that is thrown away."""
        address = self.args.store or default_address()
        if not self.args.dry_run or not address.startswith("sqlite:") or Path(address.removeprefix("sqlite:")).exists():
            with self.store(create=True) as store:
                yield store
            return
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            store = open_store(f"sqlite:{Path(folder) / 'region.sqlite'}")
            try:
                yield store
            finally:
                store.close()

    def learned(self) -> Learned:
        """What people have said of the words of parts; to who may not see decisions it says nothing."""
        if not may_see(self.viewer, "ledger"):
            return Learned.of(())
        with self.store() as store:
            return Learned.of(lessons(store.snapshot(Decision).of(Decision)))

    def unnamed(self) -> Unnamed:
        """Those whom the viewer meets only through the network's manager."""
        with self.store() as store:
            return Unnamed.of(store, self.viewer)

    def snapshot(self) -> Snapshot:
        """The region as the viewer gets it, with the region named taken as home."""
        with self.store() as store:
            found = view(store, self.viewer)
        if not self.args.region:
            return found
        wanted = self.args.region.casefold()
        regions = [each for each in found.of(Region) if wanted in ((each.name or "").casefold(), each.region_id)]
        if not regions:
            known = tuple(each.name or each.region_id for each in found.of(Region))
            if not known:
                raise UnknownName("no_region_named", name=self.args.region)
            raise UnknownName("unknown_region", name=self.args.region, known=known)
        return Snapshot(
            found.revision,
            {kind: found.of(kind) for kind in found.kinds}
            | {Region: [replace(each, is_home=True) for each in regions]},
        )


def known(text: str, look_up: Callable[[str], str | None], names: Iterable[str], code: str) -> str:
    """What a person's word means by ``look_up``.

    Raises:
        UnknownName: with the ``code``, and names alike as suggestions.
    """
    found = look_up(text)
    if found is None:
        from rapidfuzz import process

        alike = process.extract(text, list(names), limit=3, score_cutoff=60)
        raise UnknownName(code, name=text, suggestions=tuple(name for name, _, _ in alike))
    return found


def write_file(target: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        UserMistake: ``cannot_write``.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as cause:
        part.unlink(missing_ok=True)
        raise UserMistake("cannot_write", path=str(target), why=cause.strerror or "") from cause


def progress(asked: Asked) -> Callable[[str, str, int, int], None]:
    """Tells a person at a terminal how far long work is."""
    started = time.monotonic()

    def tell(step: str, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - started > PROGRESS_AFTER_S:
            said = asked.texts(f"progress.{step}", what=what)
            sys.stderr.write(f"\r{said} ({done}/{total})".ljust(78)[:78])
            sys.stderr.flush()

    return tell

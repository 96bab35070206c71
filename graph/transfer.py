"""A whole region from one store to another: copy, backup and restore, and the copies kept before each load.

Records, ledger, decisions, revision and enquiries travel; the secret does not, only its fingerprint, so the copy asks
for the same one. Enquiries are added to those that the target has: nothing that was told is lost by going back to an
older copy. What had gone before the copy is not listed by ``changed_since`` of the copy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph import capture, enquiries, questionnaire, results_kept, show, week_notes
from graph.errors import RevisionMoved, StoreUnreachable, UserMistake
from graph.model import KINDS, REGION_KINDS, Capability, Load
from graph.secret import NOTE
from graph.store import Block, Change, Snapshot, Store, data_folder, open_store

ATTEMPTS = 5
COPIES_KEPT = 10
OWNER_ONLY, OWNER_ONLY_FOLDER = 0o600, 0o700
_MADE_AT = "%Y-%m-%dT%H%M%SZ"
_COPY = re.compile(r"(\d{4}-\d\d-\d\dT\d{6}Z)(?:-\d+)?-revision(\d+)\.sqlite")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was kept before a load."""

    path: Path
    made_at: datetime  # UTC
    revision: int
    size_bytes: int


def copy_region(source: Store, target: Store) -> int:
    """Copy everything into an empty store; returns its revision, which is the source's.

    Raises:
        UserMistake: ``store_not_empty``.
    """
    if target.revision() or any(count for kind, count in target.counts().items() if kind != Capability.__name__):
        raise UserMistake("store_not_empty", address=target.address)
    return _pour(source, target, expected=0)


def backup(store: Store, path: Path) -> int:
    """Copy the region into a new SQLite file.

    Raises:
        UserMistake: ``store_not_empty`` where the file holds a region already.
    """
    target = open_store(f"sqlite:{path}")
    try:
        return copy_region(store, target)
    finally:
        target.close()


def open_backup(path: Path) -> Store:
    """The store in a backup's file.

    Raises:
        UserMistake: ``store_missing``, ``not_a_backup``, ``backup_empty``.
        StoreTooNew: a newer Närverk wrote it.
    """
    try:
        source = open_store(f"sqlite:{path}", create=False)
    except UserMistake as error:
        if error.code == "not_a_store":
            raise UserMistake("not_a_backup", file=path.name) from error
        raise
    if not source.revision():  # an empty file opens as an empty store
        source.close()
        raise UserMistake("backup_empty", file=path.name)
    return source


def restore(path: Path, store: Store, *, copy_first: bool = False) -> int:
    """Put a backup in the place of what the store holds; the revision moves on, and is never an old one.

    ``copy_first`` keeps a copy of what the store held, see :func:`copy_before`.

    Raises:
        UserMistake: ``copy_failed``, and those of :func:`open_backup`; nothing was replaced.
    """
    source = open_backup(path)
    try:
        if copy_first:
            copy_before(store)
        revision = _pour(source, store, expected=store.revision())
    finally:
        source.close()
    if copy_first:
        keep_newest(store)
    return revision


def place_of(store: Store) -> tuple[Path, str]:
    """Where what belongs to a store is put, and its name there: beside an embedded one, else in the data folder."""
    if store.address.startswith("sqlite:"):
        file = Path(store.address.removeprefix("sqlite:"))
        return file.parent, file.stem
    return data_folder(), re.sub(r"\W+", "-", store.address).strip("-")


def copies_folder(store: Store) -> Path:
    """Where the copies made before each load are kept; it need not be there."""
    folder, name = place_of(store)
    return folder / "copies" / name


def copies(store: Store) -> list[Copy]:
    """The copies that were kept, newest first."""
    found = []
    with suppress(FileNotFoundError):
        for path in copies_folder(store).iterdir():
            name = _COPY.fullmatch(path.name)
            if name:
                made_at = datetime.strptime(name[1], _MADE_AT).replace(tzinfo=UTC)
                found.append(Copy(path, made_at, int(name[2]), path.stat().st_size))
    return sorted(found, key=lambda each: (each.made_at, each.revision, each.path.name), reverse=True)


def copy_before(store: Store) -> Path | None:
    """Keep a copy of the region as it is, readable by the owner alone; None where there is nothing to keep yet.

    It has its name only once it is whole, so that what a full disk left is never taken for a copy.

    Raises:
        UserMistake: ``copy_failed``.
    """
    revision = store.revision()
    if not revision:
        return None
    folder = copies_folder(store)
    made_at = datetime.now(tz=UTC).strftime(_MADE_AT)
    tries = [folder / f"{made_at}{more}-revision{revision}.sqlite" for more in ("", *(f"-{n}" for n in range(2, 100)))]
    begun = folder / f"{made_at}-{os.getpid()}.part"
    try:
        folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        begun.unlink(missing_ok=True)
        os.close(os.open(begun, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
        store.keep_copy(begun)
        path = next(each for each in tries if not each.exists())
        begun.rename(path)
    except (OSError, StoreUnreachable) as error:
        with suppress(OSError):
            begun.unlink(missing_ok=True)
        why = error.values.get("why") if isinstance(error, StoreUnreachable) else error.strerror
        raise UserMistake("copy_failed", folder=str(folder), why=why) from error
    return path


def keep_newest(store: Store, count: int = COPIES_KEPT) -> None:
    """Let go of all but the newest copies; one that cannot be removed stays."""
    for each in copies(store)[count:]:
        with suppress(OSError):
            each.path.unlink(missing_ok=True)


def _pour(source: Store, target: Store, *, expected: int) -> int:
    """All of a store into another; whom the target has erased since is erased from what came, too."""
    from graph.erasure import SUPPRESSED, begin, finish, suppressions

    begin(target, sorted(suppressions(target).keys() - suppressions(source).keys()))
    snapshot, blocks = _whole(source)
    target.write(
        Change(
            inserts={kind: snapshot.of(kind) for kind in KINDS},
            blocks=blocks,
            expected=expected,
            revision=snapshot.revision,
            erased=True,
        )
    )
    target.remember(NOTE, source.recall(NOTE))
    for prefix in (
        enquiries.NOTES,
        capture.NOTES,
        show.NOTES,
        questionnaire.NOTES,
        week_notes.NOTES,
        results_kept.NOTES,
        results_kept.GOALS,
        SUPPRESSED,
    ):
        for name, value in source.notes(prefix).items():
            target.remember(name, value)
    finish(target)
    return target.revision()


def _whole(source: Store) -> tuple[Snapshot, Sequence[Block]]:
    """All records and blocks as of one revision."""
    for _ in range(ATTEMPTS):
        snapshot = source.snapshot(*KINDS)
        blocks = list(source.blocks({load.load_id: None for load in snapshot.of(Load)}))
        if source.revision() == snapshot.revision:
            return snapshot, blocks
    raise RevisionMoved("revision_moved", expected=snapshot.revision, found=source.revision())


def unsound(store: Store) -> list[str]:
    """Codes of what is wrong with a store: its own checks, then its records against its ledger."""
    from graph.ledger import records_at

    found = list(store.check())
    snapshot = store.snapshot(*REGION_KINDS)
    derived = records_at(store)
    for kind in REGION_KINDS:
        if kind is not Capability and {each.key: each for each in snapshot.of(kind)} != dict(derived.of(kind)):
            found.append("records_differ")
            break
    return found

"""A whole region from one store to another: copy, backup and restore.

Records, ledger, decisions and revision travel; the secret does not, only its fingerprint, so the copy asks for the same
one. What had gone before the copy is not listed by ``changed_since`` of the copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graph.errors import RevisionMoved, UserMistake
from graph.model import KINDS, REGION_KINDS, Capability, Load
from graph.secret import NOTE
from graph.store import Block, Change, Snapshot, Store, open_store

ATTEMPTS = 5


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


def restore(path: Path, store: Store) -> int:
    """Put a backup in the place of what the store holds; the revision moves on, and is never an old one."""
    source = open_store(f"sqlite:{path}", create=False)
    try:
        return _pour(source, store, expected=store.revision())
    finally:
        source.close()


def _pour(source: Store, target: Store, *, expected: int) -> int:
    snapshot, blocks = _whole(source)
    revision = target.write(
        Change(
            inserts={kind: snapshot.of(kind) for kind in KINDS},
            blocks=blocks,
            expected=expected,
            revision=snapshot.revision,
            erased=True,
        )
    )
    target.remember(NOTE, source.recall(NOTE))
    return revision


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

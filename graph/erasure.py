"""How is a person erased for good, and kept from coming back?

The one act that destroys claims. What is erased is known by :mod:`graph.marks` alone, kept as a note, so that it can be
begun again after a power cut, be done to a copy of the region made before, and keep a list from bringing the person
back. It reaches the ledger of every load, undone ones too, the records, the decisions, the notes, the store's own files
and the copies that Närverk has made; a load and its undoing work afterwards as before.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import TypeVar, cast

import orjson

from graph.erasing import Erasing
from graph.errors import NarverkError, RevisionMoved
from graph.hearing import DERIVED_KINDS, voiced
from graph.ledger import ATTEMPTS, Difference, difference
from graph.marks import Keys, Marks, Reader
from graph.model import Alias, Claim, Decision, Load, Record, SnapshotName
from graph.packing import emptied, pack, unpack
from graph.resolve import Resolution, live_decisions, resolve, voices
from graph.schema import SCHEMA_VERSION
from graph.secret import NOTE, secret_for
from graph.store import ERASING, Block, Change, Snapshot, Store
from graph.stores.sqlite import SqliteStore
from graph.transfer import copies, copies_folder, place_of
from graph.upgrade import in_todays_schema

R = TypeVar("R", bound=Record)
SUPPRESSED = "erased:"
"""What the notes' names begin with that hold the marks of the people erased."""
ID_BYTES = 9
ABANDONED_S = 3600
"""A copy that has been begun so long ago and never finished is nobody's."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What an erasure took out; ``left`` are files that could not be opened and may hold the person still."""

    claims: int = 0  # gone or without the person
    others: int = 0  # decisions, names of loads and snapshots, and notes
    copies: int = 0
    left: tuple[str, ...] = ()


def suppressions(store: Store) -> dict[str, Marks]:
    """The marks of the people erased, by the id of the erasure."""
    return {
        name.removeprefix(SUPPRESSED): Marks.from_json(orjson.loads(value))
        for name, value in store.notes(SUPPRESSED).items()
    }


def erase(store: Store, *marks: Marks) -> Reached:
    """Erase people, a person a mark, and keep them out from now on.

    Raises:
        WrongSecret: marks made without the region's own secret would find nobody.
        StoreError: it has begun; the next opening of the store goes on with it.
    """
    secret_for(store)
    new = {secrets.token_urlsafe(ID_BYTES): each for each in marks}
    begin(store, sorted(new))
    for erasure_id, each in new.items():
        store.remember(SUPPRESSED + erasure_id, orjson.dumps(each.as_json()).decode())
    return finish(store, *new)


def lift(store: Store, erasure_id: str) -> None:
    """Let a person that was erased be told of again."""
    store.remember(SUPPRESSED + erasure_id, None)


def begin(store: Store, erasure_ids: Sequence[str]) -> None:
    """Note that these erasures are to be done, beside those that are already."""
    if erasure_ids:
        store.remember(ERASING, " ".join(sorted({*(store.recall(ERASING) or "").split(), *erasure_ids})))


def finish(store: Store, *also: str) -> Reached:
    """Do what has begun (and these erasures), in the region and in its copies; nothing where nothing has.

    Raises:
        WrongSecret, StoreError: as :func:`erase`.
    """
    pending = sorted({*(store.recall(ERASING) or "").split(), *also})
    if not pending:
        return Reached()
    keys, known = Keys(secret_for(store)), suppressions(store)
    claims, others = _cleanse(store, [known[each] for each in pending if each in known], keys)
    done, left = 0, []
    for path in _copies(store):
        try:
            done += _cleanse_copy(path, known, keys)
        except NarverkError:
            left.append(str(path))
    store.remember(ERASING, None)
    return Reached(claims, others, done, tuple(left))


# -- one store ---------------------------------------------------------------------------------------------------------


def _cleanse(store: Store, marks: Sequence[Marks], keys: Keys) -> tuple[int, int]:
    """Take the people out of a store; returns how many claims and how much else that was."""
    for attempt in range(ATTEMPTS):
        found = _Cleansing(store, Reader(marks, keys))
        change = found.change()
        try:
            if change is not None:
                store.write(change)
            break
        except RevisionMoved:
            if attempt == ATTEMPTS - 1:
                raise
    notes = {
        name: value
        for name, value in store.notes("").items()
        if name not in (ERASING, NOTE) and not name.startswith(SUPPRESSED)
    }
    changed = found.erasing.notes(notes)
    for name, value in changed.items():
        store.remember(name, value)
    store.scrub()
    return found.claims, found.others + len(changed)


class _Cleansing:
    """Works out the change that takes some people out of a store."""

    def __init__(self, store: Store, reader: Reader) -> None:
        self._store = store
        self._before = store.snapshot(Load, Decision, SnapshotName, Alias)
        self._blocks: dict[str, list[Block]] = {}
        self._said: dict[str, list[Claim]] = {}
        for load in self._before.of(Load):
            self._blocks[load.load_id] = list(store.blocks({load.load_id: None}))
            self._said[load.load_id] = [each for block in self._blocks[load.load_id] for each in unpack(block)]
        company_of = {each.alias: each.company_id or each.alias for each in self._before.of(Alias)}
        self.erasing = Erasing(reader, (each for said in self._said.values() for each in said), company_of)
        self.claims = self.others = 0

    def change(self) -> Change | None:
        """The change; None where nobody is in the store."""
        upserts: dict[type[Record], list[Record]] = defaultdict(list)
        deletes: dict[type[Record], list[str]] = defaultdict(list)
        blocks = [block for load in self._before.of(Load) for block in self._load(load, upserts)]
        self._decisions(upserts, deletes)
        self._snapshot_names(upserts, deletes)
        self.others = sum(map(len, upserts.values())) + sum(map(len, deletes.values())) - len(upserts.get(Load, ()))
        if not (upserts or deletes or blocks):
            return None
        current, after = self._records(), self._resolved(upserts, deletes)
        differs = difference(current, after)
        return self._as_change(differs, after, upserts, deletes, blocks)

    def _load(self, load: Load, upserts: dict[type[Record], list[Record]]) -> Iterator[Block]:
        """The blocks of a load that change; the load itself is put to what is to be written where it does."""
        said = self._said[load.load_id]
        left = [self.erasing.claim(each, load.loaded_on) for each in said]
        changed = sum(new is not old for new, old in zip(left, said, strict=True))
        kept = [each for each in left if each is not None]
        now = self.erasing.load(load, len(kept))
        if now != load:
            upserts[Load].append(now)
        if not changed:
            return
        self.claims += changed
        self._said[load.load_id] = kept
        packed = {each.bucket: each for each in pack(load.load_id, kept, load.bucket_bits)[1]}
        for before in self._blocks[load.load_id]:
            after = packed.pop(before.bucket, None) or emptied(before)
            if after != before:
                yield after
        yield from packed.values()

    def _decisions(self, upserts: dict[type[Record], list[Record]], deletes: dict[type[Record], list[str]]) -> None:
        for each in self._before.of(Decision):
            left = self.erasing.decision(each)
            if left is None:
                deletes[Decision].append(each.key)
            elif left != each:
                upserts[Decision].append(left)

    def _snapshot_names(
        self, upserts: dict[type[Record], list[Record]], deletes: dict[type[Record], list[str]]
    ) -> None:
        taken = {each.name for each in self._before.of(SnapshotName)}
        for each in self._before.of(SnapshotName):
            left = self.erasing.reader.without(each.name)
            if left != each.name:
                tries = (left, *(f"{left} ({number})" for number in range(2, len(taken) + 3)))
                name = next(one for one in tries if one not in taken)
                taken.add(name)
                deletes[SnapshotName].append(each.name)
                upserts[SnapshotName].append(SnapshotName(name, each.at))

    def _records(self) -> Resolution:
        """The records as the store has them."""
        snapshot = self._store.snapshot(*DERIVED_KINDS)
        if snapshot.revision != self._before.revision:
            raise RevisionMoved("revision_moved", expected=self._before.revision, found=snapshot.revision)
        return Resolution({kind: {each.key: each for each in snapshot.of(kind)} for kind in DERIVED_KINDS})

    def _resolved(
        self, upserts: Mapping[type[Record], Sequence[Record]], deletes: Mapping[type[Record], Sequence[str]]
    ) -> Resolution:
        """The records as they follow from what is left."""
        heard = voices(_left(self._before, Load, upserts, deletes))
        said = [each for load_id, voice in heard.items() for each in voiced(self._said[load_id], voice)]
        return resolve(said, live_decisions(_left(self._before, Decision, upserts, deletes)))

    def _as_change(
        self,
        differs: Difference,
        after: Resolution,
        upserts: dict[type[Record], list[Record]],
        deletes: dict[type[Record], list[str]],
        blocks: Sequence[Block],
    ) -> Change:
        for kind, keys in differs.changed.items():
            upserts[kind] = [after.of(kind)[key] for key in keys]
        for kind, keys in differs.deleted.items():
            deletes[kind] = list(keys)
        created = {kind: [after.of(kind)[key] for key in keys] for kind, keys in differs.created.items()}
        return Change(created, upserts, deletes, blocks, expected=self._before.revision, forgets=True)


def _left(
    before: Snapshot,
    kind: type[R],
    upserts: Mapping[type[Record], Sequence[Record]],
    deletes: Mapping[type[Record], Sequence[str]],
) -> list[R]:
    """The records of a kind as they will be; none is new."""
    gone, new = set(deletes.get(kind, ())), {each.key: each for each in upserts.get(kind, ())}
    return [cast("R", new.get(each.key, each)) for each in before.of(kind) if each.key not in gone]


# -- the copies --------------------------------------------------------------------------------------------------------


def _copies(store: Store) -> Iterator[Path]:
    """Every copy of the region that Närverk has made beside it; what was never finished is thrown away."""
    folder, name = place_of(store)
    with suppress(OSError):
        for path in copies_folder(store).glob("*.part*"):
            if time() - path.stat().st_mtime > ABANDONED_S:
                path.unlink()
    yield from (each.path for each in copies(store))
    yield from sorted((folder / "backups").glob(f"{name}-schema*.sqlite"))


def _cleanse_copy(path: Path, known: Mapping[str, Marks], keys: Keys) -> int:
    """Take the people out of a copy that were not before; an older one takes today's schema. 1 where there were any."""
    with closing(SqliteStore(path, create=False)) as copy:
        begun = (copy.recall(ERASING) or "").split()
        missing = [each for each in known if each in begun or copy.recall(SUPPRESSED + each) is None]
        if not missing:
            return 0
        if copy.schema_version() < SCHEMA_VERSION:
            in_todays_schema(copy)
        _cleanse(copy, [known[each] for each in missing], keys)
        for each in missing:
            copy.remember(SUPPRESSED + each, orjson.dumps(known[each].as_json()).decode())
        copy.remember(ERASING, None)
    return 1

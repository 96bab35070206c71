"""What was said and decided, and what follows from it: publish, withdraw, decide, look back.

Every change of the region goes through :func:`_commit`: work out which identifiers are touched, hear again all that
counts about them and about everything that could be the same company, resolve, and write the records that differ
together with the ledger. If somebody else wrote meanwhile, it is worked out anew.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from graph.claims import check_claims
from graph.errors import RevisionMoved, UnknownName, UserMistake
from graph.hearing import DERIVED_KINDS, Hearing, Ledger, Step, hear, voiced
from graph.model import (
    REGION_KINDS,
    Alias,
    Capability,
    Claim,
    Decision,
    Load,
    Record,
    SnapshotName,
    Source,
    field_names,
)
from graph.packing import pack, subjects_in, unpack
from graph.resolve import (
    Resolution,
    Said,
    Voice,
    live_decisions,
    resolve,
    voices,
    write_sources,
)
from graph.schema import check_field
from graph.store import Change, Store

ATTEMPTS = 8
WITH_VALUE = frozenset({"correct", "columns", "means", "consent"})
"""Verbs of decisions that put something somewhere; the others say how two subjects stand to each other."""
_LOAD_ID = re.compile(r"L\d+")


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys of the records that came, changed and went, by kind."""

    created: Mapping[type[Record], tuple[str, ...]] = field(default_factory=dict)
    changed: Mapping[type[Record], tuple[str, ...]] = field(default_factory=dict)
    deleted: Mapping[type[Record], tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((*self.created.values(), *self.changed.values(), *self.deleted.values()))


@dataclass(frozen=True, slots=True)
class Publication:
    """What a load did (or, dry, would do). ``repeated`` are the claims that said nothing new."""

    revision: int
    load_id: str | None  # None: it changed nothing, so it is not a load
    difference: Difference
    repeated: frozenset[int]


def today() -> str:
    """The day, in UTC, as ISO text."""
    return datetime.now(UTC).date().isoformat()


def publish(
    store: Store,
    sources: Sequence[Source],
    claims: Sequence[Claim],
    *,
    on: str | None = None,
    dry_run: bool = False,
    expected: int | None = None,
) -> Publication:
    """Add one load: all of its claims count from now on, or (when this raises) none.

    A load that says only what its sources already say, and closes nothing, is not a load.

    Args:
        store: the region.
        sources: those that the claims refer to.
        claims: what they say.
        on: the day it is loaded (ISO); today by default.
        dry_run: work everything out and write nothing.
        expected: the revision that the claims were made from; another one refuses the load. None: any.

    Raises:
        BadValue: a claim names a field its kind does not have, or closes what it may not.
        RevisionMoved: the region is no longer at the revision expected.
        MissingEnd, StoreError: nothing was written.
    """
    check_claims(claims, sources)
    load_on = on or today()

    def step(ledger: Ledger) -> Step:
        if expected is not None and ledger.revision != expected:
            raise RevisionMoved("revision_moved", expected=expected, found=ledger.revision)
        load_id = f"L{ledger.revision + 1:06d}"
        bits, blocks = pack(load_id, claims)
        load = Load(
            load_id,
            revision=ledger.revision + 1,
            loaded_on=load_on,
            sources=write_sources(sources),
            bucket_bits=bits,
            claims=len(claims),
        )
        touched = {claim.subject for claim in claims} | _silenced(store, ledger, sources)
        return Step([load], claims=claims, blocks=blocks, touched=touched) if blocks or touched else Step()

    return _commit(store, step, dry_run=dry_run)


def withdraw(store: Store, load_id: str | None = None, *, dry_run: bool = False) -> Publication:
    """Undo a load (None: the newest that counts): the region is as if it had never been published.

    Raises:
        UnknownName: ``nothing_to_undo``, ``no_such_load``.
        UserMistake: ``already_undone``.
    """

    def step(ledger: Ledger) -> Step:
        live = [each for each in ledger.loads.values() if each.withdrawn is None]
        if not live and load_id is None:
            raise UnknownName("nothing_to_undo")
        load = max(live, key=lambda each: each.revision) if load_id is None else ledger.loads.get(load_id)
        if load is None:
            raise UnknownName("no_such_load", name=load_id)
        if load.withdrawn is not None:
            raise UserMistake("already_undone", name=load_id)
        touched = subjects_in(store.blocks({load.load_id: None}))
        gone = replace(load, withdrawn=ledger.revision + 1)
        touched |= _revived(store, ledger, gone)
        return Step([gone], touched=touched)

    return _commit(store, step, dry_run=dry_run)


def decide(
    store: Store,
    verb: str,
    subjects: Sequence[str],
    *,
    kind: type[Record] | None = None,
    item: str = "",
    name: str | None = None,
    value: Any = None,
    by: str = "",
    on: str | None = None,
) -> str:
    """Record a person's word and let it count; returns the decision's id.

    ``same`` and ``not_same`` take two identifiers; ``correct`` takes one, and the kind, item, field and value;
    ``columns`` takes what lists have in common, and what their columns mean (see :mod:`ingest.mapping`); ``means``
    words, and the processes they mean (see :mod:`graph.lessons`); ``consent`` a firm's own fact, and who may see it
    (see :mod:`graph.consent`).

    Raises:
        UserMistake: ``bad_decision`` for another number of subjects, ``no_such_field``.
        BadValue: a value the field cannot have.
        MissingEnd, StoreError: nothing was written.
    """
    if verb == "correct":
        value = _checked(kind, name, value)
    if len(set(subjects)) != (1 if verb in WITH_VALUE else 2):
        raise UserMistake("bad_decision", verb=verb, subjects=tuple(subjects))
    made: list[str] = []

    def step(ledger: Ledger) -> Step:
        decision = Decision(
            f"D{ledger.revision + 1:06d}",
            verb,
            tuple(sorted(subjects)),
            kind.__name__ if kind else None,
            item or None,
            name,
            orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if verb in WITH_VALUE else None,
            by,
            on or today(),
            ledger.revision + 1,
        )
        made[:] = [decision.decision_id]
        return Step(decisions=[decision], touched=set(subjects))

    _commit(store, step)
    return made[0]


def _checked(kind: type[Record] | None, name: str | None, value: Any) -> Any:
    """A corrected value as it may be stored."""
    if kind is None or name not in field_names(kind)[1:]:
        raise UserMistake("no_such_field", name=name)
    if isinstance(value, (list, tuple)):
        value = tuple(sorted(set(value)))
    if value is not None:
        check_field(kind, name, [value])
    return value


def retract(store: Store, decision_id: str) -> Publication:
    """Take a decision back: what it joined falls apart again, what it corrected is as the sources say."""

    def step(ledger: Ledger) -> Step:
        decision = ledger.decisions.get(decision_id)
        if decision is None or decision.withdrawn is not None:
            raise UnknownName("no_such_decision", name=decision_id)
        return Step(decisions=[replace(decision, withdrawn=ledger.revision + 1)], touched=set(decision.subjects))

    return _commit(store, step)


def name_snapshot(store: Store, name: str) -> int:
    """Give the region as it is now a name, and return its revision.

    Raises:
        UserMistake: ``bad_snapshot_name`` for what already means a moment: nothing, "now", a number, a load.
    """
    name = name.strip()
    if not name or name == "now" or name.isdigit() or _LOAD_ID.fullmatch(name):
        raise UserMistake("bad_snapshot_name", name=name)
    at: list[int] = []

    def step(ledger: Ledger) -> Step:
        at[:] = [ledger.revision]
        return Step(others=[SnapshotName(name, ledger.revision)])

    _commit(store, step)
    return at[0]


def rebuild(store: Store, capabilities: Sequence[Capability]) -> int:
    """Derive every record anew from the ledger: after an upgrade, or where records were tampered with."""
    ledger = Ledger.of(store)
    resolution = resolve(said(store), live_decisions(ledger.decisions.values()))
    upserts: dict[type[Record], Sequence[Record]] = {
        kind: tuple(resolution.of(kind).values()) for kind in DERIVED_KINDS
    }
    upserts[Capability] = capabilities
    current = store.snapshot(*REGION_KINDS)
    deletes = {kind: [each.key for each in current.of(kind)] for kind in REGION_KINDS if current.of(kind)}
    kept = {kind: {each.key for each in upserts[kind]} for kind in upserts}
    return store.write(
        Change(
            upserts=upserts,
            deletes={kind: [key for key in keys if key not in kept[kind]] for kind, keys in deletes.items()},
            expected=ledger.revision,
        )
    )


# -- hearing ---------------------------------------------------------------------------------------------------------


def said(store: Store, at: int | None = None) -> Iterator[Said]:
    """Every claim that counts at a revision (None: now)."""
    heard = voices(store.snapshot(Load).of(Load), at)
    for block in store.blocks(dict.fromkeys(heard)):
        yield from voiced(unpack(block), heard[block.load_id])


def said_of(store: Store, company_id: str, at: int | None = None) -> list[Said]:
    """Every claim that counts about one company, under any of its identifiers."""
    loads = store.snapshot(Load).of(Load)
    subjects = {each.alias for each in store.matching(Alias, "company_id", [company_id])} or {company_id}
    return hear(store, {load.load_id: load for load in loads}, voices(loads, at), subjects)


def records_at(store: Store, at: int | None = None) -> Resolution:
    """The region's records as of a revision (None: now), derived anew from the ledger.

    Raises:
        UnknownName: for a revision the store has not reached.
    """
    ledger = Ledger.of(store)
    if at is not None and not 0 <= at <= ledger.revision:
        raise UnknownName("no_such_revision", name=at, newest=ledger.revision)
    return resolve(said(store, at), live_decisions(ledger.decisions.values(), at))


def difference(old: Resolution, new: Resolution) -> Difference:
    """What came, changed and went from one resolution to another."""
    return _difference(old.records, new.records)


# -- working out what a step changes ---------------------------------------------------------------------------------


def _commit(store: Store, plan: Callable[[Ledger], Step], *, dry_run: bool = False) -> Publication:
    for attempt in range(ATTEMPTS):
        ledger = Ledger.of(store)
        step = plan(ledger)
        worked = _work_out(store, ledger, step)
        if worked is None:
            return Publication(ledger.revision, None, Difference(), frozenset(range(len(step.claims))))
        change, publication = worked
        if dry_run:
            return publication
        try:
            return replace(publication, revision=store.write(change))
        except RevisionMoved:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError  # the loop returns or raises


def _work_out(store: Store, ledger: Ledger, step: Step) -> tuple[Change, Publication] | None:
    """The change a step amounts to, or None where a load says nothing new."""
    if not (step.loads or step.decisions or step.others):
        return None
    loads = ledger.loads | {each.load_id: each for each in step.loads}
    decisions = ledger.decisions | {each.decision_id: each for each in step.decisions}
    told = live_decisions(decisions.values())
    hearing = Hearing(store, ledger, loads, step, told, is_new=not store.counts()["Alias"])
    subjects = hearing.closure(step.touched | {s for d in step.decisions for s in d.subjects})
    resolution = hearing.resolve(subjects)
    extra = hearing.mentioners(resolution, subjects)
    if extra:
        subjects = hearing.closure(subjects | extra)
        resolution = hearing.resolve(subjects)
    before = hearing.before(subjects, resolution)
    differs = _difference(before, resolution.records)
    repeated, closes = hearing.repeated()
    is_new_load = bool(step.loads) and step.loads[0].withdrawn is None
    if is_new_load and not closes and len(repeated) == len(step.claims):
        return None
    created = {kind: [resolution.of(kind)[key] for key in keys] for kind, keys in differs.created.items()}
    upserts: dict[type[Record], list[Record]] = defaultdict(list)
    for kind, keys in differs.changed.items():
        upserts[kind] = [resolution.of(kind)[key] for key in keys]
    for record in (*step.loads, *step.decisions, *step.others):
        upserts[type(record)].append(record)
    change = Change(created, upserts, differs.deleted, step.blocks, expected=ledger.revision)
    load_id = step.loads[0].load_id if step.loads else None
    return change, Publication(ledger.revision, load_id, differs, repeated)


def _silenced(store: Store, ledger: Ledger, sources: Sequence[Source]) -> set[str]:
    """Subjects that a complete list no longer speaks of."""
    complete = {each.name for each in sources if each.complete}
    return _spoken_of(store, voices(ledger.loads.values()), complete)


def _revived(store: Store, ledger: Ledger, gone: Load) -> set[str]:
    """Subjects that earlier lists speak of again when a complete one is withdrawn."""
    after = voices((ledger.loads | {gone.load_id: gone}).values())
    before = voices(ledger.loads.values())
    names = {voice.source.name for voice in before[gone.load_id] if voice and voice.source.complete}
    return _spoken_of(store, after, names)


def _spoken_of(store: Store, heard: Mapping[str, list[Voice | None]], names: Collection[tuple[str, str]]) -> set[str]:
    load_ids = [load_id for load_id, spoken in heard.items() if any(v and v.source.name in names for v in spoken)]
    return subjects_in(store.blocks(dict.fromkeys(load_ids))) if load_ids else set()


def _difference(
    before: Mapping[type[Record], Mapping[str, Record]], after: Mapping[type[Record], Mapping[str, Record]]
) -> Difference:
    created, changed, deleted = {}, {}, {}
    for kind in DERIVED_KINDS:
        old, new = before.get(kind, {}), after.get(kind, {})
        created[kind] = tuple(sorted(key for key in new if key not in old))
        changed[kind] = tuple(sorted(key for key, record in new.items() if old.get(key, record) != record))
        deleted[kind] = tuple(sorted(key for key in old if key not in new))
    return Difference(*({k: keys for k, keys in each.items() if keys} for each in (created, changed, deleted)))

"""What is heard when something changes: the claims about whatever the change touches, and about all that could be it.

One :class:`Hearing` works out one :class:`Step` of the ledger. It asks the store for as little as it can: the blocks of
the subjects touched, and the records that stand for them now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from operator import attrgetter
from typing import Any

from graph.identity import Sighting, is_company, is_unnumbered
from graph.model import (
    KIND_BY_NAME,
    REGION_KINDS,
    Alias,
    Capability,
    Claim,
    Decision,
    Load,
    Record,
    Source,
    field_names,
)
from graph.packing import bucket_of, mentioning, unpack
from graph.resolve import (
    Resolution,
    Said,
    Voice,
    corrected_to,
    resolve,
    sightings,
    voices,
)
from graph.schema import SHAPES, company_references
from graph.spellings import may_be_meant_for
from graph.store import Block, Store

FETCH_ONE_BY_ONE = 2000
"""Up to so many companies are looked up by key; above, reading whole kinds is quicker (both stores, measured)."""

DERIVED_KINDS = tuple(kind for kind in REGION_KINDS if kind is not Capability)


@dataclass(slots=True)
class Ledger:
    """Loads and decisions as they are, and as they will be."""

    revision: int
    loads: dict[str, Load]
    decisions: dict[str, Decision]

    @classmethod
    def of(cls, store: Store) -> Ledger:
        """As the store has it."""
        snapshot = store.snapshot(Load, Decision)
        return cls(
            snapshot.revision,
            {each.load_id: each for each in snapshot.of(Load)},
            {each.decision_id: each for each in snapshot.of(Decision)},
        )


@dataclass(slots=True)
class Step:
    """A change of the ledger, before its consequences are known."""

    loads: list[Load] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    claims: Sequence[Claim] = ()  # of the one new load
    blocks: Sequence[Block] = ()  # the same, packed
    touched: set[str] = field(default_factory=set)
    others: list[Record] = field(default_factory=list)


def voiced(claims: Iterable[Claim], heard: Sequence[Voice | None]) -> Iterator[Said]:
    """The claims of a load with whose they are, those of silent sources left out."""
    for claim in claims:
        voice = heard[claim.source]
        if voice is not None:
            yield Said(claim, voice)


def hear(
    store: Store,
    loads: Mapping[str, Load],
    heard: Mapping[str, list[Voice | None]],
    subjects: Collection[str],
) -> list[Said]:
    """What the stored loads say of the subjects."""
    wanted = set(subjects)
    blocks = store.blocks(_buckets(loads, heard, wanted))
    return [each for block in blocks for each in voiced(unpack(block, wanted), heard[block.load_id])]


def _buckets(
    loads: Mapping[str, Load], load_ids: Iterable[str], subjects: Collection[str]
) -> dict[str, Collection[int] | None]:
    """Where in each load the subjects' claims lie; all of a load where that is simpler."""
    keys: dict[str, Collection[int] | None] = {}
    for load_id in load_ids:
        bits = loads[load_id].bucket_bits
        buckets = {bucket_of(each, bits) for each in subjects}
        keys[load_id] = None if len(buckets) > (1 << bits) // 2 else buckets
    return keys


class Hearing:
    """What is said, with the step taken, of the subjects it touches."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        loads: Mapping[str, Load],
        step: Step,
        told: Sequence[Decision],
        *,
        is_new: bool,
    ) -> None:
        self._store, self._loads, self._step, self._told, self._is_new = store, loads, step, told, is_new
        self._heard = voices(loads.values())
        self._before_heard = voices(ledger.loads.values())
        self._new_id = step.loads[0].load_id if step.claims else None
        self._new: dict[str, list[Said]] = defaultdict(list)
        if self._new_id:
            for each in voiced(step.claims, self._heard[self._new_id]):
                self._new[each.claim.subject].append(each)
        self._said: dict[str, list[Said]] = {}
        self._aliases: dict[str, Alias] = {}

    def _listen(self, subjects: set[str]) -> None:
        """Hear these subjects, once each."""
        new = subjects - self._said.keys()
        for subject in new:
            self._said[subject] = list(self._new.get(subject, ()))
        stored = [load_id for load_id in self._heard if load_id != self._new_id]
        if stored and new:
            heard = {load_id: self._heard[load_id] for load_id in stored}
            for each in hear(self._store, self._loads, heard, new):
                self._said[each.claim.subject].append(each)

    def closure(self, subjects: set[str]) -> set[str]:
        """The subjects and all that could be the same company as one of them, before or after the step."""
        found: set[str] = set()
        frontier = subjects
        while frontier:
            self._listen(frontier)
            found |= frontier
            frontier = self._neighbours(frontier) - found
        return found

    def _neighbours(self, subjects: set[str]) -> set[str]:
        linked = {s for d in self._told if subjects.intersection(d.subjects) for s in d.subjects}
        if self._is_new:
            return linked
        known = self._known(subjects)
        companies = {each.company_id for each in known if each.company_id}
        seen = sightings(each for s in subjects for each in self._said[s])
        keys = {key for each in known for key in each.name_keys}  # a name no longer borne sets others free to join
        keys.update(key for sighting in seen.values() for key in sighting.name_keys)
        for each in (*self._matching("company_id", companies), *self._matching("name_keys", keys)):
            self._aliases[each.alias] = each
            linked.add(each.alias)
        return linked | self._spelled_alike(known, seen)

    def _spelled_alike(self, known: Iterable[Alias], seen: Mapping[str, Sighting]) -> set[str]:
        """Names alone that may be spellings of these numbered identifiers', and the other way round."""
        near: dict[bool, dict[str, set[str]]] = {True: defaultdict(set), False: defaultdict(set)}  # True: names alone
        for each in known:
            for key in each.near_keys:
                near[is_unnumbered(each.alias)][key].update(each.name_keys)
        for subject, sighting in seen.items():
            for spelled in sighting.spellings:
                for key in spelled.near_keys:
                    near[is_unnumbered(subject)][key].add(spelled.key)
        linked = set()
        for each in self._matching("near_keys", near[True].keys() | near[False].keys()):
            alone = is_unnumbered(each.alias)
            others = {name for key in each.near_keys for name in near[not alone].get(key, ())}
            pairs = product(each.name_keys, others) if alone else product(others, each.name_keys)
            if any(may_be_meant_for(one, other) for one, other in pairs):
                self._aliases[each.alias] = each
                linked.add(each.alias)
        return linked

    def _known(self, subjects: Collection[str]) -> list[Alias]:
        missing = set(subjects) - self._aliases.keys()
        for each in self._matching("alias", missing):
            self._aliases[each.alias] = each
        return [self._aliases[each] for each in subjects if each in self._aliases]

    def _matching(self, name: str, values: Collection[str]) -> Sequence[Alias]:
        if not values or self._is_new:
            return ()
        if len(values) > FETCH_ONE_BY_ONE:
            wanted = set(values)
            of = attrgetter(name)
            return [each for each in self._store.snapshot(Alias).of(Alias) if not wanted.isdisjoint(_listed(of(each)))]
        return self._store.matching(Alias, name, values)

    def resolve(self, subjects: set[str]) -> Resolution:
        """Records of these subjects, references outward included."""
        heard = [each for subject in subjects for each in self._said[subject]]
        outward = {
            value
            for each in heard
            for reference in company_references(KIND_BY_NAME[each.claim.kind])
            for value in _listed(each.claim.fields.get(reference.field))
        }
        about = (each for each in self._told if subjects.intersection(each.subjects))
        outward |= {value for each in about for value in corrected_to(each)}
        outside = {each.alias: each.company_id or each.alias for each in self._known(outward - subjects)}
        return resolve(heard, self._told, outside)

    def mentioners(self, resolution: Resolution, subjects: set[str]) -> set[str]:
        """Subjects that refer to one whose company is now another, or none: their records change too."""
        if self._is_new:
            return set()
        moved = {
            each.alias
            for each in self._known([s for s in subjects if is_company(s)])
            if resolution.company_of.get(each.alias) != each.company_id
        }
        if not moved:
            return set()
        stored = [load_id for load_id in self._heard if load_id != self._new_id]
        found = mentioning(self._store.blocks(_buckets(self._loads, stored, moved)), moved)
        found.update(s for each in self._told if moved.intersection(corrected_to(each)) for s in each.subjects)
        return found - subjects

    def before(self, subjects: set[str], resolution: Resolution) -> dict[type[Record], dict[str, Record]]:
        """The stored records of these subjects."""
        counts = self._store.counts() if self._is_new else {}
        if self._is_new and not any(counts[kind.__name__] for kind in DERIVED_KINDS):
            return {}
        owners = {each.company_id or "" for each in self._known([s for s in subjects if is_company(s)])}
        owners |= {s for s in subjects if not is_company(s)} | set(resolution.company_of.values())
        if len(owners) > FETCH_ONE_BY_ONE:
            snapshot = self._store.snapshot(*DERIVED_KINDS)
            return {
                kind: {each.key: each for each in snapshot.of(kind) if getattr(each, _owner(kind)) in owners}
                for kind in DERIVED_KINDS
            }
        return {
            kind: {each.key: each for each in self._store.matching(kind, _owner(kind), owners)}
            for kind in DERIVED_KINDS
        }

    def repeated(self) -> tuple[frozenset[int], bool]:
        """Claims of the new load that their own source says already, and whether the load takes any back."""
        load_id = self._step.loads[0].load_id if self._step.loads else ""
        sources = [voice.source for voice in self._heard.get(load_id, ()) if voice]
        names = {each.name for each in sources}
        if not names:  # no new load
            return frozenset(), False
        newest: dict[tuple[Any, ...], list[Said]] = {}  # what the newest load of each source said of a thing
        for heard in hear(self._store, self._loads, self._before_heard, self._step.touched):
            if heard.voice.source.name in names:
                about = (heard.voice.source.name, *_about(heard.claim))
                known = newest.setdefault(about, [])
                if known and known[0].voice.revision < heard.voice.revision:
                    known.clear()
                if not known or known[0].voice.revision == heard.voice.revision:
                    known.append(heard)
        abouts = [(sources[claim.source].name, *_about(claim)) for claim in self._step.claims]
        same = frozenset(
            index
            for index, (about, claim) in enumerate(zip(abouts, self._step.claims, strict=True))
            if any(
                _content(each.claim, each.voice.source) == _content(claim, sources[claim.source])
                for each in newest.get(about, ())
            )
        )
        complete = {each.name for each in sources if each.complete}
        left = newest.keys() - set(abouts)
        return same, any(about[0] in complete for about in left)


def _owner(kind: type[Record]) -> str:
    shape = SHAPES[kind]
    return shape.owner or field_names(kind)[0]


def _about(claim: Claim) -> tuple[str, str, str]:
    return (claim.subject, claim.kind, claim.item)


def _content(claim: Claim, source: Source) -> tuple[Any, ...]:
    return (claim.fields, claim.evidence, claim.as_of, claim.audience, source.audience, source.complete, source.as_of)


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)

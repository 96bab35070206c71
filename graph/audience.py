"""Who may see what: the only place that knows.

Claims are filtered before they are resolved, so that a hidden fact neither shows nor hides a public one. A claim is
seen by a viewer whose level reaches both its source's least audience (or the one the firm itself gave that answer)
and its field's; what names no audience is the manager's. A natural person's name, and all that is said of a firm
marked sensitive, under any of its identifiers, stay with the manager; so do corrections.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from graph.errors import NotAllowed, RevisionMoved
from graph.ledger import ATTEMPTS, said
from graph.model import (
    KIND_BY_NAME,
    REGION_KINDS,
    Alias,
    Capability,
    Company,
    Decision,
    Level,
    Record,
    key_field,
    least_audiences,
)
from graph.resolve import Said, best_first, live_decisions, resolve
from graph.schema import SHAPES
from graph.store import Snapshot, Store, sort_key
from graph.stores.integrity import targets

RESULT_AUDIENCE = {
    "replacements": Level.PUBLIC,
    "near_misses": Level.MANAGER,
    "isolation": Level.MANAGER,
    "introductions": Level.MANAGER,
    "network": Level.MANAGER,
    "structure": Level.MANAGER,
    "ledger": Level.MANAGER,
    "problems": Level.MANAGER,
    "measure": Level.MANAGER,
    "enquiries": Level.MANAGER,
    "import_list": Level.MANAGER,
    "meeting_plan": Level.MANAGER,
    "potential": Level.MANAGER,
    "needs": Level.MANAGER,
    "resilience": Level.MANAGER,
    "regions": Level.MANAGER,
    "changes": Level.MANAGER,
}
"""The least audience of each kind of result, whatever it was worked out from."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking."""

    level: Level = Level.PUBLIC


def may_see(viewer: Viewer, result: str) -> bool:
    """Whether the viewer's level reaches a kind of result; one that is not listed is the manager's."""
    return viewer.level >= RESULT_AUDIENCE.get(result, Level.MANAGER)


def require(viewer: Viewer, result: str) -> None:
    """Refuse where :func:`may_see` says no.

    Raises:
        NotAllowed: with the level it takes.
    """
    if not may_see(viewer, result):
        raise NotAllowed("not_allowed", result=result, needs=RESULT_AUDIENCE.get(result, Level.MANAGER).name)


def sensitive_firms(snapshot: Snapshot) -> frozenset[str]:
    """The firms whose answers stay with the manager: defence, export control."""
    return frozenset(each.company_id for each in snapshot.of(Company) if each.sensitive)


def visible(
    claims: Iterable[Said],
    viewer: Viewer,
    company_of: Mapping[str, str] | None = None,
    sensitive: Collection[str] = (),
) -> Iterator[Said]:
    """The claims a viewer may have, each with only the fields that viewer may have.

    Args:
        claims: all that count, so that what is marked by one claim is known for the others.
        viewer: who is looking.
        company_of: company of each identifier, as all claims together tell; a mark holds for all of a company's.
        sensitive: companies marked beside the claims, by a person's correction.
    """
    claims = list(claims)
    if viewer.level >= Level.MANAGER:
        yield from claims
        return
    owner = company_of or {}
    marked = _marked(claims, owner) | set(sensitive)
    subjects = {each.claim.subject for each in claims}
    persons = {owner.get(subject, subject) for subject in subjects if subject.startswith("person:")}
    for each in claims:
        claim = each.claim
        least = claim.audience if claim.audience is not None else each.voice.source.audience
        allowed = visible_fields(claim.kind, viewer.level)
        company = owner.get(claim.subject, claim.subject)
        if company in marked or viewer.level < least or not allowed:
            continue
        if company in persons:
            if not claim.subject.startswith("person:"):
                continue  # the identifier is the name
            allowed -= {"name"}
        yield Said(replace(claim, fields={k: v for k, v in claim.fields.items() if k in allowed}), each.voice)


def _marked(claims: Iterable[Said], company_of: Mapping[str, str]) -> set[str]:
    """Companies marked sensitive: by the newest word said by hand where there is one, else by anybody's."""
    words: dict[str, list[Said]] = defaultdict(list)
    for each in claims:
        if "sensitive" in each.claim.fields:
            words[company_of.get(each.claim.subject, each.claim.subject)].append(each)
    best = {company: best_first(said) for company, said in words.items()}
    return {
        company
        for company, said in best.items()
        if any(each.claim.fields["sensitive"] for each in (said[:1] if said[0].is_by_hand else said))
    }


@cache
def visible_fields(kind_name: str, level: Level) -> frozenset[str]:
    """Fields of a kind that a level reaches; none of them where it does not reach the key."""
    kind = KIND_BY_NAME[kind_name]
    audiences = least_audiences(kind)
    if audiences[key_field(kind)] > level:
        return frozenset()
    return frozenset(name for name, least in audiences.items() if least <= level)


def view(store: Store, viewer: Viewer) -> Snapshot:
    """The region as the viewer gets it: every kind, sorted by key.

    The manager's is what the store holds; another level's is resolved from what it may see, and a record that refers
    to a company hidden from that level goes with it.
    """
    if viewer.level >= Level.MANAGER:
        return store.snapshot(*REGION_KINDS)
    snapshot, claims = _heard(store)
    company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
    decisions = [each for each in live_decisions(snapshot.of(Decision)) if each.verb != "correct"]
    records = resolve(visible(claims, viewer, company_of, sensitive_firms(snapshot)), decisions).records
    found: dict[type[Record], Sequence[Record]] = {Capability: snapshot.of(Capability)}
    for kind in REGION_KINDS:
        if kind is not Capability:
            found[kind] = sorted(records.get(kind, {}).values(), key=sort_key)
    found[Alias] = [replace(each, name_keys=()) for each in found[Alias] if isinstance(each, Alias)]
    return Snapshot(snapshot.revision, _without_loose_ends(found))


def _heard(store: Store) -> tuple[Snapshot, list[Said]]:
    """What the region holds and what is said, of one revision."""
    for _ in range(ATTEMPTS):
        snapshot = store.snapshot(Alias, Capability, Company, Decision)
        claims = list(said(store))
        found = store.revision()
        if found == snapshot.revision:
            return snapshot, claims
    raise RevisionMoved("revision_moved", expected=snapshot.revision, found=found)


def _without_loose_ends(found: dict[type[Record], Sequence[Record]]) -> dict[type[Record], Sequence[Record]]:
    keys = {kind: {each.key for each in records} for kind, records in found.items()}
    for kind, records in found.items():
        references = SHAPES[kind].references
        kept: list[Record] = []
        for record in records:
            whole: Record | None = record
            for reference in references:
                missing = set(targets(record, reference)) - keys[reference.target]
                if missing and (reference.field == SHAPES[kind].owner or SHAPES[kind].edge):
                    whole = None
                    break
                if missing and whole is not None:
                    left = tuple(each for each in targets(record, reference) if each not in missing)
                    whole = replace(whole, **{reference.field: left if reference.many else None})
            if whole is not None:
                kept.append(whole)
        found[kind] = kept
    return found

"""Who may see what: the only place that knows.

Claims are filtered before they are resolved, so that a hidden fact neither shows nor hides a public one. A claim is
seen by a viewer whose level reaches both its source's least audience (or the one the firm itself gave that answer)
and its field's, or whom a consent of the firm lets in (see :mod:`graph.consent`); what names no audience is the
manager's. A natural person's name, and all that is said of a firm marked sensitive, under any of its identifiers, stay
with the manager; so do corrections, and the names of files and sheets. A company's own people see what members see,
and what is said of their own firm.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from graph.consent import ALONE, OTHER_END, Consents, Fact
from graph.errors import NotAllowed, RevisionMoved
from graph.ledger import ATTEMPTS, said
from graph.model import (
    KIND_BY_NAME,
    REGION_KINDS,
    Alias,
    Capability,
    Certificate,
    Company,
    Contact,
    Decision,
    ImportedPart,
    Level,
    Need,
    Offer,
    Record,
    Requirement,
    Trade,
    Workplace,
    key_field,
    least_audiences,
)
from graph.moments import region_at
from graph.resolve import Said, Voice, best_first, live_decisions, resolve
from graph.schema import SHAPES
from graph.store import Snapshot, Store, sort_key
from graph.stores.integrity import targets

RESULT_AUDIENCE = {
    "overview": Level.PUBLIC,
    "firms": Level.PUBLIC,
    "replacements": Level.PUBLIC,
    "totals": Level.PUBLIC,
    "export": Level.PUBLIC,
    "contacts": Level.MANAGER,
    "activities": Level.MANAGER,
    "near_misses": Level.MANAGER,
    "isolation": Level.MANAGER,
    "introductions": Level.MANAGER,
    "network": Level.MANAGER,
    "structure": Level.MANAGER,
    "ledger": Level.MANAGER,
    "problems": Level.MANAGER,
    "measure": Level.MANAGER,
    "enquiries": Level.MANAGER,
    "captures": Level.MANAGER,
    "questionnaires": Level.MANAGER,
    "shows": Level.MANAGER,
    "import_list": Level.MANAGER,
    "meeting_plan": Level.MANAGER,
    "potential": Level.MANAGER,
    "needs": Level.MANAGER,
    "resilience": Level.MANAGER,
    "regions": Level.MANAGER,
    "changes": Level.MANAGER,
    "persons": Level.MANAGER,
    "access": Level.MANAGER,
    "results": Level.MANAGER,
    "week": Level.MANAGER,
    "outreach": Level.MANAGER,
}
"""The least audience of each kind of result, whatever it was worked out from."""
OWN_RESULTS = frozenset({"ledger"})
"""Results that a company's own people may have where they are about that company alone."""
OF_ITSELF = (Company, Workplace, Offer, Certificate, ImportedPart, Requirement, Need, Contact)
"""Kinds of which a firm's own people see all that is said of the firm; of its trades, what the firm itself has told."""
NO_FIELDS: frozenset[str] = frozenset()
NAME = Fact(Company.__name__, "", "name")
"""A natural person's name is shown where that person has opened this very fact, not all of the firm."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: a level, and perhaps a company of their own, whose people reach the members' level."""

    level: Level = Level.PUBLIC
    company_id: str | None = None


def may_see(viewer: Viewer, result: str, about: str = "") -> bool:
    """Whether a kind of result is for the viewer; one that is not listed is the manager's.

    Args:
        viewer: who is looking.
        result: a key of :data:`RESULT_AUDIENCE`.
        about: the one company that the result is about, where it is; some its own people may have.
    """
    own = result in OWN_RESULTS and bool(about) and about == viewer.company_id
    return own or viewer.level >= RESULT_AUDIENCE.get(result, Level.MANAGER)


def require(viewer: Viewer, result: str, about: str = "") -> None:
    """Refuse where :func:`may_see` says no.

    Raises:
        NotAllowed: with the level it takes.
    """
    if not may_see(viewer, result, about):
        raise NotAllowed("not_allowed", result=result, needs=RESULT_AUDIENCE.get(result, Level.MANAGER).name)


def sensitive_firms(snapshot: Snapshot) -> frozenset[str]:
    """The firms whose answers stay with the manager: defence, export control."""
    return frozenset(each.company_id for each in snapshot.of(Company) if each.sensitive)


def visible(
    claims: Iterable[Said],
    viewer: Viewer,
    company_of: Mapping[str, str] | None = None,
    sensitive: Collection[str] = (),
    consents: Consents | None = None,
) -> Iterator[Said]:
    """The claims a viewer may have, each with only the fields that viewer may have.

    Args:
        claims: all that count, so that what is marked by one claim is known for the others.
        viewer: who is looking.
        company_of: company of each identifier, as all claims together tell; a mark holds for all of a company's.
        sensitive: companies marked beside the claims, by a person's correction.
        consents: what firms have decided of their own facts.
    """
    claims = list(claims)
    if viewer.level >= Level.MANAGER:
        yield from claims
        return
    owner = company_of or {}
    marked = _marked(claims, owner) | set(sensitive)
    subjects = {each.claim.subject for each in claims}
    persons = {owner.get(subject, subject) for subject in subjects if subject.startswith("person:")}
    told = consents or Consents({})
    for each in claims:
        claim = each.claim
        company = owner.get(claim.subject, claim.subject)
        if viewer.company_id and _is_own(each, company, viewer.company_id, owner):
            yield Said(claim, _without_file(each.voice))
            continue
        least = claim.audience if claim.audience is not None else each.voice.source.audience
        allowed = visible_fields(claim.kind, viewer.level) if viewer.level >= least else NO_FIELDS
        if told and (company in told or KIND_BY_NAME[claim.kind] in OTHER_END):
            allowed = told.fields(company, claim, allowed, owner)
        if company in marked or not allowed:
            continue
        if company in persons:
            if not claim.subject.startswith("person:"):
                continue  # the identifier is the name
            if not told.opens_itself(company, NAME):
                allowed -= {NAME.field}
        fields = {name: value for name, value in claim.fields.items() if name in allowed}
        yield Said(replace(claim, fields=fields), _without_file(each.voice))


def _is_own(each: Said, company: str, viewer: str, company_of: Mapping[str, str]) -> bool:
    """Whether a claim is one that the viewer's own firm may have: said of it, or of a trade, by it."""
    claim = each.claim
    if KIND_BY_NAME[claim.kind] is Trade:
        buyer = str(claim.fields.get("buyer_id") or "")
        teller = each.voice.source.owner
        return viewer in (company, company_of.get(buyer, buyer)) and company_of.get(teller, teller) == viewer
    return company == viewer and KIND_BY_NAME[claim.kind] in OF_ITSELF


@lru_cache(maxsize=4096)
def _without_file(voice: Voice) -> Voice:
    """A voice whose file and sheet, which may be named after anything, are not told."""
    return voice._replace(source=replace(voice.source, file="", sheet=""))


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
    to a company hidden from that level goes with it. A company's own people get the members', with their own firm laid
    over it by :func:`graph.own_view.with_own`.
    """
    if viewer.level >= Level.MANAGER:
        return store.snapshot(*REGION_KINDS)
    if viewer.company_id:
        from graph.own_view import with_own  # which is made from what this module decides

        return with_own(store, view(store, Viewer(viewer.level)), viewer)
    return resolved(*heard(store), viewer)


def whole_view(store: Store, before: Snapshot | None) -> Snapshot:
    """The region as the manager gets it: the snapshot of an earlier revision brought up to date, or one read anew."""
    manager = Viewer(Level.MANAGER)
    if before is None:
        return view(store, manager)
    changed = store.changed_since(before.revision)
    found = before.following(changed)
    counts = store.counts()
    is_whole = all(len(found.of(kind)) == counts[kind.__name__] for kind in found.kinds)
    if changed.forgotten or not is_whole or store.revision() != found.revision:
        return view(store, manager)
    return found


def views(store: Store) -> dict[Level, Snapshot]:
    """The region as each level gets it, all of one revision.

    Raises:
        RevisionMoved: others write all the time.
    """
    for _ in range(ATTEMPTS):
        whole = view(store, Viewer(Level.MANAGER))
        told, claims = heard(store)
        if told.revision == whole.revision:
            others = {level: resolved(told, claims, Viewer(level)) for level in (Level.PUBLIC, Level.MEMBERS)}
            return {**others, Level.MANAGER: whole}
    raise RevisionMoved("revision_moved", expected=whole.revision, found=told.revision)


def view_at(store: Store, viewer: Viewer, at: int) -> Snapshot:
    """What had been said at a revision, as far as the viewer may have it today: what was chosen since then holds.

    The manager's is the region as it was. A company's own people are not told of earlier moments.

    Raises:
        NotAllowed: to a company's own people.
        UnknownName: for a revision the store has not reached.
    """
    if viewer.company_id:
        raise NotAllowed("not_allowed", result="changes", needs=Level.MANAGER.name)
    if viewer.level >= Level.MANAGER:
        return region_at(store, at)
    return resolved(*heard(store, at), viewer)


def resolved(snapshot: Snapshot, claims: Iterable[Said], viewer: Viewer, *, through_opened: bool = False) -> Snapshot:
    """The region that a viewer may have of claims.

    Args:
        snapshot: Alias, Capability, Company and Decision of the same revision.
        claims: all that count.
        viewer: who is looking, below the manager.
        through_opened: take what goes through the manager as open, to count whom nobody names.
    """
    company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
    live = live_decisions(snapshot.of(Decision))
    consents = Consents.of(live, company_of)
    seen = visible(
        claims, viewer, company_of, sensitive_firms(snapshot), consents.through_opened() if through_opened else consents
    )
    records = resolve(seen, [each for each in live if each.verb != "correct"]).records
    found: dict[type[Record], Sequence[Record]] = {Capability: snapshot.of(Capability)}
    for kind in REGION_KINDS:
        if kind is not Capability:
            found[kind] = sorted(records.get(kind, {}).values(), key=sort_key)
        if kind.__name__ in ALONE:
            found[kind] = sorted(_numbered(found[kind], consents), key=sort_key)
    found[Alias] = [replace(each, name_keys=(), near_keys=()) for each in found[Alias] if isinstance(each, Alias)]
    return Snapshot(snapshot.revision, without_loose_ends(found))


def _numbered(records: Iterable[Record], consents: Consents) -> Iterator[Record]:
    """Records that a firm has opened one at a time, under numbers: a part's own key is the firm's part number.

    The number is that of the choice that opened it, so that it stays while others come and go; what two firms open
    together is numbered as it stands.
    """
    counted: Counter[str] = Counter()
    for each in records:
        kind = type(each)
        owner = str(getattr(each, SHAPES[kind].owner) or "")
        counted[owner] += 1
        chosen = consents.items(owner, kind)
        item = each.key.removeprefix(f"{owner}/")
        number = chosen.index(item) + 1 if item in chosen else len(chosen) + counted[owner]
        yield replace(each, **{key_field(kind): f"{owner}/{number:04}"})


def heard(store: Store, at: int | None = None) -> tuple[Snapshot, list[Said]]:
    """What the region holds and what is said, of one revision; ``at``: what had been said at an earlier one."""
    for _ in range(ATTEMPTS):
        snapshot = store.snapshot(Alias, Capability, Company, Decision)
        claims = list(said(store, at))
        found = store.revision()
        if found == snapshot.revision:
            return snapshot, claims
    raise RevisionMoved("revision_moved", expected=snapshot.revision, found=found)


def without_loose_ends(found: dict[type[Record], Sequence[Record]]) -> dict[type[Record], Sequence[Record]]:
    """The records that refer only to what is there; a list, or a field that may be empty, is left with the rest."""
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

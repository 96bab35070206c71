"""What may a company's own people say, choose and take back? All of their own firm, but for what the network decides.

The one door to what is said by hand asks here. A firm speaks of what it is and can, and never of who it is: its name,
number and municipality join identifiers into one company, and would let it read what is said of another. Membership,
who owns it and what a register has ended stay with the manager, and so does the legal basis for keeping a person. A
firm may mark itself sensitive, and not the reverse; its word is stated, for verified is what somebody else has seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from graph import consent, ledger
from graph.audience import OF_ITSELF, Viewer, may_see, require
from graph.consent import ALL_OF_IT, CONSENT, Choice, Consents, Fact
from graph.errors import NotAllowed, UnknownName
from graph.ledger import Publication
from graph.model import (
    Alias,
    Certificate,
    Claim,
    Company,
    Contact,
    Decision,
    ImportedPart,
    Level,
    Load,
    Need,
    Offer,
    Record,
    Requirement,
    Trade,
    Workplace,
    field_names,
)
from graph.own_view import current_id
from graph.resolve import BY_HAND, CLOSED, read_sources
from graph.schema import SHAPES
from graph.store import Store

LEFT: Mapping[type[Record], frozenset[str]] = {
    Company: frozenset({
        "company_id", "name", "country", "municipality", "locality", "ended_on", "winding_up", "parent_id",
        "member_since", "member_until",
    }),
    Workplace: frozenset({"workplace_id", "company_id"}),
    Offer: frozenset({"offer_id", "company_id", "evidence", "inferred_from", "stated_on"}),
    Certificate: frozenset({"certificate_id", "company_id", "evidence"}),
    ImportedPart: frozenset({"part_id", "company_id"}),
    Requirement: frozenset({"requirement_id", "buyer_id"}),
    Need: frozenset({"need_id", "company_id", "stated_on", "asked_by"}),
    Contact: frozenset({"contact_id", "company_id", "legal_basis", "review_on", "stated_on"}),
}  # fmt: skip
"""Fields of each kind that are not a firm's own to say."""
SPOKEN: Mapping[type[Record], frozenset[str]] = {kind: frozenset(field_names(kind)) - LEFT[kind] for kind in OF_ITSELF}
"""What a firm's own people may say of each kind; of kinds that do not stand here nothing."""
ENDED = "consent_ended:"
"""The note that says on which day a choice was taken back, by the decision's id."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A choice that counts no more; ``until`` is the day it was taken back or another took its place, "" unknown."""

    fact: Fact
    decision: Decision
    until: str


def may_tell(viewer: Viewer, company_id: str = "") -> bool:
    """Whether the viewer may see who says what of the company, and say it anew; without one: of all."""
    return may_see(viewer, "ledger", company_id)


def require_told(store: Store, viewer: Viewer, company_id: str) -> str:
    """Today's identifier of the company, where :func:`may_tell` says yes.

    Raises:
        NotAllowed: it is neither the manager nor the company's own.
    """
    company_id = current_id(store, company_id)
    if viewer.company_id:
        viewer = replace(viewer, company_id=current_id(store, viewer.company_id))
    require(viewer, "ledger", company_id)
    return company_id


# -- what is said ----------------------------------------------------------------------------------------------------


def require_said(store: Store, viewer: Viewer, claims: Collection[Claim]) -> str:
    """Whose word the claims are: the viewer's company, or "" for the manager, who may say anything.

    Raises:
        NotAllowed: ``not_allowed`` without a company, ``not_own`` for what is not that company's to say.
    """
    if viewer.level >= Level.MANAGER:
        return ""
    if not viewer.company_id:
        require(viewer, "ledger")
    own = current_id(store, viewer.company_id or "")
    known = _identifiers(store, own)
    if not known or not all(each.subject in known and _is_own_to_say(each) for each in claims):
        raise NotAllowed("not_own")
    return own


def _is_own_to_say(claim: Claim) -> bool:
    kind = next((each for each in SPOKEN if each.__name__ == claim.kind), None)
    if kind is None or (claim.item and SHAPES[kind].own_key):
        return False  # an item that is a key of its own may be another firm's
    if claim.evidence not in ("stated", CLOSED) or not claim.fields.keys() <= SPOKEN[kind]:
        return False
    return claim.fields.get("sensitive", True) is True


def _identifiers(store: Store, company_id: str) -> set[str]:
    return {each.alias for each in store.matching(Alias, "company_id", [company_id])}


def take_back_said(store: Store, viewer: Viewer, load_id: str) -> Publication:
    """Undo a load: any for the manager, for a company's own people one that they have said by hand.

    Raises:
        NotAllowed: ``not_allowed``, ``not_own``.
        UnknownName: ``no_such_load``.
        UserMistake: ``already_undone``.
    """
    if viewer.level < Level.MANAGER:
        own = require_told(store, viewer, viewer.company_id or "")
        sources = [
            source for load in store.matching(Load, "load_id", [load_id]) for source in read_sources(load.sources)
        ]
        if not sources or any(e.source_type != BY_HAND or current_id(store, e.owner) != own for e in sources):
            raise NotAllowed("not_own")
    return ledger.withdraw(store, load_id)


# -- what is chosen ----------------------------------------------------------------------------------------------------


def choose(
    store: Store,
    viewer: Viewer,
    company_id: str,
    choice: Choice,
    fact: Fact = ALL_OF_IT,
    *,
    by: str = "",
    on: str | None = None,
) -> str:
    """Keep a firm's choice, said by its own people or by the manager for them; see :func:`graph.consent.choose`.

    Raises:
        NotAllowed: it is another firm's to say.
        UserMistake: ``no_such_field``.
    """
    company_id = require_told(store, viewer, company_id)
    return consent.choose(store, company_id, choice, fact, by=by, on=on)


def leave_to_source(
    store: Store, viewer: Viewer, company_id: str, fact: Fact = ALL_OF_IT, *, on: str | None = None
) -> Decision | None:
    """Take back all that a firm has chosen of a fact; returns what counted until now, None where nothing did.

    Raises:
        NotAllowed: it is another firm's to say.
    """
    company_id = require_told(store, viewer, company_id)
    said = [each for each in _said(store, company_id) if each[0] == fact and each[1].withdrawn is None]
    for _, decision in said:
        _end(store, decision.decision_id, on)
    return said[-1][1] if said else None


def take_back_choice(store: Store, viewer: Viewer, decision_id: str, *, on: str | None = None) -> None:
    """Take one choice back: what was chosen before it counts again.

    Raises:
        NotAllowed: ``not_own`` for what is no choice, or another firm's.
        UnknownName: ``no_such_decision``.
    """
    found = store.matching(Decision, "decision_id", [decision_id])
    if not found:
        raise UnknownName("no_such_decision", name=decision_id)
    if found[0].verb != CONSENT:
        raise NotAllowed("not_own")
    require_told(store, viewer, found[0].subjects[0])
    _end(store, decision_id, on)


def _end(store: Store, decision_id: str, on: str | None) -> None:
    store.remember(ENDED + decision_id, on or ledger.today())  # of a choice that counts, the note says nothing
    ledger.retract(store, decision_id)


def chosen(store: Store, viewer: Viewer, company_id: str) -> tuple[Mapping[Fact, Decision], tuple[Ended, ...]]:
    """A firm's choices that count, and those that no longer do, the newest first.

    Raises:
        NotAllowed: they are another firm's.
    """
    company_id = require_told(store, viewer, company_id)
    said = _said(store, company_id)
    days = store.notes(ENDED)
    counting = Consents.of([each for _, each in said], _current(store, said)).of_firm(company_id)
    ended: list[Ended] = []
    following: dict[Fact, str] = {}
    for fact, each in reversed(said):
        if each.withdrawn is not None:
            ended.append(Ended(fact, each, days.get(ENDED + each.decision_id, "")))
            continue
        if fact in following:
            ended.append(Ended(fact, each, following[fact]))
        following[fact] = each.decided_on
    return counting, tuple(ended)


def _said(store: Store, company_id: str) -> list[tuple[Fact, Decision]]:
    """All that a firm has ever chosen and of what, oldest first."""
    known = _identifiers(store, company_id) | {company_id}
    decisions = [
        each
        for each in store.snapshot(Decision).of(Decision)
        if each.verb == CONSENT and each.subjects[0] in known
    ]  # fmt: skip
    decisions.sort(key=lambda each: (each.revision, each.decision_id))
    return [(_fact_of(store, each), each) for each in decisions]


def _fact_of(store: Store, decision: Decision) -> Fact:
    item = decision.item or ""
    if decision.kind == Trade.__name__:
        item = current_id(store, item)
    return Fact(decision.kind or "", item, decision.field or "")


def _current(store: Store, said: Iterable[tuple[Fact, Decision]]) -> dict[str, str]:
    """Today's company of every identifier in the decisions."""
    named = {name for _, each in said for name in (each.subjects[0], each.item or "") if name}
    return {name: current_id(store, name) for name in named}

"""Who says so, as a company's own people may know it: what is said of their firm, and that it was said, not by whom.

The manager gets all of :mod:`graph.provenance`. A firm's own people get the records that are theirs to see whole; their
own words by hand are told as such, and of all others neither file, sheet, list nor person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from graph.audience import OF_ITSELF, Viewer, visible
from graph.consent import CONSENT, Consents
from graph.errors import NotAllowed
from graph.model import Company, Decision, Level, Record, Source, Trade
from graph.own_word import require_told
from graph.provenance import Account, Provenance, Word, account_of, provenance
from graph.resolve import Said, Voice
from graph.schema import SHAPES
from graph.store import Store


def provenance_for(store: Store, viewer: Viewer, company_id: str) -> Provenance:
    """What is said of a company, as the manager or its own people may know it.

    Raises:
        NotAllowed: the viewer is neither.
        RevisionMoved: the region changes faster than it can be read.
    """
    company_id = require_told(store, viewer, company_id)
    found = provenance(store, company_id)
    return found if viewer.level >= Level.MANAGER else _narrowed(found, replace(viewer, company_id=company_id))


def account_for(store: Store, viewer: Viewer, kind: type[Record], key: str) -> Account | None:
    """The account of one record as the manager, or the people of the company that it is about, may know it.

    Raises:
        NotAllowed: the viewer is neither, or the kind is not one that a firm sees all of; whether there is such a
            record or not.
    """
    if viewer.level >= Level.MANAGER:
        return account_of(store, kind, key)
    own = require_told(store, viewer, viewer.company_id or "")
    found = account_of(store, kind, key) if kind in OF_ITSELF else None
    if found is None or found.record is None or _owner(found.record) != own:
        raise NotAllowed("not_own")
    return _told(found, own, {each.claim.subject for each in found.said})


def _owner(record: Record) -> str:
    """The company that a record is about."""
    owner = SHAPES[type(record)].owner
    return record.key if isinstance(record, Company) else str(getattr(record, owner)) if owner else ""


def _narrowed(found: Provenance, viewer: Viewer) -> Provenance:
    own = {alias for alias, company in found.company_of.items() if company == found.company_id} | {found.company_id}
    accounts: dict[type[Record], tuple[Account, ...]] = {
        kind: tuple(_told(each, found.company_id, own) for each in those if each.best.claim.subject in own)
        for kind, those in found.accounts.items()
        if kind in OF_ITSELF
    }
    consents = Consents.of(found.decisions, found.company_of)
    claims = visible(found.claims, viewer, found.company_of, found.sensitive, consents)
    return replace(
        found, accounts=accounts, claims=tuple(claims), decisions=tuple(_their_own(found.decisions, own))
    )  # fmt: skip


def _their_own(decisions: Iterable[Decision], own: set[str]) -> Iterable[Decision]:
    """What was decided about the firm; of others' choices those on a trade with it, which takes both."""
    for each in decisions:
        is_trade = each.verb == CONSENT and each.kind == Trade.__name__ and each.item in own
        if is_trade or (each.verb in (CONSENT, "correct", "same", "not_same") and own & {*each.subjects}):
            yield replace(each, decided_by="")


def _told(account: Account, own: str, identifiers: Collection[str]) -> Account:
    """The account with the firm's own words as they are, and all others without whose they are."""
    names = {own, *identifiers}

    def said_by(each: Said) -> Said:
        claim, voice = each
        if each.is_by_hand and voice.source.owner in names:
            return each
        source = Source("", "", voice.source.audience)
        return Said(replace(claim, row=0), Voice("", voice.revision, source, voice.since))

    def word(each: Word) -> Word:
        decision = replace(each.decision, decided_by="") if each.decision else None
        return Word(each.value, said_by(each.said) if each.said else None, decision)

    words = {name: tuple(map(word, those)) for name, those in account.words.items()}
    return replace(account, said=tuple(map(said_by, account.said)), words=words)

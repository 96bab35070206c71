"""Who says so? Every record that names one company, each field's value with the word that counts and those that do not.

An account is of one record: the claims about it, best first, and a person's corrections. A record closed by hand has an
account and no record. Here is also what other viewers see of the company, and what has changed about it since a
revision, so that nobody saves over what somebody else has just said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.audience import Viewer, visible
from graph.consent import Consents
from graph.errors import RevisionMoved
from graph.hearing import DERIVED_KINDS, hear
from graph.ledger import ATTEMPTS
from graph.model import (
    KIND_BY_NAME,
    Activity,
    Alias,
    Company,
    Decision,
    Level,
    Load,
    Record,
    Value,
    field_names,
    key_field,
)
from graph.packing import mentioned
from graph.resolve import (
    CLOSED,
    Resolution,
    Said,
    best_first,
    corrected_value,
    corrections,
    live_decisions,
    record_key,
    resolve,
    voices,
    words_by_field,
)
from graph.schema import SHAPES
from graph.store import Snapshot, Store

KINDS = tuple(kind for kind in DERIVED_KINDS if kind is not Alias)
NAMING: Mapping[type[Record], tuple[str, ...]] = {
    kind: tuple(each.field for each in SHAPES[kind].references if each.target is Company)
    for kind in KINDS
    if kind is not Company
}
"""The fields of each kind that name a company."""


@dataclass(frozen=True, slots=True)
class Word:
    """A value that somebody gives a field: a source's best claim, or a person's correction."""

    value: Value
    said: Said | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One record and what was said of it; ``record`` is None where it was closed by hand."""

    kind: type[Record]
    key: str
    record: Record | None
    said: tuple[Said, ...]  # best first
    words: Mapping[str, tuple[Word, ...]]  # by field, the one that counts first

    @property
    def best(self) -> Said:
        """The claim that counts first."""
        return self.said[0]

    @property
    def disputed(self) -> tuple[str, ...]:
        """Fields on which the sources differ."""
        return tuple(name for name, words in self.words.items() if len({each.value for each in words}) > 1)

    def audience(self, name: str = "") -> Level:
        """The least audience of the word that counts for a field, else of the record's best claim."""
        word = self.words.get(name, ())
        said = word[0].said if word else None
        claim, voice = said or self.best
        return claim.audience if claim.audience is not None else voice.source.audience


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is said of the records that name a company, as of one revision."""

    company_id: str
    revision: int
    accounts: Mapping[type[Record], tuple[Account, ...]]
    company_of: Mapping[str, str]
    claims: Sequence[Said] = field(repr=False, default=())
    decisions: Sequence[Decision] = field(repr=False, default=())
    sensitive: frozenset[str] = frozenset()

    def of(self, kind: type[Record], *, closed: bool = False) -> tuple[Account, ...]:
        """Accounts of the records of a kind that are there (or of the closed ones), by key."""
        return tuple(each for each in self.accounts.get(kind, ()) if (each.record is None) == closed)

    def account(self, kind: type[Record], key: str) -> Account | None:
        """The account of one record."""
        return next((each for each in self.accounts.get(kind, ()) if each.key == key), None)


def records_by_company(snapshot: Snapshot) -> dict[str, dict[type[Record], list[Record]]]:
    """The records that name each company (as owner, seller, buyer or taking part), by kind and in order of key."""
    found: dict[str, dict[type[Record], list[Record]]] = defaultdict(lambda: defaultdict(list))
    for kind, names in NAMING.items():
        if not names or kind not in snapshot.kinds:
            continue
        for record in snapshot.of(kind):
            for company_id in {each for name in names for each in _listed(getattr(record, name))}:
                found[company_id][kind].append(record)
    return {company_id: dict(kinds) for company_id, kinds in found.items()}


def provenance(store: Store, company_id: str) -> Provenance:
    """What is said of a company and of every record that names it, under any of its identifiers.

    Raises:
        RevisionMoved: the region changes faster than it can be read.
    """
    for _ in range(ATTEMPTS):
        found = _provenance(store, company_id)
        if store.revision() == found.revision:
            return found
    raise RevisionMoved("revision_moved", expected=found.revision, found=store.revision())


def _provenance(store: Store, company_id: str) -> Provenance:
    ledger = store.snapshot(Load, Decision)
    records = list(_records(store, company_id))
    companies = {company_id, *(each for record in records for each in _owners(record))}
    owners = store.matching(Company, "company_id", companies)
    companies |= {each.parent_id for each in owners if each.company_id == company_id and each.parent_id}
    aliases = {each.alias: each.company_id or each.alias for each in store.matching(Alias, "company_id", companies)}
    activities = {record.key for record in records if isinstance(record, Activity)}
    loads = {each.load_id: each for each in ledger.of(Load)}
    claims = hear(store, loads, voices(loads.values()), {*aliases, *activities, company_id})
    unknown = {each for said in claims for each in mentioned(said.claim)} - aliases.keys()
    company_of = aliases | {
        each.alias: each.company_id or each.alias for each in store.matching(Alias, "alias", unknown)
    }
    decisions = live_decisions(ledger.of(Decision))
    everyone = store.matching(Company, "company_id", companies)
    return Provenance(
        company_id,
        ledger.revision,
        _accounts(company_id, records, claims, company_of, decisions),
        company_of,
        claims,
        decisions,
        frozenset(each.company_id for each in everyone if each.sensitive),
    )


def account_of(store: Store, kind: type[Record], key: str) -> Account | None:
    """The account of one record, a company's or not; None where there is no such record."""
    for record in store.matching(kind, key_field(kind), [key]):
        ledger = store.snapshot(Load, Decision)
        owners = {*_owners(record)} or {key}
        aliases = store.matching(Alias, "company_id", owners)
        company_of = {each.alias: each.company_id or each.alias for each in aliases}
        loads = {each.load_id: each for each in ledger.of(Load)}
        claims = hear(store, loads, voices(loads.values()), {*company_of, *owners})
        decisions = live_decisions(ledger.of(Decision))
        accounts = _accounts("", [record], claims, company_of, decisions)
        return next((each for each in accounts.get(kind, ()) if each.key == key), None)
    return None


def _records(store: Store, company_id: str) -> Iterator[Record]:
    """The company and all records that name it, as they are stored."""
    yield from store.matching(Company, "company_id", [company_id])
    for kind, names in NAMING.items():
        found = {each.key: each for name in names for each in store.matching(kind, name, [company_id])}
        yield from found.values()


def _owners(record: Record) -> Iterable[str]:
    """The company whose claims make the record."""
    owner = SHAPES[type(record)].owner
    return _listed(getattr(record, owner)) if owner else ()


def _accounts(
    company_id: str,
    records: Iterable[Record],
    claims: Iterable[Said],
    company_of: Mapping[str, str],
    decisions: Iterable[Decision],
) -> dict[type[Record], tuple[Account, ...]]:
    by_key = {(type(each).__name__, each.key): each for each in records}
    groups: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in claims:
        groups[each.claim.kind, record_key(each.claim, company_of)].append(each)
    told = corrections(decisions, company_of)
    found: dict[type[Record], list[Account]] = defaultdict(list)
    for (kind_name, key), group in sorted(groups.items()):
        said = best_first(group)
        record = by_key.get((kind_name, key))
        is_closed = said[0].claim.evidence == CLOSED
        own = company_of.get(said[0].claim.subject, said[0].claim.subject) == company_id
        if record is not None or (is_closed and own):
            kind = KIND_BY_NAME[kind_name]
            words = _words(kind, said, told.get((kind_name, key), {}))
            found[kind].append(Account(kind, key, record, tuple(said), words))
    return {kind: tuple(each) for kind, each in found.items()}


def _words(kind: type[Record], said: Sequence[Said], corrected: Mapping[str, Decision]) -> dict[str, tuple[Word, ...]]:
    heard = words_by_field(said)
    found: dict[str, tuple[Word, ...]] = {}
    for name in field_names(kind)[1:]:
        words = [Word(value, each) for value, each in heard.get(name, {}).values()]
        if name in corrected:
            words.insert(0, Word(corrected_value(corrected[name]), decision=corrected[name]))
        if words:
            found[name] = tuple(words)
    return found


def _listed(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


# -- what others see -------------------------------------------------------------------------------------------------


def seen_by(found: Provenance, viewer: Viewer) -> dict[type[Record], list[Record]]:
    """The company's own records as another viewer gets them, by kind and key; none where it is hidden from them."""
    consents = Consents.of(found.decisions, found.company_of)
    heard = visible(found.claims, viewer, found.company_of, found.sensitive, consents)
    is_own = viewer.company_id == found.company_id
    told = [each for each in found.decisions if is_own or each.verb != "correct"]
    resolution = resolve(heard, told, found.company_of)
    companies = resolution.of(Company)
    own = {key for key in companies if found.company_of.get(key, key) == found.company_id}
    shown: dict[type[Record], list[Record]] = {}
    for kind, names in NAMING.items():
        records = sorted(resolution.of(kind).values(), key=lambda each: each.key.encode())
        if mine := [each for each in records if any(own & {*_listed(getattr(each, name))} for name in names)]:
            shown[kind] = mine
    if own:
        shown[Company] = [_without_hidden_parent(companies[key], companies) for key in sorted(own)]
    return shown


def _without_hidden_parent(company: Record, companies: Collection[str]) -> Record:
    if isinstance(company, Company) and company.parent_id and company.parent_id not in companies:
        return replace(company, parent_id=None)
    return company


# -- what has changed ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """A field that has another value than at an earlier revision; ``on`` is the day it was said, "" where undone."""

    kind: type[Record]
    key: str
    field: str
    before: Value
    after: Value
    on: str


def moved_since(store: Store, subjects: Collection[str], revision: int) -> list[Moved]:
    """What has changed since a revision of the records that the subjects' companies own, by kind, key and field."""
    ledger = store.snapshot(Load, Decision)
    if ledger.revision == revision:
        return []
    loads = {each.load_id: each for each in ledger.of(Load)}
    companies = {each.company_id or "" for each in store.matching(Alias, "alias", subjects)}
    aliases = store.matching(Alias, "company_id", companies)
    company_of = {each.alias: each.company_id or each.alias for each in aliases}
    about = {*subjects, *company_of}
    then, now = (
        _resolved(store, loads, ledger.of(Decision), about, company_of, at) for at in (revision, ledger.revision)
    )
    newest = _newest_words(hear(store, loads, voices(loads.values()), about), company_of, revision)
    return list(_moved(then, now, newest))


def _resolved(
    store: Store,
    loads: Mapping[str, Load],
    decisions: Iterable[Decision],
    subjects: Collection[str],
    company_of: Mapping[str, str],
    at: int,
) -> Resolution:
    heard = hear(store, loads, voices(loads.values(), at), subjects)
    return resolve(heard, live_decisions(decisions, at), company_of)


def _newest_words(claims: Iterable[Said], company_of: Mapping[str, str], revision: int) -> dict[tuple[str, str], str]:
    """The day of the newest load after the revision that speaks of each record."""
    days: dict[tuple[str, str], str] = {}
    for each in claims:
        if each.voice.revision > revision:
            about = (each.claim.kind, record_key(each.claim, company_of))
            days[about] = max(days.get(about, ""), each.voice.since)
    return days


def _moved(then: Resolution, now: Resolution, days: Mapping[tuple[str, str], str]) -> Iterator[Moved]:
    for kind in KINDS:
        old, new = then.of(kind), now.of(kind)
        fixed = {field_names(kind)[0], SHAPES[kind].owner}
        for key in sorted(old.keys() | new.keys()):
            for name in field_names(kind):
                before, after = (_known(getattr(each.get(key), name, None)) for each in (old, new))
                if before != after and name not in fixed:
                    yield Moved(kind, key, name, before, after, days.get((kind.__name__, key), ""))


def _known(value: Value) -> Value:
    return None if value == () else value

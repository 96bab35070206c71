"""Who is meant, and what is held about that person?

A name may be several people's: :func:`candidates` tells them apart by firm, address and number, and a person chooses.
What is held is found by the same marks that an erasure goes by, so that an extract lists just what would be erased.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import orjson

from graph.access import key_of
from graph.erasing import Erasing, strings_of
from graph.erasure import SUPPRESSED, suppressions
from graph.ledger import today
from graph.marks import ERASED, Keys, Marks, Reader, numbers_of, words_of
from graph.model import Alias, Claim, Company, Contact, Decision, Load, SnapshotName, Source, Value
from graph.packing import unpack
from graph.resolve import read_sources, voices
from graph.secret import NOTE, secret_for
from graph.store import ERASING, Store

PERSON, NAME = "person:", "name:"
MENTIONED, SEEN, BLOCK = "mentioned", "seen", "suppressed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the words may mean: a firm's contact, who a firm is, or one who is only spoken of (no firm)."""

    names: tuple[str, ...]
    titles: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()  # companies
    own: tuple[str, ...] = ()  # identifiers of the person's own firm

    @property
    def keys(self) -> set[tuple[str, ...]]:
        """The names as they are compared."""
        return {tuple(sorted(words_of(each))) for each in self.names}

    def same_as(self, other: Candidate) -> bool:
        """Whether the two, found by different questions, are one person."""
        pairs = ((self.mails, other.mails), (self.phones, other.phones), (self.own, other.own))
        here = set(self.firms) & set(other.firms) and not (self.mails and other.mails)
        return self == other or bool(here) or any(set(one) & set(two) for one, two in pairs)


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that is held: where, of which record and field, what it says, and who said it when.

    ``place``: contact, firm (the person's own), mentioned, decision, load, snapshot, note, suppressed.
    """

    place: str
    kind: str  # of the record, or what the note's name begins with
    about: str  # the company, "" none
    field: str
    value: Value
    source: Source | None = None
    row: int = 0
    on: str = ""
    counts: bool = True  # False: of a load undone, or of a list that a newer one has replaced
    is_sure: bool = True  # False: the name alone, and others bear it too


@dataclass(slots=True, eq=False)
class _Found:
    """A contact of a firm while the claims are gone through."""

    company: str
    names: dict[tuple[str, ...], str] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)

    def add(self, claim: Claim) -> None:
        """Take over what a claim says."""
        known = {name: str(value) for name, value in claim.fields.items() if value}
        if name := known.get("name"):
            self.names[tuple(sorted(words_of(name)))] = name
        for each, values in (("title", self.titles), ("email", self.mails), ("phone", self.phones)):
            values.update({known[each]} if each in known else ())

    def same_as(self, other: _Found) -> bool:
        """Whether the two are one person's: the same name, and an address, a number or the firm in common."""
        if self.names and other.names and not self.names.keys() & other.names.keys():
            return False
        mails = ({each.casefold() for each in found.mails} for found in (self, other))
        phones = ({number for each in found.phones for number in numbers_of(each)} for found in (self, other))
        if set.intersection(*mails):
            return True
        is_named = bool(self.names and other.names)
        here = self.company == other.company and not (self.mails and other.mails)
        return is_named and (bool(set.intersection(*phones)) or here)

    def take(self, other: _Found) -> None:
        """Become one with another."""
        self.names |= other.names
        for name in ("titles", "mails", "phones", "own"):
            getattr(self, name).update(getattr(other, name))


class Holdings:
    """All that a region's store holds, read once, to be asked about people. For the network's manager alone."""

    def __init__(self, store: Store) -> None:
        """Read the ledger, the names and the notes.

        Raises:
            WrongSecret: nobody can be known again by marks made with another secret.
        """
        self.store = store
        self.keys = Keys(secret_for(store))
        snapshot = store.snapshot(Load, Decision, SnapshotName, Alias)
        self._loads = {each.load_id: each for each in snapshot.of(Load)}
        self._sources = {each.load_id: read_sources(each.sources) for each in snapshot.of(Load)}
        self._decisions, self._snapshots = snapshot.of(Decision), snapshot.of(SnapshotName)
        self.company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
        self._heard = voices(self._loads.values())
        self._claims = [
            (block.load_id, claim) for block in store.blocks(dict.fromkeys(self._loads)) for claim in unpack(block)
        ]

    # -- who ---------------------------------------------------------------------------------------------------------

    def candidates(self, text: str, subject: str = "") -> list[Candidate]:
        """Whom a name, an e-mail address or a telephone number may mean, those with most known of them first.

        ``subject`` is the identifier of a sole trader whose personal number was given instead.
        """
        text = text.strip()
        wanted, numbers = set(words_of(text)), set(numbers_of(text))

        def is_meant(found: _Found) -> bool:
            if subject:
                return subject in found.own
            if "@" in text:
                return text.casefold() in {each.casefold() for each in found.mails}
            if numbers:
                return bool(numbers & {one for each in found.phones for one in numbers_of(each)})
            return bool(wanted) and any(wanted <= set(each) for each in found.names)

        return self._meant(is_meant) or self._only_spoken_of(text)

    def _meant(self, is_meant: Callable[[_Found], bool]) -> list[Candidate]:
        """Those whom a question means, each with all that is known of the same person."""
        everybody = [*self._contacts(), *self._owners()]
        meant = [each for each in everybody if is_meant(each)]
        asked = set(map(id, meant))
        more = [each for each in everybody if id(each) not in asked and any(map(each.same_as, meant))]
        found = [_candidate(group) for group in _joined([*meant, *more])]
        return sorted(found, key=lambda e: (-len(e.mails) - len(e.phones) - len(e.firms), e.names, e.firms, e.mails))

    def _contacts(self) -> Iterator[_Found]:
        """The contacts there are or ever were, each of a name by itself."""
        entries: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for _, claim in self._claims:
            if claim.kind == Contact.__name__:
                entries[self.company_of.get(claim.subject, claim.subject), claim.item].append(claim)
        for (company, _), claims in entries.items():
            by_name: dict[tuple[str, ...], _Found] = {}
            named = [each for each in claims if each.fields.get("name")]
            for claim in named:
                key = tuple(sorted(words_of(str(claim.fields["name"]))))
                by_name.setdefault(key, _Found(company)).add(claim)
            only = next(iter(by_name.values())) if len(by_name) == 1 else _Found(company)
            for claim in claims:
                if not claim.fields.get("name"):
                    only.add(claim)
            yield from by_name.values()
            if len(by_name) != 1:
                yield only

    def _owners(self) -> Iterator[_Found]:
        """Firms that are, or by their name alone may be, a person."""
        own: dict[str, set[str]] = defaultdict(set)
        for alias, company in self.company_of.items():
            own[company].add(alias)
        found: dict[str, _Found] = {}
        for _, claim in self._claims:
            if claim.kind != Company.__name__ or not claim.subject.startswith((PERSON, NAME)):
                continue
            company = self.company_of.get(claim.subject, claim.subject)
            aliases = own.get(company, set()) | {claim.subject}
            if any(each.startswith(PERSON) for each in aliases) or not any(
                each.startswith(("org:", "vat:")) for each in aliases
            ):
                one = found.setdefault(company, _Found(company))
                one.own |= aliases
                if name := claim.fields.get("name"):
                    one.names[tuple(sorted(words_of(str(name))))] = str(name)
        yield from found.values()

    def _only_spoken_of(self, text: str) -> list[Candidate]:
        """One who is no contact, where somebody's words name that very name, address or number."""
        mails, phones = ((text,), ()) if "@" in text else ((), (text,)) if numbers_of(text) else ((), ())
        one = Candidate(() if mails or phones else (text,), mails=mails, phones=phones)
        if not (mails or phones or words_of(text)):
            return []
        return [one] if any(each.place != BLOCK for each in self.held(self.marks([one]))) else []

    def addresses(self, chosen: Sequence[Candidate]) -> set[tuple[str, str, str]]:
        """Street, postcode and town of the workplaces of the chosen's own firm."""
        own = {identifier for each in chosen for identifier in each.own}
        names = ("address", "postcode", "locality")
        return {
            (str(said.get(names[0]) or ""), str(said.get(names[1]) or ""), str(said.get(names[2]) or ""))
            for said in (claim.fields for _, claim in self._claims if claim.subject in own)
            if said.get(names[0])
        }

    # -- what --------------------------------------------------------------------------------------------------------

    def marks(self, chosen: Sequence[Candidate]) -> Marks:
        """By what the chosen, who are one person, are known again.

        Where somebody else bears the same name it counts at the person's own firms alone, and at a firm where both
        work not there either. An address or a number that others have too is nobody's.
        """
        names = {key for each in chosen for key in each.keys if key}
        namesakes = [
            other
            for other in self._meant(lambda found: bool(names & found.names.keys()))
            if not any(map(other.same_as, chosen))
        ]
        mails, phones = self._own_only(chosen)
        shared = {firm for each in namesakes for firm in each.firms}
        firms = {alias for each in chosen for firm in each.firms if firm not in shared for alias in self._aliases(firm)}
        return Marks(
            names=frozenset(map(self.keys.name, names)),
            firms=frozenset(map(self.keys.firm, firms)),
            mails=frozenset(map(self.keys.mail, mails)),
            phones=frozenset(map(self.keys.phone, phones)),
            subjects=frozenset(self.keys.firm(own) for each in chosen for own in each.own),
            log_ins=frozenset(key_of(self.store, mail) for each in chosen for mail in each.mails),
            sizes=frozenset(map(len, names)),
            anywhere=not namesakes,
            on=today(),
        )

    def _own_only(self, chosen: Sequence[Candidate]) -> tuple[set[str], set[str]]:
        """The addresses and the numbers that nobody has whose name is another."""
        names = {key for each in chosen for key in each.keys if key}
        mails = {mail.casefold() for each in chosen for mail in each.mails}
        phones = {number for each in chosen for phone in each.phones for number in numbers_of(phone)}
        for other in self._contacts():
            if other.names and not names & other.names.keys():
                mails -= {each.casefold() for each in other.mails}
                phones -= {number for each in other.phones for number in numbers_of(each)}
        return mails, phones

    def _aliases(self, company: str) -> set[str]:
        return {company, *(alias for alias, each in self.company_of.items() if each == company)}

    def held(self, marks: Marks) -> list[Held]:
        """All that is held about the person, what counts first; unsure what a name alone tells that others bear too."""
        sure = set(self._held(marks))
        found = list(self._held(replace(marks, anywhere=True)))
        told = [replace(each, is_sure=each in sure) for each in found]
        return sorted(told, key=lambda each: (not each.is_sure, not each.counts, each.place, each.about, each.on))

    def _held(self, marks: Marks) -> Iterator[Held]:
        reader = Reader([marks], self.keys)
        erasing = Erasing(reader, (claim for _, claim in self._claims), self.company_of)
        yield from self._in_claims(erasing)
        for decision in self._decisions:
            left = erasing.decision(decision)
            if left != decision:
                about = self.company_of.get(decision.subjects[0], decision.subjects[0])
                kept = left or Decision(decision.key)
                told = [_gone(decision.value, kept.value)] if decision.value else []
                told += [decision.decided_by] if decision.decided_by != kept.decided_by else []
                said, counts = " · ".join(filter(None, told)), decision.withdrawn is None
                name, day = decision.field or "", decision.decided_on
                yield Held("decision", decision.verb, about, name, said, on=day, counts=counts)
        for load in self._loads.values():
            if erasing.load(load, load.claims) != load:
                files = ", ".join(sorted({each.file for each in self._sources[load.load_id] if each.file}))
                yield Held("load", Load.__name__, "", "", files, on=load.loaded_on, counts=load.withdrawn is None)
        for each in self._snapshots:
            if reader.without(each.name) != each.name:
                yield Held("snapshot", SnapshotName.__name__, "", "", each.name)
        yield from self._in_notes(erasing, marks)

    def _in_claims(self, erasing: Erasing) -> Iterator[Held]:
        for load_id, claim in self._claims:
            load = self._loads[load_id]
            left = erasing.claim(claim, load.loaded_on)
            if left is claim:
                continue
            place = MENTIONED if left else "contact" if erasing.is_contact(claim) else "firm"
            voice = self._heard.get(load_id, ())
            heard = bool(voice) and voice[claim.source] is not None
            about = self.company_of.get(claim.subject, claim.subject)
            source, day = self._sources[load_id][claim.source], claim.as_of or load.loaded_on
            for name, value in claim.fields.items():
                if left is None or left.fields.get(name) != value:
                    yield Held(place, claim.kind, about, name, value, source, claim.row, day, heard)

    def _in_notes(self, erasing: Erasing, marks: Marks) -> Iterator[Held]:
        notes = {
            name: value
            for name, value in self.store.notes("").items()
            if name not in (ERASING, NOTE) and not name.startswith(SUPPRESSED)
        }
        for name, left in sorted(erasing.notes(notes).items()):
            kind = name.partition(":")[0]
            if kind == SEEN and left is not None:
                yield from (Held("note", kind, "", "", line) for line in _lines(notes[name], left))
            else:
                yield Held("note", kind, "", "", _gone(notes[name], left))
        for kept in suppressions(self.store).values():
            if any(getattr(kept, each) & getattr(marks, each) for each in ("mails", "phones", "subjects")) or (
                kept.names & marks.names and (kept.firms & marks.firms or not marks.firms)
            ):
                yield Held(BLOCK, "", "", "", None, on=kept.on)


def suppressed(holdings: Holdings, text: str, subject: str = "") -> dict[str, Marks]:
    """The erasures of whoever the words name, by their ids, so that one can be lifted."""
    keys = holdings.keys
    wanted = {
        "mails": {keys.mail(text)} if "@" in text else set(),
        "phones": {keys.phone(each) for each in numbers_of(text)},
        "names": {keys.name(words_of(text))} if words_of(text) and "@" not in text else set(),
        "subjects": {keys.firm(subject)} if subject else set(),
    }
    return {
        erasure_id: marks
        for erasure_id, marks in suppressions(holdings.store).items()
        if any(getattr(marks, name) & each for name, each in wanted.items())
    }


def _joined(found: Sequence[_Found]) -> list[list[_Found]]:
    """The contacts and firms of each person, the first of them with all that is known of the person."""
    groups: list[list[_Found]] = []
    for each in found:
        same = [group for group in groups if any(each.same_as(one) for one in group)]
        merged = [each, *(one for group in same for one in group)]
        groups = [group for group in groups if all(group is not one for one in same)]
        groups.append(merged)
    for group in groups:
        companies = [each.company for each in group]
        for each in group[1:]:
            group[0].take(each)
        group[:] = [group[0], *(_Found(company) for company in companies[1:])]
    return groups


def _candidate(group: Sequence[_Found]) -> Candidate:
    one = group[0]
    names, titles, mails, phones, own = (
        tuple(sorted(each)) for each in (one.names.values(), one.titles, one.mails, one.phones, one.own)
    )
    return Candidate(names, titles, mails, phones, tuple(sorted({each.company for each in group})), own)


def _lines(before: str, after: str) -> Iterator[str]:
    """The lines of the log that a person stands in, without what stands for the person."""
    for line, left in zip(orjson.loads(before), orjson.loads(after), strict=True):
        if line != left:
            yield " · ".join(each for each in left if each and each != ERASED)


def _gone(before: str, after: str | None) -> str:
    """The texts of a note or a value of JSON that do not stay as they are."""
    left = set(strings_of(after)) if after else set()
    return " · ".join(dict.fromkeys(each for each in strings_of(before) if each and each not in left))

"""What a person types about one record, as claims of the source "by hand"; and the load that saves them.

A draft holds the claims, or what is wrong with the fields. Only what was typed anew is claimed, so that files go on
telling the rest. A claim keeps the audience of what it changes; what closes a record is for everybody, since it says
nothing by itself and what is no more is no more for anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count

from graph.audience import OF_ITSELF, Viewer
from graph.errors import RevisionMoved, UserMistake
from graph.identity import is_company
from graph.ledger import ATTEMPTS, publish
from graph.model import (
    Alias,
    Claim,
    Company,
    Level,
    Record,
    Requirement,
    Source,
    SupportActor,
    SupportOffer,
    Trade,
    Value,
    Workplace,
    key_field,
)
from graph.own_word import SPOKEN, require_said
from graph.provenance import Account, Moved, moved_since
from graph.resolve import BY_HAND, CLOSED, is_concluded, record_key
from graph.schema import SHAPES, company_references
from graph.secret import secret_for
from graph.store import Snapshot, Store
from ingest.forms import FORMS, NEW_FIRM, PLACE_FIELDS, Field, Form, asked
from ingest.identity import company_subject, read_number
from ingest.invented import refuse_mixing
from ingest.kept_out import KeptOut
from ingest.locate import Location, Locator, PlaceProblem
from ingest.pipeline import NETWORK
from ingest.sources.reading import PRIVATE_OF_PERSONS
from ingest.typed import Mistake, Typed, read_form

SOURCE = Source(BY_HAND, NETWORK, Level.MANAGER)
POINT_FIELDS = ("latitude", "longitude", "location_precision", "location_uncertainty_km")
TELL_WHO = frozenset({*PRIVATE_OF_PERSONS, "address", "postcode"})
"""Fields of a natural person's firm that tell who it is: the manager's alone."""
OF_THE_CLAIM = ("evidence", "stated_on")
"""Fields of a form that say of the claim itself what it rests on, and its day."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Claims to be saved, or mistakes; ``subjects`` are those whose records it is about."""

    claims: tuple[Claim, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a draft: a load, nothing new (neither), or what others have changed meanwhile."""

    load_id: str | None = None
    moved: tuple[Moved, ...] = ()


class Desk:
    """Where a person's words become claims. It writes nothing."""

    def __init__(self, store: Store, companies: Snapshot, *, on: str, for_firm: bool = False) -> None:
        """Take a seat.

        Args:
            store: the region.
            companies: Company and Alias, to tell whom a name means.
            on: the day (ISO).
            for_firm: a company's own people type; what is not theirs to say is left as it is.
        """
        self._store, self._companies, self._on, self._for_firm = store, companies, on, for_firm
        self._locator = Locator()

    def add(
        self,
        kind: type[Record],
        typed: Mapping[str, str],
        *,
        about: str = "",
        audience: Level = Level.MANAGER,
        new_firms: bool = False,
    ) -> Draft:
        """A new record.

        Args:
            kind: its kind; a Company is a new firm.
            typed: the text of each field that has one.
            about: the company (or support actor) it belongs to; of a trade, the end that is not typed.
            audience: who may see it.
            new_firms: take names that nobody answers to for firms not known before.
        """
        if kind is Company:
            return self._add_firm(typed, audience)
        form = FORMS[kind]
        name_new = self._new_subject if new_firms else None
        read = read_form(form, typed, self._asked(form), self._companies, name_new=name_new)
        read.require(form, {}, [each.name for each in form.fields if each.required])
        subject = _trade(about, read) if kind is Trade else about
        if "other_id" in read.values and read.values["other_id"] == about:
            read.wrong("other_id", "itself")
        if kind is Workplace:
            self._locate(read, {})
        if read.mistakes:
            return Draft(mistakes=tuple(read.mistakes))
        item = form.key(subject, read.values)
        if SHAPES[kind].about and SHAPES[kind].own_key:
            subject, item = item, ""
        item = self._free(kind, subject, item, read)
        if read.mistakes:
            return Draft(mistakes=tuple(read.mistakes))
        said = {**read.values, **(asked(read.values) if kind is Requirement else {})}
        known = {name: value for name, value in said.items() if value not in (None, ())}
        claims = self._claims(subject, kind, item, known, {}, audience)
        return Draft((*claims, *self._dated(read.mentions)), subjects=frozenset({subject, about} - {""}))

    def change(self, account: Account, typed: Mapping[str, str], *, new_firms: bool = False) -> Draft:
        """Other values for the fields that were typed anew; an empty text says that it is not known."""
        form, now = FORMS[account.kind], _values(account.record)
        may_change = [each for each in self._asked(form) if not each.fixed]
        name_new = self._new_subject if new_firms else None
        read = read_form(form, typed, may_change, self._companies, name_new=name_new)
        read.require(form, now, [each.name for each in may_change if each.required and each.name in typed])
        if account.kind is Workplace:
            self._locate(read, now)
        if account.kind is Requirement and read.values.keys() & set(form.one_of):
            read.values["what"] = asked({**now, **read.values})["what"]
        if read.mistakes:
            return Draft(mistakes=tuple(read.mistakes))
        values = {name: value for name, value in read.values.items() if value != now.get(name)}
        if not values:
            return Draft()
        subject = _subject_of(account)
        levels = {name: account.audience(name) for name in values}
        if not self._for_firm:
            values["evidence"] = read.values.get("evidence") or now.get("evidence")
        claims = self._claims(subject, account.kind, account.best.claim.item, values, levels, account.audience())
        if account.kind is Workplace and not self._for_firm:
            claims += self._follow(account, values, now)
        return Draft((*claims, *self._dated(read.mentions)), subjects=frozenset({subject}))

    def confirm(self, account: Account) -> Draft:
        """All that the record says, said again as verified today; by the firm itself, as stated today."""
        shape = SHAPES[account.kind]
        fixed = {key_field(account.kind), shape.owner, shape.item, *OF_THE_CLAIM}
        known = {name: value for name, value in _values(account.record).items() if value not in (None, ())}
        values = {name: value for name, value in known.items() if name not in fixed}
        levels = {name: account.audience(name) for name in values}
        subject, audience = _subject_of(account), account.audience()
        if self._for_firm:
            values = {name: value for name, value in values.items() if _is_spoken(account.kind, name, value)}
            claims = self._claims(subject, account.kind, account.best.claim.item, values, levels, audience)
            return Draft(tuple(claims), subjects=frozenset({subject}))
        values["evidence"] = "verified"
        if is_concluded(account.best):  # from now on somebody's word, as the network's own list would say it
            levels, audience = {}, Level.MEMBERS
            del values["inferred_from"]
        claims = self._claims(subject, account.kind, account.best.claim.item, values, levels, audience)
        return Draft(tuple(claims), subjects=frozenset({subject}))

    def close(self, accounts: Sequence[Account]) -> Draft:
        """The records are no more, for anybody.

        Raises:
            UserMistake: ``company_not_closed``.
        """
        if any(each.kind is Company for each in accounts):
            raise UserMistake("company_not_closed")
        closed = {
            (said.claim.subject, account.kind.__name__, said.claim.item)
            for account in accounts
            for said in account.said
        }
        claims = tuple(
            Claim(*each, {}, evidence=CLOSED, as_of=self._on, audience=Level.PUBLIC) for each in sorted(closed)
        )
        return Draft(claims, subjects=frozenset(each.subject for each in claims))

    def _asked(self, form: Form) -> list[Field]:
        """The fields that whoever types may fill in."""
        return fields_of(form, for_firm=self._for_firm)

    # -- a firm not known before --

    def _add_firm(self, typed: Mapping[str, str], audience: Level) -> Draft:
        read = read_form(NEW_FIRM, typed, NEW_FIRM.fields, self._companies)
        read.require(NEW_FIRM, {}, ["name"])
        text = str(read.values.pop("org_number", None) or "")
        number = read_number(text)
        if text and number.problem:
            read.wrong("org_number", number.problem, text)
        country = str(read.values.get("country") or "SE")
        place = {name: read.values.pop(name, None) for name in PLACE_FIELDS}
        site = Typed({name: value for name, value in place.items() if value}, read.mistakes)
        if country == "SE":
            self._locate(site, {})
        if read.mistakes:
            return Draft(mistakes=tuple(read.mistakes))
        name, municipality = str(read.values["name"]), str(site.values.get("municipality") or "")
        subject = self._new_subject(text or name, country=country, municipality=municipality)
        if not subject or self._store.matching(Alias, "alias", [subject]):
            read.wrong("org_number" if number.digits else "name", "already_there" if subject else "value_missing", name)
            return Draft(mistakes=tuple(read.mistakes))
        said = {**read.values, "country": country}
        said |= {each: site.values.get(each) for each in ("municipality", "locality")}
        known = {each: value for each, value in said.items() if value}
        claims = self._claims(subject, Company, "", known, {}, audience)
        if site.values:
            claims += self._claims(subject, Workplace, "main", site.values, {}, audience)
        return Draft(tuple(claims), subjects=frozenset({subject}))

    def _new_subject(self, text: str, **where: str) -> str:
        """The identifier of a firm by its number or name, "" where the text is neither."""
        is_number = bool(read_number(text).digits)
        named = {"org_number": text} if is_number else {"name": text}
        return company_subject(secret=secret_for(self._store), **named, **where)  # type: ignore[arg-type]

    # -- where it lies, and how it is kept --

    def _locate(self, read: Typed, now: Mapping[str, Value]) -> None:
        """The point of a workplace: the coordinates typed, else what follows from its words."""
        typed = [read.values.get(name) for name in ("latitude", "longitude")]
        if not read.values.keys() & {*PLACE_FIELDS, "latitude", "longitude"}:
            return
        said = {name: read.values.get(name, now.get(name)) or None for name in PLACE_FIELDS}
        if None in typed:
            typed = [None, None]
        found = self._locator.locate(**said, latitude=typed[0], longitude=typed[1])  # type: ignore[arg-type]
        if isinstance(found, PlaceProblem):
            name = {"municipality": "municipality", "latitude": "latitude"}.get(found.field, "locality")
            read.wrong(name, found.code, found.value, found.suggestions)
        elif isinstance(found, Location):
            point = (found.latitude, found.longitude, found.precision, found.uncertainty_km)
            read.values |= dict(zip(POINT_FIELDS, point, strict=True))
            read.values["municipality"] = found.municipality or said["municipality"]
            read.values["locality"] = said["locality"] or found.locality
        else:
            read.values |= dict.fromkeys(POINT_FIELDS)

    def _follow(self, account: Account, values: Mapping[str, Value], now: Mapping[str, Value]) -> list[Claim]:
        """A firm that moves is in another municipality too, where it was in its workplace's until now."""
        moved = {}
        for firm in self._store.matching(Company, "company_id", [str(now["company_id"])]):
            for name in ("municipality", "locality"):
                if name in values and getattr(firm, name) == now.get(name):
                    moved[name] = values[name]
        level = account.audience("municipality")
        claim = Claim(str(now["company_id"]), Company.__name__, "", moved, as_of=self._on, audience=level)
        return [claim] if moved else []

    def _free(self, kind: type[Record], subject: str, item: str, read: Typed) -> str:
        """A key that no other record has; a record that its key says all of is not added twice."""
        shape = SHAPES[kind]
        if kind is Workplace and not self._is_there(kind, subject, "main"):
            return "main"
        if not self._is_there(kind, subject, item):
            return item
        if shape.item or not item:
            name = shape.item or "name"
            read.wrong(name, "already_there", str(read.values.get(name, "")))
            return item
        return next(each for number in count(2) if not self._is_there(kind, subject, each := f"{item}-{number}"))

    def _is_there(self, kind: type[Record], subject: str, item: str) -> bool:
        key = record_key(Claim(subject, kind.__name__, item, {}), {})
        return bool(self._store.matching(kind, key_field(kind), [key]))

    def _claims(
        self,
        subject: str,
        kind: type[Record],
        item: str,
        values: Mapping[str, Value],
        levels: Mapping[str, Level],
        otherwise: Level,
    ) -> list[Claim]:
        """One claim an audience; and that all whom it names are there, so that a file undone leaves no end loose."""
        by_level: dict[Level, dict[str, Value]] = defaultdict(dict)
        for name, value in values.items():
            if name not in OF_THE_CLAIM:
                private = subject.startswith("person:") and _tells_who(kind, name, values)
                by_level[Level.MANAGER if private else levels.get(name, otherwise)][name] = value
        evidence, as_of = str(values.get("evidence") or "stated"), str(values.get("stated_on") or self._on)
        claims = [
            Claim(subject, kind.__name__, item, said, evidence=evidence, as_of=as_of, audience=level)
            for level, said in sorted(by_level.items() or {otherwise: {}}.items())
        ]
        if kind is SupportOffer:
            claims.append(Claim(subject, SupportActor.__name__, "", {}, as_of=self._on, audience=otherwise))
        named = {each for reference in company_references(kind) for each in _listed(values.get(reference.field))}
        named |= {subject} if is_company(subject) and kind is not Company else set()
        return claims + [Claim(each, Company.__name__, "", {}, as_of=self._on) for each in sorted(named)]

    def _dated(self, claims: Sequence[Claim]) -> list[Claim]:
        return [replace(each, as_of=self._on) for each in claims]


def fields_of(form: Form, *, for_firm: bool = False) -> list[Field]:
    """The form's fields, or those of them that a firm's own people may fill in."""
    spoken = SPOKEN.get(form.kind, frozenset())
    return [each for each in form.fields if not for_firm or each.name in spoken]


def _is_spoken(kind: type[Record], name: str, value: Value) -> bool:
    """Whether a firm says this of itself: that it is not sensitive it does not say."""
    return name in SPOKEN.get(kind, ()) and (name, value) != ("sensitive", False)


def _trade(about: str, read: Typed) -> str:
    """The seller of a new trade: the firm it is added at, unless another was typed; then that firm is the buyer."""
    seller, buyer = read.values.pop("seller_id", None), read.values.get("buyer_id")
    if not read.mistakes and not seller and not buyer:
        read.wrong("buyer_id", "value_missing")
    if seller:
        read.values["buyer_id"] = about
    if about in (seller, buyer):
        read.wrong("seller_id" if seller else "buyer_id", "itself")
    return str(seller or about)


def _subject_of(account: Account) -> str:
    """What claims about a record are keyed to, so that they follow it where its company falls apart."""
    return account.key if account.kind is Company else account.best.claim.subject


def _tells_who(kind: type[Record], name: str, values: Mapping[str, Value]) -> bool:
    """Whether the field tells who a natural person is."""
    exact = kind is Workplace and values.get("location_precision") == "address"
    return name in TELL_WHO or (exact and name in POINT_FIELDS)


def _values(record: Record | None) -> dict[str, Value]:
    return {each.name: getattr(record, each.name) for each in fields(record)} if record else {}


def _listed(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def save(store: Store, viewer: Viewer, draft: Draft, *, started: int, on: str, anyway: bool = False) -> Saved:
    """Publish a draft as one load, unless somebody has changed the same firm's records since revision ``started``.

    What a company's own people say is that company's word, of a source of its own.

    Raises:
        NotAllowed: it is not the viewer's to say, see :func:`graph.own_word.require_said`.
        UserMistake: an invented firm beside real ones, or the other way round; ``person_erased``.
        StoreError: nothing was written.
    """
    firm = require_said(store, viewer, draft.claims)
    if not draft.claims:
        return Saved()
    source = replace(SOURCE, owner=firm) if firm else SOURCE
    refuse_mixing(store, draft.claims, [source])
    KeptOut(store, secret_for(store), on).refuse(draft.claims)
    for _ in range(ATTEMPTS):
        revision = store.revision()
        moved = [] if anyway else moved_since(store, draft.subjects, started)
        moved = [each for each in moved if not firm or each.kind in OF_ITSELF]
        if moved:
            return Saved(moved=tuple(moved))
        try:
            return Saved(publish(store, [source], draft.claims, on=on, expected=revision).load_id)
        except RevisionMoved:
            continue  # somebody was quicker: look again at what it was
    raise RevisionMoved("revision_moved", expected=revision, found=store.revision())

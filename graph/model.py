"""The records of a region: the one place where a field is named, typed and given its least audience.

A record is what everybody reads; it is derived from claims (what a source said) and decisions (what a person
decided) by :mod:`graph.resolve`. Units stand in the names: ``_km``, ``_mm``, ``_kg`` and ``_sek`` (whole kronor).
``None`` means unknown, never no. Dates are ISO text (``2026-11-22``). Coordinates are degrees WGS84, latitude first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any, TypeAlias, TypeVar

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None


class Level(IntEnum):
    """How much a viewer is trusted with."""

    PUBLIC = 0
    MEMBERS = 1
    MANAGER = 2


def public(default: Any = None) -> Any:
    """A field anybody may see."""
    return field(default=default, metadata={"audience": Level.PUBLIC})


def members(default: Any = None) -> Any:
    """A field the network's members may see."""
    return field(default=default, metadata={"audience": Level.MEMBERS})


def manager(default: Any = None) -> Any:
    """A field only the network's manager may see."""
    return field(default=default, metadata={"audience": Level.MANAGER})


@dataclass(frozen=True, slots=True)
class Record:
    """One thing of the region; the first field of every kind is its key."""

    @property
    def key(self) -> str:
        """The record's key, unique among its kind."""
        key: str = getattr(self, key_field(type(self)))
        return key


T = TypeVar("T")


def once_a_kind(question: Callable[[type[Record]], T]) -> Callable[[type[Record]], T]:
    """Ask a question of each kind once, and remember the answer."""
    answers: dict[type[Record], T] = {}

    def answer(kind: type[Record]) -> T:
        if kind not in answers:
            answers[kind] = question(kind)
        return answers[kind]

    answer.__doc__ = question.__doc__
    return answer


@once_a_kind
def key_field(kind: type[Record]) -> str:
    """Name of the field that holds the kind's key."""
    return fields(kind)[0].name


@once_a_kind
def field_names(kind: type[Record]) -> tuple[str, ...]:
    """Names of the kind's fields, in the order they are declared."""
    return tuple(each.name for each in fields(kind))


@once_a_kind
def least_audiences(kind: type[Record]) -> dict[str, Level]:
    """The lowest level that may see each field, whatever its source allows.

    A field that does not say is the manager's: default deny.
    """
    return {each.name: each.metadata.get("audience", Level.MANAGER) for each in fields(kind)}


# -- who and where -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Company(Record):
    """A firm. ``company_id`` is ``org:…``, ``vat:…``, ``person:…`` or ``name:…``, best known first."""

    company_id: str = public()
    name: str | None = public()  # of a natural person: the manager's alone, see graph.audience
    country: str | None = public()  # ISO 3166-1 alpha-2
    municipality: str | None = public()  # Swedish four-digit code
    locality: str | None = public()
    sni: str | None = public()  # five digits, or four with a point, as the source had it
    sni_version: str | None = public()  # "2007" or "2025"
    employees: int | None = public()
    size_class: str | None = public()  # "0", "1-9", "10-19", "20-49", "50-99", "100-199", "200-499", "500+"
    legal_form: str | None = public()  # AB, HB, KB, EF (sole trader), EK (co-operative), ...: as the register has it
    ended_on: str | None = public()  # the day the register struck it off
    winding_up: str | None = public()  # bankruptcy, liquidation: on its way to that day
    sector: str | None = public()  # industry, services, staffing, consulting, public, support, trade
    business: str | None = public()  # what the firm itself says it does
    website: str | None = public()
    parent_id: str | None = public()  # (:Company)-[:PART_OF]->(:Company)
    member_since: str | None = members()
    member_until: str | None = members()
    no_mailings: bool | None = manager()  # asked the register that nobody mails it advertisements
    sensitive: bool | None = manager()  # defence or export control: its answers stay with the manager

    @property
    def is_active(self) -> bool:
        """Whether it is neither struck off nor being wound up: nobody is sent to a firm that is."""
        return self.ended_on is None and self.winding_up is None


@dataclass(frozen=True, slots=True)
class Alias(Record):
    """Another identifier of a company, kept so that links and shortlists hold when a better one arrives."""

    alias: str = public()
    company_id: str | None = public()  # (:Alias)-[:NAMES]->(:Company)
    name_keys: tuple[str, ...] = manager(())  # folded names this identifier was seen with; see graph.resolve
    near_keys: tuple[str, ...] = manager(())  # under which those are looked for that it may be a spelling of


@dataclass(frozen=True, slots=True)
class Workplace(Record):
    """A site of a company. Distances start here."""

    workplace_id: str = public()
    company_id: str | None = public()  # (:Company)-[:HAS_WORKPLACE]->(:Workplace)
    name: str | None = public()
    address: str | None = public()
    postcode: str | None = public()
    locality: str | None = public()
    municipality: str | None = public()
    latitude: float | None = public()
    longitude: float | None = public()
    location_precision: str | None = public()  # address, postcode, locality, municipality
    location_uncertainty_km: float | None = public()


@dataclass(frozen=True, slots=True)
class Region(Record):
    """A named, free set of municipalities."""

    region_id: str = public()
    name: str | None = public()
    municipalities: tuple[str, ...] = public(())
    is_home: bool | None = public()  # False: not the network's own, only to compare with


# -- what they can do ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capability(Record):
    """A process of the taxonomy."""

    capability: str = public()
    family: str | None = public()
    parent: str | None = public()  # a more general process, which counts for this one
    name_sv: str | None = public()
    name_en: str | None = public()


OWN_WORD = ("stated", "verified")
"""Evidence that somebody has given, and the program has not only concluded."""


@dataclass(frozen=True, slots=True)
class Offer(Record):
    """(:Company)-[:OFFERS]->(:Capability): what a company can do, how large, how fine and how many."""

    offer_id: str = public()
    company_id: str | None = public()
    capability: str | None = public()
    materials: tuple[str, ...] = public(())
    max_length_mm: float | None = public()
    max_weight_kg: float | None = public()
    tolerance: str | None = public()  # "IT7", "ISO 2768-f": as the firm writes it
    batch_min: int | None = public()
    batch_max: int | None = public()
    lead_time_days: int | None = members()
    free_capacity_percent: int | None = members()
    evidence: str | None = public()  # verified, stated, inferred
    inferred_from: tuple[str, ...] = manager(())  # what nobody's word rests on: "sni:25530", "business:svarvning"
    stated_on: str | None = public()
    confirm_by: str | None = members()  # the day the firm wants to be asked again


@dataclass(frozen=True, slots=True)
class Certificate(Record):
    """(:Company)-[:HOLDS]->(:Certificate)."""

    certificate_id: str = public()
    company_id: str | None = public()
    standard: str | None = public()
    valid_until: str | None = public()
    evidence: str | None = public()
    confirm_by: str | None = members()


# -- what they buy and sell ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trade(Record):
    """(:Company)-[:SELLS_TO]->(:Company): one row of one source."""

    trade_id: str = manager()
    seller_id: str | None = manager()
    buyer_id: str | None = manager()
    what: str | None = manager()
    code: str | None = manager()  # "CPV 42120000", "CN 84818059": the list it is from, then the code
    value_sek: int | None = manager()
    year: int | None = manager()
    contracts: int | None = manager()  # how many contracts or invoices the row stands for


@dataclass(frozen=True, slots=True)
class ImportedPart(Record):
    """(:Company)-[:IMPORTS]->(:ImportedPart)-[:REQUIRES]->(:Capability)."""

    part_id: str = manager()
    company_id: str | None = manager()
    part_number: str | None = manager()
    description: str | None = manager()
    cn_code: str | None = manager()  # digits only, leading zero kept
    origin_country: str | None = manager()
    supplier: str | None = manager()
    value_sek: int | None = manager()  # a year
    mass_kg: float | None = manager()  # a year
    transport_mode: str | None = manager()  # sea, road, rail, air
    year: int | None = manager()
    capabilities: tuple[str, ...] = manager(())
    material: str | None = manager()
    certificates: tuple[str, ...] = manager(())
    length_mm: float | None = manager()
    piece_weight_kg: float | None = manager()
    tolerance: str | None = manager()
    annual_quantity: int | None = manager()
    lead_time_days: int | None = manager()  # from order to delivery, today


# -- what they ask for and need ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Requirement(Record):
    """(:Company)-[:ASKS]->(:Requirement): what a buyer asks of its suppliers."""

    requirement_id: str = manager()
    buyer_id: str | None = manager()
    what: str | None = manager()  # "certificate", "capability", "other"
    standard: str | None = manager()
    capability: str | None = manager()
    description: str | None = manager()
    applies_from: str | None = manager()  # None: now


@dataclass(frozen=True, slots=True)
class Need(Record):
    """(:Company)-[:NEEDS]->(:Need): a development need a company has stated."""

    need_id: str = manager()
    company_id: str | None = manager()
    theme: str | None = manager()
    description: str | None = manager()
    priority: int | None = manager()  # 1 is the most urgent
    stated_on: str | None = manager()
    asked_by: str | None = manager()
    may_share: bool | None = manager()  # with those who help, by the firm's own word; None: nobody has asked


@dataclass(frozen=True, slots=True)
class SupportActor(Record):
    """Who helps: university, Almi, chamber, science park, project."""

    actor_id: str = public()
    name: str | None = public()
    actor_type: str | None = public()
    municipality: str | None = public()
    website: str | None = public()


@dataclass(frozen=True, slots=True)
class SupportOffer(Record):
    """(:SupportActor)-[:GIVES]->(:SupportOffer): with what."""

    support_offer_id: str = public()
    actor_id: str | None = public()
    theme: str | None = public()
    description: str | None = public()
    deadline: str | None = public()
    amount_sek: int | None = public()
    municipalities: tuple[str, ...] = public(())  # whose firms it is for; () is everybody's


@dataclass(frozen=True, slots=True)
class SupportCase(Record):
    """(:Company)-[:GOT_HELP]->(:SupportCase): what became of an offer of help at a firm."""

    support_case_id: str = manager()
    company_id: str | None = manager()
    actor: str | None = manager()  # the support actor's name
    theme: str | None = manager()
    description: str | None = manager()
    status: str | None = manager()  # advised, applied, granted, refused, ended
    changed_on: str | None = manager()  # the day it came to that status
    granted_on: str | None = manager()  # the day it was granted, also of one that has ended since
    amount_sek: int | None = manager()
    result: str | None = manager()
    maturity_before: int | None = manager()  # 1 (beginner) to 5 (leading), as the firm and the actor judge it
    maturity_after: int | None = manager()
    project: str | None = manager()  # whose work it was part of


# -- the network's own work ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact(Record):
    """(:Company)-[:HAS_CONTACT]->(:Contact): whom to talk to."""

    contact_id: str = manager()
    company_id: str | None = manager()
    name: str | None = manager()
    title: str | None = manager()
    email: str | None = manager()
    phone: str | None = manager()
    legal_basis: str | None = manager()  # consent, contract, legal_obligation, public_task, legitimate_interest
    review_on: str | None = manager()  # the day to ask whether it is still needed; None: see graph.freshness
    stated_on: str | None = manager()


@dataclass(frozen=True, slots=True)
class Interview(Record):
    """(:Company)-[:ASKED_IN]->(:Interview): who was asked, when and whether an answer came."""

    interview_id: str = manager()
    company_id: str | None = manager()
    asked_on: str | None = manager()
    how: str | None = manager()
    reminded_on: str | None = manager()  # the last time
    outcome: str | None = manager()  # answered, no_answer, declined, never (ask again)
    answered_on: str | None = manager()
    asked_by: str | None = manager()
    notes: str | None = manager()
    project: str | None = manager()  # whose work it was part of


@dataclass(frozen=True, slots=True)
class Introduction(Record):
    """(:Company)-[:INTRODUCED_TO]->(:Company): who was introduced, and what came of it."""

    introduction_id: str = manager()
    company_id: str | None = manager()
    other_id: str | None = manager()
    introduced_on: str | None = manager()
    outcome: str | None = manager()  # open, met, quoted, ordered, none
    introduced_by: str | None = manager()
    reason: str | None = manager()
    project: str | None = manager()  # whose work it was part of


@dataclass(frozen=True, slots=True)
class Activity(Record):
    """A meeting, study visit, training or pilot: (:Activity)-[:GATHERED]->(:Company). Never a trade."""

    activity_id: str = manager()
    name: str | None = manager()
    activity_type: str | None = manager()
    held_on: str | None = manager()
    theme: str | None = manager()  # of the needs that it serves
    project: str | None = manager()  # whose work it was part of
    participants: tuple[str, ...] = manager(())


# -- the ledger --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load(Record):
    """One publication: all files of one command or upload, seen whole or not at all."""

    load_id: str = manager()
    revision: int = manager(0)  # of the region when it was published
    withdrawn: int | None = manager()  # the revision at which it was undone
    loaded_on: str = manager("")
    sources: str = manager("[]")  # JSON list of graph.model.Source, in the order statements refer to them
    bucket_bits: int = manager(0)  # statements of the load are spread over 2**bucket_bits blocks
    claims: int = manager(0)


@dataclass(frozen=True, slots=True)
class Decision(Record):
    """A person's word, keyed to subjects, so that it survives every re-import."""

    decision_id: str = manager()
    verb: str = manager("")  # same, not_same, correct, columns, means, consent, not_introduced
    subjects: tuple[str, ...] = manager(())
    kind: str | None = manager()  # of the record corrected
    item: str | None = manager()  # its key below the subject, as in Claim.item
    field: str | None = manager()
    value: str | None = manager()  # JSON: of a correction, or which columns of a list mean what
    decided_by: str = manager("")
    decided_on: str = manager("")
    revision: int = manager(0)
    withdrawn: int | None = manager()


@dataclass(frozen=True, slots=True)
class SnapshotName(Record):
    """A revision somebody gave a name, to come back to."""

    name: str = manager()
    at: int = manager(0)


REGION_KINDS: tuple[type[Record], ...] = (
    Capability, Company, Alias, Workplace, Region, Offer, Certificate, Trade, ImportedPart, Requirement, Need,
    SupportActor, SupportOffer, SupportCase, Contact, Interview, Introduction, Activity,
)  # fmt: skip
LEDGER_KINDS: tuple[type[Record], ...] = (Load, Decision, SnapshotName)
KINDS: tuple[type[Record], ...] = REGION_KINDS + LEDGER_KINDS
KIND_BY_NAME: Mapping[str, type[Record]] = {kind.__name__: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Source:
    """Where claims of a load come from: one file, or one sheet of one, or "by hand"."""

    source_type: str  # the module of ingest.sources that read it, or "by_hand"
    owner: str  # whose list it is: a company's identifier, or "network"
    audience: Level = Level.MANAGER  # the least audience of all it says
    complete: bool = False  # True: what its newest load no longer lists is closed for this source
    file: str = ""
    sheet: str = ""
    as_of: str = ""  # the day its rows speak of, where they do not say themselves

    @property
    def name(self) -> tuple[str, str]:
        """What stays the same from load to load."""
        return (self.source_type, self.owner)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one row of one source says of one record of one subject."""

    subject: str  # identifier as the row gives it: "org:…", "name:…", "actor:…"
    kind: str  # name of a record kind
    item: str  # the record's key below its subject: "turning" for an offer, "" for the company itself
    fields: Mapping[str, Value]  # only what is known; references to companies are identifiers as the row gives them
    row: int = 0  # as the user counts it: the first line of a sheet is 1
    source: int = 0  # index in the load's sources
    evidence: str = "stated"
    as_of: str | None = None
    audience: Level | None = None  # the firm's own word on who may see this; None: as the source


__all__ = [name for name in globals() if name[:1].isupper()] + [
    "field_names", "key_field", "least_audiences", "once_a_kind", "manager", "members", "public",
]  # fmt: skip

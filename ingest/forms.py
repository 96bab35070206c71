"""What can be said by hand: every kind and field, and how what a person types there is read.

The cells of files and the fields of forms are read by the same functions, and a record that is typed gets the key that
a file would give it, so that the two meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from graph.geo import Gazetteer
from graph.model import (
    Activity,
    Certificate,
    Company,
    Contact,
    ImportedPart,
    Interview,
    Introduction,
    Level,
    Need,
    Offer,
    Record,
    Region,
    Requirement,
    SupportActor,
    SupportCase,
    SupportOffer,
    Trade,
    Value,
    Workplace,
    key_field,
    least_audiences,
)
from graph.taxonomy import taxonomy
from ingest import cells
from ingest.cells import Bad
from ingest.locate import postcode_digits
from ingest.sources.common import clean, digest, slug
from ingest.sources.imports import MODES
from ingest.sources.member_sheet import EVIDENCE, SECTORS, SIZE_CLASSES, WINDING_UP, size_class
from ingest.sources.network_work import ACTIVITY_TYPES, ANSWERS, LEGAL_BASES, OUTCOMES, activity_type
from ingest.sources.support_cases import HIGHEST_MATURITY, STATUSES

Reader = Callable[[str], Value | Bad]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: the model's name of it, and how its text is read."""

    name: str
    read: Reader
    choices: tuple[str, ...] = ()  # codes to choose among; () is anything
    many: bool = False  # a list, its entries parted as in a cell
    company: bool = False  # names a company, or several
    long: bool = False  # running text
    required: bool = False
    fixed: bool = False  # makes the record the one it is: chosen when it is added, and then no more


@dataclass(frozen=True, slots=True)
class Form:
    """All that can be said of a kind. ``key`` makes the claim's item, or its subject where the kind has its own."""

    kind: type[Record]
    fields: tuple[Field, ...]
    key: Callable[[str, Mapping[str, Value]], str]
    one_of: tuple[str, ...] = ()  # at least one of these must be known

    @property
    def may_be_shown(self) -> bool:
        """Whether others than the manager may see anything of the kind."""
        return least_audiences(self.kind)[key_field(self.kind)] < Level.MANAGER

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(each for each in self.fields if each.name == name)


# -- readers that no cell has alone ------------------------------------------------------------------------------------


def _known(look_up: Callable[[str], str | None], code: str, text: str) -> str | Bad:
    return look_up(text) or Bad(code)


def _many(read: Reader, text: str) -> tuple[str, ...] | Bad:
    """The entries of a list; the first that cannot be read makes all of it bad."""
    found = set()
    for each in cells.parts(text):
        value = read(each)
        if isinstance(value, Bad):
            return Bad(value.code, each)
        found.add(str(value))
    return tuple(sorted(found))


def _municipality(text: str) -> str | Bad:
    gazetteer = Gazetteer.default()
    code = gazetteer.municipality_code(text)
    return code or Bad("municipality_unknown", ", ".join(gazetteer.suggest(text)) or None)


def _municipalities(text: str) -> tuple[str, ...] | Bad:
    """The entries of a list of municipalities and counties."""
    found: set[str] = set()
    for each in cells.parts(text):
        codes = Gazetteer.default().municipality_codes(each)
        if not codes:
            return Bad("municipality_unknown", each)
        found.update(codes)
    return tuple(sorted(found))


def _maturity(text: str) -> int | Bad:
    return int(text) if text in _STEPS else Bad("choice_unknown")


def _postcode(text: str) -> str:
    return postcode_digits(text) or clean(text)


def _standard(text: str) -> str | Bad:
    return taxonomy().certificate_of(text) or clean(text)


_process = partial(_known, lambda text: taxonomy().process_of(text), "process_unknown")
_material = partial(_known, lambda text: taxonomy().material_of(text), "material_unknown")
_theme = partial(_known, lambda text: taxonomy().theme_of(text), "theme_unknown")


# -- the fields that several kinds share -------------------------------------------------------------------------------


def _field(name: str, read: Reader = clean) -> Field:
    return Field(name, read)


def _list(name: str, read: Reader, choices: tuple[str, ...] = ()) -> Field:
    return Field(name, partial(_many, read), choices=choices, many=True)


def _firm(name: str, *, required: bool = False) -> Field:
    return Field(name, clean, company=True, required=required)


def _words(name: str) -> Field:
    return Field(name, clean, long=True)


_PROCESSES = tuple(taxonomy().processes)
_MATERIALS = tuple(taxonomy().materials)
_STANDARDS = tuple(taxonomy().standards)
_THEME = Field("theme", _theme, choices=tuple(taxonomy().themes))
_STEPS = tuple(str(each) for each in range(1, HIGHEST_MATURITY + 1))
_NAME = Field("name", clean, required=True)
_SECTORS = ("industry", "services", "staffing", "consulting", "public", "support", "trade")
_LEGAL_BASES = ("consent", "contract", "legal_obligation", "public_task", "legitimate_interest")
_EVIDENCE = Field("evidence", EVIDENCE, choices=("verified", "stated", "inferred"))
_STATED_ON = _field("stated_on", cells.day)
_CONFIRM_BY = _field("confirm_by", cells.day)
_MUNICIPALITY = _field("municipality", _municipality)
_LOCALITY = _field("locality")

PLACE_FIELDS = ("address", "postcode", "locality", "municipality")
"""Words of a workplace from which its point follows, where no coordinates are given."""

FORMS: Mapping[type[Record], Form] = {
    each.kind: each
    for each in (
        Form(
            Company,
            (
                _NAME,
                _words("business"),
                Field("sector", SECTORS, choices=_SECTORS),
                _field("legal_form"),
                _field("employees", cells.count),
                Field("size_class", size_class, choices=SIZE_CLASSES),
                _field("country", cells.country),
                _MUNICIPALITY,
                _LOCALITY,
                _field("sni", cells.sni),
                Field("sni_version", cells.sni_version, choices=("2007", "2025")),
                _field("website"),
                _firm("parent_id"),
                _field("member_since", cells.day_from),
                _field("member_until", cells.day),
                _field("ended_on", cells.day),
                Field("winding_up", WINDING_UP, choices=("bankruptcy", "liquidation")),
                Field("no_mailings", cells.yes_no, choices=("yes", "no")),
                Field("sensitive", cells.yes_no, choices=("yes", "no")),
            ),
            key=lambda _subject, _said: "",
        ),
        Form(
            Workplace,
            (
                _field("name"),
                _field("address"),
                _field("postcode", _postcode),
                _LOCALITY,
                _MUNICIPALITY,
                _field("latitude", cells.number),
                _field("longitude", cells.number),
            ),
            key=lambda _subject, said: slug(str(said.get("name") or said.get("locality") or said.get("address") or "")),
            one_of=PLACE_FIELDS,
        ),
        Form(
            Offer,
            (
                Field("capability", _process, choices=_PROCESSES, required=True, fixed=True),
                _list("materials", _material, _MATERIALS),
                _field("max_length_mm", cells.size),
                _field("max_weight_kg", cells.size),
                _field("tolerance"),
                _field("batch_min", cells.count),
                _field("batch_max", cells.count),
                _field("lead_time_days", cells.count),
                _field("free_capacity_percent", cells.percent),
                _EVIDENCE,
                _STATED_ON,
                _CONFIRM_BY,
            ),
            key=lambda _subject, said: str(said["capability"]),
        ),
        Form(
            Certificate,
            (
                Field("standard", _standard, choices=_STANDARDS, required=True, fixed=True),
                _field("valid_until", cells.day),
                _EVIDENCE,
                _CONFIRM_BY,
            ),
            key=lambda _subject, said: str(said["standard"]),
        ),
        Form(
            Trade,
            (
                replace(_firm("seller_id"), fixed=True),
                _firm("buyer_id"),
                _field("what"),
                _field("code"),
                _field("value_sek", cells.sek),
                _field("year", cells.year),
                _field("contracts", cells.count),
            ),
            key=lambda subject, said: digest(subject, said.get("buyer_id"), said.get("what") or "", said.get("year")),
        ),
        Form(
            ImportedPart,
            (
                _field("part_number"),
                _field("description"),
                _field("cn_code", cells.cn_code),
                _field("origin_country", cells.country),
                _field("supplier"),
                _field("value_sek", cells.sek),
                _field("mass_kg", cells.size),
                Field("transport_mode", MODES, choices=("sea", "road", "rail", "air")),
                _field("year", cells.year),
                _list("capabilities", _process, _PROCESSES),
                Field("material", _material, choices=_MATERIALS),
                _list("certificates", _standard, _STANDARDS),
                _field("length_mm", cells.size),
                _field("piece_weight_kg", cells.size),
                _field("tolerance"),
                _field("annual_quantity", cells.count),
                _field("lead_time_days", cells.count),
            ),
            key=lambda _subject, said: str(said.get("part_number") or digest(said.get("description"))),
            one_of=("part_number", "description"),
        ),
        Form(
            Requirement,
            (
                Field("standard", _standard, choices=_STANDARDS),
                Field("capability", _process, choices=_PROCESSES),
                _words("description"),
                _field("applies_from", cells.day_from),
            ),
            key=lambda _subject, said: digest(*asked(said).values()),
            one_of=("standard", "capability", "description"),
        ),
        Form(
            Need,
            (
                _THEME,
                _words("description"),
                _field("priority", cells.count),
                _STATED_ON,
                _field("asked_by"),
                Field("may_share", cells.yes_no, choices=("yes", "no")),
            ),
            key=lambda _subject, said: digest(said.get("theme"), said.get("description") or ""),
            one_of=("theme", "description"),
        ),
        Form(
            Contact,
            (
                _field("name"),
                _field("title"),
                _field("email"),
                _field("phone"),
                Field("legal_basis", LEGAL_BASES, choices=_LEGAL_BASES),
                _field("review_on", cells.day),
            ),
            key=lambda _subject, said: digest(
                str(said.get("email") or said.get("name") or said.get("phone")).casefold()
            ),
            one_of=("name", "email", "phone"),
        ),
        Form(
            Interview,
            (
                Field("asked_on", cells.day, required=True),
                _field("how"),
                _field("reminded_on", cells.day),
                Field("outcome", ANSWERS, choices=("answered", "no_answer", "declined", "never")),
                _field("answered_on", cells.day),
                _field("asked_by"),
                _words("notes"),
                _field("project"),
            ),
            key=lambda _subject, said: digest(said.get("asked_on"), said.get("how") or ""),
        ),
        Form(
            Introduction,
            (
                _firm("other_id", required=True),
                _field("introduced_on", cells.day),
                Field("outcome", OUTCOMES, choices=("open", "met", "quoted", "ordered", "none")),
                _field("introduced_by"),
                _words("reason"),
                _field("project"),
            ),
            key=lambda _subject, said: digest(said["other_id"], said.get("introduced_on")),
        ),
        Form(
            Activity,
            (
                _NAME,
                Field("activity_type", activity_type, choices=ACTIVITY_TYPES),
                _field("held_on", cells.day),
                _THEME,
                _field("project"),
                replace(_list("participants", clean), company=True),
            ),
            key=lambda _subject, said: "activity:" + slug(f"{said['name']} {said.get('held_on') or ''}"),
        ),
        Form(
            SupportActor,
            (_NAME, _field("actor_type"), _MUNICIPALITY, _field("website")),
            key=lambda _subject, said: f"actor:{slug(str(said['name']))}",
        ),
        Form(
            SupportOffer,
            (
                _THEME,
                _words("description"),
                _field("deadline", cells.day),
                _field("amount_sek", cells.sek),
                Field("municipalities", _municipalities, many=True),
            ),
            key=lambda _subject, said: digest(said.get("theme"), said.get("description") or ""),
            one_of=("theme", "description"),
        ),
        Form(
            SupportCase,
            (
                Field("actor", clean, required=True),
                _THEME,
                _words("description"),
                Field("status", STATUSES, choices=("advised", "applied", "granted", "refused", "ended")),
                _field("changed_on", cells.day),
                _field("granted_on", cells.day),
                _field("amount_sek", cells.sek),
                _words("result"),
                Field("maturity_before", _maturity, choices=_STEPS),
                Field("maturity_after", _maturity, choices=_STEPS),
                _field("project"),
            ),
            key=lambda _subject, said: digest(
                str(said["actor"]).casefold(), said.get("theme"), said.get("description") or ""
            ),
        ),
        Form(
            Region,
            (_NAME, _list("municipalities", _municipality), Field("is_home", cells.yes_no, choices=("yes", "no"))),
            key=lambda _subject, said: f"region:{slug(str(said['name']))}",
        ),
    )
}
"""One form a kind: the table of all that can be said by hand."""

NEW_FIRM = Form(
    Company,
    (
        _NAME,
        _field("org_number"),
        _field("country", cells.country),
        _field("address"),
        _field("postcode", _postcode),
        _LOCALITY,
        _MUNICIPALITY,
        *(FORMS[Company].field(name) for name in ("business", "sector", "employees", "website", "member_since")),
    ),
    key=lambda _subject, _said: "",
)
"""A firm that nobody has told of yet, with where it lies."""


def asked(said: Mapping[str, Value]) -> dict[str, Value]:
    """What a requirement asks for: a standard, else a process, else what its words say."""
    if said.get("standard"):
        return {"what": "certificate", "standard": said["standard"]}
    if said.get("capability"):
        return {"what": "capability", "capability": said["capability"]}
    return {"what": "other", "description": said.get("description")}

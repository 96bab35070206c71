"""A company's page in words: its sentence, its records as rows, who says so, and what other viewers see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from graph.gazetteer import Gazetteer
from graph.model import (
    Activity,
    Certificate,
    Company,
    Contact,
    ImportedPart,
    Interview,
    Introduction,
    Need,
    Offer,
    Record,
    Requirement,
    SupportCase,
    Trade,
    Value,
    Workplace,
    field_names,
)
from graph.provenance import Account, Word
from graph.resolve import Said
from graph.schema import SHAPES
from ingest.countries import country_name
from ingest.forms import FORMS
from render.plain import material_name, process_name, theme_name
from render.tables import Cell
from texts import Texts

MOST_MADE = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page: the records of a kind, and the columns they are shown in. ``role`` parts trades in two."""

    name: str
    kind: type[Record]
    columns: tuple[str, ...]
    role: str = ""  # the field that names the page's own company
    wide: bool = False


PARTS = (
    Part("makes", Offer, ("capability", "materials", "max_length_mm", "max_weight_kg", "tolerance", "batch_min",
                          "batch_max", "lead_time_days", "free_capacity_percent", "evidence"), wide=True),
    Part("facts", Company, ("what", "value")),
    Part("holds", Certificate, ("standard", "valid_until", "evidence")),
    Part("workplaces", Workplace, ("name", "address", "postcode", "locality", "location_precision")),
    Part("asks", Requirement, ("standard", "capability", "description", "applies_from")),
    Part("needs", Need, ("theme", "description", "priority", "stated_on", "asked_by", "may_share")),
    Part("cases", SupportCase, ("actor", "theme", "description", "status", "changed_on", "granted_on",
                                "amount_sek", "result", "maturity_before", "maturity_after", "project"), wide=True),
    Part("contacts", Contact, ("name", "title", "email", "phone", "legal_basis", "review_on")),
    Part("interviews", Interview, ("asked_on", "how", "reminded_on", "outcome", "answered_on", "asked_by", "notes",
                                   "project")),
    Part("introductions", Introduction, ("company_id", "other_id", "introduced_on", "outcome", "introduced_by",
                                         "reason", "project")),
    Part("activities", Activity, ("name", "activity_type", "held_on", "theme", "project", "participants")),
    Part("sells", Trade, ("buyer_id", "what", "code", "value_sek", "year", "contracts"), "seller_id"),
    Part("buys", Trade, ("seller_id", "what", "code", "value_sek", "year", "contracts"), "buyer_id"),
    Part("imports", ImportedPart, ("part_number", "description", "cn_code", "supplier", "value_sek", "mass_kg", "year",
                                   "capabilities", "demands"), wide=True),
)  # fmt: skip
DEMANDS = ("material", "certificates", "length_mm", "piece_weight_kg", "tolerance", "annual_quantity", "lead_time_days")
"""What an imported part asks for beside its processes, told in one cell."""
FACTS = ("business", "sector", "legal_form", "employees", "size_class", "sni", "country", "municipality", "locality",
         "website", "parent_id", "member_since", "member_until", "ended_on", "winding_up", "no_mailings",
         "sensitive")  # fmt: skip
"""What is told of the company itself, beside its name."""
GROUNDS = ("sni", "business", "sells")
"""Of conclusions, see :mod:`ingest.inference`."""


class Wording:
    """Values of records as the reader's language has them. ``name_of`` gives a company's name by its identifier."""

    def __init__(self, texts: Texts, name_of: Callable[[str], str]) -> None:
        self._texts, self._name_of = texts, name_of

    def field(self, name: str) -> str:
        """A field's name."""
        return self._texts(f"field.{name}")

    def kind(self, kind: type[Record]) -> str:
        """What one record of the kind is called."""
        return self._texts(f"kind_one.{kind.__name__}")

    def value(self, name: str, value: Value) -> str:
        """A field's value; "" where it is not known."""
        if value is None or value == ():
            return ""
        if isinstance(value, tuple):
            return ", ".join(self.value(name, each) for each in value)
        if isinstance(value, bool):
            return self._texts.text(value)
        if isinstance(value, (int, float)):
            return str(value) if name == "year" else self._texts.number(value)
        return self._word(name, value)

    def _word(self, name: str, code: str) -> str:
        texts = self._texts
        if name in ("capability", "capabilities"):
            return process_name(code, texts)
        if name == "inferred_from":
            kind, _, said = code.partition(":")
            return texts(f"conclude.from.{kind}", said=said) if kind in GROUNDS else code
        if name in ("material", "materials"):
            return material_name(code, texts)
        if name in ("municipality", "municipalities"):
            return Gazetteer.default().municipality_name(code) or code
        if name in ("country", "origin_country"):
            return country_name(code, texts.language)
        if name in _COMPANIES:
            return self._name_of(code)
        if name == "theme":
            return theme_name(code, texts)
        words = {
            "location_precision": f"precision.{code}",
            "transport_mode": f"mode.{code}",
            "evidence": f"evidence.{code}",
            "sensitive": f"value.{code}",
            "sector": f"field.choice.{code}",
            "winding_up": f"field.choice.{code}",
            "outcome": f"field.choice.{code}",
            "status": f"field.choice.{code}",
            "legal_basis": f"field.choice.{code}",
            "activity_type": f"activities.type.{code}",
        }
        return texts(words[name]) if name in words and texts.has(words[name]) else code


_COMPANIES = frozenset(
    reference.field for shape in SHAPES.values() for reference in shape.references if reference.target is Company
)


def sentence(company: Company, name: str, offers: Sequence[Offer], place: str, texts: Texts) -> str:
    """Who it is, where, of what size and what it makes, or probably makes where that was only concluded."""
    staff = ""
    if company.employees == 1:
        staff = texts("company.staff_one")
    elif company.employees is not None or company.size_class:
        staff = texts("company.staff", count=company.size_class if company.employees is None else company.employees)
    made = [inside(process_name(each.capability or "", texts)) for each in offers[:MOST_MADE]]
    rest = len(offers) - len(made)
    if rest:
        makes = texts("company.makes_more", makes=", ".join(made), count=rest)
    else:
        makes = texts("company.and", first=", ".join(made[:-1]), last=made[-1]) if len(made) > 1 else "".join(made)
    if made and all(each.inferred_from for each in offers):
        makes = texts("company.probably", makes=makes)
    known = "all" if made and staff else "makes" if made else "staff" if staff else "nothing"
    return texts(f"company.who.{known}", name=name, place=place, staff=staff, makes=makes)


def place_of(company: Company) -> str:
    """Where the company lies in a word: its locality, else its municipality, "" unknown."""
    return company.locality or Gazetteer.default().municipality_name(company.municipality or "") or ""


def inside(name: str) -> str:
    """A name as it stands inside a sentence: "Svetsning" is "svetsning", "CNC-svarvning" stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


# -- who says so -----------------------------------------------------------------------------------------------------


def source_text(said: Said, texts: Texts, *, short: bool = False) -> str:
    """The file, sheet and row a word stands in, and its day; by hand it is the load.

    To a firm's own people nobody else's word has a source, see :mod:`graph.own_account`.
    """
    claim, voice = said
    day = claim.as_of or voice.since
    if not voice.source.source_type:
        return texts("fact.of_network", day=day)
    if said.is_by_hand:
        return texts("fact.by_hand", day=day, load=voice.load_id)
    where = voice.source.file or voice.source.source_type
    if voice.source.sheet and not short:
        where = texts("fact.sheet", file=where, sheet=voice.source.sheet)
    return texts("fact.row", where=where, row=str(claim.row), day=day) if claim.row else f"{where}, {day}"


def word_text(word: Word, texts: Texts) -> str:
    """Whose word it is, what it rests on, and the load it came with."""
    if word.said is None:
        decided = word.decision
        by, day = (decided.decided_by, decided.decided_on) if decided else ("", "")
        return texts("fact.corrected", by=by, day=day) if by else texts("fact.corrected_on", day=day)
    load = "" if word.said.is_by_hand else word.said.voice.load_id
    rests_on = texts(f"fact.rests_on.{word.said.claim.evidence}")
    return " · ".join(filter(None, (source_text(word.said, texts), rests_on, load)))


def counted_by(word: Word, texts: Texts) -> str:
    """In short whose word it is."""
    return source_text(word.said, texts, short=True) if word.said else word_text(word, texts)


@dataclass(frozen=True, slots=True)
class Doubted:
    """A field with all that is said of it: (value, whose word) in order, the first counts."""

    name: str
    words: tuple[tuple[str, str], ...]
    is_disputed: bool


def told_of(account: Account, wording: Wording, texts: Texts) -> list[Doubted]:
    """Every field of the record with the words on it."""
    found = []
    for name, words in account.words.items():
        shown = tuple(
            (wording.value(name, each.value) or texts("fact.not_known"), word_text(each, texts)) for each in words
        )
        label = wording.field(name) if texts.has(f"field.{name}") else ""
        if label:
            found.append(Doubted(label, shown, name in account.disputed))
    return found


# -- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is shown: its cells by field, the companies they open, where it comes from, what is disputed."""

    key: str
    cells: Mapping[str, str]
    firms: Mapping[str, str]
    source: str = ""
    told: tuple[Doubted, ...] = ()
    expired: str = ""


def row_of(record: Record, account: Account | None, wording: Wording, texts: Texts, today: str) -> Row:
    """The row of a record; ``account`` where the viewer may know who says so."""
    values: dict[str, Value] = {each.name: getattr(record, each.name) for each in fields(record)}
    firms = {name: str(value) for name, value in values.items() if name in _COMPANIES and isinstance(value, str)}
    expired = ""
    if isinstance(record, Certificate) and record.valid_until and record.valid_until < today:
        expired = "valid_until"
    cells = {name: wording.value(name, value) for name, value in values.items()}
    if values.get("evidence"):
        word = texts(f"fact.rests_on.{values['evidence']}")
        cells["evidence"] = " ".join(filter(None, (word, cells.get("stated_on"))))
    if cells.get("inferred_from"):
        cells["evidence"] = texts("fact.judged_from", grounds=cells["inferred_from"])
    if isinstance(record, ImportedPart):
        told = (texts(f"find.told.{name}", value=cells[name]) for name in DEMANDS if cells[name])
        cells["demands"] = " · ".join(told)
        cells["supplier"] = ", ".join(
            filter(None, (cells[e] for e in ("supplier", "origin_country", "transport_mode")))
        )
    if account is None:
        return Row(record.key, cells, firms, expired=expired)
    has_many = len({word_text(each, texts) for words in account.words.values() for each in words}) > 1
    words = tuple(told_of(account, wording, texts)) if has_many else ()
    return Row(record.key, cells, firms, source_text(account.best, texts, short=True), words, expired)


def columns_of(part: Part, rows: Sequence[Row]) -> list[str]:
    """The part's columns that something stands in."""
    return [name for name in part.columns if any(row.cells.get(name) for row in rows)]


def names_shown(kind: type[Record]) -> list[str]:
    """The fields of a kind that are told, in order."""
    names = ["name", *FACTS] if kind is Company else [each.name for each in FORMS[kind].fields]
    return [each for each in names if each in field_names(kind)]


def _title(record: Record, wording: Wording) -> str:
    if isinstance(record, Company):
        return ""
    if isinstance(record, Workplace):
        return record.name or wording.kind(Workplace)
    name = SHAPES[type(record)].item
    return wording.value(name, getattr(record, name)) if name else ""


# -- to take along -----------------------------------------------------------------------------------------------------


def fact_table(
    company: Company, accounts: Mapping[type[Record], Sequence[Account]], wording: Wording, texts: Texts
) -> list[list[Cell]]:
    """Heading and one row a word: kind, record, field, value, whether it counts, and who says so."""
    heads = ("kind", "record", "field", "value", "counts", "source", "sheet", "row", "day", "evidence", "load")
    table: list[list[Cell]] = [[texts(f"fact.columns.{each}") for each in heads]]
    for kind, those in accounts.items():
        for account in those:
            for name, words in account.words.items():
                if not texts.has(f"field.{name}"):
                    continue
                for index, word in enumerate(words):
                    record = "" if kind is Company else account.key.removeprefix(f"{company.key}/")
                    line: list[Cell] = [wording.kind(kind), record, wording.field(name)]
                    line += [wording.value(name, word.value), texts.text(not index)]
                    table.append(line + _origin(word, texts))
    return table


def _origin(word: Word, texts: Texts) -> list[Cell]:
    if word.said is None:
        day = word.decision.decided_on if word.decision else ""
        return [texts("fact.correction"), "", None, day, "", ""]
    claim, voice = word.said
    file = texts("fact.hand") if word.said.is_by_hand else voice.source.file or voice.source.source_type
    file = file or texts("fact.network")
    evidence = texts(f"evidence.{claim.evidence}")
    return [file, voice.source.sheet, claim.row or None, claim.as_of or voice.since, evidence, voice.load_id]


def plain_table(records: Mapping[type[Record], Sequence[Record]], wording: Wording, texts: Texts) -> list[list[Cell]]:
    """Heading and one row a fact, for who may not know who says so."""
    table: list[list[Cell]] = [[texts(f"fact.columns.{each}") for each in ("kind", "record", "field", "value")]]
    for kind, those in records.items():
        for record in those:
            start: list[Cell] = [wording.kind(kind), _title(record, wording)]
            said = {name: wording.value(name, getattr(record, name)) for name in names_shown(kind)}
            table += [[*start, wording.field(name), value] for name, value in said.items() if value]
    return table

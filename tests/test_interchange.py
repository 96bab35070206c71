"""Contacts, dates and the whole region for other programs: cards, calendars, and records a line each.

That none of them holds what its viewer may not have is in test_leaks.py; that they are written whole, in
test_export.py.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import icalendar
import jsonschema
import pytest
import vobject

from graph.audience import Viewer, view
from graph.enquiries import Event, Sought, enquire
from graph.model import (
    REGION_KINDS,
    Activity,
    Certificate,
    Company,
    Contact,
    Level,
    Record,
    Requirement,
    SupportActor,
    SupportOffer,
    Workplace,
    field_names,
    key_field,
    least_audiences,
)
from graph.schema import SHAPES, field_types
from graph.store import Snapshot
from render.calendars import activity_calendar
from render.exports import FILES
from render.json_lines import FORMAT, VERSION
from render.taken import Taken, take
from tests.conftest import ROOT
from tests.regions import Built, built_region, opened, own_data, run
from texts import LANGUAGES, load

__all__ = ["built_region", "own_data"]

DAY = "2026-11-20"
A, B, GONE = "org:4099000012", "org:4099000020", "org:4099000038"
MANAGER, PUBLIC = Viewer(Level.MANAGER), Viewer(Level.PUBLIC)


def taken(*records: Record, viewer: Viewer = MANAGER, day: str = DAY) -> Taken:
    kinds = {kind: sorted((e for e in records if type(e) is kind), key=lambda e: e.key) for kind in REGION_KINDS}
    return Taken(Snapshot(7, kinds), viewer, day)


FIRMS = (
    Company(A, name="Å, B; C \\ Söner AB", website="www.a.example", sector="industry", member_since="2020-01-01"),
    Company(B, name="Beta AB"),
    Company(GONE, name="Borta AB", ended_on="2026-01-01"),
)
SITE = Workplace(f"{A}/main", A, address="Storgatan 1", postcode="69150", locality="Karlskoga")


# -- cards -----------------------------------------------------------------------------------------------------------


def read_cards(made: Taken, language: str = "sv") -> dict[str, Any]:
    """The cards by their formatted names, as another program reads them."""
    text = FILES[".vcf"].make(made, load(language)).decode()
    return {each.fn.value: each for each in vobject.readComponents(text)}


def test_a_card_says_who_where_and_how_as_it_was_written() -> None:
    long = f"Inköpare, {'mycket ' * 20}ansvarig; för \\ allt"
    known = Contact(f"{A}/1", A, "Anna Maria Öst", long, "anna@a.example", "070-123 45 67", stated_on="2026-05-04")
    (card,) = read_cards(taken(*FIRMS, SITE, known)).values()
    assert card.version.value == "3.0"
    assert (card.fn.value, card.n.value.given, card.n.value.family) == ("Anna Maria Öst", "Anna Maria", "Öst")
    assert card.org.value == ["Å, B; C \\ Söner AB"]
    assert card.title.value == long
    assert (card.email.value, card.tel.value, card.tel.type_param) == ("anna@a.example", "070-123 45 67", "CELL")
    assert (card.adr.value.street, card.adr.value.city, card.adr.value.code) == ("Storgatan 1", "Karlskoga", "69150")
    assert card.url.value == "https://www.a.example"
    assert card.categories.value == ["Närverk", "Medlem", "industri"]
    assert card.rev.value == "2026-05-04"
    assert "2027-05-04" in card.note.value


def test_a_card_is_folded_as_the_standard_has_it() -> None:
    made = FILES[".vcf"].make(taken(*FIRMS, Contact("c", A, "Å" * 200, email="a@a.example")), load("sv"))
    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert made.replace(b"\r\n ", b"").count(("Å" * 200).encode()) == 2  # no letter is parted into two halves


def test_a_contact_without_a_name_is_called_by_what_is_known() -> None:
    known = [Contact("c1", A, email="info@a.example"), Contact("c2", B, phone="019-12"), Contact("c3", B)]
    assert read_cards(taken(*FIRMS, *known)).keys() == {"info@a.example", "019-12"}


def test_contacts_to_be_asked_about_and_of_firms_that_are_no_more_stay_behind() -> None:
    known = [
        Contact("c1", A, "Passerad", review_on="2026-11-19"),
        Contact("c2", A, "Samma dag", review_on=DAY),
        Contact("c3", A, "Gammal", stated_on="2025-01-01"),
        Contact("c4", GONE, "Vid borta"),
        Contact("c5", A, "Utan dag"),
        Contact("c6", None, "Utan företag"),
    ]
    assert read_cards(taken(*FIRMS, *known)).keys() == {"Samma dag", "Utan dag"}


def test_a_card_keeps_its_identifier_and_no_other_has_it() -> None:
    known = [Contact("c1", A, "En"), Contact("c2", A, "En till")]
    first = {name: each.uid.value for name, each in read_cards(taken(*FIRMS, *known)).items()}
    later = read_cards(taken(*FIRMS, replace(known[0], title="VD"), known[1], day="2026-12-24"), "en")
    assert first == {name: each.uid.value for name, each in later.items()}
    assert len(set(first.values())) == 2


@pytest.mark.parametrize("text", ["\r\nBEGIN:VCARD", "a\x07b", "a\u2028b", "END:VCARD\nX:1"])
def test_no_text_ends_a_line_of_its_own(text: str) -> None:
    contact = Contact("c1", A, name=f"Anna {text}", title=text, email=f"{text}@a.example", phone=text)
    firm = Company(A, name=text, website=text)
    found = list(vobject.readComponents(FILES[".vcf"].make(taken(firm, contact), load("sv")).decode()))
    assert len(found) == 1
    assert {each.name for each in found[0].getChildren()} <= {
        *("ADR", "CATEGORIES", "EMAIL", "FN", "N", "NOTE", "ORG", "REV", "TEL", "TITLE", "UID", "URL", "VERSION")
    }  # fmt: skip


def test_the_region_written_and_read_back_has_every_contact(built: Built) -> None:
    made = FILES[".vcf"].make(Taken(built.snapshot, MANAGER, DAY), load("sv"))
    found = list(vobject.readComponents(made.decode()))
    wanted = {each.email for each in built.snapshot.of(Contact) if each.email}
    assert wanted
    assert {each.email.value for each in found if hasattr(each, "email")} == wanted


# -- calendars -------------------------------------------------------------------------------------------------------


DATED: tuple[Record, ...] = (
    *FIRMS,
    Certificate("ca", A, "ISO 9001", "2027-03-04"),
    Certificate("cb", B, "ISO 14001", "2027-03-05"),
    Certificate("past", A, "ISO 3834", "2026-11-19"),
    Certificate("gone", GONE, "ISO 9001", "2027-01-01"),
    Requirement("r1", B, "certificate", standard="ISO 14001", applies_from="2027-06-01"),
    Requirement("r2", B, "other", description="Hemligt", applies_from="2027-07-01"),
    SupportActor("actor:a", "Almi", website="almi.example"),
    SupportOffer("actor:a/1", "actor:a", "skills", "Lån; med, tecken", "2027-01-31"),
    SupportOffer("actor:a/2", "actor:a", "skills", "Förbi", "2026-11-19"),
    Contact("k1", A, "Anna Öst", review_on="2026-10-01"),
    Contact("k2", B, "Bo Ek", review_on="2026-10-01"),
    Activity("activity:a", "Frukost", "meeting", "2026-12-01", "skills", "Närmare", (A,)),
    Activity("activity:b", "Utan dag", "meeting"),
    Activity("activity:c", "Felskriven dag", "meeting", "i höst"),
)


def events(made: bytes) -> dict[str, Any]:
    """The events by their summaries, as another program reads them."""
    found = icalendar.Calendar.from_ical(made).events
    return {str(each["summary"]): each for each in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_managers_calendar_has_every_date_once(language: str) -> None:
    sentences = load(language)
    found = events(FILES[".ics"].make(taken(*DATED), sentences))
    wanted = {
        sentences("calendar.certificate", standard="ISO 9001", company=FIRMS[0].name): "2027-03-04",
        sentences("calendar.certificate", standard="ISO 14001", company="Beta AB"): "2027-03-05",
        sentences("calendar.requirement", what="ISO 14001", company="Beta AB"): "2027-06-01",
        sentences("calendar.requirement", what=sentences("calendar.some_requirement"), company="Beta AB"): "2027-07-01",
        sentences("calendar.deadline", what="Lån; med, tecken", actor="Almi"): "2027-01-31",
        sentences("calendar.review", count=2): "2026-10-01",
        "Frukost": "2026-12-01",
    }
    assert {title: each["dtstart"].dt.isoformat() for title, each in found.items()} == wanted
    assert {type(each["dtstart"].dt) for each in found.values()} == {date}
    assert "dtend" not in {name.lower() for each in found.values() for name in each}
    assert len({str(each["uid"]) for each in found.values()}) == len(wanted)


def test_a_calendar_names_no_person_and_not_what_was_asked_in_confidence() -> None:
    made = FILES[".ics"].make(taken(*DATED), load("sv")).decode().replace("\r\n ", "")
    assert not [each for each in ("Anna", "Bo Ek", "Hemligt") if each in made]
    classes = {str(each["summary"]): str(each["class"]) for each in events(made.encode()).values()}
    assert {title for title, each in classes.items() if each == "PUBLIC"} == {"Sista dag: Lån; med, tecken (Almi)"}
    assert set(classes.values()) == {"PUBLIC", "PRIVATE"}


def test_others_get_the_last_days_and_a_firm_its_own_dates() -> None:
    deadline = "Sista dag: Lån; med, tecken (Almi)"
    assert events(FILES[".ics"].make(taken(*DATED, viewer=PUBLIC), load("sv"))).keys() == {deadline}
    own = taken(*DATED, viewer=Viewer(Level.MEMBERS, B))
    assert events(FILES[".ics"].make(own, load("sv"))).keys() == {
        deadline, "ISO 14001 går ut: Beta AB", "ISO 14001 börjar krävas av Beta AB", "Ett krav börjar krävas av Beta AB"
    }  # fmt: skip


def test_a_date_that_moves_is_the_same_event_and_says_that_it_is_newer() -> None:
    def of(valid_until: str, day: str) -> Any:
        records = (FIRMS[1], Certificate("cb", B, "ISO 14001", valid_until))
        (found,) = events(FILES[".ics"].make(taken(*records, day=day), load("sv"))).values()
        return found

    before, after = of("2027-03-05", DAY), of("2027-09-01", "2026-11-21")
    assert before["uid"] == after["uid"]
    assert before["dtstart"].dt < after["dtstart"].dt
    assert before["sequence"] < after["sequence"]
    assert before["dtstamp"].dt < after["dtstamp"].dt


def test_the_calendar_of_one_activity_is_the_same_event_as_in_the_whole() -> None:
    known = next(each for each in DATED if isinstance(each, Activity))
    one = events(activity_calendar(known, taken(*DATED), load("sv")))
    whole = events(FILES[".ics"].make(taken(*DATED), load("sv")))
    assert one.keys() == {"Frukost"}
    assert one["Frukost"] == whole["Frukost"]
    assert str(one["Frukost"]["description"]) == "möte · Kompetensförsörjning · Närmare"


def test_an_enquiry_to_follow_up_is_a_date_of_the_managers(built: Built, tmp_path: Path) -> None:
    out, address = tmp_path / "out.ics", f"sqlite:{tmp_path / 'own.sqlite'}"
    assert run("--store", built.address, "copy", "--to", address).code == 0
    firm = built.snapshot.of(Company)[0]
    with opened(address) as store:
        event = Event("contacted", "2026-11-01", follow_up_on="2026-12-02")
        enquire(store, MANAGER, Sought(firm.company_id, words="Hemlig axel"), event, today=DAY)
        for viewer, is_told in ((MANAGER, True), (PUBLIC, False)):
            made = FILES[".ics"].make(take(store, view(store, viewer), viewer, DAY), load("sv"))
            title = load("sv")("calendar.follow_up", company=firm.name)
            assert (title in events(made)) == is_told
            assert b"Hemlig axel" not in made.replace(b"\r\n ", b"")
    assert run("--store", address, "export", out).code == 0
    assert events(out.read_bytes())[title]["dtstart"].dt == date(2026, 12, 2)


# -- records a line each ---------------------------------------------------------------------------------------------

DOC = (ROOT / "docs" / "interchange.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "docs" / "region.schema.json").read_text(encoding="utf-8"))
TYPE_NAMES = {str: "text", int: "whole number", float: "number", bool: "true or false", tuple: "list of texts"}
JSON_TYPES: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    tuple: {"type": "array", "items": {"type": "string"}},
}


@pytest.fixture(name="written")
def written_file(built: Built, tmp_path: Path) -> Path:
    out = tmp_path / "out.jsonl"
    assert run("--store", built.address, "export", out).code == 0
    return out


def test_another_program_reads_it_with_nothing_but_its_own_json(built: Built, written: Path) -> None:
    with written.open(encoding="utf-8", newline="") as lines:
        head = json.loads(next(lines))
        counts: Counter[str] = Counter()
        employees = 0
        for line in lines:
            assert line.endswith("\n")
            assert not line.endswith("\r\n")
            one = json.loads(line)
            counts[one["kind"]] += 1
            employees += one.get("employees", 0) if one["kind"] == "Company" else 0
    assert (head["format"], head["version"], head["audience"]) == (FORMAT, VERSION, "MANAGER")
    assert head["revision"] == built.snapshot.revision
    assert {name: count for name, count in head["kinds"].items() if count} == counts
    assert counts["Company"] == len(built.snapshot.of(Company)) > 100
    assert employees == sum(each.employees or 0 for each in built.snapshot.of(Company))


def test_every_record_comes_back_as_it_was(built: Built, written: Path) -> None:
    by_name = {kind.__name__: kind for kind in REGION_KINDS}
    found: dict[type[Record], list[Record]] = {kind: [] for kind in REGION_KINDS}
    for line in written.read_text("utf-8").splitlines()[1:]:
        said = json.loads(line)
        kind = by_name[said.pop("kind")]
        found[kind].append(kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}))
    assert {kind: list(built.snapshot.of(kind)) for kind in REGION_KINDS} == found


def test_every_line_is_as_the_schema_says(built: Built, written: Path) -> None:
    checked = jsonschema.Draft202012Validator(SCHEMA)
    with opened(built.path, create=False) as store:
        public = FILES[".jsonl"].make(Taken(view(store, PUBLIC), PUBLIC, DAY), load("sv")).decode()
    for text in (written.read_text("utf-8"), public):
        seen: Counter[str] = Counter()
        for line in text.splitlines():
            said = json.loads(line)
            if seen[said.get("kind", "")] < 40:  # enough of each kind
                assert [each.message for each in checked.iter_errors(said)] == []
            seen[said.get("kind", "")] += 1
    for wrong in ({"kind": "Company"}, {"kind": "Company", "company_id": 3}, {"kind": "Company", "company_id": ""},
                  {"format": FORMAT, "version": 2}, {"kind": "Trade", "trade_id": "t", "value_sek": "1"}):  # fmt: skip
        assert not checked.is_valid(wrong), wrong
    assert checked.is_valid({"kind": "Company", "company_id": "a", "of_a_newer_narverk": [1]})
    assert checked.is_valid({"kind": "OfANewerNarverk", "anything": 1})


def test_the_public_are_told_no_revision_and_nothing_that_is_not_theirs(built: Built) -> None:
    with opened(built.path, create=False) as store:
        made = FILES[".jsonl"].make(Taken(view(store, PUBLIC), PUBLIC, DAY), load("sv"))
    head, *lines = map(json.loads, made.decode().splitlines())
    assert "revision" not in head
    assert head["audience"] == "PUBLIC"
    fields = {(each["kind"], name) for each in lines for name in each}
    least = {kind.__name__: least_audiences(kind) for kind in REGION_KINDS}
    assert {(kind, name) for kind, name in fields if name != "kind" and least[kind][name] > Level.PUBLIC} == set()


def test_what_is_unknown_is_left_out_and_the_key_never() -> None:
    made = FILES[".jsonl"].make(taken(Company(A, employees=0, sensitive=False)), load("sv")).decode()
    assert json.loads(made.splitlines()[1]) == {
        "kind": "Company", "company_id": A, "employees": 0, "sensitive": False,
    }  # fmt: skip


def test_any_text_stays_on_its_line() -> None:
    text = 'a\nb\r\u2028\u0085"\\ å \u0007'
    made = FILES[".jsonl"].make(taken(Company(A, name=text)), load("sv"))
    assert made.count(b"\n") == 2
    assert json.loads(made.split(b"\n")[1])["name"] == text


# -- its description -------------------------------------------------------------------------------------------------


def described(kind: type[Record]) -> list[tuple[str, str, str, str]]:
    """The rows of the document's table of a kind: field, type, for whom, what it refers to."""
    part = re.search(rf"^### {kind.__name__}\n(.*?)(?=^##|\Z)", DOC, re.DOTALL | re.MULTILINE)
    assert part is not None, kind
    rows = re.findall(r"^\| `(\w+)` \|([^|]+)\|([^|]+)\|([^|]*)\|", part[1], re.MULTILINE)
    return [tuple(cell.strip() for cell in row) for row in rows]


def modelled(kind: type[Record]) -> list[tuple[str, str, str, str]]:
    targets = {each.field: each.target.__name__ for each in SHAPES[kind].references}
    least = least_audiences(kind)
    return [
        (name, TYPE_NAMES[plain], least[name].name, targets.get(name, ""))
        for name, plain in zip(field_names(kind), field_types(kind), strict=True)
    ]


@pytest.mark.parametrize("kind", REGION_KINDS, ids=lambda kind: kind.__name__)
def test_the_document_has_every_field_as_the_model_has_it(kind: type[Record]) -> None:
    assert described(kind) == modelled(kind)


def test_the_document_has_no_other_kind() -> None:
    assert re.findall(r"^### (\w+)$", DOC, re.MULTILINE) == [kind.__name__ for kind in REGION_KINDS]


@pytest.mark.parametrize("kind", REGION_KINDS, ids=lambda kind: kind.__name__)
def test_the_schema_has_every_field_as_the_model_has_it(kind: type[Record]) -> None:
    of_kind = SCHEMA["$defs"][kind.__name__]
    plain = dict(zip(field_names(kind), field_types(kind), strict=True))
    wanted: dict[str, Any] = {name: JSON_TYPES[each] for name, each in plain.items()}
    wanted[key_field(kind)] = {"type": "string", "minLength": 1}
    assert of_kind["properties"] == {"kind": {"const": kind.__name__}} | wanted
    assert of_kind["required"] == ["kind", key_field(kind)]
    optional = [name for name, hint in get_type_hints(kind).items() if type(None) in get_args(hint)]
    assert set(of_kind["required"]).isdisjoint(optional)


def test_the_schema_and_the_document_are_of_this_version() -> None:
    head = SCHEMA["$defs"]["Header"]["properties"]
    assert (head["format"]["const"], head["version"]["const"]) == (FORMAT, VERSION)
    assert f'"version":{VERSION}' in DOC

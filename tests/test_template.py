"""The template: what is filled in loads clean and says what was written, in Swedish and English.

The values below were chosen by hand, one for every column of every sheet, and the records they must give by hand too.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.errors import UserMistake
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
    Requirement,
    SupportActor,
    SupportCase,
    SupportOffer,
    Trade,
    Workplace,
)
from graph.store import Store, open_store
from ingest.headings import SHEETS
from ingest.pipeline import load_files
from ingest.rows import fold, sheet_kind_of
from ingest.tables import read_tables
from render.choices import choices
from render.loads import field_name
from render.template import KINDS, LONGEST_PROMPT, help_text, template
from tests.regions import run
from texts import LANGUAGES, Texts, load

ONE, TWO = "465100-1119", "465100-1127"
FIRM = {"org_number": ONE, "name": "Exempelsvarven i Karlskoga AB"}
FILLED: dict[str, dict[str, Any]] = {
    "company": {
        **FIRM, "country": "SE", "address": "Verkstadsvägen 3", "postcode": "691 50", "locality": "Karlskoga",
        "municipality": "Karlskoga", "latitude": 59.3267, "longitude": 14.5239, "employees": 18,
        "size_class": 2, "sni": "25.530", "sni_version": 1, "sector": 0, "legal_form": "aktiebolag", "winding_up": 1,
        "ended_on": "2031-01-01",
        "business": "Svarvar axlar", "website": "https://exempel.example", "parent": "Exempelplåt i Degerfors AB",
        "parent_org_number": TWO, "member_since": "2020", "member_until": "2030-12-31", "no_mailings": 0,
        "sensitive": 1, "processes": 5, "materials": 0, "certificates": "ISO 9001; ISO 14001", "max_length_mm": 1200,
        "max_weight_kg": 80.5, "tolerance": "IT7", "batch_min": 1, "batch_max": 500, "vat_number": "SE465100111901",
        "stated_on": "2026-10-01", "confirm_by": "2027-10-01", "audience": 1,
    },
    "offer": {
        **FIRM, "process": 7, "materials": 1, "max_length_mm": 900, "max_weight_kg": 12, "tolerance": "IT6",
        "batch_min": 2, "batch_max": 20, "lead_time_days": 14, "free_capacity_percent": 40, "evidence": 0,
        "stated_on": "2026-10-01", "confirm_by": "2027-10-01", "audience": 2,
    },
    "certificate": {
        **FIRM, "standard": 2, "valid_until": "2028-05-01", "confirm_by": "2027-10-01", "evidence": 1, "audience": 1,
    },
    "workplace": {
        "org_number": ONE, "company": FIRM["name"], "name": "Norra verkstaden", "is_main": 1,
        "address": "Norra vägen 4", "postcode": "691 50", "locality": "Karlskoga", "municipality": "Karlskoga",
        "latitude": 59.33, "longitude": 14.52, "audience": 1,
    },
    "contact": {
        "org_number": ONE, "company": FIRM["name"], "name": "Anna Exempel", "title": "vd",
        "email": "anna@exempel.example", "phone": "0586-12 34 56",
        "legal_basis": "avtal", "review_on": "2027-03-01", "stated_on": "2026-10-01",
    },
    "trade": {
        "seller_org_number": ONE, "seller": FIRM["name"], "seller_country": "SE", "seller_locality": "Karlskoga",
        "buyer_org_number": TWO, "buyer": "Exempelplåt i Degerfors AB", "what": "axlar", "code": "CN 84831029",
        "value_sek": 120000, "year": 2025, "contracts": 3,
    },
    "import": {
        **FIRM, "part_number": "A-100", "description": "Drivaxel", "cn_code": "8483 10 29", "origin_country": 3,
        "supplier": "Far Away Ltd", "value_sek": 250000, "mass_kg": 900, "transport_mode": 0, "year": 2025,
        "processes": 9, "material": 2, "certificates": 0, "length_mm": 400, "piece_weight_kg": 3.5,
        "tolerance": "IT7", "annual_quantity": 260, "lead_time_days": 70,
    },
    "requirement": {
        **FIRM, "standard": 0, "process": 3, "description": "Spårbarhet", "applies_from": "2027-06", "audience": 2,
    },
    "need": {**FIRM, "theme": 1, "description": "Nytt affärssystem", "priority": 1, "stated_on": "2026-10-01",
             "asked_by": "Eva", "may_share": 0},
    "interview": {
        **FIRM, "asked_on": "2026-09-01", "how": "besök", "reminded_on": "2026-09-08", "outcome": 0,
        "answered_on": "2026-09-10", "asked_by": "Eva", "notes": "Vill växa", "project": "Robotlyftet",
    },
    "introduction": {
        **FIRM, "other_org_number": TWO, "other": "Exempelplåt i Degerfors AB", "introduced_on": "2026-09-02",
        "outcome": 1, "introduced_by": "Eva", "reason": "Axlar som den ena köper",
        "project": "Robotlyftet",
    },
    "activity": {
        "name": "Frukostmöte", "activity_type": 0, "held_on": "2026-09-03", "theme": 2, "project": "Robotlyftet",
        "participant_org_numbers": f"{ONE}; {TWO}",
    },
    "support_actor": {
        "name": "Exempelhögskolan", "actor_type": "högskola", "municipality": "Örebro",
        "website": "https://hogskola.example",
    },
    "support_offer": {
        "actor": "Exempelhögskolan", "theme": 2, "description": "Checkar", "deadline": "2027-01-31",
        "amount_sek": 50000, "municipalities": "Karlskoga; Degerfors",
    },
    "support_case": {
        **FIRM, "actor": "Exempelhögskolan", "theme": 2, "description": "Checkar", "status": 2,
        "changed_on": "2026-10-05", "granted_on": "2026-10-02", "amount_sek": 40000, "result": "Robot på plats",
        "maturity_before": 1, "maturity_after": 3, "project": "Robotlyftet",
    },
}  # fmt: skip
"""By kind and field; a whole number of a field with a drop-down means its entry of that place."""

BESIDE: dict[str, dict[str, Any]] = {
    "company": {"processes": 0},
    "import": {"name": FIRM["name"]},
    "introduction": {"name": FIRM["name"]},
    "support_offer": {"theme": 0},
}
"""What a row needs beside the fields its sheet is known by."""


@pytest.fixture(params=LANGUAGES, name="texts")
def both_languages(request: pytest.FixtureRequest) -> Texts:
    return load(request.param)


@pytest.fixture(name="store")
def empty_store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:{tmp_path / 'r.sqlite'}")
    yield store
    store.close()


def filled(texts: Texts, path: Path) -> Path:
    """The template as somebody would fill it in, with the words of its drop-downs."""
    book = openpyxl.load_workbook(io.BytesIO(template(texts)))
    for kind, row in FILLED.items():
        page = book[texts(f"template.sheet.{kind}")]
        assert [cell.value for cell in page[1]] == [field_name(kind, each, texts) for each in SHEETS[kind][1]]
        for place, field in enumerate(SHEETS[kind][1], 1):
            words = choices(kind, field, texts)
            page.cell(2, place).value = words[row[field]] if words and isinstance(row[field], int) else row[field]
    book.save(path)
    return path


def test_every_column_of_every_sheet_is_filled_above() -> None:
    assert {kind: tuple(row) for kind, row in FILLED.items()} == {kind: tuple(SHEETS[kind][1]) for kind in KINDS}


def test_a_filled_template_loads_clean(texts: Texts, tmp_path: Path, store: Store) -> None:
    path = filled(texts, tmp_path / "mall.xlsx")
    assert [sheet_kind_of(each) for each in read_tables(path)] == list(KINDS)
    report = load_files(store, [path])
    assert [(each.code, each.column, each.value) for each in report.problems] == []
    assert (report.read, report.outcomes["rejected"]) == (len(KINDS), 0)


def test_records_say_what_was_filled_in(texts: Texts, tmp_path: Path, store: Store) -> None:
    load_files(store, [filled(texts, tmp_path / "mall.xlsx")])
    kinds = (Company, Workplace, Offer, Certificate, Contact, Trade, ImportedPart, Requirement, Need, Interview,
             Introduction, Activity, SupportActor, SupportOffer, SupportCase)  # fmt: skip
    found = store.snapshot(*kinds)
    one = next(each for each in found.of(Company) if each.key == "org:4651001119")
    assert (one.name, one.employees, one.sni, one.sni_version, one.sector) == (
        FIRM["name"],
        18,
        "25530",
        "2025",
        "industry",
    )
    assert (one.parent_id, one.member_since, one.member_until) == ("org:4651001127", "2020-01-01", "2030-12-31")
    assert (one.sensitive, one.no_mailings, one.ended_on, one.municipality) == (False, True, "2031-01-01", "1883")
    assert one.winding_up == "liquidation"
    place, other = found.of(Workplace)
    assert (other.company_id, other.name, other.address) == (one.company_id, "Norra verkstaden", "Norra vägen 4")
    assert (place.address, place.postcode, place.latitude, place.longitude) == (
        "Verkstadsvägen 3",
        "69150",
        59.3267,
        14.5239,
    )
    assert len(found.of(Offer)) == 2
    offer = next(each for each in found.of(Offer) if each.lead_time_days == 14)
    assert (offer.max_length_mm, offer.free_capacity_percent, offer.evidence) == (900, 40, "verified")
    assert {each.standard for each in found.of(Certificate)} >= {"ISO 9001", "ISO 14001"}
    assert [(each.name, each.email) for each in found.of(Contact)] == [("Anna Exempel", "anna@exempel.example")]
    assert [(each.legal_basis, each.review_on) for each in found.of(Contact)] == [("contract", "2027-03-01")]
    assert [(each.seller_id, each.buyer_id, each.value_sek) for each in found.of(Trade)] == [
        ("org:4651001119", "org:4651001127", 120000)
    ]
    (part,) = found.of(ImportedPart)
    assert (part.part_number, part.cn_code, part.transport_mode, part.length_mm) == ("A-100", "84831029", "sea", 400)
    assert {each.applies_from for each in found.of(Requirement)} == {"2027-06-01"}
    assert [(each.theme, each.asked_by, each.may_share) for each in found.of(Need)] == [("digitalisation", "Eva", True)]
    assert [(each.outcome, each.notes) for each in found.of(Interview)] == [("answered", "Vill växa")]
    assert [(each.outcome, each.reason) for each in found.of(Introduction)] == [("met", "Axlar som den ena köper")]
    assert [len(each.participants) for each in found.of(Activity)] == [2]
    assert [each.municipality for each in found.of(SupportActor)] == ["1880"]
    (support,) = found.of(SupportOffer)
    assert (support.theme, support.amount_sek, support.municipalities) == ("automation", 50000, ("1862", "1883"))
    (case,) = found.of(SupportCase)
    assert (case.actor, case.status, case.changed_on, case.result) == (
        "Exempelhögskolan",
        "granted",
        "2026-10-05",
        "Robot på plats",
    )
    assert (case.amount_sek, case.maturity_before, case.maturity_after) == (40000, 2, 4)


def test_every_word_of_every_drop_down_is_understood(texts: Texts, tmp_path: Path, store: Store) -> None:
    """A row a word, with no more beside it than the sheet needs."""
    book = openpyxl.load_workbook(io.BytesIO(template(texts)))
    rows = 0
    for kind in KINDS:
        page, fields = book[texts(f"template.sheet.{kind}")], list(SHEETS[kind][1])
        beside = {group[-1]: FILLED[kind][group[-1]] for group in SHEETS[kind][2]} | BESIDE.get(kind, {})
        beside = {name: choices(kind, name, texts)[at] if isinstance(at, int) else at for name, at in beside.items()}
        for field in fields:
            for word in choices(kind, field, texts):
                rows += 1
                for name, value in {**beside, field: word}.items():
                    page.cell(page.max_row + (name == next(iter(beside))), fields.index(name) + 1).value = value
    path = tmp_path / "alla.xlsx"
    book.save(path)
    report = load_files(store, [path], dry_run=True)
    wrong = [each for each in report.problems if each.severity != "info"]
    assert [(each.sheet, each.column, each.code, each.value) for each in wrong][:9] == []
    assert report.read == rows > 1000


def test_an_empty_template_is_one_sentence(texts: Texts, tmp_path: Path, store: Store) -> None:
    path = tmp_path / "mall.xlsx"
    path.write_bytes(template(texts))
    with pytest.raises(UserMistake) as caught:
        load_files(store, [path], dry_run=True)
    assert (caught.value.code, caught.value.values) == ("nothing_filled_in", {"files": ("mall.xlsx",)})


def test_help_stands_at_the_heading_and_in_the_cells(texts: Texts) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(texts)))
    for kind in KINDS:
        page = book[texts(f"template.sheet.{kind}")]
        prompts = {str(rule.sqref).partition("2:")[0]: rule for rule in page.data_validations.dataValidation}
        assert page.freeze_panes == "A2"
        for cell, field in zip(page[1], SHEETS[kind][1], strict=True):
            told = help_text(kind, field, texts)
            assert len(told) <= LONGEST_PROMPT
            assert (cell.comment.text if cell.comment else "") == told
            if told:
                assert prompts[cell.column_letter].prompt == told
            assert bool(choices(kind, field, texts)) == (
                cell.column_letter in prompts and prompts[cell.column_letter].type == "list"
            )


def test_headings_are_known_and_titles_are_our_own(texts: Texts) -> None:
    for kind in KINDS:
        names = [field_name(kind, each, texts) for each in SHEETS[kind][1]]
        assert len({fold(each) for each in names}) == len(names)
        assert load("sv")(f"template.sheet.{kind}") == SHEETS[kind][0]


def test_in_a_terminal(texts: Texts, tmp_path: Path) -> None:
    out = tmp_path / "mall.xlsx"
    said = run("template", out, "--kind", "company", "need", "--lang", texts.language)
    assert said.out.strip() == texts("template.written", file=str(out))
    assert [sheet_kind_of(each) for each in read_tables(out)] == ["company", "need"]
    again = run("template", out, "--lang", texts.language)
    assert (again.code, again.err.strip()) == (1, texts("error.file_exists", file=str(out)))
    assert run("template", tmp_path / "mall.csv", "--lang", texts.language).code == 1

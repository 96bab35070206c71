"""Questionnaires: what is filled in, every kind of answer read back, and files that are not what they should be."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from graph.audience import Viewer, view
from graph.consent import Choice, Consents, Fact
from graph.ledger import publish
from graph.model import (
    Capability,
    Certificate,
    Claim,
    Company,
    Decision,
    ImportedPart,
    Interview,
    Level,
    Load,
    Need,
    Offer,
    Source,
)
from graph.own_word import choose
from graph.questionnaire import Questionnaire, ask, shown
from graph.reference import capability_records
from graph.resolve import read_sources
from graph.store import Change as StoreChange
from graph.store import Store, open_store
from graph.taxonomy import taxonomy
from ingest.questionnaire import CHOICES, PAGES, known_of
from ingest.questionnaire_publish import Work, publish_answers, take_back
from ingest.questionnaire_read import Answers, Returned, read_returned
from render.plain import error_sentence
from render.questionnaire import file_name, filled, packed, workbook
from render.questionnaire_form import form
from render.questionnaire_told import change_rows, odd_sentence, returned_lines
from tests.pdf_text import pages
from texts import LANGUAGES, load

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

A, B = "org:4634540522", "org:4000000002"
MANAGER, MEMBERS = Viewer(Level.MANAGER), Viewer(Level.MEMBERS)
DAY, LATER = "2026-10-01", "2026-11-01"
SV = load("sv")
WORK = Work("frågeformulär", "företaget", LATER)
OPEN = Source("member_sheet", "network", Level.PUBLIC)
CLOSED = Source("network_work", "network", Level.MANAGER, file="Hemlig.xlsx")
PROCESSES = tuple(taxonomy().processes)
HIDDEN = "ledningens anteckning"

FIRMS = [
    Claim(A, "Company", "", {"name": "Ek & Co AB", "employees": 12, "business": "Svarvar axlar"}),
    Claim(B, "Company", "", {"name": "Al Gjuteri AB"}),
    Claim(A, "Offer", "turning", {"materials": ("stainless", "steel"), "max_length_mm": 400.5, "tolerance": "IT7"}),
    Claim(A, "Offer", "honing", {}, evidence="inferred"),
    Claim(A, "Certificate", "ISO 9001", {"valid_until": "2027-01-01"}),
    Claim(A, "Need", "n1", {"theme": "digitalisation", "description": "Nytt affärssystem", "priority": 2}, source=1),
    Claim(A, "ImportedPart", "P-1", {"part_number": "P-1", "description": "Axel", "value_sek": 71000}, source=1),
    Claim(A, "Interview", "i1", {"asked_on": "2025-01-01", "notes": HIDDEN}, source=1),
    Claim(A, "Contact", "kim", {"name": "Kim Ek"}, source=1),
    Claim(B, "Trade", "t1", {"buyer_id": A, "what": "gjutgods från B", "value_sek": 500}, source=1),
    Claim(B, "Offer", "milling_3", {"tolerance": "andras tolerans"}),
]


@pytest.fixture(name="store")
def opened_store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    opened.write(StoreChange(upserts={Capability: capability_records()}))
    publish(opened, [OPEN, CLOSED], FIRMS, on="2026-01-02")
    yield opened
    opened.close()


def made(store: Store, company: str = A, language: str = "sv") -> tuple[Questionnaire, bytes]:
    """A firm's questionnaire and its workbook."""
    texts, known = load(language), known_of(store, company)
    (asked,) = ask(store, MANAGER, [(known.company_id, filled(known, texts))], language=language, on=DAY)
    return asked, workbook(asked, known, texts, answer_by=LATER)


class Book:
    """A workbook that somebody fills in."""

    def __init__(self, content: bytes, path: Path) -> None:
        path.write_bytes(content)
        self.path, self.book = path, load_workbook(path)

    def page(self, name: str) -> Worksheet:
        return next(each for each in self.book.worksheets if str(each.cell(1, 1).value).split(":")[1:2] == [name])

    def cell(self, page: str, key: str, column: str) -> Any:
        sheet = self.page(page)
        at = next(cell.column for cell in sheet[1] if cell.value == column)
        row = next(each[0].row for each in sheet.iter_rows(min_row=3) if each[0].value == key)
        return sheet.cell(row, at)

    def put(self, page: str, key: str, **said: object) -> Book:
        for column, value in said.items():
            self.cell(page, key, column).value = value
        return self

    def saved(self) -> Path:
        self.book.save(self.path)
        return self.path


Fill = Callable[[Book], object]


def filled_in(store: Store, tmp_path: Path, fill: Fill = lambda _: None, *, company: str = A, name: str = "a") -> Path:
    """The path of a workbook that the firm has filled in."""
    book = Book(made(store, company)[1], tmp_path / f"{name}.xlsx")
    fill(book)
    return book.saved()


def returned(store: Store, *paths: Path, on: str = LATER) -> Returned:
    return read_returned(store, MANAGER, paths, on=on)


def answered(store: Store, tmp_path: Path, fill: Fill) -> Answers:
    found = returned(store, filled_in(store, tmp_path, fill))
    assert found.refused == {}
    (answers,) = found.answers
    return answers


def code_of(found: Returned) -> str:
    (error,) = set(found.refused.values())
    assert found.answers == []
    assert all(error_sentence(error, load(each)) for each in LANGUAGES)
    return error.code


def written_in(content: bytes) -> str:
    """All that stands in a workbook's parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return html.unescape(" ".join(book.read(each).decode("utf-8", "replace") for each in book.namelist()))


def record(store: Store, kind: type[Any], key: str) -> Any:
    return {each.key: each for each in store.snapshot(kind).of(kind)}.get(key)


# -- what is filled in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_untouched_questionnaire_changes_nothing(store: Store, tmp_path: Path, language: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(made(store, A, language)[1])
    untouched = returned(store, path)
    load_workbook(path).save(path)
    rewritten = returned(store, path)
    for found in (untouched, rewritten):
        (answers,) = found.answers
        assert (answers.rows, answers.changes, answers.odd, found.refused) == ([], [], [], {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_written_is_read_again(store: Store, tmp_path: Path, language: str) -> None:
    texts = load(language)
    assert {CHOICES(texts(f"consent.choice.{each}")) for each in Choice} == {str(each) for each in Choice}
    many = tuple(sorted(taxonomy().materials))
    publish(store, [OPEN], [
        Claim(A, "Company", "", {"sector": "industry", "no_mailings": True, "sni": "25.62", "website": "ek.example"}),
        *(Claim(A, "Offer", code, {"materials": (each,)}) for code, each in zip(PROCESSES, many, strict=False)),
        Claim(A, "ImportedPart", "P-2", {"part_number": "P-2", "origin_country": "CN", "material": "brass",
                                        "annual_quantity": 1200, "length_mm": 12.125}),
        Claim(A, "Need", "n2", {"theme": "automation", "may_share": False}),
    ], on=DAY)  # fmt: skip
    asked, content = made(store, A, language)
    book = Book(content, tmp_path / "b.xlsx")
    cells = 0
    for page in PAGES:
        for key, row in asked.cells[page.kind.__name__].items():
            for column, text in row.items():
                book.put(page.name, key, **{column: f"{text}{' ' if column == 'value' else '  '}"})
                cells += 1
    assert cells > len(many)
    found = returned(store, book.saved())
    assert [(each.changes, each.odd) for each in found.answers] == [([], [])]


def test_a_form_holds_what_the_firm_may_see_and_nothing_more(store: Store) -> None:
    asked, content = made(store)
    known = known_of(store, A)
    printed = " ".join(pages(form(asked, known, SV, answer_by=LATER)))
    for said in (written_in(content), printed):
        assert all(each in said for each in ("Ek & Co AB", "IT7", "400.5", "Nytt affärssystem", "P-1", "71000", "Axel"))
        never = (HIDDEN, "Hemlig", "gjutgods från B", "andras tolerans", "Al Gjuteri", B, A, "4634540522", "Kim Ek")
        assert [each for each in never if each in said] == []
        assert shown(asked.code) in said
        assert "säkerhetsskyddsklassificerade" in said


@pytest.mark.parametrize("hostile", ["=HYPERLINK(1)", "+46", "@x", "<script>", "a\x0bb", "å" * 300])
def test_names_and_texts_are_never_read_as_more(store: Store, tmp_path: Path, hostile: str) -> None:
    publish(store, [OPEN], [Claim(A, "Company", "", {"name": hostile, "business": hostile})], on=DAY)
    asked, content = made(store)
    assert b"<f>" not in b"".join(_parts(content))
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert returned(store, path).answers[0].changes == []
    assert form(asked, known_of(store, A), SV).startswith(b"%PDF")
    name = file_name(f"../{hostile}\\..", asked.code, ".xlsx")
    assert not set('/\\:*?"<>|=@+') & set(name)
    assert zipfile.ZipFile(io.BytesIO(packed([(hostile, asked.code, content)], ".xlsx"))).testzip() is None


def _parts(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        yield from (book.read(each) for each in book.namelist())


# -- every kind of answer ----------------------------------------------------------------------------------------------


def everything(book: Book) -> None:
    book.put("firm", "employees", value="1 400", audience="öppet").put("firm", "business", audience="dolt")
    book.put("can", "turning", materials="Mässing och brons", max_length_mm="1 200,5", tolerance="-")
    book.put("can", "honing", answer="x").put("can", "milling_3", answer="X", batch_min=5, audience="öppet")
    book.put("certificates", "ISO 9001", answer="nej").put("certificates", "+1", standard="Egen standard", answer="ja")
    book.put("needs", "n1", priority=1).put("needs", "+automation", answer="x", description="Robot")
    book.put("imports", "P-1", answer="no").put("imports", "+1", description="Fläns", origin_country="Kina")


def test_every_kind_of_answer_is_the_firms_own_word(store: Store, tmp_path: Path) -> None:
    answers = answered(store, tmp_path, everything)
    assert answers.odd == []
    assert not answers.has_moved
    before = store.revision()
    done = publish_answers(store, MANAGER, answers, WORK)
    firm, turning = record(store, Company, A), record(store, Offer, f"{A}/turning")
    assert (firm.employees, firm.business) == (1400, "Svarvar axlar")
    assert (turning.materials, turning.max_length_mm, turning.tolerance) == (("brass",), 1200.5, None)
    assert record(store, Offer, f"{A}/honing").evidence == "stated"
    assert record(store, Offer, f"{A}/milling_3").batch_min == 5
    assert record(store, Certificate, f"{A}/ISO 9001") is None
    assert record(store, Certificate, f"{A}/Egen standard").evidence == "stated"
    assert record(store, Need, f"{A}/n1").priority == 1
    assert {each.theme for each in store.snapshot(Need).of(Need)} == {"digitalisation", "automation"}
    assert [each.description for each in store.snapshot(ImportedPart).of(ImportedPart)] == ["Fläns"]
    (load_made,) = store.matching(Load, "load_id", [done.load_id])
    assert [each.owner for each in read_sources(load_made.sources)] == [A, "network"]
    outcomes = [(each.asked_on, each.how, each.outcome) for each in store.snapshot(Interview).of(Interview)]
    assert (DAY, "frågeformulär", "answered") in outcomes
    assert_seen(store)
    take_back(store, MANAGER, done)
    assert store.revision() > before
    assert {each.key for each in store.snapshot(Certificate).of(Certificate)} == {f"{A}/ISO 9001"}
    assert record(store, Company, A).employees == 12
    assert all(each.withdrawn is not None for each in store.snapshot(Decision).of(Decision))
    assert [each.changes for each in returned(store, tmp_path / "a.xlsx").answers] == [answers.changes]


def assert_seen(store: Store) -> None:
    """What the firm chose holds, and what it said anew without a choice is the manager's alone."""
    public = view(store, Viewer())
    offers = {each.key: each for each in public.of(Offer)}
    assert offers[f"{A}/milling_3"].batch_min == 5
    company = next(each for each in public.of(Company) if each.company_id == A)
    assert (company.employees, company.business) == (1400, None)
    assert f"{A}/Egen standard" not in {each.key for each in public.of(Certificate)}
    assert public.of(Need) == []


def test_what_is_told_says_from_what_to_what(store: Store, tmp_path: Path) -> None:
    answers = answered(store, tmp_path, everything)
    for language in LANGUAGES:
        texts = load(language)
        rows = change_rows(answers, texts)
        assert len(rows) == len(answers.changes)
        assert all(row["what"] and row["after"] for row in rows)
    told = {(row["what"], row["field"], row["before"], row["after"]) for row in change_rows(answers, SV)}
    name = SV("field.employees")
    assert (f"Företag: {name}", "", "12", "1400") in told
    assert any(before == "400,5" and after.replace("\u00a0", "") == "1200,5" for _, _, before, after in told)
    assert ("Certifikat: ISO 9001", "", "", "gäller inte längre") in told
    assert any("Ek & Co AB" in line for line in returned_lines(Returned([answers], {}), SV))


def test_a_choice_that_stands_already_is_none(store: Store, tmp_path: Path) -> None:
    choose(store, MANAGER, A, Choice.HIDDEN, Fact("Offer", "turning"), by="Kim", on=DAY)
    assert made(store)[0].cells["Offer"]["turning"]["audience"] == "dolt"
    same = answered(store, tmp_path, lambda book: book.put("can", "turning", audience="Hidden"))
    assert same.changes == []
    other = answered(store, tmp_path, lambda book: book.put("can", "turning", audience="öppet"))
    publish_answers(store, MANAGER, other, WORK)
    told = known_of(store, A).told
    assert Consents.of(told.decisions, told.company_of).choice(A, Fact("Offer", "turning")) is Choice.OPEN


def test_details_without_a_tick_are_a_yes_and_a_cleared_cell_is_nothing(store: Store, tmp_path: Path) -> None:
    answers = answered(
        store,
        tmp_path,
        lambda book: book.put("can", "milling_3", max_weight_kg=8).put("can", "turning", materials=None, answer=None),
    )
    assert {(each.act, each.named) for each in answers.changes} == {("new", "milling_3")}


def test_a_firm_that_changes_nothing_has_still_answered(store: Store, tmp_path: Path) -> None:
    publish_answers(store, MANAGER, answered(store, tmp_path, lambda _: None), WORK)
    said = [each for each in store.snapshot(Interview).of(Interview) if each.outcome == "answered"]
    assert [each.asked_on for each in said] == [DAY]


# -- cells that cannot be read -----------------------------------------------------------------------------------------

WRONG: dict[str, tuple[str, str, dict[str, object], str]] = {
    "no number": ("can", "turning", {"max_length_mm": "lång"}, "number_bad"),
    "a material": ("can", "turning", {"materials": "kryptonit"}, "material_unknown"),
    "a day": ("certificates", "ISO 9001", {"valid_until": "i vår"}, "date_bad"),
    "neither yes nor no": ("can", "milling_3", {"answer": "kanske"}, "yes_no_bad"),
    "a choice": ("can", "turning", {"audience": "vännerna"}, "choice_unknown"),
    "a choice of nothing": ("can", "milling_3", {"audience": "öppet"}, "value_missing"),
    "an error": ("can", "turning", {"tolerance": "#REF!"}, "cell_error"),
    "a personal number": ("firm", "business", {"value": "19811218-9876"}, "personal_number"),
    "not sensitive": ("firm", "sensitive", {"value": "nej"}, "choice_unknown"),
    "no name": ("certificates", "+1", {"answer": "x"}, "value_missing"),
    "no part": ("imports", "+1", {"supplier": "Far Ltd"}, "one_is_needed"),
    "a country": ("imports", "P-1", {"origin_country": "Månen"}, "country_unknown"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cell_costs_itself_and_is_told_where_it_stands(store: Store, tmp_path: Path, name: str) -> None:
    page, key, said, code = WRONG[name]
    column = next(iter(said))
    places = []

    def fill(book: Book) -> None:
        book.put(page, key, **said).put("needs", "n1", priority=3)
        places.append((book.page(page).title, book.cell(page, key, column).coordinate))

    answers = answered(store, tmp_path, fill)
    assert [(each.mistake.code, each.sheet) for each in answers.odd] == [(code, places[0][0])]
    assert code in ("value_missing", "one_is_needed") or answers.odd[0].cell == places[0][1]
    assert [(each.kind, each.field) for each in answers.changes] == [(Need, "priority")]
    assert all(answers.odd[0].cell in odd_sentence(answers.odd[0], load(each)) for each in LANGUAGES)
    publish_answers(store, MANAGER, answers, WORK)
    assert record(store, Need, f"{A}/n1").priority == 3


def test_a_row_that_was_copied_is_told_and_a_row_that_was_added_is_read(store: Store, tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        page = book.page("imports")
        row = page.max_row + 1
        page.cell(row, book.cell("imports", "+1", "description").column).value = "Tillagd"
        page = book.page("can")
        row = page.max_row + 1
        page.cell(row, 1).value = "turning"
        page.cell(row, book.cell("can", "turning", "tolerance").column).value = "IT9"
        book.put("can", "turning", tolerance="IT8")

    answers = answered(store, tmp_path, fill)
    assert [each.mistake.code for each in answers.odd] == ["already_there"]
    assert {(each.act, each.named) for each in answers.changes} == {("changed", "turning"), ("new", "Tillagd")}


def test_a_no_is_an_answer_and_a_part_that_is_known_is_not_added_again(store: Store, tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        book.put("needs", "n1", may_share="nej").put("imports", "+1", part_number="P-1", annual_quantity=0)

    answers = answered(store, tmp_path, fill)
    assert {(each.field, each.after) for each in answers.changes} == {("may_share", False), ("annual_quantity", 0)}
    publish_answers(store, MANAGER, answers, WORK)
    assert [each.annual_quantity for each in store.snapshot(ImportedPart).of(ImportedPart)] == [0]
    assert record(store, Need, f"{A}/n1").may_share is False


def test_a_record_that_would_be_left_without_a_name_is_told(store: Store, tmp_path: Path) -> None:
    answers = answered(store, tmp_path, lambda book: book.put("imports", "P-1", part_number="-", description="-"))
    assert [each.mistake.code for each in answers.odd] == ["one_is_needed"]
    assert (answers.changes, answers.rows) == ([], [])

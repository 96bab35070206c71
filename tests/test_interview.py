"""An interview written down: several records saved, refused and undone together; the workbook loads back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer
from graph.ledger import withdraw
from graph.model import Alias, Certificate, Company, Interview, Level, Need, Offer, Record, Requirement
from graph.store import Store, open_store
from ingest.by_hand import Desk, save
from ingest.interview import Entry, drafted
from ingest.pipeline import load_files
from render.interview import interview_book
from tests.regions import own_data, run  # noqa: F401 - a fixture
from tests.test_app import invent_region, said, start, use_data
from tests.test_app import run as rerun
from tests.test_by_hand import A, B, begin
from texts import LANGUAGES, load

DAY = "2026-10-01"
MANAGER = Viewer(Level.MANAGER)
KINDS = (Interview, Need, Requirement, Offer, Certificate)


@pytest.fixture(name="store")
def small_store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    begin(opened)
    yield opened
    opened.close()


def records(store: Store, *kinds: type[Record]) -> dict[type[Record], list[Record]]:
    snapshot = store.snapshot(*(kinds or KINDS))
    return {kind: list(snapshot.of(kind)) for kind in kinds or KINDS}


def desk(store: Store) -> Desk:
    return Desk(store, store.snapshot(Company, Alias), on=DAY)


ENTRIES = [
    Entry(Interview, {"asked_on": "2026-09-30", "how": "besök", "outcome": "answered", "notes": "Bra samtal."}, A),
    Entry(Need, {"theme": "skills", "description": "Två svetsare.", "priority": "1", "may_share": "yes"}, A),
    Entry(Need, {"theme": "climate", "may_share": "no"}, A),
    Entry(Requirement, {"standard": "ISO 14001", "applies_from": "2027-01-01"}, B),
    Entry(Offer, {"capability": "milling_3"}, A),
]


# -- as a draft --------------------------------------------------------------------------------------------------------


def test_all_of_an_interview_is_one_load_and_is_undone_as_one(store: Store) -> None:
    before = records(store)
    together = drafted(desk(store), ENTRIES)
    assert together.mistakes == {}
    done = save(store, MANAGER, together.draft, started=store.revision(), on=DAY)
    (interview,) = store.snapshot(Interview).of(Interview)
    assert (interview.company_id, interview.asked_on, interview.outcome) == (A, "2026-09-30", "answered")
    told = {each.theme: each for each in store.snapshot(Need).of(Need)}
    assert (told["skills"].may_share, told["skills"].priority, told["skills"].description) == (True, 1, "Två svetsare.")
    assert told["climate"].may_share is False
    (asked,) = store.snapshot(Requirement).of(Requirement)
    assert (asked.buyer_id, asked.what, asked.standard, asked.applies_from) == (
        B, "certificate", "ISO 14001", "2027-01-01",
    )  # fmt: skip
    assert {each.capability for each in store.snapshot(Offer).of(Offer)} == {"turning", "milling_3"}
    assert done.load_id is not None
    withdraw(store, done.load_id)
    assert records(store) == before


def test_one_mistake_holds_back_all_of_it_and_every_mistake_is_told(store: Store) -> None:
    wrong = [
        ENTRIES[0],
        Entry(Need, {"theme": "skills", "description": "Ring 19811218-9876."}, A),
        Entry(Requirement, {"standard": "ISO 14001", "applies_from": "i vår"}, B),
    ]
    together = drafted(desk(store), wrong)
    assert {number: [(each.field, each.code) for each in found] for number, found in together.mistakes.items()} == {
        1: [("description", "personal_number")],
        2: [("applies_from", "date_bad")],
    }
    assert together.draft.claims == ()
    assert save(store, MANAGER, together.draft, started=store.revision(), on=DAY).load_id is None


# -- as a workbook -----------------------------------------------------------------------------------------------------


def filled(path: Path, language: str, rows: dict[str, list[dict[str, object]]]) -> None:
    """What a person types, by heading, and what Excel works out in the columns that take the firm from its sheet."""
    texts = load(language)
    book = load_workbook(path)
    talk = book[texts("template.sheet.interview")]
    for kind, lines in rows.items():
        page = book[texts(f"template.sheet.{kind}")]
        column = {cell.value: cell.column for cell in page[1]}
        for number, line in enumerate(lines, 2):
            for heading, value in line.items():
                page.cell(number, column[heading]).value = value
        for line in page.iter_rows(min_row=2):
            for cell in line:
                if isinstance(cell.value, str) and cell.value.startswith("=IF("):
                    typed = any(page.cell(cell.row, each).value is not None for each in (3, 4))
                    assert f"{page.cell(1, 3).column_letter}{cell.row}<>" in cell.value
                    cell.value = talk.cell(2, cell.column).value if typed else None
    book.save(path)


FILLED: dict[str, dict[str, list[dict[str, object]]]] = {
    "sv": {
        "interview": [{"Frågad den": "2026-09-30", "Hur": "besök", "Svar": "svarade", "Anteckningar": "Bra samtal."}],
        "need": [
            {"Behov tema": "Kompetensförsörjning", "Behov": "Två svetsare.", "Prioritet": 1, "Får föras vidare": "ja"},
            {"Behov tema": "Klimatomställning", "Får föras vidare": "nej"},
        ],
        "requirement": [{"Köpare": "Al Gjuteri AB", "Krav certifikat": "ISO 14001", "Gäller från": "2027-01-01"}],
    },
    "en": {
        "interview": [{"Asked on": "2026-09-30", "How": "besök", "Outcome": "answered", "Notes": "Bra samtal."}],
        "need": [
            {"Theme": "Skills supply", "Need": "Två svetsare.", "Priority": 1, "May be passed on": "yes"},
            {"Theme": "Climate transition", "May be passed on": "no"},
        ],
        "requirement": [{"Buyer": "Al Gjuteri AB", "Certificate": "ISO 14001", "Applies from": "2027-01-01"}],
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_in_workbook_is_read_by_an_ordinary_load(store: Store, tmp_path: Path, language: str) -> None:
    path = tmp_path / "intervju.xlsx"
    path.write_bytes(interview_book(Company(A, "Ek Mekaniska AB"), load(language)))
    filled(path, language, FILLED[language])
    report = load_files(store, [path], on=DAY)
    assert [each for each in report.problems if each.severity != "info"] == []
    (interview,) = store.snapshot(Interview).of(Interview)
    assert (interview.company_id, interview.asked_on, interview.how, interview.outcome, interview.notes) == (
        A, "2026-09-30", "besök", "answered", "Bra samtal.",
    )  # fmt: skip
    found = {(each.company_id, each.theme, each.description, each.may_share) for each in store.snapshot(Need).of(Need)}
    assert found == {(A, "skills", "Två svetsare.", True), (A, "climate", None, False)}
    (asked,) = store.snapshot(Requirement).of(Requirement)
    assert (asked.buyer_id, asked.standard, asked.applies_from) == (B, "ISO 14001", "2027-01-01")
    assert len(store.snapshot(Company).of(Company)) == 2


def test_a_name_in_the_workbook_is_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "intervju.xlsx"
    path.write_bytes(interview_book(Company("name:x", "=HYPERLINK(1) AB"), load("sv")))
    page = load_workbook(path)["Intervjuer"]
    assert (page["A2"].value or "") == ""
    assert page["B2"].data_type == "s"


def test_the_command_writes_it_once(store: Store, tmp_path: Path) -> None:
    address, path = store.address, tmp_path / "intervju.xlsx"
    found = run("--store", address, "interview", "Ek Mekaniska AB", path, "--json").json
    assert found == {"file": str(path), "company_id": A}
    assert load_workbook(path)["Intervjuer"]["B2"].value == "Ek Mekaniska AB"
    for arguments, code in (((A, path), "file_exists"), ((A, tmp_path / "a.csv"), "not_an_xlsx")):
        refused = run("--store", address, "interview", *arguments)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith(load("sv").keys[f"error.{code}"].partition("}")[2][:5], len(str(arguments[1])))


# -- in the app --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="made")
def made_region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("made"))


@pytest.fixture(name="folder")
def folder_of_ones_own(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    shutil.copytree(made, folder)
    use_data(monkeypatch, folder)
    return folder


def in_store(folder: Path, ask: Callable[[Store], list[Record]]) -> list[Record]:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    try:
        return ask(store)
    finally:
        store.close()


def firm_of(folder: Path) -> Company:
    """A firm with a number of its own that nobody has stated a need of."""

    def ask(store: Store) -> list[Record]:
        snapshot = store.snapshot(Company, Need)
        busy = {each.company_id for each in snapshot.of(Need)}
        return [each for each in snapshot.of(Company) if each.company_id.startswith("org:") and each.key not in busy]

    firm = in_store(folder, ask)[0]
    assert isinstance(firm, Company)
    return firm


def own(folder: Path, kind: type[Record], company_id: str) -> list[Record]:
    return in_store(folder, lambda store: list(store.matching(kind, "company_id", [company_id])))


def keyed(app: AppTest, kind: str, begins: str) -> object:
    return next(each for each in app.get(kind) if str(each.key or "").startswith(begins))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interview_is_saved_from_the_page_and_undone(folder: Path, language: str) -> None:
    firm = firm_of(folder)
    interviews = len(own(folder, Interview, firm.key))
    app = start(language, "interview", firm=firm.key.removeprefix("org:"))
    texts = load(language)
    assert texts("interview.what") in said(app, "note")
    app.button(key="interview_save").click()
    rerun(app)
    assert texts("interview.nothing") in said(app, "warning")
    keyed(app, "multiselect", "themes_").set_value(["skills"])  # type: ignore[attr-defined]
    rerun(app)
    keyed(app, "text_area", "need_skills_words").set_value("Två svetsare.")  # type: ignore[attr-defined]
    keyed(app, "text_input", "talk_how").set_value("besök")  # type: ignore[attr-defined]
    keyed(app, "text_input", "talk_asked_on").set_value("i går")  # type: ignore[attr-defined]
    app.button(key="interview_save").click()
    rerun(app)
    assert texts("field.asked_on") in said(app, "warning")
    assert own(folder, Need, firm.key) == []
    keyed(app, "text_input", "talk_asked_on").set_value("2026-09-30")  # type: ignore[attr-defined]
    app.button(key="interview_save").click()
    rerun(app)
    assert said(app, "warning") == ""
    (need,) = own(folder, Need, firm.key)
    assert isinstance(need, Need)
    assert (need.theme, need.description) == ("skills", "Två svetsare.")
    assert len(own(folder, Interview, firm.key)) == interviews + 1
    app.button(key="undo").click()
    rerun(app)
    assert own(folder, Need, firm.key) == []
    assert len(own(folder, Interview, firm.key)) == interviews


def test_the_page_is_the_managers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = firm_of(folder)
    for level in (Level.MEMBERS, Level.PUBLIC):
        monkeypatch.setenv("NARVERK_AUDIENCE", level.name)
        app = start("sv", "interview", firm=firm.key.removeprefix("org:"))
        assert load("sv")("status.level.MANAGER") in said(app, "warning")
        assert not app.get("text_input")


def test_without_a_firm_one_is_looked_for(folder: Path) -> None:
    assert folder.exists()
    app = start("sv", "interview")
    app.text_input(key="interview_search").set_value("zzzzqqqq")
    rerun(app)
    assert "zzzzqqqq" in said(app, "warning")
    app = start("sv", "interview", firm="4000000000")
    assert load("sv")("needs.bad_link") in said(app, "warning")

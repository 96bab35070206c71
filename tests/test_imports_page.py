"""The pages "Importlistan" and "Möjligheter" run through the router, in both languages, beside what they answer."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.import_list import CAN, UNCLEAR, ImportList, Sites, import_list
from graph.ledger import today
from graph.lookup import find_origin
from graph.makers import Makers
from graph.model import ImportedPart, Level
from graph.potential import potential
from graph.replacement import Finder
from graph.store import Snapshot, default_address, demo_address, open_store
from ingest.buyers_list import read_buyers_list
from render import import_list as words
from render import potential as potential_words
from render.tables import as_csv, as_xlsx
from tests.test_app import bodies, components, invented_region, run, said, start, use_data
from texts import load

__all__ = ["invented_region"]  # a fixture
LIST = """Artikel;Benämning;Land;Leverantör;Värde
A-1;Svarvad axel i stål;Kina;Shanghai Co;600000
A-2;Laserskuren plåt;Tyskland;Blech GmbH;300000
A-3;Blurb zzz;Indien;;100000
A-4;"=HYPERLINK(""http://x"")";;;
"""
SECRET_WORDS = ("Blurb zzz", "HYPERLINK", "Shanghai")


@pytest.fixture(autouse=True)
def own_places(demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, demo_data)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


def snapshot_of(address: str) -> Snapshot:
    store = open_store(address, create=False)
    try:
        return view(store, Viewer(Level.MANAGER))
    finally:
        store.close()


def dropped(app: AppTest, content: bytes, name: str = "inköp.csv") -> AppTest:
    app.file_uploader[0].upload(name, content, "text/csv")
    return run(app)


def expected(tmp_path: Path, near: str, within_km: float) -> ImportList:
    path = tmp_path / "inköp.csv"
    path.write_text(LIST, encoding="utf-8")
    snapshot = snapshot_of(demo_address())
    parts = read_buyers_list(path, b"x").parts
    return import_list(Finder(snapshot, today=today()), parts, find_origin(snapshot, near), within_km)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_list_is_dropped_answered_and_forgotten(language: str, tmp_path: Path, demo_data: Path) -> None:
    before = {each: each.read_bytes() for each in demo_data.glob("*.sqlite")}
    revision = snapshot_of(demo_address()).revision
    sentences = load(language)
    app = start(language, page="imports")
    assert any(sentences("imports.not_stored") in each for each in bodies(app))
    app = dropped(app, LIST.encode())
    app.text_input(key="imports_near_file").set_value("Karlskoga")
    app = run(app)
    found = expected(tmp_path, "Karlskoga", 40.0)
    assert words.headline(found, sentences) in said(app, "headline")
    assert found.by_status[UNCLEAR].lines == 2
    assert found.share_of_value(CAN) == 0.9
    (shown,) = components(app)
    assert [row["cells"][0][0] for row in shown["rows"]] == [
        "Svarvad axel i stål", "Laserskuren plåt", "Blurb zzz", sentences("imports.unnamed")
        if not found.lines[3].part.description else found.lines[3].part.description,
    ]  # fmt: skip
    assert not any(word in str(value) for word in SECRET_WORDS for value in app.query_params.values())
    assert {each: each.read_bytes() for each in demo_data.glob("*.sqlite")} == before
    assert snapshot_of(demo_address()).revision == revision
    assert list((tmp_path / "temporary").iterdir()) == []
    app.button(key="imports_forget").click()
    app = run(app)
    assert said(app, "headline") == ""
    assert not any("Blurb" in each for each in bodies(app))


def test_the_lines_are_filtered_by_their_answer() -> None:
    app = dropped(start(page="imports"), LIST.encode())
    app.segmented_control(key="imports_status").set_value("unclear")
    app = run(app)
    (shown,) = components(app)
    assert len(shown["rows"]) == 2


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_bad_file_says_why_and_the_field_stays(language: str) -> None:
    sentences = load(language)
    app = dropped(start(language, page="imports"), b"Ort;Kommun\nNora;Nora\n", "fel.csv")
    assert sentences("error.no_import_lines", file="fel.csv") in said(app, "warning")
    assert app.get("file_uploader")
    app = dropped(app, b"PK\x03\x04trasig", "trasig.xlsx")
    assert "trasig.xlsx" in said(app, "warning")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_list_of_which_nothing_is_understood_is_not_called_impossible(language: str) -> None:
    sentences = load(language)
    app = dropped(start(language, page="imports"), b"Artikel;V\xc3\xa4rde\nBlurb;100\nZzz;50\n")
    assert sentences("imports.nothing_understood", lines=2) in said(app, "headline")
    assert not any(sentences("imports.status.nobody") in each for each in bodies(app))


def test_a_place_nobody_knows_is_told() -> None:
    app = dropped(start(page="imports"), LIST.encode())
    app.text_input(key="imports_near_file").set_value("Ingenstans")
    app = run(app)
    assert "Ingenstans" in said(app, "warning")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_firms_own_parts_from_its_own_place(language: str) -> None:
    snapshot = snapshot_of(demo_address())
    app = start(language, page="imports")
    app.segmented_control(key="imports_source").set_value("firm")
    app = run(app)
    firms = app.selectbox(key="imports_firm")
    firm = Sites(snapshot)
    parts = snapshot.of(ImportedPart)
    richest = max({each.company_id for each in parts if each.company_id},
                  key=lambda one: sum(each.value_sek or 0 for each in parts if each.company_id == one))  # fmt: skip
    firms.set_value(richest)
    app = run(app)
    own = [each for each in parts if each.company_id == richest]
    found = import_list(Finder(snapshot, today=today()), own, firm.origin(richest), 40.0)
    assert words.headline(found, load(language)) in said(app, "headline")


def test_the_table_to_take_along_has_every_line_and_no_formula(tmp_path: Path) -> None:
    found = expected(tmp_path, "Karlskoga", 40.0)
    whole = words.list_table(found, lambda each: each, load("sv"))
    assert len(whole) == 1 + 4
    assert len({len(each) for each in whole}) == 1
    line = as_csv([["=1+1"], *whole], "sv").decode("utf-8-sig")
    assert not any(cell.startswith("=") for row in line.splitlines() for cell in row.split(";"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(whole, "lista")))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[7] for row in rows[1:]] == [
        load("sv")(f"imports.status.{each}") for each in (CAN, CAN, UNCLEAR, UNCLEAR)
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("page", ["imports", "potential"])
def test_an_empty_region_says_what_to_do(
    page: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, tmp_path / "own")
    open_store(default_address()).close()
    assert load(language)(f"{page}.empty") in said(start(language, page=page), "headline")


# -- the region's potential -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_potential_is_what_the_region_answers(language: str) -> None:
    sentences, snapshot = load(language), snapshot_of(demo_address())
    found = potential(snapshot, Makers(snapshot, today=today()))
    app = start(language, page="potential")
    assert potential_words.headline(found, sentences) in said(app, "headline")
    assert found.nobody.lines > 0
    for shown, count in (("radii", 3), ("families", len(found.families)), ("municipalities", len(found.municipalities)),
                         ("unmet", len(found.unmet))):  # fmt: skip
        app.segmented_control(key="potential_table").set_value(shown)
        app = run(app)
        tables = components(app)
        assert sum(len(each["rows"]) for each in tables) == count, shown
    left_out = potential_words.unmet_note(found, sentences)
    assert any(left_out in each for each in bodies(app))


def test_what_is_unmet_by_fewer_than_three_is_not_named() -> None:
    snapshot = snapshot_of(demo_address())
    found = potential(snapshot, Makers(snapshot, today=today()))
    assert found.left_out > 0
    assert all(each.buyers >= 3 for each in found.unmet)
    told = [str(row[0]) for row in potential_words.unmet_table(found, load("sv"))[1:]]
    assert len(told) == len(found.unmet)


def test_a_screen_has_room_for_fewer_columns_than_a_file() -> None:
    snapshot = snapshot_of(demo_address())
    whole = potential_words.group_table(potential(snapshot, Makers(snapshot, today=today())), "families", load("sv"))
    shown = potential_words.on_screen("families", whole)
    assert shown[0] == [
        "Processfamilj", "Företag", "Delar", "Värde SEK", "Delar inom 30 km", "Delar inom 50 km", "Delar inom 100 km",
        "SEK inom 100 km",
    ]  # fmt: skip


# -- words ------------------------------------------------------------------------------------------------------------


def test_money_and_shares_as_a_person_takes_them_in() -> None:
    swedish, english = load("sv"), load("en")
    told = [words.money(each, swedish) for each in (950, 120_000, 3_440_000, 219_000_000, 1_500_000_000)]
    assert told == ["950 kr", "120\xa0000 kr", "3,4 miljoner kr", "219 miljoner kr", "1,5 miljarder kr"]
    assert words.money(3_440_000, english) == "SEK 3.4 million"
    shares = (0.0, 0.004, 0.614, 0.998, 1.0)
    assert [words.percent(each, swedish) for each in shares] == ["0", "<1", "61", "99", "100"]


def test_a_list_without_values_is_counted_in_lines(tmp_path: Path) -> None:
    path = tmp_path / "inköp.csv"
    path.write_text("Artikel;Land\nSvarvad axel i stål;Kina\nBlurb zzz;Kina\n", encoding="utf-8")
    snapshot = snapshot_of(demo_address())
    parts = read_buyers_list(path, b"x").parts
    finder = Finder(snapshot, today=today())
    found = import_list(finder, parts, find_origin(snapshot, "Karlskoga"), 40.0)
    texts = load("sv")
    assert words.headline(found, texts) == texts("imports.headline_lines", can=1, lines=2, km=40.0, place="Karlskoga")
    assert words.shares(found, texts, by_value=True) == []
    assert [amount for _, _, amount in words.shares(found, texts, by_value=False)] == [1, 1]
    assert texts("imports.supplier_unknown") in [told for _, _, told in words.dependencies(found, texts)]

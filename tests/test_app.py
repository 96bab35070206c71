"""The frame of the app and the page "Find a supplier" run through the router, in both languages.

The numbers on the page are compared with the search asked directly. What only a browser can show (drawing, clicks,
scripts that must not run) is in test_browser.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import streamlit as st
from python_calamine import CalamineWorkbook
from streamlit import config
from streamlit.testing.v1 import AppTest

from app import PAGES
from graph.audience import Viewer, view
from graph.demands import Constraint, Demand, demand_of_part, demand_of_text
from graph.geo import distance_km
from graph.lookup import Origin, find_origin
from graph.model import Company, ImportedPart, Level
from graph.replacement import Answer, Coverage, Finder, Replacement
from graph.store import Store, demo_address, open_store
from ingest.demo import write_demo
from ingest.pipeline import load_files
from render.answers import rows_of
from render.maps import deck, markers_of, ring, spread
from render.plain import distance_text
from render.tables import Cell, answer_table, as_csv, as_xlsx, neutral
from texts import load

ROOT = Path(__file__).resolve().parents[1]
SHAFT = {"sv": "Svarvad axel i stål", "en": "Turned shaft in steel"}
EVERYTHING = 10_000
PAYLOADS = (
    "<script>window.hacked=1</script> AB",
    "<img src=x onerror=window.hacked=1> AB",
    "[klicka](javascript:window.hacked=1) AB",
    "**Fet** `kod` :red[röd] $x^2$ AB",
    '"><svg onload=window.hacked=1> AB',
    "=HYPERLINK(window.hacked) AB",
)

Ask = Callable[..., AppTest]


def invent_region(folder: Path) -> Path:
    """Puts a small invented region's store into a data folder."""
    for name, data in _invented().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)
    return folder


@cache
def _invented() -> dict[str, bytes]:
    """The region's files, as a data folder has them: invented and loaded once for all tests of this process."""
    with TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patch:
        patch.delenv("NARVERK_SECRET", raising=False)
        folder = Path(made)
        write_demo(folder / "files", 300, 1)
        store = open_store(f"sqlite:{folder / 'demo.sqlite'}")
        load_files(store, [folder / "files"])
        store.close()
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module", name="demo_data")
def invented_region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(name="region")
def opened_region(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The invented region's store, which the app shows."""
    use_data(monkeypatch, demo_data)
    opened = open_store(demo_address(), create=False)
    yield opened
    opened.close()


@pytest.fixture(name="ask")
def asking(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs the app on the invented region: ``ask(text, near, within, language=, level=)``."""
    use_data(monkeypatch, demo_data)

    def ask(
        text: str = "", near: str = "Karlskoga", within: str = "40 km", language: str = "sv", level: str = ""
    ) -> AppTest:
        if level:
            monkeypatch.setenv("NARVERK_AUDIENCE", level)
        app = start(language, within=within)
        app.text_input(key="text").set_value(text)
        app.text_input(key="near").set_value(near)
        return run(app)

    return ask


def use_data(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in ("NARVERK_STORE", "NARVERK_AUDIENCE", "NEO4J_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NARVERK_DATA", str(folder))
    monkeypatch.setenv("NARVERK_DEBUG", "1")  # what nobody expected is raised, not told in a sentence


def run(app: AppTest) -> AppTest:
    app.run(timeout=30)
    assert not app.exception, app.exception
    return app


def start(language: str = "sv", page: str = "find", **link: str) -> AppTest:
    """A page of the app, opened by its link."""
    app = AppTest.from_file(str(ROOT / "app.py")).switch_page(f"views/{page}.py")
    app.query_params["lang"] = language
    for name, value in link.items():
        app.query_params[name] = value
    return run(app)


def bodies(app: AppTest) -> list[str]:
    return [str(each.proto.body) for each in app.get("html")]


def said(app: AppTest, style: str) -> str:
    """What stands on the page in that style, as HTML."""
    found = [each for each in bodies(app) if f'class="nv-{style}"' in each]
    return found[0] if found else ""


def components(app: AppTest) -> list[dict[str, Any]]:
    """What the page's own components were given, without the one that frames every page."""
    found = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return [each for each in found if each.keys() != {"language", "names"}]


def rows(app: AppTest, kind: str = "hit") -> list[dict[str, Any]]:
    groups = [group for each in components(app) for group in each.get("groups", ())]
    return [row for group in groups if group["kind"] == kind for row in group["rows"]]


def open_demands(app: AppTest) -> None:
    """Open the fields of the other demands, which are drawn only then."""
    identity = app.text_input(key="text").value or ""
    key = f"demands_{zlib.crc32(identity.encode()):08x}"
    app.session_state[key] = True
    run(app)


def answered(folder: Path, demand: Demand, near: str, within_km: float) -> Answer:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    snapshot = view(store, Viewer(Level.MANAGER))
    return Finder(snapshot).find(demand, find_origin(snapshot, near), within_km, limit=EVERYTHING)


# -- a question and its answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_described_part_is_answered_as_the_search_answers(ask: Ask, demo_data: Path, language: str) -> None:
    app = ask(SHAFT[language], language=language)
    expected = answered(demo_data, demand_of_text(SHAFT[language]), "Karlskoga", 40)
    assert expected.found > 20
    assert f"{expected.found} " in said(app, "headline")
    assert [each["company_id"] for each in rows(app)] == [each.company_id for each in expected.hits[:20]]
    assert load(language)("find.understood") in said(app, "label")
    assert str(expected.coverage.stated) in "".join(bodies(app))
    assert load(language)("app.invented") in "".join(bodies(app))


def test_all_hits_are_shown_when_asked_for(ask: Ask, demo_data: Path) -> None:
    app = ask(SHAFT["sv"])
    found = answered(demo_data, demand_of_text(SHAFT["sv"]), "Karlskoga", 40).found
    next(each for each in app.button if each.label == load("sv")("find.show_all", count=found)).click()
    run(app)
    assert len(rows(app)) == found


def test_an_unticked_process_is_asked_no_more(ask: Ask, demo_data: Path) -> None:
    text = "Svarvad och härdad axel"
    app = ask(text)
    before = demand_of_text(text)
    codes = [code for code, _ in before.processes]
    assert len(codes) > 1
    pills = next(each for each in app.button_group if (each.key or "").startswith("processes_"))
    assert pills.options[0].replace("\\", "").startswith("CNC-svarvning ← Svarvad")
    pills.set_value(codes[1:])
    run(app)
    left = replace(before, processes=before.processes[1:], deciding=None)
    expected = answered(demo_data, left, "Karlskoga", 40)
    assert [each["company_id"] for each in rows(app)] == [each.company_id for each in expected.hits[:20]]


def test_a_demand_can_be_added_by_hand(ask: Ask) -> None:
    app = ask(SHAFT["sv"])
    open_demands(app)
    certificates = next(each for each in app.multiselect if (each.key or "").startswith("certificates_"))
    certificates.set_value(["AQAP 2110"])
    run(app)
    assert "AQAP 2110" in said(app, "facts")
    for row in rows(app):
        assert {"met", "unknown"} >= {each["status"] for each in row["demands"] if each["kind"] == "certificate"}
    assert any("AQAP 2110" in each["missing"] for each in rows(app, "near")) or len(rows(app)) >= 10


def test_swedish_mil_is_understood(ask: Ask) -> None:
    assert "30 km" in said(ask(SHAFT["sv"], within="3 mil"), "headline")


def test_a_hit_says_demand_by_demand_and_why_it_ranks(ask: Ask) -> None:
    first = rows(ask(SHAFT["sv"]))[0]
    assert {"process", "material", "radius"} <= {each["kind"] for each in first["demands"]}
    assert all(each["word"] and each["sign"] for each in first["demands"])
    points = sum(float(each["points"].split(" ")[0].replace(",", ".")) for each in first["terms"])
    assert abs(points - float(first["score"])) <= 1


def test_an_imported_part_is_searched_near_its_buyer_and_stays_out_of_the_link(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, demo_data)
    store = open_store(demo_address(), create=False)
    snapshot = view(store, Viewer(Level.MANAGER))
    part = max(snapshot.of(ImportedPart), key=lambda each: (each.value_sek or 0, each.part_id))
    app = start()
    app.button_group(key="mode").set_value("part")
    run(app)
    app.text_input(key="part_filter").set_value(part.part_number or "")
    run(app)
    app.selectbox(key="part").set_value(part.part_id)
    run(app)
    expected = Finder(snapshot).find(demand_of_part(part), find_origin(snapshot, part.company_id or ""), 40)
    found = [*rows(app), *rows(app, "near")]
    assert [each["company_id"] for each in found] == [
        each.company_id for each in (*expected.hits, *expected.near_misses)
    ]
    assert part.company_id not in {each["company_id"] for each in found}
    assert not {"process", "near", "within"} & set(app.query_params)


# -- who looks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["PUBLIC", "MEMBERS", "MANAGER"])
def test_each_level_gets_its_own_region(ask: Ask, demo_data: Path, level: str) -> None:
    app = ask("Laserskuren kåpa i rostfri plåt, IATF 16949", level=level)
    snapshot = view(open_store(demo_address(), create=False), Viewer(Level[level]))
    demand = demand_of_text("Laserskuren kåpa i rostfri plåt, IATF 16949")
    expected = Finder(snapshot).find(demand, find_origin(snapshot, "Karlskoga"), 40)
    assert [each["company_id"] for each in rows(app)] == [each.company_id for each in expected.hits]
    assert len(rows(app, "near")) == (len(expected.near_misses) if level == "MANAGER" else 0)
    assert load("sv")(f"status.level.{level}") in said(app, "status")
    modes = len(app.button_group(key="mode").options)
    assert modes == (3 if level == "MANAGER" else 2)


def test_a_level_nobody_knows_is_the_publics(ask: Ask) -> None:
    assert load("sv")("status.level.PUBLIC") in said(ask(level="ROOT"), "status")


@pytest.mark.parametrize(("address", "level"), [("127.0.0.1", "MANAGER"), ("0.0.0.0", "PUBLIC"), ("", "PUBLIC")])  # noqa: S104
def test_who_comes_from_another_machine_is_the_public(ask: Ask, address: str, level: str) -> None:
    before = config.get_option("server.address")
    config.set_option("server.address", address)
    try:
        assert load("sv")(f"status.level.{level}") in said(ask(), "status")
    finally:
        config.set_option("server.address", before)


# -- what cannot be answered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "near", "within", "sentence"),
    [
        ("qwxz", "Karlskoga", "40 km", "hur delen tillverkas"),
        ("Svarvad axel", "Ingenstansköping", "40 km", "Ingenstansköping"),
        ("Svarvad axel", "", "40 km", "nära"),
        ("Svarvad axel", "Karlskoga", "långt", "långt"),
    ],
)
def test_a_question_not_understood_says_how_to_write_it(
    ask: Ask, text: str, near: str, within: str, sentence: str
) -> None:
    app = ask(text, near, within)
    assert sentence in said(app, "warning")
    assert not rows(app)


def test_an_ambiguous_place_offers_its_candidates(ask: Ask) -> None:
    app = ask("Svarvad axel", near="Fors", within="300 km")
    next(each for each in app.button if "Avesta" in each.label).click()
    run(app)
    assert app.text_input(key="near").value == "Fors, Avesta"
    assert "Fors" in said(app, "headline")


def test_nobody_is_told_honestly(ask: Ask) -> None:
    app = ask("Svarvad axel", near="Kiruna", within="10 km")
    assert "betyder inte att ingen kan" in said(app, "headline")
    assert load("sv")("find.coverage_nobody") in "".join(bodies(app))


def test_without_a_region_the_page_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    for language in ("sv", "en"):
        assert load(language)("app.no_region") in said(start(language), "headline")
    assert list(tmp_path.iterdir()) == []  # looking makes nothing


@pytest.mark.parametrize("language", ["sv", "en"])
def test_ones_own_region_begins_empty_beside_the_invented_one(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    use_data(monkeypatch, tmp_path)
    (tmp_path / "demo.sqlite").write_bytes((demo_data / "demo.sqlite").read_bytes())
    app = start(language, page="start")
    app.button(key="start_own").click()
    run(app)
    assert load(language)("start.empty") in said(app, "headline")
    assert load(language)("app.invented") not in "".join(bodies(app))
    store = open_store()
    assert store.counts()["Company"] == 0
    store.close()
    app.button(key="to_invented").click()
    run(app)
    assert load(language)("app.invented") in "".join(bodies(app))


def test_the_public_is_led_to_no_page_it_may_not_see(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    navigation = st.navigation
    for level in ("MANAGER", "PUBLIC"):

        def noted(pages: dict[str, list[st.Page]], level: str = level, **more: Any) -> Any:
            shown[level] = {each.title for some in pages.values() for each in some if each.visibility == "visible"}
            return navigation(pages, **more)

        monkeypatch.setattr(st, "navigation", noted)
        app = ask(level=level)
    hidden = {name for name in PAGES if name not in ("start", "find", "company", "about", "totals")}
    assert shown["MANAGER"] - shown["PUBLIC"] == {load("sv")(f"page.{name}") for name in hidden}
    assert "start_own" not in {each.key for each in app.button}


def test_a_file_that_is_no_store_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    (tmp_path / "demo.sqlite").write_bytes(b"not a database at all" * 99)
    assert "demo.sqlite" in said(start(), "warning")


def test_a_store_of_a_newer_version_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    open_store().close()
    with closing(sqlite3.connect(tmp_path / "region.sqlite")) as connection, connection:
        connection.execute("UPDATE state SET schema_version = 99")
    for page in ("start", "find", "network", "company", "isolated", "load", "about"):
        assert "99" in said(start(page=page), "warning")


def test_ones_own_region_goes_before_the_invented_one(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, tmp_path)
    (tmp_path / "demo.sqlite").write_bytes((demo_data / "demo.sqlite").read_bytes())
    assert load("sv")("app.invented") in "".join(bodies(start()))
    open_store().close()
    app = start()
    assert load("sv")("app.invented") not in "".join(bodies(app))
    assert load("sv")("find.empty_region") in "".join(bodies(app))
    monkeypatch.setenv("NARVERK_STORE", "demo")
    assert load("sv")("app.invented") in "".join(bodies(start()))


def test_invented_firms_stand_under_their_banner_wherever_they_were_copied(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, tmp_path)
    (tmp_path / "copied.sqlite").write_bytes((demo_data / "demo.sqlite").read_bytes())
    monkeypatch.setenv("NARVERK_STORE", f"sqlite:{tmp_path / 'copied.sqlite'}")
    assert load("sv")("app.invented") in "".join(bodies(start()))


def test_what_nobody_expected_is_one_sentence(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("hemligt")

    monkeypatch.setattr("views.common._region", fail)
    monkeypatch.delenv("NARVERK_DEBUG")
    app = AppTest.from_file(str(ROOT / "app.py")).switch_page("views/find.py")
    run(app)
    assert load("sv")("error.unexpected", what="RuntimeError") in said(app, "warning")
    assert "hemligt" not in "".join(bodies(app))


# -- links ------------------------------------------------------------------------------------------------------------


def test_a_link_asks_its_question(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, demo_data)
    app = start(process="turning,hardening", near="Karlskoga", within="3 mil")
    demand = Demand((("turning", 1.0), ("hardening", 1.0)))
    expected = answered(demo_data, demand, "Karlskoga", 30)
    assert [each["company_id"] for each in rows(app)] == [each.company_id for each in expected.hits]
    assert app.query_params["process"] == "turning,hardening"
    assert app.query_params["within"] == "30 km"


def test_an_address_that_lags_behind_takes_no_word_back(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, demo_data)
    app = start(process="turning", near="Karlskoga", within="40 km")
    app.text_input(key="near").set_value("Degerfors")
    app.query_params["near"] = "Kumla"  # the browser had not met the last address yet
    run(app)
    assert app.text_input(key="near").value == "Degerfors"
    assert app.query_params["near"] == "Degerfors"
    app.query_params["near"] = "Kumla"  # nothing else changed: somebody went there
    run(app)
    assert app.text_input(key="near").value == "Kumla"


def test_a_wrong_link_says_so(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, demo_data)
    assert load("sv")("find.bad_link") in said(start(process="alchemy"), "warning")


def test_a_firm_stands_in_the_link_by_its_number_or_by_a_key_that_tells_nothing(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    store = open_store(demo_address(), create=False)
    firms = [each for each in view(store, Viewer(Level.MANAGER)).of(Company) if each.name and each.locality]
    store.close()
    numbered = next(each for each in firms if each.company_id.startswith("org:"))
    named = next(each for each in firms if each.company_id.startswith("name:"))
    app = ask(SHAFT["sv"], near=numbered.company_id)
    assert app.query_params["near"] == numbered.company_id.removeprefix("org:")
    app = ask(SHAFT["sv"], near=named.company_id)
    linked = app.query_params["near"]
    assert re.fullmatch("f-[0-9a-f]{20}", linked)
    again = start(process="turning", near=linked, within="40 km")
    assert str(named.name) in said(again, "headline") + said(again, "warning")


def test_a_saved_question_is_found_again_by_an_id_that_tells_nothing(ask: Ask) -> None:
    app = ask("Svarvad axel till hemlig kund", near="Degerfors", within="30 km")
    asked = said(app, "headline")
    app.button(key="save").click()
    run(app)
    question_id = app.query_params["q"]
    assert "hemlig" not in str(dict(app.query_params))
    assert load("sv")("find.saved") in "".join(bodies(app))
    again = start(q=question_id)
    assert again.text_input(key="text").value == "Svarvad axel till hemlig kund"
    assert said(again, "headline") == asked
    again.text_input(key="near").set_value("Kumla")
    run(again)
    assert "q" not in again.query_params


def test_a_question_is_not_shown_to_who_is_trusted_with_less(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    app = ask("Svarvad axel till hemlig kund")
    app.button(key="save").click()
    run(app)
    question_id = app.query_params["q"]
    monkeypatch.setenv("NARVERK_AUDIENCE", "MEMBERS")
    other = start(q=question_id)
    assert load("sv")("error.not_allowed", needs=load("sv")("status.level.MANAGER")) in said(other, "warning")
    assert "hemlig" not in str(other.text_input(key="text").value)
    assert load("sv")("error.no_such_question") in said(start(q="A" * 12), "warning")


def test_free_text_never_stands_in_the_link(ask: Ask) -> None:
    app = ask("Svarvad axel till hemlig kund")
    assert set(app.query_params) == {"near", "within"} | ({"lang"} & set(app.query_params))
    assert "hemlig" not in str(dict(app.query_params))


# -- text is text -----------------------------------------------------------------------------------------------------


@pytest.fixture(name="payload_data")
def region_of_payloads(tmp_path: Path) -> Path:
    return payload_region(tmp_path)


def payload_region(folder: Path) -> Path:
    """A region whose firms are named as scripts."""
    with (folder / "medlemmar.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Företag", "Ort", "Kommun", "Processer", "Material", "Verksamhet"])
        for name in PAYLOADS:
            writer.writerow([name, "Karlskoga", "Karlskoga", "CNC-svarvning", "stål", name])
    store = open_store(f"sqlite:{folder / 'region.sqlite'}")
    report = load_files(store, [folder / "medlemmar.csv"])
    assert report.counts["Company"] == len(PAYLOADS), report.problems
    store.close()
    return folder


def test_names_that_are_scripts_are_escaped(payload_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, payload_data)
    app = start(process="turning", near="Karlskoga", within="40 km")
    assert {each["name"] for each in rows(app)} == set(PAYLOADS)
    for near in PAYLOADS:
        app.text_input(key="near").set_value(near)
        run(app)
        shown = "".join(bodies(app))
        assert "<script" not in shown
        assert "<img" not in shown
        assert "<svg" not in shown
        for button in app.button:
            assert "](" not in button.label


# -- tables and maps --------------------------------------------------------------------------------------------------


def hit(company_id: str, name: str, at: tuple[float, float] = (59.3, 14.5), km: float = 0.0) -> Replacement:
    return Replacement(company_id, name, "Ort", at, km, 0.0, km + 8, 50.0, 1.0, (), (), None)


KARLSKOGA = Origin("Karlskoga", (59.32667, 14.52386), 4.3)


def answer_of(*hits: Replacement) -> Answer:
    return Answer(Demand((("turning", 1.0),)), KARLSKOGA, 40.0, Coverage(len(hits), 0, 0), len(hits), hits, ())


@pytest.mark.parametrize("start_of_cell", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_no_cell_of_text_starts_a_formula(start_of_cell: str) -> None:
    table: list[list[Cell]] = [["Namn", "Tal"], [f"{start_of_cell}cmd|calc", -3.5]]
    for language, number in (("sv", "-3,5"), ("en", "-3.5")):
        text = as_csv(table, language).decode("utf-8-sig")
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "sv" else ","))
        assert read[1] == [f"'{start_of_cell}cmd|calc", number]
    book = as_xlsx(table, "Blad")
    written = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert str(written[1][0]).startswith("'")
    assert written[1][1] == -3.5
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f" not in parts.read("xl/worksheets/sheet1.xml").replace(b"<format", b"")
    assert neutral("Åsbro - AB") == "Åsbro - AB"


def test_the_table_holds_every_hit() -> None:
    answer = answer_of(hit("name:a", "=1+1"), hit("name:b", "B AB", km=12.5))
    heading, *lines = answer_table(answer, {}, load("sv"))
    assert [dict(zip(heading, line, strict=True))["Företag"] for line in lines] == ["=1+1", "B AB"]
    assert dict(zip(heading, lines[1], strict=True))["Avstånd km"] == 12.5
    assert b"'=1+1" in as_csv([heading, *lines], "sv")


def test_a_distance_to_a_rough_place_is_an_interval_rounded_outwards() -> None:
    sv, en = load("sv"), load("en")
    assert distance_text(0.0, 8.2, sv) == "0–9 km"
    assert distance_text(28.036, 50.636, sv) == "28–51 km"
    assert distance_text(39.33, 39.33, sv) == "39,3 km"
    assert distance_text(39.33, 39.33, en) == "39.3 km"


def drawn_deck(answer: Answer, chosen: str | None = None) -> Any:
    return deck(tuple(markers_of(answer, str)), answer.origin.point, answer.within_km, chosen=chosen)


def test_the_map_asks_nobody_for_tiles() -> None:
    drawn = json.loads(drawn_deck(answer_of(hit("name:a", "A AB"))).to_json())
    assert drawn.get("mapProvider") is None
    assert "http" not in json.dumps(drawn)


def test_the_map_holds_every_firm_once_and_names_only_towns_nearby() -> None:
    hits = (hit("name:a", "A AB"), hit("name:b", "B AB"), hit("name:c", "C AB", (59.6, 14.9), 35.0))
    made = drawn_deck(answer_of(*hits), chosen="name:b")
    drawn = json.loads(made.to_json())
    layers = {each["id"]: each["data"] for each in drawn["layers"]}
    assert sorted((each["company_id"], each["name"]) for each in layers["hits"]) == [
        ("name:a", "1"),
        ("name:b", "2"),
        ("name:c", "3"),
    ]
    assert layers["hits"][-1]["company_id"] == "name:b"  # the chosen one lies on top
    assert set(made._tooltip) == {"text", "style"}  # what a pointer is told is text, never HTML
    names = {each["name"] for each in layers["towns"]}
    assert {"Karlskoga", "Degerfors", "Örebro"} <= names
    assert not {"Malmö", "Kiruna"} & names


def test_names_of_towns_do_not_cover_each_other() -> None:
    drawn = json.loads(deck((), KARLSKOGA.point, 150.0).to_json())
    towns = next(each["data"] for each in drawn["layers"] if each["id"] == "towns")
    assert towns[0]["name"] == "Karlskoga"  # the nearest stays
    for index, (east, north) in enumerate(each["at"] for each in towns):
        for other_east, other_north in (each["at"] for each in towns[:index]):
            tall, wide = abs(north - other_north) * 111, abs(east - other_east) * 111 * 0.51  # cos 59.3 degrees
            assert tall > 15 or wide > 70


def test_the_outlines_are_served_from_beside_the_pages() -> None:
    drawn = json.loads(drawn_deck(answer_of(hit("name:a", "A AB"))).to_json())
    ground = next(each for each in drawn["layers"] if each["id"] == "ground")
    served = ROOT / ground["data"].removeprefix("app/")
    assert served.read_bytes() == (ROOT / "data" / "municipalities.geojson").read_bytes()
    assert config.get_option("server.enableStaticServing")


def test_firms_of_one_town_are_spread_and_others_stay() -> None:
    town, other = (59.3, 14.5), (59.6, 14.9)
    laid = spread([town, town, other, town], 2.0)
    assert (laid[0], laid[2]) == (town, other)
    assert len(set(laid)) == 4
    assert all(1.9 < distance_km(town, each) < 2.0 * 2**0.5 + 0.1 for each in (laid[1], laid[3]))


def test_the_ring_is_drawn_at_the_radius() -> None:
    around = ring((59.3, 14.5), 40.0)
    assert around[0] == pytest.approx(around[-1])
    for longitude, latitude in around:
        assert distance_km((59.3, 14.5), (latitude, longitude)) == pytest.approx(40, rel=0.01)


def test_a_certificate_that_ran_out_says_so() -> None:
    ran_out = Constraint("certificate", "unmet", "ISO 9001", None, "stated", "2025-07-20")
    firm = replace(hit("name:a", "A AB"), constraints=(ran_out,), missing=(ran_out,))
    (row,) = rows_of([firm], {}, load("sv"), letters=True)
    assert (row.rank, row.missing) == ("a", "ISO 9001")
    assert row.demands[0].has == "gick ut 2025-07-20"
    assert "gäller till" not in row.demands[0].source


def test_a_natural_person_never_stands_in_the_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = "800101000"  # as a sole trader's: a day of birth, and a check digit that is right
    luhn = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(number))
    with (tmp_path / "medlemmar.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Företag", "Org.nr", "Ort", "Kommun", "Processer"])
        writer.writerow(["Påhittad Persson", f"{number}{-luhn % 10}", "Karlskoga", "Karlskoga", "CNC-svarvning"])
        writer.writerow(["Svarvbolaget AB", "", "Degerfors", "Degerfors", "CNC-svarvning"])
    use_data(monkeypatch, tmp_path)
    store = open_store()
    load_files(store, [tmp_path / "medlemmar.csv"])
    store.close()
    app = start(process="turning", near="Degerfors", within="40 km")
    assert app.query_params["near"] == "Degerfors"
    app.text_input(key="near").set_value("Påhittad Persson")
    run(app)
    assert "Svarvbolaget AB" in said(app, "headline")
    assert app.query_params["near"].startswith("f-")
    assert not any(each in app.query_params["near"] for each in ("person", "hittad", number))

"""What is taken along: files that load again, open in other programs, and hold what somebody wrote as text.

That they hold nothing their viewer may not have is in test_leaks.py.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from graph.audience import RESULT_AUDIENCE, Viewer, may_see, view
from graph.ledger import publish
from graph.model import (
    REGION_KINDS,
    Alias,
    Certificate,
    Claim,
    Company,
    ImportedPart,
    Level,
    Offer,
    Record,
    Region,
    Source,
    Trade,
    Value,
    Workplace,
    field_names,
)
from graph.store import Snapshot, Store
from ingest.corrections import NO_LISTS
from ingest.headings import SHEETS
from ingest.pipeline import load_files
from render import export_sheets
from render.export_sheets import KIND_OF, sheets
from render.exports import FILES
from render.taken import Taken
from tests.regions import DAY as LOADED_ON
from tests.regions import Built, built_region, opened, own_data, run
from tests.test_app import PAYLOADS, bodies, invented_region, start, use_data  # noqa: F401
from tests.test_browser import SIZES, keep, real_chromium
from texts import LANGUAGES, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["built_region", "own_data", "real_chromium"]

DAY = "2026-11-20"
A, B, PERSON = "org:4099000012", "org:4099000020", f"person:{'0a' * 16}"
MANAGER, MEMBER, PUBLIC = (Viewer(level) for level in reversed(Level))
STARTS = ("=1+1", "+46 70 123", "-5 %", "@x", "\t=2", "\r=3", " =4", "＝5", "-0,5 till 0")
"""What a spreadsheet may take for a formula."""


@pytest.fixture(name="store")
def small_region(tmp_path: Path) -> Iterator[Store]:
    """Two firms and a sole trader, of which one trades at a loss, and words that begin as formulas do."""
    with opened(tmp_path / "small.sqlite") as store:
        place: dict[str, Value] = {
            "municipality": "1883",
            "latitude": 59.3267,
            "longitude": 14.5239,
            "location_precision": "address",
        }
        publish(
            store,
            [Source("list", "network", Level.PUBLIC), Source("work", "network", Level.MANAGER)],
            [
                Claim(A, "Company", "", {"name": "=1+1", "business": "Långt " * 60, "website": "+46 70 123",
                                         "member_since": "2019-05-01", "employees": 12, "municipality": "1883"}),
                Claim(A, "Workplace", "main", {"address": "@x", "locality": "Karlskoga", **place}),
                Claim(A, "Workplace", "north", {"name": "Norra", "locality": "Nora", "latitude": 59.52,
                                                "longitude": 15.04, "location_precision": "locality"}),
                Claim(A, "Offer", "turning", {"tolerance": "-5 %", "max_length_mm": 400.5, "materials": ("steel",)}),
                Claim(A, "Offer", "milling_3", {}, evidence="inferred"),
                Claim(A, "Certificate", "ISO 9001", {"standard": "ISO 9001", "valid_until": "2027-03-04"}),
                Claim(B, "Company", "", {"name": "Beta\x0b & <Söner> AB"}),
                Claim(PERSON, "Company", "", {"name": "Kim Ek", "municipality": "1884"}),
                Claim(PERSON, "Offer", "mig_mag", {}),
                Claim(A, "Trade", "t1", {"buyer_id": B, "what": "kredit", "value_sek": -1200, "year": 2025}, source=1),
                Claim(A, "Trade", "t2", {"buyer_id": B, "what": "axlar", "value_sek": 800, "year": 2025}, source=1),
                *(Claim(B, "Need", f"n{n}", {"description": text}, source=1) for n, text in enumerate(STARTS)),
            ],
        )  # fmt: skip
        yield store


def made(store: Store, ending: str, viewer: Viewer = MANAGER, language: str = "sv") -> bytes:
    return FILES[ending].make(Taken(view(store, viewer), viewer, DAY), load(language))


def cells(book: bytes, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings, as a spreadsheet program reads them."""
    page = openpyxl.load_workbook(io.BytesIO(book))[sheet]
    heads, *rows = page.iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


# -- the workbook ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_managers_workbook_loads_again_with_the_same_facts(built: Built, tmp_path: Path, language: str) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(FILES[".xlsx"].make(Taken(built.snapshot, MANAGER, DAY), load(language)))
    with opened(tmp_path / "again.sqlite") as store:
        report = load_files(store, [path], on=LOADED_ON)
        again = store.snapshot(*REGION_KINDS)
        below = view(store, MEMBER)
    assert report.outcomes["rejected"] == 0
    assert {each.code for each in report.problems} <= {"column_unknown"}
    for kind in KIND_OF.values():
        assert told(again, kind) == told(built.snapshot, kind), kind
    assert {each.name for each in below.of(Company)} == set()  # what was told in confidence stays so
    assert [*below.of(Offer), *below.of(Certificate)] == []


LEFT = {Alias: {"name_keys"}, Offer: {"inferred_from"}, Trade: {"trade_id"}, Workplace: {"location_uncertainty_km"}}
"""Fields that no list has a column for, and a key that follows from the row."""


def told(snapshot: Snapshot, kind: type[Record]) -> list[tuple[Any, ...]]:
    names = [name for name in field_names(kind) if name not in LEFT.get(kind, ())]
    return sorted((tuple(getattr(each, name) for name in names) for each in snapshot.of(kind)), key=repr)


def test_every_field_has_a_column_or_is_known_to_have_none() -> None:
    """What somebody adds to the records must be taken along too."""
    without = {
        Company: {"company_id", "parent_id"},
        Offer: {"offer_id", "company_id"}, Certificate: {"certificate_id", "company_id"},
        Trade: {"trade_id", "seller_id", "buyer_id"}, ImportedPart: {"part_id", "company_id"},
        Region: {"region_id", "municipalities"},
        Workplace: {"location_precision", "location_uncertainty_km"},
    }  # fmt: skip
    for sheet, kind in KIND_OF.items():
        renamed = export_sheets.RENAMED.get(sheet, {})
        columns = SHEETS[sheet][1].keys() | {*export_sheets.MORE.get(sheet, ())}
        asked = {renamed.get(each, each) for each in field_names(kind)[1:]} - without.get(kind, set())
        left = {each for each in asked - columns if not each.endswith("_id")}
        assert left <= {"what", "participants"}, sheet  # the sort of a requirement follows; participants by number


def test_text_starts_no_formula_and_stays_as_it_was(store: Store, tmp_path: Path) -> None:
    book = made(store, ".xlsx")
    needs = openpyxl.load_workbook(io.BytesIO(book))["Behov"]
    column = next(cell.column for cell in needs[1] if cell.value == "Behov")
    said = [needs.cell(row, column) for row in range(2, needs.max_row + 1)]
    assert sorted(str(each.value).strip() for each in said) == sorted(each.strip() for each in STARTS)
    assert {each.data_type for each in said} == {"s"}
    assert all(each.quotePrefix for each in said)  # it is text still when somebody edits it
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in each or b"<f " in each for each in parts)
    path = tmp_path / "again.xlsx"
    path.write_bytes(book)
    assert "+46 70 123" in [cell for row in CalamineWorkbook.from_path(path).get_sheet_by_name("Företag").to_python()
                            for cell in row]  # fmt: skip


def test_numbers_are_numbers_and_days_are_days(store: Store) -> None:
    book = made(store, ".xlsx")
    assert sorted(each["Belopp SEK"] for each in cells(book, "Affärer")) == [-1200, 800]
    (held,) = cells(book, "Certifikat")
    assert held["Giltigt till"] == datetime(2027, 3, 4)  # noqa: DTZ001 - a day, as a workbook has it
    first = next(each for each in cells(book, "Företag") if each["Företag"] == "=1+1")
    assert (first["Anställda"], first["Org.nr"], first["Latitud"]) == (12, "409900-0012", 59.3267)
    assert first["Medlem sedan"] == datetime(2019, 5, 1)  # noqa: DTZ001
    assert len(first["Verksamhet"]) > 300


def test_a_sole_trader_is_known_by_a_key_and_comes_back_as_a_person(store: Store, tmp_path: Path) -> None:
    for viewer, name in ((MANAGER, "Kim Ek"), (PUBLIC, None)):
        path = tmp_path / f"{viewer.level.name}.xlsx"
        path.write_bytes(made(store, ".xlsx", viewer))
        assert next(each for each in cells(path.read_bytes(), "Företag") if each["Org.nr"] == PERSON)["Företag"] == name
    with opened(tmp_path / "again.sqlite") as again:
        load_files(again, [tmp_path / "MANAGER.xlsx"])
        assert {each.company_id for each in again.snapshot(Offer).of(Offer)} == {A, PERSON}
        for viewer in (PUBLIC, MEMBER):
            assert "Kim Ek" not in repr(view(again, viewer).of(Company))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sheet_says_what_the_file_is(store: Store, language: str) -> None:
    sentences = load(language)
    book = openpyxl.load_workbook(io.BytesIO(made(store, ".xlsx", MEMBER, language)))
    first = book.worksheets[0]
    said = [cell for row in first.iter_rows(values_only=True) for cell in row if cell is not None]
    assert said[0] == NO_LISTS[LANGUAGES.index(language)]
    assert sentences("status.level.MEMBERS") in said
    assert sentences("export.note.members") in said
    assert datetime.fromisoformat(DAY) in said
    assert said[said.index(sentences("template.sheet.offer")) + 1] == 3
    assert book.sheetnames[1:4] == [sentences(f"template.sheet.{e}") for e in ("company", "offer", "certificate")]


def test_a_file_tells_nothing_of_who_made_it_and_is_the_same_each_time(store: Store) -> None:
    for ending in FILES:
        assert made(store, ending) == made(store, ending)
    with zipfile.ZipFile(io.BytesIO(made(store, ".xlsx"))) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert not [name for name in archive.namelist() if "thumbnail" in name or "custom" in name]
    assert re.findall(r"<dc:creator>(.*?)</dc:creator>|<cp:lastModifiedBy>(.*?)<", core) == [("", ""), ("", "")]
    assert set(re.findall(r"\d\d:\d\d:\d\d", core)) == {"00:00:00"}


def test_columns_that_nobody_says_anything_in_are_left_out(store: Store) -> None:
    manager = next(iter(sheets(view(store, MANAGER), Level.MANAGER, load("sv"))))
    public = next(iter(sheets(view(store, PUBLIC), Level.PUBLIC, load("sv"))))
    assert set(manager.headings) - set(public.headings) == {"Får visas för", "Medlem sedan"}
    assert "Känslig" not in manager.headings


# -- the other files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "separator", "decimal"), [("sv", ";", "400,5"), ("en", ",", "400.5")])
def test_a_row_a_firm_and_process(store: Store, language: str, separator: str, decimal: str) -> None:
    text = made(store, ".csv", PUBLIC, language).decode("utf-8-sig")
    field = load(language)
    rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    firms = [row[field("field.org_number")] for row in rows]
    assert sorted(firms) == sorted(["409900-0012", "409900-0012", "409900-0020", PERSON])
    turned = next(row for row in rows if row[field("field.max_length_mm")])
    assert (turned[field("field.max_length_mm")], turned[field("field.tolerance")]) == (decimal, "'-5 %")
    assert turned[field("field.name")] == "'=1+1"
    assert turned[field("field.certificates")] == "ISO 9001"


def test_the_network_opens_as_graphml(store: Store) -> None:
    found = nx.read_graphml(io.BytesIO(made(store, ".graphml")))
    assert set(found.nodes) == {A, B, PERSON}
    assert found.nodes[B]["label"] == "Beta & <Söner> AB"  # XML has no room for the control character
    assert found.nodes[A]["latitude"] == 59.3267
    assert found.edges[A, B] | {"what": ""} == {"trades": 2, "weight": 2, "value_sek": -400, "year": 2025,
                                                "years": "2025", "what": ""}  # fmt: skip
    assert set(found.edges[A, B]["what"].split("; ")) == {"kredit", "axlar"}
    below = nx.read_graphml(io.BytesIO(made(store, ".graphml", MEMBER)))
    assert set(below.nodes) == set(found.nodes)
    assert not below.edges


def test_places_are_points_east_before_north(store: Store) -> None:
    found = json.loads(made(store, ".geojson"))
    assert found.keys() == {"type", "features"}
    points = {each["properties"]["locality"]: each for each in found["features"]}
    assert points["Karlskoga"]["geometry"] == {"type": "Point", "coordinates": [14.5239, 59.3267]}
    assert points["Nora"]["geometry"]["coordinates"] == [15.04, 59.52]
    told = points["Karlskoga"]["properties"]
    assert (told["name"], told["org_number"], told["municipality"]) == ("=1+1", "409900-0012", "Karlskoga")
    assert "CNC-svarvning" in told["processes"]
    assert told["certificates"] == ["ISO 9001"]


# -- the catalogue ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="page_file")
def catalogue_of_payloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue in which every name is a script, and every firm makes something else."""
    offers = [("turning", "steel"), ("milling_3", "aluminium"), ("turning", "stainless"), ("mig_mag", "steel")]
    companies, made, held = [], [], []
    for number, payload in enumerate(PAYLOADS):
        firm = f"org:40990{number:05}"
        companies.append(Company(firm, name=payload, municipality="1883" if number % 2 else "1884"))
        if number < len(offers):
            process, material = offers[number]
            made.append(Offer(f"{firm}/{process}", firm, process, (material,), tolerance=payload, evidence="stated"))
            held.append(Certificate(f"{firm}/c", firm, payload if number else "ISO 9001"))
    snapshot = Snapshot(1, dict.fromkeys(REGION_KINDS, ()) | {Company: companies, Offer: made, Certificate: held})
    path = tmp_path_factory.mktemp("out") / "catalogue.html"
    path.write_bytes(FILES[".html"].make(Taken(snapshot, PUBLIC, DAY), load("sv")))
    return path


def test_the_catalogue_is_searched_without_a_network_and_runs_no_script_of_a_name(
    browser: Browser, page_file: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(page_file.as_uri())
    names = page.locator("article:not([hidden]) h2")
    assert sorted(names.all_inner_texts()) == sorted(PAYLOADS[:4])
    page.select_option("select[name=process]", "turning")
    assert sorted(names.all_inner_texts()) == sorted([PAYLOADS[0], PAYLOADS[2]])
    page.select_option("select[name=material]", "stainless")
    assert names.all_inner_texts() == [PAYLOADS[2]]
    assert page.locator("output").inner_text() == load("sv")("export.page.found_one")
    page.locator("button[type=reset]").click()
    page.locator("input[name=also]").check()
    assert names.count() == len(PAYLOADS)
    page.locator("input[type=search]").fill("hyperlink")
    page.wait_for_timeout(200)  # it waits for the next letter
    assert names.all_inner_texts() == [PAYLOADS[5]]
    page.locator("button[type=reset]").click()
    page.select_option("select[name=certificate]", "ISO 9001")
    page.select_option("select[name=place]", "Nora")
    assert names.all_inner_texts() == [PAYLOADS[0]]
    assert page.evaluate("window.hacked") is None
    assert (asked, complaints) == ([page_file.as_uri()], [])
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    keep(page, "catalogue_phone")
    context.close()


def test_a_firm_that_is_no_more_and_a_certificate_that_has_ended_are_not_offered(store: Store) -> None:
    snapshot = view(store, PUBLIC)
    ended = [replace(e, ended_on="2026-01-01") if e.company_id == B else e for e in snapshot.of(Company)]
    past = [replace(each, valid_until="2026-11-19") for each in snapshot.of(Certificate)]
    kept: dict[type[Record], Sequence[Record]] = {kind: snapshot.of(kind) for kind in REGION_KINDS}
    over = kept | {Company: ended, Certificate: past}
    said = FILES[".html"].make(Taken(Snapshot(1, over), PUBLIC, DAY), load("sv")).decode()
    assert "Beta" not in said
    assert "ISO 9001" not in said


# -- the command and the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FILES)
def test_a_file_is_written_whole_and_not_over_another(built: Built, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"out{ending.upper()}"
    audience = RESULT_AUDIENCE[FILES[ending].result]
    command = ("--store", built.address, "export", out, "--audience", audience.name)
    first = run(*command, "--json").json
    assert (first["file"], first["audience"]) == (str(out), audience.name)
    assert first["counts"]["Company"] == len(view_of(built, Viewer(audience)).of(Company))
    content = out.read_bytes()
    again = run(*command)
    assert (again.code, again.err.strip()) == (1, load("sv")("error.file_exists", file=str(out)))
    assert run(*command, "--overwrite", "--lang", "en").code == 0
    if ending != ".vcf":  # the contacts of a region of long ago are all to be asked about first
        assert (out.read_bytes() == content) == (ending in OF_NO_LANGUAGE)
    assert list(tmp_path.iterdir()) == [out]


OF_NO_LANGUAGE = (".jsonl",)


def view_of(built: Built, viewer: Viewer) -> Snapshot:
    with opened(built.path, create=False) as store:
        return view(store, viewer)


def test_what_is_the_managers_alone_is_refused_to_others_in_a_sentence(built: Built, tmp_path: Path) -> None:
    refused = [ending for ending, file in FILES.items() if RESULT_AUDIENCE[file.result] > Level.PUBLIC]
    assert refused == [".vcf"]
    firm = built.snapshot.of(Company)[0].company_id
    for ending, more in product(refused, (("--audience", "PUBLIC"), ("--audience", "MEMBERS"), ("--company", firm))):
        ran = run("--store", built.address, "export", tmp_path / f"out{ending}", *more)
        needs = load("sv")("status.level.MANAGER")
        assert (ran.code, ran.err.strip()) == (1, load("sv")("error.not_allowed", needs=needs))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out", "out.docx", ".csv"])
def test_an_ending_nobody_knows_is_a_plain_sentence(built: Built, tmp_path: Path, name: str) -> None:
    for language in LANGUAGES:
        ran = run("--store", built.address, "export", tmp_path / name, "--lang", language)
        endings = ", ".join(FILES)
        assert (ran.code, ran.err.strip()) == (1, load(language)("error.not_an_export", file=name, endings=endings))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_plain_sentence(built: Built, tmp_path: Path) -> None:
    out = tmp_path / "none" / "out.csv"
    ran = run("--store", built.address, "export", out)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert str(out) in ran.err


def test_a_region_named_leaves_out_the_firms_elsewhere(built: Built, tmp_path: Path) -> None:
    whole, inside = tmp_path / "whole.csv", tmp_path / "inside.csv"
    region = built.snapshot.of(Region)[0]
    run("--store", built.address, "export", whole)
    run("--store", built.address, "--region", region.name, "export", inside)
    found = {row["Kommun"] for row in csv.DictReader(io.StringIO(inside.read_text("utf-8-sig")), delimiter=";")}
    assert len(found - {""}) <= len(region.municipalities)
    assert len(inside.read_bytes()) < len(whole.read_bytes())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_offers_each_kind_of_file(demo_data: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    use_data(monkeypatch, demo_data)
    sentences = load(language)
    for level in Level:
        monkeypatch.setenv("NARVERK_AUDIENCE", level.name)
        app = start(language, "about")
        labels = [each.proto.label for each in app.get("download_button")]
        offered = [each for each, file in FILES.items() if may_see(Viewer(level), file.result)]
        assert [e for e in labels if e in {sentences(f"export.as.{n[1:]}") for n in FILES}] == [
            sentences(f"export.as.{each[1:]}") for each in offered
        ]
        said = html.unescape("".join(bodies(app)))
        assert [each for each in FILES if sentences(f"export.for.{each[1:]}") in said] == offered
        shown = sentences("export.what", level=sentences(f"status.level.{level.name}"))
        assert shown in html.unescape("".join(bodies(app)))


def test_the_day_on_the_file_is_the_day_it_was_made(built: Built, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    run("--store", built.address, "export", out)
    (told,) = re.findall(r"\d{4}-\d\d-\d\d", re.sub(r"<main>.*</main>", "", out.read_text("utf-8"), flags=re.DOTALL))
    assert abs((date.fromisoformat(told) - date.today()).days) <= 1  # noqa: DTZ011 - the day is UTC's

"""The results on their page, in the terminal and in files: the same figures everywhere, on one page, and as text."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer
from graph.gazetteer import Gazetteer
from graph.ledger import publish
from graph.model import Claim, Level, Source
from graph.results import FIGURES, Question
from graph.results_kept import Goal, Results, fix, fixed_as, results, set_goal, withdraw
from graph.store import Store, open_store
from render.results import as_given, figure_name, headline, page, rows
from render.results_files import FORMS
from tests import pdf_text
from tests.regions import Built, built_region, own_data, run
from tests.test_app import bodies, invented_region, opened_region, said, start, use_data
from tests.test_app import run as again
from texts import LANGUAGES, load
from tools.libreoffice import opened
from views.common import today

__all__ = ["built_region", "invented_region", "opened_region", "own_data"]  # fixtures

MANAGER = Viewer(Level.MANAGER)
SV = load("sv")
WHOLE_YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")
PERIOD = ("--from", "2024-01-01", "--to", "2026-10-01")
BAD = '=HYPERLINK("http://x.example") <script>alert(1)</script> & {name} \x0b'


def texts_of_pdf(data: bytes) -> list[str]:
    return [" ".join(each.split()) for each in pdf_text.pages(data)]


def texts_of_docx(data: bytes) -> list[list[str]]:
    """The cells of each line of its tables, and its paragraphs as lines of one."""
    made = docx.Document(io.BytesIO(data))
    found = [[each.text] for each in made.paragraphs]
    return found + [[cell.text for cell in line.cells] for table in made.tables for line in table.rows]


@pytest.fixture(name="own")
def embedded(tmp_path: Path) -> Iterator[Store]:
    """Eight firms, asked by a project with a name that is no name."""
    store = open_store(f"sqlite:{tmp_path / 'own.sqlite'}")
    claims = [Claim("region:r", "Region", "", {"name": f"Länet {BAD}", "municipalities": ("1880", "1883")})]
    for number in range(8):
        key, place = f"org:40000000{number:02}", "1880" if number % 2 else "1883"
        claims.append(Claim(key, "Company", "", {"name": f"Firma {number} AB", "municipality": place, "country": "SE"}))
        claims.append(Claim(key, "Interview", "i", {"asked_on": "2026-02-01", "outcome": "answered", "project": BAD}))
    publish(store, [Source("network_work", "network", Level.MANAGER, file="a.xlsx")], claims, on="2026-03-01")
    yield store
    store.close()


def found_in(store: Store) -> Results:
    return results(store, MANAGER, Question("2026-01-01", "2026-12-31"), today="2026-11-23")


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_says_the_same_figures(built: Built, language: str) -> None:
    sentences = load(language)
    store = open_store(built.address)
    found = results(store, MANAGER, Question("2024-01-01", "2026-10-01"), today="2026-11-23")
    store.close()
    told = {each.name: each for each in rows(as_given(found), sentences)}
    assert sum(each.value is None for each in told.values()) > 0
    assert sum(bool(each.value) for each in told.values()) > 6

    (paper,) = texts_of_pdf(FORMS[".pdf"].make(found, None, sentences))
    words = texts_of_docx(FORMS[".docx"].make(found, None, sentences))
    book = openpyxl.load_workbook(io.BytesIO(FORMS[".xlsx"].make(found, None, sentences)))
    sheet = {line[0]: line for line in book[sentences("results.title")].iter_rows(min_row=2, values_only=True)}
    for name, row in told.items():
        assert any(line[0].split("\n")[0] == name and line[1].startswith(row.shown) for line in words), name
        assert f"{name} {row.shown}".replace("\u00a0", " ") in paper.replace("\u00a0", " ")
        assert sheet[name][1] == (row.shown if row.value is None else row.value)
        assert row.definition in str(sheet[name])
    assert headline(as_given(found), sentences).split(":")[0] in paper
    assert paper.endswith(sentences("results.foot", known=found.known_on, day="2026-11-23"))
    made = page(found, sentences)
    for grid in made.grids:
        for name, cells in grid.lines:
            assert [name, *cells] in words
    places = book[sentences("results.by_municipality")]
    assert {line[0] for line in places.iter_rows(min_row=2, values_only=True)} == {
        name for name, _ in made.grids[0].lines[:-1]
    }


@pytest.fixture(name="crowded")
def crowded_results(tmp_path: Path) -> Results:
    """A great many municipalities and projects, and a long goal of every figure."""
    store = open_store(f"sqlite:{tmp_path / 'stor.sqlite'}")
    codes = [each.municipality or "" for each in Gazetteer.default().municipalities[:60]]
    claims = [Claim("region:r", "Region", "", {"name": "Alla " * 40, "municipalities": tuple(codes)})]
    for number in range(240):
        key = f"org:4000000{number:03}"
        place = {"municipality": codes[number % 60], "country": "SE"}
        claims.append(Claim(key, "Company", "", {"name": f"F {number}", **place}))
        asked = {"asked_on": "2026-02-01", "outcome": "answered", "project": f"Ett projekt med långt namn {number % 9}"}
        claims.append(Claim(key, "Interview", "i", asked))
    publish(store, [Source("network_work", "network", Level.MANAGER, file="a.xlsx")], claims, on="2026-03-01")
    for figure in FIGURES:
        set_goal(store, MANAGER, Goal(figure, None, "Ett mål " * 20, 10, "2025-12-31", 1_000_000, "2028-12-31"))
    found = found_in(store)
    store.close()
    return found


def test_a_region_of_many_municipalities_and_projects_is_still_one_page(crowded: Results) -> None:
    (paper,) = texts_of_pdf(FORMS[".pdf"].make(crowded, None, SV))
    before, _, after = SV("results.left_out", count="#").partition("#")
    assert paper.count(before) == paper.count(after) == 2
    words = [line[0] for line in texts_of_docx(FORMS[".docx"].make(crowded, None, SV))]
    assert sum(each.startswith(before) for each in words) == 2


def test_the_word_document_is_one_page_where_it_is_opened(
    crowded: Results, libreoffice_path: str, tmp_path: Path
) -> None:
    path, folder = tmp_path / "resultat.docx", tmp_path / "sett"
    folder.mkdir()
    path.write_bytes(FORMS[".docx"].make(crowded, None, SV))
    assert len(re.findall(rb"/Type ?/Page\b", opened(libreoffice_path, path, "pdf", folder).read_bytes())) == 1


def test_text_of_the_data_is_text_in_every_file(own: Store) -> None:
    set_goal(own, MANAGER, Goal("reached", None, BAD, 1))
    kept = fix(own, MANAGER, Question("2026-01-01", "2026-12-31"), BAD, given_to=BAD, today="2026-11-23")
    shown = "<script>alert(1)</script> & {name}"
    (paper,) = texts_of_pdf(FORMS[".pdf"].make(kept.results, kept, SV))
    assert shown in paper
    words = texts_of_docx(FORMS[".docx"].make(kept.results, kept, SV))
    assert any(shown in cell for line in words for cell in line)
    book = openpyxl.load_workbook(io.BytesIO(FORMS[".xlsx"].make(kept.results, kept, SV)))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert any(shown in str(cell.value) for cell in cells)


def test_what_was_withdrawn_says_so_in_its_files(own: Store) -> None:
    kept = fix(own, MANAGER, Question("2026-01-01", "2026-12-31"), "Del ett", today="2026-11-23")
    withdraw(own, MANAGER, kept.result_id, "Fel period", today="2026-11-24")
    kept = fixed_as(own, MANAGER, "Del ett")
    (paper,) = texts_of_pdf(FORMS[".pdf"].make(kept.results, kept, SV))
    assert SV("results.foot_withdrawn", day="2026-11-24", reason="Fel period") in paper
    assert "Fastställt 2026-11-23 som Del ett" in paper


# -- the terminal ------------------------------------------------------------------------------------------------------


def test_the_terminal_fixes_and_gives_again(own: Store, tmp_path: Path) -> None:
    address = own.address
    first = run("--store", address, "results", *WHOLE_YEAR, "--fix", "Del ett", "--given-to", "Länet", "--json")
    assert first.json["told"]["whole"]["values"]["interviewed"] == 8
    assert first.json["fixed"]["name"] == "Del ett"
    publish(
        own,
        [Source("network_work", "network", Level.MANAGER, file="b.xlsx")],
        [Claim("org:4000000000", "Interview", "j", {"asked_on": "2026-05-01", "outcome": "answered"}),
         Claim("org:4000000099", "Company", "", {"name": "Ny AB"}),
         Claim("org:4000000099", "Interview", "j", {"asked_on": "2026-05-01", "outcome": "answered"})],
        on="2026-05-02",
    )  # fmt: skip
    now = run("--store", address, "results", *WHOLE_YEAR, "--json").json
    assert now["told"]["whole"]["values"]["interviewed"] == 9
    made = {}
    for turn in ("a", "b"):
        for ending in FORMS:
            target = tmp_path / f"{turn}{ending}"
            assert run("--store", address, "results", "--as", "Del ett", target).code == 0
            made[turn, ending] = target.read_bytes()
        assert run("--store", address, "results", "--as", "Del ett", "--json").json == first.json
    assert made["a", ".pdf"] == made["b", ".pdf"]
    (paper,) = texts_of_pdf(made["a", ".pdf"])
    assert f"{figure_name('interviewed', SV)} 8" in paper


def test_of_a_municipality_and_a_project(built: Built) -> None:
    ran = run("--store", built.address, "results", *PERIOD, "--municipality", "karlskoga", "--project",
              "närmare leverantörer", "--json")  # fmt: skip
    asked = ran.json["told"]["question"]
    assert (asked["municipality"], asked["project"]) == ("1883", "närmare leverantörer")
    assert ran.json["told"]["municipalities"] == ran.json["told"]["projects"] == {}
    whole = run("--store", built.address, "results", *PERIOD, "--json").json["told"]
    assert len(whole["projects"]) == 3
    lines = run("--store", built.address, "results", *PERIOD).out
    assert all(figure_name(each, SV) in lines for each in FIGURES)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--project", "Nej"), "Inget projekt heter Nej. De som finns: Grön omställning Bergslagen, Närmare"),
        (("--municipality", "Karlskga"), "Menade du: Karlskoga"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), "slutar 2026-01-01, före 2026-02-01"),
        (("--as", "Nej"), "Inget fastställt resultat heter Nej"),
        (("out.txt",), "out.txt ska vara en PDF"),
    ],
)
def test_a_mistake_is_one_sentence(built: Built, arguments: tuple[str, ...], told: str) -> None:
    ran = run("--store", built.address, "results", *arguments)
    assert ran.code == 1
    assert ran.out == ""
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_no_file_is_written_over(built: Built, tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_text("x", encoding="utf-8")
    assert run("--store", built.address, "results", target).code == 1
    assert target.read_text(encoding="utf-8") == "x"


# -- the page ----------------------------------------------------------------------------------------------------------


def cards(app: AppTest) -> str:
    return html.unescape(next(each for each in bodies(app) if '<ul class="nv-results"' in each))


def in_2026(app: AppTest) -> AppTest:
    """The page with the days of that year chosen."""
    app.segmented_control(key="results_when").set_value("free")
    again(app)
    app.date_input(key="results_first").set_value(date(2026, 1, 1))
    app.date_input(key="results_last").set_value(date(2026, 12, 31))
    return again(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_figures_and_what_they_count(region: Store, language: str) -> None:
    sentences = load(language)
    found = results(region, MANAGER, Question("2026-01-01", "2026-12-31"), today=today())
    app = in_2026(start(language, "results"))
    assert headline(as_given(found), sentences) in html.unescape(said(app, "headline"))
    shown = cards(app)
    for row in rows(as_given(found), sentences):
        assert f'<span class="name">{row.name}</span><b class="value">{row.shown}</b>' in shown
        assert row.definition in shown
    hidden = [row for row in rows(found, sentences) if row.figure in found.told.whole.hidden]
    assert hidden
    app.toggle(key="results_given").set_value(False)
    again(app)
    for row in hidden:
        assert f'{row.name}</span><b class="value">{row.shown}</b>' in cards(app)
    assert {f"results_{each}" for each in ("pdf", "docx", "xlsx")} <= {each.key for each in app.get("download_button")}


def test_a_period_a_municipality_and_a_project_are_chosen(region: Store) -> None:
    year = int(today()[:4]) - 1
    app = start(page="results")
    app.segmented_control(key="results_when").set_value("last_year")
    app.selectbox(key="results_municipality").set_value("1883")
    app.selectbox(key="results_project").set_value("Närmare leverantörer")
    again(app)
    asked = Question(f"{year}-01-01", f"{year}-12-31", "1883", "Närmare leverantörer")
    found = results(region, MANAGER, asked, today=today())
    for row in rows(as_given(found), SV):
        assert f'{row.name}</span><b class="value">{row.shown}</b>' in cards(app)
    assert SV("results.goals_elsewhere") in html.unescape("".join(bodies(app)))


def test_a_goal_is_written_and_results_are_fixed_and_withdrawn(own: Store, monkeypatch: pytest.MonkeyPatch,
                                                               tmp_path: Path) -> None:  # fmt: skip
    use_data(monkeypatch, tmp_path)
    monkeypatch.setenv("NARVERK_STORE", own.address)
    app = in_2026(start(page="results"))
    app.selectbox(key="results_figure").set_value("reached")
    again(app)
    app.number_input(key="results_target_reached_").set_value(16)
    app.text_input(key="results_words_reached_").set_value("<b>Alla</b>")
    app.button(key="results_goal_save").click()
    again(app)
    assert SV("results.goal_saved", name=figure_name("reached", SV)) in html.unescape("".join(bodies(app)))
    assert 'style="width:50%"' in cards(app)
    assert "&lt;b&gt;Alla&lt;/b&gt;" in "".join(bodies(app))

    app.button(key="results_fix_button").click()
    again(app)
    assert 'class="nv-warning"' in "".join(bodies(app))
    app.text_input(key="results_name").set_value("Delrapport")
    app.text_input(key="results_given_to").set_value("Länet")
    app.button(key="results_fix_button").click()
    again(app)
    kept = fixed_as(own, MANAGER, "Delrapport")
    assert SV("results.kept_shown", name="Delrapport", day=today()) in html.unescape("".join(bodies(app)))
    publish(
        own,
        [Source("network_work", "network", Level.MANAGER, file="b.xlsx")],
        [Claim("org:4000000099", "Company", "", {"name": "Ny AB"}),
         Claim("org:4000000099", "Interview", "j", {"asked_on": "2026-05-01", "outcome": "answered"})],
        on="2026-05-02",
    )  # fmt: skip
    again(app)
    assert f'{figure_name("reached", SV)}</span><b class="value">8</b>' in cards(app)
    app.selectbox(key="results_chosen").set_value("")
    again(app)
    assert f'{figure_name("reached", SV)}</span><b class="value">9</b>' in cards(app)

    app.selectbox(key="results_chosen").set_value(kept.result_id)
    again(app)
    app.text_input(key="results_reason").set_value("Fel period")
    app.button(key="results_withdraw_button").click()
    again(app)
    assert fixed_as(own, MANAGER, "Delrapport").reason == "Fel period"
    assert "Fel period" in html.unescape("".join(bodies(app)))
    assert json.loads(json.dumps(kept.results.goals["reached"].target)) == 16


def test_an_empty_region_has_done_nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    open_store(f"sqlite:{tmp_path / 'region.sqlite'}").close()
    app = start(page="results")
    year = today()[:4]
    period = SV("results.period", first=f"{year}-01-01", last=f"{year}-12-31")
    assert SV("results.nothing", period=period) in html.unescape(said(app, "headline"))

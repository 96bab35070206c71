"""The page of figures for everybody, run through the router: the same for all, in both languages."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from graph.model import Company, Level
from graph.store import open_store
from graph.totals import Totals, totals
from render.totals import TABLES, Grid, grid, headline, note, ribbons, shown
from tests.test_app import bodies, run, said, start, use_data
from tests.test_network_pages import _invented, invented_folder
from texts import LANGUAGES, load

__all__ = ["_invented", "invented_folder"]


@pytest.fixture(scope="module", name="found")
def found_totals(folder: Path) -> Totals:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    try:
        return totals(store)
    finally:
        store.close()


def tables(drawn: list[str]) -> list[list[list[str]]]:
    """The cells of each table of figures as text."""
    found = []
    for each in drawn:
        if "<table" in each and "nv-totals" in each:
            rows = re.findall(r"<tr.*?</tr>", each, re.DOTALL)
            found.append(
                [[html.unescape(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)] for row in rows]
            )
    return found


def as_read(made: Grid, measure: str, language: str) -> list[list[str]]:
    texts = load(language)
    return [[*made.head], *([name, *(shown(each, measure, texts) for each in line)] for name, line in made.lines)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_a_picture_tables_and_a_report(found: Totals, language: str) -> None:
    texts = load(language)
    app = start(language, "totals")
    assert headline(found, texts) in html.unescape(said(app, "headline"))
    assert note(found, texts) in html.unescape(said(app, "note"))
    assert texts("totals.hidden") in html.unescape("".join(bodies(app)))
    order = ("flows", "makers", "firms", "imports", "homes")
    assert tables(bodies(app)) == [
        as_read(grid(found, each, TABLES[each][0], texts), TABLES[each][0], language) for each in order
    ]
    (drawn,) = [each for each in bodies(app) if "nv-ribbons" in each and "<style>" not in each]
    assert drawn.count('class="nv-ribbon') >= len(ribbons(found, texts)) > 5
    assert {"totals_report_html", "totals_report_xlsx"} <= {each.key for each in app.get("download_button")}


def test_the_other_measure(found: Totals) -> None:
    texts = load("sv")
    app = start("sv", "totals")
    app.segmented_control(key="totals_flows").set_value("sek")
    run(app)
    assert tables(bodies(app))[0] == as_read(grid(found, "flows", "sek", texts), "sek", "sv")
    assert "totals.measure" not in "".join(bodies(app))


def test_everybody_sees_the_same_and_no_firm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for level in Level:
        monkeypatch.setenv("NARVERK_AUDIENCE", level.name)
        app = start("sv", "totals")
        seen.append([said(app, "headline"), tables(bodies(app))])
    assert seen[0] == seen[1] == seen[2]
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    names = [each.name or "?" for each in store.snapshot(Company).of(Company)]
    store.close()
    assert not [name for name in names if name in str(seen)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_an_empty_region_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    open_store(f"sqlite:{tmp_path / 'region.sqlite'}").close()
    use_data(monkeypatch, tmp_path)
    app = start(language, "totals")
    assert load(language)("totals.headline_none") in html.unescape(said(app, "headline"))
    assert tables(bodies(app)) == []

"""The page that compares areas, run through the router, its words beside the question asked directly."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.model import Region
from graph.regions import Comparison, area_named, compare, usual
from graph.store import open_store
from render.regions import area_rows, flow_rows, headline, notes, process_rows
from tests.test_app import PAYLOADS, bodies, invent_region, run, said, start, use_data
from tests.test_network_pages import Known, _invented, invented_folder, known_region, tables
from texts import LANGUAGES, load
from views.ribbons import GAP, LEAST, Ribbon, _side

__all__ = ["_invented", "invented_folder", "known_region"]


def found_for(known: Known, *names: str) -> Comparison:
    areas = [area_named(known.snapshot, each) for each in names] or [*usual(known.snapshot, known.network)]
    return compare(known.snapshot, known.network, areas)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentence_picture_tables_and_downloads(known: Known, language: str) -> None:
    sentences = load(language)
    app = start(language, "regions")
    found = found_for(known)
    assert headline(found, sentences) in html.unescape(said(app, "headline"))
    assert notes(found, sentences) in html.unescape(said(app, "note"))
    flows, figures, _, _, processes = tables(app)
    for table, rows, field in (
        (flows, flow_rows(found, sentences), "links"),
        (figures, area_rows(found), "companies"),
        (processes, process_rows(found, sentences)[:24], "area0"),
    ):
        at = 2 if field == "links" else 1
        assert [row["cells"][at][1] for row in table["rows"]] == [row[field] for row in rows]
    (drawn,) = [each for each in bodies(app) if "nv-ribbons" in each and "<style>" not in each]
    assert drawn.count("nv-ribbon-strong") == sum(each.links > 0 for each in found.across)
    assert {each.key for each in app.get("download_button")} >= {
        f"{sentences(f'regions.{name}')}_xlsx"
        for name in ("file", "flows_file", "file_of.kinds", "file_of.imports", "file_of.processes")
    }


def choose(app: AppTest, *keys: str) -> AppTest:
    app.multiselect(key="regions_chosen").set_value([*keys])
    return run(app)


def opened(app: AppTest) -> AppTest:
    """Open the box where municipalities are put together."""
    app.session_state["regions_own_box"] = True
    return run(app)


def test_counties_and_one_alone_can_be_chosen(known: Known) -> None:
    sentences = load("sv")
    app = choose(start(page="regions"), "county:18", "place:1883")
    found = found_for(known, "Örebro län", "Karlskoga")
    assert notes(found, sentences) in html.unescape(said(app, "note"))
    assert "räknas i båda" in html.unescape(said(app, "note"))
    choose(app, "place:1883")
    assert headline(found_for(known, "Karlskoga"), sentences) in html.unescape(said(app, "headline"))
    choose(app)
    assert sentences("regions.choose_first") in html.unescape(said(app, "headline"))


def test_municipalities_are_put_together_and_compared(known: Known) -> None:
    app = opened(choose(start(page="regions"), "place:1880"))
    app.multiselect(key="regions_own_codes").set_value(["1883", "1862"])
    run(app)
    app.button(key="regions_own_add").click()
    run(app)
    assert app.multiselect(key="regions_chosen").value == ["place:1880", "place:1862+place:1883"]
    found = found_for(known, "Örebro", "Degerfors+Karlskoga")
    assert headline(found, load("sv")) in html.unescape(said(app, "headline"))


def test_municipalities_put_together_are_kept_as_a_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = invent_region(tmp_path)
    use_data(monkeypatch, folder)
    app = opened(start(page="regions"))
    app.multiselect(key="regions_own_codes").set_value(["1883", "1862"])
    run(app)
    app.button(key="regions_own_keep").click()
    run(app)
    (name,) = [each for each in app.text_input if each.key and each.key.startswith("edit_name_")]
    name.set_value(PAYLOADS[2])
    (save,) = [each for each in app.button if each.label == load("sv")("edit.save")]
    save.click()
    run(app)
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    kept = {each.name: each.municipalities for each in store.snapshot(Region).of(Region)}
    store.close()
    assert kept[PAYLOADS[2]] == ("1862", "1883")


def test_an_empty_region_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    open_store(f"sqlite:{tmp_path / 'region.sqlite'}").close()
    assert load("sv")("regions.empty") in html.unescape(said(start(page="regions"), "headline"))


def test_the_sides_of_the_picture_fill_its_height_and_the_smallest_end_can_be_read() -> None:
    flows = [Ribbon(0, 1, 1000, "", True), Ribbon(1, 0, 1, "", True), Ribbon(2, 2, 60, "", False)]
    for end in (lambda each: each.source, lambda each: each.target):
        side = _side(flows, end)
        assert sum(side.heights.values()) + 2 * GAP == pytest.approx(100)
        assert min(side.heights.values()) == LEAST
        assert [side.tops[n] for n in (1, 2)] == pytest.approx(
            [side.heights[0] + GAP, side.heights[0] + side.heights[1] + 2 * GAP]
        )

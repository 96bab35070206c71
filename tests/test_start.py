"""The start page: what one field finds, what waits, what is new, and the region's firms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.geo import Gazetteer
from graph.model import Certificate, Company, Interview, Level, Offer, Region, Workplace
from graph.network import home_municipalities, project
from graph.search import search
from graph.store import Snapshot, demo_address, open_store
from graph.waiting import waiting
from render.region_map import firms_by_municipality, region_deck
from tests.test_app import PAYLOADS, bodies, components, invent_region, payload_region, run, said, start, use_data
from texts import load

FIRMS = (
    Company("org:4000000001", name="Åsbro Svets AB", municipality="1882"),
    Company("org:4000000002", name="Svets & Smide i Karlskoga AB", municipality="1883"),
    Company("name:karlskoga svets", name="Karlskoga Svets", municipality="1883"),
    Company("org:4000000003", name=None),
)


# -- the field -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "firms"),
    [
        ("svets", [0, 2, 1]),  # "svets" begins the second's name, but the whole of nobody's: see below
        ("karlskoga svets", [2, 1]),
        ("Åsbro", [0]),
        ("400000-0003", [3]),
        ("nobody at all", []),
        ("s", []),
    ],
)
def test_a_firm_is_found_by_the_beginnings_of_its_words(text: str, firms: list[int]) -> None:
    found = [each.company_id for each in search(FIRMS, text).firms]
    if text == "svets":  # the name that begins so comes first, then the shorter
        firms = [1, 0, 2]
    assert found == [FIRMS[each].company_id for each in firms]


def test_a_process_and_a_place_are_found_beside_the_firms() -> None:
    assert search((), "svarvning").processes[0] == "turning"
    assert search((), "Karlskoga").places == ("Karlskoga",)
    assert len(search((), "Fors").places) > 1  # several are called so, and each is told apart
    assert not search((), "qwxz")


# -- what waits ------------------------------------------------------------------------------------------------------


def snapshot_of(*records: Any) -> Snapshot:
    kinds = (Company, Certificate, Interview, Offer, Region, Workplace)
    return Snapshot(1, {kind: [each for each in records if type(each) is kind] for kind in kinds})


def test_long_lists_wait_beside_the_week() -> None:
    firms = [Company(f"org:400000000{n}", name=f"Firma {n}", municipality="1883", country="SE") for n in (1, 2, 3, 4)]
    a, b, c, d = firms
    found = waiting(
        snapshot_of(
            *firms,
            *(Workplace(f"{each.key}/s", each.company_id, latitude=59.3, longitude=14.5) for each in (a, c, d)),
            Workplace("10", b.company_id),
            Offer("11", a.company_id, "turning", evidence="stated", stated_on="2024-11-22"),
            Offer("12", d.company_id, "turning", evidence="stated", stated_on="2024-11-22"),
            Interview("13", b.company_id, outcome="answered"),
            Interview("14", d.company_id, outcome="never"),
        ),
        "2026-11-22",
    )
    assert {each.code: (each.company_ids, dict(each.dates)) for each in found} == {
        "offers_stale": ((a.company_id,), {a.company_id: "2026-11-22"}),
        "unplaced": ((b.company_id,), {}),
        "unknown_ability": ((c.company_id,), {}),
    }, "whoever is never to be asked is in none that asks"


def test_nothing_waits_of_an_empty_region() -> None:
    assert waiting(snapshot_of(), "2026-11-22") == []


# -- the map ---------------------------------------------------------------------------------------------------------


def test_every_municipality_is_drawn_with_its_firms() -> None:
    drawn = json.loads(region_deck((("1880", 220), ("1883", 113)), chosen="1883").to_json())
    layers = {each["id"]: each["data"] for each in drawn["layers"]}
    assert {each["name"] for each in layers["counts"]} == {"Örebro\n220", "Karlskoga\n113"}
    gazetteer = Gazetteer.default()
    for each in layers["counts"]:
        code = gazetteer.municipality_code(each["name"].split("\n")[0])
        assert gazetteer.municipality_of(each["at"][1], each["at"][0]) == code  # the name stands inside
    assert drawn.get("mapProvider") is None
    assert json.loads(region_deck(()).to_json())["initialViewState"]["latitude"] == 62.0


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="demo_data")
def invented_region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(name="opened")
def opening(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    use_data(monkeypatch, demo_data)

    def opened(language: str = "sv", level: str = "MANAGER", **link: str) -> AppTest:
        monkeypatch.setenv("NARVERK_AUDIENCE", level)
        return start(language, page="start", **link)

    return opened


def tables(app: AppTest) -> dict[str, list[list[str]]]:
    """The text of every table on the page, by its caption."""
    found = components(app)
    return {
        each["alt"]: [[text for text, _ in row["cells"]] for row in each["rows"]] for each in found if "alt" in each
    }


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_region_in_a_sentence_a_list_and_a_table(opened: Callable[..., AppTest], language: str) -> None:
    app = opened(language)
    sentences = load(language)
    store = open_store(demo_address(), create=False)
    snapshot = view(store, Viewer(Level.MANAGER))
    store.close()
    counts = firms_by_municipality(project(snapshot), home_municipalities(snapshot))
    assert str(sum(counts.values())) in said(app, "headline")
    assert len(tables(app)[sentences("start.firms")]) == 60
    assert {row[0] for row in tables(app)[sentences("start.waiting")]} >= {sentences("start.waits.unplaced")}
    assert sentences("week.kinds.introductions") in "".join(bodies(app))
    assert sentences("week.kinds.next") in "".join(bodies(app))
    assert "medlemmar.xlsx" in "".join(bodies(app)) or "affarer.xlsx" in "".join(bodies(app))


def test_a_municipality_in_the_link_shows_its_firms_alone(opened: Callable[..., AppTest]) -> None:
    app = opened(municipality="1883")
    rows = tables(app)[load("sv")("start.firms")]
    assert 5 < len(rows) < 200
    assert load("sv")("start.firms_in", place="Karlskoga") in "".join(bodies(app))
    everybody = opened(municipality="0000")  # a wrong link shows all
    assert len(tables(everybody)[load("sv")("start.firms")]) > len(rows)


def test_the_field_finds_firms_processes_and_places(opened: Callable[..., AppTest]) -> None:
    app = opened()
    app.text_input(key="search").set_value("svarvning")
    run(app)
    assert any("CNC" in each.label for each in app.button)
    app.button(key="process_turning").click()
    run(app)
    assert app.button_group(key="mode").value == "processes"
    app = opened()
    app.text_input(key="search").set_value("qwxz")
    run(app)
    assert "qwxz" in said(app, "warning")


@pytest.mark.parametrize("level", ["PUBLIC", "MEMBERS"])
def test_others_see_firms_and_nothing_of_what_waits(opened: Callable[..., AppTest], level: str) -> None:
    app = opened(level=level)
    assert load("sv")("start.waiting") not in "".join(bodies(app))
    assert ".xlsx" not in "".join(bodies(app))
    (heading,) = [each["columns"] for each in components(app)]
    assert load("sv")("start.columns.partners") not in {each["title"] for each in heading}
    assert tables(app)[load("sv")("start.firms")]


def test_names_that_are_scripts_stay_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, payload_region(tmp_path))
    app = start(page="start")
    assert {row[0] for row in tables(app)[load("sv")("start.firms")]} == set(PAYLOADS)
    for name in PAYLOADS:
        app.text_input(key="search").set_value(name)
        run(app)
        shown = "".join(bodies(app))
        assert not any(each in shown for each in ("<script", "<img", "<svg"))
        assert not any("](" in each.label for each in app.button)

"""What stands around the hits: who is not known of, what would make more fit, chains, weights, letter, need, sheet."""

from __future__ import annotations

import io
import re
from html import unescape
from html.parser import HTMLParser
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.chains import chains
from graph.demands import Demand
from graph.enquiries import enquiries
from graph.judging import Weights
from graph.lessons import lessons
from graph.lookup import Origin, find_origin
from graph.model import Company, Decision, Level, Need, Offer, Workplace
from graph.replacement import Finder
from graph.store import Snapshot, demo_address, open_store
from graph.understanding import understand
from render.answers import POINTS, changes_text, coverage_text
from render.chains import chains_shown
from render.plain import process_name
from render.sheet import answer_sheet
from render.tables import answer_table, as_xlsx
from tests.regions import opened
from tests.test_app import (
    PAYLOADS,
    Ask,
    asking,
    bodies,
    components,
    invent_region,
    invented_region,
    open_demands,
    rows,
    run,
    said,
    start,
    use_data,
)
from tests.test_browser import PATIENCE_MS, at_rest, keep, real_chromium, served, watched
from tests.test_supply import KARLSKOGA, snapshot_of
from texts import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["asking", "invented_region", "real_chromium"]  # fixtures
MANAGER = Viewer(Level.MANAGER)
STEPS = "milling_3,hardening,powder_coating"
STEPS_DEMAND = Demand((("milling_3", 1.0), ("hardening", 1.0), ("powder_coating", 1.0)))


def region(folder: Path) -> Snapshot:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    try:
        return view(store, MANAGER)
    finally:
        store.close()


def asked_by_link(language: str = "sv", **link: str) -> AppTest:
    return start(language, **{"process": "turning", "near": "Karlskoga", "within": "40 km", **link})


# -- on the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_names_the_municipalities_of_which_nothing_is_known(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    use_data(monkeypatch, demo_data)
    answer = Finder(region(demo_data)).find(
        Demand((("turning", 1.0),)), find_origin(region(demo_data), "Karlskoga"), 30.0
    )
    assert (
        "1781" in answer.coverage.silent
    )  # Kristinehamn: in the next county, 25 km away, none of whose firms is known
    page = asked_by_link(language, within="30 km")
    note = unescape(said(page, "note"))
    assert coverage_text(answer, load(language)) in note
    assert "Kristinehamn" in note


@pytest.mark.parametrize("language", ["sv", "en"])
def test_where_nobody_can_alone_the_page_shows_who_can_together_and_what_would_help(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    use_data(monkeypatch, demo_data)
    snapshot, texts = region(demo_data), load(language)
    finder, origin = Finder(snapshot), find_origin(snapshot, "Karlskoga")
    together = chains(finder, STEPS_DEMAND, origin, 30.0)
    answer = finder.find(STEPS_DEMAND, origin, 30.0)
    assert together.found
    assert answer.relaxations
    page = asked_by_link(language, process=STEPS, within="30 km")
    shown = unescape("".join(bodies(page)))
    for each in chains_shown(together, texts):
        assert each.title in shown
        assert each.weakest in shown
        assert all(step in shown for step in each.steps)
    (near,) = [g for g in components(page)[0]["groups"] if g["kind"] == "near"]
    assert changes_text(answer, texts) in near["note"]
    assert near["acts"] == ["open", "keep_need"]


@pytest.mark.parametrize("level", ["PUBLIC", "MEMBERS"])
def test_who_is_not_the_manager_is_told_of_no_near_miss_and_no_change(ask: Ask, level: str) -> None:
    page = ask("Laserskuren kåpa i rostfri plåt, IATF 16949", level=level)
    (near,) = [g for g in components(page)[0]["groups"] if g["kind"] == "near"]
    assert near["rows"] == []
    assert load("sv")("find.more_if", changes="").rstrip(". ") not in near["note"]
    assert "keep_need" not in near["acts"]


def test_weights_are_changed_on_the_page_and_put_back(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, demo_data)
    snapshot = region(demo_data)
    origin, turning = find_origin(snapshot, "Karlskoga"), Demand((("turning", 1.0),))
    page = asked_by_link()
    before = [each["company_id"] for each in rows(page)]
    page.button(key="weights_show").click()
    run(page)
    page.slider(key="weight_nearness").set_value(0)
    run(page)
    page.slider(key="weight_capacity").set_value(100)
    run(page)
    weights = Weights(nearness=0.0, capacity=100.0)
    expected = Finder(snapshot).find(turning, origin, 40.0, weights=weights)
    after = [each["company_id"] for each in rows(page)]
    assert after == [each.company_id for each in expected.hits]
    assert after != before
    page.button(key="weights_back").click()
    run(page)
    assert [each["company_id"] for each in rows(page)] == before


def test_a_hit_says_how_far_it_is_by_road_and_how_steady_its_place_is(ask: Ask) -> None:
    first = rows(ask("Svarvad axel i 42CrMo4, härdad"))[0]
    assert any("gånger 1,3" in each for each in first["facts"])
    assert any("200 försök" in each for each in first["facts"])


def test_a_correction_is_remembered_shown_among_the_decisions_and_can_be_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, invent_region(tmp_path))
    first, second = "Skruvdragarhus Kvistö", "Kvistö skruvdragarhus, svart"
    page = start()
    page.text_input(key="text").set_value(first)
    page.text_input(key="near").set_value("Karlskoga")
    run(page)
    before = {guess.process for guess in understand(second).processes}
    assert "broaching" not in before
    open_demands(page)
    added = next(each for each in page.multiselect if (each.key or "").startswith("added_"))
    added.set_value(["broaching"])
    run(page)
    words = next(each for each in page.button_group if (each.key or "").startswith("teach_words_"))
    words.set_value(["skruvdragarhus", "kvistö"])
    run(page)
    next(each for each in page.button if (each.key or "").startswith("teach_save_")).click()
    run(page)
    assert load("sv")("find.taught") in "".join(bodies(page))
    with opened(demo_address()) as store:
        (kept,) = lessons(store.snapshot(Decision).of(Decision))
    assert (kept.words, kept.means) == (("kvistö", "skruvdragarhus"), ("broaching",))
    page.text_input(key="text").set_value(second)
    run(page)
    pills = next(each for each in page.button_group if (each.key or "").startswith("processes_"))
    assert any(each.replace("\\", "").startswith(process_name("broaching", load("sv"))) for each in pills.options)
    history = start(page="load")
    assert "kvistö, skruvdragarhus" in "".join(bodies(history))
    next(each for each in history.button if (each.key or "").startswith("retract_")).click()
    run(history)
    with opened(demo_address()) as store:
        assert lessons(store.snapshot(Decision).of(Decision)) == ()


# -- to take along ----------------------------------------------------------------------------------------------------


def awkward() -> tuple[Snapshot, Origin]:
    """Two firms, one with a name that would be a script or a formula."""
    records = []
    for number, name in enumerate([PAYLOADS[0], "=cmd|' /C calc'!A0"]):
        key = f"org:400000000{number}"
        where: dict[str, Any] = {"latitude": KARLSKOGA[0] + 0.05 * number, "longitude": KARLSKOGA[1]}
        offer = Offer(f"{key}/t", key, "turning", evidence="stated")
        records += [Company(key, name=name), Workplace(f"{key}/1", key, **where), offer]
    return snapshot_of([*records]), Origin("Karlskoga", KARLSKOGA, 0.0)


def test_the_score_can_be_worked_out_again_from_the_workbook() -> None:
    snapshot, origin = awkward()
    answer = Finder(snapshot).find(Demand((("turning", 1.0),)), origin, 40.0)
    companies = {each.company_id: each for each in snapshot.of(Company)}
    made = as_xlsx(answer_table(answer, companies, load("sv")), "x")
    head, *lines = openpyxl.load_workbook(io.BytesIO(made)).active.iter_rows(values_only=True)
    for line in lines:
        said_of: dict[str, Any] = dict(zip(head, line, strict=True))
        points = [said_of[load("sv")(f"table.points_{each}")] for each in POINTS]
        assert round(sum(points), 2) == pytest.approx(said_of["Poäng"])
        nearness = 35 * (1 - log(1 + said_of["Avstånd km"] / 10) / log(31))
        assert said_of[load("sv")("table.points_nearness")] == pytest.approx(nearness, abs=0.0051)
        assert not str(said_of["Företag"]).startswith("=")


class Tags(HTMLParser):
    """Which tags and addresses a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action")]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_sheet_holds_the_answer_as_text_and_asks_nobody_for_anything(language: str) -> None:
    snapshot, origin = awkward()
    answer = Finder(snapshot).find(Demand((("turning", 1.0),), material="steel"), origin, 40.0)
    companies = {each.company_id: each for each in snapshot.of(Company)}
    page = answer_sheet(answer, PAYLOADS[0], companies, load(language), "2026-11-23").decode()
    found = Tags()
    found.feed(page)
    assert found.addresses == []
    assert found.tags <= {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "thead", "tbody",
                          "tr", "th", "td"}  # fmt: skip
    assert "http" not in re.sub(r"http-equiv", "", page)
    shown = unescape(page)
    assert PAYLOADS[0] in shown
    assert "2026-11-23" in shown
    assert coverage_text(answer, load(language)) in shown


# -- in a browser -----------------------------------------------------------------------------------------------------


def test_a_letter_is_written_and_a_lack_kept_as_a_need(
    demo_data: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_data(monkeypatch, demo_data)
    from playwright.sync_api import expect

    texts = load("sv")
    steps = f"find?process={STEPS}&near=Karlskoga&within=30%20km"
    with served(demo_data) as address, watched(browser, address, "laptop", steps, has_maps=True) as seen:
        page = seen.page
        keep(page, "find-together-laptop")
        page.locator(".near li button.row").first.click()
        page.get_by_role("button", name=texts("find.keep_need")).click()
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        filled_in = re.compile(re.escape(texts("find.need_of", lack="").rstrip(". ")))
        expect(dialog.locator("textarea").first).to_have_value(filled_in, timeout=PATIENCE_MS)
        keep(page, "find-need-laptop")
        dialog.get_by_role("button", name=texts("edit.save")).click()
        page.locator(".nv-saved").first.wait_for()
        assert any((each.description or "").startswith("För att kunna leverera") for each in region(demo_data).of(Need))

        page.goto(f"{address}/find?process=turning&near=Karlskoga&within=30%20km")
        at_rest(page)
        before = page.url
        page.locator(".hit li button.row").first.click()
        page.get_by_role("button", name=texts("find.write")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name=texts("letter.note.contacted")).click()
        dialog.locator(".nv-saved").wait_for()
        assert page.url == before
        dialog.get_by_role("button", name=texts("letter.to_enquiries")).click()
        page.wait_for_url("**/enquiries")
        seen.is_clean()
    store = open_store(demo_address(), create=False)
    (kept,) = enquiries(store, MANAGER)
    assert kept.status == "contacted"
    store.close()

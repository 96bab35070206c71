"""Meeting mode: the app shows the room what it may see, whatever is reloaded or restarted, until two acts unlock it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES, RESULT_OF
from graph.audience import RESULT_AUDIENCE, Viewer, view
from graph.capture import CAN, CONSENT, CORRECTION, DONE, DROPPED, LEFT, MEET, NEEDS, NOTES, Said, capture, captured
from graph.errors import NotAllowed, StoreUnreachable
from graph.model import Company, Level
from graph.pinned import LEVELS, NARROWEST, pin, pinned, under, unlock
from graph.store import Store, open_store
from tests.test_app import ROOT, bodies, components, invented_region, opened_region, run, said
from tests.test_browser import at_rest, keep, real_chromium, served, watched
from tests.test_preview import MADE_ANEW, notes_of
from texts import LANGUAGES, load
from views import common
from views.pinned import forget_pins
from views.who import Who

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["invented_region", "opened_region", "real_chromium"]  # fixtures
PUBLIC, MEMBERS, MANAGER = (Viewer(level) for level in Level)
SV = load("sv")
KIM, LEE = "a1" * 12, "b2" * 12  # keys of people
AT = "2026-11-23T17:05:00.000+00:00"
OWN = ("pinned_row", "capture_row", "preview_offer")
OPEN = [page for page in PAGES if RESULT_AUDIENCE[RESULT_OF[page]] == Level.PUBLIC]


@pytest.fixture(autouse=True)
def no_pin_is_left(region: Store) -> Iterator[None]:
    """The store is shared by the module's tests."""
    forget_pins()
    yield
    for prefix in ("pinned:", NOTES):
        for name in region.notes(prefix):
            region.remember(name, None)
    forget_pins()


@pytest.fixture(name="as_whom")
def looking_as(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets who really looks, and by which key that person is known."""
    return lambda viewer, key="": monkeypatch.setattr(common, "look", lambda *_: Who("given", viewer, key))


@pytest.fixture(name="firms")
def firms_that_members_see(region: Store) -> list[str]:
    return [str(each.company_id) for each in view(region, MEMBERS).of(Company) if each.company_id.startswith("org:")]


def opened(page: str = "start", language: str = "sv", **link: str) -> AppTest:
    """A page in a session of its own."""
    app = AppTest.from_file(str(ROOT / "app.py")).switch_page(f"views/{page}.py")
    app.query_params["lang"] = language
    for name, value in link.items():
        app.query_params[name] = value
    return run(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def tree(app: AppTest) -> list[Any]:
    """All that is drawn, but for the bar of meeting mode and what the manager has in its place."""
    return [drawn for block in (app.main, app.sidebar) for drawn in _drawn(block)]


def _drawn(block: Any) -> Iterator[Any]:
    for each in block.children.values():
        if not hasattr(each, "children"):
            if "preview" not in (text := str(each.proto)):
                yield each.type, MADE_ANEW.sub("", text)
        elif getattr(each.proto, "id", "").rpartition("-")[2] not in OWN:
            yield each.type, str(getattr(each.proto, "id", ""))
            yield from _drawn(each)


def start_it(region: Store, level: Level = Level.MEMBERS, key: str = "") -> None:
    pin(region, MANAGER, key, level)
    forget_pins()


# -- the pin -----------------------------------------------------------------------------------------------------------


def test_a_pin_is_one_persons_on_each_store_and_outlives_its_opening(store: Store, store_address: str) -> None:
    assert pinned(store, KIM) is None
    pin(store, MANAGER, KIM, Level.MEMBERS)
    pin(store, MANAGER, "", Level.PUBLIC)
    other = open_store(store_address, create=False)
    assert [pinned(other, each) for each in (KIM, LEE, "")] == [Level.MEMBERS, None, Level.PUBLIC]
    unlock(other, KIM)
    assert [pinned(other, each) for each in (KIM, "")] == [None, Level.PUBLIC]
    other.close()
    assert store.revision() == 0


@pytest.mark.parametrize("kept", ["", "MANAGER", "members", "{}", "[raderat]"])
def test_a_pin_that_is_not_understood_is_the_narrowest(region: Store, kept: str) -> None:
    region.remember(f"pinned:{KIM}", kept)
    assert pinned(region, KIM) is NARROWEST is min(Level)


def test_only_the_manager_pins_and_to_less_than_the_managers_own(region: Store) -> None:
    for viewer in (PUBLIC, MEMBERS):
        with pytest.raises(NotAllowed):
            pin(region, viewer, KIM, Level.PUBLIC)
    with pytest.raises(ValueError, match=str(Level.MANAGER)):
        pin(region, MANAGER, KIM, Level.MANAGER)
    assert Level.MANAGER not in LEVELS
    assert not region.notes("pinned:")


def test_a_pin_narrows_and_never_widens() -> None:
    of_firm = Viewer(Level.MEMBERS, "org:1")
    seen = {(viewer, level): under(viewer, level) for viewer in (PUBLIC, MEMBERS, of_firm, MANAGER) for level in LEVELS}
    assert seen == {
        (PUBLIC, Level.MEMBERS): PUBLIC,
        (PUBLIC, Level.PUBLIC): PUBLIC,
        (MEMBERS, Level.MEMBERS): MEMBERS,
        (MEMBERS, Level.PUBLIC): PUBLIC,
        (of_firm, Level.MEMBERS): MEMBERS,
        (of_firm, Level.PUBLIC): PUBLIC,
        (MANAGER, Level.MEMBERS): MEMBERS,
        (MANAGER, Level.PUBLIC): PUBLIC,
    }
    assert under(of_firm, None) == of_firm


# -- started, seen, unlocked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_started_by_the_manager_and_unlocked_by_two_acts(region: Store, language: str) -> None:
    texts = load(language)
    app = opened("meeting", language)
    press(app, "pin_page")
    assert not region.notes("pinned:")
    press(app, "pin_begin")
    assert region.notes("pinned:") == {"pinned:machine": "MEMBERS"}
    assert texts("pinned.as.MEMBERS") in said(app, "pinned")
    assert texts("start.intro") in "".join(bodies(app))
    press(app, "pin_unlock")
    assert app.button(key="pin_unlock_go").disabled
    app.checkbox(key="pin_turned_away").check()
    run(app)
    assert region.notes("pinned:") == {"pinned:machine": "MEMBERS"}
    press(app, "pin_unlock_go")
    assert not region.notes("pinned:")
    assert not said(app, "pinned")
    assert texts("start.intro") not in "".join(bodies(app))


def test_everybody_can_be_the_audience_too(region: Store) -> None:
    app = press(opened(), "pin_foot")
    app.radio(key="pin_level").set_value(Level.PUBLIC)
    press(run(app), "pin_begin")
    assert SV("pinned.as.PUBLIC") in said(app, "pinned")


def test_it_holds_in_a_session_that_begins_anew_and_in_one_that_stood_open(region: Store) -> None:
    before = opened("changes")
    before.session_state["imports_answer"] = "worked out for the manager"
    assert SV("error.not_allowed", needs=SV("status.level.MANAGER")) not in said(before, "warning")
    start_it(region)
    for page in sorted(PAGES.keys() - OPEN):
        assert SV("error.not_allowed", needs=SV("status.level.MANAGER")) in said(opened(page), "warning")
    run(before)
    assert SV("pinned.as.MEMBERS") in said(before, "pinned")
    assert "imports_answer" not in before.session_state


def test_it_holds_in_a_new_process(region: Store, demo_data: Path) -> None:
    """The app starts again, and is still the members'."""
    start_it(region)
    script = (
        "import json; from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('app.py').switch_page('views/network.py').run(timeout=60)\n"
        "print(json.dumps([str(each.proto.body) for each in app.get('html')]))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NARVERK_", "NEO4J_"))}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**kept, "NARVERK_DATA": str(demo_data)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    shown = "".join(json.loads(done.stdout.splitlines()[-1]))
    assert SV("pinned.as.MEMBERS") in shown
    assert SV("error.not_allowed", needs=SV("status.level.MANAGER")) in shown


def test_it_is_of_one_person_by_a_key(region: Store, as_whom: Callable[..., None]) -> None:
    start_it(region, key=KIM)
    as_whom(MANAGER, KIM)
    assert SV("pinned.as.MEMBERS") in said(opened(), "pinned")
    for viewer, key in ((MANAGER, LEE), (MANAGER, "")):
        as_whom(viewer, key)
        assert not said(opened(), "pinned")


def test_while_the_store_cannot_say_the_narrowest_holds(region: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    assert SV("start.intro") not in "".join(bodies(app))

    def unreachable(*_: object) -> Level:
        raise StoreUnreachable("store_unreachable", address="x", why="y")

    monkeypatch.setattr("views.pinned.pinned", unreachable)
    forget_pins()
    run(app)
    assert SV("pinned.as.PUBLIC") in said(app, "pinned")
    assert SV("start.intro") in "".join(bodies(app))


# -- the same as the audience gets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "level"), list(product(OPEN, LEVELS)), ids=str)
def test_a_page_is_as_the_audience_gets_it_but_for_the_bar(
    region: Store, firms: list[str], as_whom: Callable[..., None], page: str, level: Level
) -> None:
    link = {"firm": firms[0].removeprefix("org:")} if page == "company" else {}
    start_it(region, level)
    as_whom(MANAGER)
    shown = opened(page, **link)
    assert "pin_unlock" in {each.key for each in shown.button}
    start_it(region, level, key=KIM)
    unlock(region, "")
    forget_pins()
    as_whom(Viewer(level))
    real = opened(page, **link)
    assert "pin_unlock" not in {each.key for each in real.button}
    assert tree(shown) == tree(real)


def test_what_the_session_claims_opens_nothing(region: Store, firms: list[str]) -> None:
    start_it(region)
    for wanted in (MANAGER, Viewer(Level.MEMBERS, firms[0])):
        app = AppTest.from_file(str(ROOT / "app.py")).switch_page("views/changes.py")
        app.session_state["preview_as"] = wanted
        run(app)
        assert SV("error.not_allowed", needs=SV("status.level.MANAGER")) in said(app, "warning")
        assert SV("pinned.as.MEMBERS") in said(app, "pinned")


def test_members_are_offered_neither_the_mode_nor_notes(region: Store, as_whom: Callable[..., None]) -> None:
    for viewer in (PUBLIC, MEMBERS, Viewer(Level.MEMBERS, "org:4000000001")):
        as_whom(viewer)
        keys = {str(each.key) for each in opened("about").button}
        assert not {each for each in keys if each.startswith(("pin_", "capture_"))}


# -- nothing is written but notes --------------------------------------------------------------------------------------


def test_only_a_note_can_be_written(region: Store) -> None:
    def press_all() -> None:
        import streamlit as st

        from graph.access import Access, grant
        from graph.capture import captured
        from graph.errors import NotAllowed
        from graph.pinned import pin
        from views import common

        st.session_state["refused"] = []
        acts: dict[str, Callable[[], object]] = {
            "access": lambda: grant(
                common.home_store(), common.viewer(), Access("kim@a.example", "MEMBERS"), today=common.today()
            ),
            "a region of one's own": common.start_own,
            "an erasure": common.refuse_in_preview,
            "a note of anything": lambda: common.store().remember("x", "y"),
            "a word on notes": lambda: captured(common.store(), common.viewer()),
            "another pin": lambda: pin(common.home_store(), common.viewer(), "", st.session_state["level"]),
        }
        for name, act in acts.items():
            try:
                act()
            except NotAllowed:
                st.session_state["refused"].append(name)
        st.session_state["book"] = common.notes_of_meeting()._fields

    start_it(region)
    before, revision = notes_of(region), region.revision()
    app = AppTest.from_function(press_all)
    app.session_state["level"] = Level.PUBLIC
    run(app)
    assert len(app.session_state["refused"]) == 6
    assert app.session_state["book"] == ("add", "count")
    assert notes_of(region) == before
    assert region.revision() == revision


def test_looking_as_another_outside_of_it_takes_no_notes(region: Store) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"))
    app.session_state["preview_as"] = MEMBERS
    run(app)
    assert "capture_take" not in {each.key for each in app.button}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_written_down_and_not_read_back_to_the_room(
    region: Store, firms: list[str], language: str
) -> None:
    texts = load(language)
    start_it(region)
    revision = region.revision()
    app = press(opened("find", language), "capture_take")
    app.button_group(key="capture_kind_1").set_value(MEET)
    run(app)
    app.selectbox(key="capture_firm_1").set_value(firms[0])
    app.text_input(key="capture_other_1_typed").set_value("Zebrafirman")
    app.text_input(key="capture_words_1").set_value("zebraord 811218-9876")
    app.text_input(key="capture_said_by_1").set_value("Zebraperson")
    press(app, "capture_save_1")
    (note,) = captured(region, MANAGER)
    assert (note.said.kind, note.said.firm, note.said.other) == (MEET, firms[0], "Zebrafirman")
    assert (note.said.words, note.said.said_by) == ("zebraord ******-****", "Zebraperson")
    assert texts("capture.saved_one") in said(app, "captured")
    run(app)
    assert "zebra" not in f"{app.main}{app.get('html')}".casefold()
    assert region.revision() == revision


def test_it_names_no_firm_that_the_room_may_not_see(region: Store, firms: list[str]) -> None:
    start_it(region)
    hidden = {each.name for each in region.snapshot(Company).of(Company)} - {
        each.name for each in view(region, MEMBERS).of(Company)
    }
    assert hidden
    app = press(opened("about"), "capture_take")
    offered = set(app.selectbox(key="capture_firm_1").options)
    assert len(offered) == len([each for each in view(region, MEMBERS).of(Company) if each.name])
    assert not offered & hidden


def test_what_says_nothing_is_told_and_the_window_stands(region: Store) -> None:
    app = press(press(opened("about"), "capture_take"), "capture_save_1")
    assert SV("error.capture_without_firm") in "".join(bodies(app))
    app.text_input(key="capture_firm_1_typed").set_value("Nya Plåt AB")
    press(app, "capture_save_1")
    assert SV("error.capture_without_words") in "".join(bodies(app))
    assert not region.notes(NOTES)


# -- what is left to do ------------------------------------------------------------------------------------------------


def listed(region: Store, language: str = "sv") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py")).switch_page("views/meeting.py")
    app.query_params["lang"] = language
    app.session_state["meeting_shows"] = "after"
    return run(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_tells_what_is_left_by_day_and_firm(region: Store, firms: list[str], language: str) -> None:
    texts = load(language)
    names = {each.company_id: each.name or "" for each in region.snapshot(Company).of(Company)}
    one, other = sorted(firms[:2], key=lambda each: names[each].casefold())
    capture(region, MANAGER, Said(CAN, other, AT, "<b>svarvar</b> *axlar*", "Åsa"))
    capture(region, MANAGER, Said(NEEDS, one, AT, "hjälp med exporten"))
    capture(region, MANAGER, Said(CORRECTION, "Okända Bolaget", "2026-11-20T18:00:00.000+00:00", "har flyttat"))
    app = listed(region, language)
    text = "".join(bodies(app))
    assert texts("captured.many", count=3) in said(app, "headline")
    assert text.index(texts("captured.day", day="2026-11-23")) < text.index(texts("captured.day", day="2026-11-20"))
    assert "&lt;b&gt;svarvar&lt;/b&gt; *axlar*" in text
    assert text.index("hjälp med exporten") < text.index("svarvar")
    assert texts("captured.unknown", name="Okända Bolaget") in text
    labels = {each.label for each in app.button}
    assert {texts("captured.do.can"), texts("captured.do.needs"), texts("captured.do.new")} <= labels


def test_done_and_dropped_go_from_the_list_and_come_back(region: Store, firms: list[str]) -> None:
    one, other = (capture(region, MANAGER, Said(CAN, each, AT, "svetsar")) for each in firms[:2])

    def states() -> dict[str, str]:
        return {each.capture_id: each.state for each in captured(region, MANAGER)}

    app = press(press(listed(region), f"captured_done_{one}"), f"captured_dropped_{other}")
    assert states() == {one: DONE, other: DROPPED}
    assert SV("captured.none") in said(app, "headline")
    press(app, "captured_undo")
    assert states() == {one: DONE, other: LEFT}
    app.expander[0].proto.expanded = True
    assert SV("captured.finished", count=1) in {each.label for each in app.expander}


def test_what_is_left_waits_on_the_start_page(region: Store, firms: list[str]) -> None:
    assert all(row["company_id"] != "captures" for row in waits(opened()))
    one, _ = (capture(region, MANAGER, Said(CAN, firms[0], AT, words)) for words in ("svetsar", "böjer"))
    assert waits(opened())[0] == {"company_id": "captures", "cells": [SV("start.waits.captures"), "2"]}
    press(listed(region), f"captured_done_{one}")
    assert waits(opened())[0]["cells"][1] == "1"


def waits(app: AppTest) -> list[dict[str, Any]]:
    (found,) = (each for each in components(app) if each.get("alt") == SV("start.waiting"))
    return [{"company_id": each["firm"], "cells": [str(cell[0]) for cell in each["cells"]]} for each in found["rows"]]


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (CAN, SV("edit.add", what=SV("kind_one.Offer"))),
        (NEEDS, SV("edit.add", what=SV("kind_one.Need"))),
        (CONSENT, SV("consent.dialog")),
        (MEET, SV("edit.add", what=SV("kind_one.Introduction"))),
        (CORRECTION, ""),
    ],
)
def test_one_click_leads_to_what_does_it_and_writes_nothing(
    region: Store, firms: list[str], kind: str, title: str
) -> None:
    """The form stands open with the words at hand; nothing of the region has changed."""
    capture_id = capture(region, MANAGER, Said(kind, firms[0], AT, "laserskär rör", other=firms[1]))
    revision = region.revision()
    app = press(listed(region), f"captured_do_{capture_id}")
    told = "".join(bodies(app))
    assert SV("captured.at_hand", day="2026-11-23") in told
    assert "laserskär rör" in told
    assert [each.proto.dialog.title for each in app.get("dialog")] == ([common.plain(title)] if title else [])
    assert region.revision() == revision
    assert [each.state for each in captured(region, MANAGER)] == [LEFT]


def test_from_where_it_is_done_it_is_said_to_be_done(region: Store, firms: list[str]) -> None:
    capture_id = capture(region, MANAGER, Said(CORRECTION, firms[0], AT, "har flyttat"))

    def at_work(page: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py")).switch_page(f"views/{page}.py")
        app.query_params["firm"] = firms[0].removeprefix("org:")
        app.session_state["captured_at_hand"] = capture_id
        return run(app)

    assert "har flyttat" not in "".join(bodies(at_work("find")))
    app = press(at_work("company"), "captured_at_hand_done")
    assert [each.state for each in captured(region, MANAGER)] == [DONE]
    assert SV("captured.none") in said(app, "headline")


def test_the_words_stand_in_the_form(region: Store, firms: list[str]) -> None:
    can = capture(region, MANAGER, Said(CAN, firms[0], AT, "laserskärning av rör"))
    app = press(listed(region), f"captured_do_{can}")
    (capability,) = (each for each in app.selectbox if str(each.key).startswith("edit_capability_"))
    assert capability.value == "laser_cutting"
    needs = capture(region, MANAGER, Said(NEEDS, firms[0], AT, "hjälp med exporten"))
    app = press(listed(region), f"captured_do_{needs}")
    (words,) = (each for each in app.text_area if str(each.key).startswith("edit_description_"))
    assert words.value == "hjälp med exporten"


def test_all_of_it_is_taken_along_and_no_cell_is_a_formula(region: Store, firms: list[str]) -> None:
    from render.tables import as_csv
    from views.captured import _taken_along

    capture(region, MANAGER, Said(CAN, firms[0], AT, "=1+1", "@Åsa"))
    common_region = type("Here", (), {})
    here: Any = common_region()
    here.companies = {each.company_id: each for each in region.snapshot(Company).of(Company)}
    rows = _taken_along(here, captured(region, MANAGER), SV)
    name = here.companies[firms[0]].name
    assert rows[0] == [
        SV(f"captured.columns.{each}") for each in ("day", "firm", "kind", "other", "words", "who", "state")
    ]
    assert rows[1] == ["2026-11-23", name, SV("capture.kinds.can"), None, "=1+1", "@Åsa", SV("captured.state.left")]
    assert b"'=1+1" in as_csv(rows, "sv")
    assert b"'@" in as_csv(rows, "sv")


# -- in a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(name="address")
def served_app(region: Store, demo_data: Path) -> Iterator[str]:
    """The app as a person starts it, in meeting mode."""
    start_it(region)
    with served(demo_data) as address:
        yield address


def test_a_note_is_taken_by_keyboard_and_not_seen_again(browser: Browser, address: str, region: Store) -> None:
    with watched(browser, address, link="") as seen:
        page = seen.page
        page.locator(".nv-pinned").wait_for()
        at_rest(page)
        page.get_by_role("button", name=SV("capture.take")).focus()
        page.keyboard.press("Enter")
        page.get_by_role("dialog").get_by_role("combobox").first.focus()
        page.keyboard.type("a")
        page.keyboard.press("Enter")
        page.get_by_label(SV("capture.words")).focus()
        page.keyboard.type("bockar plåt")
        keep(page, "capture_laptop")
        page.keyboard.press("Enter")
        page.locator(".nv-captured").get_by_text(SV("capture.saved_one")).wait_for()
        assert page.get_by_text("bockar plåt").count() == 0
        keep(page, "meeting_mode_laptop")
        seen.is_clean()
    (note,) = captured(region, MANAGER)
    assert (note.said.kind, note.said.words) == (CAN, "bockar plåt")
    assert note.said.firm in {each.company_id for each in view(region, MEMBERS).of(Company)}


def test_no_clicker_unlocks_it_and_a_window_that_stood_open_follows(
    browser: Browser, address: str, region: Store
) -> None:
    """What a clicker or a stray Enter sends does nothing; the word and the button do, in all windows."""
    with watched(browser, address, link="") as seen:
        page = seen.page
        page.locator(".nv-pinned").wait_for()
        at_rest(page)
        unlocking = page.get_by_role("button", name=SV("pinned.unlock"))
        unlocking.focus()
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for()
        for key in ("PageDown", "Enter", "Enter", "ArrowRight", "b", "."):
            page.keyboard.press(key)
        at_rest(page)
        page.reload()
        page.locator(".nv-pinned").wait_for()
        assert region.notes("pinned:") == {"pinned:machine": "MEMBERS"}
        other = page.context.new_page()
        other.goto(f"{address}/about")
        other.locator(".nv-pinned").wait_for()
        at_rest(page)
        unlocking.click()
        page.get_by_role("dialog").get_by_text(SV("pinned.turned_away")).click()
        page.get_by_role("button", name=SV("pinned.unlock_go"), exact=True).and_(page.locator(":enabled")).click()
        for each in (page, other):
            each.locator(".nv-pinned").wait_for(state="detached")
        other.close()
        seen.is_clean()

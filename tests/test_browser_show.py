"""The show as one page in a real Chromium: opened from a folder with no network, by keys, clicker, touch, buttons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graph.geo import Gazetteer, distance_km
from graph.model import Workplace
from graph.show import OWN, Show, Step
from graph.store import open_store
from graph.story import Story, story
from graph.taxonomy import taxonomy
from render.export_firms import counts_for, firms_of
from render.plain import process_name
from render.show_deck import Deck, figures_on
from render.show_page import show_page
from render.show_slides import deck
from tests.test_app import PAYLOADS, payload_region
from tests.test_browser import SIZES, keep, real_chromium
from tests.test_browser_accessibility import AXE, MOVING, RULES, RUN
from tests.test_show import MEMBERS, SHOW, lived, told
from texts import LANGUAGES, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

__all__ = ["lived", "real_chromium", "told"]  # fixtures

REST_MS = 1500  # until nothing moves
LIT_MS = 1600  # from a letter written until the dots have their size
HD: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}
WARM = (0xB4, 0x50, 0x1E)

# The colour of the canvas at points of the stage.
COLOURS_AT = """(points) => {
  const canvas = document.querySelector(".stage canvas");
  const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixel = (value) => Math.round(value * width / 1600);
  return points.map(([x, y]) => 4 * (pixel(y) * width + pixel(x))).map((at) => [...data.subarray(at, at + 3)]);
}"""
SWIPE = """([from, to]) => {
  const room = document.querySelector(".room");
  const touch = (kind, x) => room.dispatchEvent(new PointerEvent(kind, {
    bubbles: true, isPrimary: true, pointerType: "touch", button: 0, clientX: x, clientY: 300 }));
  touch("pointerdown", from);
  touch("pointerup", to);
}"""

# Faster than the next frame, which is when what is closed loses the focus.
KEYS_AT_ONCE = """(keys) => keys.forEach((key) =>
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""

READ = """(questions) => {
  const { places } = JSON.parse(document.getElementById("data").textContent).find.data;
  const known = new Map(places.map((each) => [offlineSearch.fold(each.name), each]));
  return questions.map((text) => showFind.readQuestion(text, known));
}"""
NORA = "1884-nora"
READINGS = {
    "svarva nära Nora inom 3 mil": {"text": "svarva", "withinKm": 30, "near": NORA},
    "svarva inom 40 km": {"text": "svarva", "withinKm": 40},
    "turn shafts near nora": {"text": "turn shafts", "near": NORA},
    "svarva nära Nora?": {"text": "svarva", "near": NORA},
    "svarva nära ritning": {"text": "svarva nära ritning"},
    "": {"text": ""},
}


@dataclass
class Opened:
    """A page from a folder, and what it asked for and complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for each in keys:
            self.page.keyboard.press(each)

    def rest(self) -> None:
        self.page.wait_for_timeout(REST_MS)

    @property
    def number(self) -> int:
        """Of the slide that is shown."""
        count = self.page.locator(".count").text_content() or ""
        at = int(count.split("/")[0])
        assert self.page.url.endswith(f"#{at}")
        assert self.page.locator("section.now").count() == 1
        return at

    def drawn(self) -> str:
        """What is written on the stage."""
        return " ".join(self.page.locator(".stage text").all_text_contents())


@contextmanager
def opened(browser: Browser, path: Path, at: str = "", **how: Any) -> Iterator[Opened]:
    settings: dict[str, Any] = {"viewport": HD, "offline": True} | how
    context = browser.new_context(**settings)
    seen = Opened(context.new_page())
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.on("console", lambda said: seen.complaints.append(said.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.goto(f"{path.as_uri()}{at}")
    yield seen
    assert {each.partition("#")[0] for each in seen.asked} <= {path.as_uri()}
    assert seen.complaints == []
    assert not how.get("java_script_enabled", True) or seen.page.evaluate("window.hacked") is None
    context.close()


@pytest.fixture(scope="module", name="made")
def deck_of_the_region(told: Story) -> Deck:
    return deck(SHOW, told, load("sv"))


@pytest.fixture(scope="module", name="path")
def file_of_the_show(made: Deck, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usb") / "visning å.html"
    path.write_bytes(show_page(made, load("sv")))
    return path


# -- slide by slide --------------------------------------------------------------------------------------------------


def test_keys_and_clicker_go_from_slide_to_slide(browser: Browser, path: Path, made: Deck) -> None:
    last = len(made.slides)
    with opened(browser, path, reduced_motion="reduce") as show:
        assert show.number == 1
        for keys, at in (
            (("ArrowRight", "PageDown", "Space", "ArrowDown", "Enter"), 6),
            (("ArrowLeft", "PageUp", "Shift+Space", "ArrowUp"), 2),
            (("End",), last),
            (("ArrowRight",), last),
            (("Home",), 1),
            (("ArrowLeft",), 1),
            (("Control+ArrowRight",), 1),
        ):
            show.press(*keys)
            assert show.number == at, keys
        for number, slide in enumerate(made.slides, 1):
            assert slide.title.split()[0] in show.drawn()
            keep(show.page, f"show_{number:02d}_laptop")
            assert show.page.locator("section.now h2").text_content() == slide.title
            assert show.page.locator(".stage g:first-child > *").count() == 0, "nothing of the last slide stays"
            show.press("ArrowRight")


def test_a_slide_is_kept_over_a_reload_and_opened_by_its_number(browser: Browser, path: Path) -> None:
    with opened(browser, path, "#4") as show:
        assert show.number == 4
        show.press("ArrowRight")
        show.page.reload()
        assert show.number == 5
        show.page.evaluate("location.hash = '#2'")
        show.page.wait_for_timeout(50)
        assert show.number == 2
        for nonsense in ("#999", "#x<img>"):
            show.page.evaluate("(hash) => { location.hash = hash; }", nonsense)
            show.page.wait_for_timeout(50)
            assert show.number


def test_touch_and_mouse_go_on_and_back(browser: Browser, path: Path) -> None:
    with opened(browser, path) as show:
        show.page.evaluate(SWIPE, [800, 500])
        assert show.number == 2
        show.page.evaluate(SWIPE, [500, 800])
        assert show.number == 1
        show.page.mouse.click(1200, 300)
        assert show.number == 2
        show.page.mouse.click(640, 300)
        assert show.number == 2
        show.page.mouse.click(60, 300)
        assert show.number == 1
        show.page.get_by_role("button", name=load("sv")("show.page.next"), exact=True).click()
        assert show.number == 2
        show.press("Space")
        assert show.number == 3


def test_going_on_before_the_last_slide_has_come_leaves_nothing_behind(browser: Browser, path: Path) -> None:
    with opened(browser, path) as show:
        for _ in range(4):
            show.press("ArrowRight")
            show.page.wait_for_timeout(90)
        show.press("Home")
        show.rest()
        moved, shapes = show.drawn(), show.page.locator(".stage path").count()
        show.page.reload()
        show.rest()
        assert (show.drawn(), show.page.locator(".stage path").count()) == (moved, shapes)


def test_firms_fly_from_the_map_into_their_bars(browser: Browser, path: Path) -> None:
    with opened(browser, path, "#2") as show:
        show.rest()
        before = show.page.evaluate("document.querySelector('.stage canvas').toDataURL()")
        show.press("ArrowRight")
        show.page.wait_for_timeout(400)
        between = show.page.evaluate("document.querySelector('.stage canvas').toDataURL()")
        show.rest()
        after = show.page.evaluate("document.querySelector('.stage canvas').toDataURL()")
        assert len({before, between, after}) == 3


def test_who_asked_for_stillness_sees_nothing_move(browser: Browser, path: Path) -> None:
    with opened(browser, path, "#2", reduced_motion="reduce") as show:
        for _ in range(5):
            show.press("ArrowRight")
            first = show.page.evaluate("document.querySelector('.stage').innerHTML")
            show.page.wait_for_timeout(250)
            assert show.page.evaluate("document.querySelector('.stage').innerHTML") == first
            assert show.page.evaluate(MOVING) == []


# -- what else can be done -------------------------------------------------------------------------------------------


def test_overview_notes_black_contrast_and_help(browser: Browser, path: Path, made: Deck) -> None:
    texts = load("sv")
    with opened(browser, path, "#3") as show:
        page = show.page
        show.press("o")
        assert page.locator("dialog.overview li").count() == len(made.slides)
        assert page.locator("dialog.overview [aria-current] span").text_content() == f"3. {made.slides[2].title}"
        show.press("g")
        assert page.locator("dialog[open]").count() == 0
        page.evaluate(KEYS_AT_ONCE, ["o", "g", "o"])
        page.locator("dialog.overview li button").nth(4).click()
        assert (show.number, page.locator("dialog[open]").count()) == (5, 0)
        show.press("n")
        for note in made.slides[4].notes:
            assert note in page.locator(".notes").inner_text()
        assert made.slides[5].title in page.locator(".notes").inner_text()
        stage = page.locator(".stage").bounding_box()
        notes = page.locator(".notes").bounding_box()
        assert stage
        assert notes
        assert stage["y"] + stage["height"] <= notes["y"] + 1
        show.press("Escape")
        assert page.locator(".notes").is_hidden()
        for key in ("b", "."):
            show.press(key)
            assert page.locator(".black").bounding_box() == {"x": 0, "y": 0, **HD}
            show.press("ArrowRight")
            assert page.locator(".black").is_hidden()
            assert show.number == 5
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        show.press("c")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)" != paper
        show.press("c")
        show.press("?")
        assert texts("show.page.keys.find") in page.locator("dialog.help").inner_text()
        show.press("Escape")
        assert page.locator("dialog[open]").count() == 0


def test_the_speaker_has_a_window_that_follows(browser: Browser, path: Path, made: Deck) -> None:
    with opened(browser, path, "#2") as show:
        with show.page.expect_popup() as opening:
            show.press("s")
        own = opening.value
        asked: list[str] = []
        own.on("request", lambda request: asked.append(request.url))
        said = own.locator(".speaker")
        assert made.slides[1].notes[0] in said.inner_text()
        assert own.locator(".speaker .side svg").count() == 2
        assert own.evaluate("getComputedStyle(document.querySelector('.speaker .place')).display") == "flex"
        show.press("ArrowRight")
        assert made.slides[3].title in said.inner_text()
        own.keyboard.press("PageDown")
        assert (show.number, asked) == (4, [])
        assert made.slides[3].notes[0] in said.inner_text()
        show.press("End")
        assert load("sv")("show.page.last") in said.inner_text()
        show.press("s")
        assert len(show.page.context.pages) == 2
        keep(own, "show_speaker")


def test_the_whole_screen_is_filled_and_left(browser: Browser, path: Path) -> None:
    with opened(browser, path) as show:
        show.press("f")
        show.page.wait_for_function("() => document.fullscreenElement")
        show.press("f")
        show.page.wait_for_function("() => !document.fullscreenElement")


def test_buttons_and_progress_go_when_nothing_is_done(browser: Browser, path: Path) -> None:
    with opened(browser, path) as show:
        seen = "(selector) => getComputedStyle(document.querySelector(selector)).opacity"
        show.page.mouse.move(300, 300)
        assert float(show.page.evaluate(seen, ".controls")) > 0
        show.page.wait_for_timeout(3400)
        assert [show.page.evaluate(seen, each) for each in (".controls", ".progress")] == ["0", "0"]
        show.press("Tab")
        show.page.wait_for_timeout(700)
        assert show.page.evaluate(seen, ".controls") == "1"


# -- the question ----------------------------------------------------------------------------------------------------


def hits_of(made: Deck, process: str) -> set[str]:
    """Who offers the process or a more special one, or a more general one of which it may be."""
    general = set(counts_for(process))
    return {
        each.company.name or ""
        for each in firms_of(made.taken)
        if any(process in counts_for(offer.capability or "") or offer.capability in general for offer in each.offers)
    }


def test_a_question_is_answered_and_its_firms_light_up_on_the_map(browser: Browser, path: Path, made: Deck) -> None:
    texts = load("sv")
    process = "surface_grinding"
    assert process in taxonomy().processes
    wanted = hits_of(made, process)
    assert len(wanted) > 2
    with opened(browser, path, "#5") as show:
        page = show.page
        show.rest()
        before = show.drawn()
        show.press("/")
        page.keyboard.type(f"Vem kan {process_name(process, texts).lower()} nära Nora?")
        page.wait_for_timeout(LIT_MS)
        named: list[str] = []
        told: list[str] = []
        while True:
            assert page.locator("dialog.find li").count() <= 8
            named += page.locator("dialog.find li b").all_inner_texts()
            told += page.locator("dialog.find li .km").all_inner_texts()
            if page.locator("[data-turn='1']").is_disabled() or page.locator("[data-turn='1']").is_hidden():
                break
            show.press("PageDown")
        assert set(named) == wanted
        assert f"{len(wanted)} " in page.locator("dialog.find output").inner_text()
        assert "nära Nora" in page.locator(".read").inner_text()
        assert_kilometres(made, dict(zip(named, told, strict=True)))
        assert_lit(show, made, wanted)
        show.press("Escape")
        show.rest()
        assert (show.drawn(), show.number) == (before, 5)


def assert_kilometres(made: Deck, told: dict[str, str]) -> None:
    nora = Gazetteer.default().one("Nora").point
    sites = made.taken.snapshot.of(Workplace)
    for firm in firms_of(made.taken):
        if firm.company.name in told and (km := told[firm.company.name].split())[-1] == "km":
            at = [(e.latitude, e.longitude) for e in sites if e.company_id == firm.company.company_id]
            points = [(lat, lon) for lat, lon in at if lat is not None and lon is not None]
            assert abs(min(distance_km(nora, each) for each in points) - int(km[-2])) <= 1


def assert_lit(show: Opened, made: Deck, wanted: set[str]) -> None:
    """The dots of these firms have the colour of hits, and no other dot that no hit covers."""
    (dots,) = show.page.evaluate("""() => {
      const { find, marks } = JSON.parse(document.getElementById("data").textContent);
      return find.behind.map((each) => marks[each]).filter(({ kind }) => kind === "dots");
    }""")
    points = np.array([np.nan if each is None else each for each in dots["points"]], dtype=float).reshape(-1, 2)
    is_hit = np.array([(each.company.name or "") in wanted for each in made.figures.firms])
    placed = ~np.isnan(points[:, 0])
    hits = points[is_hit & placed]
    assert len(hits) > 2
    apart = np.hypot(*(points[:, None, :] - hits[None, :, :]).T).min(axis=0)
    others = points[~is_hit & placed & (apart > 4 * dots["radius"])]
    assert len(others) > 20
    show.page.wait_for_timeout(LIT_MS)
    found = show.page.evaluate(COLOURS_AT, [*hits.tolist(), *others.tolist()])
    lit = [sum(abs(a - b) for a, b in zip(each, WARM, strict=True)) < 30 for each in found]
    assert lit == [True] * len(hits) + [False] * len(others)


def test_place_and_kilometres_are_read_out_of_the_question(browser: Browser, path: Path) -> None:
    with opened(browser, path) as show:
        found = show.page.evaluate(READ, list(READINGS))
    assert [{key: each for key, each in one.items() if each is not None} for one in found] == [*READINGS.values()]


def test_fields_and_sentences_of_the_search(browser: Browser, path: Path) -> None:
    texts = load("sv")
    with opened(browser, path) as show:
        page = show.page
        page.locator("[data-do=find]").click()
        page.fill("dialog.find input[name=text]", "zzzz")
        page.wait_for_timeout(250)
        assert page.locator("dialog.find output").inner_text() == texts("export.page.none")
        page.fill("dialog.find input[name=text]", "svarvning")
        page.fill("dialog.find input[name=near]", "Nora")
        page.wait_for_timeout(250)
        every = page.locator("dialog.find output").inner_text()
        page.select_option("dialog.find select", "30")
        page.wait_for_timeout(250)
        fewer = page.locator("dialog.find output").inner_text()
        assert int(fewer.split()[0]) < int(every.split()[0])
        page.get_by_role("button", name=texts("show.page.later"), exact=True).click()
        assert page.locator("dialog.find ol").get_attribute("start") == "9"
        page.locator("dialog.find [data-close]").click()
        assert page.locator("dialog[open]").count() == 0


# -- who sees, hears, prints it --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_can_use_it(browser: Browser, told: Story, tmp_path: Path, language: str) -> None:
    made = deck(SHOW, told, load(language))
    path = tmp_path / "show.html"
    path.write_bytes(show_page(made, load(language)))
    with opened(browser, path, reduced_motion="reduce") as show:
        page = show.page
        page.evaluate(AXE)

        def look(name: str) -> None:
            assert page.evaluate(RUN, RULES) == [], name

        for theme in ("plain", "contrast") if language == "sv" else ("plain",):
            for number in (1, 2, 3, 5, 7):
                page.evaluate("(at) => { location.hash = at; }", f"#{number}")
                page.wait_for_timeout(60)
                look(f"{theme} {number}")
            for key in ("n", "o", "?", "/"):
                show.press(key)
                if key == "/":
                    page.keyboard.type("svarva nära Nora")
                    page.wait_for_timeout(250)
                look(f"{theme} {key}")
                show.press("Escape")
            show.press("c")
        assert f"{show.number} / " in (page.locator(".spoken").text_content() or "")
        page.set_viewport_size(PHONE)
        page.wait_for_timeout(100)
        look("phone")


def test_on_a_narrow_phone_it_is_a_document(browser: Browser, path: Path, made: Deck) -> None:
    with opened(browser, path, viewport=PHONE) as show:
        page = show.page
        assert page.locator(".stage").is_hidden()
        assert page.locator("main section:visible").count() == len(made.slides)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".drawn svg:visible").count() >= 3
        for each in page.locator("main h2, main p:visible, main td").all()[:40]:
            assert float(each.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")) >= 15
        page.locator("[data-do=find]").click()
        page.fill("dialog.find input[name=text]", "svarvning")
        page.wait_for_timeout(300)
        assert page.locator("dialog.find li:visible").count() == 8
        assert page.evaluate("document.querySelector('dialog.find').scrollWidth <= innerWidth")
        keep(page, "show_phone")


def test_printed_it_is_one_slide_a_page(browser: Browser, path: Path, made: Deck) -> None:
    with opened(browser, path) as show:
        page = show.page
        page.emulate_media(media="print")
        page.wait_for_timeout(100)
        assert page.locator(".printed:visible").count() == len(made.slides)
        assert page.locator("main h2:visible, .controls:visible").count() == 0
        printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == len(made.slides)


def test_without_a_script_the_whole_show_is_a_document(browser: Browser, path: Path, made: Deck) -> None:
    with opened(browser, path, java_script_enabled=False) as show:
        show.page.wait_for_timeout(1200)
        sections = show.page.locator("main section:visible").all()
        assert len(sections) == len(made.slides)
        for slide, section in zip(made.slides, sections, strict=True):
            said = " ".join(section.inner_text().split())
            for text in (slide.title, *slide.lines, *figures_on(slide)):
                assert " ".join(text.split()) in said, slide.key
        assert show.page.locator(".hall:visible, dialog:visible").count() == 0


@pytest.mark.parametrize("size", SIZES)
def test_it_fills_any_window(browser: Browser, path: Path, size: str) -> None:
    width, height = SIZES[size]
    width, height = max(width, height), min(width, height)
    with opened(browser, path, "#2", viewport={"width": width, "height": height}) as show:
        show.rest()
        box = show.page.locator(".stage").bounding_box()
        assert box
        assert box["width"] == pytest.approx(min(width, height * 16 / 9), abs=1)
        assert box["height"] == pytest.approx(box["width"] * 9 / 16, abs=1)
        sizes = show.page.evaluate("() => { const c = document.querySelector('canvas'); return [c.width, c.height]; }")
        assert sizes == [round(box["width"]), round(box["height"])]
        keep(show.page, f"show_fit_{size}")


def test_names_that_are_scripts_run_nowhere(browser: Browser, tmp_path: Path) -> None:
    folder = payload_region(tmp_path)
    store = open_store(f"sqlite:{folder / 'region.sqlite'}")
    told = story(store, MEMBERS, "2026-11-20")
    store.close()
    steps = (*SHOW.steps, *(Step(OWN, True, name, PAYLOADS, name) for name in PAYLOADS))
    made = deck(Show(PAYLOADS[0], MEMBERS.level, "", steps), told, load("sv"))
    path = tmp_path / "show.html"
    path.write_bytes(show_page(made, load("sv")))
    with opened(browser, path) as show:
        show.press("n", "o", "Escape", "/")
        show.page.keyboard.type("svarvning")
        show.page.wait_for_timeout(300)
        show.press("Escape")
        for _ in made.slides:
            show.press("ArrowRight")
            show.page.wait_for_timeout(60)
        assert show.page.locator(".stage img, .stage script, main img").count() == 0

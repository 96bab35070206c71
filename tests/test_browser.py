"""The pages in a real Chromium, with every way out of this machine closed.

A part is asked for, hits are seen, one is opened from the list and one from the map; scripts in names run nothing.
Pictures of the page at three sizes are kept in ``artifacts/`` (``NARVERK_ARTIFACTS`` names another folder).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from app import PAGES
from tests.test_app import PAYLOADS, SHAFT, invent_region, payload_region
from texts import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"wide": (1920, 1080), "laptop": (1280, 720), "phone": (390, 844)}
START_SECONDS = 60
PATIENCE_MS = 30_000
# Scripts of the page's own origin may still not look any other name up.
NO_WAY_OUT = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"

# Texts and controls that are wider than their box or the window, in the page and in the list's shadow tree.
CUT = """() => {
  const roots = [document.querySelector("[data-testid=stMain]")];
  for (const each of document.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
  const found = roots.flatMap((root) => [...root.querySelectorAll("p, h1, h3, h4, button, li, td, span.name")]);
  return found
    .filter((each) => each.clientWidth && each.checkVisibility() && !each.querySelector("[data-testid^=stIcon]"))
    .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > innerWidth)
    .map((each) => each.tagName + " " + each.textContent.slice(0, 60));
}"""

# Maps stand where they stand with nothing drawn on them: a machine without a graphics card draws for seconds on each.
UNDRAWN = """for (const draw of ["drawArrays", "drawArraysInstanced", "drawElements", "drawElementsInstanced"])
  WebGL2RenderingContext.prototype[draw] = () => {};"""


@dataclass
class Watched:
    """A page, and what it did that it should not have done."""

    page: Page
    strayed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def is_clean(self) -> None:
        assert self.page.locator("[data-testid=stException]").count() == 0
        assert self.strayed == []
        assert self.complaints == []


@contextmanager
def served(data: Path, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """The app on a free port of this machine, as a person starts it, with ``more`` environment; its address."""
    with started(data, more) as (address, _):
        yield address


@contextmanager
def started(data: Path, more: Mapping[str, str] | None = None) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same; its address and its process, which may have ended when this ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NARVERK_", "NEO4J_"))}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    log = data / f"app-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**kept, "NARVERK_DATA": str(data), "NARVERK_DEBUG": "1", **(more or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - this machine
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="module", name="app_address")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(invent_region(tmp_path_factory.mktemp("data"))) as address:
        yield address


@pytest.fixture(scope="module", name="browser")
def real_chromium(chromium_path: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    from tools.chromium import LAUNCH_ARGUMENTS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=[*LAUNCH_ARGUMENTS, NO_WAY_OUT], timeout=90_000
        )
        yield browser
        browser.close()


@contextmanager
def watched(
    browser: Browser, address: str, size: str = "laptop", link: str = "find", *, has_maps: bool = False
) -> Iterator[Watched]:
    """A page of the app, whose every request, script error and console error is noted.

    Pages of one size share what the browser keeps of the app's own files. A request that strays finds no way out.
    With ``has_maps`` maps are drawn: where one is clicked on, or a picture of it is kept.
    """
    width, height = SIZES[size]
    context = next((each for each in browser.contexts if each.pages == [] and _is_sized(each, width)), None)
    if context is None:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light")
        setattr(context, _WIDTH, width)
    seen = Watched(context.new_page())
    if not has_maps:
        seen.page.add_init_script(UNDRAWN)
    here = urlsplit(address).netloc

    def note(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("blob", "data") and asked.netloc != here:
            seen.strayed.append(request.url)

    seen.page.on("request", note)
    seen.page.on("console", lambda said: seen.complaints.append(said.text) if is_complaint(said) else None)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.set_default_timeout(PATIENCE_MS)
    seen.page.goto(f"{address}/{link}")
    seen.page.locator(".nv-headline, .nv-intro, .nv-warning").first.wait_for()
    at_rest(seen.page)
    yield seen
    seen.page.close()


def at_rest(page: Page) -> None:
    """Wait until the page's script has run: before that, what is drawn may be drawn anew and lose the focus."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def by_menu(page: Page, name: str, language: str = "sv") -> None:
    """Go to a page by the menu, from its section where it stands in one."""
    sentences = load(language)
    if section := PAGES[name]:
        page.locator("[data-testid=stTopNavSection]").get_by_text(sentences(f"menu.{section}"), exact=True).click()
        page.get_by_role("menuitem", name=sentences(f"page.{name}"), exact=True).click()
    else:
        page.locator("[data-testid=stTopNavLink]").get_by_text(sentences(f"page.{name}"), exact=True).click()


_WIDTH = "narverk_width"


def _is_sized(context: BrowserContext, width: int) -> bool:
    return getattr(context, _WIDTH, None) == width


def is_complaint(said: ConsoleMessage) -> bool:
    """An error; not Streamlit's own search for its server, which begins below the page's address."""
    return said.type == "error" and not said.location["url"].endswith(("/_stcore/health", "/_stcore/host-config"))


def ask(page: Page, text: str, near: str = "Karlskoga") -> None:
    for label, value in (("Nära", near), ("Beskriv delen", text)):
        box = page.locator(f"input[aria-label='{label}']")
        box.fill(value)
        box.press("Enter")
    page.get_by_text(f"från {near} kan göra detta").wait_for()
    page.locator(".row").first.wait_for()
    page.locator("#deckgl-overlay").wait_for()
    page.wait_for_timeout(800)  # the map draws itself in


def click_until(page: Page, place: tuple[float, float], shown: Locator) -> None:
    """Click on a map until what it opens is there: a busy machine draws before it listens."""
    from playwright.sync_api import TimeoutError as NotYet

    for patience in (3_000, 6_000, PATIENCE_MS):
        page.mouse.click(*place)
        with suppress(NotYet):
            shown.wait_for(timeout=patience)
            return
    shown.wait_for(timeout=1)


def keep(page: Page, name: str) -> None:
    folder = Path(os.environ.get("NARVERK_ARTIFACTS") or ROOT / "artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


@pytest.mark.parametrize("size", SIZES)
def test_a_part_is_asked_for_and_a_hit_opened(browser: Browser, app_address: str, size: str) -> None:
    with watched(browser, app_address, size, has_maps=True) as seen:
        page = seen.page
        ask(page, SHAFT["sv"])
        keep(page, f"find_{size}")
        assert page.locator(".hit .row").count() == 20
        row = page.locator(".hit li").nth(1)
        row.locator("button").click()
        row.locator(".detail").wait_for()
        assert "✓ uppfyllt" in row.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        keep(page, f"find_{size}_open")
        seen.is_clean()


def test_on_a_laptop_answer_map_and_first_hits_show_without_scrolling(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, "laptop") as seen:
        ask(seen.page, SHAFT["sv"])
        for shown, least in ((".nv-headline", 1.0), ("#deckgl-overlay", 0.9), (".hit li:nth-child(3)", 1.0)):
            box = seen.page.locator(shown).first.bounding_box()
            assert box is not None, shown
            assert (720 - box["y"]) / box["height"] >= least, (shown, box)


def test_on_a_phone_nothing_is_cut(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, "phone") as seen:
        ask(seen.page, "Laserskuren och bockad kåpa i rostfri plåt, ISO 9001, 500 per år")
        assert seen.page.evaluate(CUT) == []


def test_a_click_on_the_map_opens_the_firm_in_the_list(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, has_maps=True) as seen:
        page = seen.page
        ask(page, SHAFT["sv"])
        box = page.locator("#deckgl-overlay").bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # where Karlskoga's first firm is
        click_until(page, middle, page.locator("li.open .detail"))
        assert page.locator("li.open .where").inner_text().strip() == "Karlskoga"
        assert page.locator("li.open").count() == 1
        seen.is_clean()


def test_the_list_works_by_keyboard(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address) as seen:
        page = seen.page
        ask(page, SHAFT["sv"])
        button = page.locator(".hit .row").first
        button.focus()
        page.keyboard.press("Enter")
        page.locator("li.open .detail").wait_for()
        assert button.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Enter")
        page.locator("li.open").wait_for(state="detached")


def test_the_back_button_goes_back_to_the_question_before(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, link="find?process=turning&near=Karlskoga&within=30+km") as seen:
        page = seen.page
        page.get_by_text("inom 30 km från Karlskoga").wait_for()
        near = page.locator("input[aria-label='Nära']")
        near.fill("Nora")
        near.press("Enter")
        page.get_by_text("inom 30 km från Nora").wait_for()
        page.wait_for_url("**near=Nora**")
        page.go_back()
        page.get_by_text("inom 30 km från Karlskoga").wait_for()
        assert near.input_value() == "Karlskoga"


def test_the_table_is_downloaded(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address) as seen:
        ask(seen.page, SHAFT["sv"])
        with seen.page.expect_download() as download:
            seen.page.get_by_text("Hämta som CSV").click()
        lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert download.value.suggested_filename == "leverantorer.csv"
        assert lines[0].startswith("Svar;Företag;Ort")
        assert len(lines) > 21  # all hits, not the twenty that are shown


def test_names_that_are_scripts_run_nothing(browser: Browser, tmp_path: Path) -> None:
    payload_region(tmp_path)
    with (
        served(tmp_path) as address,
        watched(browser, address, link="find?process=turning&near=Karlskoga&within=40+km") as seen,
    ):
        page = seen.page
        page.locator(".row").first.wait_for()
        assert set(page.locator(".row .name").all_inner_texts()) == set(PAYLOADS)
        for index in range(len(PAYLOADS)):
            page.locator(".row").nth(index).click()
            page.locator("li.open .detail").wait_for()
        near = page.locator("input[aria-label='Nära']")
        for name in PAYLOADS:
            near.fill(name)
            near.press("Enter")
            page.locator(".nv-warning, .nv-headline").filter(has_text=name[:8]).first.wait_for()
        assert page.evaluate("window.hacked") is None
        keep(page, "find_payloads")
        seen.is_clean()

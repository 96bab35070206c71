"""Needs and support, and an interview, in a real Chromium with every way out closed; pictures are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.test_app import invent_region
from tests.test_browser import CUT, SIZES, at_rest, by_menu, keep, real_chromium, served, watched
from texts import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium"]


@pytest.fixture(scope="module", name="app_address")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(invent_region(tmp_path_factory.mktemp("data"))) as address:
        yield address


def view(page: Page, name: str) -> None:
    page.locator(".st-key-needs_view").get_by_text(name, exact=True).click()
    at_rest(page)


def headline(page: Page, part: str) -> None:
    page.locator(".nv-headline", has_text=part).wait_for()


def test_from_the_region_to_a_firm_its_gap_kept_and_undone(app_address: str, browser: Browser, tmp_path: Path) -> None:
    with watched(browser, app_address) as seen:
        page = seen.page
        by_menu(page, "needs")
        headline(page, "har gått ut eller går ut")
        page.locator("button.firm").first.wait_for()
        name = page.locator("button.firm").first.inner_text()
        page.locator("button.firm").first.click()
        headline(page, f"{name}: ")
        page.get_by_role("button", name="Spara som behov").first.click()
        page.get_by_role("dialog").wait_for()
        page.get_by_role("dialog").get_by_role("button", name="Spara", exact=True).click()
        page.locator(".nv-saved").wait_for()
        at_rest(page)
        with page.expect_download() as waited:
            page.get_by_role("button", name="Behovsbild att skriva ut").click()
        waited.value.save_as(tmp_path / "behovsbild.html")
        assert name in (tmp_path / "behovsbild.html").read_text(encoding="utf-8")
        page.get_by_role("button", name="Ångra", exact=True).click()
        page.locator(".nv-saved", has_text="Ångrat").wait_for()
        page.get_by_role("button", name="Hela regionen").click()
        page.locator(".st-key-needs_view").wait_for()
        seen.is_clean()


def cut(page: Page, size: str, name: str) -> list[str]:
    """What is wider than its box; on a phone a table's headings are only read aloud, and the grid is to be moved."""
    found = [str(each) for each in page.evaluate(CUT)]
    if size != "phone":
        return found
    headings = {f"BUTTON {each}" for each in load("sv").keys.values()}
    return [each for each in found if each not in headings and name != "Samlad bild"]


@pytest.mark.parametrize("size", SIZES)
def test_every_view_fits_its_window(app_address: str, browser: Browser, size: str) -> None:
    with watched(browser, app_address, size, link="needs") as seen:
        page = seen.page
        for name in ("Luckor", "Behov", "Missat stöd", "Samlad bild", "Ansökan"):
            view(page, name)
            page.wait_for_timeout(400)
            assert cut(page, size, name) == [], name
            keep(page, f"needs_{name.split()[0].casefold()}_{size}")
        seen.is_clean()


def test_an_interview_is_written_down(app_address: str, browser: Browser) -> None:
    with watched(browser, app_address, link="interview") as seen:
        page = seen.page
        box = page.get_by_role("textbox").first
        box.fill("Mekaniska")
        box.press("Enter")
        page.locator("button.firm").first.click()
        headline(page, "Skriv ned en intervju med")
        page.get_by_text("svarade", exact=True).click()
        at_rest(page)
        page.get_by_label("Anteckningar").fill("<b>Bra</b> samtal.")
        page.get_by_role("button", name="Spara intervjun").click()
        page.locator(".nv-saved", has_text="Sparat: 1 uppgifter").wait_for()
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            assert page.evaluate(CUT) == []
            keep(page, f"interview_{size}")
        page.get_by_role("button", name="Ångra", exact=True).click()
        page.locator(".nv-saved", has_text="Ångrat").wait_for()
        seen.is_clean()

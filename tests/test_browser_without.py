"""The page "What if" in a real Chromium, with every way out of this machine closed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.audience import Viewer, view
from graph.model import Level
from graph.resilience import Resilience
from graph.store import open_store
from tests.test_browser import SIZES, at_rest, keep, real_chromium, watched
from tests.test_browser_pictures import drawn, invented_folder, running_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["invented_folder", "real_chromium", "running_app"]


@pytest.fixture(scope="module", name="worst")
def worst_firm(folder: Path) -> str:
    """The number of the firm that would strand most buyers."""
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    snapshot = view(store, Viewer(Level.MANAGER))
    store.close()
    ranked = Resilience(snapshot).critical()
    return next(each.company_id for each in ranked if each.company_id.startswith("org:")).removeprefix("org:")


@pytest.mark.parametrize("size", SIZES)
def test_the_region_fits_and_a_click_looks_at_a_firm(browser: Browser, app_address: str, size: str) -> None:
    with watched(browser, app_address, size, "without") as seen:
        page = seen.page
        page.locator(".nv-bars li").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        keep(page, f"without_{size}")
        page.locator(".table button.firm").first.click()
        page.wait_for_url("**/without?firm=*")
        assert len(drawn(page, "without ")["nodes"]) > 3
        at_rest(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        keep(page, f"without_firm_{size}")
        page.go_back()
        page.locator(".nv-bars li").first.wait_for()
        seen.is_clean()


def test_on_a_laptop_sentence_picture_and_table_show_without_scrolling(
    browser: Browser, app_address: str, worst: str
) -> None:
    with watched(browser, app_address, "laptop", f"without?firm={worst}") as seen:
        drawn(seen.page, "without ")
        for shown, least in ((".nv-headline", 1.0), (".picture canvas", 0.9), (".table tbody tr", 1.0)):
            box = seen.page.locator(shown).first.bounding_box()
            assert box is not None, shown
            assert (720 - box["y"]) / box["height"] >= least, (shown, box)


def test_a_change_is_tried(browser: Browser, app_address: str, worst: str) -> None:
    with watched(browser, app_address, "laptop", f"without?firm={worst}") as seen:
        page = seen.page
        drawn(page, "without ")
        page.get_by_text("Pröva en förändring").click()
        page.get_by_role("button", name="Räkna").click()
        page.get_by_role("heading", name="Före och efter").wait_for()
        at_rest(page)
        keep(page, "without_what_if")
        seen.is_clean()

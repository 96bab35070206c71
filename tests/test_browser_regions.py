"""Areas beside each other, and what has changed, in a real Chromium with every way out closed; pictures are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from graph.ledger import name_snapshot, publish
from graph.model import Claim, Company, Source
from graph.store import open_store
from tests.test_app import PAYLOADS, invent_region
from tests.test_browser import CUT, SIZES, at_rest, by_menu, keep, real_chromium, served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium"]


@pytest.fixture(scope="module", name="app_address")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = invent_region(tmp_path_factory.mktemp("data"))
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    name_snapshot(store, "Höstmötet")
    buyer = store.snapshot(Company).of(Company)[0].company_id
    claims = [
        Claim(f"name:ny{n}", "Company", "", {"name": each, "municipality": "1883"}) for n, each in enumerate(PAYLOADS)
    ]
    claims.append(Claim("name:ny0", "Trade", "t", {"buyer_id": buyer, "what": PAYLOADS[1]}))
    publish(store, [Source("member_sheet", "network")], claims)
    store.close()
    with served(folder) as address:
        yield address


def cut(page: Page, size: str) -> list[str]:
    """What is wider than its box; on a phone a table's headings are only read aloud, under the areas' own names too."""
    found = [str(each) for each in page.evaluate(CUT)]
    return [each for each in found if size != "phone" or not each.startswith("BUTTON ")]


def test_areas_are_chosen_put_together_and_compared(app_address: str, browser: Browser) -> None:
    with watched(browser, app_address) as seen:
        page = seen.page
        by_menu(page, "regions")
        page.locator(".nv-headline", has_text="mellan de 3 områdena").wait_for()
        assert page.locator(".nv-ribbon-strong").count() > 2
        page.get_by_role("button", name="Eget område").click()
        page.locator(".st-key-regions_own_codes input").fill("Degerfors")
        page.get_by_role("option", name="Degerfors").click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Jämför", exact=True).click()
        page.locator(".nv-headline", has_text="mellan de 4 områdena").wait_for()
        with page.expect_download() as waited:
            page.locator(".st-key-narverk-omraden_csv button").click()
        assert "Degerfors" in waited.value.path().read_text(encoding="utf-8-sig")
        seen.is_clean()


def test_what_has_changed_leads_to_the_firm(app_address: str, browser: Browser) -> None:
    with watched(browser, app_address) as seen:
        page = seen.page
        by_menu(page, "changes")
        page.locator(".nv-headline", has_text="Sedan Höstmötet").wait_for()
        page.get_by_text("Nya affärer 1", exact=True).click()
        page.locator("button.firm").first.wait_for()
        at_rest(page)
        assert page.evaluate("window.hacked") is None
        page.locator("button.firm").first.click()
        page.wait_for_url("**/company?firm=*")
        page.locator(".nv-headline", has_text="AB").wait_for()
        seen.is_clean()


@pytest.mark.parametrize("size", SIZES)
def test_both_pages_fit_their_window(app_address: str, browser: Browser, size: str) -> None:
    for name in ("regions", "changes"):
        with watched(browser, app_address, size, link=name) as seen:
            page = seen.page
            page.locator(".nv-headline").wait_for()
            at_rest(page)
            page.wait_for_timeout(400)
            assert cut(page, size) == [], name
            assert page.evaluate("window.hacked") is None
            keep(page, f"{name}_{size}")
            seen.is_clean()

"""A company's page in a real Chromium: opened, corrected, looked at again and taken back; two windows at once.

Names, addresses and codes that are scripts run nothing. Every way out of this machine is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.ledger import publish
from graph.model import Claim, Company, ImportedPart, Level, Source
from graph.store import open_store
from tests.test_app import PAYLOADS, invent_region
from tests.test_browser import CUT, SIZES, keep, real_chromium, served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

__all__ = ["real_chromium"]

OLD = Source("trades", "network", Level.PUBLIC, file="Register.csv")


@pytest.fixture(scope="module", name="region")
def served_region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Address of the app, and name and link of a firm that imports, makes and trades."""
    folder = invent_region(tmp_path_factory.mktemp("data"))
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}")
    importers = {each.company_id for each in store.snapshot(ImportedPart).of(ImportedPart)}
    firm = next(e for e in store.snapshot(Company).of(Company) if e.company_id in importers and e.employees)
    store.close()
    with served(folder) as address:
        yield address, firm.name or "", f"company?firm={firm.company_id.removeprefix('org:')}"


def open_page(page: Page, name: str) -> None:
    page.locator("h1", has_text=name).wait_for()
    page.locator("section.part").first.wait_for()


def form(page: Page) -> Locator:
    page.locator("section.part button", has_text="Ändra").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Anställda").wait_for()
    return dialog


@pytest.mark.parametrize("size", SIZES)
def test_a_field_is_corrected_seen_and_taken_back(browser: Browser, region: tuple[str, str, str], size: str) -> None:
    address, name, link = region
    with watched(browser, address, size, link, has_maps=True) as seen:
        page = seen.page
        open_page(page, name)
        page.locator("canvas").first.wait_for()
        page.wait_for_timeout(1200)  # the pictures draw themselves in
        keep(page, f"company_{size}")
        before = page.locator("h1").inner_text()
        dialog = form(page)
        keep(page, f"company_{size}_form")
        dialog.get_by_label("Anställda").fill("ungefär 40")
        dialog.get_by_role("button", name="Spara").click()
        dialog.get_by_text("Det är inget tal").wait_for()
        dialog.get_by_label("Anställda").fill("4 711")
        dialog.get_by_role("button", name="Spara").click()
        page.locator("h1", has_text="4711 anställda").wait_for()
        page.locator("section.part td.quiet", has_text="för hand").first.wait_for()
        page.get_by_role("button", name="Ångra").click()
        page.get_by_text("Ångrat: det är som förut.").wait_for()
        page.locator("h1", has_text=before[:30]).wait_for()
        assert page.locator("h1").inner_text() == before
        seen.is_clean()


def test_a_process_is_added_and_removed_with_a_pencil(browser: Browser, region: tuple[str, str, str]) -> None:
    address, name, link = region
    with watched(browser, address, link=link) as seen:
        page = seen.page
        open_page(page, name)
        page.locator("section.part", has_text="Certifikat").get_by_role("button", name="Lägg till").first.click()
        dialog = page.get_by_role("dialog")
        box = dialog.get_by_role("combobox", name="Certifikat")
        box.fill("AQAP 2110")
        page.get_by_role("option", name="AQAP 2110").click()
        dialog.get_by_role("button", name="Spara").click()
        row = page.locator("section.part tr", has_text="AQAP 2110")
        row.wait_for()
        row.get_by_role("button", name="Ändra, bekräfta eller ta bort").click()
        page.get_by_role("dialog").get_by_role("button", name="Finns inte längre").click()
        page.get_by_text("AQAP 2110: borttaget för hand").wait_for(state="attached")
        assert row.count() == 0
        seen.is_clean()


def test_two_windows_on_one_firm_the_second_sees_what_the_first_changed(
    browser: Browser, region: tuple[str, str, str]
) -> None:
    address, name, link = region
    with watched(browser, address, link=link) as one, watched(browser, address, link=link) as other:
        for seen in (one, other):
            open_page(seen.page, name)
        second = form(other.page)
        first = form(one.page)
        first.get_by_label("Webbplats").fill("forst.example")
        first.get_by_role("button", name="Spara").click()
        one.page.get_by_text("Sparat.").wait_for()
        second.get_by_label("Anställda").fill("77")
        second.get_by_role("button", name="Spara").click()
        second.get_by_text("Någon annan har ändrat företaget").wait_for()
        assert "forst.example" in second.inner_text()
        keep(other.page, "company_moved")
        second.get_by_role("button", name="Spara ändå").click()
        other.page.locator("h1", has_text="77 anställda").wait_for()
        other.page.get_by_role("cell", name="forst.example").wait_for()
        other.is_clean()


def test_a_partner_is_opened_from_the_table_and_the_back_button_leads_back(
    browser: Browser, region: tuple[str, str, str]
) -> None:
    address, name, link = region
    with watched(browser, address, link=link) as seen:
        page = seen.page
        open_page(page, name)
        partner = page.locator("td:not(.acts) button.link").first
        called = partner.inner_text()
        partner.click()
        open_page(page, called)
        page.go_back()
        open_page(page, name)
        seen.is_clean()


def test_on_a_phone_nothing_is_cut(browser: Browser, region: tuple[str, str, str]) -> None:
    address, name, link = region
    with watched(browser, address, "phone", link) as seen:
        open_page(seen.page, name)
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert seen.page.evaluate(CUT) == []


def test_a_firm_of_scripts_runs_none(browser: Browser, tmp_path: Path) -> None:
    bad = PAYLOADS[0]
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    claims = []
    for number, payload in enumerate(PAYLOADS):
        other = f"org:40000000{number}2"
        claims += [
            Claim(other, "Company", "", {"name": payload}),
            Claim("org:4634540522", "Trade", f"t{number}", {"buyer_id": other, "what": payload, "code": payload}),
            Claim("org:4634540522", "Certificate", f"c{number}", {"standard": payload}),
            Claim("org:4634540522", "Contact", f"k{number}", {"name": payload, "email": payload, "title": payload}),
            Claim("org:4634540522", "Workplace", f"w{number}", {"name": payload, "address": payload}),
        ]
    firm = Claim("org:4634540522", "Company", "", {"name": bad, "business": PAYLOADS[1], "website": PAYLOADS[4]})
    publish(store, [Source("register", "network", Level.PUBLIC, file=PAYLOADS[1], sheet=bad)], [firm, *claims])
    otherwise = Claim("org:4634540522", "Company", "", {"name": PAYLOADS[4], "website": bad})
    publish(store, [OLD], [otherwise], on="2020-01-01")
    store.close()
    with served(tmp_path) as address, watched(browser, address, link="company?firm=4634540522") as seen:
        page = seen.page
        open_page(page, bad)
        for button in page.locator("section.part button", has_text="Källor").all():
            button.click()
        assert PAYLOADS[4] in page.locator("dl.told").first.inner_text()
        dialog = form(page)
        assert dialog.get_by_label("Namn").input_value() == bad
        dialog.get_by_label("Moderbolag").fill(PAYLOADS[4])
        dialog.get_by_role("button", name="Spara").click()
        page.wait_for_timeout(1500)
        page.get_by_text("Visa uppgift för uppgift").click(force=True)
        assert page.evaluate("window.hacked") is None
        keep(page, "company_payloads")
        seen.is_clean()

"""From page to page in a real Chromium, with every way out closed: search, open, share, go back; the same on Neo4j."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.store import open_store
from ingest.demo import write_demo
from ingest.pipeline import load_files
from tests.test_app import SHAFT
from tests.test_browser import CUT, PATIENCE_MS, SIZES, ask, keep, real_chromium, running_app, served, watched
from tests.test_browser_company import form
from tests.test_browser_load import drop, headline, press

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tools.neo4j_server import Neo4jServer

__all__ = ["real_chromium", "running_app"]  # fixtures
FIRM_PAGE = re.compile(r"/company\?.*firm=")


@pytest.mark.parametrize("size", SIZES)
def test_the_start_page_shows_the_region_in_one_look(browser: Browser, app_address: str, size: str) -> None:
    with watched(browser, app_address, size, link="", has_maps=True) as seen:
        page = seen.page
        page.locator("#deckgl-overlay").wait_for()
        page.get_by_role("heading", name="Certifikat som går ut").wait_for()
        page.wait_for_timeout(800)
        keep(page, f"start_{size}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(CUT) == []
        page.locator(".st-key-week_all_certificates button").click()
        page.locator("[class*=st-key-week_line_certificates]").nth(1).wait_for()
        seen.is_clean()


def test_a_firm_is_found_by_its_name_and_opened(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, link="") as seen:
        page = seen.page
        field = page.locator("input[aria-label='Sök företag, process eller ort']")
        field.fill("svets")
        field.press("Enter")
        row = page.locator(".st-key-found .table button.firm").filter(has_text=re.compile("svets", re.IGNORECASE)).first
        name = row.inner_text()
        row.click()
        page.wait_for_url(FIRM_PAGE)
        page.locator("h1.nv-headline").filter(has_text=name).wait_for()
        page.go_back()
        page.get_by_role("heading", name="Den här veckan").wait_for()
        seen.is_clean()


def test_a_replacement_is_found_opened_and_left_again(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address) as seen:
        _open_the_first_hit(seen.page)
        seen.page.go_back()
        seen.page.get_by_text("från Karlskoga kan göra detta").wait_for()
        seen.is_clean()


def _open_the_first_hit(page: Page) -> None:
    ask(page, SHAFT["sv"])
    name = page.locator(".hit .row .name").first.inner_text()
    page.locator(".hit .row").first.click()
    page.get_by_role("button", name="Öppna företagets sida").click()
    page.wait_for_url(FIRM_PAGE)
    page.locator("h1.nv-headline").filter(has_text=name).wait_for()


def test_a_saved_question_opens_from_its_link_for_somebody_else(browser: Browser, app_address: str) -> None:
    from playwright.sync_api import expect

    with watched(browser, app_address) as seen:
        ask(seen.page, "Svarvad axel till hemlig kund", near="Degerfors")
        seen.page.get_by_role("button", name="Spara frågan").click()
        seen.page.get_by_text("Frågan är sparad").wait_for()
        seen.page.wait_for_url("**q=**")
        shared = seen.page.url
    assert "hemlig" not in shared
    with watched(browser, app_address, link=shared.rsplit("/", 1)[1]) as seen:
        seen.page.get_by_text("från Degerfors kan göra detta").wait_for()
        part = seen.page.locator("input[aria-label='Beskriv delen']")
        expect(part).to_have_value("Svarvad axel till hemlig kund", timeout=PATIENCE_MS)
        seen.is_clean()


@pytest.mark.parametrize("link", ["nosuch", "start"])
def test_a_link_to_no_page_leads_on(link: str, browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, link=link) as seen:
        seen.page.get_by_text("Länken leder till en sida som inte finns").wait_for()
        assert seen.page.get_by_role("dialog").count() == 0
        seen.page.locator("[data-testid=stPageLink] a").click()
        seen.page.get_by_role("heading", name="Den här veckan").wait_for()
        seen.is_clean()


# -- the same on Neo4j -------------------------------------------------------------------------------------------------


@pytest.fixture(name="neo4j_app")
def app_on_neo4j(
    stoppable_neo4j: Neo4jServer, neo4j_namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The app on an invented region in Neo4j."""
    server = stoppable_neo4j
    credentials = {
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "NEO4J_DATABASE": server.database,
    }
    for name, value in credentials.items():
        monkeypatch.setenv(name, value)
    address = f"{server.uri}?namespace={neo4j_namespace}"
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path))
    write_demo(tmp_path / "files", 150, 1)
    store = open_store(address)
    load_files(store, [tmp_path / "files"])
    with served(tmp_path, {**credentials, "NARVERK_STORE": address}) as app:
        yield app
    server.start()
    store.drop()  # type: ignore[attr-defined]
    store.close()


def test_on_neo4j_as_on_a_file(browser: Browser, neo4j_app: str, stoppable_neo4j: Neo4jServer, tmp_path: Path) -> None:
    with watched(browser, neo4j_app) as seen:
        page = seen.page
        _open_the_first_hit(page)
        _correct_and_take_back(page)
        page.goto(f"{neo4j_app}/load")
        _load_and_take_back(page, tmp_path)
        seen.is_clean()
        stoppable_neo4j.stop()
        page.reload()
        page.locator(".nv-warning").filter(has_text="svarar inte").wait_for()
        assert stoppable_neo4j.password not in page.content()
        keep(page, "lost_neo4j")
        stoppable_neo4j.start()
        page.get_by_role("button", name="Försök igen").click()
        page.locator("h1.nv-headline").wait_for()
        assert seen.strayed == []


def _correct_and_take_back(page: Page) -> None:
    before = page.locator("h1.nv-headline").inner_text()
    dialog = form(page)
    dialog.get_by_label("Anställda").fill("4 711")
    dialog.get_by_role("button", name="Spara").click()
    page.locator("h1", has_text="4711 anställda").wait_for()
    page.get_by_role("button", name="Ångra").click()
    page.get_by_text("Ångrat: det är som förut.").wait_for()
    assert page.locator("h1.nv-headline").inner_text() == before


def _load_and_take_back(page: Page, folder: Path) -> None:
    wrong = folder / "trasig.xlsx"
    wrong.write_bytes(b"PK\x03\x04trasig")
    drop(page, wrong)
    page.get_by_text("Arbetsboken trasig.xlsx är skadad").wait_for()
    press(page, "Välj andra filer")
    right = folder / "lista.csv"
    right.write_text("Företag;Ort;Processer\nNyinflyttade Svarv AB;Nora;CNC-svarvning\n", encoding="utf-8")
    drop(page, right)
    headline(page, "ett nytt företag")
    press(page, "Publicera")
    headline(page, "Inläsningen är gjord.")
    press(page, "Ångra inläsningen …")
    press(page, "Ja, ångra")
    page.get_by_text("är ångrad.").wait_for()

"""A buyer's list dropped in a real Chromium with every way out closed: answered, opened line by line, taken along.

Pictures are kept in ``artifacts/``. What is said is in test_imports_page.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.store import open_store
from ingest.pipeline import load_files
from tests.test_app import invent_region
from tests.test_browser import CUT, SIZES, at_rest, keep, real_chromium, served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium"]

LIST = """Artikel;Benämning;Land;Leverantör;Värde
A-1;Svarvad axel i stål;Kina;Shanghai Co;600000
A-2;<img src=x onerror=window.hacked=1> svarvad hylsa;Tyskland;Dreh GmbH;300000
A-3;**Blurb** [x](javascript:window.hacked=1);Indien;;100000
A-4;=HYPERLINK(window.hacked) fräst fäste;Polen;;5000
"""


@pytest.fixture(scope="module", name="data")
def invented_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", name="address")
def running_app(data: Path) -> Iterator[str]:
    with served(data) as address:
        yield address


@pytest.fixture(name="listed")
def a_list(tmp_path: Path) -> Path:
    path = tmp_path / "inköp.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def drop(page: Page, path: Path) -> None:
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(str(path))
    page.locator("h1.nv-headline").filter(has_text="rader").wait_for()
    page.locator("button.firm").first.wait_for()
    at_rest(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_list_is_dropped_and_a_line_opened(browser: Browser, address: str, listed: Path, size: str) -> None:
    with watched(browser, address, size, link="imports") as seen:
        page = seen.page
        drop(page, listed)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert [each for each in page.evaluate(CUT) if not each.startswith("BUTTON")] == []
        keep(page, f"imports_{size}")
        page.locator("button.firm").filter(has_text="svarvad hylsa").click()
        window = page.get_by_role("dialog")
        window.get_by_text("Så här förstod jag delen").wait_for()
        window.locator("button.firm").first.wait_for()
        keep(page, f"imports_{size}_line")
        assert page.evaluate("window.hacked") is None
        assert "svarvad" not in page.url
        seen.is_clean()


def test_a_line_goes_on_to_the_search_and_never_into_the_address(browser: Browser, address: str, listed: Path) -> None:
    with watched(browser, address, link="imports") as seen:
        page = seen.page
        drop(page, listed)
        page.locator("button.firm").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Öppna i Hitta leverantör").click()
        page.wait_for_url("**/find**")
        page.locator("input[aria-label='Beskriv delen']").wait_for()
        page.locator(".row").first.wait_for()
        assert page.locator("input[aria-label='Beskriv delen']").input_value() == "Svarvad axel i stål"
        assert "axel" not in page.url
        seen.is_clean()


def test_the_whole_list_is_taken_along_without_formulas(browser: Browser, address: str, listed: Path) -> None:
    with watched(browser, address, link="imports") as seen:
        page = seen.page
        drop(page, listed)
        with page.expect_download() as download:
            page.get_by_text("Hämta som CSV").click()
        lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 5
        assert lines[4].startswith("'=HYPERLINK")
        seen.is_clean()


def test_storing_is_a_choice_that_goes_by_the_page_that_loads(browser: Browser, tmp_path: Path, listed: Path) -> None:
    data = tmp_path / "own"
    data.mkdir()
    store = open_store(f"sqlite:{data / 'region.sqlite'}")
    members = tmp_path / "medlemmar.csv"
    members.write_text("Org.nr;Företag;Ort;Processer\n4099000012;Svarv i Nora AB;Nora;turning\n", encoding="utf-8")
    load_files(store, [members])
    store.close()
    with served(data) as address, watched(browser, address, link="imports") as seen:
        page = seen.page
        drop(page, listed)
        page.get_by_text("Det som sparas ses bara av nätverkets ledning").wait_for()
        owner = page.locator("input[aria-label='Vems lista är det?']")
        owner.fill("Exempelköparen AB")
        owner.press("Enter")
        page.get_by_role("button", name="Provkör inläsningen").click()
        page.wait_for_url("**/load**")
        page.locator("h1.nv-headline").filter(has_text="Närverk känner inte igen listan").wait_for()
        page.get_by_text("inköp.csv: känns inte igen").wait_for()  # a plain list: which the loader asks about once
        keep(page, "imports_to_load")
        seen.is_clean()

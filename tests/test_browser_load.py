"""Files through a real Chromium with every way out closed: dropped, tried, published, undone; backup and restore.

Pictures of the pages are kept in ``artifacts/``. What is said is in test_load_page.py and test_about_page.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from graph.store import open_store
from ingest.demo import write_demo
from tests.test_browser import CUT, SIZES, at_rest, keep, real_chromium, served, watched
from tests.test_load_page import MEMBERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FileChooser, Page

__all__ = ["real_chromium"]


@pytest.fixture(scope="module", name="demo_files")
def invented_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("lists")
    write_demo(folder, 120, 1)
    return [each for each in sorted(folder.iterdir()) if each.suffix != ".json"]


@contextmanager
def own_region(data: Path) -> Iterator[str]:
    """The app on an empty region of one's own; its address."""
    data.mkdir()
    open_store(f"sqlite:{data / 'region.sqlite'}").close()
    with served(data) as address:
        yield address


@pytest.fixture(scope="module", name="address")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own_region(tmp_path_factory.mktemp("own") / "data") as address:
        yield address


def companies(data: Path) -> int:
    store = open_store(f"sqlite:{data / 'region.sqlite'}", create=False)
    try:
        return store.counts()["Company"]
    finally:
        store.close()


def drop(page: Page, *paths: Path) -> None:
    """Drop files and try them."""
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files([str(each) for each in paths])
    page.locator("[data-testid=stFileUploaderFile], [data-testid=stFileChip]").first.wait_for()
    press(page, "Provkör")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def headline(page: Page, words: str) -> None:
    page.locator("h1.nv-headline").filter(has_text=words).wait_for()


def cut(page: Page) -> list[str]:
    """Texts that are cut off; the headings of a table are hidden on a phone, where each cell bears its own."""
    return [each for each in page.evaluate(CUT) if not each.startswith("BUTTON")]


def members(folder: Path) -> Path:
    path = folder / "medlemmar.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    return path


def test_a_wrong_file_then_a_good_one_published_and_undone(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    wrong = tmp_path / "trasig.xlsx"
    wrong.write_bytes(b"PK\x03\x04trasig")
    with own_region(data) as address, watched(browser, address, link="load") as seen:
        page = seen.page
        drop(page, wrong)
        headline(page, "gick inte att läsa in")
        page.get_by_text("Arbetsboken trasig.xlsx är skadad").wait_for()
        keep(page, "load_wrong_file")
        assert companies(data) == 0
        press(page, "Välj andra filer")

        drop(page, members(tmp_path))
        headline(page, "3 nya företag")
        page.get_by_text("rad 5, Anställda ”tolv”").wait_for()
        assert companies(data) == 0
        press(page, "Publicera")
        headline(page, "Inläsningen är gjord.")
        page.get_by_text("medlemslista (medlemmar.csv)").wait_for()
        assert companies(data) == 3
        assert page.evaluate("window.hacked") is None

        press(page, "Ångra inläsningen …")
        page.get_by_text("Försvinner: 3 företag").wait_for()
        press(page, "Ja, ångra")
        page.get_by_text("Inläsningen L000001 är ångrad.").wait_for()
        assert companies(data) == 0
        seen.is_clean()


def test_the_remarks_are_downloaded_without_formulas(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "formler.csv"
    path.write_text("Företag;Ort;Anställda\nExempel AB;Nora;=1+1\n", encoding="utf-8")
    with own_region(tmp_path / "data") as address, watched(browser, address, link="load") as seen:
        page = seen.page
        drop(page, path)
        headline(page, "ett nytt företag")
        with page.expect_download() as download:
            page.locator(".st-key-anmarkningar_xlsx button").click()
        table = CalamineWorkbook.from_path(str(download.value.path())).get_sheet_by_index(0).to_python()
        assert download.value.suggested_filename == "anmarkningar.xlsx"
        assert [str(each) for each in table[1]][:5] == ["formler.csv", "", "2.0", "Anställda", "'=1+1"]
        seen.is_clean()


def test_backup_is_downloaded_and_restored(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with own_region(data) as address, watched(browser, address, link="load") as seen:
        page = seen.page
        drop(page, members(tmp_path))
        headline(page, "3 nya företag")
        press(page, "Publicera")
        headline(page, "Inläsningen är gjord.")
        page.goto(f"{address}/about")
        press(page, "Gör en säkerhetskopia")
        with page.expect_download() as download:
            press(page, "Hämta säkerhetskopian")
        kept = Path(shutil.copy2(download.value.path(), tmp_path / download.value.suggested_filename))
        press(page, "Stäng")

        page.goto(f"{address}/load")
        press(page, "Ångra inläsningen …")
        press(page, "Ja, ångra")
        page.get_by_text("Inläsningen L000001 är ångrad.").wait_for()
        assert companies(data) == 0

        page.goto(f"{address}/about")
        page.get_by_text("Återställ från en säkerhetskopia").click()
        page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(str(kept))
        page.locator("[data-testid=stFileUploaderFile], [data-testid=stFileChip]").first.wait_for()
        press(page, "Granska kopian")
        page.get_by_text("Kopian har 3 företag").wait_for()
        keep(page, "about_restore")
        press(page, "Ja, ersätt")
        page.get_by_text("Regionen är återställd och har 3 företag.").wait_for()
        assert companies(data) == 3
        assert len(list((data / "copies" / "region").iterdir())) == 1
        seen.is_clean()


def test_work_is_found_again_after_the_page_was_left(browser: Browser, tmp_path: Path) -> None:
    with own_region(tmp_path / "data") as address:
        with watched(browser, address, link="load") as seen:
            drop(seen.page, members(tmp_path))
            headline(seen.page, "3 nya företag")
        with watched(browser, address, link="load") as seen:  # another browser: nothing is kept by the session
            headline(seen.page, "3 nya företag")
            press(seen.page, "Ta bort filerna")
            headline(seen.page, "Läs in en lista")


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_at_three_sizes(browser: Browser, demo_files: list[Path], tmp_path: Path, size: str) -> None:
    with own_region(tmp_path / "data") as address, watched(browser, address, size, link="load") as seen:
        page = seen.page
        page.get_by_text("Stängs det: listan är fullständig").wait_for()
        keep(page, f"load_{size}_empty")
        drop(page, *demo_files, members(tmp_path))
        headline(page, "nya företag")
        page.locator("table").first.wait_for()
        page.wait_for_timeout(300)
        keep(page, f"load_{size}")
        assert cut(page) == []
        press(page, "Publicera")
        headline(page, "Inläsningen är gjord.")
        page.locator("table").first.wait_for()
        page.wait_for_timeout(300)
        keep(page, f"load_{size}_done")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.goto(f"{address}/about")
        page.locator(".nv-bars").wait_for()
        page.get_by_text("Närverks egna underlag").first.wait_for()
        page.wait_for_timeout(300)
        keep(page, f"about_{size}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert cut(page) == []
        seen.is_clean()


def test_files_are_chosen_by_keyboard(browser: Browser, address: str) -> None:
    from playwright.sync_api import expect

    with watched(browser, address, link="load") as seen:
        page = seen.page
        button = page.locator("[data-testid=stFileUploaderDropzone] button")
        # Listened for before the page loads: the browser catches no chooser that opens before it was told to.
        chosen: list[FileChooser] = []
        page.on("filechooser", lambda chooser: chosen.append(chooser))  # noqa: PLW0108 - Playwright refuses built-ins
        page.reload()
        button.wait_for()
        at_rest(page)
        button.focus()
        expect(button).to_be_focused()
        with page.expect_file_chooser():
            page.keyboard.press("Enter")
        assert len(chosen) == 1

"""The user's own list back with its problems marked, corrected and loaded again, and a template: in a real Chromium.

What stands in the workbooks is in test_annotate.py and test_template.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from render.template import KINDS
from tests.test_annotate import accepted, write_list
from tests.test_browser import SIZES, keep, real_chromium, watched
from tests.test_browser_load import cut, drop, headline, own_region, press

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium"]


def fetched(page: Page, name: str, path: Path) -> Path:
    """What a button gives to take home."""
    with page.expect_download() as waited:
        press(page, name)
    waited.value.save_as(path)
    return path


def test_marked_corrected_and_loaded_clean(browser: Browser, tmp_path: Path) -> None:
    path = write_list(tmp_path / "medlemmar.xlsx", [(0, "Land", "Sverge"), (1, "Processer", "Svarfning")], 3)
    with own_region(tmp_path / "data") as address, watched(browser, address, link="load") as seen:
        page = seen.page
        template = fetched(page, "Hämta en mall", tmp_path / "mall.xlsx")
        assert len(openpyxl.load_workbook(template).sheetnames) == len(KINDS) + 1
        drop(page, path)
        headline(page, "Om du publicerar: 3 nya företag")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.get_by_role("button", name="Hämta listan med markeringar").scroll_into_view_if_needed()
            assert cut(page) == []
            keep(page, f"load_marked_{size}")
        marked = fetched(page, "Hämta listan med markeringar", tmp_path / "märkt.xlsx")
        assert openpyxl.load_workbook(marked).sheetnames[:2] == ["Närverk – rättelser", "Medlemmar"]
        press(page, "Ta bort filerna")
        drop(page, accepted(marked.read_bytes(), tmp_path / "rättad.xlsx"))
        headline(page, "Om du publicerar: 3 nya företag")
        page.get_by_text("Inga. Varje rad och cell gick att läsa.").wait_for()
        assert page.get_by_role("button", name="Hämta listan med markeringar").count() == 0
        press(page, "Publicera")
        headline(page, "Inläsningen är gjord")
        seen.is_clean()

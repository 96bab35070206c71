"""The meeting in a real Chromium: a list dropped, a round finished, cards taken along; nothing leaves the machine."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.test_app import PAYLOADS
from tests.test_browser import (  # noqa: F401 - fixtures
    CUT,
    PATIENCE_MS,
    SIZES,
    at_rest,
    keep,
    real_chromium,
    running_app,
    watched,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(name="guests")
def list_of_guests(tmp_path: Path) -> Path:
    path = tmp_path / "anmälda.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = [[f"Gästföretag {each} AB", f"Person {each}"] for each in range(6)]
        csv.writer(out, delimiter=";").writerows(
            [["Företag", "Deltagare"], *rows, *([each, each] for each in PAYLOADS)]
        )
    return path


def test_a_list_is_seated_and_a_round_finished(
    browser: Browser, app_address: str, guests: Path, tmp_path: Path
) -> None:
    with watched(browser, app_address, link="meeting") as seen:
        page = seen.page
        page.locator("input[type=file]").set_input_files(guests)
        page.locator(".nv-tables").wait_for(timeout=PATIENCE_MS)
        at_rest(page)
        assert page.locator(".nv-seats").count() == 2
        assert page.locator(".nv-seats li").count() == 12
        for payload in PAYLOADS:
            assert page.locator(".nv-seats").get_by_text(payload, exact=True).count() >= 1
        page.get_by_role("button", name="Omgång 1 är klar").click()
        page.get_by_role("button", name="Ångra omgång 1").wait_for()
        at_rest(page)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Hämta för utskrift").first.click()
        cards = tmp_path / "cards.html"
        taken.value.save_as(cards)
        assert page.evaluate("window.hacked") is None
        seen.is_clean()
        page.goto(cards.as_uri())
        assert page.locator("article").count() == 12
        assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("size", SIZES)
def test_the_meeting_fits_every_screen(browser: Browser, app_address: str, size: str) -> None:
    """What the test before it left: the meeting is kept with the region."""
    with watched(browser, app_address, size, link="meeting") as seen:
        seen.page.locator(".nv-tables").wait_for(timeout=PATIENCE_MS)
        at_rest(seen.page)
        assert seen.page.evaluate(CUT) == []
        keep(seen.page, f"meeting-{size}")
        seen.is_clean()

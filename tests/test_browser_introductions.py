"""Introductions and whom to ask next in a real Chromium: a pair is introduced and taken back, an interview noted."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.model import Company, Interview, Introduction
from graph.store import open_store
from ingest.pipeline import load_files
from tests.test_app import PAYLOADS
from tests.test_browser import SIZES, at_rest, keep, real_chromium, served, watched
from tests.test_browser_load import cut
from tests.test_browser_pictures import invented_folder, running_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["invented_folder", "real_chromium", "running_app"]


@pytest.mark.parametrize("link", ["introductions", "isolated"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_at_any_size(browser: Browser, app_address: str, size: str, link: str) -> None:
    with watched(browser, app_address, size, link) as seen:
        seen.page.locator(".picture canvas").first.wait_for()
        seen.page.wait_for_timeout(1000)
        assert cut(seen.page) == []
        keep(seen.page, f"{link}_{size}")
        seen.is_clean()


def test_a_pair_is_chosen_and_drawn_introduced_and_taken_back(browser: Browser, app_address: str, folder: Path) -> None:
    with watched(browser, app_address, "wide", "introductions") as seen:
        page = seen.page
        page.locator(".picture canvas").first.wait_for()
        table = page.locator(".table").first
        third = table.locator("button.firm, td button").nth(2)
        pair = third.inner_text()
        third.click()
        one, other = pair.split(" – ")
        page.locator("h2", has_text=f"{one} och {other}").wait_for()
        at_rest(page)
        page.get_by_role("button", name="Presentera för varandra").click()
        page.get_by_role("dialog").wait_for()
        keep(page, "introductions_form")
        page.get_by_role("dialog").get_by_role("button", name="Spara", exact=True).click()
        page.get_by_role("button", name="Ångra").wait_for()
        assert _made(folder) == [(one, other)]
        page.get_by_role("button", name="Ångra").click()
        page.get_by_text("Ångrat: det är som förut.").wait_for()
        assert _made(folder) == []
        page.get_by_role("button", name="Inte dessa två").click()
        page.get_by_text("föreslås inte mer").wait_for()
        page.get_by_role("button", name="Ta tillbaka").click()
        page.get_by_text("kan föreslås igen").wait_for()
        seen.is_clean()


def _made(folder: Path) -> list[tuple[str, str]]:
    """The names of those introduced with a reason: the invented region's own have none."""
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    found = store.snapshot(Introduction, Company)
    store.close()
    names = {each.company_id: each.name or "" for each in found.of(Company)}
    made = [each for each in found.of(Introduction) if each.reason]
    return [(names[each.company_id or ""], names[each.other_id or ""]) for each in made]


def test_an_interview_is_noted_from_the_list_of_whom_to_ask(browser: Browser, app_address: str, folder: Path) -> None:
    before = _interviews(folder)
    with watched(browser, app_address, "laptop", "outreach") as seen:
        page = seen.page
        table = page.locator(".table").last
        first = table.locator("button.firm, td button").first
        name = first.inner_text()
        first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text(name).first.wait_for()
        keep(page, "outreach_interview")
        dialog.get_by_role("button", name="Spara", exact=True).click()
        page.get_by_role("button", name="Ångra").wait_for()
        assert _interviews(folder) == before + 1
        seen.is_clean()


def _interviews(folder: Path) -> int:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    found = len(store.snapshot(Interview).of(Interview))
    store.close()
    return found


def test_names_that_are_scripts_run_nothing(browser: Browser, tmp_path: Path) -> None:
    with (tmp_path / "medlemmar.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Företag", "Ort", "Kommun", "Processer"])
        rows = zip(
            PAYLOADS, ("Svarvning|Smide|Eloxering", "Fräsning", "Gjutning", "Kantning", "Slipning", "Lack"), strict=True
        )
        writer.writerows([name, "Karlskoga", "Karlskoga", work] for name, work in rows)
    with (tmp_path / "import.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Företag", "Artikel", "Benämning", "Ursprungsland", "Processer"])
        writer.writerow([PAYLOADS[1], "A1", "<b>Axel</b>", "Kina", "Svarvning|Smide|Eloxering"])
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    load_files(store, [tmp_path / "medlemmar.csv", tmp_path / "import.csv"])
    store.close()
    with served(tmp_path) as address, watched(browser, address, link="introductions") as seen:
        seen.page.locator(".picture canvas").first.wait_for()
        assert PAYLOADS[0] in seen.page.locator("h2").first.inner_text()
        assert seen.page.evaluate("window.hacked") is None
        keep(seen.page, "introductions_payloads")
        seen.is_clean()

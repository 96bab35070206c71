"""What is worked by keys alone: tables, windows and what stands in them, and where the focus is afterwards.

Pictures, the list of hits and the field for files have their keys tested with the rest of them. Every way out of this
machine is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.every_page import Known, served_region, settled
from tests.test_browser import by_menu, real_chromium
from texts import load
from views.table import FIRST_ROWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium", "served_region"]  # fixtures

SV = load("sv")

# What has the focus, as it is called, through the shadow trees.
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.getAttribute("aria-label") || element.textContent.trim();
}"""

# What would move or fade, in the page and in the shadow trees.
MOVING = """() => {
  const roots = [document];
  for (const each of document.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
  const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
  return roots.flatMap((root) => [...root.querySelectorAll("*")]).filter((each) => {
    const style = getComputedStyle(each);
    return seconds(style.transitionDuration) > 0 || style.scrollBehavior === "smooth" ||
      (style.animationName !== "none" && seconds(style.animationDuration) > 0.001);
  }).map((each) => `${each.tagName} ${each.className}`);
}"""


@pytest.fixture(name="page")
def page_without_a_mouse(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    yield page
    page.close()


def opened(page: Page, known: Known, link: str) -> None:
    page.goto(f"{known.address}/{link}")
    settled(page)


def wait_for_focus(page: Page, called: str) -> None:
    page.wait_for_function(f"(called) => ({FOCUSED})() === called", arg=called)


def test_a_table_is_sorted_filtered_lengthened_and_left_by_keys(page: Page, known: Known) -> None:
    opened(page, known, "company")
    names = page.locator("td button.firm")
    page.locator("button.sort").first.focus()
    page.keyboard.press("Space")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith(SV("start.columns.name"))
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=descending]").count() == 1
    page.locator("button.rest").focus()
    page.keyboard.press("Enter")
    names.nth(FIRST_ROWS).wait_for()
    wait_for_focus(page, names.nth(FIRST_ROWS).inner_text())  # the first of those that were not there
    page.locator("input.filter").focus()
    page.keyboard.type(known.name)
    assert names.all_inner_texts() == [known.name]
    names.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/company?firm=*")


def test_a_window_gives_the_focus_back_to_what_opened_it(page: Page, known: Known) -> None:
    opened(page, known, f"company?firm={known.firm}")
    pencil = page.locator("section.part button.icon").first
    pencil.focus()
    called = page.evaluate(FOCUSED)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    wait_for_focus(page, called)


def test_tab_goes_round_in_a_window_both_ways_through_our_components(page: Page, known: Known) -> None:
    opened(page, known, "imports")
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(known.bought)
    page.locator("button.firm").first.wait_for()
    settled(page)
    page.locator("button.firm").first.press("Enter")
    window = page.get_by_role("dialog")
    window.locator("td button.firm").first.wait_for()
    settled(page)
    forth = [_step(page, "Tab") for _ in range(2 * window.locator("button").count())]
    firms = window.locator("td button.firm").all_inner_texts()
    assert firms
    assert all(forth.count(each) >= 2 for each in firms)  # round, and round again
    back = [_step(page, "Shift+Tab") for _ in range(window.locator("button").count())]
    assert {*firms} <= {*back}


def _step(page: Page, keys: str) -> str:
    page.keyboard.press(keys)
    return str(page.evaluate(FOCUSED))


def test_nothing_moves_for_who_asked_for_stillness(page: Page, known: Known) -> None:
    opened(page, known, "needs")
    assert page.evaluate(MOVING) == []
    by_menu(page, "network")
    page.locator(".picture canvas").first.wait_for()
    settled(page)
    assert page.evaluate(MOVING) == []

"""What is worked by keys alone: tables, windows and what stands in them; where the focus is, and what is said aloud.

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

SV, EN = load("sv"), load("en")
STEPS_BACK = 50

SAID = "() => narverkFrame.aloud.textContent"

# What has the focus, as it is called, through the shadow trees.
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.getAttribute("aria-label") || element.textContent.trim();
}"""

# What has the focus, where something else lies over the middle of it.
HIDDEN = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (element.matches("body, main, [data-testid=stMain]")) return "";
  const box = element.getBoundingClientRect();
  const at = [box.x + box.width / 2, box.y + box.height / 2];
  const lookInto = (root) => {
    const found = root.elementFromPoint(...at);
    return found?.shadowRoot && found !== root.host ? lookInto(found.shadowRoot) : found;
  };
  const above = lookInto(document);
  return element.contains(above) || above?.contains(element) ? "" : element.outerHTML.slice(0, 200);
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
    opened(page, known, "enquiries")
    page.locator("td button.firm").first.focus()
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
    stops = [_step(page, "Tab")]
    while (stop := _step(page, "Tab")) != stops[0]:
        stops.append(stop)
    assert {*window.locator("td button.firm").all_inner_texts()} <= {*stops}
    assert [_step(page, "Tab") for _ in stops[1:]] == stops[1:]
    assert [_step(page, "Shift+Tab") for _ in stops] == [*stops[-2::-1], stops[-1]]


def _step(page: Page, keys: str) -> str:
    page.keyboard.press(keys)
    return str(page.evaluate(FOCUSED))


def test_what_has_the_focus_lies_under_no_heading_on_the_way_back(page: Page, known: Known) -> None:
    opened(page, known, "company")
    page.locator("[data-testid=stSkipToContent]").focus()
    page.keyboard.press("Shift+Tab")  # out of the page, and in again from below
    for _ in range(STEPS_BACK):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(HIDDEN) == ""


def test_what_streamlit_names_is_named_in_the_language_of_the_page(page: Page, known: Known) -> None:
    opened(page, known, "regions")
    for words, other in ((SV, "English"), (EN, "Svenska"), (SV, "")):
        page.get_by_role("button", name=f"{words('frame.remove')} ").first.wait_for()
        page.get_by_role("navigation", name=words("frame.pages"), exact=True).wait_for()
        page.get_by_role("link", name=words("frame.skip"), exact=True).wait_for(state="attached")
        if other:
            page.get_by_role("radio", name=other, exact=True).click()


def test_the_sentence_of_a_new_answer_is_said_aloud(page: Page, known: Known) -> None:
    opened(page, known, "needs")
    assert page.evaluate(SAID) == ""
    by_menu(page, "changes")
    page.wait_for_function(f"() => ({SAID})() !== ''")
    settled(page)
    assert page.evaluate(SAID) == page.locator("h1").text_content()
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    assert "status" in {each["role"]["value"] for each in tree if not each["ignored"]}

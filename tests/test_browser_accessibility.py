"""Can everybody use the pages? Each page with something on it is looked at by axe-core and gone through by Tab.

Both languages, light and dark: the one in the light theme, the other in the dark. What else holds for who hears a
page, works it by keys or enlarges it is looked at on the way. Every way out of this machine is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from app import PAGES
from tests.every_page import SHOWN, Known, each_page, served_region, settled
from tests.test_browser import CUT, real_chromium
from texts import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

__all__ = ["real_chromium", "served_region"]  # fixtures

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ("serious", "critical")
SIZE: ViewportSize = {"width": 1280, "height": 720}
TWICE: ViewportSize = {"width": 640, "height": 360}  # what is left of it, enlarged to 200 %
MOST_STOPS = 400

RUN = """async (rules) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, impact, nodes }) => nodes.map((node) => {
    const why = [...node.any, ...node.all, ...node.none].map((each) => each.message).join("; ");
    return { id, impact, html: node.html, why };
  }));
}"""

# The levels of the headings in the order in which they are read, the shadow trees among them.
HEADINGS = """() => {
  const levels = [];
  const read = (element) => {
    if (/^H[1-6]$/.test(element.tagName) && element.checkVisibility()) levels.push(Number(element.tagName[1]));
    for (const each of (element.shadowRoot ?? element).children) read(each);
  };
  read(document.querySelector("[data-testid=stMain]"));
  return levels;
}"""

# Pictures without words, tables without a name, and cells of headings that do not say what they head.
UNNAMED = """() => {
  const roots = [document];
  for (const each of document.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
  const every = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  const isNamed = (each) => each.closest("[aria-label]") || each.querySelector("caption")?.textContent;
  return [
    ...every("canvas, img, figure, table").filter((each) => !isNamed(each)),
    ...every("th").filter((each) => each.textContent && !each.scope),
  ].map((each) => each.outerHTML.slice(0, 200));
}"""

# Follows the focus through the shadow trees. ``stop`` tells what has it, and of what had it before whether it looked
# otherwise with it; ``missed`` tells what a mouse reaches and the Tabs did not, leaving out those in a group that the
# arrow keys go through, and the parts of a field that are reached by its own keys.
FOLLOW = """() => {
  const GROUPS = "[role=radiogroup], [role=group], [role=grid], [role=tablist], [role=toolbar]";
  const seen = new Set();
  const last = { element: null, look: "" };
  const above = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const deepest = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element;
  };
  const look = (element) => {
    const found = [];
    for (let at = element, step = 0; at && step < 9; at = above(at), step += 1) {
      for (const pseudo of [null, "::before", "::after"]) {
        const style = getComputedStyle(at, pseudo);
        found.push(style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor, style.backgroundColor,
          style.color, style.textDecorationLine);
      }
    }
    return found.join();
  };
  const name = (element) => `${element.tagName} ${element.className} ` +
    (element.getAttribute("aria-label") || element.textContent || element.placeholder || "").trim().slice(0, 60);
  const every = function* (root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* every(element.shadowRoot);
    }
  };
  const still = document.createElement("style");
  still.textContent = "*, *::before, *::after { transition: none !important; }";
  document.head.append(still);
  window.narverkFocus = {
    begin: () => {
      const first = document.querySelector("[role=dialog] button") ??
        document.querySelector("[data-testid=stSkipToContent]");
      first.focus();
      seen.clear();
      seen.add(first);
      last.element = null;
    },
    stop: () => {
      const before = last.element;
      const element = deepest();
      const isSeen = !before?.isConnected || look(before) !== last.look || before.closest(GROUPS)?.contains(element);
      const isOver = !element || element === document.body || seen.has(element);
      if (!isOver) {
        seen.add(element);
        last.element = element;
        last.look = look(element);
      }
      return { unseen: isSeen ? "" : name(before), isOver };
    },
    missed: () => {
      const room = document.querySelector("[role=dialog]") ?? document;
      const things = "a[href], button, input, select, textarea, summary, [tabindex]";
      const grouped = (element) => {
        const group = element.closest(GROUPS) ?? (element.tabIndex < 0 && element.parentElement?.parentElement);
        return group && [...seen].some((each) => group.contains(each));
      };
      return [...every(room)].filter((element) => element.matches(things) && !element.disabled && !seen.has(element) &&
        element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
        !element.closest("[aria-hidden=true], [inert]") && !grouped(element)).map(name);
    },
  };
}"""


@dataclass(frozen=True)
class Look:
    """What was found of one page, or of what opens on one."""

    grave: list[str]
    title: str
    language: str
    levels: list[int]
    unnamed: list[str]
    unseen: list[str]
    missed: list[str]
    cut: list[str]


Looks = dict[str, Look]


@pytest.fixture(scope="module", name="looks", params=[("sv", "light"), ("en", "dark")], ids="-".join)
def looked_at(request: pytest.FixtureRequest, browser: Browser, known: Known) -> Iterator[Looks]:
    """Every page, and what opens on the pages; by name."""
    language, scheme = request.param
    context = browser.new_context(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    yield {name: look_at(page, is_worked=language == "sv") for name in each_page(page, known, language)}
    context.close()


def look_at(page: Page, *, is_worked: bool) -> Look:
    """``is_worked``: go through it by keys and enlarge it, too."""
    grave = [f"{each['id']}: {each['html']} {each['why']}" for each in found_on(page) if each["impact"] in GRAVE]
    title, language = page.title(), page.evaluate("document.documentElement.lang")
    levels, unnamed = page.evaluate(HEADINGS), page.evaluate(UNNAMED)
    unseen, missed = stops(page) if is_worked else ([], [])
    cut = cut_at_twice(page) if is_worked else []
    return Look(grave, title, language, levels, unnamed, unseen, missed, cut)


def found_on(page: Page) -> list[dict[str, Any]]:
    """What axe finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN, RULES)
    return found


def cut_at_twice(page: Page) -> list[str]:
    """What is cut where the page is enlarged to twice its size; a table's headings are then heard only."""
    page.set_viewport_size(TWICE)
    page.wait_for_timeout(100)
    cut = [str(each) for each in page.evaluate(CUT) if not each.startswith("BUTTON")]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        cut.append("the page itself")
    page.set_viewport_size(SIZE)
    return cut


def stops(page: Page) -> tuple[list[str], list[str]]:
    """Tab from the page's beginning to its end: what had the focus and did not show it, and what never had it."""
    page.evaluate(FOLLOW)
    page.evaluate("narverkFocus.begin()")
    unseen = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate("narverkFocus.stop()")
        if stop["unseen"]:
            unseen.append(stop["unseen"])
        if stop["isOver"]:
            return unseen, page.evaluate("narverkFocus.missed()")
    return [f"no end in {MOST_STOPS} stops"], []


def faults(looks: Looks, name: str) -> dict[str, list[str]]:
    return {page: found for page, each in looks.items() if (found := getattr(each, name))}


def test_axe_finds_nothing_grave(looks: Looks) -> None:
    assert faults(looks, "grave") == {}
    assert looks.keys() == {*PAGES, *SHOWN}


@pytest.mark.parametrize("looks", [("sv", "light")], indirect=True, ids="-".join)
def test_every_stop_of_tab_is_seen_and_nothing_is_passed_over(looks: Looks) -> None:
    assert faults(looks, "unseen") == {}
    assert faults(looks, "missed") == {}


@pytest.mark.parametrize("looks", [("sv", "light")], indirect=True, ids="-".join)
def test_enlarged_to_twice_its_size_no_page_loses_anything(looks: Looks) -> None:
    assert faults(looks, "cut") == {}


def test_pictures_and_tables_have_names(looks: Looks) -> None:
    assert faults(looks, "unnamed") == {}


def test_each_page_says_its_language_and_its_name(looks: Looks, request: pytest.FixtureRequest) -> None:
    language = "sv" if "sv-light" in request.node.name else "en"
    words = load(language)
    assert {each.language for each in looks.values()} == {language}
    for name in PAGES:
        assert looks[name].title == f"{words(f'page.{name}')} – {words('app.name')}"


def test_each_page_has_one_heading_of_its_own_and_no_level_is_left_out(looks: Looks) -> None:
    for name, each in looks.items():
        assert each.levels.count(1) == 1, (name, each.levels)
        assert each.levels[0] == 1, (name, each.levels)
        steps = [later - sooner for sooner, later in zip(each.levels, each.levels[1:], strict=False)]
        assert max(steps, default=0) <= 1, (name, each.levels)


def test_axe_sees_into_our_components(browser: Browser, known: Known) -> None:
    """What it finds nothing in would else be what it does not look at."""
    page = browser.new_page(viewport=SIZE)
    page.goto(f"{known.address}/company")
    settled(page)
    button = page.locator("button.firm").first
    button.evaluate("(each) => { each.style.color = '#bbb'; each.closest('table').caption.remove(); }")
    assert "color-contrast" in {each["id"] for each in found_on(page)}
    assert page.evaluate(UNNAMED) != []
    page.close()

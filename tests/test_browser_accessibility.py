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
from tests.every_page import OPENED, STILL, Known, each_page, served_region, settled
from tests.test_browser import CUT, UNDRAWN, real_chromium
from texts import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

__all__ = ["real_chromium", "served_region"]  # fixtures

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ("serious", "critical")
SIZE: ViewportSize = {"width": 1280, "height": 720}
TWICE: ViewportSize = {"width": 640, "height": 360}  # what is left of it, enlarged to 200 %
MOST_STOPS, STRIDE = 400, 8

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

# What would move or fade for who asked for stillness.
MOVING = """() => {
  const every = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
    each.shadowRoot ? [each, ...every(each.shadowRoot)] : [each]);
  const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
  return every(document).filter((each) => {
    const style = getComputedStyle(each);
    return seconds(style.transitionDuration) > 0 || style.scrollBehavior === "smooth" ||
      (style.animationName !== "none" && seconds(style.animationDuration) > 0.001);
  }).map((each) => `${each.tagName} ${each.className}`);
}"""

# What a page is there for, as against its headings and the way elsewhere.
FILLED = """() => {
  const SHOWN = "tbody tr, canvas, iframe, textarea, form, .nv-bars, .nv-ribbons, .nv-parts, " +
    "[data-testid=stFileUploader]";
  const roots = [document];
  for (const each of document.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
  return roots.some((root) => root.querySelector(SHOWN));
}"""

# Follows the focus through the shadow trees, from Tab to Tab: what looks with it as it looks without it, and what a
# mouse reaches and the Tabs did not, leaving out those in a group that the arrow keys go through, and the parts of a
# field that are reached by its own keys.
FOLLOW = """() => {
  const GROUPS = "[role=radiogroup], [role=group], [role=grid], [role=tablist], [role=toolbar]";
  const stops = new Map();
  let isOver = false;
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
  const note = () => {
    const element = deepest();
    isOver ||= !element || element === document.body || stops.has(element);
    if (!isOver) stops.set(element, look(element));
  };
  const leave = (goal) => new Promise((left) => { goal.focus(); setTimeout(left, 30); }); // fields draw it later
  window.narverkFocus = {
    begin: () => {
      const first = document.querySelector("[role=dialog] button") ??
        document.querySelector("[data-testid=stSkipToContent]");
      first.focus();
      window.addEventListener("keydown", note, { capture: true });
    },
    isOver: () => isOver,
    unseen: async () => {
      window.removeEventListener("keydown", note, { capture: true });
      const [first, second] = stops.keys();
      await leave(first);
      const plain = new Map([...stops.keys()].map((each) => [each, look(each)]));
      await leave(second ?? first);
      plain.set(first, look(first));
      const unseen = [...stops].filter(([each, held]) => each.isConnected && plain.get(each) === held);
      return unseen.map(([each]) => name(each));
    },
    missed: () => {
      const room = document.querySelector("[role=dialog]") ?? document;
      const things = "a[href], button, input, select, textarea, summary, [tabindex]";
      const grouped = (element) => {
        const group = element.closest(GROUPS) ?? (element.tabIndex < 0 && element.parentElement?.parentElement);
        return group && [...stops.keys()].some((each) => group.contains(each));
      };
      return [...every(room)].filter((element) => element.matches(things) && !element.disabled && !stops.has(element) &&
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
    moving: list[str]
    is_filled: bool


Looks = dict[str, Look]


@pytest.fixture(scope="module", name="context")
def without_motion(browser: Browser) -> Iterator[BrowserContext]:
    """Shared, so that what the browser keeps of the app's own files is read once."""
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture(scope="module", name="looks", params=[("sv", "light"), ("en", "dark")], ids="-".join)
def looked_at(request: pytest.FixtureRequest, context: BrowserContext, known: Known) -> Iterator[Looks]:
    """Every page, and what opens on the pages; by name."""
    language, scheme = request.param
    is_worked = language == "sv"
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.add_init_script(UNDRAWN)
    yield {name: look_at(page, is_worked=is_worked) for name in each_page(page, known, language)}
    page.close()


def look_at(page: Page, *, is_worked: bool) -> Look:
    """``is_worked``: go through it by keys and enlarge it, too."""
    grave = [f"{each['id']}: {each['html']} {each['why']}" for each in found_on(page) if each["impact"] in GRAVE]
    title, language = page.title(), page.evaluate("document.documentElement.lang")
    levels, unnamed = page.evaluate(HEADINGS), page.evaluate(UNNAMED)
    unseen, missed = stops(page) if is_worked else ([], [])
    cut = cut_at_twice(page) if is_worked else []
    moving = page.evaluate(MOVING) if is_worked else []
    is_filled = page.evaluate(FILLED)
    return Look(grave, title, language, levels, unnamed, unseen, missed, cut, moving, is_filled)


def found_on(page: Page) -> list[dict[str, Any]]:
    """What axe finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN, RULES)
    if any(each["impact"] in GRAVE for each in found):  # what is still being drawn is faint: what stays is a finding
        page.wait_for_timeout(1000)
        settled(page)
        found = page.evaluate(RUN, RULES)
    return found


def cut_at_twice(page: Page) -> list[str]:
    """What is cut where the page is enlarged to twice its size; a table's headings are then heard only."""
    page.set_viewport_size(TWICE)
    page.evaluate(STILL)
    cut = [str(each) for each in page.evaluate(CUT) if not each.startswith("BUTTON")]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        cut.append("the page itself")
    page.set_viewport_size(SIZE)
    return cut


def stops(page: Page) -> tuple[list[str], list[str]]:
    """Tab from the page's beginning to its end: what had the focus and did not show it, and what never had it."""
    page.evaluate(FOLLOW)
    page.evaluate("narverkFocus.begin()")
    for _ in range(0, MOST_STOPS, STRIDE):
        for _ in range(STRIDE):
            page.keyboard.press("Tab")
        if page.evaluate("narverkFocus.isOver()"):
            return page.evaluate("narverkFocus.unseen()"), page.evaluate("narverkFocus.missed()")
    return [f"no end in {MOST_STOPS} stops"], []


def faults(looks: Looks, name: str) -> dict[str, list[str]]:
    return {page: found for page, each in looks.items() if (found := getattr(each, name))}


def test_axe_finds_nothing_grave(looks: Looks) -> None:
    """Nothing of Streamlit's either: no finding is excused."""
    assert faults(looks, "grave") == {}
    assert looks.keys() == {*PAGES, *OPENED}


def test_every_page_was_seen_with_something_on_it(looks: Looks) -> None:
    seen = {name: [name, *(opened for opened, each in OPENED.items() if each.page == name)] for name in PAGES}
    bare = [name for name, all_of_it in seen.items() if not any(looks[each].is_filled for each in all_of_it)]
    assert bare == [], "say in tests/every_page.py how something gets on them"


@pytest.mark.parametrize("looks", [("sv", "light")], indirect=True, ids="-".join)
def test_every_stop_of_tab_is_seen_and_nothing_is_passed_over(looks: Looks) -> None:
    assert faults(looks, "unseen") == {}
    assert faults(looks, "missed") == {}


@pytest.mark.parametrize("looks", [("sv", "light")], indirect=True, ids="-".join)
def test_enlarged_to_twice_its_size_no_page_loses_anything(looks: Looks) -> None:
    assert faults(looks, "cut") == {}


@pytest.mark.parametrize("looks", [("sv", "light")], indirect=True, ids="-".join)
def test_nothing_moves_for_who_asked_for_stillness(looks: Looks) -> None:
    assert faults(looks, "moving") == {}


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


def test_axe_sees_into_our_components(context: BrowserContext, known: Known) -> None:
    """What it finds nothing in would else be what it does not look at."""
    page = context.new_page()
    page.goto(f"{known.address}/company")
    settled(page)
    button = page.locator("button.firm").first
    button.evaluate("(each) => { each.style.color = '#bbb'; each.closest('table').caption.remove(); }")
    assert "color-contrast" in {each["id"] for each in found_on(page)}
    assert page.evaluate(UNNAMED) != []
    page.close()

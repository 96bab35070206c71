"""The network's pictures in a real Chromium, with every way out of this machine closed.

They draw, a click and the keyboard open a firm, the back button leads back, and names that are scripts run nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph.audience import Viewer, view
from graph.model import Company, Level
from graph.neighbours import ties
from graph.network import project
from graph.store import open_store
from ingest.pipeline import load_files
from tests.test_app import PAYLOADS, invent_region
from tests.test_browser import SIZES, by_menu, keep, real_chromium, served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium"]

# The picture in the page's shadow trees: where its nodes are on the screen, and how it is looked at.
PICTURE = """() => {
  const roots = [document];
  for (const each of document.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
  const root = roots.map((each) => each.querySelector(".picture")).find(Boolean);
  if (!root?.drawn?.data) return null;
  const { network, data } = root.drawn;
  const box = root.querySelector("canvas").getBoundingClientRect();
  const nodes = data.nodes.map((node) => {
    const at = network.canvasToDOM(node);
    return { id: node.id, x: box.x + at.x, y: box.y + at.y, label: node.label };
  });
  return { name: data.name, scale: network.getScale(), nodes, width: box.width, height: box.height };
}"""

# How many colours the canvas shows: an empty one has one.
COLOURS = """() => {
  const roots = [document];
  for (const each of document.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
  const canvas = roots.map((each) => each.querySelector(".picture canvas")).find(Boolean);
  const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const found = new Set();
  for (let at = 0; at < bytes.length; at += 4) found.add((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]);
  return found.size;
}"""


@pytest.fixture(scope="module", name="folder")
def invented_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", name="app_address")
def running_app(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module", name="firm")
def firm_with_partners(folder: Path) -> Company:
    """A firm with a number, and eight partners or so."""
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    snapshot = view(store, Viewer(Level.MANAGER))
    store.close()
    network = project(snapshot)
    numbered = [each for each in snapshot.of(Company) if each.key.startswith("org:")]
    return min(numbered, key=lambda each: (abs(len(ties(network, each.key)) - 8), each.key))


def link_of(company: Company) -> str:
    return f"network?firm={company.company_id.removeprefix('org:')}"


def drawn(page: Page, name: str = "") -> dict[str, Any]:
    """The picture, as soon as it is drawn and stands still."""
    page.locator(".picture canvas").first.wait_for()
    page.wait_for_function(f"() => (({PICTURE})()?.name ?? '').startsWith({name!r})")
    before, found = None, page.evaluate(PICTURE)
    while found != before:
        page.wait_for_timeout(300)
        before, found = found, page.evaluate(PICTURE)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["network", "isolated"])
def test_the_pictures_draw(browser: Browser, app_address: str, name: str, size: str) -> None:
    with watched(browser, app_address, size, name) as seen:
        found = drawn(seen.page)
        assert len(found["nodes"]) > 5
        assert seen.page.evaluate(COLOURS) > 10
        for each in found["nodes"]:
            assert each["label"].strip() == "" or 0 <= each["x"] <= SIZES[size][0]
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        keep(seen.page, f"{name}_{size}")
        seen.is_clean()


def test_a_click_on_a_firm_opens_it_and_the_way_back_leads_to_the_network(
    browser: Browser, app_address: str, firm: Company
) -> None:
    with watched(browser, app_address, link=link_of(firm)) as seen:
        page = seen.page
        found = drawn(page, "firm ")
        keep(page, "network_firm")
        partner = found["nodes"][1]
        page.mouse.click(partner["x"], partner["y"])
        page.wait_for_url("**/company?firm=*")
        assert page.url != f"{app_address}/company?firm={firm.company_id.removeprefix('org:')}"
        page.go_back()
        page.wait_for_url("**/network?firm=*")
        seen.is_clean()


def test_a_firm_is_opened_by_keyboard(browser: Browser, app_address: str, firm: Company) -> None:
    with watched(browser, app_address, link=link_of(firm)) as seen:
        page = seen.page
        drawn(page, "firm ")
        page.locator(".names button").first.focus()
        told = page.locator(".told")
        told.wait_for()
        assert (firm.name or "") in told.inner_text()
        page.keyboard.press("ArrowRight")
        assert (firm.name or "") not in told.inner_text()
        assert page.locator(".names button[tabindex='0']").count() == 1
        page.keyboard.press("Enter")
        page.wait_for_url("**/company?firm=*")


def test_a_place_shows_its_firms_and_the_back_button_the_whole(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, link="network") as seen:
        page = seen.page
        place = next(each for each in drawn(page, "places")["nodes"] if each["id"] == "1883")
        page.mouse.click(place["x"], place["y"])
        page.wait_for_url("**/network?municipality=1883")
        page.get_by_role("heading", name="Företag: Karlskoga").wait_for()
        page.go_back()
        page.get_by_role("heading", name="Grupper som handlar med varandra").wait_for()
        seen.is_clean()


def test_the_picture_is_zoomed_by_its_buttons_and_the_wheel_scrolls_the_page(
    browser: Browser, app_address: str
) -> None:
    with watched(browser, app_address, link="network") as seen:
        page = seen.page
        fitted = drawn(page, "places")
        page.mouse.move(fitted["nodes"][0]["x"], fitted["nodes"][0]["y"])
        page.mouse.wheel(0, 200)
        page.wait_for_timeout(300)
        assert page.evaluate(PICTURE)["scale"] == fitted["scale"]
        page.get_by_role("button", name="Zooma in").click()
        assert page.evaluate(PICTURE)["scale"] > 1.2 * fitted["scale"]
        page.get_by_role("button", name="Visa hela bilden").click()
        assert page.evaluate(PICTURE)["scale"] == pytest.approx(fitted["scale"], rel=0.01)


def test_zoom_stays_when_the_language_changes(browser: Browser, app_address: str) -> None:
    with watched(browser, app_address, link="network") as seen:
        page = seen.page
        drawn(page, "places")
        page.get_by_role("button", name="Zooma in").click()
        before = page.evaluate(PICTURE)
        page.get_by_text("English").click()
        page.get_by_role("button", name="Zoom in").wait_for()
        page.wait_for_timeout(400)
        assert page.evaluate(PICTURE)["scale"] == before["scale"]


def test_names_that_are_scripts_run_nothing(browser: Browser, tmp_path: Path) -> None:
    with (tmp_path / "medlemmar.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Företag", "Ort", "Kommun"])
        writer.writerows([name, "Karlskoga", "Karlskoga"] for name in (*PAYLOADS, "Ensam AB"))
    with (tmp_path / "affarer.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Säljare", "Köpare", "Vad", "År"])
        writer.writerows([PAYLOADS[0], other, other, 2025] for other in PAYLOADS[1:])
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    load_files(store, [tmp_path / "medlemmar.csv", tmp_path / "affarer.csv"])
    snapshot = view(store, Viewer(Level.MANAGER))
    store.close()
    assert project(snapshot).number_of_edges() == len(PAYLOADS) - 1
    with served(tmp_path) as address, watched(browser, address, link="isolated") as seen:
        page = seen.page
        drawn(page)
        by_menu(page, "network")
        drawn(page, "places")
        field = page.locator("input[aria-label='Sök ett företag']")
        field.fill(PAYLOADS[0])
        field.press("Enter")
        found = drawn(page, "firm ")
        assert {each["label"] for each in found["nodes"]} == set(PAYLOADS)
        for index in range(len(PAYLOADS)):
            page.locator(".names button").nth(index).focus()
            assert page.locator(".told .name").inner_text() in PAYLOADS
        assert page.evaluate("window.hacked") is None
        keep(page, "network_payloads")
        seen.is_clean()

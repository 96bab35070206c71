"""Every page with something on it: a region of one's own, and the way to each page and to what opens on it.

Shared by the tests that look at all of them; nothing that is dropped there is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app import PAGES
from graph.audience import Viewer
from graph.enquiries import Event, Sought, enquire
from graph.model import Company, Contact, ImportedPart, Level
from graph.store import open_store
from ingest.demo import write_demo
from ingest.pipeline import load_files
from tests.test_browser import at_rest, by_menu, served
from texts import Texts, load

if TYPE_CHECKING:
    from playwright.sync_api import Page

LISTS = {
    "inköp": "Artikel;Benämning;Land;Värde\nA-1;Svarvad axel i stål;Kina;600000\nA-2;Blurb;Indien;100000\n",
    "medlemmar": "Org.nr;Företag;Ort;Anställda;Färg\n4099000012;Svets i Nora AB;Nora;18;röd\n;;Nora;tolv;\n",
    "anmälda": "Företag;Deltagare\n" + "".join(f"Gäst {each} AB;Person {each}\n" for each in range(12)),
}


@dataclass(frozen=True)
class Known:
    """The app's address, its region's firm with imports and contacts, and lists to drop."""

    address: str
    firm: str
    name: str
    email: str
    bought: Path
    members: Path
    guests: Path


@pytest.fixture(scope="module", name="known")
def served_region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    """A region of one's own, with something on every page; what is dropped is only tried."""
    folder = tmp_path_factory.mktemp("data")
    write_demo(folder / "files", 60, 1)
    store = open_store(f"sqlite:{folder / 'region.sqlite'}")
    load_files(store, [folder / "files"])
    found = store.snapshot(Company, Contact, ImportedPart)
    buyers = Counter(each.company_id for each in found.of(ImportedPart))
    mails = {each.company_id: each.email for each in found.of(Contact) if each.email}
    known = [each for each in found.of(Company) if each.company_id in buyers and each.company_id in mails]
    firm = min(known, key=lambda each: buyers[each.company_id])
    for status, reason in (("contacted", None), ("ordered", None), ("refused", "price")):
        sought = Sought(firm.company_id, words="Axel", processes=("turning",), value_sek=100_000)
        enquire(store, Viewer(Level.MANAGER), sought, Event(status, "2026-01-02", reason), today="2026-01-03")
    store.close()
    lists = [folder / f"{each}.csv" for each in LISTS]
    for path, text in zip(lists, LISTS.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    with served(folder) as address:
        number = firm.company_id.removeprefix("org:")
        yield Known(address, number, firm.name or "", mails[firm.company_id] or "", *lists)


Prepare = Callable[["Page", Known, Texts], None]


# -- what there is to see ----------------------------------------------------------------------------------------------


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def dialog(page: Page) -> None:
    page.get_by_role("dialog").wait_for()


def find_answer(page: Page, known: Known, words: Texts) -> None:
    page.locator(".hit .row").first.click()
    page.locator("li.open .detail").wait_for()


def find_letter(page: Page, known: Known, words: Texts) -> None:
    press(page, words("find.write"))
    dialog(page)


def list_answered(page: Page, known: Known, words: Texts) -> None:
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(known.bought)
    page.locator("button.firm").first.wait_for()


def line_opened(page: Page, known: Known, words: Texts) -> None:
    page.locator("button.firm").first.click()
    dialog(page)
    page.get_by_role("dialog").locator("button.firm").first.wait_for()


def first_opened(page: Page, known: Known, words: Texts) -> None:
    page.locator("button.firm").first.click()
    dialog(page)


def firm_changed(page: Page, known: Known, words: Texts) -> None:
    page.locator("section.part button.icon").first.click()
    dialog(page)


def sources_shown(page: Page, known: Known, words: Texts) -> None:
    page.locator("section.part button[aria-expanded]").first.click()


def firm_drawn(page: Page, known: Known, words: Texts) -> None:
    page.locator(".picture canvas").first.wait_for()


def pair_introduced(page: Page, known: Known, words: Texts) -> None:
    firm_drawn(page, known, words)
    press(page, words("introductions.make"))
    dialog(page)


def change_tried(page: Page, known: Known, words: Texts) -> None:
    firm_drawn(page, known, words)
    page.get_by_text(words("without.what_if.open")).click()
    press(page, words("without.what_if.run"))


def meeting_planned(page: Page, known: Known, words: Texts) -> None:
    if not page.locator(".nv-tables").count():  # a meeting is kept with the region
        page.locator("input[type=file]").first.set_input_files(known.guests)
    page.locator(".nv-tables").wait_for()


def members_shown(page: Page, known: Known, words: Texts) -> None:
    page.locator(".st-key-activities_view").get_by_text(words("activities.tabs.members"), exact=True).click()
    page.locator(".st-key-activities_members").wait_for()


def activity_opened(page: Page, known: Known, words: Texts) -> None:
    page.locator(".st-key-activities_view").get_by_text(words("activities.tabs.held"), exact=True).click()
    page.locator(".st-key-activities_members").wait_for(state="detached")
    first_opened(page, known, words)


def view_of(name: str) -> Prepare:
    def show(page: Page, known: Known, words: Texts) -> None:
        page.locator(".st-key-needs_view").get_by_text(words(f"needs.tabs.{name}"), exact=True).click()

    return show


def list_tried(page: Page, known: Known, words: Texts) -> None:
    if not page.locator(".nv-parts").count():  # what was tried is found again
        page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(known.members)
        page.locator("[data-testid=stFileUploaderFile], [data-testid=stFileChip]").first.wait_for()
        press(page, words("load.try"))
    page.locator(".nv-parts").wait_for()


def questionnaires_made(page: Page, known: Known, words: Texts) -> None:
    press(page, words("questionnaire.suggest"))
    page.locator(".st-key-questionnaire_make button").click()
    page.locator(".st-key-questionnaire_get").wait_for()
    page.locator(".st-key-questionnaire_attach").wait_for()


def person_found(page: Page, known: Known, words: Texts) -> None:
    field = page.locator(".st-key-person_who input")
    field.fill(known.email)
    field.press("Enter")
    page.locator(".table tbody tr").first.wait_for()


@dataclass(frozen=True)
class Opened:
    """What opens on a page: by which link (none: on what is shown there already), and what is done to see it."""

    page: str
    show: Prepare | None = None
    link: str = ""


OPENED = {
    "an answer": Opened("find", find_answer, "find?process=turning&near=Karlskoga&within=30+km"),
    "a letter": Opened("find", find_letter),
    "a list answered": Opened("imports", list_answered),
    "a line of it": Opened("imports", line_opened),
    "an enquiry": Opened("enquiries", first_opened),
    "a firm": Opened("company", sources_shown, "company?firm={firm}"),
    "a firm's form": Opened("company", firm_changed),
    "a firm drawn": Opened("network", firm_drawn, "network?firm={firm}"),
    "a place": Opened("network", firm_drawn, "network?municipality=1883"),
    "a pair": Opened("introductions", pair_introduced),
    "without a firm": Opened("without", change_tried, "without?firm={firm}"),
    "a meeting": Opened("meeting", meeting_planned),
    "needs stated": Opened("needs", view_of("stated")),
    "support missed": Opened("needs", view_of("missed")),
    "needs gathered": Opened("needs", view_of("gathered")),
    "an application": Opened("needs", view_of("outline")),
    "a firm's needs": Opened("needs", None, "needs?firm={firm}"),
    "an interview": Opened("interview", None, "interview?firm={firm}"),
    "members": Opened("activities", members_shown),
    "an activity": Opened("activities", activity_opened),
    "questionnaires": Opened("questionnaire", questionnaires_made),
    "a list tried": Opened("load", list_tried),
    "a person": Opened("person", person_found),
    "lost": Opened("", None, "nosuch"),
}
"""What opens on the pages, by the name of what is then to be seen."""


# Components draw what they were given after the page's script has run: wait until nothing is empty and nothing comes.
STILL = """async () => {
  const FRAMES = 4, MOST_FRAMES = 90;
  const every = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
    each.shadowRoot ? [each, ...every(each.shadowRoot)] : [each]);
  for (let still = 0, before = 0, frame = 0; still < FRAMES && frame < MOST_FRAMES; frame += 1) {
    await new Promise((next) => setTimeout(next, 16));
    const all = every(document);
    const isEmpty = (each) => each.matches(".table, .hits, .facts, .stage") && !each.childElementCount;
    const isDrawn = !all.some((each) => isEmpty(each) || each.matches("[data-testid=stSkeleton]"));
    still = isDrawn && all.length === before ? still + 1 : 0;
    before = all.length;
  }
}"""


def settled(page: Page) -> None:
    page.locator(".nv-headline, .nv-intro, .nv-warning").first.wait_for()
    at_rest(page)
    page.locator("[data-stale=true]").first.wait_for(state="detached")  # what is drawn anew is faint until then
    page.evaluate(STILL)


def each_page(page: Page, known: Known, language: str) -> Iterator[str]:
    """Go to each page by the menu, then open what opens on it; the name of what is to be seen."""
    page.goto(f"{known.address}/?lang={language}")
    settled(page)
    for name in PAGES:
        by_menu(page, name, language)
        page.wait_for_url(f"{known.address}/{'' if name == 'start' else name}**")
        settled(page)
        yield name
        yield from what_opens(page, known, language, name)
    yield from what_opens(page, known, language, "")


def what_opens(page: Page, known: Known, language: str, name: str) -> Iterator[str]:
    """Open on the page what opens there, and close the window that is open at last."""
    for seen, each in OPENED.items():
        if each.page != name:
            continue
        if each.link:
            page.goto(
                f"{known.address}/{each.link.format(firm=known.firm)}{'&' if '?' in each.link else '?'}lang={language}"
            )
            settled(page)
        if each.show is not None:
            each.show(page, known, load(language))
            settled(page)
        yield seen
    window = page.get_by_role("dialog")
    if window.count():
        page.keyboard.press("Escape")
        window.wait_for(state="detached")

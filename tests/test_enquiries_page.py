"""The page "Enquiries" and the window of a letter: run through the router in both languages, and clicked in Chromium.

What is kept is read back from the store; what goes out of the browser is caught where it leaves the page.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer
from graph.enquiries import Enquiry, Event, Sought, enquire, enquiries, told
from graph.ledger import publish
from graph.model import Claim, Level, Source
from graph.store import Store, open_store
from tests.test_app import PAYLOADS, bodies, run, said, start, use_data
from tests.test_browser import CUT, SIZES, keep, real_chromium, served, watched
from tests.test_start import tables
from texts import LANGUAGES, load
from views.letter import DAYS_TO_ANSWER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

__all__ = ["real_chromium"]  # fixture

ROOT = Path(__file__).resolve().parents[1]
MANAGER = Viewer(Level.MANAGER)
SUPPLIER, BUYER, OTHER = "org:4000000001", "org:4000000002", "name:fräs & co"
PART = f"{BUYER}/A-100"
SHAFT = Sought(
    SUPPLIER, BUYER, PART, "Axel, härdad", ("turning",), value_sek=400_000, tonne_km_now=900.0, tonne_km_after=20.0
)
LID = Sought(OTHER, None, None, "=Lock", ("milling_3",), value_sek=100_000)
SV = load("sv")
EMAIL = "anna@svarv.example"


def today(days: int = 0) -> str:
    return (datetime.now(tz=UTC).date() + timedelta(days=days)).isoformat()


def small_region(folder: Path, name: str = "Svarvbolaget AB") -> Path:
    """A supplier with a contact, another without, and a buyer who imports a part."""
    source = Source("by_hand", "network", Level.PUBLIC)
    place = {"municipality": "1883", "locality": "Karlskoga"}
    store = open_store(f"sqlite:{folder / 'region.sqlite'}")
    publish(
        store,
        [source],
        [
            Claim(SUPPLIER, "Company", "", {"name": name, **place}),
            Claim(SUPPLIER, "Workplace", "1", {"latitude": 59.33, "longitude": 14.52, "location_precision": "address"}),
            Claim(SUPPLIER, "Offer", "turning", {}),
            Claim(SUPPLIER, "Contact", "anna", {"name": "Anna Ek", "email": EMAIL, "phone": "0586-123"}),
            Claim(OTHER, "Company", "", {"name": "Fräs & Co", **place}),
            Claim(BUYER, "Company", "", {"name": "Köparen Industri AB", **place}),
            Claim(BUYER, "Workplace", "1", {"latitude": 59.27, "longitude": 15.21, "location_precision": "address"}),
            Claim(
                BUYER,
                "ImportedPart",
                "A-100",
                {
                    "description": "Axel, härdad, till Köparen Industri AB",
                    "supplier": "Acme Shanghai",
                    "value_sek": 412_345,
                    "mass_kg": 2_000.0,
                    "origin_country": "CN",
                    "transport_mode": "sea",
                    "capabilities": ("turning",),
                },
            ),
        ],
        on="2026-01-01",
    )
    store.close()
    return folder


@contextmanager
def kept(folder: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:{folder / 'region.sqlite'}", create=False)
    yield store
    store.close()


def ask(folder: Path, sought: Sought, *events: Event) -> str:
    with kept(folder) as store:
        enquiry_id = enquire(store, MANAGER, sought, events[0], today=today())
        for each in events[1:]:
            told(store, MANAGER, enquiry_id, each, today=today())
    return enquiry_id


def standing(folder: Path) -> list[Enquiry]:
    with kept(folder) as store:
        return enquiries(store, MANAGER)


@pytest.fixture(name="folder")
def own_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_data(monkeypatch, tmp_path)
    return small_region(tmp_path)


def asked(folder: Path) -> list[str]:
    """One to follow up, one that waits, one refused, and two that came home this year."""
    return [
        ask(folder, SHAFT, Event("shortlisted", today(-9)), Event("contacted", today(-8), follow_up_on=today(-1))),
        ask(folder, LID, Event("contacted", today(-2), follow_up_on=today(7))),
        ask(folder, LID, Event("contacted", today(-5)), Event("refused", today(-4), reason="too_small_series")),
        ask(folder, SHAFT, Event("ordered", today())),
        ask(folder, LID, Event("ordered", today())),
    ]


def press(app: AppTest, label: str) -> AppTest:
    """The button so called, as its reader reads it."""
    next(each for each in app.button if each.label.replace("\\", "") == label).click()
    return run(app)


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_has_been_asked_it_says_how_one_begins(folder: Path, language: str) -> None:
    app = start(language, page="enquiries")
    texts = load(language)
    assert texts("enquiry.empty") in said(app, "headline")
    assert texts("page.find") in said(app, "note")
    assert app.get("page_link")[0].proto.page == "find"
    assert tables(app) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_waits_and_what_came_home_in_one_look(folder: Path, language: str) -> None:
    asked(folder)
    app = start(language, page="enquiries")
    expected = {
        "sv": (
            "2 förfrågningar väntar på svar. En ska följas upp nu.",
            "I år har 2 beställningar kommit hem. Värde: 500\xa0000 kr om året.",
            "För liten serie",
        ),
        "en": (
            "2 enquiries are waiting for an answer. One is to be followed up now.",
            "This year 2 orders have come home. Worth SEK 500,000 a year.",
            "Too small a series",
        ),
    }[language]
    shown = "".join(bodies(app))
    assert all(each in shown for each in expected)
    assert f">{load(language).number(500_000)}<" in shown  # SEK home this year
    assert ">880<" in shown  # tonne-km: 900 - 20, and unknown of the other
    status = {each: load(language)(f"enquiry.status.{each}") for each in ("contacted", "ordered", "refused")}
    late = load(language)("enquiry.day_late", day=today(-1))
    lines = tables(app)[load(language)("page.enquiries")]
    assert [line[:4] for line in lines[:2]] == [
        ["Axel, härdad", "Svarvbolaget AB", status["contacted"], late],
        ["=Lock", "Fräs & Co", status["contacted"], today(7)],
    ]
    assert len(lines) == 5
    assert {line[2] for line in lines[2:4]} == {status["ordered"]}
    assert lines[4][2].startswith(f"{status['refused']}: ")
    assert dict(app.query_params).keys() <= {"lang"}


def test_one_status_is_shown_at_a_time(folder: Path) -> None:
    asked(folder)
    app = start(page="enquiries")
    for chosen, count in {"due": 1, "contacted": 2, "ordered": 2, "refused": 1, "shortlisted": 0, "all": 5}.items():
        app.button_group(key="enquiry_filter").set_value(chosen)
        run(app)
        assert len(tables(app)[SV("page.enquiries")]) == count, chosen


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_needs_its_reason_and_can_be_taken_back(folder: Path, language: str) -> None:
    texts = load(language)
    enquiry_id = ask(folder, SHAFT, Event("contacted", today(-3)))
    app = start(language, page="enquiries")
    app.session_state["enquiry_open"] = enquiry_id
    run(app)
    next(each for each in app.button_group if (each.key or "").startswith("status_")).set_value("refused")
    run(app)
    press(app, texts("edit.save"))
    assert texts("error.refused_without_reason") in said(app, "warning")
    assert standing(folder)[0].status == "contacted"
    app.selectbox[0].set_value("no_capacity")
    next(each for each in app.text_input if (each.key or "").startswith("words_")).set_value(" Fullt till maj ")
    run(app)
    press(app, texts("edit.save"))
    (found,) = standing(folder)
    assert (found.status, found.last.reason, found.last.words, found.last.on) == (
        "refused",
        "no_capacity",
        "Fullt till maj",
        today(),
    )
    assert texts("enquiry.status.refused") in said(app, "saved")
    press(app, texts("edit.undo"))
    assert standing(folder)[0].status == "contacted"
    press(app, texts("edit.undo"))
    assert standing(folder)[0].status == "refused"


def test_what_is_new_has_a_day_and_proposes_when_to_come_back(folder: Path) -> None:
    enquiry_id = ask(folder, SHAFT, Event("shortlisted", today(-3)))
    app = start(page="enquiries")
    app.session_state["enquiry_open"] = enquiry_id
    run(app)
    next(each for each in app.button_group if (each.key or "").startswith("status_")).set_value("contacted")
    run(app)
    press(app, SV("edit.save"))
    (found,) = standing(folder)
    assert (found.status, found.last.follow_up_on) == ("contacted", today(DAYS_TO_ANSWER))
    app.session_state["enquiry_open"] = enquiry_id
    run(app)
    app.button(key=f"take_back_{found.last.event_id}").click()
    run(app)
    assert standing(folder)[0].status == "shortlisted"


@pytest.mark.parametrize("level", [each.name for each in Level if each is not Level.MANAGER])
def test_others_see_nothing_of_an_enquiry(folder: Path, monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    asked(folder)
    monkeypatch.setenv("NARVERK_AUDIENCE", level)
    for page in ("start", "enquiries", "find", "company"):
        app = start(page=page)
        shown = "".join(bodies(app)) + json.dumps([each.proto.json for each in app.get("bidi_component")])
        assert not any(each in shown for each in ("härdad", "=Lock", SV("week.kinds.enquiries")))
    app = start(page="enquiries")
    assert SV("error.not_allowed", needs=SV("status.level.MANAGER")) in said(app, "warning")
    assert not [each for each in app.button_group if each.key == "enquiry_filter"]


def test_the_start_page_says_whom_to_remind(folder: Path) -> None:
    told = SV("week.group", kind=SV("week.kinds.enquiries"), count=1)
    assert told not in "".join(bodies(start(page="start")))
    asked(folder)
    assert told in "".join(bodies(start(page="start")))


def test_scripts_stay_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    small_region(tmp_path, PAYLOADS[0])
    for words in PAYLOADS:
        enquiry_id = ask(
            tmp_path, Sought(SUPPLIER, BUYER, None, words), Event("refused", today(), reason="other", words=words)
        )
        app = start(page="enquiries")
        app.session_state["enquiry_open"] = enquiry_id
        run(app)
        shown = "".join(bodies(app))
        assert not any(each in shown for each in ("<script", "<img", "<svg"))
        assert not any("](" in each.label for each in (*app.button, *app.tabs))
        (window,) = app.get("dialog")
        assert "](" not in window.proto.dialog.title


# -- the letter --------------------------------------------------------------------------------------------------------

WINDOW = """
from graph.demands import demand_of_part
from graph.replacement import Replacement
from views.common import region
from views.letter_dialog import write_letter

here = region()
part = here.parts.get("{part}")
demand = demand_of_part(part) if part else demand_of_text("Svarvad axel")
hit = Replacement("{supplier}", here.companies["{supplier}"].name, "Karlskoga", (59.33, 14.52), 40.0, 40.0, 40.0,
                  50.0, 1.0, (), (), None)
write_letter(here, demand, hit, "Svarvad axel", part, (59.33, 14.52))
""".replace("from graph.demands import demand_of_part", "from graph.demands import demand_of_part, demand_of_text")


def window(**session: str) -> AppTest:
    app = AppTest.from_string(WINDOW.format(part=PART, supplier=SUPPLIER))
    for name, value in session.items():
        app.session_state[name] = value
    return run(app)


def acts(app: AppTest) -> dict[str, Any]:
    """What the buttons of the letter have to give away."""
    found = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return next(each for each in found if "mail" in each)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_keeps_buyer_price_and_supplier_until_they_are_ticked(folder: Path, language: str) -> None:
    app = window(language=language)
    given = acts(app)
    secrets = ("Köparen", "412", "Acme")
    assert not any(each in json.dumps(given, ensure_ascii=False) for each in secrets)
    assert app.text_area[0].value == given["body"]
    assert f"to={EMAIL}" not in given["mail"]
    assert given["mail"].startswith(f"mailto:{EMAIL}?subject=")
    assert EMAIL in said(app, "facts")
    next(each for each in app.button_group if (each.key or "").endswith("_keeps")).set_value(
        ["buyer", "price_now", "supplier_now"]
    )
    run(app)
    assert all(each in acts(app)["body"] for each in ("Köparen Industri AB", "Acme Shanghai", "412"))


def test_a_letter_is_written_in_either_language_and_goes_out_as_it_was_changed(folder: Path) -> None:
    app = window()
    next(each for each in app.button_group if (each.key or "").endswith("_language")).set_value("en")
    run(app)
    assert acts(app)["body"].startswith("Hello Anna,\n")
    app.text_area[0].set_value("Något <b>helt</b> annat")
    run(app)
    given = acts(app)
    assert given["body"] == "Något <b>helt</b> annat"
    assert given["mail"].endswith("&body=N%C3%A5got%20%3Cb%3Ehelt%3C%2Fb%3E%20annat")
    assert "&lt;b&gt;helt" in given["page"]


def test_the_letter_of_a_part_that_is_gone_keeps_its_supplier_too(folder: Path) -> None:
    sought = Sought(SUPPLIER, BUYER, f"{BUYER}/gone", "Axel som Acme Shanghai gör", supplier_now="Acme Shanghai")
    enquiry_id = ask(folder, sought, Event("contacted", today()))
    app = start(page="enquiries")
    app.session_state["enquiry_open"] = enquiry_id
    run(app)
    assert "Axel som gör" in acts(app)["body"]
    assert "Acme" not in json.dumps(acts(app))


def test_what_is_sent_stands_on_the_list_once(folder: Path) -> None:
    app = window()
    for _ in range(2):
        press(app, SV("letter.note.shortlisted"))
    (found,) = standing(folder)
    assert (found.status, len(found.events)) == ("shortlisted", 1)
    assert (found.sought.supplier_id, found.sought.buyer_id, found.sought.part_id) == (SUPPLIER, BUYER, PART)
    assert found.sought.supplier_now == "Acme Shanghai"
    assert (found.sought.value_sek, found.sought.mass_kg, found.sought.tonne_km_after) == (412_345, 2_000.0, 104.0)
    assert (found.sought.tonne_km_now or 0) > 2 * 19_015  # two tonnes, by sea from China by way of Suez
    press(app, SV("letter.note.contacted"))
    (found,) = standing(folder)
    assert (found.status, found.last.follow_up_on) == ("contacted", today(DAYS_TO_ANSWER))
    assert SV("enquiry.status.contacted") in said(app, "saved")


@pytest.mark.parametrize("level", [each.name for each in Level if each is not Level.MANAGER])
def test_who_may_not_see_contacts_and_enquiries_writes_a_letter_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    ask(folder, SHAFT, Event("shortlisted", today()))
    monkeypatch.setenv("NARVERK_AUDIENCE", level)
    app = window()
    assert acts(app)["mail"].startswith("mailto:?subject=")
    assert "Svarvad axel" in acts(app)["body"]
    shown = "".join(bodies(app)) + json.dumps(acts(app), ensure_ascii=False)
    assert not any(each in shown for each in ("Anna", EMAIL, "Köparen", SV("enquiry.status.shortlisted")))
    assert [each.label for each in app.button] == []


# -- in a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="browsed")
def served_region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = small_region(tmp_path_factory.mktemp("browsed"))
    asked(folder)
    with served(folder) as address:
        yield address, folder


def opened(page: Page, part: str) -> Locator:
    """The window of an enquiry, opened by keyboard."""
    button = page.locator(".table button.firm").filter(has_text=part).first
    button.focus()
    button.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab").first.wait_for()
    return dialog


@pytest.mark.parametrize("size", SIZES)
def test_the_page_and_its_window_fit(browser: Browser, browsed: tuple[str, Path], size: str) -> None:
    with watched(browser, browsed[0], size, link="enquiries") as seen:
        page = seen.page
        page.locator(".table button.firm").first.wait_for()
        keep(page, f"enquiries_{size}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.evaluate(CUT) == []
        dialog = opened(page, "Axel")
        keep(page, f"enquiry_{size}")
        dialog.get_by_role("tab").nth(1).click()
        dialog.get_by_role("button", name=SV("letter.words.mail")).wait_for()
        keep(page, f"letter_{size}")
        assert page.evaluate(CUT) == []
        assert page.url == f"{browsed[0]}/enquiries"
        seen.is_clean()


def test_the_firm_that_was_asked_opens_from_the_window(browser: Browser, browsed: tuple[str, Path]) -> None:
    with watched(browser, browsed[0], link="enquiries") as seen:
        page = seen.page
        opened(page, "Axel").get_by_role("button", name="Svarvbolaget AB").click()
        page.wait_for_url("**/company?firm=*")
        page.locator("h1.nv-headline").filter(has_text="Svarvbolaget AB").wait_for()
        page.get_by_role("dialog").wait_for(state="detached")
        seen.is_clean()


def test_a_letter_leaves_as_it_was_typed_a_moment_ago(browser: Browser, browsed: tuple[str, Path]) -> None:
    with watched(browser, browsed[0], link="enquiries") as seen:
        page = seen.page
        page.evaluate(
            """() => {
              window.left = [];
              HTMLAnchorElement.prototype.click = function () { window.left.push(this.href); };
              navigator.clipboard.writeText = async (text) => { window.left.push(text); };
              const blob = Blob;
              window.Blob = function (parts, type) { window.left.push(parts[0]); return new blob(parts, type); };
            }"""
        )
        dialog = opened(page, "Axel")
        dialog.get_by_role("tab").nth(1).click()
        body = dialog.locator("textarea")
        body.wait_for()
        marks = {"copy": "Kopierat%", "mail": "E-post%", "print": "Utskrift%"}
        for name, mark in marks.items():
            body.fill(f"{mark} Hej!\nNytt & osparat")
            before = page.evaluate("window.left.length")
            dialog.get_by_role("button", name=SV(f"letter.words.{name}")).click()
            page.wait_for_function("(before) => window.left.length > before", arg=before)
            left = page.evaluate("window.left")[before]
            coded = {"copy": mark, "mail": mark.replace("%", "%25"), "print": mark}[name]
            assert coded in left, name
            assert "Vi söker" not in left
        assert page.url == f"{browsed[0]}/enquiries"
        seen.is_clean()


def test_an_order_is_noted_and_the_table_taken_along(
    browser: Browser, browsed: tuple[str, Path], tmp_path: Path
) -> None:
    address, folder = browsed
    with watched(browser, address, link="enquiries") as seen:
        page = seen.page
        orders = sum(each.status == "ordered" for each in standing(folder))
        dialog = opened(page, "=Lock")
        dialog.get_by_text(SV("enquiry.status.ordered"), exact=True).click()
        dialog.get_by_role("button", name=SV("edit.save"), exact=True).click()
        page.locator(".nv-saved").wait_for()
        dialog.wait_for(state="detached")
        assert sum(each.status == "ordered" for each in standing(folder)) == orders + 1
        with page.expect_download() as waited:
            page.get_by_role("button", name=SV("table.csv")).click()
        waited.value.save_as(tmp_path / "taken.csv")
        with (tmp_path / "taken.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file, delimiter=";"))
        assert len(lines) == len(standing(folder))
        assert {line["Del"] for line in lines} == {"Axel, härdad", "'=Lock"}
        page.get_by_role("button", name=SV("edit.undo"), exact=True).click()
        page.get_by_text(SV("enquiry.taken_back")).wait_for()
        assert sum(each.status == "ordered" for each in standing(folder)) == orders
        seen.is_clean()

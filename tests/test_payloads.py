"""Scripts in every text of every kind of record, on every page: nothing runs, nothing breaks, all is shown as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app import PAGES
from graph.ledger import publish
from graph.model import KIND_BY_NAME, Claim, Source
from graph.schema import field_types
from graph.store import open_store
from tests.test_app import PAYLOADS, bodies, start, use_data
from tests.test_browser import real_chromium, served, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["real_chromium"]  # a fixture
FIRMS = tuple(f"org:400000000{number}" for number in range(len(PAYLOADS)))
PLACED = {"municipality": "1883", "country": "SE", "latitude": 59.33, "longitude": 14.52}
VALID = {
    **dict.fromkeys(("valid_until", "stated_on", "asked_on", "introduced_on", "held_on", "deadline"), "2026-01-01"),
    "applies_from": "2027-01-01",
    "member_since": "2020-01-01",
    "origin_country": "CN",
    "evidence": "stated",
    "location_precision": "locality",
    "location_uncertainty_km": 4.0,
    "year": 2026,
    "municipalities": ("1883",),
    **PLACED,
}
"""What must have its form, so that the page gets as far as showing the rest."""
LEFT_OUT = {"Company": {"parent_id", "sni_version", "member_until"}, "Workplace": set()}
FIRM_OF = {"seller_id", "buyer_id", "company_id", "other_id"}
KINDS = (
    *("Workplace", "Offer", "Certificate", "Trade", "ImportedPart", "Requirement", "Need", "Contact", "Interview"),
    *("Introduction", "Activity"),
)
CODES = {"Offer": "turning", "Certificate": "ISO 9001"}


ENDS = ("ended_on", "winding_up")
"""Fields that keep a firm out of every answer: one firm has them."""


def fields_of(kind_name: str, firm: str, payload: str) -> dict[str, object]:
    """A record's fields, each of text a payload where nothing else is needed."""
    kind = KIND_BY_NAME[kind_name]
    found: dict[str, object] = {}
    for name, plain in list(zip([*kind.__dataclass_fields__], field_types(kind), strict=True))[1:]:
        if name in LEFT_OUT.get(kind_name, ()) or (name in ENDS and firm != FIRMS[-1]):
            continue
        if name in FIRM_OF:
            found[name] = FIRMS[(FIRMS.index(firm) + 1) % len(FIRMS)]
        elif name in VALID:
            found[name] = VALID[name]
        elif name == "participants":
            found[name] = FIRMS[:3]
        elif name == "capabilities":
            found[name] = ("turning",)
        elif plain is tuple:
            found[name] = (payload,)
        elif plain is str:
            found[name] = payload
        elif plain in (int, float):
            found[name] = plain(3)
    for owner in ("company_id", "capability") if kind_name == "Offer" else ("company_id",):
        found.pop(owner, None)
    if kind_name == "Requirement":
        found["capability"] = "turning"
    return found


def scripted_region(folder: Path) -> Path:
    """A data folder whose own region is made of payloads."""
    claims = []
    for firm, payload in zip(FIRMS, PAYLOADS, strict=True):
        claims.append(Claim(firm, "Company", "", fields_of("Company", firm, payload)))  # type: ignore[arg-type]
        for kind in KINDS:
            item = CODES.get(kind, payload)
            if kind in ("Trade", "Requirement", "Interview", "Introduction", "Activity", "Need", "ImportedPart"):
                item = f"{firm}/{payload}"
            claims.append(Claim(firm, kind, item, fields_of(kind, firm, payload)))  # type: ignore[arg-type]
    store = open_store(f"sqlite:{folder / 'region.sqlite'}")
    publish(store, [Source("members", "network", file=PAYLOADS[0], sheet=PAYLOADS[1])], claims)
    assert store.counts()["Trade"] == len(PAYLOADS)
    store.close()
    return folder


@pytest.fixture(scope="module", name="scripted")
def region_of_scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scripted_region(tmp_path_factory.mktemp("scripted"))


LINKS = [(page, "") for page in PAGES] + [
    *(("company", firm.removeprefix("org:")) for firm in FIRMS),
    ("network", FIRMS[0].removeprefix("org:")),
]


@pytest.mark.parametrize(("page", "firm"), LINKS)
def test_every_page_shows_scripts_as_text(
    scripted: Path, monkeypatch: pytest.MonkeyPatch, page: str, firm: str
) -> None:
    use_data(monkeypatch, scripted)
    for language in ("sv", "en"):
        app = start(language, page=page, **({"firm": firm} if firm else {}))
        shown = "".join(bodies(app))
        assert not any(each in shown for each in ("<script", "<img", "<svg"))
        assert not any("](javascript" in str(each.value) for each in (*app.markdown, *app.caption))
        for button in (*app.button, *app.expander):
            assert "](" not in button.label


@pytest.fixture(scope="module", name="scripted_app")
def app_of_scripts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(scripted_region(tmp_path_factory.mktemp("scripted_app"))) as address:
        yield address


def test_no_page_runs_a_script_from_the_data(browser: Browser, scripted_app: str) -> None:
    with watched(browser, scripted_app, link="", has_maps=True) as seen:
        for page, firm in (*LINKS[: len(PAGES) + 2], LINKS[-1]):
            link = ("" if page == "start" else page) + (f"?firm={firm}" if firm else "")
            seen.page.goto(f"{scripted_app}/{link}")
            seen.page.locator(".nv-headline, .nv-intro").first.wait_for()
            seen.page.wait_for_timeout(500)
            for x in range(700, 1250, 110):  # what a pointer is told
                seen.page.mouse.move(x, 420)
            for opener in seen.page.locator("summary").all():
                opener.click()
            assert seen.page.evaluate("window.hacked") is None, link
            seen.is_clean()


def test_the_search_and_the_map_run_no_script_from_the_data(browser: Browser, scripted_app: str) -> None:
    with watched(browser, scripted_app, link="find?process=turning&near=Karlskoga&within=40+km", has_maps=True) as seen:
        page = seen.page
        page.locator(".row").first.wait_for()
        page.locator("#deckgl-overlay").wait_for()
        page.wait_for_timeout(800)
        box = page.locator("#deckgl-overlay").bounding_box()
        assert box is not None
        for step in range(-4, 5):
            page.mouse.move(box["x"] + box["width"] / 2 + step * 6, box["y"] + box["height"] / 2 + step * 3)
            page.wait_for_timeout(60)
        told = page.locator(".deck-tooltip").first
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        told.wait_for(state="visible")
        assert told.inner_text() in PAYLOADS
        assert page.evaluate("window.hacked") is None
        seen.is_clean()

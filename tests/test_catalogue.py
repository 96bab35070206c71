"""Is who is sought found, and as far away as the app says, by a page with no network, whoever opens it?

The search is asked as a page asks it, in a real Chromium; distances and places are held against :mod:`graph.geo`. That
no name on the page is a script is in test_export.py, and that nothing forbidden stands on it in test_leaks.py.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph.audience import Viewer
from graph.geo import Gazetteer, distance_km
from graph.model import REGION_KINDS, Certificate, Company, Level, Offer, Record, Region, Workplace
from graph.store import Snapshot
from graph.tables import fold
from graph.taxonomy import taxonomy
from render import offline_search
from render.catalogue import WITHIN_KM
from render.export_firms import firms_of
from render.exports import FILES
from render.taken import Taken
from tests.test_app import PAYLOADS
from tests.test_browser import SIZES, keep, real_chromium
from tests.test_browser_accessibility import AXE, RULES, RUN
from texts import LANGUAGES, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium"]

DAY = "2026-11-20"
PUBLIC = Viewer(Level.PUBLIC)
PERSON = f"person:{'0a' * 16}"
KARLSKOGA, OREBRO, NORA = (Gazetteer.default().one(name).point for name in ("Karlskoga", "Örebro", "Nora"))


def org(number: int) -> str:
    return f"org:40990{number:05}"


def firm(number: int, name: str, *offers: str, **more: Any) -> list[Record]:
    """A firm that makes these, as "process" or "process material material"."""
    said: list[Record] = [Company(org(number), name=name, **more)]
    for each in offers:
        process, *materials = each.split()
        said.append(Offer(f"{org(number)}/{process}", org(number), process, tuple(materials), evidence="stated"))
    return said


def site(company: str, at: tuple[float, float] | None, unsure_km: float | None = None, name: str = "main") -> Workplace:
    latitude, longitude = at or (None, None)
    return Workplace(f"{company}/{name}", company, latitude=latitude, longitude=longitude,
                     location_uncertainty_km=unsure_km)  # fmt: skip


REGION: tuple[Record, ...] = (
    Region("region:o", name="Provlän", municipalities=("1880", "1883", "1884"), is_home=True),
    *firm(1, "Rör & Laser AB", "tube_laser stainless", municipality="1880", locality="Örebro",
          website="https://rorlaser.example/om?a=1&b=2"),
    *firm(2, "Plåt AB", "laser_cutting steel", "bending", municipality="1883", website="www.plat.example"),
    *firm(3, "Svarvarna AB", "turning steel stainless", "milling_3 aluminium", municipality="1884",
          website="javascript:window.hacked=1"),
    *firm(4, "Axel och Söner AB", "turning", website="http://user@evil.example/"),
    *firm(5, "Tyst AB", municipality="1883"),
    *firm(6, "Långt Bort AB", "turning aluminium", municipality="1480", website="ej klar ännu"),
    Company(PERSON, municipality="1884", locality="Nora"),
    Offer(f"{PERSON}/mig", PERSON, "mig_mag"),
    site(PERSON, (59.51234, 15.04567)),
    site(org(1), OREBRO, 7.2),
    site(org(2), (59.3301, 14.5201), 0.1),
    site(org(3), NORA, 2.0),
    site(org(3), (57.70, 11.97), 0.1, "göteborg"),
    site(org(4), None),
    site(org(6), (57.70887, 11.97456), 0.1),
    Certificate(f"{org(3)}/c", org(3), "ISO 9001"),
    Certificate(f"{org(2)}/c", org(2), "Vår egen & <b>lapp</b>"),
)  # fmt: skip


def taken_of(*records: Record) -> Taken:
    return Taken(Snapshot(1, {kind: [e for e in records if type(e) is kind] for kind in REGION_KINDS}), PUBLIC, DAY)


TAKEN = taken_of(*REGION)


def data_of(taken: Taken, language: str = "sv") -> dict[str, Any]:
    return offline_search.data(taken.snapshot, firms_of(taken), load(language))


@dataclass
class Asked:
    """The search without any page of ours."""

    page: Page
    names: list[str] = field(default_factory=list)

    def of(self, data: dict[str, Any]) -> Asked:
        self.page.evaluate("(data) => { window.data = data; }", data)
        self.names = [each.get("name", "") for each in data["firms"]]
        return self

    def run(self, script: str, value: object = None) -> Any:
        return self.page.evaluate(script, value)

    def search(self, text: str = "", **question: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.run(
            "(question) => offlineSearch.search(data, question)", {"text": text, **question}
        )
        return found

    def firms(self, text: str = "", **question: object) -> list[str]:
        return [self.names[each["firm"]].split()[0] for each in self.search(text, **question)]

    def processes(self, text: str) -> list[list[str]]:
        parts = self.run("(text) => offlineSearch.understood(data, text)", text)
        return [[each["code"] for each in part["processes"]] for part in parts]


@pytest.fixture(scope="module", name="bare")
def page_with_the_script(browser: Browser) -> Iterator[Asked]:
    page = browser.new_page()
    page.add_script_tag(content=f"{offline_search.script()}; window.offlineSearch = offlineSearch;")
    yield Asked(page)
    page.close()


@pytest.fixture(name="asked")
def search_of_the_region(bare: Asked) -> Asked:
    return bare.of(data_of(TAKEN))


@pytest.fixture(scope="module", name="everything")
def one_firm_a_process(bare: Asked) -> dict[str, Any]:
    """A region in which every process of the taxonomy is somebody's."""
    return data_of(taken_of(*(each for n, code in enumerate(taxonomy().processes) for each in firm(n, f"F{n}", code))))


# -- kilometres ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("up_to_km", "error_km"), [(300.0, 1e-6), (1600.0, 1e-3)])
def test_distances_are_those_of_the_app(asked: Asked, up_to_km: float, error_km: float) -> None:
    draw, towns = random.Random(9), Gazetteer.default().localities  # noqa: S311 - towns, no secrets
    pairs = [(draw.choice(towns).point, draw.choice(towns).point) for _ in range(4000)]
    found = asked.run("(pairs) => pairs.map(([a, b]) => offlineSearch.kilometres(a, b))", pairs)
    errors = [abs(km - distance_km(*pair)) for km, pair in zip(found, pairs, strict=True) if km <= up_to_km]
    assert len(errors) > 500
    assert max(errors) < error_km
    assert asked.run("(at) => offlineSearch.kilometres(at, at)", NORA) == 0


def test_the_nearest_site_counts_and_who_has_none_stands_last_and_is_never_too_far(asked: Asked) -> None:
    found = asked.search("svarvning", near="1884-nora", order="km")
    assert [asked.names[each["firm"]] for each in found] == ["Svarvarna AB", "Långt Bort AB", "Axel och Söner AB"]
    assert [each["km"] for each in found[:1]] == [pytest.approx(0, abs=0.1)]  # Nora, and not Gothenburg
    assert found[1]["km"] == pytest.approx(distance_km(NORA, (57.70887, 11.97456)), abs=0.15)
    assert found[2]["km"] is None
    assert asked.firms("svarvning", near="1884-nora", withinKm=30) == ["Svarvarna", "Axel"]
    assert asked.firms("svarvning", near="1480-goteborg", withinKm=10, order="km") == ["Långt", "Svarvarna", "Axel"]
    assert asked.firms("svarvning", withinKm=10) == ["Axel", "Långt", "Svarvarna"]  # no place, no distance


@pytest.mark.parametrize("km", WITHIN_KM)
def test_within_is_what_the_app_would_say(asked: Asked, km: int) -> None:
    sites = {each["name"]: each["sites"] for each in data_of(TAKEN)["firms"] if "sites" in each}
    for near in ("Karlskoga", "Örebro", "Nora", "Göteborg", "Lindesberg"):
        place = Gazetteer.default().one(near)
        inside = {n for n, own in sites.items() if any(distance_km(place.point, (e[0], e[1])) <= km for e in own)}
        found = asked.search(near=offline_search.place_code(place), withinKm=km)
        assert {asked.names[each["firm"]] for each in found if each["km"] is not None} == inside


def test_a_persons_place_is_not_on_the_page_nor_a_firms_that_is_not_seen() -> None:
    said = FILES[".html"].make(TAKEN, load("sv")).decode()
    assert "59.512" not in said
    assert "15.046" not in said
    hidden = taken_of(
        *(each for each in REGION if getattr(each, "company_id", None) != org(6)), site(org(6), (60.1, 16.2))
    )
    assert "60.1" not in re.sub(r'"places":\[.*?\]', "", FILES[".html"].make(hidden, load("sv")).decode())


def test_places_are_the_regions_towns_its_neighbours_and_every_municipality() -> None:
    places = data_of(TAKEN)["places"]
    names = {each["name"] for each in places}
    assert {"Karlskoga", "Gyttorp", "Lindesberg", "Göteborg", "Kiruna", "Degerfors"} <= names
    assert len({each["code"] for each in places}) == len(places) == len(names)
    towns = {each.name: each for each in Gazetteer.default().localities if each.municipality == "1883"}
    for each in places:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+", each["code"]), each
        if each["name"] in towns:
            assert (each["latitude"], each["longitude"]) == pytest.approx(towns[each["name"]].point, abs=0.0006)


# -- words -----------------------------------------------------------------------------------------------------------

LETTERS = (" MIG/MAG-svetsning ", "Straße", "ﬁn Å", "５-AXLIG", "Ægir, ČSN; Ωμς", "x²", "e\u0301")


def test_letters_are_folded_as_the_tables_fold_them(asked: Asked) -> None:
    assert asked.run("(all) => all.map(offlineSearch.fold)", LETTERS) == [fold(each) for each in LETTERS]


def test_every_name_of_every_process_finds_it(bare: Asked, everything: dict[str, Any]) -> None:
    asked = bare.of(everything)
    names = [(code, name) for code, each in taxonomy().processes.items() for name in each.names]
    found = asked.run(
        "(names) => names.map((name) => offlineSearch.understood(data, name).flatMap((part) => part.processes))",
        [name for _, name in names],
    )
    found = [[each["code"] for each in codes] for codes in found]
    owner = taxonomy().process_of
    first = [codes[0] == owner(name) for (_, name), codes in zip(names, found, strict=True)]
    assert sum(first) / len(first) > 0.85  # a few names are of several processes


MEANT = {  # what a Swede or an English buyer would say is meant, first
    "kan kapa rör med laser": "tube_laser",
    "Vem kan skära rör med laser?": "tube_laser",
    "who can cut tubes by laser?": "tube_laser",
    "tube laser cutting": "tube_laser",
    "svarva axlar": "turning",
    "svarvade detaljer": "turning",
    "turned shafts": "turning",
    "lasrskärning": "laser_cutting",
    "svravning": "turning",
    "rorbojning": "tube_bending",
    "kugghjul": "gear_cutting",
    "gears": "gear_cutting",
    "bocka plåt": "bending",
    "5-axlig fräsning": "milling_5",
    "Finns det någon som kan härda?": "hardening",
    "powder coating": "powder_coating",
    "Planslipning": "surface_grinding",
}


def test_a_question_in_ones_own_words_is_understood(bare: Asked, everything: dict[str, Any]) -> None:
    asked = bare.of(everything)
    assert {text: asked.processes(text)[0][0] for text in MEANT} == MEANT


def test_a_general_word_means_its_kinds_too(bare: Asked, everything: dict[str, Any]) -> None:
    asked = bare.of(everything)
    for text, first, kind in (
        ("svetsning", "mig_mag", "tig"),
        ("welding", "mig_mag", "tig"),
        ("fräsning", "milling_3", "milling_5"),
        ("svetsa", "mig_mag", "tig"),
    ):
        (found,) = asked.processes(text)
        assert found[0] == first
        assert kind in found
    assert "laser_weld" not in asked.processes("laser")[0]


def test_only_words_of_what_somebody_makes_are_on_the_page() -> None:
    data = data_of(TAKEN)
    codes = {code for _, _, says in data["words"] for code, _ in says if code[0] != "="}
    assert codes == data["processes"].keys()
    assert data["processes"].keys() == {each for _, offers, *_ in _offers() for each in offers}
    assert "pulverlack" not in json.dumps(data["words"], ensure_ascii=False)


def _offers() -> list[tuple[str, tuple[str, ...]]]:
    return [
        (each.offer_id, (each.capability or "", *taxonomy().ancestors(each.capability or "")))
        for each in REGION
        if isinstance(each, Offer)
    ]


@pytest.mark.parametrize(
    ("text", "firms"),
    [
        ("kapa rör med laser", ["Rör", "Plåt"]),
        ("svarvning och fräsning", ["Svarvarna"]),
        ("svarvning, bockning", []),
        ("svarva rostfritt", ["Svarvarna", "Axel"]),  # of the second it is not known; the third says aluminium
        ("svarva Nora", ["Svarvarna"]),
        ("svarva fortfarande", ["Axel", "Långt", "Svarvarna"]),  # a word that nobody has and that says nothing
        ("Tyst AB", ["Tyst"]),
        ("plåt.example", ["Plåt"]),
        ("iso9001", ["Svarvarna"]),
        ("ISO 9001 svarvning", ["Svarvarna"]),
        ("inte svarvning men bockning", ["Plåt"]),
        ("zzzz", []),
        ("vem kan", ["Axel", "", "Långt", "Plåt", "Rör", "Svarvarna"]),
    ],
)
def test_who_is_found(asked: Asked, text: str, firms: list[str]) -> None:
    found = [each and each.split()[0] for each in (asked.names[hit["firm"]] for hit in asked.search(text))]
    assert sorted(found) == sorted(firms)
    if text == "kapa rör med laser":
        assert found == firms


def test_what_was_not_meant_is_taken_away(asked: Asked) -> None:
    assert asked.firms("kapa rör med laser", without=["laser_cutting"]) == ["Rör"]
    assert asked.firms("svarva rostfritt", without=["=stainless"]) == ["Axel", "Långt", "Svarvarna"]


def test_who_offers_something_more_general_may_do_it_and_stands_after_who_does(bare: Asked) -> None:
    asked = bare.of(data_of(taken_of(*firm(1, "Allmän AB", "grinding"), *firm(2, "Plan AB", "surface_grinding"))))
    assert asked.firms("planslipning") == ["Plan", "Allmän"]
    assert asked.firms("slipning") == ["Allmän", "Plan"]
    assert asked.firms(process="surface_grinding") == ["Plan"]
    assert asked.firms(process="grinding") == ["Allmän", "Plan"]


def test_what_is_chosen_is_of_one_and_the_same_offer(asked: Asked) -> None:
    assert asked.firms(process="turning", material="aluminium") == ["Långt"]
    assert asked.firms(process="turning", place="1884", certificate="ISO 9001") == ["Svarvarna"]
    assert asked.firms(place="1883") == ["Plåt"]
    assert asked.firms(place="1883", also=True) == ["Plåt", "Tyst"]


def test_nothing_in_the_data_ends_its_element() -> None:
    names = (*PAYLOADS, "</script><script>window.hacked=1</script>", "<!--", "\u2028")
    written = offline_search.embedded(data_of(taken_of(*(e for n, name in enumerate(names) for e in firm(n, name)))))
    assert re.search("[<>&\u2028]", written) is None
    assert {each["name"] for each in json.loads(written)["firms"]} == set(names)


def test_the_words_of_the_whole_taxonomy_leave_room_for_the_firms(everything: dict[str, Any]) -> None:
    """650 firms are to fit in 1.5 MB: a firm of the invented region takes under 1 kB, here and on the page."""
    without = {name: value for name, value in everything.items() if name != "firms"}
    assert len(offline_search.embedded(without).encode()) < 600_000


# -- the page --------------------------------------------------------------------------------------------------------


@dataclass
class Opened:
    """The page from a folder, with every way out closed and watched."""

    page: Page
    address: str
    asked: list[str]
    complaints: list[str]

    def names(self) -> list[str]:
        return self.page.locator("article:not([hidden]) h2").all_text_contents()

    def write(self, name: str, text: str) -> None:
        self.page.fill(f"input[name={name}]", text)
        self.page.wait_for_timeout(200)


@pytest.fixture(name="opened", params=LANGUAGES)
def opened_page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    path = tmp_path / "catalogue.html"
    path.write_bytes(FILES[".html"].make(TAKEN, load(request.param)))
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    found = Opened(context.new_page(), path.as_uri(), [], [])
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.on("console", lambda said: found.complaints.append(said.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(found.address)
    yield found
    assert {each.partition("#")[0] for each in found.asked} == {found.address}
    assert found.complaints == []
    assert found.page.evaluate("window.hacked") is None
    context.close()


def test_the_page_says_how_far_each_is_and_how_sure(opened: Opened) -> None:
    page = opened.page
    said = load(page.evaluate("document.documentElement.lang"))
    opened.write("near", "karlskoga ")
    told = dict(zip(opened.names(), page.locator("article:not([hidden]) .km").all_inner_texts(), strict=True))
    km = round(distance_km(KARLSKOGA, OREBRO))
    assert told["Rör & Laser AB"] == said("export.page.km_about", km=km)  # a town's size, 7 km
    assert told["Svarvarna AB"] == said("export.page.km", km=round(distance_km(KARLSKOGA, NORA)))
    assert told["Plåt AB"] == said("export.page.km_less")
    assert told["Axel och Söner AB"] == said("export.page.place_unknown")
    assert told[said("find.unnamed")] == said("export.page.km_unknown")
    assert opened.names()[:3] == ["Plåt AB", "Svarvarna AB", "Rör & Laser AB"]
    assert said("export.page.far_last", count=2) in page.locator("output").inner_text()
    page.select_option("select[name=order]", "fit")
    page.wait_for_timeout(200)
    assert opened.names()[0] == "Plåt AB"
    page.select_option("select[name=within]", "30")
    page.wait_for_timeout(200)
    assert "Rör & Laser AB" not in opened.names()
    assert "Axel och Söner AB" in opened.names()
    opened.write("near", "Ingenstans")
    page.locator("input[name=near]").blur()
    assert page.locator("#astray").inner_text() == said("export.page.near_unknown")


def test_what_was_understood_is_shown_and_can_be_taken_away(opened: Opened) -> None:
    page = opened.page
    said = load(page.evaluate("document.documentElement.lang"))
    opened.write("text", "kapa rör med laser")
    assert opened.names() == ["Rör & Laser AB", "Plåt AB"]
    chips = page.locator(".understood button")
    names = {"sv": ["Rörlaserskärning", "Laserskärning"], "en": ["Tube laser cutting", "Laser cutting"]}[said.language]
    assert chips.all_inner_texts() == names
    assert page.locator("li.hit b").all_inner_texts() == names
    page.get_by_role("button", name=said("export.page.take_away", name=names[1]), exact=True).press("Enter")
    assert opened.names() == ["Rör & Laser AB"]
    assert page.locator("output").inner_text() == said("export.page.found_one")
    opened.write("text", "svarva fortfarande")
    assert said("export.page.missing", words="fortfarande") in page.locator(".understood").inner_text()
    opened.write("text", "zzzz")
    assert page.locator("output").inner_text() == said("export.page.none")
    page.locator("button[type=reset]").click()
    page.wait_for_timeout(100)
    assert len(opened.names()) == 6
    assert page.locator(".understood").is_hidden()


def test_an_address_holds_codes_alone_and_opens_the_same_search(opened: Opened) -> None:
    page = opened.page
    page.select_option("select[name=process]", "turning")
    page.select_option("select[name=certificate]", "ISO 9001")
    opened.write("near", "Nora")
    page.select_option("select[name=within]", "30")
    opened.write("text", "hemligheter om oss svarvning")
    shared = page.url
    assert shared.partition("#")[2].split("&") == [
        "process=turning", "certificate=ISO+9001", "within=30", "near=1884-nora"]  # fmt: skip
    page.goto("about:blank")
    page.goto(shared)
    assert opened.names() == ["Svarvarna AB"]
    assert page.locator("input[name=near]").input_value() == "Nora"
    page.select_option("select[name=certificate]", "Vår egen & <b>lapp</b>")
    page.wait_for_timeout(200)
    assert "lapp" not in page.url
    page.evaluate("location.hash = '#process=%3Cimg%20src=x%20onerror=hacked=1%3E&near=x&within=77&place=1883'")
    page.wait_for_timeout(100)
    assert opened.names() == ["Plåt AB"]


def test_a_website_is_a_link_only_where_it_is_an_ordinary_one(opened: Opened) -> None:
    links = opened.page.locator("article a").evaluate_all(
        "(all) => all.map((each) => [each.textContent, each.getAttribute('href'), each.rel])"
    )
    rel = "noreferrer noopener"
    assert sorted(links) == [
        ["rorlaser.example/om?a=1&b=2", "https://rorlaser.example/om?a=1&b=2", rel],
        ["www.plat.example", "https://www.plat.example", rel],
    ]
    shown = opened.page.locator("main").inner_text()
    assert "javascript:window.hacked=1" in shown
    assert "ej klar ännu" in shown


def test_everybody_can_use_it(opened: Opened) -> None:
    page = opened.page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for near, text in (("", ""), ("Nora", "svarva rostfritt"), ("Ingenstans", "zzzz")):
            opened.write("near", near)
            opened.write("text", text)
            page.locator("input[name=near]").blur()
            page.evaluate(AXE)
            assert page.evaluate(RUN, RULES) == [], (scheme, text)
    opened.write("text", "kapa rör med laser")
    for name, (width, height) in {**SIZES, "twice": (640, 360), "narrow": (320, 568)}.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.locator("details").get_attribute("open") == ("" if width >= 640 + 1 else None), name
        keep(page, f"catalogue_{name}")


def test_it_is_worked_by_keys(opened: Opened) -> None:
    page = opened.page
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || document.activeElement.dataset.process || ''"))
    wanted = ["text", "near", "process", "material", "certificate", "place"]
    assert [each for each in reached if each in wanted][:6] == wanted
    levels = page.evaluate("[...document.querySelectorAll('h1, h2')].map((each) => Number(each.tagName[1]))")
    assert levels[0] == 1
    assert all(later - sooner <= 1 for sooner, later in pairwise(levels))
    page.locator(".common button").first.press("Space")
    assert page.locator(".common button[aria-pressed=true]").count() == 1
    assert page.locator("select[name=process]").input_value() == "turning"


def test_printed_it_is_the_list_and_not_the_fields(opened: Opened) -> None:
    page = opened.page
    opened.write("text", "svarvning")
    page.emulate_media(media="print")
    assert page.locator("input[name=text]").is_hidden()
    assert page.locator("output").is_visible()
    assert len(opened.names()) == 3


def test_an_empty_region_gives_a_page_that_says_so(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_bytes(FILES[".html"].make(taken_of(), load("sv")))
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    assert page.locator("output").inner_text() == load("sv")("export.page.none")
    assert complaints == []
    page.close()

"""A firm's choices of who may see what: kept, taken back and looked back on, on its page and on paper."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.consent import ALL_OF_IT, OPENS, Choice, Fact
from graph.errors import NotAllowed, UserMistake
from graph.ledger import decide, publish
from graph.model import Claim, Company, Contact, Decision, Interview, Level, Load, Offer, Source, Trade
from graph.own_account import provenance_for
from graph.own_word import choose, chosen, leave_to_source, take_back_choice
from graph.provenance import records_by_company, seen_by
from graph.resolve import read_sources
from graph.store import Store, open_store
from render.company import Wording
from render.firm_facts import LOWER, Line, Seen, can_be_opened, facts_seen, lines
from render.firm_sheet import firm_sheet
from tests.test_app import bodies, invented_region, opened_region, run, said, start
from tests.test_browser import keep, real_chromium, served
from texts import LANGUAGES, load
from views import common
from views.who import Who

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["invented_region", "opened_region", "real_chromium"]  # fixtures

A, B = "org:4634540522", "org:4000000002"
MANAGER, MEMBERS, OF_A, OF_B = (
    *(Viewer(Level.MANAGER), Viewer(Level.MEMBERS)),
    *(Viewer(Level.MEMBERS, A), Viewer(Level.MEMBERS, B)),
)
TURNING = Fact("Offer", "turning")
TOLERANCE = Fact("Offer", "turning", "tolerance")
OPEN = Source("member_sheet", "network", Level.PUBLIC)
CLOSED = Source("network_work", "network", Level.MANAGER, file="Hemlig.xlsx")
SV = load("sv")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    publish(
        opened,
        [OPEN, CLOSED],
        [
            Claim(A, "Company", "", {"name": "Ek & Co <AB>", "employees": 12}),
            Claim(B, "Company", "", {"name": "Al Gjuteri AB"}),
            Claim(A, "Offer", "turning", {"tolerance": "IT7", "lead_time_days": 20}),
            Claim(A, "Contact", "kim", {"name": "Kim Ek", "email": "kim@a.example"}, source=1),
            Claim(A, "ImportedPart", "p1", {"description": "Axel", "supplier": "Far Ltd", "value_sek": 71}, source=1),
            Claim(A, "Interview", "i1", {"notes": "ledningens anteckning"}, source=1),
            Claim(B, "Trade", "t1", {"buyer_id": A, "what": "gjutgods", "value_sek": 500}, source=1),
        ],
        on="2026-01-02",
    )
    yield opened
    opened.close()


def facts(store: Store, viewer: Viewer) -> list[Seen]:
    """The firm's facts as the viewer's page tells them."""
    texts = load("sv")
    told = provenance_for(store, viewer, A)
    snapshot = view(store, viewer)
    own = records_by_company(snapshot).get(A, {})
    company = next(each for each in snapshot.of(Company) if each.company_id == A)
    others = {level: seen_by(told, Viewer(level)) for level in LOWER}
    names = {each.company_id: each.name or "" for each in snapshot.of(Company)}
    return facts_seen(company, own, others, told, Wording(texts, lambda key: names.get(key, key)))


def listed(store: Store, viewer: Viewer = OF_A) -> dict[Fact, Line]:
    return {each.fact: each for each in lines(facts(store, viewer), chosen(store, viewer, A)[0], SV)}


# -- kept, taken back, looked back on --------------------------------------------------------------------------------


def test_a_firm_chooses_for_itself_and_takes_it_back(store: Store) -> None:
    made = choose(store, OF_A, A, Choice.HIDDEN, TURNING, by="Kim", on="2026-11-01")
    assert view(store, MEMBERS).of(Offer) == []
    counting, ended = chosen(store, OF_A, A)
    assert {fact: each.decided_by for fact, each in counting.items()} == {TURNING: "Kim"}
    assert ended == ()
    take_back_choice(store, OF_A, made, on="2026-11-05")
    assert len(view(store, MEMBERS).of(Offer)) == 1
    counting, ended = chosen(store, OF_A, A)
    assert counting == {}
    assert [(each.fact, each.decision.decided_on, each.until) for each in ended] == [
        (TURNING, "2026-11-01", "2026-11-05")
    ]


def test_another_choice_takes_the_place_of_the_first_and_all_are_taken_back_at_once(store: Store) -> None:
    choose(store, OF_A, A, Choice.HIDDEN, TURNING, on="2026-11-01")
    second = choose(store, MANAGER, A, Choice.OPEN, TURNING, by="Kim", on="2026-11-03")
    counting, ended = chosen(store, OF_A, A)
    assert counting[TURNING].decision_id == second
    assert [each.until for each in ended] == ["2026-11-03"]
    before = leave_to_source(store, OF_A, A, TURNING, on="2026-11-09")
    assert before is not None
    assert before.decision_id == second
    counting, ended = chosen(store, OF_A, A)
    assert counting == {}
    assert [each.until for each in ended] == ["2026-11-09", "2026-11-09"]
    assert leave_to_source(store, OF_A, A, TURNING) is None


def test_nobody_chooses_for_another_firm(store: Store) -> None:
    made = choose(store, OF_B, B, Choice.HIDDEN)
    other = decide(store, "correct", [A], kind=Company, name="employees", value=3)
    before = store.revision()
    for viewer in (OF_A, MEMBERS, Viewer()):
        with pytest.raises(NotAllowed):
            choose(store, viewer, B, Choice.OPEN)
        with pytest.raises(NotAllowed):
            leave_to_source(store, viewer, B)
        with pytest.raises(NotAllowed):
            take_back_choice(store, viewer, made)
        with pytest.raises(NotAllowed):
            chosen(store, viewer, B)
    for viewer in (OF_A, MANAGER):
        with pytest.raises(NotAllowed):
            take_back_choice(store, viewer, other)  # a correction is no choice
    assert store.revision() == before
    assert not store.notes("consent_ended:")


def test_what_no_choice_opens_is_refused_and_not_listed(store: Store) -> None:
    with pytest.raises(UserMistake):
        choose(store, OF_A, A, Choice.OPEN, Fact("Interview", "i1"))
    for viewer in (OF_A, MANAGER):
        for fact in listed(store, viewer):
            assert fact == ALL_OF_IT or fact.kind in {each.__name__ for each in OPENS}
    assert not can_be_opened(Fact("ImportedPart", "p1", "supplier"))
    assert not can_be_opened(Fact("Company", "", "sensitive"))


def test_the_list_says_who_sees_what_and_what_was_chosen(store: Store) -> None:
    before = listed(store)
    assert before[TURNING].seen == {Level.PUBLIC: "some", Level.MEMBERS: "all"}  # the lead time is the members'
    assert before[Fact("Contact", "kim")].seen == {Level.PUBLIC: "none", Level.MEMBERS: "none"}
    choose(store, OF_A, A, Choice.OPEN, by="Kim")
    choose(store, OF_A, A, Choice.HIDDEN, TOLERANCE, by="Bo")
    after = listed(store)
    assert after[TURNING].seen == {Level.PUBLIC: "some", Level.MEMBERS: "some"}
    assert (after[TURNING].choice, after[TURNING].follows) == (Choice.OPEN, True)
    assert (after[TOLERANCE].choice, after[TOLERANCE].follows) == (Choice.HIDDEN, False)
    assert after[Fact("Contact", "kim")].choice is None  # a word on the whole firm opens no person
    assert after[ALL_OF_IT].choice is Choice.OPEN


def test_a_trade_is_listed_by_the_other_firm_for_who_knows_of_it(store: Store) -> None:
    fact = Fact(Trade.__name__, B)
    assert fact in listed(store, MANAGER)
    assert fact not in listed(store)  # its seller's word, which is not the buyer's to see
    choose(store, MANAGER, A, Choice.OPEN, fact, by="Kim")
    choose(store, MANAGER, B, Choice.OPEN, Fact(Trade.__name__, A), by="Al")
    assert listed(store, MANAGER)[fact].seen == {Level.PUBLIC: "all", Level.MEMBERS: "all"}


# -- on paper ----------------------------------------------------------------------------------------------------------


def rows_on(sheet: bytes) -> list[list[str]]:
    lines_ = re.findall(r"<tr>(.*?)</tr>", sheet.decode())
    return [re.findall(r"<td[^>]*>(.*?)</td>", each) for each in lines_]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_firms_copy_tells_what_each_level_sees_and_no_more_than_the_firm_may_know(
    store: Store, language: str
) -> None:
    texts = load(language)
    choose(store, OF_A, A, Choice.HIDDEN, TOLERANCE, by="Kim", on="2026-11-01")
    seen = facts(store, OF_A)
    sheet = firm_sheet("Ek & Co <AB>", seen, [*listed(store).values()], texts, "2026-11-20")
    hidden = texts("company.hidden")
    found = {tuple(row[1:4]) for row in rows_on(sheet) if row}
    assert ("12", "12", "12") in found
    assert (hidden, "20", "20") in found
    assert (hidden, hidden, "IT7") in found
    assert (hidden, hidden, "kim@a.example") in found
    assert "Ek &amp; Co &lt;AB&gt;" in sheet.decode()
    text = html.unescape(sheet.decode())
    assert texts("consent.since", choice=texts("consent.choice.hidden"), day="2026-11-01") in text
    for hidden_fact in ("ledningens anteckning", "gjutgods", "Hemlig.xlsx", "<script", "http://", "https://"):
        assert hidden_fact not in text
    whole = firm_sheet("Ek", facts(store, MANAGER), [], texts, "2026-11-20", for_manager=True)
    assert "ledningens anteckning" in whole.decode()
    assert texts("firm_sheet.copy.manager") in html.unescape(whole.decode())


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def firm(region: Store) -> str:
    snapshot = region.snapshot(Offer, Contact, Interview)
    known = set.intersection(*({e.company_id for e in snapshot.of(kind)} for kind in (Offer, Contact, Interview)))  # type: ignore[attr-defined]
    return str(min(each for each in known if each and each.startswith("org:")))


Look = Callable[..., AppTest]


@pytest.fixture(name="look")
def looking(region: Store, firm: str, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Opens the firm's page: ``look(viewer, language)``."""

    def look(viewer: Viewer, language: str = "sv") -> AppTest:
        monkeypatch.setattr(common, "look", lambda *_: Who("given", viewer, name="Kim Ek"))
        return start(language, "company", firm=firm.removeprefix("org:"))

    return look


def ask(app: AppTest, fact: Fact, firm: str) -> AppTest:
    """As if the fact's line in the list had been clicked."""
    app.session_state["consent_open"] = (firm, fact)
    app.session_state["consent_turn"] = 1
    return run(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def choices(app: AppTest) -> dict[str, list[Any]]:
    """The lines of the list, by what they are about."""
    for each in app.get("bidi_component"):
        data = json.loads(each.proto.json) if each.proto.json else {}
        if data.get("alt") in {load(language)("consent.title") for language in LANGUAGES}:
            return {row["cells"][0][0]: [cell[0] for cell in row["cells"][1:]] for row in data["rows"]}
    return {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_people_hide_a_capability_with_two_clicks_and_undo_it(
    look: Look, region: Store, firm: str, language: str
) -> None:
    texts = load(language)
    offer = region.matching(Offer, "company_id", [firm])[0]
    own = Viewer(Level.MEMBERS, firm)
    app = ask(look(own, language), Fact("Offer", offer.capability or ""), firm)
    assert not [each.key for each in app.text_input if str(each.key).startswith("consent_by")]
    app.radio(key="consent_choice_1").set_value("hidden")
    run(app)
    press(app, "consent_save_1")
    assert texts("consent.saved", choice=texts("consent.choice.hidden")) in said(app, "saved")
    (kept,) = [e for e in region.snapshot(Decision).of(Decision) if e.verb == "consent" and e.withdrawn is None]
    assert (kept.subjects, kept.item, kept.decided_by) == ((firm,), offer.capability, "Kim Ek")
    assert offer.key not in {each.key for each in view(region, MEMBERS).of(Offer)}
    assert any(texts("consent.choice.hidden") in row for row in choices(app).values())
    press(app, "consent_undo")
    assert texts("edit.undone") in said(app, "saved")
    assert not any(texts("consent.choice.hidden") in row for row in choices(app).values())
    count = len(chosen(region, own, firm)[1])
    assert count >= 1
    assert texts("consent.history", count=count) in {each.label for each in app.expander}


def test_the_manager_writes_down_who_said_so(look: Look, region: Store, firm: str) -> None:
    app = ask(look(MANAGER), ALL_OF_IT, firm)
    app.radio(key="consent_choice_1").set_value("through_manager")
    run(app)
    press(app, "consent_save_1")
    assert SV("consent.by_missing") in "".join(bodies(app))
    app.text_input(key="consent_by_1").set_value("Al, delägare")
    run(app)
    press(app, "consent_save_1")
    assert choices(app)[SV("consent.all_of_it")][2:] == [
        SV("consent.choice.through_manager"), common.today(), "Al, delägare",
    ]  # fmt: skip
    app = ask(app, ALL_OF_IT, firm)
    app.radio(key="consent_choice_1").set_value("")
    app.text_input(key="consent_by_1").set_value("Al")
    run(app)
    press(app, "consent_save_1")
    assert SV("consent.left") in said(app, "saved")
    press(app, "consent_undo")
    assert choices(app)[SV("consent.all_of_it")][4] == "Al, delägare"
    leave_to_source(region, MANAGER, firm)


def test_a_single_field_can_be_chosen(look: Look, region: Store, firm: str) -> None:
    app = ask(look(MANAGER), Fact("Company"), firm)
    app.selectbox(key="consent_which_1").set_value(Fact("Company", "", "employees"))
    app.radio(key="consent_choice_1").set_value("hidden")
    app.text_input(key="consent_by_1").set_value("Al")
    run(app)
    press(app, "consent_save_1")
    line = f"{SV('consent.about_firm')} · {SV('field.employees')}"
    assert choices(app)[line][:3] == [SV("consent.seen.none"), SV("consent.seen.none"), SV("consent.choice.hidden")]
    leave_to_source(region, MANAGER, firm, Fact("Company", "", "employees"))


def test_a_form_forged_for_another_firm_stays_closed(look: Look, region: Store, firm: str) -> None:
    app = look(Viewer(Level.MEMBERS, firm))
    other = next(each.company_id for each in region.snapshot(Company).of(Company) if each.company_id != firm)
    ask(app, ALL_OF_IT, other)
    assert not app.radio


def test_no_file_or_list_is_named_to_the_firms_people(look: Look, region: Store, firm: str) -> None:
    app = look(Viewer(Level.MEMBERS, firm))
    everything = "".join([*bodies(app), *(each.proto.json or "" for each in app.get("bidi_component"))])
    sources = {each for load_ in region.snapshot(Load).of(Load) for each in read_sources(load_.sources)}
    assert not [each.file for each in sources if each.file and each.file in everything]


def test_in_a_browser_a_line_opens_what_it_means_and_is_chosen(
    demo_data: Path, tmp_path: Path, browser: Browser
) -> None:
    for file in demo_data.glob("demo.*"):
        shutil.copy(file, tmp_path / file.name)
    store = open_store(f"sqlite:{tmp_path / 'demo.sqlite'}", create=False)
    offer = min(store.snapshot(Offer).of(Offer), key=lambda each: each.key)
    store.close()
    number = (offer.company_id or "").removeprefix("org:")
    with served(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{address}/company?firm={number}")
        page.locator(".table button.firm").filter(has_text=f"{SV('consent.kind.Offer')}:").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text(SV("consent.means.open")).wait_for()
        dialog.get_by_text(SV("consent.choice.open"), exact=True).click()
        dialog.get_by_role("textbox").first.fill("Al")
        dialog.get_by_role("button", name=SV("consent.save")).click()
        page.get_by_text(SV("consent.saved", choice=SV("consent.choice.open"))).wait_for()
        page.locator(".table tr").filter(has_text="Al").get_by_text(SV("consent.choice.open"), exact=True).wait_for()
        page.get_by_role("button", name=SV("preview.firm")).click()
        page.locator(".nv-preview").wait_for()
        box = page.locator(".st-key-preview_row").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] == pytest.approx(720, abs=1)
        keep(page, "consent_preview")
        page.get_by_role("button", name=SV("preview.back")).click()
        page.locator(".nv-preview").wait_for(state="detached")
        page.get_by_text(SV("consent.all_of_it"), exact=True).wait_for()

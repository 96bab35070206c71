"""The page "Meeting" through the router, and the command: planned, finished, changed, printed and kept."""

from __future__ import annotations

import csv
import html
import re
from itertools import combinations
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.groups import themes_to_tell
from graph.meeting_note import Meeting, keep, planned, recall
from graph.meeting_plan import Attendee
from graph.model import Activity, Company, ImportedPart, Level, Need, Offer
from graph.store import Snapshot, open_store
from render.meeting import cards, seat_rows, seat_table, topics
from render.plain import process_name, theme_name
from render.tables import as_xlsx
from tests.regions import Built, built_region, own_data, run  # noqa: F401 - fixtures
from tests.test_affinity import firm, world
from tests.test_app import PAYLOADS, bodies, invent_region, said, start, use_data
from tests.test_app import run as run_app
from texts import Texts, load


@pytest.fixture(scope="module", name="data")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(name="here")
def meeting_page(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A region in which no meeting is kept."""
    use_data(monkeypatch, data)
    forget(data)
    return data


def stored(data: Path) -> Snapshot:
    store = open_store(f"sqlite:{data / 'demo.sqlite'}", create=False)
    try:
        return view(store, Viewer(Level.MANAGER))
    finally:
        store.close()


def kept(data: Path) -> Meeting | None:
    store = open_store(f"sqlite:{data / 'demo.sqlite'}", create=False)
    try:
        return recall(store)
    finally:
        store.close()


def forget(data: Path) -> None:
    store = open_store(f"sqlite:{data / 'demo.sqlite'}", create=False)
    keep(store, None)
    store.close()


def by_activity(language: str = "sv") -> AppTest:
    """The page once the largest activity's participants have been seated."""
    app = start(language, page="meeting")
    app.button_group(key="meeting_source").set_value("activity")
    run_app(app)
    counts = [int(each[each.rfind("(") + 1 : -1]) for each in app.selectbox(key="meeting_activity").options]
    app.selectbox(key="meeting_activity").select_index(counts.index(max(counts)))
    run_app(app)
    app.button(key="meeting_seat").click()
    return run_app(app)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_participants_of_an_activity_are_seated(here: Path, language: str) -> None:
    app = by_activity(language)
    meeting, sentences = kept(here), load(language)
    assert meeting is not None
    assert meeting.plan is not None
    most = max(len(each.participants) for each in stored(here).of(Activity))
    assert len(meeting.attendees) == most
    tables = -(-most // 6)
    headline = said(app, "headline")
    assert f"{most} " in headline
    assert f" {tables} " in headline
    assert re.search(r"\d+ ?%", headline)
    picture = next(each for each in bodies(app) if "nv-tables" in each)
    assert picture.count("<h3>") == tables
    assert sentences("meeting.table", number=tables) in picture
    assert sum(picture.count(each.name.replace("&", "&amp;")) >= 1 for each in meeting.attendees) == most


def test_a_meeting_goes_on(here: Path) -> None:
    app = by_activity()
    first = kept(here)
    assert first is not None
    assert first.plan is not None
    app.button(key="meeting_finish").click()
    run_app(app)
    app.text_input(key="meeting_late").set_value("Helt Ny Firma AB")
    late = [each for each in app.button if each.label == "Lägg till"]
    late[0].click()
    run_app(app)
    assert "Helt Ny Firma AB" in said(app, "saved")
    gone = first.attendees[0].attendee_id
    absent = next(each for each in app.multiselect if each.label == "Kom inte eller har gått")
    label = next(each for each in absent.options if each.startswith(first.attendees[0].name))
    absent.set_value([label])
    run_app(app)
    now = kept(here)
    assert now is not None
    assert now.plan is not None
    assert now.plan.finished == 1
    assert now.plan.rounds[0] == first.plan.rounds[0]
    for each in now.plan.rounds[1:]:
        seated = {one for group in each.groups for one in group}
        assert gone not in seated
        assert "guest:helt ny firma" in seated
    again = start("sv", page="meeting")  # as after a restart
    assert kept(here) == now
    assert again.button(key="meeting_reopen").label == "Ångra omgång 1"
    again.button(key="meeting_forget").click()
    run_app(again)
    assert kept(here) is None
    assert "Vilka ska sitta ihop?" in said(again, "headline")


def test_the_arrangement_is_changed(here: Path) -> None:
    app = by_activity()
    app.button_group(key="meeting_form").set_value("pairs")
    run_app(app)
    meeting = kept(here)
    assert meeting is not None
    assert meeting.plan is not None
    assert {len(group) for each in meeting.plan.rounds for group in each.groups} == {2}
    app.number_input(key="meeting_rounds").set_value(5)
    run_app(app)
    meeting = kept(here)
    assert meeting is not None
    assert meeting.plan is not None
    assert len(meeting.plan.rounds) == 5
    pair = meeting.plan.rounds[0].groups[0]
    two = next(each for each in app.multiselect if each.label == "Två som inte ska mötas")
    names = [next(one.name for one in meeting.attendees if one.attendee_id == each) for each in pair]
    two.set_value(names)
    run_app(app)
    app.button(key="meeting_keep_apart").click()
    run_app(app)
    meeting = kept(here)
    assert meeting is not None
    assert meeting.plan is not None
    assert meeting.apart == (tuple(sorted(pair)),)
    assert not any(set(pair) <= set(group) for each in meeting.plan.rounds for group in each.groups)
    app.button(key="meeting_let_0").click()
    run_app(app)
    meeting = kept(here)
    assert meeting is not None
    assert meeting.apart == ()


def test_two_firms_are_too_few_to_choose_one_of(here: Path) -> None:
    app = start("sv", page="meeting")
    app.button_group(key="meeting_source").set_value("firms")
    run_app(app)
    app.multiselect(key="meeting_firms").set_value(app.multiselect(key="meeting_firms").options[:1])
    run_app(app)
    assert app.button(key="meeting_seat").disabled


def test_what_stands_on_the_screen_tells_no_theme_without_leave_and_no_group_to_invite(here: Path) -> None:
    before = start("sv", page="meeting")
    assert "Grupper att bjuda in" in "".join(bodies(before))
    app = by_activity()
    meeting, sentences, snapshot = kept(here), load("sv"), stored(here)
    assert meeting is not None
    assert meeting.plan is not None
    agreed = themes_to_tell(snapshot)
    people = {each.attendee_id: each.company_id or "" for each in meeting.attendees}
    picture = next(each for each in bodies(app) if "nv-tables" in each)
    expected = [
        {theme for one, other in combinations(group, 2) for theme in agreed.get(people[one], set())
         & agreed.get(people[other], set())}
        for group in meeting.plan.rounds[0].groups
    ]  # fmt: skip
    panels = picture.split("<section")[1:]
    assert len(panels) == len(expected)
    for panel, themes in zip(panels, expected, strict=True):
        told = re.search(r"<p>[^<]*: ([^<]*)</p>", panel)
        names = set(html.unescape(told[1]).split(", ")) if told else set()
        allowed = {theme_name(each, sentences) for each in themes}
        assert names <= allowed
        assert bool(names) == bool(allowed)
    assert not [each for each in app.get("bidi_component") if sentences("meeting.columns.topic") in each.proto.json]


def test_a_table_has_the_themes_that_two_may_tell_of() -> None:
    themes = {"a": {"skills", "site"}, "b": {"skills", "climate"}, "c": {"climate", "skills"}, "d": {"site"}}
    sentences = load("sv")
    assert topics(themes, ["a", "b", "c", None, "e"], sentences) == ", ".join(
        theme_name(each, sentences) for each in ("skills", "climate")
    )
    assert topics(themes, ["a", "a", None], sentences) == ""


# -- what is handed out -----------------------------------------------------------------------------------------------


def drawn(meeting: Meeting) -> Meeting:
    return planned(meeting, world(*(firm(each.company_id) for each in meeting.attendees if each.company_id)))


def test_names_that_are_scripts_or_formulas_are_text_on_cards_and_in_tables() -> None:
    people = tuple(Attendee(f"g{number}", each, None, each) for number, each in enumerate(PAYLOADS))
    meeting, sentences = drawn(Meeting(people)), load("sv")
    page = cards(meeting, (), sentences).decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "<svg" not in page
    assert page.count("<article>") == len(PAYLOADS)
    book = as_xlsx(seat_table(meeting, sentences), "mote")
    assert b"<f>" not in book


def test_a_card_tells_whom_one_meets_and_only_what_anybody_may_know(built: Built) -> None:
    companies = built.snapshot.of(Company)
    importers = {each.company_id for each in built.snapshot.of(ImportedPart)}
    some = [each for each in companies if each.company_id in importers and each.name][:6]
    meeting = drawn(Meeting(tuple(Attendee(each.key, each.name or "", each.key) for each in some), "pairs", rounds=3))
    sentences: Texts = load("sv")
    public = view_of(built, Level.PUBLIC).of(Offer)
    page = cards(meeting, public, sentences).decode()
    assert meeting.plan is not None
    for one, other in {pair for each in meeting.plan.rounds for pair in each.groups}:
        first = next(each for each in page.split("<article>") if f"<h1>{name_of(meeting, one)}" in each)
        assert f"<b>{name_of(meeting, other)}" in first
    secrets = {each.description for each in built.snapshot.of(Need)} | {
        each.description for each in built.snapshot.of(ImportedPart)
    }
    assert not [each for each in secrets if each and each in page]
    allowed = {process_name(each.capability or "", sentences) for each in public}
    told = {one for each in re.findall(r'<span class="quiet">([^<]*)</span>', page) for one in each.split(", ")}
    assert {html.unescape(each) for each in told if each and "Omgång" not in each} <= allowed


def view_of(built: Built, level: Level) -> Snapshot:
    store = open_store(built.address, create=False)
    try:
        return view(store, Viewer(level))
    finally:
        store.close()


def name_of(meeting: Meeting, attendee_id: str) -> str:
    return next(each.name for each in meeting.attendees if each.attendee_id == attendee_id).replace("&", "&amp;")


def test_who_sits_where_is_said_of_everybody_in_each_round() -> None:
    people = tuple(Attendee(each, each.upper()) for each in "abcde")
    meeting = drawn(Meeting(people, "pairs", rounds=2))
    rows = seat_rows(meeting, load("sv"))
    assert [each["name"] for each in rows] == ["A", "B", "C", "D", "E"]
    for number in (1, 2):
        told = {each["name"]: each[f"round_{number}"] for each in rows}
        assert list(told.values()).count("vilar") == 1
        assert all(told[partner] == who for who, partner in told.items() if partner != "vilar")


# -- the command ------------------------------------------------------------------------------------------------------


def listed(built: Built, tmp_path: Path, people: int = 13) -> tuple[Path, list[str]]:
    companies = [each for each in built.snapshot.of(Company) if each.company_id.startswith("org:") and each.name]
    chosen = companies[:: len(companies) // people][:people]
    path = tmp_path / "anmälda.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(
            [["Org.nr", "Företag"], *([each.company_id[4:], each.name or ""] for each in chosen), ["", "Okänd AB"]]
        )
    return path, [each.company_id for each in chosen]


def test_the_command_says_rounds_tables_and_how_good_they_are(built: Built, tmp_path: Path) -> None:
    path, ids = listed(built, tmp_path)
    asked = ("--store", built.address, "meeting-plan", "--attendees", path, "--rounds", "3", "--table-size", "4")
    found = run(*asked, "--json").json
    everybody = sorted([*ids, "guest:okänd"])
    assert [len(each) for each in found["rounds"]] == [7, 7, 7]
    pairs = [tuple(sorted(pair)) for each in found["rounds"] for pair in each]
    assert len(pairs) == len(set(pairs))
    assert all(sorted(one for pair in each for one in pair) == everybody for each in found["rounds"])
    assert sorted(one for table in found["tables"] for one in table) == everybody
    assert sorted(map(len, found["tables"])) == [3, 3, 4, 4]
    assert len(found["table_rounds"]) == 3
    for quality in (found["quality"], found["table_quality"]):
        assert 0 <= quality["random_mean"] <= quality["score"] <= quality["upper_bound"]
    assert [each["code"] for each in found["problems"]] == ["guest_unknown"]
    assert run(*asked, "--json").json == found
    told = run(*asked)
    assert told.out.startswith("14 deltagare två och två i 3 omgångar")
    assert "Okänd AB" in told.out


def test_not_these_two(built: Built, tmp_path: Path) -> None:
    path, ids = listed(built, tmp_path, 5)
    asked = ("--store", built.address, "meeting-plan", "--attendees", path, "--rounds", "5", "--table-size", "3")
    found = run(*asked, "--apart", ids[0], ids[1], "--apart-competitors", "--json").json
    met = {pair for each in found["rounds"] for group in each for pair in combinations(sorted(group), 2)}
    assert tuple(sorted(ids[:2])) not in met
    assert len(met) == 14  # of six people all fifteen pairs but one, were there no competitors among them
    wrong = run(*asked, "--apart", ids[0], "finns inte")
    assert (wrong.code, wrong.out) == (1, "")
    assert "finns inte" in wrong.err


def test_mistakes_are_one_sentence(built: Built, tmp_path: Path) -> None:
    path, _ = listed(built, tmp_path, 5)
    asked = ("--store", built.address, "meeting-plan", "--attendees")
    for more, told in (
        ((path, "--rounds", "21"), "mellan 1 och 20"),
        ((path, "--table-size", "1"), "mellan 2 och 20"),
        ((tmp_path / "ingen.csv",), "ingen.csv"),
    ):
        found = run(*asked, *more)
        assert (found.code, found.out) == (1, "")
        assert told in found.err
        assert found.err.count("\n") == 1

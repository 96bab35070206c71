"""The network's own work: what was held, whom it reached, which needs it served, who is a member; and never a trade."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from graph.activities import activities, is_member, membership
from graph.arrays import arrays_of
from graph.centrality import centrality
from graph.isolation import kinds
from graph.ledger import publish
from graph.model import (
    REGION_KINDS,
    Activity,
    Claim,
    Company,
    Introduction,
    Level,
    Need,
    Record,
    Region,
    Source,
    Trade,
)
from graph.network import project, shape
from graph.store import Snapshot, Store, default_address, open_store
from graph.structure import structure
from ingest.forms import FORMS
from ingest.sources.network_work import ACTIVITY_TYPES, activity_type
from render.activities import firm_rows, headline, served_rows
from render.company import Wording
from tests.regions import Built, built_region, own_data
from tests.test_app import bodies, components, run, said, start, use_data
from texts import LANGUAGES, load

__all__ = ["built_region", "own_data"]

DAY = "2026-11-20"
A, B, C, OUT, GONE = (f"org:40990000{number}" for number in ("12", "20", "38", "46", "53"))
WORLD: tuple[Record, ...] = (
    Region("region:r", "Här", ("1883",)),
    Company(A, "Alfa AB", municipality="1883", member_since="2020-05-01"),
    Company(B, "Beta AB", municipality="1883", member_since="2026-02-01"),
    Company(C, "Gamma AB", municipality="1883", member_since="2019-01-01", member_until="2026-06-30"),
    Company(OUT, "Ute AB", municipality="0180"),
    Company(GONE, "Borta AB", municipality="1883", ended_on="2025-01-01", member_since="2010-01-01"),
    Need(f"{A}/1", A, "skills"),
    Need(f"{B}/1", B, "skills"),
    Need(f"{B}/2", B, "skills", "igen"),
    Need(f"{B}/3", B, "climate"),
    Activity("activity:1", "Kurs", "training", "2026-03-01", "skills", participants=(A, C)),
    Activity("activity:2", "Möte", "meeting", "2026-05-01", participants=(A,)),
    Activity("activity:3", "Nästa", "meeting", "2026-12-01", "climate", participants=(B,)),
    Activity("activity:4", "Utan dag", "golf", participants=()),
)


def snapshot(*records: Record) -> Snapshot:
    found = {kind: sorted((e for e in records if type(e) is kind), key=lambda e: e.key) for kind in REGION_KINDS}
    return Snapshot(1, found)


# -- what was held, and whom it reached ------------------------------------------------------------------------------


def test_the_newest_is_first_and_what_has_no_day_is_last() -> None:
    found = activities(snapshot(*WORLD), DAY)
    assert [each.name for each in found.known] == ["Nästa", "Möte", "Kurs", "Utan dag"]
    assert {firm: [each.name for each in held] for firm, held in found.visits.items()} == {
        A: ["Möte", "Kurs"],
        C: ["Kurs"],
    }
    assert found.reached == 2


def test_what_is_planned_counts_when_its_day_has_come() -> None:
    assert activities(snapshot(*WORLD), "2026-11-30").never == (B,)
    assert activities(snapshot(*WORLD), "2026-12-01").never == ()


def test_a_need_is_served_by_those_who_stated_it_and_came() -> None:
    served = {each.theme: each for each in activities(snapshot(*WORLD), DAY).themes}
    assert (served["skills"].activities, served["skills"].needing, served["skills"].came) == (1, (A, B), (A,))
    assert (served["climate"].activities, served["climate"].needing, served["climate"].came) == (0, (B,), ())


def test_members_come_and_go_by_their_days() -> None:
    found = membership(snapshot(*WORLD).of(Company), {A}, DAY)
    assert (found.members, found.new, found.ended, found.never) == ((A, B, GONE), (B,), (C,), (B, GONE))
    assert is_member(Company(C, member_until="2026-06-30"), "2026-06-30")
    assert not is_member(Company(C, member_since="2026-07-01"), "2026-06-30")
    last_day = membership(snapshot(*WORLD).of(Company), (), "2026-06-30")
    assert (C in last_day.members, last_day.ended) == (True, ())


def test_a_region_without_anything_has_nothing() -> None:
    found = activities(snapshot(), DAY)
    assert (found.known, found.never, found.themes, found.membership.members) == ((), (), (), ())


# -- in words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_in_a_sentence(language: str) -> None:
    texts = load(language)
    found = activities(snapshot(*WORLD), DAY)
    sentence, note = headline(found, DAY, texts)
    assert sentence == f"{texts('activities.held.many', count=3)} {texts('activities.reached.many', count=2)}"
    assert texts("activities.next", name="Nästa", day="2026-12-01") in note
    assert texts("activities.members_never", members=3, never=2) in note
    rows = firm_rows(snapshot(*WORLD), found, (OUT, C, A), texts)
    assert [(row["name"], row["times"], row["last"]) for row in rows] == [
        ("Alfa AB", 2, "2026-05-01"), ("Gamma AB", 1, "2026-03-01"), ("Ute AB", 0, None)
    ]  # fmt: skip
    assert [row["came"] for row in served_rows(found, Wording(texts, str))] == [1, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_type_is_read_as_it_is_written(language: str) -> None:
    wording = Wording(load(language), str)
    for code in ACTIVITY_TYPES:
        assert activity_type(wording.value("activity_type", code)) == code
    for other in ("golf", "Mässa i Hannover", "consent"):
        assert activity_type(wording.value("activity_type", other)) == other
    assert FORMS[Activity].field("activity_type").choices == ACTIVITY_TYPES


# -- never business --------------------------------------------------------------------------------------------------


def measured(found: Snapshot) -> dict[str, Any]:
    """What is measured of who trades with whom: ties, figures, where each firm stands, who stands alone."""
    network = project(found)
    ties = {(seller, buyer): dict(data) for seller, buyer, data in network.edges(data=True)}
    central = centrality(arrays_of(network, sorted(network)))
    arrays = {each: getattr(central, each).tolist() for each in ("component", "core", "pagerank")}
    loose = {each: repr(getattr(central, each).tolist()) for each in ("clustering", "constraint")}  # which may be NaN
    alone = {firm: NO_TRADE if kind in NO_TRADE else kind for firm, kind in kinds(found, network).items()}
    return {"nodes": dict(network.nodes(data=True)), "ties": ties, "shape": shape(network), "alone": alone,
            "local": structure(found, network).local, **arrays, **loose}  # fmt: skip


NO_TRADE = ("no_trade_known", "not_asked", "only_through_network")
"""A firm without trades has none, whatever the network has done with it; only what it is called is another."""


def own_work(firms: list[str]) -> st.SearchStrategy[list[Record]]:
    """Any activities and introductions among the firms."""
    some = st.sampled_from(firms)
    met = st.builds(
        lambda number, who: Activity(f"activity:{number}", "Möte", participants=tuple(sorted(who))),
        st.integers(0, 99),
        st.sets(some, max_size=6),
    )
    introduced = st.builds(
        lambda number, one, other: Introduction(f"{one}/{number}", one, other, "2026-01-01", "ordered"),
        st.integers(0, 99),
        some,
        some,
    )
    return st.lists(met | introduced, max_size=6, unique_by=lambda each: each.key)


def with_own_work(whole: Snapshot, work: list[Record], members: set[str]) -> Snapshot:
    """The region with this work and these members instead of its own."""
    found: dict[type[Record], Any] = {kind: list(whole.of(kind)) for kind in REGION_KINDS}
    found[Activity] = [each for each in work if isinstance(each, Activity)]
    found[Introduction] = [each for each in work if isinstance(each, Introduction)]
    found[Company] = [
        replace(each, member_since="2001-01-01" if each.key in members else None, member_until=None)
        for each in whole.of(Company)
    ]
    return Snapshot(1, found)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_measure_of_a_small_region_counts_the_networks_own_work_as_business(data: st.DataObject) -> None:
    firms = [A, B, C, OUT, GONE]
    pairs = data.draw(st.sets(st.tuples(st.sampled_from(firms), st.sampled_from(firms)), max_size=5))
    trades = [Trade(f"t{number}", *pair, value_sek=1000, year=2025) for number, pair in enumerate(sorted(pairs))]
    whole = snapshot(*WORLD, *trades)
    work, members = data.draw(own_work(firms)), data.draw(st.sets(st.sampled_from(firms)))
    assert measured(with_own_work(whole, work, members)) == measured(whole)


def test_no_measure_of_the_invented_region_counts_the_networks_own_work_as_business(built: Built) -> None:
    whole = built.snapshot
    firms = [each.company_id for each in whole.of(Company)]
    everybody = Activity("activity:alla", "Alla", participants=tuple(sorted(firms)))
    chain = [Introduction(f"{one}/1", one, other, outcome="ordered") for one, other in pairwise(firms)]
    assert whole.of(Activity)
    assert whole.of(Introduction)
    before = measured(whole)
    assert before["ties"]
    for work, members in (([], set[str]()), ([everybody, *chain], set(firms))):
        assert measured(with_own_work(whole, work, members)) == before


def test_a_trade_is_seen_by_the_same_measures() -> None:
    """So that the tests above could fail."""
    whole = snapshot(*WORLD)
    traded = measured(snapshot(*WORLD, Trade("t", A, B)))
    changed = {name for name, value in measured(whole).items() if traded[name] != value}
    assert changed >= {"ties", "shape", "alone", "component", "core", "pagerank"}


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(name="store")
def own_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Two members and a firm; a course that one of them was at and a meeting that is to come."""
    use_data(monkeypatch, tmp_path / "data")
    store = open_store(default_address())
    publish(
        store,
        [Source("list", "network", Level.MANAGER)],
        [
            Claim("region:r", "Region", "", {"name": "Här", "municipalities": ("1883",), "is_home": True}),
            Claim(A, "Company", "", {"name": "<b>Alfa</b> AB", "municipality": "1883", "member_since": "2020-05-01"}),
            Claim(B, "Company", "", {"name": "Beta AB", "municipality": "1883", "member_since": "2021-05-01"}),
            Claim(C, "Company", "", {"name": "Gamma AB", "municipality": "1883"}),
            Claim(A, "Need", "n", {"theme": "skills"}),
            Claim("activity:kurs", "Activity", "", {"name": "Kurs", "activity_type": "training", "theme": "skills",
                                                    "held_on": "2024-03-01", "participants": (A,)}),
            Claim("activity:nasta", "Activity", "", {"name": "Nästa", "held_on": "2999-12-01"}),
        ],
    )  # fmt: skip
    yield store
    store.close()


def shown(app: AppTest) -> list[list[str]]:
    """The words of each row of the page's tables, one table after the other."""
    tables = [each for each in components(app) if "columns" in each]
    return [[cell[0] for cell in row["cells"]] for each in tables for row in each["rows"]]


def turned_to(app: AppTest, tab: str) -> AppTest:
    app.session_state["activities_view"] = tab
    return run(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_lists_what_was_held_and_who_was_not_there(store: Store, language: str) -> None:
    texts = load(language)
    app = start(language, "activities")
    head = html.unescape(said(app, "headline"))
    assert texts("activities.held.one") in head
    assert texts("activities.reached.one") in head
    assert texts("activities.next", name="Nästa", day="2999-12-01") in html.unescape(said(app, "note"))
    training = texts("activities.type.training").capitalize()
    theme = Wording(texts, str).value("theme", "skills")
    assert shown(app) == [["Nästa", "", "2999-12-01", "", "", "0"], ["Kurs", training, "2024-03-01", theme, "", "1"]]
    assert shown(turned_to(app, "never")) == [["Beta AB", "Karlskoga", "2021-05-01"], ["Gamma AB", "Karlskoga", ""]]
    assert shown(turned_to(app, "served")) == [[theme, "1", "1", "1"]]
    members = shown(turned_to(app, "members"))
    assert [row[0] for row in members] == ["<b>Alfa</b> AB", "Beta AB"]
    assert [row[4] for row in members] == ["1", "0"]


def test_an_activity_opens_and_gives_its_day_to_a_calendar(store: Store) -> None:
    app = start("sv", "activities")
    app.session_state["activity_open"] = "activity:nasta"
    run(app)
    assert "activity_ics" in {each.key for each in app.get("download_button")}
    app.session_state["activity_open"] = "activity:kurs"
    run(app)
    assert "activity_ics" not in {each.key for each in app.get("download_button")}  # it has been
    told = html.unescape("".join(bodies(app)))
    assert load("sv")("activities.served_by_it", needing=1, came=1) in told
    assert "<b>Alfa</b>" not in told
    assert ["<b>Alfa</b> AB", "Karlskoga", "1"] in shown(app)


def test_an_activity_is_written_with_its_firms_and_taken_back(store: Store) -> None:
    app = start("sv", "activities")
    app.button(key="activity_add").click()
    run(app)
    app.text_input(key="edit_name_1").set_value("Besök hos Beta")
    app.selectbox(key="edit_activity_type_1").set_value("study_visit")
    app.text_input(key="edit_held_on_1").set_value("2026-02-03")
    app.selectbox(key="edit_theme_1").set_value("climate")
    app.multiselect(key="edit_participants_1").set_value([A, B])
    _save(app)
    made = next(each for each in store.snapshot(Activity).of(Activity) if each.name == "Besök hos Beta")
    assert (made.activity_type, made.held_on, made.theme, made.participants) == (
        "study_visit", "2026-02-03", "climate", (A, B)
    )  # fmt: skip
    assert "Besök hos Beta" in [row[0] for row in shown(app)]
    app.session_state["activity_open"] = made.activity_id
    run(app)
    app.button(key="activity_change").click()
    run(app)
    assert app.multiselect(key="edit_participants_2").value == [A, B]
    app.multiselect(key="edit_participants_2").set_value([B, C])
    _save(app)
    changed = next(each for each in store.snapshot(Activity).of(Activity) if each.key == made.key)
    assert changed == replace(made, participants=(B, C))
    app.button(key="undo").click()
    run(app)
    assert next(each for each in store.snapshot(Activity).of(Activity) if each.key == made.key) == made


def test_a_meeting_of_all_the_firms_is_not_too_long(store: Store) -> None:
    many = [f"org:40990{number:05}" for number in range(200)]
    publish(store, [Source("more", "network")], [Claim(each, "Company", "", {"name": f"F {each}"}) for each in many])
    app = start("sv", "activities")
    app.button(key="activity_add").click()
    run(app)
    app.text_input(key="edit_name_1").set_value("Stormöte")
    app.multiselect(key="edit_participants_1").set_value(many)
    _save(app)
    assert next(e for e in store.snapshot(Activity).of(Activity) if e.name == "Stormöte").participants == tuple(many)


def _save(app: AppTest) -> None:
    next(each for each in app.button if each.label == load("sv")("edit.save")).click()
    run(app)


def test_a_region_without_activities_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path / "data")
    open_store(default_address()).close()
    app = start("sv", "activities")
    assert load("sv")("activities.empty") in said(app, "headline")
    assert app.button(key="activity_add")

"""Firms met only through the manager: counted where there are three, and told by no question."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.audience import Viewer
from graph.consent import Choice, Fact, choose
from graph.ledger import decide, publish
from graph.model import Claim, Company, Level, Source, Value
from graph.stores.sqlite import SqliteStore
from graph.unnamed import Unnamed
from render.plain import process_name
from tests.regions import run
from tests.test_app import SHAFT, bodies, rows, start, use_data
from tests.test_app import run as run_app
from texts import load

MEMBERS = Viewer(Level.MEMBERS)
TURNING = Fact("Offer", "turning")
OREBRO, KARLSKOGA, FALUN = "1880", "1883", "2080"


def firm(number: int) -> str:
    return f"org:400000{number:04d}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Six firms that turn: five in one county, one in another."""
    opened = SqliteStore(tmp_path / "region.sqlite")
    claims = []
    for number in range(6):
        place = FALUN if number == 5 else (OREBRO, KARLSKOGA)[number % 2]
        claims.append(Claim(firm(number), "Company", "", {"name": f"Firma {number} AB", "municipality": place}))
        claims.append(Claim(firm(number), "Offer", "turning", {"tolerance": "IT7"}))
    publish(opened, [Source("members", "network", Level.PUBLIC)], claims)
    yield opened
    opened.close()


def test_three_are_told_of_and_two_are_not(store: SqliteStore) -> None:
    for number in (0, 1):
        choose(store, firm(number), Choice.THROUGH_MANAGER, TURNING)
    assert Unnamed.of(store, MEMBERS).at_least(OREBRO, "turning") is None
    choose(store, firm(2), Choice.THROUGH_MANAGER)
    found = Unnamed.of(store, MEMBERS)
    assert (found.at_least(OREBRO, "turning"), found.at_least(KARLSKOGA, "turning")) == (3, 3)
    assert found.at_least(FALUN, "turning") is None
    assert found.at_least(OREBRO, "bending") is None
    choose(store, firm(3), Choice.THROUGH_MANAGER, TURNING)
    assert Unnamed.of(store, MEMBERS).at_least(OREBRO, "turning") == 3
    choose(store, firm(4), Choice.THROUGH_MANAGER, TURNING)
    assert Unnamed.of(store, MEMBERS).at_least(OREBRO, "turning") == 5


@pytest.mark.parametrize("how", ["hidden", "open", "sensitive", "gone"])
def test_who_is_not_to_be_asked_for_is_not_counted(store: SqliteStore, how: str) -> None:
    for number in range(3):
        choose(store, firm(number), Choice.THROUGH_MANAGER, TURNING)
    if how == "sensitive":
        decide(store, "correct", [firm(0)], kind=Company, name="sensitive", value=True)
    elif how == "gone":
        publish(
            store,
            [Source("register", "network", Level.PUBLIC)],
            [Claim(firm(0), "Company", "", {"ended_on": "2026-01-01"})],
        )
    else:
        choose(store, firm(0), Choice(how), TURNING)
    assert Unnamed.of(store, MEMBERS).at_least(OREBRO, "turning") is None


def test_whom_everybody_sees_is_not_counted_twice(store: SqliteStore) -> None:
    assert Unnamed.of(store, MEMBERS).at_least(OREBRO, "turning") is None


def test_a_special_process_counts_for_the_general_one(store: SqliteStore) -> None:
    from graph.model import Capability

    special = next(each for each in store.snapshot(Capability).of(Capability) if each.parent)
    claims = [Claim(firm(number), "Offer", special.capability, {}) for number in range(3)]
    publish(store, [Source("more", "network", Level.PUBLIC)], claims)
    for number in range(3):
        choose(store, firm(number), Choice.THROUGH_MANAGER, Fact("Offer", special.capability))
    found = Unnamed.of(store, MEMBERS)
    assert found.at_least(OREBRO, special.capability) == 3
    assert found.at_least(OREBRO, special.parent or "") == 3


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_answer_tells_that_there_are_more_and_not_who(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    there: dict[str, Value] = {
        "latitude": 59.33,
        "longitude": 14.52,
        "municipality": KARLSKOGA,
        "location_uncertainty_km": 0.1,
    }
    placed = [Claim(firm(number), "Workplace", "1", there) for number in range(3)]
    publish(store, [Source("places", "network", Level.PUBLIC)], placed)
    for number in range(3):
        choose(store, firm(number), Choice.THROUGH_MANAGER, TURNING)
    use_data(monkeypatch, store.path.parent)
    texts = load(language)
    more = texts(
        "find.unnamed_more",
        county="Örebro län",
        processes=[texts("find.unnamed_process", process=process_name("turning", texts), count=3)],
    )
    asked = ("--store", store.address, "--lang", language, "replace", "--process", "turning", "--near", "Karlskoga")
    for level in Level:
        monkeypatch.setenv("NARVERK_AUDIENCE", level.name)
        app = start(language, within="40 km")
        app.text_input(key="text").set_value(SHAFT[language])
        app.text_input(key="near").set_value("Karlskoga")
        run_app(app)
        page, told = "".join(bodies(app)), run(*asked, "--audience", level.name)
        is_lower = level < Level.MANAGER
        assert (more in html.unescape(page), more in told.out) == (is_lower, is_lower)
        assert bool(run(*asked, "--json", "--audience", level.name).json["unnamed"]) == is_lower
        for number in range(3):
            seen = f"Firma {number} AB" in repr([rows(app), told.out])
            assert seen == (not is_lower)

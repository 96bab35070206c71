"""The page "Who may see what": people are added, changed and undone, and the log is told in names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.access import COMPANY, Access, accesses, grant, key_of
from graph.access_log import FILE, PAGE, Seen, write
from graph.audience import Viewer
from graph.ledger import today
from graph.model import Company, Level
from graph.store import Store, open_store
from tests.test_app import bodies, invented_region, run, said, start, use_data
from tests.test_network_pages import tables
from texts import LANGUAGES, load

__all__ = ["invented_region"]  # a fixture
MANAGER = Viewer(Level.MANAGER)
OPEN, TURN = "access_open", "access_turn"  # in the session: whose form stands open, and which time
ANNA, BO = "anna@verkstan.example", "bo@verkstan.example"


@pytest.fixture(name="store")
def region_of_nobody(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The region, to which nobody has access yet."""
    use_data(monkeypatch, demo_data)
    monkeypatch.delenv("NARVERK_MANAGER", raising=False)
    store = open_store(f"sqlite:{demo_data / 'demo.sqlite'}")
    for prefix in ("access:", "seen:"):
        for name in store.notes(prefix):
            store.remember(name, None)
    yield store
    store.close()


def people(store: Store) -> dict[str, str]:
    return {each.email: each.role for each in accesses(store, MANAGER).values() if each.holds(today())}


def press(app: AppTest, key: str) -> None:
    next(each for each in app.button if (each.key or "").startswith(key)).click()
    run(app)


def field(app: AppTest, key: str) -> str:
    """The whole key of a field of the form that stands open."""
    return f"access_{key}_{app.session_state[TURN]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_is_given_access_and_it_is_undone(store: Store, language: str) -> None:
    sentences = load(language)
    app = start(language, page="access")
    assert sentences("access.nobody") in said(app, "headline")
    assert sentences("access.no_log_in") in said(app, "note")
    press(app, "access_add")
    app.text_input(key=field(app, "email")).set_value(" Anna@Verkstan.example")
    app.radio(key=field(app, "role")).set_value("MANAGER")
    press(app, "access_save")
    assert people(store) == {ANNA: "MANAGER"}
    assert sentences("access.given", email=ANNA) in said(app, "saved")
    assert sentences("access.headline_one") in said(app, "headline")
    press(app, "access_undo")
    assert people(store) == {}
    assert sentences("access.nobody") in said(app, "headline")


def test_a_firms_own_person_needs_the_firm(store: Store) -> None:
    firm = next(each for each in store.snapshot(Company).of(Company) if each.company_id.startswith("org:"))
    app = start(page="access")
    press(app, "access_add")
    app.text_input(key=field(app, "email")).set_value(BO)
    app.radio(key=field(app, "role")).set_value(COMPANY)
    run(app)
    press(app, "access_save")
    assert load("sv")("error.role_without_company") in said(app, "warning")
    app.selectbox(key=field(app, "company")).set_value(firm.company_id)
    press(app, "access_save")
    (person,) = accesses(store, MANAGER).values()
    assert (person.email, person.role, person.company_id) == (BO, COMPANY, firm.company_id)


def test_a_mistake_is_told_in_the_form_and_nothing_is_written(store: Store) -> None:
    app = start(page="access")
    press(app, "access_add")
    app.text_input(key=field(app, "email")).set_value("<b>anna</b>")
    press(app, "access_save")
    assert "&lt;b&gt;anna" in said(app, "warning")
    app.text_input(key=field(app, "email")).set_value(ANNA)
    app.text_input(key=field(app, "until")).set_value("1999-01-01")
    press(app, "access_save")
    assert "1999-01-01" in said(app, "warning")
    assert people(store) == {}


def test_access_is_taken_away_and_given_back(store: Store) -> None:
    grant(store, MANAGER, Access(ANNA, "MEMBERS", by=BO), today=today())
    app = start(page="access")
    app.session_state[OPEN], app.session_state[TURN] = key_of(store, ANNA), 1
    run(app)
    assert BO in "".join(bodies(app))
    press(app, "access_revoke")
    assert people(store) == {}
    assert load("sv")("access.taken", email=ANNA) in said(app, "saved")
    press(app, "access_undo")
    assert people(store) == {ANNA: "MEMBERS"}
    app.session_state[OPEN] = key_of(store, ANNA)
    run(app)
    press(app, "access_out")
    assert load("sv")("access.out_everywhere", email=ANNA) in said(app, "saved")
    assert store.recall(f"access:{key_of(store, ANNA)}:out")


def test_the_log_names_those_who_are_in_the_list_and_nobody_else(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_MANAGER", BO)
    firm = next(each for each in store.snapshot(Company).of(Company) if each.company_id.startswith("org:"))
    grant(store, MANAGER, Access(ANNA, "MEMBERS"), today=today())
    keys = [key_of(store, each) for each in (ANNA, BO)] + ["0123456789abcdef"]
    at = f"{today()}T0{{}}:00:00Z"
    write(store, [Seen(at.format(n), key, "MEMBERS", PAGE, "find") for n, key in enumerate(keys)])
    write(store, [Seen(at.format(4), keys[0], "MEMBERS", FILE, "=x.csv", firm.company_id.removeprefix("org:"))])
    app = start(page="access")
    listed, *_, log = tables(app)[-3:]
    cells = [[cell[0] for cell in row["cells"]] for row in log["rows"]]
    assert [row[1] for row in cells] == [ANNA, load("sv")("access.gone"), BO, ANNA]
    assert [row[4] for row in cells] == ["=x.csv", *[load("sv")("page.find")] * 3]
    assert cells[0][5] == firm.name
    assert [row["cells"][0][0] for row in listed["rows"]] == [BO, ANNA]
    assert listed["rows"][0]["firm"] is None

"""The manager's week on the start page: a line appears, one click takes it away, and Undo brings it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph import enquiries
from graph.audience import Viewer
from graph.enquiries import Event, Sought, enquire
from graph.ledger import publish, today
from graph.model import (
    Certificate,
    Claim,
    Contact,
    Interview,
    Introduction,
    Level,
    Record,
    Source,
)
from graph.store import Store, open_store
from graph.week import KINDS, LATER
from graph.week_notes import resting
from tests.regions import run as ask
from tests.test_app import PAYLOADS, bodies, run, said, start, use_data
from texts import LANGUAGES, load

A, B, C = (f"org:400000000{each}" for each in (1, 2, 3))
MANAGER = Viewer(Level.MANAGER)
SV = load("sv")


def ago(days: int, day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


NOW = today()
FIRMS = {A: "Åsbro Svets AB", B: "Karlskoga Svarv AB", C: "Nora Smide AB"}
MEMBER = [
    Claim(key, "Company", "", {"name": name, "municipality": "1883", "country": "SE", "sector": "industry"})
    for key, name in FIRMS.items()
]
HEARD = [Claim(each, "Interview", "long_ago", {"asked_on": ago(300, NOW), "outcome": "answered"}) for each in FIRMS]
"""Nobody is to be asked next unless a test says so."""


@pytest.fixture(name="filled")
def filled_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Store]:
    use_data(monkeypatch, tmp_path)
    store = open_store()

    def filled(*claims: Claim, heard: bool = True) -> Store:
        publish(store, [Source("members", "network")], [*MEMBER, *(HEARD if heard else ()), *claims])
        return store

    return filled


def shown(app: AppTest) -> set[str]:
    """The kinds that have a line."""
    return {kind for kind in KINDS if any((each.key or "").startswith(f"week_do_{kind}_") for each in app.button_group)}


def press(app: AppTest, kind: str, act: str) -> AppTest:
    """Click the act of the kind's first line."""
    found = next(each for each in app.button_group if (each.key or "").startswith(f"week_do_{kind}_"))
    found.set_value(act)
    return run(app)


INTRODUCED = Claim(A, "Introduction", "x", {"other_id": B, "introduced_on": ago(40, NOW)})
ASKED = Claim(A, "Interview", "asked", {"asked_on": ago(40, NOW), "how": "telefon"})
CERTIFIED = Claim(A, "Certificate", "ISO 9001", {"standard": "ISO 9001", "valid_until": ago(-5, NOW)})
REVIEWED = Claim(A, "Contact", "c", {"name": "Anna Zq", "email": "anna@a.example", "review_on": NOW})
ANSWERED = Claim(A, "Interview", "new", {"asked_on": ago(2, NOW), "outcome": "answered", "how": "besök"})
CALL = (
    Claim("actor:almi", "SupportActor", "", {"name": "Almi"}),
    Claim("actor:almi", "SupportOffer", "s", {"theme": "digitalisation", "deadline": ago(-9, NOW)}),
    Claim(A, "Need", "n", {"theme": "digitalisation"}),
)
ALIKE = (
    Claim("org:4000000008", "Company", "", {"name": "Bröderna Tallbom Industrivaror AB", "municipality": "1883"}),
    Claim("name:x", "Company", "", {"name": "Broderna Tallbom Industrivaror AB", "municipality": "1883"}),
)
Checks = Callable[[Store], object]


def first(kind: type[Record], name: str) -> Checks:
    return lambda store: next(getattr(each, name) for each in store.snapshot(kind).of(kind) if each.key.startswith(A))


def of_asked(name: str) -> Checks:
    return lambda store: {each.key: getattr(each, name) for each in store.snapshot(Interview).of(Interview)}[
        f"{A}/asked"
    ]


CLICKS: list[tuple[str, str, tuple[Claim, ...], Checks, object]] = [
    *(
        ("introductions", each, (INTRODUCED,), first(Introduction, "outcome"), each)
        for each in ("met", "quoted", "ordered", "none")
    ),
    ("reminders", "reminded", (ASKED,), of_asked("reminded_on"), NOW),
    ("reminders", "answered", (ASKED,), of_asked("outcome"), "answered"),
    ("reminders", "answered", (ASKED,), of_asked("answered_on"), NOW),
    ("reminders", "declined", (ASKED,), of_asked("outcome"), "declined"),
    ("reminders", "never", (ASKED,), of_asked("outcome"), "never"),
    ("certificates", "ended", (CERTIFIED,), lambda store: store.counts()["Certificate"], 0),
    ("contacts", "needed", (REVIEWED,), first(Contact, "review_on"), ago(-365, NOW)),
    ("doubts", "same", ALIKE, lambda store: store.counts()["Company"], 4),
    ("doubts", "not_same", ALIKE, lambda store: store.counts()["Company"], 5),
]


@pytest.mark.parametrize(
    ("kind", "act", "claims", "of", "expected"), CLICKS, ids=[f"{kind} {act}" for kind, act, *_ in CLICKS]
)
def test_one_click_does_it_saves_it_and_can_be_undone(
    filled: Callable[..., Store], kind: str, act: str, claims: tuple[Claim, ...], of: Checks, expected: object
) -> None:
    store = filled(*claims)
    before, revision = of(store), store.revision()
    app = start(page="start")
    assert kind in shown(app)
    press(app, kind, act)
    assert of(store) == expected
    assert store.revision() == revision + 1, "one load, or one decision"
    assert kind not in shown(app) or act == "answered"
    assert said(app, "saved")
    next(each for each in app.button if each.key in ("undo", "week_undo")).click()
    run(app)
    assert of(store) == before
    assert kind in shown(app)
    store.close()


@pytest.mark.parametrize(
    ("kind", "act", "claims", "days"),
    [
        ("certificates", "asked", (CERTIFIED,), 30),
        ("certificates", "later", (CERTIFIED,), 7),
        ("introductions", "later", (INTRODUCED,), 7),
        ("answers", "seen", (ANSWERED,), None),
        ("calls", "seen", CALL, None),
    ],
)
def test_what_is_put_off_or_seen_moves_nothing_and_can_be_taken_up(
    filled: Callable[..., Store], kind: str, act: str, claims: tuple[Claim, ...], days: int | None
) -> None:
    store = filled(*claims)
    revision = store.revision()
    app = start(page="start")
    assert kind in shown(app)
    press(app, kind, act)
    assert kind not in shown(app)
    assert store.revision() == revision
    assert [*resting(store, MANAGER).values()] == [ago(-days, NOW) if days else "9999-12-31"]
    app.button(key="week_undo").click()
    run(app)
    assert kind in shown(app)
    assert resting(store, MANAGER) == {}
    store.close()


@pytest.mark.parametrize(("act", "how"), [("phoned", "telefon"), ("mailed", "e-post"), ("visited", "besök")])
def test_whom_to_ask_next_is_asked_today_with_a_click(filled: Callable[..., Store], act: str, how: str) -> None:
    store = filled(heard=False)
    app = press(start(page="start"), "next", act)
    (asked,) = store.snapshot(Interview).of(Interview)
    assert (asked.asked_on, asked.how, asked.outcome) == (NOW, how, None)
    name = FIRMS[str(asked.company_id)]
    assert name in said(app, "saved")
    assert not any(name in each.label for each in app.button if (each.key or "").startswith("week_firm_next"))
    app.button(key="undo").click()
    run(app)
    assert store.snapshot(Interview).of(Interview) == []
    assert any(name in each.label for each in app.button if (each.key or "").startswith("week_firm_next"))
    store.close()


def test_a_firm_that_is_never_to_be_asked_leaves_every_list(filled: Callable[..., Store]) -> None:
    store = filled(INTRODUCED, CERTIFIED, *CALL, ASKED, heard=False)
    app = start(page="start")
    assert {"introductions", "certificates", "calls", "reminders"} <= shown(app)
    press(app, "reminders", "never")
    left = shown(app)
    assert not left & {"introductions", "certificates", "calls", "reminders"}
    assert not any(FIRMS[A] in each.label for each in app.button if (each.key or "").startswith("week_firm_"))
    address = store.address
    store.close()
    told = ask("--store", address, "week", "--json").json
    assert A not in str(told)
    listed = ask("--store", address, "outreach", "--state", "never", "--json").json
    assert [each["company_id"] for each in listed["firms"]] == [A]


def test_an_enquiry_to_follow_up_is_opened_by_its_click(filled: Callable[..., Store]) -> None:
    store = filled()
    sought = Sought(A, words="Axel i stål", processes=("turning",))
    late = Event("contacted", ago(20, NOW), follow_up_on=NOW)
    made = enquire(store, MANAGER, sought, late, today=NOW)
    app = start(page="start")
    assert "enquiries" in shown(app)
    press(app, "enquiries", "go")
    assert app.session_state["enquiry_open"] == made
    enquiries.told(store, MANAGER, made, Event("quoted", NOW), today=NOW)
    store.close()
    assert "enquiries" not in shown(start(page="start"))


def test_what_a_firm_says_itself_is_told_until_somebody_has_seen_it(filled: Callable[..., Store]) -> None:
    store = filled()

    def says(website: str) -> None:
        publish(store, [Source("by_hand", A, Level.MEMBERS)], [Claim(A, "Company", "", {"website": website})])

    assert "words" not in shown(start(page="start"))
    says("https://a.example")
    app = start(page="start")
    assert "words" in shown(app)
    assert "words" not in shown(press(app, "words", "seen"))
    says("https://b.example")
    assert "words" in shown(run(app)), "it has said more"
    store.close()


def test_what_is_past_its_time_leads_to_where_it_is_removed(
    filled: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARVERK_RETAIN_CONTACTS", "1")
    filled(Claim(A, "Contact", "c", {"name": "Anna Zq", "review_on": ago(5, NOW)})).close()
    app = start(page="start")
    assert "past_time" in shown(app)
    press(app, "past_time", "go")
    assert [each.key for each in app.text_input if each.key == "person_who"]


def test_a_reminder_is_a_text_to_change_and_then_marked(filled: Callable[..., Store]) -> None:
    store = filled(ASKED, REVIEWED)
    app = press(start(page="start"), "reminders", "mail")
    (body,) = (str(each.value) for each in app.text_area if (each.key or "").startswith("week_mail_body"))
    assert "Hej Anna Zq!" in body
    assert ago(40, NOW) in body
    app.button(key="week_mail_reminded").click()
    run(app)
    assert of_asked("reminded_on")(store) == NOW
    store.close()


def test_a_certificate_that_was_renewed_takes_its_new_day_in_the_form(filled: Callable[..., Store]) -> None:
    store = filled(CERTIFIED)
    app = press(start(page="start"), "certificates", "renewed")
    field = next(each for each in app.text_input if (each.key or "").startswith("edit_valid_until"))
    field.set_value(ago(-1000, NOW))
    next(each for each in app.button if each.label == SV("edit.save")).click()
    run(app)
    assert first(Certificate, "valid_until")(store) == ago(-1000, NOW)
    assert "certificates" not in shown(app)
    store.close()


def test_a_group_is_opened_and_closed(filled: Callable[..., Store]) -> None:
    others = [Claim(each, "Certificate", "ISO 9001", {"valid_until": ago(-5, NOW)}) for each in (B, C)]
    filled(CERTIFIED, *others).close()
    app = start(page="start")

    def lines() -> int:
        return sum((each.key or "").startswith("week_do_certificates") for each in app.button_group)

    assert lines() == 1
    app.button(key="week_all_certificates").click()
    run(app)
    assert lines() == 3
    app.button(key="week_all_certificates").click()
    run(app)
    assert lines() == 1


def test_another_persons_change_is_not_written_over(filled: Callable[..., Store]) -> None:
    store = filled(INTRODUCED)
    app = start(page="start")
    changed = Claim(A, "Introduction", "x", {"outcome": "ordered"})
    publish(store, [Source("by_hand", "network")], [changed])
    press(app, "introductions", "none")
    assert first(Introduction, "outcome")(store) == "ordered"
    assert SV("edit.moved") in said(app, "saved")
    store.close()


@pytest.mark.parametrize("level", ["PUBLIC", "MEMBERS"])
def test_others_see_nothing_of_the_week(
    filled: Callable[..., Store], monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    store = filled(INTRODUCED, ASKED, CERTIFIED, REVIEWED, *CALL)
    address = store.address
    store.close()
    monkeypatch.setenv("NARVERK_AUDIENCE", level)
    app = start(page="start")
    assert shown(app) == set()
    assert SV("week.title") not in "".join(bodies(app))
    assert [each for each in start(page="outreach").button_group if each.key == "outreach_state"] == []
    for command in ("week", "outreach"):
        assert ask("--store", address, command, "--audience", level).out == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_do_is_said(filled: Callable[..., Store], language: str) -> None:
    filled().close()
    app = start(language, page="start")
    assert shown(app) == set()
    assert load(language)("week.nothing") in "".join(bodies(app))


def test_names_that_are_scripts_stay_text(filled: Callable[..., Store]) -> None:
    odd = [Claim(A, "Company", "", {"name": PAYLOADS[0]}), Claim(B, "Company", "", {"name": PAYLOADS[2]})]
    contact = Claim(A, "Contact", "c", {"name": PAYLOADS[1], "review_on": NOW})
    filled(*odd, INTRODUCED, contact).close()
    app = start(page="start")
    assert {"introductions", "contacts"} <= shown(app)
    assert not any(each in "".join(bodies(app)) for each in ("<script", "<img"))
    press(app, "introductions", "met")
    assert not any(each in "".join(bodies(app)) for each in ("<script", "<img"))
    assert not any("](" in each.label for each in app.button)


def test_every_kind_has_its_words_in_both_languages() -> None:
    for language in LANGUAGES:
        sentences = load(language)
        for kind, acts in KINDS.items():
            assert sentences.has(f"week.kinds.{kind}")
            for act in (*acts, LATER):
                assert sentences.has(f"week.go.{kind}" if act == "go" else f"week.do.{act}"), (kind, act)

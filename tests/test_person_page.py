"""The page that says what is held about a person, run through the router, and the commands that do the same."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from graph.erasure import suppressions
from graph.model import Contact, Interview
from graph.persons import Holdings
from graph.store import Store, open_store
from render.company import Wording
from render.persons import headline, rows, sheet, table
from tests.regions import run as command
from tests.test_app import bodies, run, said, start, use_data
from tests.test_erasure import FIRM, MAIL, NAME, NEEDLES, OTHER, planted
from tests.test_network_pages import tables
from texts import LANGUAGES, load

HIM = "Bo Ek"


@pytest.fixture(name="store")
def planted_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.delenv("NARVERK_SECRET", raising=False)
    use_data(monkeypatch, tmp_path)
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    planted(opened)
    yield opened
    opened.close()


def shown(app: object) -> str:
    return html.unescape("".join(bodies(app)))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_held_is_what_the_store_is_asked(store: Store, language: str) -> None:
    sentences = load(language)
    app = start(language, "person")
    assert sentences("person.intro") in shown(app)
    app.text_input(key="person_who").set_value(MAIL)
    run(app)
    holdings = Holdings(store)
    held = holdings.held(holdings.marks(holdings.candidates(MAIL)))
    assert headline(held, NAME, sentences) in html.unescape(said(app, "headline"))
    (listed,) = tables(app)
    assert len(listed["rows"]) == len(held)
    assert {f"{sentences('person.file')}_{kind}" for kind in ("xlsx", "csv", "print")} <= {
        each.key for each in app.get("download_button")
    }
    assert not [each for each in NEEDLES if each in repr(dict(app.query_params))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_are_a_question_and_nobody_is_an_answer(store: Store, language: str) -> None:
    sentences = load(language)
    app = start(language, "person")
    app.text_input(key="person_who").set_value("Zyxla")
    run(app)
    count = len(Holdings(store).candidates("Zyxla"))
    assert count == 2  # the contact, and the sole trader of the same name
    assert sentences("person.several", count=count) in shown(app)
    assert not app.get("download_button")
    for number in range(count):
        app.checkbox(key=f"person_picked{number}").check()
    run(app)
    assert len(tables(app)) == 1
    app.text_input(key="person_who").set_value("19640823-3234 Ingen")
    run(app)
    assert "19640823" not in shown(app)
    assert sentences("person.none_what") in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_erasing_takes_a_yes_and_the_block_can_be_lifted(store: Store, language: str) -> None:
    sentences = load(language)
    app = start(language, "person")
    app.text_input(key="person_who").set_value(HIM)
    run(app)
    assert app.button(key="person_do_erase").disabled
    app.checkbox(key="person_sure").check()
    run(app)
    app.button(key="person_do_erase").click()
    run(app)
    assert sentences("person.erased", claims=1, others=0, copies=0) in shown(app)
    assert [each.name for each in store.snapshot(Contact).of(Contact)] == [NAME]
    assert app.text_input(key="person_who").value == ""
    app.text_input(key="person_who").set_value("bo@ek.example")
    run(app)
    (erasure_id,) = suppressions(store)
    app.button(key=f"person_lift_{erasure_id}").click()
    run(app)
    assert sentences("person.lifted", count=1) in shown(app)
    assert suppressions(store) == {}


# -- the extract and the commands --------------------------------------------------------------------------------------


def test_the_extract_is_text_and_starts_no_formula(store: Store) -> None:
    holdings = Holdings(store)
    held = holdings.held(holdings.marks(holdings.candidates(MAIL)))
    sentences = load("sv")
    wording = Wording(sentences, str)
    lines = table(held, wording, str, sentences)
    lines.append(["<script>x</script>", "=1+1", "", "", "", "", ""])
    page = sheet("<b>", lines, "2026-11-23", sentences).decode()
    assert "<script>" not in page
    assert "<h1>&lt;b&gt;</h1>" in page
    assert "default-src 'none'" in page
    assert len(lines) == len(rows(held, wording, str, sentences)) + 2


def test_the_command_says_the_same_and_erases(store: Store, tmp_path: Path) -> None:
    asked = command("person", MAIL, "--json").json
    holdings = Holdings(store)
    held = holdings.held(holdings.marks(holdings.candidates(MAIL)))
    assert [(each["place"], each["field"], each["company_id"]) for each in asked["held"]] == [
        (each.place, each.field or None, each.about or None) for each in held
    ]
    several = command("person", "zyxla", "--json")
    assert (several.code, len(several.json["candidates"]), several.json["held"]) == (1, 2, [])
    assert command("person", "zyxla", "--pick", "3").code == 1
    book = tmp_path / "utdrag.xlsx"
    assert command("person", MAIL, "--extract", book).code == 0
    cells = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    assert len(cells) == len(held) + 1
    assert MAIL in json.dumps(cells)
    assert command("person", MAIL, "--extract", tmp_path / "utdrag.txt").code == 1
    told = command("person", "zyxla", "--pick", "1", "2", "--erase")
    assert load("sv")("person.say_yes") in told.out
    assert len(store.snapshot(Contact).of(Contact)) == 2
    done = command("person", "zyxla", "--pick", "1", "2", "--erase", "--yes")
    assert (done.code, done.err) == (0, "")
    assert [each.name for each in store.snapshot(Contact).of(Contact)] == [HIM]
    assert command("person", MAIL).code == 1
    assert command("person", MAIL, "--lift").code == 0
    assert command("person", MAIL, "--lift").code == 1
    assert {each.company_id for each in store.snapshot(Interview).of(Interview)} == {FIRM}
    assert OTHER != FIRM


def test_the_command_lets_go_of_what_is_past_its_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_RETAIN_NOTES", "1")
    past = command("retention", "--json").json["past"]
    assert [(each["kind"], each["due"]) for each in past] == [("Interview", "2026-03-02")]
    assert store.snapshot(Interview).of(Interview)[0].notes
    assert command("retention", "--apply").code == 0
    assert store.snapshot(Interview).of(Interview)[0].notes is None
    monkeypatch.setenv("NARVERK_RETAIN_NOTES", "soon")
    assert "NARVERK_RETAIN_NOTES" in command("retention").err

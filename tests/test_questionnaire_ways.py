"""A questionnaire's way: its code, files that are not as they should be, what has moved, letters, page and commands."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from graph import transfer
from graph.audience import Viewer
from graph.errors import NotAllowed, UserMistake
from graph.ledger import decide, publish, withdraw
from graph.model import Alias, Certificate, Claim, Company, Interview, Level, Offer, Source
from graph.questionnaire import (
    CODE_CHARACTERS,
    NOTES,
    ask,
    keep_letter,
    letter_of,
    newest,
    of_code,
    plain,
    questionnaires,
    shown,
)
from graph.store import Store, open_store
from ingest.by_hand import Desk, save
from ingest.pipeline import load_files
from ingest.questionnaire import known_of
from ingest.questionnaire_publish import Work, mark_reminded, mark_sent, publish_answers
from render.questionnaire_letters import INVITATION, LETTERS, letter, names_of_fields, words_of
from render.questionnaire_told import change_rows
from tests.regions import own_data
from tests.regions import run as command
from tests.test_app import bodies, invented_region, opened_region, run, start
from tests.test_erasure import FIRM, NEEDLES, erased, planted, trader
from tests.test_questionnaire import (
    DAY,
    LATER,
    MANAGER,
    MEMBERS,
    SV,
    WORK,
    A,
    B,
    Book,
    answered,
    code_of,
    filled_in,
    made,
    opened_store,
    record,
    returned,
)
from texts import LANGUAGES, load

__all__ = ["invented_region", "opened_region", "opened_store", "own_data"]  # fixtures


# -- codes -------------------------------------------------------------------------------------------------------------


def test_a_code_tells_nothing_and_a_form_that_asks_the_same_keeps_it(store: Store) -> None:
    one, again = made(store)[0], made(store)[0]
    other = made(store, B)[0]
    assert one.code == again.code
    assert len({one.code, other.code}) == 2
    assert len(one.code) == CODE_CHARACTERS
    assert plain(f" {shown(one.code).lower()} ") == one.code
    assert of_code(store, MANAGER, shown(one.code), on=DAY)[1] == A
    publish(store, [Source("x", "network")], [Claim(A, "Company", "", {"website": "ny.example"})], on=DAY)
    mark_sent(store, MANAGER, one, WORK)
    newer = made(store)[0]
    assert newer.code != one.code
    assert newer.sent_on == LATER  # the firm has been asked, by whichever file
    assert newest(questionnaires(store, MANAGER), store)[A].code == newer.code
    assert of_code(store, MANAGER, one.code, on=DAY)[1] == A  # who has got the first file may send it back


@pytest.mark.parametrize("viewer", [Viewer(), MEMBERS, Viewer(Level.MEMBERS, A)])
def test_nobody_but_the_manager_has_any_of_it(store: Store, tmp_path: Path, viewer: Viewer) -> None:
    asked = made(store)[0]
    path = filled_in(store, tmp_path)
    answers = returned(store, path).answers[0]
    for act in (
        lambda: questionnaires(store, viewer),
        lambda: of_code(store, viewer, asked.code),
        lambda: ask(store, viewer, [], language="sv", on=DAY),
        lambda: mark_sent(store, viewer, asked, WORK),
        lambda: mark_reminded(store, viewer, asked, WORK),
        lambda: publish_answers(store, viewer, answers, WORK),
        lambda: keep_letter(store, viewer, "x", {}),
        lambda: letter_of(store, viewer, "x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_codes_that_do_not_count_are_told_in_a_sentence(store: Store, tmp_path: Path) -> None:
    path = filled_in(store, tmp_path)
    assert code_of(returned(store, path, on="2028-10-01")) == "questionnaire_old"
    other = open_store(f"sqlite:{tmp_path / 'other.sqlite'}")
    assert code_of(returned(other, path)) == "questionnaire_unknown"
    other.close()
    done = publish_answers(store, MANAGER, returned(store, path).answers[0], WORK)
    assert code_of(returned(store, path)) == "questionnaire_answered"
    withdraw(store, done.load_id)
    assert returned(store, path).refused == {}


def test_files_that_are_not_what_they_should_be_are_told_in_a_sentence(store: Store, tmp_path: Path) -> None:
    path = filled_in(store, tmp_path)
    book = load_workbook(path)
    code = next(each for each in book.worksheets if each.title == "_kod")
    book.remove(code)
    book.save(tmp_path / "b.xlsx")
    assert code_of(returned(store, tmp_path / "b.xlsx")) == "questionnaire_no_code"
    book = load_workbook(path)
    for page in book.worksheets:
        if page.title in {SV("questionnaire.sheet.can"), SV("questionnaire.sheet.firm")}:
            page.delete_rows(1)
    book.save(tmp_path / "c.xlsx")
    assert returned(store, tmp_path / "c.xlsx").answers[0].changes == []
    whose = Book(made(store, B)[1], tmp_path / "d.xlsx")
    whose.book["_kod"].cell(1, 2).value = made(store)[0].code
    assert code_of(returned(store, whose.saved())) == "questionnaire_copied"
    (tmp_path / "e.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert code_of(returned(store, tmp_path / "e.csv")) == "questionnaire_no_code"
    (tmp_path / "f.xlsx").write_bytes(b"PK\x03\x04 nothing")
    assert code_of(returned(store, tmp_path / "f.xlsx")) == "workbook_damaged"


def test_two_files_of_one_firm_count_where_they_say_the_same(store: Store, tmp_path: Path) -> None:
    one = filled_in(store, tmp_path, lambda book: book.put("can", "turning", tolerance="IT8"), name="a")
    same = filled_in(store, tmp_path, lambda book: book.put("can", "turning", tolerance="IT8"), name="b")
    other = filled_in(store, tmp_path, lambda book: book.put("can", "turning", tolerance="IT9"), name="c")
    of_b = filled_in(store, tmp_path, company=B, name="d")
    assert [each.file for each in returned(store, one, same, of_b).answers] == ["a.xlsx", "d.xlsx"]
    found = returned(store, one, other, of_b)
    assert {file: error.code for file, error in found.refused.items()} == dict.fromkeys(
        ("a.xlsx", "c.xlsx"), "questionnaire_twice"
    )
    assert [each.company_id for each in found.answers] == [B]


def test_a_firm_that_was_merged_meanwhile_is_answered_under_its_name_of_today(store: Store, tmp_path: Path) -> None:
    path = filled_in(store, tmp_path, lambda book: book.put("certificates", "ISO 14001", answer="x"), company=B)
    decide(store, "same", [A, B], on=DAY)
    today = store.matching(Alias, "alias", [B])[0].company_id
    (answers,) = returned(store, path).answers
    assert answers.company_id == today
    publish_answers(store, MANAGER, answers, WORK)
    assert record(store, Certificate, f"{today}/ISO 14001") is not None


def test_a_firm_that_is_gone_is_told_in_a_sentence(store: Store, tmp_path: Path) -> None:
    load_id = publish(store, [Source("x", "network")], [Claim("org:4000000069", "Company", "", {"name": "X"})]).load_id
    path = filled_in(store, tmp_path, company="org:4000000069")
    withdraw(store, load_id)
    assert code_of(returned(store, path)) == "questionnaire_firm_gone"


# -- what somebody has changed meanwhile -------------------------------------------------------------------------------


def by_hand(store: Store, **typed: str) -> None:
    account = known_of(store, A).account(Offer, "turning")
    assert account is not None
    draft = Desk(store, store.snapshot(Company, Alias), on=DAY).change(account, typed)
    assert save(store, MANAGER, draft, started=store.revision(), on=DAY).load_id


def test_what_has_moved_since_it_was_asked_is_shown_and_left_until_it_is_chosen(store: Store, tmp_path: Path) -> None:
    path = filled_in(
        store, tmp_path, lambda book: book.put("can", "turning", tolerance="IT8", max_weight_kg=9, batch_min=3)
    )
    by_hand(store, tolerance="IT6", max_weight_kg="9")
    (answers,) = returned(store, path).answers
    assert {each.field: each.moved for each in answers.changes} == {"tolerance": True, "batch_min": False}
    (moved,) = (row for row in change_rows(answers, SV) if row["note"])
    assert (moved["before"], moved["after"]) == ("IT6", "IT8")
    assert "IT7" in moved["note"]
    publish_answers(store, MANAGER, answers, WORK)
    turning = record(store, Offer, f"{A}/turning")
    assert (turning.tolerance, turning.batch_min) == ("IT6", 3)


def test_what_has_moved_is_published_where_that_is_chosen(store: Store, tmp_path: Path) -> None:
    path = filled_in(
        store,
        tmp_path,
        lambda book: book.put("can", "turning", answer="nej").put("can", "milling_3", answer="x", audience="öppet"),
    )
    by_hand(store, tolerance="IT6")
    (answers,) = returned(store, path).answers
    assert [(each.act, each.moved) for each in answers.changes if not each.field] == [("gone", True), ("new", False)]
    publish_answers(store, MANAGER, answers, WORK, with_moved=True)
    assert record(store, Offer, f"{A}/turning") is None


def test_who_changes_the_firm_while_its_answers_are_looked_at_is_not_written_over(store: Store, tmp_path: Path) -> None:
    answers = answered(store, tmp_path, lambda book: book.put("can", "turning", tolerance="IT8"))
    by_hand(store, tolerance="IT6")
    before = store.revision()
    with pytest.raises(UserMistake) as caught:
        publish_answers(store, MANAGER, answers, WORK)
    assert (caught.value.code, store.revision()) == ("questionnaire_moved", before)


# -- sent and reminded -------------------------------------------------------------------------------------------------


def test_it_is_noted_that_a_firm_was_asked_reminded_and_has_answered(store: Store, tmp_path: Path) -> None:
    asked = made(store)[0]
    sent = mark_sent(store, MANAGER, asked, Work("frågeformulär", "företaget", DAY))
    mark_sent(store, MANAGER, sent, Work("frågeformulär", "företaget", DAY))
    mark_reminded(store, MANAGER, sent, Work("frågeformulär", "företaget", "2026-10-15"))
    path = filled_in(store, tmp_path)
    publish_answers(store, MANAGER, returned(store, path).answers[0], WORK)
    (found,) = (each for each in store.snapshot(Interview).of(Interview) if each.how == "frågeformulär")
    assert (found.asked_on, found.reminded_on) == (DAY, "2026-10-15")
    assert (found.outcome, found.answered_on) == ("answered", LATER)
    standing = newest(questionnaires(store, MANAGER), store)[A]
    assert (standing.sent_on, standing.reminded_on, standing.answered_on) == (DAY, "2026-10-15", LATER)


def test_questionnaires_go_with_a_backup(store: Store, tmp_path: Path) -> None:
    asked = made(store)[0]
    keep_letter(store, MANAGER, "invitation:sv", {"subject": "Eget", "body": "Hej"})
    transfer.backup(store, tmp_path / "copy.sqlite")
    copy = open_store(f"sqlite:{tmp_path / 'copy.sqlite'}")
    assert [each.code for each in questionnaires(copy, MANAGER)] == [asked.code]
    assert letter_of(copy, MANAGER, "invitation:sv")["subject"] == "Eget"
    assert copy.notes(NOTES) == store.notes(NOTES)
    copy.close()


def test_a_person_who_is_erased_is_in_no_questionnaire(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'persons.sqlite'}")
    planted(store)
    for each in (FIRM, trader(store)):
        made(store, each)
    assert any(needle in "".join(store.notes(NOTES).values()) for needle in NEEDLES)
    erased(store)
    left = questionnaires(store, MANAGER)
    assert [each.company_id for each in left] == [FIRM]
    assert "en robot" in left[0].cells["Need"]["n1"]["description"]
    assert [needle for needle in NEEDLES if needle in "".join(store.notes(NOTES).values())] == []
    store.close()


# -- letters -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_has_the_firms_facts_put_in(language: str, kind: str) -> None:
    texts = load(language)
    subject, body = words_of(kind, {}, texts)
    values = {"firm": "Ek [sista dag] AB", "contact": "Kim", "last_day": LATER}
    written = letter(subject, body, values, texts)
    assert "Ek [sista dag] AB" in written.subject
    assert all(each in written.body for each in ("Ek [sista dag] AB", "Kim!", LATER))
    unknown = letter(subject, body, {**values, "firm": "Ek", "contact": ""}, texts).body
    assert unknown.startswith(("Hej!", "Hello!"))
    assert "[" not in unknown
    own = letter("", "x {0} [företaget] [last day] [okänt]", {**values, "firm": "Ek"}, texts)
    assert own.body == f"x {{0}} Ek {LATER} [okänt]"
    assert names_of_fields(texts).count("[") == 3


# -- the commands ------------------------------------------------------------------------------------------------------


def test_the_commands_write_and_read_back(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "alla.zip"
    asked = ("--store", store.address, "questionnaire")
    said = command(*asked, out, "--company", "Ek & Co AB", B, "--json").json
    assert [each["company_id"] for each in said["questionnaires"]] == [A, B]
    with zipfile.ZipFile(out) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path)
    book = Book((tmp_path / names[0]).read_bytes(), tmp_path / names[0])
    path = book.put("can", "turning", tolerance="IT8").put("can", "milling_3", answer="kanske").saved()
    before = store.revision()
    tried = command("--store", store.address, "answers", path, "--dry-run")
    assert tried.code == 0
    assert all(each in tried.out for each in ("IT7 → IT8", "Vad ni kan", SV("questionnaire.dry_run")))
    assert store.revision() == before
    done = command("--store", store.address, "answers", path, tmp_path / names[1], "--json").json
    assert len(done["load_ids"]) == 2
    assert record(store, Offer, f"{A}/turning").tolerance == "IT8"
    again = command("--store", store.address, "answers", path)
    assert (again.code, "publicerades redan" in again.out) == (1, True)
    assert command(*asked, tmp_path / "form.pdf", "--company", A).code == 0
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF")
    for wrong in (("x.docx", A), ("x.xlsx", A, B), ("form.pdf", A)):
        ran = command(*asked, tmp_path / wrong[0], "--company", *wrong[1:])
        assert (ran.code, ran.err.count("\n")) == (1, 1)


# -- the page ----------------------------------------------------------------------------------------------------------


def firm_with_turning(region: Store) -> str:
    found = [each for each in region.snapshot(Offer).of(Offer) if each.capability == "turning" and each.tolerance]
    return min(str(each.company_id) for each in found)


def opened_page(language: str = "sv") -> AppTest:
    return run(start(language, "questionnaire"))


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click()
    run(app)


def test_the_page_makes_sends_reminds_reads_publishes_and_undoes(region: Store, tmp_path: Path) -> None:
    firm = firm_with_turning(region)
    app = opened_page()
    assert not app.selectbox
    app.multiselect(key="questionnaire_firms").set_value([firm])
    press(run(app), "questionnaire_make")
    standing = newest(questionnaires(region, MANAGER), region)
    assert standing.keys() == {firm}
    press(app, "questionnaire_mark_sent")
    press(app, "questionnaire_mark_reminded")
    (noted,) = (each for each in region.matching(Interview, "company_id", [firm]) if each.how == "frågeformulär")
    assert noted.asked_on
    assert noted.reminded_on == noted.asked_on
    path = filled_in(region, tmp_path, lambda book: book.put("can", "turning", tolerance="IT3"), company=firm)
    files = [(path.name, path.read_bytes()), ("annan.xlsx", b"a;b\n1;2\n")]
    app.file_uploader[0].set_value([(*each, "application/octet-stream") for each in files])
    told = "".join(bodies(run(app)))
    assert "annan.xlsx saknar koden" in told
    assert "Ändringar: 1" in told
    press(app, "questionnaire_publish")
    assert record(region, Offer, f"{firm}/turning").tolerance == "IT3"
    assert newest(questionnaires(region, MANAGER), region)[firm].answered_on
    press(app, "questionnaire_undo")
    assert record(region, Offer, f"{firm}/turning").tolerance != "IT3"
    assert not newest(questionnaires(region, MANAGER), region)[firm].answered_on


def test_the_page_suggests_whom_to_ask_and_keeps_the_networks_own_words(region: Store) -> None:
    app = opened_page("en")
    press(app, "questionnaire_suggest")
    chosen = app.multiselect(key="questionnaire_firms").value
    assert chosen
    press(app, "questionnaire_make")
    assert {each.language for each in questionnaires(region, MANAGER) if each.company_id in chosen} >= {"en"}
    keep_letter(region, MANAGER, f"{INVITATION}:en", {"subject": "Own words for [company]", "body": "Hi [contact]"})
    written = {each.value for each in run(opened_page("en")).text_input}
    assert any((each or "").startswith("Own words for ") for each in written)


def test_a_questionnaire_is_no_list_to_load(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "svar.xlsx"
    path.write_bytes(made(store)[1])
    with pytest.raises(UserMistake) as refused:
        load_files(store, [path])
    assert refused.value.code == "questionnaire_goes_elsewhere"

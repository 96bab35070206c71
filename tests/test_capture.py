"""What is said at a meeting: kept whole whoever writes at once, followed through mergers, erased, and the one door."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph import ledger
from graph.audience import Viewer
from graph.capture import (
    CAN,
    CONSENT,
    CORRECTION,
    DONE,
    DROPPED,
    KINDS,
    LEFT,
    MEET,
    NEEDS,
    NOTES,
    Captured,
    Said,
    capture,
    captured,
    firm_of,
    left,
    mark,
    notebook,
)
from graph.erasure import erase
from graph.errors import NotAllowed, UnknownName, UserMistake
from graph.ledger import publish
from graph.model import REGION_KINDS, Claim, Level, Source
from graph.persons import Holdings
from graph.preview import read_only
from graph.store import Store, open_store
from graph.transfer import backup, restore

PUBLIC, MEMBERS, MANAGER = (Viewer(level) for level in Level)
A, B, C = "org:4000000001", "org:4000000002", "org:4000000003"
AT, LATER = "2026-11-23T17:05:00.000+00:00", "2026-11-24T08:00:00.000+00:00"
LASER = Said(CAN, A, AT, "laserskär rör upp till 200 mm", "Anna vid bord 3")


@pytest.fixture(name="own")
def embedded(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'own.sqlite'}")
    yield opened
    opened.close()


def only(store: Store) -> Captured:
    (found,) = captured(store, MANAGER)
    return found


def says(store: Store, *names: tuple[str, str]) -> None:
    """Publishes firms by identifier and name."""
    source = Source("register", "network", Level.PUBLIC)
    publish(store, [source], [Claim(key, "Company", "", {"name": name}) for key, name in names], on="2026-11-01")


# -- kept ------------------------------------------------------------------------------------------------------------


def test_a_note_is_kept_as_it_was_said_and_moves_no_revision(store: Store, store_address: str) -> None:
    """On each store, and there when it is opened again."""
    said = replace(LASER, words='  =rör "Ø30"\n💡 härdade ', said_by=" Anna ")
    capture_id = capture(store, MANAGER, said)
    other = open_store(store_address, create=False)
    found = only(other)
    other.close()
    assert found == Captured(capture_id, replace(said, words='=rör "Ø30" 💡 härdade', said_by="Anna"), LEFT)
    assert found.said.on == "2026-11-23"
    assert store.revision() == 0


def test_what_many_write_at_once_is_all_there(store: Store) -> None:
    shared = capture(store, MANAGER, LASER)

    def work() -> None:
        for _ in range(5):
            capture(store, MANAGER, LASER)
            mark(store, MANAGER, shared, DONE, at=AT)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    found = {each.capture_id: each.state for each in captured(store, MANAGER)}
    assert len(found) == 21
    assert [key for key, state in found.items() if state == DONE] == [shared]
    assert len(store.notes(NOTES)) == 41


def test_the_last_word_of_what_became_of_it_counts(own: Store) -> None:
    one, other = capture(own, MANAGER, LASER), capture(own, MANAGER, LASER)
    states = []
    for state in (DONE, LEFT, DROPPED, LEFT, DONE):
        mark(own, MANAGER, one, state, at=LATER)
        states.append({each.capture_id: each.state for each in captured(own, MANAGER)})
    assert [each[one] for each in states] == [DONE, LEFT, DROPPED, LEFT, DONE]
    assert {each[other] for each in states} == {LEFT}
    assert [each.capture_id for each in left(captured(own, MANAGER))] == [other]


def test_of_two_who_say_different_things_at_once_one_counts_whoever_reads(own: Store) -> None:
    """Two that have read the same write with the same number: every reader sees the same one of them win."""
    capture_id = capture(own, MANAGER, LASER)
    for token, state in (("b", DONE), ("a", DROPPED)):
        own.remember(f"{NOTES}{capture_id}:{token}", f'{{"state": "{state}", "at": "{AT}", "number": 1}}')
    assert only(own).state == DONE


def test_the_newest_day_stands_first_and_a_day_in_the_order_it_was_said(own: Store) -> None:
    for minute, day in ((5, 23), (1, 24), (3, 23), (2, 24)):
        capture(own, MANAGER, replace(LASER, at=f"2026-11-{day}T18:0{minute}:00.000+00:00"))
    assert [each.said.at[8:16] for each in captured(own, MANAGER)] == ["24T18:01", "24T18:02", "23T18:03", "23T18:05"]


def test_what_a_newer_program_wrote_beside_it_is_passed_over(own: Store) -> None:
    capture_id = capture(own, MANAGER, LASER)
    name = NOTES + capture_id
    own.remember(name, (own.recall(name) or "").replace("{", '{"louder": true, ', 1))
    assert only(own).said == LASER


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (replace(LASER, firm=" "), "capture_without_firm"),
        *((Said(kind, A, AT, " "), "capture_without_words") for kind in (CAN, NEEDS, CORRECTION)),
        (Said(MEET, A, AT, "gärna i vår"), "capture_without_other"),
        (Said(MEET, A, AT, other=A), "capture_with_itself"),
    ],
)
def test_what_says_nothing_is_refused(own: Store, said: Said, code: str) -> None:
    with pytest.raises(UserMistake, match=code):
        capture(own, MANAGER, said)
    assert not own.notes(NOTES)


def test_consent_and_a_wish_to_meet_need_no_words(own: Store) -> None:
    capture(own, MANAGER, Said(CONSENT, A, AT))
    capture(own, MANAGER, Said(MEET, A, AT, other="Tyskarna i monter 4"))
    capture(own, MANAGER, Said(CAN, A, AT, "svetsar", other=B))
    found = {(each.said.kind, each.said.other) for each in captured(own, MANAGER)}
    assert found == {(CONSENT, ""), (MEET, "Tyskarna i monter 4"), (CAN, "")}


def test_a_note_that_is_not_there_cannot_be_done(own: Store) -> None:
    capture_id = capture(own, MANAGER, LASER)
    for wrong in ("", "2026-11-23", capture_id[:-1], f"{capture_id}x"):
        with pytest.raises(UnknownName, match="no_such_capture"):
            mark(own, MANAGER, wrong, DONE, at=LATER)


# -- firms -----------------------------------------------------------------------------------------------------------


def test_a_note_follows_its_firms_into_a_merger_and_out_again(own: Store) -> None:
    says(own, (A, "Tallbom AB"), (B, "Tallboms Rör AB"), (C, "Nora Smide AB"))
    capture(own, MANAGER, Said(MEET, B, AT, other=C))
    decision = ledger.decide(own, "same", [A, B])
    assert (only(own).said.firm, only(own).said.other) == (A, C)
    ledger.retract(own, decision)
    assert (only(own).said.firm, only(own).said.other) == (B, C)


def test_a_name_nobody_knew_is_the_firms_once_it_is_known_and_one_alone(own: Store) -> None:
    capture(own, MANAGER, replace(LASER, firm="Tallbom"))

    def meant() -> str | None:
        return firm_of(own.snapshot(*REGION_KINDS), only(own).said.firm)

    assert meant() is None
    says(own, (A, "Tallbom AB"))
    assert meant() == A
    says(own, (B, "Tallbom Plåt AB"))
    assert meant() == A  # the very name but for its form
    assert firm_of(own.snapshot(*REGION_KINDS), B) == B
    assert firm_of(own.snapshot(*REGION_KINDS), "") is None


# -- who may, and the door -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", [PUBLIC, MEMBERS, Viewer(Level.MEMBERS, A)])
def test_notes_are_the_managers_alone(own: Store, viewer: Viewer) -> None:
    capture_id = capture(own, MANAGER, LASER)
    before = dict(own.notes(""))
    for act in (
        lambda: capture(own, viewer, LASER),
        lambda: captured(own, viewer),
        lambda: mark(own, viewer, capture_id, DONE, at=LATER),
        lambda: notebook(own, viewer),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert own.notes("") == before


def test_a_notebook_only_adds_and_counts(own: Store) -> None:
    """Where nothing can be written nothing else is; what is there is neither read nor touched through it."""
    narrow = read_only(own)
    with pytest.raises(NotAllowed, match="previewing"):
        capture(narrow, MANAGER, LASER)
    book = notebook(own, MANAGER)
    assert book._fields == ("add", "count")
    first = book.add(LASER)
    mark(own, MANAGER, first, DONE, at=LATER)
    before = dict(own.notes(""))
    for _ in range(3):
        book.add(LASER)
    after = dict(own.notes(""))
    assert before.items() <= after.items()
    assert len(after) == len(before) + 3
    assert [book.count(day) for day in ("2026-11-22", "2026-11-23", "2026-11-24")] == [0, 4, 0]


def test_a_note_never_takes_the_place_of_another(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.capture.secrets.token_urlsafe", lambda _: "same")
    capture(own, MANAGER, LASER)
    capture(own, MANAGER, replace(LASER, words="something else"))
    assert only(own).said.words == LASER.words


# -- kept with the region, and erased ----------------------------------------------------------------------------------


def test_notes_go_with_a_backup_and_nothing_said_since_is_lost(own: Store, tmp_path: Path) -> None:
    says(own, (A, "Tallbom AB"))
    kept = capture(own, MANAGER, LASER)
    backup(own, tmp_path / "kept.sqlite")
    since = capture(own, MANAGER, replace(LASER, at=LATER))
    restore(tmp_path / "kept.sqlite", own)
    assert [each.capture_id for each in captured(own, MANAGER)] == [since, kept]
    fresh = open_store(f"sqlite:{tmp_path / 'fresh.sqlite'}")
    restore(tmp_path / "kept.sqlite", fresh)
    assert [each.capture_id for each in captured(fresh, MANAGER)] == [kept]
    fresh.close()


def test_a_person_in_the_words_is_found_and_erased(own: Store) -> None:
    """In the words, as who said it, and in the name of a firm nobody knew; the rest stays."""
    person = "Gunhild Sparrfält"
    says(own, (A, "Tallbom AB"))
    source = Source("contacts", "network")
    contact = Claim(A, "Contact", "1", {"name": person, "email": "gunhild@tallbom.example"})
    publish(own, [source], [contact], on="2026-11-02")
    capture(own, MANAGER, Said(NEEDS, A, AT, f"ring {person} om kylan, gunhild@tallbom.example", said_by=person))
    capture(own, MANAGER, Said(MEET, "Sparrfält, Gunhild", AT, other=A))
    holdings = Holdings(own)
    (meant,) = holdings.candidates(person)
    marks = holdings.marks([meant])
    held = [each for each in holdings.held(marks) if each.place == "note"]
    assert [each.kind for each in held] == ["capture", "capture"]
    erase(own, marks)
    kept = "".join((*own.notes(NOTES), *own.notes(NOTES).values()))
    assert "Sparrfält" not in kept
    assert "gunhild" not in kept.casefold()
    assert "om kylan" in kept
    assert len(captured(own, MANAGER)) == 2


def test_what_was_said_of_a_persons_own_firm_goes_whole(own: Store) -> None:
    trader = "person:" + "0" * 32
    says(own, (trader, "Sparrfälts Smide"), (A, "Tallbom AB"))
    capture_id = capture(own, MANAGER, Said(CAN, trader, AT, "smider grindar"))
    mark(own, MANAGER, capture_id, DONE, at=LATER)
    capture(own, MANAGER, Said(MEET, A, AT, other=trader))
    capture(own, MANAGER, LASER)
    holdings = Holdings(own)
    chosen = holdings.candidates("Sparrfälts Smide")
    erase(own, holdings.marks(chosen))
    assert [each.said for each in captured(own, MANAGER)] == [LASER]
    assert len(own.notes(NOTES)) == 1


def test_every_kind_can_be_written(own: Store) -> None:
    for second, kind in enumerate(KINDS):
        capture(own, MANAGER, Said(kind, A, AT.replace(":00.", f":0{second}."), "ord", other=B))
    assert [each.said.kind for each in captured(own, MANAGER)] == [*KINDS]

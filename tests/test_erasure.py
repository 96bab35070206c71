"""After an erasure no byte of the person is left, everything else stands, and nothing brings the person back."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph import ledger
from graph.access import Access, grant
from graph.audience import Viewer, whole_view
from graph.enquiries import Event, Sought, enquire, told
from graph.erasure import Reached, erase, finish, lift, suppressions
from graph.errors import UserMistake
from graph.marks import ERASED
from graph.meeting_note import Meeting, keep
from graph.meeting_note import recall as meeting_of
from graph.meeting_plan import Attendee
from graph.model import (
    REGION_KINDS,
    Activity,
    Alias,
    Claim,
    Company,
    Contact,
    Decision,
    Interview,
    Introduction,
    Level,
    Load,
    SnapshotName,
    Source,
    Trade,
)
from graph.persons import Candidate, Holdings
from graph.secret import secret_for
from graph.store import Snapshot, Store, open_store
from graph.stores.neo4j import Neo4jStore
from graph.transfer import backup, copies, copy_before, copy_region, restore, unsound
from ingest.by_hand import Draft, save
from ingest.identity import person_subject
from ingest.online import Answers, answers_file
from ingest.persons import erase_person, whom
from ingest.pipeline import load_files
from tests.conftest import ROOT

FIRM, OTHER = "org:4099000012", "org:4099000020"
NAME, MAIL, PHONE = "Zyxla Qvarnmarker", "zyxla.q@qvarn.example", "070-998 87 76"
NEEDLES = ("Qvarnmarker", "qvarnmarker", "zyxla", "Zyxla", "qvarn.example", "998 87 76", "709988776", "9988776")
MANAGER = Viewer(Level.MANAGER)
MEMBERS = Source("member_sheet", "network", Level.MEMBERS, file="lista.xlsx", sheet="Blad1")
WORK = Source("network_work", "network", Level.MANAGER, file="arbete.xlsx")
DAY = "2026-03-01"


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NEO4J_URI", "NARVERK_SECRET", "NARVERK_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path))


def firm(key: str, name: str, **fields: Any) -> Claim:
    return Claim(key, "Company", "", {"name": name, **fields}, 2)


def contact(key: str, item: str, name: str = NAME, mail: str = MAIL, phone: str = PHONE) -> Claim:
    known = {"name": name, "email": mail, "phone": phone}
    return Claim(key, "Contact", item, {field: value for field, value in known.items() if value}, 3)


def interview(key: str, notes: str, by: str = "") -> Claim:
    said = {"asked_on": DAY, "outcome": "answered", "notes": notes, **({"asked_by": by} if by else {})}
    return Claim(key, "Interview", "i1", said, 4)


def trader(store: Store) -> str:
    return person_subject(secret_for(store), "qvarnmarker zyxla")


def planted(store: Store) -> None:
    """The person in every place where the app may keep one."""
    person = trader(store)
    firms = [firm(FIRM, "Ek Mekaniska AB"), firm(OTHER, "Al Verkstad AB")]
    ledger.publish(store, [MEMBERS], [*firms, Claim(FIRM, "Offer", "turning", {"capability": "turning"}, 5)], on=DAY)
    ledger.publish(
        store,
        [replace(WORK, file=f"Kontakter {NAME}.xlsx")],
        [
            *firms,
            contact(FIRM, "c1"),
            contact(FIRM, "c2", "Bo Ek", "bo@ek.example", "0586-12 34 56"),
            interview(FIRM, f"Ring {NAME}s mobil {PHONE} eller {MAIL.upper()}. Vill ha en svetsare.", NAME),
            Claim(FIRM, "Introduction", "x", {"other_id": OTHER, "introduced_by": NAME, "reason": "svets"}, 6),
            Claim(f"activity:besok-hos-{NAME.lower().replace(' ', '-')}", "Activity", "",
                  {"name": f"Besök hos {NAME}", "participants": (FIRM, OTHER)}, 7),
            Claim(FIRM, "Need", "n1", {"theme": "automation", "description": f"{NAME}: en robot"}, 8),
        ],
        on=DAY,
    )  # fmt: skip
    undone = ledger.publish(store, [WORK], [*firms, contact(FIRM, "c1", phone="070 9988776")], on=DAY).load_id
    ledger.withdraw(store, undone)
    ledger.publish(
        store,
        [MEMBERS],
        [
            *firms,
            Claim(person, "Company", "", {"name": NAME, "business": f"Svets hos {NAME}"}, 2),
            Claim(person, "Offer", "mig_mag", {"capability": "turning"}, 2),
            Claim(OTHER, "Trade", "t1", {"buyer_id": person, "what": "stål", "year": 2025}, 3),
            Claim(OTHER, "Trade", "t2", {"buyer_id": FIRM, "what": "stål", "year": 2025}, 4),
            Claim("activity:frukost", "Activity", "",
                  {"name": "Frukost", "participants": tuple(sorted((person, FIRM)))}),
        ],
        on=DAY,
    )  # fmt: skip
    ledger.decide(store, "correct", [FIRM], kind=Contact, item="c1", name="title", value=f"{NAME}, VD", by=NAME, on=DAY)
    ledger.decide(store, "correct", [FIRM], kind=Company, name="employees", value=9, by=NAME, on=DAY)
    ledger.name_snapshot(store, f"Före {NAME}")
    noted(store)


def noted(store: Store) -> None:
    asked = enquire(store, MANAGER, Sought(OTHER, FIRM, words=f"axel åt {NAME}"), Event("contacted", DAY), today=DAY)
    told(store, MANAGER, asked, Event("quoted", DAY, words=f"{MAIL} svarade"), today=DAY)
    enquire(store, MANAGER, Sought(trader(store), FIRM, words="fläns"), Event("contacted", DAY), today=DAY)
    keep(store, Meeting((Attendee("g1", "Ek Mekaniska AB", FIRM, NAME), Attendee("g2", "Al Verkstad AB", OTHER, "Bo"))))
    grant(store, MANAGER, Access(MAIL, "MEMBERS"), today=DAY)


def the_person(store: Store) -> tuple[Holdings, list[Candidate]]:
    holdings = Holdings(store)
    return holdings, holdings.candidates(NAME)


def erased(store: Store) -> Reached:
    holdings, found = the_person(store)
    return erase(store, holdings.marks(found))


def bytes_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every byte of every file, and what is packed in the stores among them."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        yield path.name, content
        if content.startswith(b"SQLite format 3\x00"):
            with closing(sqlite3.connect(path)) as opened:
                packed = "claim_block" in {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
                for (payload,) in opened.execute("SELECT payload FROM claim_block") if packed else ():
                    yield f"{path.name} claims", zlib.decompress(payload)


def found_in(folder: Path) -> list[tuple[str, str]]:
    return [
        (name, needle)
        for name, content in bytes_in(folder)
        for needle in NEEDLES
        for encoding in ("utf-8", "utf-16-le")
        if needle.encode(encoding) in content
    ]


def test_no_byte_is_left_in_the_folder(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    planted(store)
    copy_before(store)
    store.keep_copy(tmp_path / "old.sqlite")
    (tmp_path / "backups").mkdir()
    (tmp_path / "old.sqlite").rename(tmp_path / "backups" / "region-schema4-revision3.sqlite")
    made_old(tmp_path / "backups" / "region-schema4-revision3.sqlite")
    before = {name for name, _ in found_in(tmp_path)}
    assert len(before) >= 4, before  # the region and both copies, packed and plain
    reached = erased(store)
    assert reached.copies == 2
    assert reached.left == ()
    assert found_in(tmp_path) == []
    store.close()
    assert found_in(tmp_path) == []


def made_old(path: Path) -> None:
    """As the version before wrote it."""
    with closing(sqlite3.connect(path)) as opened:
        opened.executescript(
            "UPDATE state SET schema_version = 4;"
            "ALTER TABLE contact DROP COLUMN legal_basis; ALTER TABLE contact DROP COLUMN review_on;"
        )


def test_only_the_person_goes(store: Store) -> None:
    planted(store)
    before = store.snapshot(*REGION_KINDS)
    loads = len(store.snapshot(Load).of(Load))
    erased(store)
    found = store.snapshot(*REGION_KINDS, Load, Decision, SnapshotName)
    assert [each.name for each in found.of(Contact)] == ["Bo Ek"]
    (asked,) = found.of(Interview)
    assert asked.notes == f"Ring {ERASED} mobil {ERASED} eller {ERASED}. Vill ha en svetsare."
    assert asked.asked_by == ERASED
    (introduced,) = found.of(Introduction)
    assert (introduced.other_id, introduced.introduced_by, introduced.reason) == (OTHER, ERASED, "svets")
    assert {each.company_id for each in found.of(Company)} == {FIRM, OTHER}
    assert {each.alias for each in found.of(Alias)} == {FIRM, OTHER}
    assert [each.buyer_id for each in found.of(Trade)] == [FIRM]
    assert {(each.name, each.participants) for each in found.of(Activity)} == {
        (f"Besök hos {ERASED}", (FIRM, OTHER)),
        ("Frukost", (FIRM,)),
    }
    assert len(found.of(Load)) == loads
    assert [(each.field, each.value, each.decided_by) for each in found.of(Decision)] == [("employees", "9", ERASED)]
    assert [each.name for each in found.of(SnapshotName)] == [f"Före {ERASED}"]
    changed = [kind for kind in REGION_KINDS if before.of(kind) != found.of(kind)]
    assert {kind.__name__ for kind in changed} == {
        "Company", "Alias", "Offer", "Trade", "Need", "Contact", "Interview", "Introduction", "Activity",
    }  # fmt: skip
    assert unsound(store) == []
    meeting = meeting_of(store)
    assert meeting is not None
    assert [each.person for each in meeting.attendees] == [ERASED, "Bo"]
    assert list(store.notes("access:")) == []
    said = "".join(store.notes("enquiry:").values())
    assert f"axel åt {ERASED}" in said
    assert "fläns" not in said  # asked of the person's own firm
    assert not [each for each in NEEDLES if each in "".join((*store.notes(""), *store.notes("").values()))]


def test_a_region_that_is_brought_up_to_date_after_it_is_read_anew(store: Store) -> None:
    planted(store)
    before = whole_view(store, None)
    assert NAME in str([*before.of(Contact)])
    erased(store)
    after = whole_view(store, before)
    assert NAME not in str([*after.of(Contact)])
    assert {kind: [*after.of(kind)] for kind in after.kinds} == {
        kind: [*store.snapshot(kind).of(kind)] for kind in after.kinds
    }


def test_what_differs_though_nothing_is_told_of_it_is_read_anew(store: Store) -> None:
    planted(store)
    whole = whole_view(store, None)
    odd = Snapshot(whole.revision, {kind: [*whole.of(kind)][: 1 if kind is Company else None] for kind in whole.kinds})
    assert [*whole_view(store, odd).of(Company)] == [*whole.of(Company)]
    assert whole_view(store, whole).of(Company) is whole.of(Company), "nothing is read where nothing has changed"


def test_undo_and_looking_back_work_afterwards(store: Store) -> None:
    planted(store)
    erased(store)
    revision = store.revision()
    for at in range(revision + 1):
        seen = ledger.records_at(store, at)
        assert not [each for each in seen.of(Contact).values() if getattr(each, "name", "") == NAME]
    assert store.changed_since(revision - 1).forgotten
    live = [each.load_id for each in store.snapshot(Load).of(Load) if each.withdrawn is None]
    ledger.withdraw(store, live[1])
    assert unsound(store) == []
    assert not store.changed_since(revision).forgotten
    assert {each.company_id for each in store.snapshot(Company).of(Company)} == {FIRM, OTHER}


def test_on_a_server_no_property_has_the_person(neo4j_address: str) -> None:
    store = open_store(neo4j_address)
    assert isinstance(store, Neo4jStore)
    planted(store)

    def left() -> set[str]:
        query = (
            "MATCH (n {namespace: $namespace}) RETURN properties(n) AS said"
            " UNION ALL MATCH ({namespace: $namespace})-[r]->() RETURN properties(r) AS said"
        )
        found = store._driver.execute_query(query, namespace=store.namespace).records
        values = [value for (said,) in found for value in said.values()]
        texts = [zlib.decompress(each).decode() if isinstance(each, bytes) else repr(each) for each in values]
        return {needle for needle in NEEDLES for text in texts if needle in text}

    try:
        assert left() >= {"Qvarnmarker", "qvarn.example", "998 87 76"}
        erased(store)
        assert left() == set()
    finally:
        store.close()


# -- coming back -------------------------------------------------------------------------------------------------------


CONTACTS = f"""Org.nr;Företag;Kontaktperson;Roll;E-post;Telefon
409900-0012;Ek Mekaniska AB;{NAME};VD;{MAIL};{PHONE}
409900-0012;Ek Mekaniska AB;Bo Ek;;bo@ek.example;
409900-0020;Al Verkstad AB;{NAME};;annan@al.example;
"""


def test_a_list_does_not_bring_the_person_back(tmp_path: Path) -> None:
    path = tmp_path / "kontakter.csv"
    path.write_text(CONTACTS, encoding="utf-8")
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    load_files(store, [path], on=DAY)
    holdings = Holdings(store)
    erase(store, holdings.marks(holdings.candidates(MAIL)))
    report = load_files(store, [path], on=DAY)
    assert {each.name for each in store.snapshot(Contact).of(Contact)} == {
        "Bo Ek",
        NAME,
    }  # the namesake elsewhere stays
    assert [(each.code, each.value) for each in report.problems] == [("person_erased", "1")]
    assert report.read == sum(report.outcomes.values()) == 3
    (erasure_id,) = suppressions(store)
    lift(store, erasure_id)
    assert load_files(store, [path], on=DAY).problems == ()
    assert len(store.snapshot(Contact).of(Contact)) == 3
    store.close()


def test_what_is_typed_by_hand_is_refused_and_an_address_forgotten(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    planted(store)
    where = Claim(trader(store), "Workplace", "main", {"address": "Qvarnmarkergatan 1", "locality": "Degerfors"})
    ledger.publish(store, [MEMBERS], [firm(trader(store), NAME), where], on=DAY)
    with Answers.opened("http://localhost:1"), closing(sqlite3.connect(answers_file())) as opened:
        opened.execute("INSERT INTO answer VALUES ('a', 'qvarnmarkergatan 1||degerfors', '', 1, 1, 1)")
        opened.execute("INSERT INTO answer VALUES ('a', 'storgatan 1||degerfors', '', 1, 1, 1)")
        opened.commit()
    holdings = Holdings(store)
    found = whom(holdings, NAME)
    erase_person(holdings, found, holdings.marks(found))
    assert found_in(tmp_path) == []
    with closing(sqlite3.connect(answers_file())) as opened:
        assert opened.execute("SELECT address FROM answer").fetchall() == [("storgatan 1||degerfors",)]
    typed = Draft((contact(FIRM, "c9", mail=""),), subjects=frozenset({FIRM}))
    with pytest.raises(UserMistake, match="person_erased"):
        save(store, MANAGER, typed, started=store.revision(), on=DAY)
    store.close()


def test_a_backup_from_before_does_not_bring_the_person_back(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    planted(store)
    backup(store, tmp_path / "elsewhere" / "kept.sqlite")
    erased(store)
    restore(tmp_path / "elsewhere" / "kept.sqlite", store, copy_first=True)
    assert [each.name for each in store.snapshot(Contact).of(Contact)] == ["Bo Ek"]
    (tmp_path / "elsewhere" / "kept.sqlite").unlink()
    assert found_in(tmp_path) == []
    assert unsound(store) == []
    other = open_store(f"sqlite:{tmp_path / 'other.sqlite'}")
    copy_region(store, other)
    assert suppressions(other) == suppressions(store)
    store.close()
    other.close()


def test_a_copy_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    planted(store)
    path = copy_before(store)
    assert path is not None
    path.write_bytes(b"no store at all")
    assert erased(store).left == (str(path),)
    assert [each.path for each in copies(store)] == [path]
    store.close()


# -- killed on the way -------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from graph import erasure
from graph.persons import Holdings
from graph.store import open_store
from graph.stores.sqlite import SqliteStore
step, calls = int(sys.argv[2]), [0]
def killing(method):
    def called(self, *args, **named):
        calls[0] += 1
        if calls[0] == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(self, *args, **named)
    return called
store = open_store(sys.argv[1])
holdings = Holdings(store)
marks = holdings.marks(holdings.candidates("Zyxla Qvarnmarker"))
for name in ("write", "remember", "scrub"):
    setattr(SqliteStore, name, killing(getattr(SqliteStore, name)))
erasure.erase(store, marks)
print("done")
"""


@pytest.mark.parametrize("step", [1, 2, 3, 4, 8, 11, 12, 14])
def test_killed_on_the_way_it_is_done_when_the_store_is_opened(tmp_path: Path, step: int) -> None:
    address = f"sqlite:{tmp_path / 'region.sqlite'}"
    store = open_store(address)
    planted(store)
    copy_before(store)
    store.close()
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, address, str(step)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    store = open_store(address)
    assert unsound(store) == []
    if not suppressions(store):  # killed before anything was noted: nothing has happened
        assert step <= 2
        erased(store)
    store.close()
    assert found_in(tmp_path) == []
    assert os.environ["NARVERK_DATA"] == str(tmp_path)


def test_nothing_to_finish_does_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    planted(store)
    revision = store.revision()
    assert finish(store) == Reached()
    assert store.revision() == revision
    store.close()

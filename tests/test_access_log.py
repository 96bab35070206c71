"""Who saw and took what: what is written, what never is, for how long, and that nobody waits for it or loses it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph.access import Access, accesses, grant, key_of
from graph.access_log import COMMAND, FILE, PAGE, Scribe, Seen, forget_old, read, write
from graph.audience import Viewer
from graph.errors import NotAllowed, StoreUnreachable
from graph.ledger import today
from graph.model import Company, Level
from graph.store import Store, open_store
from tests.conftest import ROOT
from tests.regions import run as command
from tests.test_app import invent_region, start, use_data
from texts import load
from views import who, witness

MANAGER = Viewer(Level.MANAGER)
DAY, BEFORE, LONG_AGO = "2026-11-23", "2026-11-22", "2025-11-23"
ANNA = "anna@verkstan.example"


def seen(at: str = f"{DAY}T08:00:00Z", name: str = "find", kind: str = PAGE, person: str = "k1") -> Seen:
    return Seen(at, person, "MEMBERS", kind, name, "5560000001")


def test_what_is_written_is_read_newest_first_on_both_stores(store: Store) -> None:
    before = store.revision()
    lines = [seen(), seen(f"{DAY}T09:00:00Z", "leverantorer.xlsx", FILE), seen(f"{BEFORE}T23:59:59Z")]
    write(store, lines)
    assert read(store, MANAGER, DAY, 2) == [lines[1], lines[0], lines[2]]
    assert read(store, MANAGER, DAY, 1) == [lines[1], lines[0]]
    assert store.revision() == before
    for viewer in (Viewer(), Viewer(Level.MEMBERS), Viewer(Level.MEMBERS, "org:5560000001")):
        with pytest.raises(NotAllowed):
            read(store, viewer, DAY, 1)
    assert forget_old(store, DAY, 1) == 1
    assert read(store, MANAGER, DAY, 9) == [lines[1], lines[0]]


@pytest.fixture(name="small")
def small_store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    yield store
    store.close()


def test_what_is_too_old_is_dropped_to_the_day(small: Store) -> None:
    write(small, [seen(f"{day}T12:00:00Z") for day in (DAY, "2025-11-24", LONG_AGO)])
    assert forget_old(small, DAY, 365) == 1
    assert [each.at[:10] for each in read(small, MANAGER, DAY, 400)] == [DAY, "2025-11-24"]


def test_several_processes_lose_nothing_of_each_other(small: Store) -> None:
    code = (
        "import sys\nfrom graph.store import open_store\nfrom graph.access_log import Seen, write\n"
        "store = open_store(sys.argv[1])\n"
        "for number in range(40):\n"
        "    write(store, [Seen('2026-11-23T08:00:00Z', sys.argv[2], 'MEMBERS', 'page', str(number))])\n"
        "store.close()\n"
    )
    names = ("one", "two", "three")
    begun = [subprocess.Popen([sys.executable, "-c", code, small.address, name], cwd=ROOT) for name in names]
    assert [each.wait(60) for each in begun] == [0, 0, 0]
    found = {(each.who, each.name) for each in read(small, MANAGER, DAY, 1)}
    assert found == {(name, str(number)) for name in names for number in range(40)}


def test_a_line_is_written_beside_the_page_and_old_ones_go(small: Store) -> None:
    write(small, [seen(f"{LONG_AGO}T12:00:00Z")])
    scribe = Scribe(lambda: small, lambda: 365)
    begun = time.perf_counter()
    for number in range(1000):
        scribe.note(seen(name=str(number)))
    assert (time.perf_counter() - begun) / 1000 < 0.001
    scribe.write()
    assert len(read(small, MANAGER, DAY, 400)) == 1000
    assert len(small.notes("seen:")) == 1


def test_what_cannot_be_written_now_is_written_later(small: Store) -> None:
    answers: list[Store | None] = [None, small, small]

    def store() -> Store:
        if (found := answers.pop(0)) is None:
            raise StoreUnreachable("store_unreachable", address="x", why="y")
        return found

    scribe = Scribe(store, lambda: 365)
    scribe.note(seen(name="first"))
    scribe.write()
    scribe.note(seen(name="second"))
    scribe.write()
    assert {each.name for each in read(small, MANAGER, DAY, 1)} == {"first", "second"}


# -- in the app ------------------------------------------------------------------------------------------------------


@pytest.fixture(name="data")
def region_with_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small invented region that Anna may log in to."""
    invent_region(tmp_path)
    use_data(monkeypatch, tmp_path)
    monkeypatch.setattr(who, "log_in_section", dict)
    monkeypatch.setattr(who, "check_setup", lambda _: None)
    witness._scribe.cache_clear()
    return tmp_path


def log_in(monkeypatch: pytest.MonkeyPatch, email: str) -> None:
    now = int(time.time())
    claims = {"email": email, "email_verified": True, "name": "Anna Berg", "iat": now - 5, "exp": now + 600}
    monkeypatch.setattr(who, "log_in_claims", lambda: claims if email else {})


def written(data: Path) -> list[Seen]:
    with closing(open_store(f"sqlite:{data / 'demo.sqlite'}")) as store:
        witness._scribe(store.address).write()
        return read(store, MANAGER, today(), 1)[::-1]


def test_each_page_and_firm_is_written_once_and_nothing_that_is_not_a_firm(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_store(f"sqlite:{data / 'demo.sqlite'}")) as store:
        firms = [each for each in store.snapshot(Company).of(Company) if not each.sensitive]
        firm = next(each.company_id for each in firms if each.company_id.startswith("org:"))
        nameless = next(each.company_id for each in firms if not each.company_id.startswith(("org:", "vat:")))
        grant(store, MANAGER, Access(ANNA, "MANAGER"), today=today())
        key = key_of(store, ANNA)
    log_in(monkeypatch, ANNA)
    app = start(page="find")
    app.text_input(key="text").set_value("Svarvad axel 19800101-1234").run(timeout=30)
    start(page="company", firm=firm.removeprefix("org:"))
    start(page="company", firm="19800101-1234")
    start(page="company", firm=nameless)
    found = written(data)
    assert [(each.kind, each.name, each.who, each.role) for each in found] == [
        (PAGE, name, key, "MANAGER") for name in ("find", "company", "company", "company")
    ]
    links = [each.firm for each in found]
    assert links[:3] == ["", firm.removeprefix("org:"), ""]
    with closing(open_store(f"sqlite:{data / 'demo.sqlite'}")) as store:
        kept = json.dumps(dict(store.notes("seen:")))
    for secret in (ANNA, "Anna", "19800101", "Svarvad", nameless):
        assert secret not in kept


def test_who_sits_at_the_machine_is_not_written_down(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "log_in_section", lambda: None)
    start(page="find")
    assert written(data) == []
    monkeypatch.setenv("NARVERK_AUDIENCE", "MEMBERS")
    start(page="find")
    assert written(data) == []


def test_every_file_leaves_by_the_one_button_that_writes_it_down() -> None:
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "views").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "download_button"
    ]
    assert elsewhere == ["views/downloads.py"]


def test_a_file_that_is_taken_is_written_down_when_it_is_made(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_store(f"sqlite:{data / 'demo.sqlite'}")) as store:
        grant(store, MANAGER, Access(ANNA, "MANAGER"), today=today())
    log_in(monkeypatch, ANNA)
    made: list[tuple[str, Callable[[], bytes]]] = []

    def button(_label: str, make: Callable[[], bytes], file: str, *_: object, **__: object) -> None:
        made.append((file, make))

    monkeypatch.setattr("views.downloads.st.download_button", button)
    start(page="isolated")
    files = dict(made)
    name = f"{load('sv')('isolated.file')}.csv"
    assert name in files
    assert [each.kind for each in written(data)] == [PAGE]
    files[name]()
    assert {(each.kind, each.name) for each in written(data)} == {(PAGE, "isolated"), (FILE, name)}


# -- at the terminal -------------------------------------------------------------------------------------------------


def test_commands_are_written_where_people_log_in_and_nowhere_else(data: Path) -> None:
    address = f"sqlite:{data / 'demo.sqlite'}"
    assert command("--store", address, "network").code == 0
    assert written(data) == []
    assert command("--store", address, "access", "grant", ANNA, "--role", "manager", "--by", "Eva").code == 0
    assert command("--store", address, "network").code == 0
    found = written(data)
    assert [(each.kind, each.who, each.name) for each in found] == [(COMMAND, "", "access"), (COMMAND, "", "network")]
    said = command("--store", address, "access", "log")
    assert f"{load('sv')('access.machine')}  {load('sv')('access.kind.command')} network" in said.out
    assert [each["name"] for each in command("--store", address, "access", "log", "--json").json["log"]][-1] == "access"


def test_access_is_given_shown_and_taken_away_at_the_terminal(data: Path) -> None:
    address = f"sqlite:{data / 'demo.sqlite'}"
    with closing(open_store(address)) as store:
        firm = next(each for each in store.snapshot(Company).of(Company) if each.company_id.startswith("org:"))
    asked = ("--store", address, "access")
    assert command(*asked).out == f"{load('sv')('access.nobody')}\n"
    assert command(*asked, "grant", ANNA, "--company", firm.company_id, "--until", "2999-12-31").code == 0
    (person,) = command(*asked, "--json").json["people"]
    assert (person["email"], person["role"], person["company_id"]) == (ANNA, "COMPANY", firm.company_id)
    assert str(firm.name) in command(*asked, "list").out
    assert command(*asked, "revoke", ANNA.upper()).code == 0
    with closing(open_store(address)) as store:
        assert [each.revoked_on for each in accesses(store, MANAGER).values()] == [today()]
    assert command(*asked, "log-out", ANNA).code == 0
    for wrong in (
        ("grant",),
        ("revoke", "eva@x.example"),
        ("grant", "eva"),
        ("grant", "e@x.example", "--until", "1999"),
    ):
        found = command(*asked, *wrong)
        assert (found.code, found.out) == (1, "")
        assert len(found.err.splitlines()) == 1

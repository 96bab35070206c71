"""Enquiries: kept whole whoever writes at once, taken back, followed through mergers, and added up by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from geopy.distance import geodesic

from graph import ledger
from graph.audience import Viewer
from graph.demands import Demand
from graph.enquiries import (
    NOTES,
    REASONS,
    STATUSES,
    Enquiry,
    Event,
    Home,
    Sought,
    alike,
    came_home,
    due,
    enquire,
    enquiries,
    refusals,
    sought_of,
    take_back,
    told,
)
from graph.errors import NotAllowed, UnknownName, UserMistake
from graph.footprint import import_km, origins
from graph.ledger import publish
from graph.model import Claim, ImportedPart, Level, Source
from graph.store import Store, open_store
from graph.transfer import backup, restore

MANAGER = Viewer(Level.MANAGER)
DAY = "2026-11-23"
A, B, C = "org:4000000001", "org:4000000002", "org:4000000003"
SHAFT = Sought(A, B, f"{B}/p1", "Axel Ø30", ("turning",), value_sek=400_000, tonne_km_now=900.0, tonne_km_after=20.0)


@pytest.fixture(name="own")
def embedded(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'own.sqlite'}")
    yield opened
    opened.close()


def ask(store: Store, sought: Sought = SHAFT, status: str = "shortlisted", on: str = DAY, **event: Any) -> str:
    return enquire(store, MANAGER, sought, Event(status, on, **event), today=DAY)


def tell(store: Store, enquiry_id: str, status: str, on: str = DAY, **event: Any) -> str:
    return told(store, MANAGER, enquiry_id, Event(status, on, **event), today=DAY)


def back(store: Store, enquiry_id: str, event_id: str) -> str:
    return take_back(store, MANAGER, enquiry_id, event_id, today=DAY)


def only(store: Store) -> Enquiry:
    (found,) = enquiries(store, MANAGER)
    return found


# -- kept ------------------------------------------------------------------------------------------------------------


def test_an_enquiry_is_kept_as_it_was_asked_and_moves_no_revision(store: Store, store_address: str) -> None:
    """On each store, and there when it is opened again."""
    sought = replace(
        SHAFT,
        words='=Axel "Ø30" 💡\n{härdad}',
        material="steel",
        certificates=("ISO 9001", "AQAP 2110"),
        length_mm=420.5,
        annual_quantity=7_000,
        mass_kg=0.25,
        origin_country="CN",
    )
    enquiry_id = ask(store, sought)
    tell(store, enquiry_id, "contacted", follow_up_on="2026-12-07")
    other = open_store(store_address, create=False)
    found = only(other)
    other.close()
    assert (found.enquiry_id, found.sought, found.status) == (enquiry_id, sought, "contacted")
    assert [(each.status, each.on, each.follow_up_on) for each in found.events] == [
        ("shortlisted", DAY, None),
        ("contacted", DAY, "2026-12-07"),
    ]
    assert store.revision() == 0


def test_what_many_write_at_once_is_all_there(store: Store) -> None:
    shared = ask(store)

    def work() -> None:
        for _ in range(5):
            ask(store)
            tell(store, shared, "contacted")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    found = {each.enquiry_id: each for each in enquiries(store, MANAGER)}
    assert len(found) == 21
    assert len(found[shared].events) == 21


def test_what_a_newer_program_wrote_beside_it_is_passed_over(own: Store) -> None:
    enquiry_id = ask(own)
    name = NOTES + enquiry_id
    said = own.recall(name) or ""
    own.remember(name, said.replace('"sought":{', '"colour":"red","sought":{"shape":[1],'))
    assert only(own).sought == SHAFT


def test_enquiries_go_with_a_backup_and_nothing_told_since_is_lost(own: Store, tmp_path: Path) -> None:
    first = ask(own)
    backup(own, tmp_path / "kept.sqlite")
    tell(own, first, "contacted")
    second = ask(own, replace(SHAFT, supplier_id=C))
    publish(own, [Source("by_hand", "network")], [Claim(A, "Company", "", {"name": "Ek AB"})], on=DAY)
    restore_into = open_store(f"sqlite:{tmp_path / 'new.sqlite'}")
    kept = open_store(f"sqlite:{tmp_path / 'kept.sqlite'}")
    try:
        assert only(kept).status == "shortlisted"
        backup(own, tmp_path / "newer.sqlite")
        restore(tmp_path / "newer.sqlite", restore_into)
        assert enquiries(restore_into, MANAGER) == enquiries(own, MANAGER)
    finally:
        kept.close()
        restore_into.close()
    publish(own, [Source("by_hand", "network")], [Claim(B, "Company", "", {"name": "Al AB"})], on=DAY)
    before = enquiries(own, MANAGER)
    restore(tmp_path / "newer.sqlite", own)
    assert {each.enquiry_id for each in before} == {first, second}
    assert enquiries(own, MANAGER) == before


# -- what happened -----------------------------------------------------------------------------------------------------


def test_the_last_day_says_how_it_stands_and_of_one_day_the_last_word(own: Store) -> None:
    enquiry_id = ask(own, on="2026-11-01")
    tell(own, enquiry_id, "quoted", "2026-11-20")
    tell(own, enquiry_id, "contacted", "2026-11-10")  # told late
    assert only(own).status == "quoted"
    tell(own, enquiry_id, "ordered", "2026-11-20")
    assert [each.status for each in only(own).events] == ["shortlisted", "contacted", "quoted", "ordered"]


def test_an_event_is_taken_back_and_the_taking_back_too(own: Store) -> None:
    enquiry_id = ask(own)
    wrong = tell(own, enquiry_id, "refused", reason="price")
    undone = back(own, enquiry_id, wrong)
    assert only(own).status == "shortlisted"
    again = back(own, enquiry_id, undone)
    assert (only(own).status, only(own).last.reason) == ("refused", "price")
    back(own, enquiry_id, again)
    assert [each.status for each in only(own).events] == ["shortlisted"]


def test_an_enquiry_of_which_nothing_stands_is_gone_until_that_is_taken_back(own: Store) -> None:
    enquiry_id = ask(own)
    undone = back(own, enquiry_id, only(own).last.event_id)
    assert enquiries(own, MANAGER) == []
    back(own, enquiry_id, undone)
    assert only(own).status == "shortlisted"


def test_it_has_its_status_since_the_day_it_got_it(own: Store) -> None:
    enquiry_id = ask(own, status="ordered", on="2025-12-30")
    tell(own, enquiry_id, "ordered", "2026-01-15", words="Bekräftat", follow_up_on="2026-12-01")
    assert (only(own).since, only(own).last.follow_up_on) == ("2025-12-30", "2026-12-01")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Event("refused", DAY), "refused_without_reason"),
        (Event("refused", DAY, reason="because"), "refused_without_reason"),
        (Event("contacted", "2026-11-24"), "day_to_come"),
        (Event("contacted", "igår"), "not_a_day"),
        (Event("contacted", "20261122"), "not_a_day"),
        (Event("contacted", DAY, follow_up_on="2026-13-01"), "not_a_day"),
        (Event("contacted", "2026-11-20", follow_up_on="2026-11-19"), "follow_up_before"),
    ],
)
def test_what_cannot_have_happened_is_refused_and_nothing_kept(own: Store, event: Event, code: str) -> None:
    enquiry_id = ask(own)
    before = dict(own.notes(""))
    works: tuple[Callable[[], object], ...] = (
        lambda: enquire(own, MANAGER, SHAFT, event, today=DAY),
        lambda: told(own, MANAGER, enquiry_id, event, today=DAY),
    )
    for work in works:
        with pytest.raises(UserMistake) as refused:
            work()
        assert refused.value.code == code
    assert own.notes("") == before


def test_an_enquiry_that_is_not_there_is_said(own: Store) -> None:
    ask(own)
    for missing in ("", "nothing", "../x"):
        with pytest.raises(UnknownName, match="no_such_enquiry"):
            tell(own, missing, "contacted")


# -- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [each for each in Level if each is not Level.MANAGER])
def test_nobody_but_the_manager_reads_or_writes_an_enquiry(own: Store, level: Level) -> None:
    enquiry_id = ask(own)
    event_id = only(own).last.event_id
    before = dict(own.notes(""))
    works: tuple[Callable[[], object], ...] = (
        lambda: enquiries(own, Viewer(level)),
        lambda: enquire(own, Viewer(level), SHAFT, Event("shortlisted", DAY), today=DAY),
        lambda: told(own, Viewer(level), enquiry_id, Event("contacted", DAY), today=DAY),
        lambda: take_back(own, Viewer(level), enquiry_id, event_id, today=DAY),
    )
    for work in works:
        with pytest.raises(NotAllowed):
            work()
    assert own.notes("") == before


# -- companies that merge --------------------------------------------------------------------------------------------


def test_an_enquiry_follows_its_firms_into_a_merger_and_out_again(own: Store) -> None:
    claims = [Claim(key, "Company", "", {"name": name}) for key, name in ((A, "Ek AB"), ("name:ek mek", "Ek Mek"))]
    buyer = [Claim(key, "Company", "", {"name": name}) for key, name in ((B, "Al AB"), ("name:köparen", "Köparen"))]
    part = Claim("name:köparen", "ImportedPart", "p1", {"description": "Axel"})
    publish(own, [Source("by_hand", "network")], [*claims, *buyer, part], on=DAY)
    asked = Sought("name:ek mek", "name:köparen", "name:köparen/p1", "Axel")
    ask(own, asked)
    same = [ledger.decide(own, "same", [A, "name:ek mek"]), ledger.decide(own, "same", [B, "name:köparen"])]
    found = only(own).sought
    assert (found.supplier_id, found.buyer_id, found.part_id) == (A, B, f"{B}/p1")
    assert [each.part_id for each in own.snapshot(ImportedPart).of(ImportedPart)] == [f"{B}/p1"]
    for each in same:
        ledger.retract(own, each)
    assert only(own).sought == asked


# -- what they tell ----------------------------------------------------------------------------------------------------


def made(number: int, sought: Sought, *events: Event) -> Enquiry:
    return Enquiry(f"e{number}", sought, events)


def test_what_came_home_is_added_up_by_the_year_of_the_order() -> None:
    """2025: 400,000 SEK and 900 - 20 = 880 tonne-km. 2026: 100,000 + 50,000, -5 tonne-km, one of each unknown; the
    shaft, ordered from a second firm as well, is an order and brings nothing home twice."""
    plain = Sought(C, B, words="Lock", processes=("milling_3",))
    known = [
        made(1, SHAFT, Event("quoted", "2025-03-01"), Event("ordered", "2025-12-31"), Event("ordered", "2026-02-01")),
        made(2, replace(SHAFT, supplier_id=C), Event("ordered", "2026-01-01")),
        made(3, replace(plain, value_sek=100_000, tonne_km_now=5.0, tonne_km_after=10.0), Event("ordered", DAY)),
        made(4, replace(plain, value_sek=50_000, tonne_km_now=5.0), Event("ordered", DAY)),
        made(5, plain, Event("ordered", DAY)),
        made(6, SHAFT, Event("ordered", DAY), Event("refused", DAY, reason="price")),
    ]
    expected = [Home(2025, 1, 400_000, 880.0, 0, 0), Home(2026, 4, 150_000, -5.0, 1, 2)]
    assert came_home(known) == came_home(known[::-1]) == expected
    assert came_home([]) == []


def test_why_refused_is_counted_by_process_and_reason() -> None:
    two = replace(SHAFT, processes=("turning", "hardening"))
    known = [
        made(1, SHAFT, Event("refused", DAY, reason="price")),
        made(2, two, Event("refused", DAY, reason="price")),
        made(3, two, Event("refused", DAY, reason="no_answer")),
        made(4, Sought(A), Event("refused", DAY, reason="other")),
        made(5, two, Event("refused", DAY, reason="price"), Event("ordered", DAY)),
    ]
    assert refusals(known) == {
        ("turning", "price"): 2,
        ("hardening", "price"): 1,
        ("turning", "no_answer"): 1,
        ("hardening", "no_answer"): 1,
        ("", "other"): 1,
    }


def test_due_is_what_has_its_day_today_or_before() -> None:
    known = [
        made(number, SHAFT, Event("contacted", "2026-01-01", follow_up_on=day))
        for number, day in enumerate(("2026-11-24", DAY, None, "2026-11-01"))
    ]
    assert [each.enquiry_id for each in due(known, DAY)] == ["e3", "e1"]


def test_the_same_question_to_the_same_firm_is_one_enquiry_until_it_has_ended() -> None:
    text = Sought(A, None, None, "Axel  i STÅL", ("turning",))
    for status, reason in product(STATUSES, REASONS):
        event = Event(status, DAY, reason=reason if status == "refused" else None)
        standing = made(1, text, event)
        expected = None if status in ("ordered", "refused") else standing
        assert alike([standing], replace(text, words="axel i stål", value_sek=9)) == expected
    standing = made(1, text, Event("shortlisted", DAY))
    for other in (replace(text, supplier_id=C), replace(text, buyer_id=B), replace(text, words="lock"), SHAFT):
        assert alike([standing], other) is None


def test_a_demand_is_asked_as_it_stands_and_of_guesses_the_likeliest() -> None:
    demand = Demand((("turning", 0.7), ("grinding", 0.3)), all_processes=False, material="steel", buyer_id=B, mass_kg=5)
    found = sought_of(demand, A, words="axel", tonne_km=(None, 1.5))
    assert found == Sought(A, B, None, "axel", ("turning",), "steel", mass_kg=5, tonne_km_after=1.5)
    assert sought_of(replace(demand, all_processes=True), A).processes == ("turning", "grinding")


def test_kilometres_of_an_import() -> None:
    """Of China by sea as in test_footprint: 19,015 km by Suez; road from Austria; by air a haul at either end."""
    karlskoga, goteborg = (59.3267, 14.5239), (57.7072, 11.9668)
    inland = float(geodesic(goteborg, karlskoga).km) * 1.2
    assert import_km("CN", "sea", karlskoga) == pytest.approx(19_015 + 150 + inland)
    straight = float(geodesic(origins()["AT"].point, karlskoga).km)
    assert import_km("AT", "road", karlskoga) == pytest.approx(1.2 * straight)
    assert import_km("AT", "air", karlskoga) == pytest.approx(straight + 300)
    assert import_km("AT", "sea", karlskoga) is None
    assert import_km("XX", None, karlskoga) is None

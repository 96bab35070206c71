"""The week: what is to be done appears on its day, for whom, and for how long it rests."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.audience import Viewer
from graph.errors import NotAllowed
from graph.ledger import publish
from graph.model import (
    REGION_KINDS,
    Certificate,
    Claim,
    Company,
    Contact,
    Interview,
    Introduction,
    Level,
    Load,
    Need,
    Offer,
    Record,
    Source,
    SupportActor,
    SupportOffer,
)
from graph.resolve import write_sources
from graph.store import Snapshot
from graph.transfer import copy_region
from graph.week import Item, groups, of_records, of_words
from graph.week_notes import NOTES, put_off, resting, take_up
from tests.regions import opened as store_at
from tests.test_erasure import FIRM, erased, planted, trader

DAY = "2026-11-23"
A, B, C = (f"org:400000000{each}" for each in (1, 2, 3))
MANAGER = Viewer(Level.MANAGER)


def ago(days: int, day: str = DAY) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


# -- what there is, by the day -----------------------------------------------------------------------------------------


def region(*records: Record, **fields: Any) -> Snapshot:
    firms = [Company(each, name=f"Firma {each[-1]}", municipality="1883", **fields) for each in (A, B, C)]
    return Snapshot(1, {kind: [each for each in (*firms, *records) if type(each) is kind] for kind in REGION_KINDS})


def found(*records: Record, day: str = DAY) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(each.kind, each.company_ids, each.day) for each in of_records(region(*records), day)]


def test_an_answer_is_new_for_fourteen_days_and_until_something_is_told() -> None:
    answer = Interview("i", A, asked_on=ago(14), how="besök", outcome="answered")
    assert found(answer) == [("answers", (A,), ago(14))]
    assert found(answer, day=ago(-1)) == []
    assert found(answer, day=ago(15)) == [], "it has not been given yet"
    assert found(answer, Offer("o", A, "turning", stated_on=ago(14))) == []
    assert found(answer, Offer("o", A, "turning", stated_on=ago(15))) == [("answers", (A,), ago(14))]
    assert found(answer, Need("n", A, "digital", stated_on=ago(3))) == []
    assert found(Interview("i", A, asked_on=ago(5), outcome="no_answer")) == []


def test_a_reminder_is_due_when_thirty_days_have_gone_since_the_last_word() -> None:
    asked = Interview("i", A, asked_on=ago(31), how="telefon")
    assert found(asked) == [("reminders", (A,), ago(31))]
    assert found(asked, day=ago(1)) == []
    reminded = Interview("i", A, asked_on=ago(90), reminded_on=ago(30))
    assert found(reminded) == []
    assert found(reminded, day=ago(-1)) == [("reminders", (A,), ago(30))]
    assert found(asked, Interview("j", A, asked_on=ago(20), outcome="declined")) == [], "it has said so since"


def test_an_introduction_is_followed_up_after_thirty_days_until_it_has_an_outcome() -> None:
    made = Introduction("x", A, B, ago(31))
    assert found(made) == [("introductions", (A, B), ago(31))]
    assert found(made, day=ago(1)) == []
    assert found(Introduction("x", A, B, ago(31), "met")) == []


def test_certificates_of_members_that_run_out_within_sixty_days() -> None:
    held = [Certificate("1", A, "ISO 9001", ago(-60)), Certificate("2", B, "ISO 9001", ago(1))]
    assert found(*held) == [("certificates", (A,), ago(-60)), ("certificates", (B,), ago(1))]
    assert found(*held, day=ago(1)) == [("certificates", (B,), ago(1))], "sixty days are counted with the last"
    some = region(*held)
    firms = [Company(A, name="A", member_since="2020-01-01", member_until=DAY), Company(B, name="B")]
    known = Snapshot(1, {kind: firms if kind is Company else some.of(kind) for kind in REGION_KINDS})
    assert [each.company_ids for each in of_records(known, DAY)] == [(A,)]
    assert [each.company_ids for each in of_records(known, ago(-1))] == [(A,), (B,)], "nobody is a member any more"


def test_a_call_counts_the_firms_of_its_places_that_need_it() -> None:
    actor = SupportActor("actor:x", "Almi")
    call = SupportOffer("s", "actor:x", "digital", "Stöd", ago(-45), municipalities=("1883",))
    needs = [Need("n1", A, "digital"), Need("n2", B, "digital"), Need("n3", C, "export")]
    assert found(actor, call, *needs) == [("calls", (A, B), ago(-45))]
    assert found(actor, call, *needs, day=ago(1)) == []
    assert found(actor, call, *needs, day=ago(-46)) == [], "it has closed"
    elsewhere = SupportOffer("s", "actor:x", "digital", "Stöd", ago(-45), municipalities=("0180",))
    assert found(actor, elsewhere, *needs) == []
    assert found(actor, call, needs[2]) == [], "nobody has said so"


def test_contacts_are_reviewed_on_their_day_and_kept_no_longer_than_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    contact = Contact("c", A, "Anna Zq", review_on=DAY)
    assert found(contact) == [("contacts", (A,), DAY)]
    assert found(contact, day=ago(1)) == []
    monkeypatch.setenv("NARVERK_RETAIN_CONTACTS", "1")
    assert found(contact, day=ago(-1)) == [("contacts", (A,), DAY)]
    assert found(contact, day=ago(-2)) == [("contacts", (A,), DAY), ("past_time", (A,), ago(-1))]


def test_who_is_never_to_be_asked_again_is_in_nothing_that_asks() -> None:
    everything = [
        Interview("i0", A, asked_on=ago(900), outcome="never"),
        Interview("i1", A, asked_on=ago(3), outcome="answered"),
        Interview("i2", A, asked_on=ago(40)),
        Introduction("x", A, B, ago(90)),
        Introduction("y", B, A, ago(90)),
        Certificate("c", A, "ISO 9001", ago(1)),
        SupportActor("actor:x", "Almi"),
        SupportOffer("s", "actor:x", "digital", "Stöd", ago(-5)),
        Need("n", A, "digital"),
    ]
    assert found(*everything) == []
    assert {kind for kind, *_ in found(*everything[1:])} == {"introductions", "certificates", "calls", "answers"}
    duty = Contact("c", A, "Anna Zq", review_on=DAY)
    assert found(*everything, duty) == [("contacts", (A,), DAY)], "who may be kept is to be looked at all the same"


def test_who_is_struck_off_is_asked_nothing() -> None:
    some = region(Certificate("c", A, "ISO 9001", ago(1)), Introduction("x", A, B, ago(90)), ended_on="2026-01-01")
    assert of_records(some, DAY) == []


def by_hand(load_id: str, owner: str, on: str, revision: int, withdrawn: int | None = None) -> Load:
    return Load(load_id, revision, withdrawn, on, write_sources([Source("by_hand", owner)]))


def test_a_firms_own_words_are_told_once_until_it_says_more() -> None:
    loads = [by_hand("L1", "name:a", ago(14), 1), by_hand("L2", A, ago(2), 2), by_hand("L3", "network", ago(1), 3)]
    loads += [by_hand("L4", B, ago(1), 4, withdrawn=5), by_hand("L5", C, ago(15), 6)]
    company_of = {A: A, "name:a": A, B: B, C: C}
    assert [(each.company_ids, each.day) for each in of_words(loads, company_of, DAY)] == [((A,), ago(2))]
    assert [(each.company_ids, each.day) for each in of_words(loads[:1], company_of, DAY)] == [((A,), ago(14))]


def test_what_rests_comes_back_on_its_day_the_most_urgent_first() -> None:
    items = [Item("certificates", "late", (A,), "2026-12-01"), Item("certificates", "soon", (B,), "2026-11-24")]
    (group,) = groups(items, {}, DAY)
    assert ([each.key for each in group.items], group.nearest) == (["soon", "late"], "2026-11-24")
    rest = {items[1].item_id: "2026-11-24"}
    assert [each.key for each in groups(items, rest, DAY)[0].items] == ["late"]
    assert [each.key for each in groups(items, rest, "2026-11-24")[0].items] == ["soon", "late"]
    assert len({each.item_id for each in items}) == 2
    assert not any(A in each.item_id or each.key in each.item_id for each in items)


# -- notes -------------------------------------------------------------------------------------------------------------


def test_what_was_put_off_is_the_managers_travels_and_is_forgotten(tmp_path: Path) -> None:
    with store_at(tmp_path / "a") as store, store_at(tmp_path / "b") as other:
        publish(store, [Source("members", "network")], [Claim(A, "Company", "", {"name": "A"})])
        put_off(store, MANAGER, "x", [A], "2026-11-30", today=DAY)
        assert resting(store, MANAGER) == {"x": "2026-11-30"}
        copy_region(store, other)
        assert resting(other, MANAGER) == {"x": "2026-11-30"}
        put_off(store, MANAGER, "y", [A], "2026-12-09", today="2026-11-30")
        assert resting(store, MANAGER) == {"y": "2026-12-09"}
        take_up(store, MANAGER, "y")
        assert store.notes(NOTES) == {}
        for level in (Level.PUBLIC, Level.MEMBERS):
            with pytest.raises(NotAllowed):
                put_off(store, Viewer(level, A), "x", [A], DAY, today=DAY)


def test_what_was_put_off_of_a_persons_own_firm_goes_with_the_person(tmp_path: Path) -> None:
    with store_at(tmp_path / "region.sqlite") as store:
        planted(store)
        put_off(store, MANAGER, "of the person", [trader(store)], "2026-12-01", today=DAY)
        put_off(store, MANAGER, "of a firm", [FIRM], "2026-12-01", today=DAY)
        erased(store)
        assert resting(store, MANAGER) == {"of a firm": "2026-12-01"}

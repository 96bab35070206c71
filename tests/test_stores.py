"""What every store must do: one suite, run on each; a new store's tests are one more line in the fixture."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.errors import (
    BadValue,
    MissingEnd,
    NarverkError,
    RevisionMoved,
    StoreTooNew,
    StoreUnreachable,
    UserMistake,
)
from graph.model import (
    KINDS,
    REGION_KINDS,
    Activity,
    Alias,
    Capability,
    Company,
    ImportedPart,
    Introduction,
    Load,
    Offer,
    Record,
    Region,
    Requirement,
    Trade,
    Workplace,
)
from graph.reference import capability_records
from graph.schema import SCHEMA_VERSION
from graph.store import Block, Change, Store, open_store

ROOT = Path(__file__).resolve().parents[1]
A, B, C = "org:4000000001", "org:4000000002", "org:4000000003"


def company(key: str, **fields: Any) -> Company:
    return Company(key, **fields)


def put(store: Store, *records: Record, **change: Any) -> int:
    upserts: dict[type[Record], list[Record]] = {}
    for each in records:
        upserts.setdefault(type(each), []).append(each)
    return store.write(Change(upserts=upserts, **change))


def everything(store: Store) -> tuple[int, dict[str, tuple[Record, ...]]]:
    snapshot = store.snapshot(*KINDS)
    return snapshot.revision, {kind.__name__: tuple(snapshot.of(kind)) for kind in KINDS}


@pytest.fixture
def trading(store: Store) -> Store:
    """Two firms, an offer, a trade, a part and an activity."""
    put(
        store,
        company(A, name="Ek AB"),
        company(B, name="Al AB", parent_id=A),
        Offer(f"{A}/turning", A, "turning", materials=("brass", "steel")),
        Trade("t1", A, B, value_sek=5),
        ImportedPart(f"{B}/p1", B, capabilities=("milling_5", "turning")),
        Requirement(f"{B}/r1", B, capability="turning"),
        Introduction(f"{A}/i1", A, B),
        Activity("activity:visit", participants=(A, B)),
    )
    return store


# -- a new store ------------------------------------------------------------------------------------------------------


def test_a_new_store_holds_the_processes_and_nothing_else(store: Store) -> None:
    assert store.revision() == 0
    assert list(store.snapshot(Capability).of(Capability)) == capability_records()
    assert store.counts() == {kind.__name__: 0 for kind in REGION_KINDS} | {"Capability": len(capability_records())}
    assert store.check() == []
    assert store.changed_since(0).upserted == {}


def test_what_was_written_is_there_when_it_is_opened_again(store: Store, store_address: str) -> None:
    put(store, company(A, name="Ek AB"))
    before = everything(store)
    store.close()
    again = open_store(store_address, create=False)
    assert everything(again) == before
    again.close()


# -- writing ----------------------------------------------------------------------------------------------------------


def test_the_same_token_is_written_once(store: Store) -> None:
    change = Change(upserts={Company: [company(A)]}, expected=0, token="once")  # noqa: S106
    assert store.write(change) == 1
    before = everything(store)
    assert store.write(change) == 1
    assert everything(store) == before


def test_a_revision_that_moved_refuses_the_write(trading: Store) -> None:
    before = everything(trading)
    with pytest.raises(RevisionMoved) as refused:
        put(trading, company(C), expected=0)
    assert refused.value.values == {"expected": 0, "found": 1}
    assert everything(trading) == before


def test_a_revision_moves_by_one_or_to_where_it_is_told_and_never_back(store: Store) -> None:
    assert put(store, company(A)) == 1
    assert put(store, company(A)) == 2
    assert put(store, company(B), revision=10) == 10
    assert put(store, company(C), revision=3) == 11
    assert store.write(Change(erased=True, upserts={Capability: capability_records()})) == 12
    assert store.revision() == 12


def test_delete_and_write_of_one_key_leaves_what_was_written(trading: Store) -> None:
    trading.write(Change(upserts={Trade: [Trade("t1", B, A, value_sek=7)]}, deletes={Trade: ["t1"]}))
    assert trading.snapshot(Trade).of(Trade) == [Trade("t1", B, A, value_sek=7)]


def test_an_edge_may_move_when_its_old_end_goes(trading: Store) -> None:
    trading.write(
        Change(
            inserts={Company: [company(C)]},
            upserts={Trade: [Trade("t1", A, C)], Activity: [Activity("activity:visit", participants=(A, C))]},
            deletes={
                Company: [B],
                ImportedPart: [f"{B}/p1"],
                Requirement: [f"{B}/r1"],
                Introduction: [f"{A}/i1"],
            },
        )
    )
    assert trading.snapshot(Trade).of(Trade) == [Trade("t1", A, C)]
    assert [each.key for each in trading.snapshot(Company).of(Company)] == [A, C]
    assert trading.check() == []


def test_an_upsert_replaces_all_of_a_record_and_its_references(trading: Store) -> None:
    put(trading, company(B), ImportedPart(f"{B}/p1", B, capabilities=("turning",)), Requirement(f"{B}/r1", B))
    assert trading.snapshot(Company).of(Company)[1] == company(B)
    assert trading.snapshot(ImportedPart).of(ImportedPart) == [ImportedPart(f"{B}/p1", B, capabilities=("turning",))]
    assert trading.snapshot(Requirement).of(Requirement) == [Requirement(f"{B}/r1", B)]
    assert trading.check() == []


def test_deleting_what_is_not_there_does_nothing(trading: Store) -> None:
    before = everything(trading)[1]
    trading.write(Change(deletes={Company: [C], Trade: ["t9"]}))
    assert everything(trading)[1] == before


def test_erased_drops_records_and_blocks_first(trading: Store) -> None:
    put(trading, Load("L1"), blocks=[Block("L1", 0, b"old")])
    trading.remember("shortlist", "kept")
    trading.write(Change(upserts={Capability: capability_records(), Company: [company(C)]}, erased=True))
    assert {name for name, count in trading.counts().items() if count} == {"Capability", "Company"}
    assert trading.snapshot(Load).of(Load) == []
    assert list(trading.blocks({"L1": None})) == []
    assert trading.recall("shortlist") == "kept"


# -- what is refused --------------------------------------------------------------------------------------------------

MISSING: Sequence[tuple[Change, dict[str, str]]] = (
    (
        Change(upserts={Workplace: [Workplace("w1", C)]}),
        {"kind": "Workplace", "key": "w1", "field": "company_id", "target": C},
    ),
    (
        Change(inserts={Trade: [Trade("t2", A, C)]}),
        {"kind": "Trade", "key": "t2", "field": "buyer_id", "target": C},
    ),
    (
        Change(upserts={Trade: [Trade("t2", A, None)]}),
        {"kind": "Trade", "key": "t2", "field": "buyer_id", "target": ""},
    ),
    (
        Change(upserts={Offer: [Offer("o", A, "no_such_process")]}),
        {"kind": "Offer", "key": "o", "field": "capability", "target": "no_such_process"},
    ),
    (
        Change(upserts={ImportedPart: [ImportedPart("p", A, capabilities=("no_such_process", "turning"))]}),
        {"kind": "ImportedPart", "key": "p", "field": "capabilities", "target": "no_such_process"},
    ),
    (
        Change(upserts={Company: [company(C, parent_id="org:4000000009")]}),
        {"kind": "Company", "key": C, "field": "parent_id", "target": "org:4000000009"},
    ),
    (
        Change(deletes={Capability: ["milling_5"]}),
        {"kind": "ImportedPart", "key": f"{B}/p1", "field": "capabilities", "target": "milling_5"},
    ),
    (
        Change(deletes={Company: [A], Offer: [f"{A}/turning"], Introduction: [f"{A}/i1"], Trade: ["t1"]}),
        {"kind": "Company", "key": B, "field": "parent_id", "target": A},
    ),
    (
        Change(upserts={Company: [company(B)]}, deletes={Company: [A], Offer: [f"{A}/turning"]}),
        {"kind": "Trade", "key": "t1", "field": "seller_id", "target": A},
    ),
    (
        Change(
            upserts={Company: [company(B)], Trade: [Trade("t1", B, A)]},
            deletes={Company: [A], Offer: [f"{A}/turning"], Introduction: [f"{A}/i1"]},
        ),
        {"kind": "Trade", "key": "t1", "field": "buyer_id", "target": A},
    ),
    (
        Change(
            upserts={Company: [company(B)]},
            deletes={Company: [A], Offer: [f"{A}/turning"], Introduction: [f"{A}/i1"], Trade: ["t1"]},
        ),
        {"kind": "Activity", "key": "activity:visit", "field": "participants", "target": A},
    ),
    (
        Change(upserts={Company: [company(C)]}, erased=True, deletes={}, inserts={Alias: [Alias("x", B)]}),
        {"kind": "Alias", "key": "x", "field": "company_id", "target": B},
    ),
)


@pytest.mark.parametrize(("change", "values"), MISSING)
def test_a_missing_end_is_refused_by_name_and_nothing_is_written(
    trading: Store, change: Change, values: dict[str, str]
) -> None:
    before = everything(trading)
    with pytest.raises(MissingEnd) as refused:
        trading.write(change)
    assert (refused.value.code, refused.value.values) == ("missing_end", values)
    assert everything(trading) == before


BAD: Sequence[tuple[Record, str]] = (
    (company(A, name="Ek\x00"), "name"),
    (company(A, name="A\u030aby"), "name"),  # a and a combining ring: not NFC
    (company(A, name="\ud800"), "name"),
    (company(A, name=7), "name"),
    (company(A, employees=2**63), "employees"),
    (company(A, employees=-(2**63) - 1), "employees"),
    (company(A, employees=True), "employees"),
    (company(A, employees=7.0), "employees"),
    (company(A, sensitive=1), "sensitive"),
    (company(""), "company_id"),
    (company(None), "company_id"),  # type: ignore[arg-type]
    (Workplace("w", None, latitude=float("inf")), "latitude"),
    (Workplace("w", None, latitude=float("nan")), "latitude"),
    (Workplace("w", None, latitude=10**400), "latitude"),
    (Workplace("w", None, latitude="59.3"), "latitude"),  # type: ignore[arg-type]
    (Region("r", municipalities=("1883", "1880")), "municipalities"),
    (Region("r", municipalities=("1880", "1880")), "municipalities"),
    (Region("r", municipalities=["1880"]), "municipalities"),  # type: ignore[arg-type]
    (Region("r", municipalities=("1880\x00",)), "municipalities"),
)


@pytest.mark.parametrize(("record", "field"), BAD)
def test_a_value_that_stores_keep_differently_is_refused(store: Store, record: Record, field: str) -> None:
    for change in (Change(upserts={type(record): [record]}), Change(inserts={type(record): [record]})):
        with pytest.raises(BadValue) as refused:
            store.write(change)
        assert (refused.value.values["kind"], refused.value.values["field"]) == (type(record).__name__, field)
    assert store.revision() == 0


def test_one_bad_record_among_many_refuses_them_all(store: Store) -> None:
    many = [company(f"org:{n:010}") for n in range(300)]
    with pytest.raises(NarverkError):
        put(store, *many, Trade("t1", many[0].key, C))
    with pytest.raises(NarverkError):
        put(store, *many, company(A, name="\x00"))
    assert store.counts()["Company"] == 0
    assert store.revision() == 0


# -- values -----------------------------------------------------------------------------------------------------------

KEYS = ("a", "Z", "å", "ö", "é", "z", "0", "💡", "\ufb01", "a b", "name:é@1880", "ab", "\U00010000", "\uffff")


def test_records_sort_by_the_utf8_bytes_of_their_keys(store: Store) -> None:
    put(store, *map(company, KEYS))
    wanted = sorted(KEYS, key=str.encode)
    assert [each.key for each in store.snapshot(Company).of(Company)] == wanted
    assert [each.key for each in store.matching(Company, "company_id", KEYS)] == wanted
    assert list(store.columns(Company, "company_id")["company_id"]) == wanted
    assert [each.key for each in store.changed_since(0).upserted[Company]] == wanted
    store.write(Change(deletes={Company: KEYS}))
    assert store.changed_since(1).deleted[Company] == wanted


TEXTS = (
    "Åkers Öl & Änglar 💡🏭", "'; DROP TABLE company; --", '"quoted" \\ back', "}) DETACH DELETE n //", "$namespace",
    "line\nbreak\ttab", " ", "", "\u200b", "ﬁ", "ａ", "[]", "null", "NaN", "0012", "1e5", "\uffff", "\U0010ffff",
)  # fmt: skip


@pytest.mark.parametrize("beside", [[], [f"{number:08x}" for number in range(40)]], ids=["few", "many"])
def test_text_of_any_sort_is_found_in_lists_and_no_part_of_it(store: Store, beside: list[str]) -> None:
    texts = sorted({*TEXTS, 'a "b" c', "b", "\\", '\\"'} - {""})
    store.write(Change(upserts={Alias: [Alias(f"x{n}", name_keys=(text, f"{text}.")) for n, text in enumerate(texts)]}))
    for number, text in enumerate(texts):
        assert [each.key for each in store.matching(Alias, "name_keys", [text, *beside])] == [f"x{number}"], text
    assert store.matching(Alias, "name_keys", beside) == []


def test_text_of_any_sort_comes_back_as_it_was(store: Store) -> None:
    written = [company(f"name:{n}", name=text) for n, text in enumerate(TEXTS)]
    keyed = [company(f"x{text}") for text in TEXTS if text]
    put(store, *written, *keyed, Region("region:r", municipalities=tuple(sorted(TEXTS))))
    found = {each.key: each for each in store.snapshot(Company).of(Company)}
    assert found == {each.key: each for each in (*written, *keyed)}
    assert store.snapshot(Region).of(Region)[0].municipalities == tuple(sorted(TEXTS))
    assert {each.name for each in store.matching(Company, "name", TEXTS)} == set(TEXTS)
    assert store.matching(Company, "company_id", ["x}) DETACH DELETE n //"]) == [company("x}) DETACH DELETE n //")]


def test_numbers_keep_their_value_and_their_type(store: Store) -> None:
    extremes = [
        company(A, employees=2**63 - 1, sensitive=True),
        company(B, employees=-(2**63), sensitive=False),
        company(C, employees=0),
    ]
    places = [
        Workplace("w1", latitude=5e-324, longitude=-1.7976931348623157e308),
        Workplace("w2", latitude=0.1 + 0.2, longitude=1 / 3),
        Workplace("w3", latitude=59, longitude=-(2**53)),
    ]
    put(store, *extremes, *places)
    assert store.snapshot(Company).of(Company) == extremes
    assert [each.sensitive for each in store.snapshot(Company).of(Company)] == [True, False, None]
    found = store.snapshot(Workplace).of(Workplace)
    assert found == places
    assert {type(each.latitude) for each in found} == {float}


def test_unknown_is_none_and_a_list_is_never_unknown(store: Store) -> None:
    put(store, company(A, name=""), company(B), Region("region:r"), Region("region:s", municipalities=("1880",)))
    first, second = store.snapshot(Company).of(Company)
    assert (first.name, second.name, second.sensitive, second.employees) == ("", None, None, None)
    assert [each.municipalities for each in store.snapshot(Region).of(Region)] == [(), ("1880",)]
    put(store, Region("region:s", municipalities=()), company(A))
    assert store.snapshot(Region).of(Region)[1].municipalities == ()
    assert store.snapshot(Company).of(Company)[0].name is None


def test_a_large_change_is_one_change(store: Store) -> None:
    many = [company(f"org:{n:010}", name=f"Firma {n} åäö", employees=n) for n in range(20_000)]
    offers = [Offer(f"{each.key}/turning", each.key, "turning", ("steel",)) for each in many[:5_000]]
    trades = [Trade(f"t{n:05}", many[n].key, many[n + 1].key, value_sek=n) for n in range(5_000)]
    assert store.write(Change(inserts={Company: many, Offer: offers, Trade: trades})) == 1
    assert store.snapshot(Company).of(Company) == many
    counts = store.counts()
    assert (counts["Company"], counts["Offer"], counts["Trade"]) == (20_000, 5_000, 5_000)
    assert store.check() == []
    assert len(store.matching(Company, "company_id", [each.key for each in many])) == 20_000
    keys = [each.key for each in many]
    store.write(Change(deletes={Company: keys, Offer: [e.key for e in offers], Trade: [e.key for e in trades]}))
    assert store.counts()["Company"] == 0
    assert store.changed_since(1).deleted[Company] == keys


# -- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "values", "keys"),
    [
        (Company, "company_id", [A, C], [A]),
        (Company, "name", ["Al AB", "Ek AB"], [A, B]),
        (Company, "parent_id", [A], [B]),
        (Offer, "company_id", [A], [f"{A}/turning"]),
        (Offer, "capability", ["turning", "milling_5"], [f"{A}/turning"]),
        (Offer, "materials", ["steel", "brass"], [f"{A}/turning"]),
        (Offer, "materials", ["stee"], []),
        (Offer, "offer_id", [f"{A}/turning"], [f"{A}/turning"]),
        (Trade, "seller_id", [A], ["t1"]),
        (Trade, "buyer_id", [A], []),
        (Trade, "trade_id", ["t1"], ["t1"]),
        (ImportedPart, "capabilities", ["turning"], [f"{B}/p1"]),
        (Requirement, "capability", ["turning"], [f"{B}/r1"]),
        (Introduction, "other_id", [B], [f"{A}/i1"]),
        (Activity, "participants", [A, B], ["activity:visit"]),
        (Company, "company_id", [], []),
    ],
)
def test_matching_by_any_sort_of_field(
    trading: Store, kind: type[Record], name: str, values: list[str], keys: list[str]
) -> None:
    assert [each.key for each in trading.matching(kind, name, values)] == keys
    assert [each.key for each in trading.matching(kind, name, values * 2)] == keys


def test_columns_are_arrays_in_key_order(store: Store) -> None:
    put(store, company(B, employees=3), company(A, name="Ek"), Workplace("w", latitude=59.5))
    columns = store.columns(Company, "employees", "name", "company_id")
    assert columns["employees"].dtype == np.float64
    assert np.array_equal(columns["employees"], [np.nan, 3.0], equal_nan=True)
    assert list(columns["name"]) == ["Ek", None]
    assert list(columns["company_id"]) == [A, B]
    assert store.columns(Workplace, "latitude")["latitude"].tolist() == [59.5]
    assert store.columns(Trade, "value_sek", "trade_id")["value_sek"].tolist() == []


def test_changed_since_tells_what_came_changed_and_went(trading: Store) -> None:
    put(trading, company(C))
    trading.write(Change(deletes={Company: [C]}))
    put(trading, company(A, name="Ek och Son AB"))
    changed = trading.changed_since(1)
    assert (changed.revision, changed.upserted, changed.deleted) == (
        4, {Company: [company(A, name="Ek och Son AB")]}, {Company: [C]},
    )  # fmt: skip
    put(trading, company(C, name="Tall AB"))
    again = trading.changed_since(2)
    assert [each.key for each in again.upserted[Company]] == [A, C]
    assert again.deleted == {}
    assert trading.changed_since(5).upserted == {}
    trading.write(Change(deletes={Trade: ["t1"]}))
    assert trading.changed_since(5).deleted == {Trade: ["t1"]}


def test_changed_since_tells_what_an_erasing_change_left_out(trading: Store) -> None:
    trading.write(Change(deletes={Trade: ["t1"]}))
    trading.write(Change(upserts={Capability: capability_records(), Company: [company(A)]}, erased=True))
    changed = trading.changed_since(1)
    assert changed.deleted[Company] == [B]
    assert changed.deleted[Trade] == ["t1"]
    assert changed.deleted[Activity] == ["activity:visit"]
    assert [each.key for each in changed.upserted[Company]] == [A]


def test_blocks_come_by_load_and_bucket(store: Store) -> None:
    blocks = [Block(load, bucket, f"{load}{bucket}åä\x00".encode()) for load in ("L1", "L2") for bucket in (0, 2, 10)]
    store.write(Change(blocks=blocks[::-1]))
    assert list(store.blocks({"L2": None, "L1": None})) == blocks
    assert list(store.blocks({"L1": [10, 0, 7], "L2": [2]})) == [blocks[0], blocks[2], blocks[4]]
    assert list(store.blocks({"L3": None, "L1": []})) == []
    store.write(Change(blocks=[Block("L1", 0, b"new")]))
    assert next(store.blocks({"L1": [0]})).payload == b"new"


def test_notes_move_no_revision(store: Store, store_address: str) -> None:
    assert store.recall("shortlist") is None
    store.remember("shortlist", "å\n💡")
    store.remember("empty", "")
    assert (store.recall("shortlist"), store.recall("empty")) == ("å\n💡", "")
    store.remember("shortlist", "new")
    other = open_store(store_address)
    assert other.recall("shortlist") == "new"
    other.close()
    store.remember("shortlist", None)
    store.remember("never", None)
    assert (store.recall("shortlist"), store.revision()) == (None, 0)


def test_notes_are_listed_by_the_beginning_of_their_names(store: Store) -> None:
    kept = {"a:": "0", "a:1": "å\n💡", "a:2": "", "a:é": "3", "a:\U0001f4a1": "4"}
    for name, value in reversed(kept.items()):
        store.remember(name, value)
    for other in ("a", "b:1", "A:1", "%", "a_1"):
        store.remember(other, "other")
    assert list(store.notes("a:").items()) == list(kept.items())
    assert store.notes("a:1") == {"a:1": "å\n💡"}
    assert store.notes("%") == {"%": "other"}
    assert store.notes("nothing") == {}
    store.remember("a:1", None)
    assert list(store.notes("a:")) == [name for name in kept if name != "a:1"]


def test_who_asks_at_once_for_a_note_to_stand_gets_the_same(store: Store, store_address: str) -> None:
    others = [open_store(store_address) for _ in range(6)]
    try:
        with ThreadPoolExecutor(6) as threads:
            found = set(threads.map(lambda each: each[1].settle("key", f"value {each[0]}"), enumerate(others)))
    finally:
        for each in others:
            each.close()
    assert found == {store.recall("key")}
    assert (store.settle("key", "another"), store.revision()) == (*found, 0)


# -- several at once --------------------------------------------------------------------------------------------------

WRITER = """
import sys
from graph.ledger import publish
from graph.model import Claim, Source
from graph.store import open_store
store = open_store(sys.argv[1])
who, rounds = sys.argv[2], int(sys.argv[3])
for n in range(rounds):
    claims = [Claim(key, "Company", "", {"name": f"{who} {n}"}) for key in (f"org:{who}{n:08}", "org:4")]
    assert publish(store, [Source("by_hand", who)], claims, on="2026-01-01").load_id
store.close()
"""

LONG_WRITER = """
import sys
from graph.model import Company, Trade
from graph.store import Change, open_store
store = open_store(sys.argv[1])
many = [Company(f"org:{n:010}", name=f"Firma {n}") for n in range(30_000)]
trades = [Trade(f"t{n}", many[n].key, many[n + 1].key) for n in range(29_999)]
print("ready", flush=True)
sys.stdin.readline()
print(store.write(Change(inserts={Company: many, Trade: trades})), flush=True)
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_two_processes_write_at_once_and_both_are_heard(store: Store, store_address: str) -> None:
    writers = [start(WRITER, store_address, who, "4") for who in ("10", "20")]
    try:
        for each in writers:
            _, errors = each.communicate(timeout=120)
            assert each.returncode == 0, errors
    finally:
        for each in writers:
            end(each)
    assert store.counts()["Company"] == 9
    loads = store.snapshot(Load).of(Load)
    assert [each.revision for each in loads] == list(range(1, 9))
    assert store.revision() == 8
    assert store.check() == []


def test_two_processes_open_a_new_store_at_once(store_address: str) -> None:
    script = (
        "import sys; from graph.store import open_store; s = open_store(sys.argv[1]); print(s.counts()['Capability'])"
    )
    openers = [start(script, store_address) for _ in range(3)]
    try:
        for each in openers:
            said, errors = each.communicate(timeout=120)
            assert (each.returncode, said.strip()) == (0, str(len(capability_records()))), errors
    finally:
        for each in openers:
            end(each)


@pytest.mark.parametrize("after_s", [0.05, 0.4, 1.0])
def test_a_writer_killed_in_the_middle_leaves_the_old_state_or_the_new(
    store: Store, store_address: str, after_s: float
) -> None:
    put(store, company("name:before"))
    writer = start(LONG_WRITER, store_address)
    try:
        assert writer.stdout
        assert writer.stdin
        assert writer.stdout.readline() == "ready\n"
        writer.stdin.write("\n")
        writer.stdin.flush()
        time.sleep(after_s)
        writer.send_signal(signal.SIGKILL)
    finally:
        end(writer)
    again = open_store(store_address, create=False)
    counts = again.counts()
    assert (again.revision(), counts["Company"], counts["Trade"]) in {(1, 1, 0), (2, 30_001, 29_999)}
    assert again.check() == []
    put(again, company("name:after"))
    assert "name:after" in {each.key for each in again.snapshot(Company).of(Company)}
    again.close()


def test_a_reader_during_a_long_write_sees_one_revision(store: Store, store_address: str) -> None:
    writer = start(LONG_WRITER, store_address)
    seen: set[tuple[int, int, int]] = set()
    try:
        assert writer.stdout
        assert writer.stdin
        assert writer.stdout.readline() == "ready\n"
        writer.stdin.write("\n")
        writer.stdin.flush()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not any(revision == 1 for revision, _, _ in seen):
            snapshot = store.snapshot(Trade, Company)
            seen.add((snapshot.revision, len(snapshot.of(Company)), len(snapshot.of(Trade))))
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    finally:
        end(writer)
    assert seen == {(0, 0, 0), (1, 30_000, 29_999)}


def test_threads_share_a_store(store: Store) -> None:
    failed: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            for _ in range(10):
                work()
        except BaseException as error:
            failed.append(error)

    works: list[Callable[[], object]] = [
        lambda: put(store, company(A)),
        lambda: put(store, company(B), Trade("t1", B, B)),
        lambda: store.snapshot(*REGION_KINDS),
        lambda: store.matching(Company, "company_id", [A, B]),
        lambda: store.remember("note", "x"),
    ]
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    assert store.revision() == 20


# -- files that cannot be opened, of the embedded store ---------------------------------------------------------------


def test_a_missing_file_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "region.sqlite"
    with pytest.raises(UserMistake) as refused:
        open_store(f"sqlite:{path}", create=False)
    assert (refused.value.code, refused.value.values) == ("store_missing", {"path": str(path)})
    assert not path.parent.exists()


def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    text, foreign = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("Åtorp\n" * 500, encoding="utf-8")
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE state (colour TEXT)")
    connection.close()
    for path in (text, foreign):
        before = path.read_bytes()
        with pytest.raises(UserMistake) as refused:
            open_store(f"sqlite:{path}")
        assert (refused.value.code, refused.value.values) == ("not_a_store", {"path": str(path)})
        assert path.read_bytes() == before
        assert sorted(each.name for each in tmp_path.iterdir()) == ["notes.txt", "other.sqlite"]


def test_a_folder_in_the_files_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable) as refused:
        open_store(f"sqlite:{tmp_path}")
    assert refused.value.code == "store_unreachable"


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "region.sqlite"
    open_store(f"sqlite:{path}").close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE state SET schema_version = ?", (SCHEMA_VERSION + 1,))
    connection.commit()
    connection.close()
    with pytest.raises(StoreTooNew) as refused:
        open_store(f"sqlite:{path}")
    assert refused.value.values["version"] == SCHEMA_VERSION + 1


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "region.sqlite"
    path.touch()
    opened = open_store(f"sqlite:{path}")
    assert opened.counts()["Capability"] == len(capability_records())
    opened.close()

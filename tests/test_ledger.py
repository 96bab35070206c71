"""Publish, withdraw, decide, look back: whatever happened, the stored records are what the whole ledger says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graph.errors import BadValue, MissingEnd, RevisionMoved, UnknownName, UserMistake
from graph.ledger import (
    decide,
    difference,
    name_snapshot,
    publish,
    rebuild,
    records_at,
    retract,
    said,
    said_of,
    withdraw,
)
from graph.model import (
    REGION_KINDS,
    Alias,
    Capability,
    Certificate,
    Claim,
    Company,
    Decision,
    Level,
    Load,
    Offer,
    SnapshotName,
    Source,
    Trade,
    Value,
    Workplace,
)
from graph.reference import capability_records
from graph.store import Change, Snapshot, Store, open_store
from graph.stores.sqlite import SqliteStore
from tests.strategies import Publish, Step, derived, hand_loads, histories, loads, name_histories, only, stored, take

A, B, C = "org:4000000001", "org:4000000002", "org:4000000003"
MEMBERS = Source("members", "network", Level.PUBLIC, complete=True)
EXTRA = Source("trades", "network", Level.MANAGER)


def examples(count: int) -> settings:
    """So many examples, each of which may take its time: a store is opened for it."""
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def firm(subject: str, name: str | None = None, **fields: Value) -> Claim:
    return Claim(subject, "Company", "", {"name": name, **fields} if name else fields)


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.sqlite"
    SqliteStore(path).close()
    return path


@contextmanager
def fresh(empty_file: Path) -> Iterator[SqliteStore]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "region.sqlite"
        shutil.copy(empty_file, path)
        store = SqliteStore(path)
        try:
            yield store
        finally:
            store.close()


def brought_up_to_date(store: Store, before: Snapshot) -> Snapshot:
    """The snapshot with all that has changed since, which is what reading all of it gives."""
    found, read = before.following(store.changed_since(before.revision)), store.snapshot(*REGION_KINDS)
    assert (found.revision, found.kinds) == (read.revision, read.kinds)
    assert {kind: list(found.of(kind)) for kind in REGION_KINDS} == {kind: list(read.of(kind)) for kind in REGION_KINDS}
    return found


# -- whatever happened ------------------------------------------------------------------------------------------------


@examples(150)
@given(history=histories)
def test_what_is_stored_is_what_the_whole_ledger_says(empty_file: Path, history: list[Step]) -> None:
    """Step by step: incremental equals full, an earlier revision stays what it was, a refused step changes nothing."""
    with fresh(empty_file) as store:
        before = stored(store)
        held = {0: before}
        known = store.snapshot(*REGION_KINDS)
        for step in history:
            if not take(store, step):
                assert only(stored(store)) == only(before)
            before = stored(store)
            known = brought_up_to_date(store, known)
            held[store.revision()] = before
            assert only(before) == only(derived(store))
        for revision, records in held.items():
            assert only(derived(store, revision)) == only(records)


@examples(150)
@given(history=name_histories)
def test_names_that_meet_and_part_are_what_the_whole_ledger_says(empty_file: Path, history: list[Step]) -> None:
    with fresh(empty_file) as store:
        for step in history:
            take(store, step)
            assert only(stored(store)) == only(derived(store))


@examples(60)
@given(published=st.lists(loads() | hand_loads(), min_size=5, max_size=5), data=st.data())
def test_undo_of_any_load_is_as_if_it_had_never_been_loaded(
    empty_file: Path, published: list[Publish], data: st.DataObject
) -> None:
    with fresh(empty_file) as store, fresh(empty_file) as without:
        ids = [publish(store, each.sources, each.claims, on=each.on).load_id for each in published]
        assume(None not in ids)  # what is said twice is one load, which the undo of the first takes back
        gone = data.draw(st.sampled_from(range(5)))
        for index, each in enumerate(published):
            if index != gone:
                publish(without, each.sources, each.claims, on=each.on)
        if load_id := ids[gone]:
            withdraw(store, load_id)
            assert only(stored(store)) == only(stored(without))


@examples(60)
@given(published=loads() | hand_loads(), shuffled=st.randoms())
def test_the_order_of_claims_does_not_count(empty_file: Path, published: Publish, shuffled: object) -> None:
    with fresh(empty_file) as one, fresh(empty_file) as other:
        publish(one, published.sources, published.claims, on=published.on)
        claims = list(published.claims)
        shuffled.shuffle(claims)  # type: ignore[attr-defined]
        publish(other, published.sources, claims, on=published.on)
        assert only(stored(one)) == only(stored(other))


@examples(60)
@given(history=histories, published=loads())
def test_a_dry_run_tells_what_a_real_one_does_and_writes_nothing(
    empty_file: Path, history: list[Step], published: Publish
) -> None:
    with fresh(empty_file) as store:
        for step in history:
            take(store, step)
        revision, before = store.revision(), stored(store)
        told = publish(store, published.sources, published.claims, on=published.on, dry_run=True)
        assert (store.revision(), stored(store)) == (revision, before)
        try:
            done = publish(store, published.sources, published.claims, on=published.on)
        except MissingEnd:
            return
        assert (told.difference, told.repeated, told.load_id) == (done.difference, done.repeated, done.load_id)
        after = stored(store)
        for kind, keys in done.difference.created.items():
            assert not before[kind.__name__].keys() & set(keys)
        for kind, keys in done.difference.changed.items():
            assert all(before[kind.__name__][key] != after[kind.__name__][key] for key in keys)
        for kind, keys in done.difference.deleted.items():
            assert before[kind.__name__].keys() - after[kind.__name__].keys() == set(keys)


@examples(60)
@given(published=loads())
def test_the_same_claims_again_are_no_load(empty_file: Path, published: Publish) -> None:
    with fresh(empty_file) as store:
        publish(store, published.sources, published.claims, on=published.on)
        revision = store.revision()
        again = publish(store, published.sources, published.claims, on="2026-11-01")
        assert (again.load_id, store.revision()) == (None, revision)
        assert not again.difference


@pytest.fixture
def region(neo4j_address: str) -> Iterator[Store]:
    store = open_store(neo4j_address)
    yield store
    store.close()


@examples(5)
@given(history=histories)
def test_both_stores_hold_the_same_after_the_same(region: Store, empty_file: Path, history: list[Step]) -> None:
    region.write(Change(upserts={Capability: capability_records()}, erased=True))
    with fresh(empty_file) as store:
        known = region.snapshot(*REGION_KINDS)
        for step in history:
            assert take(store, step) == take(region, step)
            assert only(stored(region)) == only(stored(store))
            known = brought_up_to_date(region, known)
        assert only(derived(region)) == only(stored(region))
        assert region.check() == []


# -- one thing at a time, on both stores ------------------------------------------------------------------------------


def company(store: Store, key: str) -> Company | None:
    return {each.key: each for each in store.snapshot(Company).of(Company)}.get(key)


def test_five_loads_and_each_of_them_undone(store: Store) -> None:
    five = [
        ([MEMBERS], [firm(A, "Ek AB", municipality="1880"), firm(B, "Al AB")]),
        ([EXTRA], [firm("name:ek", "Ek"), firm(B), Claim("name:ek", "Trade", "t1", {"buyer_id": B, "value_sek": 5})]),
        ([Source("offers", "network")], [firm(A), Claim(A, "Offer", "turning", {"materials": ("steel",)})]),
        ([MEMBERS], [firm(A, "Ek i Örebro AB", municipality="1880"), firm(C, "Gran AB")]),
        ([EXTRA], [firm(C), firm("name:al", "Al"), Claim(C, "Trade", "t2", {"buyer_id": "name:al"})]),
    ]
    for sources, claims in five:
        assert publish(store, sources, claims, on="2026-01-01").load_id
    whole = stored(store)
    for gone in range(5):
        load_id = f"L{gone + 1:06}" if gone == 0 else store.snapshot(Load).of(Load)[gone].load_id
        with TemporaryDirectory() as folder:
            without = SqliteStore(Path(folder) / "without.sqlite")
            for index, (sources, claims) in enumerate(five):
                if index != gone:
                    publish(without, sources, claims, on="2026-01-01")
            revision = store.revision()
            withdraw(store, load_id)
            assert only(stored(store)) == only(stored(without))
            without.close()
        assert only(derived(store, revision)) == only(whole)
        again = publish(store, *five[gone], on="2026-01-01") if gone == 4 else None
        assert again is None or only(stored(store)) == only(whole)
        if gone < 4:
            _reinstate(store, load_id)
    assert store.check() == []


def _reinstate(store: Store, load_id: str) -> None:
    """Let a withdrawn load count again, as a restored store would have it."""
    load = next(each for each in store.snapshot(Load).of(Load) if each.load_id == load_id)
    values = {name: getattr(load, name) for name in ("revision", "loaded_on", "sources", "bucket_bits", "claims")}
    store.write(Change(upserts={Load: [Load(load_id, withdrawn=None, **values)]}))
    rebuild(store, capability_records())


def test_a_complete_list_closes_what_it_no_longer_names_and_says_whom(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB"), firm(B, "Al AB"), Claim(B, "Offer", "turning", {})])
    publish(store, [EXTRA], [firm(A, "Ek AB"), firm(C, "Gran AB")])
    newer = publish(store, [MEMBERS], [firm(A, "Ek AB")])
    assert newer.difference.deleted == {Company: (B,), Alias: (B,), Offer: (f"{B}/turning",)}
    assert company(store, C)
    revived = withdraw(store, newer.load_id)
    assert revived.difference.created == {Company: (B,), Alias: (B,), Offer: (f"{B}/turning",)}
    assert publish(store, [MEMBERS], []).difference.deleted[Company] == (B,)
    assert company(store, A), "another source still names it"


def test_an_additive_list_closes_nothing(store: Store) -> None:
    publish(store, [EXTRA], [firm(A, "Ek AB"), firm(B, "Al AB")])
    newer = publish(store, [EXTRA], [firm(A, "Ek i Örebro AB")])
    assert newer.difference.deleted == {}
    assert company(store, B)


def test_one_owners_list_closes_nothing_of_anothers(store: Store) -> None:
    mine, theirs = (Source("trades", owner, complete=True) for owner in (A, B))
    publish(store, [mine], [firm(A, "Ek AB")])
    publish(store, [theirs], [firm(B, "Al AB")])
    assert company(store, A)


def test_a_retracted_decision_leaves_what_was(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB"), firm("name:alm", "Alm"), Claim("name:alm", "Offer", "turning", {})])
    before = stored(store)
    joined = decide(store, "same", [A, "name:alm"], by="Kim", on="2026-01-01")
    assert company(store, "name:alm") is None
    assert {each.alias: each.company_id for each in store.snapshot(Alias).of(Alias)} == {A: A, "name:alm": A}
    corrected = decide(store, "correct", [A], kind=Company, name="name", value="Ek och Alm AB")
    assert company(store, A) == Company(A, name="Ek och Alm AB")
    retract(store, corrected)
    retract(store, joined)
    assert stored(store) == before
    with pytest.raises(UnknownName):
        retract(store, joined)
    with pytest.raises(UnknownName):
        retract(store, "D999999")


def test_a_correction_beats_all_that_is_said_before_and_after(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB", employees=5)])
    decide(store, "correct", [A], kind=Company, name="employees", value=7)
    publish(store, [EXTRA], [Claim(A, "Company", "", {"employees": 9}, evidence="verified", as_of="2030-01-01")])
    found = company(store, A)
    assert found
    assert found.employees == 7
    decide(store, "correct", [A], kind=Company, name="employees", value=None)
    found = company(store, A)
    assert found
    assert found.employees is None


def test_an_earlier_revision_keeps_the_decisions_that_were_taken_back_since(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB"), firm("name:alm", "Alm")])
    joined = decide(store, "same", [A, "name:alm"])
    at = store.revision()
    retract(store, joined)
    assert records_at(store, at).company_of == {A: A, "name:alm": A}
    assert records_at(store).company_of == {A: A, "name:alm": "name:alm"}


def test_a_corrected_reference_follows_the_firm_it_means(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB"), firm("name:alm", "Alm")])
    publish(store, [EXTRA], [firm(B, "Alm AB")])
    decide(store, "not_same", ["name:alm", B])
    decide(store, "correct", [A], kind=Company, name="parent_id", value="name:alm")
    found = company(store, A)
    assert found
    assert found.parent_id == "name:alm"
    decide(store, "same", [C, "name:alm"])
    publish(store, [EXTRA], [firm(C, "Gran AB"), firm(B, "Alm AB")])
    found = company(store, A)
    assert found
    assert found.parent_id == C


def test_an_alias_stays_when_a_better_identifier_arrives(store: Store) -> None:
    publish(store, [MEMBERS], [firm("name:ek", "Ek AB")])
    publish(store, [EXTRA], [firm(A, "Ek Aktiebolag")])
    assert [each.company_id for each in store.matching(Alias, "alias", ["name:ek"])] == [A]
    assert [each.company_id for each in store.snapshot(Company).of(Company)] == [A]


def test_a_number_that_leaves_sets_a_name_free_to_join_another(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB"), firm("name:ek", "Ek")])
    second = publish(store, [EXTRA], [firm(B, "Ek AB")])
    assert company(store, "name:ek"), "two could be meant"
    withdraw(store, second.load_id)
    assert company(store, "name:ek") is None


def test_trades_follow_both_their_ends(store: Store) -> None:
    publish(
        store,
        [EXTRA],
        [firm("name:ek", "Ek"), firm("name:al", "Al"), Claim("name:ek", "Trade", "t", {"buyer_id": "name:al"})],
    )
    publish(store, [MEMBERS], [firm(A, "Ek AB"), firm(B, "Al AB")])
    assert store.snapshot(Trade).of(Trade) == [Trade("t", A, B)]
    withdraw(store)
    assert store.snapshot(Trade).of(Trade) == [Trade("t", "name:ek", "name:al")]


def test_a_load_made_from_an_earlier_revision_is_refused_where_that_counts(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB")], expected=0)
    with pytest.raises(RevisionMoved):
        publish(store, [EXTRA], [firm(B, "Al AB")], expected=0)
    assert store.revision() == 1
    assert publish(store, [EXTRA], [firm(B, "Al AB")], expected=1).revision == 2


def test_an_earlier_revision_is_what_it_was(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB")])
    at = name_snapshot(store, "vårmöte")
    publish(store, [EXTRA], [firm(B, "Al AB")])
    decide(store, "correct", [A], kind=Company, name="name", value="Eken AB")
    assert store.snapshot(SnapshotName).of(SnapshotName) == [SnapshotName("vårmöte", at)]
    assert list(records_at(store, at).of(Company).values()) == [Company(A, name="Ek AB")]
    between = difference(records_at(store, at), records_at(store))
    assert (between.created[Company], between.changed[Company], between.deleted) == ((B,), (A,), {})
    for strange in (-1, store.revision() + 1):
        with pytest.raises(UnknownName):
            records_at(store, strange)


def test_what_was_said_of_a_firm_is_found_under_all_its_names(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB"), firm(B, "Al AB")])
    publish(store, [EXTRA], [Claim("name:ek", "Company", "", {"name": "Ek"}, row=7, audience=Level.MEMBERS)])
    found = said_of(store, A)
    assert sorted((each.claim.subject, each.claim.row, each.voice.source.name) for each in found) == [
        ("name:ek", 7, EXTRA.name), (A, 0, MEMBERS.name),
    ]  # fmt: skip
    assert [each.claim for each in said_of(store, A, at=1)] == [firm(A, "Ek AB")]
    assert sum(1 for _ in said(store)) == 3


def test_undo_has_its_limits(store: Store) -> None:
    with pytest.raises(UnknownName, match="nothing_to_undo"):
        withdraw(store)
    load = publish(store, [MEMBERS], [firm(A, "Ek AB")]).load_id
    withdraw(store)
    with pytest.raises(UserMistake, match="already_undone"):
        withdraw(store, load)
    with pytest.raises(UnknownName, match="no_such_load"):
        withdraw(store, "L999999")


def test_a_load_whose_end_another_load_gave_cannot_be_left_hanging(store: Store) -> None:
    publish(store, [MEMBERS], [firm(B, "Al AB")])
    publish(store, [EXTRA], [firm(A, "Ek AB"), Claim(A, "Trade", "t", {"buyer_id": B})])
    before = stored(store)
    with pytest.raises(MissingEnd):
        withdraw(store, "L000001")
    assert stored(store) == before
    with pytest.raises(MissingEnd):
        publish(store, [EXTRA], [Claim(A, "Trade", "t2", {"buyer_id": C})])
    assert stored(store) == before


BAD_CLAIMS = (
    Claim(A, "Nothing", "", {}),
    Claim(A, "Alias", "", {"company_id": A}),
    Claim(A, "Load", "", {}),
    Claim(A, "Company", "", {"nothing": 1}),
    Claim("", "Company", "", {"name": "Ek"}),
    Claim(A, "Company", "", {"name": "Ek"}, source=1),
    Claim(A, "Company", "", {"name": "Ek"}, evidence="rumour"),
    Claim(A, "Company", "", {"name": "Ek\x00"}),
    Claim(A, "Company", "", {"name": "\ud800"}),
    Claim("name:\ud800", "Company", "", {"name": "Ek"}),
    Claim(A, "Company", "", {"employees": 2**70}),
    Claim(A, "Company", "", {"employees": "7"}),
    Claim(A, "Workplace", "1", {"latitude": float("nan")}),
    Claim(A, "Workplace", "1\x00", {"latitude": 59.0}),
    Claim(A, "Offer", "turning", {"materials": ("steel", "brass")}),
)


@pytest.mark.parametrize("claim", BAD_CLAIMS)
def test_a_bad_claim_is_refused_when_it_comes_though_it_would_lose(empty_file: Path, claim: Claim) -> None:
    with fresh(empty_file) as store:
        strong = Claim(A, "Company", "", {"name": "Ek AB", "employees": 3}, evidence="verified")
        publish(store, [MEMBERS], [strong])
        with pytest.raises(BadValue):
            publish(store, [EXTRA], [claim])
        assert store.revision() == 1


def test_a_bad_decision_is_refused(empty_file: Path) -> None:
    with fresh(empty_file) as store:
        publish(store, [MEMBERS], [firm(A, "Ek AB"), firm(B, "Al AB")])
        for verb, subjects in (("same", [A]), ("not_same", [A, A]), ("same", [A, B, C]), ("correct", [A, B])):
            with pytest.raises(UserMistake, match="bad_decision"):
                decide(store, verb, subjects, kind=Company, name="name", value="x")
        for name in ("company_id", "nothing", None):
            with pytest.raises(UserMistake, match="no_such_field"):
                decide(store, "correct", [A], kind=Company, name=name, value="x")
        for name, value in (("employees", "7"), ("employees", 2**80), ("name", "\x00"), ("sensitive", 1)):
            with pytest.raises(BadValue):
                decide(store, "correct", [A], kind=Company, name=name, value=value)
        assert store.snapshot(Decision).of(Decision) == []


def test_a_claim_that_knows_nothing_of_a_field_says_nothing_of_it(empty_file: Path) -> None:
    with fresh(empty_file) as store:
        publish(store, [MEMBERS], [firm(A, "Ek AB", employees=3)], on="2026-01-01")
        publish(store, [EXTRA], [firm(A, None, employees=None)], on="2026-02-01")
        assert company(store, A) == Company(A, name="Ek AB", employees=3)


def test_rebuild_derives_what_was_tampered_with(store: Store) -> None:
    publish(store, [MEMBERS], [firm(A, "Ek AB"), Claim(A, "Certificate", "ISO 9001", {})])
    before = stored(store)
    store.write(
        Change(
            upserts={Company: [Company(A, name="X"), Company(B)], Workplace: [Workplace("w", B)]},
            deletes={Certificate: [f"{A}/ISO 9001"]},
        )
    )
    rebuild(store, capability_records())
    assert stored(store) == before

"""Who says what of a firm: each field's words and their order, what other viewers see, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.audience import Viewer, view
from graph.ledger import decide, publish, withdraw
from graph.model import (
    Activity,
    Alias,
    Capability,
    Certificate,
    Claim,
    Company,
    Level,
    Offer,
    Source,
    Trade,
    Workplace,
)
from graph.provenance import account_of, moved_since, provenance, records_by_company, seen_by
from graph.reference import capability_records
from graph.store import Change, Store, open_store
from ingest.pipeline import load_files
from tests.regions import Built

A, B, C = "org:4000000001", "org:4000000002", "org:4000000003"
MEMBERS = Source("member_sheet", "network", Level.MEMBERS, file="Medlemmar.xlsx", sheet="Företag")
OPEN = Source("register", "network", Level.PUBLIC, file="Register.csv")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    opened.write(Change(upserts={Capability: capability_records()}))
    yield opened
    opened.close()


def publish_two(store: Store) -> None:
    publish(store, [MEMBERS], [Claim(A, "Company", "", {"name": "Ek AB", "employees": 5}, 3)], on="2026-01-01")
    publish(
        store,
        [OPEN],
        [
            Claim("name:ek", "Company", "", {"name": "Ek AB", "employees": 7, "website": "ek.example"}, 9),
            Claim(B, "Company", "", {"name": "Al AB", "parent_id": "name:ek"}, 10),
            Claim(B, "Trade", "t1", {"buyer_id": "name:ek", "what": "Axlar"}, 11),
            Claim("activity:fika", "Activity", "", {"name": "Fika", "participants": ("name:ek", B)}, 12),
        ],
        on="2025-01-01",
    )


def test_each_field_has_its_words_under_all_of_the_firms_names_and_the_one_that_counts_first(store: Store) -> None:
    publish_two(store)
    found = provenance(store, A)
    (account,) = found.of(Company)
    assert found.revision == store.revision()
    said = {
        name: [(each.value, each.said.voice.source.file, each.said.claim.row) for each in words if each.said]
        for name, words in account.words.items()
    }
    assert said == {
        "name": [("Ek AB", "Medlemmar.xlsx", 3), ("Ek AB", "Register.csv", 9)],
        "employees": [(5, "Medlemmar.xlsx", 3), (7, "Register.csv", 9)],
        "website": [("ek.example", "Register.csv", 9)],
    }
    assert account.disputed == ("employees",)
    assert (account.audience("employees"), account.audience("website")) == (Level.MEMBERS, Level.PUBLIC)


def test_records_that_name_the_firm_are_told_of_from_both_ends(store: Store) -> None:
    publish_two(store)
    for company in (A, B):
        found = provenance(store, company)
        assert [each.key for each in found.of(Trade)] == ["t1"]
        assert [each.key for each in found.of(Activity)] == ["activity:fika"]
        assert found.of(Trade)[0].best.claim.row == 11
    assert records_by_company(store.snapshot(Company, Trade, Activity))[A].keys() == {Trade, Activity}


def test_a_correction_stands_first_with_who_made_it(store: Store) -> None:
    publish_two(store)
    decide(store, "correct", [A], kind=Company, name="employees", value=8, by="Kim", on="2026-02-02")
    first, *others = provenance(store, A).of(Company)[0].words["employees"]
    assert (first.value, first.said) == (8, None)
    assert first.decision is not None
    assert (first.decision.decided_by, first.decision.decided_on) == ("Kim", "2026-02-02")
    assert [each.value for each in others] == [5, 7]


def test_the_account_of_one_record_is_that_of_all(store: Store) -> None:
    publish_two(store)
    for kind, key in ((Company, A), (Trade, "t1"), (Activity, "activity:fika")):
        alone = account_of(store, kind, key)
        assert alone is not None
        whole = provenance(store, B if kind is not Company else A).account(kind, key)
        assert whole is not None
        assert (alone.record, alone.words.keys()) == (whole.record, whole.words.keys())
    assert account_of(store, Trade, "t9") is None


def test_it_asks_the_store_a_few_times_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_two(store)
    asked: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*arguments: object) -> Any:
            asked.append(name)
            return real(*arguments)

        return ask

    for name in ("snapshot", "matching", "blocks", "revision"):
        monkeypatch.setattr(store, name, counted(name, getattr(store, name)))
    provenance(store, A)
    assert len(asked) <= 25
    assert asked.count("blocks") == 1


# -- what others see ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [Level.PUBLIC, Level.MEMBERS])
def test_what_others_see_of_a_firm_is_what_their_view_shows(built: Built, level: Level) -> None:
    store = open_store(built.address, create=False)
    try:
        shown = view(store, Viewer(level))
        company_of = {each.alias: each.company_id for each in store.snapshot(Alias).of(Alias)}
        for company in [each.company_id for each in store.snapshot(Company).of(Company)]:
            found = seen_by(provenance(store, company), Viewer(level))
            for kind in (Company, Workplace, Offer, Certificate):
                wanted = [e for e in shown.of(kind) if company_of[e.company_id] == company]  # type: ignore[attr-defined]
                assert found.get(kind, []) == wanted, (company, kind)
    finally:
        store.close()


def test_nothing_of_a_sensitive_firm_is_seen_nor_a_parent_that_is_hidden(store: Store) -> None:
    publish_two(store)
    decide(store, "correct", [A], kind=Company, name="sensitive", value=True)
    assert seen_by(provenance(store, A), Viewer(Level.MEMBERS)) == {}
    (shown,) = seen_by(provenance(store, B), Viewer(Level.PUBLIC))[Company]
    assert shown == Company(B, name="Al AB")


# -- what has changed --------------------------------------------------------------------------------------------------


def test_what_has_changed_since_a_revision_is_told_field_by_field(store: Store) -> None:
    publish_two(store)
    then = store.revision()
    assert moved_since(store, {A}, then) == []
    publish(store, [MEMBERS], [Claim(A, "Company", "", {"name": "Ek AB", "employees": 6})], on="2026-03-03")
    publish(store, [OPEN], [Claim(B, "Company", "", {"name": "Al AB", "employees": 1})], on="2026-03-04")
    (moved,) = moved_since(store, {"name:ek"}, then)
    assert (moved.kind, moved.key, moved.field, moved.before, moved.after, moved.on) == (
        Company, A, "employees", 5, 6, "2026-03-03",
    )  # fmt: skip
    withdraw(store, "L000004")
    assert moved_since(store, {A}, then) == []


def test_a_decision_changes_too(store: Store) -> None:
    publish_two(store)
    then = store.revision()
    decide(store, "correct", [A], kind=Company, name="employees", value=0)
    assert [(each.field, each.before, each.after) for each in moved_since(store, {A}, then)] == [("employees", 5, 0)]


@pytest.fixture(scope="module", name="built")
def small_region(tmp_path_factory: pytest.TempPathFactory) -> Built:
    from ingest.demo import write_demo

    folder = tmp_path_factory.mktemp("region")
    write_demo(folder / "files", 60, 1)
    path = folder / "region.sqlite"
    opened = open_store(f"sqlite:{path}")
    report = load_files(opened, [folder / "files"], on="2026-10-01")
    snapshot = opened.snapshot(Company)
    opened.close()
    return Built(folder, path, report, {}, snapshot)

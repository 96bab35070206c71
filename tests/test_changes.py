"""What changed between two moments: each kind by hand, on a store whose history is told load by load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from graph.changes import KINDS, PAIRS, Changes, Event, changes
from graph.ledger import decide, name_snapshot, publish, retract, withdraw
from graph.model import REGION_KINDS, Claim, Company, Decision, Load, SnapshotName, Source, Value
from graph.moments import day_of, followed, moments, region_at
from graph.store import Store, open_store
from tests.regions import own_data, run
from texts import LANGUAGES, load

__all__ = ["own_data"]

LIST = Source("member_sheet", "network")
OTHER = Source("trade_sheet", "network")
THEN, NOW = "2026-03-01", "2026-09-01"
A, B, C, D, E = (f"org:49900000{number}" for number in ("00", "18", "26", "34", "42"))
X = "org:4990000059"


@pytest.fixture(name="store")
def empty_store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    yield store
    store.close()


def firm(key: str, name: str = "", **more: Value) -> Claim:
    said: dict[str, Value] = {"name": name or f"Firma {key[-2:]}", "municipality": "1883", "sector": "industry", **more}
    return Claim(key, "Company", "", said)


def trade(seller: str, buyer: str, what: str = "delar", **more: Value) -> Claim:
    said: dict[str, Value] = {"buyer_id": buyer, "what": what, "year": 2026, **more}
    return Claim(seller, "Trade", f"{seller}{buyer}{what}", said)


def seen(store: Store, old: Sequence[Claim], new: Sequence[Claim], *, complete: bool = False) -> Changes:
    """What a second list changes; a complete one replaces the first."""
    source = Source("member_sheet", "network", complete=complete)
    publish(store, [source], old, on=THEN)
    at = store.revision()
    publish(store, [source], new, on=NOW)
    return changes(region_at(store, at), store.snapshot(*REGION_KINDS), (THEN, NOW))


def told(found: Changes) -> dict[str, list[Event]]:
    return {kind: list(events) for kind, events in found.events.items() if events}


REGION = [firm(A), firm(B), firm(C), firm(D)]


def test_the_same_region_has_not_changed(store: Store) -> None:
    publish(store, [LIST], [*REGION, trade(A, B)], on=THEN)
    now = store.snapshot(*REGION_KINDS)
    found = changes(now, now, (THEN, THEN))
    assert told(found) == {}
    assert not found
    assert tuple(found.events) == KINDS


def test_a_new_firm_its_trade_and_the_lonely_firm_it_joins(store: Store) -> None:
    found = seen(store, [*REGION, trade(A, B)], [firm(E), trade(E, C, value_sek=700)])
    assert told(found) == {
        "new_firm": [Event(E)],
        "new_trade": [Event(E, C, "delar", value_sek=700)],
        "joined": [Event(C, E, count=1)],
    }


def test_a_list_that_no_longer_names_a_firm_and_one_that_is_struck_off(store: Store) -> None:
    before = [*REGION, trade(A, B), trade(C, D)]
    after = [firm(A), firm(B), firm(C), firm(D, ended_on="2026-05-01"), trade(A, B)]
    found = told(seen(store, before, after, complete=True))
    assert found == {
        "gone_firm": [Event(D, about="1883", how="ended")],
        "gone_trade": [Event(C, D, "delar")],
        "newly_alone": [Event(C, D, count=1)],
    }


def test_a_firm_in_no_list_any_more_is_gone(store: Store) -> None:
    found = seen(store, REGION, [firm(A), firm(B), firm(C)], complete=True)
    assert told(found) == {"gone_firm": [Event(D, about="1883", how="unlisted")]}
    assert found.name(D) == "Firma 34"


def test_a_firm_that_gets_a_number_a_name_or_becomes_another_is_not_new_nor_gone(store: Store) -> None:
    publish(
        store, [LIST], [firm("name:ekbackens", "Ekbackens AB"), firm(A), firm(B), trade("name:ekbackens", A)], on=THEN
    )
    at = store.revision()
    old = region_at(store, at)
    decide(store, "same", ["name:ekbackens", C])
    publish(store, [LIST], [firm(C, "Ekbackens Verkstad AB"), firm(A), trade(A, B)], on=NOW)
    decide(store, "same", [A, B])
    now = store.snapshot(*REGION_KINDS)
    found = changes(old, now, (THEN, NOW))
    keys = {each.company_id for each in now.of(Company)}
    assert len(keys) == 2
    assert told(found) == {}
    assert found.merged == 1
    assert set(followed(old, now).values()) == keys


def test_a_firm_that_is_split_off_was_known_before(store: Store) -> None:
    publish(store, [LIST], [firm(A), firm(B)], on=THEN)
    decision = decide(store, "same", [A, B])
    at = store.revision()
    retract(store, decision)
    found = changes(region_at(store, at), store.snapshot(*REGION_KINDS), (THEN, NOW))
    assert told(found) == {}


def test_firms_elsewhere_are_not_the_regions_changes(store: Store) -> None:
    home = Claim("region:r", "Region", "", {"name": "R", "municipalities": ("1883",)})
    far = [firm(X, municipality="0180"), firm(E, municipality="0180"), trade(X, E)]
    found = seen(store, [home, *REGION], far)
    assert told(found) == {}


def test_islands_grow_together_and_fall_apart(store: Store) -> None:
    old = [*REGION, firm(E), trade(A, B), trade(B, E), trade(C, D)]
    new = [*REGION, firm(E), trade(A, B), trade(B, E), trade(C, D), trade(D, E)]
    found = told(seen(store, old, new, complete=True))
    assert found["island_joined"] == [Event(D, B, count=2)]  # each island's firm with most partners now
    back = changes(store.snapshot(*REGION_KINDS), region_at(store, 1), (THEN, NOW))
    assert told(back)["island_split"] == [Event(C, B, count=2)]
    assert set(told(back)) == {"island_split", "gone_trade"}


def asks(buyer: str, standard: str) -> Claim:
    return Claim(buyer, "Requirement", standard, {"what": "certificate", "standard": standard})


def holds(key: str, standard: str, until: str) -> Claim:
    return Claim(key, "Certificate", standard, {"valid_until": until})


def test_gaps_are_closed_when_met_and_opened_by_time_alone(store: Store) -> None:
    old = [
        *REGION, trade(A, B), trade(C, B), asks(B, "ISO 9001"),
        holds(A, "ISO 9001", "2025-01-01"), holds(C, "ISO 9001", "2026-08-31"),
    ]  # fmt: skip
    found = told(seen(store, old, [holds(A, "ISO 9001", "2030-01-01")]))
    assert found["gap_closed"] == [Event(A, B, "ISO 9001", "certificate")]
    assert found["certificate_gained"] == [Event(A, about="ISO 9001")]
    assert found["certificate_lapsed"] == [Event(C, about="ISO 9001")]
    assert found["gap_opened"] == [Event(C, B, "ISO 9001", "certificate")]  # was more than half a year off


def test_a_gap_whose_requirement_is_no_longer_told_is_not_closed(store: Store) -> None:
    old = [*REGION, trade(A, B), asks(B, "ISO 9001"), holds(A, "ISO 9001", "2025-01-01")]
    new = [*REGION, trade(A, B), holds(A, "ISO 9001", "2025-01-01")]
    assert "gap_closed" not in told(seen(store, old, new, complete=True))


def introduced(one: str, other: str, on: str, outcome: str = "open") -> Claim:
    return Claim(one, "Introduction", other + on, {"other_id": other, "introduced_on": on, "outcome": outcome})


def test_introductions_made_and_those_that_became_trades(store: Store) -> None:
    old = [*REGION, firm(E), introduced(A, B, "2026-02-01"), introduced(C, D, "2026-02-01")]
    new = [
        introduced(C, E, "2026-04-01"), trade(B, A), introduced(C, D, "2026-02-01", "ordered"),
        introduced(D, E, "2026-05-01"), trade(D, E, year=2024),
    ]  # fmt: skip
    found = told(seen(store, old, new))
    assert found["introduced"] == [Event(C, E, "2026-04-01"), Event(D, E, "2026-05-01")]
    # D and E traded long before they were introduced
    assert found["introduction_traded"] == [Event(A, B, how="trade"), Event(C, D, how="noted")]


def imports(buyer: str, item: str, process: str = "turning") -> Claim:
    said: dict[str, Value] = {
        "description": f"Axel {item}",
        "part_number": item,
        "capabilities": (process,),
        "value_sek": 900,
    }
    return Claim(buyer, "ImportedPart", item, said)


def test_a_part_is_home_where_its_buyer_buys_the_process_from_the_region(store: Store) -> None:
    turns = Claim(A, "Offer", "turning", {}, evidence="stated")
    old = [*REGION, turns, imports(B, "1"), imports(B, "2"), imports(B, "3", "anodising"), imports(C, "1")]
    new = [*REGION, turns, imports(B, "2"), trade(A, B), trade(A, C)]
    found = told(seen(store, old, new, complete=True))
    # B's 3 is anodised, which A does not state; C's whole list is gone, which tells nothing of a part
    assert found["part_home"] == [Event(B, A, "Axel 1", value_sek=900)]


def test_a_part_is_not_home_while_nothing_new_is_bought(store: Store) -> None:
    turns = Claim(A, "Offer", "turning", {}, evidence="stated")
    old = [*REGION, turns, trade(A, B), imports(B, "1"), imports(B, "2")]
    assert "part_home" not in told(seen(store, old, [*REGION, turns, trade(A, B), imports(B, "2")], complete=True))


@pytest.mark.parametrize(
    ("after", "is_told"),
    [
        ({"status": "ended", "granted_on": "2026-02-01"}, True),
        ({"status": "ended"}, False),
        ({"status": "refused"}, False),
    ],
)
def test_support_granted_and_ended_between_two_moments_was_granted(
    store: Store, after: dict[str, Value], is_told: bool
) -> None:
    case: dict[str, Value] = {"actor": "Almi", "theme": "climate", "status": "applied"}
    old = [*REGION, Claim(A, "SupportCase", "1", case)]
    found = told(seen(store, old, [Claim(A, "SupportCase", "1", {**case, **after}, as_of=NOW)]))
    assert found == ({"support_granted": [Event(A, about="climate", how="support")]} if is_told else {})


def test_needs_stated_and_support_granted(store: Store) -> None:
    case: dict[str, Value] = {"actor": "Almi", "theme": "climate", "status": "applied", "amount_sek": 5000}
    old = [*REGION, Claim(A, "SupportCase", "1", case)]
    new = [
        Claim(B, "Need", "1", {"theme": "digitalisation"}),
        Claim(A, "SupportCase", "1", {**case, "status": "granted"}, as_of=NOW),
    ]
    found = told(seen(store, old, new))
    assert found == {
        "need_stated": [Event(B, about="digitalisation", how="need")],
        "support_granted": [Event(A, about="climate", how="support", value_sek=5000)],
    }


# -- moments ---------------------------------------------------------------------------------------------------------


def test_moments_are_names_loads_that_count_and_the_start(store: Store) -> None:
    assert moments(store.snapshot(Load, Decision, SnapshotName)) == ()
    publish(store, [LIST], [firm(A)], on=THEN)
    name_snapshot(store, "Vårmötet")
    undone = publish(store, [OTHER], [firm(B)], on="2026-06-01").load_id
    withdraw(store, undone)
    publish(store, [LIST], [firm(C)], on=NOW)
    found = store.snapshot(Load, Decision, SnapshotName)
    assert [(each.kind, each.name, each.day) for each in moments(found)] == [
        ("load", "L000005", NOW),
        ("named", "Vårmötet", THEN),
        ("load", "L000001", THEN),
        ("start", "", THEN),
    ]
    assert day_of(found, 0) == THEN
    assert [each.company_id for each in region_at(store, 3).of(Company)] == [A, B]


def test_the_command_says_what_changed(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'region.sqlite'}"
    store = open_store(address)
    publish(store, [LIST], [*REGION, trade(A, B)], on=THEN)
    name_snapshot(store, "Vårmötet")
    publish(store, [LIST], [firm(E), trade(E, C)], on=NOW)
    store.close()
    found = run("--store", address, "diff", "Vårmötet", "now", "--json").json
    assert found["changes"]["counts"]["new_firm"] == 1
    assert found["changes"]["joined"][0]["company_id"] == C
    assert {"old", "new", "created", "changed", "deleted"} <= found.keys()
    assert (
        "Sedan Vårmötet (2026-03-01): ett nytt företag, ett ensamt"
        in run("--store", address, "diff", "Vårmötet", "now").out
    )
    assert "Since version 1: one new firm" in run("--store", address, "--lang", "en", "diff", "1", "now").out
    assert "Inget har ändrats sedan" in run("--store", address, "diff", "2", "Vårmötet").out


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_words(language: str) -> None:
    texts = load(language)
    for kind in KINDS:
        assert all(texts.has(f"changes.{group}.{kind}") for group in ("kind", "one", "many"))
    assert all(texts.has(f"changes.pair.{gained}") for gained, _ in PAIRS)

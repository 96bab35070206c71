"""Who stands alone, and of which kind: a mini region a kind, made by hand."""

from __future__ import annotations

import pytest

from graph.isolation import NEXT_ACTION, Isolation, isolated
from graph.model import (
    Activity,
    Company,
    ImportedPart,
    Interview,
    Introduction,
    Need,
    Offer,
    Record,
    Region,
    Trade,
    Workplace,
)
from graph.store import Snapshot
from render.isolated import headline
from texts import load

KINDS = (Company, Workplace, Region, Offer, Trade, ImportedPart, Need, Interview, Introduction, Activity)
HOME = Region("region:r", municipalities=("1880", "1883"))


def region(*records: Record) -> Snapshot:
    return Snapshot(1, {k: [e for e in (HOME, *records) if type(e) is k] for k in KINDS})


def firm(key: str, municipality: str | None = "1883", **fields: object) -> Company:
    return Company(key, name=f"Firma {key}", municipality=municipality, country="SE", **fields)  # type: ignore[arg-type]


def asked(key: str, outcome: str = "answered") -> Interview:
    return Interview(f"{key}/{outcome}", key, outcome=outcome)


def trades(*pairs: str) -> list[Trade]:
    return [Trade(f"t{n}", pair[0], pair[1]) for n, pair in enumerate(pairs)]


def kinds(found: Isolation) -> dict[str, str]:
    return {each.company_id: each.kind for each in found.findings}


def test_no_trade_known_is_said_only_of_who_has_answered() -> None:
    found = isolated(
        region(firm("a"), firm("b"), firm("c"), asked("a"), asked("b", "no_answer"), asked("b", "declined"))
    )
    assert kinds(found) == {"a": "no_trade_known", "b": "not_asked", "c": "not_asked"}
    assert (found.companies, found.asked, found.answered) == (3, 2, 1)
    assert [each.next_actions for each in found.findings] == [("introduce",), ("interview",), ("interview",)]


def test_who_met_others_only_by_the_networks_own_work() -> None:
    records = [firm(each) for each in "abcd"]
    met = [Introduction("a/1", "a", "b"), Activity("activity:1", participants=("c",))]
    visit = Activity("activity:2", participants=("c", "d"))
    assert kinds(isolated(region(*records, *met)))["c"] == "not_asked", "alone at a meeting"
    assert kinds(isolated(region(*records, *met, visit, asked("a")))) == dict.fromkeys("abcd", "only_through_network")


def test_every_partner_outside() -> None:
    outside = [firm("x", "0180"), Company("y", country="DE")]
    found = isolated(region(firm("a"), firm("b"), *outside, *trades("ax", "ya", "bx")))
    assert kinds(found) == {"a": "only_outside", "b": "only_outside"}
    assert found.companies == 2, "who lies outside is not looked at"


def test_a_partner_of_unknown_place_may_be_inside() -> None:
    found = isolated(region(firm("a"), Company("x"), *trades("ax")))
    assert kinds(found) == {"a": "small_island"}


@pytest.mark.parametrize(("size", "kind"), [(5, "small_island"), (6, None)])
def test_an_island_of_five_is_small(size: int, kind: str | None) -> None:
    keys = "abcdef"[:size]
    ring = [keys[n] + keys[(n + 1) % size] for n in range(size)]
    found = kinds(isolated(region(*map(firm, keys), *trades(*ring))))
    assert found == (dict.fromkeys(keys, kind) if kind else {})


def test_one_partner_counts_partners_and_not_rows() -> None:
    keys = "abcdefg"
    ring = [keys[n] + keys[(n + 1) % 6] for n in range(6)]
    found = kinds(isolated(region(*map(firm, keys), *trades(*ring, "ga", "ga", "ag"))))
    assert found == {"g": "one_partner"}


def test_public_bodies_and_who_is_of_unknown_place_are_not_looked_at() -> None:
    records = [firm("a", sector="public"), firm("b", sector="support"), firm("c", None), firm("d", sector="industry")]
    assert kinds(isolated(region(*records))) == {"d": "not_asked"}


PLACES = [
    Workplace("1", "a", latitude=59.33, longitude=14.52),
    Workplace("2", "importer", latitude=59.34, longitude=14.52),
    Workplace("3", "buyer", latitude=59.35, longitude=14.52),
    Workplace("4", "far", latitude=59.33, longitude=16.00),
    Workplace("5", "rival", latitude=59.33, longitude=14.53),
    Workplace("6", "maker", latitude=59.36, longitude=14.52),
    Workplace("7", "gone", latitude=59.33, longitude=14.52),
]


def likely(company_id: str, *records: Record) -> dict[str, list[str]]:
    """Whom a firm of a region with makers, buyers and rivals could meet, and why."""
    told = [
        *map(firm, ("a", "importer", "buyer", "far", "rival", "maker")),
        firm("gone", ended_on="2025-01-01"),
        Offer("a/turning", "a", "turning"),
        Offer("rival/turning", "rival", "turning"),
        Offer("maker/anodising", "maker", "anodising"),
        ImportedPart("p1", "importer", capabilities=("turning",)),
        ImportedPart("p2", "far", capabilities=("turning",)),
        ImportedPart("p3", "gone", capabilities=("turning",)),
        ImportedPart("p4", "a", capabilities=("anodising",)),
        Trade("t", "rival", "buyer"),
    ]
    found = next(e for e in isolated(region(*told, *PLACES, *records)).findings if e.company_id == company_id)
    assert all(each.distance_km < 40 for each in found.likely_partners)
    return {
        each.company_id: [reason.code for reason in each.reasons if reason.code != "near"]
        for each in found.likely_partners
    }


def test_likely_partners_import_buy_or_make_what_the_firm_makes_or_imports_nearby() -> None:
    assert likely("a") == {
        "maker": ["imports_what_other_makes"],  # rarer than turning: one firm alone offers it
        "importer": ["imports_what_other_makes"],
        "buyer": ["buys_what_other_makes"],
    }


def test_who_is_a_partner_already_is_no_likely_one() -> None:
    assert "importer" not in likely("a", Trade("t2", "a", "importer"))


@pytest.mark.parametrize(
    ("owner", "known"),
    [(None, []), ("a", []), (None, [Introduction("i", "importer", "a")])],
    ids=["stranger", "own group", "introduced"],
)
def test_who_is_known_already_is_no_likely_partner(owner: str | None, known: list[Record]) -> None:
    told = [firm("a"), firm("importer", parent_id=owner), firm("other")]
    offers = [Offer("o", "a", "turning"), Offer("p", "other", "anodising")]
    part = ImportedPart("p1", "importer", capabilities=("turning",))
    found = {e.company_id: e for e in isolated(region(*told, *offers, part, *PLACES[:2], *known)).findings}
    expected = [] if owner or known else ["importer"]
    assert [each.company_id for each in found["a"].likely_partners] == expected


def test_a_likely_partner_is_as_far_as_its_nearest_site() -> None:
    near = Workplace("8", "importer", latitude=59.335, longitude=14.52)
    told = [*map(firm, ("a", "importer", "other")), Offer("o", "a", "turning"), Offer("p", "other", "anodising")]
    part = ImportedPart("p1", "importer", capabilities=("turning",))
    (found,) = [e for e in isolated(region(*told, part, *PLACES[:2], near)).findings if e.company_id == "a"]
    assert found.likely_partners[0].distance_km == pytest.approx(0.557, abs=0.002)  # 0.005 degrees at 59°


def test_who_deals_with_sensitive_firms_alone_seems_to_have_no_partner() -> None:
    keys = "abcdefg"
    ring = [keys[n] + keys[(n + 1) % 6] for n in range(6)]
    records = [*map(firm, "acdefg"), firm("b", sensitive=True), firm("h", sensitive=True)]
    found = kinds(isolated(region(*records, *trades(*ring, "gb", "hg", "he"))))
    assert found == {"g": "hidden"}


def test_one_sensitive_partner_is_one_partner() -> None:
    keys = "abcdef"
    ring = [keys[n] + keys[(n + 1) % 6] for n in range(6)]
    sensitive = firm("b", sensitive=True)
    found = kinds(isolated(region(*map(firm, "acdefg"), sensitive, *trades(*ring, "gb"))))
    assert found == {"g": "one_partner"}, "the first kind that holds"


def test_findings_come_by_municipality_and_name_and_each_kind_has_a_next_step() -> None:
    found = isolated(region(firm("b", "1883"), firm("a", "1883"), firm("c", "1880")))
    assert [each.company_id for each in found.findings] == ["c", "a", "b"]
    assert isolated(region()).findings == ()
    assert {each.kind for each in found.findings} <= set(NEXT_ACTION)


def test_a_lack_of_data_is_told_apart_from_standing_alone() -> None:
    found = isolated(region(firm("a"), firm("b"), firm("nowhere", None), asked("a")))
    assert kinds(found) == {"a": "no_trade_known", "b": "not_asked"}
    assert (found.companies, found.unknown, found.unplaced) == (2, 1, 1)
    assert headline(found, load("sv")) == (
        "1 av 2 företag i regionen står ensamma, så vitt vi vet. Om 1 till är ingen affär känd och ingen har frågat."
    )

"""What a meeting may be told: by the firms' own word, or as a number that is of three firms at least."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.audience import Viewer
from graph.consent import MEETINGS, Choice, Fact, choose
from graph.ledger import decide, name_snapshot, publish
from graph.model import Claim, Company, Decision, Level, Load, SnapshotName, Source, Value
from graph.moments import Moment, moments
from graph.stores.sqlite import SqliteStore
from graph.story import Story, story

DAY = "2026-11-20"
MEMBERS, PUBLIC = Viewer(Level.MEMBERS), Viewer(Level.PUBLIC)
OPEN, CLOSED = Source("members", "network", Level.PUBLIC), Source("ledger", "network", Level.MANAGER)
FIRMS = [f"org:409900{number:04d}" for number in range(14)]
SELLERS, BUYERS, ALONE = FIRMS[:4], FIRMS[4:8], FIRMS[8:12]
KUMLA = {"latitude": 59.1277, "longitude": 15.14341, "location_uncertainty_km": 1.0}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Four firms sell to four others, four trade with nobody and have said so, and two nobody has asked."""
    made = SqliteStore(tmp_path / "region.sqlite")
    claims: list[Claim] = []
    for number, firm in enumerate(FIRMS):
        facts: dict[str, Value] = {"name": f"Firma {number:02} AB", "municipality": "1881", "sni": "25530"}
        claims.append(Claim(firm, "Company", "", facts))
        claims.append(Claim(firm, "Workplace", "w", {"municipality": "1881", **KUMLA}))
    claims += [Claim(firm, "Offer", "turning", {"tolerance": "IT7"}) for firm in SELLERS]
    claims += [Claim(firm, "Offer", "bending", {"tolerance": "IT8"}) for firm in ALONE]
    for seller, buyer in zip(SELLERS, BUYERS, strict=True):
        told: dict[str, Value] = {"buyer_id": buyer, "what": "axlar", "value_sek": 100_000, "year": 2025}
        claims.append(Claim(seller, "Trade", f"{seller} {buyer}", told, source=1))
    claims += [
        Claim(firm, "Interview", "i", {"asked_on": "2026-03-01", "outcome": "answered"}, source=1) for firm in ALONE
    ]
    for firm, what in ((BUYERS[0], "Svarvad axel i stål"), (BUYERS[1], "Svarvad bussning i stål")):
        part: dict[str, Value] = {"description": what, "origin_country": "CN", "value_sek": 900_000,
                                  "capabilities": ("turning",)}  # fmt: skip
        claims.append(Claim(firm, "ImportedPart", "hemligt-nr", part, source=1))
    publish(made, [OPEN, CLOSED], claims)
    yield made
    made.close()


def told(store: SqliteStore, viewer: Viewer = MEMBERS, since: Moment | None = None) -> Story:
    return story(store, viewer, DAY, since)


def test_who_stands_alone_is_a_number_and_who_wants_to_meet_others_has_a_name(store: SqliteStore) -> None:
    found = told(store)
    assert (found.looked_at, found.no_partner) == (14, 4)
    assert found.not_asked is None  # two
    assert found.seekers == ()
    choose(store, ALONE[1], Choice.OPEN, MEETINGS)
    choose(store, SELLERS[0], Choice.OPEN)  # all of it, but not to be told of at meetings
    assert [each.company_id for each in told(store).seekers] == [ALONE[1]]
    assert [each.company_id for each in told(store, PUBLIC).seekers] == [ALONE[1]]


def test_two_that_stand_alone_are_not_counted(store: SqliteStore) -> None:
    for firm in ALONE[:2]:
        mark(store, firm)
    assert told(store).no_partner is None
    assert told(store).looked_at == 12


def mark(store: SqliteStore, firm: str) -> None:
    """Marks the firm sensitive, by hand."""
    decide(store, "correct", [firm], kind=Company, name="sensitive", value=True)


def test_a_sensitive_firm_that_wants_to_meet_others_is_not_named(store: SqliteStore) -> None:
    for firm in ALONE[:2]:
        choose(store, firm, Choice.OPEN, MEETINGS)
    mark(store, ALONE[0])
    assert [each.company_id for each in told(store).seekers] == [ALONE[1]]
    assert [each.company_id for each in told(store, Viewer(Level.MANAGER)).seekers] == [ALONE[1]]


def test_a_part_is_told_of_where_its_buyer_has_opened_it(store: SqliteStore) -> None:
    assert told(store).parts == ()
    choose(store, BUYERS[1], Choice.OPEN, Fact("ImportedPart", "hemligt-nr"))
    (part,) = told(store, PUBLIC).parts
    assert (part.buyer.company_id, part.part.description, part.part.value_sek) == (
        BUYERS[1], "Svarvad bussning i stål", None,
    )  # fmt: skip
    assert "hemligt" not in part.part.part_id
    assert part.found == 4
    assert {each.company_id for each in part.makers} <= {*SELLERS}
    assert part.import_km
    assert 15_000 < part.import_km < 25_000  # by sea from China


def test_pairs_are_of_those_who_want_to_and_have_not_met(store: SqliteStore) -> None:
    choose(store, BUYERS[0], Choice.OPEN, Fact("ImportedPart", "hemligt-nr"))
    for firm in (*SELLERS[:3], BUYERS[0]):
        choose(store, firm, Choice.OPEN, MEETINGS)
    pairs = {frozenset((each.company_id, each.other_id)) for each in told(store).pairs}
    assert pairs == {frozenset((SELLERS[1], BUYERS[0])), frozenset((SELLERS[2], BUYERS[0]))}  # the first trade already
    decide(store, "not_introduced", [SELLERS[1], BUYERS[0]])
    publish(store, [CLOSED], [Claim(SELLERS[2], "Introduction", "i", {"other_id": BUYERS[0], "outcome": "none"})])
    assert told(store).pairs == ()


def test_an_introduction_is_told_of_where_both_have_said_so(store: SqliteStore) -> None:
    publish(store, [CLOSED], [Claim(ALONE[0], "Introduction", "i", {"other_id": ALONE[1], "outcome": "met"})])
    choose(store, ALONE[0], Choice.OPEN, MEETINGS)
    assert told(store).introductions == ()
    choose(store, ALONE[1], Choice.OPEN, MEETINGS)
    assert [each.outcome for each in told(store).introductions] == ["met"]


def test_changes_are_counted_from_three_firms_and_named_as_far_as_they_may_be(store: SqliteStore) -> None:
    name_snapshot(store, "Vårmötet")
    new = [f"org:409911{number:04d}" for number in range(3)]
    claims = [Claim(firm, "Company", "", {"name": f"Ny {firm[-1]} AB", "municipality": "1881"}) for firm in new]
    claims += [Claim(firm, "Certificate", "ISO 9001", {"valid_until": "2029-01-01"}) for firm in SELLERS[:2]]
    claims.append(Claim(new[2], "Company", "", {"name": "Ny 2 AB", "municipality": "1881"}, source=1))
    hidden = Claim("org:4099220001", "Company", "", {"name": "Dold AB", "municipality": "1881"}, source=1)
    publish(store, [OPEN, CLOSED], [*claims, hidden])
    (since,) = (each for each in moments(store.snapshot(Load, Decision, SnapshotName)) if each.kind == "named")
    found = told(store, MEMBERS, since).since
    assert found is not None
    assert found.counted == {"new_firm": 4}  # two certificates are too few
    assert [each.company_id for each in found.shown.events["new_firm"]] == new
    assert [each.company_id for each in found.shown.events["certificate_gained"]] == SELLERS[:2]
    choose(store, new[0], Choice.HIDDEN)
    again = told(store, MEMBERS, since).since
    assert again is not None
    assert [each.company_id for each in again.shown.events["new_firm"]] == new[1:]
    assert "new_trade" not in again.shown.events


def test_nothing_is_told_of_an_empty_region(tmp_path: Path) -> None:
    empty = SqliteStore(tmp_path / "empty.sqlite")
    found = told(empty)
    assert (found.parts, found.seekers, found.pairs, found.looked_at, found.no_partner) == ((), (), (), 0, None)
    empty.close()

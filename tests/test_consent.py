"""What a firm decides of its own facts, and what its own people see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.audience import Viewer, may_see, view, view_at
from graph.consent import MEETINGS, OPENS, Choice, Consents, Fact, choose
from graph.errors import NotAllowed, UserMistake
from graph.ledger import decide, publish, retract
from graph.model import (
    REGION_KINDS,
    Certificate,
    Claim,
    Company,
    Contact,
    Decision,
    ImportedPart,
    Interview,
    Introduction,
    Level,
    Offer,
    Source,
    Trade,
    least_audiences,
)
from graph.own_view import with_own
from graph.provenance import provenance, seen_by
from graph.stores.sqlite import SqliteStore

A, B, C = "org:4000000001", "org:4000000002", "org:4000000003"
NAMES = {A: "A", B: "B", C: "C"}
PUBLIC, MEMBERS, MANAGER = (Viewer(level) for level in Level)
OF_A = Viewer(Level.MEMBERS, A)
TURNING = Fact("Offer", "turning")
OPEN_LIST = Source("members", "network", Level.PUBLIC, file="Hemlig kund.xlsx", sheet="Till Saab")
CLOSED_LIST = Source("ledger", "network", Level.MANAGER)
BY_A = Source("ledger", A, Level.MANAGER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "region.sqlite")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _region(store: SqliteStore) -> None:
    """Three firms: A tells of itself, the manager knows more, and A's own ledger knows whom it buys from."""
    publish(
        store,
        [OPEN_LIST, CLOSED_LIST, BY_A],
        [
            *(Claim(firm, "Company", "", {"name": f"{name} AB", "employees": 9}) for firm, name in NAMES.items()),
            Claim(A, "Offer", "turning", {"tolerance": "IT7", "free_capacity_percent": 40}),
            Claim(A, "Offer", "bending", {"tolerance": "IT8"}),
            Claim(A, "Certificate", "ISO 9001", {"valid_until": "2027-01-01"}),
            Claim(A, "Offer", "annealing", {"tolerance": "IT9"}, source=1),
            Claim(A, "Contact", "kim", {"name": "Kim Ek", "email": "kim@a.example"}, source=1),
            Claim(A, "ImportedPart", "p1", {"description": "Axel", "supplier": "Far Ltd", "value_sek": 71}, source=1),
            Claim(A, "Interview", "i1", {"notes": "ledningens anteckning"}, source=1),
            Claim(B, "Trade", "t1", {"buyer_id": A, "what": "gjutgods", "value_sek": 500}, source=2),
            Claim(C, "Trade", "t2", {"buyer_id": A, "what": "lack", "value_sek": 300}, source=1),
        ],
    )  # fmt: skip


def offers(store: SqliteStore, viewer: Viewer, company: str = A) -> set[str | None]:
    return {each.capability for each in view(store, viewer).of(Offer) if each.company_id == company}


def seen(store: SqliteStore, viewer: Viewer) -> str:
    snapshot = view(store, viewer)
    return repr([snapshot.of(kind) for kind in REGION_KINDS])


def test_each_choice_is_kept_to_and_can_be_taken_back(store: SqliteStore) -> None:
    assert offers(store, PUBLIC) == {"turning", "bending"}
    hidden = choose(store, A, Choice.HIDDEN, TURNING, by="Kim", on="2026-11-20")
    through = choose(store, A, Choice.THROUGH_MANAGER, Fact("Certificate", "ISO 9001"))
    opened = choose(store, A, Choice.OPEN, Fact("Offer", "annealing"))
    for viewer in (PUBLIC, MEMBERS):
        assert offers(store, viewer) == {"bending", "annealing"}
        assert view(store, viewer).of(Certificate) == []
    assert offers(store, MANAGER) == {"turning", "bending", "annealing"}
    (kept,) = [each for each in store.snapshot(Decision).of(Decision) if each.decision_id == hidden]
    assert (kept.decided_by, kept.decided_on, kept.subjects) == ("Kim", "2026-11-20", (A,))
    for each in (hidden, through, opened):
        retract(store, each)
    assert offers(store, PUBLIC) == {"turning", "bending"}
    assert len(view(store, PUBLIC).of(Certificate)) == 1


def test_the_nearest_word_counts_and_of_two_the_newest(store: SqliteStore) -> None:
    choose(store, A, Choice.HIDDEN)
    assert A not in seen(store, MEMBERS)
    choose(store, A, Choice.OPEN, Fact("Company"))
    choose(store, A, Choice.OPEN, TURNING)
    choose(store, A, Choice.HIDDEN, Fact("Company", "", "employees"))
    assert view(store, PUBLIC).of(Company)[0] == Company(A, name="A AB")
    assert offers(store, PUBLIC) == {"turning"}
    choose(store, A, Choice.HIDDEN, TURNING)
    assert offers(store, PUBLIC) == set()


def test_all_open_opens_neither_persons_nor_parts_nor_trades(store: SqliteStore) -> None:
    choose(store, A, Choice.OPEN)
    assert offers(store, PUBLIC) == {"turning", "bending", "annealing"}
    shown = view(store, PUBLIC)
    assert [len(shown.of(kind)) for kind in (Contact, ImportedPart, Interview, Trade)] == [0, 0, 0, 0]


def test_a_part_opens_without_its_supplier_and_value(store: SqliteStore) -> None:
    choose(store, A, Choice.OPEN, Fact("ImportedPart", "p1"))
    (part,) = view(store, PUBLIC).of(ImportedPart)
    assert (part.description, part.supplier, part.value_sek) == ("Axel", None, None)


def test_a_trade_opens_where_both_firms_say_so_and_never_its_value(store: SqliteStore) -> None:
    choose(store, A, Choice.OPEN, Fact("Trade", B))
    assert view(store, PUBLIC).of(Trade) == []
    told = choose(store, B, Choice.OPEN, Fact("Trade", A))
    (trade,) = view(store, PUBLIC).of(Trade)
    assert (trade.seller_id, trade.buyer_id, trade.what, trade.value_sek) == (B, A, "gjutgods", None)
    retract(store, told)
    assert view(store, PUBLIC).of(Trade) == []


def test_no_consent_opens_what_is_sensitive(store: SqliteStore) -> None:
    choose(store, A, Choice.OPEN)
    choose(store, A, Choice.OPEN, TURNING)
    decide(store, "correct", [A], kind=Company, name="sensitive", value=True)
    for viewer in (PUBLIC, MEMBERS):
        assert A not in seen(store, viewer)


def test_an_introduction_is_told_of_only_where_both_let_it(store: SqliteStore) -> None:
    told = {
        "other_id": B,
        "introduced_on": "2026-03-01",
        "outcome": "met",
        "introduced_by": "Eva",
        "reason": "svarvning",
    }
    publish(store, [CLOSED_LIST], [Claim(A, "Introduction", "i1", told)])
    for firm in (A, B):
        assert view(store, MEMBERS).of(Introduction) == []
        choose(store, firm, Choice.OPEN, MEETINGS)
    (shown,) = view(store, PUBLIC).of(Introduction)
    assert (shown.company_id, shown.other_id, shown.introduced_on, shown.outcome) == (A, B, "2026-03-01", "met")
    assert (shown.introduced_by, shown.reason) == (None, None)
    assert [each.buyer_id for each in view(store, PUBLIC).of(Trade)] == []
    choose(store, B, Choice.HIDDEN, MEETINGS)
    assert view(store, MEMBERS).of(Introduction) == []


def test_a_word_on_all_of_the_firm_takes_it_to_no_meeting(store: SqliteStore) -> None:
    publish(store, [CLOSED_LIST], [Claim(A, "Introduction", "i1", {"other_id": B})])
    for firm in (A, B):
        choose(store, firm, Choice.OPEN)
    assert view(store, MEMBERS).of(Introduction) == []


def test_of_an_earlier_moment_only_what_may_be_seen_today_is_told(store: SqliteStore) -> None:
    then = store.revision()
    publish(store, [OPEN_LIST], [Claim(B, "Offer", "annealing", {"tolerance": "IT6"})])
    assert {each.capability for each in view_at(store, MEMBERS, then).of(Offer)} == {"turning", "bending"}
    choose(store, A, Choice.HIDDEN, TURNING)
    assert {each.capability for each in view_at(store, MEMBERS, then).of(Offer)} == {"bending"}
    assert {each.capability for each in view(store, MEMBERS).of(Offer)} == {"bending", "annealing"}
    assert {e.capability for e in view_at(store, MANAGER, then).of(Offer)} == {"turning", "bending", "annealing"}
    with pytest.raises(NotAllowed):
        view_at(store, OF_A, then)


def test_a_natural_person_is_named_by_that_persons_own_word_alone(store: SqliteStore) -> None:
    publish(store, [OPEN_LIST], [Claim("person:ab12", "Company", "", {"name": "Kim Ek", "employees": 1})])
    choose(store, "person:ab12", Choice.OPEN)
    assert "Kim Ek" not in seen(store, MEMBERS)
    choose(store, "person:ab12", Choice.OPEN, Fact("Company", "", "name"))
    assert "Kim Ek" in seen(store, PUBLIC)


def test_a_choice_follows_the_firm_through_a_merger(store: SqliteStore) -> None:
    choose(store, B, Choice.HIDDEN)
    decide(store, "same", [A, B])
    assert offers(store, PUBLIC) == set()


@pytest.mark.parametrize(
    "fact", [Fact("Interview", "i1"), Fact("Company", "", "sensitive"), Fact("Trade", B, "value_sek")]
)
def test_what_is_no_firms_to_decide_is_refused(store: SqliteStore, fact: Fact) -> None:
    with pytest.raises(UserMistake):
        choose(store, A, Choice.OPEN, fact)


def test_what_opens_is_listed_and_nothing_else_can() -> None:
    for kind, names in OPENS.items():
        assert names <= least_audiences(kind).keys()
        assert not names & {"value_sek", "mass_kg", "supplier", "part_number", "sensitive", "no_mailings", "contracts"}


# -- a company about itself ------------------------------------------------------------------------------------------


def test_its_own_people_see_their_firm_whole_and_of_others_what_members_see(store: SqliteStore) -> None:
    choose(store, A, Choice.HIDDEN)
    mine, members = view(store, OF_A), view(store, MEMBERS)
    assert offers(store, OF_A) == {"turning", "bending", "annealing"}
    assert [each.email for each in mine.of(Contact)] == ["kim@a.example"]
    assert [each.value_sek for each in mine.of(ImportedPart)] == [71]
    assert A not in {each.company_id for each in members.of(Company)}
    others = [each for each in mine.of(Company) if each.company_id != A]
    assert others == list(members.of(Company))


def test_of_its_trades_it_sees_those_it_has_told_itself(store: SqliteStore) -> None:
    assert [each.what for each in view(store, OF_A).of(Trade)] == ["gjutgods"]


def test_the_managers_own_work_on_the_firm_is_not_shown_to_it(store: SqliteStore) -> None:
    assert view(store, OF_A).of(Interview) == []
    assert "ledningens" not in seen(store, OF_A)


def test_a_firm_that_was_merged_is_still_its_own(store: SqliteStore) -> None:
    decide(store, "same", [A, C])
    assert offers(store, Viewer(Level.MEMBERS, C), A) == {"turning", "bending", "annealing"}


def test_the_same_is_laid_over_the_members_region_as_is_resolved_alone(store: SqliteStore) -> None:
    laid = with_own(store, view(store, MEMBERS), OF_A)
    alone = seen_by(provenance(store, A), OF_A)
    assert [each for each in laid.of(Offer) if each.company_id == A] == alone[Offer]


def test_files_and_sheets_are_the_managers(store: SqliteStore) -> None:
    from graph.audience import visible
    from graph.ledger import said

    for viewer in (PUBLIC, MEMBERS, OF_A):
        found = list(visible(said(store), viewer))
        assert found
        assert not any(each.voice.source.file or each.voice.source.sheet for each in found)
    assert "Till Saab" in repr(list(visible(said(store), MANAGER)))


def test_some_results_are_a_firms_own() -> None:
    assert may_see(OF_A, "ledger", A)
    assert not may_see(OF_A, "ledger", B)
    assert not may_see(OF_A, "ledger")
    assert not may_see(OF_A, "isolation", A)


def test_nothing_is_decided_where_nobody_has_said_anything() -> None:
    assert not Consents.of([], {})

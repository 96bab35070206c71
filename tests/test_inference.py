"""What the program concludes a firm can make: on which grounds, for whom to see, and when it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.audience import Viewer, view
from graph.ledger import publish, withdraw
from graph.model import Alias, Claim, Company, Level, Offer, Source
from graph.provenance import account_of
from graph.store import Store
from ingest.by_hand import Desk, save
from ingest.inference import inferred
from ingest.pipeline import load_files

FIRM = "org:4099000012"
MANAGER = Viewer(Level.MANAGER)
MEMBERS = Source("member_sheet", "network", Level.MEMBERS)


def concluded(**fields: str) -> dict[str, tuple[str, ...]]:
    """Processes concluded of a firm with these fields, and on what grounds."""
    claim = Claim(FIRM, "Company", "", {"name": "Ek AB", **fields}, 7)
    return {each.item: each.fields["inferred_from"] for each in inferred([claim])}  # type: ignore[misc]


def test_of_a_trade_what_at_least_half_its_firms_do() -> None:
    assert concluded(sni="25530", sni_version="2025") == dict.fromkeys(
        ("turning", "milling_3", "drilling"), ("sni:25530",)
    )
    assert concluded(sni="16.24", sni_version="2007") == {"wood_packaging": ("sni:16.24",)}


@pytest.mark.parametrize(
    "fields",
    [
        {"sni": "25.62"},  # machining in 2007, locks in 2025
        {"sni": "25530", "sni_version": "2025", "sector": "staffing"},
        {"sni": "25530", "sni_version": "2025", "ended_on": "2021-06-30"},
        {"business": "Handel med svarvar och verktyg. Äga och förvalta aktier."},
        {"business": "Konsultverksamhet inom svetsning"},
        {"business": "Städning, frisörverksamhet och restaurang"},
        {"business": "Elinstallationer och service"},
        {},
    ],
)
def test_weak_grounds_conclude_nothing(fields: dict[str, str]) -> None:
    assert concluded(**fields) == {}


@pytest.mark.parametrize(
    ("business", "process", "word"),
    [
        ("Bolaget ska bedriva legosvarvning samt därmed förenlig verksamhet.", "turning", "legosvarvning"),
        ("Mekanisk verkstad, svetsning och smide", "mig_mag", "svetsning"),
        ("Försäljning och tillverkning av gummidetaljer", "rubber", "gummidetaljer"),
        ("The company's business is powder coating of steel parts", "powder_coating", "powder coating"),
        ("Tillverkning av möbler och inredningar", "furniture", "möbler"),
    ],
)
def test_a_description_that_names_a_process_or_says_what_is_made(business: str, process: str, word: str) -> None:
    assert concluded(business=business)[process] == (f"business:{word}",)


def test_what_is_sold_speaks_for_the_seller_but_a_tenders_title_does_not() -> None:
    sale = Claim(FIRM, "Trade", "t", {"buyer_id": "org:4099000020", "what": "CNC-svarvning"}, 3)
    (found,) = (each for each in inferred([sale]) if each.item == "turning")
    assert (found.subject, found.row, found.fields["inferred_from"]) == (FIRM, 3, ("sells:svarvning",))
    tender = Claim(FIRM, "Trade", "t", {"buyer_id": "org:4099000020", "what": "CNC-svarvning", "code": "CPV 42610000"})
    assert list(inferred([tender])) == []


def test_a_row_that_states_a_process_is_not_told_again() -> None:
    company = Claim(FIRM, "Company", "", {"sni": "16.24", "sni_version": "2007"})
    stated = Claim(FIRM, "Offer", "wood_packaging", {"capability": "wood_packaging"})
    assert list(inferred([company, stated])) == []


LIST = "Org.nr;Företag;SNI;SNI-version;Verksamhet\n409900-0012;Ek AB;25530;2025;Legosvarvning\n"
STATED = Claim(FIRM, "Offer", "bending", {"capability": "bending"})


def offers(store: Store) -> dict[str, str | None]:
    return {each.capability or "": each.evidence for each in store.snapshot(Offer).of(Offer)}


def loaded(store: Store, folder: Path) -> None:
    path = folder / "register.csv"
    path.write_text(LIST, encoding="utf-8")
    report = load_files(store, [path], on="2026-01-01")
    assert report.outcomes["accepted"] == report.read == 1
    again = load_files(store, [path], on="2026-01-02")
    assert (again.load_id, again.outcomes["unchanged"]) == (None, 1)


def test_it_counts_until_a_list_says_what_the_firm_makes(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path)
    concluded_of_it = dict.fromkeys(("turning", "milling_3", "drilling"), "inferred")
    assert offers(store) == concluded_of_it
    told = publish(store, [MEMBERS], [STATED], on="2026-02-01")
    assert offers(store) == {"bending": "stated"}
    assert told.load_id
    withdraw(store, told.load_id)
    assert offers(store) == concluded_of_it
    assert store.check() == []


def test_an_offer_that_is_told_rests_on_no_conclusion(store: Store, tmp_path: Path) -> None:
    loaded(store, tmp_path)
    turning = Claim(FIRM, "Offer", "turning", {"capability": "turning", "tolerance": "IT7"})
    publish(store, [MEMBERS], [turning], on="2026-02-01")
    (offer,) = store.snapshot(Offer).of(Offer)
    assert (offer.evidence, offer.inferred_from, offer.tolerance) == ("stated", (), "IT7")
    assert store.check() == []


def test_members_see_it_once_a_person_has_confirmed_it(tmp_path: Path) -> None:
    from graph.store import open_store

    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    loaded(store, tmp_path)
    member = Viewer(Level.MEMBERS)
    assert list(view(store, member).of(Offer)) == []
    account = account_of(store, Offer, f"{FIRM}/turning")
    other = account_of(store, Offer, f"{FIRM}/drilling")
    assert account is not None
    assert other is not None
    desk = Desk(store, store.snapshot(Company, Alias), on="2026-03-01")
    for draft in (desk.confirm(account), desk.close([other])):
        assert save(store, MANAGER, draft, started=store.revision(), on="2026-03-01").load_id
    assert offers(store) == {"turning": "verified", "milling_3": "inferred"}
    (seen,) = view(store, member).of(Offer)
    assert (seen.capability, seen.evidence, seen.inferred_from) == ("turning", "verified", ())
    store.close()

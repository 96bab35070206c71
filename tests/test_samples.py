"""The sample member sheet and supplier ledger, loaded as their users would; every value was worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import UserMistake
from graph.model import Certificate, Company, Offer, Trade, Workplace
from ingest.pipeline import load_files
from tests.regions import opened, own_data, records, run

__all__ = ["own_data"]

FIRM = "org:4099000012"


@pytest.fixture
def members(shared_folder: Path) -> Path:
    return shared_folder / "samples" / "foretag_upplagg_sample.csv"


@pytest.fixture
def ledger_file(shared_folder: Path) -> Path:
    return shared_folder / "samples" / "leverantorsreskontra_sample.csv"


def test_the_member_sheet(members: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        report = load_files(store, [members], on="2026-10-01")
        found = records(store)
    assert (report.read, report.outcomes["accepted"]) == (1, 1)
    assert [each for each in report.problems if each.severity != "info"] == []
    (firm,) = found[Company]
    assert isinstance(firm, Company)
    assert (firm.company_id, firm.name, firm.employees, firm.sni) == (FIRM, "Åtorps Mekaniska Exempel AB", 18, "25530")
    assert (firm.locality, firm.municipality) == ("Åtorp", "1862")  # Degerfors
    (site,) = found[Workplace]
    assert isinstance(site, Workplace)
    assert site.postcode in ("69370", "693 70")
    assert site.latitude == pytest.approx(59.1, abs=0.05)
    offers = {each.capability: each for each in found[Offer] if isinstance(each, Offer)}
    assert set(offers) == {"turning", "milling_5", "grinding"}
    for offer in offers.values():
        assert offer.materials == ("stainless", "steel")
        assert (offer.max_length_mm, offer.tolerance, offer.batch_min, offer.batch_max) == (1200, "ISO 2768-f", 1, 5000)
        assert (offer.evidence, offer.stated_on) == ("stated", "2026-10-01")
    assert {each.standard for each in found[Certificate] if isinstance(each, Certificate)} == {"ISO 9001", "ISO 14001"}


def test_the_ledger_without_its_owner_gives_companies_alone_and_says_so(ledger_file: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        report = load_files(store, [ledger_file])
        found = records(store)
    assert (report.read, report.outcomes["accepted"]) == (2, 2)
    assert "ledger_owner_unknown" in {each.code for each in report.problems}
    assert found[Trade] == []
    assert {each.name for each in found[Company] if isinstance(each, Company)} == {
        "Åtorps Mekaniska Exempel AB", "Ningbo Example Casting Co",
    }  # fmt: skip


@pytest.mark.parametrize("owner", ["409900-0020", "4099000020", "SE409900002001"])
def test_the_ledger_of_an_owner(ledger_file: Path, tmp_path: Path, owner: str) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        report = load_files(store, [ledger_file], owner=owner)
        trades = store.snapshot(Trade).of(Trade)
        companies = {each.company_id: each for each in store.snapshot(Company).of(Company)}
    assert "ledger_owner_unknown" not in {each.code for each in report.problems}
    assert {each.buyer_id for each in trades} == {"org:4099000020"}
    sold = {companies[each.seller_id or ""].name: each for each in trades}
    own, abroad = sold["Åtorps Mekaniska Exempel AB"], sold["Ningbo Example Casting Co"]
    assert (own.seller_id, own.value_sek, own.contracts) == (FIRM, 1_234_568, 14)  # 1 234 567,50 in whole kronor
    assert (abroad.value_sek, abroad.contracts) == (482_000, 3)
    assert companies[abroad.seller_id or ""].country == "CN"


def test_the_owner_may_be_a_name(ledger_file: Path, members: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [ledger_file], owner="Köparens Exempel AB")
        buyers = {each.buyer_id for each in store.snapshot(Trade).of(Trade)}
        names = {each.company_id: each.name for each in store.snapshot(Company).of(Company)}
        assert [names[each or ""] for each in buyers] == ["Köparens Exempel AB"]
        with pytest.raises(UserMistake, match="bad_owner"):
            load_files(store, [ledger_file], owner=" ")


def test_both_are_one_firm_and_an_answer(members: Path, ledger_file: Path, tmp_path: Path) -> None:
    """The ledger's few words about the firm take nothing away from the member sheet's."""
    address = f"sqlite:{tmp_path / 'r.sqlite'}"
    assert run("--store", address, "load", members).code == 0
    with opened(address) as store:
        before = store.snapshot(Offer, Certificate)
    assert run("--store", address, "load", ledger_file, "--owner", "409900-0020", "--json").json["rejected"] == 0
    with opened(address) as store:
        after = store.snapshot(Offer, Certificate, Company)
    assert list(after.of(Offer)) == list(before.of(Offer))
    assert list(after.of(Certificate)) == list(before.of(Certificate))
    assert next(each for each in after.of(Company) if each.company_id == FIRM).employees == 18
    found = run("--store", address, "replace", "--process", "turning", "--near", "Karlskoga", "--json").json
    assert [each["company_id"] for each in found["results"]] == [FIRM]
    again = run("--store", address, "load", ledger_file, "--owner", "409900-0020", "--json").json
    assert (again["load_id"], again["unchanged"]) == (None, 2)

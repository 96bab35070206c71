"""The real register of public contracts, loaded whole: no row lost, nobody's number kept, undone without a trace.

What is expected is counted from the workbook itself, by its headings alone. The file is no part of this repository.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from benchmarks.names import DAMAGES, DRAWN, damaged_among, register_names, taken_for_each_other
from graph import ledger
from graph.audience import Viewer, view
from graph.model import REGION_KINDS, Company, Level, Trade
from graph.names import name_key
from graph.store import Store
from ingest.pipeline import LoadReport, load_files
from tests.conftest import Neo4jAddress
from tests.regions import opened, own_data, records

__all__ = ["own_data"]

ROWS = 23_187
BAD_NUMBERS = {"org_number_check_digit": 64, "org_number_length": 8, "org_number_personal_form": 3}


@dataclass(frozen=True)
class Real:
    """The register as the file has it, and the store it was loaded into."""

    file: Path
    rows: list[dict[str, str]]
    store: Store
    report: LoadReport


@pytest.fixture(scope="module")
def real(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    file = shared_folder / "real" / "upphandling_2021_kontrakterade_anbud.xlsx"
    headings, *rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    named = [dict(zip(map(str, headings), map(text_of, row), strict=True)) for row in rows]
    folder = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NARVERK_SECRET", "the same on both stores")
        with opened(folder / "r.sqlite") as store:
            yield Real(file, named, store, load_files(store, [file], on="2026-10-01"))


@pytest.fixture(autouse=True)
def same_secret(own_data: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_SECRET", "the same on both stores")


def text_of(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def test_every_row_is_a_trade(real: Real) -> None:
    assert len(real.rows) == ROWS
    assert real.report.read == sum(real.report.outcomes.values()) == ROWS
    assert (real.report.outcomes["rejected"], real.report.outcomes["unchanged"]) == (0, 0)
    trades = real.store.snapshot(Trade).of(Trade)
    assert len(trades) == real.report.counts["Trade"] == ROWS
    heading = next(each for each in real.rows[0] if each.startswith("Antal kontrakterade anbud"))
    assert sum(each.contracts or 0 for each in trades) == sum(int(row[heading]) for row in real.rows) == 23_778
    assert Counter(each.year for each in trades) == Counter(int(row["År"]) for row in real.rows)
    codes = Counter(each.code for each in trades)
    assert codes == Counter(f"CPV {row['Huvudsaklig CPV-kod'][:8]}" for row in real.rows)


def test_buyers_keep_their_number_or_lose_it_with_a_word(real: Real) -> None:
    found = Counter(each.code for each in real.report.problems)
    assert found == BAD_NUMBERS
    assert {each.column for each in real.report.problems} == {"Organisationsnummer för köpare"}
    companies = {each.company_id: each for each in real.store.snapshot(Company).of(Company)}
    trades = Counter(each.buyer_id for each in real.store.snapshot(Trade).of(Trade))
    numbered = sum(count for company_id, count in trades.items() if str(company_id).startswith("org:"))
    assert numbered >= ROWS - sum(BAD_NUMBERS.values())
    written = {re.sub(r"\D", "", row["Organisationsnummer för köpare"])[-10:] for row in real.rows}
    org = {each.removeprefix("org:") for each in companies if each.startswith("org:")}
    assert org <= written
    assert len(org) > 800
    for problem in real.report.problems:
        buyer = real.rows[problem.row - 2]["Namn för köpare"]
        assert any(each.name and name_key(each.name) == name_key(buyer) for each in companies.values())


def persons(real: Real) -> set[str]:
    """Names of natural persons that no legal person in the file bears."""
    names = {
        name_key(row["Namn för leverantör"])
        for row in real.rows
        if row["Juridisk form för leverantör"] == "Fysiska personer"
    }
    others = {
        name_key(row["Namn för leverantör"])
        for row in real.rows
        if row["Juridisk form för leverantör"] != "Fysiska personer"
    }
    others |= {name_key(row["Namn för köpare"]) for row in real.rows}
    return {each for each in names - others if each} - {"personuppgift", "personuppgifter"}


def test_natural_persons_are_keyed_and_their_names_the_managers_alone(real: Real) -> None:
    names = persons(real)
    assert len(names) > 150
    manager = real.store.snapshot(Company).of(Company)
    keyed = [each for each in manager if each.company_id.startswith("person:")]
    assert names <= {name_key(each.name) for each in keyed if each.name}
    assert not [each for each in manager if each.name and name_key(each.name) in names and each not in keyed]
    for level in (Level.PUBLIC, Level.MEMBERS):
        seen = view(real.store, Viewer(level))
        companies = seen.of(Company)
        assert not [each for each in companies if each.company_id.startswith("person:") and each.name]
        said = {name_key(value) for kind in REGION_KINDS for each in seen.of(kind) for value in texts_in(each)}
        assert not said & names
        assert len(companies) > 9_000
        assert len(seen.of(Trade)) == 0


def texts_in(record: object) -> Iterator[str]:
    for name in record.__slots__:  # type: ignore[attr-defined]
        value = getattr(record, name)
        if isinstance(value, str):
            yield value


def test_no_personal_number_is_in_any_byte(real: Real) -> None:
    """The three numbers of a person's form, looked for in the files as they lie and in every claim unpacked."""
    written = (re.sub(r"\D", "", row["Organisationsnummer för köpare"]) for row in real.rows)
    forms = {each[-10:] for each in written if len(each) >= 10 and int(each[-8]) < 2}
    assert len(forms) in (1, 2, 3)
    wanted = [said for each in forms for said in (each, f"{each[:6]}-{each[6:]}")]
    files = [path for path in Path(real.store.address.removeprefix("sqlite:")).parent.iterdir() if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        assert not [each for each in wanted if each.encode() in content], path.name
    for each in ledger.said(real.store):
        claim = repr(each.claim)
        assert not [number for number in wanted if number in claim]
    assert not [each for each in real.report.problems if any(number in repr(each) for number in wanted)]


def test_the_same_again_changes_nothing(real: Real) -> None:
    before = real.store.revision()
    again = load_files(real.store, [real.file], on="2027-01-01")
    assert (again.load_id, again.outcomes["accepted"], again.outcomes["unchanged"]) == (
        None, 0, real.report.outcomes["accepted"],
    )  # fmt: skip
    assert not again.difference
    assert real.store.revision() == before


def test_undo_leaves_the_region_as_never_loaded(real: Real, tmp_path: Path) -> None:
    from graph.transfer import copy_region

    list_ = tmp_path / "egna.csv"
    list_.write_text("Org.nr;Företag;Ort\n2321000214;Region Värmland;Karlstad\n", encoding="utf-8")
    with opened(tmp_path / "never.sqlite") as never, opened(tmp_path / "undone.sqlite") as undone:
        load_files(never, [list_], on="2026-10-02")
        copy_region(real.store, undone)
        load_files(undone, [list_], on="2026-10-02")
        ledger.withdraw(undone, real.report.load_id)
        assert records(undone) == records(never)
        ledger.withdraw(undone)
        assert {kind for kind, count in undone.counts().items() if count} == {"Capability"}


def test_the_same_whole_on_neo4j(real: Real, neo4j_credentials: Neo4jAddress) -> None:
    from graph.stores.neo4j import Neo4jStore

    with opened(f"{neo4j_credentials.uri}?namespace=test_{uuid4().hex}") as store:
        assert isinstance(store, Neo4jStore)
        try:
            report = load_files(store, [real.file], on="2026-10-01")
            assert (report.outcomes, report.counts) == (real.report.outcomes, real.report.counts)
            assert report.doubts == real.report.doubts
            assert records(store) == records(real.store)
        finally:
            store.drop()


def test_no_firm_of_the_register_is_taken_for_another_but_one_that_is_there_twice(real: Real) -> None:
    names = register_names(real.file)
    assert len(names) > 9000
    assert {frozenset(each) for each in taken_for_each_other(names)} == {
        frozenset({"NÅIDEN BYGG AKTIEBOLAG", "Nåidenbygg AB"})
    }


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_name_is_not_taken_for_another_firms(real: Real, kind: str) -> None:
    found = damaged_among(register_names(real.file), kind)
    assert found.total() == DRAWN
    assert found["wrong"] <= 1  # a cell with seven firms in it, cut off after the first
    assert found["merged"] > 250

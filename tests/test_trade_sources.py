"""The lists of trade and import: open ledgers, customs, Intrastat; every value worked out by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from graph.audience import Viewer, view
from graph.model import Company, ImportedPart, Level, Trade
from graph.taxonomy import taxonomy
from ingest.identity import person_subject
from ingest.inference import inferred
from ingest.pipeline import load_files
from ingest.sources import source_of
from ingest.sources.common import RowResult
from ingest.tables import Table, read_tables
from tests.conftest import ROOT
from tests.regions import opened, own_data
from tests.test_sources import CONTEXT, OWNER, SECRET, codes, read, rows, said

__all__ = ["own_data"]

COLUMNS = (
    "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum,forvaltning,"
    "fakturanummer,grund,avtal,kommun_id,s_kod_nr"
)
BUYER = "org:4099000053"
OWNED = replace(CONTEXT, owner=OWNER, goods_name=taxonomy().goods_name)


def posting(
    voucher: str,
    supplier: str,
    number: str,
    amount: str,
    *,
    account: str = "Livsmedel",
    day: str = "2025-03-14",
) -> str:
    buyer = "4099000053,Exempelköpings kommun"
    return f'{buyer},{voucher},"{supplier}",{number},5010,"{account}",{amount},{day},Teknik,7,,,1880,'


def ledger(*postings: str) -> str:
    return "\n".join((COLUMNS, *postings)) + "\n"


PURCHASES = (
    posting("1001", "Exempelgrossisten AB", "409900-0020", "1000.40"),
    posting("1001", "Exempelgrossisten AB", "409900-0020", "500.40", account="Frakt"),
    posting("1002", "Exempelgrossisten AB", "4099000020", "-250.00"),
    posting("1003", "Åtorps Mekaniska Exempel AB", "165409900", "80"),
    posting("1001", "Exempelplåt AB", "409900-0012", "10"),
)


def read_text(tmp_path: Path, text: str, context: object = CONTEXT, encoding: str = "utf-8") -> list[RowResult]:
    path = tmp_path / "lista.csv"
    path.write_bytes(text.encode(encoding))
    (table,) = read_tables(path)
    return read(table, context)  # type: ignore[arg-type]


def trades(results: list[RowResult]) -> dict[tuple[str, str], tuple[object, ...]]:
    """Value, year and what of each trade."""
    return {
        (each.subject, each.item): tuple(each.fields.get(name) for name in ("value_sek", "year", "what"))
        for each in said(results, "Trade")
    }


# -- the open ledger -------------------------------------------------------------------------------------------------


def test_a_purchase_is_the_sum_of_its_postings(tmp_path: Path) -> None:
    found = read_text(tmp_path, ledger(*PURCHASES))
    assert sorted(trades(found).values()) == [
        (-250, 2025, "Livsmedel"),
        (10, 2025, "Livsmedel"),
        (80, 2025, "Livsmedel"),
        (1501, 2025, "Livsmedel"),  # 1000,40 + 500,40 = 1500,80: rounded once
    ]
    assert {each.fields["buyer_id"] for each in said(found, "Trade")} == {BUYER}
    assert {each.fields["code"] for each in said(found, "Trade")} == {"konto 5010"}
    assert not [offer for each in found for offer in inferred(each.claims)]  # who sells food need not make it
    buyer = next(each for each in said(found, "Company") if each.subject == BUYER)
    assert buyer.fields == {
        "name": "Exempelköpings kommun",
        "country": "SE",
        "sector": "public",
        "municipality": "1880",
    }
    assert [(each.code, each.value) for each in found[0].problems] == [("rows_of_one_purchase", "1")]


@pytest.mark.parametrize("style", ["plain", "bom", "semicolon", "upper", "windows"])
def test_every_variant_that_is_published_reads_the_same(tmp_path: Path, style: str) -> None:
    plain = ledger(*PURCHASES)
    upper = plain.replace(COLUMNS, COLUMNS.upper())
    text, encoding = {
        "plain": (plain, "utf-8"),
        "bom": (plain, "utf-8-sig"),
        "semicolon": (plain.replace(",", ";").replace(".40", ",40").replace("\n", "\r\n"), "utf-8-sig"),
        "upper": (upper, "utf-8"),
        "windows": (plain.replace(",", ";"), "cp1252"),
    }[style]
    assert trades(read_text(tmp_path, text, encoding=encoding)) == trades(read_text(tmp_path, plain))


def test_order_does_not_matter_and_months_add_up(tmp_path: Path) -> None:
    mixed = list(PURCHASES)
    mixed.reverse()
    whole = trades(read_text(tmp_path, ledger(*PURCHASES)))
    assert trades(read_text(tmp_path, ledger(*mixed))) == whole
    april = posting("2001", "Exempelplåt AB", "409900-0012", "70", day="2025-04-02")
    (tmp_path / "mars.csv").write_text(ledger(*PURCHASES), encoding="utf-8")
    (tmp_path / "april.csv").write_text(ledger(april), encoding="utf-8")
    (tmp_path / "bada.csv").write_text(ledger(april, *mixed), encoding="utf-8")
    with opened(tmp_path / "r.sqlite") as store:
        march = load_files(store, [tmp_path / "mars.csv"], on="2025-05-01")
        load_files(store, [tmp_path / "april.csv"], on="2025-05-02")
        again = load_files(store, [tmp_path / "bada.csv"], on="2025-06-01")
        values = sorted(each.value_sek or 0 for each in store.snapshot(Trade).of(Trade))
    assert (march.read, march.outcomes["accepted"], march.outcomes["merged"]) == (5, 4, 1)
    assert (again.load_id, again.outcomes["unchanged"], again.outcomes["merged"]) == (None, 5, 1)
    assert values == [-250, 10, 70, 80, 1501]


def test_an_unreadable_posting_leaves_the_whole_sum_unknown(tmp_path: Path) -> None:
    one, other = PURCHASES[:2]
    found = read_text(tmp_path, ledger(one, other.replace("500.40", "femhundra")))
    assert [each[0] for each in trades(found).values()] == [None]
    assert "number_bad" in codes(found)


@pytest.mark.parametrize("account", ["Ingående moms", "Moms", "Ing. moms 25%", "Mervärdesskatt"])
def test_vat_is_no_part_of_the_purchase(tmp_path: Path, account: str) -> None:
    vat = posting("1001", "Exempelgrossisten AB", "409900-0020", "250", account=account)
    found = read_text(tmp_path, ledger(PURCHASES[0], vat))
    assert [each[0] for each in trades(found).values()] == [1000]
    assert [each.rejected for each in rows(found)] == [False, True]
    assert codes(found) == ["posting_is_vat"]


@pytest.mark.parametrize("account", ["Hyra, ej momspliktig", "Momsfri representation", "Momspliktig hyra"])
def test_an_account_that_speaks_of_vat_is_not_vat(tmp_path: Path, account: str) -> None:
    found = read_text(tmp_path, ledger(posting("1", "Exempelgrossisten AB", "409900-0020", "100", account=account)))
    assert codes(found) == []


def test_natural_persons_are_never_in_clear(tmp_path: Path) -> None:
    found = read_text(
        tmp_path,
        ledger(
            posting("1", "Anna Andersson", "811218-9876", "10"),
            posting("2", "Bertil Bengtsson", "", "10"),
            posting("3", "Cecilia Carlsson", "XXXXXX-XXXX", "10"),
            posting("4", "[innehåller personuppgift]", "", "10"),
            posting("5", "Davids Bygg AB", "", "10"),
            posting("6", "Éclair Design SARL", "", "10"),
        ),
    )
    sellers = [each.subject for each in said(found, "Trade")]
    assert sellers == [
        person_subject(SECRET, "8112189876"),
        person_subject(SECRET, "bertil bengtsson@"),
        person_subject(SECRET, "cecilia carlsson@"),
        "name:davids bygg",
        "name:éclair design sarl",
    ]
    told_to_others = [each for each in said(found, "Company") if each.audience is None]
    assert not any(name in repr(told_to_others) for name in ("Anna", "Bertil", "Cecilia", "811218"))
    assert [each.rejected for each in rows(found)] == [False, False, False, True, False, False]
    assert codes(found) == ["supplier_withheld"]


def test_names_of_persons_reach_the_manager_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(ledger(posting("1", "Anna Andersson", "", "10")), encoding="utf-8")
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [tmp_path / "a.csv"])
        public, manager = (view(store, Viewer(level)) for level in (Level.PUBLIC, Level.MANAGER))
        assert "Anna Andersson" in {each.name for each in manager.of(Company)}
        assert "Anna Andersson" not in repr(public.of(Company))
        assert [each.value_sek for each in public.of(Trade) if each.value_sek is not None] == []


def test_the_buyers_own_supplier_numbers_are_found_out(tmp_path: Path) -> None:
    names = ("Alfa AB", "Beta AB", "Gamma AB", "Delta AB", "Epsilon AB")
    own = [posting(str(index), name, f"10{index}7", "10") for index, name in enumerate(names)]
    found = read_text(tmp_path, ledger(*own))
    assert codes(found) == ["supplier_ids_internal"]
    assert found[0].problems[0].column == "leverantor_id"
    assert [each.subject for each in said(found, "Trade")] == [f"name:{name[:-3].casefold()}" for name in names]


def test_a_foreign_vat_number_is_no_bad_organisation_number(tmp_path: Path) -> None:
    found = read_text(tmp_path, ledger(posting("1", "Ruhr Stahl GmbH", "DE123456789", "10")))
    assert [each.subject for each in said(found, "Trade")] == ["vat:DE123456789"]
    assert codes(found) == []


def test_what_a_buyer_sells_to_itself_is_no_trade(tmp_path: Path) -> None:
    found = read_text(tmp_path, ledger(posting("1", "Exempelköpings kommun", "409900-0053", "10")))
    assert (codes(found), [each.rejected for each in rows(found)]) == (["trade_with_itself"], [True])


def test_a_firms_own_ledger_is_not_taken_for_open_data(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Leverantör;Verifikationsnummer;Belopp\nAlfa AB;1;10\n", encoding="utf-8")
    source = source_of(read_tables(path)[0])
    assert source is not None
    assert source.SOURCE_TYPE == "supplier_ledger"


# -- customs ---------------------------------------------------------------------------------------------------------

CUSTOMS = (
    "MRN;Godtagandedatum;Varupostnummer;Exportör;Ursprungsland;Varukod;Nettovikt;Statistiskt värde;Avgiftstyp;Belopp"
)


def customs(*lines: str) -> str:
    return "\n".join((CUSTOMS, *lines)) + "\n"


ITEMS = (
    "25SE01;2025-05-12;1;NINGBO EXAMPLE CASTING CO;CN;7325991000;1 850,5;96 400,00;Tull;1639",
    "25SE01;2025-05-12;1;NINGBO EXAMPLE CASTING CO;CN;7325991000;1 850,5;96 400,00;Moms;24510",
    "25SE01;2025-05-12;2;NINGBO EXAMPLE CASTING CO;CN;7325991000;100;3 600;Moms;900",
    "25SE02;2025-06-02;1;Ningbo Example Casting Co;CN;7325991090;49,5;1 000,4;Moms;250",
    "25SE02;2025-06-02;2;NINGBO EXAMPLE CASTING CO;VN;7325991000;10;500;Moms;125",
)


def test_a_goods_item_counts_once_and_items_of_a_year_are_one_part(tmp_path: Path) -> None:
    found = read_text(tmp_path, customs(*ITEMS), OWNED)
    parts = {each.item: each.fields for each in said(found, "ImportedPart")}
    chinese, vietnamese = parts.values()
    assert chinese == {
        "cn_code": "73259910", "origin_country": "CN", "supplier": "NINGBO EXAMPLE CASTING CO", "year": 2025,
        "value_sek": 101_000, "mass_kg": 2000.0, "description": "Gjutna varor av järn och stål",
    }  # fmt: skip
    assert (vietnamese["origin_country"], vietnamese["value_sek"], vietnamese["mass_kg"]) == ("VN", 500, 10.0)
    assert {each.subject for each in said(found, "ImportedPart")} == {OWNER}
    assert [(each.code, each.value) for result in found for each in result.problems] == [
        ("goods_year_in_part", "2025-05 – 2025-06")
    ]


def test_every_row_of_a_declaration_is_accounted_for(tmp_path: Path) -> None:
    (tmp_path / "tull.csv").write_text(customs(*ITEMS), encoding="utf-8")
    with opened(tmp_path / "r.sqlite") as store:
        report = load_files(store, [tmp_path / "tull.csv"], owner="4099000046")
        again = load_files(store, [tmp_path / "tull.csv"], owner="4099000046")
        parts = store.snapshot(ImportedPart).of(ImportedPart)
    assert (report.read, report.outcomes["accepted"], report.outcomes["merged"]) == (5, 2, 3)
    assert (again.load_id, again.outcomes["unchanged"], again.outcomes["merged"]) == (None, 2, 3)
    assert sorted(each.value_sek or 0 for each in parts) == [500, 101_000]


def test_imports_of_nobody_are_not_read(tmp_path: Path) -> None:
    found = read_text(tmp_path, customs(*ITEMS))
    assert [each.rejected for each in rows(found)] == [True] * 5
    assert codes(found) == ["import_owner_unknown"]


def test_the_importer_may_stand_in_the_rows(tmp_path: Path) -> None:
    text = customs(ITEMS[0]).replace("MRN;", "Importörens EORI-nummer;MRN;").replace("25SE01", "SE4099000020;25SE01")
    found = read_text(tmp_path, text)
    assert [each.subject for each in said(found, "ImportedPart")] == ["org:4099000020"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (";2025-05-12;1;A;CN;7325991000;1;1;Tull;1", "goods_item_unknown"),
        ("25SE01;2025-05-12;;A;CN;7325991000;1;1;Tull;1", "goods_item_unknown"),
        ("25SE01;2025-05-12;1;A;CN;;1;1;Tull;1", "goods_code_missing"),
        ("25SE01;2025-05-12;1;A;CN;7325;1;1;Tull;1", "cn_code_length"),
        ("25SE01;2025-05-12;1;A;CN;skruv;1;1;Tull;1", "cn_code_bad"),
    ],
)
def test_a_row_that_tells_no_goods_is_rejected(tmp_path: Path, line: str, code: str) -> None:
    (row,) = rows(read_text(tmp_path, customs(line), OWNED))
    assert (row.rejected, [each.code for each in row.problems]) == (True, [code])


def test_a_lost_leading_zero_is_put_back(tmp_path: Path) -> None:
    line = "25SE01;2025-05-12;1;A;CN;101210000;1;1;Tull;1"  # 0101 21 00 00: horses; a spreadsheet took the zero
    (part,) = said(read_text(tmp_path, customs(line), OWNED), "ImportedPart")
    assert part.fields["cn_code"] == "01012100"
    assert "description" not in part.fields


def test_an_item_that_differs_is_told_and_an_unknown_mass_stays_unknown(tmp_path: Path) -> None:
    lines = (
        "25SE01;2025-05-12;1;A;CN;7325991000;;100;Tull;1",
        "25SE01;2025-05-12;1;A;CN;7325991000;;900;Moms;1",
        "25SE01;2025-05-12;2;A;CN;7325991000;5;50;Moms;1",
    )
    found = read_text(tmp_path, customs(*lines), OWNED)
    (part,) = {each.item: each for each in said(found, "ImportedPart")}.values()
    assert (part.fields["value_sek"], part.fields.get("mass_kg")) == (150, None)
    assert [each.row for result in found for each in result.problems if each.code == "goods_item_differs"] == [3]


# -- Intrastat -------------------------------------------------------------------------------------------------------

INTRASTAT = "Flöde;Period;Avsändarland;Transaktionstyp;KN8;Nettovikt kg;Annan kvantitet;Fakturerat värde SEK"


def intrastat(*lines: str, headings: str = INTRASTAT) -> str:
    return "\n".join((headings, *lines)) + "\n"


def test_the_sending_state_is_no_origin_but_keeps_parts_apart(tmp_path: Path) -> None:
    lines = ("I;202505;DE;11;73181595;1250;;184500", "I;202506;DE;11;73181595;50;;500", "I;202505;PL;11;73181595;1;;9")
    found = read_text(tmp_path, intrastat(*lines), OWNED)
    parts = {each.item: each.fields for each in said(found, "ImportedPart")}
    assert list(parts.values()) == [
        {"cn_code": "73181595", "year": 2025, "description": "Skruv och bult", "value_sek": 185_000,
         "mass_kg": 1300.0},
        {"cn_code": "73181595", "year": 2025, "description": "Skruv och bult", "value_sek": 9, "mass_kg": 1.0},
    ]  # fmt: skip
    assert [each.value for result in found for each in result.problems] == ["2025-05 – 2025-06"]


def test_an_origin_that_is_told_is_kept(tmp_path: Path) -> None:
    text = intrastat(
        "Införsel;2025-05;DE;CN;73181595;1;1", headings="Flöde;Period;Land;Ursprungsland;Varukod;Nettovikt;Fakturavärde"
    )
    (part,) = said(read_text(tmp_path, text, OWNED), "ImportedPart")
    assert part.fields["origin_country"] == "CN"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("U;202505;DE;11;73181595;1;;1", "row_is_dispatch"),
        ("Utförsel;202505;DE;11;73181595;1;;1", "row_is_dispatch"),
        ("?x;202505;DE;11;73181595;1;;1", "flow_unknown"),
        ("I;202505;DE;21;73181595;1;;1", "row_is_return"),
    ],
)
def test_what_is_no_purchase_is_told_and_not_read(tmp_path: Path, line: str, code: str) -> None:
    (row,) = rows(read_text(tmp_path, intrastat(line), OWNED))
    assert (row.rejected, row.claims, [each.code for each in row.problems]) == (True, (), [code])


def test_all_months_of_a_year_are_no_part_of_one(tmp_path: Path) -> None:
    lines = [f"I;2025{month:02};DE;11;73181595;1;;1" for month in range(1, 13)]
    assert codes(read_text(tmp_path, intrastat(*lines), OWNED)) == []


@pytest.mark.parametrize(
    ("name", "kind"), [("tullverket_statistik_import", "customs"), ("intrastat_inforsel", "intrastat")]
)
def test_the_samples_are_known_and_read_without_a_warning(shared_folder: Path, name: str, kind: str) -> None:
    (table,) = read_tables(shared_folder / "samples" / f"{name}_sample.csv")
    source = source_of(table)
    assert source is not None
    assert kind == source.SOURCE_TYPE
    found = read(table, OWNED)
    assert codes(found) == ["goods_year_in_part"]
    assert len(rows(found)) == 2


# -- the example of docs/adding-a-source.md ----------------------------------------------------------------------------


def test_the_example_of_the_docs_is_a_source() -> None:
    text = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    module = ModuleType("chamber")
    exec(compile(example, "chamber.py", "exec"), module.__dict__)  # noqa: S102
    table = Table(
        "k.csv", "", ("Org.nr", "Medlemsföretag", "Webb"), 1, (("409900-0012", "Alfa AB", "alfa.example"),) * 2
    )
    assert module.recognises(table) == 1.0
    assert module.recognises(replace(table, headings=("a", "b", "c"))) == 0.0
    found = list(module.claims(replace(table, rows=(*table.rows, ("", "", "x"))), CONTEXT))
    assert [(each.row, each.rejected) for each in found] == [(2, False), (3, False), (4, True)]
    assert [(each.subject, dict(each.fields)) for each in said(found, "Company")] == [
        ("org:4099000012", {"name": "Alfa AB", "country": "SE", "website": "alfa.example"})
    ] * 2

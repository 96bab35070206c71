"""SIE 4: the reader of vouchers, and what a company's books say of its suppliers; every value worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UnreadableFile
from graph.ledger import withdraw
from graph.model import Company, Trade
from ingest.pipeline import load_files
from ingest.sie import HEADINGS, Posting, decode_pc8, is_sie, postings, sie_rows
from ingest.sources.common import RowResult
from ingest.sources.sie import supplier_in
from ingest.tables import Table, read_tables
from tests.regions import opened, own_data
from tests.test_sources import CONTEXT, codes, read, rows, said

__all__ = ["own_data"]

HEAD = """#FLAGGA 0
#PROGRAM "Exempel" 1.0
#FORMAT PC8
#GEN 20250601
#SIETYP 4
#ORGNR 409900-0012
#FNAMN "Åtorps Mekaniska Exempel AB"
#RAR 0 20250101 20251231
#KONTO 2440 "Leverantörsskulder"
#KONTO 4010 "Inköp material och varor"
#KONTO 4515 "Inköp av varor från annat EU-land, 25%"
#KONTO 4545 "Import varor, 25% moms"
#KONTO 4549 "Motkonto beskattningsunderlag import"
"""
"""Thirteen lines: a voucher that follows begins on line 14."""
BUYER = "org:4099000012"


def voucher(text: str, *booked: tuple[str, str], number: int = 1, day: str = "20250512") -> str:
    lines = "".join(f"   #TRANS {account} {{}} {amount}\n" for account, amount in booked)
    return f'#VER A {number} {day} "{text}"\n{{\n{lines}}}\n'


def bought(text: str, sek: str = "1000.00", account: str = "4010", **more: object) -> str:
    return voucher(text, (account, sek), ("2440", f"-{sek}"), **more)  # type: ignore[arg-type]


def tables(tmp_path: Path, text: str, encoding: str = "cp437") -> Table:
    path = tmp_path / "bok.se"
    path.write_bytes(text.encode(encoding))
    (table,) = read_tables(path)
    return table


def results(tmp_path: Path, text: str) -> list[RowResult]:
    return read(tables(tmp_path, text))


# -- the reader ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_voucher_stands_on_its_own_line(tmp_path: Path, newline: str) -> None:
    text = HEAD + "\n" + bought("Ahlsell Sverige AB") + "\n\n" + bought("Gruvkraft AB", number=2)
    table = tables(tmp_path, text.replace("\n", newline))
    assert table.headings == HEADINGS
    told = [(number, row[5]) for number, row in table.numbered() if any(row)]
    assert told == [(15, "Ahlsell Sverige AB"), (22, "Gruvkraft AB")]  # line 14 is blank, a voucher takes five


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "utf-8", "utf-8-sig"])
def test_letters_survive_whatever_the_program_wrote(tmp_path: Path, encoding: str) -> None:
    table = tables(tmp_path, HEAD + bought("Överums Bruk och Ägir AB"), encoding)
    row = next(row for row in table.rows if any(row))
    assert (row[1], row[5]) == ("Åtorps Mekaniska Exempel AB", "Överums Bruk och Ägir AB")


def test_quotes_objects_and_texts_of_postings() -> None:
    (row,) = [
        each
        for each in sie_rows(
            HEAD
            + '#VER "B" "7" "20250301" "Firma \\"Kalle\\" } AB" 20250302\n{\n'
            + '#TRANS 4010 {1 "Åk {2}" 6 "P"} 80.5 20250301 "rör  4\\"" 3\n#BTRANS 4010 {} 1\n#RTRANS 2640 {} 20\n'
            + "#TRANS 2640 {} 20\n#TRANS\t2440\t{}\t-100.50\n}\n#KSUMMA 12345\n"
        )[1:]
        if each
    ]
    assert row[2:6] == ["B", "7", "20250301", 'Firma "Kalle" } AB']
    assert list(postings(row[6])) == [
        Posting("4010", "Inköp material och varor", 8050, 'rör 4"'),
        Posting("2640", "", 2000, ""),
        Posting("2440", "Leverantörsskulder", -10050, ""),
    ]
    assert row[7] == ""


@pytest.mark.parametrize(
    "damaged",
    [
        '#VER A 1 20250512 "Ahlsell AB"\n{\n#TRANS 4010 {} 100\n#TRANS 2440 {} -100\n',  # no last brace
        '#VER A 1 20250512 "Ahlsell AB"\n{\n#TRANS 4010 {} 100\n#TRANS 2440 {} -99\n}\n',  # does not balance
        '#VER A 1 20250512 "Ahlsell AB"\n{\n#TRANS 4010 {} hundra\n}\n',
        '#VER A 1 20250512 "Ahlsell AB"\n{\n#TRANS\n}\n',
        '#VER A 1 20250512 "Ahlsell AB\n{\n#TRANS 4010 {} 100\n#TRANS 2440 {} -100\n}\n',  # a quote is left open
        '#VER A 1 20250512 "Ahlsell AB"\n{\n#TRANS 4010 {1 "a 100\n#TRANS 2440 {} -100\n}\n',
    ],
)
def test_a_damaged_voucher_is_one_problem_and_the_next_is_read(tmp_path: Path, damaged: str) -> None:
    found = rows(results(tmp_path, HEAD + damaged + bought("Gruvkraft AB", number=2)))
    assert [(each.row, each.rejected) for each in found] == [(14, True), (14 + damaged.count("\n"), False)]
    assert codes(found) == ["voucher_damaged"]
    assert [each.subject for each in said(found, "Trade")] == ["name:gruvkraft"]


@given(st.text(alphabet='#VERTANS{}" \n\r\t\\1240-.KOÅ', max_size=200))
def test_no_text_is_too_strange_for_the_reader(text: str) -> None:
    table_rows = sie_rows("#FLAGGA 0\n" + text)
    assert table_rows[0] == list(HEADINGS)
    for row in table_rows[1:]:
        assert len(row) in {0, len(HEADINGS)}
        assert not row or row[7] or sum(each.ore for each in postings(row[6])) == 0


def test_a_line_without_end_takes_no_time() -> None:
    assert is_sie("#FLAGGA 0\n")
    assert len(sie_rows("#FLAGGA 0\n#VER " + "{" * 5_000_000)) == 2  # seconds by the hundred where each is searched


def test_what_is_code_page_437_stays_so() -> None:
    assert decode_pc8("#FNAMN Åäö ÅÄÖ é ü".encode("cp437")) == "#FNAMN Åäö ÅÄÖ é ü"


def test_sie_5_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bok.sie").write_text('<?xml version="1.0"?>\n<Sie xmlns="http://www.sie.se/sie5"/>', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="sie5"):
        read_tables(tmp_path / "bok.sie")


# -- the source ------------------------------------------------------------------------------------------------------


def test_a_purchase_is_an_inferred_trade(tmp_path: Path) -> None:
    found = results(
        tmp_path,
        HEAD + voucher("Lev.faktura 1203 Ahlsell Sverige AB", ("4010", "800"), ("2640", "200"), ("2440", "-1000")),
    )
    (trade,) = said(found, "Trade")
    assert (trade.subject, trade.evidence, trade.row) == ("name:ahlsell sverige", "inferred", 14)
    assert trade.fields == {
        "buyer_id": BUYER, "what": "Inköp material och varor", "code": "BAS 4010", "value_sek": 800, "year": 2025,
        "contracts": 1,
    }  # fmt: skip
    names = {each.subject: each.fields.get("name") for each in said(found, "Company")}
    assert names == {BUYER: "Åtorps Mekaniska Exempel AB", "name:ahlsell sverige": "Ahlsell Sverige AB"}
    assert [each.evidence for each in said(found, "Company")] == ["stated", "inferred"]  # a guess hides no register


def test_imports_are_told_by_their_account_and_the_contra_account_does_not_count(tmp_path: Path) -> None:
    imported = voucher(
        "Ningbo Example Casting", ("4545", "96400.00"), ("2440", "-96400.00"), ("4549", "-500"), ("2615", "500")
    )
    found = results(tmp_path, HEAD + imported + bought("Ruhr Stahl GmbH", account="4515", number=2))
    assert [(each.fields["code"], each.fields["value_sek"]) for each in said(found, "Trade")] == [
        ("BAS 4545", 96400),
        ("BAS 4515", 1000),
    ]
    assert [each.fields.get("country") for each in said(found, "Company")] == ["SE", None, None]
    (abroad,) = [each for result in found for each in result.problems]
    assert (abroad.code, abroad.value) == ("vouchers_abroad", "2")


def test_a_credit_note_is_negative(tmp_path: Path) -> None:
    text = HEAD + voucher("Kreditfaktura Ahlsell AB", ("4010", "-300"), ("2440", "300"))
    assert [each.fields["value_sek"] for each in said(results(tmp_path, text), "Trade")] == [-300]


@pytest.mark.parametrize(("text", "account"), [("Anna Andersson", "7010"), ("Utlägg Anna Andersson", "5410")])
def test_salaries_and_outlays_are_not_read_and_not_shown(tmp_path: Path, text: str, account: str) -> None:
    text = HEAD + voucher(text, (account, "30000"), ("4010", "10"), ("2440", "-30010"))
    (row,) = rows(found := results(tmp_path, text))
    assert (row.rejected, row.claims, row.problems) == (True, (), ())
    assert codes(found) == ["vouchers_of_salary"]
    assert "Andersson" not in repr(found)


def test_other_vouchers_are_counted_and_not_told_one_by_one(tmp_path: Path) -> None:
    sale, paid = ("1510", "125"), ("1930", "-1000")
    text = HEAD + voucher("Kund AB", sale, ("3001", "-100"), ("2611", "-25")) + voucher("Bet", ("2440", "1000"), paid)
    found = results(tmp_path, text + bought("Hyra maj 2025", number=3))
    assert [each.rejected for each in rows(found)] == [True, True, True]
    assert [(each.code, each.value) for result in found for each in result.problems] == [
        ("voucher_names_nobody", "Hyra maj 2025"),
        ("vouchers_no_purchase", "2"),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ningbo Example Casting", "Ningbo Example Casting"),
        ("Leverantörsfaktura (123) Åtorps Mekaniska AB", "Åtorps Mekaniska AB"),
        ("LevFaktura - 1203 - Ahlsell", "Ahlsell"),
        ("Faktura nr 2025-0451: SKF Sverige AB maj", "SKF Sverige AB"),
        ("12 - Gruvkraft i Kumla AB (OCR 123456789)", "Gruvkraft i Kumla AB"),
        ("3M Svenska AB", "3M Svenska AB"),
        ("A/S Jernværk, faktura 7", "A/S Jernværk"),
        ("Lön maj 2025", ""),
        ("Periodisering jan-25", ""),
        ("Inköp material", ""),
        ("2025-05-12", ""),
        ("diverse skruv", ""),
        ("", ""),
        ("-", ""),
    ],
)
def test_what_can_be_taken_for_a_name(text: str, name: str) -> None:
    assert supplier_in(text) == name


def test_what_was_bought_is_no_name(tmp_path: Path) -> None:
    text = HEAD + '#VER A 1 20250512 "Faktura 7"\n{\n#TRANS 4010 {} 9 "" "Skruv M8"\n#TRANS 2440 {} -9\n}\n'
    assert codes(results(tmp_path, text)) == ["voucher_names_nobody"]


def test_the_text_of_the_debt_names_the_supplier_where_the_voucher_does_not(tmp_path: Path) -> None:
    text = (
        HEAD + '#VER A 1 20250512 "Faktura 7"\n{\n#TRANS 4010 {} 9 "" "Skruv"\n#TRANS 2440 {} -9 "" "Gruvkraft AB"\n}\n'
    )
    assert [each.subject for each in said(results(tmp_path, text), "Trade")] == ["name:gruvkraft"]


def test_books_of_nobody_take_the_owner_who_was_named(tmp_path: Path) -> None:
    text = "#FLAGGA 0\n#SIETYP 4\n" + bought("Ahlsell AB")
    table = tables(tmp_path, text)
    assert codes(read(table)) == ["ledger_owner_unknown", "buyer_missing"]
    found = read(table, replace(CONTEXT, owner="org:4099000046"))
    assert [each.fields["buyer_id"] for each in said(found, "Trade")] == ["org:4099000046"]


def test_balances_alone_are_said_to_tell_nothing(tmp_path: Path) -> None:
    found = results(tmp_path, HEAD.replace("SIETYP 4", "SIETYP 1") + "#IB 0 2440 -500\n#UB 0 2440 -700\n")
    assert (rows(found), codes(found)) == ([], ["sie_without_vouchers"])


def test_a_sole_traders_books_keep_no_number(tmp_path: Path) -> None:
    found = results(tmp_path, HEAD.replace("409900-0012", "811218-9876") + bought("Ahlsell AB"))
    (trade,) = said(found, "Trade")
    assert str(trade.fields["buyer_id"]).startswith("person:")
    assert "811218" not in repr([each.claims for each in found])


def test_the_sample_is_a_trade_and_a_second_load_changes_nothing(shared_folder: Path, tmp_path: Path) -> None:
    sample = shared_folder / "samples" / "sie4_sample.se"
    with opened(tmp_path / "r.sqlite") as store:
        report = load_files(store, [sample], on="2026-10-01")
        (trade,) = store.snapshot(Trade).of(Trade)
        names = {each.company_id: each.name for each in store.snapshot(Company).of(Company)}
        again = load_files(store, [sample], on="2026-10-02")
        withdraw(store, report.load_id)
        left = [*store.snapshot(Trade).of(Trade), *store.snapshot(Company).of(Company)]
    assert (report.read, report.outcomes["accepted"]) == (1, 1)
    assert (names[trade.seller_id or ""], trade.buyer_id) == ("Ningbo Example Casting", BUYER)
    assert (trade.value_sek, trade.year, trade.code) == (96_400, 2025, "BAS 4545")
    assert (again.load_id, again.outcomes["unchanged"]) == (None, 1)
    assert left == []

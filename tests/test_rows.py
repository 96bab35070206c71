"""Headings and cells: what they mean, and what is said of those that cannot be read."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import cells
from ingest.cells import Bad
from ingest.headings import SHEETS
from ingest.rows import fold, map_columns, sheet_kind_of, unknown_columns
from ingest.tables import Table

SPACES = ("", " ", "\u00a0", "\u202f", "\u2009", "'")


def table(*headings: str, sheet: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> Table:
    return Table("lista.csv", sheet, headings, 1, rows)


@pytest.mark.parametrize("kind", SHEETS)
def test_each_kind_knows_its_own_sheet(kind: str) -> None:
    title, headings, _ = SHEETS[kind]
    assert sheet_kind_of(table(*(names[0] for names in headings.values()), sheet=title)) == kind


def test_every_known_heading_maps_to_its_field() -> None:
    for _, headings, _ in SHEETS.values():
        for field, names in headings.items():
            for name in names:
                mapped = map_columns([name], headings)
                assert field in mapped or any(name in headings[other] for other in mapped)


def test_headings_are_found_however_they_are_typed() -> None:
    typed = ["ORG NR", "foretag", "Max_längd_mm", "Postnr.", "POSTORT", "Ledig kapacitet (%)"]
    assert map_columns(typed, SHEETS["company"][1]) == {
        "org_number": 0, "name": 1, "max_length_mm": 2, "postcode": 3, "locality": 4,
    }  # fmt: skip
    assert fold(typed[5]) == fold("Ledig kapacitet %")


def test_the_first_known_name_wins_and_a_column_serves_once() -> None:
    assert map_columns(["Namn", "Företag", "Namn"], SHEETS["company"][1])["name"] == 1
    assert sorted(map_columns(["Certifikat", "Standard"], SHEETS["certificate"][1]).values()) == [0]


def test_title_decides_between_equals_and_strangers_have_no_kind() -> None:
    same = ("Org.nr", "Företag", "Certifikat")
    assert sheet_kind_of(table(*same, sheet="Certifikat")) == "certificate"
    assert sheet_kind_of(table(*same, sheet="Blad1")) == "company"
    assert sheet_kind_of(table("Alfa", "Beta")) is None


def test_columns_nobody_reads_are_named_once() -> None:
    rows = (("A", "ring", "", "x"), ("B", "", "", ""))
    found = list(unknown_columns(table("Namn", "Obs!", "Tom", "", rows=rows), {"name": 0}))
    assert [(each.column, each.code, each.severity, each.row) for each in found] == [
        ("Obs!", "column_unknown", "info", 1),
        ("D", "column_unknown", "info", 1),
    ]


@given(
    whole=st.integers(0, 10**12),
    cents=st.integers(0, 99),
    space=st.sampled_from(SPACES),
    sign=st.sampled_from(["{}", "-{}", "−{}", "{}-", "({})", "{} kr", "{} SEK"]),
)
def test_swedish_numbers(whole: int, cents: int, space: str, sign: str) -> None:
    written = sign.format(f"{whole:,}".replace(",", space) + f",{cents:02}")
    expected = (whole * 100 + cents) / 100 * (1 if sign[0] == "{" and "-" not in sign else -1)
    assert cells.number(written) == pytest.approx(expected, rel=1e-12)


@given(st.floats(-1e12, 1e12).map(lambda value: round(value, 3)))
def test_a_workbooks_own_numbers(value: float) -> None:
    assert cells.number(f"{value:.3f}") == value


@given(st.integers(-(10**14), 10**14), st.sampled_from(SPACES))
def test_whole_numbers_and_kronor(value: int, space: str) -> None:
    written = f"{value:,}".replace(",", space)
    assert cells.integer(written) == value
    assert cells.sek(written) == value


@given(st.text(max_size=12))
def test_no_cell_makes_a_parser_fall_over(text: str) -> None:
    for parse in (cells.number, cells.integer, cells.sek, cells.size, cells.count, cells.percent, cells.day,
                  cells.day_from, cells.year, cells.country, cells.yes_no, cells.cn_code, cells.sni):  # fmt: skip
        found = parse(text.strip() or "-")
        assert found is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,50", 1234.5), ("1,234.50", 1234.5), ("1.234.567", 1234567.0), ("1234.5", 1234.5), ("0,5", 0.5),
     ("1200 mm", 1200.0), ("+5", 5.0)],
)  # fmt: skip
def test_other_ways_to_write_a_number(text: str, value: float) -> None:
    assert cells.number(text) == value


@pytest.mark.parametrize("text", ["ca 20", "10-20", "12 34", "1.2.3", "1,2,3", "--5", "1e5", "12 tkr", "", "nan"])
def test_what_is_no_number_is_said_not_guessed(text: str) -> None:
    assert cells.number(text) == Bad("number_bad")


def test_a_thousand_or_a_decimal_is_asked_in_whole_columns() -> None:
    assert cells.sek("1.234") == cells.sek("1,234") == cells.integer("1.234") == Bad("number_ambiguous", "1234")
    assert cells.number("1.234") == 1.234


@pytest.mark.parametrize(("text", "value"), [("0,5", 0), ("1,5", 2), ("2,5", 2), ("-1,5", -2), ("1234567,50", 1234568)])
def test_half_a_krona_goes_to_the_even_one(text: str, value: int) -> None:
    assert cells.sek(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01", "2026-10-01"), ("2026-10-01 00:00:00", "2026-10-01"), ("20261001", "2026-10-01"),
        ("1/10 2026", "2026-10-01"), ("1.10.2026", "2026-10-01"), ("31/12/2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"), ("1 okt 2026", "2026-10-01"), ("46296", "2026-10-01"),
        ("01/10/2026", Bad("date_ambiguous", "2026-10-01")), ("2026-02-30", Bad("date_bad")),
        ("2026", Bad("date_incomplete")), ("snart", Bad("date_bad")), ("1 foo 2026", Bad("date_bad")),
    ],
)  # fmt: skip
def test_days(text: str, expected: object) -> None:
    assert cells.day(text) == expected


@given(st.dates(min_value=date(1955, 1, 1), max_value=date(2099, 1, 1)))
def test_days_from_excels_own_count(day: date) -> None:
    assert cells.day(str((day - date(1899, 12, 30)).days)) == day.isoformat()


@pytest.mark.parametrize(("text", "expected"), [("2025", 2025), ("202505", 2025), ("2025-12-31", 2025),
                                                ("2025/26", 2025), ("25", Bad("year_bad"))])  # fmt: skip
def test_years(text: str, expected: object) -> None:
    assert cells.year(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("SE", "SE"), ("na", "NA"), ("Namibia", "NA"), ("Kina", "CN"), ("Germany", "DE"), ("UK", "GB"),
     ("Mars", Bad("country_unknown")), ("Tysklnd", Bad("country_unknown", "Tyskland"))],
)  # fmt: skip
def test_countries(text: str, expected: object) -> None:
    assert cells.country(text) == expected


def test_lists_are_parted_by_their_strongest_sign() -> None:
    assert cells.parts("ISO 9001, ISO 14001 och IATF 16949") == ["ISO 9001", "ISO 14001", "IATF 16949"]
    assert cells.parts("bockning, kantpressning; svets") == ["bockning, kantpressning", "svets"]
    assert cells.parts("EN 1090-2 (A1, A2), ISO 9001") == ["EN 1090-2 (A1, A2)", "ISO 9001"]
    assert cells.parts("• svarvning\n• fräsning\n") == ["svarvning", "fräsning"]


def test_codes_keep_their_leading_zero() -> None:
    assert cells.cn_code("01012100") == "01012100"
    assert cells.cn_code("7325 99 10 00") == "7325991000"
    assert cells.sni("01500 Blandat jordbruk") == "01500"
    assert cells.cn_code("plåt") == Bad("cn_code_bad")


def test_sni_versions_agree_with_the_shared_table(shared_folder: Path) -> None:
    path = shared_folder / "taxonomy" / "sni2007_till_sni2025_urval.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    old = {row["sni2007_4"] for row in rows}
    new = {code for row in rows for code in row["sni2025_4"].split(",")}
    split = [row for row in rows if row["relation"] in {"1:1", "delad"}]
    assert old - new - cells.SNI_AMBIGUOUS == cells.SNI_2007_ONLY
    assert {code for row in split for code in row["sni2025_4"].split(",")} - old == cells.SNI_2025_ONLY
    assert {
        row["sni2007_4"] for row in rows if row["kod_finns_i_bada_med_annan_betydelse"] == "ja"
    } == cells.SNI_AMBIGUOUS

"""A network's own list of past cases, as it comes: in two languages, with numbers or names, with gaps and with sums."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import UnreadableFile, UserMistake
from ingest.identity import person_subject
from ingest.past_cases import PastCase, PastCases, read_past_cases

SECRET = b"of this test only"


def listed(folder: Path, *lines: str, name: str = "fall.csv") -> PastCases:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_past_cases(path, SECRET)


def workbook(folder: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book["Sheet"])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / "fall.xlsx")
    return folder / "fall.xlsx"


@pytest.mark.parametrize(
    "headings",
    ["Del;Vem tog den;Nära;Köpare;År", "Part;Who took it;Near;Buyer;Year", "BENÄMNING;leverantör;Ort;Kund;Year"],
)
def test_a_row_in_either_language(tmp_path: Path, headings: str) -> None:
    found = listed(tmp_path, headings, "Svarvad axel;Exempelsvarv AB;Karlskoga;Stora Köparen AB;2025")
    assert found.cases == (
        PastCase(
            "fall.csv", "", 2, "Svarvad axel", "Exempelsvarv AB", "", "Karlskoga", "Stora Köparen AB", 2025,
        ),
    )  # fmt: skip
    assert (found.read, found.problems) == (1, ())


def test_who_took_it_by_number_in_either_column(tmp_path: Path) -> None:
    found = listed(tmp_path, "Del;Org.nr;Vem tog den", "Axel;409900-0012;Exempel AB", "Axel;;SE409900001201")
    assert [each.firm_id for each in found.cases] == ["org:4099000012"] * 2
    assert not found.problems


def test_a_sole_traders_number_is_kept_as_a_keyed_hash_alone(tmp_path: Path) -> None:
    found = listed(tmp_path, "Del;Vem tog den", "Axel;811218-9876", "Axel;Kalles Svarv 811218-9876")
    assert found.cases[0].firm_id == person_subject(SECRET, "8112189876")
    assert "9876" not in repr(found)


def test_a_wrong_number_is_told_and_the_name_still_counts(tmp_path: Path) -> None:
    found = listed(tmp_path, "Del;Org.nr;Vem tog den", "Axel;409900-0013;Exempel AB")
    assert (found.cases[0].firm, found.cases[0].firm_id) == ("Exempel AB", "")
    assert [(each.row, each.code) for each in found.problems] == [(2, "org_number_check_digit")]


def test_rows_without_a_part_or_a_firm_do_not_count(tmp_path: Path) -> None:
    found = listed(tmp_path, "Del;Vem tog den;År", "Axel;;2025", ";Exempel AB;2025", "Hus;Exempel AB;år 2", ";;")
    assert [each.part for each in found.cases] == ["Hus"]
    assert found.read == 3
    assert [(each.row, each.code, each.severity) for each in found.problems] == [
        (2, "case_firm_missing", "error"), (3, "case_part_missing", "error"), (4, "year_bad", "warning"),
    ]  # fmt: skip


def test_a_workbook_with_a_title_and_two_lists(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        Hem=[["Det som kom hem"], ["Del", "Vem tog den", "Anteckning"], ["Axel", "Ett AB", "bra"]],
        Nytt=[["Part", "Supplier", "Year"], ["Bracket", "Två AB", 2026]],
        Annat=[["Fikalista", "Vecka"], ["Bullar", 3]],
    )
    found = read_past_cases(path, SECRET)
    assert [(each.sheet, each.row, each.part, each.firm, each.year) for each in found.cases] == [
        ("Hem", 3, "Axel", "Ett AB", None), ("Nytt", 2, "Bracket", "Två AB", 2026),
    ]  # fmt: skip
    assert [(each.code, each.column, each.severity) for each in found.problems] == [
        ("column_unknown", "Anteckning", "info")
    ]


@pytest.mark.parametrize(
    "lines",
    [["Fikalista;Vecka", "Bullar;3"], ["Del;Antal", "Axel;3"], ["Del;Vem tog den"], ["Del;Vem tog den", "Axel;", ";A"]],
)
def test_a_list_that_holds_no_case_is_refused(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(UserMistake) as refused:
        listed(tmp_path, *lines)
    assert (refused.value.code, refused.value.values) == ("no_past_cases", {"file": "fall.csv"})


def test_a_file_nobody_can_read_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "fall.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(UnreadableFile):
        read_past_cases(tmp_path / "fall.xlsx", SECRET)
    with pytest.raises(UnreadableFile):
        read_past_cases(tmp_path / "none.xlsx", SECRET)

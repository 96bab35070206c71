"""Files that are no list, or are made to harm: exit code 1, one clear sentence, no traceback, the region untouched.

What memory and time a file may cost is held by the system, in a process of its own. Findings of the long run of
``benchmarks.fuzz_readers`` stand at the end. Encodings, delimiters and plain damage: tests/test_tables.py.
"""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from graph.errors import UnreadableFile
from graph.model import Company
from ingest.tables import read_tables
from render.tables import as_csv, as_xlsx
from tests.conftest import ROOT
from tests.regions import opened, own_data, run
from tools.good_files import ods, packed, parts_of, text_cell, xlsb, xlsx, xlsx_with

__all__ = ["own_data"]

FAR = b'<row r="1">%s</row><row r="1048576">%s</row>'
LAUGHS = b"<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (each, b"&a%d;" % (each - 1) * 10) for each in range(1, 10)
)
QUADRATIC = b"<!DOCTYPE x [<!ENTITY a '%s'>]>" % (b"a" * 100_000)
SHEET = "xl/worksheets/sheet1.xml"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40
PAGE = "<html><body><table><tr><td>Org.nr</td><td>Företag</td></tr></table></body></html>".encode()
SPREADSHEET_ML = b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(xlsx())
    return packed({**parts, name: change(parts[name])})


def twice(far: bytes) -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return packed([*parts_of(xlsx()).items(), (SHEET, far)])


def far_sheet(reference: bytes = b"XFD1048576") -> bytes:
    return b"<worksheet><sheetData><row>%s</row></sheetData></worksheet>" % text_cell(reference.decode())


def bomb(parts: int) -> bytes:
    return packed([*parts_of(xlsx()).items(), *((f"xl/media/{each}.xml", b"0" * 50_000_000) for each in range(parts))])


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a picture": (lambda: PICTURE, "not_a_table"),
    "a PDF": (lambda: b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n", "not_a_table"),
    "a zipped text": (lambda: gzip.compress(b"Namn;Ort\nA;B\n"), "not_a_table"),
    "another archive": (lambda: b"Rar!\x1a\x07\x01" + b"abc;\n" * 90, "not_a_table"),
    "a web page": (lambda: PAGE, "web_page"),
    "a web page with a mark": (lambda: b"\xef\xbb\xbf\r\n<!DOCTYPE html>" + PAGE, "web_page"),
    "a workbook of 2003": (lambda: SPREADSHEET_ML, "web_page"),
    "JSON": (lambda: b'[{"Org.nr": "409900-0012"}]', "not_a_table"),
    "UTF-32": (lambda: "Namn;Ort\nA;B\n".encode("utf-32"), "not_a_table"),
    "zeros in a text": (lambda: b"Namn;Ort\nA\0B;C\n", "not_a_table"),
    "nothing but delimiters": (lambda: b";" * 100_000, "file_empty"),
    "an archive in an archive": (lambda: packed({"lista.xlsx": xlsx()}), "not_a_table"),
    "a text in an archive": (lambda: packed({"lista.csv": b"Namn;Ort\nA;B\n"}), "not_a_table"),
    "a Word file": (lambda: packed({"word/document.xml": b"<w/>"}), "not_a_table"),
    "a bomb": (lambda: bomb(13), "file_too_large"),
    "entities in a sheet": (lambda: xlsx_with(text_cell("A1", "&a9;"), LAUGHS), "workbook_damaged"),
    "one entity very often": (lambda: xlsx_with(text_cell("A1", "&a;" * 50_000), QUADRATIC), "workbook_damaged"),
    "entities in the index": (
        lambda: changed("xl/workbook.xml", lambda _: LAUGHS + b"<x>&a9;</x>"), "workbook_damaged",
    ),
    "entities in UTF-16": (
        lambda: changed("xl/workbook.xml", lambda _: (LAUGHS + b"<x>&a9;</x>").decode().encode("utf-16")),
        "workbook_damaged",
    ),
    "a sheet in UTF-16": (lambda: changed(SHEET, lambda _: far_sheet().decode().encode("utf-16")), "workbook_damaged"),
    "cells in small letters": (
        lambda: xlsx_with(FAR % (text_cell("a1"), text_cell("xfd1048576"))), "sheet_too_large",
    ),
    "a column beyond all": (lambda: xlsx_with(text_cell("ZZZZZZZ1")), "sheet_too_large"),
    "a row beyond all": (lambda: xlsx_with(text_cell("A99999999999999")), "sheet_too_large"),
    "a row of a thousand digits": (lambda: xlsx_with(text_cell("A" + "9" * 1000)), "workbook_damaged"),
    "a row before the first": (lambda: xlsx_with(b'<row r="-1">%s</row>' % text_cell("A-1")), "workbook_damaged"),
    "row zero": (lambda: xlsx_with(b'<row r="0">%s</row>' % text_cell("A0")), "workbook_damaged"),
    "a shared text that is not there": (
        lambda: xlsx_with(b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'), "workbook_damaged",
    ),
    "a sheet that is there twice": (lambda: twice(far_sheet()), "sheet_too_large"),
    "a sheet under another name": (
        lambda: packed({each.replace("sheet1", "SHEET1"): far_sheet() if each == SHEET else part
                        for each, part in parts_of(xlsx()).items()}), "sheet_too_large",
    ),
    "a binary sheet far apart": (lambda: xlsb([(0, 0, "Namn"), (1_048_575, 16_383, "x")]), "workbook_damaged"),
    "ODS with single quotes": (
        lambda: packed({**parts_of(ods()), "content.xml": parts_of(ods())["content.xml"].replace(
            b"<table:table-row>", b"<table:table-row table:number-rows-repeated='900000'>").replace(
            b"<table:table-cell ", b"<table:table-cell table:number-columns-repeated='900' ")}), "sheet_too_large",
    ),
    "ODS with entities": (
        lambda: packed({**parts_of(ods()), "content.xml": LAUGHS + parts_of(ods())["content.xml"].replace(
            b"Karlskoga", b"&a9;")}), "workbook_damaged",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, (content, _) in BAD.items():
        (folder / f"{name}.xlsx").write_bytes(content())
    return folder


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_sentence(own_data: None, bad_files: Path, tmp_path: Path, name: str) -> None:
    address = f"sqlite:{tmp_path / 'r.sqlite'}"
    with opened(address) as store:
        before = store.revision()
    file = bad_files / f"{name}.xlsx"
    with pytest.raises(UnreadableFile) as caught:
        read_tables(file)
    assert caught.value.code == BAD[name][1]
    found = run("--store", address, "load", file)
    assert found.code == 1
    assert "Traceback" not in found.err + found.out
    assert file.name in found.err
    assert len(found.err.strip().splitlines()) == 1
    with opened(address) as store:
        assert store.revision() == before
        assert not store.counts()["Company"]


@pytest.mark.parametrize("whole", [xlsx(), ods(), xlsb([(0, 0, "Namn"), (1, 0, "A")])[:400]])
def test_a_file_cut_off_at_any_byte_is_refused(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "lista.xlsx"
    for length in range(5, len(whole) - 1, max(1, len(whole) // 150)):
        path.write_bytes(whole[:length])
        with pytest.raises(UnreadableFile) as caught:
            read_tables(path)
        assert caught.value.code in ("file_empty", "workbook_damaged", "not_a_table")


MEASURED = """
import resource, sys
from ingest.tables import read_tables
resource.setrlimit(resource.RLIMIT_AS, (2_500_000_000, 2_500_000_000))
for path in sys.argv[1:]:
    try:
        tables = read_tables(path)
        print(len(tables), len(tables[0].headings), len(tables[0].rows))
    except Exception as error:
        print(getattr(error, "code", repr(error)))
"""


def large_workbook(path: Path, sheets: int, rows: int, columns: int) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for _ in range(sheets):
            page = book.add_worksheet()
            for row in range(rows):
                for column in range(columns):
                    page.write_number(row, column, row)
    return path


def test_a_large_file_costs_no_more_memory_than_a_laptop_has(tmp_path: Path) -> None:
    delimiters, lines, cell = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    delimiters.write_bytes(b";" * 40_000_000)
    lines.write_bytes(b"\n" * 20_000_000 + b"Namn")
    cell.write_bytes(b"Namn;Ort\n" + b"A" * 1_000_000 + b";Karlskoga\n")
    asked = [
        delimiters, lines, cell,
        large_workbook(tmp_path / "d.xlsx", 1, 100_000, 1), large_workbook(tmp_path / "e.xlsx", 1, 3, 16_000),
        large_workbook(tmp_path / "f.xlsx", 2_000, 2, 1),
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, asked)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "sheet_too_large", "sheet_too_large", "not_a_table", "1 1 99999", "1 16000 2", "2000 1 1",
    ]  # fmt: skip


def test_a_stray_quote_in_a_long_file_costs_no_row(tmp_path: Path) -> None:
    """More than csv lets one cell hold stands after the quote."""
    path = tmp_path / "lista.csv"
    lines = ["Namn;Ort", '"Åverken;Karlskoga', *(f"Firma {each};Laxå" for each in range(20_000))]
    path.write_text("\n".join(lines), encoding="utf-8")
    (table,) = read_tables(path)
    assert [row[0] for row in table.rows[:2]] == ['"Åverken', "Firma 0"]
    assert len(table.rows) == 20_001


def test_signs_that_turn_the_writing_around_and_half_letters_are_kept_or_replaced(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_bytes(b"\xff\xfe" + "Namn;Ort\n\u202eBA\u202c;L\ud800xå\n".encode("utf-16-le", "surrogatepass"))
    (table,) = read_tables(path)
    assert table.rows == (("\u202eBA\u202c", "L\ufffdxå"),)
    assert "".join(table.rows[0]).encode()


@pytest.mark.parametrize("harm", ["=cmd|' /C calc'!A0", '@SUM(1)*cmd|"/C calc"!A0', "+cmd|' /C calc'!A0", "\t=1+1"])
def test_a_formula_that_starts_a_program_is_text_in_every_export(own_data: None, tmp_path: Path, harm: str) -> None:
    list_ = tmp_path / "lista.csv"
    quoted = harm.replace('"', '""')
    list_.write_text(f'Org.nr;Företag;Ort\n409900-0012;"{quoted}";Karlskoga\n', encoding="utf-8")
    address = f"sqlite:{tmp_path / 'r.sqlite'}"
    assert run("--store", address, "load", list_).code == 0
    with opened(address) as store:
        (name,) = [each.name for each in store.snapshot(Company).of(Company)]
    assert name == harm.strip()
    (_, (cell,)) = csv.reader(io.StringIO(as_csv([["Namn"], [name]], "sv").decode("utf-8-sig")), delimiter=";")
    assert cell == f"'{name}"
    exported = tmp_path / "export.xlsx"
    exported.write_bytes(as_xlsx([["Namn"], [name]], "Blad1"))
    sheet = parts_of(exported.read_bytes())["xl/worksheets/sheet1.xml"]
    assert b"<f>" not in sheet
    assert read_tables(exported)[0].rows == ((f"'{name}",),)


def test_a_file_that_another_program_cuts_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lista.xlsx"
    path.write_bytes(xlsx())
    whole = Path.read_bytes

    def cut_first(self: Path) -> bytes:
        self.write_bytes(whole(self)[:2000])
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", cut_first)
    with pytest.raises(UnreadableFile, match="workbook_damaged"):
        read_tables(path)

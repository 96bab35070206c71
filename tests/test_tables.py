"""Files become tables of text: every Swedish-style file, and one clear refusal for what is no table."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UnreadableFile
from ingest import workbooks
from ingest.tables import decode, read_delimited, read_tables
from ingest.workbooks import NOT_CALCULATED

DATA = Path(__file__).parent / "data"
FULL = ("windows1252", "semicolon", "headings", "line_break", "utf16", "plain")


def workbook(path: Path, rows: Sequence[Sequence[object]], sheet: str = "Blad1", start: int = 0) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for index, row in enumerate(rows, start):
            page.write_row(index, 0, row)
    return path


@pytest.mark.parametrize("style", FULL)
def test_swedish_style_file_is_read_whole(style: str) -> None:
    (table,) = read_tables(DATA / f"swedish_{style}.csv")
    assert table.heading_row == 1
    assert [row[0] for row in table.rows] == ["409900-0012", "409900-0020", "409900-0038"]
    assert [row[1] for row in table.rows][::2] == ["Åtorps Mekaniska Exempel AB", "Överkens Härdverk Exempel AB"]
    assert len(table.headings) == 7


def test_empty_file_is_refused_by_name() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_tables(DATA / "swedish_empty.csv")
    assert (caught.value.code, caught.value.values) == ("file_empty", {"file": "swedish_empty.csv"})


def test_line_break_in_a_cell_starts_no_row() -> None:
    (table,) = read_tables(DATA / "swedish_line_break.csv")
    assert table.rows[0][2] == "Box 1\r\nVerkstadsvägen 3"
    assert len(table.rows) == 3


def test_ledger_sample_keeps_its_text() -> None:
    (table,) = read_tables(DATA / "leverantorsreskontra_sample.csv")
    assert table.rows[0][0] == "0012"
    assert table.rows[0][-1] == "1\u00a0234\u00a0567,50"


@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    text = "Namn;Ort;Belopp\nA & B, C;Karlskoga;1,5\nD;Laxå;2\n".replace(",", " ").replace(";", delimiter)
    assert read_delimited(text)[1][1] == "Karlskoga"


def test_a_list_of_one_column_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "namn.csv"
    path.write_text("Företag\nÅverken AB\nÖverken AB\n", encoding="utf-8")
    (table,) = read_tables(path)
    assert table.headings == ("Företag",)
    assert table.rows == (("Åverken AB",), ("Överken AB",))


def test_excels_hint_line_is_followed_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=|\nNamn|Ort\nA;B|Laxå\n", encoding="utf-8")
    (table,) = read_tables(path)
    assert (table.heading_row, table.rows) == (2, (("A;B", "Laxå"),))


def test_stray_quote_swallows_no_rows() -> None:
    rows = read_delimited('Namn;Vara\n"Plåt AB;rör\nB AB;axel\nC AB;"hus"\n')
    assert [row[0] for row in rows] == ["Namn", '"Plåt AB', "B AB", "C AB"]
    assert rows[3][1] == "hus"


def test_headings_below_a_title_block(tmp_path: Path) -> None:
    rows = [["Medlemslista 2026"], [], ["Uttag", "2026-10-01"], ["Org.nr", "Företag", "Ort"], ["409900-0012", "A", "B"]]
    (table,) = read_tables(workbook(tmp_path / "a.xlsx", rows))
    assert (table.heading_row, table.headings) == (4, ("Org.nr", "Företag", "Ort"))
    assert next(table.numbered())[0] == 5
    assert table.rows == (("409900-0012", "A", "B"),)


def test_unknown_headings_are_the_first_full_row(tmp_path: Path) -> None:
    (table,) = read_tables(workbook(tmp_path / "a.xlsx", [["Rubrik"], ["Alfa", "Beta", "Gamma"], [1, 2, 3]]))
    assert (table.heading_row, table.rows) == (2, (("1", "2", "3"),))


def test_cells_of_a_workbook_are_text_first(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Import")
        page.write_row(0, 0, ["Namn", "Land", "KN8", "Anställda", "Datum", "Andel", "Ja", "Fel", "Formel"])
        page.write_row(1, 0, ["0012", "NA", "01012100", 18.0])
        page.write_datetime(1, 4, datetime.date(2026, 10, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_number(1, 5, 1e-7)
        page.write_boolean(1, 6, True)
        page.write_formula(1, 7, "=1/0", None, "#DIV/0!")
        page.write_formula(1, 8, "=A1+1", None, 1234.5)
        page.write(2, 7, "slut")
    (table,) = read_tables(path)
    assert table.rows[0] == ("0012", "NA", "01012100", "18", "2026-10-01", "0.0000001", "true", "#DIV/0!", "1234.5")
    assert table.rows[1][7] == "slut"


def test_empty_rows_keep_the_count_and_remarks_beside_the_table_stay(tmp_path: Path) -> None:
    rows = [["Org.nr", "Företag"], ["1", "A"], [], ["2", "B", "ring!"], []]
    (table,) = read_tables(workbook(tmp_path / "a.xlsx", rows))
    assert table.headings == ("Org.nr", "Företag", "")
    assert table.rows == (("1", "A", ""), ("", "", ""), ("2", "B", "ring!"))


def test_several_sheets_and_a_hidden_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Företag", "Tom", "Listor"):
            page = book.add_worksheet(name)
            if name != "Tom":
                page.write_row(0, 0, ["Namn", "Ort"])
            if name == "Listor":
                page.hide()
    tables = read_tables(path)
    assert [(each.sheet, each.hidden) for each in tables] == [("Företag", False), ("Listor", True)]


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Namn", "Ort"], ["A", "B"]]).rename(tmp_path / "a.csv")
    assert read_tables(path)[0].rows == (("A", "B"),)


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\r\n", "file_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_a_table"),
        (b"%PDF-1.7\n", "not_a_table"),
        (b"PK\x03\x04" + b"0" * 60, "workbook_damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "workbook_damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "workbook_encrypted"),
        (zipped(picture=b"x"), "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "bild.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        read_tables(path)
    assert (caught.value.code, caught.value.values["file"]) == (code, "bild.xlsx")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "ingen.csv", "file_missing"), (tmp_path, "not_a_file")):
        with pytest.raises(UnreadableFile) as caught:
            read_tables(path)
        assert caught.value.code == code


def test_truncated_workbook_is_damaged(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Namn", "Ort"]] + [["A", str(each)] for each in range(2000)])
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(UnreadableFile, match="workbook_damaged"):
        read_tables(path)


def test_part_longer_than_it_says_is_damaged(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Namn", "Ort"]] * 500)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    place = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert int.from_bytes(content[place + 24 : place + 28], "little") == size
    content[place + 24 : place + 28] = (size // 10).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="workbook_damaged"):
        read_tables(path)


@pytest.mark.parametrize("far", ["XFD1048576", "ZZ900000"])
def test_two_cells_far_apart_build_no_huge_sheet(tmp_path: Path, far: str) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Blad1")
        page.write("A1", "Namn")
        page.write(far, "x")
    with pytest.raises(UnreadableFile) as caught:
        read_tables(path)
    assert caught.value.code == "sheet_too_large"
    assert caught.value.values["limit"] == workbooks.MAX_CELLS


def test_cells_that_lie_about_their_row_are_counted(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Namn", "Ort"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b' r="B1"', b"\n r='XFD1048576'")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(UnreadableFile, match="sheet_too_large"):
        read_tables(path)


def ods(rows: str) -> bytes:
    names = "".join(
        f' xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet><table:table table:name='Blad1'>"
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        content_dot_xml=content.encode(),
        **{"META-INF__manifest_dot_xml": b"<manifest/>"},
    )


def ods_row(*cells: str, repeated: int = 1, gap: int = 0) -> str:
    empty = f'<table:table-cell table:number-columns-repeated="{gap}"/>' if gap else ""
    filled = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>' for each in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{empty}{filled}</table:table-row>'


def test_ods_is_read_and_its_empty_rest_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(ods(ods_row("Namn", "Ort") + ods_row("0012", "Åtorp") + ods_row(repeated=1_048_000, gap=16_384)))
    (table,) = read_tables(path)
    assert (table.sheet, table.headings, table.rows) == ("Blad1", ("Namn", "Ort"), (("0012", "Åtorp"),))


def test_ods_of_repeated_cells_builds_no_huge_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(ods(ods_row("Namn") + ods_row("x", repeated=1_000_000, gap=500)))
    with pytest.raises(UnreadableFile) as caught:
        read_tables(path)
    assert caught.value.values["cells"] == 1_000_001 * 501


def test_too_many_unpacked_bytes_are_refused_before_unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 2_000_000)
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped(xl__workbook_dot_xml=b"0" * 5_000_000))
    with pytest.raises(UnreadableFile) as caught:
        read_tables(path)
    assert caught.value.values == {"file": "a.xlsx", "megabytes": 5, "limit": 2}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("#FORMAT PC8\nÅÄÖ".encode("cp437"), "#FORMAT PC8\nÅÄÖ"),
        ("ÅÄÖ".encode("cp1252"), "ÅÄÖ"),
        ("\ufeffÅÄÖ".encode(), "ÅÄÖ"),
        ("ÅÄÖ".encode("utf-16"), "ÅÄÖ"),
        (b"\xc5;\x81", "Å;\x81"),
    ],
)
def test_encodings(content: bytes, text: str) -> None:
    assert decode(content) == text


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).map(str.strip)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3).filter(all), min_size=1, max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    delimiter=st.sampled_from(";\t,|"),
)
def test_what_is_written_quoted_is_read_back(rows: list[list[str]], encoding: str, delimiter: str) -> None:
    lines = [["Org.nr", "Företag", "Ort"], *rows]
    text = "\r\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in lines)
    assert read_delimited(decode(text.encode(encoding))) == lines


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.xlsx"
    path.write_bytes(content)
    try:
        tables = read_tables(path)
    except UnreadableFile:
        return
    assert all(len(row) >= len(each.headings) > 0 for each in tables for row in each.rows)


@pytest.fixture(scope="module")
def good_workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbook(tmp_path_factory.mktemp("damaged") / "a.xlsx", [["Namn", "Ort"], ["0012", 1.5]])


@given(changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_workbook_is_read_or_refused(good_workbook: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(good_workbook.read_bytes())
    for place, value in changes:
        content[-(place % 1200) - 1] = value  # where the archive lists its parts: most there is to break
    path = good_workbook.with_name("b.xlsx")
    path.write_bytes(content)
    try:
        tables = read_tables(path)
    except UnreadableFile:
        return
    assert tables[0].headings


def test_a_part_before_the_beginning_is_damage(good_workbook: Path) -> None:
    content = bytearray(good_workbook.read_bytes())
    content[-6:-2] = (2**31).to_bytes(4, "little")  # offset of the archive's directory
    path = good_workbook.with_name("c.xlsx")
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="workbook_damaged"):
        read_tables(path)


# -- sheets in the wild ----------------------------------------------------------------------------------------------


def test_a_vertically_merged_cell_counts_for_each_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Förmågor")
        page.merge_range(0, 0, 0, 2, "Förmågor i nätverket")
        page.write_row(1, 0, ["Företag", "Process", "Material"])
        page.merge_range(2, 0, 4, 0, "Exempel AB")
        page.write_column(2, 1, ["Svarvning", "Fräsning", "Slipning"])
        page.merge_range(3, 2, 4, 2, "Stål")
        page.write_row(5, 0, ["Annan AB", "Svarvning"])
    (table,) = read_tables(path)
    assert table.heading_row == 2
    assert table.rows == (
        ("Exempel AB", "Svarvning", ""), ("Exempel AB", "Fräsning", "Stål"), ("Exempel AB", "Slipning", "Stål"),
        ("Annan AB", "Svarvning", ""),
    )  # fmt: skip


def test_hidden_rows_and_sheets_are_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Synligt", "Dolt"):
            page = book.add_worksheet(name)
            page.write_row(1, 0, ["Företag", "Ort"])
            page.write_column(2, 0, ["A", "B", "C"])
            for row in (0, 3, 4, 40):
                page.set_row(row, None, None, {"hidden": name == "Synligt"})
            if name == "Dolt":
                page.hide()
    one, two = read_tables(path)
    assert (len(one.rows), len(two.rows)) == (3, 3)
    assert [(each.code, each.row, each.value, each.severity) for each in one.problems] == [
        ("rows_hidden", 4, "2", "info")  # of the four hidden, two are rows of the list
    ]
    assert [(each.code, each.sheet) for each in two.problems] == [("sheet_hidden", "Dolt")]


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Put other bytes into the first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("upper", "lower", "headings"),
    [
        (["Företag", "Adress", ""], ["", "Ort", "Kommun"], ("Företag", "Ort", "Kommun")),
        (
            ["Säljare", "", "Köpare", "", "År"],
            ["Org.nr", "Namn", "Org.nr", "Namn", ""],
            ("Säljare Org.nr", "Säljare", "Köpare Org.nr", "Köpare", "År"),
        ),
        (["Uppgifter", "", ""], ["Företag", "Ort", "Kommun"], ("Företag", "Ort", "Kommun")),
    ],
)
def test_two_heading_rows_are_one(tmp_path: Path, upper: list[str], lower: list[str], headings: tuple[str]) -> None:
    rows = [upper, lower, ["1", "2", "3", "4", "5"][: len(upper)]]
    (table,) = read_tables(workbook(tmp_path / "a.xlsx", rows))
    assert (table.heading_row, table.headings, len(table.rows)) == (2, headings, 1)


def test_one_heading_row_stays_one(tmp_path: Path) -> None:
    rows = [["Företag", "Material", "Process"], ["Material i Nora AB", "Stål", "Svarvning"]]
    (table,) = read_tables(workbook(tmp_path / "a.xlsx", rows))
    assert (table.heading_row, len(table.rows)) == (1, 1)


def test_a_formula_nobody_has_worked_out_is_told_from_an_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Företag", "Anställda", "Ort"], ["Exempel AB", "=1+1", '=IF(1,"",2)']):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_tables(tmp_path / "a.xlsx")[0].rows == (("Exempel AB", NOT_CALCULATED, NOT_CALCULATED),)
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as written:
        page = written.add_worksheet("Blad1")
        page.write_row(0, 0, ["Företag", "Anställda", "Ort"])
        page.write(1, 0, "Exempel AB")
        page.write_formula(1, 1, "=1+1", None, 2)
        page.write_formula(1, 2, '=T("")', None, "tom")
    rewrite(tmp_path / "b.xlsx", b"<v>tom</v>", b"<v></v>")  # as Excel writes a text that came out empty
    assert read_tables(tmp_path / "b.xlsx")[0].rows == (("Exempel AB", "2", ""),)


def test_tables_below_each_other_are_read_apart(tmp_path: Path) -> None:
    rows = [
        ["Medlemmar"], ["Företag", "Ort", "Kommun"], ["A AB", "Nora", "Nora"], ["B AB", "Laxå", "Laxå"], [],
        ["Certifikat"], ["Företag", "Certifikat", "Giltigt till"], ["A AB", "ISO 9001", "2027-01-01"], [],
        ["C AB", "Åtorp", "Degerfors"],
    ]  # fmt: skip
    one, two = read_tables(workbook(tmp_path / "a.xlsx", rows))
    assert (one.heading_row, [row[0] for row in one.rows]) == (2, ["A AB", "B AB"])
    assert (two.heading_row, two.headings) == (7, ("Företag", "Certifikat", "Giltigt till"))
    assert [(number, row[0]) for number, row in two.numbered()] == [(8, "A AB"), (9, ""), (10, "C AB")]

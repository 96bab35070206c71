"""The user's own lists come back with their odd cells marked, and load clean once the corrections are accepted.

What a right value is was decided by hand for each kind of problem below; Excel is played by openpyxl.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import UserMistake
from graph.model import REGION_KINDS
from graph.store import Store, open_store
from ingest.corrections import CORRECTIONS
from ingest.pipeline import LoadReport, load_files
from ingest.tables import read_tables
from ingest.workbooks import read_workbook
from render import workbooks
from render.annotated import OURS, PARTED, annotated
from tests.regions import run
from tests.test_tables import ods, ods_row
from texts import load

HEADINGS = ("Org.nr", "Företag", "Ort", "Kommun", "Land", "Anställda", "SNI", "Processer", "Material", "Certifikat",
            "Känslig", "Sektor", "Max längd mm", "Medlem till", "Får visas för", "Uppgift från")  # fmt: skip
GOOD = ("", "Exempelfirma {} AB", "Karlskoga", "", "Sverige", 18, "25530", "Svarvning", "Stål", "ISO 9001", "nej",
        "industri", 1200, "2027-01-01", "medlemmar", "2026-10-01")  # fmt: skip
# (heading, what a user wrote, the code, the right value by hand, whether Närverk's own suggestion is right too)
WRONG: tuple[tuple[str, Any, str, str, bool], ...] = (
    ("Org.nr", "409900-0013", "org_number_check_digit", "409900-0012", False),
    ("Org.nr", "4099", "org_number_length", "409900-0020", False),
    ("Ort", "Karlskga", "place_unknown", "Karlskoga", False),
    ("Ort", "Fors", "place_ambiguous", "Fors, Avesta", False),
    ("Land", "Sverge", "country_unknown", "Sverige", True),
    ("Anställda", "tolv", "number_bad", "12", False),
    ("Anställda", "1.200", "number_ambiguous", "1200", True),
    ("Anställda", -4, "number_negative", "4", False),
    ("SNI", "25", "sni_bad", "25530", False),
    ("Processer", "Svarfning", "process_unknown", "svarvning", True),
    ("Processer", "Svarvning; fräsninng", "process_unknown", "svarvning; fräsning", True),
    ("Processer", "=1+1", "process_unknown", "svarvning", False),
    ("Material", "Titann", "material_unknown", "Titan", True),
    ("Certifikat", "ISO 140001", "certificate_unknown", "ISO 14001", True),
    ("Känslig", "kanske", "yes_no_bad", "ja", False),
    ("Sektor", "industrri", "choice_unknown", "industri", True),
    ("Max längd mm", "lång", "number_bad", "1,5", False),
    ("Medlem till", "03/04/2027", "date_ambiguous", "2027-04-03", True),
    ("Medlem till", "snart", "date_bad", "2027-12-31", False),
    ("Får visas för", "medlemar", "audience_unknown", "medlemmar", True),
    ("Uppgift från", "2026", "date_incomplete", "2026-01-01", False),
)


@pytest.fixture(scope="module", name="store")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:{tmp_path_factory.mktemp('store') / 'r.sqlite'}")
    yield store
    store.close()


def write_list(path: Path, cells: Sequence[tuple[int, str, Any]], rows: int) -> Path:
    """A list of good rows, with these cells (row, heading, value) instead."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet("Medlemmar")
        page.write_row(0, 0, ["Medlemslista"])
        page.write_row(2, 0, HEADINGS)
        for row in range(rows):
            page.write_row(row + 3, 0, [each.format(row) if isinstance(each, str) else each for each in GOOD])
        for row, heading, value in cells:
            page.write(row + 3, HEADINGS.index(heading), value)
    return path


def tried(store: Store, *paths: Path) -> LoadReport:
    return load_files(store, paths, dry_run=True)


def sheet_of_corrections(content: bytes) -> tuple[Any, Any, list[dict[str, Any]]]:
    """The workbook, its first sheet, and that sheet's lines as cells by field."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    names = {name: field for field, both in CORRECTIONS.items() for name in both}
    heading = next(row for row in page.iter_rows() if row[0].value in CORRECTIONS["file"])
    fields = [names[cell.value] for cell in heading]
    lines = [dict(zip(fields, row, strict=True)) for row in page.iter_rows(min_row=heading[0].row + 1)]
    return book, page, [each for each in lines if each["sheet"].value]


def accepted(content: bytes, path: Path, right: dict[tuple[str, str], str] | None = None) -> Path:
    """The workbook as a person leaves it: suggestions accepted, or these right values by found text and column."""
    book, _, lines = sheet_of_corrections(content)
    for each in lines:
        if right is not None:
            each["right"].value = right[str(each["found"].value or "").lstrip("'"), each["column"].value]
            if each["right"].data_type == "f":
                each["right"].data_type = "s"
        if each["right"].value:
            each["accepted"].value = "ja"
    book.save(path)
    return path


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_what_is_corrected_loads_clean(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, store: Store
) -> None:
    places = data.draw(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(WRONG)), min_size=1, max_size=12))
    by_cell = {(row, wrong[0]): wrong for row, wrong in places}
    folder = tmp_path_factory.mktemp("list")
    path = write_list(folder / "lista.xlsx", [(row, w[0], w[1]) for (row, _), w in by_cell.items()], 4)
    before = tried(store, path)
    assert {each.code for each in before.problems} >= {wrong[2] for wrong in by_cell.values()}
    content = annotated([path], before, load("sv"))
    right = {(str(w[1]), w[0]): w[3] for w in by_cell.values()}
    after = tried(store, accepted(content, folder / "rättad.xlsx", right))
    assert after.problems == ()
    assert after.read == before.read == 4

    suggested = tried(store, accepted(content, folder / "godkänd.xlsx"))
    left = {(each.row, each.column) for each in suggested.problems}
    assert left == {(row + 4, heading) for (row, heading), wrong in by_cell.items() if not wrong[4]}


def test_what_is_not_accepted_is_left(tmp_path: Path, store: Store) -> None:
    path = write_list(tmp_path / "lista.xlsx", [(0, "Land", "Tysklnad")], 1)
    marked = tmp_path / "märkt.xlsx"
    marked.write_bytes(annotated([path], tried(store, path), load("sv")))
    found = tried(store, marked)
    assert [(each.code, each.row, each.sheet) for each in found.problems] == [("country_unknown", 4, "Medlemmar")]
    assert [each.sheet for each in found.sheets] == ["Medlemmar"]  # neither the corrections nor the words to choose


def test_a_correction_that_cannot_be_made_is_told(tmp_path: Path, store: Store) -> None:
    path = write_list(
        tmp_path / "lista.xlsx", [(0, "Land", "Tysklnad"), (1, "Anställda", "tolv"), (0, "Sektor", "industrri")], 2
    )
    book, _, lines = sheet_of_corrections(annotated([path], tried(store, path), load("en")))
    for each in lines:
        each["accepted"].value = "yes"  # "tolv" has no right value
    book["Medlemmar"]["E4"].value = "Norge"  # changed since
    gone = next(each for each in lines if each["column"].value == "Sektor")
    gone["sheet"].value = "Blad9"
    book.save(tmp_path / "b.xlsx")
    found = tried(store, tmp_path / "b.xlsx")
    assert sorted(each.code for each in found.problems if each.code.startswith("correction")) == [
        "correction_out_of_date", "correction_without_cell", "correction_without_value",
    ]  # fmt: skip
    assert {each.sheet for each in found.problems if each.code.startswith("correction")} == {"Närverk – corrections"}


def test_everything_of_the_users_own_stays(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "lista.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Medlemmar")
        page.write_row(0, 0, ["Företag", "Ort", "Anställda", "Dubbelt", "Dag"], book.add_format({"bold": True}))
        page.write_row(1, 0, ["Exempel AB", "Karlskga", 7])
        page.write_comment(1, 1, "ring först", {"author": "Anna"})
        page.write_formula(1, 3, "=C2*2", None, 14)
        page.write_formula(2, 3, '=IF(C2>1,"ja & nej","")', None, "ja & nej")
        page.write_datetime(1, 4, date(2026, 10, 1), book.add_format({"num_format": "d/m yyyy"}))
        page.set_column(0, 0, 41)
        italic = book.add_format({"italic": True})
        page.conditional_format("C2:C9", {"type": "cell", "criteria": ">", "value": 5, "format": italic})
        book.add_worksheet("Mera").write(0, 0, "Ett blad med anteckningar")
    content = annotated([path], tried(store, path), load("sv"))
    before, after = ({s.name: s.rows for s in read_workbook(each, "a")} for each in (path.read_bytes(), content))
    assert {name: after[name] for name in before} == before
    made = openpyxl.load_workbook(io.BytesIO(content))
    mine = made["Medlemmar"]
    assert (mine["A1"].font.bold, mine.column_dimensions["A"].width > 40) == (True, True)
    assert mine["E2"].number_format == "d/m yyyy"
    assert (mine["D2"].value, mine["D3"].value) == ("=C2*2", '=IF(C2>1,"ja & nej","")')
    assert mine["B2"].comment.text.startswith(f"ring först{PARTED}▲ Platsen känns inte igen.")
    rules = {str(each.sqref): [rule.formula for rule in each.rules] for each in mine.conditional_formatting}
    assert rules == {"C2:C9": [["5"]], "B2": [[OURS]], "D1 E1": [[OURS]], "A3": [[OURS]]}


def test_a_second_round_starts_from_the_first(tmp_path: Path, store: Store) -> None:
    """Accepted values are in the cells now, old marks are gone, the user's comment stays."""
    path = write_list(tmp_path / "lista.xlsx", [(0, "Land", "Tysklnad"), (1, "Anställda", "tolv")], 2)
    book = openpyxl.load_workbook(path)
    book["Medlemmar"]["E4"].comment = openpyxl.comments.Comment("fråga Anna", "Anna")
    book.save(path)
    once = accepted(annotated([path], tried(store, path), load("sv")), tmp_path / "en.xlsx")
    twice, _, lines = sheet_of_corrections(annotated([once], tried(store, once), load("sv")))
    assert [each["found"].value for each in lines] == ["tolv"]
    assert (twice["Medlemmar"]["E4"].value, twice["Medlemmar"]["E4"].comment.text) == ("Tyskland", "fråga Anna")
    assert [str(each.sqref) for each in twice["Medlemmar"].conditional_formatting] == ["F5"]
    assert twice.sheetnames == ["Närverk – rättelser", "Medlemmar", "Närverk – val"]


def test_several_files_and_text_become_one_workbook(tmp_path: Path, store: Store) -> None:
    one = write_list(tmp_path / "ett.xlsx", [(0, "Land", "Tysklnad")], 1)
    two = write_list(tmp_path / "två.xlsx", [(0, "Anställda", "tolv")], 1)
    text = tmp_path / "tre.csv"
    text.write_bytes("Kod;Företag;Anställda\n0012;=Svets AB;abc\nSumma st;;12\n".encode("cp1252"))
    before = tried(store, one, two, text)
    content = annotated([one, two, text], before, load("sv"))
    book, _, lines = sheet_of_corrections(content)
    assert book.sheetnames == ["Närverk – rättelser", "Medlemmar", "Medlemmar (två)", "tre", "Närverk – val"]
    assert [(each["file"].value, each["sheet"].value, each["cell"].value) for each in lines] == [
        ("ett.xlsx", "Medlemmar", "E4"), ("två.xlsx", "Medlemmar (två)", "F4"), ("tre.csv", "tre", "C2"),
    ]  # fmt: skip
    cell = book["tre"]["B2"]
    assert (cell.value, cell.data_type, book["tre"]["A2"].value) == ("=Svets AB", "s", "0012")
    right = {("Tysklnad", "Land"): "Norge", ("tolv", "Anställda"): "12", ("abc", "Anställda"): "7"}
    after = tried(store, accepted(content, tmp_path / "alla.xlsx", right))
    assert [each.code for each in after.problems] == ["column_unknown", "row_is_total"]
    assert [each.outcomes for each in after.sheets] == [each.outcomes for each in before.sheets]


def test_nothing_we_write_is_a_formula_or_a_personal_number(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "lista.csv"
    path.write_text(
        "Org.nr;Företag;Ort;Processer\n811218-9876;Kalle;Karlskga;=HYPERLINK(1) 811218-9876\n", encoding="utf-8"
    )
    content = annotated([path], tried(store, path), load("sv"))
    book, page, lines = sheet_of_corrections(content)
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}
    (process,) = [each for each in lines if each["column"].value == "Processer"]
    assert process["found"].value == "'=HYPERLINK(1) ******-****"
    assert process["right"].value is None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        ours = [archive.read(each) for each in archive.namelist() if "comment" in each or "sheet1.xml" in each]
    assert ours
    assert not any(b"811218" in each for each in ours)
    assert "811218-9876" in str(book["lista"]["A2"].value)  # the user's own cells are the user's own


def test_words_to_choose_stand_beside_the_value(tmp_path: Path, store: Store) -> None:
    path = write_list(tmp_path / "lista.xlsx", [(0, "Sektor", "xyz"), (0, "Ort", "Karlskga")], 1)
    book, page, lines = sheet_of_corrections(annotated([path], tried(store, path), load("sv")))
    chosen: dict[str, list[str]] = {}
    for rule in page.data_validations.dataValidation:
        sheet, _, cells = rule.formula1.rpartition("!")
        words = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
        for each in str(rule.sqref).split():
            chosen[each] = words
    by_column = {each["column"].value: each["right"].coordinate for each in lines}
    assert "bemanning" in chosen[by_column["Sektor"]]
    assert chosen[by_column["Ort"]][0] == "Karlskoga"
    assert ["ja", "nej"] in chosen.values()


def test_a_list_too_large_to_mark_is_one_sentence(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_CELLS", 10)
    path = write_list(tmp_path / "lista.xlsx", [(0, "Sektor", "xyz")], 1)
    with pytest.raises(UserMistake, match="annotate_too_large"):
        annotated([path], tried(store, path), load("sv"))


def test_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    path = write_list(tmp_path / "lista.xlsx", [(0, "Land", "Tysklnad")], 1)
    out = tmp_path / "märkt.xlsx"
    assert str(out) in run("load", path, "--dry-run", "--annotate", out).out
    loaded = run("load", accepted(out.read_bytes(), tmp_path / "rättad.xlsx"), "--annotate", tmp_path / "igen.xlsx")
    assert (loaded.code, (tmp_path / "igen.xlsx").exists()) == (0, False)
    assert load("sv")("cli.nothing_to_mark") in loaded.out
    for target, code in ((path, "annotate_over_own"), (tmp_path / "a.csv", "not_an_xlsx")):
        refused = run("load", path, "--annotate", target)
        assert refused.err.strip() == load("sv")(f"error.{code}", file=str(target))


def test_the_corrected_workbook_says_what_the_corrected_list_says(tmp_path: Path) -> None:
    """The same records as from a list that was right from the beginning."""
    wrong = write_list(tmp_path / "lista.xlsx", [(0, "Land", "Tysklnad"), (1, "Processer", "Svarvning; fräsninng")], 2)
    right = write_list(tmp_path / "rätt.xlsx", [(0, "Land", "Tyskland"), (1, "Processer", "Svarvning; fräsning")], 2)
    found = []
    for index, make in enumerate((None, right)):
        store = open_store(f"sqlite:{tmp_path / f'{index}.sqlite'}")
        path = make or accepted(annotated([wrong], tried(store, wrong), load("sv")), tmp_path / "rättad.xlsx")
        load_files(store, [path])
        found.append({kind: store.snapshot(kind).of(kind) for kind in REGION_KINDS})
        store.close()
    assert found[0] == found[1]
    assert read_tables(right)[0].headings == HEADINGS


def test_what_openpyxl_cannot_open_comes_back_as_text(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "lista.ods"
    path.write_bytes(ods(ods_row("Företag", "Ort", "Land") + ods_row("0012 AB", "Nora", "Sverge")))
    content = annotated([path], tried(store, path), load("sv"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book["Blad1"][2]] == ["0012 AB", "Nora", "Sverge"]
    assert tried(store, accepted(content, tmp_path / "rättad.xlsx")).problems == ()

"""Whatever a file holds, it is read or refused with a code: found by trying, a few seconds' worth.

The long run is ``python -m benchmarks.fuzz_readers``; what it finds becomes a test in tests/test_bad_input.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.errors import UnreadableFile
from ingest.tables import Table, decode, read_delimited, read_tables
from tools.good_files import good_files

GOOD = good_files()
CODES = {"file_empty", "not_a_table", "web_page", "workbook_damaged", "workbook_encrypted", "file_too_large",
         "sheet_too_large"}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "fil.xlsx"


def read_or_refused(path: Path, content: bytes) -> tuple[Table, ...]:
    path.write_bytes(content)
    try:
        tables = read_tables(path)
    except UnreadableFile as refusal:
        said = (refusal.code in CODES, refusal.values["file"])
        assert said == (True, path.name)
        return ()
    for table in tables:
        numbers = [number for number, _ in table.numbered()]
        assert numbers == sorted(set(numbers))
        assert all(number > table.heading_row for number in numbers)
        assert all(len(row) >= len(table.headings) > 0 for row in table.rows)
        assert all(cell.__class__ is str for row in table.rows for cell in row)
    return tables


@pytest.mark.parametrize("name", sorted(GOOD))
def test_the_good_files_are_good(path: Path, name: str) -> None:
    assert read_or_refused(path, GOOD[name])[0].rows


CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4), st.integers(0, 6)), max_size=5)


@given(name=st.sampled_from(sorted(GOOD.keys() - {"a.xlsb"})), changes=CHANGES, kept=st.floats(0, 1))
@settings(max_examples=250, deadline=None)
def test_a_damaged_file_is_read_or_refused(
    path: Path, name: str, changes: list[tuple[float, bytes, int]], kept: float
) -> None:
    content = bytearray(GOOD[name])
    for where, new, gone in changes:
        at = int(where * len(content))
        content[at : at + gone] = new
    read_or_refused(path, bytes(content[: max(len(content) // 2, int(kept * 2 * len(content)))]))


@given(where=st.floats(0, 1, exclude_max=True), new=st.binary(min_size=1, max_size=3))
@settings(max_examples=6, deadline=None)
def test_a_damaged_binary_workbook_is_read_or_refused(path: Path, where: float, new: bytes) -> None:
    """A few: each is read in a process of its own, which may end as it likes."""
    content = bytearray(GOOD["a.xlsb"])
    at = int(where * len(content))
    content[at : at + len(new)] = new
    read_or_refused(path, bytes(content))


STARTS = (
    b"",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"PK\x03\x04",
    b"sep=;\n",
    b"#FORMAT PC8\n",
    b"<",
    b"#FLAGGA 0\n",
)


@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
@example(start=b"\xff\xfe\0\0", rest="Namn;Ort\nA;B\n".encode("utf-32-le"))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused(path: Path, start: bytes, rest: bytes) -> None:
    read_or_refused(path, start + rest)


ANY_TEXT = st.text(st.sampled_from("a;,\t|\"\r\nåÖ ='\u00a0\u2028\u200f"), max_size=60)


@given(text=ANY_TEXT, encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16")))
def test_no_letter_of_a_text_is_lost(text: str, encoding: str) -> None:
    """Whatever delimiter is found and however the quotes stand: letters come back, all and in their order."""
    rows = read_delimited(decode(text.encode(encoding)))
    letters = "".join(each for row in rows for cell in row for each in cell if each.isalpha())
    assert letters == "".join(filter(str.isalpha, text))


ROW = st.lists(st.text(st.sampled_from("abåäöÅ '=+\u2028"), min_size=1, max_size=5), min_size=3, max_size=3)


@given(
    rows=st.lists(ROW, min_size=1, max_size=5),
    end=st.sampled_from(("\n", "\r\n", "\r")),
    delimiter=st.sampled_from(";\t,|"),
    encoding=st.sampled_from(("utf-8", "cp1252", "utf-16", "utf-8-sig")),
)
def test_a_plain_text_comes_back_cell_by_cell(
    path: Path, rows: list[list[str]], end: str, delimiter: str, encoding: str
) -> None:
    rows = [[cell.replace("\u2028", "") or "x" for cell in row] for row in rows] if encoding == "cp1252" else rows
    lines = [["Org.nr", "Företag", "Ort"], *rows]
    content = end.join(delimiter.join(row) for row in lines).encode(encoding)
    kept = [row for row in rows if "".join(row).strip()]
    tables = read_or_refused(path, content)
    assert [list(row) for table in tables for row in table.rows if "".join(row).strip()] == kept

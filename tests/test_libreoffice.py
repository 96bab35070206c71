"""What is written for Office opens in a program that people have: all slides and sheets are there, and what they say.

LibreOffice reads each file and writes it in its own form, which is read here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import partial
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from graph.audience import Viewer
from graph.model import Level
from render.exports import FILES
from render.show_deck import Bars, Deck
from render.show_pptx import show_pptx
from render.taken import Taken
from tests.regions import Built, built_region, own_data
from tests.test_show import lived, made, told
from texts import load
from tools.libreoffice import NotOpened, opened

__all__ = ["built_region", "lived", "made", "own_data", "told"]  # fixtures

Open = Callable[[Path, str], Path]


@pytest.fixture(name="opened_as")
def opened_in_libreoffice(libreoffice_path: str, tmp_path: Path) -> Open:
    folder = tmp_path / "saved"
    folder.mkdir()
    return partial(_opened, libreoffice_path, folder)


def _opened(program: str, folder: Path, path: Path, kind: str) -> Path:
    return opened(program, path, kind, folder)


def words(xml: str) -> str:
    """Its text, with a space for each element."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", xml)).split())


def slides(path: Path) -> list[str]:
    """The XML of each slide."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    return re.findall(r"<draw:page .*?</draw:page>", content, re.DOTALL)


def charts(path: Path) -> list[str]:
    """What the charts of a file say."""
    with zipfile.ZipFile(path) as archive:
        named = [each for each in archive.namelist() if re.fullmatch(r"Object \d+/content\.xml", each)]
        return [words(archive.read(each).decode()) for each in named]


def test_a_show_has_its_slides_titles_and_charts(made: Deck, opened_as: Open, tmp_path: Path) -> None:
    path = tmp_path / "visning å.pptx"
    path.write_bytes(show_pptx(made, load(made.language)))
    saved = opened_as(path, "odp")
    pages = slides(saved)
    assert len(pages) == len(made.slides)
    for page, slide in zip(pages, made.slides, strict=True):
        assert " ".join(slide.title.split()) in words(page)
        for note in slide.notes:
            assert " ".join(note.split()) in words(page)
    drawn = charts(saved)
    bars = [slide.picture for slide in made.slides if isinstance(slide.picture, Bars)]
    for picture in bars:
        assert any(all(each.name in chart for each in picture.bars) for chart in drawn), picture
    assert len(drawn) >= len(bars) > 0


def test_slides_taken_along_open(built: Built, opened_as: Open, tmp_path: Path) -> None:
    taken = Taken(built.snapshot, Viewer(Level.PUBLIC), "2026-11-20")
    path = tmp_path / "regionen.pptx"
    path.write_bytes(FILES[".pptx"].make(taken, load("sv")))
    pages = slides(opened_as(path, "odp"))
    assert len(pages) > 1
    assert all(words(each) for each in pages)


def test_the_workbook_says_the_same_cell_by_cell(built: Built, opened_as: Open, tmp_path: Path) -> None:
    path = tmp_path / "regionen.xlsx"
    path.write_bytes(FILES[".xlsx"].make(Taken(built.snapshot, Viewer(Level.MANAGER), "2026-11-20"), load("sv")))
    saved = CalamineWorkbook.from_path(opened_as(path, "ods"))
    book = openpyxl.load_workbook(path, read_only=True)
    assert saved.sheet_names == book.sheetnames
    for name in book.sheetnames:
        ours = [[str(cell) for cell in row if cell is not None] for row in book[name].iter_rows(values_only=True)]
        theirs = [[cell for cell in row if cell != ""] for row in saved.get_sheet_by_name(name).to_python()]
        assert [len(each) for each in ours if each] == [len(each) for each in theirs if each], name


def test_what_is_no_file_of_office_is_not_opened(opened_as: Open, tmp_path: Path) -> None:
    path = tmp_path / "trasig.pptx"
    path.write_bytes(b"PK\x03\x04 not a presentation")
    with pytest.raises(NotOpened):
        opened_as(path, "odp")

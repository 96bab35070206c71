"""Questionnaires in a region where every field is marked: a firm's own holds what is its own, and nothing forbidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from graph.audience import Viewer
from graph.model import Level
from graph.questionnaire import ask
from graph.store import open_store
from ingest.questionnaire import known_of
from ingest.questionnaire_read import read_returned
from render.questionnaire import filled, packed, workbook
from render.questionnaire_form import form
from tests.markers import OWN, Marked, found_in
from tests.test_leaks import clean, data, region_of_marks
from texts import LANGUAGES, load

__all__ = ["data", "region_of_marks"]  # fixtures

DAY = "2026-10-01"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firms_questionnaire_holds_its_own_and_nothing_that_is_forbidden(
    region: Marked, tmp_path: Path, language: str
) -> None:
    texts, firm = load(language), region.firms["own"]
    store = open_store(f"sqlite:{region.path}", create=False)
    known = known_of(store, firm)
    manager = Viewer(Level.MANAGER)
    (asked,) = ask(store, manager, [(firm, filled(known, texts))], language=language, on=DAY)
    book = workbook(asked, known, texts, answer_by=DAY)
    told = clean(region, OWN, book)
    assert told
    assert all(OWN in region.marks.known[each].seen_by for each in told)
    assert clean(region, OWN, form(asked, known, texts)) <= told
    assert clean(region, OWN, packed([("a", asked.code, book)], ".xlsx")) == told
    path = tmp_path / "a.xlsx"
    path.write_bytes(book)
    load_workbook(path).save(path)
    returned = read_returned(store, manager, [path], on=DAY)
    store.close()
    assert [(each.changes, each.odd) for each in returned.answers] == [([], [])]
    assert not found_in(asked.code.encode())

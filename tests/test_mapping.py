"""What a person says of a list's columns holds for all lists with the same headings, in any order, until taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import UserMistake
from graph.ledger import publish, retract
from graph.model import Claim, Company, Decision, Level, Source
from graph.store import Store, open_store
from ingest.mapping import layout_of, mapped, remember, remembered
from ingest.pipeline import load_files
from ingest.tables import Table
from tests.regions import own_data, run

__all__ = ["own_data"]

HEADINGS = ("Bolagsbenämning", "Säte", "Folk")
COLUMNS = {"Bolagsbenämning": "name", "Säte": "locality", "Folk": ""}


def table(*headings: str) -> Table:
    return Table("a.csv", "", headings, 1, (("x",) * len(headings),))


def test_it_holds_for_the_same_headings_in_any_order_and_spelling(store: Store) -> None:
    remember(store, HEADINGS, "company", COLUMNS, by="Anna")
    known = remembered(store.snapshot(Decision).of(Decision))
    again = mapped(table("FOLK", "säte", "", "Bolags-benämning"), known)
    assert (again.kind, dict(again.told)) == ("company", {0: "", 1: "locality", 3: "name"})
    assert mapped(table("Bolagsbenämning", "Säte"), known).kind == ""


def test_the_newest_word_counts_and_can_be_taken_back(store: Store) -> None:
    remember(store, HEADINGS, "company", COLUMNS)
    second = remember(store, HEADINGS, "company", {"Folk": "name"})
    (layout,) = {each.subjects[0] for each in store.snapshot(Decision).of(Decision)}
    assert layout == layout_of(HEADINGS)

    def folk() -> str:
        return remembered(store.snapshot(Decision).of(Decision))[layout].columns["folk"]

    assert folk() == "name"
    retract(store, second)
    assert folk() == ""
    assert store.check() == []


@pytest.mark.parametrize(
    ("kind", "columns", "code"),
    [
        ("firm", COLUMNS, "no_such_sheet_kind"),
        ("company", {"Namn": "name"}, "no_such_column"),
        ("company", {"Säte": "town"}, "no_such_column_field"),
        ("company", {"Säte": "name", "Folk": "name"}, "column_twice"),
        ("company", {"Säte": "locality"}, "columns_missing"),
    ],
)
def test_what_cannot_be_is_refused(kind: str, columns: dict[str, str], code: str, tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'r.sqlite'}")
    with pytest.raises(UserMistake, match=code):
        remember(store, HEADINGS, kind, columns)
    assert list(store.snapshot(Decision).of(Decision)) == []
    store.close()


def test_a_told_column_goes_before_a_heading_that_says_the_same(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'r.sqlite'}")
    path = tmp_path / "lista.csv"
    path.write_text("Namn;Visningsnamn;Ort\nALFA 17;Alfa AB;Nora\n", encoding="utf-8")
    headings = ("Namn", "Visningsnamn", "Ort")
    remember(store, headings, "company", {"Visningsnamn": "name", "Namn": ""})
    report = load_files(store, [path])
    assert [each.name for each in store.snapshot(Company).of(Company)] == ["Alfa AB"]
    assert [each.code for each in report.problems] == []
    (sheet,) = report.sheets
    assert {each.heading: (each.field, each.is_told) for each in sheet.columns} == {
        "Namn": ("", True), "Visningsnamn": ("name", True), "Ort": ("locality", False),
    }  # fmt: skip
    store.close()


def test_it_survives_the_region_being_loaded_anew_and_changes_no_record(store: Store) -> None:
    claim = Claim("org:4099000012", "Company", "", {"name": "Ek AB"})
    publish(store, [Source("member_sheet", "network", Level.MEMBERS)], [claim], on="2026-01-01")
    before = store.snapshot(Company).of(Company)
    remember(store, HEADINGS, "company", COLUMNS)
    assert store.snapshot(Company).of(Company) == before
    assert layout_of(HEADINGS) in remembered(store.snapshot(Decision).of(Decision))


def test_in_the_terminal(tmp_path: Path) -> None:
    address, path = f"sqlite:{tmp_path / 'r.sqlite'}", tmp_path / "okänd.csv"
    path.write_text("Bolagsbenämning;Säte;Folk\nAlfa AB;Nora;17\n", encoding="utf-8")
    told = ("--as", "company", "--column", "Bolagsbenämning=name", "Säte=locality", "Folk=")
    loaded = run("--store", address, "load", path, *told, "--json")
    assert (loaded.code, loaded.json["accepted"], loaded.json["problems"]) == (0, 1, [])
    path.write_text("Folk;Bolagsbenämning;Säte\n9;Beta AB;Kumla\n", encoding="utf-8")
    assert run("--store", address, "load", path, "--json").json["accepted"] == 1
    for wrong, named in (("Färg=name", "Färg"), ("name", "name")):
        refused = run("--store", address, "load", path, "--as", "company", "--column", wrong)
        assert (refused.code, refused.out) == (1, "")
        assert named in refused.err

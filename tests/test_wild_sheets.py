"""Sheets as people keep them: totals, headings once more, words nearly right; and every row counted once.

The expected counts follow from what each generated row was made to be, not from what the readers say of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.store import Store, open_store
from ingest.headings import COMPANY
from ingest.pipeline import OUTCOMES, LoadReport, load_files
from ingest.suggestions import heading_meant, meant
from ingest.totals import is_total
from render.plain import problem_sentence
from texts import LANGUAGES, load


@pytest.fixture(scope="module", name="store")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:{tmp_path_factory.mktemp('store') / 'r.sqlite'}")
    yield store
    store.close()


def tried(store: Store, path: Path, *lines: str) -> LoadReport:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_files(store, [path], dry_run=True)


@pytest.mark.parametrize(
    "text",
    [
        "Summa",
        "SUMMA:",
        "Summa kr",
        "Totalt antal",
        "Totalt (kr exkl moms)",
        "Total amount",
        "Grand total",
        "Delsumma 2025",
    ],
)
def test_totals_under_many_names(text: str) -> None:
    assert is_total(("", text, "1 234"))


@pytest.mark.parametrize(
    "text", ["Total Sverige AB", "Summa Invest AB", "Totalplåt i Nora", "Grand Hotell", "Sum-it AB", "Antal", "Tot"]
)
def test_firms_that_sound_like_totals(text: str) -> None:
    assert not is_total((text, "1 234"))


def test_a_last_row_of_sums_without_a_word_is_a_total(store: Store, tmp_path: Path) -> None:
    lines = ["Företag;Anställda;Betyg", "A AB;3;10,5", "B AB;4;", "C AB;5;2"]
    found = tried(store, tmp_path / "a.csv", *lines, ";12;12,5")
    assert [(each.row, each.code) for each in found.problems] == [(1, "column_unknown"), (5, "row_is_total")]
    other = tried(store, tmp_path / "b.csv", *lines, ";13;99")
    assert [(each.row, each.code) for each in other.problems] == [(1, "column_unknown"), (5, "company_missing")]


def test_headings_once_more_are_no_firm(store: Store, tmp_path: Path) -> None:
    found = tried(store, tmp_path / "a.csv", "Företag;Ort", "A AB;Nora", "Företag;Ort", "B AB;Nora")
    assert [(each.row, each.code) for each in found.problems] == [(3, "row_is_heading")]
    assert (found.read, found.outcomes["rejected"], found.outcomes["accepted"]) == (3, 1, 2)


@pytest.mark.parametrize(
    ("code", "text", "suggestion"),
    [
        ("process_unknown", "Svarfning", "svarvning"), ("process_unknown", "laserskarning", "laserskärning"),
        ("process_unknown", "trollkonst", None), ("process_unknown", "TIG", None),
        ("material_unknown", "Aluminum", "Aluminium"), ("material_unknown", "adamantium", None),
        ("certificate_unknown", "ISO 140001", "ISO 14001"), ("theme_unknown", "Digitalisring", "Digitalisering"),
        ("municipality_unknown", "Karlskga", "Karlskoga"), ("municipality_unknown", "Ankeborg", None),
        ("locality_unknown", "Åtrop", None), ("number_bad", "Svarfning", None),
    ],
)  # fmt: skip
def test_what_was_perhaps_meant(code: str, text: str, suggestion: str | None) -> None:
    found = meant(code, text)
    assert (found or "").casefold() == (suggestion or "").casefold()


def test_a_heading_nearly_right_is_suggested_unless_its_field_has_a_column(store: Store, tmp_path: Path) -> None:
    found = tried(store, tmp_path / "a.csv", "Företag;Organisationsnumer;Anstälda;Färg", "A AB;4099000012;3;röd")
    assert {each.column: each.suggestion for each in found.problems} == {
        "Organisationsnumer": "Organisationsnummer", "Anstälda": "Anställda", "Färg": None,
    }  # fmt: skip
    assert heading_meant("Anstälda", COMPANY, {"employees": 3}) is None


def test_a_name_with_a_comma_is_one_process(store: Store, tmp_path: Path) -> None:
    """As it comes out of a drop-down: "Skruv, mutter och specialfästelement" is one entry of the taxonomy."""
    found = tried(store, tmp_path / "a.csv", "Företag;Processer", "A AB;Skruv, mutter och specialfästelement")
    assert found.problems == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_many_rows_are_hidden_is_said(store: Store, tmp_path: Path, language: str) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Medlemmar")
        for row, cells in enumerate((["Företag", "Ort"], ["A AB", "Nora"], ["B AB", "Nora"])):
            page.write_row(row, 0, cells)
        page.set_row(2, None, None, {"hidden": True})
    (problem,) = load_files(store, [path], dry_run=True).problems
    said = problem_sentence(problem, load(language))
    assert said.endswith({"sv": " Antal rader: 1.", "en": " Number of rows: 1."}[language])


# -- every row once --------------------------------------------------------------------------------------------------

ROWS = st.sampled_from(["new", "same", "nameless", "blank", "total", "headings", "bad"])


def cells_of(kind: str, number: int) -> tuple[str, str, str]:
    return {
        "new": (f"Unik{number} AB", "Nora", str(number)),
        "same": ("Samma AB", "Nora", "7"),
        "nameless": ("", "Nora", "7"),
        "blank": ("", "", ""),
        "total": ("Summa st", "", "99"),
        "headings": ("Företag", "Kommun", "Anställda"),
        "bad": (f"Trasig{number} AB", "Ankeborg", "tolv"),
    }[kind]


@settings(max_examples=30, deadline=None)
@given(sheets=st.lists(st.lists(ROWS, min_size=1, max_size=12), min_size=1, max_size=3))
def test_every_row_is_counted_once(
    sheets: list[list[str]], store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if all(kind in {"blank", "headings"} for kinds in sheets for kind in kinds):
        return
    path = tmp_path_factory.mktemp("rows") / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for index, kinds in enumerate(sheets):
            page = book.add_worksheet(f"Blad{index}")
            page.write_row(0, 0, ["Företag", "Kommun", "Anställda"])
            for number, kind in enumerate(kinds, 1):
                page.write_row(number, 0, cells_of(kind, index * 100 + number))
    report = load_files(store, [path], dry_run=True)
    written = [kind for kinds in sheets for kind in kinds if kind != "blank"]
    parting = sum(
        1
        for kinds in sheets
        for before, kind in zip(["", *kinds], kinds, strict=False)
        if (before, kind) == ("blank", "headings")
    )  # these begin a table of their own
    assert report.read == len(written) - parting
    assert sum(report.outcomes.values()) == report.read == sum(each.rows for each in report.sheets)
    assert all(sum(each.outcomes.values()) == each.rows for each in report.sheets)
    assert {name: sum(each.outcomes[name] for each in report.sheets) for name in OUTCOMES} == report.outcomes
    assert report.outcomes["rejected"] == sum(kind in {"nameless", "total", "headings"} for kind in written) - parting

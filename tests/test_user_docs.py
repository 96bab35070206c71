"""What the handbook tells users: its words are the app's, its commands run, its example loads, its tables are true."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from PIL import Image

import cli
from graph.audience import RESULT_AUDIENCE, visible_fields
from graph.judging import Weights
from graph.model import REGION_KINDS, Level
from graph.replacement import ENOUGH_HITS, MOST_NEAR_MISSES
from graph.show import KINDS
from graph.store import open_store
from graph.transfer import COPIES_KEPT
from ingest.headings import SHEETS
from ingest.pipeline import load_files
from ingest.rows import fold
from ingest.sources import source_of, sources
from ingest.tables import Table
from tests.conftest import ROOT
from texts import LANGUAGES, load

DOCS = ROOT / "docs"
NAMES = (
    *("activities", "the-show", "the-week", "totals"),
    *("a-meeting", "a-new-region", "a-question", "first-steps", "index", "log-in", "my-firm", "my-list"),
    *("neo4j", "persons", "privacy", "questionnaire", "results", "server", "take-along", "the-network"),
)
PAGES = [DOCS / language / f"{name}.md" for language in LANGUAGES for name in NAMES]
PICTURES = ("start", "find", "company")
LARGEST_PICTURE_BYTES = 200_000
HEADINGS = {fold(name) for _, known, _ in SHEETS.values() for names in known.values() for name in names}
YES = {"sv": {"ja": True, "nej": False}, "en": {"yes": True, "no": False}}
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")


def page_of(language: str, name: str) -> str:
    return (DOCS / language / f"{name}.md").read_text(encoding="utf-8")


def blocks(text: str, kind: str = "") -> list[str]:
    """Code blocks of a kind: "" for what is typed into a terminal."""
    return [
        body for found, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE) if found == kind
    ]


def prose(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def bold(text: str) -> list[str]:
    """What stands in bold, with its lines joined."""
    return [" ".join(each.split()) for each in re.findall(r"\*\*(.+?)\*\*", prose(text), re.DOTALL)]


def code(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(text))


def rows(text: str, columns: int) -> Iterator[list[str]]:
    """Cells of the rows of all tables with so many columns, the headings left out."""
    for line in re.findall(r"^\|(.+)\|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == columns and "**" in cells[0]:
            yield cells


@cache
def sentences(language: str) -> list[tuple[re.Pattern[str], int]]:
    """Every sentence of a language with anything where a value is put in, and how many letters are its own."""
    found = []
    for text in load(language).keys.values():
        parts = [(before, name is not None) for before, name, _, _ in Formatter().parse(text)]
        pattern = "".join(re.escape(before) + (".+" if is_value else "") for before, is_value in parts)
        found.append((re.compile(pattern), sum(len(before) for before, _ in parts)))
    return found


def is_said(quoted: str, language: str) -> bool:
    """Whether it is a sentence of the language, of which at least half is not values."""
    return any(2 * own >= len(quoted) and known.fullmatch(quoted) for known, own in sentences(language))


# -- the same in both languages --------------------------------------------------------------------------------------


def test_both_languages_have_the_same_pages() -> None:
    assert {each.stem for each in DOCS.glob("sv/*.md")} == set(NAMES) == {each.stem for each in DOCS.glob("en/*.md")}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_shape(name: str) -> None:
    """Headings, tables, lists, pictures, quoted words and commands: as many of each, in the same order."""

    def shape(language: str) -> tuple[object, ...]:
        text = page_of(language, name)
        headings = re.findall(r"^(#+) ", prose(text), re.MULTILINE)
        tables = [line.count("|") for line in re.findall(r"^\|.+$", text, re.MULTILINE)]
        pictures = re.findall(r"!\[.+?\]\((.+?)\)", text, re.DOTALL)
        marks = re.findall(r"^(\*|\d\.) ", text, re.MULTILINE)
        typed = [len(each.splitlines()) for each in blocks(text)]
        return headings, tables, pictures, marks, typed, len(bold(text))

    assert shape("sv") == shape("en")


# -- the app's words -------------------------------------------------------------------------------------------------


@EVERY_PAGE
def test_what_is_quoted_stands_on_the_screen(page: Path) -> None:
    quoted = bold(page.read_text(encoding="utf-8"))
    assert [each for each in quoted if not is_said(each, page.parent.name)] == []


def test_what_nobody_says_is_found_out() -> None:
    assert is_said("Om du publicerar: 3 nya företag.", "sv")
    assert not any(is_said(each, "sv") for each in ("Publicera allt", "Spara till fil", "Publish"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_app_is_told_of(language: str) -> None:
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    (pages,) = [
        ast.literal_eval(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name) and each.targets[0].id == "PAGES"
    ]
    told = [cells[0].strip("*") for cells in rows(page_of(language, "first-steps"), 2)]
    assert told == [load(language)(f"page.{name}") for name in pages]


# -- what can be typed and clicked -----------------------------------------------------------------------------------


@EVERY_PAGE
def test_what_is_typed_into_a_terminal_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lines = [line for block in blocks(text) for line in block.splitlines()]
    for line in lines:
        if line.startswith("python cli.py"):
            cli.parser().parse_args(shlex.split(line)[2:])
    targets = set(re.findall(r"\bmake ([a-z0-9]+)", "\n".join([*lines, *code(text)])))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [each for each in targets if not re.search(rf"^{each}:", makefile, re.MULTILINE)] == []
    begun = {re.split(r"[ =]", line)[0] for line in lines}
    assert begun <= {"python", "make", "pip", "streamlit", "docker", "export", "set", "call", "NARVERK_AUDIENCE",
                     "NARVERK_STORE"}  # fmt: skip


@EVERY_PAGE
def test_variables_are_read_by_somebody(page: Path) -> None:
    named = set(re.findall(r"\b(?:NARVERK|NEO4J)_[A-Z]+\b", page.read_text(encoding="utf-8")))
    rooms = [path for room in ("graph", "ingest", "views") for path in (ROOT / room).rglob("*.py")] + [
        ROOT / "compose.yaml"
    ]
    read = "\n".join(path.read_text(encoding="utf-8") for path in rooms)
    assert [each for each in named if f'"{each}"' not in read and f"${{{each}:" not in read] == []


@EVERY_PAGE
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    files = [each for each in code(text) if each in ("start.cmd", "compose.yaml")]
    assert all((ROOT / each).exists() for each in files)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_leads_to_every_page(language: str) -> None:
    links = set(re.findall(r"\]\(([\w-]+)\.md\)", page_of(language, "index")))
    assert links == set(NAMES) - {"index"}


@EVERY_PAGE
def test_no_page_knows_the_machine_it_was_written_on(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"(?:/(?:home|Users|tmp|root|work|mnt|var)/|[A-Z]:\\)\S*", text) == []
    assert set(re.findall(r"localhost:\d+", text)) <= {"localhost:7687"}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_large_as_it_says_and_no_heavier(name: str) -> None:
    path = DOCS / "images" / f"{name}.png"
    assert path.stat().st_size < LARGEST_PICTURE_BYTES
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (1280, 720))
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"docs/images/{name}.png" in said


def test_the_show_is_pictured_whole_and_in_both_sizes() -> None:
    said = (DOCS / "the-show-in-pictures.md").read_text(encoding="utf-8")
    for wide, high in ((1920, 1080), (1280, 720)):
        pictures = sorted((DOCS / "images" / "show" / f"{wide}x{high}").iterdir())
        assert [each.name for each in pictures] == [f"{number:02}.png" for number in range(1, len(pictures) + 1)]
        assert len(pictures) > len(KINDS)
        for path in pictures:
            assert path.relative_to(DOCS).as_posix() in said
            assert path.stat().st_size < LARGEST_PICTURE_BYTES
            with Image.open(path) as picture:
                assert (picture.format, picture.size) == ("PNG", (wide, high))


# -- what is claimed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_list_is_read_whole(language: str, tmp_path: Path) -> None:
    (example,) = blocks(page_of(language, "my-list"), "csv")
    path = tmp_path / "example.csv"
    path.write_text(example, encoding="utf-8")
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    try:
        report = load_files(store, [path], dry_run=True)
    finally:
        store.close()
    lines = len(example.splitlines()) - 1
    assert (report.read, report.outcomes["accepted"], report.problems) == (lines, lines, ())
    assert len(report.firms) == lines
    assert report.counts["Offer"] == 6  # a process each, and two of those that list two
    assert report.counts["Certificate"] == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_with_the_headings_named_is_known_as_what_is_said(language: str) -> None:
    kinds = {load(language)(f"load.kinds.{each.SOURCE_TYPE}"): each.SOURCE_TYPE for each in sources()}
    told = list(rows(page_of(language, "my-list"), 3))
    kinds_told = [cells for cells in told if (bold(cells[0]) or [""])[0] in kinds]
    assert {kinds[bold(cells[0])[0]] for cells in kinds_told} == {each.SOURCE_TYPE for each in sources() if each.KINDS}
    for kind, known_by, others in kinds_told:
        for headings in (code(known_by), code(known_by) + code(others)):
            assert {fold(each) for each in headings} <= HEADINGS
            source = source_of(Table("list.csv", "", tuple(headings), 1, ()))
            assert source is not None, kind
            assert kinds[bold(kind)[0]] == source.SOURCE_TYPE, headings


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_sees_which_kind_of_fact(language: str) -> None:
    texts = load(language)
    told = {
        cells[0].strip("*"): [YES[language][each] for each in cells[1:]]
        for cells in rows(page_of(language, "privacy"), 4)
    }
    seen = {
        texts(f"kind.{kind.__name__}"): [bool(visible_fields(kind.__name__, level)) for level in Level]
        for kind in REGION_KINDS
        if kind.__name__ not in ("Capability", "Alias", "Region")  # the program's own, or a name
    }
    assert told == seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_widest_circle_a_list_is_shown_to(language: str) -> None:
    texts = load(language)
    told = {cells[0].strip("*"): cells[1].strip("*") for cells in rows(page_of(language, "privacy"), 2)}
    modules = sources()
    assert told == {
        texts(f"load.kinds.{each.SOURCE_TYPE}"): texts(f"status.level.{each.AUDIENCE.name}") for each in modules
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_meeting_is_not_shown(language: str) -> None:
    texts = load(language)
    told = {cells[0].strip("*"): cells[1:] for cells in rows(page_of(language, "a-meeting"), 4)}
    for name, result in (
        ("imports", "import_list"),
        ("potential", "potential"),
        ("enquiries", "enquiries"),
        ("network", "network"),
        ("introductions", "introductions"),
        ("meeting", "meeting_plan"),
        ("show", "shows"),
        ("isolated", "isolation"),
        ("outreach", "outreach"),
        ("regions", "regions"),
        ("results", "results"),
        ("changes", "changes"),
        ("person", "persons"),
        ("needs", "needs"),
        ("interview", "needs"),
        ("questionnaire", "questionnaires"),
        ("activities", "activities"),
        ("load", "ledger"),
        ("access", "access"),
    ):
        manager, members, public = told[texts(f"page.{name}")]
        assert RESULT_AUDIENCE[result] is Level.MANAGER
        assert members == public != manager


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_those_of_the_code(language: str) -> None:
    question = page_of(language, "a-question")
    weights = Weights()
    terms = [weights.process, weights.demands, weights.nearness, weights.evidence, weights.capacity]
    assert [float(each) for each in re.findall(r"^\|.*\| (\d+) \|$", question, re.MULTILINE)] == terms
    assert sum(terms) == 100
    flat = " ".join(question.split())
    assert {"sv": f"färre än {ENOUGH_HITS} ", "en": f"fewer than {ENOUGH_HITS} "}[language] in flat
    assert {"sv": f"högst {MOST_NEAR_MISSES} ", "en": f"at most {MOST_NEAR_MISSES},"}[language] in flat
    kept = {"sv": f"de {COPIES_KEPT} nyaste", "en": f"the newest {COPIES_KEPT} "}[language]
    assert kept in " ".join(page_of(language, "first-steps").split())

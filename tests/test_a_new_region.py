"""From nothing to a useful answer, by the handbook alone: its own three lists, in the app and in a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.errors import UserMistake
from graph.model import Company, Region, Workplace
from graph.store import default_address, open_store
from ingest.pipeline import load_files
from tests.regions import run as command
from tests.test_app import bodies, run, said, start
from tests.test_load_page import click, drop, own_region
from tests.test_user_docs import blocks, page_of
from texts import LANGUAGES, load

__all__ = ["own_region"]  # a fixture

FILES = {"sv": ("kommuner", "medlemmar", "inkop"), "en": ("municipalities", "members", "purchases")}
DALARNA = "Dalarnas län"


def lists_of(language: str) -> list[tuple[str, str]]:
    """The name and the text of each list of the page."""
    found = blocks(page_of(language, "a-new-region"), "csv")
    return [(f"{name}.csv", text) for name, text in zip(FILES[language], found, strict=True)]


def promised(language: str) -> str:
    """The answer that the page promises."""
    text = " ".join(page_of(language, "a-new-region").split())
    found = re.search(r"(?:Svaret|The answer): (.+? Hedemora\.)", text)
    assert found
    return found[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_the_app(language: str) -> None:
    texts = load(language)
    municipalities, members, purchases = lists_of(language)
    assert texts("start.empty") in said(start(language, page="start"), "headline")
    app = drop(start(language, page="load"), municipalities, members)
    assert texts("load.count.new", count=6) in said(app, "headline")
    assert not any(texts("columns.title") in each for each in bodies(app)), "each column is read"
    click(app, "publish")
    store = open_store(default_address(), create=False)
    known = store.snapshot(Region, Company, Workplace)
    store.close()
    assert [(each.name, len(each.municipalities)) for each in known.of(Region)] == [(DALARNA, 15)]
    assert sum(each.latitude is not None for each in known.of(Workplace)) == len(known.of(Company)) == 6
    assert texts("start.headline", companies=6, able=6, places=6).split(".")[0] in said(
        start(language, page="start"), "headline"
    )
    app = start(language, page="imports")
    app.file_uploader[0].upload(purchases[0], purchases[1].encode(), "text/csv")
    run(app)
    app.text_input(key="imports_near_file").set_value("Hedemora")
    app.selectbox(key="imports_within").set_value("75 km")
    app = run(app)
    assert promised(language).removesuffix(".") in said(app, "headline")
    assert any(texts("imports.not_stored") in each or purchases[0] in each for each in bodies(app))


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_terminal(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in lists_of(language):
        Path(name).write_text(text, encoding="utf-8")
    (typed,) = blocks(page_of(language, "a-new-region"))
    for line in typed.splitlines():
        ran = command("--lang", language, *line.removeprefix("python cli.py ").split())
        assert ran.code == 0, ran.err
    assert promised(language).removesuffix(".") in ran.out


@pytest.mark.parametrize(
    ("file", "text", "name", "count"),
    [
        ("karta.csv", "Kommun\nGävle\nSandviken\nHofors\nOckelbo\n", "karta", 4),
        ("lista.csv", "Kommunkod\n1980\n1981\n", "lista", 2),
        ("alla.csv", "Kommuner\nGotland\n", "Gotlands län", 1),
    ],
)
def test_a_list_of_municipalities_alone_is_a_region(
    tmp_path: Path, file: str, text: str, name: str, count: int
) -> None:
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    report = load_files(store, [path])
    (region,) = store.snapshot(Region).of(Region)
    store.close()
    assert (region.name, len(region.municipalities), report.problems) == (name, count, ())


def test_a_list_with_more_than_municipalities_is_none(tmp_path: Path) -> None:
    path = tmp_path / "okänd.csv"
    path.write_text("Bolagsbenämning;Kommun\nExempel AB;Falun\n", encoding="utf-8")
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    with pytest.raises(UserMistake) as refused:
        load_files(store, [path])
    store.close()
    assert refused.value.code == "no_sheet_understood"

"""Nothing is shown that nobody has said whom it is for: every page, for everybody below the manager."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from app import PAGES, RESULT_OF
from graph.audience import RESULT_AUDIENCE, Viewer, may_see
from graph.model import Company, Level
from graph.store import open_store
from tests.test_app import bodies, components, invented_region, said, start, use_data  # noqa: F401
from texts import LANGUAGES, load

LOWER = (Level.PUBLIC, Level.MEMBERS)
OPEN = {"start", "find", "company", "about", "totals"}
MANAGERS = sorted(PAGES.keys() - OPEN)
INPUTS = ("text_input", "text_area", "number_input", "selectbox", "multiselect", "file_uploader", "download_button",
          "radio", "checkbox", "slider", "dataframe", "page_link")  # fmt: skip


@pytest.fixture(autouse=True)
def data(demo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, demo_data)


def a_firm(folder: Path) -> Company:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    found = store.snapshot(Company).of(Company)
    store.close()
    return next(each for each in found if each.company_id.startswith("org:"))


def test_each_page_says_what_it_shows_and_what_it_shows_has_an_audience() -> None:
    assert RESULT_OF.keys() == {*PAGES, "lost", "my_firm"}
    assert set(RESULT_OF.values()) <= RESULT_AUDIENCE.keys()
    seen = {level: {page for page in PAGES if may_see(Viewer(level), RESULT_OF[page])} for level in Level}
    assert seen == {Level.PUBLIC: OPEN, Level.MEMBERS: OPEN, Level.MANAGER: {*PAGES}}


@pytest.mark.parametrize(("page", "level"), list(product(MANAGERS, LOWER)), ids=str)
def test_the_managers_pages_are_one_sentence_to_everybody_else(
    demo_data: Path, monkeypatch: pytest.MonkeyPatch, page: str, level: Level
) -> None:
    firm = a_firm(demo_data)
    monkeypatch.setenv("NARVERK_AUDIENCE", level.name)
    app = start("sv", page, firm=firm.company_id.removeprefix("org:"))
    sentences = load("sv")
    assert sentences("error.not_allowed", needs=sentences("status.level.MANAGER")) in said(app, "warning")
    assert not said(app, "headline")
    assert components(app) == []
    assert not [each for kind in INPUTS for each in app.get(kind)]
    assert str(firm.name) not in "".join(bodies(app))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_writes_or_drops_something_is_told_that_nothing_classified_belongs_here(
    demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    told = load(language)("edit.no_classified")
    link = a_firm(demo_data).company_id.removeprefix("org:")
    assert told in "".join(bodies(start(language, "interview", firm=link)))
    use_data(monkeypatch, tmp_path)
    open_store(f"sqlite:{tmp_path / 'region.sqlite'}").close()
    assert told in "".join(bodies(start(language, "load")))

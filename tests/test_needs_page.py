"""The page "Needs and support" run through the router, its numbers compared with the questions asked.

What only a browser can show is in test_browser_needs.py.
"""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.enquiries import Event, Sought, enquire
from graph.gaps import by_firm
from graph.model import Company, Level, Need, Requirement, SupportCase
from graph.needs import Needs, needs
from graph.network import project
from graph.store import Snapshot, open_store
from graph.suppression import TOTAL
from render.needs import gathered_table, outline_text
from render.needs_sheet import needs_sheet
from tests.test_app import PAYLOADS, bodies, invent_region, run, said, start, use_data
from texts import LANGUAGES, load
from views.common import today

SV = load("sv")


class Known:
    """What the invented region's store says, asked directly."""

    def __init__(self, folder: Path) -> None:
        store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
        self.snapshot: Snapshot = view(store, Viewer(Level.MANAGER))
        store.close()
        self.found: Needs = needs(self.snapshot, project(self.snapshot), today())
        self.names = {each.company_id: each.name for each in self.snapshot.of(Company)}


@pytest.fixture(scope="module", name="folder")
def invented_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", name="known")
def known_region(folder: Path) -> Known:
    return Known(folder)


@pytest.fixture(autouse=True)
def _invented(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, folder)


def tables(app: AppTest) -> list[dict[str, Any]]:
    found = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return [each for each in found if "columns" in each]


def choose(app: AppTest, tab: str, key: str = "needs_view") -> AppTest:
    app.button_group(key=key).set_value(tab)
    return run(app)


def everything(app: AppTest) -> str:
    return html.unescape("".join(bodies(app)))


def link(company_id: str) -> str:
    return company_id.removeprefix("org:")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_region_is_told_in_a_sentence_and_the_gaps_in_a_table(known: Known, language: str) -> None:
    texts = load(language)
    app = start(language, "needs")
    gaps = by_firm(each for each in known.found.gaps if each.is_sure)
    firms = {first.company_id for first, *_ in gaps}
    helped = {each.company_id for each in known.found.missed}
    expected = texts("needs.headline", gaps=len(gaps), firms=len(firms), helped=len(helped))
    assert expected in html.unescape(said(app, "headline"))
    (table,) = tables(app)
    assert [row["firm"] for row in table["rows"]] == [first.company_id for first, *_ in gaps][: len(table["rows"])]
    assert texts("needs.bars_gaps_legend") in everything(app)
    choose(app, "unmet", "needs_which")
    assert str(len(by_firm(known.found.gaps))) in tables(app)[0]["more"]
    choose(app, "unknown", "needs_which")
    unknown = by_firm(each for each in known.found.standings if each.status == "unknown")
    assert str(len(unknown)) in tables(app)[0]["more"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_has_its_table_or_text(known: Known, language: str) -> None:
    texts = load(language)
    app = start(language, "needs")
    choose(app, "stated")
    (table,) = tables(app)
    assert [row["firm"] for row in table["rows"]] == [
        each.company_id for each in known.found.stated[: len(table["rows"])]
    ]
    choose(app, "missed")
    (table,) = tables(app)
    assert [row["firm"] for row in table["rows"]] == [
        each.company_id for each in known.found.missed[: len(table["rows"])]
    ]
    choose(app, "gathered")
    for by in ("municipality", "branch", "size"):
        choose(app, by, "needs_by")
        grid = next(each for each in bodies(app) if "nv-grid" in each)
        shown = known.found.gathered.tables[by]
        assert grid.count("✕") == len(shown.hidden)
        assert f">{shown.cells[TOTAL, TOTAL]}</td>" in grid
    choose(app, "outline")
    outlines = known.found.outlines
    expected = outline_text(outlines[0], texts, today()) if outlines else texts("needs.no_outline")
    assert expected in everything(app)


def test_what_is_taken_along_hides_the_same(known: Known) -> None:
    shown = known.found.gathered.tables["municipality"]
    table = gathered_table(known.found.gathered, "municipality", SV)
    assert sum(cell == SV("needs.hidden") for row in table for cell in row) == len(shown.hidden)
    numbers = [cell for row in table[1:] for cell in row[1:] if isinstance(cell, int)]
    assert all(each == 0 or each >= 3 for each in numbers)


def test_an_outline_has_no_names_and_no_words_without_leave(known: Known) -> None:
    may_not = {each.description for each in known.found.stated if each.description and not each.may_share}
    may = {each.description for each in known.found.stated if each.description and each.may_share}
    for each in known.found.outlines:
        text = outline_text(each, SV, today())
        assert not [words for words in may_not - may if words in text]
        assert not [name for company in each.companies if (name := known.names[company]) and name in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_has_its_own_sentence_its_gaps_and_a_page_to_print(known: Known, language: str) -> None:
    texts = load(language)
    firm = next(each.company_id for each in known.found.gaps if each.is_sure)
    app = start(language, "needs", firm=link(firm))
    own = known.found.of(firm)
    gaps = by_firm(each for each in own.gaps if each.company_id == firm)
    headline = html.unescape(said(app, "headline"))
    assert headline.count(known.names[firm] or "") == 1
    assert f" {len(gaps)} " in headline
    keys = {each.key for each in app.button}
    assert {f"needs_keep_{number}" for number in range(len(gaps))} <= keys
    page = needs_sheet(own, firm, [], known.names, texts, "2026-11-23").decode()
    assert texts("needs.sheet_inside") in html.unescape(page)
    assert "<script" not in page
    assert "://" not in page


def test_a_buyer_sees_what_its_suppliers_do_not_meet(known: Known) -> None:
    buyer = known.found.gaps[0].buyer_id
    app = start("sv", "needs", firm=link(buyer))
    (table,) = tables(app)
    expected = by_firm(each for each in known.found.gaps if each.buyer_id == buyer)
    assert [row["firm"] for row in table["rows"]] == [first.company_id for first, *_ in expected][: len(table["rows"])]
    assert SV("needs.buyer_gaps") in everything(app)


def test_a_gap_is_kept_as_a_need_and_an_offer_becomes_a_case(
    known: Known, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    shutil.copytree(folder, own)
    use_data(monkeypatch, own)
    firm = next(each.company_id for each in known.found.missed if any(gap.is_sure for gap in each.gaps))
    app = start("sv", "needs", firm=link(firm))
    for button, kind in (("needs_keep_0", Need), ("needs_case_0", SupportCase)):
        before = _count(own, kind, firm)
        app.button(key=button).click()
        run(app)
        next(each for each in app.button if each.label == SV("edit.save")).click()
        run(app)
        assert _count(own, kind, firm) == before + 1
        assert SV("edit.saved") in said(app, "saved")


def _count(folder: Path, kind: type[Need] | type[SupportCase], company_id: str) -> int:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    try:
        return len(list(store.matching(kind, "company_id", [company_id])))
    finally:
        store.close()


def test_why_enquiries_came_to_nothing_stands_beside_the_gaps(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    shutil.copytree(folder, own)
    use_data(monkeypatch, own)
    store = open_store(f"sqlite:{own / 'demo.sqlite'}", create=False)
    supplier = store.snapshot(Company).of(Company)[0].company_id
    asked = Sought(supplier, processes=("turning",))
    enquire(store, Viewer(Level.MANAGER), asked, Event("refused", today(), reason="no_capacity"), today=today())
    store.close()
    app = start("sv", "needs")
    assert SV("needs.refusals_what") in everything(app)
    cells = [cell[0] for row in tables(app)[-1]["rows"] + tables(app)[0]["rows"] for cell in row["cells"]]
    assert SV("enquiry.reason.no_capacity") in cells


def test_text_from_data_is_text(known: Known) -> None:
    firm = Company("org:1", PAYLOADS[0])
    snapshot = Snapshot(
        1,
        {kind: [] for kind in known.snapshot.kinds}
        | {Company: [firm], Need: [Need("n", "org:1", "skills", PAYLOADS[1])], Requirement: []},
    )
    found = needs(snapshot, project(snapshot), today())
    page = needs_sheet(found.of("org:1"), "org:1", [], {"org:1": PAYLOADS[0]}, SV, today()).decode()
    assert "<script>" not in page
    assert "<img" not in page


@pytest.mark.parametrize("level", ["MEMBERS", "PUBLIC"])
def test_the_page_is_the_managers(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARVERK_AUDIENCE", level)
    app = start("sv", "needs")
    assert SV("status.level.MANAGER") in said(app, "warning")
    assert not said(app, "headline")


def test_a_link_to_nobody_is_one_sentence_and_an_empty_region_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SV("needs.bad_link") in said(start("sv", "needs", firm="4000000000"), "warning")
    use_data(monkeypatch, tmp_path)
    open_store().close()
    assert SV("needs.empty") in said(start("sv", "needs"), "headline")

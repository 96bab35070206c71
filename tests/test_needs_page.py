"""The page "Needs and support" run through the router, its numbers compared with the questions asked.

What only a browser can show is in test_browser_needs.py.
"""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.enquiries import Event, Sought, enquire
from graph.gaps import by_firm
from graph.ledger import decide
from graph.model import (
    Certificate,
    Company,
    Level,
    Need,
    Record,
    Requirement,
    SupportActor,
    SupportCase,
    SupportOffer,
    Trade,
)
from graph.needs import Needs, needs
from graph.network import project
from graph.store import Snapshot, open_store
from graph.suppression import TOTAL
from render.needs import firm_headline, gathered_table, headline, lines, outline_text
from render.needs_sheet import left_off, needs_sheet
from tests.test_affinity import firm as company
from tests.test_affinity import snapshot_of
from tests.test_app import PAYLOADS, bodies, run, said, start, use_data
from tests.test_network_pages import _invented, invented_folder
from texts import LANGUAGES, load
from views.common import today

__all__ = ["_invented", "invented_folder"]

SV = load("sv")


class Known:
    """What the invented region's store says, asked directly."""

    def __init__(self, folder: Path) -> None:
        store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
        self.snapshot: Snapshot = view(store, Viewer(Level.MANAGER))
        store.close()
        self.found: Needs = needs(self.snapshot, project(self.snapshot), today())
        self.names = {each.company_id: each.name for each in self.snapshot.of(Company)}


@pytest.fixture(scope="module", name="known")
def known_region(folder: Path) -> Known:
    return Known(folder)


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
    assert min(len(gaps), len(firms), len(helped)) > 1
    suppliers = texts("needs.many.firms", count=len(firms))
    headline = html.unescape(said(app, "headline"))
    assert texts("needs.many.headline", count=len(gaps), firms=suppliers) in headline
    assert texts("needs.many.helped", count=len(helped)) in headline
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
    key = "needs.many.firm_gaps" if len(gaps) > 1 else "needs.one.firm_gaps"
    assert texts(key, count=len(gaps)) in headline
    keys = {each.key for each in app.button}
    assert {f"needs_keep_{number}" for number in range(len(gaps))} <= keys
    page = needs_sheet(own, firm, [], known.names, texts, "2026-11-23").decode()
    assert texts("needs.sheet_inside") in html.unescape(page)
    assert "<script" not in page
    assert "://" not in page


def sensitive_buyer(known: Known) -> tuple[str, str, Needs]:
    """A firm, a buyer of it whose requirement it does not meet, and the needs once that buyer is sensitive."""
    silent = known.found.support.sensitive
    lone = (group[0] for group in by_firm(known.found.gaps) if len(group) == 1)  # asked for by one buyer
    gap = next(each for each in lone if each.is_sure and each.buyer_id not in silent)
    marked = [
        replace(each, sensitive=True) if each.company_id == gap.buyer_id else each
        for each in known.snapshot.of(Company)
    ]
    kinds = {kind: known.snapshot.of(kind) for kind in known.snapshot.kinds} | {Company: marked}
    snapshot = Snapshot(1, kinds)
    return gap.company_id, gap.buyer_id, needs(snapshot, project(snapshot), today())


def test_what_a_sensitive_buyer_requires_is_not_on_the_sheet_that_is_handed_out(known: Known) -> None:
    firm, buyer, found = sensitive_buyer(known)
    own = found.of(firm)
    before = needs_sheet(known.found.of(firm), firm, [], known.names, SV, today()).decode()
    page = needs_sheet(own, firm, [], known.names, SV, today()).decode()
    name = html.escape(known.names[buyer] or "?")
    assert name in before
    assert name not in page
    silent = {each.company_id for each in known.snapshot.of(Company) if each.sensitive} | {buyer}
    unmet = [each for each in own.standings if each.company_id == firm and each.status != "met"]
    hidden = {each.asked for each in unmet if each.buyer_id in silent}
    hidden -= {each.asked for each in unmet if each.buyer_id not in silent}
    assert not [each for each in hidden if f"<td>{html.escape(each)}</td>" in page]
    assert left_off(own, firm) == len([each for each in unmet if each.buyer_id in silent]) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_is_left_off_the_sheet_and_a_need_kept_does_not_name_the_buyer(
    known: Known, folder: Path, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, buyer, found = sensitive_buyer(known)
    own = tmp_path / "own"
    shutil.copytree(folder, own)
    use_data(monkeypatch, own)
    store = open_store(f"sqlite:{own / 'demo.sqlite'}", create=False)
    decide(store, "correct", [buyer], kind=Company, name="sensitive", value=True)
    store.close()
    app, texts = start(language, "needs", firm=link(firm)), load(language)
    assert texts("needs.sheet_left_off", count=left_off(found.of(firm), firm)) in everything(app)
    gaps = by_firm(each for each in found.of(firm).standings if each.company_id == firm and each.is_gap)
    number = next(place for place, group in enumerate(gaps) if {each.buyer_id for each in group} == {buyer})
    app.button(key=f"needs_keep_{number}").click()
    run(app)
    filled = [str(each.value) for each in (*app.text_input, *app.text_area)]
    words = texts("needs.gap_words_unnamed", asked="§", why="§").split("§")[1]
    assert [each for each in filled if words in each]
    assert not [each for each in filled if (known.names[buyer] or "?") in each]


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


def test_a_link_to_nobody_is_one_sentence_and_an_empty_region_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SV("needs.bad_link") in said(start("sv", "needs", firm="4000000000"), "warning")
    use_data(monkeypatch, tmp_path)
    open_store().close()
    assert SV("needs.empty") in said(start("sv", "needs"), "headline")


# -- in words ---------------------------------------------------------------------------------------------------------

DAY = "2026-11-23"


def told(*some: Record) -> Needs:
    snapshot = snapshot_of([company("a"), company("b"), *some])
    return needs(snapshot, project(snapshot), DAY)


def one_of_each(until: str) -> Sequence[Record]:
    """A firm that lacks one certificate, with one need that one support fits."""
    return [
        Requirement("r", "b", "certificate", "ISO 9001"),
        Trade("a>b", "a", "b"),
        Certificate("c", "a", "ISO 14001" if not until else "ISO 9001", valid_until=until or None),
        Need("n", "a", "skills", "Svetsare"),
        SupportActor("s", "Almi"),
        SupportOffer("s/1", "s", "skills", "Kurs", deadline="2026-11-24"),
    ]


def test_one_is_told_of_as_one() -> None:
    found = told(*one_of_each("2026-01-01"))
    said, note = headline(found, SV)
    assert said == (
        "Ett certifikat som en köpare kräver har gått ut eller går ut inom ett halvår, hos en leverantör."
        " Ett företag har ett stöd som passar och som ingen har sökt."
    )
    assert note == ""
    names = {"a": "Firma a", "b": "Firma b"}
    assert firm_headline(found.of("a"), "a", names, SV) == (
        "Firma a: ett av kundernas krav är inte uppfyllt, ett behov är uttalat, ett stöd passar."
    )
    assert firm_headline(found.of("a"), "a", names, load("en")) == (
        "Firma a: one of its customers' requirements is not met, one need is stated, one kind of support fits."
    )
    assert "stänger i morgon" in "".join(lines(found, "", names, SV, 9))


def test_gaps_that_are_not_sure_are_told_once() -> None:
    said, note = headline(told(*one_of_each("")), load("en"))
    assert said.startswith("One requirement does not seem to be met at one supplier. ")
    assert note == ""


def test_a_region_without_needs_or_requirements_is_told_in_one_line() -> None:
    assert [*lines(told(), "", {}, SV, 9)] == [SV("needs.empty")]

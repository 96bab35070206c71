"""The page of a company through the router, in both languages: what it shows to whom, and what can be said there.

The numbers on the page are compared with the records asked directly. Clicks and drawing are in test_browser_company.py.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.demands import demand_of_part
from graph.ledger import publish
from graph.lookup import origin_of
from graph.model import Alias, Certificate, Claim, Company, ImportedPart, Level, Load, Offer, Source, Trade
from graph.replacement import Finder
from graph.store import Store, demo_address, open_store
from ingest.cells import Bad
from ingest.forms import FORMS, NEW_FIRM
from ingest.inference import inferred
from render.company import FACTS, PARTS, Wording, fact_table, inside
from render.plain import process_name
from tests.test_app import ROOT, bodies, invented_region, run, said, start, use_data
from texts import LANGUAGES, load

__all__ = ["invented_region"]  # a fixture
Visit = Callable[..., AppTest]


@pytest.fixture(name="visit")
def visiting(demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Opens the page on a copy of the invented region: ``visit(firm, language=, level=)``."""
    for file in demo_data.glob("demo.*"):
        shutil.copy(file, tmp_path / file.name)
    use_data(monkeypatch, tmp_path)

    def visit(firm: str = "", language: str = "sv", level: str = "") -> AppTest:
        if level:
            monkeypatch.setenv("NARVERK_AUDIENCE", level)
        app = AppTest.from_file(str(ROOT / "app.py"))
        app.query_params["lang"] = language
        app.run(timeout=30)
        app.switch_page("views/company.py")
        if firm:
            app.query_params["firm"] = firm
        return run(app)

    return visit


@pytest.fixture
def store(visit: Visit) -> Iterator[Store]:
    opened = open_store(demo_address(), create=False)
    yield opened
    opened.close()


@pytest.fixture
def firm(store: Store) -> Company:
    """A firm that makes, holds, sells, buys and imports."""
    snapshot = store.snapshot(Company, Offer, Certificate, Trade, ImportedPart)
    having = [{each.company_id for each in snapshot.of(kind)} for kind in (Offer, Certificate, ImportedPart)]  # type: ignore[attr-defined]
    having += [{each.seller_id for each in snapshot.of(Trade)}, {each.buyer_id for each in snapshot.of(Trade)}]
    known = set.intersection(*having)
    return next(e for e in snapshot.of(Company) if e.company_id in known and e.employees and e.company_id[:4] == "org:")


def link(company: Company) -> str:
    return company.company_id.removeprefix("org:")


def parts(app: AppTest) -> dict[str, dict[str, Any]]:
    """The parts of the page's own component, by name."""
    for each in app.get("bidi_component"):
        data = json.loads(each.proto.json) if each.proto.json else {}
        if "parts" in data:
            return {part["name"]: part for part in data["parts"]}
    return {}


def do(app: AppTest, what: str, key: str) -> AppTest:
    """As if a button of the component had been clicked."""
    app.session_state["company_act"] = {"do": what, "key": key}
    return run(app)


def submit(app: AppTest, label: str = "edit.save") -> AppTest:
    next(each for each in app.button if each.label == load("sv")(label)).click()
    return run(app)


# -- what it shows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_who_where_what_and_of_what_size(
    visit: Visit, store: Store, firm: Company, language: str
) -> None:
    app, texts = visit(link(firm), language), load(language)
    offers = store.matching(Offer, "company_id", [firm.company_id])
    headline = said(app, "headline")
    assert (firm.name or "").replace("&", "&amp;") in headline
    assert str(firm.employees) in headline
    assert inside(process_name(offers[0].capability or "", texts)) in headline
    shown = parts(app)
    assert len(shown["makes"]["rows"]) == len(offers)
    trades = (store.matching(Trade, name, [firm.company_id]) for name in ("seller_id", "buyer_id"))
    assert [len(shown[name]["rows"]) for name in ("sells", "buys")] == [len(each) for each in trades]
    assert len(shown["imports"]["rows"]) == len(store.matching(ImportedPart, "company_id", [firm.company_id]))
    assert shown["makes"]["title"] == texts("company.part.makes")


def test_every_fact_has_its_file_row_and_day(visit: Visit, firm: Company) -> None:
    for part in parts(visit(link(firm))).values():
        source = [each["title"] for each in part["columns"]].index("Källa") if part["rows"] else 0
        for row in part["rows"]:
            assert ", rad " in row["cells"][source], (part["name"], row)
            assert row["cells"][source][-10:-6].isdigit()


def test_who_could_replace_what_it_imports_is_what_the_search_finds(visit: Visit, store: Store, firm: Company) -> None:
    snapshot = view(store, Viewer(Level.MANAGER))
    finder, origin = Finder(snapshot), origin_of(snapshot, firm)
    shown = parts(visit(link(firm)))["imports"]
    column = [each["title"] for each in shown["columns"]].index("Kan göras här")
    for row, part in zip(shown["rows"], store.matching(ImportedPart, "company_id", [firm.company_id]), strict=True):
        demand = demand_of_part(part)
        answer = finder.find(demand, origin, 40.0, limit=1)
        if demand.processes:
            wanted = f"{answer.found} inom räckhåll; bäst {answer.hits[0].name}" if answer.hits else "ingen känd"
            assert row["cells"][column].startswith(wanted)


def test_sources_that_differ_stand_side_by_side(visit: Visit, store: Store, firm: Company) -> None:
    newer = [Claim(firm.company_id, "Company", "", {"employees": 4711}, row=17, as_of="2031-01-01")]
    publish(store, [Source("register", "network", file="Register.csv")], newer)
    facts = parts(visit(link(firm)))["facts"]["rows"]
    (told,) = next(row["told"] for row in facts if row["cells"][0] == "Anställda")
    assert told["disputed"]
    assert told["words"][0][0] == "4711"
    assert told["words"][0][1].startswith("Register.csv, rad 17, 2031-01-01")
    assert told["words"][1][0] == str(firm.employees)


def test_a_certificate_that_has_run_out_is_marked(visit: Visit, store: Store, firm: Company) -> None:
    publish(
        store,
        [Source("by_hand", "network")],
        [Claim(firm.company_id, "Certificate", "ISO 9001", {"standard": "ISO 9001", "valid_until": "2020-01-01"})],
    )
    rows = parts(visit(link(firm)))["holds"]["rows"]
    assert ["har gått ut" in row["warned"] for row in rows if "ISO 9001" in row["cells"]] == [True]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", ["9999999999", "f-00", "<script>", "../.."])
def test_a_wrong_link_leads_to_the_search(visit: Visit, wrong: str, language: str) -> None:
    app = visit(wrong, language)
    assert load(language)("company.bad_link")[:30] in said(app, "warning")
    assert "<script" not in "".join(bodies(app))
    app.text_input(key="company_search").set_value("AB")
    run(app)


def test_an_empty_region_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, tmp_path)
    open_store(f"sqlite:{tmp_path / 'region.sqlite'}").close()
    app = AppTest.from_file(str(ROOT / "app.py")).run(timeout=30)
    app.switch_page("views/company.py")
    run(app)
    assert load("sv")("company.empty") in "".join(bodies(app))


# -- to whom -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["PUBLIC", "MEMBERS"])
def test_others_see_their_own_facts_and_nothing_of_who_said_so(
    visit: Visit, store: Store, firm: Company, level: str
) -> None:
    shown = view(store, Viewer(Level[level]))
    seen = {each.company_id: each for each in shown.of(Company)}
    app = visit(link(firm), level=level)
    if firm.company_id not in seen:
        assert load("sv")("company.bad_link")[:30] in said(app, "warning")
        assert str(firm.name) not in "".join(bodies(app))
        return
    found = parts(app)
    assert not {"sells", "buys", "imports", "contacts", "needs", "asks", "interviews"} & found.keys()
    assert not [row for part in found.values() for row in part["rows"] if row["may_edit"] or row["told"]]
    assert not [part for part in found.values() if part["act"]]
    assert "Källa" not in json.dumps(found, ensure_ascii=False)
    offers = [each for each in shown.of(Offer) if each.company_id == firm.company_id]
    assert len(found.get("makes", {"rows": []})["rows"]) == len(offers)


def test_nothing_can_be_said_by_who_may_only_look(visit: Visit, store: Store, firm: Company) -> None:
    app = visit(link(firm), level="MEMBERS")
    for asked in (("add", "holds"), ("edit", f"{firm.company_id}/ISO 9001"), ("add", "facts"), ("replace", "x")):
        do(app, *asked)
        assert not app.get("dialog")
        assert not [each for each in app.button if each.label == load("sv")("edit.save")]
    assert not [each for each in visit(level="MEMBERS").button if each.key == "company_new"]


def test_a_natural_persons_firm_has_no_name_for_others_and_none_in_its_link(
    visit: Visit, store: Store, firm: Company
) -> None:
    person = Claim("person:aa11", "Company", "", {"name": "Kim Ek", "municipality": "1883"})
    publish(store, [Source("register", "network", Level.PUBLIC, file="Register.csv")], [person])
    app = do(visit(link(firm)), "firm", "person:aa11")
    assert "Kim Ek" in said(app, "headline")
    linked = app.query_params["firm"]
    linked = linked if isinstance(linked, str) else linked[0]
    assert linked.startswith("f-")
    for level in ("PUBLIC", "MEMBERS"):
        others = visit(linked, level=level)
        assert load("sv")("find.unnamed") in said(others, "headline")
        assert "Kim" not in "".join(bodies(others)) + json.dumps(parts(others))


def test_what_others_see_is_counted(visit: Visit, store: Store, firm: Company) -> None:
    app = visit(link(firm))
    line = next(each for each in bodies(app) if "ser medlemmar" in each)
    shown = view(store, Viewer(Level.PUBLIC))
    is_public = firm.company_id in {each.company_id for each in shown.of(Company)}
    assert ("alla 0." in line) == (not is_public)


# -- what is said by hand ----------------------------------------------------------------------------------------------


def test_a_field_is_corrected_and_taken_back(visit: Visit, store: Store, firm: Company) -> None:
    app = do(visit(link(firm)), "add", "facts")
    app.text_input(key="edit_employees_1").set_value("ca 20")
    submit(app)
    assert load("sv")("edit.wrong.number_bad") in "".join(bodies(app))
    app.text_input(key="edit_employees_1").set_value("1 234")
    submit(app)
    assert "1234 anställda" in said(app, "headline")
    assert "Sparat." in said(app, "saved")
    app.button(key="undo").click()
    run(app)
    assert f"{firm.employees} anställda" in said(app, "headline")
    assert [each.withdrawn is not None for each in store.snapshot(Load).of(Load)] == [False, True]


def test_a_record_is_added_confirmed_and_removed(visit: Visit, store: Store, firm: Company) -> None:
    app = do(visit(link(firm)), "add", "holds")
    app.selectbox(key="edit_standard_1").set_value("AQAP 2110")
    app.text_input(key="edit_valid_until_1").set_value("2031-12-31")
    submit(app)
    key = f"{firm.company_id}/AQAP 2110"
    (made,) = store.matching(Certificate, "certificate_id", [key])
    assert (made.valid_until, made.evidence) == ("2031-12-31", "stated")
    do(app, "edit", key)
    app.button(key="edit_confirm").click()
    run(app)
    assert store.matching(Certificate, "certificate_id", [key])[0].evidence == "verified"
    do(app, "edit", key)
    app.button(key="edit_close").click()
    run(app)
    assert store.matching(Certificate, "certificate_id", [key]) == []
    assert any("AQAP 2110" in each for each in parts(app)["holds"]["closed"])


def test_what_somebody_else_changed_is_shown_before_it_is_saved_over(visit: Visit, store: Store, firm: Company) -> None:
    app = do(visit(link(firm)), "add", "facts")
    publish(store, [Source("by_hand", "network")], [Claim(firm.company_id, "Company", "", {"website": "a.example"})])
    app.text_input(key="edit_employees_1").set_value("77")
    submit(app)
    assert load("sv")("edit.moved")[:30] in "".join(bodies(app))
    assert "a.example" in "".join(bodies(app))
    assert store.matching(Company, "company_id", [firm.company_id])[0].employees == firm.employees
    submit(app, "edit.save_anyway")
    (found,) = store.matching(Company, "company_id", [firm.company_id])
    assert (found.employees, found.website) == (77, "a.example")


def test_a_new_firm_is_added_and_opened(visit: Visit, store: Store) -> None:
    app = visit()
    app.button(key="company_new").click()
    run(app)
    app.text_input(key="edit_name_1").set_value("Nya Nyttan AB")
    app.text_input(key="edit_municipality_1").set_value("Karlskoga")
    submit(app)
    assert "Nya Nyttan AB" in said(app, "headline")
    assert store.matching(Alias, "alias", ["name:nya nyttan@1883"])


def test_a_part_that_is_imported_is_taken_to_the_search(visit: Visit, store: Store, firm: Company) -> None:
    part = store.matching(ImportedPart, "company_id", [firm.company_id])[0]
    app = do(visit(link(firm)), "replace", part.part_id)
    assert app.session_state["mode"] == "part"
    assert app.session_state["part"] == part.part_id


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_choice_and_mistake_has_its_word(language: str) -> None:
    texts = load(language)
    wording = Wording(texts, str)
    for form in (*FORMS.values(), NEW_FIRM):
        for field in form.fields:
            assert wording.field(field.name)
            for code in field.choices:
                assert wording.value(field.name, code)
    for part in PARTS:
        assert all(wording.field(each) for each in (*part.columns, *FACTS))
    coded = {"sector": "industry", "outcome": "open", "transport_mode": "sea", "evidence": "stated", "sensitive": "yes"}
    assert all(wording.value(name, code) != code or language == "en" for name, code in coded.items())
    assert wording.value("name", "open") == "open", "a firm's name is never taken for a code"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_a_reader_gives_has_a_sentence(language: str) -> None:
    tried = ("x", "1,5", "1.200", "-1", "1e9", "9" * 20, "140", "2026", "2026-02-31", "01/02/2026", "848", "25", "")
    codes = set()
    for form in (*FORMS.values(), NEW_FIRM):
        for field in form.fields:
            found = [field.read(text) for text in tried if text]
            codes |= {each.code for each in found if isinstance(each, Bad)}
    assert len(codes) > 12
    assert [code for code in sorted(codes) if not load(language).has(f"edit.wrong.{code}")] == []


def test_the_table_to_take_along_has_every_word_with_its_source(store: Store, firm: Company) -> None:
    from graph.provenance import provenance

    texts = load("sv")
    found = provenance(store, firm.company_id)
    table = fact_table(firm, found.accounts, Wording(texts, str), texts)
    assert table[0][:6] == ["Slag", "Vilken", "Uppgift", "Värde", "Gäller", "Källa"]
    employees = [line for line in table if line[0] == "företag" and line[2] == "Anställda"]
    assert employees[0][3:5] == [str(firm.employees), "ja"]
    assert all(line[5] and line[8] for line in table[1:])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_was_only_concluded_is_said_to_be_probable_and_asked_about(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    told = {"name": "Ek AB", "sni": "16.24", "sni_version": "2007", "municipality": "1883"}
    firm = Claim("org:4099000012", "Company", "", told, 2)
    publish(store, [Source("member_sheet", "network", Level.MEMBERS)], [firm, *inferred([firm])], on="2026-01-01")
    use_data(monkeypatch, tmp_path)
    texts = load(language)
    app = start(language, page="company", firm="4099000012")
    assert texts("company.probably", makes="").strip() in said(app, "headline")
    assert texts("conclude.title") in "".join(bodies(app))
    app.button(key="FormSubmitter:conclusions-" + texts("conclude.save")).click()
    run(app)
    assert texts("conclude.saved", kept=1, struck=0) in "".join(bodies(app))
    assert texts("conclude.title") not in "".join(bodies(app))
    (offer,) = store.snapshot(Offer).of(Offer)
    assert (offer.capability, offer.evidence) == ("wood_packaging", "verified")
    store.close()


def test_a_firm_leads_to_what_else_can_be_asked_of_it(visit: Visit, firm: Company) -> None:
    number = firm.company_id.removeprefix("org:")
    links = {each.proto.page: each.proto.query_string for each in visit(number).get("page_link")}
    assert links == dict.fromkeys(("network", "without", "needs", "interview"), f"firm={number}")
    assert list(visit(number, level="MEMBERS").get("page_link")) == []

"""The region's figures for everybody: attacked as tables, beside what viewers see, and by a firm of the three."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import graph.totals
from graph.audience import Viewer, view
from graph.branches import branch_of, division_of
from graph.consent import Choice, Fact, choose
from graph.demands import demand_of_part
from graph.import_list import Sites
from graph.ledger import decide, publish, retract
from graph.model import Alias, Claim, Company, ImportedPart, Level, Offer, Source, Value
from graph.named import named
from graph.network import home_municipalities, municipalities, project
from graph.replacement import Finder
from graph.store import Snapshot
from graph.stores.sqlite import SqliteStore
from graph.suppression import TOTAL, Key
from graph.taxonomy import taxonomy
from graph.totals import ABROAD, ELSEWHERE, NEAR, NEAR_KM, NOBODY_NEAR, OTHER, REST, Figures, Totals, totals
from render.report import report_book, report_page
from render.totals import headline, is_empty
from tests.disclosure import assert_holds, is_safe, of_cell, unsafe_sums
from tests.regions import Built, built_region, opened, own_data, run
from texts import LANGUAGES, load

__all__ = ["built_region", "own_data"]

Parts = list[tuple[str, str, tuple[str, ...], int]]


@pytest.fixture(scope="module")
def exact(built: Built) -> Iterator[Totals]:
    """The figures before they are rounded."""
    with pytest.MonkeyPatch.context() as patch, opened(built.address) as store:
        patch.setattr(graph.totals, "rounded", lambda amount, _: amount)
        yield totals(store)


class Region:
    """The region as a viewer gets it, told in the rows and columns of the tables."""

    def __init__(self, snapshot: Snapshot, home: frozenset[str]) -> None:
        self.snapshot, self._home = snapshot, home
        self.firms = {each.company_id: each for each in snapshot.of(Company)}
        self._municipality = municipalities(snapshot)

    def place(self, firm: str, rows: tuple[str, ...]) -> str:
        code = self._municipality.get(firm)
        if self.firms[firm].country not in (None, "SE"):
            return ABROAD
        if code is not None and code not in self._home:
            return ELSEWHERE
        return code if code in rows else REST

    def branch(self, firm: str, columns: tuple[str, ...]) -> str:
        company = self.firms[firm]
        if branch_of(company) == "industry":
            return division_of(company) if division_of(company) in columns else "other_industry"
        return branch_of(company) if branch_of(company) in columns else OTHER  # type: ignore[return-value]

    @property
    def owners(self) -> dict[str, str]:
        """The invented region has groups of no more than two steps."""
        top = {key: each.parent_id or key for key, each in self.firms.items()}
        return {key: top.get(owner, owner) for key, owner in top.items()}


@pytest.fixture(scope="module")
def whole(built: Built) -> Region:
    return Region(built.snapshot, home_municipalities(built.snapshot))


def flows(whole: Region, rows: tuple[str, ...], value: bool) -> Parts:
    found: Parts = []
    sensitive = {key for key, each in whole.firms.items() if each.sensitive}
    for seller, buyer, sek in project(whole.snapshot).edges(data="value_sek"):
        ends = whole.place(seller, rows), whole.place(buyer, rows)
        if not {seller, buyer} & sensitive and not {*ends} <= {ELSEWHERE, ABROAD}:
            found.append((*ends, (whole.owners[seller], whole.owners[buyer]), (sek or 0) if value else 1))
    return found


def imports(whole: Region, found: Figures) -> Parts:
    counted = Counter[tuple[str, str, str]]()
    for part in whole.snapshot.of(ImportedPart):
        chapter = (part.cn_code or "")[:2]
        if part.value_sek and chapter != "93" and not whole.firms[part.company_id or ""].sensitive:
            origin = part.origin_country if part.origin_country in found.rows else OTHER
            goods = chapter if chapter in found.columns else OTHER
            counted[origin or "", goods, whole.owners[part.company_id or ""]] += part.value_sek
    return [(origin, goods, (firm,), value) for (origin, goods, firm), value in counted.items()]


def assert_is(found: Figures, measure: int, parts: Parts) -> None:
    """Each shown figure is the sum of its parts."""
    assert found.rows
    for key, value in found.cells.items():
        assert value is None or value[measure] == sum(amount for _, amount in of_cell(key, parts)), key


# -- attacked as tables ----------------------------------------------------------------------------------------------


def test_no_flow_tells_of_a_firm(whole: Region, exact: Totals) -> None:
    """Neither its numbers nor its kronor, nor the ones by the others: both have the same cells hidden."""
    parts = [flows(whole, exact.flows.rows, value) for value in (False, True)]
    unsafe = set().union(*map(unsafe_sums, parts))
    assert unsafe <= exact.flows.hidden
    for measure, each in enumerate(parts):
        assert_is(exact.flows, measure, each)
        assert_holds(each, exact.flows.hidden, unsafe=unsafe)


def test_no_import_tells_of_a_firm(whole: Region, exact: Totals) -> None:
    parts = imports(whole, exact.imports)
    assert unsafe_sums(parts) <= exact.imports.hidden
    assert_is(exact.imports, 0, parts)
    assert_holds(parts, exact.imports.hidden)


def test_no_import_that_could_be_made_here_tells_of_a_firm(whole: Region, exact: Totals) -> None:
    """Each part put to the search by itself; the two tables of imports have no more in common than their sum."""
    sites = Sites(whole.snapshot)
    finder = Finder(whole.snapshot)
    counted = Counter[tuple[str, str, str]]()
    for part in whole.snapshot.of(ImportedPart):
        firm = part.company_id or ""
        if not part.value_sek or (part.cn_code or "")[:2] == "93" or whole.firms[firm].sensitive:
            continue
        demand, origin = demand_of_part(part), sites.origin(firm)
        family = taxonomy().processes[demand.processes[0][0]].family if demand.processes else OTHER
        hits = finder.find(demand, origin, NEAR_KM).hits if origin and demand.processes else ()
        is_near = any(not whole.firms[each.company_id].sensitive for each in hits)
        row = family if family in exact.homes.rows else OTHER
        counted[row, NEAR if is_near else NOBODY_NEAR, whole.owners[firm]] += part.value_sek
    parts: Parts = [(row, column, (firm,), value) for (row, column, firm), value in counted.items()]
    assert unsafe_sums(parts) <= exact.homes.hidden
    assert_is(exact.homes, 0, parts)
    assert_holds(parts, exact.homes.hidden)
    assert exact.homes.whole == exact.imports.whole is not None


def test_what_is_shown_less_what_a_viewer_sees_is_of_nobody_or_of_three(
    built: Built, whole: Region, exact: Totals
) -> None:
    """Firms and employees: the figures beside the lists that members, and anybody, can look at."""
    found = exact.firms
    with opened(built.address) as store:
        seen = {level: Region(view(store, Viewer(level)), whole._home) for level in (Level.PUBLIC, Level.MEMBERS)}
    for level, region in seen.items():
        listed: dict[str, Parts] = {"firms": [], "employees": []}
        for firm, company in region.firms.items():
            cell = region.place(firm, found.rows), region.branch(firm, found.columns)
            same = firm in whole.firms and cell == (whole.place(firm, found.rows), whole.branch(firm, found.columns))
            if same and company.is_active and cell[0] not in (ABROAD, ELSEWHERE):
                listed["firms"].append((*cell, (firm,), 1))
                listed["employees"].append((*cell, (firm,), company.employees or 0))
        for key, value in found.cells.items():
            for measure, name in enumerate(found.measures):
                known = sum(amount for _, amount in of_cell(key, listed[name]))
                if value is None:
                    continue
                assert value[measure] >= known, (level, key)
                assert name == "employees" or value[measure] - known not in (1, 2), (level, key)
    assert found.whole is not None


def test_firms_that_anybody_sees_are_all_counted(built: Built, whole: Region, exact: Totals) -> None:
    found = exact.firms
    parts: dict[str, Parts] = {"firms": [], "employees": []}
    for firm, company in whole.firms.items():
        cell = whole.place(firm, found.rows), whole.branch(firm, found.columns)
        if company.is_active and not company.sensitive and cell[0] not in (ABROAD, ELSEWHERE):
            parts["firms"].append((*cell, (whole.owners[firm],), 1))
            parts["employees"].append((*cell, (whole.owners[firm],), company.employees or 0))
    for key, value in found.cells.items():
        told = of_cell(key, parts["firms"])
        assert value is None or value[0] <= len(told)
        assert value is None or not value[0] or value[0] >= 3
    assert found.whole is not None
    assert found.whole[0] > 0.8 * len(parts["firms"])


def test_fewer_can_make_a_thing_than_there_are_firms(exact: Totals) -> None:
    for (place, family), value in exact.makers.cells.items():
        whole = exact.firms.cells.get((place, TOTAL))
        if value and whole and family not in (TOTAL, OTHER):
            assert 3 <= value[0] <= whole[0]


def test_the_tables_are_worth_reading(built: Built) -> None:
    """Most is shown, and every total."""
    with opened(built.address) as store:
        found = totals(store)
    for each in (found.firms, found.flows, found.imports, found.homes):
        assert not [key for key in each.hidden if TOTAL in key]
        assert len(each.hidden) < len(each.cells) / 2


# -- whoever asks, and where -------------------------------------------------------------------------------------------


def test_everybody_gets_the_same(built: Built) -> None:
    said = {run("--store", built.address, "totals", "--json", "--audience", level.name).out for level in Level}
    assert len(said) == 1
    assert {run("--store", built.address, "totals", "--audience", each.name).out for each in Level} != said
    company = built.snapshot.of(Company)[0]
    assert str(company.name) not in said.pop()


# -- what is counted ---------------------------------------------------------------------------------------------------


FIRMS = [f"org:400000{number:04d}" for number in range(12)]
KARLSKOGA, OREBRO = "1883", "1880"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Six firms in either of two places; each of the first sells to each of the others, and all import."""
    made = SqliteStore(tmp_path / "region.sqlite")
    claims = []
    for number, firm in enumerate(FIRMS):
        place = KARLSKOGA if number < 6 else OREBRO
        facts: dict[str, Any] = {"name": f"Firma {number} AB", "municipality": place, "sni": "25530", "employees": 20}
        claims.append(Claim(firm, "Company", "", facts))
        claims.append(Claim(firm, "Offer", "turning", {"tolerance": "IT7"}))
        claims.append(Claim(firm, "ImportedPart", "p", {"origin_country": "DE", "cn_code": "84831021",
                                                        "value_sek": 1_000_000}, source=1))  # fmt: skip
    for seller, buyer in product(FIRMS[:6], FIRMS[6:]):
        facts = {"buyer_id": buyer, "value_sek": 200_000, "year": 2025}
        claims.append(Claim(seller, "Trade", f"{seller} {buyer}", facts, source=1))
    publish(made, [Source("members", "network", Level.PUBLIC), Source("ledger", "network", Level.MANAGER)], claims)
    yield made
    made.close()


def test_hand_made_figures(store: SqliteStore) -> None:
    found = totals(store)
    assert found.firms.whole == (12, 240)
    assert found.makers.whole == (12,)
    assert found.flows.whole == (36, 7_200_000)
    assert found.imports.whole == (12_000_000,)


def test_a_firm_that_hides_itself_moves_no_sum_of_trades(store: SqliteStore) -> None:
    before = totals(store)
    choose(store, FIRMS[0], Choice.HIDDEN)
    after = totals(store)
    assert (after.flows, after.imports) == (before.flows, before.imports)


def test_nor_does_the_number_of_firms_tell_who_hides(store: SqliteStore) -> None:
    """Anybody counts eleven on the list: so does the table, until three are hidden in a place."""
    choose(store, FIRMS[0], Choice.HIDDEN)
    assert totals(store).firms.whole == (11, 220)
    choose(store, FIRMS[1], Choice.THROUGH_MANAGER)
    assert totals(store).firms.whole == (10, 200)
    choose(store, FIRMS[2], Choice.HIDDEN)
    assert totals(store).firms.whole == (12, 240)


def test_a_sensitive_firm_is_in_no_figure_and_neither_are_arms(store: SqliteStore) -> None:
    decide(store, "correct", [FIRMS[0]], kind=Company, name="sensitive", value=True)
    arms = Claim(
        FIRMS[1], "ImportedPart", "gun", {"origin_country": "DE", "cn_code": "93052000", "value_sek": 5_000_000}
    )
    publish(store, [Source("more", "network", Level.MANAGER)], [arms])
    found = totals(store)
    assert found.firms.whole == (11, 220)
    assert found.flows.whole == (30, 6_000_000)
    assert found.imports.whole == (11_000_000,)


def test_one_owner_is_one_firm(store: SqliteStore) -> None:
    """Four of the six sellers come to be of one group: two owners are left, of which neither is to be told."""
    assert not totals(store).flows.hidden
    for firm in FIRMS[1:5]:
        decide(store, "correct", [firm], kind=Company, name="parent_id", value=FIRMS[0])
    assert totals(store).flows.whole is None


def test_a_member_of_three_cannot_tell_another(tmp_path: Path) -> None:
    """60, 30 and 10 of 100: who has 30 would put the largest at no more than 70, 17 % off; 50, 30 and 20 it is 40 %."""
    for amounts, is_told in (((60, 30, 10), False), ((50, 30, 20), True)):
        made = SqliteStore(tmp_path / f"{amounts[0]}.sqlite")
        claims = [Claim(firm, "Company", "", {"name": firm}) for firm in FIRMS[:3]]
        claims += [
            Claim(firm, "ImportedPart", "p", {"origin_country": "DE", "cn_code": "84831021", "value_sek": 10**6 * each})
            for firm, each in zip(FIRMS, amounts, strict=False)
        ]
        publish(made, [Source("lists", "network", Level.MANAGER)], claims)
        whole = totals(made).imports.whole
        made.close()
        assert (whole == (100_000_000,)) == is_told
        assert (whole is not None) == is_safe([((firm,), each) for firm, each in zip("abc", amounts, strict=True)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_an_empty_region_or_one_firm_nothing_is_told(tmp_path: Path, language: str) -> None:
    made = SqliteStore(tmp_path / "region.sqlite")
    assert is_empty(totals(made))
    publish(made, [Source("members", "network", Level.PUBLIC)], [Claim(FIRMS[0], "Company", "", {"employees": 7})])
    found = totals(made)
    made.close()
    assert is_empty(found)
    assert headline(found, load(language)) == load(language)("totals.headline_none")


# -- who lets itself be named ------------------------------------------------------------------------------------------


def test_only_who_has_said_so_is_named(store: SqliteStore) -> None:
    assert named(store) == ()  # an open list is no consent
    whole = choose(store, FIRMS[0], Choice.OPEN)
    choose(store, FIRMS[1], Choice.OPEN, Fact("Company", "", "name"))
    choose(store, FIRMS[2], Choice.OPEN, Fact("Offer", "turning"))
    choose(store, FIRMS[3], Choice.HIDDEN)
    choose(store, FIRMS[4], Choice.OPEN)
    decide(store, "correct", [FIRMS[4]], kind=Company, name="sensitive", value=True)
    found = [(each.company_id, each.municipality, each.processes) for each in named(store)]
    assert found == [(FIRMS[0], KARLSKOGA, ("turning",)), (FIRMS[1], None, ())]
    choose(store, FIRMS[0], Choice.HIDDEN, Fact("Offer", "turning"))
    assert named(store)[0].processes == ()
    retract(store, whole)
    assert [each.company_id for each in named(store)] == [FIRMS[1]]


def test_a_person_is_named_by_an_own_word_alone(store: SqliteStore) -> None:
    person = "person:0123456789abcdef"
    publish(store, [Source("more", "network", Level.PUBLIC)], [Claim(person, "Company", "", {"name": "Kim Eks svets"})])
    assert person in {each.company_id for each in store.snapshot(Company, Alias).of(Company)}
    choose(store, person, Choice.OPEN)
    assert named(store) == ()
    choose(store, person, Choice.OPEN, Fact("Company", "", "name"))
    assert [each.name for each in named(store)] == ["Kim Eks svets"]


# -- the report --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_names_nobody_else_and_asks_nobody(store: SqliteStore, language: str) -> None:
    bad = "=<script>alert(1)</script> AB"
    publish(store, [Source("more", "network", Level.PUBLIC)], [Claim("org:4000009999", "Company", "", {"name": bad})])
    choose(store, "org:4000009999", Choice.OPEN)
    found, firms, texts = totals(store), named(store), load(language)
    page = report_page(found, firms, texts, "2026-10-01").decode()
    assert "<script" not in page
    assert "=&lt;script&gt;alert(1)&lt;/script&gt; AB" in page
    assert "http" not in page.split("</style>", 2)[-1]
    assert "Firma " not in page
    assert texts("totals.report.named") in page
    book = openpyxl.load_workbook(io.BytesIO(report_book(found, firms, texts, "2026-10-01")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert f"'{bad}" in {cell.value for cell in cells}
    assert 7_200_000 in {cell.value for cell in cells}
    assert not [cell for cell in cells if "Firma " in str(cell.value)]


@pytest.mark.parametrize("firms", [0, 30], ids=["nobody", "firms alone"])
def test_of_what_there_is_nothing_of_nothing_is_written(tmp_path: Path, firms: int) -> None:
    """A region of firms alone is what an open register gives."""
    made = SqliteStore(tmp_path / "region.sqlite")
    told: dict[str, Value] = {"employees": 7, "municipality": "1880", "sector": "industry"}
    listed = [Claim(f"org:40000100{number:02}", "Company", "", told) for number in range(firms)]
    publish(made, [Source("members", "network", Level.PUBLIC)], listed)
    made.close()
    asked = ("--store", made.address, "--lang", "en")
    said = run(*asked, "totals")
    assert (said.code, "Who trades with whom" in said.out, "Firms and employees" in said.out) == (0, False, firms > 0)
    for ending in ("html", "xlsx"):
        written = run(*asked, "report", tmp_path / f"report.{ending}")
        assert (written.code, written.err) == (0, "")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    sheets = openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames
    assert (page.count("<table"), len(sheets)) == ((2, 3) if firms else (0, 1))


def test_the_report_is_written_whole_and_over_nothing(store: SqliteStore, built: Built, tmp_path: Path) -> None:
    target = tmp_path / "rapport.html"
    asked = ("--store", built.address, "report", target, "--audience", "PUBLIC")
    assert run(*asked, "--json").json == {"file": str(target), "named": []}
    assert "<table" in target.read_text(encoding="utf-8")
    assert run(*asked).code == 1
    wrong = run("--store", built.address, "report", tmp_path / "rapport.pdf")
    assert wrong.code == 1
    assert ".html" in wrong.err


def test_offers_of_the_region_are_there_to_be_counted(built: Built) -> None:
    """The invented region has what these tests are about: offers, imports and firms that not everybody sees."""
    keys: set[Key] = {(each.company_id or "", each.capability or "") for each in built.snapshot.of(Offer)}
    assert len(keys) > 50

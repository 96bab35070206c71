"""What came of the work: counted another way, at the days of a period, of few firms, and given again as it was."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from graph import ledger
from graph.audience import Viewer
from graph.disclosure import Part
from graph.enquiries import Enquiry, Event, Sought, enquire, enquiries
from graph.errors import NotAllowed, UnknownName, UserMistake
from graph.gazetteer import Gazetteer
from graph.ledger import name_snapshot, publish
from graph.model import (
    REGION_KINDS,
    Activity,
    Claim,
    Company,
    Interview,
    Introduction,
    Level,
    Record,
    Region,
    Source,
    SupportCase,
)
from graph.persons import Holdings
from graph.results import FIGURES, NO_PROJECT, OTHER, Counting, Joined, Question, Tally, told_of
from graph.results_given import given, hidden_in
from graph.results_kept import (
    GOALS,
    NOTES,
    Goal,
    fix,
    fixed,
    fixed_as,
    goals_of,
    results,
    set_goal,
    withdraw,
)
from graph.store import Snapshot, Store, open_store
from graph.suppression import LEAST, TOTAL, Key
from graph.transfer import backup, restore
from ingest.demo.region import day
from ingest.persons import erase_person, whom
from render.results_files import FORMS
from tests.regions import Built, built_region, own_data
from tests.test_show import lived
from texts import load

__all__ = ["built_region", "lived", "own_data"]  # fixtures

MANAGER = Viewer(Level.MANAGER)
YEAR = Question("2026-01-01", "2026-12-31")
DAY = "2026-11-23"
OREBRO, KARLSKOGA = "1880", "1883"
WORK = Source("network_work", "network", Level.MANAGER, file="arbete.xlsx")


def region(*records: Record) -> Snapshot:
    home = Region("region:r", name="Länet", municipalities=(OREBRO, KARLSKOGA))
    return Snapshot(1, {kind: [each for each in (home, *records) if type(each) is kind] for kind in REGION_KINDS})


def firm(key: str, place: str | None = OREBRO, **fields: Any) -> Company:
    return Company(key, name=f"Firma {key}", municipality=place, country="SE", **fields)


def tally(*records: Record, enquiries: tuple[Enquiry, ...] = (), question: Question = YEAR) -> Tally:
    return Counting(region(*records), enquiries).tally(question, None)


def values(found: Tally, place: str = TOTAL, project: str = TOTAL) -> dict[str, float | None]:
    return {each: found.value(each, place, project) for each in FIGURES}


# -- counted another way -----------------------------------------------------------------------------------------------


class Sheets:
    """The invented region's workbooks, counted with pandas: rows of a period, by municipality and project."""

    def __init__(self, folder: Path, first: str, last: str) -> None:
        self.period = first, last
        books = {path.stem: pd.read_excel(path, sheet_name=None, dtype=str, engine="openpyxl")
                 for path in folder.glob("*.xlsx")}  # fmt: skip
        firms = books["medlemsregister"]["Företag"]
        self.firms = firms.assign(org=firms["Org.nr"].str.replace("-", ""))
        codes = Gazetteer.default().municipality_code
        self.place = {org: codes(name) for org, name in zip(self.firms["org"], self.firms["Kommun"], strict=True)}
        self.home = set(books["medlemsregister"]["Region"]["Kommunkod"])
        self.asked = self._within(books["krav_och_behov"]["Intervjuer"], "Frågad den")
        self.pairs = self._within(books["natverket"]["Introduktioner"], "Presenterad den")
        self.held = self._within(books["natverket"]["Aktiviteter"], "Hölls den")
        cases = books["stod"]["Stödärenden"]
        cases["Dag"] = cases["Status sedan"].where(cases["Status"] == "granted", cases["Beviljat den"])
        self.cases = self._within(cases, "Dag")

    def _within(self, table: pd.DataFrame, day: str) -> pd.DataFrame:
        return table[(table[day] >= self.period[0]) & (table[day] <= self.period[1])]

    def count(self, place: str = "", project: str = "") -> dict[str, float]:
        def of(orgs: Any) -> int:
            found = {each.replace("-", "") for each in orgs}
            return len({each for each in found if place in ("", self.place[each])})

        def part(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["Projekt"] == project] if project else table

        def ends(table: pd.DataFrame) -> Any:
            return chain(table["Org.nr"], table["Presenterad för org.nr"])

        guests = part(self.held)["Deltagare org.nr"].str.split("|").explode()
        asked, pairs, granted = part(self.asked), part(self.pairs), part(self.cases)
        granted = granted[granted["Status"].isin(["granted", "ended"])]
        here = granted[granted["Org.nr"].str.replace("-", "").map(self.place) == place] if place else granted
        return {
            "reached": of(chain(asked["Org.nr"], guests)),
            "interviewed": of(asked[asked["Svar"] == "answered"]["Org.nr"]),
            "participants": of(guests),
            "introduced": of(ends(pairs)),
            "quoted": of(ends(pairs[pairs["Utfall"].isin(["quoted", "ordered"])])),
            "ordered": of(ends(pairs[pairs["Utfall"] == "ordered"])),
            "supported": of(granted["Org.nr"]),
            "support_sek": float(here["Belopp SEK"].fillna("0").astype(float).sum()),
        }


@pytest.mark.parametrize(("first", "last"), [("2025-01-01", "2025-12-31"), ("2025-11-03", "2026-10-01")])
def test_figures_are_those_of_the_sheets(built: Built, first: str, last: str) -> None:
    sheets = Sheets(built.folder, first, last)
    counting = Counting(built.snapshot, ())
    found = counting.tally(Question(first, last), None)
    expected = sheets.count()
    assert min(expected[each] for each in ("reached", "interviewed", "participants", "introduced")) > 0
    told = values(found)
    assert {each: told[each] for each in expected} == expected
    assert told["activities"] == len(sheets.held)
    assert told["pairs"] == len(sheets.pairs)
    members = sheets.firms["Medlem sedan"]
    assert told["members"] == ((members <= last) & members.notna()).sum()
    for place in sorted(sheets.home & {each for each in sheets.place.values() if each}):
        assert {each: values(found, place)[each] for each in expected} == sheets.count(place)
    assert len(counting.projects) == 2
    for key, name in counting.projects.items():
        assert {each: values(found, project=key)[each] for each in expected} == sheets.count(project=name)
        assert {each: values(found, KARLSKOGA, key)[each] for each in expected} == sheets.count(KARLSKOGA, name)


# -- what counts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2025-12-31", 0), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0), (None, 0)],
)
def test_both_days_of_the_period_are_in_it(day: str | None, counts: int) -> None:
    sought = Sought("a", "b", value_sek=10, tonne_km_now=5.0, tonne_km_after=1.0)
    ordered = (Enquiry("e", sought, (Event("ordered", day),)),) if day else ()
    told = values(
        tally(
            firm("a"),
            firm("b"),
            Interview("a/i", "a", asked_on=day, outcome="answered"),
            Introduction("a/b", "a", "b", introduced_on=day),
            Activity("m", held_on=day, participants=("b",)),
            SupportCase("a/s", "a", status="granted", granted_on=day, amount_sek=7),
            enquiries=ordered,
        )
    )
    assert told["interviewed"] == told["participants"] == told["activities"] == told["supported"] == counts
    assert told["pairs"] == counts
    assert told["reached"] == told["introduced"] == told["quoted"] == told["ordered"] == 2 * counts
    assert (told["home_sek"], told["home_tonne_km"], told["support_sek"]) == (10 * counts, 4 * counts, 7 * counts)


def test_support_that_was_granted_counts_when_its_case_has_ended() -> None:
    def of_year(year: int) -> tuple[float | None, ...]:
        found = tally(
            firm("a"), firm("b"), firm("c"), firm("d"),
            SupportCase("a/s", "a", status="ended", changed_on="2027-05-01", granted_on="2026-05-01", amount_sek=7),
            SupportCase("b/s", "b", status="ended", changed_on="2026-05-01", amount_sek=7),  # nobody knows which day
            SupportCase("c/s", "c", status="refused", changed_on="2026-05-01", granted_on="2026-04-01", amount_sek=7),
            SupportCase("d/s", "d", status="advised", changed_on="2026-05-01"),
            question=Question(f"{year}-01-01", f"{year}-12-31"),
        )  # fmt: skip
        return found.value("supported", TOTAL, TOTAL), found.value("support_sek", TOTAL, TOTAL)

    assert (of_year(2026), of_year(2027)) == ((1, 7), (0, 0))


def test_an_answer_counts_on_its_own_day_and_its_firm_is_reached_then_too() -> None:
    def of_year(year: int) -> tuple[float | None, ...]:
        found = tally(
            firm("a"), firm("b"), firm("c"),
            Interview("a/i", "a", asked_on="2025-12-20", outcome="answered", answered_on="2026-01-08"),
            Interview("b/i", "b", asked_on="2025-12-20", reminded_on="2026-01-20", outcome="answered"),
            Interview("c/i", "c", asked_on="2025-12-20", reminded_on="2026-01-20", outcome="no_answer"),
            question=Question(f"{year}-01-01", f"{year}-12-31"),
        )  # fmt: skip
        return found.value("reached", TOTAL, TOTAL), found.value("interviewed", TOTAL, TOTAL)

    assert (of_year(2025), of_year(2026)) == ((3, 0), (2, 2))


def test_members_are_those_of_the_last_day() -> None:
    firms = [
        firm("since", member_since="2026-12-31"),
        firm("later", member_since="2027-01-01"),
        firm("left on the day", member_since="2020-01-01", member_until="2026-12-31"),
        firm("left before", member_since="2020-01-01", member_until="2026-12-30"),
        firm("no member"),
    ]
    assert tally(*firms).value("members", TOTAL, TOTAL) == 2


def test_each_counts_once_and_a_pair_at_both_its_ends() -> None:
    found = tally(
        firm("a"),
        firm("b", KARLSKOGA),
        firm("c", "0180"),
        Interview("a/1", "a", asked_on="2026-02-01", outcome="no_answer", project="Närmare"),
        Interview("a/2", "a", asked_on="2026-03-01", outcome="answered", project=" närmare "),
        Interview("a/3", "a", asked_on="2026-04-01", outcome="answered"),
        Activity("m", held_on="2026-05-01", participants=("a", "b"), project="Grönare"),
        Activity("n", held_on="2026-06-01", participants=("a", "c")),
        Activity("o", held_on="2026-06-02"),
        Introduction("a/b", "a", "b", introduced_on="2026-02-01", outcome="ordered"),
        Introduction("b/a", "b", "a", introduced_on="2026-08-01", outcome="open"),
        Introduction("b/c", "b", "c", introduced_on="2026-08-01", outcome="quoted"),
    )
    told = values(found)
    assert (told["reached"], told["interviewed"], told["activities"], told["participants"]) == (3, 1, 3, 3)
    assert (told["introduced"], told["pairs"], told["quoted"], told["ordered"]) == (3, 2, 3, 2)
    assert [found.value("pairs", place, TOTAL) for place in (OREBRO, KARLSKOGA, OTHER)] == [1, 2, 1]
    assert [found.value("reached", place, TOTAL) for place in (OREBRO, KARLSKOGA, OTHER)] == [1, 1, 1]
    assert [found.value("reached", TOTAL, each) for each in ("närmare", "grönare", NO_PROJECT)] == [1, 2, 2]
    assert found.value("reached", OREBRO, "grönare") == 1
    assert found.value("home_sek", TOTAL, "grönare") is None
    assert told["joined"] is None


def test_a_project_is_one_whatever_its_spelling() -> None:
    spelled = ["Grönt lyft", "grönt  lyft", "Grönt lyft", "Grönt-lyft"]
    counting = Counting(
        region(firm("a"), *(Interview(f"a/{n}", "a", project=each) for n, each in enumerate(spelled))), ()
    )
    assert list(counting.projects.values()) == ["Grönt lyft"]
    assert counting.project_key("GRÖNT LYFT") == "gröntlyft"
    with pytest.raises(UnknownName, match="no_such_project"):
        counting.project_key("annat")


def test_orders_bring_home_once_a_part_and_what_is_unknown_is_told() -> None:
    part = Sought("a", "b", "b/p1", value_sek=100, tonne_km_now=9.0, tonne_km_after=1.0)
    known = (
        Enquiry("1", part, (Event("quoted", "2025-11-01"), Event("ordered", "2026-01-05"))),
        Enquiry("2", replace(part, supplier_id="c"), (Event("ordered", "2026-02-05"),)),
        Enquiry("3", Sought("c", "b"), (Event("ordered", "2026-03-05"),)),
        Enquiry("4", Sought("d", "b", value_sek=5), (Event("quoted", "2026-03-05"), Event("refused", "2026-04-05"))),
        Enquiry("5", Sought("e", "b", value_sek=5), (Event("contacted", "2026-03-05"),)),
    )
    found = tally(*(firm(key) for key in "abcde"), enquiries=known)
    told = values(found)
    assert (told["home_sek"], told["home_tonne_km"]) == (100, 8)
    assert (told["quoted"], told["ordered"]) == (4, 3)
    line = found.line(TOTAL, TOTAL, {})
    assert line.unknown == {"home_sek": 1, "home_tonne_km": 1}
    before = tally(*(firm(key) for key in "abcde"), enquiries=known, question=Question("2025-01-01", "2025-12-31"))
    assert (before.value("quoted", TOTAL, TOTAL), before.value("ordered", TOTAL, TOTAL)) == (2, 0)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [("2026-12-31", "2026-01-01", "period_backwards"), ("2026-13-01", "2026-12-31", "not_a_day")],
)
def test_a_period_that_is_none_is_refused(own: Store, first: str, last: str, code: str) -> None:
    with pytest.raises(UserMistake, match=code):
        results(own, MANAGER, Question(first, last), today=DAY)


# -- few firms ---------------------------------------------------------------------------------------------------------


def counted(cells: dict[Key, int]) -> Tally:
    """A tally of so many firms, each in one cell."""
    found = Tally()
    for (place, project), count in cells.items():
        if count:
            found.counted["interviewed"][place, project] = {f"{place} {project} {each}" for each in range(count)}
    return found


def invented(seed: int) -> dict[Key, int]:
    rng = random.Random(seed)  # noqa: S311 - a test's
    places, projects = "ABCDE"[: rng.randint(1, 5)], "xyz"[: rng.randint(1, 3)]
    return {key: rng.choice((0, 0, 1, 1, 2, 3, 4, 9)) for key in product(places, projects)}


def largest(cells: dict[Key, int], shown: dict[Key, float], wanted: Key) -> float:
    """The most that a figure may be, for who knows all that is shown; found as a whole-number programme."""
    keys = sorted(cells)

    def sums(key: Key) -> list[int]:
        return [int(key[0] in (TOTAL, place) and key[1] in (TOTAL, project)) for place, project in keys]

    rules = [LinearConstraint(np.array(sums(key)), value, value) for key, value in shown.items() if any(sums(key))]
    made = milp(
        -np.array(sums(wanted)),
        constraints=rules,
        integrality=np.ones(len(keys), dtype=np.int64),
        bounds=Bounds(0, 100_000),
    )
    assert made.success
    return float(-made.fun)


def every_figure(cells: dict[Key, int]) -> list[Key]:
    places, projects = ({*names} for names in zip(*cells, strict=True))
    return [(place, project) for place in (*places, TOTAL) for project in (*projects, TOTAL)]


@pytest.mark.parametrize("seed", range(80))
def test_what_is_hidden_cannot_be_worked_out_from_all_that_is_given(seed: int) -> None:
    cells = invented(seed)
    found = counted(cells)
    hidden = hidden_in(found)["interviewed"]
    told = {key: found.value("interviewed", *key) or 0 for key in every_figure(cells)}
    shown = {key: value for key, value in told.items() if key not in hidden}
    for key, value in told.items():
        if 0 < value < LEAST:
            assert key in hidden
            assert largest(cells, shown, key) >= LEAST, (key, cells)


def test_hiding_the_small_ones_alone_would_not_do() -> None:
    """The attack is a real one."""
    cells = {("A", "x"): 1, ("B", "x"): 5, ("C", "x"): 4}
    found = counted(cells)
    told = {key: found.value("interviewed", *key) or 0 for key in every_figure(cells)}
    shown = {key: value for key, value in told.items() if value >= LEAST}
    assert largest(cells, shown, ("A", "x")) == 1
    assert {("A", TOTAL), ("C", TOTAL)} <= hidden_in(found)["interviewed"]


@pytest.mark.parametrize("cells", [{("A", "x"): 2}, {("A", "x"): 1, ("B", "y"): 1}, {("A", "x"): 1, ("A", "y"): 1}])
def test_a_whole_of_few_firms_is_hidden_wherever_it_is_told(cells: dict[Key, int]) -> None:
    hidden = hidden_in(counted(cells))["interviewed"]
    assert {each for each in every_figure(cells) if counted(cells).value("interviewed", *each)} <= hidden


def test_large_totals_stay_where_the_cells_are_sparse() -> None:
    """Of thirteen municipalities with a firm or two each the whole is told."""
    cells = {(str(place), "xyz"[place % 3]): 1 + place % 2 for place in range(13)}
    hidden = hidden_in(counted(cells))["interviewed"]
    assert (TOTAL, TOTAL) not in hidden
    assert all((str(place), TOTAL) in hidden for place in range(13))


def test_amounts_of_few_firms_or_of_one_large_are_hidden() -> None:
    def hidden(*amounts: int) -> bool:
        found = Tally()
        found.parts["support"] = [
            Part(OREBRO, NO_PROJECT, (f"f{number}",), (1, amount), (Level.MANAGER,) * 2)
            for number, amount in enumerate(amounts)
        ]
        return (TOTAL, TOTAL) in hidden_in(found)["support_sek"]

    assert hidden(100, 100)
    assert hidden(100_000, 5, 5)
    assert not hidden(100, 90, 80)


@pytest.mark.parametrize("seed", range(40))
def test_no_firms_amount_is_told_by_what_other_amounts_add_up_to(seed: int) -> None:
    """What an amount of one firm or two may be, for who knows every sum that is shown, is no single value."""
    rng = random.Random(seed)  # noqa: S311 - a test's
    keys = [*product("ABCDE"[: rng.randint(2, 5)], "xyz"[: rng.randint(1, 3)])]
    found, firms = Tally(), defaultdict(set)
    for number in range(rng.randint(3, 25)):
        key, name = rng.choice(keys), f"f{number}"
        firms[key].add(name)
        found.parts["support"].append(Part(*key, (name,), (1, rng.randint(50, 150)), (Level.MANAGER,) * 2))
    cells = {key: int(found.value("support_sek", *key) or 0) for key in keys}
    hidden = hidden_in(found)["support_sek"]
    told = {key: found.value("support_sek", *key) or 0 for key in every_figure(cells)}
    shown = {key: value for key, value in told.items() if key not in hidden}
    for key, value in told.items():
        behind = {name for cell, some in firms.items() if all(a in (TOTAL, b) for a, b in zip(key, cell, strict=True))
                  for name in some}  # fmt: skip
        if value and len(behind) < LEAST:
            assert key in hidden
            assert largest(cells, shown, key) > value, (key, cells)


def test_what_is_given_holds_nothing_that_is_hidden() -> None:
    few = [Interview(f"{key}/i", key, asked_on="2026-02-01", outcome="answered") for key in "ab"]
    many = [Interview(f"k{n}/i", f"k{n}", asked_on="2026-02-01", outcome="answered") for n in range(4)]
    firms = [firm("a"), firm("b"), *(firm(f"k{n}", KARLSKOGA) for n in range(4))]
    counting = Counting(region(*firms, *few, *many), ())
    found = counting.tally(YEAR, Joined("2026-01-01", ("a",)))
    told = told_of(counting, found, YEAR, hidden_in(found), "2026-01-01")
    assert told.municipalities[OREBRO].values["interviewed"] == 2
    assert told.whole.values["joined"] == 1
    safe = given(told)
    assert safe.whole.values["interviewed"] == 6
    assert safe.whole.values["joined"] is None
    assert safe.municipalities[OREBRO].values["interviewed"] is None
    assert safe.municipalities[KARLSKOGA].values["interviewed"] is None
    assert {"interviewed", "reached"} <= set(safe.municipalities[OREBRO].hidden)


# -- given again -------------------------------------------------------------------------------------------------------


@pytest.fixture(name="own")
def worked_region(tmp_path: Path) -> Iterator[Store]:
    """Nine firms of two municipalities that were asked and introduced, kept in a store."""
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    claims = [Claim("region:r", "Region", "", {"name": "Länet", "municipalities": (OREBRO, KARLSKOGA)})]
    for number in range(9):
        key = f"org:40000000{number:02}"
        place = OREBRO if number % 2 else KARLSKOGA
        claims.append(Claim(key, "Company", "", {"name": f"Firma {number} AB", "municipality": place, "country": "SE"}))
        claims.append(Claim(key, "Interview", f"i{number}", {"asked_on": "2026-02-01", "outcome": "answered"}))
    claims.append(Claim("org:4000000000", "Contact", "k", {"name": "Zyxla Qvarn", "email": "z@qvarn.example"}))
    publish(store, [WORK], claims, on="2026-03-01")
    yield store
    store.close()


def order(store: Store, supplier: int, buyer: int, sek: int) -> None:
    sought = Sought(f"org:40000000{supplier:02}", f"org:40000000{buyer:02}", value_sek=sek, tonne_km_now=0.3)
    enquire(store, MANAGER, sought, Event("ordered", "2026-05-01"), today=DAY)


def files(store: Store, name: str) -> dict[str, bytes]:
    kept = fixed_as(store, MANAGER, name)
    return {ending: form.make(kept.results, kept, load("sv")) for ending, form in FORMS.items() if ending == ".pdf"}


def test_what_was_fixed_stays_whatever_comes_after(own: Store, tmp_path: Path) -> None:
    for number in range(4):
        order(own, number, number + 4, 333_333 + number)
    set_goal(own, MANAGER, Goal("reached", target=20, target_on="2026-12-31"))
    first = fix(own, MANAGER, YEAR, "Delrapport", given_to="Regionen, Zyxla Qvarn", today=DAY)
    assert first.results.told.whole.values["home_sek"] == 4 * 333_333 + 6
    assert first.results.told.whole.values["interviewed"] == 9
    before = files(own, "Delrapport")

    order(own, 5, 0, 5_000_000)
    set_goal(own, MANAGER, Goal("reached", target=99))
    more = [Claim(f"org:41000000{n:02}", "Interview", "i", {"asked_on": "2026-02-02", "outcome": "answered"})
            for n in range(5)]  # fmt: skip
    more += [Claim(f"org:41000000{n:02}", "Company", "", {"name": f"Ny {n} AB"}) for n in range(5)]
    publish(own, [WORK], more, on="2026-04-01")
    now = results(own, MANAGER, YEAR, today=DAY).told.whole.values
    assert (now["interviewed"], now["home_sek"]) == (14, 6_333_338)
    assert fixed_as(own, MANAGER, "Delrapport") == first
    assert files(own, "Delrapport") == before

    ledger.withdraw(own)
    ledger.withdraw(own)
    assert results(own, MANAGER, YEAR, today=DAY).told.whole.values["interviewed"] == 0
    assert fixed_as(own, MANAGER, "Delrapport") == first

    target = tmp_path / "kopia.sqlite"
    backup(own, target)
    other = open_store(f"sqlite:{tmp_path / 'annan.sqlite'}")
    restore(target, other)
    assert fixed_as(other, MANAGER, "Delrapport") == first
    assert goals_of(other, MANAGER)["reached"].target == 99
    other.close()


def test_erasing_a_person_takes_the_name_and_no_figure(own: Store) -> None:
    first = fix(own, MANAGER, YEAR, "Delrapport", given_to="Zyxla Qvarn", today=DAY)
    holdings = Holdings(own)
    people = whom(holdings, "z@qvarn.example")
    assert len(people) == 1
    erase_person(holdings, people, holdings.marks(people))
    (kept,) = fixed(own, MANAGER)
    assert kept.results == first.results
    assert "Qvarn" not in kept.given_to


def test_a_name_is_used_once_and_what_was_withdrawn_says_why(own: Store) -> None:
    name_snapshot(own, "Vårmötet")
    first = fix(own, MANAGER, YEAR, " Del  ett ", today=DAY)
    assert first.name == "Del ett"
    for taken in ("Del ett", "Vårmötet"):
        with pytest.raises(UserMistake, match="result_name_taken"):
            fix(own, MANAGER, YEAR, taken, today=DAY)
    for bad in ("", "now", "12"):
        with pytest.raises(UserMistake, match="bad_snapshot_name"):
            fix(own, MANAGER, YEAR, bad, today=DAY)
    with pytest.raises(UserMistake, match="withdrawn_without_reason"):
        withdraw(own, MANAGER, first.result_id, "  ", today=DAY)
    withdraw(own, MANAGER, first.result_id, "Fel period", today=DAY)
    withdraw(own, MANAGER, first.result_id, "Annat skäl", today="2026-12-01")
    kept = fixed_as(own, MANAGER, "Del ett")
    assert (kept.withdrawn_on, kept.reason, kept.results) == (DAY, "Fel period", first.results)
    with pytest.raises(UnknownName, match="no_such_result"):
        withdraw(own, MANAGER, "nobody", "x", today=DAY)
    with pytest.raises(UnknownName, match="no_such_result"):
        fixed_as(own, MANAGER, "Del två")


def test_a_lonely_firm_that_gets_a_partner_has_joined_once_it_was_known(own: Store) -> None:
    trade = Claim("org:4000000001", "Trade", "t", {"buyer_id": "org:4000000002", "what": "axlar", "year": 2026})
    before = results(own, MANAGER, YEAR, today=DAY)
    assert (before.told.whole.values["joined"], before.told.since) == (None, None)
    publish(own, [WORK], [trade], on="2026-06-01")
    told = results(own, MANAGER, YEAR, today=DAY).told
    assert (told.whole.values["joined"], told.since) == (2, "2026-03-01")
    assert results(own, MANAGER, Question("2026-05-01", "2026-06-01"), today=DAY).told.whole.values["joined"] == 2
    early = results(own, MANAGER, Question("2026-04-01", "2026-05-31"), today=DAY).told
    assert (early.whole.values["joined"], early.since) == (0, "2026-03-01")
    assert results(own, MANAGER, Question("2025-01-01", "2025-12-31"), today=DAY).told.whole.values["joined"] is None


def test_goals_are_of_the_whole_or_of_a_project(own: Store) -> None:
    whole, of_project = Goal("reached", None, "Alla", 1, "2025-12-31", 9, "2026-12-31"), Goal("reached", "Närmare")
    set_goal(own, MANAGER, whole)
    set_goal(own, MANAGER, replace(of_project, target=4))
    assert goals_of(own, MANAGER) == {"reached": whole}
    assert goals_of(own, MANAGER, " NÄRMARE ")["reached"].target == 4
    set_goal(own, MANAGER, Goal("reached"))
    assert goals_of(own, MANAGER) == {}
    with pytest.raises(UserMistake, match="not_a_day"):
        set_goal(own, MANAGER, Goal("reached", target=1, target_on="i morgon"))


def test_nobody_but_the_manager_is_told(own: Store) -> None:
    first = fix(own, MANAGER, YEAR, "Del ett", today=DAY)
    kept = {**own.notes(NOTES), **own.notes(GOALS)}
    for viewer in (Viewer(), Viewer(Level.MEMBERS), Viewer(Level.MEMBERS, "org:4000000001")):
        for asked in (
            lambda who: results(own, who, YEAR, today=DAY),
            lambda who: fix(own, who, YEAR, "Del två", today=DAY),
            lambda who: fixed(own, who),
            lambda who: withdraw(own, who, first.result_id, "x", today=DAY),
            lambda who: set_goal(own, who, Goal("reached", target=1)),
            lambda who: goals_of(own, who),
        ):
            with pytest.raises(NotAllowed):
                asked(viewer)
    assert {**own.notes(NOTES), **own.notes(GOALS)} == kept


def test_no_name_of_a_firm_is_in_what_is_fixed(own: Store) -> None:
    for number in range(4):
        order(own, number, number + 4, 1000)
    fix(own, MANAGER, YEAR, "Del ett", today=DAY)
    kept = "".join(own.notes(NOTES).values())
    assert "Firma" not in kept
    assert "org:" not in kept


def test_every_split_adds_up_where_each_counts_in_one_line(built: Built) -> None:
    counting = Counting(built.snapshot, ())
    found = counting.tally(Question("2024-01-01", DAY), None)
    by_place: dict[str, float] = defaultdict(float)
    lines = found.keys()
    for place, figure in product({key[0] for key in lines}, ("reached", "interviewed", "introduced", "members")):
        by_place[figure] += found.value(figure, place, TOTAL) or 0
    assert by_place == {figure: found.value(figure, TOTAL, TOTAL) for figure in by_place}


def test_the_invented_half_year_has_results_to_tell(lived: Path) -> None:
    """Of orders, too: of each kind of answer there is one, none of a firm that is sensitive, none to come."""
    store = open_store(f"sqlite:{lived / 'demo.sqlite'}", create=False)
    known = enquiries(store, MANAGER)
    sensitive = {each.company_id for each in store.snapshot(Company).of(Company) if each.sensitive}
    told = given(results(store, MANAGER, YEAR, today=DAY).told).whole.values
    store.close()
    assert {each.status for each in known} == {"contacted", "quoted", "ordered", "refused"}
    assert not {firm for each in known for firm in (each.sought.supplier_id, each.sought.buyer_id)} & sensitive
    assert max(event.on for each in known for event in each.events) <= day(0)
    assert all((told[each] or 0) > 0 for each in ("reached", "introduced", "quoted", "ordered"))

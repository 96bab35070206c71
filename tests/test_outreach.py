"""Who has been heard, by municipality and branch, and whom to ask next so that all are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.branches import branch_key
from graph.isolation import isolated
from graph.ledger import publish
from graph.makers import Makers
from graph.model import (
    REGION_KINDS,
    Claim,
    Company,
    ImportedPart,
    Interview,
    Level,
    Offer,
    Record,
    Region,
    Source,
    Trade,
    Workplace,
)
from graph.network import project
from graph.outreach import STATES, Hearings, Outreach, ToAsk, newest
from graph.store import Snapshot, Store, open_store
from tests.regions import Built, built_region, own_data, run
from tests.test_app import components, start, use_data
from tests.test_app import run as rerun
from texts import load

__all__ = ["built_region", "own_data"]  # fixtures

DAY = "2026-10-01"
SV = load("sv")


def region(*records: Record) -> Snapshot:
    home = Region("region:r", municipalities=("1880", "1883"))
    return Snapshot(1, {k: [e for e in (home, *records) if type(e) is k] for k in REGION_KINDS})


def firm(key: str, place: str = "1883", sni: str | None = "25620", **fields: object) -> Company:
    version = "2007" if sni else None
    return Company(
        key,
        name=f"Firma {key}",
        municipality=place,
        country="SE",
        sni=sni,
        sni_version=version,
        **fields,  # type: ignore[arg-type]
    )


def asked(key: str, outcome: str | None, day: str | None = "2026-05-01", reminded_on: str | None = None) -> Interview:
    item = f"{key}/{outcome}/{day}"
    return Interview(item, key, asked_on=day, outcome=outcome, reminded_on=reminded_on)


def outreach(*records: Record, today: str = DAY) -> tuple[Hearings, list[ToAsk]]:
    snapshot = region(*records)
    found = Outreach(snapshot, project(snapshot), today)
    return found.heard(), found.ask_next(Makers(snapshot, today=today), 100)


def who(to_ask: list[ToAsk]) -> list[str]:
    return [each.company_id for each in to_ask]


def reasons(to_ask: list[ToAsk], key: str) -> dict[str, float]:
    return {each.code: each.points for one in to_ask if one.company_id == key for each in one.reasons}


def test_a_branch_is_the_division_else_the_sector() -> None:
    assert branch_key(firm("a", sni="25.620")) == "25"
    assert branch_key(firm("a", sni=None, sector="industry")) == "industry"
    assert branch_key(firm("a", sni=None)) == ""


def test_firms_asked_and_answered_are_counted_by_place_and_branch() -> None:
    heard, _ = outreach(
        *(firm(each) for each in "abc"), firm("d", "1880", "28110"), firm("e", "0180"), firm("f", sector="public"),
        asked("a", "answered"), asked("a", "no_answer", "2026-06-01"), asked("b", "declined"), asked("d", None, None),
    )  # fmt: skip
    assert [getattr(heard.whole, each) for each in ("companies", "asked", "answered")] == [4, 2, 1]
    assert heard.whole.newest == "2026-06-01"
    assert {key: (each.companies, each.asked, each.answered) for key, each in heard.by_municipality.items()} == {
        "1883": (3, 2, 1),
        "1880": (1, 0, 0),
    }
    assert [*heard.by_branch] == ["25", "28"], "those of most firms first"
    assert heard.cells["1883", "25"].share == pytest.approx(1 / 3)
    assert heard.cells["1880", "28"].newest is None


def test_everything_counted_adds_up(built: Built) -> None:
    network = project(built.snapshot)
    heard = Outreach(built.snapshot, network, DAY).heard()
    for some in (heard.by_municipality, heard.by_branch, heard.cells):
        for name in ("companies", "asked", "answered"):
            assert sum(getattr(each, name) for each in some.values()) == getattr(heard.whole, name)
    found = isolated(built.snapshot, network)
    assert (heard.whole.companies, heard.whole.asked, heard.whole.answered) == (
        found.companies,
        found.asked,
        found.answered,
    )


def test_who_has_answered_declined_or_was_just_called_is_left_in_peace() -> None:
    _, to_ask = outreach(
        *(firm(each, employees=60) for each in "abcdef"), firm("z"),
        firm("g", ended_on="2025-01-01", employees=60), firm("h", sector="consulting", employees=60),
        asked("a", "answered"), asked("b", "declined"), asked("b", "no_answer", "2026-06-01"),
        asked("c", "no_answer", "2026-09-15"), asked("d", "no_answer", "2026-08-01"),
        asked("e", "answered", "2023-01-01"),
        *(firm(each, employees=60) for each in "ijkl"), asked("i", "never", "2015-01-01"),
        asked("j", "declined", "2025-01-01"), asked("k", "declined", None),
        asked("l", None, "2026-01-01", "2026-09-15"),
    )  # fmt: skip
    assert set(who(to_ask)) == {"d", "e", "f", "j"}, "there is no reason to ask z, whose like have answered"
    assert reasons(to_ask, "e") == {"large": 1.0, "long_ago": 0.5}


def test_a_cell_that_nobody_was_heard_of_comes_before_all_other_reasons() -> None:
    partners = [Company(f"p{n}", country="DE") for n in range(6)]
    named = [Trade(f"t{n}", "known", f"p{n}") for n in range(6)]
    _, to_ask = outreach(
        firm("answered"), asked("answered", "answered"), firm("known", employees=400), *partners, *named,
        firm("other", "1880", "28110", employees=2), firm("other2", "1880", "28110"),
    )  # fmt: skip
    assert who(to_ask) == ["other", "known"], "the cell of other2 is heard once the first of it was asked"
    assert reasons(to_ask, "other") == {"unheard_cell": 6.0, "unheard_municipality": 1.0, "unheard_branch": 1.0}
    assert reasons(to_ask, "known") == {"named_by_others": 1.0, "large": 1.0}


def test_whose_trade_could_make_what_nobody_near_makes_is_asked_before_others() -> None:
    place = [Workplace(f"{each}/s", each, latitude=59.33, longitude=14.52) for each in ("fits", "importer")]
    far = Workplace("far/s", "far", latitude=57.0, longitude=14.52)
    records = [firm("heard"), asked("heard", "answered"), firm("fits"), firm("far"), firm("importer", sni="10110")]
    records += [asked("importer", "answered")]
    part = ImportedPart("p", "importer", capabilities=("turning",))
    _, to_ask = outreach(*records, *place, far, part)
    assert reasons(to_ask, "fits") == {"fits_unmade": 1.0}
    assert who(to_ask) == ["fits"]
    made = [Offer("o", "heard", "turning"), Workplace("h", "heard", latitude=59.34, longitude=14.52)]
    _, to_ask = outreach(*records, *place, far, part, *made)
    assert who(to_ask) == [], "somebody near makes it"


def test_so_many_cells_are_heard_as_can_be_and_more_are_never_lost(built: Built) -> None:
    network = project(built.snapshot)
    found = Outreach(built.snapshot, network, DAY)
    to_ask = found.ask_next(Makers(built.snapshot, today=DAY), 1000)
    cells = [(each.municipality or "", each.branch) for each in to_ask]
    unheard = {cell for cell, each in found.heard().cells.items() if not each.answered} & set(cells)
    assert len(unheard) > 5
    assert set(cells[: len(unheard)]) == unheard, "each of the first takes a cell of its own"
    assert len({each.company_id for each in to_ask}) == len(to_ask)
    for each in to_ask:
        assert each.score > 0
        assert each.score == pytest.approx(sum(reason.points for reason in each.reasons), abs=0.001)
    assert to_ask[:9] == found.ask_next(Makers(built.snapshot, today=DAY), 9), "the first are the same however many"


def test_no_choice_of_as_many_hears_more_cells() -> None:
    firms = [firm("a"), firm("b"), firm("c", "1880"), firm("d", "1880", "28110"), firm("e", sni="28110"), firm("f")]
    _, to_ask = outreach(*firms, asked("f", "answered"))
    heard = {"f"}

    def cells(keys: set[str]) -> int:
        return len({(each.municipality, branch_key(each)) for each in firms if each.key in keys})

    for count in range(1, 6):
        best = max(cells({*some, *heard}) for some in combinations("abcde", count))
        assert cells({*who(to_ask)[:count], *heard}) == best


def test_an_empty_region_has_nobody_to_ask() -> None:
    heard, to_ask = outreach()
    assert (heard.whole.companies, heard.whole.share, to_ask) == (0, 0.0, [])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_command_tells_coverage_and_whom_to_ask(built: Built, language: str) -> None:
    found = run("--store", built.address, "isolated", "--json").json
    coverage = found["coverage"]
    for some in ("by_municipality", "by_branch"):
        assert sum(each["companies"] for each in coverage[some]) == coverage["companies"]
        assert sum(each["answered"] for each in coverage[some]) == coverage["answered"]
        assert all(each["answered"] <= each["asked"] <= each["companies"] for each in coverage[some])
    assert {"company_id", "name", "municipality", "branch", "score", "reasons"} == set(found["ask_next"][0])
    lines = run("--store", built.address, "--lang", language, "isolated").out
    assert found["ask_next"][0]["name"] in lines.splitlines()[-len(found["ask_next"])]


# -- how it stands with each -------------------------------------------------------------------------------------------


def test_the_newest_interview_says_how_it_stands_and_never_holds_for_good() -> None:
    interviews = [
        asked("b", None), asked("c", None, reminded_on="2026-06-01"), asked("d", "no_answer"), asked("e", "answered"),
        asked("f", "declined"), asked("g", "never", "2020-01-01"), asked("g", "answered", "2026-06-01"),
        asked("h", "answered", "2024-01-01"), asked("h", None, "2026-06-01"),
        asked("i", "no_answer", "2026-06-01"), asked("i", None, "2026-06-01"),
    ]  # fmt: skip
    snapshot = region(*(firm(each) for each in "abcdefghi"), firm("out", "0180"), *interviews)
    found = Outreach(snapshot, project(snapshot), DAY).standings()
    assert {each.company_id: each.state for each in found} == {
        "a": "not_asked", "b": "asked", "c": "reminded", "d": "no_answer", "e": "answered", "f": "declined",
        "g": "never", "h": "asked", "i": "no_answer",
    }  # fmt: skip
    assert [each.name for each in found] == sorted(str(each.name) for each in found)
    assert {each.state for each in found} == {*STATES}


def test_every_firm_of_the_region_has_one_state(built: Built) -> None:
    network = project(built.snapshot)
    outreach = Outreach(built.snapshot, network, DAY)
    found = outreach.standings()
    assert len({each.company_id for each in found}) == len(found) == outreach.heard().whole.companies
    by_hand = newest(built.snapshot.of(Interview))
    for each in found:
        said = by_hand.get(each.company_id)
        assert each.state == ("not_asked" if said is None else said.outcome or "asked")


def test_the_command_counts_states_and_names_those_that_were_asked_for(built: Built) -> None:
    found = run("--store", built.address, "outreach", "--state", "declined", "no_answer", "--json").json
    assert sum(found["states"].values()) == found["companies"]
    assert len(found["firms"]) == found["states"]["declined"] + found["states"]["no_answer"] > 0
    assert {each["state"] for each in found["firms"]} == {"declined", "no_answer"}
    assert run("--store", built.address, "outreach", "--json").json["firms"] == []


def test_the_week_of_an_invented_region_is_sensible(built: Built) -> None:
    groups = {each["kind"]: each for each in run("--store", built.address, "week", "--json").json["groups"]}
    assert {"introductions", "certificates", "next"} <= groups.keys()
    assert len(groups["next"]["items"]) == 5
    for group in groups.values():
        days = [each["day"] for each in group["items"] if each["day"]]
        assert group["count"] == len(group["items"]) > 0
        assert days == sorted(days)
        assert group["nearest"] == (days[0] if days else None)


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture(name="page")
def page_of_a_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, AppTest]]:
    use_data(monkeypatch, tmp_path)
    store = open_store()
    said = {"municipality": "1883", "country": "SE", "sector": "industry"}
    firms = [Claim(f"org:400000000{n}", "Company", "", {**said, "name": f"Firma {n}"}) for n in (1, 2, 3)]
    firms[2] = Claim(firms[2].subject, "Company", "", {**firms[2].fields, "municipality": "1880"})
    known = [
        Claim(firms[1].subject, "Interview", "i", {"asked_on": "2026-05-01", "how": "telefon"}),
        Claim(firms[2].subject, "Interview", "i", {"asked_on": "2026-05-01", "outcome": "never"}),
    ]
    publish(store, [Source("members", "network")], [*firms, *known])
    yield store, start("sv", "outreach")
    store.close()


def states(store: Store) -> list[str]:
    snapshot = view(store, Viewer(Level.MANAGER))
    return [each.state for each in Outreach(snapshot, project(snapshot), DAY).standings()]


def listed(app: AppTest) -> list[str]:
    (table,) = (each for each in components(app) if each.get("alt") == SV("week.outreach.list"))
    return [row["cells"][0][0] for row in table["rows"]]


def test_firms_are_filtered_by_state_and_place(page: tuple[Store, AppTest]) -> None:
    _, app = page
    assert listed(app) == ["Firma 1", "Firma 2", "Firma 3"]
    app.button_group(key="outreach_state").set_value("asked")
    assert listed(rerun(app)) == ["Firma 2"]
    app.button_group(key="outreach_state").set_value("all")
    app.selectbox(key="outreach_place").set_value("1880")
    assert listed(rerun(app)) == ["Firma 3"]


@pytest.mark.parametrize(
    ("mark", "after"),
    [
        ("phoned", ["asked", "asked", "never"]),
        ("reminded", ["reminded", "reminded", "never"]),
        ("answered", ["answered", "answered", "never"]),
        ("declined", ["declined", "declined", "never"]),
    ],
)
def test_several_are_marked_as_one_load_that_is_undone_at_once(
    page: tuple[Store, AppTest], mark: str, after: list[str]
) -> None:
    store, app = page
    before, revision = states(store), store.revision()
    app.session_state["outreach_mark_box"] = True
    rerun(app)
    app.button(key="outreach_choose_all").click()
    rerun(app)
    assert len(app.multiselect(key="outreach_chosen").value) == 2, "not whoever is never to be asked"
    app.button_group(key="outreach_mark").set_value(mark)
    rerun(app)
    assert (states(store), store.revision()) == (after, revision + 1)
    assert app.multiselect(key="outreach_chosen").value == []
    app.button(key="undo").click()
    rerun(app)
    assert states(store) == before

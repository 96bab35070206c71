"""The pages "Network" and "Isolated firms" run through the router, their numbers compared with the questions asked.

What only a browser can show is in test_browser_pictures.py.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.geo import Gazetteer
from graph.isolation import NEXT_ACTION, Isolation, isolated
from graph.layout import NOTE, lay_out
from graph.model import Company, Level
from graph.neighbours import ties
from graph.network import project, shape
from graph.store import Snapshot, open_store
from tests.test_app import bodies, components, invent_region, run, said, start, use_data
from texts import LANGUAGES, load
from views.table import FIRST_ROWS

SV = load("sv")


class Known:
    """What the invented region's store says, asked directly."""

    def __init__(self, folder: Path) -> None:
        store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
        self.snapshot: Snapshot = view(store, Viewer(Level.MANAGER))
        store.close()
        self.network: nx.DiGraph = project(self.snapshot)
        self.isolation: Isolation = isolated(self.snapshot)

    @property
    def hub(self) -> Company:
        """The firm with most partners of those with a number and a name of their own."""
        names = [each.name for each in self.snapshot.of(Company)]
        named = [
            each
            for each in self.snapshot.of(Company)
            if each.company_id.startswith("org:") and names.count(each.name) == 1
        ]
        return max(named, key=lambda each: (len(ties(self.network, each.key)), each.key))


@pytest.fixture(scope="module", name="folder")
def invented_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invent_region(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module", name="known")
def known_region(folder: Path) -> Known:
    return Known(folder)


@pytest.fixture(autouse=True)
def _invented(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_data(monkeypatch, folder)


def picture(app: AppTest) -> dict[str, Any]:
    (found,) = [each for each in components(app) if "nodes" in each]
    return found


def tables(app: AppTest) -> list[dict[str, Any]]:
    return [each for each in components(app) if "columns" in each]


def headline(app: AppTest) -> str:
    return html.unescape(said(app, "headline"))


def link(company: Company) -> str:
    return company.company_id.removeprefix("org:")


# -- the network ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_network_is_told_in_a_sentence_a_picture_and_tables(known: Known, language: str) -> None:
    sentences = load(language)
    app = start(language, "network")
    found = shape(known.network)
    expected = sentences(
        "network.headline",
        companies=found.companies,
        trades=found.trades,
        largest=found.largest_component,
        isolated=found.isolated,
    )
    assert expected in headline(app)
    drawn = picture(app)
    layout = lay_out(known.snapshot, known.network)
    assert {each["id"] for each in drawn["nodes"]} == {each.key for each in layout.discs if ":" not in each.key} | {
        each.key for each in layout.discs if each.key.startswith("county:")
    }
    places, groups = tables(app)
    assert {row["firm"] for row in places["rows"]} == {each["id"] for each in drawn["nodes"]}
    assert sum(row["cells"][1][1] for row in places["rows"]) == found.companies
    assert [row["cells"][1][1] for row in groups["rows"]] == [len(each.companies) for each in found.communities]
    assert [row["cells"][4][1] for row in groups["rows"]] == [round(100 * each.steady) for each in found.communities]
    assert drawn["words"]["fit"] == sentences("picture.words.fit")
    assert sentences("glossary.community") in html.unescape("".join(bodies(app)))


def test_a_place_shows_its_firms(known: Known) -> None:
    app = start("sv", "network", municipality="1883")
    (firms,) = tables(app)
    expected = {key for key, data in known.network.nodes(data=True) if data["municipality"] == "1883"}
    assert {row["firm"] for row in firms["rows"]} <= expected
    assert len(firms["rows"]) == min(len(expected), FIRST_ROWS)
    place = SV("network.firms_in", place=Gazetteer.default().municipality_name("1883"))
    assert place in "".join(bodies(app))
    app.button(key="all_places").click()
    run(app)
    assert "municipality" not in app.query_params
    assert len(tables(app)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_shows_its_neighbourhood(known: Known, language: str) -> None:
    hub = known.hub
    app = start(language, "network", firm=link(hub))
    expected = ties(known.network, hub.key)
    assert str(hub.name) in headline(app)
    assert f" {len(expected)} " in headline(app)
    drawn = picture(app)
    assert drawn["nodes"][0]["id"] == hub.key
    assert len(drawn["nodes"]) <= 250
    (partners,) = tables(app)
    assert [row["firm"] for row in partners["rows"]] == [each.company_id for each in expected[:FIRST_ROWS]]
    assert [row["cells"][3][1] for row in partners["rows"]] == [
        None if each.sold_sek is None and each.bought_sek is None else (each.sold_sek or 0) + (each.bought_sek or 0)
        for each in expected[:FIRST_ROWS]
    ]


def test_a_firm_is_searched_for_by_its_name(known: Known) -> None:
    hub = known.hub
    app = start("sv", "network", municipality="1883")
    app.text_input(key="network_search").set_value(hub.name)
    run(app)
    assert app.query_params["firm"] in (link(hub), [link(hub)])
    assert "municipality" not in app.query_params
    assert app.text_input(key="network_search").value == ""
    assert str(hub.name) in headline(app)
    app.button(key="whole").click()
    run(app)
    assert "firm" not in app.query_params
    assert len(tables(app)) == 2


def test_words_that_may_mean_several_firms_are_asked_about(known: Known) -> None:
    app = start("sv", "network")
    app.text_input(key="network_search").set_value("Bröderna")
    run(app)
    several = [each for each in app.button if (each.key or "").startswith("candidate_")]
    assert len(several) > 1
    assert "firm" not in app.query_params
    several[0].click()
    run(app)
    assert "firm" in app.query_params
    assert not [each for each in app.button if (each.key or "").startswith("candidate_")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_nobody_knows_is_said_to_be_unknown(language: str) -> None:
    app = start(language, "network")
    app.text_input(key="network_search").set_value("Xyzzy <b>&")
    run(app)
    assert html.escape(load(language)("error.unknown_company", name="Xyzzy <b>&")) in said(app, "warning")
    assert "firm" not in app.query_params


@pytest.mark.parametrize("wrong", [{"firm": "5560000000"}, {"firm": "<script>"}, {"municipality": "0000"}])
def test_a_wrong_link_is_said_to_be_wrong_and_shows_the_whole(wrong: dict[str, str]) -> None:
    app = start("sv", "network", **wrong)
    assert SV("network.bad_link") in said(app, "warning")
    assert len(tables(app)) == 2


def test_a_firm_without_trade_says_so(known: Known) -> None:
    alone = next(each for each in known.snapshot.of(Company) if not known.network.degree[each.key])
    app = start("sv", "network", firm=link(alone))
    assert SV("network.firm_alone", name=alone.name) in headline(app)
    assert [each["id"] for each in picture(app)["nodes"]] == [alone.key]
    assert tables(app) == []


def test_the_picture_is_the_same_the_next_day(folder: Path) -> None:
    first = picture(start("sv", "network"))
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    assert store.recall(NOTE)
    store.close()
    at = {each["id"]: (each["x"], each["y"]) for each in first["nodes"]}
    assert at == {each["id"]: (each["x"], each["y"]) for each in picture(start("en", "network"))["nodes"]}


# -- firms that stand alone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_isolated_firms_are_counted_by_kind_and_listed(known: Known, language: str) -> None:
    sentences = load(language)
    app = start(language, "isolated")
    found = known.isolation
    unknown = sum(each.kind == "not_asked" for each in found.findings)
    expected = {"findings": len(found.findings) - unknown, "companies": found.companies, "unknown": unknown}
    assert sentences("isolated.headline_unknown", **expected) in headline(app)
    assert sentences("isolated.coverage", asked=found.answered, companies=found.companies) in said(app, "note")
    labels = [each.replace("\\", "") for each in app.button_group(key="isolated_kind").options]
    counts = {kind: sum(each.kind == kind for each in found.findings) for kind in NEXT_ACTION}
    assert counts.pop("hidden") == 0, "offered only where there are any"
    assert [int(each.rsplit(" ", 1)[1]) for each in labels] == [len(found.findings), *counts.values()]
    listed = tables(app)[0]
    assert [row["firm"] for row in listed["rows"]] == [each.company_id for each in found.findings][:FIRST_ROWS]
    assert {each.company_id for each in found.findings} <= {each["id"] for each in picture(app)["nodes"]}


def test_a_kind_is_chosen_and_the_others_stay_to_be_chosen(known: Known) -> None:
    app = start("sv", "isolated")
    kinds = [each for each in NEXT_ACTION if each != "hidden"]
    for kind in kinds:
        app.button_group(key="isolated_kind").set_value(kind)
        run(app)
        expected = [each.company_id for each in known.isolation.findings if each.kind == kind]
        assert len(app.button_group(key="isolated_kind").options) == len(kinds) + 1
        if expected:
            assert [row["firm"] for row in tables(app)[0]["rows"]] == expected[:FIRST_ROWS]
        else:
            assert SV("isolated.none") in said(app, "intro")


# -- states -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["network", "isolated"])
def test_an_empty_region_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, language: str
) -> None:
    use_data(monkeypatch, tmp_path)
    open_store().close()
    app = start(language, page)
    assert load(language)(f"{page}.empty") in headline(app)
    assert components(app) == []

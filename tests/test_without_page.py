"""The page "What if" and the command ``without``, their numbers compared with the questions asked directly."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graph.audience import Viewer, view
from graph.model import Company, Level
from graph.resilience import Resilience
from graph.store import Snapshot, open_store
from graph.what_if import Change, what_if
from render.resilience import firm_headline, region_headline
from tests.regions import misfits
from tests.regions import run as cli
from tests.test_app import bodies, components, run, said, start, use_data
from tests.test_network_pages import _invented, headline, invented_folder, link, picture, tables
from texts import LANGUAGES, load

__all__ = ["_invented", "invented_folder"]

SV = load("sv")
SHAPE = {
    "company": str, "stranded": list, "components_before": int, "components_after": int, "esri": float,
    "affected": [{"company_id": str, "name": str, "process": (str, type(None)), "knock_on": list,
                  "alternatives": [{"company_id": str, "name": str, "distance_km": float}]}],
    "suppliers": [{"company_id": str, "share": (float, type(None))}], "knock_on": [{"company_id": str, "path": list}],
}  # fmt: skip


@pytest.fixture(scope="module", name="snapshot")
def invented_snapshot(folder: Path) -> Snapshot:
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    found = view(store, Viewer(Level.MANAGER))
    store.close()
    return found


@pytest.fixture(scope="module", name="known")
def known_region(snapshot: Snapshot) -> Resilience:
    return Resilience(snapshot)


@pytest.fixture(scope="module", name="worst")
def worst_firm(snapshot: Snapshot, known: Resilience) -> Company:
    """The firm that would strand most buyers, of those with a number."""
    worst = next(each for each in known.critical() if each.company_id.startswith("org:"))
    return next(each for each in snapshot.of(Company) if each.company_id == worst.company_id)


# -- the region -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_region_is_told_in_a_sentence_bars_and_a_table(known: Resilience, language: str) -> None:
    app = start(language, "without")
    ranked = known.critical()
    assert ranked[0].stranded > 0
    assert region_headline(ranked, 50, load(language)) in headline(app)
    (shown,) = tables(app)
    assert [row["firm"] for row in shown["rows"][:10]] == [each.company_id for each in ranked[:10]]
    assert [row["cells"][1][1] for row in shown["rows"][:10]] == [each.stranded for each in ranked[:10]]
    told = html.unescape("".join(bodies(app)))
    assert "nv-bars" in told
    assert load(language)("glossary.stranded") in told


def test_each_list_is_shown_and_the_distance_and_services_count(snapshot: Snapshot, known: Resilience) -> None:
    app = start("sv", "without")
    for name, rows in (
        ("single", len(known.single_source())),
        ("parts", len(known.single_parts)),
        ("bridges", len(known.cuts.firms)),
    ):
        app.button_group(key="without_list").set_value(name)
        run(app)
        assert len(tables(app)[0]["rows"]) == min(rows, 60)
    app.button_group(key="without_within").set_value(100)
    run(app)
    assert region_headline(Resilience(snapshot, 100).critical(), 100, SV) in headline(app)
    app.toggle(key="without_services").set_value(True)
    run(app)
    assert region_headline(Resilience(snapshot, 100).critical(services=True), 100, SV) in headline(app)


# -- one firm ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_is_told_with_those_it_takes_with_it(known: Resilience, worst: Company, language: str) -> None:
    app = start(language, "without", firm=link(worst))
    impact = known.impact(worst.company_id)
    assert firm_headline(impact, load(language)) in headline(app)
    drawn = picture(app)
    marked = {each["id"] for each in drawn["nodes"] if each["shape"] == "triangle"}
    assert marked == {each.company_id for each in impact.hits} & {each["id"] for each in drawn["nodes"]}
    affected = tables(app)[0]["rows"]
    assert [row["firm"] for row in affected] == [each.company_id for each in impact.affected[:60]]
    (esri,) = known.esri([worst.company_id])
    assert load(language).number(100 * esri, 1 if esri < 0.1 else 0) in html.unescape("".join(bodies(app)))
    app.button(key="without_back").click()
    run(app)
    assert "firm" not in app.query_params


def test_a_firm_is_searched_for_by_its_name(worst: Company) -> None:
    app = start("sv", "without")
    app.text_input(key="without_search").set_value(worst.name)
    run(app)
    assert app.query_params["firm"] in (link(worst), [link(worst)])
    assert str(worst.name) in headline(app)
    app.text_input(key="without_search").set_value("Xyzzy <b>&")
    run(app)
    assert html.escape(SV("error.unknown_company", name="Xyzzy <b>&")) in said(app, "warning")


def test_every_selling_firm_reads(snapshot: Snapshot, known: Resilience) -> None:
    """A sentence for each kind of answer, and no firm whose page cannot be worded."""
    for language in LANGUAGES:
        for each in snapshot.of(Company)[::5]:
            assert firm_headline(known.impact(each.company_id), load(language))


# -- what if ----------------------------------------------------------------------------------------------------------


def test_a_change_is_tried_and_nothing_is_kept(folder: Path, snapshot: Snapshot, worst: Company) -> None:
    app = start("sv", "without", firm=link(worst))
    app.toggle(key="what_if_open").set_value(True)
    run(app)
    submit(app)
    shown = tables(app)[-1]["rows"]
    before, after = what_if(snapshot, Change((worst.company_id,)))
    assert [row["cells"][1][1] for row in shown][:4] == [
        before.companies, before.components, before.isolated, before.largest,
    ]  # fmt: skip
    assert [row["cells"][2][1] for row in shown][5] == after.stranded > 0
    store = open_store(f"sqlite:{folder / 'demo.sqlite'}", create=False)
    assert store.revision() == snapshot.revision
    store.close()


def test_a_half_change_is_asked_about() -> None:
    app = start("sv", "without")
    app.toggle(key="what_if_open").set_value(True)
    run(app)
    submit(app)
    assert SV("without.what_if.nothing") in said(app, "warning")
    app.text_input(key="what_if_place").set_value("Karlskoga")
    submit(app)
    assert SV("without.what_if.half_firm") in said(app, "warning")
    app.multiselect(key="what_if_makes").set_value(["turning"])
    submit(app)
    assert said(app, "warning") == ""
    assert tables(app)[-1]["rows"][0]["cells"][3][1] == 1
    app.text_input(key="what_if_place").set_value("Ingenstans alls")
    submit(app)
    assert "Ingenstans alls" in html.unescape(said(app, "warning"))


def submit(app: AppTest) -> None:
    next(each for each in app.button if each.label == SV("without.what_if.run")).click()
    run(app)


# -- states -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_region_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    use_data(monkeypatch, tmp_path)
    open_store().close()
    app = start(language, "without")
    assert load(language)("without.empty") in headline(app)
    assert components(app) == []


def test_a_wrong_link_is_said_to_be_wrong() -> None:
    app = start("sv", "without", firm="<script>")
    assert SV("without.bad_link") in said(app, "warning")


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_answers_as_the_question(folder: Path, known: Resilience, worst: Company) -> None:
    store = f"sqlite:{folder / 'demo.sqlite'}"
    found = cli("--store", store, "--json", "without", worst.company_id).json
    assert list(misfits(found, SHAPE)) == []
    impact = known.impact(worst.company_id)
    assert [each["company_id"] for each in found["affected"]] == [each.company_id for each in impact.affected]
    assert found["affected"][0]["alternatives"] == []
    assert (found["components_before"], found["components_after"]) == (
        impact.before.components, impact.after.components,
    )  # fmt: skip
    told = cli("--store", store, "without", worst.company_id)
    assert (told.code, told.out.splitlines()[0]) == (0, firm_headline(impact, SV))
    assert told.out.splitlines()[-1].startswith("Om företaget stannar kan i värsta fall")


def test_the_command_refuses_in_a_sentence(folder: Path, worst: Company) -> None:
    store = f"sqlite:{folder / 'demo.sqlite'}"
    for arguments, word in (
        (("without", "Finns Inte AB"), "Finns Inte AB"),
        (("without", worst.company_id, "--within-km", "nära"), "nära"),
        (("--audience", "MEMBERS", "without", worst.company_id), "ledning"),
    ):
        refused = cli("--store", store, *arguments)
        assert (refused.code, refused.out) == (1, "")
        assert word in refused.err

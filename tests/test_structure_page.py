"""The page on the network's shape, run through the router, its words compared with the question asked directly."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest

from graph.structure import structure
from render.structure import core_sentence, headline, mixing_rows, notes, reach_rows
from tests.test_app import bodies, run, said, start, use_data
from tests.test_network_pages import Known, _invented, invented_folder, known_region, tables
from texts import LANGUAGES, load

__all__ = ["_invented", "invented_folder", "known_region"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shape_is_told_in_a_sentence_two_pictures_and_a_table(known: Known, language: str) -> None:
    sentences = load(language)
    found = structure(known.snapshot, known.network)
    app = start(language, "structure")
    shown = html.unescape("".join(bodies(app)))
    assert headline(found, sentences) in html.unescape(said(app, "headline"))
    assert core_sentence(found, sentences) in shown
    for row in (*mixing_rows(found, sentences), *reach_rows(found.local, sentences)):
        assert str(row[0]) in shown
        assert str(row[-1]) in shown
    brokers, members = tables(app)
    assert [row["firm"] for row in brokers["rows"]] == [each.company_id for each in found.brokers]
    assert [row["cells"][0][1] for row in brokers["rows"]] == [each.rank for each in found.brokers]
    assert sentences("glossary.broker") in shown
    assert [row["cells"][1][1] for row in members["rows"]] == [len(each.companies) for each in found.communities]


@pytest.mark.parametrize(
    ("language", "km", "expected"),
    [
        ("sv", 0.9, "Hälften av affärerna går inom samma ort."),
        ("en", 0.0, "Half of the trades stay within one place."),
        ("sv", 1.0, "Hälften av affärerna går kortare än 1 km."),
    ],
)
def test_a_median_below_a_kilometre_is_within_one_place(known: Known, language: str, km: float, expected: str) -> None:
    found = structure(known.snapshot, known.network)
    told = notes(replace(found, local=replace(found.local, median_km=km)), load(language))
    assert told.endswith(expected)


def test_business_alone_is_chosen(known: Known) -> None:
    app = start("sv", "structure")
    app.segmented_control(key="structure_whom").set_value("business")
    run(app)
    found = structure(known.snapshot, known.network, business_only=True)
    assert headline(found, load("sv")) in html.unescape(said(app, "headline"))


def test_without_trades_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.ledger import publish
    from graph.model import Claim, Source
    from graph.store import open_store

    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    publish(store, [Source("member_sheet", "network")], [Claim("name:ek", "Company", "", {"name": "Ek"})])
    store.close()
    use_data(monkeypatch, tmp_path)
    app = start("sv", "structure")
    assert load("sv")("structure.empty") in html.unescape(said(app, "headline"))

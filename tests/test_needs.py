"""Who can help a firm over what it lacks: support offers by theme, those that close first before the others."""

from __future__ import annotations

from graph.model import SupportActor, SupportOffer
from graph.needs import THEME_OF_LACK, who_helps
from graph.replacement import CHANGES
from graph.store import Snapshot
from graph.taxonomy import taxonomy

OFFERS = [
    SupportOffer("a/1", "a", "automation", "Robotlyftet"),
    SupportOffer("a/2", "a", "automation", "Checkar", deadline="2026-12-01"),
    SupportOffer("b/1", "b", "automation", "Stängd utlysning", deadline="2026-11-01"),
    SupportOffer("b/2", "b", "climate", "Klimatkliv"),
    SupportOffer("c/1", "c", "automation", "Av en aktör som ingen känner"),
]
KNOWN = Snapshot(1, {SupportActor: [SupportActor("a", "Almi"), SupportActor("b", "Bergslagen")], SupportOffer: OFFERS})


def test_help_of_the_theme_that_is_still_open_what_closes_first_before_the_rest() -> None:
    found = who_helps(KNOWN, "automation", "2026-11-23")
    assert [(each.actor.name, each.offer.description) for each in found] == [
        ("Almi", "Checkar"), ("Almi", "Robotlyftet"),
    ]  # fmt: skip


def test_every_change_that_would_make_a_hit_has_a_theme() -> None:
    assert set(THEME_OF_LACK) == set(CHANGES)
    assert set(THEME_OF_LACK.values()) <= set(taxonomy().themes)

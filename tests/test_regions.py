"""Areas beside each other: by hand on small regions, against plain loops on random ones, and beside a register."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from graph.affinity import Affinity
from graph.audience import Viewer, view
from graph.coverage import coverage
from graph.errors import UnknownName
from graph.isolation import isolated
from graph.model import (
    REGION_KINDS,
    Company,
    ImportedPart,
    Interview,
    Level,
    Offer,
    Record,
    Region,
    Trade,
    Workplace,
)
from graph.network import counted, project, shape
from graph.outreach import Outreach
from graph.regions import Comparison, area_named, compare, counties, municipality, together, usual
from graph.store import Snapshot, sort_key
from graph.structure import structure
from tests.regions import Built, built_region, misfits, opened, own_data, run

__all__ = ["built_region", "own_data"]

DAY = "2026-10-01"
POINTS = {"1880": (59.2741, 15.2066), "1883": (59.3267, 14.5239), "1862": (59.2351, 14.4341), "0180": (59.33, 18.07)}


def region(*records: Record) -> Snapshot:
    return Snapshot(1, {kind: sorted((e for e in records if type(e) is kind), key=sort_key) for kind in REGION_KINDS})


def firm(key: str, place: str | None, **more: Any) -> list[Record]:
    said: dict[str, Any] = {"sector": "industry", "employees": 12, **more}
    found: list[Record] = [Company(key, name=f"Firma {key}", municipality=place, **said)]
    if place in POINTS:
        latitude, longitude = POINTS[place]
        found.append(Workplace(f"{key}/w", key, latitude=latitude, longitude=longitude, location_uncertainty_km=1.0))
    return found


def trade(seller: str, buyer: str, value: int | None = None) -> Trade:
    return Trade(f"{seller}>{buyer}", seller, buyer, value_sek=value, year=2025)


def compared(records: list[Record], *names: str) -> Comparison:
    snapshot = region(*records)
    return compare(snapshot, project(snapshot), [area_named(snapshot, each) for each in names], today=DAY)


SMALL = [
    *firm("a", "1883"), *firm("b", "1883"), *firm("c", "1880"), *firm("d", "1880"), *firm("e", "1862"),
    *firm("gone", "1880", ended_on="2025-01-01"), *firm("k", "1883", sector="public"),
    *firm("s", "0180"), *firm("de", None, country="DE"), *firm("x", None),
    trade("a", "b", 10), trade("b", "a"), trade("a", "c", 100), trade("b", "c", 7), trade("c", "a", 5),
    trade("a", "s"), trade("de", "a", 3), trade("x", "c"), trade("gone", "b"), trade("e", "s"),
]  # fmt: skip
"""a and b in Karlskoga, c and d in Örebro, e in Degerfors; s in Stockholm, de abroad, x of unknown place."""


def test_firms_and_trades_are_counted_by_hand() -> None:
    found = compared(SMALL, "Karlskoga", "Örebro")
    one, other = found.areas
    assert (one.companies, one.business, one.branches) == (3, 2, {"industry": 2, "public": 1})
    assert (other.companies, other.sizes) == (2, {"10-19": 2})
    assert (one.within.links, one.within.value_sek, one.within.valued) == (2, 10, 1)
    assert (one.sold_out, one.bought_in) == (3, 3)  # to c twice and s; from c, de and the firm that is gone
    across = [(each.seller, each.buyer, each.links, each.value_sek, each.valued) for each in found.across]
    assert across == [("place:1880", "place:1883", 2, 5, 1), ("place:1883", "place:1880", 2, 107, 2)]
    # ties: a-b within; a-c, b-c, a-s, a-de, b-gone out of Karlskoga
    assert one.ei_index == pytest.approx((5 - 1) / 6)
    out = {(each.seller, each.buyer): each.links for each in found.flows if each.links and each not in found.across}
    assert out == {("place:1883", "elsewhere"): 1, ("abroad", "place:1883"): 1, ("unknown", "place:1880"): 1}
    assert found.unplaced == 1
    assert found.overlaps == ()


def test_lonely_firms_are_heard_or_not() -> None:
    records = [
        *firm("a", "1883"), *firm("b", "1883"), *firm("c", "1883"), *firm("d", "1883"), *firm("e", "1880"),
        Interview("i", "a", outcome="answered"), Interview("j", "b", outcome="no_answer"), trade("c", "e"),
    ]  # fmt: skip
    (found,) = compared(records, "Karlskoga").areas
    assert (found.alone, found.unheard, found.only_out) == (1, 2, 1)
    unsure = [*records, *firm("x", None), trade("c", "x")]  # which may lie in Karlskoga
    assert compared(unsure, "Karlskoga").areas[0].only_out == 0


def test_overlapping_areas_count_a_firm_in_each_and_no_trade_across_that_is_within_one() -> None:
    found = compared(SMALL, "Karlskoga+Degerfors", "Karlskoga + Örebro")
    assert [each.companies for each in found.areas] == [4, 5]
    ((one, other, firms),) = found.overlaps
    assert (one.name, other.name, firms) == ("Karlskoga + Degerfors", "Karlskoga + Örebro", 3)
    assert [each.links for each in found.across] == [0, 0]  # a and b are of both
    assert [each.within.links for each in found.areas] == [2, 6]


def test_processes_that_one_states_and_another_lacks() -> None:
    records = [
        *firm("a", "1883"), *firm("b", "1883"), *firm("c", "1880"),
        Offer("a/turning", "a", "turning", evidence="stated"), Offer("b/turning", "b", "turning", evidence="verified"),
        Offer("c/anodising", "c", "anodising", evidence="stated"),
        Offer("c/turning", "c", "turning", evidence="inferred"),
        Offer("a/anodising", "a", "anodising", evidence="stated"),
    ]  # fmt: skip
    found = compared(records, "Karlskoga", "Örebro")
    assert [each.stated for each in found.areas] == [2, 1]
    assert found.differing == (("turning", (2, 0)),)


def test_imports_count_where_the_nearest_maker_is() -> None:
    records = [
        *firm("a", "1883"), *firm("b", "1862"), *firm("c", "1880"), *firm("s", "0180"),
        Offer("b/turning", "b", "turning", evidence="stated"), Offer("c/turning", "c", "turning", evidence="stated"),
        Offer("c/anodising", "c", "anodising", evidence="stated"), Offer("s/forging", "s", "forging"),
        ImportedPart("a/1", "a", capabilities=("turning",), value_sek=500),
        ImportedPart("a/2", "a", capabilities=("anodising",)),
        ImportedPart("a/3", "a", capabilities=("forging",)),  # only in Stockholm, more than 100 km away
        ImportedPart("a/4", "a", description="zzz"),
    ]  # fmt: skip
    (found, _) = compared(records, "Karlskoga", "Örebro").areas
    imports = found.imports
    assert (imports.parts, imports.value_sek, imports.valued) == (4, 500, 1)
    assert imports.makers == {"elsewhere": 1, "place:1880": 1, "nobody": 1, "unclear": 1}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_random_regions_flows_equal_plain_loops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = [*POINTS, None]
    place = {f"f{n:02}": codes[int(rng.integers(0, 5))] for n in range(60)}
    pairs = {(f"f{a:02}", f"f{b:02}") for a, b in rng.integers(0, 60, (150, 2)).tolist() if a != b}
    records = [each for key, code in place.items() for each in firm(key, code)]
    found = compared([*records, *(trade(*pair) for pair in pairs)], "Karlskoga+Degerfors", "Örebro", "Degerfors+Örebro")
    areas = {each.area.key: each.area.municipalities for each in found.areas}
    for each in found.areas:
        inside = {key for key, code in place.items() if code in each.area.municipalities}
        assert each.within.links == sum(a in inside and b in inside for a, b in pairs)
        assert each.sold_out == sum(a in inside and b not in inside for a, b in pairs)
        assert each.bought_in == sum(a not in inside and b in inside for a, b in pairs)
    for flow in found.across:
        one, other = areas[flow.seller], areas[flow.buyer]
        assert flow.links == sum(place[a] in one - other and place[b] in other - one for a, b in pairs)


# -- which areas -----------------------------------------------------------------------------------------------------


def test_areas_are_named_by_region_county_municipality_or_several() -> None:
    snapshot = region(Region("region:bergslagen", "Bergslagen", ("1883", "1862")))
    assert area_named(snapshot, "bergslagen").municipalities == {"1883", "1862"}
    assert len(area_named(snapshot, "Örebro län").municipalities) == 12
    assert area_named(snapshot, "Örebro").key == "place:1880"
    assert area_named(snapshot, "1883").name == "Karlskoga"
    several = area_named(snapshot, "Bergslagen + Örebro")
    assert several == together([area_named(snapshot, "Bergslagen"), municipality("1880")])
    for wrong in ("Karlskgoa", "Karlskoga+", "+", ""):
        with pytest.raises(UnknownName, match="unknown_area"):
            area_named(snapshot, wrong)


def test_a_countys_municipalities_are_those_of_its_code() -> None:
    assert len(counties()) == 21
    assert sum(len(each.municipalities) for each in counties()) == 290


def test_until_somebody_chooses_it_is_the_named_regions_or_the_largest_municipalities() -> None:
    snapshot = region(*SMALL)
    assert [each.name for each in usual(snapshot, project(snapshot), 2)] == ["Örebro", "Karlskoga"]
    named = region(*SMALL, Region("region:a", "A", ("1883",)), Region("region:b", "B", ("1880",)))
    assert [each.name for each in usual(named, project(named))] == ["A", "B"]


def test_an_area_beyond_the_region_is_told() -> None:
    found = compared([*SMALL, Region("region:a", "A", ("1883", "1880"))], "Karlskoga", "Värmlands län")
    assert [each.name for each in found.beyond] == ["Värmlands län"]
    assert compared(SMALL, "Värmlands län").beyond == ()  # nobody has said what the region is


# -- beside a register of the whole country ---------------------------------------------------------------------------


@pytest.fixture(scope="module", name="swamped")
def with_a_register(built: Built) -> tuple[Snapshot, Snapshot]:
    """The invented region, and the same with 20,000 firms of other counties that nobody here trades with."""
    places = [code for each in counties() if each.key != "county:18" for code in sorted(each.municipalities)]
    strangers: list[Record] = [
        Company(f"org:49{number:08}", name=f"Firma {number}", municipality=places[number % len(places)], sni="25530")
        for number in range(20_000)
    ]
    ties = [trade(a.key, b.key) for a, b in pairwise(strangers[:500])]
    snapshot = built.snapshot
    more: dict[type[Record], list[Record]] = {kind: list(snapshot.of(kind)) for kind in snapshot.kinds}
    more[Company] = sorted([*more[Company], *strangers], key=sort_key)
    more[Trade] = sorted([*more[Trade], *ties], key=sort_key)
    return snapshot, Snapshot(snapshot.revision, more)


def test_a_register_beside_a_county_moves_none_of_its_figures(swamped: tuple[Snapshot, Snapshot]) -> None:
    alone, beside = swamped
    one, other = (project(each) for each in swamped)
    assert other.number_of_nodes() == one.number_of_nodes() + 20_000
    assert counted(other) == counted(one)
    assert shape(other) == shape(one)
    for business_only in (False, True):
        assert structure(beside, other, business_only=business_only) == structure(
            alone, one, business_only=business_only
        )
    assert coverage(beside, DAY) == coverage(alone, DAY)
    heard = [Outreach(each, network, DAY).heard() for each, network in zip(swamped, (one, other), strict=True)]
    assert heard[0] == heard[1]


def test_a_register_beside_a_county_makes_nobody_less_or_more_alone(swamped: tuple[Snapshot, Snapshot]) -> None:
    alone, beside = (isolated(each, network := project(each), Affinity(each, network)) for each in swamped)
    bare = [
        [replace(each, likely_partners=()) for each in found.findings] for found in (alone, beside)
    ]  # neighbours over the border may well be met
    assert bare[0] == bare[1]
    assert (alone.companies, alone.asked, alone.answered) == (beside.companies, beside.asked, beside.answered)


def test_lonely_firms_of_the_whole_region_are_those_of_the_isolated_list(built: Built) -> None:
    network = project(built.snapshot)
    kinds = [each.kind for each in isolated(built.snapshot, network).findings]
    (area,) = usual(built.snapshot, network, 1)
    whole = area_named(built.snapshot, built.snapshot.of(Region)[0].name or "")
    (found,) = compare(built.snapshot, network, [whole], today=DAY).areas
    silent = sum(kinds.count(each) for each in ("no_trade_known", "not_asked", "only_through_network"))
    assert (found.alone + found.unheard, found.only_out) == (silent, kinds.count("only_outside"))
    assert area.municipalities <= whole.municipalities


# -- in a terminal ---------------------------------------------------------------------------------------------------

SHAPE = {
    "regions": [
        {"name": str, "municipalities": [str], "companies": int, "stated": int, "no_trade_known": int,
         "not_asked": int, "within": {"links": int, "value_sek": int}, "imports": {"parts": int}},
    ],
    "between": [{"from": str, "to": str, "links": int, "value_sek": int}],
    "overlaps": list, "unplaced": int,
}  # fmt: skip


def test_the_command_says_what_the_contract_says(built: Built) -> None:
    found = run("--store", built.address, "regions", "Karlskoga", "Örebro", "Karlskoga", "--json").json
    assert [*misfits(found, SHAPE)] == []
    assert [each["name"] for each in found["regions"]] == ["Karlskoga", "Örebro"]
    assert {(each["from"], each["to"]) for each in found["between"]} == {
        ("Karlskoga", "Örebro"),
        ("Örebro", "Karlskoga"),
    }
    with opened(built.path) as store:
        snapshot = view(store, Viewer(Level.MANAGER))
    want = compare(snapshot, project(snapshot), [municipality("1883"), municipality("1880")])
    assert [each["companies"] for each in found["regions"]] == [each.companies for each in want.areas]


def test_the_command_in_words(built: Built) -> None:
    swedish = run("--store", built.address, "regions", "Karlskoga", "Örebro").out
    english = run("--store", built.address, "--lang", "en", "regions", "Karlskoga", "Örebro").out
    assert "mellan de två områdena" in swedish
    assert "between the two areas" in english
    wrong = run("--store", built.address, "regions", "Karlskgoa")
    assert (wrong.code, wrong.out) == (1, "")
    assert "Karlskoga" in wrong.err

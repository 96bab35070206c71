"""The network's shape: by hand on small networks, against plain loops on random ones, and the page that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from geopy.distance import geodesic

from graph.model import Company, Record, Region, Trade, Workplace
from graph.network import project
from graph.store import Snapshot
from graph.structure import BANDS_KM, Structure, structure
from tests.regions import Built, built_region, run

__all__ = ["built_region"]

HOME = Region("region:r", municipalities=("1880", "1883"))
POINTS = {"1880": (59.2741, 15.2066), "1883": (59.3267, 14.5239), "0180": (59.3293, 18.0686)}


def region(*records: Record) -> Snapshot:
    return Snapshot(1, {k: [e for e in records if type(e) is k] for k in (Company, Region, Workplace, Trade)})


def firm(key: str, municipality: str | None, **more: object) -> list[Record]:
    point = POINTS.get(municipality or "", (None, None))
    return [
        Company(key, name=f"Firma {key}", municipality=municipality, **more),  # type: ignore[arg-type]
        Workplace(f"{key}/w", key, latitude=point[0], longitude=point[1]),
    ]


def shape_of(records: Sequence[Record], *, business_only: bool = False) -> Structure:
    snapshot = region(HOME, *sorted(records, key=lambda each: each.key))
    return structure(snapshot, project(snapshot), business_only=business_only)


def test_what_stays_at_home_is_counted_by_tie_and_by_municipality() -> None:
    """a-b within Karlskoga (both ways: one tie), b-c to Örebro, c-d to Stockholm; d-e is not the region's."""
    records = [
        *firm("a", "1883"), *firm("b", "1883"), *firm("c", "1880"), *firm("d", "0180"), *firm("e", "0180"),
        Trade("1", "a", "b", value_sek=100, year=2025), Trade("2", "b", "a"),
        Trade("3", "b", "c", value_sek=7, year=2025), Trade("4", "d", "c"), Trade("5", "d", "e"),
    ]  # fmt: skip
    found = shape_of(records)
    assert [(each.municipality, each.firms, each.within, each.out, each.index) for each in found.mixing] == [
        ("", 3, 1, 2, pytest.approx(1 / 3)),
        ("1883", 2, 1, 1, 0.0),
        ("1880", 1, 0, 2, 1.0),
    ]
    assert (found.local.links, found.local.within_municipality, found.local.within_region) == (4, 2, 3)
    assert [(each.links, each.value_sek) for each in found.local.reaches] == [(2, 100), (0, 0), (1, 7), (1, 0)]
    assert (found.local.abroad, found.local.unknown) == (0, 0)


def test_a_tie_to_a_firm_of_unknown_place_is_neither_within_nor_out() -> None:
    """a-b within Karlskoga, b-x to Stockholm, c-g to Germany; nobody knows where u is, with whom a and c trade."""
    records = [
        *firm("a", "1883"), *firm("b", "1883"), *firm("c", "1880"), *firm("g", None, country="DE"), *firm("x", "0180"),
        Trade("1", "a", "b"), Trade("2", "b", "x"), Trade("3", "g", "c"),
    ]  # fmt: skip
    found = shape_of([*records, *firm("u", None), Trade("4", "a", "u"), Trade("5", "u", "c")])
    assert [(each.municipality, each.firms, each.within, each.out) for each in found.mixing] == [
        ("", 3, 1, 2),
        ("1883", 2, 1, 1),
        ("1880", 1, 0, 1),
    ]
    assert found.ties == 5
    assert found.mixing == shape_of(records).mixing, "nor does chance draw it"


def test_places_that_are_abroad_or_unknown_have_no_distance() -> None:
    records = [
        *firm("a", "1883"), *firm("b", None), *firm("c", None, country="DE"),
        Trade("1", "a", "b"), Trade("2", "c", "a"),
    ]  # fmt: skip
    local = shape_of(records).local
    assert (local.abroad, local.unknown, local.median_km, sum(each.links for each in local.reaches)) == (1, 1, None, 0)


def test_business_alone_leaves_support_and_public_buyers_out() -> None:
    records = [
        *firm("a", "1883"), *firm("b", "1883"), *firm("kommun", "1883", sector="public"),
        *firm("almi", "1880", sector="support"),
        Trade("1", "a", "b"), Trade("2", "a", "kommun"), Trade("3", "almi", "a"),
    ]  # fmt: skip
    everybody, business = shape_of(records), shape_of(records, business_only=True)
    assert (everybody.companies, everybody.ties, everybody.left_out) == (4, 3, 0)
    assert (business.companies, business.ties, business.left_out) == (2, 1, 2)
    assert [each.company_id for each in everybody.brokers] == ["a"]
    assert business.brokers == ()


def test_the_middle_of_a_star_is_first_in_every_draw_and_its_joints_are_counted() -> None:
    records = [*firm("hub", "1880")]
    for number in range(8):
        records += [*firm(f"f{number}", "1883"), Trade(str(number), "hub", f"f{number}")]
    found = shape_of(records)
    (broker,) = found.brokers
    assert (broker.company_id, broker.share, broker.rank_low, broker.rank_high) == ("hub", 1.0, 1, 1)
    assert (found.cut_firms, found.bridges, found.core.partners) == (1, 8, 1)


def test_the_core_is_the_clique_and_not_what_hangs_on_it() -> None:
    keys = [f"k{number}" for number in range(5)]
    records = [each for key in (*keys, "x", "y") for each in firm(key, "1883")]
    pairs = [(one, other) for one in keys for other in keys if one < other] + [("k0", "x"), ("x", "y")]
    records += [Trade(f"{one}{other}", one, other) for one, other in pairs]
    core = shape_of(records).core
    assert (core.partners, core.companies) == (4, tuple(keys))
    assert [core.within, core.touching] == pytest.approx([10 / 12, 11 / 12])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_random_regions_it_equals_plain_loops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = [*POINTS, None]
    records = [each for number in range(40) for each in firm(f"f{number:02}", codes[int(rng.integers(0, 4))])]
    ends = rng.integers(0, 40, (90, 2)).tolist()
    records += [Trade(f"t{number}", f"f{a:02}", f"f{b:02}") for number, (a, b) in enumerate(ends) if a != b]
    found = shape_of(records)
    of = {each.company_id: each.municipality for each in records if isinstance(each, Company)}
    far = {key for key, code in of.items() if code == "0180"}  # counts with a partner that is not
    near = {f"f{n:02}" for pair in ends for n in pair if not {f"f{m:02}" for m in pair} <= far}
    ends = [(a, b) for a, b in ends if {f"f{a:02}", f"f{b:02}"} <= near]
    ties = {frozenset((f"f{a:02}", f"f{b:02}")) for a, b in ends if a != b}
    assert found.ties == len(ties)
    placed = [tie for tie in ties if all(of[firm] for firm in tie)]
    assert 0 < len(placed) < len(ties)
    of_the_region = [tie for tie in placed if any(of[firm] in HOME.municipalities for firm in tie)]
    assert found.mixing[0].within + found.mixing[0].out == len(of_the_region)
    for each in found.mixing[1:]:
        within = sum(all(of[firm] == each.municipality for firm in tie) for tie in placed)
        touching = sum(any(of[firm] == each.municipality for firm in tie) for tie in placed)
        assert (each.within, each.out) == (within, touching - within)
        assert each.index == pytest.approx((touching - 2 * within) / touching)
    edges = {(f"f{a:02}", f"f{b:02}") for a, b in ends if a != b}
    km = [geodesic(POINTS[of[a]], POINTS[of[b]]).km for a, b in edges if of[a] and of[b]]  # type: ignore[index]
    bounds = [*pairwise((*BANDS_KM, float("inf")))]
    assert [each.links for each in found.local.reaches] == [
        sum(low <= each < high for each in km) for low, high in bounds
    ]
    assert found.local.median_km == pytest.approx(np.median(km), abs=1e-5)
    plain = nx.Graph([tuple(each) for each in ties])
    cores = nx.core_number(plain)
    assert set(found.core.companies) == {each for each, depth in cores.items() if depth == max(cores.values())}


def test_chance_is_where_the_configuration_model_expects_it() -> None:
    """Of d ends in a municipality out of 2m, a random partner of one lies there with (d - 1) / (2m - 1)."""
    rng = np.random.default_rng(5)
    records = [each for number in range(120) for each in firm(f"f{number:03}", ("1880", "1883")[number % 3 == 0])]
    ends = rng.integers(0, 120, (400, 2)).tolist()
    records += [Trade(f"t{number}", f"f{a:03}", f"f{b:03}") for number, (a, b) in enumerate(ends) if a != b]
    found = shape_of(records)
    for each in found.mixing[1:]:
        degree = 2 * each.within + each.out
        stays = degree * (degree - 1) / (2 * (2 * found.ties - 1))
        expected = (degree - 3 * stays) / (degree - stays)  # (out - within) / (out + within), out = degree - 2 within
        assert each.random_low is not None
        assert each.random_high is not None
        assert each.random_low < expected < each.random_high
        assert each.random_high - each.random_low < 0.3


def test_the_invented_region_trades_near_home_as_it_was_made_to(built: Built) -> None:
    found = run("--store", built.address, "network", "--json").json
    whole = found["structure"]["all"]["ei_index"][0]
    assert whole["index"] < whole["random_low"]
    ranks = [(each["rank_low"], each["rank"], each["rank_high"]) for each in found["structure"]["all"]["brokers"]]
    assert ranks
    assert all(low <= rank <= high for low, rank, high in ranks)
    assert run("--store", built.address, "--audience", "MEMBERS", "network").code == 1


def test_the_same_region_has_the_same_shape_every_time(built: Built) -> None:
    network = project(built.snapshot)
    assert structure(built.snapshot, network) == structure(built.snapshot, network)

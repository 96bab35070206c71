"""What a region could make of its imports, by hand: who is within which radius, and the rule of three firms."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from random import Random

import pytest

from graph.footprint import saving
from graph.geo import distance_km
from graph.import_list import Sums
from graph.makers import Makers
from graph.model import Record, Workplace
from graph.potential import Potential, potential
from render.potential import MOST_COUNTRIES, homecoming
from tests.import_parts import firm, part, snapshot_of, turned
from texts import load


def asked(*records: Record, radii: tuple[float, ...] = (30, 50, 100)) -> Potential:
    snapshot = snapshot_of(*records)
    return potential(snapshot, Makers(snapshot, today="2026-11-23"), radii)


BUYERS = [*firm("b1", 0), *firm("b2", 0, municipality="1880"), *firm("b3", 0), *firm("b4", 0)]


def test_each_radius_holds_what_the_smaller_ones_hold() -> None:
    found = asked(
        *BUYERS,
        *firm("near", 20, "turning"),
        *firm("middle", 40, "milling_3"),
        *firm("far", 90, "iron_casting"),
        turned("1", "b1", value_sek=1000),
        part("2", "b1", capabilities=("milling_3",), value_sek=200),
        part("3", "b2", capabilities=("iron_casting",), value_sek=30),
        part("4", "b2", capabilities=("anodising",), value_sek=4),
        part("5", "b2", description="Blurb", value_sek=5000),
        turned("6", "b3"),
    )
    assert [(each.lines, each.valued, each.value_sek) for each in found.within] == [
        (2, 1, 1000),
        (3, 2, 1200),
        (4, 3, 1230),
    ]
    assert (found.whole.lines, found.whole.value_sek, found.buyers) == (6, 6234, 3)
    assert (found.nobody.lines, found.unclear.lines, found.unplaced.lines) == (1, 1, 0)
    towns = {each.key: (each.whole.lines, [sums.lines for sums in each.within]) for each in found.municipalities}
    assert towns == {"1883": (3, [2, 3, 3]), "1880": (3, [0, 0, 1])}
    families = {each.key: (each.whole.lines, each.within[-1].lines, each.buyers) for each in found.families}
    assert families == {"cutting": (3, 3, 2), "casting": (1, 1, 1), "surface": (1, 0, 1), "": (1, 0, 1)}


def test_the_distance_starts_at_the_buyer() -> None:
    found = asked(*firm("b1", 0), *firm("b2", 60), *firm("m", 80, "turning"), turned("1", "b1"), turned("2", "b2"))
    assert [each.lines for each in found.within] == [1, 1, 2]


def test_what_is_spared_is_what_the_nearest_maker_spares() -> None:
    records = [*firm("b1", 0), *firm("near", 20, "turning"), *firm("best", 40, "turning", free_capacity_percent=90)]
    found = asked(*records, turned("1", "b1", mass_kg=2000.0, origin_country="CN"), turned("2", "b1", mass_kg=5.0))
    sites = {each.company_id: (each.latitude, each.longitude) for each in records if isinstance(each, Workplace)}
    km = distance_km(sites["b1"], sites["near"])  # type: ignore[arg-type]
    expected = saving(2000.0, "CN", None, sites["b1"], (km, km))  # type: ignore[arg-type]
    assert expected is not None
    for each in found.within:
        assert each.counted == 1
        assert each.saving_low_kg == pytest.approx(expected.low_kg, abs=0.1)
        assert each.saving_high_kg == pytest.approx(expected.high_kg, abs=0.1)


def test_a_buyer_without_a_place_is_told_apart() -> None:
    found = asked(*firm("m", 5, "turning"), turned("1", "nowhere", value_sek=5))
    assert (found.unplaced.lines, found.nobody.lines, found.within[-1].lines) == (1, 0, 0)


@pytest.mark.parametrize("buyers", [2, 3])
def test_unmet_demand_is_shown_from_three_firms_on(buyers: int) -> None:
    parts = [part(f"{each}{n}", f"b{each}", capabilities=("anodising",), value_sek=10) for each in range(1, buyers + 1)
             for n in range(2)]  # fmt: skip
    found = asked(*BUYERS, *parts)
    if buyers == 2:
        assert (found.unmet, found.left_out) == ((), 1)
        return
    (unmet,) = found.unmet
    assert (unmet.process, unmet.buyers, unmet.parts.lines, unmet.parts.value_sek) == ("anodising", 3, 6, 60)
    assert (unmet.without, found.left_out) == (6, 0)


def test_unmet_is_told_under_the_process_that_nobody_does() -> None:
    able = firm("m", 5, "turning", max_length_mm=100.0)
    both = [part(f"b{n}/1", f"b{n}", capabilities=("anodising", "turning")) for n in (1, 2, 3)]
    large = [turned(f"b{n}/2", f"b{n}", length_mm=900.0) for n in (1, 2, 3)]
    apart = [part(f"b{n}/3", f"b{n}", capabilities=("hardening", "turning")) for n in (1, 2, 3)]
    found = asked(*BUYERS, *able, *firm("h", 9, "hardening"), *both, *large, *apart)
    assert {each.process: (each.parts.lines, each.without, each.several) for each in found.unmet} == {
        "anodising": (3, 3, 0),
        "turning": (3, 0, 0),  # too long for the one who turns
        "hardening": (3, 0, 3),  # one turns and another hardens
    }


def test_a_region_without_imports() -> None:
    found = asked(*BUYERS)
    assert (found.whole.lines, found.unmet, found.families) == (0, (), ())


def test_the_groups_add_up_to_the_whole_in_any_order() -> None:
    random = Random(1)  # noqa: S311 - a seeded test
    processes = ("turning", "milling_3", "iron_casting", "anodising")
    makers = [each for n in range(6) for each in firm(f"m{n}", random.uniform(0, 110), random.choice(processes))]
    parts = [
        part(f"{n:03d}", f"b{random.randint(1, 4)}", capabilities=(random.choice(processes),),
             value_sek=random.choice([None, random.randint(0, 10**6)]), mass_kg=random.choice([None, 12.5]),
             origin_country=random.choice([None, "CN", "DE"]))
        for n in range(60)
    ]  # fmt: skip
    found = asked(*BUYERS, *makers, *parts)
    for groups in (found.families, found.municipalities):
        for name in (each.name for each in fields(Sums)):
            assert sum(getattr(each.whole, name) for each in groups) == pytest.approx(
                getattr(found.whole, name), abs=0.5
            )
            within = [sum(getattr(each.within[step], name) for each in groups) for step in range(3)]
            assert within == pytest.approx([getattr(each, name) for each in found.within], abs=0.5)
    assert asked(*reversed([*BUYERS, *makers, *parts])) == found
    made = found.within[-1]
    assert made.lines + found.nobody.lines + found.unclear.lines + found.unplaced.lines == found.whole.lines


def test_radii_in_any_order_and_once_each() -> None:
    found = asked(*BUYERS, *firm("m", 5, "turning"), turned("1", "b1"), radii=(100, 10, 100))
    assert found.radii_km == (10, 100)


def test_where_parts_come_from_and_how_near_they_could_be_made() -> None:
    found = asked(
        *BUYERS,
        *firm("near", 20, "turning"),
        *firm("middle", 40, "milling_3"),
        turned("1", "b1", value_sek=1000, origin_country="CN"),
        turned("2", "b2", value_sek=10, origin_country="DE"),
        part("3", "b2", capabilities=("milling_3",), value_sek=200, origin_country="DE"),
        part("4", "b2", capabilities=("anodising",), value_sek=4, origin_country="CN"),
        part("5", "b2", description="Blurb", value_sek=5000),
    )
    ways = [(each.origin_country, each.status, each.within_km, each.parts.value_sek) for each in found.ways]
    assert ways == [
        ("", "unclear", None, 5000),
        ("CN", "can", 30, 1000),
        ("CN", "nobody", None, 4),
        ("DE", "can", 30, 10),
        ("DE", "can", 50, 200),
    ]
    home = homecoming(found, load("en"))
    drawn = {
        (home.ends[source], home.ends[target], is_near): amount for source, target, amount, _, is_near in home.flows
    }
    assert drawn == {
        ("China", "Within 30 km", True): 1000,
        ("China", "Nobody known within 100 km", False): 4,
        ("Germany", "Within 30 km", True): 10,
        ("Germany", "Within 50 km", True): 200,
        ("Country unknown", "Not known yet", False): 5000,
    }
    assert sum(drawn.values()) == found.whole.value_sek


def test_countries_that_find_no_room_are_told_together_and_parts_are_counted_where_no_value_is_known() -> None:
    countries = ("DE", "DE", "CN", "US", "IT", "PL", "CZ", "FR", "ES")
    parts = [turned(str(number), "b1", origin_country=each) for number, each in enumerate(countries)]
    home = homecoming(asked(*BUYERS, *firm("near", 20, "turning"), *parts), load("en"))
    held = Counter[str]()
    for source, _, amount, *_ in home.flows:
        held[home.ends[source]] += amount
    assert (len(held), held.total(), held["Other countries"]) == (MOST_COUNTRIES + 1, len(countries), 2)

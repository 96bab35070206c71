"""Where firms stand in the picture: the same place every time, on both stores, and nobody on top of another."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import hypot

import pytest

from graph.audience import Viewer, view
from graph.cartogram import ALONE, FLATNESS
from graph.errors import NotAllowed, StoreUnreachable
from graph.layout import NOTE, Layout, lay_out, layout_of, read_note
from graph.ledger import publish
from graph.model import Alias, Claim, Company, Level, Record, Region, Source, Trade, Workplace
from graph.network import project
from graph.store import Snapshot, Store
from tests.regions import Built, built_region

__all__ = ["built_region"]

MANAGER = Viewer(Level.MANAGER)
KINDS = (Company, Alias, Region, Workplace, Trade)
HOME = ("1880", "1883", "1862", "1882", "1885", "1881")  # Örebro, Karlskoga, Degerfors, Askersund, Lindesberg, Kumla


def firm(number: int, municipality: str | None = "1880", country: str | None = "SE") -> Company:
    return Company(f"org:{number:04d}", name=f"Firma {number} AB", municipality=municipality, country=country)


def region(*records: Record) -> Snapshot:
    found: dict[type[Record], list[Record]] = {kind: [each for each in records if type(each) is kind] for kind in KINDS}
    found[Region].append(Region("r", "Regionen", HOME))
    return Snapshot(1, {kind: sorted(each, key=lambda record: record.key) for kind, each in found.items()})


def ring(firms: Sequence[Company]) -> list[Trade]:
    """Each sells to the next, so that everybody has a trade."""
    return [Trade(f"t{a.key}", a.key, b.key) for a, b in zip(firms, [*firms[1:], firms[0]], strict=True)]


def laid(snapshot: Snapshot, kept: Layout | None = None) -> Layout:
    return lay_out(snapshot, project(snapshot), kept)


def again(snapshot: Snapshot, kept: Layout) -> Layout:
    """Laid out with what was kept, as a note."""
    return laid(snapshot, read_note(kept.as_note()))


def places(layout: Layout, firms: Iterable[Company]) -> dict[str, tuple[float, float]]:
    return {each.key: layout.position(each.key) for each in firms}


def many(seed: int, count: int, first: int = 0) -> list[Company]:
    chance = random.Random(seed)  # noqa: S311 - a seeded test
    where = [*((each, "SE") for each in HOME * 4), ("1480", "SE"), ("0180", "SE"), (None, "DE"), (None, None)]
    return [firm(first + number, *chance.choice(where)) for number in range(count)]


def assert_sound(layout: Layout, firms: Iterable[Company]) -> None:
    """Discs lie apart, and so do seats: in lengths before heights are divided."""
    for one, other in combinations(layout.discs, 2):
        between = hypot(one.x - other.x, (one.y - other.y) * FLATNESS)
        assert between >= one.radius + other.radius, (one, other)
    at = sorted(places(layout, firms).values())
    for here, there in combinations(at, 2):
        if there[0] - here[0] < 1:
            assert hypot(there[0] - here[0], (there[1] - here[1]) * FLATNESS) > 0.85


# -- the same place ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_firm_stands_where_it_stood_after_others_have_come(seed: int) -> None:
    firms = many(seed, 60)
    layout = laid(region(*firms, *ring(firms)))
    assert_sound(layout, firms)
    before = places(layout, firms)
    for step in range(1, 4):
        firms += many(seed + step, 50, first=1000 * step)
        layout = again(region(*firms, *ring(firms)), layout)
        now = places(layout, firms)
        assert {each: now[each] for each in before} == before
        assert_sound(layout, firms)
        before = now


def test_the_same_region_gives_the_same_picture() -> None:
    firms = many(1, 80)
    one, other = laid(region(*firms, *ring(firms))), laid(region(*reversed(firms), *ring(firms)))
    assert one.as_note() == other.as_note() == again(region(*firms, *ring(firms)), one).as_note()


def test_a_firm_that_comes_back_has_its_place_again() -> None:
    firms = many(2, 40)
    layout = laid(region(*firms, *ring(firms)))
    before = places(layout, firms)
    without = again(region(*firms[5:], *ring(firms[5:])), layout)
    new = [*firms[5:], firm(2000), firm(2001, "1883")]
    with_others = again(region(*new, *ring(new)), without)
    assert places(again(region(*firms, *ring(firms)), with_others), firms) == before


def test_a_better_identifier_keeps_the_place() -> None:
    firms = [*many(3, 20), Company("name:ek@1883", name="Ek AB", municipality="1883")]
    layout = laid(region(*firms, *ring(firms)))
    renamed = [*firms[:-1], Company("org:9999", name="Ek AB", municipality="1883")]
    alias = Alias("name:ek@1883", "org:9999")
    later = again(region(*renamed, *ring(renamed), alias), layout)
    assert later.position("org:9999") == layout.position("name:ek@1883")


def test_a_firm_that_moves_to_another_municipality_moves_in_the_picture() -> None:
    firms = [firm(1, "1880"), firm(2, "1883"), firm(3, "1880")]
    layout = laid(region(*firms, *ring(firms)))
    moved = [firm(1, "1883"), *firms[1:]]
    later = again(region(*moved, *ring(moved)), layout)
    assert (layout.disc_of("org:0001").key, later.disc_of("org:0001").key) == ("1880", "1883")
    assert places(later, firms[1:]) == places(layout, firms[1:])


def test_another_region_starts_anew() -> None:
    old, new = many(4, 60), many(5, 12, first=5000)
    layout = laid(region(*old, *ring(old)))
    later = again(region(*new, *ring(new)), layout)
    assert later.as_note() == laid(region(*new, *ring(new))).as_note()


def test_a_full_municipality_opens_another_disc_and_nobody_moves() -> None:
    firms = [firm(number, "1883") for number in range(10)]
    layout = laid(region(*firms, *ring(firms)))
    more = [*firms, *(firm(number, "1883") for number in range(10, 60))]
    later = again(region(*more, *ring(more)), layout)
    assert [each.key for each in later.discs] == ["1883", "1883"]
    assert places(later, firms) == places(layout, firms)
    assert_sound(later, more)


def test_seats_of_firms_that_are_gone_are_taken_before_a_disc_is_opened() -> None:
    firms = [firm(number, "1883") for number in range(20)]
    layout = laid(region(*firms, *ring(firms)))
    seats = layout.discs[0].seats
    left = [*firms[:12], *(firm(number, "1883") for number in range(100, 100 + seats - 12))]
    later = again(region(*left, *ring(left)), layout)
    assert len(later.discs) == 1
    assert len(set(places(later, left).values())) == seats


# -- where that is ----------------------------------------------------------------------------------------------------


def test_places_lie_as_they_do_on_the_map() -> None:
    """Karlskoga west of Örebro, Lindesberg north, Askersund south; Stockholm to the east, Norway to the north."""
    firms = [firm(number, each) for number, each in enumerate([*HOME * 9, "0180", "1480"])]
    firms += [firm(900, None, "NO"), firm(901, None, "CN"), firm(902, None, None)]
    layout = laid(region(*firms, *ring(firms)))
    at = {each.key: (each.x, each.y) for each in layout.discs}
    assert at["1883"][0] < at["1880"][0]
    assert at["1885"][1] < at["1880"][1] < at["1882"][1]
    assert at["county:01"][0] > max(at[each][0] for each in HOME)
    assert at["nordic"][1] < min(at[each][1] for each in HOME)
    assert {"asia", "unknown", "county:14"} <= at.keys()


def test_firms_without_trade_stand_below_the_map_until_they_get_one() -> None:
    firms = many(6, 50)
    alone = [firm(3000, "1883"), firm(3001, "1883"), firm(3002, None, None)]
    layout = laid(region(*firms, *alone, *ring(firms)))
    lowest = max(each.y + each.radius / FLATNESS for each in layout.discs if not each.key.startswith(ALONE))
    assert all(layout.position(each.key)[1] > lowest for each in alone)
    assert layout.disc_of("org:3002").key == "alone:unknown"
    trade = Trade("found", "org:3000", firms[0].key)
    later = again(region(*firms, *alone, *ring(firms), trade), layout)
    assert (later.disc_of("org:3000").key, later.disc_of("org:3001").key) == ("1883", "alone:1883")
    assert places(later, [*firms, *alone[1:]]) == places(layout, [*firms, *alone[1:]])


def test_rows_of_firms_without_trade_are_no_wider_than_the_map() -> None:
    firms = [firm(number, each) for number, each in enumerate(HOME * 20)]
    alone = [firm(number, each) for number, each in enumerate(HOME * 4, 5000)]
    layout = laid(region(*firms, *alone, *ring(firms)))
    map_discs = [each for each in layout.discs if not each.key.startswith(ALONE)]
    rows = [each for each in layout.discs if each.key.startswith(ALONE)]
    assert len(rows) == len(HOME)
    assert max(each.x + each.radius for each in rows) <= max(each.x + each.radius for each in map_discs) + 0.01
    assert_sound(layout, [*firms, *alone])


def test_a_region_of_nobody_and_one_without_a_single_place() -> None:
    assert laid(region()).seats == {}
    lost = [firm(number, None, None) for number in range(3)]
    layout = laid(region(*lost))
    assert {layout.disc_of(each.key).key for each in lost} == {"alone:unknown"}
    assert_sound(layout, lost)


def test_the_invented_region_is_laid_out_soundly(built: Built) -> None:
    layout = laid(built.snapshot)
    companies = built.snapshot.of(Company)
    assert set(layout.seats) == {each.company_id for each in companies}
    assert_sound(layout, companies)


# -- the note ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "note",
    [None, "", "no json", "[]", "{}", '{"version":0}', '{"version":1,"ground":[1],"discs":[],"seats":{}}',
     '{"version":1,"ground":[1,1,1,1],"discs":[],"seats":{"org:1":[0,0]}}',
     '{"version":1,"ground":[1,1,1,1],"discs":[["1883",0,0,9]],"seats":{"org:1":[0,1],"org:2":[0,1]}}',
     '{"version":1,"ground":[1,1,1,1],"discs":[["1883",0,0,9]],"seats":{"org:1":[0,-4]}}'],
)  # fmt: skip
def test_a_note_that_cannot_be_used_is_none(note: str | None) -> None:
    assert read_note(note) is None


def test_the_note_holds_no_name(built: Built) -> None:
    note = laid(built.snapshot).as_note()
    assert not [each.name for each in built.snapshot.of(Company) if each.name and each.name in note]


def loaded(store: Store) -> Snapshot:
    source = Source("members", "network", audience=Level.PUBLIC)
    claims = [
        Claim(each, "Company", "", {"name": each, "municipality": place})
        for each, place in (("org:1", "1883"), ("org:2", "1880"), ("org:3", "1880"))
    ]
    claims.append(Claim("org:1", "Trade", "t1", {"seller_id": "org:1", "buyer_id": "org:2"}))
    publish(store, [source], claims)
    return view(store, MANAGER)


def test_the_layout_is_kept_and_moves_no_revision(store: Store) -> None:
    snapshot = loaded(store)
    revision = store.revision()
    layout = layout_of(store, MANAGER, snapshot, project(snapshot))
    note = store.recall(NOTE)
    assert note == layout.as_note()
    assert store.revision() == revision
    publish(store, [Source("members", "network")], [Claim("org:4", "Company", "", {"municipality": "1880"})])
    more = view(store, MANAGER)
    later = layout_of(store, MANAGER, more, project(more))
    assert {each: later.position(each) for each in layout.seats} == {
        each: layout.position(each) for each in layout.seats
    }
    store.remember(NOTE, None)
    assert layout_of(store, MANAGER, snapshot, project(snapshot)).as_note() == note


def test_who_may_not_see_the_network_neither_gets_nor_changes_the_layout(store: Store) -> None:
    loaded(store)
    snapshot = view(store, Viewer(Level.MEMBERS))
    with pytest.raises(NotAllowed):
        layout_of(store, Viewer(Level.MEMBERS), snapshot, project(snapshot))
    assert store.recall(NOTE) is None


def test_a_store_that_cannot_be_written_to_is_no_hindrance(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = loaded(store)

    def refuse(name: str, value: str | None) -> None:
        raise StoreUnreachable("store_unreachable", address="x", why="x")

    monkeypatch.setattr(store, "remember", refuse)
    layout = layout_of(store, MANAGER, snapshot, project(snapshot))
    assert layout.as_note() == lay_out(snapshot, project(snapshot)).as_note()
    assert store.recall(NOTE) is None

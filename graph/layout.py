"""Where does each firm stand in the picture? In the same place every time, also when other firms have come.

Every place is a disc (:mod:`graph.cartogram`). A firm keeps its seat in the disc, laid as in a sunflower, for as long
as it belongs there. One without any trade sits in a disc of such firms below the map, and moves up when it gets one.

Computed once and kept as a note of the store, which moves no revision; only what is missing is added. A disc has seats
to spare, and where they are taken the next one opens as near as there is room. Without the note the same region gives
the same picture again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import orjson

from graph.audience import Viewer, require
from graph.cartogram import ALONE, Circle, Disc, Ground, ground_of, new_disc, order, place_of, seats_for, wishes_of
from graph.errors import StoreError
from graph.model import Alias, Company
from graph.store import Snapshot, Store

if TYPE_CHECKING:
    import networkx as nx

NOTE, VERSION = "layout", 1
Seat: TypeAlias = tuple[int, int]  # disc, number


@dataclass(slots=True)
class Layout:
    """Discs, and each firm's seat in one of them."""

    ground: Ground
    discs: list[Disc] = field(default_factory=list)
    seats: dict[str, Seat] = field(default_factory=dict)  # by company_id

    def __contains__(self, company_id: str) -> bool:
        return company_id in self.seats

    def position(self, company_id: str) -> tuple[float, float]:
        """(x, y) of a firm.

        Raises:
            KeyError: it has no seat.
        """
        disc, number = self.seats[company_id]
        return self.discs[disc].seat(number)

    def disc_of(self, company_id: str) -> Disc:
        """The disc a firm sits in."""
        return self.discs[self.seats[company_id][0]]

    def as_note(self) -> str:
        """What is kept: identifiers and numbers, no name."""
        ground = (self.ground.latitude, self.ground.longitude, self.ground.reach_km, self.ground.per_km)
        discs = [(each.key, each.x, each.y, each.seats) for each in self.discs]
        return orjson.dumps({"version": VERSION, "ground": ground, "discs": discs, "seats": self.seats}).decode()


def read_note(text: str | None) -> Layout | None:
    """The layout that was kept; None where there is none, or none that can be used."""
    try:
        kept = orjson.loads(text or "")
        if kept["version"] != VERSION:
            return None
        layout = Layout(
            Ground(*map(float, kept["ground"])),
            [Disc(str(key), float(x), float(y), int(seats)) for key, x, y, seats in kept["discs"]],
            {str(each): (int(disc), int(number)) for each, (disc, number) in kept["seats"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    there = {disc: range(each.seats) for disc, each in enumerate(layout.discs)}
    sound = all(disc in there and number in there[disc] for disc, number in layout.seats.values())
    return layout if sound and len(set(layout.seats.values())) == len(layout.seats) else None


def layout_of(store: Store, viewer: Viewer, snapshot: Snapshot, network: nx.DiGraph) -> Layout:
    """The layout as it is kept, with a seat for every firm of the network; kept again where that changed it.

    A store that cannot be written to is no hindrance: the same layout is then worked out again next time.

    Raises:
        NotAllowed: the network is not for this viewer, who sees no trades: everybody would seem to stand alone.
        StoreError: the store cannot be read.
    """
    require(viewer, "network")
    note = store.recall(NOTE)
    layout = lay_out(snapshot, network, read_note(note))
    said = layout.as_note()
    if said != note:
        try:
            store.remember(NOTE, said)
        except StoreError:
            return layout
    return layout


def lay_out(snapshot: Snapshot, network: nx.DiGraph, kept: Layout | None = None) -> Layout:
    """A seat for every firm: the one it has where that is still its place, else the first that is free.

    Firms with most partners are seated first, so that they have the middle. The seats of firms that are gone are kept
    for them until a disc is full; where most firms are gone the region is another one, and all is laid out anew.
    """
    belongs = _belongings(snapshot, network)
    firms = Counter(belongs.values()) + Counter(key.removeprefix(ALONE) for key in belongs.values() if ALONE in key)
    known = _renamed(kept.seats, snapshot, network) if kept else {}
    wishes: Mapping[str, Circle] = {}
    if kept is not None and 2 * len(known.keys() & belongs.keys()) >= len(known):
        layout = Layout(kept.ground, list(kept.discs), known)
    else:
        layout = Layout(ground_of(firms))
        wishes = wishes_of(layout.ground, firms)
    seats = {
        each: seat for each, seat in layout.seats.items() if belongs.get(each) in (None, layout.discs[seat[0]].key)
    }
    gone = {seat: each for each, seat in seats.items() if each not in belongs}
    free = _FreeSeats(layout, set(seats.values()), gone)
    waiting: dict[str, list[str]] = defaultdict(list)
    for company_id in sorted(belongs.keys() - seats.keys(), key=lambda each: (-network.degree[each], each)):
        waiting[belongs[company_id]].append(company_id)
    for key in sorted(firms, key=lambda each: order(each, firms[each])):
        found = free.of(key, len(waiting[key]), firms[key], wishes.get(key))
        seats.update(zip(waiting[key], found, strict=True))
    layout.seats = dict(sorted((each, seat) for each, seat in seats.items() if each in belongs or seat in free.gone))
    return layout


def _belongings(snapshot: Snapshot, network: nx.DiGraph) -> dict[str, str]:
    """Key of the disc in which each firm of the network belongs."""
    countries = {each.company_id: each.country for each in snapshot.of(Company)}
    found = {}
    for company_id, facts in network.nodes(data=True):
        key = place_of(facts["municipality"], countries.get(company_id), facts["in_region"])
        found[company_id] = key if network.degree[company_id] else ALONE + key
    return found


def _renamed(seats: Mapping[str, Seat], snapshot: Snapshot, network: nx.DiGraph) -> dict[str, Seat]:
    """The seats, where a firm that got a better identifier keeps the one it had."""
    left = {each for each in seats if each not in network}
    renamed = dict(seats)
    for alias in snapshot.of(Alias) if left else ():
        better = alias.company_id or ""
        if alias.alias in left and better in network and better not in renamed:
            renamed[better] = renamed.pop(alias.alias)
    return renamed


class _FreeSeats:
    """The seats that nobody has: never taken, of firms that are gone, or of a disc that is opened for it."""

    def __init__(self, layout: Layout, taken: set[Seat], gone: dict[Seat, str]) -> None:
        self._layout = layout
        self._taken = taken
        self.gone = gone

    def of(self, key: str, wanted: int, firms: int, wish: Circle | None) -> list[Seat]:
        """So many seats; a first disc has room for all firms of the place, those without trade too."""
        discs = [index for index, each in enumerate(self._layout.discs) if each.key == key]
        found = [(i, n) for i in discs for n in range(self._layout.discs[i].seats) if (i, n) not in self._taken]
        if len(found) < wanted:
            found += sorted(seat for seat in self.gone if seat[0] in discs)[: wanted - len(found)]
        if len(found) < wanted or not discs:
            seats = seats_for(wanted - len(found) if discs else firms)
            disc = new_disc(self._layout.ground, self._layout.discs, key, seats, wish)
            found += [(len(self._layout.discs), number) for number in range(disc.seats)]
            self._layout.discs.append(disc)
        for seat in found[:wanted]:
            self.gone.pop(seat, None)
        return found[:wanted]

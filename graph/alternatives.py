"""Who else nearby could supply what each buyer buys of each seller?

An input is what one active buyer buys of one seller, which may be going itself: a firm struck off or being wound up
is no alternative, but whom it leaves is asked all the more. Which process it is, the trade's words tell: what they mean
of all that the seller offers, else what they surely mean, else, where nothing is known to be offered, what they likely
mean; else it is not known. Where a trade has no words it is one of the seller's offers, it is not known which.

An alternative is an active firm with a site within reach of the buyer (by the chord) that offers the process, or one of
those it may be, as :meth:`graph.taxonomy.Taxonomy.satisfies` says; never one of the seller's or the buyer's own group.
Another of the buyer's present suppliers that offers it or has sold it counts at any distance. Sizes, materials and free
capacity are not asked for: who is named is somebody to ask. Around a buyer outside the region nobody has mapped who can
do what, so that no answer is given there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.demands import Demand, demand_of_text
from graph.geo import distances_km
from graph.geodesic import chords_2_between, to_cartesian
from graph.import_list import Sites
from graph.judging import Floats, Integers
from graph.learned import Learned, Verdict
from graph.model import Company, Offer
from graph.store import Snapshot
from graph.supply_columns import codes_of, columns_of, firms_of
from graph.taxonomy import taxonomy

if TYPE_CHECKING:
    import networkx as nx

Meaning: TypeAlias = tuple[tuple[str, float], ...]  # processes and their weights
NEARBY, AT_HAND, NONE = "nearby", "at_hand", "none"
UNKNOWN_PROCESS, UNPLACED, OUTSIDE = "unknown_process", "unplaced", "outside"
STATUSES = (NONE, NEARBY, AT_HAND, UNKNOWN_PROCESS, UNPLACED, OUTSIDE)
"""Whether a buyer has an alternative: no; nearby; a present supplier; and why that cannot be told."""
SERVICES = "services"  # a family of the taxonomy
BY_WORDS, BY_OFFERS = "words", "offers"
NO_LESSON = Verdict((), ())
SURELY = 0.5  # of what words mean that the seller is not known to do: likelier than all else together
MOST_READ = 100_000  # texts whose meaning is remembered: reading one takes a millisecond or more
MOST_PAIRS = 4_000_000  # of inputs and firms that are compared at once
CHORD_KM = 0.001  # within 100 km a chord is shorter than its geodesic by at most so much


@dataclass(frozen=True, slots=True)
class Input:
    """What a buyer buys of a seller: one of these processes; ``known_by`` their words, the offers, or "" nothing."""

    seller_id: str
    buyer_id: str
    processes: tuple[str, ...]
    known_by: str
    value_sek: int | None  # of all that is sold between the two

    @property
    def is_service(self) -> bool:
        """Whether it is a service alone: consultants, software, staff; who does these is seldom mapped."""
        known = taxonomy().processes
        return bool(self.processes) and all(each in known and known[each].family == SERVICES for each in self.processes)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A firm that could supply instead, and how far it is from the buyer."""

    company_id: str
    name: str | None
    distance_km: float


class Alternatives:
    """The inputs of a region's buyers, and who else could supply each within so many kilometres."""

    def __init__(
        self, snapshot: Snapshot, network: nx.DiGraph, within_km: float, *, learned: Learned | None = None
    ) -> None:
        """The snapshot holds Company, Workplace, Offer and Certificate; the network is that of its trades."""
        self.within_km = within_km
        self._network = network
        self._firms = firms_of(snapshot)
        self._columns = columns_of(self._firms, codes_of(self._firms))
        self._active = {each.company_id for each in self._firms.companies}
        self._names = {each.company_id: each.name for each in snapshot.of(Company)}
        self._number = {each.company_id: number for number, each in enumerate(self._firms.companies)}
        self._tops: dict[str, int] = {}
        self._top = np.array([self.top(each.company_id) for each in self._firms.companies], dtype=np.int64)
        self._sites = Sites(snapshot)
        self._site_order = np.argsort(self._columns.site_firm, kind="stable")
        self._site_firm = self._columns.site_firm[self._site_order]
        latitudes, longitudes = self._columns.site_latitude, self._columns.site_longitude
        self._points = to_cartesian(latitudes[self._site_order], longitudes[self._site_order])
        self._offered: dict[str, set[str]] = defaultdict(set)
        for each in snapshot.of(Offer):
            self._offered[each.company_id or ""].add(each.capability or "")
        self._makers: dict[tuple[str, ...], tuple[Integers, Integers]] = {}
        self._able: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._serving: dict[tuple[str, ...], frozenset[str]] = {}
        self.inputs = tuple(_Reader(self._offered, learned).inputs(network, self._active))
        self._sold: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.of_seller: dict[str, list[Input]] = defaultdict(list)
        for one in self.inputs:
            self.of_seller[one.seller_id].append(one)
            if one.known_by == BY_WORDS:
                self._sold[one.seller_id, one.buyer_id].update(one.processes)

    def top(self, company_id: str) -> int:
        """A number for who stands on top of the company's group."""
        return self._tops.setdefault(self._firms.top.get(company_id, company_id), len(self._tops))

    # -- whether ------------------------------------------------------------------------------------------------------

    def statuses(self, gone: Collection[str] = ()) -> list[str]:
        """For each of :attr:`inputs` whether the buyer has an alternative when these firms are gone."""
        return self.statuses_of(self.inputs, gone)

    def statuses_of(self, inputs: Sequence[Input], gone: Collection[str] = ()) -> list[str]:
        """As :meth:`statuses`, of some inputs."""
        found = [self._untold(each) for each in inputs]
        groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, each in enumerate(inputs):
            if not found[number]:
                if self.at_hand(each, gone):
                    found[number] = AT_HAND
                elif self._sites.origin(each.buyer_id) is None:
                    found[number] = UNPLACED
                else:
                    groups[each.processes].append(number)
        for processes, numbers in groups.items():
            size = max(1, MOST_PAIRS // (len(self._makers_of(processes)[1]) + 1))
            for start in range(0, len(numbers), size):
                some = numbers[start : start + size]
                near = self._near([inputs[each] for each in some], gone)[1]
                for number, count in zip(some, near.sum(axis=1).tolist(), strict=True):
                    found[number] = NEARBY if count else NONE
        return found

    def _untold(self, one: Input) -> str:
        """Why nothing can be said of an input; "" where something can."""
        if self._network.nodes[one.buyer_id]["in_region"] is False:
            return OUTSIDE
        return "" if one.processes else UNKNOWN_PROCESS

    def at_hand(self, one: Input, gone: Collection[str] = ()) -> tuple[str, ...]:
        """Present suppliers of the buyer that offer the input or have sold it, beside its seller and who are gone."""
        seller = self.top(one.seller_id)
        able = self._suppliers_of(one.buyer_id, one.processes)
        return tuple(each for each in able if each not in gone and self.top(each) != seller)

    def _suppliers_of(self, buyer_id: str, processes: tuple[str, ...]) -> tuple[str, ...]:
        """Present suppliers of a buyer that offer one of the processes or have sold it to them, in order."""
        key = (buyer_id, processes)
        if key not in self._able:
            serving = self._serving_of(processes)
            self._able[key] = tuple(
                sorted(
                    each
                    for each in self._network.pred[buyer_id]
                    if each in self._active
                    and not (
                        serving.isdisjoint(self._offered.get(each, ()))
                        and serving.isdisjoint(self._sold.get((each, buyer_id), ()))
                    )
                )
            )
        return self._able[key]

    # -- who ----------------------------------------------------------------------------------------------------------

    def nearest(self, one: Input, most: int, gone: Collection[str] = ()) -> tuple[int, tuple[Alternative, ...]]:
        """How many alternatives there are within reach, and the nearest of them; none where nothing can be told."""
        origin = self._sites.origin(one.buyer_id)
        if self._untold(one) or origin is None:
            return 0, ()
        squares, near = (each[0] for each in self._near([one], gone))
        firms = self._makers_of(one.processes)[0][near]
        chosen = firms[np.argsort(squares[near], kind="stable")[: most + 1]]
        found = []
        for number in chosen.tolist():
            company = self._firms.companies[number]
            first, last = np.searchsorted(self._site_firm, [number, number + 1])
            sites = self._site_order[first:last]
            columns = self._columns
            km = distances_km(columns.site_latitude[sites], columns.site_longitude[sites], origin.point).min()
            found.append(Alternative(company.company_id, company.name, round(float(km), 3)))
        found.sort(key=lambda each: (each.distance_km, each.company_id))
        return len(firms), tuple(found[:most])

    def name(self, company_id: str) -> str | None:
        """What the firm is called."""
        return self._names.get(company_id)

    def _near(self, inputs: Sequence[Input], gone: Collection[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """Squared chords (km2) from the buyers (rows) of one kind of input to its makers, and who is an alternative."""
        firms, sites = self._makers_of(inputs[0].processes)
        if not len(firms):
            return np.zeros((len(inputs), 0)), np.zeros((len(inputs), 0), dtype=np.bool_)
        points = [each.point for one in inputs if (each := self._sites.origin(one.buyer_id))]
        centres = to_cartesian([each[0] for each in points], [each[1] for each in points])
        places = self._points[sites]
        squares = chords_2_between(centres, places)
        squares = np.minimum.reduceat(squares, np.flatnonzero(np.diff(self._site_firm[sites], prepend=-1)), axis=1)
        top = self._top[firms]
        near = squares <= (self.within_km - CHORD_KM) ** 2
        near &= top != np.array([[self.top(each.seller_id)] for each in inputs])
        near &= top != np.array([[self.top(each.buyer_id)] for each in inputs])
        if gone:
            near &= ~np.isin(firms, [self._number[each] for each in gone if each in self._number])
        return squares, near

    def _makers_of(self, processes: tuple[str, ...]) -> tuple[Integers, Integers]:
        """Firms with a place that offer one of the processes, and their sites, a firm's own side by side."""
        if processes not in self._makers:
            serving = self._serving_of(processes)
            does = np.array([each in serving for each in self._columns.codes], dtype=np.bool_)
            able = np.unique(self._columns.offer_firm[does[self._columns.process]])
            sites = np.flatnonzero(np.isin(self._site_firm, able))
            self._makers[processes] = (np.unique(self._site_firm[sites]), sites)
        return self._makers[processes]

    def _serving_of(self, processes: tuple[str, ...]) -> frozenset[str]:
        """All processes an offer of which serves one of these."""
        if processes not in self._serving:
            satisfies = taxonomy().satisfies
            self._serving[processes] = frozenset(
                offered for offered in self._columns.codes if any(satisfies(offered, each) for each in processes)
            )
        return self._serving[processes]


class _Reader:
    """What is bought in each trade."""

    def __init__(self, offered: dict[str, set[str]], learned: Learned | None) -> None:
        self._offered, self._learned = offered, learned

    def inputs(self, network: nx.DiGraph, active: Collection[str]) -> list[Input]:
        """The inputs of all links to active buyers, in order."""
        found = []
        for seller, buyer, facts in network.edges(data=True):
            if buyer in active:
                bought = self._bought(seller, facts["what"])
                found += [Input(seller, buyer, *each, facts["value_sek"]) for each in bought]
        return sorted(found, key=lambda each: (each.seller_id, each.buyer_id, each.processes))

    def _bought(self, seller: str, texts: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
        """Each thing bought of the seller: the processes that it may be, and how that is known."""
        offers = self._offered.get(seller, set())
        if offers and not texts:
            return [(tuple(sorted(offers)), BY_OFFERS)]
        named = {process for text in texts if (process := self._named(text, offers))}
        return [((process,), BY_WORDS) for process in sorted(named)] or [((), "")]

    def _named(self, text: str, offers: Collection[str]) -> str | None:
        """The process that a trade's words name of a seller with these offers, if that is known."""
        meant, satisfies = self._means(text), taxonomy().satisfies
        for process, _ in meant:
            if any(satisfies(offer, process) for offer in offers):
                return process
        return next((process for process, weight in meant[:1] if weight >= SURELY or not offers), None)

    def _means(self, text: str) -> Meaning:
        """The processes that decide what a text asks for, the leading one first; lessons go before."""
        if self._learned is not None and self._learned.of_text(text) != NO_LESSON:
            return _deciding(demand_of_text(text, learned=self._learned))
        return _read(text)


@lru_cache(maxsize=MOST_READ)
def _read(text: str) -> Meaning:
    """What a text means to whom nobody has taught anything of it: the same in every region and at every time."""
    return _deciding(demand_of_text(text))


def _deciding(demand: Demand) -> Meaning:
    return demand.processes[: demand.deciding]

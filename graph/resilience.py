"""What breaks when a firm stops: who stands without a supplier, and what that takes with it.

A buyer stands without a supplier where :mod:`graph.alternatives` finds nobody else for what it buys: capability, not
the firm's place in the graph, decides. Such a buyer is taken not to deliver either, and can no longer step in for
others, so that its own buyers are asked the same, until nobody more is hit: the worst case, since stocks, time and what
nobody has told of are left out. Each firm is told once, with the shortest way that the stop takes to it. What is not
known of a link is counted as not known, never as a buyer without a supplier. Services are told apart: without a
consultant deliveries go on, and few regions have mapped who else could step in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graph.alternatives import AT_HAND, NEARBY, NONE, OUTSIDE, Alternative, Alternatives, Input
from graph.arrays import Arrays, arrays_of
from graph.centrality import components
from graph.cut_points import CutPoints, cut_points
from graph.dependency import PartDependency, by_part
from graph.learned import Learned
from graph.model import Company, ImportedPart
from graph.network import project
from graph.store import Snapshot

if TYPE_CHECKING:
    import networkx as nx

    from graph.systemic_risk import Economy

WITHIN_KM = 50.0
SHOWN = 3  # alternatives of a buyer
_ORDER = {NONE: 0, NEARBY: 2, AT_HAND: 3, OUTSIDE: 4}  # what is not known stands between no and yes


@dataclass(frozen=True, slots=True)
class Affected:
    """A buyer, what it buys of the firm, and whether it has an alternative (see :mod:`graph.alternatives`).

    ``found`` counts the alternatives within reach, of which the nearest are named; ``at_hand`` are present suppliers.
    ``knock_on`` are the firms that the stop reaches through this buyer.
    """

    company_id: str
    name: str | None
    bought: Input
    status: str
    found: int
    alternatives: tuple[Alternative, ...]
    at_hand: tuple[str, ...]
    knock_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LostCustomer:
    """A supplier of the firm; ``share`` (0..1) is the firm's part of its sales that have known kronor."""

    company_id: str
    name: str | None
    value_sek: int | None
    share: float | None
    customers: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A firm that the stop reaches, and the way: from the firm that stops to this one."""

    company_id: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The network in numbers of firms that hang together: parts of two firms or more, and firms without a tie."""

    components: int
    isolated: int
    largest: int


@dataclass(frozen=True, slots=True)
class Impact:
    """All that happens when a firm stops; ``alone`` are those that lose their last known tie."""

    company_id: str
    name: str | None
    within_km: float
    affected: tuple[Affected, ...]
    suppliers: tuple[LostCustomer, ...]
    hits: tuple[Hit, ...]
    before: Pieces
    after: Pieces
    alone: tuple[str, ...]
    is_cut_point: bool

    @property
    def stranded(self) -> tuple[str, ...]:
        """Buyers that stand without a supplier of something, in order; services do not count."""
        return self._without(service=False)

    @property
    def stranded_services(self) -> tuple[str, ...]:
        """Buyers of services that nobody else near is known to do."""
        return self._without(service=True)

    def _without(self, *, service: bool) -> tuple[str, ...]:
        found = (each for each in self.affected if each.status == NONE and each.bought.is_service == service)
        return tuple(dict.fromkeys(each.company_id for each in found))

    @property
    def buyers(self) -> int:
        """How many firms buy of it."""
        return len({each.company_id for each in self.affected})


@dataclass(frozen=True, slots=True)
class Critical:
    """A firm by its buyers: those it would strand, those of whom that is not known, and all.

    ``value_sek`` is what it sells to those it would strand, as far as that is known.
    """

    company_id: str
    name: str | None
    stranded: int
    unknown: int
    buyers: int
    value_sek: int


class Resilience:
    """A region asked again and again what would stop with a firm."""

    def __init__(
        self,
        snapshot: Snapshot,
        within_km: float = WITHIN_KM,
        *,
        network: nx.DiGraph | None = None,
        learned: Learned | None = None,
    ) -> None:
        """The snapshot holds Company, Region, Workplace, Offer, Certificate, Trade and ImportedPart."""
        self.snapshot, self.within_km = snapshot, within_km
        self.network = project(snapshot) if network is None else network
        self.alternatives = Alternatives(snapshot, self.network, within_km, learned=learned)

    # -- the region ---------------------------------------------------------------------------------------------------

    @cached_property
    def arrays(self) -> Arrays:
        """The network as numbers."""
        return arrays_of(self.network)

    @cached_property
    def cuts(self) -> CutPoints:
        """The cut points and bridges of the network."""
        return cut_points(self.arrays)

    @cached_property
    def economy(self) -> Economy:
        """The mapped trades as the systemic risk index sees them."""
        from graph.systemic_risk import economy_of

        return economy_of(self.arrays, self.snapshot.of(Company))

    def esri(self, company_ids: Sequence[str]) -> list[float]:
        """The systemic risk index (0..1) of some firms, see :mod:`graph.systemic_risk`."""
        from graph.systemic_risk import systemic_risk

        found = systemic_risk(self.economy, [self.arrays.number_of[each] for each in company_ids])
        return [round(float(each), 6) for each in found]

    @cached_property
    def statuses(self) -> tuple[str, ...]:
        """For each input of the region whether its buyer has an alternative to the seller."""
        return tuple(self.alternatives.statuses())

    def critical(self, *, services: bool = False) -> list[Critical]:
        """The firms that sell, those that most buyers could not do without first; then by kronor, buyers, identifier.

        ``services``: count what is a service, too.
        """
        by_seller: dict[str, dict[str, list[tuple[Input, str]]]] = defaultdict(lambda: defaultdict(list))
        for one, status in zip(self.alternatives.inputs, self.statuses, strict=True):
            if services or not one.is_service:
                by_seller[one.seller_id][one.buyer_id].append((one, status))
        found = [self._critical(seller, list(buyers.values())) for seller, buyers in by_seller.items()]
        return sorted(found, key=lambda each: (-each.stranded, -each.value_sek, -each.buyers, each.company_id))

    def _critical(self, seller: str, buyers: Sequence[Sequence[tuple[Input, str]]]) -> Critical:
        said = [{status for _, status in each} for each in buyers]
        stranded = [each[0][0] for each, statuses in zip(buyers, said, strict=True) if NONE in statuses]
        unknown = sum(not statuses & _ORDER.keys() for statuses in said)
        value = sum(max(each.value_sek or 0, 0) for each in stranded)
        return Critical(seller, self.alternatives.name(seller), len(stranded), unknown, len(buyers), value)

    def single_source(self, *, services: bool = False) -> list[Input]:
        """What a buyer has one known seller of, and nobody else within reach; the most kronor first."""
        pairs = zip(self.alternatives.inputs, self.statuses, strict=True)
        found = [one for one, status in pairs if status == NONE and (services or not one.is_service)]
        return sorted(found, key=lambda each: (-(each.value_sek or 0), each.buyer_id, each.seller_id, each.processes))

    @cached_property
    def single_parts(self) -> tuple[PartDependency, ...]:
        """Imported parts all of whose lines name one and the same supplier; the most valuable first."""
        return tuple(each for each in by_part(self.snapshot.of(ImportedPart)) if each.dependency.single_supplier)

    # -- one firm -----------------------------------------------------------------------------------------------------

    def impact(self, company_id: str) -> Impact:
        """What happens when the firm stops.

        Raises:
            KeyError: the network has no such firm.
        """
        number = self.arrays.number_of[company_id]
        hits = self.hits((company_id,))
        left = self.arrays.without([number])
        lost = [self.arrays.company_ids[each] for each in self._neighbours(number) if not left.partners[each]]
        return Impact(
            company_id=company_id,
            name=self.alternatives.name(company_id),
            within_km=self.within_km,
            affected=self._affected(company_id, hits),
            suppliers=self._suppliers(company_id),
            hits=hits,
            before=pieces(self.arrays),
            after=pieces(left, gone=1),
            alone=tuple(sorted(lost)),
            is_cut_point=number in self.cuts.firms,
        )

    def _neighbours(self, number: int) -> list[int]:
        ties = self.arrays.ties
        found: list[int] = ties.indices[ties.indptr[number] : ties.indptr[number + 1]].tolist()
        return found

    def hits(self, stopped: Collection[str]) -> tuple[Hit, ...]:
        """The firms that are hit when some stop, nearest by the way first; not those that stop."""
        path: dict[str, tuple[str, ...]] = {each: (each,) for each in sorted(stopped)}
        while came := self._next(path):
            path.update(sorted(came.items()))
        hits = [Hit(each, way) for each, way in path.items() if each not in stopped]
        return tuple(sorted(hits, key=lambda each: (len(each.path), each.company_id)))

    def _next(self, path: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Who is hit by those that are, each by the shortest way; of several the first by identifier."""
        sellers = self.alternatives.of_seller
        asked = [one for each in path for one in sellers[each] if one.buyer_id not in path and not one.is_service]
        statuses = self.alternatives.statuses_of(asked, path.keys())
        came: dict[str, tuple[str, ...]] = {}
        for one, status in zip(asked, statuses, strict=True):
            way = (*path[one.seller_id], one.buyer_id)
            best = came.get(one.buyer_id, way)
            if status == NONE and (len(way), way) <= (len(best), best):
                came[one.buyer_id] = way
        return came

    def _affected(self, company_id: str, hits: Sequence[Hit]) -> tuple[Affected, ...]:
        through: dict[str, list[str]] = defaultdict(list)
        for each in hits:
            if len(each.path) > 2:
                through[each.path[1]].append(each.company_id)
        inputs = self.alternatives.of_seller[company_id]
        statuses = self.alternatives.statuses_of(inputs, {company_id})
        found = []
        for one, status in zip(inputs, statuses, strict=True):
            count, nearest = self.alternatives.nearest(one, SHOWN, {company_id})
            at_hand = self.alternatives.at_hand(one, {company_id}) if status == AT_HAND else ()
            name = self.alternatives.name(one.buyer_id)
            carried = tuple(through[one.buyer_id])
            found.append(Affected(one.buyer_id, name, one, status, count, nearest, at_hand, carried))
        return tuple(
            sorted(
                found,
                key=lambda each: (_ORDER.get(each.status, 1), -(each.bought.value_sek or 0), each.company_id,
                                  each.bought.processes),
            )
        )  # fmt: skip

    def _suppliers(self, company_id: str) -> tuple[LostCustomer, ...]:
        found = []
        for seller, _, value in self.network.in_edges(company_id, data="value_sek"):
            sales = [each for _, _, each in self.network.out_edges(seller, data="value_sek") if each is not None]
            share = None if value is None or sum(sales) <= 0 else value / sum(sales)
            customers = self.network.out_degree(seller)
            found.append(LostCustomer(seller, self.alternatives.name(seller), value, share, customers))
        return tuple(sorted(found, key=lambda each: (-(each.share or 0.0), each.customers, each.company_id)))


def pieces(arrays: Arrays, *, gone: int = 0) -> Pieces:
    """What hangs together; ``gone`` of the firms without a tie are not there at all."""
    import numpy as np

    sizes = np.bincount(components(arrays), minlength=1)
    return Pieces(int((sizes > 1).sum()), int((sizes == 1).sum()) - gone, int(sizes[sizes > 1].max(initial=0)))

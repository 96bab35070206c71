"""With whom does a firm trade, the closest first, who is around it, and how many links join one place to another?

Closest is who has traded for most kronor, sold and bought together, as far as that is known; then who has most rows;
then the identifier, so that the order is the same every time. The network is that of :mod:`graph.network`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class Tie:
    """What a firm sells to a partner and buys from it; rows of the sources, and kronor (None: not known)."""

    company_id: str
    sold: int
    bought: int
    sold_sek: int | None
    bought_sek: int | None
    what: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, str]:
        """Sorts the closest first."""
        return (-(self.sold_sek or 0) - (self.bought_sek or 0), -self.sold - self.bought, self.company_id)


@dataclass(frozen=True, slots=True)
class Around:
    """A firm's partners and their partners, the closest first, and how many of each there was no room for."""

    partners: tuple[str, ...]
    beyond: tuple[str, ...]
    partners_left: int
    beyond_left: int


def ties(network: nx.DiGraph, company_id: str) -> list[Tie]:
    """The firm's partners, the closest first; none for a firm without trade.

    Raises:
        networkx.NetworkXError: the network has no such firm.
    """
    sold, bought = network.succ[company_id], network.pred[company_id]
    found = []
    for other in sold.keys() | bought.keys():
        out, into = sold.get(other, {}), bought.get(other, {})
        what = sorted({*out.get("what", ()), *into.get("what", ())})
        found.append(
            Tie(
                other,
                out.get("trades", 0),
                into.get("trades", 0),
                out.get("value_sek"),
                into.get("value_sek"),
                tuple(what),
            )
        )
    return sorted(found, key=lambda each: each.rank)


def around(network: nx.DiGraph, company_id: str, most: int) -> Around:
    """At most so many firms around one: its partners, then theirs, those of the closest partner first."""
    near = [each.company_id for each in ties(network, company_id)]
    seen = {company_id, *near}
    far = []
    for partner in near:
        for tie in ties(network, partner):
            if tie.company_id not in seen:
                seen.add(tie.company_id)
                far.append(tie.company_id)
    partners, beyond = near[:most], far[: max(0, most - len(near))]
    return Around(tuple(partners), tuple(beyond), len(near) - len(partners), len(far) - len(beyond))


def flows(network: nx.DiGraph, place_of: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """How many links (seller and buyer, however many rows) lead from a place to another, or stay within it."""
    return Counter((place_of[seller], place_of[buyer]) for seller, buyer in network.edges())

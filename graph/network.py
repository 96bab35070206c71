"""Who trades with whom: the region's companies and trades as one networkx graph.

Contract. ``network`` is a DiGraph. Nodes are company ids, in order, with ``name``, ``municipality``, ``locality``,
``sector``, ``division`` (of SNI, two digits), ``in_region`` (True, False, or None where the place is not known). An
edge seller -> buyer sums all trades between the two: ``trades`` (rows), ``value_sek`` (the sum of what is known, of the
newest year that has any; None where no row knows), ``year`` (that year), ``years`` and ``what`` (sorted). Support
organisations have no trades of their own and are companies only where somebody traded with them. A trade of a firm
with itself is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.branches import division_of
from graph.gazetteer import Gazetteer
from graph.model import Company, Region, Trade, Workplace
from graph.store import Snapshot
from graph.taxonomy import taxonomy

if TYPE_CHECKING:
    import networkx as nx

SMALLEST_COMMUNITY = 3
BRANCH_SHARE = 1 / 3  # of a community's firms, for it to be named after their branch


@dataclass(frozen=True, slots=True)
class Community:
    """Companies that trade more with each other than with the rest, and where most of them are."""

    municipalities: tuple[str, ...]  # codes, the commonest first
    divisions: tuple[str, ...]  # of SNI, the commonest where it is common
    companies: tuple[str, ...]
    centre: str  # the company with most partners
    centre_name: str | None
    steady: float  # see graph.communities


@dataclass(frozen=True, slots=True)
class Shape:
    """The network in a few figures."""

    companies: int
    trades: int
    links: int
    components: int
    isolated: int
    largest_component: int
    value_sek: int
    communities: tuple[Community, ...]


def home_municipalities(snapshot: Snapshot) -> frozenset[str]:
    """Municipality codes of one's own region; empty where nobody has said: then every Swedish place is inside."""
    return frozenset(
        code for region in snapshot.of(Region) if region.is_home is not False for code in region.municipalities
    )


def municipalities(snapshot: Snapshot) -> dict[str, str]:
    """The municipality of each firm: its own, else that of its first workplace; only where it is known."""
    found = {each.company_id or "": each.municipality for each in reversed(snapshot.of(Workplace))}
    found |= {each.company_id: each.municipality for each in snapshot.of(Company) if each.municipality}
    return {company: code for company, code in found.items() if code}


def in_region(country: str | None, municipality: str | None, home: frozenset[str]) -> bool | None:
    """Whether a company of this country and municipality lies in the region; None where its place is not known."""
    if country not in (None, "SE"):
        return False
    if municipality is None:
        return None
    return municipality in home if home else True


def network_of(snapshot: Snapshot) -> nx.DiGraph:
    """The network of a snapshot, as :func:`project` gives it; frozen, so copy it to change it."""
    import networkx as nx

    return nx.freeze(project(snapshot))


def project(snapshot: Snapshot) -> nx.DiGraph:
    """The network of a snapshot that holds Company, Region, Workplace and Trade."""
    import networkx as nx  # half a second, which other questions need not wait for

    network = nx.DiGraph()
    home, homes = home_municipalities(snapshot), municipalities(snapshot)
    places = {each.company_id: each for each in reversed(snapshot.of(Workplace))}
    for company in snapshot.of(Company):
        place = places.get(company.company_id)
        municipality = homes.get(company.company_id)
        network.add_node(
            company.company_id,
            name=company.name,
            municipality=municipality,
            locality=company.locality or (place.locality if place else None),
            sector=company.sector,
            division=division_of(company) or None,
            in_region=in_region(company.country, municipality, home),
        )
    pairs: dict[tuple[str, str], list[Trade]] = defaultdict(list)
    for trade in snapshot.of(Trade):
        if trade.seller_id and trade.buyer_id and trade.seller_id != trade.buyer_id:
            pairs[trade.seller_id, trade.buyer_id].append(trade)
    for (seller, buyer), trades in pairs.items():
        network.add_edge(seller, buyer, **_summed(trades))
    return network


def _summed(trades: Sequence[Trade]) -> dict[str, object]:
    known = [(each.year or 0, each.value_sek) for each in trades if each.value_sek is not None]
    newest = max(known)[0] if known else None
    return {
        "trades": len(trades),
        "value_sek": sum(value for year, value in known if year == newest) if known else None,
        "year": newest or None,
        "years": tuple(sorted({each.year for each in trades if each.year})),
        "what": tuple(sorted({each.what for each in trades if each.what})),
    }


def counted(network: nx.DiGraph) -> list[str]:
    """The firms that the region's figures are of: all that are not known to lie outside it, and who trades with them.

    Others are of no interest to it, so that a register of the whole country beside a county's lists moves no figure.
    """
    outside = {key for key, inside in network.nodes(data="in_region") if inside is False}
    partners = {end for edge in network.edges if not outside.issuperset(edge) for end in edge}
    return sorted((network.nodes - outside) | partners)


def shape(network: nx.DiGraph) -> Shape:
    """The figures of the firms that are :func:`counted`; an empty network has none of anything.

    Components are weakly connected and of two companies or more; a company without a trade is isolated. Communities
    are those of :mod:`graph.communities` that have three companies or more.
    """
    import networkx as nx

    firms = counted(network)
    if len(firms) < network.number_of_nodes():
        network = network.subgraph(firms).copy()
    components = [each for each in nx.weakly_connected_components(network) if len(each) > 1]
    return Shape(
        companies=network.number_of_nodes(),
        trades=sum(trades for _, _, trades in network.edges(data="trades")),
        links=network.number_of_edges(),
        components=len(components),
        isolated=network.number_of_nodes() - sum(map(len, components)),
        largest_component=max(map(len, components), default=0),
        value_sek=sum(value or 0 for _, _, value in network.edges(data="value_sek")),
        communities=tuple(communities(network)),
    )


def communities(network: nx.DiGraph, firms: Sequence[str] | None = None) -> list[Community]:
    """Groups of firms that trade among themselves, largest first, none smaller than :data:`SMALLEST_COMMUNITY`.

    Args:
        network: the region's.
        firms: only these; None: all.
    """
    from graph.arrays import arrays_of  # scipy: a fourth of a second, which other questions need not wait for
    from graph.communities import communities as divide

    arrays = arrays_of(network, sorted(network) if firms is None else firms)
    found = divide(arrays)
    return [
        _community(network, [arrays.company_ids[each] for each in found.members(number)], float(found.steady[number]))
        for number, size in enumerate(found.sizes.tolist())
        if size >= SMALLEST_COMMUNITY
    ]


def _community(network: nx.DiGraph, firms: Sequence[str], steady: float) -> Community:
    centre = min(firms, key=lambda each: (-network.degree[each], each))
    return Community(
        _commonest(network.nodes[each]["municipality"] for each in firms),
        _commonest((network.nodes[each]["division"] for each in firms), 1, least=len(firms) * BRANCH_SHARE),
        tuple(firms),
        centre,
        network.nodes[centre]["name"],
        steady,
    )


def _commonest(values: Iterable[str | None], most: int = 2, *, least: float = 0.0) -> tuple[str, ...]:
    """The commonest values; none of fewer than ``least``."""
    often = sorted(Counter(value for value in values if value).items(), key=lambda item: (-item[1], item[0]))
    return tuple(value for value, count in often[:most] if count >= least)


def label(community: Community, language: str = "sv") -> str:
    """A name made of places and the commonest branch: "Karlskoga, Degerfors: metallvaror"; "" where none is known."""
    gazetteer = Gazetteer.default()
    places = ", ".join(gazetteer.municipality_name(code) or code for code in community.municipalities)
    branches = (taxonomy().division_name(each, language) for each in community.divisions)
    return ": ".join(filter(None, (places, *branches)))


def labelled(found: Iterable[Community], language: str = "sv") -> list[tuple[str, Community]]:
    """The communities by name; one that would be called as another is told apart by the firm with most partners."""
    named = [(label(each, language), each) for each in found]
    often = Counter(name for name, _ in named)
    return [
        (name if name and often[name] == 1 else f"{name} ({each.centre_name or '?'})".strip(), each)
        for name, each in named
    ]

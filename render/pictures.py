"""What is drawn of the network? Nodes, arrows and grounds as plain data, from places that stay the same.

Three pictures, none of them a hairball: a firm's neighbourhood, municipalities as aggregates, and the firms that stand
alone. Each is built as a pyvis network with physics off. Names are plain text all the way: pyvis' own page, its titles
and its menus, which read text as HTML, are never used; ``told`` is what a node says when it is pointed at.

Colour is never the only sign: who is asked about is larger, firms outside the region are diamonds, what is not known
is hollow, and each way of standing alone has a shape of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Any

from graph.cartogram import ALONE, COUNTY, FLATNESS, SEAT_STEP, Disc
from graph.gazetteer import Gazetteer
from graph.isolation import NEXT_ACTION, IsolationFinding
from graph.layout import Layout
from graph.neighbours import around, flows, ties
from render.answers import company_name
from texts import Texts

if TYPE_CHECKING:
    import networkx as nx

MOST_NODES = 250
MOST_ARROWS = 30
MOST_TIED = 60  # firms that stand alone are drawn with their partners where they are no more
UNIT = 30.0  # the picture's lengths for each of the layout's
CIRCLE_SHARE = 1.1  # of a municipality's circle beside its disc's lesser half
SELF_PX, PARTNER_PX, BEYOND_PX, MARK_PX = 10.0, 6.0, 2.5, 6.0
MOST_WIDTH_PX = 6.0
SHAPE_OF = dict(zip(NEXT_ACTION, ("star", "dot", "ring", "diamond", "triangle", "square", "hexagon"), strict=True))
"""The shape of each way of standing alone; a ring is a dot that is hollow."""
GLYPH_OF = dict(zip(NEXT_ACTION, "★●○◆▲■⬢", strict=True))

Palette = Mapping[str, str]
LIGHT: Palette = {
    "paper": "#fafaf7", "ink": "#1b2629", "ground": "#eceee8", "edge_of_ground": "#d9ddd6", "place": "#5b6767",
    "self": "#c93c20", "home": "#0f5c5c", "outside": "#a85b0a", "faint": "#788785", "line": "#b9c2bf",
    "flow": "#3c6260b3", "sells": "#0f5c5c", "buys": "#a85b0a",
    "only_through_network": "#5d4a9c", "no_trade_known": "#c93c20", "not_asked": "#56646a",
    "only_outside": "#a85b0a", "small_island": "#1f6f3f", "one_partner": "#0f5c8c",
    "hidden": "#7a4a5e",
}  # fmt: skip
DARK: Palette = {
    "paper": "#111719", "ink": "#e4eaea", "ground": "#1c2528", "edge_of_ground": "#303c40", "place": "#93a3a5",
    "self": "#ff8c69", "home": "#6ec4bc", "outside": "#e6a454", "faint": "#66777b", "line": "#3f4d52",
    "flow": "#7fa6a399", "sells": "#6ec4bc", "buys": "#e6a454",
    "only_through_network": "#b4a2f0", "no_trade_known": "#ff8c69", "not_asked": "#a9b6ba",
    "only_outside": "#e6a454", "small_island": "#7fcf98", "one_partner": "#7fbdf0",
    "hidden": "#d9a5bb",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as plain data.

    ``nodes`` and ``edges`` are as vis-network takes them; ``px``, ``apart`` and ``told`` are for the script that draws.
    ``grounds`` are ellipses behind them, ``captions`` stand above groups of these. ``name`` stays the same for as long
    as it is the same picture.
    """

    name: str
    alt: str
    nodes: Sequence[Mapping[str, Any]]
    edges: Sequence[Mapping[str, Any]]
    grounds: Sequence[Mapping[str, Any]]
    palette: Palette
    captions: Sequence[Mapping[str, Any]] = ()
    left_out: int = 0  # firms, or links, that there was no room for


def place_name(key: str, sentences: Texts) -> str:
    """A disc's place as the reader calls it."""
    key = key.removeprefix(ALONE)
    if key.startswith(COUNTY):
        return Gazetteer.default().counties.get(key.removeprefix(COUNTY)) or sentences("picture.part.unknown")
    if key.isdigit():
        return Gazetteer.default().municipality_name(key) or key
    return sentences(f"picture.part.{key}")


class _Canvas:
    """A pyvis network that is filled, and read out as plain data."""

    def __init__(self, layout: Layout, palette: Palette) -> None:
        from pyvis.network import Network  # half a second, for who looks at a picture

        self._layout = layout
        self.palette = palette
        self._net = Network(directed=True)
        self._net.toggle_physics(False)

    def firm(self, company_id: str, label: str, colour: str, shape: str, px: float, told: Sequence[str]) -> None:
        """A firm at its own place, so many pixels large."""
        x, y = self._layout.position(company_id)
        self._node(company_id, x, y, label, colour, shape, told=told, px=px)

    def mark(self, company_id: str, label: str, colour: str, shape: str, told: Sequence[str]) -> None:
        """A firm among many: no larger than there is room between it and the next."""
        x, y = self._layout.position(company_id)
        apart = self._layout.disc_of(company_id).apart * UNIT
        self._node(company_id, x, y, label, colour, shape, told=told, px=MARK_PX, apart=apart)

    def circle(self, disc: Disc, label: str, colour: str, shape: str, radius: float, told: Sequence[str]) -> None:
        """A place in the middle of its disc, with a radius in the layout's lengths."""
        self._node(disc.key, disc.x, disc.y, label, colour, shape, told=told, size=round(radius * UNIT, 1))

    def _node(self, key: str, x: float, y: float, label: str, colour: str, shape: str, **more: Any) -> None:
        inside = self.palette["paper"] if shape == "ring" else colour
        self._net.add_node(
            key,
            label=label or " ",  # pyvis writes the identifier where there is no label
            x=round(x * UNIT, 1),
            y=round(y * UNIT, 1),
            shape="dot" if shape == "ring" else shape,
            color={"background": inside, "border": colour},
            **more,
        )

    def arrow(self, seller: str, buyer: str, colour: str, px: float) -> None:
        """An arrow from seller to buyer, so many pixels wide."""
        self._net.add_edge(seller, buyer, color=colour, px=round(min(px, MOST_WIDTH_PX), 2))

    def ground(self, disc: Disc, label: str) -> dict[str, Any]:
        """The ellipse of a disc."""
        x, y, wide = disc.x * UNIT, disc.y * UNIT, disc.radius * UNIT
        return {
            "x": round(x, 1),
            "y": round(y, 1),
            "rx": round(wide, 1),
            "ry": round(wide / FLATNESS, 1),
            "label": label,
        }

    def drawing(self, name: str, alt: str, grounds: Sequence[Mapping[str, Any]], left_out: int) -> Drawing:
        """All there is, as plain data."""
        return Drawing(name, alt, self._net.nodes, self._net.edges, grounds, self.palette, left_out=left_out)


# -- a firm's neighbourhood ------------------------------------------------------------------------------------------


def neighbourhood(
    network: nx.DiGraph,
    layout: Layout,
    company_id: str,
    sentences: Texts,
    *,
    dark: bool = False,
    most: int = MOST_NODES,
) -> Drawing:
    """A firm, its partners and theirs, at most so many; arrows go from seller to buyer.

    Raises:
        networkx.NetworkXError, KeyError: the network, or the layout, has no such firm.
    """
    canvas = _Canvas(layout, DARK if dark else LIGHT)
    found = around(network, company_id, most - 1)
    shown = (company_id, *found.partners, *found.beyond)
    sizes = {company_id: SELF_PX} | dict.fromkeys(found.partners, PARTNER_PX)
    for each in shown:
        _firm(canvas, network, each, sizes.get(each, BEYOND_PX), sentences)
    near, all_shown = set(found.partners), set(shown)
    for partner in found.partners:
        for other in sorted((network.succ[partner].keys() | network.pred[partner].keys()) & all_shown - {company_id}):
            if other not in near or other > partner:
                _thin_arrows(canvas, network, partner, other)
    for tie in reversed(ties(network, company_id)[: len(found.partners)]):
        if tie.sold:
            canvas.arrow(company_id, tie.company_id, canvas.palette["sells"], 1 + sqrt(tie.sold) / 2)
        if tie.bought:
            canvas.arrow(tie.company_id, company_id, canvas.palette["buys"], 1 + sqrt(tie.bought) / 2)
    named = company_name(network.nodes[company_id]["name"], sentences)
    alt = sentences("picture.neighbourhood_alt", name=named, partners=len(found.partners), beyond=len(found.beyond))
    grounds = _grounds(canvas, layout, shown, sentences)
    return canvas.drawing(f"firm {company_id}", alt, grounds, found.partners_left + found.beyond_left)


def _firm(canvas: _Canvas, network: nx.DiGraph, company_id: str, px: float, sentences: Texts) -> None:
    facts = network.nodes[company_id]
    name = company_name(facts["name"], sentences)
    is_outside = facts["in_region"] is False
    colour = "self" if px == SELF_PX else "faint" if px == BEYOND_PX else "outside" if is_outside else "home"
    shape = "diamond" if is_outside else "ring" if facts["in_region"] is None else "dot"
    canvas.firm(
        company_id,
        "" if px == BEYOND_PX else name,
        canvas.palette[colour],
        shape,
        px,
        (name, *_told(network, company_id, sentences)),
    )


def _told(network: nx.DiGraph, company_id: str, sentences: Texts) -> list[str]:
    """What a firm says of itself below its name."""
    facts = network.nodes[company_id]
    place = Gazetteer.default().municipality_name(facts["municipality"] or "") or facts["locality"]
    sells, buys = network.out_degree(company_id), network.in_degree(company_id)
    trade = sentences("picture.firm_told", sells=sells, buys=buys) if sells or buys else sentences("picture.alone_told")
    return [*([place] if place else []), trade]


def _thin_arrows(canvas: _Canvas, network: nx.DiGraph, one: str, other: str) -> None:
    for seller, buyer in ((one, other), (other, one)):
        if network.has_edge(seller, buyer):
            canvas.arrow(seller, buyer, canvas.palette["line"], 0.7)


def _grounds(canvas: _Canvas, layout: Layout, firms: Iterable[str], sentences: Texts) -> list[dict[str, Any]]:
    """The discs of the firms, and those of the region, so that it is known again from picture to picture."""
    used = {layout.seats[each][0] for each in firms}
    is_map = any(not layout.discs[each].key.startswith(ALONE) for each in used)
    return [
        canvas.ground(disc, place_name(disc.key, sentences))
        for index, disc in enumerate(layout.discs)
        if index in used or (is_map and disc.key.isdigit())
    ]


# -- municipalities --------------------------------------------------------------------------------------------------


def municipalities(
    network: nx.DiGraph, layout: Layout, sentences: Texts, *, dark: bool = False, chosen: str | None = None
) -> Drawing:
    """Every place as one circle, as large as its number of firms, and the strongest links between places."""
    canvas = _Canvas(layout, DARK if dark else LIGHT)
    place_of = {each: layout.disc_of(each).key.removeprefix(ALONE) for each in network}
    firms = Counter(place_of.values())
    links = flows(network, place_of)
    lone = Counter(place_of[each] for each in network if not network.degree[each])
    discs = {disc.key: disc for disc in reversed(layout.discs)}
    for key in sorted(firms, key=lambda each: (-firms[each], each)):
        name = place_name(key, sentences)
        told = [sentences("picture.place_told", firms=firms[key], alone=lone[key])]
        told.append(sentences("picture.place_inside", links=links[key, key]))
        colour = "self" if key == chosen else "home" if key.isdigit() else "outside"
        radius = CIRCLE_SHARE * SEAT_STEP * sqrt(firms[key]) / FLATNESS
        label = f"{name} {sentences.number(firms[key])}"
        shape = "dot" if key.isdigit() else "diamond" if key != "unknown" else "ring"
        canvas.circle(discs[key], label, canvas.palette[colour], shape, radius, (name, *told))
    between = {pair: number for pair, number in links.items() if pair[0] != pair[1]}
    strongest = sorted(between, key=lambda each: (-between[each], each))[:MOST_ARROWS]
    widest = between[strongest[0]] if strongest else 1
    for pair in reversed(strongest):
        canvas.arrow(*pair, canvas.palette["flow"], 0.8 + MOST_WIDTH_PX * between[pair] / widest)
    left_out = sum(between.values()) - sum(between[each] for each in strongest)
    return canvas.drawing("places", sentences("picture.places_alt", places=len(firms)), (), left_out)


# -- firms that stand alone ------------------------------------------------------------------------------------------


def isolates(
    network: nx.DiGraph,
    layout: Layout,
    findings: Sequence[IsolationFinding],
    sentences: Texts,
    *,
    dark: bool = False,
    most: int = MOST_NODES,
) -> Drawing:
    """The firms found to stand alone, each kind in a shape of its own; with their partners where that can be seen."""
    canvas = _Canvas(layout, DARK if dark else LIGHT)
    kinds = list(NEXT_ACTION)
    shown = sorted(findings, key=lambda each: (kinds.index(each.kind), each.company_id))[:most]
    found = {each.company_id for each in shown}
    for each in shown:
        name = company_name(each.name, sentences)
        told = (name, *_told(network, each.company_id, sentences), sentences(f"isolation.{each.kind}"))
        canvas.mark(each.company_id, name, canvas.palette[each.kind], SHAPE_OF[each.kind], told)
    drawn = found | _tied(canvas, network, found, most, sentences)
    alt = sentences("picture.alone_alt", firms=len(shown))
    drawing = canvas.drawing("alone", alt, _grounds(canvas, layout, drawn, sentences), len(findings) - len(shown))
    return replace(drawing, captions=_caption(layout, drawn, sentences))


def _tied(canvas: _Canvas, network: nx.DiGraph, found: Set[str], most: int, sentences: Texts) -> Set[str]:
    """Draw the partners of firms that stand alone, where these are so few that it can be seen whose they are."""
    if len(found) > MOST_TIED:
        return set()
    partners = sorted({other for key in found for other in (*network.pred[key], *network.succ[key])} - found)
    partners = partners[: most - len(found)]
    for each in partners:
        _firm(canvas, network, each, BEYOND_PX, sentences)
    drawn = found | set(partners)
    for seller, buyer in network.edges(sorted(drawn)):
        if buyer in drawn and (seller in found or buyer in found):
            canvas.arrow(seller, buyer, canvas.palette["faint"], 1.0)
    return set(partners)


def _caption(layout: Layout, firms: Iterable[str], sentences: Texts) -> list[dict[str, Any]]:
    """What is written above the place of firms without trade."""
    discs = [each for each in map(layout.disc_of, firms) if each.key.startswith(ALONE)]
    if not discs:
        return []
    left = min(each.x - each.radius for each in discs)
    top = min(each.y - each.radius / FLATNESS for each in discs)
    return [{"x": round(left * UNIT, 1), "y": round(top * UNIT, 1), "text": sentences("picture.alone_told")}]

"""Whom does a stop reach? The firm's neighbourhood with those marked that are hit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graph.layout import Layout
from render.answers import company_name
from render.pictures import DARK, LIGHT, Drawing, neighbourhood
from texts import Texts

if TYPE_CHECKING:
    import networkx as nx

    from graph.resilience import Impact

STRANDED_PX, HIT_PX = 8.0, 5.0


def impact_drawing(network: nx.DiGraph, layout: Layout, impact: Impact, texts: Texts, *, dark: bool = False) -> Drawing:
    """The firm's neighbourhood with those marked that the stop reaches: a triangle, large where it hits at once."""
    drawing = neighbourhood(network, layout, impact.company_id, texts, dark=dark)
    colour = (DARK if dark else LIGHT)["self"]
    steps = {each.company_id: len(each.path) - 1 for each in impact.hits}
    nodes = []
    for node in drawing.nodes:
        step = steps.get(str(node["id"]))
        if step is None:
            nodes.append(node)
            continue
        told = (*node["told"], texts("without.told_hit" if step == 1 else "without.told_further", steps=step))
        px = STRANDED_PX if step == 1 else HIT_PX
        look = {"shape": "triangle", "color": {"background": colour, "border": colour}, "px": px, "told": told}
        nodes.append({**node, **look, "label": told[0] if step == 1 else node["label"]})
    alt = texts("without.picture_alt", name=company_name(impact.name, texts), hit=len(impact.hits))
    return replace(drawing, name=f"without {impact.company_id}", alt=alt, nodes=nodes)

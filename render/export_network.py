"""A viewer's region as a network for Gephi, yEd or Cytoscape: the firms, and those trades the viewer may see."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graph.model import Certificate, Company, Offer, Workplace
from graph.network import project
from render.export_sheets import Parties
from render.taken import Taken
from render.workbooks import in_xml
from texts import Texts

if TYPE_CHECKING:
    import networkx as nx


def network(taken: Taken, texts: Texts) -> bytes:
    """The network as GraphML: directed, a line from seller to buyer; what is not known is left out."""
    import networkx as nx

    found = project(taken.snapshot)
    made = nx.DiGraph()
    about = _about_firms(taken, found, texts)
    for company_id in found.nodes:
        made.add_node(in_xml(company_id), **_known(about[company_id]))
    for seller, buyer, said in found.edges(data=True):
        line = {**said, "what": "; ".join(said["what"]), "years": ", ".join(map(str, said["years"]))}
        made.add_edge(in_xml(seller), in_xml(buyer), **_known({**line, "weight": said["trades"]}))
    out = io.BytesIO()
    nx.write_graphml_xml(made, out)
    return out.getvalue()


def _about_firms(taken: Taken, found: nx.DiGraph, texts: Texts) -> dict[str, dict[str, Any]]:
    """What the network's nodes carry: of each firm its name as its label, place, trade and what it makes."""
    parties = Parties(taken.snapshot, texts)
    lists: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"processes": [], "certificates": []})
    for offer in taken.snapshot.of(Offer):
        lists[offer.company_id or ""]["processes"].append(parties.wording.value("capability", offer.capability))
    for held in taken.snapshot.of(Certificate):
        lists[held.company_id or ""]["certificates"].append(held.standard or "")
    places: dict[str, Workplace] = {
        each.company_id or "": each for each in reversed(taken.snapshot.of(Workplace)) if each.latitude is not None
    }
    return {
        each.company_id: {
            "label": each.name or texts("find.unnamed"),
            "municipality": parties.wording.value("municipality", found.nodes[each.company_id]["municipality"]),
            "locality": found.nodes[each.company_id]["locality"],
            "country": each.country,
            "sector": parties.wording.value("sector", each.sector),
            "sni": each.sni,
            "employees": each.employees,
            "in_region": found.nodes[each.company_id]["in_region"],
            **{name: "; ".join(words) for name, words in lists[each.company_id].items()},
            **_point(places.get(each.company_id)),
        }
        for each in taken.snapshot.of(Company)
    }


def _point(site: Workplace | None) -> dict[str, float | None]:
    return {"latitude": site.latitude, "longitude": site.longitude} if site else {}


def _known(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, of types that GraphML has; text without what XML cannot hold."""
    return {
        name: in_xml(value) if isinstance(value, str) else value
        for name, value in said.items()
        if value is not None and value != ""
    }

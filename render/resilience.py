"""How does it read when a firm stops? Sentences, bars, tables and JSON of :mod:`graph.resilience`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from graph.alternatives import AT_HAND, NONE, Input
from render.answers import company_name
from render.import_list import money, percent
from render.plain import MOST_LINES, process_name
from texts import Texts

if TYPE_CHECKING:
    from graph.resilience import Affected, Critical, Impact, Resilience
    from graph.what_if import Figures

Row: TypeAlias = dict[str, str | int | float | None]
MOST_BARS = 10
MOST_RANKED = 200  # firms whose index is worked out for a list
FIGURES = ("companies", "components", "isolated", "largest", "two_steps", "stranded", "single_source", "parts_made")


def processes_text(bought: Input, texts: Texts) -> str:
    """What was bought: its process, or those it may be."""
    if not bought.processes:
        return texts("without.process_unknown")
    names = [process_name(each, texts) for each in bought.processes]
    return names[0] if len(names) == 1 else texts("without.one_of", processes=names)


# -- the region -------------------------------------------------------------------------------------------------------


def region_headline(ranked: Sequence[Critical], km: float, texts: Texts) -> str:
    """Who would leave most buyers without a supplier."""
    if not ranked or not ranked[0].stranded:
        return texts("without.headline_none", km=km)
    first = ranked[0]
    key = "without.headline" if first.stranded > 1 else "without.headline_one"
    return texts(key, name=company_name(first.name, texts), buyers=first.stranded, km=km)


def region_notes(region: Resilience, ranked: Sequence[Critical], texts: Texts) -> list[str]:
    """How many firms are so, what is not known, and what holds the network together."""
    hard = sum(each.stranded > 0 for each in ranked)
    said = [texts("without.hard", hard=hard, sellers=len(ranked))]
    if unknown := sum(not each.processes for each in region.alternatives.inputs):
        said.append(texts("without.links_unknown", unknown=unknown, links=len(region.alternatives.inputs)))
    return said


def critical_bars(ranked: Sequence[Critical], texts: Texts) -> list[tuple[str, float, str]]:
    """The firms that would strand most buyers: name, share of the longest bar, words."""
    shown = [each for each in ranked[:MOST_BARS] if each.stranded]
    most = shown[0].stranded if shown else 1
    return [
        (
            company_name(each.name, texts),
            each.stranded / most,
            texts("without.bar_told", stranded=each.stranded, buyers=each.buyers, value=money(each.value_sek, texts)),
        )
        for each in shown
    ]


def critical_rows(region: Resilience, ranked: Sequence[Critical], texts: Texts) -> list[Row]:
    """The firms that sell, hardest to do without first, with the index of the first of them."""
    first = [each.company_id for each in ranked[:MOST_RANKED]]
    index = dict(zip(first, region.esri(first), strict=True))
    return [
        {
            "company_id": each.company_id,
            "name": company_name(each.name, texts),
            "stranded": each.stranded,
            "unknown": each.unknown,
            "buyers": each.buyers,
            "value_sek": each.value_sek if each.stranded else None,
            "esri": None if each.company_id not in index else round(100 * index[each.company_id], 2),
        }
        for each in ranked
    ]


def single_rows(region: Resilience, inputs: Sequence[Input], texts: Texts) -> list[Row]:
    """What a buyer has one known seller of; a click leads to the seller."""
    name = region.alternatives.name
    return [
        {
            "company_id": each.seller_id,
            "buyer": company_name(name(each.buyer_id), texts),
            "process": processes_text(each, texts),
            "name": company_name(name(each.seller_id), texts),
            "value_sek": each.value_sek,
        }
        for each in inputs
    ]


def part_rows(region: Resilience, texts: Texts) -> list[Row]:
    """Imported parts with one supplier; a click leads to the buyer."""
    return [
        {
            "company_id": each.part.company_id,
            "part": " ".join(filter(None, (each.part.part_number, each.part.description))) or each.part.part_id,
            "name": company_name(region.alternatives.name(each.part.company_id or ""), texts),
            "supplier": each.dependency.single_supplier,
            "country": each.dependency.single_origin,
            "value_sek": each.value_sek,
        }
        for each in region.single_parts
    ]


def bridge_rows(region: Resilience, texts: Texts) -> list[Row]:
    """Firms that hold the network together, those that cut off most firms first."""
    ids, name = region.arrays.company_ids, region.alternatives.name
    links: dict[int, int] = dict.fromkeys(region.cuts.firms, 0)
    for ends in region.cuts.bridges:
        for each in ends:
            if each in links:
                links[each] += 1
    order = sorted(links, key=lambda each: (-links[each], -int(region.arrays.partners[each]), ids[each]))
    return [
        {
            "company_id": ids[each],
            "name": company_name(name(ids[each]), texts),
            "bridges": links[each],
            "partners": int(region.arrays.partners[each]),
        }
        for each in order
    ]


# -- one firm ---------------------------------------------------------------------------------------------------------


def firm_headline(impact: Impact, texts: Texts) -> str:
    """How many buyers are left without a supplier."""
    name = company_name(impact.name, texts)
    if not impact.affected:
        return texts("without.firm.no_buyers", name=name)
    stranded, buyers = len(impact.stranded), impact.buyers
    if not stranded and impact.stranded_services:
        return texts("without.firm.services_only", name=name, buyers=len(impact.stranded_services))
    if not stranded:
        return texts("without.firm.none" if buyers > 1 else "without.firm.none_one", name=name, buyers=buyers)
    return texts("without.firm.some", name=name, stranded=stranded, buyers=buyers, km=impact.within_km)


def firm_notes(impact: Impact, texts: Texts) -> list[str]:
    """What is not known, what is carried on, and what happens to the network."""
    said = []
    unknown = {each.company_id for each in impact.affected if each.status.startswith("un") or each.status == "outside"}
    if left := len(unknown - {*impact.stranded}):
        said.append(texts("without.firm.unknown", unknown=left))
    if impact.stranded and impact.stranded_services:
        said.append(texts("without.firm.services", buyers=len(impact.stranded_services)))
    if further := sum(len(each.path) > 2 for each in impact.hits):
        said.append(texts("without.firm.further", firms=further))
    if impact.alone:
        said.append(texts("without.firm.alone", firms=len(impact.alone)))
    if impact.after.components > impact.before.components:
        parts = {"before": impact.before.components, "after": impact.after.components}
        said.append(texts("without.firm.pieces", **parts))
    return said


def esri_sentence(region: Resilience, esri: float, texts: Texts) -> str:
    """The systemic risk index, with what it does not see."""
    economy = region.economy
    share = texts.number(100 * esri, 1 if esri < 0.1 else 0)
    return texts("without.esri", share=share, links=economy.links, valued=economy.valued)


def affected_rows(impact: Impact, region: Resilience, texts: Texts) -> list[Row]:
    """The buyers with what they lose, who else could step in, and what is carried on through them."""
    return [
        {
            "company_id": each.company_id,
            "name": company_name(each.name, texts),
            "process": processes_text(each.bought, texts),
            "alternatives": alternatives_text(each, region, texts),
            "found": each.found,
            "knock_on": len(each.knock_on) or None,
            "value_sek": each.bought.value_sek,
            "known_by": texts(f"without.known_by.{each.bought.known_by or 'nothing'}"),
        }
        for each in impact.affected
    ]


def alternatives_text(affected: Affected, region: Resilience, texts: Texts) -> str:
    """Who else could supply, or why that is not told."""
    named = [
        texts("without.alternative", name=company_name(each.name, texts), km=texts.number(each.distance_km, 0))
        for each in affected.alternatives
    ]
    if affected.status == AT_HAND:
        at_hand = [company_name(region.alternatives.name(each), texts) for each in affected.at_hand[:2]]
        return texts("without.status.at_hand", names=at_hand)
    if named:
        more = affected.found - len(named)
        return ", ".join(named) + (texts("without.more", count=more) if more else "")
    return texts(f"without.status.{affected.status}")


def supplier_rows(impact: Impact, texts: Texts) -> list[Row]:
    """Who loses the firm as a customer, and how much of their sales it is."""
    return [
        {
            "company_id": each.company_id,
            "name": company_name(each.name, texts),
            "share": None if each.share is None else round(100 * each.share),
            "value_sek": each.value_sek,
            "customers": each.customers,
        }
        for each in impact.suppliers
    ]


def way_rows(impact: Impact, region: Resilience, texts: Texts) -> list[Row]:
    """The firms that the stop reaches, and the way to each."""
    name = region.alternatives.name
    return [
        {
            "company_id": each.company_id,
            "name": company_name(name(each.company_id), texts),
            "steps": len(each.path) - 1,
            "way": " → ".join(company_name(name(one), texts) for one in each.path),
        }
        for each in impact.hits
    ]


# -- what if ----------------------------------------------------------------------------------------------------------


def figure_rows(before: Figures, after: Figures, texts: Texts) -> list[Row]:
    """Each figure before and after, and the difference."""
    rows: list[Row] = []
    for name in FIGURES:
        was, now = getattr(before, name), getattr(after, name)
        rows.append({"figure": texts(f"without.figures.{name}"), "before": was, "after": now,
                     "difference": round(now - was, 2)})  # fmt: skip
    return rows


# -- in a terminal ----------------------------------------------------------------------------------------------------


def as_json(impact: Impact, esri: float, region: Resilience) -> dict[str, Any]:
    """``without``."""
    return {
        "company": impact.company_id,
        "name": impact.name,
        "within_km": impact.within_km,
        "buyers": impact.buyers,
        "stranded": list(impact.stranded),
        "affected": [_affected(each) for each in impact.affected],
        "suppliers": [asdict(each) for each in impact.suppliers],
        "knock_on": [{"company_id": each.company_id, "path": list(each.path)} for each in impact.hits],
        "components_before": impact.before.components,
        "components_after": impact.after.components,
        "isolated_before": impact.before.isolated,
        "isolated_after": impact.after.isolated,
        "newly_isolated": list(impact.alone),
        "cut_point": impact.is_cut_point,
        "esri": esri,
        "esri_links": region.economy.links,
        "esri_links_valued": region.economy.valued,
    }


def _affected(each: Affected) -> dict[str, Any]:
    return {
        "company_id": each.company_id,
        "name": each.name,
        "process": each.bought.processes[0] if len(each.bought.processes) == 1 else None,
        "processes": list(each.bought.processes),
        "known_by": each.bought.known_by or None,
        "status": each.status,
        "alternatives": [asdict(one) for one in each.alternatives],
        "found": each.found,
        "at_hand": list(each.at_hand),
        "knock_on": list(each.knock_on),
        "value_sek": each.bought.value_sek,
    }


def impact_lines(impact: Impact, esri: float, region: Resilience, texts: Texts) -> Iterator[str]:
    """The answer as lines of text."""
    yield firm_headline(impact, texts)
    yield from firm_notes(impact, texts)
    for each in impact.affected[:MOST_LINES]:
        said = {"name": company_name(each.name, texts), "process": processes_text(each.bought, texts)}
        line = texts("without.line", **said, alternatives=alternatives_text(each, region, texts))
        yield ("! " if each.status == NONE else "  ") + line
    if len(impact.affected) > MOST_LINES:
        yield texts("without.more_lines", count=len(impact.affected) - MOST_LINES)
    for lost in impact.suppliers[:MOST_LINES]:
        if lost.share is not None:
            said = {"name": company_name(lost.name, texts), "share": percent(lost.share, texts)}
            yield "  " + texts("without.supplier_line", **said)
    yield esri_sentence(region, esri, texts)

"""What is true of the invented region, worked out from what was written, for an answer to be compared with.

Substitutes of an imported part, where the list says which processes it takes: every other firm of the register that

* stands within 40 km of the importer (geodesic between their localities' middle points),
* is not of the importer's group (same topmost parent),
* states an offer for each process the part requires, and each of these offers names the part's material,
  reaches its length and its piece weight, and, where the part has a tolerance, states one at least as fine
  (``ISO 2768-m`` < ``ISO 2768-f`` < ``IT9`` < ``IT8`` < ``IT7`` < ``IT6``); what the part leaves blank is not asked,
  what the offer leaves blank is not met,
* holds each certificate the part requires, or one that covers it, still running on 2026-10-01.

So a substitute is one without any open question; firms with blanks may fit as well and are not listed here.
A gap is a standard that a buyer asks of its suppliers (now or from a date) and that a present supplier, one with a
trade or a ledger row to that buyer, provably lacks: its own certificate has expired and none that covers it runs.
Isolation: see :mod:`ingest.demo.roles`. Large regions list the substitutes of a thousand parts, evenly chosen.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from graph.branches import LENT_OUT
from ingest.demo.offers import holds
from ingest.demo.places import within
from ingest.demo.region import Components, Firm, Invented, Offer, Part

RADIUS_KM = 40.0
MOST_PARTS = 1000
SUPPLIES_TOLERANCE = ("ISO 2768-m", "ISO 2768-f", "IT9", "IT8", "IT7", "IT6")  # coarse to fine

Index = dict[tuple[str, int], list[Firm]]


def planted_truth(region: Invented, seed: int) -> dict[str, Any]:
    """The contents of ``truth.json``."""
    return {
        "seed": seed,
        "isolated": isolated(region),
        "substitutes": _substitutes(region),
        "duplicates": _duplicates(region),
        "gaps": _gaps(region),
    }


def substitute_index(firms: list[Firm]) -> Index:
    """Firms by process on offer and place; made before offers are widened, it stays a superset by branch."""
    index: Index = defaultdict(list)
    for firm in firms:
        for code in firm.offers:
            index[code, firm.place.index].append(firm)
    return index


def supplies(region: Invented, part: Part, index: Index) -> list[Firm]:
    """The part's substitutes."""
    first = part.processes[0]
    return [
        firm
        for place in sorted(within(part.firm.place.index, RADIUS_KM))
        for firm in index.get((first, place), ())
        if firm is not part.firm and _fits(firm, part) and not region.same_group(firm, part.firm)
    ]


def _fits(firm: Firm, part: Part) -> bool:
    offers = firm.offers
    return all(code in offers and _reaches(offers[code], part) for code in part.processes) and all(
        holds(firm, standard) for standard in part.certificates
    )


def _reaches(offer: Offer, part: Part) -> bool:
    if part.material and part.material not in offer.materials:
        return False
    if part.length_mm and (offer.max_length_mm or 0) < part.length_mm:
        return False
    if (offer.max_weight_kg or 0) < part.piece_weight_kg:
        return False
    if part.tolerance:
        fine = SUPPLIES_TOLERANCE.index
        return offer.tolerance in SUPPLIES_TOLERANCE and fine(offer.tolerance) >= fine(part.tolerance)
    return True


def _substitutes(region: Invented) -> list[dict[str, Any]]:
    index = substitute_index(region.firms)
    known = [part for part in region.parts if part.processes]
    step = max(1, -(-len(known) // MOST_PARTS))
    found = ((part, supplies(region, part, index)) for part in known[::step])
    return [
        {"part_id": part.part_id, "company_ids": sorted(firm.company_id for firm in firms)}
        for part, firms in found
        if firms
    ]


def isolated(region: Invented) -> list[dict[str, str]]:
    """Every firm of the region that stands alone, and how, from the trades as written; see :mod:`ingest.demo.roles`."""
    partners, inside, components = _partners(region)
    sizes: dict[int, int] = defaultdict(int)
    for firm in region.firms:
        sizes[components.root(firm.index)] += 1
    asked = {firm.index for firm, _, _, outcome, _ in region.interviews if outcome == "answered"}
    met = {firm.index for meeting in region.meetings for firm in meeting.participants}
    met |= {firm.index for pair in region.introductions for firm in pair[:2]}
    found = []
    for firm in region.firms:
        if not firm.place.in_county or firm.sector.kind in LENT_OUT:
            continue
        kind = ""
        if not partners[firm.index]:
            kind = "only_through_network" if firm.index in met else ""
            kind = kind or ("no_trade_known" if firm.index in asked else "not_asked")
        elif not inside[firm.index]:
            kind = "only_outside"
        elif sizes[components.root(firm.index)] <= 5:
            kind = "small_island"
        elif len(partners[firm.index]) == 1:
            kind = "one_partner"
        if kind:
            found.append({"company_id": firm.company_id, "kind": kind})
    return found


def _partners(region: Invented) -> tuple[dict[int, set[str]], dict[int, set[int]], Components]:
    """Of each firm: the names of all it trades with, the county firms among them; and the county's components."""
    partners: dict[int, set[str]] = defaultdict(set)
    inside: dict[int, set[int]] = defaultdict(set)
    components = Components()
    pairs = [(deal.seller, deal.buyer) for deal in region.deals]
    pairs += [(row.supplier, row.buyer) for ledger in region.ledgers.values() for row in ledger]
    for pair in pairs:
        for one, other in (pair, pair[::-1]):
            if isinstance(one, Firm):
                partners[one.index].add(other.name)
                if isinstance(other, Firm) and one.place.in_county and other.place.in_county:
                    inside[one.index].add(other.index)
                    components.join(one.index, other.index)
    return partners, inside, components


def _duplicates(region: Invented) -> list[list[str]]:
    """Names as written that are one company: the register's first, then the ledgers' own spellings."""
    spelt: dict[int, dict[str, None]] = defaultdict(dict)
    for ledger in region.ledgers.values():
        for row in ledger:
            if isinstance(row.supplier, Firm) and row.written != row.supplier.name:
                spelt[row.supplier.index][row.written] = None
    return [[region.firms[index].name, *names] for index, names in sorted(spelt.items())]


def _gaps(region: Invented) -> list[dict[str, str]]:
    suppliers = region.suppliers()
    found: dict[tuple[str, str], None] = {}
    for asked in region.requirements:
        standard = asked.standard
        if standard is None:
            continue
        for supplier in suppliers.get(asked.buyer.index, ()):
            if standard in supplier.certificates and not holds(supplier, standard):
                found[supplier.company_id, standard] = None
    return [{"company_id": company, "requirement": standard} for company, standard in found]

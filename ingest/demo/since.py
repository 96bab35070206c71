"""What has become of the invented region since its last meeting, and what its firms let others be told?

Some firms have opened a part that they import, and some want to meet others; three introductions became trades, a few
firms were certified, and a part came home. All of it follows from the region's own records, so that the same region
has the same year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from graph.consent import MEETINGS, Choice, Fact, choose
from graph.demands import demand_of_part
from graph.import_list import Sites
from graph.ledger import name_snapshot, publish
from graph.makers import Makers
from graph.model import (
    OWN_WORD,
    REGION_KINDS,
    Certificate,
    Claim,
    Company,
    ImportedPart,
    Introduction,
    Level,
    Offer,
    Source,
    Trade,
    Value,
)
from graph.resolve import BY_HAND, CLOSED
from graph.store import Snapshot, Store
from ingest.demo.enquired import enquired

LAST_MEETING = "Vårmötet"
SAID_BY = "Företaget, på vårmötet"
HAND = Source(BY_HAND, "network", Level.MANAGER)
OPENED, SEEKERS, PAIRS, CERTIFIED, NEAR_KM = 6, 26, 9, 4, 50.0
STANDARDS = ("ISO 14001", "ISO 45001")
VALID_UNTIL = "2029-06-30"
YEAR = 2026


def half_a_year(store: Store) -> None:
    """Let half a year pass in a region that was just loaded; its state before that is named."""
    name_snapshot(store, LAST_MEETING)
    now = store.snapshot(*REGION_KINDS)
    open_firms = {each.company_id for each in now.of(Company) if each.name and each.is_active and not each.sensitive}
    found = _parts(now, open_firms)
    parts = found[: OPENED + 1]
    pairs = [
        each
        for each in now.of(Introduction)
        if each.outcome in ("met", "quoted") and {each.company_id, each.other_id} <= open_firms
    ][:PAIRS]
    _consent(store, now, parts, pairs, open_firms)
    publish(store, [HAND], [*_ordered(pairs[:3]), *_certified(now, open_firms), *_came_home(parts)])
    enquired(store, now, found)


def _parts(now: Snapshot, open_firms: set[str]) -> list[tuple[ImportedPart, str]]:
    """Parts of much value, each with the firm nearest to make it: two of one buyer first, then one of each other."""
    kinds = {kind: now.of(kind) for kind in now.kinds}
    stated = [each for each in now.of(Offer) if each.evidence in OWN_WORD]
    sites, makers = Sites(now), Makers(Snapshot(now.revision, {**kinds, Offer: stated}))
    found: dict[str, list[tuple[ImportedPart, str]]] = {}
    for part in sorted(now.of(ImportedPart), key=lambda each: (-(each.value_sek or 0), each.key)):
        buyer = part.company_id or ""
        demand, origin = demand_of_part(part), sites.origin(buyer)
        if buyer in open_firms and demand.processes and origin is not None and part.description:
            (best,) = makers.nearest([(demand, origin)], NEAR_KM)
            if best and best.company_id in open_firms:
                found.setdefault(buyer, []).append((part, best.company_id))
    first = next((buyer for buyer, some in found.items() if len(some) > 1), None)
    rest = [some[0] for buyer, some in found.items() if buyer != first]
    return [*found.get(first or "", ())[:2], *rest]


def _consent(
    store: Store,
    now: Snapshot,
    parts: Sequence[tuple[ImportedPart, str]],
    pairs: Sequence[Introduction],
    open_firms: set[str],
) -> None:
    """What firms let others be told: of a part, that they want to meet, of the trade that brought a part home."""
    for part, _ in parts:
        choose(store, part.company_id or "", Choice.OPEN, Fact(ImportedPart.__name__, _item(part)), by=SAID_BY)
    met = [firm for each in pairs for firm in (each.company_id, each.other_id) if firm]
    makers = {each.company_id for each in now.of(Offer)} & open_firms
    wanting = dict.fromkeys([*met, *sorted(firm for firm in makers if firm)[:: max(1, len(makers) // SEEKERS)]])
    for firm in wanting:
        choose(store, firm, Choice.OPEN, MEETINGS, by=SAID_BY)
    for part, maker in parts[:1]:
        buyer = part.company_id or ""
        choose(store, buyer, Choice.OPEN, Fact(Trade.__name__, maker), by=SAID_BY)
        choose(store, maker, Choice.OPEN, Fact(Trade.__name__, buyer), by=SAID_BY)
    for each in pairs[:3]:
        for one, other in ((each.company_id, each.other_id), (each.other_id, each.company_id)):
            choose(store, one or "", Choice.OPEN, Fact(Trade.__name__, other or ""), by=SAID_BY)


def _ordered(pairs: Sequence[Introduction]) -> Iterator[Claim]:
    for number, each in enumerate(pairs, 1):
        maker, buyer = each.company_id or "", each.other_id or ""
        yield Claim(maker, Introduction.__name__, _item(each), {"outcome": "ordered"})
        yield _trade(maker, buyer, "legoarbete", 180_000 * number)


def _certified(now: Snapshot, open_firms: set[str]) -> Iterator[Claim]:
    held = {(each.company_id, each.standard) for each in now.of(Certificate)}
    firms = sorted({each.company_id for each in now.of(Offer) if each.company_id in open_firms})
    pairs = zip(firms[::7], cycle(STANDARDS))
    without = (each for each in pairs if each not in held)
    for firm, standard in islice(without, CERTIFIED):
        yield Claim(firm, Certificate.__name__, standard, {"valid_until": VALID_UNTIL}, audience=Level.PUBLIC)


def _came_home(parts: Sequence[tuple[ImportedPart, str]]) -> Iterator[Claim]:
    for part, maker in parts[:1]:
        buyer = part.company_id or ""
        yield Claim(buyer, ImportedPart.__name__, _item(part), {}, evidence=CLOSED, audience=Level.PUBLIC)
        yield _trade(maker, buyer, part.description or "", part.value_sek or 0)


def _trade(seller: str, buyer: str, what: str, value_sek: int) -> Claim:
    facts: dict[str, Value] = {"buyer_id": buyer, "what": what, "value_sek": value_sek, "year": YEAR}
    return Claim(seller, Trade.__name__, f"{seller} {buyer} {what} {YEAR}", facts)


def _item(record: ImportedPart | Introduction) -> str:
    """The record's key below its firm."""
    return record.key.partition("/")[2]

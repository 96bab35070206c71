"""Supplier ledgers of the largest buyers, as their own systems spell the suppliers: the planted duplicates.

A ledger tells of the year after the trades the network knows, so that no business is told twice.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from ingest.demo.names import Namer, spellings
from ingest.demo.region import Deal, Firm, Invented, LedgerRow, Outside, Party

LEDGER_YEAR = 2026
MISSPELT, WITHOUT_NUMBER = 0.3, 0.33
FEWEST, MOST = 6, 12


def keep_ledgers(region: Invented) -> None:
    """Give the buyers with most suppliers a ledger each."""
    bought: dict[int, dict[Party, list[Deal]]] = defaultdict(lambda: defaultdict(list))
    for deal in region.deals:
        if isinstance(deal.buyer, Firm) and not deal.buyer.role and deal.buyer.place.in_county:
            bought[deal.buyer.index][deal.seller].append(deal)
    count = min(MOST, max(FEWEST, len(region.firms) // 80))
    for index in sorted(bought, key=lambda each: (-len(bought[each]), each))[:count]:
        region.ledgers[index] = _ledger(region, region.firms[index], bought[index])


def _ledger(region: Invented, buyer: Firm, bought: dict[Party, list[Deal]]) -> list[LedgerRow]:
    rng = region.rng
    suppliers = [each for each in bought if rng.random() < 0.9]
    suppliers += [each for each in _elsewhere(region, rng) if each not in bought]
    rows = []
    for supplier in suppliers:
        yearly = [deal.value_sek for deal in bought.get(supplier, [])] or [rng.randint(2_000, 400_000)]
        ore = int(100 * yearly[-1] * rng.uniform(0.5, 1.1)) + rng.randrange(100)
        number = f"{rng.randrange(1, 9999):04d}"
        with_number = isinstance(supplier, Firm) and rng.random() >= WITHOUT_NUMBER
        rows.append(
            LedgerRow(
                buyer, supplier, number, _written(rng, region.namer, supplier), with_number,
                1 + int(rng.lognormvariate(1.6, 0.9)), ore,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: row.supplier_number)
    return rows


def _elsewhere(region: Invented, rng: Random) -> list[Party]:
    """Firms outside the region that any large firm buys from."""
    made: list[Party] = [each for each in region.outside if each.country == "SE" and rng.random() < 0.35]
    for country in ("DE", "CN", "IT", "FI"):
        names = dict.fromkeys(region.namer.foreign(country, "metal") for _ in range(2))
        made += [Outside(name, "", country, None) for name in names]
    return made


def _written(rng: Random, namer: Namer, supplier: Party) -> str:
    """The name as the ledger has it; a spelling that is another firm's name is never used."""
    if not isinstance(supplier, Firm) or rng.random() >= MISSPELT:
        return supplier.name
    free = [each for each in spellings(supplier.name) if not namer.names_another(each, supplier.name)]
    return rng.choice(free) if free else supplier.name

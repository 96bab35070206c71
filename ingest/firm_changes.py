"""Which firms would a load bring, change and close? The difference told firm by firm, weightiest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from graph.identity import is_company
from graph.ledger import Difference
from graph.model import Alias, Claim, Company, Record, Trade
from graph.resolve import record_key
from graph.schema import SHAPES
from graph.store import Store

Change = Literal["closed", "changed", "new"]
ORDER: tuple[Change, ...] = ("closed", "changed", "new")


@dataclass(frozen=True, slots=True)
class FirmChange:
    """A firm, what would become of it, and how many of its records of each kind come, change or go."""

    company_id: str
    name: str
    change: Change
    records: Mapping[str, int]

    @property
    def weight(self) -> int:
        """How many of its records it is about."""
        return sum(self.records.values())


def firm_changes(
    store: Store, found: Difference, claims: Iterable[Claim], company_of: Mapping[str, str]
) -> tuple[FirmChange, ...]:
    """The firms of a difference: those that go first, then those that change, then new ones; the weightiest first.

    Args:
        store: the region before the load.
        found: what the load would do.
        claims: what the load says.
        company_of: company of each identifier once the load counts.
    """
    claims = list(claims)
    touched: dict[str, Counter[str]] = defaultdict(Counter)
    parties = _parties(store, found, claims, company_of)
    for kind, keys in _all_keys(found):
        if kind not in (Company, Alias) and not SHAPES[kind].own_key:
            for key in keys:
                touched[key.partition("/")[0]][kind.__name__] += 1
        elif kind is Trade:
            for key in keys:
                for firm in parties.get(key, ()):
                    touched[firm][kind.__name__] += 1
    new, gone = set(found.created.get(Company, ())), set(found.deleted.get(Company, ()))
    firms = {each for each in touched if is_company(each)} | new | gone | set(found.changed.get(Company, ()))
    names = _names(store, firms, claims, company_of)
    told = (
        FirmChange(
            firm, names.get(firm, ""), "new" if firm in new else "closed" if firm in gone else "changed", touched[firm]
        )
        for firm in firms
    )
    return tuple(sorted(told, key=lambda each: (ORDER.index(each.change), -each.weight, each.name, each.company_id)))


def _all_keys(found: Difference) -> Iterator[tuple[type[Record], Collection[str]]]:
    for part in (found.created, found.changed, found.deleted):
        yield from part.items()


def _parties(
    store: Store, found: Difference, claims: Iterable[Claim], company_of: Mapping[str, str]
) -> dict[str, set[str]]:
    """Seller and buyer of the trades that come, change or go."""
    parties = {
        record_key(each, company_of): {
            company_of.get(firm, firm)
            for firm in (each.subject, each.fields.get("buyer_id"))  # a trade is said of its seller
            if isinstance(firm, str)
        }
        for each in claims
        if each.kind == "Trade"
    }
    gone = found.deleted.get(Trade, ())
    for trade in store.matching(Trade, "trade_id", gone) if gone else ():
        parties[trade.trade_id] = {each for each in (trade.seller_id, trade.buyer_id) if each}
    return parties


def _names(
    store: Store, firms: Collection[str], claims: Iterable[Claim], company_of: Mapping[str, str]
) -> dict[str, str]:
    """Names as the load writes them, else as the region has them."""
    names = {each.company_id: each.name or "" for each in store.matching(Company, "company_id", firms)}
    for claim in claims:
        name = claim.fields.get("name") if claim.kind == "Company" else None
        if isinstance(name, str):
            firm = company_of.get(claim.subject, claim.subject)
            if firm in firms and not names.get(firm):
                names[firm] = name
    return names

"""What do others see that, taken together, tells of a chain in which a sensitive firm stands?

A firm marked sensitive is seen by the manager alone. Who trades with it is not marked for that, and what others see of
such a firm, a defence standard, an arms trade, parts of weapons, may point to it all the same: in a small town
everybody knows to whom such a thing is sold. So may two such signs of a firm that nobody has marked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from graph.audience import sensitive_firms
from graph.model import Certificate, Company, ImportedPart, Requirement, Trade
from graph.store import Snapshot
from graph.taxonomy import taxonomy

SIGNS_IN = (Company, Certificate, Requirement, ImportedPart, Trade)
"""The kinds of records in which there may be a sign."""
TELLING = 2
"""So many signs of a firm that trades with no marked firm make it worth a look."""


class Sign(NamedTuple):
    """Something that others see: its kind (certificate, trade, requirement, part, partner) and what it says."""

    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Revealing:
    """A firm, not marked, of which others see these signs; ``chain`` are the marked firms that they may point to."""

    company_id: str
    signs: tuple[Sign, ...]
    chain: tuple[str, ...]


def revealing(known: Snapshot, seen: Snapshot) -> list[Revealing]:
    """The firms that reveal a chain, those that trade with most marked firms first.

    Args:
        known: the region as the manager gets it; Company and Trade.
        seen: the region, or one firm of it, as others get it; :data:`SIGNS_IN`.
    """
    marked = sensitive_firms(known)
    chain = _chain(known.of(Trade), marked)
    signs: dict[str, set[Sign]] = defaultdict(set)
    for company_id, sign in _signs(seen):
        signs[company_id].add(sign)
    telling = {
        company_id
        for company_id, shown in signs.items()
        if company_id not in marked and (company_id in chain or len(shown) >= TELLING)
    }
    for one, other in _pairs(seen.of(Trade)):
        if other in telling & chain.keys():
            signs[one].add(Sign("partner", other))
            chain[one] |= chain[other]
    found = [
        Revealing(company_id, tuple(sorted(shown)), tuple(sorted(chain.get(company_id, ()))))
        for company_id, shown in signs.items()
        if company_id in telling or any(each.code == "partner" for each in shown)
    ]
    return sorted(found, key=lambda each: (-len(each.chain), -len(each.signs), each.company_id))


def _chain(trades: Iterable[Trade], marked: frozenset[str]) -> defaultdict[str, set[str]]:
    """The marked firms that each firm trades with."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in _pairs(trades):
        if other in marked:
            found[one].add(other)
    return found


def _pairs(trades: Iterable[Trade]) -> Iterator[tuple[str, str]]:
    """Both ends of each trade, either way round."""
    for each in trades:
        seller, buyer = each.seller_id or "", each.buyer_id or ""
        yield from ((seller, buyer), (buyer, seller))


def _signs(seen: Snapshot) -> Iterator[tuple[str, Sign]]:
    terms = taxonomy()
    for company in seen.of(Company):
        if company.sni and terms.is_defence(f"SNI {company.sni_version or '2025'}", company.sni):
            yield company.company_id, Sign("trade", company.sni)
    for certificate in seen.of(Certificate):
        if certificate.standard in terms.defence_standards:
            yield certificate.company_id or "", Sign("certificate", certificate.standard or "")
    for required in seen.of(Requirement):
        if required.standard in terms.defence_standards:
            yield required.buyer_id or "", Sign("requirement", required.standard or "")
    for part in seen.of(ImportedPart):
        if part.cn_code and terms.is_defence("HS", part.cn_code):
            yield part.company_id or "", Sign("part", part.cn_code)

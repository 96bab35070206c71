"""The columns of a region's supply: its firms, workplaces, offers and certificates as arrays.

Firms struck off or being wound up are not in them: nobody is sent to a firm that is going.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.demands import it_grade
from graph.judging import EVIDENCE, MET, UNKNOWN, UNMET, Codes, SupplyColumns, material_bits
from graph.model import Certificate, Company, Offer, Workplace
from graph.store import Changed, Snapshot
from graph.taxonomy import taxonomy


@dataclass(frozen=True, slots=True, eq=False)
class Firms:
    """The records behind the numbers of :class:`SupplyColumns`, in their order."""

    companies: Sequence[Company]
    sites: Sequence[Workplace]
    offers: Sequence[Offer]
    certificates: Mapping[str, Sequence[Certificate]]  # by company
    top: Mapping[str, str]  # of each company that has a parent: who stands on top of its group

    def followed_by(self, others: Firms) -> Firms:
        """These and others behind them, which know best of those that are in both."""
        return Firms(
            [*self.companies, *others.companies],
            [*self.sites, *others.sites],
            [*self.offers, *others.offers],
            {**self.certificates, **others.certificates},
            others.top,
        )


def firms_of(snapshot: Snapshot, only: Collection[str] | None = None) -> Firms:
    """The active firms of a snapshot (Company, Workplace, Offer, Certificate), with all that is placed and offered.

    ``only`` are the companies wanted, all where it is None; the groups are told of all.
    """
    companies = [each for each in snapshot.of(Company) if each.is_active and (only is None or each.company_id in only)]
    active = {each.company_id for each in companies}
    certificates: dict[str, list[Certificate]] = {each: [] for each in only or ()}
    for certificate in snapshot.of(Certificate):
        if only is None or certificate.company_id in only:
            certificates.setdefault(certificate.company_id or "", []).append(certificate)
    return Firms(
        companies,
        [each for each in snapshot.of(Workplace) if each.latitude is not None and each.company_id in active],
        [each for each in snapshot.of(Offer) if each.company_id in active],
        certificates,
        tops(snapshot.of(Company)),
    )


def tops(companies: Sequence[Company]) -> dict[str, str]:
    """Who stands on top of each firm that has an owner; of firms that own each other in a ring, the first by key."""
    parent = {each.company_id: each.parent_id for each in companies if each.parent_id}
    found = {}
    for firm in parent:
        top, seen = firm, {firm}
        while (above := parent.get(top)) and above not in seen:
            top = above
            seen.add(top)
        found[firm] = min(seen) if above else top
    return found


def touched_companies(changed: Changed) -> set[str]:
    """The companies whose firms, workplaces, offers or certificates came, changed or went."""
    found = {each.key for each in changed.upserted.get(Company, ())} | {*changed.deleted.get(Company, ())}
    for kind in (Workplace, Offer, Certificate):
        for each in changed.upserted.get(kind, ()):
            found.add(getattr(each, "company_id", None) or "")
        for key in changed.deleted.get(kind, ()):
            parts = key.split("/")  # the company's identifier stands first, and may hold a stroke itself
            found.update("/".join(parts[:length]) for length in range(1, len(parts)))
    return found - {""}


def codes_of(firms: Firms) -> tuple[str, ...]:
    """The processes of the taxonomy, then what else is offered."""
    known = taxonomy().processes
    return (*known, *sorted({each.capability or "" for each in firms.offers} - known.keys()))


def columns_of(firms: Firms, codes: tuple[str, ...]) -> SupplyColumns:
    """The firms as columns; ``codes`` hold all that they offer."""
    number = {each.company_id: index for index, each in enumerate(firms.companies)}
    code = {each: index for index, each in enumerate(codes)}
    offers = firms.offers
    bits: dict[tuple[str, ...], int] = {}
    for each in offers:
        if each.materials not in bits:
            bits[each.materials] = material_bits(each.materials)
    return SupplyColumns(
        codes=codes,
        key=np.array([each.company_id.encode() for each in firms.companies], dtype=np.bytes_),
        site_firm=_integers((number[each.company_id or ""] for each in firms.sites), np.int32),
        site_latitude=_numbers((each.latitude for each in firms.sites), np.float64),
        site_longitude=_numbers((each.longitude for each in firms.sites), np.float64),
        offer_firm=_integers((number[each.company_id or ""] for each in offers), np.int32),
        process=_integers((code[each.capability or ""] for each in offers), np.int16),
        materials=np.array([bits[each.materials] for each in offers], dtype=np.uint64),
        max_length_mm=_numbers((each.max_length_mm for each in offers), np.float32),
        max_weight_kg=_numbers((each.max_weight_kg for each in offers), np.float32),
        tolerance=_integers((it_grade(each.tolerance) or 0 if each.tolerance else 0 for each in offers), np.int8),
        batch_min=_numbers((each.batch_min for each in offers), np.float32),
        evidence=_integers((EVIDENCE.index(each.evidence or "") for each in offers), np.int8),
        free_percent=_integers((min(each.free_capacity_percent or 0, 100) for each in offers), np.int8),
    )


def best_evidence(columns: SupplyColumns) -> Codes:
    """The best evidence there is of anything each firm can do, as its place in :data:`EVIDENCE`."""
    known = np.zeros(len(columns.key), dtype=np.int8)
    np.maximum.at(known, columns.offer_firm, columns.evidence)
    return known


def certified(firms: Firms, asked: str, today: str) -> Codes:
    """Each firm's answer to a certificate asked for: met, lacking where it lists others or its own has run out."""
    found = np.full(len(firms.companies), UNKNOWN, dtype=np.int8)
    runs = cache(lambda standard, valid_until: is_running_until(standard, valid_until, asked, today))
    for index, each in enumerate(firms.companies):
        if held := firms.certificates.get(each.company_id):
            found[index] = MET if True in [runs(one.standard, one.valid_until) for one in held] else UNMET
    return found


def is_running(held: Certificate, asked: str, today: str) -> bool:
    """Whether a certificate covers the one asked for and runs on the day (ISO; "": whenever)."""
    return is_running_until(held.standard, held.valid_until, asked, today)


def is_running_until(standard: str | None, valid_until: str | None, asked: str, today: str) -> bool:
    """As :func:`is_running`, of a standard that is held until a day (ISO)."""
    return taxonomy().covers(standard or "", asked) and (not valid_until or valid_until >= today)


def _integers(values: Iterable[int], kind: type[np.integer[Any]]) -> NDArray[Any]:
    return np.fromiter(values, dtype=kind)


def _numbers(values: Iterable[float | None], kind: type[np.floating[Any]]) -> NDArray[Any]:
    return np.array([np.nan if each is None else each for each in values], dtype=kind)

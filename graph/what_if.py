"""What would be different if firms stopped, two firms began to trade, or a new firm came? Nothing is ever written.

A changed copy of the region is made and asked the same as the region itself, so that every figure before and after is
the same measure. Buyers that lose a supplier are looked for with everything new in place and the firms that stop gone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from graph.demands import demand_of_part
from graph.errors import UnknownName
from graph.geo import Point
from graph.import_list import Sites
from graph.makers import Makers
from graph.model import Certificate, Company, ImportedPart, Offer, Record, Trade, Workplace
from graph.resilience import WITHIN_KM, Resilience, pieces
from graph.store import Snapshot

NEW = "name:what-if"  # what the identifiers of new firms begin with


@dataclass(frozen=True, slots=True)
class NewFirm:
    """A firm that might come: what it could make, and its (latitude, longitude) and municipality (code)."""

    name: str
    capabilities: tuple[str, ...]
    point: Point
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What might happen: who stops, who sells to whom (seller, buyer), and who comes."""

    stopped: tuple[str, ...] = ()
    trades: tuple[tuple[str, str], ...] = ()
    firms: tuple[NewFirm, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing happens."""
        return not (self.stopped or self.trades or self.firms)


@dataclass(frozen=True, slots=True)
class Figures:
    """The region in figures.

    ``two_steps`` is how many others a firm reaches over at most one other, on average; ``stranded`` are buyers that
    have lost something they bought and find nobody else; ``single_source`` what has one known seller and nobody else
    near; ``parts_made`` the imported parts that some firm within reach could make, of ``parts`` whose process and
    place are known.
    """

    companies: int
    components: int
    isolated: int
    largest: int
    two_steps: float
    stranded: int
    single_source: int
    parts_made: int
    parts: int


def changed(snapshot: Snapshot, change: Change) -> Snapshot:
    """A copy of the region in which the change has happened.

    Raises:
        UnknownName: ``unknown_company`` where a firm of the change is none of the region's.
    """
    known = {each.company_id for each in snapshot.of(Company)}
    for each in (*change.stopped, *(end for trade in change.trades for end in trade)):
        if each not in known:
            raise UnknownName("unknown_company", name=each)
    gone = frozenset(change.stopped)
    records = {kind: [each for each in snapshot.of(kind) if not _is_of(each, gone)] for kind in snapshot.kinds}
    for number, (seller, buyer) in enumerate(change.trades):
        if not gone & {seller, buyer}:
            records[Trade].append(Trade(f"{NEW}/{number}", seller, buyer))
    for number, firm in enumerate(change.firms):
        _add(records, f"{NEW} {number + 1}", firm)
    return Snapshot(snapshot.revision, records)


def _is_of(record: Record, companies: Collection[str]) -> bool:
    """Whether the record belongs to one of the companies."""
    if isinstance(record, Trade):
        return record.seller_id in companies or record.buyer_id in companies
    kinds = (Company, Workplace, Offer, Certificate, ImportedPart)
    return isinstance(record, kinds) and record.company_id in companies


def _add(records: dict[type[Record], list[Record]], key: str, firm: NewFirm) -> None:
    company = Company(key, name=firm.name, country="SE", municipality=firm.municipality, sector="industry")
    records[Company].append(company)
    latitude, longitude = firm.point
    site = Workplace(
        f"{key}/site", key, municipality=firm.municipality, latitude=latitude, longitude=longitude,
        location_precision="locality", location_uncertainty_km=0.0,
    )  # fmt: skip
    records[Workplace].append(site)
    records[Offer] += [Offer(f"{key}/{each}", key, each, evidence="stated") for each in firm.capabilities]


def what_if(snapshot: Snapshot, change: Change, within_km: float = WITHIN_KM) -> tuple[Figures, Figures]:
    """The region's figures before the change and after.

    Raises:
        UnknownName: see :func:`changed`.
    """
    after = changed(snapshot, change)
    added = changed(snapshot, Change(trades=change.trades, firms=change.firms))
    hits = Resilience(added, within_km).hits(change.stopped) if change.stopped else ()
    lost = sum(len(each.path) == 2 for each in hits)
    return _figures(snapshot, within_km, 0), _figures(after, within_km, lost)


def _figures(snapshot: Snapshot, within_km: float, stranded: int) -> Figures:
    region = Resilience(snapshot, within_km)
    whole = pieces(region.arrays)
    made, parts = _made(snapshot, within_km)
    return Figures(
        companies=region.arrays.firms,
        components=whole.components,
        isolated=whole.isolated,
        largest=whole.largest,
        two_steps=_two_steps(region),
        stranded=stranded,
        single_source=len(region.single_source()),
        parts_made=made,
        parts=parts,
    )


def _two_steps(region: Resilience) -> float:
    """How many others a firm reaches over at most one other, on average."""
    ties = region.arrays.ties
    reached = ties + ties @ ties
    reached.setdiag(0)
    return round(float(np.count_nonzero(reached.data)) / max(region.arrays.firms, 1), 2)


def _made(snapshot: Snapshot, within_km: float) -> tuple[int, int]:
    """How many imported parts somebody within reach could make, of those that can be asked about."""
    sites = Sites(snapshot)
    asked = [(demand_of_part(each), sites.origin(each.company_id or "")) for each in snapshot.of(ImportedPart)]
    ready = [(demand, origin) for demand, origin in asked if demand.processes and origin is not None]
    made: Sequence[bool] = Makers(snapshot).anybody(ready, within_km).tolist() if ready else []
    return sum(made), len(ready)

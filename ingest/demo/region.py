"""The invented region while it is being made: firms and what they do, before it is written as sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from ingest.demo.names import Namer
from ingest.demo.places import Locality
from ingest.demo.tables import PartTemplate, Sector

TODAY = date(2026, 10, 1)  # everything is dated from this day, so that a region is the same in any year
REGION_NAME = "Örebro län (påhittat)"


def day(offset: int) -> str:
    """ISO date so many days from the region's own today."""
    return (TODAY + timedelta(days=offset)).isoformat()


def workday(offset: int) -> str:
    """The same, or the Friday before where it is a weekend."""
    when = TODAY + timedelta(days=offset)
    return (when - timedelta(days=max(0, when.weekday() - 4))).isoformat()


@dataclass(slots=True)
class Offer:
    """What a firm says it can do; None is not said."""

    process: str
    materials: tuple[str, ...]
    max_length_mm: int | None
    max_weight_kg: int | None
    tolerance: str | None
    batch_min: int | None
    batch_max: int | None
    lead_time_days: int | None
    free_capacity_percent: int | None
    evidence: str
    stated_on: str
    audience: str | None


@dataclass(slots=True, eq=False)
class Firm:
    """A firm of the register; itself alone is equal to it."""

    index: int
    number: str
    name: str
    sector: Sector
    place: Locality
    size_class: str
    employees: int
    postcode: str
    parent: int | None = None
    role: str = ""  # a planted kind of isolation, or "" for the mainland
    offers: dict[str, Offer] = field(default_factory=dict)
    certificates: dict[str, str] = field(default_factory=dict)  # standard -> valid until

    @property
    def company_id(self) -> str:
        """The identifier a loaded store will give it."""
        return f"org:{self.number}"


@dataclass(frozen=True, slots=True)
class Outside:
    """A firm beyond the region that is not in the register."""

    name: str
    number: str  # "" abroad
    country: str
    place: Locality | None


Party = Firm | Outside


@dataclass(frozen=True, slots=True)
class Deal:
    """One row of trade."""

    seller: Party
    buyer: Party
    what: str
    value_sek: int
    year: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One supplier in a buyer's own ledger, as the buyer spells it."""

    buyer: Firm
    supplier: Party
    supplier_number: str
    written: str
    with_org_number: bool
    invoices: int
    value_ore: int


@dataclass(frozen=True, slots=True)
class Part:
    """One imported part of a firm."""

    firm: Firm
    number: str
    template: PartTemplate
    description: str
    cn_code: str | None
    origin: str
    supplier: str | None
    value_sek: int
    mass_kg: int | None
    mode: str
    year: int
    processes: tuple[str, ...]
    material: str | None
    certificates: tuple[str, ...]
    length_mm: int | None
    piece_weight_kg: float
    tolerance: str | None
    quantity: int

    @property
    def part_id(self) -> str:
        """The identifier a loaded store will give it."""
        return f"{self.firm.company_id}/{self.number}"


@dataclass(frozen=True, slots=True)
class Stated:
    """What a firm says that it needs; ``may_share`` "" where nobody asked."""

    firm: Firm
    theme: str
    description: str
    priority: int
    stated_on: str
    asked_by: str
    may_share: str = ""


@dataclass(frozen=True, slots=True)
class Helped:
    """What became of an offer of support at a firm."""

    firm: Firm
    actor: str
    theme: str
    description: str
    status: str
    changed_on: str
    amount_sek: int | None
    result: str
    granted_on: str | None
    maturity: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a buyer asks of its suppliers."""

    buyer: Firm
    standard: str | None
    process: str | None
    description: str
    applies_from: str | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One of the network's own activities."""

    name: str
    activity_type: str
    held_on: str
    participants: tuple[Firm, ...]
    theme: str | None  # of the taxonomy


@dataclass(slots=True)
class Invented:
    """The whole region."""

    rng: Random
    namer: Namer
    firms: list[Firm] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    ledgers: dict[int, list[LedgerRow]] = field(default_factory=dict)  # by the buyer's index
    parts: list[Part] = field(default_factory=list)
    requirements: list[Asked] = field(default_factory=list)
    interviews: list[tuple[Firm, str, str, str, str]] = field(default_factory=list)  # day, how, outcome, who
    needs: list[Stated] = field(default_factory=list)
    cases: list[Helped] = field(default_factory=list)
    introductions: list[tuple[Firm, Firm, str, str, str]] = field(default_factory=list)  # day, outcome, who
    meetings: list[Meeting] = field(default_factory=list)

    def top(self, firm: Firm) -> Firm:
        """The parent above all parents; a firm without any is its own."""
        while firm.parent is not None:
            firm = self.firms[firm.parent]
        return firm

    def same_group(self, one: Firm, other: Firm) -> bool:
        """Whether the two have the same topmost parent."""
        return self.top(one) is self.top(other)

    def suppliers(self) -> dict[int, list[Firm]]:
        """Of each buyer (by index) the register's firms that sell to it, by trade or ledger, in index order."""
        found: dict[int, dict[int, Firm]] = {}
        for deal in self.deals:
            if isinstance(deal.seller, Firm) and isinstance(deal.buyer, Firm):
                found.setdefault(deal.buyer.index, {})[deal.seller.index] = deal.seller
        for index, ledger in self.ledgers.items():
            for row in ledger:
                if isinstance(row.supplier, Firm):
                    found.setdefault(index, {})[row.supplier.index] = row.supplier
        return {buyer: [firms[each] for each in sorted(firms)] for buyer, firms in found.items()}


class Components:
    """Who hangs together, joined pair by pair (union-find with path halving)."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def root(self, index: int) -> int:
        """The one that stands for all that hang together with this one."""
        above = self._above
        while above.get(index, index) != index:
            above[index] = above.get(above[index], above[index])
            index = above[index]
        return index

    def join(self, one: int, other: int) -> None:
        """Let the two hang together."""
        self._above[self.root(one)] = self.root(other)

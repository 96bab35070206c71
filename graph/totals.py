"""What does the region amount to, told so that everybody may know it and no firm's own facts are in it?

Tables from all that is known, whoever asks, of which nobody but this module sees more than is shown: firms and their
employees by municipality and branch, with firms by municipality and what they can make; trades and kronor a year
between municipalities; kronor of imports by origin and kind of goods, and by how they are made and whether somebody
near could. Each figure is safe by :mod:`graph.disclosure`,
rows and columns of little stand together (:mod:`graph.coarser`), and amounts have two figures that mean something.

What is counted. A firm that has hidden a fact, or answers only through the manager, is: what is shown is not that fact,
and a total that fell the day it was hidden would tell what it hid. Firms of one group of owners count as one firm. A
sole trader is a firm like others, and is named nowhere. A firm marked sensitive, both ends of its trades, and imports
of arms are not counted at all: even a sum may tell what a defence supplier does. Of firms and what they can make, which
anybody may see of many firms, those that not everybody sees are counted only from three in a cell and up, for a total
beside a list tells who is not on it.

Tables share no margins but that a place has no fewer firms than can make a thing, which is reckoned with, and that both
tables of imports are of the same kronor: the second is shown only where both show that sum. What two revisions that
differ by one firm tell between them is not covered: coarse figures dampen it and do no more, so that who marks a firm
sensitive, or takes it out, and compares sums that it was large in, may tell roughly how large.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.audience import sensitive_firms, views
from graph.branches import branch_of, division_of
from graph.coarser import fitted
from graph.dependency import worth
from graph.disclosure import Guarded, Part, with_unseen, without_few
from graph.gathered import OTHER_INDUSTRY, UNKNOWN
from graph.makers import Makers
from graph.model import OWN_WORD, Alias, Company, ImportedPart, Level, Offer, Trade
from graph.network import home_municipalities, in_region, municipalities, project
from graph.potential import near_home
from graph.store import Snapshot, Store
from graph.supply_columns import tops
from graph.suppression import TOTAL, Key
from graph.tables import digits_of
from graph.taxonomy import taxonomy

REST, ELSEWHERE, ABROAD, OTHER = "rest", "elsewhere", "abroad", "other"
"""Other municipalities of the region, of Sweden (or nobody knows where), other countries; other branches or goods."""
OUTSIDE = (ELSEWHERE, ABROAD)
NEAR, NOBODY_NEAR = "near", "nobody_near"
"""Imports that somebody known could make within :data:`NEAR_KM` of their buyer, and others."""
NEAR_KM = 50.0
ARMS = "93"
"""The chapter of the combined nomenclature whose imports are not counted."""
SEK_UNIT, PEOPLE_UNIT = 100_000, 10


@dataclass(frozen=True, slots=True)
class Figures:
    """A table as everybody may see it: for each (row, column) a number a measure, None where the cell is hidden.

    Totals stand under :data:`graph.suppression.TOTAL`. What is rounded does not add up.
    """

    measures: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Key, tuple[int, ...] | None]

    @property
    def hidden(self) -> frozenset[Key]:
        """The cells that are not shown."""
        return frozenset(key for key, value in self.cells.items() if value is None)

    @property
    def whole(self) -> tuple[int, ...] | None:
        """The grand total; None where it is hidden or there is nothing."""
        return self.cells.get((TOTAL, TOTAL))


@dataclass(frozen=True, slots=True)
class Totals:
    """The tables; rows and columns are codes of places, branches, families of processes, countries and CN chapters."""

    firms: Figures  # place x branch: firms, employees
    makers: Figures  # place x family of processes: firms that say they can
    flows: Figures  # seller's place x buyer's: trades (seller and buyer once), SEK of those whose value is known
    imports: Figures  # country x CN chapter: SEK a year
    homes: Figures  # family of processes x whether somebody near could make it: SEK a year


def rounded(amount: int, unit: int) -> int:
    """The amount with two figures that mean something, in whole units; what is more than nought is a unit at least.

    >>> [rounded(each, 100_000) for each in (0, 20_000, 1_449_000, 87_654_321)], rounded(1234, 10), rounded(7, 1)
    ([0, 100000, 1400000, 88000000], 1200, 7)
    """
    if not amount:
        return 0
    step = max(unit, int(10.0 ** (len(str(amount)) - 2)))
    return max(unit, (2 * amount + step) // (2 * step) * step)


def totals(store: Store, seen: Mapping[Level, Snapshot] | None = None) -> Totals:
    """The tables of all that the store holds, the same for every viewer; ``seen`` is what :func:`views` gave."""
    seen = seen or views(store)
    return _Counting(seen[Level.MANAGER], seen).totals()


class _Places:
    """Where the firms of a snapshot are, as the tables have it."""

    def __init__(self, snapshot: Snapshot, home: frozenset[str]) -> None:
        self._home = home
        self._municipality = municipalities(snapshot)
        self.companies = {each.company_id: each for each in snapshot.of(Company)}

    def __call__(self, company_id: str) -> str:
        """The firm's municipality in the region, or one of :data:`REST` (unknown) and :data:`OUTSIDE`."""
        country, code = self.companies[company_id].country, self._municipality.get(company_id)
        if country not in (None, "SE"):
            return ABROAD
        return REST if code is None else code if in_region(country, code, self._home) else ELSEWHERE

    def branch(self, company_id: str) -> str:
        """The division of a manufacturer, the sector of another firm."""
        company = self.companies[company_id]
        sector, division = branch_of(company) or UNKNOWN, division_of(company)
        if sector != "industry":
            return sector
        return division if taxonomy().is_manufacturing(division) else OTHER_INDUSTRY


class _Counting:
    """The region and what of it others see, while it is counted."""

    def __init__(self, whole: Snapshot, seen: Mapping[Level, Snapshot]) -> None:
        self._whole, self._seen = whole, seen
        self._home = home_municipalities(whole)
        self._places = _Places(whole, self._home)
        self._counted = self._places.companies.keys() - sensitive_firms(whole)
        self._active = {each for each in self._counted if self._places.companies[each].is_active}
        self._top = tops(whole.of(Company))
        self._company_of = {each.alias: each.company_id or each.alias for each in whole.of(Alias)}

    def totals(self) -> Totals:
        """All tables."""
        by_branch = fitted(self._firms(), (_wider_place, _wider_branch), without_few)
        firms = _figures(by_branch.table, nought_is_shown=False, firms=1, employees=PEOPLE_UNIT)
        limits = {row: value[0] for row in firms.rows if (value := firms.cells[row, TOTAL]) is not None}
        makers = [
            each._replace(row=row) for each in self._makers() if (row := by_branch.row_of.get(each.row)) in limits
        ]
        families = {each.column for each in makers}
        by_family = fitted(
            makers,
            (lambda _: None, lambda _: OTHER),
            without_few,
            limits={(row, family): most for row, most in limits.items() for family in families},
        )
        flows = fitted(self._flows(), (_wider_place, _wider_place), with_unseen, is_square=True)
        return Totals(
            firms,
            _figures(by_family.table, nought_is_shown=False, firms=1),
            _figures(flows.table, trades=1, sek=SEK_UNIT),
            *self._imports_and_homes(),
        )

    def _imports_and_homes(self) -> tuple[Figures, Figures]:
        bought = fitted(self._imports(), (lambda _: OTHER, lambda _: OTHER), with_unseen)
        near = fitted(self._homes(), (lambda _: OTHER, lambda _: None), with_unseen)
        imports, homes = (_figures(each.table, sek=SEK_UNIT) for each in (bought, near))
        return imports, homes if imports.whole and homes.whole else Figures(homes.measures, (), (), {})

    def _least(self, facts: Callable[[Snapshot], Iterable[object]]) -> Callable[[object], Level]:
        """The least level that sees each of the facts that a snapshot holds."""
        seen = {level: {*facts(snapshot)} for level, snapshot in self._seen.items()}

        def least(fact: object) -> Level:
            return next((level for level in (Level.PUBLIC, Level.MEMBERS) if fact in seen[level]), Level.MANAGER)

        return least

    def _known_as(self, company_id: str) -> str:
        """The company of an identifier, under which others may see it still."""
        return self._company_of.get(company_id, company_id)

    def _owner(self, company_id: str) -> str:
        return self._top.get(company_id, company_id)

    # -- who is there, and what they can make ----------------------------------------------------------------------

    def _firms(self) -> list[Part]:
        def stands(snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
            places = _Places(snapshot, self._home)
            for company_id, company in places.companies.items():
                stand = (self._known_as(company_id), places(company_id), places.branch(company_id))
                yield stand
                if company.employees is not None:
                    yield (*stand, "employees")

        least = self._least(stands)
        parts = []
        for company_id in sorted(self._active):
            stand = (company_id, self._places(company_id), self._places.branch(company_id))
            if stand[1] in OUTSIDE:
                continue
            employees = self._places.companies[company_id].employees or 0
            levels = (least(stand), least((*stand, "employees")))
            parts.append(Part(stand[1], stand[2], (self._owner(company_id),), (1, employees), levels))
        return parts

    def _makers(self) -> list[Part]:
        least = self._least(
            lambda snapshot: (
                (self._known_as(company_id), place, family)
                for company_id, place, family in _makes(snapshot, _Places(snapshot, self._home))
            )
        )
        return [
            Part(place, family, (self._owner(company_id),), (1,), (least((company_id, place, family)),))
            for company_id, place, family in sorted({*_makes(self._whole, self._places)})
            if company_id in self._active and place not in OUTSIDE
        ]

    # -- what is traded and imported -------------------------------------------------------------------------------

    def _flows(self) -> list[Part]:
        least = self._least(
            lambda snapshot: (
                (self._known_as(each.seller_id or ""), self._known_as(each.buyer_id or ""))
                for each in snapshot.of(Trade)
            )
        )
        parts = []
        for seller, buyer, value in sorted(project(self._whole).edges(data="value_sek")):
            ends = self._places(seller), self._places(buyer)
            if {seller, buyer} <= self._counted and not {*ends} <= {*OUTSIDE}:
                firms = self._owner(seller), self._owner(buyer)
                levels = (least((seller, buyer)), Level.MANAGER)
                parts.append(Part(*ends, firms, (1, max(value or 0, 0)), levels))
        return parts

    def _imports(self) -> list[Part]:
        parts = ((each.origin_country, _chapter(each), each) for each in self._whole.of(ImportedPart))
        return self._bought(parts)

    def _homes(self) -> list[Part]:
        kinds = {kind: self._whole.of(kind) for kind in self._whole.kinds}
        open_offers = [each for each in self._whole.of(Offer) if each.company_id in self._active]
        makers = Makers(Snapshot(self._whole.revision, {**kinds, Offer: open_offers}))
        parts = near_home(self._whole, makers, NEAR_KM)
        return self._bought((family, NEAR if is_near else NOBODY_NEAR, each) for each, family, is_near in parts)

    def _bought(self, parts: Iterable[tuple[str | None, str, ImportedPart]]) -> list[Part]:
        """Kronor of imports by row, column and owner; a row or a column that nobody knows is :data:`OTHER`."""
        found: dict[tuple[str, str, str], int] = defaultdict(int)
        for row, column, part in parts:
            value = worth(part)
            if value and part.company_id in self._counted and _chapter(part) != ARMS:
                found[row or OTHER, column or OTHER, self._owner(part.company_id or "")] += value
        return [
            Part(row, column, (firm,), (value,), (Level.MANAGER,))
            for (row, column, firm), value in sorted(found.items())
        ]


def _chapter(part: ImportedPart) -> str:
    """Of the combined nomenclature, "" unknown."""
    return digits_of(part.cn_code or "")[:2]


def _makes(snapshot: Snapshot, places: _Places) -> Iterator[tuple[str, str, str]]:
    """Firm, place and family of processes of what firms have said that they can do."""
    families = {code: each.family for code, each in taxonomy().processes.items()}
    for offer in snapshot.of(Offer):
        family = families.get(offer.capability or "")
        if family and offer.evidence in OWN_WORD and offer.company_id in places.companies:
            yield offer.company_id, places(offer.company_id), family


def _wider_place(place: str) -> str | None:
    return None if place in OUTSIDE else REST


def _wider_branch(branch: str) -> str | None:
    return OTHER_INDUSTRY if branch.isdigit() else None if branch in (OTHER_INDUSTRY, OTHER) else OTHER


def _figures(table: Guarded, *, nought_is_shown: bool = True, **units: int) -> Figures:
    """The table's published measures, rounded; those that are only guarded stay behind.

    Args:
        table: as guarded.
        nought_is_shown: a cell of nothing has nothing; else it may have had too few, and is told as hidden.
        units: of each published measure, by its name.
    """
    sums: Sequence[Mapping[Key, int]] = table.sums[: len(units)]
    cells = {
        key: tuple(rounded(each[key], unit) for each, unit in zip(sums, units.values(), strict=True))
        if key not in table.hidden and (count or nought_is_shown)
        else None
        for key, count in (sums[0] if sums else {}).items()
    }
    return Figures(tuple(units), table.rows, table.columns, cells)

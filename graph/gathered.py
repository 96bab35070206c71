"""What do the region's firms say that they need, by theme and by place, branch or size, with no small group told?

A cell counts firms that have stated a need of the theme; a row's total counts answers, since a firm may name several
themes. The tables stand beside each other and share the totals of the themes: themes that fewer than three firms have
named are in none of them, and the totals of the others are never hidden; see :mod:`graph.suppression`. What sensitive
firms have said is not counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from graph.audience import sensitive_firms
from graph.branches import branch_of, division_of
from graph.model import Company, Need
from graph.network import municipalities
from graph.store import Snapshot
from graph.suppression import LEAST, TOTAL, Shown, suppress
from graph.taxonomy import taxonomy

BY = ("municipality", "branch", "size")
UNKNOWN = "unknown"
OTHER_INDUSTRY = "other_industry"  # where a division of industry stands by itself: the rest of it
MANY = 10  # firms of a two-digit SNI division, for it to stand by itself and not with its sector
SIZES = ((0, "0"), (9, "1-9"), (19, "10-19"), (49, "20-49"), (99, "50-99"), (199, "100-199"), (499, "200-499"))
LARGEST = "500+"
SIZE_ORDER = (*(name for _, name in SIZES), LARGEST)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The tables as they may be shown: rows are codes (``unknown`` where it is not known), columns are themes."""

    firms: int  # that have stated a need, of any theme
    tables: Mapping[str, Shown]  # by each of BY
    left_out: int  # themes that too few firms have named

    @property
    def themes(self) -> Mapping[str, int]:
        """How many firms have named each theme, the commonest first."""
        shown = self.tables[BY[0]]
        counted = {theme: shown.cells[TOTAL, theme] or 0 for theme in shown.columns}
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def gathered(snapshot: Snapshot) -> Gathered:
    """The gathered picture of a snapshot that holds Company, Workplace and Need."""
    companies = {each.company_id: each for each in snapshot.of(Company)}
    named: dict[str, set[str]] = defaultdict(set)
    counted = companies.keys() - sensitive_firms(snapshot)
    for need in snapshot.of(Need):
        if need.theme and need.company_id in counted:
            named[need.theme].add(need.company_id or "")
    enough = {theme: firms for theme, firms in named.items() if len(firms) >= LEAST}
    firms = set().union(*named.values())
    groups = _groups(snapshot, {each: companies[each] for each in sorted(firms)})
    tables = {by: _table(enough, groups[by]) for by in BY}
    return Gathered(len(firms), tables, len(named) - len(enough))


def _table(named: Mapping[str, Iterable[str]], group_of: Callable[[str], str]) -> Shown:
    """Firms by group and theme; the total of a group of few firms is hidden, however many answers they gave."""
    counts = Counter((group_of(firm), theme) for theme, firms in named.items() for firm in firms)
    members: dict[str, set[str]] = defaultdict(set)
    for firms in named.values():
        for firm in firms:
            members[group_of(firm)].add(firm)
    small = [(group, TOTAL) for group, firms in sorted(members.items()) if len(firms) < LEAST]
    return suppress(counts, small=small, columns_stay=True)


def _groups(snapshot: Snapshot, firms: Mapping[str, Company]) -> Mapping[str, Callable[[str], str]]:
    homes = municipalities(snapshot)
    divisions = Counter(division for each in firms.values() if (division := division_of(each)))
    apart = any(count >= MANY and taxonomy().is_manufacturing(division) for division, count in divisions.items())

    def branch(firm: str) -> str:
        division, sector = division_of(firms[firm]), branch_of(firms[firm]) or UNKNOWN
        if divisions[division] >= MANY:
            return division
        return OTHER_INDUSTRY if sector == "industry" and apart else sector

    return {
        "municipality": lambda firm: homes.get(firm, UNKNOWN),
        "branch": branch,
        "size": lambda firm: size_of(firms[firm]),
    }


def size_of(company: Company) -> str:
    """The firm's size class, by the number of its employees where no class is told.

    >>> size_of(Company("org:1", employees=12)), size_of(Company("org:1", employees=700)), size_of(Company("org:1"))
    ('10-19', '500+', 'unknown')
    """
    if company.size_class or company.employees is None:
        return company.size_class or UNKNOWN
    return next((name for most, name in SIZES if company.employees <= most), LARGEST)

"""How much has each municipality and branch been heard, and whom should somebody ask next?

What is known of who stands alone rests on who has been asked: :func:`heard` counts that by municipality, by branch (the
SNI division, or the sector where no code is known) and by both together, a *cell*. A firm is asked when an interview of
it is dated or has an outcome, and has answered when one says so.

:func:`ask_next` proposes firms that have not answered, or not for :data:`OLD_DAYS`; never who wants never to be asked
again, declined within :data:`DECLINED_DAYS`, was asked or reminded within :data:`PATIENCE_DAYS`, is struck off, or is
left out of :mod:`graph.isolation`. The score is the sum of its printed reasons. The first of a cell that nobody has
been heard of gets :data:`CELL_POINTS` and more the larger the cell is; whose branch, or municipality, nobody has been
heard of gets :data:`EDGE_POINTS` for each. All other reasons together weigh less than a cell. Firms are taken one by
one, and a cell, branch or municipality that one was taken from counts as heard for the next. So each takes a cell that
is not heard yet for as long as there is one: no other choice of as many firms hears more cells. Firms for which no
reason is left are not proposed.

How it stands with a firm (:meth:`Outreach.standings`) is what the newest interview of it says; ``never`` any of them
says for good.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from graph.branches import LEFT_OUT, branch_key, branch_of
from graph.geodesic import chords_2_between, to_cartesian
from graph.import_list import Demands, Sites
from graph.makers import Makers
from graph.model import Company, ImportedPart, Interview
from graph.replacement import Reason
from graph.store import Snapshot
from graph.taxonomy import taxonomy

if TYPE_CHECKING:
    import networkx as nx

Cell: TypeAlias = tuple[str, str]  # municipality and branch, "" where it is not known
K = TypeVar("K", str, Cell)
CELL_POINTS, SIZE_OF_CELL_POINTS, EDGE_POINTS = 5.0, 1.0, 1.0
NAMED_POINTS, MOST_NAMED_POINTS, FIT_POINTS, LARGE_POINTS, OLD_POINTS = 0.25, 1.0, 1.0, 1.0, 0.5
LARGE_FROM = 50  # employees
LARGE_CLASSES = ("50-99", "100-199", "200-499", "500+")
OLD_DAYS = 730  # as an offer's, see graph.freshness
PATIENCE_DAYS = 30
DECLINED_DAYS = 365
NEAR_KM = 40.0
LEAST_FIT = 0.2  # share of a trade's firms that are taken to do a process
STATES = ("not_asked", "asked", "reminded", "no_answer", "answered", "declined", "never")
"""How it can stand with a firm; ``asked`` and ``reminded`` wait for an answer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Firms of a municipality, branch or cell: how many there are, were asked and have answered, and the newest day."""

    companies: int
    asked: int
    answered: int
    newest: str | None

    @property
    def share(self) -> float:
        """The part of the firms that has answered, 0.0 to 1.0."""
        return self.answered / self.companies if self.companies else 0.0


@dataclass(frozen=True, slots=True)
class Hearings:
    """Who has been heard: all together, and by municipality, branch and cell, the groups of most firms first."""

    whole: Heard
    by_municipality: Mapping[str, Heard]
    by_branch: Mapping[str, Heard]
    cells: Mapping[Cell, Heard]


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A firm to ask next, and why; in the order in which they should be asked."""

    company_id: str
    name: str | None
    municipality: str | None
    branch: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a firm: one of :data:`STATES`, and the interview that says so."""

    company_id: str
    name: str | None
    municipality: str | None
    branch: str
    state: str
    interview: Interview | None


class Outreach:
    """The region's firms as somebody who goes to see them needs them."""

    def __init__(self, snapshot: Snapshot, network: nx.DiGraph, today: str) -> None:
        """``network`` is the snapshot's; ``today`` is ISO text."""
        self._today, self._snapshot, self._network = today, snapshot, network
        self._firms = {
            each.company_id: each
            for each in snapshot.of(Company)
            if network.nodes[each.company_id]["in_region"] and each.is_active and branch_of(each) not in LEFT_OUT
        }
        self._interviews: dict[str, list[Interview]] = defaultdict(list)
        for each in snapshot.of(Interview):
            if each.company_id in self._firms and (each.asked_on or each.outcome):
                self._interviews[each.company_id].append(each)
        self._answered = {
            firm for firm, said in self._interviews.items() if any(each.outcome == "answered" for each in said)
        }

    def _cell(self, company_id: str) -> Cell:
        return (self._network.nodes[company_id]["municipality"] or "", branch_key(self._firms[company_id]))

    # -- who has been heard ----------------------------------------------------------------------------------------

    def heard(self) -> Hearings:
        """How many firms there are, were asked and have answered."""
        return Hearings(
            self._heard(self._firms),
            self._groups(lambda each: self._cell(each)[0]),
            self._groups(lambda each: self._cell(each)[1]),
            self._groups(self._cell),
        )

    def _groups(self, key: Callable[[str], K]) -> dict[K, Heard]:
        groups: dict[K, list[str]] = defaultdict(list)
        for each in self._firms:
            groups[key(each)].append(each)
        ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        return {name: self._heard(firms) for name, firms in ordered}

    def _heard(self, firms: Collection[str]) -> Heard:
        days = (each.asked_on for firm in firms for each in self._interviews.get(firm, ()) if each.asked_on)
        asked = sum(firm in self._interviews for firm in firms)
        return Heard(len(firms), asked, sum(firm in self._answered for firm in firms), max(days, default=None))

    # -- how it stands with each -------------------------------------------------------------------------------------

    def standings(self) -> list[Standing]:
        """How it stands with every firm, in the order of their names."""
        found = []
        for company_id, firm in self._firms.items():
            municipality, branch = self._cell(company_id)
            counts = _that_counts(self._interviews.get(company_id, ()))
            found.append(Standing(company_id, firm.name, municipality or None, branch, state_of(counts), counts))
        return sorted(found, key=lambda each: (each.name or "~", each.company_id))

    # -- whom to ask next -------------------------------------------------------------------------------------------

    def ask_next(self, makers: Makers, limit: int) -> list[ToAsk]:
        """At most so many firms, the first to ask first; ``makers`` are the snapshot's."""
        old = self._old()
        may_ask = [each for each in self._firms if self._may_ask(each, old)]
        fixed = {each: self._own_reasons(each, old) for each in may_ask}
        for each, reason in self._fitting(may_ask, makers).items():
            fixed[each].append(reason)
        sizes = Counter(map(self._cell, self._firms))
        heard = {cell for each in self._answered for cell in _levels(self._cell(each))}
        by_cell: dict[Cell, list[str]] = defaultdict(list)
        for each in sorted(may_ask, key=lambda each: (-_points(fixed[each]), each)):
            by_cell[self._cell(each)].append(each)
        found: list[ToAsk] = []
        while by_cell and len(found) < limit:
            offered = {
                cell: [*_unheard(cell, heard, sizes), *fixed[firms[0]]] for cell, firms in by_cell.items()
            }  # the best of each cell: all of a cell gain the same by it
            cell = min(offered, key=lambda each: (-_points(offered[each]), by_cell[each][0]))
            if not offered[cell]:
                break
            found.append(self._to_ask(by_cell[cell].pop(0), offered[cell]))
            heard.update(_levels(cell))
            if not by_cell[cell]:
                del by_cell[cell]
        return found

    def _to_ask(self, company_id: str, reasons: Sequence[Reason]) -> ToAsk:
        municipality, branch = self._cell(company_id)
        ordered = tuple(sorted(reasons, key=lambda each: (-each.points, each.code)))
        name = self._firms[company_id].name
        return ToAsk(company_id, name, municipality or None, branch, _points(reasons), ordered)

    def _old(self) -> dict[str, str]:
        """The day of the last answer, of firms whose answers are old."""
        least = _days_before(self._today, OLD_DAYS)
        last = {
            firm: max(answered_on(each) for each in self._interviews[firm] if each.outcome == "answered")
            for firm in self._answered
        }
        return {firm: day for firm, day in last.items() if day and day < least}

    def _may_ask(self, company_id: str, old: dict[str, str]) -> bool:
        """Whether somebody may call the firm now."""
        if company_id in self._answered and company_id not in old:
            return False
        said = self._interviews.get(company_id, ())
        return not any(_in_peace(each, self._today) for each in said)

    def _own_reasons(self, company_id: str, old: dict[str, str]) -> list[Reason]:
        """What speaks for the firm, whoever else has been asked."""
        reasons = []
        firm = self._firms[company_id]
        partners = len({*self._network.pred[company_id], *self._network.succ[company_id]})
        if partners:
            points = min(NAMED_POINTS * partners, MOST_NAMED_POINTS)
            reasons.append(Reason("named_by_others", points, {"partners": partners}))
        if (firm.employees or 0) >= LARGE_FROM or firm.size_class in LARGE_CLASSES:
            size = str(firm.employees) if firm.employees is not None else str(firm.size_class)
            reasons.append(Reason("large", LARGE_POINTS, {"size": size}))
        if company_id in old:
            reasons.append(Reason("long_ago", OLD_POINTS, {"day": old[company_id]}))
        return reasons

    def _fitting(self, company_ids: Sequence[str], makers: Makers) -> dict[str, Reason]:
        """Firms in whose trade a process is common that is asked for near by, in parts that nobody there makes."""
        sites, demands = Sites(self._snapshot), Demands()
        parts = ((demands.of(each), sites.origin(each.company_id or "")) for each in self._snapshot.of(ImportedPart))
        asked = [(demand, origin) for demand, origin in parts if demand.processes and origin is not None]
        is_made = makers.anybody(asked, NEAR_KM).tolist()
        unmade = [each for each, made in zip(asked, is_made, strict=True) if not made]
        placed = [(each, origin.point) for each in company_ids if (origin := sites.origin(each)) is not None]
        if not unmade or not placed:
            return {}
        near = _within([point for _, point in placed], [origin.point for _, origin in unmade], NEAR_KM)
        wanted = [demand.processes[0][0] for demand, _ in unmade]
        codes = sorted({*wanted})
        around = near.astype(int) @ np.array([[code == each for code in codes] for each in wanted], dtype=int)
        makes = cache(lambda can: [each for each in codes if any(taxonomy().satisfies(one, each) for one in can)])
        found = {}
        for (firm, _), counts in zip(placed, around.tolist(), strict=True):
            near_by = dict(zip(codes, counts, strict=True))
            fits = {code: near_by[code] for code in makes(_usual(self._firms[firm])) if near_by[code]}
            if fits:
                said = {"parts": sum(fits.values()), "processes": tuple(sorted(fits))}
                found[firm] = Reason("fits_unmade", FIT_POINTS, said)
        return found


def last_tried(interview: Interview) -> str:
    """The day (ISO) somebody last asked or reminded; "" unknown."""
    return max(interview.asked_on or "", interview.reminded_on or "")


def answered_on(interview: Interview) -> str:
    """The day (ISO) of an answer, else the last one on which it can have been asked for; "" unknown."""
    return interview.answered_on or last_tried(interview)


def newest(interviews: Iterable[Interview]) -> dict[str, Interview]:
    """The newest interview of each firm; of two of a day, one with an outcome."""
    found: dict[str, Interview] = {}
    for each in sorted(interviews, key=lambda each: (last_tried(each), bool(each.outcome), each.interview_id)):
        found[each.company_id or ""] = each
    return found


def never_again(snapshot: Snapshot) -> frozenset[str]:
    """Firms that want never to be asked again."""
    return frozenset(each.company_id or "" for each in snapshot.of(Interview) if each.outcome == "never")


def state_of(interview: Interview | None) -> str:
    """One of :data:`STATES`, by the interview that counts, if there is any; an outcome of no known kind is none."""
    if interview is None:
        return "not_asked"
    if interview.outcome in STATES:
        return interview.outcome
    return "reminded" if interview.reminded_on else "asked"


def _that_counts(interviews: Sequence[Interview]) -> Interview | None:
    for_good = [each for each in interviews if each.outcome == "never"]
    return next(iter(newest(for_good or interviews).values()), None)


def _in_peace(interview: Interview, today: str) -> bool:
    """Whether the firm is to be left in peace for what came of it."""
    if interview.outcome == "never":
        return True
    days = DECLINED_DAYS if interview.outcome == "declined" else PATIENCE_DAYS
    tried = last_tried(interview)
    return tried >= _days_before(today, days) or (interview.outcome == "declined" and not tried)


def _unheard(cell: Cell, heard: set[str | Cell], sizes: Counter[Cell]) -> list[Reason]:
    """What the next firm of a cell adds to what has been heard."""
    municipality, branch = cell
    reasons = []
    if cell not in heard:
        points = CELL_POINTS + SIZE_OF_CELL_POINTS * sizes[cell] / max(sizes.values())
        said = {"municipality": municipality, "branch": branch, "companies": sizes[cell]}
        reasons.append(Reason("unheard_cell", round(points, 3), said))
    for code, key in (("unheard_municipality", municipality), ("unheard_branch", branch)):
        if _edge(code, key) not in heard:
            reasons.append(Reason(code, EDGE_POINTS, {code.removeprefix("unheard_"): key}))
    return reasons


def _levels(cell: Cell) -> tuple[str | Cell, ...]:
    """A cell, its municipality and its branch, as they are marked as heard."""
    return (cell, _edge("unheard_municipality", cell[0]), _edge("unheard_branch", cell[1]))


def _edge(code: str, key: str) -> str:
    return f"{code}:{key}"


def _usual(company: Company) -> tuple[str, ...]:
    """Processes that are common in the firm's trade."""
    known = taxonomy().processes_of_sni(company.sni or "", company.sni_version)
    return tuple(code for code, share in known if share >= LEAST_FIT)


def _within(
    points: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]], km: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which points (rows) lie within a distance of which others (columns), by the chord; (latitude, longitude)."""
    one, other = (to_cartesian([p[0] for p in some], [p[1] for p in some]) for some in (points, others))
    found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = chords_2_between(one, other) <= km**2
    return found


def _points(reasons: Iterable[Reason]) -> float:
    return round(sum(each.points for each in reasons), 3)


def _days_before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()

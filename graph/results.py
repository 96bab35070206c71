"""What came of the network's work in a period, as a whole and by municipality and project?

Each figure counts a thing once however often it was done: a firm that was asked three times is one firm reached. A firm
belongs to its municipality; a pair to both ends', and is one pair of the whole. Both days of a period are in it. What
bears no day is not counted, and what has no value is told as such: unknown is no nought. Firms marked sensitive are
counted like others, for a figure of fewer than three firms is given to nobody (:mod:`graph.results_given`).

* Interviewed is who answered; where that day is not known, the one on which somebody last asked or reminded counts.
  Reached is who was asked, answered, or took part in an activity.
* Quoted and ordered are both ends of an enquiry of which it is told in the period, and of an introduction of the period
  of which it is noted, for an introduction's outcome has no day. Who ordered has had a quotation, too.
* What came home is the value a year of the orders of the period, see :func:`graph.enquiries.orders`, where the supplier
  lies. Enquiries belong to no project.
* Lonely firms have joined as in :mod:`graph.changes`, between what was known before the period, or first in it, and at
  its end. What lists tell is of no project, nor is membership.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from graph.disclosure import Part
from graph.enquiries import Enquiry, orders
from graph.errors import UnknownName, UserMistake
from graph.model import Activity, Company, Interview, Introduction, Level, SupportCase
from graph.network import home_municipalities, in_region, municipalities
from graph.outreach import answered_on
from graph.store import Snapshot
from graph.support import was_granted
from graph.suppression import TOTAL, Key
from graph.tables import fold

FIRMS = ("members", "reached", "interviewed", "participants", "introduced", "quoted", "ordered", "joined", "supported")
"""Figures that count firms."""
HOME, SUPPORT = "home", "support"
AMOUNTS: Mapping[str, tuple[str, int]] = {
    "home_sek": (HOME, 1),
    "home_tonne_km": (HOME, 2),
    "support_sek": (SUPPORT, 1),
}
"""Figures that add amounts up: of which parts, and which of their amounts."""
FIGURES = (
    *("members", "reached", "interviewed", "activities", "participants", "introduced", "pairs", "quoted", "ordered"),
    *("home_sek", "home_tonne_km", "joined", "supported", "support_sek"),
)
"""All figures, in the order in which they are told."""
NOT_BY_PROJECT = frozenset({"members", "home_sek", "home_tonne_km", "joined"})
"""Figures of which nobody can say whose work they are."""
OTHER = "other"
"""Municipalities outside the region, and firms whose municipality nobody knows."""
NO_PROJECT = "-"
ELSEWHERE = "-"  # where an activity was, of which nobody has told who took part
QUOTED = ("quoted", "ordered")


@dataclass(frozen=True, slots=True)
class Question:
    """From day to day (ISO, both in it), perhaps of one municipality (code) and of one project (as it is written)."""

    first: str
    last: str
    municipality: str | None = None
    project: str | None = None


class Joined(NamedTuple):
    """The lonely firms that joined, and the day (ISO) of what the region is compared with."""

    since: str
    companies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of a whole, a municipality or a project; None is unknown, not told here, or hidden.

    ``unknown``: of how many orders or grants an amount does not hold the value. ``hidden``: figures that rest on too
    few firms, or would tell one that does.
    """

    values: Mapping[str, float | None]
    unknown: Mapping[str, int] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The figures that a question is answered with.

    ``municipalities`` (codes, and OTHER) and ``projects`` (names, and NO_PROJECT) are those of which there is anything;
    none where one was asked for. ``since``: what the lonely firms are compared with, None where nothing was known.
    """

    question: Question
    whole: Line
    municipalities: Mapping[str, Line]
    projects: Mapping[str, Line]
    since: str | None


def checked(question: Question) -> Question:
    """The question, where its days are days.

    Raises:
        UserMistake: ``not_a_day``, ``period_backwards``.
    """
    for day in (question.first, question.last):
        try:
            date.fromisoformat(day)
        except ValueError:
            raise UserMistake("not_a_day", value=day) from None
    if question.first > question.last:
        raise UserMistake("period_backwards", first=question.first, last=question.last)
    return question


@dataclass(slots=True)
class Tally:
    """What was done in a period, by where and whose work; nothing is hidden yet.

    ``counted``: by figure and (municipality, project) what counts once; ``parts``: amounts with the firms behind them.
    """

    counted: dict[str, dict[Key, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    parts: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    unknown: dict[str, Counter[Key]] = field(default_factory=lambda: defaultdict(Counter))
    is_joined_known: bool = False

    def value(self, figure: str, place: str, project: str) -> float | None:
        """A figure of a municipality and a project, each perhaps TOTAL; None where it is not known, or not told so."""
        if (project != TOTAL and figure in NOT_BY_PROJECT) or (figure == "joined" and not self.is_joined_known):
            return None
        if figure in AMOUNTS:
            name, at = AMOUNTS[figure]
            return sum(each.amounts[at] for each in self.parts[name] if _is_of((each.row, each.column), place, project))
        cells = self.counted[figure]
        return len(set().union(*(some for key, some in cells.items() if _is_of(key, place, project))))

    def line(self, place: str, project: str, hidden: Mapping[str, Collection[Key]]) -> Line:
        """All figures of a municipality and a project."""
        unknown = {
            figure: count
            for figure in AMOUNTS
            if (count := sum(n for key, n in self.unknown[figure].items() if _is_of(key, place, project)))
        }
        return Line(
            {each: self.value(each, place, project) for each in FIGURES},
            unknown,
            tuple(each for each in FIGURES if (place, project) in hidden.get(each, ())),
        )

    def keys(self) -> set[Key]:
        """Municipalities and projects of which there is anything."""
        found = {key for cells in self.counted.values() for key in cells}
        return found | {(each.row, each.column) for parts in self.parts.values() for each in parts}


def _is_of(key: Key, place: str, project: str) -> bool:
    return place in (TOTAL, key[0]) and project in (TOTAL, key[1])


class Counting:
    """A region whose work is counted."""

    def __init__(self, snapshot: Snapshot, enquiries: Sequence[Enquiry]) -> None:
        self._snapshot, self._enquiries = snapshot, enquiries
        self._companies = {each.company_id: each for each in snapshot.of(Company)}
        self._home = home_municipalities(snapshot)
        self._place_of = municipalities(snapshot)
        self._places: dict[str, str] = {}
        self.projects = _projects(snapshot)

    @property
    def places(self) -> list[str]:
        """The municipalities of the region's firms (codes)."""
        return sorted({self.place(each) for each in self._companies} - {OTHER})

    def place(self, company_id: str) -> str:
        """The firm's municipality in the region, else OTHER."""
        known = self._places.get(company_id)
        if known is None:
            company, code = self._companies.get(company_id), self._place_of.get(company_id)
            inside = company is not None and in_region(company.country, code, self._home)
            known = self._places[company_id] = code if code and inside else OTHER
        return known

    def project_key(self, name: str) -> str:
        """A project as it is told from others, whatever its spelling.

        Raises:
            UnknownName: ``no_such_project``.
        """
        key = fold(name)
        if key not in self.projects:
            raise UnknownName("no_such_project", name=name, known=tuple(self.projects.values()) or None)
        return key

    def tally(self, question: Question, joined: Joined | None) -> Tally:
        """What was done in the period, wherever and whosever it was."""
        found = Tally(is_joined_known=joined is not None)
        count = self._counter(found)
        for each in self._members(question.last):
            count("members", [each])
        for each in joined.companies if joined else ():
            count("joined", [each])

        def within(day: str | None) -> bool:
            return day is not None and question.first <= day <= question.last

        self._asked(count, within)
        self._introduced(count, within)
        self._enquired(found, count, within)
        self._granted(found, count, within)
        return found

    def _counter(self, found: Tally) -> Callable[..., None]:
        def count(figure: str, firms: Iterable[str | None], project: str | None = None, once: str = "") -> None:
            """Count the firms, or what is counted once wherever one of them is."""
            for each in filter(None, firms):
                found.counted[figure][self.place(each), _key(project)].add(once or each)

        return count

    def _members(self, day: str) -> Iterator[str]:
        """Firms that were members on the day."""
        for each in self._companies.values():
            if each.member_since and each.member_since <= day and not (each.member_until and each.member_until < day):
                yield each.company_id

    def _asked(self, count: Callable[..., None], within: Callable[[str | None], bool]) -> None:
        for asked in self._snapshot.of(Interview):
            has_answered = asked.outcome == "answered" and within(answered_on(asked))
            if has_answered:
                count("interviewed", [asked.company_id], asked.project)
            if has_answered or within(asked.asked_on):
                count("reached", [asked.company_id], asked.project)
        for each in self._snapshot.of(Activity):
            if within(each.held_on):
                count("reached", each.participants, each.project)
                count("participants", each.participants, each.project)
                count("activities", each.participants or [ELSEWHERE], each.project, each.key)

    def _introduced(self, count: Callable[..., None], within: Callable[[str | None], bool]) -> None:
        for each in self._snapshot.of(Introduction):
            ends = [each.company_id, each.other_id]
            if not within(each.introduced_on):
                continue
            count("introduced", ends, each.project)
            count("pairs", ends, each.project, " ".join(sorted(filter(None, ends))))
            if each.outcome in QUOTED:
                count("quoted", ends, each.project)
            if each.outcome == "ordered":
                count("ordered", ends, each.project)

    def _enquired(self, found: Tally, count: Callable[..., None], within: Callable[[str | None], bool]) -> None:
        for each in self._enquiries:
            if any(event.status in QUOTED and within(event.on) for event in each.events):
                count("quoted", [each.sought.supplier_id, each.sought.buyer_id])
        for each, counts in orders(self._enquiries):
            if not within(each.since):
                continue
            supplier, buyer = each.sought.supplier_id, each.sought.buyer_id
            count("ordered", [supplier, buyer])
            if counts:
                sek, spared = each.sought.value_sek, each.tonne_km_spared
                self._add(found, HOME, (supplier, buyer or supplier), None, home_sek=sek, home_tonne_km=spared)

    def _granted(self, found: Tally, count: Callable[..., None], within: Callable[[str | None], bool]) -> None:
        for each in self._snapshot.of(SupportCase):
            if was_granted(each) and within(each.granted_on) and each.company_id:
                count("supported", [each.company_id], each.project)
                self._add(found, SUPPORT, (each.company_id,), each.project, support_sek=each.amount_sek)

    def _add(
        self, found: Tally, name: str, firms: tuple[str, ...], project: str | None, **amounts: float | None
    ) -> None:
        """Add a part with its amounts, which start with one of itself, where the first of its firms lies."""
        key = self.place(firms[0]), _key(project)
        for figure, amount in amounts.items():
            if amount is None:
                found.unknown[figure][key] += 1
        told = (1, *(round(each or 0) for each in amounts.values()))
        found.parts[name].append(Part(*key, firms, told, (Level.MANAGER,) * len(told)))


@lru_cache(maxsize=1024)
def _key(project: str | None) -> str:
    return fold(project or "") or NO_PROJECT


def _projects(snapshot: Snapshot) -> dict[str, str]:
    """Each project as it is written most often, by what tells it from others."""
    told = Counter(each.project for each in snapshot.of(Interview))
    told.update(each.project for each in snapshot.of(Activity))
    told.update(each.project for each in snapshot.of(Introduction))
    told.update(each.project for each in snapshot.of(SupportCase))
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for each, count in told.items():
        name = " ".join((each or "").split())
        if fold(name):
            spelled[fold(name)][name] += count
    names = {key: min(some, key=lambda name: (-some[name], name)) for key, some in spelled.items()}
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def told_of(counting: Counting, tally: Tally, question: Question, hidden: Mapping[str, Collection[Key]],
            since: str | None) -> Told:  # fmt: skip
    """The answer to a question, of what was tallied for its period.

    Raises:
        UnknownName: ``no_such_project``.
    """
    place = question.municipality or TOTAL
    project = counting.project_key(question.project) if question.project else TOTAL
    keys = tally.keys()
    places = sorted({key[0] for key in keys if project in (TOTAL, key[1])}) if not question.municipality else []
    order = [*counting.projects, NO_PROJECT]
    known = {key[1] for key in keys if place in (TOTAL, key[0])} if not question.project else set()
    return Told(
        question,
        tally.line(place, project, hidden),
        {each: tally.line(each, project, hidden) for each in sorted(places, key=lambda code: (code == OTHER, code))},
        {counting.projects.get(each, each): tally.line(place, each, hidden) for each in order if each in known}
        if known - {NO_PROJECT}
        else {},
        since,
    )

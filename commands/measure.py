"""How well does the ranking find who took the parts of a network's own past cases?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from commands.asking import Asked, Said
from graph import ledger
from graph.audience import require
from graph.demands import demand_of_text
from graph.errors import AmbiguousName, UnknownName
from graph.geo import radius_km
from graph.hide_and_rank import OURS, Case, Contest, Measured
from graph.lookup import Origin, find_company, find_origin
from graph.model import Alias
from graph.names import name_key
from graph.secret import secret_for
from graph.store import Snapshot
from graph.validation import Interval
from ingest.past_cases import PastCase, read_past_cases
from ingest.rows import RowProblem
from render.plain import MOST_LINES, problem_sentence
from texts import Texts

PLAIN = ("process_distance", "distance")
AMBIGUOUS, UNKNOWN = "ambiguous_company", "unknown_company"
JUDGED_BY = "mrr"
ENOUGH_GROUPS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: the right firm's rank among the hits, or why it is not one of them."""

    past: PastCase
    company_id: str | None
    rank: int | None
    reasons: tuple[str, ...]


class Region:
    """Where and who the words of a list mean, each asked once."""

    def __init__(self, snapshot: Snapshot, near: str | None) -> None:
        self._snapshot = snapshot
        self._near = near
        self._known = {each.alias: each.company_id for each in snapshot.of(Alias)}
        self.company = cache(self._company)
        self._origin = cache(lambda text: find_origin(snapshot, text))
        if near:
            self._origin(near)  # a wrong word of the command's own is told at once

    def _company(self, text: str) -> tuple[str | None, str]:
        """The company's identifier, or None and why not."""
        try:
            return find_company(self._snapshot, text).key, ""
        except AmbiguousName:
            return None, AMBIGUOUS
        except UnknownName:
            return None, UNKNOWN

    def firm(self, past: PastCase) -> tuple[str | None, str]:
        """Who took the part: by number where one is given, else by name."""
        if past.firm_id in self._known:
            return self._known[past.firm_id], ""
        return self.company(past.firm) if past.firm else (None, UNKNOWN)

    def origin(self, past: PastCase) -> Origin | RowProblem:
        """Where the part was wanted: the row's own place; where it gives none its buyer's, else the command's."""
        for text in filter(None, (past.near,) if past.near else (past.buyer, self._near)):
            try:
                return self._origin(text)
            except (UnknownName, AmbiguousName):
                continue
        said = past.near or past.buyer
        code = "case_place_unknown" if said else "case_place_missing"
        return RowProblem(past.file, past.sheet, past.row, "", code, said, "error")


def measure_cases(asked: Asked) -> Said:
    """Measure the ranking on your own past cases; nothing is stored."""
    require(asked.viewer, "measure")
    within_km = radius_km(asked.args.within_km)
    file = Path(asked.args.file)
    with asked.store() as store:
        listed = read_past_cases(file, secret_for(store, keep=False))
    snapshot = asked.snapshot()
    region = Region(snapshot, asked.args.near)
    asked_about, problems = _cases(region, listed.cases)
    contest = Contest(snapshot, today=ledger.today())
    found = contest.measure([case for _, case in asked_about], within_km, (OURS, *PLAIN))
    outcomes = [_outcome(contest, region, past, case, within_km) for past, case in asked_about]
    problems = [*listed.problems, *problems]
    json_ = {
        **_figures(found),
        "file": file.name,
        "read": listed.read,
        "within_km": within_km,
        "lost": dict(Counter(reason for each in outcomes for reason in each.reasons).most_common()),
        "outcomes": [_row(each) for each in outcomes],
        "problems": [{**asdict(each), "message": problem_sentence(each, asked.texts)} for each in problems],
    }
    return Said(json_, _lines(asked.texts, json_, found, outcomes, problems))


def _cases(region: Region, listed: Sequence[PastCase]) -> tuple[list[tuple[PastCase, Case]], list[RowProblem]]:
    """Each row as a question, and the rows that cannot be asked for want of a place."""
    found, problems = [], []
    for number, past in enumerate(listed):
        origin = region.origin(past)
        if isinstance(origin, RowProblem):
            problems.append(origin)
            continue
        buyer_id = region.company(past.buyer)[0] if past.buyer else None
        group = buyer_id or name_key(past.buyer) or f"row {number}"
        right = region.firm(past)[0] or f"nobody {number}"
        demand = replace(demand_of_text(past.part), buyer_id=buyer_id)
        found.append((past, Case(group, demand, origin, frozenset({right}))))
    return found, problems


def _outcome(contest: Contest, region: Region, past: PastCase, case: Case, within_km: float) -> Outcome:
    company_id, why = region.firm(past)
    if company_id is None:
        return Outcome(past, None, None, (why,))
    ranked = contest.rank(case, within_km)
    if company_id in ranked:
        return Outcome(past, company_id, ranked.index(company_id) + 1, ())
    return Outcome(past, company_id, None, contest.why_not(case, company_id, within_km))


# -- as JSON -----------------------------------------------------------------------------------------------------------


def _figures(found: Measured) -> dict[str, Any]:
    return {
        "cases": found.cases,
        "groups": found.buyers,
        "found": found.found,
        "reached": _plain(found.reached),
        "gain": _plain(found.gain),
    }


def _plain(figures: Mapping[str, Mapping[str, Interval]]) -> dict[str, Any]:
    return {name: {measure: asdict(each) for measure, each in row.items()} for name, row in figures.items()}


def _row(each: Outcome) -> dict[str, Any]:
    past = each.past
    said = {name: getattr(past, name) for name in ("sheet", "row", "part", "firm", "near", "buyer", "year")}
    return {**said, "company_id": each.company_id, "rank": each.rank, "reasons": list(each.reasons)}


# -- as lines ----------------------------------------------------------------------------------------------------------


def _lines(
    texts: Texts,
    said: Mapping[str, Any],
    found: Measured,
    outcomes: Sequence[Outcome],
    problems: Sequence[RowProblem],
) -> Iterator[str]:
    yield texts("measure.headline", **{name: said[name] for name in ("cases", "file", "found")}, km=said["within_km"])
    for name, row in found.reached.items():
        three, ten = (_span(texts, row[measure], percent=True) for measure in ("recall@3", "recall@10"))
        ranking = texts(f"measure.ranking.{name}")
        yield texts("measure.figures", name=ranking, three=three, ten=ten, mrr=_span(texts, row[JUDGED_BY]))
    if found.cases:
        yield texts("measure.intervals")
        yield from _judged(texts, found)
        yield from _lost(texts, said["lost"], outcomes)
    for problem in problems[:MOST_LINES]:
        yield problem_sentence(problem, texts)
    if len(problems) > MOST_LINES:
        yield texts("cli.more_problems", count=len(problems) - MOST_LINES)


def _judged(texts: Texts, found: Measured) -> Iterator[str]:
    """Whether the ranking is worth more than the plain ones, and whether there is enough to say so."""
    for name, row in found.gain.items():
        gain = row[JUDGED_BY]
        verdict = ("better" if gain.mean > 0 else "worse") if gain.excludes_zero else "undecided"
        ranking = texts(f"measure.ranking.{name}")
        yield texts(f"measure.{verdict}", name=ranking, gain=_span(texts, gain, decimals=3))
    if found.buyers < ENOUGH_GROUPS:
        yield texts("measure.few", groups=found.buyers)


def _lost(texts: Texts, lost: Mapping[str, int], outcomes: Sequence[Outcome]) -> Iterator[str]:
    if not lost:
        return
    counted = [texts("measure.counted", what=_why(texts, code), count=count) for code, count in lost.items()]
    yield texts("measure.lost", reasons=counted)
    rows = [each for each in outcomes if each.rank is None]
    for each in rows[:MOST_LINES]:
        past = each.past
        sheet = texts("problem.sheet", sheet=past.sheet) if past.sheet else ""
        said = {"row": str(past.row), "sheet": sheet, "part": past.part, "firm": past.firm or past.firm_id}
        yield texts("measure.row", **said, reasons=[_why(texts, code) for code in each.reasons])
    if len(rows) > MOST_LINES:
        yield texts("measure.more", count=len(rows) - MOST_LINES)


def _why(texts: Texts, code: str) -> str:
    if texts.has(f"measure.why.{code}"):
        return texts(f"measure.why.{code}")
    return texts("measure.demand", what=texts(f"constraint.{code}"))


def _span(texts: Texts, figure: Interval, *, percent: bool = False, decimals: int = 2) -> str:
    """The mean and, where there is one, its interval."""
    scale, decimals = (100, 0) if percent else (1, decimals)
    mean, low, high = (
        None if each is None else texts.number(scale * each, decimals)
        for each in (figure.mean, figure.low, figure.high)
    )
    if low is None:
        return texts("measure.percent", value=mean) if percent else str(mean)
    return texts("measure.percent_span" if percent else "measure.span", mean=mean, low=low, high=high)

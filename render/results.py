"""How do the results of the network's work read? A sentence, the figures beside their goals, and what each counts.

Everything that leaves the app is made of a :class:`Page`, which is made of what may be given away alone, so that every
file of the same results says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from graph.results import FIGURES, NO_PROJECT, OTHER, Line, Question
from graph.results_given import given
from graph.results_kept import Fixed, Goal, Results
from graph.suppression import LEAST
from render.import_list import money
from render.isolated import place_name
from render.plain import capital
from render.tables import Cell, as_book
from texts import Texts

OF_PLACES = ("members", "reached", "interviewed", "introduced", "quoted", "ordered", "home_sek", "joined", "supported")
OF_PROJECTS = ("reached", "interviewed", "participants", "introduced", "quoted", "ordered", "supported", "support_sek")
FIRST_TOLD = ("reached", "interviewed", "introduced", "quoted", "ordered", "home_sek", "joined", "supported")
"""What the sentence tells, as far as there is room."""
MOST_TOLD = 5
IN_SEK, IN_TONNE_KM = ("home_sek", "support_sek"), ("home_tonne_km",)
NOT_TOLD, HIDDEN = "–", "··"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in words: its value, what is not in it, what it counts, and how far it is from where it is to be.

    ``value`` is the figure itself, None where it is not told; ``share``: how far of the way to the target, 0 to 1.
    """

    figure: str
    name: str
    shown: str
    note: str
    definition: str
    goal: str
    words: str
    value: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of lines: heading first in ``heads``, each line a name and its cells."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that a file of results says."""

    title: str
    headline: str
    stamp: str
    rows: tuple[Row, ...]
    grids: tuple[Grid, ...]
    notes: tuple[str, ...]
    foot: str


def figure_name(figure: str, texts: Texts) -> str:
    """What a figure is called."""
    return texts(f"results.name.{figure}")


def shown(line: Line, figure: str, texts: Texts) -> str:
    """A figure of a line as it is read: a number with its unit, hidden, or not told."""
    value = line.values[figure]
    if value is None:
        return texts("results.hidden") if figure in line.hidden else NOT_TOLD
    return amount(value, figure, texts)


def amount(value: float, figure: str, texts: Texts) -> str:
    """A value with its unit, to the last digit."""
    if figure in IN_SEK:
        return texts("money.sek", amount=texts.number(value, 0))
    if figure in IN_TONNE_KM:
        return texts("results.tonne_km", amount=texts.number(value, 0))
    return texts.number(value)


def period(question: Question, texts: Texts) -> str:
    """From when to when."""
    return texts("results.period", first=question.first, last=question.last)


def scope(question: Question, region: str, texts: Texts) -> str:
    """Of where and whose work: the region, a municipality, a project."""
    where = place_name(question.municipality, texts) if question.municipality else region
    project = texts("results.of_project", project=question.project) if question.project else ""
    return " · ".join(filter(None, (where, project)))


def headline(found: Results, texts: Texts) -> str:
    """The first few figures that there is anything of."""
    line = found.told.whole
    told = [
        texts(f"results.told.{figure}", value=money(value, texts) if figure in IN_SEK else texts.number(value))
        for figure in FIRST_TOLD
        if (value := line.values[figure])
    ]
    when = period(found.told.question, texts)
    if not told:
        return texts("results.nothing", period=when)
    return texts("results.headline", period=when, told=told[:MOST_TOLD])


def rows(found: Results, texts: Texts) -> list[Row]:
    """Every figure of the whole that was asked for."""
    return [_row(found, figure, texts) for figure in FIGURES]


def _row(found: Results, figure: str, texts: Texts) -> Row:
    line, goal = found.told.whole, found.goals.get(figure) or Goal(figure)
    value, unknown = line.values[figure], line.unknown.get(figure, 0)
    return Row(
        figure,
        figure_name(figure, texts),
        shown(line, figure, texts),
        texts("results.without_value", count=unknown) if unknown else "",
        definition(figure, found.told.since, texts),
        goal_text(goal, texts),
        goal.words,
        value,
        share(goal, value),
    )


def definition(figure: str, since: str | None, texts: Texts) -> str:
    """What a figure counts."""
    said = texts(f"results.what.{figure}")
    if figure != "joined":
        return said
    return f"{said} {texts('results.since', day=since) if since else texts('results.since_unknown')}"


def goal_text(goal: Goal, texts: Texts) -> str:
    """From where it began to where it is to come; "" where nobody has said."""
    start = _on_day(goal.baseline, goal.baseline_on, goal.figure, texts)
    end = _on_day(goal.target, goal.target_on, goal.figure, texts)
    if start and end:
        return texts("results.from_to", baseline=start, target=end)
    return texts("results.to_goal", target=end) if end else texts("results.from_only", baseline=start) if start else ""


def _on_day(value: float | None, day: str | None, figure: str, texts: Texts) -> str:
    if value is None:
        return ""
    told = amount(value, figure, texts)
    return texts("results.on_day", value=told, day=day) if day else told


def share(goal: Goal, value: float | None) -> float | None:
    """How far of the way from the baseline (else nought) to the target; None where that cannot be told."""
    start = goal.baseline or 0.0
    if value is None or goal.target is None or goal.target == start:
        return None
    return min(1.0, max(0.0, (value - start) / (goal.target - start)))


def grids(found: Results, texts: Texts) -> list[Grid]:
    """The figures by municipality and by project, where there is more than one line of them."""
    told = found.told
    places = {capital(_place(code, texts)): line for code, line in told.municipalities.items()}
    projects = {_project(name, texts): line for name, line in told.projects.items()}
    made = [
        _grid(texts("results.by_municipality"), places, OF_PLACES, found, texts),
        _grid(texts("results.by_project"), projects, OF_PROJECTS, found, texts),
    ]
    return [each for each in made if each.lines]


def _place(code: str, texts: Texts) -> str:
    return texts("results.other_places") if code == OTHER else place_name(code, texts)


def _project(name: str, texts: Texts) -> str:
    return texts("results.no_project") if name == NO_PROJECT else name


def _grid(title: str, lines: Mapping[str, Line], figures: Sequence[str], found: Results, texts: Texts) -> Grid:
    used = [each for each in figures if any(line.values[each] is not None or each in line.hidden
                                            for line in lines.values())]  # fmt: skip
    whole = [(texts("results.whole"), found.told.whole)] if lines else []
    return Grid(
        title,
        tuple(texts(f"results.short.{each}") for each in used),
        tuple((name, tuple(_short(line, each, texts) for each in used)) for name, line in (*lines.items(), *whole)),
    )


def _short(line: Line, figure: str, texts: Texts) -> str:
    """A figure of a line where there is little room."""
    value = line.values[figure]
    if value is None:
        return HIDDEN if figure in line.hidden else NOT_TOLD
    return texts.number(value, 0)


def page(found: Results, texts: Texts, fixed: Fixed | None = None) -> Page:
    """What a file of the results says; ``fixed``: as what they were fixed."""
    safe = as_given(found)
    question = safe.told.question
    stamp = [period(question, texts), scope(question, safe.region, texts)]
    if fixed is not None and fixed.given_to:
        stamp.append(texts("results.given_to", whom=fixed.given_to))
    said = {"day": safe.made_on, "known": safe.known_on}
    foot = [texts("results.foot_fixed", name=fixed.name, **said) if fixed else texts("results.foot", **said)]
    if fixed is not None and fixed.withdrawn_on:
        foot.insert(0, texts("results.foot_withdrawn", day=fixed.withdrawn_on, reason=fixed.reason))
    notes = (texts("results.note_few", least=LEAST), texts("results.note_projects"))
    return Page(
        texts("results.title"),
        headline(safe, texts),
        " · ".join(filter(None, stamp)),
        tuple(rows(safe, texts)),
        tuple(grids(safe, texts)),
        notes,
        " ".join(foot),
    )


def as_given(found: Results) -> Results:
    """The results as they may be given away."""
    return Results(given(found.told), found.goals, found.region, found.known_on, found.made_on)


# -- as a workbook, as lines, as JSON --------------------------------------------------------------------------------

COLUMNS = ("figure", "value", "shown", "note", "baseline", "baseline_on", "target", "target_on", "goal", "definition")


def book(found: Results, texts: Texts, fixed: Fixed | None = None) -> bytes:
    """The results as a workbook: the figures, by municipality, by project, and what it is."""
    safe, made = as_given(found), page(found, texts, fixed)
    table: list[list[Cell]] = [[texts(f"results.columns.{each}") for each in COLUMNS]]
    for row in made.rows:
        goal = safe.goals.get(row.figure) or Goal(row.figure)
        value = row.shown if row.value is None else row.value
        goals = (goal.baseline, goal.baseline_on, goal.target, goal.target_on, goal.words)
        table.append([row.name, value, row.shown, row.note, *goals, row.definition])
    sheets: dict[str, Sequence[Sequence[Cell]]] = {texts("results.title"): table}
    places = {_place(code, texts): line for code, line in safe.told.municipalities.items()}
    projects = {_project(name, texts): line for name, line in safe.told.projects.items()}
    for title, lines in ((texts("results.by_municipality"), places), (texts("results.by_project"), projects)):
        if lines:
            sheets[title] = _cells(title, lines, texts)
    sheets[texts("results.about")] = [
        [each] for each in (made.title, made.headline, made.stamp, *made.notes, made.foot)
    ]
    return as_book(sheets)


def _cells(title: str, lines: Mapping[str, Line], texts: Texts) -> list[list[Cell]]:
    table: list[list[Cell]] = [[title, *(figure_name(each, texts) for each in FIGURES)]]
    for name, line in lines.items():
        values = (line.values[each] for each in FIGURES)
        table.append(
            [name, *(_short(line, f, texts) if v is None else v for f, v in zip(FIGURES, values, strict=True))]
        )
    return table


def lines(found: Results, texts: Texts, fixed: Fixed | None = None) -> Iterator[str]:
    """The results for a terminal."""
    made = page(found, texts, fixed)
    yield made.headline
    yield made.stamp
    for row in made.rows:
        yield f"  {row.name}: {' '.join(filter(None, (row.shown, row.note)))}{f'. {row.goal}' if row.goal else ''}"
    for grid in made.grids:
        yield grid.title + ":"
        for name, cells in grid.lines:
            told = ", ".join(f"{head} {cell}" for head, cell in zip(grid.heads, cells, strict=True) if cell != "0")
            yield f"  {name}: {told}"
    yield from made.notes
    yield made.foot


def as_json(found: Results, fixed: Fixed | None = None) -> dict[str, Any]:
    """The results as one object, as they may be given away."""
    safe = as_given(found)
    said: dict[str, Any] = asdict(safe)
    if fixed is not None:
        said["fixed"] = {"name": fixed.name, "given_to": fixed.given_to, "withdrawn_on": fixed.withdrawn_on,
                         "reason": fixed.reason}  # fmt: skip
    return said

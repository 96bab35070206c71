"""A load as a person reads it: what was read, what it changes, what is odd about it, and what was loaded before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.ledger import Difference
from graph.model import Load
from graph.resolve import read_sources
from ingest.firm_changes import ORDER, FirmChange
from ingest.headings import SHEETS
from ingest.pipeline import LoadReport, SheetReport
from ingest.rows import RowProblem
from render.plain import capital, counted, value_sentence
from render.tables import Cell
from texts import Texts

SEVERITIES = ("error", "warning", "info")
EXAMPLES = 3
FILES_NAMED = 3
PROBLEM_COLUMNS = ("file", "sheet", "row", "column", "value", "problem", "suggestion", "effect")
FIRM_COLUMNS = ("name", "change", "records", "company_id")


# -- how far it is, and what it came to ------------------------------------------------------------------------------


def progress_sentence(step: tuple[str, str, int, int], texts: Texts) -> str:
    """How far long work is, as "går igenom medlemmar.xlsx: 2000 av 5600"."""
    code, what, done, total = step
    if not code:
        return texts("job.waiting")
    doing = texts(f"progress.{code}", what=what)
    return texts("job.step", doing=doing, done=done, total=total) if total > 1 else doing


def changed_firms(report: LoadReport, texts: Texts) -> str:
    """How many firms a trial run would bring, change and close, as "38 nya, 5 ändras, 2 försvinner"."""
    counts = Counter(each.change for each in report.firms)
    return ", ".join(
        texts(f"load.count_one.{change}")
        if counts[change] == 1
        else texts(f"load.count.{change}", count=counts[change])
        for change in reversed(ORDER)
        if counts[change]
    )


def difference_parts(found: Difference, texts: Texts) -> list[str]:
    """What comes, changes and goes, a sentence each; nothing for what there is none of."""
    parts = {"created": found.created, "changed": found.changed, "deleted": found.deleted}
    return [
        texts(f"load.{name}", counts=counted({kind.__name__: len(keys) for kind, keys in by_kind.items()}, texts))
        for name, by_kind in parts.items()
        if any(kind.__name__ != "Alias" and keys for kind, keys in by_kind.items())
    ]


# -- what was read ---------------------------------------------------------------------------------------------------


def sheet_rows(report: LoadReport, texts: Texts) -> list[dict[str, str | float | None]]:
    """One row a sheet: where, as what it was read, how many rows and what became of them."""
    return [
        {
            "file": sheet_name(each),
            "kind": kind_name(each.source_type, texts),
            "rows": each.rows,
            "outcomes": ", ".join(
                f"{texts.number(count)} {texts(f'outcome.{name}')}" for name, count in each.outcomes.items() if count
            ),
        }
        for each in report.sheets
    ]


def sheet_name(sheet: SheetReport) -> str:
    """File and sheet as the user knows them."""
    return " / ".join(filter(None, (sheet.file, sheet.sheet)))


def field_name(kind: str, field: str, texts: Texts) -> str:
    """What a column of a sheet kind is called: by the heading that Närverk itself would give it."""
    names = SHEETS[kind][1][field]
    return names[0] if texts.language == "sv" else names[-1]


def kind_name(source_type: str, texts: Texts) -> str:
    """What a list is, in words; a kind without a word keeps its own."""
    key = f"load.kinds.{source_type or 'unknown'}"
    return texts(key) if texts.has(key) else source_type


# -- which firms -----------------------------------------------------------------------------------------------------


def firm_rows(firms: Iterable[FirmChange], texts: Texts) -> list[dict[str, str | float | None]]:
    """One row a firm that comes, changes or goes; only one that is there already can be opened."""
    return [
        {
            "company_id": None if each.change == "new" else each.company_id,
            "name": each.name or texts("find.unnamed"),
            "change": texts(f"load.change.{each.change}"),
            "records": counted(each.records, texts) if each.weight else texts("load.own_facts"),
        }
        for each in firms
    ]


def firm_table(firms: Sequence[FirmChange], texts: Texts) -> list[list[Cell]]:
    """All of them, to take along."""
    heading: list[Cell] = [texts(f"load.columns.{each}") for each in FIRM_COLUMNS]
    rows = firm_rows(firms, texts)
    return [
        heading,
        *([*(row[name] for name in FIRM_COLUMNS[:-1]), e.company_id] for row, e in zip(rows, firms, strict=True)),
    ]


# -- what is odd -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one code: how many, how grave, and the first few."""

    code: str
    severity: str
    count: int
    examples: tuple[RowProblem, ...]


def problem_groups(problems: Iterable[RowProblem]) -> list[ProblemGroup]:
    """Problems by code; those that cost a row first, then the most frequent."""
    found: dict[tuple[str, str], list[RowProblem]] = defaultdict(list)
    for each in problems:
        found[each.severity, each.code].append(each)
    groups = [
        ProblemGroup(code, severity, len(each), tuple(each[:EXAMPLES])) for (severity, code), each in found.items()
    ]
    return sorted(groups, key=lambda each: (SEVERITIES.index(each.severity), -each.count, each.code))


def group_rows(groups: Iterable[ProblemGroup], texts: Texts) -> list[dict[str, str | float | None]]:
    """One row a group: what is wrong and what was done about it, how often, and for example where."""
    return [
        {
            "problem": capital(problem_words(each.code, texts)),
            "count": each.count,
            "examples": "; ".join(_example(one, texts) for one in each.examples)
            + (" …" if each.count > len(each.examples) else ""),
        }
        for each in groups
    ]


def problem_words(code: str, texts: Texts) -> str:
    """What a problem of this code is, without where it was found."""
    key = f"problem.{code}"
    return texts(key) if texts.has(key) else code


def _example(each: RowProblem, texts: Texts) -> str:
    place = texts(
        "load.example",
        file=" / ".join(filter(None, (each.file, each.sheet))),
        row=str(each.row),
        column=f", {each.column}" if each.column else "",
    )
    value = texts("load.example_value", value=each.value) if each.value else ""
    if texts.has(f"problem.of.{each.code}"):
        value = value_sentence(each, texts)
    suggestion = texts("problem.suggestion", suggestion=each.suggestion) if each.suggestion else ""
    return f"{place}{value}{suggestion}"


def problem_table(problems: Iterable[RowProblem], texts: Texts) -> list[list[Cell]]:
    """Every problem, the gravest first, to take along and work through."""
    rows: list[list[Cell]] = [[texts(f"load.columns.{each}") for each in PROBLEM_COLUMNS]]
    for each in sorted(problems, key=lambda one: SEVERITIES.index(one.severity)):
        told, effect = capital(problem_words(each.code, texts)), texts(f"load.effect.{each.severity}")
        rows.append([each.file, each.sheet, each.row, each.column, each.value, told, each.suggestion, effect])
    return rows


# -- what was loaded before ------------------------------------------------------------------------------------------


def load_name(load: Load, texts: Texts) -> str:
    """What was loaded: kinds of lists and files, as "medlemslista (medlemmar.xlsx)"."""
    sources = read_sources(load.sources)
    kinds = list(dict.fromkeys(kind_name(each.source_type, texts) for each in sources))
    files = list(dict.fromkeys(each.file for each in sources if each.file))
    named = ", ".join(kinds[:FILES_NAMED]) + (" …" if len(kinds) > FILES_NAMED else "")
    if not files:
        return named
    return f"{named} ({', '.join(files[:FILES_NAMED])}{' …' if len(files) > FILES_NAMED else ''})"


def history_table(loads: Sequence[Load], texts: Texts) -> list[list[Cell]]:
    """Every load, to take along."""
    columns = ("load", "on", "kind", "files", "owner", "claims", "state")
    rows: list[list[Cell]] = [[texts(f"load.columns.{each}") for each in columns]]
    for each in loads:
        sources = read_sources(each.sources)
        rows.append(
            [
                each.load_id,
                each.loaded_on,
                ", ".join(dict.fromkeys(kind_name(one.source_type, texts) for one in sources)),
                ", ".join(dict.fromkeys(one.file for one in sources if one.file)),
                ", ".join(dict.fromkeys(owner_name(one.owner, {}, texts) for one in sources)),
                each.claims,
                texts("load.is_undone") if each.withdrawn is not None else "",
            ]
        )
    return rows


def owner_name(owner: str, names: Mapping[str, str | None], texts: Texts) -> str:
    """Whose list it is: a firm's name where it is known, else its number; the network's own."""
    if owner == "network":
        return texts("load.the_network")
    return names.get(owner) or owner.partition(":")[2]

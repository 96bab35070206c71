"""Results as lines of plain text, for a terminal: codes become sentences here, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from math import ceil, floor

from graph.demands import UNMET, Constraint
from graph.errors import NarverkError
from graph.footprint import Saving
from graph.freshness import Stale
from graph.ledger import Difference
from graph.network import Shape, labelled
from graph.replacement import Answer, Reason, Replacement
from graph.taxonomy import fold, taxonomy
from graph.understanding import Understanding
from ingest.pipeline import OUTCOMES, LoadReport
from ingest.rows import RowProblem
from texts import Texts

EXACT_KM = 0.1  # an interval narrower than this is told as one number

MOST_LINES = 12
UNTOLD = ("Capability", "Alias", "Region")  # the program's own, or a name
LISTED = {"candidates": "; ", "suggestions": ", ", "known": ", ", "readable": ", ", "paths": ", ", "files": ", ",
          "subjects": ", ", "field": ", "}  # fmt: skip


def error_sentence(error: NarverkError, texts: Texts) -> str:
    """What went wrong, and what to do about it."""
    values = {
        name: LISTED[name].join(map(str, value)) if name in LISTED and isinstance(value, (tuple, list)) else value
        for name, value in error.values.items()
    }
    if texts.has(f"value.{values.get('expected')}"):
        values["expected"] = texts(f"value.{values['expected']}")
    if "needs" in values:
        values["needs"] = texts(f"status.level.{values['needs']}")
    key = f"error.{error.code}"
    said = [texts(key, **values) if texts.has(key) else texts("error.unexpected", what=error.code)]
    if values.get("suggestions"):
        said.append(texts("error.meanings", suggestions=values["suggestions"]))
    if error.code == "no_such_field" and values.get("known"):
        said.append(texts("error.choices", known=values["known"]))
    return " ".join(said)


def problem_sentence(problem: RowProblem, texts: Texts) -> str:
    """Where it is, what is wrong, what stands there and what was perhaps meant."""
    where = texts(
        "problem.where",
        file=problem.file,
        sheet=texts("problem.sheet", sheet=problem.sheet) if problem.sheet else "",
        row=str(problem.row),
        column=texts("problem.column", column=problem.column) if problem.column else "",
    )
    key = f"problem.{problem.code}"
    said = texts(key) if texts.has(key) else problem.code
    suggestion = texts("problem.suggestion", suggestion=problem.suggestion) if problem.suggestion else ""
    return f"{where}{said}{value_sentence(problem, texts)}{suggestion}"


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def day_text(day: str, texts: Texts) -> str:
    """A day (ISO) as it is read aloud."""
    year, month, number = day.split("-")
    return texts("day.long", day=int(number), month=texts("day.months").split()[int(month) - 1], year=year)


def value_sentence(problem: RowProblem, texts: Texts) -> str:
    """What stands in the cell, or how many rows it is about; "" where nothing does."""
    if not problem.value:
        return ""
    of = f"problem.of.{problem.code}"
    return texts(of if texts.has(of) else "problem.value", value=problem.value)


def counted(counts: Mapping[str, int], texts: Texts, *, untold: Collection[str] = UNTOLD) -> str:
    """Kinds that there are any of, as "722 företag, 3 037 affärer"."""
    said = [
        f"{texts.number(count)} {texts(f'kind.{kind}' if count != 1 else f'kind_one.{kind}')}"
        for kind, count in counts.items()
        if count and kind not in untold
    ]
    return ", ".join(said) or texts("cli.nothing")


def difference_sentence(found: Difference, texts: Texts) -> str:
    """How many records of which kinds came, changed and went."""
    parts = {"created": found.created, "changed": found.changed, "deleted": found.deleted}
    said = {
        name: counted({kind.__name__: len(keys) for kind, keys in by_kind.items()}, texts, untold=UNTOLD[:2])
        for name, by_kind in parts.items()
    }
    return texts("cli.difference", **said)


def load_lines(report: LoadReport, texts: Texts, *, dry_run: bool) -> Iterator[str]:
    """What a load did, and what is to be looked at."""
    outcomes = [
        f"{texts.number(report.outcomes[name])} {texts(f'outcome.{name}')}"
        for name in OUTCOMES
        if report.outcomes[name]
    ]
    yield texts("cli.read", read=report.read, outcomes=", ".join(outcomes) or texts("cli.nothing"))
    yield from passed_over(report, texts)
    grave = sorted(report.problems, key=lambda each: ("error", "warning", "info").index(each.severity))
    for problem in grave[:MOST_LINES]:
        yield "  " + problem_sentence(problem, texts)
    if len(grave) > MOST_LINES:
        yield "  " + texts("cli.more_problems", count=len(grave) - MOST_LINES)
    for doubt in report.doubts[:MOST_LINES]:
        yield "  " + texts("cli.doubt", one=doubt.one, other=doubt.other, score=round(doubt.score))
    for each in report.taken[:MOST_LINES]:
        yield "  " + texts("cli.taken", spelled=each.spelled, one=each.one, company=each.company_id)
    if len(report.taken) > MOST_LINES:
        yield "  " + texts("cli.more_taken", count=len(report.taken) - MOST_LINES)
    if report.difference:
        yield difference_sentence(report.difference, texts)
    if dry_run:
        yield texts("cli.would_load")
    elif report.load_id is None:
        yield texts("cli.nothing_new")
    else:
        yield texts("cli.loaded", load_id=report.load_id)
        if report.copy:
            yield texts("cli.copied_before", file=str(report.copy))
        if any(count for kind, count in report.counts.items() if kind not in UNTOLD):
            yield texts("cli.counts", counts=counted(report.counts, texts))
        else:
            yield texts("cli.no_firms")


def passed_over(report: LoadReport, texts: Texts) -> list[str]:
    """How much of each register was about firms outside the region."""
    return [
        texts("load.passed_over", count=each.passed_over, file=each.file) for each in report.sheets if each.passed_over
    ]


def process_name(code: str, texts: Texts) -> str:
    """A process as the reader calls it."""
    found = taxonomy().processes.get(code)
    if found is None:
        return code
    return found.name_sv if texts.language == "sv" else found.name_en


@cache
def process_names(texts: Texts) -> Mapping[str, str]:
    """Every process by its code, in the order of the names."""
    names = {code: process_name(code, texts) for code in taxonomy().processes}
    return dict(sorted(names.items(), key=lambda item: fold(item[1])))


@cache
def material_names(texts: Texts) -> Mapping[str, str]:
    """Every material by its code, in the order of the names."""
    names = {code: material_name(code, texts) for code in taxonomy().materials}
    return dict(sorted(names.items(), key=lambda item: fold(item[1])))


def choice_name(code: str | None, texts: Texts) -> str:
    """What one of a field's words is called (a sector, an outcome, a status); one that is not known as it stands."""
    return texts(f"field.choice.{code}") if texts.has(f"field.choice.{code}") else code or ""


def theme_name(code: str | None, texts: Texts) -> str:
    """What a theme of development is called; "" where none is told, and one that is not known as it stands."""
    theme = taxonomy().themes.get(code or "")
    return (code or "") if theme is None else theme.name_sv if texts.language == "sv" else theme.name_en


def material_name(code: str, texts: Texts) -> str:
    """A material as the reader calls it."""
    found = taxonomy().materials.get(code)
    if found is None:
        return code
    return found.name_sv if texts.language == "sv" else found.name_en


def understanding_lines(said: Understanding, texts: Texts) -> Iterator[str]:
    """What was understood of a part, and from which words."""
    yield texts("cli.understood")
    for each in said.processes[:6]:
        share = texts.number(each.score * 100, 0)
        yield texts("cli.process_line", name=process_name(each.process, texts), share=share, words=", ".join(each.why))
    if said.materials:
        names = [" ".join(filter(None, (material_name(each.material, texts), each.grade))) for each in said.materials]
        yield texts("cli.material_line", materials=names)
    if said.certificates:
        yield texts("cli.certificate_line", certificates=said.certificates)


def answer_lines(found: Answer, texts: Texts, *, show_near_misses: bool) -> Iterator[str]:
    """Who could make it, why, and who nearly could."""
    key = "cli.hits" if found.hits else "cli.no_hits"
    yield texts(key, count=found.found, km=found.within_km, place=found.origin.name)
    yield texts(
        "cli.coverage", stated=found.coverage.stated, inferred=found.coverage.inferred, none=found.coverage.none
    )
    for rank, hit in enumerate(found.hits, 1):
        yield from _hit_lines(rank, hit, texts)
    if found.near_misses and show_near_misses:
        yield texts("cli.near_misses")
        for rank, miss in enumerate(found.near_misses, 1):
            yield from _hit_lines(rank, miss, texts)
            yield texts("cli.missing", missing=[constraint_text(each, texts) for each in miss.missing])


def distance_text(low_km: float, high_km: float, texts: Texts) -> str:
    """Kilometres as "39,3 km", or as "28–51 km" where an end is not exact."""
    if high_km - low_km < EXACT_KM:
        return f"{texts.number((low_km + high_km) / 2, 1)} km"
    return f"{texts.number(floor(low_km))}–{texts.number(ceil(high_km))} km"


def _hit_lines(rank: int, hit: Replacement, texts: Texts) -> Iterator[str]:
    yield texts(
        "cli.hit",
        rank=rank,
        name=hit.name or hit.company_id,
        locality=hit.locality,
        distance=distance_text(hit.distance_low_km, hit.distance_high_km, texts),
        score=texts.number(hit.score, 1),
    )
    yield "   " + "; ".join(constraint_text(each, texts) for each in hit.constraints if each.status != UNMET)
    yield "   " + "; ".join(reason_text(each, texts) for each in hit.reasons if each.points)
    if hit.co2e:
        yield saving_text(hit.co2e, texts)


def saving_text(saving: Saving, texts: Texts) -> str:
    """What transport of a local part spares."""
    low, high = texts.number(saving.low_kg, 0), texts.number(saving.high_kg, 0)
    return texts("cli.saving", low=low, high=high, mode=texts(f"mode.{saving.mode}"))


def constraint_text(each: Constraint, texts: Texts) -> str:
    """One demand, as "certifikat ISO 9001: uppfyllt"."""
    return f"{texts(f'constraint.{each.name}')} {_named(each, texts)}: {texts(f'constraint.{each.status}')}"


def _named(each: Constraint, texts: Texts) -> str:
    if each.name == "process":
        return " + ".join(process_name(code, texts) for code in each.asked.split(" + "))
    if each.name == "material":
        return material_name(each.asked, texts)
    number, _, unit = each.asked.partition(" ")
    if each.name in ("size", "weight", "quantity", "radius") and number.replace(".", "", 1).isdigit():
        return f"{texts.number(float(number))} {unit}".strip()
    return each.asked


def reason_text(each: Reason, texts: Texts) -> str:
    """A term of the score, or a fact, in words."""
    values = dict(each.values)
    for name in ("share", "kinship"):
        if isinstance(values.get(name), float):
            values[name] = f"{texts.number(float(str(values[name])) * 100, 0)} %"
    if isinstance(values.get("low_km"), float):
        values["distance"] = distance_text(float(str(values["low_km"])), float(str(values["high_km"])), texts)
    for name in ("process", "by"):
        if name in values:
            values[name] = process_name(str(values[name]), texts)
    if "evidence" in values:
        values["evidence"] = texts(f"evidence.{values['evidence']}")
    processes = values.get("processes")
    if isinstance(processes, Sequence):
        values["processes"] = [process_name(str(code), texts) for code in processes]
    return texts(f"reason.{each.code}", **values)


def network_lines(found: Shape, texts: Texts) -> Iterator[str]:
    """The network in a sentence, then its communities."""
    yield texts(
        "cli.network",
        companies=found.companies,
        trades=found.trades,
        components=found.components,
        largest=found.largest_component,
        isolated=found.isolated,
    )
    for name, each in labelled(found.communities, texts.language)[:MOST_LINES]:
        yield texts("cli.community", label=name or "?", companies=len(each.companies))


def stale_lines(found: Sequence[Stale], names: Mapping[str, str | None], texts: Texts) -> Iterator[str]:
    """Which facts to ask about again, and by when."""
    yield texts("stale.count", count=len(found), firms=len({each.company_id for each in found}))
    for each in found:
        fact = process_name(each.item, texts) if each.kind == "Offer" else each.item
        yield texts("stale.line", firm=names.get(each.company_id) or each.company_id, fact=fact, day=each.confirm_by)

"""What came of the network's work, on one page, and given again as it was given."""

from __future__ import annotations

from pathlib import Path

from commands.asking import Asked, Said, known, write_file
from graph import ledger
from graph.audience import require
from graph.errors import UserMistake
from graph.gazetteer import Gazetteer
from graph.results import Question
from graph.results_kept import RESULT, Fixed, Results, fix, fixed_as, results
from graph.store import Store
from render import results as words
from render.results_files import FORMS


def show_results(asked: Asked) -> Said:
    """What came of the network's work in a period; or write it as a page, fix it, or give again what was fixed."""
    require(asked.viewer, RESULT)
    target = _target(asked.args.file)
    with asked.store() as store:
        found, fixed = _found(asked, store)
    lines = [*words.lines(found, asked.texts, fixed)]
    if target is not None:
        write_file(target, FORMS[target.suffix.casefold()].make(found, fixed, asked.texts))
        lines.append(asked.texts("results.written", path=str(target)))
    if asked.args.fix and fixed is not None:
        lines.append(asked.texts("results.fixed_now", name=fixed.name))
    return Said(words.as_json(found, fixed), lines)


def _found(asked: Asked, store: Store) -> tuple[Results, Fixed | None]:
    args, today = asked.args, ledger.today()
    if args.given:
        fixed = fixed_as(store, asked.viewer, args.given)
        return fixed.results, fixed
    question = Question(args.first or f"{today[:4]}-01-01", args.last or today, _municipality(args.municipality),
                        args.project)  # fmt: skip
    if args.fix:
        fixed = fix(store, asked.viewer, question, args.fix, given_to=args.given_to, today=today)
        return fixed.results, fixed
    return results(store, asked.viewer, question, today=today), None


def _municipality(name: str | None) -> str | None:
    gazetteer = Gazetteer.default()
    return (
        known(name, gazetteer.municipality_code, (each.name for each in gazetteer.municipalities), "unknown_place")
        if name
        else None
    )


def _target(file: str | None) -> Path | None:
    """Where to write it.

    Raises:
        UserMistake: ``not_a_results_file``, ``file_exists``.
    """
    if file is None:
        return None
    target = Path(file)
    if target.suffix.casefold() not in FORMS:
        raise UserMistake("not_a_results_file", file=file)
    if target.exists():
        raise UserMistake("file_exists", file=file)
    return target

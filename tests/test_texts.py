"""Every sentence in both languages, every code with a sentence, and what a sentence needs is given."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from graph import errors
from graph.errors import MissingEnd, NarverkError
from graph.isolation import NEXT_ACTION
from graph.model import REGION_KINDS
from graph.schema import field_types
from ingest.pipeline import OUTCOMES
from ingest.rows import RowProblem
from render.plain import error_sentence, problem_sentence
from tests.conftest import ROOT
from texts import LANGUAGES, Texts, load

ROOMS = ("graph", "ingest", "render", "views", "commands", "texts")
CODE = re.compile(r"[a-z][a-z0-9_]*")
ERRORS = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, NarverkError)}
PROBLEM_ARGUMENT = {"RowProblem": 4, "problem": 1, "Bad": 0, "PlaceProblem": 0, "look_up": 1}
"""Where the functions that make a problem take its code."""


@cache
def trees() -> dict[Path, ast.Module]:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")] + [ROOT / "app.py", ROOT / "cli.py"]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths if path.exists()}


@cache
def calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """(where, name of what is called, the call) of all code."""
    return tuple(
        (f"{path.relative_to(ROOT)}:{node.lineno}", called(node), node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )


def called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case ast.Call():  # texts()("key")
            return called(node.func)
    return ""


def codes_in(node: ast.AST) -> set[str]:
    """Codes that an expression may be: a literal, or one of several."""
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and CODE.fullmatch(each.value)
    }


@cache
def constants() -> frozenset[str]:
    return frozenset(
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.fixture(params=LANGUAGES)
def texts(request: pytest.FixtureRequest) -> Texts:
    return load(request.param)


def test_both_languages_say_the_same_with_the_same_values() -> None:
    one, other = (load(each).keys for each in LANGUAGES)
    assert one.keys() == other.keys()
    assert {key: placeholders(one[key]) for key in one} == {key: placeholders(other[key]) for key in other}
    assert all(each.strip() for each in (*one.values(), *other.values()))
    assert not [key for key in one if "{}" in one[key]]


# -- errors ----------------------------------------------------------------------------------------------------------


def raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """(where, code, names of the values) of every error made with a literal code; None for values of any name."""
    for where, name, call in calls():
        if name in ERRORS and call.args and not isinstance(call.args[0], ast.Name):
            names = {each.arg for each in call.keywords}
            for code in codes_in(call.args[0]):
                yield where, code, None if None in names else {each for each in names if each}


@cache
def codes_handed_on() -> frozenset[str]:
    """Codes that a function takes as ``code`` and raises."""
    return frozenset(_codes_handed_on())


def _codes_handed_on() -> Iterator[str]:
    everybody = [call for _, _, call in calls()]
    for tree in trees().values():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            raises = (
                isinstance(node, ast.Call)
                and called(node) in ERRORS
                and node.args
                and isinstance(node.args[0], ast.Name)
                for node in ast.walk(function)
            )
            names = [each.arg for each in function.args.args]
            if any(raises) and "code" in names:
                for call in everybody:
                    if called(call) == function.name:
                        yield from codes_in(call.args[names.index("code")])


def test_every_error_has_a_sentence_and_what_it_needs(texts: Texts) -> None:
    found = list(raised())
    assert len(found) > 40
    missing = [f"{where} {code}" for where, code, _ in found if not texts.has(f"error.{code}")]
    missing += [code for code in codes_handed_on() if not texts.has(f"error.{code}")]
    assert missing == []
    needs = {f"{w} {code}": placeholders(texts.keys[f"error.{code}"]) - (given or set())
             for w, code, given in found if given is not None}  # fmt: skip
    assert {where: lacking for where, lacking in needs.items() if lacking} == {}


def test_no_error_is_raised_with_a_code_nobody_can_follow() -> None:
    unclear = [
        where for where, name, call in calls() if name in ERRORS and call.args and isinstance(call.args[0], ast.Name)
    ]
    assert len(unclear) == 1  # commands/asking.py: a name looked up in the taxonomy
    assert {"unknown_process", "unknown_material"} <= codes_handed_on()


def test_a_value_may_bear_any_name(texts: Texts) -> None:
    error = MissingEnd("missing_end", kind="Company", key="org:1", field="parent_id", target="org:2")
    said = error_sentence(error, texts)
    assert all(each in said for each in ("Company", "org:1", "parent_id", "org:2"))


def test_an_error_without_a_sentence_is_named(texts: Texts) -> None:
    assert "new_code" in error_sentence(NarverkError("new_code", a=1), texts)


# -- problems of rows ------------------------------------------------------------------------------------------------


def problem_codes() -> set[str]:
    found: set[str] = set()
    for _, name, call in calls():
        place = PROBLEM_ARGUMENT.get(name)
        if place is not None and len(call.args) > place:
            found |= codes_in(call.args[place])
        if name == "Number":
            found |= {code for each in call.keywords if each.arg == "problem" for code in codes_in(each.value)}
    return found


def test_every_problem_has_a_sentence(texts: Texts) -> None:
    found = problem_codes()
    assert len(found) > 40
    assert [code for code in sorted(found) if not texts.has(f"problem.{code}")] == []


def test_a_problem_says_where_what_and_what_was_meant() -> None:
    problem = RowProblem("a.xlsx", "Blad1", 1234, "Process", "process_unknown", "svarfning", suggestion="svarvning")
    assert problem_sentence(problem, load("sv")) == (
        "a.xlsx, blad Blad1, rad 1234, kolumn ”Process”: processen känns inte igen. Där står ”svarfning”."
        " Menade du svarvning?"
    )
    bare = RowProblem("a.csv", "", 20_000, "", "row_is_total")
    assert problem_sentence(bare, load("en")).startswith("a.csv, row 20000: ")


# -- other codes -----------------------------------------------------------------------------------------------------


def literal_codes(constructor: str) -> set[str]:
    return {
        str(call.args[0].value)
        for _, name, call in calls()
        if name == constructor and call.args and isinstance(call.args[0], ast.Constant)
    }


def test_every_code_of_a_result_has_a_word(texts: Texts) -> None:
    wanted = {f"outcome.{each}" for each in OUTCOMES}
    wanted |= {f"kind.{each.__name__}" for each in REGION_KINDS}
    wanted |= {f"isolation.{each}" for each in NEXT_ACTION}
    wanted |= {f"next_action.{each}" for each in sum(NEXT_ACTION.values(), ())}
    wanted |= {f"reason.{each}" for each in literal_codes("Reason")}
    wanted |= {f"constraint.{each}" for each in literal_codes("Constraint") | {"met", "unmet", "unknown"}}
    wanted |= {f"evidence.{each}" for each in ("verified", "stated", "inferred")}
    wanted |= {f"progress.{each}" for each in literal_codes("report")}
    wanted |= {f"check.{each}" for each in ("file_damaged", "missing_ends", "records_differ")}
    wanted |= {f"mode.{each}" for each in ("sea", "road", "rail", "air")}
    wanted |= {f"value.{each.__name__}" for kind in REGION_KINDS for each in field_types(kind)}
    assert sorted(wanted - texts.keys.keys()) == []
    assert {"reading", "checking", "copying", "publishing"} == literal_codes("report")


def test_a_reason_gives_what_its_sentence_needs(texts: Texts) -> None:
    checked = 0
    for where, name, call in calls():
        if name == "Reason" and isinstance(call.args[0], ast.Constant) and isinstance(call.args[2], ast.Dict):
            given = {each.value for each in call.args[2].keys if isinstance(each, ast.Constant)}
            given |= {"distance"} if {"low_km", "high_km"} <= given else set()  # by render.plain.reason_text
            assert placeholders(texts.keys[f"reason.{call.args[0].value!s}"]) <= given, where
            checked += 1
    assert checked >= 6


def test_every_sentence_asked_for_is_there_and_is_given_its_values(texts: Texts) -> None:
    checked = 0
    for where, name, call in calls():
        if name not in ("texts", "sentences", "said", "say") or not call.args:
            continue
        key = call.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and "." in key.value:
            assert texts.has(key.value), f"{where} {key.value}"
            given = {each.arg for each in call.keywords}
            assert None in given or placeholders(texts.keys[key.value]) <= given, f"{where} {key.value}"
            checked += 1
    assert checked > 40


def test_no_sentence_is_there_for_nobody(texts: Texts) -> None:
    beginnings = {
        str(node.values[0].value)
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
    }
    sections = {each.removesuffix(".") for each in beginnings if each.endswith(".")}
    names = constants() | {each.__name__ for each in REGION_KINDS} | vars(builtins).keys()

    def is_made(name: str) -> bool:
        starts = (each for each in beginnings if each and name.startswith(each))
        return name in names or any(name.removeprefix(each) in names for each in starts)

    parts = {key: key.rpartition(".") for key in texts.keys if key not in constants()}
    unused = [key for key, (section, _, name) in parts.items() if section not in sections or not is_made(name)]
    assert unused == []


# -- values ----------------------------------------------------------------------------------------------------------


def test_values_stand_as_the_language_writes_them() -> None:
    swedish, english = (load(each) for each in LANGUAGES)
    assert swedish.text(None) == "okänt"
    assert (swedish.text(True), english.text(False)) == ("ja", "no")
    assert swedish.text(["a", 2.5]) == "a, 2,5"
    assert (swedish.number(1234567), english.number(1234567)) == ("1\xa0234\xa0567", "1,234,567")
    assert swedish.number(-0.01, 1) == "0,0"
    assert swedish.number(-12) == "−12"


def test_a_value_is_never_read_as_a_format(texts: Texts) -> None:
    assert "{name} %s {0}" in texts("error.unknown_company", name="{name} %s {0}")
    with pytest.raises(KeyError):
        texts("error.unknown_company")
    with pytest.raises(KeyError):
        texts("error.no_such_sentence")

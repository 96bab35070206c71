"""What is compiled is kept on the disk by its file's age, and must not rest on another file; and is there in time."""

from __future__ import annotations

import ast
import builtins
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from numba.core.dispatcher import Dispatcher

from graph.compiled import compiled

ROOT = Path(__file__).parents[1]
USERS = tuple(
    sorted(path.stem for path in (ROOT / "graph").glob("*.py") if "@compiled" in path.read_text(encoding="utf-8"))
)


def dispatchers(module: ModuleType) -> dict[str, Dispatcher]:
    return {
        name: each
        for name, each in vars(module).items()
        if isinstance(each, Dispatcher) and each.__module__ == module.__name__
    }


def names_read(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from names_read(each)


def imported(path: Path) -> dict[str, str]:
    """The names a file takes from others, and from which."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {each.asname or each.name: node.module or "" for each in node.names}
    return found


def test_there_is_something_compiled() -> None:
    assert {"geodesic", "judging", "near"} <= set(USERS)


@pytest.mark.parametrize("name", USERS)
def test_compiled_functions_rest_on_their_own_file_alone(name: str) -> None:
    """Else a new constant there would leave the old machine code in use."""
    module = importlib.import_module(f"graph.{name}")
    others = imported(ROOT / "graph" / f"{name}.py")
    every = dispatchers(module)
    assert every
    for function, each in every.items():
        read = {one for one in names_read(each.py_func.__code__) if one in vars(module) and not hasattr(builtins, one)}
        assert {one: others[one] for one in read & others.keys() if others[one] != "math"} == {}, function


def test_a_search_waits_for_nothing_to_be_compiled() -> None:
    """In a process of its own: after compiling ahead, questions of every kind meet no new kinds of arguments."""
    script = """
from numba.core.dispatcher import Dispatcher
from graph import geodesic, judging, near
from graph.demands import Demand
from graph.lookup import Origin
from graph.model import Certificate, Company, Offer, Workplace
from graph.replacement import Finder
from graph.store import Snapshot
from graph.supply import compile_ahead

def compiled():
    modules = (geodesic, judging, near)
    every = [pair for one in modules for pair in vars(one).items()]
    return {name: each.signatures for name, each in every if isinstance(each, Dispatcher)}

compile_ahead()
before = compiled()
made = {Company: [], Workplace: [], Offer: [], Certificate: []}
for number in range(60):
    key = f"f{number:02}"
    made[Company].append(Company(key, name=key))
    made[Workplace].append(Workplace(f"{key}/1", key, latitude=59.0 + number / 60, longitude=14.5))
    made[Offer].append(Offer(f"{key}/t", key, "turning", materials=("steel",), max_length_mm=100.0, evidence="stated"))
    made[Certificate].append(Certificate(f"{key}/9", key, "ISO 9001"))
finder = Finder(Snapshot(1, made))
origin = Origin("K", (59.3267, 14.5239), 0.0)
one = (("turning", 1.0),)
full = dict(material="steel", length_mm=80.0, piece_weight_kg=2.0, tolerance="IT8", annual_quantity=5)
for demand in (Demand(one), Demand(one, **full, certificates=("ISO 9001",)), Demand((*one, ("milling_3", 0.5)),
               all_processes=False), Demand((("milling_3", 1.0),))):
    for within_km in (30.0, 100.0, 2000.0):
        assert finder.find(demand, origin, within_km).demand == demand
        finder.candidates(demand, origin, within_km, limit=5)
later = Snapshot(2, {**made, Company: made[Company][1:]})
assert finder.changed(later, {"f00"}).find(Demand(one), origin, 100.0, limit=99).found == 59
print({name: each for name, each in compiled().items() if each != before[name]})
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("{}\n", "")


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same() -> None:
    """A function from no file: numba finds no place to keep it."""
    space: dict[str, object] = {}
    exec("def twice(number):\n    return 2 * number\n", space)  # noqa: S102
    assert compiled(space["twice"])(21) == 42  # type: ignore[arg-type]

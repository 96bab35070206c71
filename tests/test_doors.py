"""The doors of the house plan, read off every import: app -> views, cli -> commands; both -> render | ingest -> graph.

import-linter holds the packages; this holds the single files app.py and cli.py as well, imports inside functions and
those for types alone. Tests may import anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("graph", "ingest", "render", "views", "commands", "texts", "app", "cli", "tools", "benchmarks")
MAY_IMPORT = {
    "graph": {"graph"},
    "ingest": {"ingest", "graph"},
    "render": {"render", "ingest", "graph", "texts"},
    "texts": {"texts"},
    "views": {"views", "render", "ingest", "graph", "texts"},
    "app": {"views", "render", "ingest", "graph", "texts"},
    "commands": {"commands", "render", "ingest", "graph", "texts"},
    "cli": {"commands", "render", "ingest", "graph", "texts"},
    "tools": {"tools", "ingest", "graph"},
    "benchmarks": {"benchmarks", "render", "ingest", "graph", "texts", "tools"},
}
ONLY_IN = {
    "streamlit": ("app.py", "views/", "tools/session.py"),
    "neo4j": ("graph/stores/neo4j.py", "tools/", "benchmarks/"),
    "pyvis": ("render/",),
    "pandas": (),
    "openpyxl": (
        *("render/annotated.py", "render/interview.py", "render/template.py", "render/workbooks.py"),
        "benchmarks/",
    ),
    "tests": (),
}
"""Where a module may be imported at all, beside the tests; pandas is slow and needed by nobody."""


def sources() -> list[Path]:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return files + [path for path in (ROOT / "app.py", ROOT / "cli.py") if path.exists()]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, wherever in the file; a relative one as ".name"."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, (ast.Name, ast.Attribute))
            and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) == "import_module"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, str(node.args[0].value)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def wrong_doors(files: list[Path]) -> list[str]:
    found = []
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        for line, module in imports(path):
            top = module.partition(".")[0]
            if not top:
                found.append(f"{name}:{line} is relative")
                continue
            in_wrong_room = top in ROOMS and top not in MAY_IMPORT[room_of(path)]
            if in_wrong_room or (top in ONLY_IN and not name.startswith(ONLY_IN[top])):
                found.append(f"{name}:{line} imports {module}")
    return found


def test_every_import_goes_through_a_door() -> None:
    files = sources()
    assert {room_of(path) for path in files} >= {"graph", "ingest", "render", "texts", "cli"}
    assert wrong_doors(files) == []


def test_the_driver_is_where_it_is_allowed() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in sources() for _, name in imports(path) if name == "neo4j"}
    assert "graph/stores/neo4j.py" in users


def test_nobody_walks_in_by_the_window() -> None:
    """No room reads another's files or changes where modules are found."""
    for path in sources():
        if room_of(path) not in ("tools", "benchmarks"):
            text = path.read_text(encoding="utf-8")
            assert "sys.path" not in text, path
            assert "__import__(" not in text, path


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("graph", "from ingest.rows import fold"), ("graph", "import texts"), ("ingest", "from texts import load"),
        ("ingest", "def f():\n    import streamlit"), ("render", "from views import find"),
        ("render", "import streamlit as st"), ("views", "import neo4j"), ("graph", "from .model import Company"),
        ("views", "from pyvis.network import Network"), ("cli", "import tests.regions"), ("texts", "import graph"),
        ("ingest", "from importlib import import_module\nimport_module('render.plain')"),
    ],
)  # fmt: skip
def test_a_wrong_door_is_seen(room: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_doors.ROOT", tmp_path)
    path = tmp_path / (f"{room}.py" if room in ("app", "cli") else f"{room}/wrong.py")
    path.parent.mkdir(exist_ok=True)
    path.write_text(line + "\n", encoding="utf-8")
    assert len(wrong_doors([path])) == 1

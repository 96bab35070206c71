"""``start.cmd``: no Windows runs here, so this holds what can be held of it elsewhere: its form, and what it calls."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import cli
from tests.conftest import ROOT

SCRIPT = ROOT / "start.cmd"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def lines() -> list[str]:
    return SCRIPT.read_bytes().decode("ascii").split("\r\n")


def test_it_is_ascii_with_the_line_ends_that_windows_wants() -> None:
    raw = SCRIPT.read_bytes()
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") > 20
    assert "start.cmd text eol=crlf" in (ROOT / ".gitattributes").read_text(encoding="utf-8")


def test_every_jump_has_its_label_and_every_end_waits_to_be_read() -> None:
    said = lines()
    labels = {line[1:] for line in said if re.fullmatch(r":\w+", line)}
    assert {each for line in said for each in re.findall(r"goto (\w+)", line)} == labels
    for label in ("no_python", "failed"):
        rest = said[said.index(f":{label}") :]
        assert "pause" in rest[: rest.index("exit /b 1")]


def test_it_runs_what_make_app_runs() -> None:
    calls = [re.split(r" \|\| ", line)[0] for line in lines() if line.startswith('"%VENV%\\Scripts\\python.exe"')]
    arguments = [shlex.split(line.replace("\\", "/"))[1:] for line in calls]
    install, demo, app = arguments
    assert install[:3] == ["-m", "pip", "install"]
    assert {"--require-hashes", "-r", "requirements.lock"} <= set(install)
    assert cli.parser().parse_args(demo[1:]).folder is None
    assert demo[0] == "cli.py"
    assert app[:4] == ["-m", "streamlit", "run", "app.py"]
    for option in app[4:]:
        assert option in MAKEFILE


def test_it_looks_for_every_python_the_project_takes() -> None:
    (wanted,) = re.findall(r"for %%V in \(([\d. ]+)\)", "\n".join(lines()))
    assert wanted.split() == re.findall(r"python(3\.\d+)", MAKEFILE.split("CANDIDATES :=")[1].splitlines()[0])
    assert Path(ROOT / "requirements.lock").exists()

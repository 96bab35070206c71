"""What the docs claim: commands exist and run, every command is named, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*.md")])
COMMANDS = re.findall(r"^    ([a-z]+) ", cli.parser().format_help(), re.MULTILINE)


def shell_lines(text: str) -> list[str]:
    """Lines of the page's code blocks that call the command line, comments cut off."""
    blocks = re.findall(r"^```(?:\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [re.split(r"\s{3,}|\s#\s", line)[0] for line in lines if line.startswith("python cli.py")]


def test_every_command_is_named_in_the_readme_or_the_docs() -> None:
    said = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert len(COMMANDS) > 15
    assert [name for name in COMMANDS if f"`{name}" not in said and f"cli.py {name}" not in said] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_the_docs_are_understood(page: Path) -> None:
    for line in shell_lines(page.read_text(encoding="utf-8")):
        cli.parser().parse_args(shlex.split(line)[2:])


def test_the_readme_tour_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARVERK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    lines = shell_lines((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(lines) >= 6
    for line in lines:
        code = cli.main(shlex.split(line)[2:])
        said = capsys.readouterr()
        assert code == 0, (line, said.err)
        assert said.out.strip(), line

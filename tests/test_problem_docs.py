"""docs/problems.md names every code a row's problem can have, with its sentences as they are said."""

from __future__ import annotations

import re

from render.plain import capital
from render.workbooks import MOST_CELLS
from tests.conftest import ROOT
from texts import load

PAGE = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
PARTS = {"where", "sheet", "column", "value", "suggestion"}
"""Of the sentence around a problem."""


def test_every_code_stands_there_once_with_its_sentences() -> None:
    swedish, english = load("sv"), load("en")
    codes = [
        key.removeprefix("problem.")
        for key in swedish.keys
        if key.startswith("problem.") and key.count(".") == 1 and key.removeprefix("problem.") not in PARTS
    ]
    wanted = [
        f"| `{code}` | {capital(swedish(f'problem.{code}'))} | {capital(english(f'problem.{code}'))} |"
        for code in codes
    ]
    assert len(codes) > 70
    assert [line for line in wanted if PAGE.count(line) != 1] == []
    assert sorted(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == sorted(codes)


def test_the_limit_is_the_code_s() -> None:
    assert f"{MOST_CELLS // 1_000_000} million cells" in " ".join(PAGE.split())

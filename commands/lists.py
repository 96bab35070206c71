"""What a person fills in at home: the template of lists."""

from __future__ import annotations

from pathlib import Path

from commands.asking import Asked, Said, write_file
from graph.errors import UserMistake
from render.template import KINDS, template


def write_template(asked: Asked) -> Said:
    """Write an empty workbook with headings, help and drop-downs."""
    target = Path(asked.args.file)
    if target.suffix.lower() != ".xlsx":
        raise UserMistake("not_an_xlsx", file=str(target))
    if target.exists():
        raise UserMistake("file_exists", file=str(target))
    kinds = asked.args.kind or list(KINDS)
    write_file(target, template(asked.texts, kinds))
    return Said({"file": str(target), "kinds": kinds}, [asked.texts("template.written", file=str(target))])

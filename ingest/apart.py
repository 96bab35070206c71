"""What sheets has an XLS or XLSB file? Read in a process of its own, so that a file made to harm ends only that.

Both are binary: what they would cost cannot be counted beforehand as it is of XLSX and ODS, and the reader ends its
process where memory does not suffice. Starting another takes about a quarter of a second.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

import orjson

from graph.errors import UnreadableFile
from ingest.workbooks import Sheet, sheets_of

ROOT = Path(__file__).resolve().parents[1]
MAX_MEMORY_BYTES = 4_000_000_000
MAX_SECONDS = 300


def read_apart(content: bytes, file: str) -> list[Sheet]:
    """The sheets of a workbook.

    Raises:
        UnreadableFile: workbook_encrypted, workbook_damaged or sheet_too_large.
    """
    try:
        answer = orjson.loads(_read_by_another(content))
    except (subprocess.SubprocessError, orjson.JSONDecodeError) as cause:
        raise UnreadableFile("workbook_damaged", file=file) from cause
    match answer.get("refused"):
        case None:
            pass
        case "sheet_too_large":
            raise UnreadableFile("sheet_too_large", **{**answer["values"], "file": file})
        case "workbook_encrypted":
            raise UnreadableFile("workbook_encrypted", file=file)
        case _:
            raise UnreadableFile("workbook_damaged", file=file)
    return [Sheet(*each) for each in answer["sheets"]]


def _read_by_another(content: bytes) -> bytes:
    """What another process says of the content; empty where it died of it."""
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, cwd=ROOT) as reader:  # noqa: S603 (this module)
        _readers.add(reader)
        try:
            said, _ = reader.communicate(content, MAX_SECONDS)
        finally:
            reader.kill()
            _readers.discard(reader)
    return said


_readers: set[subprocess.Popen[bytes]] = set()


def end_readers() -> None:
    """End those that are reading: the program ends, and nobody waits for what they say."""
    for each in list(_readers):
        each.kill()


def _answer(content: bytes) -> dict[str, object]:
    try:
        return {"sheets": [astuple(each) for each in sheets_of(content, "")]}
    except UnreadableFile as refusal:
        return {"refused": refusal.code, "values": refusal.values}


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows refuses what it cannot give, at once
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = MAX_MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MAX_MEMORY_BYTES, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


if __name__ == "__main__":
    _limit_memory()
    sys.stdout.buffer.write(orjson.dumps(_answer(sys.stdin.buffer.read())))

"""What a PDF says: its pages' text, read through the tables by which its letters are known, and its other strings.

Enough of the format for files that are written once, each object by itself; it knows nothing of who wrote them.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"^(.*?)\bstream\r?\n(.*)endstream", re.DOTALL)
_FONT = re.compile(rb"/([^\s/<>\[\]()]+) (\d+) 0 R")
_LETTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_LETTER = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
_SHOWN = re.compile(
    rb"/(\S+) ([\d.]+) Tf\b|(\((?:\\.|[^\\()])*\))|<([0-9A-Fa-f\s]+)>|(?<=\s)(T\*|Td|TD|Tm|ET|'|\")(?=\s)", re.DOTALL
)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_KIDS = re.compile(rb"/Kids \[(.*?)\]", re.DOTALL)

Letters = dict[int, str]
"""What each code of a font stands for."""


def objects(data: bytes) -> dict[int, bytes]:
    """The objects by their numbers, as they are written."""
    return {int(number): body for number, body in _OBJECT.findall(data)}


def unpacked(body: bytes) -> bytes:
    """What the stream of an object holds; b"" where it has none."""
    found = _STREAM.search(body)
    if found is None:
        return b""
    head, packed = found[1], found[2]
    if b"/ASCII85Decode" in head:
        packed = base64.a85decode(b"<~" + packed.strip(), adobe=True)
    return zlib.decompressobj().decompress(packed) if b"/FlateDecode" in head else packed


def strings(data: bytes) -> Iterator[bytes]:
    """The strings outside of streams: the title, the list of contents, and what else is said about the file."""
    for body in (*objects(data).values(), data.rpartition(b"trailer")[2]):
        yield from map(_literal, _STRING.findall(body.partition(b"stream")[0]))


class Run(NamedTuple):
    """Some letters of a line, in one font of one size (points)."""

    text: str
    font: str
    size: float


def pages(data: bytes) -> list[str]:
    """The text of each page, a line for each that is drawn."""
    return ["\n".join("".join(run.text for run in line).strip() for line in page) for page in drawn(data)]


def drawn(data: bytes) -> list[list[list[Run]]]:
    """The lines of each page, in runs."""
    known = objects(data)
    fonts = _fonts(known)
    kids = [
        int(number)
        for body in known.values()
        for listed in _KIDS.findall(body)
        for number in re.findall(rb"(\d+) 0 R", listed)
    ]
    contents = [re.search(rb"/Contents (\d+) 0 R", known[each]) for each in kids]
    return [list(_lines(unpacked(known[int(each[1])]), fonts)) for each in contents if each]


def _fonts(known: Mapping[int, bytes]) -> dict[bytes, tuple[str, Letters]]:
    """What each font is called, and its letters."""
    tables: dict[bytes, tuple[str, Letters]] = {}
    for body in known.values():
        for name, number in _FONT.findall(body):
            font = known.get(int(number), b"")
            table, base = re.search(rb"/ToUnicode (\d+) 0 R", font), re.search(rb"/BaseFont /(\S+)", font)
            if table and base:
                sections = _LETTERS.findall(unpacked(known[int(table[1])]))
                codes = [each for section in sections for each in _LETTER.findall(section)]
                letters = {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in codes}
                tables[name] = (base[1].decode(), letters)
    return tables


def _lines(content: bytes, fonts: Mapping[bytes, tuple[str, Letters]]) -> Iterator[list[Run]]:
    line: list[Run] = []
    font, size = ("", Letters()), 0.0
    for name, points, literal, hexadecimal, end in _SHOWN.findall(content):
        if name:
            font, size = fonts.get(name, ("", Letters())), float(points)
        elif not end:
            codes = _literal(literal) if literal else bytes.fromhex(hexadecimal.decode())
            line.append(Run("".join(font[1].get(code, chr(code)) for code in codes), font[0], size))
        elif "".join(each.text for each in line).strip():
            yield line
            line = []


def _literal(written: bytes) -> bytes:
    """A string between parentheses as it is meant."""

    def meant(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8) & 255]) if said.isdigit() else _PLAIN.get(said, said)

    return _ESCAPED.sub(meant, written[1:-1])

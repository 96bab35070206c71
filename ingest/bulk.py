"""Which rows of a national register's file are about the region? Answered in one pass, in bounded memory.

A row is kept where its municipality, its postcode (with a postcode table) or its post town lies in the region, or its
number is known there already; the others are not even decoded. A post town that also lies elsewhere counts where other
rows of the region have a postcode with the same first three digits. What a postal address cannot tell is missed: a firm
whose mail goes by a town outside the region, or by one that no table knows.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

from graph.errors import UnreadableFile, UserMistake
from graph.gazetteer import Gazetteer
from ingest.locate import PostcodePlace
from ingest.registers import HEAD_BYTES, MAX_ROW_BYTES, Line, Register, register_of
from ingest.tables import Table
from ingest.workbooks import ZIP_MAGIC

BLOCK_BYTES = 1 << 20
MAX_ROWS_KEPT = 400_000  # about 1 GB while they are read; Stockholm's county has more, a network's region hardly
MAX_UNPACKED_BYTES = 5_000_000_000  # Bolagsverket's is 1 GB
MOST_PLACES = 300_000  # pairs of postcode and town that are remembered; Sweden has some 20,000
AREA_DIGITS = 3  # of a postcode: a sorting area, about a municipality
TEXT_ENDINGS = (".txt", ".csv", ".tsv")
MEGABYTE = 1_000_000
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

Whereabouts = Literal["home", "outside", "perhaps"]
Progress = Callable[[int, int], None]
"""Called with the megabytes read and those there are."""


@dataclass(frozen=True, slots=True)
class Home:
    """The region: municipality codes, the ten-digit numbers of its firms, and postcodes where a table is at hand."""

    municipalities: frozenset[str]
    numbers: Collection[str] = frozenset()
    postcodes: Mapping[str, PostcodePlace] = field(default_factory=dict)


def is_bulk(path: Path) -> bool:
    """Whether it is a register's file, or a zip with one, by the first line; False for what cannot be opened."""
    try:
        with _opened(path) as (file, _):
            return register_of(file.read(HEAD_BYTES)) is not None
    except (OSError, UnreadableFile):
        return False


def read_bulk(path: Path, home: Home, progress: Progress | None = None) -> Table:
    """The rows of a register's file that are about the region, with their numbers and how many were passed over.

    Raises:
        UserMistake: ``bulk_without_region`` where no municipality is known, ``bulk_too_many``.
        UnreadableFile: ``file_unreadable``, ``zip_damaged``, ``zip_encrypted``, ``zip_too_large``.
    """
    if not home.municipalities:
        raise UserMistake("bulk_without_region", file=path.name)
    try:
        with _opened(path) as (file, size):
            register = register_of(_peeked(path))
            if register is None:
                raise UnreadableFile("not_a_table", file=path.name)
            return _filtered(path.name, register, _lines(path.name, file, size, progress), home)
    except _DAMAGE as cause:
        raise UnreadableFile("zip_damaged", file=path.name) from cause
    except OSError as cause:
        raise UnreadableFile("file_unreadable", file=path.name) from cause


def _peeked(path: Path) -> bytes:
    with _opened(path) as (file, _):
        return file.read(HEAD_BYTES)


def _filtered(name: str, register: Register, lines: Iterator[Line], home: Home) -> Table:
    judge = _Judge(register.encoding, home)
    numbers = frozenset(each.encode() for each in home.numbers)
    key, place = register.key, judge.place
    next(lines, None)  # the headings
    kept: list[Line] = []
    perhaps: list[tuple[Line, bytes]] = []
    areas: set[bytes] = set()
    rows = 0
    for line in register.rows(lines):
        rows += 1
        number, postcode, town, municipality = key(line[1])
        found = place(postcode, town, municipality)
        if found == "home":
            areas.add(postcode[:AREA_DIGITS])
        elif number not in numbers:
            if found == "perhaps":
                perhaps.append((line, postcode[:AREA_DIGITS]))
            continue
        kept.append(line)
        if len(kept) > MAX_ROWS_KEPT:
            raise UserMistake("bulk_too_many", file=name, limit=MAX_ROWS_KEPT)
    kept = sorted([*kept, *(line for line, area in perhaps if area and area in areas)])
    return Table(
        name,
        "",
        register.headings,
        1,
        tuple(register.cells(row.decode(register.encoding, "replace")) for _, row in kept),
        numbers=tuple(number for number, _ in kept),
        passed_over=rows - len(kept),
    )


class _Judge:
    """Whether a place lies in the region; the same words are looked up once."""

    def __init__(self, encoding: str, home: Home) -> None:
        self._encoding = encoding
        self._home = home
        self._gazetteer = Gazetteer.default()
        self._known: dict[tuple[bytes, bytes, bytes], Whereabouts] = {}

    def place(self, postcode: bytes, town: bytes, municipality: bytes) -> Whereabouts:
        words = (postcode, town, municipality)
        found = self._known.get(words)
        if found is None:
            if len(self._known) >= MOST_PLACES:
                self._known.clear()
            found = self._known[words] = self._looked_up(*(each.decode(self._encoding, "replace") for each in words))
        return found

    def _looked_up(self, postcode: str, town: str, municipality: str) -> Whereabouts:
        home = self._home.municipalities
        code = self._gazetteer.municipality_code(municipality) if municipality.strip() else None
        entry = self._home.postcodes.get(postcode.replace(" ", ""))
        if code is None and entry is not None:
            code = entry.municipality
        if code is not None:
            return "home" if code in home else "outside"
        places = [each for each in self._gazetteer.find(town) if each.municipality]
        at_home = [each for each in places if each.municipality in home]
        if not at_home or len(at_home) == len(places):
            return "home" if at_home else "outside"
        seats = [each for each in places if self._gazetteer.municipality_name(each.municipality or "") == each.name]
        if len(seats) == 1:
            return "home" if seats[0] in at_home else "outside"
        return "perhaps"


# -- the file --------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The text of a file, or of the one text in a zip, and its size in bytes."""
    with path.open("rb") as file:
        if file.read(len(ZIP_MAGIC)) != ZIP_MAGIC:
            file.seek(0)
            yield file, path.stat().st_size
            return
        try:
            with zipfile.ZipFile(file) as archive:
                inside = _one_text(archive, path.name)
                with archive.open(inside) as text:
                    yield text, inside.file_size
        except RuntimeError as cause:  # what zipfile raises for a password
            raise UnreadableFile("zip_encrypted", file=path.name) from cause
        except _DAMAGE as cause:
            raise UnreadableFile("zip_damaged", file=path.name) from cause


def _one_text(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    texts = [each for each in archive.infolist() if each.filename.lower().endswith(TEXT_ENDINGS)]
    if len(texts) != 1:
        raise UnreadableFile("not_a_table", file=name)
    if texts[0].file_size > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // MEGABYTE
        raise UnreadableFile("zip_too_large", file=name, megabytes=texts[0].file_size // MEGABYTE, limit=limit)
    return texts[0]


def _lines(name: str, file: IO[bytes], size: int, progress: Progress | None) -> Iterator[Line]:
    """The lines with their numbers from 1, blank ones left out; read in blocks, since a zip's own lines are slow."""
    rest, number, done = b"", 0, 0
    while block := file.read(BLOCK_BYTES):
        done += len(block)
        if progress:
            progress(done // MEGABYTE, max(done, size) // MEGABYTE)
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            if line and line != b"\r":
                yield number, line
        if len(rest) > MAX_ROW_BYTES:
            raise UnreadableFile("not_a_table", file=name)
    if rest:
        yield number + 1, rest

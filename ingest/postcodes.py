"""Where is GeoNames' table of Swedish postcodes, which a user may lay beside the regions for finer places?

It is never bundled: 480 postcodes of Örebro county lie on 53 points, so it is seldom finer than the town, but it tells
which of two namesakes is meant and which municipality a post town's mail goes to.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from graph.errors import UnreadableFile
from graph.store import data_folder
from ingest.locate import PostcodePlace, read_postcodes

VARIABLE = "NARVERK_POSTCODES"
INSIDE = "SE.txt"
NAMES = (INSIDE, "SE.zip")
MAX_UNPACKED_BYTES = 50_000_000  # Sweden's is 1 MB, every country's 150

_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?[A-Z]{2}\t\d{3} ?\d{2}\t[^\t\n]+(?:\t[^\t\n]*){8}")


def postcode_file() -> Path | None:
    """The file that ``NARVERK_POSTCODES`` names, else ``SE.txt`` or ``SE.zip`` in the data folder, else None."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    return next((data_folder() / each for each in NAMES if (data_folder() / each).is_file()), None)


def known_postcodes() -> Mapping[str, PostcodePlace]:
    """The table by five digits; empty where there is none.

    Raises:
        UnreadableFile: ``file_missing``, ``file_unreadable``, ``not_a_postcode_file``.
    """
    path = postcode_file()
    if path is None:
        return {}
    try:
        found = path.stat()
    except FileNotFoundError as cause:
        raise UnreadableFile("file_missing", file=str(path)) from cause
    except OSError as cause:
        raise UnreadableFile("file_unreadable", file=str(path)) from cause
    return _read(path, found.st_mtime_ns, found.st_size)


def looks_like_postcodes(path: Path) -> bool:
    """Whether it is such a table, or a zip with one, by its first line."""
    try:
        with path.open("rb") as file:
            if _FIRST_LINE.match(file.read(1000)):
                return True
        return zipfile.is_zipfile(path) and INSIDE in zipfile.ZipFile(path).namelist()
    except (OSError, zipfile.BadZipFile):
        return False


@lru_cache(maxsize=2)
def _read(path: Path, _changed_ns: int, _size: int) -> Mapping[str, PostcodePlace]:
    try:
        if not zipfile.is_zipfile(path):
            return read_postcodes(path)
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(INSIDE).file_size > MAX_UNPACKED_BYTES:
                raise UnreadableFile("not_a_postcode_file", file=path.name, row=1)
            return read_postcodes(zipfile.Path(archive, INSIDE))
    except (zipfile.BadZipFile, KeyError, RuntimeError) as cause:
        raise UnreadableFile("not_a_postcode_file", file=path.name, row=1) from cause
    except OSError as cause:
        raise UnreadableFile("file_unreadable", file=path.name) from cause

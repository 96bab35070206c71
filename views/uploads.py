"""Files from a browser, kept in a private folder for just as long as they are needed.

A name from a browser is never a path: what may stand in a file's name on every system is kept, so that a report can
name the file as the person knows it, and a second file of the same name gets a number.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import unicodedata
import weakref
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

_UNFIT = re.compile(r"[^\w .,()\-+&]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # devices of Windows
LONGEST_NAME = 100
KEPT_S = 12 * 3600.0  # files that somebody tried and then forgot
OWNER_ONLY = 0o600


class PrivateFolder:
    """A folder that nobody else may read; gone with :meth:`remove`, after :data:`KEPT_S`, or when the program ends."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="narverk-"))
        self._remove = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._forgotten = threading.Timer(KEPT_S, self._remove)
        self._forgotten.daemon = True
        self._forgotten.start()
        _folders.add(self)

    def remove(self) -> None:
        """Delete the files; more than once does no harm."""
        self._forgotten.cancel()
        self._remove()


_folders: weakref.WeakSet[PrivateFolder] = weakref.WeakSet()


def remove_folders() -> None:
    """Remove every such folder: the program ends."""
    for each in list(_folders):
        each.remove()


class Uploads(PrivateFolder):
    """Files from a browser, in the order they came."""

    def __init__(self, files: Iterable[tuple[str, BinaryIO]]) -> None:
        super().__init__()
        taken: set[str] = set()
        self.paths: list[Path] = []
        for name, content in files:
            path = self.folder / free_name(safe_name(name), taken)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY), "wb") as out:
                shutil.copyfileobj(content, out)
            self.paths.append(path)


def safe_name(name: str) -> str:
    r"""A name that is no path and may stand on any disk.

    >>> safe_name("../../etc/passwd"), safe_name(r"C:\listor\Våra <medlemmar>.xlsx"), safe_name("nul.csv")
    ('passwd', 'Våra _medlemmar_.xlsx', '_nul.csv')
    """
    bare = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    bare = _UNFIT.sub("_", bare).strip(" .") or "_"
    if _RESERVED.fullmatch(bare):
        bare = f"_{bare}"
    stem, dot, ending = bare.rpartition(".")
    if dot and stem and len(ending) <= 8:
        return f"{stem[: LONGEST_NAME - len(ending)].rstrip(' .')}.{ending}"
    return bare[:LONGEST_NAME].rstrip(" .")


def free_name(name: str, taken: set[str]) -> str:
    """The name, or with a number where it is taken already (case does not count); it is taken from then on."""
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - of a name, not of a path
    tries = [name, *(f"{stem} ({number}){ending}" for number in range(2, len(taken) + 3))]
    free = next(each for each in tries if each.casefold() not in taken)
    taken.add(free.casefold())
    return free

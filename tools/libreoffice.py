"""Where is a real LibreOffice, and how does one get there?

What Närverk writes for Office is opened by a program that people have, not only by the library that wrote it: one that
is installed, else Debian's without its windows (as root).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

if __package__ in {None, ""}:  # run as a file, not as a module
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.apt import install, starts

NAMES = ("soffice", "libreoffice")
PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)  # not on everybody's path
PACKAGES = ("libreoffice-impress-nogui", "libreoffice-calc-nogui", "libreoffice-writer-nogui")
OPEN_LIMIT_S = 180


class NoLibreOffice(RuntimeError):
    """No LibreOffice is here, and none could be installed."""


class NotOpened(RuntimeError):
    """LibreOffice could not open the file; says what it said."""


def find() -> str | None:
    """Path of a LibreOffice that starts, or None."""
    known = (*map(shutil.which, NAMES), *PLACES)
    return next((path for path in known if path and starts(path, "--version")), None)


def find_or_install() -> str:
    """Path of a LibreOffice, installed first where there is none.

    Raises:
        NoLibreOffice: nothing worked; says what to do.
    """
    found = find()
    if found is None:
        install(*PACKAGES)
        found = find()
    if found is None:
        raise NoLibreOffice("There is no LibreOffice and none could be installed: install it, try again.")
    return found


def opened(program: str, path: Path, kind: str, folder: Path) -> Path:
    """Open a file and save it again as another kind (``odp``, ``ods``, ``odt``) in a folder; where that lies.

    Raises:
        NotOpened: nothing was saved.
    """
    with tempfile.TemporaryDirectory() as own:  # a profile of its own: nobody's settings, and none left behind
        command = [program, f"-env:UserInstallation={Path(own).as_uri()}", "--headless", "--convert-to", kind]
        done = subprocess.run(
            [*command, "--outdir", str(folder), str(path)], capture_output=True, timeout=OPEN_LIMIT_S, check=False
        )
    saved = folder / f"{path.stem}.{kind}"
    if not saved.exists():
        raise NotOpened((done.stdout + done.stderr).decode(errors="replace"))
    return saved


if __name__ == "__main__":
    print(find_or_install())

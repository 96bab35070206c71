"""Where is a real nginx, and how does one get there?

The configuration in ``docs/deploy`` is tested with the program it is for: one that is installed, else Debian's package
unpacked into the user's cache folder, so that nothing starts by itself and nobody must be root.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

if __package__ in {None, ""}:  # run as a file, not as a module
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.apt import attempt, starts
from tools.neo4j_jars import cache_folder

PLACES = ("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx")  # not on everybody's path


class NoNginx(RuntimeError):
    """No nginx is here, and none could be fetched."""


def find() -> str | None:
    """Path of an nginx that starts, or None."""
    known = (shutil.which("nginx"), *PLACES, str(_unpacked()))
    return next((path for path in known if path and starts(path, "-v")), None)


def find_or_fetch() -> str:
    """Path of an nginx, fetched first where there is none.

    Raises:
        NoNginx: nothing worked; says what to do.
    """
    found = find()
    if found is None and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        if os.geteuid() == 0:
            attempt("apt-get", "update")
        _unpack()
        found = find()
    if found is None:
        raise NoNginx("There is no nginx and none could be fetched: install nginx, try again.")
    return found


def _unpacked() -> Path:
    return cache_folder() / "nginx" / "usr" / "sbin" / "nginx"


def _unpack() -> None:
    """Fetch the package, which apt checks by its signed list, and unpack it without installing it."""
    with tempfile.TemporaryDirectory() as folder:
        attempt("apt-get", "download", "nginx", folder=folder)
        for package in Path(folder).glob("nginx_*.deb"):
            attempt("dpkg-deb", "--extract", str(package), str(cache_folder() / "nginx"))


if __name__ == "__main__":
    print(find_or_fetch())

"""Debian's packages, where the tests need a program that this machine lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

INSTALL_LIMIT_S = 900


def install(*packages: str) -> None:
    """Install them where one may: as root on a Debian. Whether it worked shows afterwards."""
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        attempt("apt-get", "update")
        attempt("apt-get", "install", "--yes", "--no-install-recommends", *packages)


def attempt(*command: str, folder: str | None = None) -> None:
    """Run an installer; what it says goes to standard error, and whether it worked shows afterwards."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, cwd=folder, stdout=sys.stderr, timeout=INSTALL_LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {error}", file=sys.stderr)


def starts(path: str, *asked: str) -> bool:
    """Whether the program answers when it is asked for its version."""
    try:
        return subprocess.run([path, *asked], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False

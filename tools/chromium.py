"""Where is a real Chromium, and how does one get there?

The pages are tested in a browser as people have it: one that is installed, else Debian's (as root), else the
build that Playwright fetches for itself.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

if __package__ in {None, ""}:  # run as a file, not as a module
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.apt import attempt, install, starts

if TYPE_CHECKING:
    from collections.abc import Iterator

# Without a sandbox because root has none; without the calls home that a browser makes by itself.
LAUNCH_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class NoChromium(RuntimeError):
    """No Chromium is here, and none could be installed."""


def find() -> str | None:
    """Path of an installed Chromium or Chrome that starts, or None."""
    return next((path for path in _candidates() if path and _starts(path)), None)


def find_or_install() -> str:
    """Path of a Chromium, installed first where there is none.

    Raises:
        NoChromium: nothing worked; says what to do.
    """
    found = find()
    if found is None:
        install("chromium")
        found = find()
    if found is None:
        attempt(sys.executable, "-m", "playwright", "install", "chromium")
        found = find()
    if found is None:
        raise NoChromium("There is no Chromium and none could be installed: install Chromium or Chrome, try again.")
    return found


def _candidates() -> Iterator[str | None]:
    """What to try, dearest last: asking Playwright starts its driver."""
    yield from map(shutil.which, NAMES)
    yield from MAC_APPLICATIONS if sys.platform == "darwin" else ()
    yield _playwrights_own()


def _starts(path: str) -> bool:
    """Whether the program answers; Ubuntu has a ``chromium-browser`` that only says what to install."""
    if not Path(path).exists():
        return False
    if os.name == "nt":  # there ``--version`` opens a window
        return True
    return starts(path, "--version")


def _playwrights_own() -> str | None:
    try:
        with sync_playwright() as playwright:
            return playwright.chromium.executable_path
    except PlaywrightError:
        return None


if __name__ == "__main__":
    print(find_or_install())

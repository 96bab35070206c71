"""Makes the pictures of the handbook and the README anew: ``python -m tools.screenshots``, by a person who then looks.

The invented region, in Swedish, light, in a real Chromium: the start page, an answer, the page of a firm in it, and
what could come home; then every slide of its show, on a wall and on an old projector. They are written to
``docs/images/`` with a palette of 256 colours, which nobody sees and which spares two thirds.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.chromium import LAUNCH_ARGUMENTS, find_or_install

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 720
MEETING, MEETING_DAY = "Höstmötet i Karlskoga", "2026-11-26"
PART, PLACE, FIRM = "Svarvad axel i stål", "Karlskoga", "Bergslags CNC-Teknik i Karlskoga AB"
START_LIMIT_S = 60
SHOW_SIZES = ((1920, 1080), (1280, 720))
DRAWN_MS = 3000  # maps and networks are drawn after the page says that it is done


def main() -> None:
    """Start the app on a region of its own, take the pictures, and say where they are."""
    with tempfile.TemporaryDirectory(prefix="narverk-pictures-") as data, _app(data) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=find_or_install(), args=list(LAUNCH_ARGUMENTS))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="sv-SE")
        page.goto(address)
        page.locator("h1.nv-headline").wait_for()
        _take(page, "start")
        page.goto(f"{address}/find")
        for label, text in (("Nära", PLACE), ("Beskriv delen", PART)):
            field = page.locator(f"input[aria-label='{label}']")
            field.fill(text)
            field.press("Enter")
        page.get_by_text(f"km från {PLACE}").first.wait_for()
        _take(page, "find")
        page.locator(".hit .row", has_text=FIRM).click()
        page.get_by_role("button", name="Öppna företagets sida").click()
        page.wait_for_url("**/company**")
        page.locator("h1.nv-headline").wait_for()
        _take(page, "company")
        page.goto(f"{address}/potential")
        page.locator("figure.nv-ribbons").wait_for()
        _take(page, "potential")
        _show(browser, Path(data))
        browser.close()


def _show(browser: Browser, data: Path) -> None:
    """Each slide as members see it; the buttons have gone by then."""
    file = data / "show.html"
    command = [sys.executable, "cli.py", "--store", f"sqlite:{data / 'demo.sqlite'}", "show", str(file)]
    command += ["--audience", "MEMBERS", "--name", MEETING, "--held-on", MEETING_DAY]
    subprocess.run(command, cwd=ROOT, check=True)
    for wide, high in SHOW_SIZES:
        page = browser.new_page(viewport={"width": wide, "height": high}, reduced_motion="reduce")
        page.goto(file.as_uri())
        folder = f"show/{wide}x{high}"
        (IMAGES / folder).mkdir(parents=True, exist_ok=True)
        for number in range(1, page.locator("main section").count() + 1):
            _take(page, f"{folder}/{number:02}")
            page.keyboard.press("ArrowRight")
        page.close()


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(DRAWN_MS)
    path = IMAGES / f"{name}.png"
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


@contextmanager
def _app(data: str) -> Iterator[str]:
    """The app with the invented region in the data folder; its address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NARVERK_", "NEO4J_"))}
    environment = kept | {"NARVERK_DATA": data}
    subprocess.run([sys.executable, "cli.py", "demo"], cwd=ROOT, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - this machine
                return
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()

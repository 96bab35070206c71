"""The reverse proxy as it stands in ``docs/deploy``, in a real nginx before two processes of the app on one store."""

from __future__ import annotations

import configparser
import http.client
import os
import re
import signal
import ssl
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from streamlit import config

from ingest.demo import write_demo
from tests.conftest import ROOT, unavailable
from tests.test_app import SHAFT, invent_region
from tests.test_browser import PATIENCE_MS, UNDRAWN, Watched, ask, at_rest, by_menu, real_chromium, started
from tests.test_browser_load import drop, headline
from tests.test_serving import add_firm
from tests.test_serving import ask as ask_app
from tools.nginx import NoNginx, find_or_fetch

if TYPE_CHECKING:
    from filelock import FileLock
    from playwright.sync_api import Browser, Page

__all__ = ["real_chromium"]
SITE = ROOT / "docs" / "deploy" / "nginx.conf"
UNIT = ROOT / "docs" / "deploy" / "narverk@.service"
HERE = "127.0.0.1"
UPLOAD = "/_stcore/upload_file/nobody/1"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 512; }}
http {{
    log_format seats '$cookie_narverk_seat|$upstream_addr|$status|$request_uri';
    access_log {folder}/access.log seats;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/narverk.conf;
}}
"""


@dataclass
class Behind:
    """The app behind nginx."""

    address: str
    apps: dict[str, subprocess.Popen[bytes]]  # by their own addresses
    data: Path
    folder: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        """What nginx answers, without its body."""
        connection = http.client.HTTPSConnection(
            urlsplit(self.address).netloc,
            timeout=20,
            context=ssl._create_unverified_context(),  # noqa: S323 - made for this very test
        )
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def seats(self) -> dict[str, set[str]]:
        """Which processes answered for each seat."""
        found = defaultdict(set)
        for line in (self.folder / "access.log").read_text(encoding="utf-8").splitlines():
            seat, tried, *_ = line.split("|")
            if seat != "-" and tried != "-":
                found[seat].add(tried.split(", ")[-1])
        return found


def certificate(folder: Path) -> None:
    """A certificate for this machine and its key, good for today."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HERE)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(tz=UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(tz=UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    (folder / "chain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))


def filled_in(folder: Path, ports: tuple[int, int], apps: list[str]) -> str:
    """The very file of the docs, with everything that is marked CHANGE changed."""
    text = SITE.read_text(encoding="utf-8")
    for standing, changed in {
        "listen 80;": f"listen {HERE}:{ports[0]};",
        "listen 443 ": f"listen {HERE}:{ports[1]} ",
        "server_name narverk.example;": f"server_name {HERE};",
        "127.0.0.1:8501": urlsplit(apps[0]).netloc,
        "127.0.0.1:8502": urlsplit(apps[1]).netloc,
        "/etc/ssl/narverk/fullchain.pem": str(folder / "chain.pem"),
        "/etc/ssl/narverk/privkey.pem": str(folder / "key.pem"),
    }.items():
        assert standing in text
        text = text.replace(standing, changed)
    return text


def free_ports() -> tuple[int, int]:
    import socket

    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind((HERE, 0))
        return one.getsockname()[1], other.getsockname()[1]


@contextmanager
def proxied(nginx: str, data: Path, folder: Path) -> Iterator[Behind]:
    """Two processes of the app on one store, and nginx before them."""
    folder.mkdir()
    certificate(folder)
    with ExitStack() as stack:
        # A level that the configuration gives: without a log-in, what is passed on is refused.
        apps = dict(stack.enter_context(started(data, {"NARVERK_AUDIENCE": "MANAGER"})) for _ in range(2))
        ports = free_ports()
        (folder / "narverk.conf").write_text(filled_in(folder, ports, [*apps]), encoding="utf-8")
        (folder / "main.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
        command = [nginx, "-p", str(folder), "-c", str(folder / "main.conf"), "-e", str(folder / "error.log")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        process = stack.enter_context(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        stack.callback(process.terminate)
        behind = Behind(f"https://{HERE}:{ports[1]}", apps, data, folder)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                behind.ask("/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        yield behind


@pytest.fixture(scope="module", name="nginx")
def real_nginx(fetching: FileLock) -> str:
    try:
        with fetching:
            return find_or_fetch()
    except NoNginx as error:
        unavailable(str(error))


@pytest.fixture(scope="module", name="behind")
def running(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    data = invent_region(tmp_path_factory.mktemp("data"))
    for name in ("sqlite", "secret"):  # an invented region as one's own, for lists are loaded into one's own alone
        (data / f"demo.{name}").rename(data / f"region.{name}")
    with proxied(nginx, data, tmp_path_factory.mktemp("nginx") / "nginx") as behind:
        yield behind


@contextmanager
def visited(browser: Browser, behind: Behind, link: str = "find") -> Iterator[Watched]:
    """A page of the app as a browser gets it through nginx."""
    context = browser.new_context(ignore_https_errors=True)
    seen = Watched(context.new_page())
    seen.page.add_init_script(UNDRAWN)
    seen.page.on("console", lambda said: seen.complaints.append(said.text) if "Security Policy" in said.text else None)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.set_default_timeout(PATIENCE_MS)
    seen.page.goto(f"{behind.address}/{link}")
    seen.page.locator(".nv-headline, .nv-intro").first.wait_for()
    at_rest(seen.page)
    yield seen
    context.close()


def seat_of(page: Page) -> str:
    (seat,) = [each for each in page.context.cookies() if each.get("name") == "narverk_seat"]
    assert seat.get("httpOnly")
    assert seat.get("secure")
    return str(seat.get("value"))


# -- what nginx does -------------------------------------------------------------------------------------------------


def test_pages_work_and_their_files_come_in(browser: Browser, behind: Behind, tmp_path: Path) -> None:
    write_demo(tmp_path / "lists", 60, 2)
    with visited(browser, behind) as seen:
        ask(seen.page, SHAFT["sv"])
        by_menu(seen.page, "network")
        seen.page.locator("canvas").first.wait_for()
        by_menu(seen.page, "load")
        drop(seen.page, *(each for each in sorted((tmp_path / "lists").iterdir()) if each.suffix != ".json"))
        headline(seen.page, "nya företag")  # only the process that holds the session takes its files
        seat = seat_of(seen.page)
        seen.is_clean()
    assert len(behind.seats()[seat]) == 1


def test_headers(behind: Behind) -> None:
    answer = behind.ask("/")
    assert answer.headers.get_all("Server") == ["nginx"]
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    (policy,) = answer.headers.get_all("Content-Security-Policy") or []
    assert "script-src 'self'" in policy  # the app's own, once
    assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
    (missing,) = behind.ask("/health").headers.get_all("Content-Security-Policy") or []
    assert missing == "default-src 'none'; frame-ancestors 'none'"  # nginx' own
    for path in ("/health", "/_stcore/metrics", "/_stcore/agent/openapi.json"):
        assert behind.ask(path).status == 404


def test_bodies_are_bounded_before_they_reach_the_app(behind: Behind) -> None:
    for path, size in (("/", 65_537), (UPLOAD, 202 * 1024**2)):
        answer = behind.ask(path, "PUT", **{"Content-Length": str(size)})
        assert (answer.status, answer.headers["Server"]) == (413, "nginx")
    said = re.search(r"client_max_body_size\s+(\d+)m", SITE.read_text(encoding="utf-8"))
    assert said is not None
    assert int(said[1]) == config.get_option("server.maxUploadSize") + 1  # what stands around the file in its form


def test_plain_http_leads_to_https(behind: Behind) -> None:
    text = (behind.folder / "narverk.conf").read_text(encoding="utf-8")
    plain = re.search(r"listen (127\.0\.0\.1:\d+);", text)
    assert plain is not None
    connection = http.client.HTTPConnection(plain[1], timeout=10)
    connection.request("GET", "/find?process=turning")
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HERE}/find?process=turning")


def test_seats_are_kept_and_spread(behind: Behind) -> None:
    given = []
    for _ in range(12):
        cookie = behind.ask("/").headers["Set-Cookie"] or ""
        seat = re.search(r"narverk_seat=([0-9a-f]{32}); Path=/; HttpOnly; Secure; SameSite=Lax", cookie)
        assert seat is not None
        given.append(seat[1])
        for _ in range(3):
            again = behind.ask("/_stcore/host-config", Cookie=f"narverk_seat={seat[1]}")
            assert "narverk_seat" not in (again.headers["Set-Cookie"] or "")
    found = behind.seats()
    assert all(len(found[each]) == 1 for each in given)
    assert len(set.union(*(found[each] for each in given))) == 2
    odd = behind.ask("/", Cookie="narverk_seat=chosen-by-somebody").headers["Set-Cookie"] or ""
    assert "chosen" not in odd


def test_processes_agree_after_a_load(behind: Behind) -> None:
    revision = add_firm(f"sqlite:{behind.data / 'region.sqlite'}", "org:4000000903")
    time.sleep(1.1)  # so long an answer is kept
    told = {ask_app(each, "/health")[2] for each in behind.apps}
    assert len(told) == 1
    assert f'"revision":{revision}' in told.pop()


def test_who_sat_at_a_process_that_dies_goes_on_at_the_other(browser: Browser, behind: Behind) -> None:
    """The last of those who need the processes: it ends them."""
    with visited(browser, behind, "find?process=turning&near=Karlskoga&within=40+km") as seen:
        page = seen.page
        (at,) = behind.seats()[seat_of(page)]
        died = behind.apps[f"http://{at}"]
        with page.expect_websocket():
            os.kill(died.pid, signal.SIGKILL)
        died.wait(10)
        page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
        near = page.locator("input[aria-label='Nära']")
        for _ in range(2):  # the new session's first run asks the question of the address, whatever was written
            near.fill("Nora")
            near.press("Enter")
            page.wait_for_timeout(1500)
            at_rest(page)
        page.get_by_text("inom 40 km från Nora").wait_for()
        assert len(behind.seats()[seat_of(page)]) == 2
        for each in behind.apps.values():
            each.kill()
            each.wait(10)
        away = behind.ask("/")
        assert (away.status, away.headers["Content-Type"]) == (503, "text/plain; charset=utf-8")


# -- the unit of systemd ---------------------------------------------------------------------------------------------


def test_the_unit_starts_the_app_on_its_port_with_few_rights() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT, encoding="utf-8")
    command = unit["Service"]["ExecStart"].split()
    assert command[1:5] == ["-m", "streamlit", "run", "app.py"]
    options = dict(each.removeprefix("--").split("=") for each in command[5:])
    assert options["server.port"] == "%i"
    assert all(config.get_options_for_section(name.split(".")[0]).keys() >= {name.split(".")[1]} for name in options)
    assert {"NoNewPrivileges", "ProtectSystem", "PrivateTmp", "CapabilityBoundingSet"} <= set(unit["Service"])

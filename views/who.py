"""Who is looking? Asked by every page, callback and fragment; told by the log-in, or by there being none.

Without a log-in the app serves this machine alone, and whoever sits at it is the manager. A request that something else
passes on (a proxy in front, another machine's name) would make everybody the manager, so it gets nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from graph.access import LogIn, Standing, end_log_in, standing
from graph.audience import Viewer
from graph.errors import NarverkError, UserMistake
from graph.model import Level
from graph.settings import Settings, settings
from graph.store import Store
from views.once import ask_anew

PROVIDER = ("client_id", "client_secret", "server_metadata_url")
DEFAULT = "default"
SHORTEST_SECRET = 32  # characters of cookie_secret
CALLBACK = "/oauth2callback"
ANY_TENANT = ("/common/", "/organizations/", "/consumers/")
PASSED_ON = (
    *("forwarded", "via", "client-ip", "true-client-ip", "x-forwarded", "x-real-ip", "x-client-ip", "x-original"),
    *("x-cluster-client", "x-proxy", "x-envoy", "x-azure", "x-arr-", "x-appengine", "cf-", "fly-", "fastly-"),
)
"""What the names of the headers begin with that a proxy adds; headers are compared without case."""
KNOWN_FOR_S = 0.3
"""So long holds what does not change from click to click: a callback asks several times."""
MOST_KNOWN = 1000


@dataclass(frozen=True, slots=True)
class Who:
    """Who is looking, as whom (None: as nobody, who sees nothing), and why.

    ``state``: "machine" (no log-in, this machine), "given" (``NARVERK_AUDIENCE``, or no log-in and another machine),
    "forwarded", "broken" (``problem`` says what), "out" (not logged in), else that of :class:`graph.access.Standing`.
    """

    state: str
    viewer: Viewer | None
    key: str = ""
    role: str = ""
    name: str = ""  # as the log-in has it
    problem: NarverkError | None = None

    @property
    def is_in(self) -> bool:
        """Whether somebody has logged in and has a role."""
        return self.state == "in"


def look(opened: Callable[[], Store]) -> Who:
    """Who looks now; ``opened`` gives the store that holds who may log in."""
    if given := os.environ.get("NARVERK_AUDIENCE", "").upper():
        return Who("given", Viewer(Level[given] if given in Level.__members__ else Level.PUBLIC))
    try:
        section = log_in_section()
        if section is None:
            return _without_log_in()
        check_setup(section)
        return _by_log_in(opened, settings())
    except NarverkError as error:
        return Who("broken", None, problem=error)


def _without_log_in() -> Who:
    if not _serves_this_machine_only():
        return Who("given", Viewer(Level.PUBLIC))
    if is_passed_on(st.context.headers.items()):
        return Who("forwarded", None)
    return Who("machine", Viewer(Level.MANAGER))


def _serves_this_machine_only() -> bool:
    return _is_loopback(str(st.get_option("server.address") or ""))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_passed_on(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request came through something else, or asks for another machine by name; without headers it is none.

    >>> is_passed_on([("Host", "localhost:8501")]), is_passed_on([("Host", "127.0.0.1"), ("X-Real-IP", "192.0.2.1")])
    (False, True)
    """
    found = {name.casefold(): value for name, value in headers}
    if not found:
        return False
    try:
        host = urlsplit(f"//{found.get('host', '')}").hostname or ""
    except ValueError:
        return True
    return any(name.startswith(PASSED_ON) for name in found) or not _is_loopback(host)


# -- how the log-in is set up ----------------------------------------------------------------------------------------


def log_in_section() -> Mapping[str, Any] | None:
    """What the secrets say of logging in; None where they say nothing of it.

    Raises:
        UserMistake: ``secrets_unreadable``, where there is a file of secrets that cannot be read.
    """
    files, now = tuple(st.get_option("secrets.files")), time.monotonic()
    known = _sections.get(files)
    if known is None or now - known[0] > KNOWN_FOR_S:
        known = _sections[files] = (now, _read_section(files))
    return known[1]


_sections: dict[tuple[str, ...], tuple[float, Mapping[str, Any] | None]] = {}


def _read_section(files: Iterable[str]) -> Mapping[str, Any] | None:
    if st.secrets.load_if_toml_exists():
        return dict(st.secrets["auth"]) if "auth" in st.secrets else None
    if there := [Path(each).name for each in files if Path(each).is_file()]:
        raise UserMistake("secrets_unreadable", file=there[0])
    return None


def providers(section: Mapping[str, Any]) -> list[str]:
    """The names by which Streamlit knows those one can log in with; "default" is the one without a name."""
    named = [name for name, value in section.items() if isinstance(value, Mapping) and name != "client_kwargs"]
    return [DEFAULT, *named] if any(name in section for name in PROVIDER) or not named else named


def check_setup(section: Mapping[str, Any]) -> None:
    """Refuse what would fail only when somebody clicks, or would let anybody in.

    Raises:
        UserMistake: ``log_in_incomplete``, ``cookie_secret_short``, ``bad_redirect_uri``, ``email_of_any_tenant``.
    """
    address = str(section.get("redirect_uri", ""))
    missing = [name for name in ("redirect_uri", "cookie_secret") if not section.get(name)]
    for name in providers(section):
        part = section if name == DEFAULT else section[name]
        missing += [each if name == DEFAULT else f"{name}.{each}" for each in PROVIDER if not part.get(each)]
        where = str(part.get("server_metadata_url", ""))
        if settings().trusts_email and any(each in where for each in ANY_TENANT):
            raise UserMistake("email_of_any_tenant")
    if missing:
        raise UserMistake("log_in_incomplete", fields=", ".join(missing))
    if len(str(section["cookie_secret"])) < SHORTEST_SECRET:
        raise UserMistake("cookie_secret_short", least=SHORTEST_SECRET)
    asked = urlsplit(address)
    is_safe = asked.scheme == "https" or _is_loopback(asked.hostname or "")
    if not address.endswith(CALLBACK) or not is_safe:
        raise UserMistake("bad_redirect_uri", address=address)


# -- what the log-in amounts to --------------------------------------------------------------------------------------

_used: dict[LogIn, float] = {}  # when each log-in was last used, in any of its windows
_lock = Lock()


def _by_log_in(opened: Callable[[], Store], settled: Settings) -> Who:
    others = Viewer(Level.PUBLIC) if settled.unknown_see_public else None
    claims = log_in_claims()
    if not claims:
        return Who("out", others)
    log_in = LogIn.of(claims)
    found = _standing(opened, log_in, settled)
    name = str(claims.get("name") or claims.get("email") or "")
    return Who(found.state, found.viewer or others, found.key, found.role, name)


def log_in_claims() -> dict[str, Any]:
    """What the token says of who is logged in; empty where nobody is."""
    claims = st.user.to_dict()
    return dict(claims) if claims.get("is_logged_in") else {}


def _standing(opened: Callable[[], Store], log_in: LogIn, settled: Settings) -> Standing:
    now = time.monotonic()
    last = _used.get(log_in, now)
    if now - last > settled.idle_hours * 3600:
        end_log_in(opened(), log_in, datetime.now(tz=UTC))
        with _lock:
            _used.pop(log_in, None)
    return standing(opened(), log_in, settled, datetime.now(tz=UTC))


def used() -> None:
    """Note that whoever is logged in has just done something."""
    if claims := log_in_claims():
        with _lock:
            _used[LogIn.of(claims)] = time.monotonic()
            while len(_used) > MOST_KNOWN:
                del _used[next(iter(_used))]


def log_out(store: Store, log_in: LogIn) -> None:
    """End the log-in for good, so that its cookie, kept by somebody, opens nothing; and let go of the cookie."""
    st.logout()  # first: also where the store does not answer
    end_log_in(store, log_in, datetime.now(tz=UTC))
    ask_anew()

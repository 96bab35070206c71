"""Where exactly is a firm's street address? Asked of a Nominatim server, only when a person says so.

What is sent is street, postcode and town; never a name or a number, never the address of a natural person or of a firm
marked sensitive. The public server's rules are kept: one request a second for all of Närverk on this machine, an agent
that says who asks, and every answer remembered in the data folder so that nothing is asked twice. An answer counts
where it knows at least the street and lies where the firm was known to be. All of them are one load, to be undone as
any other.
"""

from __future__ import annotations

import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError, URLLibAdapter
from geopy.exc import (
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderRateLimited,
    GeopyError,
)
from geopy.geocoders import Nominatim

from graph.audience import Viewer, view
from graph.errors import LookUpFailed, UserMistake
from graph.gazetteer import Gazetteer
from graph.geo import distance_km
from graph.ledger import publish, today
from graph.model import Alias, Claim, Company, Level, Source, Workplace
from graph.names import says_sole_trader
from graph.store import Store, data_folder
from ingest.locate import ADDRESS_UNCERTAINTY_KM, NEIGHBOUR_KM
from ingest.sources.postal import is_box

SOURCE_TYPE = "geocoder"
VARIABLE = "NARVERK_GEOCODER"
PUBLIC_SERVER = "https://nominatim.openstreetmap.org"
AGENT = "Narverk/0.1 (regional supplier network, one user's explicit look-up)"
PUBLIC_PAUSE_S, OWN_PAUSE_S = 1.1, 0.05
TIMEOUT_S = 15
ASK_AGAIN_DAYS = 90  # an address nobody knew may have been mapped since
STREET_RANK = 26  # Nominatim's place_rank of a street; 30 is a house
LOCK_S = 30.0
KM_PER_DEGREE = 111.2
SOLE_TRADERS = frozenset({"E", "EF"})
OWNER_ONLY = 0o600
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Address:
    """A firm's address that may be asked for, and what is known of its place."""

    workplace: Workplace
    level: Level  # who may see it, and so what comes of it

    @property
    def words(self) -> tuple[str, str, str]:
        """Street, postcode and town: all that leaves the machine."""
        site = self.workplace
        return site.address or "", site.postcode or "", site.locality or ""


@dataclass(frozen=True, slots=True)
class Point:
    """An answer: degrees WGS84, and how far off it may be."""

    latitude: float
    longitude: float
    uncertainty_km: float


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What came of the addresses; ``failure`` is why the rest were not asked."""

    found: int
    missing: int
    elsewhere: int
    load_id: str | None
    failure: LookUpFailed | None = None


def server_address() -> str:
    """The server that is asked: ``NARVERK_GEOCODER``, else OpenStreetMap's public one.

    Raises:
        UserMistake: ``bad_geocoder``.
    """
    address = (os.environ.get(VARIABLE) or PUBLIC_SERVER).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query:
        raise UserMistake("bad_geocoder", variable=VARIABLE)
    return address


def pause_s(server: str) -> float:
    """Seconds between two requests."""
    host = urlsplit(server).hostname or ""
    return PUBLIC_PAUSE_S if host.endswith("openstreetmap.org") else OWN_PAUSE_S


def unplaced(store: Store) -> list[Address]:
    """Street addresses in Sweden whose place is known no better than by postcode or town, by workplace."""
    snapshot = store.snapshot(Alias, Company, Workplace)
    private = {each.company_id for each in snapshot.of(Alias) if each.alias.startswith("person:")}
    firms = {each.company_id for each in snapshot.of(Company) if each.company_id not in private and _may_ask(each)}
    wanted = [each for each in snapshot.of(Workplace) if each.company_id in firms and _is_street(each)]
    seen = {level: _addresses(store, level) for level in (Level.PUBLIC, Level.MEMBERS)} if wanted else {}
    return [Address(each, _level(each, seen)) for each in wanted]


def _may_ask(firm: Company) -> bool:
    natural = firm.legal_form in SOLE_TRADERS or says_sole_trader(firm.name or "")
    return not (natural or firm.sensitive or not firm.is_active) and firm.country in {None, "SE"}


def _is_street(site: Workplace) -> bool:
    street = site.address or ""
    exact = site.location_precision == "address"
    return bool(street and site.locality) and not exact and not is_box(street) and "c/o" not in street.casefold()


def _addresses(store: Store, level: Level) -> dict[str, str | None]:
    return {each.workplace_id: each.address for each in view(store, Viewer(level)).of(Workplace)}


def _level(site: Workplace, seen: Mapping[Level, Mapping[str, str | None]]) -> Level:
    return next((level for level, known in seen.items() if known.get(site.workplace_id) == site.address), Level.MANAGER)


# -- asking ----------------------------------------------------------------------------------------------------------


def look_up(
    store: Store,
    addresses: Sequence[Address],
    server: str,
    *,
    on: str | None = None,
    progress: Progress | None = None,
) -> LookedUp:
    """Ask for the addresses and publish what was found; what was answered before a failure is kept and published.

    Raises:
        UserMistake: ``cannot_write`` where the answers cannot be remembered; nothing was asked.
    """
    claims: list[Claim] = []
    missing = elsewhere = 0
    failure: LookUpFailed | None = None
    with Answers.opened(server) as answers:
        for index, address in enumerate(addresses):
            if progress:
                progress(index, len(addresses))
            try:
                point = answers.of(address.words)
            except LookUpFailed as error:
                failure = error
                break
            if point is None:
                missing += 1
            elif not _plausible(point, address.workplace):
                elsewhere += 1
            else:
                claims.append(_claim(point, address))
    source = Source(SOURCE_TYPE, "network", Level.PUBLIC, file=urlsplit(server).hostname or "")
    load_id = publish(store, [source], claims, on=on).load_id if claims else None
    return LookedUp(len(claims), missing, elsewhere, load_id, failure)


def _plausible(point: Point, site: Workplace) -> bool:
    """Whether the point lies in the municipality the site is known to be in, or near where it was thought to be."""
    if site.municipality:
        gazetteer = Gazetteer.default()
        return gazetteer.outside_km(point.latitude, point.longitude, site.municipality) <= point.uncertainty_km
    if site.latitude is None or site.longitude is None:
        return True
    off_km = distance_km((site.latitude, site.longitude), (point.latitude, point.longitude))
    return off_km <= NEIGHBOUR_KM + (site.location_uncertainty_km or 0.0)


def _claim(point: Point, address: Address) -> Claim:
    site = address.workplace
    company = site.company_id or ""
    return Claim(
        company,
        Workplace.__name__,
        site.workplace_id.removeprefix(f"{company}/"),
        {
            "latitude": point.latitude,
            "longitude": point.longitude,
            "location_precision": "address",
            "location_uncertainty_km": point.uncertainty_km,
        },
        audience=address.level,
    )


class Answers:
    """Answers remembered in the data folder, and the one place where requests are spaced out, for all processes."""

    def __init__(self, connection: sqlite3.Connection, server: str) -> None:
        self._connection = connection
        self._server = server
        self._pause_s = pause_s(server)
        parts = urlsplit(server)
        self._geocoder = Nominatim(
            domain=f"{parts.netloc}{parts.path}",
            scheme=parts.scheme,
            user_agent=AGENT,
            timeout=TIMEOUT_S,
            adapter_factory=URLLibAdapter,  # no retries of its own, which would not keep the pace
        )

    @classmethod
    @contextmanager
    def opened(cls, server: str) -> Iterator[Answers]:
        """The answers of a server, closed afterwards."""
        path = answers_file()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=LOCK_S, isolation_level=None)
            path.chmod(OWNER_ONLY)
        except (OSError, sqlite3.Error) as cause:
            raise UserMistake("cannot_write", path=str(path), why=str(cause)) from cause
        with closing(connection):
            try:
                connection.executescript(_TABLES)
            except sqlite3.Error as cause:
                raise UserMistake("cannot_write", path=str(path), why=str(cause)) from cause
            yield cls(connection, server)

    def knows(self, words: tuple[str, str, str]) -> bool:
        """Whether nothing needs to be sent for the address."""
        return self._remembered(words) is not None

    def of(self, words: tuple[str, str, str]) -> Point | None:
        """The point of an address, None where nobody knows it.

        Raises:
            LookUpFailed: see :func:`_failure`.
        """
        kept = self._remembered(words)
        if kept is not None:
            return Point(*kept) if kept[0] is not None else None
        time.sleep(self._turn())
        found = self._asked(words)
        values = (found.latitude, found.longitude, found.uncertainty_km) if found else (None, None, None)
        self._connection.execute(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)", (self._server, _key(words), today(), *values)
        )
        return found

    def _remembered(self, words: tuple[str, str, str]) -> tuple[Any, Any, Any] | None:
        again = (date.fromisoformat(today()) - timedelta(days=ASK_AGAIN_DAYS)).isoformat()
        found: tuple[Any, Any, Any] | None = self._connection.execute(
            "SELECT latitude, longitude, uncertainty_km FROM answer WHERE server = ? AND address = ?"
            " AND (latitude IS NOT NULL OR asked_on > ?)",
            (self._server, _key(words), again),
        ).fetchone()
        return found

    def _turn(self) -> float:
        """Seconds until it is this process's turn; taken in a transaction, so that no two processes have the same."""
        now = time.time()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            (last,) = self._connection.execute("SELECT at FROM last_turn").fetchone()
            due = last + self._pause_s
            mine = due if now <= due < now + 3600 else now  # a clock that was set back must not stop it for days
            self._connection.execute("UPDATE last_turn SET at = ?", (mine,))
        finally:
            self._connection.execute("COMMIT")
        return float(mine - now)

    def _asked(self, words: tuple[str, str, str]) -> Point | None:
        street, postcode, town = words
        asked = {"street": street, "postalcode": postcode, "city": town}
        try:
            found = self._geocoder.geocode({k: v for k, v in asked.items() if v}, country_codes="se")
            return None if found is None else _point(found.raw)
        except (GeopyError, ArithmeticError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise _failure(error, self._server) from error


_TABLES = """
CREATE TABLE IF NOT EXISTS answer (
    server TEXT, address TEXT, asked_on TEXT, latitude REAL, longitude REAL, uncertainty_km REAL,
    PRIMARY KEY (server, address)
);
CREATE TABLE IF NOT EXISTS last_turn (one INTEGER PRIMARY KEY CHECK (one = 1), at REAL);
INSERT OR IGNORE INTO last_turn VALUES (1, 0);
"""


def answers_file() -> Path:
    """Where the answers are remembered."""
    return data_folder() / "addresses.sqlite"


def forget(addresses: Iterable[tuple[str, str, str]]) -> None:
    """Let go of the answers for these addresses (street, postcode, town), so that no byte of them is left.

    Raises:
        UserMistake: ``cannot_write``.
    """
    wanted, path = [(_key(each),) for each in addresses], answers_file()
    if not wanted or not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.executemany("DELETE FROM answer WHERE address = ?", wanted)
            connection.execute("VACUUM")
    except sqlite3.Error as cause:
        raise UserMistake("cannot_write", path=str(path), why=str(cause)) from cause


def _key(words: tuple[str, str, str]) -> str:
    return "|".join(" ".join(each.casefold().split()) for each in words)


def _point(raw: Mapping[str, Any]) -> Point | None:
    """The point of an answer; None where it knows only the town."""
    latitude, longitude = float(raw["lat"]), float(raw["lon"])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(raw["lat"])
    if int(raw.get("place_rank") or 0) < STREET_RANK:
        return None
    south, north, west, east = (float(each) for each in raw["boundingbox"])
    across_km = KM_PER_DEGREE * math.hypot(north - south, (east - west) * math.cos(math.radians(latitude)))
    return Point(latitude, longitude, round(max(ADDRESS_UNCERTAINTY_KM, across_km / 2), 1))


def _failure(error: Exception, server: str) -> LookUpFailed:
    if isinstance(error, GeocoderRateLimited):
        return LookUpFailed("geocoder_busy", server=server)
    if isinstance(error, GeocoderInsufficientPrivileges):
        return LookUpFailed("geocoder_refused", server=server)
    if isinstance(error, GeocoderParseError) or not isinstance(error, GeopyError):
        return LookUpFailed("geocoder_nonsense", server=server)
    answered = isinstance(error.__cause__, AdapterHTTPError)
    return LookUpFailed("geocoder_failed" if answered else "geocoder_unreachable", server=server)

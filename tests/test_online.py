"""Addresses looked up on a server: what leaves the machine, at which pace, what is believed, and what is kept.

The server is a small one of these tests' own, in a thread; the public one is never asked.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from graph.audience import Viewer, view
from graph.errors import UserMistake
from graph.model import Level, Workplace
from ingest import online
from ingest.pipeline import load_files
from tests.regions import opened, own_data, records, run
from texts import LANGUAGES

__all__ = ["own_data"]

MEMBERS = (
    "Org.nr;Företag;Gatuadress;Postnr;Ort;Kommun;Får visas för;Känslig\n"
    "465100-1119;Svarven AB;Hammargatan 1;69131;Karlskoga;Karlskoga;;\n"
    "465100-1127;Plåten AB;Verkstadsvägen 3;69330;Degerfors;Degerfors;nätverkets ledning;\n"
    "465100-1135;Hemliga AB;Krutvägen 2;69131;Karlskoga;Karlskoga;;ja\n"
    "811228-9874;Kajsa Exempelssons svets;Hemvägen 7;69131;Karlskoga;Karlskoga;;\n"
    ";Smidaren enskild firma;Smedjan 1;69131;Karlskoga;Karlskoga;;\n"
    "465100-1143;Lådan AB;Box 12;69131;Karlskoga;Karlskoga;;\n"
    "465100-1150;Bruket AB;;69131;Karlskoga;Karlskoga;;\n"
)
SVARVEN, PLATEN = "org:4651001119/main", "org:4651001127/main"


def answer(latitude: float, longitude: float, rank: int = 30, size: float = 0.001) -> list[dict[str, Any]]:
    """What Nominatim says of a place."""
    box = [latitude - size, latitude + size, longitude - size, longitude + size]
    return [{
        "lat": str(latitude), "lon": str(longitude), "place_rank": rank, "boundingbox": [str(each) for each in box],
        "display_name": "Exempel", "importance": 0.1,
    }]  # fmt: skip


IN_KARLSKOGA, IN_DEGERFORS, IN_LUND = answer(59.3301, 14.5402), answer(59.2402, 14.4307), answer(55.70, 13.19)


class Server(ThreadingHTTPServer):
    """Answers by street, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, object] = {"Hammargatan 1": IN_KARLSKOGA, "Verkstadsvägen 3": IN_DEGERFORS}
        self.status, self.fails_after = 200, 10**9
        self.asked: list[dict[str, str]] = []
        self.agents: set[str] = set()
        self.times: list[float] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.times.append(time.monotonic())
        self.server.agents.add(self.headers["User-Agent"])
        self.server.asked.append(asked)
        status = self.server.status if len(self.server.asked) > self.server.fails_after else 200
        said = self.server.answers.get(asked.get("street", ""), [])
        body = (said if isinstance(said, str) else json.dumps(said)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    found = Server()
    thread = threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NARVERK_GEOCODER", found.address)
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


@pytest.fixture
def address(tmp_path: Path) -> str:
    path = tmp_path / "medlemmar.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    with opened(tmp_path / "r.sqlite") as store:
        load_files(store, [path], on="2026-10-01")
    return f"sqlite:{tmp_path / 'r.sqlite'}"


def sites(address: str) -> dict[str, Workplace]:
    with opened(address) as store:
        return {each.key: each for each in records(store)[Workplace] if isinstance(each, Workplace)}


def test_nothing_is_sent_before_somebody_says_yes(server: Server, address: str) -> None:
    before = sites(address)
    said = run("--store", address, "--lang", "en", "look-up")
    assert said.code == 0
    assert f"2 street addresses would be sent to {server.address}, one at a time" in said.out
    assert "answered before" not in said.out
    assert "Nothing has been sent. Add --yes" in said.out
    assert run("--store", address, "--json", "look-up").json == {
        "server": server.address, "addresses": 2, "to_send": 2, "sent": False,
    }  # fmt: skip
    assert server.asked == []
    assert sites(address) == before


def test_only_street_postcode_and_town_of_firms_leave_the_machine(server: Server, address: str) -> None:
    found = run("--store", address, "--json", "look-up", "--yes").json
    assert (found["found"], found["missing"], found["elsewhere"], found["failure"]) == (2, 0, 0, None)
    assert {each["street"] for each in server.asked} == {"Hammargatan 1", "Verkstadsvägen 3"}
    for asked in server.asked:
        assert set(asked) == {"street", "postalcode", "city", "countrycodes", "format", "limit"}
    (agent,) = server.agents
    assert agent.startswith("Narverk/")


def test_what_was_found_is_a_load_that_can_be_undone(server: Server, address: str) -> None:
    before = sites(address)
    assert before[SVARVEN].location_precision == "locality"
    load_id = run("--store", address, "--json", "look-up", "--yes").json["load_id"]
    after = sites(address)
    place = after[SVARVEN]
    assert (place.latitude, place.longitude, place.location_precision) == (59.3301, 14.5402, "address")
    assert place.location_uncertainty_km == 0.2
    assert {key for key in after if after[key] != before[key]} == {SVARVEN, PLATEN}
    assert run("--store", address, "--json", "history").json["loads"][-1]["files"] == ["127.0.0.1"]
    assert run("--store", address, "undo", load_id).code == 0
    assert sites(address) == before


def test_a_place_is_shown_to_those_who_may_see_the_address(server: Server, address: str) -> None:
    with opened(address) as store:
        assert {each.workplace.key: each.level for each in online.unplaced(store)} == {
            SVARVEN: Level.MEMBERS, PLATEN: Level.MANAGER,
        }  # fmt: skip
        online.look_up(store, online.unplaced(store), server.address)
        seen = {each.key: each for each in view(store, Viewer(Level.MEMBERS)).of(Workplace)}
        assert view(store, Viewer(Level.PUBLIC)).of(Workplace) == []
    assert seen[SVARVEN].location_precision == "address"
    assert PLATEN not in seen


def test_an_answer_is_asked_for_once(server: Server, address: str) -> None:
    server.answers = {"Hammargatan 1": IN_KARLSKOGA}
    found = run("--store", address, "--json", "look-up", "--yes").json
    assert (found["found"], found["missing"]) == (1, 1)
    assert len(server.asked) == 2
    assert run("--store", address, "undo").code == 0
    assert "2 street addresses were answered before" in run("--store", address, "--lang", "en", "look-up").out
    again = run("--store", address, "--json", "look-up", "--yes").json
    assert (again["found"], again["missing"], again["to_send"]) == (1, 1, 0)
    assert len(server.asked) == 2
    kept = online.answers_file().read_bytes()
    assert b"hammargatan 1" in kept
    for secret in ("Svarven", "4651001119", "Kajsa", "Hemvägen", "Krutvägen"):
        assert secret.encode() not in kept
    assert online.answers_file().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("said", "counted"), [(IN_LUND, "elsewhere"), (answer(59.33, 14.54, rank=16), "missing")])
def test_an_answer_elsewhere_or_of_the_town_alone_is_not_believed(
    server: Server, address: str, said: object, counted: str
) -> None:
    server.answers["Hammargatan 1"] = said
    found = run("--store", address, "--json", "look-up", "--yes").json
    assert (found["found"], found[counted]) == (1, 1)
    assert sites(address)[SVARVEN].location_precision == "locality"


def test_a_long_street_is_as_uncertain_as_it_is_long(server: Server, address: str) -> None:
    server.answers["Hammargatan 1"] = answer(59.33, 14.54, rank=26, size=0.01)  # 2.22 by 1.13 km, half of 2.5 across
    run("--store", address, "look-up", "--yes")
    assert sites(address)[SVARVEN].location_uncertainty_km == 1.2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, "[]"),
        (403, "[]"),
        (500, "oj"),
        (503, "oj"),
        (200, "<html>"),
        (200, '[{"lat": "x"}]'),
        (200, '[{"lat": "99", "lon": "1"}]'),
    ],
)
def test_a_server_that_fails_is_one_sentence_and_loses_nothing(
    server: Server, address: str, status: int, said: str, language: str
) -> None:
    server.status, server.fails_after = status, 1
    server.answers["Verkstadsvägen 3"] = said
    ran = run("--store", address, "--lang", language, "look-up", "--yes")
    assert (ran.code, ran.err) == (1, "")
    assert server.address in ran.out.splitlines()[-1]
    assert len(server.asked) == 2
    assert sites(address)[SVARVEN].location_precision == "address"
    server.status, server.answers["Verkstadsvägen 3"] = 200, IN_DEGERFORS
    assert run("--store", address, "--json", "look-up", "--yes").json["found"] == 1
    assert len(server.asked) == 3


def test_no_network_is_one_sentence(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NARVERK_GEOCODER", "http://127.0.0.1:9")  # the port of "discard": nobody listens
    ran = run("--store", address, "--lang", "en", "look-up", "--yes")
    assert ran.code == 1
    assert ran.out.splitlines()[-1].startswith("http://127.0.0.1:9 does not answer.")


@pytest.mark.parametrize("given", ["nominatim", "ftp://x", "https://user:word@x", "https://", "https://x/?q=1"])
def test_a_bad_server_address_is_refused_without_repeating_it(
    given: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARVERK_GEOCODER", given)
    with pytest.raises(UserMistake) as error:
        online.server_address()
    assert error.value.code == "bad_geocoder"
    ran = run("--store", address, "look-up", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert "word" not in ran.err


def test_the_public_server_is_asked_once_a_second_by_all_processes_together(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert online.pause_s(online.PUBLIC_SERVER) >= 1.0
    monkeypatch.setattr(online, "OWN_PAUSE_S", 0.2)

    def ask(number: int) -> None:
        with online.Answers.opened(server.address) as answers:  # as another process would: a connection of its own
            for index in range(3):
                answers.of((f"Gatan {number}{index}", "69131", "Karlskoga"))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    gaps = [later - earlier for earlier, later in zip(sorted(server.times), sorted(server.times)[1:], strict=False)]
    assert len(gaps) == 8
    assert min(gaps) > 0.1, "the server's clock: a request may be a little late, and the next on time"
    assert sum(gaps) >= 1.5


def test_the_limit_holds(server: Server, address: str) -> None:
    assert run("--store", address, "--json", "look-up", "--yes", "--limit", "1").json["addresses"] == 1
    assert len(server.asked) == 1

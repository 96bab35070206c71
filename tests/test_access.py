"""Who may log in as what: roles and what takes them away, what a token must say, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.access import Access, LogIn, accesses, end_log_in, grant, key_of, log_out_everywhere, put_back, revoke
from graph.access import standing as standing_of
from graph.audience import Viewer
from graph.errors import NarverkError, NotAllowed, UnknownName, UserMistake, WrongSecret
from graph.ledger import decide
from graph.model import Level
from graph.settings import Settings, settings
from graph.store import Store, open_store
from graph.transfer import backup
from ingest.pipeline import load_files

MANAGER, MEMBER = Viewer(Level.MANAGER), Viewer(Level.MEMBERS)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY, TOMORROW, YESTERDAY = "2026-11-23", "2026-11-24", "2026-11-22"
SETTLED = Settings(frozenset({"chef@region.example"}), False, False, 365, 8, 100)
FIRMS = "Företag;Org.nr\nAlfa Verkstad AB;556000-0001\nBeta Mekaniska AB;556000-0019\n"
ANNA = "anna@verkstan.example"
ALFA, BETA = "org:5560000001", "org:5560000019"


@pytest.fixture(name="small")
def small_region(tmp_path: Path) -> Iterator[Store]:
    """A store with two firms."""
    store = open_store(f"sqlite:{tmp_path / 'region.sqlite'}")
    (tmp_path / "medlemmar.csv").write_text(FIRMS, encoding="utf-8")
    load_files(store, [tmp_path / "medlemmar.csv"], copy_first=False)
    yield store
    store.close()


def log_in(email: str = "anna@verkstan.example", *, age_s: int = 60, lives_s: int = 3600, **more: object) -> LogIn:
    issued = int(NOW.timestamp()) - age_s
    said = {"email": email, "email_verified": True, "iat": issued, "exp": issued + lives_s, **more}
    return LogIn.of(said)


def state(store: Store, token: LogIn, settled: Settings = SETTLED, now: datetime = NOW) -> tuple[str, Viewer | None]:
    found = standing_of(store, token, settled, now)
    return found.state, found.viewer


def give(
    store: Store, email: str = "anna@verkstan.example", role: str = "MEMBERS", **more: str | None
) -> Access | None:
    return grant(store, MANAGER, Access(email, role, **more), today=TODAY)  # type: ignore[arg-type]


def test_a_role_is_what_the_log_in_amounts_to_on_both_stores(store: Store) -> None:
    before = store.revision()
    assert state(store, log_in()) == ("unknown", None)
    for role, level in (("MANAGER", Level.MANAGER), ("MEMBERS", Level.MEMBERS), ("PUBLIC", Level.PUBLIC)):
        give(store, role=role)
        assert state(store, log_in()) == ("in", Viewer(level))
    assert [each.email for each in accesses(store, MANAGER).values()] == ["anna@verkstan.example"]
    revoke(store, MANAGER, "anna@verkstan.example", today=TODAY)
    assert state(store, log_in()) == ("revoked", None)
    log_out_everywhere(store, MANAGER, "anna@verkstan.example", NOW - timedelta(hours=1))
    give(store)
    assert state(store, log_in()) == ("in", MEMBER)
    assert state(store, log_in(age_s=3600)) == ("expired", None)
    assert state(store, log_in(age_s=3601, lives_s=7200)) == ("ended", None)
    end_log_in(store, log_in(), NOW)
    assert state(store, log_in()) == ("ended", None)
    assert state(store, log_in(age_s=59)) == ("in", MEMBER)
    assert store.revision() == before


@pytest.mark.parametrize("written", [" Anna@Verkstan.Example ", "ANNA@VERKSTAN.EXAMPLE", "anna@verkstan.example"])
def test_an_address_is_the_same_however_it_is_written(small: Store, written: str) -> None:
    give(small, written)
    assert state(small, log_in("anna@verkstan.example")) == ("in", MEMBER)
    assert len(accesses(small, MANAGER)) == 1


def test_letters_with_their_marks_apart_are_the_same() -> None:
    assert log_in("ö@x.example").email == log_in("o\u0308@x.example").email == log_in("Ö@X.example").email


def test_letters_that_only_look_alike_are_other_peoples() -> None:
    assert len({log_in(f"gro{each}@x.example").email for each in ("ss", "ß", "\u017fs")}) == 3


@pytest.mark.parametrize(
    ("said", "trusts", "expected"),
    [
        ({"email_verified": True}, False, "in"),
        ({"email_verified": "true"}, False, "in"),
        ({"email_verified": False}, False, "unverified"),
        ({"email_verified": False}, True, "unverified"),
        ({"email_verified": "false"}, True, "unverified"),
        ({"email_verified": None}, False, "unverified"),
        ({"email_verified": None}, True, "in"),
        ({"email": None}, True, "unverified"),
        ({"email": ["anna@verkstan.example"]}, True, "unverified"),
        ({"exp": None}, False, "expired"),
        ({"exp": "never"}, False, "expired"),
        ({"exp": True}, False, "expired"),
        ({"iat": None}, False, "expired"),
    ],
)
def test_what_a_token_must_say(small: Store, said: dict[str, Any], trusts: bool, expected: str) -> None:
    give(small)
    assert state(small, log_in(**said), replace(SETTLED, trusts_email=trusts))[0] == expected


def test_a_token_counts_until_the_second_it_runs_out(small: Store) -> None:
    give(small)
    token = log_in(age_s=3600, lives_s=3601)
    assert state(small, token)[0] == "in"
    assert state(small, token, now=NOW + timedelta(seconds=1))[0] == "expired"


def test_the_manager_of_the_settings_is_that_whatever_the_list_says(small: Store) -> None:
    token = log_in("Chef@Region.example")
    assert state(small, token) == ("in", MANAGER)
    give(small, "chef@region.example", "PUBLIC")
    revoke(small, MANAGER, "chef@region.example", today=TODAY)
    assert state(small, token) == ("in", MANAGER)
    assert state(small, log_in("chef@region.example", email_verified=False)) == ("unverified", None)
    log_out_everywhere(small, MANAGER, "chef@region.example", NOW)
    assert state(small, token) == ("ended", None)


def test_access_ends_after_its_last_day(small: Store) -> None:
    give(small, until=TODAY)
    assert state(small, log_in())[0] == "in"
    later = NOW + timedelta(days=1)
    token = LogIn("anna@verkstan.example", True, int(later.timestamp()) - 5, int(later.timestamp()) + 5)
    assert state(small, token, now=later)[0] == "over"
    with pytest.raises(UserMistake, match="until_before_today"):
        give(small, until=YESTERDAY)
    with pytest.raises(UserMistake, match="not_a_day"):
        give(small, until="i morgon")


def test_a_firms_person_follows_the_firm_into_a_merger(small: Store) -> None:
    give(small, role="COMPANY", company_id=ALFA)
    assert state(small, log_in()) == ("in", Viewer(Level.MEMBERS, ALFA))
    decide(small, "same", [ALFA, BETA])
    found = state(small, log_in())[1]
    assert found is not None
    assert found.company_id == min(ALFA, BETA)
    give(small, "bo@beta.example", "COMPANY", company_id=BETA)
    assert state(small, log_in("bo@beta.example"))[1] == found


def test_a_firm_that_is_no_more_lets_nobody_in(small: Store) -> None:
    from graph.ledger import withdraw

    give(small, role="COMPANY", company_id=ALFA)
    withdraw(small, None)
    assert state(small, log_in()) == ("firm_gone", None)
    with pytest.raises(UnknownName, match="unknown_company"):
        give(small, role="COMPANY", company_id=ALFA)
    with pytest.raises(UserMistake, match="role_without_company"):
        give(small, role="COMPANY")


def test_only_the_manager_says_who_may_log_in(small: Store) -> None:
    for viewer in (Viewer(), MEMBER, Viewer(Level.MEMBERS, ALFA)):
        for act in (
            lambda who: grant(small, who, Access("a@x.example", "MANAGER"), today=TODAY),
            lambda who: revoke(small, who, "a@x.example", today=TODAY),
            lambda who: put_back(small, who, "a@x.example", None),
            lambda who: log_out_everywhere(small, who, "a@x.example", NOW),
            lambda who: accesses(small, who),
        ):
            with pytest.raises(NotAllowed):
                act(viewer)
    assert accesses(small, MANAGER) == {}


def test_what_is_undone_is_as_it_was(small: Store) -> None:
    assert give(small) is None
    before = give(small, role="MANAGER")
    assert before is not None
    assert before.role == "MEMBERS"
    put_back(small, MANAGER, before.email, before)
    assert state(small, log_in())[1] == MEMBER
    held = revoke(small, MANAGER, before.email, today=TODAY)
    put_back(small, MANAGER, before.email, held)
    assert state(small, log_in())[0] == "in"
    put_back(small, MANAGER, before.email, None)
    assert state(small, log_in())[0] == "unknown"
    with pytest.raises(UnknownName, match="no_such_access"):
        revoke(small, MANAGER, before.email, today=TODAY)


@pytest.mark.parametrize(
    "email", ["", "anna", "anna@", "@x.example", "a b@x.example", "a@x", "<a@x.example>", f"{'a' * 250}@x.example"]
)
def test_what_is_no_address_is_refused(small: Store, email: str) -> None:
    with pytest.raises(UserMistake, match="bad_email"):
        give(small, email)


def test_the_key_tells_nobody_the_address_and_differs_between_regions(small: Store, tmp_path: Path) -> None:
    give(small)
    (key,) = accesses(small, MANAGER)
    assert key == key_of(small, "Anna@verkstan.example")
    assert "anna" not in "".join(small.notes("access:"))
    other = open_store(f"sqlite:{tmp_path / 'annan.sqlite'}")
    assert key_of(other, "anna@verkstan.example") != key
    other.close()


def test_with_another_secret_nobody_is_let_in(small: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    give(small)
    monkeypatch.setenv("NARVERK_SECRET", "en helt annan hemlighet")
    with pytest.raises(WrongSecret):
        state(small, log_in())


def test_a_backup_takes_nobodys_address_along(small: Store, tmp_path: Path) -> None:
    give(small)
    backup(small, tmp_path / "kopia.sqlite")
    assert b"anna@verkstan" not in (tmp_path / "kopia.sqlite").read_bytes()


def test_ended_log_ins_whose_tokens_have_run_out_are_let_go_of(small: Store) -> None:
    end_log_in(small, log_in(age_s=7200), NOW)
    end_log_in(small, log_in(), NOW)
    assert len(small.notes("access:")) == 1


def test_settings_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MANAGER", "UNKNOWN", "TRUST_EMAIL", "LOG_DAYS", "IDLE_HOURS", "MOST_SESSIONS"):
        monkeypatch.delenv(f"NARVERK_{name}", raising=False)
    assert settings() == Settings(frozenset(), False, False, 365, 8, 100)
    monkeypatch.setenv("NARVERK_MANAGER", " Chef@X.example ,, bo@x.example")
    monkeypatch.setenv("NARVERK_UNKNOWN", "Public")
    found = settings()
    assert found.managers == {"chef@x.example", "bo@x.example"}
    assert found.unknown_see_public
    for name, value in (
        ("UNKNOWN", "alla"),
        ("TRUST_EMAIL", "ja"),
        ("LOG_DAYS", "0"),
        ("IDLE_HOURS", "-1"),
        ("LOG_DAYS", "²"),
    ):
        with monkeypatch.context() as one:
            one.setenv(f"NARVERK_{name}", value)
            with pytest.raises(NarverkError, match="bad_setting"):
                settings()

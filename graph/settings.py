"""What has whoever runs the app settled for those who log in? The variables of the environment, read when asked for."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass

from graph.errors import UserMistake

MOST_LOG_DAYS = 3650
MOST_IDLE_HOURS = 24 * 30
MOST_SESSIONS = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an app that people log in to."""

    managers: frozenset[str]  # e-mails, folded, that are the manager's whatever the store says
    unknown_see_public: bool  # who has no role sees what everybody may see; else nothing
    trusts_email: bool  # an e-mail that the log-in says nothing of is taken as verified
    log_days: int  # how long it is kept who saw what
    idle_hours: int  # a log-in that nobody has used for so long is over
    most_sessions: int  # at once


def settings() -> Settings:
    """The settings as they are now.

    Raises:
        UserMistake: ``bad_setting``.
    """
    unknown = _one_of("NARVERK_UNKNOWN", ("nothing", "public"))
    trusts = _one_of("NARVERK_TRUST_EMAIL", ("0", "1"))
    managers = os.environ.get("NARVERK_MANAGER", "").split(",")
    return Settings(
        frozenset(folded(each) for each in managers if each.strip()),
        unknown == "public",
        trusts == "1",
        _number("NARVERK_LOG_DAYS", 365, MOST_LOG_DAYS),
        _number("NARVERK_IDLE_HOURS", 8, MOST_IDLE_HOURS),
        _number("NARVERK_MOST_SESSIONS", 100, MOST_SESSIONS),
    )


def folded(email: str) -> str:
    """The e-mail as it is compared: two ways of writing the same address are one.

    In small letters, not with its case folded: that would make one of two people's addresses, with ß and with ss.

    >>> folded(" Anna.Berg@Verkstan.example ")
    'anna.berg@verkstan.example'
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email.strip()).lower())


def days_of(name: str, usual: int | None) -> int | None:
    """How many days a variable says; the usual where it is not set, None for never.

    Raises:
        UserMistake: ``bad_setting``.
    """
    given = os.environ.get(name, "").strip()
    return _number(name, 0, MOST_LOG_DAYS) if given else usual


def _one_of(name: str, allowed: tuple[str, ...]) -> str:
    """The variable's value; the first that is allowed where it is not set."""
    given = os.environ.get(name, "").strip().casefold() or allowed[0]
    if given not in allowed:
        raise UserMistake("bad_setting", name=name, value=given, allowed=", ".join(allowed))
    return given


def _number(name: str, usual: int, most: int) -> int:
    given = os.environ.get(name, "").strip()
    if not given:
        return usual
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= most):
        raise UserMistake("bad_setting", name=name, value=given, allowed=f"1–{most}")
    return int(given)

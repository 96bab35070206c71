"""Who may log in as what? People and their roles, kept with the region, and what a log-in amounts to now.

A person is a note of its own, named by a keyed hash of the e-mail, so that whatever else is kept of who did what need
not hold the address. Nothing of it is part of the region: it moves no revision, and no backup holds it. A log-in counts
as long as its token does, and until it is ended: by the person, for having stood unused, or for all of that person's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import orjson

from graph.audience import Viewer, require
from graph.errors import UnknownName, UserMistake
from graph.model import Alias, Level
from graph.secret import secret_for
from graph.settings import Settings, folded
from graph.store import Store

NOTES = "access:"
OUT = "out"  # ends the name of the note that says up to when a person's log-ins are over
KEY_BYTES = 12
LONGEST_EMAIL = 254
COMPANY = "COMPANY"
ROLES = (Level.MANAGER.name, Level.MEMBERS.name, COMPANY, Level.PUBLIC.name)
"""What a person can be; a company's own person sees what members see, and the company itself whole."""
_EMAIL = re.compile(r"[^@\s\x00-\x1f<>\"',;:]+@[^@\s\x00-\x1f<>\"',;:]+\.[^@\s\x00-\x1f<>\"',;:.]+")


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may log in as; days are ISO text, moments seconds since 1970."""

    email: str
    role: str  # one of ROLES
    company_id: str | None = None  # of a company's own person
    since: str = ""
    by: str = ""  # who gave it; "": at the terminal, or without log-in
    until: str | None = None  # the last day
    revoked_on: str | None = None

    def holds(self, today: str) -> bool:
        """Whether it counts on the day."""
        return self.revoked_on is None and (self.until is None or today <= self.until)

    @property
    def level(self) -> Level:
        """The level that the role reaches."""
        return Level.MEMBERS if self.role == COMPANY else Level[self.role]


@dataclass(frozen=True, slots=True)
class LogIn:
    """What a log-in's token says, as far as it is asked: an e-mail, whether it is verified, when it was issued."""

    email: str
    is_verified: bool | None  # None: the token does not say
    issued: int  # seconds since 1970
    expires: int

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> LogIn:
        """Read the claims of a token; what is missing or of another form grants nothing."""
        verified = claims.get("email_verified")
        if isinstance(verified, str):
            verified = verified.casefold() == "true"
        issued, expires = (_moment(claims.get(name)) for name in ("iat", "exp"))
        email = claims.get("email")
        is_verified = bool(verified) if verified is not None else None
        return cls(folded(email) if isinstance(email, str) else "", is_verified, issued, expires)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a log-in amounts to: ``state`` is "in", or why it is not; ``key`` stands for the person."""

    state: str  # in, expired, ended, unverified, unknown, revoked, over, firm_gone
    key: str
    role: str = ""
    viewer: Viewer | None = None


def _moment(value: object) -> int:
    """Seconds since 1970; 0 for what is no moment."""
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e11 else 0


# -- the people ------------------------------------------------------------------------------------------------------


def key_of(store: Store, email: str) -> str:
    """What stands for a person wherever the address need not be known.

    Raises:
        WrongSecret: as :func:`graph.secret.secret_for`.
    """
    told = hmac.new(secret_for(store), b"narverk access\x00" + folded(email).encode(), hashlib.sha256)
    return told.hexdigest()[: 2 * KEY_BYTES]


def accesses(store: Store, viewer: Viewer) -> dict[str, Access]:
    """All people by their keys, in the order of their addresses; those revoked too.

    Raises:
        NotAllowed: the viewer may not see who has access.
    """
    require(viewer, "access")
    found = {
        name.removeprefix(NOTES): _read(value)
        for name, value in store.notes(NOTES).items()
        if ":" not in name.removeprefix(NOTES)
    }
    return dict(sorted(found.items(), key=lambda item: (item[1].email, item[0])))


def grant(store: Store, viewer: Viewer, access: Access, *, today: str) -> Access | None:
    """Give a person a role, in the place of the one that person had; returns that one.

    Raises:
        NotAllowed: the viewer may not say who has access.
        UserMistake: ``bad_email``, ``role_without_company``, ``not_a_day``, ``until_before_today``.
        UnknownName: ``unknown_company``.
        WrongSecret: as :func:`key_of`.
    """
    require(viewer, "access")
    email = folded(access.email)
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise UserMistake("bad_email", value=access.email.strip()[:LONGEST_EMAIL])
    if access.until is not None:
        _check_day(access.until, today)
    if access.role == COMPANY and not access.company_id:
        raise UserMistake("role_without_company")
    company_id = _company_now(store, access.company_id) if access.role == COMPANY and access.company_id else None
    if access.role == COMPANY and company_id is None:
        raise UnknownName("unknown_company", name=access.company_id)
    given = replace(access, email=email, company_id=company_id, since=today, revoked_on=None)
    return _replace(store, email, given)


def revoke(store: Store, viewer: Viewer, email: str, *, today: str) -> Access:
    """Take a person's role away, from the next click on; returns what that person had.

    Raises:
        NotAllowed: the viewer may not say who has access.
        UnknownName: ``no_such_access``.
    """
    require(viewer, "access")
    before = _known(store, email)
    _replace(store, email, replace(before, revoked_on=today))
    return before


def put_back(store: Store, viewer: Viewer, email: str, before: Access | None) -> None:
    """Let a person have what that person had before a :func:`grant` (None: nothing) or a :func:`revoke`.

    Raises:
        NotAllowed: the viewer may not say who has access.
    """
    require(viewer, "access")
    _replace(store, email, before)


def log_out_everywhere(store: Store, viewer: Viewer, email: str, now: datetime) -> None:
    """End every log-in of a person up to now; who still has a role can log in again.

    Raises:
        NotAllowed: the viewer may not say who has access.
    """
    require(viewer, "access")
    store.remember(f"{NOTES}{key_of(store, email)}:{OUT}", str(int(now.timestamp())))


def end_log_in(store: Store, log_in: LogIn, now: datetime) -> None:
    """Let this one log-in count no more, wherever its cookie is sent from."""
    start = f"{NOTES}{key_of(store, log_in.email)}:"
    for name, expires in store.notes(start).items():
        if not name.endswith(OUT) and int(expires) < now.timestamp():
            store.remember(name, None)  # its token counts no more anyway
    store.remember(f"{start}{log_in.issued}", str(log_in.expires))


def _known(store: Store, email: str) -> Access:
    kept = store.recall(NOTES + key_of(store, email))
    if kept is None:
        raise UnknownName("no_such_access", name=folded(email))
    return _read(kept)


def _replace(store: Store, email: str, access: Access | None) -> Access | None:
    """Keep it (None: forget the person), and return what was there."""
    name = NOTES + key_of(store, email)
    before = store.recall(name)
    store.remember(name, None if access is None else orjson.dumps(asdict(access)).decode())
    return None if before is None else _read(before)


def _read(value: str) -> Access:
    said = orjson.loads(value)
    return Access(**{name: said.get(name) for name in Access.__slots__})


def _check_day(day: str, today: str) -> None:
    try:
        is_day = date.fromisoformat(day).isoformat() == day
    except ValueError:
        is_day = False
    if not is_day:
        raise UserMistake("not_a_day", value=day)
    if day < today:
        raise UserMistake("until_before_today", day=day)


def _company_now(store: Store, company_id: str) -> str | None:
    """Today's company of an identifier, also after a merger; None where there is none any more."""
    found = store.matching(Alias, "alias", [company_id])
    return (found[0].company_id or found[0].alias) if found else None


# -- what a log-in amounts to ----------------------------------------------------------------------------------------


def standing(store: Store, log_in: LogIn, settings: Settings, now: datetime) -> Standing:
    """What a log-in amounts to at the moment; asked anew at every run of a page.

    An address that its provider has not verified says nothing of who somebody is. Where the token does not say, it is
    taken only if the settings say that the provider can be trusted with that: with some, whoever runs a tenant of
    their own can write any address.

    Raises:
        WrongSecret, StoreUnreachable: nobody can be told from anybody else.
    """
    key = key_of(store, log_in.email)
    name = NOTES + key
    kept = store.notes(name)
    ended = {each.removeprefix(f"{name}:"): value for each, value in kept.items() if each != name}
    if not log_in.email or log_in.is_verified is False or (log_in.is_verified is None and not settings.trusts_email):
        return Standing("unverified", key)
    if not log_in.issued or log_in.expires <= now.timestamp():
        return Standing("expired", key)
    if str(log_in.issued) in ended or log_in.issued <= int(ended.get(OUT, 0)):
        return Standing("ended", key)
    if log_in.email in settings.managers:
        return Standing("in", key, Level.MANAGER.name, Viewer(Level.MANAGER))
    if name not in kept:
        return Standing("unknown", key)
    return _in_role(store, key, _read(kept[name]), now.astimezone(UTC).date().isoformat())


def _in_role(store: Store, key: str, access: Access, today: str) -> Standing:
    if access.revoked_on is not None:
        return Standing("revoked", key)
    if not access.holds(today):
        return Standing("over", key)
    if access.role != COMPANY:
        return Standing("in", key, access.role, Viewer(access.level))
    company_id = _company_now(store, access.company_id or "")
    if company_id is None:
        return Standing("firm_gone", key)
    return Standing("in", key, access.role, Viewer(access.level, company_id))

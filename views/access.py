"""Who may see what, and who saw what?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from graph import access
from graph.access import COMPANY, ROLES, Access, accesses
from graph.access_log import Seen, read
from graph.errors import NarverkError
from graph.model import Company
from graph.settings import Settings, folded, settings
from render import access as words
from render.access import LOG, PEOPLE, as_table
from render.plain import capital, error_sentence
from texts import Texts
from views.bars import Bar, bars
from views.common import (
    Region,
    guarded,
    headline,
    home_store,
    plain,
    region,
    say,
    section,
    texts,
    today,
    viewer,
    warn,
    who,
)
from views.downloads import downloads
from views.file_field import dress
from views.revealing import what_reveals
from views.table import Column, table
from views.who import log_in_claims

OPEN, SAVED, FAILED, TURN = "access_open", "access_saved", "access_failed", "access_turn"
DAYS = 30
MOST_BARS = 6
NEW = ""
SHOWN = tuple(each for each in PEOPLE if each not in ("since", "by"))
"""What there is room for; since when and who gave it is told where it is changed, and taken along."""
QUIET = ("until", "last")


@dataclass(frozen=True)
class Saved:
    """What was just done, and what the person had before, to go back to."""

    sentence: str
    email: str = ""
    before: Access | None = None
    can_undo: bool = False


def page() -> None:
    """The sentence, two pictures, the people with the form, and the log."""
    here, sentences = region(), texts()
    dress()
    people = accesses(home_store(), viewer())
    lines = read(home_store(), viewer(), today(), DAYS)
    settled = settings()
    _said(people, settled, sentences)
    _pictures(people, settled, lines, sentences)
    _people(here, people, settled, lines, sentences)
    what_reveals(here)
    _log(here, people, settled, lines, sentences)


def _said(people: Mapping[str, Access], settled: Settings, sentences: Texts) -> None:
    count = sum(each.holds(today()) for each in people.values()) + len(_settled(people, settled))
    note = "access.no_log_in" if who().state == "machine" else "access.how"
    headline(words.headline(count, sentences), sentences(note))
    if failed := st.session_state.pop(FAILED, None):
        warn(failed)
    saved: Saved | None = st.session_state.get(SAVED)
    if saved is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="access_saved_row"):
            say(saved.sentence, "saved", role="status", narrow=True)
            if saved.can_undo:
                st.button(sentences("access.undo"), on_click=_undo, args=(saved,), key="access_undo")


def _settled(people: Mapping[str, Access], settled: Settings) -> list[str]:
    """Managers named where the app is started who do not stand in the list as well."""
    listed = {each.email for each in people.values() if each.holds(today())}
    return sorted(settled.managers - listed)


def _pictures(people: Mapping[str, Access], settled: Settings, lines: Sequence[Seen], sentences: Texts) -> None:
    counts = words.role_counts(people.values(), len(_settled(people, settled)), today(), sentences)
    looked_at = words.most_seen(lines, MOST_BARS, sentences)
    shown = [(sentences("access.roles"), counts), (sentences("access.looked_at", days=DAYS), looked_at)]
    shown = [(title, counted) for title, counted in shown if counted]
    if shown:
        for column, (title, counted) in zip(st.columns(2, gap="large"), shown, strict=False):
            with column:
                section(title)
                most = max(number for _, number in counted)
                bars([Bar(capital(label), number / most, sentences.number(number)) for label, number in counted], title)


# -- the people ------------------------------------------------------------------------------------------------------


def _people(
    here: Region, people: Mapping[str, Access], settled: Settings, lines: Sequence[Seen], sentences: Texts
) -> None:
    section(sentences("access.people"))
    names = {each.company_id: each.name or each.company_id for each in here.companies.values()}
    last = words.last_seen(lines)
    zone = _zone()
    rows = [
        words.settled_row(each, last.get(access.key_of(home_store(), each)), sentences, zone)
        for each in _settled(people, settled)
    ]
    rows += [
        words.person_row(key, each, names, sentences, today=today(), last=last.get(key), zone=zone)
        for key, each in people.items()
    ]
    used = [each for each in SHOWN if any(row[each] for row in rows)]
    columns = [
        Column(each, sentences(f"access.columns.{each}"), firm=each == "email", quiet=each in QUIET) for each in used
    ]
    clicked = table("access_people", columns, rows, alt=sentences("access.people")) if rows else None
    with st.container(horizontal=True, key="access_ways"):
        if st.button(sentences("access.add"), key="access_add"):
            _open(NEW)
        if rows:
            downloads(as_table(rows, PEOPLE, sentences), sentences("access.file"))
    if clicked:
        _open(clicked)
    opened: str | None = st.session_state.get(OPEN)
    if opened is not None and (opened == NEW or opened in people):
        found = people.get(opened)
        title = sentences("access.change" if found else "access.add")
        st.dialog(plain(title), on_dismiss=_close)(_form)(here, found)


def _open(key: str) -> None:
    st.session_state[OPEN] = key
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _form(here: Region, found: Access | None) -> None:
    with guarded():
        _fields(here, found)


def _fields(here: Region, found: Access | None) -> None:
    """Who, as what, of which firm, until when; for who is in the list also how to go."""
    sentences = texts()
    turn = st.session_state[TURN]
    if found:
        email = found.email
        say(email, "label")  # as a title it would become a link
        say(words.given_by(found, sentences), "note")
    else:
        email = st.text_input(
            sentences("access.email"), key=f"access_email_{turn}", placeholder=sentences("access.email_example")
        )
    role = st.radio(
        sentences("access.who"),
        ROLES,
        index=ROLES.index(found.role) if found else 1,
        format_func=lambda each: plain(capital(sentences(f"access.role.{each}"))),
        key=f"access_role_{turn}",
    )
    company_id = _company(here, found, turn, sentences) if role == COMPANY else None
    until = st.text_input(
        sentences("access.until"),
        (found.until or "") if found else "",
        key=f"access_until_{turn}",
        placeholder=sentences("access.until_example"),
    ).strip()
    given = Access(email, role, company_id, by=_me(), until=until or None)
    label = sentences("access.save_change" if found else "access.save")
    if st.button(label, type="primary", key=f"access_save_{turn}"):
        _save(given, found)
    if found and found.revoked_on is None:
        with st.container(horizontal=True, key="access_away"):
            if st.button(sentences("access.take_away"), key=f"access_revoke_{turn}"):
                _revoke(found)
            if st.button(sentences("access.everywhere"), key=f"access_out_{turn}"):
                _log_out(found)


def _company(here: Region, found: Access | None, turn: int, sentences: Texts) -> str | None:
    companies = sorted(here.companies, key=lambda each: (_name(here.companies[each]).casefold(), each))
    before = here.company_of.get(found.company_id or "") if found else None
    return st.selectbox(
        sentences("access.company"),
        companies,
        index=companies.index(before) if before in companies else None,
        format_func=lambda each: _name(here.companies[each]),
        placeholder=sentences("access.company_choose"),
        key=f"access_company_{turn}",
    )


def _name(company: Company) -> str:
    return company.name or company.company_id


def _me() -> str:
    return str(log_in_claims().get("email") or "")


# -- what is done ----------------------------------------------------------------------------------------------------


def _save(given: Access, found: Access | None) -> None:
    """Give the access and close the form; else say in it what is wrong."""
    try:
        before = access.grant(home_store(), viewer(), given, today=today())
    except NarverkError as error:
        warn(error_sentence(error, texts()))
        return
    key = "access.changed" if found or before else "access.given"
    _done(Saved(texts()(key, email=folded(given.email)), given.email, before, can_undo=True))


def _revoke(found: Access) -> None:
    try:
        access.revoke(home_store(), viewer(), found.email, today=today())
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, texts())
        _done(None)
    _done(Saved(texts()("access.taken", email=found.email), found.email, found, can_undo=True))


def _log_out(found: Access) -> None:
    try:
        access.log_out_everywhere(home_store(), viewer(), found.email, datetime.now(tz=UTC))
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, texts())
        _done(None)
    _done(Saved(texts()("access.out_everywhere", email=found.email)))


def _done(saved: Saved | None) -> NoReturn:
    """Close the form, and say on the page what was done."""
    _close()
    st.session_state[SAVED] = saved
    st.rerun()


def _undo(saved: Saved) -> None:
    try:
        access.put_back(home_store(), viewer(), saved.email, saved.before)
        st.session_state[SAVED] = Saved(texts()("access.undone"))
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, texts())


# -- the log ---------------------------------------------------------------------------------------------------------


def _log(
    here: Region, people: Mapping[str, Access], settled: Settings, lines: Sequence[Seen], sentences: Texts
) -> None:
    section(sentences("access.log"))
    if not lines:
        say(sentences("access.log_empty", days=DAYS), "note")
        return
    say(sentences("access.log_note", days=DAYS, kept=settled.log_days), "note")
    emails = {access.key_of(home_store(), each): each for each in settled.managers}
    emails |= {key: each.email for key, each in people.items()}
    firms = {link: _name(here.companies[each]) for link, each in here.links.items() if each in here.companies}
    rows = words.log_rows(lines, emails, firms, sentences, _zone())
    columns = [Column(each, sentences(f"access.columns.{each}"), quiet=each == "role") for each in LOG]
    table("access_log", columns, rows, alt=sentences("access.log"))
    downloads(lambda: as_table(rows, LOG, sentences), sentences("access.log_file"))


def _zone() -> tzinfo | None:
    """The reader's own clock; None where it is not told."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (ZoneInfoNotFoundError, ValueError):
        return None


page()

"""What has happened with a firm that is to be interviewed: one click's word, as what is saved by hand.

Who is asked gets an interview of that day; a reminder and an outcome are told of the newest interview where it waits
for an answer, else of one of today.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.errors import NarverkError
from graph.model import Interview, Record
from graph.outreach import newest
from graph.own_account import account_for
from ingest.by_hand import Desk, Draft, save
from render.plain import error_sentence
from views.common import Region, store, texts, viewer
from views.edit import mistake_sentence, remember_saved

ASKED = ("phoned", "mailed", "visited")
OUTCOMES = ("answered", "no_answer", "declined", "never")
MARKS = (*ASKED, "reminded", *OUTCOMES)


def marked(here: Region, firms: Iterable[str], mark: str) -> Draft:
    """What one of :data:`MARKS` says of the firms, of all in one draft."""
    known = here.kept("newest_interviews", lambda: newest(here.snapshot.of(Interview)))
    drafts = [_marked(here, firm, known.get(firm), mark) for firm in firms]
    return Draft(
        tuple(claim for each in drafts for claim in each.claims),
        tuple(mistake for each in drafts for mistake in each.mistakes),
        frozenset[str]().union(*(each.subjects for each in drafts)),
    )


def _marked(here: Region, firm: str, now: Interview | None, mark: str) -> Draft:
    if mark in ASKED:
        how = texts()(f"week.how.{mark}")
        if now and not now.outcome and (now.asked_on, now.how) == (here.day, how):
            return Draft()  # said already
        return _desk(here).add(Interview, {"asked_on": here.day, "how": how}, about=firm)
    said = {"reminded_on": here.day} if mark == "reminded" else {"outcome": mark}
    if mark == "answered":
        said["answered_on"] = here.day
    if now and not now.outcome:
        return changed(here, Interview, now.key, said)
    return _desk(here).add(Interview, {"asked_on": here.day, **said}, about=firm)


def changed(here: Region, kind: type[Record], key: str, typed: dict[str, str]) -> Draft:
    """Other values of a record; nothing where it is no more."""
    account = account_for(store(), viewer(), kind, key)
    return _desk(here).change(account, typed) if account and account.record else Draft()


def closed(here: Region, kind: type[Record], key: str) -> Draft:
    """The record is no more; nothing where it is no more already."""
    account = account_for(store(), viewer(), kind, key)
    return _desk(here).close([account]) if account and account.record else Draft()


def _desk(here: Region) -> Desk:
    return Desk(store(), here.snapshot, on=here.day)


def saved(here: Region, draft: Draft, sentence: str) -> bool:
    """Save it as one load that can be undone, and say so, or say why not; whether anything was saved."""
    sentences = texts()
    if draft.mistakes:
        remember_saved("", mistake_sentence(draft.mistakes[0], sentences))
        return False
    try:
        found = save(store(), viewer(), draft, started=here.snapshot.revision, on=here.day)
    except NarverkError as error:
        remember_saved("", error_sentence(error, sentences))
        return False
    if found.moved:
        remember_saved("", sentences("edit.moved"))
    else:
        remember_saved(found.load_id or "", sentence if found.load_id else sentences("edit.nothing_new"))
    return bool(found.load_id)

"""A questionnaire's way through the network's work: it is sent, its firm is reminded, it is answered, or taken back.

Each step is kept with the firm's interviews. What a firm has answered is published as its own word, together with the
interview, as one load; its choices of who may see what are decisions, made at once after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph.audience import Viewer, require
from graph.consent import Fact
from graph.errors import RevisionMoved, UserMistake
from graph.ledger import ATTEMPTS, publish, withdraw
from graph.model import Alias, Claim, Company, Decision, Interview, Load
from graph.own_view import current_id
from graph.own_word import choose, require_said, take_back_choice
from graph.provenance import account_of, moved_since
from graph.questionnaire import RESULT, Questionnaire, keep, unanswered
from graph.secret import secret_for
from graph.store import Store
from ingest.by_hand import SOURCE, Desk, Draft, save
from ingest.invented import refuse_mixing
from ingest.kept_out import KeptOut
from ingest.questionnaire import ANSWER
from ingest.questionnaire_read import Answers
from ingest.questionnaire_said import Said, draft_of


@dataclass(frozen=True, slots=True)
class Work:
    """What the network notes of its own work: how it asks, and who says what a firm has chosen."""

    how: str
    by: str
    on: str  # ISO day


# -- sent and reminded -------------------------------------------------------------------------------------------------


def mark_sent(store: Store, viewer: Viewer, questionnaire: Questionnaire, work: Work) -> Questionnaire:
    """Note that it was sent: from now on the firm has been asked.

    Raises:
        NotAllowed: the viewer is not the manager.
        StoreError: nothing was written.
    """
    require(viewer, RESULT)
    sent = replace(questionnaire, sent_on=work.on, how=work.how)
    if _interview(store, sent) is None:
        save(store, viewer, _work_draft(store, sent, work, {}), started=store.revision(), on=work.on)
    keep(store, viewer, sent)
    return sent


def mark_reminded(store: Store, viewer: Viewer, questionnaire: Questionnaire, work: Work) -> Questionnaire:
    """Note that the firm was reminded.

    Raises:
        NotAllowed: the viewer is not the manager.
        StoreError: nothing was written.
    """
    require(viewer, RESULT)
    draft = _work_draft(store, questionnaire, work, {"reminded_on": work.on})
    save(store, viewer, draft, started=store.revision(), on=work.on)
    reminded = replace(questionnaire, reminded_on=work.on)
    keep(store, viewer, reminded)
    return reminded


def _interview(store: Store, questionnaire: Questionnaire) -> Interview | None:
    """The interview in which the firm was asked by this questionnaire."""
    company_id = current_id(store, questionnaire.company_id)
    day, how = questionnaire.sent_on or questionnaire.made_on, questionnaire.how
    asked = store.matching(Interview, "company_id", [company_id])
    return next((each for each in asked if (each.asked_on, each.how or "") == (day, how)), None)


def _work_draft(store: Store, questionnaire: Questionnaire, work: Work, typed: Mapping[str, str]) -> Draft:
    """What is said of the interview, which is added where it is not there."""
    desk = Desk(store, store.snapshot(Company, Alias), on=work.on)
    questionnaire = questionnaire if questionnaire.how else replace(questionnaire, how=work.how)
    found = _interview(store, questionnaire)
    account = account_of(store, Interview, found.key) if found else None
    if account is not None:
        return desk.change(account, typed)
    day = questionnaire.sent_on or questionnaire.made_on
    company_id = current_id(store, questionnaire.company_id)
    return desk.add(Interview, {"asked_on": day, "how": questionnaire.how, **typed}, about=company_id)


# -- answered ----------------------------------------------------------------------------------------------------------


def publish_answers(
    store: Store, viewer: Viewer, answers: Answers, work: Work, *, with_moved: bool = False
) -> Questionnaire:
    """Publish what a firm has answered, and return the questionnaire as it stands then.

    Args:
        store: the region.
        viewer: the manager.
        answers: as they were read.
        work: what is noted of it.
        with_moved: also what somebody else has changed since the firm was asked.

    Raises:
        NotAllowed: the viewer is not the manager.
        UserMistake: ``questionnaire_moved`` where somebody has changed the firm since the answers were read;
            ``person_erased`` and those of :func:`ingest.invented.refuse_mixing`. Nothing was written.
        StoreError: nothing was written.
    """
    require(viewer, RESULT)
    known = answers.known
    desk = Desk(store, store.snapshot(Company, Alias), on=work.on, for_firm=True)
    drafts = [(each, draft_of(desk, known, each, with_moved=with_moved)) for each in answers.rows]
    said: list[Claim] = []
    for _, draft in drafts:
        said += [each for each in draft.claims if each not in said]
    require_said(store, known.viewer, said)
    told = _work_draft(store, answers.questionnaire, work, {"outcome": "answered", "answered_on": work.on})
    load_id = _published(store, answers, said, told, work)
    decisions = [
        choose(store, viewer, known.company_id, each.choice, _fact(each, draft), by=work.by, on=work.on)
        for each, draft in drafts
        if each.choice is not None and (with_moved or ANSWER not in each.moved)
    ]
    done = replace(
        answers.questionnaire, answered_on=work.on, load_id=load_id, decisions=tuple(decisions), how=work.how
    )
    keep(store, viewer, done)
    return done


def _published(store: Store, answers: Answers, said: list[Claim], told: Draft, work: Work) -> str:
    """The load of the firm's words and of the interview, "" where nothing is new."""
    sources = [replace(SOURCE, owner=answers.known.company_id), SOURCE]
    claims = [*said, *(replace(each, source=1) for each in told.claims)]
    refuse_mixing(store, claims, sources)
    KeptOut(store, secret_for(store), work.on).refuse(claims)
    for _ in range(ATTEMPTS):
        revision = store.revision()
        if revision != answers.revision and moved_since(store, {each.subject for each in claims}, answers.revision):
            raise UserMistake("questionnaire_moved", file=answers.file)
        try:
            return publish(store, sources, claims, on=work.on, expected=revision).load_id or ""
        except RevisionMoved:
            continue  # somebody was quicker: look again at what it was
    raise RevisionMoved("revision_moved", expected=revision, found=store.revision())


def _fact(said: Said, draft: Draft) -> Fact:
    """What a choice is about."""
    kind = said.page.kind.__name__
    added = (each.item for each in draft.claims if each.kind == kind and each.item)
    return Fact(kind, said.item or next(added, ""), said.choice_field)


def take_back(store: Store, viewer: Viewer, questionnaire: Questionnaire) -> Questionnaire:
    """Take back what was published, with the choices; the questionnaire waits for its answer again.

    Raises:
        NotAllowed: the viewer is not the manager.
        StoreError: nothing was written.
    """
    require(viewer, RESULT)
    made = store.matching(Decision, "decision_id", questionnaire.decisions) if questionnaire.decisions else ()
    for each in sorted(made, key=lambda each: each.revision, reverse=True):
        if each.withdrawn is None:
            take_back_choice(store, viewer, each.decision_id)
    loads = store.matching(Load, "load_id", [questionnaire.load_id]) if questionnaire.load_id else ()
    if any(each.withdrawn is None for each in loads):
        withdraw(store, questionnaire.load_id)
    waiting = unanswered(questionnaire)
    keep(store, viewer, waiting)
    return waiting

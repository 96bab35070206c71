"""Whom is it worth bringing together, what would that do, and what has come of those who were?"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from graph import ledger
from graph.affinity import Affinity
from graph.errors import NarverkError
from graph.introductions import (
    MOST_EACH,
    NOT_INTRODUCED,
    PAGE,
    UNDER_WAY,
    Followed,
    Introductions,
    Proposal,
    Queue,
    followed,
    near_misses,
    vetoes,
)
from graph.isolation import isolated
from graph.lookup import find_company
from graph.makers import Makers
from graph.model import Decision, Introduction
from render.company import Wording
from render.introductions import (
    NameOf,
    drawing,
    effect_words,
    followed_rows,
    namer,
    outcome_counts,
    pair_key,
    pair_name,
    proposal_rows,
    reason_words,
)
from render.introductions import headline as sentence_of
from render.network import as_table
from render.plain import capital, choice_name, error_sentence
from texts import Texts
from views.bars import Bar, bars
from views.captured import take_up
from views.common import (
    Region,
    headline,
    is_dark,
    open_firm,
    region,
    say,
    section,
    store,
    texts,
    warn,
)
from views.downloads import downloads
from views.edit import Editing, forget_saved, form_if_open, open_form, undo_row
from views.file_field import dress
from views.picture import at_work, picture
from views.table import Column, table

CHOSEN, AGAIN, SAID, FAILED = "pair_chosen", "pair_again", "pair_said", "pair_failed"
SHOWN = 60
MOST_REASONS = 2  # that stand in the form
QUEUE_COLUMNS = ("pair", "why", "newly", "score")
TAKEN_ALONG = ("pair", "all_reasons", "joined", "newly", "score", "one", "other")
FOLLOWED_COLUMNS = ("pair", "outcome", "follow_up_on", "introduced_by", "introduced_on")


def page() -> None:
    """The best pairs with the chosen one drawn; below, what goes on and what has come of it."""
    here, sentences = region(), texts()
    dress()
    st.html(f"<style>{_style()}</style>")
    take_up(here)
    undo_row()
    _never_row(sentences)
    if here.is_empty:
        headline(sentences("introductions.empty"), sentences("introductions.empty_what"))
        return
    name_of = namer(here.names, sentences)
    again = bool(st.session_state.get(AGAIN))
    with at_work(here):
        queue = here.kept(("introductions", again), lambda: _queue(here, again))
    made = here.kept(("followed",), lambda: followed(here.snapshot, here.day))
    _say_first(queue, made, sentences)
    if queue.proposals:
        _pairs(here, queue, name_of, sentences)
    else:
        st.checkbox(sentences("introductions.again"), key=AGAIN)
    _followed(here, made, name_of, sentences)
    form_if_open(here, Wording(sentences, name_of))


@cache
def _style() -> str:
    return Path(__file__).with_name("introductions.css").read_text(encoding="utf-8")


def _queue(here: Region, again: bool) -> Queue:
    affinity = here.kept("affinity", lambda: Affinity(here.snapshot, here.network))
    vetoed = vetoes(store().snapshot(Decision).of(Decision), here.company_of)
    makers = Makers(here.snapshot, today=here.day)
    return Introductions(
        here.snapshot,
        here.network,
        affinity=affinity,
        isolation=here.kept("isolation", lambda: isolated(here.snapshot, here.network, affinity)),
        misses=here.kept("near_misses", lambda: near_misses(here.snapshot, here.finder, makers)),
        vetoed=vetoed,
        again=again,
    ).queue(SHOWN)


def _say_first(queue: Queue, made: Sequence[Followed], sentences: Texts) -> None:
    """How many pairs are worth it, and what goes on."""
    going_on = sum(each.outcome in UNDER_WAY for each in made)
    late = sum(each.is_overdue for each in made)
    notes = [sentences("introductions.under_way", count=going_on, late=late)] if going_on else []
    if queue.proposals:
        shown = {"shown": len(queue.proposals), "most": MOST_EACH, "page": PAGE}
        about = sentences("introductions.best", **shown) if queue.worth else sentences("introductions.none_what")
        headline(sentence_of(queue, sentences), " ".join([about, *notes]))
    else:
        headline(sentence_of(queue, sentences), " ".join([sentences("introductions.none_what"), *notes]))


# -- the queue -------------------------------------------------------------------------------------------------------


def _pairs(here: Region, queue: Queue, name_of: NameOf, sentences: Texts) -> None:
    """The chosen pair beside the table of all."""
    proposals = {pair_key(each.company_ids): each for each in queue.proposals}
    key = st.session_state.get(CHOSEN)
    chosen = proposals.get(key or "", queue.proposals[0])
    left, right = st.columns([6, 7], gap="medium")
    with right:
        clicked = _table(queue, name_of, sentences)
        st.checkbox(sentences("introductions.again"), key=AGAIN)
    if clicked in proposals and clicked != key:
        st.session_state[CHOSEN] = clicked
        st.rerun()
    with left:
        _chosen(here, chosen, name_of, sentences)


def _table(queue: Queue, name_of: NameOf, sentences: Texts) -> str | None:
    section(sentences("introductions.list"))
    heads = {each: sentences(f"introductions.columns.{each}") for each in (*QUEUE_COLUMNS, *TAKEN_ALONG)}
    columns = [
        Column("pair", heads["pair"], firm=True),
        Column("why", heads["why"], quiet=True),
        Column("newly", heads["newly"], number=True, term="two_steps"),
        Column("score", heads["score"], number=True, decimals=1),
    ]
    rows = proposal_rows(queue, name_of, sentences)
    clicked = table("introductions", columns, rows, alt=sentences("introductions.list"))
    taken = {each: heads[each] for each in TAKEN_ALONG}
    downloads(lambda: as_table(rows, taken), sentences("introductions.file"))
    return clicked


def _chosen(here: Region, each: Proposal, name_of: NameOf, sentences: Texts) -> None:
    """The pair: what to do with it, how it stands in the network, and why."""
    one, other = map(name_of, each.company_ids)
    section(sentences("introductions.chosen", one=one, other=other))
    with st.container(horizontal=True, key="pair_acts"):
        if st.button(sentences("introductions.make"), type="primary", key="pair_make"):
            _open(here, each, name_of, sentences)
        st.button(sentences("introductions.never"), on_click=_never, args=(each.company_ids, name_of), key="pair_never")
    dark = is_dark()
    key = ("pair_drawing", each.company_ids, sentences.language, dark)
    drawn = here.kept(key, lambda: drawing(here.network, each, name_of, sentences, dark=dark))
    clicked = picture("pair_picture", drawn)
    legend = [sentences("introductions.legend")]
    legend += [sentences("introductions.not_drawn", count=drawn.left_out)] if drawn.left_out else []
    say(" ".join(legend), "note")
    _reasons(each, name_of, sentences)
    if clicked:
        open_firm(clicked)


def _reasons(each: Proposal, name_of: NameOf, sentences: Texts) -> None:
    """Every reason with its points, and what the tie would do."""
    section(sentences("introductions.why"))
    items = "".join(
        f"<li><span>{html.escape(capital(reason_words(reason, name_of, sentences)))}.</span>"
        f"<b>{html.escape(sentences.number(reason.points, 1))}</b></li>"
        for reason in each.reasons
    )
    st.html(f'<ul class="nv-reasons">{items}</ul>')
    total = sentences("introductions.score", points=sentences.number(each.score, 1))
    say(f"{capital(total)}. {effect_words(each, sentences)}", "facts")


def _open(here: Region, each: Proposal, name_of: NameOf, sentences: Texts) -> None:
    """Open the form of an introduction, filled in with the two and the day."""
    one, other = each.company_ids
    reasons = [reason for reason in each.reasons if reason.code != "near"][:MOST_REASONS]
    words = capital("; ".join(reason_words(reason, name_of, sentences) for reason in reasons))
    suggested = (
        ("other_id", _typed(here, other)),
        ("introduced_on", here.day),
        ("outcome", "open"),
        ("reason", f"{words}." if words else ""),
    )
    note = sentences("introductions.chosen", one=name_of(one), other=name_of(other))
    open_form(Editing(Introduction, about=one, suggested=suggested, note=note), here)


def _typed(here: Region, company_id: str) -> str:
    """The firm as somebody would type it: its name, or its identifier where others bear that name."""
    name = here.companies[company_id].name or company_id
    try:
        return name if find_company(here.snapshot, name).company_id == company_id else company_id
    except NarverkError:
        return company_id


# -- not these two ---------------------------------------------------------------------------------------------------


def _never(pair: tuple[str, str], name_of: NameOf) -> None:
    """Note that the two shall not be proposed, with the way back."""
    forget_saved()
    sentences = texts()
    try:
        decision = ledger.decide(store(), NOT_INTRODUCED, pair)
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, sentences)
    else:
        named = pair_name(pair, name_of)
        st.session_state[SAID] = (decision, sentences("introductions.never_said", pair=named), named)


def _never_row(sentences: Texts) -> None:
    """What was just decided of a pair, and the button that takes it back."""
    if failed := st.session_state.pop(FAILED, None):
        warn(failed)
    said: tuple[str, str, str] | None = st.session_state.get(SAID)
    if said is None:
        return
    decision, sentence, pair = said
    with st.container(horizontal=True, vertical_alignment="center", key="never_row"):
        say(sentence, "saved", role="status", narrow=True)
        if decision:
            label = sentences("introductions.take_back")
            st.button(label, on_click=_take_back, args=(decision, pair), key="pair_take_back")


def _take_back(decision: str, pair: str) -> None:
    sentences = texts()
    try:
        ledger.retract(store(), decision)
        st.session_state[SAID] = ("", sentences("introductions.taken_back", pair=pair), pair)
    except NarverkError as error:
        st.session_state[SAID] = ("", error_sentence(error, sentences), pair)


# -- what goes on, and what came of it -------------------------------------------------------------------------------


def _followed(here: Region, made: Sequence[Followed], name_of: NameOf, sentences: Texts) -> None:
    if not made:
        return
    left, right = st.columns([8, 5], gap="large")
    going_on = [each for each in made if each.outcome in UNDER_WAY]
    with left:
        section(sentences("introductions.going_on"))
        say(sentences("introductions.going_on_what" if going_on else "introductions.nobody_going_on"), "note")
        if going_on:
            heads = {each: sentences(f"introductions.columns.{each}") for each in (*FOLLOWED_COLUMNS, "reason")}
            columns = [Column(each, heads[each], firm=each == "pair") for each in FOLLOWED_COLUMNS]
            rows = followed_rows(going_on, name_of, sentences)
            clicked = table("followed", columns, rows, alt=sentences("introductions.going_on"))
            every = followed_rows(made, name_of, sentences)
            downloads(lambda: as_table(every, heads), sentences("introductions.followed_file"))
            if clicked:
                open_form(Editing(Introduction, key=clicked), here)
    with right:
        _outcomes(made, sentences)


def _outcomes(made: Sequence[Followed], sentences: Texts) -> None:
    section(sentences("introductions.outcomes"))
    counts = outcome_counts(made)
    most = max(*counts.values(), 1)
    rows = [
        Bar(capital(choice_name(outcome, sentences)), count / most, sentences.number(count))
        for outcome, count in counts.items()
    ]
    with st.container(key="pair_outcomes"):
        bars(rows, sentences("introductions.outcomes"))


page()

"""What is to be done this week? A line a kind with the most urgent thing, and on it the click that does it.

What a click says of the region is saved by hand, as a load that can be undone; what it only puts off, or marks as seen,
is a note (see :mod:`graph.week`), which can be taken back as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from graph.audience import require
from graph.enquiries import due, enquiries
from graph.errors import NarverkError
from graph.ledger import decide, retract
from graph.model import Certificate, Contact, Introduction, Load
from graph.week import (
    ASKED_AGAIN_DAYS,
    FOR_EVER,
    GO,
    KINDS,
    LATER,
    LATER_DAYS,
    OUTCOMES,
    REVIEW_DAYS,
    SEEN,
    Group,
    Item,
    groups,
    in_order,
    moved,
    of_doubts,
    of_enquiries,
    of_records,
    of_to_ask,
    of_words,
)
from graph.week_notes import put_off, resting, take_up
from render.company import Wording
from render.introductions import namer
from render.plain import error_sentence
from render.week import detail, group_title
from texts import Texts
from views.common import (
    Region,
    firm_param,
    leave_for,
    open_firm,
    plain,
    say,
    section,
    store,
    texts,
    viewer,
)
from views.doubts import called, pairs
from views.edit import Editing, forget_saved, form_if_open, open_form, undo_row
from views.enquiry import OPEN as ENQUIRY_OPEN
from views.outreach_heard import next_to_ask
from views.outreach_marks import changed, closed, marked, saved
from views.overview import overview
from views.week_mail import ask_for_mail, mail_if_open

MOST_GROUPS, MOST_ITEMS = 8, 15
ASKED, DONE, EXPANDED = "week_asked", "week_done", "week_expanded"
FORMS = {"renewed": Certificate}
LEADS = (GO, "mail", *FORMS)
"""What leads on: to a page, a text or a form; all else is done by the click itself."""


def week(here: Region) -> Callable[[], None]:
    """The list, and what just became of something in it; whom to ask next is added by what is given back.

    That takes half a second where nobody has asked yet, so that the page is to be drawn before.
    """
    sentences = texts()
    st.html(f"<style>{_style()}</style>")
    if asked := st.session_state.pop(ASKED, None):
        _lead(here, *asked)
    section(sentences("week.title"))
    _done_row(sentences)
    rest = resting(store(), viewer())
    late = due(enquiries(store(), viewer()), here.day)
    items = here.kept("week", lambda: _standing(here))
    standing = here.kept(("week", tuple(sorted(rest.items()))), lambda: groups(items, rest, here.day))
    found = in_order([*groups(of_enquiries(late), rest, here.day), *standing])
    expanded = st.session_state.get(EXPANDED)
    for each in found[: len(found) if expanded == "" else MOST_GROUPS]:
        _group(here, each, sentences, is_open=each.kind == expanded)
    if len(found) > MOST_GROUPS and expanded != "":
        label = sentences("week.more_kinds", count=len(found) - MOST_GROUPS)
        st.button(label, on_click=_expand, args=("",), type="tertiary", key="week_more_kinds")
    form_if_open(here, Wording(sentences, namer(here.names, sentences)))
    mail_if_open(here)
    room = st.container(key="week_next")

    def ask_next() -> None:
        to_ask = here.kept("week_next", lambda: of_to_ask(next_to_ask(here), items))
        with room:
            for each in groups(to_ask, rest, here.day):
                _group(here, each, sentences, is_open=each.kind == expanded)
            if not found and not to_ask:
                say(sentences("week.nothing"), "note")

    return ask_next


@cache
def _style() -> str:
    return Path(__file__).with_name("week.css").read_text(encoding="utf-8")


def _standing(here: Region) -> list[Item]:
    """What there is to do for as long as the region is as it is, but for whom to ask next."""
    return [
        *of_records(here.snapshot, here.day),
        *of_words(store().snapshot(Load).of(Load), here.company_of, here.day),
        *of_doubts(pairs(here, overview(here).doubts)),
    ]


# -- the lines ---------------------------------------------------------------------------------------------------------


def _group(here: Region, group: Group, sentences: Texts, *, is_open: bool) -> None:
    """The most urgent thing of the kind, or all of them where they were asked for."""
    shown = group.items[: MOST_ITEMS if is_open else 1]
    with st.container(key=f"week_group_{group.kind}"):
        with st.container(key=f"week_head_{group.kind}"):
            st.html(f'<h3 class="nv-week-kind">{escape(group_title(group, sentences))}</h3>')
            if len(group.items) > 1:
                label, kind = sentences("week.fewer" if is_open else "week.all"), None if is_open else group.kind
                st.button(label, on_click=_expand, args=(kind,), type="tertiary", key=f"week_all_{group.kind}")
        with st.container(key=f"week_lines_{group.kind}"):
            for each in shown:
                _line(here, each, sentences)
            if is_open and len(group.items) > MOST_ITEMS:
                say(sentences("week.rest", count=len(group.items) - MOST_ITEMS), "note")


def _line(here: Region, item: Item, sentences: Texts) -> None:
    """Whom it is about, what it is, and the clicks that do it."""
    key = f"{item.kind}_{item.item_id}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"week_line_{key}"):
        if item.kind != "calls" and st.button(plain(_firms(here, item)), type="tertiary", key=f"week_firm_{key}"):
            open_firm(here.company_of.get(item.company_ids[0], item.company_ids[0]))
        st.html(f'<p class="nv-week-line">{escape(detail(item, sentences))}</p>', width="content")
        acts = (*KINDS[item.kind], LATER)
        st.pills(
            sentences("week.acts"),
            acts,
            format_func=lambda each: sentences(_label(item.kind, each)),
            key=(pressed := f"week_do_{key}"),
            on_change=_press,
            args=(here, item, pressed),
            label_visibility="collapsed",
            width="content",
        )


def _firms(here: Region, item: Item) -> str:
    if item.kind == "doubts":
        return " — ".join(called(here, each) for each in item.company_ids)
    names = namer({each: here.companies[each].name for each in item.company_ids if each in here.companies}, texts())
    return " – ".join(map(names, item.company_ids))


def _label(kind: str, act: str) -> str:
    return f"week.go.{kind}" if act == GO else f"week.do.{act}"


def _expand(kind: str | None) -> None:
    st.session_state[EXPANDED] = kind


# -- what a click does -------------------------------------------------------------------------------------------------


def _press(here: Region, item: Item, pressed: str) -> None:
    """Do what was clicked, or (where it leads on) have it done by the page."""
    act = st.session_state.get(pressed)
    st.session_state[pressed] = None
    if act in LEADS:
        st.session_state[ASKED] = (item, act)
    elif act:
        st.session_state.pop(DONE, None)
        do(here, item, act)


def do(here: Region, item: Item, act: str) -> None:
    """Let the thing be done, and say so; of what cannot be said why."""
    sentences = texts()
    told = sentences(f"week.done.{act}", names=_firms(here, item))
    if act in (LATER, SEEN, "asked"):
        days = {LATER: LATER_DAYS, "asked": ASKED_AGAIN_DAYS}
        until = moved(here.day, days[act]) if act in days else FOR_EVER
        _note(here, item, until, sentences("week.until", told=told, day=until) if act in days else told)
    elif item.kind == "doubts":
        _decide(here, item, act, told)
    elif item.kind == "introductions" and act in OUTCOMES:
        saved(here, changed(here, Introduction, item.key, {"outcome": act}), told)
    elif act == "needed":
        saved(here, changed(here, Contact, item.key, {"review_on": moved(here.day, REVIEW_DAYS)}), told)
    elif act == "ended":
        saved(here, closed(here, Certificate, item.key), told)
    else:
        saved(here, marked(here, item.company_ids, act), told)


def _note(here: Region, item: Item, until: str, told: str) -> None:
    try:
        put_off(store(), viewer(), item.item_id, item.company_ids, until, today=here.day)
        _say_done("note", [item.item_id], told)
    except NarverkError as error:
        _say_done("", [], error_sentence(error, texts()))


def _decide(here: Region, item: Item, verb: str, told: str) -> None:
    """All doubts of two companies are one question."""
    try:
        require(viewer(), "ledger")
        meant = pairs(here, overview(here).doubts).get((item.company_ids[0], item.company_ids[1]), ())
        made = [decide(store(), verb, [each.one, each.other]) for each in meant]
        _say_done("decision", made, told)
    except NarverkError as error:
        _say_done("", [], error_sentence(error, texts()))


def _say_done(kind: str, what: Sequence[str], sentence: str) -> None:
    forget_saved()
    st.session_state[DONE] = (kind, tuple(what), sentence)


def _done_row(sentences: Texts) -> None:
    """What just became of something, and the button that takes it back."""
    undo_row()
    done: tuple[str, tuple[str, ...], str] | None = st.session_state.get(DONE)
    if done is None:
        return
    kind, what, sentence = done
    with st.container(horizontal=True, vertical_alignment="center", key="week_done_row"):
        say(sentence, "saved", role="status", narrow=True)
        if kind:
            st.button(sentences("edit.undo"), on_click=_take_back, args=(kind, what), key="week_undo")


def _take_back(kind: str, what: Sequence[str]) -> None:
    try:
        require(viewer(), "ledger")
        for each in what:
            if kind == "note":
                take_up(store(), viewer(), each)
            else:
                retract(store(), each)
        _say_done("", (), texts()("edit.undone"))
    except NarverkError as error:
        _say_done("", (), error_sentence(error, texts()))


def _lead(here: Region, item: Item, act: str) -> None:
    """Go where it is done, or open what does it."""
    if act in FORMS:
        note = texts()("outreach.chosen", name=_firms(here, item), why=detail(item, texts()))
        open_form(Editing(FORMS[act], item.key, about=item.company_ids[0], note=note), here)
    elif act == "mail":
        ask_for_mail(item)
    elif item.kind == "answers":
        leave_for("interview", firm=firm_param(item.company_ids[0]))
    elif item.kind == "enquiries":
        st.session_state[ENQUIRY_OPEN] = item.key
        leave_for("enquiries")
    else:
        leave_for({"calls": "needs", "past_time": "person"}[item.kind])

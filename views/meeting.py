"""Who sits with whom at the meeting, and which firms should meet as a group?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from graph.audience import Viewer, view
from graph.capture import Captured, left
from graph.errors import NarverkError
from graph.groups import groups, themes_to_tell
from graph.meeting_note import FORMS, PAIRS, Meeting, keep, recall, round_over, with_latecomers
from graph.meeting_plan import LEAST_TABLE, MOST_ROUNDS, MOST_TABLE, Attendee, Plan
from graph.model import Level, Offer
from graph.secret import secret_for
from ingest.attendees import one_attendee
from render.meeting import cards, group_rows, labels, notes, seat_rows, seat_table, sentence, topics
from render.network import as_table
from render.plain import error_sentence
from texts import Texts
from views.captured import AFTER, BEFORE, SHOWS, after_meeting, noted
from views.common import Region, headline, open_firm, plain, region, say, section, store, texts
from views.downloads import downloads
from views.file_field import dress
from views.meeting_mode import offer
from views.meeting_start import FAILED, ODD, SAID, TURN, affinity_of, plan_and_keep, say_failed, who_comes
from views.table import Column, table

GROUP_COLUMNS = ("topic", "kind", "count", "firms", "km")
MOST_BESIDE = 6  # tables drawn in a row, where there is room
NARROW_PX = 130


def page() -> None:
    """The meeting as it stands, or the way to one; below, groups to invite."""
    here, sentences = region(), texts()
    dress()
    st.html(f"<style>{_style()}</style>")
    said = noted()
    if _shows(said, sentences) == AFTER:
        after_meeting(here, said)
        return
    meeting = recall(store())
    if meeting is None or meeting.plan is None:
        who_comes(here, sentences)
        if not here.is_empty:
            section(sentences("meeting.groups"))
            _groups(here, sentences)
        return
    _shown(here, meeting, meeting.plan, sentences)
    if not here.is_empty:
        with st.expander(sentences("meeting.groups_closed"), on_change="rerun", key="meeting_groups_box") as box:
            if box.open:  # the page stands on a screen before those it tells of
                _groups(here, sentences)


def _shows(said: Sequence[Captured], sentences: Texts) -> str:
    """The way to meeting mode and, once something was noted, between the seats and what is left to do."""
    count = len(left(said))
    names = {BEFORE: sentences("captured.seats"), AFTER: sentences("captured.list", count=count)}
    chosen: str | None = BEFORE
    with st.container(horizontal=True, vertical_alignment="center", key="meeting_ways"):
        if said:
            chosen = st.segmented_control(
                sentences("page.meeting"),
                list(names),
                default=None if SHOWS in st.session_state else BEFORE,
                format_func=lambda each: plain(names[each]),
                key=SHOWS,
                label_visibility="collapsed",
                required=True,
            )
        offer("page")
    return chosen or BEFORE


@cache
def _style() -> str:
    return Path(__file__).with_name("meeting.css").read_text(encoding="utf-8")


# -- the meeting as it stands -----------------------------------------------------------------------------------------


def _shown(here: Region, meeting: Meeting, plan: Plan, sentences: Texts) -> None:
    about = sentence(plan, meeting.form, len(meeting.there), sentences)
    headline(about, " ".join([*notes(plan, sentences), sentences("meeting.quality_what")]))
    say_failed()
    if odd := st.session_state.get(ODD):
        with st.expander(sentences("meeting.odd", count=len(odd))):
            for each in odd:
                say(each, "facts")
    _arrangement(here, meeting, plan, sentences)
    _picture(here, meeting, plan, sentences)
    _people(here, meeting, sentences)
    section(sentences("meeting.seats"))
    rounds = range(1, len(plan.rounds) + 1)
    columns = [Column("name", sentences("meeting.columns.name"), firm=True)]
    columns += [Column("person", sentences("meeting.columns.person"), quiet=True)] * any(
        each.person for each in meeting.attendees
    )
    columns += [Column(f"round_{each}", sentences("meeting.round", number=each)) for each in rounds]
    columns += [Column("gone", "", quiet=True)] * bool(meeting.gone)
    clicked = table("meeting_seats", columns, seat_rows(meeting, sentences), alt=sentences("meeting.seats"))
    say(sentences("meeting.cards_what"), "note")
    downloads(
        lambda: seat_table(meeting, sentences),
        sentences("meeting.file"),
        sheet=lambda: cards(meeting, _public_offers(here), sentences),
    )
    if clicked in here.companies:
        open_firm(clicked)


def _public_offers(here: Region) -> Sequence[Offer]:
    """What anybody may know of what the firms make: nothing else is printed on a card."""
    return here.kept("public_offers", lambda: view(store(), Viewer(Level.PUBLIC)).of(Offer))


def _arrangement(here: Region, meeting: Meeting, plan: Plan, sentences: Texts) -> None:
    """How they meet; each change plans the open rounds anew."""

    def changed(field: str) -> None:
        if (now := recall(store())) is not None:
            plan_and_keep(here, replace(now, **{field: st.session_state[f"meeting_{field}"]}))

    with st.container(horizontal=True, vertical_alignment="bottom", key="meeting_arrange"):
        st.segmented_control(
            sentences("meeting.form"),
            FORMS,
            default=meeting.form,
            format_func=lambda each: sentences(f"meeting.forms.{each}"),
            key="meeting_form",
            disabled=plan.finished > 0,
            required=True,
            on_change=changed,
            args=("form",),
        )
        counts = {"rounds": (max(1, plan.finished), MOST_ROUNDS, meeting.rounds)}
        if meeting.form != PAIRS:
            counts["table_size"] = (LEAST_TABLE, MOST_TABLE, meeting.table_size)
        for field, (least, most, now) in counts.items():
            label, key = sentences(f"meeting.{field}"), f"meeting_{field}"
            st.number_input(label, least, most, now, key=key, width=NARROW_PX, on_change=changed, args=(field,))
        st.checkbox(
            sentences("meeting.competitors_apart"),
            meeting.competitors_apart,
            key="meeting_competitors_apart",
            on_change=changed,
            args=("competitors_apart",),
        )
        _kept_apart(here, meeting, sentences)
        with st.popover(sentences("meeting.new")):
            st.button(sentences("meeting.new_sure"), on_click=_forget, type="primary", key="meeting_forget")


def _kept_apart(here: Region, meeting: Meeting, sentences: Texts) -> None:
    """Pairs that are not to meet at this meeting."""
    names = labels(meeting.attendees, sentences)

    def change(*, add: tuple[str, str] | None = None, drop: tuple[str, str] | None = None) -> None:
        if (now := recall(store())) is not None:
            pairs = {*now.apart, *([add] if add else [])} - {drop}
            plan_and_keep(here, replace(now, apart=tuple(sorted(pairs))))

    with st.popover(sentences("meeting.not_together", count=len(meeting.apart))):
        two = st.multiselect(
            sentences("meeting.not_together_who"),
            sorted(names, key=lambda each: (names[each], each)),
            format_func=names.__getitem__,
            max_selections=2,
            key=f"meeting_two_{len(meeting.apart)}",
            placeholder=sentences("meeting.firms_example"),
        )
        one, other = (*sorted(two), "", "")[:2]
        label = sentences("meeting.keep_apart")
        pair = {"add": (one, other)}
        st.button(label, on_click=change, kwargs=pair, disabled=len(two) != LEAST_TABLE, key="meeting_keep_apart")
        for number, each in enumerate(meeting.apart):
            label = plain(sentences("meeting.let_meet", pair=" – ".join(names.get(one, one) for one in each)))
            st.button(label, on_click=change, kwargs={"drop": each}, type="tertiary", key=f"meeting_let_{number}")


def _forget() -> None:
    keep(store(), None)
    for each in [each for each in st.session_state if str(each).startswith("meeting_") and each not in (TURN, SHOWS)]:
        del st.session_state[each]


def _picture(here: Region, meeting: Meeting, plan: Plan, sentences: Texts) -> None:
    """One round: its tables or pairs with names and what they have to talk about."""
    section(sentences("meeting.picture"))
    with st.container(horizontal=True, vertical_alignment="center", key="meeting_rounds_row"):
        keys = {
            number: "round_over" if number <= plan.finished else "round" for number in range(1, len(plan.rounds) + 1)
        }
        chosen = st.segmented_control(
            sentences("meeting.rounds"),
            list(keys),
            default=min(plan.finished + 1, len(plan.rounds)),
            format_func=lambda number: plain(sentences(f"meeting.{keys[number]}", number=number)),
            key=f"meeting_round_{plan.finished}",
            label_visibility="collapsed",
            required=True,
        )
        _round_buttons(meeting, plan, sentences)
    number = int(chosen)
    one = plan.rounds[number - 1]
    names = labels(meeting.attendees, sentences)
    people = {each.attendee_id: each for each in meeting.attendees}
    panels = []
    for place, group in enumerate(one.groups, 1):
        firms = tuple(people[each].company_id for each in group if each in people)
        about = _topics(here, firms, sentences)
        title = sentences("meeting.table", number=place) if meeting.form != PAIRS else ""
        note = sentences("meeting.to_talk", topics=about) if about else ""
        panels.append(_panel(title, [people[each] for each in group if each in people], names, note))
    if one.resting:
        resting = [people[each] for each in one.resting if each in people]
        panels.append(_panel(sentences("meeting.rests"), resting, names, "", "nv-resting"))
    rows = -(-len(panels) // MOST_BESIDE)
    beside = -(-len(panels) // max(rows, 1))
    st.html(f'<div class="nv-tables" style="--nv-beside: {beside}">{"".join(panels)}</div>')


def _topics(here: Region, firms: tuple[str | None, ...], sentences: Texts) -> str:
    return topics(here.kept("themes_to_tell", lambda: themes_to_tell(here.snapshot)), firms, sentences)


def _panel(title: str, people: Sequence[Attendee], names: dict[str, str], note: str, style: str = "") -> str:
    seats = "".join(
        f"<li>{escape(each.name)}<small>{escape(each.person)}</small></li>"
        if each.person
        else f"<li>{escape(names[each.attendee_id])}</li>"
        for each in people
    )
    heading = f"<h3>{escape(title)}</h3>" if title else ""
    told = f"<p>{escape(note)}</p>" if note else ""
    return f'<section class="nv-seats {style}">{heading}<ul>{seats}</ul>{told}</section>'


def _round_buttons(meeting: Meeting, plan: Plan, sentences: Texts) -> None:
    def move(*, undo: bool) -> None:
        keep(store(), round_over(meeting, undo=undo))

    if plan.finished < len(plan.rounds):
        label = sentences("meeting.finish", number=plan.finished + 1)
        st.button(label, on_click=move, kwargs={"undo": False}, key="meeting_finish")
    else:
        say(sentences("meeting.all_over"), "note", narrow=True)
    if plan.finished:
        label = sentences("meeting.reopen", number=plan.finished)
        st.button(label, on_click=move, kwargs={"undo": True}, type="tertiary", key="meeting_reopen")


def _people(here: Region, meeting: Meeting, sentences: Texts) -> None:
    """Who comes late, and who is not here: the open rounds are planned anew."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="meeting_people"):
        with (
            st.form("meeting_late_form", clear_on_submit=True, border=False),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            late = st.text_input(
                sentences("meeting.late"), placeholder=sentences("meeting.late_example"), key="meeting_late"
            )
            added = st.form_submit_button(sentences("meeting.late_add"))
        names = labels(meeting.attendees, sentences)
        key = f"meeting_gone_{len(meeting.attendees)}"
        st.multiselect(
            sentences("meeting.absent"),
            sorted(names, key=lambda each: (names[each], each)),
            default=meeting.gone,
            format_func=names.__getitem__,
            placeholder=sentences("meeting.absent_example"),
            key=key,
            on_change=_leave,
            args=(here, key),
        )
    say(sentences("meeting.kept"), "note")
    if added and late.strip():
        _add(here, meeting, late.strip(), sentences)
        st.rerun()


def _leave(here: Region, key: str) -> None:
    """Take those out who were chosen as absent; who is no longer chosen is back."""
    if (now := recall(store())) is not None:
        plan_and_keep(here, replace(now, gone=tuple(sorted(st.session_state[key]))))


def _add(here: Region, meeting: Meeting, text: str, sentences: Texts) -> None:
    try:
        new = one_attendee(here.snapshot, text, secret_for(store(), keep=False))
    except NarverkError as error:
        st.session_state[FAILED] = error_sentence(error, sentences)
        return
    if new.company_id is None:
        st.session_state[SAID] = sentences("meeting.late_guest", name=new.name)
    plan_and_keep(here, with_latecomers(meeting, [new]))


# -- groups -----------------------------------------------------------------------------------------------------------


def _groups(here: Region, sentences: Texts) -> None:
    found = here.kept("firm_groups", lambda: groups(here.snapshot, affinity_of(here)))
    if not found:
        say(sentences("meeting.groups_none"), "note")
        return
    say(sentences("meeting.groups_what"), "note")
    heads = {each: sentences(f"meeting.columns.{each}") for each in GROUP_COLUMNS}
    names = {each: one.name or "" for each, one in here.companies.items()}
    rows = group_rows(found, names, sentences)
    columns = [Column(each, heads[each], number=each in ("count", "km"), quiet=each == "firms") for each in heads]
    table("meeting_groups", columns, rows, alt=sentences("meeting.groups"))
    downloads(lambda: as_table(rows, heads), sentences("meeting.groups_file"))


page()

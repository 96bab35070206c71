"""What has the network held, whom has it not reached, which needs did it serve, and how do members come and go?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from graph.activities import Activities, activities, has_been
from graph.model import Activity
from render.activities import (
    COLUMNS,
    NUMBERS,
    SHOWN_MEMBERS,
    Row,
    activity_lines,
    as_table,
    firm_rows,
    headline,
    held_rows,
    served_rows,
    served_sentence,
)
from render.calendars import activity_calendar
from render.company import Wording
from render.taken import Taken
from texts import Texts
from views.common import Region, firm_name, guarded, open_firm, plain, region, say, texts, viewer
from views.common import headline as show_headline
from views.downloads import download, downloads
from views.edit import Editing, form_if_open, open_form, undo_row
from views.table import Column, table

OPEN = "activity_open"
TABS = ("held", "never", "served", "members")
CALENDAR = "text/calendar"


def page() -> None:
    """The network's work in a sentence, and one of four lists."""
    here = region()
    sentences = texts()
    wording = Wording(sentences, partial(firm_name, here))
    found = here.kept("activities", lambda: activities(here.snapshot, here.day))
    undo_row()
    if not found.known:
        show_headline(sentences("activities.empty"), sentences("activities.empty_what"))
    else:
        show_headline(*headline(found, here.day, sentences))
    with st.container(horizontal=True, vertical_alignment="center", key="activities_row"):
        chosen = _choose(TABS, "activities.tabs", "activities_view")
        if st.button(sentences("activities.add"), type="primary", key="activity_add"):
            open_form(Editing(Activity), here)
    if clicked := VIEWS[chosen](here, found, wording, sentences):
        open_firm(clicked)
    form_if_open(here, wording)
    _window_if_open(here, wording)


def _choose(options: Sequence[str], section: str, key: str) -> str:
    """One of the options, the first until somebody says otherwise."""
    sentences = texts()
    return str(
        st.segmented_control(
            sentences("activities.show"),
            options,
            default=None if key in st.session_state else options[0],
            format_func=lambda each: plain(sentences(f"{section}.{each}")),
            key=key,
            label_visibility="collapsed",
            required=True,
        )
    )


def _list(name: str, rows: Sequence[Row], firm: str, sentences: Texts, *, key: str = "") -> str | None:
    """The rows as a table and to take along; what was clicked."""
    if not rows:
        say(sentences(f"activities.none.{name}"), "intro")
        return None
    columns = [
        Column(each, sentences(f"activities.columns.{each}"), firm=each == firm, number=each in NUMBERS, decimals=0)
        for each in COLUMNS[name]
    ]
    clicked = table(f"activities_{name}{key}", columns, rows, alt=sentences(f"activities.tabs.{name}"))
    downloads(lambda: as_table(rows, COLUMNS[name], sentences), f"{sentences('activities.file')}_{name}")
    return clicked


# -- the lists -------------------------------------------------------------------------------------------------------


def _held(_here: Region, found: Activities, wording: Wording, sentences: Texts) -> None:
    clicked = _list("held", held_rows(found, wording, sentences), "name", sentences)
    if clicked:
        st.session_state[OPEN] = clicked


def _never(here: Region, found: Activities, _wording: Wording, sentences: Texts) -> str | None:
    say(sentences("activities.never_what"), "note")
    return _list("never", firm_rows(here.snapshot, found, found.never, sentences), "name", sentences)


def _served(_here: Region, found: Activities, wording: Wording, sentences: Texts) -> None:
    say(sentences("activities.served_what"), "note")
    _list("served", served_rows(found, wording), "", sentences)


def _members(here: Region, found: Activities, _wording: Wording, sentences: Texts) -> str | None:
    membership = found.membership
    groups = {
        "all": membership.members,
        "new": membership.new,
        "ended": membership.ended,
        "never": membership.never,
    }
    with st.container(key="activities_members"):
        chosen = str(
            st.segmented_control(
                sentences("activities.show"),
                SHOWN_MEMBERS,
                default=None if "activities_which" in st.session_state else SHOWN_MEMBERS[0],
                format_func=lambda each: plain(
                    f"{sentences(f'activities.shown.{each}', year=here.day[:4])} {len(groups[each])}"
                ),
                key="activities_which",
                label_visibility="collapsed",
                required=True,
            )
        )
    rows = firm_rows(here.snapshot, found, groups[chosen], sentences)
    return _list("members", rows, "name", sentences, key=f"_{chosen}")


VIEWS: dict[str, Callable[[Region, Activities, Wording, Texts], str | None]] = {
    "held": _held,
    "never": _never,
    "served": _served,
    "members": _members,
}


# -- one activity ----------------------------------------------------------------------------------------------------


def _window_if_open(here: Region, wording: Wording) -> None:
    key = st.session_state.get(OPEN)
    activity = next((each for each in here.snapshot.of(Activity) if each.activity_id == key), None)
    if activity is not None:
        title = plain(activity.name or texts()("value.unknown"))
        st.dialog(title, width="large", on_dismiss=_close)(_window)(here, activity, wording)


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _window(here: Region, activity: Activity, wording: Wording) -> None:
    """What is known of it, who came, the way to change it, and its day for a calendar."""
    with guarded():
        sentences = texts()
        found = here.kept("activities", lambda: activities(here.snapshot, here.day))
        say(" · ".join(activity_lines(activity, here.day, wording, sentences)), "note")
        if has_been(activity, here.day) and (served := served_sentence(found, activity, sentences)):
            say(served, "note")
        with st.container(horizontal=True, key="activity_do"):
            if st.button(sentences("activities.change"), key="activity_change"):
                _close()
                open_form(Editing(Activity, activity.activity_id), here)
                st.rerun()
            if not has_been(activity, here.day):
                taken = Taken(here.snapshot, viewer(), here.day)
                made = partial(activity_calendar, activity, taken, sentences)
                name = f"{sentences('activities.file_one')}_{activity.held_on}.ics"
                download(sentences("activities.calendar"), made, name, CALENDAR, "activity_ics")
        _participants(here, found, activity, sentences)


def _participants(here: Region, found: Activities, activity: Activity, sentences: Texts) -> None:
    rows = firm_rows(here.snapshot, found, activity.participants, sentences, by_name=True)
    if not rows:
        say(sentences("activities.nobody"), "note")
        return
    columns = ("name", "place", "times")
    shown = [
        Column(each, sentences(f"activities.columns.{each}"), firm=each == "name", number=each == "times", decimals=0)
        for each in columns
    ]
    clicked = table("activity_firms", shown, rows, alt=sentences("activities.columns.firms"))
    downloads(lambda: as_table(rows, columns, sentences), sentences("activities.file_firms"))
    if clicked:
        _close()
        open_firm(clicked)


page()

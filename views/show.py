"""What is shown at the meeting? A show's steps in their order and words, the show itself, and the files it comes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path

import streamlit as st

from graph.audience import Viewer
from graph.errors import NarverkError
from graph.model import Decision, Level, Load, SnapshotName
from graph.model import Region as Area
from graph.moments import Moment, moments
from graph.show import KINDS, OWN, Show, Step, drop_show, keep_show, shows
from graph.story import Story, story
from render.changes import moment_name
from render.plain import error_sentence
from render.show_deck import Deck
from render.show_page import show_page
from render.show_slides import deck
from render.shows import FORMS
from texts import Texts
from views.common import Region, guarded, headline, plain, region, say, section, store, texts, viewer, warn
from views.counted import seen_now, totals_now
from views.downloads import download
from views.lent import lend
from views.picture import at_work

DRAFT, CHOSEN, EDITED, TURN, SAID = "show_draft", "show_chosen", "show_edited", "show_turn", "show_said"
NEW = ""
AUDIENCES = (Level.MEMBERS, Level.PUBLIC)
STAGE_HIGH = 560  # pixels


def page() -> None:
    """The show that is being put together: its steps on the left, itself on the right."""
    here, sentences = region(), texts()
    if here.is_empty:
        headline(sentences("show.nothing"), sentences("show.nothing_what"))
        return
    st.html(f"<style>{_style()}</style>")
    kept = shows(store(), viewer())
    draft = _draft(here, kept, sentences)
    said = st.container(key="show_said_row")
    left, right = st.columns([5, 8], gap="large")
    with left:
        _which(kept, sentences)
        draft = _about(here, draft, sentences)
    made = _made(here, draft, sentences)
    with left:
        _steps(draft, sentences)
        _keep(draft, kept, sentences)
    with said:
        level = sentences(f"status.level.{draft.level.name}")
        headline(
            sentences("show.headline", name=draft.name, slides=len(made.slides)), sentences("show.what", level=level)
        )
        if done := st.session_state.pop(SAID, None):
            say(done, "saved", role="status")
    with right:
        _stage(here, draft, made, sentences)
    _edit_if_open(draft, made)


@cache
def _style() -> str:
    return Path(__file__).with_name("show.css").read_text(encoding="utf-8")


# -- which show ------------------------------------------------------------------------------------------------------


def _draft(here: Region, kept: Sequence[Show], sentences: Texts) -> Show:
    """The show as it stands in the session: what was kept last, or a new one."""
    if DRAFT not in st.session_state:
        _take(kept[0] if kept else _new(here, sentences))
    draft: Show = st.session_state[DRAFT]
    return draft


def _new(here: Region, sentences: Texts) -> Show:
    home = [each.name for each in here.snapshot.of(Area) if each.name and each.is_home is not False]
    return Show(", ".join(home) or sentences("show.new"), Level.MEMBERS, here.day, since=_usual(_known(here)))


def _take(show: Show) -> None:
    """Put a show on the table; fields are made anew, for they belong to it."""
    st.session_state[DRAFT] = show
    st.session_state[CHOSEN] = show.show_id or NEW
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _put(show: Show) -> None:
    st.session_state[DRAFT] = show


def _which(kept: Sequence[Show], sentences: Texts) -> None:
    """The shows that are kept, and a new one."""
    by_id = {each.show_id: each for each in kept}
    names = {key: f"{each.name} · {each.held_on}" if each.held_on else each.name for key, each in by_id.items()}
    if st.session_state.get(CHOSEN) not in (*by_id, NEW):
        st.session_state[CHOSEN] = NEW

    def chosen() -> None:
        show = by_id.get(st.session_state[CHOSEN])
        if show is None:
            st.session_state.pop(DRAFT, None)
            _take(_new(region(), texts()))
        else:
            _take(show)

    if kept:
        st.selectbox(
            sentences("show.which"),
            [*by_id, NEW],
            format_func=lambda key: names.get(key, sentences("show.new")),
            key=CHOSEN,
            on_change=chosen,
        )


def _known(here: Region) -> tuple[Moment, ...]:
    return here.kept("moments", lambda: moments(store().snapshot(Load, Decision, SnapshotName)))


def _usual(known: Sequence[Moment]) -> int | None:
    """The newest moment that somebody has given a name."""
    return next((each.at for each in known if each.kind == "named"), None)


def _about(here: Region, draft: Show, sentences: Texts) -> Show:
    """What the meeting is called, who sees the show, when, and since when changes are told."""
    turn = st.session_state[TURN]
    name = st.text_input(sentences("show.name"), draft.name, max_chars=120, key=f"show_name_{turn}")
    left, right = st.columns(2)
    with left:
        level = st.radio(
            sentences("show.for"),
            AUDIENCES,
            index=AUDIENCES.index(draft.level) if draft.level in AUDIENCES else 0,
            format_func=lambda each: plain(sentences(f"edit.level.{each.name}")),
            key=f"show_level_{turn}",
        )
    with right:
        day = st.date_input(
            sentences("show.day"),
            date.fromisoformat(draft.held_on) if draft.held_on else None,
            format="YYYY-MM-DD",
            key=f"show_day_{turn}",
        )
    known = {each.at: each for each in reversed(_known(here)) if each.kind in ("named", "load")}
    since = st.selectbox(
        sentences("show.since"),
        list(reversed(known)),
        index=list(reversed(known)).index(draft.since) if draft.since in known else None,
        format_func=lambda at: moment_name(known[at], sentences),
        placeholder=sentences("show.since_none"),
        key=f"show_since_{turn}",
    )
    held_on = day.isoformat() if isinstance(day, date) else ""
    changed = replace(draft, name=name.strip() or draft.name, level=level, held_on=held_on, since=since)
    if changed != draft:
        _put(changed)
    return changed


# -- what it shows ---------------------------------------------------------------------------------------------------


def _made(here: Region, draft: Show, sentences: Texts) -> Deck:
    return here.kept(("deck", draft, sentences.language), lambda: deck(draft, _told(here, draft), sentences))


def _told(here: Region, draft: Show) -> Story:
    """What the audience may be told; worked out once a revision."""
    since = next((each for each in _known(here) if each.at == draft.since), None)

    def told() -> Story:
        revision = here.snapshot.revision
        seen, counted = seen_now(revision), totals_now(revision)
        return story(store(), Viewer(draft.level), here.day, since, seen=seen, counted=counted)

    with at_work(here):
        return here.kept(("story", draft.level, draft.since), told)


def _stage(here: Region, draft: Show, made: Deck, sentences: Texts) -> None:
    """The show, the window of its own, and what of it can be taken along."""
    key = ("show_page", draft, sentences.language)
    address = lend(here.kept(key, lambda: show_page(made, sentences)))
    with st.container(key="show_stage"):
        st.iframe(address, height=STAGE_HIGH)
    with st.container(horizontal=True, vertical_alignment="center", key="show_ways"):
        st.link_button(sentences("show.open"), address, type="primary")
        say(sentences("show.keys"), "note", narrow=True)
    if made.empty:
        steps = [sentences(f"show.step.{each}") for each in made.empty]
        say(sentences("show.left_out", steps=steps), "note")
    section(sentences("show.take"))
    say(sentences("show.take_what"), "note")
    with st.container(horizontal=True, key="show_take"):
        for ending, form in FORMS.items():
            label = sentences(f"show.as.{form.name}")
            name = f"{sentences('show.file')}{ending}"
            download(label, partial(form.make, made, sentences), name, form.mime, f"show_{form.name}")


# -- its steps -------------------------------------------------------------------------------------------------------


def _steps(draft: Show, sentences: Texts) -> None:
    """Each step: whether it is shown, its words, and its place."""
    section(sentences("show.steps"))
    turn = st.session_state[TURN]
    with st.container(key="show_steps"):
        for at, step in enumerate(draft.steps):
            name = step_name(step, sentences)
            with st.container(horizontal=True, vertical_alignment="center", key=f"show_step_{at}"):
                is_shown = st.checkbox(plain(name), step.is_shown, key=f"show_is_shown_{turn}_{at}_{step.kind}")
                if is_shown != step.is_shown:
                    _set(draft, at, replace(step, is_shown=is_shown))
                    st.rerun()
                last = len(draft.steps) - 1
                for sign, by, way in (("↑", -1, "up"), ("↓", 1, "down")):
                    help_text, is_end = plain(sentences(f"show.{way}", step=name)), not 0 <= at + by <= last
                    st.button(sign, on_click=_move, args=(draft, at, by), disabled=is_end, type="tertiary",
                              help=help_text, key=f"show_{way}_{at}")  # fmt: skip
                st.button(sentences("show.words"), on_click=_open, args=(at,), type="tertiary",
                          help=plain(sentences("show.words_of", step=name)), key=f"show_words_{at}")  # fmt: skip
    with st.container(horizontal=True, key="show_more"):
        st.button(sentences("show.add"), on_click=_add, args=(draft,), key="show_add")


def step_name(step: Step, sentences: Texts) -> str:
    """What a step is called among the others: by its own title, or by what it tells."""
    return step.title or sentences(f"show.step.{step.kind}" if step.kind in KINDS else "show.step_own")


def _set(draft: Show, at: int, step: Step) -> None:
    _put(replace(draft, steps=(*draft.steps[:at], step, *draft.steps[at + 1 :])))


def _move(draft: Show, at: int, by: int) -> None:
    steps = list(draft.steps)
    steps.insert(at + by, steps.pop(at))
    _put(replace(draft, steps=tuple(steps)))
    st.session_state[TURN] += 1


def _add(draft: Show) -> None:
    """A slide of a person's own words, after the others."""
    _put(replace(draft, steps=(*draft.steps, Step(OWN))))
    _open(len(draft.steps))


def _open(at: int) -> None:
    st.session_state[EDITED] = at


def _close() -> None:
    st.session_state.pop(EDITED, None)


def _edit_if_open(draft: Show, made: Deck) -> None:
    at = st.session_state.get(EDITED)
    if isinstance(at, int) and at < len(draft.steps):
        title = plain(texts()("show.words_of", step=step_name(draft.steps[at], texts())))
        st.dialog(title, width="large", on_dismiss=_close)(_edit)(draft, at, made)


def _edit(draft: Show, at: int, made: Deck) -> None:
    """A step's words; what is left empty is said in the region's own."""
    with guarded():
        sentences, step = texts(), draft.steps[at]
        slide = next((each for each in made.slides if each.kind == step.kind and step.kind != OWN), None)
        say(sentences("show.words_what" if step.kind != OWN else "show.own_what"), "note")
        own = slide if slide and not step.title else None
        title = st.text_input(sentences("show.field.title"), step.title, max_chars=200, key=f"show_title_{at}",
                              placeholder=own.title if own else "")  # fmt: skip
        below = st.text_area(sentences("show.field.lines"), "\n".join(step.lines), key=f"show_lines_{at}",
                             placeholder="\n".join(slide.lines) if slide and not step.lines else "")  # fmt: skip
        notes = st.text_area(sentences("show.field.notes"), step.notes, key=f"show_notes_{at}")
        with st.container(horizontal=True):
            if st.button(sentences("show.use"), type="primary", key="show_use"):
                lines = tuple(each.strip() for each in below.splitlines() if each.strip())
                _set(draft, at, replace(step, title=title.strip(), lines=lines, notes=notes.strip()))
                _done()
            if step.kind == OWN and st.button(sentences("show.remove"), key="show_remove"):
                _put(replace(draft, steps=(*draft.steps[:at], *draft.steps[at + 1 :])))
                _done()


def _done() -> None:
    _close()
    st.session_state[TURN] += 1
    st.rerun()


# -- keeping it ------------------------------------------------------------------------------------------------------


def _keep(draft: Show, kept: Sequence[Show], sentences: Texts) -> None:
    """The buttons that keep the show, and let go of it."""
    is_kept = draft in kept
    with st.container(horizontal=True, vertical_alignment="center", key="show_keep_row"):
        if st.button(sentences("show.keep"), type="primary", disabled=is_kept, key="show_keep"):
            _do(lambda: keep_show(store(), viewer(), draft), sentences("show.is_kept", name=draft.name))
        if draft.show_id and st.button(sentences("show.drop"), key="show_drop"):
            _do(lambda: drop_show(store(), viewer(), draft.show_id), sentences("show.dropped", name=draft.name))
        if not is_kept:
            say(sentences("show.not_kept"), "note", narrow=True)


def _do(act: Callable[[], Show | None], said: str) -> None:
    try:
        found = act()
    except NarverkError as error:
        warn(error_sentence(error, texts()))
        return
    st.session_state.pop(DRAFT, None)
    if found is not None:
        st.session_state[DRAFT] = found
    st.session_state[SAID] = said
    st.rerun()


page()

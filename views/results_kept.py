"""What the figures are to become, and those that were given away: the lower half of the page of results."""

from __future__ import annotations

from datetime import date

import streamlit as st

from graph.errors import NarverkError
from graph.results import FIGURES
from graph.results_kept import Fixed, Goal, Results, fix, goals_of, set_goal, withdraw
from render.plain import error_sentence
from render.results import figure_name, period
from texts import Texts
from views.common import say, section, store, texts, today, viewer, warn

CHOSEN = "results_chosen"
SAID, FAILED = "results_saved", "results_failed"
NAME, GIVEN_TO, REASON, FIGURE = "results_name", "results_given_to", "results_reason", "results_figure"


def said() -> None:
    """What was just done, or why it could not be."""
    if failed := st.session_state.pop(FAILED, None):
        warn(failed)
    if done := st.session_state.pop(SAID, None):
        say(done, "saved", role="status", narrow=True)


def kept_note(chosen: Fixed, sentences: Texts) -> None:
    """That it is what was fixed, and whether it was withdrawn."""
    if chosen.withdrawn_on:
        warn(sentences("results.kept_withdrawn", day=chosen.withdrawn_on, reason=chosen.reason))
    shown = sentences("results.kept_shown", name=chosen.name, day=chosen.results.made_on)
    to = sentences("results.given_to", whom=chosen.given_to) if chosen.given_to else ""
    say(" ".join(filter(None, (shown, to))), "note")


# -- goals -----------------------------------------------------------------------------------------------------------


def goals(found: Results, sentences: Texts) -> None:
    """The form of a figure's baseline and target."""
    section(sentences("results.goals"))
    question = found.told.question
    if question.municipality:
        say(sentences("results.goals_elsewhere"), "note")
        return
    say(sentences("results.goals_what"), "note")
    figure = str(
        st.selectbox(
            sentences("results.goal_figure"),
            FIGURES,
            format_func=lambda each: figure_name(each, sentences),
            key=FIGURE,
            width=340,
        )
    )
    now = goals_of(store(), viewer(), question.project).get(figure) or Goal(figure, question.project)
    key = f"{figure}_{question.project or ''}"
    with st.form(f"results_goal_{key}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        _number("baseline", now.baseline, key, sentences)
        _day("baseline_on", now.baseline_on, key, sentences)
        _number("target", now.target, key, sentences)
        _day("target_on", now.target_on, key, sentences)
        st.text_input(sentences("results.goal_words"), now.words, key=f"results_words_{key}", width=320, max_chars=200)
        st.form_submit_button(
            sentences("results.goal_save"),
            on_click=_save_goal,
            args=(figure, question.project, key),
            key="results_goal_save",
        )


def _number(field: str, now: float | None, key: str, sentences: Texts) -> None:
    whole = None if now is None else round(now)
    st.number_input(sentences(f"results.goal.{field}"), 0, None, whole, key=f"results_{field}_{key}", width=150)


def _day(field: str, now: str | None, key: str, sentences: Texts) -> None:
    label, day = sentences(f"results.goal.{field}"), date.fromisoformat(now) if now else None
    st.date_input(label, day, format="YYYY-MM-DD", key=f"results_{field}_{key}", width=150)


def _save_goal(figure: str, project: str | None, key: str) -> None:
    state, sentences = st.session_state, texts()
    days = {each: state[f"results_{each}_{key}"] for each in ("baseline_on", "target_on")}
    goal = Goal(
        figure,
        project,
        state[f"results_words_{key}"] or "",
        state[f"results_baseline_{key}"],
        str(days["baseline_on"]) if days["baseline_on"] else None,
        state[f"results_target_{key}"],
        str(days["target_on"]) if days["target_on"] else None,
    )
    try:
        set_goal(store(), viewer(), goal)
        done = "results.goal_saved" if goal else "results.goal_gone"
        state[SAID] = sentences(done, name=figure_name(figure, sentences))
    except NarverkError as error:
        state[FAILED] = error_sentence(error, sentences)


# -- what was given --------------------------------------------------------------------------------------------------


def keeping(found: Results, known: list[Fixed], chosen: Fixed | None, sentences: Texts) -> None:
    """The form by which results are fixed, or withdrawn, and the list of those that were."""
    section(sentences("results.fix") if chosen is None else sentences("results.withdraw"))
    if chosen is None:
        say(sentences("results.fix_what"), "note")
        with st.form("results_fix", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            example = sentences("results.fix_name_example")
            st.text_input(sentences("results.fix_name"), key=NAME, width=340, placeholder=example, max_chars=100)
            st.text_input(sentences("results.fix_given_to"), key=GIVEN_TO, width=260, max_chars=100)
            st.form_submit_button(
                sentences("results.fix_button"), on_click=_fix, args=(found,), key="results_fix_button"
            )
    elif not chosen.withdrawn_on:
        say(sentences("results.withdraw_what"), "note")
        with st.form("results_withdraw", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(sentences("results.withdraw_reason"), key=REASON, width=420, max_chars=200)
            st.form_submit_button(
                sentences("results.withdraw"), on_click=_withdraw, args=(chosen,), key="results_withdraw_button"
            )
    if known:
        section(sentences("results.kept"))
        for each in known:
            line = sentences(
                "results.kept_line", period=period(each.results.told.question, sentences), day=each.results.made_on
            )
            gone = (
                sentences("results.kept_withdrawn", day=each.withdrawn_on, reason=each.reason)
                if each.withdrawn_on
                else ""
            )
            to = sentences("results.given_to", whom=each.given_to) + "." if each.given_to else ""
            say(" ".join(filter(None, (f"{each.name}:", line, to, gone))), "facts")


def _fix(found: Results) -> None:
    state, sentences = st.session_state, texts()
    try:
        made = fix(
            store(), viewer(), found.told.question, state[NAME] or "", given_to=state[GIVEN_TO] or "", today=today()
        )
        state[CHOSEN] = made.result_id
        state[SAID] = sentences("results.fixed_now", name=made.name)
    except NarverkError as error:
        state[FAILED] = error_sentence(error, sentences)


def _withdraw(chosen: Fixed) -> None:
    state, sentences = st.session_state, texts()
    try:
        withdraw(store(), viewer(), chosen.result_id, state[REASON] or "", today=today())
        state[SAID] = sentences("results.withdrawn_now", name=chosen.name)
    except NarverkError as error:
        state[FAILED] = error_sentence(error, sentences)

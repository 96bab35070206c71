"""What came of the network's work: for a board, a funder, a municipality, and the same figures again next year?"""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path

import streamlit as st

from graph.gazetteer import Gazetteer
from graph.results import Counting, Joined, Question, checked
from graph.results_kept import RESULT, Fixed, Results, fixed, joined_between, results
from graph.store import Snapshot
from graph.suppression import LEAST
from render.results import Grid, Row, as_given, grids, headline, rows, scope
from render.results_files import FORMS
from texts import Texts
from views.common import Region, plain, region, require, say, section, store, texts, today, viewer
from views.common import headline as show_headline
from views.downloads import download
from views.results_kept import CHOSEN, goals, keeping, kept_note, said

PERIODS = ("this_year", "last_year", "this_half", "last_half", "free")
WIDTH = 205  # pixels
EVERY = ""


def page() -> None:
    """The sentence, the figures, by municipality and project, the files, the goals and what was fixed."""
    require(RESULT)
    here, sentences = region(), texts()
    st.html(f"<style>{_style()}</style>")
    known = fixed(store(), viewer())
    top = st.container(key="results_said")
    chosen = next((each for each in known if each.result_id == st.session_state.get(CHOSEN)), None)
    with st.container(horizontal=True, vertical_alignment="bottom", key="results_choose"):
        question = chosen.results.told.question if chosen else _question(here, sentences)
        _choose_fixed(known, sentences)
    found = chosen.results if chosen else _counted(here, checked(question))
    is_given = st.toggle(
        sentences("results.mode_given"),
        value=True,
        key="results_given",
        help=plain(sentences("results.mode_given_what")),
    )
    shown = as_given(found) if is_given else found
    with top:
        show_headline(headline(shown, sentences), scope(found.told.question, found.region, sentences))
        said()
        if chosen:
            kept_note(chosen, sentences)
    st.html(_cards(rows(shown, sentences), found, sentences))
    _take_along(found, chosen, sentences)
    for grid in grids(shown, sentences):
        section(grid.title)
        st.html(_table(grid))
    if is_given:
        say(sentences("results.note_few", least=LEAST), "note")
    say(sentences("results.note_projects"), "note")
    if chosen is None:
        goals(found, sentences)
    keeping(found, known, chosen, sentences)


@cache
def _style() -> str:
    files = ("totals.css", "results.css")
    return "".join(Path(__file__).with_name(each).read_text(encoding="utf-8") for each in files)


# -- of what ---------------------------------------------------------------------------------------------------------


def _choose_fixed(known: list[Fixed], sentences: Texts) -> None:
    """Which of what was fixed is to be seen again, where anything was."""
    names = {each.result_id: each.name for each in known}
    if st.session_state.get(CHOSEN) not in (*names, EVERY):
        st.session_state.pop(CHOSEN, None)
    if names:
        st.selectbox(
            sentences("results.kept_choose"),
            [EVERY, *names],
            format_func=lambda each: names.get(each) or sentences("results.kept_none"),
            key=CHOSEN,
            width=WIDTH,
        )


def _question(here: Region, sentences: Texts) -> Question:
    """The period, the municipality and the project that are chosen."""
    counting = here.kept("results_choices", lambda: Counting(here.snapshot, ()))
    gazetteer = Gazetteer.default()
    when = st.segmented_control(
        sentences("results.when"),
        PERIODS,
        default=PERIODS[0],
        format_func=lambda each: plain(sentences(f"results.{each}")),
        key="results_when",
        required=True,
    )
    first, last = _days(str(when), here.day)
    if when == "free":
        first = str(st.date_input(sentences("results.first"), first, format="YYYY-MM-DD", key="results_first"))
        last = str(st.date_input(sentences("results.last"), last, format="YYYY-MM-DD", key="results_last"))
    place = st.selectbox(
        sentences("results.municipality"),
        [EVERY, *sorted(counting.places, key=lambda code: gazetteer.municipality_name(code) or code)],
        format_func=lambda code: gazetteer.municipality_name(code) or sentences("results.everywhere"),
        key="results_municipality",
        width=WIDTH,
    )
    project = st.selectbox(
        sentences("results.project"),
        [EVERY, *counting.projects.values()],
        format_func=lambda name: name or sentences("results.every_project"),
        key="results_project",
        width=WIDTH,
    )
    return Question(first, last, place or None, project or None)


def _days(when: str, day: str) -> tuple[str, str]:
    """The first and the last day of a period that has a name; half-years begin in January and July."""
    year, is_late = int(day[:4]), day[5:7] > "06"
    if when == "last_half":
        year, is_late = (year, False) if is_late else (year - 1, True)
    if when in ("this_half", "last_half"):
        return (f"{year}-07-01", f"{year}-12-31") if is_late else (f"{year}-01-01", f"{year}-06-30")
    year -= when == "last_year"
    return f"{year}-01-01", f"{year}-12-31"


def _counted(here: Region, question: Question) -> Results:
    def joined(now: Snapshot, first: str, last: str) -> Joined | None:
        return here.kept(("results_joined", first, last), lambda: joined_between(store(), now, first, last, here.day))

    with st.spinner(texts()("results.title")):
        return results(store(), viewer(), question, today=today(), snapshot=here.snapshot, joined=joined)


# -- what is shown ---------------------------------------------------------------------------------------------------


def _cards(told: list[Row], found: Results, sentences: Texts) -> str:
    """Each figure large, with what it counts below it, and its goal as a bar."""
    hidden = found.told.whole.hidden
    return f'<ul class="nv-results">{"".join(_card(each, each.figure in hidden, sentences) for each in told)}</ul>'


def _card(row: Row, is_hidden: bool, sentences: Texts) -> str:
    parts = [f'<span class="name">{html.escape(row.name)}</span>', f'<b class="value">{html.escape(row.shown)}</b>']
    if is_hidden and row.value is not None:
        parts.append(f'<span class="inside">{html.escape(sentences("results.hidden_here"))}</span>')
    parts += [f'<span class="note">{html.escape(each)}</span>' for each in (row.note, row.words) if each]
    if row.goal:
        parts.append(f'<span class="goal">{html.escape(row.goal)}</span>')
    if row.share is not None:
        percent = round(100 * row.share)
        alt = html.escape(sentences("results.bar_alt", name=row.name, share=percent), quote=True)
        parts.append(f'<span class="bar" role="img" aria-label="{alt}"><i style="width:{percent}%"></i></span>')
    parts.append(f'<span class="what">{html.escape(row.definition)}</span>')
    return f'<li class="{"is-hidden" if row.value is None else ""}">{"".join(parts)}</li>'


def _table(grid: Grid) -> str:
    """A table by municipality or project; its figures are text, so that it is read aloud and prints."""
    lines = []
    for number, (name, cells) in enumerate(grid.lines, 1):
        told = "".join(f"<td>{html.escape(each)}</td>" for each in cells)
        style = ' class="total"' if number == len(grid.lines) else ""
        lines.append(f'<tr{style}><th scope="row">{html.escape(name)}</th>{told}</tr>')
    heads = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in ("", *grid.heads))
    return (
        f'<div class="nv-totals-scroll" tabindex="0" role="region" aria-label="{html.escape(grid.title, quote=True)}">'
        f'<table class="nv-totals"><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _take_along(found: Results, chosen: Fixed | None, sentences: Texts) -> None:
    section(sentences("results.take_along"))
    say(sentences("results.take_along_what"), "note")
    with st.container(horizontal=True, key="results_files"):
        for ending, form in FORMS.items():
            download(
                sentences(f"results.{form.name}"),
                lambda form=form: form.make(found, chosen, sentences),  # type: ignore[misc]
                sentences("results.file") + ending,
                form.mime,
                f"results_{form.name}",
                is_primary=ending == ".pdf",
            )


page()

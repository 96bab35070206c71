"""Who nearby could make this? A part described, imported or built from processes; a place; a radius."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from graph.audience import may_see
from graph.replacement import Answer
from render.answers import company_name, coverage_text, headline, rows_of
from render.maps import markers_of
from render.tables import Cell, answer_table
from texts import Texts
from views.common import Region, guarded, is_dark, open_firm, plain, region, say, texts, viewer
from views.downloads import downloads
from views.firm_list import firm_list
from views.firm_map import firm_map
from views.question import Question, ask, save_button

SHOWN = 20  # firms in the list and on the map at first
MOST_SHOWN = 200
MOST_HITS = 10_000  # in a table to take along


def page() -> None:
    """The question, and its answer."""
    here = region()
    mode, asked, question = ask(here)
    if asked is None:
        _introduction(mode, here)
    elif question is not None:
        _answer(here, question)
        save_button(mode, question)
    _status(here)


def _introduction(mode: str, here: Region) -> None:
    sentences = texts()
    if not here.companies:
        say(sentences("find.empty_region"), "intro")
        return
    say(sentences(f"find.intro.{mode}"), "intro")
    if mode != "text":
        return

    def take(example: str) -> None:
        st.session_state["text"] = example

    with st.container(horizontal=True, key="examples"):
        for number in ("one", "two", "three"):
            example = sentences(f"find.examples.{number}")
            st.button(plain(example), on_click=take, args=(example,), key=f"example_{number}")


def _answer(here: Region, question: Question) -> None:
    asked = (question.demand, question.origin, question.within_km)
    if st.session_state.get("answered") != asked:
        st.session_state["answered"], st.session_state["firm"], st.session_state["shown"] = asked, None, SHOWN
    answer = _found(here, question, MOST_SHOWN)
    sentences = texts()
    say(headline(answer, sentences), "headline", tag="h1")
    say(coverage_text(answer, sentences), "note")
    _pictures(here, question, answer)


def _found(here: Region, question: Question, limit: int) -> Answer:
    """The answer as far as the viewer may see it."""
    answer = here.find(question.demand, question.origin, question.within_km, limit)
    return answer if may_see(viewer(), "near_misses") else replace(answer, near_misses=())


@st.fragment
def _pictures(here: Region, question: Question, answer: Answer) -> None:
    """List, map and downloads; a click runs no more than this."""
    with guarded():
        sentences = texts()
        shown = replace(answer, hits=answer.hits[: st.session_state["shown"]])
        with st.container(key="answer"):
            firms, where = st.columns([1, 1])
        with where:  # before the list, which a click on the map opens a firm in
            _map(shown, sentences)
        with firms:
            _firm_list(here, question, shown, sentences)
            _more_button(answer, shown, sentences)
        if answer.hits or answer.near_misses:
            downloads(lambda: _table(here, question), sentences("table.file"))


def _more_button(answer: Answer, shown: Answer, sentences: Texts) -> None:
    most = min(answer.found, MOST_SHOWN)
    if len(shown.hits) < most:
        label = sentences("find.show_all", count=most)
        st.button(label, on_click=lambda: st.session_state.update(shown=MOST_SHOWN), type="tertiary")


def _table(here: Region, question: Question) -> list[list[Cell]]:
    return answer_table(_found(here, question, MOST_HITS), here.companies, texts())


def _firm_list(here: Region, question: Question, shown: Answer, sentences: Texts) -> None:
    asked = (question.demand, question.origin, question.within_km)
    key = ("firm_list", *asked, len(shown.hits), bool(shown.near_misses), sentences.language)
    groups = here.kept(key, lambda: _groups(here, shown, sentences))
    words = ("demand", "asked", "has", "status", "source", "demands", "why", "missing", "score", "open")
    leave_for = firm_list(
        {
            "groups": groups,
            "words": {each: sentences(f"find.words.{each}") for each in words},
            "chosen": st.session_state["firm"],
            "dark": is_dark(),
        },
        lambda firm: st.session_state.update(firm=firm),
    )
    if leave_for:
        open_firm(leave_for)


def _groups(here: Region, shown: Answer, sentences: Texts) -> list[dict[str, object]]:
    """Hits, and below them who nearly could."""
    hits = rows_of(shown.hits, here.companies, sentences)
    near = rows_of(shown.near_misses, here.companies, sentences, letters=True)
    return [
        {"kind": "hit", "title": "", "note": "", "rows": [each.as_data() for each in hits]},
        {
            "kind": "near",
            "title": sentences("find.near_misses"),
            "note": sentences("find.near_misses_what"),
            "rows": [each.as_data() for each in near],
        },
    ]


def _map(shown: Answer, sentences: Texts) -> None:
    clicked = firm_map(
        "map",
        markers_of(shown, lambda name: company_name(name, sentences)),
        shown.origin.point,
        shown.within_km,
        chosen=st.session_state["firm"],
        alt=sentences("map.alt", place=shown.origin.name, hits=len(shown.hits), near=len(shown.near_misses)),
        legend=[sentences("map.legend"), *([sentences("map.legend_near")] if shown.near_misses else [])],
    )
    if clicked and clicked != st.session_state["firm"]:
        st.session_state["firm"] = clicked
        st.rerun(scope="fragment")  # so that the map shows it too


def _status(here: Region) -> None:
    sentences = texts()
    level = sentences(f"status.level.{viewer().level.name}")
    line = sentences(
        "status.line",
        companies=len(here.companies),
        offers=here.offers,
        revision=here.snapshot.revision,
        level=level,
    )
    say(f"{line} {sentences('find.straight_line')}", "status")


page()

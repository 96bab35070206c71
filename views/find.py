"""Who nearby could make this? A part described, imported or built from processes; a place; a radius."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from graph.audience import may_see
from graph.geo import Gazetteer
from graph.replacement import Answer
from render.answers import coverage_text, headline, rows_of
from render.maps import are_stacked, deck
from render.tables import answer_table, as_csv, as_xlsx
from texts import Texts
from views.common import Region, plain, region, say, texts, viewer
from views.firm_list import firm_list
from views.question import Question, ask

SHOWN = 20  # firms in the list and on the map at first
MOST_SHOWN = 200
MOST_HITS = 10_000
MAP_PX = 390  # its height before app.css has its say: 26 rem
RINGED_PX = 300  # the widest ring, so that it fits the phone's map as well
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def page() -> None:
    """The question, and its answer."""
    here = region()
    mode, asked, question = ask(here)
    if asked is None:
        _introduction(mode, here)
    elif question is not None:
        _answer(here, question)
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
    answer = here.finder.find(*asked, limit=MOST_HITS)
    if not may_see(viewer(), "near_misses"):
        answer = replace(answer, near_misses=())
    sentences = texts()
    say(headline(answer, sentences), "headline", tag="h1")
    say(coverage_text(answer, sentences), "note")
    _pictures(here, answer)


@st.fragment
def _pictures(here: Region, answer: Answer) -> None:
    """List, map and downloads; a click runs no more than this."""
    sentences = texts()
    shown = replace(answer, hits=answer.hits[: st.session_state["shown"]])
    with st.container(key="answer"):
        firms, where = st.columns([1, 1])
    with firms:
        _firm_list(here, shown, sentences)
        if len(shown.hits) < min(answer.found, MOST_SHOWN):
            more = sentences("find.show_all", count=min(answer.found, MOST_SHOWN))
            st.button(more, on_click=lambda: st.session_state.update(shown=MOST_SHOWN), type="tertiary")
    with where:
        _map(shown, sentences)
    _downloads(here, answer, sentences)


def _is_dark() -> bool:
    return st.context.theme.type == "dark"


def _firm_list(here: Region, shown: Answer, sentences: Texts) -> None:
    hits = rows_of(shown.hits, here.companies, sentences)
    near = rows_of(shown.near_misses, here.companies, sentences, letters=True)
    words = ("demand", "asked", "has", "status", "source", "demands", "why", "missing", "score")
    groups = [
        {"kind": "hit", "title": "", "note": "", "rows": [each.as_data() for each in hits]},
        {
            "kind": "near",
            "title": sentences("find.near_misses"),
            "note": sentences("find.near_misses_what"),
            "rows": [each.as_data() for each in near],
        },
    ]

    firm_list(
        {
            "groups": groups,
            "words": {each: sentences(f"find.words.{each}") for each in words},
            "chosen": st.session_state["firm"],
            "dark": _is_dark(),
        },
        lambda firm: st.session_state.update(firm=firm),
    )


def _map(shown: Answer, sentences: Texts) -> None:
    def choose() -> None:
        layers: dict[str, list[dict[str, Any]]] = st.session_state["map"]["selection"]["objects"]
        chosen = [each["company_id"] for found in layers.values() for each in found]
        st.session_state["firm"] = chosen[0] if chosen else None

    drawn = deck(shown, Gazetteer.default(), chosen=st.session_state["firm"], dark=_is_dark(), pixels=RINGED_PX)
    with st.container(key="map_frame"):
        st.pydeck_chart(
            drawn,
            height=MAP_PX,
            on_select=choose,
            key="map",
            alt=sentences("map.alt", place=shown.origin.name, hits=len(shown.hits), near=len(shown.near_misses)),
        )
    legend = ["map.legend"]
    legend += ["map.legend_near"] if shown.near_misses else []
    legend += ["map.stacked"] if are_stacked((*shown.hits, *shown.near_misses)) else []
    say(" ".join(sentences(each) for each in legend), "note")


def _downloads(here: Region, answer: Answer, sentences: Texts) -> None:
    if not answer.hits and not answer.near_misses:
        return

    def table(form: Callable[..., bytes], *more: str) -> Callable[[], bytes]:
        return lambda: form(answer_table(answer, here.companies, sentences), *more)

    name = sentences("table.file")
    with st.container(horizontal=True, key="downloads"):
        st.download_button(
            sentences("table.xlsx"), table(as_xlsx, sentences("table.sheet")), f"{name}.xlsx", XLSX, on_click="ignore"
        )
        st.download_button(
            sentences("table.csv"), table(as_csv, sentences.language), f"{name}.csv", "text/csv", on_click="ignore"
        )


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

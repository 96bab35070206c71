"""Who nearby could make this? A part described, imported or built from processes; a place; a radius."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from graph.audience import Viewer, may_see
from graph.chains import chains
from graph.replacement import Answer
from graph.unnamed import Unnamed
from render.answers import changes_text, company_name, coverage_text, headline, rows_of, unnamed_text
from render.chains import chains_shown, lacking_text
from render.maps import markers_of
from render.sheet import answer_sheet
from render.tables import Cell, answer_table
from texts import Texts
from views.common import Region, guarded, is_dark, open_firm, plain, region, say, store, texts, viewer
from views.downloads import downloads
from views.edit import undo_row
from views.firm_list import Act, firm_list
from views.firm_map import firm_map
from views.keep_need import keep_as_need, need_if_open
from views.letter_dialog import write_letter
from views.question import Question, ask, save_button
from views.weigh import chosen_weights, weigh

SHOWN = 20  # firms in the list and on the map at first
MOST_SHOWN = 200
MOST_HITS = 10_000  # in a table to take along
LETTER = "letter_to"


def page() -> None:
    """The question, and its answer."""
    here = region()
    _letter(here)
    need_if_open(here)
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
        say(sentences("find.empty_region"), "intro", tag="h1")
        return
    say(sentences(f"find.intro.{mode}"), "intro", tag="h1")
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
    undo_row()
    say(headline(answer, sentences), "headline", tag="h1")
    say(coverage_text(answer, sentences), "note")
    if more := unnamed_text(_unnamed(here).told(question.demand, question.origin.point), sentences):
        say(more, "note")
    _pictures(here, question, answer)


def _found(here: Region, question: Question, limit: int) -> Answer:
    """The answer as far as the viewer may see it."""
    answer = here.find(question.demand, question.origin, question.within_km, limit, chosen_weights())
    return answer if may_see(viewer(), "near_misses") else replace(answer, near_misses=(), relaxations=())


def _unnamed(here: Region) -> Unnamed:
    """Those who are met only through the network's manager, who sees them anyway."""
    return here.kept(("unnamed",), lambda: Unnamed.of(store(), Viewer(here.level)))


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
            if not answer.hits:
                _together(here, question, sentences)
            _firm_list(here, question, shown, sentences)
            _more_button(answer, shown, sentences)
            weigh(sentences)
        if answer.hits:
            _together(here, question, sentences)
        if answer.hits or answer.near_misses:
            downloads(lambda: _table(here, question), sentences("table.file"), lambda: _sheet(here, answer, sentences))


def _more_button(answer: Answer, shown: Answer, sentences: Texts) -> None:
    most = min(answer.found, MOST_SHOWN)
    if len(shown.hits) < most:
        label = sentences("find.show_all", count=most)
        st.button(label, on_click=lambda: st.session_state.update(shown=MOST_SHOWN), type="tertiary")


def _table(here: Region, question: Question) -> list[list[Cell]]:
    return answer_table(_found(here, question, MOST_HITS), here.companies, texts())


def _sheet(here: Region, answer: Answer, sentences: Texts) -> bytes:
    words = st.session_state.get("text") or "" if st.session_state.get("mode") == "text" else ""
    return answer_sheet(answer, words, here.companies, sentences, here.day)


def _firm_list(here: Region, question: Question, shown: Answer, sentences: Texts) -> None:
    asked = (question.demand, question.origin, question.within_km)
    key = ("firm_list", *asked, chosen_weights(), len(shown.hits), bool(shown.near_misses), sentences.language)
    groups = here.kept(key, lambda: _groups(here, shown, sentences))
    words = ("demand", "asked", "has", "status", "source", "demands", "why", "missing", "score", "open")
    acts = ("write", "keep_need")
    act = firm_list(
        {
            "groups": groups,
            "words": {each: sentences(f"find.words.{each}") for each in words}
            | {each: sentences(f"find.{each}") for each in acts},
            "chosen": st.session_state["firm"],
            "dark": is_dark(),
        },
        lambda firm: st.session_state.update(firm=firm),
    )
    if act is not None:
        _do(here, question, shown, act)


def _do(here: Region, question: Question, shown: Answer, act: Act) -> None:
    """What a button in the list asks for: the firm's page, a letter to it, or what it lacks as a need."""
    if act.name == "open":
        open_firm(act.company_id)
    firm = next((e for e in (*shown.hits, *shown.near_misses) if e.company_id == act.company_id), None)
    if firm is None:
        return
    if act.name == "write":
        st.session_state[LETTER] = (question, firm)
    elif may_see(viewer(), "ledger"):
        keep_as_need(here, firm)
    st.rerun()


def _letter(here: Region) -> None:
    """The letter that was asked for, once: its window stands until it is left."""
    asked = st.session_state.pop(LETTER, None)
    if asked is not None:
        question, firm = asked
        by_part = st.session_state.get("mode") == "part"
        part = here.parts.get(st.session_state.get("part") or "") if by_part else None
        words = "" if by_part else st.session_state.get("text") or ""
        write_letter(here, question.demand, firm, words, part, question.origin.point)


def _together(here: Region, question: Question, sentences: Texts) -> None:
    """The firms that could make the part together, where it takes several steps."""
    key = ("chains", question.demand, question.origin, question.within_km)
    found = here.kept(key, lambda: chains(here.finder, question.demand, question.origin, question.within_km))
    shown, lacking = chains_shown(found, sentences), lacking_text(found, sentences)
    if not shown and not lacking:
        return
    parts = [f'<h2 class="nv-section">{escape(sentences("find.together"))}</h2>']
    parts.append(f'<p class="nv-note">{escape(lacking or sentences("find.together_what"))}</p>')
    for each in shown:
        steps = "".join(f"<li>{escape(step)}</li>" for step in each.steps)
        parts.append(
            f'<div class="nv-chain"><b>{escape(each.title)}</b><ol>{steps}</ol><p>{escape(each.weakest)}</p></div>'
        )
    st.html("".join(parts))


def _groups(here: Region, shown: Answer, sentences: Texts) -> list[dict[str, object]]:
    """Hits, and below them who nearly could."""
    hits = rows_of(shown.hits, here.companies, sentences)
    near = rows_of(shown.near_misses, here.companies, sentences, letters=True)
    return [
        {
            "kind": "hit",
            "title": "",
            "note": "",
            "acts": ["write", "open"],
            "rows": [each.as_data() for each in hits],
        },
        {
            "kind": "near",
            "title": sentences("find.near_misses"),
            "note": f"{sentences('find.near_misses_what')} {changes_text(shown, sentences)}".strip(),
            "acts": ["open", "keep_need"] if may_see(viewer(), "ledger") else ["open"],
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

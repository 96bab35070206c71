"""What did the firm say? An interview in one go: the talk, needs, what customers require, and what the firm can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from graph.errors import NarverkError
from graph.lookup import find_company
from graph.model import Company, Interview, Need, Offer, Requirement
from graph.search import search
from graph.taxonomy import taxonomy
from ingest.by_hand import Desk, save
from ingest.interview import Entry, drafted
from ingest.typed import MOST_CHARACTERS, Mistake
from render.answers import company_name
from render.interview import interview_book
from render.plain import error_sentence, process_names, theme_name
from texts import Texts
from views.common import (
    Region,
    firm_of_link,
    firm_param,
    headline,
    region,
    say,
    section,
    store,
    texts,
    today,
    viewer,
    warn,
)
from views.downloads import XLSX, download
from views.edit import mistake_sentence, remember_saved, undo_row
from views.overview import named
from views.table import Column, table

ROWS, NUMBER, WRONG = "interview_rows", "interview_number", "interview_wrong"
OUTCOMES = ("answered", "no_answer", "declined", "never")
PRIORITIES = ("1", "2", "3")
SHARE = ("yes", "no")


def page() -> None:
    """The firm that the link means, or the way to one."""
    here = region()
    sentences = texts()
    linked = st.query_params.get("firm", "")
    firm = firm_of_link(here, linked) if linked else None
    if firm is None:
        if linked:
            warn(sentences("needs.bad_link"))
        _choose(here, sentences)
        return
    name = company_name(here.companies[firm].name, sentences)
    headline(
        sentences("interview.headline", name=name), f"{sentences('interview.what')} {sentences('edit.no_classified')}"
    )
    undo_row()
    _form(here, here.companies[firm], name, sentences)
    _book(here.companies[firm], sentences)


def _choose(here: Region, sentences: Texts) -> None:
    """The search field, and what it finds."""
    headline(sentences("interview.which"))
    text = st.text_input(
        sentences("interview.choose"),
        key="interview_search",
        placeholder=sentences("company.search_example"),
        label_visibility="collapsed",
        icon=":material/search:",
    ).strip()
    firms = search(here.companies.values(), text).firms if text else ()
    if firms:
        columns = [Column(each, sentences(f"start.columns.{each}"), firm=each == "name") for each in ("name", "place")]
        rows = [named(here, each.company_id, sentences) for each in firms]
        if clicked := table("interview_found", columns, rows, alt=sentences("start.found_firms")):
            st.switch_page("views/interview.py", query_params={"firm": firm_param(clicked)})
    elif text:
        warn(sentences("company.nobody", text=text), sentences("company.nobody_what"))


def _book(company: Company, sentences: Texts) -> None:
    """The workbook, for who would rather write in Excel."""
    say(sentences("interview.book_what"), "note")
    name = f"{sentences('interview.file')}.xlsx"
    download(sentences("interview.book"), lambda: interview_book(company, sentences), name, XLSX, "interview_book")


# -- the form --------------------------------------------------------------------------------------------------------


def _form(here: Region, company: Company, name: str, sentences: Texts) -> None:
    number = st.session_state.setdefault(NUMBER, 0)
    key = f"{firm_param(company.company_id)}_{number}"
    wrong: dict[tuple[str, str], str] = st.session_state.get(WRONG, {}).get(key, {})
    left, right = st.columns(2, gap="large")
    with left:
        talk = _talk(key, wrong, sentences)
        processes = _processes(here, company, key, sentences)
    with right:
        wants = _needs(key, wrong, sentences)
        demands = _demands(here, company, key, wrong, sentences)
    if wrong:
        warn(" ".join(dict.fromkeys(wrong.values())))
    if st.button(sentences("interview.save"), type="primary", key="interview_save"):
        _save(here, company, name, key, [talk, *wants, *demands, *processes], sentences)


Filled = tuple[str, Entry | None, str]
"""A part of the form: its name, what it says (None: nothing), and why it cannot be read."""


def _field(label: str, key: str, wrong: str | None, *, long: bool = False, value: str = "") -> str:
    make: Any = st.text_area if long else st.text_input
    more = {"height": 92} if long else {}
    typed = make(label, value, max_chars=MOST_CHARACTERS, key=key, **more)
    if wrong:
        say(wrong, "wrong", role="alert")
    return str(typed or "").strip()


def _talk(key: str, wrong: dict[tuple[str, str], str], sentences: Texts) -> Filled:
    """The day, the way and the outcome; it is one as soon as it has an outcome or notes."""
    section(sentences("interview.talk"))
    columns = st.columns(3, gap="small")
    typed = {}
    for column, field, value in zip(columns, ("asked_on", "how", "asked_by"), (today(), "", ""), strict=True):
        with column:
            told = wrong.get(("talk", field))
            typed[field] = _field(sentences(f"field.{field}"), f"talk_{field}_{key}", told, value=value)
    outcome = st.segmented_control(
        sentences("field.outcome"),
        OUTCOMES,
        format_func=lambda each: sentences(f"field.choice.{each}"),
        key=f"talk_outcome_{key}",
    )
    typed["outcome"] = str(outcome or "")
    typed["notes"] = _field(sentences("field.notes"), f"talk_notes_{key}", wrong.get(("talk", "notes")), long=True)
    said = any(typed[field] for field in ("how", "outcome", "asked_by", "notes"))
    filled = {field: text for field, text in typed.items() if text}
    return "talk", Entry(Interview, filled, "") if said else None, ""


def _needs(key: str, wrong: dict[tuple[str, str], str], sentences: Texts) -> list[Filled]:
    """The themes that were named, a row each."""
    section(sentences("interview.needs"), term="need_theme")
    themes = st.multiselect(
        sentences("interview.themes"),
        list(taxonomy().themes),
        format_func=lambda each: theme_name(each, sentences),
        key=f"themes_{key}",
        placeholder=sentences("edit.choose"),
    )
    return [_need(theme, key, wrong, sentences) for theme in themes]


def _need(theme: str, key: str, wrong: dict[tuple[str, str], str], sentences: Texts) -> Filled:
    part = f"need_{theme}"
    with st.container(border=True, key=f"{part}_{key}_box"):
        say(theme_name(theme, sentences), "label")
        label = sentences("interview.words")
        words = _field(label, f"{part}_words_{key}", wrong.get((part, "description")), long=True)
        left, right = st.columns(2, gap="small")
        with left:
            priority = st.segmented_control(sentences("interview.priority"), PRIORITIES, key=f"{part}_priority_{key}")
        with right:
            share = st.segmented_control(
                sentences("interview.may_share"),
                SHARE,
                format_func=lambda each: sentences(f"value.{each}"),
                key=f"{part}_share_{key}",
            )
    typed = {"theme": theme, "description": words, "priority": priority or "", "may_share": share or ""}
    return part, Entry(Need, {field: str(text) for field, text in typed.items() if text}, ""), ""


def _demands(
    here: Region, company: Company, key: str, wrong: dict[tuple[str, str], str], sentences: Texts
) -> list[Filled]:
    """What customers require, a row each; one more when asked for."""
    section(sentences("interview.demands"), term="asks")
    rows = st.session_state.setdefault(ROWS, {}).get(key, 1)
    customers = [each for each in here.network.succ[company.company_id] if each in here.companies]
    names = {each: company_name(here.companies[each].name, sentences) for each in customers}
    found = [_demand(here, number, names, key, wrong, sentences) for number in range(rows)]
    if st.button(sentences("interview.one_more"), type="tertiary", key=f"one_more_{key}"):
        st.session_state[ROWS][key] = rows + 1
        st.rerun()
    return found


def _demand(
    here: Region, number: int, names: dict[str, str], key: str, wrong: dict[tuple[str, str], str], sentences: Texts
) -> Filled:
    part = f"demand_{number}"
    with st.container(border=True, key=f"{part}_{key}_box"):
        left, right = st.columns(2, gap="small")
        with left:
            customer = st.selectbox(
                sentences("interview.customer"),
                sorted(names, key=lambda each: names[each].casefold()),
                index=None,
                format_func=lambda each: names.get(each, each),
                key=f"{part}_customer_{key}",
                placeholder=sentences("edit.choose"),
                accept_new_options=True,
            )
        with right:
            standard = st.selectbox(
                sentences("interview.standard"),
                list(taxonomy().standards),
                index=None,
                key=f"{part}_standard_{key}",
                placeholder=sentences("edit.choose"),
                accept_new_options=True,
            )
        label = sentences("interview.or_words")
        words = _field(label, f"{part}_words_{key}", wrong.get((part, "description")))
        day = _field(sentences("interview.from_day"), f"{part}_from_{key}", wrong.get((part, "applies_from")))
        if told := wrong.get((part, "")):
            say(told, "wrong", role="alert")
    typed = {"standard": standard or "", "description": words, "applies_from": day}
    filled = {field: text for field, text in typed.items() if text}
    if not filled and not customer:
        return part, None, ""
    if not customer:
        return part, None, sentences("interview.customer_missing")
    try:
        buyer = customer if customer in names else find_company(here.snapshot, customer).company_id
    except NarverkError as error:
        return part, None, error_sentence(error, sentences)
    return part, Entry(Requirement, filled, buyer), ""


def _processes(here: Region, company: Company, key: str, sentences: Texts) -> list[Filled]:
    section(sentences("interview.can"), term="makes")
    known = {each.capability for each in here.snapshot.of(Offer) if each.company_id == company.company_id}
    names = process_names(sentences)
    chosen: Sequence[str] = st.multiselect(
        sentences("interview.processes"),
        sorted((code for code in names if code not in known), key=lambda each: names[each].casefold()),
        format_func=names.__getitem__,
        key=f"processes_{key}",
        placeholder=sentences("edit.choose"),
    )
    return [(f"process_{code}", Entry(Offer, {"capability": code}, ""), "") for code in chosen]


# -- saving ----------------------------------------------------------------------------------------------------------


def _save(here: Region, company: Company, name: str, key: str, filled: Sequence[Filled], sentences: Texts) -> None:
    """Save all of it as one load, or say beside each field what is wrong."""
    wrong = {(part, ""): why for part, _, why in filled if why}
    said = [(part, entry) for part, entry, _ in filled if entry is not None]
    if not said and not wrong:
        wrong["", ""] = sentences("interview.nothing")
    entries = [Entry(each.kind, each.typed, each.about or company.company_id) for _, each in said]
    together = drafted(Desk(store(), here.snapshot, on=today()), entries)
    for number, mistakes in together.mistakes.items():
        wrong |= {(said[number][0], each.field): _told(each, sentences) for each in mistakes}
    if not wrong:
        try:
            done = save(store(), viewer(), together.draft, started=here.snapshot.revision, on=today())
            if done.moved:
                wrong["", ""] = sentences("edit.moved")
            else:
                sentence = sentences("interview.saved", count=len(said), name=name)
                remember_saved(done.load_id or "", sentence if done.load_id else sentences("edit.nothing_new"))
                st.session_state[NUMBER] += 1
        except NarverkError as error:
            wrong["", ""] = error_sentence(error, sentences)
    st.session_state[WRONG] = {key: wrong}
    st.rerun()


def _told(mistake: Mistake, sentences: Texts) -> str:
    return f"{sentences(f'field.{mistake.field}')}: {mistake_sentence(mistake, sentences)}"


page()

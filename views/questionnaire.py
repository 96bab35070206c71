"""Whom do we ask, and what came back? Questionnaires to firms: made, sent, reminded of, read and published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import streamlit as st

from graph.makers import Makers
from graph.outreach import Outreach
from graph.questionnaire import Questionnaire, newest, questionnaires
from ingest.questionnaire_publish import Work
from render.questionnaire import workbook
from render.questionnaire_form import form
from texts import LANGUAGES, Texts
from views.common import LANGUAGE_NAMES, Region, headline, open_firm, region, say, section, store, texts, viewer
from views.common import firm_name as name_of
from views.downloads import download
from views.questionnaire_answers import take_answers
from views.questionnaire_letters import write_letters
from views.questionnaire_make import Maker, forms_of, made
from views.table import Column, table

CHOSEN, LANGUAGE, LAST_DAY = "questionnaire_firms", "questionnaire_language", "questionnaire_last_day"
SUGGESTED, DAYS_TO_ANSWER = 20, 14
STATUS = ("firm", "made", "sent", "reminded", "answered")
SAID, MADE = "questionnaire_said", "questionnaire_made"


def page() -> None:
    """Three steps: make, send, take in."""
    here = region()
    sentences = texts()
    headline(sentences("questionnaire.headline_page"), sentences("questionnaire.what"))
    if said := st.session_state.pop(SAID, ""):
        say(said, "saved", role="status")
    section(sentences("questionnaire.make"))
    firms, language, last_day = _choices(here, sentences)
    _downloads(here, firms, language, last_day, sentences)
    found = newest(questionnaires(store(), viewer()), store())
    standing = {firm: each for firm, each in found.items() if firm in here.companies}
    section(sentences("questionnaire.send"))
    write_letters(here, standing, last_day, work(here, sentences))
    section(sentences("questionnaire.answers"))
    take_answers(here, work(here, sentences))
    _standing(here, standing, sentences)


def work(here: Region, sentences: Texts) -> Work:
    """What is noted of the network's work today."""
    return Work(sentences("questionnaire.how"), sentences("questionnaire.by"), here.day)


# -- making ------------------------------------------------------------------------------------------------------------


def _choices(here: Region, sentences: Texts) -> tuple[Sequence[str], str, str]:
    """The firms, the language of their forms, and the last day."""
    names = here.kept(("questionnaire_names", sentences.language), lambda: _names(here))
    st.button(sentences("questionnaire.suggest"), on_click=_suggest, args=(here,), key="questionnaire_suggest")
    firms = st.multiselect(
        sentences("questionnaire.choose"),
        list(names),
        format_func=lambda each: names.get(each, ""),
        key=CHOSEN,
        placeholder=sentences("questionnaire.choose_example"),
    )
    left, right = st.columns(2)
    language = left.segmented_control(
        sentences("questionnaire.language"),
        LANGUAGES,
        default=sentences.language,
        format_func=LANGUAGE_NAMES.__getitem__,
        key=LANGUAGE,
        required=True,
    )
    by = right.date_input(
        sentences("questionnaire.last_day"),
        date.fromisoformat(here.day) + timedelta(days=DAYS_TO_ANSWER),
        min_value=here.day,
        format="YYYY-MM-DD",
        key=LAST_DAY,
    )
    return firms, str(language), by.isoformat() if isinstance(by, date) else ""


def _names(here: Region) -> dict[str, str]:
    """The firms that can be asked, by name."""
    firms = {each.company_id: name_of(here, each.company_id) for each in here.companies.values() if each.is_active}
    return dict(sorted(firms.items(), key=lambda each: each[1].casefold()))


def _suggest(here: Region) -> None:
    """Choose those whom somebody should ask next."""
    outreach = Outreach(here.snapshot, here.network, here.day)
    found = outreach.ask_next(Makers(here.snapshot, today=here.day), SUGGESTED)
    sentences = texts()
    if found:
        st.session_state[CHOSEN] = [each.company_id for each in found]
        st.session_state[SAID] = sentences("questionnaire.suggested", count=len(found))
    else:
        st.session_state[SAID] = sentences("questionnaire.nobody_to_suggest")


def _downloads(here: Region, firms: Sequence[str], language: str, last_day: str, sentences: Texts) -> None:
    """The button that makes the forms of the chosen firms; once made, they are fetched as workbooks or on paper."""
    if not firms:
        return
    wanted, count = (tuple(firms), language, last_day), len(firms)
    if st.session_state.get(MADE) != wanted:
        label = sentences("questionnaire.make_button", count=count)
        if st.button(label, type="primary", key="questionnaire_make"):
            made(store(), firms, language, here.day)
            st.session_state[MADE] = wanted
            st.rerun()
        return
    opened = store()  # a file is made outside the page's run

    def files(make: Maker, ending: str) -> Callable[[], bytes]:
        return lambda: forms_of(opened, firms, make, ending, language, last_day, here.day)

    say(f"{sentences('questionnaire.make_what')} {sentences('edit.no_classified')}", "note")
    with st.container(horizontal=True, key="questionnaire_get"):
        book, paper = (f"{sentences(f'questionnaire.{each}')}.zip" for each in ("book_file", "form_file"))
        label = sentences("questionnaire.get_books", count=count)
        download(label, files(workbook, ".xlsx"), book, "application/zip", "questionnaire_books", is_primary=True)
        label = sentences("questionnaire.get_forms", count=count)
        download(label, files(form, ".pdf"), paper, "application/zip", "questionnaire_forms")


# -- who has answered ------------------------------------------------------------------------------------------------


def _standing(here: Region, standing: dict[str, Questionnaire], sentences: Texts) -> None:
    """A row a firm: when it was asked, reminded, and has answered."""
    if not standing:
        return
    section(sentences("questionnaire.waiting"))
    columns = [
        Column("firm", sentences("questionnaire.column.firm"), firm=True),
        *(Column(each, sentences(f"questionnaire.column.{each}")) for each in STATUS[1:]),
    ]
    rows = [
        {
            "company_id": firm,
            "firm": name_of(here, firm),
            "made": each.made_on,
            "sent": each.sent_on,
            "reminded": each.reminded_on,
            "answered": each.answered_on,
        }
        for firm, each in sorted(
            standing.items(), key=lambda one: (one[1].answered_on or "9", one[1].sent_on), reverse=True
        )
    ]
    if clicked := table("questionnaire_standing", columns, rows, alt=sentences("questionnaire.waiting")):
        open_firm(clicked)


page()

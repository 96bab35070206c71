"""What does the mail with the questionnaire say? An invitation or a reminder, in the network's own words or ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from graph.errors import NarverkError
from graph.questionnaire import Questionnaire, keep_letter, letter_of
from ingest.questionnaire_publish import Work, mark_reminded, mark_sent
from render.plain import error_sentence
from render.questionnaire import file_name
from render.questionnaire_letters import INVITATION, LETTERS, REMINDER, letter, letter_name, names_of_fields, words_of
from texts import Texts, load
from views.common import Region, firm_name, plain, say, store, texts, viewer, warn
from views.downloads import XLSX, download
from views.letter import MOST_BODY, MOST_SUBJECT, contact_of, letter_text, say_contact
from views.questionnaire_make import book_of

SAID = "questionnaire_said"
TURN = "questionnaire_letter_turn"


def write_letters(here: Region, standing: Mapping[str, Questionnaire], last_day: str, work: Work) -> None:
    """The letter to one firm, and the buttons that note that it has gone."""
    sentences = texts()
    waiting = {firm: each for firm, each in standing.items() if not each.answered_on}
    if not waiting:
        say(sentences("questionnaire.none_made"), "note")
        return
    firms = sorted(waiting, key=lambda each: (bool(waiting[each].sent_on), firm_name(here, each).casefold()))
    firm = st.selectbox(
        sentences("questionnaire.send_to"),
        firms,
        format_func=lambda each: _named(here, each, waiting[each], sentences),
        key="questionnaire_send_to",
    )
    asked = waiting[firm]
    kind = st.segmented_control(
        sentences("questionnaire.kind"),
        LETTERS,
        default=REMINDER if asked.sent_on else INVITATION,
        format_func=lambda each: sentences(f"questionnaire.letter_label.{each}"),
        key=f"questionnaire_kind_{asked.code}_{asked.sent_on}",
        required=True,
    )
    words = load(asked.language)
    _letter(here, firm, asked, str(kind), last_day, words)
    _marks(here, firm, waiting, work, sentences)
    _own_words(str(kind), words, sentences)


def _named(here: Region, firm: str, asked: Questionnaire, sentences: Texts) -> str:
    status = "reminded" if asked.reminded_on else "sent" if asked.sent_on else "made"
    day = asked.reminded_on or asked.sent_on or asked.made_on
    return f"{firm_name(here, firm)} ({sentences(f'questionnaire.status.{status}')} {day})"


def _letter(here: Region, firm: str, asked: Questionnaire, kind: str, last_day: str, words: Texts) -> None:
    sentences = texts()
    contact = contact_of(here, firm)
    say_contact(here, firm, sentences)
    subject, body = words_of(kind, letter_of(store(), viewer(), letter_name(kind, words.language)), words)
    name = firm_name(here, firm)
    values = {"firm": name, "contact": (contact.name or "") if contact else "", "last_day": last_day}
    key = f"questionnaire_{asked.code}_{kind}"
    letter_text(letter(subject, body, values, words), contact, key, sentences)
    file, opened = file_name(name, asked.code, ".xlsx"), store()  # a file is made outside the page's run
    with st.container(horizontal=True, vertical_alignment="center", key="questionnaire_attach"):
        label = sentences("questionnaire.get_book", name=name)
        download(
            plain(label),
            lambda: book_of(opened, firm, asked.language, last_day, here.day),
            file,
            XLSX,
            "questionnaire_book",
        )
        say(sentences("questionnaire.attach"), "note", narrow=True)


def _marks(here: Region, firm: str, waiting: Mapping[str, Questionnaire], work: Work, sentences: Texts) -> None:
    """That it was sent, to one or to all, or that the firm was reminded."""
    asked, name = waiting[firm], firm_name(here, firm)
    unsent = [each for each in waiting.values() if not each.sent_on]
    with st.container(horizontal=True, key="questionnaire_marks"):
        if not asked.sent_on and st.button(
            sentences("questionnaire.mark_sent"), type="primary", key="questionnaire_mark_sent"
        ):
            _noted(
                lambda: mark_sent(store(), viewer(), asked, work),
                sentences("questionnaire.sent_one", name=name, day=work.on),
            )
        if asked.sent_on and st.button(
            sentences("questionnaire.mark_reminded"), type="primary", key="questionnaire_mark_reminded"
        ):
            _noted(
                lambda: mark_reminded(store(), viewer(), asked, work),
                sentences("questionnaire.reminded_one", name=name, day=work.on),
            )
        if len(unsent) > 1 and st.button(
            sentences("questionnaire.mark_all_sent", count=len(unsent)), key="questionnaire_mark_all"
        ):
            _noted(
                lambda: [mark_sent(store(), viewer(), each, work) for each in unsent],
                sentences("questionnaire.sent_many", count=len(unsent), day=work.on),
            )


def _noted(act: Callable[[], object], said: str) -> None:
    """Do it and say so on top of the page; else say what is wrong."""
    try:
        act()
    except NarverkError as error:
        warn(error_sentence(error, texts()))
        return
    st.session_state[SAID] = said
    st.rerun()


def _own_words(kind: str, words: Texts, sentences: Texts) -> None:
    """The words for all firms, to change and keep, or to leave to the program."""
    box = st.expander(sentences("questionnaire.edit_letter"), on_change="rerun", key="questionnaire_own_words")
    if not box.open:
        return
    name = letter_name(kind, words.language)
    with box:
        kept = letter_of(store(), viewer(), name)
        subject, body = words_of(kind, kept, words)
        key = f"questionnaire_words_{name}_{st.session_state.get(TURN, 0)}"
        say(sentences("questionnaire.edit_what", fields=names_of_fields(words)), "note")
        subject = st.text_input(
            sentences("questionnaire.subject"), subject, max_chars=MOST_SUBJECT, key=f"{key}_subject"
        )
        body = st.text_area(
            sentences("questionnaire.body"),
            body,
            max_chars=MOST_BODY,
            height=280,
            key=f"{key}_body",
            help=sentences("edit.no_classified"),
        )
        with st.container(horizontal=True, key="questionnaire_words_ways"):
            if st.button(sentences("questionnaire.save_letter"), key="questionnaire_save_letter"):
                _keep(name, {"subject": subject.strip(), "body": body.strip()}, "questionnaire.letter_saved")
            if kept and st.button(
                sentences("questionnaire.own_letter"), type="tertiary", key="questionnaire_own_letter"
            ):
                _keep(name, None, "questionnaire.letter_left")


def _keep(name: str, said: Mapping[str, str] | None, sentence: str) -> None:
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    _noted(lambda: keep_letter(store(), viewer(), name, said), texts()(sentence))

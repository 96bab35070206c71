"""What did the firms answer? Files that came back, what each would change, and the button that publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from graph.errors import NarverkError
from graph.questionnaire import Questionnaire
from ingest.questionnaire_publish import Work, publish_answers, take_back
from ingest.questionnaire_read import Answers, Returned, read_returned
from render.plain import error_sentence
from render.questionnaire import firm_name
from render.questionnaire_told import COLUMNS, change_rows, odd_sentence, refused_sentence, sums
from texts import Texts
from views.common import Region, plain, say, store, texts, viewer, warn
from views.file_field import dress, file_field
from views.table import Column, table
from views.uploads import Uploads

ENDINGS = ("xlsx", "ods", "xls")
MEGABYTES = 20
PUBLISHED, TURN = "questionnaire_published", "questionnaire_turn"


def take_answers(here: Region, work: Work) -> None:
    """The field to drop them in, and what they say."""
    sentences = texts()
    dress()
    _published_row(sentences)
    say(sentences("questionnaire.drop_what"), "note")
    turn = st.session_state.get(TURN, 0)
    label = sentences("questionnaire.drop")
    files = file_field(label, ENDINGS, f"questionnaire_drop_{turn}", megabytes=MEGABYTES, many=True)
    if not files:
        return
    asked = ("questionnaires", tuple(each.file_id for each in files))
    returned = here.kept(asked, lambda: _read(files, work.on))  # as long as the region is as it is
    for file, error in returned.refused.items():
        warn(refused_sentence(file, error, sentences))
    chosen = [(each, with_moved) for each in returned.answers if (with_moved := _one(each, sentences)) is not None]
    if not returned.answers:
        return
    if st.button(
        sentences("questionnaire.publish", count=len(chosen)),
        type="primary",
        disabled=not chosen,
        key="questionnaire_publish",
    ):
        _publish(chosen, work, sentences)


def _read(files: Sequence[Any], on: str) -> Returned:
    """What the files say of the region as it is."""
    kept = Uploads([(each.name, each) for each in files])
    try:
        return read_returned(store(), viewer(), kept.paths, on=on)
    finally:
        kept.remove()
        for each in files:
            each.seek(0)


def _one(answers: Answers, sentences: Texts) -> bool | None:
    """What one firm says; None where it is not to be published, else whether what has moved is to be as well."""
    name = firm_name(answers.known)
    with st.container(border=True, key=f"questionnaire_answer_{answers.questionnaire.code}"):
        say(sums(answers, sentences), "label")
        if rows := change_rows(answers, sentences):
            columns = [
                Column(each, sentences(f"questionnaire.column.{each}"), quiet=each == "note") for each in COLUMNS
            ]
            columns = [each for each in columns if any(row[each.field] for row in rows)]
            shown = [{**row, "company_id": str(number)} for number, row in enumerate(rows)]
            table(f"questionnaire_changes_{answers.questionnaire.code}", columns, shown, alt=sums(answers, sentences))
        if answers.odd:
            warn(sentences("questionnaire.odd", count=len(answers.odd)))
            for each in answers.odd:
                say(odd_sentence(each, sentences), "facts")
        code = answers.questionnaire.code
        label = plain(sentences("questionnaire.publish_it", name=name))
        wanted = st.checkbox(label, value=True, key=f"questionnaire_wanted_{code}")
        with_moved = False
        if answers.has_moved:
            label = plain(sentences("questionnaire.with_moved", name=name))
            with_moved = st.checkbox(label, value=False, key=f"questionnaire_moved_{code}")
    return with_moved if wanted else None


def _publish(chosen: Sequence[tuple[Answers, bool]], work: Work, sentences: Texts) -> None:
    """Publish the chosen, one load a firm; what went well stays, and the first that does not is told."""
    done: list[tuple[str, Questionnaire]] = []
    try:
        for answers, with_moved in chosen:
            each = publish_answers(store(), viewer(), answers, work, with_moved=with_moved)
            done.append((firm_name(answers.known), each))
    except NarverkError as error:
        warn(error_sentence(error, sentences))
        st.session_state[PUBLISHED] = done
        return
    st.session_state[PUBLISHED] = done
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.rerun()


def _published_row(sentences: Texts) -> None:
    """What was just published, and the button that takes it back."""
    done: list[tuple[str, Questionnaire]] | str = st.session_state.get(PUBLISHED, [])
    if isinstance(done, str):
        say(done, "saved", role="status")
    elif done:
        with st.container(horizontal=True, vertical_alignment="center", key="questionnaire_published_row"):
            names = [name for name, _ in done]
            say(sentences("questionnaire.is_published", names=names), "saved", role="status", narrow=True)
            st.button(sentences("questionnaire.undo"), on_click=_undo, key="questionnaire_undo")


def _undo() -> None:
    done: list[tuple[str, Questionnaire]] = st.session_state.get(PUBLISHED, [])
    try:
        for _, each in reversed(done):
            take_back(store(), viewer(), each)
        st.session_state[PUBLISHED] = texts()("questionnaire.undone")
    except NarverkError as error:
        st.session_state[PUBLISHED] = error_sentence(error, texts())

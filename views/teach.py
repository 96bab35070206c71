"""What a corrected answer teaches: which words of the text meant the processes that the user added or clicked away?"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from graph.audience import may_see
from graph.errors import NarverkError
from graph.learned import Lesson, telling_words
from graph.lessons import teach
from render.plain import error_sentence, process_name
from texts import Texts
from views.common import plain, say, store, viewer, warn

if TYPE_CHECKING:
    from views.understood import Asked

SUGGESTED = 2  # words: one alone says too much of other texts (benchmarks/understanding.py)
MOST_WORDS = 8
TAUGHT = "taught"


def remember_words(asked: Asked, kept: tuple[tuple[str, float], ...], sentences: Texts) -> None:
    """Offer to remember what was corrected, where something was and the viewer may decide such things."""
    before, after = {code for code, _ in asked.demand.processes}, {code for code, _ in kept}
    if not may_see(viewer(), "ledger"):
        return
    if st.session_state.get(TAUGHT) == (asked.identity, after):
        say(sentences("find.taught"), "saved", role="status", narrow=True)
        return
    words = telling_words(asked.identity)[:MOST_WORDS]
    if before == after or not after or not words:
        return
    lesson = Lesson((), tuple(sorted(after - before)), tuple(sorted(before - after)))
    key = f"{zlib.crc32(asked.identity.encode()):08x}"
    with st.popover(sentences("find.teach"), type="tertiary", key=f"teach_{key}"):
        _form(asked, lesson, after, words, key, sentences)


def _form(asked: Asked, lesson: Lesson, after: set[str], words: tuple[str, ...], key: str, sentences: Texts) -> None:
    say(sentences("find.teach_what"), "note")
    for code, codes in (("find.teach_means", lesson.means), ("find.teach_not", lesson.not_)):
        if codes:
            say(sentences(code, processes=[process_name(each, sentences) for each in codes]), "note")
    chosen = st.pills(
        sentences("find.teach_words"),
        list(words),
        selection_mode="multi",
        default=list(words[:SUGGESTED]),
        format_func=plain,
        key=f"teach_words_{key}",
    )
    if st.button(sentences("find.teach_save"), type="primary", key=f"teach_save_{key}"):
        try:
            teach(store(), Lesson(tuple(sorted(chosen)), lesson.means, lesson.not_))
        except NarverkError as error:
            warn(error_sentence(error, sentences))
            return
        st.session_state[TAUGHT] = (asked.identity, after)
        st.rerun()

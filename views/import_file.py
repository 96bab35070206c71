"""A buyer's own list: dropped, held by the session and by nothing else, forgotten, or handed on to be stored."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import streamlit as st

from graph.audience import may_see
from graph.errors import NarverkError
from graph.model import Decision
from graph.secret import secret_for
from ingest.buyers_list import BuyersList, read_buyers_list
from ingest.mapping import remembered
from render.plain import error_sentence
from texts import Texts
from views.common import Region, is_invented, say, section, store, viewer, warn
from views.file_field import file_field
from views.loading import Trial, begin
from views.uploads import Uploads

ENDINGS = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods")
MOST_MEGABYTES = 50


@dataclass(frozen=True)
class Held:
    """A list that the session holds and nobody else: what it says, and its file in case it is to be stored."""

    found: BuyersList
    content: bytes


def dropped_list(sentences: Texts) -> BuyersList | None:
    """The list that the session holds, or the field to drop one in."""
    held: Held | None = st.session_state.get("imports_held")
    if held is None:
        turn = st.session_state.get("imports_turn", 0)
        label = sentences("imports.drop", megabytes=MOST_MEGABYTES)
        dropped = file_field(label, ENDINGS, f"imports_file_{turn}", megabytes=MOST_MEGABYTES)
        if dropped is not None:
            _read(dropped.name, dropped.getvalue(), sentences)
            st.rerun()
        if failed := st.session_state.pop("imports_failed", None):
            warn(failed)
        say(sentences("imports.not_stored"), "note")
        return None
    found = held.found
    with st.container(horizontal=True, vertical_alignment="center", key="imports_held_row"):
        say(sentences("imports.held", file=found.file, parts=len(found.parts), rows=found.read), "line", narrow=True)
        st.button(sentences("imports.forget"), on_click=_forget, type="tertiary", key="imports_forget")
    if found.domestic:
        say(sentences("imports.domestic", count=found.domestic), "note")
    return found


def _forget() -> None:
    for each in ("imports_held", "imports_answer"):
        st.session_state.pop(each, None)


def _read(name: str, content: bytes, sentences: Texts) -> None:
    """Read the file in a folder that is gone when this returns, and let go of the browser's copy."""
    st.session_state["imports_turn"] = st.session_state.get("imports_turn", 0) + 1
    uploads = Uploads([(name, BytesIO(content))])
    try:
        known = remembered(store().snapshot(Decision).of(Decision))
        found = read_buyers_list(uploads.paths[0], secret_for(store(), keep=False), known)
        st.session_state["imports_held"] = Held(found, content)
    except NarverkError as error:
        st.session_state["imports_failed"] = error_sentence(error, sentences)
    finally:
        uploads.remove()


def ask_to_keep(here: Region, sentences: Texts) -> None:
    """Hand the file over to the page that loads, where it is tried first; who will see it is said."""
    held: Held | None = st.session_state.get("imports_held")
    if held is None or not may_see(viewer(), "ledger"):
        return
    section(sentences("imports.keep"))
    if is_invented(here.address):
        say(sentences("imports.keep_invented"), "note")
        return
    say(sentences("imports.keep_what"), "note")
    with st.container(horizontal=True, vertical_alignment="bottom", key="imports_keep_row"):
        owner = st.text_input(
            sentences("imports.keep_owner"), key="imports_owner", placeholder=sentences("imports.keep_owner_example")
        ).strip()
        if st.button(sentences("imports.keep_button"), disabled=not owner, key="imports_keep"):
            uploads = Uploads([(held.found.file, BytesIO(held.content))])
            begin("trial", Trial(uploads, tuple(uploads.paths), owner))
            st.switch_page("views/load.py")

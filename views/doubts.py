"""Are these two the same company? Pairs to decide on, with the buttons; the answer is a decision of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph import ledger
from graph.errors import NarverkError
from graph.geo import Gazetteer
from ingest.identify import Doubt, Taken
from render.plain import error_sentence
from views.common import Region, say, store, texts, warn

MOST_ASKED = 8
_FAILED = "doubt_failed"


def ask_doubts(here: Region, doubtful: Sequence[Doubt], key: str) -> None:
    """The first pairs, each with "same" and "not the same"; ``key`` tells the lists of two pages apart."""
    sentences = texts()
    say(sentences("doubts.what"), "note")
    if failed := st.session_state.pop(_FAILED, None):
        warn(failed)
    asked = pairs(here, doubtful)
    for number, (pair, meant) in enumerate(list(asked.items())[:MOST_ASKED]):
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_doubt_{number}"):
            say(" — ".join(called(here, each) for each in pair), "facts", narrow=True)
            for verb in ("same", "not_same"):
                st.button(
                    sentences(f"doubts.{verb}"),
                    on_click=_decide,
                    args=(verb, meant),
                    key=f"{key}_{verb}_{number}",
                    type="tertiary",
                )
    if len(asked) > MOST_ASKED:
        say(sentences("doubts.more", count=len(asked) - MOST_ASKED), "note")


def show_taken(here: Region, found: Sequence[Taken], key: str, *, is_published: bool) -> None:
    """Spellings and the companies they were taken for; once published, each with the way to set it apart."""
    sentences = texts()
    say(sentences("load.taken_what" if is_published else "load.taken_later"), "note")
    for number, each in enumerate(found[:MOST_ASKED]):
        line = f"{each.spelled} → {called(here, each.company_id)}"
        if not is_published:
            say(line, "facts")
            continue
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_doubt_taken_{number}"):
            say(line, "facts", narrow=True)
            st.button(
                sentences("doubts.not_same"),
                on_click=_decide,
                args=("not_same", (Doubt(each.one, each.company_id, 0),)),
                key=f"{key}_apart_{number}",
                type="tertiary",
            )
    if len(found) > MOST_ASKED:
        say(sentences("doubts.more_taken", count=len(found) - MOST_ASKED), "note")


def pairs(here: Region, doubtful: Sequence[Doubt]) -> dict[tuple[str, str], list[Doubt]]:
    """Doubts by the two companies they are about: several spellings of one are one question."""
    found: dict[tuple[str, str], list[Doubt]] = {}
    for each in doubtful:
        pair = (here.company_of.get(each.one, each.one), here.company_of.get(each.other, each.other))
        found.setdefault(pair, []).append(each)
    return found


def called(here: Region, identifier: str) -> str:
    """The firm as a person knows it: name, place, number."""
    company = here.companies.get(here.company_of.get(identifier, identifier))
    if company is None:
        return identifier.partition(":")[2]
    place = company.locality or Gazetteer.default().municipality_name(company.municipality or "")
    number = company.company_id.removeprefix("org:") if company.company_id.startswith("org:") else None
    return ", ".join(filter(None, (company.name, place, number)))


def _decide(verb: str, meant: Sequence[Doubt]) -> None:
    try:
        for each in meant:
            ledger.decide(store(), verb, [each.one, each.other])
    except NarverkError as error:
        st.session_state[_FAILED] = error_sentence(error, texts())

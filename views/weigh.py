"""How much does each term of the score count? Drawn only when somebody wants to change it: each slider costs a run."""

from __future__ import annotations

from dataclasses import asdict, fields

import streamlit as st

from graph.judging import Weights
from render.answers import POINTS
from texts import Texts
from views.common import say

MOST_POINTS = 100
CHOSEN, OPEN = "weights", "weights_open"


def chosen_weights() -> Weights:
    """The weights as the user has left them."""
    said: dict[str, float] = st.session_state.get(CHOSEN, {})
    return Weights(**said)


def weigh(sentences: Texts) -> None:
    """A button, or (once pressed) a slider for each term."""
    what = sentences("find.weights_what")
    if not st.session_state.get(OPEN):
        st.button(sentences("find.weights"), key="weights_show", type="tertiary", on_click=_open, help=what)
        return
    say(what, "note")
    standing, said = asdict(chosen_weights()), {}
    for name, term in zip(standing, POINTS, strict=True):
        label, value = sentences(f"find.weight.{term}"), round(standing[name])
        said[name] = float(st.slider(label, 0, MOST_POINTS, value, 5, key=f"weight_{name}"))
    st.button(sentences("find.weights_back"), key="weights_back", type="tertiary", on_click=_forget)
    if said != standing:
        st.session_state[CHOSEN] = said
        st.rerun()


def _open() -> None:
    st.session_state[OPEN] = True


def _forget() -> None:
    for name in (CHOSEN, OPEN, *(f"weight_{each.name}" for each in fields(Weights))):
        st.session_state.pop(name, None)

"""A field that looks one firm up by its name or number, with buttons where several may be meant.

The firm found is put into the page's address, where a link leads to it again.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from graph.errors import NarverkError
from graph.lookup import find_company
from graph.search import search
from render.network import firm_rows
from render.plain import error_sentence
from views.common import Region, firm_param, plain, region, say, texts, warn

FIRM = "firm"
"""The firm in a page's address."""


def firm_field(key: str, example: str, leaves: Sequence[str] = ()) -> None:
    """The field; ``leaves`` are what else the address loses when a firm is looked at."""
    st.text_input(
        texts()("network.search"),
        key=f"{key}_search",
        placeholder=example,
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=_look_up,
        args=(key, leaves),
    )


def firms_meant(key: str, leaves: Sequence[str] = ()) -> None:
    """What could not be found, or the firms that may be meant; for below the field of that key."""
    if mistake := st.session_state.pop(f"{key}_mistake", None):
        warn(mistake)
    candidates: Sequence[tuple[str, str]] = st.session_state.get(f"{key}_candidates", ())
    if candidates:
        say(texts()("network.several"), "note")
        with st.container(horizontal=True, key="candidates"):
            for number, (company_id, name) in enumerate(candidates):
                args = (company_id, key, leaves)
                st.button(plain(name), on_click=_look_at, args=args, key=f"candidate_{number}")


def _look_at(company_id: str, key: str, leaves: Sequence[str] = ()) -> None:
    """Put the firm into the address, and empty the field."""
    st.session_state.pop(f"{key}_candidates", None)
    st.session_state[f"{key}_search"] = ""
    for each in leaves:
        st.query_params.pop(each, None)
    st.query_params[FIRM] = firm_param(company_id)


def _look_up(key: str, leaves: Sequence[str]) -> None:
    """Take the one firm that is meant, or note those that may be."""
    text = st.session_state[f"{key}_search"].strip()
    st.session_state.pop(f"{key}_candidates", None)
    if not text:
        return
    here = region()
    try:
        _look_at(find_company(here.snapshot, text).company_id, key, leaves)
    except NarverkError as error:
        found = search(here.companies.values(), text).firms
        if len(found) == 1:
            _look_at(found[0].company_id, key, leaves)
        elif found:
            described = [(each.company_id, _described(here, each.company_id)) for each in found]
            st.session_state[f"{key}_candidates"] = described
        else:
            st.session_state[f"{key}_mistake"] = error_sentence(error, texts())


def _described(here: Region, company_id: str) -> str:
    (row,) = firm_rows(here.network, [company_id], texts())
    return ", ".join(str(row[each]) for each in ("name", "place") if row[each])

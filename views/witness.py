"""What is written down of who saw and took out what: each page and firm looked at, and each file, once.

Of whoever sits at this machine without a log-in nothing is written: it is the manager's own, and the log could name
nobody. What everybody may see is written for those alone who have logged in.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from functools import lru_cache

import streamlit as st

from graph.access_log import FILE, PAGE, Scribe, Seen, moment
from graph.errors import NarverkError
from graph.settings import settings
from views.common import firm_of_link, firm_param, home_address, home_store, region_now, who

LAST = "witnessed"  # in the session: the page and firm that were written down last


def saw(page: str) -> None:
    """Write down that the page, with the firm in its address, is looked at; a page that runs again is the same look."""
    if not who().is_in:
        st.session_state.pop(LAST, None)
        return
    firm = _firm()
    if st.session_state.get(LAST) != (page, firm):
        st.session_state[LAST] = (page, firm)
        _witness(PAGE, page, firm)()


def taking(file: str) -> Callable[[], None]:
    """What writes down that the file is taken, by whoever looks now: a file is made outside the page's run."""
    return _witness(FILE, file, _firm()) if who().is_in else lambda: None


def _witness(kind: str, name: str, firm: str) -> Callable[[], None]:
    seen_by = who()
    own = firm_param(seen_by.viewer.company_id) if seen_by.viewer and seen_by.viewer.company_id else ""
    scribe = _scribe(home_address())

    def write() -> None:
        scribe.note(Seen(moment(), seen_by.key, seen_by.role, kind, name, firm, own))

    return write


@lru_cache(maxsize=8)
def _scribe(_address: str) -> Scribe:
    """The one that writes for the region of that address."""
    store = home_store()
    made = Scribe(lambda: store, lambda: settings().log_days)
    atexit.register(made.write)
    return made


def _firm() -> str:
    """The firm in the address, as a link has it; what only looks like one is not written down."""
    if not (linked := st.query_params.get("firm")):
        return ""
    try:
        here = region_now()
    except NarverkError:
        return ""
    found = firm_of_link(here, linked)
    return firm_param(found) if found else ""

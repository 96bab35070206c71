"""The region's figures for everybody, worked out once a revision and shared by all who look."""

from __future__ import annotations

import streamlit as st

from graph.totals import Totals, totals
from views.common import store, store_address


@st.cache_resource(show_spinner=False, max_entries=4)
def _totals(address: str, revision: int) -> Totals:  # noqa: ARG001 - the cache's key
    return totals(store())


def totals_now(revision: int) -> Totals:
    """The figures of the region that is looked at; ``revision`` is the one that the page shows."""
    return _totals(store_address(), revision)

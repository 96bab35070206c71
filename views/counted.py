"""The region as each level sees it, and its figures for everybody: worked out once a revision, for all who look."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from graph.audience import views
from graph.model import Level
from graph.store import Snapshot
from graph.totals import Totals, totals
from views.common import store, store_address


@st.cache_resource(show_spinner=False, max_entries=2)
def _seen(address: str, revision: int) -> Mapping[Level, Snapshot]:  # noqa: ARG001 - the cache's key
    return views(store())


@st.cache_resource(show_spinner=False, max_entries=4)
def _totals(address: str, revision: int) -> Totals:
    return totals(store(), _seen(address, revision))


def seen_now(revision: int) -> Mapping[Level, Snapshot]:
    """The region that is looked at as each level gets it; ``revision`` is the one that the page shows."""
    return _seen(store_address(), revision)


def totals_now(revision: int) -> Totals:
    """The figures of the region that is looked at; ``revision`` is the one that the page shows."""
    return _totals(store_address(), revision)


def forget_seen() -> None:
    """Let go of what is kept here: something in it has been erased."""
    _seen.clear()
    _totals.clear()

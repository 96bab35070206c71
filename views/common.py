"""What every page shares: the language, who looks, the region as that person gets it, and how text is shown.

Text from data is shown as text: :func:`say` escapes it for HTML, :func:`plain` for the labels that Streamlit reads as
Markdown. Nothing of a region is kept by the session; the region is cached by (store, revision, level, day).
"""

from __future__ import annotations

import datetime
import html
import os
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

import streamlit as st

from graph.audience import Viewer, view
from graph.errors import NarverkError
from graph.geo import Gazetteer
from graph.model import Company, ImportedPart, Level, Offer
from graph.replacement import Finder
from graph.store import Snapshot, Store, default_address, demo_address, open_store
from render.plain import error_sentence
from texts import LANGUAGES, Texts, load

LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&\"'])")


@dataclass(frozen=True)
class Region:
    """The region as one level of viewer gets it, with what is asked of it again and again."""

    snapshot: Snapshot
    finder: Finder

    @cached_property
    def companies(self) -> dict[str, Company]:
        """Companies by their identifier."""
        return {each.company_id: each for each in self.snapshot.of(Company)}

    @cached_property
    def parts(self) -> dict[str, ImportedPart]:
        """Imported parts by their identifier; none for a viewer who may not see them."""
        return {each.part_id: each for each in self.snapshot.of(ImportedPart)}

    @cached_property
    def offers(self) -> int:
        """How many statements there are of what a firm can do."""
        return len(self.snapshot.of(Offer))

    @cached_property
    def main_place(self) -> str:
        """The municipality with most firms: where a search starts until somebody says otherwise."""
        counted = Counter(each.municipality for each in self.companies.values() if each.municipality)
        best = min(counted, key=lambda code: (-counted[code], code), default="")
        return Gazetteer.default().municipality_name(best) or ""


# -- who looks, in which language, at which store --------------------------------------------------------------------


def texts() -> Texts:
    """The sentences of the session's language: chosen, else said by the link, else Swedish."""
    chosen = st.session_state.get("language") or st.query_params.get("lang", LANGUAGES[0])
    return load(chosen if chosen in LANGUAGES else LANGUAGES[0])


def viewer() -> Viewer:
    """Who looks: ``NARVERK_AUDIENCE``, else the manager at this very machine and the public from anywhere else."""
    said = os.environ.get("NARVERK_AUDIENCE", "").upper()
    if said:
        return Viewer(Level[said] if said in Level.__members__ else Level.PUBLIC)
    return Viewer(Level.MANAGER if _serves_this_machine_only() else Level.PUBLIC)


def _serves_this_machine_only() -> bool:
    address = str(st.get_option("server.address") or "")
    try:
        return address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False


def store_address() -> str:
    """Which region: ``NARVERK_STORE``, else one's own, else the invented one where only that is there."""
    if given := os.environ.get("NARVERK_STORE"):
        return demo_address() if given == "demo" else given
    own, invented = default_address(), demo_address()
    return invented if _is_there(invented) and not _is_there(own) else own


def _is_there(address: str) -> bool:
    return not address.startswith("sqlite:") or Path(address.removeprefix("sqlite:")).exists()


def is_invented(address: str) -> bool:
    """Whether this is the invented region's own store."""
    return address == demo_address()


@st.cache_resource(show_spinner=False)
def _store(address: str) -> Store:
    return open_store(address, create=False)


@st.cache_resource(show_spinner=False, max_entries=6)
def _region(address: str, revision: int, level: Level, day: str) -> Region:  # noqa: ARG001 - part of the cache's key
    snapshot = view(_store(address), Viewer(level))
    return Region(snapshot, Finder(snapshot, today=day))


def region() -> Region:
    """The region as the viewer gets it now; a store that cannot be read ends the page with one sentence."""
    address = store_address()
    try:
        revision = _store(address).revision()
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        return _region(address, revision, viewer().level, today)
    except NarverkError as error:
        if error.code == "store_missing":
            stop(texts()("app.no_region"), texts()("app.no_region_what"))
        stop(error_sentence(error, texts()), texts()("app.store_what"))


# -- how text is shown ----------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text as a label that Streamlit reads as Markdown: every mark stands for itself."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def say(text: str, style: str, *, tag: str = "p", role: str = "", narrow: bool = False) -> None:
    """Show text as a paragraph (or another tag) in a style of ``app.css``; ``narrow``: no wider than it is."""
    said_role = f' role="{role}"' if role else ""
    st.html(
        f'<{tag} class="nv-{style}"{said_role}>{html.escape(text)}</{tag}>', width="content" if narrow else "stretch"
    )


def warn(sentence: str, advice: str = "") -> None:
    """One banner: what is wrong, and what to do."""
    say(" ".join(filter(None, (sentence, advice))), "warning", role="alert")


def stop(sentence: str, advice: str = "") -> NoReturn:
    """One banner, and nothing more of the page."""
    warn(sentence, advice)
    st.stop()

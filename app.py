"""The router: language, banner and pages; start it with ``streamlit run app.py``."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from graph.audience import may_see
from texts import LANGUAGES
from views import log_in
from views.common import (
    LANGUAGE_NAMES,
    SHOWN_TO,
    guarded,
    has_invented,
    has_own,
    is_invented,
    may_change_region,
    say,
    shown_to,
    shows_invented,
    start_invented,
    start_own,
    store_address,
    texts,
    viewer,
    who,
)
from views.frame import frame
from views.jobs import found_again
from views.serving import MIDDLEWARE, ROUTES, from_start_to_end
from views.witness import saw

PAGES = {
    "start": "",
    "find": "",
    "imports": "suppliers",
    "potential": "suppliers",
    "enquiries": "suppliers",
    "company": "firms",
    "isolated": "firms",
    "network": "network",
    "structure": "network",
    "regions": "network",
    "introductions": "network",
    "without": "network",
    "meeting": "network",
    "needs": "needs",
    "interview": "needs",
    "load": "facts",
    "changes": "facts",
    "person": "facts",
    "access": "facts",
    "about": "facts",
}
"""The pages, ``views/<name>.py``, and the section of the menu that each stands in; "" stands before the sections."""
PAGE_NAME = re.compile(r"[A-Za-z][\w-]{0,60}")
RESULT_OF = {
    "imports": "import_list",
    "potential": "potential",
    "enquiries": "enquiries",
    "network": "network",
    "structure": "structure",
    "meeting": "meeting_plan",
    "isolated": "isolation",
    "introductions": "introductions",
    "without": "resilience",
    "needs": "needs",
    "interview": "needs",
    "load": "ledger",
    "regions": "regions",
    "changes": "changes",
    "access": "access",
    "person": "persons",
}
"""What a page shows, where not everybody may see it: who may not is not led there."""


@cache
def style() -> str:
    """What the app looks like."""
    return f"<style>{(Path(__file__).parent / 'views' / 'app.css').read_text(encoding='utf-8')}</style>"


def unknown_page() -> str:
    """What the address asks for, where no page is called so; the first page is called nothing."""
    path = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    return path if PAGE_NAME.fullmatch(path) and path not in [*PAGES][1:] else ""


def language_switch() -> None:
    """The languages, which app.css puts into the header."""
    sentences = texts()
    st.segmented_control(
        sentences("app.language"),
        LANGUAGES,
        default=sentences.language,
        format_func=LANGUAGE_NAMES.__getitem__,
        key="language",
        label_visibility="collapsed",
        required=True,
    )


def which_region() -> None:
    """The banner of an invented region, and the way from it to one's own."""
    sentences = texts()
    if shows_invented():
        with st.container(horizontal=True, vertical_alignment="center", key="invented_row"):
            say(sentences("app.invented"), "invented", role="note", narrow=True)
            if may_change_region() and is_invented(store_address()):
                label = "app.to_own" if has_own() else "app.start_own"
                st.button(sentences(label), on_click=start_own, type="tertiary", key="start_own")


def main() -> None:
    """Frame and chosen page."""
    sentences = texts()
    st.set_page_config(page_title=sentences("app.name"), layout="wide", initial_sidebar_state="collapsed")
    st.html(style())
    frame(sentences.language)
    language_switch()
    log_in.door(who())
    log_in.header(who())
    sections: dict[str, list[StreamlitPage]] = defaultdict(list)
    for name, section in PAGES.items():
        sections[sentences(f"menu.{section}") if section else ""].append(
            st.Page(
                f"views/{name}.py",
                title=sentences(f"page.{name}"),
                url_path="" if name == "start" else name,
                default=name == "start",
                visibility="visible" if name not in RESULT_OF or may_see(viewer(), RESULT_OF[name]) else "hidden",
            )
        )
    if wanted := unknown_page():
        lost = st.Page("views/lost.py", title=sentences("page.lost"), url_path=wanted, visibility="hidden")
        sections[""].append(lost)
    chosen = st.navigation(sections, position="top")
    st.set_page_config(page_title=f"{chosen.title} – {sentences('app.name')}")
    which_region()
    found_again(f"views/{chosen.url_path or 'start'}.py")
    if sentences.language != LANGUAGES[0]:
        st.query_params["lang"] = sentences.language
    else:
        st.query_params.pop("lang", None)
    st.session_state[SHOWN_TO] = shown_to()
    with guarded():
        saw(chosen.url_path or "start")
        chosen.run()
    foot()


def foot() -> None:
    """The way to the invented region, for who has one of their own; and whom the app serves."""
    if has_invented() and may_change_region() and not is_invented(store_address()):
        st.button(texts()("app.to_invented"), on_click=start_invented, type="tertiary", key="to_invented")
    log_in.foot(who())
    if who().is_in:
        log_in.watch()


if __name__ == "__main__":  # run for a session
    main()
else:  # found by ``streamlit run``, which serves it
    app = st.App("app.py", routes=ROUTES, middleware=MIDDLEWARE, lifespan=from_start_to_end)

"""The router: language, banner and pages; start it with ``streamlit run app.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from texts import LANGUAGES
from views.common import LANGUAGE_NAMES, is_invented, say, store_address, texts

PAGES = {"find": "views/find.py"}


def top_row(pages: list[st.Page]) -> None:
    """Name, pages, the banner of an invented region, and the language."""
    sentences = texts()
    with st.container(horizontal=True, vertical_alignment="center", key="top"):
        say(sentences("app.name"), "brand", tag="div", narrow=True)
        for page in pages:
            st.page_link(page, width="content")
        if is_invented(store_address()):
            say(sentences("app.invented"), "invented", role="note", narrow=True)
        st.segmented_control(
            sentences("app.language"),
            LANGUAGES,
            default=sentences.language,
            format_func=LANGUAGE_NAMES.__getitem__,
            key="language",
            label_visibility="collapsed",
            required=True,
        )


def main() -> None:
    """Frame and chosen page."""
    sentences = texts()
    st.set_page_config(page_title=sentences("app.name"), layout="wide", initial_sidebar_state="collapsed")
    st.html(Path(__file__).parent / "views" / "app.css")
    pages = [
        st.Page(path, title=sentences(f"page.{name}"), url_path=name, default=name == "find")
        for name, path in PAGES.items()
    ]
    chosen = st.navigation(pages, position="hidden")
    top_row(pages)
    if sentences.language != LANGUAGES[0]:
        st.query_params["lang"] = sentences.language
    else:
        st.query_params.pop("lang", None)
    chosen.run()


main()

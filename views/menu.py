"""The pages as the menu lists them: Streamlit looks for a page's file on the disk each time it makes one."""

from __future__ import annotations

from copy import copy
from functools import cache

import streamlit as st
from streamlit.navigation.page import StreamlitPage


def menu_page(name: str, title: str, *, is_led_to: bool) -> StreamlitPage:
    """The page ``views/<name>.py``; in the menu, where the viewer is led to it."""
    return copy(_made(name, title, is_led_to))  # a run notes in its own whether it is the one that is shown


@cache
def _made(name: str, title: str, is_led_to: bool) -> StreamlitPage:
    return st.Page(
        f"views/{name}.py",
        title=title,
        url_path="" if name == "start" else name,
        default=name == "start",
        visibility="visible" if is_led_to else "hidden",
    )

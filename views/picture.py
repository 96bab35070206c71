"""The picture of a network as a component of the page; a click, a tap or the keyboard tells which node was chosen.

vis-network comes from ``static/``, once a browser, and asks nobody else. Its script sets text as text.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from pathlib import Path

import streamlit as st

from graph import layout
from graph.audience import Viewer
from graph.layout import Layout
from render.pictures import Drawing, neighbourhood
from texts import Texts
from views.common import Region, is_dark, store, texts

MANY_FIRMS = 5_000  # the first look at more of them takes seconds
WORDS = ("in", "out", "fit", "names", "failed")
_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "narverk_picture",
    html="""
<div class="picture">
  <div class="stage"></div>
  <div class="tools">
    <button type="button" class="in">+</button>
    <button type="button" class="out">−</button>
    <button type="button" class="fit">⤢</button>
  </div>
  <div class="names" role="group"></div>
  <div class="told" hidden></div>
</div>
""",
    css=(_HERE / "picture.css").read_text(encoding="utf-8"),
    js=(_HERE / "picture.js").read_text(encoding="utf-8"),
)


def picture(key: str, drawing: Drawing) -> str | None:
    """Draw it; the node that was just chosen (a company's identifier, or a place's key), else None."""
    words = {each: texts()(f"picture.words.{each}") for each in WORDS}
    data = {each.name: getattr(drawing, each.name) for each in fields(drawing)}  # as it is: nothing is copied
    result = _component(key=key, data={**data, "words": words}, on_node_change=lambda: None)
    chosen = result.get("node")
    return str(chosen) if chosen else None


def at_work(here: Region) -> AbstractContextManager[None]:
    """Says that something is being worked out, where the region is so large that it takes a while the first time."""
    return st.spinner(texts()("picture.at_work")) if len(here.companies) > MANY_FIRMS else nullcontext()


def layout_of(here: Region) -> Layout:
    """Where each firm of the region stands, from picture to picture and from day to day."""
    return here.kept("layout", lambda: layout.layout_of(store(), Viewer(here.level), here.snapshot, here.network))


def neighbourhood_of(here: Region, company_id: str, sentences: Texts) -> Drawing:
    """With whom the firm trades, and they with others."""
    dark = is_dark()
    key = ("neighbourhood", company_id, sentences.language, dark)
    return here.kept(key, lambda: neighbourhood(here.network, layout_of(here), company_id, sentences, dark=dark))

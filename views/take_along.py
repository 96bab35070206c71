"""Take the region along as it is seen: a workbook, a table, a network, a map, a catalogue, slides."""

from __future__ import annotations

from functools import partial

import streamlit as st

from render.exports import FILES
from render.taken import Taken
from views.common import Region, require, say, section, texts, viewer
from views.downloads import download


def take_along(here: Region) -> None:
    """A button for each kind of file; a file is made when it is asked for."""
    require("export")
    sentences = texts()
    taken = Taken(here.snapshot, viewer(), here.day)
    section(sentences("export.headline"))
    say(sentences("export.what", level=taken.shown_to(sentences)), "note")
    with st.container(horizontal=True, key="take_along"):
        for ending, file in FILES.items():
            label, made = sentences(f"export.as.{file.name}"), partial(file.make, taken, sentences)
            download(label, made, f"{sentences('export.file')}{ending}", file.mime, f"take_{file.name}")

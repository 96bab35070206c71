"""Take the region along as it is seen: a file of each kind, with a line of what it is for."""

from __future__ import annotations

import streamlit as st

from graph.audience import may_see
from render.exports import FILES, File
from render.taken import Taken, take
from texts import Texts
from views.common import Region, require, say, section, store, texts, viewer
from views.downloads import download

ABREAST = 3


def take_along(here: Region) -> None:
    """A button for each kind of file that the viewer may have; a file is made when it is asked for."""
    require("export")
    sentences, looking = texts(), viewer()
    section(sentences("export.headline"))
    say(sentences("export.what", level=Taken(here.snapshot, looking, here.day).shown_to(sentences)), "note")
    offered = [(ending, file) for ending, file in FILES.items() if may_see(looking, file.result)]
    with st.container(key="take_along"):
        for first in range(0, len(offered), ABREAST):
            cells = st.columns(ABREAST, gap="medium")
            for cell, (ending, file) in zip(cells, offered[first : first + ABREAST], strict=False):
                with cell:
                    _offer(here, ending, file, sentences)


def _offer(here: Region, ending: str, file: File[Taken], sentences: Texts) -> None:
    opened, looking = store(), viewer()

    def made() -> bytes:
        return file.make(take(opened, here.snapshot, looking, here.day), sentences)

    name = f"{sentences('export.file')}{ending}"
    download(sentences(f"export.as.{file.name}"), made, name, file.mime, f"take_{file.name}")
    say(sentences(f"export.for.{file.name}"), "note")

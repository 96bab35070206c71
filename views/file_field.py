"""What the pages about files share: the field to drop them in, the style, and a word where the data lie badly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from graph.folders import Whereabouts, store_whereabouts
from graph.transfer import place_of
from views.common import store, store_address, texts, warn


@cache
def _style() -> str:
    return Path(__file__).with_name("load.css").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def _lies_in(address: str) -> Whereabouts | None:
    return store_whereabouts(address)


def warn_of_folder() -> None:
    """Say where the region's file lies badly."""
    lies_in = _lies_in(store_address())
    if lies_in:
        warn(texts()(f"folder.{lies_in}", folder=str(place_of(store())[0])))


def dress() -> None:
    """The style of the page, with the one word that Streamlit writes on its field for files."""
    words = json.dumps(texts()("load.choose"), ensure_ascii=False)
    st.html(f"<style>:root {{ --nv-choose-files: {words}; }} {_style()}</style>")


def file_field(label: str, endings: Sequence[str], key: str, *, megabytes: int, many: bool = False) -> Any:
    """The files dropped (None or an empty list: none yet); ``endings`` without their dots, sizes in megabytes each."""
    return st.file_uploader(label, type=list(endings), accept_multiple_files=many, max_upload_size=megabytes, key=key)

"""What now, where a link leads to no page? One sentence and the way on."""

from __future__ import annotations

import streamlit as st

from views.common import headline, texts

headline(texts()("lost.headline"), texts()("lost.what"))
st.page_link("views/start.py", label=texts()("page.start"))

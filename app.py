"""The router: language, banner and pages; start it with ``streamlit run app.py``."""

from __future__ import annotations

import re
from collections import defaultdict
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from graph.audience import may_see
from texts import LANGUAGES
from views import log_in, meeting_mode, preview
from views.captured import at_hand
from views.common import (
    LANGUAGE_NAMES,
    SHOWN_TO,
    guarded,
    has_invented,
    has_own,
    is_invented,
    is_preview,
    may_change_region,
    open_firm,
    require,
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
from views.menu import menu_page
from views.once import a_run
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
    "outreach": "firms",
    "network": "network",
    "structure": "network",
    "regions": "network",
    "totals": "network",
    "results": "network",
    "introductions": "network",
    "without": "network",
    "meeting": "network",
    "show": "network",
    "needs": "needs",
    "interview": "needs",
    "questionnaire": "needs",
    "activities": "needs",
    "load": "facts",
    "changes": "facts",
    "person": "facts",
    "access": "facts",
    "about": "facts",
}
"""The pages, ``views/<name>.py``, and the section of the menu that each stands in; "" stands before the sections."""
MY_FIRM = "my_firm"  # leads a company's own people to their page
HAS_COME = "has_come"  # in the session
PAGE_NAME = re.compile(r"[A-Za-z][\w-]{0,60}")
RESULT_OF = {
    "start": "overview",
    "find": "replacements",
    "company": "firms",
    "about": "overview",
    "lost": "overview",
    MY_FIRM: "firms",
    "imports": "import_list",
    "potential": "potential",
    "enquiries": "enquiries",
    "network": "network",
    "structure": "structure",
    "meeting": "meeting_plan",
    "show": "shows",
    "isolated": "isolation",
    "outreach": "outreach",
    "introductions": "introductions",
    "without": "resilience",
    "needs": "needs",
    "interview": "needs",
    "activities": "activities",
    "questionnaire": "questionnaires",
    "load": "ledger",
    "regions": "regions",
    "totals": "totals",
    "results": "results",
    "changes": "changes",
    "access": "access",
    "person": "persons",
}
"""What each page shows: who may not see it is not led there, and finds a sentence there; so with a page not named."""


def unknown_page() -> str:
    """What the address asks for, where no page is called so; the first page is called nothing."""
    path = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    known = [*PAGES][1:] + ([MY_FIRM] if viewer().company_id else [])
    return path if PAGE_NAME.fullmatch(path) and path not in known else ""


def own_page_first(page: str) -> None:
    """A company's own people are led to their own page when they come in."""
    has_come = st.session_state.get(HAS_COME, False)
    st.session_state[HAS_COME] = True
    own = viewer().company_id
    if own and not has_come and page == "start":
        open_firm(own)


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


@a_run()
def main() -> None:
    """Frame and chosen page."""
    sentences = texts()
    st.set_page_config(page_title=sentences("app.name"), layout="wide", initial_sidebar_state="collapsed")
    frame(sentences)
    language_switch()
    log_in.door(who())
    log_in.header(who())
    sections: dict[str, list[StreamlitPage]] = defaultdict(list)
    for name, section in PAGES.items():
        sections[sentences(f"menu.{section}") if section else ""].append(
            menu_page(name, sentences(f"page.{name}"), is_led_to=may_see(viewer(), RESULT_OF.get(name, "")))
        )
    if viewer().company_id:
        sections[""].insert(1, st.Page(f"views/{MY_FIRM}.py", title=sentences("page.my_firm"), url_path=MY_FIRM))
    if wanted := unknown_page():
        lost = st.Page("views/lost.py", title=sentences("page.lost"), url_path=wanted, visibility="hidden")
        sections[""].append(lost)
    chosen = st.navigation(sections, position="top")
    st.set_page_config(page_title=f"{chosen.title} – {sentences('app.name')}")
    st.session_state[SHOWN_TO] = shown_to()
    preview.banner()
    meeting_mode.banner()
    which_region()
    found_again(f"views/{chosen.url_path or 'start'}.py")
    if sentences.language != LANGUAGES[0]:
        st.query_params["lang"] = sentences.language
    else:
        st.query_params.pop("lang", None)
    page = "lost" if wanted and chosen.url_path == wanted else chosen.url_path or "start"
    with guarded():
        own_page_first(page)
        require(RESULT_OF.get(page, ""))
        saw(page)
        at_hand(page)
        chosen.run()
    foot()


def foot() -> None:
    """The way to the invented region, for who has one of their own; to how others see it; and whom the app serves."""
    if has_invented() and may_change_region() and not is_invented(store_address()):
        st.button(texts()("app.to_invented"), on_click=start_invented, type="tertiary", key="to_invented")
    if not is_preview():
        preview.offer()
        meeting_mode.offer()
        log_in.foot(who())
    if who().is_in:
        log_in.watch()


if __name__ == "__main__":  # run for a session
    main()
else:  # found by ``streamlit run``, which serves it
    app = st.App("app.py", routes=ROUTES, middleware=MIDDLEWARE, lifespan=from_start_to_end)

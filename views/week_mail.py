"""What does one write to a firm that has not answered? A short text to change, and the mark that it was sent."""

from __future__ import annotations

import streamlit as st

from graph.week import Item
from render.answers import company_name
from render.letters import Letter, mailto
from views.common import Region, guarded, plain, texts
from views.letter import contact_of, say_contact
from views.outreach_marks import marked, saved

BODY_PX = 280
OPEN = "week_mail"  # in the session: of which reminder the text stands open


def ask_for_mail(item: Item) -> None:
    """Let the text stand open from now on; :func:`mail_if_open` draws it."""
    st.session_state[OPEN] = item


def mail_if_open(here: Region) -> None:
    """The window with the text, where one stands open."""
    item: Item | None = st.session_state.get(OPEN)
    if item is None or item.company_ids[0] not in here.companies:
        return
    name = company_name(here.companies[item.company_ids[0]].name, texts())
    title = plain(texts()("week.mail.title", name=name))
    st.dialog(title, width="large", on_dismiss=_close)(_window)(here, item, name)


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _window(here: Region, item: Item, name: str) -> None:
    with guarded():
        sentences = texts()
        firm = item.company_ids[0]
        contact = contact_of(here, firm)
        say_contact(here, firm, sentences)
        hello = (
            sentences("week.mail.hello", name=contact.name) if contact and contact.name else sentences("week.mail.hi")
        )
        subject = st.text_input(
            sentences("letter.subject_label"), sentences("week.mail.subject"), key="week_mail_subject"
        )
        text = sentences("week.mail.body", hello=hello, name=name, day=item.values["asked_on"] or item.day)
        body = st.text_area(sentences("letter.body"), text, height=BODY_PX, key=f"week_mail_body_{item.item_id}")
        mail = mailto(Letter(subject, body, sentences.language), (contact.email if contact else None) or "")
        with st.container(horizontal=True, key="week_mail_acts"):
            st.link_button(sentences("letter.words.mail"), mail.link, key="week_mail_open")
            if st.button(sentences("week.do.reminded"), type="primary", key="week_mail_reminded"):
                saved(here, marked(here, [firm], "reminded"), sentences("week.done.reminded", names=name))
                _close()
                st.rerun()

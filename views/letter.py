"""What does the letter to a supplier say? Its fields, and the ways to take it along: copy, mail and print.

What the buyer may want to keep to itself is left out until it is ticked. The buttons are a component, because only the
browser knows what was typed a moment ago: a letter never goes out as it was before the last change.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import streamlit as st

from graph.enquiries import Sought
from graph.model import Contact
from render.letters import (
    ASKED,
    KEPT,
    MOST_MAIL_CHARACTERS,
    TOLD,
    Facts,
    Letter,
    letter,
    mailto,
    printable,
    tickable,
)
from texts import LANGUAGES, Texts
from views.common import LANGUAGE_NAMES, Region, say, texts

DAYS_TO_ANSWER = 14
MOST_SUBJECT, MOST_BODY = 300, 10_000
BODY_PX = 420
WORDS = ("copy", "mail", "print", "copied", "not_copied", "mailed", "printed", "file")
_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "narverk_letter",
    html="""
<div class="acts">
  <button type="button" class="copy"></button>
  <button type="button" class="mail"></button>
  <button type="button" class="print"></button>
  <span class="told" role="status"></span>
</div>
""",
    css=(_HERE / "letter.css").read_text(encoding="utf-8"),
    js=(_HERE / "letter.js").read_text(encoding="utf-8"),
)


def contact_of(here: Region, company_id: str) -> Contact | None:
    """Whom to write to: of those the viewer may see, one with an address, else one with a telephone."""
    return here.kept("contacts", lambda: _contacts(here)).get(company_id)


def _contacts(here: Region) -> dict[str, Contact]:
    """The best contact of each company."""

    def worth(contact: Contact) -> tuple[bool, bool, bool]:
        return bool(contact.email), bool(contact.phone), bool(contact.name)

    found: dict[str, Contact] = {}
    for each in here.snapshot.of(Contact):
        company = each.company_id or ""
        if company not in found or worth(each) > worth(found[company]):
            found[company] = each
    return found


def say_contact(here: Region, company_id: str, sentences: Texts) -> None:
    """Name, title, address and telephone of whom to write to, or that the viewer knows nobody."""
    contact = contact_of(here, company_id)
    said = [contact.name, contact.title, contact.email, contact.phone] if contact else []
    company = here.companies.get(company_id)
    who = " · ".join(filter(None, (*said, company.website if company else None)))
    line = sentences("letter.to", who=who) if any(said) else f"{sentences('letter.no_contact')} {who}".strip()
    say(line, "facts")


def letter_fields(here: Region, sought: Sought, below: Callable[[str], None] = lambda _: None) -> None:
    """What goes into the letter, and its text to edit, copy, mail and print.

    ``below`` draws what stands below the choices; it gets the day (ISO) to answer by, or "".
    """
    sentences = texts()
    key = f"letter_{zlib.crc32(repr(sought).encode()):x}"
    left, right = st.columns([4, 7], gap="medium")
    with left:
        language, ticked, answer_by = _choices(here, sought, key, sentences)
        below(answer_by)
    with right:
        made = letter(_facts(here, sought, answer_by), language, ticked)
        letter_text(made, contact_of(here, sought.supplier_id), key, sentences)
        say(sentences("letter.made_anew"), "note")


def _facts(here: Region, sought: Sought, answer_by: str = "") -> Facts:
    buyer = here.companies.get(sought.buyer_id or "")
    contact = contact_of(here, sought.supplier_id)
    return Facts(
        words=sought.words,
        processes=sought.processes,
        material=sought.material,
        length_mm=sought.length_mm,
        tolerance=sought.tolerance,
        piece_weight_kg=sought.piece_weight_kg,
        annual_quantity=sought.annual_quantity,
        certificates=sought.certificates,
        buyer=buyer.name if buyer else None,
        value_sek=sought.value_sek,
        supplier_now=sought.supplier_now,
        contact=contact.name if contact else None,
        answer_by=answer_by or None,
    )


def _choices(here: Region, sought: Sought, key: str, sentences: Texts) -> tuple[str, set[str], str]:
    """Language, what is ticked, and the day to answer by."""
    language = st.segmented_control(
        sentences("letter.language"),
        LANGUAGES,
        default=sentences.language,
        format_func=LANGUAGE_NAMES.__getitem__,
        key=f"{key}_language",
        required=True,
    )
    has = tickable(_facts(here, sought))
    ticked: set[str] = set()
    for name, codes in (("tells", TOLD), ("asks", ASKED), ("keeps", KEPT)):
        options = [each for each in codes if each in has or name == "asks"]
        if options:
            ticked |= set(_pills(name, options, key, sentences))
    by = st.date_input(
        sentences("letter.answer_day"),
        date.fromisoformat(here.day) + timedelta(days=DAYS_TO_ANSWER),
        min_value=here.day,
        format="YYYY-MM-DD",
        key=f"{key}_by",
    )
    return str(language), ticked, by.isoformat() if isinstance(by, date) else ""


def _pills(name: str, options: list[str], key: str, sentences: Texts) -> list[str]:
    return st.pills(
        sentences(f"letter.label.{name}"),
        options,
        selection_mode="multi",
        default=[] if name == "keeps" else options,
        format_func=lambda each: sentences(f"letter.tick.{each}"),
        help=sentences("letter.keeps_help") if name == "keeps" else None,
        key=f"{key}_{name}",
    )


def letter_text(made: Letter, contact: Contact | None, key: str, sentences: Texts) -> None:
    """A letter to edit, and the ways to take it along; another letter starts anew."""
    version = f"{key}_{zlib.crc32(repr(made).encode()):x}"
    keys = {"subject": f"{version}_subject", "body": f"{version}_body"}
    subject = st.text_input(
        sentences("letter.subject_label"), made.subject, max_chars=MOST_SUBJECT, key=keys["subject"]
    )
    body = st.text_area(
        sentences("letter.body"),
        made.body,
        max_chars=MOST_BODY,
        height=BODY_PX,
        key=keys["body"],
        help=sentences("edit.no_classified"),
    )
    as_it_stands = Letter(subject, body, made.language)
    mail = mailto(as_it_stands, (contact.email if contact else None) or "")
    _component(
        key=f"{key}_acts",
        data={
            "subject": subject,
            "body": body,
            "mail": mail.link,
            "page": printable(as_it_stands).decode(),
            "keys": keys,
            "words": {each: sentences(f"letter.words.{each}") for each in WORDS},
        },
    )
    if mail.is_cut:
        say(sentences("letter.cut", most=MOST_MAIL_CHARACTERS), "wrong")

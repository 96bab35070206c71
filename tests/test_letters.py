"""The letter to a supplier: what it says in both languages, and that nothing goes out that was not ticked."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

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
from tests.test_app import PAYLOADS
from texts import LANGUAGES

EVERYTHING = {*TOLD, *ASKED, *KEPT}
SHAFT = Facts(
    words="Svarvad axel, härdad",
    processes=("turning",),
    material="steel",
    length_mm=420.0,
    tolerance="h6",
    piece_weight_kg=2.3,
    annual_quantity=5_000,
    certificates=("ISO 9001", "AQAP 2110"),
    buyer="Köparen Mekaniska AB",
    value_sek=1_234_567,
    supplier_now="Acme Shanghai Co., Ltd.",
    contact="Anna-Karin Ek",
    answer_by="2026-12-07",
)


# -- what it says ------------------------------------------------------------------------------------------------------


def test_the_whole_letter_in_swedish() -> None:
    made = letter(SHAFT, "sv", {*TOLD, *ASKED})
    assert made.subject == "Förfrågan: Svarvad axel, härdad"
    assert made.body == (
        "Hej Anna-Karin!\n\n"
        "Vi söker en leverantör i närheten, och ni kan vara rätt för det här.\n\n"
        "Det gäller: Svarvad axel, härdad\n"
        "– Tillverkning: CNC-svarvning\n"
        "– Material: Kol- och låglegerat stål\n"
        "– Största mått: 420 mm\n"
        "– Tolerans: h6\n"
        "– Vikt: 2,3 kg per styck\n"
        "– Antal: omkring 5000 om året\n"
        "– Certifikat: ISO 9001, AQAP 2110\n\n"
        "Kan det passa er? Då vill vi gärna veta:\n"
        "– pris per styck, och vad uppstart eller verktyg kostar\n"
        "– leveranstid, för första leveransen och därefter\n"
        "– minsta serie ni tar\n"
        "– om ni kan göra ett prov först, och vad det kostar\n\n"
        "Vi är tacksamma för svar senast 2026-12-07.\n\n"
        "Ritning och mer underlag skickar vi gärna. Passar det inte är det bra att veta det också, och tipsa oss gärna"
        " om någon annan som kan.\n\n"
        "Vänliga hälsningar\n"
    )


def test_what_is_ticked_is_told_in_english() -> None:
    made = letter(replace(SHAFT, contact="Anna Ek", answer_by=None), "en", {"quantity", "price", *KEPT})
    assert made.body == (
        "Hello Anna,\n\n"
        "Köparen Mekaniska AB is looking for a supplier nearby, and you may be right for this.\n\n"
        "It is about: Svarvad axel, härdad\n"
        "– Quantity: about 5000 a year\n"
        "– Value today: about SEK 1,234,567 a year\n"
        "– Supplier today: Acme Shanghai Co., Ltd.\n\n"
        "Could it suit you? Then we would like to know:\n"
        "– the price of each, and what set-up or tools cost\n\n"
        "We will gladly send drawings and more. If it does not suit you, that is good to know too, and do tell us of"
        " somebody else who can.\n\n"
        "Kind regards\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tick_says_something_of_its_own(language: str) -> None:
    assert set(tickable(SHAFT)) == {*TOLD, *KEPT}
    bare = letter(SHAFT, language, set()).body
    told = {each: letter(SHAFT, language, {each}).body for each in EVERYTHING}
    assert len({bare, *told.values()}) == len(EVERYTHING) + 1


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert tickable(Facts()) == ()
    for language in LANGUAGES:
        body = letter(Facts(), language, {*TOLD, *KEPT}).body
        assert "None" not in body
        assert "–" not in body
    assert letter(Facts(processes=("turning",)), "sv", set(TOLD)).subject == "Förfrågan: CNC-svarvning"
    assert letter(Facts(processes=("turning",)), "sv", set()).subject == "Förfrågan: en del"


@pytest.mark.parametrize(("contact", "greeting"), [("Anna Ek", "Hej Anna!"), ("Ek, Anna", "Hej!"), (" ", "Hej!")])
def test_somebody_is_greeted_by_name_where_it_is_plain(contact: str, greeting: str) -> None:
    assert letter(replace(SHAFT, contact=contact), "sv", set()).body.startswith(greeting + "\n")


# -- what is kept ------------------------------------------------------------------------------------------------------

NAMES = st.from_regex(r"[A-ZÅÄÖ][a-zåäö]{4,9}(?: [A-ZÅÄÖ]?[a-zåäö&]{3,9}){0,2}(?: AB| GmbH|, Inc\.)?", fullmatch=True)
WORDS = st.text(max_size=60)


def everywhere(made: Letter) -> str:
    """All that leaves the program with the letter, read back as its receiver reads it."""
    mail = mailto(made, "anna@exempel.se")
    page = printable(made).decode()
    return " ".join((made.subject, made.body, unquote(mail.link), html.unescape(page))).casefold()


@given(
    buyer=NAMES,
    supplier=NAMES,
    value=st.integers(10**6, 10**9),
    words=st.lists(WORDS, max_size=3),
    tolerance=WORDS,
    language=st.sampled_from(LANGUAGES),
)
def test_neither_buyer_nor_price_nor_supplier_goes_out_unless_it_was_ticked(
    buyer: str, supplier: str, value: int, words: list[str], tolerance: str, language: str
) -> None:
    """Also where the part's own words name them, in any case, and whatever stands around."""
    between = f" {buyer.upper()} "
    facts = Facts(
        words=f"{buyer} {between.join(words)}{supplier}",
        tolerance=f"{tolerance} {supplier.lower()}",
        certificates=("ISO 9001", f"{buyer} STD"),
        buyer=buyer,
        value_sek=value,
        supplier_now=supplier,
    )
    fixed = everywhere(letter(Facts(words="x", tolerance="y", certificates=("ISO 9001",)), language, EVERYTHING))
    assume(buyer.casefold() not in fixed)
    assume(supplier.casefold() not in fixed)
    assume(buyer.casefold() not in supplier.casefold())
    assume(supplier.casefold() not in buyer.casefold())
    digits = str(value)
    assume(digits not in "".join((*words, tolerance)))
    secrets = {"buyer": buyer.casefold(), "supplier_now": supplier.casefold(), "price_now": digits}
    for count in range(len(KEPT) + 1):
        for ticked in combinations(KEPT, count):
            out = everywhere(letter(facts, language, {*TOLD, *ASKED, *ticked}))
            plain = re.sub(r"(?<=\d)[\s,.](?=\d{3})", "", out)
            for name, secret in secrets.items():
                assert (secret in (plain if name == "price_now" else out)) == (name in ticked), name


def test_a_name_is_known_without_its_legal_form_but_a_word_is_no_name() -> None:
    told = Facts(words="Axel i stål till Åkerman, Åkermans ritning 12", buyer="Åkerman AB", supplier_now="Stål AB")
    assert letter(told, "sv", ()).subject == "Förfrågan: Axel i stål till, ritning 12"
    assert letter(told, "sv", {"buyer"}).subject == "Förfrågan: Axel i stål till Åkerman, Åkermans ritning 12"
    short = Facts(words="Axel ABB A", buyer="AB", supplier_now="A")
    assert letter(short, "sv", ()).subject == "Förfrågan: Axel ABB"


# -- sent and printed --------------------------------------------------------------------------------------------------


@given(subject=st.text(max_size=40), body=st.text(max_size=250), address=st.text(max_size=30))
def test_a_mail_program_reads_what_was_written(subject: str, body: str, address: str) -> None:
    mail = mailto(Letter(subject, body), address)
    assume(not mail.is_cut)
    assert mail.link.isascii()
    assert re.fullmatch(r"mailto:[\w%.~@-]*\?subject=[\w%.~-]*&body=[\w%.~-]*", mail.link, re.ASCII)
    read = urlsplit(mail.link)
    said = parse_qs(read.query, keep_blank_values=True, errors="strict")
    assert unquote(read.path) == address.strip()
    assert "\n" not in said["subject"][0]
    assert said["subject"][0].split() == "".join(c if c.isprintable() else " " for c in subject).split()
    assert said["body"][0].split("\r\n") == (body.splitlines() or [""])


@pytest.mark.parametrize("character", ["a", "å", " ", "\n", "💡"])
def test_a_link_is_no_longer_than_mail_programs_take_and_says_that_it_was_cut(character: str) -> None:
    mail = mailto(Letter("Förfrågan", "Början " + character * 5_000 + "slutet"), "a@b.se")
    assert mail.is_cut
    assert len(mail.link) <= MOST_MAIL_CHARACTERS
    unquote(mail.link, errors="strict")
    assert "slutet" not in mail.link
    assert not mailto(letter(SHAFT, "sv", EVERYTHING), "anna-karin.ek@exempel.se").is_cut


class Read(HTMLParser):
    """Every tag, attribute and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [f"{name}={value}" for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("text", [*PAYLOADS, "</p></body><script>alert(1)</script>", "{body} {0} %s", "\ud800"])
def test_the_sheet_shows_text_as_text_and_asks_nobody(text: str) -> None:
    plain = Read(printable(Letter("a", "b")).decode())
    read = Read(printable(Letter(text, text, "en")).decode())
    assert read.tags == plain.tags
    assert not [each for each in read.attributes if each.startswith(("src", "href", "on"))]
    assert "default-src 'none'" in "".join(read.attributes)
    assert "http:" not in "".join(read.attributes) + "".join(read.said).replace(text, "")
    if text.isprintable():
        assert text in read.said

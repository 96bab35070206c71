"""How is a supplier asked? By a letter to edit, in Swedish or English: as text, as a link for mail, and as a sheet.

What the buyer may want to keep to itself (who it is, what it pays, who delivers today) is left out until it is ticked,
also where the part's own description happens to name buyer or supplier.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from render.plain import material_name, process_name
from texts import Texts, load

TOLD = ("processes", "material", "size", "tolerance", "weight", "quantity", "certificates")
ASKED = ("price", "lead_time", "least_series", "sample")
KEPT = ("buyer", "price_now", "supplier_now")
"""What a letter tells and asks until somebody takes it out, and what it keeps to itself until somebody ticks it."""
MOST_MAIL_CHARACTERS = 2_000  # what mail programs on Windows take as a link
MOST_SUBJECT_CHARACTERS = 80
SHORT_NAME = 4  # letters: a shorter name is left out only where it is a word of its own
_LEGAL_FORM = re.compile(
    r"^(?:AB|HB|KB)\s+|[\s,]+(?:AB|HB|KB|GmbH|Ltd|LLC|Inc|Oy|ApS|AS|A/S|SpA|S\.p\.A|BV|B\.V|SA|Srl|Co|\(publ\))\.?$",
    re.IGNORECASE,
)
_SHEET = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{subject}</title>
<style>
  @page {{ size: A4; margin: 24mm 22mm; }}
  body {{ font: 11.5pt/1.5 system-ui, "Segoe UI", sans-serif; color: #1b2629; background: #fff; max-width: 42rem;
    margin: 3rem auto; padding: 0 1.5rem; }}
  h1 {{ font-size: 14pt; line-height: 1.3; margin: 0 0 1.2rem; }}
  h1, p {{ overflow-wrap: anywhere; }}
  p {{ white-space: pre-wrap; margin: 0; }}
  @media print {{ body {{ margin: 0; padding: 0; max-width: none; }} }}
</style>
</head>
<body><h1>{subject}</h1><p>{body}</p></body>
</html>
"""
_LOOSE_MARK = re.compile(r"\s+([,.;:])")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter may say; what is empty or None is not known. Money in whole kronor a year."""

    words: str = ""  # the part as the buyer describes it
    processes: tuple[str, ...] = ()
    material: str | None = None  # a code of the taxonomy
    length_mm: float | None = None
    tolerance: str | None = None
    piece_weight_kg: float | None = None
    annual_quantity: int | None = None
    certificates: tuple[str, ...] = ()
    buyer: str | None = None
    value_sek: int | None = None
    supplier_now: str | None = None
    contact: str | None = None
    answer_by: str | None = None  # ISO day


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and text, which the user may have changed."""

    subject: str
    body: str
    language: str = "sv"


@dataclass(frozen=True, slots=True)
class Mail:
    """A link that opens a mail program with the letter in it; ``is_cut`` where the end did not find room."""

    link: str
    is_cut: bool


def tickable(facts: Facts) -> tuple[str, ...]:
    """What can be ticked: of what a letter may tell, all that is known."""
    has = {
        "processes": facts.processes,
        "material": facts.material,
        "size": facts.length_mm,
        "tolerance": facts.tolerance,
        "weight": facts.piece_weight_kg,
        "quantity": facts.annual_quantity,
        "certificates": facts.certificates,
        "buyer": facts.buyer,
        "price_now": facts.value_sek,
        "supplier_now": facts.supplier_now,
    }
    return tuple(each for each in (*TOLD, *KEPT) if has[each])


def letter(facts: Facts, language: str, ticked: Collection[str]) -> Letter:
    """The letter with what is ticked of TOLD, ASKED and KEPT."""
    texts = load(language)
    facts = _guarded(facts, ticked)
    processes = ", ".join(process_name(each, texts) for each in facts.processes if "processes" in ticked)
    what = facts.words or processes or texts("letter.the_part")
    asked = [texts(f"letter.asks.{each}") for each in ASKED if each in ticked]
    paragraphs = [
        _greeting(facts.contact, texts),
        texts("letter.opening_buyer", buyer=_line(facts.buyer or ""))
        if "buyer" in ticked and facts.buyer
        else texts("letter.opening"),
        "\n".join([texts("letter.it_is", what=what), *_listed(_told(facts, ticked, texts))]),
        "\n".join([texts("letter.we_ask"), *_listed(asked)]) if asked else "",
        texts("letter.answer_by", day=facts.answer_by) if facts.answer_by else "",
        texts("letter.closing"),
        texts("letter.regards"),
    ]
    subject = texts("letter.subject", what=_short(what))
    return Letter(subject, "\n\n".join(filter(None, paragraphs)) + "\n", language)


# -- what is kept ------------------------------------------------------------------------------------------------------


def _guarded(facts: Facts, ticked: Collection[str]) -> Facts:
    """The facts without the names that are to be kept, in whatever somebody has written freely."""
    names = [(facts.buyer, "buyer"), (facts.supplier_now, "supplier_now")]
    kept = [pattern for name, tick in names if tick not in ticked for pattern in _patterns(_line(name or ""))]

    def clean(said: str | None) -> str:
        text = _line(said or "")
        while kept and (left := _LOOSE_MARK.sub(r"\1", _line(_all_out(text, kept)))) != text:
            text = left
        return text.strip(" ,;:–-") if kept else text

    return replace(
        facts,
        words=clean(facts.words),
        material=clean(facts.material),
        tolerance=clean(facts.tolerance),
        certificates=tuple(filter(None, map(clean, facts.certificates))),
    )


def _patterns(name: str) -> Iterator[re.Pattern[str]]:
    """What to leave out: the name anywhere; without its legal form only as names are written, "Stål" and not "stål"."""
    if not name:
        return
    whole = re.escape(name) if len(name) >= SHORT_NAME else rf"(?<!\w){re.escape(name)}(?!\w)"
    yield re.compile(whole, re.IGNORECASE)
    core = name
    while (shorter := _LEGAL_FORM.sub("", core).strip()) not in (core, ""):
        core = shorter
    if core != name and len(core) >= SHORT_NAME:
        yield re.compile(rf"(?<!\w)(?:{re.escape(core)}|{re.escape(core.upper())})(?:s|S)?(?!\w)")


def _all_out(text: str, kept: Collection[re.Pattern[str]]) -> str:
    for each in kept:
        text = each.sub(" ", text)
    return text


# -- the text ----------------------------------------------------------------------------------------------------------


def _line(said: str) -> str:
    """The text in one line, so that a value never looks like a line of the letter."""
    return " ".join("".join(each if each.isprintable() else " " for each in said).split())


def _short(what: str) -> str:
    return what if len(what) <= MOST_SUBJECT_CHARACTERS else what[: MOST_SUBJECT_CHARACTERS - 1].rstrip() + "…"


def _greeting(contact: str | None, texts: Texts) -> str:
    first = _line(contact or "").partition(" ")[0]
    return texts("letter.greeting_name", name=first) if first.replace("-", "").isalpha() else texts("letter.greeting")


def _told(facts: Facts, ticked: Collection[str], texts: Texts) -> list[str]:
    """A line for each fact that is known and ticked."""
    made: Mapping[str, Callable[[], object]] = {
        "processes": lambda: [process_name(each, texts) for each in facts.processes],
        "material": lambda: material_name(facts.material or "", texts),
        "size": lambda: facts.length_mm,
        "tolerance": lambda: facts.tolerance,
        "weight": lambda: facts.piece_weight_kg,
        "quantity": lambda: facts.annual_quantity,
        "certificates": lambda: list(facts.certificates),
        "price_now": lambda: facts.value_sek,
        "supplier_now": lambda: facts.supplier_now,
    }
    wanted = (each for each in tickable(facts) if each in ticked and each in made)
    return [_line(texts(f"letter.tells.{each}", value=made[each]())) for each in wanted]


def _listed(lines: Collection[str]) -> list[str]:
    return [f"– {each}" for each in lines]


# -- sent and printed ------------------------------------------------------------------------------------------------


def mailto(letter: Letter, address: str = "") -> Mail:
    """The letter as a ``mailto:`` link, of at most MOST_MAIL_CHARACTERS; its end is left out where it is longer."""
    start = f"mailto:{_encoded(address.strip(), safe='@')}?subject={_encoded(_line(letter.subject))}&body="
    lines = letter.body.splitlines()
    body = "\r\n".join(lines)
    room = MOST_MAIL_CHARACTERS - len(start)
    if len(_encoded(body)) <= room:
        return Mail(start + _encoded(body), is_cut=False)
    kept = ""
    for character in body:
        room -= len(_encoded(character))
        if room < 0:
            break
        kept += character
    return Mail(start + _encoded(kept.rstrip()), is_cut=True)


_encoded = partial(quote, safe="", errors="replace")


def printable(letter: Letter) -> bytes:
    """The letter as a page that prints on a sheet and asks nobody for anything."""
    subject, body = (html.escape(each) for each in (_line(letter.subject), letter.body.strip()))
    page = _SHEET.format(language=html.escape(letter.language), subject=subject, body=body)
    return page.encode("utf-8", errors="replace")

"""What a cell's text means: numbers, days, countries and codes, the way Swedish and English lists write them.

Each parser takes stripped, non-empty text and gives the value or a :class:`Bad`, never a guess: what can be read two
ways is bad with a suggestion.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from ingest.countries import BY_NAME, CODES, OTHER_CODES
from ingest.rows import fold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a cell has no value."""

    code: str
    suggestion: str | None = None


Parser = Callable[[str], "T | Bad"]

UNKNOWN_WORDS = frozenset(
    {"-", "–", "—", "?", "??", ".", "n/a", "n.a.", "null", "none", "saknas", "okänd", "okänt", "vet ej", "vet inte",
     "ej angivet", "ej angiven", "uppgift saknas", "unknown", "ej känt"}
)  # fmt: skip
EXCEL_ERRORS = frozenset(
    {"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SAKNAS!", "#VÄRDEFEL!", "#REFERENS!",
     "#DIVISION/0!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!", "########", "#SPILL!", "#CALC!"}
)  # fmt: skip

# -- numbers -------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,12})?")
_DASHES = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
                         "\u2007": " ", "\u2006": " ", "\u200b": None})  # fmt: skip
_UNIT = re.compile(r"\s*(?::-|kr\.?|sek|st\.?|mm|kg|dagar|days|%)$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?")
_DOT_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_COMMA_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNGROUPED = re.compile(r"\d+(?:[.,]\d+)?")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def number(text: str) -> float | Bad:
    """A number: ``1 234,50``, ``1.234,50``, ``1,234.50``, ``1234.5``, ``1 234-`` and ``(1 234)``; a unit may follow.

    >>> number("1 234,50"), number("(1 234)"), number("ca 20").code
    (1234.5, -1234.0, 'number_bad')
    """
    if _PLAIN.fullmatch(text):
        return float(text)
    bare, sign = _unsigned(text)
    if _GROUPED.fullmatch(bare):
        plain = bare.replace(" ", "").replace("'", "").replace(",", ".")
    elif _UNGROUPED.fullmatch(bare):
        plain = bare.replace(",", ".")
    elif _DOT_GROUPED.fullmatch(bare):
        plain = bare.replace(".", "").replace(",", ".")
    elif _COMMA_GROUPED.fullmatch(bare):
        plain = bare.replace(",", "")
    else:
        return Bad("number_bad")
    return sign * float(plain) if len(plain) <= 30 else Bad("number_too_large")


def _unsigned(text: str) -> tuple[str, int]:
    bare = _UNIT.sub("", text.translate(_DASHES).strip())
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), -1
    if bare.startswith("-"):
        return bare[1:].strip(), -1
    if bare.endswith("-"):
        return bare[:-1].strip(), -1
    return bare.removeprefix("+"), 1


def _whole_or_decimal(text: str) -> float | Bad:
    """A number of a column of whole things, where ``1.234`` may be a thousand or a bit more than one."""
    if len(text) < 9:
        bare = _unsigned(text)[0]
        if _AMBIGUOUS.fullmatch(bare):
            return Bad("number_ambiguous", bare.replace(".", "").replace(",", ""))
    return number(text)


def integer(text: str) -> int | Bad:
    """A whole number.

    >>> integer("1 200"), integer("18.0"), integer("1,5").code, integer("1.200")
    (1200, 18, 'number_not_whole', Bad(code='number_ambiguous', suggestion='1200'))
    """
    if text.isdecimal() and text.isascii() and len(text) < 16:
        return int(text)
    value = _whole_or_decimal(text)
    if isinstance(value, Bad):
        return value
    if abs(value) >= 1e15:
        return Bad("number_too_large")
    return int(value) if value == int(value) else Bad("number_not_whole", str(round(value)))


def count(text: str) -> int | Bad:
    """A whole number that cannot be negative."""
    value = integer(text)
    return Bad("number_negative") if not isinstance(value, Bad) and value < 0 else value


def size(text: str) -> float | Bad:
    """A measure (mm, kg) that cannot be negative."""
    value = number(text)
    return Bad("number_negative") if not isinstance(value, Bad) and value < 0 else value


def sek(text: str) -> int | Bad:
    """Whole kronor, halves to the even one.

    >>> sek("1 234 567,50"), sek("482 000,00"), sek("12 kr")
    (1234568, 482000, 12)
    """
    value = _whole_or_decimal(text)
    if isinstance(value, Bad):
        return value
    return round(value) if abs(value) < 1e15 else Bad("number_too_large")


def percent(text: str) -> int | Bad:
    """Percent from 0 to 100; a share such as ``0,4`` is 40.

    >>> percent("40 %"), percent("0.4"), percent("140").code
    (40, 40, 'percent_out_of_range')
    """
    value = number(text)
    if isinstance(value, Bad):
        return value
    if 0 < value < 1 and "%" not in text:
        value *= 100
    return round(value) if 0 <= value <= 100 else Bad("percent_out_of_range")


# -- days ----------------------------------------------------------------------------------------------------------

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:[./-]|[,]?\s+-?\s*)(\d{4})")
_WORDS = re.compile(r"(\d{1,2})[.:]?(?:a|e)?\s+([a-zåäö]{3,})\.?\s+(\d{4})", re.IGNORECASE)
_PARTIAL = re.compile(r"\d{4}(?:-\d\d)?")
_MONTHS = {
    name: index
    for index, names in enumerate(
        ("jan", "feb", "mar", "apr", "maj may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec"), 1
    )
    for name in names.split()
}
_EXCEL_EPOCH = date(1899, 12, 30)


@lru_cache(maxsize=8192)
def day(text: str) -> str | Bad:
    """A day as ISO text.

    >>> day("20261001"), day("1/10 2026"), day("46296"), day("1 oktober 2026"), day("01/10/2026").code
    ('2026-10-01', '2026-10-01', '2026-10-01', '2026-10-01', 'date_ambiguous')
    """
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _iso(int(found[1]), int(found[2]), int(found[3]))
    if len(text) == 5 and text.isdecimal() and 20000 <= int(text) < 80000:
        return (_EXCEL_EPOCH + timedelta(days=int(text))).isoformat()
    if found := _DAY_FIRST.fullmatch(text):
        first, second, year_ = int(found[1]), int(found[3]), int(found[4])
        american = found[2] == "/" and " " not in text
        if american and first <= 12 and second <= 12 and first != second:
            return Bad("date_ambiguous", f"{year_:04}-{second:02}-{first:02}")
        if american and second > 12:
            first, second = second, first
        return _iso(year_, second, first)
    if found := _WORDS.fullmatch(text):
        return _iso(int(found[3]), _MONTHS.get(found[2][:3].casefold(), 0), int(found[1]))
    return Bad("date_incomplete" if _PARTIAL.fullmatch(text) else "date_bad")


@lru_cache(maxsize=1024)
def day_from(text: str) -> str | Bad:
    """The day from which something holds: a bare year or month means its first day.

    >>> day_from("2027"), day_from("2027-06"), day_from("2027-06-15")
    ('2027-01-01', '2027-06-01', '2027-06-15')
    """
    return day((text + "-01-01")[:10]) if _PARTIAL.fullmatch(text) else day(text)


def _iso(year_: int, month: int, day_: int) -> str | Bad:
    try:
        found = date(year_, month, day_)
    except ValueError:
        return Bad("date_bad")
    return found.isoformat() if 1900 <= year_ <= 2100 else Bad("date_bad")


_YEAR = re.compile(r"((?:19|20)\d\d)(?:[-/]?\d{2})?(?:[-/]?\d{2})?(?: .*)?")


@lru_cache(maxsize=1024)
def year(text: str) -> int | Bad:
    """A year, also out of a day or a period: ``2025``, ``2025-12-31``, ``202505``, ``2025/26``."""
    found = _YEAR.fullmatch(text)
    return int(found[1]) if found else Bad("year_bad")


# -- words and codes -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def country(text: str) -> str | Bad:
    """ISO 3166-1 code of a code or a Swedish or English name.

    >>> country("Kina"), country("NA"), country("Tysklnad")
    ('CN', 'NA', Bad(code='country_unknown', suggestion='Tyskland'))
    """
    upper = text.strip().upper()
    if upper in CODES:
        return upper
    code = OTHER_CODES.get(upper) or BY_NAME.get(" ".join(text.split()).casefold())
    if code:
        return code
    close = difflib.get_close_matches(text.casefold(), BY_NAME, 1, 0.75)
    return Bad("country_unknown", close[0].capitalize() if close else None)


def yes_no(text: str) -> bool | Bad:
    """Ja, nej, x, true, 1 and their like."""
    folded = text.strip().casefold()
    if folded in {"ja", "j", "x", "yes", "y", "true", "sant", "1", "sann"}:
        return True
    if folded in {"nej", "n", "no", "false", "falskt", "0", "falsk"}:
        return False
    return Bad("yes_no_bad")


def choice(words: Mapping[str, str]) -> Parser[str]:
    """A parser for a column of few words, each with the code it stands for."""
    by_fold = {fold(word): code for word, code in words.items()} | {fold(each): each for each in words.values()}

    @lru_cache(maxsize=256)
    def parse(text: str) -> str | Bad:
        code = by_fold.get(fold(text))
        if code is not None:
            return code
        close = difflib.get_close_matches(text.casefold(), list(words), 1, 0.6)
        return Bad("choice_unknown", close[0] if close else None)

    return parse


_AND = re.compile(r"(?:\s(?:och|and)\s|,)(?![^()]*\))", re.IGNORECASE)


def parts(text: str) -> list[str]:
    """The entries of a list cell: parted by ``|``, else line breaks, else ``;``, else comma and "och" outside brackets.

    >>> parts("svarvning, fräsning och slipning"), parts("ISO 9001|ISO 14001")
    (['svarvning', 'fräsning', 'slipning'], ['ISO 9001', 'ISO 14001'])
    """
    if not text:
        return []
    for delimiter in ("|", "\n", ";"):
        if delimiter in text:
            found = text.split(delimiter)
            break
    else:
        found = _AND.split(text)
    return [bare for each in found if (bare := " ".join(each.split()).strip("•*- "))]


_CODE_FIRST = re.compile(r"([\d .]+?)(?:\s*[^\d .].*)?", re.DOTALL)


def cn_code(text: str) -> str | Bad:
    """A code of the Combined Nomenclature, 4, 6, 8 or 10 digits; an odd length has lost its leading zero.

    >>> cn_code("8481 80 59"), cn_code("1012100")
    ('84818059', Bad(code='cn_code_length', suggestion='01012100'))
    """
    found = _CODE_FIRST.fullmatch(text)
    digits = re.sub(r"\D", "", found[1]) if found else ""
    if len(digits) in {4, 6, 8, 10}:
        return digits
    if len(digits) in {3, 5, 7, 9}:
        return Bad("cn_code_length", "0" + digits)
    return Bad("cn_code_bad")


# Classes only one version of SNI has, and classes that mean something else in each. Source: SCB's key SNI 2007 -
# SNI 2025, as far as manufacturing (20-33) goes; held against the shared table by tests/test_rows.py.
SNI_2007_ONLY = frozenset(
    {"20.52", "20.53", "22.19", "22.29", "25.29", "25.50", "25.71", "25.72", "25.73", "26.80", "28.49", "30.30"}
)
SNI_2025_ONLY = frozenset(
    {
        "22.12",
        "22.24",
        "22.25",
        "22.26",
        "25.22",
        "25.51",
        "25.52",
        "25.53",
        "25.63",
        "28.42",
        "28.97",
        "30.13",
        "30.31",
        "30.32",
    }
)
SNI_AMBIGUOUS = frozenset({"20.51", "25.30", "25.40", "25.61", "25.62"})


@lru_cache(maxsize=4096)
def sni(text: str) -> str | Bad:
    """An SNI code: five digits, or four with a point; a label after it does not matter.

    >>> sni("25.530"), sni("25.53"), sni("25530 Metallegoarbeten"), sni("2553"), sni("25").code
    ('25530', '25.53', '25530', '25.53', 'sni_bad')
    """
    found = _CODE_FIRST.fullmatch(text)
    digits = re.sub(r"\D", "", found[1]) if found else ""
    if len(digits) == 5:
        return digits
    return f"{digits[:2]}.{digits[2:]}" if len(digits) == 4 else Bad("sni_bad")


def sni_version_of(code: str) -> str | None:
    """The version ("2007" or "2025") where only one has the code, else None.

    >>> sni_version_of("25530"), sni_version_of("25.50"), sni_version_of("25.62")
    ('2025', '2007', None)
    """
    group = code if "." in code else f"{code[:2]}.{code[2:4]}"
    if group in SNI_2007_ONLY:
        return "2007"
    return "2025" if group in SNI_2025_ONLY else None


def sni_is_ambiguous(code: str) -> bool:
    """Whether the code means different trades in SNI 2007 and SNI 2025."""
    return (code if "." in code else f"{code[:2]}.{code[2:4]}") in SNI_AMBIGUOUS


def sni_version(text: str) -> str | Bad:
    """Version "2007" or "2025" out of a cell such as "SNI 2007"."""
    found = re.search(r"20(?:07|25)", text)
    return found[0] if found else Bad("sni_version_bad")

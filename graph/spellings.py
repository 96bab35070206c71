"""Which firm's name can a spelling only be meant for, though it folds to another key?

People and systems write names otherwise in ways that leave a trace: letters without their dots and rings (two at least,
or "aa", "ae", "oe"), letters lost, the end cut off where a field was full, words in another order or written together,
words abbreviated in a known way, one letter wrong, too many or missing in a long word. What leaves none is another
name: Åverken and Averken, Ekmo and Elmo, Nordisk and Nordiska, a surname with another ending, another digit. Names of
few letters are never taken for others.

That no two of 9,023 firms of a national register are as alike as this, but for one firm written in two ways, is printed
by ``python -m benchmarks.names``; there too is a labelled list.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

from rapidfuzz.distance import OSA

from graph.damage import repaired_name
from graph.names import name_key

LEAST_LETTERS = 8
LEAST_MARKS = 2
"""Å, ä and ö that must have gone: with one less the name is another's."""
FIELD_WIDTH = 28  # a name this long may have been cut off, even between two words: fields hold 30 to 36 letters
CUT_LETTERS = 18
NEVER_LAST = frozenset({"i", "och", "av", "för", "på", "till", "med", "of", "for", "the", "in"})
CUT_FORMS = (
    "aktiebolag", "handelsbolag", "kommanditbolag", "ekonomisk förening", "i likvidation", "i konkurs", "filial",
)  # fmt: skip
LONG_WORD = 9  # letters, of the longer of two words that one slip tells apart
SLIPPED = 4  # letters at its beginning or its end that a slip leaves as they were
ABBREVIATIONS: dict[str, str] = {
    "sthlm": "stockholm", "gbg": "göteborg", "br": "bröderna", "bröd": "bröderna", "f": "firma",
} | {
    each: each
    for each in (
        "autom", "byggn", "elektr", "elinst", "entr", "fabr", "fastigh", "förs", "försäljn", "förv", "hydr", "ind",
        "ing", "ingf", "inst", "int", "joh", "komp", "konstr", "konsulttj", "mask", "maskinserv", "mont", "plåtslag",
        "prec", "prod", "rep", "serv", "snick", "sv", "tekn", "tillv", "transp", "verkst",
    )
}  # fmt: skip
"""Short forms found in Swedish lists, and how the words begin that they stand for."""

_STEMS = frozenset(ABBREVIATIONS.values())
_SURNAME = re.compile(r"(?:son|sen|man|ström|berg|gren)s?$")
_HOLES = ("?", "\N{REPLACEMENT CHARACTER}")
_DIGITS = re.compile(r"\d+")


class Spelling(NamedTuple):
    """A name as a list spells it. ``near_keys``: two names of which one may be meant for the other share one."""

    key: str  # see graph.names
    is_cut: bool = False  # may have lost its end where a field was full
    has_holes: bool = False  # shows that letters are lost
    near_keys: tuple[str, ...] = ()


@lru_cache(maxsize=65536)
def spelling(name: str) -> Spelling:
    """How the name is spelled.

    >>> spelling("N?verk?rrs Plåt").has_holes, spelling("Ekmans Svets- och Monteringstek").is_cut
    (True, True)
    """
    key = name_key(name)
    plain = " ".join(repaired_name(name).split())
    is_cut = len(plain) >= FIELD_WIDTH and key.rpartition(" ")[2] == plain.casefold().rpartition(" ")[2].lstrip("(-&/")
    return Spelling(key, is_cut, any(each in plain for each in _HOLES), _near_keys(key))


def is_meant_for(spelled: Spelling, name: Spelling) -> bool:
    """Whether a spelling can only be meant for a firm's name, of all names as far from it as firms' names are.

    >>> is_meant_for(spelling("Alvruds Mekanniska Verkstad"), spelling("Alvruds Mekaniska Verkstad AB"))
    True
    >>> is_meant_for(spelling("Averken"), spelling("Åverken AB"))
    False
    """
    one, other = spelled.key, name.key
    if one == other:
        return True
    if min(len(unspaced(one)), len(unspaced(other))) < LEAST_LETTERS:
        return False
    if spelled.is_cut and _is_cut_from(one, other):
        return True
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    return (
        unspaced(one) == unspaced(other)
        or sorted(one.split()) == sorted(other.split())
        or _has_lost_marks(spelled, name)
        or (len(one) < len(other) and abbreviates(one, other))
        or _is_slip(one, other)
    )


def may_be_meant_for(key: str, name_key: str) -> bool:
    """Whether any spelling that folds to a key could be meant for a name of the other."""
    return is_meant_for(Spelling(key, is_cut=True, has_holes=True), Spelling(name_key))


def _is_cut_from(one: str, other: str) -> bool:
    if other.startswith(one):
        return other[len(one)] != " " or one.rpartition(" ")[2] in NEVER_LAST
    return is_cut_form(one, other)


def is_cut_form(one: str, other: str) -> bool:
    """Whether the one is the other and the beginning of a legal form, as "Ek Aktiebo" is of "Ek"."""
    return one.startswith(other + " ") and any(each.startswith(one[len(other) + 1 :]) for each in CUT_FORMS)


def _has_lost_marks(spelled: Spelling, name: Spelling) -> bool:
    one, other = unspaced(spelled.key), unspaced(name.key)
    if not one.isascii() or other.isascii():
        return False
    if one == in_two_letters(other):
        return True
    lost = sum(not each.isascii() for each in other)
    if lost < LEAST_MARKS and not spelled.has_holes:
        return False
    return one == ascii_only(other) or (lost >= LEAST_MARKS and one == without_marks(other))


def _is_slip(one: str, other: str) -> bool:
    """Whether one letter is wrong, too many, missing or in its neighbour's place, in one long word of several."""
    ours, theirs = one.split(), other.split()
    if len(ours) != len(theirs) or len(ours) < 2:
        return False
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    if len(pairs) != 1:
        return False
    ((a, b),) = pairs
    return (
        max(len(a), len(b)) >= LONG_WORD
        and a[0] == b[0]
        and _may_slip(a)
        and _may_slip(b)
        and OSA.distance(a, b, score_cutoff=1) == 1
    )


def _may_slip(word: str) -> bool:
    """Whether a firm's name with another letter in this word would be the same firm's; surnames come in many forms."""
    return len(word) >= LONG_WORD - 1 and word.isalpha() and not _SURNAME.search(word)


def abbreviates(one: str, other: str) -> bool:
    """Whether the names agree word by word, but for words that one of them shortens in a known way."""
    ours, theirs = one.split(), other.split()
    return len(ours) == len(theirs) and all(map(_same_or_short, ours, theirs))


def _same_or_short(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if short in ABBREVIATIONS:
        return long.startswith(ABBREVIATIONS[short])
    return one == other or (short.endswith("mek") and long == short + "aniska")


# -- ways of writing ---------------------------------------------------------------------------------------------------


def unspaced(key: str) -> str:
    """The letters of a key without what parts them."""
    return key.replace("mekaniska", "mek").replace(" ", "")  # the key has spelled it out where it stood alone


@lru_cache(maxsize=65536)
def without_marks(key: str) -> str:
    """``åäöé`` as ``aaoe``."""
    return "".join(each for each in unicodedata.normalize("NFKD", key) if not unicodedata.combining(each))


def in_two_letters(key: str) -> str:
    """``åäö`` as ``aa``, ``ae`` and ``oe``."""
    return key.replace("å", "aa").replace("ä", "ae").replace("ö", "oe")


@lru_cache(maxsize=65536)
def ascii_only(key: str) -> str:
    """What is left where a system knew no other letters."""
    return "".join(each for each in key if each.isascii())


# -- where to look for what a spelling may be meant for ----------------------------------------------------------------


def _near_keys(key: str) -> tuple[str, ...]:
    """Short keys, two of one name or more: letters in any order, the beginning, abbreviated, but for a long word."""
    letters = unspaced(key)
    if len(letters) < LEAST_LETTERS:
        return ()
    words = key.split()
    found = {"".join(sorted(letters))}
    if not letters.isascii():
        found |= {"".join(sorted(write(letters))) for write in (without_marks, in_two_letters, ascii_only)}
    whole = key.replace(" ", "")
    if len(whole) >= CUT_LETTERS:
        found.add(f"^{whole[:CUT_LETTERS]}")
    short = [_shortened(each) for each in words]
    if not _STEMS.isdisjoint(short):
        found.add(f".{' '.join(short)}")
    if len(words) > 1:
        for at, word in enumerate(words):
            if _may_slip(word):
                before, after = " ".join(words[:at]), " ".join(words[at + 1 :])
                found |= {f"{before} {word[:SLIPPED]}* {after}", f"{before} *{word[-SLIPPED:]} {after}"}
    return tuple(sorted(f"{crc32(each.encode()):08x}" for each in found))


@lru_cache(maxsize=16384)
def _shortened(word: str) -> str:
    """The word as its shortest abbreviation has it."""
    word = ABBREVIATIONS.get(word, word)
    return next((each for each in accumulate(word) if each in _STEMS), word)

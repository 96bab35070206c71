"""Which letters were meant where a text was read in a wrong code page: only what can have been nothing else.

Swedish letters pass through UTF-8, Windows-1252, the code pages 437 and 850 of DOS, Mac Roman, the seven-bit alphabet
and HTML. A sequence that no language writes is put right wherever it stands; a sign that a text may well hold ("|",
"÷") only in a firm's name and inside a word; what may be right as it stands (a Slavic š, an Estonian õ) never.
"""

from __future__ import annotations

import html
import re
from itertools import product

_DEEPEST = 3
"""How many times over a text is put right: systems in a row do the same harm again."""

_PASSED_ON = "åäöÅÄÖéÉèüÜæøÆØ–’´\u00a0" + "Ã¥¤¶©…„“"  # the last are what the first become, to be undone twice


def _read_wrongly(letter: str, code_page: str) -> str:
    """What UTF-8 becomes; bytes that a code page has no sign for are passed on, as every program does."""
    return "".join(bytes([each]).decode(code_page, "ignore") or chr(each) for each in letter.encode())


_SEQUENCES = {
    _read_wrongly(letter, code_page): letter
    for code_page, letter in product(("cp1252", "latin-1", "cp437", "cp850", "mac_roman"), _PASSED_ON)
} | {"Â ": " "}
_SEQUENCE_RE = re.compile("|".join(map(re.escape, sorted(_SEQUENCES, key=len, reverse=True))))
_DOS_AS_LATIN1 = str.maketrans("\x86\x84\x94\x8f\x8e\x99", "åäöÅÄÖ")
_INSIDE = {
    "†": "å", "„": "ä", "”": "ö", "Ž": "Ä", "™": "Ö",  # DOS read as Windows
    "σ": "å", "Σ": "ä", "┼": "Å", "╓": "Ö",  # Windows read as DOS
    "Õ": "å", "Œ": "å", "Š": "ä", "Â": "å", "‰": "ä", "ˆ": "ö",  # DOS 850 and Mac
}  # fmt: skip
_INSIDE_RE = re.compile(f"(?<=[a-zA-ZåäöÅÄÖ])[{''.join(_INSIDE)}](?=[a-zåäö])")
_ENTITY = re.compile(r"&(?:#\d{1,5}|#x[0-9a-fA-F]{1,4}|[A-Za-z]{2,8});")

_IN_NAMES = {"÷": "ö", "─": "Ä", "™": "Ö", "┼": "Å", "╓": "Ö", "≈": "Å", "ƒ": "Ä"}
_IN_NAMES_RE = re.compile(f"(?<![^\\sa-zA-ZåäöÅÄÖ])[{''.join(_IN_NAMES)}](?=[a-zåäö])|(?<=[a-zåäö])[÷σΣˆ‰](?!\\w)")
_SEVEN_BIT = str.maketrans("}{|][\\", "åäöÅÄÖ")
_SEVEN_BIT_RE = re.compile(r"(?<=[A-Za-z{}|])[{}|](?=[a-z{}|])|(?<![^\sA-Z])[\[\]\\](?=[A-Za-z])|(?<!\S)[{}|](?=[a-z])")


def repaired(text: str) -> str:
    """Text with Swedish letters that were read in a wrong code page put right.

    >>> repaired("Ã…torps PlÃ¥t"), repaired("Bj├╢rks Pl†t"), repaired("Pl&aring;t | Svets")
    ('Åtorps Plåt', 'Björks Plåt', 'Plåt | Svets')
    """
    for _ in range(_DEEPEST):
        before = text
        if "&" in text and ";" in text:
            text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
        if not text.isascii():
            text = _SEQUENCE_RE.sub(lambda found: _SEQUENCES[found[0]], text).translate(_DOS_AS_LATIN1)
            text = _INSIDE_RE.sub(lambda found: _INSIDE[found[0]], text)
        if text == before:
            break
    return text


def repaired_name(name: str) -> str:
    """A firm's name put right, also where signs stand for letters that other text may mean as signs.

    >>> repaired_name("F|rs{ljning"), repaired_name("PL]T"), repaired_name("Bj÷rks ≈keri")
    ('Försäljning', 'PLÅT', 'Björks Åkeri')
    """
    name = repaired(name)
    if not name.isascii():
        name = _IN_NAMES_RE.sub(lambda found: _IN_NAMES.get(found[0]) or _INSIDE[found[0]], name)
    return _SEVEN_BIT_RE.sub(lambda found: found[0].translate(_SEVEN_BIT), name)

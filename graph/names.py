"""When are two spellings of a company's name the same name: a key made for Swedish firms.

Swedish legal forms, "(publ)", "i konkurs", filial, punctuation, case and "&" against "och" do not count; å, ä and ö do:
Åverken and Överken are two firms. So do foreign legal forms: Exempel AB and Exempel Oy are two sisters. Nothing is
guessed beyond that: spellings that differ in a letter keep two keys and are a person's question. A name made of nothing
but such words keeps them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# UTF-8 read as Windows-1252 or Latin-1, and code page 437 read as Windows-1252: Swedish letters only.
_TWICE = {
    "Ã¥": "å", "Ã¤": "ä", "Ã¶": "ö", "Ã…": "Å", "Ã\x85": "Å", "Ã„": "Ä", "Ã\x84": "Ä", "Ã–": "Ö", "Ã\x96": "Ö",
    "Ã©": "é", "Ã‰": "É", "Ã¼": "ü", "Ãœ": "Ü", "Ã¦": "æ", "Ã¸": "ø", "Ã˜": "Ø", "Ã†": "Æ", "â€“": "–", "â€™": "’",
    "Â ": " ", "Â\xa0": " ", "Â´": "´",
}  # fmt: skip
_TWICE_RE = re.compile("|".join(map(re.escape, _TWICE)))
_DOS = {"†": "å", "„": "ä", "”": "ö", "Ž": "Ä", "™": "Ö"}
_DOS_RE = re.compile(r"(?<=[a-zA-ZåäöÅÄÖ])[†„”Ž™](?=[a-zåäö])")

_SPELLED = re.compile(r"(?<![^\W_])([^\W\d_])[./](?=[^\W\d_](?![^\W_]))")  # "A.B.", "A/S": dots between single letters
_NOTHING = re.compile(r"['’´`\"]")
_AND = re.compile(r"\s*[&+]\s*")
_WORDS = re.compile(r"[^\W_]+")

_SAME_WORD = {
    "o": "och", "and": "och", "mek": "mekaniska", "verkst": "verkstad",
    "ab": "aktiebolag", "aktiebolaget": "aktiebolag", "handelsbolaget": "handelsbolag",
    "kommanditbolaget": "kommanditbolag", "fören": "förening", "ekon": "ekonomisk", "limited": "ltd",
}  # fmt: skip
_ANYWHERE = frozenset({"aktiebolag", "publ"})
_FRONT = (("handelsbolag",), ("kommanditbolag",), ("firma",))
_BACK = frozenset(
            tuple(each.split())
            for each in (
                "hb", "handelsbolag", "kb", "kommanditbolag", "ekonomisk förening", "ek förening", "ek för",
                "ekonomisk för", "ideell förening", "enskild firma", "enskild näringsidkare",
                "enskild näringsverksamhet", "med firma", "i konkurs", "i likvidation", "under konkurs",
                "under likvidation", "under rekonstruktion", "i rekonstruktion", "under företagsrekonstruktion",
                "filial", "svensk filial", "filial sverige", "filial i sverige", "sverige filial", "filial sweden",
            )
)  # fmt: skip
_LONGEST_BACK = max(map(len, _BACK))
_LAST_WORDS = frozenset(each[-1] for each in _BACK)

_SOLE_TRADER = re.compile(
    r"\benskild (?:firma|näringsidkare|näringsverksamhet)\b|\bmed firma\b|\((?:ef|e\.f\.)\)", re.IGNORECASE
)
_CORPORATE = re.compile(
    r"\b(?:ab|a\.b\.|aktiebolag\w*|hb|handelsbolag\w*|kb|kommanditbolag\w*|ek\.? ?för\w*|ekonomisk\w* \w+|"
    r"kommun\w*|region\w*|landsting\w*|stiftelse\w*|förening\w*|förbund\w*|gmbh|ltd|oy|myndighet\w*)(?!\w)",
    re.IGNORECASE,
)


def repaired(text: str) -> str:
    """Text with Swedish letters that were read in a wrong code page put right.

    >>> repaired("Ã…torps PlÃ¥t")
    'Åtorps Plåt'
    """
    if "Ã" in text or "Â" in text or "â€" in text:
        text = _TWICE_RE.sub(lambda found: _TWICE[found[0]], text)
    if not text.isascii():
        text = _DOS_RE.sub(lambda found: _DOS[found[0]], text)
    return text


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """The folded name: equal for spellings that can only be meant alike; "" only for a name without any sign.

    >>> name_key("AB Åtorps Mek. Verkst. (publ)") == name_key("Åtorps Mekaniska Verkstad Aktiebolag")
    True
    >>> name_key("Åverken AB"), name_key("Överken AB")
    ('åverken', 'överken')
    """
    if name.isascii():
        text = name.casefold()
    else:
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", repaired(name)).casefold())
    words = _words(text)
    if not words:
        return " ".join(text.split())
    kept = _without_forms(words)
    return " ".join(kept or words)


def _words(text: str) -> list[str]:
    text = _NOTHING.sub("", text)
    if "." in text or "/" in text:
        text = _SPELLED.sub(r"\1", text)
    if "&" in text or "+" in text:
        text = _AND.sub(" och ", text)
    return [_SAME_WORD.get(each, each) for each in _WORDS.findall(text)]


def _without_forms(words: list[str]) -> list[str]:
    kept = [each for each in words if each not in _ANYWHERE]
    while kept:
        cut = _tail(kept)
        if cut:
            kept = kept[:-cut]
        elif len(kept) > 1 and (kept[0],) in _FRONT:
            kept = kept[1:]
        else:
            break
    return kept


def _tail(words: list[str]) -> int:
    """How many words at the end are a legal form or a state of the firm."""
    if words[-1] in _LAST_WORDS:
        for length in range(min(_LONGEST_BACK, len(words)), 0, -1):
            if tuple(words[-length:]) in _BACK:
                return length
    return 0


def says_sole_trader(name: str) -> bool:
    """Whether the name itself says that the firm is a natural person ("enskild firma")."""
    return _SOLE_TRADER.search(name) is not None


def says_corporate(name: str) -> bool:
    """Whether the name itself says that the firm is not a natural person (AB, kommun, förening)."""
    return _CORPORATE.search(name) is not None

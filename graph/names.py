"""When are two spellings of a company's name the same name: a key made for Swedish firms.

Swedish legal forms, "(publ)", "i konkurs", filial, a bifirma, punctuation, case and "&" against "och" do not count; å,
ä and ö do: Åverken and Överken are two firms. So do foreign legal forms: Exempel AB and Exempel Oy are two sisters.
Nothing is guessed beyond that: spellings that differ in a letter keep two keys and are a person's question. A name made
of nothing but such words keeps them. Which Swedish form a name states is told apart, by :func:`legal_forms`: a firm's
AB and its KB fold alike and are two.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from graph.damage import repaired, repaired_name

__all__ = ["legal_forms", "name_key", "repaired", "says_corporate", "says_sole_trader", "winding_up"]

_SPELLED = re.compile(r"(?<![^\W_])([^\W\d_])[./](?=[^\W\d_](?![^\W_]))")  # "A.B.", "A/S": dots between single letters
_NOTHING = re.compile(r"['’´`\"]")
_AND = re.compile(r"\s*[&+]\s*")
_WORDS = re.compile(r"[^\W_]+")
_PUT_PLAINLY = (
    (re.compile(r"\((?:ef|e\.f\.)\)|\be\.f\.\s*$"), " enskild firma "),
    (re.compile(r"\((?:i )?konkurs\)"), " i konkurs "),
    (re.compile(r"^\s*(?:f:a|fa\.)\s"), "firma "),
    (re.compile(r"\bakt\.\s?bol\b|\(svb\)"), " aktiebolag "),
)
_BIFIRMA_OF = re.compile(r".*\b(?:bifirma|bif\.?|särskilt företagsnamn)\s*:?\s*till\b(?=.*\w)")
_BIFIRMA = re.compile(r"(?<=\w)\W+(?:med\s+)?(?:bifirma|bif\.|särskilt företagsnamn)(?:\s.*|:.*)?$")

_SAME_WORD = {
    "o": "och", "and": "och", "und": "och", "mek": "mekaniska", "verkst": "verkstad",
    "aktiebolaget": "aktiebolag", "ab": "aktiebolag", "aktb": "aktiebolag",
    "handelsbolaget": "handelsbolag", "kommanditbolaget": "kommanditbolag",
    "fören": "förening", "ekon": "ekonomisk", "likv": "likvidation", "limited": "ltd",
} | {  # cut off by a system, or short
    word[:length]: word
    for word, least in (("aktiebolag", 6), ("handelsbolag", 8), ("kommanditbolag", 9))
    for length in range(least, len(word))
}  # fmt: skip
_ANYWHERE = frozenset({"aktiebolag", "publ"})
_COOPERATIVE = ("ekonomisk förening", "ek förening", "ek för", "ekonomisk för")
_FORMS = {
    "aktiebolag": "AB", "hb": "HB", "handelsbolag": "HB", "kb": "KB", "kommanditbolag": "KB",
    **dict.fromkeys(_COOPERATIVE, "EK"), "ideell förening": "IF",
}  # fmt: skip
_FRONT = frozenset(
    tuple(each.split()) for each in ("handelsbolag", "kommanditbolag", "firma", "enskild firma", *_COOPERATIVE)
)
_BACK = frozenset(
            tuple(each.split())
            for each in (
                *_FORMS, "enskild firma", "enskild näringsidkare",
                "enskild näringsverksamhet", "med firma", "i konkurs", "i likvidation", "under konkurs",
                "under likvidation", "under rekonstruktion", "i rekonstruktion", "under företagsrekonstruktion",
                "filial", "svensk filial", "filial sverige", "filial i sverige", "sverige filial", "filial sweden",
            )
)  # fmt: skip
_LONGEST = max(map(len, _BACK))
_LAST_WORDS = frozenset(each[-1] for each in _BACK)
_FIRST_WORDS = frozenset(each[0] for each in _FRONT)
_NO_INITIAL = frozenset("iåo")

_WINDING_UP = re.compile(r"\b(?:i|under) (?:konkurs|likvidation)\b", re.IGNORECASE)
_SOLE_TRADER = re.compile(
    r"\benskild (?:firma|näringsidkare|näringsverksamhet)\b|\bmed firma\b|\((?:ef|e\.f\.)\)|\be\.f\.\s*$",
    re.IGNORECASE,
)
_CORPORATE = re.compile(
    r"\b(?:ab|a\.b\.|aktiebolag\w*|hb|handelsbolag\w*|kb|kommanditbolag\w*|ek\.? ?för\w*|ekonomisk\w* \w+|"
    r"kommun(?:en|er|al\w*|s)?|region\w*|landsting\w*|stiftelse\w*|förening\w*|förbund\w*|gmbh|ltd|oy|myndighet\w*)(?!\w)",
    re.IGNORECASE,
)


def name_key(name: str) -> str:
    """The folded name: equal for spellings that can only be meant alike; "" only for a name without any sign.

    >>> name_key("AB Åtorps Mek. Verkst. (publ)") == name_key("Åtorps Mekaniska Verkstad Aktiebolag")
    True
    >>> name_key("Åverken AB"), name_key("Överken AB")
    ('åverken', 'överken')
    >>> name_key("Rörjouren, bifirma till Åverken AB"), name_key("A K J Svets"), name_key("A.K.J. Svets")
    ('åverken', 'akj svets', 'akj svets')
    """
    return _read(name)[0]


def legal_forms(name: str) -> frozenset[str]:
    """The Swedish legal forms a name states, mostly one or none: AB, HB, KB, EK (co-operative), IF (non-profit).

    >>> legal_forms("Åverken AB i konkurs"), legal_forms("Handelsbolaget Åverken"), legal_forms("Åverken")
    (frozenset({'AB'}), frozenset({'HB'}), frozenset())
    """
    return _read(name)[1]


@lru_cache(maxsize=65536)
def _read(name: str) -> tuple[str, frozenset[str]]:
    text = _folded(name)
    words = _words(text)
    if not words:
        return " ".join(text.split()), frozenset()
    kept, forms = _without_forms(words)
    return " ".join(kept or words), forms


def _folded(name: str) -> str:
    name = _NOTHING.sub("", repaired_name(name))
    if name.isascii():
        text = name.casefold()
    else:
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    if "bif" in text or "särskilt" in text:
        text = _BIFIRMA.sub("", _BIFIRMA_OF.sub("", text))
    return text


def _words(text: str) -> list[str]:
    for pattern, plain in _PUT_PLAINLY if "." in text or "(" in text or ":" in text else ():
        text = pattern.sub(plain, text)
    if "." in text or "/" in text:
        text = _SPELLED.sub(r"\1", text)
    if "&" in text or "+" in text:
        text = _AND.sub(" och ", text)
    return [_SAME_WORD.get(each, each) for each in _WORDS.findall(text)]


def _without_forms(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """The words that name the firm, and the legal forms that the others state."""
    forms: set[str] = set()
    kept = _with_initials_joined(words)
    while True:
        if not _ANYWHERE.isdisjoint(kept):
            forms.update(_FORMS[each] for each in kept if each in _FORMS and each in _ANYWHERE)
            kept = _with_initials_joined([each for each in kept if each not in _ANYWHERE])
            continue
        cut = _phrase(kept, at_end=True)
        if cut:
            kept, gone = kept[:-cut], kept[-cut:]
        else:
            cut = _phrase(kept, at_end=False)
            if not cut or cut == len(kept):
                return kept, frozenset(forms)
            kept, gone = kept[cut:], kept[:cut]
        form = _FORMS.get(" ".join(gone))
        forms.update([form] if form else [])


def _with_initials_joined(words: list[str]) -> list[str]:
    """``A K J`` as ``AKJ``; what that makes may be a legal form."""
    joined: list[str] = []
    run = ""
    for each in [*words, ""]:
        if len(each) == 1 and each.isalpha() and each not in _NO_INITIAL:
            run += each
            continue
        if run:
            joined.append(_SAME_WORD.get(run, run))
        run = ""
        joined.append(each)
    return joined[:-1]


def _phrase(words: list[str], *, at_end: bool) -> int:
    """How many words at the end or the beginning are a legal form or a state of the firm."""
    if not words or words[-1 if at_end else 0] not in (_LAST_WORDS if at_end else _FIRST_WORDS):
        return 0
    for length in range(min(_LONGEST, len(words)), 0, -1):
        if tuple(words[-length:] if at_end else words[:length]) in (_BACK if at_end else _FRONT):
            return length
    return 0


def winding_up(name: str) -> str | None:
    """The proceeding that a name states (bankruptcy, liquidation), as lists and registers add it.

    >>> winding_up("Åverken AB i konkurs"), winding_up("Konkursbutiken AB")
    ('bankruptcy', None)
    """
    found = _WINDING_UP.search(name)
    return None if found is None else "bankruptcy" if "konkurs" in found[0].casefold() else "liquidation"


def says_sole_trader(name: str) -> bool:
    """Whether the name itself says that the firm is a natural person ("enskild firma")."""
    return _SOLE_TRADER.search(name) is not None


def says_corporate(name: str) -> bool:
    """Whether the name itself says that the firm is not a natural person (AB, kommun, förening)."""
    return _CORPORATE.search(name) is not None

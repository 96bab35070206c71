"""What can a firm probably make, where nobody has told? Concluded from its trade, its own description, what it sells.

A conclusion is an offer with the evidence ``inferred`` and what it rests on; it is the manager's alone until a person
confirms it, and says nothing of a firm whose processes some list states (see :mod:`graph.resolve`). It comes with the
row it rests on and goes with it.

Weak grounds conclude nothing: a trade whose version is unknown, a process that less than half of a trade's firms have
(weights of ``data/taxonomy/sni_processes.csv``), words that only hint, a firm that deals in goods or lends its staff.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from graph.identity import is_company
from graph.model import Claim, Level, Value
from graph.taxonomy import taxonomy
from graph.understanding import understand

LEAST_SHARE = 0.5
"""Of a trade's firms that have the process."""
LEAST_SCORE = {"names": 0.6, "makes": 0.5}
"""Of :class:`graph.understanding.ProcessGuess`, where the text names the process, and where it says what is made."""
MOST_FROM_TEXT = 4
TOO_COMMON = frozenset({"services", "maintenance"})
"""A family and a process whose words ("service", "underhåll") most descriptions use of something else."""
NO_GOODS = ("CPV", "BAS", "konto")
"""Beginnings of the code of a trade whose words name a task or the buyer's account, not what was sold."""
MAKES_NOTHING = frozenset({"staffing", "consulting", "public", "support", "trade"})
"""Sectors of :class:`graph.model.Company` whose description names what others make."""

_SENTENCES = re.compile(r"[.;!?\n]+")
_CLAUSES = re.compile(r",|\b(?:och|samt|and)\b", re.IGNORECASE)
_MAKING_OF = re.compile(
    r"\b((?:lego)?tillverkning|produktion|bearbetning|manufactur\w+|production)\s+(?:av|of)\b", re.IGNORECASE
)
_DEALS = re.compile(
    r"\b(?:handel|handla|partihandel|detaljhandel|försäljning|sälja|säljer|import|importera|export|uthyrning|hyra ut|"
    r"bemanning|utbildning|konsult\w*|rådgivning|förvalt\w*|äga|aktier|värdepapper|trading|wholesale|retail|rental|"
    r"consult\w*|training)\b",
    re.IGNORECASE,
)
_MAKES = re.compile(
    r"\b(?:tillverk\w*|bearbet\w*|produ\w+|verkstad\w*|mekanisk\w*|legotillverk\w*|lego\w*|manufactur\w*|machin\w*|"
    r"workshop)\b",
    re.IGNORECASE,
)


def inferred(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Offers that the claims of one row lead to; none of what the row itself states.

    What is sold says something only where the source names the goods: a public tender's title names a task, and a
    bookkeeping account what the buyer needed it for.
    """
    claims = tuple(claims)
    stated = {(each.subject, each.item) for each in claims if each.kind == "Offer"}
    for each in claims:
        if not is_company(each.subject):
            continue
        for process, grounds in _grounds(each).items():
            if (each.subject, process) not in stated:
                yield _offer(each, process, grounds)


def _grounds(claim: Claim) -> Mapping[str, tuple[str, ...]]:
    """Processes with what speaks for them."""
    found: dict[str, list[str]] = {}
    fields = claim.fields
    if claim.kind == "Company" and fields.get("sector") not in MAKES_NOTHING and _is_active(fields):
        for process in _of_trade(fields.get("sni"), fields.get("sni_version")):
            found.setdefault(process, []).append(f"sni:{fields['sni']}")
        for process, words in _of_text(str(fields.get("business") or "")):
            found.setdefault(process, []).append(f"business:{words}")
    elif claim.kind == "Trade" and not str(fields.get("code") or "").startswith(NO_GOODS):
        for process, words in _of_text(str(fields.get("what") or "")):
            found.setdefault(process, []).append(f"sells:{words}")
    return {process: tuple(sorted(grounds)) for process, grounds in found.items()}


def _is_active(fields: Mapping[str, Value]) -> bool:
    return not (fields.get("ended_on") or fields.get("winding_up"))


@lru_cache(maxsize=4096)
def _of_trade(code: Value, version: Value) -> tuple[str, ...]:
    if not isinstance(code, str):
        return ()
    known = taxonomy().processes_of_sni(code, str(version) if version else None)
    return tuple(process for process, share in known if share >= LEAST_SHARE)


@lru_cache(maxsize=8192)
def _of_text(text: str) -> tuple[tuple[str, str], ...]:
    """Processes that a description names outright, each with the words; sentences about dealing are passed over."""
    found: dict[str, str] = {}
    for sentence in _SENTENCES.split(text):
        makes = _MAKES.search(sentence) is not None
        if _DEALS.search(sentence) and not makes:
            continue
        least = LEAST_SCORE["makes" if makes else "names"]
        for clause in filter(str.strip, _CLAUSES.split(_MAKING_OF.sub(r"\1", sentence))):
            for guess in understand(clause).processes:
                if guess.score >= least and not TOO_COMMON & {guess.family, guess.process}:
                    found.setdefault(guess.process, guess.why[0])
    return tuple(found.items())[:MOST_FROM_TEXT]


def _offer(claim: Claim, process: str, grounds: tuple[str, ...]) -> Claim:
    return Claim(
        claim.subject,
        "Offer",
        process,
        {"capability": process, "inferred_from": grounds},
        claim.row,
        claim.source,
        "inferred",
        claim.as_of,
        Level.MANAGER,
    )

"""The same company under two spellings? Sure pairs are merged by the core; here are the doubtful ones, for a person.

Two names are doubtful when they fold differently and yet are alike: they share a word that few names have or their
beginning, the whole is alike (rapidfuzz, :data:`ALIKE`), and so is what they do not share (:data:`REST_ALIKE`:
"Brenkamp Antriebstechnik" and "Velskamp Antriebstechnik" are two). So are names that a system has damaged: without
their dots and rings (or with "aa", "ae", "oe"), with letters lost, or cut off; and names of which one abbreviates the
other's words. So is a name without a number that could be one of several firms. A town more makes no doubt: of 35 such
pairs in a national register nearly all were sister firms. One of the two must be without a number, and places known to
differ keep them apart. A person's answer is a decision and is never asked for again.

What the core has merged though it is spelled otherwise (:mod:`graph.spellings`) is told of each load, so that a person
can set it apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from graph.identity import is_unnumbered, place_of
from graph.model import Decision
from graph.spellings import (
    FIELD_WIDTH,
    NEVER_LAST,
    abbreviates,
    ascii_only,
    in_two_letters,
    is_cut_form,
    unspaced,
    without_marks,
)

ALIKE = 88.0
"""Of 100. Lower floods the manager: among 650 distinct firm names 85 flags thousands of false pairs (whole names)."""
REST_ALIKE = 75.0
RARE_WORD = 12  # a word that more names share tells nothing
BEGINNING = 6
LEAST_CUT = 15
"""Letters that a name cut off by a system has at least; shorter ones begin like too many others."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two identifiers that may mean one company; the first has no number."""

    one: str
    other: str
    score: float


@dataclass(frozen=True, slots=True)
class Taken:
    """An identifier without a number that was taken for a company, though the row spells its name otherwise."""

    one: str
    spelled: str
    company_id: str


def taken(
    spelled: Mapping[str, str],
    names: Mapping[str, Collection[str]],
    company_of: Mapping[str, str],
    decisions: Iterable[Decision],
) -> list[Taken]:
    """What a load names that was taken for a numbered company by its spelling alone, by name.

    Args:
        spelled: each identifier that the load names, as its rows write it.
        names: folded names of every identifier.
        company_of: the company each is now.
        decisions: those that count; what a person has joined is not told.
    """
    joined = {each for decision in decisions if decision.verb == "same" for each in decision.subjects}
    found = [
        Taken(one, name, company_of[one])
        for one, name in spelled.items()
        if is_unnumbered(one) and one not in joined and not is_unnumbered(company_of.get(one, one))
    ]
    companies = {each.company_id for each in found}
    borne = {
        (company, key)
        for each, company in company_of.items()
        if company in companies and not is_unnumbered(each)
        for key in names.get(each, ())
    }
    otherwise = (e for e in found if not any((e.company_id, key) in borne for key in names.get(e.one, ())))
    return sorted(otherwise, key=lambda each: (each.spelled, each.one))


def doubts(
    names: Mapping[str, Collection[str]],
    company_of: Mapping[str, str],
    decisions: Iterable[Decision],
    about: Collection[str],
) -> list[Doubt]:
    """Doubtful pairs in which one of the identifiers ``about`` takes part, best first.

    Args:
        names: folded names of every identifier.
        company_of: the company each is now.
        decisions: those that count; a pair that was decided is no longer in doubt.
        about: identifiers of the load.
    """
    decided = {frozenset(each.subjects) for each in decisions if each.verb in ("same", "not_same")}
    wanted = set(about)
    by_key: dict[str, list[str]] = defaultdict(list)
    for subject, keys in names.items():
        if not subject.startswith("person:"):
            for key in keys:
                by_key[key].append(subject)
    unnumbered = {key for key, subjects in by_key.items() if any(map(_is_unnumbered(company_of), subjects))}
    asked_about = {key for key, subjects in by_key.items() if not wanted.isdisjoint(subjects)}
    found: dict[frozenset[str], Doubt] = {}
    for one_key, other_key, score in _alike(by_key.keys(), unnumbered, asked_about):
        for one in by_key[one_key]:
            for other in by_key[other_key]:
                pair = frozenset((one, other))
                weak = {each for each in pair if each.startswith("name:")}
                if not weak or not pair & wanted or pair in decided or pair in found:
                    continue
                if _may_be_one(one, other, company_of):
                    asked = min(weak & wanted or weak)
                    found[pair] = Doubt(asked, next(iter(pair - {asked})), score)
    return sorted(found.values(), key=lambda each: (-each.score, each.one, each.other))


def _may_be_one(one: str, other: str, company_of: Mapping[str, str]) -> bool:
    a, b = company_of.get(one, one), company_of.get(other, other)
    if a == b or (not a.startswith("name:") and not b.startswith("name:")):
        return False
    places = {place_of(one), place_of(other)} - {""}
    return len(places) < 2


def _is_unnumbered(company_of: Mapping[str, str]) -> Callable[[str], bool]:
    """Whether an identifier means a company that nobody has given a number."""
    return lambda subject: company_of.get(subject, subject).startswith("name:")


def _alike(
    keys: Collection[str], unnumbered: AbstractSet[str], asked_about: AbstractSet[str]
) -> Iterator[tuple[str, str, float]]:
    """Pairs of folded names worth a person's look; a name with itself where several identifiers bear it.

    Only pairs in which one name is without a number, and one is asked about, can be a doubt: no others are compared.
    """
    if not unnumbered:
        return
    words = Counter(word for key in keys for word in set(key.split()))
    blocks: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        yield key, key, 100.0
        for form in (key, without_marks(key), ascii_only(key)):
            blocks["^" + form.replace(" ", "")[:BEGINNING]].add(key)
        blocks["=" + in_two_letters(key)[:BEGINNING]].add(key)
        blocks["~" + " ".join(sorted(key.split()))].add(key)
        for word in set(key.split()):
            if words[word] <= RARE_WORD and len(word) > 1:
                blocks[word].add(key)
    seen: set[tuple[str, str]] = set()
    for block in blocks.values():
        if len(block) > RARE_WORD * 4 or block.isdisjoint(unnumbered) or block.isdisjoint(asked_about):
            continue
        for pair in combinations(sorted(block), 2):
            may_be = not unnumbered.isdisjoint(pair) and not asked_about.isdisjoint(pair)
            if may_be and pair not in seen:
                seen.add(pair)
                score = _likeness(*pair)
                if score:
                    yield *pair, score


def _likeness(one: str, other: str) -> float:
    """0 to 100; 0 for names that are not alike enough to ask."""
    if _damaged(one, other) or _damaged(other, one) or (len(one) >= BEGINNING and abbreviates(one, other)):
        return round(max(fuzz.ratio(one, other), ALIKE), 1)
    whole = max(fuzz.ratio(one, other, score_cutoff=ALIKE), fuzz.token_sort_ratio(one, other, score_cutoff=ALIKE))
    if not whole:
        return 0.0
    ours, theirs = one.split(), other.split()
    rests = [" ".join(w for w in words if w not in others) for words, others in ((ours, theirs), (theirs, ours))]
    return round(whole, 1) if fuzz.ratio(*rests) >= REST_ALIKE or not all(rests) else 0.0


def _damaged(one: str, other: str) -> bool:
    """Whether one may be what a system has made of the other: marks taken off, letters lost, the end cut off."""
    if len(one) >= LEAST_CUT and other.startswith(one) and (other[len(one)] != " " or _ends_too_early(one)):
        return True
    if other.startswith(one + " ") or one.startswith(other + " "):
        return is_cut_form(max(one, other, key=len), min(one, other, key=len))
    if without_marks(one) == without_marks(other) or one == in_two_letters(other) or _lost_letters(one, other):
        return True
    return unspaced(one) == unspaced(other)


def _ends_too_early(name: str) -> bool:
    return len(name) >= FIELD_WIDTH or name.rpartition(" ")[2] in NEVER_LAST


def _lost_letters(one: str, other: str) -> bool:
    left = ascii_only(other).replace(" ", "")
    return one.isascii() and len(left) >= BEGINNING and one.replace(" ", "") == left

"""Which words speak for which process: the word lists of ``data/taxonomy`` and how they are met in a text.

Swedish writes compounds as one word (``stålaxel``, ``kugghjulsfräsning``), so a listed stem is also looked for at the
start and the end of a longer word; the longest stems win and never overlap. Endings of nouns, verbs and participles
are a fixed list, not a grammar. A word that is listed nowhere may lack its rings and dots (``harda`` for ``härda``), a
long one may differ from a listed one by one letter or by two that changed places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from rapidfuzz import process as nearest
from rapidfuzz.distance import OSA

from graph.tables import Weighted, parts, rows
from graph.taxonomy import taxonomy

LEAST_COMPOUND = 4  # letters of a stem that may stand inside a longer word
LEAST_MIDDLE = 6  # letters of a stem that may stand in the middle of one
LEAST_TYPO = 8  # letters of a word that may be misspelled
LEAST_BARE = 5  # letters of a word that may be written without its rings and dots
LEAST_ALIKE = 0.5  # Dice coefficient of trigrams from which two words look alike
BARE_FACTOR, TYPO_FACTOR, ALIKE_FACTOR, NAME_WEIGHT = 0.9, 0.7, 0.4, 3.0

PROCESS, GOODS, CONTEXT = "process", "goods", "context"

_TOKEN = re.compile(r"[^\W_]+")
_BARE = str.maketrans("åäöéü", "aaoeu")


@lru_cache(maxsize=1)
def endings() -> frozenset[str]:
    """What may follow a stem in the same word, nothing included."""
    return frozenset([""]).union(*(parts(row["endings"]) for row in rows("endings")))


@lru_cache(maxsize=1)
def modifiers() -> dict[str, str]:
    """The words that deny, free from or lessen what stands beside them, or only bind words together."""
    return {word: row["effect"] for row in rows("modifiers") for word in parts(row["words"])}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row of a word list says."""

    kind: str  # process, goods or context
    where: str  # "": anywhere; "word", "exact", "start" or "end" of a word
    says: Weighted
    tags: frozenset[str]  # "#sheet", "=steel", and the processes it names outright


@dataclass(frozen=True, slots=True)
class Match:
    """An entry met in a word, from letter ``start`` up to ``end``."""

    entry: Entry
    start: int
    end: int
    factor: float


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, folded, with their places."""
    return [(match.group().casefold(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def _entry(kind: str, where: str, says: str) -> Entry:
    weighed: list[tuple[str, float]] = []
    tags = set()
    for each in says.split():
        if each[0] in "#=":
            tags.add(each)
        else:
            name, _, weight = each.rpartition(":")
            weighed.append((name, float(weight)))
    tags |= {name for name, weight in weighed if weight >= 2}
    return Entry(kind, where, tuple(weighed), frozenset(tags))


class Lexicon:
    """The word lists, ready to be looked up; get the one shared object from :func:`lexicon`."""

    def __init__(self) -> None:
        self.words: dict[str, list[Entry]] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for table, kind in (
            ("process_words", PROCESS),
            ("goods_words", GOODS),
            ("context_words", CONTEXT),
        ):
            for row in rows(table):
                entry = _entry(kind, row["where"], row["says"])
                for written in parts(row["words"]):
                    self._add(written, entry)
        self._add_names()
        self._bare: dict[str, list[Entry]] = {}
        for word, entries in self.words.items():
            bare = word.translate(_BARE)
            if bare not in self.words and len(word) >= LEAST_BARE:
                self._bare.setdefault(bare, []).extend(entries)
        self._long = tuple(sorted(word for word in self.words if len(word) >= LEAST_TYPO - 1))

    @cached_property
    def _by_trigram(self) -> dict[str, list[str]]:
        """The listed words by their trigrams; made when the first text comes of which no word is known."""
        found: dict[str, list[str]] = {}
        for word in sorted(self.words):
            for gram in _trigrams(word):
                found.setdefault(gram, []).append(word)
        return found

    def _add(self, written: str, entry: Entry) -> None:
        spelled = tuple(word for word, _, _ in tokens(written))
        if len(spelled) == 1:
            self.words.setdefault(spelled[0], []).append(entry)
        elif spelled:
            self.phrases.setdefault(spelled[0], []).append((spelled, entry))

    def _add_names(self) -> None:
        """Names and synonyms of the processes, where the words listed by hand say nothing of them yet."""
        unheard = []
        for each in taxonomy().processes.values():
            entry = _entry(PROCESS, "word", f"{each.process}:{NAME_WEIGHT}")
            for name in each.names:
                spelled = [word for word, _, _ in tokens(name)]
                if len("".join(spelled)) > 3 and not self._heard(spelled):
                    unheard.append((name, entry))
        for name, entry in unheard:
            self._add(name, entry)

    def _heard(self, spelled: list[str]) -> bool:
        if any(self.phrase_at(spelled, at)[0] for at in range(len(spelled))):
            return True
        return any(match.entry.kind != CONTEXT for word in spelled for match in self._listed(word))

    def stems(self, token: str) -> tuple[str, ...]:
        """The token and what is left of it without each ending it has, longest first."""
        cut = (token[:end] for end in range(len(token) - 1, 1, -1) if token[end:] in endings())
        return (token, *cut)

    def phrase_at(self, words: list[str], at: int) -> tuple[int, tuple[Entry, ...]]:
        """How many words the longest phrase beginning here has, and what it says; an exact one goes first."""
        best: tuple[int, tuple[Entry, ...]] = (0, ())
        for stem in self.stems(words[at]):
            for spelled, entry in self.phrases.get(stem, ()):
                size = len(spelled)
                if size < best[0] or at + size > len(words):
                    continue
                if not _continues(spelled, words[at : at + size]):
                    continue
                if entry.where == "exact":
                    if words[at + size - 1] == spelled[-1]:
                        return size, (entry,)
                else:
                    best = (size, (*best[1], entry) if size == best[0] else (entry,))
        return best

    @lru_cache(maxsize=100_000)  # noqa: B019 - one lexicon lives as long as the program
    def match(self, token: str) -> tuple[Match, ...]:
        """The entries met in a word: as listed, or without rings and dots if that says more, else one letter wrong."""
        listed, bare = self._listed(token), self._listed_bare(token)
        return (bare if _letters(bare) > _letters(listed) else listed) or self._misspelled(token)

    def _listed_bare(self, token: str) -> tuple[Match, ...]:
        if not token.isascii() or len(token) < LEAST_BARE:
            return ()
        return tuple(replace(each, factor=BARE_FACTOR) for each in self._met_in(token, self._bare))

    def _listed(self, token: str) -> tuple[Match, ...]:
        return self._met_in(token, self.words)

    def _met_in(self, token: str, words: dict[str, list[Entry]]) -> tuple[Match, ...]:
        size = len(token)
        found = [
            Match(entry, start, end, 1.0)
            for start in range(size)
            for end in range(start + 2, size + 1)
            for entry in words.get(token[start:end], ())
            if _fits(entry.where, start, end, token)
        ]
        found.sort(key=lambda each: (each.start - each.end, each.entry.where != "exact", each.start))
        kept: list[Match] = []
        for each in found:
            spans = [(other.start, other.end) for other in kept]
            if (each.start, each.end) in spans:
                if kept[spans.index((each.start, each.end))].entry.where != "exact":
                    kept.append(each)
            elif all(each.end <= start or each.start >= end for start, end in spans):
                kept.append(each)
        return tuple(sorted(kept, key=lambda each: each.start))

    def _misspelled(self, token: str) -> tuple[Match, ...]:
        if len(token) < LEAST_TYPO or not token.isalpha():
            return ()
        for stem in self.stems(token):
            if len(stem) < LEAST_TYPO - 1:
                break
            near = nearest.extractOne(stem, self._long, scorer=OSA.distance, score_cutoff=1)
            if near is not None:
                return tuple(Match(entry, 0, len(token), TYPO_FACTOR) for entry in self.words[near[0]])
        return ()

    @lru_cache(maxsize=100_000)  # noqa: B019 - as above
    def alike(self, token: str) -> tuple[Match, ...]:
        """What the listed words that look most like an unknown one say, by shared trigrams."""
        grams = _trigrams(token)
        shared: dict[str, int] = {}
        for gram in grams:
            for word in self._by_trigram.get(gram, ()):
                shared[word] = shared.get(word, 0) + 1
        ranked = sorted(
            ((2 * count / (len(grams) + len(_trigrams(word))), word) for word, count in shared.items()),
            key=lambda pair: (-pair[0], pair[1]),
        )
        return tuple(
            Match(entry, 0, len(token), ALIKE_FACTOR * likeness)
            for likeness, word in ranked[:3]
            if likeness >= LEAST_ALIKE
            for entry in self.words[word]
        )


def _letters(met: tuple[Match, ...]) -> int:
    """How many letters of a word are spoken for."""
    return len({at for each in met for at in range(each.start, each.end)})


def _trigrams(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _continues(spelled: tuple[str, ...], words: list[str]) -> bool:
    for expected, word in zip(spelled[1:-1], words[1:-1], strict=True):
        if not (word.startswith(expected) and word[len(expected) :] in endings()):
            return False
    last, word = spelled[-1], words[-1]
    if not word.startswith(last):
        return False
    return word[len(last) :] in endings() or len(last) >= LEAST_COMPOUND


def _fits(where: str, start: int, end: int, token: str) -> bool:
    ends = token[end:] in endings()
    if where == "exact":
        return start == 0 and end == len(token)
    if start == 0 and ends:
        return True
    if where == "word":
        return False
    if where == "start":
        return start == 0
    if where == "end":
        return ends and start >= 2
    size = end - start
    if size < LEAST_COMPOUND:
        return False
    return start == 0 or (ends and start >= 2) or (size >= LEAST_MIDDLE and start >= 2)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The one shared lexicon, read at the first call."""
    return Lexicon()

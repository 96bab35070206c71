"""What people said of the words of a text: that they mean a process, or do not; remembered, it corrects later answers.

A lesson holds for every text that has all its words, each in any form with a listed ending. Where lessons contradict
each other the one with more words goes before, since it speaks of fewer texts; of two alike, what was meant stands.
The order in which they were given never matters. Nothing is stored here: a lesson is plain JSON to whoever keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.lexicon import GOODS, PROCESS, lexicon, modifiers, tokens
from graph.measures import read_measures
from graph.taxonomy import taxonomy

NAMED = 3.0  # points of a word that names a process outright
LEAST_STEM = 4  # letters by which two forms of a word are known as one
LEAST_NOUN = 3  # letters before the -a of a noun whose forms change it: kåpa, kåpan, kåpor
NOUN_ENDINGS = ("a", "an", "or", "orna")
LEAST_TELLING = 3  # letters of a word that may be told of
MOST_LETTERS = 4000  # of a text are read


@dataclass(frozen=True, slots=True)
class Lesson:
    """Words that mean some processes and not others; every word folded, every list sorted."""

    words: tuple[str, ...]
    means: tuple[str, ...]
    not_: tuple[str, ...] = ()

    def as_json(self) -> dict[str, list[str]]:
        """What to keep; :meth:`from_json` reads it."""
        return {"words": list(self.words), "means": list(self.means), "not": list(self.not_)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Lesson:
        """The lesson as kept; a process that the taxonomy no longer has is left out.

        Raises KeyError or TypeError for what was never a lesson.
        """
        known = taxonomy().processes
        means, refused = ({each for each in kept[name] if each in known} for name in ("means", "not"))
        words = {word for written in kept["words"] for word, _, _ in tokens(written)}
        return cls(tuple(sorted(words)), tuple(sorted(means)), tuple(sorted(refused - means)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the lessons say of one text."""

    meant: tuple[tuple[str, tuple[str, ...]], ...]  # process, and the words of the text it was said of
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    lesson: Lesson
    forms: tuple[frozenset[str], ...]  # of each word


class Learned:
    """All lessons, ready to be asked about a text; made by :meth:`of`."""

    def __init__(self, rules: Mapping[str, tuple[_Rule, ...]]) -> None:
        self._by_form = rules

    @classmethod
    def of(cls, lessons: Iterable[Lesson]) -> Learned:
        """The lessons in any order; one without words speaks of no text."""
        rules: dict[str, list[_Rule]] = {}
        for lesson in sorted(
            {each for each in lessons if each.words}, key=lambda each: (each.words, each.means, each.not_)
        ):
            rule = _Rule(lesson, tuple(_forms(word) for word in lesson.words))
            for form in rule.forms[0]:
                rules.setdefault(form, []).append(rule)
        return cls({form: tuple(below) for form, below in rules.items()})

    def of_text(self, text: str) -> Verdict:
        """What was meant and what was refused where a text has all the words of a lesson."""
        words = tokens(text[:MOST_LETTERS])
        written: dict[str, str] = {}
        for word, start, end in words:
            for form in lexicon().stems(word):
                written.setdefault(form, text[start:end])
        met = {
            id(rule): rule
            for form in written
            for rule in self._by_form.get(form, ())
            if all(not forms.isdisjoint(written) for forms in rule.forms)
        }
        meant: dict[str, tuple[int, tuple[str, ...]]] = {}
        refused: dict[str, int] = {}
        for rule in sorted(met.values(), key=lambda each: (-len(each.lesson.words), each.lesson.words)):
            size = len(rule.lesson.words)
            here = tuple(
                written[min(forms & written.keys(), key=lambda form: (-len(form), form))] for forms in rule.forms
            )
            for process in rule.lesson.means:
                meant.setdefault(process, (size, here))
            for process in rule.lesson.not_:
                refused.setdefault(process, size)
        kept = {name: said for name, said in meant.items() if said[0] >= refused.get(name, 0)}
        return Verdict(
            tuple((name, here) for name, (_, here) in sorted(kept.items())),
            tuple(sorted(refused.keys() - kept.keys())),
        )


def _forms(word: str) -> frozenset[str]:
    """The word, those of its stems that are long enough to be its own, and the forms of a noun in -a."""
    own = {stem for stem in lexicon().stems(word) if stem == word or len(stem) >= LEAST_STEM}
    for ending in NOUN_ENDINGS:
        noun = word.removesuffix(ending)
        if noun != word and len(noun) >= LEAST_NOUN:
            own.update(noun + each for each in NOUN_ENDINGS)
    return frozenset(own)


def telling_words(text: str) -> tuple[str, ...]:
    """The words that a lesson could be about, folded, the most telling first: goods and unknown words, then doings.

    Numbers, units, grades, standards and function words are never among them.
    """
    text = text[:MOST_LETTERS]
    for found in (taxonomy().find_certificates(text), taxonomy().find_grades(text)):
        for each in found:
            text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    ranked: dict[str, tuple[int, int, int]] = {}
    for at, (word, _, _) in enumerate(tokens(read_measures(text).rest)):
        if len(word) >= LEAST_TELLING and word.isalpha() and word not in modifiers():
            ranked.setdefault(word, (_rank(word), -len(word), at))
    return tuple(sorted(ranked, key=lambda word: ranked[word]))


def _rank(word: str) -> int:
    kinds = {match.entry.kind for match in lexicon().match(word)}
    if not kinds or GOODS in kinds:
        return 0
    return 1 if PROCESS in kinds else 2

"""Which of many regular expressions a text holds, found in one pass: each is only tried where it can begin.

Trying three hundred expressions at every word is slow, so they lie in drawers by the letter or digit they may begin
with. What an expression may begin with is read from its first characters; one that begins otherwise lies in them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph.tables import Found

WORD, WORD_NOT_DECIMAL = r"(?<![^\W_])[^\W_]", r"(?<![^\W_])(?<!\d[.,])[^\W_]"  # where a match may begin
WORD_END = r"(?![^\W_])"


def initials(pattern: str) -> frozenset[str] | None:
    """The folded letters and digits that a match may begin with; None where the pattern does not tell.

    >>> sorted(initials("(?:EN[- ]?)?GJS[- ]?400|GGG-?40") or "")
    ['e', 'g']
    """
    found: set[str] = set()
    for option in _options(pattern):
        rest, optional = option, True
        while optional:
            rest = rest.removeprefix(r"\b")
            if rest.startswith("(?:"):
                size = _group(rest)
                inner, rest = initials(rest[3 : size - 1]), rest[size:]
            else:
                inner, rest = frozenset(rest[:1].casefold()) if rest[:1].isalnum() else None, rest[1:]
            if inner is None or rest[:1] in {"*", "{"}:
                return None
            found |= inner
            optional, rest = rest[:1] == "?", rest[1:]
    return frozenset(found)


def _group(pattern: str) -> int:
    """Where the group that the pattern begins with ends."""
    depth, at = 0, 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] in "()":
            depth += 1 if pattern[at] == "(" else -1
            if not depth:
                return at + 1
        at += 1
    return at


def _options(pattern: str) -> Iterator[str]:
    """The pattern's alternatives, as parted by ``|`` outside every group."""
    start, at = 0, 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "(":
            at += _group(pattern[at:]) - 1
        elif pattern[at] == "|":
            yield pattern[start:at]
            start = at + 1
        at += 1
    yield pattern[start:]


class Patterns:
    """Named expressions, ready to be looked for; of several that match at a place the first listed wins."""

    def __init__(self, listed: Sequence[tuple[str, str, str]], *, begins: str = WORD, ends: str = "") -> None:
        """``listed`` is (pattern, what, detail); ``begins`` matches the first letter, ``ends`` holds after the last."""
        self._listed = listed
        self._begins, self._ends = re.compile(begins), ends
        self._initials = [initials(pattern) for pattern, _, _ in listed]
        self._drawers: dict[str, re.Pattern[str] | None] = {}

    def find(self, text: str) -> Iterator[Found]:
        """Each match in the order of the text, none overlapping another."""
        after = 0
        for word in self._begins.finditer(text):
            at = word.start()
            if at < after:
                continue
            drawer = self._drawer(word.group().casefold())
            match = drawer.match(text, at) if drawer else None
            if match and match.lastgroup:
                _, what, detail = self._listed[int(match.lastgroup[1:])]
                after = match.end()
                yield Found(what, detail, match.start(), after)

    def _drawer(self, letter: str) -> re.Pattern[str] | None:
        if letter not in self._drawers:
            inside = [
                f"(?P<p{at}>{pattern})"
                for at, ((pattern, _, _), first) in enumerate(zip(self._listed, self._initials, strict=True))
                if first is None or letter in first
            ]
            joined = re.compile(rf"(?:{'|'.join(inside)}){self._ends}", re.IGNORECASE) if inside else None
            self._drawers[letter] = joined
        return self._drawers[letter]

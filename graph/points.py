"""Which processes the evidence of a text names: points counted, corrected by what people said, ranked and cut.

A score is 1 - exp(-points / SCALE): a rank with a floor, not a probability. Of several words for one process the
strongest counts whole and the others by ``REPEATED``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from graph.learned import NAMED, Verdict
from graph.taxonomy import taxonomy

SCALE = 2.5
REPEATED = 0.5
LEAST_POINTS = 0.5  # below this a process is not worth naming
LEAST_SHARE = 0.18  # of the best one's points
MOST_GUESSES = 8


@dataclass(frozen=True, slots=True)
class ProcessGuess:
    """A process the text asks for, most general code; ``narrower`` lists the special ones the words point at."""

    process: str
    family: str
    score: float  # 0..1
    why: tuple[str, ...]
    narrower: tuple[str, ...] = ()


class Points:
    """Points for each process, with the words they came from."""

    def __init__(self) -> None:
        self._for: dict[str, list[float]] = {}
        self._words: dict[str, dict[str, float]] = {}
        self._taught: set[str] = set()

    def add(self, process: str, points: float, words: Iterable[str]) -> None:
        """Say that these words speak for a process, or with fewer than no points against it."""
        self._for.setdefault(process, []).append(points)
        if points > 0:
            why = self._words.setdefault(process, {})
            for word in words:
                why[word] = why.get(word, 0.0) + points

    def correct(self, verdict: Verdict) -> None:
        """Let what people said of such words stand: what they refused loses all, what they meant goes first."""
        known = taxonomy()
        refused = set(verdict.refused)
        for process in [each for each in self._for if refused & {each, *known.ancestors(each)}]:
            del self._for[process]
            self._words.pop(process, None)
        for process, words in verdict.meant:
            self.add(process, NAMED, words)
            self._taught.add(known.root(process))

    def guesses(self) -> tuple[ProcessGuess, ...]:
        """General processes in order of points, cut where the evidence ends; a special one hides in its general."""
        known = taxonomy()
        special: dict[str, list[tuple[float, str]]] = {}
        totals = {process: self._total(process) for process in self._for}
        for process in sorted(totals):
            root = known.root(process)
            if root != process:
                special.setdefault(root, []).append((-totals[process], process))
                self._words.setdefault(root, {}).update(self._words.get(process, {}))
        for root, below in special.items():
            totals[root] = max(totals.get(root, 0.0), *(-points for points, _ in below))
        self._lift(totals)
        ranked = sorted(
            ((points, process) for process, points in totals.items() if known.root(process) == process),
            key=lambda pair: (-pair[0], pair[1]),
        )
        least = max(LEAST_POINTS, LEAST_SHARE * ranked[0][0]) if ranked else LEAST_POINTS
        return tuple(
            ProcessGuess(
                process,
                known.processes[process].family,
                round(1 - math.exp(-points / SCALE), 4),
                self._why(process),
                tuple(name for _, name in sorted(special.get(process, ()))),
            )
            for points, process in ranked[:MOST_GUESSES]
            if points >= least
        )

    def _lift(self, totals: dict[str, float]) -> None:
        """What people said goes before all that was only counted."""
        best = max((points for process, points in totals.items() if process not in self._taught), default=0.0)
        for process in self._taught:
            totals[process] = max(totals[process], best + LEAST_POINTS)

    def _total(self, process: str) -> float:
        said = self._for[process]
        spoken = [each for each in said if each > 0]
        best = max(spoken, default=0.0)
        return best + REPEATED * (sum(spoken) - best) + sum(each for each in said if each < 0)

    def _why(self, process: str) -> tuple[str, ...]:
        words = self._words.get(process, {})
        return tuple(sorted(words, key=lambda word: (-words[word], word)))

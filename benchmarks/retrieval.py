"""From what is bought to the trade that supplies it, on the real register: all that the register can test.

Upphandlingsmyndigheten's list (``$NARVERK_SHARED/real``, ``../shared`` by default) says what was bought (CPV code with
its label, and a title) and the SNI code of who won, but neither place nor capability: so no ranking of firms can be
tested on it, only whether the words of a contract lead to the right trade. A case is a buyer, a text and the winner's
SNI 2007; all trades of the register are ranked, at two digits and at four.

* ``taxonomy``: ours; text -> processes -> the SNI codes whose firms are likely to have them. It knows what is made in
  a workshop and a few services, so most of what the public buys is outside what it claims to know.
* ``taxonomy+``: the same, with those it says nothing of in order of popularity.
* ``popularity``: how often a trade wins; ``learned``: how often within the longest beginning of the CPV code that was
  seen, then overall. Both are counted over other buyers than the case's own (five folds by buyer).
* ``words``, ``letters``: TF-IDF of words, and of 3-5 letters, between the text and the SNI codes' labels.

Measures as in :mod:`graph.validation`, ties in expected values; 95 % intervals over buyers; no single row is printed.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.ranking import written
from graph.taxonomy import Taxonomy, taxonomy
from graph.understanding import understand
from graph.validation import MEASURES, Floats, Interval, Tie, figures, intervals
from ingest.rows import map_columns
from ingest.sources.procurement import HEADINGS
from ingest.tables import read_tables

HERE = Path(__file__).resolve().parent
FOLDS = 5
CPV_BEGINNINGS = (8, 5, 4, 3, 2)
OURS = ("taxonomy", "taxonomy+")
Scorer = Callable[["Set"], Floats]


@dataclass(frozen=True, slots=True)
class Bought:
    """One contract's buyer, CPV digits, words and the winner's SNI 2007 of five digits with its label."""

    buyer: str
    cpv: str
    text: str
    sni: str
    label: str


@dataclass(frozen=True, slots=True)
class Set:
    """Cases at one depth of the SNI, with all codes to choose among."""

    cases: Sequence[Bought]
    digits: int
    codes: Sequence[str]

    @property
    def right(self) -> list[int]:
        """The index of each case's code."""
        number = {code: at for at, code in enumerate(self.codes)}
        return [number[each.sni[: self.digits]] for each in self.cases]

    @property
    def folds(self) -> list[int]:
        """Of each case, by its buyer alone."""
        return [crc32(each.buyer.encode()) % FOLDS for each in self.cases]


def register() -> list[Bought]:
    """The register's contracts whose winner's SNI is known, each once for a buyer, text and SNI."""
    shared = Path(os.environ.get("NARVERK_SHARED", HERE.parent.parent / "shared"))
    table = read_tables(shared / "real" / "upphandling_2021_kontrakterade_anbud.xlsx")[0]
    at = map_columns(table.headings, HEADINGS)
    found: dict[Bought, None] = {}
    for row in table.rows:
        cpv, _, label = row[at["cpv"]].partition(" ")
        code, _, trade = row[at["supplier_sni"]].partition(" ")
        if code.isdigit() and len(code) in {4, 5}:  # 0: not known; a leading zero is lost in the file
            buyer = row[at["buyer_org_number"]] or row[at["buyer"]]
            found[Bought(buyer, cpv, f"{label}. {row[at['title']]}", code.zfill(5), trade)] = None
    return list(found)


# -- the rankings ------------------------------------------------------------------------------------------------------


@cache
def _asked(text: str) -> tuple[tuple[str, float], ...]:
    return tuple((guess.process, guess.score) for guess in understand(text).processes)


def by_taxonomy(chosen: Set) -> Floats:
    """Score of each understood process times its share in the trade, summed; a division takes its best class."""
    terms = taxonomy()
    number = {code: at for at, code in enumerate(chosen.codes)}
    share: dict[str, Floats] = {}
    scores = np.zeros((len(chosen.cases), len(chosen.codes)))
    classes = {each.sni[:4] for each in chosen.cases}
    for row, case in enumerate(chosen.cases):
        for process, weight in _asked(case.text):
            if process not in share:
                share[process] = _shares(terms, process, classes, number, chosen.digits)
            scores[row] += weight * share[process]
    return scores


def _shares(terms: Taxonomy, process: str, classes: set[str], number: dict[str, int], digits: int) -> Floats:
    found = np.zeros(len(number))
    for code in classes:
        likely = [weight for each, weight in terms.processes_of_sni(code, "2007") if terms.satisfies(each, process)]
        at = number[code[:digits]]
        found[at] = max(found[at], max(likely, default=0.0))
    return found


def by_popularity(chosen: Set) -> Floats:
    """Wins of each trade with other folds' buyers."""
    right, folds = np.array(chosen.right), np.array(chosen.folds)
    counted = [np.bincount(right[folds != fold], minlength=len(chosen.codes)) for fold in range(FOLDS)]
    return np.asarray(counted, dtype=np.float64)[folds, :]


def by_taxonomy_then_popularity(chosen: Set) -> Floats:
    return by_taxonomy(chosen) + 1e-9 * by_popularity(chosen)


def by_cpv(chosen: Set) -> Floats:
    """Wins within the longest beginning of the CPV code that other folds' buyers have bought, then overall."""
    counts: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    pairs = list(zip(chosen.cases, chosen.right, chosen.folds, strict=True))
    for case, right, fold in pairs:
        for length in CPV_BEGINNINGS:
            for other in range(FOLDS):
                if other != fold:
                    counts[other, case.cpv[:length]][right] += 1
    scores = 1e-6 * by_popularity(chosen)
    for row, (case, _, fold) in enumerate(pairs):
        seen = next((counts[fold, case.cpv[:n]] for n in CPV_BEGINNINGS if (fold, case.cpv[:n]) in counts), None)
        for at, count in (seen or {}).items():
            scores[row, at] += count
    return scores


def by_text(analyzer: str, grams: tuple[int, int]) -> Scorer:
    """TF-IDF likeness of the text and all labels of a trade."""

    def score(chosen: Set) -> Floats:
        labels: dict[str, set[str]] = {code: set() for code in chosen.codes}
        for each in chosen.cases:
            labels[each.sni[: chosen.digits]].add(each.label)
        for code in chosen.codes:
            labels[code].add(taxonomy().sni_label(code, "2007") or "")
        vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=grams, sublinear_tf=True, lowercase=True)
        matrix = vectorizer.fit_transform([" ".join(sorted(labels[code])) for code in chosen.codes])
        asked = vectorizer.transform([each.text for each in chosen.cases])
        return np.asarray((asked @ matrix.T).toarray(), dtype=np.float64)

    return score


SCORERS: dict[str, Scorer] = {
    "taxonomy": by_taxonomy,
    "taxonomy+": by_taxonomy_then_popularity,
    "popularity": by_popularity,
    "learned": by_cpv,
    "words": by_text("word", (1, 2)),
    "letters": by_text("char_wb", (3, 5)),
}


# -- measuring ---------------------------------------------------------------------------------------------------------


@cache
def _figures(tie: Tie) -> tuple[float, ...]:
    return figures((tie,), 1)


def measured(scores: Floats, right: Sequence[int]) -> Floats:
    """The measures of each case; where all codes are tied the order is chance."""
    own = scores[np.arange(len(right)), right][:, None]
    before, size = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.array([_figures(Tie(int(a), int(b), 1)) for a, b in zip(before, size, strict=True)])


def report(title: str, cases: Sequence[Bought], digits: int) -> None:
    started = time.perf_counter()
    chosen = Set(cases, digits, sorted({each.sni[:digits] for each in cases}))
    right, buyers = chosen.right, [each.buyer for each in cases]
    values = {name: measured(scorer(chosen), right) for name, scorer in SCORERS.items()}
    pairs = [(ours, name) for ours in OURS for name in SCORERS if name not in OURS]
    ahead = [values[ours] - values[name] for ours, name in pairs]
    found = intervals(np.concatenate([*values.values(), *ahead], axis=1), buyers)
    rows = [found[at : at + len(MEASURES)] for at in range(0, len(found), len(MEASURES))]
    print(
        f"\n{title}, SNI at {digits} digits: {len(cases)} cases of {len(set(buyers))} buyers, {len(chosen.codes)} codes"
    )
    silent = sum(not _asked(each.text) for each in cases)
    print(f"no process is understood in {silent} of the cases ({time.perf_counter() - started:.0f} s)")
    print(f"{'':22}" + "".join(f"{name:27}" for name in MEASURES))
    for name, row in zip(SCORERS, rows, strict=False):
        print(f"{name:22}" + "".join(f"{written(each):27}" for each in row))
    print("ahead of (paired; * where the interval excludes 0)")
    gains = dict(zip(pairs, rows[len(SCORERS) :], strict=True))
    for (ours, name), gain in gains.items():
        print(f"  {f'{ours} - {name}':20}" + "".join(f"{written(each, signed=True):27}" for each in gain))
    print(verdict(gains))


def verdict(gains: Mapping[tuple[str, str], Sequence[Interval]]) -> str:
    """Which plain rankings beat ours by more than chance."""
    said = []
    for ours in OURS:
        ahead = [
            name
            for (own, name), gain in gains.items()
            if own == ours and any(each.excludes_zero and each.mean < 0 for each in gain)
        ]
        said.append(f"{ours} is beaten on some measure by {', '.join(ahead)}" if ahead else f"nothing beats {ours}")
    return "; ".join(said)


def main() -> None:
    bought = register()
    made = [each for each in bought if taxonomy().is_manufacturing(each.sni)]
    print("Tests which trade sells what, and nothing else: the register has neither places nor capabilities.")
    for title, cases in (("all suppliers", bought), ("manufacturers alone (SNI 10-33)", made)):
        for digits in (2, 4):
            report(title, cases, digits)


if __name__ == "__main__":
    main()

"""How often the processes of a labelled part are among the first three guesses, beside word TF-IDF and BM25.

Recall at k of a text: the share of its labels hit by the first k processes (a label is a list of accepted codes).
The interval is a 95 % percentile bootstrap over texts; gains are paired, text by text. Four lists: our own texts
(``tests/data/part_texts.csv``, written before the word lists), whose one half, chosen by a hash, the words were tuned
on and whose other half nobody looked at one by one, and those written after them; a second list written blind, without
sight of any word list (``part_texts_second.csv``), halved likewise; and the list in ``$NARVERK_SHARED/samples``
(``../shared`` by default), never learned from. Single texts are not printed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from graph.learned import Learned, Lesson, telling_words
from graph.taxonomy import taxonomy
from graph.understanding import understand

Ranker = Callable[[str], list[str]]
Case = tuple[str, list[list[str]]]
SEED, DRAWS = 1, 10_000
HERE = Path(__file__).resolve().parent


def samples() -> list[Case]:
    shared = Path(os.environ.get("NARVERK_SHARED", HERE.parent.parent / "shared"))
    path = shared / "samples" / "part_descriptions.json"
    if not path.exists():
        return []
    return [(each["text"], each["accepted"]) for each in json.loads(path.read_text(encoding="utf-8"))]


def own_texts(words: str = "before", name: str = "part_texts.csv") -> list[Case]:
    """Our own labelled texts: written before the lists were widened, after they were finished, or unseen of them."""
    with (HERE.parent / "tests" / "data" / name).open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file, delimiter=";") if row["words"] == words]
    return [(row["text"], [label.split("|") for label in row["accepted"].split()]) for row in listed]


def held_out(text: str) -> bool:
    """Whether a text is of the half that the words were never tuned on: by its hash, so that nobody chose."""
    return hashlib.sha256(text.encode("utf-8")).digest()[0] % 2 == 1


def documents() -> tuple[list[str], list[str]]:
    """The general processes and, for each, its names and synonyms: all a baseline has to go by."""
    every = [each for each in taxonomy().processes.values() if each.parent is None]
    return [each.process for each in every], [" ".join(each.names).casefold() for each in every]


def ours(text: str) -> list[str]:
    return [guess.process for guess in understand(text).processes]


def tfidf(analyzer: str, grams: tuple[int, int]) -> Ranker:
    codes, texts = documents()
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=grams, sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts)

    def rank(text: str) -> list[str]:
        alike = (matrix @ vectorizer.transform([text.casefold()]).T).toarray().ravel()
        return [codes[at] for at in np.argsort(-alike, kind="stable") if alike[at] > 0]

    return rank


def bm25(k1: float = 1.5, b: float = 0.75) -> Ranker:
    codes, texts = documents()
    split = [re.findall(r"\w+", text) for text in texts]
    counts = [Counter(words) for words in split]
    mean = sum(map(len, split)) / len(split)
    documents_with = Counter(word for count in counts for word in count)

    def score(at: int, words: list[str]) -> float:
        total = 0.0
        for word in words:
            often = counts[at][word]
            rare = math.log(1 + (len(texts) - documents_with[word] + 0.5) / (documents_with[word] + 0.5))
            total += rare * often * (k1 + 1) / (often + k1 * (1 - b + b * len(split[at]) / mean))
        return total

    def rank(text: str) -> list[str]:
        words = re.findall(r"\w+", text.casefold())
        scores = [score(at, words) for at in range(len(codes))]
        order = sorted(range(len(codes)), key=lambda at: -scores[at])
        return [codes[at] for at in order if scores[at] > 0]

    return rank


def recall(rank: Ranker, k: int, cases: Sequence[Case]) -> NDArray[np.float64]:
    shares = []
    for text, labels in cases:
        first = set(rank(text)[:k])
        shares.append(sum(bool(first.intersection(label)) for label in labels) / len(labels))
    return np.array(shares)


def interval(shares: NDArray[np.float64]) -> tuple[float, float]:
    drawn = np.random.default_rng(SEED).integers(0, len(shares), (DRAWS, len(shares)))
    low, high = np.percentile(shares[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def compare(title: str, cases: Sequence[Case]) -> None:
    """Print recall at 1 and 3 of one list, ours beside the baselines."""
    rankers: dict[str, Ranker] = {
        "understand": ours,
        "word TF-IDF": tfidf("word", (1, 2)),
        "BM25": bm25(),
        "char TF-IDF 3-5": tfidf("char_wb", (3, 5)),
    }
    print(f"{title}: {len(cases)} texts")
    for k in (1, 3):
        found = {name: recall(rank, k, cases) for name, rank in rankers.items()}
        for name, shares in found.items():
            low, high = interval(shares)
            line = f"recall@{k}  {name:16} {shares.mean():.3f} [{low:.3f}, {high:.3f}]"
            if name != "understand":
                gain = found["understand"] - shares
                low, high = interval(gain)
                line += f"   gain of understand {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
            print(line)


def lessons(cases: Sequence[Case], words: int) -> list[Lesson]:
    """What a person would have said where the first guess was wrong: of so many of the text's telling words."""
    taught = []
    for text, labels in cases:
        first, accepted = ours(text)[:1], [label[0] for label in labels]
        told = tuple(sorted(telling_words(text)[:words]))
        if told and not any(set(label) & set(first) for label in labels):
            taught.append(Lesson(told, tuple(sorted(accepted)), tuple(first)))
    return taught


def taught_half(cases: Sequence[Case]) -> None:
    """Whether what was said of the one half's texts helps the other half's first guess, and the other way round."""
    halves = [[case for case in cases if held_out(case[0]) is side] for side in (False, True)]
    for words in (1, 2):
        gains = []
        for here, there in (halves, halves[::-1]):
            learned = Learned.of(lessons(here, words))

            def corrected(text: str, known: Learned = learned) -> list[str]:
                return [guess.process for guess in understand(text, learned=known).processes]

            gains.append(recall(corrected, 1, there) - recall(ours, 1, there))
        gain = np.concatenate(gains)
        low, high = interval(gain)
        print(
            f"taught by the other half, {words} words a lesson: recall@1 {gain.mean():+.4f} [{low:+.4f}, {high:+.4f}]"
        )


def main() -> None:
    print(f"{DRAWS} bootstrap draws, seed {SEED}")
    every = own_texts()
    compare("own texts, tuned on", [case for case in every if not held_out(case[0])])
    compare("own texts, held out", [case for case in every if held_out(case[0])])
    later = own_texts("after")
    compare("own texts, written afterwards, looked at", [case for case in later if not held_out(case[0])])
    compare("own texts, written afterwards, held out", [case for case in later if held_out(case[0])])
    second = own_texts("blind", "part_texts_second.csv")
    compare("second list, tuned on", [case for case in second if not held_out(case[0])])
    compare("second list, held out", [case for case in second if held_out(case[0])])
    compare("second list, whole", second)
    if known := samples():
        compare("samples", known)
    taught_half(every + later)
    start = time.perf_counter()
    for text, _ in every:
        understand(text)
    print(f"{(time.perf_counter() - start) / len(every) * 1e3:.2f} ms a text, warm")


if __name__ == "__main__":
    main()

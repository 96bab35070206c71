"""How often the processes of a labelled part are among the first three guesses, beside word TF-IDF and BM25.

Recall at k of a text: the share of its labels hit by the first k processes (a label is a list of accepted codes).
The interval is a 95 % percentile bootstrap over texts; gains are paired, text by text. The list is read from
``$NARVERK_SHARED/samples`` (``../shared`` by default) and never learned from; single texts are not printed.
"""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from graph.taxonomy import taxonomy
from graph.understanding import understand

Ranker = Callable[[str], list[str]]
SEED, DRAWS = 1, 10_000
HERE = Path(__file__).resolve().parent


def cases() -> list[tuple[str, list[list[str]]]]:
    shared = Path(os.environ.get("NARVERK_SHARED", HERE.parent.parent / "shared"))
    listed = json.loads((shared / "samples" / "part_descriptions.json").read_text(encoding="utf-8"))
    return [(each["text"], each["accepted"]) for each in listed]


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


def recall(rank: Ranker, k: int) -> NDArray[np.float64]:
    shares = []
    for text, labels in cases():
        first = set(rank(text)[:k])
        shares.append(sum(bool(first.intersection(label)) for label in labels) / len(labels))
    return np.array(shares)


def interval(shares: NDArray[np.float64]) -> tuple[float, float]:
    drawn = np.random.default_rng(SEED).integers(0, len(shares), (DRAWS, len(shares)))
    low, high = np.percentile(shares[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def main() -> None:
    rankers: dict[str, Ranker] = {
        "understand": ours,
        "word TF-IDF": tfidf("word", (1, 2)),
        "BM25": bm25(),
        "char TF-IDF 3-5": tfidf("char_wb", (3, 5)),
    }
    print(f"{len(cases())} texts, {DRAWS} bootstrap draws, seed {SEED}")
    for k in (1, 3):
        found = {name: recall(rank, k) for name, rank in rankers.items()}
        for name, shares in found.items():
            low, high = interval(shares)
            line = f"recall@{k}  {name:16} {shares.mean():.3f} [{low:.3f}, {high:.3f}]"
            if name != "understand":
                gain = found["understand"] - shares
                low, high = interval(gain)
                line += f"   gain of understand {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
            print(line)
    start = time.perf_counter()
    for text, _ in cases():
        understand(text)
    print(f"{(time.perf_counter() - start) / len(cases()) * 1e3:.2f} ms a text, warm")


if __name__ == "__main__":
    main()

"""Which spellings are taken for one firm, measured on a labelled list: ``python -m benchmarks.names``.

The list, ``tests/data/firm_names.csv``, holds pairs of invented Swedish firm names: two spellings of one firm, or two
firms with like names, each with its phenomenon. Half of it (drawn by a hash) was looked at while the rule was made, the
other half was not. In each pair one name has a number and the other has none. Merged: the identity rule takes them for
one company. Asked: the pair is put to a person, with all names of the list known. The precision is the share of merged
pairs that are one firm, with its Wilson interval.

``python -m benchmarks.names REGISTER.xlsx`` does the same among the suppliers of a register (their names in a column of
Upphandlingsmyndigheten's statistics), all of them known at once: which of its firms would be taken for each other, and
what becomes of names of theirs that were damaged at random. A damaged name that is wrongly merged is another firm's.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Literal

from graph.identity import Sighting, companies_of, place_of
from graph.names import legal_forms, name_key, says_sole_trader
from graph.spellings import is_meant_for, spelling
from ingest.identify import doubts
from ingest.identity import company_subject
from ingest.tables import read_tables

LIST = Path(__file__).resolve().parents[1] / "tests" / "data" / "firm_names.csv"
SECRET = b"of this measurement only"
Outcome = Literal["merged", "asked", "apart"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names and what is known of them; places are municipality codes, "" unknown."""

    name: str
    other: str
    is_same: bool
    phenomenon: str
    half: str  # design or held_out
    place: str
    other_place: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of some pairs; shares lie between 0 and 1."""

    same: Counter[Outcome]
    different: Counter[Outcome]

    @property
    def recall_merged(self) -> float:
        """Of the pairs that are one firm: the share taken for one."""
        return self.same["merged"] / self.same.total()

    @property
    def recall_found(self) -> float:
        """Merged, or put to a person."""
        return 1 - self.same["apart"] / self.same.total()

    @property
    def precision(self) -> tuple[float, float, float]:
        """Of what was merged: the share that is one firm, and the ends of its interval."""
        merged = self.same["merged"] + self.different["merged"]
        return (self.same["merged"] / merged, *wilson(self.same["merged"], merged))


def pairs() -> list[Pair]:
    """The labelled list, in its order."""
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [
            Pair(
                row["name"], row["other"], row["meaning"] == "same", row["phenomenon"], row["half"],
                row["place"], row["other_place"],
            )
            for row in csv.DictReader(lines)
        ]  # fmt: skip


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """95 % interval of a share, after Wilson 1927."""
    z = 1.959964
    centre = (hits + z * z / 2) / (tries + z * z)
    half = z * sqrt(hits * (tries - hits) / tries + z * z / 4) / (tries + z * z)
    return max(0.0, centre - half), min(1.0, centre + half)


def subjects(number: int, pair: Pair) -> tuple[str, str]:
    """The identifiers of a pair: the other name has a number, unless it is a natural person's."""
    one = company_subject(secret=SECRET, name=pair.name, municipality=pair.place)
    if says_sole_trader(pair.other):
        return one, company_subject(secret=SECRET, name=pair.other, municipality=pair.other_place)
    return one, f"org:{4_000_000_000 + number}"


def outcomes(listed: Sequence[Pair]) -> list[Outcome]:
    """What becomes of each pair."""
    ends = [subjects(number, pair) for number, pair in enumerate(listed)]
    names: dict[str, set[str]] = {}
    for (one, other), pair in zip(ends, listed, strict=True):
        names.setdefault(one, set()).add(name_key(pair.name))
        names.setdefault(other, set()).add(name_key(pair.other))
    asked = {frozenset((each.one, each.other)) for each in doubts(names, {each: each for each in names}, [], names)}
    found: list[Outcome] = []
    for (one, other), pair in zip(ends, listed, strict=True):
        company_of = companies_of(
            {
                one: Sighting(frozenset({spelling(pair.name)}), _known(place_of(one)), legal_forms(pair.name)),
                other: Sighting(frozenset({spelling(pair.other)}), _known(pair.other_place), legal_forms(pair.other)),
            },
            [],
        )
        is_merged = company_of[one] == company_of[other]
        found.append("merged" if is_merged else "asked" if frozenset((one, other)) in asked else "apart")
    return found


def _known(place: str) -> frozenset[str]:
    return frozenset({place} - {""})


def figures(judged: Iterable[tuple[Pair, Outcome]]) -> Figures:
    """The outcomes counted by what is true."""
    same: Counter[Outcome] = Counter()
    different: Counter[Outcome] = Counter()
    for pair, outcome in judged:
        (same if pair.is_same else different)[outcome] += 1
    return Figures(same, different)


# -- among the firms of a register -------------------------------------------------------------------------------------

COLUMN = "Namn för leverantör"
DRAWN = 1000
FIELD = 30
LETTERS = "abdefghijklmnoprstuvåäö"


def register_names(path: Path) -> list[str]:
    """The names of the suppliers, each once by its key."""
    (table,) = (each for each in read_tables(path) if COLUMN in each.headings)
    at = table.headings.index(COLUMN)
    named = {row[at] for row in table.rows} - {""}
    return sorted({name_key(each): each for each in sorted(named)}.values())


def taken_for_each_other(names: Sequence[str]) -> list[tuple[str, str]]:
    """Names of which one would be merged with the other, had it no number."""
    near: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for key in spelling(name).near_keys:
            near[key].append(name)
    return sorted(
        {
            (one, other)
            for alike in near.values()
            for one in alike
            for other in alike
            if one != other and is_meant_for(spelling(one), spelling(other))
        }
    )


def slipped(name: str, rng: random.Random) -> str:
    """One letter swapped with the next, left out, written twice or wrong."""
    at = rng.choice([place for place, each in enumerate(name) if each.isalpha() and place])
    letter, rest = name[at], name[at + 1 :]
    ways = (rest[:1] + letter + rest[1:], rest, letter + letter + rest, rng.choice(LETTERS) + rest)
    return name[:at] + rng.choice(ways)


DAMAGES: dict[str, Callable[[str, random.Random], str]] = {
    "slip": slipped,
    "cut off": lambda name, _: name[:FIELD],
    "without marks": lambda name, _: name.upper().translate(str.maketrans("ÅÄÖÉÜ", "AAOEU")),
    "marks lost": lambda name, _: "".join(each if each.isascii() else "?" for each in name),
    "another order": lambda name, rng: " ".join(rng.sample(name.split(), len(name.split()))),
    "a hyphen": lambda name, _: name.replace(" ", "-", 1),
}


def damaged_among(names: Sequence[str], kind: str) -> Counter[str]:
    """How many of :data:`DRAWN` damaged names are merged with their own firm, with another's, or stand alone."""
    rng = random.Random(kind)  # noqa: S311 - a measurement
    known = {f"org:{4_000_000_000 + number}": _sighting(name) for number, name in enumerate(names)}
    drawn: dict[str, str] = {}
    for subject in rng.sample(sorted(known), len(known)):
        name = names[int(subject.removeprefix("org:")) - 4_000_000_000]
        damaged = DAMAGES[kind](name, rng)
        if damaged != name and len(drawn) < DRAWN:
            drawn[f"name:{len(drawn)}"] = subject
            known[f"name:{len(drawn) - 1}"] = _sighting(damaged)
    company_of = companies_of(known, [])
    return Counter(
        "merged" if company_of[weak] == own else "alone" if company_of[weak] == weak else "wrong"
        for weak, own in drawn.items()
    )


def _sighting(name: str) -> Sighting:
    return Sighting(frozenset({spelling(name)}), frozenset(), legal_forms(name))


def of_register(path: Path) -> None:
    """Print what would be merged among the firms of a register."""
    names = register_names(path)
    print(f"{len(names)} firms of a register; taken for each other: {taken_for_each_other(names)}")
    for kind in DAMAGES:
        count = damaged_among(names, kind)
        told = ", ".join(f"{each} {count[each]}" for each in ("merged", "alone", "wrong"))
        print(f"  {kind:14} {count.total():5} names: {told}")


def main() -> None:
    if len(sys.argv) > 1:
        of_register(Path(sys.argv[1]))
        return
    listed = pairs()
    judged = list(zip(listed, outcomes(listed), strict=True))
    for half in ("design", "held_out", "both"):
        found = figures(each for each in judged if half in (each[0].half, "both"))
        share, low, high = found.precision
        print(
            f"{half:9} {found.same.total()} pairs of one firm: merged {found.recall_merged:.1%},"
            f" merged or asked {found.recall_found:.1%}; {found.different.total()} near-twins:"
            f" merged {found.different['merged']}, asked {found.different['asked']};"
            f" precision of merging {share:.2%} [{low:.2%}, {high:.2%}]"
        )
    for is_same, title in ((True, "one firm"), (False, "two firms")):
        print(f"\n{title:24} merged asked apart")
        for phenomenon in dict.fromkeys(pair.phenomenon for pair in listed if pair.is_same is is_same):
            count = Counter(outcome for pair, outcome in judged if pair.phenomenon == phenomenon)
            print(f"  {phenomenon:22} {count['merged']:6} {count['asked']:5} {count['apart']:5}")


if __name__ == "__main__":
    main()

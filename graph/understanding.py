"""What a part's text asks for: processes, material, certificates, sizes, and what should be asked when it is thin.

Evidence is counted in points: a word that names a process outright says 3, goods and materials say less, and some
things only speak together (a cover of sheet metal is bent, a cover of plastic moulded: ``contexts.csv``). What people
said of such words (``graph/learned.py``) goes before what is counted. Every score, material, certificate and measure
carries the words it came from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from graph.learned import MOST_LETTERS, Learned
from graph.lexicon import GOODS, PROCESS, Entry, Lexicon, Match, lexicon, modifiers, tokens
from graph.measures import Measures, Sizes, read_measures, tolerance_is_tight
from graph.points import Points, ProcessGuess
from graph.tables import Found, Weighted, rows, weights
from graph.taxonomy import taxonomy

__all__ = ["MaterialFound", "ProcessGuess", "Understanding", "understand"]

COMPOUND_PART, NOUN_PART, AFTER_PREPOSITION = 0.4, 0.5, 0.5
WRONG_MATERIAL = 0.75  # for a process that the table does not know in any material found
CN_POINTS = 1.5
HEAVY_KG, LARGE_MM, SMALL_MM, THIN_MM, THICK_MM, SERIES, SINGLE = 400, 1500, 12, 4, 16, 20_000, 5
THICKEST_MM = 120  # of a lone measure that is taken for the thickness of a plate
FLAT = frozenset({"#sheet", "#plate", "#wear"})
SERVICE = frozenset({"services", "quality"})  # where one of these is named outright, goods are what it is done to
SERVED = 0.6
KEY_FITS = ("P9", "JS9", "D10")  # of a key in its way
LEAST_SURE = 0.45  # of the best guess, below which it is asked what is to be done
MATERIAL_KIN = ({"steel", "hardened_steel", "hss"}, {"copper", "brass"}, {"plastic", "polyurethane"})


@dataclass(frozen=True, slots=True)
class MaterialFound:
    """A material named in the text, with its grade when one is given."""

    material: str
    grade: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood; a field that is None or empty was not said."""

    processes: tuple[ProcessGuess, ...]  # best first
    materials: tuple[MaterialFound, ...]
    certificates: tuple[str, ...]
    sizes: Sizes
    tolerance: str | None
    weight_kg: float | None  # of one piece
    annual_quantity: int | None
    questions: tuple[str, ...]  # which_process, which_material, how_heavy, how_large, how_many: at most three
    certificate_words: tuple[tuple[str, str], ...] = ()  # each certificate and the words it was read from
    measure_words: tuple[tuple[str, str], ...] = ()  # "weight_kg", "length_mm", "tolerance", "roughness" ... likewise


@dataclass(frozen=True, slots=True)
class _Hit:
    entry: Entry
    word: str
    factor: float


@dataclass(frozen=True, slots=True)
class _Rule:
    needs: frozenset[str]
    bars: frozenset[str]
    says: Weighted


def understand(text: str, *, cn_code: str | None = None, learned: Learned | None = None) -> Understanding:
    """Read a part's text in Swedish or English; never raises, and the same text gives the same answer.

    ``learned`` is what people said of words in other texts, if anything.
    """
    text = unicodedata.normalize("NFC", text)[:MOST_LETTERS]
    certificates = taxonomy().find_certificates(text)
    rest = _blank(text, certificates)
    grades = taxonomy().find_grades(rest)
    numbered = [each for each in grades if any(map(str.isdigit, rest[each.start : each.end]))]
    measures = read_measures(_blank(rest, numbered))
    hits = _hits(measures.rest)
    materials = _materials(text, grades, hits)
    measures = _flat(measures, hits)
    tags = _tags(hits, materials, measures)
    points = Points()
    _count(points, hits, tags, materials)
    for process, weight in taxonomy().processes_of_hs(cn_code or ""):
        points.add(process, weight * CN_POINTS, (f"CN {cn_code}",))
    if learned is not None:
        points.correct(learned.of_text(text))
    guesses = points.guesses()
    return Understanding(
        guesses,
        materials,
        tuple(dict.fromkeys(each.what for each in certificates)),
        measures.sizes,
        measures.tolerance,
        measures.weight_kg,
        measures.annual_quantity,
        _questions(guesses, materials, measures),
        tuple((each.what, each.detail) for each in certificates),
        measures.words,
    )


# -- words ----------------------------------------------------------------------------------------------------


def _blank(text: str, found: Iterable[Found]) -> str:
    for each in found:
        text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text


def _hits(text: str) -> list[_Hit]:
    """The listed words of the text; a denied one is left out, the less important ones are lessened."""
    said, words = lexicon(), tokens(text)
    found = _met(said, [word for word, _, _ in words])
    if not found:
        unknown = [
            (at, at, match) for at, (word, _, _) in enumerate(words) if len(word) > 3 for match in said.alike(word)
        ]
        found = unknown[:6]
    hits = []
    for at, last, match in found:
        effect = _effect(text, words, at, last)
        if effect <= 0 or _freed(words, last, match):
            continue
        written = text[words[at][1] : words[last][2]]
        effect = effect * _place(found, at, last, match) if match.entry.kind == GOODS else 1.0
        hits.append(_Hit(match.entry, written, effect * match.factor))
    return hits


def _met(said: Lexicon, words: list[str]) -> list[tuple[int, int, Match]]:
    """Entries met, with the first and the last of their words; the longest phrase goes before single words."""
    met, at = [], 0
    while at < len(words):
        size, entries = said.phrase_at(words, at)
        if size:
            met += [(at, at + size - 1, Match(entry, 0, len(words[at + size - 1]), 1.0)) for entry in entries]
        else:
            met += [(at, at, match) for match in said.match(words[at])]
        at += size or 1
    return met


def _effect(text: str, words: list[tuple[str, int, int]], at: int, last: int) -> float:
    """0 where the words before deny it, less where they only say what it is for."""
    known, effect = modifiers(), 1.0
    for before in range(at - 1, -1, -1):
        if any(mark in ",.;:()\n" for mark in text[words[before][2] : words[before + 1][1]]):
            break
        kind = known.get(words[before][0])
        if kind == "negates" and at - before <= 2:
            return 0.0
        if kind == "lessens":
            effect = AFTER_PREPOSITION
    after = words[last + 1][0] if last + 1 < len(words) else ""
    return 0.0 if known.get(after) == "frees" else effect


def _freed(words: list[tuple[str, int, int]], last: int, match: Match) -> bool:
    """Whether the word ends by denying what it begins with: ``svetsfri``."""
    tail = words[last][0][match.end :]
    return bool(tail) and modifiers().get(tail) in {"frees", "ends_free"}


def _place(found: list[tuple[int, int, Match]], at: int, last: int, match: Match) -> float:
    """How much goods count by their place: the last part of a compound and the last noun are the thing itself."""
    factor = 1.0
    for other_at, other_last, other in found:
        if other.entry.kind != GOODS or other is match:
            continue
        if (other_at, other_last) == (at, last) and other.start >= match.end:
            factor = min(factor, COMPOUND_PART)
        elif other_at == last + 1:
            factor = min(factor, NOUN_PART)
    return factor


def _flat(measures: Measures, hits: list[_Hit]) -> Measures:
    """A lone measure of sheet or plate is its thickness: ``fästplatta 20 mm``."""
    sizes = measures.sizes
    lone = sizes.length_mm is not None and sizes == Sizes(length_mm=sizes.length_mm, thread=sizes.thread)
    if not lone or (sizes.length_mm or 0) > THICKEST_MM or not any(FLAT & hit.entry.tags for hit in hits):
        return measures
    return replace(measures, sizes=Sizes(thickness_mm=sizes.length_mm, thread=sizes.thread))


# -- materials and tags ------------------------------------------------------------------------------------------


def _materials(text: str, grades: tuple[Found, ...], hits: list[_Hit]) -> tuple[MaterialFound, ...]:
    found = {
        (each.what, each.detail): MaterialFound(each.what, each.detail, text[each.start : each.end])
        for each in reversed(grades)
    }
    ordered = list(reversed(found.values()))
    graded = {each.material for each in ordered}
    for hit in hits:
        for tag in sorted(hit.entry.tags):
            if tag[0] == "=" and tag[1:] not in graded:
                graded.add(tag[1:])
                ordered.append(MaterialFound(tag[1:], None, hit.word))
    special = graded & {"stainless", "hss", "hardened_steel", "cast_iron"}
    return tuple(each for each in ordered if not (special and each.material == "steel" and each.grade is None))


def _tags(hits: list[_Hit], materials: tuple[MaterialFound, ...], measures: Measures) -> dict[str, tuple[str, ...]]:
    """What holds of the part, each with the words that say so."""
    tags: dict[str, tuple[str, ...]] = {f"={each.material}": (each.words,) for each in materials}
    for hit in hits:
        for tag in hit.entry.tags:
            if tag[0] == "=":
                continue
            tags[tag] = tuple(dict.fromkeys((*tags.get(tag, ()), hit.word)))
    for each in materials:
        for tag in taxonomy().grade_tags.get(each.grade or "", ()):
            tags.setdefault(tag, (each.words,))
    for tag, words in _measured(measures):
        tags.setdefault(tag, words)
    return tags


def _measured(measures: Measures) -> Iterator[tuple[str, tuple[str, ...]]]:
    sizes, quantity = measures.sizes, measures.annual_quantity
    if measures.weight_kg and measures.weight_kg >= HEAVY_KG:
        yield "#heavy", (f"{measures.weight_kg:g} kg",)
    if sizes.largest_mm and sizes.largest_mm >= LARGE_MM:
        yield "#large", (f"{sizes.largest_mm:g} mm",)
    if sizes.diameter_mm and sizes.diameter_mm <= SMALL_MM:
        yield "#small", (f"Ø{sizes.diameter_mm:g}",)
    if sizes.thickness_mm and sizes.thickness_mm <= THIN_MM:
        yield "#thin", (f"{sizes.thickness_mm:g} mm",)
    if sizes.thickness_mm and sizes.thickness_mm >= THICK_MM:
        yield "#thick", (f"{sizes.thickness_mm:g} mm",)
    if measures.tolerance and tolerance_is_tight(measures.tolerance):
        yield "#tight", (measures.tolerance,)
    if measures.tolerance in KEY_FITS:
        yield "#keyfit", (measures.tolerance,)
    if quantity and quantity >= SERIES:
        yield "#series", (str(quantity),)
    if quantity and quantity <= SINGLE:
        yield "#single", (str(quantity),)


# -- points ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    rules = []
    for row in rows("contexts"):
        when = row["when"].split()
        needs = frozenset(each for each in when if each[0] != "!")
        bars = frozenset(each[1:] for each in when if each[0] == "!")
        rules.append(_Rule(needs, bars, weights(row["says"])))
    return tuple(rules)


def _count(
    points: Points, hits: list[_Hit], tags: dict[str, tuple[str, ...]], materials: tuple[MaterialFound, ...]
) -> None:
    groups = _kin({each.material for each in materials})
    seen: set[int] = set()
    served = SERVED if any(_is_service(hit) for hit in hits) else 1.0
    for hit in sorted(hits, key=lambda each: -each.factor):
        if id(hit.entry) in seen:
            continue
        seen.add(id(hit.entry))
        for process, weight in hit.entry.says:
            fit = 1.0
            if hit.entry.kind == GOODS:
                fit = served * (1.0 if _made_of(process, groups) else WRONG_MATERIAL)
            points.add(process, weight * hit.factor * fit, (hit.word,))
    holding = set(tags)
    for rule in _rules():
        if rule.needs <= holding and not rule.bars & holding:
            words = tuple(dict.fromkeys(word for need in sorted(rule.needs) for word in tags[need]))
            for process, weight in rule.says:
                points.add(process, weight, words)


def _is_service(hit: _Hit) -> bool:
    known = taxonomy().processes
    named = hit.entry.tags & known.keys() if hit.entry.kind == PROCESS else frozenset()
    return any(known[process].family in SERVICE for process in named)


def _kin(materials: set[str]) -> set[str]:
    return materials.union(*(kin for kin in MATERIAL_KIN if kin & materials))


def _made_of(process: str, materials: set[str]) -> bool:
    known = taxonomy().processes[process].materials
    return not materials or not known or "mixed" in known or bool(materials.intersection(known))


# -- questions -----------------------------------------------------------------------------------------------------


def _questions(
    guesses: tuple[ProcessGuess, ...], materials: tuple[MaterialFound, ...], measures: Measures
) -> tuple[str, ...]:
    """The at most three answers that would narrow the search most, the most deciding first."""
    asked = ["which_process"] if not guesses or guesses[0].score < LEAST_SURE else []
    if not guesses:
        return (*asked, "how_many") if measures.annual_quantity is None else tuple(asked)
    sized = measures.sizes != replace(Sizes(), thread=measures.sizes.thread)
    answered = {
        "which_material": bool(materials) or not _material_decides(guesses),
        "how_heavy": measures.weight_kg is not None,
        "how_large": sized or measures.weight_kg is not None,
        "how_many": measures.annual_quantity is not None,
    }
    deciding = taxonomy().families[guesses[0].family].asks
    return tuple([*asked, *(each for each in deciding if not answered[each])][:3])


def _material_decides(guesses: tuple[ProcessGuess, ...]) -> bool:
    """Whether the likeliest processes are not all of one and the same material."""
    known = taxonomy().processes
    return len({material for guess in guesses[:3] for material in known[guess.process].materials}) > 1

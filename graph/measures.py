"""Sizes, tolerance, weight and quantity as people write them in a part's text: ``Ø35x420``, ``fem meter``, ``8 ton``.

Every expression is read from the text and then blanked out, so that no digit of it is read twice. A bare length of
at most ``THIN_MM`` is taken for a thickness, since nobody writes the length of such a part; this is a guess of habit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

THIN_MM = 6.0

_NUMBER = r"(?:\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?!\d)|\d+)(?:[.,]\d+)?"
_WORDS = {
    "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "tolv": 12, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "halv": 0.5, "half a": 0.5,
}  # fmt: skip
_AMOUNT = rf"(?:{_NUMBER}|\b(?:{'|'.join(_WORDS)})\b)"
_LENGTH_UNIT = r"(?:(?:millimeter|mm|centimeter|cm|meter|metres?|met(?:er)?s?|m|tum|inch(?:es)?)\b|[\"″])"
_TO_MM = {"c": 10.0, "mm": 1.0, "mi": 1.0, "tu": 25.4, "in": 25.4, '"': 25.4, "″": 25.4}
_PER_YEAR = (
    r"(?:\s*(?:per|/|om|i|a|pr|p)?\.?\s*(?P<per>år|year|yr|annum|a\.|månad|mån|month|vecka|week)|\s*p\.?\s?a\b\.?)?"
)
_TIMES_A_YEAR = {"m": 12, "v": 52, "w": 52}


@dataclass(frozen=True, slots=True)
class Sizes:
    """Outer dimensions in millimetres; None is not said."""

    length_mm: float | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    thickness_mm: float | None = None
    diameter_mm: float | None = None
    thread: str | None = None  # "M12x1,5" as written

    @property
    def largest_mm(self) -> float | None:
        """The largest dimension said."""
        said = [each for each in (self.length_mm, self.width_mm, self.height_mm, self.diameter_mm) if each]
        return max(said, default=None)


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures of a text; ``rest`` is the text with them blanked out."""

    sizes: Sizes
    tolerance: str | None
    weight_kg: float | None  # of one piece
    annual_quantity: int | None
    rest: str
    words: tuple[tuple[str, str], ...] = ()  # what was read ("length_mm", "weight_kg", "roughness" ...), in which words


@dataclass(slots=True)
class _Reading:
    rest: str
    said: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def take(self, pattern: re.Pattern[str], use: Callable[[re.Match[str]], None], most: int = 9) -> None:
        for match in list(pattern.finditer(self.rest))[:most]:
            use(match)
            self.rest = f"{self.rest[: match.start()]}{' ' * len(match.group())}{self.rest[match.end() :]}"

    def note(self, name: str, found: re.Match[str]) -> None:
        self.words.setdefault(name, found.group().strip(" ,;"))

    def keep(self, name: str, amount: float, found: re.Match[str]) -> None:
        if amount > 0 and name not in self.said:
            self.said[name] = amount
            self.note(name, found)


def _amount(text: str) -> float:
    known = _WORDS.get(text.casefold())
    if known is not None:
        return float(known)
    return float(re.sub(r"[ \u00a0\u202f\u2009]", "", text).replace(",", "."))


def _millimetres(amount: str, unit: str | None) -> float:
    small = (unit or "mm").casefold()
    factor = _TO_MM.get(small[:2], _TO_MM.get(small[:1], 1000.0))
    return round(_amount(amount) * factor, 6)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_QUANTITY = _compile(
    rf"(?P<n>{_AMOUNT})\s*(?P<k>k\b|k(?=\s*(?:st|pcs))|tusen\b|thousand\b|milj(?:oner)?\b|million\b)?\s*"
    rf"(?:(?:st|stk|styck|stycken|pcs|pieces?|ea|off|units?|enheter|detaljer|satser|ex|exemplar|parts|sets?)\b\.?{_PER_YEAR}"
    rf"|\s*(?:per|/|om)\s*(?P<only>år|year|yr|annum|månad|month|vecka|week|a)\b|\s*p\.\s?a\b\.?)"
)
_VOLUME = _compile(
    rf"(?:årsvolym|årsbehov|årsantal|antal(?:\s*(?:per|/)\s*år)?|annual\s+(?:volume|quantity|demand)|volym|volume"
    rf"|qty|quantity|eau|batch(?:es)?|batchstorlek"
    rf"|partistorlek|lot size|seriestorlek|serier? om|batches of|lots of)\s*"
    rf"(?:ca|approx\.?|about|cirka)?\s*[:=]?\s*(?P<n>{_NUMBER})\s*(?P<k>k\b)?"
)
_WEIGHT = _compile(
    rf"(?:\b(?:vikt|styckvikt|väger|weight|weighs|weighing)\s*(?:ca|cirka|approx\.?|about)?\s*[:=]?\s*)?"
    rf"(?P<n>{_AMOUNT})[\s-]*(?P<unit>tonn?e?s?|t|kilogram|kilo|kg|gram|g)\b"
    rf"(?!\s*(?:/|per\b)(?!\s*(?:st|styck|pcs?|pieces?|detalj|ea)\b))"
)
_ISO_2768 = _compile(r"ISO[\s-]*2768(?:-1|-2)?\s*-?\s*[fmcv]?[HKL]?[EK]?\b|ISO\s*(?:8062|13920)[-\s]*\w*")
_IT_GRADE = _compile(r"\bIT\s?(?P<it>\d{1,2})\b")
_PLUS_MINUS = _compile(rf"(?:±|\+/-|\+-)\s*(?P<n>{_NUMBER})\s*(?:mm)?")
_FIT = re.compile(
    r"(?:(?<=\d)|(?<=\d\s)|\b)(?P<fit>[hgfkmnpjrsHGFKNPJDE]s?(?P<it>[4-9]|1[0-3])(?:/[a-zA-Z]{1,2}\d{1,2})?)\b(?![.,]\d)"
)
_ROUGHNESS = _compile(rf"\bR[az]\s*[:=<≤]?\s*(?P<n>{_NUMBER})(?:\s*(?:µm|um))?")
_THREAD = re.compile(r"\bM\s?\d{1,3}(?:\s?[xX×]\s?\d+(?:[.,]\d+)?)?\b|\bG\s?\d(?:/\d)?\"?(?=\s|$|,)|\bUN[CF]\b")
_TIMES = _compile(
    rf"(?P<round>Ø|⌀|φ|\bD(?=\s?\d)|\bdia(?:m|meter)?\.?\s*)?\s*(?P<a>{_NUMBER})\s*(?:mm\s*)?[x×*]\s*"
    rf"(?:L\s?=?\s?)?(?P<b>{_NUMBER})(?:\s*(?:mm\s*)?[x×*]\s*(?P<c>{_NUMBER}))?\s*(?P<unit>{_LENGTH_UNIT})?"
)
_DIAMETER = re.compile(
    rf"(?:[Øø⌀φ]|\b[Dd]ia(?:m(?:et(?:er|re))?)?\.?|\bDIA(?:M(?:ETER)?)?\.?|\bD(?=\s?=?\s?\d))\s*[:=]?\s*"
    rf"(?P<n>{_NUMBER})\s*(?P<unit>{_LENGTH_UNIT})?"
)
_TEMPER = r"\s?[3-8]-?\s?(?:beh|treat|temper|åld|cond)"  # of aluminium: T6 is no thickness there
_NAMED = tuple(
    (name, _compile(rf"\b(?:{words})\s*[:=]?\s*(?:ca|max|up to)?\s*(?P<n>{_NUMBER})\s*(?P<unit>{_LENGTH_UNIT})?"))
    for name, words in (
        ("length_mm", r"längd|längden|length|lengd|lång|långa|l(?=\s?=?\s?\d)"),
        ("width_mm", r"bredd|width|bred|b(?=\s?=\s?\d)|w(?=\s?=\s?\d)"),
        ("height_mm", r"höjd|height|hög|h(?=\s?=\s?\d)"),
        ("thickness_mm", rf"tjocklek|thickness|godstjocklek|vägg(?:tjocklek)?|t(?=\s?=?\s?\d)(?!{_TEMPER})|th\.?"),
    )
)  # fmt: skip
_AFTER = tuple(
    (name, _compile(rf"(?P<n>{_AMOUNT})[\s-]*(?P<unit>{_LENGTH_UNIT})[\s-]*(?:i\s+|in\s+)?(?:{words})\b"))
    for name, words in (
        ("length_mm", r"lång[at]?|long|längd|length"),
        ("width_mm", r"bred[at]?|wide|width"),
        ("height_mm", r"hög[at]?|high|tall"),
        ("thickness_mm", r"tjock[at]?|thick|plåt|sheet|plate|gods|wall|vägg"),
        ("diameter_mm", r"diameter|dia|i diameter"),
    )
)  # fmt: skip
_ANY_NUMBER = _compile(rf"\d|\b(?:{'|'.join(_WORDS)})\b")
# 19 inches are a rack, and of a fraction ("1/2 tum") the lower number is no length
_BARE = _compile(rf"(?<![/\d])(?!19[\s-]*(?:tum|inch|\"))(?P<n>{_AMOUNT})[\s-]*(?P<unit>{_LENGTH_UNIT})")


def read_measures(text: str) -> Measures:
    """All sizes, the tolerance, the weight of a piece and the yearly quantity in a text."""
    if not _ANY_NUMBER.search(text):
        return Measures(Sizes(), None, None, None, text)
    reading = _Reading(text)
    _read_tolerance(reading, (_ISO_2768, _PLUS_MINUS, _ROUGHNESS))
    reading.take(_QUANTITY, partial(_quantity, reading))
    reading.take(_VOLUME, partial(_quantity, reading))
    reading.take(_WEIGHT, partial(_weight, reading))
    reading.take(_THREAD, partial(reading.note, "thread"))
    reading.take(_TIMES, partial(_times, reading))
    for name, pattern in (("diameter_mm", _DIAMETER), *_NAMED, *_AFTER):
        reading.take(pattern, partial(_length, reading, name), 1)
    _read_tolerance(reading, (_IT_GRADE, _FIT))
    reading.take(_BARE, partial(_bare, reading), 3)
    said = {name: reading.said.get(name) for name in ("length_mm", "width_mm", "height_mm")}
    sizes = Sizes(
        **said,
        thickness_mm=reading.said.get("thickness_mm"),
        diameter_mm=reading.said.get("diameter_mm"),
        thread=reading.words.get("thread"),
    )
    quantity = reading.said.get("annual_quantity")
    return Measures(
        sizes,
        reading.words.get("tolerance"),
        reading.said.get("weight_kg"),
        round(quantity) if quantity else None,
        reading.rest,
        tuple(sorted(reading.words.items())),
    )


def _read_tolerance(reading: _Reading, patterns: tuple[re.Pattern[str], ...]) -> None:
    for pattern in patterns:
        name = "roughness" if pattern is _ROUGHNESS else "tolerance"
        reading.take(pattern, partial(reading.note, name))


def _quantity(reading: _Reading, found: re.Match[str]) -> None:
    parts = found.groupdict()
    factor = 1.0
    if parts.get("k"):
        factor = 1e6 if parts["k"].casefold().startswith("mil") else 1e3
    period = (parts.get("per") or parts.get("only") or "year").casefold()
    reading.keep("annual_quantity", _amount(parts["n"]) * factor * _TIMES_A_YEAR.get(period[0], 1), found)


def _weight(reading: _Reading, found: re.Match[str]) -> None:
    unit = found["unit"].casefold()
    factor = 1000.0 if unit.startswith("t") else 0.001 if unit in {"g", "gram"} else 1.0
    reading.keep("weight_kg", round(_amount(found["n"]) * factor, 6), found)


def _length(reading: _Reading, name: str, found: re.Match[str]) -> None:
    reading.keep(name, _millimetres(found["n"], found["unit"]), found)


def _times(reading: _Reading, found: re.Match[str]) -> None:
    sides = [_millimetres(side, found["unit"]) for side in (found["a"], found["b"], found["c"]) if side]
    if found["round"]:
        reading.keep("diameter_mm", sides[0], found)
        reading.keep("length_mm", sides[-1], found)
        return
    sides.sort(reverse=True)
    for name, side in zip(("length_mm", "width_mm", "thickness_mm"), sides, strict=False):
        reading.keep(name, side, found)


def _bare(reading: _Reading, found: re.Match[str]) -> None:
    size = _millimetres(found["n"], found["unit"])
    reading.keep("thickness_mm" if size <= THIN_MM else "length_mm", size, found)


def tolerance_is_tight(tolerance: str | None) -> bool:
    """Whether it asks for IT7 or finer, or 0.02 mm or less: what is ground or honed rather than turned or milled."""
    if not tolerance:
        return False
    plus_minus = _PLUS_MINUS.search(tolerance)
    if plus_minus:
        return _amount(plus_minus["n"]) <= 0.02
    grade = _IT_GRADE.search(tolerance) or _FIT.fullmatch(tolerance)
    return grade is not None and int(grade["it"]) <= 7

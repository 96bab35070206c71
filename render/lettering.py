"""How is text put where nobody else lays it out: in which letters, on how many lines, how wide?

Pictures and printed pages carry their own letters, so that they look the same everywhere. What those letters lack is
written with the nearest that they have, and with a question mark where there is none: never with an empty box.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files

REGULAR, BOLD = "Vera.ttf", "VeraBd.ttf"
"""The letters: Bitstream Vera, which comes with ReportLab and may be embedded and passed on."""
NO_LETTER, CUT = "?", "…"
_ALIKE = str.maketrans({"ı": "i", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ŋ": "n", "Ŋ": "N",
                        "‐": "-", "‑": "-", "‒": "–", "―": "–"})  # fmt: skip

Measure = Callable[[str], float]
"""How wide a text is."""


@cache
def letters(name: str) -> bytes:
    """The file of :data:`REGULAR` or :data:`BOLD`."""
    return files("reportlab").joinpath("fonts", name).read_bytes()


@cache
def fonts() -> tuple[str, str]:
    """The names that the plain and the bold letters are known by to ReportLab."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    plain, bold = (name.removesuffix(".ttf") for name in (REGULAR, BOLD))
    pdfmetrics.registerFont(TTFont(plain, io.BytesIO(letters(REGULAR))))
    pdfmetrics.registerFont(TTFont(bold, io.BytesIO(letters(BOLD))))
    pdfmetrics.registerFontFamily(plain, normal=plain, bold=bold, italic=plain, boldItalic=bold)
    return plain, bold


def measure(size: float, *, bold: bool = False) -> Measure:
    """How wide texts of a size (points) are, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return partial(stringWidth, fontName=fonts()[bold], fontSize=size)


@cache
def _known() -> frozenset[int]:
    from reportlab.pdfbase.ttfonts import TTFontFile

    return frozenset.intersection(
        *(frozenset(TTFontFile(io.BytesIO(letters(name))).charToGlyph) for name in (REGULAR, BOLD))
    )


def legible(text: str) -> str:
    r"""The text in letters that there are, on one line.

    >>> legible("Örebro Őz №5"), legible("a\x0bb\u200dc\td"), legible("東京 AB")
    ('Örebro Oz No5', 'a bc d', '?? AB')
    """
    return "".join(map(_letter, unicodedata.normalize("NFC", text).translate(_ALIKE)))


@cache
def _letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind in ("Cf", "Mn"):  # seen only in what stands around them
        return ""
    if ord(letter) in _known():
        return letter
    plain = [each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each)]
    return "".join(each if ord(each) in _known() else NO_LETTER for each in plain)


def lines(text: str, width: float, measure: Measure, most: int) -> list[str]:
    """The text on at most so many lines of a width; what has no room is cut, and one sees that it is.

    >>> lines("en två tre fyra", 6, len, 2), lines("oändligt", 5, len, 3)
    (['en två', 'tre f…'], ['oändl', 'igt'])
    """
    made = [""]
    for word in text.split(" "):
        if len(made) > most:
            made[-1] += f" {word}"
            continue
        longer = f"{made[-1]} {word}" if made[-1] else word
        if measure(longer) <= width:
            made[-1] = longer
            continue
        made += [word] if made[-1] else []
        made[-1] = word
        while len(made) <= most and len(made[-1]) > 1 and measure(made[-1]) > width:
            head = _head(made[-1], width, measure)
            made[-1:] = [head, made[-1][len(head) :]]
    return made if len(made) <= most else [*made[: most - 1], cut(" ".join(made[most - 1 :]), width, measure)]


def cut(text: str, width: float, measure: Measure) -> str:
    """The text on one line of a width, cut where it is longer."""
    if measure(text) <= width:
        return text
    return _head(text, width, lambda head: measure(head + CUT)) + CUT


def _head(text: str, width: float, measure: Measure) -> str:
    """As much of the beginning as has room, at least a letter."""
    most = 1
    while most < len(text) and measure(text[:most]) <= width:
        most = min(2 * most, len(text))
    least = max(1, most // 2)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if measure(text[:middle]) <= width else (least, middle - 1)
    return text[:least]

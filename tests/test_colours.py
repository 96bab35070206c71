"""Are the colours of pictures and maps told apart from what they lie on? What a browser's tool cannot see in a canvas.

The measure is WCAG's: 4.5 to 1 for words, 3 to 1 for marks. Lines that only hint at what lies behind have none.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from render import maps, pictures

WORDS, MARKS = 4.5, 3.0
HINTS = {"paper", "ground", "edge_of_ground", "line"}
MARKS_OF_MAPS = ("ring", "hit", "near", "chosen", "firm")

Colour = tuple[float, float, float]


def read(code: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(code.removeprefix("#")))


def over(colour: Sequence[int], ground: Colour) -> Colour:
    """What is seen of a colour that lets through what lies below."""
    share = (colour[3] if len(colour) == 4 else 255) / 255
    red, green, blue = (share * above + (1 - share) * below for above, below in zip(colour[:3], ground, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    lit = (each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in colour)
    return sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), lit, strict=True))


def contrast(colour: Sequence[int], ground: Sequence[int]) -> float:
    below = over(ground, (0, 0, 0))
    darker, lighter = sorted((luminance(over(colour, below)), luminance(below)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_wcags() -> None:
    assert contrast(read("#000000"), read("#ffffff")) == pytest.approx(21.0)
    assert contrast(read("#777777"), read("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [pictures.LIGHT, pictures.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "ground"])
def test_marks_and_words_of_a_picture(palette: pictures.Palette, ground: str) -> None:
    found = {name: contrast(read(code), read(palette[ground])) for name, code in palette.items() if name not in HINTS}
    assert {name: ratio for name, ratio in found.items() if ratio < MARKS} == {}
    assert min(found["ink"], found["place"]) >= WORDS


@pytest.mark.parametrize("palette", [maps.LIGHT, maps.DARK], ids=["light", "dark"])
def test_marks_and_words_of_a_map(palette: maps.Palette) -> None:
    found = {name: contrast(getattr(palette, name), palette.land) for name in MARKS_OF_MAPS}
    assert {name: ratio for name, ratio in found.items() if ratio < MARKS} == {}
    assert contrast(palette.town, palette.land) >= WORDS
    assert contrast(palette.words, palette.land) >= WORDS
    assert contrast(palette.hit_text, palette.hit) >= WORDS

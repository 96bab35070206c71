"""Every sentence a user reads, in Swedish and English: keys and values in, text out.

Keys are dotted (``error.unknown_company``). Values are put in with ``str.format``; numbers take their language's form,
lists become "a, b". A value is text: nothing in it is ever read as a format or as mark-up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("sv", "en")
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


class Texts:
    """The sentences of one language."""

    def __init__(self, language: str, keys: Mapping[str, str]) -> None:
        self.language = language
        self.keys = keys

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key, with the values put in.

        Raises:
            KeyError: no such sentence, or a value it needs is missing.
        """
        return self.keys[key].format(**{name: self.text(value) for name, value in values.items()})

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self.keys

    def text(self, value: object) -> str:
        """A value as it stands in a sentence."""
        if value is None:
            return self.keys["value.unknown"]
        if isinstance(value, bool):
            return self.keys["value.yes" if value else "value.no"]
        if isinstance(value, (int, float)):
            return self.number(value)
        if isinstance(value, str):
            return value
        if isinstance(value, Iterable):
            return ", ".join(map(self.text, value))
        return str(value)

    def number(self, value: float, decimals: int | None = None) -> str:
        r"""A number in the language's form: ``1 234,5`` or ``1,234.5``.

        Without ``decimals`` there is one where it is needed, and below 1 two digits that mean something.

        >>> load("sv").number(-1234.5), load("en").number(1234.5), load("sv").number(2021)
        ('−1\xa0234,5', '1,234.5', '2021')
        """
        if decimals is None and 1e-4 <= abs(value) < 1:
            text = f"{abs(value):.2g}"
        else:
            if decimals is None:
                decimals = 0 if float(value).is_integer() else 1
            if decimals == 0 and 0 <= value < 10_000:  # years and small counts stand without a gap
                return f"{value:.0f}"
            text = f"{abs(value):,.{decimals}f}"
        if self.language == "sv":
            text = text.replace(",", NO_BREAK_SPACE).replace(".", ",")
        return MINUS + text if value < 0 and text.strip("0,.") else text


@lru_cache(maxsize=len(LANGUAGES))
def load(language: str) -> Texts:
    """The sentences of ``sv`` or ``en``."""
    path = Path(__file__).with_name(f"{language}.toml")
    return Texts(language, dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value

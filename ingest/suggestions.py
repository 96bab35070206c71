"""What did a person mean who wrote a word that no list of ours has? A close name, or nothing rather than a wild guess.

The limit is tight: one letter in seven may differ. A close name is offered, never taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache

from rapidfuzz import fuzz, process

from graph.geo import Gazetteer
from graph.tables import rows
from graph.taxonomy import taxonomy
from ingest.headings import Headings
from ingest.rows import fold

CLOSE = 85.0
"""Least likeness, 0 to 100, of :func:`rapidfuzz.fuzz.ratio` between the folded words."""
SHORTEST = 4
"""Letters; shorter words are close to too much."""


def _processes() -> Iterable[str]:
    return (name for each in taxonomy().processes.values() for name in each.names)


def _materials() -> Iterable[str]:
    return (row[name] for row in rows("materials") for name in ("name_sv", "name_en"))


def _certificates() -> Iterable[str]:
    return taxonomy().standards


def _themes() -> Iterable[str]:
    return (name for each in taxonomy().themes.values() for name in (each.name_sv, each.name_en))


def _municipalities() -> Iterable[str]:
    return (place.name for place in Gazetteer.default().municipalities)


def _localities() -> Iterable[str]:
    return (place.name for place in Gazetteer.default().localities)


_NAMES: Mapping[str, Callable[[], Iterable[str]]] = {
    "process_unknown": _processes,
    "material_unknown": _materials,
    "certificate_unknown": _certificates,
    "theme_unknown": _themes,
    "municipality_missing": _municipalities,
    "municipality_unknown": _municipalities,
    "locality_unknown": _localities,
}


@lru_cache(maxsize=len(_NAMES))
def _folded(code: str) -> dict[str, str]:
    """The names a word of that problem may have meant, by their folded form; the first wins."""
    found: dict[str, str] = {}
    for name in _NAMES[code]():
        found.setdefault(fold(name), name)
    return found


def is_name(code: str, text: str) -> bool:
    """Whether the text as it stands is one of the names a problem of this code is about.

    >>> is_name("material_unknown", "Mässing och brons"), is_name("material_unknown", "stål, mässing")
    (True, False)
    """
    return bool(text) and fold(text) in _folded(code)


@lru_cache(maxsize=4096)
def meant(code: str, text: str) -> str | None:
    """The name that the word of a problem of this code was most likely to be.

    >>> meant("process_unknown", "svarfning"), meant("process_unknown", "trolleri"), meant("number_bad", "tolv")
    ('svarvning', None, None)
    """
    return _closest(text, _folded(code)) if code in _NAMES else None


def heading_meant(heading: str, known: Headings, taken: Collection[str] = ()) -> str | None:
    """The heading this one is close to, of those of fields that no column is ``taken`` for.

    >>> from ingest.headings import COMPANY
    >>> heading_meant("Organisatonsnummer", COMPANY), heading_meant("Bilfärg", COMPANY)
    ('Organisationsnummer', None)
    """
    free = [name for field, names in known.items() if field not in taken for name in names]
    return _closest(heading, {fold(name): name for name in reversed(free)})


def _closest(text: str, names: Mapping[str, str]) -> str | None:
    folded = fold(text)
    if len(folded) < SHORTEST:
        return None
    found = process.extractOne(folded, list(names), scorer=fuzz.ratio, score_cutoff=CLOSE)
    return names[found[0]] if found else None

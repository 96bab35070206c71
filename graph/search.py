"""What does a person mean by a few words: a firm, a process or a place? The best of each, for one search field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.geo import Gazetteer
from graph.model import Company
from graph.names import name_key
from graph.taxonomy import fold, taxonomy
from graph.understanding import understand

MOST_FIRMS, MOST_PROCESSES, MOST_PLACES = 8, 4, 4
LEAST_WORD = 2  # letters


@dataclass(frozen=True, slots=True)
class Found:
    """Firms best first, codes of processes, and places as they are written to be found again."""

    firms: tuple[Company, ...] = ()
    processes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.firms or self.processes or self.places)


def search(companies: Iterable[Company], text: str) -> Found:
    """What the words may mean.

    A firm is found by its number, or where each word begins one of its name's; the whole name first, then names that
    begin so, then the shortest. A process is found by its name or as :func:`graph.understanding.understand` reads it.
    """
    words = name_key(text).split() or fold(text).split()
    if not any(len(each) >= LEAST_WORD for each in words):
        return Found()
    return Found(_firms(companies, text, words), _processes(text), _places(text))


def _firms(companies: Iterable[Company], text: str, words: list[str]) -> tuple[Company, ...]:
    number = "".join(each for each in text if each.isdigit())
    wanted = " ".join(words)
    found = []
    for company in companies:
        if len(number) == 10 and company.company_id == f"org:{number}":
            return (company,)
        key = name_key(company.name or "")
        parts = key.split()
        if all(any(part.startswith(word) for part in parts) for word in words):
            found.append((key != wanted, not key.startswith(wanted), len(key), key, company.company_id, company))
    return tuple(each[-1] for each in sorted(found, key=lambda each: each[:-1])[:MOST_FIRMS])


def _processes(text: str) -> tuple[str, ...]:
    named = taxonomy().process_of(text)
    understood = [each.process for each in understand(text).processes]
    return tuple(dict.fromkeys([*([named] if named else []), *understood]))[:MOST_PROCESSES]


def _places(text: str) -> tuple[str, ...]:
    gazetteer = Gazetteer.default()
    found = gazetteer.find(text)
    return gazetteer.describe(found)[:MOST_PLACES] if len(found) > 1 else tuple(each.name for each in found)

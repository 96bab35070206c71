"""What a source is given and gives back, and how it names and cleans what it reads.

A source is one module with ``SOURCE_TYPE``, ``KINDS`` (those of :data:`ingest.headings.SHEETS` that it reads, () where
the format has headings of its own), ``AUDIENCE``, ``recognises(table)`` and ``claims(table, context)``; see
:class:`SourceModule`. It does no input or output: where a place lies and what a process is called is asked of the
context.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from graph.model import Claim, Level
from graph.names import repaired
from ingest.identity import without_personal_numbers
from ingest.locate import Location, PlaceProblem
from ingest.rows import RowProblem
from ingest.tables import Table

LookUp = Callable[[str], str | None]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\ufeff\ufffe\uffff]+")
_SIX_DIGITS = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Context:
    """What a source may ask, and whose list it reads.

    ``owner`` is the company whose ledger or import list it is ("org:…"), "" unknown; ``source`` is the index that the
    claims refer to. ``locate`` is :meth:`ingest.locate.Locator.locate`; the look-ups are the taxonomy's.
    """

    secret: bytes
    locate: Callable[..., Location | PlaceProblem | None]
    process_of: LookUp
    material_of: LookUp
    certificate_of: LookUp
    theme_of: LookUp
    owner: str = ""
    owner_name: str = ""
    source: int = 0
    goods_name: LookUp = lambda _: None  # what goods of a CN code are called


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row. ``is_row`` is False for what is said of the sheet as a whole: not to be counted."""

    row: int
    claims: tuple[Claim, ...]
    problems: tuple[RowProblem, ...] = ()
    rejected: bool = False
    is_row: bool = True


@dataclass(frozen=True, slots=True)
class Party:
    """A company as a row names it."""

    subject: str
    name: str = ""
    country: str = ""

    @property
    def natural(self) -> bool:
        """Whether it is a natural person."""
        return self.subject.startswith("person:")


class SourceModule(Protocol):
    """The shape of a module in this folder."""

    SOURCE_TYPE: str
    KINDS: tuple[str, ...]
    AUDIENCE: Level

    def recognises(self, table: Table) -> float:
        """How sure it is that the table is of its kind: 0.0 (not) to 1.0."""

    def claims(self, table: Table, context: Context) -> Iterator[RowResult]:
        """What the rows say: one result for each row that is not blank, in order."""


def clean(text: str) -> str:
    """Free text as it may be stored: NFC, one line, no control characters, no natural person's number."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _CONTROL.sub(" ", repaired(text)))
    if "  " in text or not text.isprintable():
        text = " ".join(text.split())
    if _SIX_DIGITS.search(text):
        text = without_personal_numbers(text)
    return text.strip()


def digest(*values: object) -> str:
    """A short, stable name for a combination of values."""
    said = "\x1f".join("" if value is None else str(value) for value in values)
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def slug(text: str) -> str:
    """A readable key: lower case, words joined by dashes; å, ä and ö kept."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold())
    found = "-".join(words)
    return found if 0 < len(found) <= 60 else f"{found[:40]}-{digest(text)}".lstrip("-")

"""By what is a person known again, when nothing that tells who it is may be kept?

Keyed hashes, by the region's secret, of what a person is called, mailed and telephoned at, and of the firms the person
works at or is. :class:`Reader` finds in any text what they stand for: a name in any order of its words and in the
genitive, an e-mail address, a telephone number however it is spaced. A name alone tells nobody apart, so it counts at
the person's own firms; elsewhere only where nobody else bore it, and only in what was said up to the day of the marks.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, NamedTuple

ERASED = "[raderat]"
"""What stands where a person's name, address or number stood."""
LEAST_DIGITS, MOST_DIGITS = 7, 15  # of a telephone number, its country's code included
LEAST_GENITIVE = 4  # letters of a name that may have an -s behind it
_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_BETWEEN_WORDS = re.compile(r"[\W_]{1,3}")
_BETWEEN_DIGITS = re.compile(r"[\s().\-‐‑–/]{0,4}")
_BETWEEN_NUMBERS = re.compile(r"[,;]|[^\W\d_]+")
_COUNTRY = re.compile(r"^(?:0046|46)?0*")


@dataclass(frozen=True, slots=True)
class Marks:
    """By what one person is known again; every text a keyed hash but ``on``, the day (ISO) up to which names count."""

    names: frozenset[str] = frozenset()
    firms: frozenset[str] = frozenset()  # where the person works, under any of their identifiers
    mails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()  # the person's own firm, under any of its identifiers
    log_ins: frozenset[str] = frozenset()  # see graph.access.key_of
    sizes: frozenset[int] = frozenset()  # how many words the names have
    anywhere: bool = False  # the names count at other firms too
    on: str = ""
    keeps_out: bool = True  # False: past its time, and may be told anew
    notes_until: str = ""  # what was noted in interviews up to the day (ISO) goes; "" none

    def as_json(self) -> dict[str, Any]:
        """What to keep; :meth:`from_json` reads it."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in found.items()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Marks:
        """The marks as kept."""
        values: dict[str, Any] = {
            name: frozenset(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**values)


class Keys:
    """Makes the hashes that marks are made of."""

    def __init__(self, secret: bytes) -> None:
        """``secret`` is the region's own, see :func:`graph.secret.secret_for`."""
        self._key = hmac.new(secret, b"narverk marks", hashlib.sha256).digest()

    def _of(self, kind: str, text: str) -> str:
        return hashlib.blake2b(f"{kind}\x00{text}".encode(), key=self._key, digest_size=16).hexdigest()

    def name(self, words: Iterable[str]) -> str:
        """Of a name by its folded words, whatever their order."""
        return self._of("name", " ".join(sorted(words)))

    def mail(self, text: str) -> str:
        """Of an e-mail address."""
        return self._of("mail", text.strip().casefold())

    def phone(self, bare: str) -> str:
        """Of a telephone number as :func:`numbers_of` gives it."""
        return self._of("phone", bare)

    def firm(self, identifier: str) -> str:
        """Of a firm's identifier."""
        return self._of("firm", identifier)


def words_of(name: str) -> tuple[str, ...]:
    """The folded words of a name.

    >>> words_of("Svensson, Anna-Karin")
    ('svensson', 'anna', 'karin')
    """
    return tuple(each.casefold() for each in _WORD.findall(name))


def numbers_of(phone: str) -> tuple[str, ...]:
    """The digits of each telephone number in a cell, without Sweden's code and the noughts before it.

    >>> numbers_of("+46 (0)586-12 34 56, mobil 070-123 45 67"), numbers_of("ankn. 12")
    (('586123456', '701234567'), ())
    """
    told = ("".join(_DIGITS.findall(each)) for each in _BETWEEN_NUMBERS.split(phone))
    return tuple(_COUNTRY.sub("", each) for each in told if LEAST_DIGITS <= len(each) <= MOST_DIGITS)


class _Hit(NamedTuple):
    """A part of a text that stands for somebody; ``key`` is a name's, "" for an address or a number."""

    start: int
    end: int
    key: str


class Reader:
    """Finds what some people's marks stand for."""

    def __init__(self, marks: Sequence[Marks], keys: Keys) -> None:
        """``marks`` are of one person each; ``keys`` those they were made with."""
        self.marks, self.keys = tuple(marks), keys
        self._names = frozenset().union(*(each.names for each in marks))
        self._mails = frozenset().union(*(each.mails for each in marks))
        self._phones = frozenset().union(*(each.phones for each in marks))
        self._subjects = frozenset().union(*(each.subjects for each in marks))
        self._sizes = sorted(frozenset().union(*(each.sizes for each in marks)))
        self.notes_until = max((each.notes_until for each in marks), default="")
        self._hits: dict[str, tuple[_Hit, ...]] = {}
        self._firms: dict[str, str] = {}

    def is_own(self, identifier: object) -> bool:
        """Whether a firm's identifier means a person's own firm."""
        return bool(self._subjects) and isinstance(identifier, str) and self._firm(identifier) in self._subjects

    def without(self, text: str, firms: Collection[str] = (), day: str = "", *, names: bool = True) -> str:
        """The text with what stands for somebody taken out; the very same text where nothing does.

        Args:
            text: any text.
            firms: identifiers of the firms it is about.
            day: when it was said (ISO).
            names: False where a name is a firm's, and stays.
        """
        found = self._hits.get(text)
        if found is None:
            found = self._hits[text] = tuple(self._found(text))
        taken = [each for each in found if not each.key or (names and self._counts(each.key, firms, day))]
        if not taken:
            return text
        parts, at = [], 0
        for start, end, _ in sorted(taken):
            if start >= at:
                parts += [text[at:start], ERASED]
            at = max(at, end)
        return "".join((*parts, text[at:]))

    def names_whole(self, text: str, firms: Collection[str] = (), day: str = "") -> bool:
        """Whether the text is somebody's name and nothing else, be it of a single word."""
        words = words_of(text)
        key = self.keys.name(words) if len(words) in self._sizes else ""
        return key in self._names and self._counts(key, firms, day)

    def knows_contact(
        self, name: str, mails: Iterable[str], phones: Iterable[str], firms: Collection[str], day: str = ""
    ) -> bool:
        """Whether a contact of the firms with these particulars, told on the day, is one of the people."""
        key = self.keys.name(words_of(name)) if name else ""
        mail_keys = {self.keys.mail(each) for each in mails if each}
        phone_keys = {self.keys.phone(digits) for each in phones for digits in numbers_of(each)}
        here = {self._firm(each) for each in firms}
        for each in self.marks:
            if (name and each.names and key not in each.names) or not (each.keeps_out or day <= each.on):
                continue
            if mail_keys & each.mails or (phone_keys & each.phones and (name or not mail_keys)):
                return True
            if name and key in each.names and here & (each.firms | each.subjects):
                return True
        return False

    def _firm(self, identifier: str) -> str:
        found = self._firms.get(identifier)
        if found is None:
            found = self._firms[identifier] = self.keys.firm(identifier)
        return found

    def _counts(self, key: str, firms: Collection[str], day: str) -> bool:
        """Whether a name with the key is somebody's of the marks, said of these firms on that day."""
        here = {self._firm(each) for each in firms}
        return any(
            key in each.names and ((each.anywhere and day <= each.on) or bool(here & (each.firms | each.subjects)))
            for each in self.marks
        )

    def _found(self, text: str) -> Iterator[_Hit]:
        if self._mails and "@" in text:
            for match in _MAIL.finditer(text):
                whole = match[0].rstrip(".")
                if self.keys.mail(whole) in self._mails:
                    yield _Hit(match.start(), match.start() + len(whole), "")
        if self._phones:
            yield from self._phones_in(text)
        if self._sizes and self._sizes[-1] > 1:
            yield from self._names_in(text)

    def _phones_in(self, text: str) -> Iterator[_Hit]:
        groups = list(_DIGITS.finditer(text))
        for first, begun in enumerate(groups):
            digits, end = "", begun.start()
            for each in groups[first:]:
                if not _BETWEEN_DIGITS.fullmatch(text, end, each.start()):
                    break
                digits, end = digits + each[0], each.end()
                if len(digits) > MOST_DIGITS:
                    break
                if len(digits) >= LEAST_DIGITS and self.keys.phone(_COUNTRY.sub("", digits)) in self._phones:
                    yield _Hit(begun.start(), end, "")

    def _names_in(self, text: str) -> Iterator[_Hit]:
        words = list(_WORD.finditer(text))
        for size in (each for each in self._sizes if each > 1):
            for first in range(len(words) - size + 1):
                those = words[first : first + size]
                gaps = pairwise(those)
                if all(_BETWEEN_WORDS.fullmatch(text, one.end(), other.start()) for one, other in gaps):
                    yield from self._named(those)

    def _named(self, those: Sequence[re.Match[str]]) -> Iterator[_Hit]:
        words = [each[0].casefold() for each in those]
        tries = [words]
        if words[-1].endswith("s") and len(words[-1]) > LEAST_GENITIVE:
            tries.append([*words[:-1], words[-1][:-1]])
        for each in tries:
            key = self.keys.name(each)
            if key in self._names:
                yield _Hit(those[0].start(), those[-1].end(), key)
                return

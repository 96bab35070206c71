"""Invented names: firms, people, numbers, and the ways a ledger misspells a firm.

Numbers begin with 4, a group the authorities do not give out, so that they can never be a real firm's.
Telephone numbers come from the series kept for fiction.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from ingest.demo.places import Locality
from ingest.demo.tables import Sector, foreign, name_parts

LEGAL_FORMS = re.compile(r"\b(ab|hb|kb|aktiebolag|handelsbolag)\b")


def fold(name: str) -> str:
    """Letters and digits alone, without marks and legal form: two firms may not share it."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", LEGAL_FORMS.sub("", plain))


def slug(name: str) -> str:
    """The name as a web or file name."""
    plain = unicodedata.normalize("NFKD", LEGAL_FORMS.sub("", name.casefold()))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def luhn_digit(digits: str) -> str:
    """The check digit that follows these nine."""
    total = 0
    for place, digit in enumerate(digits):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


class Namer:
    """Gives out names and numbers, none of them twice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.parts = name_parts()
        self._taken: set[str] = set()
        self._numbers: set[str] = set()

    def number(self) -> str:
        """Ten digits that pass the check sum, first 4, third at least 2."""
        while True:
            nine = f"4{self.rng.randrange(10)}{self.rng.randrange(2, 10)}{self.rng.randrange(10**6):06d}"
            if nine not in self._numbers:
                self._numbers.add(nine)
                return nine + luhn_digit(nine)

    def claim(self, name: str) -> bool:
        """Take the name if nobody has it (however spelt) and it reminds of no known firm."""
        key = fold(name)
        if key in self._taken or any(word in key for word in self.parts["avoid"]):
            return False
        self._taken.add(key)
        return True

    def names_another(self, written: str, own: str) -> bool:
        """Whether this spelling of a firm is the name of another."""
        return fold(written) != fold(own) and fold(written) in self._taken

    def surname(self) -> str:
        """A surname of two parts."""
        while True:
            first, second = self._two("surname_first", "surname_second")
            name = (first + second).replace("lll", "ll").replace("mmm", "mm")
            if name not in self.parts["common_surname"]:  # the common ones have many a real firm
                return name

    def coin(self) -> str:
        """A made-up word."""
        first, last = self._two("coin_first", "coin_last")
        return first + self.rng.choice(self.parts["coin_middle"]) + last

    def firm(self, sector: Sector, place: Locality) -> str:
        """A name for a firm of this branch and place."""
        while True:
            name = self._pattern(self.rng.choice(sector.crafts), place)
            if self.claim(name):
                return name

    def group(self, stem: str, sector: Sector, place: Locality) -> str:
        """A name for a group's firm: the group's word and the trade."""
        crafts = list(sector.crafts)
        self.rng.shuffle(crafts)
        wishes = [f"{stem} {craft} AB" for craft in crafts]
        wishes += [f"{stem} {craft} {place.name} AB" for craft in crafts]
        return next((wish for wish in wishes if self.claim(wish)), "") or self.firm(sector, place)

    def foreign(self, country: str, trade: str) -> str:
        """A firm abroad that deals in ``metal``, ``casting``, ``plastic`` or ``electronics``; it may come again."""
        made = foreign()[country]
        stem = self.rng.choice(made.stems)
        words = made.words.get(trade) or made.words["metal"]
        return f"{stem} {words[len(stem) % len(words)]} {made.suffixes[len(stem) % len(made.suffixes)]}"

    def person(self) -> str:
        """A first name and a surname."""
        return f"{self.rng.choice(self.parts['firstname'])} {self.surname()}"

    def phone(self) -> str:
        """A number of the series kept for fiction."""
        stem, span = self.rng.choice(self.parts["phone"]).split("##")
        low, high = span.split("-")
        return f"{stem}{self.rng.randint(int(low), int(high)):02d}"

    def _two(self, first: str, second: str) -> tuple[str, str]:
        while True:
            one, two = self.rng.choice(self.parts[first]), self.rng.choice(self.parts[second])
            if one.casefold() != two.casefold():
                return one, two

    def _pattern(self, craft: str, place: Locality) -> str:
        roll, surname = self.rng.random(), self.surname()
        form = "HB" if self.rng.random() < 0.02 else "AB"
        if roll < 0.26:
            return f"{_genitive(surname)} {craft} {form}"
        if roll < 0.38:
            return f"{_genitive(surname)} {craft} i {place.name} {form}"
        if roll < 0.58:
            return f"{_genitive(''.join(self._two('place_first', 'place_second')))} {craft} {form}"
        if roll < 0.66:
            return f"{self.rng.choice(self.parts['landscape'])} {craft} i {place.name} AB"
        if roll < 0.72:
            return f"{surname} & {self.rng.choice(('Söner', 'Co', self.surname()))} {craft} AB"
        if roll < 0.75:
            return f"Bröderna {surname} {craft} {form}"
        if roll < 0.93:
            return f"{self.coin()} {craft} AB"
        return f"{self.coin()} AB"


def _genitive(name: str) -> str:
    return name if name[-1] in "sxz" else name + "s"


def spellings(name: str) -> list[str]:
    """The ways ledgers write this firm, none of them as the register has it."""
    bare = name.removesuffix(" AB").removesuffix(" HB")
    tried = [
        name.upper(),
        f"{bare} Aktiebolag",
        bare,
        f"{bare}, AB",
        f"AB {bare}",
        name.replace(" & ", " och "),
        name.encode("utf-8").decode("cp1252", "replace"),
        name.translate(str.maketrans("åäöÅÄÖ", "??????")),
        name.translate(str.maketrans("åäöÅÄÖ", "aaoAAO")),
        name.replace("Mekaniska Verkstad", "Mek. Verkst.").replace("Mekaniska", "Mek."),
        name.replace("Industri", "Ind.").replace("teknik", "tekn."),
        re.sub(r" i [A-ZÅÄÖ][\wåäö]+ (AB|HB)$", r" \1", name),
        bare[:24].rstrip() if len(bare) > 27 else bare,
        name.replace(" ", "  ", 1),
        f"{bare} A.B.",
    ]
    return [each for each in dict.fromkeys(tried) if each != name and "\ufffd" not in each]

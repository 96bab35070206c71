"""What can be made, of what, and under which certificate: the tables of ``data/taxonomy`` and their relations.

A process may have a parent: who offers the parent or the child is a candidate for either. Names are compared folded
(case, spaces and punctuation do not count). The tables are curated by hand: a name they lack is ``None``, not a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache

from graph.patterns import WORD_END, WORD_NOT_DECIMAL, Patterns
from graph.tables import (
    Family,
    Found,
    Material,
    Process,
    Standard,
    Theme,
    Weighted,
    digits_of,
    fold,
    parts,
    read_processes,
    read_standards,
    rows,
    weights,
)

__all__ = ["Family", "Found", "Material", "Process", "Standard", "Taxonomy", "Theme", "Weighted", "fold", "taxonomy"]

DEFENCE = "försvar"  # among the scopes of a standard

# Relatedness of two processes: who has the machines of one can soonest start with the other.
# related = 0.40 J(machines) + 0.30 [same family] + 0.20 J(SNI 2025 codes) + 0.10 J(materials), J = Jaccard index;
# where one is the other's ancestor it is 1. Judgement, not measured: the order matters, not the third decimal.
MACHINE_SHARE, FAMILY_SHARE, SNI_SHARE, MATERIAL_SHARE = 0.40, 0.30, 0.20, 0.10
MOST_SPELLINGS = 10_000  # of certificates that are remembered
LEAST_RELATED = 0.35


class Taxonomy:
    """The tables and the questions asked of them; get the one shared object from :func:`taxonomy`."""

    def __init__(self) -> None:
        self.families = {
            row["family_id"]: Family(row["family_id"], row["name_sv"], row["name_en"], tuple(row["asks"].split()))
            for row in rows("process_families")
        }
        self.processes: Mapping[str, Process] = read_processes()
        self.materials = {
            row["material_id"]: Material(row["material_id"], row["name_sv"], row["name_en"], row["hs"])
            for row in rows("materials")
        }
        self.standards: Mapping[str, Standard] = read_standards()
        self.themes = {
            row["theme"]: Theme(row["theme"], row["name_sv"], row["name_en"], parts(row["covers_sv"]))
            for row in rows("need_themes")
        }
        self._related: dict[str, Weighted] = {}
        self._standard_of: dict[str, str | None] = {}  # the spellings asked for last

    # -- names ------------------------------------------------------------------------------------------------

    def process_of(self, text: str) -> str | None:
        """The process a cell names by code, name or synonym; None where none or only a family is named."""
        return self._process_names.get(fold(text))

    def family_of(self, text: str) -> str | None:
        """The family a cell names."""
        return self._family_names.get(fold(text))

    def material_of(self, text: str) -> str | None:
        """The material a cell names, by group ("rostfritt") or by grade ("1.4404", "SS 2343")."""
        named = self._material_names.get(fold(text))
        if named:
            return named
        grades = self.find_grades(text)
        return grades[0].what if grades else None

    def certificate_of(self, text: str) -> str | None:
        """The standard a cell names in any usual spelling ("9001", "AS9100D"); None if unknown."""
        if text not in self._standard_of:
            if len(self._standard_of) >= MOST_SPELLINGS:
                self._standard_of.clear()
            self._standard_of[text] = self._standard_names.get(fold(text)) or self._standard_in(text)
        return self._standard_of[text]

    def _standard_in(self, text: str) -> str | None:
        """The standard that most of a text names."""
        found = sorted(self.find_certificates(text), key=lambda each: (each.start - each.end, each.start))
        return found[0].what if found else None

    def theme_of(self, text: str) -> str | None:
        """The theme of development need a cell names."""
        return self._theme_names.get(fold(text))

    def find_grades(self, text: str) -> tuple[Found, ...]:
        """Material grades in a running text, in its order; ``what`` is the material, ``detail`` the grade."""
        return tuple(self._grades.find(text))

    def find_certificates(self, text: str) -> tuple[Found, ...]:
        """Certificates in a running text, in its order, each once; ``detail`` is the spelling found."""
        found: dict[str, Found] = {}
        for each in self._standard_patterns.find(text):
            found.setdefault(each.what, replace(each, detail=text[each.start : each.end]))
        return tuple(found.values())

    # -- relations --------------------------------------------------------------------------------------------

    def root(self, process: str) -> str:
        """The most general process above this one, or itself."""
        while (parent := self.processes[process].parent) is not None:
            process = parent
        return process

    def ancestors(self, process: str) -> tuple[str, ...]:
        """The processes above this one, nearest first; empty for an unknown one."""
        above = []
        known = self.processes.get(process)
        while known is not None and known.parent is not None:
            above.append(known.parent)
            known = self.processes[known.parent]
        return tuple(above)

    def satisfies(self, offered: str, asked: str) -> bool:
        """Whether an offer of one process is a candidate for the other: same, more general or more special."""
        return offered == asked or asked in self.ancestors(offered) or offered in self.ancestors(asked)

    def covers(self, held: str, asked: str) -> bool:
        """Whether holding one certificate is as good as the other (IATF 16949 covers ISO 9001)."""
        have, want = self.certificate_of(held), self.certificate_of(asked)
        if have is None or want is None:
            return fold(held) == fold(asked)
        return have == want or want in self.standards[have].covers

    def related(self, process: str) -> Weighted:
        """Other processes that who does this one could soonest take up, nearest first; see ``MACHINE_SHARE``."""
        if process not in self._related:
            near = ((other, self._relatedness(process, other)) for other in self.processes if other != process)
            kept = [(other, weight) for other, weight in near if weight >= LEAST_RELATED]
            self._related[process] = tuple(sorted(kept, key=lambda pair: (-pair[1], pair[0])))
        return self._related[process]

    def _relatedness(self, one: str, other: str) -> float:
        if self.satisfies(one, other):
            return 1.0
        left, right = self.processes[one], self.processes[other]
        return round(
            MACHINE_SHARE * _jaccard(left.machines, right.machines)
            + FAMILY_SHARE * (left.family == right.family)
            + SNI_SHARE * _jaccard(left.sni2025, right.sni2025)
            + MATERIAL_SHARE * _jaccard(left.materials, right.materials),
            4,
        )

    # -- trades and goods -------------------------------------------------------------------------------------

    def processes_of_sni(self, code: str, version: str | None) -> Weighted:
        """Processes a trade's firms are likely to have, likeliest first; the weight is a share, assumed.

        Without a version nothing is said of a code that means different things in SNI 2007 and SNI 2025.
        """
        digits = digits_of(code)[:4]
        if version is None:
            if self.sni_is_ambiguous(code):
                return ()
            version = "2025" if ("2025", digits) in self._sni_processes else "2007"
        return self._sni_processes.get((version, digits), ())

    def sni_is_ambiguous(self, code: str) -> bool:
        """Whether the code means different things in SNI 2007 and SNI 2025."""
        return digits_of(code)[:4] in self._sni_ambiguous

    def division_name(self, division: str, language: str = "sv") -> str | None:
        """What a division of SNI (two digits, which mean the same in 2007 and 2025) is called in a word or two.

        >>> taxonomy().division_name("25"), taxonomy().division_name("28", "en"), taxonomy().division_name("99")
        ('metallvaror', 'machinery', None)
        """
        names = self._divisions.get(division)
        return names and names[language != "sv"]

    def sni_label(self, code: str, version: str, language: str = "sv") -> str | None:
        """What the trade is called, by the longest known beginning of the code."""
        digits = digits_of(code)
        for length in range(len(digits), 1, -1):
            names = self._sni.get((version, digits[:length]))
            if names:
                return names[0] if language == "sv" else names[1]
        return None

    def is_defence(self, listed: str, code: str) -> bool:
        """Whether a code of a list ("SNI 2007", "SNI 2025", "HS", which CN goes on from) is of arms or armed forces."""
        digits = digits_of(code)
        return any(digits.startswith(each) for each in self._defence.get(listed, ()))

    @staticmethod
    def is_manufacturing(code: str) -> bool | None:
        """Whether the trade belongs to section C, divisions 10-33 in both versions; None without a code."""
        digits = digits_of(code)
        return 10 <= int(digits[:2]) <= 33 if len(digits) >= 2 else None

    def processes_of_hs(self, code: str) -> Weighted:
        """Processes that make the goods of an HS or CN code, by its longest known beginning."""
        digits = digits_of(code)
        for length in (6, 4):
            if len(digits) >= length and digits[:length] in self._hs:
                return self._hs[digits[:length]]
        return ()

    def goods_name(self, code: str, language: str = "sv") -> str | None:
        """What goods of an HS or CN code are called, by its longest known beginning; None where none is known.

        >>> taxonomy().goods_name("84831021"), taxonomy().goods_name("84839089"), taxonomy().goods_name("01012100")
        ('Axlar och vevaxlar', 'Delar till transmissioner', None)
        """
        digits = digits_of(code)
        names = (self._goods_names.get(digits[:length]) for length in (6, 4) if len(digits) >= length)
        found = next((each for each in names if each), None)
        return found[0 if language == "sv" else 1] if found else None

    # -- indexes ----------------------------------------------------------------------------------------------

    @cached_property
    def _process_names(self) -> dict[str, str]:
        every = self.processes.values()
        names: dict[str, str] = {}
        for each in every:
            names[fold(each.process)] = each.process
        for each in every:
            names.setdefault(fold(each.name_sv), each.process)
            names.setdefault(fold(each.name_en), each.process)
        for each in sorted(every, key=lambda process: process.parent is not None):
            for synonym in each.synonyms_sv + each.synonyms_en:
                names.setdefault(fold(synonym), each.process)
        return names

    @cached_property
    def _family_names(self) -> dict[str, str]:
        every = self.families.values()
        return {fold(name): each.family for each in every for name in (each.family, each.name_sv, each.name_en)}

    @cached_property
    def _material_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for row in rows("materials"):
            for name in (row["material_id"], row["name_sv"], row["name_en"], *parts(row["synonyms"])):
                names.setdefault(fold(name), row["material_id"])
        return names

    @cached_property
    def _standard_names(self) -> dict[str, str]:
        names = {fold(standard): standard for standard in self.standards}
        for row in rows("certificates"):
            for name in parts(row["bare"]):
                names.setdefault(fold(name), row["standard"])
        return names

    @cached_property
    def _theme_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for each in self.themes.values():
            for name in (each.theme, each.name_sv, each.name_en):
                names.setdefault(fold(name), each.theme)
        for each in self.themes.values():
            for name in each.covers_sv:
                names.setdefault(fold(name), each.theme)
        return names

    @cached_property
    def _standard_patterns(self) -> Patterns:
        return Patterns([(row["pattern"], row["standard"], "") for row in rows("certificates") if row["pattern"]])

    @cached_property
    def grade_tags(self) -> Mapping[str, frozenset[str]]:
        """What a grade tells of the part beside its material: a cast alloy is cast ("#cast"), DC01 is sheet."""
        return {row["grade"]: frozenset(row["tags"].split()) for row in rows("material_grades")}

    @cached_property
    def _grades(self) -> Patterns:
        listed = [(row["pattern"], row["material_id"], row["grade"]) for row in rows("material_grades")]
        return Patterns(listed, begins=WORD_NOT_DECIMAL, ends=WORD_END)

    @cached_property
    def _sni(self) -> dict[tuple[str, str], tuple[str, str]]:
        return {(row["version"], row["code"]): (row["name_sv"], row["name_en"]) for row in rows("sni")}

    @cached_property
    def _defence(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in rows("defence"):
            found.setdefault(row["list"], []).append(row["code"])
        return found

    @cached_property
    def defence_standards(self) -> frozenset[str]:
        """Standards that suppliers of armed forces are asked for."""
        return frozenset(row["standard"] for row in rows("certificates") if DEFENCE in row["scope"])

    @cached_property
    def _divisions(self) -> dict[str, tuple[str, str]]:
        return {row["division"]: (row["name_sv"], row["name_en"]) for row in rows("divisions")}

    @cached_property
    def _sni_ambiguous(self) -> frozenset[str]:
        table = rows("sni2007_to_2025")
        return frozenset(
            digits_of(row["sni2007_4"]) for row in table if row["kod_finns_i_bada_med_annan_betydelse"] == "ja"
        )

    @cached_property
    def _sni_processes(self) -> dict[tuple[str, str], Weighted]:
        said: dict[tuple[str, str], dict[str, float]] = {}
        for row in rows("sni_processes"):
            for version in ("2007", "2025"):
                known = said.setdefault((version, digits_of(row[f"sni{version}_4"])), {})
                known.update(weights(row["processes"]))
        listed: dict[tuple[str, str], dict[str, float]] = {}
        for each in self.processes.values():
            for version, codes in (("2007", each.sni2007), ("2025", each.sni2025)):
                for code in codes:
                    listed.setdefault((version, code), {})[each.process] = 0.0
        even = {
            key: dict.fromkeys(names, round(1 / len(names), 4))  # nothing known: every process alike
            for key, names in listed.items()
        }
        return {key: _by_weight(names) for key, names in (even | said).items()}

    @cached_property
    def _goods_names(self) -> dict[str, tuple[str, str]]:
        return {row["hs"]: (row["name_sv"], row["name_en"]) for row in rows("hs")}

    @cached_property
    def _hs(self) -> dict[str, Weighted]:
        listed: dict[str, list[str]] = {}
        for each in self.processes.values():
            for code in each.hs:
                listed.setdefault(code, []).append(each.process)
        even = {code: dict.fromkeys(names, round(1 / len(names), 4)) for code, names in listed.items()}
        said = {row["hs"]: dict(weights(row["processes"])) for row in rows("hs")}
        return {code: _by_weight(names) for code, names in (even | said).items()}


def _by_weight(names: Mapping[str, float]) -> Weighted:
    return tuple(sorted(names.items(), key=lambda pair: (-pair[1], pair[0])))


def _jaccard(one: Iterable[str], other: Iterable[str]) -> float:
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left | right else 0.0


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """The one shared taxonomy, read at the first call."""
    return Taxonomy()

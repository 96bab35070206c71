"""Which lines of an import list could come home: who nearby could make each, what that is worth, and why not the rest?

A line is one of four: somebody within the radius could make it; nobody known there could; its text does not say how it
is made; the place to search from is not known. Only the second is ever counted as "not": what was not understood is
unknown. Lines that ask the same from the same place are asked once. Money and mass that a line does not state stay
unknown, and every sum says how many lines it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import fsum

from graph.demands import Demand, demand_of_part
from graph.dependency import Dependency, PartDependency, by_part, dependency, worth
from graph.footprint import Saving, saving
from graph.learned import Learned
from graph.lookup import Origin
from graph.model import Company, ImportedPart, Workplace
from graph.replacement import Candidate, Finder
from graph.store import Snapshot

CAN, NOBODY, UNCLEAR, UNPLACED = "can", "nobody", "unclear", "unplaced"
STATUSES = (CAN, NOBODY, UNCLEAR, UNPLACED)
SHOWN = 3  # candidates of a line


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line with its answer; ``found`` counts all candidates, of which the best few are named."""

    part: ImportedPart
    demand: Demand
    status: str
    found: int = 0
    candidates: tuple[Candidate, ...] = ()
    saving: Saving | None = None  # with the best candidate in place of the present supplier


@dataclass(frozen=True, slots=True)
class Sums:
    """What some lines come to; ``valued``, ``weighed`` and ``counted`` are the lines that each sum rests on."""

    lines: int
    valued: int
    value_sek: int
    weighed: int
    mass_kg: float
    counted: int
    saving_low_kg: float  # CO2e a year, transport only
    saving_high_kg: float


def sums_of(some: Iterable[tuple[ImportedPart, Saving | None]]) -> Sums:
    """Parts, each with what making it nearby would spare, together; their order does not count."""
    some = list(some)
    values = [value for part, _ in some if (value := worth(part)) is not None]
    masses = [part.mass_kg for part, _ in some if part.mass_kg is not None]
    savings = [spared for _, spared in some if spared is not None]
    return Sums(
        lines=len(some),
        valued=len(values),
        value_sek=sum(values),
        weighed=len(masses),
        mass_kg=fsum(masses),
        counted=len(savings),
        saving_low_kg=round(fsum(each.low_kg for each in savings), 1),
        saving_high_kg=round(fsum(each.high_kg for each in savings), 1),
    )


@dataclass(frozen=True, eq=False)
class ImportList:
    """A whole list's answer, its lines in the order they were given."""

    lines: Sequence[ImportLine]
    origin: Origin | None
    within_km: float

    @cached_property
    def whole(self) -> Sums:
        """All lines together."""
        return sums_of((each.part, each.saving) for each in self.lines)

    @cached_property
    def by_status(self) -> dict[str, Sums]:
        """The lines of each status together."""
        found: dict[str, list[ImportLine]] = {status: [] for status in STATUSES}
        for each in self.lines:
            found[each.status].append(each)
        return {status: sums_of((each.part, each.saving) for each in some) for status, some in found.items()}

    @cached_property
    def dependency(self) -> Dependency:
        """How dependent the buyer is, over all lines."""
        return dependency([each.part for each in self.lines])

    @cached_property
    def parts(self) -> list[PartDependency]:
        """Each part over all its lines, the most valuable first."""
        return by_part(each.part for each in self.lines)

    def share_of_value(self, status: str) -> float | None:
        """The status' part (0..1) of all value that is stated; None where none is."""
        return self.by_status[status].value_sek / self.whole.value_sek if self.whole.value_sek else None


def import_list(
    finder: Finder,
    parts: Iterable[ImportedPart],
    origin: Origin | None,
    within_km: float,
    *,
    learned: Learned | None = None,
) -> ImportList:
    """The answer for each part, searched from one place; ``origin`` None: the place is not known.

    Args:
        finder: of the region.
        parts: the lines.
        origin: where the parts are wanted; the own group of its company is no candidate.
        within_km: how far from there.
        learned: what people have said of words.
    """
    questions = Questions(finder, learned)
    return ImportList([questions.line(each, origin, within_km) for each in parts], origin, within_km)


class Sites:
    """Where companies lie, looked up again and again."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._names = {each.company_id: each.name for each in snapshot.of(Company)}
        self._sites: dict[str, Workplace] = {}
        for each in snapshot.of(Workplace):
            if each.company_id and each.latitude is not None and each.longitude is not None:
                self._sites.setdefault(each.company_id, each)

    def origin(self, company_id: str) -> Origin | None:
        """The company's first placed workplace, as :func:`graph.lookup.origin_of`; None where none is placed."""
        if company_id not in self._sites:
            return None
        site = self._sites[company_id]
        point, uncertainty_km = (site.latitude or 0.0, site.longitude or 0.0), site.location_uncertainty_km or 0.0
        return Origin(self._names.get(company_id) or company_id, point, uncertainty_km, company_id)


class Demands:
    """What parts ask of a supplier; the same words are read once."""

    def __init__(self, learned: Learned | None = None) -> None:
        """``learned`` is what people have said of words."""
        self._learned = learned
        self._of: dict[ImportedPart, Demand] = {}

    def of(self, part: ImportedPart) -> Demand:
        """What the part asks; who sells it now, from where and for how much plays no part in that."""
        bare = replace(
            part, part_id="", part_number=None, supplier=None, value_sek=None, mass_kg=None, origin_country=None,
            transport_mode=None, year=None, lead_time_days=None,
        )  # fmt: skip
        if bare not in self._of:
            self._of[bare] = demand_of_part(bare, learned=self._learned)
        return self._of[bare]


class Questions:
    """Lines put to a region; what asks the same from the same place is asked once."""

    def __init__(self, finder: Finder, learned: Learned | None = None) -> None:
        self._finder, self._demands = finder, Demands(learned)
        self._answers: dict[tuple[Demand, Origin, float], tuple[int, tuple[Candidate, ...]]] = {}

    def line(self, part: ImportedPart, origin: Origin | None, within_km: float) -> ImportLine:
        """The answer for one part."""
        demand = self._demands.of(part)
        if not demand.processes:
            return ImportLine(part, demand, UNCLEAR)
        if origin is None:
            return ImportLine(part, demand, UNPLACED)
        found, best = self._candidates(demand, origin, within_km)
        if not found:
            return ImportLine(part, demand, NOBODY)
        local_km = (best[0].distance_low_km, best[0].distance_high_km)
        spared = saving(part.mass_kg, part.origin_country, part.transport_mode, origin.point, local_km)
        return ImportLine(part, demand, CAN, found, best, spared)

    def _candidates(self, demand: Demand, origin: Origin, within_km: float) -> tuple[int, tuple[Candidate, ...]]:
        """How many firms could meet the demand, and the best of them."""
        key = (demand, origin, within_km)
        if key not in self._answers:
            self._answers[key] = self._finder.candidates(demand, origin, within_km, limit=SHOWN)
        return self._answers[key]

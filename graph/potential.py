"""How much of what a region imports could be made in it, how near, and what can nobody make?

Each imported part is searched for from its buyer's own site, and counts within every radius that holds the nearest
firm that could make it; what it would spare is what that firm would. A part is told under the family of its leading
process, the first of those it asks for, and under its buyer's municipality.

Unmet demand is told by process, and only where at least :data:`FEWEST_FIRMS` buyers share it, so that no single firm's
purchases can be read from it; how many processes were left out for that is told, not which.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.demands import Demand
from graph.footprint import Saving, saving
from graph.import_list import CAN, NOBODY, UNCLEAR, UNPLACED, Demands, Sites, Sums, sums_of
from graph.learned import Learned
from graph.lookup import Origin
from graph.makers import Asked, Makers, Nearest
from graph.model import Company, ImportedPart
from graph.store import Snapshot
from graph.taxonomy import taxonomy

RADII_KM = (30.0, 50.0, 100.0)
FEWEST_FIRMS = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of one family or municipality (``key``; "" unknown), and those of them that can be made, by radius."""

    key: str
    buyers: int
    whole: Sums
    within: tuple[Sums, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """Parts that nobody within the largest radius can make, by process.

    ``without`` are those near which nobody does the process at all. ``several`` ask for more than one process, of which
    each is done near by, so that firms together might; for the rest somebody does it, but not so large, so fine or of
    that material.
    """

    process: str
    buyers: int
    parts: Sums
    without: int
    several: int


@dataclass(frozen=True, slots=True)
class Way:
    """Parts that come from a country today ("" unknown), and how near they could be made.

    ``within_km`` is the smallest radius with a maker, None where the ``status`` is not :data:`graph.import_list.CAN`.
    """

    origin_country: str
    status: str
    within_km: float | None
    parts: Sums


@dataclass(frozen=True, slots=True)
class Potential:
    """The region's imports by whether they can be made in it; ``within`` goes by radius."""

    radii_km: tuple[float, ...]
    buyers: int
    whole: Sums
    within: tuple[Sums, ...]
    nobody: Sums
    unclear: Sums
    unplaced: Sums
    families: tuple[Group, ...]
    municipalities: tuple[Group, ...]
    unmet: tuple[Unmet, ...]
    left_out: int  # processes that fewer buyers share
    ways: tuple[Way, ...]  # the countries of the greatest value first


@dataclass(frozen=True, slots=True)
class _Part:
    """A part with what it asks, the number of the smallest radius that has a maker, and what that one would spare."""

    part: ImportedPart
    demand: Demand
    status: str
    origin: Origin | None
    step: int | None = None
    spared: Saving | None = None


def potential(
    snapshot: Snapshot, makers: Makers, radii_km: Sequence[float] = RADII_KM, *, learned: Learned | None = None
) -> Potential:
    """What of the region's imports could be made within each radius.

    Args:
        snapshot: the region (Company, Workplace, ImportedPart).
        makers: of that snapshot.
        radii_km: at least one, in any order.
        learned: what people have said of words.
    """
    radii = tuple(sorted(set(radii_km)))
    parts = _answered(snapshot, makers, radii, Demands(learned))
    homes = {each.company_id: each.municipality or "" for each in snapshot.of(Company)}
    unmet, left_out = _unmet(makers, [each for each in parts if each.status == NOBODY], radii[-1])
    return Potential(
        radii_km=radii,
        buyers=_buyers(parts),
        whole=_sums(parts),
        within=_within(parts, len(radii)),
        nobody=_sums(each for each in parts if each.status == NOBODY),
        unclear=_sums(each for each in parts if each.status == UNCLEAR),
        unplaced=_sums(each for each in parts if each.status == UNPLACED),
        families=_groups(parts, len(radii), lambda each: _family(each.demand)),
        municipalities=_groups(parts, len(radii), lambda each: homes.get(each.part.company_id or "", "")),
        unmet=unmet,
        left_out=left_out,
        ways=_ways(parts, radii),
    )


def near_home(snapshot: Snapshot, makers: Makers, within_km: float) -> Iterator[tuple[ImportedPart, str, bool]]:
    """Each imported part with the family of its leading process ("" unknown), and whether anybody near could make it.

    Near is within so many km of the buyer. A part of which nobody knows what it asks, or where its buyer is, is not.
    """
    for each in _answered(snapshot, makers, (within_km,), Demands()):
        yield each.part, _family(each.demand), each.status == CAN


def _answered(snapshot: Snapshot, makers: Makers, radii: Sequence[float], demands: Demands) -> list[_Part]:
    """Each part with its nearest maker."""
    sites = Sites(snapshot)
    asked = [(each, demands.of(each), sites.origin(each.company_id or "")) for each in snapshot.of(ImportedPart)]
    ready = [(demand, origin) for _, demand, origin in asked if demand.processes and origin is not None]
    answers = iter(makers.nearest(ready, radii[-1]))
    return [
        _answer(part, demand, origin, next(answers) if demand.processes and origin else None, radii)
        for part, demand, origin in asked
    ]


def _answer(
    part: ImportedPart, demand: Demand, origin: Origin | None, best: Nearest | None, radii: Sequence[float]
) -> _Part:
    if not demand.processes:
        return _Part(part, demand, UNCLEAR, origin)
    if origin is None:
        return _Part(part, demand, UNPLACED, origin)
    if best is None:
        return _Part(part, demand, NOBODY, origin)
    step = min(bisect_left(radii, best.distance_km), len(radii) - 1)
    local_km = (best.distance_low_km, best.distance_high_km)
    spared = saving(part.mass_kg, part.origin_country, part.transport_mode, origin.point, local_km)
    return _Part(part, demand, CAN, origin, step, spared)


def _sums(parts: Iterable[_Part]) -> Sums:
    return sums_of((each.part, each.spared) for each in parts)


def _buyers(parts: Iterable[_Part]) -> int:
    return len({each.part.company_id for each in parts})


def _within(parts: Sequence[_Part], radii: int) -> tuple[Sums, ...]:
    return tuple(_sums(each for each in parts if each.step is not None and each.step <= step) for step in range(radii))


def _family(demand: Demand) -> str:
    leading = demand.processes[0][0] if demand.processes else ""
    known = taxonomy().processes.get(leading)
    return known.family if known else ""


def _groups(parts: Sequence[_Part], radii: int, key: Callable[[_Part], str]) -> tuple[Group, ...]:
    """The parts by key, those of the greatest value first."""
    by_key: dict[str, list[_Part]] = defaultdict(list)
    for each in parts:
        by_key[key(each)].append(each)
    groups = [Group(name, _buyers(some), _sums(some), _within(some, radii)) for name, some in by_key.items()]
    return tuple(sorted(groups, key=lambda each: (-each.whole.value_sek, -each.whole.lines, each.key)))


def _ways(parts: Sequence[_Part], radii: Sequence[float]) -> tuple[Way, ...]:
    """The parts by where they come from and how near they could be made."""
    by_way: dict[tuple[str, str, float | None], list[_Part]] = defaultdict(list)
    worth: dict[str, int] = defaultdict(int)
    for each in parts:
        country = each.part.origin_country or ""
        by_way[country, each.status, None if each.step is None else radii[each.step]].append(each)
        worth[country] += each.part.value_sek or 0
    ways = [Way(*way, _sums(some)) for way, some in by_way.items()]
    key = [(-worth[each.origin_country], each.origin_country, each.status, each.within_km or 0.0) for each in ways]
    return tuple(way for _, way in sorted(zip(key, ways, strict=True), key=lambda each: each[0]))


# -- what nobody can make ---------------------------------------------------------------------------------------------


def _unmet(makers: Makers, parts: Sequence[_Part], reach_km: float) -> tuple[tuple[Unmet, ...], int]:
    """Unmet demand by process as far as enough buyers share it, and how many processes are left out."""
    by_process: dict[str, list[tuple[_Part, bool]]] = defaultdict(list)
    for part, lacking in zip(parts, _lacking(makers, parts, reach_km), strict=True):
        by_process[lacking or part.demand.processes[0][0]].append((part, bool(lacking)))
    found = [
        Unmet(
            process,
            _buyers(each for each, _ in some),
            _sums(each for each, _ in some),
            without=sum(is_lacking for _, is_lacking in some),
            several=sum(not is_lacking and len(_musts(each.demand)) > 1 for each, is_lacking in some),
        )
        for process, some in by_process.items()
    ]
    shown = [each for each in found if each.buyers >= FEWEST_FIRMS]
    shown.sort(key=lambda each: (-each.parts.value_sek, -each.parts.lines, each.process))
    return tuple(shown), len(found) - len(shown)


def _lacking(makers: Makers, parts: Sequence[_Part], reach_km: float) -> list[str | None]:
    """For each part the first process that must be offered and that nobody near does; None where each is done."""
    musts = [[*_alone(each)] for each in parts]
    asked = list(dict.fromkeys(each for must in musts for each in must))
    is_done = dict(zip(asked, makers.anybody(asked, reach_km).tolist(), strict=True))
    return [next((each[0].processes[0][0] for each in must if not is_done[each]), None) for must in musts]


def _alone(part: _Part) -> Iterator[Asked]:
    """Each process that must be offered, asked for alone."""
    demand = part.demand
    for code in _musts(demand):
        if part.origin is not None:
            yield Demand(((code, 1.0),), buyer_id=demand.buyer_id), part.origin


def _musts(demand: Demand) -> list[str]:
    """The processes that one firm must offer: all that are listed; of those understood from a text the likeliest."""
    return [code for code, _ in (demand.processes if demand.all_processes else demand.processes[:1])]

"""Which nearby firms could make a part together, one step each, and how far would it travel?

A chain is an order of steps (first the shape, then cutting, hardening, grinding, coating, assembly) with a firm for
each. Every firm lies within the radius of the buyer and has nothing known against it for its own step. The best chain
is the shortest way from the first firm through all steps to the buyer, straight lines; two steps at one firm cost no
way between them. The order of steps is that of the families of processes, a rule of thumb: a person decides.

A transport less is worth :data:`HANDOVER_KM`, so that of ways about as long the one with fewer firms comes first.

Bounds: at most :data:`MOST_STEPS` steps, the best :data:`PER_STEP` firms for each, :data:`MOST_CHAINS` chains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from graph.demands import FINISHING, Demand
from graph.geo import distance_km, interval_km
from graph.lookup import Origin
from graph.replacement import Candidate, Finder
from graph.taxonomy import taxonomy

MOST_STEPS = 5
PER_STEP = 20
MOST_CHAINS = 3
HANDOVER_KM = 5.0  # assumed: what a firm more costs in the order of the chains, not in their length
KM_PER_POINT = 0.001  # only to choose between firms at the same place
LEAST_SHARE = 0.4  # of the likeliest process's weight: what a text hardly speaks for is no step
STAGES: Mapping[str, int] = {
    "casting": 1, "forming": 1, "powder": 1, "additive": 1, "plastics": 1, "wood": 1, "textile": 1, "mineral": 1,
    "sheet": 2, "wire": 2, "cutting": 3, "joining": 4, "heat": 5, "surface": 7, "electro": 8, "assembly": 8,
    "automation": 8, "print": 8, "quality": 9, "services": 10,
}  # fmt: skip
"""In which order the families of processes usually follow each other; what is not named is no step of a part."""
FIRST, LATE = 0, 6
OUT_OF_ORDER: Mapping[str, int] = {"sawing": FIRST, **dict.fromkeys(FINISHING, LATE)}
"""Processes that do not follow their family: bars are sawn first, and what is hardened is ground."""
MACHINED = (2, 3, LATE)
"""Stages whose offers a tolerance is asked of."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: a process at a firm, and the way on to the next (or to the buyer)."""

    process: str
    firm: Candidate
    able: int  # firms within the radius that could do this step
    onward_km: float


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps in order; ``weakest`` is the number of the one with the fewest firms to turn to, then the least known."""

    steps: tuple[Step, ...]
    total_km: float
    total_low_km: float  # as the places are known
    total_high_km: float
    weakest: int

    @property
    def firms(self) -> int:
        """How many different firms take part."""
        return len({each.firm.company_id for each in self.steps})


@dataclass(frozen=True, slots=True)
class Chains:
    """The best chains, shortest first; ``lacking`` are the steps that no firm within the radius could do."""

    processes: tuple[str, ...]
    found: tuple[Chain, ...] = ()
    lacking: tuple[str, ...] = ()


def steps_of(demand: Demand) -> tuple[str, ...]:
    """The processes of a demand that are steps of making a part, in their order.

    >>> steps_of(Demand((("painting", 1.0), ("grinding", 1.0), ("turning", 1.0), ("hardening", 1.0), ("sawing", 1.0))))
    ('sawing', 'turning', 'hardening', 'grinding', 'painting')
    """
    least = LEAST_SHARE * max((weight for _, weight in demand.processes), default=0.0)
    wanted = [code for code, weight in demand.processes if weight >= least and _stage(code) is not None]
    return tuple(sorted(wanted[:MOST_STEPS], key=lambda code: (_stage(code) or 0, wanted.index(code))))


def _stage(code: str) -> int | None:
    terms = taxonomy()
    if code not in terms.processes:
        return None
    for each in (code, *terms.ancestors(code)):
        if each in OUT_OF_ORDER:
            return OUT_OF_ORDER[each]
    return STAGES.get(terms.processes[code].family)


def chains(finder: Finder, demand: Demand, origin: Origin, within_km: float) -> Chains:
    """The best chains of two firms or more; none for a part of fewer than two steps."""
    processes = steps_of(demand)
    if len(processes) < 2:
        return Chains(processes)
    able: list[int] = []
    firms: list[Sequence[Candidate]] = []
    for code in processes:
        found, candidates = finder.candidates(_of_step(demand, code), origin, within_km, limit=PER_STEP)
        able.append(found)
        firms.append(candidates)
    lacking = tuple(code for code, some in zip(processes, firms, strict=True) if not some)
    if lacking:
        return Chains(processes, lacking=lacking)
    paths = (each for each in _shortest(firms, origin) if len({firm.company_id for firm in each}) > 1)
    return Chains(processes, tuple(_chain(processes, path, able, origin) for path in islice(paths, MOST_CHAINS)))


def _of_step(demand: Demand, code: str) -> Demand:
    """What is asked of the firm that does one step: of tolerance only those that machine it."""
    tolerance = demand.tolerance if _stage(code) in MACHINED else None
    return replace(demand, processes=((code, 1.0),), all_processes=True, tolerance=tolerance, annual_quantity=None)


def _shortest(firms: Sequence[Sequence[Candidate]], home: Origin) -> Iterator[list[Candidate]]:
    """Ways through one firm of each step to the buyer, shortest first (Yen 1971, as networkx has it)."""
    import networkx as nx

    ways = nx.DiGraph()
    for step, some in enumerate(firms):
        for number, firm in enumerate(some):
            if step == 0:
                ways.add_edge("start", (0, number), km=_cost_km(firm))
            if step == len(firms) - 1:
                ways.add_edge((step, number), "home", km=distance_km(firm.point, home.point))
                continue
            for other, following in enumerate(firms[step + 1]):
                same = firm.company_id == following.company_id
                km = _leg(firm, following)[0] + _cost_km(following) + (0.0 if same else HANDOVER_KM)
                ways.add_edge((step, number), (step + 1, other), km=km)
    for path in nx.shortest_simple_paths(ways, "start", "home", weight="km"):
        yield [firms[step][number] for step, number in path[1:-1]]


def _cost_km(firm: Candidate) -> float:
    return KM_PER_POINT * max(0.0, 100.0 - firm.score)


def _leg(one: Candidate, other: Candidate) -> tuple[float, float]:
    """Kilometres from one firm to another, and how far off that may be; nothing within the same firm."""
    if one.company_id == other.company_id:
        return 0.0, 0.0
    return distance_km(one.point, other.point), one.uncertainty_km + other.uncertainty_km


def _chain(processes: Sequence[str], path: Sequence[Candidate], able: Sequence[int], home: Origin) -> Chain:
    legs = [_leg(one, other) for one, other in pairwise(path)]
    legs.append((distance_km(path[-1].point, home.point), path[-1].uncertainty_km + home.uncertainty_km))
    spans = [interval_km(km, unsure_km, 0.0) for km, unsure_km in legs]
    steps = tuple(
        Step(code, firm, count, round(km, 3))
        for code, firm, count, (km, _) in zip(processes, path, able, legs, strict=True)
    )
    return Chain(
        steps,
        round(sum(km for km, _ in legs), 3),
        round(sum(low for low, _ in spans), 3),
        round(sum(high for _, high in spans), 3),
        min(range(len(steps)), key=lambda number: (steps[number].able, steps[number].firm.score, number)),
    )

"""Who the invented firms are: how many of each branch stand where, how large they are, which belong together."""

from __future__ import annotations

from itertools import accumulate
from random import Random

from ingest.demo.places import Locality, attraction, firm_factors, localities
from ingest.demo.region import Firm, Invented
from ingest.demo.tables import SIZE_CLASSES, Sector, rows, sectors

COUNTY_WORKPLACES = 6000  # beyond so many firms a region spills over into the towns around the county
FIRMS_PER_ANCHOR = 30  # a region of this many firms has one of the named large ones
POPULATION_POWER = 0.85  # small places have more industry for their size
TILT_POWER, SIZE_SIGMA = 1.6, 0.75  # how much the branch and how much chance decide over size
SPREAD = {
    "1-9": (1, 9), "10-19": (10, 19), "20-49": (20, 49), "50-99": (50, 99), "100-199": (100, 199),
    "200-499": (200, 480), "500+": (520, 1150),
}  # fmt: skip


def found_firms(region: Invented, companies: int) -> None:
    """Found so many firms, the named large ones first."""
    anchors = rows("anchors")[: companies // FIRMS_PER_ANCHOR]
    by_place = {each.name: each for each in localities()}
    sites = [(sectors()[each["sector"]], by_place[each["locality"]]) for each in anchors]
    inside = min(companies, COUNTY_WORKPLACES) - len(anchors)
    sites += _draw_sites(region.rng, True, inside)
    sites += _draw_sites(region.rng, False, companies - len(anchors) - inside)
    classes = [each["size_class"] for each in anchors]
    classes += _size_classes(region.rng, sites[len(anchors) :], classes, companies)
    for index, ((sector, place), size_class) in enumerate(zip(sites, classes, strict=True)):
        name = anchors[index]["name"] if index < len(anchors) else region.namer.firm(sector, place)
        if index < len(anchors):
            region.namer.claim(name)
        employees = _employees(region.rng, size_class)
        number, postcode = region.namer.number(), _postcode(region.rng, place)
        region.firms.append(Firm(index, number, name, sector, place, size_class, employees, postcode))
    _form_groups(region, [each["stem"] for each in anchors])


def _draw_sites(rng: Random, in_county: bool, count: int) -> list[tuple[Sector, Locality]]:
    """Draw (branch, place) pairs: population, the municipality's industry, its specialities."""
    if count <= 0:
        return []
    pairs = [(sector, place) for place in localities() if place.in_county == in_county for sector in sectors().values()]
    weights = [
        sector.weight
        * place.population**POPULATION_POWER
        * firm_factors().get(place.municipality_code, 1.0)
        * attraction().get((place.municipality_code, sector.code), 1.0)
        for sector, place in pairs
    ]
    return rng.choices(pairs, cum_weights=list(accumulate(weights)), k=count)


def _size_classes(rng: Random, sites: list[tuple[Sector, Locality]], used: list[str], companies: int) -> list[str]:
    """Give the classes of the size distribution to the firms, heavy branches first but not always."""
    shares = {row["size_class"]: int(row["firms"]) for row in rows("size_distribution")}
    total = sum(shares.values())
    left: list[str] = []
    for size_class in reversed(SIZE_CLASSES):
        count = round(companies * shares[size_class] / total) - used.count(size_class)
        left += [size_class] * max(0, count)
    left = (left + ["1-9"] * len(sites))[: len(sites)]
    heavy = [sector.size_tilt**TILT_POWER * rng.lognormvariate(0.0, SIZE_SIGMA) for sector, _ in sites]
    order = sorted(range(len(sites)), key=lambda site: -heavy[site])
    given = [""] * len(sites)
    for site, size_class in zip(order, left, strict=True):
        given[site] = size_class
    return given


def _employees(rng: Random, size_class: str) -> int:
    low, high = SPREAD[size_class]
    return min(high, int(low * (high / low) ** (rng.random() ** 1.15) + 0.5))


def _postcode(rng: Random, place: Locality) -> str:
    return f"{rng.choice(place.postcode_areas)} {rng.choice((30, 31, 32, 33, 35, 40, 41, 50, 91, 92))}"


def _form_groups(region: Invented, stems: list[str]) -> None:
    """Let one firm in fifty be the parent of one to three others, which then carry the group's word."""
    rng, firms = region.rng, region.firms
    order = {size: rank for rank, size in enumerate(SIZE_CLASSES)}
    able = [firm for firm in firms if order[firm.size_class] >= 3 and firm.sector.kind == "industry"]
    parents = able[: len(stems)] + rng.sample(able[len(stems) :], min(len(able[len(stems) :]), len(firms) // 70))
    free = [firm for firm in firms[len(stems) :] if order[firm.size_class] <= 2 and firm.sector.kind == "industry"]
    rng.shuffle(free)
    for parent in parents[: max(1, len(firms) // 50)]:
        stem = stems[parent.index] if parent.index < len(stems) else region.namer.coin()
        if parent.index >= len(stems):
            parent.name = region.namer.group(stem, parent.sector, parent.place)
        for _ in range(rng.choice((1, 1, 2, 3))):
            if not free:
                return
            child = _nearest_branch(free[-12:], parent)
            free.remove(child)
            child.parent = parent.index
            child.name = region.namer.group(stem, child.sector, child.place)


def _nearest_branch(candidates: list[Firm], parent: Firm) -> Firm:
    """Prefer a daughter in a branch the parent buys from."""
    bought = dict(parent.sector.buys)
    return max(candidates, key=lambda firm: (bought.get(firm.sector.code, 0.0), firm.number))

"""Who buys from whom in the invented region.

A buyer looks for the branches its own branch buys from, near places first (weight falls as a power of the distance),
and there for a firm that already sells to many (an urn to which each sale adds a ball). Values are log-normal and
grow with both sizes. So the number of partners and the values have heavy tails, and most business is local.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate, pairwise
from random import Random

from ingest.demo.places import distance_km, localities
from ingest.demo.region import Components, Deal, Firm, Invented, Outside, Party
from ingest.demo.tables import Weights, fitting, foreign, name_parts

SUPPLIERS = {
    "1-9": 1.6, "10-19": 2.2, "20-49": 3.6, "50-99": 6.5, "100-199": 12.0, "200-499": 24.0, "500+": 56.0,
}  # fmt: skip
RENOWN = {"1-9": 1, "10-19": 2, "20-49": 3, "50-99": 4, "100-199": 5, "200-499": 6, "500+": 7}
EVERYBODY_BUYS: Weights = (
    ("wholesale", 5), ("logistics", 4), ("maintenance", 2), ("it", 2), ("install", 2), ("consulting", 1.5),
    ("staffing", 1.5), ("waste", 1), ("energy", 1), ("packaging", 1),
)  # fmt: skip
NEAR_KM, DECAY_POWER = 10.0, 1.9
HUB_SIZES = ("20-49", "50-99", "100-199", "200-499", "500+")
MEDIAN_SEK, VALUE_SIGMA, SIZE_POWER = 42_000, 1.35, 0.32
OUTSIDE_COUNTRIES = ("NO", "DE", "DK", "FI", "NL", "PL")


class Market:
    """The firms that sell, by branch and place."""

    def __init__(self, region: Invented) -> None:
        self.region, self.rng = region, region.rng
        self.urns: dict[tuple[str, int], list[Firm]] = defaultdict(list)
        self._places: dict[tuple[int, str], tuple[list[int], list[float]]] = {}
        self._branches: dict[str, tuple[list[str], list[float]]] = {}
        for firm in region.firms:
            if not firm.role:
                self.urns[firm.sector.code, firm.place.index] += [firm] * RENOWN[firm.size_class]
        self._first = {cell: len(urn) for cell, urn in self.urns.items()}
        self._sectors = {code for code, _ in self.urns}

    def find(self, buyer: Firm) -> Firm | None:
        """A supplier for this buyer, or None when the draw leads nowhere."""
        names, branch_weights = self._branch_table(buyer)
        branch = self.rng.choices(names, cum_weights=branch_weights)[0]
        if branch not in self._sectors:
            return None
        places, place_weights = self._place_table(buyer.place.index, branch)
        urn = self.urns[branch, self.rng.choices(places, cum_weights=place_weights)[0]]
        seller = urn[int(self.rng.random() * len(urn))]
        if seller is buyer:
            return None
        urn.append(seller)
        return seller

    def _branch_table(self, buyer: Firm) -> tuple[list[str], list[float]]:
        if buyer.sector.code not in self._branches:
            mix = EVERYBODY_BUYS + buyer.sector.buys
            names, each = [name for name, _ in mix], [weight for _, weight in mix]
            self._branches[buyer.sector.code] = (names, list(accumulate(each)))
        return self._branches[buyer.sector.code]

    def _place_table(self, place: int, branch: str) -> tuple[list[int], list[float]]:
        if (place, branch) not in self._places:
            there = [spot.index for spot in localities() if (branch, spot.index) in self._first]
            decay = [
                self._first[branch, spot] / (1 + distance_km(place, spot) / NEAR_KM) ** DECAY_POWER for spot in there
            ]
            self._places[place, branch] = (there, list(accumulate(decay)))
        return self._places[place, branch]


def trade(region: Invented, islands: list[list[Firm]]) -> None:
    """Fill the region's deals and the firms outside it."""
    rng = region.rng
    region.outside += _outside_firms(region)
    hubs = [each for each in region.firms if each.place.in_county and not each.role and each.size_class in HUB_SIZES]
    pairs = _mainland(region, hubs)
    for firm in region.firms:
        if firm.role == "one_partner":
            pairs[_partner_for(rng, hubs, firm), firm] = None
    for island in islands:
        pairs.update(dict.fromkeys(pairwise(island)))
    for seller, buyer in pairs:
        region.deals += _deals(rng, seller, buyer)
    _beyond(region, pairs)


def _mainland(region: Invented, hubs: list[Firm]) -> dict[tuple[Firm, Firm], None]:
    market, rng = Market(region), region.rng
    pairs: dict[tuple[Firm, Firm], None] = {}
    mainland = [firm for firm in region.firms if not firm.role]
    for buyer in mainland:
        wanted = max(1, round(SUPPLIERS[buyer.size_class] * rng.lognormvariate(-0.05, 0.35)))
        for _ in range(wanted):
            seller = market.find(buyer)
            if seller is not None and (buyer, seller) not in pairs:
                pairs[seller, buyer] = None
        if buyer.parent is not None:
            pairs[buyer, region.firms[buyer.parent]] = None
    for seller in _stragglers(mainland, pairs):
        pairs[seller, _partner_for(rng, hubs, seller)] = None
    return pairs


def _stragglers(mainland: list[Firm], pairs: dict[tuple[Firm, Firm], None]) -> list[Firm]:
    """One county firm of every component but the largest, over trades inside the county."""
    components = Components()
    for seller, buyer in pairs:
        if seller.place.in_county and buyer.place.in_county:
            components.join(seller.index, buyer.index)
    members: dict[int, list[Firm]] = defaultdict(list)
    for firm in mainland:
        if firm.place.in_county:
            members[components.root(firm.index)].append(firm)
    main = max(members.values(), key=len)
    return [each[0] for each in members.values() if each is not main]


def _partner_for(rng: Random, hubs: list[Firm], firm: Firm) -> Firm:
    """A well-connected firm nearby: of a random few large ones, the nearest."""
    few = [each for each in rng.sample(hubs, min(8, len(hubs))) if each is not firm]
    return min(few, key=lambda each: distance_km(firm.place.index, each.place.index))


def _deals(rng: Random, seller: Firm, buyer: Firm) -> list[Deal]:
    years = rng.choices(((2025,), (2024,), (2024, 2025)), weights=(58, 20, 22))[0]
    what = rng.choice(fitting(seller.sector.sells, seller.name))
    base = MEDIAN_SEK * (seller.employees * buyer.employees) ** SIZE_POWER * rng.lognormvariate(0.0, VALUE_SIGMA)
    return [Deal(seller, buyer, what, _sek(base * rng.lognormvariate(0.0, 0.2)), year) for year in years]


def _sek(value: float) -> int:
    step = 1 if value < 20_000 else 100 if value < 500_000 else 1000
    return max(800, int(value / step + 0.5) * step)


def _outside_firms(region: Invented) -> list[Outside]:
    """Customers and suppliers elsewhere in Sweden, and customers abroad."""
    towns = [place for place in localities() if not place.in_county]
    made = []
    for kind in ("outside_customer", "outside_supplier"):
        for name in name_parts()[kind]:
            region.namer.claim(name)
            made.append(Outside(name, region.namer.number(), "SE", region.rng.choice(towns)))
    for country in OUTSIDE_COUNTRIES:
        count = min(3, len(foreign()[country].stems))
        names = dict.fromkeys(region.namer.foreign(country, "metal") for _ in range(count))
        made += [Outside(name, "", country, None) for name in names]
    return made


def _beyond(region: Invented, pairs: dict[tuple[Firm, Firm], None]) -> None:
    """Trades over the border: of firms with two partners or more at home, and of those that have none."""
    rng = region.rng
    suppliers = name_parts()["outside_supplier"]
    customers = [each for each in region.outside if each.name not in suppliers]
    sellers_here = [each for each in region.outside if each.name in suppliers]
    partners: dict[int, set[int]] = defaultdict(set)
    for seller, buyer in pairs:
        partners[seller.index].add(buyer.index)
        partners[buyer.index].add(seller.index)
    for firm in region.firms:
        if firm.role == "only_outside":
            for customer in rng.sample(customers, rng.choice((1, 2, 3))):
                region.deals.append(_over_border(rng, firm, customer))
        elif not firm.role and len(partners[firm.index]) >= 2 and firm.size_class != "1-9":
            for customer in rng.sample(customers, int(rng.random() ** 4 * 5)):
                region.deals.append(_over_border(rng, firm, customer))
            if rng.random() < 0.22:
                region.deals.append(_over_border(rng, rng.choice(sellers_here), firm))


def _over_border(rng: Random, seller: Party, buyer: Party) -> Deal:
    firm = seller if isinstance(seller, Firm) else buyer
    employees = firm.employees if isinstance(firm, Firm) else 1
    sells = fitting(seller.sector.sells, seller.name) if isinstance(seller, Firm) else ("Varor",)
    what = rng.choice(sells)
    value = 3 * MEDIAN_SEK * employees ** (2 * SIZE_POWER) * rng.lognormvariate(0.0, VALUE_SIGMA)
    return Deal(seller, buyer, what, _sek(value), rng.choice((2024, 2025)))

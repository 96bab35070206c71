"""Which firms stand alone, and how: decided before anybody trades, so that the plan is also true in the files.

The kinds, over the trades of all files and the register's firms inside the region's municipalities:

* ``no_trade_known``: asked and answered, yet no trade; in no activity or introduction.
* ``not_asked``: no trade, and nobody has asked; in no activity or introduction.
* ``only_through_network``: no trade, but an activity or introduction with another firm.
* ``only_outside``: trades, all of them with firms outside the region.
* ``one_partner``: trades with exactly one firm, which is inside and has others.
* ``small_island``: in a component of two to five firms; no other trade at all.

Staffing firms and consultants are no firms of the industry and are not listed, alone or not.

``hidden`` (a firm whose only trades were told in confidence) is not planted: a trade list has no column for it.
"""

from __future__ import annotations

from ingest.demo.region import Firm, Invented

LEAST_COMPANIES = 60
SHARES = {
    "no_trade_known": 0.014,
    "not_asked": 0.05,
    "only_through_network": 0.011,
    "only_outside": 0.014,
    "one_partner": 0.02,
}
ISLANDS_PER_FIRM = 1 / 150
TRADELESS = ("no_trade_known", "not_asked", "only_through_network")


def plant_roles(region: Invented) -> list[list[Firm]]:
    """Mark the firms that will stand alone; returns the islands."""
    parents = {firm.parent for firm in region.firms}
    free = [
        firm
        for firm in region.firms[len(region.firms) // 30 :]
        if firm.place.in_county
        and firm.parent is None
        and firm.index not in parents
        and firm.size_class in ("1-9", "10-19", "20-49")
    ]
    region.rng.shuffle(free)
    for role, share in SHARES.items():
        for _ in range(max(2, round(share * min(len(region.firms), 6000)))):
            free.pop().role = role
    islands = []
    for size in _island_sizes(len(region.firms)):
        first = free.pop()
        near = [firm for firm in free[-400:] if firm.place.municipality_code == first.place.municipality_code]
        island = [first, *(near or free)[-(size - 1) :]]
        for firm in island[1:]:
            free.remove(firm)
        for firm in island:
            firm.role = "small_island"
        islands.append(island)
    return islands


def _island_sizes(companies: int) -> list[int]:
    count = max(2, round(ISLANDS_PER_FIRM * min(companies, 6000)))
    return [(2, 3, 2, 4, 5)[number % 5] for number in range(count)]

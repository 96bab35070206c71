"""What breaks without a company?"""

from __future__ import annotations

from commands.asking import Asked, Said
from graph.audience import require
from graph.geo import radius_km
from graph.lookup import find_company
from render import resilience as words


def show_without(asked: Asked) -> Said:
    """Who loses a supplier when a company stops, and who else could step in."""
    from graph.resilience import Resilience  # scipy, which other commands need not wait for

    require(asked.viewer, "resilience")
    within_km = radius_km(asked.args.within_km)
    snapshot = asked.snapshot()
    company = find_company(snapshot, asked.args.company)
    region = Resilience(snapshot, within_km, learned=asked.learned())
    impact = region.impact(company.company_id)
    (esri,) = region.esri([company.company_id])
    return Said(words.as_json(impact, esri, region), words.impact_lines(impact, esri, region, asked.texts))

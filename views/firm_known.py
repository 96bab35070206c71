"""What a firm's page asks of the whole region again and again, worked out once a revision and level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.demands import demand_of_part
from graph.geo import Point, distance_km
from graph.lookup import Origin
from graph.model import Company, ImportedPart, Record, Workplace
from graph.provenance import records_by_company
from render.answers import company_name
from render.maps import Marker
from render.plain import distance_text
from texts import Texts
from views.common import Region, firm_name

REPLACED_WITHIN_KM = 40.0
MOST_PARTS = 40  # imported parts for which it is looked up who could make them, the most valuable first
MOST_PARTNERS = 60  # on the map
NEAREST_KM, FARTHEST_KM = 10.0, 150.0
SHARE_IN_SIGHT = 0.8  # of the partners that the map reaches


@dataclass(frozen=True)
class Known:
    """Records by company, and each company's first placed workplace."""

    records: Mapping[str, dict[type[Record], list[Record]]]
    sites: Mapping[str, Workplace]

    def point(self, company_id: str) -> Point | None:
        """Where the company lies (latitude, longitude), as far as that is known."""
        site = self.sites.get(company_id)
        return _point(site) if site else None

    def map_of(
        self, here: Region, company_id: str, partners: Sequence[str], sentences: Texts
    ) -> tuple[list[Marker], Point | None, float]:
        """The company's workplaces and its partners, the map's centre, and how far it reaches (km)."""
        centre = self.point(company_id)
        if centre is None:
            return [], None, 0.0
        own = [
            Marker(company_id, "", each.name or company_name(here.companies[company_id].name, sentences), point, "self")
            for each in self.records.get(company_id, {}).get(Workplace, ())
            if isinstance(each, Workplace) and (point := _point(each))
        ]
        placed = [(each, point) for each in partners if (point := self.point(each))][:MOST_PARTNERS]
        others = [Marker(each, "", company_name(here.companies[each].name, sentences), point) for each, point in placed]
        away = sorted(distance_km(centre, point) for _, point in placed)
        reach = away[int(SHARE_IN_SIGHT * (len(away) - 1))] if away else NEAREST_KM
        return own + others, centre, min(max(reach * 1.1, NEAREST_KM), FARTHEST_KM)


def _point(site: Workplace) -> Point | None:
    return None if site.latitude is None or site.longitude is None else (site.latitude, site.longitude)


def firms_known(here: Region) -> Known:
    """What is known of the region's firms, for this viewer's level."""
    return here.kept("firms_known", lambda: _known(here))


def _known(here: Region) -> Known:
    sites: dict[str, Workplace] = {}
    for each in here.snapshot.of(Workplace):
        if each.company_id and _point(each):
            sites.setdefault(each.company_id, each)
    return Known(records_by_company(here.snapshot), sites)


# -- who could make what it imports ----------------------------------------------------------------------------------


def replaceable(
    here: Region, company: Company, parts: Sequence[Record], sentences: Texts
) -> tuple[dict[str, tuple[str, str]], str]:
    """For each part how many firms nearby could make it, and who best, with the label of a button; and a sentence."""
    found = here.kept(("replaceable", company.company_id), lambda: _replaceable(here, company.company_id))
    if found is None:
        return {}, sentences("company.unplaced")
    shown = {}
    for part in parts:
        count, best, low_km, high_km = found.get(part.key, (0, "", 0.0, 0.0))
        if part.key not in found:
            said = ""
        elif count:
            distance = distance_text(low_km, high_km, sentences)
            said = sentences("company.replaced_by", count=count, best=firm_name(here, best), distance=distance)
        else:
            said = sentences("company.replaced_by_nobody")
        shown[part.key] = (said, sentences("company.who_can"))
    can = sum(1 for count, *_ in found.values() if count)
    return shown, sentences("company.replaceable", can=can, of=len(found), km=REPLACED_WITHIN_KM)


def _replaceable(here: Region, company_id: str) -> dict[str, tuple[int, str, float, float]] | None:
    """By part: how many can make it, the best of them, and how far off that is at least and at most (km)."""
    about = firms_known(here)
    point, site = about.point(company_id), about.sites.get(company_id)
    if point is None or site is None:
        return None
    origin = Origin("", point, site.location_uncertainty_km or 0.0, company_id)
    parts = [e for e in about.records.get(company_id, {}).get(ImportedPart, ()) if isinstance(e, ImportedPart)]
    parts.sort(key=lambda each: (-(each.value_sek or 0), each.part_id))
    found: dict[str, tuple[int, str, float, float]] = {}
    for part in parts[:MOST_PARTS]:
        demand = demand_of_part(part, learned=here.learned)
        if not demand.processes:
            continue
        count, best = here.finder.candidates(demand, origin, REPLACED_WITHIN_KM, limit=1)
        found[part.part_id] = (0, "", 0.0, 0.0)
        for each in best:
            found[part.part_id] = (count, each.company_id, each.distance_low_km, each.distance_high_km)
    return found

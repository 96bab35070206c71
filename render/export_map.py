"""A viewer's region as GeoJSON (RFC 7946) for QGIS or a map on the web: a point for each place of a firm."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson

from graph.model import Certificate, Company, Offer, Workplace
from render.export_sheets import Parties, public_number
from render.taken import Taken
from texts import Texts

DECIMALS = 6  # of a degree: a decimetre
OF_SITE = ("address", "postcode", "locality", "municipality", "location_precision")


def points(taken: Taken, texts: Texts) -> bytes:
    """The placed firms; a position is longitude, then latitude (WGS 84), as the format has it."""
    parties = Parties(taken.snapshot, texts)
    makes: dict[str, list[str]] = defaultdict(list)
    for offer in taken.snapshot.of(Offer):
        makes[offer.company_id or ""].append(parties.wording.value("capability", offer.capability))
    holds: dict[str, list[str]] = defaultdict(list)
    for held in taken.snapshot.of(Certificate):
        holds[held.company_id or ""].append(held.standard or "")
    features = []
    for site in taken.snapshot.of(Workplace):
        company = taken.companies.get(site.company_id or "")
        if company is not None and site.latitude is not None and site.longitude is not None:
            at = [round(site.longitude, DECIMALS), round(site.latitude, DECIMALS)]
            said = _about(site, company, parties)
            said |= {"processes": makes[company.company_id], "certificates": holds[company.company_id]}
            place = {"type": "Point", "coordinates": at}
            features.append({"type": "Feature", "geometry": place, "properties": said})
    return orjson.dumps({"type": "FeatureCollection", "features": features}, option=orjson.OPT_INDENT_2)


def _about(site: Workplace, company: Company, parties: Parties) -> dict[str, Any]:
    return {
        "name": company.name,
        "org_number": public_number(company.company_id) or None,
        **{name: parties.wording.value(name, getattr(site, name)) or None for name in OF_SITE},
        "location_uncertainty_km": site.location_uncertainty_km,
        "sector": parties.wording.value("sector", company.sector) or None,
        "employees": company.employees,
        "website": company.website,
    }

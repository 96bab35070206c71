"""Where a row's company lies, asked of the context's ladder, and what to say where the ladder has no answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.model import Claim, Level, Value
from ingest.cells import number
from ingest.locate import Location, PlaceProblem, postcode_digits
from ingest.sources.common import Party
from ingest.sources.reading import Reading

LOST = frozenset({"locality_unknown", "municipality_unknown", "municipality_differs", "coordinates_unusable"})
"""Notes of the ladder that say that something the row said was not used."""

MAIN = "main"
"""The site on a company's own row; what else there is has a key made of its name or place."""
_WORDS = ("address", "postcode", "locality")


@dataclass(frozen=True, slots=True)
class Site:
    """A site as a row gives it; ``municipality`` is its code, "" unknown."""

    municipality: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)


def site(reading: Reading, country: str = "") -> Site:
    """The site in the row's address columns."""
    if not reading.says("address", "postcode", "locality", "municipality", "latitude"):
        return Site()
    postcode = reading.text("postcode")
    asked: dict[str, Any] = {
        "address": reading.text("address"),
        "postcode": postcode_digits(postcode) or postcode,
        "locality": reading.text("locality"),
        "municipality": reading.text("municipality"),
        "latitude": reading.value("latitude", number),
        "longitude": reading.value("longitude", number),
        "country": country or None,
    }
    return place(reading, asked)


def place(reading: Reading, asked: Mapping[str, Any], column: str = "") -> Site:
    """The site for what is asked of the ladder; what it cannot tell is a warning, and the row's words are kept.

    ``column`` is the field a problem is about where the sheet's fields have other names than the ladder's.
    """
    if not any(value for name, value in asked.items() if name != "country"):
        return Site()
    found = reading.locate(asked)
    words: dict[str, Value] = {name: asked.get(name) or "" for name in _WORDS}
    if isinstance(found, Location):
        for note in found.notes:
            _note(reading, note, asked, column)
        words["locality"] = words["locality"] or found.locality
        municipality = found.municipality or ""
        point: dict[str, Value] = {
            "municipality": municipality,
            "latitude": found.latitude,
            "longitude": found.longitude,
            "location_precision": found.precision,
            "location_uncertainty_km": found.uncertainty_km,
        }
        return Site(municipality, words | point)
    if isinstance(found, PlaceProblem):
        reading.problem(column or found.field, found.code, found.value, suggestion="; ".join(found.suggestions) or None)
    stated = str(asked.get("municipality") or "")
    return Site(stated if re.fullmatch(r"\d{4}", stated) else "", words)


def _note(reading: Reading, note: str, asked: Mapping[str, Any], column: str) -> None:
    named = note.partition("_")[0]
    field_ = {"coordinates": "latitude"}.get(named, named)
    reading.problem(column or field_, note, str(asked.get(field_) or ""), "warning" if note in LOST else "info")


def workplace(
    reading: Reading,
    party: Party,
    where: Site,
    *,
    item: str = MAIN,
    name: str = "",
    as_of: str | None = None,
    audience: Level | None = None,
) -> list[Claim]:
    """Claims of a site of the company; of a natural person's, others than the manager learn the place, not the address.

    ``item`` is the site's own part of its key, ``name`` what it is called.
    """
    said = {**where.fields, "name": name}
    if not any(said.values()):
        return []
    if not party.natural:
        return [reading.claim(party.subject, "Workplace", item, said, as_of=as_of, audience=audience)]
    near: dict[str, Value] = {name: said[name] for name in ("locality", "municipality") if name in said}
    if said.get("location_precision") != "address":
        near |= {name: value for name, value in said.items() if name.startswith(("lat", "lon", "location"))}
    exact = {name: value for name, value in said.items() if name not in near}
    claims = [reading.claim(party.subject, "Workplace", item, near, as_of=as_of, audience=audience)]
    if any(exact.values()):
        claims.append(reading.claim(party.subject, "Workplace", item, exact, as_of=as_of, audience=Level.MANAGER))
    return claims

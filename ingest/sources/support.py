"""Who helps companies, and with what."""

from __future__ import annotations

from collections.abc import Iterator

from graph.geo import Gazetteer
from graph.model import Claim, Level
from ingest.cells import day, sek
from ingest.locate import Location
from ingest.rows import kind_score, sheet_kind_of
from ingest.sources.common import Context, RowResult, digest, slug
from ingest.sources.needs import theme_of
from ingest.sources.places import Site, place
from ingest.sources.reading import Reading, read_rows
from ingest.tables import Table

SOURCE_TYPE = "support"
KINDS = ("support_actor", "support_offer")
AUDIENCE = Level.PUBLIC


def recognises(table: Table) -> float:
    """Whether it lists support actors or what they give."""
    return kind_score(table, KINDS)


def claims(table: Table, context: Context) -> Iterator[RowResult]:
    """Claims of support actors and of their offers."""
    kind = sheet_kind_of(table) or "support_actor"
    make = {"support_actor": _actor, "support_offer": _offer}[kind]
    return read_rows(Reading.of_kind(table, kind, context), make)


def _actor(reading: Reading) -> list[Claim] | None:
    name = reading.text("name")
    if not name:
        reading.problem("name", "actor_missing", "", "error")
        return None
    where = _where(reading)
    fields = {
        "name": name,
        "actor_type": reading.text("actor_type"),
        "municipality": where.municipality,
        "website": reading.text("website"),
    }
    return [reading.claim(f"actor:{slug(name)}", "SupportActor", "", fields)]


def _where(reading: Reading) -> Site:
    """The actor's municipality; a town in that column means the municipality it lies in."""
    text = reading.text("municipality")
    if isinstance(reading.locate({"municipality": text}), Location):
        return place(reading, {"municipality": text})
    return place(reading, {"locality": text}, "municipality")


def _municipalities(reading: Reading) -> tuple[str, ...]:
    """Those whose firms an offer is for; a county stands for all of its own."""
    found: set[str] = set()
    for each in reading.entries("municipalities", "municipality_unknown"):
        codes = Gazetteer.default().municipality_codes(each)
        if not codes:
            reading.problem("municipalities", "municipality_unknown", each)
        found.update(codes)
    return tuple(sorted(found))


def _offer(reading: Reading) -> list[Claim] | None:
    actor, description = reading.text("actor"), reading.text("description")
    if not actor:
        reading.problem("actor", "actor_missing", "", "error")
    theme = theme_of(reading)
    if not description and not theme:
        reading.problem("description", "support_missing", "", "error")
    if not actor or not (description or theme):
        return None
    subject = f"actor:{slug(actor)}"
    fields = {
        "theme": theme,
        "description": description,
        "deadline": reading.value("deadline", day),
        "amount_sek": reading.value("amount_sek", sek),
        "municipalities": _municipalities(reading),
    }
    return [
        reading.claim(subject, "SupportActor", "", {"name": actor}),
        reading.claim(subject, "SupportOffer", digest(theme, description), fields),
    ]

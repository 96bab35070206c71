"""Which words can be chosen for a field of a list, in the reader's language? Each is one the readers of cells know."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from graph.gazetteer import Gazetteer
from graph.model import Level
from graph.tables import fold
from graph.taxonomy import taxonomy
from ingest.countries import CODES, country_name
from ingest.sources.member_sheet import SIZE_CLASSES
from ingest.sources.network_work import ACTIVITY_TYPES
from ingest.sources.support_cases import HIGHEST_MATURITY
from render.plain import material_names, process_names
from texts import Texts

PROCESSES = frozenset({"process", "processes"})
MATERIALS = frozenset({"material", "materials"})
STANDARDS = frozenset({"standard", "certificates"})
COUNTRIES = frozenset({"country", "seller_country", "origin_country"})
YES_NO = frozenset({"no_mailings", "sensitive", "may_share", "is_home", "is_main"})
SEVERAL = frozenset({"processes", "materials", "certificates", "municipalities"})
"""Fields of lists that hold several entries in a cell, as processes of a company sheet do."""

_WORDS = {
    "winding_up": ("bankruptcy", "liquidation"),
    "sector": ("industry", "services", "staffing", "consulting", "public", "support", "trade"),
    "legal_basis": ("consent", "contract", "legal_obligation", "public_task", "legitimate_interest"),
    "interview.outcome": ("answered", "no_answer", "declined", "never"),
    "status": ("advised", "applied", "granted", "refused", "ended"),
    "introduction.outcome": ("open", "met", "quoted", "ordered", "none"),
}


@cache
def choices(kind: str, field: str, texts: Texts) -> tuple[str, ...]:
    """The words to choose among for a field of a kind of :data:`ingest.headings.SHEETS`; () for anything."""
    if field in PROCESSES:
        return tuple(process_names(texts).values())
    if field in MATERIALS:
        return tuple(material_names(texts).values())
    if field in STANDARDS:
        return tuple(taxonomy().standards)
    if field in COUNTRIES:
        names = (country_name(code, texts.language) for code in CODES)
        return _sorted(each for each in names if each not in CODES)
    if field == "municipality":
        return _sorted(place.name for place in Gazetteer.default().municipalities)
    if field == "theme":
        themes = taxonomy().themes.values()
        return tuple(each.name_sv if texts.language == "sv" else each.name_en for each in themes)
    if field in YES_NO:
        return texts("value.yes"), texts("value.no")
    return _few(kind, field, texts)


def _few(kind: str, field: str, texts: Texts) -> tuple[str, ...]:
    if field == "sni_version":
        return "2007", "2025"
    if field == "audience":
        return tuple(texts(f"status.level.{each.name}") for each in Level)
    if field in ("maturity_before", "maturity_after"):
        return tuple(str(each) for each in range(1, HIGHEST_MATURITY + 1))
    if field == "evidence":
        return tuple(texts(f"evidence.{each}") for each in ("verified", "stated", "inferred"))
    if field == "activity_type":
        return tuple(texts(f"activities.type.{each}") for each in ACTIVITY_TYPES)
    if field == "size_class":
        return SIZE_CLASSES
    if field == "transport_mode":
        return tuple(texts(f"mode.{each}") for each in ("sea", "road", "rail", "air"))
    codes = _WORDS.get(field) or _WORDS.get(f"{kind}.{field}", ())
    return tuple(texts(f"field.choice.{each}") for each in codes)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=fold))

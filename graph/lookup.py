"""Which company, or which place, does a person mean? A company first, then a locality, then a municipality."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import AmbiguousName, UnknownName
from graph.geo import Gazetteer, Point
from graph.model import Alias, Company, Workplace
from graph.names import name_key
from graph.store import Snapshot

MOST_CANDIDATES = 8
MOST_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a search starts: (latitude, longitude) and how far off that may be."""

    name: str
    point: Point
    uncertainty_km: float
    company_id: str | None = None


def find_company(snapshot: Snapshot, text: str) -> Company:
    """The company with the identifier, or else the name.

    A name is compared folded; where it is written as a person writes it, its first words are enough if only one company
    begins so.

    Raises:
        UnknownName: nobody answers to it; ``suggestions`` are names alike.
        AmbiguousName: several do; ``candidates`` as :func:`describe` writes them.
    """
    text = text.strip()
    found = _named(snapshot, text) or _beginning(snapshot, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousName("ambiguous_company", name=text, candidates=describe(found))
    raise UnknownName("unknown_company", name=text, suggestions=_alike(snapshot, text))


def _named(snapshot: Snapshot, text: str) -> list[Company]:
    """The company with the identifier or number, else those with the very name."""
    companies = {each.company_id: each for each in snapshot.of(Company)}
    known = {each.alias: each.company_id for each in snapshot.of(Alias)}
    digits = "".join(each for each in text if each.isdigit())
    for candidate in (text, f"org:{digits[-10:]}"):
        company_id = known.get(candidate) or candidate
        if company_id in companies:
            return [companies[company_id]]
    wanted = name_key(text)
    return [each for each in companies.values() if each.name and name_key(each.name) == wanted]


def _beginning(snapshot: Snapshot, text: str) -> list[Company]:
    """Those whose names begin with the words."""
    wanted = name_key(text)
    named = (each for each in snapshot.of(Company) if wanted and each.name)
    return [each for each in named if name_key(each.name or "").startswith(wanted + " ")]


def describe(companies: list[Company]) -> tuple[str, ...]:
    """Companies as a person can tell them apart."""
    gazetteer = Gazetteer.default()
    return tuple(
        f"{each.name} ({each.locality or gazetteer.municipality_name(each.municipality or '') or '?'}, {each.key})"
        for each in sorted(companies, key=lambda each: each.key)[:MOST_CANDIDATES]
    )


def _alike(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    from rapidfuzz import process

    names = {each.company_id: each.name for each in snapshot.of(Company) if each.name}
    keys = {company_id: name_key(name) for company_id, name in names.items()}
    found = process.extract(name_key(text), keys, limit=MOST_SUGGESTIONS, score_cutoff=75)
    return tuple(names[key] for _, _, key in found)


def find_origin(snapshot: Snapshot, text: str) -> Origin:
    """Where to search from: a company, else a locality, else a municipality.

    The first words of a company's name count only where no place is called so: "Örebro" is the town.

    Raises:
        UnknownName, AmbiguousName: see :func:`find_company` and :meth:`graph.geo.Gazetteer.one`; ``company_unplaced``
            where the company is known and its place is not.
    """
    text = text.strip()
    gazetteer = Gazetteer.default()
    if len(_named(snapshot, text)) != 1 and gazetteer.find(text):
        place = gazetteer.one(text)
        return Origin(place.name, place.point, place.uncertainty_km)
    try:
        company = find_company(snapshot, text)
    except UnknownName as unknown:
        alike = (*gazetteer.suggest(text), *unknown.values["suggestions"])  # type: ignore[misc]
        raise UnknownName("unknown_near", name=text, suggestions=alike) from None
    return origin_of(snapshot, company)


def origin_of(snapshot: Snapshot, company: Company) -> Origin:
    """The company's first placed workplace.

    Raises:
        UnknownName: ``company_unplaced``.
    """
    for each in snapshot.of(Workplace):
        if each.company_id == company.company_id and each.latitude is not None and each.longitude is not None:
            uncertainty = each.location_uncertainty_km or 0.0
            return Origin(company.name or company.key, (each.latitude, each.longitude), uncertainty, company.key)
    raise UnknownName("company_unplaced", name=company.name or company.key)

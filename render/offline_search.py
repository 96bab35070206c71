"""Who can do this, and how far away? What a page without a network needs to answer it by itself.

A page embeds what :func:`data` gives, with :func:`embedded`, and runs :func:`script` (``offline_search.js``), which
knows no page: ``offlineSearch.search(data, question)`` gives ``[{firm, km, unsureKm, fit, why}]``, best first, and
``offlineSearch.understood(data, text)`` what was read out of the words.

The data, of one viewer's firms and of nothing else::

    firms:      [{name, words, makes, holds, place, sites}]  in the order they were given; what is empty is left out
                words: what else is found by its letters; makes: [[process, [material, ...]], ...]; holds: standards;
                place: the municipality's code; sites: [[latitude, longitude, uncertainty in km], ...]
    processes:  {code: {name, above, names}}  those that some firm offers, and the more general ones they count for
    materials:  {code: name}
    words:      [[where, "word|more than one", [[code, points], ...]], ...]  of graph.lexicon; "=steel" is a material
    endings, joins, negates, passed: lists of words, folded
    places:     [{code, name, latitude, longitude}]  from which distances can be asked for

The question, of which anything may be left out: ``text``, ``without`` (codes that were understood and not meant),
``process``, ``material``, ``certificate``, ``place``, ``near`` (a code of ``places``), ``withinKm``, ``order`` ("fit"
or "km"), ``also`` (firms of which it is not known what they make). In the answer ``why`` are the processes by which a
firm fits; ``km`` is null where its place is not known, and such a firm is never too far away, but stands last. Where a
natural person works is often a home: those have no ``sites``, whoever looks.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graph.gazetteer import Gazetteer, Place, ascii_fold
from graph.geo import distance_km
from graph.lexicon import Entry, endings, lexicon, modifiers
from graph.model import Workplace
from graph.network import home_municipalities
from graph.store import Snapshot
from graph.taxonomy import taxonomy
from render.export_firms import Firm, counts_for
from render.plain import material_name, process_name
from texts import Texts

DECIMALS = 3  # of a degree: a hundred metres, less than any town's own uncertainty
AROUND_KM = 50.0  # from the region's municipalities: so far away smaller towns can be asked from too
LEAST_TOWN = 1000  # inhabitants of a town outside the region
PERSON = "person:"
JOINS = ("och", "samt", "and", "plus")
ASKING = (
    *("vem", "vilka", "vilken", "kan", "finns", "någon", "något", "några", "nån", "gör", "göra", "hjälpa", "oss"),
    *("företag", "leverantör", "leverantörer", "nära", "inom", "who", "which", "anyone", "does", "do", "make", "near"),
    *("company", "companies", "firm", "firms", "supplier", "suppliers", "there"),
)
"""Words of a question that say nothing of what is sought; those of a drawing are in the taxonomy's own table."""


def data(snapshot: Snapshot, firms: Sequence[Firm], texts: Texts) -> dict[str, Any]:
    """What the search needs of these firms, which are all of the snapshot that the viewer gets."""
    sites = _sites(snapshot)
    codes = {code for each in firms for offer in each.offers for code in counts_for(offer.capability or "") if code}
    materials = {code for each in firms for offer in each.offers for code in offer.materials}
    kinds = modifiers()
    return {
        "firms": [_firm(each, sites.get(each.company.company_id, [])) for each in firms],
        "processes": {code: _process(code, texts) for code in sorted(codes)},
        "materials": {code: material_name(code, texts) for code in sorted(materials)},
        "words": list(_words(codes, materials)),
        "endings": sorted(endings()),
        "joins": JOINS,
        "negates": sorted(word for word, kind in kinds.items() if kind == "negates"),
        "passed": sorted({word for word, kind in kinds.items() if kind in {"binds", "lessens"}} - {*JOINS} | {*ASKING}),
        "places": [
            {
                "code": place_code(each),
                "name": name,
                "latitude": round(each.latitude, DECIMALS),
                "longitude": round(each.longitude, DECIMALS),
            }
            for name, each in places_around(snapshot, firms).items()
        ],
    }


def embedded(value: Mapping[str, Any]) -> str:
    """The data as it may stand in a script element of the type application/json: nothing in it ends the element."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return written


@cache
def script() -> str:
    """The script, which sets ``offlineSearch`` and touches no page."""
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


# -- firms -----------------------------------------------------------------------------------------------------------


def _sites(snapshot: Snapshot) -> dict[str, list[Workplace]]:
    found: dict[str, list[Workplace]] = defaultdict(list)
    for site in snapshot.of(Workplace):
        if site.latitude is not None and site.longitude is not None:
            found[site.company_id or ""].append(site)
    return found


def _firm(firm: Firm, sites: Iterable[Workplace]) -> dict[str, Any]:
    key = firm.company.company_id
    number = key.partition(":")[2] if key.startswith("org:") else ""
    tolerances = (each.tolerance for each in firm.offers)
    words = (firm.company.locality, firm.place, number, firm.company.website, *tolerances)
    said = {
        "name": firm.company.name,
        "words": " ".join(dict.fromkeys(each for each in words if each)),
        "makes": [[each.capability or "", list(each.materials)] for each in firm.offers],
        "holds": list(dict.fromkeys(firm.standards)),
        "place": firm.code,
        "sites": [] if key.startswith(PERSON) else [_point(each) for each in sites],
    }
    return {name: value for name, value in said.items() if value}


def _point(site: Workplace) -> list[float]:
    latitude, longitude = float(site.latitude or 0), float(site.longitude or 0)
    return [round(latitude, DECIMALS), round(longitude, DECIMALS), round(site.location_uncertainty_km or 0.0, 1)]


# -- words -----------------------------------------------------------------------------------------------------------


def _process(code: str, texts: Texts) -> dict[str, Any]:
    known = taxonomy().processes.get(code)
    above = list(counts_for(code)[1:]) if known else []
    return {"name": process_name(code, texts), "above": above, "names": list(known.names) if known else []}


def _words(codes: set[str], materials: set[str]) -> Iterator[list[Any]]:
    """The word lists' rows that speak for any of these, in the order of the lists."""
    written: dict[int, tuple[Entry, list[str]]] = {}
    for word, entries in lexicon().words.items():
        for entry in entries:
            written.setdefault(id(entry), (entry, []))[1].append(word)
    for phrases in lexicon().phrases.values():
        for spelled, entry in phrases:
            written.setdefault(id(entry), (entry, []))[1].append(" ".join(spelled))
    for entry, words in written.values():
        says: list[list[Any]] = [[code, points] for code, points in entry.says if code in codes and points > 0]
        says += [[tag, 1] for tag in sorted(entry.tags) if tag[0] == "=" and tag[1:] in materials]
        if says:
            yield [entry.where, "|".join(dict.fromkeys(words)), says]
    for family in taxonomy().families.values():
        below: list[list[Any]] = [[code, 2] for code in sorted(codes) if _family(code) == family.family]
        if below:
            yield ["word", f"{family.name_sv}|{family.name_en}".casefold(), below]


def _family(code: str) -> str | None:
    known = taxonomy().processes.get(code)
    return known.family if known else None


# -- places ----------------------------------------------------------------------------------------------------------


def place_code(place: Place) -> str:
    """A place as an address may name it: its municipality's code and its letters.

    >>> place_code(Gazetteer.default().one("Nora"))
    '1884-nora'
    """
    return f"{place.municipality}-{ascii_fold(place.name).replace(' ', '-')}"


def places_around(snapshot: Snapshot, firms: Iterable[Firm]) -> dict[str, Place]:
    """Every municipality's main place, and the region's and its neighbours' towns; by the name they are asked for.

    Where no region is told, it is the municipalities that the firms lie in.
    """
    gazetteer = Gazetteer.default()
    home = home_municipalities(snapshot) or frozenset(each.code for each in firms if each.code)
    kept = list(_localities_around(home))
    mains = {each.municipality: each for each in gazetteer.municipalities}
    taken = {(each.name, each.municipality) for each in kept}
    kept += [each for code, each in mains.items() if (each.name, code) not in taken]
    often: dict[str, int] = defaultdict(int)
    for each in kept:
        often[each.name] += 1
    named = {_label(each, often[each.name], gazetteer): each for each in kept}
    return dict(sorted(named.items(), key=lambda item: ascii_fold(item[0])))


@lru_cache(maxsize=4)
def _localities_around(home: frozenset[str]) -> tuple[Place, ...]:
    """The localities of these municipalities (codes), and their neighbours' towns."""
    gazetteer = Gazetteer.default()
    middles = [each.point for each in gazetteer.municipalities if each.municipality in home]
    return tuple(each for each in gazetteer.localities if each.municipality in home or _is_town_around(each, middles))


def _label(place: Place, called_so: int, gazetteer: Gazetteer) -> str:
    of = gazetteer.municipality_name(place.municipality or "")
    return place.name if called_so == 1 or of in (None, place.name) else f"{place.name}, {of}"


def _is_town_around(place: Place, middles: Sequence[tuple[float, float]]) -> bool:
    if (place.population or 0) < LEAST_TOWN:
        return False
    near = (each for each in middles if abs(each[0] - place.latitude) < 1)  # a degree is 111 km
    return any(distance_km(each, place.point) <= AROUND_KM for each in near)

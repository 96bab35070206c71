"""How does an answer read? A search's answer as sentences and rows, for a page, a table or a sheet of paper.

Everything here is plain text in the reader's language: who shows it must show it as text. A status is told by a word
and a sign, never by colour alone. Distances to points that are not exact are told as intervals, rounded outwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from graph.demands import UNKNOWN, Constraint
from graph.footprint import Saving
from graph.geo import ROAD_DETOUR, Gazetteer, road_km
from graph.judging import Weights
from graph.model import Company
from graph.replacement import WEIGHT_DRAWS, Answer, Coverage, Reason, Replacement
from graph.unnamed import Told
from render.plain import distance_text, material_name, process_name, reason_text
from texts import Texts

SIGNS = {"met": "✓", "unmet": "✗", "unknown": "?"}
MOST_SILENT, MOST_CHANGES = 6, 4
POINTS = {
    "process_fit": Weights().process,
    "nearness": Weights().nearness,
    "demands_met": Weights().demands,
    "evidence": Weights().evidence,
    "free_capacity": Weights().capacity,
}
"""The most points each term of the score can give."""


@dataclass(frozen=True, slots=True)
class Demanded:
    """One demand against one firm, in words."""

    kind: str  # the constraint's code
    name: str
    short: str  # how it is named among others
    status: str
    sign: str
    word: str
    asked: str
    has: str
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the score, in words."""

    text: str
    points: str


@dataclass(frozen=True, slots=True)
class Row:
    """One firm of the answer, in words."""

    company_id: str
    rank: str
    name: str
    place: str
    distance: str
    score: str
    share: float  # of the most points there are, 0..1
    offers: str  # the processes asked for that it has
    standing: Sequence[str]
    missing: str
    co2e: str
    facts: Sequence[str]  # what else is worth knowing, a line each
    about: str
    demands: Sequence[Demanded]
    terms: Sequence[Term]

    def as_data(self) -> dict[str, object]:
        """The row as plain lists and dictionaries."""
        return asdict(self)


# -- names -------------------------------------------------------------------------------------------------------


def company_name(name: str | None, texts: Texts) -> str:
    """The firm's name, or the words for one whose name the reader may not have."""
    return name or texts("find.unnamed")


def saving_text(saving: Saving | None, texts: Texts) -> str:
    """What local transport spares; empty where it is not known."""
    if saving is None:
        return ""
    low, high = (texts.number(round(each)) for each in (saving.low_kg, saving.high_kg))
    mode = texts(f"mode.{saving.mode}")
    sentence = "find.co2e_stated" if saving.mode_is_stated else "find.co2e_assumed"
    factor = texts.number(saving.factor_kg_per_tkm, 3)
    return texts(sentence, low=low, high=high, mode=mode, factor=factor, year=saving.factor_year)


# -- sentences -----------------------------------------------------------------------------------------------------


def headline(answer: Answer, texts: Texts) -> str:
    """The answer in one sentence."""
    km, place = texts.number(answer.within_km), answer.origin.name
    if not answer.hits:
        return texts("find.no_hits", km=km, place=place)
    nearest = min(answer.hits, key=lambda each: (each.distance_high_km, -each.score))
    key = "find.one_hit" if answer.found == 1 else "find.hits"
    return texts(
        key,
        count=answer.found,
        km=km,
        place=place,
        name=company_name(nearest.name, texts),
        distance=distance_text(nearest.distance_low_km, nearest.distance_high_km, texts),
    )


def coverage_text(answer: Answer, texts: Texts) -> str:
    """How much is known of the firms within the radius."""
    known = answer.coverage
    total = known.stated + known.inferred + known.none
    if not total:
        return texts("find.coverage_nobody")
    said = texts("find.coverage", total=total, stated=known.stated, inferred=known.inferred, none=known.none)
    return f"{said} {silent_text(known, texts)}".strip()


def silent_text(known: Coverage, texts: Texts) -> str:
    """Names the municipalities of whose firms nothing is known; empty where there is none."""
    if not known.silent:
        return ""
    names = sorted(Gazetteer.default().municipality_name(each) or each for each in known.silent)
    places = ", ".join(names[:MOST_SILENT])
    if len(names) > MOST_SILENT:
        places = texts("find.silent_more", places=places, count=len(names) - MOST_SILENT)
    return texts("find.silent", places=places)


def changes_text(answer: Answer, texts: Texts) -> str:
    """What would make more firms fit, and how many; empty where nothing would."""
    changes = [
        texts(
            f"find.change_to.{each.name}",
            asked=_said(each.name, each.asked, texts),
            needed=_said(each.name, each.needed, texts),
            firms=each.firms,
        )
        for each in answer.relaxations[:MOST_CHANGES]
    ]
    return texts("find.more_if", changes="; ".join(changes)) if changes else ""


def unnamed_text(told: Sequence[Told], texts: Texts) -> str:
    """That more firms can be met through the network's manager; empty where nothing is told of that."""
    if not told:
        return ""
    county = Gazetteer.default().county_name(told[0].county) or told[0].county
    each = [texts("find.unnamed_process", process=process_name(e.process, texts), count=e.at_least) for e in told]
    return texts("find.unnamed_more", county=county, processes=each)


def lacking_text(miss: Replacement, texts: Texts) -> str:
    """What a near miss lacks: "certifikat ISO 14001"."""
    return ", ".join(
        f"{texts(f'constraint.{each.name}')} {_said(each.name, each.asked, texts)}" for each in miss.missing
    )


def rows_of(
    found: Sequence[Replacement], companies: Mapping[str, Company], texts: Texts, *, letters: bool = False
) -> list[Row]:
    """The firms in words, best first; ranks are numbers, or letters for near misses."""
    return [
        _row(each, chr(ord("a") + index) if letters else str(index + 1), companies.get(each.company_id), texts)
        for index, each in enumerate(found)
    ]


def _row(found: Replacement, rank: str, company: Company | None, texts: Texts) -> Row:
    demands = [_demanded(each, found, texts) for each in found.constraints]
    most = sum(POINTS.values())
    return Row(
        company_id=found.company_id,
        rank=rank,
        name=company_name(found.name, texts),
        place=found.locality or texts("find.place_unknown"),
        distance=distance_text(found.distance_low_km, found.distance_high_km, texts),
        score=texts.number(found.score, 0),
        share=min(1.0, found.score / most),
        offers=next((each.has.replace(" + ", ", ") for each in demands if each.kind == "process"), ""),
        standing=_standing(demands),
        missing=", ".join(_lacking(each) for each in demands if each.status == "unmet"),
        co2e=saving_text(found.co2e, texts),
        facts=list(_facts(found, texts)),
        about=(company.business or "") if company else "",
        demands=demands,
        terms=[Term(_term(each, texts), _points(each, texts)) for each in found.reasons if each.code in POINTS],
    )


def _facts(found: Replacement, texts: Texts) -> Iterator[str]:
    """How much is known, how far it is by road, how long it takes, how steady its place is, what it could take up."""
    known = sum(each.status != UNKNOWN for each in found.constraints)
    yield texts("find.known", known=known, of=len(found.constraints))
    by_road = distance_text(road_km(found.distance_low_km), road_km(found.distance_high_km), texts)
    yield texts("find.road", distance=by_road, factor=texts.number(ROAD_DETOUR, 1))
    if found.lead_time_days is not None and found.lead_time_now_days is not None:
        yield texts("find.lead_time_shorter", days=found.lead_time_days, now=found.lead_time_now_days)
    elif found.lead_time_days is not None:
        yield texts("find.lead_time", days=found.lead_time_days)
    if found.steady is not None:
        share = f"{texts.number(found.steady * 100, 0)} %"
        yield texts("find.steady", share=share, draws=WEIGHT_DRAWS)
    for each in found.reasons:
        if each.code == "could_start":
            yield reason_text(each, texts).capitalize() + "."


def _standing(demands: Sequence[Demanded]) -> list[str]:
    """One line a status: sign, word, and what it holds for."""
    lines = []
    for status, sign in SIGNS.items():
        those = [each for each in demands if each.status == status]
        if those:
            lines.append(f"{sign} {those[0].word}: {', '.join(each.short for each in those)}")
    return lines


def _lacking(demand: Demanded) -> str:
    return demand.asked if demand.kind in ("process", "certificate") else f"{demand.name} {demand.asked}"


def _demanded(said: Constraint, found: Replacement, texts: Texts) -> Demanded:
    has = _said(said.name, said.has, texts)
    if said.name == "radius":
        has = distance_text(found.distance_low_km, found.distance_high_km, texts)
    elif said.name == "certificate" and said.status == "unmet" and said.date:
        has = texts("find.expired", date=said.date)
    elif said.name == "quantity" and said.has:
        has = texts("find.least_series", count=int(said.has))
    return Demanded(
        kind=said.name,
        name=texts(f"constraint.{said.name}"),
        short=said.asked if said.name == "certificate" else texts(f"constraint.{said.name}"),
        status=said.status,
        sign=SIGNS[said.status],
        word=texts(f"constraint.{said.status}"),
        asked=_said(said.name, said.asked, texts),
        has=has or texts("value.unknown"),
        source=_source(said, texts),
    )


def _said(name: str, value: str | None, texts: Texts) -> str:
    """A constraint's value as the reader's language has it."""
    if not value:
        return ""
    if name == "process":
        return " + ".join(process_name(each, texts) for each in value.split(" + "))
    if name == "material":
        return ", ".join(material_name(each, texts) for each in value.split(", "))
    number, _, unit = value.partition(" ")
    if name in ("size", "weight", "radius", "quantity"):
        return " ".join(filter(None, (texts.number(float(number)), unit)))
    return value


def _source(said: Constraint, texts: Texts) -> str:
    """By whose word it holds, and since (a certificate: until) when."""
    if not said.source:
        return ""
    if said.name == "radius":
        return texts(f"precision.{said.source}") if texts.has(f"precision.{said.source}") else said.source
    word = texts(f"evidence.{said.source}")
    if not said.date or (said.name == "certificate" and said.status == "unmet"):
        return word
    return texts("find.until" if said.name == "certificate" else "find.since", word=word, date=said.date)


def _term(reason: Reason, texts: Texts) -> str:
    if reason.code == "demands_met" and not reason.values["of"]:
        return texts("find.nothing_more_asked")
    return reason_text(reason, texts)


def _points(reason: Reason, texts: Texts) -> str:
    return texts("find.points_of", points=texts.number(reason.points, 1), most=texts.number(POINTS[reason.code]))

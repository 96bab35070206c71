"""Claims and decisions into records: pure, deterministic, and the same for a part as for the whole.

Per field: what a person corrected, then what was said by hand, then verified, stated, inferred; then the newest; then
the first source and row. Of what was said by hand the newest counts, whatever it rests on. What the program has
concluded a firm can make counts only where no list tells what it makes. A claim that does not know
a field says nothing of it; by hand, "not known" is a word like any other and clears the field. A record whose best
claim says ``closed`` is not there. The losing claims stay visible as conflicts. A company is called what rows with its
number call it: one that has the name alone may have it misspelled, see :mod:`graph.spellings`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from graph.identity import Sighting, companies_of, is_company, is_unnumbered, place_of
from graph.model import (
    KIND_BY_NAME,
    Alias,
    Claim,
    Company,
    Decision,
    Load,
    Offer,
    Record,
    Source,
    SupportCase,
    field_names,
    once_a_kind,
)
from graph.names import legal_forms
from graph.schema import SHAPES, Shape, company_references, field_types
from graph.spellings import Spelling, spelling

BY_HAND = "by_hand"
"""Type of the source of all that a person says in the app."""
CLOSED = "closed"
"""Evidence of a claim by hand that a record is no more."""
EVIDENCE_RANK = {"verified": 2, "stated": 1, "inferred": 0}
HAND_RANK = 3


class Voice(NamedTuple):
    """One source of one load: who speaks, and how newly."""

    load_id: str
    revision: int
    source: Source
    since: str  # the day its rows speak of, where they do not say themselves


class Said(NamedTuple):
    """A claim and whose it is."""

    claim: Claim
    voice: Voice

    @property
    def is_by_hand(self) -> bool:
        """Whether a person said it in the app."""
        return self.voice.source.source_type == BY_HAND


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field on which sources differ; ``said`` holds every value with its claim, the one that counts first."""

    kind: str
    key: str
    field: str
    said: tuple[tuple[Any, Said], ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Records by kind and key, and the company each identifier means."""

    records: Mapping[type[Record], Mapping[str, Record]] = field(default_factory=dict)
    company_of: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: type[Record]) -> Mapping[str, Record]:
        """Records of a kind by key."""
        return self.records.get(kind, {})


def voices(loads: Iterable[Load], at: int | None = None) -> dict[str, list[Voice | None]]:
    """Whose claims count at a revision (None: now), per load and source; None where a source is silent.

    A withdrawn load is silent; so is what a source said before its newest complete list.
    """
    live = [each for each in loads if _is_live(each, at)]
    live.sort(key=lambda load: load.revision)
    parsed = {load.load_id: read_sources(load.sources) for load in live}
    newest_complete: dict[tuple[str, str], int] = {}
    for load in live:
        for source in parsed[load.load_id]:
            if source.complete:
                newest_complete[source.name] = load.revision
    return {
        load.load_id: [
            Voice(load.load_id, load.revision, source, source.as_of or load.loaded_on)
            if load.revision >= newest_complete.get(source.name, 0)
            else None
            for source in parsed[load.load_id]
        ]
        for load in live
    }


def _is_live(load: Load, at: int | None) -> bool:
    if at is None:
        return load.withdrawn is None
    return load.revision <= at and (load.withdrawn is None or load.withdrawn > at)


def live_decisions(decisions: Iterable[Decision], at: int | None = None) -> list[Decision]:
    """Decisions that count at a revision (None: now), oldest first, as they were then: not yet taken back."""
    found = [
        replace(each, withdrawn=None)
        for each in decisions
        if (at is None and each.withdrawn is None)
        or (at is not None and each.revision <= at and (each.withdrawn is None or each.withdrawn > at))
    ]
    return sorted(found, key=lambda each: (each.revision, each.decision_id))


@lru_cache(maxsize=1024)
def read_sources(text: str) -> tuple[Source, ...]:
    """The sources kept in ``Load.sources``."""
    return tuple(Source(**each) for each in orjson.loads(text))


def write_sources(sources: Sequence[Source]) -> str:
    """Sources as the text kept in ``Load.sources``."""
    return orjson.dumps(sources, option=orjson.OPT_SERIALIZE_DATACLASS).decode()


def sightings(said: Iterable[Said]) -> dict[str, Sighting]:
    """What helps to tell whom each company identifier means."""
    spelled: dict[str, set[Spelling]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    forms: dict[str, set[str]] = defaultdict(set)
    for claim, _ in said:
        if claim.kind != "Company" or not is_company(claim.subject):
            continue
        name = claim.fields.get("name")
        known = [name] if isinstance(name, str) else []
        spelled[claim.subject].update(each for each in map(spelling, known) if each.key)
        forms[claim.subject].update(*map(legal_forms, known))
        place = claim.fields.get("municipality") or place_of(claim.subject)
        if isinstance(place, str) and place:
            places[claim.subject].add(place)
    return {
        each: Sighting(frozenset(some), frozenset(places[each]), frozenset(forms[each]))
        for each, some in spelled.items()
    }


def resolve(
    said: Iterable[Said], decisions: Iterable[Decision], outside: Mapping[str, str] | None = None
) -> Resolution:
    """Records of the subjects the claims are about.

    Args:
        said: every claim that counts of every subject in question, in any order. With one subject come all those it
            shares a folded name or a decision with: see :func:`graph.ledger.publish`.
        decisions: those that count.
        outside: company of each identifier that is referred to but not in question.
    """
    said = list(said)
    decisions = list(decisions)
    seen = sightings(said)
    company_of = companies_of(seen, decisions)
    known = {**(outside or {}), **company_of}
    groups: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in said:
        claim = each.claim
        groups[claim.kind, record_key(claim, known)].append(each)
    _leave_needless_conclusions(groups)
    told = corrections(decisions, known)
    records: dict[type[Record], dict[str, Record]] = defaultdict(dict)
    for (kind_name, key), claims in groups.items():
        shape = SHAPES[KIND_BY_NAME[kind_name]]
        ordered = best_first(claims) if len(claims) > 1 else claims
        if ordered[0].claim.evidence != CLOSED:
            records[shape.kind][key] = _record(shape, key, ordered, known, told.get((kind_name, key), {}))
    records[Alias] = {
        subject: Alias(subject, company, *_looked_for_by(subject, seen[subject]))
        for subject, company in company_of.items()
    }
    return Resolution(records, company_of)


def _looked_for_by(subject: str, seen: Sighting) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folded names of an alias, and those keys by which its spellings are found, but for natural persons'."""
    near = () if subject.startswith("person:") else tuple(sorted(seen.near_keys))
    return tuple(sorted(seen.name_keys)), near


def _leave_needless_conclusions(groups: dict[tuple[str, str], list[Said]]) -> None:
    """Take out what the program has concluded of offers that somebody tells, and of firms whose own a list tells."""
    offers = {key: claims for key, claims in groups.items() if key[0] == Offer.__name__}
    told = {key: [each for each in claims if not is_concluded(each)] for key, claims in offers.items()}
    by_lists = {key[1].partition("/")[0] for key, claims in told.items() if any(not e.is_by_hand for e in claims)}
    for key, claims in told.items():
        if claims:
            groups[key] = claims
        elif key[1].partition("/")[0] in by_lists:
            del groups[key]


def is_concluded(each: Said) -> bool:
    """Whether the program concluded it, and nobody said it."""
    return each.claim.evidence == "inferred" and bool(each.claim.fields.get("inferred_from"))


def record_key(claim: Claim, company_of: Mapping[str, str]) -> str:
    """The key of the record a claim speaks of."""
    owner = company_of.get(claim.subject, claim.subject)
    if SHAPES[KIND_BY_NAME[claim.kind]].own_key:
        return claim.item or owner
    return f"{owner}/{claim.item}"


def corrected_to(decision: Decision) -> tuple[str, ...]:
    """Companies that a corrected field refers to, as identifiers."""
    if decision.verb != "correct" or not decision.kind or not decision.value:
        return ()
    fields_of = {each.field for each in company_references(KIND_BY_NAME[decision.kind])}
    value = orjson.loads(decision.value) if decision.field in fields_of else None
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else ()


def corrections(
    decisions: Iterable[Decision], company_of: Mapping[str, str]
) -> dict[tuple[str, str], dict[str, Decision]]:
    """The correction that counts, by kind and key of the record and by field; decisions come oldest first."""
    found: dict[tuple[str, str], dict[str, Decision]] = defaultdict(dict)
    for each in decisions:
        if each.verb == "correct" and each.kind and each.field:
            claim = Claim(each.subjects[0], each.kind, each.item or "", {})
            found[each.kind, record_key(claim, company_of)][each.field] = each
    return found


def corrected_value(decision: Decision) -> Any:
    """What a correction puts into its field."""
    value = orjson.loads(decision.value or "null")
    return tuple(value) if isinstance(value, list) else value


def best_first(claims: Iterable[Said]) -> list[Said]:
    """The claims in the order in which they count; the last words of the key decide between equals of one row."""
    return sorted(sorted(claims, key=_first_come), key=_weight, reverse=True)


def _weight(each: Said) -> tuple[int, str, int]:
    if each.is_by_hand:
        return (HAND_RANK, "", each.voice.revision)
    return (EVIDENCE_RANK[each.claim.evidence], each.claim.as_of or each.voice.since, each.voice.revision)


def _first_come(each: Said) -> tuple[Any, ...]:
    claim = each.claim
    return (each.voice.load_id, claim.source, claim.row, claim.subject, repr(sorted(claim.fields.items())))


@once_a_kind
def _floats_and_lists(kind: type[Record]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the kind's fields of either type."""
    plain = dict(zip(field_names(kind), field_types(kind), strict=True))
    return tuple(n for n in plain if plain[n] is float), tuple(n for n in plain if plain[n] is tuple)


def _record(
    shape: Shape,
    key: str,
    claims: list[Said],
    company_of: Mapping[str, str],
    corrected: Mapping[str, Decision],
) -> Record:
    """The record that claims, best first, and corrections make together."""
    best = claims[0].claim
    values: dict[str, Any] = {}
    for each in reversed(claims):
        values.update(known_fields(each))
    if shape.kind is Company and len(claims) > 1 and "name" in values:
        values["name"] = next(fields["name"] for fields in map(known_fields, _as_named(claims)) if "name" in fields)
    names = field_names(shape.kind)
    if "evidence" in names:
        values["evidence"] = best.evidence
    if "stated_on" in names:
        values.setdefault("stated_on", best.as_of or claims[0].voice.since or None)
    values.update({name: corrected_value(each) for name, each in corrected.items()})
    if shape.kind is SupportCase and "granted_on" not in values:
        values["granted_on"] = _granted_on(values, claims)
    for reference in company_references(shape.kind):
        value = values.get(reference.field)
        if isinstance(value, tuple):
            values[reference.field] = tuple(sorted({company_of.get(each, each) for each in value}))
        elif value is not None:
            company = company_of.get(value, value)
            values[reference.field] = None if company == key else company  # merged with its own parent
    if shape.owner:
        values[shape.owner] = company_of.get(best.subject, best.subject)
    if shape.item:
        values[shape.item] = best.item
    values[names[0]] = key
    return shape.kind(**_in_type(shape.kind, values))


def _as_named(claims: Iterable[Said]) -> list[Said]:
    """Claims of a company, best first, in the order in which they count for its name."""
    return sorted(claims, key=lambda each: is_unnumbered(each.claim.subject) and not each.is_by_hand)


def _granted_on(values: Mapping[str, Any], claims: Sequence[Said]) -> Any:
    """The day of the status of a support case that stands as granted; that of the best claim of one that has ended."""
    if values.get("status") == "granted":
        return values.get("changed_on")
    if values.get("status") != "ended":
        return None
    told = (each.claim.fields for each in claims)
    return next(
        (each["changed_on"] for each in told if each.get("status") == "granted" and each.get("changed_on")), None
    )


def _in_type(kind: type[Record], values: dict[str, Any]) -> dict[str, Any]:
    """The values with whole numbers as floats where the field is one, and an unknown list as an empty one."""
    floats, lists = _floats_and_lists(kind)
    for name in floats:
        if values.get(name) is not None:
            values[name] = float(values[name])
    for name in lists:
        if values.get(name, ()) is None:
            values[name] = ()
    return values


def known_fields(each: Said) -> Mapping[str, Any]:
    """The fields a claim speaks of; None says nothing, unless a person says that it is not known."""
    fields = each.claim.fields
    if None in fields.values() and not each.is_by_hand:
        return {name: value for name, value in fields.items() if value is not None}
    return fields


def conflicts(said: Iterable[Said], company_of: Mapping[str, str]) -> list[Conflict]:
    """Fields on which the newest words of different sources differ, sorted by kind, key and field.

    There are none of a record that was closed by hand.
    """
    groups: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for each in said:
        groups[each.claim.kind, record_key(each.claim, company_of)].append(each)
    found = []
    for (kind, key), claims in sorted(groups.items()):
        ordered = best_first(claims)
        if ordered[0].claim.evidence == CLOSED:
            continue
        heard = words_by_field(ordered)
        found += [
            Conflict(kind, key, name, tuple(values.values()))
            for name, values in sorted(heard.items())
            if len({value for value, _ in values.values()}) > 1
        ]
    return found


def words_by_field(ordered: Sequence[Said]) -> dict[str, dict[tuple[str, str], tuple[Any, Said]]]:
    """What each source says of each field of one record, its best word each; the claims come best first."""
    heard: dict[str, dict[tuple[str, str], tuple[Any, Said]]] = defaultdict(dict)
    for each in ordered:
        for name, value in known_fields(each).items():
            heard[name].setdefault(each.voice.source.name, (value, each))
    if ordered and ordered[0].claim.kind == Company.__name__ and "name" in heard:
        heard["name"] = {}
        for each in _as_named(ordered):
            if "name" in known_fields(each):
                heard["name"].setdefault(each.voice.source.name, (known_fields(each)["name"], each))
    return heard

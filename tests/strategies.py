"""Hypothesis strategies: a small world of firms that share names and places, and what may happen to its ledger.

Few identifiers and fewer names, so that clusters form, grow together and fall apart again within some steps. Every
load brings a claim of each company it mentions, as the sources of ``ingest`` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from graph.errors import MissingEnd
from graph.hearing import DERIVED_KINDS
from graph.ledger import decide, publish, records_at, retract, withdraw
from graph.model import KIND_BY_NAME, Claim, Company, Decision, Level, Load, Offer, Record, Source, Value
from graph.resolve import BY_HAND, CLOSED
from graph.store import Store

SPELLINGS = ("Ekmans Svetsteknik", "Ekmans Svetstekink", "Svetsteknik Ekmans")
"""The second and the third can each be meant for the first, and not for each other."""
NAMES_OF: Mapping[str, tuple[str, ...]] = {
    "org:4000000001": ("Ek AB", "Al AB", "Gran AB", SPELLINGS[0]),
    "org:4000000002": ("Ek Aktiebolag", "Al AB", "Gran AB", *SPELLINGS[:2]),
    "vat:DE100000001": ("Ek AB", "Gran AB"),
    "person:aa11": ("Ek AB",),
    "name:ek": ("Ek AB", "Ek", "Al AB"),
    "name:ek@1880": ("EK AB",),
    "name:ek@1883": ("Ek AB", SPELLINGS[2]),
    "name:al": ("Al AB", "Al Aktiebolag", *SPELLINGS[1:]),
}
COMPANIES = tuple(NAMES_OF)
PROCESSES = ("turning", "milling_3", "sliding_head")
PLACES = ("1880", "1883")
DAYS = ("2025-01-31", "2026-01-31")
EVIDENCE = ("verified", "stated", "inferred")
LEVELS = (None, *Level)


@dataclass(frozen=True, slots=True)
class Publish:
    """A load."""

    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    on: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Undo the nth of the loads that count (modulo how many there are)."""

    nth: int


@dataclass(frozen=True, slots=True)
class Decide:
    """A person's word."""

    verb: str
    subjects: tuple[str, ...]
    kind: type[Record] | None = None
    item: str = ""
    name: str | None = None
    value: Value = None


@dataclass(frozen=True, slots=True)
class Retract:
    """Take the nth of the decisions that count back."""

    nth: int


Step = Publish | Withdraw | Decide | Retract

companies = st.sampled_from(COMPANIES)


def _known(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}


@st.composite
def _claims(draw: st.DrawFn, kind: str, row: int, source: int) -> list[Claim]:
    """A row: one claim, and one of each company it names."""
    subject, other = draw(companies), draw(companies)
    named = {subject}
    item, fields = "", dict[str, Value | None]()
    if kind == "Offer":
        item = draw(st.sampled_from(PROCESSES))
        fields = {"max_length_mm": draw(st.sampled_from((None, 100.0, 250.5))), "materials": ("brass", "steel")}
    elif kind == "Workplace":
        item, fields = draw(st.sampled_from(("1", "2"))), {"locality": draw(st.sampled_from(("Karlskoga", "Åtorp")))}
    elif kind == "Trade":
        item = f"{subject}>{other}"
        fields = {"buyer_id": other, "value_sek": draw(st.sampled_from((None, 0, 10_000)))}
        named.add(other)
    elif kind == "Introduction":
        item, fields = "1", {"other_id": other, "outcome": draw(st.sampled_from(("met", "open")))}
        named.add(other)
    elif kind == "Activity":
        subject, fields = "activity:visit", {"participants": tuple(sorted({subject, other}))}
        named.add(other)
    elif kind == "Company":
        parent = draw(st.sampled_from((None, other)))
        fields = {"employees": draw(st.sampled_from((None, 0, 7, 12))), "parent_id": parent}
        named.update({other} if parent else ())
    word: dict[str, Any] = {
        "row": row,
        "source": source,
        "evidence": draw(st.sampled_from(EVIDENCE)),
        "as_of": draw(st.sampled_from((None, *DAYS))),
        "audience": draw(st.sampled_from(LEVELS)),
    }
    said = [Claim(subject, kind, item, _known(fields), **word)] if fields else []
    for each in sorted(named):
        name = draw(st.sampled_from((None, *NAMES_OF[each])))
        place = draw(st.sampled_from((None, *PLACES)))
        said.append(Claim(each, "Company", "", _known({"name": name, "municipality": place}), **word))
    return said


@st.composite
def loads(draw: st.DrawFn) -> Publish:
    """One load of one or two sources, each complete or additive."""
    names = draw(
        st.lists(
            st.sampled_from((("members", "network"), ("trades", "org:4000000001"), ("trades", "org:4000000002"))),
            min_size=1,
            max_size=2,
            unique=True,
        )
    )
    sources = tuple(
        Source(*each, audience=draw(st.sampled_from(tuple(Level))), complete=draw(st.booleans())) for each in names
    )
    kinds = draw(
        st.lists(
            st.sampled_from(("Company", "Company", "Offer", "Trade", "Introduction", "Activity", "Workplace")),
            max_size=6,
        )
    )
    claims: list[Claim] = []
    for row, kind in enumerate(kinds, 2):
        claims += draw(_claims(kind, row, draw(st.integers(0, len(sources) - 1))))
    return Publish(sources, tuple(claims), draw(st.sampled_from(DAYS)))


@st.composite
def hand_loads(draw: st.DrawFn) -> Publish:
    """What a person says: of a firm or an offer, also that a field is not known or that the offer is no more."""
    claims = []
    for row in range(draw(st.integers(1, 2))):
        subject = draw(companies)
        word: dict[str, Any] = {"evidence": draw(st.sampled_from(EVIDENCE)), "audience": draw(st.sampled_from(LEVELS))}
        if draw(st.booleans()):
            known: tuple[dict[str, Value], ...] = ({"employees": 3}, {"employees": None}, {"parent_id": None}, {})
            fields = draw(st.sampled_from(known))
            claims.append(Claim(subject, "Company", "", fields, row, as_of=DAYS[0], **word))
            continue
        told: tuple[dict[str, Value] | None, ...] = ({"max_length_mm": 7.0}, {"max_length_mm": None}, None)
        said = draw(st.sampled_from(told))
        if said is None:
            word = {"evidence": CLOSED, "audience": Level.PUBLIC}
        claims.append(Claim(subject, "Offer", draw(st.sampled_from(PROCESSES)), said or {}, row, **word))
        claims.append(Claim(subject, "Company", "", {}, row))
    return Publish((Source(BY_HAND, "network", Level.MANAGER),), tuple(claims), draw(st.sampled_from(DAYS)))


@st.composite
def decisions(draw: st.DrawFn) -> Decide:
    """Same, not the same, or a correction."""
    verb = draw(st.sampled_from(("same", "same", "not_same", "correct")))
    if verb != "correct":
        pair = draw(st.lists(companies, min_size=2, max_size=2, unique=True))
        return Decide(verb, tuple(pair))
    subject = (draw(companies),)
    return draw(
        st.sampled_from(
            (
                Decide(verb, subject, Company, "", "employees", 99),
                Decide(verb, subject, Company, "", "name", None),
                Decide(verb, subject, Company, "", "parent_id", draw(companies)),
                Decide(verb, subject, Offer, "turning", "max_length_mm", 12),
                Decide(verb, subject, Offer, "turning", "materials", ("aluminium", "brass")),
            )
        )
    )


steps: st.SearchStrategy[Step] = st.one_of(
    loads(),
    loads(),
    hand_loads(),
    decisions(),
    decisions(),
    st.builds(Withdraw, st.integers(0, 9)),
    st.builds(Retract, st.integers(0, 9)),
)
histories = st.lists(steps, min_size=1, max_size=9)


def take(store: Store, step: Step) -> bool:
    """Take a step; False where it was refused because a record would point at nothing (or there is nothing to undo)."""
    try:
        if isinstance(step, Publish):
            publish(store, step.sources, step.claims, on=step.on)
        elif isinstance(step, Decide):
            named = {"kind": step.kind, "item": step.item, "name": step.name, "value": step.value}
            decide(store, step.verb, step.subjects, on="2026-02-01", **named)  # type: ignore[arg-type]
        elif isinstance(step, Withdraw):
            live = [each.load_id for each in store.snapshot(Load).of(Load) if each.withdrawn is None]
            if not live:
                return False
            withdraw(store, live[step.nth % len(live)])
        else:
            told = [each.decision_id for each in store.snapshot(Decision).of(Decision) if each.withdrawn is None]
            if not told:
                return False
            retract(store, told[step.nth % len(told)])
    except MissingEnd:
        return False
    return True


def stored(store: Store) -> dict[str, dict[str, Record]]:
    """The records that a store holds, by kind and key."""
    snapshot = store.snapshot(*DERIVED_KINDS)
    return {kind.__name__: {each.key: each for each in snapshot.of(kind)} for kind in DERIVED_KINDS}


def derived(store: Store, at: int | None = None) -> dict[str, dict[str, Record]]:
    """The records that follow from all of the ledger, by kind and key."""
    resolution = records_at(store, at)
    return {kind.__name__: dict(resolution.of(kind)) for kind in DERIVED_KINDS}


def only(found: Mapping[str, Mapping[str, Record]]) -> dict[str, dict[str, Record]]:
    """Kinds of which there is a record: easier to read where a comparison fails."""
    return {name: dict(records) for name, records in found.items() if records}


def kinds_named(names: Sequence[str]) -> tuple[type[Record], ...]:
    """Kinds by name."""
    return tuple(KIND_BY_NAME[name] for name in names)


@st.composite
def _name_loads(draw: st.DrawFn) -> Publish:
    """A load that says of one or two identifiers that they bear a name, or one spelled like it, here or there."""
    source = Source("members", draw(st.sampled_from(("network", "other"))), Level.PUBLIC, complete=draw(st.booleans()))
    named = draw(st.lists(companies, min_size=1, max_size=2, unique=True))
    place = draw(st.sampled_from((None, None, *PLACES)))
    names = st.sampled_from(draw(st.sampled_from((("Ek",), SPELLINGS))))
    said = ({"name": draw(names), "municipality": place} for _ in named)
    return Publish(
        (source,), tuple(Claim(e, "Company", "", _known(each)) for e, each in zip(named, said, strict=True)), DAYS[0]
    )


name_steps: st.SearchStrategy[Step] = st.one_of(
    _name_loads(),
    _name_loads(),
    st.builds(Withdraw, st.integers(0, 9)),
    decisions().filter(lambda each: each.verb != "correct"),
)
name_histories = st.lists(name_steps, min_size=3, max_size=8)
"""Nothing but names that meet and part: clusters grow and fall apart at nearly every step."""

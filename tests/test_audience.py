"""Who sees what: every field of every record, at every level, from sources of every level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graph.audience import RESULT_AUDIENCE, Viewer, may_see, require, view, visible
from graph.errors import NotAllowed
from graph.ledger import decide, publish, said
from graph.model import (
    REGION_KINDS,
    Alias,
    Capability,
    Claim,
    Company,
    Level,
    Record,
    Source,
    field_names,
    key_field,
    least_audiences,
    public,
)
from graph.resolve import live_decisions, resolve
from graph.schema import SHAPES, field_types
from graph.store import Store
from graph.stores.integrity import targets
from graph.stores.sqlite import SqliteStore
from tests.strategies import Step, histories, take

CLAIMED = [kind for kind in REGION_KINDS if kind not in (Capability, Alias)]
LOWER = (Level.PUBLIC, Level.MEMBERS)
A, B = "org:4000000001", "org:4000000002"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "region.sqlite")
    yield opened
    opened.close()


def markers(kind: type[Record], level: Level) -> dict[str, Any]:
    """A value for each field of the kind that is found nowhere else."""
    found: dict[str, Any] = {}
    number = 7_000_000 + 10_000 * REGION_KINDS.index(kind) + 1_000 * level
    references = {each.field for each in SHAPES[kind].references}
    for index, (name, plain) in enumerate(zip(field_names(kind), field_types(kind), strict=True)):
        text = f"MARK-{kind.__name__}-{name}-{level.name}"
        made = {str: text, int: number + index, float: float(number + index), tuple: (text,), bool: None}[plain]
        if index and name not in (*references, "evidence", SHAPES[kind].item) and made is not None:
            found[name] = made
    return found


def planted(kind: type[Record], level: Level, source: int, audience: Level | None = None) -> list[Claim]:
    """A record of the kind with a marker in every field, and its company."""
    subject = (
        f"{SHAPES[kind].about}{kind.__name__}-{level.name}" if SHAPES[kind].about else f"org:{kind.__name__}{level}"
    )
    item = "" if SHAPES[kind].own_key and kind.__name__ != "Trade" else "turning"
    item = f"t{level}" if kind.__name__ == "Trade" else item
    fields = markers(kind, level)
    claims = []
    for each in SHAPES[kind].references[1:] if SHAPES[kind].owner else SHAPES[kind].references:
        if each.target is Company and kind is not Company:
            fields[each.field] = (subject,) if each.many else f"org:other{level}"
            claims.append(Claim(f"org:other{level}", "Company", "", {}, source=source))
    if kind.__name__ == "Activity":
        fields["participants"] = (f"org:other{level}",)
    if kind.__name__ == "SupportOffer":
        claims.append(Claim(subject, "SupportActor", "", {}, source=source))
    elif not SHAPES[kind].about and kind is not Company:
        claims.append(Claim(subject, "Company", "", {}, source=source))
    return [*claims, Claim(subject, kind.__name__, item, fields, source=source, audience=audience)]


SOURCES = [Source(f"source{level}", "network", level) for level in Level]


@pytest.mark.parametrize("viewer", LOWER)
def test_every_field_shows_to_whom_its_own_and_its_sources_audience_reach_and_to_nobody_else(
    store: SqliteStore, viewer: Level
) -> None:
    publish(store, SOURCES, [claim for kind, level in product(CLAIMED, Level) for claim in planted(kind, level, level)])
    shown = repr([view(store, Viewer(viewer)).of(kind) for kind in REGION_KINDS])
    full = repr([view(store, Viewer(Level.MANAGER)).of(kind) for kind in REGION_KINDS])
    checked = 0
    for kind, level in product(CLAIMED, Level):
        key_level = least_audiences(kind)[key_field(kind)]
        for name, value in markers(kind, level).items():
            mark = str(value[0] if isinstance(value, tuple) else value)
            assert mark in full, f"{kind.__name__}.{name} is planted nowhere"
            wanted = viewer >= max(level, key_level, least_audiences(kind)[name])
            assert (mark in shown) == wanted, f"{kind.__name__}.{name} of a {level.name} source"
            checked += 1
    assert checked > 200


def test_a_field_that_names_no_audience_is_the_managers() -> None:
    @dataclass(frozen=True, slots=True)
    class New(Record):
        new_id: str = public("")
        secret: str | None = None

    assert least_audiences(New) == {"new_id": Level.PUBLIC, "secret": Level.MANAGER}


@pytest.mark.parametrize(("audience", "viewer"), list(product(Level, Level)))
def test_a_firms_own_word_on_one_answer_beats_its_sources(store: SqliteStore, audience: Level, viewer: Level) -> None:
    claim = Claim(A, "Company", "", {"business": "MARK"}, audience=audience)
    publish(store, [Source("members", "network", Level.MEMBERS)], [claim])
    assert ("MARK" in repr(view(store, Viewer(viewer)).of(Company))) == (viewer >= audience)


def seen(store: Store, level: Level = Level.PUBLIC) -> str:
    snapshot = view(store, Viewer(level))
    return repr([snapshot.of(kind) for kind in REGION_KINDS])


OPEN = [Source("members", "network", Level.PUBLIC)]


def test_a_natural_persons_name_stays_with_the_manager_under_any_identifier(store: SqliteStore) -> None:
    publish(
        store,
        OPEN,
        [
            Claim("person:aa11", "Company", "", {"name": "Kim Ek", "municipality": "1880"}),
            Claim("person:aa11", "Workplace", "1", {"name": "Kim Ek", "locality": "Örebro"}),
            Claim("name:kim ek", "Company", "", {"name": "Kim Ek"}),
            Claim(B, "Company", "", {"name": "Al AB", "parent_id": "name:kim ek"}),
        ],
    )
    decide(store, "same", ["person:aa11", "name:kim ek"])
    for level in LOWER:
        found = seen(store, level)
        assert "person:aa11" in found
        assert "Örebro" in found
        assert "kim ek" not in found.casefold()
    assert "Kim Ek" in seen(store, Level.MANAGER)


def test_all_that_is_said_of_a_sensitive_firm_stays_with_the_manager(store: SqliteStore) -> None:
    publish(
        store,
        OPEN,
        [
            Claim(A, "Company", "", {"name": "Hemlig AB"}),
            Claim("name:hemlig", "Company", "", {"name": "Hemlig"}),
            Claim("name:hemlig", "Offer", "turning", {"tolerance": "Hemlig"}),
            Claim(B, "Company", "", {"name": "Al AB", "parent_id": A}),
        ],
    )
    assert seen(store).count("Hemlig") == 2
    marked = [Claim(A, "Company", "", {"sensitive": True})]
    publish(store, [Source("by_hand", "network", Level.MANAGER)], marked)
    for level in LOWER:
        found = seen(store, level)
        assert "hemlig" not in found.casefold()
        assert A not in found
        assert "Al AB" in found


def test_a_correction_can_mark_a_firm_sensitive_and_shows_nobody_else_its_value(store: SqliteStore) -> None:
    publish(store, OPEN, [Claim(A, "Company", "", {"name": "Ek AB"})])
    decide(store, "correct", [A], kind=Company, name="name", value="Rättad AB")
    assert "Ek AB" in seen(store)
    assert "Rättad" not in seen(store)
    assert "Rättad" in seen(store, Level.MANAGER)
    decide(store, "correct", [A], kind=Company, name="sensitive", value=True)
    assert A not in seen(store)


def test_a_hidden_word_neither_shows_nor_hides_a_public_one(store: SqliteStore) -> None:
    publish(store, OPEN, [Claim(A, "Company", "", {"name": "Ek AB", "employees": 3})], on="2025-01-01")
    secret = Source("ledger", "network", Level.MANAGER)
    publish(store, [secret], [Claim(A, "Company", "", {"employees": 99}, evidence="verified")], on="2026-01-01")
    assert view(store, Viewer()).of(Company) == [Company(A, name="Ek AB", employees=3)]
    assert view(store, Viewer(Level.MANAGER)).of(Company)[0].employees == 99


def test_a_firm_that_only_hidden_sources_know_is_not_there(store: SqliteStore) -> None:
    publish(store, [Source("ledger", "network", Level.MANAGER)], [Claim(A, "Company", "", {"name": "Ek AB"})])
    publish(store, OPEN, [Claim(A, "Offer", "turning", {"tolerance": "IT7"})])
    snapshot = view(store, Viewer(Level.MEMBERS))
    assert [kind for kind in REGION_KINDS if snapshot.of(kind)] == [Capability]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(history=histories)
def test_a_view_is_what_the_visible_claims_alone_say_and_hangs_together(
    tmp_path_factory: pytest.TempPathFactory, history: list[Step]
) -> None:
    store = SqliteStore(tmp_path_factory.mktemp("view") / "region.sqlite")
    try:
        for step in history:
            take(store, step)
        for level in LOWER:
            _check_view(store, Viewer(level))
    finally:
        store.close()


def _check_view(store: SqliteStore, viewer: Viewer) -> None:
    snapshot = view(store, viewer)
    keys = {kind: {each.key for each in snapshot.of(kind)} for kind in REGION_KINDS}
    for kind in REGION_KINDS:
        assert list(snapshot.of(kind)) == sorted(snapshot.of(kind), key=lambda each: each.key.encode())
        for record, reference in product(snapshot.of(kind), SHAPES[kind].references):
            assert set(targets(record, reference)) <= keys[reference.target]
    company_of = {each.alias: each.company_id or "" for each in store.snapshot(Alias).of(Alias)}
    heard = list(visible(said(store), viewer, company_of))
    assert all(
        viewer.level >= (e.claim.audience if e.claim.audience is not None else e.voice.source.audience) for e in heard
    )
    told = [each for each in live_decisions(_decisions(store)) if each.verb != "correct"]
    alone = resolve(heard, told).of(Company)
    shown = {each.company_id: each for each in snapshot.of(Company)}
    assert shown.keys() == alone.keys()
    for key, each in shown.items():
        parent = getattr(alone[key], "parent_id", None)
        assert each.parent_id in (parent, None)
        assert each.employees == getattr(alone[key], "employees", None)


def _decisions(store: SqliteStore) -> Any:
    from graph.model import Decision

    return store.snapshot(Decision).of(Decision)


def test_results_have_an_audience_too() -> None:
    assert may_see(Viewer(Level.PUBLIC), "replacements")
    for level, result in product(LOWER, (*RESULT_AUDIENCE, "something new")):
        if RESULT_AUDIENCE.get(result, Level.MANAGER) > level:
            assert not may_see(Viewer(level), result)
            with pytest.raises(NotAllowed) as refused:
                require(Viewer(level), result)
            assert refused.value.values == {"result": result, "needs": RESULT_AUDIENCE.get(result, Level.MANAGER).name}
    for result in (*RESULT_AUDIENCE, "something new"):
        require(Viewer(Level.MANAGER), result)

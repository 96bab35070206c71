"""How the records hang together, asked of every kind."""

from __future__ import annotations

import sqlite3

import pytest

from graph.model import (
    KIND_BY_NAME,
    KINDS,
    REGION_KINDS,
    Company,
    Level,
    Record,
    field_names,
    key_field,
    least_audiences,
)
from graph.schema import SHAPES, check_field, check_values, company_references, field_types, is_edge, rows_of
from graph.stores.sqlite import table_of, table_sql

EDGES = {"Offer": "OFFERS", "Trade": "SELLS_TO", "Introduction": "INTRODUCED_TO"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_whole(kind: type[Record]) -> None:
    shape, names = SHAPES[kind], field_names(kind)
    assert key_field(kind) == names[0]
    assert field_types(kind)[0] is str
    assert set(field_types(kind)) <= {str, int, float, bool, tuple}
    for each in shape.references:
        plain = field_types(kind)[names.index(each.field)]
        assert plain is (tuple if each.many else str)
        assert each.target in REGION_KINDS
        assert each.relation.isupper()
    assert shape.item in ("", *names)
    assert shape.owner in ("", *names)
    assert all(each.target is Company for each in company_references(kind))
    assert set(least_audiences(kind)) == set(names)
    assert all(isinstance(each, Level) for each in least_audiences(kind).values())
    assert KIND_BY_NAME[kind.__name__] is kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_seen_by_whoever_sees_anything(kind: type[Record]) -> None:
    """A record without its key could not be told from another."""
    assert least_audiences(kind)[key_field(kind)] == min(least_audiences(kind).values())


def test_the_edges_of_the_property_graph() -> None:
    assert {kind.__name__: SHAPES[kind].edge for kind in KINDS if is_edge(kind)} == EDGES
    for name, relation in EDGES.items():
        references = SHAPES[KIND_BY_NAME[name]].references
        assert [each.relation for each in references] == [relation] * 2
        assert not any(each.many for each in references)


def test_edges_are_written_after_what_they_join() -> None:
    position = {kind: index for index, kind in enumerate(KINDS)}
    for kind, shape in SHAPES.items():
        for each in shape.references:
            assert position[each.target] <= position[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_sql_is_sql(kind: type[Record]) -> None:
    with sqlite3.connect(":memory:") as connection:
        for statement in table_sql(kind):
            connection.execute(statement)
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table_of(kind)})")]
    connection.close()
    assert columns == [*field_names(kind), "_revision"]


def test_rows_and_checks_of_nothing() -> None:
    assert rows_of([]) == []
    check_values(Company, [])
    check_field(Company, "name", [])

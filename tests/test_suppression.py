"""What is shown of a table never tells a group smaller than three: hidden cells attacked by linear programming."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from graph.suppression import LEAST, TOTAL, Key, Shown, suppress

Table = dict[Key, int]


def bounds(shown: Shown, table: Table) -> dict[Key, tuple[float, float]]:
    """The least and greatest value of each hidden cell that agree with all that is shown.

    Unknowns are the cells; each shown cell or total is an equation, and no count is negative.
    """
    keys = list(product(shown.rows, shown.columns))

    def sums(key: Key) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        row, column = key
        return np.array([float(row in (TOTAL, r) and column in (TOTAL, c)) for r, c in keys])

    told = [key for key in shown.cells if shown.cells[key] is not None]
    equations = np.array([sums(key) for key in told])
    values = np.array([shown.cells[key] for key in told], dtype=float)
    found = {}
    for key in sorted(shown.hidden):
        wanted = sums(key)
        low = linprog(wanted, A_eq=equations if told else None, b_eq=values if told else None)
        high = linprog(-wanted, A_eq=equations if told else None, b_eq=values if told else None)
        found[key] = (float(low.fun or 0.0), np.inf if high.status == 3 else -float(high.fun or 0.0))
    return found


def true_value(table: Table, key: Key) -> int:
    return sum(each for (row, column), each in table.items() if key[0] in (TOTAL, row) and key[1] in (TOTAL, column))


def assert_safe(shown: Shown, table: Table) -> None:
    for key, value in shown.cells.items():
        assert value is None or value == true_value(table, key)
        assert value is None or value == 0 or value >= LEAST
    for key, (low, high) in bounds(shown, table).items():
        true = true_value(table, key)
        assert low <= true - 1 + 1e-6, (key, low, high, true)
        assert high >= max(true + 1, LEAST) - 1e-6, (key, low, high, true)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Sparse tables as needs give them: many cells of none, one or two."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    counts = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 4, 5, 9, 40))
    return {(f"r{i}", f"c{j}"): draw(counts) for i in range(rows) for j in range(columns)}


@settings(max_examples=150, deadline=None)
@given(tables())
def test_no_hidden_cell_follows_from_what_is_shown(table: Table) -> None:
    assert_safe(suppress(table), table)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_nor_where_the_columns_totals_stand_in_another_table(table: Table) -> None:
    kept = {key: each for key, each in table.items() if true_value(table, (TOTAL, key[1])) >= LEAST}
    shown = suppress(kept, columns_stay=True)
    assert not [key for key in shown.hidden if key[0] == TOTAL]
    assert_safe(shown, kept)


@pytest.mark.parametrize("columns_stay", [False, True])
@settings(max_examples=80, deadline=None)
@given(tables(), st.data())
def test_nor_where_a_total_of_few_firms_is_hidden_too(columns_stay: bool, table: Table, data: st.DataObject) -> None:
    """A row of small cells alone is one whose firms may be two, however many answers they gave."""
    if columns_stay:
        table = {key: each for key, each in table.items() if true_value(table, (TOTAL, key[1])) >= LEAST}
    largest = {row: max(each for (r, _), each in table.items() if r == row) for row, _ in table}
    few = sorted(row for row, most in largest.items() if 0 < most < LEAST)
    small = data.draw(st.lists(st.sampled_from(few), unique=True)) if few else []
    shown = suppress(table, small=[(row, TOTAL) for row in small], columns_stay=columns_stay)
    assert shown.hidden >= {(row, TOTAL) for row in small}
    assert_safe(shown, table)


def test_hiding_the_small_cell_alone_would_be_seen_through() -> None:
    """The attack is a real one: with one cell hidden the totals tell it."""
    table = {("a", "x"): 1, ("a", "y"): 5, ("b", "x"): 6, ("b", "y"): 7}
    whole = suppress({key: 10 * each for key, each in table.items()}, 0)
    cells = {key: true_value(table, key) for key in whole.cells}
    naive = Shown(whole.rows, whole.columns, {**cells, ("a", "x"): None})
    low, high = bounds(naive, table)["a", "x"]
    assert (round(low, 6), round(high, 6)) == (1, 1)


def test_the_cheapest_cells_are_hidden_and_totals_last() -> None:
    table = {("a", "x"): 1, ("a", "y"): 5, ("a", "z"): 50, ("b", "x"): 60, ("b", "y"): 6, ("b", "z"): 70}
    table |= {("c", "x"): 8, ("c", "y"): 9, ("c", "z"): 10}
    assert suppress(table).hidden == {("a", "x"), ("a", "y"), ("c", "x"), ("c", "y")}


def test_nothing_is_hidden_where_no_group_is_small() -> None:
    assert not suppress({("a", "x"): 3, ("a", "y"): 0, ("b", "x"): 4}).hidden
    assert suppress({}).cells == {(TOTAL, TOTAL): 0}


def test_a_total_that_is_to_stay_must_not_be_small() -> None:
    with pytest.raises(ValueError, match="x"):
        suppress({("a", "x"): 2, ("a", "y"): 7}, columns_stay=True)
    with pytest.raises(ValueError, match="-1"):
        suppress({("a", "x"): -1})

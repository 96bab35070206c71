"""How dependent a buyer is: every figure worked out by hand."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.dependency import EU, by_part, dependency, is_outside_eu
from graph.model import ImportedPart
from tests.import_parts import part


def test_concentration_is_the_sum_of_squared_shares() -> None:
    found = dependency(
        [
            part("1", supplier="A AB", value_sek=50),
            part("2", supplier="a ab", value_sek=10),  # the same supplier, spelt otherwise: 60 of 100
            part("3", supplier="B GmbH", value_sek=30),
            part("4", supplier="C", value_sek=10),
        ]
    )
    assert found.hhi == pytest.approx(0.6**2 + 0.3**2 + 0.1**2)  # 0.46
    assert (found.suppliers, found.hhi_lines, found.single_supplier) == (3, 4, None)


def test_what_is_not_known_counts_neither_way() -> None:
    found = dependency(
        [
            part("1", supplier="A", value_sek=70, origin_country="CN"),
            part("2", supplier="B", value_sek=30, origin_country="DE"),
            part("3", supplier="C", origin_country="US"),  # no value
            part("4", value_sek=900),  # neither supplier nor origin
        ]
    )
    assert found.hhi == pytest.approx(0.58)
    assert found.outside_eu == pytest.approx(0.7)
    assert (found.hhi_lines, found.origin_lines, found.lines) == (2, 2, 4)


def test_nothing_known_is_unknown_and_not_nought() -> None:
    for parts in ([], [part("1")], [part("1", supplier="A", origin_country="CN", value_sek=0)]):
        found = dependency(parts)
        assert (found.hhi, found.outside_eu) == (None, None)


def test_a_credit_note_takes_nothing_away() -> None:
    found = dependency([part("1", supplier="A", value_sek=100), part("2", supplier="B", value_sek=-40)])
    assert found.hhi == 1.0


def test_the_eu_has_27_members_and_their_territories() -> None:
    assert len(EU) == 27 + 7
    assert [each for each in ("SE", "HR", "RO", "AX", "GB", "NO", "CH", "TR", "RS", "UA") if is_outside_eu(each)] == [
        "GB", "NO", "CH", "TR", "RS", "UA",
    ]  # fmt: skip


def test_a_part_is_its_number_or_its_words_of_one_buyer() -> None:
    found = by_part(
        [
            part("1", "x", part_number="A-1", description="Axel", supplier="S1", origin_country="CN", value_sek=10),
            part("2", "x", part_number="a 1", description="Shaft", supplier="S2", origin_country="CN", value_sek=30),
            part("3", "x", description="Kåpa", cn_code="73259910", supplier="S3", origin_country="IN"),
            part("4", "x", description="kåpa", cn_code="73259910", supplier="S3"),
            part("5", "y", part_number="A-1", supplier="S1", origin_country="DE", value_sek=5),
        ]
    )
    assert [(each.part.part_id, each.value_sek, each.dependency.lines) for each in found] == [
        ("1", 40, 2), ("5", 5, 1), ("3", None, 2),
    ]  # fmt: skip
    first, second, third = (each.dependency for each in found)
    assert (first.single_origin, first.single_supplier) == ("CN", None)
    assert first.hhi == pytest.approx(0.25**2 + 0.75**2)
    assert (second.single_origin, second.single_supplier) == ("DE", "S1")
    assert (third.single_origin, third.single_supplier) == (None, "S3")  # one line says no origin


PARTS = st.lists(
    st.builds(
        ImportedPart,
        st.uuids().map(str),
        st.sampled_from([None, "x", "y"]),
        part_number=st.sampled_from([None, "1", "2"]),
        supplier=st.sampled_from([None, "A", "B AB", "C"]),
        origin_country=st.sampled_from([None, "SE", "CN", "US"]),
        value_sek=st.none() | st.integers(-100, 10**9),
    ),
    max_size=12,
)


@given(PARTS, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing_and_figures_keep_their_bounds(
    parts: list[ImportedPart], random: Random
) -> None:
    shuffled = random.sample(parts, len(parts))
    found = dependency(parts)
    assert found == dependency(shuffled)
    assert by_part(parts) == by_part(shuffled)
    assert sum(each.dependency.lines for each in by_part(parts)) == len(parts)
    if found.hhi is not None:
        assert 1 / found.suppliers - 1e-9 <= found.hhi <= 1 + 1e-9
    if found.outside_eu is not None:
        assert 0 <= found.outside_eu <= 1

"""Claims to bytes and back: nothing is lost, and a subject is found in the one block it lies in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Claim, Level, Value
from graph.packing import bits_for, bucket_of, mentioned, mentioning, pack, packed_size, subjects_in, unpack
from tests.strategies import Publish, loads

A, B, C = "org:4000000001", "org:4000000002", "name:åäö 💡"


def ordered(claims: object) -> list[str]:
    return sorted(map(repr, claims))  # type: ignore[call-overload]


@given(published=loads())
def test_what_was_packed_comes_back(published: Publish) -> None:
    _, blocks = pack("L000001", published.claims)
    assert ordered(each for block in blocks for each in unpack(block)) == ordered(published.claims)
    assert subjects_in(blocks) == {each.subject for each in published.claims}


@given(published=loads(), wanted=st.sets(st.sampled_from((A, B, "name:ek"))))
def test_a_subject_is_found_without_the_others(published: Publish, wanted: set[str]) -> None:
    _, blocks = pack("L000001", published.claims)
    found = [each for block in blocks for each in unpack(block, wanted)]
    assert ordered(found) == ordered(each for each in published.claims if each.subject in wanted)


def test_every_subject_lies_in_its_own_bucket_and_so_do_its_mentions() -> None:
    claims = [Claim(f"org:{n:010}", "Trade", f"t{n}", {"buyer_id": f"org:{n + 1:010}"}) for n in range(2_000)]
    bits, blocks = pack("L000001", claims)
    assert bits == bits_for(2_000) > 0
    assert [each.bucket for each in blocks] == sorted({each.bucket for each in blocks})
    for block in blocks:
        assert {bucket_of(each.subject, bits) for each in unpack(block)} <= {block.bucket}
    for n in (0, 77, 1_999):
        buyer = f"org:{n + 1:010}"
        own = [each for each in blocks if each.bucket == bucket_of(buyer, bits)]
        assert mentioning(own, [buyer]) == {f"org:{n:010}"}


def test_order_and_time_leave_the_same_bytes() -> None:
    claims = [Claim(each, "Company", "", {"name": each}) for each in (A, B, C)]
    assert pack("L000001", claims)[1] == pack("L000001", claims[::-1])[1]
    assert packed_size(pack("L000001", claims)[1]) == sum(len(each.payload) for each in pack("L000001", claims)[1])


def test_every_sort_of_value_keeps_its_type() -> None:
    fields: dict[str, Value] = {"name": "å💡\n", "employees": 2**63 - 1, "sensitive": False}
    place: dict[str, Value] = {"latitude": 59.0, "longitude": 5e-324}
    claims = [
        Claim(C, "Company", "", fields, 7, 3, "verified", "2026-01-01", Level.PUBLIC),
        Claim(C, "Workplace", "1", place),
        Claim(C, "Offer", "turning", {"materials": ()}),
    ]
    found = [each for block in pack("L1", claims)[1] for each in unpack(block)]
    assert found == claims
    assert type(found[0].audience) is Level
    assert [type(each) for each in found[1].fields.values()] == [float, float]
    assert found[2].fields == {"materials": ()}


@pytest.mark.parametrize(
    ("claim", "others"),
    [
        (Claim(A, "Trade", "t", {"buyer_id": B}), [B]),
        (Claim(A, "Company", "", {"parent_id": B}), [B]),
        (Claim(A, "Introduction", "1", {"other_id": C}), [C]),
        (Claim("activity:x", "Activity", "", {"participants": (A, B)}), [A, B]),
        (Claim(A, "Offer", "turning", {}), []),
        (Claim(A, "ImportedPart", "1", {"capabilities": ("turning",)}), []),
    ],
)
def test_who_else_a_claim_is_about(claim: Claim, others: list[str]) -> None:
    assert list(mentioned(claim)) == others


def test_an_empty_load_has_no_blocks() -> None:
    assert pack("L1", []) == (0, [])

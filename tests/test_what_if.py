"""What would be different: small regions made by hand, and nothing of the region itself is changed."""

from __future__ import annotations

import pytest

from graph.errors import UnknownName
from graph.model import ImportedPart, Record, Trade
from graph.store import Snapshot
from graph.what_if import Change, Figures, NewFirm, changed, what_if
from tests.test_resilience import firm, region, sells

PART = ImportedPart("1", "c", capabilities=("turning",))


def pair() -> Snapshot:
    """s turns for a and b; a sells to c, who imports a turned part; d stands alone; all at one place."""
    others = [each for key in "abcd" for each in firm(key)]
    far: list[Record] = [*firm("s", "turning", steps=20), *others, *sells("sa", "sb", "ac"), PART]
    return region(*far)


def figures(**said: float) -> Figures:
    base = {"companies": 5, "components": 1, "isolated": 1, "largest": 4, "two_steps": 2.0, "stranded": 0,
            "single_source": 2, "parts_made": 0, "parts": 1}  # fmt: skip
    return Figures(**(base | said))  # type: ignore[arg-type]


def test_the_region_as_it_is() -> None:
    """Within two steps: s reaches a, b, c; a reaches s, c, b; b reaches s, a; c reaches a, s: 10 of 5 firms."""
    before, after = what_if(pair(), Change())
    assert before == after == figures()


def test_a_firm_stops() -> None:
    """a and c stay a pair; b and d are alone; a and b have lost their turner. Nobody is single any more."""
    _, after = what_if(pair(), Change(("s",)))
    assert after == figures(companies=4, isolated=2, largest=2, two_steps=0.5, stranded=2, single_source=0)


def test_a_firm_stops_and_another_comes() -> None:
    new = NewFirm("Ny", ("turning",), (59.0, 14.5), "1883")
    _, after = what_if(pair(), Change(("s",), firms=(new,)))
    assert (after.stranded, after.parts_made, after.companies) == (0, 1, 5)
    _, after = what_if(pair(), Change(firms=(new,)))
    assert (after.single_source, after.parts_made, after.isolated) == (0, 1, 2)
    _, after = what_if(pair(), Change(firms=(NewFirm("Ny", ("turning",), (62.0, 14.5), "1883"),)))
    assert (after.single_source, after.parts_made) == (2, 0), "too far away"


def test_a_trade_joins_who_stood_alone() -> None:
    """d reaches a, s, c over a; s, a, c reach d as well."""
    _, after = what_if(pair(), Change(trades=(("a", "d"),)))
    assert after == figures(isolated=0, largest=5, two_steps=3.2)


def test_nothing_of_the_region_is_changed() -> None:
    region_now = pair()
    before = {kind: list(region_now.of(kind)) for kind in region_now.kinds}
    after = changed(region_now, Change(("s",), (("a", "d"),), (NewFirm("Ny", ("turning",), (59.0, 14.5), None),)))
    assert {kind: list(region_now.of(kind)) for kind in region_now.kinds} == before
    assert [(each.seller_id, each.buyer_id) for each in after.of(Trade)] == [("a", "c"), ("a", "d")]


def test_a_firm_nobody_knows_is_told() -> None:
    with pytest.raises(UnknownName) as told:
        what_if(pair(), Change(("x",)))
    assert (told.value.code, told.value.values["name"]) == ("unknown_company", "x")

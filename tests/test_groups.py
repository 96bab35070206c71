"""Groups to invite: who shares a topic, near each other, and does not compete."""

from __future__ import annotations

from itertools import combinations

from graph.affinity import Affinity
from graph.groups import FEWEST, MOST, MOST_KM, groups, themes_to_tell
from graph.model import ImportedPart, Need, Record
from graph.network import project
from tests.regions import Built, built_region  # noqa: F401 - a fixture
from tests.test_affinity import firm, offer, snapshot_of


def need(key: str, theme: str = "skills") -> Need:
    return Need(f"{key}/{theme}", key, theme)


def found(*records: Record, among: set[str] | None = None) -> list[tuple[str, str, tuple[str, ...]]]:
    snapshot = snapshot_of(records)
    some = groups(snapshot, Affinity(snapshot, project(snapshot)), among)
    return [(each.kind, each.topic, each.company_ids) for each in some]


def test_three_near_who_share_a_theme_are_a_group_and_two_are_not() -> None:
    firms = [firm(each, "Kumla") for each in "abc"] + [firm("d", "Kiruna"), firm("e")]
    assert found(*firms, *(need(each) for each in "abcde")) == [("common_need", "skills", ("a", "b", "c"))]
    assert found(*firms, *(need(each) for each in "abde")) == []
    assert found(*firms, *(need(each) for each in "abcd"), among={"a", "b", "d"}) == []


def test_competitors_sisters_and_those_who_are_going_are_not_invited_together() -> None:
    rivals = [firm(each, "Kumla") for each in "abcd"] + [offer(each, "turning") for each in "ab"]
    assert found(*rivals, *(need(each) for each in "abcd")) == [("common_need", "skills", ("a", "c", "d"))]
    sisters = [firm("a", "Kumla"), firm("b", "Kumla", parent_id="a"), firm("c", "Kumla"), firm("d", "Kumla")]
    assert found(*sisters, *(need(each) for each in "abcd")) == [("common_need", "skills", ("a", "c", "d"))]
    going = [*(firm(each, "Kumla") for each in "ab"), firm("c", "Kumla", ended_on="2025-01-01")]
    assert found(*going, *(need(each) for each in "abc")) == []
    support = [*(firm(each, "Kumla") for each in "ab"), firm("c", "Kumla", sector="support")]
    assert found(*support, *(need(each) for each in "abc")) == []


def test_sensitive_firms_are_in_no_group_whoever_is_asked_for() -> None:
    firms = [*(firm(each, "Kumla") for each in "abc"), firm("d", "Kumla", sensitive=True)]
    some = [*firms, *(need(each) for each in "abcd")]
    assert found(*some) == [("common_need", "skills", ("a", "b", "c"))]
    assert found(*some, among={"a", "b", "d"}) == []


def test_a_theme_is_told_where_the_firm_has_agreed_to_all_of_it() -> None:
    said = [
        Need("1", "a", "skills", may_share=True),
        Need("2", "a", "site", may_share=True), Need("3", "a", "site", may_share=False),
        Need("4", "b", "skills"),
        Need("5", "c", "skills", may_share=True),
    ]  # fmt: skip
    snapshot = snapshot_of([firm("a"), firm("b"), firm("c", sensitive=True), *said])
    assert themes_to_tell(snapshot) == {"a": {"skills"}, "b": set()}


def test_what_all_import_is_a_purchase_to_make_together() -> None:
    firms = [firm(each, "Kumla") for each in "abcd"]
    parts = [ImportedPart(f"{each}/1", each, cn_code="84831021", value_sek=1000) for each in "abc"]
    other = ImportedPart("d/1", "d", cn_code="84821010", value_sek=1000)
    assert found(*firms, *parts, other) == [("common_import", "8483", ("a", "b", "c"))]


def test_a_large_topic_gives_two_groups_of_eight_at_most_and_nobody_twice() -> None:
    keys = [f"f{each:02}" for each in range(20)]
    some = found(*(firm(each, "Kumla") for each in keys), *(need(each) for each in keys))
    assert [len(each[2]) for each in some] == [8, 8]
    assert not set(some[0][2]) & set(some[1][2])


def test_the_groups_of_a_region_keep_their_word(built: Built) -> None:
    affinity = Affinity(built.snapshot, project(built.snapshot))
    some = groups(built.snapshot, affinity)
    assert some
    assert some == groups(built.snapshot, affinity)
    stated = {(each.theme, each.company_id) for each in built.snapshot.of(Need)}
    imported = {((each.cn_code or "")[:4], each.company_id) for each in built.snapshot.of(ImportedPart)}
    for each in some:
        assert FEWEST <= len(each.company_ids) <= MOST
        assert all((each.topic, one) in (stated | imported) for one in each.company_ids)
        assert each.reasons[0].code == each.kind
        for one, other in combinations(each.company_ids, 2):
            assert not affinity.between(one, other).competes
            km = affinity.distances_km([one], [other])[0, 0]
            assert km <= min(MOST_KM, each.spread_km + 0.1)

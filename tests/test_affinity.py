"""How much two firms have to tell each other: each reason by hand, and many pairs at once against pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, log2
from typing import Any

import numpy as np
import pytest

from graph.affinity import KNOWN_SHARE, NEAR_SHARE, Affinity
from graph.model import (
    REGION_KINDS,
    Company,
    ImportedPart,
    Introduction,
    Need,
    Offer,
    Record,
    Trade,
    Workplace,
)
from graph.network import project
from graph.store import Snapshot
from tests.regions import Built, built_region  # noqa: F401 - a fixture

PLACES = {"Kumla": (59.128, 15.142), "Hallsberg": (59.066, 15.110), "Kiruna": (67.856, 20.225)}


def world(*records: Record) -> Affinity:
    """The affinity of a region that holds these records; places of firms are their localities."""
    return Affinity(snapshot := snapshot_of(records), project(snapshot))


def snapshot_of(records: Sequence[Record]) -> Snapshot:
    kinds: dict[type[Record], list[Record]] = {kind: [] for kind in REGION_KINDS}
    for each in records:
        kinds[type(each)].append(each)
        if isinstance(each, Company) and each.locality in PLACES:
            latitude, longitude = PLACES[each.locality]
            site = Workplace(f"{each.key}/site", each.key, latitude=latitude, longitude=longitude)
            kinds[Workplace].append(site)
    return Snapshot(1, {kind: sorted(some, key=lambda one: one.key) for kind, some in kinds.items()})


def firm(key: str, locality: str | None = None, **facts: Any) -> Company:
    return Company(key, f"Firma {key}", "SE", locality=locality, **facts)


def offer(key: str, process: str) -> Offer:
    return Offer(f"{key}/{process}", key, process, evidence="stated")


def part(key: str, *processes: str) -> ImportedPart:
    return ImportedPart(f"{key}/{'-'.join(processes)}", key, capabilities=processes)


def trade(seller: str, buyer: str) -> Trade:
    return Trade(f"{seller}>{buyer}", seller, buyer)


def codes(affinity: Affinity, a: str, b: str) -> dict[str, float]:
    return {each.code: each.points for each in affinity.between(a, b).reasons}


def test_an_import_counts_by_how_rare_the_process_is() -> None:
    found = world(
        firm("a"), firm("b"), firm("c"), firm("d"),
        offer("b", "turning"), offer("c", "turning"), offer("c", "hardening"), offer("d", "forging"),
        part("a", "turning"), part("a", "hardening"),
    )  # fmt: skip
    # Three firms offer anything: two turn, one hardens.
    turning, hardening = 3 * (1 - log(2) / log(3)), 3.0
    assert codes(found, "a", "b") == {"imports_what_other_makes": pytest.approx(turning, abs=1e-5)}
    assert codes(found, "a", "c") == {"imports_what_other_makes": pytest.approx(turning + hardening, abs=1e-5)}
    assert found.between("a", "d").score == 0
    said = found.between("c", "a").reasons[0].values
    assert (said["asker"], said["maker"], said["processes"]) == ("a", "c", ("turning", "hardening"))


def test_a_general_process_serves_a_special_one() -> None:
    found = world(firm("a"), firm("b"), offer("b", "turning"), part("a", "hard_turning"))
    assert "imports_what_other_makes" in codes(found, "a", "b")


def test_what_suppliers_offer_is_shared_among_all_of_it_and_not_asked_of_who_makes_it() -> None:
    firms = [firm(each) for each in "abcd"]
    offers = [offer("b", "turning"), offer("b", "forging"), offer("c", "turning")]
    found = world(*firms, *offers, trade("b", "a"), trade("b", "c"))
    # b offers two things, one of which c makes too: a buys half a "turning", rare as 2 of 2 who offer anything make it.
    assert codes(found, "a", "c") == {}
    found = world(*firms, *offers, offer("d", "hardening"), trade("b", "a"), trade("b", "c"))
    half = 2 * 0.5 * (1 - log(2) / log(3))
    assert codes(found, "a", "c")["buys_what_other_makes"] == pytest.approx(half, abs=1e-5)
    assert "buys_what_other_makes" not in codes(found, "c", "d")


@pytest.mark.parametrize("owners", [{"b": "a"}, {"a": "b"}, {"a": "owner", "b": "owner"}])
def test_what_is_bought_within_a_group_is_asked_of_nobody_else(owners: dict[str, str]) -> None:
    firms = [firm(each, parent_id=owners.get(each)) for each in ("a", "b", "c", "d", "e")]
    offers = [offer("b", "turning"), offer("c", "turning"), offer("d", "hardening")]
    found = world(*firms, *offers, trade("b", "a"), trade("b", "e"))
    assert "buys_what_other_makes" not in codes(found, "a", "c")
    assert "buys_what_other_makes" in codes(found, "e", "c")


def test_needs_and_themes() -> None:
    found = world(
        firm("a"), firm("b"), firm("c"), offer("b", "hardening"),
        Need("a/1", "a", "supply", "Vi behöver någon som härdar axlar."),
        Need("b/1", "b", "supply"), Need("c/1", "c", "skills", "Vill utbilda i härdning."),
    )  # fmt: skip
    assert codes(found, "a", "b") == {"need_names_process": 3.0, "same_theme": 1.0}
    assert codes(found, "b", "c") == {}  # about skills, which no firm with the process gives


def test_shared_buyers_count_less_the_more_suppliers_they_have() -> None:
    firms = [firm(each) for each in "abcdxy"]
    trades = [trade("a", "x"), trade("b", "x"), trade("a", "y"), trade("b", "y"), trade("c", "y"), trade("d", "y")]
    found = world(*firms, *trades)
    assert codes(found, "a", "b") == {"shared_buyers": pytest.approx(1 + 1 / log2(4))}
    assert codes(found, "c", "d") == {"shared_buyers": pytest.approx(1 / log2(4))}


def test_near_is_more_and_known_is_less() -> None:
    records = [
        firm("a", "Kumla"), firm("b", "Kumla"), firm("c", "Kiruna"), firm("d"),
        *(offer(each, "turning") for each in "bcd"), offer("a", "forging"), part("a", "turning"),
    ]  # fmt: skip
    found = world(*records)
    plain = found.between("a", "c").score
    assert plain == found.between("a", "d").score > 0
    assert found.between("a", "b").score == pytest.approx(plain * (1 + NEAR_SHARE), abs=1e-5)
    introduced = world(*records, Introduction("i", "c", "a"))
    assert introduced.between("a", "c").score == pytest.approx(plain * KNOWN_SHARE, abs=1e-5)
    assert introduced.between("a", "d").score == plain
    others = [each for each in records if each.key != "c"]
    for known in (world(*records, trade("c", "a")), world(*others, firm("c", "Kiruna", parent_id="a"))):
        assert "knows_already" in codes(known, "a", "c")
        assert known.acquainted(["a"], ["c", "d"]).tolist() == [[True, False]]


def test_competitors_do_much_the_same_for_the_same_kind_of_buyer() -> None:
    both = ("turning", "milling")
    firms = [firm(each) for each in "abcd"]
    buyers = [firm("x", sni="28110"), firm("y", sni="28220"), firm("z", sni="10110")]
    offers = [offer(each, one) for each in "abc" for one in both]
    offers += [offer("d", each) for each in ("turning", "forging", "hardening", "welding")]
    found = world(*firms, *buyers, *offers, trade("a", "x"), trade("b", "y"), trade("c", "z"), trade("d", "x"))
    assert found.between("a", "b").competes
    assert not found.between("a", "c").competes  # sells to food makers
    assert not found.between("a", "d").competes  # one process of five
    unknown = world(*firms, *buyers, *offers, trade("a", "x"))
    assert unknown.between("a", "b").competes  # whom b sells to is not known, which is no "no"


def test_strangers_and_a_firm_with_itself_have_nothing() -> None:
    found = world(firm("a"), firm("b"), offer("b", "turning"), part("a", "turning"), part("b", "turning"))
    assert found.between("b", "b").score == found.between("a", "nobody").score == 0
    assert found.scores(["b", "guest:x"])[1].tolist() == found.scores(["guest:x", "b"])[0].tolist() == [0, 0]


def test_many_at_once_are_the_pairs_one_by_one(built: Built) -> None:
    found = Affinity(built.snapshot, project(built.snapshot))
    some = list(found.company_ids)[::7]
    scores, competing = found.scores(some), found.competing(some)
    assert (scores > 0).any()
    assert competing.any()
    assert np.array_equal(scores, scores.T)
    for row, a in enumerate(some):
        for column, b in enumerate(some):
            pairing = found.between(a, b)
            assert pairing.score == pytest.approx(scores[row, column], abs=2e-6)
            assert pairing.competes == competing[row, column]
            assert pairing.score == pytest.approx(sum(each.points for each in pairing.reasons), abs=1e-4)


def test_partners_are_the_best_of_all_nearby(built: Built) -> None:
    found = Affinity(built.snapshot, project(built.snapshot))
    asker = max(found.company_ids, key=lambda each: len(found.partners_of(each, 30.0)))
    partners = found.partners_of(asker, 30.0)
    near = found.distances_km([asker])[0], found.distances_km([asker], list(found.company_ids))[0]
    wanted = {
        other
        for other, km in zip(found.company_ids, near[1].tolist(), strict=True)
        if other != asker and km <= 30 and other in found.meetable and found.between(asker, other).score > 0
    }
    assert {other for other, _, _ in partners} == wanted
    assert [pairing.score for _, pairing, _ in partners] == sorted((p.score for _, p, _ in partners), reverse=True)
    assert partners[:3] == found.partners_of(asker, 30.0, limit=3)
    assert all(pairing.reasons for _, pairing, _ in partners)

"""Which pairs are worth bringing together, what a tie does to the network, and what is remembered of both."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from graph import ledger
from graph.affinity import Affinity
from graph.arrays import arrays_of
from graph.branches import LEFT_OUT
from graph.introductions import (
    ALONE_POINTS,
    ISLAND_POINTS,
    LEAST_SCORE,
    MISS_POINTS,
    MOST_EACH,
    NOT_INTRODUCED,
    PAGE,
    WEAK_SCORE,
    Introductions,
    Miss,
    Proposal,
    Queue,
    followed,
    near_misses,
    vetoes,
)
from graph.isolation import isolated
from graph.makers import Makers
from graph.model import (
    REGION_KINDS,
    Alias,
    Claim,
    Company,
    Decision,
    ImportedPart,
    Interview,
    Introduction,
    Need,
    Offer,
    Record,
    Region,
    Source,
    Trade,
    Workplace,
)
from graph.network import project
from graph.new_ties import NewTies
from graph.replacement import Finder
from graph.store import Snapshot
from render.introductions import headline
from tests.regions import Built, built_region, opened, own_data, run
from texts import load

__all__ = ["built_region", "own_data"]  # fixtures

DAY = "2026-10-01"
EVERY = 100_000


def region(*records: Record) -> Snapshot:
    home = Region("region:r", municipalities=("1883",))
    return Snapshot(1, {k: [e for e in (home, *records) if type(e) is k] for k in REGION_KINDS})


def firm(key: str, **fields: object) -> Company:
    return Company(key, name=f"Firma {key}", municipality="1883", country="SE", **fields)  # type: ignore[arg-type]


def at(key: str, km_north: float = 0.0) -> Workplace:
    return Workplace(f"{key}/site", key, latitude=59.33 + km_north / 111.4, longitude=14.52)


def queue(snapshot: Snapshot, limit: int = EVERY, **more: object) -> tuple[Proposal, ...]:
    """The pairs that are worth it."""
    found = whole_queue(snapshot, limit, **more)
    return found.proposals if found.worth else ()


def whole_queue(snapshot: Snapshot, limit: int = EVERY, **more: object) -> Queue:
    network = project(snapshot)
    affinity = Affinity(snapshot, network)
    found = isolated(snapshot, network, affinity)
    asked = Introductions(snapshot, network, affinity=affinity, isolation=found, **more)  # type: ignore[arg-type]
    return asked.queue(limit)


# -- the effect of a tie -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_the_effect_is_what_plain_networkx_says(seed: int) -> None:
    directed = nx.gnp_random_graph(30, 0.04, seed=seed, directed=True)
    nx.set_edge_attributes(directed, 1, "trades")
    nx.set_edge_attributes(directed, None, "value_sek")
    met = [(a, b) for a, b in np.random.default_rng(seed).permutation(30)[:6].reshape(-1, 2).tolist()]
    graph = nx.Graph(directed)
    graph.add_edges_from(met)
    pairs = list(combinations(range(30), 2))
    ones, others = (np.array(each) for each in zip(*pairs, strict=True))
    joined, newly = NewTies(arrays_of(directed), met).effects(ones, others)
    before = nx.number_connected_components(graph)
    for (one, other), is_joined, new in zip(pairs, joined.tolist(), newly.tolist(), strict=True):
        tied = graph.copy()
        tied.add_edge(one, other)
        assert is_joined == before - nx.number_connected_components(tied)
        near = [set(nx.ego_graph(graph, each, radius=2)) for each in (one, other)]
        then = [set(nx.ego_graph(tied, each, radius=2)) for each in (one, other)]
        assert new == len(set.union(*(now - was for was, now in zip(near, then, strict=True))))


def test_a_network_without_firms_has_no_effects() -> None:
    joined, newly = NewTies(arrays_of(nx.DiGraph())).effects(np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    assert (len(joined), len(newly)) == (0, 0)


# -- the queue ---------------------------------------------------------------------------------------------------------


def two_that_fit(*more: Record) -> Snapshot:
    """A maker and an importer in one place who do not know each other; both have a partner or more in a ring."""
    ring = "cdefgh"
    trades = [Trade(f"t{n}", ring[n], ring[(n + 1) % 6]) for n in range(6)]
    trades += [Trade("m1", "maker", "c"), Trade("m2", "maker", "d"), Trade("i1", "importer", "f")]
    trades += [Trade("i2", "importer", "g")]
    return region(
        *map(firm, (*ring, "maker", "importer")), *trades, at("maker"), at("importer"), Offer("o1", "maker", "turning"),
        Offer("o2", "maker", "anodising"), Offer("o3", "c", "casting"),
        ImportedPart("p", "importer", capabilities=("turning", "anodising"), description="Axel"), *more,
    )  # fmt: skip


PAIR = ("importer", "maker")


def of_pair(found: tuple[Proposal, ...]) -> Proposal | None:
    return next((each for each in found if each.company_ids == PAIR), None)


def test_an_import_that_the_other_makes_is_a_pair_and_its_points_add_up() -> None:
    found = of_pair(queue(two_that_fit()))
    assert found is not None
    # two makers are known and one does each: rarity 1; 3 points a process, half as much again for one place
    assert {each.code: each.points for each in found.reasons} == {"imports_what_other_makes": 6.0, "near": 3.0}
    assert found.score == 9.0
    # both are in one component; new to the importer: the maker, c and d; new to the maker: the importer, f and g
    assert (found.components_joined, found.newly_within_two_steps) == (0, 6)


LONELY = (
    firm("lonely"), at("lonely"), Offer("l", "lonely", "forging"), Offer("l2", "lonely", "laser_cutting"),
    ImportedPart("p2", "importer", capabilities=("forging", "laser_cutting")),
)  # fmt: skip


def test_islands_and_who_stands_alone_say_so() -> None:
    answered = Interview("i", "lonely", outcome="answered")
    told = {each.company_ids: each for each in queue(two_that_fit(*LONELY, answered))}
    reasons = {each.code: each for each in told["importer", "lonely"].reasons}
    assert reasons["joins_islands"].values == {"smaller": 1, "larger": 8}
    assert reasons["stands_alone"].values == {"company_id": "lonely", "kind": "no_trade_known"}
    assert (reasons["joins_islands"].points, reasons["stands_alone"].points) == (ISLAND_POINTS, ALONE_POINTS)
    assert told["importer", "lonely"].components_joined == 1


def test_lack_of_data_makes_no_island() -> None:
    told = {each.company_ids: each for each in queue(two_that_fit(*LONELY))}
    assert {each.code for each in told["importer", "lonely"].reasons} == {"imports_what_other_makes", "near"}
    assert told["importer", "lonely"].components_joined == 1, "the effect is what it is"


@pytest.mark.parametrize(
    "more",
    [
        [Trade("x", "maker", "importer")],
        [Introduction("x", "maker", "importer", outcome="open")],
        [Introduction("x", "maker", "importer")],
        [Introduction("x", "importer", "maker", outcome="none")],
    ],
)
def test_who_trades_or_was_introduced_is_not_proposed(more: list[Record]) -> None:
    assert of_pair(queue(two_that_fit())) is not None
    assert of_pair(queue(two_that_fit(*more))) is None


def test_what_came_to_nothing_comes_back_when_asked_for_and_only_that() -> None:
    none = Introduction("x", "maker", "importer", outcome="none")
    assert of_pair(queue(two_that_fit(none))) is None
    later = Introduction("y", "maker", "importer", outcome="met")
    assert of_pair(queue(two_that_fit(none, later), again=True)) is None
    # who has met before has a quarter of the points left, so that many imports are needed
    codes = ("casting", "forging", "laser_cutting", "edm_wire", "grinding")
    rare = [Offer(f"z{each}", "maker", each) for each in codes]
    known = two_that_fit(none, *rare, ImportedPart("p3", "importer", capabilities=codes))
    assert of_pair(queue(known)) is None
    found = of_pair(queue(known, again=True))
    assert found is not None
    assert "knows_already" in {each.code for each in found.reasons}
    assert of_pair(queue(known, again=True, vetoed=[frozenset(PAIR)])) is None


def test_an_introduction_is_a_tie_for_the_next_one() -> None:
    first = of_pair(queue(two_that_fit()))
    met = [Introduction("x", "importer", "c", outcome="met"), Introduction("y", "importer", "d", outcome="open")]
    then = of_pair(queue(two_that_fit(*met)))
    assert first is not None
    assert then is not None
    # importer is now next to c and d, two steps from maker: maker gains f and g; importer gains nothing
    assert (first.newly_within_two_steps, then.newly_within_two_steps) == (6, 2)
    nothing = Introduction("x", "importer", "c", outcome="none")
    again = of_pair(queue(two_that_fit(nothing)))
    assert again is not None
    assert again.newly_within_two_steps == 6, "what came to nothing is no tie"


def test_not_these_two_are_not_proposed() -> None:
    assert of_pair(queue(two_that_fit(), vetoed=[frozenset(PAIR)])) is None


def test_rivals_who_are_going_and_who_lends_people_out_are_not_proposed() -> None:
    for fields in ({"ended_on": "2026-01-01"}, {"sector": "staffing"}, {"sector": "public"}):
        snapshot = two_that_fit()
        changed = [firm("maker", **fields) if each.key == "maker" else each for each in snapshot.of(Company)]
        records = {kind: snapshot.of(kind) for kind in snapshot.kinds} | {Company: changed}
        assert of_pair(queue(Snapshot(1, records))) is None


def test_a_near_miss_is_a_reason_even_where_nothing_else_is() -> None:
    snapshot = two_that_fit()
    part = ImportedPart("p9", "g", description="Lång axel", value_sek=900_000)
    misses = [Miss("c", "g", part, "size", "900 mm")] * 3
    assert ("c", "g") not in {each.company_ids for each in queue(snapshot)}
    found = next(each for each in queue(snapshot, misses=misses) if each.company_ids == ("c", "g"))
    assert found.score == 3 * MISS_POINTS >= LEAST_SCORE
    said = found.reasons[0].values
    assert (said["maker"], said["asker"], said["part"], said["lacks"]) == ("c", "g", "Lång axel", "size")


def test_near_misses_are_sought_for_the_dearest_parts_that_nobody_makes() -> None:
    records = [
        *map(firm, ("small", "importer")), at("small", 5.0), at("importer"),
        Offer("o", "small", "turning", max_length_mm=500.0, evidence="stated"),
        ImportedPart("long", "importer", capabilities=("turning",), length_mm=900.0, value_sek=5),
        ImportedPart("short", "importer", capabilities=("turning",), length_mm=300.0, value_sek=9),
    ]  # fmt: skip
    snapshot = region(*records)
    (found,) = near_misses(snapshot, Finder(snapshot, today=DAY), Makers(snapshot, today=DAY))
    assert (found.maker, found.importer, found.part.part_id, found.lacks) == ("small", "importer", "long", "size")


def test_every_pair_worth_it_is_found_and_nothing_else(built: Built) -> None:
    snapshot = built.snapshot
    network = project(snapshot)
    affinity = Affinity(snapshot, network)
    kinds = {each.company_id: each.kind for each in isolated(snapshot, network, affinity).findings}
    undirected = nx.Graph(network)
    undirected.add_edges_from((e.company_id, e.other_id) for e in snapshot.of(Introduction) if e.outcome != "none")
    island = {firm: n for n, some in enumerate(nx.connected_components(undirected)) for firm in some}
    met = {frozenset((each.company_id, each.other_id)) for each in snapshot.of(Introduction)}
    firms = [
        each.company_id
        for each in snapshot.of(Company)
        if network.nodes[each.company_id]["in_region"] and each.is_active and each.sector not in LEFT_OUT
    ]
    expected = {}
    for pair in combinations(sorted(firms), 2):
        pairing = affinity.between(*pair)
        if pairing.score and not pairing.competes and not affinity.acquainted(pair[:1], pair[1:])[0, 0]:
            assert frozenset(pair) not in met
            alone = sum(kinds.get(each) not in (None, "not_asked", "hidden") for each in pair)
            apart = island[pair[0]] != island[pair[1]] and "not_asked" not in {kinds.get(each) for each in pair}
            expected[pair] = pairing.score + ALONE_POINTS * alone + ISLAND_POINTS * apart
    found = queue(snapshot)
    assert len(found) > 20
    assert {each.company_ids for each in found} == {pair for pair, score in expected.items() if score >= LEAST_SCORE}
    for each in found:
        assert each.score == pytest.approx(expected[each.company_ids], abs=0.002)
        assert each.score == pytest.approx(sum(reason.points for reason in each.reasons), abs=0.002)
    assert found == queue(snapshot), "the same every time"


def test_no_firm_takes_all_the_places_of_a_page(built: Built) -> None:
    found = queue(built.snapshot)
    counted = Counter(each for one in found[:PAGE] for each in one.company_ids)
    assert max(counted.values()) <= MOST_EACH
    by_score = sorted(found, key=lambda each: -each.score)
    assert found[0].score == by_score[0].score
    assert queue(built.snapshot, 7) == found[:7]


# -- not these two -----------------------------------------------------------------------------------------------------


def members(*rows: tuple[str, dict[str, str]]) -> tuple[list[Source], list[Claim]]:
    source = Source("member_sheet", "network", complete=True, file="medlemmar.xlsx")
    return [source], [Claim(subject, "Company", "", fields) for subject, fields in rows]


def test_not_these_two_survives_a_new_import_follows_a_better_number_and_is_taken_back(tmp_path: Path) -> None:
    named = {"name": "Axelverken AB", "municipality": "1883"}
    other = ("org:4099000012", {"name": "Importören AB", "municipality": "1883"})
    with opened(tmp_path / "region.sqlite") as store:
        ledger.publish(store, *members(("name:axelverken@1883", named), other))
        decision = ledger.decide(store, NOT_INTRODUCED, ["name:axelverken@1883", "org:4099000012"], by="Anna")
        ledger.publish(store, *members(("org:4099000020", named), other))  # the number has come, the name is gone
        ledger.publish(store, [Source("ledger", "x")], [Claim("name:axelverken@1883", "Company", "", named)])
        snapshot = store.snapshot(Alias, Decision, Company)
        company_of = {each.alias: each.company_id or "" for each in snapshot.of(Alias)}
        assert company_of["name:axelverken@1883"] == "org:4099000020"
        assert vetoes(snapshot.of(Decision), company_of) == {frozenset(("org:4099000012", "org:4099000020"))}
        assert len(snapshot.of(Company)) == 2, "it says nothing of who is who"
        ledger.retract(store, decision)
        assert vetoes(store.snapshot(Decision).of(Decision), company_of) == frozenset()


def test_two_that_are_one_are_no_veto() -> None:
    said = Decision("D1", NOT_INTRODUCED, ("a", "b"), revision=1)
    assert vetoes([said], {"a": "b"}) == frozenset()
    assert vetoes([said, Decision("D2", "not_same", ("c", "d"), revision=2)], {}) == {frozenset(("a", "b"))}


# -- what has come of them ---------------------------------------------------------------------------------------------


def test_what_goes_on_comes_first_and_says_when_it_is_due() -> None:
    made = [
        Introduction("1", "a", "b", introduced_on="2026-09-20", outcome="open"),
        Introduction("2", "a", "c", introduced_on="2026-08-01"),  # 30 days later: 31 August
        Introduction("3", "a", "d", introduced_on="2026-08-01", outcome="met"),  # 90 days: 30 October
        Introduction("4", "a", "e", outcome="open"),
        Introduction("5", "a", "f", introduced_on="2025-01-01", outcome="ordered"),
        Introduction("6", "a", "g", introduced_on="2026-01-01", outcome="none"),
    ]
    found = followed(region(*map(firm, "abcdefg"), *made), DAY)
    assert [(each.introduction.key, each.outcome, each.follow_up_on, each.is_overdue) for each in found] == [
        ("2", "open", "2026-08-31", True),
        ("1", "open", "2026-10-20", False),
        ("3", "met", "2026-10-30", False),
        ("4", "open", None, False),
        ("6", "none", None, False),
        ("5", "ordered", None, False),
    ]


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_command_says_what_the_queue_says(built: Built, language: str) -> None:
    found = run("--store", built.address, "introductions", "--limit", 5, "--json").json
    assert len(found["introductions"]) == 5
    for each in found["introductions"]:
        assert [set(firm) for firm in each["companies"]] == [{"company_id", "name"}] * 2
        assert set(each["effect"]) == {"components_joined", "newly_within_two_steps"}
        assert each["score"] == pytest.approx(sum(reason["points"] for reason in each["reasons"]), abs=0.01)
    lines = run("--store", built.address, "--lang", language, "introductions", "--limit", 5).out.splitlines()
    assert found["introductions"][0]["companies"][0]["name"] in lines[1]
    assert str(found["worth"]) in lines[0].replace("\xa0", "")


def test_the_command_heeds_what_was_decided(built: Built, tmp_path: Path) -> None:
    copy = tmp_path / "region.sqlite"
    copy.write_bytes(built.path.read_bytes())
    copy.with_suffix(".secret").write_bytes(built.path.with_suffix(".secret").read_bytes())
    first = run("--store", f"sqlite:{copy}", "introductions", "--limit", 1, "--json").json["introductions"][0]
    pair = [each["company_id"] for each in first["companies"]]
    with opened(copy) as store:
        ledger.decide(store, NOT_INTRODUCED, pair)
    then = run("--store", f"sqlite:{copy}", "introductions", "--limit", 500, "--json").json["introductions"]
    assert pair not in [[firm["company_id"] for firm in each["companies"]] for each in then]


def test_only_the_manager_gets_it(built: Built) -> None:
    for level in ("PUBLIC", "MEMBERS"):
        refused = run("--store", built.address, "--audience", level, "introductions", "--json")
        assert (refused.code, refused.out) == (1, "")


def test_a_young_region_gets_its_best_pairs_and_is_told_that_they_are_weak() -> None:
    """A theme in common, in one place: 1 and half as much again, far from what is worth a person's time."""
    needs = (Need(f"n{key}", key, theme="skills") for key in "ab")
    found = whole_queue(region(firm("a"), firm("b"), at("a"), at("b"), *needs))
    assert [each.company_ids for each in found.proposals] == [("a", "b")]
    assert WEAK_SCORE <= found.proposals[0].score < LEAST_SCORE
    assert found.worth == 0
    assert headline(found, load("sv")) == load("sv")("introductions.headline.weak")
    assert headline(Queue((), 0), load("sv")) == load("sv")("introductions.none")

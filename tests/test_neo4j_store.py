"""Neo4j as a user meets it: wrong passwords and addresses, servers that stop, regions side by side, plain Cypher."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import neo4j
import pytest

from graph.errors import MissingEnd, StoreError, StoreRefused, StoreTooNew, StoreTooOld, StoreUnreachable, UserMistake
from graph.ledger import publish
from graph.model import REGION_KINDS, Claim, Company, Offer, Region, Source, Trade
from graph.schema import SCHEMA_VERSION
from graph.store import Change, Store, open_store
from graph.stores.neo4j import Neo4jStore
from tests.strategies import derived, only, stored

if TYPE_CHECKING:
    from tests.conftest import Neo4jAddress
    from tools.neo4j_server import Neo4jServer

A, B = "org:4000000001", "org:4000000002"


@pytest.fixture
def region(neo4j_address: str) -> Iterator[Store]:
    store = open_store(neo4j_address)
    yield store
    store.close()


@pytest.fixture
def driver(neo4j_credentials: Neo4jAddress) -> Iterator[neo4j.Driver]:
    known = neo4j_credentials
    with neo4j.GraphDatabase.driver(known.uri, auth=(known.username, known.password)) as opened:
        yield opened


# -- addresses and passwords ------------------------------------------------------------------------------------------


def test_a_wrong_password_is_refused(neo4j_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:  # the namespace is removed with the right one
        patch.setenv("NEO4J_PASSWORD", "not-this-one")
        with pytest.raises(StoreRefused) as refused:
            open_store(neo4j_address)
    assert refused.value.code == "store_refused"
    assert "not-this-one" not in str(refused.value)


def test_nobody_at_the_address_is_said_soon() -> None:
    started = time.monotonic()
    for scheme in ("bolt", "neo4j"):
        with pytest.raises(StoreUnreachable) as refused:
            open_store(f"{scheme}://127.0.0.1:1")
        assert refused.value.values["address"] == f"{scheme}://127.0.0.1:1?namespace=default"
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "neo4j+s"])
def test_a_password_in_the_address_is_a_mistake_and_is_not_repeated(scheme: str) -> None:
    for user in ("neo4j:hemligt", ":hemligt", "neo4j:hem@ligt"):
        with pytest.raises(UserMistake) as refused:
            open_store(f"{scheme}://{user}@example.invalid:7687")
        assert refused.value.code == "password_in_address"
        assert "ligt" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["http://localhost", "region.sqlite", "neo4j://", "bolt:", "neo4j://host:port", "neo4j+x://host"]
)
def test_an_address_nobody_understands_is_a_mistake(address: str) -> None:
    with pytest.raises(UserMistake) as refused:
        open_store(address)
    assert refused.value.code == "bad_store_address"


def test_routing_and_direct_addresses_reach_the_same_region(
    neo4j_credentials: Neo4jAddress, neo4j_address: str, neo4j_namespace: str
) -> None:
    direct = open_store(neo4j_address)
    publish(direct, [Source("by_hand", "network")], [Claim(A, "Company", "", {"name": "Ek AB"})])
    routed = open_store(f"{neo4j_credentials.routing_uri}?namespace={neo4j_namespace}")
    assert stored(routed) == stored(direct)
    assert routed.revision() == direct.revision() == 1
    routed.close()
    direct.close()


# -- servers and schemas that cannot be used --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "fits"), [("5.25.1", False), ("4.4.48", False), ("5.26.0", True), ("2025.10.1", True)]
)
def test_an_old_server_is_refused(
    neo4j_address: str,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    fits: bool,
) -> None:
    true = Neo4jStore._run

    def answer(self: Neo4jStore, tx: neo4j.ManagedTransaction, query: str, **parameters: object) -> list[list[object]]:
        if "dbms.components" in query:
            return [[[version]]]
        return true(self, tx, query, **parameters)

    with monkeypatch.context() as patched:
        patched.setattr(Neo4jStore, "_run", answer)
        if fits:
            open_store(neo4j_address).close()
            return
        with pytest.raises(StoreTooOld) as refused:
            open_store(neo4j_address)
    assert (refused.value.code, refused.value.values["found"]) == ("server_too_old", version)


def test_a_region_of_a_newer_program_is_refused(
    region: Store, neo4j_address: str, neo4j_namespace: str, driver: neo4j.Driver
) -> None:
    newer = "MATCH (s:NarverkState {namespace: $namespace}) SET s.schema_version = $version"
    driver.execute_query(newer, namespace=neo4j_namespace, version=SCHEMA_VERSION + 1)
    with pytest.raises(StoreTooNew) as refused:
        open_store(neo4j_address)
    assert refused.value.values["version"] == SCHEMA_VERSION + 1
    driver.execute_query(newer, namespace=neo4j_namespace, version=SCHEMA_VERSION)


# -- a server that stops ----------------------------------------------------------------------------------------------


@pytest.fixture(name="stoppable_store")
def store_on_a_server_that_may_stop(
    stoppable_neo4j: Neo4jServer, neo4j_namespace: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Neo4jStore]:
    monkeypatch.setenv("NEO4J_USERNAME", stoppable_neo4j.username)
    monkeypatch.setenv("NEO4J_PASSWORD", stoppable_neo4j.password)
    monkeypatch.setenv("NEO4J_DATABASE", stoppable_neo4j.database)
    store = open_store(f"{stoppable_neo4j.uri}?namespace={neo4j_namespace}")
    assert isinstance(store, Neo4jStore)
    yield store
    stoppable_neo4j.start()
    store.drop()
    store.close()


def test_a_server_that_stops_during_a_load_and_starts_again(
    stoppable_neo4j: Neo4jServer, stoppable_store: Neo4jStore
) -> None:
    publish(stoppable_store, [Source("by_hand", "network")], [Claim(A, "Company", "", {"name": "Ek AB"})])
    claims = [Claim(f"org:{n:010}", "Company", "", {"name": f"Firma {n}"}) for n in range(8_000)]
    outcome: list[object] = []

    def load() -> None:
        try:
            outcome.append(publish(stoppable_store, [Source("members", "network")], claims).load_id)
        except StoreError as error:
            outcome.append(error)

    loading = threading.Thread(target=load)
    loading.start()
    time.sleep(1.5)
    stoppable_neo4j.stop()
    stoppable_neo4j.start()
    loading.join(150)
    assert len(outcome) == 1
    whole = not isinstance(outcome[0], StoreError)
    assert (stoppable_store.counts()["Company"], stoppable_store.revision()) == ((8_001, 2) if whole else (1, 1)), (
        outcome
    )
    assert stoppable_store.check() == []
    publish(stoppable_store, [Source("members", "network")], claims[:3])
    assert only(stored(stoppable_store)) == only(derived(stoppable_store))


def test_a_server_that_stops_before_the_commit_loses_nothing_in_silence(
    stoppable_neo4j: Neo4jServer, stoppable_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers a commit with an empty success, which the driver (6.4) takes for one."""
    commit = stoppable_store._commit
    inside: list[object] = []
    stopped: list[object] = []

    def commit_and_stop(work: Any) -> Any:
        inside.append(work)
        if len(inside) == 2 and not stopped:  # the announcement within a write, after which only its commit is left
            stopped.append(work)
            stoppable_neo4j.stop()
            stoppable_neo4j.start()
        try:
            return commit(work)
        finally:
            inside.pop()

    monkeypatch.setattr(stoppable_store, "_commit", commit_and_stop)
    publish(stoppable_store, [Source("by_hand", "network")], [Claim(A, "Company", "", {"name": "Ek AB"})])
    assert (stoppable_store.counts()["Company"], stoppable_store.revision()) == (1, 1)
    assert stopped


# -- regions side by side ---------------------------------------------------------------------------------------------


def test_two_namespaces_never_meet_and_drop_removes_only_its_own(
    region: Store, neo4j_credentials: Neo4jAddress, neo4j_namespace: str, driver: neo4j.Driver
) -> None:
    other = Neo4jStore(neo4j_credentials.uri, namespace=neo4j_namespace + "-två")
    trade = [Claim(A, "Trade", "t", {"buyer_id": B}), Claim(B, "Company", "", {})]
    publish(region, [Source("by_hand", "network")], [Claim(A, "Company", "", {"name": "Ek AB"}), *trade])
    publish(other, [Source("by_hand", "network")], [Claim(A, "Company", "", {"name": "Al AB"}), *trade])
    other.remember("note", "other")
    assert region.recall("note") is None
    assert [each.name for each in region.snapshot(Company).of(Company)] == ["Ek AB", None]
    with pytest.raises(MissingEnd):
        other.write(Change(upserts={Offer: [Offer("o", "org:4000000009", "turning")]}))
    before = stored(region)
    other.drop()
    other.close()
    count = "MATCH (n {namespace: $namespace}) RETURN count(n)"
    assert driver.execute_query(count, namespace=neo4j_namespace + "-två").records[0][0] == 0
    assert stored(region) == before
    assert region.check() == []


INJECTIONS = (
    "'}) MATCH (n) DETACH DELETE n //", '"}) RETURN 1 //', "`", "\\", "\\u0027", "$namespace", "{}", "*/ /*", ";",
    "' OR 1=1 RETURN n", "Robert\"); MATCH (n) SET n.name = 'x", "${7*7}", "${jndi:ldap://x}", "%00", "\r\n",
    "${namespace}",
)  # fmt: skip


def test_cypher_in_names_and_keys_stays_text(region: Store, neo4j_credentials: Neo4jAddress) -> None:
    companies = sorted((Company(f"name:{each}", name=each) for each in INJECTIONS), key=lambda each: each.key.encode())
    trades = [Trade(f"t{each}", f"name:{each}", companies[0].key, what=each) for each in INJECTIONS]
    region.write(
        Change(inserts={Company: companies, Trade: trades, Region: [Region("r", "x", tuple(sorted(INJECTIONS)))]})
    )
    assert region.snapshot(Company).of(Company) == companies
    assert {each.what for each in region.snapshot(Trade).of(Trade)} == set(INJECTIONS)
    for each in INJECTIONS:
        assert [found.name for found in region.matching(Company, "name", [each])] == [each]
        assert len(region.matching(Trade, "seller_id", [f"name:{each}"])) == 1
        named = Neo4jStore(neo4j_credentials.uri, namespace=f"test {each}")
        assert named.counts()["Company"] == 0
        named.drop()
        named.close()
    region.write(Change(deletes={Trade: [each.key for each in trades], Company: [each.key for each in companies]}))
    assert region.counts()["Company"] == 0


# -- what a person with a Cypher prompt finds -------------------------------------------------------------------------


def test_the_graph_is_there_for_plain_cypher(region: Store, neo4j_namespace: str, driver: neo4j.Driver) -> None:
    claims = [
        Claim(A, "Company", "", {"name": "Ek AB", "parent_id": B}),
        Claim(B, "Company", "", {"name": "Al AB"}),
        Claim(A, "Offer", "turning", {"materials": ("brass", "steel")}),
        Claim(A, "Trade", "t", {"buyer_id": B, "value_sek": 5, "year": 2025}),
        Claim(A, "Workplace", "1", {"latitude": 59.3}),
        Claim(A, "Certificate", "ISO 9001", {}),
        Claim(B, "ImportedPart", "1", {"capabilities": ("milling_5", "turning")}),
        Claim("activity:visit", "Activity", "", {"participants": (A, B)}),
    ]
    publish(region, [Source("by_hand", "network")], claims)

    def rows(pattern: str) -> list[list[object]]:
        found = driver.execute_query(pattern.replace("NS", "namespace: $namespace"), namespace=neo4j_namespace)
        return sorted([list(each.values()) for each in found.records], key=repr)

    offers = "MATCH (c:Company {NS})-[o:OFFERS]->(p:Capability) RETURN c.name, p.capability, o.materials"
    assert rows(offers) == [["Ek AB", "turning", ["brass", "steel"]]]
    trades = "MATCH (s:Company {NS})-[t:SELLS_TO]->(b:Company {NS}) RETURN s.name, b.name, t.value_sek, t.year"
    assert rows(trades) == [["Ek AB", "Al AB", 5, 2025]]
    assert rows("MATCH (c:Company {NS})-[:PART_OF]->(p:Company) RETURN c.name, p.name") == [["Ek AB", "Al AB"]]
    assert rows("MATCH (c:Company {NS})-[:HAS_WORKPLACE]->(w:Workplace) RETURN w.latitude") == [[59.3]]
    assert rows("MATCH (c:Company {NS})-[:HOLDS]->(x:Certificate) RETURN x.standard") == [["ISO 9001"]]
    imports = "MATCH (c:Company {NS})-[:IMPORTS]->(p)-[:REQUIRES]->(x:Capability) RETURN x.capability"
    assert rows(imports) == [["milling_5"], ["turning"]]
    assert rows("MATCH (a:Activity {NS})-[:GATHERED]->(c:Company) RETURN c.name") == [["Al AB"], ["Ek AB"]]
    assert rows("MATCH (a:Alias {NS})-[:NAMES]->(c:Company) RETURN count(c)") == [[2]]


def test_a_relation_somebody_removed_by_hand_is_found(
    region: Store, neo4j_namespace: str, driver: neo4j.Driver
) -> None:
    publish(region, [Source("by_hand", "network")], [Claim(A, "Company", "", {}), Claim(A, "Workplace", "1", {})])
    assert region.check() == []
    driver.execute_query("MATCH (:Company {namespace: $n})-[r:HAS_WORKPLACE]->() DELETE r", n=neo4j_namespace)
    assert region.check() == ["missing_ends"]


def test_a_writer_that_announced_and_died_holds_nobody_up(
    region: Store, neo4j_address: str, neo4j_namespace: str, driver: neo4j.Driver
) -> None:
    region.write(Change(upserts={Company: [Company(A)]}))
    driver.execute_query("MATCH (m:NarverkMark {namespace: $n}) SET m.coming = 2", n=neo4j_namespace)
    for store in (region, open_store(neo4j_address)):
        started = time.monotonic()
        assert [each.key for each in store.snapshot(*REGION_KINDS).of(Company)] == [A]
        assert time.monotonic() - started < 10
    store.close()
    assert region.write(Change(upserts={Company: [Company(B)]})) == 2


def test_a_commit_is_seen_whole_however_often_one_looks(region: Store, neo4j_address: str) -> None:
    """Every record of a revision says which it is; a reader beside the writer never sees two revisions at once."""
    reader = open_store(neo4j_address)
    keys = [f"org:{n:010}" for n in range(1_500)]
    done = threading.Event()

    def write() -> None:
        for revision in range(1, 9):
            region.write(Change(upserts={Company: [Company(key, name=str(revision)) for key in keys]}))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    torn = []
    while not done.is_set():
        snapshot = reader.snapshot(Company)
        names = [each.name for each in snapshot.of(Company)]
        if names != [str(snapshot.revision)] * (len(keys) if snapshot.revision else 0):
            torn.append((snapshot.revision, len(names), set(names)))
    writer.join(60)
    assert torn == []
    reader.close()

"""The same question put to Neo4j in Cypher, with point and property indexes; called by :mod:`benchmarks.scale`.

Neo4j measures on a sphere, so its distances err by up to 0.6 %: its points for nearness may differ by ``APART`` from
ours, and of firms that close in score either may come first. Timed is the driver's call in one open session; both are
warm, and asked the same questions one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import neo4j
import numpy as np

from graph.judging import EVIDENCE_SHARE, FAR_KM, NEAR_KM, SupplyColumns, Weights
from graph.supply import Ranking, Supply
from tools.neo4j_server import running_server

if TYPE_CHECKING:
    from benchmarks.scale import Question

Answer = TypeVar("Answer")
APART, SPHERE = 0.25, 0.006
BATCH = 5_000
WARM, TIMED = 50, 200
SETUP = (
    "CREATE POINT INDEX firm_at FOR (f:Firm) ON (f.at)",
    "CREATE CONSTRAINT firm_number FOR (f:Firm) REQUIRE f.number IS UNIQUE",
    "CREATE CONSTRAINT process_code FOR (p:Process) REQUIRE p.code IS UNIQUE",
)
FIRMS = """UNWIND $rows AS row
CREATE (:Firm {number: row.number, at: point({latitude: row.latitude, longitude: row.longitude})})"""
OFFERS = """UNWIND $rows AS row MATCH (f:Firm {number: row.firm}) MERGE (p:Process {code: row.code})
CREATE (f)-[:OFFERS {evidence: row.evidence, free: row.free}]->(p)"""
ASK = """MATCH (p:Process {code: $code})<-[o:OFFERS]-(f:Firm)
WITH f, o, point.distance(f.at, $here) / 1000.0 AS km WHERE km <= $within_km
WITH f, km, $process AS process, $evidence * $shares[o.evidence] AS evidence, $demands AS demands,
  $nearness * CASE WHEN km >= $far THEN 0.0 ELSE 1 - log(1 + km / $near) / log(1 + $far / $near) END AS nearness,
  $capacity * CASE WHEN o.free > 50 THEN 50 ELSE o.free END / 50.0 AS capacity
RETURN f.number AS firm, km, process, nearness, demands, evidence, capacity,
  process + nearness + demands + evidence + capacity AS score
ORDER BY score DESC, km LIMIT 20"""


def beside(held: SupplyColumns, index: Supply, asked: Sequence[Question], radii: Sequence[float]) -> None:
    """Load the columns, compare answers, and print how many times longer Neo4j takes."""
    with running_server(heap="2g") as server:
        auth = (server.username, server.password)
        with neo4j.GraphDatabase.driver(server.uri, auth=auth) as driver, driver.session() as session:
            _load(session, held)
            for within_km in radii:
                ours, theirs = _timed(session, index, asked, within_km)
                print(
                    f"  {within_km:3.0f} km: Neo4j p50 {theirs:.2f} ms, {theirs / ours:,.1f} x ours in the same minute"
                )


def _load(session: neo4j.Session, held: SupplyColumns) -> None:
    for each in SETUP:
        session.run(each).consume()
    latitudes, longitudes = held.site_latitude.tolist(), held.site_longitude.tolist()
    firms = [
        {"number": number, "latitude": latitude, "longitude": longitude}
        for number, (latitude, longitude) in enumerate(zip(latitudes, longitudes, strict=True))
    ]
    columns = (held.offer_firm.tolist(), held.process.tolist(), held.evidence.tolist(), held.free_percent.tolist())
    offers = [
        {"firm": firm, "code": held.codes[process], "evidence": evidence, "free": free}
        for firm, process, evidence, free in zip(*columns, strict=True)
    ]
    for query, rows in ((FIRMS, firms), (OFFERS, offers)):
        for start in range(0, len(rows), BATCH):
            session.run(query, rows=rows[start : start + BATCH]).consume()
    session.run("CALL db.awaitIndexes()").consume()


def _ask(session: neo4j.Session, asked: Question, within_km: float) -> list[dict[str, Any]]:
    weights, ((code, _),) = Weights(), asked.demand.processes
    here = neo4j.spatial.WGS84Point((asked.point[1], asked.point[0]))
    return session.run(
        ASK,
        code=code,
        here=here,
        within_km=within_km,
        near=NEAR_KM,
        far=FAR_KM,
        shares=EVIDENCE_SHARE.tolist(),
        process=weights.process,
        nearness=weights.nearness,
        demands=weights.demands,
        evidence=weights.evidence,
        capacity=weights.capacity,
    ).data()


def _timed(session: neo4j.Session, index: Supply, asked: Sequence[Question], within_km: float) -> tuple[float, float]:
    """Medians in ms of ours and theirs."""
    asked = asked[: WARM + TIMED]
    found, ours = _each_timed(lambda each: index.rank(each.demand, each.point, within_km), asked)
    said, theirs = _each_timed(lambda each: _ask(session, each, within_km), asked)
    for pair in zip(found, said, strict=True):
        _compare(*pair, within_km)
    return ours, theirs


def _each_timed(ask: Callable[[Question], Answer], asked: Sequence[Question]) -> tuple[list[Answer], float]:
    """The answers, and the median in ms of those after the warming up."""
    answers, took = [], []
    for each in asked:
        start = time.perf_counter()
        answers.append(ask(each))
        took.append((time.perf_counter() - start) * 1e3)
    return answers, float(np.median(took[WARM:]))


def _compare(ours: Ranking, theirs: Sequence[dict[str, Any]], within_km: float) -> None:
    """Refuse answers that differ by more than the sphere explains: in score, at the border, at the last place."""
    one = {
        firm: (score, km)
        for firm, score, km in zip(ours.firms.tolist(), ours.scores.tolist(), ours.km.tolist(), strict=True)
    }
    other = {row["firm"]: (row["score"], row["km"]) for row in theirs}
    for here, there in ((one, other), (other, one)):
        last = min((score for score, _ in there.values()), default=0.0)
        for firm, (score, km) in here.items():
            same = abs(there[firm][0] - score) <= APART if firm in there else score <= last + APART
            if not same and km < within_km * (1 - SPHERE):
                raise SystemExit(f"Neo4j and the index disagree on firm {firm}: {one.get(firm)}, {other.get(firm)}")

"""Does the ranking find the known supplier, beside plain rankings, in the invented region: planted truth, code only.

``python -m benchmarks.ranking --companies 650 --seed 1 --within-km 40 100 300``. How the region's trades came about
(:mod:`ingest.demo.trades`) decides what can win here. A buyer draws a branch its own branch buys from, then a place
(its firms weighted by (1 + km / 10) ** -1.9), then there a firm by an urn to which size and each earlier sale add a
ball; what was sold is drawn from the branch's list of goods. So branch, distance and popularity are planted, and no
material, certificate, evidence or free capacity has any say: whatever a ranking gives for those is lost here by
construction, and a win would prove nothing about real buyers. What it can show: that the code ranks at all, what it
loses on the way, and that a change does not make it worse.

* ``trades``: a case is a buyer and the words of a trade; right are all who sell it that buyer and of whom some
  capability is known, be it only concluded: whether a firm states one has no say in who sells, and to keep those alone
  that do would favour a ranking that gives points for it. Words that are not understood are a case like any other, so
  that a better reader is not measured on harder cases. The buyer's own trades count for nobody's popularity, and the
  ranking sees no trade at all.
* ``substitutes``: an imported part and the firms that ``truth.json`` says could make it within 40 km. Whoever meets
  every stated demand is right by definition, so that this tests agreement with an oracle, not usefulness.

Recall, MRR and NDCG as in :mod:`graph.validation`, ties (and chance) in expected values; 95 % intervals over buyers.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from graph.demands import Demand, demand_of_part, demand_of_text
from graph.errors import UnknownName
from graph.hide_and_rank import OURS, Case, Contest, Measured
from graph.lookup import Origin, origin_of
from graph.model import REGION_KINDS, Company, ImportedPart, Offer, Trade
from graph.store import Snapshot, open_store
from graph.validation import DRAWS, MEASURES, SEED, Interval
from ingest.demo import write_demo
from ingest.pipeline import load_files

TODAY = "2026-10-01"  # the invented region's own
RADII = (40.0, 100.0, 300.0)
SUBSTITUTE_KM = 40.0
MOST_BUYERS = 400
NEVER_A_CASE = frozenset({"unknown_company", "ended", "unplaced", "own_group"})


def region(companies: int, seed: int) -> tuple[Snapshot, dict[str, Any]]:
    """The invented region, loaded as anybody would load it, and what was planted in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_demo(folder / "demo", companies, seed)
        store = open_store(f"sqlite:{folder / 'region.sqlite'}")
        try:
            load_files(store, [folder / "demo"], on=TODAY)
            found = store.snapshot(*REGION_KINDS)
        finally:
            store.close()
        return found, json.loads((folder / "demo" / "truth.json").read_text(encoding="utf-8"))


class Origins:
    """Where each firm searches from; None where its place is not known."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.companies = {each.company_id: each for each in snapshot.of(Company)}
        self._of: dict[str, Origin | None] = {}

    def of(self, company_id: str) -> Origin | None:
        """The origin of a firm, looked up once."""
        if company_id not in self._of:
            company = self.companies.get(company_id)
            try:
                self._of[company_id] = origin_of(self.snapshot, company) if company else None
            except UnknownName:
                self._of[company_id] = None
        return self._of[company_id]


@cache
def understood(text: str) -> Demand:
    return demand_of_text(text)


def trade_cases(snapshot: Snapshot, contest: Contest, most_buyers: int, seed: int) -> tuple[list[Case], Counter[str]]:
    """A case for each buyer and text, and what was left out and why (a seller, a buyer and a text each)."""
    origins, left_out = Origins(snapshot), Counter[str]()
    able = {each.company_id or "" for each in snapshot.of(Offer)}
    sold: dict[tuple[str, str], set[str]] = defaultdict(set)
    for trade in snapshot.of(Trade):
        if trade.what and trade.seller_id:
            sold[trade.buyer_id or "", trade.what].add(trade.seller_id)
    buyers = sorted({buyer for buyer, _ in sold if origins.of(buyer)})
    random.Random(seed).shuffle(buyers)  # noqa: S311
    drawn, cases = set(buyers[:most_buyers]), []
    for (buyer, what), sellers in sorted(sold.items()):
        origin = origins.of(buyer)
        if origin is None or buyer not in drawn:
            left_out["buyer without a place" if origin is None else "buyer not drawn"] += len(sellers)
            continue
        case = Case(buyer, replace(understood(what), buyer_id=buyer), origin, frozenset(sellers & able))
        left_out["no capability known"] += len(sellers - able)
        why = {each: set(contest.why_not(case, each, RADII[-1])) & NEVER_A_CASE for each in case.right}
        left_out.update(code for codes in why.values() for code in codes)
        if right := frozenset(each for each, codes in why.items() if not codes):
            cases.append(replace(case, right=right))
    return cases, left_out


def substitute_cases(snapshot: Snapshot, truth: dict[str, Any]) -> list[Case]:
    parts = {each.part_id: each for each in snapshot.of(ImportedPart)}
    origins, cases = Origins(snapshot), []
    for each in truth["substitutes"]:
        part = parts[each["part_id"]]
        origin = origins.of(part.company_id or "")
        if origin is not None:
            cases.append(Case(part.company_id or "", demand_of_part(part), origin, frozenset(each["company_ids"])))
    return cases


def report(title: str, cases: Sequence[Case], contest: Contest, within_km: float) -> None:
    started = time.perf_counter()
    found = contest.measure(cases, within_km)
    seconds = time.perf_counter() - started
    print(f"\n{title}, within {within_km:g} km: {found.cases} cases of {found.buyers} buyers ({seconds:.0f} s)")
    print(f"{'':20}" + "".join(f"{name:27}" for name in MEASURES))
    for name, reached in found.reached.items():
        print(f"{name:20}" + "".join(f"{written(reached[measure]):27}" for measure in MEASURES))
    print(f"{OURS} ahead of (paired; * where the interval excludes 0)")
    for name, gain in found.gain.items():
        print(f"  {name:18}" + "".join(f"{written(gain[measure], signed=True):27}" for measure in MEASURES))
    reasons = ", ".join(f"{name} {count}" for name, count in found.lost.most_common()) or "nothing"
    print(f"right firms that are hits: {found.found} of {found.right}; the others are not because of: {reasons}")
    if found.cases:
        print("; ".join(_verdict(found, measure) for measure in MEASURES))


def written(figure: Interval, *, signed: bool = False) -> str:
    form = "+.3f" if signed else ".3f"
    if figure.low is None or figure.high is None:
        return f"{figure.mean:{form}}"
    star = "*" if signed and figure.excludes_zero else ""
    return f"{figure.mean:{form}} [{figure.low:{form}}, {figure.high:{form}}]{star}"


def _verdict(found: Measured, measure: str) -> str:
    best = found.best(measure)
    if best == OURS:
        return f"{measure}: {OURS} leads"
    sure = "more than chance" if found.gain[best][measure].excludes_zero else "within chance"
    return f"{measure}: {best} leads {OURS} ({sure})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--companies", type=int, default=650)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within-km", type=float, nargs="+", default=RADII)
    parser.add_argument("--buyers", type=int, default=MOST_BUYERS, help="at most so many, drawn by the seed")
    args = parser.parse_args()
    print("Planted truth: this tests the code only. It says nothing of how well real suppliers are found.")
    snapshot, truth = region(args.companies, args.seed)
    contest = Contest(snapshot, today=TODAY)
    print(f"{args.companies} firms, seed {args.seed}; {DRAWS} bootstrap draws of buyers, seed {SEED}")
    cases, left_out = trade_cases(snapshot, contest, args.buyers, args.seed)
    print("sales left out: " + ", ".join(f"{name} {count}" for name, count in left_out.most_common()))
    for within_km in args.within_km:
        report("trades", cases, contest, within_km)
    report("substitutes of truth.json", substitute_cases(snapshot, truth), contest, SUBSTITUTE_KM)


if __name__ == "__main__":
    main()

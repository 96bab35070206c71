"""How much faster is a whole import list answered at once than by the search, line by line? And a region's potential?

``python -m benchmarks.import_list --companies 650 --lines 10000 --seed 1``. The list is seeded: parts of the invented
region, drawn with their words and sizes, as often as it takes; ``--distinct`` makes every line differ in its length, so
that nothing is asked twice. The search is asked for the first ``--plain`` lines and its speed taken from them; both
must name the same firms. The machine's own speed cancels out of the ratio.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from random import Random

from benchmarks.ranking import TODAY, region
from graph.demands import demand_of_part
from graph.import_list import CAN, SHOWN, import_list
from graph.lookup import find_origin
from graph.makers import Makers
from graph.model import ImportedPart
from graph.potential import potential
from graph.replacement import Finder
from graph.store import Snapshot

NEAR = "Karlskoga"
WITHIN_KM = 40.0


def seeded_list(parts: list[ImportedPart], lines: int, seed: int, *, distinct: bool) -> list[ImportedPart]:
    """Lines drawn from the parts; without their buyers, as a list that is dropped."""
    rng = Random(seed)  # noqa: S311 - a seeded list
    found = []
    for number in range(lines):
        part = rng.choice(parts)
        length_mm = 50.0 + number / 100 if distinct else part.length_mm
        found.append(replace(part, part_id=f"line {number}", company_id=None, length_mm=length_mm))
    return found


def main() -> None:
    """Measure both on the same lines, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=650)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--plain", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    snapshot, _ = region(asked.companies, asked.seed)
    finder = Finder(snapshot, today=TODAY)
    origin = find_origin(snapshot, NEAR)
    parts = list(snapshot.of(ImportedPart))
    for distinct in (False, True):
        lines = seeded_list(parts, asked.lines, asked.seed, distinct=distinct)
        began = time.perf_counter()
        found = import_list(finder, lines, origin, WITHIN_KM)
        at_once = len(lines) / (time.perf_counter() - began)
        began = time.perf_counter()
        for line in found.lines[: asked.plain]:
            demand = demand_of_part(line.part)
            hits = finder.find(demand, origin, WITHIN_KM, limit=SHOWN).hits if demand.processes else ()
            if [each.company_id for each in hits] != [each.company_id for each in line.candidates]:
                raise SystemExit(f"another answer for {line.part}")
        plain = min(asked.plain, len(lines)) / (time.perf_counter() - began)
        kind = "distinct" if distinct else "as drawn"
        print(f"{kind}: {at_once:,.0f} lines/s, by the search {plain:,.0f} lines/s: {at_once / plain:.1f} times")
        print(f"  {len(lines):,} lines in {len(lines) / at_once:.1f} s, {found.by_status[CAN].lines:,} with a supplier")
    _potential(snapshot)


def _potential(snapshot: Snapshot) -> None:
    began = time.perf_counter()
    found = potential(snapshot, Makers(snapshot, today=TODAY))
    seconds = time.perf_counter() - began
    print(f"potential: {found.whole.lines:,} parts at {len(found.radii_km)} radii in {seconds:.2f} s")


if __name__ == "__main__":
    main()

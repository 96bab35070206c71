"""Radius search beside a plain geopy loop, in one run: ``python -m benchmarks.distance [--seed N]``.

Firms stand on Sweden's localities in proportion to inhabitants, each moved by up to 5 km; each
has 3.3 offers among 103 processes. The geopy loop is timed on at most 5,000 points and scaled, being linear;
on these its answer is compared, hit by hit.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import geopy.distance
import numpy as np
from numpy.typing import NDArray

from graph.geo import Gazetteer, NearIndex, Point, within_km

PROCESSES = 103
OFFERS_PER_FIRM = 3.3
QUERIES = 300
LOOP_POINTS = 5_000


def firms(count: int, draw: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes of so many firms."""
    towns = Gazetteer.default().localities
    weight = np.array([place.population or 500 for place in towns], dtype=np.float64)
    chosen = draw.choice(len(towns), count, p=weight / weight.sum())
    spread = draw.uniform(-0.045, 0.045, (2, count))
    latitudes = np.array([place.latitude for place in towns])[chosen] + spread[0]
    return latitudes, np.array([place.longitude for place in towns])[chosen] + 2 * spread[1]


def seconds(work: Callable[[], object]) -> float:
    """Time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def geopy_loop(
    latitudes: NDArray[np.float64], longitudes: NDArray[np.float64], origin: Point, radius: float
) -> list[int]:
    """What everybody writes first."""
    return [
        number
        for number, point in enumerate(zip(latitudes.tolist(), longitudes.tolist(), strict=True))
        if geopy.distance.geodesic(point, origin).km <= radius
    ]


def one_size(count: int, draw: np.random.Generator) -> None:
    latitudes, longitudes = firms(count, draw)
    origins = [(float(latitudes[each]), float(longitudes[each])) for each in draw.integers(0, count, QUERIES)]

    part = min(count, LOOP_POINTS)
    loop: list[int] = []
    loop_s = seconds(lambda: loop.extend(geopy_loop(latitudes[:part], longitudes[:part], origins[0], 100.0)))
    ours = within_km(latitudes[:part], longitudes[:part], origins[0], 100.0)[0]
    if sorted(ours.tolist()) != loop:
        raise SystemExit("within_km and the geopy loop disagree")
    loop_s *= count / part
    array_s = float(np.median([seconds(partial(within_km, latitudes, longitudes, at, 100.0)) for at in origins[:5]]))
    print(f"\n{count:,} firms: geopy loop {loop_s:.3g} s, within_km {array_s * 1e3:.3g} ms, {loop_s / array_s:,.0f} x")

    offers = round(count * OFFERS_PER_FIRM)
    owner = draw.integers(0, count, offers)
    at_latitude, at_longitude, process = latitudes[owner], longitudes[owner], draw.integers(0, PROCESSES, offers)
    tracemalloc.start()
    built: list[NearIndex] = []
    build_s = seconds(lambda: built.append(NearIndex(at_latitude, at_longitude, process)))
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    index = built[0]
    change_s = seconds(lambda: index.changed([0, 1, 2], [59.3] * 3, [14.5] * 3, [1, 2, 3]))
    print(
        f"  index of {offers:,} offers: {build_s:.2f} s, peak {peak:.0f} MiB; one firm changed: {change_s * 1e3:.3g} ms"
    )
    for radius in (30.0, 100.0, 300.0):
        one_radius(index, origins, draw.integers(0, PROCESSES, QUERIES).tolist(), radius, loop_s)


def one_radius(index: NearIndex, origins: list[Point], groups: list[int], radius: float, loop_s: float) -> None:
    """Prints the times of many searches, and how much longer a geopy loop over that process alone takes."""
    whole, first, hits = [], [], []
    for at, group in zip(origins, groups, strict=True):
        whole.append(seconds(partial(index.within, at, radius, group)))
        first.append(seconds(partial(index.nearest, at, 20, group, radius)))
        hits.append(len(index.within(at, radius, group)[0]))
    ratio = loop_s / PROCESSES * OFFERS_PER_FIRM / float(np.median(whole))
    print(
        f"  {radius:3.0f} km, one process, {np.median(hits):,.0f} hits:"
        f" all {np.median(whole) * 1e3:.2f} ms (p95 {np.quantile(whole, 0.95) * 1e3:.2f}),"
        f" nearest 20 {np.median(first) * 1e3:.2f} ms (p95 {np.quantile(first, 0.95) * 1e3:.2f});"
        f" geopy loop over the process {ratio:,.0f} x, over all firms {loop_s / float(np.median(whole)):,.0f} x"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--firms", type=int, nargs="+", default=[650, 50_000, 2_000_000])
    said = parser.parse_args()
    draw = np.random.default_rng(said.seed)
    for count in said.firms:
        one_size(count, draw)


if __name__ == "__main__":
    main()

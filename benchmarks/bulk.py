"""How fast, and in how much memory, is a file of a whole country filtered to a region? Beside only going through it.

``python -m benchmarks.bulk [ROWS]`` (2,000,000): an invented file in Bolagsverket's layout, its firms spread over all
places as people are; kept are those of Örebro county. Rows a second, the peak of the memory, and the ratio of the time
to a plain ``for line in file`` over the same bytes; the same out of a zip.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from graph.gazetteer import Gazetteer
from ingest.bulk import Home, read_bulk
from ingest.registers import BOLAGSVERKET

SEED, COUNTY = 1, "18"
BATCH = 10_000
BUSINESS = "Bolaget ska bedriva legotillverkning och montering, äga och förvalta egendom och idka förenlig verksamhet."


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--once":
        _once(Path(sys.argv[2]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    with tempfile.TemporaryDirectory() as name:
        text = Path(name) / "bolagsverket_bulkfil.txt"
        with text.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_file(rows))
        packed = text.with_suffix(".zip")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(text, text.name)
        print(f"{rows:,} rows, {text.stat().st_size / 1e6:.0f} MB, zipped {packed.stat().st_size / 1e6:.0f} MB")
        for path in (text, packed):
            subprocess.run([sys.executable, "-m", "benchmarks.bulk", "--once", str(path)], check=True)


def _file(rows: int) -> Iterator[str]:
    """The lines, their numbers beginning with 4."""
    chance = random.Random(SEED)  # noqa: S311
    places = [each for each in Gazetteer.default().localities if each.population]
    weights = [each.population or 0 for each in places]
    yield ";".join(BOLAGSVERKET) + "\n"
    for start in range(0, rows, BATCH):
        for index, place in enumerate(chance.choices(places, weights, k=min(BATCH, rows - start)), start):
            ended = "2021-06-30" if index % 3 == 0 else ""
            yield (
                f'"{_number(index)}$ORGNR-IDORG";"1";"SE-LAND";"Firma {index} AB$FORETAGSNAMN-ORGNAM$2004-03-01";'
                f'"AB-ORGFO";"{ended}";"";"";"2004-03-01";"{BUSINESS}";'
                f'"Industrigatan {index % 90}$${place.name.upper()}${10_000 + hash(place.point) % 80_000}$SE-LAND"\n'
            )


def _number(index: int) -> str:
    """An organisation number with its check digit, in a group that is not in use."""
    nine = f"4{index // 1_000_000 % 10}5{index % 1_000_000:06}"
    doubled = [int(each) * (2 - place % 2) for place, each in enumerate(nine)]
    return f"{nine}{-sum(each // 10 + each % 10 for each in doubled) % 10}"


def _once(path: Path) -> None:
    """Filter a file, then go through its text again, in a process of its own so that its memory tells."""
    home = frozenset(each.municipality or "" for each in Gazetteer.default().municipalities if each.county == COUNTY)
    before = _peak_mb()
    start = time.perf_counter()
    table = read_bulk(path, Home(home))
    taken = time.perf_counter() - start
    rows = len(table.rows) + table.passed_over
    peak = _peak_mb()
    start = time.perf_counter()
    with path.with_suffix(".txt").open("rb") as file:
        for _line in file:
            pass
    plain = time.perf_counter() - start
    print(
        f"{path.suffix}: {rows / taken:,.0f} rows/s, {len(table.rows):,} kept, peak {peak:.0f} MB (before it "
        f"{before:.0f}), {taken / plain:.1f} times a plain loop over the lines"
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()

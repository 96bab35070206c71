"""A long run of damaged files through the readers: ``python -m benchmarks.fuzz_readers MINUTES``.

Needs atheris, which is in no list of requirements: ``pip install atheris`` (Linux, CPython 3.11 to 3.13). Starts from a
small good file of each format. What is neither tables nor :class:`UnreadableFile` ends the run and is kept beside the
folder of inputs as ``crash-*``; make a test of it in ``tests/test_bad_input.py``. XLS and XLSB are read in a process of
their own, which takes too long for a run of millions, and are left to the tests.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.good_files import good_files


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 0.2
    try:
        import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        print("atheris is not installed: pip install atheris (Linux). The quick search is tests/test_fuzz_readers.py.")
        return
    with atheris.instrument_imports(include=["ingest", "graph.errors", "zipfile", "csv"]):
        from graph.errors import UnreadableFile
        from ingest import apart
        from ingest.tables import read_tables

    folder = Path(tempfile.mkdtemp(prefix="fuzz_readers_"))
    inputs = folder / "inputs"
    inputs.mkdir()
    for name, content in good_files().items():
        (inputs / name).write_bytes(content)
    path = folder / "read_me.xlsx"

    def refuse(_: bytes, file: str) -> list[object]:
        raise UnreadableFile("workbook_damaged", file=file)

    apart.read_apart = refuse  # type: ignore[assignment]

    def read(content: bytes) -> None:
        path.write_bytes(content)
        try:
            tables = read_tables(path)
        except UnreadableFile:
            return
        for table in tables:
            assert all(len(row) >= len(table.headings) > 0 for row in table.rows)  # noqa: S101
            assert len(list(table.numbered())) == len(table.rows)  # noqa: S101

    print(f"inputs in {inputs}", flush=True)
    options = [
        f"-max_total_time={round(minutes * 60)}", "-max_len=20000", "-timeout=20", "-rss_limit_mb=3000",
        f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(inputs)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

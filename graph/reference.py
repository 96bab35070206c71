"""The records every store holds from the start: the processes of the taxonomy."""

from __future__ import annotations

from graph.model import Capability


def capability_records() -> list[Capability]:
    """One record a process, sorted by code."""
    import csv
    from pathlib import Path

    with (Path(__file__).parent.parent / "data/taxonomy/processes.csv").open(encoding="utf-8") as f:
        return sorted(
            (
                Capability(r["process_id"], r["family_id"], r.get("parent") or None, r["name_sv"], r["name_en"])
                for r in csv.DictReader(f, delimiter=";")
            ),
            key=lambda x: x.key,
        )

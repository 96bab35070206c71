"""The records every store holds from the start: the processes of the taxonomy."""

from __future__ import annotations

from graph.model import Capability
from graph.taxonomy import taxonomy


def capability_records() -> list[Capability]:
    """One record a process, sorted by code."""
    return [
        Capability(code, each.family, each.parent, each.name_sv, each.name_en)
        for code, each in sorted(taxonomy().processes.items(), key=lambda item: item[0].encode())
    ]

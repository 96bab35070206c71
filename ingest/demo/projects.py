"""Whose work it was: the projects that the invented network has run, drawn beside everything else."""

from __future__ import annotations

from random import Random

from ingest.demo.region import day

NEARER, GREENER = "Närmare leverantörer", "Grön omställning Bergslagen"
BEGAN = {NEARER: day(-420), GREENER: day(-300)}
SHARE = {"interview": 0.6, "introduction": 0.7, "activity": 0.8, "support_case": 0.7}
"""How much of the work since they began was a project's."""
FIRST = {"interview": 0.7, "introduction": 0.9, "activity": 0.5, "support_case": 0.25}
"""How much of that was the first one's."""


def project_of(kind: str, what: str, on: str) -> str | None:
    """The project of a piece of work of a sheet kind, done on a day (ISO); the same for the same piece."""
    rng = Random(f"{kind} {what} {on}")  # noqa: S311 - of its own, so that the rest of the region stays as it is
    is_projects, is_first = rng.random() < SHARE[kind], rng.random() < FIRST[kind]
    name = NEARER if is_first else GREENER
    return name if is_projects and on >= BEGAN[name] else None

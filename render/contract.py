"""Results as the JSON that the command line promises: plain dictionaries, in the order they are documented."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from graph.chains import Chains
from graph.footprint import Saving
from graph.freshness import Stale
from graph.geo import road_km
from graph.ledger import Difference
from graph.network import Shape, labelled
from graph.replacement import Answer, Replacement
from graph.understanding import Understanding
from graph.unnamed import Told
from ingest.pipeline import LoadReport
from ingest.rows import RowProblem
from render.plain import problem_sentence
from texts import Texts

Json = dict[str, Any]


def understanding(said: Understanding) -> Json:
    """``understand``: best first."""
    sizes = {name: value for name, value in asdict(said.sizes).items() if value is not None}
    return {
        "processes": [
            {"process": each.process, "family": each.family, "score": round(each.score, 3), "why": list(each.why)}
            for each in said.processes
        ],
        "materials": [asdict(each) for each in said.materials],
        "certificates": list(said.certificates),
        "sizes": sizes,
        "tolerance": said.tolerance,
        "weight_kg": said.weight_kg,
        "quantity": said.annual_quantity,
        "questions": list(said.questions),
    }


def answer(found: Answer, query: Mapping[str, object], understood: Mapping[str, object]) -> Json:
    """``replace``."""
    return {
        "query": dict(query),
        "understood": dict(understood),
        "coverage": asdict(found.coverage),
        "results": [_replacement(each) for each in found.hits],
        "near_misses": [
            {**_replacement(each), "missing": [_constraint(one) for one in each.missing]} for each in found.near_misses
        ],
        "relaxations": [asdict(each) for each in found.relaxations],
    }


def unnamed(told: Iterable[Told]) -> list[Json]:
    """Of ``replace``: in which county at least how many more can do which process, without who."""
    return [each._asdict() for each in told]


def chains(found: Chains) -> Json:
    """The chains of ``replace``: firms that could make the part together, the shortest way first."""
    return {
        "processes": list(found.processes),
        "lacking": list(found.lacking),
        "found": [
            {
                "total_km": each.total_km,
                "total_low_km": each.total_low_km,
                "total_high_km": each.total_high_km,
                "weakest": each.steps[each.weakest].process,
                "steps": [
                    {
                        "process": step.process,
                        "company_id": step.firm.company_id,
                        "name": step.firm.name,
                        "able": step.able,
                        "onward_km": step.onward_km,
                    }
                    for step in each.steps
                ],
            }
            for each in found.found
        ],
    }


def _replacement(found: Replacement) -> Json:
    saving = found.co2e
    return {
        "company_id": found.company_id,
        "name": found.name,
        "locality": found.locality,
        "distance_km": found.distance_km,
        "distance_low_km": found.distance_low_km,
        "distance_high_km": found.distance_high_km,
        "road_km": round(road_km(found.distance_km), 1),
        "score": found.score,
        "steady": found.steady,
        "coverage": found.coverage,
        "lead_time_days": found.lead_time_days,
        "constraints": [_constraint(each) for each in found.constraints],
        "reasons": [{"code": each.code, "points": each.points, **each.values} for each in found.reasons],
        "co2e_saving_kg": {
            "low": saving.low_kg if saving else None,
            "high": saving.high_kg if saving else None,
            **(_basis(saving) if saving else {}),
        },
    }


def _basis(saving: Saving) -> Json:
    return {
        "mode": saving.mode,
        "mode_is_stated": saving.mode_is_stated,
        "factor_kg_per_tkm": saving.factor_kg_per_tkm,
        "factor_year": saving.factor_year,
        "scope": "transport_only",
    }


def _constraint(each: Any) -> Json:
    return asdict(each)


def network(found: Shape) -> Json:
    """``network``."""
    return {
        "companies": found.companies,
        "trades": found.trades,
        "links": found.links,
        "components": found.components,
        "isolated": found.isolated,
        "largest_component": found.largest_component,
        "value_sek": found.value_sek,
        "communities": [
            {"label": name, "companies": list(each.companies)} for name, each in labelled(found.communities)
        ],
    }


def stale(found: Sequence[Stale], names: Mapping[str, str | None]) -> Json:
    """``stale``."""
    return {"stale": [{**asdict(each), "name": names.get(each.company_id)} for each in found]}


def load_report(report: LoadReport, texts: Texts) -> Json:
    """``load``."""
    return {
        "read": report.read,
        **{name: report.outcomes[name] for name in ("accepted", "merged", "unchanged", "review", "rejected")},
        "problems": [_problem(each, texts) for each in report.problems],
        "counts": report.counts,
        "load_id": report.load_id,
        "difference": difference_counts(report.difference),
        "doubts": [asdict(each) for each in report.doubts],
        "taken": [asdict(each) for each in report.taken],
        "sheets": [asdict(each) for each in report.sheets],
    }


def _problem(each: RowProblem, texts: Texts) -> Json:
    return {**asdict(each), "message": problem_sentence(each, texts)}


def difference_counts(found: Difference) -> Json:
    """How many records of each kind came, changed and went."""
    parts = (("created", found.created), ("changed", found.changed), ("deleted", found.deleted))
    return {name: {kind.__name__: len(keys) for kind, keys in by_kind.items()} for name, by_kind in parts}


def difference_keys(found: Difference) -> Json:
    """``diff``: the keys of the records that came, changed and went."""
    parts: Iterable[tuple[str, Any]] = (
        ("created", found.created),
        ("changed", found.changed),
        ("deleted", found.deleted),
    )
    return {name: {kind.__name__: list(keys) for kind, keys in by_kind.items()} for name, by_kind in parts}

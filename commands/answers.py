"""Questions asked of a region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from commands.asking import Asked, Said, known
from graph import ledger
from graph.audience import may_see, require
from graph.chains import Chains, chains
from graph.demands import Demand, demand_of, demand_of_part
from graph.errors import UnknownName, UserMistake
from graph.freshness import stale
from graph.geo import radius_km
from graph.judging import Weights
from graph.lookup import find_origin
from graph.model import Company, ImportedPart
from graph.network import project, shape
from graph.replacement import Finder
from graph.store import Snapshot
from graph.structure import structure
from graph.taxonomy import taxonomy
from graph.understanding import understand
from render import contract, plain
from render.answers import changes_text, silent_text, unnamed_text
from render.chains import chains_shown, lacking_text
from render.structure import as_json, structure_lines
from texts import Texts

MOST_POINTS = 1000.0


def understand_text(asked: Asked) -> Said:
    """Say what a part's text asks for."""
    said = understand(asked.args.text)
    return Said(contract.understanding(said), plain.understanding_lines(said, asked.texts))


def replace_part(asked: Asked) -> Said:
    """Find who nearby could supply a part."""
    args = asked.args
    within_km = radius_km(args.within_km)
    snapshot = asked.snapshot()
    demand, understood, lines = _demand(asked, snapshot)
    terms = taxonomy()
    if args.material:
        demand = replace(demand, material=known(args.material, terms.material_of, terms.materials, "unknown_material"))
    if args.certificate:
        asked_for = {terms.certificate_of(each) or each for each in args.certificate}
        demand = replace(demand, certificates=tuple(sorted({*demand.certificates, *asked_for})))
    origin = find_origin(snapshot, args.near)
    if origin.company_id and demand.buyer_id is None:
        demand = replace(demand, buyer_id=origin.company_id)
    finder = Finder(snapshot, weights=weights_of(args.weights), today=ledger.today())
    found = finder.find(demand, origin, within_km, limit=args.limit)
    sees_misses = may_see(asked.viewer, "near_misses")
    if not sees_misses:
        found = replace(found, near_misses=(), relaxations=())
    together = chains(finder, demand, origin, within_km)
    unnamed = asked.unnamed().told(demand, origin.point)
    query = {
        "text": args.text,
        "part": args.part,
        "processes": [code for code, _ in demand.processes],
        "near": origin.name,
        "near_company_id": origin.company_id,
        "within_km": within_km,
        "material": demand.material,
        "certificates": list(demand.certificates),
        "limit": args.limit,
        "audience": asked.viewer.level.name,
    }
    lines = [*lines, *plain.answer_lines(found, asked.texts, show_near_misses=sees_misses)]
    lines += filter(None, (silent_text(found.coverage, asked.texts), changes_text(found, asked.texts)))
    lines += filter(None, (unnamed_text(unnamed, asked.texts),))
    lines += _chain_lines(together, asked.texts)
    said = contract.answer(found, query, understood)
    return Said({**said, "chains": contract.chains(together), "unnamed": contract.unnamed(unnamed)}, lines)


def weights_of(text: str) -> Weights:
    """The weights of the score, those named in the text ("process=40,nearness=20") in place of the usual ones.

    Raises:
        UserMistake: ``bad_weights``.
    """
    said = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        name, _, points = each.partition("=")
        try:
            said[name.strip()] = float(points)
            if not 0 <= said[name.strip()] <= MOST_POINTS:
                raise ValueError
        except ValueError as cause:
            raise UserMistake("bad_weights", text=each) from cause
    try:
        return Weights(**said)
    except TypeError as cause:
        raise UserMistake("bad_weights", text=text) from cause


def _chain_lines(together: Chains, texts: Texts) -> Iterator[str]:
    if shown := chains_shown(together, texts):
        yield texts("find.together") + ":"
    for each in shown:
        yield f"  {each.title}. {each.weakest}"
        yield from (f"    {step}" for step in each.steps)
    if lacking := lacking_text(together, texts):
        yield lacking


def _demand(asked: Asked, snapshot: Snapshot) -> tuple[Demand, dict[str, Any], list[str]]:
    """What is asked for, what was understood of it, and how to say so."""
    args, texts = asked.args, asked.texts
    if args.text is not None:
        said = understand(args.text, learned=asked.learned())
        if not said.processes:
            raise UserMistake("nothing_understood", text=args.text)
        return demand_of(said, args.text), contract.understanding(said), list(plain.understanding_lines(said, texts))
    if args.part is not None:
        part = next((each for each in snapshot.of(ImportedPart) if each.part_id == args.part), None)
        if part is None:
            raise UnknownName("unknown_part", name=args.part)
        demand = demand_of_part(part, learned=asked.learned())
        if not demand.processes:
            raise UserMistake("nothing_understood", text=part.description or args.part)
    else:
        terms = taxonomy()
        codes = [known(each, terms.process_of, terms.processes, "unknown_process") for each in args.process]
        demand = Demand(tuple((code, 1.0) for code in dict.fromkeys(codes)))
    processes = [
        {"process": code, "family": taxonomy().processes[code].family, "score": score, "why": []}
        for code, score in demand.processes
    ]
    understood = {
        "processes": processes,
        "materials": [{"material": demand.material, "grade": None, "words": ""}] if demand.material else [],
        "certificates": list(demand.certificates),
        "sizes": {"length_mm": demand.length_mm} if demand.length_mm else {},
        "tolerance": demand.tolerance,
        "weight_kg": demand.piece_weight_kg,
        "quantity": demand.annual_quantity,
        "questions": [],
    }
    chosen = [
        texts("cli.process_line", name=plain.process_name(code, texts), share=100, words=texts("cli.chosen"))
        for code, _ in demand.processes
    ]
    return demand, understood, [texts("cli.understood"), *chosen]


def show_network(asked: Asked) -> Said:
    """The network in a few figures, and its shape: of all firms, and of business alone."""
    require(asked.viewer, "network")
    require(asked.viewer, "structure")
    snapshot = asked.snapshot()
    network = project(snapshot)
    found = shape(network)
    shapes = {"all": structure(snapshot, network), "business": structure(snapshot, network, business_only=True)}
    said = contract.network(found) | {"structure": {name: as_json(each) for name, each in shapes.items()}}
    lines = [*plain.network_lines(found, asked.texts), *structure_lines(shapes["all"], asked.texts)]
    return Said(said, lines)


def show_stale(asked: Asked) -> Said:
    """Which facts somebody should ask about again."""
    require(asked.viewer, "ledger")
    snapshot = asked.snapshot()
    by = date.fromisoformat(ledger.today()) + timedelta(days=asked.args.within_days)
    found = stale(snapshot, by.isoformat())
    names = {each.company_id: each.name for each in snapshot.of(Company)}
    return Said(contract.stale(found, names), plain.stale_lines(found, names, asked.texts))

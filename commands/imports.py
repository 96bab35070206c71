"""What of an import list, or of all the region imports, could be made nearby?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from commands.asking import Asked, Said
from graph import ledger
from graph.audience import require
from graph.errors import UserMistake
from graph.geo import radius_km
from graph.import_list import Sites, import_list
from graph.lookup import Origin, find_company, find_origin
from graph.makers import Makers
from graph.model import Company, Decision, ImportedPart
from graph.potential import potential
from graph.replacement import Finder
from graph.secret import secret_for
from graph.store import Snapshot
from ingest.buyers_list import BuyersList, read_buyers_list
from ingest.mapping import remembered
from render import import_list as words
from render import potential as potential_words
from render.plain import MOST_LINES, problem_sentence


def answer_list(asked: Asked) -> Said:
    """Which lines of an import list could come home; a file is read and not stored."""
    require(asked.viewer, "import_list")
    within_km = radius_km(asked.args.within_km)
    read = _read(asked)
    snapshot = asked.snapshot()
    parts, origin = _listed(asked, snapshot, read)
    finder = Finder(snapshot, today=ledger.today())
    found = import_list(finder, parts, origin, within_km, learned=asked.learned())
    names = {each.company_id: each.name for each in snapshot.of(Company) if each.name}
    problems = read.problems if read else ()
    json = {
        "file": read.file if read else None,
        "company_id": parts[0].company_id if parts and not read else None,
        **words.as_json(found, read.rows if read else ()),
        "problems": [{**asdict(each), "message": problem_sentence(each, asked.texts)} for each in problems],
    }
    lines = [*words.list_lines(found, names, asked.texts)]
    lines += [problem_sentence(each, asked.texts) for each in problems[:MOST_LINES]]
    return Said(json, lines)


def _read(asked: Asked) -> BuyersList | None:
    """The list that was named as a file."""
    if not asked.args.file:
        return None
    with asked.store() as store:
        known = remembered(store.snapshot(Decision).of(Decision))
        return read_buyers_list(Path(asked.args.file), secret_for(store, keep=False), known)


def _listed(asked: Asked, snapshot: Snapshot, read: BuyersList | None) -> tuple[Sequence[ImportedPart], Origin | None]:
    """The parts, and where they are wanted."""
    args = asked.args
    if read is None and not args.company:
        raise UserMistake("no_import_list")
    if not args.near and not args.company:
        raise UserMistake("no_place_for_list")
    company = find_company(snapshot, args.company) if args.company else None
    own = company.company_id if company else ""
    origin = find_origin(snapshot, args.near) if args.near else Sites(snapshot).origin(own)
    if read is not None:
        return read.parts, origin
    return [each for each in snapshot.of(ImportedPart) if each.company_id == own], origin


def show_potential(asked: Asked) -> Said:
    """What of all the region imports could be made in it, by distance from the buyer."""
    require(asked.viewer, "potential")
    snapshot = asked.snapshot()
    radii = [radius_km(each) for each in asked.args.radii]
    found = potential(snapshot, Makers(snapshot, today=ledger.today()), radii, learned=asked.learned())
    return Said(potential_words.as_json(found), potential_words.potential_lines(found, asked.texts))

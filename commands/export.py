"""Take the region along in a file, as its audience sees it."""

from __future__ import annotations

from pathlib import Path

from commands.asking import Asked, Said, write_file
from graph import ledger
from graph.audience import Viewer, require, without_loose_ends
from graph.errors import UserMistake
from graph.lookup import find_company
from graph.model import Alias, Company, Level
from graph.network import home_municipalities, in_region, municipalities
from graph.store import Snapshot
from render.exports import FILES
from render.taken import take


def write_export(asked: Asked) -> Said:
    """Write a file of what the audience may see: a workbook, a catalogue, a picture or another kind, by its ending."""
    require(asked.viewer, "export")
    target = Path(asked.args.file)
    ending = target.suffix.casefold()
    if ending not in FILES:
        raise UserMistake("not_an_export", file=target.name, endings=tuple(FILES))
    if target.exists() and not asked.args.overwrite:
        raise UserMistake("file_exists", file=str(target))
    viewer = _viewer(asked)
    require(viewer, FILES[ending].result)
    snapshot = asked._replace(viewer=viewer).snapshot()
    with asked.store() as store:
        taken = take(store, _of_region(snapshot) if asked.args.region else snapshot, viewer, ledger.today())
    write_file(target, FILES[ending].make(taken, asked.texts))
    counts = {kind.__name__: len(taken.snapshot.of(kind)) for kind in taken.snapshot.kinds if kind is not Alias}
    said = asked.texts("export.written", file=str(target), level=taken.shown_to(asked.texts))
    return Said({"file": str(target), "audience": viewer.level.name, "counts": counts}, [said])


def _viewer(asked: Asked) -> Viewer:
    """Who the file is for; of a firm's own people the firm is one that the audience knows of."""
    if not asked.args.company:
        return asked.viewer
    company = find_company(asked.snapshot(), asked.args.company)
    return Viewer(min(asked.viewer.level, Level.MEMBERS), company.company_id)


def _of_region(snapshot: Snapshot) -> Snapshot:
    """The snapshot without the firms that are known to lie outside its home region."""
    home, homes = home_municipalities(snapshot), municipalities(snapshot)
    inside = [
        each for each in snapshot.of(Company) if in_region(each.country, homes.get(each.company_id), home) is not False
    ]
    kinds = {kind: snapshot.of(kind) for kind in snapshot.kinds}
    return Snapshot(snapshot.revision, without_loose_ends({**kinds, Company: inside}))

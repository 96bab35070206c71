"""A member meeting's show in a file: a page to show from, slides, or hand-outs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from commands.asking import Asked, Said, write_file
from commands.changes import moment_called, revision_called
from graph import ledger
from graph.audience import Viewer, require
from graph.errors import UserMistake
from graph.model import Decision, Load, Region, SnapshotName
from graph.moments import Moment, moments
from graph.show import Show, find_show, shows
from graph.store import Store
from graph.story import story
from render.show_slides import deck
from render.shows import FORMS


def write_show(asked: Asked) -> Said:
    """Write a member meeting's show, as its audience may see it: a page to show from, slides, or hand-outs."""
    require(asked.viewer, "export")
    target = Path(asked.args.file)
    form = FORMS.get(target.suffix.casefold())
    if form is None:
        raise UserMistake("not_an_export", file=target.name, endings=tuple(FORMS))
    if target.exists() and not asked.args.overwrite:
        raise UserMistake("file_exists", file=str(target))
    with asked.store() as store:
        chosen = _chosen(asked, store)
        told = story(store, Viewer(chosen.level), ledger.today(), _since(asked, store, chosen))
    made = deck(chosen, told, asked.texts)
    write_file(target, form.make(made, asked.texts))
    level = asked.texts(f"status.level.{chosen.level.name}")
    lines = [asked.texts("show.written", file=str(target), slides=len(made.slides), level=level)]
    if made.empty:
        lines.append(asked.texts("show.left_out", steps=[asked.texts(f"show.step.{each}") for each in made.empty]))
    slides = [{"kind": each.kind, "title": each.title} for each in made.slides]
    audience = chosen.level.name
    return Said({"file": str(target), "audience": audience, "slides": slides, "left_out": [*made.empty]}, lines)


def _chosen(asked: Asked, store: Store) -> Show:
    """The show that is kept, which has an audience of its own, or one of all steps for the audience asked for."""
    if asked.args.kept:
        kept = find_show(shows(store, asked.viewer), asked.args.kept)
        return replace(kept, name=asked.args.name or kept.name, held_on=asked.args.held_on or kept.held_on)
    home = [each.name for each in store.snapshot(Region).of(Region) if each.name and each.is_home is not False]
    name = asked.args.name or ", ".join(home) or asked.texts("show.new")
    return Show(name, asked.viewer.level, asked.args.held_on or "")


def _since(asked: Asked, store: Store, chosen: Show) -> Moment | None:
    """The moment that was named, the kept show's, or the newest that somebody has given a name."""
    told = store.snapshot(Load, Decision, SnapshotName)
    if asked.args.since:
        return moment_called(told, asked.args.since, revision_called(store, asked.args.since))
    known = moments(told)
    if chosen.since is not None:
        return next((each for each in known if each.at == chosen.since), None)
    return next((each for each in known if each.kind == "named"), None)

"""What changes a region, and what it was like before: loads, decisions, snapshots."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.asking import Asked, Said, known, progress, write_file
from graph import ledger
from graph.audience import require
from graph.changes import changes
from graph.errors import UnknownName, UserMistake
from graph.folders import store_whereabouts
from graph.geo import Gazetteer
from graph.lookup import find_company
from graph.model import (
    KIND_BY_NAME,
    REGION_KINDS,
    Alias,
    Capability,
    Claim,
    Company,
    Decision,
    Load,
    Record,
    SnapshotName,
    field_names,
)
from graph.moments import Moment, day_of, moments, region_of
from graph.resolve import read_sources, record_key
from graph.schema import SHAPES, field_types
from graph.store import Snapshot, Store
from graph.transfer import place_of
from ingest.cells import country
from ingest.mapping import remember_in
from ingest.pipeline import LoadReport, find_files, load_files
from render import changes as words
from render import contract, plain
from render.annotated import annotated
from texts import Texts

CORRECTABLE = tuple(kind for kind in REGION_KINDS if kind not in (Alias, Capability))


def load_paths(asked: Asked) -> Said:
    """Load files and folders as one load."""
    require(asked.viewer, "ledger")
    args = asked.args
    paths = [Path(each) for each in args.paths]
    _refuse_own_file(paths, args.annotate)
    with asked.store_to_load() as store:
        _warn_of_folder(asked, store)
        if args.sheet_kind:
            remember_in(store, find_files(paths), args.sheet_kind, _columns(args.column))
        report = load_files(
            store,
            paths,
            owner=args.owner or "",
            complete=True if args.complete else False if args.additive else None,
            dry_run=args.dry_run,
            copy_first=not args.no_copy,
            progress=progress(asked),
        )
    lines = [*plain.load_lines(report, asked.texts, dry_run=args.dry_run)]
    if args.annotate:
        lines.append(_annotate(paths, report, Path(args.annotate), asked.texts))
    unknown = [each for each in report.problems if each.code == "sheet_not_understood"]
    nothing_read = args.dry_run and not report.read and bool(unknown)
    if nothing_read:
        lines.append(asked.texts("cli.tell_columns", file=unknown[0].file))
    return Said({**contract.load_report(report, asked.texts), "dry_run": args.dry_run}, lines, int(nothing_read))


def _columns(told: Sequence[str]) -> dict[str, str]:
    """Field by heading, of "HEADING=FIELD" each.

    Raises:
        UserMistake: ``bad_column``.
    """
    parted = [each.rpartition("=") for each in told]
    wrong = next((given for given, (heading, _, _) in zip(told, parted, strict=True) if not heading), None)
    if wrong is not None:
        raise UserMistake("bad_column", text=wrong)
    return {heading: field for heading, _, field in parted}


def _annotate(paths: Sequence[Path], report: LoadReport, target: Path, texts: Texts) -> str:
    """Write the lists with their problems marked; returns what to say of it."""
    if not report.problems:
        return texts("cli.nothing_to_mark")
    write_file(target, annotated(find_files(paths), report, texts))
    return texts("cli.marked", file=str(target))


def _refuse_own_file(paths: Sequence[Path], target: str | None) -> None:
    """Refuse to write what is marked over a file that is read.

    Raises:
        UserMistake: ``annotate_over_own`` or ``not_an_xlsx``.
    """
    if target and Path(target).suffix.lower() != ".xlsx":
        raise UserMistake("not_an_xlsx", file=target)
    if target and Path(target).resolve() in {each.resolve() for each in find_files(paths)}:
        raise UserMistake("annotate_over_own", file=target)


def _warn_of_folder(asked: Asked, store: Store) -> None:
    """Say on standard error where the store lies badly."""
    lies_in = store_whereabouts(store.address)
    if lies_in:
        sys.stderr.write(asked.texts(f"folder.{lies_in}", folder=str(place_of(store)[0])) + "\n")


def undo(asked: Asked) -> Said:
    """Undo a load, the newest that counts where none is named."""
    require(asked.viewer, "ledger")
    with asked.store() as store:
        found = ledger.withdraw(store, asked.args.load)
        counts = dict(store.counts())
    lines = [asked.texts("cli.undone", difference=plain.difference_sentence(found.difference, asked.texts))]
    json_ = {"load_id": found.load_id, "revision": found.revision, "counts": counts}
    return Said({**json_, "difference": contract.difference_counts(found.difference)}, lines)


def same(asked: Asked) -> Said:
    """Note that two identifiers mean one company."""
    return _decide_pair(asked, "same")


def apart(asked: Asked) -> Said:
    """Note that two identifiers mean two companies."""
    return _decide_pair(asked, "not_same")


def _decide_pair(asked: Asked, verb: str) -> Said:
    require(asked.viewer, "ledger")
    with asked.store() as store:
        snapshot = store.snapshot(Company, Alias)
        aliases = {each.alias for each in snapshot.of(Alias)}
        pair = [each if each in aliases else find_company(snapshot, each).key for each in asked.args.companies]
        decision = ledger.decide(store, verb, pair, by=asked.args.by)
    return _decided(asked, decision)


def correct(asked: Asked) -> Said:
    """Correct a field by hand; no later file overrides it."""
    require(asked.viewer, "ledger")
    args = asked.args
    kind = KIND_BY_NAME[args.kind]
    fixed = (SHAPES[kind].owner, SHAPES[kind].item)  # what makes the record the one it is
    names = tuple(each for each in field_names(kind)[1:] if each not in fixed)
    if args.field not in names:
        raise UserMistake("no_such_field", name=args.field, known=names)
    value = _field_value(
        args.value, args.field, dict(zip(field_names(kind), field_types(kind), strict=True))[args.field]
    )
    with asked.store() as store:
        found = store.snapshot(Company, Alias, kind)
        company = find_company(found, args.company)
        _require_item(found, kind, company, args.item)
        decision = ledger.decide(
            store, "correct", [company.key], kind=kind, item=args.item, name=args.field, value=value, by=args.by
        )
    return _decided(asked, decision)


def _require_item(found: Snapshot, kind: type[Record], company: Company, item: str) -> None:
    """Refuse to correct what is not there."""
    keys = {each.key for each in found.of(kind)}
    if record_key(Claim(company.key, kind.__name__, item, {}), {}) not in keys:
        start = f"{company.key}/"
        known = tuple(sorted(each.removeprefix(start) for each in keys if each.startswith(start)))
        raise UnknownName("no_such_item", company=company.name or company.key, name=item, known=known or None)


def _field_value(text: str, name: str, plain_type: type) -> Any:
    if text == "":
        return None
    if name == "municipality":
        return known(text, Gazetteer.default().municipality_code, (), "unknown_place")
    if name == "country":
        return known(text, _country_code, (), "unknown_country")
    try:
        if plain_type is bool:
            return {"ja": True, "yes": True, "nej": False, "no": False}[text.casefold()]
        if plain_type is tuple:
            return tuple(sorted({each.strip() for each in text.split("|") if each.strip()}))
        return plain_type(text.replace(",", ".") if plain_type is float else text)
    except (KeyError, ValueError):
        raise UserMistake("bad_field_value", value=text, name=name, expected=plain_type.__name__) from None


def _country_code(text: str) -> str | None:
    found = country(text)
    return found if isinstance(found, str) else None


def _decided(asked: Asked, decision: str) -> Said:
    return Said({"decision_id": decision}, [asked.texts("cli.decided", decision=decision)])


def retract(asked: Asked) -> Said:
    """Take a decision back."""
    require(asked.viewer, "ledger")
    with asked.store() as store:
        found = ledger.retract(store, asked.args.decision)
    lines = [asked.texts("cli.retracted", difference=plain.difference_sentence(found.difference, asked.texts))]
    return Said({"revision": found.revision, "difference": contract.difference_counts(found.difference)}, lines)


def snapshot(asked: Asked) -> Said:
    """Give the region as it is now a name."""
    require(asked.viewer, "ledger")
    name = asked.args.name.strip()
    with asked.store() as store:
        at = ledger.name_snapshot(store, name)
    return Said({"name": name, "revision": at}, [asked.texts("cli.snapshot", name=name, at=at)])


def history(asked: Asked) -> Said:
    """Loads, decisions and named snapshots."""
    require(asked.viewer, "ledger")
    with asked.store() as store:
        found = store.snapshot(Load, Decision, SnapshotName)
    loads = [
        {
            "load_id": each.load_id,
            "loaded_on": each.loaded_on,
            "revision": each.revision,
            "claims": each.claims,
            "files": sorted({source.file for source in read_sources(each.sources) if source.file}),
            "undone": each.withdrawn is not None,
        }
        for each in found.of(Load)
    ]
    decisions = [asdict(each) for each in found.of(Decision)]
    names = {each.name: each.at for each in found.of(SnapshotName)}
    lines = _history_lines(asked.texts, loads, decisions, names)
    return Said({"loads": loads, "decisions": decisions, "snapshots": names}, lines)


def _history_lines(
    texts: Texts, loads: list[dict[str, Any]], decisions: list[dict[str, Any]], names: Mapping[str, int]
) -> Iterator[str]:
    for each in loads:
        state = texts("cli.is_undone") if each["undone"] else ""
        said = {name: each[name] for name in ("load_id", "claims", "files")}
        yield texts("cli.load_line", on=each["loaded_on"], state=state, **said)
    for each in decisions:
        state = texts("cli.is_undone") if each["withdrawn"] is not None else ""
        said = {name: each[name] for name in ("decision_id", "verb", "subjects")}
        yield texts("cli.decision_line", on=each["decided_on"], state=state, **said)
    for name, at in names.items():
        yield texts("cli.snapshot", name=name, at=at)


def diff(asked: Asked) -> Said:
    """What came, changed and went between two moments: numbers, load ids, snapshot names or "now"."""
    require(asked.viewer, "ledger")
    with asked.store() as store:
        old, new = (revision_called(store, each) for each in (asked.args.old, asked.args.new))
        resolutions = [ledger.records_at(store, each) for each in (old, new)]
        told = store.snapshot(Load, Decision, SnapshotName)
    then, now = (region_of(each, at) for each, at in zip(resolutions, (old, new), strict=True))
    found = ledger.difference(*resolutions)
    seen = changes(then, now, (day_of(told, old), ledger.today() if new == told.revision else day_of(told, new)))
    json_ = {"old": old, "new": new, **contract.difference_keys(found), "changes": words.as_json(seen)}
    since = words.moment_name(moment_called(told, asked.args.old, old), asked.texts)
    sentence = words.headline(seen, since, asked.texts)
    return Said(json_, [sentence, plain.difference_sentence(found, asked.texts)])


def moment_called(told: Snapshot, text: str, at: int) -> Moment:
    """What a person has called a moment, by what it is: a snapshot's name, a load, or a number."""
    known = {each.name: each for each in moments(told)}
    return known.get(text) or Moment(at, day_of(told, at), "revision", text)


def revision_called(store: Store, text: str) -> int:
    """The revision that a person means by a number, a load's id, a snapshot's name or "now".

    Raises:
        UnknownName: ``no_such_revision``.
    """
    found = store.snapshot(Load, SnapshotName)
    known = {each.load_id: each.revision for each in found.of(Load)}
    known |= {each.name: each.at for each in found.of(SnapshotName)} | {"now": found.revision}
    if text in known:
        return known[text]
    if text.isascii() and text.isdigit() and int(text) <= found.revision:
        return int(text)
    raise UnknownName("no_such_revision", name=text, newest=found.revision)

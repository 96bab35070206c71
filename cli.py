"""The questions of the app, in a terminal: ``python cli.py [--store URL] [--region R] COMMAND``.

With ``--json`` one JSON object and nothing else goes to standard output. A user's mistake is one or a few plain lines
on standard error and exit code 1; wrong usage is exit code 2. Work longer than a second shows progress on a terminal.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

from graph import ledger, transfer
from graph.audience import Viewer, may_see, require, view
from graph.errors import NarverkError, UnknownName, UserMistake
from graph.geo import Gazetteer, radius_km
from graph.isolation import isolated
from graph.lookup import find_company, find_origin
from graph.model import (
    KIND_BY_NAME,
    REGION_KINDS,
    Alias,
    Capability,
    Claim,
    Company,
    Decision,
    ImportedPart,
    Level,
    Load,
    Record,
    Region,
    SnapshotName,
    field_names,
)
from graph.network import project, shape
from graph.replacement import Demand, Finder, demand_of_part, demand_of_text
from graph.resolve import read_sources, record_key
from graph.schema import SHAPES, field_types
from graph.store import Snapshot, Store, default_address, demo_address, open_store
from graph.taxonomy import taxonomy
from graph.understanding import understand
from ingest.cells import country
from ingest.pipeline import load_files
from render import contract, plain
from texts import LANGUAGES, Texts, load

DEMO_COMPANIES, DEMO_SEED = 650, 1
CORRECTABLE = tuple(kind for kind in REGION_KINDS if kind not in (Alias, Capability))
DEFAULT_RADIUS = "40"
PROGRESS_AFTER_S = 1.0
LOAD_ID = re.compile(r"L\d+")


class Said(NamedTuple):
    """What a command answers: as JSON, as lines, and the exit code."""

    json: dict[str, Any]
    lines: Iterable[str]
    code: int = 0


class Asked(NamedTuple):
    """What was asked, by whom, in which language."""

    args: argparse.Namespace
    texts: Texts
    viewer: Viewer

    @contextmanager
    def store(self, *, create: bool = False) -> Iterator[Store]:
        """The store that was named, closed afterwards."""
        store = open_store(self.args.store, create=create)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def store_to_load(self) -> Iterator[Store]:
        """The store for a load; a dry run makes none where there is none, but tries on one that is thrown away."""
        address = self.args.store or default_address()
        if not self.args.dry_run or not address.startswith("sqlite:") or Path(address.removeprefix("sqlite:")).exists():
            with self.store(create=True) as store:
                yield store
            return
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            store = open_store(f"sqlite:{Path(folder) / 'region.sqlite'}")
            try:
                yield store
            finally:
                store.close()

    def snapshot(self) -> Snapshot:
        """The region as the viewer gets it, with the region named taken as home."""
        with self.store() as store:
            found = view(store, self.viewer)
        if not self.args.region:
            return found
        wanted = self.args.region.casefold()
        regions = [each for each in found.of(Region) if wanted in ((each.name or "").casefold(), each.region_id)]
        if not regions:
            known = tuple(each.name or each.region_id for each in found.of(Region))
            raise UnknownName("unknown_region", name=self.args.region, known=known)
        return Snapshot(found.revision, {kind: found.of(kind) for kind in found.kinds} | {Region: regions})


# -- answers ---------------------------------------------------------------------------------------------------------


def demo(asked: Asked) -> Said:
    """Write the invented region's workbooks; without a folder, see to it that its own store is there."""
    if asked.args.folder is None:
        address = demo_address()
        path = Path(address.removeprefix("sqlite:"))
        counts = _demo_counts(path) or _build_demo(asked, path)
        said = asked.texts("cli.demo_ready", address=address, counts=plain.counted(counts, asked.texts))
        return Said({"store": address, "counts": counts}, [said])
    folder = Path(asked.args.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserMistake("folder_not_empty", folder=str(folder))
    from ingest.demo import write_demo  # the workbooks' writer takes a tenth of a second to import

    try:
        summary = write_demo(folder, asked.args.companies, asked.args.seed)
    except OSError as error:
        raise UserMistake("cannot_write", path=str(folder), why=error.strerror) from error
    rows = ", ".join(f"{name} {count}" for name, count in summary.rows.items())
    said = asked.texts("cli.demo_written", folder=str(folder), rows=rows)
    return Said({"folder": str(folder), "rows": dict(summary.rows), "truths": dict(summary.truths)}, [said])


def _demo_counts(path: Path) -> dict[str, int] | None:
    """What the demo store holds, None where it is not built."""
    if not path.exists():
        return None
    store = open_store(f"sqlite:{path}")
    try:
        return dict(store.counts()) if store.revision() else None
    finally:
        store.close()


def _build_demo(asked: Asked, path: Path) -> dict[str, int]:
    from ingest.demo import write_demo

    folder = path.with_name("demo-files")
    write_demo(folder, DEMO_COMPANIES, DEMO_SEED)
    store = open_store(f"sqlite:{path}")
    try:
        return load_files(store, [folder], progress=_progress(asked)).counts
    finally:
        store.close()


def load_paths(asked: Asked) -> Said:
    """Load files and folders as one load."""
    require(asked.viewer, "ledger")
    args = asked.args
    with asked.store_to_load() as store:
        report = load_files(
            store,
            [Path(each) for each in args.paths],
            owner=args.owner or "",
            complete=True if args.complete else False if args.additive else None,
            dry_run=args.dry_run,
            progress=_progress(asked),
        )
    lines = plain.load_lines(report, asked.texts, dry_run=args.dry_run)
    return Said({**contract.load_report(report, asked.texts), "dry_run": args.dry_run}, lines)


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
        demand = replace(demand, material=_known(args.material, terms.material_of, terms.materials, "unknown_material"))
    if args.certificate:
        asked_for = {terms.certificate_of(each) or each for each in args.certificate}
        demand = replace(demand, certificates=tuple(sorted({*demand.certificates, *asked_for})))
    origin = find_origin(snapshot, args.near)
    if origin.company_id and demand.buyer_id is None:
        demand = replace(demand, buyer_id=origin.company_id)
    found = Finder(snapshot, today=ledger.today()).find(demand, origin, within_km, limit=args.limit)
    sees_misses = may_see(asked.viewer, "near_misses")
    if not sees_misses:
        found = replace(found, near_misses=())
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
    return Said(contract.answer(found, query, understood), lines)


def _demand(asked: Asked, snapshot: Snapshot) -> tuple[Demand, dict[str, Any], list[str]]:
    """What is asked for, what was understood of it, and how to say so."""
    args, texts = asked.args, asked.texts
    if args.text is not None:
        said = understand(args.text)
        if not said.processes:
            raise UserMistake("nothing_understood", text=args.text)
        return demand_of_text(args.text), contract.understanding(said), list(plain.understanding_lines(said, texts))
    if args.part is not None:
        part = next((each for each in snapshot.of(ImportedPart) if each.part_id == args.part), None)
        if part is None:
            raise UnknownName("unknown_part", name=args.part)
        demand = demand_of_part(part)
        if not demand.processes:
            raise UserMistake("nothing_understood", text=part.description or args.part)
    else:
        terms = taxonomy()
        codes = [_known(each, terms.process_of, terms.processes, "unknown_process") for each in args.process]
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


def _known(text: str, look_up: Callable[[str], str | None], names: Iterable[str], code: str) -> str:
    found = look_up(text)
    if found is None:
        from rapidfuzz import process

        alike = process.extract(text, list(names), limit=3, score_cutoff=60)
        raise UnknownName(code, name=text, suggestions=tuple(name for name, _, _ in alike))
    return found


def show_network(asked: Asked) -> Said:
    """The network in a few figures."""
    require(asked.viewer, "network")
    found = shape(project(asked.snapshot()))
    return Said(contract.network(found), plain.network_lines(found, asked.texts))


def show_isolated(asked: Asked) -> Said:
    """Who stands alone."""
    require(asked.viewer, "isolation")
    found = isolated(asked.snapshot())
    return Said(contract.isolation(found), plain.isolation_lines(found, asked.texts))


# -- the ledger ------------------------------------------------------------------------------------------------------


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
        return _known(text, Gazetteer.default().municipality_code, (), "unknown_place")
    if name == "country":
        return _known(text, _country_code, (), "unknown_country")
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
    if not name or name == "now" or name.isdigit() or LOAD_ID.fullmatch(name):
        raise UserMistake("bad_snapshot_name", name=name)
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
        old, new = (_revision(store, each) for each in (asked.args.old, asked.args.new))
        found = ledger.difference(ledger.records_at(store, old), ledger.records_at(store, new))
    json_ = {"old": old, "new": new, **contract.difference_keys(found)}
    return Said(json_, [plain.difference_sentence(found, asked.texts)])


def _revision(store: Store, text: str) -> int:
    found = store.snapshot(Load, SnapshotName)
    known = {each.load_id: each.revision for each in found.of(Load)}
    known |= {each.name: each.at for each in found.of(SnapshotName)} | {"now": found.revision}
    if text in known:
        return known[text]
    if text.isascii() and text.isdigit() and int(text) <= found.revision:
        return int(text)
    raise UnknownName("no_such_revision", name=text, newest=found.revision)


# -- whole stores ----------------------------------------------------------------------------------------------------


def copy(asked: Asked) -> Said:
    """Copy everything into another, empty store."""
    require(asked.viewer, "ledger")
    with asked.store() as source:
        target = open_store(asked.args.to)
        try:
            revision = transfer.copy_region(source, target)
            counts, address = dict(target.counts()), target.address
        finally:
            target.close()
    lines = [asked.texts("cli.copied", address=address, counts=plain.counted(counts, asked.texts))]
    return Said({"to": address, "revision": revision, "counts": counts}, lines)


def backup(asked: Asked) -> Said:
    """Copy the region into a file."""
    require(asked.viewer, "ledger")
    with asked.store() as store:
        revision = transfer.backup(store, Path(asked.args.file))
        counts = dict(store.counts())
    lines = [asked.texts("cli.copied", address=asked.args.file, counts=plain.counted(counts, asked.texts))]
    return Said({"file": asked.args.file, "revision": revision, "counts": counts}, lines)


def restore(asked: Asked) -> Said:
    """Put a backup in the place of what the store holds."""
    require(asked.viewer, "ledger")
    with asked.store(create=True) as store:
        revision = transfer.restore(Path(asked.args.file), store)
        counts = dict(store.counts())
    lines = [asked.texts("cli.restored", file=asked.args.file, counts=plain.counted(counts, asked.texts))]
    return Said({"file": asked.args.file, "revision": revision, "counts": counts}, lines)


def check(asked: Asked) -> Said:
    """Verify a live store."""
    require(asked.viewer, "ledger")
    with asked.store() as store:
        found = transfer.unsound(store)
        counts, revision = dict(store.counts()), store.revision()
    texts = asked.texts
    if found:
        lines = [texts("cli.unsound", found=[texts(f"check.{each}") for each in found])]
    else:
        lines = [texts("cli.sound", revision=revision, counts=plain.counted(counts, texts))]
    return Said({"sound": not found, "found": found, "revision": revision, "counts": counts}, lines, int(bool(found)))


# -- the command line ------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The commands and what they take."""
    common = argparse.ArgumentParser(add_help=False)
    for name, options in _COMMON.items():
        common.add_argument(name, default=argparse.SUPPRESS, **options)
    top = argparse.ArgumentParser(prog="cli.py", description=__doc__, parents=[common])
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Asked], Said]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=(run.__doc__ or "").splitlines()[0], parents=[common])
        made.set_defaults(run=run)
        return made

    one = command("demo", demo)
    one.add_argument("folder", nargs="?")
    one.add_argument("--companies", type=int, default=DEMO_COMPANIES)
    one.add_argument("--seed", type=int, default=DEMO_SEED)
    one = command("load", load_paths)
    one.add_argument("paths", nargs="+")
    one.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    one.add_argument("--owner", help="whose ledger or import list it is")
    kind = one.add_mutually_exclusive_group()
    kind.add_argument("--complete", action="store_true", help="what the list no longer names is closed")
    kind.add_argument("--additive", action="store_true", help="the list only adds")
    command("understand", understand_text).add_argument("text")
    _add_replace(command("replace", replace_part))
    command("network", show_network)
    command("isolated", show_isolated)
    command("undo", undo).add_argument("load", nargs="?")
    for name, run in (("same", same), ("apart", apart)):
        one = command(name, run)
        one.add_argument("companies", nargs=2, metavar="COMPANY")
        one.add_argument("--by", default="")
    one = command("correct", correct)
    for each in ("company", "field", "value"):
        one.add_argument(each)
    one.add_argument("--kind", default="Company", choices=sorted(each.__name__ for each in CORRECTABLE))
    one.add_argument("--item", default="", help="which of the company's: a process, a standard")
    one.add_argument("--by", default="")
    command("retract", retract).add_argument("decision")
    command("snapshot", snapshot).add_argument("name")
    command("history", history)
    one = command("diff", diff)
    one.add_argument("old")
    one.add_argument("new")
    command("copy", copy).add_argument("--to", required=True)
    command("backup", backup).add_argument("file")
    command("restore", restore).add_argument("file")
    command("check", check)
    return top


_COMMON: dict[str, dict[str, Any]] = {
    "--store": {"help": "sqlite:PATH, neo4j://…, bolt://… or demo; else NEO4J_URI, else one of your own"},
    "--region": {"help": "a region named in the store; else all of its municipalities"},
    "--audience": {"choices": [each.name for each in Level], "type": str.upper},
    "--json": {"action": "store_true", "help": "one JSON object on standard output"},
    "--lang": {"choices": LANGUAGES},
}
_DEFAULTS = {"store": None, "region": None, "audience": "MANAGER", "json": False}


def _add_replace(one: argparse.ArgumentParser) -> None:
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", help="the part in words")
    what.add_argument("--part", help="an imported part of the region")
    what.add_argument("--process", nargs="+", metavar="CODE")
    one.add_argument("--near", required=True, metavar="PLACE_OR_COMPANY")
    one.add_argument("--within-km", default=DEFAULT_RADIUS, metavar="R")
    one.add_argument("--material")
    one.add_argument("--certificate", action="append")
    one.add_argument("--limit", type=_positive, default=20)


def _positive(text: str) -> int:
    """A whole number above nought, for argparse."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


_positive.__name__ = "positive number"  # argparse names it so: "invalid positive number value"


def _progress(asked: Asked) -> Callable[[str, str, int, int], None]:
    started = time.monotonic()

    def tell(step: str, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - started > PROGRESS_AFTER_S:
            said = asked.texts(f"progress.{step}", what=what)
            print(f"\r{said} ({done}/{total})".ljust(78)[:78], end="", file=sys.stderr, flush=True)

    return tell


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    if not os.environ.get("NARVERK_DEBUG"):
        logging.getLogger().addHandler(logging.NullHandler())  # a library's own log lines are no sentence for a user
    args = argparse.Namespace(**_DEFAULTS, lang=os.environ.get("NARVERK_LANG", LANGUAGES[0]))
    args = parser().parse_args(arguments, namespace=args)
    texts = load(args.lang if args.lang in LANGUAGES else LANGUAGES[0])
    try:
        said = args.run(Asked(args, texts, Viewer(Level[args.audience])))
        if args.json:
            print(json.dumps(said.json, ensure_ascii=False, allow_nan=False))
        else:
            for line in said.lines:
                print(line)
        return int(said.code)
    except NarverkError as error:
        print(plain.error_sentence(error, texts), file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("NARVERK_DEBUG"):
            raise
        print(texts("error.unexpected", what=type(error).__name__), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

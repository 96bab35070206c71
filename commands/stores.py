"""Whole stores: made, copied, kept and checked."""

from __future__ import annotations

from pathlib import Path

from commands.asking import Asked, Said, progress
from graph import transfer
from graph.audience import require
from graph.errors import UserMistake
from graph.store import demo_address, open_store
from ingest.pipeline import load_files
from render import plain

DEMO_COMPANIES, DEMO_SEED = 650, 1


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
    from graph.supply import compile_ahead
    from ingest.demo import write_demo
    from ingest.demo.since import half_a_year

    folder = path.with_name("demo-files")
    write_demo(folder, DEMO_COMPANIES, DEMO_SEED)
    store = open_store(f"sqlite:{path}")
    try:
        load_files(store, [folder], progress=progress(asked))
        half_a_year(store)
        compile_ahead()
        return dict(store.counts())
    finally:
        store.close()


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
        revision = transfer.restore(Path(asked.args.file), store, copy_first=not asked.args.no_copy)
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

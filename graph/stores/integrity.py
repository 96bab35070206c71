"""Whether a change would leave a record pointing at nothing: asked the same way of every store.

Both stores could refuse by themselves, but differently: a foreign key names no row, and Cypher's ``MATCH`` drops it in
silence. So it is asked before anything is written, inside the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from graph.errors import MissingEnd
from graph.model import Record
from graph.schema import SHAPES, Reference, check_values
from graph.store import Change

Existing = Callable[[type[Record], Collection[str]], set[str]]
"""Which of the keys the store holds records of."""
Referring = Callable[[type[Record], Reference, Collection[str]], Iterable[tuple[str, str]]]
"""(key, target) of the stored records whose reference holds one of the targets."""


def check_change(change: Change, existing: Existing, referring: Referring) -> None:
    """Refuse a change with a bad value or a missing end.

    Raises:
        BadValue: see :func:`graph.schema.check_values`.
        MissingEnd: for the first such record, by kind and key.
    """
    upserted: dict[type[Record], set[str]] = defaultdict(set)
    for kind, records in change.written():
        check_values(kind, records)
        upserted[kind].update(each.key for each in records)
    gone = {kind: set(keys) - upserted.get(kind, set()) for kind, keys in change.deletes.items()}
    _check_upserts(change, upserted, gone, existing)
    _check_deletes(upserted, gone, referring)


def _check_upserts(
    change: Change,
    upserted: dict[type[Record], set[str]],
    gone: dict[type[Record], set[str]],
    existing: Existing,
) -> None:
    for kind, records in change.written():
        for reference in SHAPES[kind].references:
            loose = [each.key for each in records if SHAPES[kind].edge and not targets(each, reference)]
            if loose:
                _refuse(kind, min(loose, key=str.encode), reference, "")
            wanted: dict[str, str] = {}  # target -> the first record that points at it
            for record in records:
                for target in targets(record, reference):
                    wanted.setdefault(target, record.key)
            unsure = wanted.keys() - upserted.get(reference.target, set())
            missing = unsure & gone.get(reference.target, set())
            rest = unsure - missing
            missing |= rest - (set() if change.erased or not rest else existing(reference.target, rest))
            if missing:
                target = min(missing, key=str.encode)
                _refuse(kind, wanted[target], reference, target)


def _check_deletes(
    upserted: dict[type[Record], set[str]], gone: dict[type[Record], set[str]], referring: Referring
) -> None:
    by_target: dict[type[Record], list[tuple[type[Record], Reference]]] = defaultdict(list)
    for kind, shape in SHAPES.items():
        for reference in shape.references:
            by_target[reference.target].append((kind, reference))
    for target_kind, keys in gone.items():
        for kind, reference in by_target[target_kind] if keys else ():
            changed = upserted.get(kind, set()) | gone.get(kind, set())
            left = sorted((key, target) for key, target in referring(kind, reference, keys) if key not in changed)
            if left:
                _refuse(kind, left[0][0], reference, left[0][1])


def targets(record: Record, reference: Reference) -> tuple[str, ...]:
    """Keys that the record's reference holds."""
    value = getattr(record, reference.field)
    if value is None:
        return ()
    return value if reference.many else (value,)


def _refuse(kind: type[Record], key: str, reference: Reference, target: str) -> None:
    raise MissingEnd("missing_end", kind=kind.__name__, key=key, field=reference.field, target=target)

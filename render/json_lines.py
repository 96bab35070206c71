"""A viewer's region as JSON Lines, for another program: a header, then every record on a line of its own.

The form is described in docs/interchange.md and docs/region.schema.json. What a record does not say is left out: it is
unknown, or not for whom the file is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from graph.model import REGION_KINDS, Level, Record, field_names, key_field
from render.taken import Taken
from texts import Texts

FORMAT, VERSION = "narverk-region", 1
"""The version moves when what a reader relies on goes or means something else; not when a field or a kind comes."""


def lines(taken: Taken, _texts: Texts) -> bytes:
    """The file (UTF-8, a newline after every line); kinds in the order of the model, records in that of their keys."""
    told = [header(taken), *(record(each) for kind in REGION_KINDS for each in taken.snapshot.of(kind))]
    return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in told)


def header(taken: Taken) -> dict[str, Any]:
    """The first line: what the file is, for whom, of which day, and how many records of each kind follow.

    The region's revision is the manager's: it moves with what others are not told of.
    """
    said: dict[str, Any] = {"format": FORMAT, "version": VERSION, "audience": taken.viewer.level.name}
    if taken.viewer.company_id:
        said["company_id"] = taken.own.company_id if taken.own else taken.viewer.company_id
    if taken.viewer.level >= Level.MANAGER:
        said["revision"] = taken.snapshot.revision
    counts = {kind.__name__: len(taken.snapshot.of(kind)) for kind in REGION_KINDS}
    return said | {"as_of": taken.day, "kinds": counts}


def record(one: Record) -> dict[str, Any]:
    """A record's line: its kind, its key, and the fields that are known."""
    return {"kind": type(one).__name__, **dict(_known(one))}


def _known(one: Record) -> Iterator[tuple[str, Any]]:
    for name in field_names(type(one)):
        value = getattr(one, name)
        if name == key_field(type(one)) or value not in (None, ()):
            yield name, value

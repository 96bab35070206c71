"""How the records hang together: keys, references and relations, once, for every store.

SQL and Cypher are both generated from :data:`SHAPES`; a store adds nothing to it. A reference names a field whose
value is the key of another record. In SQLite it is a column (a JSON list where it is many); in Neo4j it is also a
relation, so that ``(:Company)-[:OFFERS]->(:Capability)`` can be asked for without knowing this program.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from graph import model
from graph.errors import BadValue
from graph.model import KINDS, Record, field_names, key_field, once_a_kind

SCHEMA_VERSION = 7
"""Moves when a store written by an older program must be rebuilt from its claims."""

INT64 = 2**63
EXACT_FLOAT = 2**53
"""Whole numbers up to here are floats without loss."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that holds keys of another kind."""

    field: str
    target: type[Record]
    relation: str
    inward: bool = True  # True: (target)-[relation]->(record), False: (record)-[relation]->(target)
    many: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind: a node with its references, or an edge between two of them."""

    kind: type[Record]
    references: tuple[Reference, ...] = ()
    edge: str = ""  # relation type, where the record itself is an edge from references[0] to references[1]
    about: str = ""  # prefix of the subjects its claims are keyed to: "" is a company
    own_key: bool = False  # True: Claim.item alone is the key (and the subject, where item is empty)
    item: str = ""  # field that holds Claim.item

    @property
    def owner(self) -> str:
        """Field that holds the company or actor the claim was about, or ""."""
        return "" if (self.own_key and not self.edge) or not self.references else self.references[0].field


def _company(relation: str, name: str = "company_id") -> Reference:
    return Reference(name, model.Company, relation)


SHAPES: Mapping[type[Record], Shape] = {
    shape.kind: shape
    for shape in (
        Shape(model.Capability, (Reference("parent", model.Capability, "IS_A", inward=False),), own_key=True),
        Shape(
            model.Company,
            (Reference("parent_id", model.Company, "PART_OF", inward=False),),
            own_key=True,
        ),
        Shape(model.Alias, (Reference("company_id", model.Company, "NAMES", inward=False),)),
        Shape(model.Workplace, (_company("HAS_WORKPLACE"),)),
        Shape(model.Region, about="region:", own_key=True),
        Shape(
            model.Offer,
            (_company("OFFERS"), Reference("capability", model.Capability, "OFFERS", inward=False)),
            edge="OFFERS",
            item="capability",
        ),
        Shape(model.Certificate, (_company("HOLDS"),), item="standard"),
        Shape(
            model.Trade,
            (
                _company("SELLS_TO", "seller_id"),
                Reference("buyer_id", model.Company, "SELLS_TO", inward=False),
            ),
            edge="SELLS_TO",
            own_key=True,
        ),
        Shape(
            model.ImportedPart,
            (
                _company("IMPORTS"),
                Reference("capabilities", model.Capability, "REQUIRES", inward=False, many=True),
            ),
        ),
        Shape(
            model.Requirement,
            (
                _company("ASKS", "buyer_id"),
                Reference("capability", model.Capability, "REQUIRES", inward=False),
            ),
        ),
        Shape(model.Need, (_company("NEEDS"),)),
        Shape(model.SupportActor, about="actor:", own_key=True),
        Shape(model.SupportOffer, (Reference("actor_id", model.SupportActor, "GIVES"),), about="actor:"),
        Shape(model.SupportCase, (_company("GOT_HELP"),)),
        Shape(model.Contact, (_company("HAS_CONTACT"),)),
        Shape(model.Interview, (_company("ASKED_IN"),)),
        Shape(
            model.Introduction,
            (
                _company("INTRODUCED_TO"),
                Reference("other_id", model.Company, "INTRODUCED_TO", inward=False),
            ),
            edge="INTRODUCED_TO",
        ),
        Shape(
            model.Activity,
            (Reference("participants", model.Company, "GATHERED", inward=False, many=True),),
            about="activity:",
            own_key=True,
        ),
        Shape(model.Load),
        Shape(model.Decision),
        Shape(model.SnapshotName),
    )
}


@once_a_kind
def field_types(kind: type[Record]) -> tuple[type, ...]:
    """Plain type (str, int, float, bool, tuple) of each field of the kind, in order."""
    hints = get_type_hints(kind)
    return tuple(_plain(hints[name]) for name in field_names(kind))


def _plain(hint: Any) -> type:
    if get_origin(hint) is tuple:
        return tuple
    if isinstance(hint, UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    plain: type = hint
    return plain


def rows_of(records: Sequence[Record]) -> list[tuple[Any, ...]]:
    """The records' values, field by field in declared order."""
    if not records:
        return []
    names = field_names(type(records[0]))
    return list(map(attrgetter(*names), records))


def check_values(kind: type[Record], records: Sequence[Record]) -> None:
    """Refuse what the stores would keep differently: checked a column at a time, so that it costs little.

    Text is NFC without NUL, integers fit 64 bits, floats are finite, lists are sorted and without repetition.

    Raises:
        BadValue: for the first field with such a value.
    """
    for name in field_names(kind):
        values = [value for value in map(attrgetter(name), records) if value is not None]
        check_field(kind, name, values)
        if name == key_field(kind) and (len(values) < len(records) or "" in values):
            raise BadValue("bad_value", kind=kind.__name__, field=name, value="")


def check_field(kind: type[Record], name: str, values: Sequence[Any]) -> None:
    """Refuse values of one field, as :func:`check_values` does; None is not among them.

    Raises:
        BadValue: for the first such value.
    """
    plain = dict(zip(field_names(kind), field_types(kind), strict=True))[name]
    if not _column_is_good(plain, values):
        bad = next(value for value in values if not _column_is_good(plain, [value]))
        raise BadValue("bad_value", kind=kind.__name__, field=name, value=repr(bad)[:80])


def _column_is_good(plain: type, values: Sequence[Any]) -> bool:
    types = set(map(type, values))
    if plain is str:
        return types <= {str} and _text_is_good(values)
    if plain is tuple:
        return types <= {tuple} and all(
            list(each) == sorted(set(each)) and _text_is_good(each) for each in values if each
        )
    if plain is int:
        return types <= {int} and (not values or (min(values) >= -INT64 and max(values) < INT64))
    if plain is float:
        whole = [each for each in values if type(each) is int] if int in types else []
        return (
            types <= {float, int}
            and all(abs(each) <= EXACT_FLOAT for each in whole)
            and all(map(math.isfinite, values))
        )
    return types <= {bool}


def _text_is_good(values: Iterable[str]) -> bool:
    joined = "\n".join(values)
    if "\x00" in joined or not unicodedata.is_normalized("NFC", joined):
        return False
    try:
        joined.encode()
    except UnicodeEncodeError:  # a lone surrogate, from a damaged file
        return False
    return True


@once_a_kind
def company_references(kind: type[Record]) -> tuple[Reference, ...]:
    """References to companies other than the one a claim is about."""
    shape = SHAPES[kind]
    rest = shape.references[1:] if shape.owner else shape.references
    return tuple(each for each in rest if each.target is model.Company)


def is_edge(kind: type[Record]) -> bool:
    """Whether records of the kind are edges of the property graph."""
    return bool(SHAPES[kind].edge)


assert set(SHAPES) == set(KINDS)  # noqa: S101  a kind without a shape could not be stored

"""The Cypher a region needs, generated from its shapes; values are always parameters.

Keys are looked up by a seek in an index named outright. A server plans a query by what it has counted, an empty
database has counted nothing, and the plan it then keeps reads a whole index once a row (5,000 edges by key: 24 s, with
the seek 0.9 s; a hint without the word SEEK still allows the scan).
"""

from __future__ import annotations

from graph.model import KINDS, Record, field_names, key_field, once_a_kind
from graph.schema import SHAPES, Reference, is_edge

STATE_LABELS = ("Gone", "NarverkNote", "NarverkGate", "NarverkMark", "NarverkState")

SETUP = (
    "CREATE CONSTRAINT narverk_state IF NOT EXISTS FOR (n:NarverkState) REQUIRE n.namespace IS UNIQUE",
    "CREATE CONSTRAINT narverk_gate IF NOT EXISTS FOR (n:NarverkGate) REQUIRE n.namespace IS UNIQUE",
    "CREATE CONSTRAINT narverk_mark IF NOT EXISTS FOR (n:NarverkMark) REQUIRE n.namespace IS UNIQUE",
    "CREATE CONSTRAINT narverk_note IF NOT EXISTS FOR (n:NarverkNote) REQUIRE (n.namespace, n.name) IS UNIQUE",
    "CREATE CONSTRAINT narverk_block IF NOT EXISTS FOR (n:ClaimBlock)"
    " REQUIRE (n.namespace, n.load_id, n.bucket) IS UNIQUE",
    "CREATE INDEX narverk_gone IF NOT EXISTS FOR (n:Gone) ON (n.namespace, n.revision)",
)

SERVER_VERSION = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions"
CREATE_STATE = (
    "MERGE (:NarverkGate {namespace: $namespace})"
    " MERGE (m:NarverkMark {namespace: $namespace}) ON CREATE SET m.coming = 0"
    " MERGE (s:NarverkState {namespace: $namespace})"
    " ON CREATE SET s.revision = 0, s.schema_version = $version, s.fresh = true"
    " WITH s, s.fresh AS fresh REMOVE s.fresh RETURN fresh"
)
READ_STATE = "MATCH (s:NarverkState {namespace: $namespace}) RETURN s.revision, s.schema_version"
LOCK_STATE = (  # the SET takes the lock that makes writers queue
    "MATCH (s:NarverkState {namespace: $namespace}) SET s.locked = timestamp() RETURN s.revision, s.token"
)
READ_STEADY = (
    "MATCH (s:NarverkState {namespace: $namespace}) MATCH (m:NarverkMark {namespace: $namespace})"
    " RETURN s.revision, m.coming"
)
TAKE_GATE = "MATCH (g:NarverkGate {namespace: $namespace}) SET g.locked = timestamp()"
ANNOUNCE = "MATCH (m:NarverkMark {namespace: $namespace}) SET m.coming = $revision"
SETTLE = (
    "MATCH (s:NarverkState {namespace: $namespace}) MATCH (m:NarverkMark {namespace: $namespace})"
    " SET m.coming = s.revision RETURN s.revision"
)
MOVE_STATE = "MATCH (s:NarverkState {namespace: $namespace}) SET s.revision = $revision, s.token = $token"
MARK_SCHEMA = "MATCH (s:NarverkState {namespace: $namespace}) SET s.schema_version = $version"
WRITE_BLOCKS = (
    "UNWIND $rows AS row MERGE (n:ClaimBlock {namespace: $namespace, load_id: row.load_id, bucket: row.bucket})"
    " SET n.payload = row.payload"
)
READ_BLOCKS = (
    "MATCH (n:ClaimBlock {namespace: $namespace, load_id: $load_id})"
    " USING INDEX SEEK n:ClaimBlock(namespace, load_id, bucket) WHERE n.bucket >= 0 RETURN n.bucket, n.payload"
)
READ_SOME_BLOCKS = (
    "UNWIND $buckets AS bucket MATCH (n:ClaimBlock {namespace: $namespace, load_id: $load_id, bucket: bucket})"
    " USING INDEX SEEK n:ClaimBlock(namespace, load_id, bucket) RETURN n.bucket, n.payload"
)
WRITE_GONE = "CREATE (n:Gone {namespace: $namespace, revision: $revision, kind: $kind, keys: $keys})"
FORGET_GONE = "MATCH (n:Gone {namespace: $namespace}) DELETE n"
READ_GONE = "MATCH (n:Gone {namespace: $namespace}) WHERE n.revision > $revision RETURN n.kind, n.keys"
READ_NOTE = "MATCH (n:NarverkNote {namespace: $namespace, name: $name}) RETURN n.value"
READ_NOTES = (  # a commit being applied may show a note before its value
    "MATCH (n:NarverkNote {namespace: $namespace}) WHERE n.name STARTS WITH $prefix AND n.value IS NOT NULL"
    " RETURN n.name, n.value"
)
WRITE_NOTE = "MERGE (n:NarverkNote {namespace: $namespace, name: $name}) SET n.value = $value"
SETTLE_NOTE = (
    "MERGE (n:NarverkNote {namespace: $namespace, name: $name}) SET n.value = coalesce(n.value, $value) RETURN n.value"
)
DELETE_NOTE = "MATCH (n:NarverkNote {namespace: $namespace, name: $name}) DELETE n"


def setup() -> list[str]:
    """Constraints and indexes, each of which may be there already."""
    indexes = [
        index(kind, reference)
        for kind, shape in SHAPES.items()
        for reference in shape.references
        if not shape.edge and not reference.many
    ]
    return [*SETUP, *map(constraint, KINDS), *indexes]


def constraint(kind: type[Record]) -> str:
    """Makes the kind's key unique within a namespace, which also indexes it."""
    thing = f"()-[n:{SHAPES[kind].edge}]-()" if is_edge(kind) else f"(n:{kind.__name__})"
    return (
        f"CREATE CONSTRAINT narverk_{kind.__name__.lower()}_key IF NOT EXISTS"
        f" FOR {thing} REQUIRE (n.namespace, n.{key_field(kind)}) IS UNIQUE"
    )


def index(kind: type[Record], reference: Reference) -> str:
    """Indexes a node kind's reference."""
    return (
        f"CREATE INDEX narverk_{kind.__name__.lower()}_{reference.field} IF NOT EXISTS"
        f" FOR (n:{kind.__name__}) ON (n.namespace, n.{reference.field})"
    )


def keyed(variable: str, kind: type[Record], value: str) -> str:
    """A MATCH of the one record of the kind with the key."""
    key, edge = key_field(kind), SHAPES[kind].edge
    label = edge or kind.__name__
    inside = f"{variable}:{label} {{namespace: $namespace, {key}: {value}}}"
    thing = f"()-[{inside}]->()" if edge else f"({inside})"
    return f"MATCH {thing} USING INDEX SEEK {variable}:{label}(namespace, {key})"


@once_a_kind
def pattern(kind: type[Record]) -> str:
    """A pattern that binds each record of the kind in the namespace to ``n``."""
    shape = SHAPES[kind]
    if not shape.edge:
        return f"(n:{kind.__name__} {{namespace: $namespace}})"
    start, end = shape.references[0].target.__name__, shape.references[1].target.__name__
    return f"(:{start} {{namespace: $namespace}})-[n:{shape.edge}]->(:{end})"


@once_a_kind
def returns(kind: type[Record]) -> str:
    """The kind's fields, in declared order."""
    return "RETURN " + ", ".join(f"n.{name}" for name in field_names(kind))


def link(reference: Reference, target: str = "t") -> str:
    """The relation that a node kind's reference stands for."""
    middle = f"[r:{reference.relation}]"
    return f"(n)<-{middle}-({target})" if reference.inward else f"(n)-{middle}->({target})"


def side(kind: type[Record], reference: Reference) -> str:
    """An edge kind's relation from (or to) the node ``t`` that the reference names."""
    shape = SHAPES[kind]
    return f"()-[n:{shape.edge}]->(t)" if reference is shape.references[1] else f"(t)-[n:{shape.edge}]->()"


_SET = "SET n = row, n.namespace = $namespace, n._revision = $revision"


def write(kind: type[Record], *, are_new: bool) -> str:
    """Writes ``$rows``, each a record's own properties; namespace and revision are the same for all."""
    shape = SHAPES[kind]
    if shape.edge:
        start, end = shape.references[0], shape.references[1]
        return (
            f"UNWIND $rows AS row {keyed('a', start.target, 'row.' + start.field)}"
            f" {keyed('b', end.target, 'row.' + end.field)} CREATE (a)-[n:{shape.edge}]->(b) {_SET}"
        )
    if are_new:
        return f"UNWIND $rows AS row CREATE (n:{kind.__name__}) {_SET}"
    key = key_field(kind)
    return f"UNWIND $rows AS row MERGE (n:{kind.__name__} {{namespace: $namespace, {key}: row.{key}}}) {_SET}"


def unrelate(kind: type[Record], reference: Reference) -> str:
    """Removes the relations of a reference from the nodes with the keys ``$rows``."""
    return f"UNWIND $rows AS key {keyed('n', kind, 'key')} MATCH {link(reference)} DELETE r"


def relate(kind: type[Record], reference: Reference) -> str:
    """Draws the relations of a reference: ``$rows`` of key and target."""
    return (
        f"UNWIND $rows AS row {keyed('n', kind, 'row.key')} {keyed('t', reference.target, 'row.target')}"
        f" CREATE {link(reference)}"
    )


def delete(kind: type[Record]) -> str:
    """Deletes the records with the keys ``$rows``."""
    return f"UNWIND $rows AS key {keyed('n', kind, 'key')} {'' if is_edge(kind) else 'DETACH '}DELETE n"


def existing(kind: type[Record]) -> str:
    """Which of ``$keys`` there are records of."""
    return f"UNWIND $keys AS key {keyed('n', kind, 'key')} RETURN key"


def referring(kind: type[Record], reference: Reference) -> str:
    """(key, target) of records whose reference holds one of ``$keys``."""
    key = key_field(kind)
    if is_edge(kind):
        found = f"UNWIND $keys AS key {keyed('t', reference.target, 'key')} MATCH {side(kind, reference)}"
        return f"{found} RETURN n.{key}, key"
    if reference.many:
        found = f"MATCH {pattern(kind)} UNWIND n.{reference.field} AS target"
        return f"{found} WITH n, target WHERE target IN $keys RETURN n.{key}, target"
    return f"MATCH {pattern(kind)} WHERE n.{reference.field} IN $keys RETURN n.{key}, n.{reference.field}"


def matching(kind: type[Record], name: str, *, is_list: bool) -> str:
    """Records whose field holds one of ``$values``."""
    ends = {reference.field: reference for reference in SHAPES[kind].references} if is_edge(kind) else {}
    if is_list:
        found = f"MATCH {pattern(kind)} WHERE any(each IN n.{name} WHERE each IN $values)"
    elif name in ends:
        found = f"UNWIND $values AS value {keyed('t', ends[name].target, 'value')} MATCH {side(kind, ends[name])}"
    elif name == key_field(kind):
        found = f"UNWIND $values AS value {keyed('n', kind, 'value')}"
    elif not is_edge(kind) and name in {reference.field for reference in SHAPES[kind].references}:
        found = (
            f"UNWIND $values AS value MATCH (n:{kind.__name__} {{namespace: $namespace, {name}: value}})"
            f" USING INDEX SEEK n:{kind.__name__}(namespace, {name})"
        )
    else:
        found = f"MATCH {pattern(kind)} WHERE n.{name} IN $values"
    return f"{found} {returns(kind)}"


def dangling(kind: type[Record], reference: Reference) -> str:
    """Whether some node lacks a relation that its reference stands for."""
    wanted = f"size(n.{reference.field})" if reference.many else "1"
    drawn = link(reference, ":" + reference.target.__name__)
    return (
        f"MATCH {pattern(kind)} WHERE n.{reference.field} IS NOT NULL AND COUNT {{ {drawn} }} <> {wanted}"
        " RETURN 1 LIMIT 1"
    )

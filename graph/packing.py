"""Claims to bytes and back: how a load's ledger is kept small and still found by subject.

A load's claims are spread by subject over ``2**bits`` buckets of about :data:`SUBJECTS_A_BLOCK` subjects; each bucket
is one compressed block. Reading what every load says of one firm therefore opens one block a load, and a claim costs
some tens of bytes. Beside its own claims a block lists who mentions its subjects, so that a merged buyer finds
its sellers.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import orjson

from graph.model import KIND_BY_NAME, Claim, Level
from graph.schema import company_references
from graph.store import Block

SUBJECTS_A_BLOCK = 48
COMPRESSION = 3  # of zlib; 6 takes twice the time for a tenth less


def bucket_of(subject: str, bits: int) -> int:
    """The bucket a subject's claims lie in, for a load spread over ``2**bits`` of them."""
    return zlib.crc32(subject.encode()) & ((1 << bits) - 1)


def bits_for(subjects: int) -> int:
    """How many bits of spread a load about so many subjects gets."""
    return max(0, (max(subjects, 1) // SUBJECTS_A_BLOCK).bit_length())


def mentioned(claim: Claim) -> Iterator[str]:
    """Companies other than its subject that the claim refers to."""
    for each in company_references(KIND_BY_NAME[claim.kind]):
        value = claim.fields.get(each.field)
        if isinstance(value, tuple):
            yield from value
        elif isinstance(value, str):
            yield value


def pack(load_id: str, claims: Iterable[Claim], bits: int | None = None) -> tuple[int, list[Block]]:
    """The claims of one load as blocks, and the bits of spread they were packed with (None: as many as suit them)."""
    by_subject: dict[str, list[Any]] = defaultdict(list)
    mentions: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        by_subject[claim.subject].append(
            (
                claim.kind,
                claim.item,
                claim.source,
                claim.row,
                claim.fields,
                claim.evidence,
                claim.as_of,
                claim.audience,
            )
        )
        for other in mentioned(claim):
            mentions[other].add(claim.subject)
    bits = bits_for(len(by_subject)) if bits is None else bits
    buckets: dict[int, tuple[dict[str, Any], dict[str, list[str]]]] = defaultdict(lambda: ({}, {}))
    for subject in sorted(by_subject):
        buckets[bucket_of(subject, bits)][0][subject] = by_subject[subject]
    for other in sorted(mentions):
        buckets[bucket_of(other, bits)][1][other] = sorted(mentions[other])
    packed = ((bucket, zlib.compress(orjson.dumps(buckets[bucket]), COMPRESSION)) for bucket in sorted(buckets))
    return bits, [Block(load_id, bucket, payload) for bucket, payload in packed]


def emptied(block: Block) -> Block:
    """The block without any claim."""
    return Block(block.load_id, block.bucket, zlib.compress(orjson.dumps(({}, {})), COMPRESSION))


def unpack(block: Block, subjects: Collection[str] | None = None) -> Iterator[Claim]:
    """The claims in a block, of these subjects only where they are given."""
    own, _ = orjson.loads(zlib.decompress(block.payload))
    for subject in own if subjects is None else [each for each in own if each in subjects]:
        for kind, item, source, row, fields, evidence, as_of, audience in own[subject]:
            yield Claim(
                subject=subject,
                kind=kind,
                item=item,
                fields=_fields(fields),
                row=row,
                source=source,
                evidence=evidence,
                as_of=as_of,
                audience=None if audience is None else Level(audience),
            )


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    for name, value in fields.items():
        if type(value) is list:
            fields[name] = tuple(value)
    return fields


def subjects_in(blocks: Iterable[Block]) -> set[str]:
    """Every subject the blocks hold claims of."""
    found: set[str] = set()
    for block in blocks:
        found.update(orjson.loads(zlib.decompress(block.payload))[0])
    return found


def mentioning(blocks: Iterable[Block], subjects: Collection[str]) -> set[str]:
    """Subjects whose claims refer to one of these."""
    found: set[str] = set()
    for block in blocks:
        mentions = orjson.loads(zlib.decompress(block.payload))[1]
        for subject in subjects:
            found.update(mentions.get(subject, ()))
    return found


def packed_size(blocks: Sequence[Block]) -> int:
    """Bytes the blocks' payloads take."""
    return sum(len(each.payload) for each in blocks)

"""What is known of every identifier once a load counts? As it is stored, or as it would be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graph.identity import companies_of
from graph.model import Alias, Claim, Decision, Load, Source
from graph.packing import unpack
from graph.resolve import Said, live_decisions, sightings, voices, write_sources
from graph.store import Store

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Folded names and company of every identifier, and the decisions that count."""

    names: Mapping[str, Collection[str]]
    company_of: Mapping[str, str]
    decisions: Sequence[Decision]

    @classmethod
    def as_stored(cls, store: Store) -> Afterwards:
        """After the load."""
        snapshot = store.snapshot(Alias, Decision)
        aliases = snapshot.of(Alias)
        return cls(
            {each.alias: each.name_keys for each in aliases},
            {each.alias: each.company_id or each.alias for each in aliases},
            live_decisions(snapshot.of(Decision)),
        )

    @classmethod
    def with_claims(cls, store: Store, sources: Sequence[Source], claims: Sequence[Claim]) -> Afterwards:
        """As it would be: everything is heard again, the new claims last."""
        snapshot = store.snapshot(Load, Decision)
        new = Load(DRAFT, revision=snapshot.revision + 1, sources=write_sources(sources))
        heard = voices([*snapshot.of(Load), new])
        new_voices = heard.pop(DRAFT)
        told = [
            (heard[block.load_id], claim) for block in store.blocks(dict.fromkeys(heard)) for claim in unpack(block)
        ]
        told += [(new_voices, claim) for claim in claims]
        seen = sightings(Said(claim, voice) for spoken, claim in told if (voice := spoken[claim.source]))
        decisions = live_decisions(snapshot.of(Decision))
        names = {subject: each.name_keys for subject, each in seen.items()}
        return cls(names, companies_of(seen, decisions), decisions)

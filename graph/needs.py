"""What do firms need and lack, and who can help them: requirement, capability, gap and support in one answer.

A lack (a demand that a firm does not meet) belongs to a theme of development; support is offered by theme. Which theme
is a rule of thumb, for a person to change. Support is looked for where it is surest that it is wanted: needs that a
firm has stated, and certificates that have run out or soon will.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from graph.gaps import Standing, gaps_of, standings
from graph.gathered import Gathered, gathered
from graph.model import Need, SupportCase
from graph.store import Snapshot
from graph.support import Cases, Missed, NeedMatch, Outline, Support, cases_of, missed, outlines

if TYPE_CHECKING:
    import networkx as nx

THEME_OF_LACK: Mapping[str, str] = {
    "process": "automation",
    "size": "automation",
    "weight": "automation",
    "tolerance": "automation",
    "certificate": "process_maturity",
    "material": "materials_testing",
    "radius": "supply",
}


@dataclass(frozen=True, slots=True)
class Needs:
    """All that is told of needs on a day."""

    standings: tuple[Standing, ...]  # most urgent first
    stated: tuple[Need, ...]  # the most urgent first, then the newest
    support: Support
    missed: tuple[Missed, ...]
    outlines: tuple[Outline, ...]
    gathered: Gathered
    cases: Cases

    @property
    def gaps(self) -> tuple[Standing, ...]:
        """Requirements known not to be met, now or from a day."""
        return gaps_of(self.standings)

    def helps(self, company_id: str) -> tuple[NeedMatch, ...]:
        """Support that fits what a firm has said or what it lacks, each offer once."""
        themes = [each.theme for each in self.stated if each.company_id == company_id and each.theme]
        over_gaps = (self.support.over(each) for each in self.gaps if each.company_id == company_id)
        every = chain(self.support.matches(company_id, themes), *over_gaps)
        return tuple({each.offer.key: each for each in every}.values())

    def of(self, company_id: str) -> Needs:
        """What concerns a firm, as a supplier or as a buyer; the gathered picture stays the region's."""
        return replace(
            self,
            standings=tuple(each for each in self.standings if company_id in (each.company_id, each.buyer_id)),
            stated=tuple(each for each in self.stated if each.company_id == company_id),
            missed=tuple(each for each in self.missed if each.company_id == company_id),
            outlines=tuple(each for each in self.outlines if company_id in each.companies),
        )


def needs(snapshot: Snapshot, network: nx.DiGraph, today: str) -> Needs:
    """Needs, gaps and support of a whole snapshot; ``today`` is the day (ISO)."""
    judged = standings(snapshot, network, today)
    said = sorted(snapshot.of(Need), key=lambda each: each.key)
    said.sort(key=lambda each: each.stated_on or "", reverse=True)
    said.sort(key=lambda each: each.priority or 9)
    support, sure = Support(snapshot, today), [each for each in gaps_of(judged) if each.is_sure]
    return Needs(
        standings=judged,
        stated=tuple(said),
        support=support,
        missed=missed(support, said, sure),
        outlines=outlines(support, said, sure),
        gathered=gathered(snapshot),
        cases=cases_of(snapshot.of(SupportCase)),
    )

"""How does a chain of firms read? Each step with its firm and the way on, for a page or a terminal; plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from graph.chains import Chain, Chains
from render.answers import company_name
from render.plain import distance_text, process_name
from texts import Texts


@dataclass(frozen=True, slots=True)
class ChainShown:
    """A chain in words: a title, a line a step, and which step is the weakest."""

    title: str
    steps: tuple[str, ...]
    weakest: str


def chains_shown(found: Chains, texts: Texts) -> list[ChainShown]:
    """The chains in words, shortest first."""
    return [
        ChainShown(
            texts("find.chain", count=each.firms, distance=distance_text(each.total_low_km, each.total_high_km, texts)),
            tuple(_steps(each, texts)),
            texts(
                "find.chain_weakest",
                process=process_name(each.steps[each.weakest].process, texts),
                able=each.steps[each.weakest].able,
            ),
        )
        for each in found.found
    ]


def lacking_text(found: Chains, texts: Texts) -> str:
    """Which steps nobody is known to do; empty where there is no such step."""
    if not found.lacking:
        return ""
    return texts("find.chain_lacking", processes=[process_name(code, texts) for code in found.lacking])


def _steps(chain: Chain, texts: Texts) -> Iterator[str]:
    for step in chain.steps:
        firm = step.firm
        said = texts(
            "find.chain_step",
            process=process_name(step.process, texts),
            name=company_name(firm.name, texts),
            place=firm.locality or texts("find.place_unknown"),
        )
        onward = texts("find.chain_onward", km=texts.number(ceil(step.onward_km))) if step.onward_km >= 1 else ""
        yield f"{said} ({onward})" if onward else said

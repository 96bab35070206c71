"""Which firms have said themselves that they may be named to anybody, and what of them?

That a source is open is not enough: a report leaves the network under its name. A firm is here where it has opened all
of itself, or its name; its place and what it makes stand there as far as it has opened those, see
:mod:`graph.consent`. Sensitive firms are not, nor firms that are closing, whatever they have opened.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph.audience import NAME, Viewer, heard, resolved
from graph.consent import Choice, Consents, Fact
from graph.model import OWN_WORD, Alias, Company, Decision, Level, Offer
from graph.store import Store


@dataclass(frozen=True, slots=True)
class Named:
    """A firm that lets itself be named: its municipality and its processes (codes) where they are open."""

    company_id: str
    name: str
    municipality: str | None
    processes: tuple[str, ...]


def named(store: Store) -> tuple[Named, ...]:
    """The firms that let themselves be named, by name."""
    snapshot, claims = heard(store)
    company_of = {each.alias: each.company_id or each.alias for each in snapshot.of(Alias)}
    consents = Consents.of(snapshot.of(Decision), company_of)
    if not consents:
        return ()
    shown = resolved(snapshot, claims, Viewer(Level.PUBLIC))

    def opens(company_id: str, fact: Fact) -> bool:
        return consents.choice(company_id, fact) is Choice.OPEN

    makes: dict[str, set[str]] = defaultdict(set)
    for offer in shown.of(Offer):
        firm, process = offer.company_id or "", offer.capability
        if process and offer.evidence in OWN_WORD and opens(firm, Fact(Offer.__name__, process)):
            makes[firm].add(process)
    found = [
        Named(
            each.company_id,
            each.name,
            each.municipality if opens(each.company_id, NAME._replace(field="municipality")) else None,
            tuple(sorted(makes[each.company_id])),
        )
        for each in shown.of(Company)
        if each.name and each.is_active and opens(each.company_id, NAME)
    ]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.company_id)))

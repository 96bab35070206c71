"""What has changed in the region between two moments: firms, trades, lonely firms, gaps, certificates, introductions?

Firms are followed through their identifiers: one that was renamed, got a better number or became one with another is
neither new nor gone. What is counted is of firms not known to lie outside the region, as the newer moment draws it.

* A firm is gone where no list names it any more, it was struck off, or it is being wound up.
* A lonely firm has joined where it had no known partner and now has one; business alone, as in :mod:`graph.isolation`.
* Islands are parts of the network of two firms or more; of those that grew together the largest is the one joined.
* A gap (:mod:`graph.gaps`) is closed where the requirement is now met, not where it, or the trade, is merely no longer
  told; each moment is judged on its own day, so that a certificate also lapses by time alone.
* A part has come home where its buyer's list no longer names it but still names others, while the buyer has begun to
  buy from a firm of the region that has itself stated the process: what a list can tell, and no proof.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from graph.branches import LEFT_OUT, branch_of
from graph.gaps import Standing, standings
from graph.import_list import Demands
from graph.model import (
    OWN_WORD,
    Certificate,
    Company,
    ImportedPart,
    Introduction,
    Need,
    Offer,
    Region,
    SupportCase,
)
from graph.moments import followed, known_before
from graph.network import counted, project
from graph.store import Snapshot
from graph.supply_columns import is_running
from graph.support import was_granted
from graph.taxonomy import taxonomy

PAIRS = (
    ("new_firm", "gone_firm"),
    ("new_trade", "gone_trade"),
    ("joined", "newly_alone"),
    ("island_joined", "island_split"),
    ("gap_closed", "gap_opened"),
    ("certificate_gained", "certificate_lapsed"),
    ("introduced", ""),
    ("introduction_traded", ""),
    ("part_home", ""),
    ("need_stated", ""),
    ("support_granted", ""),
)
"""Kinds of change: what was gained, and what of the same was lost."""
KINDS = tuple(kind for pair in PAIRS for kind in pair if kind)
Tie: TypeAlias = tuple[str, str]
R = TypeVar("R", Need, SupportCase, ImportedPart)


@dataclass(frozen=True, slots=True)
class Event:
    """One change.

    ``company_id`` and ``other_id`` are identifiers of the newer moment, of the older where the firm is gone.
    ``about`` is a code or the data's own words: a standard, a process, a theme, a part; ``how`` a code.
    """

    company_id: str
    other_id: str | None = None
    about: str = ""
    how: str = ""
    value_sek: int | None = None
    count: int | None = None  # firms of an island, or a lonely firm's partners


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, by kind, each in order of the firms' names.

    ``companies`` are the firms of both moments, as the newer one has them where it does; ``merged``: how many became
    one with another.
    """

    events: Mapping[str, tuple[Event, ...]]
    companies: Mapping[str, Company]
    merged: int

    def name(self, company_id: str | None) -> str | None:
        """What a firm is called."""
        known = self.companies.get(company_id or "")
        return known.name if known else None

    def count(self, kind: str) -> int:
        """How many changes there are of a kind."""
        return len(self.events.get(kind, ()))

    def __bool__(self) -> bool:
        return any(self.events.values())


# -- what changed ----------------------------------------------------------------------------------------------------


def changes(old: Snapshot, new: Snapshot, days: tuple[str, str]) -> Changes:
    """What changed from one moment of a region to a later one.

    Args:
        old: the region then, of every kind.
        new: the region now.
        days: the day (ISO) of each.
    """
    return _Comparing(old, new, days).changes()


class _Then:
    """A moment under the newer one's identifiers; ``now_of`` gives those, None where a firm is gone."""

    def __init__(self, snapshot: Snapshot, now_of: Mapping[str, str | None], day: str) -> None:
        self.snapshot, self.day = snapshot, day
        self.companies = {each.company_id: each for each in snapshot.of(Company)}
        self._now_of = now_of
        self.network = project(snapshot)

    def id_of(self, company_id: str | None) -> str:
        """The firm's newer identifier, the older one where it is gone."""
        return self._now_of.get(company_id or "") or company_id or ""

    @cached_property
    def ties(self) -> dict[Tie, Mapping[str, Any]]:
        """Who sells to whom, of those that count, with what is known of it."""
        firms = set(counted(self.network))
        found = {}
        for seller, buyer, facts in self.network.edges(data=True):
            tie = self.id_of(seller), self.id_of(buyer)
            if seller in firms and buyer in firms and tie[0] != tie[1]:
                found[tie] = facts
        return found

    @cached_property
    def partners(self) -> dict[str, set[str]]:
        """The partners of each firm that has any."""
        found: dict[str, set[str]] = defaultdict(set)
        for seller, buyer in self.ties:
            found[seller].add(buyer)
            found[buyer].add(seller)
        return found

    @cached_property
    def near(self) -> dict[str, Company]:
        """Active firms that are not known to lie outside."""
        inside = self.network.nodes(data="in_region")
        return {
            self.id_of(key): each for key, each in self.companies.items() if each.is_active and inside[key] is not False
        }

    @cached_property
    def islands(self) -> list[frozenset[str]]:
        """Parts of the network of two firms or more, the largest first."""
        import networkx as nx

        parts = nx.connected_components(nx.Graph(self.ties.keys()))
        return sorted(map(frozenset, parts), key=lambda each: (-len(each), min(each)))

    @cached_property
    def standings(self) -> dict[tuple[str, ...], list[Standing]]:
        """Every standing, by supplier, buyer and what is asked."""
        found: dict[tuple[str, ...], list[Standing]] = defaultdict(list)
        for each in standings(self.snapshot, self.network, self.day):
            found[self.id_of(each.company_id), self.id_of(each.buyer_id), each.what, each.asked].append(each)
        return found

    def keyed(self, kind: type[R]) -> dict[Tie, R]:
        """Records of a kind by their firm and by what tells them from others of the firm's."""
        return {(self.id_of(each.company_id), each.key.partition("/")[2]): each for each in self.snapshot.of(kind)}


class _Comparing:
    """Two moments of a region."""

    def __init__(self, old: Snapshot, new: Snapshot, days: tuple[str, str]) -> None:
        home = {Region: new.of(Region)}
        old = Snapshot(old.revision, {kind: old.of(kind) for kind in old.kinds} | home)
        now_of = followed(old, new)
        self._old = _Then(old, now_of, days[0])
        self._new = _Then(new, {}, days[1])
        self._kept = {each for each in now_of.values() if each}
        self._merged = sum(each is not None for each in now_of.values()) - len(self._kept)
        self._known = known_before(old, new)

    def changes(self) -> Changes:
        """Every kind."""
        found: dict[str, Iterable[Event]] = {
            **self._firms(),
            **self._trades(),
            **self._lonely(),
            "island_joined": _grown(self._old.islands, self._new.islands, self._new.partners),
            "island_split": _grown(self._new.islands, self._old.islands, self._new.partners),
            **self._gaps(),
            **self._certificates(),
            "introduced": self._introduced(),
            "introduction_traded": self._introductions_traded(),
            "part_home": self._parts_home(),
            "need_stated": self._needs(),
            "support_granted": self._granted(),
        }
        companies = {self._old.id_of(key): each for key, each in self._old.companies.items()} | self._new.companies

        def order(each: Event) -> tuple[str, ...]:
            ends = (each.company_id, each.other_id or "")
            names = (companies[key].name or "" if key in companies else "" for key in ends)
            return (*names, *ends, each.about, each.how)

        return Changes({kind: tuple(sorted(found[kind], key=order)) for kind in KINDS}, companies, self._merged)

    # -- firms and trades ------------------------------------------------------------------------------------------

    def _firms(self) -> dict[str, list[Event]]:
        then, now = self._old.near, self._new.near
        new = [Event(key) for key in now if key not in self._known]
        gone = []
        for key, before in then.items():
            after = self._new.companies.get(key)
            if after is None or not after.is_active:
                how = "unlisted" if after is None else "ended" if after.ended_on else "winding_up"
                gone.append(Event(key, how=how, about=before.municipality or ""))
        return {"new_firm": new, "gone_firm": gone}

    def _trades(self) -> dict[str, list[Event]]:
        then, now = self._old.ties, self._new.ties
        return {
            "new_trade": [_traded(tie, now[tie]) for tie in now.keys() - then.keys()],
            "gone_trade": [_traded(tie, then[tie]) for tie in then.keys() - now.keys()],
        }

    def _lonely(self) -> dict[str, list[Event]]:
        then, now = self._old.partners, self._new.partners
        both = [
            key for key, company in self._new.near.items() if key in self._kept and branch_of(company) not in LEFT_OUT
        ]
        return {
            "joined": [_met(key, now[key]) for key in both if key in now and key not in then],
            "newly_alone": [_met(key, then[key]) for key in both if key in then and key not in now],
        }

    # -- requirements and certificates -----------------------------------------------------------------------------

    def _gaps(self) -> dict[str, list[Event]]:
        then, now = self._old.standings, self._new.standings
        before = {key for key, found in then.items() if any(each.is_gap for each in found)}
        after = {key for key, found in now.items() if any(each.is_gap for each in found)}
        met = {key for key, found in now.items() if all(each.status == "met" for each in found)}

        def told(keys: Set[tuple[str, ...]]) -> list[Event]:
            return [Event(firm, buyer, asked, what) for firm, buyer, what, asked in keys]

        return {"gap_closed": told(before & met), "gap_opened": told(after - before)}

    def _certificates(self) -> dict[str, list[Event]]:
        then, now = (self._running(each) for each in (self._old, self._new))
        return {
            "certificate_gained": [Event(key, about=standard) for key, standard in now - then],
            "certificate_lapsed": [Event(key, about=standard) for key, standard in then - now],
        }

    def _running(self, moment: _Then) -> set[Tie]:
        """Firm and standard, of firms known at both moments."""
        near = self._new.near.keys() & self._kept
        return {
            (key, each.standard)
            for each in moment.snapshot.of(Certificate)
            if each.standard
            and (key := moment.id_of(each.company_id)) in near
            and is_running(each, each.standard, moment.day)
        }

    # -- the network's own work ------------------------------------------------------------------------------------

    def _introductions(self, moment: _Then) -> dict[tuple[str, str, str | None], Introduction]:
        found = {}
        for each in moment.snapshot.of(Introduction):
            one, other = sorted((moment.id_of(each.company_id), moment.id_of(each.other_id)))
            if one and one != other:
                found[one, other, each.introduced_on] = each
        return found

    def _introduced(self) -> list[Event]:
        made = self._introductions(self._new).keys() - self._introductions(self._old).keys()
        return [Event(one, other, on or "") for one, other, on in made]

    def _introductions_traded(self) -> Iterator[Event]:
        """Pairs that were introduced and now trade, or of which it is noted that an order came of it."""
        then = self._introductions(self._old)
        ordered = {key[:2] for key, each in then.items() if each.outcome == "ordered"}
        found: dict[Tie, str] = {}
        for (one, other, _), each in self._introductions(self._new).items():
            is_new = other in self._new.partners.get(one, ()) and other not in self._old.partners.get(one, ())
            if is_new and self._traded_since(one, other, each.introduced_on):
                found[one, other] = "trade"
            elif each.outcome == "ordered" and (one, other) not in ordered:
                found.setdefault((one, other), "noted")
        for (one, other), how in found.items():
            yield Event(one, other, how=how)

    def _traded_since(self, one: str, other: str, day: str | None) -> bool:
        """Whether a trade between the two is of the day's year or later, where both are told."""
        ties = [self._new.ties[tie] for tie in ((one, other), (other, one)) if tie in self._new.ties]
        years = [year for facts in ties for year in facts["years"]]
        return not day or not years or max(years) >= int(day[:4])

    def _needs(self) -> list[Event]:
        then, now = self._old.keyed(Need), self._new.keyed(Need)
        return [Event(key[0], about=now[key].theme or "", how="need") for key in now.keys() - then.keys()]

    def _granted(self) -> list[Event]:
        then, now = (
            {key: each for key, each in moment.keyed(SupportCase).items() if was_granted(each)}
            for moment in (self._old, self._new)
        )
        return [
            Event(key[0], about=now[key].theme or "", how="support", value_sek=now[key].amount_sek)
            for key in now.keys() - then.keys()
        ]

    # -- parts that came home --------------------------------------------------------------------------------------

    def _parts_home(self) -> Iterator[Event]:
        """Parts no longer imported, each with the first firm of the region that its buyer has begun to buy it from."""
        then, now = self._old.keyed(ImportedPart), self._new.keyed(ImportedPart)
        numbers = {(key[0], each.part_number) for key, each in now.items() if each.part_number}
        buyers = {buyer for buyer, _ in now}
        suppliers = self._begun()
        demands = Demands()
        for (buyer, item), part in then.items():
            if (buyer, item) in now or buyer not in buyers or (buyer, part.part_number) in numbers:
                continue
            processes = [code for code, _ in demands.of(part).processes[:1]]
            makers = [each for each in suppliers.get(buyer, ()) if processes and self._states(each, processes[0])]
            if makers:
                about = part.description or part.part_number or ""
                yield Event(buyer, makers[0], about, value_sek=part.value_sek)

    def _begun(self) -> dict[str, list[str]]:
        """By buyer the firms of the region that it buys from since the older moment, or buys something more from."""
        found: dict[str, list[str]] = defaultdict(list)
        for (seller, buyer), facts in sorted(self._new.ties.items()):
            before = self._old.ties.get((seller, buyer))
            more = before is None or not set(facts["what"]) <= set(before["what"])
            if more and self._new.network.nodes[seller]["in_region"]:
                found[buyer].append(seller)
        return found

    @cached_property
    def _stated(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for each in self._new.snapshot.of(Offer):
            if each.evidence in OWN_WORD and each.company_id and each.capability:
                found[each.company_id].append(each.capability)
        return found

    def _states(self, company_id: str, process: str) -> bool:
        return any(taxonomy().satisfies(each, process) for each in self._stated.get(company_id, ()))


def _traded(tie: Tie, facts: Mapping[str, Any]) -> Event:
    return Event(*tie, about=", ".join(facts["what"]), value_sek=facts["value_sek"])


def _met(company_id: str, partners: Set[str]) -> Event:
    return Event(company_id, min(partners), count=len(partners))


def _grown(
    before: Sequence[frozenset[str]], after: Sequence[frozenset[str]], partners: Mapping[str, Set[str]]
) -> Iterator[Event]:
    """Islands that have become one with a larger one: its firm with most partners, and that of the larger."""
    island_of = {firm: number for number, island in enumerate(after) for firm in island}
    together: dict[int, list[frozenset[str]]] = defaultdict(list)
    for island in before:
        found = Counter(island_of[firm] for firm in island if firm in island_of)
        number, firms = min(found.items(), key=lambda each: (-each[1], each[0]), default=(0, 0))
        if firms > 1:
            together[number].append(island)

    def middle(island: Set[str]) -> str:
        return min(island, key=lambda each: (-len(partners.get(each, ())), each))

    for largest, *others in together.values():
        for each in others:
            yield Event(middle(each), middle(largest), count=len(each))

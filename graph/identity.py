"""Which identifiers mean the same company, as a pure function of what was said and decided.

Rule, in this order. (1) A person's word, same or not the same. (2) Two different numbers are two companies. (3) A
name without a number belongs to the one numbered company that bears the same folded name and is not known to lie
elsewhere or to have another legal form (a family's AB and its KB are two); where several could be meant it stands alone
and waits for a person. (4) A name without a place belongs to the one placed name that is spelled alike. (5) A name that
no other identifier bears belongs likewise to the one numbered company whose name its spelling can only be meant for
(:mod:`graph.spellings`). What is less alike becomes a question (:mod:`ingest.identify`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.model import Decision
from graph.spellings import Spelling, is_meant_for

COMPANY_PREFIXES = ("org:", "vat:", "person:", "name:")


def is_unnumbered(subject: str) -> bool:
    """Whether the identifier is a name alone."""
    return subject.startswith("name:")


def is_company(subject: str) -> bool:
    """Whether the identifier is a company's (and not an actor's, a region's or an activity's)."""
    return subject.startswith(COMPANY_PREFIXES)


def rank(subject: str) -> tuple[int, bytes]:
    """How good an identifier is; the best of a company's is its ``company_id``.

    >>> sorted(["name:ab", "vat:DE1", "org:5560000001"], key=rank)
    ['org:5560000001', 'vat:DE1', 'name:ab']
    """
    prefix = subject.partition(":")[0] + ":"
    return (COMPANY_PREFIXES.index(prefix), subject.encode())


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is known of an identifier that helps to tell whom it means."""

    spellings: frozenset[Spelling]
    places: frozenset[str]  # municipality codes, or country codes abroad
    forms: frozenset[str] = frozenset()  # Swedish legal forms that its names state, see graph.names

    @property
    def name_keys(self) -> frozenset[str]:
        """Its folded names."""
        return frozenset(each.key for each in self.spellings)

    @property
    def near_keys(self) -> frozenset[str]:
        """Those of its names, see :class:`graph.spellings.Spelling`."""
        return frozenset(key for each in self.spellings for key in each.near_keys)


def place_of(subject: str) -> str:
    """The place inside a ``name:`` identifier, or "" where the row gave none."""
    return subject.rpartition("@")[2] if subject.startswith("name:") and "@" in subject else ""


class _Groups:
    """Union-find that refuses to join what a person has set apart."""

    def __init__(self, subjects: Iterable[str], apart: Iterable[tuple[str, str]]) -> None:
        self._parent = {each: each for each in subjects}
        self._apart = [pair for pair in apart if pair[0] in self._parent and pair[1] in self._parent]

    def find(self, subject: str) -> str:
        while self._parent[subject] != subject:
            self._parent[subject] = self._parent[self._parent[subject]]
            subject = self._parent[subject]
        return subject

    def join(self, one: str, other: str) -> None:
        a, b = self.find(one), self.find(other)
        if a == b or any({self.find(x), self.find(y)} == {a, b} for x, y in self._apart):
            return
        self._parent[max(a, b, key=rank)] = min(a, b, key=rank)


def companies_of(sightings: Mapping[str, Sighting], decisions: Iterable[Decision]) -> dict[str, str]:
    """The ``company_id`` of each identifier.

    >>> from graph.spellings import spelling
    >>> seen = Sighting(frozenset({spelling("Exempel AB")}), frozenset())
    >>> companies_of({"name:exempel": seen, "org:4099000012": seen}, [])["name:exempel"]
    'org:4099000012'
    """
    newest = {
        frozenset(each.subjects): each
        for each in sorted(decisions, key=lambda each: each.revision)
        if each.withdrawn is None and each.verb in ("same", "not_same")
    }
    told = list(newest.values())  # of two words on one pair the later counts
    apart = [(d.subjects[0], d.subjects[1]) for d in told if d.verb == "not_same"]
    groups = _Groups(sightings, apart)
    for decision in sorted(told, key=lambda each: each.revision):
        known = [each for each in decision.subjects if each in sightings]
        if decision.verb == "same" and len(known) > 1:
            groups.join(known[0], known[1])
    apart_pairs = {frozenset(pair) for pair in apart}
    could_be: dict[str, set[str]] = defaultdict(set)  # of what a person has joined, together
    for weak, found in _meant(sightings).items():
        may_be = [each for each in found if frozenset((weak, each)) not in apart_pairs]
        could_be[groups.find(weak)].update(map(groups.find, may_be))
    for root in sorted(could_be, key=rank):
        others = could_be[root] - {root}
        if len(others) == 1 and is_unnumbered(root):  # the best of a group is its root: else it has a number
            groups.join(root, others.pop())
    best: dict[str, str] = {}
    for subject in sightings:
        root = groups.find(subject)
        best[root] = min(best.get(root, subject), subject, key=rank)
    return {subject: best[groups.find(subject)] for subject in sightings}


def _meant(sightings: Mapping[str, Sighting]) -> dict[str, list[str]]:
    """By each identifier that is a name alone those it could mean.

    They are the numbered ones of that name, else the placed ones, else the numbered ones it can only be a spelling of.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for subject, sighting in sightings.items():
        if not subject.startswith("person:"):
            for each in sighting.spellings:
                alike[each.key].append(subject)
    found: dict[str, list[str]] = {}
    unheard_of: dict[str, Sighting] = {}
    for weak, sighting in sightings.items():
        if is_unnumbered(weak):
            same_name = {each for spelled in sighting.spellings for each in alike[spelled.key]} - {weak}
            numbered = [each for each in same_name if not is_unnumbered(each)]
            if numbered:
                found[weak] = [each for each in numbered if _may_be(weak, each, sightings)]
            else:
                placed = [] if place_of(weak) else [each for each in same_name if place_of(each)]
                found[weak] = [each for each in placed if _agree(sighting, sightings[each])]
            if not numbered and not found[weak]:
                unheard_of[weak] = sighting
    if unheard_of:
        _spelled_otherwise(unheard_of, sightings, found)
    return found


def _spelled_otherwise(
    unheard_of: Mapping[str, Sighting], sightings: Mapping[str, Sighting], found: dict[str, list[str]]
) -> None:
    """Fill in the numbered identifiers of whose names theirs can only be spellings."""
    near: dict[str, list[str]] = {key: [] for sighting in unheard_of.values() for key in sighting.near_keys}
    for subject, sighting in sightings.items():
        if not is_unnumbered(subject) and not subject.startswith("person:"):
            for key in sighting.near_keys & near.keys():
                near[key].append(subject)
    for weak, sighting in unheard_of.items():
        found[weak] = [
            each
            for each in {subject for key in sighting.near_keys for subject in near[key]}
            if _may_be(weak, each, sightings)
            and any(is_meant_for(one, other) for one in sighting.spellings for other in sightings[each].spellings)
        ]


def _may_be(weak: str, numbered: str, sightings: Mapping[str, Sighting]) -> bool:
    """Whether neither legal form nor place speaks against it."""
    place, places = place_of(weak), sightings[numbered].places
    return _agree(sightings[weak], sightings[numbered]) and (not place or not places or place in places)


def _agree(one: Sighting, other: Sighting) -> bool:
    return not (one.forms and other.forms) or not one.forms.isdisjoint(other.forms)

"""Which identifiers mean the same company, as a pure function of what was said and decided.

Rule, in this order. (1) A person's word, same or not the same. (2) Two different numbers are two companies. (3) A
name without a number belongs to the one numbered company that bears the same folded name and is not known to lie
elsewhere or to have another legal form (a family's AB and its KB are two); where several could be meant it stands alone
and waits for a person. (4) A name without a place belongs to the one placed name that is spelled alike. Spellings that
fold differently are never merged here: they become questions (see :mod:`ingest.identify`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.model import Decision

COMPANY_PREFIXES = ("org:", "vat:", "person:", "name:")


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

    name_keys: frozenset[str]
    places: frozenset[str]  # municipality codes, or country codes abroad
    forms: frozenset[str] = frozenset()  # Swedish legal forms that its names state, see graph.names


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

    >>> seen = Sighting(frozenset({"exempel"}), frozenset())
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
    alike: dict[str, list[str]] = defaultdict(list)
    for subject in sightings:
        if not subject.startswith("person:"):
            for key in sightings[subject].name_keys:
                alike[key].append(subject)
    apart_pairs = {frozenset(pair) for pair in apart}
    could_be: dict[str, set[str]] = defaultdict(set)  # of what a person has joined, together
    for weak in sightings:
        if weak.startswith("name:"):
            found = _could_be(weak, alike, sightings, apart_pairs)
            could_be[groups.find(weak)].update(map(groups.find, found))
    for root in sorted(could_be, key=rank):
        others = could_be[root] - {root}
        if len(others) == 1 and root.startswith("name:"):  # the best of a group is its root: else it has a number
            groups.join(root, others.pop())
    best: dict[str, str] = {}
    for subject in sightings:
        root = groups.find(subject)
        best[root] = min(best.get(root, subject), subject, key=rank)
    return {subject: best[groups.find(subject)] for subject in sightings}


def _could_be(
    weak: str,
    alike: Mapping[str, list[str]],
    sightings: Mapping[str, Sighting],
    apart: set[frozenset[str]],
) -> list[str]:
    """Identifiers that an unnumbered name could mean: numbered ones of that name, else the placed ones."""
    forms = sightings[weak].forms
    same_name = {each for key in sightings[weak].name_keys for each in alike[key]} - {weak}
    same_name = {e for e in same_name if not (forms and sightings[e].forms) or forms & sightings[e].forms}
    numbered = [each for each in same_name if not each.startswith("name:")]
    place = place_of(weak)
    if numbered:
        found = [e for e in numbered if not place or not sightings[e].places or place in sightings[e].places]
    else:
        found = [] if place else [each for each in same_name if place_of(each)]
    return [each for each in found if frozenset((weak, each)) not in apart]
